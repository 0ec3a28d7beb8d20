"""`evaluate`: how well questions are understood, by kind and language, and which are not."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answers import Answers
from content import ContentError, Kind, Knowledge, Problem
from intents import Answer, Clarify, Outcome

SMALLTALK = "@smalltalk"


@dataclass(frozen=True)
class Question:
    """A question whose answer is known."""

    text: str
    gold: tuple[str, ...]
    """Paragraphs any of which answers it; SMALLTALK; or nothing, when it is out of scope."""
    kind: str
    language: str


@dataclass(frozen=True)
class Result:
    """What became of a question."""

    question: Question
    outcome: Outcome
    right: bool
    """Answered directly, and rightly."""
    within: bool
    """The right answer was given or suggested."""
    wrong: bool
    """Answered directly, with another answer; out of scope: with any but a `limit` or small talk."""


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read a file of one JSON object a line: q, gold, kind, lang. Raises ContentError for all bad lines, OSError."""
    lines = enumerate(path.read_bytes().split(b"\n"), 1)
    read = {number: _question(line) for number, line in lines if line.strip()}
    bad = [number for number, question in read.items() if question is None]
    if bad:
        raise ContentError([Problem(path, number, "not an object with q, gold, kind and lang") for number in bad])
    return tuple(question for question in read.values() if question)


def _question(line: bytes) -> Question | None:
    with suppress(ValueError, RecursionError):
        match json.loads(line):
            case {"q": str(text), "gold": list(gold), "kind": str(kind), "lang": str(language)}:
                return Question(text, tuple(map(str, gold)), kind, language)
    return None


def evaluate(questions: Iterable[Question], answers: Answers) -> Iterator[Result]:
    """Ask each question, and judge what comes."""
    for question in questions:
        outcome = answers.hear(question.text)
        given = outcome.entry if isinstance(outcome, Answer) else None
        shown = outcome.suggestions if isinstance(outcome, Clarify) else ((given,) if given else ())
        right = given is not None and _is_right(given, question, answers.knowledge)
        if question.gold:
            wrong = given is not None and not right
        else:
            wrong = given is not None and answers.kind(given) == Kind.ANSWER
        within = any(_is_right(entry, question, answers.knowledge) for entry in shown)
        yield Result(question, outcome, right, within, wrong)


def _is_right(entry_id: str, question: Question, knowledge: Knowledge) -> bool:
    entry = knowledge.entries[entry_id]
    if question.gold == (SMALLTALK,):
        return entry.kind == Kind.SMALLTALK
    return any(quote.paragraph in question.gold for quote in entry.quotes)


def report(results: Sequence[Result], console: Console) -> None:
    """Print tables for what is in scope, out of scope and small talk, by language and by kind, and every miss."""
    asked = [result for result in results if result.question.gold not in ((), (SMALLTALK,))]
    console.print(_table("In scope: % of questions", asked, ("right", "within", "wrong", "language")))
    strange = [result for result in results if not result.question.gold]
    console.print(_table("Out of scope: % of questions", strange, ("false answer",)))
    smalltalk = [result for result in results if result.question.gold == (SMALLTALK,)]
    console.print(_table("Small talk: % of questions", smalltalk, ("right",)))
    for result in results:
        if not result.within and (result.question.gold or result.wrong):
            heard = ", ".join(f"{match.entry} {match.score:.0f}" for match in result.outcome.ranked[:3])
            name = type(result.outcome).__name__.lower()
            console.print(
                f"{result.question.language} {result.question.kind}: {result.question.text}\n  {name}: {heard}",
                markup=False,
                highlight=False,
            )


def _table(title: str, results: Sequence[Result], columns: Sequence[str]) -> Table:
    table = Table("", "questions", *columns, title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    groups = Counter(name for result in results for name in _groups(result))
    for group in sorted(groups, key=lambda name: (name != "all", name)):
        members = [result for result in results if group in _groups(result)]
        table.add_row(group, str(len(members)), *(_share(members, column) for column in columns))
    return table


def _groups(result: Result) -> tuple[str, str, str]:
    return ("all", result.question.language, result.question.kind)


def _share(results: Sequence[Result], column: str) -> str:
    """Write the percentage of results that a column counts; those of mixed language don't count for language."""
    verdicts = {
        "right": [result.right for result in results],
        "within": [result.within for result in results],
        "wrong": [result.wrong for result in results],
        "false answer": [result.wrong for result in results],
        "language": [
            result.outcome.language == result.question.language for result in results if result.question.kind != "mixed"
        ],
    }[column]
    return f"{100 * sum(verdicts) / len(verdicts):.1f}" if verdicts else "–"
