"""What time does: limits for messages, queries that expire, messages too old to be deleted."""

from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.offline import OWNER, START, Chat, Clock, JsonObject, OfflineTelegram
from tests.bot_api import MORE, article, raw, read, refused
from tests.conversation import ANA


@pytest.fixture
def telegram() -> OfflineTelegram:
    """An empty Telegram with limits, where time stands still."""
    return OfflineTelegram(clock=Clock(lambda: START), limits=True)


@pytest.fixture(autouse=True)
def _waits_are_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library tell waits as it will by default one day; it warns otherwise."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


# The clock.


def test_each_look_moves_the_time() -> None:
    clock = Clock()
    assert [clock.now() - START, clock.now() - START] == [timedelta(0), timedelta(seconds=1)]


def test_time_is_made_to_pass(telegram: OfflineTelegram, chat: Chat) -> None:
    telegram.clock.pass_time(timedelta(days=2))
    telegram.says(ANA, chat, "hi")
    assert telegram.sent[-1].date == START + timedelta(days=2)


# Limits.


async def flood(bot: Bot, chat_id: int, number: int) -> None:
    for _ in range(number):
        await bot.send_message(chat_id, "x")


async def test_a_group_takes_20_a_minute(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    await flood(bot, group.id, 20)
    with pytest.raises(RetryAfter) as error:
        await bot.send_message(group.id, "x")
    assert error.value.retry_after == timedelta(minutes=1)
    telegram.clock.pass_time(timedelta(seconds=59))
    with pytest.raises(RetryAfter):
        await bot.send_message(group.id, "x")
    telegram.clock.pass_time(timedelta(seconds=1))
    await flood(bot, group.id, 20)


async def test_a_person_takes_one_a_second_after_a_burst(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await flood(bot, chat.id, 5)
    with pytest.raises(RetryAfter):
        await bot.send_message(chat.id, "x")
    telegram.clock.pass_time(timedelta(seconds=5))
    await bot.send_message(chat.id, "x")


async def test_all_take_30_a_second(telegram: OfflineTelegram, bot: Bot) -> None:
    for number in range(30):
        await bot.send_message(telegram.group(str(number)).id, "x")
    last = telegram.group("last")
    with pytest.raises(RetryAfter):
        await bot.send_message(last.id, "x")
    telegram.clock.pass_time(timedelta(seconds=1))
    await bot.send_message(last.id, "x")


async def test_edits_and_copies_count(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "0")
    await message.edit_text("1")
    await message.edit_reply_markup(MORE)
    await message.copy(chat.id)
    await flood(bot, chat.id, 1)
    with pytest.raises(RetryAfter):
        await message.edit_text("2")
    assert telegram.sent[0].plain == "1"


async def test_what_is_refused_does_not_count(bot: Bot, chat: Chat) -> None:
    for _ in range(9):
        with refused("message text is empty"):
            await raw(bot, "sendMessage", {"chat_id": chat.id, "text": ""})
    await flood(bot, chat.id, 5)


async def test_without_limits_there_are_none() -> None:
    telegram = OfflineTelegram(clock=Clock(lambda: START))
    bot = Bot("1:offline", request=telegram)
    await flood(bot, telegram.private(ANA).id, 99)


# Queries that expire.


@pytest.mark.parametrize(
    ("seconds", "words"),
    [pytest.param(149, None, id="in time"), pytest.param(150, "query is too old", id="too late")],
)
async def test_a_press_expires(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, seconds: int, words: str | None
) -> None:
    await bot.send_message(chat.id, "x", reply_markup=MORE)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    telegram.clock.pass_time(timedelta(seconds=seconds))
    assert query is not None
    with refused(words):
        assert await query.answer()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [pytest.param(29, None, id="in time"), pytest.param(30, "query is too old", id="too late")],
)
async def test_inline_and_guest_queries_expire(
    telegram: OfflineTelegram, bot: Bot, seconds: int, words: str | None
) -> None:
    query = read(bot, telegram.asks_inline(ANA, "x")).inline_query
    guest = read(bot, telegram.asks_as_guest(ANA, "Elsewhere", "x")).guest_message
    telegram.clock.pass_time(timedelta(seconds=seconds))
    assert query is not None
    assert guest is not None
    with refused(words):
        await query.answer([article()])
    with refused(words):
        await guest.answer_guest_query(article())


async def test_an_inline_query_is_no_guest_query(telegram: OfflineTelegram, bot: Bot) -> None:
    query = read(bot, telegram.asks_inline(ANA, "x")).inline_query
    assert query is not None
    with refused("query is too old"):
        await bot.answer_guest_query(query.id, article())
    assert await query.answer([article()])


# Messages too old to be deleted.


@pytest.mark.parametrize(
    ("basic", "words"),
    [
        pytest.param(True, "message can't be deleted for everyone", id="group"),
        pytest.param(False, "message can't be deleted$", id="supergroup"),
    ],
)
@pytest.mark.parametrize("admin", [True, False])
async def test_a_message_can_be_deleted_for_48_hours(
    telegram: OfflineTelegram, bot: Bot, words: str, *, basic: bool, admin: bool
) -> None:
    group = telegram.group("Vecinas", bot_is_admin=admin, basic=basic)
    one, two = await bot.send_message(group.id, "x"), await bot.send_message(group.id, "x")
    telegram.clock.pass_time(timedelta(hours=47, minutes=59))
    assert await one.delete()
    telegram.clock.pass_time(timedelta(minutes=1))
    with refused(words):
        await two.delete()


async def test_a_channels_post_needs_the_right_to_post(telegram: OfflineTelegram, bot: Bot) -> None:
    channel = telegram.channel("News")
    message = await bot.send_message(channel.id, "x")
    telegram.promotes(OWNER, channel, telegram.bot, can_invite_users=True)
    with refused("message can't be deleted"):
        await message.delete()
    telegram.promotes(OWNER, channel, telegram.bot, can_post_messages=True)
    assert await message.delete()


async def test_the_beginning_of_a_supergroup_stays(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", basic=True, bot_is_admin=True)
    telegram.migrates(group)
    began: JsonObject = {"chat_id": telegram.sent[-1].chat.id, "message_id": telegram.sent[-1].message_id}
    with refused("message can't be deleted"):
        await raw(bot, "deleteMessage", began)
