"""Floods: what is too much of one person is told once, costs nothing more, and is not paid for by anybody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import pytest

from bot.answers import Answers
from bot.floods import LIMITS, NOTICE_SECONDS, REMEMBERED, Deed, Floods
from bot.offline import ANONYMOUS, BOT, START, Chat, Fields, JsonObject, OfflineTelegram, Person, Sent
from bot.preferences import Speak
from bot.store import Chats, People
from tests.clockwork import Clockwork
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation
from tests.members import asked, in_full, question

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
CALM = timedelta(seconds=LIMITS[Deed.WRITE].calm)
AT_ONCE = LIMITS[Deed.WRITE].at_once
SECOND = timedelta(seconds=1)
Act: TypeAlias = Callable[[Conversation, Person], JsonObject | None]


@pytest.fixture
def telegram() -> OfflineTelegram:
    """A Telegram in which time passes only when a test says so."""
    return OfflineTelegram(clock=lambda: START)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a flood must not cost, as it is done: searches, and looks at the database."""
    done: list[str] = []
    for kind, method in ((Answers, "hear"), (Answers, "is_question"), (People, "language"), (Chats, "settings")):
        monkeypatch.setattr(kind, method, _noted(getattr(kind, method), method, done))
    return done


def _noted(call: Callable[..., object], name: str, done: list[str]) -> Callable[..., object]:
    def noting(*args: object) -> object:
        done.append(name)
        return call(*args)

    return noting


def slow_down(talk: Conversation, language: str) -> str:
    return talk.knowledge.voices[language].slow_down


def language_of(person: Person) -> str:
    return next(language for language, other in PEOPLE.items() if other == person)


def texts(sent: list[Sent]) -> list[str]:
    return [message.plain for message in sent]


# What one person can do in private


def asks(talk: Conversation, person: Person) -> JsonObject | None:
    return talk.telegram.says(person, talk.telegram.private(person), question(talk, language_of(person)))


def commands(talk: Conversation, person: Person) -> JsonObject | None:
    return talk.telegram.says(person, talk.telegram.private(person), "/about")


def throws_dice(talk: Conversation, person: Person) -> JsonObject | None:
    return talk.telegram.sends(person, talk.telegram.private(person), dice={"emoji": "🎲", "value": 1})


WAYS = pytest.mark.parametrize("act", [asks, commands, throws_dice])


async def flood(talk: Conversation, person: Person, act: Act = commands, times: int = 50) -> list[Sent]:
    """Let somebody do the same again and again, all at once; return what the bot sends to that."""
    before = len(talk.telegram.from_bot)
    for _ in range(times):
        await talk.hear(act(talk, person))
    return talk.telegram.from_bot[before:]


@LANGUAGES
@WAYS
async def test_a_flood_gets_some_answers_one_polite_line_and_silence(
    talk: Conversation, act: Act, language: str
) -> None:
    sent = texts(await flood(talk, PEOPLE[language], act, times=1000))
    assert len(sent) == AT_ONCE + 1
    assert slow_down(talk, language) not in sent[:-1]
    assert sent[-1] == slow_down(talk, language)


@LANGUAGES
async def test_the_line_is_in_the_language_that_was_spoken(talk: Conversation, language: str) -> None:
    update = talk.telegram.says(BIA, talk.telegram.private(BIA), question(talk, language))
    await talk.hear(update)
    assert texts(await flood(talk, BIA, times=AT_ONCE))[-1] == slow_down(talk, language)


@LANGUAGES
async def test_the_line_is_in_the_language_that_was_chosen(talk: Conversation, language: str) -> None:
    await talk.say(BIA, f"/language {language}")
    assert texts(await flood(talk, BIA, times=AT_ONCE))[-1] == slow_down(talk, language)


@WAYS
async def test_what_is_too_much_costs_no_search_and_no_look_at_the_database(
    talk: Conversation, work: list[str], act: Act
) -> None:
    await flood(talk, ANA, act, times=AT_ONCE)
    spent = len(work)
    assert spent > 0
    await flood(talk, ANA, act, times=1000)
    assert len(work) == spent


@LANGUAGES
async def test_another_person_is_answered_meanwhile(talk: Conversation, language: str) -> None:
    flooding = BIA if language == "es" else ANA
    await flood(talk, flooding)
    [sent] = await talk.hear(asks(talk, PEOPLE[language]))
    assert sent.plain.startswith(talk.title("secret_interception", language))


