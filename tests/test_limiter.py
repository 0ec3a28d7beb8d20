"""The pace of what the bot sends, on a clock that stands still until somebody waits."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot.limiter import ANSWER_PATIENCE, BROADCAST_PATIENCE, DroppedError, Limiter, Pace, broadcasting
from bot.metrics import Metrics
from bot.transport import NotSentError

pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter

PRIVATE, GROUP, CHANNEL = 5, -1001, "@channel"


class World:
    """A Telegram that only takes note of when it was asked, and a clock that sleeping moves."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sent: list[tuple[float, int | str, str]] = []
        self.refusals: list[Exception] = []
        self.effects = 0
        self.metrics = Metrics()
        self.limiter = Limiter(self, lambda: self.time, self.sleep, self.metrics)

    async def begin(self) -> None:
        self.effects += 1

    async def undo(self) -> None:
        self.effects -= 1

    async def sleep(self, seconds: float) -> None:
        until = self.time + seconds
        await asyncio.sleep(0)
        self.time = max(self.time, until)

    async def send(self, chat: int | str | None, text: str = "", endpoint: str = "sendMessage") -> bool:
        async def call() -> bool:
            if self.refusals:
                raise self.refusals.pop(0)
            self.sent.append((round(self.time - 1000, 3), chat or 0, text))
            return True

        data: dict[str, object] = {} if chat is None else {"chat_id": chat}
        return bool(await self.limiter.process_request(call, (), {}, endpoint, data, None))

    def counts(self, kind: str) -> dict[str, float]:
        """Return what became of the calls of a kind, as far as any did."""
        found = {
            outcome: self.metrics.registry.get_sample_value("bot_calls_total", {"kind": kind, "outcome": outcome})
            for outcome in ("sent", "dropped", "refused", "failed")
        }
        return {outcome: count for outcome, count in found.items() if count}

    def value(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(name)

    @property
    def times(self) -> list[float]:
        return [time for time, _, _ in self.sent]


@pytest.fixture
def world() -> World:
    """A Telegram that nobody has asked for anything yet."""
    return World()


@pytest.mark.parametrize(
    ("chat", "number", "last"),
    [
        pytest.param(PRIVATE, 5, 0, id="a burst in a private chat"),
        pytest.param(PRIVATE, 6, 1, id="one more than a burst"),
        pytest.param(PRIVATE, 15, 10, id="then one a second"),
        pytest.param(GROUP, 20, 0, id="twenty in a group"),
        pytest.param(GROUP, 21, 3, id="one more: twenty a minute are one each three seconds"),
        pytest.param(CHANNEL, 21, 3, id="a channel by its name"),
    ],
)
async def test_the_pace_of_a_chat(world: World, chat: int | str, number: int, last: float) -> None:
    for _ in range(number):
        await world.send(chat)
    assert world.times[-1] == pytest.approx(last)


async def test_thirty_a_second_in_all(world: World) -> None:
    for chat in range(1, 91):
        await world.send(chat)
    assert world.times[29] == 0
    assert world.times[-1] == pytest.approx(2)


async def test_broadcasts_leave_room_for_answers(world: World) -> None:
    with broadcasting():
        for chat in range(1, 12):
            await world.send(chat)
    assert world.times[-1] == pytest.approx(1)
    before = world.time
    await world.send(PRIVATE)
    assert world.time == before


@pytest.mark.parametrize("endpoint", ["editMessageText", "copyMessage", "forwardMessage", "sendPhoto"])
async def test_is_held_back(world: World, endpoint: str) -> None:
    for _ in range(6):
        await world.send(PRIVATE, endpoint=endpoint)
    assert world.times[-1] == pytest.approx(1)


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "sendChatAction", "getChatMember", "deleteMessage"])
async def test_is_not_held_back(world: World, endpoint: str) -> None:
    for _ in range(60):
        await world.send(PRIVATE, endpoint=endpoint)
    assert world.times[-1] == 0


async def test_a_call_without_a_chat_is_not_held_back(world: World) -> None:
    for _ in range(60):
        await world.send(None)
    assert world.times[-1] == 0


async def test_messages_of_a_chat_keep_their_order(world: World) -> None:
    await asyncio.gather(*(world.send(PRIVATE, str(number)) for number in range(12)))
    assert [text for _, _, text in world.sent] == [str(number) for number in range(12)]


async def test_a_chat_that_waits_holds_up_no_other(world: World) -> None:
    slow = asyncio.gather(*(world.send(GROUP, str(number)) for number in range(25)))
    await world.send(PRIVATE, "answer")
    assert world.sent[-1][1:] == (PRIVATE, "answer")
    assert world.time == 1000
    await slow


@pytest.mark.parametrize(("patience", "is_broadcast"), [(ANSWER_PATIENCE, False), (BROADCAST_PATIENCE, True)])
async def test_what_would_come_too_late_is_dropped_and_counted(
    world: World, patience: float, is_broadcast: bool
) -> None:
    world.refusals = [RetryAfter(int(patience) + 1)]
    with broadcasting() if is_broadcast else nullcontext(), pytest.raises(DroppedError):
        await world.send(PRIVATE)
    assert world.counts("send") == {"dropped": 1, "refused": 1}


async def test_an_answer_that_would_come_too_late_does_not_wait_behind_a_post_that_may(world: World) -> None:
    world.limiter._sleep = until_cancelled
    world.refusals = [RetryAfter(300)]
    with broadcasting():
        post = asyncio.create_task(world.send(GROUP))
    for _ in range(3):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        with pytest.raises(DroppedError):
            await world.send(GROUP)
    post.cancel()


