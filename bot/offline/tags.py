"""What each tag of Telegram's HTML means: the entity that it becomes."""

import re
from dataclasses import dataclass

from bot.offline.fields import JsonObject
from bot.offline.refusals import unparsable
from bot.offline.text import url_problem

STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
"""The type of entity that each known tag stands for."""


@dataclass(frozen=True)
class OpenTag:
    """A start tag that waits for its end tag."""

    name: str
    argument: str
    """What its attributes say: the address of a link, the language of code…"""
    offset: int
    """Where its text begins, in UTF-16 code units."""
    position: int
    """Where its text begins, in characters."""


def argument_of(tag: str, attributes: dict[str, str]) -> str:
    """Return what the attributes of a tag say, empty where they say nothing."""
    match tag:
        case "a":
            return attributes.get("href", "")
        case "code":
            value = attributes.get("class", "")
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span":
            return attributes.get("class", "")
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "blockquote" if "expandable" in attributes:
            return "expandable"
    return ""


def entity_of(tag: OpenTag, text: str, length: int) -> JsonObject:
    """Return the entity of a closed tag around this text, empty where it is none: a link with a bad address."""
    entity: JsonObject = {"type": STYLES[tag.name], "offset": tag.offset, "length": length}
    match tag.name:
        case "a":
            return _link(entity, tag.argument or text)
        case "blockquote" if tag.argument:
            return entity | {"type": "expandable_blockquote"}
        case "tg-emoji":
            return entity | {"custom_emoji_id": _emoji_id(tag.argument)}
        case "code":
            return entity | {"language": tag.argument}
    return entity


def _link(entity: JsonObject, url: str) -> JsonObject:
    person = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if person:
        user: JsonObject = {"id": int(person[1]), "is_bot": False, "first_name": "?"}
        return {**entity, "type": "text_mention", "user": user}
    return {} if url_problem(url) else {**entity, "url": url}


def _emoji_id(argument: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,18}", argument):
        raise unparsable("Invalid custom emoji identifier specified")
    return argument
