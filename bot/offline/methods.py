"""The methods of the Bot API: what each does to the world, and what it answers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from telegram.constants import ChatAction, ReactionEmoji

from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.refusals import bad_request, require
from bot.offline.rules import (
    check_commands,
    check_language,
    check_profile,
    check_results_button,
    read_article,
    read_articles,
    read_keyboard,
    read_text,
)
from bot.offline.targets import answered_message, message_in, own_message, reachable_chat, topic_of, writable_chat
from bot.offline.text import units
from bot.offline.world import World

Method: TypeAlias = Callable[[World, Fields], JSON]

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


# The bot itself.


def _get_me(world: World, _: Fields) -> JSON:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_everything,
        "supports_inline_queries": True,
        "supports_guest_queries": True,
    }


def _delete_webhook(world: World, call: Fields) -> JSON:
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def _accepting(check: Callable[[Fields], None]) -> Method:
    """Make a method that changes nothing which people see, and only checks its parameters."""

    def answer(_: World, call: Fields) -> JSON:
        check(call)
        return True

    return answer


# Chats.


def _get_chat(world: World, call: Fields) -> JSON:
    gifts: JsonObject = dict.fromkeys(_GIFTS, False)
    full: JsonObject = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return reachable_chat(world, call).as_json() | full


def _get_chat_member(world: World, call: Fields) -> JSON:
    chat, person = reachable_chat(world, call), world.accounts.get(call.number("user_id") or 0)
    if person is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return world.member(chat, person)


def _get_chat_member_count(world: World, call: Fields) -> JSON:
    return len(world.members(reachable_chat(world, call)))


def _get_chat_administrators(world: World, call: Fields) -> JSON:
    chat = reachable_chat(world, call)
    require(chat.type != "private", "there are no administrators in the private chat")
    members = [world.member(chat, person) for person in world.members(chat)]
    return [member for member in members if member["status"] in {"creator", "administrator"}]


def _leave_chat(world: World, call: Fields) -> JSON:
    chat = reachable_chat(world, call)
    require(chat.type != "private", "chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


# Messages.


def _send_message(world: World, call: Fields) -> JSON:
    chat = writable_chat(world, call)
    text, rows = read_text(call), read_keyboard(call.inner("reply_markup"))
    answered = answered_message(world, chat, call)
    sent = world.add_message(chat, world.bot, text, reply_to=answered, thread=topic_of(chat, call))
    sent.buttons = rows
    return sent.as_json()


def _edit_message_text(world: World, call: Fields) -> JSON:
    sent = own_message(world, call)
    text, rows = read_text(call), read_keyboard(call.inner("reply_markup"))
    require((text, rows) != (sent.content, sent.buttons), _NOT_MODIFIED)
    sent.content, sent.buttons, sent.edited = text, rows, True
    return True if sent.inline_message_id else sent.as_json()


def _edit_message_reply_markup(world: World, call: Fields) -> JSON:
    sent, rows = own_message(world, call), read_keyboard(call.inner("reply_markup"))
    require(rows != sent.buttons, _NOT_MODIFIED)
    sent.buttons = rows
    return True if sent.inline_message_id else sent.as_json()


def _delete_message(world: World, call: Fields) -> JSON:
    chat = reachable_chat(world, call)
    sent = message_in(world, chat, call, "message to delete not found")
    may_delete = sent.sender == world.bot or chat.type == "private" or chat.bot_status == "administrator"
    require(may_delete, "message can't be deleted")
    sent.deleted = True
    return True


def _send_chat_action(world: World, call: Fields) -> JSON:
    topic_of(writable_chat(world, call), call)
    require(call.text("action") in set(ChatAction), "wrong parameter action in request")
    return True


def _set_message_reaction(world: World, call: Fields) -> JSON:
    sent = message_in(world, reachable_chat(world, call), call, "message to react not found")
    emojis = [reaction.text("emoji") for reaction in call.items("reaction")]
    require(len(emojis) <= 1, "REACTIONS_TOO_MANY")
    require(set(emojis) <= set(ReactionEmoji), "REACTION_INVALID")
    sent.reactions = emojis
    return True


# Answers to queries.


def _answer_callback_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    require(units(call.text("text")) <= 200, "MESSAGE_TOO_LONG")
    return _close_query(world, call.text("callback_query_id"))


def _answer_inline_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    read_articles(call.items("results"))
    check_results_button(call.inner("button"))
    return _close_query(world, call.text("inline_query_id"))


def _answer_guest_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    article = read_article(call.inner("result") or Fields({}))
    query = call.text("guest_query_id")
    _close_query(world, query)
    asked = world.guests.pop(query)
    sent = world.add_article(asked.chat, world.bot, article, {"guest_bot_caller_user": asked.sender.as_json()})
    return {"inline_message_id": sent.inline_message_id}


def _close_query(world: World, query: str) -> bool:
    require(query in world.open_queries, _TOO_OLD)
    world.open_queries.remove(query)
    return True


METHODS: Mapping[str, Method] = {
    "getMe": _get_me,
    "deleteWebhook": _delete_webhook,
    "setMyCommands": _accepting(check_commands),
    "deleteMyCommands": _accepting(check_language),
    "setMyName": _accepting(partial(check_profile, name="name", longest=64)),
    "setMyDescription": _accepting(partial(check_profile, name="description", longest=512)),
    "setMyShortDescription": _accepting(partial(check_profile, name="short_description", longest=120)),
    "getChat": _get_chat,
    "getChatMember": _get_chat_member,
    "getChatMemberCount": _get_chat_member_count,
    "getChatAdministrators": _get_chat_administrators,
    "leaveChat": _leave_chat,
    "sendMessage": _send_message,
    "editMessageText": _edit_message_text,
    "editMessageReplyMarkup": _edit_message_reply_markup,
    "deleteMessage": _delete_message,
    "sendChatAction": _send_chat_action,
    "setMessageReaction": _set_message_reaction,
    "answerCallbackQuery": _answer_callback_query,
    "answerInlineQuery": _answer_inline_query,
    "answerGuestQuery": _answer_guest_query,
}
"""Every method that is imitated, but `getUpdates`, which waits: see `bot.offline.updates`."""
