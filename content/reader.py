"""YAML that strangers may have written, read as text, lists and mappings with their lines, and as nothing else.

It takes the parser's events one by one, so that a hostile file is refused before it costs anything. PyYAML's own
loaders follow aliases (a few hundred bytes grow into millions of nodes), recurse on deep nesting until the process
dies, let a repeated key win silently and read `no` as false. Here every scalar is text, as it stands in the file.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from content.folder import MAX_SIZE, file_bytes
from content.problems import ContentError, Problem

MAX_DEPTH = 8
"""Levels of a file; the packaged ones have at most five."""
MAX_NODES = 50_000
"""Keys, values and lists of one file; the packaged ones have at most 1,900."""
MAX_TEXT = 20_000
"""Characters of one text; the longest packaged one has 1,048."""
MAX_MARKS = 30
"""Combining marks in a row (Stream-Safe Text Format, UAX #15): normalizing many takes time as their square."""

Data: TypeAlias = "str | list[Data] | dict[str, Data]"
Location: TypeAlias = tuple[str | int, ...]
"""The way to a node: keys and indexes, as pydantic reports them."""

_NO_CHARACTER = re.compile("[\ud800-\udfff\0]")
_PERHAPS_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{MAX_MARKS + 1}}}")
"""Where so many marks could be: there is none among the characters before U+0300."""
_DIRECTIVE = re.compile("(?:\\A|[\r\n\x85\u2028\u2029])\ufeff*%")
"""A line for the parser itself; it compares each with all before, so that a file of them takes seconds."""
_HINTS = {
    "mapping values are not allowed": "a text that holds `: ` needs quotes around it",
    "did not find expected key": "this line is not indented like the others, or a text needs quotes around it",
    "cannot start any token": "no line begins with a tab, and a text that begins with a sign needs quotes around it",
    "unexpected end of stream": "the quotation mark that opens here is never closed",
    "expected ','": "the list that opens here lacks a comma or its closing bracket",
}
"""What to mend, by what the parser says."""
_OPENED = ("while parsing a flow", "while scanning a quoted")
"""What is wrong with these is better sought where they begin than where the parser gave up."""
_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """One file's data, and the line on which each part of it begins."""

    path: Path
    data: dict[str, Data] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    repeated: list[Problem] = field(default_factory=list)
    """One for each key that stands twice; the first one counts."""
    digest: bytes = b""
    """The hash of the file's bytes."""

    def problem(self, location: Location, text: str) -> Problem:
        """Say what is wrong at `location`, or at the nearest part around it that is in the file."""
        while location and location not in self.lines:
            location = location[:-1]
        return Problem(self.path, self.lines.get(location, 1), text)


def read(path: Path) -> Document:
    """Read one file whose top level is a mapping; raise ContentError with one problem if it cannot be read."""
    document = Document(path)
    try:
        data = _bytes(path)
        document.digest = hashlib.sha256(data).digest()
        text = data.decode("utf-8-sig")
        _Builder(document).build(text)
    except OSError as error:
        raise ContentError([Problem(path, 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError([Problem(path, line, "not UTF-8 text: save the file in the encoding UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        raise ContentError([_syntax_problem(path, error)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1
        raise ContentError([Problem(path, line, "not YAML: a control character is not allowed here")]) from None
    except _RefusedError as error:
        raise ContentError([Problem(path, error.line, str(error))]) from None
    return document


def _line(event: yaml.Event) -> int:
    """Return the line on which an event begins, from 1."""
    return event.start_mark.line + 1 if event.start_mark else 1


def _lines(text: str) -> int:
    """Count lines as the parser does."""
    return len(re.split("\r\n|[\r\n\x85\u2028\u2029]", text))


def _marks(text: str) -> int:
    """Return the length of the longest run of combining marks, as normalizing sees it: with letters taken apart."""
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(unicodedata.normalize("NFKD", character)[-1]) else 0
        longest = max(longest, run)
    return longest


def _bytes(path: Path) -> bytes:
    data = file_bytes(path)
    if len(data) > MAX_SIZE:
        raise _RefusedError(1, f"the file has more than {MAX_SIZE:,} bytes")
    return data


def _syntax_problem(path: Path, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.context_mark if (error.context or "").startswith(_OPENED) else error.problem_mark
    hint = next((f" ({hint})" for part, hint in _HINTS.items() if part in (error.problem or "")), "")
    return Problem(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem}{hint}")


class _RefusedError(Exception):
    def __init__(self, line: int, text: str) -> None:
        self.line = line
        super().__init__(text)


class _Builder:
    """Turns a stream of events into a document; MAX_DEPTH bounds its recursion."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0

    def build(self, text: str) -> None:
        if found := _DIRECTIVE.search(text):
            raise _RefusedError(_lines(text[: found.end()]), "no line may begin with %: leave it out, or indent it")
        events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        data: Data = ""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if data != "":
                    raise _RefusedError(_line(event), "a second document begins here: one file holds one")
                data = self._node(next(events), events, ())
        if not isinstance(data, dict) or not data:
            raise _RefusedError(1, "the file must be a mapping of keys to values")
        self._document.data = data

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], at: Location) -> Data:
        line = _line(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _RefusedError(line, f"the file has more than {MAX_NODES:,} parts")
        if len(at) > MAX_DEPTH:
            raise _RefusedError(line, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError(line, "anchors and aliases (& and *) are not allowed: write the text out")
        if getattr(event, "tag", None):
            raise _RefusedError(line, "tags (!) are not allowed: every value is text")
        self._document.lines.setdefault(at, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, at)
        return self._scalar(event, line)

    def _scalar(self, event: yaml.Event, line: int) -> str:
        text: str = event.value  # type: ignore[attr-defined]  # the one kind of event left; the stubs lack it
        if _NO_CHARACTER.search(text):
            raise _RefusedError(line, "half of a character or a NUL: write the character itself")
        if len(text) > MAX_TEXT:
            raise _RefusedError(line, f"a text of more than {MAX_TEXT:,} characters begins here")
        if _PERHAPS_MARKS.search(text) and _marks(text) > MAX_MARKS:
            raise _RefusedError(line, f"more than {MAX_MARKS} accents on one letter")
        return text

    def _sequence(self, events: Iterator[yaml.Event], at: Location) -> list[Data]:
        items: list[Data] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*at, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], at: Location) -> dict[str, Data]:
        items: dict[str, Data] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = _line(event)
            key = self._node(event, events, (*at, ""))
            if not isinstance(key, str):
                raise _RefusedError(line, "a key must be text")
            if key in items:
                first = self._document.lines[*at, key]
                self._document.repeated.append(
                    Problem(self._document.path, line, f"the key `{key}` stands twice (first on line {first})")
                )
            self._document.lines.setdefault((*at, key), line)
            items.setdefault(key, self._node(next(events), events, (*at, key)))
        return items
