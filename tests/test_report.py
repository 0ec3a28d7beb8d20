"""`evaluate`: what is told of the judged questions, and how a run compares with an earlier one."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from rich.console import Console

from bot.answers import Answers, matcher_of
from bot.evaluation import Question, Result
from bot.explain import explained
from bot.replies import Replies
from bot.report import VERDICTS, compare, draw_reliability, passing, read_verdicts, reliability, report, saved
from content import ContentError, load
from intents import Answer, Clarify, Match, Outcome, Unknown

BOOKS, FINES, THANKS = (Match(entry, 90.0) for entry in ("how_many_books", "late_books", "thanks"))
OUTCOMES: dict[str, Outcome] = {
    "right": Answer("en", True, (BOOKS,)),
    "suggested": Clarify("en", True, (FINES, BOOKS), 2),
    "refused": Unknown("en", False, (BOOKS,)),
    "missed": Unknown("en", True, (BOOKS,)),
    "wrong": Answer("en", True, (FINES, BOOKS)),
}
FALSE_ANSWER = "false answer"
"""The wrong verdict on what is out of scope."""


@pytest.fixture(scope="module")
def library() -> Answers:
    knowledge = load(Path(__file__).parent / "library")
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


def result(
    verdict: str, text: str = "a question", kind: str = "natural", language: str = "en", gold: str = "rules.02"
) -> Result:
    wrong = verdict in {"wrong", FALSE_ANSWER}
    question = Question(text, () if verdict in {"refused", FALSE_ANSWER} else (gold,), kind, language)
    within = verdict in {"right", "suggested"}
    return Result(question, OUTCOMES["wrong" if wrong else verdict], verdict == "right", within, within, wrong)


def page() -> Console:
    return Console(file=StringIO(), width=120)


def lines(console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def printed(answers: Answers, *results: Result) -> list[str]:
    console = page()
    report(results, answers, console)
    return lines(console)


def rows(answers: Answers, *results: Result) -> list[list[str]]:
    """Return the report's lines, cut into their words."""
    return [line.replace("│", " ").split() for line in printed(answers, *results)]


# The tables


def test_report_counts_by_kind_and_language(library: Answers) -> None:
    table = rows(
        library,
        result("right"),
        result("suggested", kind="typo"),
        result("wrong", kind="mixed", language="es"),
        result("missed", kind="typo", language="es"),
    )
    assert ["all", "4", "25.0", "50.0", "25.0", "66.7"] in table
    assert ["en", "2", "50.0", "100.0", "0.0", "100.0"] in table
    assert ["es", "2", "0.0", "0.0", "50.0", "0.0"] in table
    assert ["typo", "2", "0.0", "50.0", "0.0", "50.0"] in table
    assert ["mixed", "1", "0.0", "0.0", "100.0", "–"] in table


def test_report_puts_all_before_its_parts(library: Answers) -> None:
    table = rows(library, result("right", kind="abroad"), result("right", kind="typo", language="pt"))
    assert [row[0] for row in table if row[2:5] == ["100.0", "100.0", "0.0"]] == ["all", "abroad", "en", "pt", "typo"]


def test_report_keeps_scopes_apart(library: Answers) -> None:
    table = rows(
        library,
        result(FALSE_ANSWER, kind="oos-near"),
        result("refused", kind="oos-junk"),
        result("right", kind="smalltalk", gold="@smalltalk"),
    )
    assert ["all", "2", "50.0"] in table
    assert ["oos-near", "1", "100.0"] in table
    assert ["oos-junk", "1", "0.0"] in table
    assert ["smalltalk", "1", "100.0"] in table


def test_a_report_of_nothing_is_empty_tables(library: Answers) -> None:
    text = " ".join(word for row in rows(library) for word in row)
    assert all(f"{scope}: % of questions" in text for scope in ("In scope", "Out of scope", "Small talk"))
    assert "%" not in text.partition("how often it was right:")[2]


# The misses


@pytest.mark.parametrize(
    ("verdict", "is_listed"),
    [
        pytest.param("right", False, id="not a right answer"),
        pytest.param("suggested", False, id="not a right suggestion"),
        pytest.param("refused", False, id="not what is out of scope, and refused"),
        pytest.param("missed", True, id="what got no right suggestion"),
        pytest.param("wrong", True, id="a wrong answer"),
        pytest.param(FALSE_ANSWER, True, id="an answer to what is out of scope"),
    ],
)
def test_report_lists_the_misses_and_nothing_else(library: Answers, verdict: str, is_listed: bool) -> None:
    assert ("en typo: is there a fine?" in printed(library, result(verdict, "is there a fine?", "typo"))) == is_listed


