"""A conversation over the real application: only the network is replaced, by Telegram in memory."""

import asyncio
from collections.abc import Callable
from random import Random

from telegram import Update

from bot.answers import Answers
from bot.app import App, build_app
from bot.config import Config
from bot.intake import Intake
from bot.metrics import Metrics
from bot.offline import Chat, JsonObject, OfflineTelegram, Person, Sent
from bot.outage import Outage
from bot.sessions import Sessions
from bot.store import Store
from content import Knowledge

ANA = Person(101, "Ana", "es", username="ana")
BIA = Person(102, "Bia", "pt-br", username="bia")
CAL = Person(103, "Cal", "en", username="cal")
DRU = Person(104, "Dru", None)
PEOPLE = {"es": ANA, "pt": BIA, "en": CAL}


class Conversation:
    """People and the bot, in any number of chats."""

    def __init__(
        self, knowledge: Knowledge, app: App, telegram: OfflineTelegram, store: Store, sessions: Sessions
    ) -> None:
        self.knowledge = knowledge
        self.app = app
        self.telegram = telegram
        self.store = store
        self.sessions = sessions

    @property
    def intake(self) -> Intake:
        """A way in for updates as Telegram delivers them, with claims and turns; each is another copy's."""
        return Intake(self.app, self.store, self.sessions, self.telegram.now, Outage(), Metrics())

    async def hear(self, update: JsonObject | None) -> list[Sent]:
        """Let the bot handle what Telegram delivers; return the messages that it sent or changed."""
        before = {id(sent): (sent.text, sent.labels) for sent in self.telegram.from_bot}
        if update is not None:
            await self.app.process_update(Update.de_json(update, self.app.bot))
        return [sent for sent in self.telegram.from_bot if before.get(id(sent)) != (sent.text, sent.labels)]

    async def say(
        self, person: Person, text: str, chat: Chat | None = None, reply_to: Sent | None = None
    ) -> list[Sent]:
        """Say something, in the private chat with the bot by default; return what the bot answers."""
        where = chat or self.telegram.private(person)
        return await self.hear(self.telegram.says(person, where, text, reply_to=reply_to))

    async def answer(self, person: Person, text: str, chat: Chat | None = None, reply_to: Sent | None = None) -> Sent:
        """Say something that is answered by exactly one message, and return that."""
        [sent] = await self.say(person, text, chat, reply_to)
        return sent

    async def press(self, person: Person, message: Sent, label_or_data: str) -> list[Sent]:
        """Press a button; return the messages that the bot sent or changed."""
        return await self.hear(self.telegram.presses(person, message, label_or_data))

    def title(self, entry: str, language: str) -> str:
        """Return an entry's title: how a test says which answer it means."""
        return self.knowledge.entries[entry].texts[language].title


def open_conversation(
    answers: Answers, telegram: OfflineTelegram, store: Store, config: Config | None = None
) -> Conversation:
    """Build the application over a Telegram in memory; quotes are chosen as if at random, always the same."""
    sessions, config = Sessions(), config or Config()
    app = build_app(answers, store, config, telegram, sessions=sessions, random=Random(1), clock=telegram.now)
    return Conversation(answers.knowledge, app, telegram, store, sessions)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, ten seconds at most: what is waited for is in many places, and tells nobody."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
