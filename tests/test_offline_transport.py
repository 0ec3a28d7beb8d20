"""Failures, and updates by polling."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.offline import Chat, OfflineTelegram, UnsupportedCallError
from tests.conversation import ANA

# Failures.


async def test_an_unknown_method_is_a_loud_failure(bot: Bot, chat: Chat) -> None:
    with pytest.raises(UnsupportedCallError, match="sendDice"):
        await bot.send_dice(chat.id)


async def test_an_unknown_method_can_be_refused_as_by_an_older_server(telegram: OfflineTelegram, bot: Bot) -> None:
    telegram.fail_next("sendDice", "Not Found", 404)
    with pytest.raises(InvalidToken):
        await bot.send_dice(1)
    with pytest.raises(UnsupportedCallError):
        await bot.send_dice(1)


async def test_a_seeded_failure_happens_once(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram.fail_next("sendMessage", "Forbidden: user is deactivated", 403)
    telegram.fail_next("sendMessage", "Too Many Requests: retry after 7", 429, retry_after=7)
    with pytest.raises(Forbidden, match="deactivated"):
        await bot.send_message(chat.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(chat.id, "x")
    await bot.send_message(chat.id, "x")
    assert len(telegram.sent) == 1


@pytest.mark.parametrize(
    ("after", "error", "count"),
    [
        pytest.param(False, NetworkError, 0, id="before the call has an effect"),
        pytest.param(True, TimedOut, 1, id="after it had an effect"),
    ],
)
async def test_a_cut_connection(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, *, after: bool, error: type[NetworkError], count: int
) -> None:
    telegram.cut_next("sendMessage", after=after)
    with pytest.raises(error):
        await bot.send_message(chat.id, "x")
    assert len(telegram.sent) == count


async def test_calls_are_kept(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x")
    assert telegram.calls == [("sendMessage", {"chat_id": chat.id, "text": "x"})]


# Updates by polling.


async def test_updates_wait_until_they_are_confirmed(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.deliver(telegram.says(ANA, chat, "one"))
    telegram.deliver(telegram.says(ANA, chat, "two"))
    telegram.deliver(None)
    first, again = await bot.get_updates(), await bot.get_updates(limit=1)
    assert [update.update_id for update in first] == [1, 2]
    assert [update.update_id for update in again] == [1]
    assert [update.update_id for update in await bot.get_updates(offset=2)] == [2]
    assert await bot.get_updates(offset=3) == ()


async def test_a_long_poll_is_answered_at_once(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0)
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    assert len(await asyncio.wait_for(poll, 5)) == 1


async def test_pending_updates_can_be_dropped(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_only_allowed_updates_are_kept(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.get_updates(allowed_updates=["inline_query"])
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    telegram.deliver(telegram.asks_inline(ANA, "hi"))
    assert [update.inline_query is not None for update in await bot.get_updates()] == [True]
