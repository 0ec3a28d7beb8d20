"""What Telegram was told: kept by its digest, so that no start and no further copy of the bot tells it again."""

from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import REGISTRATIONS


class Registrations:
    """The digests of what was told last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def digest(self, what: str) -> str | None:
        """Return the digest of what was told last, if anything was."""
        row = await self._database.row(select(REGISTRATIONS.c.digest).where(REGISTRATIONS.c.what == what))
        return row.digest if row else None

    async def keep(self, what: str, digest: str) -> None:
        """Keep the digest of what was told just now."""
        insert = self._database.insert(REGISTRATIONS).values(what=what, digest=digest)
        await self._database.write(insert.on_conflict_do_update(index_elements=["what"], set_={"digest": digest}))
