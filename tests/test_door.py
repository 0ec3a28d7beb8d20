"""The door of a group: who asks to join reads the rules, agrees by one press, and is in. All else is the admins'."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeAlias

import pytest

from bot.answers import Answers
from bot.door import BURST, WAIT
from bot.offline import OWNER, START, Chat, Clock, Fields, JsonObject, OfflineTelegram, Person, Sent
from bot.store import Store
from content.lines import JoinLines
from tests.conversation import ANA, BIA, DRU, PEOPLE, Conversation, open_conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
TITLE = "Vecinas"
EVER = START - timedelta(days=9)
OWN_RULES = {"es": "Sé amable.", "pt": "Seja gentil."}

Deed: TypeAlias = Callable[[Conversation, Person, Chat], Awaitable[object]]


@pytest.fixture
async def door(talk: Conversation) -> Chat:
    """A group whose admins want the bot at their door."""
    return await opened(talk)


async def opened(talk: Conversation, owner: Person = OWNER) -> Chat:
    door = talk.telegram.group(TITLE, bot_is_admin=True, owner=owner)
    await talk.store.chats.change(door.id, join_rules=True)
    return door


def lines(talk: Conversation, language: str) -> JoinLines:
    return talk.knowledge.voices[language].join


async def knock(talk: Conversation, person: Person, door: Chat) -> list[Sent]:
    """Ask to join; return what the bot sends."""
    return await talk.hear(talk.telegram.requests_to_join(person, door))


async def rules(talk: Conversation, person: Person, door: Chat) -> Sent:
    """Ask to join, and get the rules."""
    [sent] = await knock(talk, person, door)
    return sent


async def agree(talk: Conversation, person: Person, sent: Sent) -> None:
    """Press the button under the rules, and let the bot hear what comes of it."""
    await talk.press(person, sent, sent.labels[0])
    for update in talk.telegram.consequences():
        await talk.hear(update)


async def waiting(talk: Conversation, door: Chat) -> int:
    return await talk.store.requests.waiting(door.id, EVER)


def calls(talk: Conversation) -> list[str]:
    return [method for method, _ in talk.telegram.calls]


def inside(talk: Conversation, language: str) -> str:
    return lines(talk, language).inside.format(group=f"\u2068{TITLE}\u2069")


# The rules


@LANGUAGES
async def test_an_applicant_reads_the_rules_with_one_button(talk: Conversation, door: Chat, language: str) -> None:
    sent = await rules(talk, PEOPLE[language], door)
    asked, own = lines(talk, language).asked.format(group=f"\u2068{TITLE}\u2069"), lines(talk, language).rules
    assert (sent.chat.id, sent.plain) == (PEOPLE[language].id, f"{asked}\n\n{own}")
    assert sent.labels == [lines(talk, language).agree]


@LANGUAGES
async def test_an_applicant_reads_the_language_that_they_chose(talk: Conversation, door: Chat, language: str) -> None:
    await talk.store.people.choose(DRU.id, language)
    sent = await rules(talk, DRU, door)
    assert sent.labels == [lines(talk, language).agree]
    await agree(talk, DRU, sent)
    assert sent.plain == inside(talk, language)


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        pytest.param(OWN_RULES, "es", "Sé amable.", id="in the applicant's language"),
        pytest.param(OWN_RULES, "pt", "Seja gentil.", id="in another applicant's"),
        pytest.param(OWN_RULES, "en", "Sé amable.", id="in another language where there is none"),
        pytest.param({"pt": "Seja <b>gentil</b> & calma."}, "es", "Seja <b>gentil</b> & calma.", id="never as markup"),
        pytest.param({"en": "x" * 1500}, "es", "x" * 1500, id="as long as they may be"),
    ],
)
async def test_admins_write_rules_of_their_own(
    talk: Conversation, door: Chat, written: Mapping[str, str], language: str, expected: str
) -> None:
    for spoken, text in written.items():
        await talk.store.chats.write_rules(door.id, spoken, text)
    sent = await rules(talk, PEOPLE[language], door)
    assert sent.plain.endswith(f"\n\n{expected}")
    assert sent.labels == [lines(talk, language).agree]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        pytest.param("<b>&amp;", "\u2068<b>&amp;\u2069", id="markup"),
        pytest.param("\u202eevil", "\u2068evil\u2069", id="signs that turn the writing"),
        pytest.param("a\n\nb\u00a0c", "\u2068a b c\u2069", id="lines and wide spaces"),
        pytest.param("{group} {0}", "\u2068{group} {0}\u2069", id="braces"),
        pytest.param("\u200b", "", id="nothing to see"),
    ],
)
async def test_a_hostile_title_stays_a_title(talk: Conversation, door: Chat, title: str, shown: str) -> None:
    door.title, door.username = title, "vecinas"
    sent = await rules(talk, ANA, door)
    assert sent.plain.startswith(lines(talk, "es").asked.format(group=shown))
    await agree(talk, ANA, sent)
    assert sent.plain == lines(talk, "es").inside.format(group=shown)
    assert sent.labels == [shown][: len(shown)]


# The press


@LANGUAGES
async def test_the_press_lets_in_and_sends_nothing_new(talk: Conversation, door: Chat, language: str) -> None:
    person = PEOPLE[language]
    sent = await rules(talk, person, door)
    assert (person.id in door.people, await waiting(talk, door)) == (False, 1)
    await agree(talk, person, sent)
    assert (person.id in door.people, await waiting(talk, door)) == (True, 0)
    assert (sent.plain, sent.labels) == (inside(talk, language), [])
    assert (talk.telegram.from_bot, calls(talk).count("answerCallbackQuery")) == ([sent], 1)


@LANGUAGES
async def test_a_public_group_has_a_way_in(talk: Conversation, door: Chat, language: str) -> None:
    door.username = "vecinas"
    sent = await rules(talk, PEOPLE[language], door)
    await agree(talk, PEOPLE[language], sent)
    assert [Fields(button).text("url") for row in sent.buttons for button in row] == ["https://t.me/vecinas"]


async def test_without_a_press_the_request_is_left_to_the_admins(talk: Conversation, door: Chat) -> None:
    sent = await rules(talk, ANA, door)
    assert await talk.say(ANA, "x") != []
    talk.telegram.clock.pass_time(timedelta(days=2))
    assert (list(door.requests), sent.labels) == ([ANA.id], [lines(talk, "es").agree])
    assert not {"approveChatJoinRequest", "declineChatJoinRequest"} & {*calls(talk)}


async def admin_approves(talk: Conversation, person: Person, door: Chat) -> None:
    await talk.hear(talk.telegram.lets_in(OWNER, person, door))
    for update in talk.telegram.consequences():
        await talk.hear(update)


async def admin_approves_unheard(talk: Conversation, person: Person, door: Chat) -> None:
    talk.telegram.lets_in(OWNER, person, door)


async def admin_declines(talk: Conversation, person: Person, door: Chat) -> None:
    talk.telegram.turns_away(OWNER, person, door)


async def applicant_withdraws(talk: Conversation, person: Person, door: Chat) -> None:
    talk.telegram.withdraws(person, door)


async def a_day_passes(talk: Conversation, _: Person, __: Chat) -> None:
    talk.telegram.clock.pass_time(WAIT + timedelta(minutes=1))


async def applicant_wants_to_be_forgotten(talk: Conversation, person: Person, _: Chat) -> None:
    await talk.say(person, "/forget")


async def right_is_lost(talk: Conversation, _: Person, door: Chat) -> None:
    await talk.hear(talk.telegram.promotes(OWNER, door, talk.telegram.bot, can_invite_users=False))


async def door_is_closed(talk: Conversation, _: Person, door: Chat) -> None:
    await talk.store.chats.change(door.id, join_rules=False)


async def applicant_is_in_too_many_groups(talk: Conversation, person: Person, _: Chat) -> None:
    talk.telegram.crowded.add(person.id)


async def bot_is_removed(talk: Conversation, _: Person, door: Chat) -> None:
    await talk.hear(talk.telegram.removes_bot(OWNER, door))


async def bot_is_removed_unheard(talk: Conversation, _: Person, door: Chat) -> None:
    talk.telegram.removes_bot(OWNER, door)


@LANGUAGES
@pytest.mark.parametrize(
    ("deed", "line"),
    [
        pytest.param(admin_approves, "inside", id="an admin approved"),
        pytest.param(admin_approves_unheard, "inside", id="an admin approved and the bot was not told"),
        pytest.param(admin_declines, "settled", id="an admin declined"),
        pytest.param(applicant_withdraws, "settled", id="the applicant withdrew"),
        pytest.param(a_day_passes, "too_late", id="a day passed"),
        pytest.param(applicant_wants_to_be_forgotten, "too_late", id="the applicant wanted to be forgotten"),
        pytest.param(right_is_lost, "failed", id="the bot lost its right"),
        pytest.param(door_is_closed, "failed", id="the admins want it no more"),
        pytest.param(applicant_is_in_too_many_groups, "failed", id="the applicant is in too many groups"),
        pytest.param(bot_is_removed, "too_late", id="the bot was removed"),
        pytest.param(bot_is_removed_unheard, "failed", id="the bot was removed and not told"),
    ],
)
async def test_what_came_before_a_press(
    talk: Conversation, door: Chat, caplog: pytest.LogCaptureFixture, deed: Deed, line: str, language: str
) -> None:
    person = PEOPLE[language]
    sent = await rules(talk, person, door)
    await deed(talk, person, door)
    await agree(talk, person, sent)
    expected = inside(talk, language) if line == "inside" else lines(talk, language).model_dump()[line]
    assert (sent.plain, sent.labels, person.id in door.people) == (expected, [], line == "inside")
    assert caplog.records == []


@pytest.mark.parametrize("heard", [True, False])
async def test_a_button_of_a_group_that_is_a_supergroup_now(talk: Conversation, *, heard: bool) -> None:
    door = talk.telegram.group(TITLE, basic=True, bot_is_admin=True)
    await talk.store.chats.change(door.id, join_rules=True)
    sent = await rules(talk, ANA, door)
    for update in talk.telegram.migrates(door):
        await talk.hear(update if heard else None)
    await agree(talk, ANA, sent)
    assert (sent.plain, sent.labels) == (lines(talk, "es").too_late, [])


@LANGUAGES
@pytest.mark.parametrize(("declined", "line"), [(False, "inside"), (True, "settled")])
async def test_the_second_of_two_quick_presses_changes_nothing(
    talk: Conversation, door: Chat, language: str, line: str, *, declined: bool
) -> None:
    sent = await rules(talk, person := PEOPLE[language], door)
    if declined:
        talk.telegram.turns_away(OWNER, person, door)
    presses = [talk.telegram.presses(person, sent, sent.labels[0]) for _ in range(2)]
    assert [len(await talk.hear(press)) for press in presses] == [1, 0]
    assert sent.plain == (lines(talk, language).settled if declined else inside(talk, language))
    assert calls(talk).count("answerCallbackQuery") == 2


@pytest.mark.parametrize("after", [False, True])
async def test_who_presses_again_after_a_lost_connection_is_in(talk: Conversation, door: Chat, *, after: bool) -> None:
    sent = await rules(talk, ANA, door)
    talk.telegram.cut_next("approveChatJoinRequest", after=after)
    await agree(talk, ANA, sent)
    assert (sent.labels, ANA.id in door.people) == ([lines(talk, "es").agree], after)
    await agree(talk, ANA, sent)
    assert (sent.plain, ANA.id in door.people) == (inside(talk, "es"), True)


@pytest.mark.parametrize("gone", ["message", "applicant"])
async def test_the_press_of_who_is_gone_counts(
    talk: Conversation, door: Chat, caplog: pytest.LogCaptureFixture, gone: str
) -> None:
    sent = await rules(talk, ANA, door)
    press = talk.telegram.presses(ANA, sent, sent.labels[0])
    sent.deleted = gone == "message"
    if gone == "applicant":
        talk.telegram.removes_bot(ANA, sent.chat)
    await talk.hear(press)
    assert (ANA.id in door.people, await waiting(talk, door), caplog.records) == (True, 0, [])


async def test_a_press_works_after_a_restart(answers: Answers, telegram: OfflineTelegram, store: Store) -> None:
    before, after = (open_conversation(answers, telegram, store) for _ in range(2))
    async with before.app:
        door = await opened(before)
        sent = await rules(before, ANA, door)
    async with after.app:
        await agree(after, ANA, sent)
        assert (sent.plain, ANA.id in door.people) == (inside(after, "es"), True)
        assert await waiting(after, door) == 0


# Those who never asked


def forged(press: JsonObject, door: Chat) -> JsonObject:
    """Make a press tell the bot something else, as a changed client can."""
    query = press["callback_query"]
    assert isinstance(query, dict)
    query["data"] = f"join:{door.id}"
    return press


@pytest.mark.parametrize("place", ["private", "group"])
async def test_forged_data_let_nobody_in(talk: Conversation, door: Chat, place: str) -> None:
    chat = talk.telegram.private(BIA) if place == "private" else talk.telegram.group("G")
    await rules(talk, ANA, door)
    menu = await talk.answer(BIA, "/topics@offline_bot", chat)
    assert await talk.hear(forged(talk.telegram.presses(BIA, menu, menu.labels[0]), door)) == []
    assert (list(door.requests), list(door.people)) == ([ANA.id], [OWNER.id])


async def test_forged_data_do_nothing_to_an_inline_message(talk: Conversation, door: Chat) -> None:
    sent = await rules(talk, ANA, door)
    press = forged(talk.telegram.presses(BIA, sent, sent.labels[0]), door)
    await talk.hear(talk.telegram.asks_inline(BIA, "AlSur"))
    result = Fields(talk.telegram.answers[-1]).items("results")[0].text("id")
    talk.telegram.picks(BIA, talk.telegram.group("G", with_bot=False), result)
    article, query = talk.telegram.sent[-1], press["callback_query"]
    assert isinstance(query, dict)
    del query["message"]
    query["inline_message_id"] = article.inline_message_id
    before = article.labels
    await talk.hear(press)
    assert (article.labels, list(door.people)) == (before, [OWNER.id])


async def test_one_groups_button_opens_no_other(talk: Conversation, door: Chat) -> None:
    other = await opened(talk)
    sent = await rules(talk, ANA, door)
    await talk.hear(forged(talk.telegram.presses(ANA, sent, sent.labels[0]), other))
    assert (sent.plain, ANA.id in other.people) == (lines(talk, "es").too_late, False)


@pytest.mark.parametrize("number", ["-9999999999999999", "-1"])
async def test_groups_that_there_are_not(
    talk: Conversation, door: Chat, caplog: pytest.LogCaptureFixture, number: str
) -> None:
    sent = await rules(talk, ANA, door)
    press = talk.telegram.presses(ANA, sent, sent.labels[0])
    await talk.hear(forged(press, Chat(int(number), "group")))
    assert (sent.plain, caplog.records) == (lines(talk, "es").too_late, [])


# Requests that are left alone


async def test_a_group_whose_admins_did_not_ask_for_it(talk: Conversation) -> None:
    door = talk.telegram.group(TITLE, bot_is_admin=True)
    assert await knock(talk, ANA, door) == []
    assert (list(door.requests), await waiting(talk, door), calls(talk)) == ([ANA.id], 0, ["getMe"])


async def test_a_channel(talk: Conversation) -> None:
    channel = talk.telegram.channel("Noticias")
    assert await knock(talk, ANA, channel) == []
    assert (list(channel.requests), await waiting(talk, channel)) == ([ANA.id], 0)


async def applicant_blocked_the_bot(talk: Conversation, person: Person) -> None:
    talk.telegram.removes_bot(person, talk.telegram.private(person))


async def five_minutes_pass(talk: Conversation, _: Person) -> None:
    talk.telegram.clock.pass_time(timedelta(minutes=5))


@pytest.mark.parametrize("deed", [applicant_blocked_the_bot, five_minutes_pass])
async def test_who_cannot_be_written_to_waits_for_the_admins(
    talk: Conversation,
    door: Chat,
    caplog: pytest.LogCaptureFixture,
    deed: Callable[[Conversation, Person], Awaitable[None]],
) -> None:
    asked = talk.telegram.requests_to_join(ANA, door)
    await deed(talk, ANA)
    assert await talk.hear(asked) == []
    assert (list(door.requests), await waiting(talk, door)) == ([ANA.id], 1)
    assert [record for record in caplog.records if record.levelname not in {"DEBUG", "INFO"}] == []


@pytest.mark.parametrize(
    ("words", "code", "logged"),
    [
        pytest.param("Bad Request: chat not found", 400, "An applicant could not be written to", id="gone"),
        pytest.param("Forbidden: user is deactivated", 403, "An applicant could not be written to", id="deactivated"),
        pytest.param("Too Many Requests: retry after 9", 429, "Telegram cannot be reached", id="too many messages"),
        pytest.param("Bad Gateway", 502, "Telegram cannot be reached", id="a server that is down"),
    ],
)
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter
async def test_refusals_leave_the_request_to_the_admins(
    talk: Conversation, door: Chat, caplog: pytest.LogCaptureFixture, words: str, code: int, logged: str
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    talk.telegram.fail_next("sendMessage", words, code, retry_after=9 if code == 429 else None)
    assert await knock(talk, ANA, door) == []
    assert (list(door.requests), await waiting(talk, door)) == ([ANA.id], 1)
    assert [line.startswith(logged) for line in caplog.messages] == [True]


# Many requests


async def test_who_asks_twice_in_a_minute_gets_the_rules_once(talk: Conversation, door: Chat) -> None:
    sent = await rules(talk, ANA, door)
    assert (await knock(talk, ANA, door), await waiting(talk, door)) == ([], 1)
    await agree(talk, ANA, sent)
    assert ANA.id in door.people


async def test_who_asks_again_later_gets_the_rules_again(talk: Conversation, door: Chat) -> None:
    first = await rules(talk, ANA, door)
    talk.telegram.turns_away(OWNER, ANA, door)
    talk.telegram.clock.pass_time(WAIT)
    second = await rules(talk, ANA, door)
    assert (second is first, await waiting(talk, door)) == (False, 1)
    await agree(talk, ANA, second)
    assert ANA.id in door.people


async def test_a_raid_gets_silence_and_is_left_to_the_admins(answers: Answers, sqlite_store: Store) -> None:
    telegram = OfflineTelegram(clock=Clock(lambda: START))
    talk = open_conversation(answers, telegram, sqlite_store)
    raid = [Person(number, f"R{number}", "es") for number in range(10_000, 10_100)]
    async with talk.app:
        door = await opened(talk)
        told = [len(await knock(talk, person, door)) for person in raid]
        assert told == [1] * BURST + [0] * (100 - BURST)
        assert (len(door.requests), await waiting(talk, door)) == (100, 100)
        telegram.clock.pass_time(timedelta(minutes=1, seconds=1))
        assert len(await knock(talk, ANA, door)) == 1


async def test_raiders_who_agree_at_once_are_a_raid_too(answers: Answers, sqlite_store: Store) -> None:
    telegram = OfflineTelegram(clock=Clock(lambda: START))
    talk = open_conversation(answers, telegram, sqlite_store)
    async with talk.app:
        door = await opened(talk)
        before = len(door.people)
        for person in [Person(number, f"R{number}", "es") for number in range(10_000, 10_060)]:
            for rules in await knock(talk, person, door):
                await agree(talk, person, rules)
        assert len(door.people) == before + BURST


# What admins see, and what people can erase


@LANGUAGES
async def test_admins_see_how_many_wait(talk: Conversation, language: str) -> None:
    owner = Person(OWNER.id, OWNER.first_name, language)
    door = await opened(talk, owner)
    for person in (ANA, BIA):
        await knock(talk, person, door)
    panel, settings = await talk.answer(owner, "/settings@offline_bot", door), talk.knowledge.voices[language].settings
    value = settings.waiting.format(value=settings.choices.on.label, count=2)
    assert settings.shown.format(name=settings.names.join.name, value=value) in panel.plain
    assert not any(person.first_name in panel.plain for person in (ANA, BIA))


@LANGUAGES
async def test_the_admin_who_opens_the_door_is_told_what_an_admin_bot_sees(talk: Conversation, language: str) -> None:
    settings = talk.knowledge.voices[language].settings
    owner = Person(OWNER.id, OWNER.first_name, language)
    door = talk.telegram.group(TITLE, bot_is_admin=True, owner=owner)
    panel = await talk.answer(owner, "/settings@offline_bot", door)
    await talk.press(owner, panel, settings.names.join.name)
    assert settings.names.join.meaning in panel.plain
    await talk.press(owner, panel, settings.choices.on.label)
    assert (await talk.store.chats.settings(door.id)).join_rules


async def test_forget_erases_a_request(talk: Conversation, door: Chat) -> None:
    await rules(talk, ANA, door)
    await rules(talk, BIA, door)
    await talk.say(ANA, "/forget")
    assert await waiting(talk, door) == 1
    assert not await talk.store.requests.is_waiting(door.id, ANA.id, EVER)


# Groups that the bot guards (Bot API 10.1)


@pytest.fixture
async def guarded(answers: Answers, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """The bot, in a Telegram whose groups may ask it about each request, and wait ten seconds."""
    telegram = OfflineTelegram(version="10.1")
    telegram.can_guard = True
    talk = open_conversation(answers, telegram, sqlite_store)
    async with talk.app:
        assert talk.app.post_init is not None
        assert talk.app.post_stop is not None
        await talk.app.post_init(talk.app)  # which finds out what the server can do
        await talk.app.post_stop(talk.app)
        telegram.calls.clear()
        yield talk


async def guarded_door(talk: Conversation, *, is_open: bool = True) -> Chat:
    door = talk.telegram.group(TITLE, bot_is_admin=True)
    door.is_guarded = True
    await talk.store.chats.change(door.id, join_rules=is_open)
    return door


async def test_a_guarded_request_is_queued_before_anything_else(guarded: Conversation) -> None:
    door = await guarded_door(guarded)
    sent = await rules(guarded, ANA, door)
    assert calls(guarded) == ["answerChatJoinRequestQuery", "sendMessage"]
    assert guarded.telegram.calls[0][1]["result"] == "queue"
    await agree(guarded, ANA, sent)
    assert (sent.plain, ANA.id in door.people) == (inside(guarded, "es"), True)


async def test_a_guarded_request_is_the_admins_where_they_did_not_ask_for_the_bot(guarded: Conversation) -> None:
    door = await guarded_door(guarded, is_open=False)
    assert await knock(guarded, ANA, door) == []
    assert (calls(guarded), list(door.requests)) == (["answerChatJoinRequestQuery"], [ANA.id])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(
            "Bad Request: query is too old and response timeout expired or query ID is invalid", 400, id="late"
        ),
        pytest.param("Not Found: method not found", 404, id="unknown"),
        pytest.param("Bad Gateway", 502, id="down"),
    ],
)
async def test_a_guarded_request_that_cannot_be_queued_goes_on(guarded: Conversation, words: str, code: int) -> None:
    door = await guarded_door(guarded)
    guarded.telegram.fail_next("answerChatJoinRequestQuery", words, code)
    await agree(guarded, ANA, await rules(guarded, ANA, door))
    assert ANA.id in door.people
