"""Two copies of the bot on one database, at the same moment: one of them acts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.answers import Answers
from bot.offline import BOT, OWNER, Chat, OfflineTelegram, Sent
from bot.store import Store
from tests.clockwork import BOGOTA, NINE, Clockwork
from tests.conversation import open_conversation

DAY, ROUNDS = timedelta(days=1), 15
MARCH = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""Nine o'clock in Bogotá."""


@pytest.fixture
def telegram() -> OfflineTelegram:
    """A Telegram in which time stands still until a test lets it pass."""
    return OfflineTelegram(clock=lambda: MARCH)


@pytest.fixture
async def copies(answers: Answers, telegram: OfflineTelegram, database: str) -> AsyncIterator[list[Clockwork]]:
    """Three copies, each with its own application and its own connections."""
    async with AsyncExitStack() as stack:
        clocks = []
        for _ in range(3):
            store = Store(database, "secret")
            stack.push_async_callback(store.close)
            talk = open_conversation(answers, telegram, store)
            await stack.enter_async_context(talk.app)
            clocks.append(Clockwork(talk, answers))
        yield clocks


async def together(copies: list[Clockwork]) -> list[Sent]:
    """Let all copies do at once what is due; return what came of it."""
    telegram = copies[0].talk.telegram
    before = len(telegram.from_bot)
    await asyncio.gather(*(copy.tick() for copy in copies))
    return telegram.from_bot[before:]


async def test_they_post_once_a_day(copies: list[Clockwork], telegram: OfflineTelegram) -> None:
    channels = [telegram.channel(f"C{number}") for number in range(3)]
    for channel in channels:
        await copies[0].subscribe(channel)
    days = []
    for _ in range(ROUNDS):
        days.append([sent.chat.id for sent in await together(copies)])
        telegram.clock.pass_time(DAY)
    assert [sorted(day) for day in days] == [sorted(channel.id for channel in channels)] * ROUNDS
    for channel in channels:
        assert len({sent.text for sent in telegram.from_bot if sent.chat is channel}) == ROUNDS


async def test_they_post_once_though_connections_break(copies: list[Clockwork], telegram: OfflineTelegram) -> None:
    channel = telegram.channel("C")
    await copies[0].subscribe(channel)
    for round_ in range(ROUNDS):
        lost = round_ % 3 == 0
        if lost:
            telegram.cut_next("sendMessage", after=round_ % 2 == 0)
        assert len(await together(copies)) == (0 if lost and round_ % 2 else 1)
        assert await together(copies) == []
        telegram.clock.pass_time(DAY)


