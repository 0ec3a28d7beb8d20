"""Calls over aiohttp, to servers on this machine: what reaches Telegram, what comes back, and what is never told."""

import asyncio
import gzip
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, unused_port
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, ReplyKeyboardRemove
from telegram.error import (
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest

from bot.transport import LARGEST_ANSWER, AiohttpRequest, NotSentError, Timeouts, proxy_from
from tests.bot_api import raw

SECRET = "AAF-secret_half"  # noqa: S105  # opens nothing
TOKEN = f"123456:{SECRET}"
PATIENT = Timeouts(pool=30, connect=30, write=30, read=30)
CHAT = {"id": 5, "type": "private", "first_name": "Ana"}
RESULTS = {
    "sendMessage": {"message_id": 1, "date": 1, "chat": CHAT, "text": "x"},
    "getUpdates": [],
    "getMe": {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "a_bot"},
}

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Send = Callable[[Bot], Awaitable[object]]


@pytest.fixture(autouse=True)
def _new_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else python-telegram-bot warns of a change to come


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve on this machine; yield the address."""
    server = RawTestServer(handler)
    await server.start_server(access_log=None)
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@asynccontextmanager
async def speaking(answer: bytes) -> AsyncIterator[str]:
    """Serve those who connect with bytes of whatever kind, then hang up; yield the address."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1")
    async with server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname())


def bot_over(request: BaseRequest, url: str) -> Bot:
    return Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


def answering(status: int, body: object, headers: dict[str, str] | None = None) -> Handler:
    """Return a handler that answers every call alike; what is no bytes, as JSON."""
    raw_body = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        return web.Response(status=status, body=raw_body, headers=headers)

    return answer


def refusal(code: int, description: str, **parameters: int) -> Handler:
    """Return a handler that refuses as Telegram does."""
    body = {"ok": False, "error_code": code, "description": description}
    return answering(code, body | ({"parameters": parameters} if parameters else {}))


async def echo_address(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=502, text=f"<html>no road to {request.path}</html>", content_type="text/html")


async def hang_up_before_reading(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang_up_after_reading(request: web.BaseRequest) -> web.StreamResponse:
    await request.read()
    return await hang_up_before_reading(request)


async def hang_up_in_the_answer(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"ok":true,')
    return await hang_up_before_reading(request)


async def never_answer(_: web.BaseRequest) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


# What reaches Telegram

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Más · ação", callback_data="more:1")], []])
SENDS = [
    pytest.param(lambda bot: bot.send_message(5, "plain"), id="a message"),
    pytest.param(
        lambda bot: bot.send_message(-100, "¿Qué? & 100% + a=b\n👍🏽", reply_markup=KEYBOARD), id="signs and a keyboard"
    ),
    pytest.param(
        lambda bot: bot.send_message(5, "bold", entities=[MessageEntity("bold", 0, 4)], reply_markup=None),
        id="entities, and nothing",
    ),
    pytest.param(lambda bot: bot.send_message(5, "x", reply_markup=ReplyKeyboardRemove()), id="a keyboard removed"),
    pytest.param(lambda bot: bot.get_updates(7, timeout=50, allowed_updates=["message"]), id="a long poll"),
    pytest.param(lambda bot: bot.get_updates(allowed_updates=[]), id="an empty list"),
    pytest.param(lambda bot: bot.get_me(), id="no parameters"),
]


async def arriving(request: BaseRequest, send: Send) -> list[tuple[str, str, bytes, dict[str, str | None]]]:
    """Return what a server gets when a bot sends over `request`."""
    arrived = []

    async def note(call: web.BaseRequest) -> web.StreamResponse:
        headers = {name: call.headers.get(name) for name in ("Content-Type", "Content-Length", "User-Agent", "Cookie")}
        arrived.append((call.method, call.raw_path, await call.read(), headers))
        return web.json_response({"ok": True, "result": RESULTS[call.path.rpartition("/")[2]]})

    async with serving(note) as url, request:
        await send(bot_over(request, url))
    return arrived


@pytest.mark.parametrize("send", SENDS)
async def test_the_same_reaches_telegram_as_over_httpx(send: Send) -> None:
    ours = await arriving(AiohttpRequest(), send)
    assert ours == await arriving(HTTPXRequest(httpx_kwargs={"trust_env": False}), send)
    assert len(ours) == 1


async def test_halves_of_characters_arrive_as_question_marks() -> None:
    [(_, _, body, _)] = await arriving(AiohttpRequest(), lambda bot: bot.send_message(5, "a\ud83d b"))
    assert body == b"chat_id=5&text=a%3F+b"


async def test_files_are_refused_in_plain_words() -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(TelegramError, match=r"^Files cannot be sent$"):
            await bot_over(request, "http://127.0.0.1:9").send_document(5, b"bytes")


async def test_cookies_are_not_kept() -> None:
    async def with_cookie(call: web.BaseRequest) -> web.StreamResponse:
        cookies.append(call.headers.get("Cookie"))
        return web.json_response({"ok": True, "result": True}, headers={"Set-Cookie": "a=b"})

    cookies: list[str | None] = []
    async with serving(with_cookie) as url, AiohttpRequest() as request:
        named = url.replace("127.0.0.1", "localhost")  # aiohttp keeps no cookies of numbers anyway
        await request.post(named)
        await request.post(named)
    assert cookies == [None, None]


# What comes back


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refusal(400, "Bad Request: message is not modified"), id="400"),
        pytest.param(refusal(400, "group upgraded", migrate_to_chat_id=-1001), id="a group that became a supergroup"),
        pytest.param(refusal(401, "Unauthorized"), id="401"),
        pytest.param(refusal(403, "Forbidden: bot was blocked by the user"), id="403"),
        pytest.param(refusal(404, "Not Found"), id="404"),
        pytest.param(refusal(409, "Conflict: terminated by other getUpdates request"), id="409"),
        pytest.param(refusal(429, "Too Many Requests: retry after 7", retry_after=7), id="429"),
        pytest.param(refusal(500, "Internal Server Error"), id="500"),
        pytest.param(refusal(502, "Bad Gateway"), id="502"),
    ],
)
async def test_telegram_refuses_as_over_httpx(answer: Handler) -> None:
    ours = await failing(AiohttpRequest(), answer)
    theirs = await failing(HTTPXRequest(httpx_kwargs={"trust_env": False}), answer)
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))


