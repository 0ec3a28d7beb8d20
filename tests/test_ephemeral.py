"""Answers that only the asker sees, in three languages, on servers that know them and on those that do not."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.offline import BOT, JSON, OWNER, Chat, JsonObject, OfflineTelegram, Person, Sent
from bot.replies import Replies
from bot.store import Store
from content import Knowledge
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation, open_conversation
from tests.scripted import Scripted, doubtful, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
VERSIONS = pytest.mark.parametrize("telegram", ["10.2", "10.3"], indirect=True)
ENTRY = "secret_interception"
SURE = "¿me pueden espiar sin avisar?"
Fault = Callable[[OfflineTelegram], None]


@pytest.fixture(autouse=True)
def _of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library tell how long to wait as a duration, without a warning."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def telegram(request: pytest.FixtureRequest) -> OfflineTelegram:
    """A server that knows messages for one, in the form of the newest version unless a test names another."""
    return OfflineTelegram(version=getattr(request, "param", "10.3"))


@asynccontextmanager
async def begun(answers: Answers, telegram: OfflineTelegram, store: Store) -> AsyncIterator[Conversation]:
    """Start the bot as it starts itself: it asks the server what it can."""
    talk = open_conversation(answers, telegram, store)
    assert talk.app.post_init is not None
    assert talk.app.post_stop is not None
    async with talk.app:
        await talk.app.post_init(talk.app)
        yield talk
        await talk.app.post_stop(talk.app)


@pytest.fixture
async def talk(answers: Answers, telegram: OfflineTelegram, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """The bot, started."""
    async with begun(answers, telegram, sqlite_store) as talk:
        yield talk


@pytest.fixture
async def group(talk: Conversation) -> Chat:
    """A group whose admin wants answers that only the asker sees."""
    group = talk.telegram.group("Vecinas")
    await talk.say(OWNER, "/settings@offline_bot ephemeral on", group)
    return group


async def ask(talk: Conversation, person: Person, group: Chat, question: str, thread: int | None = None) -> list[Sent]:
    """Ask so that only the bot sees it."""
    return await talk.hear(talk.telegram.asks_unseen(person, group, f"/ask@offline_bot {question}", thread=thread))


async def answered(talk: Conversation, group: Chat, language: str = "es") -> Sent:
    """Let somebody ask unseen; return the answer."""
    sample = talk.knowledge.voices[language].samples[ENTRY]
    [sent] = await ask(talk, PEOPLE[language], group, sample)
    return sent


def seen_by_all(telegram: OfflineTelegram, chat: Chat) -> list[Sent]:
    return [sent for sent in telegram.from_bot if sent.chat is chat and sent.seen_by is None and not sent.deleted]


def everyone(talk: Conversation, language: str = "es") -> str:
    return talk.knowledge.voices[language].buttons.show_to_all


def notices(telegram: OfflineTelegram) -> list[JsonObject]:
    """Return the answers to presses that say something."""
    return [answer for answer in telegram.answers if "text" in answer]


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as a failure of the bot's; that Telegram cannot be reached is none."""
    return [record.message for record in caplog.records if record.levelname == "ERROR"]


def urls(sent: Sent) -> list[object]:
    return [button.get("url") for row in sent.buttons for button in row]


# What is asked unseen is answered unseen


@VERSIONS
@LANGUAGES
async def test_only_the_asker_sees_the_answer(talk: Conversation, group: Chat, language: str) -> None:
    sent, buttons = await answered(talk, group, language), talk.knowledge.voices[language].buttons
    assert sent.plain.startswith(talk.title(ENTRY, language))
    assert (sent.seen_by, sent.reply_to) == (PEOPLE[language].id, talk.telegram.sent[-2])
    assert sent.labels == [buttons.copy_quote, buttons.private_chat, buttons.show_to_all]


@LANGUAGES
async def test_a_miss_is_told_to_the_asker_alone(talk: Conversation, group: Chat, language: str) -> None:
    [sent] = await ask(talk, PEOPLE[language], group, "xqzv wkrj")
    assert (sent.plain, sent.labels) == (talk.knowledge.voices[language].unknown_group, [])
    assert sent.seen_by == PEOPLE[language].id


