"""What a content folder holds: the shape of its files and the limits that keep every text inside Telegram's.

The classes are the files' schema (their names are the words of the files) and, frozen, what the bot works with.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from content.fingerprints import WINDOW

ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Ids travel in buttons (64 bytes, Bot API) and links (64 characters), beside a command and a language."""
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}")
MIN_PHRASES = 8
MAX_RELATED = 4
TITLE_LIMIT = 45
"""Characters of a title: about what one button shows on a small phone."""
ANSWER_RANGE = (280, 600)
"""Characters of an answer with a quote: long enough to explain, short enough to be read on a bus."""
SHORT_ANSWER_RANGE = (20, 600)
"""Characters of a smalltalk or limit answer."""
COPY_LIMIT = 256
"""UTF-16 units that Telegram's copy button can hold (Bot API, CopyTextButton)."""
MESSAGE_LIMIT = 4096
"""UTF-16 units of one message (Bot API, sendMessage)."""
LINE_LIMIT = 3500
"""UTF-16 units of a line of the voice: what it is filled with fits the same message."""
COMMAND_LIMIT = 256
"""Characters of a command's line in Telegram's menu (Bot API, BotCommand)."""


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _check(valid: Callable[[str], bool], problem: str) -> AfterValidator:
    def check(text: str) -> str:
        if not valid(text):
            raise ValueError(problem)
        return text

    return AfterValidator(check)


_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def line(*names: str) -> AfterValidator:
    """Check a line of the voice: not empty, not too long to send, and with just these names in braces."""
    braces = {f"{{{name}}}" for name in names}
    shown = f"{' and '.join(sorted(braces))}, and no other braces" if names else "no braces"

    def check(text: str) -> str:
        if not text.strip():
            raise ValueError("is empty")
        if utf16_units(text) > LINE_LIMIT:
            raise ValueError(f"must have at most {LINE_LIMIT} characters")
        if set(_BRACES.findall(text)) != braces:
            raise ValueError(f"must hold {shown}")
        return text

    return AfterValidator(check)


def texts_up_to(limit: int) -> AfterValidator:
    """Check that a text has at most `limit` characters."""
    return _check(lambda text: len(text) <= limit, f"must have at most {limit} characters")


Text: TypeAlias = Annotated[str, _check(lambda text: bool(text.strip()), "is empty")]
Date: TypeAlias = Annotated[
    str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$", description="A year or a year and month, like 2024-08")
]


class Part(BaseModel):
    """A part of a content file: closed to unknown keys, frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Kind(StrEnum):
    """What an entry is for."""

    ANSWER = "answer"
    SMALLTALK = "smalltalk"
    LIMIT = "limit"


class Quote(Part):
    """Words copied exactly from one paragraph of a source."""

    paragraph: Text = Field(description="The paragraph's id, like letter.09")
    text: Annotated[
        str,
        _check(lambda text: len(text.split()) >= WINDOW, f"has fewer than {WINDOW} words, too few to be verified"),
        _check(
            lambda text: utf16_units(text) <= COPY_LIMIT,
            f"is longer than the {COPY_LIMIT} characters that a copy button holds: quote less",
        ),
    ] = Field(description=f"At least {WINDOW} words, at most {COPY_LIMIT} characters, exactly as in the paragraph")


class EntryText(Part):
    """An entry in one language."""

    title: Annotated[
        str,
        _check(lambda text: 0 < len(text) <= TITLE_LIMIT, f"must have 1 to {TITLE_LIMIT} characters"),
    ]
    answer: Text
    quotes: tuple[Text, ...] = Field((), description="Translations of the quotes, in the same order")
    phrases: tuple[str, ...] = Field(min_length=MIN_PHRASES, description="Ways in which people ask for this")


class EntryFile(BaseModel):
    """One file of `knowledge/`; every key that is not named here is a language of the folder `voice/`."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)
    __pydantic_extra__: dict[str, EntryText] = Field(init=False)

    kind: Kind = Kind.ANSWER
    as_of: Date | None = Field(None, description="Of when what the answer says is")
    quotes: tuple[Quote, ...] = Field((), max_length=3, description="The first is shown, then the next on demand")
    related: tuple[Text, ...] = Field((), max_length=MAX_RELATED, description="Ids of entries to read next")


@dataclass(frozen=True)
class Entry:
    """One unit of knowledge, checked."""

    id: str
    topic: str
    kind: Kind
    as_of: str | None
    quotes: tuple[Quote, ...]
    related: tuple[str, ...]
    texts: Mapping[str, EntryText]
    """By language; every language of the knowledge is there."""
    translations: Mapping[str, tuple[str | None, ...]]
    """By language, one for each quote; None where the quote is in that language already."""


class Paragraph(Part):
    """A paragraph of a source: its place, and the fingerprint that proves quotes from it."""

    section: str = Field("", description="The heading that it stands under; empty before the first one")
    aside: bool = Field(False, description="Nothing that an entry should quote: a footnote, a line before a list")
    windows: tuple[str, ...] = Field(description="Hashes of its runs of words, see `content/fingerprints.py`")


class Source(Part):
    """A document that is quoted, not republished."""

    title: Text
    publisher: Text
    published: Date
    language: Text
    link: str = ""
    paragraphs: dict[str, Paragraph] = Field(description="By number, in the document's order")


class Words(Part):
    """What is to be known of a language's words, once for all entries."""

    abbreviations: dict[str, Text] = Field(default_factory=dict, description="Chat spellings, and what they stand for")
    synonyms: tuple[Annotated[tuple[Text, ...], Field(min_length=2)], ...] = Field(
        (), description="Groups of words, acronyms or names that mean the same"
    )
    questions: tuple[Text, ...] = Field((), description="Words with which a question begins")
    joiners: tuple[Text, ...] = Field((), description="Words that join one question to another")
    common: tuple[Text, ...] = Field((), description="Words that tell nothing about the subject")


_ITEM = re.compile(r"\w[\w' -]*(?<=\w\w)\*?|\w[\w' -]*")
"""A word or an expression; a star after two letters at least."""


def _items(text: object) -> object:
    """Split a line of the thesaurus at its commas; a problem names the item that is none."""
    if not isinstance(text, str):
        raise ValueError("must be one text, with commas between its words and expressions")  # noqa: TRY004  # pydantic's
    items = [item.strip() for item in text.split(",")]
    for item in items:
        if not _ITEM.fullmatch(item):
            raise ValueError(f'"{item}" is no word or expression; a * may end it, after two letters or more')
    return items


Items: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_items)]


class Thesaurus(RootModel[dict[str, dict[str, Items]]]):
    """Concepts, each with the words and expressions for it by language, in one line with commas."""

    model_config = ConfigDict(frozen=True)


class SourceNames(Part):
    """What a source and its sections are called in one language."""

    title: Text
    sections: dict[str, Text] = Field(default_factory=dict)


Line: TypeAlias = Annotated[str, line()]
