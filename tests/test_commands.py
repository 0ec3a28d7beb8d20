"""The commands that work in private chats and in groups alike, in three languages."""

import pytest

from bot.answers import Answers
from bot.offline import BOT, OfflineTelegram, Person, Sent
from bot.preferences import Speak
from bot.store import Store
from content import Knowledge
from intents import Outcome
from tests.conversation import ANA, CAL, DRU, PEOPLE, Conversation, open_conversation
from tests.scripted import doubtful, scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
PLACES = pytest.mark.parametrize("place", ["private", "group"])


async def command(talk: Conversation, place: str, person: Person, said: str) -> Sent:
    """Give a command in a private chat or in a group; return the answer."""
    if place == "private":
        return await talk.answer(person, f"/{said}")
    name, _, rest = said.partition(" ")
    return await talk.answer(person, f"/{name}@{BOT.username} {rest}", talk.telegram.group("G"))


# /help


@LANGUAGES
@pytest.mark.parametrize(
    ("place", "said", "line"),
    [("private", "help", "help"), ("group", "help", "help_group"), ("group", "start", "help_group")],
)
async def test_help_tells_how_to_ask_here(talk: Conversation, place: str, said: str, line: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], said)
    assert sent.plain == talk.knowledge.voices[language].model_dump()[line].format(bot="offline_bot")
    assert "@offline_bot" in sent.plain


# /topics


@LANGUAGES
@PLACES
async def test_topics_are_listed_in_the_order_of_the_voice(talk: Conversation, place: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], "topics")
    assert sent.plain == talk.knowledge.voices[language].topics_menu
    remove = [talk.knowledge.voices[language].buttons.remove] if place == "group" else []
    assert sent.labels == [*talk.knowledge.voices[language].topics.values(), *remove]


# /quote


def quoted(knowledge: Knowledge, sent: Sent) -> set[str]:
    """Return the entries of which a message holds a quote."""
    entries = knowledge.entries.values()
    return {entry.id for entry in entries for quote in entry.quotes if quote.text in sent.plain}


@LANGUAGES
@PLACES
@pytest.mark.parametrize("said", ["quote", "quote ?!"])
async def test_a_quote_at_random(talk: Conversation, said: str, place: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], said)
    title, _, _ = sent.plain.partition("\n")
    assert title in {talk.title(entry, language) for entry in quoted(talk.knowledge, sent)}
    assert sent.labels[:2] == [title, talk.knowledge.voices[language].buttons.copy_quote]


async def test_quotes_at_random_differ_and_come_in_the_order_of_the_seed(
    talk: Conversation, answers: Answers, sqlite_store: Store
) -> None:
    first = [(await talk.answer(ANA, "/quote")).plain for _ in range(5)]
    again = open_conversation(answers, OfflineTelegram(), sqlite_store)
    async with again.app:
        assert [(await again.answer(ANA, "/quote")).plain for _ in range(5)] == first
    assert len(set(first)) > 1


@LANGUAGES
@PLACES
async def test_a_quote_about_some_words(talk: Conversation, place: str, language: str) -> None:
    sample = talk.knowledge.voices[language].samples["secret_interception"]
    sent = await command(talk, place, PEOPLE[language], f"quote {sample}")
    assert sent.plain.startswith(talk.title("secret_interception", language))
    assert talk.knowledge.entries["secret_interception"].quotes[0].text in sent.plain


@LANGUAGES
@PLACES
async def test_no_quote_about_nonsense(talk: Conversation, place: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], "quote xqzv wkrj")
    assert sent.plain == talk.knowledge.voices[language].no_quote


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        pytest.param("two", "what_is_alsur", id="the best of several"),
        pytest.param("hello", "treaty", id="the best that has one"),
        pytest.param("thanks", None, id="small talk alone has none"),
        pytest.param("ratified", None, id="nor has what the documents do not say"),
    ],
)
async def test_which_quote_words_get(
    knowledge: Knowledge, telegram: OfflineTelegram, said: str, entry: str | None, sqlite_store: Store
) -> None:
    heard: dict[str, Outcome] = {
        "two": doubtful("what_is_alsur", "treaty"),
        "hello": doubtful("greeting", "ratification_today", "treaty"),
        "thanks": sure("thanks"),
        "ratified": sure("ratification_today"),
    }
    talk = scripted(knowledge, telegram, sqlite_store, heard)
    async with talk.app:
        sent = await talk.answer(CAL, f"/quote {said}")
    assert sent.plain.partition("\n")[0] == (talk.title(entry, "en") if entry else knowledge.voices["en"].no_quote)