@pytest.mark.parametrize(
    ("pauses", "heard"),
    [
        pytest.param([CALM], [True], id="after some calm"),
        pytest.param([CALM - SECOND], [False], id="not before"),
        pytest.param([CALM - SECOND] * 20, [False] * 20, id="never while it goes on"),
        pytest.param([CALM - SECOND, CALM, CALM], [False, True, True], id="each attempt begins the calm anew"),
        pytest.param([timedelta(0), timedelta(hours=1)], [False, True], id="an hour later"),
    ],
)
async def test_after_some_calm_answers_go_on(talk: Conversation, pauses: list[timedelta], heard: list[bool]) -> None:
    await flood(talk, ANA)
    told = []
    for pause in pauses:
        talk.telegram.clock.pass_time(pause)
        told.append(len(await talk.say(ANA, "/about")) == 1)
    assert told == heard


@LANGUAGES
@pytest.mark.parametrize(
    ("passed", "notices"),
    [
        pytest.param(CALM, 0, id="not at the next flood"),
        pytest.param(timedelta(seconds=NOTICE_SECONDS - 1), 0, id="not within minutes"),
        pytest.param(timedelta(seconds=NOTICE_SECONDS), 1, id="after some minutes"),
    ],
)
async def test_a_second_line_comes_only_after_minutes(
    talk: Conversation, passed: timedelta, notices: int, language: str
) -> None:
    await flood(talk, PEOPLE[language])
    talk.telegram.clock.pass_time(passed)
    assert texts(await flood(talk, PEOPLE[language])).count(slow_down(talk, language)) == notices


@LANGUAGES
@pytest.mark.parametrize("seconds", [2, 3, 10])
async def test_who_reads_what_is_answered_never_meets_it(talk: Conversation, seconds: int, language: str) -> None:
    for _ in range(40):
        talk.telegram.clock.pass_time(timedelta(seconds=seconds))
        [sent] = await talk.hear(asks(talk, PEOPLE[language]))
        assert sent.plain != slow_down(talk, language)


@LANGUAGES
async def test_what_was_written_while_the_bot_was_away_is_no_flood(talk: Conversation, language: str) -> None:
    waiting = []
    for _ in range(30):
        waiting.append(commands(talk, PEOPLE[language]))
        talk.telegram.clock.pass_time(timedelta(minutes=1))
    assert [len(await talk.hear(update)) for update in waiting] == [1] * 30


async def edited(talk: Conversation, said: Sent, language: str, form: str = "{}") -> list[list[Sent]]:
    """Change a question into another and back, again and again at once; return what the bot sends or changes."""
    questions = [question(talk, language, entry) for entry in ("year_2024", "secret_interception")]
    updates = (talk.telegram.edits(said, form.format(asked)) for asked in questions * 50)
    return [await talk.hear(update) for update in updates]


@LANGUAGES
async def test_edits_are_part_of_the_flood(talk: Conversation, work: list[str], language: str) -> None:
    sent = await talk.answer(PEOPLE[language], question(talk, language))
    changed = await edited(talk, talk.telegram.sent[-2], language)
    notice = talk.telegram.from_bot[-1]
    assert changed == [[sent]] * (AT_ONCE - 1) + [[notice]] + [[]] * (100 - AT_ONCE)
    assert notice.plain == slow_down(talk, language)
    assert work.count("hear") == AT_ONCE


async def test_edits_that_change_no_question_cost_nothing(talk: Conversation, work: list[str]) -> None:
    await talk.hear(asks(talk, ANA))
    said, spent = talk.telegram.sent[-2], len(work)
    for _ in range(100):
        assert await talk.hear(talk.telegram.edits(said, said.plain)) == []
    assert len(work) == spent
    assert len(await talk.say(ANA, "/about")) == 1


