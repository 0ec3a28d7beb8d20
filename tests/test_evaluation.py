"""`evaluate`: the judgement of each question, and the report."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.answers import Answers, matcher_of
from bot.evaluation import Question, Result, evaluate, read_questions, report
from bot.replies import Replies
from content import ContentError, Kind, load
from intents import Answer, Clarify, Match, Outcome, Unknown

LIBRARY = Path(__file__).parent / "library"
BOOKS, FINES, THANKS, HOURS = (Match(entry, 90.0) for entry in ("how_many_books", "late_books", "thanks", "hours"))
SMALLTALK = ("@smalltalk",)


def answer(match: Match) -> Outcome:
    return Answer("en", True, (match,))


def clarify(*shown: Match) -> Outcome:
    return Clarify("en", True, (*shown, HOURS), len(shown))


UNKNOWN = Unknown("en", True, (BOOKS,))


@pytest.fixture(scope="module")
def library() -> Answers:
    """A small knowledge: two answers, one of small talk, and one that is a limit."""
    knowledge = load(LIBRARY)
    limit = replace(knowledge.entries["thanks"], id="hours", kind=Kind.LIMIT)
    knowledge = replace(knowledge, entries={**knowledge.entries, "hours": limit})
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


def judged(library: Answers, outcome: Outcome, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setattr(library, "hear", lambda _: outcome)
    [result] = evaluate([Question("a question", gold, "natural", "en")], library)
    return result


@pytest.mark.parametrize(
    ("gold", "outcome", "right", "within", "wrong"),
    [
        pytest.param(("rules.02",), answer(BOOKS), True, True, False, id="the right answer"),
        pytest.param(("rules.09", "rules.01"), answer(FINES), True, True, False, id="one of several right paragraphs"),
        pytest.param(("rules.02",), answer(FINES), False, False, True, id="another answer"),
        pytest.param(("rules.02",), answer(THANKS), False, False, True, id="small talk for an answer"),
        pytest.param(("rules.02",), answer(HOURS), False, False, True, id="a limit for an answer"),
        pytest.param(("rules.02",), clarify(FINES, BOOKS), False, True, False, id="the right suggestion"),
        pytest.param(("rules.02",), clarify(FINES, THANKS), False, False, False, id="other suggestions"),
        pytest.param(("rules.02",), UNKNOWN, False, False, False, id="nothing, though ranked first"),
        pytest.param((), UNKNOWN, False, False, False, id="out of scope, nothing"),
        pytest.param((), clarify(BOOKS, FINES), False, False, False, id="out of scope, suggestions"),
        pytest.param((), answer(BOOKS), False, False, True, id="out of scope, an answer"),
        pytest.param((), answer(HOURS), False, False, False, id="out of scope, a limit"),
        pytest.param((), answer(THANKS), False, False, False, id="out of scope, small talk"),
        pytest.param(SMALLTALK, answer(THANKS), True, True, False, id="small talk"),
        pytest.param(SMALLTALK, answer(BOOKS), False, False, True, id="an answer to small talk"),
        pytest.param(SMALLTALK, UNKNOWN, False, False, False, id="nothing to small talk"),
    ],
)
def test_judges(
    library: Answers,
    monkeypatch: pytest.MonkeyPatch,
    gold: tuple[str, ...],
    outcome: Outcome,
    right: bool,
    within: bool,
    wrong: bool,
) -> None:
    result = judged(library, outcome, gold, monkeypatch)
    assert (result.right, result.within, result.wrong) == (right, within, wrong)


def test_questions_are_really_asked(library: Answers) -> None:
    [result] = evaluate([Question("is there a fine?", ("rules.03",), "natural", "en")], library)
    assert (result.outcome, result.right) == (library.hear("is there a fine?"), True)


def line(**more: object) -> str:
    return json.dumps({"q": "is there a fine?", "gold": ["rules.03"], "kind": "natural", "lang": "en", **more})


def written(folder: Path, *lines: str | bytes) -> Path:
    path = folder / "questions.jsonl"
    path.write_bytes(b"\n".join(text if isinstance(text, bytes) else text.encode() for text in lines))
    return path


def test_reads_questions(tmp_path: Path) -> None:
    path = written(tmp_path, line(), "", line(q="hi\u2028there\u0085", gold=["@smalltalk"], note="ignored"), "")
    assert read_questions(path) == (
        Question("is there a fine?", ("rules.03",), "natural", "en"),
        Question("hi\u2028there\u0085", SMALLTALK, "natural", "en"),
    )


def test_a_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(json.loads(line(q="a\u2028b\u0085c")), ensure_ascii=False))
    assert [question.text for question in read_questions(path)] == ["a\u2028b\u0085c"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("who leads?", id="no JSON"),
        pytest.param("[" * 100_000, id="nested without end"),
        pytest.param(b'{"q": "\xff"}', id="not UTF-8"),
        pytest.param("[]", id="a list"),
        pytest.param(line(q=1), id="a number for a question"),
        pytest.param(line(gold="rules.03"), id="a text for the right paragraphs"),
        pytest.param(line(kind=None), id="no kind"),
        pytest.param('{"q": "a", "gold": [], "kind": "natural"}', id="no language"),
    ],
)
def test_every_bad_line_is_named(tmp_path: Path, bad: str | bytes) -> None:
    path = written(tmp_path, line(), bad, line(), bad)
    with pytest.raises(ContentError) as caught:
        read_questions(path)
    problem = "not an object with q, gold, kind and lang"
    assert str(caught.value) == f"{path}:2: {problem}\n{path}:4: {problem}"


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_questions(tmp_path / "missing.jsonl")


def printed(*results: Result) -> list[list[str]]:
    """Return the report's lines, cut into their words."""
    page = StringIO()
    report(results, Console(file=page, width=120))
    return [row for row in (text.replace("│", " ").split() for text in page.getvalue().splitlines()) if row]


