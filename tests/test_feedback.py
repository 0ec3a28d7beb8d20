"""What people tell about answers: whether one helped, and what found none."""

from collections.abc import AsyncIterator

import pytest

from bot.answers import Answers
from bot.config import Config
from bot.offline import BOT, Chat, OfflineTelegram, Sent
from bot.store import Store
from tests.conversation import ANA, CAL, PEOPLE, Conversation, open_conversation
from tests.members import ENTRY, asked, notice, question

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
PLACES = pytest.mark.parametrize("place", ["private", "group", "inline"])
NONSENSE = "xqzv wkrj"


async def answer_in(talk: Conversation, place: str, language: str = "es") -> Sent:
    """Have an answer in a place where it can be rated."""
    person = PEOPLE[language]
    if place == "private":
        [sent] = await talk.say(person, question(talk, language))
        return sent
    group = talk.telegram.group("Plaza")
    if place == "group":
        return await asked(talk, group, language)
    await talk.hear(talk.telegram.asks_inline(person, question(talk, language)))
    await talk.hear(talk.telegram.picks(person, group, f"{ENTRY}:{language}"))
    return talk.telegram.sent[-1]


async def ratings(talk: Conversation) -> list[tuple[str, int, int]]:
    """Return what is counted of ratings, by entry."""
    rated = [(count.entry, count.helpful, count.not_helpful) for count in await talk.store.counts.all()]
    return [count for count in rated if count[1:] != (0, 0)]


def labels(talk: Conversation, language: str) -> list[str]:
    """Return what stands on the buttons that rate."""
    buttons = talk.knowledge.voices[language].buttons
    return [buttons.helpful, buttons.not_helpful]


# Ratings


@PLACES
@LANGUAGES
@pytest.mark.parametrize(("choice", "counted"), [(0, (ENTRY, 1, 0)), (1, (ENTRY, 0, 1))])
async def test_a_rating_is_counted_and_the_question_goes(
    talk: Conversation, place: str, language: str, choice: int, counted: tuple[str, int, int]
) -> None:
    sent = await answer_in(talk, place, language)
    before, both = sent.labels, labels(talk, language)
    assert await notice(talk, PEOPLE[language], sent, both[choice]) == talk.knowledge.voices[language].rated
    assert await ratings(talk) == [counted]
    assert sent.labels == [label for label in before if label not in both]


@PLACES
async def test_two_quick_presses_are_one_rating(talk: Conversation, place: str) -> None:
    sent = await answer_in(talk, place)
    presses = [talk.telegram.presses(person, sent, f"rate:{ENTRY}:es:{yes}") for yes, person in ((1, ANA), (0, CAL))]
    for press in presses:
        await talk.hear(press)
    assert await ratings(talk) == [(ENTRY, 1, 0)]
    assert len(talk.telegram.answers) == len(presses) + (place == "inline")


@PLACES
async def test_two_copies_of_the_bot_count_a_rating_once(
    talk: Conversation, answers: Answers, telegram: OfflineTelegram, sqlite_store: Store, place: str
) -> None:
    sent = await answer_in(talk, place)
    presses = [telegram.presses(ANA, sent, f"rate:{ENTRY}:es:1") for _ in range(2)]
    other = open_conversation(answers, telegram, sqlite_store)
    async with other.app:
        await talk.hear(presses[0])
        await other.hear(presses[1])
    assert await ratings(talk) == [(ENTRY, 1, 0)]


async def test_an_answer_turned_into_another_language_can_be_rated_there(talk: Conversation) -> None:
    sent = await answer_in(talk, "group")
    await talk.press(ANA, sent, labels(talk, "es")[0])
    await talk.press(ANA, sent, talk.knowledge.voices["pt"].name)
    await talk.press(ANA, sent, labels(talk, "pt")[1])
    assert await ratings(talk) == [(ENTRY, 1, 1)]
    assert labels(talk, "pt")[1] not in sent.labels


