"""Quotes on schedule: each at its time, once, and none that admins would wonder at."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from math import ceil
from typing import TypeAlias

import pytest
from telegram.error import NetworkError

from bot.answers import Answers
from bot.app import build_app
from bot.config import Config
from bot.limiter import ANSWER_PATIENCE, Limiter
from bot.markup import isolated
from bot.offline import BOT, OWNER, START, Chat, OfflineTelegram, Person
from bot.schedules import Schedules
from bot.sessions import Sessions
from bot.store import Store, StoreError, Subscription
from bot.wishes import Plan
from tests.clockwork import BOGOTA, NINE, SANTIAGO, Clockwork
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation, open_conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
DAY = timedelta(days=1)
TITLE = "Novidades"

Fault: TypeAlias = Callable[[OfflineTelegram], None]
Deed: TypeAlias = Callable[[Conversation, Chat], Awaitable[object]]


class WatchedTelegram(OfflineTelegram):
    """A Telegram in which time stands still until a test lets it pass, and that tells when the bot wrote something."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: START)
        self.posted = asyncio.Event()

    def count_send(self, chat: Chat) -> None:
        super().count_send(chat)
        self.posted.set()


@pytest.fixture
def telegram() -> WatchedTelegram:
    return WatchedTelegram()


@pytest.fixture
def clock(talk: Conversation, answers: Answers) -> Clockwork:
    return Clockwork(talk, answers)


@pytest.fixture
def channel(telegram: OfflineTelegram) -> Chat:
    return telegram.channel(TITLE)


async def plan_of(talk: Conversation, chat: Chat) -> Subscription:
    found = await talk.store.subscriptions.of(chat.id)
    assert found
    return found


# When


@pytest.mark.parametrize(
    ("time", "posts"),
    [
        pytest.param("2026-03-02 13:59", 0, id="a minute before"),
        pytest.param("2026-03-02 14:00", 1, id="on the minute"),
        pytest.param("2026-03-02 14:01", 1, id="a minute late"),
        pytest.param("2026-03-02 16:00", 1, id="two hours late"),
        pytest.param("2026-03-02 16:01", 0, id="later than that"),
    ],
)
async def test_a_quote_comes_at_its_time(clock: Clockwork, channel: Chat, time: str, posts: int) -> None:
    await clock.subscribe(channel)
    assert [sent.chat for sent in await clock.at(time)] == [channel] * posts


@pytest.mark.parametrize(
    ("wish", "times"),
    [
        pytest.param(
            (NINE, None, BOGOTA),
            {"2026-03-02 14:00": 1, "2026-03-02 14:01": 0, "2026-03-02 15:59": 0, "2026-03-03 14:00": 1},
            id="daily, and once a day",
        ),
        pytest.param(
            (NINE, None, BOGOTA),
            {"2026-03-02 14:00": 1, "2026-03-09 12:00": 0, "2026-03-09 14:30": 1, "2026-03-09 14:31": 0},
            id="one alone after a week's downtime",
        ),
        pytest.param(
            (NINE, 0, BOGOTA),
            {"2026-03-02 14:00": 1, "2026-03-03 14:00": 0, "2026-03-08 14:00": 0, "2026-03-09 14:00": 1},
            id="weekly, on Mondays",
        ),
        pytest.param(
            (30, None, SANTIAGO),
            {"2026-09-05 04:30": 1, "2026-09-06 03:59": 0, "2026-09-06 04:00": 1, "2026-09-06 04:30": 0},
            id="Chile: 00:30 does not exist on the day that clocks leap",
        ),
        pytest.param(
            (30, None, SANTIAGO),
            {"2026-09-06 04:00": 1, "2026-09-07 03:29": 0, "2026-09-07 03:30": 1},
            id="Chile: the day after, at summer's 00:30",
        ),
        pytest.param(
            (23 * 60 + 30, None, SANTIAGO),
            {"2026-04-05 02:30": 1, "2026-04-05 03:30": 0, "2026-04-06 02:30": 0, "2026-04-06 03:30": 1},
            id="Chile: 23:30 comes twice on the day that clocks go back",
        ),
        pytest.param(
            (30, None, BOGOTA),
            {"2026-09-05 05:30": 1, "2026-09-06 05:29": 0, "2026-09-06 05:30": 1, "2026-09-07 05:30": 1},
            id="Colombia: no daylight saving",
        ),
    ],
)
async def test_one_time_after_another(
    clock: Clockwork, channel: Chat, wish: tuple[int, int | None, str], times: dict[str, int]
) -> None:
    await clock.subscribe(channel, *wish)
    assert {time: len(await clock.at(time)) for time in times} == times


