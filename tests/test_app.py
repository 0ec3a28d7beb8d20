"""The application as a whole: what is registered, and what it says of itself to Telegram."""

from dataclasses import replace

import pytest
from telegram import Update
from telegram.ext import CommandHandler

from bot.answers import Answers
from bot.app import build_app
from bot.command_menus import ADMIN_COMMANDS, MEMBER_COMMANDS, PRIVATE_COMMANDS, CommandMenus
from bot.config import Config
from bot.offline import Fields, JsonObject, OfflineTelegram
from bot.outage import Bridge, Outage
from bot.store import Store
from content import Knowledge
from tests.conversation import ANA, Conversation

COMMANDS = [
    "about",
    "ask",
    "community",
    "forget",
    "help",
    "language",
    "privacy",
    "publish",
    "quote",
    "remove",
    "settings",
    "sources",
    "start",
    "topics",
]


@pytest.fixture
async def registered(talk: Conversation) -> OfflineTelegram:
    """Telegram after the bot told it about itself."""
    assert talk.app.post_init is not None
    assert talk.app.post_stop is not None
    await talk.app.post_init(talk.app)
    await talk.app.post_stop(talk.app)
    return talk.telegram


def menu(telegram: OfflineTelegram, scope: str, language: str) -> dict[str, str]:
    """Return the command menu for a kind of chat in a language, as Telegram would show it."""
    [found] = [
        call.items("commands")
        for call in map(Fields, calls(telegram, "setMyCommands"))
        if call.text("language_code") == language and (call.inner("scope") or call).text("type") == scope
    ]
    return {command.text("command"): command.text("description") for command in found}


async def register(talk: Conversation, knowledge: Knowledge) -> None:
    await CommandMenus(knowledge).register(talk.app.bot, talk.store.registrations, Bridge(Outage()))


def calls(telegram: OfflineTelegram, wanted: str) -> list[JsonObject]:
    return [parameters for method, parameters in telegram.calls if method == wanted]


# The routing table


def test_every_command_is_routed(talk: Conversation) -> None:
    handlers = [handler for group in talk.app.handlers.values() for handler in group]
    routed = {name for handler in handlers if isinstance(handler, CommandHandler) for name in handler.commands}
    assert sorted(routed) == COMMANDS


def test_every_command_has_its_line_and_its_place_in_a_menu(knowledge: Knowledge) -> None:
    assert sorted(knowledge.voices["en"].commands.model_dump()) == COMMANDS
    assert sorted({*ADMIN_COMMANDS, *PRIVATE_COMMANDS}) == COMMANDS


@pytest.mark.parametrize("command", PRIVATE_COMMANDS)
async def test_every_command_of_the_private_menu_is_answered(talk: Conversation, command: str) -> None:
    sent = await talk.answer(ANA, f"/{command}")
    assert sent.plain != talk.knowledge.voices["es"].failed
    assert (sent.plain == talk.knowledge.voices["es"].help.format(bot="offline_bot")) is (command == "help")


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_every_command_of_the_group_menu_is_answered(talk: Conversation, command: str) -> None:
    await talk.answer(ANA, f"/{command}@offline_bot", talk.telegram.group("G"))


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(
            {"poll_answer": {"poll_id": "1", "option_ids": [], "option_persistent_ids": [], "user": ANA.as_json()}},
            id="a vote",
        ),
        pytest.param(
            {
                "message_reaction": {
                    "chat": {"id": 5, "type": "private"},
                    "message_id": 1,
                    "date": 0,
                    "old_reaction": [],
                    "new_reaction": [],
                }
            },
            id="a reaction",
        ),
        pytest.param({"chosen_inline_result": {"result_id": "1", "from": ANA.as_json(), "query": "x"}}, id="a choice"),
        pytest.param(
            {"business_message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "hola"}},
            id="a message in somebody's business",
        ),
        pytest.param(
            {"channel_post": {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "channel"}, "text": "/ask hola"}},
            id="a post",
        ),
    ],
)
async def test_other_updates_are_ignored(
    talk: Conversation, caplog: pytest.LogCaptureFixture, update: JsonObject
) -> None:
    before = len(talk.telegram.calls)
    await talk.app.process_update(Update.de_json({"update_id": 1, **update}, talk.app.bot))
    assert len(talk.telegram.calls) == before
    assert caplog.records == []


