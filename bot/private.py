"""The private chat: free text, captions and everything that is no text."""

import re
from collections.abc import Sequence

from telegram import Update
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.counting import Counting
from bot.replies import Place, Reply
from bot.sending import answer, replied, reply_to, written
from bot.sessions import Sessions
from intents import Unknown

_DEEP_LINK = re.compile(r"a_([a-z0-9_]{1,40})_([a-z]{2,3})")


class Private:
    """Handlers of private chats."""

    def __init__(self, answers: Answers, sessions: Sessions, counting: Counting, *, to_editors: bool) -> None:
        self._answers = answers
        self._sessions = sessions
        self._counting = counting
        self._to_editors = to_editors

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Introduce the bot, or open the answer that a link leads to."""
        if (message := update.message) and (user := update.effective_user):
            session = self._sessions.of(message.chat_id)
            reply = self._linked(context.args or (), context.bot.username)
            if reply is None:
                language = self._answers.language(session, user.language_code)
                reply = self._answers.replies.start(language)
            await reply_to(session, message, reply, quote=False)
            await self._counting.asked(reply.shown)

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the words after /ask as if they stood alone."""
        if context.args:
            await self._answer(" ".join(context.args), update, context)
        elif (message := update.message) and (user := update.effective_user):
            session = self._sessions.of(message.chat_id)
            language = self._answers.language(session, user.language_code)
            await reply_to(
                session, message, self._answers.replies.ask_usage(language, context.bot.username), quote=False
            )

    async def text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text or a caption; when it is edited, edit the answer."""
        if message := update.effective_message:
            self._sessions.of(message.chat_id).album = message.media_group_id
            await self._answer(written(message), update, context)

    async def no_text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Say, once for a whole album, that only text is read."""
        if (message := update.message) and (user := update.effective_user):
            session = self._sessions.of(message.chat_id)
            seen = message.media_group_id is not None and message.media_group_id == session.album
            session.album = message.media_group_id
            if not seen:
                language = self._answers.language(session, user.language_code)
                line = self._answers.replies.voice(language).only_text
                await reply_to(session, message, self._answers.replies.say(line), quote=False)

    async def _answer(self, question: str, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if (message := update.effective_message) and (user := update.effective_user):
            session = self._sessions.of(message.chat_id)
            if update.edited_message and not session.reasks(message.message_id, written(message)):
                return
            client, bot = user.language_code, context.bot.username
            reply = self._answers.follow_up(question, session.meant(replied(message, bot)), Place.PRIVATE, bot)
            if reply is None:
                outcome = self._answers.hear(question)
                reply = self._answers.reply(outcome, session, client, Place.PRIVATE, bot)
                if self._to_editors and isinstance(outcome, Unknown):
                    language = self._answers.language(session, client, outcome)
                    reply = self._answers.replies.for_editors(reply, language, message.message_id)
                await self._counting.answered(reply, "private")
            await answer(session, message, reply, to=message, quote=False)

    def _linked(self, arguments: Sequence[str], bot: str) -> Reply | None:
        found = _DEEP_LINK.fullmatch(arguments[0]) if arguments else None
        if found is None or not self._answers.knows(found[1], found[2]):
            return None
        return self._answers.replies.answer(found[1], found[2], Place.PRIVATE, bot)
