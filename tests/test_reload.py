"""A changed content folder: noticed however it is written, learnt elsewhere, and answered from only if it is good."""

import asyncio
import gc
import os
import pickle
import shutil
import sys
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from telegram.request import RequestData

from bot import reload
from bot.answers import Answers, matcher_of
from bot.offline import OfflineTelegram, Sent
from bot.reload import LOGGED, ContentWatch, learn
from bot.replies import Place, Replies
from bot.sessions import Shown
from bot.store import Store
from content import ContentError, Knowledge, Problem, load
from tests.conversation import CAL, Conversation, open_conversation

LIBRARY = Path(__file__).parent / "library"
LATE, BOOKS = "knowledge/loans/late_books.yaml", "knowledge/loans/how_many_books.yaml"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


def answers_from(knowledge: Knowledge) -> Answers:
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder to be changed; paths of problems begin in it."""
    copy = shutil.copytree(LIBRARY, tmp_path / "content")
    monkeypatch.chdir(copy)
    return copy


class Watched:
    """A watch whose looks a test takes one by one, with what came of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers = answers_from(load(folder))
        self.events: list[str] = []
        self.while_learning: Callable[[], None] = lambda: None
        self.watch = ContentWatch(self.answers, folder, self.told, self.renewed, pause=0.0, learn=self.learn)

    async def learn(self, folder: Path) -> Answers:
        """Learn in this process: the small folder takes no time."""
        self.events.append("learn")
        self.while_learning()
        return answers_from(load(folder))

    async def told(self, problems: Sequence[Problem]) -> None:
        self.events += [str(problem) for problem in problems]

    async def renewed(self) -> None:
        self.events.append("renewed")

    async def looks(self, count: int = 3) -> list[str]:
        """Look so often; return what happened."""
        self.events.clear()
        for _ in range(count):
            await self.watch.look()
        return list(self.events)

    def title(self) -> str:
        return self.answers.knowledge.entries["late_books"].texts["en"].title


@pytest.fixture
async def watched(folder: Path) -> Watched:
    """A watch that has seen the folder as it is."""
    watched = Watched(folder)
    assert await watched.looks() == []
    return watched


def renamed(text: str) -> str:
    return text.replace("title: Late books", "title: Tardy book")


def edit(path: Path, old: str = "title: Late books", new: str = "title: Tardy book") -> None:
    """Change a text, by default one title to one of the same length."""
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


# What is noticed


def in_place(folder: Path) -> None:
    edit(folder / LATE)


def with_its_old_time(folder: Path) -> None:
    before = (folder / LATE).stat()
    edit(folder / LATE)
    os.utime(folder / LATE, ns=(before.st_atime_ns, before.st_mtime_ns))


def as_vim_does(folder: Path) -> None:
    path, backup = folder / LATE, folder / f"{LATE}~"
    (path.parent / ".late_books.yaml.swp").write_bytes(b"b0VIM")
    (path.parent / "4913").touch()
    (path.parent / "4913").unlink()
    path.rename(backup)
    path.write_text(renamed(backup.read_text("utf-8")), "utf-8")
    backup.unlink()


def as_sed_does(folder: Path) -> None:
    draft = (folder / LATE).with_name("sedA1b2C3")
    draft.write_text(renamed((folder / LATE).read_text("utf-8")), "utf-8")
    draft.replace(folder / LATE)


def by_another_folder(folder: Path) -> None:
    newer = shutil.copytree(folder, folder.with_name("newer"))
    edit(newer / LATE)
    folder.rename(folder.with_name("older"))
    newer.rename(folder)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(in_place, id="a file written in place"),
        pytest.param(with_its_old_time, id="a file of the same size and time"),
        pytest.param(as_vim_does, id="vim's rename"),
        pytest.param(as_sed_does, id="sed -i"),
        pytest.param(by_another_folder, id="a whole folder in its place"),
    ],
)
async def test_a_change_is_answered_from_after_it_stood_for_one_look(
    watched: Watched, change: Callable[[Path], None]
) -> None:
    change(watched.folder)
    assert (await watched.looks(1), watched.title()) == ([], "Late books")
    assert (await watched.looks(1), watched.title()) == (["learn", "renewed"], "Tardy book")
    assert await watched.looks() == []


def touch(folder: Path) -> None:
    os.utime(folder / LATE)


def copied_over(folder: Path) -> None:
    data = (folder / LATE).read_bytes()
    (folder / LATE).unlink()
    (folder / LATE).write_bytes(data)


