"""Welcomes: none unless admins want them, all together, by number, and one at a time in a group."""

from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.offline import BOT, OWNER, START, Chat, OfflineTelegram, Person, Sent
from tests.clockwork import Clockwork
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CROWD = [Person(201 + number, f"Xochitl{number}", "es", username=f"xochitl{number}") for number in range(9)]
ROBOT = Person(301, "Helper", is_bot=True, username="helper_bot")


@pytest.fixture
def telegram() -> OfflineTelegram:
    """A Telegram in which time stands still until a test lets it pass."""
    return OfflineTelegram(clock=lambda: START)


@pytest.fixture
def clock(talk: Conversation, answers: Answers) -> Clockwork:
    return Clockwork(talk, answers)


@pytest.fixture
async def group(talk: Conversation) -> Chat:
    """A group whose admins want a welcome, in Spanish."""
    group = talk.telegram.group("Vecinas", bot_is_admin=True)
    await talk.store.chats.change(group.id, welcome=True, language="es")
    return group


async def join(talk: Conversation, group: Chat, *people: Person) -> None:
    assert await talk.hear(talk.telegram.joins(people[0], group, *people[1:])) == []


async def later(clock: Clockwork, pause: timedelta) -> list[Sent]:
    clock.talk.telegram.clock.pass_time(pause)
    return await clock.tick()


def welcome(talk: Conversation, number: int, language: str = "es") -> str:
    lines = talk.knowledge.voices[language].welcome
    return (lines.one if number == 1 else lines.many).format(count=number, bot=BOT.username)


def standing(talk: Conversation, group: Chat) -> list[Sent]:
    return [sent for sent in talk.telegram.from_bot if sent.chat is group and not sent.deleted]


@LANGUAGES
@pytest.mark.parametrize("number", [1, 2, 5])
async def test_newcomers_are_welcomed_by_their_number(
    clock: Clockwork, group: Chat, language: str, number: int
) -> None:
    await clock.talk.store.chats.change(group.id, language=language)
    await join(clock.talk, group, *CROWD[:number])
    assert [sent.plain for sent in await clock.tick()] == [welcome(clock.talk, number, language)]


async def test_without_a_language_of_the_group_it_is_the_first(clock: Clockwork, group: Chat) -> None:
    await clock.talk.store.chats.change(group.id, language=None)
    await join(clock.talk, group, ANA)
    [sent] = await clock.tick()
    assert sent.plain == welcome(clock.talk, 1, next(iter(clock.talk.knowledge.voices)))


async def test_a_group_that_set_nothing_welcomes_nobody(clock: Clockwork) -> None:
    group = clock.talk.telegram.group("G", bot_is_admin=True)
    await join(clock.talk, group, ANA, BIA)
    assert await clock.tick() == []


@LANGUAGES
async def test_an_admin_turns_welcomes_on_and_off(clock: Clockwork, language: str) -> None:
    talk, group = clock.talk, clock.talk.telegram.group("G", bot_is_admin=True, owner=PEOPLE[language])
    lines = talk.knowledge.voices[language].settings
    for choice, expected in ((lines.choices.on, 1), (lines.choices.off, 0)):
        typed = f"/settings@{BOT.username} {lines.names.welcome.typed[0]} {choice.typed[0]}"
        await talk.say(PEOPLE[language], typed, group)
        await join(talk, group, CROWD[expected])
        assert len(await later(clock, 2 * HOUR)) == expected


async def test_who_came_before_welcomes_were_on_is_not_counted(clock: Clockwork) -> None:
    group = clock.talk.telegram.group("G", bot_is_admin=True)
    await join(clock.talk, group, ANA, BIA)
    await clock.talk.store.chats.change(group.id, welcome=True, language="es")
    await join(clock.talk, group, CAL)
    assert [sent.plain for sent in await clock.tick()] == [welcome(clock.talk, 1)]


async def test_who_waits_when_welcomes_are_turned_off_is_forgotten(clock: Clockwork, group: Chat) -> None:
    await join(clock.talk, group, ANA)
    await clock.talk.store.chats.change(group.id, welcome=False)
    await clock.talk.store.chats.change(group.id, welcome=True)
    assert await clock.tick() == []


async def test_bots_are_not_counted(clock: Clockwork, group: Chat) -> None:
    await join(clock.talk, group, ROBOT, ANA)
    await join(clock.talk, group, ROBOT)
    assert [sent.plain for sent in await clock.tick()] == [welcome(clock.talk, 1)]


async def test_who_is_let_in_at_the_door_is_counted_once(clock: Clockwork, group: Chat) -> None:
    talk = clock.talk
    await talk.hear(talk.telegram.requests_to_join(ANA, group))
    await talk.hear(talk.telegram.lets_in(OWNER, ANA, group))
    for update in talk.telegram.consequences():
        await talk.hear(update)
    assert [sent.plain for sent in await clock.tick()] == [welcome(talk, 1)]


