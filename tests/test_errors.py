"""What goes wrong: admitted to the person who waits, silent in groups, logged without anybody's words or ids."""

import logging
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot import errors
from bot.answers import Answers
from bot.offline import Chat, OfflineTelegram, Person
from bot.replies import Replies
from bot.store import Store
from content import Knowledge
from intents import Outcome
from tests.conversation import ANA, PEOPLE, Conversation, open_conversation
from tests.scripted import Scripted

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
ZOE = Person(987654321, "Zoraida Quispe", "es", username="zoraida_q")
WORDS = "mi secreto es 4815162342"


class Broken(Scripted):
    """An engine that fails, and names the question in its failure."""

    missing: ClassVar[dict[str, Outcome]] = {}

    def match(self, question: str) -> Outcome:
        """Fail."""
        try:
            return self.missing[question]
        except KeyError as error:
            raise ValueError(f"cannot hear {question!r}") from error


@pytest.fixture
async def broken(knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """A conversation in which every question fails."""
    conversation = open_conversation(Answers(knowledge, Broken({}), Replies(knowledge, "0")), telegram, sqlite_store)
    async with conversation.app:
        yield conversation


# What people see


@LANGUAGES
async def test_in_private_a_failure_is_admitted(broken: Conversation, language: str) -> None:
    sent = await broken.answer(PEOPLE[language], "¿quién dirige AlSur?")
    assert sent.plain == broken.knowledge.voices[language].failed


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("Internal Server Error", 500),
        ("Bad Gateway", 502),
        ("Bad Request: message text is empty", 400),
    ],
)
async def test_in_private_a_refusal_is_admitted(talk: Conversation, description: str, code: int) -> None:
    talk.telegram.fail_next("sendMessage", description, code)
    sent = await talk.answer(ANA, "/start")
    assert sent.plain == talk.knowledge.voices["es"].failed


async def test_the_apology_is_in_the_chosen_language(talk: Conversation) -> None:
    await talk.say(ANA, "/language english")
    talk.telegram.fail_next("sendMessage")
    assert (await talk.answer(ANA, "/start")).plain == talk.knowledge.voices["en"].failed


@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery"])
@pytest.mark.parametrize(("description", "code"), [("Internal Server Error", 500), ("Bad Request: no reason", 400)])
async def test_a_button_that_fails_is_acknowledged_and_admitted(
    talk: Conversation, method: str, description: str, code: int
) -> None:
    menu = await talk.answer(ANA, "/topics")
    talk.telegram.fail_next(method, description, code)
    [sent] = await talk.press(ANA, menu, menu.labels[0])
    assert sent.plain == talk.knowledge.voices["es"].failed
    assert [name for name, _ in talk.telegram.calls].count("answerCallbackQuery") == 1


@pytest.mark.parametrize("said", ["/ask@offline_bot ¿quién dirige AlSur?", "/topics@offline_bot", "/about@offline_bot"])
async def test_in_groups_a_failure_is_silent_and_the_next_question_is_answered(talk: Conversation, said: str) -> None:
    group = talk.telegram.group("G")
    talk.telegram.fail_next("sendMessage")
    assert await talk.say(ANA, said, group) == []
    assert len(await talk.say(ANA, said, group)) == 1


async def test_inline_a_failure_is_silent(broken: Conversation) -> None:
    assert await broken.hear(broken.telegram.asks_inline(ANA, "GDC")) == []
    assert broken.telegram.answers == []


async def test_after_a_failure_all_goes_on(talk: Conversation) -> None:
    talk.telegram.cut_next("sendMessage")
    await talk.say(ANA, "¿quién dirige AlSur?")
    assert (await talk.answer(ANA, "¿quién dirige AlSur?")).plain.startswith(talk.title("who_leads_alsur", "es"))


# What is logged


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        Forbidden("Forbidden: user is deactivated"),
        Forbidden("Forbidden: bot was kicked from the supergroup chat"),
        ChatMigrated(-100987654321),
    ],
)
async def test_nobody_left_to_be_told_is_no_failure(
    talk: Conversation, caplog: pytest.LogCaptureFixture, error: TelegramError
) -> None:
    update = Update.de_json(talk.telegram.says(ANA, talk.telegram.private(ANA), "x") or {}, talk.app.bot)
    await talk.app.process_error(update, error)
    assert talk.telegram.from_bot == []
    assert caplog.records == []


