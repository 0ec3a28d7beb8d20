"""Inline mode: `@bot words` in any chat gives answers to insert."""

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.metrics import Metrics
from bot.replies import Place, Reply, Row
from bot.sending import keyboard, unless_too_late
from bot.sessions import Sessions
from content import Kind
from intents import Outcome, Unknown

CACHE_SECONDS = 30
"""How long Telegram may repeat the results to the same person; they change only with the knowledge."""

NOTHING_SECONDS = 1
"""How long it may repeat that it found nothing because somebody types too fast."""


async def find_nothing(query: InlineQuery) -> None:
    """Answer without any search."""
    with unless_too_late():
        await query.answer([], cache_time=NOTHING_SECONDS, is_personal=True)


def article(
    name: str, title: str, reply: Reply, description: str = "", rows: tuple[Row, ...] = ()
) -> InlineQueryResultArticle:
    """Return a reply as a result that a person can insert into a chat."""
    return InlineQueryResultArticle(
        name,
        title,
        InputTextMessageContent(reply.text),
        description=description or None,
        reply_markup=keyboard(rows),
    )


class Inline:
    """The handler of inline queries."""

    def __init__(self, answers: Answers, sessions: Sessions, metrics: Metrics) -> None:
        self._answers = answers
        self._metrics = metrics
        self._sessions = sessions
        self._replies = answers.replies

    async def search(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the answers that fit the words so far; all topics when there are none."""
        if query := update.inline_query:
            outcome = self._answers.hear(query.query) if any(map(str.isalnum, query.query)) else None
            session = self._sessions.of(query.from_user.id)  # a private chat has its person's id
            language = self._answers.language(session, query.from_user.language_code, outcome)
            bot = context.bot.username
            results = self._found(outcome, language, bot) if outcome else self._topics(language, bot)
            button = InlineQueryResultsButton(self._replies.voice(language).inline_button, start_parameter="inline")
            if outcome:
                self._metrics.answered(self._answers.finding(outcome, language), "inline")
            with unless_too_late():
                await query.answer(results, cache_time=CACHE_SECONDS, is_personal=True, button=button)

    def _found(self, outcome: Outcome, language: str, bot: str) -> list[InlineQueryResultArticle]:
        if isinstance(outcome, Unknown):
            return []
        ids = [match.entry for match in outcome.ranked if self._answers.kind(match.entry) == Kind.ANSWER]
        return [self._entry(entry, language, bot) for entry in ids]

    def _entry(self, entry: str, language: str, bot: str) -> InlineQueryResultArticle:
        reply = self._replies.answer(entry, language, Place.GROUP, bot)
        description = self._replies.description(entry, language)
        rows = (self._replies.rating_row(entry, language), self._replies.private_row(entry, language, bot))
        return article(f"{entry}:{language}", self._replies.title(entry, language), reply, description, rows)

    def _topics(self, language: str, bot: str) -> list[InlineQueryResultArticle]:
        return [
            article(f"{topic}:{language}", title, self._replies.topic_card(topic, language, bot))
            for topic, title in self._replies.voice(language).topics.items()
        ]
