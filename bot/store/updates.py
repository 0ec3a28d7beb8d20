"""Updates that were taken on: who delivers one again learns whether it may still be handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import and_, bindparam, delete, select, update

from bot.store.database import Database, seconds
from bot.store.gathering import Gathering
from bot.store.tables import UPDATES

_COLUMNS = UPDATES.c
_SETTLE = update(UPDATES).where(_COLUMNS.update_id == bindparam("number")).values(settled=bindparam("noted"))


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


@dataclass(frozen=True)
class _Terms:
    """On which updates are claimed: now, until when, and how often they may have been taken on before."""

    now: int
    until: int
    tries: int


class Updates:
    """The claims on updates, which the copies of the bot share."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = Gathering(self._claim_all)
        self._settled = Gathering(self._settle_all)

    async def claim(self, update_id: int, now: datetime, lease: timedelta, tries: int) -> Claim:
        """Take on an update for the time of a lease, unless it is settled, taken, or was taken on so many times."""
        return await self._claims.add((update_id, _Terms(seconds(now), seconds(now + lease), tries)))

    async def _claim_all(self, wishes: Sequence[tuple[int, _Terms]]) -> list[Claim]:
        found: dict[tuple[int, _Terms], Claim] = {}
        for terms in dict.fromkeys(terms for _, terms in wishes):
            numbers = {number for number, others in wishes if others == terms}
            claims = await self._claim_alike(sorted(numbers), terms)
            found |= {(number, terms): claim for number, claim in claims.items()}
        # Of two wishes for one update, the first gets it
        return [found[wish] if wish not in wishes[:place] else Claim.BUSY for place, wish in enumerate(wishes)]

    async def _claim_alike(self, numbers: list[int], terms: _Terms) -> dict[int, Claim]:
        """Take on what is free of some updates; all copies of the bot go by their order, so that none deadlock."""
        insert = self._database.insert(UPDATES)
        free = and_(~_COLUMNS.settled, _COLUMNS.until <= terms.now, _COLUMNS.tries < terms.tries)
        again = {"tries": _COLUMNS.tries + 1, "until": terms.until}
        statement = insert.on_conflict_do_update(index_elements=["update_id"], set_=again, where=free)
        rows = [{"update_id": number, "settled": False, "tries": 1, "until": terms.until} for number in numbers]

        async def taken() -> set[int]:
            async with self._database.transaction() as connection:
                return set(await connection.scalars(statement.returning(_COLUMNS.update_id), rows))

        ours = await self._database.use(taken())
        left = [number for number in numbers if number not in ours]
        return dict.fromkeys(ours, Claim.OURS) | (await self._why_not(left, terms) if left else {})

    async def _why_not(self, numbers: list[int], terms: _Terms) -> dict[int, Claim]:
        columns = (_COLUMNS.update_id, _COLUMNS.settled, _COLUMNS.until, _COLUMNS.tries)
        rows = await self._database.rows(select(*columns).where(_COLUMNS.update_id.in_(numbers)))
        claims = dict.fromkeys(numbers, Claim.SETTLED)
        for number, settled, until, tries in rows:
            if not settled:
                claims[number] = Claim.HOPELESS if tries >= terms.tries and until <= terms.now else Claim.BUSY
        return claims

    async def settle(self, update_id: int, *, settled: bool) -> None:
        """Note that an update has its effect, or needs none, and is not to be handled again; or that it had none."""
        await self._settled.add((update_id, settled))

    async def _settle_all(self, notes: Sequence[tuple[int, bool]]) -> list[None]:
        noted = sorted(dict(notes).items())  # the last note counts; the order is that of the claims
        await self._database.write_each(_SETTLE, [{"number": number, "noted": settled} for number, settled in noted])
        return [None] * len(notes)

    async def release_all(self, now: datetime) -> None:
        """Give all updates back: right where no other copy of the bot can be alive."""
        await self._database.write(update(UPDATES).where(~_COLUMNS.settled).values(until=seconds(now)))

    async def purge(self, before: datetime) -> None:
        """Forget what was taken on before a time: Telegram delivers nothing older than a day."""
        await self._database.write(delete(UPDATES).where(_COLUMNS.until < seconds(before)))
