"""Several copies of the bot behind one webhook: whichever gets an update goes on where another was."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import NullPool

from bot.answers import Answers
from bot.intake.chats import LEASE
from bot.offline import OWNER, JsonObject, OfflineTelegram, Sent
from bot.store import Store, StoreError
from tests.conversation import PEOPLE, Conversation, open_conversation
from tests.databases import copy_on
from tests.postgres import Server

LANGUAGES = pytest.mark.parametrize("language", PEOPLE)


class Copies:
    """Some copies of the bot; each update is another's."""

    def __init__(self, talks: list[Conversation]) -> None:
        self.talks = talks
        self.telegram = talks[0].telegram
        self.knowledge = talks[0].knowledge
        self._intakes = [talk.intake for talk in talks]
        self._turn = 0

    async def hear(self, update: JsonObject | None) -> list[Sent]:
        """Let the next copy handle an update; return what it sent or changed."""
        assert update is not None
        before = {id(sent): sent.text for sent in self.telegram.from_bot}
        self._turn += 1
        assert await self._intakes[self._turn % len(self._intakes)].handle(update, math.inf)
        return [sent for sent in self.telegram.from_bot if before.get(id(sent)) != sent.text]

    async def all_at_once(self, update: JsonObject) -> list[bool]:
        """Deliver an update to every copy at the same time."""
        return await asyncio.gather(*(intake.handle(update, 0) for intake in self._intakes))


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    """The address of a database that copies can share."""
    with copy_on(postgres) as url:
        yield url


@pytest.fixture
async def copies(answers: Answers, telegram: OfflineTelegram, url: str) -> AsyncIterator[Copies]:
    """Two copies, each with its own application, memory and connections."""
    async with AsyncExitStack() as stack:
        talks = []
        for _ in range(2):
            store = Store(url, "secret")
            stack.push_async_callback(store.close)
            talk = open_conversation(answers, telegram, store)
            await stack.enter_async_context(talk.app)
            talks.append(talk)
        yield Copies(talks)


def rows(url: str, table: str) -> list[dict[str, object]]:
    """Return all rows of a table."""
    tables, engine = MetaData(), create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables.reflect(connection, only=[table])
        return [dict(row) for row in connection.execute(tables.tables[table].select()).mappings()]


@LANGUAGES
async def test_a_follow_up_is_understood_by_another_copy(copies: Copies, language: str) -> None:
    person, voice = PEOPLE[language], copies.knowledge.voices[language]
    private = copies.telegram.private(person)
    [first] = await copies.hear(copies.telegram.says(person, private, voice.samples["secret_interception"]))
    for _ in range(3):
        [more] = await copies.hear(copies.telegram.says(person, private, voice.followups.more[0]))
        assert more.plain != first.plain
        assert more.plain != voice.unknown


@LANGUAGES
async def test_an_edited_question_edits_the_answer_of_another_copy(copies: Copies, language: str) -> None:
    person, voice = PEOPLE[language], copies.knowledge.voices[language]
    private = copies.telegram.private(person)
    [answer] = await copies.hear(copies.telegram.says(person, private, voice.samples["secret_interception"]))
    question = copies.telegram.sent[0]
    [edited] = await copies.hear(copies.telegram.edits(question, voice.samples["treaty_position"]))
    assert edited is answer
    assert len(copies.telegram.from_bot) == 1


async def test_all_copies_together_keep_a_groups_budget(copies: Copies) -> None:
    telegram, voice = copies.telegram, copies.knowledge.voices["es"]
    group = telegram.group("G", owner=OWNER)
    await copies.talks[0].store.chats.change(group.id, budget=3, repeat_hours=0)
    for _ in range(8):
        question = f"/ask@{telegram.bot.username} {voice.samples['treaty_position']}"
        await copies.hear(telegram.says(OWNER, group, question))
    assert len(telegram.from_bot) == 3


async def test_settings_that_one_copy_changed_hold_in_the_other(copies: Copies) -> None:
    telegram, voices = copies.telegram, copies.knowledge.voices
    group, bot = telegram.group("G", owner=OWNER), telegram.bot.username
    await copies.hear(telegram.says(OWNER, group, f"/settings@{bot} language português"))
    for _ in range(2):
        [sent] = await copies.hear(telegram.says(OWNER, group, f"/topics@{bot}"))
        assert sent.plain.startswith(voices["pt"].topics_menu)


async def test_an_answer_that_one_copy_gave_is_linked_to_by_the_other(copies: Copies) -> None:
    telegram, voice = copies.telegram, copies.knowledge.voices["es"]
    group, bot = telegram.group("G", owner=OWNER), telegram.bot.username
    answered = [
        (await copies.hear(telegram.says(OWNER, group, f"/ask@{bot} {voice.samples['treaty_position']}")))[0]
        for _ in range(3)
    ]
    assert [len(sent.plain) > 300 for sent in answered] == [True, False, False]


async def test_an_update_that_every_copy_gets_is_answered_once(copies: Copies) -> None:
    person = PEOPLE["es"]
    for _ in range(10):
        update = copies.telegram.says(person, copies.telegram.private(person), "/about")
        assert update is not None
        assert any(await copies.all_at_once(update))
    assert len(copies.telegram.from_bot) == 10


