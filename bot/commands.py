"""The commands that work in private chats and in groups alike."""

from random import Random

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.admins import is_from_admin, sees_all
from bot.answers import Answers
from bot.manners import Manners
from bot.replies import Place, Reply
from bot.sending import client_of, reply_to
from bot.sessions import Session, Sessions
from bot.store import Store
from content import Kind
from intents import Answer, Clarify, words


def place_of(message: Message) -> Place:
    """Return where a message stands."""
    return Place.PRIVATE if message.chat.type == ChatType.PRIVATE else Place.GROUP


class Commands:
    """Handlers named after their commands."""

    def __init__(self, answers: Answers, sessions: Sessions, store: Store, manners: Manners, random: Random) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._manners = manners
        self._random = random

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell how to ask here."""
        if message := update.message:
            await self._send(
                message, self._replies.help(self._language(message), place_of(message), context.bot.username)
            )

    async def topics(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """List the topics."""
        if message := update.message:
            await self._send(message, self._replies.topics(self._language(message)))

    async def quote(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Give a quote at random, or about the words given."""
        if message := update.message:
            session = self._sessions.of(message.chat_id)
            asked = " ".join(context.args or ())
            reply = self._quote_about(asked, message, session) if words(asked) else self._any_quote(message)
            await self._send(message, reply)

    async def sources(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Name the documents."""
        if message := update.message:
            await self._send(message, self._replies.sources(self._language(message)))

    async def language(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Choose the language of replies: by its name, or from buttons."""
        if message := update.message:
            wish = " ".join(context.args or ())
            if not words(wish):
                reply = self._replies.languages(self._language(message))
            elif code := self._replies.language_named(wish):
                await self._store.people.choose(message.chat_id, code)
                self._sessions.of(message.chat_id).language = code
                reply = self._replies.say(self._replies.voice(code).language_set)
            else:
                reply = self._replies.language_unknown(self._language(message))
            await self._send(message, reply)

    async def privacy(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell what the bot sees in this chat, and what it keeps."""
        if message := update.message:
            language, bot, shares = self._language(message), context.bot, self._store.is_shared
            if place_of(message) is Place.PRIVATE:
                reply = self._replies.privacy(language, shares=shares)
            else:
                speak = self._sessions.of(message.chat_id).settings.speak
                everything = await sees_all(bot, message.chat_id)
                reply = self._replies.privacy_in_group(
                    language, bot.username, speak, sees_all=everything, shares=shares
                )
            await self._send(message, reply)

    async def forget(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Erase what is kept of the person who asks, and the talk, which in a group is an admin's to erase."""
        if (message := update.message) and (person := update.effective_user):
            voice = self._replies.voice(self._language(message))
            await self._store.people.forget(person.id)
            if place_of(message) is Place.PRIVATE or await is_from_admin(message):
                self._forget_talk(message)
                line = voice.forgotten
            else:
                self._sessions.of(message.chat_id).forget_person(self._store.people.mark(person.id))
                line = voice.forgotten_yours
            await self._send(message, self._replies.say(line))

    async def about(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell who speaks, and which edition."""
        if message := update.message:
            await self._send(message, self._replies.about(self._language(message)))

    async def _send(self, message: Message, reply: Reply) -> None:
        session = self._sessions.of(message.chat_id)
        if place_of(message) is Place.GROUP:
            await self._manners.say(session, message, reply, self._language(message), to=message)
        else:
            await reply_to(session, message, reply, quote=False)

    def _forget_talk(self, message: Message) -> None:
        """Forget what was said; in a group not what its admins chose."""
        known = self._sessions.of(message.chat_id)
        self._sessions.forget(message.chat_id)
        if place_of(message) is Place.GROUP:
            kept = self._sessions.of(message.chat_id)
            kept.language, kept.settings = known.language, known.settings

    def _language(self, message: Message) -> str:
        session, client = self._sessions.of(message.chat_id), client_of(message)
        in_group = place_of(message) is Place.GROUP
        return (self._answers.member_language if in_group else self._answers.language)(session, client)

    def _any_quote(self, message: Message) -> Reply:
        quoted = [entry.id for entry in self._answers.knowledge.entries.values() if entry.kind == Kind.ANSWER]
        return self._replies.quote(self._random.choice(quoted), self._language(message))

    def _quote_about(self, asked: str, message: Message, session: Session) -> Reply:
        outcome = self._answers.hear(asked)
        client = client_of(message)
        language = self._answers.language(session, client, outcome)
        if isinstance(outcome, Answer | Clarify):
            for match in outcome.ranked:
                if self._answers.kind(match.entry) == Kind.ANSWER:
                    return self._replies.quote(match.entry, language)
        return self._replies.say(self._replies.voice(language).no_quote)
