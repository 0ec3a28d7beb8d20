"""Databases for tests: copies of one that is migrated once, because copying is faster than migrating."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from sqlalchemy import NullPool, create_engine, text

from bot.store import database_url
from bot.store.schema import upgrade
from tests.postgres import Server

TEMPLATE = "migrated"


def migrate(url: str) -> None:
    """Migrate a database without the store, and leave no connection to it."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection)


def sqlite_template(folder: Path) -> Path:
    """Make a migrated file of SQLite's, of the kind that the store makes."""
    file = folder / f"{TEMPLATE}.sqlite3"
    migrate(f"sqlite:///{file}")
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).connect() as connection:
        connection.execute(text("PRAGMA journal_mode = WAL"))
    return file


def copy_of(template: Path) -> str:
    """Copy a file of SQLite's next to it; return the address of the copy."""
    file = template.with_name(f"{token_hex(8)}.sqlite3")
    shutil.copyfile(template, file)
    return database_url(f"sqlite:///{file}")


def postgres_template(server: Server) -> Server:
    """Make the migrated database that others are copied from."""
    server.create(TEMPLATE)
    migrate(database_url(server.url(TEMPLATE)))
    return server


@contextmanager
def copy_on(server: Server, template: str = TEMPLATE) -> Iterator[str]:
    """Copy a database of a server, the migrated one if not told otherwise; yield the address of the copy."""
    name = f"test_{token_hex(8)}"
    server.create(name, template)
    try:
        yield database_url(server.url(name))
    finally:
        server.drop(name)
