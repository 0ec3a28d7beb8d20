"""What holds for the packaged knowledge as a whole, whatever its editors change."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from bot.answers import Answers
from bot.evaluation import evaluate, read_questions
from bot.replies import Button, Place, Reply
from bot.report import passing
from content import COPY_LIMIT, MESSAGE_LIMIT, Entry, Kind, Knowledge, utf16_units
from content.fingerprints import stands_in

KNOWN_FAILURES = Path(__file__).parent / "questions" / "known_failures.jsonl"
LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
PLACES = pytest.mark.parametrize("place", Place)
BOT = "a" * 32
"""As long as the name of a bot may be."""
BUTTON_BYTES, LINK_CHARACTERS = 64, 64
"""What Telegram takes as the data of a button, and after `?start=` in a link."""


def replies_to(answers: Answers, entry: Entry, language: str, place: Place) -> Iterator[Reply]:
    """Write all that the bot can say of an entry."""
    yield answers.replies.answer(entry.id, language, place, BOT)
    yield answers.replies.clarify([entry.id], language)
    for index in range(len(entry.quotes)):
        yield answers.replies.quote(entry.id, language, index)


def menus(answers: Answers, language: str, place: Place) -> Iterator[Reply]:
    """Write every menu."""
    replies = answers.replies
    yield from (replies.start(language), replies.topics(language), replies.languages(language))
    yield from (replies.none_of_these(language), replies.help(language, place, BOT))
    yield from (replies.topic(topic, language, place) for topic in replies.voice(language).topics)


def all_replies(answers: Answers, language: str, place: Place) -> list[Reply]:
    entries = answers.knowledge.entries.values()
    told = (replies_to(answers, entry, language, place) for entry in entries)
    return [*chain.from_iterable(told), *menus(answers, language, place)]


def buttons(answers: Answers, language: str, place: Place) -> list[Button]:
    return [button for reply in all_replies(answers, language, place) for row in reply.rows for button in row]


def answers_of(knowledge: Knowledge) -> list[Entry]:
    return [entry for entry in knowledge.entries.values() if entry.kind == Kind.ANSWER]


def test_there_are_55_to_80_answers(knowledge: Knowledge) -> None:
    assert 55 <= len(answers_of(knowledge)) <= 80


def test_there_are_small_talk_and_limits_too(knowledge: Knowledge) -> None:
    assert {entry.kind for entry in knowledge.entries.values()} == {*Kind}


def test_every_topic_of_answers_is_in_the_menu(knowledge: Knowledge) -> None:
    topics = {entry.topic for entry in answers_of(knowledge)}
    assert [set(voice.topics) for voice in knowledge.voices.values()] == [topics] * len(knowledge.voices)


def test_there_are_three_languages(knowledge: Knowledge) -> None:
    assert [*knowledge.voices] == [*knowledge.words] == ["en", "es", "pt"]


def test_every_entry_is_in_its_topic(knowledge: Knowledge) -> None:
    topics = dict.fromkeys(entry.topic for entry in knowledge.entries.values())
    assert [entry for topic in topics for entry in knowledge.topic(topic)] == [*knowledge.entries.values()]


@LANGUAGES
def test_every_entry_has_title_answer_and_eight_phrases(knowledge: Knowledge, language: str) -> None:
    texts = {entry.id: entry.texts[language] for entry in knowledge.entries.values()}
    assert [name for name, text in texts.items() if not (text.title and text.answer and len(text.phrases) >= 8)] == []


@LANGUAGES
def test_every_quote_has_a_translation_unless_it_needs_none(knowledge: Knowledge, language: str) -> None:
    wrong = [
        (entry.id, quote.paragraph)
        for entry in answers_of(knowledge)
        for quote, translation in zip(entry.quotes, entry.translations[language], strict=True)
        if bool(translation) != (knowledge.paragraph(quote.paragraph)[0].language != language)
    ]
    assert wrong == []


def test_every_quote_stands_in_its_paragraph_and_can_be_copied(knowledge: Knowledge) -> None:
    quotes = [quote for entry in answers_of(knowledge) for quote in entry.quotes]
    wrong = [quote for quote in quotes if not stands_in(quote.text, knowledge.paragraph(quote.paragraph)[1].windows)]
    assert quotes
    assert wrong == []
    assert max(utf16_units(quote.text) for quote in quotes) <= COPY_LIMIT


def test_no_answer_quotes_what_is_set_aside(knowledge: Knowledge) -> None:
    quotes = [quote for entry in answers_of(knowledge) for quote in entry.quotes]
    assert [quote for quote in quotes if knowledge.paragraph(quote.paragraph)[1].aside] == []


@PLACES
@LANGUAGES
def test_every_button_fits_telegram(answers: Answers, language: str, place: Place) -> None:
    shown = buttons(answers, language, place)
    assert shown
    assert [button for button in shown if len(button.data.encode()) > BUTTON_BYTES] == []
    assert [button for button in shown if utf16_units(button.copy) > COPY_LIMIT] == []
    assert [button for button in shown if not button.text.strip()] == []


@PLACES
@LANGUAGES
def test_every_message_fits_telegram(answers: Answers, language: str, place: Place) -> None:
    assert [reply for reply in all_replies(answers, language, place) if utf16_units(reply.text) > MESSAGE_LIMIT] == []


@LANGUAGES
def test_every_deep_link_fits_telegram(answers: Answers, language: str) -> None:
    links = [answers.replies.deep_link(entry, language, BOT) for entry in answers.knowledge.entries]
    starts = [link.partition("?start=")[2] for link in links]
    assert [start for start in starts if not 0 < len(start) <= LINK_CHARACTERS] == []
    assert [start for start in starts if not start.replace("_", "").isalnum()] == []


@LANGUAGES
def test_every_title_finds_its_own_entry_first(answers: Answers, language: str) -> None:
    titles = {entry.id: entry.texts[language].title for entry in answers.knowledge.entries.values()}
    found = {title: answers.hear(title).ranked[0].entry for title in titles.values()}
    assert {title: found[title] for entry, title in titles.items() if found[title] != entry} == {}


@LANGUAGES
def test_every_sample_question_is_answered_by_its_entry(answers: Answers, language: str) -> None:
    samples = answers.knowledge.voices[language].samples
    heard = {entry: answers.hear(question) for entry, question in samples.items()}
    assert {entry: (outcome.language, outcome.ranked[0].entry) for entry, outcome in heard.items()} == {
        entry: (language, entry) for entry in samples
    }


def test_every_known_failure_still_fails(answers: Answers) -> None:
    mended = passing([*evaluate(read_questions(KNOWN_FAILURES), answers)])
    assert [result.question.text for result in mended] == [], f"strike these off {KNOWN_FAILURES}"


MISREAD = {
    "en": ["is AlSur in favour of mass surveillance?", "does AlSur support secret interception?"],
    "es": ["¿AlSur apoya la vigilancia masiva?", "¿AlSur está a favor de la interceptación secreta?"],
    "pt": ["a AlSur apoia a vigilância em massa?", "a AlSur é a favor da interceptação secreta?"],
}
BARE = ("Yes", "Sí", "Sim")


@LANGUAGES
def test_no_bare_yes_to_whether_it_is_for_what_it_condemns(answers: Answers, language: str) -> None:
    texts = [
        answers.knowledge.entries[answers.hear(said).ranked[0].entry].texts[language] for said in MISREAD[language]
    ]
    assert [text.title for text in texts if text.answer.startswith(BARE)] == []
