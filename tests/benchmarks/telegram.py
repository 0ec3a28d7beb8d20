"""A Bot API server that costs little: it hands out updates made beforehand, and notes when each is answered.

The one in `tests.fake_telegram` minds all that Telegram minds; here the bot must be the bottleneck, not the server.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs

TOKEN = "1:benchmark"  # noqa: S105  # no secret: this server takes any
LIMIT = 100
"""Updates that one poll gets at most, as from Telegram."""
_ME = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "the_bot", "can_join_groups": True}
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

Json = dict[str, object]


class Telegram:
    """The updates of one bot, in order, and what the bot did about them."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.waits: list[float] = []
        """Of each question that was answered: the seconds from its arrival here to the call that answers it."""
        self.answer: dict[str, str] = {}
        """The parameters of the message that was sent last."""
        self._clock = clock
        self._number = 0
        self._messages = 0
        self._updates: deque[tuple[int, bytes]] = deque()
        self._asked: dict[int, float] = {}
        self._changed = asyncio.Event()

    @property
    def is_done(self) -> bool:
        """Whether the bot has answered all questions and confirmed all updates."""
        return not self._updates and not self._asked

    def put(self, contents: Iterable[Json]) -> None:
        """Let updates arrive, given without their numbers; a message in a private chat asks, each in another chat."""
        for content in contents:
            self._number += 1
            self._updates.append((self._number, json.dumps({"update_id": self._number, **content}).encode()))
            if (person := asker_of(content)) is not None:
                self._asked[person] = self._clock()
        self._notify()

    async def changed(self) -> None:
        """Wait until something is put, confirmed or answered."""
        await self._changed.wait()

    async def call(self, method: str, form: dict[str, str]) -> bytes:
        """Return the body of the answer to a call."""
        match method.lower():
            case "getupdates":
                updates = await self._take(int(form.get("offset", 0)), float(form.get("timeout", 0)))
                return b'{"ok":true,"result":[%b]}' % b",".join(updates)
            case "sendmessage" | "editmessagetext":
                result: object = self._sent(form)
            case "getme":
                result = _ME
            case _:
                result = True
        return json.dumps({"ok": True, "result": result}).encode()

    async def _take(self, offset: int, seconds: float) -> Sequence[bytes]:
        while self._updates and self._updates[0][0] < offset:
            self._updates.popleft()
            self._notify()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._updates:
                    await self.changed()
        return [self._updates[place][1] for place in range(min(LIMIT, len(self._updates)))]

    def _sent(self, form: dict[str, str]) -> Json:
        """Return a message as it is sent, with as much in it as Telegram's own answer has."""
        chat, self.answer = int(form["chat_id"]), form
        if (since := self._asked.pop(chat, None)) is not None:
            self.waits.append(self._clock() - since)
            self._notify()
        self._messages += 1
        where = {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "A"}
        message: Json = {"message_id": self._messages, "date": int(time.time()), "chat": where, "from": _ME}
        markup = {"reply_markup": json.loads(form["reply_markup"])} if "reply_markup" in form else {}
        return message | {"text": form["text"]} | markup

    def _notify(self) -> None:
        """Wake all who wait for a change, and those alone."""
        self._changed.set()
        self._changed = asyncio.Event()


def asker_of(content: Json) -> int | None:
    """Return the private chat of a new message; None for any other update."""
    message = content.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if isinstance(number, int) and number > 0 else None


@asynccontextmanager
async def serving(telegram: Telegram) -> AsyncIterator[str]:
    """Serve over HTTP in this process; yield the address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                body = await telegram.call(*await _read(reader))
                writer.write(_HEAD % len(body) + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", backlog=256)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """Read a call: its method, and its parameters from a form."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    path = head.split(b" ", 2)[1].decode()
    return path.rpartition("/")[2], {name: values[0] for name, values in parse_qs(body.decode()).items()}
