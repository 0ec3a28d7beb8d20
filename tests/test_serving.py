"""A web server in our loop: what it serves, refuses and bounds, and how it ends."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, suppress
from typing import Protocol, TypeAlias

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import serving
from bot.config import ConfigError
from bot.serving import Serving

HELLO = b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"
Connection: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Connect(Protocol):
    async def __call__(self, server: Serving, sent: bytes = b"") -> Connection: ...


Answer: TypeAlias = Callable[[Request], Awaitable[PlainTextResponse]]


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


class Gated:
    """An endpoint that says when a request has come in, and answers when it is told to."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.end = asyncio.Event()
        self.was_broken_off = False

    async def answer(self, _: Request) -> PlainTextResponse:
        self.begun.set()
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.was_broken_off = True
            raise
        return PlainTextResponse("done")


def served(answer: Answer = hello, host: str = "127.0.0.1", port: int = 0, **limits: int) -> Serving:
    app = Starlette(routes=[Route("/", answer)])
    return Serving(
        app,
        host,
        port,
        setting="BOT_LISTEN",
        connections=limits.get("connections", 9),
        farewell=limits.get("farewell", 1),
    )


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Return what opens a connection to a server and sends something; all are closed in the end."""
    with ExitStack() as opened:

        async def connect(server: Serving, sent: bytes = b"") -> Connection:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            opened.callback(writer.close)
            writer.write(sent)
            return reader, writer

        yield connect


async def response(reader: asyncio.StreamReader) -> str:
    """Read one response, its body included, from a connection that stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    return head + (await reader.readexactly(length)).decode()


