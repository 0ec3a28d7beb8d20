"""`getUpdates`: one poll at a time, redelivery of what is not confirmed, and now and then of what is."""

import asyncio

from bot.offline import JSON, Fields, OfflineTelegram, RefusedError
from tests.fake_telegram.faults import Faults
from tests.fake_telegram.queues import number_of

OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
LONGEST = 50
"""In seconds: the Bot API server shortens longer polls (Client.cpp, do_get_updates)."""


class Polls:
    """The long polls of one bot."""

    def __init__(self, world: OfflineTelegram, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._waiting: asyncio.Future[JSON] | None = None
        self._again: list[JSON] = []

    async def take(self, call: Fields) -> JSON:
        """Answer a poll; an older one that still waits is ended with the error 409."""
        self.end()
        again, self._again = self._again, []
        mine = self._waiting = asyncio.ensure_future(self._world.updates.take(_bounded(call, at_once=bool(again))))
        await asyncio.wait({mine})
        if mine.cancelled():
            self._again = again
            raise RefusedError(409, OTHER_POLL)
        updates = mine.result()
        assert isinstance(updates, list)
        self._again = [update for update in updates if self._faults.repeats()]
        return sorted([*updates, *(update for update in again if update not in updates)], key=_number)

    def end(self) -> None:
        """End the poll that waits, if there is one."""
        if self._waiting:
            self._waiting.cancel()


def _number(update: JSON) -> int:
    return number_of(update) if isinstance(update, dict) else 0


def _bounded(call: Fields, *, at_once: bool) -> Fields:
    seconds = 0 if at_once else min(LONGEST, call.number("timeout") or 0)
    return Fields(call.values | {"timeout": seconds})
