"""Polling over Telegram in memory: what is confirmed was handled, and no failure of Telegram's makes the bot deaf."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.intake import LEASE, DeafError, Polling, back_off, hearing
from bot.intake import polling as module
from bot.offline import JsonObject, Person
from tests.conversation import ANA, Conversation, until

PEOPLE = [Person(200 + number, f"P{number}", "en") for number in range(150)]
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be short: nothing here is about their length."""
    monkeypatch.setattr(hearing, "BACK_OFF", (0.001, 0.002))
    monkeypatch.setattr(module, "BREATH", 0.005)
    monkeypatch.setattr(module, "FAREWELL", 0.2)


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    """The clock of what polls."""
    return Time()


def polling_of(talk: Conversation, time: Time) -> Polling:
    return Polling(talk.app.bot, talk.intake, time)


@asynccontextmanager
async def polled(polling: Polling) -> AsyncIterator[asyncio.Task[None]]:
    """Poll within; stop afterwards, as at SIGTERM."""
    stopped = asyncio.Event()
    running = asyncio.create_task(polling.run(stopped))
    yield running
    stopped.set()
    await running


def ask(talk: Conversation, person: Person = ANA, text: str = "/about") -> JsonObject:
    update = talk.telegram.says(person, talk.telegram.private(person), text)
    assert update is not None
    talk.telegram.deliver(update)
    return update


def answered(talk: Conversation, number: int) -> Callable[[], bool]:
    return lambda: len(talk.telegram.from_bot) >= number


async def test_all_that_is_delivered_is_answered_and_confirmed(talk: Conversation, time: Time) -> None:
    for person in PEOPLE:
        ask(talk, person)
    async with polled(polling_of(talk, time)):
        await until(answered(talk, len(PEOPLE)))
    assert len(talk.telegram.from_bot) == len(PEOPLE)
    assert talk.telegram.updates.waiting == []


async def test_what_comes_while_it_polls_is_answered(talk: Conversation, time: Time) -> None:
    async with polled(polling_of(talk, time)):
        for number, person in enumerate(PEOPLE[:5], 1):
            ask(talk, person)
            await until(answered(talk, number))
    assert talk.telegram.updates.waiting == []


async def test_what_was_not_handled_is_not_confirmed(talk: Conversation, time: Time) -> None:
    """As at a death: the process is gone in the middle, and the next one goes on."""
    for person in PEOPLE[:20]:
        ask(talk, person)
    running = asyncio.create_task(polling_of(talk, time).run(asyncio.Event()))
    await until(answered(talk, 5))
    talk.telegram.cut_next("getUpdates")  # no last confirmation either
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await talk.store.updates.release_all(talk.telegram.now())
    async with polled(polling_of(talk, time)):
        await until(answered(talk, 20))
    assert sorted(sent.chat.id for sent in talk.telegram.from_bot) == [person.id for person in PEOPLE[:20]]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(404, "Not Found", id="404"),
        pytest.param(401, "Unauthorized", id="401"),
        pytest.param(409, "Conflict: terminated by other getUpdates request", id="409"),
        pytest.param(500, "Internal Server Error", id="500"),
        pytest.param(502, "Bad Gateway", id="502"),
        pytest.param(400, "Bad Request: whatever", id="400"),
    ],
)
async def test_one_refused_look_makes_nobody_deaf(talk: Conversation, time: Time, code: int, words: str) -> None:
    talk.telegram.fail_next("getUpdates", words, code)
    ask(talk)
    async with polled(polling_of(talk, time)):
        await until(answered(talk, 1))


@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_network_makes_nobody_deaf(talk: Conversation, time: Time, after: bool) -> None:
    for _ in range(5):
        talk.telegram.cut_next("getUpdates", after=after)
    ask(talk)
    async with polled(polling_of(talk, time)):
        await until(answered(talk, 1))
    assert len(talk.telegram.from_bot) == 1


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        pytest.param(401, "Unauthorized", "token", id="a revoked token"),
        pytest.param(404, "Not Found", "token", id="a server that knows no such bot"),
        pytest.param(409, "Conflict: terminated by other getUpdates request", "Another copy", id="another poller"),
    ],
)
async def test_who_is_refused_for_long_ends(talk: Conversation, time: Time, code: int, words: str, told: str) -> None:
    for _ in range(3):
        talk.telegram.fail_next("getUpdates", words, code)
    polling = polling_of(talk, time)
    running = asyncio.create_task(polling.run(asyncio.Event()))
    await until(lambda: sum(name == "getUpdates" for name, _ in talk.telegram.calls) >= 1)
    time.seconds = hearing.PATIENCE + 1
    with pytest.raises(DeafError, match=told):
        await running


async def test_an_update_that_cannot_be_read_holds_up_nobody(
    talk: Conversation, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    ask(talk, PEOPLE[0])
    talk.telegram.deliver(talk.telegram.updates.make("message", {"message_id": "x"}))
    ask(talk, PEOPLE[1])
    async with polled(polling_of(talk, time)):
        await until(answered(talk, 2))
    assert talk.telegram.updates.waiting == []
    assert [message for message in caplog.messages if "Update 2" in message]


async def test_telegram_is_not_asked_without_end_while_one_is_in_hand_and_later_ones_are_done(
    talk: Conversation, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(url: str, *args: object, **kwargs: object) -> tuple[int, bytes]:
        if url.endswith("/sendMessage") and not begun.is_set():
            begun.set()
            await free.wait()
        return await send(url, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    begun, free, send = asyncio.Event(), asyncio.Event(), talk.telegram.do_request
    monkeypatch.setattr(talk.telegram, "do_request", slow)
    monkeypatch.setattr(module, "BREATH", 60.0)
    for person in PEOPLE[:4]:
        ask(talk, person)
    polling = polling_of(talk, time)
    async with polled(polling):
        await until(lambda: len(polling._done) == 3)
        for _ in range(500):
            await asyncio.sleep(0)
        assert sum(name == "getUpdates" for name, _ in talk.telegram.calls) < 5
        free.set()
        await until(answered(talk, 4))


async def test_at_the_end_what_runs_is_finished_and_the_rest_stays_with_telegram(
    talk: Conversation, time: Time
) -> None:
    stuck = ask(talk, PEOPLE[0])
    await talk.store.updates.claim(1, talk.telegram.now(), LEASE, 3)  # another copy has it, and died
    ask(talk, PEOPLE[1])
    async with polled(polling_of(talk, time)):
        await until(answered(talk, 1))
    assert talk.telegram.updates.waiting[0] == stuck


def test_pauses_grow_and_differ() -> None:
    pauses = [back_off(number) for number in (1, 1, 5, 50)]
    assert pauses[0] != pauses[1]
    assert max(pauses) <= 60
