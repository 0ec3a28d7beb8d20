"""The webhook: updates in queues, one request in flight in each, repeated until they are taken or too old.

The rules are those of the Bot API server: Client.cpp (webhook_queue_id, add_update) and WebhookActor.cpp
(on_update_error, handle). Simpler here: a webhook that answers 410 is not removed, and what the bot answers with is not
read as a call.
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.offline import Fields, JsonObject, OfflineTelegram
from tests.fake_telegram.faults import Faults

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
DAY = 24 * 60 * 60.0
LASTS: Mapping[str, float] = {
    "callback_query": 150,
    "inline_query": 30,
    "guest_message": 30,
    "chosen_inline_result": 600,
}
"""For how many seconds an update is delivered; others for a day."""
BY_PERSON = {"callback_query", "inline_query", "chosen_inline_result", "chat_join_request", "chat_member"}
"""The kinds whose queue is that of a person; that of others is of a chat."""


@dataclass(frozen=True)
class Retries:
    """How long the server waits: its own numbers, and a clock that may be faster than the real one."""

    speed: float = 1
    """How many of Telegram's seconds pass in one."""
    longest: tuple[float, float] = (60, 120)
    """Between these, by chance, is the longest pause between two tries."""
    longest_asked: float = 3600
    """The longest Retry-After that is obeyed."""
    patience: float = 60
    """How long an answer is waited for; in real seconds, since the bot's clock is no faster."""


@dataclass(frozen=True)
class Webhook:
    """What `setWebhook` set."""

    url: str
    secret: str = field(default="", repr=False)
    connections: int = 40
    allowed: tuple[str, ...] = ()


class Queues:
    """Delivers what the in-memory Telegram has for the bot to one webhook, until it is closed."""

    def __init__(self, world: OfflineTelegram, webhook: Webhook, faults: Faults, retries: Retries) -> None:
        self.webhook = webhook
        self.last_error: tuple[int, str] | None = None
        """When a delivery failed last, in seconds since 1970, and how."""
        self.offset = 0
        """The number from which on updates are not in the queues yet."""
        self._world = world
        self._faults = faults
        self._retries = retries
        self._random = Random(0)
        self._waiting: dict[str, list[JsonObject]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(webhook.connections)

    @property
    def pending(self) -> list[JsonObject]:
        """The updates that are not taken yet, in the order of their numbers."""
        updates = [update for queue in self._waiting.values() for update in queue]
        return sorted(updates, key=number_of)

    def open(self) -> None:
        """Begin to deliver."""
        self._start(self._fetch())

    async def close(self) -> None:
        """Deliver no more; what is left is `pending`."""
        for task in (tasks := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self) -> None:
        """Move what arrives into the queues; a queue lives as long as something is in it."""
        while True:
            allowed: JsonObject = {"allowed_updates": [*self.webhook.allowed]} if self.webhook.allowed else {}
            updates = await self._world.updates.take(Fields({"offset": self.offset, "timeout": DAY, **allowed}))
            for update in updates if isinstance(updates, list) else []:
                assert isinstance(update, dict)
                self.offset = number_of(update) + 1
                self._put(update)

    def _put(self, update: JsonObject) -> None:
        name = queue_of(update)
        if queue := self._waiting.get(name):
            queue.append(update)
        else:
            self._waiting[name] = [update]
            self._start(self._serve(name))

    async def _serve(self, name: str) -> None:
        queue = self._waiting[name]
        async with ClientSession(timeout=ClientTimeout(total=self._retries.patience)) as session:
            while queue:
                await asyncio.sleep(self._faults.pause(name))
                await self._deliver(session, queue[0])
                if self._faults.repeats():
                    await self._deliver(session, queue[0])
                queue.pop(0)
            del self._waiting[name]  # before anything is waited for: what arrives from here on begins a queue anew

    async def _deliver(self, session: ClientSession, update: JsonObject) -> None:
        """Try until an update is taken or too old: once more at once, then after 2, 4, 8… seconds, or as asked."""
        expires = time.monotonic() + LASTS.get(kind_of(update), DAY) / self._retries.speed
        delay, fails = 1.0, 0
        while (asked := await self._try(session, update)) is not None:
            wait = min(asked, self._retries.longest_asked)
            if not asked and fails:
                wait = delay = min(delay * 2, self._random.uniform(*self._retries.longest))
            fails += 1
            if time.monotonic() + wait / self._retries.speed > expires:
                return
            await asyncio.sleep(wait / self._retries.speed)

    async def _try(self, session: ClientSession, update: JsonObject) -> float | None:
        """Deliver once; return None if the update was taken, else the seconds that Retry-After names, or 0."""
        headers = {SECRET_HEADER: self.webhook.secret} if self.webhook.secret else {}
        try:
            async with (
                self._connections,
                session.post(self.webhook.url, json=update, headers=headers, allow_redirects=False) as response,
            ):
                await response.read()
                if 200 <= response.status < 300:
                    return None
                self._fail(f"Wrong response from the webhook: {response.status} {response.reason}")
                return _seconds(response.headers.get("Retry-After", ""))
        except (ClientError, OSError, TimeoutError):
            self._fail("Webhook connection closed")
        return 0

    def _fail(self, words: str) -> None:
        self.last_error = (int(time.time()), words)


def kind_of(update: JsonObject) -> str:
    """Return the kind of an update: the name of its only field besides the number."""
    return next(name for name in update if name != "update_id")


def queue_of(update: JsonObject) -> str:
    """Return the name of the queue that an update waits in."""
    kind = kind_of(update)
    content = Fields(update).inner(kind) or Fields({})
    if kind in BY_PERSON:
        person = content.inner("from") or Fields({})
        return f"{kind} {person.number('id')}"
    chat = content.inner("chat") or Fields({})
    return f"my_chat_member {chat.number('id')}" if kind == "my_chat_member" else f"message {chat.number('id')}"


def number_of(update: JsonObject) -> int:
    """Return the number of an update."""
    return Fields(update).number("update_id") or 0


def _seconds(header: str) -> float:
    with suppress(ValueError):
        return max(0.0, float(header))
    return 0
