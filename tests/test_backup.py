"""Backups of SQLite: made while the bot writes, put back while it does not run, and nothing ever lost."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.preferences import Settings
from bot.store import Store, StoreError, back_up, database_url, file_url, restore
from tests.log_state import restored_logging

GROUP = -5
NOW = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)
KEPT = "bot.sqlite3.2026-03-01T12-30-05"
JUNK = b"no database at all " * 999
OTHERS = "postgresql+psycopg://bot:p4ss-w0rd@h/d"
HIDDEN = "p4ss-w0rd"


@pytest.fixture
def url(sqlite_file: Path, tmp_path: Path) -> str:
    """The address of a migrated file in a folder of its own."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_file, tmp_path / "data" / "bot.sqlite3")
    return file_url(tmp_path / "data")


@pytest.fixture
def backup(url: str, tmp_path: Path) -> Path:
    """A backup in which a group's budget is 3; in the database it is 4 by now."""
    asyncio.run(chosen(url, 3))
    back_up(url, tmp_path / "backup")
    asyncio.run(chosen(url, 4))
    return tmp_path / "backup"


async def chosen(url: str, budget: int) -> None:
    """Choose the group's budget, as a bot that runs and stops."""
    store = Store(url, "")
    await store.chats.change(GROUP, budget=budget)
    await store.close()


def budget(file: Path) -> int:
    """Read the group's budget from a file, by its name alone."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT budget FROM chats").fetchone()[0])


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# Backup


def test_a_backup_is_one_whole_file_that_only_its_owner_can_read(backup: Path, tmp_path: Path) -> None:
    assert budget(backup) == 3
    assert backup.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {"backup", "data"}


async def test_a_backup_holds_what_is_in_no_file_of_its_own_yet(url: str, tmp_path: Path) -> None:
    store = Store(url, "")
    await store.chats.change(GROUP, budget=3)
    assert "bot.sqlite3-wal" in names(tmp_path / "data")
    await asyncio.to_thread(back_up, url, tmp_path / "backup")
    await store.chats.change(GROUP, budget=4)
    await store.close()
    assert budget(tmp_path / "backup") == 3


async def test_a_backup_made_while_the_bot_writes_is_of_one_moment(url: str, tmp_path: Path) -> None:
    stores = [Store(url, "") for _ in range(2)]

    async def move(store: Store) -> None:
        for group in range(GROUP, GROUP - 60, -1):
            await store.chats.write_rules(group, "es", "x" * 1500)
            await store.move_chat(group, group - 1)

    await stores[0].chats.change(GROUP, budget=3)
    writing = [asyncio.create_task(move(store)) for store in stores]
    for number in range(5):
        await asyncio.to_thread(back_up, url, tmp_path / f"{number}")
    assert not all(task.done() for task in writing)
    await asyncio.gather(*writing)
    for store in stores:
        await store.close()
    assert [budget(tmp_path / f"{number}") for number in range(5)] == [3] * 5  # the group moves, and is never gone


async def test_a_backup_is_made_while_another_program_writes(url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO people VALUES ('m', 'es')")
        await asyncio.to_thread(back_up, url, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as copy:
        assert copy.execute("SELECT * FROM people").fetchall() == []


def damage(file: Path) -> None:
    """Overwrite two pages of a file."""
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])


def no_version(file: Path) -> None:
    """Make a database of another program's."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE songs (name)")


