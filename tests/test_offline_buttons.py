"""The inline buttons that Telegram accepts and refuses."""

import json

import pytest
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.offline import Chat, JsonObject, OfflineTelegram
from tests.bot_api import raw, refused

BUTTON: JsonObject = {"text": "a", "callback_data": "a"}


def keyboard(*buttons: JsonObject, columns: int = 1) -> JsonObject:
    rows = [list(buttons[start : start + columns]) for start in range(0, len(buttons), columns)]
    decoded: JsonObject = json.loads(json.dumps({"inline_keyboard": rows}))
    return decoded


async def send_with(bot: Bot, chat: Chat, markup: JsonObject) -> None:
    await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": markup})


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(keyboard({"text": "a", "callback_data": "ñ" * 32}), id="64 bytes of data"),
        pytest.param(keyboard({"text": "a", "url": "https://a.org"}), id="link"),
        pytest.param(keyboard({"text": "a", "copy_text": {"text": "x" * 256}}), id="256 characters to copy"),
        pytest.param(keyboard({"text": "a", "switch_inline_query": ""}), id="switch to inline"),
        pytest.param(keyboard(*[BUTTON] * 96, columns=8), id="8 a row"),
        pytest.param(keyboard(*[BUTTON] * 100, columns=4), id="100 in all"),
    ],
)
async def test_buttons_are_accepted(telegram: OfflineTelegram, bot: Bot, chat: Chat, markup: JsonObject) -> None:
    await send_with(bot, chat, markup)
    assert {"inline_keyboard": telegram.sent[-1].buttons} == markup


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        pytest.param(keyboard({"text": "a", "callback_data": "ñ" * 33}), "BUTTON_DATA_INVALID", id="66 bytes"),
        pytest.param(keyboard({"text": "a", "callback_data": ""}), "BUTTON_DATA_INVALID", id="empty data"),
        pytest.param(keyboard({"text": "", "callback_data": "a"}), "text must be non-empty", id="no text"),
        pytest.param(keyboard({"text": "a"}), "Text buttons are unallowed", id="no action"),
        pytest.param(
            keyboard({"text": "a", "callback_data": "a", "url": "a.org"}),
            "more than one action",
            id="two actions",
        ),
        pytest.param(
            keyboard({"text": "a", "url": "http://localhost"}),
            "button URL 'http://localhost' is invalid: Wrong HTTP URL",
            id="bad link",
        ),
        pytest.param(
            keyboard({"text": "a", "copy_text": {"text": "x" * 257}}),
            "BUTTON_COPY_TEXT_INVALID",
            id="long copy",
        ),
        pytest.param(
            keyboard(*[BUTTON] * 9, columns=9),
            "markup is too long",
            id="9 a row",
        ),
        pytest.param(keyboard(*[BUTTON] * 101), "markup is too long", id="101 buttons"),
    ],
)
async def test_buttons_are_refused(bot: Bot, chat: Chat, markup: JsonObject, words: str) -> None:
    with refused(words):
        await send_with(bot, chat, markup)


async def test_markup_may_be_a_string(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    markup = json.dumps(keyboard({"text": "a", "callback_data": "b"}))
    await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": markup})
    assert telegram.sent[-1].labels == ["a"]


async def test_broken_markup_is_refused(bot: Bot, chat: Chat) -> None:
    with refused("can't parse reply_markup"):
        await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": "{"})


async def test_other_keyboards_have_no_inline_buttons(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
    assert telegram.sent[-1].buttons == []


async def test_copy_button_of_the_library_is_accepted(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    button = InlineKeyboardButton("Copy", copy_text=CopyTextButton("quote"))
    await bot.send_message(chat.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert telegram.sent[-1].labels == ["Copy"]
