"""Taking answers back: whoever asked for a message of the bot's can remove it, and so can any admin."""

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.admins import is_admin, is_from_admin
from bot.answers import Answers
from bot.sending import acknowledge, client_of, delete, replied, reply_to
from bot.sessions import Session, Sessions
from bot.store import People


class Removal:
    """The command /remove, and the button that does the same."""

    def __init__(self, answers: Answers, sessions: Sessions, people: People) -> None:
        self._answers = answers
        self._sessions = sessions
        self._people = people

    async def remove(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Delete the bot's message that /remove replies to; say how to use it where it replies to none."""
        message = update.message
        if message is None or message.from_user is None:
            return
        target, bot = message.reply_to_message, context.bot.username
        session = self._sessions.of(message.chat_id)
        voice = self._answers.replies.voice(self._answers.language(session, client_of(message)))
        if target is None or replied(message, bot) is None:
            line = voice.removal_usage.format(bot=bot)
        elif not (self._asked(target, message.from_user.id) or await is_from_admin(message)):
            line = voice.removal_refused
        elif await self._delete(target):
            return
        else:
            line = voice.removal_too_old
        await reply_to(session, message, self._answers.replies.say(line), quote=True)

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`remove`: delete the message with the button."""
        query = update.callback_query
        if query is None:
            return
        message, person = query.message, query.from_user
        if not isinstance(message, Message):
            await acknowledge(query)
            return
        # Only who pressed sees the notice: the language of the group's talk does not matter
        voice = self._answers.replies.voice(self._answers.language(Session(), person.language_code))
        problem: str | None = voice.failed
        try:
            if not (self._asked(message, person.id) or await is_admin(context.bot, message.chat_id, person.id)):
                problem = voice.removal_refused
            else:
                problem = None if await self._delete(message) else voice.removal_too_old
        finally:  # whatever failed, the button must not wait for ever
            await acknowledge(query, problem, alert=problem is not None)

    def _asked(self, message: Message, person: int) -> bool:
        """Tell whether somebody asked for a message: it replies to them, they sent the command, the chat is theirs.

        What it replies to Telegram tells with a press, but not with a /remove: then what is remembered decides.
        """
        if message.chat.type == ChatType.PRIVATE:
            return True
        to = message.reply_to_message
        wrote = to is not None and to.from_user is not None and to.from_user.id == person
        session, number = self._sessions.of(message.chat_id), message.message_id
        return wrote or self._people.mark(person) in (session.askers.get(number), session.authors.get(number))

    async def _delete(self, message: Message) -> bool:
        is_gone = await delete(message)
        if is_gone:
            self._sessions.of(message.chat_id).take_back(message.message_id)
        return is_gone