async def failing(request: BaseRequest, handler: Handler) -> TelegramError:
    """Return the error of one call."""
    async with serving(handler) as url, request:
        with pytest.raises(TelegramError) as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe")
    return caught.value


NESTED = b'{"ok":' + b"[" * 100_000
PACKED = {"Content-Encoding": "gzip"}
TOO_LARGE = b'{"result":"' + b"a" * LARGEST_ANSWER + b'"}'
FAULTS = [
    pytest.param(hang_up_before_reading, NetworkError, id="it hangs up before it reads"),
    pytest.param(hang_up_after_reading, NetworkError, id="it hangs up after it has read"),
    pytest.param(hang_up_in_the_answer, NetworkError, id="it hangs up in the middle of its answer"),
    pytest.param(never_answer, TimedOut, id="it never answers"),
    pytest.param(echo_address, NetworkError, id="502 from a proxy that repeats the address"),
    pytest.param(answering(401, b"<html>"), NetworkError, id="401, but not from Telegram"),
    pytest.param(answering(403, b"<html>"), NetworkError, id="403, but not from Telegram"),
    pytest.param(answering(404, {"error": "no route"}), NetworkError, id="404 in other words than Telegram's"),
    pytest.param(answering(502, b""), NetworkError, id="502 and nothing"),
    pytest.param(answering(503, [1]), NetworkError, id="503 and a list"),
    pytest.param(answering(302, b"", {"Location": f"/bot{TOKEN}/else"}), NetworkError, id="another address"),
    pytest.param(answering(200, b"<html>"), NetworkError, id="200 from another server"),
    pytest.param(answering(200, b'{"ok":true,"resu'), NetworkError, id="half of an answer"),
    pytest.param(answering(200, b"\xff\xfe"), NetworkError, id="no text"),
    pytest.param(answering(200, {"ok": True}), NetworkError, id="no result"),
    pytest.param(answering(200, [{"ok": True}]), NetworkError, id="a list"),
    pytest.param(answering(200, NESTED), NetworkError, id="nested without an end"),
    pytest.param(answering(200, TOO_LARGE), NetworkError, id="too large"),
    pytest.param(answering(200, gzip.compress(TOO_LARGE), PACKED), NetworkError, id="too large when unpacked"),
    pytest.param(answering(200, b"not packed", PACKED), NetworkError, id="badly packed"),
]


