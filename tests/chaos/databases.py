"""The bot's database during the chaos: a file of SQLite's, or a PostgreSQL server that can be restarted."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests.postgres import Server, account, programs, running

PATIENCE = 10.0
"""Seconds that a restart may take."""
SETTLED = "SELECT update_id FROM updates WHERE settled"
"""Which updates have had their effect as far as the bot knows: these it does not handle again."""


class Database(Protocol):
    """What the chaos wants of a database."""

    environ: dict[str, str]
    """How the bot is told of it."""

    def settled(self) -> set[int]:
        """Return the numbers of the updates that the bot will not handle again; empty where it notes none."""

    def restart(self) -> None:
        """Restart the server, if there is one, under those who are connected."""


class SqliteFile:
    """The file that the bot makes by itself."""

    def __init__(self, folder: Path) -> None:
        self.environ = {"BOT_DATA_DIR": str(folder)}
        self._file = folder / "bot.sqlite3"

    def settled(self) -> set[int]:
        """Return the numbers of the settled updates."""
        if not self._file.exists():
            return set()
        with closing(sqlite3.connect(self._file)) as connection:
            try:
                return {number for (number,) in connection.execute(SETTLED)}
            except sqlite3.OperationalError:  # there is no such table
                return set()

    def restart(self) -> None:
        """Do nothing: there is no server."""


class PostgresDatabase:
    """A database on a server of the chaos' own."""

    def __init__(self, server: Server, folder_of_programs: Path, name: str = "chaos") -> None:
        server.create(name)
        self.environ = {"DATABASE_URL": server.url(name)}
        self._server = server
        self._name = name
        self._pg_ctl = folder_of_programs / "pg_ctl"
        with psycopg.connect(server.url("postgres")) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        self._data = str(row[0]) if row else ""

    def settled(self) -> set[int]:
        """Return the numbers of the settled updates."""
        with self._connected() as connection:
            try:
                return {number for (number,) in connection.execute(SETTLED)}
            except psycopg.errors.UndefinedTable:
                return set()

    def _connected(self) -> psycopg.Connection:
        """Connect, if need be after a restart that is under way."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(self._server.url(self._name))
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def restart(self) -> None:
        """Restart the server; who is connected is thrown out."""
        log = str(Path(self._data).parent / "log")
        command = [str(self._pg_ctl), "-D", self._data, "-w", "-m", "fast", "-l", log, "restart"]
        subprocess.run(command, user=account(), cwd=Path(self._data).parent, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # the server's own program


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """Make a new database of a kind, `sqlite` or `postgresql`; raises LookupError where there is no such server."""
    if kind == "sqlite":
        yield SqliteFile(folder)
        return
    folder_of_programs = programs()
    if folder_of_programs is None:
        raise LookupError("PostgreSQL's programs (initdb, pg_ctl) are not on this machine.")
    with running(folder_of_programs) as server:
        yield PostgresDatabase(server, folder_of_programs)
