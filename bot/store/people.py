"""People: known by a mark that tells nobody who they are."""

import hashlib
import hmac

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.tables import MARK, PEOPLE, REQUESTS


class People:
    """The languages that people chose."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        # A key of its own: whatever else the secret is for, no mark says anything of it.
        self._key = hmac.digest(secret.encode(), b"marks of people", hashlib.sha256)

    def mark(self, person: int) -> str:
        """Return what stands for a person in the database: without the secret, nobody can tell whom."""
        return hmac.new(self._key, str(person).encode(), hashlib.sha256).hexdigest()[: MARK.length]

    async def language(self, person: int) -> str | None:
        """Return the language that a person chose, if any."""
        row = await self._database.row(select(PEOPLE.c.language).where(PEOPLE.c.mark == self.mark(person)))
        return row.language if row else None

    async def choose(self, person: int, language: str) -> None:
        """Keep the language that a person chose."""
        insert = self._database.insert(PEOPLE).values(mark=self.mark(person), language=language)
        await self._database.write(insert.on_conflict_do_update(index_elements=["mark"], set_={"language": language}))

    async def forget(self, person: int) -> None:
        """Remove all that is a person's: the language, and the requests to join that wait."""
        mark = self.mark(person)
        await self._database.write(
            delete(PEOPLE).where(PEOPLE.c.mark == mark), delete(REQUESTS).where(REQUESTS.c.mark == mark)
        )
