"""Claims on updates, on both databases: one copy of the bot handles one, and none after it had its effect."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import Claim, Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=40)
LATER = NOW + LEASE + timedelta(seconds=1)
TRIES = 3
NUMBER = 2**52 + 1


@pytest.fixture
async def stores(database: str) -> AsyncIterator[list[Store]]:
    """Two open stores on one database, as two copies of the bot have them."""
    stores = [Store(database, "secret") for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


async def claim(store: Store, number: int = NUMBER, now: datetime = NOW) -> Claim:
    return await store.updates.claim(number, now, LEASE, TRIES)


async def test_an_update_is_claimed_once(store: Store) -> None:
    assert [await claim(store), await claim(store), await claim(store, 2)] == [Claim.OURS, Claim.BUSY, Claim.OURS]


async def test_of_twenty_at_once_one_gets_it(stores: list[Store]) -> None:
    claims = await asyncio.gather(*(claim(stores[number % 2]) for number in range(20)))
    assert sorted(one.value for one in claims) == ["busy"] * 19 + ["ours"]


async def test_after_its_lease_it_is_anybodys(stores: list[Store]) -> None:
    await claim(stores[0])
    assert [await claim(stores[1], now=LATER), await claim(stores[0], now=LATER)] == [Claim.OURS, Claim.BUSY]


async def test_what_had_its_effect_is_nobodys(store: Store) -> None:
    await claim(store)
    await store.updates.settle(NUMBER, settled=True)
    assert await claim(store, now=LATER) is Claim.SETTLED


async def test_what_had_no_effect_after_all_can_be_claimed_again(store: Store) -> None:
    await claim(store)
    await store.updates.settle(NUMBER, settled=True)
    await store.updates.settle(NUMBER, settled=False)
    assert await claim(store, now=LATER) is Claim.OURS


async def test_it_is_given_up_after_some_tries(store: Store) -> None:
    claims = [await claim(store, now=NOW + number * 2 * LEASE) for number in range(5)]
    assert claims == [Claim.OURS] * TRIES + [Claim.HOPELESS] * 2


async def test_all_are_given_back(store: Store) -> None:
    await claim(store, 1)
    await claim(store, 2)
    await store.updates.settle(2, settled=True)
    await store.updates.release_all(NOW)
    assert [await claim(store, 1), await claim(store, 2)] == [Claim.OURS, Claim.SETTLED]


async def test_old_ones_are_forgotten(store: Store) -> None:
    await claim(store)
    await store.updates.settle(NUMBER, settled=True)
    await store.updates.purge(NOW)
    assert await claim(store) is Claim.SETTLED
    await store.updates.purge(LATER)
    assert await claim(store) is Claim.OURS