@LANGUAGES
async def test_how_to_ask_is_told_to_the_asker_alone(talk: Conversation, group: Chat, language: str) -> None:
    [sent] = await ask(talk, PEOPLE[language], group, "")
    assert sent.plain == talk.knowledge.voices[language].ask_usage.format(bot="offline_bot")
    assert (sent.seen_by, sent.labels) == (PEOPLE[language].id, [])


@LANGUAGES
async def test_what_there_is_to_choose_from_opens_in_private(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, language: str
) -> None:
    engine = Scripted({"AlSur": doubtful("what_is_alsur", "who_leads_alsur", language=language)})
    async with begun(Answers(knowledge, engine, Replies(knowledge, "0")), telegram, sqlite_store) as talk:
        group = telegram.group("G")
        await talk.say(OWNER, "/settings@offline_bot ephemeral on", group)
        [sent] = await ask(talk, ANA, group, "AlSur")
        assert sent.labels == [talk.title(entry, language) for entry in ("what_is_alsur", "who_leads_alsur")]
        assert urls(sent) == [
            f"https://t.me/offline_bot?start=a_{entry}_{language}" for entry in ("what_is_alsur", "who_leads_alsur")
        ]


async def test_small_talk_is_not_offered_to_everybody(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    engine = Scripted({"gracias": sure("thanks")})
    async with begun(Answers(knowledge, engine, Replies(knowledge, "0")), telegram, sqlite_store) as talk:
        group = telegram.group("G")
        await talk.say(OWNER, "/settings@offline_bot ephemeral on", group)
        [sent] = await ask(talk, ANA, group, "gracias")
        assert (sent.labels, sent.seen_by) == ([], ANA.id)


async def test_a_question_of_somebody_else_is_answered_to_the_asker_alone(talk: Conversation, group: Chat) -> None:
    talk.telegram.says(CAL, group, SURE)
    question = talk.telegram.sent[-1]
    [sent] = await talk.hear(talk.telegram.asks_unseen(ANA, group, "/ask@offline_bot", reply_to=question))
    assert sent.plain.startswith(talk.title(ENTRY, "es"))
    assert sent.seen_by == ANA.id


async def test_a_forum_is_answered_in_the_topic(talk: Conversation) -> None:
    forum = talk.telegram.group("Foro", forum=True)
    await talk.say(OWNER, "/settings@offline_bot ephemeral on", forum)
    topic = talk.telegram.topic(forum, "Preguntas")
    [sent] = await ask(talk, ANA, forum, SURE, topic)
    assert (sent.seen_by, sent.thread_id) == (ANA.id, topic)
    [shown] = [message for message in await talk.press(ANA, sent, everyone(talk)) if not message.deleted]
    assert (shown.seen_by, shown.thread_id) == (None, topic)


async def test_a_question_for_all_to_see_is_answered_so(talk: Conversation, group: Chat) -> None:
    sent = await talk.answer(ANA, f"/ask@offline_bot {SURE}", group)
    assert sent.seen_by is None


@VERSIONS
async def test_an_admin_bot_answers_the_asker_alone(talk: Conversation) -> None:
    group = talk.telegram.group("G", bot_is_admin=True)
    await talk.say(OWNER, "/settings@offline_bot ephemeral on", group)
    assert (await answered(talk, group)).seen_by == ANA.id


# The settings of the group hold, except where they are about what others see


async def test_an_unseen_answer_costs_no_budget_and_needs_none(talk: Conversation, group: Chat) -> None:
    await talk.store.chats.change(group.id, budget=1)
    assert (await answered(talk, group)).seen_by == ANA.id
    assert len(await talk.say(BIA, "/ask@offline_bot xqzv", group)) == 1
    assert await talk.say(CAL, "/ask@offline_bot xqzv wkrj", group) == []
    assert (await answered(talk, group)).plain.startswith(talk.title(ENTRY, "es"))


async def test_an_unseen_answer_is_given_again_and_leads_nobody_to_it(talk: Conversation, group: Chat) -> None:
    texts = {(await answered(talk, group)).text, (await answered(talk, group)).text}
    seen = await talk.answer(ANA, f"/ask@offline_bot {talk.knowledge.voices['es'].samples[ENTRY]}", group)
    assert texts == {seen.text}


async def test_other_topics_are_silent(talk: Conversation) -> None:
    forum = talk.telegram.group("Foro", forum=True)
    await talk.say(OWNER, "/settings@offline_bot ephemeral on", forum)
    topic = talk.telegram.topic(forum, "Preguntas")
    await talk.store.chats.change(forum.id, topics=frozenset({topic}))
    assert await ask(talk, ANA, forum, SURE) == []
    assert len(await ask(talk, ANA, forum, SURE, topic)) == 1


async def test_an_unseen_answer_is_counted_once(talk: Conversation, group: Chat) -> None:
    await talk.press(ANA, await answered(talk, group), everyone(talk))
    assert [(count.entry, count.asked) for count in await talk.store.counts.all()] == [(ENTRY, 1)]


async def test_an_answer_that_was_not_given_is_not_counted(talk: Conversation, group: Chat) -> None:
    talk.telegram.fail_next("sendMessage", "Bad Request: BOT_NOT_ADMIN", 400)
    assert await ask(talk, ANA, group, SURE) == []
    assert await talk.store.counts.all() == []


# What is not an /ask for this bot gets no answer at all


def unseen(text: str, **fields: JSON) -> JsonObject:
    """Make a message that only the bot sees."""
    command: JsonObject = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    chat: JsonObject = {"id": -1001000000001, "type": "supergroup", "title": "G"}
    message: JsonObject = {"message_id": 0, "ephemeral_message_id": 9, "receiver_user": BOT.as_json()}
    message |= {"date": 1767268800, "chat": chat, "from": ANA.as_json(), "text": text, "entities": [command]}
    return message | fields


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        pytest.param("message", unseen("/settings@offline_bot"), id="settings"),
        pytest.param("message", unseen("/privacy@offline_bot"), id="privacy"),
        pytest.param("message", unseen("/remove@offline_bot"), id="remove"),
        pytest.param("message", unseen("/forget@offline_bot"), id="forget"),
        pytest.param("message", unseen("/help@offline_bot"), id="help"),
        pytest.param("message", unseen(f"/ask@other_bot {SURE}"), id="a question for another bot"),
        pytest.param("message", unseen(SURE, entities=[]), id="no command"),
        pytest.param("message", unseen(f"/ask@offline_bot {SURE}", receiver_user=CAL.as_json()), id="seen by another"),
        pytest.param("message", unseen(f"/ask@offline_bot {SURE}", receiver_user=None), id="seen by nobody"),
        pytest.param("message", unseen(f"/ask@offline_bot {SURE}", ephemeral_message_id=None), id="without a number"),
        pytest.param("message", unseen(f"/ask@offline_bot {SURE}", **{"from": {**BOT.as_json(), "id": 5}}), id="a bot"),
        pytest.param("message", unseen("/x", new_chat_members=[CAL.as_json()]), id="somebody who comes"),
        pytest.param(
            "message",
            unseen(f"/ask@offline_bot {SURE}", chat={"id": 101, "type": "private", "first_name": "Ana"}),
            id="in private",
        ),
        pytest.param("edited_message", unseen(f"/ask@offline_bot {SURE}"), id="an edited question"),
    ],
)
async def test_other_unseen_messages_are_dropped(talk: Conversation, kind: str, message: JsonObject) -> None:
    talk.telegram.group("G", bot_is_admin=True)
    before = len(talk.telegram.calls)
    assert await talk.hear({"update_id": 1, kind: message}) == []
    assert len(talk.telegram.calls) == before