@pytest.mark.parametrize(
    ("verdict", "text", "heard"),
    [
        pytest.param("wrong", "is there a fine?", "  answer: late_books 90, how_many_books 90", id="an answer"),
        pytest.param("missed", "¿hay multa?", "  unknown: how_many_books 90", id="nothing known"),
        pytest.param("missed", "[bold]:fire:[/]", "  unknown: how_many_books 90", id="what looks like markup"),
    ],
)
def test_a_miss_comes_with_what_was_heard(library: Answers, verdict: str, text: str, heard: str) -> None:
    missed = result(verdict, text)
    why = explained(text, missed.outcome, library)
    assert printed(library, missed)[-2 - len(why) :] == [f"en natural: {text}", heard, *(f"  {line}" for line in why)]


def test_a_kind_that_looks_like_markup_is_printed_as_it_is(library: Answers) -> None:
    assert ["[/]:fire:", "1", "100.0", "100.0", "0.0", "100.0"] in rows(library, result("right", kind="[/]:fire:"))


# How reliable the score is


def scored(*matches: tuple[float, bool]) -> list[Result]:
    """Make results whose best match has a score, and fits or does not."""
    question = Question("a question", ("rules.02",), "natural", "en")
    return [
        Result(
            question, Unknown("en", True, (Match("thanks", score), Match("late_books", 1.0))), False, False, fits, False
        )
        for score, fits in matches
    ]


@pytest.mark.parametrize(
    ("results", "bins"),
    [
        pytest.param([], [], id="of nothing"),
        pytest.param(scored((90.0, True)), [(90.0, 100.0, 1)], id="of one"),
        pytest.param(
            scored((91.0, True), (93.0, False), (94.0, False), (98.0, False)), [(94.0, 25.0, 4)], id="a mean score"
        ),
        pytest.param(
            scored((55.0, True), (5.0, False), (15.0, True)),
            [(5.0, 0.0, 1), (15.0, 100.0, 1), (55.0, 100.0, 1)],
            id="from the lowest to the highest",
        ),
        pytest.param(scored((29.9, True), (30.0, False)), [(29.9, 100.0, 1), (30.0, 0.0, 1)], id="a tenth ends before"),
        pytest.param(scored((0.0, False), (9.0, False)), [(4.5, 0.0, 2)], id="the first begins with 0"),
        pytest.param(scored((90.0, True), (100.0, True)), [(95.0, 100.0, 2)], id="the last ends with 100"),
        pytest.param(
            [Result(Question("", (), "", "en"), Unknown("en", True, ()), False, False, False, False)],
            [],
            id="nothing ranked has no score",
        ),
    ],
)
def test_reliability_by_tenths(results: list[Result], bins: list[tuple[float, float, int]]) -> None:
    assert reliability(results) == bins


def test_report_draws_reliability_in_text(library: Answers) -> None:
    text = printed(library, *scored((8.0, False), (48.0, True), (48.0, False), (99.9, True)))
    start = text.index("Score of the best match, and how often it was right:")
    assert text[start + 1 : start + 4] == [
        f"  8.0 {'·' * 40}   0.0 % of 1",
        f" 48.0 {'█' * 20}{'·' * 20}  50.0 % of 2",
        f" 99.9 {'█' * 40} 100.0 % of 1",
    ]


@pytest.mark.parametrize(
    "bins",
    [
        pytest.param([], id="of nothing"),
        pytest.param([(100.0, 100.0, 7)], id="of one tenth"),
        pytest.param([(5.0, 0.0, 10), (55.0, 40.0, 3), (99.0, 97.0, 300)], id="of several"),
    ],
)
def test_the_diagram_is_a_png(tmp_path: Path, bins: list[tuple[float, float, int]]) -> None:
    draw_reliability(bins, tmp_path / "chart")
    assert (tmp_path / "chart").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert imread(tmp_path / "chart").shape == (600, 600, 4)


def test_the_diagram_shows_the_run(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    draw_reliability([(20.0, 20.0, 5), (80.0, 80.0, 5)], good)
    draw_reliability([(20.0, 80.0, 5), (80.0, 20.0, 5)], bad)
    assert np.count_nonzero((imread(good) != imread(bad)).any(axis=2)) > 500


@pytest.mark.parametrize("place", [pytest.param("", id="a folder"), pytest.param("none/chart.png", id="in no folder")])
def test_a_diagram_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path, place: str) -> None:
    with pytest.raises(OSError, match=str(tmp_path)):
        draw_reliability([(50.0, 50.0, 2)], tmp_path / place)


# Saved runs


def test_a_run_is_saved_to_be_read_by_people_too() -> None:
    text = saved([result("right", "¿hay multa?"), result("suggested", "só?"), result("wrong", "why"), result("missed")])
    assert json.loads(text) == {
        "¿hay multa?": {"verdict": "right", "given": "how_many_books"},
        "só?": {"verdict": "suggested", "given": None},
        "why": {"verdict": "wrong", "given": "late_books"},
        "a question": {"verdict": "missed", "given": None},
    }
    assert '"¿hay multa?": {\n' in text
    assert text.endswith("}\n")


