"""Channels: a channel's admin chooses, in private, what the bot posts there; nothing is posted without a preview."""

import re
from collections.abc import Sequence

from telegram import (
    Bot,
    CallbackQuery,
    ChatAdministratorRights,
    ChatFullInfo,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.admins import may_post
from bot.answers import Answers
from bot.chat_ids import id_of
from bot.markup import escape
from bot.posters import ANSWER, Channel, Posters
from bot.replies import Reply
from bot.sending import acknowledge, client_of, keyboard, link_to, reply_to, turn, without_row
from bot.sessions import Sessions
from intents import Answer, Clarify, Outcome

CHANNEL = r"([a-z]{2,3}):(\d{1,13})"
"""A language and a channel, without the -100 before its number: 64 bytes are few."""
PART = r"([a-z][a-z0-9_]{0,39}):([a0-9])"
"""An entry, and what of it to post: `a` for its answer, or a quote's index."""
_POSTING = ChatAdministratorRights(
    is_anonymous=False,
    can_manage_chat=True,
    can_delete_messages=False,
    can_manage_video_chats=False,
    can_restrict_members=False,
    can_promote_members=False,
    can_change_info=False,
    can_invite_users=False,
    can_post_stories=False,
    can_edit_stories=False,
    can_delete_stories=False,
    can_post_messages=True,
)
"""What the person and the bot must both be allowed: Telegram offers channels of which this holds, or makes it so."""


class NotAllowedError(Exception):
    """The person or the bot may not post in a channel; its text says so in their language."""


class Publish:
    """The command /publish, and its buttons. Rights are checked at every step: they may end between two."""

    def __init__(self, answers: Answers, sessions: Sessions) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._posters = Posters(answers.knowledge, answers.replies)

    async def publish(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for the channel; `/publish @name` opens it, and further words choose what to post there."""
        if message := update.message:
            name, *wish = context.args or ("",)
            if name.startswith("@"):
                await self._open(message, name, " ".join(wish))
            else:
                lines = self._replies.voice(self._language(message)).publish
                await message.reply_html(escape(lines.choose), reply_markup=_chooser(lines.choose_button))

    async def shared(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Open the channel that was chosen from Telegram's own list."""
        if (message := update.message) and message.chat_shared:
            await self._open(message, message.chat_shared.chat_id, "")

    async def channel(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`channel:language:number`: what can be done in a channel."""
        if (query := update.callback_query) and (opened := await self._pressed(query, context)):
            await self._turn(query, self._posters.menu(*opened))

    async def pick(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`pick:language:number`, perhaps with `:topic`: choose from the topics, or from the entries of one."""
        if (query := update.callback_query) and (opened := await self._pressed(query, context)):
            topic = _parts(context)[2]
            known = topic in self._replies.voice(opened[1]).topics
            await self._turn(query, self._posters.entries(*opened, topic) if known else self._posters.topics(*opened))

    async def view(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`view:language:number:entry:part`: see how a post will look."""
        if (query := update.callback_query) and (opened := await self._pressed(query, context)):
            _, _, entry, part = _parts(context)
            if self._posters.knows(entry, part):
                await self._turn(query, self._posters.preview(*opened, entry, part))
            else:
                await self._turn(query, self._posters.menu(*opened))

    async def post(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`post:language:number:entry:part`: post what was seen, once however often the button is pressed."""
        query = update.callback_query
        if query is None or (opened := await self._pressed(query, context)) is None:
            return
        _, _, entry, part = _parts(context)
        if not self._posters.knows(entry, part):
            await self._turn(query, self._posters.menu(*opened))
        elif await without_row(query, "post:"):
            # The preview must stay as it is now: so a second press, however late, finds nothing left to take away
            told = await self._post(context.bot, *opened, entry, part)
            if isinstance(query.message, Message):
                await reply_to(self._sessions.of(query.message.chat_id), query.message, told, quote=False)

    async def _post(self, bot: Bot, channel: Channel, language: str, entry: str, part: str) -> Reply:
        """Post in a channel; return what its admin is told of that."""
        post = self._posters.post(entry, language, part, bot.username)
        try:
            sent = await bot.send_message(channel.id, post.text, reply_markup=keyboard(post.rows))
        except (BadRequest, Forbidden):
            return self._posters.failed(channel, language)
        return self._posters.posted(channel, language, link_to(sent.chat, sent.message_id, None))

    async def _open(self, message: Message, chat: int | str, wish: str) -> None:
        language, bot = self._language(message), message.get_bot()
        person = message.from_user
        if person is None:
            return
        try:
            channel = await self._checked(bot, chat, person.id, language)
        except NotAllowedError as error:
            reply = self._posters.add(str(error), language, bot.username)
        else:
            reply = self._about(wish, channel, message) if wish else self._posters.menu(channel, language)
        await reply_to(self._sessions.of(message.chat_id), message, reply, quote=False)

    async def _pressed(self, query: CallbackQuery, context: ContextTypes.DEFAULT_TYPE) -> tuple[Channel, str] | None:
        """Acknowledge a press; return its channel and language if the person and the bot may post there."""
        spoken, number, *_ = _parts(context)
        known = spoken in self._answers.knowledge.voices
        session = self._sessions.of(query.from_user.id)
        language = spoken if known else self._answers.language(session, query.from_user.language_code)
        try:
            channel = await self._checked(context.bot, id_of(int(number)), query.from_user.id, language)
        except NotAllowedError as error:
            await acknowledge(query, str(error), alert=True)
            return None
        except TelegramError:
            await acknowledge(query)
            raise
        await acknowledge(query)
        return channel, language

    async def _checked(self, bot: Bot, chat: int | str, person: int, language: str) -> Channel:
        """Return a channel where both may post. Raises NotAllowedError."""
        lines = self._replies.voice(language).publish
        try:
            found: ChatFullInfo = await bot.get_chat(chat)
        except (BadRequest, Forbidden):
            raise NotAllowedError(lines.bot_not_admin) from None
        if not await may_post(bot, found.id, bot.id):
            raise NotAllowedError(lines.bot_not_admin)
        if not await may_post(bot, found.id, person):
            raise NotAllowedError(lines.not_admin)
        return Channel(found.id, found.title or "")

    def _about(self, wish: str, channel: Channel, message: Message) -> Reply:
        """Preview the answer that some words ask for, in their language."""
        outcome = self._answers.hear(wish)
        session = self._sessions.of(message.chat_id)
        language = self._answers.language(session, client_of(message), outcome)
        entry = next((entry for entry in _meant(outcome) if self._posters.knows(entry, ANSWER)), None)
        if entry is None:
            return self._replies.say(self._replies.voice(language).publish.none_found)
        return self._posters.preview(channel, language, entry, ANSWER)

    def _language(self, message: Message) -> str:
        return self._answers.language(self._sessions.of(message.chat_id), client_of(message))

    async def _turn(self, query: CallbackQuery, reply: Reply) -> None:
        if isinstance(query.message, Message):
            await turn(self._sessions.of(query.message.chat_id), query.message, reply)


def _meant(outcome: Outcome) -> Sequence[str]:
    """Return the entries that words may ask for, the likeliest first."""
    match outcome:
        case Answer():
            return (outcome.entry,)
        case Clarify():
            return outcome.suggestions
    return ()


def _parts(context: ContextTypes.DEFAULT_TYPE) -> Sequence[str]:
    """Return what the data of a pressed button is made of."""
    return [part or "" for part in context.match.groups()] if isinstance(context.match, re.Match) else ("", "", "", "")


def _chooser(label: str) -> ReplyKeyboardMarkup:
    """Return the button that opens Telegram's own list of channels."""
    request = KeyboardButtonRequestChat(
        1, chat_is_channel=True, user_administrator_rights=_POSTING, bot_administrator_rights=_POSTING
    )
    return ReplyKeyboardMarkup(
        [[KeyboardButton(label, request_chat=request)]], resize_keyboard=True, one_time_keyboard=True
    )
