"""What a hostile content folder meets: each file is refused by its line, in little time and memory, or read as text."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import PACKAGED, ContentError, Folder, Problem, load
from content.folder import MAX_SIZE
from content.reader import MAX_DEPTH, MAX_MARKS, MAX_NODES, MAX_TEXT, read

LIBRARY = Path(__file__).parent / "library"
THANKS = "knowledge/talk/thanks.yaml"
NO_ANCHORS = "anchors and aliases (& and *) are not allowed: write the text out"
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
NO_TAGS = "tags (!) are not allowed: every value is text"
NO_DIRECTIVES = "no line may begin with %: leave it out, or indent it"
NOT_UTF8 = "not UTF-8 text: save the file in the encoding UTF-8"
NO_CONTROL = "not YAML: a control character is not allowed here"
NO_CHARACTER = "half of a character or a NUL: write the character itself"
BAD_ESCAPE = "2: not YAML: found invalid Unicode character escape code"
TOO_LARGE = f"the file has more than {MAX_SIZE:,} bytes"
LEADS_OUT = "a symbolic link that leads out of the content folder is not followed"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid content folder, to be changed; paths of problems begin there."""
    copy = shutil.copytree(LIBRARY, tmp_path / "content")
    monkeypatch.chdir(copy)
    return copy


def problems(folder: Path) -> list[str]:
    try:
        load(folder)
    except ContentError as error:
        return str(error).splitlines()
    return []


# Bytes

BOMBS = {
    "billion laughs": (
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (key, key, b", ".join([b"*%c" % (key - 1)] * 9)) for key in b"bcdefghi"),
        f"1: {NO_ANCHORS}",
    ),
    "an alias to itself": (b"a: &a [*a]\n", f"1: {NO_ANCHORS}"),
    "merge keys": (b"base: &base {x: y}\nother:\n  <<: *base\n", f"1: {NO_ANCHORS}"),
    "an anchor that nothing uses": (b"en:\n  title: &t Thanks\n", f"2: {NO_ANCHORS}"),
    "an alias of nothing": (b"en: *nobody\n", f"1: {NO_ANCHORS}"),
    "open brackets": (b"[" * 200_000, f"1: {TOO_DEEP}"),
    "open brackets under a key": (b"a: " + b"[" * 200_000, f"1: {TOO_DEEP}"),
    "open braces": (b"{" * 200_000, f"1: {TOO_DEEP}"),
    "brackets of keys": (b"{a: " * 200_000, f"1: {TOO_DEEP}"),
    "lists in lists": (b"- " * 200_000, f"1: {TOO_DEEP}"),
    "questions in questions": (b"? " * 200_000, f"1: {TOO_DEEP}"),
    "levels of indentation": (b"".join(b" " * level + b"a:\n" for level in range(1_000)), f"9: {TOO_DEEP}"),
    "a list of as many parts": (b"[" + b"a," * 400_000 + b"]", f"1: the file has more than {MAX_NODES:,} parts"),
    "as many keys": (
        b"".join(b"k%d: v\n" % number for number in range(80_000)),
        f"{MAX_NODES // 2}: the file has more than {MAX_NODES:,} parts",
    ),
    "directives, each compared with all before": (
        b"".join(b"%%TAG !a%d! t:\n" % number for number in range(50_000)) + b"---\na: b\n",
        f"1: {NO_DIRECTIVES}",
    ),
    "directives after other breaks of lines": (
        b"# \xe2\x80\xa8" + b"".join(b"%%TAG !a%d! t:\xe2\x80\xa8" % number for number in range(40_000)) + b"---\n",
        f"2: {NO_DIRECTIVES}",
    ),
    "accents on one letter": (
        b"a: e" + b"\xcc\x81" * 400_000,
        f"1: a text of more than {MAX_TEXT:,} characters begins here",
    ),
    "one text without end": (b"a: " + b"x" * 900_000, f"1: a text of more than {MAX_TEXT:,} characters begins here"),
    "a text of line breaks": (
        b"a: |\n" + b"\n" * 900_000 + b" x",
        f"1: a text of more than {MAX_TEXT:,} characters begins here",
    ),
    "too many bytes": (b"# " + b"x" * MAX_SIZE, f"1: {TOO_LARGE}"),
}


@pytest.mark.parametrize(("data", "problem"), [pytest.param(*case, id=name) for name, case in BOMBS.items()])
def test_a_bomb_is_refused_by_its_line(folder: Path, data: bytes, problem: str) -> None:
    (folder / THANKS).write_bytes(data)
    assert problems(folder) == [f"{THANKS}:{problem}"]


