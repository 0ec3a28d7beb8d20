"""What Telegram accepts under a message and in place of a person's keyboard; the rest it refuses."""

from dataclasses import dataclass, field

from bot.offline.fields import Fields, JsonObject, Rows
from bot.offline.refusals import require
from bot.offline.text import units, url_problem

_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}
_REQUESTS = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
}
"""What the buttons of a reply keyboard can ask for, and TDLib's words where they may not."""


@dataclass(frozen=True)
class Markup:
    """What a message brings with it."""

    buttons: Rows = field(default_factory=list)
    """The inline buttons under it."""
    keyboard: Rows | None = None
    """The reply keyboard that it shows: none where empty, the one that stands already where None."""


def read_markup(markup: Fields | None, chat_type: str) -> Markup:
    """Read any markup of a message that is sent to a chat of this kind."""
    if markup is None or "inline_keyboard" in markup:
        return Markup(read_keyboard(markup))
    require(chat_type != "channel", "inline keyboard expected")
    if "keyboard" in markup:
        return Markup(keyboard=_reply_keyboard(markup, chat_type))
    return Markup(keyboard=[] if markup.flag("remove_keyboard") else None)


def read_keyboard(markup: Fields | None) -> Rows:
    """Read the inline buttons: at most 100, at most 8 a row; other kinds of keyboard are refused."""
    require(markup is None or "inline_keyboard" in markup or not markup.values, "inline keyboard expected")
    rows = [[_checked_button(button) for button in row] for row in markup.rows("inline_keyboard")] if markup else []
    require(sum(map(len, rows)) <= 100 and max(map(len, rows), default=0) <= 8, "reply markup is too long")
    return [row for row in rows if row]


def _checked_button(button: Fields) -> JsonObject:
    problem = "can't parse inline keyboard button"
    require(button.text("text"), "inline keyboard button text must be non-empty")
    actions = [name for name in button.values if name in _ACTIONS]
    require(actions, f"{problem}: Text buttons are unallowed in the inline keyboard")
    require(len(actions) == 1, f"{problem}: more than one action: {', '.join(actions)}")
    _check_action(actions[0], button)
    return button.values


def _check_action(action: str, button: Fields) -> None:
    match action:
        case "callback_data":
            require(1 <= len(button.text(action).encode()) <= 64, "BUTTON_DATA_INVALID")
        case "url":
            url = button.text(action)
            problem = url_problem(url)
            require(not problem, f"inline keyboard button URL '{url}' is invalid: {problem}")
        case "copy_text":
            copied = button.inner(action)
            require(copied and 1 <= units(copied.text("text")) <= 256, "BUTTON_COPY_TEXT_INVALID")


def _reply_keyboard(markup: Fields, chat_type: str) -> Rows:
    rows = [[_checked_key(key, chat_type) for key in row] for row in markup.rows("keyboard")]
    return [row for row in rows if row]


def _checked_key(key: Fields, chat_type: str) -> JsonObject:
    require(key.text("text"), "keyboard button text must be non-empty")
    for request, words in _REQUESTS.items():
        require(request not in key or chat_type == "private", words)
    wanted = key.inner("request_chat")
    complete = wanted is None or {"request_id", "chat_is_channel"} <= wanted.values.keys()
    require(complete, "can't parse keyboard button: request_id and chat_is_channel are required in request_chat")
    return key.values
