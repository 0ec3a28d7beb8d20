"""The Bot API as a test calls it: without a bot's handlers, and where needed without the library's own checks."""

import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import BadRequest
from telegram.warnings import PTBUserWarning

from bot.offline import JsonObject, Person

OTHER_BOT = Person(7000000002, "Other", is_bot=True, username="other_bot")
MORE = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


async def raw(bot: Bot, method: str, parameters: Mapping[str, object]) -> object:
    """Call a method without the checks and defaults of the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        return await bot.do_api_request(method, dict(parameters))


def refused(words: str | None) -> AbstractContextManager[object]:
    """Expect that Telegram refuses a call in these words, in any letters; None: expect that it does not."""
    return nullcontext() if words is None else pytest.raises(BadRequest, match=f"(?i){words}")


def read(bot: Bot, update: JsonObject | None) -> Update:
    """Read an update as the library does; that there is one is part of the expectation."""
    assert update is not None
    return Update.de_json(update, bot)


def read_message(bot: Bot, update: JsonObject | None) -> Message:
    """Read the message of an update."""
    message = read(bot, update).effective_message
    assert message is not None
    return message


def article(result_id: str = "a", text: str = "<b>x</b>", title: str = "Title") -> InlineQueryResultArticle:
    """Make an inline result with a button."""
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(result_id, title, content, reply_markup=MORE)