def lock_of_emacs(folder: Path) -> None:
    (folder / LATE).with_name(".#late_books.yaml").symlink_to("ana@host.1234:1700000000")


def backup(folder: Path) -> None:
    shutil.copy(folder / LATE, folder / f"{LATE}~")


def notes(folder: Path) -> None:
    (folder / "drafts").mkdir()
    shutil.copy(folder / LATE, folder / "drafts/late.yaml")
    (folder / "knowledge/README.md").write_text("notes", "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(touch, id="a touch"),
        pytest.param(copied_over, id="the same bytes in another file"),
        pytest.param(lock_of_emacs, id="an editor's lock"),
        pytest.param(backup, id="an editor's backup"),
        pytest.param(notes, id="files that the bot does not read"),
    ],
)
async def test_what_changes_no_content_must_not_be_learnt(watched: Watched, change: Callable[[Path], None]) -> None:
    change(watched.folder)
    assert await watched.looks() == []


async def test_a_file_is_left_alone_while_it_is_written(watched: Watched) -> None:
    path = watched.folder / LATE
    whole = renamed(path.read_text("utf-8"))
    for end in (0, 100, len(whole) // 2, len(whole)):
        path.write_text(whole[:end], "utf-8")
        assert await watched.looks(1) == []
    assert (await watched.looks(), watched.title()) == (["learn", "renewed"], "Tardy book")


async def test_what_changes_while_it_is_learnt_is_learnt_again(watched: Watched) -> None:
    def once_more() -> None:
        watched.while_learning = lambda: None
        edit(watched.folder / BOOKS)
        (watched.folder / LATE).write_text((LIBRARY / LATE).read_text("utf-8").replace("Late books", "Tardiness"))

    edit(watched.folder / LATE)
    watched.while_learning = once_more
    assert await watched.looks(2) == ["learn"]
    assert (await watched.looks(), watched.title()) == (["learn", "renewed"], "Tardiness")


async def test_a_mistake_that_is_mended_while_it_is_found_is_told_to_nobody(watched: Watched) -> None:
    def mended() -> None:
        (watched.folder / LATE).write_bytes((LIBRARY / LATE).read_bytes())
        raise ContentError([Problem(Path("x"), 1, "found meanwhile")])

    edit(watched.folder / LATE)
    watched.while_learning = mended
    assert await watched.looks() == ["learn"]
    assert await watched.looks() == []


# Kubernetes


@pytest.fixture
async def mounted(tmp_path: Path) -> Watched:
    """A folder as Kubernetes mounts a ConfigMap: links to links, of which one is exchanged."""
    volume = tmp_path / "volume"
    shutil.copytree(LIBRARY, volume / "..2024_01")
    (volume / "..data").symlink_to("..2024_01")
    for part in ("knowledge", "sources", "voice", "words"):
        (volume / part).symlink_to(f"..data/{part}")
    watched = Watched(volume)
    assert await watched.looks() == []
    return watched


def exchange(volume: Path, change: Callable[[Path], None] = edit) -> None:
    """Do as its kubelet does: a new folder, a link to it that replaces the old in one step, the old folder removed."""
    change(shutil.copytree(volume / "..2024_01", volume / "..2024_02") / LATE)
    (volume / "..data_tmp").symlink_to("..2024_02")
    (volume / "..data_tmp").replace(volume / "..data")
    shutil.rmtree(volume / "..2024_01")


async def test_an_exchanged_link_is_noticed(mounted: Watched) -> None:
    exchange(mounted.folder)
    assert (await mounted.looks(), mounted.title()) == (["learn", "renewed"], "Tardy book")


@pytest.mark.parametrize(
    ("change", "happens", "title"),
    [
        pytest.param(edit, ["learn", "renewed"], "Tardy book", id="for other content"),
        pytest.param(lambda _: None, ["learn", "renewed"], "Late books", id="for the same"),
    ],
)
async def test_a_link_exchanged_while_its_folder_is_read_is_read_again(
    mounted: Watched, change: Callable[[Path], None], happens: list[str], title: str
) -> None:
    def exchanged() -> None:
        mounted.while_learning = lambda: None
        exchange(mounted.folder, change)
        raise ContentError([Problem(Path("x"), 1, "cannot be read: No such file or directory")])

    edit(mounted.folder / BOOKS, "How many books", "How many novels")
    mounted.while_learning = exchanged
    assert await mounted.looks(2) == ["learn"]
    assert (await mounted.looks(), mounted.title()) == (happens, title)


# Bad content


def spoilt(folder: Path) -> None:
    (folder / LATE).write_text("as_of: May\n" + (folder / LATE).read_text("utf-8").partition("\n")[2], "utf-8")


def bomb(folder: Path) -> None:
    (folder / LATE).write_text(BOMB, "utf-8")


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def no_words_in_it(folder: Path) -> None:
    (folder / LATE).write_bytes(b"\xff\x00" * 1000)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            spoilt, [f"{LATE}:1: `as_of` must be a year or a year and month, like 2024-08"], id="a mistake in a file"
        ),
        pytest.param(
            bomb,
            [f"{LATE}:1: anchors and aliases (& and *) are not allowed: write the text out"],
            id="a bomb of aliases",
        ),
        pytest.param(no_words_in_it, [f"{LATE}:1: not UTF-8 text: save the file in the encoding UTF-8"], id="no text"),
    ],
)
async def test_bad_content_is_told_once_and_the_bot_answers_as_before(
    watched: Watched, caplog: pytest.LogCaptureFixture, change: Callable[[Path], None], told: list[str]
) -> None:
    change(watched.folder)
    assert await watched.looks() == ["learn", *told]
    assert caplog.messages[1:] == told
    touch(watched.folder)
    assert await watched.looks() == []
    assert watched.title() == "Late books"


