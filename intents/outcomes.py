"""What can come out of a question: one class for each thing that can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Match:
    """An entry proposed for a question."""

    entry: str
    score: float
    """How sure, 0 to 100: the share of such matches that prove right."""


@dataclass(frozen=True)
class _Heard:
    language: str
    """The likeliest language of the question; empty when no language is known at all."""
    language_sure: bool
    """Whether that language stands out: "GDC" and "internet" belong to all."""
    ranked: tuple[Match, ...]
    """The best matches, best first: five, or as many entries as there are."""


@dataclass(frozen=True)
class Answer(_Heard):
    """One entry is right, surely enough: `ranked[0]`."""

    also: tuple[str, ...] = ()
    """Entries that answer the other questions of the same message."""

    @property
    def entry(self) -> str:
        """The entry to answer with."""
        return self.ranked[0].entry


@dataclass(frozen=True)
class Clarify(_Heard):
    """Two or three entries are near: `shown` of `ranked` are worth asking about."""

    shown: int

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The entries to choose from."""
        return tuple(match.entry for match in self.ranked[: self.shown])


@dataclass(frozen=True)
class Unknown(_Heard):
    """Nothing is known about this."""


Outcome: TypeAlias = Answer | Clarify | Unknown


@dataclass(frozen=True)
class Share:
    """What a part of a question adds to an entry's score, or takes from it."""

    part: str
    """A word, a [concept], a pair of words, or a 'run' of letters, with | where a word begins or ends."""
    weight: float


@dataclass(frozen=True)
class Explanation:
    """Why a question was understood as it was."""

    words: tuple[str, ...]
    """Its words, as they were taken: spelt right, synonyms replaced."""
    concepts: tuple[str, ...]
    shares: Mapping[str, tuple[Share, ...]]
    """By entry: what weighed most for and against it, the heaviest first."""
    likest: Mapping[str, str]
    """By entry: the phrase of it that is the most like the question."""
