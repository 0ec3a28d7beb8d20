"""What processes and handlers can do to an update, and it is survived: deaths, defects, delays, floods, clocks."""

import asyncio
import os
import subprocess
import sys
import time as clocks
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from telegram import Update
from telegram.ext import ContextTypes
from telegram.request import RequestData

from bot.answers import Answers
from bot.app import App, build_app
from bot.clock import now
from bot.config import Config
from bot.intake import CurrentEffects, Intake, Polling
from bot.intake import polling as module
from bot.limiter import Limiter
from bot.offline import BOT, JsonObject, OfflineTelegram, Person, Sent
from bot.sessions import Sessions
from bot.store import Store
from bot.timetable import due
from tests.conversation import ANA, BIA, CAL, DRU, Conversation, until
from tests.members import is_answer, question
from tests.test_survives_telegram import BUTTONS

ROOT = Path(__file__).parent.parent
WORDS = "mi secreto es 4815162342"
CROWD = [Person(200 + number, f"P{number}", "en") for number in range(300)]


class SlowTelegram(OfflineTelegram):
    """A Telegram that takes its time for messages: some turns of the event loop, or until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.random = Random(0)
        self.turns = 0
        """The most turns that a message takes."""
        self.held: set[int] = set()
        """The chats whose messages wait until it goes on."""
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: object, **named: object
    ) -> tuple[int, bytes]:
        if request_data and url.endswith("/sendMessage"):
            for _ in range(self.random.randint(0, self.turns)):
                await asyncio.sleep(0)
            if request_data.parameters["chat_id"] in self.held:
                self.reached.set()
                await self.go_on.wait()
        return await super().do_request(url, method, request_data, *more, **named)


@pytest.fixture
def telegram() -> SlowTelegram:
    """A Telegram that can be slow."""
    return SlowTelegram()


def asks(talk: Conversation, person: Person = ANA, text: str = "/about") -> JsonObject:
    """Let somebody write in private; return what Telegram delivers."""
    update = talk.telegram.says(person, talk.telegram.private(person), text)
    assert update is not None
    return update


# Death at every point


def careful(answers: Answers, telegram: OfflineTelegram, store: Store) -> Conversation:
    """Build the application as a process does: it takes note of what it sends."""
    sessions, limiter = Sessions(), Limiter(CurrentEffects())
    app = build_app(answers, store, Config(), telegram, limiter, sessions=sessions, clock=telegram.now)
    return Conversation(answers.knowledge, app, telegram, store, sessions)


Call = Callable[..., Coroutine[object, object, object]]


def deadly(call: Call, number: int, *, after: bool, of: str = "") -> Call:
    """Return a call that is the death of the process: before or after it, at its nth time."""
    count = 0

    async def called(*arguments: object, **named: object) -> object:
        nonlocal count
        count += not of or str(next(iter([*arguments, *named.values()]))).endswith(of)
        if count == number and not after:
            count += 1
            raise asyncio.CancelledError
        done = await call(*arguments, **named)
        if count == number:
            count += 1
            raise asyncio.CancelledError
        return done

    return called


@pytest.mark.parametrize(
    ("place", "number", "after", "answers_given"),
    [
        pytest.param("claim", 1, False, 1, id="before the claim"),
        pytest.param("claim", 1, True, 1, id="after the claim"),
        pytest.param("settle", 1, False, 1, id="before it is noted that a message goes"),
        pytest.param("settle", 1, True, 0, id="after that: it may have gone, and is not repeated"),
        pytest.param("send", 1, False, 0, id="on the way: it may have arrived, and is not repeated"),
        pytest.param("send", 1, True, 1, id="after the message"),
    ],
)
async def test_a_death_at_any_point_doubles_no_answer_and_loses_none_that_had_not_begun(
    answers: Answers,
    telegram: SlowTelegram,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    number: int,
    after: bool,
    answers_given: int,
) -> None:
    first, second = (careful(answers, telegram, sqlite_store) for _ in range(2))
    async with first.app, second.app:
        update = asks(first, text=question(first))
        if place == "send":
            send = deadly(telegram.do_request, number, after=after, of="/sendMessage")
            monkeypatch.setattr(telegram, "do_request", send)
        else:
            call = deadly(getattr(sqlite_store.updates, place), number, after=after)
            monkeypatch.setattr(sqlite_store.updates, place, call)
        with pytest.raises(asyncio.CancelledError):
            await first.intake.handle(update, patience=0)
        await sqlite_store.updates.release_all(telegram.now())  # as every process does when it starts
        assert await second.intake.handle(update, patience=0)
    assert len([sent for sent in telegram.from_bot if is_answer(first, sent)]) == answers_given


async def test_an_answer_whose_receipt_was_lost_is_not_given_again(
    answers: Answers, telegram: SlowTelegram, sqlite_store: Store
) -> None:
    talk = careful(answers, telegram, sqlite_store)
    async with talk.app:
        update = asks(talk, text=question(talk))
        telegram.cut_next("sendMessage", after=True)
        for _ in range(3):
            assert await talk.intake.handle(update, patience=0)
    assert len([sent for sent in telegram.from_bot if is_answer(talk, sent)]) == 1


# Defects


Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[object, object, None]]


def failing(failed: set[int], number: int) -> Handler:
    """Return a handler with a defect, which names what somebody said."""

    async def fail(_: Update, __: ContextTypes.DEFAULT_TYPE) -> None:
        failed.add(number)
        raise KeyError(WORDS)

    return fail


def break_every_handler(app: App) -> set[int]:
    """Let all handlers fail, with no gate before them; return the set in which each will note itself."""
    failed = set[int]()
    del app.handlers[-1]
    for number, handler in enumerate(app.handlers[0]):
        handler.callback = failing(failed, number)
    return failed


async def private_updates(talk: Conversation, commands: list[str]) -> list[JsonObject | None]:
    """Return what Ana can write and press in private, of each kind that there is a handler for."""
    telegram, private = talk.telegram, talk.telegram.private(ANA)
    said = [telegram.says(ANA, private, text) for text in (*commands, "/nothing", WORDS)]
    shared: JsonObject = {"request_id": 1, "chat_id": -5}
    sent = [telegram.sends(ANA, private, photo=[]), telegram.sends(ANA, private, chat_shared=shared)]
    await talk.app.bot.send_message(ANA.id, "x")
    menu = telegram.from_bot[-1]
    told = [data.format(chat=-1001, channel=5) or "-" for data in BUTTONS.values()]
    menu.buttons = [[{"text": data, "callback_data": data}] for data in told]
    return [*said, *sent, *(telegram.presses(ANA, menu, data) for data in told), without_data(talk, menu)]


def without_data(talk: Conversation, menu: Sent) -> JsonObject:
    query: JsonObject = {"id": talk.telegram.open_query(), "from": ANA.as_json(), "chat_instance": "1", "data": ""}
    return talk.telegram.updates.make("callback_query", query | {"message": menu.as_json()})


def other_updates(talk: Conversation, commands: list[str]) -> list[JsonObject | None]:
    """Return what happens in groups, in inline and guest mode, and what Telegram tells of members."""
    telegram, group = talk.telegram, talk.telegram.group("G", bot_is_admin=True)
    said = [telegram.says(ANA, group, text) for text in (*(f"{one}@{BOT.username}" for one in commands), WORDS)]
    came = [telegram.joins(DRU, group), *telegram.consequences()]
    began = [telegram.adds_bot(ANA, telegram.group("New", with_bot=False)), telegram.requests_to_join(CAL, group)]
    moved = telegram.migrates(telegram.group("Old", basic=True))
    return [*said, *came, *began, *moved, telegram.asks_as_guest(ANA, "E", WORDS), telegram.asks_inline(ANA, WORDS)]


async def test_a_defect_in_any_handler_is_admitted_in_private_and_silent_elsewhere(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    failed, line = break_every_handler(talk.app), talk.knowledge.voices["es"].failed
    names = {name for handler in talk.app.handlers[0] for name in getattr(handler, "commands", ())}
    commands = [f"/{name}" for name in sorted(names)]
    for update in await private_updates(talk, commands):
        assert [sent.plain for sent in await talk.hear(update)] == [line]
    for update in other_updates(talk, commands):
        assert await talk.hear(update) == []
    assert failed == set(range(len(talk.app.handlers[0])))
    assert len(caplog.records) >= len(failed)
    assert WORDS not in caplog.text


async def test_a_defect_in_the_apology_itself_is_logged_without_words_and_the_next_question_is_answered(
    talk: Conversation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise KeyError(WORDS)

    monkeypatch.setattr("bot.errors.reply_to", fail)
    talk.telegram.fail_next("sendMessage")
    assert await talk.intake.handle(asks(talk, text="/start"), patience=0)
    assert await talk.intake.handle(asks(talk, text=question(talk)), patience=0)
    assert [is_answer(talk, sent) for sent in talk.telegram.from_bot] == [True]
    assert caplog.records
    assert WORDS not in caplog.text


async def test_a_handler_that_always_fails_holds_up_nobody(talk: Conversation) -> None:
    break_every_handler(talk.app)
    for person in (ANA, ANA, BIA):
        talk.telegram.deliver(asks(talk, person))
    async with polled(talk):
        await until(lambda: len(talk.telegram.from_bot) == 3)
    assert talk.telegram.updates.waiting == []


# Delays


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be short: nothing here is about their length."""
    monkeypatch.setattr(module, "BREATH", 0.005)