async def test_a_bot_restarted_at_the_time_posts_once(clock: Clockwork, answers: Answers, channel: Chat) -> None:
    await clock.subscribe(channel)
    assert len(await clock.at("2026-03-02 14:00")) == 1
    async with open_conversation(answers, clock.talk.telegram, clock.talk.store).app:
        assert await Clockwork(clock.talk, answers).tick() == []


# What


@LANGUAGES
async def test_a_quote_is_posted_in_the_language_of_the_schedule(
    clock: Clockwork, channel: Chat, language: str
) -> None:
    await clock.subscribe(channel, language=language)
    [sent] = await clock.at("2026-03-02 14:00")
    assert sent.text in clock.posts(language)
    assert sent.labels == [clock.talk.knowledge.voices[language].buttons.private_chat]


async def test_a_language_that_the_content_lost_gives_way_to_the_first(clock: Clockwork, channel: Chat) -> None:
    await clock.subscribe(channel, language="qu")
    [sent] = await clock.at("2026-03-02 14:00")
    assert sent.text in clock.posts(next(iter(clock.talk.knowledge.voices)))


async def test_all_quotes_come_in_one_order_in_every_copy_before_any_comes_again(
    clock: Clockwork, answers: Answers, channel: Chat
) -> None:
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    copies, posted, number = [clock, Clockwork(clock.talk, answers)], [], len(clock.posts("es"))
    for day in range(2 * number + 1):
        posted += [sent.text for sent in await copies[day % 2].tick()]
        clock.talk.telegram.clock.pass_time(DAY)
    assert len(set(posted)) == number
    assert posted == [posted[day % number] for day in range(2 * number + 1)]


async def test_chats_have_orders_of_their_own(clock: Clockwork, telegram: OfflineTelegram) -> None:
    for number in range(4):
        await clock.subscribe(telegram.channel(f"C{number}"))
    assert len({sent.text for sent in await clock.at("2026-03-02 14:00")}) > 1


@pytest.mark.parametrize("has_topic", [pytest.param(True, id="a topic"), pytest.param(False, id="General")])
async def test_a_quote_comes_to_its_topic(clock: Clockwork, telegram: OfflineTelegram, has_topic: bool) -> None:
    forum = telegram.group("Foro", forum=True)
    topic = telegram.topic(forum, "Citas") if has_topic else None
    await clock.subscribe(forum, thread=topic)
    [sent] = await clock.at("2026-03-02 14:00")
    assert sent.thread_id == topic


# Failures


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        pytest.param(lambda telegram: telegram.cut_next("sendMessage"), 0, id="no network"),
        pytest.param(lambda telegram: telegram.cut_next("sendMessage", after=True), 1, id="an answer that is lost"),
        pytest.param(lambda telegram: telegram.fail_next("sendMessage"), 0, id="Telegram fails"),
        pytest.param(
            lambda telegram: telegram.fail_next("sendMessage", "Too Many Requests", 429, retry_after=5),
            0,
            id="too many messages",
        ),
    ],
)
async def test_a_failed_quote_is_left_out_and_never_doubled(
    clock: Clockwork, channel: Chat, fault: Fault, posts: int
) -> None:
    await clock.subscribe(channel)
    fault(clock.talk.telegram)
    days = {"2026-03-02 14:00": posts, "2026-03-02 14:01": 0, "2026-03-03 14:00": 1, "2026-03-04 14:00": 1}
    assert {time: len(await clock.at(time)) for time in days} == days
    assert len({sent.text for sent in clock.talk.telegram.from_bot}) == posts + 2


async def crash(*_: object, **__: object) -> bool:
    """Do as a process that is killed."""
    raise asyncio.CancelledError


