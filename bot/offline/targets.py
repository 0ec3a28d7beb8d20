"""What a call is about: the chat, the topic and the message that it names, if the bot may touch them."""

from bot.offline.chats import Chat, Sent
from bot.offline.fields import Fields
from bot.offline.refusals import bad_request, forbidden, require
from bot.offline.world import World


def reachable_chat(world: World, call: Fields) -> Chat:
    """Return the chat of a call, if the bot can see it."""
    chat = _named(world, call.text("chat_id"))
    if chat.bot_status == "kicked" and chat.type != "private":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def _named(world: World, name: str) -> Chat:
    require(name, "chat_id is empty")
    for chat in world.chats.values():
        public = chat.type != "private" and chat.username is not None
        if name == str(chat.id) or (public and name == f"@{chat.username}"):
            return chat
    raise bad_request("chat not found")


def writable_chat(world: World, call: Fields) -> Chat:
    """Return the chat of a call, if the bot can write there."""
    chat = reachable_chat(world, call)
    if chat.id in world.blocked:
        raise forbidden("bot was blocked by the user")
    may_write = chat.type != "channel" or chat.bot_status == "administrator"
    require(may_write, "need administrator rights in the channel chat")
    return chat


def topic_of(chat: Chat, call: Fields) -> int | None:
    """Return the topic of a call, None for none; General is no topic."""
    thread = call.number("message_thread_id")
    require(thread is None or thread in chat.topics, "message thread not found")
    return thread


def answered_message(world: World, chat: Chat, call: Fields) -> Sent | None:
    """Return the message that a call replies to, None for none."""
    reply = call.inner("reply_parameters")
    if reply is None:
        return None
    found = world.find(chat, reply.number("message_id"))
    require(found or reply.flag("allow_sending_without_reply"), "message to be replied not found")
    return found


def message_in(world: World, chat: Chat, call: Fields, problem: str) -> Sent:
    """Return the message of a call, whoever wrote it; refuse it with these words where there is none."""
    sent = world.find(chat, call.number("message_id"))
    if sent is None:
        raise bad_request(problem)
    return sent


def own_message(world: World, call: Fields) -> Sent:
    """Return the message of a call, in a chat or inline, if the bot can change it."""
    if "inline_message_id" in call:
        sent = world.inline.get(call.text("inline_message_id"))
        if sent is None or sent.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return sent
    sent = message_in(world, writable_chat(world, call), call, "message to edit not found")
    require(sent.sender == world.bot, "message can't be edited")
    return sent
