"""What the bot asked for: the calls, and traps that hold one of them at a chosen moment."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from bot.offline import JsonObject
from tests.fake_telegram.faults import Fault


class Moment(StrEnum):
    """Where in a call something happens."""

    BEFORE = "before the effect"
    AFTER = "after the effect"


@dataclass
class Call:
    """One call of a method."""

    method: str
    parameters: JsonObject
    caller: str = ""
    """What stood in the address before `/bot`: by this, processes can be told apart."""
    fault: Fault | None = None
    status: int = 0
    """Of the answer; 0 while there is none, and for ever if it is cut."""
    has_effect: bool = False
    """Whether Telegram did what was asked."""

    @property
    def is_unknown(self) -> bool:
        """Whether the bot cannot know if the call had an effect: no answer, or one that is not from the Bot API."""
        return self.status in (0, 500, 502)


class Trap:
    """Holds the next call of a method at a moment until it is let go, or cut."""

    def __init__(self, method: str, moment: Moment) -> None:
        self.method = method
        self.moment = moment
        self.call: Call | None = None
        """The call that is held."""
        self._caught = asyncio.Event()
        self._decided = asyncio.Event()
        self._is_cut = False

    async def caught(self) -> Call:
        """Wait for a call to be held; return it."""
        await self._caught.wait()
        assert self.call is not None
        return self.call

    def let_go(self, *, cut: bool) -> None:
        """Let the call go on, or cut its connection."""
        self._is_cut = cut
        self._decided.set()

    async def hold(self, call: Call) -> bool:
        """Hold a call; return whether it is cut."""
        self.call = call
        self._caught.set()
        await self._decided.wait()
        return self._is_cut
