"""Methods about messages: to send, copy, change and delete them, and to react."""

from collections.abc import Mapping
from datetime import timedelta

from telegram.constants import ChatAction, ReactionEmoji

from bot.offline.chats import Chat, Sent
from bot.offline.ephemeral import receiver_of, send_to_one
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.keyboards import read_keyboard, read_markup
from bot.offline.privacy import is_service
from bot.offline.refusals import UnsupportedCallError, require
from bot.offline.rules import read_text
from bot.offline.targets import answered_message, message_in, own_message, reachable_chat, topic_of, writable_chat
from bot.offline.text import FormattedText
from bot.offline.world import Method, World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_DELETABLE = timedelta(hours=48)
"""For how long a message can be deleted: Bot API, deleteMessage."""
_BEGINNINGS = {"supergroup_chat_created", "channel_chat_created", "migrate_from_chat_id", "forum_topic_created"}
"""The service messages that cannot be deleted: Bot API, deleteMessage."""
_OF_THE_AUTHOR = {"via_bot", "sender_chat", "author_signature", "guest_bot_caller_user", "is_automatic_forward"}
"""The fields of a message that a copy does not have, those of a forward aside."""


def _send_message(world: World, call: Fields) -> JSON:
    if receiver := receiver_of(world, call):
        return send_to_one(world, call, receiver).as_json()
    chat = writable_chat(world, call)
    return _put(world, chat, call, read_text(call)).as_json()


def _copy_message(world: World, call: Fields) -> JSON:
    """Copy a message without its author's name, and without its buttons unless the call brings some."""
    chat, source = writable_chat(world, call), reachable_chat(world, call, "from_chat_id")
    if "caption" in call:
        raise UnsupportedCallError("copyMessage with a new caption")
    copied = message_in(world, source, call, "message to copy not found")
    require(not is_service(copied), "the message can't be copied")
    extra = {name: value for name, value in copied.extra.items() if not _tells_author(name)}
    return {"message_id": _put(world, chat, call, copied.content, extra).message_id}


def _tells_author(field: str) -> bool:
    return field in _OF_THE_AUTHOR or field.startswith("forward_")


def _put(world: World, chat: Chat, call: Fields, content: FormattedText, extra: JsonObject | None = None) -> Sent:
    markup = read_markup(call.inner("reply_markup"), chat.type)
    answered, topic = answered_message(world, chat, call), topic_of(world, chat, call)
    world.count_send(chat)
    sent = world.add_message(chat, world.bot, content, reply_to=answered, thread=topic, extra=extra)
    sent.buttons = markup.buttons
    chat.keyboard = chat.keyboard if markup.keyboard is None else markup.keyboard
    return sent


def _edit_message_text(world: World, call: Fields) -> JSON:
    sent = own_message(world, call)
    text, rows = read_text(call), read_keyboard(call.inner("reply_markup"))
    require((text, rows) != (sent.content, sent.buttons), _NOT_MODIFIED)
    world.count_send(sent.chat)
    sent.content, sent.buttons, sent.edited = text, rows, True
    return True if sent.inline_message_id else sent.as_json()


def _edit_message_reply_markup(world: World, call: Fields) -> JSON:
    sent, rows = own_message(world, call), read_keyboard(call.inner("reply_markup"))
    require(rows != sent.buttons, _NOT_MODIFIED)
    world.count_send(sent.chat)
    sent.buttons = rows
    return True if sent.inline_message_id else sent.as_json()


def _delete_message(world: World, call: Fields) -> JSON:
    chat = reachable_chat(world, call)
    sent = message_in(world, chat, call, "message to delete not found")
    is_recent = world.now() - sent.date < _DELETABLE
    if chat.type in {"supergroup", "channel"}:
        deletable = is_recent and not _BEGINNINGS & sent.extra.keys() and _may_delete(world, sent)
        require(deletable, "message can't be deleted")
    else:
        require(is_recent and _may_delete(world, sent), "message can't be deleted for everyone")
    sent.deleted = True
    return True


def _may_delete(world: World, sent: Sent) -> bool:
    """Return whether the bot may delete a message: its own, any in private, any as an admin with the right."""
    if sent.chat.type == "private" or world.bot_may(sent.chat, "can_delete_messages"):
        return True
    own = sent.sender == world.bot
    return own and (sent.chat.type != "channel" or world.bot_may(sent.chat, "can_post_messages"))


def _send_chat_action(world: World, call: Fields) -> JSON:
    topic_of(world, writable_chat(world, call), call)
    require(call.text("action") in set(ChatAction), "wrong parameter action in request")
    return True


def _set_message_reaction(world: World, call: Fields) -> JSON:
    sent = message_in(world, reachable_chat(world, call), call, "message to react not found")
    emojis = [reaction.text("emoji") for reaction in call.items("reaction")]
    require(len(emojis) <= 1, "REACTIONS_TOO_MANY")
    require(set(emojis) <= set(ReactionEmoji), "REACTION_INVALID")
    sent.reactions = emojis
    return True


METHODS: Mapping[str, Method] = {
    "sendMessage": _send_message,
    "copyMessage": _copy_message,
    "editMessageText": _edit_message_text,
    "editMessageReplyMarkup": _edit_message_reply_markup,
    "deleteMessage": _delete_message,
    "sendChatAction": _send_chat_action,
    "setMessageReaction": _set_message_reaction,
}
"""The methods, by name."""
