"""Which messages Telegram delivers to a bot: privacy mode."""

from bot.offline.chats import Person, Sent
from bot.offline.text import span

_SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "chat_shared",
    "users_shared",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "video_chat_started",
    "video_chat_ended",
}


def is_service(sent: Sent) -> bool:
    """Return whether Telegram wrote it about the chat: who came, a new title and so on."""
    return bool(_SERVICE & sent.extra.keys())


def is_delivered(sent: Sent, bot: Person, *, reads_everything: bool) -> bool:
    """Return whether a message reaches the bot; an administrator gets all but what bots write."""
    chat = sent.chat
    if chat.type == "private":
        return True
    if not chat.has_bot or sent.by_bot:
        return False
    return chat.bot_status == "administrator" or reads_everything or _is_for(bot, sent)


def _is_for(bot: Person, sent: Sent) -> bool:
    """Return whether it is a service message, a command for the bot, a reply to it or sent via it."""
    if is_service(sent):
        return True
    addressees = _addressees(sent)
    if any(addressees):
        return (bot.username or "").lower() in addressees
    if addressees and sent.chat.last_bot == bot.id:
        return True
    via_bot = sent.extra.get("via_bot") == bot.as_json()
    return via_bot or (sent.reply_to is not None and sent.reply_to.sender == bot)


def _addressees(sent: Sent) -> list[str]:
    """Return for each command in a message the bot that it names, empty where it names none."""
    encoded = sent.plain.encode("utf-16-le", "surrogatepass")
    spans = [span(entity) for entity in sent.content.entities if entity["type"] == "bot_command"]
    commands = [encoded[2 * begin : 2 * end].decode("utf-16-le", "surrogatepass") for begin, end in spans]
    return [command.partition("@")[2].lower() for command in commands]
