"""The databases under the store: addresses, versions of the schema, failures, and many who write at once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    Select,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    make_url,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from bot.preferences import Settings
from bot.store import IN_MEMORY, Store, StoreError, database_url, file_url
from bot.store import database as database_module
from bot.store.database import Database
from bot.store.schema import config, upgrade
from bot.store.tables import CHATS, METADATA, REQUESTS, RULES, SUBSCRIPTIONS
from tests.databases import copy_of, copy_on
from tests.postgres import Server, free_port

GROUP, OTHER = -5, -1001
NOON, DAY = datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 3, 1)
HIDDEN = "p4ss-w0rd"
"""A password that no message may show."""


def engine(url: str) -> Engine:
    """Connect to a database without the store."""
    return create_engine(url.replace("+aiosqlite", ""), poolclass=NullPool)


@pytest.fixture
async def stores(database: str) -> AsyncIterator[list[Store]]:
    """Two open stores on one database, as two copies of the bot have them."""
    stores = [Store(database, "secret") for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


# Addresses


@pytest.mark.parametrize(
    ("written", "address"),
    [
        pytest.param("postgres://u:p@h:5432/d", "postgresql+psycopg://u:p@h:5432/d", id="Heroku's way"),
        pytest.param("postgresql://h/d", "postgresql+psycopg://h/d", id="PostgreSQL"),
        pytest.param("postgresql+psycopg://h/d", "postgresql+psycopg://h/d", id="PostgreSQL with its driver"),
        pytest.param("postgresql://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require", id="with options"),
        pytest.param("postgresql://u:a%40b@h/d", "postgresql+psycopg://u:a%40b@h/d", id="an @ in the password"),
        pytest.param("postgresql:///d?host=/run", "postgresql+psycopg:///d?host=/run", id="a socket"),
        pytest.param("postgresql://u@[::1]:5/d", "postgresql+psycopg://u@[::1]:5/d", id="IPv6"),
        pytest.param("sqlite:///bot.db", "sqlite+aiosqlite:///bot.db", id="a file"),
        pytest.param("sqlite:////var/bot.db", "sqlite+aiosqlite:////var/bot.db", id="a file from the root"),
        pytest.param("sqlite+aiosqlite://", "sqlite+aiosqlite://", id="memory"),
    ],
)
def test_an_address_is_read(written: str, address: str) -> None:
    assert database_url(written) == address


def test_the_file_has_a_name() -> None:
    assert file_url(Path("/data")) == "sqlite+aiosqlite:////data/bot.sqlite3"


@pytest.mark.parametrize(
    "folder", [pytest.param("with space", id="a space"), "with%20percent", "with?mark", "with#hash", "with@at", "ñ"]
)
async def test_any_folder_can_hold_the_file(tmp_path: Path, folder: str) -> None:
    store = Store(file_url(tmp_path / folder / "new"), "")
    await store.migrate()
    await store.close()
    assert [file.name for file in (tmp_path / folder / "new").iterdir()] == ["bot.sqlite3"]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(f"mysql://u:{HIDDEN}@h/d", id="another database"),
        pytest.param(f"postgresql+asyncpg://u:{HIDDEN}@h/d", id="another driver"),
        pytest.param(f"POSTGRES//u:{HIDDEN}@h/d", id="no address"),
        pytest.param(f"host=h password={HIDDEN}", id="the other form of PostgreSQL's"),
        pytest.param(f"postgresql://u:{HIDDEN}@h:port/d", id="a port that is no number"),
        pytest.param(f"postgresql://u:x@{HIDDEN}@h/d", id="an @ in the password"),
        pytest.param(f"sqlite://{HIDDEN}/bot.db", id="a file with a host"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(written: str) -> None:
    with pytest.raises(ValueError, match=r"^it (must begin with|cannot be read; ) ?.+\.$") as refused:
        database_url(written)
    assert HIDDEN not in str(refused.value)
    assert refused.value.__cause__ is None


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    Store(file_url(tmp_path / "new"), "")
    assert list(tmp_path.iterdir()) == []


# Versions of the schema


def checks(connection: Connection) -> dict[str, list[tuple[str | None, str]]]:
    """Return the checks of all tables, which Alembic does not compare."""
    found = inspect(connection)
    return {
        name: sorted((check["name"], check["sqltext"]) for check in found.get_check_constraints(name))
        for name in METADATA.tables
    }


def test_the_migrations_make_the_tables_of_the_code(database: str) -> None:
    with engine(database).begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []
        migrated = checks(connection)
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        assert checks(connection) == migrated
    assert [name for name, found in migrated.items() if found] == ["chats", "rules", "subscriptions", "requests"]


def test_going_back_removes_all_tables_and_coming_again_makes_them(database: str) -> None:
    with engine(database).begin() as connection:
        command.downgrade(config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        upgrade(connection)
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *METADATA.tables}


async def test_migrating_again_changes_nothing(store: Store) -> None:
    await store.chats.change(GROUP, budget=3)
    await store.migrate()
    assert await store.chats.settings(GROUP) == Settings(budget=3)


async def test_a_newer_schema_is_refused(store: Store, database: str) -> None:
    with engine(database).begin() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="another version of the bot"):
        await store.migrate()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nobody migrated."""
    if request.param == "sqlite":
        yield file_url(tmp_path / "new")
    else:
        with copy_on(request.getfixturevalue("postgres"), "template0") as url:
            yield url


