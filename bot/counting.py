"""How often each answer is asked for, and helps: numbers that belong to nobody."""

from bot.metrics import Metrics, Seat
from bot.outage import Bridge, Outage
from bot.replies import Reply
from bot.sessions import Shown
from bot.store import Counts


class Counting:
    """Counts in the database; when that fails a count is lost, never an answer."""

    def __init__(self, counts: Counts, outage: Outage, metrics: Metrics) -> None:
        self._counts = counts
        self._bridge = Bridge(outage)
        self._metrics = metrics

    async def answered(self, reply: Reply, seat: Seat) -> None:
        """Count a question, and the answer that its reply shows, if it shows one."""
        if reply.finding:
            self._metrics.answered(reply.finding, seat)
        await self.asked(reply.shown)

    async def asked(self, shown: Shown | None) -> None:
        """Count that somebody asked for an answer and was shown it; None (no answer was shown) counts nothing."""
        if shown:
            await self._bridge.cross(lambda: self._counts.asked(shown.entry))

    async def rated(self, entry: str, *, helpful: bool) -> None:
        """Count that an answer helped somebody, or did not."""
        await self._bridge.cross(lambda: self._counts.rated(entry, helpful=helpful))