@asynccontextmanager
async def polled(talk: Conversation, intake: Intake | None = None) -> AsyncIterator[asyncio.Event]:
    """Poll within; stop afterwards, or when the event is set, as at SIGTERM."""
    stopped = asyncio.Event()
    running = asyncio.create_task(Polling(talk.app.bot, intake or talk.intake).run(stopped))
    yield stopped
    stopped.set()
    await running


async def test_a_handler_that_hangs_holds_up_no_other_chat(talk: Conversation, telegram: SlowTelegram) -> None:
    telegram.held = {ANA.id}
    hanging = asyncio.create_task(talk.intake.handle(asks(talk), patience=0))
    await telegram.reached.wait()
    assert await talk.intake.handle(asks(talk, BIA), patience=0)
    assert [sent.chat.id for sent in telegram.from_bot] == [BIA.id]
    telegram.go_on.set()
    assert await hanging


async def test_a_handler_that_never_ends_is_broken_off_and_its_chat_goes_on(
    talk: Conversation, telegram: SlowTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.held, intake = {ANA.id}, talk.intake
    monkeypatch.setattr("bot.intake.handling.PATIENCE", 0.05)
    monkeypatch.setattr("bot.intake.handling.APOLOGY", 0.01)
    assert await intake.handle(asks(talk), patience=0)
    telegram.held.clear()
    monkeypatch.setattr("bot.intake.handling.PATIENCE", 25)
    assert await intake.handle(asks(talk, text=question(talk)), patience=0)
    assert [is_answer(talk, sent) for sent in telegram.from_bot] == [True]


@pytest.mark.parametrize("seed", range(5))
async def test_random_delays_change_no_chats_order(talk: Conversation, telegram: SlowTelegram, seed: int) -> None:
    menus = {person.id: await talk.answer(person, "/topics") for person in (ANA, BIA)}
    telegram.random, telegram.turns, before, intake = Random(seed), 20, len(telegram.calls), talk.intake
    updates = []
    for _ in range(4):
        for person in (ANA, BIA):
            updates += [asks(talk, person), telegram.presses(person, menus[person.id], menus[person.id].labels[0])]
    await asyncio.gather(*(intake.handle(update, patience=20) for update in updates))
    deeds = [(name, call) for name, call in telegram.calls[before:] if name in ("sendMessage", "editMessageText")]
    for chat in menus:
        assert [name for name, call in deeds if call["chat_id"] == chat] == ["sendMessage", "editMessageText"] * 4


async def test_a_handler_that_runs_at_sigterm_answers_and_is_confirmed(
    talk: Conversation, telegram: SlowTelegram
) -> None:
    telegram.held = {ANA.id}
    telegram.deliver(asks(talk, text=question(talk)))
    async with polled(talk) as stopped:
        await telegram.reached.wait()
        stopped.set()
        await asyncio.sleep(0)
        telegram.go_on.set()
    assert [is_answer(talk, sent) for sent in telegram.from_bot] == [True]
    assert telegram.updates.waiting == []


async def test_a_handler_that_does_not_end_after_sigterm_is_left_to_the_next_start(
    talk: Conversation, telegram: SlowTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAREWELL", 0.01)
    telegram.held = {ANA.id}
    update = asks(talk, text=question(talk))
    telegram.deliver(update)
    async with polled(talk):
        await telegram.reached.wait()
    assert (telegram.from_bot, telegram.updates.waiting) == ([], [update])


# Floods


class Hands:
    """What an intake has in hand, counted."""

    def __init__(self, intake: Intake) -> None:
        self._handle = intake.handle
        self.now = 0
        self.most = 0

    async def handle(self, delivered: Mapping[str, object], patience: float) -> bool:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self._handle(delivered, patience)
        finally:
            self.now -= 1


async def test_a_flood_waits_with_telegram_and_not_in_memory(
    talk: Conversation, telegram: SlowTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in CROWD:
        telegram.deliver(asks(talk, person))
    telegram.held, intake = {person.id for person in CROWD}, talk.intake
    hands = Hands(intake)
    monkeypatch.setattr(intake, "handle", hands.handle)
    async with polled(talk, intake):
        await until(lambda: hands.now == 100)
        assert len(telegram.updates.waiting) == len(CROWD)
        telegram.go_on.set()
        await until(lambda: len(telegram.from_bot) == len(CROWD))
    assert (hands.most, telegram.updates.waiting) == (100, [])


# Clocks and zones


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Santiago"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine whose own zone is another one each time."""
    monkeypatch.setenv("TZ", request.param)
    clocks.tzset()
    yield request.param
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.skipif(not hasattr(clocks, "tzset"), reason="Windows has no such setting")
@pytest.mark.usefixtures("machine")
def test_the_zone_of_the_machine_moves_no_post() -> None:
    at_nine = datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert [due(at_nine, minute, None, "America/Bogota", None) is None for minute in (540, 541)] == [False, True]
    assert abs(now().timestamp() - clocks.time()) < 60
    assert now().tzinfo is UTC


def test_a_machine_without_zones_knows_them_all() -> None:
    script = "from bot.timetable import known_zone; print(known_zone('America/Bogota'), known_zone('Etc/Nowhere'))"
    environ = {**os.environ, "PYTHONTZPATH": ""}
    done = subprocess.run(  # noqa: S603  # the text of this test
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["America/Bogota", "None"]
