"""Measure on this machine: `python -m tests.benchmarks [speed | transport | load | datasets DIR | scale DIR]`.

`speed`, the default, times the shipped knowledge; `datasets` scores the engine on public intent data sets; `scale`
times it on 10,000 and 100,000 phrases made from their texts; `transport` compares the HTTP clients; `load` runs the
whole bot beside bare ones, and takes some minutes.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from tests.benchmarks import datasets, load, scale, speed, transport

AIOGRAM = (
    "compare with aiogram, too, which this project does not need: the interpreter of an environment that has it, "
    "as `python -m venv /tmp/other && /tmp/other/bin/pip install aiogram` makes in /tmp/other/bin/python"
)


def main() -> None:
    """Run one kind of benchmark, and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    kinds = parser.add_subparsers(dest="kind")
    kinds.add_parser("speed", help="one match, `ask`, and memory, on the shipped knowledge")
    kinds.add_parser("transport", help="calls to Telegram per CPU-second, against python-telegram-bot's own client")
    of_load = kinds.add_parser("load", help="answers per CPU-second of the whole bot, how long people wait, memory")
    of_load.add_argument("--aiogram", metavar="PYTHON", help=AIOGRAM)
    kinds.add_parser("memory", help="only the memory of a bot that runs, in KiB")
    for name in ("datasets", "scale"):
        of_folder = kinds.add_parser(name)
        of_folder.add_argument("folder", type=Path, help="a folder of data sets, each with train.jsonl and test.jsonl")
    options = parser.parse_args()
    match options.kind:
        case "datasets":
            tables = datasets.tables(options.folder)
        case "scale":
            tables = scale.tables(options.folder)
        case "transport":
            tables = transport.tables()
        case "load":
            tables = load.tables(options.aiogram)
        case "memory":
            print(speed.resident_kib_of_a_bot())
            return
        case _:
            tables = speed.tables()
    console = Console()
    try:
        for table in tables:
            console.print(table)
    except load.StuckError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
