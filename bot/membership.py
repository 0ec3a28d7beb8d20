"""Where the bot is: added, removed, allowed more or less, and groups that become supergroups."""

from contextlib import suppress

from telegram import Bot, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden
from telegram.ext import ContextTypes

from bot.admins import can_post, sees_all
from bot.answers import Answers
from bot.gate import GROUPS
from bot.markup import isolated
from bot.replies import Reply
from bot.sessions import Session, Sessions
from bot.store import Store


class Membership:
    """Handlers of the bot's own comings and goings, and of newcomers."""

    def __init__(self, answers: Answers, sessions: Sessions, store: Store, allowed: frozenset[int]) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._allowed = allowed

    async def changed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet a group once, leave one that is not allowed, erase what is a left chat's, mind the right to post."""
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        was, now = is_inside(change.old_chat_member), is_inside(change.new_chat_member)
        if not now:
            await self._left(change, context.bot)
        elif self._allowed and change.chat.id not in self._allowed:
            await self._refuse(change, context.bot)
        elif not was and change.chat.type in GROUPS:
            await self._greet(change, context.bot)
        elif change.chat.type == ChatType.CHANNEL:
            await self._mind_right_to_post(change, context.bot)

    async def joined(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Count newcomers, to be welcomed together where the admins want that."""
        if (message := update.message) and (people := [new for new in message.new_chat_members if not new.is_bot]):
            await self._store.chats.note_newcomers(message.chat_id, len(people))

    async def member(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Drop the request of somebody whom an admin let in."""
        if (change := update.chat_member) and is_inside(change.new_chat_member):
            await self._store.requests.remove(change.chat.id, change.new_chat_member.user.id)

    async def migrated(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Move what is kept of a group that became a supergroup; Telegram tells it in both."""
        message = update.message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.chat_id if message.migrate_from_chat_id else message.migrate_to_chat_id
        if new:
            await self._store.move_chat(old, new)
            self._sessions.move(old, new)

    async def _greet(self, change: ChatMemberUpdated, bot: Bot) -> None:
        everything = await sees_all(bot, change.chat.id)
        reply = self._replies.added(self._language(change), bot.username, sees_all=everything)
        await bot.send_message(change.chat.id, reply.text)

    async def _refuse(self, change: ChatMemberUpdated, bot: Bot) -> None:
        with suppress(BadRequest, Forbidden):  # it may not write there, but it can always go
            await bot.send_message(change.chat.id, self._replies.voice(self._language(change)).not_here)
        await bot.leave_chat(change.chat.id)

    async def _left(self, change: ChatMemberUpdated, bot: Bot) -> None:
        subscription = await self._store.subscriptions.of(change.chat.id)
        await self._store.drop_chat(change.chat.id)
        self._sessions.forget(change.chat.id)
        if subscription:
            line = self._replies.voice(self._language(change)).publish.stopped
            await self._tell(change, bot, line)

    async def _mind_right_to_post(self, change: ChatMemberUpdated, bot: Bot) -> None:
        """Pause a channel's quotes when the right to post is taken away, go on when it is given back."""
        lines = self._replies.voice(self._language(change)).publish
        subscriptions, chat = self._store.subscriptions, change.chat.id
        if can_post(change.new_chat_member):
            if await subscriptions.resume(chat):
                await self._tell(change, bot, lines.resumed)
        elif await subscriptions.pause(chat):
            await self._tell(change, bot, lines.paused)

    async def _tell(self, change: ChatMemberUpdated, bot: Bot, line: str) -> None:
        """Write to the admin who changed something, if they can be written to; anonymous ones cannot."""
        if not change.from_user.is_bot:
            reply = self._replies.say(line.format(chat=isolated(change.chat.title or "")))
            await write_to(bot, change.from_user.id, reply)

    def _language(self, change: ChatMemberUpdated) -> str:
        return self._answers.language(Session(), change.from_user.language_code)


async def write_to(bot: Bot, person: int, reply: Reply) -> bool:
    """Write to somebody in private; False where they never began a chat with the bot, or blocked it."""
    try:
        await bot.send_message(person, reply.text)
    except (BadRequest, Forbidden):
        return False
    return True


def is_inside(member: ChatMember) -> bool:
    """Tell whether a member is in a chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)
