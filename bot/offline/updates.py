"""The updates for the bot: numbered when they are made, kept until `getUpdates` confirms them."""

import asyncio
from contextlib import suppress
from itertools import count

from bot.offline.fields import JSON, Fields, JsonObject

_UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What a bot gets only if it names it in `allowed_updates`."""


class Updates:
    """The queue behind `getUpdates`."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._queue: dict[int, JsonObject] = {}
        self._arrived = asyncio.Event()
        self._allowed: set[str] = set()

    def make(self, kind: str, content: JsonObject) -> JsonObject:
        """Make the next update, without putting it in the queue."""
        return {"update_id": next(self._numbers), kind: content}

    def put(self, update: JsonObject) -> None:
        """Put an update in the queue, unless the bot asked for other kinds only or must ask for this one."""
        if self._allowed & update.keys() if self._allowed else not _UNASKED & update.keys():
            self._queue[Fields(update).number("update_id") or 0] = update
            self._arrived.set()

    @property
    def waiting(self) -> list[JsonObject]:
        """What nobody has confirmed yet, in order."""
        return list(self._queue.values())

    def clear(self) -> None:
        """Drop what waits in the queue."""
        self._queue.clear()

    async def take(self, call: Fields) -> JSON:
        """Answer `getUpdates`: forget what the offset confirms, and wait if nothing is left."""
        if "allowed_updates" in call:
            allowed = call.values["allowed_updates"]
            self._allowed = {str(name) for name in allowed} if isinstance(allowed, list) else set()
        offset = call.number("offset") or 0
        self._queue = {number: update for number, update in self._queue.items() if number >= offset}
        if not self._queue:
            await self._wait(call.number("timeout") or 0)
        return list[JSON](self._queue.values())[: call.number("limit") or 100]

    async def _wait(self, seconds: int) -> None:
        self._arrived.clear()
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrived.wait(), seconds)
