"""The one way out: what the bot sends waits its turn within Telegram's limits, or is dropped when it is too late.

Telegram's limits (Bots FAQ, "My bot is hitting limits"): about one message a second in a chat, with short bursts;
twenty a minute in a group; thirty a second in all. Edits count like messages.
"""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Protocol, TypeAlias
from weakref import WeakValueDictionary

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning

from bot.metrics import CallKind, Metrics, kind_of_call
from bot.sessions import Recent
from bot.transport import NotSentError

ANSWER_PATIENCE = 20.0
"""Seconds after which an answer is dropped: whoever asked has gone on."""
BROADCAST_PATIENCE = 600.0
"""Seconds after which a scheduled post is dropped."""
OVERALL = (30, 1.0, 30)
"""Messages in so many seconds, and at once, to all chats together."""
RECONNECT_PAUSE = 1.0
"""Seconds until a message that met no connection is tried again."""
IN_FLIGHT = 64
"""Requests at once: as many as there are connections. What is noted in the database before a message is sent is noted
together for those that wait, which costs far less with many than with few (measured)."""
CHATS = 2_000
"""Chats whose pace is remembered: more than thirty messages a second reach in a minute; after that, none is."""
_LIMITED = ("send", "copy", "forward", "edit")
_FREE = ("sendChatAction",)
_ONCE = ("send", "copy", "forward")
"""What would be seen twice if it were done twice; an edit or an answer to a press may be repeated."""

_broadcasting: ContextVar[bool] = ContextVar("broadcasting", default=False)

_Answer: TypeAlias = bool | dict[str, Any] | list[dict[str, Any]]


class DroppedError(TelegramError):
    """A message that would have come too late, and was not sent."""


@contextmanager
def broadcasting() -> Iterator[None]:
    """What is sent within gives way to answers, and waits longer before it is dropped."""
    token = _broadcasting.set(True)
    try:
        yield
    finally:
        _broadcasting.reset(token)


class Pace:
    """So many events in so many seconds, so many of them at once (the generic cell rate algorithm, ITU-T I.371)."""

    def __init__(self, events: int, seconds: float, burst: int) -> None:
        self._interval = seconds / events
        self._slack = self._interval * (burst - 1)
        self._due = float("-inf")

    def next(self, now: float) -> float:
        """Return when the next event may be."""
        return max(now, self._due - self._slack)

    def take(self, at: float) -> None:
        """Let an event be at a time that `next` returned, or later."""
        self._due = max(self._due, at) + self._interval


class Effects(Protocol):
    """Takes note of what cannot be taken back."""

    async def begin(self) -> None:
        """Note that a message is about to be sent."""

    async def undo(self) -> None:
        """Note that it surely was not."""


class Limiter(BaseRateLimiter[None]):
    """Holds messages back until they may go; per chat they go in order, one at a time."""

    def __init__(
        self,
        effects: Effects,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        metrics: Metrics | None = None,
    ) -> None:
        """`clock` and `sleep` are in seconds; `metrics` counts what becomes of all calls, if somebody looks at it."""
        self._metrics = metrics or Metrics()
        self._effects = effects
        self._clock = clock
        self._sleep = sleep
        self._overall = Pace(*OVERALL)
        self._broadcasts = Pace(10, 1, 1)
        self._chats: Recent[int | str, Pace] = Recent(CHATS)
        self._turns: WeakValueDictionary[int | str, asyncio.Lock] = WeakValueDictionary()
        self._halted: Recent[int | str, float] = Recent(CHATS)
        self._all_halted = float("-inf")
        self._refused: int | str | None = None
        """The chat that Telegram refused a message for last."""
        self._wires = asyncio.Semaphore(IN_FLIGHT)

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: who waits is cancelled with the handler that waits."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,  # noqa: ANN401  # the library's own word
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> _Answer:
        """Make a request when it may be made. Raises DroppedError when that would be too late, and what it raises."""
        chat, kind = data.get("chat_id"), kind_of_call(endpoint)

        async def call() -> _Answer:
            with self._metrics.calling(kind):
                return await callback(*args, **kwargs)

        if chat is None or not endpoint.startswith(_LIMITED) or endpoint in _FREE:
            return await call()
        with self._metrics.sending():
            return await self._send(call, chat, kind, repeatable=not endpoint.startswith(_ONCE))

    async def _send(
        self, call: Callable[[], Coroutine[Any, Any, _Answer]], chat: int | str, kind: CallKind, *, repeatable: bool
    ) -> _Answer:
        """Make a call when its chat's turn has come and Telegram's limits allow it, again if it surely failed."""
        asked_at = self._clock()
        deadline = asked_at + (BROADCAST_PATIENCE if _broadcasting.get() else ANSWER_PATIENCE)
        self._next(chat, deadline, kind)  # else an answer would wait behind a post, which waits thirty times as long
        async with self._turns.setdefault(chat, asyncio.Lock()):
            while True:
                await self._wait(chat, deadline, kind)
                try:
                    async with self._wires, self._effect(repeatable=repeatable):
                        sent_at = self._clock()
                        answer = await call()
                except RetryAfter as refusal:
                    self._halt(chat, seconds_of(refusal))
                except NotSentError:
                    self._halted.put(chat, self._clock() + RECONNECT_PAUSE)
                else:
                    self._metrics.waited(sent_at - asked_at)
                    return answer

    @asynccontextmanager
    async def _effect(self, *, repeatable: bool) -> AsyncIterator[None]:
        """Take note of an effect before it happens, and of what was surely none."""
        if repeatable:
            yield
            return
        await self._effects.begin()
        try:
            yield
        except (RetryAfter, BadRequest, Forbidden, NotSentError):
            await self._effects.undo()
            raise

    async def _wait(self, chat: int | str, deadline: float, kind: CallKind) -> None:
        at = self._next(chat, deadline, kind)
        for pace in self._paces(chat):
            pace.take(at)
        if (seconds := at - self._clock()) > 0:
            await self._sleep(seconds)

    def _next(self, chat: int | str, deadline: float, kind: CallKind) -> float:
        """Return when the next message to a chat may go. Raises DroppedError if that is too late."""
        now = self._clock()
        at = max(self._all_halted, self._halted.get(chat) or now, *(pace.next(now) for pace in self._paces(chat)))
        if at > deadline:
            self._metrics.dropped(kind)
            raise DroppedError("A message was dropped: it would have come too late")
        return at

    def _paces(self, chat: int | str) -> tuple[Pace, ...]:
        is_group = isinstance(chat, str) or chat < 0
        of_chat = self._chats.get_or_put(chat, lambda: Pace(20, 60, 20) if is_group else Pace(1, 1, 5))
        return (self._overall, of_chat, self._broadcasts) if _broadcasting.get() else (self._overall, of_chat)

    def _halt(self, chat: int | str, seconds: float) -> None:
        """Be silent in a chat as long as Telegram wants; when it says so of a second chat meanwhile, in all."""
        now, other = self._clock(), self._refused
        if other not in (None, chat) and (self._halted.get(other) or now) > now:
            self._all_halted = max(self._all_halted, now + seconds)
        self._halted.put(chat, now + seconds)
        self._refused = chat


def seconds_of(refusal: RetryAfter) -> float:
    """Return how long Telegram wants the bot to wait."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # of whole seconds, which a later version drops
        wait = refusal.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
