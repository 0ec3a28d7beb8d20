"""Words, concepts, pairs and runs of letters as numbers, worked out by hand for three phrases.

A feature that `n` of 3 phrases have weighs 1 + log(4) - log(1 + n): 1.0 for 3, 1.288 for 2, 1.693 for 1; a pair half of
that. A vector's two blocks are each as long as the square root of seen / (seen + 0.4 unseen + 0.569), which are the
sums of the squared weights of its words.
"""

from math import hypot

import pytest

from intents import features as module
from intents.features import BLOCK, Features
from intents.hearing import Heard

TUNED = {
    "SHORT_RUN": 3,
    "LONG_RUN": 4,
    "MANY": 1000,
    "MIN_COUNT": 2,
    "PAIR_SHARE": 0.5,
    "UNSEEN_SHARE": 0.4,
    "SAID_LITTLE": 0.1,
    "ONLY_LETTERS_SHARE": 0.25,
}


@pytest.fixture(autouse=True)
def tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold what tuning may change, so that the numbers below stay right."""
    for name, value in TUNED.items():
        monkeypatch.setattr(module, name, value)


def heard(said: str, concepts: str = "") -> Heard:
    return Heard(tuple(said.split()), tuple(concepts.split()))


PHRASES = [heard("book late"), heard("book late fee"), heard("open book")]
BOOK, LATE, FEE, OPEN, BOOK_LATE = range(5)
BOOK_RUNS, LATE_RUNS = (5, 6, 7, 8), (9, 10, 11, 12)  # " bo", "boo", "ook", "ok "; " la", "lat", "ate", "te "


@pytest.fixture
def features() -> Features:
    return Features(PHRASES)


def vector(features: Features, text: Heard) -> dict[int, float]:
    numbers, weights = features.vectors([text])[0]
    return {int(number): round(float(weight), 3) for number, weight in zip(numbers, weights, strict=True)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("fee", {FEE: 0.913}, id="a word of which no run is seen twice"),
        pytest.param("book", {BOOK: 0.798} | dict.fromkeys(BOOK_RUNS, 0.399), id="a word and its runs"),
        pytest.param(
            "late book",
            {BOOK: 0.557, LATE: 0.717} | dict.fromkeys(BOOK_RUNS, 0.278) | dict.fromkeys(LATE_RUNS, 0.358),
            id="the rarer word weighs more, and so do its runs",
        ),
        pytest.param(
            "book late",
            {BOOK: 0.518, LATE: 0.667, BOOK_LATE: 0.333}
            | dict.fromkeys(BOOK_RUNS, 0.278)
            | dict.fromkeys(LATE_RUNS, 0.358),
            id="a pair in its order",
        ),
        pytest.param("open fee", {FEE: 0.674, OPEN: 0.674}, id="a pair that no phrase has"),
        pytest.param(
            "open zebra book", {OPEN: 0.653, BOOK: 0.386} | dict.fromkeys(BOOK_RUNS, 0.379), id="a word apart"
        ),
        pytest.param("fee fee", {FEE: 0.954}, id="a word twice says more"),
        pytest.param("fee fee open", {FEE: 0.866, OPEN: 0.433}, id="and weighs twice as much as another"),
        pytest.param("book zebra", {BOOK: 0.51} | dict.fromkeys(BOOK_RUNS, 0.255), id="an unseen word shortens both"),
        pytest.param("books", dict.fromkeys(BOOK_RUNS[:3], 0.144), id="an unseen word counts by the runs it shares"),
        pytest.param("zebra", {}, id="nothing seen"),
        pytest.param("", {}, id="nothing said"),
    ],
)
def test_a_text_has_a_weight_for_each_of_its_features(
    features: Features, said: str, expected: dict[int, float]
) -> None:
    assert vector(features, heard(said)) == expected


@pytest.mark.parametrize(
    ("many", "runs"),
    [
        pytest.param(4, [0.399] * 4, id="few phrases: three letters"),
        pytest.param(3, [0.461] * 3, id="many phrases: four letters"),
    ],
)
def test_runs_are_longer_with_many_phrases(monkeypatch: pytest.MonkeyPatch, many: int, runs: list[float]) -> None:
    monkeypatch.setattr(module, "MANY", many)
    assert [*vector(Features(PHRASES), heard("book")).values()] == [0.798, *runs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(heard("fee", "money"), {0: 0.727, 3: 0.553}, id="beside a word; it is the more common one"),
        pytest.param(heard("zebra", "money"), {3: 0.25}, id="behind an unseen word it counts little"),
        pytest.param(heard("fee", "unknown"), {0: 0.913}, id="an unknown one is nothing"),
        pytest.param(heard("open", "bad money"), {2: 0.569, 3: 0.433, 4: 0.569}, id="two"),
    ],
)
def test_a_concept_counts_as_a_word(text: Heard, expected: dict[int, float]) -> None:
    money = Features([heard("fee", "money"), heard("fine", "money bad"), heard("open")])
    assert {number: weight for number, weight in vector(money, text).items() if number < 5} == expected


@pytest.mark.parametrize(
    ("said", "length"),
    [
        pytest.param("book late", 0.907, id="seen words"),
        pytest.param("open book late fee", 0.968, id="more of them"),
        pytest.param("book late zebra", 0.695, id="and an unseen one"),
        pytest.param("book late zebra lion", 0.585, id="and another one"),
        pytest.param("book", 0.798, id="a common word alone"),
        pytest.param("book zebra", 0.51, id="and an unseen one beside it"),
    ],
)
def test_both_blocks_are_as_long_as_what_was_seen(features: Features, said: str, length: float) -> None:
    weights = vector(features, heard(said))
    words, runs = [[weights[number] for number in weights if (number > BOOK_LATE) is later] for later in (False, True)]
    assert [hypot(*words), hypot(*runs)] == pytest.approx([length, length], abs=0.002)


@pytest.mark.parametrize(
    ("phrases", "size"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param(["of it"], 2, id="two words, each once: no pair, no run"),
        pytest.param(["of it", "it of"], 6, id="twice, in another order: two runs of each"),
        pytest.param(["of it", "of it"], 7, id="twice, in the same order: a pair too"),
        pytest.param(["of", "it", "of", "it"], 6, id="a pair stands in one phrase"),
        pytest.param(["of it of it"], 2, id="twice in one phrase is once"),
        pytest.param(["a", "a"], 2, id="a letter has one run, with its two ends"),
        pytest.param(["late", "later"], 5, id="three runs that two words share"),
        pytest.param(["late latest"], 5, id="in one phrase too"),
        pytest.param(["papapapa"], 1, id="but not a run twice in one word"),
    ],
)
def test_pairs_and_runs_count_from_the_second_time_on(phrases: list[str], size: int) -> None:
    assert len(Features([heard(phrase) for phrase in phrases])) == size


@pytest.mark.parametrize(
    ("number", "label"),
    [
        pytest.param(0, "book", id="a word"),
        pytest.param(3, "[money]", id="a concept"),
        pytest.param(4, "book late", id="a pair"),
        pytest.param(5, "'|bo'", id="a run at the beginning of a word"),
        pytest.param(6, "'boo'", id="a run within a word"),
        pytest.param(8, "'ok|'", id="a run at the end of a word"),
    ],
)
def test_a_feature_in_print(number: int, label: str) -> None:
    assert Features([heard("book late", "money"), heard("book late fee")]).label(number) == label


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("book", [1.0], id="a word that all phrases have"),
        pytest.param("book late fee", [1.0, 1.288, 1.693], id="rarer words say more"),
        pytest.param("book zebra", [1.0], id="an unseen word says nothing"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_how_much_a_text_says(features: Features, said: str, expected: list[float]) -> None:
    found = features.said(heard(said))
    assert [word for word, _ in found] == said.split()[: len(expected)]
    assert [rarity for _, rarity in found] == pytest.approx(expected, abs=0.001)
    assert features.much(heard(said)) == pytest.approx(sum(expected), abs=0.001)


@pytest.mark.parametrize("count", [0, 1, 8, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_many_texts_have_the_vectors_of_each(features: Features, count: int) -> None:
    texts = [heard(said) for said in ("late", "", "zebra", "books zebra", "fee", "open late fee", "zebra", "book")]
    single = [vector(features, text) for text in texts]
    vectors = features.vectors([texts[row % 8] for row in range(count)])
    rows = [vectors[row] for row in range(len(vectors))]
    many = [dict(zip(numbers.tolist(), weights.round(3).tolist(), strict=True)) for numbers, weights in rows]
    assert [row.keys() for row in many] == [single[row % 8].keys() for row in range(count)]
    assert [[*row.values()] for row in many] == [pytest.approx([*single[row % 8].values()]) for row in range(count)]


def test_the_features_of_a_vector_are_in_order_and_different(features: Features) -> None:
    numbers, _ = features.vectors([heard("fee late book late open book")])[0]
    assert numbers.tolist() == [*range(len(features))]


def test_without_phrases_every_vector_is_empty() -> None:
    vectors = Features([]).vectors([heard("book", "money"), heard("")])
    assert (len(vectors), vectors.features.size, vectors.weights.size) == (2, 0, 0)
