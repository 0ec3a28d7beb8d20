"""Two questions in one message: the better-covered one is answered, the others are offered below it."""

from collections.abc import AsyncIterator

import pytest

from bot.offline import Chat, OfflineTelegram, Sent
from bot.store import Store
from content import Knowledge
from intents import Answer, Match, Outcome
from tests.conversation import ANA, CAL, PEOPLE, Conversation
from tests.scripted import scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
FIRST, OTHER, THIRD = "secret_interception", "treaty_position", "gdc"


def asked(entry: str, *also: str, score: float = 99.0) -> Answer:
    """Make the outcome of a message that asks for several entries."""
    return Answer("", False, (Match(entry, score),), also)


OUTCOMES: dict[str, Outcome] = {
    "one?": sure(FIRST),
    "two?": asked(FIRST, OTHER),
    "three?": asked(FIRST, OTHER, THIRD),
    "a limit first?": asked("ratification_today", OTHER),
    "a limit too?": asked(FIRST, "ratification_today"),
    "two, less sure?": asked(FIRST, OTHER, score=64.0),
}


@pytest.fixture
async def both(knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """A conversation with a bot that hears one question, two, or three."""
    talk = scripted(knowledge, telegram, sqlite_store, OUTCOMES)
    async with talk.app:
        yield talk


def titles(talk: Conversation, language: str, *entries: str) -> list[str]:
    return [talk.title(entry, language) for entry in entries]


async def ask_in_group(talk: Conversation, language: str, said: str, group: Chat | None = None) -> Sent:
    chat = group or talk.telegram.group("G")
    return await talk.answer(PEOPLE[language], f"/ask@offline_bot {said}", chat)


# In private


@LANGUAGES
@pytest.mark.parametrize(
    ("said", "first", "also"),
    [
        pytest.param("two?", FIRST, [OTHER], id="two questions"),
        pytest.param("three?", FIRST, [OTHER, THIRD], id="three questions"),
        pytest.param("a limit first?", "ratification_today", [OTHER], id="the documents don't say the first"),
        pytest.param("a limit too?", FIRST, ["ratification_today"], id="the documents don't say the other"),
    ],
)
async def test_the_others_are_offered_first_of_all(
    both: Conversation, language: str, said: str, first: str, also: list[str]
) -> None:
    sent = await both.answer(PEOPLE[language], said)
    assert both.knowledge.entries[first].texts[language].answer in sent.plain
    assert sent.plain.endswith(f"\n\n{both.knowledge.voices[language].also_asked}")
    assert sent.labels[: len(also)] == titles(both, language, *also)


@LANGUAGES
async def test_all_else_is_as_for_one_question(both: Conversation, language: str) -> None:
    person = PEOPLE[language]
    one, two = await both.answer(person, "one?"), await both.answer(person, "two?")
    assert two.text.startswith(one.text)
    assert two.buttons[1:] == one.buttons
    assert both.knowledge.voices[language].also_asked not in one.plain


@LANGUAGES
async def test_the_button_answers_the_other_question_below(both: Conversation, language: str) -> None:
    sent = await both.answer(PEOPLE[language], "two?")
    before = sent.plain
    [below] = await both.press(PEOPLE[language], sent, both.title(OTHER, language))
    assert below is not sent
    assert below.plain.startswith(both.title(OTHER, language))
    assert both.knowledge.voices[language].also_asked not in below.plain
    assert sent.plain == before


async def test_each_of_two_others_is_answered_in_any_order(both: Conversation) -> None:
    sent = await both.answer(CAL, "three?")
    for entry in (THIRD, OTHER):
        [below] = await both.press(CAL, sent, both.title(entry, "en"))
        assert below.plain.startswith(both.title(entry, "en"))


@LANGUAGES
async def test_what_follows_is_about_the_answer_shown(both: Conversation, language: str) -> None:
    person, source = PEOPLE[language], both.knowledge.voices[language].followups.source[0]
    sent = await both.answer(person, "two?")
    assert both.knowledge.entries[FIRST].quotes[0].paragraph in (await both.answer(person, source)).plain
    await both.press(person, sent, both.title(OTHER, language))
    assert both.knowledge.entries[OTHER].quotes[0].paragraph in (await both.answer(person, source)).plain


async def test_an_edited_message_may_ask_one_more(both: Conversation) -> None:
    sent = await both.answer(ANA, "one?")
    assert await both.hear(both.telegram.edits(both.telegram.sent[0], "two?")) == [sent]
    assert sent.labels[0] == both.title(OTHER, "es")
    assert await both.hear(both.telegram.edits(both.telegram.sent[0], "one?")) == [sent]
    assert both.knowledge.voices["es"].also_asked not in sent.plain


@LANGUAGES
async def test_nothing_is_offered_twice(
    knowledge: Knowledge, telegram: OfflineTelegram, language: str, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"two?": asked(FIRST, knowledge.entries[FIRST].related[0])})
    async with talk.app:
        sent = await talk.answer(PEOPLE[language], "two?")
    assert len(sent.labels) == len(set(sent.labels))


