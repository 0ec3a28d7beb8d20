"""The bot as a process: from its start, however bad the network is, to an orderly end."""

import asyncio
import logging
import signal
from contextlib import suppress

from telegram.error import InvalidToken, NetworkError

from bot.app import App
from bot.clock import now
from bot.intake import Intake, Polling, back_off
from bot.outage import Outage
from bot.store import Store, StoreError

_LOG = logging.getLogger(__name__)


async def run(app: App, store: Store, outage: Outage) -> None:
    """Serve Telegram until the process is told to stop.

    Raises InvalidToken for a token that Telegram does not know, DeafError when it takes the bot's no longer.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows, where Ctrl-C cancels instead
            loop.add_signal_handler(name, stopped.set)
    try:
        if await _reach_telegram(app, stopped):
            await _serve(app, store, outage, stopped)
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
            await app.bot.delete_webhook()  # of a time when the bot was run in another way: only one is allowed
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


async def _serve(app: App, store: Store, outage: Outage, stopped: asyncio.Event) -> None:
    if app.post_init:
        await app.post_init(app)
    if not store.is_shared:  # no other copy can be at them: what this one had in hand when it died is free again
        with suppress(StoreError):  # which is logged where the database is looked after
            await store.updates.release_all(now())
    await Polling(app.bot, Intake(app, store.updates, now, outage)).run(stopped)
