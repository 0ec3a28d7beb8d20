"""Whether the bot is well: told over HTTP to whoever may start it anew or give it work."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from bot.config import ConfigError
from bot.metrics import Metrics
from bot.monitor import DEAF, Health, Monitor
from bot.outage import Outage
from bot.store import StoreError

BEGAN = 1000.0
"""When the monitor is made, by its clock."""


class Bot:
    """A bot whose state a test chooses: at first it has just started, and all is well."""

    def __init__(self) -> None:
        self.time = BEGAN
        self.heard_at: float | None = None
        self.is_started = True
        self.is_stopping = False
        self.is_database_failing = False
        self.metrics = Metrics()

    def monitor(self, port: int = 0) -> Monitor:
        health = Health(
            lambda: self.heard_at,
            lambda: self.is_started,
            lambda: self.is_stopping,
            lambda: self.is_database_failing,
        )
        return Monitor(self.metrics, health, ("127.0.0.1", port), lambda: self.time, lambda: self.time + 1700000000)


@pytest.fixture
def bot() -> Bot:
    """A bot that has just started."""
    return Bot()


@pytest.fixture
async def monitor(bot: Bot) -> AsyncIterator[Monitor]:
    """That bot's monitor."""
    async with bot.monitor() as monitor:
        yield monitor


async def ask(monitor: Monitor, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Return the status, the headers and the body of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", monitor.port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), head.lower(), body


async def said(monitor: Monitor, path: str) -> tuple[int, str]:
    status, _, body = await ask(monitor, path)
    return status, body


@pytest.mark.parametrize(
    ("seconds", "heard", "healthz"),
    [
        pytest.param(0, None, (200, "ok\n"), id="just begun"),
        pytest.param(DEAF, None, (200, "ok\n"), id="not heard yet"),
        pytest.param(DEAF + 1, None, (503, "deaf\n"), id="never heard for too long"),
        pytest.param(DEAF + 1, 1, (200, "ok\n"), id="heard since"),
        pytest.param(DEAF + 2, 1, (503, "deaf\n"), id="heard too long ago"),
    ],
)
async def test_a_bot_is_healthy_while_telegram_is_heard(
    monitor: Monitor, bot: Bot, seconds: float, heard: float | None, healthz: tuple[int, str]
) -> None:
    bot.time, bot.heard_at = BEGAN + seconds, None if heard is None else BEGAN + heard
    assert await said(monitor, "/healthz") == healthz


async def test_a_bot_that_hears_again_is_healthy_again(monitor: Monitor, bot: Bot) -> None:
    bot.time = BEGAN + DEAF + 1
    assert await said(monitor, "/healthz") == (503, "deaf\n")
    bot.heard_at = bot.time
    assert await said(monitor, "/healthz") == (200, "ok\n")


@pytest.mark.parametrize(
    ("state", "seconds", "readyz"),
    [
        pytest.param({}, 0, (200, "ok\n"), id="ready"),
        pytest.param({"is_started": False}, 0, (503, "starting\n"), id="starting"),
        pytest.param({"is_stopping": True}, 0, (503, "stopping\n"), id="stopping"),
        pytest.param({"is_started": False, "is_stopping": True}, 0, (503, "stopping\n"), id="stopped before it began"),
        pytest.param({}, DEAF + 1, (503, "deaf\n"), id="deaf"),
        pytest.param({"is_started": False}, DEAF + 1, (503, "starting\n"), id="long starting"),
        pytest.param({"is_database_failing": True}, 0, (200, "ok, without the database\n"), id="no database"),
        pytest.param({"is_database_failing": True, "is_started": False}, 0, (503, "starting\n"), id="nor a start"),
    ],
)
async def test_a_bot_is_ready_between_start_and_stop_while_it_hears(
    monitor: Monitor, bot: Bot, state: dict[str, bool], seconds: float, readyz: tuple[int, str]
) -> None:
    for name, value in state.items():
        setattr(bot, name, value)
    bot.time = BEGAN + seconds
    assert await said(monitor, "/readyz") == readyz


@pytest.mark.parametrize("state", ["is_stopping", "is_database_failing"])
async def test_a_bot_without_work_or_database_is_not_to_be_started_anew(monitor: Monitor, bot: Bot, state: str) -> None:
    setattr(bot, state, True)
    assert await said(monitor, "/healthz") == (200, "ok\n")


async def test_a_bot_that_starts_is_not_to_be_started_anew(monitor: Monitor, bot: Bot) -> None:
    bot.is_started = False
    assert await said(monitor, "/healthz") == (200, "ok\n")


@pytest.mark.parametrize(
    ("line", "is_failing", "heard"),
    [
        pytest.param("bot_database_failing 0.0", False, None, id="the database works"),
        pytest.param("bot_database_failing 1.0", True, None, id="it fails"),
        pytest.param("bot_heard_timestamp_seconds 1.700001e+09", False, None, id="not heard yet: since the beginning"),
        pytest.param("bot_heard_timestamp_seconds 1.70000105e+09", False, 50, id="heard"),
        pytest.param('bot_updates_total{kind="message",outcome="handled"} 0.0', False, None, id="counts"),
    ],
)
async def test_numbers_are_told(monitor: Monitor, bot: Bot, line: str, is_failing: bool, heard: float | None) -> None:
    bot.time, bot.is_database_failing = BEGAN + 60, is_failing
    bot.heard_at = None if heard is None else BEGAN + heard
    status, head, body = await ask(monitor, "/metrics")
    assert status == 200
    assert "content-type: text/plain; version=0.0.4; charset=utf-8" in head
    assert line in body.splitlines()


@pytest.mark.parametrize("path", ["/", "/healthz/", "/docs", "/openapi.json", "/metrics/x", "//healthz", "/%00"])
async def test_there_is_nothing_else(monitor: Monitor, path: str) -> None:
    status, _ = await said(monitor, path)
    assert status == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_nothing_can_be_changed(monitor: Monitor, path: str) -> None:
    status, _, _ = await ask(monitor, path, "POST")
    assert status == 405


async def test_no_program_and_version_is_named(monitor: Monitor) -> None:
    _, head, _ = await ask(monitor, "/healthz")
    assert "server:" not in head


async def test_a_port_that_is_taken_is_named_in_one_sentence(bot: Bot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError) as error:
            async with bot.monitor(port):
                pass
    assert str(error.value) == f"BOT_MONITOR_LISTEN: 127.0.0.1:{port} is taken."


async def test_a_client_that_stays_does_not_hold_up_the_end(bot: Bot) -> None:
    async with asyncio.timeout(20):
        async with bot.monitor() as monitor:
            reader, writer = await asyncio.open_connection("127.0.0.1", monitor.port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
            assert await reader.readuntil(b"ok\n")
        assert await reader.read() == b""
        writer.close()


def test_an_outage_of_the_database_is_known_from_its_first_failure() -> None:
    outage = Outage()
    assert not outage.is_known
    outage.note(StoreError("the database does not answer"))
    assert outage.is_known
