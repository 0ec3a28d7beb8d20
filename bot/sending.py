"""The way out: replies to messages, edits of the bot's own, and the errors that are no failures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from telegram import (
    CallbackQuery,
    Chat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    SwitchInlineQueryChosenChat,
)
from telegram.constants import ChatType
from telegram.error import BadRequest

from bot.chat_ids import number_of
from bot.replies import Button, Reply, Row
from bot.sessions import Answered, Session, mark_of

GENERAL = 1
"""The topic of a forum in which messages have no topic's id (Telegram's own number for it)."""

_UNCHANGED = ("message is not modified",)
_GONE = ("message to delete not found",)
_NOT_DELETABLE = ("message can't be deleted", "not enough rights")
_UNWELCOME = (
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
"""Where admins do not let the bot write, or the topic is closed or deleted meanwhile."""
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")


def keyboard(rows: tuple[Row, ...]) -> InlineKeyboardMarkup | None:
    """Return rows of buttons as Telegram takes them, or None for no rows."""
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows]) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    if button.copy:
        return InlineKeyboardButton(button.text, copy_text=CopyTextButton(button.copy))
    if button.share:
        chats = SwitchInlineQueryChosenChat(
            button.share, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
        )
        return InlineKeyboardButton(button.text, switch_inline_query_chosen_chat=chats)
    return InlineKeyboardButton(button.text, callback_data=button.data)


def written(message: Message) -> str:
    """Return what a person wrote: the text of a message, or the caption of what it shows."""
    return message.text or message.caption or ""


def client_of(message: Message) -> str | None:
    """Return the language that a message's sender has set in Telegram."""
    return message.from_user.language_code if message.from_user else None


def topic_of(message: Message) -> int:
    """Return the topic of a forum that a message stands in."""
    return thread_of(message) or GENERAL


def thread_of(message: Message) -> int | None:
    """Return the id of the forum topic that a message stands in; None for General, and where there are no topics."""
    return message.message_thread_id if message.is_topic_message else None


def link_to(chat: Chat, message_id: int, topic: int | None) -> str:
    """Return the address of a message, within its topic if there is one; empty in a basic group, which has none."""
    if chat.type not in (ChatType.SUPERGROUP, ChatType.CHANNEL):
        return ""
    where = chat.username or f"c/{number_of(chat.id)}"
    return f"https://t.me/{where}/{topic}/{message_id}" if topic else f"https://t.me/{where}/{message_id}"


def replied(message: Message, bot: str) -> int | None:
    """Return the id of the bot's message that a message replies to, if it does."""
    to = message.reply_to_message
    return to.message_id if to and to.from_user and to.from_user.username == bot else None


async def reply_to(session: Session, message: Message, reply: Reply, *, quote: bool) -> int:
    """Send a reply to where a message stands, its forum topic included; `quote` shows what it answers."""
    sent = await message.reply_html(reply.text, reply_markup=keyboard(reply.rows), do_quote=quote)
    session.note(sent.message_id, reply.shown)
    return sent.message_id


async def answer(session: Session, question: Message, reply: Reply, *, to: Message, quote: bool) -> int:
    """Reply to a question and return the reply's id; when it was edited, edit the reply that it got, if any."""
    known = session.answered.get(question.message_id)
    sent = known.reply if known else None
    if sent is None or not await edit(session, question, sent, reply):
        sent = await reply_to(session, to, reply, quote=quote)
    session.answered.put(question.message_id, Answered(sent, mark_of(written(question))))
    return sent


async def edit(session: Session, beside: Message, message_id: int, reply: Reply) -> bool:
    """Turn one of the bot's messages, in the chat of another, into a reply; False where it is gone or too old."""
    markup = keyboard(reply.rows)
    try:
        await beside.get_bot().edit_message_text(reply.text, beside.chat_id, message_id, reply_markup=markup)
    except BadRequest as error:
        if _says(error, _NOT_EDITABLE):
            return False
        if not _says(error, _UNCHANGED):
            raise
    session.note(message_id, reply.shown)
    return True


async def turn(session: Session, message: Message, reply: Reply) -> None:
    """Turn one of the bot's messages into a reply; send that anew where the message is gone or too old."""
    if not await edit(session, message, message.message_id, reply):
        await reply_to(session, message, reply, quote=False)


async def without_row(query: CallbackQuery, data: str, otherwise: tuple[Row, ...] = ()) -> bool:
    """Take the row of buttons with this beginning of data away; False if somebody did so before.

    False, too, if a press that came before turned the message into another: Telegram's answer shows what it says now.

    Of a message that was sent inline, Telegram does not tell which buttons it has: these are then the `otherwise`.
    """
    shown = query.message.reply_markup if isinstance(query.message, Message) else None
    kept = [row for row in shown.inline_keyboard if not _begins(row, data)] if shown else []
    try:
        now = await query.edit_message_reply_markup(InlineKeyboardMarkup(kept) if shown else keyboard(otherwise))
    except BadRequest as error:
        if not _says(error, (*_UNCHANGED, *_NOT_EDITABLE)):
            raise
        return False
    said = query.message.text if isinstance(query.message, Message) else None
    return said is None or not isinstance(now, Message) or now.text == said


def is_offered(query: CallbackQuery) -> bool:
    """Tell whether the message pressed has such a button: others can be made up. Of inline ones nobody can tell."""
    if query.message is None:
        return query.inline_message_id is not None
    shown = query.message.reply_markup if isinstance(query.message, Message) else None
    return shown is not None and any(
        button.callback_data == query.data for row in shown.inline_keyboard for button in row
    )


def _begins(row: Sequence[InlineKeyboardButton], data: str) -> bool:
    return any(isinstance(button.callback_data, str) and button.callback_data.startswith(data) for button in row)


async def delete(message: Message) -> bool:
    """Delete a message; False where it is too old or not the bot's to delete. One that is gone already is deleted."""
    try:
        return await message.delete()
    except BadRequest as error:
        if not _says(error, (*_GONE, *_NOT_DELETABLE)):
            raise
        return _says(error, _GONE)


@contextmanager
def unless_too_late() -> Iterator[None]:
    """Answer a query unless it has expired: nobody waits for that answer any more."""
    try:
        yield
    except BadRequest as error:
        if not _says(error, _TOO_LATE):
            raise


async def acknowledge(query: CallbackQuery, notice: str | None = None, *, alert: bool = False) -> None:
    """Stop the button's waiting sign, with a notice if there is one; a press too old for that is still obeyed."""
    with unless_too_late():
        await query.answer(notice, show_alert=alert or None)


def is_unwelcome(error: BadRequest) -> bool:
    """Tell whether Telegram refused a message because the bot may not write there."""
    return _says(error, _UNWELCOME)


def _says(error: BadRequest, texts: tuple[str, ...]) -> bool:
    return any(text in error.message.lower() for text in texts)
