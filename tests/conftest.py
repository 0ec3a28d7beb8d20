"""What tests share: the packaged knowledge, read once, and a conversation with nobody in it yet."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.answers import Answers, matcher_of
from bot.offline import Chat, OfflineTelegram
from bot.replies import Replies
from bot.store import Store
from content import Knowledge, load
from tests.conversation import ANA, Conversation, open_conversation
from tests.databases import copy_of, copy_on, postgres_template, sqlite_template
from tests.postgres import Server, programs, running


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The packaged knowledge."""
    return load()


@pytest.fixture(scope="session")
def answers(knowledge: Knowledge) -> Answers:
    """The engine on the packaged knowledge: it keeps nothing of a question, so that tests can share it."""
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


@pytest.fixture
def telegram() -> OfflineTelegram:
    """An empty Telegram."""
    return OfflineTelegram()


@pytest.fixture
def bot(telegram: OfflineTelegram) -> Bot:
    """The Bot API, without any handlers."""
    return Bot("1:offline", request=telegram, get_updates_request=telegram)


@pytest.fixture
def chat(telegram: OfflineTelegram) -> Chat:
    """Ana's private chat with the bot."""
    return telegram.private(ANA)


@pytest.fixture
async def talk(answers: Answers, telegram: OfflineTelegram, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """The bot, initialized, in an empty Telegram."""
    conversation = open_conversation(answers, telegram, sqlite_store)
    async with conversation.app:
        yield conversation


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with a migrated database to copy; without its programs, a skip or, if required, a failure."""
    folder = programs()
    if folder is None:
        stop = pytest.fail if os.environ.get("REQUIRE_POSTGRES") == "1" else pytest.skip
        stop("PostgreSQL's programs (initdb, pg_ctl) are not on this machine: nothing was tested on it")
    with running(folder) as server:
        yield postgres_template(server)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file of SQLite's to copy."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database with nothing in it: the test runs once on each kind."""
    if request.param == "sqlite":
        yield copy_of(request.getfixturevalue("sqlite_file"))
    else:
        with copy_on(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An open store, on each kind of database."""
    store = Store(database, "secret")
    yield store
    await store.close()


@pytest.fixture
async def sqlite_store(sqlite_file: Path) -> AsyncIterator[Store]:
    """An open store on SQLite alone, for tests that are about something else."""
    store = Store(copy_of(sqlite_file), "secret")
    yield store
    await store.close()
