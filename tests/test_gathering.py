"""What comes while something is under way is done together, and each who asked gets an own result."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.store import StoreError
from bot.store.gathering import MOST, Gathering


class Doubling:
    """Doubles numbers, and keeps which came together; of a negative one it cannot."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = asyncio.Event()
        self.gathering = Gathering(self._double)

    async def _double(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append([*numbers])
        self.begun.set()
        await asyncio.sleep(0)
        if min(numbers) < 0:
            raise StoreError("no")
        return [2 * number for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "sizes"),
    [
        pytest.param([1], [1], id="one alone is done at once"),
        pytest.param([3, 1, 2], [3], id="what comes together is done together"),
        pytest.param(range(MOST + 1), [MOST, 1], id="but not too many"),
    ],
)
async def test_each_gets_its_own_result(numbers: Sequence[int], sizes: list[int]) -> None:
    doubling = Doubling()
    results = await asyncio.gather(*(doubling.gathering.add(number) for number in numbers))
    assert results == [2 * number for number in numbers]
    assert [len(batch) for batch in doubling.batches] == sizes


async def test_what_comes_meanwhile_is_done_next() -> None:
    doubling = Doubling()
    first = asyncio.create_task(doubling.gathering.add(1))
    await doubling.begun.wait()
    others = [doubling.gathering.add(number) for number in (2, 3)]
    assert [*await asyncio.gather(first, *others)] == [2, 4, 6]
    assert doubling.batches == [[1], [2, 3]]


async def test_a_failure_is_told_to_all_who_shared_it_and_to_no_other() -> None:
    doubling = Doubling()
    shared = await asyncio.gather(doubling.gathering.add(-1), doubling.gathering.add(1), return_exceptions=True)
    assert [str(error) for error in shared] == ["no", "no"]
    assert await doubling.gathering.add(1) == 2


async def test_who_has_gone_is_not_served() -> None:
    doubling = Doubling()
    gone = asyncio.create_task(doubling.gathering.add(1))
    await asyncio.sleep(0)
    gone.cancel()
    assert await doubling.gathering.add(2) == 4
    assert doubling.batches == [[2]]


async def test_nothing_is_done_for_nobody() -> None:
    doubling = Doubling()
    gone = asyncio.create_task(doubling.gathering.add(1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone})
    await asyncio.sleep(0)
    assert doubling.batches == []
