"""Why a question was understood as it was: what an editor is shown."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import Answers, matcher_of
from bot.explain import explained
from bot.replies import Replies
from content import Knowledge, load
from intents import Answer, Clarify, Match, Outcome, Unknown

FINES, BOOKS, THANKS = Match("late_books", 97.6), Match("how_many_books", 40.4), Match("thanks", 0.3)
LIBRARY = load(Path(__file__).parent / "library")


def answers_of(knowledge: Knowledge) -> Answers:
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


@pytest.fixture(scope="module")
def library() -> Answers:
    """A small knowledge, with one concept."""
    return answers_of(replace(LIBRARY, concepts={"en": {"penance": ["fine", "penal*"]}, "es": {"penance": ["multa"]}}))


def knowing(phrases: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Answers:
    """Teach the small library other phrases: by entry, then by language; the first is the title."""
    entries = {
        entry: replace(
            LIBRARY.entries[entry],
            texts={
                language: LIBRARY.entries[entry].texts[language].model_copy(update={"title": title, "phrases": others})
                for language, (title, *others) in spoken.items()
            },
        )
        for entry, spoken in phrases.items()
    }
    return answers_of(replace(LIBRARY, entries=entries, concepts={"en": {"self": ["i"]}}))


@pytest.fixture(scope="module")
def short() -> Answers:
    """Words of one letter, so that a question has few parts, and all are named."""
    return knowing(
        {
            "late_books": {"en": ("i", "i x", "o i x", "x", "i e")},
            "thanks": {"en": ("u", "s u", "u e")},
            "how_many_books": {"es": ("v", "y v", "v y")},
        }
    )


def answer(*ranked: Match) -> Outcome:
    return Answer("en", True, ranked)


def weighed(question: str, entry: Match, answers: Answers) -> dict[str, float]:
    """Return the parts of a question that are named, and what each weighs for an entry."""
    told = explained(question, answer(entry), answers)[2].partition(": ")[2]
    return {part: float(weight) for part, _, weight in (share.rpartition(" ") for share in told.split(", "))}


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        pytest.param("IS there, a FINE?!", "is there a fine", id="without case and signs"),
        pytest.param("¿Cuántos?", "cuantos", id="without accents"),
        pytest.param("is there a pemalty", "is there a penalty", id="spelt right"),
        pytest.param("hay muta", "hay multa", id="spelt right in Spanish"),
        pytest.param("do I owe u a volume", "do i owe you a book", id="with synonyms replaced"),
        pytest.param("is there xqzvwkrj", "is there xqzvwkrj", id="with what nobody knows"),
        pytest.param("… ?!", "(none)", id="none"),
        pytest.param("", "(none)", id="none in nothing"),
    ],
)
def test_the_words_as_they_were_taken(library: Answers, question: str, taken: str) -> None:
    assert explained(question, answer(FINES), library)[0] == f"words: {taken}"


@pytest.mark.parametrize(
    ("question", "concepts"),
    [
        pytest.param("is there a fine?", "penance", id="by its word"),
        pytest.param("are penalties due", "penance", id="by the stem of its word"),
        pytest.param("¿hay multa?", "penance", id="by its word in Spanish"),
        pytest.param("how many books", "(none)", id="none"),
        pytest.param("", "(none)", id="none in nothing"),
    ],
)
def test_the_concepts_behind_the_words(library: Answers, question: str, concepts: str) -> None:
    assert explained(question, answer(FINES), library)[1] == f"concepts: {concepts}"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param("x", {"x"}, id="a word"),
        pytest.param("i", {"i", "[self]"}, id="a word and its concept"),
        pytest.param("i x", {"i", "x", "[self]", "i x"}, id="a pair of words"),
        pytest.param("x i", {"i", "x", "[self]"}, id="no pair in another order"),
        pytest.param("x q", {"x"}, id="nothing of a word that nobody knows"),
    ],
)
def test_the_parts_of_a_question_are_weighed(short: Answers, question: str, parts: set[str]) -> None:
    assert {part for part in weighed(question, FINES, short) if "'" not in part} == parts


def test_runs_of_letters_are_weighed_too(library: Answers) -> None:
    runs = [part.strip("'") for part in weighed("penalti xqzv", FINES, library) if part.startswith("'")]
    assert runs
    assert [run for run in runs if run not in "|penalty|"] == []


def test_what_sets_two_entries_apart_weighs_most_for_its_own() -> None:
    near = knowing({"late_books": {"en": ("is it so up",) * 3}, "thanks": {"en": ("is it so on",) * 3}})
    fines, thanks = (weighed("up on", entry, near) for entry in (FINES, THANKS))
    assert (fines["up"] > thanks["up"], fines["on"] < thanks["on"]) == (True, True)


def test_the_heaviest_comes_first_and_six_are_enough(library: Answers) -> None:
    weights = [abs(weight) for weight in weighed("is there a fine for books?", FINES, library).values()]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 6


@pytest.mark.parametrize(
    ("outcome", "entries"),
    [
        pytest.param(answer(FINES), ["late_books 98"], id="an answer without a rival"),
        pytest.param(
            answer(FINES, BOOKS, THANKS), ["late_books 98", "how_many_books 40"], id="an answer and its rival"
        ),
        pytest.param(
            Clarify("en", True, (BOOKS, THANKS, FINES), 3), ["how_many_books 40", "thanks 0"], id="two of many"
        ),
        pytest.param(Unknown("en", False, (THANKS, FINES)), ["thanks 0", "late_books 98"], id="what was nearest"),
        pytest.param(Unknown("", False, ()), [], id="nothing ranked"),
    ],
)
def test_the_best_and_its_rival_are_explained(library: Answers, outcome: Outcome, entries: list[str]) -> None:
    told = explained("is there a fine?", outcome, library)[2:]
    assert [line.partition(":")[0] for line in told if not line.startswith(" ")] == entries


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        pytest.param("is there a fine?", "is there a fine", id="the same words"),
        pytest.param("is there a penalty for overdue volumes", "penalty for overdue books", id="some of its words"),
        pytest.param("¿qué pasa si me atraso mucho?", "qué pasa si me atraso", id="in the question's language"),
    ],
)
def test_the_phrase_that_is_most_alike(library: Answers, question: str, phrase: str) -> None:
    assert explained(question, answer(FINES), library)[3:] == [f"  most like its phrase: {phrase}"]


@pytest.mark.parametrize("question", ["🙂", "", "?!", "xqzv wkrj"])
def test_nothing_heard_is_like_nothing(library: Answers, question: str) -> None:
    told = explained(question, Unknown("en", False, (FINES, THANKS)), library)
    assert told[1:] == ["concepts: (none)", "late_books 98: nothing known", "thanks 0: nothing known"]


def test_an_entry_without_phrases_in_the_questions_language_is_like_none(short: Answers) -> None:
    told = explained("o i x", answer(BOOKS, FINES), short)
    assert [line.partition(":")[0] for line in told[2:]] == [
        "how_many_books 40",
        "late_books 98",
        "  most like its phrase",
    ]
    assert told[-1] == "  most like its phrase: o i x"
