"""Methods about the bot itself: who it is, its command menus and its profile."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.menus import scope_named
from bot.offline.refusals import bad_request, require
from bot.offline.rules import check_commands, check_language, check_profile
from bot.offline.targets import reachable_chat
from bot.offline.world import Method, World

_EVERYWHERE = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_IN_ONE_CHAT = {"chat", "chat_administrators", "chat_member"}


def _get_me(world: World, _: Fields) -> JSON:
    newer: JsonObject = {"supports_join_request_queries": world.can_guard} if world.knows("10.1") else {}
    return (
        newer
        | world.bot.as_json()
        | {
            "can_join_groups": True,
            "can_read_all_group_messages": world.reads_everything,
            "supports_inline_queries": True,
            "supports_guest_queries": True,
        }
    )


def _set_webhook(world: World, call: Fields) -> JSON:
    """Note where updates are to be delivered; nothing is delivered there, who wants that hands them over."""
    world.webhook = call.text("url")
    return True


def _get_webhook_info(world: World, _: Fields) -> JSON:
    return {
        "url": world.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }


def _delete_webhook(world: World, call: Fields) -> JSON:
    world.webhook = ""
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def _accepting(check: Callable[[Fields], None]) -> Method:
    """Make a method that changes nothing which people see, and only checks its parameters."""

    def answer(_: World, call: Fields) -> JSON:
        check(call)
        return True

    return answer


def _set_my_commands(world: World, call: Fields) -> JSON:
    check_commands(call)
    commands = [_known(world, command.values) for command in call.items("commands")]
    world.menus.put(_scope(world, call), call.text("language_code"), commands)
    return True


def _known(world: World, command: JsonObject) -> JsonObject:
    """Return what the server reads of a command."""
    ignored = set() if world.knows("10.2") else {"is_ephemeral"}
    return {name: value for name, value in command.items() if name not in ignored}


def _get_my_commands(world: World, call: Fields) -> JSON:
    check_language(call)
    return list[JSON](world.menus.get(_scope(world, call), call.text("language_code")))


def _delete_my_commands(world: World, call: Fields) -> JSON:
    check_language(call)
    world.menus.put(_scope(world, call), call.text("language_code"), [])
    return True


def _scope(world: World, call: Fields) -> str:
    """Return the name of the scope of a call; refuse one that does not fit its chat in TDLib's words."""
    scope = call.inner("scope")
    kind = scope.text("type") if scope else "default"
    if scope is None or kind in _EVERYWHERE:
        return kind
    require(kind in _IN_ONE_CHAT, "can't parse BotCommandScope: unsupported type specified")
    chat = reachable_chat(world, scope)
    require(chat.type != "channel", "can't change commands in channel chats")
    require(chat.type != "private" or kind == "chat", "can't use specified scope in private chats")
    return scope_named(kind, chat.id, _member(world, scope) if kind == "chat_member" else None)


def _member(world: World, scope: Fields) -> int:
    person = scope.number("user_id")
    if person is None or person not in world.accounts:
        raise bad_request("user not found")
    return person


METHODS: Mapping[str, Method] = {
    "getMe": _get_me,
    "deleteWebhook": _delete_webhook,
    "setWebhook": _set_webhook,
    "getWebhookInfo": _get_webhook_info,
    "setMyCommands": _set_my_commands,
    "getMyCommands": _get_my_commands,
    "deleteMyCommands": _delete_my_commands,
    "setMyName": _accepting(partial(check_profile, name="name", longest=64)),
    "setMyDescription": _accepting(partial(check_profile, name="description", longest=512)),
    "setMyShortDescription": _accepting(partial(check_profile, name="short_description", longest=120)),
}
"""The methods, by name."""
