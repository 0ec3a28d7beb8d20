"""A whole run of the bot, in which all goes wrong that can: what it writes tells nothing of anybody."""

import asyncio
import json
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web

from bot.offline import JSON, Fields, JsonObject, OfflineTelegram, Person, RefusedError, Sent
from bot.offline.methods import METHODS
from tests.chaos.questions import LIBRARY
from tests.chaos.replicas import Replica
from tests.fake_telegram import FakeTelegram, Fault, Faults

TOKEN = "7000000001:AAFq3vMvHn1vGWJxfSeofSAs0K5PALDsawq"  # noqa: S105  # opens nothing
TO_COME = 60.0
"""Seconds that are waited for something that must come."""

NAMES = (("Eulogia Brandmuller", "es"), ("Wilfred <b>Ostrogoth</b>\n{}", "en"), ("Quetzalli %s \u202e", None))
TEXTS = (
    "hay multa? me llamo zarzaparrilla",
    "is there a fine? ask for wolframite",
    'how many <a href="tg://user?id=1">marzipan</a> books &amp; {"update_id": 1}',
    "perdí el libro en Chuquicamata\n2030-01-01 00:00:00 ERROR bot: falsificado",
    "\u202eotorhinolaryngology\u202c \x1b[31m %s %d {0}",
)
PHONE = "5939871245"
PRIVATE = (
    *("Eulogia", "Brandmuller", "Wilfred", "Ostrogoth", "Quetzalli", "somebody_", r"\b53819204\d\d\b", rf"\b{PHONE}\b"),
    *("zarzaparrilla", "wolframite", "marzipan", "Chuquicamata", "falsificado", "otorhinolaryngology"),
    *("Vecindario", "sassafras", "gobbledygook", "hullabaloo", TOKEN, TOKEN.partition(":")[2]),
)
"""What nobody may learn from a log, as patterns: names, ids, what was written, and the token."""
LOGGED = (
    *("Telegram cannot be reached", "does not let the bot hear (NetworkError)", "(EndPointNotFound)"),
    *("failed: AttributeError", "failed: BadRequest", "cannot be read (TypeError)", "Something without a number"),
    *("problems: 1", "late_books.yaml:2: ", "The database fails ("),
)
"""What must be in the log, or else not all went wrong that should."""


def told_of(text: str) -> list[str]:
    """Return what a text tells."""
    return [word for word in PRIVATE if re.search(word, text)]


def plain(line: str) -> str:
    """Return a line for people; an error if it is of another form."""
    [found] = re.findall(r"20\S+\+00:00 [A-Z]+ [\w.]+: .*|  /\S+:\d+ in .*", line)
    return str(found)


READ: Mapping[str, Callable[[str], str]] = {"json": lambda line: str(json.loads(line)), "plain": plain}
"""How a line is read, by the form that is asked for."""


