"""Manners in a group: what the bot says there fits the hour's budget, and whoever asked for it can remove it."""

import logging

from telegram import Message
from telegram.error import BadRequest

from bot.clock import Clock
from bot.replies import Replies, Reply
from bot.sending import answer, is_unwelcome
from bot.sessions import Session
from bot.store import People

_LOG = logging.getLogger(__name__)


class Manners:
    """The one way in which the bot replies in groups."""

    def __init__(self, replies: Replies, people: People, clock: Clock) -> None:
        self._replies = replies
        self._people = people
        self._clock = clock

    async def say(self, session: Session, message: Message, reply: Reply, language: str, *, to: Message) -> int | None:
        """Reply to what a member said, `to` their message or another's; return the reply's id, None if it may not.

        An edited question has its reply edited. The last reply that the hour's budget allows says that it is the last.
        """
        known = session.answered.get(message.message_id)
        if not known and session.answers_left(self._clock()) == 1:
            reply = self._replies.last_for_now(reply, language, message.get_bot().username)
        try:
            sent = await answer(session, message, self._replies.removable(reply, language), to=to, quote=True)
        except BadRequest as error:
            if not is_unwelcome(error):
                raise
            _LOG.info("A question could not be answered: the bot may not write there")
            return None
        if message.from_user:
            session.askers.put(sent, self._people.mark(message.from_user.id))
        if to.from_user:
            session.authors.put(sent, self._people.mark(to.from_user.id))
        if not known or known.reply != sent:
            session.spent.append(self._clock())
        return sent