async def test_a_folder_that_is_gone_is_told_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(watched.folder.parent)
    monkeypatch.setattr(watched.watch, "_learn", learn)
    no_folder(watched.folder)
    assert await watched.looks() == [f"content:1: there is no content folder {watched.folder}"]
    assert await watched.looks() == []


@pytest.mark.parametrize(
    ("mend", "happens", "title"),
    [
        pytest.param(in_place, ["learn", "renewed"], "Tardy book", id="with something new"),
        pytest.param(lambda _: None, [], "Late books", id="as it was"),
    ],
)
async def test_bad_content_that_is_mended_is_answered_from(
    watched: Watched, mend: Callable[[Path], None], happens: list[str], title: str
) -> None:
    spoilt(watched.folder)
    await watched.looks()
    shutil.copy(LIBRARY / LATE, watched.folder / LATE)
    mend(watched.folder)
    assert (await watched.looks(), watched.title()) == (happens, title)


async def test_the_same_mistake_made_again_is_told_again(watched: Watched) -> None:
    for _ in range(2):
        spoilt(watched.folder)
        assert len(await watched.looks()) == 2
        shutil.copy(LIBRARY / LATE, watched.folder / LATE)
        assert await watched.looks() == []


async def test_of_many_problems_some_are_logged_and_all_are_told(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    many = [Problem(Path("x.yaml"), line, "wrong") for line in range(1, LOGGED + 10)]

    def fail() -> None:
        raise ContentError(many)

    in_place(watched.folder)
    watched.while_learning = fail
    assert await watched.looks() == ["learn", *map(str, many)]
    assert caplog.messages[1:] == [str(problem) for problem in many[:LOGGED]]


async def test_a_replaced_program_must_not_learn_for_the_one_that_runs(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reload, "_CODE", watched.folder)
    in_place(watched.folder)
    assert await watched.looks() == []
    assert "start it anew" in caplog.text


async def test_a_process_that_failed_is_tried_again_when_a_file_is_touched(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(watched.folder.parent)
    monkeypatch.setattr(reload, "_command", child("raise SystemExit(3)"))
    monkeypatch.setattr(watched.watch, "_learn", learn)
    in_place(watched.folder)
    for _ in range(2):
        assert await watched.looks() == [
            "content:1: checking and learning it ended with status 3: save any of its files to try again"
        ]
        assert await watched.looks() == []
        touch(watched.folder)


# The task


async def test_the_watch_goes_on_after_a_failure_until_it_is_stopped(
    watched: Watched, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, done = asyncio.Event(), asyncio.Event()

    async def fail(_: Sequence[Problem]) -> None:
        failed.set()
        raise LookupError("Ana's words")

    async def finish() -> None:
        done.set()

    monkeypatch.setattr(watched.watch, "_told", fail)
    monkeypatch.setattr(watched.watch, "_renewed", finish)
    spoilt(watched.folder)
    watched.watch.start()
    await failed.wait()
    shutil.copy(LIBRARY / LATE, watched.folder / LATE)
    in_place(watched.folder)
    await done.wait()
    await watched.watch.stop()
    assert "LookupError" in caplog.text
    assert "Ana" not in caplog.text


async def test_a_watch_that_never_began_can_be_stopped(watched: Watched) -> None:
    await watched.watch.stop()
    await watched.watch.stop()


# The process that learns


async def test_what_another_process_learnt_answers_alike(folder: Path) -> None:
    learnt, own = await learn(folder), answers_from(load(folder))
    assert learnt.knowledge == own.knowledge
    for said in ("hay multa", "how many books can I borrow", "giraffe"):
        assert learnt.hear(said) == own.hear(said)


async def test_the_event_loop_goes_on_while_another_process_learns(folder: Path) -> None:
    turns: list[str] = []

    async def turn() -> None:
        while True:
            turns.append("turn")
            await asyncio.sleep(0.001)

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    turns.append("learn")
    await learn(folder)
    turns.append("learnt")
    turning.cancel()
    assert turns[turns.index("learn") : turns.index("learnt")].count("turn") > 20


async def test_problems_come_back_from_the_other_process(folder: Path) -> None:
    bomb(folder)
    with pytest.raises(ContentError, match=rf"^{LATE}:1: anchors and aliases"):
        await learn(folder)


def child(script: str) -> Callable[[Path], tuple[str, ...]]:
    """Put a script in the place of what learns."""
    return lambda _: (sys.executable, "-c", script)


ENDLESS = "import time\nwhile True: time.sleep(9)"
HUNGRY = "import bot.reload as r\nr.MEMORY = 300_000_000\nr._bound()\nlist(range(10**9))"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        pytest.param("import os; os.kill(os.getpid(), 11)", "ended with status -11", id="a crash"),
        pytest.param("raise SystemExit(3)", "ended with status 3", id="a failure"),
        pytest.param(HUNGRY, "ended with status 1", id="more memory than it may have"),
        pytest.param(ENDLESS, "takes more than 0 seconds", id="no end"),
    ],
)
async def test_whatever_befalls_the_other_process_is_a_problem_of_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, problem: str
) -> None:
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr(reload, "_command", child(script))
    if script == ENDLESS:
        monkeypatch.setattr(reload, "SECONDS", 0.2)
    with pytest.raises(ContentError, match=rf"^content:1: checking and learning it {problem}: save any of its"):
        await learn(folder)


