"""Public intent data sets: how well the engine does on phrases that it was not made for.

Each set is a folder with train.jsonl (the phrases), valid.jsonl (to choose a threshold), test.jsonl and
test-typos.jsonl, with one object a line: {"text", "label"}; no label is out of scope.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from rich.progress import track
from rich.table import Table

from intents import Matcher, Phrase

LET_THROUGH = 5
"""Per cent of the validation's questions out of scope that may pass the threshold of ok@5."""


@dataclass(frozen=True)
class Judged:
    """A question, and what the engine made of it."""

    in_scope: bool
    right: bool
    score: float


def tables(folder: Path) -> Iterator[Table]:
    """Score the engine, as it stands, on every set of a folder."""
    table = Table("set", "phrases", "top-1", "ok@5", "typos top-1", "typos ok@5", "AUROC", title="Public data sets, %")
    for column in table.columns[1:]:
        column.justify = "right"
    figures = []
    sets = sets_in(folder)
    for path in track(sets, "Asking", transient=True):
        phrases, found = _score(path)
        figures.append(found)
        table.add_row(path.name, str(phrases), *(f"{value:.1f}" for value in found))
    if len(figures) > 1:
        table.add_row("mean", "", *(f"{fmean(column):.1f}" for column in zip(*figures, strict=True)))
    yield table


def sets_in(folder: Path) -> list[Path]:
    """Return the folders of all sets; ends the program with one sentence if there are none."""
    sets = sorted(path.parent for path in folder.glob("*/train.jsonl"))
    if not sets:
        sys.exit(f"There is no set in {folder}: each is a folder with train.jsonl, valid.jsonl and test.jsonl.")
    return sets


def _score(path: Path) -> tuple[int, list[float]]:
    phrases = [Phrase(text, label, "") for text, label in read(path / "train.jsonl") if label is not None]
    matcher = Matcher(phrases)
    refused = [judged.score for judged in _judge(matcher, path / "valid.jsonl") if not judged.in_scope]
    threshold = quantiles(refused, n=100 // LET_THROUGH, method="inclusive")[-1] if len(refused) > 1 else 0.0
    figures = []
    for name in ("test.jsonl", "test-typos.jsonl"):
        asked = [judged for judged in _judge(matcher, path / name) if judged.in_scope]
        figures.append(100 * fmean(judged.right for judged in asked))
        figures.append(100 * fmean(judged.right and judged.score > threshold for judged in asked))
    return len(phrases), [*figures, 100 * auroc(_judge(matcher, path / "test.jsonl"))]


def read(path: Path) -> list[tuple[str, str | None]]:
    """Read the texts of a file with their labels."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [(row["text"], row["label"]) for row in rows]


def _judge(matcher: Matcher, path: Path) -> list[Judged]:
    found = [(matcher.match(text).ranked[0], label) for text, label in read(path)]
    return [Judged(label is not None, best.entry == label, best.score) for best, label in found]


def auroc(judged: Sequence[Judged]) -> float:
    """Return how often a question in scope scores above one out of scope; a tie counts half."""
    inside = [one.score for one in judged if one.in_scope]
    outside = [one.score for one in judged if not one.in_scope]
    if not (inside and outside):
        return float("nan")
    return fmean((one > other) + (one == other) / 2 for one in inside for other in outside)
