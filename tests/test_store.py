"""The store, method by method, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.preferences import Changes, Settings, Speak
from bot.store import Count, Store, StoreError, Subscription, Welcome
from bot.store.database import Database
from bot.store.tables import METADATA

GROUP, OTHER, CHANNEL = -5, -1001, -1002
HUGE = -(2**51)
"""Telegram's ids need up to 52 bits."""
PERSON = 7_000_000_101
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), date(2026, 3, 1)
OF_CHATS = [table for table in METADATA.sorted_tables if "chat_id" in table.c]
HOSTILE = [
    pytest.param("'; DROP TABLE chats; --", id="a statement"),
    pytest.param("\"'`\\", id="quotes"),
    pytest.param("%s %(x)s :x {0} $1 ?", id="parameters"),
    pytest.param("' OR '1'='1", id="a condition"),
    pytest.param("ñ 😀 \u202e \u0301", id="what is not ASCII"),
    pytest.param("a\r\n\tb", id="control characters"),
    pytest.param("", id="nothing"),
]


async def fill(store: Store, chat: int) -> None:
    """Write something of a chat's into every table."""
    await store.chats.change(chat, welcome=True, budget=5)
    await store.chats.write_rules(chat, "es", f"Reglas de {chat}")
    await store.subscriptions.subscribe(chat, language="es", zone="America/Bogota", minute=540, weekday=0)
    await store.requests.add(chat, PERSON, NOON)


async def rows_of(url: str, chat: int) -> dict[str, int]:
    """Count a chat's rows by table."""
    database = Database(url)
    queries = {table.name: select(func.count()).where(table.c.chat_id == chat) for table in OF_CHATS}
    counts = {name: (await database.rows(query))[0][0] for name, query in queries.items()}
    await database.close()
    return counts


# People


async def test_a_language_is_kept_until_it_is_forgotten(store: Store) -> None:
    await store.people.choose(PERSON, "es")
    await store.people.choose(PERSON, "pt")
    assert await store.people.language(PERSON) == "pt"
    await store.people.forget(PERSON)
    assert await store.people.language(PERSON) is None


async def test_what_one_person_chose_is_nobody_elses(store: Store) -> None:
    await store.people.choose(PERSON, "es")
    await store.people.forget(PERSON + 1)
    assert await store.people.language(PERSON) == "es"
    assert await store.people.language(PERSON + 1) is None


async def test_forgetting_removes_the_requests_of_one_person_in_all_chats(store: Store) -> None:
    for chat in (GROUP, OTHER):
        await store.requests.add(chat, PERSON, NOON)
        await store.requests.add(chat, PERSON + 1, NOON)
    await store.people.forget(PERSON)
    assert [await store.requests.waiting(chat, NOON) for chat in (GROUP, OTHER)] == [1, 1]
    assert await store.requests.is_waiting(GROUP, PERSON + 1, NOON)


def test_a_mark_is_the_same_for_the_same_secret_alone() -> None:
    one, same, other = (Store("sqlite+aiosqlite://", secret).people for secret in ("a", "a", "b"))
    assert one.mark(PERSON) == same.mark(PERSON)
    assert one.mark(PERSON) != other.mark(PERSON)


def test_a_mark_is_32_hexadecimal_digits_that_differ_between_people() -> None:
    marks = {Store("sqlite+aiosqlite://", "").people.mark(person) for person in range(100)}
    assert len(marks) == 100
    assert all(len(mark) == 32 and set(mark) <= set("0123456789abcdef") for mark in marks)


@pytest.mark.parametrize("person", [0, 1, 101, PERSON, 2**52 - 1, -5])
def test_a_mark_does_not_show_the_id(person: int) -> None:
    mark = Store("sqlite+aiosqlite://", "s").people.mark(person)
    assert mark != str(person)
    assert len(str(person)) < 6 or str(person) not in mark


