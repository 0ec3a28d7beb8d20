"""How near a question is to the phrases of an entry: the mean cosine of the nearest three."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from intents.features import Floats, Indexes, Vectors

NEAREST = 3
"""Phrases that count; one alone lets an odd phrase decide, and all of them punish an entry with many."""
SQUARED_LENGTH = 2.0
"""Of a vector: its two blocks have length one each."""


class Phrasebook:
    """Keeps the phrases of all entries as vectors, those of an entry side by side."""

    def __init__(self, vectors: Vectors, labels: Sequence[int], features: int) -> None:
        """Take the vectors of phrases and the number of the entry that each belongs to, in the order of entries."""
        self._features: Indexes = vectors.features.astype(np.int32)
        self._weights = vectors.weights
        self._starts = np.array(vectors.starts)
        self._bounds = np.searchsorted(labels, np.arange(max(labels, default=-1) + 2)).tolist()
        self._question: Floats = np.zeros(features, np.float32)

    def similarities(self, vectors: Vectors, row: int, entries: Sequence[int]) -> list[float]:
        """Return how near one vector is to each of some entries: 0 for nothing in common, near 1 for its own phrase."""
        features, weights = vectors[row]
        self._question[features] = weights
        found = [self._nearest(entry) for entry in entries]
        self._question[features] = 0
        return found

    def _nearest(self, entry: int) -> float:
        """Return the mean cosine of an entry's phrases that are nearest to the question laid out."""
        first, last = self._bounds[entry], self._bounds[entry + 1]
        start, end = int(self._starts[first]), int(self._starts[last])
        products = self._weights[start:end] * self._question.take(self._features[start:end])
        sums: npt.NDArray[np.float32] = np.add.reduceat(np.append(products, 0), self._starts[first:last] - start)
        return float(np.sort(sums)[-NEAREST:].sum()) / NEAREST / SQUARED_LENGTH
