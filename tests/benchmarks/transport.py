"""Sending: answered calls per CPU-second over aiohttp, against python-telegram-bot's own client over httpx."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from rich.table import Table
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import BaseRequest, HTTPXRequest

from bot.transport import AiohttpRequest

IN_FLIGHT = (1, 8, 64)
CALLS = 320
"""For one measurement; a multiple of each number in flight."""
ROUNDS = 3
"""The clients take turns, so that other work on the machine disturbs both; the median counts."""
TEXT = "<b>Surveillance</b>\n<blockquote>A paragraph of the length that answers have.</blockquote>\n" * 6
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="show:an_entry")]] * 3)
_MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private", "first_name": "A"}, "text": TEXT}
_BODY = json.dumps({"ok": True, "result": _MESSAGE}).encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


def tables() -> Iterator[Table]:
    """Measure, and yield the table."""
    table = Table("in flight", "aiohttp", "httpx", "times as many", title="Answered sendMessage calls per CPU-second")
    with _server() as url:
        for in_flight in IN_FLIGHT:
            ours, theirs = asyncio.run(_compare(url, in_flight))
            table.add_row(str(in_flight), f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.1f}")
    yield table


async def _compare(url: str, in_flight: int) -> tuple[float, float]:
    """Return the calls per CPU-second of both clients; the first calls, which connect, are not counted."""
    found: tuple[list[float], list[float]] = ([], [])
    requests: tuple[BaseRequest, BaseRequest] = (AiohttpRequest(), HTTPXRequest(httpx_kwargs={"trust_env": False}))
    async with requests[0], requests[1]:
        bots = [Bot("1:benchmark", f"{url}/bot", request=request) for request in requests]
        for bot in bots:
            await _rate(bot, in_flight, in_flight)
        for _ in range(ROUNDS):
            for rates, bot in zip(found, bots, strict=True):
                rates.append(await _rate(bot, in_flight, CALLS))
    return statistics.median(found[0]), statistics.median(found[1])


async def _rate(bot: Bot, in_flight: int, calls: int) -> float:
    """Send, so many at once; return how many are answered in a second of this process's own time."""

    async def send_some() -> None:
        for _ in range(calls // in_flight):
            await bot.send_message(5, TEXT, parse_mode="HTML", reply_markup=KEYBOARD)

    start = time.process_time()
    await asyncio.gather(*(send_some() for _ in range(in_flight)))
    return calls / (time.process_time() - start)


@contextmanager
def _server() -> Iterator[str]:
    """Run a server in a process of its own, so that its time is not counted; yield its address."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.terminate()
    process.join()


def _serve(parent: Connection) -> None:
    async def run() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", backlog=256)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(_ANSWER)
            await writer.drain()
    writer.close()
