"""Methods about the door of a chat: invite links, and the requests to join.

The bot has to be an administrator with the right `can_invite_users`. The errors are TDLib's and, in capitals, those of
Telegram's servers.
"""

from collections.abc import Mapping

from bot.offline.chats import Chat, Person
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.refusals import bad_request, require
from bot.offline.targets import reachable_chat
from bot.offline.text import units
from bot.offline.world import Method, World

_OF_LINKS = ("name", "expire_date", "member_limit")
"""What a link keeps of the call that made it."""


def _approve_chat_join_request(world: World, call: Fields) -> JSON:
    chat, person = _applicant(world, call)
    require(world.standing(chat, person).status in {"left", "kicked"}, "USER_ALREADY_PARTICIPANT")
    require(person.id in chat.requests, "HIDE_REQUESTER_MISSING")
    require(person.id not in world.crowded, "USER_CHANNELS_TOO_MUCH")
    world.admit(world.bot, chat, person, via_join_request=True)
    world.arise(world.announce(chat, person, new_chat_members=[person.as_json()]))
    return True


def _decline_chat_join_request(world: World, call: Fields) -> JSON:
    chat, person = _applicant(world, call)
    require(person.id in chat.requests, "HIDE_REQUESTER_MISSING")
    world.drop_request(person, chat)
    return True


def _applicant(world: World, call: Fields) -> tuple[Chat, Person]:
    chat = reachable_chat(world, call)
    require(chat.type != "private", "the chat can't have join requests")
    person = world.accounts.get(call.number("user_id") or 0)
    require("user_id" in call, "invalid user_id specified")
    if person is None:
        raise bad_request("user not found")
    require(world.bot_may(chat, "can_invite_users"), "not enough rights to manage chat join requests")
    return chat, person


def _create_chat_invite_link(world: World, call: Fields) -> JSON:
    chat, by_request = reachable_chat(world, call), call.flag("creates_join_request")
    require(chat.type != "private", "can't invite members to a private chat")
    require(world.bot_may(chat, "can_invite_users"), "not enough rights to manage chat invite link")
    require(units(call.text("name")) <= 32, "INVITE_NAME_TOO_LONG")
    limit = "member limit can't be specified for links requiring administrator approval"
    require(not (by_request and call.number("member_limit")), limit)
    link: JsonObject = {"invite_link": f"https://t.me/+{abs(chat.id)}-{world.next_link()}"}
    link |= {"creator": world.bot.as_json(), "creates_join_request": by_request, "is_primary": False}
    return link | {"is_revoked": False} | {name: call.values[name] for name in _OF_LINKS if name in call}


def _answer_chat_join_request_query(world: World, call: Fields) -> JSON:
    """Answer as the guard of a group. Doubtful: that it needs no right to, and what a late answer is told."""
    query, result = call.text("chat_join_request_query_id"), call.text("result")
    require(result in {"approve", "decline", "queue"}, "wrong join request query result specified")
    world.queries.close("join", query)
    chat, person = world.asked.pop(query)
    if result == "decline":
        world.drop_request(person, chat)
    elif result == "approve":
        world.admit(world.bot, chat, person, via_join_request=True)
        world.arise(world.announce(chat, person, new_chat_members=[person.as_json()]))
    return True


METHODS: Mapping[str, Method] = {
    "answerChatJoinRequestQuery": _answer_chat_join_request_query,
    "approveChatJoinRequest": _approve_chat_join_request,
    "declineChatJoinRequest": _decline_chat_join_request,
    "createChatInviteLink": _create_chat_invite_link,
}
"""The methods, by name."""