@VERSIONS
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram: telegram.clock.pass_time(timedelta(minutes=1)), id="asked a minute ago"),
        pytest.param(lambda telegram: setattr(telegram, "version", "10.1"), id="an older server since the start"),
        pytest.param(lambda telegram: telegram.fail_next("sendMessage", "Forbidden: kicked", 403), id="removed"),
        pytest.param(lambda telegram: telegram.fail_next("sendMessage", "Too Many", 429, retry_after=3), id="too much"),
        pytest.param(lambda telegram: telegram.cut_next("sendMessage"), id="no connection"),
    ],
)
async def test_what_cannot_be_answered_unseen_is_met_with_silence(
    talk: Conversation, group: Chat, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(seen_by_all(talk.telegram, group))
    update = talk.telegram.asks_unseen(ANA, group, f"/ask@offline_bot {SURE}")
    fault(talk.telegram)
    assert await talk.hear(update) == []
    assert len(seen_by_all(talk.telegram, group)) == before
    assert failures(caplog) == []


# A server that knows none of this


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        pytest.param("10.0", lambda telegram: None, id="10.0"),
        pytest.param("10.1", lambda telegram: None, id="10.1"),
        pytest.param("10.3", lambda telegram: telegram.cut_next("deleteEphemeralMessage"), id="10.3 out of reach"),
    ],
)
@LANGUAGES
async def test_without_the_ability_it_is_neither_offered_nor_used(
    answers: Answers, sqlite_store: Store, version: str, fault: Fault, language: str
) -> None:
    telegram = OfflineTelegram(version=version)
    fault(telegram)
    async with begun(answers, telegram, sqlite_store) as talk:
        group, lines = telegram.group("G", owner=PEOPLE[language]), talk.knowledge.voices[language].settings
        panel = await talk.answer(PEOPLE[language], "/settings@offline_bot", group)
        assert lines.names.ephemeral.name not in panel.labels
        await talk.press(PEOPLE[language], panel, lines.close)
        typed = lines.names.ephemeral.typed[0]
        refusal = await talk.answer(
            PEOPLE[language], f"/settings@offline_bot {typed} {lines.choices.on.typed[0]}", group
        )
        assert refusal.plain == lines.not_ephemeral
        assert not (await talk.store.chats.settings(group.id)).ephemeral
        assert await talk.hear({"update_id": 1, "message": unseen(f"/ask@offline_bot {SURE}")}) == []


