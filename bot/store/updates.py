"""Updates that were taken on: who delivers one again learns whether it may still be handled."""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import and_, delete, select, update

from bot.store.database import Database, seconds
from bot.store.tables import UPDATES

_COLUMNS = UPDATES.c


class Claim(Enum):
    """What became of the wish to handle an update."""

    OURS = "ours"
    """To be handled now."""
    BUSY = "busy"
    """Another copy of the bot is at it, or was when it died: ask again later."""
    SETTLED = "settled"
    """It had its effect: not to be handled again."""
    HOPELESS = "hopeless"
    """It was taken on as often as it may be, and never finished: it may be what the bot dies of."""


class Updates:
    """The claims on updates, which the copies of the bot share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, update_id: int, now: datetime, lease: timedelta, tries: int) -> Claim:
        """Take on an update for the time of a lease, unless it is settled, taken, or was taken on so many times."""
        values = {"settled": False, "tries": 1, "until": seconds(now + lease)}
        insert = self._database.insert(UPDATES).values({"update_id": update_id, **values})
        free = and_(~_COLUMNS.settled, _COLUMNS.until <= seconds(now), _COLUMNS.tries < tries)
        again = {"tries": _COLUMNS.tries + 1, "until": values["until"]}
        statement = insert.on_conflict_do_update(index_elements=["update_id"], set_=again, where=free)
        # Of an INSERT, SQLAlchemy forgets how many rows it wrote unless it is told not to
        if await self._database.write(statement.execution_options(preserve_rowcount=True)) == 1:
            return Claim.OURS
        one = select(_COLUMNS.settled, _COLUMNS.until, _COLUMNS.tries).where(_COLUMNS.update_id == update_id)
        row = await self._database.row(one)
        if row is None or row.settled:
            return Claim.SETTLED
        return Claim.HOPELESS if row.tries >= tries and row.until <= seconds(now) else Claim.BUSY

    async def settle(self, update_id: int, *, settled: bool) -> None:
        """Note that an update has its effect, or needs none, and is not to be handled again; or that it had none."""
        await self._database.write(update(UPDATES).where(_COLUMNS.update_id == update_id).values(settled=settled))

    async def release_all(self, now: datetime) -> None:
        """Give all updates back: right where no other copy of the bot can be alive."""
        await self._database.write(update(UPDATES).where(~_COLUMNS.settled).values(until=seconds(now)))

    async def purge(self, before: datetime) -> None:
        """Forget what was taken on before a time: Telegram delivers nothing older than a day."""
        await self._database.write(delete(UPDATES).where(_COLUMNS.until < seconds(before)))
