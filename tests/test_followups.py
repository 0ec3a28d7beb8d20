"""What people say about the last answer: "more", "source?", "another quote", "in Portuguese?", in three languages."""

import pytest

from bot.answers import Answers
from bot.offline import JsonObject, OfflineTelegram, Sent
from bot.replies import Place
from bot.sessions import Shown
from bot.store import Store
from content import Knowledge
from intents import Outcome, words
from tests.conversation import ANA, CAL, PEOPLE, Conversation
from tests.scripted import doubtful, scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])


async def opened(talk: Conversation, entry: str, language: str) -> Sent:
    """Show an answer to somebody who speaks a language."""
    return await talk.answer(PEOPLE[language], f"/start a_{entry}_{language}")


def quoted(knowledge: Knowledge, sent: Sent) -> set[str]:
    """Return the entries of which a message holds a quote."""
    entries = knowledge.entries.values()
    return {entry.id for entry in entries for quote in entry.quotes if quote.text in sent.plain}


def turned_into_topics(talk: Conversation, sent: Sent) -> JsonObject:
    """Make the update of somebody who presses a button that leads nowhere."""
    sent.buttons.append([{"text": "Old", "callback_data": "x"}])
    query: JsonObject = {"id": talk.telegram.open_query(), "from": ANA.as_json(), "chat_instance": "1", "data": "x"}
    return {"update_id": 1, "callback_query": {**query, "message": sent.as_json()}}


# What they do


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("more", "en"),
        ("More!", "en"),
        ("tell me more", "en"),
        ("what else?", "en"),
        ("MORE PLEASE", "en"),
        ("más", "es"),
        ("mas", "es"),
        ("dime más", "es"),
        ("contame más", "es"),
        ("¿y qué más?", "es"),
        ("máááás", "es"),
        ("mais", "pt"),
        ("conta mais", "pt"),
        ("quero saber mais", "pt"),
        ("e o que mais?", "pt"),
    ],
)
async def test_more_gives_the_other_quotes_then_what_to_read_next(talk: Conversation, said: str, language: str) -> None:
    person, entry = PEOPLE[language], talk.knowledge.entries["treaty"]
    await opened(talk, "treaty", language)
    for quote in entry.quotes[1:]:
        assert quote.text in (await talk.answer(person, said)).plain
    last = await talk.answer(person, said)
    assert last.plain == talk.knowledge.voices[language].related
    assert last.labels == [talk.title(related, language) for related in entry.related]


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("source?", "en"),
        ("what is the source", "en"),
        ("says who?", "en"),
        ("where does it say that?", "en"),
        ("¿fuente?", "es"),
        ("¿la fuente?", "es"),
        ("dame la fuente", "es"),
        ("¿quién lo dice?", "es"),
        ("¿de dónde sacaste eso?", "es"),
        ("fonte?", "pt"),
        ("qual é a fonte?", "pt"),
        ("onde diz isso?", "pt"),
        ("quem disse isso?", "pt"),
    ],
)
async def test_source_names_the_paragraph_and_the_document(talk: Conversation, said: str, language: str) -> None:
    await opened(talk, "secret_interception", language)
    sent = await talk.answer(PEOPLE[language], said)
    [quote] = talk.knowledge.entries["secret_interception"].quotes
    source, _ = talk.knowledge.paragraph(quote.paragraph)
    assert [part for part in (quote.text, quote.paragraph, source.title) if part not in sent.plain] == []


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("another quote", "en"),
        ("one more quote please", "en"),
        ("another one", "en"),
        ("otra cita", "es"),
        ("otra", "es"),
        ("una cita más", "es"),
        ("outra citação", "pt"),
        ("mais uma citação", "pt"),
        ("outra", "pt"),
    ],
)
async def test_another_quote_until_there_is_none(talk: Conversation, said: str, language: str) -> None:
    person = PEOPLE[language]
    await opened(talk, "treaty", language)
    for quote in talk.knowledge.entries["treaty"].quotes[1:]:
        assert quote.text in (await talk.answer(person, said)).plain
    assert (await talk.answer(person, said)).plain == talk.knowledge.voices[language].no_more_quotes


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("em português?", "es", "pt"),
        ("en portugués, por favor", "es", "pt"),
        ("in portuguese?", "en", "pt"),
        ("¿en inglés?", "es", "en"),
        ("em inglês?", "pt", "en"),
        ("english please", "es", "en"),
        ("en español", "en", "es"),
        ("em espanhol", "pt", "es"),
        ("can you say that in Spanish?", "en", "es"),
    ],
)
async def test_the_same_answer_in_another_language(talk: Conversation, said: str, before: str, after: str) -> None:
    await opened(talk, "treaty", before)
    sent = await talk.answer(PEOPLE[before], said)
    assert sent.plain.startswith(talk.title("treaty", after))
    assert (await talk.answer(PEOPLE[before], "más")).plain.startswith(talk.title("treaty", after))