def starve(_: Path) -> Knowledge:
    raise MemoryError


def deny(_: Path) -> Knowledge:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("load", "problem"),
    [
        pytest.param(starve, "checking and learning it takes more than 1024 MB of memory", id="memory runs out"),
        pytest.param(deny, "Permission denied", id="a folder that may not be read"),
    ],
)
def test_what_the_other_process_finds_is_written_as_a_problem(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    load: Callable[[Path], Knowledge],
    problem: str,
) -> None:
    monkeypatch.setattr(reload, "load", load)
    monkeypatch.setattr(reload, "_bound", lambda: None)
    assert reload.main(["content"]) == 0
    assert pickle.loads(capsysbinary.readouterr().out) == [Problem(Path("content"), 1, problem)]  # noqa: S301


async def test_a_process_that_cannot_begin_is_a_problem_of_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "_command", lambda _: ("/no/such/program",))
    with pytest.raises(ContentError, match="could not begin"):
        await learn(folder)


async def test_the_other_process_ends_with_the_watch(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = tmp_path / "pid"
    script = f"import os, pathlib\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))\n{ENDLESS}"
    monkeypatch.setattr(reload, "_command", child(script))
    monkeypatch.setattr(watched.watch, "_learn", learn)
    in_place(watched.folder)
    watched.watch.start()
    while not (number.exists() and number.read_text()):  # noqa: ASYNC110  # written by another process
        await asyncio.sleep(0.01)
    await watched.watch.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


async def test_the_other_process_must_not_see_secrets(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:secret@host")
    script = f"import os, pathlib\npathlib.Path({str(tmp_path / 'seen')!r}).write_text(repr(os.environ))\nexit(1)"
    monkeypatch.setattr(reload, "_command", child(script))
    with pytest.raises(ContentError):
        await learn(folder)
    assert "secret" not in (tmp_path / "seen").read_text()


# In a chat


@pytest.fixture
def newer(folder: Path) -> Answers:
    """The library after an edit: other words in one answer, the other entry of the topic gone."""
    for path in (folder / LATE, *folder.glob("voice/*.yaml")):
        text = path.read_text("utf-8").replace("No, a late book costs nothing", "No, a late book is free of charge")
        text = text.replace("related: [how_many_books, thanks]", "related: [thanks]")
        path.write_text(text.replace("\n  how_many_books:", "\n  late_again:"), "utf-8")
    (folder / BOOKS).rename((folder / BOOKS).with_name("late_again.yaml"))
    return answers_from(load(folder))


class HeldTelegram(OfflineTelegram):
    """A Telegram that can hold up the bot's messages."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        if url.endswith("/sendMessage"):
            self.reached.set()
            await self.let_go.wait()
        return await super().do_request(url, method, request_data)


@pytest.fixture
async def library(folder: Path, sqlite_store: Store) -> AsyncIterator[tuple[Conversation, Answers, HeldTelegram]]:
    """A conversation about the library, with the answers that can be renewed."""
    telegram, answers = HeldTelegram(), answers_from(load(LIBRARY))
    conversation = open_conversation(answers, telegram, sqlite_store)
    async with conversation.app:
        yield conversation, answers, telegram


async def test_a_question_in_progress_is_answered_from_one_edition(
    library: tuple[Conversation, Answers, HeldTelegram], newer: Answers
) -> None:
    talk, answers, telegram = library
    telegram.let_go.clear()
    asking = asyncio.create_task(talk.answer(CAL, "is there a fine"))
    await telegram.reached.wait()
    answers.renew(newer)
    telegram.let_go.set()
    assert "costs nothing" in (await asking).plain
    assert "free of charge" in (await talk.answer(CAL, "is there a fine?")).plain


async def show_books(talk: Conversation) -> Sent:
    return await talk.answer(CAL, "/start a_how_many_books_en")


async def show_topic(talk: Conversation) -> Sent:
    [sent] = await talk.press(CAL, await talk.answer(CAL, "/topics"), "topic:loans:en")
    return sent


@pytest.mark.parametrize(
    ("show", "data"),
    [
        pytest.param(show_books, "show:how_many_books:es", id="the same answer in another language"),
        pytest.param(show_topic, "next:how_many_books:en", id="an entry of a topic"),
    ],
)
async def test_an_old_button_says_that_the_menu_has_changed(
    library: tuple[Conversation, Answers, HeldTelegram],
    newer: Answers,
    show: Callable[[Conversation], Awaitable[Sent]],
    data: str,
) -> None:
    talk, answers, _ = library
    shown = await show(talk)
    answers.renew(newer)
    [sent] = await talk.press(CAL, shown, data)
    assert newer.knowledge.voices["en"].menu_changed in sent.plain


async def test_a_button_of_an_entry_that_stays_works_on(
    library: tuple[Conversation, Answers, HeldTelegram], newer: Answers
) -> None:
    talk, answers, _ = library
    shown = await show_books(talk)
    answers.renew(newer)
    [sent] = await talk.press(CAL, shown, "next:late_books:en")
    assert newer.knowledge.entries["late_books"].texts["en"].title in sent.plain


async def test_more_about_an_answer_that_is_gone_is_an_ordinary_question(
    library: tuple[Conversation, Answers, HeldTelegram], newer: Answers
) -> None:
    talk, answers, _ = library
    await show_books(talk)
    more = newer.knowledge.voices["en"].followups.more[0]
    answers.renew(newer)
    sent = await talk.answer(CAL, more)
    assert newer.knowledge.voices["en"].failed not in sent.plain


@pytest.mark.parametrize(
    ("shown", "follows"),
    [
        pytest.param(Shown("late_books", "en"), True, id="an answer that stays"),
        pytest.param(Shown("late_books", "en", 1), True, id="its last quote"),
        pytest.param(Shown("late_books", "en", 2), False, id="a quote that is gone"),
        pytest.param(Shown("how_many_books", "en"), False, id="an entry that is gone"),
        pytest.param(Shown("late_books", "pt"), False, id="a language that is gone"),
    ],
)
def test_a_follow_up_needs_the_answer_that_it_follows(newer: Answers, shown: Shown, follows: bool) -> None:
    for said in (newer.knowledge.voices["en"].followups.more[0], newer.knowledge.voices["en"].followups.source[0]):
        assert (newer.follow_up(said, shown, Place.PRIVATE, "bot") is not None) == follows


def test_nothing_keeps_the_edition_before(newer: Answers) -> None:
    answers = answers_from(load(LIBRARY))
    before = weakref.ref(answers.knowledge)
    answers.renew(newer)
    gc.collect()
    assert before() is None
    assert answers.knowledge is newer.knowledge
    assert answers.replies is newer.replies
