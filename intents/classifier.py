"""Which entry a vector speaks for: one weight for each feature and entry, learnt from the phrases.

A linear classifier trained with the multi-class passive-aggressive rule (Crammer et al. 2006), begun at each
entry's mean vector. It learns what sets an entry apart from its neighbours, which no nearest-phrase search can see.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
import numpy.typing as npt

from intents.features import Floats, Vectors

MARGIN = 0.3
"""By how much the right entry's score must beat the next one's."""
START = 1.0
"""The length of each entry's mean vector at the beginning."""
STEP = 0.15
"""The share of a phrase's loss that is mended at once: all of it (1, the rule as published) follows every odd phrase,
and the result then hangs on their order."""
EPOCHS = 3
"""Times through the phrases; from the second on, only through those that were still too close."""
SEED = 0


class Classifier:
    """Scores every entry for a vector."""

    def __init__(self, vectors: Vectors, labels: Sequence[int], features: int) -> None:
        """Learn from vectors and the number of the entry that each belongs to; deterministic."""
        self._weights: Floats = np.zeros((features, max(labels, default=-1) + 1), np.float32)
        owners = np.repeat(np.array(labels, np.intp), np.diff(vectors.starts))
        np.add.at(self._weights, (vectors.features, owners), vectors.weights)
        self._weights *= START / np.sqrt(np.maximum(np.einsum("ij,ij->j", self._weights, self._weights), 1e-9))
        if len(set(labels)) > 1:
            self._learn(vectors, labels)

    def scores(self, vectors: Vectors) -> Floats:
        """Return, for each vector, one score for each entry: near 1 for its phrases, near 0 for strange ones."""
        scores = np.zeros((len(vectors), self._weights.shape[1]), np.float32)
        for row in range(len(vectors)):
            features, weights = vectors[row]
            scores[row] = weights @ self._weights.take(features, axis=0)
        return scores

    def _learn(self, vectors: Vectors, labels: Sequence[int]) -> None:
        rows = [(*vectors[row], label) for row, label in enumerate(labels) if vectors[row][0].size]
        shuffle = Random(SEED)  # noqa: S311  # the same order each time is the point
        for _ in range(EPOCHS):
            shuffle.shuffle(rows)
            rows = [row for row in rows if self._mend(*row)]

    def _mend(self, features: npt.NDArray[np.intp], weights: Floats, right: int) -> bool:
        """Learn from one phrase if its entry does not win clearly; tell whether it did not."""
        scores = weights @ self._weights.take(features, axis=0)
        wanted = float(scores[right])
        scores[right] = -np.inf
        rival = int(scores.argmax())
        loss = MARGIN - (wanted - float(scores[rival]))
        if loss <= 0:
            return False
        step = STEP * loss / (2 * float(weights @ weights)) * weights
        self._weights[:, right][features] += step
        self._weights[:, rival][features] -= step
        return True