async def test_a_rated_answer_can_still_be_removed_and_followed_up(talk: Conversation) -> None:
    sent = await answer_in(talk, "group")
    await talk.press(CAL, sent, labels(talk, "es")[0])
    assert len(await talk.say(CAL, "en inglés", sent.chat, reply_to=sent)) == 1
    await talk.press(ANA, sent, "remove")
    assert sent.deleted


@pytest.mark.parametrize("place", ["private", "group"])
@pytest.mark.parametrize(
    "data",
    [
        pytest.param("rate:what_is_alsur:es:1", id="another answer"),
        pytest.param(f"rate:{ENTRY}:en:1", id="another language"),
        pytest.param("rate:no_such_entry:es:1", id="no answer"),
        pytest.param(f"rate:{ENTRY}:xx:1", id="no language"),
        pytest.param(f"rate:{ENTRY}:es:2", id="neither yes nor no"),
        pytest.param(f"rate:{ENTRY}:es:", id="nothing"),
    ],
)
async def test_a_forged_rating_is_not_counted(talk: Conversation, place: str, data: str) -> None:
    sent = await answer_in(talk, place)
    assert await notice(talk, CAL, sent, f"rate:{ENTRY}:es:1", sends=data) is None
    assert await ratings(talk) == []


async def test_a_rating_under_a_message_that_has_no_such_button_is_not_counted(talk: Conversation) -> None:
    menu = await talk.answer(ANA, f"/topics@{BOT.username}", talk.telegram.group("Plaza"))
    topic = talk.knowledge.voices["es"].topics
    assert await notice(talk, ANA, menu, next(iter(topic.values())), sends=f"rate:{ENTRY}:es:1") is None
    assert await ratings(talk) == []


async def test_a_rating_that_telegram_did_not_take_can_be_given_again(talk: Conversation) -> None:
    sent = await answer_in(talk, "group")
    talk.telegram.cut_next("editMessageReplyMarkup")
    await talk.press(ANA, sent, labels(talk, "es")[0])
    assert await ratings(talk) == []
    await talk.press(ANA, sent, labels(talk, "es")[0])
    assert await ratings(talk) == [(ENTRY, 1, 0)]