SCRIPT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (8, 8))
from content.__main__ import main
sys.exit(main(["--folder", ".", "check"]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound the memory of a process")
def test_all_bombs_together_take_little_time_and_memory(folder: Path) -> None:
    names = [f"knowledge/talk/bomb_{number:02}.yaml" for number in range(len(BOMBS))]
    for name, (data, _) in zip(names, BOMBS.values(), strict=True):
        (folder / name).write_bytes(data)
    checked = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(PACKAGED.parent)},
    )
    assert checked.returncode == 1
    told = [f"{name}:{problem}" for name, (_, problem) in zip(names, BOMBS.values(), strict=True)]
    assert checked.stderr.splitlines() == told


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "1: the file must be a mapping of keys to values", id="nothing"),
        pytest.param(b"\xef\xbb\xbf", "1: the file must be a mapping of keys to values", id="a byte order mark"),
        pytest.param(b"en:\n  title: \xe9", f"2: {NOT_UTF8}", id="Latin-1"),
        pytest.param("en: {}\n".encode("utf-16"), f"1: {NOT_UTF8}", id="UTF-16"),
        pytest.param(b"en: \xed\xa0\xbd\n", f"1: {NOT_UTF8}", id="half of a character"),
        pytest.param(b"en: \xc0\x80\n", f"1: {NOT_UTF8}", id="NUL in two bytes"),
        pytest.param(b"en:\n  title: a\0b\n", f"2: {NO_CONTROL}", id="NUL"),
        pytest.param(b"en:\n  title: a\x1bb\n", f"2: {NO_CONTROL}", id="an escape character"),
        pytest.param(b'en:\n  title: "\\0"\n', f"2: {NO_CHARACTER}", id="NUL written out"),
        pytest.param(b'en:\n  title: "\\ud83d"\n', BAD_ESCAPE, id="half of a character written out"),
        pytest.param(b"en: !!python/object/apply:os.system [id]\n", f"1: {NO_TAGS}", id="a call"),
        pytest.param(b"en:\n  title: !!binary aGk=\n", f"2: {NO_TAGS}", id="another type"),
        pytest.param(b"%YAML 1.1\n---\nen: {}\n", f"1: {NO_DIRECTIVES}", id="a directive"),
        pytest.param(b"\xef\xbb\xbf%TAG ! t:\n---\n", f"1: {NO_DIRECTIVES}", id="a directive after a byte order mark"),
        pytest.param(b"en: a\n...\n%TAG ! t:\n---\n", f"3: {NO_DIRECTIVES}", id="a directive after the document"),
        pytest.param(
            b"en: a\n---\nen: b\n", "2: a second document begins here: one file holds one", id="a second document"
        ),
        pytest.param(b"? [a]\n: b\n", "1: a key must be text", id="a list as a key"),
        pytest.param(
            b"en:\n  title: e" + b"\xcc\x81" * (MAX_MARKS + 1),
            f"2: more than {MAX_MARKS} accents on one letter",
            id="more accents than any script needs",
        ),
        pytest.param(
            b"en:\n  title: e" + b"\xcd\x84" * (MAX_MARKS + 1),
            f"2: more than {MAX_MARKS} accents on one letter",
            id="accents of two parts each",
        ),
    ],
)
def test_bytes_that_are_refused(folder: Path, data: bytes, problem: str) -> None:
    (folder / THANKS).write_bytes(data)
    assert problems(folder) == [f"{THANKS}:{problem}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("e" + "\u0301" * MAX_MARKS, id="as many accents as may be"),
        pytest.param("\u4e00" * (MAX_MARKS + 9), id="a script without accents"),
        pytest.param("x" * MAX_TEXT, id="as long as may be"),
        pytest.param("100 % of readers", id="a percent sign"),
        pytest.param("1e999999999", id="a number beyond all bounds"),
        pytest.param("0x" + "f" * 9_999, id="a long number, which would take long to write out"),
        pytest.param("9:59:59:59", id="a number to the base of sixty"),
        pytest.param("2024-13-45", id="a date that is none"),
        pytest.param("<<", id="the sign of merge keys"),
    ],
)
def test_text_that_is_read_as_it_stands(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"a: {text}\n", "utf-8")
    assert read(path).data == {"a": text}


# Files


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(pipe, "cannot be read: it is no file but a pipe, a socket or a device", id="a pipe"),
        pytest.param(Path.mkdir, "cannot be read: Is a directory", id="a folder"),
        pytest.param(
            link("thanks_too.yaml"), "cannot be read: Too many levels of symbolic links", id="a link to itself"
        ),
        pytest.param(link("nothing"), "cannot be read: No such file or directory", id="a link to nothing"),
        pytest.param(link("/dev/zero"), LEADS_OUT, id="a link to a device"),
        pytest.param(link("/etc/passwd"), LEADS_OUT, id="a link out"),
        pytest.param(link("../../../outside.yaml"), LEADS_OUT, id="a link out by steps"),
        pytest.param(link("/nowhere/at/all"), LEADS_OUT, id="a link to nothing outside"),
    ],
)
def test_what_is_no_file_is_refused_and_not_waited_for(
    folder: Path, make: Callable[[Path], None], problem: str
) -> None:
    shutil.copy(LIBRARY / THANKS, folder.parent / "outside.yaml")
    make(folder / "knowledge/talk/thanks_too.yaml")
    assert problems(folder) == [f"knowledge/talk/thanks_too.yaml:1: {problem}"]


