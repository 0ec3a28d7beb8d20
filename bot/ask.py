"""`ask`: one question from the command line, or many from another program, one JSON object a line."""

import json
from collections.abc import Iterable, Iterator

from bot.answers import Answers
from bot.explain import explained
from bot.markup import plain
from bot.replies import Place, Reply
from bot.sessions import Session
from content import Knowledge
from intents import Answer, Clarify, Outcome

QUESTION_LIMIT = 4096
"""Characters of a question: one Telegram message."""


class Asker:
    """Answers questions that stand alone."""

    def __init__(self, knowledge: Knowledge, answers: Answers) -> None:
        self._knowledge = knowledge
        self._answers = answers

    def text(self, question: str, language: str | None = None) -> str:
        """Return the reply as plain text, with what may be asked next."""
        reply = self._reply(self._answers.hear(question), language)
        titles = [f"· {button.text}" for row in reply.rows for button in row if button.data]
        return "\n".join([plain(reply.text), *(["", *titles] if titles else [])])

    def explanation(self, question: str) -> str:
        """Return why a question is understood as it is: outcome, words, concepts, and what weighed most."""
        outcome = self._answers.hear(question)
        language = f"{outcome.language}{'' if outcome.language_sure else ' (unsure)'}"
        heading = f"{type(outcome).__name__.lower()}, in {language}"
        return "\n".join([heading, *explained(question, outcome, self._answers)])

    def answer_lines(self, lines: Iterable[str], language: str | None = None) -> Iterator[str]:
        """Answer JSON lines `{"q": …, "lang": …}` with JSON lines in the same order; a bad line gets an error."""
        for line in lines:
            if line.strip():
                yield json.dumps(self._answer_line(line, language), ensure_ascii=False)

    def _answer_line(self, line: str, language: str | None) -> dict[str, object]:
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            return {"error": "not a JSON object"}
        if not isinstance(asked, dict) or not isinstance(asked.get("q"), str):
            return {"error": 'not an object with a text "q"'}
        if asked.get("lang") not in (None, ""):
            language = asked["lang"]
        if language is not None and language not in list(self._knowledge.voices):  # it may be anything, hashable or not
            return {"error": f'"lang" must be one of {", ".join(self._knowledge.voices)}'}
        question = asked["q"]
        return {"q": _clean(question), **self.facts(self._answers.hear(question[:QUESTION_LIMIT]), language)}

    def facts(self, outcome: Outcome, language: str | None = None) -> dict[str, object]:
        """Return all that can be told of an outcome, as `ask --jsonl` prints it."""
        entry = self._knowledge.entries[outcome.entry] if isinstance(outcome, Answer) else None
        facts: dict[str, object] = {
            "outcome": type(outcome).__name__.lower(),
            "kind": entry.kind.value if entry else None,
            "entry": entry.id if entry else None,
            "lang": self._language(outcome, language),
            "score": outcome.ranked[0].score if outcome.ranked else 0.0,
            "ranked": [[match.entry, match.score] for match in outcome.ranked],
            "paragraphs": [quote.paragraph for quote in entry.quotes] if entry else [],
            "text": plain(self._reply(outcome, language).text),
        }
        return facts | ({"shown": outcome.shown} if isinstance(outcome, Clarify) else {})

    def _language(self, outcome: Outcome, chosen: str | None) -> str:
        return self._answers.language(Session(language=chosen), None, outcome)

    def _reply(self, outcome: Outcome, chosen: str | None) -> Reply:
        return self._answers.reply(outcome, Session(language=chosen), None, Place.PRIVATE, "")


def _clean(text: str) -> str:
    """Return a text that can be printed: JSON may hold halves of characters that no encoding has."""
    return text.encode("utf-8", "replace").decode("utf-8")
