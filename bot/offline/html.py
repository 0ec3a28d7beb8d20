"""The reader of Telegram's HTML, as strict as Telegram's own."""

import re

from bot.offline.fields import JsonObject
from bot.offline.refusals import RefusedError, unparsable
from bot.offline.tags import STYLES, OpenTag, argument_of, entity_of
from bot.offline.text import FormattedText, span, units

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<dec>[0-9]{1,7})|(?P<name>[a-zA-Z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"\s*(?P<name>[^\s=>/\"']*)\s*(?P<equals>=?)\s*")
_VALUE = re.compile(r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<token>[A-Za-z0-9.-]*)(?=[\s>])")
_END = re.compile(r"\s*>")
_HALF = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


def parse_html(source: str) -> FormattedText:
    """Read Telegram's HTML; a tag that it does not know or that is not closed is refused."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain = ""
        self._open: list[OpenTag] = []
        self._entities: list[JsonObject] = []

    def parse(self) -> FormattedText:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._close_tag()
            elif self._source[self._at] == "<":
                self._open_tag()
            else:
                self._read_text()
        if self._open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        entities = sorted(map(_without_code_language, self._entities), key=_order)
        return FormattedText(self._plain, tuple(entities), self._source)

    def _read_text(self) -> None:
        end = self._source.find("<", self._at)
        end = len(self._source) if end < 0 else end
        self._plain += _unescaped(self._source[self._at : end])
        self._at = end

    def _open_tag(self) -> None:
        begin = self._at
        name = self._name_after(begin + 1)
        if self._at == len(self._source):
            raise self._problem("Unclosed start tag", begin)
        if name not in STYLES:
            raise self._problem(f'Unsupported start tag "{name}"', begin)
        argument = argument_of(name, self._attributes(name, begin))
        if name == "span" and argument != "tg-spoiler":
            raise self._problem('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(OpenTag(name, argument, units(self._plain), len(self._plain)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while not self._reads_end():
            match = _ATTRIBUTE.match(self._source, self._at)
            if not match or match.end() == len(self._source):
                raise self._problem(f'Unclosed start tag "{tag}"', begin)
            if not match["name"]:
                raise self._problem(f'Empty attribute name in the tag "{tag}"', begin)
            self._at = match.end()
            found[match["name"].lower()] = self._value(begin) if match["equals"] else ""
        return found

    def _value(self, begin: int) -> str:
        match = _VALUE.match(self._source, self._at)
        if not match and self._source[self._at] in "\"'":
            raise self._problem("Unclosed start tag", begin)
        if not match:
            raise self._problem("Unexpected end of name token", self._at)
        self._at = match.end()
        token: str | None = match["token"]
        return token.lower() if token is not None else _unescaped(match["double"] or match["single"] or "")

    def _close_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._problem("Unexpected end tag", begin)
        name = self._name_after(begin + 2)
        if not self._reads_end():
            raise self._problem("Unclosed end tag", begin)
        tag = self._open.pop()
        if name not in ("", tag.name):
            place = f"at byte offset {self._bytes_before(begin)}"
            raise unparsable(f'Unmatched end tag {place}, expected "</{tag.name}>", found "</{name}>"')
        self._add_entity(tag)

    def _add_entity(self, tag: OpenTag) -> None:
        length = units(self._plain) - tag.offset
        entity = entity_of(tag, self._plain[tag.position :], length)
        if tag.name == "pre" and self._entities and self._entities[-1].get("language"):
            entity = self._entities.pop() | entity
        if length and entity:
            self._entities.append(entity)

    def _name_after(self, start: int) -> str:
        match = _NAME.match(self._source, start)
        name = match[0] if match else ""
        self._at = start + len(name)
        return name.lower()

    def _reads_end(self) -> bool:
        end = _END.match(self._source, self._at)
        self._at = end.end() if end else self._at
        return end is not None

    def _bytes_before(self, position: int) -> int:
        return len(self._source[:position].encode())

    def _problem(self, words: str, position: int) -> RefusedError:
        return unparsable(f"{words} at byte offset {self._bytes_before(position)}")


def _order(entity: JsonObject) -> tuple[int, int]:
    begin, end = span(entity)
    return begin, -end


def _without_code_language(entity: JsonObject) -> JsonObject:
    return {key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"}


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match["name"]:
        return _NAMED.get(match["name"], match[0])
    code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
    if 0xD800 <= code <= 0xDFFF:
        raise unparsable(_HALF)
    return chr(code) if 0 < code < 0x10FFFF else match[0]
