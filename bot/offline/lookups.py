"""Methods about chats and who is in them."""

from collections.abc import Mapping

from bot.offline.chats import Chat, Person
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.refusals import bad_request, require
from bot.offline.targets import reachable_chat
from bot.offline.world import Method, World

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def _get_chat(world: World, call: Fields) -> JSON:
    gifts: JsonObject = dict.fromkeys(_GIFTS, False)
    full: JsonObject = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    chat = reachable_chat(world, call)
    linked: JsonObject = {"linked_chat_id": chat.linked.id} if chat.linked else {}
    return chat.as_json() | full | linked


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
    return [world.member(chat, person) for person in world.members(chat) if _is_listed(world, chat, person)]


def _is_listed(world: World, chat: Chat, person: Person) -> bool:
    """Return whether the list of administrators has somebody in it: other bots never.

    Doubtful: an anonymous administrator is shown to a bot that is one itself, and hidden from others.
    """
    held = world.standing(chat, person)
    hidden = held.is_anonymous and chat.bot_status != "administrator"
    return held.is_admin and not hidden and (person == world.bot or not person.is_bot)


def _leave_chat(world: World, call: Fields) -> JSON:
    """Leave a chat. Doubtful: that the bot then gets `my_chat_member`, as here it does, among the consequences."""
    chat = reachable_chat(world, call)
    require(chat.type != "private", "chat member status can't be changed in private chats")
    before, chat.bot_status = world.member(chat, world.bot), "left"
    world.arise(world.changed(world.bot, chat, world.bot, before))
    return True


METHODS: Mapping[str, Method] = {
    "getChat": _get_chat,
    "getChatMember": _get_chat_member,
    "getChatMemberCount": _get_chat_member_count,
    "getChatAdministrators": _get_chat_administrators,
    "leaveChat": _leave_chat,
}
"""The methods, by name."""
