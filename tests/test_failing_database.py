"""A database that fails while the bot runs, or before: questions are answered, and nothing else is claimed."""

import asyncio
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest

from bot import outage
from bot.answers import Answers
from bot.app import build_app
from bot.config import Config
from bot.offline import BOT, Chat, OfflineTelegram
from bot.preferences import Speak
from bot.sessions import Sessions
from bot.store import Store, StoreError, back_up, database_url, file_url, restore
from bot.store.database import ON_CONNECT
from bot.store.patience import Patience
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation, open_conversation
from tests.databases import copy_on
from tests.postgres import Server
from tests.test_backup import JUNK, NOW, damage, names, newer, no_version

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
Failure: TypeAlias = Callable[[Path], AbstractContextManager[object]]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no lock longer than a test must."""
    told = ["PRAGMA busy_timeout = 100" if "busy" in line else line for line in ON_CONNECT["sqlite"]]
    monkeypatch.setitem(ON_CONNECT, "sqlite", told)


@pytest.fixture
def file(sqlite_file: Path, tmp_path: Path) -> Path:
    """A migrated file of SQLite's, in a folder of its own; a backup of it stands beside the folder."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_file, tmp_path / "data" / "bot.sqlite3")
    back_up(file_url(tmp_path / "data"), tmp_path / "backup")
    return tmp_path / "data" / "bot.sqlite3"


