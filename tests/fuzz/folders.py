"""Content folders that no editor would write: the loader takes them, or says line by line what is wrong."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from content import ContentError, load
from tests.fuzz.values import Values
from tests.fuzz.watch import Verdict

LIBRARY = Path(__file__).parent.parent / "library"
UNREAD = "document.yaml"
"""A file of the library that is no content."""
LONGEST = 2.0
"""Seconds of this process's time that a folder may take: others may keep the machine busy."""
SNIPPETS = (
    "&a [*a, *a]",
    "<<: *a",
    "<<: {a: b}",
    "!!python/object/apply:os.system [ls]",
    "!<tag:x> y",
    "%YAML 9.9\n",
    "%TAG ! x\n" * 2000,
    "---\n",
    "...\n",
    "[" * 5000,
    "{" * 5000,
    "- " * 3000,
    "? " * 3000,
    "a: {" * 3000,
    "[[], " * 9,
    "".join(f"x{level}: &x{level} [*x{level - 1}, *x{level - 1}]\n" for level in range(1, 40)),
    "k: v\n" * 30_000,
    "- x\n" * 60_000,
    '"\\ud83d"',
    '"\\x00\\u202e"',
    "'",
    '"',
    "|9\n",
    ">-\n  ",
    "|+\n\n\n",
    "0x1F: 1e999",
    "~: ~",
    "no: yes",
    "2024-13-99",
    ".inf",
    "? {a: b}\n: c",
    "\t- x",
    "\ufeff",
    "\x85\u2028\u2029",
    "\r",
    "\0",
    "\x07",
    "\ufffe",
    "a\u0301" * 20_000,
    "a" + "\u0301" * 20_000,
    "\ufdfa" * 20_000,
    "\u202e",
    "x" * 30_000,
    "x" * 1_100_000,
    "🦊" * 6000,
    "{chat} {0} {bot.token} {",
    "a" * 60 + ": b",
    "en:",
    "- paragraph: rules.99\n",
    ": ",
    " #",
)
BYTES = (b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x1f\x8b\x08", b"\xf4\x90\x80\x80", b"\0\0\0")
_LINE = re.compile(r".+:\d+: .+")


@contextmanager
def library() -> Iterator[Path]:
    """Yield a copy of the library's content, to be written to."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "content"
        shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns(UNREAD))
        yield copy


def strange_file(values: Values, files: list[Path]) -> tuple[Path, bytes]:
    """Return a file of a folder, and what is to stand in it: what did, changed here and there, or something else."""
    path = values.random.choice(files)
    if values.chance(0.15):
        return path, values.text(20_000).encode(errors="surrogatepass")
    text = path.read_text("utf-8")
    for _ in range(values.random.randrange(1, 4)):
        text = _changed(values, text)
    data = text.encode("utf-16" if values.chance(0.01) else "utf-8", errors="surrogatepass")
    return path, _broken(values, data) if values.chance(0.1) else data


def _changed(values: Values, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = values.random.randrange(len(lines))
    match values.random.randrange(7):
        case 0:
            lines[at] = ""
        case 1:
            lines[at] *= 2
        case 2:
            lines[at] = f"{' ' * values.random.randrange(9)}{lines[at].lstrip(' ')}"
        case 3:
            lines[at] = f"{lines[at].partition(': ')[0]}: {_snippet(values)}\n"
        case 4:
            lines.insert(at, f"{_snippet(values)}\n")
        case 5:
            cut = values.random.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + _snippet(values) + lines[at][cut:]
        case _:
            lines = lines[:at]
    return "".join(lines)


def _snippet(values: Values) -> str:
    return values.random.choice(SNIPPETS) if values.chance(0.7) else values.text(200)


def _broken(values: Values, data: bytes) -> bytes:
    at = values.random.randrange(len(data) + 1)
    return data[:at] + values.random.choice(BYTES) + data[at:]


def judge_folder(folder: Path, longest: float = LONGEST) -> Verdict:
    """Load a folder: it is `answered` (loaded), `unreadable` (refused, line by line), or `crashed`."""
    problems: list[str] = []
    outcome = "answered"
    begun = time.process_time()
    try:
        load(folder)
    except ContentError as error:
        outcome = "unreadable"
        problems += [f"no line of a file: {line!r}" for line in str(error).split("\n") if not _LINE.fullmatch(line)]
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        problems.append(f"raised {type(error).__name__}")
    seconds = time.process_time() - begun
    if seconds > longest:
        problems.append(f"took longer than {longest} seconds")
    return Verdict("crashed" if problems else outcome, tuple(problems), seconds)