async def test_a_crash_between_claim_and_post_loses_one_and_doubles_none(
    clock: Clockwork, answers: Answers, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    monkeypatch.setattr(clock.talk.telegram, "do_request", crash)
    with pytest.raises(asyncio.CancelledError):
        await clock.tick()
    monkeypatch.undo()
    restarted = Clockwork(clock.talk, answers)
    assert await restarted.at("2026-03-02 14:01") == []
    assert len(await restarted.at("2026-03-03 14:00")) == 1
    assert (await plan_of(clock.talk, channel)).posts == 2


async def test_a_crash_before_the_claim_loses_none(
    clock: Clockwork, answers: Answers, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    monkeypatch.setattr(clock.talk.store.subscriptions, "claim", crash)
    with pytest.raises(asyncio.CancelledError):
        await clock.tick()
    monkeypatch.undo()
    assert len(await Clockwork(clock.talk, answers).at("2026-03-02 14:01")) == 1


def _remove(talk: Conversation, chat: Chat) -> None:
    chat.bot_status = "kicked"


def _silence(talk: Conversation, chat: Chat) -> None:
    talk.telegram.promotes(OWNER, chat, BOT, can_invite_users=True)


@LANGUAGES
async def test_without_the_right_to_post_the_schedule_pauses_and_the_owner_is_told_once(
    clock: Clockwork, channel: Chat, language: str
) -> None:
    talk = clock.talk
    owner = talk.telegram.private(OWNER)
    await clock.subscribe(channel, language=language)
    _silence(talk, channel)
    [sent] = await clock.at("2026-03-02 14:00")
    told = talk.knowledge.voices[language].publish.paused.format(chat=isolated(TITLE))
    assert (sent.chat, sent.plain) == (owner, told)
    assert [await clock.at(f"2026-03-0{day} 14:00") for day in (2, 3, 4)] == [[], [], []]
    assert (await plan_of(talk, channel)).paused


async def test_a_paused_schedule_goes_on_with_the_next_quote(clock: Clockwork, channel: Chat) -> None:
    talk = clock.talk
    await clock.subscribe(channel)
    [first] = await clock.at("2026-03-02 14:00")
    await talk.store.subscriptions.pause(channel.id)
    assert await clock.at("2026-03-03 14:00") == []
    await talk.store.subscriptions.resume(channel.id)
    [second] = await clock.at("2026-03-04 14:00")
    assert first.text != second.text


@pytest.mark.parametrize(
    ("reachable", "told"),
    [
        pytest.param([OWNER, ANA, BIA], OWNER, id="the owner first"),
        pytest.param([ANA], ANA, id="else one who can be written to"),
        pytest.param([CAL], None, id="nobody who is no admin"),
        pytest.param([], None, id="nobody where nobody can be"),
    ],
)
async def test_one_admin_is_told(clock: Clockwork, channel: Chat, reachable: list[Person], told: Person | None) -> None:
    telegram = clock.talk.telegram
    for person in (ANA, BIA):
        telegram.join(person, channel)
        telegram.promotes(OWNER, channel, person)
    for person in (OWNER, ANA, BIA, CAL):
        telegram.unopened(person).started = person in reachable
    await clock.subscribe(channel)
    _silence(clock.talk, channel)
    sent = await clock.at("2026-03-02 14:00")
    assert [message.chat.id for message in sent] == ([told.id] if told else [])


async def test_a_bot_that_was_removed_unseen_tells_nobody(clock: Clockwork, channel: Chat) -> None:
    await clock.subscribe(channel)
    _remove(clock.talk, channel)
    assert await clock.at("2026-03-02 14:00") == []
    assert (await plan_of(clock.talk, channel)).paused


async def test_a_deleted_topic_pauses_the_schedule(clock: Clockwork, telegram: OfflineTelegram) -> None:
    forum = telegram.group("Foro", forum=True)
    topic = telegram.topic(forum, "Citas")
    await clock.subscribe(forum, thread=topic)
    telegram.deletes_topic(forum, topic)
    telegram.private(OWNER)
    assert [sent.chat.id for sent in await clock.at("2026-03-02 14:00")] == [OWNER.id]
    assert (await plan_of(clock.talk, forum)).paused


async def test_a_group_that_became_a_supergroup_unnoticed_gets_its_quote_there(
    clock: Clockwork, telegram: OfflineTelegram
) -> None:
    group = telegram.group("G", basic=True)
    await clock.subscribe(group)
    telegram.migrates(group)
    assert [sent.chat for sent in await clock.at("2026-03-02 14:00")] == [group.moved_to]
    assert await clock.at("2026-03-02 14:01") == []
    assert [sent.chat for sent in await clock.at("2026-03-03 14:00")] == [group.moved_to]


async def test_a_supergroup_where_it_may_not_write_pauses_what_moved_there(
    clock: Clockwork, telegram: OfflineTelegram
) -> None:
    group = telegram.group("G", basic=True)
    await clock.subscribe(group)
    telegram.migrates(group)
    assert group.moved_to
    telegram.restricts(OWNER, group.moved_to, BOT, can_send_messages=False)
    telegram.private(OWNER)
    assert [sent.chat.id for sent in await clock.at("2026-03-02 14:00")] == [OWNER.id]
    assert (await plan_of(clock.talk, group.moved_to)).paused


# One chat's failure is its own


async def _lose_zone(talk: Conversation, chat: Chat) -> None:
    await talk.store.subscriptions.subscribe(chat.id, language="es", zone="America/Macondo", minute=NINE, weekday=None)


async def _misspell_zone(talk: Conversation, chat: Chat) -> None:
    await talk.store.subscriptions.subscribe(chat.id, language="es", zone="../zone", minute=NINE, weekday=None)


async def _lose_bot(talk: Conversation, chat: Chat) -> None:
    _remove(talk, chat)


async def _lose_network(talk: Conversation, chat: Chat) -> None:
    talk.telegram.cut_next("sendMessage")


async def _lose_network_twice(talk: Conversation, chat: Chat) -> None:
    _silence(talk, chat)
    talk.telegram.cut_next("getChatAdministrators")


async def _spoil_minute(talk: Conversation, chat: Chat) -> None:
    await talk.store.subscriptions.subscribe(chat.id, language="es", zone=BOGOTA, minute=1440, weekday=None)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(_lose_zone, id="a zone that there is no longer"),
        pytest.param(_misspell_zone, id="a zone that there cannot be"),
        pytest.param(_spoil_minute, id="a minute that no day has"),
        pytest.param(_lose_bot, id="a chat without the bot"),
        pytest.param(_lose_network, id="a network that fails"),
        pytest.param(_lose_network_twice, id="a network that fails while an admin is told"),
    ],
)
async def test_what_fails_in_one_chat_stops_no_other(clock: Clockwork, telegram: OfflineTelegram, spoil: Deed) -> None:
    first, other = sorted((telegram.channel("A"), telegram.channel("B")), key=lambda chat: chat.id)
    await clock.subscribe(first)
    await clock.subscribe(other)
    await spoil(clock.talk, first)
    assert [sent.chat for sent in await clock.at("2026-03-02 14:00")] == [other]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(StoreError("no such table"), "The database fails", id="the database"),
        pytest.param(NetworkError("Hibiscus"), "NetworkError", id="Telegram"),
        pytest.param(ValueError("Hibiscus"), "ValueError", id="a defect"),
    ],
)
async def test_what_fails_stops_no_other_deed_and_is_logged_without_words(
    clock: Clockwork,
    channel: Chat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    told: str,
) -> None:
    async def fail(*_: object) -> None:
        raise error

    store, group = clock.talk.store, clock.talk.telegram.group("G")
    await store.requests.add(group.id, ANA.id, START)
    await clock.subscribe(channel)
    monkeypatch.setattr(store.chats, "welcomes_due", fail)
    assert len(await clock.at("2026-03-02 14:00")) == 1
    assert await store.requests.waiting(group.id, START - DAY) == 0
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told in line
    assert "Hibiscus" not in caplog.text


