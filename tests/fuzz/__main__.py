"""`python -m tests.fuzz --cases 100000 --seed 1`: no case does harm, or the program ends with 1.

It prints what became of the cases, by kind. Answered are those for which the bot called Telegram; silent those that
were read and led to nothing; unreadable those that the library cannot read, or whose values have other types than
Telegram's, which are logged by their number and let go. Of content files, answered are those that load, and unreadable
those that are refused line by line.
"""

import argparse
import asyncio
import sys
import tempfile
import time
import warnings
from pathlib import Path

from bot.answers import Answers, matcher_of
from bot.replies import Replies
from content import load
from tests.fuzz.run import Run


async def _play(cases: int, seed: int) -> int:
    knowledge = load()
    run = Run(Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0")), seed)
    begun = time.monotonic()
    await run.play(cases)
    tally, seconds = run.tally, time.monotonic() - begun
    print("\n".join(tally.table()))
    print(f"\n{tally.cases:,} cases in {seconds:,.0f} seconds, with the seed {seed}.")
    update, folder = tally.slowest, tally.slowest_folder
    print(f"The slowest update took {update[0]:.2f} s ({update[1]}), the slowest folder {folder:.2f} s.")
    if not tally.crashes:
        return 0
    kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for file, harm in zip(await run.keep(kept), tally.harms.values(), strict=True):
        print(f"{file} (scene {harm.episode}): {ascii(harm.problem)[1:-1]}")
    return 1


def main() -> int:
    """Read the arguments, play, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try what nobody would send.")
    parser.add_argument("--cases", type=int, default=2000, help="how many cases")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same cases")
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    return asyncio.run(_play(arguments.cases, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())
