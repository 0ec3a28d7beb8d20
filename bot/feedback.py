"""What people tell about answers: that one helped, or that the editors should see what found none."""

import re

from telegram import Bot, Message, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.counting import Counting
from bot.sending import acknowledge, is_offered, reply_to, without_row
from bot.sessions import Sessions


class Feedback:
    """Handlers of the buttons that tell the editors something."""

    def __init__(self, answers: Answers, sessions: Sessions, counting: Counting, editors: int | None) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._counting = counting
        self._editors = editors

    async def rate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`rate:entry:language:1`: count whether an answer helped, once a message, and take the question away."""
        query = update.callback_query
        if query is None or not isinstance(context.match, re.Match):
            return
        entry, language, helpful = context.match.groups()
        if not self._answers.knows(entry, language) or not is_offered(query):
            await acknowledge(query)
            return
        await acknowledge(query, self._replies.voice(language).rated)
        # Telegram lets one press take the row away: of two quick ones, or at two copies of the bot, one counts
        if await without_row(query, "rate:", (self._replies.private_row(entry, language, context.bot.username),)):
            await self._counting.rated(entry, helpful=helpful == "1")

    async def to_editors(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`editors:message`: copy a question that found no answer to the editors' chat, without who wrote it."""
        query = update.callback_query
        if query is None or not isinstance(context.match, re.Match):
            return
        await acknowledge(query)
        message = query.message
        if self._editors is None or not isinstance(message, Message) or not is_offered(query):
            return
        session = self._sessions.of(message.chat_id)
        voice = self._replies.voice(self._answers.language(session, query.from_user.language_code))
        if not await without_row(query, "editors:"):
            return
        is_sent = await self._copy(context.bot, self._editors, message.chat_id, int(context.match[1]))
        line = voice.sent_to_editors if is_sent else voice.failed
        await reply_to(session, message, self._replies.say(line), quote=False)

    async def _copy(self, bot: Bot, editors: int, chat: int, question: int) -> bool:
        """Copy a question to the editors' chat; False where one of them is gone."""
        try:
            await bot.copy_message(editors, chat, question)
        except ChatMigrated as moved:
            self._editors = moved.new_chat_id
            return await self._copy(bot, moved.new_chat_id, chat, question)
        except (BadRequest, Forbidden):
            return False
        return True
