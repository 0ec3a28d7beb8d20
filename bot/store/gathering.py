"""What is asked of the database at the same time is done at once: a transaction for many costs little more than one."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Generic, TypeVar

MOST = 100
"""How many are done at once."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Gathering(Generic[_Item, _Result]):
    """Does one thing after another; what comes while one is under way is gathered, and done together after it."""

    def __init__(self, do: Callable[[Sequence[_Item]], Coroutine[object, object, Sequence[_Result]]]) -> None:
        """Take what does many at once, and returns their results in the same order."""
        self._do = do
        self._waiting: list[tuple[_Item, asyncio.Future[_Result]]] = []
        self._work: asyncio.Task[None] | None = None

    async def add(self, item: _Item) -> _Result:
        """Return the result for one item, once it is done. Raises what doing it raised."""
        future: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            gathered, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if wanted := [(item, future) for item, future in gathered if not future.done()]:  # others have gone
                await self._do_together(wanted)

    async def _do_together(self, wanted: Sequence[tuple[_Item, asyncio.Future[_Result]]]) -> None:
        [done] = await asyncio.gather(self._do([item for item, _ in wanted]), return_exceptions=True)
        for place, (_, future) in enumerate(wanted):
            if future.done():
                continue
            if isinstance(done, BaseException):
                future.set_exception(done)
            else:
                future.set_result(done[place])
