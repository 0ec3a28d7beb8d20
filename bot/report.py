"""`evaluate`: what is told of many judged questions."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot.answers import Answers
from bot.evaluation import SMALLTALK, Result
from bot.explain import explained
from bot.store import Count
from content import ContentError, Kind, Knowledge, Problem
from intents import Confusion

BINS = 10
PAIRS_SHOWN, PHRASES_SHOWN = 20, 60
"""The most that is told of confusable entries: what an editor reads in one go."""
BAR = 40
"""Characters of a full bar in the terminal."""
VERDICTS = ("right", "suggested", "refused", "missed", "wrong")
"""From the best to the worst."""


def report(results: Sequence[Result], answers: Answers, console: Console) -> None:
    """Print tables by language and by kind, how reliable the score is, and every miss with what was heard."""
    asked = [result for result in results if result.question.gold not in ((), (SMALLTALK,))]
    console.print(_table("In scope: % of questions", asked, ("right", "within", "wrong", "language")))
    strange = [result for result in results if not result.question.gold]
    console.print(_table("Out of scope: % of questions", strange, ("false answer",)))
    smalltalk = [result for result in results if result.question.gold == (SMALLTALK,)]
    console.print(_table("Small talk: % of questions", smalltalk, ("right",)))
    _say(console, *_reliability_lines(reliability(results)))
    for result in results:
        if not result.within and (result.question.gold or result.wrong):
            name = type(result.outcome).__name__.lower()
            heard = ", ".join(f"{match.entry} {match.score:.0f}" for match in result.outcome.ranked[:3])
            why = explained(result.question.text, result.outcome, answers)
            head = f"{result.question.language} {result.question.kind}: {result.question.text}"
            _say(console, "", head, f"  {name}: {heard}", *(f"  {line}" for line in why))


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _table(title: str, results: Sequence[Result], columns: Sequence[str]) -> Table:
    table = Table("", "questions", *columns, title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    groups = Counter(name for result in results for name in _groups(result))
    for group in sorted(groups, key=lambda name: (name != "all", name)):
        members = [result for result in results if group in _groups(result)]
        table.add_row(Text(group), str(len(members)), *(_share(members, column) for column in columns))
    return table


def _groups(result: Result) -> tuple[str, str, str]:
    return ("all", result.question.language, result.question.kind)


def _share(results: Sequence[Result], column: str) -> str:
    """Write the percentage of results that a column counts; those of mixed language don't count for language."""
    verdicts = {
        "right": [result.right for result in results],
        "within": [result.within for result in results],
        "wrong": [result.wrong for result in results],
        "false answer": [result.wrong for result in results],
        "language": [
            result.outcome.language == result.question.language for result in results if result.question.kind != "mixed"
        ],
    }[column]
    return f"{100 * sum(verdicts) / len(verdicts):.1f}" if verdicts else "–"


# How reliable the score is


def reliability(results: Sequence[Result]) -> list[tuple[float, float, int]]:
    """Return, for each tenth of the score: the mean score, the percentage of right best matches, and how many."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for result in results:
        if result.outcome.ranked:
            best = result.outcome.ranked[0]
            bins[min(int(best.score * BINS / 100), BINS - 1)].append((best.score, result.best_fits))
    return [
        (sum(score for score, _ in found) / len(found), 100 * sum(right for _, right in found) / len(found), len(found))
        for found in bins
        if found
    ]


def _reliability_lines(bins: Sequence[tuple[float, float, int]]) -> list[str]:
    lines = ["", "Score of the best match, and how often it was right:"]
    for score, right, size in bins:
        bar = ("█" * round(right * BAR / 100)).ljust(BAR, "·")
        lines.append(f"{score:5.1f} {bar} {right:5.1f} % of {size}")
    return lines


def draw_reliability(bins: Sequence[tuple[float, float, int]], path: Path) -> None:
    """Draw a reliability diagram (Murphy and Winkler 1977) as a PNG; raises OSError if it cannot be written."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 100], [0, 100], linestyle=":", color="grey", label="a score that keeps its word")
    axes.plot(
        [score for score, _, _ in bins], [right for _, right, _ in bins], marker="o", clip_on=False, label="this run"
    )
    for score, right, size in bins:
        axes.annotate(str(size), (score, right), textcoords="offset points", xytext=(6, -10), fontsize="small")
    axes.set(xlabel="score of the best match", ylabel="right, %", xlim=(0, 100), ylim=(0, 100))
    axes.legend()
    figure.savefig(path, format="png", dpi=120)


