"""The whole bot under load: answers per CPU-second beside bare handlers, how long people wait, and memory.

Real processes poll a server on this machine. Linux only: what a process has computed and holds is read from /proc.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import median, quantiles

from rich.progress import track
from rich.table import Table

from content import Kind as EntryKind
from content import Knowledge, load
from tests.benchmarks.bots import OURS, Kind, Process, aiogram_echo, echo, sender, started
from tests.benchmarks.telegram import Json, Telegram, serving

WARM_UP, QUESTIONS = 300, 3000
"""Questions before, and while, the CPU is measured."""
ROUNDS = 3
"""The bots take turns, so that other work on the machine disturbs all; the median counts."""
RATE, SECONDS = 100, 30
"""Questions a second, and for how long, to find out how long people wait."""
SETTLED, UPDATES, PORTION = 10_000, 100_000, 500
"""Updates before and between the two looks at the memory, and how many are put at a time. Each private chat is a new
one: the first updates fill the memory of chats (`bot.sessions.CHATS`), so that only what is not bounded can grow on."""
GROUPS = 200
SILENCE = 60.0
"""Seconds without anything happening after which a bot is given up."""


class StuckError(Exception):
    """A bot that has ended or does nothing any more."""


@dataclass(frozen=True)
class Asked:
    """A question, and the language of who asks."""

    text: str
    language: str


class Crowd:
    """People, each with one question, and groups; with one seed always the same."""

    def __init__(self, asked: Sequence[Asked], seed: int = 1) -> None:
        self._asked = asked
        self._random = Random(seed)
        self._people = count(1_000_000)

    def questions(self, number: int) -> list[Json]:
        """Return so many questions, each of a person who has not asked before."""
        return [self._question() for _ in range(number)]

    def mixed(self, number: int) -> list[Json]:
        """Return updates as a bot gets them that may read its groups: mostly what is not for it."""
        makers: list[Callable[[], Json]] = [self._question, self._chatter, self._press, self._edit]
        return [maker() for maker in self._random.choices(makers, [30, 50, 15, 5], k=number)]

    def _question(self) -> Json:
        asked, person = self._random.choice(self._asked), next(self._people)
        return {"message": _message(person, person, asked)}

    def _chatter(self) -> Json:
        group = self._random.randrange(GROUPS)
        return {"message": _message(next(self._people), -1_000_000 - group, Asked("See you all at eight!", "en"))}

    def _edit(self) -> Json:
        person = next(self._people)
        return {"edited_message": {**_message(person, person, Asked("thanks!", "en")), "edit_date": int(time.time())}}

    def _press(self) -> Json:
        person = next(self._people)
        message = {
            **_message(person, person, Asked("Topics", "en")),
            "from": {"id": 1, "is_bot": True, "first_name": "B"},
        }
        press = {"id": str(person), "from": _person(person, "en"), "message": message, "data": "topics:en"}
        return {"callback_query": {**press, "chat_instance": "1"}}


def _message(person: int, chat: int, asked: Asked) -> Json:
    place = {"type": "private", "first_name": "A"} if chat > 0 else {"type": "supergroup", "title": "G"}
    sent = {"message_id": 1, "date": int(time.time()), "chat": {"id": chat, **place}}
    return {**sent, "from": _person(person, asked.language), "text": asked.text}


def _person(number: int, language: str) -> Json:
    return {"id": number, "is_bot": False, "first_name": "A", "language_code": language}


def asked_of(knowledge: Knowledge) -> list[Asked]:
    """Return what people ask for answers in all languages: the phrases of the knowledge."""
    entries = [entry for entry in knowledge.entries.values() if entry.kind is EntryKind.ANSWER]
    return [
        Asked(text, language)
        for entry in entries
        for language, spoken in entry.texts.items()
        for text in spoken.phrases
    ]


def tables(aiogram: str | None) -> Iterator[Table]:
    """Measure, and yield one table a measurement; takes the interpreter that has aiogram, if any."""
    asked = asked_of(load())
    yield asyncio.run(_efficiency(asked, aiogram))
    yield asyncio.run(_waiting(asked))
    yield asyncio.run(_memory(asked))


async def _efficiency(asked: Sequence[Asked], aiogram: str | None) -> Table:
    kinds = [OURS, echo(1), echo(64), await _sender_of(asked)]
    kinds += [aiogram_echo(aiogram)] if aiogram else []
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    for kind in track(kinds * ROUNDS, "Answering", transient=True):
        found[kind.name].append(await _rate(kind, asked))
    ours = median(found[OURS.name])
    table = Table("", "answered", "this bot's share", title="Answered updates per CPU-second")
    for name, rates in found.items():
        table.add_row(name, f"{median(rates):.0f}", f"{ours / median(rates):.2f}")
    return table


async def _sender_of(asked: Sequence[Asked]) -> Kind:
    """Return a bare bot that sends an answer of this one's."""
    async with _warm(OURS, asked) as (telegram, _, _):
        return sender(telegram.answer["text"], telegram.answer.get("reply_markup", ""))