# Made or changed after its time


@pytest.fixture
def schedules(talk: Conversation) -> Schedules:
    return Schedules(talk.knowledge, talk.store.subscriptions, talk.telegram.now)


DAILY, NOON = Plan(often="daily"), 12 * 60


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        pytest.param(
            {"2026-03-02 14:30": DAILY},
            {"2026-03-02 14:31": 0, "2026-03-02 16:00": 0, "2026-03-03 14:00": 1},
            id="made half an hour late: tomorrow",
        ),
        pytest.param({"2026-03-02 14:00": DAILY}, {"2026-03-02 14:01": 0, "2026-03-03 14:00": 1}, id="on the minute"),
        pytest.param({"2026-03-02 13:59": DAILY}, {"2026-03-02 14:00": 1, "2026-03-03 14:00": 1}, id="made in time"),
        pytest.param(
            {"2026-03-02 14:30": DAILY, "2026-03-02 14:31": Plan(minute=NOON)},
            {"2026-03-02 16:59": 0, "2026-03-02 17:00": 1, "2026-03-02 17:01": 0, "2026-03-03 17:00": 1},
            id="made late, then a later time is chosen: today",
        ),
        pytest.param(
            {"2026-03-02 14:30": Plan(often="weekly"), "2026-03-02 14:31": Plan(weekday=1)},
            {"2026-03-02 14:32": 0, "2026-03-03 14:00": 1, "2026-03-09 14:00": 0, "2026-03-10 14:00": 1},
            id="made late, then another weekday is chosen",
        ),
        pytest.param(
            {"2026-03-02 14:30": Plan(often="weekly")},
            {"2026-03-02 14:31": 0, "2026-03-09 14:00": 1},
            id="weekly: in a week",
        ),
        pytest.param(
            {"2026-03-02 13:00": Plan(often="daily", minute=NOON), "2026-03-02 14:30": Plan(minute=NINE)},
            {"2026-03-02 14:31": 0, "2026-03-02 17:00": 0, "2026-03-03 14:00": 1},
            id="moved to a time that has passed",
        ),
        pytest.param(
            {"2026-03-02 13:00": DAILY, "2026-03-02 13:30": Plan(language="pt"), "2026-03-02 13:40": Plan(zone=BOGOTA)},
            {"2026-03-02 14:00": 1, "2026-03-02 14:01": 0},
            id="changed before its time",
        ),
        pytest.param(
            {"2026-03-02 13:00": DAILY, "2026-03-02 14:30": Plan(zone="America/Mexico_City")},
            {"2026-03-02 14:31": 0, "2026-03-02 15:00": 1},
            id="a zone where the time is still to come",
        ),
        pytest.param(
            {"2026-03-02 13:00": DAILY, "2026-03-02 14:30": Plan(zone="America/Santiago")},
            {"2026-03-02 14:31": 0, "2026-03-03 12:00": 1},
            id="a zone where the time has passed",
        ),
        pytest.param(
            {"2026-09-06 04:10": Plan(often="daily", minute=30, zone=SANTIAGO)},
            {"2026-09-06 04:11": 0, "2026-09-07 03:30": 1},
            id="Chile: after the leap over its time",
        ),
    ],
)
async def test_a_new_schedule_waits_for_its_time(
    clock: Clockwork, channel: Chat, schedules: Schedules, changes: dict[str, Plan], times: dict[str, int]
) -> None:
    for time, plan in changes.items():
        clock.turn(time)
        await schedules.change(channel.id, replace_zone(plan), "es", None)
    assert {time: len(await clock.at(time)) for time in times} == times