async def test_no_row_holds_a_persons_id(store: Store, database: str) -> None:
    await fill(store, GROUP)
    await store.people.choose(PERSON, "es")
    inside = Database(database)
    rows = [str(tuple(row)) for table in METADATA.sorted_tables for row in await inside.rows(select(*table.c))]
    await inside.close()
    assert len(rows) == 5
    assert str(PERSON) not in "".join(rows)


# Settings


async def test_a_chat_without_settings_has_the_defaults(store: Store) -> None:
    assert await store.chats.settings(GROUP) == Settings()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"language": "pt"}, id="a language"),
        pytest.param({"speak": Speak.COMMANDS}, id="commands only"),
        pytest.param({"speak": Speak.QUESTIONS}, id="questions too"),
        pytest.param({"topics": frozenset({1, 2**31, 7})}, id="topics"),
        pytest.param({"budget": 0}, id="no limit"),
        pytest.param({"repeat_hours": 24}, id="a day without repetition"),
        pytest.param({"welcome": True}, id="a welcome"),
        pytest.param({"join_rules": True}, id="rules"),
        pytest.param({"ephemeral": True}, id="for the asker only"),
        pytest.param({"language": "es", "budget": 5, "topics": frozenset({3})}, id="several at once"),
        pytest.param({}, id="nothing"),
    ],
)
async def test_a_change_is_kept_and_changes_nothing_else(store: Store, changes: Changes) -> None:
    await store.chats.change(GROUP, **changes)
    assert await store.chats.settings(GROUP) == Settings(**changes)
    assert await store.chats.settings(OTHER) == Settings()


async def test_changes_add_up(store: Store) -> None:
    await store.chats.change(GROUP, language="es", topics=frozenset({4}))
    await store.chats.change(GROUP, budget=3)
    await store.chats.change(GROUP, language=None)
    assert await store.chats.settings(GROUP) == Settings(topics=frozenset({4}), budget=3)


@pytest.mark.parametrize("chat", [-1, -(2**31) - 1, -1_001_234_567_890, HUGE])
async def test_chats_have_long_ids(store: Store, database: str, chat: int) -> None:
    await fill(store, chat)
    assert await rows_of(database, chat) == {"chats": 1, "requests": 1, "rules": 1, "subscriptions": 1}


@pytest.mark.parametrize("chat", [0, 1, PERSON])
async def test_nothing_of_a_chat_with_a_person_gets_in(store: Store, database: str, chat: int) -> None:
    for attempt in (
        store.chats.change(chat, budget=1),
        store.chats.write_rules(chat, "es", "x"),
        store.subscriptions.subscribe(chat, language="es", zone="UTC", minute=0, weekday=None),
        store.requests.add(chat, PERSON, NOON),
        store.move_chat(GROUP, chat),
    ):
        with pytest.raises(StoreError) as refused:
            await attempt
        assert str(chat) not in str(refused.value)
    assert set((await rows_of(database, chat)).values()) == {0}


# Rules


async def test_rules_are_kept_by_language(store: Store) -> None:
    await store.chats.write_rules(GROUP, "es", "Sin insultos")
    await store.chats.write_rules(GROUP, "pt", "Sem insultos")
    await store.chats.write_rules(GROUP, "es", "Con respeto")
    await store.chats.write_rules(OTHER, "es", "Otras")
    assert await store.chats.rules(GROUP) == {"es": "Con respeto", "pt": "Sem insultos"}


async def test_rules_can_be_removed(store: Store) -> None:
    await store.chats.write_rules(GROUP, "es", "Sin insultos")
    await store.chats.write_rules(GROUP, "pt", "Sem insultos")
    await store.chats.write_rules(GROUP, "es", None)
    assert await store.chats.rules(GROUP) == {"pt": "Sem insultos"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("a\0b", "ab", id="NUL"),
        pytest.param("a\ud83db", "ab", id="half of a character"),
        pytest.param("😀" * 1500, "😀" * 1500, id="what is long"),
    ],
)
async def test_rules_that_a_database_cannot_hold_are_cleaned(store: Store, written: str, kept: str) -> None:
    await store.chats.write_rules(GROUP, "es", written)
    assert await store.chats.rules(GROUP) == {"es": kept}


