"""The queries that wait for the bot's answer: presses, inline and guest queries, each for a short time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from bot.offline.refusals import require

_LASTS = {
    "callback": timedelta(seconds=150),
    "inline": timedelta(seconds=30),
    "guest": timedelta(seconds=30),
    "join": timedelta(seconds=10),
}
"""How long an answer is accepted: the times that the Bot API server keeps them; that of guest queries is a guess."""
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Queries:
    """The open queries, by id."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = count(1)
        self._open: dict[tuple[str, str], datetime] = {}

    def open(self, kind: str) -> str:
        """Open a query of a kind (`callback`, `inline`, `guest` or `join`); return its id."""
        query = f"query-{next(self._numbers)}"
        self._open[kind, query] = self._now() + _LASTS[kind]
        return query

    def is_open(self, kind: str, query: str, within: timedelta) -> bool:
        """Return whether a query that came less than this time ago waits for its answer."""
        until = self._open.get((kind, query))
        return until is not None and self._now() < until - _LASTS[kind] + within

    def close(self, kind: str, query: str) -> None:
        """Close a query by an answer; refuse that where it is answered already, expired or of another kind."""
        until = self._open.pop((kind, query), None)
        require(until and self._now() < until, _TOO_OLD)