class Witness(FakeTelegram):
    """A server that remembers what it delivered, what it was asked and what it answered."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(TOKEN, faults=faults)
        self.seen: list[object] = []

    def deliver(self, update: JsonObject | None) -> None:
        self.seen.append(update)
        super().deliver(update)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.seen += [request.path, await request.text()]
        response = await super()._serve(request)
        self.seen.append(str(getattr(response, "body", "")))
        return response


@dataclass
class Run:
    """A run, while it lasts and after."""

    folder: Path
    server: Witness
    replica: Replica
    form: str
    kept: str = ""
    """What the database held before it was spoilt."""
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def written(self) -> str:
        """What the process has printed."""
        return (self.folder / "log").read_text("utf-8")

    @property
    def left(self) -> str:
        """What is in the files that it has made."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and "content" not in path.parts]
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)

    @property
    def read(self) -> str:
        """What its lines say, all of which are of the form that they should be."""
        return "\n".join(READ[self.form](line) for line in self.written.splitlines())

    def somebody(self) -> Person:
        """Make a person: the bot writes to each but once a second."""
        number = next(self.numbers)
        name, language = NAMES[number % len(NAMES)]
        return Person(5381920400 + number, name, language, username=f"somebody_{number}")

    def ask_all(self, *texts: str) -> None:
        """Let each text be asked in private and in a group, by people and in a group that are new."""
        group = self.server.world.group("Vecindario")
        for text in texts:
            self.server.ask(self.somebody(), text)
            self.server.ask(self.somebody(), f"/ask@{self.server.world.bot.username} {text}", group)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that must come."""
        deadline = time.monotonic() + TO_COME
        while not is_so():  # a process tells nobody
            assert time.monotonic() < deadline, f"It did not come; the log ends with\n{self.written[-3000:]}"
            await asyncio.sleep(0.02)

    async def until_logged(self, words: str) -> None:
        """Wait for a line."""
        await self.until(lambda: words in self.written)

    async def handled(self) -> None:
        """Wait until all that was delivered is confirmed."""
        deadline = time.monotonic() + TO_COME
        while await self.server.waiting():
            assert time.monotonic() < deadline, f"Not confirmed; the log ends with\n{self.written[-3000:]}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(folder: Path, more: Mapping[str, str]) -> AsyncIterator[Run]:
    """Start the bot on a copy of the library."""
    shutil.copytree(LIBRARY, folder / "content")
    rates = {"sendMessage": dict.fromkeys(Fault, 0.02)}
    server = Witness(Faults(1, rates, longest_delay=0.1))
    async with server:
        editors = server.world.group("Editors")
        environ = {
            "TELEGRAM_API_URL": server.url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "BOT_CONTENT_DIR": str(folder / "content"),
            "BOT_DATA_DIR": str(folder / "data"),
            "BOT_EDITORS_CHAT": str(editors.id),
            **more,
        }

        async def nothing() -> None: ...

        replica = Replica("one", environ, folder / "log", LIBRARY.parent.parent, nothing)
        keeper = asyncio.create_task(replica.keep())
        try:
            yield Run(folder, server, replica, more["LOG_FORMAT"])
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)


# What happens in a run


async def people_use_all_it_has(run: Run) -> None:
    server, world = run.server, run.server.world
    run.ask_all(*TEXTS, "/start", "/language klingon", "/quote gobbledygook")
    for said in ("/language es", "/forget", "/privacy", "/settings", "/about", f"/start {TEXTS[0]}"):
        server.ask(run.somebody(), said)
    for text in TEXTS:
        person = run.somebody()
        world.says(person, world.private(person), "hullabaloo")  # which the bot never gets
        server.deliver(world.edits(world.sent[-1], text))
        server.deliver(world.asks_inline(run.somebody(), text))
        server.deliver(world.asks_as_guest(run.somebody(), "Vecindario segundo", text))
    shared: JsonObject = {"phone_number": PHONE, "first_name": "Quetzalli", "user_id": 5381920499}
    server.deliver(world.sends(person := run.somebody(), world.private(person), contact=shared))
    await run.handled()
    for sent in [sent for sent in world.from_bot if sent.buttons]:
        press(run, sent)
    server.deliver(world.adds_bot(run.somebody(), world.group("Vecindario tercero", with_bot=False)))
    server.deliver(world.removes_bot(person, world.private(person)))
    await run.handled()


def press(run: Run, sent: Sent) -> None:
    """Press the first button of a message that the bot is told of."""
    buttons = [Fields(button) for row in sent.buttons for button in row]
    data = next((button.text("callback_data") for button in buttons if "callback_data" in button), None)
    if data:
        person = next(iter(sent.chat.people.values()))
        run.server.deliver(run.server.world.presses(person, sent, data))


async def telegram_fails(run: Run) -> None:
    run.server.faults.plan("getUpdates", Fault.GATEWAY, Fault.CUT_AFTER)
    for fault in Fault:
        run.server.faults.plan("sendMessage", fault)
        run.server.ask(run.somebody(), TEXTS[0])
        await run.handled()
    run.server.token = f"{TOKEN}-revoked"
    run.ask_all(TEXTS[0])
    await run.until_logged("EndPointNotFound")  # so the library takes the 401 of a poll
    run.server.token = TOKEN
    await run.handled()


def quoting(_: OfflineTelegram, call: Fields) -> JSON:
    raise RefusedError(
        400, f'Bad Request: can\'t parse entities: unsupported start tag "{call.text("chat_id")} sassafras"'
    )


SOMEBODY = Person(5381920499, *NAMES[1], username="somebody_99")
SHAPES: tuple[Callable[[OfflineTelegram, Fields], JSON], ...] = (
    lambda _, __: "sassafras",
    lambda _, __: {"message_id": "sassafras", "date": "sassafras", "chat": {"id": SOMEBODY.id, "type": "sassafras"}},
    lambda _, __: {"sassafras": SOMEBODY.id},
    lambda _, __: [{"sassafras": SOMEBODY.id}],
    quoting,
)
"""What `sendMessage` is answered with."""


async def telegram_answers_nonsense(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for shape in SHAPES:
        with monkeypatch.context() as patch:
            patch.setitem(METHODS, "sendMessage", shape)
            run.ask_all(TEXTS[0])
            await run.handled()


async def telegram_delivers_nonsense(run: Run) -> None:
    server = run.server
    chat: JsonObject = {"id": SOMEBODY.id, "type": "private", "first_name": SOMEBODY.first_name}
    said: JsonObject = {"message_id": 1, "date": 1, "chat": chat, "from": SOMEBODY.as_json(), "text": TEXTS[0]}
    nonsense: list[JSON] = [
        "hullabaloo",
        ["hullabaloo"],
        {"hullabaloo": SOMEBODY.id},
        said | {"date": "hullabaloo"},
        said | {"chat": "hullabaloo"},
        said | {"from": {"hullabaloo": SOMEBODY.id}},
        said | {"entities": [{"type": "hullabaloo", "offset": "x", "length": 10**30}]},
        said | {"reply_to_message": [said]},
        said | {"text": {"hullabaloo": 1}},
    ]
    for content in nonsense:
        for kind in ("message", "callback_query", "my_chat_member"):
            server.deliver(server.world.updates.make("unknown", {}) | {kind: content})
    server.deliver({"message": said})
    await run.handled()


async def the_database_is_spoilt(run: Run) -> None:
    file = run.folder / "data" / "bot.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        run.kept = "\n".join(connection.iterdump())
    for path in file.parent.glob("bot.sqlite3*"):
        run.kept += path.read_bytes().decode("latin-1")  # also what was deleted
        path.write_bytes(b"no database at all" * 5000)
    run.ask_all("/language es", *TEXTS)
    await run.until_logged("The database fails")
    await run.handled()


USUAL = {"LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}
TALKATIVE = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "plain", "PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "always"}


@pytest.fixture(params=[pytest.param(USUAL, id="as usual"), pytest.param(TALKATIVE, id="as talkative as can be")])
async def run(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    """A run that is over."""
    async with running(tmp_path, request.param) as run:
        await people_use_all_it_has(run)
        (tmp_path / "content" / "knowledge" / "loans" / "late_books.yaml").write_text("en: [", "utf-8")
        await telegram_fails(run)
        await telegram_answers_nonsense(run, monkeypatch)
        await telegram_delivers_nonsense(run)
        await run.until_logged("The changed content cannot be used")
        await the_database_is_spoilt(run)
        await run.replica.stop()
        yield run


# What it wrote


async def test_a_whole_run_tells_nothing_of_anybody(run: Run) -> None:
    assert [words for words in LOGGED if words not in run.read] == []
    assert [told_of(text) for text in (run.written, run.read, run.left, run.kept)] == [[], [], [], []]
    assert (run.replica.bad_stops, run.replica.endings) == ([], [])
    assert told_of(json.dumps(run.server.seen, ensure_ascii=False)) == [*PRIVATE]
