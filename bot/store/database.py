"""The database: its address, its connections, its transactions. What differs between the two kinds stands here."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from filelock import FileLock, Timeout
from sqlalchemy import AsyncAdaptedQueuePool, Delete, Row, Select, Table, Update, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.store.faults import RESTORE, StoreError
from bot.store.patience import Patience
from bot.store.schema import is_foreign, upgrade

FILE = "bot.sqlite3"
"""The name of the SQLite file, where no other database is named."""
IN_MEMORY = "sqlite+aiosqlite://"
"""The address of a database that is gone when it is closed."""
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}
"""By what people write before the `:` of an address: what SQLAlchemy calls it."""

CONNECTIONS = 5
"""Kept open to a server at most."""
FILE_CONNECTIONS = 2
"""Kept open to SQLite's file: one may write at a time, and each costs a thread and two megabytes."""
PATIENCE_SECONDS = 10
"""How long to wait for a connection, a new one or a free one."""
LIBPQ: dict[str, object] = {
    "connect_timeout": PATIENCE_SECONDS,
    "tcp_user_timeout": 15_000,
    "prepare_threshold": None,
}
"""What PostgreSQL's driver is told where the address says nothing else: to give up on a server that fell silent (after
milliseconds, unlike the line above), and to prepare no statements, which not every proxy between can bear."""
ON_CONNECT = {
    "sqlite": [
        "PRAGMA busy_timeout = 3000",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    ],
    "postgresql": [
        "SET statement_timeout = '10s'",
        "SET lock_timeout = '5s'",
        "SET idle_in_transaction_session_timeout = '30s'",
    ],
}
"""What a new connection is told. NORMAL loses no integrity under WAL, at most the last moment before a power cut;
what is deleted is overwritten, too."""
HOLD_SECONDS = 10.0
"""How long a copy of the bot that is about to end may keep SQLite's file: Docker kills after that."""
MIGRATION_SECONDS = 90.0
"""How long a migration may take, another copy's before it included."""
MIGRATION_LOCK = 0x626F74
"""The key of PostgreSQL's advisory lock that lets one copy of the bot migrate at a time; any number would do."""

_Columns = TypeVarTuple("_Columns")
_Result = TypeVar("_Result")


def database_url(address: str) -> str:
    """Return an address of a database in SQLAlchemy's form.

    Takes `postgres://`, `postgresql://` and `sqlite:///` addresses, with or without the driver's name. Raises
    ValueError with half a sentence, never with the address, which may hold a password.
    """
    scheme, separator, rest = address.partition("://")
    if not separator or scheme not in DRIVERS:
        raise ValueError("it must begin with postgresql:// or sqlite:///.")
    address = f"{DRIVERS[scheme]}://{rest}"
    if not _is_address(address):
        raise ValueError("it cannot be read; in a password, write @ as %40, : as %3A and / as %2F.")
    return address


def file_url(folder: Path) -> str:
    """Return the address of the SQLite file in a folder."""
    return URL.create("sqlite+aiosqlite", database=str(folder / FILE)).render_as_string()


def _is_address(address: str) -> bool:
    """Tell whether SQLAlchemy reads the address, and reads no half of a password as a host."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # of what has no such form, of a port that is no number
        return False
    return "@" not in (url.host or "") and (url.get_backend_name() == "postgresql" or not url.host)


def seconds(moment: datetime) -> int:
    """Return an aware time as whole seconds since 1970, UTC."""
    return int(moment.timestamp())


def check_chat(chat: int) -> None:
    """Raise StoreError if a chat is one with a person: the table's own check would show the id, which is theirs."""
    if chat >= 0:
        raise StoreError("Chats with people are not kept.")


