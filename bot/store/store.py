"""All that lasts, behind one object."""

from sqlalchemy import delete

from bot.store.chats import Chats
from bot.store.counts import Counts
from bot.store.database import Database, check_chat
from bot.store.people import People
from bot.store.registrations import Registrations
from bot.store.requests import JoinRequests
from bot.store.subscriptions import Subscriptions
from bot.store.tables import CHATS, METADATA
from bot.store.turns import Turns
from bot.store.updates import Updates

_OF_CHATS = [table for table in METADATA.sorted_tables if "chat_id" in table.c]
"""The tables whose rows are a chat's: one that is added will be moved and emptied with the others."""


class Store:
    """All that lasts: what people and the admins of chats chose, and counts. Any method may raise StoreError."""

    def __init__(self, url: str, secret: str) -> None:
        """Take the database's address in SQLAlchemy's form, and the secret that the marks of people are made with.

        Nothing is opened until it is needed. With another secret, what was a person's is nobody's.
        """
        self._database = Database(url)
        self.people = People(self._database, secret)
        self.chats = Chats(self._database)
        self.subscriptions = Subscriptions(self._database)
        self.requests = JoinRequests(self._database, self.people)
        self.counts = Counts(self._database)
        self.updates = Updates(self._database)
        self.turns = Turns(self._database, secret)
        self.registrations = Registrations(self._database)

    @property
    def is_shared(self) -> bool:
        """Whether other copies of the bot can work on the same database at the same time."""
        return self._database.is_shared

    async def hold(self) -> None:
        """Keep others from running the bot on the same SQLite file until this is closed. Raises StoreError."""
        await self._database.hold()

    async def migrate(self) -> None:
        """Create the database if there is none, and bring its tables to their newest version.

        Any number of copies of the bot can do so at once. Raises StoreError, or OSError if no folder can be made.
        """
        await self._database.migrate()

    async def drop_chat(self, chat: int) -> None:
        """Remove all that is a chat's."""
        await self._database.write(*(delete(table).where(table.c.chat_id == chat) for table in _OF_CHATS))

    async def move_chat(self, old: int, new: int) -> None:
        """Give all that is a chat's to the one that it became; what that has already stays as it is.

        Telegram tells of the change more than once: all but the first do nothing. Raises StoreError for the chat
        of a person.
        """
        check_chat(new)
        await self._database.use(self._move_chat(old, new))

    async def _move_chat(self, old: int, new: int) -> None:
        async with self._database.transaction() as connection:
            for table in _OF_CHATS:
                gone = await connection.execute(delete(table).where(table.c.chat_id == old).returning(*table.c))
                # The welcome's number would be another message's there, to be deleted with the next welcome
                lost = {"welcome_message": None} if table is CHATS else {}
                rows = [{**row, "chat_id": new, **lost} for row in gone.mappings()]
                if rows:
                    await connection.execute(self._database.insert(table).on_conflict_do_nothing(), rows)

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()