@asynccontextmanager
async def opened(answers: Answers, telegram: OfflineTelegram, url: str) -> AsyncIterator[Conversation]:
    """The bot over a database that is not this test's to close."""
    store = Store(url, "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        yield talk
    await store.close()


@pytest.fixture
async def talk(answers: Answers, telegram: OfflineTelegram, file: Path) -> AsyncIterator[Conversation]:
    """The bot over that file."""
    async with opened(answers, telegram, file_url(file.parent)) as talk:
        yield talk


# What fails


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock of who writes: others can read."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def removed(file: Path) -> Iterator[None]:
    """Remove the file; the backup is put back."""
    file.unlink()
    yield
    put_back(file)


@contextmanager
def replaced(file: Path) -> Iterator[None]:
    """Put another file in the place of the database."""
    (file.parent / "junk").write_bytes(JUNK)
    (file.parent / "junk").replace(file)
    yield
    put_back(file)


def all_but_first_page(file: Path) -> None:
    """Overwrite all pages of a file but that which says that it is SQLite's."""
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def put_back(file: Path) -> None:
    """Restore the backup that stands beside the folder."""
    restore(file_url(file.parent), file.parent.parent / "backup", NOW)


FAILURES = [
    pytest.param(removed, id="the file is removed"),
    pytest.param(replaced, id="junk is in its place"),
]
WRITING = [*FAILURES, pytest.param(locked, id="another program writes for long")]


# What people see


async def answers_all(talk: Conversation, language: str, group: Chat) -> bool:
    """Tell whether a person's questions are answered, in private and in a group."""
    person, sample = PEOPLE[language], talk.knowledge.voices[language].samples["secret_interception"]
    sent = [await talk.answer(person, sample), await talk.answer(person, f"/ask@{BOT.username} {sample}", group)]
    return all(one.plain.startswith(talk.title("secret_interception", language)) for one in sent)


@LANGUAGES
@pytest.mark.parametrize("failure", WRITING)
async def test_questions_are_answered_while_the_database_fails(
    talk: Conversation, file: Path, failure: Failure, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    group, sample = talk.telegram.group("G"), talk.knowledge.voices[language].samples["secret_interception"]
    await talk.say(ANA, "hola")
    with failure(file):
        assert await answers_all(talk, language, group)
        await talk.answer(PEOPLE[language], f"{sample} ")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert caplog.messages[0].startswith("The database fails (")
    assert not any(word in caplog.text for word in (str(ANA.id), str(group.id), sample, "secret_interception"))


@LANGUAGES
@pytest.mark.parametrize("failure", WRITING)
async def test_a_language_that_cannot_be_kept_is_not_chosen(
    talk: Conversation, file: Path, failure: Failure, language: str
) -> None:
    person, failed = PEOPLE[language], talk.knowledge.voices[language].failed
    menu = await talk.answer(person, "/language")
    with failure(file):
        assert (await talk.answer(person, "/language english")).plain == failed
        assert (await talk.press(person, menu, menu.labels[0]))[-1].plain == failed
    assert await talk.store.people.language(person.id) is None
    assert (await talk.answer(person, "/language english")).plain == talk.knowledge.voices["en"].language_set
    assert await talk.store.people.language(person.id) == "en"


@LANGUAGES
@pytest.mark.parametrize("failure", WRITING)
async def test_a_setting_that_cannot_be_kept_is_not_set(
    talk: Conversation, file: Path, failure: Failure, language: str
) -> None:
    voice, group = talk.knowledge.voices[language], talk.telegram.group("G", owner=PEOPLE[language])
    panel = await talk.answer(PEOPLE[language], f"/settings@{BOT.username} budget", group)
    with failure(file):
        await talk.press(PEOPLE[language], panel, "5")
        said = await talk.answer(PEOPLE[language], f"/settings@{BOT.username} budget 5", group)
    assert talk.telegram.answers[-1] == {**talk.telegram.answers[-1], "text": voice.failed, "show_alert": True}
    assert said.plain == voice.failed
    assert (await talk.store.chats.settings(group.id)).budget == 30
    await talk.press(PEOPLE[language], panel, "5")
    assert (await talk.store.chats.settings(group.id)).budget == 5


async def test_the_last_settings_known_hold(talk: Conversation, file: Path) -> None:
    group, sample = talk.telegram.group("G", bot_is_admin=True), talk.knowledge.voices["es"].samples
    await talk.store.chats.change(group.id, speak=Speak.COMMANDS)
    before = await talk.answer(ANA, f"/ask@{BOT.username} {sample['secret_interception']}", group)
    with replaced(file):
        assert await talk.say(ANA, sample["secret_interception"], group, reply_to=before) == []


async def test_a_removed_file_is_not_begun_anew(talk: Conversation, file: Path) -> None:
    await asyncio.gather(*(talk.store.counts.asked("e") for _ in range(9)))  # on several connections
    await asyncio.to_thread(file.unlink)
    await asyncio.gather(*(talk.say(person, "hola") for person in (ANA, BIA, CAL)))
    assert names(file.parent).isdisjoint({file.name})
    with pytest.raises(StoreError, match="file is gone"):
        await talk.store.counts.all()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(all_but_first_page, id="damaged pages"),
        pytest.param(lambda file: file.write_bytes(JUNK), id="overwritten by junk"),
        pytest.param(lambda file: os.truncate(file, 5000), id="cut short"),
    ],
)
async def test_a_file_that_is_spoilt_in_place_is_mended_by_a_restore(
    talk: Conversation, file: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    group = talk.telegram.group("G")
    await talk.say(ANA, "hola")
    await talk.store.close()  # what a bot has read a moment ago it still knows
    spoil(file)
    assert await answers_all(talk, "es", group)
    [line] = caplog.messages
    assert "python -m bot restore FILE" in line
    await talk.store.close()
    put_back(file)
    await talk.answer(ANA, "/language english")
    assert await talk.store.people.language(ANA.id) == "en"


async def test_a_full_disk_stops_no_answer(
    answers: Answers,
    telegram: OfflineTelegram,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(ON_CONNECT, "sqlite", [*ON_CONNECT["sqlite"], "PRAGMA max_page_count = 1"])
    async with opened(answers, telegram, file_url(file.parent)) as talk:
        group = talk.telegram.group("G", owner=ANA)
        with pytest.raises(StoreError, match="full"):
            await fill(talk)
        said = await talk.answer(ANA, f"/settings@{BOT.username} budget 5", group)
        assert said.plain == talk.knowledge.voices["es"].failed
        assert await answers_all(talk, "es", group)
    assert caplog.messages == [
        "The database fails (database or disk is full; make room on the disk). Questions are answered without it"
    ]


async def fill(talk: Conversation) -> None:
    """Keep settings of other groups until no more can be kept."""
    for number in range(1000):
        await talk.store.chats.change(-1 - number, budget=number)


async def test_a_file_that_may_not_be_written_stops_no_answer(
    answers: Answers, telegram: OfflineTelegram, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = database_url(f"sqlite:///{file.as_uri()}?mode=ro&uri=true")
    async with opened(answers, telegram, url) as talk:
        assert await answers_all(talk, "es", talk.telegram.group("G"))
        assert (await talk.answer(ANA, "/language english")).plain == talk.knowledge.voices["es"].failed
    assert len(caplog.messages) == 1
    assert "let the bot write the file and its folder" in caplog.text


# At the start


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(damage, "python -m bot restore FILE", id="damaged"),
        pytest.param(lambda file: file.write_bytes(JUNK), "python -m bot restore FILE", id="junk"),
        pytest.param(no_version, "another program's", id="another program's"),
        pytest.param(newer, "another version of the bot", id="a newer version's"),
    ],
)
async def test_a_start_over_a_file_that_cannot_be_used_answers_and_leaves_it_as_it_is(
    answers: Answers,
    telegram: OfflineTelegram,
    file: Path,
    spoil: Callable[[Path], object],
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    spoil(file)
    spoilt = after_header(file)
    async with running(answers, telegram, file_url(file.parent)) as talk:
        assert await answers_all(talk, "es", talk.telegram.group("G"))
    assert len(caplog.messages) == 1
    assert said in caplog.text
    assert after_header(file) == spoilt
    assert names(file.parent) == {file.name}


def after_header(file: Path) -> bytes:
    """Return what is in a file after SQLite's header, where that notes how it is read."""
    return file.read_bytes()[100:]


@asynccontextmanager
async def running(answers: Answers, telegram: OfflineTelegram, url: str) -> AsyncIterator[Conversation]:
    """The bot as `run` starts and stops it."""
    store, sessions = Store(url, "secret"), Sessions()
    app = build_app(answers, store, Config(), request=telegram, sessions=sessions, clock=telegram.now)
    async with app:
        assert app.post_init
        assert app.post_stop
        await app.post_init(app)
        yield Conversation(answers.knowledge, app, telegram, store, sessions)
        await app.post_stop(app)
    await store.close()


async def test_a_database_that_is_mended_after_the_start_is_used_within_a_minute(
    answers: Answers, telegram: OfflineTelegram, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.routine.TICK", 0.0)
    no_version(file)
    async with running(answers, telegram, file_url(file.parent)) as talk:
        migrate, migrated = talk.store.migrate, asyncio.Event()

        async def mended() -> None:
            await migrate()
            migrated.set()

        monkeypatch.setattr(talk.store, "migrate", mended)
        assert (await talk.answer(ANA, "/language english")).plain == talk.knowledge.voices["es"].failed
        put_back(file)
        await migrated.wait()
        assert (await talk.answer(ANA, "/language english")).plain == talk.knowledge.voices["en"].language_set


# PostgreSQL


@LANGUAGES
async def test_a_server_that_stops_and_starts_is_done_without_meanwhile(
    answers: Answers, telegram: OfflineTelegram, postgres: Server, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    group, person = telegram.group("G", owner=PEOPLE[language]), PEOPLE[language]
    with copy_on(postgres) as url:
        async with opened(answers, telegram, url) as talk:
            panel = await talk.answer(person, f"/settings@{BOT.username} budget", group)
            with postgres.stopped():
                assert await answers_all(talk, language, group)
                assert (await talk.answer(person, "/language english")).plain == talk.knowledge.voices[language].failed
                await talk.press(person, panel, "5")
            assert (await talk.store.chats.settings(group.id)).budget == 30
            await talk.press(person, panel, "5")
            assert (await talk.store.chats.settings(group.id)).budget == 5
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert postgres.password not in caplog.text


@contextmanager
def frozen(url: str) -> Iterator[None]:
    """Freeze the server's processes for a database: connections stay open, and nothing answers."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        found = server.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        processes = [int(row[0]) for row in found if row[0] != server.info.backend_pid]
    assert processes != []
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_a_server_that_does_not_answer_is_not_waited_for_at_each_question(
    answers: Answers,
    telegram: OfflineTelegram,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looked: list[int] = []
    with copy_on(postgres) as url:
        async with opened(answers, telegram, url) as talk:
            await talk.say(ANA, "hola")
            language = talk.store.people.language

            async def look(person: int) -> str | None:
                looked.append(person)
                return await language(person)

            async def count(_: str) -> None:
                """Open no other connection, which would not be frozen."""

            monkeypatch.setattr(outage, "PATIENCE_SECONDS", 0.05)
            monkeypatch.setattr(outage, "PAUSE_SECONDS", 3600.0)
            monkeypatch.setattr(talk.store.people, "language", look)
            monkeypatch.setattr(talk.store.counts, "asked", count)
            with frozen(url):
                for _ in range(5):
                    assert await answers_all(talk, "es", talk.telegram.group("G"))
            assert looked == [ANA.id]
    assert caplog.messages == ["The database fails (the database does not answer). Questions are answered without it"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda store: store.people.forget(ANA.id), id="forgetting somebody"),
        pytest.param(lambda store: store.move_chat(-5, -6), id="moving a group"),
        pytest.param(lambda store: store.chats.settings(-5), id="reading settings"),
        pytest.param(lambda store: store.subscriptions.active(), id="reading the schedule"),
    ],
)
async def test_what_must_be_kept_waits_for_a_silent_server_for_seconds_only(
    answers: Answers,
    telegram: OfflineTelegram,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Store], Awaitable[object]],
) -> None:
    with copy_on(postgres) as url:
        async with opened(answers, telegram, url) as talk:
            await talk.say(ANA, "hola")
            monkeypatch.setattr("bot.store.patience.DEADLINE_SECONDS", 0.05)
            with frozen(url), pytest.raises(StoreError, match="does not answer"):
                await change(talk.store)
            monkeypatch.undo()
            chosen = await talk.answer(ANA, "/language english")
            assert chosen.plain == talk.knowledge.voices["en"].language_set


# Waiting


async def test_work_in_time_is_worth_what_it_returns() -> None:
    async def work() -> int:
        return 5

    assert await Patience().wait_for(work(), 1) == 5


async def test_work_that_will_not_stop_is_left_behind() -> None:
    stopped, patience = asyncio.Event(), Patience()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await stopped.wait()
            raise ValueError("nobody hears this") from None

    with pytest.raises(StoreError, match="does not answer"):
        await patience.wait_for(stubborn(), 0)
    stopped.set()
    await patience.end()


async def test_who_stops_waiting_stops_the_work() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    task = asyncio.create_task(Patience().wait_for(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended.wait()


# What is logged


def test_an_outage_is_logged_once_and_so_is_its_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state = outage.Outage()
    for _ in range(3):
        state.note(StoreError("gone"))
        state.look_up()
    monkeypatch.setattr(outage, "OUTAGE_SECONDS", -1.0)
    for _ in range(3):
        state.look_up()
    assert caplog.messages == [
        "The database fails (gone). Questions are answered without it",
        "The database works again",
    ]
    state.note(StoreError("gone again"))
    assert len(caplog.messages) == 3