@VERSIONS
async def test_a_server_that_shows_all_what_is_for_one(
    talk: Conversation, group: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(seen_by_all(talk.telegram, group))
    talk.telegram.ignored = {"receiver_user_id", "ephemeral_message_parameters", "reply_parameters"}
    await ask(talk, ANA, group, SURE)
    assert talk.telegram.from_bot[-1].deleted
    assert await ask(talk, ANA, group, SURE) == []
    assert len(seen_by_all(talk.telegram, group)) == before
    [record] = [record for record in caplog.records if record.name == "bot.ephemeral"]
    assert (record.levelname, record.args) == ("ERROR", ())
    panel = await talk.answer(OWNER, "/settings@offline_bot", group)
    assert talk.knowledge.voices["en"].settings.names.ephemeral.name not in panel.labels


# Show to everybody


@VERSIONS
@LANGUAGES
async def test_the_asker_shows_the_answer_to_everybody(talk: Conversation, group: Chat, language: str) -> None:
    person, sent = PEOPLE[language], await answered(talk, group, language)
    [shown] = [message for message in await talk.press(person, sent, everyone(talk, language)) if message is not sent]
    assert (shown.text, shown.seen_by, shown.reply_to) == (sent.text, None, None)
    assert talk.knowledge.voices[language].buttons.remove in shown.labels
    assert sent.deleted


@pytest.mark.parametrize(
    ("person", "removed"),
    [
        pytest.param(ANA, True, id="who asked"),
        pytest.param(OWNER, True, id="an admin"),
        pytest.param(CAL, False, id="somebody else"),
    ],
)
async def test_who_removes_what_was_shown(talk: Conversation, group: Chat, person: Person, *, removed: bool) -> None:
    await talk.press(ANA, await answered(talk, group), everyone(talk))
    shown = talk.telegram.from_bot[-1]
    await talk.press(person, shown, talk.knowledge.voices["es"].buttons.remove)
    assert shown.deleted is removed


async def test_two_quick_presses_show_it_once(talk: Conversation, group: Chat) -> None:
    sent, before = await answered(talk, group), len(seen_by_all(talk.telegram, group))
    presses = [talk.telegram.presses(ANA, sent, everyone(talk)) for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert len(seen_by_all(talk.telegram, group)) == before + 1
    assert len(talk.telegram.answers) == 2


@LANGUAGES
async def test_an_answer_that_stands_already_is_led_to(talk: Conversation, group: Chat, language: str) -> None:
    sample, voice = talk.knowledge.voices[language].samples[ENTRY], talk.knowledge.voices[language]
    first = await talk.answer(PEOPLE[language], f"/ask@offline_bot {sample}", group)
    await talk.press(PEOPLE[language], await answered(talk, group, language), voice.buttons.show_to_all)
    shown = talk.telegram.from_bot[-1]
    assert shown.plain == f"{voice.repeated} {talk.title(ENTRY, language)}"
    assert f"/{first.message_id}" in shown.text


async def test_what_was_shown_is_led_to_afterwards(talk: Conversation, group: Chat) -> None:
    voice = talk.knowledge.voices["es"]
    await talk.press(ANA, await answered(talk, group), everyone(talk))
    sent = await talk.answer(BIA, f"/ask@offline_bot {voice.samples[ENTRY]}", group)
    assert sent.plain == f"{voice.repeated} {talk.title(ENTRY, 'es')}"


@LANGUAGES
async def test_a_spent_budget_shows_nothing(talk: Conversation, group: Chat, language: str) -> None:
    sent, voice = await answered(talk, group, language), talk.knowledge.voices[language]
    await talk.say(OWNER, "/ask@offline_bot xqzv wkrj", group)
    await talk.store.chats.change(group.id, budget=1)
    assert await talk.press(PEOPLE[language], sent, voice.buttons.show_to_all) == []
    [notice] = notices(talk.telegram)
    assert notice["text"] == voice.budget_spent.format(bot="offline_bot")
    assert (notice["show_alert"], sent.deleted) == (True, False)


async def test_what_is_shown_costs_budget(talk: Conversation, group: Chat) -> None:
    sent = await answered(talk, group)
    await talk.store.chats.change(group.id, budget=1)
    await talk.press(ANA, sent, everyone(talk))
    assert talk.knowledge.voices["es"].budget_spent.format(bot="offline_bot") in talk.telegram.from_bot[-1].plain
    assert await talk.say(BIA, "/ask@offline_bot xqzv wkrj", group) == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram: telegram.cut_next("deleteEphemeralMessage"), id="no connection"),
        pytest.param(
            lambda telegram: telegram.fail_next("deleteEphemeralMessage", "Bad Request: message not found", 400),
            id="it is gone by itself",
        ),
    ],
)
async def test_an_answer_is_shown_even_if_the_unseen_one_stays(
    talk: Conversation, group: Chat, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    sent, before = await answered(talk, group), len(seen_by_all(talk.telegram, group))
    fault(talk.telegram)
    await talk.press(ANA, sent, everyone(talk))
    assert len(seen_by_all(talk.telegram, group)) == before + 1
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram: telegram.cut_next("sendMessage"), id="no connection"),
        pytest.param(
            lambda telegram: telegram.fail_next("sendMessage", "Bad Request: not enough rights", 400), id="no right"
        ),
    ],
)
async def test_what_could_not_be_shown_can_be_shown_later(talk: Conversation, group: Chat, fault: Fault) -> None:
    sent, before = await answered(talk, group), len(seen_by_all(talk.telegram, group))
    fault(talk.telegram)
    await talk.press(ANA, sent, everyone(talk))
    assert (len(seen_by_all(talk.telegram, group)), sent.deleted) == (before, False)
    await talk.press(ANA, sent, everyone(talk))
    assert (len(seen_by_all(talk.telegram, group)), sent.deleted) == (before + 1, True)


