"""The time, handed to whoever needs it, so that tests can choose it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Returns the time now, aware of its zone."""


def now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)
