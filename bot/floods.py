"""How much of one person the bot takes, so that others do not pay for a flood: in memory, bounded, nothing said."""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from bot.limiter import Pace
from bot.sessions import Recent

REMEMBERED = 5_000
"""Whose paces are remembered; who did nothing for longest is forgotten first, and nobody who is in full flood."""
NOTICE_SECONDS = 600.0
"""Seconds until somebody who was asked to slow down may be asked again."""


class Deed(Enum):
    """What a person does, each with a pace of its own."""

    WRITE = "write"
    """A message, a command or a change of one, in private."""
    ADDRESS = "address"
    """The same in a group, or as a guest of one: what is for the bot."""
    GATHER = "gather"
    """What all members of a group together address to the bot."""
    PRESS = "press"
    """A press of a button, anywhere."""
    SEARCH = "search"
    """A keystroke of an inline query."""
    CONTROL = "control"
    """A command by which people keep control of the bot, anywhere."""


@dataclass(frozen=True)
class Limit:
    """So much of something in so many seconds, so much of it at once.

    Whoever did too much is heard again after so many calm seconds: without any, as soon as the pace allows it.
    """

    events: int
    seconds: float
    at_once: int
    calm: float = 0.0


LIMITS = MappingProxyType(
    {
        # Slower than the one message a second that Telegram takes for a chat: what waits for that is no slower a flood
        Deed.WRITE: Limit(30, 60.0, 10, calm=3.0),
        Deed.ADDRESS: Limit(10, 60.0, 10),
        # As many messages as Telegram takes in a group; more answers would wait, and others' behind them
        Deed.GATHER: Limit(20, 60.0, 20),
        Deed.PRESS: Limit(30, 60.0, 10, calm=3.0),
        # Apps ask about twice a second while somebody types. No calm: the last keystroke must not be the one unheard
        Deed.SEARCH: Limit(120, 60.0, 40),
        Deed.CONTROL: Limit(10, 60.0, 10),
    }
)


class _Stream:
    """What one person does, as it comes."""

    def __init__(self, limit: Limit) -> None:
        self._pace = Pace(limit.events, limit.seconds, limit.at_once)
        self._calm = limit.calm
        self._last = float("-inf")
        self._is_flood = False

    def takes(self, at: float) -> bool:
        is_calm, self._last = at - self._last >= self._calm, at
        self._is_flood = (self._is_flood and not is_calm) or self._pace.next(at) > at
        if not self._is_flood:
            self._pace.take(at)
        return not self._is_flood


class Floods:
    """Tells what is too much; times are in seconds, those of one kind of deed by one clock."""

    def __init__(self) -> None:
        self._streams: Recent[tuple[int, int, Deed], _Stream] = Recent(REMEMBERED)
        self._told: Recent[int, float] = Recent(REMEMBERED)

    def take(self, chat: int, person: int, deed: Deed, at: float) -> bool:
        """Note that a person does something in a chat (0 is any of either), and tell whether it is not too much."""
        return self._streams.get_or_put((chat, person, deed), lambda: _Stream(LIMITS[deed])).takes(at)

    def may_tell(self, person: int, now: float) -> bool:
        """Tell whether a person can be asked to slow down, and note that they are."""
        told = self._told.get(person)
        if told is not None and now - told < NOTICE_SECONDS:
            return False
        self._told.put(person, now)
        return True
