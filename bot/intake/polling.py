"""Long polling that confirms an update only after it was handled."""

import asyncio
import logging
import math
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import get_args

from telegram.error import NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.warnings import PTBUserWarning

from bot.intake.handling import Intake
from bot.intake.hearing import Hearing
from bot.metrics import UpdateKind
from bot.stopping import unless_stopped
from bot.traces import places

HEAR = 25
"""Seconds that Telegram may wait for an update before it answers that there is none."""
BREATH = 0.2
"""Seconds between two looks while more than half of what Telegram delivers is in hand still, or none is new."""
FAMINE = 3 * 24 * 60 * 60.0
"""Seconds without any update after which the count begins anew: after a week Telegram chooses new numbers."""
FAREWELL = 8.0
"""Seconds that running handlers get when the bot is to stop; Docker kills after ten."""
ALLOWED = [kind for kind in get_args(UpdateKind) if kind != "other"]
"""The kinds of updates that handlers are for; others would only cost."""

_LOG = logging.getLogger(__name__)


class Polling:
    """Asks Telegram for updates, and hands them on."""

    def __init__(self, bot: ExtBot[None], intake: Intake, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._intake = intake
        self._clock = clock
        self._running: dict[int, asyncio.Task[bool]] = {}
        self._done: set[int] = set()
        self._offset = 0
        self.hearing = Hearing(clock)
        self._is_webhook_gone = False
        self._few = 0
        """So few updates in hand that it is time to ask for more."""
        self._rested = asyncio.Event()
        self._fed_at = clock()

    async def run(self, stopped: asyncio.Event) -> None:
        """Poll until stopped; then let running handlers finish, and confirm what is done. Raises DeafError."""
        # The library wants its own method to be used, which reads all updates at once and chokes on a single one
        warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)
        try:
            while not stopped.is_set():
                await unless_stopped(self._look(), stopped)
        finally:
            await self._stop()

    async def _look(self) -> None:
        """Ask once, and begin to handle what is new."""
        try:
            await self._remove_webhook()
            delivered = await self._ask(HEAR if not self._running else 1)
        except TelegramError as error:
            await asyncio.sleep(self.hearing.pause_after(error))
            return
        self.hearing.heard()
        if delivered or self._clock() - self._fed_at > FAMINE:
            self._fed_at, self._offset = self._clock(), self._offset if delivered else 0
        new = {_number(update): update for update in delivered if self._is_new(_number(update))}
        for number, update in new.items():
            self._begin(number, update)
        if delivered:  # at once, as long as one of them is in hand: without a breath, that would be asked without end
            await self._breathe(len(delivered) // 2 if new else 0)
        self._advance(max(map(_number, delivered), default=0))

    async def _remove_webhook(self) -> None:
        """Take back a webhook of a time when the bot was run in another way: Telegram allows only one of both."""
        if not self._is_webhook_gone:
            await self._bot.delete_webhook()
            self._is_webhook_gone = True

    async def _ask(self, seconds: int, limit: int = 100) -> list[Mapping[str, object]]:
        parameters = {"offset": self._offset, "timeout": seconds, "limit": limit, "allowed_updates": ALLOWED}
        answer = await self._bot.do_api_request("getUpdates", parameters, read_timeout=seconds + 10)
        return [update for update in answer if isinstance(update, Mapping)] if isinstance(answer, list) else []

    def _is_new(self, number: int) -> bool:
        return number not in self._running and number not in self._done

    def _begin(self, number: int, update: Mapping[str, object]) -> None:
        task = asyncio.create_task(self._intake.handle(update, patience=math.inf))
        self._running[number] = task
        task.add_done_callback(lambda _: self._finish(number))

    def _finish(self, number: int) -> None:
        task = self._running.pop(number)
        if not task.cancelled() and (error := task.exception()):
            told = {"update": number, "trace": places(error)}
            _LOG.error("Update %s failed: %s", number, type(error).__name__, extra=told)
        if not task.cancelled():
            self._done.add(number)
        if len(self._running) <= self._few:
            self._rested.set()

    async def _breathe(self, few: int) -> None:
        """Wait until so few updates are in hand, or a moment: with each look, Telegram delivers them all again."""
        self._few = few
        self._rested.clear()
        if len(self._running) > few:
            with suppress(TimeoutError):
                async with asyncio.timeout(BREATH):
                    await self._rested.wait()

    def _advance(self, last: int) -> None:
        """Confirm, with the next look, all before the first update that is not done yet."""
        known = {*self._running, *self._done}
        if known or last:
            self._offset = max(self._offset, min(self._running, default=max(known | {last}) + 1))
        self._done = {number for number in self._done if number >= self._offset}

    async def _stop(self) -> None:
        """Give what runs its last seconds; what is not done then is delivered again after the next start."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=FAREWELL)
        for task in list(self._running.values()):
            task.cancel()
        self._advance(0)
        with suppress(NetworkError, TelegramError, asyncio.TimeoutError):
            async with asyncio.timeout(0.5):
                await self._ask(0, limit=1)


def _number(update: Mapping[str, object]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
