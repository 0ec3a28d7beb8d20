"""The gate: what is not for the bot goes no further, and what the database knows of the chat is looked up."""

import re
from collections.abc import Collection
from contextlib import suppress
from typing import NoReturn

from telegram import Bot, CallbackQuery, InlineQuery, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.answers import Answers
from bot.clock import Clock
from bot.ephemeral import EVERYONE, is_ephemeral, is_for
from bot.floods import Deed, Floods
from bot.inline import find_nothing
from bot.outage import Bridge, Outage
from bot.preferences import Settings, Speak
from bot.sending import acknowledge, client_of, replied, reply_to, topic_of, written
from bot.sessions import Session, Sessions
from bot.store import Store

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
CONTROL = frozenset({"privacy", "remove", "forget"})
"""Commands by which people keep control of the bot: no flood of other things silences them."""
ALWAYS = CONTROL | {"settings"}
"""Commands that no setting of a group silences."""


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
        self._floods = Floods()

    async def admit(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let pass what is for the bot and not too much, and look up the settings and the language that it goes by."""
        message = update.message or update.edited_message
        if update.channel_post or update.edited_channel_post:
            raise ApplicationHandlerStop
        if message and is_ephemeral(message) and not self._is_asked_unseen(update, context.bot):
            raise ApplicationHandlerStop
        if message and message.chat.type != ChatType.PRIVATE:
            await self._admit_to_group(message, context.bot.username, edited=update.message is None)
            return
        if message and message.from_user and message.from_user.is_bot:  # two bots could answer each other for ever
            raise ApplicationHandlerStop
        await self._bear_with(update)
        if (chat := update.effective_chat) and chat.type != ChatType.PRIVATE:
            await self._look_up_chat(chat.id)
        elif user := update.effective_user:  # a private chat has its person's id
            await self._look_up_person(user.id)

    async def _bear_with(self, update: Update) -> None:
        """Stop what is too much of one person, before it costs a look at the database or a search."""
        if update.message:
            await self._bear_with_writer(update.message)
        elif message := update.edited_message:
            if not self._sessions.of(message.chat_id).reasks(message.message_id, written(message)):
                raise ApplicationHandlerStop
            await self._bear_with_writer(message)
        elif (guest := update.guest_message) and not self._takes(guest, Deed.ADDRESS):
            raise ApplicationHandlerStop
        elif query := update.callback_query:
            await self._bear_with_presser(query)
        elif search := update.inline_query:
            await self._bear_with_searcher(search)

    async def _bear_with_writer(self, message: Message) -> None:
        if self._takes(message, Deed.WRITE):
            return
        notice = self._notice(message.chat_id, _author(message), client_of(message))
        if notice:
            session = self._sessions.of(message.chat_id)
            with suppress(TelegramError):  # who cannot be told is not told, and not answered either
                await reply_to(session, message, self._answers.replies.say(notice), quote=False)
        raise ApplicationHandlerStop

    async def _bear_with_presser(self, query: CallbackQuery) -> None:
        message, person = query.message, query.from_user
        if is_ephemeral(message) and not _shows_everyone(query):
            await _only_acknowledge(query)
        if self._floods.take(message.chat.id if message else 0, person.id, Deed.PRESS, self._now()):
            return
        in_private = message is not None and message.chat.type == ChatType.PRIVATE
        notice = self._notice(person.id, person.id, person.language_code) if in_private else None
        await _only_acknowledge(query, notice)

    async def _bear_with_searcher(self, query: InlineQuery) -> None:
        if not self._floods.take(0, query.from_user.id, Deed.SEARCH, self._now()):
            with suppress(TelegramError):
                await find_nothing(query)
            raise ApplicationHandlerStop

    def _notice(self, chat: int, person: int, client: str | None) -> str | None:
        """Return the line that asks somebody to slow down, if it is time for it."""
        if not self._floods.may_tell(person, self._now()):
            return None
        language = self._answers.language(self._sessions.of(chat), client)
        return self._answers.replies.voice(language).slow_down

    def _takes(self, message: Message, otherwise: Deed) -> bool:
        """Tell whether a message is not too much of who wrote it; what is no command to keep control counts otherwise.

        By when it was written: what had to wait, for the bot or for other answers, did not come all at once.
        """
        deed = Deed.CONTROL if command_of(message) in CONTROL else otherwise
        written_at = (message.edit_date or message.date).timestamp()
        if not self._floods.take(message.chat_id, _author(message), deed, written_at):
            return False
        return deed is not Deed.ADDRESS or self._floods.take(message.chat_id, 0, Deed.GATHER, written_at)

    def _now(self) -> float:
        return self._clock().timestamp()

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
        if (addressed or edited) and not self._takes(message, Deed.ADDRESS):
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
        session = self._sessions.of(person)
        session.language = await self._bridge.ask(lambda: self._store.people.language(person), session.language)


def _shows_everyone(query: CallbackQuery) -> bool:
    """Tell whether a press is of the only button that does something under a message which one person sees."""
    return re.match(EVERYONE, query.data or "") is not None


async def _only_acknowledge(query: CallbackQuery, notice: str | None = None) -> NoReturn:
    """Stop a button's waiting sign, and the press with it, whether Telegram takes that or not."""
    with suppress(TelegramError):
        await acknowledge(query, notice, alert=notice is not None)
    raise ApplicationHandlerStop


def _author(message: Message) -> int:
    """Return the id of who speaks: of a chat in whose name somebody does, else of a person."""
    if message.sender_chat:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else 0


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
    """Return the parts of a text or caption that Telegram marked as one of some types.

    Unlike the library's own methods, it bears halves of characters, and marks that end in the middle of one.
    """
    marked = message.entities if message.text else message.caption_entities
    text = written(message).encode("utf-16-le", "surrogatepass")  # offsets count its units of two bytes
    parts = {
        entity: text[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
        for entity in marked
        if entity.type in types
    }
    return {entity: part for entity, part in parts.items() if part}