def replace_zone(plan: Plan) -> Plan:
    """Let a plan be one for Bogotá unless it says otherwise."""
    return Plan(plan.often, plan.weekday, plan.minute, plan.zone or BOGOTA, plan.language)


@pytest.mark.parametrize(
    ("time", "plan", "times"),
    [
        pytest.param(
            "2026-03-02 14:30",
            Plan(minute=NOON),
            {"2026-03-02 17:00": 0, "2026-03-03 14:00": 0, "2026-03-03 17:00": 1},
            id="to a later time of the same day: not twice a day",
        ),
        pytest.param(
            "2026-03-03 14:30", Plan(minute=NINE), {"2026-03-03 14:31": 0, "2026-03-04 14:00": 1}, id="after downtime"
        ),
        pytest.param("2026-03-03 13:00", DAILY, {"2026-03-03 14:00": 1, "2026-03-03 14:01": 0}, id="to the same"),
        pytest.param(
            "2026-03-02 14:30",
            Plan(often="weekly", weekday=0),
            {"2026-03-02 14:31": 0, "2026-03-03 14:00": 0, "2026-03-09 14:00": 1},
            id="to weekly",
        ),
    ],
)
async def test_a_change_after_a_post(
    clock: Clockwork, channel: Chat, schedules: Schedules, time: str, plan: Plan, times: dict[str, int]
) -> None:
    await clock.subscribe(channel)
    assert len(await clock.at("2026-03-02 14:00")) == 1
    clock.turn(time)
    await schedules.change(channel.id, plan, "es", None)
    assert {time: len(await clock.at(time)) for time in times} == times


async def test_a_day_that_counts_as_done_skips_no_quote(clock: Clockwork, channel: Chat, schedules: Schedules) -> None:
    clock.turn("2026-03-02 14:30")
    await schedules.change(channel.id, replace_zone(DAILY), "es", None)
    plan = await plan_of(clock.talk, channel)
    assert (plan.posts, plan.last, plan.paused) == (0, date(2026, 3, 2), False)


# The clockwork itself


def _tasks() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


async def _begin(talk: Conversation) -> None:
    assert talk.app.post_init
    await talk.app.post_init(talk.app)


async def _end(talk: Conversation) -> None:
    assert talk.app.post_stop
    await talk.app.post_stop(talk.app)


async def test_it_begins_with_the_bot_and_ends_with_it(
    clock: Clockwork, telegram: WatchedTelegram, channel: Chat
) -> None:
    before = _tasks()
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    await _begin(clock.talk)
    async with asyncio.timeout(20):
        await telegram.posted.wait()
    await _end(clock.talk)
    assert _tasks() <= before


