"""Which entry a vector speaks for: one weight for each feature and entry, learnt from the phrases.

A linear classifier trained with the multi-class passive-aggressive rule (Crammer et al. 2006, PA-I), begun at each
entry's mean vector. It learns what sets an entry apart from its neighbours, which no nearest-phrase search can see.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from intents.features import Floats, Indexes, Vector

MARGIN = 0.5
"""By how much the right entry's score must beat the next one's."""
STEP = 0.5
"""The most that one phrase may move the weights at a time (C of PA-I)."""
EPOCHS = 3
"""Times through the phrases; from the second on, only through those that were still too close."""
BATCH = 64
"""Phrases scored at once; mistakes within a batch are learnt one after another."""
SEED = 0


class Classifier:
    """Scores every entry for a vector."""

    def __init__(self, vectors: Sequence[Vector], labels: Sequence[int], features: int) -> None:
        """Learn from vectors and the number of the entry that each belongs to; deterministic."""
        self._weights: Floats = np.zeros((features, max(labels, default=-1) + 1), np.float32)
        for vector, label in zip(vectors, labels, strict=True):
            self._weights[vector.features, label] += vector.weights
        self._weights *= MARGIN / np.maximum(np.linalg.norm(self._weights, axis=0), 1e-9)
        self._learn(vectors, np.array(labels, np.intp))

    def scores(self, vector: Vector) -> Floats:
        """Return one score for each entry: about 1 for its own phrases, about 0 for what it does not know."""
        return vector.weights @ self._weights[vector.features]

    def _learn(self, vectors: Sequence[Vector], labels: npt.NDArray[np.intp]) -> None:
        close = np.arange(len(vectors))
        shuffle = np.random.default_rng(SEED)
        for _ in range(EPOCHS):
            order = shuffle.permutation(close)
            batches = (order[start : start + BATCH] for start in range(0, len(order), BATCH))
            close = np.array([row for batch in batches for row in self._learn_batch(vectors, labels, batch)], int)

    def _learn_batch(
        self, vectors: Sequence[Vector], labels: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
    ) -> list[int]:
        """Mend the weights for the phrases whose entry does not win clearly; return their numbers."""
        rows = rows[[len(vectors[row].features) > 0 for row in rows]]
        if not len(rows) or self._weights.shape[1] < 2:
            return []
        scores = self._scores_of([vectors[row] for row in rows])
        here = np.arange(len(rows))
        right = scores[here, labels[rows]].copy()
        scores[here, labels[rows]] = -np.inf
        rivals = scores.argmax(axis=1)
        losses = MARGIN - (right - scores[here, rivals])
        close = np.flatnonzero(losses > 0)
        for place in close:
            vector = vectors[rows[place]]
            step = min(STEP, float(losses[place]) / (2 * float(vector.weights @ vector.weights)))
            self._weights[vector.features, labels[rows[place]]] += step * vector.weights
            self._weights[vector.features, rivals[place]] -= step * vector.weights
        return [int(row) for row in rows[close]]

    def _scores_of(self, vectors: Sequence[Vector]) -> Floats:
        features: Indexes = np.concatenate([vector.features for vector in vectors])
        weights = np.concatenate([vector.weights for vector in vectors])
        starts = np.cumsum([0, *(len(vector.features) for vector in vectors[:-1])])
        scores: Floats = np.add.reduceat(self._weights[features] * weights[:, None], starts, axis=0)
        return scores