# What they follow


@pytest.mark.parametrize(
    ("between", "entry"),
    [
        pytest.param("thanks", "treaty", id="small talk is no answer"),
        pytest.param("xqzv", "treaty", id="nor is not to know"),
        pytest.param("doubt", "treaty", id="nor is a question back"),
        pytest.param("/help", "treaty", id="nor is help"),
        pytest.param("who", "who_leads_alsur", id="the last answer counts"),
        pytest.param("/quote who", "who_leads_alsur", id="and the last quote"),
    ],
)
async def test_what_source_is_about(
    knowledge: Knowledge, telegram: OfflineTelegram, between: str, entry: str, sqlite_store: Store
) -> None:
    heard: dict[str, Outcome] = {"thanks": sure("thanks"), "who": sure("who_leads_alsur"), "doubt": doubtful("gdc")}
    talk = scripted(knowledge, telegram, sqlite_store, heard)
    async with talk.app:
        await opened(talk, "treaty", "en")
        await talk.say(CAL, between)
        sent = await talk.answer(CAL, "source?")
    assert knowledge.entries[entry].quotes[0].text in sent.plain


async def test_source_is_about_the_quote_shown_last(talk: Conversation) -> None:
    sent = await opened(talk, "treaty", "en")
    [below] = await talk.press(CAL, sent, talk.knowledge.voices["en"].buttons.another_quote)
    quote = talk.knowledge.entries["treaty"].quotes[1]
    assert quote.text in below.plain
    assert quote.paragraph in (await talk.answer(CAL, "source?")).plain


@LANGUAGES
@pytest.mark.parametrize(("action", "line"), [("source", "no_quote"), ("another_quote", "no_more_quotes")])
async def test_what_the_documents_do_not_say_has_no_source(
    talk: Conversation, action: str, line: str, language: str
) -> None:
    voice = talk.knowledge.voices[language]
    await opened(talk, "treaty", language)
    await opened(talk, "ratification_today", language)
    sent = await talk.answer(PEOPLE[language], voice.followups.model_dump()[action][0])
    assert sent.plain == voice.model_dump()[line]


async def test_what_the_documents_do_not_say_is_said_in_another_language(talk: Conversation) -> None:
    await opened(talk, "ratification_today", "es")
    sent = await talk.answer(ANA, "em português?")
    assert sent.plain == talk.knowledge.entries["ratification_today"].texts["pt"].answer


@pytest.mark.parametrize(
    ("said", "language"), [("¿fuente?", "es"), ("otra cita", "es"), ("más", "es"), ("source?", "en"), ("mais", "pt")]
)
async def test_a_reply_to_an_older_answer_is_about_that_one(talk: Conversation, said: str, language: str) -> None:
    older = await opened(talk, "treaty", language)
    await opened(talk, "who_leads_alsur", language)
    sent = await talk.answer(PEOPLE[language], said, reply_to=older)
    assert "treaty" in quoted(talk.knowledge, sent)


