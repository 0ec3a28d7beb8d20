"""Where the bot is: added, removed, allowed more or less, and groups that become supergroups."""

import logging
from contextlib import suppress

from telegram import Bot, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.admins import can_post, can_write, sees_all
from bot.answers import Answers
from bot.chat_ids import is_id
from bot.command_menus import CommandMenus
from bot.gate import GROUPS
from bot.markup import isolated
from bot.replies import Reply
from bot.sessions import Session, Sessions
from bot.store import Store
from content import Voice

_LOG = logging.getLogger(__name__)


class Membership:
    """Handlers of the bot's own comings and goings, and of newcomers."""

    def __init__(self, answers: Answers, sessions: Sessions, store: Store, allowed: set[int]) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._allowed = allowed
        self._moved: set[int] = set()
        """Supergroups that groups became lately: they were greeted when they were groups."""
        self._menus = CommandMenus(answers.knowledge)

    async def changed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet a group once, leave a chat that is not allowed, erase what is a left one's, mind the right to write."""
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        was, now = is_inside(change.old_chat_member), is_inside(change.new_chat_member)
        if not now:
            await self._left(change, context.bot)
        elif self._allowed and change.chat.id not in self._allowed:
            await self._refuse(change, context.bot)
        elif not was and change.chat.type in GROUPS:
            if change.chat.id not in self._moved:
                await self._greet(change, context.bot)
        else:
            await self._mind_right_to_write(change, context.bot)

    async def joined(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Count newcomers, to be welcomed together where the admins want that."""
        if (message := update.message) and (people := [new for new in message.new_chat_members if not new.is_bot]):
            await self._store.chats.note_newcomers(message.chat_id, len(people))

    async def member(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Drop the request of somebody whom an admin let in."""
        if (change := update.chat_member) and is_inside(change.new_chat_member):
            await self._store.requests.remove(change.chat.id, change.new_chat_member.user.id)

    async def migrated(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Move what is kept of a group that became a supergroup; Telegram tells it in both."""
        message = update.message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.chat_id if message.migrate_from_chat_id else message.migrate_to_chat_id
        if new and all(is_id(chat) and chat < 0 for chat in (old, new)):  # those of groups are negative
            await self._store.move_chat(old, new)
            self._sessions.move(old, new)
            if old in self._allowed:  # while the bot's owner knows the old id only
                self._allowed.add(new)
            self._moved.add(new)
        if message.migrate_from_chat_id:  # once, and where the bot is now
            await self._renew_menu(context.bot, message.chat_id)

    async def _greet(self, change: ChatMemberUpdated, bot: Bot) -> None:
        everything = await sees_all(bot, change.chat.id)
        reply = self._replies.added(self._language(change), bot.username, sees_all=everything)
        await bot.send_message(change.chat.id, reply.text)

    async def _renew_menu(self, bot: Bot, chat: int) -> None:
        """Let apps know of a group's new id, too, that only the asker sees /ask there."""
        if (await self._store.chats.settings(chat)).ephemeral:
            try:
                await self._menus.make_discreet(bot, chat)
            except TelegramError as error:
                _LOG.warning("The menu of a new supergroup could not be registered: %s", type(error).__name__)

    async def _refuse(self, change: ChatMemberUpdated, bot: Bot) -> None:
        """Say that the bot's owner does not want it there, to who brought it if that is a channel, and go."""
        line = self._voice(change).not_here
        if change.chat.type == ChatType.CHANNEL:  # its readers did not bring the bot
            await self._tell(change, bot, line)
        else:
            with suppress(TelegramError):  # it may not write there, or not now, but it can always go
                await bot.send_message(change.chat.id, self._replies.say(line).text)
        await bot.leave_chat(change.chat.id)

    async def _left(self, change: ChatMemberUpdated, bot: Bot) -> None:
        subscription = await self._store.subscriptions.of(change.chat.id)
        await self._store.drop_chat(change.chat.id)
        self._sessions.forget(change.chat.id)
        if subscription:
            line = self._voice(change).publish.stopped
            await self._tell(change, bot, line)

    async def _mind_right_to_write(self, change: ChatMemberUpdated, bot: Bot) -> None:
        """Pause a chat's quotes when the right to write is taken away, go on when it is given back."""
        lines = self._voice(change).publish
        subscriptions, chat, now = self._store.subscriptions, change.chat, change.new_chat_member
        if can_post(now) if chat.type == ChatType.CHANNEL else can_write(now):
            if await subscriptions.resume(chat.id):
                await self._tell(change, bot, lines.resumed)
        elif await subscriptions.pause(chat.id) and not await self._tell(change, bot, lines.paused):
            await self._tell_another(change, bot)

    async def _tell(self, change: ChatMemberUpdated, bot: Bot, line: str) -> bool:
        """Write to the admin who changed something; False if they can't be written to, as anonymous ones cannot."""
        person = change.from_user
        return not person.is_bot and await write_to(bot, person.id, self._about(change, line))

    async def _tell_another(self, change: ChatMemberUpdated, bot: Bot) -> None:
        """Tell one admin, in the language of the chat's quotes, that these are paused."""
        plan = await self._store.subscriptions.of(change.chat.id)
        language = self._answers.language(Session(language=plan.language if plan else None), None)
        line = self._replies.voice(language).publish.paused
        await write_to_admin(bot, change.chat.id, self._about(change, line))

    def _about(self, change: ChatMemberUpdated, line: str) -> Reply:
        return self._replies.say(line.format(chat=isolated(change.chat.title or "")))

    def _voice(self, change: ChatMemberUpdated) -> Voice:
        return self._replies.voice(self._language(change))

    def _language(self, change: ChatMemberUpdated) -> str:
        """Return the language of who changed something, as in their private chat."""
        person = change.from_user
        return self._answers.language(self._sessions.of(person.id), person.language_code)


async def write_to(bot: Bot, person: int, reply: Reply) -> bool:
    """Write to somebody in private; False where they never began a chat with the bot, or blocked it."""
    try:
        await bot.send_message(person, reply.text)
    except (BadRequest, Forbidden):
        return False
    return True


async def write_to_admin(bot: Bot, chat: int, reply: Reply) -> bool:
    """Write to one admin who can be written to: the owner, else another; False for none, or where the bot is out."""
    try:
        admins = await bot.get_chat_administrators(chat)
    except (BadRequest, Forbidden):
        return False
    for admin in sorted(admins, key=lambda admin: admin.status != ChatMember.OWNER):
        if not admin.user.is_bot and await write_to(bot, admin.user.id, reply):
            return True
    return False


def is_inside(member: ChatMember) -> bool:
    """Tell whether a member is in a chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)
