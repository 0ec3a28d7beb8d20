"""Concepts: what words and expressions of everyday talk mean nearly alike, in every language."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from intents.text import words_of_each


class Thesaurus:
    """Finds the concepts behind the words of one language.

    An item is a word, an expression of several words, or one of these with a star at its end: then the last word may
    go on, so that `espi*` is found in `espiaron`.
    """

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        """Take the items of each concept."""
        self._items: dict[tuple[str, ...], list[str]] = {}
        """By their words: the concepts of items without a star."""
        self._stems: dict[tuple[str, ...], dict[str, list[str]]] = {}
        """By their words before the last, then by that one: the concepts of items with a star."""
        self._longest: dict[tuple[str, ...], int] = {}
        """By the first two words of an expression, or its first when the second has a star: its most words."""
        items = [(concept, item) for concept, of_concept in concepts.items() for item in of_concept]
        for (concept, item), said in zip(items, words_of_each(item for _, item in items), strict=True):
            self._add(said, item.rstrip().endswith("*"), concept)
        self._at_hand: dict[str, tuple[str, ...]] = {}

    def _add(self, said: tuple[str, ...], is_open: bool, concept: str) -> None:
        if not said:
            return
        if is_open:
            self._stems.setdefault(said[:-1], {}).setdefault(said[-1], []).append(concept)
        else:
            self._items.setdefault(said, []).append(concept)
        if len(said) > 1:
            begins = said[: 1 if is_open and len(said) == 2 else 2]
            self._longest[begins] = max(len(said), self._longest.get(begins, 0))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that are known whole, those of expressions too."""
        begun = (word for words_before in self._stems for word in words_before)
        return tuple(dict.fromkeys([*(word for item in self._items for word in item), *begun]))

    def concepts(self, plain: Sequence[str]) -> tuple[str, ...]:
        """Return the concepts of some words, in their order; the longest expression stands for all its words."""
        said = tuple(plain)
        if self._longest.keys().isdisjoint(pairwise(said)) and self._longest.keys().isdisjoint(zip(said, strict=True)):
            return tuple(chain.from_iterable(map(self.concepts_of, said)))
        found: list[str] = []
        passed = 0
        for at, pair in enumerate(zip(said, (*said[1:], ""), strict=True)):
            if at < passed:
                continue
            begins = pair in self._longest or pair[:1] in self._longest
            if begins and (expression := self._expression(said, at)):
                passed, meant = expression
                found += meant
            else:
                found += self.concepts_of(pair[0])
        return tuple(found)

    def concepts_of(self, word: str) -> tuple[str, ...]:
        """Return the concepts of a word by itself: its own, and those of its longest known stem."""
        found = self._at_hand.get(word)
        return self._meant((word,)) if found is None else found

    def keep_at_hand(self, words: Iterable[str]) -> None:
        """Look up the concepts of some words once for all. (What people ask is never kept.)"""
        self._at_hand.update({word: self._meant((word,)) for word in words})

    def _expression(self, said: tuple[str, ...], at: int) -> tuple[int, tuple[str, ...]] | None:
        """Return where the longest expression that begins here ends, and its concepts."""
        longest = max(self._longest.get(said[at : at + 2], 0), self._longest.get(said[at : at + 1], 0))
        sizes = range(min(longest, len(said) - at), 1, -1)
        return next(((at + size, meant) for size in sizes if (meant := self._meant(said[at : at + size]))), None)

    def _meant(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """Return the concepts of just these words."""
        stems, last = self._stems.get(said[:-1], {}), said[-1]
        stem = next((last[:end] for end in range(len(last), 0, -1) if last[:end] in stems), "") if stems else ""
        return tuple(dict.fromkeys([*self._items.get(said, ()), *stems.get(stem, ())]))
