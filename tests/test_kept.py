"""What is kept, and what is told of it: all that people do with the bot leaves no word, name or id in the database."""

import logging
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, NullPool, create_engine, make_url

from bot.answers import Answers
from bot.config import Config
from bot.offline import OfflineTelegram, Person
from bot.outage import Outage
from bot.preferences import Speak
from bot.routine import Routine
from bot.sessions import Sessions
from bot.store import Store
from tests.conversation import PEOPLE, Conversation, open_conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
BOT = "offline_bot"
XOCHITL = Person(7123456781, "Xochitlalpan", "es", username="xochi_del_barrio")
UBIRAJARA = Person(7123456782, "Ubirajarense", "pt-br", username="ubira_da_vila")
WILHELMINA = Person(7123456783, "Wilhelmina", "en", username="wilhelmina_w")
OWNER = Person(7123456784, "Quetzalli", "es", username="quetzalli_q")
CROWD = [Person(7123456790 + number, f"Tezozomoc{number}", "es") for number in range(3)]
SPEAKERS = {"es": XOCHITL, "pt": UBIRAJARA, "en": WILHELMINA}
GROUP, CHANNEL, EDITORS = "Huehuecoyotl", "Mictlantecuhtli", "Tonantzintla"
SLIP = "Chimalpopoca 55-1234-9876"
"""What somebody lets slip in messages."""
RULES = "Sé amable en el barrio."
KEPT = {
    "alembic_version": {"version_num"},
    "people": {"mark", "language"},
    "chats": {
        *("chat_id", "language", "speak", "topics", "budget", "repeat_hours", "welcome", "join_rules", "ephemeral"),
        *("newcomers", "welcomed_at", "welcome_message"),
    },
    "rules": {"chat_id", "language", "text"},
    "subscriptions": {
        *("chat_id", "language", "zone", "minute", "weekday", "thread", "posts", "last", "paused"),
    },
    "requests": {"chat_id", "mark", "asked_at"},
    "counts": {"entry", "asked", "helpful", "not_helpful"},
    "updates": {"update_id", "settled", "tries", "until"},
    "turns": {"mark", "update_id", "until", "memory"},
    "registrations": {"what", "digest"},
}
"""Every column of every table. Whoever adds one adds it here, and to what /privacy tells."""


