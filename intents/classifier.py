"""Which entry a vector speaks for: one weight for each feature and entry, learnt from the phrases.

A linear classifier for the multi-class hinge loss (Crammer and Singer 2001), begun at each entry's mean vector and
trained by passive-aggressive steps (Crammer et al. 2006) that are taken for many phrases at once. It learns what sets
an entry apart from its neighbours, which no nearest-phrase search can see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.features import Floats, Rows, Vectors

MARGIN = 0.5
"""By how much the right entry's score must beat the next one's."""
STEP = 0.1
"""The share of a phrase's loss that is mended at once: all of it (1, the published rule) follows every odd phrase."""
ROUNDS = 4
"""Times through the phrases."""
HANDS = 16
"""The phrases are dealt into so many hands, and those of a hand learnt together: with one, the steps of many alike
phrases add up too far; one hand for each phrase makes the result hang on their order."""


SAMPLE = 2000
"""Phrases from which the scale is read."""


@dataclass(frozen=True)
class Scale:
    """What scores look like in this collection: they depend on how many phrases there are, and how alike."""

    rival: float
    """The median score of a phrase's best wrong entry: what a question about something else may reach."""
    own: float
    """The median score of a phrase's own entry."""

    def measure(self, score: float) -> float:
        """Return a score on a scale where 0 is a stranger's and 1 a phrase's own."""
        return (score - self.rival) / self.unit

    @property
    def unit(self) -> float:
        """How far a phrase's own score is from a stranger's."""
        return max(self.own - self.rival, 1e-6)


class Classifier:
    """Scores every entry for a vector."""

    def __init__(self, vectors: Vectors, labels: Sequence[int], features: int) -> None:
        """Learn from vectors and the number of the entry that each belongs to; deterministic."""
        owners: Rows = np.array(labels, np.intp)
        self._weights: Floats = np.zeros((features, max(labels, default=-1) + 1), np.float32)
        self._add(vectors.features, np.repeat(owners, np.diff(vectors.starts)), vectors.weights)
        self._weights /= np.sqrt(np.maximum(np.einsum("ij,ij->j", self._weights, self._weights), 1e-9))
        self._squares = np.maximum(np.add.reduceat(np.append(vectors.weights**2, 0), vectors.starts[:-1]), 1e-9)
        if self._weights.shape[1] > 1:
            for hand in [*range(HANDS)] * ROUNDS:
                self._learn(vectors, owners, np.arange(hand, len(vectors), HANDS))
        self.scale = self._read_scale(vectors, owners)

    def scores(self, vectors: Vectors, rows: Sequence[int] | None = None) -> Floats:
        """Return, for each vector or some of them, one score for each entry: the higher, the liker its phrases."""
        chosen = range(len(vectors)) if rows is None else rows
        scores = np.empty((len(chosen), self._weights.shape[1]), np.float32)
        for place, row in enumerate(chosen):
            features, weights = vectors[row]
            scores[place] = weights @ self._weights.take(features, axis=0)
        return scores

    def shares(self, vectors: Vectors, row: int, entry: int) -> Floats:
        """Return what each feature of a vector adds to an entry's score."""
        features, weights = vectors[row]
        shares: Floats = weights * self._weights[features, entry]
        return shares

    def _learn(self, vectors: Vectors, owners: Rows, rows: Rows) -> None:
        """Mend a share of what is lacking to the margin, for all phrases of one hand at once."""
        own, rival, best = self._compare(vectors, owners, rows)
        loss = MARGIN - (own - best)
        wrong = loss > 0
        lacking = [vectors[row] for row in rows[wrong].tolist()]
        if not lacking:
            return
        sizes = [len(features) for features, _ in lacking]
        features, weights = (np.concatenate(parts) for parts in zip(*lacking, strict=True))
        steps = STEP / 2 * loss[wrong] / self._squares[rows[wrong]]
        changes = weights * np.repeat(steps, sizes)
        self._add(features, np.repeat(owners[rows[wrong]], sizes), changes)
        self._add(features, np.repeat(rival[wrong], sizes), -changes)

    def _add(self, features: Rows, entries: Rows, changes: Floats) -> None:
        """Add to single weights: at flat places and in one type of number, which is ten times faster in numpy."""
        places = features * self._weights.shape[1] + entries
        np.add.at(self._weights.reshape(-1), places, changes.astype(np.float32, copy=False))

    def _compare(self, vectors: Vectors, owners: Rows, rows: Rows) -> tuple[Floats, Rows, Floats]:
        """Return, for some phrases, the score of their own entry, and the best other entry with its score."""
        scores = self.scores(vectors, rows.tolist())
        places = np.arange(len(rows))
        own = scores[places, owners[rows]]
        scores[places, owners[rows]] = -np.inf
        rival = scores.argmax(axis=1)
        return own, rival, scores[places, rival]

    def _read_scale(self, vectors: Vectors, owners: Rows) -> Scale:
        if self._weights.shape[1] < 2:
            return Scale(0.0, 1.0)
        own, _, best = self._compare(vectors, owners, np.arange(0, len(vectors), max(1, len(vectors) // SAMPLE)))
        return Scale(float(np.median(best)), float(np.median(own)))