async def test_messages_are_sent_as_html_without_previews(talk: Conversation) -> None:
    await talk.say(ANA, "/sources")
    [sent] = map(Fields, calls(talk.telegram, "sendMessage"))
    previews = sent.inner("link_preview_options")
    assert sent.text("parse_mode") == "HTML"
    assert previews is not None
    assert previews.flag("is_disabled")


@pytest.mark.parametrize("url", ["https://api.telegram.org", "http://localhost:8081"])
async def test_the_bot_asks_the_server_that_it_is_given(answers: Answers, sqlite_store: Store, url: str) -> None:
    bot = build_app(answers, sqlite_store, Config(api_url=url), OfflineTelegram()).bot
    assert (bot.base_url, bot.base_file_url) == (f"{url}/bot1:offline", f"{url}/file/bot1:offline")


# Menus and descriptions


@pytest.mark.parametrize("language", ["", "en", "es", "pt"])
@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("all_private_chats", PRIVATE_COMMANDS),
        ("all_group_chats", MEMBER_COMMANDS),
        ("all_chat_administrators", ADMIN_COMMANDS),
    ],
)
async def test_menus_are_registered_in_every_language(
    registered: OfflineTelegram, knowledge: Knowledge, scope: str, names: tuple[str, ...], language: str
) -> None:
    lines = knowledge.voices[language or "en"].commands.model_dump()
    assert menu(registered, scope, language) == {name: lines[name] for name in names}


@pytest.mark.parametrize(
    ("method", "field"), [("setMyDescription", "description"), ("setMyShortDescription", "short_description")]
)
async def test_descriptions_are_registered_in_every_language(
    registered: OfflineTelegram, knowledge: Knowledge, method: str, field: str
) -> None:
    told = {str(call.get("language_code", "")): call[field] for call in calls(registered, method)}
    lines = {language: voice.model_dump()[field] for language, voice in knowledge.voices.items()}
    assert told == {"": lines["en"], **lines}


async def test_a_language_without_a_place_in_telegrams_menus_is_left_out(
    talk: Conversation, knowledge: Knowledge, caplog: pytest.LogCaptureFixture
) -> None:
    voices = {"gug": knowledge.voices["es"], "pt": knowledge.voices["pt"]}
    await register(talk, replace(knowledge, voices=voices))
    told = [call.get("language_code", "") for call in calls(talk.telegram, "setMyDescription")]
    assert told == ["", "pt"]
    assert caplog.records == []


@pytest.mark.parametrize("method", ["setMyCommands", "setMyDescription", "setMyShortDescription"])
@pytest.mark.parametrize(
    ("description", "code"), [("Internal Server Error", 500), ("Bad Request: BOT_COMMAND_INVALID", 400)]
)
async def test_a_failure_to_register_is_logged_and_the_bot_runs_on(
    talk: Conversation, caplog: pytest.LogCaptureFixture, method: str, description: str, code: int
) -> None:
    talk.telegram.fail_next(method, description, code)
    await register(talk, talk.knowledge)
    [line] = caplog.messages
    assert line.startswith("The command menus could not be registered: ")
    assert (await talk.answer(ANA, "/start")).plain == talk.knowledge.voices["es"].start


async def test_what_telegram_was_told_it_is_not_told_again_at_the_next_start(talk: Conversation) -> None:
    await register(talk, talk.knowledge)
    told = len(talk.telegram.calls)
    await register(talk, talk.knowledge)
    assert len(talk.telegram.calls) == told


async def test_what_changed_telegram_is_told(talk: Conversation) -> None:
    await register(talk, talk.knowledge)
    told, voices = len(talk.telegram.calls), {"pt": talk.knowledge.voices["pt"]}
    await register(talk, replace(talk.knowledge, voices=voices))
    assert len(talk.telegram.calls) > told


async def test_what_failed_to_register_is_told_at_the_next_start(talk: Conversation) -> None:
    talk.telegram.fail_next("setMyDescription", "Internal Server Error", 500)
    await register(talk, talk.knowledge)
    told = len(talk.telegram.calls)
    await register(talk, talk.knowledge)
    assert len(talk.telegram.calls) > told