async def test_in_a_group_a_reply_is_about_the_answer_replied_to(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    older = await talk.answer(ANA, "/ask@offline_bot ¿me pueden espiar sin avisar?", group)
    await talk.answer(CAL, "/ask@offline_bot who is in charge of AlSur?", group)
    assert "secret_interception" in quoted(talk.knowledge, await talk.answer(ANA, "¿fuente?", group, reply_to=older))


async def test_a_reply_to_a_turned_message_is_about_what_it_shows_now(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    menu = await talk.answer(ANA, "/topics@offline_bot", group)
    assert await talk.say(ANA, "¿fuente?", group, reply_to=menu) == []
    for label in (talk.knowledge.voices["es"].topics["surveillance"], talk.title("secret_interception", "es")):
        await talk.press(ANA, menu, label)
    assert "secret_interception" in quoted(talk.knowledge, await talk.answer(ANA, "¿fuente?", group, reply_to=menu))


async def test_a_reply_to_a_message_that_shows_an_answer_no_more(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    sent = await talk.answer(ANA, "/quote@offline_bot", group)
    await talk.hear(talk.telegram.presses(ANA, sent, sent.labels[0]))
    await talk.hear(turned_into_topics(talk, sent))
    assert await talk.say(ANA, "¿fuente?", group, reply_to=sent) == []


async def test_an_answer_that_was_not_delivered_was_not_seen(talk: Conversation) -> None:
    await opened(talk, "treaty", "es")
    talk.telegram.fail_next("sendMessage")
    await talk.say(ANA, "/start a_who_leads_alsur_es")
    assert "treaty" in quoted(talk.knowledge, await talk.answer(ANA, "¿fuente?"))


@pytest.mark.parametrize("said", ["más", "¿fuente?", "otra cita", "more", "source?", "mais", "em português?"])
async def test_without_an_answer_they_are_questions(
    knowledge: Knowledge, telegram: OfflineTelegram, said: str, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {said: sure("languages")})
    async with talk.app:
        sent = await talk.answer(ANA, said)
    assert sent.plain == knowledge.entries["languages"].texts["es"].answer


async def test_ask_is_a_question_of_its_own(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"more": sure("languages")})
    async with talk.app:
        await opened(talk, "treaty", "en")
        sent = await talk.answer(CAL, "/ask@offline_bot more", telegram.group("G"))
    assert sent.plain == knowledge.entries["languages"].texts["en"].answer


# What only looks like one


@pytest.mark.parametrize(
    "said",
    [
        "more countries?",
        "more spying?",
        "more about gender",
        "more or less",
        "no more",
        "what else happened in 2024?",
        "what else does AlSur ask for?",
        "source of the attacks?",
        "in English law, what is a warrant?",
        "what is that treaty?",
        "más sobre género",
        "más información sobre el género",
        "más espionaje",
        "más o menos",
        "no más",
        "no quiero saber más",
        "¿qué más pasó en 2024?",
        "¿qué más pide AlSur?",
        "contame más sobre CAJAR",
        "la fuente de los ataques",
        "¿qué es eso?",
        "¿quién es?",
        "otra vez",
        "¿y en Argentina?",
        "mais sobre gênero",
        "mais ou menos",
        "o que mais a AlSur pede?",
        "quem é você?",
        "o que é isso?",
        "gracias",
        "sí",
        "😀",
        "?",
    ],
)
def test_a_question_that_begins_like_one_is_none(answers: Answers, said: str) -> None:
    assert answers.follow_up(said, Shown("treaty", "es"), Place.PRIVATE, "offline_bot") is None


def test_no_phrase_of_an_entry_with_an_answer_is_swallowed(answers: Answers) -> None:
    swallowed = [
        phrase
        for entry in answers.knowledge.entries.values()
        for text in entry.texts.values()
        for phrase in text.phrases
        if entry.id != "languages" and answers.follow_up(phrase, Shown("treaty", "es"), Place.PRIVATE, "b")
    ]
    assert swallowed == []


@LANGUAGES
def test_every_follow_up_of_the_voice_is_one(answers: Answers, language: str) -> None:
    followups = answers.knowledge.voices[language].followups
    texts = [*followups.more, *followups.source, *followups.another_quote, *sum(followups.in_language.values(), ())]
    shown = Shown("treaty", language)
    assert [text for text in texts if not answers.follow_up(text, shown, Place.PRIVATE, "b")] == []
    assert [text for text in texts if not words(text)] == []