class Database:
    """One database and the connections to it, which open when they are first needed."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._kind = self._url.get_backend_name()
        self._patience = Patience()
        self._is_shut = False
        self._lock: FileLock | None = None
        self._engine = _engine(self._url)
        self._writing = self._engine.execution_options(immediate=True)

    @property
    def is_shared(self) -> bool:
        """Whether it is a server, to which several processes connect."""
        return self._kind == "postgresql"

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Begin an INSERT that can say what to do ON CONFLICT: both databases can, each by its own class."""
        return sqlite.insert(table) if self._kind == "sqlite" else postgresql.insert(table)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that may write; it is committed at the end, or rolled back by any error."""
        return self._writing.begin()

    async def use(self, work: Coroutine[object, object, _Result]) -> _Result:
        """Return what some work with the database returns. Raises StoreError if it takes too long."""
        if self._is_shut:  # a file that is damaged, or a newer version's, must not be written
            work.close()
            raise StoreError("the database could not be opened")
        return await self._patience.wait_for(work)

    async def write(self, *statements: postgresql.Insert | sqlite.Insert | Update | Delete) -> int:
        """Run statements in one transaction of their own; return how many rows they wrote."""

        async def written() -> int:
            async with self.transaction() as connection:
                return sum([(await connection.execute(statement)).rowcount for statement in statements])

        return await self.use(written())

    async def write_each(
        self, statement: postgresql.Insert | sqlite.Insert | Update, values: Sequence[Mapping[str, object]]
    ) -> None:
        """Run a statement for each of many rows, in their order, in one transaction of their own."""

        async def written() -> None:
            async with self.transaction() as connection:
                await connection.execute(statement, values)

        await self.use(written())

    async def rows(self, statement: Select[*_Columns]) -> Sequence[Row[*_Columns]]:
        """Return all rows that one statement reads."""

        async def read() -> Sequence[Row[*_Columns]]:
            async with self._engine.connect() as connection:
                return (await connection.execute(statement)).all()

        return await self.use(read())

    async def row(self, statement: Select[*_Columns]) -> Row[*_Columns] | None:
        """Return the only row that one statement reads, if there is one."""

        async def read() -> Row[*_Columns] | None:
            async with self._engine.connect() as connection:
                return (await connection.execute(statement)).one_or_none()

        return await self.use(read())

    async def migrate(self) -> None:
        """Bring the schema to its newest version, creating the database's file and its folder if there are none.

        Any number of copies can do so at once. Raises StoreError for a database that fails, OSError where none can be
        made, both without the address's password. After that nothing is read or written until it succeeds.
        """
        self._is_shut = True
        await self._patience.wait_for(self._migrate(), MIGRATION_SECONDS)
        self._is_shut = False

    async def _migrate(self) -> None:
        if self._kind == "sqlite":
            await self._prepare_file()
        async with self.transaction() as connection:
            if self._kind == "postgresql":
                await connection.execute(text("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'"))
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            await connection.run_sync(upgrade)

    async def _prepare_file(self) -> None:
        """Make SQLite's file one that can be read while it is written; refuse one that is damaged or another's."""
        if file := file_of(self._url):
            _make(file)
        async with self._engine.connect() as connection:
            if (await connection.execute(text("PRAGMA quick_check(1)"))).scalar() != "ok":
                raise StoreError(f"the database's file is damaged; {RESTORE}")
            if await connection.run_sync(is_foreign):
                raise StoreError("the database's file is another program's; name the right one in DATABASE_URL")
            await connection.execute(text("PRAGMA journal_mode = WAL"))

    async def hold(self) -> None:
        """Keep other copies of the bot off SQLite's file until it is closed: what they share needs a server.

        A copy that is about to end is waited for. Raises StoreError if one goes on. Where no file can be made, as on a
        disk that is full, nothing is held: the database will say so itself.
        """
        if self._kind == "sqlite" and (file := file_of(self._url)):
            with suppress(OSError):
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = FileLock(f"{file}.lock", thread_local=False)
                try:
                    await asyncio.to_thread(lock.acquire, HOLD_SECONDS, poll_interval=0.2)
                except Timeout:
                    raise StoreError(
                        "another copy of the bot uses this file; several need PostgreSQL, named in DATABASE_URL"
                    ) from None
                self._lock = lock

    async def close(self) -> None:
        """Close all connections."""
        await self._patience.end()
        await self._engine.dispose()
        if self._lock:
            self._lock.release()


def file_of(url: URL) -> Path | None:
    """Return the file that an address of SQLite's names; None if it is of memory, or in a form of SQLite's own."""
    name = url.database or ":memory:"
    return None if name.startswith((":memory:", "file:")) else Path(name)


def _make(file: Path) -> None:
    """Make an empty file, which SQLite takes for a new database, if there is none; what fails says so as OSError."""
    if not file.is_file():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("ab"):
            pass


def _engine(url: URL) -> AsyncEngine:
    """Make an engine that connects when it is first used, and whose errors show no values."""
    kind = url.get_backend_name()
    if kind == "sqlite":
        arguments: dict[str, object] = {"isolation_level": None}  # or the driver would begin transactions, too late
    else:
        arguments = {name: value for name, value in LIBPQ.items() if name not in url.query}
    engine = create_async_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,
        max_overflow=0,
        pool_pre_ping=kind == "postgresql",
        pool_size=_connections(kind, url),
        pool_timeout=PATIENCE_SECONDS,
        poolclass=AsyncAdaptedQueuePool,
    )
    _listen(engine, ON_CONNECT[kind])
    if kind == "sqlite" and (file := file_of(url)):
        _follow(engine, file)
    return engine


def _connections(kind: str, url: URL) -> int:
    """Return how many connections are kept open at most."""
    if kind != "sqlite":
        return CONNECTIONS
    return FILE_CONNECTIONS if file_of(url) else 1  # a second one would see another memory


def _listen(engine: AsyncEngine, statements: list[str]) -> None:
    """Tell each new connection what it must know, and begin SQLite's transactions as they must be begun."""

    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        with ExitStack() as refused:
            refused.callback(connection.close)  # nobody else would: the pool does not know it yet
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            cursor.close()
            connection.commit()
            refused.pop_all()

    def begun(connection: Connection) -> None:
        # One that reads before it writes would fail at once, however patient, had another written in between.
        if connection.dialect.name == "sqlite" and connection.get_execution_options().get("immediate"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)


def _follow(engine: AsyncEngine, file: Path) -> None:
    """Keep connections to the file of that name only: one that was removed or replaced is used no more.

    SQLite would go on with the file that is gone, and lose what is written, or begin an empty one.
    """

    def connecting(*_: object) -> None:
        _identity(file)

    def connected(_: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(file)

    def taken(_: DBAPIConnection, entry: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        if entry.info["file"] != _identity(file):
            raise DisconnectionError

    event.listen(engine.sync_engine, "do_connect", connecting)
    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "checkout", taken)


def _identity(file: Path) -> tuple[int, int]:
    """Return what tells a file from any other, its name apart. Raises StoreError if there is none."""
    try:
        found = file.stat()
    except OSError:
        raise StoreError(f"the database's file is gone; {RESTORE}, or start the bot again with an empty one") from None
    return found.st_dev, found.st_ino
