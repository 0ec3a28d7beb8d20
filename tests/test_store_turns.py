"""Turns, on both databases: one copy of the bot has a chat in hand, and leaves the next one what it must remember."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.store import Store, Turn

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=40)
LATER = NOW + LEASE + timedelta(seconds=1)
PERSON, GROUP = 2**52 - 7, -1_001_234_567_890
MEMORY = b'{"last":"secret_interception"}'


@pytest.fixture
async def other(database: str) -> AsyncIterator[Store]:
    """Another copy of the bot on the same database."""
    other = Store(database, "secret")
    yield other
    await other.close()


@pytest.mark.parametrize("chat", [PERSON, GROUP])
async def test_a_chat_is_one_copys_at_a_time(store: Store, other: Store, chat: int) -> None:
    assert await store.turns.take(chat, 1, NOW, LEASE) == Turn(None)
    assert await other.turns.take(chat, 2, NOW, LEASE) is None


async def test_other_chats_are_free(store: Store, other: Store) -> None:
    await store.turns.take(PERSON, 1, NOW, LEASE)
    assert await other.turns.take(GROUP, 2, NOW, LEASE) == Turn(None)


@pytest.mark.parametrize("memory", [None, MEMORY])
async def test_the_next_copy_gets_what_is_remembered(store: Store, other: Store, memory: bytes | None) -> None:
    await store.turns.take(GROUP, 1, NOW, LEASE)
    await store.turns.give_back(GROUP, 1, NOW, memory)
    assert await other.turns.take(GROUP, 2, NOW, LEASE) == Turn(memory)


async def test_a_dead_copys_chat_is_free_after_a_while(store: Store, other: Store) -> None:
    await store.turns.take(GROUP, 1, NOW, LEASE)
    assert await other.turns.take(GROUP, 2, LATER, LEASE) == Turn(None)


@pytest.mark.parametrize(("kept", "is_taken"), [(1, True), (2, False), (None, False)])
async def test_a_chat_that_was_kept_is_taken_again_by_who_kept_it(
    store: Store, kept: int | None, is_taken: bool
) -> None:
    await store.turns.take(GROUP, 1, NOW, LEASE)
    assert (await store.turns.take(GROUP, 3, NOW, LEASE, kept) is not None) is is_taken


async def test_who_was_too_late_gives_nothing_back(store: Store, other: Store) -> None:
    await store.turns.take(GROUP, 1, NOW, LEASE)
    await other.turns.take(GROUP, 2, LATER, LEASE)
    await store.turns.give_back(GROUP, 1, LATER, MEMORY)
    assert await store.turns.take(GROUP, 3, LATER, LEASE) is None


async def test_with_another_token_nothing_is_remembered(store: Store, database: str) -> None:
    other = Store(database, "another")
    await store.turns.take(GROUP, 1, NOW, LEASE)
    await store.turns.give_back(GROUP, 1, NOW, MEMORY)
    assert await other.turns.take(GROUP, 2, NOW, LEASE) == Turn(None)
    await other.close()


async def test_nobody_reads_in_the_database_what_is_remembered_and_of_whom(store: Store) -> None:
    await store.turns.take(PERSON, 1, NOW, LEASE)
    await store.turns.give_back(PERSON, 1, NOW, MEMORY)
    async with store._database.transaction() as connection:
        [row] = (await connection.execute(text("SELECT mark, memory FROM turns"))).all()
    assert str(PERSON) not in row.mark
    assert b"secret" not in row.memory
    assert row.mark != store.people.mark(PERSON)


async def test_what_is_old_is_forgotten(store: Store) -> None:
    for chat, at in ((PERSON, NOW), (GROUP, LATER)):
        await store.turns.take(chat, 1, at, LEASE)
        await store.turns.give_back(chat, 1, at, MEMORY)
    await store.turns.purge(LATER)
    assert await store.turns.take(PERSON, 2, LATER, LEASE) == Turn(None)
    assert await store.turns.take(GROUP, 2, LATER, LEASE) == Turn(MEMORY)