@pytest.mark.parametrize(("handler", "kind"), FAULTS)
async def test_a_fault_has_its_kind_of_error_and_the_token_is_nowhere(
    caplog: pytest.LogCaptureFixture, handler: Handler, kind: type[TelegramError]
) -> None:
    caplog.set_level(logging.DEBUG)
    slow = Timeouts(read=0.05) if handler is never_answer else PATIENT
    error = await failing(AiohttpRequest(timeouts=slow), handler)
    assert type(error) is kind
    assert SECRET not in told(error) + caplog.text
    assert "<html>" not in told(error) + caplog.text


def told(error: BaseException | None) -> str:
    """Return all that anybody could print of an error and of those behind it, suppressed ones too."""
    if error is None:
        return ""
    text = f"{error} {error!r} {error.args!r} {''.join(traceback.format_exception(error))}"
    return text + told(error.__cause__) + told(error.__context__)


async def test_the_largest_answer_is_read() -> None:
    body = b'{"result":"'.ljust(LARGEST_ANSWER - 2, b"a") + b'"}'
    async with serving(answering(200, body)) as url, AiohttpRequest(timeouts=PATIENT) as request:
        assert await request.do_request(url, "POST") == (200, body)


async def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b'{"ok":true,"result":true}')
    async with serving(answering(200, packed, PACKED)) as url, AiohttpRequest() as request:
        assert await request.post(url) is True


async def test_an_address_that_telegram_names_is_not_followed() -> None:
    async def elsewhere(call: web.BaseRequest) -> web.StreamResponse:
        paths.append(call.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    paths: list[str] = []
    await failing(AiohttpRequest(), elsewhere)
    assert paths == [f"/bot{TOKEN}/getMe"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", id="a length that is none"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="a chunk that is none"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", id="a header without an end"),
    ],
)
async def test_what_is_not_http_is_a_network_error(answer: bytes) -> None:
    async with speaking(answer) as url, AiohttpRequest() as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe")
    assert type(caught.value) is NetworkError
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://a..b", id="a host that cannot be"),
        pytest.param(f"http://{'a' * 70}.example", id="a host that is too long"),
        pytest.param("http://[", id="half of an address"),
        pytest.param("http://127.0.0.1:99999", id="a port that cannot be"),
        pytest.param("ftp://127.0.0.1", id="another protocol"),
        pytest.param("127.0.0.1", id="no protocol"),
    ],
)
async def test_an_address_that_cannot_be_used_is_a_network_error(url: str) -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError, match=r"^aiohttp\.\w+$") as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe")
    assert SECRET not in told(caught.value)


# What has surely not been sent


async def not_sent(request: BaseRequest, url: str, pool_timeout: float = 5, connect_timeout: float = 5) -> NotSentError:
    """Return the error of a call that cannot be sent; some seconds without one are a failure."""
    async with asyncio.timeout(10):
        with pytest.raises(NotSentError) as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe", pool_timeout=pool_timeout, connect_timeout=connect_timeout)
    assert SECRET not in told(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("address", "name"),
    [
        pytest.param("http://127.0.0.1:{}", "ClientConnectorError", id="nobody listens"),
        pytest.param("https://127.0.0.1:{}", "ClientConnectorError", id="nobody listens, with TLS"),
    ],
)
async def test_without_a_connection_nothing_was_sent(address: str, name: str) -> None:
    async with AiohttpRequest() as request:
        error = await not_sent(request, address.format(unused_port()))
    assert str(error).startswith(f"aiohttp.{name}: ")


async def test_without_tls_nothing_was_sent() -> None:
    async with serving(never_answer) as url, AiohttpRequest() as request:
        await not_sent(request, url.replace("http:", "https:"))


async def test_to_a_server_that_never_finishes_tls_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system connects, but nobody accepts
        async with AiohttpRequest(timeouts=PATIENT) as request:
            await not_sent(request, "https://{}:{}".format(*silent.getsockname()), connect_timeout=0.05)


async def test_when_no_connection_is_free_nothing_was_sent() -> None:
    async with Waiting() as server, AiohttpRequest(connections=1, timeouts=PATIENT) as request:
        first = asyncio.create_task(request.post(f"{server.url}/first"))
        await server.arrived.wait()
        await not_sent(request, server.url, pool_timeout=0.01, connect_timeout=0.01)
        server.go_on.set()
        assert await first == {"path": "/first"}
    assert server.paths == ["/first"]


