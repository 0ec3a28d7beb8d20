"""What a call is about: the chat, the topic and the message that it names, if the bot may touch them."""

from bot.offline.chats import Chat, Sent
from bot.offline.fields import Fields
from bot.offline.refusals import bad_request, forbidden, require, upgraded
from bot.offline.world import World

GENERAL = 1
"""The number of the topic General, which no call may name: PTB #4739."""


def reachable_chat(world: World, call: Fields, name: str = "chat_id") -> Chat:
    """Return the chat that a call names, if the bot can see it.

    A group that became a supergroup is refused to every call; Telegram refuses it to those that write.
    """
    chat = _named(world, call.text(name))
    if chat.moved_to:
        raise upgraded(chat.moved_to.id)
    if chat.bot_status == "kicked" and chat.type != "private":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def _named(world: World, name: str) -> Chat:
    require(name, "chat_id is empty")
    number = Fields({"id": name}).number("id") or 0
    if number in world.chats:
        return world.chats[number]
    if number in world.accounts and number != world.bot.id:
        return world.unopened(world.accounts[number])
    for chat in world.chats.values():
        if chat.type != "private" and chat.username and name == f"@{chat.username}":
            return chat
    raise bad_request("chat not found")


def writable_chat(world: World, call: Fields) -> Chat:
    """Return the chat of a call, if the bot can write there."""
    chat = reachable_chat(world, call)
    _check_allowed(world, chat)
    if chat.type == "private" and not world.may_write_to(chat.id):
        raise forbidden("bot can't initiate conversation with a user")
    muted = chat.bot_status == "restricted" and "can_send_messages" not in world.standing(chat, world.bot).rights
    require(not muted, "not enough rights to send text messages to the chat")
    return chat


def _check_allowed(world: World, chat: Chat) -> None:
    if chat.id in world.blocked:
        raise forbidden("bot was blocked by the user")
    may_post = chat.type != "channel" or world.bot_may(chat, "can_post_messages")
    require(may_post, "need administrator rights in the channel chat")


def topic_of(world: World, chat: Chat, call: Fields) -> int | None:
    """Return the topic of a call if the bot can write there, None for none; General is no topic."""
    thread = call.number("message_thread_id")
    require(thread is None or thread in chat.topics, "message thread not found")
    is_closed = chat.is_forum and (thread or GENERAL) in chat.closed_topics
    require(not is_closed or world.bot_may(chat, "can_manage_topics"), "TOPIC_CLOSED")
    return thread


def answered_message(world: World, chat: Chat, call: Fields) -> Sent | None:
    """Return the message that a call replies to, None for none."""
    reply = call.inner("reply_parameters")
    if reply is None:
        return None
    require("message_id" in reply, "can't parse reply parameters: can't find field \"message_id\"")
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
    """Return the message of a call, in a chat or inline, if the bot can change it.

    Doubtful: that it can still change one that it sent to an applicant who never started it, after five minutes.
    """
    if "inline_message_id" in call:
        sent = world.inline.get(call.text("inline_message_id"))
        if sent is None or sent.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return sent
    chat = reachable_chat(world, call)
    _check_allowed(world, chat)
    sent = message_in(world, chat, call, "message to edit not found")
    require(sent.sender == world.bot, "message can't be edited")
    return sent
