"""`evaluate`: the questions read, and the judgement of each."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import Answers, matcher_of
from bot.evaluation import Question, Result, evaluate, read_questions
from bot.replies import Replies
from content import ContentError, Kind, load
from intents import Answer, Clarify, Match, Outcome, Unknown

LIBRARY = Path(__file__).parent / "library"
BOOKS, FINES, THANKS, HOURS = (Match(entry, 90.0) for entry in ("how_many_books", "late_books", "thanks", "hours"))
SMALLTALK = ("@smalltalk",)


def answer(*ranked: Match) -> Outcome:
    return Answer("en", True, ranked)


def clarify(*shown: Match) -> Outcome:
    return Clarify("en", True, (*shown, HOURS), len(shown))


def unknown(*ranked: Match) -> Outcome:
    return Unknown("en", True, ranked)


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
    ("gold", "outcome", "verdict", "best_fits"),
    [
        pytest.param(("rules.02",), answer(BOOKS), "right", True, id="the right answer"),
        pytest.param(("rules.09", "rules.01"), answer(FINES), "right", True, id="one of several right paragraphs"),
        pytest.param(
            ("rules.02",), answer(FINES, BOOKS), "wrong", False, id="another answer, though the next is right"
        ),
        pytest.param(("rules.02",), answer(THANKS), "wrong", False, id="small talk for an answer"),
        pytest.param(("rules.02",), answer(HOURS), "wrong", False, id="a limit for an answer"),
        pytest.param(("rules.02",), clarify(BOOKS, FINES), "suggested", True, id="the right suggestion first"),
        pytest.param(("rules.02",), clarify(FINES, BOOKS), "suggested", False, id="the right suggestion second"),
        pytest.param(("rules.02",), clarify(FINES, THANKS), "missed", False, id="other suggestions"),
        pytest.param(("rules.02",), unknown(BOOKS), "missed", True, id="nothing, though ranked first"),
        pytest.param(("rules.02",), unknown(FINES, BOOKS), "missed", False, id="nothing, and not ranked first"),
        pytest.param(("rules.02",), unknown(), "missed", False, id="nothing ranked"),
        pytest.param((), unknown(BOOKS), "refused", False, id="out of scope, nothing, but nearly an answer"),
        pytest.param((), unknown(HOURS), "refused", True, id="out of scope, nothing, but nearly a limit"),
        pytest.param((), unknown(), "refused", False, id="out of scope, nothing ranked"),
        pytest.param((), clarify(BOOKS, FINES), "refused", False, id="out of scope, suggestions"),
        pytest.param((), answer(BOOKS), "wrong", False, id="out of scope, an answer"),
        pytest.param((), answer(HOURS), "refused", True, id="out of scope, a limit"),
        pytest.param((), answer(THANKS), "refused", True, id="out of scope, small talk"),
        pytest.param(SMALLTALK, answer(THANKS), "right", True, id="small talk"),
        pytest.param(SMALLTALK, answer(BOOKS), "wrong", False, id="an answer to small talk"),
        pytest.param(SMALLTALK, answer(HOURS), "wrong", False, id="a limit to small talk"),
        pytest.param(SMALLTALK, unknown(THANKS), "missed", True, id="nothing to small talk"),
    ],
)
def test_judges(
    library: Answers,
    monkeypatch: pytest.MonkeyPatch,
    gold: tuple[str, ...],
    outcome: Outcome,
    verdict: str,
    best_fits: bool,
) -> None:
    result = judged(library, outcome, gold, monkeypatch)
    assert (result.verdict, result.best_fits) == (verdict, best_fits)
    assert (result.right, result.wrong) == (verdict == "right", verdict == "wrong")
    assert result.within == (verdict in {"right", "suggested"})


@pytest.mark.parametrize(
    ("outcome", "given"),
    [
        pytest.param(answer(FINES, BOOKS), FINES, id="an answer gives its best match"),
        pytest.param(clarify(FINES, BOOKS), None, id="suggestions give none"),
        pytest.param(unknown(FINES), None, id="not to know gives none"),
    ],
)
def test_what_was_given(
    library: Answers, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, given: Match | None
) -> None:
    assert judged(library, outcome, ("rules.02",), monkeypatch).given == given


@pytest.mark.parametrize(
    ("text", "gold", "language", "verdict"),
    [
        pytest.param("is there a fine?", "rules.03", "en", "right", id="in English"),
        pytest.param("¿hay multa?", "rules.03", "es", "right", id="in Spanish"),
        pytest.param("is there a fine?", "rules.02", "en", "wrong", id="with another answer"),
    ],
)
def test_questions_are_really_asked(library: Answers, text: str, gold: str, language: str, verdict: str) -> None:
    [result] = evaluate([Question(text, (gold,), "natural", language)], library)
    assert (result.outcome, result.verdict) == (library.hear(text), verdict)


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
