"""How well questions are understood: each one asked, and judged."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.answers import Answers
from content import ContentError, Kind, Problem
from intents import Answer, Clarify, Match, Outcome

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
    best_fits: bool
    """The best match, given or not, would be right; out of scope: would not pretend to an answer."""
    wrong: bool
    """Answered directly, with another answer; out of scope: with any but a `limit` or small talk."""

    @property
    def verdict(self) -> str:
        """The judgement in one word: right, wrong, suggested, missed, or refused (out of scope, as it should be)."""
        if self.right or self.wrong:
            return "right" if self.right else "wrong"
        if not self.question.gold:
            return "refused"
        return "suggested" if self.within else "missed"

    @property
    def given(self) -> Match | None:
        """The answer that was given."""
        return self.outcome.ranked[0] if isinstance(self.outcome, Answer) else None


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
        fits = [_fits(match.entry, question, answers) for match in outcome.ranked[:1]] == [True]
        within = bool(question.gold) and any(_fits(entry, question, answers) for entry in shown)
        settled = given is not None
        yield Result(question, outcome, settled and within, within, fits, settled and not fits)


def _fits(entry_id: str, question: Question, answers: Answers) -> bool:
    """Tell whether an entry answers a question; if nothing does, whether it does not pretend to."""
    entry = answers.knowledge.entries[entry_id]
    if question.gold == (SMALLTALK,):
        return entry.kind == Kind.SMALLTALK
    if not question.gold:
        return entry.kind != Kind.ANSWER
    return any(quote.paragraph in question.gold for quote in entry.quotes)
