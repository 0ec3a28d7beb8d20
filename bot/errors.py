"""What goes wrong in handlers: logged without anybody's words or ids, and admitted to the person who waits."""

import logging
import time

from telegram import Update
from telegram.constants import ChatType
from telegram.error import Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.sending import reply_to
from bot.sessions import Sessions

OUTAGE_SECONDS = 120.0
"""A lost network reported again within this time of the last report is the same outage: retries come every 30 s."""

_LOG = logging.getLogger(__name__)


class Errors:
    """The error handler of the application."""

    def __init__(self, answers: Answers, sessions: Sessions) -> None:
        self._answers = answers
        self._sessions = sessions
        self._last_outage = float("-inf")

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what failed; in a private chat, say so."""
        error = context.error
        if isinstance(update, Update):
            if isinstance(error, Forbidden):  # blocked, or removed from the group: nobody is there to be told
                return
            _LOG.error("Update %s failed", update.update_id, exc_info=error)
            await self._apologize(update)
        elif isinstance(error, NetworkError | RetryAfter):
            self._report_outage(error)
        else:
            _LOG.error("Failed outside any update", exc_info=error)

    def _report_outage(self, error: TelegramError) -> None:
        now = time.monotonic()
        if now - self._last_outage > OUTAGE_SECONDS:
            _LOG.warning("Telegram cannot be reached (%s): trying again until it can", type(error).__name__)
        self._last_outage = now

    async def _apologize(self, update: Update) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        session = self._sessions.of(message.chat_id)
        language = self._answers.language(session, user.language_code if user else None)
        line = self._answers.replies.voice(language).failed
        try:
            await reply_to(message, self._answers.replies.say(line), quote=False)
        except TelegramError as error:
            _LOG.warning("The apology could not be sent: %s", type(error).__name__)