# The welcome


async def test_newcomers_are_counted_where_they_are_welcomed(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    await store.chats.note_newcomers(GROUP, 2)
    await store.chats.note_newcomers(GROUP, 1)
    assert await store.chats.welcomes_due(NOON) == [Welcome(GROUP, 3, None)]


@pytest.mark.parametrize("changes", [{}, {"budget": 3}, {"welcome": False}])
async def test_newcomers_are_not_counted_elsewhere(store: Store, changes: Changes) -> None:
    await store.chats.change(GROUP, **changes)
    await store.chats.note_newcomers(GROUP, 2)
    await store.chats.change(GROUP, welcome=True)
    assert await store.chats.welcomes_due(NOON) == []


async def test_who_came_before_the_welcome_was_turned_off_is_not_welcomed(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    await store.chats.note_newcomers(GROUP, 2)
    await store.chats.change(GROUP, welcome=False)
    await store.chats.change(GROUP, welcome=True)
    assert await store.chats.welcomes_due(NOON) == []


async def test_a_welcome_in_time_is_one_that_the_admins_still_want(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    await store.chats.note_newcomers(GROUP, 2)
    [welcome] = await store.chats.welcomes_due(NOON)
    await store.chats.change(GROUP, welcome=False)
    assert not await store.chats.claim_welcome(welcome, NOON)


async def test_who_comes_between_is_welcomed_next_time(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    await store.chats.note_newcomers(GROUP, 2)
    [welcome] = await store.chats.welcomes_due(NOON)
    await store.chats.note_newcomers(GROUP, 5)
    assert await store.chats.claim_welcome(welcome, NOON)
    await store.chats.welcomed(GROUP, 77)
    assert await store.chats.welcomes_due(NOON) == []
    [later] = await store.chats.welcomes_due(NOON + HOUR)
    assert (later.newcomers, later.last_message) == (5, 77)


async def test_a_welcome_is_claimed_once_though_more_came_between(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    await store.chats.note_newcomers(GROUP, 2)
    [welcome] = await store.chats.welcomes_due(NOON)
    await store.chats.note_newcomers(GROUP, 5)
    assert await store.chats.claim_welcome(welcome, NOON)
    assert not await store.chats.claim_welcome(welcome, NOON + HOUR)


async def test_the_second_welcome_can_be_claimed_as_the_first(store: Store) -> None:
    await store.chats.change(GROUP, welcome=True)
    for hours in (0, 1):
        await store.chats.note_newcomers(GROUP, 1)
        [welcome] = await store.chats.welcomes_due(NOON + hours * HOUR)
        assert await store.chats.claim_welcome(welcome, NOON + hours * HOUR)


# Subscriptions


async def test_a_subscription_is_kept(store: Store) -> None:
    await store.subscriptions.subscribe(CHANNEL, language="pt", zone="America/Sao_Paulo", minute=540, weekday=6)
    kept = Subscription(CHANNEL, "pt", "America/Sao_Paulo", 540, 6, None, 0, None, paused=False)
    assert await store.subscriptions.of(CHANNEL) == kept
    assert await store.subscriptions.active() == [kept]
    assert await store.subscriptions.of(GROUP) is None


async def test_a_changed_subscription_goes_on_with_its_count(store: Store) -> None:
    await store.subscriptions.subscribe(CHANNEL, language="pt", zone="UTC", minute=0, weekday=None)
    await store.subscriptions.claim(CHANNEL, DAY)
    await store.subscriptions.pause(CHANNEL)
    await store.subscriptions.subscribe(
        CHANNEL, language="es", zone="America/Lima", minute=1439, weekday=0, thread=2**40
    )
    kept = Subscription(CHANNEL, "es", "America/Lima", 1439, 0, 2**40, 1, DAY, paused=False)
    assert await store.subscriptions.of(CHANNEL) == kept
    assert not await store.subscriptions.claim(CHANNEL, DAY)


async def test_a_cancelled_subscription_is_gone(store: Store) -> None:
    await fill(store, CHANNEL)
    await store.subscriptions.cancel(CHANNEL)
    assert await store.subscriptions.of(CHANNEL) is None
    assert not await store.subscriptions.claim(CHANNEL, DAY)


@pytest.mark.parametrize(
    ("days", "claimed"),
    [
        pytest.param([0], [True], id="the first"),
        pytest.param([0, 0], [True, False], id="the same again"),
        pytest.param([0, 1], [True, True], id="the next"),
        pytest.param([0, 30], [True, True], id="one after many"),
        pytest.param([0, -1], [True, False], id="one before"),
    ],
)
async def test_a_day_can_be_claimed_once(store: Store, days: list[int], claimed: list[bool]) -> None:
    await fill(store, CHANNEL)
    got = [await store.subscriptions.claim(CHANNEL, DAY + timedelta(days=number)) for number in days]
    subscription = await store.subscriptions.of(CHANNEL)
    assert got == claimed
    assert subscription
    assert (subscription.posts, subscription.last) == (sum(got), DAY + timedelta(days=max(days)))


async def test_a_paused_subscription_posts_nothing_until_it_goes_on(store: Store) -> None:
    await fill(store, CHANNEL)
    assert [await store.subscriptions.pause(CHANNEL) for _ in range(2)] == [True, False]
    assert await store.subscriptions.active() == []
    assert not await store.subscriptions.claim(CHANNEL, DAY)
    assert [await store.subscriptions.resume(CHANNEL) for _ in range(2)] == [True, False]
    assert await store.subscriptions.claim(CHANNEL, DAY)


async def test_no_subscription_can_be_paused_or_claimed(store: Store) -> None:
    calls = store.subscriptions.pause(GROUP), store.subscriptions.resume(GROUP), store.subscriptions.claim(GROUP, DAY)
    assert [await call for call in calls] == [False, False, False]


# Requests to join


async def test_a_request_waits_until_it_is_answered(store: Store) -> None:
    await store.requests.add(GROUP, PERSON, NOON)
    assert await store.requests.is_waiting(GROUP, PERSON, NOON)
    await store.requests.remove(GROUP, PERSON)
    assert not await store.requests.is_waiting(GROUP, PERSON, NOON)


async def test_a_request_is_one_persons_to_one_chat(store: Store) -> None:
    await store.requests.add(GROUP, PERSON, NOON)
    await store.requests.remove(OTHER, PERSON)
    await store.requests.remove(GROUP, PERSON + 1)
    assert not await store.requests.is_waiting(OTHER, PERSON, NOON)
    assert not await store.requests.is_waiting(GROUP, PERSON + 1, NOON)
    assert await store.requests.is_waiting(GROUP, PERSON, NOON)


async def test_who_asks_twice_waits_once_since_the_last_time(store: Store) -> None:
    await store.requests.add(GROUP, PERSON, NOON)
    await store.requests.add(GROUP, PERSON, NOON + HOUR)
    assert await store.requests.is_waiting(GROUP, PERSON, NOON + HOUR)
    assert await store.requests.waiting(GROUP, NOON) == 1


async def test_requests_expire(store: Store) -> None:
    await store.requests.add(GROUP, PERSON, NOON)
    await store.requests.add(GROUP, PERSON + 1, NOON + HOUR)
    assert [await store.requests.waiting(GROUP, NOON + hours * HOUR) for hours in (0, 1, 2)] == [2, 1, 0]
    assert not await store.requests.is_waiting(GROUP, PERSON, NOON + HOUR)


async def test_old_requests_are_purged(store: Store) -> None:
    await store.requests.add(GROUP, PERSON, NOON)
    await store.requests.add(GROUP, PERSON + 1, NOON + HOUR)
    await store.requests.purge(NOON + HOUR)
    assert await store.requests.waiting(GROUP, datetime.min.replace(tzinfo=UTC)) == 1


# Counts


async def test_what_is_asked_and_rated_is_counted_by_entry(store: Store) -> None:
    for entry in ("b", "a", "b"):
        await store.counts.asked(entry)
    await store.counts.rated("b", helpful=True)
    await store.counts.rated("b", helpful=False)
    await store.counts.rated("b", helpful=False)
    await store.counts.rated("c", helpful=True)
    assert await store.counts.all() == [Count("a", 1, 0, 0), Count("b", 2, 1, 2), Count("c", 0, 1, 0)]


async def test_at_first_nothing_is_counted(store: Store) -> None:
    assert await store.counts.all() == []


# Chats that go or become others


async def test_a_dropped_chat_leaves_no_row(store: Store, database: str) -> None:
    for chat in (GROUP, OTHER):
        await fill(store, chat)
    await store.drop_chat(GROUP)
    await store.drop_chat(GROUP)
    assert set((await rows_of(database, GROUP)).values()) == {0}
    assert set((await rows_of(database, OTHER)).values()) == {1}


async def test_a_moved_chat_takes_all_with_it(store: Store, database: str) -> None:
    await fill(store, GROUP)
    await store.subscriptions.claim(GROUP, DAY)
    await store.move_chat(GROUP, HUGE)
    assert set((await rows_of(database, GROUP)).values()) == {0}
    assert set((await rows_of(database, HUGE)).values()) == {1}
    assert await store.chats.settings(HUGE) == Settings(welcome=True, budget=5)
    assert not await store.subscriptions.claim(HUGE, DAY)


async def test_a_chat_can_be_told_to_move_twice(store: Store) -> None:
    await fill(store, GROUP)
    await store.move_chat(GROUP, OTHER)
    await store.chats.change(OTHER, budget=9)
    await store.move_chat(GROUP, OTHER)
    assert await store.chats.settings(OTHER) == Settings(welcome=True, budget=9)


async def test_a_chat_that_moves_nowhere_stays(store: Store) -> None:
    await fill(store, GROUP)
    await store.move_chat(GROUP, GROUP)
    assert await store.chats.settings(GROUP) == Settings(welcome=True, budget=5)


async def test_what_the_new_chat_has_already_wins(store: Store, database: str) -> None:
    await fill(store, GROUP)
    await store.chats.write_rules(GROUP, "pt", "Regras")
    await store.chats.change(OTHER, budget=9)
    await store.chats.write_rules(OTHER, "es", "Nuevas")
    await store.move_chat(GROUP, OTHER)
    assert await store.chats.settings(OTHER) == Settings(budget=9)
    assert await store.chats.rules(OTHER) == {"es": "Nuevas", "pt": "Regras"}
    assert await store.requests.is_waiting(OTHER, PERSON, NOON)
    assert set((await rows_of(database, GROUP)).values()) == {0}


# Hostile words (ASVS 1.2.4)


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_are_never_code(store: Store, words: str) -> None:
    await fill(store, GROUP)
    await store.counts.asked(words)
    await store.chats.write_rules(OTHER, "es", words)
    await store.subscriptions.subscribe(OTHER, language="es", zone=words, minute=0, weekday=None)
    subscription = await store.subscriptions.of(OTHER)
    assert [count.entry for count in await store.counts.all()] == [words]
    assert await store.chats.rules(OTHER) == {"es": words}
    assert subscription
    assert subscription.zone == words
    assert await store.chats.settings(GROUP) == Settings(welcome=True, budget=5)


@pytest.mark.parametrize("language", ["';-", "\"'`", "%s", ":x", "\\", "ñ😀x", "--", "$1"])
async def test_a_language_is_never_code(store: Store, language: str) -> None:
    await store.people.choose(PERSON, language)
    await store.chats.change(GROUP, language=language)
    await store.chats.write_rules(GROUP, language, "x")
    assert await store.people.language(PERSON) == language
    assert await store.chats.settings(GROUP) == Settings(language=language)
    assert await store.chats.rules(GROUP) == {language: "x"}