async def test_while_one_copy_has_a_chat_in_hand_the_other_waits(copies: Copies) -> None:
    person, (one, other) = PEOPLE["es"], copies.talks
    await one.store.turns.take(person.id, 1, one.telegram.now(), LEASE)
    update = copies.telegram.says(person, copies.telegram.private(person), "/about")
    assert update is not None
    assert not await other.intake.handle(update, 0)
    waiting = asyncio.create_task(other.intake.handle(update, math.inf))
    await one.store.turns.give_back(person.id, 1, one.telegram.now(), None)
    assert await waiting
    assert len(copies.telegram.from_bot) == 1


async def test_what_a_copy_had_in_hand_when_it_died_is_handled_by_another(copies: Copies) -> None:
    person, (one, other) = PEOPLE["es"], copies.talks
    update = copies.telegram.says(person, copies.telegram.private(person), "/about")
    assert update is not None
    await one.store.turns.take(person.id, 1, one.telegram.now(), LEASE)
    copies.telegram.clock.pass_time(LEASE)
    assert await other.intake.handle(update, 0)
    assert len(copies.telegram.from_bot) == 1


async def test_forgetting_leaves_nothing_to_other_copies(copies: Copies, url: str) -> None:
    person, voice = PEOPLE["es"], copies.knowledge.voices["es"]
    private = copies.telegram.private(person)
    await copies.hear(copies.telegram.says(person, private, voice.samples["secret_interception"]))
    assert rows(url, "turns") != []
    await copies.hear(copies.telegram.says(person, private, "/forget"))
    assert [row["memory"] for row in rows(url, "turns")] != [None]
    assert all(talk.sessions.of(person.id).last is None for talk in copies.talks)


async def test_no_copy_remembers_by_itself_what_another_may_be_asked_to_forget(copies: Copies) -> None:
    person, voice = PEOPLE["es"], copies.knowledge.voices["es"]
    private = copies.telegram.private(person)
    await copies.hear(copies.telegram.says(person, private, voice.samples["secret_interception"]))
    assert all(talk.sessions.of(person.id).last is None for talk in copies.talks)


async def test_nothing_that_was_said_can_be_read_in_what_copies_leave_each_other(copies: Copies, url: str) -> None:
    person, voice = PEOPLE["es"], copies.knowledge.voices["es"]
    private = copies.telegram.private(person)
    for said in (voice.samples["secret_interception"], voice.followups.more[0], "Chimalpopoca"):
        await copies.hear(copies.telegram.says(person, private, said))
    [row] = rows(url, "turns")
    assert isinstance(row["memory"], bytes)
    assert not any(word in row["memory"] for word in (b"Chimal", b"secret_interception", str(person.id).encode()))
    assert str(person.id) not in str(row["mark"])


@pytest.mark.parametrize(
    ("grace", "is_answered"),
    [
        pytest.param(0.2, True, id="for long: it goes on without"),
        pytest.param(60.0, False, id="for a moment: it waits, lest another copy answers too"),
    ],
)
async def test_the_database_is_away(
    answers: Answers,
    telegram: OfflineTelegram,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    grace: float,
    is_answered: bool,
) -> None:
    monkeypatch.setattr("bot.intake.handling.GRACE", grace)
    store = Store(url, "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        intake, person, voice = talk.intake, PEOPLE["es"], talk.knowledge.voices["es"]
        first = telegram.says(person, telegram.private(person), voice.samples["secret_interception"])
        assert first is not None
        assert await intake.handle(first, 0)
        monkeypatch.setattr(store._database, "_is_shut", True)
        more = telegram.says(person, telegram.private(person), voice.samples["treaty_position"])
        assert more is not None
        assert await intake.handle(more, 0.5) is is_answered
        monkeypatch.setattr(store._database, "_is_shut", False)
        assert await intake.handle(more, 0.5)
    await store.close()
    assert len(telegram.from_bot) == (3 if is_answered else 2)  # without a claim, it is answered again


@LANGUAGES
async def test_privacy_tells_what_copies_pass_on(copies: Copies, language: str) -> None:
    person, voice, telegram = PEOPLE[language], copies.knowledge.voices[language], copies.telegram
    group = telegram.group("G", owner=person)
    [private] = await copies.hear(telegram.says(person, telegram.private(person), "/privacy"))
    [in_group] = await copies.hear(telegram.says(person, group, f"/privacy@{telegram.bot.username}"))
    assert private.plain.endswith(voice.shares)
    assert in_group.plain.endswith(voice.shares)


async def test_a_chat_that_could_not_be_given_back_is_no_other_copys_and_goes_on(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("the connection was lost")

    ours, theirs = (talk.intake for talk in copies.talks)
    private, person = copies.telegram.private(PEOPLE["en"]), PEOPLE["en"]
    first, second, third = (copies.telegram.says(person, private, "/about") for _ in range(3))
    assert first
    assert second
    assert third
    with monkeypatch.context() as patch:
        patch.setattr(copies.talks[0].store.turns, "give_back", fail)
        assert await ours.handle(first, 0)
    assert not await theirs.handle(second, 0)
    assert await ours.handle(second, 0)
    assert await theirs.handle(third, 0)


async def test_a_chat_that_was_taken_unheard_goes_on(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    take, ours = copies.talks[0].store.turns.take, copies.talks[0].intake

    async def take_unheard(chat: int, number: int, now: datetime, lease: timedelta, kept: int | None = None) -> None:
        await take(chat, number, now, lease, kept)
        raise StoreError("the connection was lost")

    update = copies.telegram.says(PEOPLE["en"], copies.telegram.private(PEOPLE["en"]), "/about")
    assert update
    with monkeypatch.context() as patch:
        patch.setattr(copies.talks[0].store.turns, "take", take_unheard)
        await ours.handle(update, 0)
    assert await ours.handle(update, 2)
