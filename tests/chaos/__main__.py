"""The command line of the chaos: `python -m tests.chaos --rounds 200 --seed 1`."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.databases import database
from tests.chaos.ledger import Verdict
from tests.chaos.run import NotReadyError, Outcome, Plan, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the account; 0 if the guarantee held, 1 if not, 2 if it cannot be run."""
    options = _parser().parse_args(arguments)
    if wrong := _mistake(options):
        print(wrong, file=sys.stderr)
        return 2
    plan = Plan(
        options.rounds,
        options.seed,
        options.mode,
        options.replicas,
        options.people,
        options.seconds,
        patience=options.patience,
        code=options.code.resolve(),
    )
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with database(options.database, folder) as used:
            outcome = asyncio.run(run(plan, used, folder, Progress(plan.rounds)))
    except (LookupError, NotReadyError) as error:
        print(f"{error} What the processes wrote is in {folder}", file=sys.stderr)
        return 2
    Console().print(table(outcome, f"Chaos: {plan.rounds} rounds, seed {plan.seed}, {_setting(options)}"))
    if outcome.is_good:
        shutil.rmtree(folder)
        return 0
    print(f"The guarantee did not hold. What the processes wrote is in {folder}", file=sys.stderr)
    return 1


def table(outcome: Outcome, title: str) -> Table:
    """Return the account of a run."""
    made = Table("what", "how many", title=title)
    made.add_row("questions asked", str(outcome.verdicts.total()))
    for verdict in Verdict:
        made.add_row(verdict.value, str(outcome.verdicts[verdict]))
    made.add_row("answered before an earlier one of the chat", str(outcome.out_of_order), end_section=True)
    for what, number in _circumstances(outcome):
        made.add_row(what, str(number))
    return made


def _circumstances(outcome: Outcome) -> Iterator[tuple[str, object]]:
    for disturbance, number in sorted(outcome.disturbances.items()):
        yield f"rounds with {disturbance}", number
    for fault, number in sorted(outcome.faults.items()):
        yield f"calls with fault: {fault}", number
    yield "processes started", outcome.starts
    yield "processes that ended by themselves", len(outcome.endings)
    yield "bad ends after SIGTERM", "; ".join(outcome.bad_stops) or 0
    yield "methods that are not imitated", ", ".join(sorted(outcome.unsupported)) or 0
    yield "secrets and texts in the logs", len(outcome.leaks)
    yield "seconds", round(outcome.seconds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=Plan.people, help="who ask in each round, four questions each")
    parser.add_argument("--seconds", type=float, default=Plan.round_seconds, help="in which they ask them")
    parser.add_argument("--patience", type=float, default=60, help="seconds without change after which it is over")
    parser.add_argument("--code", type=Path, default=Plan.code, help="the folder of the code to run, if not this one")
    return parser


def _mistake(options: argparse.Namespace) -> str | None:
    if options.replicas > 1 and options.mode == "polling":
        return "Only one copy of the bot can poll: use --mode webhook for several."
    if options.replicas > 1 and options.database == "sqlite":
        return "Several copies of the bot need --database postgresql."
    return None


def _setting(options: argparse.Namespace) -> str:
    return f"{options.mode}, {options.replicas} × on {options.database}"


class Progress:
    """Says on a terminal how far a run has come."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds

    def __call__(self, done: int) -> None:
        """Show how many rounds are over."""
        if sys.stderr.isatty():
            print(f"\r{done}/{self._rounds}", end="" if done < self._rounds else "\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
