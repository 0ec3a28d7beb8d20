"""Counts of what was asked for, and how it was rated: by nobody in particular."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import COUNTS

_COLUMNS = COUNTS.c


@dataclass(frozen=True)
class Count:
    """How often people asked for an entry, found it helpful, or not."""

    entry: str
    asked: int = 0
    helpful: int = 0
    not_helpful: int = 0


class Counts:
    """The counts of all entries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, entry: str) -> None:
        """Count that an entry was the answer."""
        await self._add(Count(entry, asked=1))

    async def rated(self, entry: str, *, helpful: bool) -> None:
        """Count that somebody said whether an entry helped."""
        await self._add(Count(entry, helpful=int(helpful), not_helpful=int(not helpful)))

    async def all(self) -> list[Count]:
        """Return the counts of all entries that have any, by entry."""
        rows = await self._database.rows(
            select(_COLUMNS.entry, _COLUMNS.asked, _COLUMNS.helpful, _COLUMNS.not_helpful).order_by(_COLUMNS.entry)
        )
        return [Count(*row) for row in rows]

    async def _add(self, count: Count) -> None:
        """Add to what was counted."""
        added = {"asked": count.asked, "helpful": count.helpful, "not_helpful": count.not_helpful}
        insert = self._database.insert(COUNTS).values({"entry": count.entry, **added})
        sums = {name: _COLUMNS[name] + number for name, number in added.items()}
        await self._database.write(insert.on_conflict_do_update(index_elements=["entry"], set_=sums))
