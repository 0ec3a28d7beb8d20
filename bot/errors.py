"""What goes wrong in handlers: logged without anybody's words or ids, and admitted to the person who waits."""

import logging
import re
import time

from telegram import Update
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.metrics import ErrorKind, Metrics
from bot.outage import Outage
from bot.sending import is_unwelcome, reply_to
from bot.sessions import Sessions
from bot.store import StoreError
from bot.traces import places

OUTAGE_SECONDS = 120.0
"""A lost network reported again within this time of the last report is the same outage: retries come every 30 s."""

_QUOTED = re.compile(r'".*"', re.DOTALL)
_LOG = logging.getLogger(__name__)


class Errors:
    """The error handler of the application."""

    def __init__(self, answers: Answers, sessions: Sessions, outage: Outage, metrics: Metrics) -> None:
        self._answers = answers
        self._sessions = sessions
        self._outage = outage
        self._metrics = metrics
        self._last_outage = float("-inf")

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what failed; in a private chat, say so."""
        error = context.error
        if error is None or isinstance(error, Forbidden | ChatMigrated):  # nobody is there any more to be told
            return
        if isinstance(error, BadRequest) and is_unwelcome(error):
            _LOG.info("The bot may not write where it was asked to")
            return
        if isinstance(update, Update):
            self._log(f"Update {update.update_id} failed", error, update.update_id)
            await self._apologize(update)
        else:
            self._log("Failed outside any update", error)

    def _log(self, what: str, error: Exception, number: int | None = None) -> None:
        self._metrics.failed(_kind_of(error))
        if isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest):
            self._log_outage(error)
        elif isinstance(error, StoreError):
            self._outage.note(error)
        else:
            _LOG.error("%s: %s", what, _described(error), extra={"update": number, "trace": places(error)})

    def _log_outage(self, error: TelegramError) -> None:
        now = time.monotonic()
        if now - self._last_outage > OUTAGE_SECONDS:
            _LOG.warning("Telegram cannot be reached (%s): trying again until it can", type(error).__name__)
        self._last_outage = now

    async def _apologize(self, update: Update) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        session = self._sessions.of(message.chat_id)
        try:
            language = self._answers.language(session, user.language_code if user else None)
            line = self._answers.replies.voice(language).failed
            await reply_to(session, message, self._answers.replies.say(line), quote=False)
        except Exception as error:  # noqa: BLE001  # there is only the library behind this, and it logs errors' texts
            self._log("The apology could not be sent", error, update.update_id)


def _kind_of(error: Exception) -> ErrorKind:
    match error:
        case BadRequest():
            return "telegram"
        case NetworkError() | RetryAfter():
            return "network"
        case TelegramError():
            return "telegram"
        case StoreError():
            return "database"
        case TimeoutError():
            return "timeout"
    return "defect"


def _described(error: Exception) -> str:
    """Return what went wrong; of other errors than Telegram's not the text, which may hold a person's.

    Nor of Telegram's what it quotes: it shows markup that it cannot read.
    """
    name = type(error).__name__
    return f"{name}: {_QUOTED.sub('…', error.message)}" if isinstance(error, TelegramError) else name
