"""How long to wait for a database, which can be silent for ever."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from bot.store.faults import StoreError

DEADLINE_SECONDS = 4.0
"""How long one use of the database may take: longer than SQLite waits for a lock, short enough for who presses."""
FAREWELL_SECONDS = 0.5
"""How long work that was given up may take to end, before connections are closed under it."""

_Result = TypeVar("_Result")


class Patience:
    """Waits for work on a database, and not too long."""

    def __init__(self) -> None:
        self._given_up: set[asyncio.Task[object]] = set()

    async def wait_for(self, work: Coroutine[object, object, _Result], seconds: float | None = None) -> _Result:
        """Return what some work returns. Raises StoreError if that takes too long.

        The work is told to stop then, but not waited for: a driver waits for the database even to tell it that.
        """
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=DEADLINE_SECONDS if seconds is None else seconds)
        finally:
            if not task.done():
                self._give_up(task)
        if not task.done():
            raise StoreError("the database does not answer")
        return task.result()

    async def end(self) -> None:
        """Wait a little for what was given up."""
        if self._given_up:
            await asyncio.wait(self._given_up, timeout=FAREWELL_SECONDS)

    def _give_up(self, task: asyncio.Task[_Result]) -> None:
        def ended(task: asyncio.Task[object]) -> None:
            self._given_up.discard(task)
            if not task.cancelled():
                task.exception()  # or asyncio would report that nobody looked

        task.cancel()
        self._given_up.add(task)  # asyncio itself keeps no hold of it
        task.add_done_callback(ended)
