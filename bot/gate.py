"""The gate: what is not for the bot goes no further, and what the database knows of the chat is looked up."""

import re
from collections.abc import Collection

from telegram import Bot, CallbackQuery, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.answers import Answers
from bot.clock import Clock
from bot.ephemeral import EVERYONE, is_ephemeral, is_for
from bot.limiter import Pace
from bot.outage import Bridge, Outage
from bot.preferences import Settings, Speak
from bot.sending import acknowledge, replied, topic_of, written
from bot.sessions import Recent, Session, Sessions
from bot.store import Store

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
PACE = (10, 60.0, 10)
"""How often one member can address the bot in a group: so often in so many seconds, so often at once."""
MEMBERS = 10_000
"""Members whose pace is remembered, in memory."""
ALWAYS = frozenset({"settings", "privacy", "remove", "forget"})
"""Commands that no setting of a group silences: with them people keep control of the bot."""


class Gate:
    """The handler that every update meets first."""

    def __init__(
        self,
        answers: Answers,
        sessions: Sessions,
        store: Store,
        clock: Clock,
        outage: Outage,
        allowed: Collection[int],
    ) -> None:
        """Take, besides the usual, the only groups that the bot answers in; none means all."""
        self._answers = answers
        self._sessions = sessions
        self._store = store
        self._clock = clock
        self._bridge = Bridge(outage)
        self._allowed = allowed
        self._paces: Recent[tuple[int, int], Pace] = Recent(MEMBERS)

    async def admit(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let pass what is for the bot, and look up the settings and the language that it goes by."""
        message = update.message or update.edited_message
        if update.channel_post or update.edited_channel_post:
            raise ApplicationHandlerStop
        if message and is_ephemeral(message) and not self._is_asked_unseen(update, context.bot):
            raise ApplicationHandlerStop
        if (query := update.callback_query) and is_ephemeral(query.message) and not _shows_everyone(query):
            await acknowledge(query)
            raise ApplicationHandlerStop
        if message and message.chat.type != ChatType.PRIVATE:
            await self._admit_to_group(message, context.bot.username, edited=update.message is None)
        elif (chat := update.effective_chat) and chat.type != ChatType.PRIVATE:
            await self._look_up_chat(chat.id)
        elif user := update.effective_user:  # a private chat has its person's id
            await self._look_up_person(user.id)

    async def _admit_to_group(self, message: Message, bot: str, *, edited: bool) -> None:
        if is_service(message):
            return
        if self._allowed and message.chat_id not in self._allowed:
            raise ApplicationHandlerStop
        addressed = is_addressed(message, bot)
        if message.chat.type not in GROUPS or not (addressed or is_to_nobody(message)):
            raise ApplicationHandlerStop
        session = self._sessions.of(message.chat_id)
        if edited and not session.reasks(message.message_id, written(message)):
            raise ApplicationHandlerStop
        if addressed and not edited and not self._has_patience_with(message):
            raise ApplicationHandlerStop
        settings = await self._look_up_chat(message.chat_id)
        command = command_of(message)
        if not addressed and not self._is_overheard(message, settings):
            raise ApplicationHandlerStop
        if command not in ALWAYS and not self._is_allowed(message, settings, session, command, edited):
            raise ApplicationHandlerStop

    def _is_asked_unseen(self, update: Update, bot: Bot) -> bool:
        """Tell whether a message that only its writer sees is an /ask that can be answered so; no other is taken."""
        message = update.message
        if message is None or message.chat.type not in GROUPS:
            return False
        return command_of(message) == "ask" and is_for(message, bot.id)

    def _has_patience_with(self, message: Message) -> bool:
        """Tell whether a member did not address the bot too often just now: one alone must not fill a group with it."""
        person = message.from_user.id if message.from_user else 0
        pace = self._paces.get_or_put((message.chat_id, person), lambda: Pace(*PACE))
        now = self._clock().timestamp()
        if pace.next(now) > now:
            return False
        pace.take(now)
        return True

    def _is_overheard(self, message: Message, settings: Settings) -> bool:
        """Tell whether a message to nobody in particular asks something; it is read only where the admins want that."""
        return settings.speak is Speak.QUESTIONS and self._answers.is_question(written(message))

    def _is_allowed(
        self, message: Message, settings: Settings, session: Session, command: str | None, edited: bool
    ) -> bool:
        """Tell whether the admins let the bot speak here and now."""
        if command is None and settings.speak is Speak.COMMANDS:
            return False
        if message.chat.is_forum and settings.topics and topic_of(message) not in settings.topics:
            return False
        # Nobody else sees what only the asker sees: it neither costs the budget nor needs any
        return edited or is_ephemeral(message) or session.answers_left(self._clock()) > 0

    async def _look_up_chat(self, chat: int) -> Settings:
        """Return the settings of a chat: those last known while the database fails."""
        session = self._sessions.of(chat)

        async def look() -> None:
            session.settings = await self._store.chats.settings(chat)
            session.language = session.settings.language

        await self._bridge.cross(look)
        return session.settings

    async def _look_up_person(self, person: int) -> None:
        """Look up the language that a person chose: it stays the one last known while the database fails."""

        async def look() -> None:
            self._sessions.of(person).language = await self._store.people.language(person)

        await self._bridge.cross(look)


def _shows_everyone(query: CallbackQuery) -> bool:
    """Tell whether a press is of the only button that does something under a message which one person sees."""
    return re.match(EVERYONE, query.data or "") is not None


def is_service(message: Message) -> bool:
    """Tell whether a message is Telegram's own, about newcomers or a group that became a supergroup."""
    return bool(message.new_chat_members or message.migrate_to_chat_id or message.migrate_from_chat_id)


def is_addressed(message: Message, bot: str) -> bool:
    """Tell whether a group message is for the bot: a command, a reply to it, a mention of it and of no other."""
    if not is_from_person(message):
        return False
    command = _command(message)
    if command is not None:
        return command.partition("@")[2].casefold() in ("", bot.casefold())
    names = mentioned(message)
    if any(name != bot.casefold() for name in names):
        return False
    return bool(names) or replied(message, bot) is not None


def is_to_nobody(message: Message) -> bool:
    """Tell whether a member wrote a message to no one in particular: no reply, no mention, no command, no forward."""
    own = message.forward_origin is None and not answers_somebody(message)
    return own and is_from_person(message) and not mentioned(message) and command_of(message) is None


def answers_somebody(message: Message) -> bool:
    """Tell whether a message replies to a person's, here or elsewhere; a topic's beginning and a post are nobody's."""
    if message.external_reply or message.reply_to_story:
        return True
    to = message.reply_to_message
    return to is not None and not to.is_automatic_forward and to.forum_topic_created is None


def command_of(message: Message) -> str | None:
    """Return the command that a message begins with, without its slash and the bot's name."""
    command = _command(message)
    return None if command is None else command.partition("@")[0].removeprefix("/").casefold()


def without_mentions(message: Message) -> str:
    """Return a message's text or caption without the mentions and commands in it."""
    text = written(message)
    for name in _entities(message, MessageEntity.MENTION, MessageEntity.BOT_COMMAND).values():
        text = text.replace(name, " ")
    return text.strip()


def mentioned(message: Message) -> set[str]:
    """Return the user names mentioned, without @ and case; a person without one counts by id."""
    return {
        (entity.user.username or str(entity.user.id)).casefold() if entity.user else text.lstrip("@").casefold()
        for entity, text in _entities(message, MessageEntity.MENTION, MessageEntity.TEXT_MENTION).items()
    }


def is_from_person(message: Message) -> bool:
    """Tell whether a member wrote a message: no bot, no channel, not sent through a bot."""
    if message.via_bot or message.is_automatic_forward or message.from_user is None:
        return False
    if message.sender_chat:  # an anonymous admin speaks as the group itself
        return message.sender_chat.id == message.chat_id
    return not message.from_user.is_bot


def _command(message: Message) -> str | None:
    """Return the command that a message begins with, as it is written."""
    commands = _entities(message, MessageEntity.BOT_COMMAND).items()
    return next((text for entity, text in commands if entity.offset == 0), None)


def _entities(message: Message, *types: str) -> dict[MessageEntity, str]:
    """Return the parts of a text or caption that Telegram marked as one of some types."""
    return message.parse_entities([*types]) | message.parse_caption_entities([*types])
