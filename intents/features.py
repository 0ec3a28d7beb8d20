"""What a text is made of, in numbers: its words, its concepts, pairs of words, and the letters of its words.

TF-IDF (Salton and Buckley 1988) on two blocks, each of length one: words with concepts and word pairs, and runs of
letters within words, which survive typing errors and tie related languages together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

import numpy as np
import numpy.typing as npt

from intents.hearing import Heard

SHORT_RUN, LONG_RUN = 3, 4
"""Letters in a run, with few phrases and with many: a longer run tells more, but must be seen often enough. Measured
against 2, 5 and several lengths at once, which are slower or hang more on chance."""
MANY = 5000
"""Phrases from which runs are long."""
PAIR_SHARE = 0.7
"""What a pair of words counts, next to a word as rare."""
MIN_COUNT = 2
"""Pairs and runs seen in fewer phrases are dropped: they tell what their word tells."""
UNSEEN_SHARE = 0.4
"""How much an unseen word dilutes a question, next to a seen one as rare; measured between 0 (a question about
something else that shares a few words is answered) and 0.8 (a new way of asking is not)."""
SAID_LITTLE = 0.1
"""What weighs against a phrase of few and common words ("de" and "the" say nothing), next to an unseen word."""
BLOCK = 1000
"""Texts handled at once; more would only take memory."""
ONLY_LETTERS_SHARE = 0.25
"""What the letters of a question count for when all its words are unseen."""

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Vectors:
    """Sparse vectors, one after another: the features present, and how much each weighs."""

    features: Rows
    weights: Floats
    starts: Rows
    """Where each vector begins; one more at the end."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def rows(self) -> Rows:
        """The row of each feature."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def __getitem__(self, row: int) -> tuple[Rows, Floats]:
        here = slice(self.starts[row], self.starts[row + 1])
        return self.features[here], self.weights[here]


class Features:
    """Numbers the features of a collection of phrases, and weighs each by how few phrases have it.

    The numbers of words come first, then concepts, pairs and runs of letters, each in the order of the phrases, so
    that every process learns the same.
    """

    def __init__(self, phrases: Sequence[Heard]) -> None:
        """Take what was heard of every phrase."""
        self._words = _numbered(word for phrase in phrases for word in phrase.words)
        self._concepts = _numbered((concept for phrase in phrases for concept in phrase.concepts), len(self._words))
        self._first_pair = len(self._words) + len(self._concepts)
        rows, words = _flat([phrase.words for phrase in phrases], self._words)
        concept_rows, concepts = _flat([phrase.concepts for phrase in phrases], self._concepts)
        _, single, _ = _distinct(_join(rows, concept_rows), _join(words, concepts), self._first_pair)
        counts = np.bincount(single, minlength=self._first_pair)

        _, found, _ = _distinct(*self._pairs_of(rows, words), len(self._words) ** 2)
        pairs, pair_counts = np.unique(found, return_counts=True)
        self._pairs: Rows = pairs[pair_counts >= MIN_COUNT]
        """The numbers of the two words in one, in order: that of a pair is `_first_pair` and its place here."""
        self._first_run = self._first_pair + len(self._pairs)

        self._letters_in_run = LONG_RUN if len(phrases) >= MANY else SHORT_RUN
        all_runs = _numbered(run for word in self._words for run in self._runs_in(word))
        owners, runs = _flat([self._runs_in(word) for word in self._words], all_runs)
        run_counts = np.bincount(runs, counts[owners], minlength=len(all_runs)).astype(np.intp)
        kept = run_counts >= MIN_COUNT
        places = np.cumsum(kept) - 1 + self._first_run
        self._runs = {run: int(places[number]) for run, number in all_runs.items() if kept[number]}
        self._letters: Rows = places[runs[kept[runs]]]
        """The runs of all known words, one word after another."""
        self._letters_from = _starts(owners[kept[runs]], len(self._words))

        self._unseen_rarity = log(1 + len(phrases)) + 1
        seen = np.concatenate([counts, pair_counts[pair_counts >= MIN_COUNT], run_counts[kept]])
        self._rarity = (self._unseen_rarity - np.log(1 + seen)).astype(np.float32)
        self._rarity[self._first_pair : self._first_run] *= PAIR_SHARE

    def __len__(self) -> int:
        return len(self._rarity)

    def label(self, number: int) -> str:
        """Return a feature in print: a word, a [concept], a pair of words, or a 'run' of letters, | at its ends."""
        if number < len(self._words):
            return [*self._words][number]
        if number < self._first_pair:
            return f"[{[*self._concepts][number - len(self._words)]}]"
        if number < self._first_run:
            names = [*self._words]
            first, second = divmod(int(self._pairs[number - self._first_pair]), len(self._words))
            return f"{names[first]} {names[second]}"
        run = next(run for run, place in self._runs.items() if place == number)
        return f"'{run}'".replace(" ", "|")

    def said(self, text: Heard) -> list[tuple[str, float]]:
        """Return the seen words of a text, and how rare each is: what it says."""
        seen = [word for word in text.words if word in self._words]
        return list(zip(seen, self._rarity[[self._words[word] for word in seen]].tolist(), strict=True))

    def much(self, text: Heard) -> float:
        """Return how much a text says in words that were seen: the sum of their rarity."""
        return sum(rarity for _, rarity in self.said(text))

    def vectors(self, texts: Sequence[Heard]) -> Vectors:
        """Return the vectors of what was heard of some texts; unseen words only shorten them."""
        blocks = [self._block(texts[start : start + BLOCK]) for start in range(0, max(1, len(texts)), BLOCK)]
        if len(blocks) == 1:
            return blocks[0]
        sizes = np.concatenate([np.diff(block.starts) for block in blocks])
        return Vectors(
            np.concatenate([block.features for block in blocks]),
            np.concatenate([block.weights for block in blocks]),
            np.concatenate([[0], np.cumsum(sizes)]),
        )

    def _block(self, texts: Sequence[Heard]) -> Vectors:
        rows, words = _flat([text.words for text in texts], self._words)
        concept_rows, concepts = _flat([text.concepts for text in texts], self._concepts)
        pair_rows, pairs = self._pairs_of(rows, words)
        places = np.searchsorted(self._pairs, pairs)
        is_pair = np.append(self._pairs, -1)[places] == pairs
        run_rows, runs = self._runs_of(texts, rows, words)
        rows_found, features, counts = _distinct(
            _join(rows[words >= 0], concept_rows[concepts >= 0], pair_rows[is_pair], run_rows),
            _join(words[words >= 0], concepts[concepts >= 0], places[is_pair] + self._first_pair, runs),
            len(self),
        )
        weights = counts * self._rarity[features]
        halves = 2 * rows_found + (features >= self._first_run)
        lengths = np.sqrt(np.bincount(halves, weights**2, minlength=2 * len(texts)))
        shares = np.repeat(self._shares(rows, words, len(texts)), 2)
        scaled = weights * (shares / np.maximum(lengths, 1e-9))[halves]
        return Vectors(features, scaled.astype(np.float32), _starts(rows_found, len(texts)))

    def _pairs_of(self, rows: Rows, words: Rows) -> tuple[Rows, Rows]:
        """Return the pairs of seen words that follow each other in a text: their rows, and the two numbers in one."""
        follow = (rows[:-1] == rows[1:]) & (words[:-1] >= 0) & (words[1:] >= 0)
        return rows[:-1][follow], words[:-1][follow] * len(self._words) + words[1:][follow]

    def _runs_of(self, texts: Sequence[Heard], rows: Rows, words: Rows) -> tuple[Rows, Rows]:
        """Return the runs of letters of all words: their rows and numbers."""
        known = words[words >= 0]
        sizes = self._letters_from[known + 1] - self._letters_from[known]
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1] if ends.size else 0) + np.repeat(self._letters_from[known] - ends + sizes, sizes)
        seen_rows, seen = np.repeat(rows[words >= 0], sizes), self._letters[places]
        if known.size == words.size:
            return seen_rows, seen
        unseen = [[word for word in text.words if word not in self._words] for text in texts]
        strange = [
            [self._runs[run] for word in text for run in self._runs_in(word) if run in self._runs] for text in unseen
        ]
        owners = np.repeat(np.arange(len(texts)), [len(numbers) for numbers in strange])
        return _join(seen_rows, owners), _join(seen, np.array([*chain.from_iterable(strange)], np.intp))

    def _runs_in(self, word: str) -> list[str]:
        """Return the runs of letters of a word, each once, its two ends marked."""
        edged = f" {word} "
        size = self._letters_in_run
        return list(dict.fromkeys(edged[at : at + size] for at in range(len(edged) - size + 1)))

    def _shares(self, rows: Rows, words: Rows, texts: int) -> npt.NDArray[np.float64]:
        """Return how long the vector of each text's seen words is, next to that of all and of what it should say."""
        seen = np.bincount(rows[words >= 0], self._rarity[words[words >= 0]] ** 2, minlength=texts)
        unseen = np.bincount(rows[words < 0], minlength=texts) * self._unseen_rarity**2
        little = SAID_LITTLE * self._unseen_rarity**2
        shares: npt.NDArray[np.float64] = np.sqrt(seen / (seen + UNSEEN_SHARE * unseen + little))
        return np.where(seen > 0, shares, ONLY_LETTERS_SHARE)


def _numbered(names: Iterable[str], first: int = 0) -> dict[str, int]:
    """Number different names from `first` on, in their order."""
    return {name: number for number, name in enumerate(dict.fromkeys(names), first)}


def _flat(texts: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> tuple[Rows, Rows]:
    """Return the row of each name of each text, and its number: -1 for an unknown one."""
    sizes = [len(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), sizes)
    return rows, np.array([numbers.get(name, -1) for text in texts for name in text], np.intp)


def _join(*parts: Rows) -> Rows:
    return np.concatenate(parts)


def _distinct(rows: Rows, numbers: Rows, size: int) -> tuple[Rows, Rows, Rows]:
    """Return which numbers below `size` are in which row, in order, and how often: rows, numbers, counts."""
    keys, counts = np.unique(rows * max(1, size) + numbers, return_counts=True)
    found, different = np.divmod(keys, max(1, size))
    return found, different, counts


def _starts(rows: Rows, size: int) -> Rows:
    """Return where each of `size` rows begins in a list ordered by row, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