# /sources


@LANGUAGES
@PLACES
async def test_sources_names_each_document(talk: Conversation, place: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], "sources")
    voice = talk.knowledge.voices[language]
    expected = [
        part
        for name, source in talk.knowledge.sources.items()
        for part in (voice.sources[name].title, source.title, source.publisher, source.link or voice.no_link)
    ]
    assert sent.plain.startswith(voice.sources_menu)
    assert [part for part in expected if part not in sent.plain] == []


# /language


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("español", "es"),
        ("espanol", "es"),
        ("ESPAÑOL", "es"),
        ("castellano", "es"),
        ("Spanish", "es"),
        ("es", "es"),
        ("português", "pt"),
        ("portugues", "pt"),
        ("Portuguese", "pt"),
        ("pt", "pt"),
        ("English", "en"),
        ("inglés", "en"),
        ("inglês", "en"),
        ("  en!", "en"),
    ],
)
async def test_a_language_by_any_of_its_names(talk: Conversation, said: str, language: str) -> None:
    voice = talk.knowledge.voices[language]
    assert (await talk.answer(DRU, f"/language {said}")).plain == voice.language_set
    assert (await talk.answer(DRU, "/topics")).plain == voice.topics_menu


@LANGUAGES
@pytest.mark.parametrize("said", ["klingon", "español y português", "<b>", "français", "e s", "x" * 4000])
async def test_a_language_that_there_is_not(talk: Conversation, said: str, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], f"/language {said}")
    names = ", ".join(voice.name for voice in talk.knowledge.voices.values())
    assert sent.plain == talk.knowledge.voices[language].language_unknown.format(languages=names)


@LANGUAGES
@pytest.mark.parametrize("said", ["/language", "/language ?"])
async def test_languages_to_choose_from(talk: Conversation, said: str, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], said)
    assert sent.plain == talk.knowledge.voices[language].language_menu
    assert sent.labels == [voice.name for voice in talk.knowledge.voices.values()]


async def test_a_choice_is_of_one_chat(talk: Conversation) -> None:
    await talk.say(ANA, "/language português")
    assert (await talk.answer(CAL, "/topics")).plain == talk.knowledge.voices["en"].topics_menu
    assert (await command(talk, "group", ANA, "topics")).plain == talk.knowledge.voices["es"].topics_menu


@LANGUAGES
async def test_forget_ends_a_choice(talk: Conversation, language: str) -> None:
    other = {"en": "español", "es": "english", "pt": "english"}[language]
    chosen = {"en": "es", "es": "en", "pt": "en"}[language]
    await talk.say(PEOPLE[language], f"/language {other}")
    assert (await talk.answer(PEOPLE[language], "/forget")).plain == talk.knowledge.voices[chosen].forgotten
    assert (await talk.answer(PEOPLE[language], "/topics")).plain == talk.knowledge.voices[language].topics_menu


async def test_a_choice_outlasts_the_bot_and_forget_erases_it(
    talk: Conversation, answers: Answers, sqlite_store: Store
) -> None:
    await talk.say(ANA, "/language português")
    again = open_conversation(answers, OfflineTelegram(), sqlite_store)
    async with again.app:
        assert (await again.answer(ANA, "/topics")).plain == talk.knowledge.voices["pt"].topics_menu
        await again.say(ANA, "/forget")
    assert await sqlite_store.people.language(ANA.id) is None


async def test_forget_by_a_groups_admin_forgets_its_last_answer(talk: Conversation) -> None:
    group = talk.telegram.group("G", owner=ANA)
    before = await talk.answer(ANA, "/ask@offline_bot ¿quién dirige AlSur?", group)
    await talk.say(ANA, "/forget@offline_bot", group)
    assert await talk.say(ANA, "¿fuente?", group, reply_to=before) == []


