"""What goes on until it is done, or until the bot is to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress


async def unless_stopped(work: Coroutine[object, object, None], stopped: asyncio.Event) -> None:
    """Do some work to its end, or until the bot is to stop, which breaks it off. Raises what the work raises."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        waiting.cancel()
    with suppress(asyncio.CancelledError):
        await working
