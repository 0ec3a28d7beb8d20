"""Many phrases: the time of a match, of learning, and the memory, for 10,000 and 100,000 phrases.

The phrases are made from the texts of public data sets: each is the first part of one text and the last part of
another one with the same label, so that words are as frequent as people make them.
"""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from rapidfuzz import fuzz, process
from rich.progress import track
from rich.table import Table

from intents import Matcher, Phrase
from tests.benchmarks.datasets import read, sets_in
from tests.benchmarks.speed import row, times

SIZES = (10_000, 100_000)
QUESTIONS, BASELINE_QUESTIONS = 500, 15


def tables(folder: Path) -> Iterator[Table]:
    """Measure each size, WRatio over the same phrases beside it."""
    table = Table(
        "phrases", "entries", "median ms", "p99 ms", "WRatio ms", "times faster", "learning s", "bytes a phrase",
        title="Many phrases",
    )  # fmt: skip
    sets = sets_in(folder)
    for size in track(SIZES, "Learning", transient=True):
        phrases = _phrases(sets, size)
        questions = [text for path in sets for text, _ in read(path / "test.jsonl")]
        questions = Random(1).sample(questions, QUESTIONS)
        start = time.perf_counter()
        matcher = Matcher(phrases)
        learning = time.perf_counter() - start
        _, median, p99 = row(ours := times(matcher.match, questions))
        texts = [phrase.text for phrase in phrases]
        base = times(lambda question: process.extract(question, texts, scorer=fuzz.WRatio, limit=5),  # noqa: B023
                     questions[:BASELINE_QUESTIONS])  # fmt: skip
        slow = statistics.median(base)
        table.add_row(
            f"{size:,}",
            str(len({phrase.entry for phrase in phrases})),
            median,
            p99,
            f"{slow:.0f}",
            f"{slow / statistics.median(ours):.0f}",
            f"{learning:.1f}",
            f"{_bytes_of_a_matcher(phrases) / size:.0f}",
        )
    yield table


def _phrases(sets: Sequence[Path], size: int) -> list[Phrase]:
    """Make different phrases: the beginning of one text of a label, and the end of another."""
    texts: dict[str, list[list[str]]] = {}
    for path in sets:
        for name in ("train.jsonl", "valid.jsonl"):
            for text, label in read(path / name):
                if label is not None:
                    texts.setdefault(f"{path.name} {label}", []).append(text.split())
    random, labels = Random(1), sorted(texts)
    made: dict[str, Phrase] = {}
    while len(made) < size:
        label = random.choice(labels)
        first, last = random.choice(texts[label]), random.choice(texts[label])
        odd = random.choice(random.choice(texts[random.choice(labels)]))
        words = [*first[: random.randint(1, len(first))], odd, *last[random.randint(0, len(last) - 1) :]]
        text = " ".join(words)
        made.setdefault(text, Phrase(text, label, ""))
    return list(made.values())


def _bytes_of_a_matcher(phrases: list[Phrase]) -> int:
    """Return what a matcher that has learnt holds, beyond the phrases' texts."""
    gc.collect()
    tracemalloc.start()
    matcher = Matcher(phrases)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del matcher
    return held
