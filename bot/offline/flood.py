"""Telegram's limits for what a bot sends: how soon it has said too much.

The numbers are those of Telegram's Bots FAQ. Doubtful: how long a burst may be (five messages here), and how long
Telegram makes a bot wait: really longer the more it insists. Here it is the least time after which a call is accepted.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from bot.offline.chats import Chat
from bot.offline.refusals import too_many_requests


class _Window:
    """At most so many calls in so long a time."""

    def __init__(self, calls: int, duration: timedelta) -> None:
        self._duration = duration
        self._calls: deque[datetime] = deque(maxlen=calls)

    def wait(self, now: datetime) -> timedelta:
        """Return how long until one more call is within the limit."""
        if len(self._calls) < (self._calls.maxlen or 0):
            return timedelta()
        return max(timedelta(), self._calls[0] + self._duration - now)

    def note(self, now: datetime) -> None:
        """Count a call that is accepted."""
        self._calls.append(now)


class Flood:
    """The limits of one bot: 30 messages a second, 20 a minute in a group, in private one a second with bursts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._all = _Window(30, timedelta(seconds=1))
        self._chats: dict[int, _Window] = {}

    def count(self, chat: Chat) -> None:
        """Count a message for a chat; refuse it with the error 429 where it is one too many."""
        now, windows = self._now(), (self._all, self._window(chat))
        wait = max(window.wait(now) for window in windows)
        if wait:
            raise too_many_requests(ceil(wait.total_seconds()))
        for window in windows:
            window.note(now)

    def _window(self, chat: Chat) -> _Window:
        private = chat.type == "private"
        made = _Window(5, timedelta(seconds=5)) if private else _Window(20, timedelta(minutes=1))
        return self._chats.setdefault(chat.id, made)
