"""The bot as a process: from its start, however bad the network is, to an orderly end."""

import asyncio
import logging
import signal
from contextlib import suppress

from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot import __version__
from bot.app import App
from bot.clock import now
from bot.config import Config
from bot.intake import Intake, Polling, Webhook, back_off
from bot.limiter import seconds_of
from bot.metrics import Metrics
from bot.monitor import Health, Monitor
from bot.outage import Outage
from bot.sessions import Sessions
from bot.stopping import unless_stopped
from bot.store import Store, StoreError

_LOG = logging.getLogger(__name__)


class Process:
    """One copy of the bot, which serves Telegram until it is told to stop."""

    def __init__(
        self, app: App, store: Store, sessions: Sessions, outage: Outage, metrics: Metrics, config: Config
    ) -> None:
        self._app = app
        self._store = store
        self._stopped = asyncio.Event()
        self._is_started = False
        intake = Intake(app, store, sessions, now, outage, metrics)
        self._intake: Polling | Webhook = (
            Webhook(app.bot, intake, store, outage, metrics, config.webhook)
            if config.webhook
            else Polling(app.bot, intake)
        )
        health = Health(
            lambda: self._intake.hearing.heard_at,
            lambda: self._is_started,
            self._stopped.is_set,
            lambda: outage.is_known,
        )
        self._monitor = Monitor(metrics, health, config.monitor_listen)

    async def run(self) -> None:
        """Serve Telegram until SIGINT or SIGTERM.

        Raises InvalidToken for a token that Telegram does not know, DeafError when it takes the bot's no longer,
        StoreError when another copy of the bot has the database's file, ConfigError when an address cannot be served.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # on Windows, where Ctrl-C cancels instead
                loop.add_signal_handler(name, self._stopped.set)
        async with self._monitor:
            try:
                if await self._starts():
                    await self._serve()
            finally:
                await self._end()

    async def _serve(self) -> None:
        resting = asyncio.create_task(self._rest())
        try:
            await self._intake.run(self._stopped)
        finally:
            self._stopped.set()
            await resting

    async def _rest(self) -> None:
        """Let what is done unasked end beside what is in hand: one after the other, both would take too long."""
        await self._stopped.wait()
        if self._app.post_stop:
            await self._app.post_stop(self._app)

    async def _starts(self) -> bool:
        """Start; False if the process is stopped before, which breaks off what is under way, however long it takes."""
        await unless_stopped(self._start(), self._stopped)
        return self._is_started

    async def _reach_telegram(self) -> bool:
        """Make the bot known to Telegram, trying until that is reached; False if the process is stopped before."""
        failures = 0
        while not self._stopped.is_set():
            try:
                await self._app.initialize()
            except InvalidToken:
                raise
            except (NetworkError, RetryAfter) as error:
                failures += 1
                if failures == 1:
                    _LOG.warning("Telegram cannot be reached (%s): trying again until it can", type(error).__name__)
                pause = seconds_of(error) if isinstance(error, RetryAfter) else back_off(failures)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._stopped.wait()
            else:
                return True
        return False

    async def _start(self) -> None:
        await self._store.hold()
        if not await self._reach_telegram():
            return
        if self._app.post_init:
            await self._app.post_init(self._app)
        if not self._store.is_shared:  # no other copy can be at them: what this one had in hand when it died is free
            with suppress(StoreError):  # which is logged where the database is looked after
                await self._store.updates.release_all(now())
        self._is_started = True
        _LOG.info("Version %s listens for updates by %s", __version__, type(self._intake).__name__.lower())

    async def _end(self) -> None:
        if self._app.post_stop:
            await self._app.post_stop(self._app)
        await self._app.shutdown()
        await self._app.bot.request.shutdown()  # which the application leaves open when it never came up
        await self._store.close()
