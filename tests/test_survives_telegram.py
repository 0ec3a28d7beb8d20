"""What Telegram answers, and the bot survives: refusals in all words, presses in every state, limits, a new name."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from telegram.ext import CallbackQueryHandler

from bot.answers import Answers
from bot.offline import BOT, JSON, Chat, JsonObject, Sent
from bot.store import StoreError
from tests.clockwork import Clockwork
from tests.conversation import ANA, PEOPLE, Conversation
from tests.members import in_full, is_answer

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
ROOT = Path(__file__).parent.parent


# Where the bot may not write

NO_PLACE_TO_WRITE = pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Bad Request: not enough rights to send text messages to the chat", 400),
        ("Bad Request: have no rights to send a message", 400),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", 400),
        ("Bad Request: CHAT_RESTRICTED", 400),
        ("Bad Request: TOPIC_CLOSED", 400),
        ("Bad Request: TOPIC_DELETED", 400),
        ("Bad Request: message thread not found", 400),
        ("Forbidden: bot was kicked from the supergroup chat", 403),
        ("Forbidden: bot is not a member of the supergroup chat", 403),
        ("Forbidden: bot was blocked by the user", 403),
        ("Forbidden: user is deactivated", 403),
    ],
)


@NO_PLACE_TO_WRITE
@pytest.mark.parametrize("place", ["private", "group"])
async def test_a_place_where_nothing_can_be_written_is_no_failure_and_the_next_question_is_answered(
    talk: Conversation, caplog: pytest.LogCaptureFixture, words: str, code: int, place: str
) -> None:
    chat = talk.telegram.group("G") if place == "group" else talk.telegram.private(ANA)
    talk.telegram.fail_next("sendMessage", words, code)
    assert await talk.say(ANA, in_full(talk), chat) == []
    assert caplog.records == []
    assert is_answer(talk, await talk.answer(ANA, in_full(talk), chat))


@NO_PLACE_TO_WRITE
async def test_a_schedule_where_nothing_can_be_written_pauses_and_others_go_on(
    talk: Conversation, answers: Answers, words: str, code: int
) -> None:
    clock, channels = Clockwork(talk, answers), [talk.telegram.channel(title) for title in ("One", "Other")]
    for channel in channels:
        await clock.subscribe(channel)
    talk.telegram.fail_next("sendMessage", words, code)
    posted = {sent.chat.title for sent in await clock.at("2026-03-02 14:00")} & {"One", "Other"}
    plans = [await talk.store.subscriptions.of(channel.id) for channel in channels]
    assert len(posted) == 1
    assert sorted(plan.paused for plan in plans if plan) == [False, True]


# Menus that are gone


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
@pytest.mark.parametrize("place", ["private", "group"])
@LANGUAGES
async def test_a_press_on_a_menu_that_cannot_be_changed_any_more_brings_a_new_one(
    talk: Conversation, caplog: pytest.LogCaptureFixture, words: str, place: str, language: str
) -> None:
    person, voice = PEOPLE[language], talk.knowledge.voices[language]
    menu = await talk.answer(person, f"/topics@{BOT.username}", talk.telegram.group("G") if place == "group" else None)
    talk.telegram.fail_next("editMessageText", f"Bad Request: {words}", 400)
    [sent] = await talk.press(person, menu, voice.topics["gender"])
    assert sent is not menu
    assert voice.buttons.back in sent.labels
    assert caplog.records == []


# Every button, in every state

BUTTONS = {
    "show": "show:treaty:es",
    "next": "next:treaty:es",
    "quote": "quote:treaty:es:0",
    "topic": "topic:gender:es",
    "topics": "topics:es",
    "none": "none:es",
    "languages": "languages:es",
    "language": "language:pt",
    "rate": "rate:treaty:es:1",
    "to_editors": "editors:2",
    "remove": "remove",
    "settings": "set:{chat}:es",
    "a setting": "set:{chat}:es:budget:5",
    "an end of settings": "set:{chat}:es:close",
    "a leave": "set:{chat}:es:leave:yes",
    "a schedule": "set:{chat}:es:quotes:daily",
    "channel": "channel:es:{channel}",
    "pick": "pick:es:{channel}:gender",
    "view": "view:es:{channel}:treaty:a",
    "post": "post:es:{channel}:treaty:a",
    "agree": "join:{chat}",
    "everyone": "everyone:treaty:es",
    "other": "nonsense",
    "nothing": "",
}
"""The data of a button of each kind."""
EVERY_BUTTON = pytest.mark.parametrize("data", BUTTONS.values(), ids=BUTTONS)


class Pressing:
    """A person before a message that has one button."""

    def __init__(self, talk: Conversation, place: Sent, group: Chat, channel: Chat) -> None:
        self.talk = talk
        self.message = place
        self._group = group
        self._channel = channel

    async def press(self, data: str, **fields: JSON) -> None:
        """Press the button, which sends such data, with other fields of the query than it has."""
        told = data.format(chat=self._group.id, channel=str(self._channel.id).removeprefix("-100"))
        self.message.buttons = [[{"text": "x", "callback_data": told or "x"}]]
        update = self.talk.telegram.presses(ANA, self.message, "x")
        query = update["callback_query"]
        assert isinstance(query, dict)
        await self.talk.hear(update | {"callback_query": query | {"data": told} | fields})

    @property
    def acknowledged(self) -> int:
        """How often the bot answered a press."""
        return sum(name == "answerCallbackQuery" for name, _ in self.talk.telegram.calls)


@pytest.fixture(params=["private", "group"])
async def pressing(request: pytest.FixtureRequest, talk: Conversation) -> Pressing:
    """Ana, who owns a group and a channel, before a message of the bot's."""
    group, channel = talk.telegram.group("G", owner=ANA), talk.telegram.channel("C", username="c", owner=ANA)
    await talk.store.chats.change(group.id, join_rules=True)
    message = await talk.answer(ANA, f"/help@{BOT.username}", group if request.param == "group" else None)
    return Pressing(talk, message, group, channel)