async def test_the_button_works_after_a_restart(
    answers: Answers, telegram: OfflineTelegram, talk: Conversation, group: Chat
) -> None:
    sent, before = await answered(talk, group), len(seen_by_all(telegram, group))
    again = open_conversation(answers, telegram, talk.store)
    async with again.app:
        await again.press(ANA, sent, everyone(talk))
    assert len(seen_by_all(telegram, group)) == before + 1


# Forged presses: nothing is edited, nothing is sent


def forged(update: JsonObject, data: str) -> JsonObject:
    query = update["callback_query"]
    assert isinstance(query, dict)
    return update | {"callback_query": query | {"data": data}}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "everyone",
        "everyone:",
        "everyone:nothing:es",
        "everyone:secret_interception:xx",
        "everyone:secret_interception:es:1",
        "everyone:../../etc:es",
        "show:secret_interception:es",
        "next:secret_interception:es",
        "quote:secret_interception:es:0",
        "topics:es",
        "none:es",
        "rate:secret_interception:es:1",
        "editors:0",
        "remove",
        "set:-1001000000001:es:close",
        "set:-1001000000001:es:budget:0",
        "set:-1001000000001:es:leave:yes",
        "join:-1001000000001",
        "nothing",
    ],
)
async def test_no_other_press_under_an_unseen_message_does_anything(
    talk: Conversation, group: Chat, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    await answered(talk, group)
    [sent] = await ask(talk, OWNER, group, SURE)
    settings, press = await talk.store.chats.settings(group.id), talk.telegram.presses(OWNER, sent, everyone(talk))
    before = len(talk.telegram.calls)
    assert await talk.hear(forged(press, data)) == []
    assert [method for method, _ in talk.telegram.calls[before:]] == ["answerCallbackQuery"]
    assert (await talk.store.chats.settings(group.id), group.has_bot) == (settings, True)
    assert failures(caplog) == []


async def test_a_message_that_all_see_is_not_shown_again(talk: Conversation, group: Chat) -> None:
    sent = await talk.answer(ANA, f"/ask@offline_bot {SURE}", group)
    press = talk.telegram.presses(ANA, sent, talk.knowledge.voices["es"].buttons.remove)
    assert await talk.hear(forged(press, f"everyone:{ENTRY}:es")) == []
    assert not sent.deleted


# The switch


@VERSIONS
@LANGUAGES
async def test_an_admin_switches_it_on_and_off(talk: Conversation, language: str) -> None:
    person, lines = PEOPLE[language], talk.knowledge.voices[language].settings
    group = talk.telegram.group("G", owner=person)
    panel = await talk.answer(person, "/settings@offline_bot", group)
    await talk.press(person, panel, lines.names.ephemeral.name)
    await talk.press(person, panel, lines.choices.on.label)
    assert (await talk.store.chats.settings(group.id)).ephemeral
    assert (await ask(talk, person, group, "xqzv wkrj"))[0].seen_by == person.id
    await talk.press(person, panel, lines.choices.off.label)
    assert not (await talk.store.chats.settings(group.id)).ephemeral
    with pytest.raises(LookupError, match="seen by everybody"):
        talk.telegram.asks_unseen(person, group, "/ask@offline_bot x")


@pytest.mark.parametrize("person", [*PEOPLE.values(), OWNER])
async def test_menus_are_the_same_with_and_without(talk: Conversation, person: Person) -> None:
    group = talk.telegram.group("G")
    before = talk.telegram.menu(person, group)
    await talk.say(OWNER, "/settings@offline_bot ephemeral on", group)
    assert talk.telegram.menu(person, group) == before
    await talk.say(OWNER, "/settings@offline_bot ephemeral off", group)
    assert talk.telegram.menu(person, group) == before


async def test_other_groups_go_on_as_before(talk: Conversation, group: Chat) -> None:
    with pytest.raises(LookupError, match="seen by everybody"):
        talk.telegram.asks_unseen(ANA, talk.telegram.group("Other"), "/ask@offline_bot x")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram, method: telegram.cut_next(method), id="no connection"),
        pytest.param(lambda telegram, method: telegram.fail_next(method, "Bad Request: x", 400), id="refused"),
        pytest.param(lambda telegram, method: telegram.fail_next(method, "x", 429, retry_after=9), id="too many calls"),
    ],
)
@pytest.mark.parametrize(
    ("switched", "method"),
    [pytest.param(True, "setMyCommands", id="on"), pytest.param(False, "deleteMyCommands", id="off")],
)
@LANGUAGES
async def test_what_telegram_does_not_take_is_not_set(
    talk: Conversation, language: str, method: str, fault: Callable[[OfflineTelegram, str], None], *, switched: bool
) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    group, choices = talk.telegram.group("G", owner=person), voice.settings.choices
    await talk.store.chats.change(group.id, ephemeral=not switched)
    panel = await talk.answer(person, "/settings@offline_bot", group)
    await talk.press(person, panel, voice.settings.names.ephemeral.name)
    fault(talk.telegram, method)
    choice = (choices.on if switched else choices.off).label
    await talk.press(person, panel, choice)
    assert [(notice["text"], notice["show_alert"]) for notice in notices(talk.telegram)] == [(voice.failed, True)]
    assert (await talk.store.chats.settings(group.id)).ephemeral is not switched
    await talk.press(person, panel, choice)
    assert (await talk.store.chats.settings(group.id)).ephemeral is switched


async def test_a_member_cannot_switch_it(talk: Conversation) -> None:
    group, lines = talk.telegram.group("G"), talk.knowledge.voices["en"].settings
    panel = await talk.answer(OWNER, "/settings@offline_bot", group)
    await talk.press(OWNER, panel, lines.names.ephemeral.name)
    before = len(talk.telegram.calls)
    await talk.press(CAL, panel, lines.choices.on.label)
    assert "setMyCommands" not in [method for method, _ in talk.telegram.calls[before:]]
    assert not (await talk.store.chats.settings(group.id)).ephemeral
