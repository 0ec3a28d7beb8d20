"""The private chat, in three languages."""

import pytest

from bot.offline import Person
from tests.conversation import ANA, BIA, CAL, DRU, PEOPLE, Conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])


@LANGUAGES
async def test_start_introduces_the_bot_in_the_clients_language(talk: Conversation, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], "/start")
    voice = talk.knowledge.voices[language]
    assert sent.plain == voice.start
    assert sent.labels == [*voice.samples.values(), voice.buttons.topics, voice.buttons.language]


@LANGUAGES
async def test_a_sample_question_is_answered_below(talk: Conversation, language: str) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    start = await talk.answer(person, "/start")
    for entry, question in voice.samples.items():
        [sent] = await talk.press(person, start, question)
        assert sent.plain.startswith(talk.title(entry, language))


@pytest.mark.parametrize(
    ("person", "said", "entry", "language"),
    [
        pytest.param(ANA, "¿quién dirige AlSur?", "who_leads_alsur", "es", id="a question in Spanish"),
        pytest.param(BIA, "quem manda na AlSur?", "who_leads_alsur", "pt", id="a question in Portuguese"),
        pytest.param(CAL, "who is in charge of AlSur?", "who_leads_alsur", "en", id="a question in English"),
        pytest.param(ANA, "who is in charge of AlSur?", "who_leads_alsur", "en", id="not in the client's language"),
        pytest.param(DRU, "me pueden espiar sin avisar?", "secret_interception", "es", id="no client language"),
        pytest.param(CAL, "WHO IS IN CHARGE OF ALSUR", "who_leads_alsur", "en", id="in capitals"),
        pytest.param(CAL, "/ask who is in charge of AlSur?", "who_leads_alsur", "en", id="as a command"),
    ],
)
async def test_a_question_is_answered(talk: Conversation, person: Person, said: str, entry: str, language: str) -> None:
    sent = await talk.answer(person, said)
    text = talk.knowledge.entries[entry].texts[language]
    assert sent.plain.startswith(f"{text.title}\n\n{text.answer}\n\n")


@LANGUAGES
async def test_an_answer_carries_quote_source_and_buttons(talk: Conversation, language: str) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    sent = await talk.answer(person, f"/start a_secret_interception_{language}")
    entry = talk.knowledge.entries["secret_interception"]
    assert entry.quotes[0].text in sent.plain
    assert voice.sources["letter"].sections["Invasive surveillance powers"] in sent.plain
    assert voice.buttons.copy_quote in sent.labels
    assert voice.buttons.share in sent.labels
    assert talk.title(entry.related[0], language) in sent.labels


@pytest.mark.parametrize("language", ["es", "pt"])
async def test_the_translation_comes_first_and_is_unofficial(talk: Conversation, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], f"/start a_secret_interception_{language}")
    voice, entry = talk.knowledge.voices[language], talk.knowledge.entries["secret_interception"]
    places = [voice.translation, entry.texts[language].quotes[0], voice.original, entry.quotes[0].text]
    found = [sent.plain.index(part) for part in places]
    assert found == sorted(found)
    assert f"<blockquote expandable>{voice.quoted.format(text=entry.quotes[0].text)}" in sent.text


async def test_other_language_button_changes_the_message(talk: Conversation) -> None:
    sent = await talk.answer(ANA, "/start a_secret_interception_es")
    [changed] = await talk.press(ANA, sent, "Português")
    assert changed is sent
    assert changed.plain.startswith(talk.title("secret_interception", "pt"))


@LANGUAGES
async def test_nonsense_is_not_known_and_topics_are_offered(talk: Conversation, language: str) -> None:
    voice = talk.knowledge.voices[language]
    sent = await talk.answer(PEOPLE[language], "xqzv wkrj")
    assert sent.plain == voice.unknown
    assert set(sent.labels[:-1]) <= set(voice.topics.values())
    assert sent.labels[-1] == voice.buttons.topics


async def test_clarify_offers_titles_and_none_of_these(talk: Conversation) -> None:
    voice = talk.knowledge.voices["es"]
    sent = await talk.answer(ANA, "periodistas")
    assert sent.plain == voice.clarify
    assert sent.labels[-1] == voice.buttons.none_of_these
    titles = {entry.texts["es"].title for entry in talk.knowledge.entries.values()}
    assert set(sent.labels[:-1]) <= titles


async def test_a_suggestion_turns_the_menu_into_the_answer(talk: Conversation) -> None:
    menu = await talk.answer(ANA, "periodistas")
    title = menu.labels[0]
    [changed] = await talk.press(ANA, menu, title)
    assert changed is menu
    assert changed.plain.startswith(title)


async def test_none_of_these_opens_the_topics(talk: Conversation) -> None:
    voice = talk.knowledge.voices["es"]
    menu = await talk.answer(ANA, "periodistas")
    [changed] = await talk.press(ANA, menu, voice.buttons.none_of_these)
    assert changed.plain == voice.none_of_these
    assert changed.labels == list(voice.topics.values())
