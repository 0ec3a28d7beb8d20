"""What content and the machine can be like, and the bot survives: broken files, long problems, what is not pinned."""

import re
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bot.answers import Answers
from bot.config import Config
from bot.offline import OfflineTelegram
from bot.reload import ContentWatch, Told
from bot.store import Store
from content import PACKAGED, ContentError, Problem, load
from tests.conversation import open_conversation
from tests.test_reload import LIBRARY, answers_from

ROOT = Path(__file__).parent.parent


# Two hundred broken files

TEXTS = {str(path.relative_to(LIBRARY)): path.read_bytes() for path in sorted(LIBRARY.rglob("*.yaml"))}
BREAKS = 200


def without_end(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(1, len(data) - 1)]


def without_a_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def with_a_line_twice(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    line = random.randrange(len(lines))
    return b"".join([*lines[:line], lines[line], *lines[line:]])


def with_another_byte(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def with_a_sign(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    return (
        data[:place]
        + random.choice([b"&a ", b"*a", b"!!int ", b"{", b"[", b"- ", b"\t", b": ", b'"', b"|"])
        + data[place:]
    )


def with_bytes_of_another(data: bytes, random: Random) -> bytes:
    other = random.choice(list(TEXTS.values()))
    return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]


def indented(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    line = random.randrange(len(lines))
    lines[line] = b"   " + lines[line]
    return b"".join(lines)


WAYS = (without_end, without_a_line, with_a_line_twice, with_another_byte, with_a_sign, with_bytes_of_another, indented)


def is_refused(folder: Path) -> bool:
    try:
        load(folder)
    except ContentError:
        return True
    return False


def broken_files(folder: Path) -> list[tuple[str, bytes]]:
    """Return files, by their names, with which the loader does not take the folder."""
    random, found = Random(64), list[tuple[str, bytes]]()
    while len(found) < BREAKS:
        name = random.choice(list(TEXTS))
        data = random.choice(WAYS)(TEXTS[name], random)
        (folder / name).write_bytes(data)
        if is_refused(folder):
            found.append((name, data))
        (folder / name).write_bytes(TEXTS[name])
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder to be changed; paths of problems begin in it."""
    copy = shutil.copytree(LIBRARY, tmp_path / "content")
    monkeypatch.chdir(copy)
    return copy


async def test_two_hundred_broken_files_are_each_told_and_the_bot_answers_as_before(folder: Path) -> None:
    told, before = list[Problem](), load(folder)
    answers = answers_from(before)

    async def hear(problems: Sequence[Problem]) -> None:
        told.extend(problems)

    async def learn(folder: Path) -> Answers:
        return answers_from(load(folder))

    async def renewed() -> None:
        raise AssertionError("nothing good was in the folder")

    watch, broken = ContentWatch(answers, folder, hear, renewed, pause=0.0, learn=learn), broken_files(folder)
    for name, data in broken:
        told.clear()
        (folder / name).write_bytes(data)
        for _ in range(2):
            await watch.look()
        assert told, (name, data)
        assert [line for line in map(str, told) if not re.match(r"[\w/.]+:\d+: \S", line)] == []
        (folder / name).write_bytes(TEXTS[name])
        for _ in range(2):
            await watch.look()
    assert answers.knowledge is before
    assert answers.hear("is there a fine for late books") == answers_from(before).hear("is there a fine for late books")


# What editors are told


class Watch:
    """Stands where the watch of the content folder does, and looks at nothing."""

    def __init__(self) -> None:
        self.tell: Told | None = None

    def __call__(self, _: Answers, __: Path, told: Told, *___: object, **____: object) -> "Watch":
        """Be made by the application, which says here how problems are told."""
        self.tell = told
        return self


@pytest.mark.parametrize(
    ("problems", "lines"),
    [
        pytest.param([Problem(Path("a.yaml"), 7, "wrong <b>&")], ["a.yaml:7: wrong <b>&"], id="one, letter by letter"),
        pytest.param([Problem(Path("a.yaml"), 7, "😀" * 5000)] * 40, ["a.yaml:7: " + "😀" * 190] * 10, id="long ones"),
        pytest.param([Problem(Path("a.yaml"), 7, "&" * 5000)] * 40, ["a.yaml:7: " + "&" * 190] * 10, id="long in HTML"),
    ],
)
async def test_problems_of_any_length_and_number_reach_the_editors_in_one_message(
    answers: Answers,
    telegram: OfflineTelegram,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    problems: list[Problem],
    lines: list[str],
) -> None:
    editors, watch = telegram.group("Editors"), Watch()
    monkeypatch.setattr("bot.app.ContentWatch", watch)
    config = Config(editors=editors.id, content_folder=PACKAGED)
    async with open_conversation(answers, telegram, sqlite_store, config).app:
        assert watch.tell
        await watch.tell(problems)
    [sent] = telegram.from_bot
    assert (sent.chat, sent.plain.splitlines()) == (editors, lines)


# What the program is made of

PINNED = re.compile(r"([a-z0-9._-]+)(?:\[[a-z,-]+\])?==[^\s;]+(?: ;[^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")


def pinned(file: str) -> set[str]:
    """Return the packages of a lock file, in which each must be one version with the hashes of its files."""
    lines = re.sub(r"\s*#.*", "", (ROOT / file).read_text("utf-8")).replace(" \\\n", "").splitlines()
    found = [PINNED.fullmatch(re.sub(r" +", " ", line)) for line in lines if line]
    assert all(found)
    return {one[1] for one in found if one}


def named(requirements: Sequence[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in requirements}


def test_every_dependency_is_locked_with_its_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = named(project["project"]["dependencies"])
    assert wanted <= pinned("requirements.txt")
    assert wanted | named(project["dependency-groups"]["dev"]) <= pinned("requirements-dev.txt")


def test_what_is_installed_is_checked_against_the_hashes() -> None:
    installs = re.findall(r"pip install.*", (ROOT / "Makefile").read_text() + (ROOT / "Dockerfile").read_text())
    assert installs
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