def test_a_saved_run_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(saved([result(verdict, f"¿{verdict}?\u2028") for verdict in VERDICTS]), "utf-8")
    assert read_verdicts(path) == {f"¿{verdict}?\u2028": verdict for verdict in VERDICTS}


def test_a_saved_run_of_nothing_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(saved([]), "utf-8")
    assert read_verdicts(tmp_path / "run.json") == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b"right", id="no JSON"),
        pytest.param(b'{"a": {"verdict": "right"}', id="broken off"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a picture"),
        pytest.param(b'{"\xff": {"verdict": "right"}}', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(b'["right"]', id="a list"),
        pytest.param(b'{"q": "a", "gold": [], "kind": "natural", "lang": "en"}', id="a question"),
        pytest.param(b'{"a": "right"}', id="bare verdicts"),
        pytest.param(b'{"a": {"given": null}}', id="no verdict"),
        pytest.param(b'{"a": {"verdict": "perfect"}}', id="another verdict"),
        pytest.param(b'{"a": {"verdict": ["right"]}}', id="a list for a verdict"),
        pytest.param(b'{"a": {"verdict": "right"}, "b": {"verdict": null}}', id="one verdict that is none"),
    ],
)
def test_what_is_no_saved_run_is_named(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(text)
    with pytest.raises(ContentError) as caught:
        read_verdicts(path)
    assert str(caught.value) == f"{path}:1: not a run that `evaluate --save` wrote"


def test_a_missing_run_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_verdicts(tmp_path / "run.json")


# Comparing runs


def compared(before: dict[str, str], *results: Result) -> list[str]:
    console = page()
    compare(results, before, console)
    return [line for line in lines(console) if line]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        pytest.param("right", "wrong", "right → wrong (late_books)", id="an answer that was right"),
        pytest.param("right", "suggested", "right → suggested", id="an answer that is but suggested"),
        pytest.param("suggested", "missed", "suggested → missed", id="a suggestion that is gone"),
        pytest.param("missed", "wrong", "missed → wrong (late_books)", id="silence that is now wrong"),
        pytest.param("refused", FALSE_ANSWER, "refused → wrong (late_books)", id="an answer where there is none"),
    ],
)
def test_what_became_worse(was: str, now: str, told: str) -> None:
    assert compared({"¿hay [b]?": was}, result(now, "¿hay [b]?")) == [
        "Worse than before: 1 of 1",
        f"  {told}: ¿hay [b]?",
        "Better than before: 0 of 1",
    ]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param("wrong", "right", id="an answer that was wrong"),
        pytest.param("suggested", "right", id="an answer that was but suggested"),
        pytest.param("missed", "suggested", id="a suggestion that was not there"),
        pytest.param("wrong", "missed", id="silence that was wrong"),
        pytest.param("wrong", "refused", id="silence on what is out of scope"),
    ],
)
def test_what_became_better(was: str, now: str) -> None:
    assert compared({"a question": was}, result(now)) == [
        "Worse than before: 0 of 1",
        "Better than before: 1 of 1",
        f"  {was} → {now}: a question",
    ]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_what_did_not_change_is_not_listed(verdict: str) -> None:
    assert compared({"a question": verdict}, result(verdict)) == [
        "Worse than before: 0 of 1",
        "Better than before: 0 of 1",
    ]


@pytest.mark.parametrize(
    ("before", "results"),
    [
        pytest.param({}, [result("wrong")], id="a new question"),
        pytest.param({"a question": "right"}, [], id="a question that is gone"),
    ],
)
def test_only_questions_of_both_runs_are_compared(before: dict[str, str], results: list[Result]) -> None:
    assert compared(before, *results) == ["Worse than before: 0 of 0", "Better than before: 0 of 0"]


def test_each_change_is_listed_under_its_heading() -> None:
    before = {"one": "right", "two": "wrong", "three": "right", "gone": "right"}
    now = [result("missed", "one"), result("right", "two"), result("wrong", "three"), result("missed", "new")]
    assert compared(before, *now) == [
        "Worse than before: 2 of 3",
        "  right → missed: one",
        "  right → wrong (late_books): three",
        "Better than before: 1 of 3",
        "  wrong → right: two",
    ]


# Known failures


@pytest.mark.parametrize(
    ("verdict", "passes"),
    [
        pytest.param("right", True, id="a right answer"),
        pytest.param("suggested", True, id="a right suggestion"),
        pytest.param("refused", True, id="a refusal"),
        pytest.param("missed", False, id="but no silence"),
        pytest.param("wrong", False, id="but no wrong answer"),
        pytest.param(FALSE_ANSWER, False, id="but no answer to what is out of scope"),
    ],
)
def test_what_is_no_failure(verdict: str, passes: bool) -> None:
    known = result(verdict)
    assert passing([known, result("missed", "still fails")]) == ([known] if passes else [])