async def test_who_cannot_be_told_is_met_with_silence(
    talk: Conversation, work: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    await flood(talk, ANA, times=AT_ONCE)
    spent = len(work)
    talk.telegram.fail_next("sendMessage", "Forbidden: bot was blocked by the user", 403)
    assert await flood(talk, ANA) == []
    assert (work[spent:], caplog.records) == ([], [])


# Presses


async def pressed(talk: Conversation, person: Person, message: Sent, times: int) -> list[str]:
    """Let somebody press a button again and again at once; return the notices, empty where there is none."""
    before, buttons = len(talk.telegram.answers), message.buttons
    for _ in range(times):
        message.buttons = buttons  # whatever the press before turned the message into
        await talk.hear(talk.telegram.presses(person, message, message.labels[0]))
    answers = [Fields(answer) for answer in talk.telegram.answers[before:]]
    assert len(answers) == times  # no button waits for ever
    return [answer.text("text") for answer in answers]


@LANGUAGES
async def test_presses_too_many_are_acknowledged_and_one_is_told(
    talk: Conversation, work: list[str], language: str
) -> None:
    message = await talk.answer(PEOPLE[language], "/topics")
    before, spent = len(talk.telegram.calls), len(work)
    notices = await pressed(talk, PEOPLE[language], message, 100)
    assert notices == [""] * AT_ONCE + [slow_down(talk, language)] + [""] * (99 - AT_ONCE)
    assert [answer for answer in map(Fields, talk.telegram.answers) if answer.flag("show_alert")] != []
    made = [method for method, _ in talk.telegram.calls[before:]]
    assert set(made[2 * AT_ONCE :]) == {"answerCallbackQuery"}
    assert len(work) - spent <= AT_ONCE


async def test_a_press_that_cannot_be_acknowledged_is_not_obeyed(
    talk: Conversation, work: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    message = await talk.answer(ANA, "/topics")
    await pressed(talk, ANA, message, 50)
    spent = len(work)
    talk.telegram.fail_next("answerCallbackQuery", "Bad Gateway", 502)
    assert await talk.press(ANA, message, message.labels[1]) == []
    assert (work[spent:], caplog.records) == ([], [])


async def test_after_some_calm_presses_are_obeyed(talk: Conversation) -> None:
    message = await talk.answer(ANA, "/topics")
    await pressed(talk, ANA, message, 100)
    talk.telegram.clock.pass_time(CALM)
    assert await talk.press(ANA, message, message.labels[1]) == [message]


async def test_who_pressed_too_much_can_write_and_the_other_way_round(talk: Conversation) -> None:
    message = await talk.answer(ANA, "/topics")
    await pressed(talk, ANA, message, 100)
    assert len(await talk.say(ANA, "/about")) == 1
    other = await talk.answer(BIA, "/topics")
    await flood(talk, BIA)
    assert await talk.press(BIA, other, other.labels[1]) == [other]


async def test_one_line_is_enough_for_messages_and_presses(talk: Conversation) -> None:
    message = await talk.answer(ANA, "/topics")
    await flood(talk, ANA)
    assert set(await pressed(talk, ANA, message, 50)) == {""}


@LANGUAGES
async def test_presses_in_a_group_are_acknowledged_without_a_word(
    talk: Conversation, work: list[str], language: str
) -> None:
    chat = talk.telegram.group("Plaza")
    message = await talk.answer(PEOPLE[language], f"/topics@{BOT.username}", chat)
    spent = len(work)
    assert set(await pressed(talk, PEOPLE[language], message, 300)) == {""}
    assert len(work) - spent <= AT_ONCE
    assert await talk.press(CAL if language != "en" else ANA, message, message.labels[1]) == [message]


async def test_presses_of_what_was_sent_inline_are_acknowledged_without_a_word(talk: Conversation) -> None:
    await talk.hear(talk.telegram.asks_inline(ANA, question(talk)))
    result = Fields(talk.telegram.answers[-1]).items("results")[0]
    talk.telegram.picks(ANA, talk.telegram.group("Elsewhere", with_bot=False), result.text("id"))
    assert set(await pressed(talk, ANA, talk.telegram.sent[-1], 100)) <= {"", talk.knowledge.voices["es"].rated}


# What is always let through


@LANGUAGES
@pytest.mark.parametrize("command", ["privacy", "forget", "remove"])
async def test_people_keep_control_in_the_middle_of_a_flood(talk: Conversation, command: str, language: str) -> None:
    await flood(talk, PEOPLE[language])
    [sent] = await talk.say(PEOPLE[language], f"/{command}")
    voice = talk.knowledge.voices[language]
    lines = {"privacy": voice.privacy, "forget": voice.forgotten}
    assert sent.plain == lines.get(command, voice.removal_usage.format(bot=BOT.username))


@LANGUAGES
@pytest.mark.parametrize("command", ["privacy", "forget", "remove"])
async def test_a_member_keeps_control_in_the_middle_of_a_flood(talk: Conversation, command: str, language: str) -> None:
    chat = talk.telegram.group("Plaza")
    for _ in range(100):
        await talk.say(PEOPLE[language], f"/help@{BOT.username}", chat)
    assert len(await talk.say(PEOPLE[language], f"/{command}@{BOT.username}", chat)) == 1


@pytest.mark.parametrize("command", ["privacy", "forget", "remove"])
async def test_control_has_a_pace_of_its_own(talk: Conversation, command: str) -> None:
    sent = [len(await talk.say(ANA, f"/{command}")) for _ in range(100)]
    assert sent == [1] * LIMITS[Deed.CONTROL].at_once + [1] + [0] * (99 - LIMITS[Deed.CONTROL].at_once)
    assert len(await talk.hear(asks(talk, ANA))) == 1


async def test_to_forget_does_not_end_a_flood(talk: Conversation) -> None:
    await flood(talk, ANA)
    await talk.say(ANA, "/forget")
    assert await flood(talk, ANA) == []


# Groups


@LANGUAGES
async def test_a_flood_in_a_group_is_met_with_silence_and_no_notice(
    talk: Conversation, work: list[str], language: str
) -> None:
    chat = talk.telegram.group("Plaza", bot_is_admin=True)
    sent = [await talk.say(PEOPLE[language], in_full(talk, language), chat) for _ in range(100)]
    assert [len(replies) for replies in sent] == [1] * 10 + [0] * 90
    assert work.count("hear") == 10
    assert work.count("settings") <= 10
    assert slow_down(talk, language) not in texts(talk.telegram.from_bot)


@LANGUAGES
async def test_edits_in_a_group_are_part_of_the_flood(talk: Conversation, work: list[str], language: str) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"), language)
    changed = await edited(talk, talk.telegram.sent[-2], language, f"/ask@{BOT.username} {{}}")
    assert changed == [[sent]] * 9 + [[]] * 91
    assert work.count("hear") == 10


async def test_another_member_is_answered_meanwhile(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    for _ in range(100):
        await talk.say(ANA, in_full(talk), chat)
    assert len(await talk.say(CAL, in_full(talk, "en"), chat)) == 1


async def test_many_members_together_get_no_more_than_telegram_takes(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    members = [Person(9000 + number, f"M{number}", "es") for number in range(60)]
    for member in members:
        await talk.say(member, f"/about@{talk.telegram.bot.username}", chat)
    assert len(talk.telegram.from_bot) == 20
    await talk.say(members[0], f"/privacy@{talk.telegram.bot.username}", chat)
    assert len(talk.telegram.from_bot) == 21


async def test_a_member_who_floods_one_group_is_answered_in_another_and_in_private(talk: Conversation) -> None:
    plaza, other = talk.telegram.group("Plaza"), talk.telegram.group("Other")
    for _ in range(100):
        await talk.say(ANA, in_full(talk), plaza)
    assert len(await talk.say(ANA, in_full(talk), other)) == 1
    assert len(await talk.hear(asks(talk, ANA))) == 1


async def test_who_speaks_as_the_group_is_not_the_account_that_all_anonymous_admins_share(talk: Conversation) -> None:
    def speaks(chat: Chat) -> JsonObject | None:
        return talk.telegram.says(ANONYMOUS, chat, f"/about@{BOT.username}", sender_chat=chat.as_json())

    plaza, other = talk.telegram.group("Plaza"), talk.telegram.group("Other")
    assert [len(await talk.hear(speaks(plaza))) for _ in range(30)] == [1] * 10 + [0] * 20
    assert len(await talk.hear(speaks(other))) == 1


async def test_what_members_say_to_each_other_is_nobodys_flood(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza", bot_is_admin=True)
    await talk.store.chats.change(chat.id, speak=Speak.QUESTIONS)
    for number in range(100):
        await talk.say(ANA, f"ok {number}", chat)
    assert len(await talk.say(ANA, in_full(talk), chat)) == 1


@LANGUAGES
async def test_a_guest_who_asks_too_much_is_met_with_silence(
    talk: Conversation, work: list[str], language: str
) -> None:
    before = len(talk.telegram.answers)
    for _ in range(100):
        await talk.hear(talk.telegram.asks_as_guest(PEOPLE[language], "Elsewhere", question(talk, language)))
    assert len(talk.telegram.answers) - before == 10
    assert work.count("hear") == 10


# Newcomers; of people who ask to be let in, see test_door


@LANGUAGES
async def test_a_crowd_of_newcomers_gets_one_welcome_in_an_hour(
    talk: Conversation, answers: Answers, language: str
) -> None:
    chat, clock = talk.telegram.group("Plaza", bot_is_admin=True), Clockwork(talk, answers)
    await talk.store.chats.change(chat.id, welcome=True, language=language)
    for number in range(10_000, 10_300):
        assert await talk.hear(talk.telegram.joins(Person(number, "R", "es"), chat)) == []
    welcome = talk.knowledge.voices[language].welcome.many.format(count=300, bot=BOT.username)
    assert texts(await clock.tick()) == [welcome]
    await talk.hear(talk.telegram.joins(ANA, chat))
    assert await clock.tick() == []


# Inline queries


async def searched(talk: Conversation, person: Person, word: str, seconds: float = 0.0) -> list[int]:
    """Type a word again and again, so many seconds between two keystrokes; return how many results each has."""
    before = len(talk.telegram.answers)
    for _ in range(100):
        talk.telegram.clock.pass_time(timedelta(seconds=seconds))
        await talk.hear(talk.telegram.asks_inline(person, word))
    return [len(Fields(answer).items("results")) for answer in talk.telegram.answers[before:]]


@LANGUAGES
async def test_keystrokes_too_many_are_answered_with_nothing(
    talk: Conversation, work: list[str], language: str
) -> None:
    found = await searched(talk, PEOPLE[language], question(talk, language))
    at_once = LIMITS[Deed.SEARCH].at_once
    assert [bool(results) for results in found] == [True] * at_once + [False] * (100 - at_once)
    assert work.count("hear") == at_once
    assert work.count("language") <= at_once
    assert Fields(talk.telegram.answers[-1]).number("cache_time") == 1
    assert Fields(talk.telegram.answers[-1]).flag("is_personal")


@LANGUAGES
async def test_who_types_as_fast_as_apps_ask_always_finds_something(talk: Conversation, language: str) -> None:
    assert 0 not in await searched(talk, PEOPLE[language], question(talk, language), seconds=0.5)


async def test_a_moment_later_the_last_keystroke_finds_something(talk: Conversation) -> None:
    await searched(talk, ANA, question(talk))
    talk.telegram.clock.pass_time(SECOND)
    await talk.hear(talk.telegram.asks_inline(ANA, question(talk)))
    assert Fields(talk.telegram.answers[-1]).items("results")


async def test_another_person_finds_something_meanwhile(talk: Conversation) -> None:
    await searched(talk, ANA, question(talk))
    await talk.hear(talk.telegram.asks_inline(CAL, question(talk, "en")))
    assert Fields(talk.telegram.answers[-1]).items("results")


@pytest.mark.parametrize("failure", ["Bad Request: query is too old", "Forbidden: whatever"])
async def test_a_keystroke_that_cannot_be_answered_is_let_go(
    talk: Conversation, work: list[str], caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    await searched(talk, ANA, question(talk))
    spent = len(work)
    talk.telegram.fail_next("answerInlineQuery", failure, 400)
    await talk.hear(talk.telegram.asks_inline(ANA, question(talk)))
    assert (work[spent:], caplog.records) == ([], [])


# What is remembered


def test_what_is_remembered_is_bounded_and_a_flood_is_not_forgotten() -> None:
    floods = Floods()
    for person in range(3 * REMEMBERED):
        floods.take(person, person, Deed.WRITE, 0.0)
        assert floods.take(-1, -1, Deed.WRITE, 0.0) is (person < AT_ONCE)


def test_who_did_nothing_for_longest_is_forgotten() -> None:
    floods = Floods()
    for _ in range(100):
        floods.take(-1, -1, Deed.WRITE, 0.0)
    for person in range(REMEMBERED):
        floods.take(person, person, Deed.WRITE, 0.0)
    assert floods.take(-1, -1, Deed.WRITE, 0.0)
