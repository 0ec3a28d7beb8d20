"""Backups of SQLite's file, made while the bot runs, and put back while it does not."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.engine import URL

from bot.store.database import file_of
from bot.store.faults import StoreError, fault, said
from bot.store.schema import is_ours, upgrade

ASIDE = "-wal", "-shm", ""
"""What the names of SQLite's files end with: changes that are not in the file itself yet, their index, the file."""
PATIENCE_SECONDS = 2.0
"""How long to wait for a bot that is just stopping to let go of the file."""


def back_up(url: str, to: Path) -> None:
    """Write a copy of the database, as it is at one moment, into a new file that only its owner can read.

    The bot may run, and write, meanwhile. Raises StoreError with one sentence, or OSError; no half copy is left.
    """
    database = _database(url)
    if to.exists():
        raise StoreError(f"{to} exists already: nothing was written.")
    if not to.parent.is_dir():
        raise StoreError(f"{to.parent}: there is no such folder.")
    with _copied(database, to.parent) as copy:
        _settle(copy)
        copy.rename(to)
        _settle(to.parent)


def restore(url: str, backup: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place, brought to the newest schema; return where what was there is kept.

    That is None if nothing was there. The bot must not run. Raises StoreError with one sentence, or OSError; the
    database stays as it was then.
    """
    database = _database(url, must_exist=False)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _copied(backup, database.parent) as copy:
        _modernize(copy, backup)
        _make_as(copy, database)
        _settle(copy)
        _release(database)
        kept = _set_aside(database, now)
        copy.rename(database)
        _settle(database.parent)
    return kept


def _database(url: str, *, must_exist: bool = True) -> Path:
    """Return the file of an address. Raises StoreError if it names none, or none that is there."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise StoreError("This is for SQLite: PostgreSQL is backed up with pg_dump, and restored with pg_restore.")
    file = file_of(address)
    if file is None:
        raise StoreError("DATABASE_URL names no file: there is nothing to back up, and no place to restore to.")
    if must_exist and not file.is_file():
        raise StoreError(f"{file}: there is no database.")
    return file


@contextmanager
def _copied(file: Path, folder: Path) -> Iterator[Path]:
    """Copy a database into a new file of a folder; whoever does not rename that leaves nothing."""
    if not file.is_file():
        raise StoreError(f"{file}: there is no such file.")
    handle, name = tempfile.mkstemp(prefix=".copy-", suffix=".sqlite3", dir=folder)  # only its owner can read it
    os.close(handle)
    copy = Path(name)
    try:
        with _plainly(file), _connected(file) as connection:
            _check(connection)
            connection.exec_driver_sql("VACUUM INTO ?", (name,))  # all of one moment, whoever writes meanwhile
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _check(connection: Connection) -> None:
    """Refuse a database that is damaged or another program's."""
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise StoreError("it is damaged")
    if not is_ours(connection):
        raise StoreError("it is not a database of the bot's")


def _modernize(copy: Path, backup: Path) -> None:
    """Bring a copy to the newest schema, and so refuse one of a version that is not known."""
    with _plainly(backup), _connected(copy) as connection, connection.begin():
        upgrade(connection)


def _release(database: Path) -> None:
    """Fold the database into one file, which SQLite does for nobody while another program has it open.

    A file that is too damaged for that is left as it is.
    """
    if not database.is_file():
        return
    try:
        with _connected(database) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    except StoreError as error:
        if fault(error) == "SQLITE_BUSY":
            raise StoreError("The bot uses the database: stop it first. Nothing was changed.") from None


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Rename the database; return its new name, None if there was none."""
    kept = database.with_name(f"{database.name}.{now:%Y-%m-%dT%H-%M-%S}")
    if kept.exists():
        raise StoreError(f"{kept} exists already: nothing was changed.")
    was_there = database.exists()
    for end in ASIDE:  # the changes first: next to another file they would be taken for its own, and destroy it
        with suppress(FileNotFoundError):
            Path(f"{database}{end}").rename(f"{kept}{end}")
    return kept if was_there else None


def _make_as(copy: Path, database: Path) -> None:
    """Give a copy to the owner of what it replaces, so that the bot can use it whoever restores."""
    like = (database if database.exists() else database.parent).stat()
    with suppress(PermissionError):  # only root can, and for others it is theirs already
        shutil.chown(copy, like.st_uid, like.st_gid)


def _settle(path: Path) -> None:
    """Let what stands in a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _connected(file: Path) -> Iterator[Connection]:
    """Connect to a file that is there."""
    uri = URL.create("sqlite", database=file.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    arguments = {"isolation_level": None, "timeout": PATIENCE_SECONDS}
    engine = create_engine(uri, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    with engine.connect() as connection:
        yield connection


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    """Tell of a file what SQLite says of it, in one sentence."""
    try:
        yield
    except StoreError as error:
        raise StoreError(f"{file}: {said(error)}.") from None