async def _rate(kind: Kind, asked: Sequence[Asked]) -> float:
    """Return how many questions a bot answers in a second of its own time."""
    async with _warm(kind, asked) as (telegram, process, crowd):
        before = process.cpu_seconds()
        telegram.put(crowd.questions(QUESTIONS))
        await _done(telegram, process)
        return QUESTIONS / (process.cpu_seconds() - before)


async def _waiting(asked: Sequence[Asked]) -> Table:
    async with _warm(OURS, asked) as (telegram, process, crowd):
        before, used, begun = len(telegram.waits), process.cpu_seconds(), time.monotonic()
        for number, question in enumerate(crowd.questions(RATE * SECONDS)):
            await asyncio.sleep(begun + number / RATE - time.monotonic())
            telegram.put([question])
        await _done(telegram, process)
        waits, used = telegram.waits[before:], process.cpu_seconds() - used
    title = f"From a question's arrival to its answer: {RATE} a second for {SECONDS} seconds"
    table = Table("median ms", "p99 ms", "longest ms", "CPU used", title=title)
    cells = [1000 * median(waits), 1000 * quantiles(waits, n=100)[98], 1000 * max(waits)]
    table.add_row(*(f"{cell:.0f}" for cell in cells), f"{100 * used / SECONDS:.0f}%")
    return table


async def _memory(asked: Sequence[Asked]) -> Table:
    async with _warm(OURS, asked) as (telegram, process, crowd):
        await _serve(telegram, process, crowd, SETTLED)
        before = process.resident_kib()
        await _serve(telegram, process, crowd, UPDATES)
        after = process.resident_kib()
    table = Table("before MB", "after MB", "growth", title=f"Resident memory, {UPDATES:,} updates of all kinds")
    table.add_row(f"{before / 1024:.1f}", f"{after / 1024:.1f}", f"{100 * (after / before - 1):+.1f}%")
    return table


async def _serve(telegram: Telegram, process: Process, crowd: Crowd, updates: int) -> None:
    portions = range(0, updates, PORTION)
    for _ in track(portions, "Serving", transient=True):
        telegram.put(crowd.mixed(PORTION))
        await _done(telegram, process)


@asynccontextmanager
async def _warm(kind: Kind, asked: Sequence[Asked]) -> AsyncIterator[tuple[Telegram, Process, Crowd]]:
    """Start a bot, and wait until it has answered some questions."""
    telegram, crowd = Telegram(), Crowd(asked)
    async with serving(telegram) as url, started(kind, url) as process:
        telegram.put(crowd.questions(WARM_UP))
        await _done(telegram, process)
        yield telegram, process, crowd


async def _done(telegram: Telegram, process: Process) -> None:
    """Wait until a bot has done all. Raises StuckError if it has ended, or nothing happens any more."""
    try:
        while not telegram.is_done:
            async with asyncio.timeout(SILENCE):
                await telegram.changed()
    except TimeoutError:
        state = "does nothing" if process.is_alive else "has ended"
        raise StuckError(f"The bot {state}.") from None
