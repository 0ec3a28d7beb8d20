"""From a folder to the knowledge: reads everything, checks everything, reports every problem at once."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from content.fingerprints import stands_in
from content.model import (
    ANSWER_RANGE,
    MESSAGE_LIMIT,
    SHORT_ANSWER_RANGE,
    Entry,
    EntryFile,
    EntryText,
    Kind,
    Paragraph,
    Source,
    Words,
    utf16_units,
)
from content.problems import ContentError, Problem
from content.reader import Document, Location, read
from content.voice import Voice

PACKAGED = Path(__file__).parent

ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Ids travel in buttons (64 bytes, Bot API) and links (64 characters), beside a command and a language."""
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}")
_ACCENTS = re.compile("[\u0300-\u036f]")
MARKUP_RESERVE = 500
"""UTF-16 units kept free of each message for markup, headings and the source line."""

_File = TypeVar("_File", bound=BaseModel)


@dataclass(frozen=True)
class Knowledge:
    """All that the bot knows and says, checked."""

    entries: Mapping[str, Entry]
    """By id, in the order of topics and file names."""
    sources: Mapping[str, Source]
    voices: Mapping[str, Voice]
    """By language; its keys are the languages of the knowledge."""
    words: Mapping[str, Words]
    """By language."""
    stamp: str
    """The beginning of a hash of all files: which edition an answer came from."""

    def paragraph(self, name: str) -> tuple[Source, Paragraph]:
        """Return the source and the paragraph that an id like `letter.09` names."""
        source, _, number = name.partition(".")
        return self.sources[source], self.sources[source].paragraphs[number]

    def topic(self, topic: str) -> tuple[Entry, ...]:
        """Return the entries of one topic."""
        return tuple(entry for entry in self.entries.values() if entry.topic == topic)


def load(folder: Path | None = None) -> Knowledge:
    """Read and check a content folder (the packaged one when none is given).

    Raises ContentError with every problem found; NotADirectoryError when there is no such folder.
    """
    folder = folder or PACKAGED
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no content folder {folder}")
    return _Loader(folder).load()