@LANGUAGES
async def test_forget_by_a_member_leaves_the_talk_of_others(talk: Conversation, language: str) -> None:
    group, person = talk.telegram.group("G"), PEOPLE[language]
    before = await talk.answer(DRU, "/ask@offline_bot ¿quién dirige AlSur?", group)
    forgotten = await talk.answer(person, "/forget@offline_bot", group)
    assert forgotten.plain == talk.knowledge.voices[language].forgotten_yours
    assert await talk.say(DRU, "¿fuente?", group, reply_to=before)
    assert await talk.say(DRU, "/remove@offline_bot", group, reply_to=before) == []
    assert before.deleted


# /privacy


@LANGUAGES
@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("private", ["privacy"]),
        ("group", ["sees_addressed", "keeps_in_groups"]),
        ("administered", ["sees_all", "keeps_in_groups"]),
    ],
)
async def test_privacy_tells_what_can_be_seen_here(
    talk: Conversation, place: str, lines: list[str], language: str
) -> None:
    groups = {
        "private": None,
        "group": talk.telegram.group("G"),
        "administered": talk.telegram.group("A", bot_is_admin=True),
    }
    chat, said = groups[place], talk.knowledge.voices[language].model_dump()
    sent = await talk.answer(PEOPLE[language], "/privacy@offline_bot" if chat else "/privacy", chat)
    assert sent.plain == "\n\n".join(said[line].replace("{bot}", "offline_bot") for line in lines)


@LANGUAGES
@pytest.mark.parametrize(
    ("bot_is_admin", "line"),
    [
        pytest.param(True, "sees_questions", id="that it looks for them where it reads everything"),
        pytest.param(False, "sees_addressed", id="that it cannot where it does not"),
    ],
)
async def test_privacy_tells_where_admins_let_it_answer_questions_to_nobody(
    talk: Conversation, line: str, language: str, *, bot_is_admin: bool
) -> None:
    group = talk.telegram.group("G", bot_is_admin=bot_is_admin)
    await talk.store.chats.change(group.id, speak=Speak.QUESTIONS)
    sent = await talk.answer(PEOPLE[language], "/privacy@offline_bot", group)
    assert sent.plain.startswith(f"{talk.knowledge.voices[language].model_dump()[line]}\n\n")


async def test_privacy_where_privacy_mode_is_off(answers: Answers, sqlite_store: Store) -> None:
    talk = open_conversation(answers, OfflineTelegram(reads_everything=True), sqlite_store)
    async with talk.app:
        sent = await talk.answer(ANA, "/privacy@offline_bot", talk.telegram.group("G"))
    assert sent.plain.startswith(f"{talk.knowledge.voices['es'].sees_all}\n\n")


# /about


@LANGUAGES
@PLACES
async def test_about_tells_version_and_stamp(talk: Conversation, place: str, language: str) -> None:
    sent = await command(talk, place, PEOPLE[language], "about")
    voice, stamp = talk.knowledge.voices[language], talk.knowledge.stamp
    assert sent.plain == voice.about.format(version="0", stamp=stamp)


# All of them


@pytest.mark.parametrize("said", ["help", "topics", "quote", "sources", "privacy", "forget", "about"])
async def test_in_a_group_a_command_is_answered_as_a_reply(talk: Conversation, said: str) -> None:
    sent = await command(talk, "group", ANA, said)
    assert sent.reply_to is talk.telegram.sent[0]


@pytest.mark.parametrize("said", ["help", "topics", "quote", "sources", "language", "privacy", "forget", "about"])
async def test_an_edited_command_is_not_given_again(talk: Conversation, said: str) -> None:
    await talk.say(ANA, f"/{said}")
    assert await talk.hear(talk.telegram.edits(talk.telegram.sent[0], f"/{said} x")) == []


@pytest.mark.parametrize("said", ["help", "topics", "quote", "sources", "privacy", "forget", "about"])
async def test_in_a_topic_of_a_forum_a_command_is_answered_there(talk: Conversation, said: str) -> None:
    forum = talk.telegram.group("F", forum=True)
    topic = talk.telegram.topic(forum, "Derechos")
    [sent] = await talk.hear(talk.telegram.says(ANA, forum, f"/{said}@offline_bot", thread=topic))
    assert sent.thread_id == topic
