"""The world that the updates come from: some people, groups and channels, in which something was said already."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from telegram.request import RequestData

from bot.answers import Answers
from bot.config import Config
from bot.intake import Intake
from bot.offline import BOT, OWNER, Chat, Fields, OfflineTelegram, Person
from bot.store import Store, file_url
from tests.conversation import ANA, BIA, CAL, DRU, Conversation, open_conversation
from tests.fuzz.values import MARKUP

EVA = Person(105, f"{MARKUP[0]}\u202e{MARKUP[1]}", "es-419", username="eva_eva")
ODD = Person(106, "\u3164", "x" * 30)
PEOPLE = (ANA, BIA, CAL, DRU, EVA, ODD, OWNER)
TITLE = f"{MARKUP[0]} & {MARKUP[1]} {MARKUP[5]}\u202e{{chat}}"
"""A group's name; Telegram takes 128 characters."""
VERSIONS = ("10.0", "10.1", "10.2", "10.3")


class WatchedTelegram(OfflineTelegram):
    """Telegram in memory that keeps in mind what it refused."""

    def __init__(self, version: str) -> None:
        super().__init__(version=version)
        self.refusals: list[str] = []
        """What was refused, each as `method: the words`."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        """Answer a call, and note a refusal."""
        code, body = await super().do_request(url, method, request_data)
        if code != 200:
            self.refusals.append(f"{self.calls[-1][0]}: {body.decode()}")
        return code, body


@dataclass(frozen=True)
class Scene:
    """A conversation in many places at once."""

    talk: Conversation
    telegram: WatchedTelegram
    intake: Intake
    chats: list[Chat]

    @property
    def now(self) -> datetime:
        """The time in Telegram."""
        return self.telegram.now()


@asynccontextmanager
async def scene(answers: Answers, random: Random, *, is_silent: bool = False) -> AsyncIterator[Scene]:
    """Open a scene in which every person, most groups and the bot have said something, or nobody anything yet."""
    telegram = WatchedTelegram(random.choice(VERSIONS))
    telegram.reads_everything = random.random() < 0.3
    chats = _chats(telegram)
    with TemporaryDirectory() as folder:  # a database in memory would be lost with a connection that is given up
        store = Store(file_url(Path(folder)), "secret")
        try:
            await store.migrate()
            talk = open_conversation(answers, telegram, store, Config(editors=chats[-1].id))
            async with talk.app, _started(talk):
                if not is_silent:
                    await _begin(talk, chats, random)
                yield Scene(talk, telegram, talk.intake, chats)
        finally:
            await store.close()


@asynccontextmanager
async def _started(talk: Conversation) -> AsyncIterator[None]:
    """Let the bot start, and end, as it does by itself."""
    if talk.app.post_init:
        await talk.app.post_init(talk.app)
    yield
    if talk.app.post_stop:
        await talk.app.post_stop(talk.app)


def _chats(telegram: WatchedTelegram) -> list[Chat]:
    """Make the groups and channels; the last one is the editors'."""
    forum = telegram.group("Foro", forum=True, bot_is_admin=True)
    telegram.closes(OWNER, forum, telegram.topic(forum, "Closed"))
    telegram.topic(forum, "Open")
    muted = telegram.group("Muted")
    telegram.restricts(OWNER, muted, BOT, can_send_messages=False)
    discussion = telegram.group("Discussion", bot_is_admin=True)
    made = [telegram.private(person) for person in PEOPLE]
    made += [telegram.group(TITLE), telegram.group(TITLE, bot_is_admin=True), forum, muted, discussion]
    made += [telegram.group("Basic", basic=True), telegram.group("Elsewhere", with_bot=False)]
    made += [
        telegram.channel(TITLE, username="canal", discussed_in=discussion),
        telegram.channel("No", bot_is_admin=False),
    ]
    return [*made, telegram.group("Editors")]


SETTINGS = (
    "speak questions",
    "join on",
    "welcome on",
    "discreet on",
    "answers no limit",
    "quotes daily 9:00",
    f"rules english {MARKUP[0]} {{chat}} {MARKUP[1]} {MARKUP[5]}",
    f"rules español {MARKUP[3]}{MARKUP[4]}",
)
"""What admins of groups choose."""


async def _begin(talk: Conversation, chats: list[Chat], random: Random) -> None:
    samples = [sample for voice in talk.knowledge.voices.values() for sample in voice.samples.values()]
    for person in PEOPLE:
        for _ in range(2):
            await talk.say(person, random.choice([*samples, "xyzzy", "/topics", "/language", "/quote"]))
    for chat in chats:
        if chat.type in {"group", "supergroup"} and chat.bot_status in {"member", "administrator"}:
            await talk.say(OWNER, f"/settings@{BOT.username} answers no limit", chat)
            await talk.say(OWNER, f"/settings@{BOT.username} {random.choice(SETTINGS)}", chat)
            await talk.say(random.choice(PEOPLE), f"/ask@{BOT.username} {random.choice(samples)}", chat)
    await talk.say(OWNER, "/publish @canal")


def texts_sent(method: str, call: Fields) -> list[str]:
    """Return the markup in a call of the bot that people will see."""
    if method in {"sendMessage", "editMessageText"}:
        return [call.text("text")]
    if method == "answerInlineQuery":
        return [_article(result) for result in call.items("results")]
    return [_article(result)] if method == "answerGuestQuery" and (result := call.inner("result")) else []


def _article(result: Fields) -> str:
    content = result.inner("input_message_content")
    return content.text("message_text") if content else ""
