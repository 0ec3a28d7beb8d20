"""How often each answer is asked for, and helps: numbers that belong to nobody."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.sessions import Shown
from bot.store import Counts, StoreError

_LOG = logging.getLogger(__name__)


class Counting:
    """Counts in the database; when that fails a count is lost, never an answer."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._is_failing = False

    async def asked(self, shown: Shown | None) -> None:
        """Count that somebody asked for an answer and was shown it; None (no answer was shown) counts nothing."""
        if shown:
            with self._or_not_at_all():
                await self._counts.asked(shown.entry)

    async def rated(self, entry: str, *, helpful: bool) -> None:
        """Count that an answer helped somebody, or did not."""
        with self._or_not_at_all():
            await self._counts.rated(entry, helpful=helpful)

    @contextmanager
    def _or_not_at_all(self) -> Iterator[None]:
        """Go on while the database fails; logged once, until it counts again."""
        try:
            yield
        except StoreError as error:
            if not self._is_failing:
                _LOG.error("Nothing can be counted (%s): going on without it", type(error).__name__)
            self._is_failing = True
        else:
            self._is_failing = False