class Waiting:
    """A server whose answers wait until they may go on; each holds the path that was asked for."""

    def __init__(self) -> None:
        self.arrived, self.go_on = asyncio.Event(), asyncio.Event()
        self.paths: list[str] = []
        self._server = RawTestServer(self._answer)

    async def __aenter__(self) -> "Waiting":
        await self._server.start_server(access_log=None)
        self.url = str(self._server.make_url("")).rstrip("/")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.paths.append(request.path)
        self.arrived.set()
        await self.go_on.wait()
        return web.json_response({"ok": True, "result": {"path": request.path}})


# How long, how many, from when until when


@pytest.mark.parametrize(
    ("timeouts", "total", "connect", "sock_connect", "sock_read"),
    [
        pytest.param(Timeouts(), 16, 6, 5, 5, id="the defaults"),
        pytest.param(Timeouts(read=55), 66, 6, 5, 55, id="a long poll"),
        pytest.param(Timeouts(read=None), None, 6, 5, None, id="an answer for ever"),
        pytest.param(Timeouts(pool=None), None, None, 5, 5, id="a free connection for ever"),
        pytest.param(Timeouts(write=None), None, 6, 5, 5, id="writing for ever"),
        pytest.param(Timeouts(0, 0, 0, 0), 0.001, 0.001, 0.001, 0.001, id="nought is not for ever"),
        pytest.param(Timeouts(0, -1, 0, 0), 0.001, 0.001, 0.001, 0.001, id="less than nought neither"),
    ],
)
def test_time_outs_as_aiohttp_takes_them(
    timeouts: Timeouts, total: float | None, connect: float | None, sock_connect: float | None, sock_read: float | None
) -> None:
    found = timeouts.for_aiohttp()
    assert (found.total, found.connect, found.sock_connect, found.sock_read) == (
        total,
        connect,
        sock_connect,
        sock_read,
    )


async def test_a_call_may_wait_longer_than_others() -> None:
    async with Waiting() as server, AiohttpRequest(timeouts=Timeouts(read=0.01)) as request:
        poll = asyncio.create_task(request.post(f"{server.url}/poll", read_timeout=60))
        await server.arrived.wait()
        with pytest.raises(TimedOut):
            await request.post(f"{server.url}/send")
        server.go_on.set()
        assert await poll == {"path": "/poll"}


async def test_a_call_may_wait_less_than_others() -> None:
    async with serving(never_answer) as url, AiohttpRequest(timeouts=PATIENT) as request:
        with pytest.raises(TimedOut):
            await request.post(url, read_timeout=0.01)


async def test_a_long_poll_may_take_its_time_and_five_seconds_more() -> None:
    waits: list[object] = []

    class Noting(AiohttpRequest):
        async def do_request(self, *_: object, read_timeout: object = None, **__: object) -> tuple[int, bytes]:
            waits.append(read_timeout)
            return 200, b'{"ok":true,"result":[]}'

    await bot_over(Noting(), "http://127.0.0.1:9").get_updates(timeout=50)
    assert waits == [55.0]


async def test_an_answer_in_drops_is_not_waited_for_for_ever() -> None:
    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b" ")
            await asyncio.sleep(0.01)
        return response

    async with serving(drip) as url, AiohttpRequest(timeouts=PATIENT) as request:
        with pytest.raises(TimedOut):
            await request.post(url, None, read_timeout=0.1, write_timeout=0, connect_timeout=0.1, pool_timeout=0)


async def test_64_calls_at_once_share_the_connections_and_get_their_own_answers() -> None:
    async def echo(call: web.BaseRequest) -> web.StreamResponse:
        assert call.transport is not None
        peers.add(call.transport.get_extra_info("peername"))
        return web.json_response({"ok": True, "result": (await call.post())["number"]})

    peers: set[object] = set()
    async with serving(echo) as url, AiohttpRequest(connections=8, timeouts=PATIENT) as request:
        bot = bot_over(request, url)
        answers = await asyncio.gather(*(raw(bot, "echo", {"number": number}) for number in range(64)))
    assert answers == [str(number) for number in range(64)]
    assert len(peers) == 8


async def test_a_connection_serves_one_call_after_the_other() -> None:
    async def peer(call: web.BaseRequest) -> web.StreamResponse:
        assert call.transport is not None
        return web.json_response({"ok": True, "result": call.transport.get_extra_info("peername")[1]})

    async with serving(peer) as url, AiohttpRequest() as request:
        assert len({await request.post(url) for _ in range(5)}) == 1


