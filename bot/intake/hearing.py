"""Whether Telegram is heard: how long to wait after it failed, and when there is no hope."""

import logging
import random
import time
from collections.abc import Callable

from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.limiter import seconds_of

BACK_OFF = (1.0, 60.0)
"""The first and the longest pause in seconds after a failed call."""
PATIENCE = 300.0
"""Seconds of refusal (of the token, or since another copy polls) after which the bot ends rather than be deaf."""

_LOG = logging.getLogger(__name__)


class DeafError(Exception):
    """Telegram lets the bot hear nothing any more; its text is one plain sentence."""


class Hearing:
    """When Telegram was heard last, and what it refused since."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused_since: float | None = None
        self._failures = 0
        self.heard_at = clock()
        """When Telegram last gave a sign of life, at first when this was made; by the clock."""

    def heard(self) -> None:
        """Note a sign of life."""
        self._refused_since, self._failures, self.heard_at = None, 0, self._clock()

    def pause_after(self, error: TelegramError) -> float:
        """Log a failed call and return how many seconds to wait. Raises DeafError when waiting is of no use."""
        self._failures += 1
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        if isinstance(error, InvalidToken | EndPointNotFound | Conflict):
            self._refused(error)
        if self._failures == 1:
            _LOG.warning("Telegram does not let the bot hear (%s): trying again until it does", type(error).__name__)
        return back_off(self._failures)

    def _refused(self, error: TelegramError) -> None:
        now = self._clock()
        if self._refused_since is None:
            self._refused_since = now
        if now - self._refused_since >= PATIENCE:
            if isinstance(error, Conflict):
                raise DeafError("Another copy of the bot listens with the same token: stop one of them.") from None
            raise DeafError(
                "Telegram no longer takes the bot's token: it was revoked, or the server is wrong."
            ) from None


def back_off(failures: int) -> float:
    """Return how many seconds to wait after so many failures: longer each time, and never quite the same."""
    first, longest = BACK_OFF
    return min(longest, first * 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