async def test_a_rating_of_a_message_deleted_meanwhile_is_let_go(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    sent = await answer_in(talk, "group")
    press = talk.telegram.presses(ANA, sent, f"rate:{ENTRY}:es:1")
    sent.deleted = True
    await talk.hear(press)
    assert await ratings(talk) == []
    assert caplog.messages == []


@pytest.mark.parametrize("said", ["gracias", NONSENSE])
async def test_what_is_no_answer_is_not_rated(talk: Conversation, said: str) -> None:
    [sent] = await talk.say(ANA, said)
    assert not set(labels(talk, "es")) & set(sent.labels)


# Questions without an answer


@pytest.fixture
async def desk(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store
) -> AsyncIterator[tuple[Conversation, Chat]]:
    """The bot with a group of editors, and that group."""
    editors = telegram.group("Editors", basic=True)
    talk = open_conversation(answers, telegram, sqlite_store, Config(editors=editors.id))
    async with talk.app:
        yield talk, editors


def to_editors(talk: Conversation, language: str = "es") -> str:
    return talk.knowledge.voices[language].buttons.to_editors


def in_chat(talk: Conversation, chat: Chat) -> list[Sent]:
    """Return what the bot posted in a chat."""
    return [sent for sent in talk.telegram.from_bot if sent.chat is chat]


@LANGUAGES
async def test_a_question_without_an_answer_goes_to_the_editors_without_a_name(
    desk: tuple[Conversation, Chat], language: str
) -> None:
    talk, editors = desk
    [sent] = await talk.say(PEOPLE[language], NONSENSE)
    copied, told, changed = sorted(
        await talk.press(PEOPLE[language], sent, to_editors(talk, language)),
        key=lambda message: (message.chat is not editors, message is sent),
    )
    assert (copied.plain, copied.extra) == (NONSENSE, {})
    assert told.plain == talk.knowledge.voices[language].sent_to_editors
    assert to_editors(talk, language) not in changed.labels
    assert changed.labels


async def test_two_quick_presses_send_a_question_once(desk: tuple[Conversation, Chat]) -> None:
    talk, editors = desk
    [sent] = await talk.say(ANA, NONSENSE)
    presses = [talk.telegram.presses(ANA, sent, to_editors(talk)) for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert len(in_chat(talk, editors)) == 1


@LANGUAGES
async def test_a_question_deleted_meanwhile_is_not_said_to_be_sent(
    desk: tuple[Conversation, Chat], language: str
) -> None:
    talk, editors = desk
    [sent] = await talk.say(PEOPLE[language], NONSENSE)
    talk.telegram.sent[0].deleted = True
    replies = await talk.press(PEOPLE[language], sent, to_editors(talk, language))
    assert talk.knowledge.voices[language].failed in [reply.plain for reply in replies]
    assert in_chat(talk, editors) == []


async def test_editors_who_threw_the_bot_out_get_nothing(
    desk: tuple[Conversation, Chat], caplog: pytest.LogCaptureFixture
) -> None:
    talk, editors = desk
    [sent] = await talk.say(ANA, NONSENSE)
    talk.telegram.removes_bot(CAL, editors)
    replies = await talk.press(ANA, sent, to_editors(talk))
    assert talk.knowledge.voices["es"].failed in [reply.plain for reply in replies]
    assert caplog.messages == []


async def test_editors_whose_group_became_a_supergroup_go_on_getting_questions(
    desk: tuple[Conversation, Chat],
) -> None:
    talk, editors = desk
    talk.telegram.migrates(editors)
    assert editors.moved_to is not None
    for _ in range(2):
        [sent] = await talk.say(ANA, NONSENSE)
        await talk.press(ANA, sent, to_editors(talk))
    assert [sent.plain for sent in in_chat(talk, editors.moved_to)] == [NONSENSE] * 2
    tried = [call["chat_id"] for method, call in talk.telegram.calls if method == "copyMessage"]
    assert tried == [editors.id, editors.moved_to.id, editors.moved_to.id]


async def test_a_forged_number_sends_nothing(desk: tuple[Conversation, Chat]) -> None:
    talk, editors = desk
    await talk.say(ANA, question(talk))
    [sent] = await talk.say(ANA, NONSENSE)
    first = talk.telegram.sent[0].message_id
    assert await notice(talk, ANA, sent, to_editors(talk), sends=f"editors:{first}") is None
    assert in_chat(talk, editors) == []


async def test_what_the_bot_could_answer_is_not_offered_to_editors(desk: tuple[Conversation, Chat]) -> None:
    talk, _ = desk
    [sent] = await talk.say(ANA, question(talk))
    assert to_editors(talk) not in sent.labels


async def test_a_group_is_not_asked_to_write_to_editors(desk: tuple[Conversation, Chat]) -> None:
    talk, _ = desk
    sent = await talk.answer(ANA, f"/ask@{BOT.username} {NONSENSE}", talk.telegram.group("Plaza"))
    assert sent.labels == []


@LANGUAGES
async def test_without_editors_nothing_is_offered(talk: Conversation, language: str) -> None:
    [sent] = await talk.say(PEOPLE[language], NONSENSE)
    assert to_editors(talk, language) not in sent.labels


async def test_without_editors_an_old_button_sends_nothing(desk: tuple[Conversation, Chat], talk: Conversation) -> None:
    before, editors = desk
    [sent] = await before.say(ANA, NONSENSE)
    assert await notice(talk, ANA, sent, to_editors(talk)) is None
    assert in_chat(talk, editors) == []