class _Loader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[Problem] = []
        self._digest = hashlib.sha256()
        self._documents: dict[str, Document] = {}
        """The files of entries, by entry id."""

    def load(self) -> Knowledge:
        voice_files = self._parts("voice", Voice)
        voices = {language: voice for language, (_, voice) in voice_files.items()}
        if not voices and not self._problems:
            self._report(self._folder / "voice", "no language: this folder needs a file like en.yaml")
        sources = {name: source for name, (_, source) in self._parts("sources", Source).items()}
        words = {language: words for language, (_, words) in self._parts("words", Words).items()}
        entries = self._entries(sources, tuple(voices))
        knowledge = Knowledge(entries, sources, voices, words, stamp=self._digest.hexdigest()[:8])
        if not self._problems:  # what follows would only repeat what a missing file causes
            self._problems += _link_problems(knowledge, self._documents)
            for document, voice in voice_files.values():
                self._problems += _voice_problems(document, voice, knowledge)
        if self._problems:
            raise ContentError(self._problems)
        return knowledge

    def _report(self, path: Path, text: str) -> None:
        self._problems.append(Problem(path, 1, text))

    def _read(self, path: Path) -> Document | None:
        try:
            document = read(path)
        except ContentError as error:
            self._problems += error.problems
            return None
        self._digest.update(f"{path.relative_to(self._folder).as_posix()}\0".encode())
        self._digest.update(path.read_bytes())
        return document

    def _parts(self, name: str, model: type[_File]) -> dict[str, tuple[Document, _File]]:
        parts = {}
        for path in sorted((self._folder / name).glob("*.yaml")):
            document = self._read(path)
            part = document and self._validated(document, model)
            if document and part:
                parts[path.stem] = (document, part)
            if name != "sources" and not LANGUAGE_PATTERN.fullmatch(path.stem):
                self._report(path, "the file's name must be a language code of two or three letters, like es.yaml")
        return parts

    def _validated(self, document: Document, model: type[_File]) -> _File | None:
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            self._problems += [_problem(document, details) for details in error.errors()]
            return None

    def _entries(self, sources: Mapping[str, Source], languages: tuple[str, ...]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for path in sorted((self._folder / "knowledge").glob("*/*.yaml")):
            if not (ID_PATTERN.fullmatch(path.stem) and ID_PATTERN.fullmatch(path.parent.name)):
                self._report(path, "names of files and topics are 1-40 of a-z, 0-9 and _, a letter first")
                continue
            if path.stem in entries:
                self._report(path, f"there is an entry {path.stem} in the topic {entries[path.stem].topic} already")
                continue
            document = self._read(path)
            file = document and self._validated(document, EntryFile)
            if document and file and self._languages_complete(document, file, languages):
                self._documents[path.stem] = document
                entries[path.stem] = self._entry(document, file, sources)
        if not entries and not self._problems:
            self._report(self._folder / "knowledge", "no entries: this folder needs files like topic/entry.yaml")
        return entries

    def _languages_complete(self, document: Document, file: EntryFile, languages: tuple[str, ...]) -> bool:
        texts = file.model_extra or {}
        problems = [document.problem((), f"the language {name} is missing") for name in languages if name not in texts]
        problems += [
            document.problem((name,), f"unknown key `{name}`" + _perhaps_a_language(name))
            for name in texts
            if name not in languages
        ]
        self._problems += problems
        return not problems

    def _entry(self, document: Document, file: EntryFile, sources: Mapping[str, Source]) -> Entry:
        texts: dict[str, EntryText] = file.model_extra or {}
        problems = list(_kind_problems(document, file))
        problems += _quote_problems(document, file, sources)
        translations = {}
        for language, text in texts.items():
            problems += _text_problems(document, file.kind, language, text)
            translations[language], missing = _translations(document, file, sources, language)
            problems += missing
        self._problems += problems
        return Entry(
            id=document.path.stem,
            topic=document.path.parent.name,
            kind=file.kind,
            as_of=file.as_of,
            quotes=file.quotes,
            related=file.related,
            texts=texts,
            translations=translations,
        )


def _perhaps_a_language(name: str) -> str:
    return f" (a language needs a file voice/{name}.yaml)" if LANGUAGE_PATTERN.fullmatch(name) else ""


def _kind_problems(document: Document, file: EntryFile) -> Iterator[Problem]:
    if file.kind == Kind.ANSWER:
        if not file.quotes:
            yield document.problem((), "an answer needs a quote: add `quotes`")
        if file.as_of is None:
            yield document.problem((), "an answer needs a date: add `as_of`")
    else:
        for key in ("quotes", "as_of"):
            if key in document.data:
                yield document.problem((key,), f"`{key}` belongs to answers, not to an entry of kind {file.kind}")


def _quote_problems(document: Document, file: EntryFile, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for index, quote in enumerate(file.quotes):
        source, _, number = quote.paragraph.partition(".")
        at: Location = ("quotes", index)
        if source not in sources or number not in sources[source].paragraphs:
            yield document.problem((*at, "paragraph"), f"there is no paragraph {quote.paragraph} in the sources")
        elif not stands_in(quote.text, sources[source].paragraphs[number].windows):
            elsewhere = [
                f"{name}.{number}"
                for name, source in sources.items()
                for number, paragraph in source.paragraphs.items()
                if stands_in(quote.text, paragraph.windows)
            ]
            hint = f" (they stand in {', '.join(elsewhere)})" if elsewhere else ""
            yield document.problem((*at, "text"), f"these are not the exact words of {quote.paragraph}{hint}")


def _translations(
    document: Document, file: EntryFile, sources: Mapping[str, Source], language: str
) -> tuple[tuple[str | None, ...], list[Problem]]:
    text = (file.model_extra or {})[language]
    foreign = [
        index
        for index, quote in enumerate(file.quotes)
        if (source := sources.get(quote.paragraph.partition(".")[0])) is None or source.language != language
    ]
    if len(foreign) != len(text.quotes):
        problem = f"{len(text.quotes)} translations for {len(foreign)} quotes in another language"
        return (None,) * len(file.quotes), [document.problem((language, "quotes"), problem)]
    by_index = dict(zip(foreign, text.quotes, strict=True))
    return tuple(by_index.get(index) for index in range(len(file.quotes))), []


def _text_problems(document: Document, kind: Kind, language: str, text: EntryText) -> Iterator[Problem]:
    low, high = ANSWER_RANGE if kind == Kind.ANSWER else SHORT_ANSWER_RANGE
    if not low <= len(text.answer) <= high:
        problem = f"the answer has {len(text.answer)} characters: write {low} to {high}"
        yield document.problem((language, "answer"), problem)
    longest = max((utf16_units(quote) for quote in text.quotes), default=0)
    rendered = utf16_units(text.title) + utf16_units(text.answer) + 2 * longest + MARKUP_RESERVE
    if rendered > MESSAGE_LIMIT:
        problem = f"answer and quote together do not fit one message of {MESSAGE_LIMIT} characters"
        yield document.problem((language,), problem)


def _link_problems(knowledge: Knowledge, documents: Mapping[str, Document]) -> Iterator[Problem]:
    phrases: dict[tuple[str, str], str] = {}
    titles: dict[tuple[str, str], str] = {}
    for entry in knowledge.entries.values():
        document = documents[entry.id]
        for index, name in enumerate(entry.related):
            if name not in knowledge.entries or name == entry.id:
                wrong = "is this entry itself" if name == entry.id else "is no entry"
                yield document.problem(("related", index), f"{name} {wrong}")
        for language, text in entry.texts.items():
            if (other := titles.setdefault((language, _spelling(text.title)), entry.id)) != entry.id:
                yield document.problem((language, "title"), f"the entry {other} has the same title")
            for index, phrase in enumerate(text.phrases):
                at: Location = (language, "phrases", index)
                spelling = _spelling(phrase)
                if not spelling:
                    yield document.problem(at, "this phrase has no words")
                elif (first := phrases.get((language, spelling))) is not None:
                    where = "twice in this entry" if first == entry.id else f"in the entry {first} too"
                    yield document.problem(at, f'the phrase "{phrase}" stands {where}')
                phrases[language, spelling] = entry.id


def _voice_problems(document: Document, voice: Voice, knowledge: Knowledge) -> Iterator[Problem]:
    for name in voice.samples:
        if name not in knowledge.entries:
            yield document.problem(("samples", name), f"{name} is no entry")
    answered = {entry.topic for entry in knowledge.entries.values() if entry.kind == Kind.ANSWER}
    yield from _matrix(document, ("topics",), voice.topics, answered)
    yield from _matrix(document, ("sources",), voice.sources, set(knowledge.sources))
    yield from _matrix(document, ("followups", "in_language"), voice.followups.in_language, set(knowledge.voices))
    for name, names in voice.sources.items():
        if name in knowledge.sources:
            sections = {part.section for part in knowledge.sources[name].paragraphs.values() if part.section}
            yield from _matrix(document, ("sources", name, "sections"), names.sections, sections)


def _matrix(document: Document, at: Location, found: Mapping[str, object], wanted: set[str]) -> Iterator[Problem]:
    for name in sorted(wanted - set(found)):
        yield document.problem(at, f"`{name}` is missing")
    for name in sorted(set(found) - wanted):
        yield document.problem((*at, name), f"unknown key `{name}`")


def _spelling(text: str) -> str:
    """Return what two phrases have in common that differ in case, accents or punctuation alone."""
    return " ".join(re.findall(r"\w+", _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))))


_PROBLEMS = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "unknown key `{key}`",
    "string_type": "`{key}` must be text",
    "tuple_type": "`{key}` must be a list",
    "dict_type": "`{key}` must be a mapping of keys to values",
    "model_type": "`{key}` must be a mapping of keys to values",
    "enum": "`{key}` must be {expected}",
    "string_pattern_mismatch": "`{key}` must be a year or a year and month, like 2024-08",
    "too_short": "`{key}` has {actual_length}, but needs at least {min_length}",
    "too_long": "`{key}` has {actual_length}, but may have at most {max_length}",
    "value_error": "`{key}` {error}",
}


def _problem(document: Document, details: ErrorDetails) -> Problem:
    """Say in an editor's words what pydantic found."""
    location = tuple(part for part in details["loc"] if part != "[key]")
    keys = [str(part + 1) if isinstance(part, int) else part for part in location]
    context: dict[str, Any] = details.get("ctx", {})
    template = _PROBLEMS.get(details["type"], details["msg"])
    return document.problem(location, template.format(key=" ".join(keys), **context))
