"""Which entry a vector speaks for, learnt from a few vectors of two to four features."""

import numpy as np
import pytest

from intents.classifier import SAMPLE, Classifier, Scale, train
from intents.features import Vectors


def vectors_of(*rows: dict[int, float]) -> Vectors:
    """Make vectors from weights by feature."""
    features = np.array([feature for row in rows for feature in row], np.intp)
    weights = np.array([weight for row in rows for weight in row.values()], np.float32)
    return Vectors(features, weights, np.cumsum([0, *map(len, rows)]))


def best(classifier: Classifier, vectors: Vectors) -> list[int]:
    return [int(entry) for entry in classifier.scores(vectors).argmax(axis=1)]


APART = (vectors_of({0: 1}, {0: 0.6, 1: 0.8}, {1: 0.6, 2: 0.8}, {2: 1}, {3: 1}, {1: 0.6, 3: 0.8}), [0, 0, 1, 1, 2, 2])
OUTLIER = (vectors_of(*[{0: 1.0}] * 6, {1: 0.7, 2: 0.7}, *[{1: 1.0}] * 6), [0] * 7 + [1] * 6)
MIXED = (vectors_of({0: 1}, {1: 1}, {0: 0.9, 2: 0.4}, {1: 0.9, 2: 0.4}, {2: 1}), [0, 1, 0, 1, 2])


@pytest.mark.parametrize(
    ("vectors", "labels"),
    [
        pytest.param(*APART, id="each has a feature of its own, and all share one"),
        pytest.param(*OUTLIER, id="one is nearer to the mean of the others, but for a feature of its own"),
        pytest.param(*MIXED, id="the entries take turns"),
        pytest.param(vectors_of({0: 1}, {}, {1: 1}), [0, 0, 1], id="one is empty, and goes to the first"),
    ],
)
def test_learns_to_tell_entries_apart(vectors: Vectors, labels: list[int]) -> None:
    assert best(train(vectors, labels, 4), vectors) == labels


def test_the_outlier_is_nearer_to_the_mean_of_the_others() -> None:
    means = np.array([[6.0, 0.7, 0.7], [0.0, 6.0, 0.0]])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    assert (means @ [0, 0.7, 0.7]).argmax() == 1


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        pytest.param({0: 1.0}, 0, id="a feature of the first"),
        pytest.param({1: 0.1, 2: 0.9}, 1, id="a feature of the second, and a common one"),
        pytest.param({1: 0.9, 3: 0.3}, 2, id="a common one, and a feature of the third"),
        pytest.param({2: 0.01}, 1, id="hardly anything"),
    ],
)
def test_scores_what_it_never_saw(vector: dict[int, float], expected: int) -> None:
    assert best(train(*APART, 4), vectors_of(vector)) == [expected]


def test_what_has_no_features_scores_nothing_for_all() -> None:
    assert train(*APART, 4).scores(vectors_of({}, {})).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(("vectors", "labels"), [APART, OUTLIER, MIXED], ids=["apart", "outlier", "mixed"])
def test_the_same_vectors_teach_the_same(vectors: Vectors, labels: list[int]) -> None:
    first, second = train(vectors, labels, 4), train(vectors, labels, 4)
    assert first.scores(vectors).tolist() == second.scores(vectors).tolist()
    assert first.scale == second.scale


def test_the_labels_decide_which_entry_is_which() -> None:
    vectors, labels = APART
    turned = [2 - label for label in labels]
    assert best(train(vectors, turned, 4), vectors) == turned


# Few entries


@pytest.mark.parametrize(
    ("vectors", "labels", "entries"),
    [
        pytest.param(vectors_of(), [], 0, id="no entries"),
        pytest.param(vectors_of({0: 1}, {1: 1}), [0, 0], 1, id="one entry"),
        pytest.param(vectors_of({}), [0], 1, id="one entry of which nothing is said"),
        pytest.param(vectors_of({}, {}), [0, 1], 2, id="two of which nothing is said"),
    ],
)
def test_few_entries_or_none(vectors: Vectors, labels: list[int], entries: int) -> None:
    scores = train(vectors, labels, 2).scores(vectors_of({0: 1}, {}))
    assert scores.shape == (2, entries)
    assert np.isfinite(scores).all()


def test_there_may_be_entries_of_which_nothing_is_known() -> None:
    scores = train(*APART, 4, entries=5).scores(APART[0])
    assert scores.shape == (6, 5)
    assert best(train(*APART, 4, entries=5), APART[0]) == APART[1]


