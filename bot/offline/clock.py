"""The time in Telegram: by default it passes only when somebody looks, and in every run the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When every run begins."""


class Clock:
    """A clock that a test can move; each look moves it by one second, unless it follows another clock.

    `Clock(lambda: START)` stands still until time is made to pass.
    """

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        ticks = count()
        self._source = source or (lambda: START + timedelta(seconds=next(ticks)))
        self._passed = timedelta()

    def now(self) -> datetime:
        """Return the time, aware of its zone."""
        return self._source() + self._passed

    def pass_time(self, duration: timedelta) -> None:
        """Let time pass at once."""
        self._passed += duration