async def test_it_ends_though_it_never_began(talk: Conversation) -> None:
    await _end(talk)
    await _end(talk)


async def test_a_database_that_cannot_be_opened_yet_stops_no_later_minute(
    clock: Clockwork, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [PermissionError(), StoreError()]

    async def migrate() -> None:
        if failures:
            raise failures.pop()

    await clock.subscribe(channel)
    monkeypatch.setattr(clock.talk.store, "migrate", migrate)
    await clock.routine.open()
    await clock.at("2026-03-02 13:00")
    assert not failures
    assert len(await clock.at("2026-03-02 14:00")) == 1


async def test_what_is_claimed_is_posted_though_the_bot_stops(
    clock: Clockwork, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, claimed = clock.talk.store.subscriptions.claim, asyncio.Event()

    async def claim_slowly(chat: int, day: date) -> bool:
        won = await claim(chat, day)
        claimed.set()
        await asyncio.sleep(0)
        return won

    monkeypatch.setattr(clock.talk.store.subscriptions, "claim", claim_slowly)
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    clock.routine.start(clock.talk.app.bot)
    await claimed.wait()
    await clock.routine.stop()
    assert [sent.chat for sent in clock.talk.telegram.from_bot] == [channel]


async def test_it_ends_though_something_hangs(clock: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    before, hung = _tasks(), asyncio.Event()

    async def hang() -> None:
        hung.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.routine.STOP_PATIENCE", 0)
    monkeypatch.setattr(clock.talk.store.subscriptions, "active", hang)
    clock.routine.start(clock.talk.app.bot)
    await hung.wait()
    await clock.routine.stop()
    assert _tasks() <= before


class _Waiting:
    """The waiting of a bot that minds Telegram's limits: time passes as it sleeps, and nothing of it is noted."""

    def __init__(self, telegram: OfflineTelegram) -> None:
        self._telegram = telegram
        self.limiter = Limiter(self, lambda: telegram.now().timestamp(), self.sleep)

    async def begin(self) -> None: ...

    async def undo(self) -> None: ...

    async def sleep(self, seconds: float) -> None:
        self._telegram.clock.pass_time(timedelta(seconds=seconds))


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter
async def test_a_post_waits_longer_than_an_answer_until_it_may_go(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    limiter = _Waiting(telegram).limiter
    async with build_app(answers, sqlite_store, Config(), telegram, limiter, clock=telegram.now) as app:
        clock = Clockwork(Conversation(answers.knowledge, app, telegram, sqlite_store, Sessions()), answers)
        await clock.subscribe(telegram.channel(TITLE))
        telegram.fail_next("sendMessage", "Too Many Requests", 429, retry_after=ceil(ANSWER_PATIENCE) + 60)
        assert len(await clock.at("2026-03-02 14:00")) == 1


async def test_it_goes_on_after_a_minute_that_failed(
    clock: Clockwork, telegram: WatchedTelegram, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    active, failures = clock.talk.store.subscriptions.active, [ValueError(), StoreError(), KeyError()]

    async def unreliable() -> list[Subscription]:
        if failures:
            raise failures.pop()
        return await active()

    monkeypatch.setattr("bot.routine.TICK", 0)
    monkeypatch.setattr(clock.talk.store.subscriptions, "active", unreliable)
    await clock.subscribe(channel)
    clock.turn("2026-03-02 14:00")
    await _begin(clock.talk)
    async with asyncio.timeout(20):
        await telegram.posted.wait()
    await _end(clock.talk)
    assert not failures


@LANGUAGES
async def test_a_schedule_that_is_typed_after_its_hour_begins_tomorrow(
    talk: Conversation, answers: Answers, language: str
) -> None:
    clock, group = Clockwork(talk, answers), talk.telegram.group("G", owner=PEOPLE[language])
    clock.turn("2026-03-02 14:30")
    lines = talk.knowledge.voices[language].settings
    typed = f"{lines.names.quotes.typed[0]} {lines.choices.daily.typed[0]} 9:00 America/Bogota"
    [panel] = await talk.say(PEOPLE[language], f"/settings@{BOT.username} {typed}", group)
    assert lines.every_day.format(time="09:00", zone="America/Bogota") in panel.plain
    assert [len(await clock.at(time)) for time in ("2026-03-02 14:31", "2026-03-03 14:00")] == [0, 1]
