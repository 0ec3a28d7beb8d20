"""The door: groups and channels to join, and requests to join a group whose rules one must agree to first."""

import logging
import re
from datetime import timedelta

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ContextTypes

from bot.admins import member_of
from bot.answers import Answers
from bot.clock import Clock
from bot.manners import Manners
from bot.membership import is_inside
from bot.newer import Newer
from bot.replies import Reply
from bot.sending import acknowledge, client_of, edit, keyboard, reply_to, without_row
from bot.sessions import Session, Sessions
from bot.store import Store

WAIT = timedelta(days=1)
"""How long a request is kept: Telegram itself tells a bot of a request for a day."""
MINUTE = timedelta(minutes=1)
BURST = 20
"""Applicants to one group in a minute who get its rules; a raid gets silence, and is left to the admins."""
_SETTLED = ("hide_requester_missing", "user_already_participant", "user_id_invalid")

_LOG = logging.getLogger(__name__)


class Door:
    """Handlers of those who want in."""

    def __init__(
        self, answers: Answers, sessions: Sessions, store: Store, manners: Manners, newer: Newer, clock: Clock
    ) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._newer = newer
        self._clock = clock
        self._manners = manners

    async def request(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Send an applicant the group's rules with one button; who does not press it is left to the admins."""
        request = update.chat_join_request
        if request is None:
            return
        await self._newer.queue(context.bot, request)  # first: Telegram waits ten seconds for it
        chat, person = request.chat, request.from_user
        if not await self._is_open(chat.id) or not await self._is_turn_of(chat.id, person.id):
            return
        chosen = await self._store.people.language(person.id)
        language = self._answers.language(Session(chosen), person.language_code)
        rules = await self._rules(chat.id, language)
        reply = self._replies.rules(chat.id, chat.title or "", rules, language)
        try:
            await context.bot.send_message(request.user_chat_id, reply.text, reply_markup=keyboard(reply.rows))
        except (Forbidden, BadRequest):  # they blocked the bot, or took the request back: the admins decide
            _LOG.info("An applicant could not be written to")

    async def agree(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`join:chat`: let in whoever pressed, if they asked."""
        query = update.callback_query
        if query is None or not isinstance(context.match, re.Match):
            return
        await acknowledge(query)
        person = query.from_user
        language = self._answers.language(self._sessions.of(person.id), person.language_code)
        try:
            reply = await self._decide(context.bot, int(context.match[1]), person.id, language)
        except ChatMigrated:  # the button is older than the supergroup that the group became
            reply = self._replies.say(self._replies.voice(language).join.too_late)
        # The button is gone after another press, which told them already, and was never on what forged data came with.
        if isinstance(query.message, Message) and await without_row(query, "join:"):
            # A press gives no right to send a stranger anything new: the rules turn into the reply.
            await edit(Session(), query.message, query.message.message_id, reply)

    async def community(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the groups and channels to join."""
        if message := update.message:
            session = self._sessions.of(message.chat_id)
            language = self._answers.language(session, client_of(message))
            reply = self._replies.community(language, context.bot.username)
            if message.chat.type == ChatType.PRIVATE:
                await reply_to(session, message, reply, quote=False)
            else:
                await self._manners.say(session, message, reply, language, to=message)

    async def _is_open(self, chat: int) -> bool:
        """Tell whether the admins of a chat want the bot at their door."""
        return (await self._store.chats.settings(chat)).join_rules

    async def _is_turn_of(self, chat: int, person: int) -> bool:
        """Keep a request; tell whether its applicant gets the rules: not twice a minute, nor in a raid."""
        requests, now = self._store.requests, self._clock()
        lately = now - MINUTE
        again = await requests.is_waiting(chat, person, lately)
        applied = self._sessions.of(chat).applied
        crowd = sum(time >= lately for time in applied)  # those who were let in at once among them
        self._sessions.of(chat).note_application(now)
        await requests.add(chat, person, now)
        return not again and crowd < BURST

    async def _decide(self, bot: Bot, chat: int, person: int, language: str) -> Reply:
        """Let an applicant in, if they wait and the admins still want that; return what became of the request."""
        lines = self._replies.voice(language).join
        if not await self._store.requests.is_waiting(chat, person, self._clock() - WAIT):
            line = lines.too_late
        elif await self._is_open(chat) and await self._settle(bot, chat, person):
            line = lines.settled
        else:
            line = lines.failed
        member = await member_of(bot, chat, person)  # asked in any case: an admin may have let them in before
        return await self._inside(bot, chat, language) if member and is_inside(member) else self._replies.say(line)

    async def _settle(self, bot: Bot, chat: int, person: int) -> bool:
        """Approve a request; False where Telegram does not let the bot, True where nothing is left to decide."""
        try:
            await bot.approve_chat_join_request(chat, person)
        except (BadRequest, Forbidden) as error:
            if not any(words in error.message.lower() for words in _SETTLED):
                return False
        await self._store.requests.remove(chat, person)
        return True

    async def _rules(self, chat: int, language: str) -> str:
        """Return the rules that admins wrote, in the applicant's language if they did so, else the voice's own."""
        written = await self._store.chats.rules(chat)
        return written.get(language) or next(iter(written.values()), "") or self._replies.voice(language).join.rules

    async def _inside(self, bot: Bot, chat: int, language: str) -> Reply:
        """Write that the door is open; the way in is a button where the group has a public name."""
        group = await bot.get_chat(chat)
        url = f"https://t.me/{group.username}" if group.username else ""
        return self._replies.inside(group.title or "", url, language)
