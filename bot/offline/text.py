"""What stands in a text: its length as Telegram counts, what is bold or a command in it, addresses."""

import re
from dataclasses import dataclass, field, replace

from bot.offline.fields import Fields, JsonObject

_FOUND = re.compile(
    r"(?P<url>https?://\S+|(?<![\w@./])(?:[\w-]+\.)+(?:com|org|net|info|lat|me|ar|br|cl|co|mx|pe)\b(?:/\S*)?)"
    r"|(?P<bot_command>(?<![\w/@.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<mention>(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@]))"
)
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d{1,5})?")


def units(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def span(entity: JsonObject) -> tuple[int, int]:
    """Return where an entity begins and ends, in UTF-16 code units."""
    fields = Fields(entity)
    offset = fields.number("offset") or 0
    return offset, offset + (fields.number("length") or 0)


@dataclass(frozen=True)
class FormattedText:
    """What a person sees, which parts of it are bold, a link and so on, and the source that it was written as."""

    plain: str
    entities: tuple[JsonObject, ...] = ()
    source: str = field(default="", compare=False)

    @classmethod
    def typed(cls, text: str) -> "FormattedText":
        """Make what a person types: without formatting, but Telegram marks commands, mentions and addresses."""
        return cls(text, find_entities(text), text)

    def trimmed(self) -> "FormattedText":
        """Return it without white space around, as Telegram shows it."""
        start = units(self.plain) - units(self.plain.lstrip())
        plain = self.plain.strip()
        kept = (_clipped(entity, start, start + units(plain)) for entity in self.entities)
        return replace(self, plain=plain, entities=tuple(entity for entity in kept if entity))


def _clipped(entity: JsonObject, start: int, end: int) -> JsonObject:
    begin, finish = span(entity)
    first, last = max(begin, start), min(finish, end)
    return {**entity, "offset": first - start, "length": last - first} if first < last else {}


def find_entities(text: str) -> tuple[JsonObject, ...]:
    """Find the commands, mentions and addresses that Telegram marks in what a person types."""
    found: list[JsonObject] = []
    for match in _FOUND.finditer(text):
        shown = match[0].rstrip(".,;:!?)\"'") if match.lastgroup == "url" else match[0]
        offset = units(text[: match.start()])
        found.append({"type": match.lastgroup, "offset": offset, "length": units(shown)})
    return tuple(found)


def url_problem(url: str) -> str | None:
    """Return why Telegram refuses an address, None where it accepts it."""
    scheme, separator, rest = url.partition("://")
    scheme, rest = (scheme.lower(), rest) if separator else ("http", url)
    if scheme not in {"http", "https", "tg", "ton"}:
        return "Unsupported URL protocol"
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if scheme in {"http", "https"} and not _HOST.fullmatch(host):
        return "Wrong HTTP URL"
    return "Wrong HTTP URL" if not rest or re.search(r"\s", url) else None