# In groups


@LANGUAGES
async def test_a_second_question_is_not_lost_where_the_first_is_answered_already(
    both: Conversation, language: str
) -> None:
    group = both.telegram.group("G")
    await ask_in_group(both, language, "one?", group)
    assert both.title(OTHER, language) in (await ask_in_group(both, language, "two?", group)).labels


@LANGUAGES
async def test_ask_in_a_group_offers_the_other(both: Conversation, language: str) -> None:
    sent = await ask_in_group(both, language, "two?")
    assert sent.plain.startswith(both.title(FIRST, language))
    assert sent.plain.endswith(f"\n\n{both.knowledge.voices[language].also_asked}")
    assert sent.labels[0] == both.title(OTHER, language)
    assert sent.buttons[1:] == (await ask_in_group(both, language, "one?")).buttons


@LANGUAGES
async def test_the_button_in_a_group_turns_the_message_into_the_other_answer(both: Conversation, language: str) -> None:
    sent = await ask_in_group(both, language, "two?")
    assert await both.press(PEOPLE[language], sent, both.title(OTHER, language)) == [sent]
    assert sent.plain.startswith(both.title(OTHER, language))
    assert both.knowledge.voices[language].also_asked not in sent.plain


async def test_anybody_in_a_group_may_press_it(both: Conversation) -> None:
    sent = await ask_in_group(both, "es", "two?")
    assert await both.press(CAL, sent, both.title(OTHER, "es")) == [sent]
    assert sent.plain.startswith(both.title(OTHER, "es"))


@pytest.mark.parametrize(
    ("said", "replies"),
    [
        pytest.param("two?", 1, id="surely two questions"),
        pytest.param("two, less sure?", 0, id="perhaps two questions"),
    ],
)
async def test_a_reply_to_the_bot_is_answered_if_it_surely_asks(both: Conversation, said: str, replies: int) -> None:
    group = both.telegram.group("G")
    before = await ask_in_group(both, "es", "none?", group)
    sent = await both.say(ANA, said, group, reply_to=before)
    assert [message.labels[0] for message in sent] == [both.title(OTHER, "es")] * replies


# Where the bot has no buttons


async def guest(talk: Conversation, language: str, said: str) -> Sent:
    [sent] = await talk.hear(talk.telegram.asks_as_guest(PEOPLE[language], "Elsewhere", said))
    return sent


@LANGUAGES
async def test_a_guest_is_answered_the_better_covered_question(both: Conversation, language: str) -> None:
    sent = await guest(both, language, "two?")
    assert sent.plain.startswith(both.title(FIRST, language))
    assert both.knowledge.entries[FIRST].quotes[0].text in sent.plain


@LANGUAGES
@pytest.mark.parametrize(
    ("said", "also"),
    [
        pytest.param("two?", [OTHER], id="two questions"),
        pytest.param("three?", [OTHER, THIRD], id="three questions"),
    ],
)
async def test_a_guest_gets_links_to_the_others(both: Conversation, language: str, said: str, also: list[str]) -> None:
    one, sent = await guest(both, language, "one?"), await guest(both, language, said)
    offered = "\n".join([both.knowledge.voices[language].also_asked, *titles(both, language, *also)])
    assert sent.plain == f"{one.plain}\n\n{offered}"
    assert [f"?start=a_{entry}_{language}" in sent.text for entry in (OTHER, THIRD)] == [True, THIRD in also]


@LANGUAGES
async def test_inline_results_are_as_for_one_question(both: Conversation, language: str) -> None:
    for said in ("one?", "two?"):
        await both.hear(both.telegram.asks_inline(PEOPLE[language], said))
    one, two = (answer["results"] for answer in both.telegram.answers)
    assert one == two


# By the engine itself


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("en", "Who leads AlSur? What is the GDC?", id="in English"),
        pytest.param("es", "¿Quién dirige AlSur? ¿Qué es el GDC?", id="in Spanish"),
        pytest.param("pt", "Quem dirige a AlSur? O que é o GDC?", id="in Portuguese"),
    ],
)
async def test_two_questions_at_once_are_both_found(talk: Conversation, language: str, said: str) -> None:
    sent = await talk.answer(PEOPLE[language], said)
    one, other = titles(talk, language, "who_leads_alsur", "gdc")
    assert (sent.plain.partition("\n")[0], sent.labels[0]) in [(one, other), (other, one)]
    assert sent.plain.endswith(talk.knowledge.voices[language].also_asked)