async def closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the server has closed a connection without another byte; not for ever."""
    try:
        async with asyncio.timeout(20):
            return await reader.read() == b""
    except ConnectionResetError:
        return True


async def test_a_request_is_answered_on_the_port_that_the_system_chose(connect: Connect) -> None:
    async with served() as server:
        reader, _ = await connect(server, HELLO)
        answer = await response(reader)
    assert answer.startswith("http/1.1 200 ok")
    assert answer.endswith("hello")


async def test_a_response_says_when_but_not_what_software_and_version_sent_it(connect: Connect) -> None:
    async with served() as server:
        reader, _ = await connect(server, HELLO)
        answer = await response(reader)
    assert "\r\ndate: " in answer
    assert "\r\nserver: " not in answer


@pytest.mark.parametrize(
    ("host", "port", "problem"),
    [
        pytest.param("127.0.0.1", None, "is taken", id="somebody else listens there"),
        pytest.param("192.0.2.1", 0, "is not an address of this machine", id="of another machine"),
        pytest.param("bot..example", 0, "cannot be served", id="no name"),
    ],
)
async def test_an_address_that_cannot_be_had_is_named_in_one_sentence(
    host: str, port: int | None, problem: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if port is None else port
        with pytest.raises(ConfigError) as error:
            async with served(host=host, port=port):
                pass
    assert str(error.value) == f"BOT_LISTEN: {host}:{port} {problem}."


async def test_an_address_of_the_sixth_version_is_shown_in_brackets() -> None:
    with pytest.raises(ConfigError, match=r"^BOT_LISTEN: \[2001:db8::1\]:0 "):
        async with served(host="2001:db8::1"):
            pass


async def test_the_signals_of_the_process_stay_as_they_were() -> None:
    before = [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)]
    async with served():
        assert [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)] == before


async def test_the_port_is_free_again_after_the_end() -> None:
    async with served() as server:
        port = server.port
    async with served(port=port) as again:
        assert again.port == port


async def test_a_request_in_hand_at_the_end_is_finished_while_new_connections_are_refused(connect: Connect) -> None:
    gated = Gated()
    async with asyncio.TaskGroup() as tasks:
        async with served(gated.answer, farewell=30) as server:
            reader, _ = await connect(server, HELLO)
            await gated.begun.wait()
            tasks.create_task(_refused(server.port, gated.end))
        answer = await response(reader)
    assert answer.endswith("done")
    assert await closed(reader)


async def _refused(port: int, then: asyncio.Event) -> None:
    with suppress(ConnectionRefusedError):
        while True:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
    then.set()


async def test_a_request_that_outlasts_the_farewell_is_broken_off_and_that_is_said(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gated = Gated()
    async with served(gated.answer, farewell=0) as server:
        reader, _ = await connect(server, HELLO)
        await gated.begun.wait()
    assert gated.was_broken_off
    assert await closed(reader)
    assert [(record.levelname, record.name, record.exc_info) for record in caplog.records] == [
        ("WARNING", "bot.serving", None)
    ]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="that never said anything"),
        pytest.param(HELLO[:9], id="in the middle of a line"),
        pytest.param(HELLO, id="kept open after an answer"),
    ],
)
async def test_an_idle_connection_does_not_hold_up_the_end(connect: Connect, sent: bytes) -> None:
    async with asyncio.timeout(20):
        async with served(farewell=60) as server:
            reader, _ = await connect(server, sent)
            if sent == HELLO:
                await response(reader)
    assert await closed(reader)


async def test_a_body_that_never_ends_does_not_hold_up_the_end(connect: Connect) -> None:
    async def read(request: Request) -> PlainTextResponse:
        begun.set()
        return PlainTextResponse(str(len(await request.body())))

    begun = asyncio.Event()
    async with served(read, farewell=0) as server:
        reader, _ = await connect(server, HELLO[:-2] + b"Content-Length: 5\r\n\r\nab")
        await begun.wait()
    assert await closed(reader)


async def test_one_connection_too_many_is_closed_and_the_others_are_served(connect: Connect) -> None:
    async with served(connections=2) as server:
        first, _ = await connect(server)
        reader, writer = await connect(server, HELLO)
        await response(reader)
        third, _ = await connect(server, HELLO)
        assert await closed(third)
        writer.write(HELLO)
        assert (await response(reader)).endswith("hello")
    assert await closed(first)


@pytest.mark.parametrize("sent", [pytest.param(b"", id="silence"), pytest.param(HELLO[:9], id="a drop at a time")])
async def test_who_never_comes_to_the_point_is_hung_up_on(
    connect: Connect, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "REQUEST", 0)
    async with served() as server:
        reader, _ = await connect(server, sent)
        assert await closed(reader)


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        pytest.param(HELLO, HELLO[:9], id="the beginning of another request"),
        pytest.param(HELLO[:-2] + b"Content-Length: 9\r\n\r\n", b"ab", id="a part of what was asked with"),
        pytest.param(HELLO[:-2] + b"Content-Length: 2\r\n\r\n", b"ab", id="the rest of what was asked with"),
    ],
)
async def test_who_never_comes_to_the_point_after_an_answer_is_hung_up_on(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, asked: bytes, then: bytes
) -> None:
    async with served() as server:
        reader, writer = await connect(server, asked)
        await response(reader)
        monkeypatch.setattr(serving, "REQUEST", 0)
        writer.write(then)
        assert await closed(reader)


async def test_who_waits_for_an_answer_is_not_hung_up_on(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST", 0.05)
    gated = Gated()
    async with served(gated.answer) as server:
        reader, _ = await connect(server, HELLO)
        await gated.begun.wait()
        await asyncio.sleep(0.1)
        gated.end.set()
        assert (await response(reader)).endswith("done")


async def test_endless_headers_are_refused(connect: Connect) -> None:
    async with served() as server:
        reader, _ = await connect(server, HELLO[:-2] + b"X: " + b"x" * (2 * serving.HEAD))
        assert (await reader.readline()).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x16\x03\x01\x00\r\n\r\n", id="TLS on a plain port"),
        pytest.param(HELLO[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", id="a websocket"),
    ],
)
async def test_what_strangers_send_is_nothing_to_log(
    connect: Connect, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with served() as server:
        reader, _ = await connect(server, sent)
        assert await reader.readline()
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


async def test_nonsense_after_an_answer_is_nothing_to_log(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    async with served() as server:
        reader, writer = await connect(server, HELLO[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
        await response(reader)
        writer.write(b"nonsense\r\n")
        assert await closed(reader)
    assert caplog.messages == []
