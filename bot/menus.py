"""What buttons do. Their data is checked as if strangers had written it: what leads nowhere opens the topics."""

import re

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.answers import Answers
from bot.commands import place_of
from bot.counting import Counting
from bot.replies import Place, Reply
from bot.sending import acknowledge, is_offered, reply_to, turn
from bot.sessions import Sessions
from bot.store import Store

ENTRY = r"([a-z][a-z0-9_]{0,39}):([a-z]{2,3})"
LANGUAGE = r"([a-z]{2,3})"


class Menus:
    """Handlers of pressed buttons, named after the verb that begins their data."""

    def __init__(self, answers: Answers, sessions: Sessions, store: Store, counting: Counting) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._counting = counting

    async def show(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`show:entry:language`: turn the message into an answer."""
        message, (entry, language) = await self._pressed(update, context)
        if message and self._answers.knows(entry, language):
            reply = self._replies.answer(entry, language, place_of(message), context.bot.username)
            await self._turn(message, reply, language)
            await self._counting.asked(reply.shown)
        elif message:
            await self._reopen(message, update)

    async def next(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`next:entry:language`: send an answer below; in a group, turn the message into it."""
        message, (entry, language) = await self._pressed(update, context)
        if message and self._answers.knows(entry, language):
            reply = self._replies.answer(entry, language, place_of(message), context.bot.username)
            await self._add(message, reply, language)
            await self._counting.asked(reply.shown)
        elif message:
            await self._reopen(message, update)

    async def quote(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`quote:entry:language:index`: send another quote of an answer; in a group, turn the message into it."""
        message, (entry, language, index) = await self._pressed(update, context)
        if message and self._answers.knows(entry, language) and int(index) < self._quotes(entry):
            await self._add(message, self._replies.quote(entry, language, int(index)), language)
        elif message:
            await self._reopen(message, update)

    async def topic(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`topic:topic:language`: turn the message into the list of a topic's entries."""
        message, (topic, language) = await self._pressed(update, context)
        if message and language in self._answers.knowledge.voices and topic in self._replies.voice(language).topics:
            await self._turn(message, self._replies.topic(topic, language, place_of(message)), language)
        elif message:
            await self._reopen(message, update)

    async def topics(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`topics:language`: turn the message into the list of topics."""
        message, (language,) = await self._pressed(update, context)
        if message:
            spoken = self._spoken(language, update)
            await self._turn(message, self._replies.topics(spoken), spoken)

    async def none(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`none:language`: no suggestion was right."""
        message, (language,) = await self._pressed(update, context)
        if message:
            spoken = self._spoken(language, update)
            await self._turn(message, self._replies.none_of_these(spoken), spoken)

    async def languages(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`languages:language`: offer the languages below; in a group nobody chooses for all."""
        message, (language,) = await self._pressed(update, context)
        if message and place_of(message) is Place.PRIVATE:
            spoken = self._spoken(language, update)
            await self._add(message, self._replies.languages(spoken), spoken)
        elif message:
            await self._reopen(message, update)

    async def language(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`language:code`: answer in that language from now on."""
        message, (language,) = await self._pressed(update, context)
        if message and place_of(message) is Place.PRIVATE and language in self._answers.knowledge.voices:
            await self._store.people.choose(message.chat_id, language)
            self._sessions.of(message.chat_id).language = language
            await self._turn(message, self._replies.say(self._replies.voice(language).language_set), language)
        elif message:
            await self._reopen(message, update)

    async def other(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Open the topics for a button that no handler knows."""
        message, _ = await self._pressed(update, context)
        if message:
            await self._reopen(message, update)

    async def _pressed(
        self, update: Update, context: ContextTypes.DEFAULT_TYPE
    ) -> tuple[Message | None, tuple[str, ...]]:
        """Acknowledge a press; return the message with the button (None if inline) and the data's parts."""
        query = update.callback_query
        if query is None:
            return None, ()
        await acknowledge(query)
        parts = context.match.groups() if isinstance(context.match, re.Match) else ()
        message = query.message if isinstance(query.message, Message) else None
        if message and place_of(message) is Place.GROUP and not is_offered(query):
            return None, parts  # made up: what stands in a group or channel is no stranger's to turn
        return message, parts

    async def _reopen(self, message: Message, update: Update) -> None:
        spoken = self._spoken("", update)
        await self._turn(message, self._replies.menu_changed(spoken), spoken)

    def _quotes(self, entry: str) -> int:
        return len(self._answers.knowledge.entries[entry].quotes)

    def _spoken(self, language: str, update: Update) -> str:
        """Return the language if it is known, else one that the person understands."""
        if language in self._answers.knowledge.voices:
            return language
        chat, user = update.effective_chat, update.effective_user
        session = self._sessions.of(chat.id if chat else 0)
        return self._answers.language(session, user.language_code if user else None)

    async def _add(self, message: Message, reply: Reply, language: str) -> None:
        """Send a reply below a message; in a group, turn the message into it."""
        if place_of(message) is Place.GROUP:
            await self._turn(message, reply, language)
        else:
            await reply_to(self._sessions.of(message.chat_id), message, reply, quote=False)

    async def _turn(self, message: Message, reply: Reply, language: str) -> None:
        """Turn a message into a reply; send a new one where the old can no longer be edited."""
        session = self._sessions.of(message.chat_id)
        if place_of(message) is Place.GROUP:
            reply = self._replies.removable(reply, language)
        await turn(session, message, reply)