async def until_cancelled(_: float) -> None:
    await asyncio.Event().wait()


async def test_a_refused_message_is_sent_when_telegram_wants_it(world: World) -> None:
    world.refusals = [RetryAfter(7)]
    await world.send(PRIVATE)
    assert world.sent == [(7, PRIVATE, "")]


async def test_a_refusal_silences_its_chat_alone(world: World) -> None:
    world.refusals = [RetryAfter(15)]
    refused = asyncio.create_task(world.send(GROUP))
    for _ in range(3):
        await asyncio.sleep(0)
    world.time = 1000
    await world.send(PRIVATE)
    assert world.sent[-1][1] == PRIVATE
    await refused


async def test_refusals_of_two_chats_silence_all(world: World) -> None:
    limiter = world.limiter
    limiter._halt(GROUP, 15)
    limiter._halt(PRIVATE, 10)
    await world.send(77)
    assert world.sent == [(10, 77, "")]


async def test_what_met_no_connection_is_tried_again(world: World) -> None:
    world.refusals = [NotSentError("refused"), NotSentError("refused")]
    await world.send(PRIVATE)
    assert (world.sent, world.effects) == ([(2, PRIVATE, "")], 1)


async def test_other_errors_are_not_retried(world: World) -> None:
    world.refusals = [NetworkError("the answer was lost")]
    with pytest.raises(NetworkError):
        await world.send(PRIVATE)
    assert world.sent == []


def test_a_pace_never_allows_more_than_its_events_in_its_time() -> None:
    def when() -> Iterator[float]:
        pace, now = Pace(20, 60, 20), 0.0
        for _ in range(200):
            now = pace.next(now)
            pace.take(now)
            yield now

    times = list(when())
    assert all(later - earlier >= 57 - 1e-6 for earlier, later in zip(times[20:], times[39:], strict=False))


LOST, REFUSED = NetworkError("lost"), Forbidden("bot was blocked by the user")


@pytest.mark.parametrize(
    ("endpoint", "error", "effects"),
    [
        pytest.param("sendMessage", LOST, 1, id="a message whose answer is lost"),
        pytest.param("copyMessage", LOST, 1, id="a copy whose answer is lost"),
        pytest.param("sendMessage", REFUSED, 0, id="a message that Telegram refused"),
        pytest.param("editMessageText", LOST, 0, id="an edit: it can be repeated"),
        pytest.param("answerCallbackQuery", LOST, 0, id="an answer to a press: it can be repeated"),
        pytest.param("sendChatAction", LOST, 0, id="what nobody keeps"),
        pytest.param("getChatMember", LOST, 0, id="a question to Telegram"),
    ],
)
async def test_an_effect_is_noted(world: World, endpoint: str, error: Exception, effects: int) -> None:
    world.refusals = [error]
    with pytest.raises(type(error)):
        await world.send(PRIVATE, endpoint=endpoint)
    assert world.effects == effects


async def test_a_message_that_is_to_come_later_has_had_no_effect_yet(world: World) -> None:
    world.refusals = [RetryAfter(int(ANSWER_PATIENCE) + 1)]
    with pytest.raises(DroppedError):
        await world.send(PRIVATE)
    assert world.effects == 0


# What is counted


@pytest.mark.parametrize(
    ("endpoint", "refusal", "kind", "counts"),
    [
        pytest.param("sendMessage", None, "send", {"sent": 1}, id="a message"),
        pytest.param("editMessageText", None, "edit", {"sent": 1}, id="an edit"),
        pytest.param("answerCallbackQuery", None, "answer", {"sent": 1}, id="what is not held back"),
        pytest.param(
            "sendMessage", lambda: RetryAfter(7), "send", {"refused": 1, "sent": 1}, id="one that had to wait"
        ),
        pytest.param(
            "sendMessage", lambda: NotSentError(""), "send", {"failed": 1, "sent": 1}, id="one without connection"
        ),
    ],
)
async def test_what_became_of_a_call_is_counted(
    world: World, endpoint: str, refusal: Callable[[], Exception] | None, kind: str, counts: dict[str, float]
) -> None:
    world.refusals = [refusal()] if refusal else []
    await world.send(PRIVATE, endpoint=endpoint)
    assert world.counts(kind) == counts


@pytest.mark.parametrize("endpoint", ["sendMessage", "sendChatAction"])
@pytest.mark.parametrize("error", [LOST, REFUSED])
async def test_a_call_that_failed_is_counted_and_no_longer_waits(world: World, endpoint: str, error: Exception) -> None:
    world.refusals = [error]
    with pytest.raises(type(error)):
        await world.send(PRIVATE, endpoint=endpoint)
    assert world.counts("send") == {"failed": 1}
    assert world.value("bot_messages_unsent") == 0


async def test_how_many_messages_wait_and_how_long_they_did(world: World) -> None:
    sent = [asyncio.create_task(world.send(GROUP, str(number))) for number in range(21)]
    await asyncio.sleep(0)  # twenty may go at once
    assert world.value("bot_messages_unsent") == 1
    await asyncio.gather(*sent)
    assert world.value("bot_messages_unsent") == 0
    assert (world.value("bot_message_wait_seconds_count"), world.value("bot_message_wait_seconds_sum")) == (21, 3)
