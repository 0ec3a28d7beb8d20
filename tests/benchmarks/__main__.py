"""Measure the bot on this machine: `python -m tests.benchmarks`.

Prints the time of one match against rapidfuzz's `process.extract` with `WRatio` over the same phrases in the same
run, the time from the command line to a first answer, and the memory of a bot that runs.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table
from telegram import Update

from bot.answers import Answers, matcher_of
from bot.app import build_app
from bot.learnt import learnt_matcher
from bot.offline import OfflineTelegram, Person
from bot.replies import Replies
from content import Knowledge, load

QUESTIONS = Path(__file__).parents[1] / "questions"
BASELINE_QUESTIONS = 40
"""The baseline is slow: so many questions, spread over all, are enough for its median."""
STARTS = 5


def main() -> None:
    """Print one table a measurement; with the argument `memory`, only this process's memory in KiB."""
    knowledge = load()
    if sys.argv[1:] == ["memory"]:
        asyncio.run(_serve_some(knowledge))
        print(_resident_kib())
        return
    console = Console()
    console.print(_matching(knowledge))
    console.print(_starting())


def _questions() -> list[str]:
    files = sorted(QUESTIONS.glob("*.jsonl"))
    return [json.loads(line)["q"] for file in files for line in file.read_text("utf-8").splitlines()]


def _matching(knowledge: Knowledge) -> Table:
    questions = _questions()
    entries = knowledge.entries.values()
    phrases = [phrase for entry in entries for text in entry.texts.values() for phrase in text.phrases]
    matcher = matcher_of(knowledge)
    ours = _times(matcher.match, questions)
    sample = questions[:: max(1, len(questions) // BASELINE_QUESTIONS)]
    base = _times(lambda question: process.extract(question, phrases, scorer=fuzz.WRatio, limit=5), sample)
    table = Table(
        "", "questions", "median ms", "p99 ms", "times faster", title=f"One match over {len(phrases)} phrases"
    )
    ratio = statistics.median(base) / statistics.median(ours)
    table.add_row("Matcher.match", *_row(ours), f"{ratio:.0f}")
    table.add_row("process.extract, WRatio", *_row(base), "1")
    return table


def _times(match: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return how many milliseconds each question takes, after one round that is not counted."""
    times = []
    match(questions[0])
    for question in questions:
        start = time.perf_counter()
        match(question)
        times.append(1000 * (time.perf_counter() - start))
    return times


def _row(times: list[float]) -> tuple[str, str, str]:
    p99 = statistics.quantiles(times, n=100)[98]
    return str(len(times)), f"{statistics.median(times):.2f}", f"{p99:.2f}"


def _starting() -> Table:
    ask = [sys.executable, "-m", "bot", "ask", "who leads AlSur?"]
    times = []
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(ask, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
        times.append(time.perf_counter() - start)
    measure = [sys.executable, "-m", "tests.benchmarks", "memory"]
    memory = subprocess.run(measure, check=True, capture_output=True, text=True).stdout  # noqa: S603
    table = Table("", "", title="Starting and running")
    table.add_row("`ask` to its first answer, median", f"{statistics.median(times):.2f} s")
    table.add_row("resident memory of a bot that runs", f"{int(memory) / 1024:.0f} MB")
    return table


async def _serve_some(knowledge: Knowledge) -> None:
    """Answer every question once, as the bot does when it runs."""
    telegram, person = OfflineTelegram(), Person(1, "A", "es")
    app = build_app(
        Answers(knowledge, learnt_matcher(knowledge), Replies(knowledge, "0")), "1:offline", request=telegram
    )
    async with app:
        for question in _questions()[:200]:
            if update := telegram.says(person, telegram.private(person), question):
                await app.process_update(Update.de_json(update, app.bot))


def _resident_kib() -> int:
    """Return this process's resident memory now (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main()
