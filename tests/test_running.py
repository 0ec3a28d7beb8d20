"""The bot as a process, over Telegram in memory: its end, at whatever moment it is told to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.answers import Answers
from bot.app import App
from bot.config import Config
from bot.metrics import Metrics
from bot.offline import OfflineTelegram
from bot.outage import Outage
from bot.running import Process
from bot.store import Store
from tests.conversation import open_conversation
from tests.databases import copy_of


@pytest.fixture
def process(answers: Answers, telegram: OfflineTelegram, sqlite_file: Path) -> Process:
    """A process that has not begun."""
    store = Store(copy_of(sqlite_file), "secret")  # which it closes
    talk = open_conversation(answers, telegram, store)
    config = Config(monitor_listen=("127.0.0.1", unused_port()))
    return Process(talk.app, store, talk.sessions, Outage(), Metrics(), config)


@asynccontextmanager
async def silent(telegram: OfflineTelegram, method: str) -> AsyncIterator[asyncio.Event]:
    """Let Telegram never answer calls of a method; tell when there is one."""
    called, answer = asyncio.Event(), telegram.do_request

    async def request(url: str, *args: object, **kwargs: object) -> tuple[int, bytes]:
        if url.endswith(f"/{method}"):
            called.set()
            await asyncio.Event().wait()
        return await answer(url, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telegram, "do_request", request)
        yield called


@pytest.mark.parametrize("method", ["getMe", "setMyCommands", "getUpdates"])
async def test_whatever_it_waits_for_it_can_be_stopped(
    process: Process, telegram: OfflineTelegram, method: str
) -> None:
    async with silent(telegram, method) as called, asyncio.timeout(9):
        running = asyncio.create_task(process.run())
        await called.wait()
        process._stopped.set()
        await running


async def test_a_start_that_fails_ends_the_process(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise OSError("no folder can be made")

    monkeypatch.setattr(process._app, "post_init", fail)
    with pytest.raises(OSError, match="no folder"):
        await process.run()


async def test_what_is_done_unasked_ends_beside_what_is_in_hand(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, post_stop = asyncio.Event(), process._app.post_stop
    assert post_stop is not None

    async def run(stopped: asyncio.Event) -> None:
        process._stopped.set()
        await stopped.wait()
        await ended.wait()  # something in hand that takes longer than what is done unasked

    async def end(app: App) -> None:
        await post_stop(app)
        ended.set()

    monkeypatch.setattr(process._intake, "run", run)
    monkeypatch.setattr(process._app, "post_stop", end)
    async with asyncio.timeout(9):
        await process.run()
