"""Turns: one copy of the bot at a time has a chat in hand, and leaves the next one what it must remember of it.

A chat is a mark, and what is remembered of it is encrypted, both by keys that are not in the database.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update

from bot.store.database import Database, seconds
from bot.store.tables import MARK, TURNS

_COLUMNS = TURNS.c


@dataclass(frozen=True)
class Turn:
    """A chat in hand."""

    memory: bytes | None
    """What whoever had it before left to be remembered."""


class Turns:
    """Whose turn it is in each chat."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._marks = hmac.digest(secret.encode(), b"marks of chats in hand", hashlib.sha256)
        key = hmac.digest(secret.encode(), b"memory of chats", hashlib.sha256)
        self._cipher = Fernet(base64.urlsafe_b64encode(key))

    async def take(
        self, chat: int, update_id: int, now: datetime, lease: timedelta, kept: int | None = None
    ) -> Turn | None:
        """Take a chat in hand for an update, until that is done or the lease is over; None if another copy has it.

        Who has it in hand still for an update that was `kept` takes it from itself.
        """
        mark, values = self._mark(chat), {"update_id": update_id, "until": seconds(now + lease)}
        insert = self._database.insert(TURNS).values(mark=mark, **values)
        free = (_COLUMNS.until <= seconds(now)) | (_COLUMNS.update_id == kept)
        statement = insert.on_conflict_do_update(index_elements=["mark"], set_=values, where=free)
        if await self._database.write(statement.execution_options(preserve_rowcount=True)) == 0:
            return None
        row = await self._database.row(select(_COLUMNS.memory).where(_COLUMNS.mark == mark))
        return Turn(self._read(row.memory) if row else None)

    async def give_back(self, chat: int, update_id: int, now: datetime, memory: bytes | None) -> None:
        """Let others have a chat that is in hand for an update, with what is to be remembered of it."""
        held = (_COLUMNS.mark == self._mark(chat)) & (_COLUMNS.update_id == update_id)
        if memory is None:
            await self._database.write(delete(TURNS).where(held))
            return
        values = {"until": seconds(now), "memory": self._cipher.encrypt(memory)}
        await self._database.write(update(TURNS).where(held).values(values))

    async def purge(self, before: datetime) -> None:
        """Forget the chats that nothing has happened in since a time."""
        await self._database.write(delete(TURNS).where(_COLUMNS.until < seconds(before)))

    def _mark(self, chat: int) -> str:
        return hmac.new(self._marks, str(chat).encode(), hashlib.sha256).hexdigest()[: MARK.length]

    def _read(self, memory: bytes | None) -> bytes | None:
        """Decrypt what is remembered; what another token wrote is nothing."""
        try:
            return self._cipher.decrypt(memory) if memory else None
        except InvalidToken:
            return None