def test_every_kind_of_button_is_among_those_pressed_here(talk: Conversation) -> None:
    handlers = [one for group in talk.app.handlers.values() for one in group if isinstance(one, CallbackQueryHandler)]
    told = [data.format(chat=-1001, channel=1) for data in BUTTONS.values()]
    patterns = [handler.pattern.pattern for handler in handlers if isinstance(handler.pattern, re.Pattern)]
    assert [pattern for pattern in patterns if not any(re.match(pattern, data) for data in told)] == []
    assert len(handlers) == len(patterns) + 1


CALLS = ("editMessageText", "editMessageReplyMarkup", "sendMessage", "getChat", "getChatMember", "deleteMessage")


@EVERY_BUTTON
async def test_every_press_is_answered_once(pressing: Pressing, data: str, caplog: pytest.LogCaptureFixture) -> None:
    await pressing.press(data)
    assert (pressing.acknowledged, caplog.records) == (1, [])


@EVERY_BUTTON
async def test_every_press_that_is_too_old_to_be_answered_is_obeyed_without_a_failure(
    pressing: Pressing, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    pressing.talk.telegram.fail_next("answerCallbackQuery", words, 400)
    await pressing.press(data)
    assert (pressing.acknowledged, caplog.records) == (1, [])


@EVERY_BUTTON
async def test_every_second_press_is_answered_once_more(
    pressing: Pressing, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    await pressing.press(data)
    if not pressing.message.deleted:
        await pressing.press(data)
        assert pressing.acknowledged == 2
    assert caplog.records == []


@EVERY_BUTTON
@pytest.mark.parametrize("method", ["editMessageText", "sendMessage", "getChatMember"])
async def test_every_press_is_answered_once_though_telegram_refuses_a_call(
    pressing: Pressing, data: str, method: str
) -> None:
    pressing.talk.telegram.fail_next(method)
    await pressing.press(data)
    assert pressing.acknowledged == 1


@EVERY_BUTTON
@pytest.mark.parametrize("after", [pytest.param(False, id="before"), pytest.param(True, id="after the effect")])
async def test_every_press_is_answered_once_though_connections_break(
    pressing: Pressing, data: str, *, after: bool
) -> None:
    for method in CALLS:
        pressing.talk.telegram.cut_next(method, after=after)
    await pressing.press(data)
    assert pressing.acknowledged == 1


@EVERY_BUTTON
async def test_every_press_is_answered_once_though_the_database_fails(
    pressing: Pressing, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise StoreError("database is locked")

    monkeypatch.setattr("bot.store.database.Database.transaction", fail)
    await pressing.press(data)
    assert pressing.acknowledged == 1


@EVERY_BUTTON
async def test_every_press_on_a_message_that_telegram_shows_no_more_is_answered_once(
    pressing: Pressing, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    old: JsonObject = {"message_id": pressing.message.message_id, "date": 0, "chat": pressing.message.chat.as_json()}
    await pressing.press(data, message=old)
    assert (pressing.acknowledged, caplog.records) == (1, [])


@EVERY_BUTTON
async def test_every_press_in_an_inline_message_is_answered_once(
    pressing: Pressing, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    await pressing.press(data, message=None, inline_message_id="nowhere")
    assert (pressing.acknowledged, caplog.records) == (1, [])


# Content that Telegram would refuse


MARKUP = re.compile(r"</?(?:a|b|i|u|s|em|strong|code|pre|blockquote|tg-\w+)[ >]")


def texts_in(file: Path) -> set[str]:
    """Return the strings of a file that are no docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    }


def test_markup_is_made_in_one_place() -> None:
    files = [file for file in (ROOT / "bot").glob("*.py") if any(map(MARKUP.search, texts_in(file)))]
    assert [file.name for file in files] == ["markup.py"]


@pytest.mark.parametrize("method", ["send_photo", "send_document", "send_video", "send_media_group", "send_sticker"])
def test_no_picture_can_be_gone_since_none_is_sent(method: str) -> None:
    assert [file.name for file in (ROOT / "bot").rglob("*.py") if f".{method}(" in file.read_text("utf-8")] == []


# The bot's own name


@LANGUAGES
async def test_a_bot_with_a_new_name_hears_it_within_an_hour_and_tells_it(
    talk: Conversation, answers: Answers, language: str
) -> None:
    clock, group = Clockwork(talk, answers), talk.telegram.group("G", bot_is_admin=True)
    await clock.at("2026-03-02 13:00")
    talk.telegram.bot = replace(BOT, username="renamed_bot")
    await clock.at("2026-03-02 14:01")
    sent = await talk.answer(PEOPLE[language], "/help@renamed_bot", group)
    assert sent.plain == talk.knowledge.voices[language].help_group.format(bot="renamed_bot")
    assert await talk.say(PEOPLE[language], f"/help@{BOT.username}", group) == []
