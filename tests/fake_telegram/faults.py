"""What goes wrong, by chance but in each run with the same seed alike."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from random import Random

Rates = Mapping[str, Mapping["Fault", float]]
"""By method, how probable each fault is; `ANY` stands for the methods that are not named."""
ANY = "*"


class Fault(StrEnum):
    """What a call may meet instead of Telegram's answer."""

    TOO_MANY = "429"
    FORBIDDEN = "403"
    ERROR = "500"
    GATEWAY = "502"
    CUT_BEFORE = "cut before the effect"
    CUT_AFTER = "cut after the effect"
    DELAY = "delay"
    """The answer comes late, but it comes."""

    @property
    def prevents(self) -> bool:
        """Whether the call has no effect."""
        return self not in (Fault.CUT_AFTER, Fault.DELAY)


class Faults:
    """Which call meets which fault: what is planned for it, else what the seed has for the nth call of a method."""

    def __init__(
        self,
        seed: int = 0,
        rates: Rates | None = None,
        *,
        repeats: float = 0,
        longest_pause: float = 0,
        longest_delay: float = 1,
        retry_after: int = 1,
    ) -> None:
        """Take the rates, each 0 to 1; `repeats` is that of updates which are delivered once more.

        A queue of the webhook pauses up to `longest_pause` seconds before a delivery, so that queues overtake one
        another; `longest_delay` is that of late answers, `retry_after` the seconds that the error 429 names.
        """
        self._randoms = _Randoms(seed)
        self._rates = rates or {}
        self._repeats = repeats
        self._longest_pause = longest_pause
        self._longest_delay = longest_delay
        self._planned: defaultdict[str, list[Fault]] = defaultdict(list)
        self.retry_after = retry_after

    def plan(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method meet these faults, one each."""
        self._planned[method] += faults

    def stop(self) -> None:
        """Let nothing go wrong any more."""
        self._rates, self._repeats, self._longest_pause = {}, 0, 0
        self._planned.clear()

    def draw(self, method: str) -> Fault | None:
        """Return what the next call of a method meets, None if nothing goes wrong."""
        if self._planned[method]:
            return self._planned[method].pop(0)
        left = self._randoms[method].random()
        for fault, rate in self._rates.get(method, self._rates.get(ANY, {})).items():
            if left < rate:
                return fault
            left -= rate
        return None

    def repeats(self) -> bool:
        """Tell whether an update that was delivered is delivered once more."""
        return self._randoms["repeats"].random() < self._repeats

    def pause(self, queue: str) -> float:
        """Return how many seconds a queue of the webhook waits before its next delivery."""
        return self._randoms[queue].uniform(0, self._longest_pause)

    def delay(self, method: str) -> float:
        """Return how many seconds late an answer comes."""
        return self._randoms[f"delay of {method}"].uniform(0, self._longest_delay)


class _Randoms(dict[str, Random]):
    """A sequence of its own for each name, so that what happens to one changes no other."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def __missing__(self, name: str) -> Random:
        self[name] = Random(f"{self._seed} {name}")
        return self[name]
