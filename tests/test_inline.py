"""Inline mode: `@bot words` in any chat, in three languages."""

import pytest

from bot.answers import Answers
from bot.offline import Fields, OfflineTelegram
from bot.replies import Place
from bot.store import Store
from content import Knowledge
from tests.conversation import ANA, PEOPLE, Conversation
from tests.scripted import doubtful, scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])


async def found(talk: Conversation, language: str, query: str) -> list[Fields]:
    """Type a query; return the results."""
    await talk.hear(talk.telegram.asks_inline(PEOPLE[language], query))
    return Fields(talk.telegram.answers[-1]).items("results")


def message_of(result: Fields) -> str:
    content = result.inner("input_message_content")
    return content.text("message_text") if content else ""


@LANGUAGES
@pytest.mark.parametrize("query", ["", " ", "?!", "😀"])
async def test_without_words_there_are_the_topics(talk: Conversation, query: str, language: str) -> None:
    results = await found(talk, language, query)
    topics = talk.knowledge.voices[language].topics
    assert [result.text("title") for result in results] == list(topics.values())


@LANGUAGES
async def test_a_topic_links_to_all_its_answers(talk: Conversation, language: str) -> None:
    results = await found(talk, language, "")
    for topic, result in zip(talk.knowledge.voices[language].topics, results, strict=True):
        for entry in talk.knowledge.topic(topic):
            assert f'"https://t.me/offline_bot?start=a_{entry.id}_{language}"' in message_of(result)


@LANGUAGES
async def test_words_find_answers_the_best_first(talk: Conversation, language: str) -> None:
    results = await found(talk, language, talk.knowledge.voices[language].samples["secret_interception"])
    text = talk.knowledge.entries["secret_interception"].texts[language]
    assert results[0].text("id") == f"secret_interception:{language}"
    assert results[0].text("title") == text.title
    assert text.answer[:100] in results[0].text("description")


@LANGUAGES
async def test_a_result_is_the_answer_with_a_way_to_the_private_chat(
    talk: Conversation, answers: Answers, language: str
) -> None:
    [result, *_] = await found(talk, language, talk.knowledge.voices[language].samples["secret_interception"])
    keyboard = result.inner("reply_markup")
    assert keyboard is not None
    [ratings, [button]] = keyboard.rows("inline_keyboard")
    buttons = talk.knowledge.voices[language].buttons
    reply = answers.replies.answer("secret_interception", language, Place.GROUP, "offline_bot")
    assert message_of(result) == reply.text
    assert [rating.text("text") for rating in ratings] == [buttons.helpful, buttons.not_helpful]
    assert button.text("text") == buttons.private_chat
    assert button.text("url") == f"https://t.me/offline_bot?start=a_secret_interception_{language}"


async def test_only_answers_are_offered_in_the_order_of_their_scores(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    ranked = doubtful("who_leads_alsur", "thanks", "ratification_today", "what_is_alsur", language="es")
    talk = scripted(knowledge, telegram, sqlite_store, {"AlSur": ranked})
    async with talk.app:
        results = await found(talk, "es", "AlSur")
    assert [result.text("id") for result in results] == ["who_leads_alsur:es", "what_is_alsur:es"]


@LANGUAGES
async def test_unknown_words_find_nothing_but_the_button(talk: Conversation, language: str) -> None:
    assert await found(talk, language, "xqzv wkrj") == []


@LANGUAGES
@pytest.mark.parametrize("query", ["", "GDC", "xqzv wkrj"])
async def test_every_answer_is_personal_with_a_button_to_the_private_chat(
    talk: Conversation, query: str, language: str
) -> None:
    await found(talk, language, query)
    answer = Fields(talk.telegram.answers[-1])
    button = answer.inner("button")
    assert button is not None
    assert answer.flag("is_personal")
    assert (answer.number("cache_time") or 0) <= 300
    assert button.text("text") == talk.knowledge.voices[language].inline_button
    start = await talk.answer(PEOPLE[language], f"/start {button.text('start_parameter')}")
    assert start.plain == talk.knowledge.voices[language].start


@pytest.mark.parametrize(
    ("client", "query", "language"),
    [
        pytest.param("es", "GDC en", "en", id="sure words stand above the client"),
        pytest.param("pt", "GDC", "pt", id="words of no language follow the client"),
    ],
)
async def test_the_language_of_results(
    knowledge: Knowledge, telegram: OfflineTelegram, client: str, query: str, language: str, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"GDC": sure("gdc"), "GDC en": sure("gdc", language="en")})
    async with talk.app:
        [result] = await found(talk, client, query)
    assert result.text("id") == f"gdc:{language}"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("<b>AlSur</b> & </i>", id="markup"),
        pytest.param("AlSur " * 42, id="256 characters"),
        pytest.param("😀" * 128, id="256 units of emoji"),
        pytest.param("\ufdfa" * 256, id="characters that grow by normalization"),
        pytest.param("a" * 256, id="one word"),
        pytest.param("\u202e\x00\ud800.", id="control characters"),
        pytest.param("' OR 1=1 --", id="a query"),
    ],
)
async def test_any_words_are_answered_once(talk: Conversation, query: str) -> None:
    assert len(await found(talk, "es", query)) <= 50
    assert len(talk.telegram.answers) == 1


async def test_a_query_that_expired_is_let_go(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    talk.telegram.fail_next("answerInlineQuery", words, 400)
    assert await talk.hear(talk.telegram.asks_inline(ANA, "GDC")) == []
    assert caplog.records == []
