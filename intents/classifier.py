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
ROUNDS, MOST_ROUNDS = 4, 40
"""Times through the phrases: few phrases are gone through more often, for about as many lessons."""
LESSONS = 40_000
HANDS = 16
"""The phrases are dealt into so many hands, and those of a hand learnt together: with one, the steps of many alike
phrases add up too far; one hand for each phrase makes the result hang on their order."""
WHOLE = 127
"""The largest whole number that a weight is kept as."""
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
    """Scores every entry for a vector.

    A feature's weights are kept as whole numbers of a unit of its own: a quarter of the memory, for the same answers.
    """

    def __init__(self, weights: Floats, scale: Scale) -> None:
        """Take one row of weights for each feature, with one weight for each entry."""
        self._units = np.maximum(np.abs(weights).max(axis=1, initial=0), 1e-9) / WHOLE
        self._weights = np.rint(weights / self._units[:, None]).astype(np.int8)
        self.scale = scale

    def scores(self, vectors: Vectors) -> Floats:
        """Return, for each vector, one score for each entry: the higher, the liker its phrases."""
        scores = np.empty((len(vectors), self._weights.shape[1]), np.float32)
        for row in range(len(vectors)):
            features, weights = vectors[row]
            scores[row] = (weights * self._units[features]) @ self._weights.take(features, axis=0).astype(np.float32)
        return scores

    def shares(self, vectors: Vectors, row: int, entry: int) -> Floats:
        """Return what each feature of a vector adds to an entry's score."""
        features, weights = vectors[row]
        shares: Floats = weights * self._units[features] * self._weights[features, entry]
        return shares


def train(vectors: Vectors, labels: Sequence[int], features: int, entries: int | None = None) -> Classifier:
    """Learn from vectors and the number of the entry that each belongs to; deterministic.

    There may be more `entries` than those that have a vector.
    """
    trainer = _Trainer(vectors, labels, (features, max(labels, default=-1) + 1 if entries is None else entries))
    rounds = min(max(ROUNDS, LESSONS // max(1, len(vectors))), MOST_ROUNDS)
    for hand in [*range(HANDS)] * rounds:
        trainer.learn(np.arange(hand, len(vectors), HANDS))
    return Classifier(trainer.weights, trainer.scale())


class _Trainer:
    def __init__(self, vectors: Vectors, labels: Sequence[int], shape: tuple[int, int]) -> None:
        self._vectors = vectors
        self._owners: Rows = np.array(labels, np.intp)
        rows = vectors.rows
        self._squares = np.maximum(np.bincount(rows, vectors.weights**2, minlength=len(vectors)), 1e-9)
        self.weights: Floats = np.zeros(shape, np.float32)
        self._add(vectors.features, self._owners[rows], vectors.weights)
        self.weights /= np.sqrt(np.maximum(np.einsum("ij,ij->j", self.weights, self.weights), 1e-9))

    def learn(self, rows: Rows) -> None:
        """Mend a share of what some phrases lack to the margin, for all of them at once."""
        if self.weights.shape[1] < 2:
            return
        own, rival, best = self._compare(rows)
        loss = MARGIN - (own - best)
        wrong = loss > 0
        lacking = [self._vectors[row] for row in rows[wrong].tolist()]
        if not lacking:
            return
        sizes = [len(features) for features, _ in lacking]
        features, weights = (np.concatenate(parts) for parts in zip(*lacking, strict=True))
        changes = weights * np.repeat(STEP / 2 * loss[wrong] / self._squares[rows[wrong]], sizes)
        self._add(features, np.repeat(self._owners[rows[wrong]], sizes), changes)
        self._add(features, np.repeat(rival[wrong], sizes), -changes)

    def scale(self) -> Scale:
        if self.weights.shape[1] < 2:
            return Scale(0.0, 1.0)
        size = len(self._owners)
        own, _, best = self._compare(np.arange(0, size, max(1, size // SAMPLE)))
        return Scale(float(np.median(best)), float(np.median(own)))

    def _compare(self, rows: Rows) -> tuple[Floats, Rows, Floats]:
        """Return, for some phrases, the score of their own entry, and the best other entry with its score."""
        scores = np.empty((len(rows), self.weights.shape[1]), np.float32)
        for place, row in enumerate(rows.tolist()):
            features, weights = self._vectors[row]
            scores[place] = weights @ self.weights.take(features, axis=0)
        places = np.arange(len(rows))
        own = scores[places, self._owners[rows]]
        scores[places, self._owners[rows]] = -np.inf
        rival = scores.argmax(axis=1)
        return own, rival, scores[places, rival]

    def _add(self, features: Rows, entries: Rows, changes: Floats) -> None:
        """Add to single weights: at flat places and in one type of number, which is ten times faster in numpy."""
        places = features * self.weights.shape[1] + entries
        np.add.at(self.weights.reshape(-1), places, changes.astype(np.float32, copy=False))
