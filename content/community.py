"""The groups and channels that the bot opens the door to, and the time zones that it offers first: `community.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from content.model import Part, Text, texts_up_to

NAME_LIMIT = 40
"""Characters of a chat's name: about what one button shows on a phone."""
DESCRIPTION_LIMIT = 160
MAX_ZONES = 24
ZONE_LIMIT = 32
"""Characters of a time zone's name, so that it fits a button beside a command (64 bytes, Bot API): none has more."""

_LINK = re.compile(r"https://t\.me/(?:(?!joinchat$)([A-Za-z]\w{3,31})|(?:\+|joinchat/)([\w-]{16,64}))", re.ASCII)
"""A public name, or the secret of an invite link; telephone numbers, which begin with + too, have fewer digits."""


def link_target(link: str) -> str | None:
    """Return what two links to the same chat have in common, or None for what is no link to a chat."""
    if not (found := _LINK.fullmatch(link)):
        return None
    name, invite = found.groups()
    return name.casefold() if name else f"+{invite}"


def _link(text: str) -> str:
    if not link_target(text):
        raise ValueError(
            "must be a link to a group or channel, like https://t.me/name or https://t.me/+AbCdEfGhIjKlMnOp"
        )
    return text


Link: TypeAlias = Annotated[str, AfterValidator(_link), Field(json_schema_extra={"pattern": f"^{_LINK.pattern}$"})]


def _some(items: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty list; pydantic's own check would report a list of one bad item as empty too."""
    if not items:
        raise ValueError("is empty")
    return items


def _time_zone(text: str) -> str:
    if text not in _time_zones():
        raise ValueError(f"{text} is no time zone: write an IANA name like Area/City, or UTC")
    return text


@cache  # it looks through a thousand files
def _time_zones() -> frozenset[str]:
    """Return every IANA name of a place, and UTC; the others are kept for old programs only."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


TimeZone: TypeAlias = Annotated[Text, texts_up_to(ZONE_LIMIT), AfterValidator(_time_zone)]


class ChatKind(StrEnum):
    """What kind of chat a link leads to."""

    GROUP = "group"
    CHANNEL = "channel"


class ChatText(Part):
    """A chat in one language."""

    name: Annotated[Text, texts_up_to(NAME_LIMIT)]
    description: Annotated[Text, texts_up_to(DESCRIPTION_LIMIT)]


class ChatFile(BaseModel):
    """One chat; every key that is not named here is a language of the folder `voice/`."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)
    __pydantic_extra__: dict[str, ChatText] = Field(init=False)

    link: Link = Field(
        description="A public name like https://t.me/name, or an invite link like https://t.me/+AbCdEfGhIjKlMnOp"
    )
    kind: ChatKind
    languages: Annotated[tuple[Text, ...], AfterValidator(_some)] = Field(
        description="Spoken there: languages of the folder `voice/`", json_schema_extra={"minItems": 1}
    )


class CommunityFile(Part):
    """The file `community.yaml`."""

    time_zones: Annotated[tuple[TimeZone, ...], AfterValidator(_some)] = Field(
        ("UTC",),
        max_length=MAX_ZONES,
        description="IANA names, offered first when a zone is chosen",
        json_schema_extra={"minItems": 1},
    )
    chats: tuple[ChatFile, ...] = Field((), description="Groups and channels to join, in the order shown")


@dataclass(frozen=True)
class CommunityChat:
    """A group or channel to join, checked."""

    link: str
    kind: ChatKind
    languages: tuple[str, ...]
    """Spoken there; each is a language of the knowledge."""
    texts: Mapping[str, ChatText]
    """By language; every language of the knowledge is there."""


@dataclass(frozen=True)
class Community:
    """What `community.yaml` holds, checked; without that file, one time zone and no chats."""

    time_zones: tuple[str, ...] = ("UTC",)
    chats: tuple[CommunityChat, ...] = ()
