"""The bots that are measured, each a process: this project's, and bare ones."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.telegram import TOKEN
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]
_ECHO = """
import sys
from telegram import Update
from telegram.ext import Application, MessageHandler, filters
from bot.transport import AiohttpRequest

url, token, at_once, text, keyboard = sys.argv[1:]
buttons = {"parse_mode": "HTML", "reply_markup": keyboard} if text else {}

async def echo(update: Update, _: object) -> None:
    await update.message.reply_text(text or update.message.text, **buttons)

builder = Application.builder().token(token).base_url(url + "/bot").concurrent_updates(int(at_once))
app = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest()).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""
_AIOGRAM_ECHO = """
import asyncio, sys
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

async def echo(message: Message) -> None:
    await message.answer(message.text)

async def main() -> None:
    url, token = sys.argv[1:]
    dispatcher = Dispatcher()
    dispatcher.message()(echo)
    await dispatcher.start_polling(Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url))))

asyncio.run(main())
"""
_WITHOUT_OVERALL_LIMIT = """
import sys
from bot import limiter
from bot.__main__ import main

limiter.OVERALL = (1_000_000, 1.0, 1_000_000)
sys.exit(main(["run"]))
"""


@dataclass(frozen=True)
class Kind:
    """A bot that can be started."""

    name: str
    command: Sequence[str] = field(repr=False)
    """An interpreter and its arguments; `{url}` stands for the server's address."""


OURS = Kind("this bot", [sys.executable, "-c", _WITHOUT_OVERALL_LIMIT])
"""The whole bot, as `python -m bot run` starts it, but for Telegram's thirty messages a second in all: with them the
limit were measured. All else waits as it does for Telegram."""


def echo(at_once: int) -> Kind:
    """Return a bare echo in python-telegram-bot on this project's transport, of so many updates at once."""
    return _bare(f"echo, python-telegram-bot, {at_once} at once", at_once)


def sender(text: str, keyboard: str) -> Kind:
    """Return the same, but it sends one message to everybody: an answer with its buttons, in Telegram's JSON."""
    return _bare("an answer sent, python-telegram-bot", 64, text, keyboard)


def _bare(name: str, at_once: int, text: str = "", keyboard: str = "") -> Kind:
    return Kind(name, [sys.executable, "-c", _ECHO, "{url}", TOKEN, str(at_once), text, keyboard])


def aiogram_echo(python: str) -> Kind:
    """Return a bare echo in aiogram; takes the interpreter that has it."""
    return Kind("echo, aiogram", [python, "-c", _AIOGRAM_ECHO, "{url}", TOKEN])


class Process:
    """A bot that runs (Linux)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._folder = Path(f"/proc/{process.pid}")

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    def cpu_seconds(self) -> float:
        """Return how long it has computed, in its own code and in the kernel's (proc(5): utime, stime)."""
        fields = (self._folder / "stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self) -> int:
        """Return its resident memory."""
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@asynccontextmanager
async def started(kind: Kind, url: str) -> AsyncIterator[Process]:
    """Run a bot against a server, in a folder and with a database that are gone afterwards."""
    command = [url if part == "{url}" else part for part in kind.command]
    with TemporaryDirectory() as folder:
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "BOT_DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        own |= {"BOT_MONITOR_LISTEN": f"127.0.0.1:{free_port()}"}
        environ = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environ)
        try:
            yield Process(process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
