"""Presses, inline queries and guest queries, each answered once."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
)
from telegram.error import BadRequest, Forbidden

from bot.offline import BOT, JSON, Chat, JsonObject, OfflineTelegram, UnsupportedCallError
from tests.bot_api import MORE, article, raw, read, read_message, refused
from tests.conversation import ANA, BIA


async def test_a_press_is_answered_once(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=MORE)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    assert query is not None
    assert query.data == "more"
    with refused("MESSAGE_TOO_LONG"):
        await query.answer("x" * 201)
    assert await query.answer("x" * 200)
    with refused("query is too old"):
        await query.answer()
    assert len(telegram.answers) == 3


async def test_only_real_buttons_are_pressed(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    link = InlineKeyboardButton("Open", url="https://a.org")
    await bot.send_message(chat.id, "x", reply_markup=InlineKeyboardMarkup([*MORE.inline_keyboard, [link]]))
    sent = telegram.sent[-1]
    assert telegram.presses(ANA, sent, "more")
    for label in ("Less", "Open"):
        with pytest.raises(LookupError, match=r"\['More', 'Open'\]"):
            telegram.presses(ANA, sent, label)
    sent.deleted = True
    with pytest.raises(LookupError, match="deleted"):
        telegram.presses(ANA, sent, "More")


def inline_query(telegram: OfflineTelegram, bot: Bot) -> InlineQuery:
    query = read(bot, telegram.asks_inline(ANA, "treaty")).inline_query
    assert query is not None
    return query


async def answer(telegram: OfflineTelegram, bot: Bot, *results: JsonObject, **more: JSON) -> object:
    """Answer a new inline query without the checks of the library."""
    call: dict[str, object] = {"inline_query_id": inline_query(telegram, bot).id, "results": results}
    return await raw(bot, "answerInlineQuery", {**call, **more})


@pytest.mark.parametrize(
    ("results", "words"),
    [
        pytest.param([], None, id="nothing found"),
        pytest.param([article(str(number)) for number in range(50)], None, id="50 results"),
        pytest.param([article("a" * 64)], None, id="64 bytes of id"),
        pytest.param([article("a"), article("a")], "RESULT_ID_DUPLICATE", id="the same id twice"),
        pytest.param([article("")], "RESULT_ID_EMPTY", id="no id"),
        pytest.param([article("ñ" * 33)], "RESULT_ID_INVALID", id="66 bytes of id"),
        pytest.param([article(title="")], "ARTICLE_TITLE_EMPTY", id="no title"),
        pytest.param([article(text="")], "message text is empty", id="no text"),
        pytest.param([article(text="<b>x")], "find end tag", id="bad formatting"),
        pytest.param([article(text="x" * 4097)], "message is too long", id="long text"),
    ],
)
async def test_inline_results(
    telegram: OfflineTelegram, bot: Bot, results: list[InlineQueryResultArticle], words: str | None
) -> None:
    with refused(words):
        assert await inline_query(telegram, bot).answer(results)


async def test_inline_results_are_at_most_50(telegram: OfflineTelegram, bot: Bot) -> None:
    with refused("RESULTS_TOO_MUCH"):
        await answer(telegram, bot, *[article(str(number)).to_dict() for number in range(51)])


@pytest.mark.parametrize(
    ("button", "words"),
    [
        pytest.param({"text": "Open", "start_parameter": "a_B-9"}, None, id="letters, digits, _ and -"),
        pytest.param({"text": "Open", "start_parameter": "a" * 64}, None, id="64 characters"),
        pytest.param({"text": "Open", "web_app": {"url": "https://a.org"}}, None, id="a web app"),
        pytest.param({"text": "Open", "start_parameter": "a" * 65}, "START_PARAM_INVALID", id="65 characters"),
        pytest.param({"text": "Open", "start_parameter": "a b"}, "START_PARAM_INVALID", id="a space"),
        pytest.param({"text": "Open", "start_parameter": ""}, "START_PARAM_EMPTY", id="empty"),
        pytest.param({"text": "Open"}, "exactly one action", id="no action"),
        pytest.param({"text": "Open", "start_parameter": "a", "web_app": {}}, "exactly one action", id="two actions"),
        pytest.param({"text": "", "start_parameter": "a"}, "text must be non-empty", id="no text"),
    ],
)
async def test_results_button(telegram: OfflineTelegram, bot: Bot, button: JsonObject, words: str | None) -> None:
    with refused(words):
        assert await answer(telegram, bot, button=button)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        pytest.param({"type": "photo", "id": "a"}, UnsupportedCallError, id="a photo is a loud failure"),
        pytest.param({"type": "article", "id": "a", "title": "A"}, BadRequest, id="an article needs content"),
    ],
)
async def test_other_results(
    telegram: OfflineTelegram, bot: Bot, result: JsonObject, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        await answer(telegram, bot, result)


async def test_a_picked_result_stands_in_the_chat(telegram: OfflineTelegram, bot: Bot) -> None:
    group, button = telegram.group("Vecinas"), InlineQueryResultsButton("Open", start_parameter="a")
    await inline_query(telegram, bot).answer([article()], button=button)
    message = read_message(bot, telegram.picks(ANA, group, "a"))
    assert (message.text, message.via_bot and message.via_bot.id) == ("x", BOT.id)
    with pytest.raises(LookupError, match="no inline result"):
        telegram.picks(ANA, group, "b")


async def test_a_picked_result_can_be_pressed_and_changed(telegram: OfflineTelegram, bot: Bot) -> None:
    await inline_query(telegram, bot).answer([article()])
    telegram.picks(ANA, telegram.group("Vecinas"), "a")
    pressed = read(bot, telegram.presses(BIA, telegram.sent[-1], "More")).callback_query
    assert pressed is not None
    assert await pressed.edit_message_text("changed")
    assert telegram.sent[-1].plain == "changed"


def test_a_long_inline_query_cannot_be_typed(telegram: OfflineTelegram) -> None:
    with pytest.raises(ValueError, match="256"):
        telegram.asks_inline(ANA, "x" * 257)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        pytest.param("what is it?", "@offline_bot what is it?", id="the mention is added"),
        pytest.param("say, @offline_bot", "say, @offline_bot", id="the mention is there"),
    ],
)
async def test_a_guest_answers_once(telegram: OfflineTelegram, bot: Bot, typed: str, text: str) -> None:
    message = read(bot, telegram.asks_as_guest(ANA, "Elsewhere", typed)).guest_message
    assert message is not None
    assert message.text == text
    answer = await message.answer_guest_query(article())
    assert answer.inline_message_id == telegram.from_bot[-1].inline_message_id
    assert telegram.from_bot[-1].plain == "x"
    assert await bot.edit_message_text("changed", inline_message_id=answer.inline_message_id)
    with refused("query is too old"):
        await message.answer_guest_query(article())


async def test_a_guest_cannot_write_to_the_chat(telegram: OfflineTelegram, bot: Bot) -> None:
    first = read_message(bot, telegram.asks_as_guest(ANA, "Elsewhere", "hi")).chat
    second = read_message(bot, telegram.asks_as_guest(BIA, "Elsewhere", "oi")).chat
    assert first == second
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(first.id, "x")
