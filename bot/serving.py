"""A web server in the running event loop: it binds before it serves, and ends within the time that it is given.

uvicorn's own `serve` would take the process's signals; what it calls in between is public, and is called here.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.config import ConfigError

CONNECTIONS = 100
"""Connections at once, unless told otherwise; Telegram opens 40 for updates, as far as it is not told otherwise."""
REQUEST = 10.0
"""Seconds from a connection's beginning, or from the first byte after an answer, until a request must have come."""
KEEP_ALIVE = 75
"""Seconds that a connection may be idle between two requests; longer than proxies keep theirs, which is a minute."""
HEAD = 16 * 1024
"""Bytes that a request's line and headers may have."""
BACKLOG = 128
"""Connections that the system may hold until they are accepted."""
_REASONS = {
    errno.EADDRINUSE: "is taken",
    errno.EACCES: "may not be used by this user",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
}

_LOG = logging.getLogger(__name__)


class Serving:
    """Serves an application over HTTP while its context is open.

    At the end new connections are refused at once, idle ones closed, and requests in hand may finish.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        *,
        setting: str,
        connections: int = CONNECTIONS,
        farewell: float = 1.0,
    ) -> None:
        """Take what to serve, and where; port 0 lets the system choose one.

        setting: the variable that the address is from, named in errors.
        connections: how many at once; one more is closed as soon as it is opened.
        farewell: seconds that requests in hand get at the end, before they are broken off.
        """
        self._app = app
        self._address = (host, port)
        self._setting = setting
        self._connections = connections
        self._farewell = farewell
        self._sockets: list[socket.socket] = []
        self._server: Server | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._is_ending = False

    @property
    def port(self) -> int:
        """The port that is served, once it is."""
        port: int = self._sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> "Serving":
        """Bind the address and begin to serve. Raises ConfigError, in one sentence, when that cannot be had."""
        self._sockets = [await self._bound()]
        config = Config(
            self._answer,
            http=_protocol(self._admits),
            h11_max_incomplete_event_size=HEAD,
            timeout_keep_alive=KEEP_ALIVE,
            backlog=BACKLOG,
            interface="asgi3",
            lifespan="off",
            ws="none",
            workers=1,  # whatever WEB_CONCURRENCY says
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level=logging.ERROR,  # whatever strangers send is nothing to warn of
        )
        config.load()
        self._server = Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(self._sockets)
        self._ticking = asyncio.create_task(self._server.main_loop())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving, within the farewell."""
        if self._server is None or self._ticking is None:
            return
        self._is_ending = True
        self._ticking.cancel()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._farewell):
                    await self._server.shutdown(self._sockets)
        finally:
            await self._break_off(self._server)

    async def _bound(self) -> socket.socket:
        host, port = self._address
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            family, address = found[0][0], found[0][4]
            both = host == "::" and socket.has_dualstack_ipv6()
            return socket.create_server(address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=both)
        except (OSError, UnicodeError) as error:  # the latter of what cannot be a name at all
            reason = _REASONS.get(getattr(error, "errno", None) or 0, "cannot be served")
            shown = f"[{host}]" if ":" in host else host
            raise ConfigError(f"{self._setting}: {shown}:{port} {reason}.") from None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, unless it is broken off at the end: there is nobody then to answer."""
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            _LOG.warning("A request took longer than the %s seconds at the end, and was broken off", self._farewell)

    def _admits(self, connections: int) -> bool:
        """Return whether so many connections may be open; at the end one may still come in that was accepted before."""
        return connections <= self._connections and not self._is_ending

    async def _break_off(self, server: Server) -> None:
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        if tasks := list(server.server_state.tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=1)


class _Hurried(H11Protocol):
    """uvicorn's way of speaking HTTP, with an end to what strangers begin: bytes that come to no request."""

    _hanging_up: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.expect_request()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is None:
            super().send_400_response(msg)
        else:  # what is no HTTP follows a request, which may have its answer already: h11 takes no second one
            self.transport.abort()

    def expect_request(self) -> None:
        """Hang up in a while, unless a request is in hand."""
        is_in_hand = self._is_in_hand()
        if self._hanging_up is None and not is_in_hand:
            self._hanging_up = self.loop.call_later(REQUEST, self.transport.abort)
        elif self._hanging_up is not None and is_in_hand:
            self._hanging_up.cancel()
            self._hanging_up = None

    def _is_in_hand(self) -> bool:
        if self.cycle is None:
            return False
        return not self.cycle.response_complete


def _protocol(admits: Callable[[int], bool]) -> type[H11Protocol]:
    """Return uvicorn's way of speaking HTTP, with bounds for what it lets strangers do without end."""

    class Bounded(_Hurried):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            if isinstance(transport, asyncio.Transport):  # which those of TCP are
                super().connection_made(transport)
                self._welcome(transport)

        def _welcome(self, transport: asyncio.Transport) -> None:
            if admits(len(self.connections)):
                self.expect_request()
            else:
                transport.abort()

    return Bounded
