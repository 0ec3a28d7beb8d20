"""An update that does harm, made as small as it can be while it still does."""

from collections.abc import Awaitable, Callable, Iterator

from bot.offline import JSON, JsonObject

TRIES = 1000
"""Smaller updates that are tried."""


async def smallest(update: JsonObject, does_harm: Callable[[JsonObject], Awaitable[bool]]) -> JsonObject:
    """Return the smallest update found that does the same harm: without fields, items and parts of texts."""
    tries = TRIES
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for smaller in _smaller(update):
            tries -= 1
            if tries < 0:
                return update
            if isinstance(smaller, dict) and await does_harm(smaller):
                update, is_smaller = smaller, True
                break
    return update


def _smaller(made: JSON) -> Iterator[JSON]:
    """Yield what is a little less, the biggest steps first."""
    if isinstance(made, dict):
        yield from ({key: made[key] for key in made if key != left} for left in made if left != "update_id")
        yield from ({**made, key: less} for key, value in made.items() for less in _smaller(value))
    elif isinstance(made, list):
        yield from ([*made[:index], *made[index + 1 :]] for index in range(len(made)))
        yield from (
            [*made[:index], less, *made[index + 1 :]] for index, item in enumerate(made) for less in _smaller(item)
        )
    elif isinstance(made, str) and len(made) > 1:
        yield from (made[: len(made) // 2], made[len(made) // 2 :])