async def test_one_of_them_dies_after_its_claim(
    copies: list[Clockwork], telegram: OfflineTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    channel, dying = telegram.channel("C"), copies[0]
    await dying.subscribe(channel)
    monkeypatch.setattr(telegram, "do_request", die)
    with pytest.raises(asyncio.CancelledError):
        await dying.tick()
    monkeypatch.undo()
    assert await together(copies[1:]) == []
    telegram.clock.pass_time(DAY)
    assert len(await together(copies[1:])) == 1


async def test_they_welcome_once_and_count_right(copies: list[Clockwork], telegram: OfflineTelegram) -> None:
    group = telegram.group("G", bot_is_admin=True)
    store = copies[0].talk.store
    await store.chats.change(group.id, welcome=True, language="es")
    welcome = copies[0].talk.knowledge.voices["es"].welcome.many
    for round_ in range(ROUNDS):
        await asyncio.gather(*(copy.talk.store.chats.note_newcomers(group.id, round_ + 1) for copy in copies))
        texts = [sent.plain for sent in await together(copies)]
        assert texts == [welcome.format(count=3 * (round_ + 1), bot=BOT.username)]
        telegram.clock.pass_time(2 * timedelta(hours=1))
    assert len([sent for sent in telegram.from_bot if not sent.deleted]) == 1


async def test_nobody_is_lost_who_comes_while_they_welcome(copies: list[Clockwork], telegram: OfflineTelegram) -> None:
    group = telegram.group("G", bot_is_admin=True)
    chats = copies[0].talk.store.chats
    await chats.change(group.id, welcome=True, language="es")
    for _ in range(ROUNDS):
        await asyncio.gather(*(copy.tick() for copy in copies), *(chats.note_newcomers(group.id, 2) for _ in range(3)))
        telegram.clock.pass_time(2 * timedelta(hours=1))
    await together(copies)
    told = [int(word) for sent in telegram.from_bot for word in sent.plain.split() if word.isdecimal()]
    assert sum(told) == 6 * ROUNDS


async def test_one_admin_is_told_once_that_a_schedule_pauses(
    copies: list[Clockwork], telegram: OfflineTelegram
) -> None:
    telegram.private(OWNER)
    channels = [telegram.channel(f"C{number}") for number in range(4)]
    for channel in channels:
        await copies[0].subscribe(channel)
        telegram.promotes(OWNER, channel, BOT, can_invite_users=True)
    assert [sent.chat.id for sent in await together(copies)] == [OWNER.id] * 4
    telegram.clock.pass_time(DAY)
    assert await together(copies) == []


async def test_a_group_that_became_a_supergroup_unnoticed_gets_one_quote(
    copies: list[Clockwork], telegram: OfflineTelegram
) -> None:
    group = telegram.group("G", basic=True)
    await copies[0].subscribe(group)
    telegram.migrates(group)
    posted = [await together(copies) for _ in range(3)]
    assert [[sent.chat for sent in sent_then] for sent_then in posted] == [[group.moved_to], [], []]


async def test_an_admin_changes_the_schedule_while_they_post(
    copies: list[Clockwork], telegram: OfflineTelegram
) -> None:
    """However the two meet, the day has one quote at most, and the next day one."""
    channel = telegram.channel("C")
    await copies[0].subscribe(channel)
    for round_ in range(ROUNDS):
        day = MARCH.date() + round_ * DAY
        await asyncio.gather(change(copies[round_ % 3], channel, day), *(copy.tick() for copy in copies))
        assert posts_of(telegram, channel, day) <= 1
        await together(copies)
        assert posts_of(telegram, channel, day) <= 1
        telegram.clock.pass_time(DAY)
    assert len(await together(copies)) == 1


async def change(copy: Clockwork, chat: Chat, done: date | None) -> None:
    await copy.talk.store.subscriptions.subscribe(
        chat.id, language="pt", zone=BOGOTA, minute=NINE, weekday=None, done=done
    )


def posts_of(telegram: OfflineTelegram, chat: Chat, day: date) -> int:
    return len([sent for sent in telegram.from_bot if sent.chat is chat and sent.date.date() == day])


@pytest.mark.parametrize(
    ("is_posted", "done", "expected"),
    [
        pytest.param(False, [None], [None], id="nothing is done"),
        pytest.param(False, [0, None, 1, 0], [0, None, 1, 0], id="each change tells it anew before the first post"),
        pytest.param(
            True, [None, -1, 0], [0, 0, 0], id="what was posted stays posted, whatever a slower copy believes"
        ),
        pytest.param(True, [1, 0, None], [1, 1, 1], id="a later day stays done"),
    ],
)
async def test_the_day_that_is_done(
    copies: list[Clockwork], is_posted: bool, done: list[int | None], expected: list[int | None]
) -> None:
    chat, subscriptions = copies[0].talk.telegram.channel("C"), copies[0].talk.store.subscriptions
    if is_posted:
        await copies[0].subscribe(chat)
        await subscriptions.claim(chat.id, MARCH.date())
    found = []
    for days in done:
        await change(copies[1], chat, None if days is None else MARCH.date() + days * DAY)
        found += [plan.last for plan in await subscriptions.active()]
    assert found == [None if days is None else MARCH.date() + days * DAY for days in expected]
