"""Errors told without their texts, which may hold somebody's words: their names, and where they were raised."""

from collections.abc import Iterator
from itertools import islice
from traceback import StackSummary, walk_tb

ERRORS, PLACES = 8, 20
"""How many errors of a chain of causes are told, and how many places of each, the last."""


def names(error: BaseException) -> list[str]:
    """Return the type of an error, and those of its causes."""
    return [type(one).__name__ for one in _chain(error)]


def places(error: BaseException) -> list[str]:
    """Return where an error was raised and then where its causes were, as `file:line in function`, without any text."""
    return [
        f"{frame.filename}:{frame.lineno} in {frame.name}"
        for one in _chain(error)
        for frame in StackSummary.extract(walk_tb(one.__traceback__), lookup_lines=False)[-PLACES:]
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    return islice(_unfolded(error), ERRORS)


def _unfolded(error: BaseException) -> Iterator[BaseException]:
    yield error
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _unfolded(inner)
    if before := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        yield from _unfolded(before)