class Life:
    """People who do with the bot all that there is to do, and leave traces wherever one could be left."""

    def __init__(self, talk: Conversation, routine: Routine) -> None:
        self.talk = talk
        self.telegram = talk.telegram
        self.routine = routine
        self.group = self.telegram.group(GROUP, bot_is_admin=True, owner=OWNER)
        self.channel = self.telegram.channel(CHANNEL, owner=OWNER)

    async def passes(self) -> None:
        """Live it all."""
        for language, person in SPEAKERS.items():
            await self.private(person, language)
            await self.talk_in_group(person, language)
        await self.settings()
        await self.door()
        await self.welcome()
        await self.publish()
        await self.failures()

    async def private(self, person: Person, language: str) -> None:
        """Ask, follow up, rate, choose a language, and send a question to the editors."""
        voice, say = self.talk.knowledge.voices[language], self.talk.say
        [sent] = await say(person, voice.samples["secret_interception"])
        await self.talk.press(person, sent, voice.buttons.helpful)
        await say(person, voice.followups.more[0])
        await say(person, f"/language {voice.name}")
        [unknown] = await say(person, f"{SLIP}, {person.first_name} {person.id}?")
        await self.talk.press(person, unknown, voice.buttons.to_editors)
        for command in ("start", "help", "topics", "quote", "sources", "community", "privacy", "about", SLIP):
            await say(person, f"/{command}")
        await self.talk.hear(self.telegram.edits(self.telegram.sent[0], SLIP))
        await self.talk.hear(self.telegram.asks_inline(person, SLIP))
        await self.talk.hear(self.telegram.asks_as_guest(person, "Tenochtitlan", SLIP))

    async def talk_in_group(self, person: Person, language: str) -> None:
        """Chatter, ask, ask for another, rate and remove."""
        voice = self.talk.knowledge.voices[language]
        await self.talk.say(person, f"{SLIP} ({person.first_name})", self.group)
        said = self.telegram.sent[-1]
        [sent] = await self.talk.say(person, f"/ask@{BOT} {voice.samples['treaty_position']}", self.group)
        await self.talk.press(person, sent, voice.buttons.not_helpful)
        await self.talk.say(person, f"/ask@{BOT} {voice.samples['treaty_position']}", self.group)
        await self.talk.say(person, f"/ask@{BOT}", self.group, reply_to=said)
        await self.talk.press(person, sent, voice.buttons.remove)

    async def settings(self) -> None:
        """Set everything, typed and pressed; the rules are a setting, and kept."""
        for typed in (
            *("language español", "speak questions", "budget 60", "repeat 6", "welcome on", "join on", SLIP),
            *(f"rules español {RULES}", "quotes daily 9:00 America/Bogota español"),
        ):
            await self.talk.say(OWNER, f"/settings@{BOT} {typed}", self.group)
        [panel] = await self.talk.say(OWNER, f"/settings@{BOT}", self.group)
        await self.talk.press(WILHELMINA, panel, panel.labels[0])

    async def door(self) -> None:
        """Three ask to join: one agrees, one does not, one blocked the bot."""
        agreeing, waiting, gone = CROWD
        [rules] = await self.talk.hear(self.telegram.requests_to_join(agreeing, self.group))
        await self.talk.press(agreeing, rules, rules.labels[0])
        await self.talk.hear(self.telegram.requests_to_join(waiting, self.group))
        self.telegram.removes_bot(gone, self.telegram.private(gone))
        await self.talk.hear(self.telegram.requests_to_join(gone, self.group))
        await self.consequences()

    async def welcome(self) -> None:
        """Two come and are welcomed; a quote is posted; one comes later and waits for the next welcome."""
        first, second = (Person(7123456800 + number, f"Nezahualcoyotl{number}", "pt") for number in range(2))
        await self.talk.hear(self.telegram.joins(first, self.group, OWNER))
        self.telegram.clock.pass_time(timedelta(hours=3))
        await self.routine.tick(self.talk.app.bot)
        await self.talk.hear(self.telegram.joins(second, self.group))
        await self.consequences()

    async def publish(self) -> None:
        """Post in a channel, and schedule quotes there."""
        voice = self.talk.knowledge.voices["es"]
        await self.talk.say(OWNER, "/publish")
        [menu] = await self.talk.hear(self.telegram.shares_chat(OWNER, self.channel, 1))
        for label in (voice.publish.pick, "", "", voice.publish.post):
            await self.talk.press(OWNER, menu, label or menu.labels[0])
        [again] = await self.talk.hear(self.telegram.shares_chat(OWNER, self.channel, 1))
        for label in (voice.settings.names.quotes.name, voice.settings.choices.weekly.label):
            await self.talk.press(OWNER, again, label)

    async def failures(self) -> None:
        """Let Telegram refuse and fall silent while somebody asks."""
        for words, code in (("Bad Request: x", 400), ("Forbidden: bot was blocked by the user", 403), ("x", 502)):
            self.telegram.fail_next("sendMessage", words, code)
            await self.talk.say(XOCHITL, f"¿{SLIP}?")
        self.telegram.cut_next("sendMessage")
        await self.talk.say(XOCHITL, f"¿{SLIP}?")

    async def consequences(self) -> None:
        for update in self.telegram.consequences():
            await self.talk.hear(update)

    async def ends(self) -> None:
        """All want to be forgotten, and the bot is removed."""
        for person in (*SPEAKERS.values(), OWNER, *CROWD[:2]):
            await self.talk.say(person, "/forget")
        for chat in (self.group, self.channel):
            await self.talk.hear(self.telegram.removes_bot(OWNER, chat))


@pytest.fixture
async def life(answers: Answers, store: Store, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Life]:
    """A life lived, on each kind of database, with everything in the log that the bot ever says there."""
    caplog.set_level(logging.DEBUG, logger="bot")
    telegram = OfflineTelegram()
    talk = open_conversation(answers, telegram, store, Config(editors=telegram.group(EDITORS).id))
    async with talk.app:
        life = Life(talk, Routine(answers, Sessions(), store, telegram.now, Outage()))
        await life.passes()
        yield life


def rows(url: str) -> dict[str, list[dict[str, object]]]:
    """Read every table of a database, whatever it is."""
    engine, tables = create_engine(url.replace("+aiosqlite", ""), poolclass=NullPool), MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in tables.sorted_tables
        }


def stored(url: str) -> str:
    """Return all that a database holds: every row, and of SQLite every byte of its files, deleted rows among them."""
    file = Path(make_url(url).database or "")
    files = file.parent.glob(f"{file.name}*") if make_url(url).get_backend_name() == "sqlite" else ()
    return "\n".join((repr(rows(url)), *(part.read_bytes().decode(errors="replace") for part in files)))


def traces(life: Life) -> set[str]:
    """Return what must be nowhere: what anybody said, and who they are. The admins' rules are a setting, and may be."""
    sent, people = life.telegram.sent, [one for one in life.telegram.accounts.values() if one.id > 7123000000]
    said = {text for one in sent if (text := one.plain) and RULES not in text and (one.sender.is_bot or " " in text)}
    names = {name for one in people for name in (one.first_name, one.username, str(one.id)) if name}
    return said | names | {*SLIP.split(), GROUP, CHANNEL, EDITORS}