async def test_a_welcome_has_no_names(clock: Clockwork, group: Chat) -> None:
    await join(clock.talk, group, CROWD[0])
    [sent] = await clock.tick()
    assert "ochitl" not in sent.text
    assert not {"mention", "text_mention"} & {entity["type"] for entity in sent.content.entities}


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        pytest.param([MINUTE, MINUTE, MINUTE], [0, 0, 0], id="not within the hour"),
        pytest.param([59 * MINUTE, MINUTE, MINUTE], [0, 0, 1], id="after the hour"),
        pytest.param([3 * HOUR, MINUTE], [1, 0], id="once"),
    ],
)
async def test_the_next_welcome_is_for_all_who_came_since(
    clock: Clockwork, group: Chat, pauses: list[timedelta], expected: list[int]
) -> None:
    await join(clock.talk, group, ANA)
    assert len(await clock.tick()) == 1
    await join(clock.talk, group, CROWD[0], CROWD[1])
    await join(clock.talk, group, CROWD[2])
    sent = [await later(clock, pause) for pause in pauses]
    assert [[message.plain for message in some] for some in sent] == [
        [welcome(clock.talk, 3)] * number for number in expected
    ]


async def test_the_welcome_before_is_deleted(clock: Clockwork, group: Chat) -> None:
    for number in (1, 2, 3):
        await join(clock.talk, group, *CROWD[:number])
        await later(clock, 2 * HOUR)
        assert [sent.plain for sent in standing(clock.talk, group)] == [welcome(clock.talk, number)]


async def test_nobody_new_leaves_the_last_welcome(clock: Clockwork, group: Chat) -> None:
    await join(clock.talk, group, ANA)
    await clock.tick()
    assert [await later(clock, 2 * HOUR) for _ in range(3)] == [[], [], []]
    assert len(standing(clock.talk, group)) == 1


async def test_a_deleted_welcome_keeps_no_other_from_coming(clock: Clockwork, group: Chat) -> None:
    await join(clock.talk, group, ANA)
    [first] = await clock.tick()
    first.deleted = True
    for number in (1, 2):
        await join(clock.talk, group, *CROWD[:number])
        assert [sent.plain for sent in await later(clock, 2 * HOUR)] == [welcome(clock.talk, number)]
    assert len(standing(clock.talk, group)) == 1


async def test_without_the_right_to_write_nothing_comes_and_nobody_is_bothered(clock: Clockwork) -> None:
    talk, group = clock.talk, clock.talk.telegram.group("G")
    await talk.store.chats.change(group.id, welcome=True, language="es")
    talk.telegram.private(OWNER)
    talk.telegram.restricts(OWNER, group, BOT, can_send_messages=False)
    await join(talk, group, ANA)
    assert [await later(clock, 2 * HOUR) for _ in range(2)] == [[], []]
    talk.telegram.restricts(OWNER, group, BOT, can_pin_messages=False)
    await join(talk, group, BIA, CAL)
    assert [sent.plain for sent in await later(clock, 2 * HOUR)] == [welcome(talk, 2)]


@pytest.mark.parametrize("after", [False, True])
async def test_a_network_that_fails_welcomes_nobody_twice(clock: Clockwork, group: Chat, after: bool) -> None:
    await join(clock.talk, group, ANA)
    clock.talk.telegram.cut_next("sendMessage", after=after)
    assert len(await clock.tick()) == after
    assert [await later(clock, 2 * HOUR) for _ in range(2)] == [[], []]


async def test_one_group_that_fails_keeps_no_other_from_its_welcome(clock: Clockwork, group: Chat) -> None:
    other = clock.talk.telegram.group("Z", bot_is_admin=True)
    await clock.talk.store.chats.change(other.id, welcome=True, language="es")
    await join(clock.talk, group, ANA)
    await join(clock.talk, other, BIA)
    clock.talk.telegram.fail_next("sendMessage", "Forbidden: bot was kicked from the supergroup chat", 403)
    assert len(await clock.tick()) == 1


async def test_a_forum_is_welcomed_where_the_bot_may_speak(clock: Clockwork) -> None:
    talk, forum = clock.talk, clock.talk.telegram.group("Foro", forum=True, bot_is_admin=True)
    topic = talk.telegram.topic(forum, "Bienvenidas")
    for topics, thread in ((frozenset({topic}), topic), (frozenset({1, topic}), None), (frozenset[int](), None)):
        await talk.store.chats.change(forum.id, welcome=True, topics=topics)
        await join(talk, forum, ANA)
        assert [sent.thread_id for sent in await later(clock, 2 * HOUR)] == [thread]


async def test_a_welcome_from_before_a_migration_is_not_looked_for_after_it(
    talk: Conversation, answers: Answers
) -> None:
    clock, group = Clockwork(talk, answers), talk.telegram.group("G", basic=True, bot_is_admin=True)
    await talk.store.chats.change(group.id, welcome=True, language="es")
    await talk.hear(talk.telegram.joins(ANA, group))
    await clock.tick()
    for update in talk.telegram.migrates(group):
        await talk.hear(update)
    assert group.moved_to
    for number in range(6):  # messages under the numbers that the old group's had
        talk.telegram.says(ANA, group.moved_to, f"hello {number}")
    await talk.hear(talk.telegram.joins(BIA, group.moved_to))
    talk.telegram.clock.pass_time(timedelta(hours=2))
    await clock.tick()
    assert [sent.deleted for sent in talk.telegram.sent if sent.chat is group.moved_to] == [False] * 9
