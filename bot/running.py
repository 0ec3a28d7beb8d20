"""The bot as a process: from its start, however bad the network is, to an orderly end."""

import asyncio
import logging
import signal
from contextlib import suppress

from telegram.error import InvalidToken, NetworkError

from bot.app import App
from bot.clock import now
from bot.config import Config
from bot.intake import Intake, Polling, Webhook, back_off
from bot.outage import Outage
from bot.sessions import Sessions
from bot.store import Store, StoreError

_LOG = logging.getLogger(__name__)


async def run(app: App, store: Store, sessions: Sessions, outage: Outage, config: Config) -> None:
    """Serve Telegram until the process is told to stop.

    Raises InvalidToken for a token that Telegram does not know, DeafError when it takes the bot's no longer,
    StoreError when another copy of the bot has the database's file, ConfigError when an address cannot be served.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows, where Ctrl-C cancels instead
            loop.add_signal_handler(name, stopped.set)
    try:
        await store.hold()
        if await _reach_telegram(app, stopped):
            await _serve(app, store, sessions, outage, config, stopped)
    finally:
        if app.post_stop:
            await app.post_stop(app)
        await app.shutdown()
        await app.bot.request.shutdown()  # which the application leaves open when it never came up
        await store.close()


async def _reach_telegram(app: App, stopped: asyncio.Event) -> bool:
    """Make the bot known to Telegram, trying until that is reached; False if the process is stopped before."""
    failures = 0
    while not stopped.is_set():
        try:
            await app.initialize()
        except InvalidToken:
            raise
        except NetworkError as error:
            failures += 1
            if failures == 1:
                _LOG.warning("Telegram cannot be reached (%s): trying again until it can", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(back_off(failures)):
                    await stopped.wait()
        else:
            return True
    return False


async def _serve(
    app: App, store: Store, sessions: Sessions, outage: Outage, config: Config, stopped: asyncio.Event
) -> None:
    if app.post_init:
        await app.post_init(app)
    if not store.is_shared:  # no other copy can be at them: what this one had in hand when it died is free again
        with suppress(StoreError):  # which is logged where the database is looked after
            await store.updates.release_all(now())
    intake = Intake(app, store, sessions, now, outage)
    if config.webhook:
        await Webhook(app.bot, intake, store, outage, config.webhook).run(stopped)
    else:
        await Polling(app.bot, intake).run(stopped)
