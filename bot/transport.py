"""The road to Telegram: calls of the Bot API over aiohttp, which answers several times as many a second as httpx.

The token is a part of every address, and aiohttp prints addresses in its errors: none of its errors, and so no
address, leaves this module.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 64
"""How many calls may be under way at once; more wait for one of these to end."""
LARGEST_ANSWER = 20 * 1024 * 1024
"""In bytes, unpacked: a hundred updates, the most that one call returns, are far below it."""
PROXY_KINDS = ("http", "https")
SHORTEST_WAIT = 0.001
"""In seconds; aiohttp would take 0 for no limit at all."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotSentError(NetworkError):
    """There was no connection, so that nothing of the call has reached Telegram: to repeat it does nothing twice."""


@dataclass(frozen=True)
class Timeouts:
    """How many seconds to wait, None for ever; the defaults are those of python-telegram-bot's own client."""

    pool: float | None = 1.0
    """For one of the connections to be free."""
    connect: float | None = 5.0
    """For a new connection, TLS included."""
    write: float | None = 5.0
    read: float | None = 5.0
    """For the next part of the answer; together, the four bound the whole call."""

    def for_aiohttp(self) -> ClientTimeout:
        """Return the same in aiohttp's terms."""
        connect = _sum(self.pool, self.connect)
        total = _sum(connect, self.write, self.read)
        return ClientTimeout(total=total, connect=connect, sock_connect=_sum(self.connect), sock_read=_sum(self.read))


class AiohttpRequest(BaseRequest):
    """Carries calls to the Bot API; files cannot be sent."""

    def __init__(
        self, connections: int = CONNECTIONS, timeouts: Timeouts | None = None, proxy: str | None = None
    ) -> None:
        """Take the address of a proxy, like http://user:password@host:port, as `proxy_from` finds it."""
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._proxy = proxy
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How many seconds a call waits for its answer unless it says otherwise."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Get ready to connect; once more does nothing."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections, ssl=_trust()),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                skip_auto_headers=("Content-Type",),  # else a call without parameters says that it is no form
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close all connections; once more does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body of Telegram's answer; time-outs are seconds or None, for ever.

        Raises NotSentError if Telegram has not seen the call, TimedOut if it may have, NetworkError if it may have or
        if what came back is not from the Bot API, RuntimeError before `initialize`.
        """
        if self._session is None:
            raise RuntimeError("This AiohttpRequest is not initialized.")
        default = self._timeouts
        timeouts = Timeouts(
            _seconds(pool_timeout, default.pool),
            _seconds(connect_timeout, default.connect),
            _seconds(write_timeout, default.write),
            _seconds(read_timeout, default.read),
        )
        status, body = await _exchange(self._session, method, url, _form(request_data), timeouts)
        if not 200 <= status < 300 and not _is_refusal(body):
            raise NetworkError(f"HTTP status {status}, which is not from the Bot API")
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """Return the Bot API's answer as an object; what is none raises NetworkError, and is not logged."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if isinstance(answer, dict) and ("result" in answer or answer.get("ok") is False):
            return answer
        raise NetworkError("The answer is not from the Bot API")


def proxy_from(environ: Mapping[str, str], url: str) -> str | None:
    """Return the proxy that the environment names for an address: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.

    A name in small letters goes before the same in capitals. Raises ValueError for a kind that cannot be used.
    """
    address = urlsplit(url)
    proxy = _named(environ, f"{address.scheme}_proxy") or _named(environ, "all_proxy")
    if not proxy or _is_excepted(address.hostname or "", _named(environ, "no_proxy")):
        return None
    kind, separator, _ = proxy.partition("://")
    if not separator:
        return f"http://{proxy}"
    if kind not in PROXY_KINDS:
        raise ValueError(f"a proxy must be one of {' and '.join(PROXY_KINDS)}, not {kind}")
    return proxy


def _named(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _is_excepted(host: str, exceptions: str) -> bool:
    """Tell whether a host, or a domain above it, is in a list with commas; a star there stands for every host."""
    names = {name.strip().lstrip(".").lower() for name in exceptions.split(",")} - {""}
    return "*" in names or any(f".{host}".endswith(f".{name}") for name in names)


def _trust() -> ssl.SSLContext:
    """Trust the system's certificates, and certifi's where the system brings none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _seconds(given: object, default: float | None) -> float | None:
    """Return a time-out of a call: what is neither a number nor None is python-telegram-bot's sign for the default."""
    return given if given is None or isinstance(given, int | float) else default


def _sum(*waits: float | None) -> float | None:
    """Add up seconds; together with for ever, it is for ever."""
    known = [wait for wait in waits if wait is not None]
    return max(sum(known), SHORTEST_WAIT) if len(known) == len(waits) else None


def _form(data: RequestData | None) -> bytes | None:
    """Return the parameters as Telegram takes them; halves of characters, which no encoding has, as question marks."""
    if data is None:
        return None
    if data.contains_files:
        raise TelegramError("Files cannot be sent")
    return data.url_encoded_parameters({"errors": "replace"}).encode() or None


async def _exchange(
    session: ClientSession, method: str, url: str, form: bytes | None, timeouts: Timeouts
) -> tuple[int, bytes]:
    timeout, headers = timeouts.for_aiohttp(), _FORM if form else None
    try:
        async with session.request(
            method, url, data=form, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return response.status, await _body(response)
    except (ClientError, OSError, ValueError) as error:
        failure = _failure(error)
    raise failure  # here, since an error raised above would keep aiohttp's as its context


async def _body(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise NetworkError(f"The answer is larger than {LARGEST_ANSWER} bytes")
    return bytes(body)


def _failure(error: Exception) -> NetworkError:
    """Return python-telegram-bot's error for aiohttp's, with its name only: its text may hold the address."""
    name = f"aiohttp.{type(error).__name__}"
    if isinstance(error, ClientConnectorError):
        return NotSentError(": ".join(filter(None, (name, error.os_error.strerror))))
    if isinstance(error, ConnectionTimeoutError | ClientHttpProxyError):
        return NotSentError(name)
    if isinstance(error, TimeoutError):
        return TimedOut(f"Timed out ({name})")
    return NetworkError(name)


def _is_refusal(body: bytes) -> bool:
    """Tell a refusal of the Bot API's from what a proxy or another server on the way says."""
    try:
        return AiohttpRequest.parse_json_payload(body).get("ok") is False
    except NetworkError:
        return False