def test_a_socket_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "knowledge/talk")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("thanks_too.yaml")  # by its name alone: with its path it could be too long for a socket
    assert problems(folder) == ["thanks_too.yaml:1: cannot be read: No such device or address"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", ["knowledge/talk/thanks.yaml", "knowledge/talk", "knowledge"])
def test_what_may_not_be_read_is_refused(folder: Path, name: str) -> None:
    (folder / name).chmod(0)
    found = problems(folder)
    (folder / name).chmod(0o700)
    assert found == [f"{name}:1: cannot be read: Permission denied"]


def test_a_linked_folder_outside_is_refused_file_by_file(folder: Path) -> None:
    shutil.copytree(folder / "knowledge/talk", folder.parent / "outside")
    (folder / "knowledge/more").symlink_to("../../outside")
    (folder / "knowledge/talk/thanks.yaml").unlink()
    assert problems(folder) == [f"knowledge/more/thanks.yaml:1: {LEADS_OUT}"]


def test_links_within_the_folder_are_followed(folder: Path) -> None:
    (folder / "knowledge").rename(folder / ".data")
    (folder / "knowledge").symlink_to(".data")
    (folder / "words/en.yaml").rename(folder / "words/real")
    (folder / "words/en.yaml").symlink_to("real")
    assert problems(folder) == []
    assert load(folder).digest == load(LIBRARY).digest


def test_the_folder_itself_may_be_a_link(folder: Path) -> None:
    current = folder.with_name("current")
    current.symlink_to(folder.name)
    assert load(current).digest == load(LIBRARY).digest


@pytest.mark.parametrize(
    "name", ["knowledge/talk/.#thanks.yaml", "knowledge/talk/._thanks.yaml", "voice/.en.yaml", "words/.git/en.yaml"]
)
def test_names_that_begin_with_a_dot_are_passed_over(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\0")
    assert problems(folder) == []


def test_a_name_cannot_forge_a_line(folder: Path) -> None:
    (folder / "words/x\nvoice.yaml").write_text("a: b", "utf-8")
    assert all(line.startswith("words/x voice.yaml:1: ") for line in problems(folder))
    assert problems(folder) != []


# Numbers


def many_files(folder: Path) -> None:
    for number in range(20):
        (folder / f"words/{number}.yaml").touch()


def many_names(folder: Path) -> None:
    for number in range(50):
        (folder / f"words/{number}.txt").touch()


def circle(folder: Path) -> None:
    (folder / "knowledge/again").symlink_to(".")
    (folder / "knowledge/once_more").symlink_to(".")


@pytest.mark.parametrize(
    ("limit", "value", "make", "problem"),
    [
        pytest.param("folder.MAX_FILES", 10, many_files, "the folder has more than 10 files", id="files"),
        pytest.param(
            "folder.MAX_NAMES", 40, many_names, "the folder has more than 40 names of files and folders", id="names"
        ),
        pytest.param(
            "folder.MAX_NAMES", 40, circle, "the folder has more than 40 names of files and folders", id="a circle"
        ),
        pytest.param(
            "folder.MAX_TOTAL",
            2_000,
            lambda _: None,
            "the files of the folder have more than 2,000 bytes together",
            id="bytes",
        ),
        pytest.param(
            "loader.MAX_PARTS",
            300,
            lambda _: None,
            "the files of the folder have more than 300 parts together",
            id="parts",
        ),
    ],
)
def test_a_folder_that_is_too_large_is_refused(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
    make: Callable[[Path], None],
    problem: str,
) -> None:
    make(folder)
    monkeypatch.setattr(f"content.{limit}", value)
    monkeypatch.chdir(folder.parent)
    assert problems(folder) == [f"content:1: {problem}"]


def test_folders_in_folders_are_not_followed_for_ever(folder: Path) -> None:
    deep = folder / "knowledge" / "/".join("a" * 500)
    deep.mkdir(parents=True)
    (deep / "x.yaml").touch()
    assert problems(folder) == []


@pytest.mark.parametrize("path", [PACKAGED, LIBRARY])
def test_the_hash_of_a_folder_is_that_of_the_knowledge_in_it(path: Path) -> None:
    assert Folder(path).digest() == load(path).digest


# Anything

WORDS = "a b en title kind quotes answer << ~ null true 0x1F 1e9 ! !! !t !<x> & &a * *a % %TAG %YAML @ ` | |9 > >+ |-"
SIGNS = "2 9 - -- --- ... ? : , [ ] { } # ' \" '' \\ \\0 \\x41 \\ud83d \\U0010ffff \\N"
SPACES = ("\n", "\n  ", "\n    ", " ", "  ", "\t", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "\0", "\x1b", "")
yaml_like = st.lists(
    st.tuples(st.sampled_from([*WORDS.split(), *SIGNS.split()]), st.sampled_from(SPACES)), max_size=60
).map(lambda parts: "".join(token + space for token, space in parts).encode())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=yaml_like | st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"a: {text}".encode()))
def test_whatever_a_file_holds_is_read_or_refused_with_one_problem(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    try:
        assert isinstance(read(path).data, dict)
    except ContentError as error:
        [problem] = error.problems
        assert isinstance(problem, Problem)
        assert 1 <= problem.line <= len(data) + 1
        assert str(problem).isprintable()