def newer(file: Path) -> None:
    """Make a database of a version of the bot that there is not yet."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


UNUSABLE = [
    pytest.param(damage, "{file}: it is damaged.", id="a damaged file"),
    pytest.param(lambda file: file.write_bytes(JUNK), "{file}: file is not a database.", id="junk"),
    pytest.param(lambda file: file.write_bytes(b""), "{file}: it is not a database of the bot's.", id="an empty file"),
    pytest.param(no_version, "{file}: it is not a database of the bot's.", id="another program's"),
]


@pytest.mark.parametrize(("spoil", "sentence"), UNUSABLE)
def test_what_cannot_be_backed_up_leaves_no_file(url: str, tmp_path: Path, spoil: object, sentence: str) -> None:
    assert callable(spoil)
    spoil(file := tmp_path / "data" / "bot.sqlite3")
    with pytest.raises(StoreError) as refused:
        back_up(url, tmp_path / "backup")
    assert str(refused.value) == sentence.format(file=file)
    assert names(tmp_path) == {"data"}


def test_a_backup_overwrites_nothing(url: str, backup: Path) -> None:
    with pytest.raises(StoreError, match=r"backup exists already: nothing was written\.$"):
        back_up(url, backup)
    assert budget(backup) == 3


def test_a_backup_of_nothing_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"bot\.sqlite3: there is no database\.$"):
        back_up(file_url(tmp_path), tmp_path / "backup")
    assert names(tmp_path) == set()


# Restore


def test_a_backup_is_put_back_and_what_was_there_is_kept(url: str, backup: Path, tmp_path: Path) -> None:
    kept = restore(url, backup, NOW)
    assert kept == tmp_path / "data" / KEPT
    assert (budget(tmp_path / "data" / "bot.sqlite3"), budget(kept), budget(backup)) == (3, 4, 3)
    assert names(tmp_path / "data") == {"bot.sqlite3", KEPT}


def test_what_was_kept_can_be_put_back(url: str, backup: Path, tmp_path: Path) -> None:
    restore(url, backup, NOW)
    restore(url, tmp_path / "data" / KEPT, NOW.replace(second=6))
    assert budget(tmp_path / "data" / "bot.sqlite3") == 4


async def test_the_bot_goes_on_with_what_was_put_back(url: str, backup: Path) -> None:
    await asyncio.to_thread(restore, url, backup, NOW)
    store = Store(url, "")
    await store.migrate()
    assert await store.chats.settings(GROUP) == Settings(budget=3)
    await store.close()


def test_a_backup_is_put_where_nothing_is(backup: Path, tmp_path: Path) -> None:
    assert restore(file_url(tmp_path / "new" / "data"), backup, NOW) is None
    assert budget(tmp_path / "new" / "data" / "bot.sqlite3") == 3


@pytest.mark.parametrize("spoil", [damage, lambda file: file.write_bytes(JUNK), lambda file: file.write_bytes(b"")])
def test_a_spoilt_database_is_kept_as_it_is(url: str, backup: Path, tmp_path: Path, spoil: object) -> None:
    file = tmp_path / "data" / "bot.sqlite3"
    assert callable(spoil)
    spoil(file)
    spoilt = file.read_bytes()
    restore(url, backup, NOW)
    assert budget(file) == 3
    assert (tmp_path / "data" / KEPT).read_bytes()[100:] == spoilt[100:]  # SQLite marks its header as read


def test_changes_that_a_removed_database_left_behind_spoil_no_other(url: str, backup: Path, tmp_path: Path) -> None:
    left = tmp_path / "data" / "bot.sqlite3-wal"
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3")) as killed:
        killed.execute("UPDATE chats SET budget = 5")
        killed.commit()
        changes = left.read_bytes()
    left.write_bytes(changes)
    (tmp_path / "data" / "bot.sqlite3").unlink()
    assert restore(url, backup, NOW) is None
    assert budget(tmp_path / "data" / "bot.sqlite3") == 3
    assert (tmp_path / "data" / f"{KEPT}-wal").read_bytes() == changes


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        *UNUSABLE,
        pytest.param(
            newer,
            "{file}: The database's schema is of another version of the bot, perhaps a newer one.",
            id="a newer version's",
        ),
        pytest.param(lambda file: file.unlink(), "{file}: there is no such file.", id="nothing"),
    ],
)
def test_what_is_no_backup_changes_nothing(
    url: str, backup: Path, tmp_path: Path, spoil: object, sentence: str
) -> None:
    assert callable(spoil)
    spoil(backup)
    with pytest.raises(StoreError) as refused:
        restore(url, backup, NOW)
    assert str(refused.value) == sentence.format(file=backup)
    assert names(tmp_path / "data") == {"bot.sqlite3"}
    assert budget(tmp_path / "data" / "bot.sqlite3") == 4


async def test_a_database_in_use_is_not_replaced(
    url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.backup.PATIENCE_SECONDS", 0.05)
    store = Store(url, "")
    assert (await store.chats.settings(GROUP)).budget == 4  # and so it is connected
    with pytest.raises(StoreError, match=r"^The bot uses the database: stop it first\. Nothing was changed\.$"):
        await asyncio.to_thread(restore, url, backup, NOW)
    await store.chats.change(GROUP, budget=5)
    await store.close()
    assert budget(tmp_path / "data" / "bot.sqlite3") == 5
    assert names(tmp_path / "data") == {"bot.sqlite3"}


def test_what_is_kept_is_never_overwritten(url: str, backup: Path, tmp_path: Path) -> None:
    restore(url, backup, NOW)
    with pytest.raises(StoreError, match=f"{KEPT} exists already: nothing was changed.$"):
        restore(url, backup, NOW)
    assert budget(tmp_path / "data" / KEPT) == 4


# The commands


@pytest.fixture
def _own_logging() -> Iterator[None]:
    with restored_logging():
        yield


@pytest.mark.usefixtures("_own_logging")
def test_both_commands_work_without_token_and_content(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"DATABASE_URL": url, "BOT_CONTENT_DIR": "/no/such/folder"}
    asyncio.run(chosen(url, 3))
    assert main(["backup", str(tmp_path / "b")], environ) == 0
    assert main(["restore", str(tmp_path / "b")], environ) == 0
    backed_up, restored = capsys.readouterr().out.splitlines()
    assert backed_up == f"The database is backed up in {tmp_path / 'b'}."
    assert restored.startswith(f"The database is what {tmp_path / 'b'} holds. What it was before is kept in {tmp_path}")


@pytest.mark.parametrize(
    ("arguments", "address", "sentence"),
    [
        pytest.param(
            ["backup", "b"],
            OTHERS,
            "This is for SQLite: PostgreSQL is backed up with pg_dump, and restored with pg_restore.",
            id="PostgreSQL",
        ),
        pytest.param(
            ["restore", "b"],
            OTHERS,
            "This is for SQLite: PostgreSQL is backed up with pg_dump, and restored with pg_restore.",
            id="PostgreSQL again",
        ),
        pytest.param(
            ["backup", "b"],
            "sqlite://",
            "DATABASE_URL names no file: there is nothing to back up, and no place to restore to.",
            id="memory",
        ),
        pytest.param(["backup", "b"], "sqlite:///none", "none: there is no database.", id="no database"),
        pytest.param(["restore", "b"], "sqlite:///none", "b: there is no such file.", id="no backup"),
        pytest.param(["restore", "folder"], "sqlite:///none", "folder: there is no such file.", id="a folder"),
        pytest.param(["restore", "file"], "sqlite:///file/none", "file: File exists.", id="no folder to restore to"),
        pytest.param(["backup", "file"], "sqlite:///file", "file exists already: nothing was written.", id="itself"),
    ],
)
def test_a_mistake_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    address: str,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert main(arguments, {"DATABASE_URL": database_url(address)}) == 1
    assert capsys.readouterr() == ("", f"{sentence}\n")
    assert names(tmp_path) == {"file", "folder"}


def test_a_folder_that_is_not_there_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    assert main(["backup", str(tmp_path / "none" / "b")], {"DATABASE_URL": url}) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'none'}: there is no such folder.\n"
