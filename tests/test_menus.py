"""Buttons: what they do, pressed by anybody, in any order, with any data."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.offline import JSON, Chat, JsonObject, OfflineTelegram, Person, Sent
from content import Kind, Knowledge
from tests.conversation import ANA, BIA, CAL, DRU, PEOPLE, Conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
SHARED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def pressed(talk: Conversation, person: Person, on: Sent, **fields: JSON) -> JsonObject:
    """Make the update of a press with fields of one's own making."""
    query: JsonObject = {"id": talk.telegram.open_query(), "from": person.as_json(), "chat_instance": "1"}
    return {"update_id": 1, "callback_query": query | {"message": on.as_json()} | fields}


def old(talk: Conversation, person: Person, on: Sent, data: str) -> JsonObject:
    """Make the update of a press of a button that the message has from earlier times."""
    on.buttons.append([{"text": "Old", "callback_data": data}])
    return pressed(talk, person, on, data=data)


def acknowledged(telegram: OfflineTelegram) -> int:
    return sum(method == "answerCallbackQuery" for method, _ in telegram.calls)


async def topics_menu(talk: Conversation, person: Person, chat: Chat | None = None) -> Sent:
    return await talk.answer(person, "/topics@offline_bot" if chat else "/topics", chat)


# Browsing


@LANGUAGES
async def test_a_topic_lists_its_answers_and_leads_to_one(talk: Conversation, language: str) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    menu = await topics_menu(talk, person)
    assert await talk.press(person, menu, voice.topics["surveillance"]) == [menu]
    titles = [entry.texts[language].title for entry in talk.knowledge.topic("surveillance")]
    assert menu.plain == voice.topic_menu.format(topic=voice.topics["surveillance"])
    assert menu.labels == [*titles, voice.buttons.back]
    [answer] = await talk.press(person, menu, titles[0])
    assert answer is not menu
    assert answer.plain.startswith(titles[0])


@LANGUAGES
async def test_back_leads_to_the_topics(talk: Conversation, language: str) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    menu = await topics_menu(talk, person)
    for label in (voice.topics["gender"], voice.buttons.back):
        assert await talk.press(person, menu, label) == [menu]
    assert menu.plain == voice.topics_menu
    assert menu.labels == list(voice.topics.values())