def found(traces: Iterable[str], text: str) -> list[str]:
    return [trace for trace in traces if trace in text]


# The database


async def test_only_what_is_listed_has_a_column(database: str) -> None:
    engine, tables = create_engine(database.replace("+aiosqlite", ""), poolclass=NullPool), MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
    assert {table.name: {column.name for column in table.c} for table in tables.sorted_tables} == KEPT


async def test_a_long_life_leaves_only_what_is_listed(life: Life, store: Store, database: str) -> None:
    kept, group = rows(database), life.group.id
    asked = {row["entry"]: (row["asked"], row["helpful"], row["not_helpful"]) for row in kept["counts"]}
    assert asked == {"secret_interception": (3, 3, 0), "treaty_position": (6, 0, 3)}
    assert {row["mark"]: row["language"] for row in kept["people"]} == {
        store.people.mark(person.id): language for language, person in SPEAKERS.items()
    }
    assert kept["rules"] == [{"chat_id": group, "language": "es", "text": RULES}]
    assert {row["mark"] for row in kept["requests"]} == {store.people.mark(person.id) for person in CROWD[1:]}
    assert [row["chat_id"] for row in kept["chats"]] == [group]
    assert {row["chat_id"] for row in kept["subscriptions"]} == {group, life.channel.id}


async def test_a_long_life_leaves_no_word_name_or_id(life: Life, database: str) -> None:
    assert RULES in stored(database)
    assert found(traces(life), stored(database)) == []
    assert all(int(str(row["chat_id"])) < 0 for table in rows(database).values() for row in table if "chat_id" in row)


async def test_the_traces_would_be_found(life: Life) -> None:
    every = traces(life)
    assert {SLIP, "Xochitlalpan", "7123456782", "wilhelmina_w", GROUP, CHANNEL, "Chimalpopoca"} <= every
    assert not any(trace in RULES for trace in every)
    assert found(every, f"x {CROWD[0].id} y") == [str(CROWD[0].id)]


async def test_the_library_remembers_nobody(talk: Conversation) -> None:
    """It gathers everyone's id for a file of its own, also where there is none."""
    await talk.say(XOCHITL, "/about")
    await talk.say(XOCHITL, f"/about@{BOT}", talk.telegram.group("G"))
    remembered = [getattr(talk.app, name, None) for kind in type(talk.app).__mro__ for name in slots_of(kind)]
    assert [ids for ids in remembered if isinstance(ids, set | dict) and XOCHITL.id in ids] == []


def slots_of(kind: type) -> tuple[str, ...]:
    """Return the names of what objects of a class hold, by that class."""
    return tuple(name for name in getattr(kind, "__slots__", ()) if not name.startswith("__"))


# Forgetting


async def test_who_wants_to_be_forgotten_is(life: Life, store: Store, database: str) -> None:
    await life.talk.say(UBIRAJARA, "/forget")
    await life.talk.say(CROWD[1], "/forget")
    marks = {row["mark"] for table in ("people", "requests") for row in rows(database)[table]}
    assert marks == {store.people.mark(person.id) for person in (XOCHITL, WILHELMINA, CROWD[2])}


async def test_a_removed_bot_keeps_nothing_of_the_chat(life: Life, database: str) -> None:
    await life.talk.hear(life.telegram.removes_bot(OWNER, life.group))
    chats = [row["chat_id"] for table in rows(database).values() for row in table if "chat_id" in row]
    assert chats == [life.channel.id]


async def test_in_the_end_only_counts_are_left(life: Life, database: str) -> None:
    await life.ends()
    assert {name for name, left in rows(database).items() if left} == {"alembic_version", "counts"}


async def test_requests_are_forgotten_after_a_day(life: Life, database: str) -> None:
    life.telegram.clock.pass_time(timedelta(days=1))
    await life.routine.tick(life.talk.app.bot)
    assert rows(database)["requests"] == []


