"""People: known by a mark that tells nobody who they are."""

import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.gathering import Gathering
from bot.store.tables import MARK, PEOPLE, REQUESTS


class People:
    """The languages that people chose."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._looks = Gathering(self._languages)
        # A key of its own: whatever else the secret is for, no mark says anything of it.
        self._key = hmac.digest(secret.encode(), b"marks of people", hashlib.sha256)

    def mark(self, person: int) -> str:
        """Return what stands for a person in the database: without the secret, nobody can tell whom."""
        return hmac.new(self._key, str(person).encode(), hashlib.sha256).hexdigest()[: MARK.length]

    async def language(self, person: int) -> str | None:
        """Return the language that a person chose, if any."""
        return await self._looks.add(self.mark(person))

    async def _languages(self, marks: Sequence[str]) -> list[str | None]:
        rows = await self._database.rows(select(PEOPLE.c.mark, PEOPLE.c.language).where(PEOPLE.c.mark.in_(marks)))
        chosen = {row.mark: row.language for row in rows}
        return [chosen.get(mark) for mark in marks]

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
