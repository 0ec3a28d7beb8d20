"""What the bot writes, from knowledge to text and buttons; nothing in it can break or fake a message."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answers import Answers
from bot.markup import plain
from bot.offline import Fields, OfflineTelegram
from bot.replies import Button, Place, Replies, first_known
from bot.sessions import Shown
from bot.store import Store
from content import MESSAGE_LIMIT, Entry, Kind, Knowledge, Source, Voice, utf16_units
from tests.conversation import CAL, Conversation, open_conversation
from tests.scripted import Scripted, doubtful, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])


@pytest.fixture(scope="module")
def replies(knowledge: Knowledge) -> Replies:
    """What is written about the packaged knowledge."""
    return Replies(knowledge, "1.2.3")


def with_entry(knowledge: Knowledge, entry: Entry) -> Replies:
    """Write about a knowledge in which one entry is another."""
    return Replies(replace(knowledge, entries={**knowledge.entries, entry.id: entry}), "1.2.3")


def labels(rows: tuple[tuple[Button, ...], ...]) -> list[str]:
    return [button.text for row in rows for button in row]


# Answers by kind and place


@LANGUAGES
def test_a_limit_is_its_answer_alone(replies: Replies, knowledge: Knowledge, language: str) -> None:
    reply = replies.answer("ratification_today", language, Place.PRIVATE, "b")
    assert plain(reply.text) == knowledge.entries["ratification_today"].texts[language].answer


@LANGUAGES
def test_small_talk_offers_the_topics_in_private_and_nothing_in_groups(
    replies: Replies, knowledge: Knowledge, language: str
) -> None:
    [[topics]] = replies.answer("greeting", language, Place.PRIVATE, "b").rows
    assert topics == Button(knowledge.voices[language].buttons.topics, data=f"topics:{language}")
    assert replies.answer("greeting", language, Place.GROUP, "b").rows == ()


def test_an_answer_in_private_offers_what_to_read_the_quote_languages_ratings_and_sharing(
    replies: Replies, knowledge: Knowledge
) -> None:
    reply, buttons = replies.answer("treaty", "en", Place.PRIVATE, "b"), knowledge.voices["en"].buttons
    related = [replies.title(entry, "en") for entry in knowledge.entries["treaty"].related[:3]]
    quote, others = [buttons.copy_quote, buttons.another_quote], ["Español", "Português"]
    ratings = [buttons.helpful, buttons.not_helpful]
    assert labels(reply.rows) == [*related, *quote, *others, *ratings, buttons.share]


def test_each_button_of_an_answer_does_what_it_says(replies: Replies, knowledge: Knowledge) -> None:
    rows = replies.answer("secret_interception", "en", Place.GROUP, "b").rows
    entry, buttons = knowledge.entries["secret_interception"], knowledge.voices["en"].buttons
    assert [button for row in rows for button in row] == [
        Button(buttons.copy_quote, copy=entry.quotes[0].text),
        Button("Español", data="show:secret_interception:es"),
        Button("Português", data="show:secret_interception:pt"),
        Button(buttons.helpful, data="rate:secret_interception:en:1"),
        Button(buttons.not_helpful, data="rate:secret_interception:en:0"),
        Button(buttons.private_chat, url="https://t.me/b?start=a_secret_interception_en"),
    ]


def test_the_original_stands_alone_in_its_own_language(replies: Replies, knowledge: Knowledge) -> None:
    text = plain(replies.answer("treaty", "en", Place.PRIVATE, "b").text)
    voice = knowledge.voices["en"]
    assert [line for line in text.splitlines() if line in (voice.translation, voice.original)] == []


# Quotes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("States must protect privacy.", "“States must protect privacy.”", id="a whole sentence"),
        pytest.param("must protect privacy.", "“[…] must protect privacy.”", id="without its beginning"),
        pytest.param("States must protect", "“States must protect […]”", id="without its end"),
        pytest.param("must protect", "“[…] must protect […]”", id="without either"),
        pytest.param("Is it legal?”", "“Is it legal?””", id="with a closing mark"),
        pytest.param("2024 was hard!", "“2024 was hard!”", id="with a number first"),
    ],
)
def test_marks_show_where_a_quote_is_cut(knowledge: Knowledge, text: str, shown: str) -> None:
    entry = knowledge.entries["secret_interception"]
    quote = entry.quotes[0].model_copy(update={"text": text})
    written = with_entry(knowledge, replace(entry, quotes=(quote,)))
    voice = knowledge.voices["en"].quoted
    assert voice.format(text=shown[1:-1]) in plain(written.quote(entry.id, "en").text)


def test_a_source_line_names_the_section_if_there_is_one(replies: Replies, knowledge: Knowledge) -> None:
    voice = knowledge.voices["es"]
    section = voice.sources["letter"].sections["Invasive surveillance powers"]
    names = {"title": voice.sources["letter"].title, "date": "agosto de 2024"}
    [last] = plain(replies.quote("secret_interception", "es").text).splitlines()[-1:]
    assert last == voice.source_line_with_section.format(section=section, **names)


def test_a_source_line_without_a_section(knowledge: Knowledge) -> None:
    letter = knowledge.sources["letter"]
    bare = {name: part.model_copy(update={"section": ""}) for name, part in letter.paragraphs.items()}
    sources = {**knowledge.sources, "letter": letter.model_copy(update={"paragraphs": bare})}
    text = Replies(replace(knowledge, sources=sources), "0").quote("secret_interception", "en").text
    voice = knowledge.voices["en"]
    assert plain(text).endswith(voice.source_line.format(title=voice.sources["letter"].title, date="August 2024"))


@pytest.mark.parametrize(
    ("as_of", "language", "date"),
    [
        ("2024-08", "en", "August 2024"),
        ("2024-01", "es", "enero de 2024"),
        ("2024-12", "pt", "dezembro de 2024"),
        ("2024", "pt", "2024"),
    ],
)
def test_dates_are_written_out(knowledge: Knowledge, as_of: str, language: str, date: str) -> None:
    written = with_entry(knowledge, replace(knowledge.entries["treaty"], as_of=as_of))
    assert written.description("treaty", language).startswith(knowledge.voices[language].as_of.format(date=date))


def test_a_description_without_a_date_is_the_answers_beginning(knowledge: Knowledge) -> None:
    description = with_entry(knowledge, replace(knowledge.entries["treaty"], as_of=None)).description("treaty", "en")
    assert description == knowledge.entries["treaty"].texts["en"].answer[:200]


@pytest.mark.parametrize(("related", "line"), [(("gdc",), "related"), ((), "no_more_quotes")])
def test_more_after_the_last_quote(knowledge: Knowledge, related: tuple[str, ...], line: str) -> None:
    written = with_entry(knowledge, replace(knowledge.entries["treaty"], related=related))
    reply = written.more(Shown("treaty", "en", quote=2))
    assert reply.text == knowledge.voices["en"].model_dump()[line]
    assert len(reply.rows) == len(related)


@pytest.mark.parametrize("link", ["", "https://example.org/?a=1&b=<2>"])
def test_a_document_is_named_with_its_link_if_there_is_one(knowledge: Knowledge, link: str) -> None:
    sources = {name: source.model_copy(update={"link": link}) for name, source in knowledge.sources.items()}
    written = Replies(replace(knowledge, sources=sources), "0")
    shown = plain(written.sources("en").text)
    assert shown.count(link or knowledge.voices["en"].no_link) >= len(sources)
    assert ("<a href=" in written.source(Shown("treaty", "en")).text) is bool(link)


# What is near


@pytest.mark.parametrize(
    ("nearest", "topics"),
    [
        pytest.param(["gdc", "treaty"], ["governance", "treaty"], id="in the order of nearness"),
        pytest.param(["gdc", "netmundial", "treaty"], ["governance", "treaty"], id="each once"),
        pytest.param(["thanks", "gdc", "membership"], ["governance"], id="small talk and limits are no topics"),
        pytest.param(["gdc", "treaty", "ai_debate", "year_2024"], ["governance", "treaty", "ai"], id="three at most"),
        pytest.param(["thanks"], ["treaty", "surveillance", "gender"], id="the first of all when none is near"),
        pytest.param([], ["treaty", "surveillance", "gender"], id="or when nothing is"),
    ],
)
def test_topics_near_what_is_unknown(
    replies: Replies, knowledge: Knowledge, nearest: list[str], topics: list[str]
) -> None:
    voice = knowledge.voices["en"]
    rows = replies.unknown(nearest, "en", Place.PRIVATE).rows
    assert labels(rows) == [*(voice.topics[topic] for topic in topics), voice.buttons.topics]


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [(["pt", "es"], "pt"), ([None, "xx", "es"], "es"), ([None, ""], "en"), ([], "en")],
)
def test_the_first_wish_that_is_known(wishes: list[str | None], chosen: str) -> None:
    assert first_known(wishes, ("en", "es", "pt")) == chosen


# Everything fits


@LANGUAGES
def test_every_message_fits(replies: Replies, knowledge: Knowledge, language: str) -> None:
    answers = [entry for entry in knowledge.entries.values() if entry.kind == Kind.ANSWER]
    shown = [Shown(entry.id, language, index) for entry in answers for index in range(len(entry.quotes))]
    written = [
        *(replies.answer(entry, language, Place.PRIVATE, "b" * 32) for entry in knowledge.entries),
        *(replies.source(part) for part in shown),
        *(replies.topic_card(topic, language, "b" * 32) for topic in knowledge.voices[language].topics),
    ]
    assert max(utf16_units(plain(reply.text)) for reply in written) <= MESSAGE_LIMIT
    assert max(reply.text.count("</") for reply in written) <= 100
    assert max(len(button.data.encode()) for reply in written for row in reply.rows for button in row) <= 64


# What editors and documents write is shown as it is

MARKUP = "</blockquote></b> <b>AI & \"rights\"</b> <a href='https://example.org'>&lt;</a>"
HOSTILE = [
    pytest.param(MARKUP, id="markup"),
    pytest.param("\u202eRight to left\u202c and \u200bback", id="direction marks"),
    pytest.param("Za\u0301\u0336\u0489lgo", id="zalgo"),
    pytest.param("😀👩‍👩‍👧‍👦 family", id="emoji"),
    pytest.param("{bot} %s {0.__class__} \\n", id="formats"),
]


def spoilt(knowledge: Knowledge, text: str) -> Knowledge:
    """Put a text in every place of one entry, its source and its topic."""
    entry = knowledge.entries["treaty"]
    texts = {
        language: spoken.model_copy(update={"title": text, "answer": text, "quotes": (text,) * 3})
        for language, spoken in entry.texts.items()
    }
    quotes = tuple(quote.model_copy(update={"text": text}) for quote in entry.quotes)
    translations = dict.fromkeys(texts, (text,) * 3)
    treaty = replace(entry, texts=texts, quotes=quotes, translations=translations)
    return replace(
        knowledge,
        entries={**knowledge.entries, "treaty": treaty},
        sources={name: spoilt_source(source, text) for name, source in knowledge.sources.items()},
        voices={language: spoilt_voice(voice, text) for language, voice in knowledge.voices.items()},
    )


def spoilt_source(source: Source, text: str) -> Source:
    return source.model_copy(update={"title": text, "publisher": text, "link": f"https://example.org/?q={text}"})


def spoilt_voice(voice: Voice, text: str) -> Voice:
    names = {
        name: part.model_copy(update={"title": text, "sections": dict.fromkeys(part.sections, text)})
        for name, part in voice.sources.items()
    }
    return voice.model_copy(update={"topics": {**voice.topics, "treaty": text}, "sources": names, "start": text})


@pytest.fixture
async def hostile(
    request: pytest.FixtureRequest, knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store
) -> AsyncIterator[Conversation]:
    """A conversation about a knowledge full of one text, which the test is given too."""
    changed = spoilt(knowledge, request.getfixturevalue("text"))
    heard = Scripted({"x": sure("treaty"), "y": doubtful("treaty", "gdc")})
    talk = open_conversation(Answers(changed, heard, Replies(changed, "0")), telegram, sqlite_store)
    async with talk.app:
        yield talk


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("said", ["/start", "/start a_treaty_es", "x", "/quote x", "/sources", "/ask x"])
async def test_hostile_content_is_shown_letter_by_letter(hostile: Conversation, text: str, said: str) -> None:
    assert text.strip() in (await hostile.answer(CAL, said)).plain


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("said", ["source?", "more", "another quote", "in spanish"])
async def test_hostile_content_is_shown_letter_by_letter_in_follow_ups(
    hostile: Conversation, text: str, said: str
) -> None:
    await hostile.say(CAL, "x")
    assert text.strip() in (await hostile.answer(CAL, said)).plain


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("said", ["y", "/topics", "more please"])
async def test_hostile_titles_are_labels(hostile: Conversation, text: str, said: str) -> None:
    menu = await hostile.answer(CAL, said)
    assert text in menu.labels
    [opened] = await hostile.press(CAL, menu, text)
    assert text.strip() in opened.plain


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("query", ["", "x", "y"])
async def test_hostile_titles_are_inline_results(hostile: Conversation, text: str, query: str) -> None:
    await hostile.hear(hostile.telegram.asks_inline(CAL, query))
    results = Fields(hostile.telegram.answers[-1]).items("results")
    assert text in [result.text("title") for result in results]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("said", ["x", "y"])
async def test_hostile_content_is_shown_letter_by_letter_to_guests(hostile: Conversation, text: str, said: str) -> None:
    [sent] = await hostile.hear(hostile.telegram.asks_as_guest(CAL, "Elsewhere", said))
    assert text.strip() in sent.plain