async def test_forgetting_in_a_group_leaves_its_settings_and_its_budget(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    await talk.store.chats.change(group.id, language="pt", budget=3)
    for said in (f"/ask@{BOT} x", f"/forget@{BOT}", f"/ask@{BOT} x"):
        await talk.say(XOCHITL, said, group)
    voice = talk.knowledge.voices["pt"]
    _, forgotten, last = talk.telegram.from_bot
    assert forgotten.plain == voice.forgotten_yours
    assert last.plain.endswith(voice.budget_spent.format(bot=BOT))
    assert await talk.say(XOCHITL, f"/ask@{BOT} x", group) == []


@LANGUAGES
async def test_the_answer_to_forget_in_a_group_is_in_its_language(talk: Conversation, language: str) -> None:
    group = talk.telegram.group("G")
    await talk.store.chats.change(group.id, language=language, budget=1)
    sent = await talk.answer(XOCHITL, f"/forget@{BOT}", group)
    spent = talk.knowledge.voices[language].budget_spent.format(bot=BOT)
    assert sent.plain == f"{talk.knowledge.voices[language].forgotten_yours}\n\n{spent}"


@LANGUAGES
async def test_forget_answers_in_private_and_brings_back_each_questions_own_language(
    talk: Conversation, language: str
) -> None:
    person, voices = PEOPLE[language], talk.knowledge.voices
    other = next(code for code in voices if code != language)
    await talk.say(person, f"/language {voices[other].name}")
    assert (await talk.answer(person, "/forget")).plain == voices[other].forgotten
    assert (await talk.answer(person, "/topics")).plain == voices[language].topics_menu
    assert await talk.store.people.language(person.id) is None


# The logs


async def test_a_long_life_is_logged_without_words_names_and_ids(life: Life, caplog: pytest.LogCaptureFixture) -> None:
    await life.ends()
    logged = "".join(caplog.handler.format(record) for when in ("setup", "call") for record in caplog.get_records(when))
    assert "failed: BadRequest" in logged
    assert found(traces(life), logged) == []


# What /privacy tells in a group, as it is there


def sees(talk: Conversation, language: str, line: str) -> str:
    """Return what the bot tells: what it sees, and what it keeps."""
    voice = talk.knowledge.voices[language]
    return f"{voice.model_dump()[line]}\n\n{voice.keeps_in_groups.format(bot=BOT)}"


@LANGUAGES
@pytest.mark.parametrize(
    ("admin", "reads_everything", "speak", "line"),
    [
        pytest.param(False, False, Speak.REPLIES, "sees_addressed", id="privacy mode"),
        pytest.param(True, False, Speak.REPLIES, "sees_all", id="an admin bot"),
        pytest.param(False, True, Speak.REPLIES, "sees_all", id="privacy mode is off"),
        pytest.param(True, False, Speak.QUESTIONS, "sees_questions", id="an admin bot that answers questions"),
        pytest.param(False, True, Speak.QUESTIONS, "sees_questions", id="no privacy mode, and it answers questions"),
        pytest.param(False, False, Speak.QUESTIONS, "sees_addressed", id="it may answer questions but sees none"),
        pytest.param(True, False, Speak.COMMANDS, "sees_all", id="an admin bot that only obeys commands"),
    ],
)
async def test_privacy_in_a_group(
    talk: Conversation, language: str, line: str, speak: Speak, *, admin: bool, reads_everything: bool
) -> None:
    talk.telegram.reads_everything = reads_everything
    group = talk.telegram.group("G", bot_is_admin=admin)
    await talk.store.chats.change(group.id, speak=speak)
    sent = await talk.answer(SPEAKERS[language], f"/privacy@{BOT}", group)
    assert sent.plain == sees(talk, language, line)


async def test_privacy_follows_a_change_of_rights(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    for deed, line in ((None, "sees_addressed"), (True, "sees_all"), (False, "sees_addressed")):
        if deed is not None:
            change = talk.telegram.promotes if deed else talk.telegram.demotes
            await talk.hear(change(OWNER, group, talk.telegram.bot))
        assert (await talk.answer(XOCHITL, f"/privacy@{BOT}", group)).plain == sees(talk, "es", line)


@LANGUAGES
async def test_privacy_in_the_language_of_the_group(talk: Conversation, language: str) -> None:
    group = talk.telegram.group("G")
    await talk.store.chats.change(group.id, language=language, speak=Speak.COMMANDS, topics=frozenset({9}))
    assert (await talk.answer(XOCHITL, f"/privacy@{BOT}", group)).plain == sees(talk, language, "sees_addressed")


@LANGUAGES
async def test_privacy_in_private(talk: Conversation, language: str) -> None:
    sent = await talk.answer(SPEAKERS[language], "/privacy")
    assert sent.plain == talk.knowledge.voices[language].privacy


@pytest.fixture
async def blind(answers: Answers, telegram: OfflineTelegram, tmp_path: Path) -> AsyncIterator[Conversation]:
    """The bot over a database that has no tables."""
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3", "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        yield talk
    await store.close()


@LANGUAGES
async def test_privacy_is_told_when_the_database_fails(blind: Conversation, language: str) -> None:
    person, group = SPEAKERS[language], blind.telegram.group("G", bot_is_admin=True)
    assert (await blind.answer(person, "/privacy")).plain == blind.knowledge.voices[language].privacy
    assert (await blind.answer(person, f"/privacy@{BOT}", group)).plain == sees(blind, language, "sees_all")


@LANGUAGES
async def test_forgetting_that_failed_is_not_claimed(blind: Conversation, language: str) -> None:
    sent = await blind.answer(SPEAKERS[language], "/forget")
    assert sent.plain == blind.knowledge.voices[language].failed
