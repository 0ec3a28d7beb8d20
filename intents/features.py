"""What a question is made of, in numbers: its words, pairs of words, and the letters of its words.

TF-IDF (Salton and Buckley 1988) on two blocks, each of length one: words with word pairs, and runs of letters within
words, which survive typing errors.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import log

import numpy as np
import numpy.typing as npt

GRAM = 4
"""Letters in a run; measured against 3, 5 and pairs of lengths, which are slower or hang more on chance."""
MIN_COUNT = 2
"""Pairs and runs seen in fewer phrases are dropped: they tell what their word tells."""
UNSEEN_SHARE = 0.4
"""How much an unseen word dilutes a question, next to a seen one as rare; measured between 0 (a question about
something else that shares a few words is answered) and 0.8 (a new way of asking is not)."""
SAID_LITTLE = 12.0
"""What weighs against a phrase of few and common words: "de" and "the" say nothing."""
BLOCK = 1000
"""Phrases handled at once; more would only take memory."""
ONLY_LETTERS_SHARE = 0.25
"""What the letters of a question count for when all its words are unseen."""

Floats = npt.NDArray[np.float32]
Indexes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Vectors:
    """Sparse vectors, one after another: the features present, and how much each weighs."""

    features: npt.NDArray[np.intp]
    weights: Floats
    starts: list[int]
    """Where each vector begins; one more at the end."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> tuple[npt.NDArray[np.intp], Floats]:
        here = slice(self.starts[row], self.starts[row + 1])
        return self.features[here], self.weights[here]


class Features:
    """Numbers the features of a collection of phrases, and weighs each by how few phrases have it."""

    def __init__(self, phrases: Sequence[Sequence[str]]) -> None:
        """Take the words of every phrase; the numbers follow their order, so that each process learns the same."""
        words = Counter(word for phrase in phrases for word in dict.fromkeys(phrase))
        pairs = Counter(pair for phrase in phrases for pair in dict.fromkeys(pairwise(phrase)))
        kept = {pair: count for pair, count in pairs.items() if count >= MIN_COUNT}
        self._words = {word: number for number, word in enumerate(words)}
        self._pairs = {pair: number for number, pair in enumerate(kept, len(words))}
        self._first_run = len(words) + len(kept)
        self._runs: dict[str, int] = {}
        runs_of = {
            word: np.array([self._runs.setdefault(run, len(self._runs)) for run in _runs(word)], np.int32)
            for word in words
        }
        counts = _sum_by_number(runs_of.values(), list(words.values()), len(self._runs))
        order = (np.cumsum(counts >= MIN_COUNT) - 1 + self._first_run).astype(np.int32)
        self._runs = {run: int(order[old]) for run, old in self._runs.items() if counts[old] >= MIN_COUNT}
        self._letters = {word: order[runs[counts[runs] >= MIN_COUNT]] for word, runs in runs_of.items()}
        self._unseen_rarity = log(1 + len(phrases)) + 1
        seen = np.concatenate([[*words.values(), *kept.values()], counts[counts >= MIN_COUNT]])
        self._rarity = (self._unseen_rarity - np.log(1 + seen)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._rarity)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """All words seen."""
        return tuple(self._words)

    def rarity(self, word: str) -> float:
        """Return how telling a word is: its inverse document frequency, the highest for an unseen one."""
        number = self._words.get(word)
        return self._unseen_rarity if number is None else float(self._rarity[number])

    def vectors(self, phrases: Sequence[Sequence[str]]) -> Vectors:
        """Return the vectors of some phrases' words; unseen words only shorten them."""
        blocks = [self._block(phrases[start : start + BLOCK]) for start in range(0, max(1, len(phrases)), BLOCK)]
        features, weights, sizes = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return Vectors(features.astype(np.intp), weights, [0, *np.cumsum(sizes).tolist()])

    def _block(self, phrases: Sequence[Sequence[str]]) -> tuple[Indexes, Floats, Indexes]:
        """Return the features and weights of some phrases, and how many each has."""
        whole = [self._whole(phrase) for phrase in phrases]
        letters = [self._letters_of(word) for phrase in phrases for word in phrase]
        owners = np.repeat(np.arange(len(phrases)), [len(numbers) for numbers in whole])
        speakers = np.repeat(np.arange(len(phrases)), [len(phrase) for phrase in phrases])
        rows, features, counts = _count(
            np.concatenate([owners, np.repeat(speakers, [len(numbers) for numbers in letters])]),
            np.concatenate([np.fromiter(chain.from_iterable(whole), np.int32, len(owners)), *letters]),
            len(self),
        )
        weights = counts * self._rarity[features]
        halves = 2 * rows + (features >= self._first_run)
        lengths = np.sqrt(np.bincount(halves, weights**2, minlength=2 * len(phrases)))
        shares = np.repeat([self._seen_share(phrase) for phrase in phrases], 2)
        scaled = weights * (shares / np.maximum(lengths, 1e-9))[halves]
        return features, scaled.astype(np.float32), np.bincount(rows, minlength=len(phrases)).astype(np.int32)

    def _whole(self, phrase: Sequence[str]) -> list[int]:
        """Return the numbers of a phrase's words and pairs of words."""
        words = [self._words[word] for word in phrase if word in self._words]
        return words + [self._pairs[pair] for pair in pairwise(phrase) if pair in self._pairs]

    def _letters_of(self, word: str) -> Indexes:
        """Return the numbers of a word's runs of letters."""
        known = self._letters.get(word)
        if known is not None:
            return known
        return np.array([self._runs[run] for run in _runs(word) if run in self._runs], np.int32)

    def _seen_share(self, phrase: Sequence[str]) -> float:
        """Return how long the vector of the seen words is, next to that of all words and what a phrase should say."""
        seen = sum(self.rarity(word) ** 2 for word in phrase if word in self._words)
        unseen = sum(word not in self._words for word in phrase) * self._unseen_rarity**2
        diluted = seen + UNSEEN_SHARE * unseen + SAID_LITTLE
        return float(np.sqrt(seen / diluted)) if seen else ONLY_LETTERS_SHARE


_NONE: Indexes = np.zeros(0, np.int32)


def _count(rows: Rows, numbers: Indexes, size: int) -> tuple[Rows, Indexes, Indexes]:
    """Return which numbers below `size` are in which row, and how often: rows, numbers, counts."""
    keys, counts = np.unique(rows * max(1, size) + numbers, return_counts=True)
    found, different = np.divmod(keys, max(1, size))
    return found, different.astype(np.int32), counts.astype(np.int32)


def _sum_by_number(rows: Iterable[Indexes], amounts: Sequence[int], size: int) -> Indexes:
    """Return, for each number below `size`, the sum of the amounts of the rows that it is in."""
    parts = list(rows)
    spread = np.repeat(np.array(amounts, np.int32), [len(part) for part in parts])
    return np.bincount(np.concatenate([_NONE, *parts]), spread, minlength=size).astype(np.int32)


def _runs(word: str) -> list[str]:
    """Return the runs of letters of a word, each once, its two ends marked."""
    edged = f" {word} "
    return list(dict.fromkeys(edged[at : at + GRAM] for at in range(len(edged) - GRAM + 1)))