async def test_it_can_be_opened_and_closed_twice_and_again() -> None:
    async with serving(answering(200, {"ok": True, "result": 1})) as url:
        request = AiohttpRequest()
        for _ in range(2):
            await asyncio.gather(request.initialize(), request.initialize())
            assert await request.post(url) == 1
            await asyncio.gather(request.shutdown(), request.shutdown())


@pytest.mark.parametrize("closed", [False, True], ids=["never opened", "closed"])
async def test_it_must_be_opened_first(closed: bool) -> None:
    request = AiohttpRequest()
    if closed:
        async with request:
            pass
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request("http://127.0.0.1:9", "POST")


@pytest.mark.parametrize(("timeouts", "seconds"), [(None, 5), (Timeouts(read=9), 9), (Timeouts(read=None), None)])
def test_it_tells_the_time_out_to_which_a_poll_adds_its_own(timeouts: Timeouts | None, seconds: float | None) -> None:
    assert AiohttpRequest(timeouts=timeouts).read_timeout == seconds


# Proxies


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        pytest.param({}, "https://t.example", None, id="none"),
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "https://t.example", "http://p:1", id="for TLS"),
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "http://t.example", None, id="for TLS only"),
        pytest.param({"HTTP_PROXY": "http://p:1"}, "https://t.example", None, id="without TLS only"),
        pytest.param({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q"}, "https://t", "http://p:1", id="small"),
        pytest.param({"ALL_PROXY": "http://p:1"}, "https://t.example", "http://p:1", id="for all"),
        pytest.param({"ALL_PROXY": "http://p", "HTTPS_PROXY": "http://q"}, "https://t", "http://q", id="for TLS first"),
        pytest.param({"HTTPS_PROXY": "p:1"}, "https://t.example", "http://p:1", id="without its kind"),
        pytest.param({"HTTPS_PROXY": "https://p"}, "https://t.example", "https://p", id="over TLS itself"),
        pytest.param({"HTTPS_PROXY": ""}, "https://t.example", None, id="empty"),
        pytest.param({"ALL_PROXY": "socks5://p", "NO_PROXY": "*"}, "https://t.example", None, id="none for any host"),
        pytest.param({"ALL_PROXY": "http://p", "NO_PROXY": "a, t.example"}, "https://t.example:9", None, id="a host"),
        pytest.param({"ALL_PROXY": "http://p", "NO_PROXY": ".example"}, "https://T.EXAMPLE", None, id="a domain"),
        pytest.param({"ALL_PROXY": "http://p", "no_proxy": "ample"}, "https://t.example", "http://p", id="half a word"),
        pytest.param({"ALL_PROXY": "http://p", "NO_PROXY": "127.0.0.1"}, "http://127.0.0.1:8081", None, id="itself"),
        pytest.param({"ALL_PROXY": "http://p", "NO_PROXY": ","}, "https://t.example", "http://p", id="no name"),
    ],
)
def test_the_proxy_that_the_environment_names(environ: dict[str, str], url: str, proxy: str | None) -> None:
    assert proxy_from(environ, url) == proxy


@pytest.mark.parametrize("proxy", ["socks5://user:pass@127.0.0.1:9050", "gopher://127.0.0.1", "://127.0.0.1"])
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(proxy: str) -> None:
    with pytest.raises(ValueError, match=r"^a proxy must be one of http and https, not (?!.*pass)"):
        proxy_from({"ALL_PROXY": proxy}, "https://t.example")


@pytest.mark.parametrize("client", [AiohttpRequest, httpx.AsyncClient])
async def test_a_proxy_is_asked_and_told_who_asks(client: type[AiohttpRequest] | type[httpx.AsyncClient]) -> None:
    async def relay(call: web.BaseRequest) -> web.StreamResponse:
        asked.append((call.headers["Host"], str(call.url.path), call.headers["Proxy-Authorization"]))
        return web.json_response({"ok": True, "result": 1})

    asked: list[tuple[str, str, str]] = []
    async with serving(relay) as url:
        proxy = url.replace("//", "//ana:p%3Aw@")
        async with client(proxy=proxy) as request:
            await request.post(f"http://telegram.invalid/bot{TOKEN}/getMe")
    assert asked == [("telegram.invalid", f"/bot{TOKEN}/getMe", "Basic YW5hOnA6dw==")]


async def test_what_a_proxy_refuses_was_not_sent() -> None:
    async with serving(answering(407, b"")) as url, AiohttpRequest(proxy=url) as request:
        await not_sent(request, "https://telegram.invalid")
