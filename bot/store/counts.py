"""Counts of what was asked for, and how it was rated: by nobody in particular."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from bot.store.database import Database
from bot.store.gathering import Gathering
from bot.store.tables import COUNTS

_COLUMNS = COUNTS.c
_NUMBERS = ("asked", "helpful", "not_helpful")


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
        self._counted = Gathering(self._add_all)

    async def asked(self, entry: str) -> None:
        """Count that an entry was the answer."""
        await self._counted.add(Count(entry, asked=1))

    async def rated(self, entry: str, *, helpful: bool) -> None:
        """Count that somebody said whether an entry helped."""
        await self._counted.add(Count(entry, helpful=int(helpful), not_helpful=int(not helpful)))

    async def all(self) -> list[Count]:
        """Return the counts of all entries that have any, by entry."""
        rows = await self._database.rows(
            select(_COLUMNS.entry, _COLUMNS.asked, _COLUMNS.helpful, _COLUMNS.not_helpful).order_by(_COLUMNS.entry)
        )
        return [Count(*row) for row in rows]

    async def _add_all(self, counted: Sequence[Count]) -> list[None]:
        """Add to what was counted; all copies of the bot go by the order of the entries, so that none deadlock."""
        insert = self._database.insert(COUNTS)
        sums = {name: _COLUMNS[name] + insert.excluded[name] for name in _NUMBERS}
        rows = [_sum(entry, counted) for entry in sorted({count.entry for count in counted})]
        await self._database.write_each(insert.on_conflict_do_update(index_elements=["entry"], set_=sums), rows)
        return [None] * len(counted)


def _sum(entry: str, counted: Sequence[Count]) -> dict[str, object]:
    """Return the row that some counts make for an entry."""
    alike = [asdict(count) for count in counted if count.entry == entry]
    return {"entry": entry, **{name: sum(count[name] for count in alike) for name in _NUMBERS}}
