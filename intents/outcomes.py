"""What can come out of a question: one class for each thing that can be done with it."""

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
