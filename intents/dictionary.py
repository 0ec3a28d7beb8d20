"""Abbreviations and synonyms: the same thing is said in one way before it is weighed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from intents.text import words


@dataclass(frozen=True)
class LanguageWords:
    """What is known of a language's words, once for all phrases."""

    abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Chat spellings, and what they stand for."""
    synonyms: Iterable[Sequence[str]] = ()
    """Groups of words, or of names of several words, that mean the same; the first stands for all."""
    common: Sequence[str] = ()
    """Words that tell nothing about the subject, but much about the language."""


class Dictionary:
    """Rewrites the words of one language."""

    def __init__(self, spec: LanguageWords) -> None:
        self._abbreviations = {
            words(short)[0]: words(text) for short, text in spec.abbreviations.items() if words(short)
        }
        self._names: dict[tuple[str, ...], str] = {}
        for group in spec.synonyms:
            names = [words(name) for name in group]
            self._names |= {name: "".join(names[0]) for name in names if name}
        self._longest: dict[str, int] = {}
        """By first word of a name: the most words of a name that begins so."""
        for name in self._names:
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))
        self._telling = self._abbreviations.keys() | self._longest.keys()

    def rewrite(self, plain: Sequence[str]) -> tuple[str, ...]:
        """Return the words with abbreviations written out and each known name replaced by its group's first."""
        if self._telling.isdisjoint(plain):
            return tuple(plain)
        full = [word for short in plain for word in self._abbreviations.get(short, (short,))]
        rewritten: list[str] = []
        at = 0
        while at < len(full):
            size = self._length_of_name(full, at)
            rewritten.append(self._names[tuple(full[at : at + size])] if size else full[at])
            at += size or 1
        return tuple(rewritten)

    def _length_of_name(self, full: Sequence[str], at: int) -> int:
        """Return how many words the longest name has that begins here; 0 for none."""
        longest = min(self._longest.get(full[at], 0), len(full) - at)
        return next((size for size in range(longest, 0, -1) if tuple(full[at : at + size]) in self._names), 0)
