"""The database while it fails: told of once, and no answer waits for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.store import StoreError, explained

OUTAGE_SECONDS = 150.0
"""A failure within this time of the last one is the same outage: the routine meets it each minute."""
PATIENCE_SECONDS = 1.0
"""How long an answer waits for what it can do without; a database at the other end of the world needs a third."""
STALL_SECONDS = 0.5
"""A timer that comes so late was not kept waiting by the database."""
PAUSE_SECONDS = 15.0
"""How long it is not even tried after that: a queue of questions would wait a second for each."""

_LOG = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Outage:
    """Whether the database works, as far as known: all who use it tell of failures here, so that one line is logged."""

    def __init__(self) -> None:
        self._is_known = False
        self._last = float("-inf")

    @property
    def is_known(self) -> bool:
        """Whether the database fails, or failed so lately that it may again."""
        return self._is_known

    def note(self, error: StoreError) -> None:
        """Log a failure, if it is the first of an outage."""
        now = time.monotonic()
        if not self._is_known or now - self._last > OUTAGE_SECONDS:
            _LOG.error("The database fails (%s). Questions are answered without it", explained(error))
        self._is_known, self._last = True, now

    def look_up(self) -> None:
        """Log that an outage is over, if nothing failed for so long."""
        if self._is_known and time.monotonic() - self._last > OUTAGE_SECONDS:
            _LOG.warning("The database works again")
            self._is_known = False


class Bridge:
    """The way to the database for those who can do without it."""

    def __init__(self, outage: Outage, patience: float = PATIENCE_SECONDS, grace: float = 0.0) -> None:
        """Take whom to tell of failures.

        patience: how many seconds one use may take.
        grace: for how many seconds of failure it is worth waiting, for those who would rather.
        """
        self._outage = outage
        self._patience = patience
        self._grace = grace
        self._resume = float("-inf")
        self._failing_since: float | None = None

    @property
    def is_worth_waiting(self) -> bool:
        """Whether the database failed when it was last tried, and not for so long that it is better done without."""
        return self._failing_since is not None and time.monotonic() - self._failing_since < self._grace

    async def cross(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do something, or not: while the database hangs it is not tried, and when it fails that is logged once."""
        began = time.monotonic()
        if began < self._resume:
            return
        try:
            async with asyncio.timeout(self._patience):
                await deed()
        except TimeoutError:
            if time.monotonic() - began > self._patience + STALL_SECONDS:
                return  # the whole machine stood still: that tells nothing of the database
            self._resume = time.monotonic() + PAUSE_SECONDS
            self._failed(StoreError("the database does not answer"))
        except StoreError as error:
            self._failed(error)
        else:
            self._failing_since = None

    async def ask(self, question: Callable[[], Awaitable[_Answer]], otherwise: _Answer) -> _Answer:
        """Return what the database answers; what was to be returned otherwise, where `cross` would do nothing."""
        answer = otherwise

        async def get() -> None:
            nonlocal answer
            answer = await question()

        await self.cross(get)
        return answer

    def _failed(self, error: StoreError) -> None:
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        self._outage.note(error)
