"""What the engine learnt is kept from one start to the next, and trusted only if it is whole and of this edition."""

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answers import matcher_of
from bot.learnt import KEPT, learnt_matcher
from content import Knowledge, load
from intents import Answer, Matcher

LIBRARY = Path(__file__).parent / "library"
SAID = ["how many books can I borrow", "hay multa", "late novel", "gracias", "giraffe", ""]


@pytest.fixture(scope="module")
def library() -> Knowledge:
    """Another organisation's small knowledge."""
    return load(LIBRARY)


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that the engine has to learn, by the stamp of the knowledge."""
    noted: list[str] = []

    def learn(knowledge: Knowledge) -> Matcher:
        noted.append(knowledge.stamp)
        return matcher_of(knowledge)

    monkeypatch.setattr("bot.learnt.matcher_of", learn)
    return noted


def another_edition(folder: Path, phrase: str) -> Knowledge:
    """Read the library with one phrase changed."""
    shutil.copytree(LIBRARY, folder)
    path = folder / "knowledge/loans/late_books.yaml"
    path.write_text(path.read_text("utf-8").replace("- overdue\n", f"- {phrase}\n"), "utf-8")
    return load(folder)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(data: bytes) -> bytes:
    """Return a file as it is written: its hash, then its bytes."""
    return hashlib.sha256(data).digest() + data


@pytest.mark.parametrize("said", SAID)
def test_what_was_kept_answers_as_what_was_learnt(
    library: Knowledge, tmp_path: Path, lessons: list[str], said: str
) -> None:
    learnt = learnt_matcher(library, tmp_path)
    read = learnt_matcher(library, tmp_path)
    assert lessons == [library.stamp]
    assert read is not learnt
    assert read.match(said) == learnt.match(said) == matcher_of(library).match(said)


def test_one_file_is_kept_for_one_edition(library: Knowledge, tmp_path: Path) -> None:
    learnt_matcher(library, tmp_path)
    [kept] = tmp_path.iterdir()
    before = kept.read_bytes()
    learnt_matcher(library, tmp_path)
    assert files(tmp_path) == [kept.name]
    assert kept.read_bytes() == before


def test_the_folder_is_made_if_it_is_missing(library: Knowledge, tmp_path: Path) -> None:
    learnt_matcher(library, tmp_path / "new")
    assert len(files(tmp_path / "new")) == 1


# Damage


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:16], id="cut off within its hash"),
        pytest.param(lambda data: data[:32], id="cut off after its hash"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut off in the middle"),
        pytest.param(lambda data: data[:-1], id="cut off at its end"),
        pytest.param(lambda data: data + b".", id="something added"),
        pytest.param(lambda data: bytes([data[0] ^ 1]) + data[1:], id="one bit of its hash turned"),
        pytest.param(lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], id="one bit turned"),
        pytest.param(lambda data: data[32:], id="without its hash"),
        pytest.param(lambda data: bytes(len(data)), id="zeros, as after a power failure"),
    ],
)
def test_a_damaged_file_is_learnt_anew_and_mended(
    library: Knowledge,
    tmp_path: Path,
    lessons: list[str],
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[bytes], bytes],
) -> None:
    learnt_matcher(library, tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    assert isinstance(learnt_matcher(library, tmp_path).match("hay multa"), Answer)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    learnt_matcher(library, tmp_path)
    assert lessons == [library.stamp] * 2
    assert files(tmp_path) == [kept.name]


def test_a_file_that_holds_something_else_is_learnt_anew(
    library: Knowledge, tmp_path: Path, lessons: list[str]
) -> None:
    learnt_matcher(library, tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(whole(pickle.dumps("no engine")))
    assert isinstance(learnt_matcher(library, tmp_path), Matcher)
    assert lessons == [library.stamp] * 2


# Folders that cannot be used


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("file", id="a file in its place"),
        pytest.param("file/folder", id="a file above it"),
        pytest.param("missing/folder", id="no folder above it"),
    ],
)
def test_a_folder_that_cannot_be_written_does_no_harm(
    library: Knowledge, tmp_path: Path, lessons: list[str], caplog: pytest.LogCaptureFixture, place: str
) -> None:
    (tmp_path / "file").write_bytes(b"taken")
    first, second = (learnt_matcher(library, tmp_path / place).match("hay multa") for _ in range(2))
    assert isinstance(first, Answer)
    assert first == second
    assert lessons == [library.stamp] * 2
    assert (files(tmp_path), caplog.records) == (["file"], [])


def test_a_disk_that_is_full_does_no_harm(
    library: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lessons: list[str]
) -> None:
    def write_some(path: Path, data: bytes) -> None:
        path.open("wb").close()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write_some)
        learnt_matcher(library, tmp_path)
    assert files(tmp_path) == []
    learnt_matcher(library, tmp_path)
    assert lessons == [library.stamp] * 2
    assert len(files(tmp_path)) == 1


# Editions


def test_other_content_is_another_edition(library: Knowledge, tmp_path: Path, lessons: list[str]) -> None:
    other = another_edition(tmp_path / "content", "tardy novels")
    kept = tmp_path / "kept"
    for knowledge in (library, other, library, other):
        learnt_matcher(knowledge, kept)
    assert lessons == [library.stamp, other.stamp]
    assert len(files(kept)) == 2


@pytest.mark.parametrize(("said", "entry"), [("tardy novels", "late_books"), ("hay multa", "late_books")])
def test_each_edition_answers_by_its_own_content(library: Knowledge, tmp_path: Path, said: str, entry: str) -> None:
    other = another_edition(tmp_path / "content", "tardy novels")
    learnt_matcher(library, tmp_path / "kept")
    outcome = learnt_matcher(other, tmp_path / "kept").match(said)
    assert isinstance(outcome, Answer)
    assert outcome.entry == entry


def test_the_same_content_elsewhere_is_the_same_edition(library: Knowledge, tmp_path: Path, lessons: list[str]) -> None:
    for knowledge in (library, another_edition(tmp_path / "content", "overdue")):
        learnt_matcher(knowledge, tmp_path / "kept")
    assert lessons == [library.stamp]


def test_other_code_is_another_edition(
    library: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lessons: list[str]
) -> None:
    code = tmp_path / "code"
    for name in ("intents/matcher.py", "bot/answers.py"):
        (code / name).parent.mkdir(parents=True)
        (code / name).write_text("x = 1\n")
    monkeypatch.setattr("bot.learnt._CODE", code)
    for name in ("", "intents/matcher.py", "bot/answers.py", "intents/new.py"):
        if name:
            (code / name).write_text("x = 2\n")
        learnt_matcher(library, tmp_path / "kept")
    assert len(lessons) == 4


def old_editions(folder: Path, count: int) -> list[Path]:
    """Make files of earlier editions, the oldest first."""
    paths = [folder / f"learnt-{number:016}.pickle" for number in range(count)]
    for age, path in enumerate(reversed(paths), 1):
        path.write_bytes(b"old")
        os.utime(path, (1_000_000_000 - age, 1_000_000_000 - age))
    return paths


@pytest.mark.parametrize(
    ("before", "left"),
    [
        pytest.param(0, 0, id="none before"),
        pytest.param(KEPT - 1, KEPT - 1, id="as many as are kept"),
        pytest.param(KEPT, KEPT - 1, id="one more"),
        pytest.param(KEPT + 5, KEPT - 1, id="many more"),
    ],
)
def test_old_editions_are_removed(library: Knowledge, tmp_path: Path, before: int, left: int) -> None:
    old = old_editions(tmp_path, before)
    learnt_matcher(library, tmp_path)
    assert [path for path in old if path.exists()] == old[before - left :]
    assert len(files(tmp_path)) == left + 1


def test_what_is_left_of_an_interrupted_start_is_removed_in_time(library: Knowledge, tmp_path: Path) -> None:
    [oldest, *others] = old_editions(tmp_path, KEPT)
    left_over = oldest.rename(tmp_path / "learnt-x.tmp")
    learnt_matcher(library, tmp_path)
    assert not left_over.exists()
    assert all(path.exists() for path in others)


def test_other_files_of_the_folder_stay(library: Knowledge, tmp_path: Path) -> None:
    [oldest, *_] = old_editions(tmp_path, KEPT + 5)
    other = oldest.rename(tmp_path / "answers.cpython-311.pyc")
    learnt_matcher(library, tmp_path)
    assert other.exists()


def test_nothing_is_removed_when_an_edition_is_read(library: Knowledge, tmp_path: Path) -> None:
    learnt_matcher(library, tmp_path)
    old = old_editions(tmp_path, KEPT + 5)
    learnt_matcher(library, tmp_path)
    assert all(path.exists() for path in old)