def result(
    gold: tuple[str, ...], outcome: Outcome, verdict: str, kind: str = "natural", language: str = "en"
) -> Result:
    within = verdict in ("right", "within")
    return Result(
        Question(f"a {kind} [bold]", gold, kind, language), outcome, verdict == "right", within, verdict == "wrong"
    )


def test_report_counts_by_kind_and_language() -> None:
    rows = printed(
        result(("rules.02",), answer(BOOKS), "right"),
        result(("rules.02",), clarify(BOOKS, FINES), "within", "typo"),
        result(("rules.02",), answer(FINES), "wrong", "mixed", "es"),
        result(("rules.02",), UNKNOWN, "", "typo", "es"),
    )
    assert ["all", "4", "25.0", "50.0", "25.0", "66.7"] in rows
    assert ["en", "2", "50.0", "100.0", "0.0", "100.0"] in rows
    assert ["es", "2", "0.0", "0.0", "50.0", "0.0"] in rows
    assert ["typo", "2", "0.0", "50.0", "0.0", "50.0"] in rows
    assert ["mixed", "1", "0.0", "0.0", "100.0", "–"] in rows


def test_report_keeps_scopes_apart() -> None:
    rows = printed(
        result((), answer(BOOKS), "wrong", "oos-near"),
        result((), UNKNOWN, "", "oos-junk"),
        result(SMALLTALK, answer(THANKS), "right", "smalltalk"),
    )
    assert ["all", "2", "50.0"] in rows
    assert ["oos-junk", "1", "0.0"] in rows
    assert ["smalltalk", "1", "100.0"] in rows


def test_report_lists_the_misses_and_nothing_else() -> None:
    rows = printed(
        result(("rules.02",), answer(BOOKS), "right", "hit"),
        result(("rules.02",), clarify(BOOKS), "within", "near"),
        result(("rules.02",), answer(FINES), "wrong", "miss"),
        result((), answer(BOOKS), "wrong", "false"),
        result((), UNKNOWN, "", "rightly"),
    )
    assert rows[-5][0].startswith("└")
    assert [" ".join(row) for row in rows[-4:]] == [
        "en miss: a miss [bold]",
        "answer: late_books 90",
        "en false: a false [bold]",
        "answer: how_many_books 90",
    ]


def test_a_report_of_nothing_is_three_empty_tables() -> None:
    text = " ".join(word for row in printed() for word in row)
    assert all(f"{group}: % of questions" in text for group in ("In scope", "Out of scope", "Small talk"))
