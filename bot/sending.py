"""The way out: replies to messages, edits of the bot's own, and the errors that are no failures."""

from collections.abc import Iterator
from contextlib import contextmanager

from telegram import (
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    SwitchInlineQueryChosenChat,
)
from telegram.error import BadRequest

from bot.replies import Button, Reply, Row
from bot.sessions import Answered, Session

_UNCHANGED = ("message is not modified",)
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


def replied(message: Message, bot: str) -> int | None:
    """Return the id of the bot's message that a message replies to, if it does."""
    to = message.reply_to_message
    return to.message_id if to and to.from_user and to.from_user.username == bot else None


async def reply_to(session: Session, message: Message, reply: Reply, *, quote: bool) -> int:
    """Send a reply to where a message stands, its forum topic included; `quote` shows what it answers."""
    sent = await message.reply_html(reply.text, reply_markup=keyboard(reply.rows), do_quote=quote)
    session.note(sent.message_id, reply.shown)
    return sent.message_id


async def answer(session: Session, question: Message, reply: Reply, *, to: Message, quote: bool) -> None:
    """Reply to a question; when it was edited, edit the reply that it got, if there still is one."""
    known = session.answered.get(question.message_id)
    sent = known.reply if known else None
    if sent is None or not await edit(session, question, sent, reply):
        sent = await reply_to(session, to, reply, quote=quote)
    session.answered.put(question.message_id, Answered(sent, hash(written(question))))


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


@contextmanager
def unless_too_late() -> Iterator[None]:
    """Answer a query unless it has expired: nobody waits for that answer any more."""
    try:
        yield
    except BadRequest as error:
        if not _says(error, _TOO_LATE):
            raise


async def acknowledge(query: CallbackQuery) -> None:
    """Stop the button's waiting sign; a press that is too old to be acknowledged is still obeyed."""
    with unless_too_late():
        await query.answer()


def _says(error: BadRequest, texts: tuple[str, ...]) -> bool:
    return any(text in error.message.lower() for text in texts)
