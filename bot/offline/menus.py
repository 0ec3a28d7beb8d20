"""The command menus of a bot, and which of them a person sees in a chat.

The order is the Bot API's "Determining list of commands": the first menu that is set is shown. Doubtful: that an empty
menu counts as not set, as `deleteMyCommands` leaves it.
"""

from collections.abc import Iterator

from bot.offline.chats import Chat, Person
from bot.offline.fields import Fields, JsonObject


class Menus:
    """The menus that are set, by scope and language."""

    def __init__(self) -> None:
        self._menus: dict[tuple[str, str], list[JsonObject]] = {}

    def put(self, scope: str, language: str, commands: list[JsonObject]) -> None:
        """Set a menu; an empty one removes it."""
        self._menus[scope, language] = commands

    def get(self, scope: str, language: str) -> list[JsonObject]:
        """Return exactly this menu, empty where it is not set."""
        return self._menus.get((scope, language), [])

    def shown(self, person: Person, chat: Chat, *, is_admin: bool) -> dict[str, str]:
        """Return the menu that a person sees: descriptions by command, in order."""
        menu = self._seen(person, chat, is_admin=is_admin)
        return {Fields(command).text("command"): Fields(command).text("description") for command in menu}

    def is_ephemeral(self, command: str, person: Person, chat: Chat, *, is_admin: bool) -> bool:
        """Return whether a command of the menu that a person sees is for the bot's eyes only (Bot API 10.2)."""
        menu = map(Fields, self._seen(person, chat, is_admin=is_admin))
        return any(known.text("command") == command and known.flag("is_ephemeral") for known in menu)

    def _seen(self, person: Person, chat: Chat, *, is_admin: bool) -> list[JsonObject]:
        scopes = _in_private(chat) if chat.type == "private" else _in_group(person, chat, is_admin=is_admin)
        language = (person.language_code or "")[:2].lower()
        menus = (self.get(scope, code) for scope in scopes for code in (language, ""))
        return next(filter(None, menus), [])


def scope_named(kind: str, chat: int | None = None, person: int | None = None) -> str:
    """Return the name of a scope of commands, such as `chat_member:-1001:101`."""
    return ":".join(str(part) for part in (kind, chat, person) if part is not None)


def _in_private(chat: Chat) -> Iterator[str]:
    yield from (scope_named("chat", chat.id), "all_private_chats", "default")


def _in_group(person: Person, chat: Chat, *, is_admin: bool) -> Iterator[str]:
    yield scope_named("chat_member", chat.id, person.id)
    if is_admin:
        yield scope_named("chat_administrators", chat.id)
    yield scope_named("chat", chat.id)
    if is_admin:
        yield "all_chat_administrators"
    yield from ("all_group_chats", "default")
