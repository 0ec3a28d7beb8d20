"""Which entry a vector speaks for: one weight for each feature and entry, learnt from the phrases.

A linear classifier trained with the multi-class passive-aggressive rule (Crammer et al. 2006, PA-I), begun at each
entry's mean vector. It learns what sets an entry apart from its neighbours, which no nearest-phrase search can see.
"""

import numpy as np
import numpy.typing as npt

from intents.features import Floats, Indexes, Vectors

MARGIN = 0.35
"""By how much the right entry's score must beat the next one's."""
START = 1.0
"""The length of each entry's mean vector at the beginning."""
STEP = 0.5
"""The most that one phrase may move the weights at a time (C of PA-I)."""
EPOCHS = 2
"""Times through the phrases; from the second on, only through those that were still too close."""
SEED = 0

Rows = npt.NDArray[np.int64]


class Classifier:
    """Scores every entry for a vector."""

    def __init__(self, vectors: Vectors, labels: Rows, features: int) -> None:
        """Learn from vectors and the number of the entry that each belongs to; deterministic."""
        entries = int(labels.max(initial=-1)) + 1
        owners = np.repeat(labels, np.diff(vectors.starts))
        sums = np.bincount(vectors.features * entries + owners, vectors.weights, minlength=features * entries)
        self._weights: Floats = sums.reshape(features, entries).astype(np.float32)
        self._weights *= START / np.maximum(np.linalg.norm(self._weights, axis=0), 1e-9)
        if entries > 1:
            self._learn(vectors, labels)

    def scores(self, vectors: Vectors) -> Floats:
        """Return, for each vector, one score for each entry: near 1 for its phrases, near 0 for strange ones."""
        scores = np.zeros((len(vectors), self._weights.shape[1]), np.float32)
        for row in range(len(vectors)):
            features, weights = vectors[row]
            scores[row] = weights @ self._weights[features]
        return scores

    def _learn(self, vectors: Vectors, labels: Rows) -> None:
        rows = np.flatnonzero(np.diff(vectors.starts))
        shuffle = np.random.default_rng(SEED)
        for _ in range(EPOCHS):
            rows = np.array(
                [row for row in shuffle.permutation(rows) if self._mend(*vectors[row], labels[row])], np.int64
            )

    def _mend(self, features: Indexes, weights: Floats, right: int) -> bool:
        """Learn from one phrase if its entry does not win clearly; tell whether it did not."""
        scores = weights @ self._weights[features]
        wanted, scores[right] = scores[right], -np.inf
        rival = scores.argmax()
        loss = MARGIN - float(wanted - scores[rival])
        if loss <= 0:
            return False
        step = min(STEP, loss / (2 * float(weights @ weights)))
        self._weights[features, right] += step * weights
        self._weights[features, rival] -= step * weights
        return True