async def test_a_failure_is_logged_with_its_place_and_without_words(
    broken: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    await broken.say(ZOE, WORDS)
    assert caplog.messages == ["Update 1 failed: ValueError"]
    [record] = caplog.records
    assert record.__dict__["update"] == 1
    assert any(place.endswith(" in match") for place in record.__dict__["trace"])
    assert WORDS not in caplog.text


async def test_a_refusal_is_logged_with_the_reason(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    talk.telegram.fail_next("sendMessage", "Bad Request: chat not found", 400)
    await talk.say(ANA, "/start")
    assert caplog.messages == ["Update 1 failed: BadRequest: Chat not found"]


@pytest.mark.parametrize("words", ["not enough rights to send text messages to the chat", "TOPIC_CLOSED"])
async def test_where_the_bot_may_not_write_there_is_nothing_to_mend(
    talk: Conversation, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    talk.telegram.fail_next("sendMessage", f"Bad Request: {words}", 400)
    with caplog.at_level("INFO", "bot"):
        await talk.say(ANA, "/start")
    assert caplog.messages == ["The bot may not write where it was asked to"]


OUTAGE = [NetworkError("httpx.ConnectError: refused"), TimedOut()]


@pytest.mark.parametrize("error", OUTAGE)
async def test_an_outage_is_logged_once(
    talk: Conversation, caplog: pytest.LogCaptureFixture, error: TelegramError
) -> None:
    for again in (error, *OUTAGE):
        await talk.app.process_error(None, again)
    assert caplog.messages == [f"Telegram cannot be reached ({type(error).__name__}): trying again until it can"]


async def test_an_outage_while_answering_is_logged_once_and_without_a_traceback(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        talk.telegram.cut_next("sendMessage")
        talk.telegram.cut_next("sendMessage")
        assert await talk.say(ANA, "/start") == []
    assert caplog.messages == ["Telegram cannot be reached (NetworkError): trying again until it can"]


async def test_a_flood_is_admitted_and_logged_like_an_outage(
    talk: Conversation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else python-telegram-bot warns of a change to come
    talk.telegram.fail_next("sendMessage", "Too Many Requests: retry after 5", 429, retry_after=5)
    assert (await talk.answer(ANA, "/start")).plain == talk.knowledge.voices["es"].failed
    assert caplog.messages == ["Telegram cannot be reached (RetryAfter): trying again until it can"]


async def test_a_later_outage_is_logged_again(
    talk: Conversation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "OUTAGE_SECONDS", -1.0)
    for _ in range(2):
        await talk.app.process_error(None, NetworkError("refused"))
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Conflict("terminated by other getUpdates request"), "Conflict: terminated by other getUpdates request"),
        (BadRequest("offset is wrong"), "BadRequest: offset is wrong"),
        (BadRequest(f'unsupported start tag "{WORDS}" at byte 3'), "BadRequest: unsupported start tag … at byte 3"),
        (BadRequest(f'no tag "a "{WORDS}" b"'), "BadRequest: no tag …"),
        (ValueError(WORDS), "ValueError"),
    ],
)
async def test_what_fails_outside_any_update_is_logged(
    talk: Conversation, caplog: pytest.LogCaptureFixture, error: Exception, line: str
) -> None:
    await talk.app.process_error(None, error)
    assert caplog.messages == [f"Failed outside any update: {line}"]


async def test_an_apology_that_fails_is_logged(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        talk.telegram.fail_next("sendMessage", "Bad Request: chat not found", 400)
    await talk.say(ANA, "/start")
    assert caplog.messages == [
        "Update 1 failed: BadRequest: Chat not found",
        "The apology could not be sent: BadRequest: Chat not found",
    ]


# Privacy


async def everything(talk: Conversation, group: Chat) -> None:
    """Let somebody use all that the bot has, failures included."""
    telegram = talk.telegram
    start = await talk.answer(ZOE, "/start")
    for said in (WORDS, "/quote zoraida", "/language klingon", "/forget", "/privacy", "/about", "más", "¿fuente?"):
        await talk.say(ZOE, said)
    for label in start.labels[:3]:
        await talk.press(ZOE, start, label)
    await talk.hear(telegram.edits(telegram.sent[0], f"{WORDS}!"))
    [added] = await talk.hear(telegram.adds_bot(ZOE, group))
    for said in (f"/ask@offline_bot {WORDS}", WORDS, f"{WORDS} @zoraida_q"):
        await talk.say(ZOE, said, group, reply_to=added)
    await talk.hear(telegram.asks_inline(ZOE, WORDS))
    await talk.hear(telegram.asks_as_guest(ZOE, "Otro grupo", WORDS))
    for method, code in (("sendMessage", 400), ("sendMessage", 403), ("editMessageText", 500), ("sendMessage", 429)):
        telegram.fail_next(method, "Bad Request: chat not found", code)
        await talk.say(ZOE, WORDS)
        await talk.press(ZOE, start, start.labels[0])
    await talk.hear(telegram.removes_bot(ZOE, group))
    await talk.hear(telegram.removes_bot(ZOE, telegram.private(ZOE)))


async def secrets_logged(talk: Conversation, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Use all that the bot has; return what the log tells of it."""
    for name in ("bot", "intents", "content"):
        caplog.set_level(logging.DEBUG, name)
    group = talk.telegram.group("Grupo de Zoraida", with_bot=False)
    await everything(talk, group)
    private = (
        WORDS,
        "4815162342",
        "Zoraida",
        "zoraida",
        str(ZOE.id),
        str(group.id),
        "Grupo",
        "Otro grupo",
        "1:offline",
    )
    return [word for word in private if word in caplog.text]


async def test_the_log_holds_no_words_names_ids_or_token(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    assert await secrets_logged(talk, caplog) == []
    assert caplog.records != []


async def test_nor_when_everything_fails(broken: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    assert await secrets_logged(broken, caplog) == []
    assert len(caplog.records) > 5


# Anything at all


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=2000).filter(str.strip), start=st.sampled_from(["", "/", "/ask ", "/quote "]))
async def test_any_text_is_answered_once_and_breaks_nothing(
    talk: Conversation, caplog: pytest.LogCaptureFixture, text: str, start: str
) -> None:
    sent = await talk.answer(ANA, start + text)
    await talk.answer(ANA, f"/ask@offline_bot {text}", talk.telegram.group("G"))
    assert sent.plain != talk.knowledge.voices["es"].failed
    assert caplog.records == []
