"""What a question is made of, in numbers: its words, pairs of words, and the letters of its words.

TF-IDF (Salton and Buckley 1988) on two blocks, each of length one: words with word pairs, and runs of letters within
words, which survive typing errors.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

GRAMS = (3, 4)
"""Lengths of the runs of letters; measured against 2-5, which is no better and half as fast."""
MIN_COUNT = 2
"""Pairs and runs seen in fewer phrases are dropped: they tell what their word tells."""
UNSEEN_SHARE = 0.4
"""How much an unseen word dilutes a question, next to a seen one as rare; measured between 0 (a question about
something else that shares a few words is answered) and 0.8 (a new way of asking is not)."""
ONLY_LETTERS_SHARE = 0.5
"""What the letters of a question count for when all its words are unseen."""

Floats = npt.NDArray[np.float32]
Indexes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Vector:
    """A sparse vector: the features present, and how much each weighs."""

    features: Indexes
    weights: Floats


class Features:
    """Numbers the features of a collection of phrases, and weighs each by how few phrases have it."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        """Take the words of every phrase."""
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        runs: Counter[str] = Counter()
        runs_of: dict[str, tuple[str, ...]] = {}
        total = 0
        for phrase in phrases:
            total += 1
            words.update(set(phrase))
            pairs.update(set(_pairs(phrase)))
            for word in phrase:
                if word not in runs_of:
                    runs_of[word] = _runs(word)
            runs.update({run for word in phrase for run in runs_of[word]})
        self._words = {word: number for number, word in enumerate(words)}
        kept = [pair for pair, count in pairs.items() if count >= MIN_COUNT]
        self._pairs = {pair: number for number, pair in enumerate(kept, len(self._words))}
        known = [run for run, count in runs.items() if count >= MIN_COUNT]
        self._numbers = {run: number for number, run in enumerate(known, len(self._words) + len(kept))}
        counts = [*words.values(), *(pairs[pair] for pair in kept), *(runs[run] for run in known)]
        self._rarity = (np.log((1 + total) / (1 + np.array(counts, np.float32))) + 1).astype(np.float32)
        self._letters: dict[str, Indexes] = {}
        self._letters = {word: self._letters_of(word) for word in self._words}
        self.unseen_rarity = log(1 + total) + 1

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
        return self.unseen_rarity if number is None else float(self._rarity[number])

    def vector(self, phrase: Sequence[str]) -> Vector:
        """Return the vector of a phrase's words; unseen words only shorten it."""
        whole = [self._words[word] for word in phrase if word in self._words]
        whole += [self._pairs[pair] for pair in _pairs(phrase) if pair in self._pairs]
        letters = [self._letters_of(word) for word in phrase]
        blocks = [np.array(whole, np.int32), np.concatenate(letters) if letters else np.zeros(0, np.int32)]
        counted = [self._block(block) for block in blocks]
        weights = np.concatenate([vector.weights for vector in counted])
        return Vector(np.concatenate([vector.features for vector in counted]), weights * self._seen_share(phrase))

    def _seen_share(self, phrase: Sequence[str]) -> np.float32:
        """Return how long the vector of the seen words is, next to that of all words."""
        seen = sum(self.rarity(word) ** 2 for word in phrase if word in self._words)
        unseen = sum(self.unseen_rarity**2 for word in phrase if word not in self._words)
        return np.float32(np.sqrt(seen / (seen + UNSEEN_SHARE * unseen)) if seen else ONLY_LETTERS_SHARE)

    def _block(self, numbers: Indexes) -> Vector:
        features, counts = np.unique(numbers, return_counts=True)
        weights = counts * self._rarity[features]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return Vector(features, (weights / length).astype(np.float32))

    def _letters_of(self, word: str) -> Indexes:
        known = self._letters.get(word)
        if known is not None:
            return known
        return np.array([self._numbers[run] for run in _runs(word) if run in self._numbers], np.int32)


def _runs(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(edged[at : at + size] for size in GRAMS for at in range(len(edged) - size + 1))


def _pairs(phrase: Sequence[str]) -> Iterable[tuple[str, str]]:
    return pairwise(phrase)
