"""What Telegram accepts in a message, an inline answer, a command menu or a profile; the rest it refuses.

Pure rules without any state: each takes what a bot sent, and returns it as Telegram would keep it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.offline.fields import Fields, Rows
from bot.offline.html import parse_html
from bot.offline.keyboards import read_keyboard
from bot.offline.refusals import UnsupportedCallError, bad_request, require
from bot.offline.text import FormattedText, units

_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}


def read_text(source: Fields, name: str = "text") -> FormattedText:
    """Read the text of a message: 1 to 4096 UTF-16 units after the formatting is taken out."""
    raw = source.text(name)
    require(len(raw.encode()) <= 1 << 15, "text is too long")
    text = _formatted(source, raw).trimmed()
    require(text.plain, "message text is empty")
    require(units(text.plain) <= 4096, "message is too long")
    require(len(text.entities) <= 100, "ENTITIES_TOO_LONG")
    return text


def _formatted(source: Fields, raw: str) -> FormattedText:
    mode = source.text("parse_mode").lower()
    if mode == "html":
        return parse_html(raw)
    if mode in {"markdown", "markdownv2"}:
        raise UnsupportedCallError(f"parse_mode {mode}: the offline Telegram reads HTML only")
    require(not mode, "unsupported parse_mode")
    return FormattedText(raw, tuple(entity.values for entity in source.items("entities")), raw)


@dataclass(frozen=True)
class Article:
    """An inline result as it would look once sent."""

    text: FormattedText
    rows: Rows


def read_articles(results: Sequence[Fields]) -> list[Article]:
    """Read the results of an inline answer: at most 50, each with an id of its own."""
    require(len(results) <= 50, "RESULTS_TOO_MUCH")
    articles = [read_article(result) for result in results]
    require(len({result.text("id") for result in results}) == len(results), "RESULT_ID_DUPLICATE")
    return articles


def read_article(result: Fields) -> Article:
    """Read one inline result; only articles are imitated."""
    if result.text("type") != "article":
        raise UnsupportedCallError(f"inline result of type {result.text('type')!r}")
    require(result.text("id"), "RESULT_ID_EMPTY")
    require(len(result.text("id").encode()) <= 64, "RESULT_ID_INVALID")
    require(result.text("title"), "ARTICLE_TITLE_EMPTY")
    content = result.inner("input_message_content")
    if content is None:
        raise bad_request("can't parse inline query result: message content must be specified")
    return Article(read_text(content, "message_text"), read_keyboard(result.inner("reply_markup")))


def check_results_button(button: Fields | None) -> None:
    """Check the button above the results of an inline answer."""
    if button is None:
        return
    problem = "can't parse inline query results button"
    require(button.text("text"), f"{problem}: button text must be non-empty")
    require(("start_parameter" in button) != ("web_app" in button), f"{problem}: exactly one action is needed")
    if "start_parameter" in button:
        start = button.text("start_parameter")
        require(start, "START_PARAM_EMPTY")
        require(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start), "START_PARAM_INVALID")


def check_commands(call: Fields) -> None:
    """Check a command menu: names, descriptions, how many, for whom and in which language."""
    commands = call.items("commands")
    require(len(commands) <= 100, "BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command.text("command").strip().removeprefix("/"), command.text("description").strip())
    scope = call.inner("scope")
    require(scope is None or scope.text("type") in _SCOPES, "can't parse BotCommandScope: unsupported type specified")
    check_language(call)


def _check_command(name: str, description: str) -> None:
    require(name, "command must be non-empty")
    require(len(name) <= 32, "command length must not exceed 32")
    require(description, "command description must be non-empty")
    require(len(description) <= 256, "command description length must not exceed 256")
    require(re.fullmatch(r"[a-z0-9_]+", name), "BOT_COMMAND_INVALID")


def check_language(call: Fields) -> None:
    """Check a language code: two small letters, or empty for everybody else."""
    require(re.fullmatch(r"(?:[a-z]{2})?", call.text("language_code")), "invalid language code specified")


def check_profile(call: Fields, name: str, longest: int) -> None:
    """Check a line of the bot's profile: its name, description or short description."""
    require(units(call.text(name)) <= longest, f"{name.upper()}_TOO_LONG")
    check_language(call)
