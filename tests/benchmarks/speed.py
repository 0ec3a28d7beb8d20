"""The shipped knowledge: one match against rapidfuzz's WRatio in the same run, the start of `ask`, and memory."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process
from rich.table import Table
from telegram import Update

from bot.answers import Answers
from bot.app import build_app
from bot.config import Config
from bot.learnt import learnt_matcher
from bot.offline import OfflineTelegram, Person
from bot.replies import Replies
from bot.store import IN_MEMORY, Store
from content import Knowledge, load
from intents import Matcher

QUESTIONS = Path(__file__).parents[1] / "questions"
BASELINE_QUESTIONS = 40
"""The baseline is slow: so many questions, spread over all, are enough for its median."""
STARTS = 5
LONGEST = 4096
PATHOLOGICAL = {
    "4096 characters, all words unknown": " ".join(f"{number:x}zqx"[::-1] for number in range(LONGEST)),
    "4096 characters, every word a slip": "survielance treety jugde convetion goverment " * LONGEST,
    "4096 signs of eighteen letters each": "\ufdfa" * LONGEST,
    "4096 characters of short sentences": "who leads? and when? " * LONGEST,
}


def tables() -> Iterator[Table]:
    """Measure, and yield one table a measurement."""
    knowledge = load()
    matcher = learnt_matcher(knowledge)
    yield _matching(knowledge, matcher)
    yield _pathological(matcher)
    yield _starting()


def _questions() -> list[str]:
    files = sorted(QUESTIONS.glob("*.jsonl"))
    return [json.loads(line)["q"] for file in files for line in file.read_text("utf-8").splitlines()]


def _matching(knowledge: Knowledge, matcher: Matcher) -> Table:
    questions = _questions()
    entries = knowledge.entries.values()
    phrases = [phrase for entry in entries for text in entry.texts.values() for phrase in text.phrases]
    ours = times(matcher.match, questions)
    sample = questions[:: max(1, len(questions) // BASELINE_QUESTIONS)]
    base = times(lambda question: process.extract(question, phrases, scorer=fuzz.WRatio, limit=5), sample)
    table = Table(
        "", "questions", "median ms", "p99 ms", "times faster", title=f"One match over {len(phrases)} phrases"
    )
    table.add_row("Matcher.match", *row(ours), f"{statistics.median(base) / statistics.median(ours):.0f}")
    table.add_row("process.extract, WRatio", *row(base), "1")
    return table


def _pathological(matcher: Matcher) -> Table:
    table = Table("", "median ms", "slowest ms", title="One pathological question")
    for name, text in PATHOLOGICAL.items():
        taken = times(matcher.match, [text[:LONGEST]] * 20)
        table.add_row(name, f"{statistics.median(taken):.1f}", f"{max(taken):.1f}")
    return table


def times(match: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return how many milliseconds each question takes, after one that is not counted."""
    taken = []
    match(questions[0])
    for question in questions:
        start = time.perf_counter()
        match(question)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def row(taken: Sequence[float]) -> tuple[str, str, str]:
    """Return how many, their median and the 99th percentile."""
    p99 = statistics.quantiles(taken, n=100)[98]
    return str(len(taken)), f"{statistics.median(taken):.2f}", f"{p99:.2f}"


def _starting() -> Table:
    ask = [sys.executable, "-m", "bot", "ask", "who leads AlSur?"]
    starts = []
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(ask, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
        starts.append(time.perf_counter() - start)
    measure = [sys.executable, "-m", "tests.benchmarks", "memory"]
    memory = subprocess.run(measure, check=True, capture_output=True, text=True).stdout  # noqa: S603
    start = time.perf_counter()
    knowledge = load()
    read = time.perf_counter() - start
    table = Table("", "", title="Starting and running")
    table.add_row("`ask` to its first answer, median", f"{statistics.median(starts):.2f} s")
    table.add_row("  of which the content is read and checked in", f"{read:.2f} s")
    table.add_row("learning, when content or code have changed", f"{_learning(knowledge):.2f} s")
    table.add_row("resident memory of a bot that runs", f"{int(memory) / 1024:.0f} MB")
    return table


def _learning(knowledge: Knowledge) -> float:
    from bot.answers import matcher_of

    start = time.perf_counter()
    matcher_of(knowledge)
    return time.perf_counter() - start


def resident_kib_of_a_bot() -> int:
    """Serve some questions as the bot does when it runs; return this process's resident memory then (Linux)."""
    knowledge = load()
    asyncio.run(_serve_some(knowledge))
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def _serve_some(knowledge: Knowledge) -> None:
    telegram, person = OfflineTelegram(), Person(1, "A", "es")
    config = Config()
    store = Store(IN_MEMORY, secret="")
    await store.migrate()
    answers = Answers(knowledge, learnt_matcher(knowledge), Replies(knowledge, "0"))
    app = build_app(answers, store, config, request=telegram)
    async with app:
        for question in _questions()[:200]:
            if update := telegram.says(person, telegram.private(person), question):
                await app.process_update(Update.de_json(update, app.bot))