async def test_many_can_migrate_at_once(empty: str) -> None:
    stores = [Store(empty, "") for _ in range(6)]
    await asyncio.gather(*(store.migrate() for store in stores))
    await asyncio.gather(*(store.chats.change(GROUP, budget=3) for store in stores))
    assert [await store.chats.settings(GROUP) for store in stores] == [Settings(budget=3)] * 6
    for store in stores:
        await store.close()


async def test_a_store_can_live_in_memory() -> None:
    store = Store(database_url("sqlite+aiosqlite://"), "")
    await store.migrate()
    await asyncio.gather(*(store.counts.asked("e") for _ in range(20)))
    assert [count.asked for count in await store.counts.all()] == [20]
    await store.close()


# What the tables refuse


@pytest.mark.parametrize("chat", [0, 1, 7_000_000_101])
@pytest.mark.parametrize(
    ("table", "row"),
    [
        pytest.param(
            CHATS,
            {
                "speak": "replies",
                "topics": [],
                **dict.fromkeys(("budget", "repeat_hours", "newcomers"), 0),
                **dict.fromkeys(("welcome", "join_rules", "ephemeral"), False),
            },
            id="chats",
        ),
        pytest.param(RULES, {"language": "es", "text": "x"}, id="rules"),
        pytest.param(
            SUBSCRIPTIONS,
            {"language": "es", "zone": "UTC", "minute": 0, "posts": 0, "paused": False},
            id="subscriptions",
        ),
        pytest.param(REQUESTS, {"mark": "m", "asked_at": 0}, id="requests"),
    ],
)
def test_no_table_takes_the_chat_of_a_person(database: str, table: Table, row: dict[str, object], chat: int) -> None:
    with engine(database).begin() as connection:
        connection.execute(insert(table).values({"chat_id": -1, **row}))
        with pytest.raises(IntegrityError, match=f"{table.name}_chat_id_check|chat_id < 0"):
            connection.execute(insert(table).values({"chat_id": chat, **row}))


def test_no_column_is_for_a_person_or_a_name() -> None:
    columns = {column for table in METADATA.tables.values() for column in table.columns.keys()}  # noqa: SIM118 - a collection, whose items are no names
    assert not [column for column in columns if {"user", "person", "name", "sender"} & set(column.split("_"))]


# Failures


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"no database at all " * 99)
    store = Store(file_url(tmp_path), "")
    with pytest.raises(StoreError, match="not a database"):
        await store.migrate()
    await store.close()


def damaged(template: Path) -> str:
    """Copy a file of SQLite's and overwrite its second and third page; return the address."""
    url = copy_of(template)
    file = Path(str(make_url(url).database))
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    return url


async def test_a_damaged_file_is_refused(sqlite_file: Path) -> None:
    store = Store(damaged(sqlite_file), "")
    with pytest.raises(StoreError, match="damaged"):
        await store.migrate()
    await store.close()


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        pytest.param("file", "file/folder/bot.sqlite3", id="a folder that cannot be made"),
        pytest.param("folder/file", "folder", id="a folder instead of a file"),
    ],
)
async def test_what_the_system_refuses_is_its_error(tmp_path: Path, there: str, asked: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).touch()
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/{asked}", "")
    with pytest.raises(OSError, match="folder"):
        await store.migrate()


