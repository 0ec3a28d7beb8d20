"""The routine of one copy of the bot, whose minutes pass when a test says so."""

from datetime import UTC, datetime

from bot.answers import Answers
from bot.offline import Chat, Sent
from bot.outage import Outage
from bot.posters import Posters
from bot.routine import Routine
from bot.sessions import Sessions
from tests.conversation import Conversation

BOGOTA, SANTIAGO = "America/Bogota", "America/Santiago"
NINE = 9 * 60


class Clockwork:
    """What the bot does unasked, at times of a test's choosing."""

    def __init__(self, talk: Conversation, answers: Answers) -> None:
        self.talk = talk
        self.routine = Routine(answers, Sessions(), talk.store, talk.telegram.now, Outage())
        self._posters = Posters(talk.knowledge, answers.replies)

    async def tick(self) -> list[Sent]:
        """Do what is due now; return what the bot sent meanwhile."""
        before = len(self.talk.telegram.from_bot)
        await self.routine.tick(self.talk.app.bot)
        return self.talk.telegram.from_bot[before:]

    async def at(self, time: str) -> list[Sent]:
        """Let it be a time in UTC, such as `2026-03-02 14:00`, and do what is due then; return what the bot sent."""
        self.turn(time)
        return await self.tick()

    def turn(self, time: str) -> None:
        """Let it be a time in UTC."""
        telegram = self.talk.telegram
        telegram.clock.pass_time(datetime.fromisoformat(time).replace(tzinfo=UTC) - telegram.now())

    async def subscribe(
        self,
        chat: Chat,
        minute: int = NINE,
        weekday: int | None = None,
        zone: str = BOGOTA,
        language: str = "es",
        thread: int | None = None,
    ) -> None:
        """Let a chat have a schedule of quotes, by default daily at nine in Bogotá, which is 14:00 UTC."""
        await self.talk.store.subscriptions.subscribe(
            chat.id, language=language, zone=zone, minute=minute, weekday=weekday, thread=thread
        )

    def posts(self, language: str) -> list[str]:
        """Return the text of every post that the schedule can choose."""
        bot = self.talk.app.bot.username
        return [self._posters.post(entry, language, part, bot).text for entry, part in self._posters.quotes()]
