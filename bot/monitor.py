"""Whether the bot is well, and its numbers, over HTTP on a port of their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics
from bot.serving import Serving

DEAF = 300.0
"""Seconds without a sign of life from Telegram after which the bot is unwell; polling hears one each half a minute."""
CONNECTIONS = 20
FAREWELL = 0.5
"""Seconds that an answer in hand gets at the end."""


@dataclass(frozen=True)
class Health:
    """Where to look how the bot is; nothing of it takes time."""

    heard_at: Callable[[], float | None]
    """When Telegram last gave a sign of life, by the monitor's clock; None before the first time."""
    is_started: Callable[[], bool]
    """Whether the start is over: Telegram was reached and updates are taken."""
    is_stopping: Callable[[], bool]
    is_database_failing: Callable[[], bool]


class Monitor:
    """Answers /healthz (to be started anew if not), /readyz (to be given work if so) and /metrics."""

    def __init__(
        self,
        metrics: Metrics,
        health: Health,
        listen: tuple[str, int],
        clock: Callable[[], float] = time.monotonic,
        epoch: Callable[[], float] = time.time,
    ) -> None:
        """Take what to tell, and at which address and port; `clock` and `epoch` are in seconds."""
        self._metrics = metrics
        self._health = health
        self._clock = clock
        self._epoch = epoch
        self._began_at = clock()
        metrics.look_at(self._heard_since_1970, health.is_database_failing)
        self.app = Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", self._numbers),
            ]
        )
        """What is served."""
        self.app.router.redirect_slashes = False
        host, port = listen
        self._serving = Serving(
            self.app, host, port, setting="BOT_MONITOR_LISTEN", connections=CONNECTIONS, farewell=FAREWELL
        )

    @property
    def port(self) -> int:
        """The port that is served, once it is."""
        return self._serving.port

    async def __aenter__(self) -> "Monitor":
        """Begin to answer. Raises ConfigError, in one sentence, when the address cannot be had."""
        await self._serving.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop to answer, within a second."""
        await self._serving.__aexit__(kind, error, traceback)

    async def _healthz(self, _: Request) -> Response:
        return _said("deaf" if self._is_deaf else None, "ok")

    async def _readyz(self, _: Request) -> Response:
        ready = "ok, without the database" if self._health.is_database_failing() else "ok"
        return _said(self._hindrance(), ready)

    async def _numbers(self, _: Request) -> Response:
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def _hindrance(self) -> str | None:
        """Return in one word why the bot is not to be given work, or None."""
        if self._health.is_stopping():
            return "stopping"
        if not self._health.is_started():
            return "starting"
        return "deaf" if self._is_deaf else None

    @property
    def _is_deaf(self) -> bool:
        return self._clock() - self._heard_at > DEAF

    @property
    def _heard_at(self) -> float:
        heard_at = self._health.heard_at()
        return self._began_at if heard_at is None else heard_at

    def _heard_since_1970(self) -> float:
        return self._epoch() - (self._clock() - self._heard_at)


def _said(trouble: str | None, otherwise: str) -> Response:
    return PlainTextResponse(f"{trouble or otherwise}\n", 503 if trouble else 200)