# Comparing runs


def saved(results: Sequence[Result]) -> str:
    """Return a run as JSON: for each question, its verdict and the entry that was given."""
    run = {
        result.question.text: {"verdict": result.verdict, "given": result.given.entry if result.given else None}
        for result in results
    }
    return json.dumps(run, ensure_ascii=False, indent=1) + "\n"


def read_verdicts(path: Path) -> dict[str, str]:
    """Return the verdicts of a saved run by question; raises ContentError if it is none, OSError."""
    with suppress(ValueError, RecursionError):
        match json.loads(path.read_bytes()):
            case dict(run) if all(isinstance(told, dict) and told.get("verdict") in VERDICTS for told in run.values()):
                return {question: told["verdict"] for question, told in run.items()}
    raise ContentError([Problem(path, 1, "not a run that `evaluate --save` wrote")])


def compare(results: Sequence[Result], before: Mapping[str, str], console: Console) -> None:
    """Print what became worse and what became better since a saved run."""
    known = [result for result in results if result.question.text in before]
    ranks = [(VERDICTS.index(before[result.question.text]), VERDICTS.index(result.verdict)) for result in known]
    for title, changed in (
        ("Worse than before", [result for result, (was, now) in zip(known, ranks, strict=True) if now > was]),
        ("Better than before", [result for result, (was, now) in zip(known, ranks, strict=True) if now < was]),
    ):
        _say(console, "", f"{title}: {len(changed)} of {len(known)}")
        for result in changed:
            given = f" ({result.given.entry})" if result.given and result.wrong else ""
            was = before[result.question.text]
            _say(console, f"  {was} → {result.verdict}{given}: {result.question.text}")


def passing(results: Sequence[Result]) -> list[Result]:
    """Return the results that are no failures, of questions that are known to fail."""
    return [result for result in results if result.verdict in ("right", "suggested", "refused")]


# Confusable entries


def report_confusions(found: Sequence[Confusion], console: Console) -> None:
    """Print which entries are most often taken for which others, and the phrases with the clearest lead."""
    pairs = Counter((one.phrase.entry, one.taken_for) for one in found)
    table = Table("phrases of", "are taken for", "how many", title="Confusable entries")
    for (entry, other), size in pairs.most_common(PAIRS_SHOWN):
        table.add_row(entry, other, str(size))
    console.print(table)
    for one in found[:PHRASES_SHOWN]:
        where = f"{one.phrase.language} {one.phrase.entry} → {one.taken_for} ({one.lead:.1f})"
        _say(console, f"{where}: {one.phrase.text}")


def report_counts(counts: Sequence[Count], knowledge: Knowledge, console: Console) -> None:
    """Print how often each entry was asked for and helped: what nobody needs, and what should be written better."""
    table = Table("entry", *(Column(name, justify="right") for name in ("asked", "helped", "did not")))
    known = {count.entry: count for count in counts if count.entry in knowledge.entries}
    for count in sorted(known.values(), key=lambda count: -count.asked):
        table.add_row(count.entry, str(count.asked), str(count.helpful), str(count.not_helpful))
    console.print(table)
    never = [entry.id for entry in knowledge.entries.values() if entry.kind == Kind.ANSWER and entry.id not in known]
    if never:
        console.print(f"Never asked for: {', '.join(never)}")