async def refusal(url: str) -> str:
    """Return what a store says of a database that it cannot use."""
    store = Store(database_url(url), "")
    with pytest.raises(StoreError) as refused:
        await store.migrate()
    await store.close()
    return f"{refused.value} {refused.value!r} {refused.value.__cause__!r}"


async def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    said = await refusal(f"postgresql://u:{HIDDEN}@127.0.0.1:{free_port()}/d")
    assert "refused" in said
    assert HIDDEN not in said


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("postgresql://postgres:{password}@127.0.0.1:{port}/postgres", id="a wrong password"),
        pytest.param("postgresql://nobody:{password}@127.0.0.1:{port}/postgres", id="a user that there is not"),
        pytest.param("postgresql://postgres:{password}@127.0.0.1:{port}/postgres?sslmode=require", id="no TLS there"),
        pytest.param("postgresql://postgres:{password}@127.0.0.1:{port}/postgres?nothing=1", id="an unknown option"),
        pytest.param("postgresql://postgres:{password}@[::1]:{port}/postgres", id="another machine"),
    ],
)
async def test_a_server_that_lets_nobody_in_is_said_so_without_the_password(postgres: Server, address: str) -> None:
    assert HIDDEN not in await refusal(address.format(password=HIDDEN, port=postgres.port))


async def test_a_database_that_there_is_not_is_said_so_without_the_password(postgres: Server) -> None:
    said = await refusal(postgres.url("nothing"))
    assert '"nothing" does not exist' in said
    assert postgres.password not in said


async def test_errors_show_no_values(database: str) -> None:
    inside = Database(database)
    with pytest.raises(StoreError, match="nowhere") as refused:
        await inside.row(select(literal(HIDDEN)).select_from(sql("nowhere")))
    await inside.close()
    assert HIDDEN not in str(refused.value)


async def write_twice(database: Database) -> None:
    """Insert a row, and then what is refused."""
    row = insert(RULES).values(chat_id=GROUP, language="es", text="x")
    async with database.transaction() as connection:
        await connection.execute(row)
        await connection.execute(row)


async def test_an_error_undoes_the_whole_transaction(store: Store, database: str) -> None:
    inside = Database(database)
    with pytest.raises(StoreError):
        await write_twice(inside)
    await inside.close()
    assert await store.chats.rules(GROUP) == {}


@pytest.mark.parametrize("turns", [1, 4, 8, 16])
async def test_who_stops_waiting_leaves_nothing_locked(stores: list[Store], turns: int) -> None:
    assert [await store.chats.settings(GROUP) for store in stores] == [Settings()] * 2
    task = asyncio.create_task(stores[0].move_chat(GROUP, OTHER))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.gather(*(store.chats.change(GROUP, budget=3) for store in stores))
    assert await stores[1].chats.settings(GROUP) == Settings(budget=3)


async def test_a_lost_connection_is_replaced(postgres: Server) -> None:
    with copy_on(postgres) as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        store = Store(url, "")
        await store.chats.change(GROUP, budget=3)
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        ended = server.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")  # noqa: S608
        assert ended.fetchall() == [(True,)]
        assert await store.chats.settings(GROUP) == Settings(budget=3)
        await store.close()


# What connections are told


@pytest.mark.parametrize(
    ("pragma", "column", "value"),
    [
        ("busy_timeout", "timeout", 3000),
        ("synchronous", "synchronous", 1),
        ("foreign_keys", "foreign_keys", 1),
        ("journal_mode", "journal_mode", "wal"),
    ],
)
async def test_sqlite_is_told_how_to_keep_what_it_is_given(
    sqlite_file: Path, pragma: str, column: str, value: object
) -> None:
    database = Database(copy_of(sqlite_file))
    asked: Select[object] = select(literal_column(column)).select_from(sql(f"pragma_{pragma}"))
    row = await database.row(asked)
    await database.close()
    assert row == (value,)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")],
)
async def test_postgresql_is_told_how_long_to_wait(postgres: Server, setting: str, value: str) -> None:
    with copy_on(postgres) as url:
        database = Database(f"{url}?connect_timeout=3")
        row = await database.row(select(func.current_setting(setting)))
        await database.close()
    assert row == (value,)


async def test_a_transaction_of_sqlites_holds_the_lock_from_its_beginning(sqlite_file: Path) -> None:
    url = copy_of(sqlite_file)
    database, reader, file = Database(url), Store(url, ""), str(make_url(url).database)
    async with database.transaction():
        with closing(sqlite3.connect(file, timeout=0)) as other, pytest.raises(sqlite3.OperationalError, match="lock"):
            other.execute("BEGIN IMMEDIATE")
        assert await reader.chats.settings(GROUP) == Settings()
    await database.close()
    await reader.close()