async def test_every_button_leads_somewhere_and_every_answer_is_reached(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    menu = await topics_menu(talk, CAL)
    waiting, seen = dict.fromkeys(buttons(menu), menu), set[str]()
    while waiting:
        data, message = waiting.popitem()
        seen.add(data)
        [changed] = await talk.hear(pressed(talk, CAL, message, data=data))
        assert changed.plain not in {voice.menu_changed for voice in talk.knowledge.voices.values()}
        waiting |= {data: changed for data in buttons(changed) if data not in seen}
        talk.telegram.sent[:] = dict.fromkeys(waiting.values())
    answers = {entry.id for entry in talk.knowledge.entries.values() if entry.kind == Kind.ANSWER}
    assert answers <= {data.split(":")[1] for data in seen}
    assert acknowledged(talk.telegram) == len(seen)
    assert caplog.records == []


def buttons(message: Sent) -> list[str]:
    """Return the data behind the buttons that tell the bot something; of two ratings the first, which ends both."""
    found = [str(button["callback_data"]) for row in message.buttons for button in row if "callback_data" in button]
    return [data for data in found if not re.fullmatch("rate:.*:0", data)]


# The buttons of an answer


@LANGUAGES
async def test_a_related_entry_is_answered_below(talk: Conversation, language: str) -> None:
    person = PEOPLE[language]
    sent = await talk.answer(person, f"/start a_secret_interception_{language}")
    [below] = await talk.press(person, sent, sent.labels[0])
    assert below is not sent
    assert below.plain.startswith(sent.labels[0])


@LANGUAGES
async def test_other_quotes_are_sent_below_until_the_last(talk: Conversation, language: str) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    sent = await talk.answer(person, f"/start a_treaty_{language}")
    for quote in talk.knowledge.entries["treaty"].quotes[1:]:
        [sent] = await talk.press(person, sent, voice.buttons.another_quote)
        assert quote.text in sent.plain
    assert voice.buttons.another_quote not in sent.labels


@pytest.mark.parametrize(("chosen", "language"), [("English", "en"), ("Español", "es"), ("Português", "pt")])
async def test_a_chosen_language_holds(talk: Conversation, chosen: str, language: str) -> None:
    menu = await talk.answer(DRU, "/language")
    assert await talk.press(DRU, menu, chosen) == [menu]
    assert menu.plain == talk.knowledge.voices[language].language_set
    assert (await talk.answer(DRU, "/topics")).plain == talk.knowledge.voices[language].topics_menu


@LANGUAGES
async def test_the_language_button_opens_the_languages_below(talk: Conversation, language: str) -> None:
    person, voices = PEOPLE[language], talk.knowledge.voices
    start = await talk.answer(person, "/start")
    [menu] = await talk.press(person, start, voices[language].buttons.language)
    assert menu is not start
    assert menu.labels == [voice.name for voice in voices.values()]


# Groups: buttons change the message


async def test_in_a_group_a_topic_turns_into_an_answer(talk: Conversation) -> None:
    menu = await topics_menu(talk, ANA, talk.telegram.group("G"))
    for label in (talk.knowledge.voices["es"].topics["surveillance"], talk.title("secret_interception", "es")):
        assert await talk.press(BIA, menu, label) == [menu]
    assert menu.plain.startswith(talk.title("secret_interception", "es"))


async def test_in_a_group_a_quote_turns_into_its_answer_or_the_next_quote(talk: Conversation) -> None:
    voice, entry = talk.knowledge.voices["es"], talk.knowledge.entries["secret_interception"]
    sent = await talk.answer(ANA, "/quote@offline_bot tratado de la ONU", talk.telegram.group("G"))
    assert await talk.hear(old(talk, BIA, sent, "quote:treaty:es:1")) == [sent]
    assert talk.knowledge.entries["treaty"].quotes[1].text in sent.plain
    assert await talk.hear(old(talk, BIA, sent, f"next:{entry.id}:es")) == [sent]
    assert voice.buttons.private_chat in sent.labels


async def test_in_a_group_other_members_may_press(talk: Conversation) -> None:
    sent = await talk.answer(ANA, "/ask@offline_bot ¿quién dirige AlSur?", talk.telegram.group("G"))
    assert await talk.press(CAL, sent, "English") == [sent]
    assert sent.plain.startswith(talk.title("who_leads_alsur", "en"))


@pytest.mark.parametrize("data", ["language:pt", "languages:pt"])
async def test_in_a_group_nobody_can_choose_the_language_of_all(talk: Conversation, data: str) -> None:
    menu = await topics_menu(talk, ANA, talk.telegram.group("G"))
    [menu] = await talk.hear(old(talk, ANA, menu, data))
    assert menu.plain == talk.knowledge.voices["es"].menu_changed


@pytest.mark.parametrize("data", ["topics:en", "show:year_2024:pt", "next:treaty:es", "none:es", "zzz", ""])
@pytest.mark.parametrize("place", ["a channel", "a group's quote", "a greeting", "a panel"])
async def test_data_that_no_button_has_turns_nothing_outside_private_chats(
    talk: Conversation, data: str, place: str
) -> None:
    chat = talk.telegram.channel("C") if place == "a channel" else talk.telegram.group("G", owner=ANA)
    if place == "a panel":
        sent = await talk.answer(ANA, "/settings@offline_bot", chat)
    else:
        await talk.app.bot.send_message(chat.id, "A post.")
        sent = talk.telegram.from_bot[-1]
    assert await talk.hear(pressed(talk, BIA, sent, data=data)) == []
    assert acknowledged(talk.telegram) == 1


async def test_in_a_topic_of_a_forum_a_new_message_stays_there(talk: Conversation) -> None:
    forum = talk.telegram.group("F", forum=True)
    topic = talk.telegram.topic(forum, "Derechos")
    [menu] = await talk.hear(talk.telegram.says(ANA, forum, "/topics@offline_bot", thread=topic))
    update = talk.telegram.presses(ANA, menu, menu.labels[0])
    menu.deleted = True
    [sent] = await talk.hear(update)
    assert sent.thread_id == topic


# Pressed at the wrong time


async def test_the_same_button_twice_changes_nothing_more(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    menu = await topics_menu(talk, ANA)
    first, second = (pressed(talk, ANA, menu, data="topic:gender:es") for _ in range(2))
    assert await talk.hear(first) == [menu]
    assert await talk.hear(second) == []
    assert acknowledged(talk.telegram) == 2
    assert caplog.records == []


async def test_a_menu_that_was_deleted_meanwhile_is_sent_anew(talk: Conversation) -> None:
    menu = await topics_menu(talk, ANA)
    update = talk.telegram.presses(ANA, menu, talk.knowledge.voices["es"].topics["gender"])
    menu.deleted = True
    [sent] = await talk.hear(update)
    assert sent.labels[-1] == talk.knowledge.voices["es"].buttons.back


@pytest.mark.parametrize(
    ("data", "deleted"),
    [
        pytest.param("topic:gender:es", False, id="to turn it into a topic"),
        pytest.param("topic:gender:es", True, id="though it is gone"),
        pytest.param("next:gender_risk:es", True, id="for an answer below"),
    ],
)
async def test_a_button_of_a_message_that_telegram_shows_no_more(
    talk: Conversation, data: str, *, deleted: bool
) -> None:
    menu = await topics_menu(talk, ANA)
    old: JsonObject = {"message_id": menu.message_id, "date": 0, "chat": menu.chat.as_json()}
    menu.deleted = deleted
    [sent] = await talk.hear(pressed(talk, ANA, menu, data=data, message=old))
    assert (sent is menu) is not deleted
    assert acknowledged(talk.telegram) == 1


async def test_a_press_that_is_too_old_to_be_acknowledged_is_obeyed(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    menu = await topics_menu(talk, ANA)
    update = pressed(talk, ANA, menu, data="topic:gender:es", id="long ago")
    assert await talk.hear(update) == [menu]
    assert caplog.records == []


async def test_a_press_by_who_blocked_the_bot_is_let_go(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    menu = await topics_menu(talk, ANA)
    update = pressed(talk, ANA, menu, data="next:gender_risk:es")
    talk.telegram.blocked.add(ANA.id)
    assert await talk.hear(update) == []
    assert caplog.records == []


# Pressed with data that no button has

FORGED = [
    pytest.param("show:no_such_entry:es", id="an entry that there is not"),
    pytest.param("next:no_such_entry:es", id="an entry that there is not, below"),
    pytest.param("show:treaty:xx", id="a language that there is not"),
    pytest.param("next:treaty:xx", id="a language that there is not, below"),
    pytest.param("quote:no_such_entry:es:0", id="a quote of no entry"),
    pytest.param("quote:treaty:es:9", id="a quote that there is not"),
    pytest.param("quote:thanks:es:0", id="a quote of small talk"),
    pytest.param("quote:treaty:es:-1", id="a quote counted from the end"),
    pytest.param("quote:treaty:es:²", id="a digit that is no number"),
    pytest.param("topic:no_such_topic:es", id="a topic that there is not"),
    pytest.param("topic:limits:es", id="a topic that is in no menu"),
    pytest.param("topic:gender:xx", id="a topic in no language"),
    pytest.param("language:xx", id="a language to choose that there is not"),
    pytest.param("show:treaty", id="too little"),
    pytest.param("show:treaty:es:1", id="too much"),
    pytest.param("SHOW:TREATY:ES", id="capitals"),
    pytest.param("show:../treaty:es", id="a path"),
    pytest.param("delete:treaty:es", id="a verb that there is not"),
    pytest.param("", id="nothing"),
    pytest.param("\x00", id="a null"),
    pytest.param("<b>", id="markup"),
    pytest.param("x" * 64, id="64 bytes"),
    pytest.param("😀" * 16, id="64 bytes of emoji"),
]


@pytest.mark.parametrize("data", FORGED)
async def test_forged_data_opens_the_topics(talk: Conversation, data: str) -> None:
    voice = talk.knowledge.voices["es"]
    sent = await talk.answer(ANA, "/start")
    assert await talk.hear(pressed(talk, ANA, sent, data=data)) == [sent]
    assert sent.plain == voice.menu_changed
    assert sent.labels == list(voice.topics.values())
    assert acknowledged(talk.telegram) == 1


@pytest.mark.parametrize(
    ("data", "line"),
    [("topics:xx", "topics_menu"), ("none:xx", "none_of_these"), ("languages:xx", "language_menu")],
)
async def test_a_menu_in_no_language_opens_in_the_persons(
    talk: Conversation, knowledge: Knowledge, data: str, line: str
) -> None:
    start = await talk.answer(BIA, "/start")
    [sent] = await talk.hear(pressed(talk, BIA, start, data=data))
    assert sent.plain == knowledge.voices["pt"].model_dump()[line]


async def test_a_press_without_data_opens_the_topics(talk: Conversation) -> None:
    sent = await talk.answer(ANA, "/start")
    assert await talk.hear(pressed(talk, ANA, sent, game_short_name="chess")) == [sent]
    assert sent.plain == talk.knowledge.voices["es"].menu_changed


@pytest.mark.parametrize("data", ["show:treaty:es", "language:es", "nonsense"])
async def test_a_press_in_an_inline_message_is_only_acknowledged(talk: Conversation, data: str) -> None:
    sent = await talk.answer(ANA, "/start")
    assert await talk.hear(pressed(talk, ANA, sent, data=data, message=None, inline_message_id="1")) == []
    assert acknowledged(talk.telegram) == 1


@pytest.mark.parametrize("place", ["private", "group"])
@pytest.mark.parametrize(
    "data",
    [
        pytest.param("rate:no_such_entry:es:1", id="a rating of an entry that there is not"),
        pytest.param("rate:treaty:xx:1", id="a rating in no language"),
        pytest.param("rate:treaty:es:1", id="a rating that was not asked for"),
        pytest.param("editors:1", id="a question for editors that there are not"),
        pytest.param("editors:9999999999", id="a question that there is not"),
        pytest.param("set:-1009:es", id="settings of another chat"),
        pytest.param("set:-1009:xx:speak:commands", id="a setting in no language"),
        pytest.param("set:-1009:es:leave:yes", id="leaving another chat"),
        pytest.param("set:-1009:es:nonsense:1:2:3", id="a setting that there is not"),
        pytest.param("channel:es:9", id="a channel that there is not"),
        pytest.param("pick:xx:9:no_such_topic", id="a topic for it"),
        pytest.param("view:es:9:no_such_entry:a", id="a preview for it"),
        pytest.param("post:es:9:treaty:9", id="a post for it"),
        pytest.param("join:-1009", id="a request to join that there is not"),
    ],
)
async def test_forged_data_of_other_buttons_changes_nothing(
    talk: Conversation, caplog: pytest.LogCaptureFixture, data: str, place: str
) -> None:
    menu = await topics_menu(talk, ANA, talk.telegram.group("G") if place == "group" else None)
    assert await talk.hear(pressed(talk, ANA, menu, data=data)) == []
    assert acknowledged(talk.telegram) == 1
    assert caplog.records == []


VERBS = [
    "show",
    "next",
    "quote",
    "topic",
    "topics",
    "none",
    "languages",
    "language",
    "rate",
    "editors",
    "remove",
    "set",
    "channel",
    "pick",
    "view",
    "post",
    "join",
    "everyone",
    "",
]
PARTS = [
    "treaty",
    "gender",
    "es",
    "pt",
    "xx",
    "1",
    "9",
    "-1001000000001",
    "1000000001",
    "speak",
    "leave",
    "yes",
    "a",
    "thanks",
    "",
]


@SHARED
@given(
    verb=st.sampled_from(VERBS),
    rest=st.lists(st.sampled_from(PARTS) | st.text(max_size=8)),
    group=st.booleans(),
)
async def test_any_data_is_acknowledged_and_breaks_nothing(
    talk: Conversation, caplog: pytest.LogCaptureFixture, verb: str, rest: list[str], *, group: bool
) -> None:
    menu = await topics_menu(talk, ANA, talk.telegram.group("G") if group else None)
    before = acknowledged(talk.telegram)
    await talk.hear(pressed(talk, ANA, menu, data=":".join((verb, *rest))[:64]))
    assert acknowledged(talk.telegram) == before + 1
    assert caplog.records == []