def test_one_entry_alone_is_liked_by_how_much_is_its_own() -> None:
    alone = train(vectors_of({0: 1}, {0: 1}), [0, 0], 2)
    assert alone.scores(vectors_of({0: 1}, {0: 0.6, 1: 0.8}, {1: 1})).tolist() == [
        [1],
        [pytest.approx(0.6, 0.001)],
        [0],
    ]
    assert alone.scale == Scale(rival=0, own=1)


# The scale


@pytest.mark.parametrize(("vectors", "labels"), [APART, OUTLIER, MIXED], ids=["apart", "outlier", "mixed"])
def test_the_scale_lies_between_a_stranger_and_the_own_entry(vectors: Vectors, labels: list[int]) -> None:
    scale = train(vectors, labels, 4).scale
    assert scale.rival < scale.own
    assert scale.measure(scale.rival) == 0
    assert scale.measure(scale.own) == pytest.approx(1)


def test_entries_that_share_more_have_a_shorter_scale() -> None:
    alike = vectors_of({0: 0.6, 1: 0.8}, {1: 0.8, 2: 0.6})
    apart = vectors_of({0: 1}, {2: 1})
    assert 0 < train(alike, [0, 1], 3).scale.unit < train(apart, [0, 1], 3).scale.unit


@pytest.mark.parametrize(
    ("scale", "score", "measured"),
    [
        pytest.param(Scale(0.25, 0.75), 0.25, 0.0, id="a stranger's"),
        pytest.param(Scale(0.25, 0.75), 0.5, 0.5, id="in between"),
        pytest.param(Scale(0.25, 0.75), 0.75, 1.0, id="its own"),
        pytest.param(Scale(0.25, 0.75), 0.0, -0.5, id="below a stranger's"),
        pytest.param(Scale(0.5, 0.5), 0.5, 0.0, id="entries that cannot be told apart"),
        pytest.param(Scale(0.75, 0.25), 0.75, 0.0, id="strangers are liker"),
    ],
)
def test_measures(scale: Scale, score: float, measured: float) -> None:
    assert scale.measure(score) == measured


def test_entries_that_say_the_same_have_a_scale_that_can_be_divided_by() -> None:
    assert train(vectors_of({0: 1}, {0: 1}), [0, 1], 1).scale.unit > 0


@pytest.mark.parametrize(
    ("sample", "own"),
    [
        pytest.param(SAMPLE, 0.75, id="from all of a few phrases"),
        pytest.param(2, 1.0, id="from every second one of twice the sample"),
    ],
)
def test_the_scale_is_read_from_a_sample(monkeypatch: pytest.MonkeyPatch, sample: int, own: float) -> None:
    monkeypatch.setattr("intents.classifier.SAMPLE", sample)
    strong_and_weak = vectors_of({0: 1}, {0: 0.5}, {1: 1}, {1: 0.5})
    scale = train(strong_and_weak, [0, 0, 1, 1], 2).scale
    assert [scale.rival, scale.own] == pytest.approx([0, own])


# Shares


@pytest.mark.parametrize("row", [0, 1, 2, 5, 6])
@pytest.mark.parametrize("entry", [0, 1, 2])
def test_the_shares_of_the_features_add_up_to_the_score(row: int, entry: int) -> None:
    learnt, vectors = train(*APART, 4), vectors_of({0: 1}, {0: 0.6, 1: 0.8}, {1: 1, 2: 2}, {}, {3: 1}, {}, {0: 1, 3: 1})
    shares = learnt.shares(vectors, row, entry)
    assert len(shares) == len(vectors[row][0])
    assert shares.sum() == pytest.approx(learnt.scores(vectors)[row, entry], abs=1e-3)


def test_a_feature_of_another_entry_takes_from_the_score() -> None:
    shares = train(*APART, 4).shares(vectors_of({0: 1.0, 2: 1.0}), 0, 0)
    assert shares[0] > 0 >= shares[1]


def test_what_an_outlier_has_of_its_own_speaks_for_its_entry_and_against_the_rival() -> None:
    learnt, outlier = train(*OUTLIER, 3), vectors_of({1: 0.7, 2: 0.7})
    mean = 0.7 * 0.7 / np.hypot(6, np.hypot(0.7, 0.7))
    assert (learnt.shares(outlier, 0, 0) > mean).all()
    assert learnt.shares(outlier, 0, 1)[1] < 0
