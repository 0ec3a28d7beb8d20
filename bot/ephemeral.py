"""Answers that only the asker sees, in groups whose admins want that and on servers that can (Bot API 10.2, 10.3).

A server that does not know them would post them for all to see: what was asked so is answered so, or not at all.
"""

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.clock import Clock
from bot.menus import ENTRY
from bot.newer import Newer
from bot.replies import Place, Reply
from bot.sending import acknowledge, delete, keyboard, link_to, reply_to, thread_of
from bot.sessions import Given, Recent, Session, Sessions, Shown
from bot.store import People

EVERYONE = rf"^everyone:{ENTRY}$"
"""The data of the button that shows an answer to everybody."""
SHOWN = 5_000
"""Messages remembered as shown to everybody, so that two quick presses show one answer."""

_LOG = logging.getLogger(__name__)
_Seen: TypeAlias = tuple[int, int, datetime]


def is_ephemeral(message: MaybeInaccessibleMessage | None) -> bool:
    """Tell whether only one person and the bot see a message: no method that takes a message id must touch it."""
    return message is not None and (message.message_id == 0 or "ephemeral_message_id" in message.api_kwargs)


def ephemeral_id(message: Message) -> int | None:
    """Return the number of a message that only one person and the bot see; None for all others."""
    number = message.api_kwargs.get("ephemeral_message_id")
    return number if isinstance(number, int) else None


def is_for(message: Message, bot: int) -> bool:
    """Tell whether a message that only one account sees is for the bot with this id."""
    receiver = message.api_kwargs.get("receiver_user")
    return isinstance(receiver, Mapping) and receiver.get("id") == bot


class Ephemeral:
    """Answers what was asked unseen, and shows an answer to everybody when the asker wants that."""

    def __init__(self, answers: Answers, sessions: Sessions, people: People, newer: Newer, clock: Clock) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._people = people
        self._newer = newer
        self._clock = clock
        self._shown: Recent[_Seen, bool] = Recent(SHOWN)

    async def answer(self, question: Message, reply: Reply) -> bool:
        """Answer so that only the asker sees it and return True; where that cannot be, say nothing: False."""
        person, number = question.from_user, ephemeral_id(question)
        if person is None or number is None or not self._newer.ephemeral:
            return False
        reply = self._replies.for_one(reply, question.get_bot().username)
        try:
            sent = await question.reply_html(
                reply.text, reply_markup=keyboard(reply.rows), do_quote=False, api_kwargs=_only_for(person.id, number)
            )
        except (BadRequest, Forbidden) as error:  # asked more than 15 seconds ago, or no right to write here
            _LOG.info("A question for the bot alone could not be answered (%s)", type(error).__name__)
            return False
        if ephemeral_id(sent) is None:
            await self._take_back(sent)
            return False
        return True

    async def show(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`everyone:entry:language`: show to the group what only the asker saw, if the hour's budget allows it."""
        query = update.callback_query
        if query is None or not isinstance(context.match, re.Match):
            return
        shown, message = Shown(context.match[1], context.match[2]), query.message
        if (
            not isinstance(message, Message)
            or ephemeral_id(message) is None
            or not self._answers.knows(shown.entry, shown.language)
        ):
            await acknowledge(query)
            return
        session, bot = self._sessions.of(message.chat_id), context.bot.username
        if session.answers_left(self._clock()) <= 0:
            line = self._replies.voice(shown.language).budget_spent.format(bot=bot)
            await acknowledge(query, line, alert=True)
            return
        await acknowledge(query)
        seen = (message.chat_id, ephemeral_id(message) or 0, message.date)  # its number may be another's later
        if self._shown.get(seen):
            return
        self._shown.put(seen, True)
        try:
            await self._post(session, query, message, self._public(session, message, shown, bot))
        except TelegramError:
            self._shown.forget(seen)
            raise
        await self._take_away(query, message)

    def _public(self, session: Session, message: Message, shown: Shown, bot: str) -> Reply:
        """Write an answer for everybody; where it stands already, lead to it with one line."""
        if given := session.earlier(shown, self._clock()):
            reply = self._replies.repeated(shown, link_to(message.chat, given.message, given.topic))
        else:
            reply = self._replies.answer(shown.entry, shown.language, Place.GROUP, bot)
        if session.answers_left(self._clock()) == 1:
            reply = self._replies.last_for_now(reply, shown.language, bot)
        return self._replies.removable(reply, shown.language)

    async def _post(self, session: Session, query: CallbackQuery, message: Message, reply: Reply) -> None:
        """Post to where the unseen message stands; what is posted is the presser's to remove."""
        now = self._clock()
        sent = await reply_to(session, message, reply, quote=False)
        session.spent.append(now)
        session.askers.put(sent, self._people.mark(query.from_user.id))
        if shown := reply.shown:
            session.given.put((shown.entry, shown.language), Given(sent, thread_of(message), now))

    async def _take_back(self, sent: Message) -> None:
        self._newer.ephemeral = False
        _LOG.error("The server showed to all what was meant for one: no more of that until the next start")
        await delete(sent)

    async def _take_away(self, query: CallbackQuery, message: Message) -> None:
        """Delete the message that only one person saw; it goes by itself otherwise, when their app restarts."""
        seen = {
            "chat_id": message.chat_id,
            "receiver_user_id": query.from_user.id,
            "ephemeral_message_id": ephemeral_id(message),
        }
        try:
            await query.get_bot().do_api_request("deleteEphemeralMessage", seen)
        except TelegramError as error:
            _LOG.info("A message for one could not be deleted (%s)", type(error).__name__)


def _only_for(person: int, number: int) -> dict[str, object]:
    """Return the parameters that let only one person see the answer to their message with this number.

    In both forms, 10.2's and 10.3's; without a message_id in it, older servers refuse the reply.
    """
    return {
        "receiver_user_id": person,
        "ephemeral_message_parameters": {"receiver_user_id": person},
        "reply_parameters": {"ephemeral_message_id": number},
    }