# Many at once


async def winners(stores: list[Store], attempt: Callable[[Store], Awaitable[bool]]) -> int:
    """Let the stores try the same 20 times at once; count who won."""
    return sum(await asyncio.gather(*(attempt(stores[number % len(stores)]) for number in range(20))))


async def test_one_copy_posts(stores: list[Store]) -> None:
    await stores[0].subscriptions.subscribe(GROUP, language="es", zone="UTC", minute=0, weekday=None)
    assert await winners(stores, lambda store: store.subscriptions.claim(GROUP, DAY)) == 1
    subscription = await stores[1].subscriptions.of(GROUP)
    assert subscription
    assert subscription.posts == 1


async def test_one_copy_pauses_and_one_goes_on(stores: list[Store]) -> None:
    await stores[0].subscriptions.subscribe(GROUP, language="es", zone="UTC", minute=0, weekday=None)
    assert await winners(stores, lambda store: store.subscriptions.pause(GROUP)) == 1
    assert await winners(stores, lambda store: store.subscriptions.resume(GROUP)) == 1


async def test_one_copy_welcomes(stores: list[Store]) -> None:
    await stores[0].chats.change(GROUP, welcome=True)
    await stores[0].chats.note_newcomers(GROUP, 3)
    [welcome] = await stores[1].chats.welcomes_due(NOON)
    await stores[0].chats.note_newcomers(GROUP, 30)
    assert await winners(stores, lambda store: store.chats.claim_welcome(welcome, NOON)) == 1


async def test_no_count_is_lost(stores: list[Store]) -> None:
    await asyncio.gather(*(stores[number % 2].counts.asked("e") for number in range(40)))
    assert [count.asked for count in await stores[0].counts.all()] == [40]


async def test_no_newcomer_is_lost(stores: list[Store]) -> None:
    await stores[0].chats.change(GROUP, welcome=True)
    await asyncio.gather(*(stores[number % 2].chats.note_newcomers(GROUP, 1) for number in range(40)))
    assert [welcome.newcomers for welcome in await stores[1].chats.welcomes_due(NOON)] == [40]


async def test_copies_can_move_a_chat_at_once(stores: list[Store]) -> None:
    await stores[0].chats.change(GROUP, budget=3)
    await stores[0].chats.write_rules(GROUP, "es", "Con respeto")
    changes = [stores[0].chats.change(OTHER, language="pt") for _ in range(3)]
    await asyncio.gather(*(store.move_chat(GROUP, OTHER) for store in stores * 5), *changes)
    settings = await stores[1].chats.settings(OTHER)
    assert settings.language == "pt"
    assert await stores[1].chats.rules(OTHER) == {"es": "Con respeto"}
    assert await stores[1].chats.settings(GROUP) == Settings()


async def test_a_day_is_not_posted_again_by_a_move(stores: list[Store]) -> None:
    await stores[0].subscriptions.subscribe(GROUP, language="es", zone="UTC", minute=0, weekday=None)
    first, second = stores
    claimed, _ = await asyncio.gather(first.subscriptions.claim(GROUP, DAY), second.move_chat(GROUP, OTHER))
    assert claimed is not await first.subscriptions.claim(OTHER, DAY)


# Who runs the bot on a file of SQLite's


async def test_a_file_is_one_copys_until_it_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "HOLD_SECONDS", 0.05)
    one, other = (Store(file_url(tmp_path / "new"), "secret") for _ in range(2))
    await one.hold()
    with pytest.raises(StoreError, match="another copy of the bot uses this file; several need PostgreSQL"):
        await other.hold()
    await one.close()
    await other.hold()
    await other.close()


@pytest.mark.parametrize("url", [IN_MEMORY, "postgresql+psycopg://nobody@127.0.0.1:1/bot"])
async def test_what_no_file_holds_is_not_held(url: str) -> None:
    stores = [Store(url, "secret") for _ in range(2)]
    for store in stores:
        await store.hold()
    for store in stores:
        await store.close()


async def test_where_no_file_can_be_made_nothing_is_held(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    store = Store(file_url(tmp_path / "data"), "secret")
    await store.hold()
    await store.close()
