"""Requests to join a chat that wait for an answer: of whom is known by a mark only."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.store.database import Database, check_chat, seconds
from bot.store.people import People
from bot.store.tables import REQUESTS

_COLUMNS = REQUESTS.c


class JoinRequests:
    """The requests to join of all chats."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._mark = people.mark

    async def add(self, chat: int, person: int, now: datetime) -> None:
        """Keep that a person asked to join, the last time if many. Raises StoreError for the chat of a person."""
        check_chat(chat)
        row = {"chat_id": chat, "mark": self._mark(person), "asked_at": seconds(now)}
        insert = self._database.insert(REQUESTS).values(row)
        await self._database.write(
            insert.on_conflict_do_update(index_elements=["chat_id", "mark"], set_={"asked_at": seconds(now)})
        )

    async def is_waiting(self, chat: int, person: int, since: datetime) -> bool:
        """Tell whether a person asked to join at that time or later, and was not answered."""
        one = select(_COLUMNS.asked_at).where(_COLUMNS.chat_id == chat, _COLUMNS.mark == self._mark(person))
        return await self._database.row(one.where(_COLUMNS.asked_at >= seconds(since))) is not None

    async def waiting(self, chat: int, since: datetime) -> int:
        """Return how many people asked to join at that time or later, and were not answered."""
        number = select(func.count()).where(_COLUMNS.chat_id == chat, _COLUMNS.asked_at >= seconds(since))
        row = await self._database.row(number)
        return row[0] if row else 0

    async def remove(self, chat: int, person: int) -> None:
        """Forget a request that was answered."""
        await self._database.write(
            delete(REQUESTS).where(_COLUMNS.chat_id == chat, _COLUMNS.mark == self._mark(person))
        )

    async def purge(self, before: datetime) -> None:
        """Forget the requests made before a time: Telegram does not take an answer to them any more."""
        await self._database.write(delete(REQUESTS).where(_COLUMNS.asked_at < seconds(before)))
