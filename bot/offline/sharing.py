"""How a person shares a chat with the bot: the keyboard in private that asks for one."""

from bot.offline.chats import Chat, Person
from bot.offline.fields import Fields, JsonObject
from bot.offline.joining import Joining


class Sharing(Joining):
    """Deeds with a button that asks for a chat (KeyboardButtonRequestChat)."""

    def shares_chat(self, person: Person, chat: Chat, request_id: int) -> JsonObject | None:
        """Press the button with this number and pick a chat; return the message with `chat_shared`.

        A LookupError where no such button stands in the private chat, a ValueError where Telegram would not offer
        this chat. Where the bot needs rights that it lacks, the person gives them: a consequence. Doubtful: Telegram's
        apps ask the person about that, and whether the update comes before the message.
        """
        private = self.private(person)
        wanted = _asked(private, request_id)
        if problem := self._misfit(person, chat, wanted):
            raise ValueError(f"{chat.title} would not be offered: {problem}")
        self._give_rights(person, chat, _named(wanted, "bot_administrator_rights"))
        shared: JsonObject = {"request_id": request_id, "chat_id": chat.id}
        if wanted.flag("request_title"):
            shared["title"] = chat.title
        if wanted.flag("request_username") and chat.username:
            shared["username"] = chat.username
        return self.announce(private, person, chat_shared=shared)

    def _misfit(self, person: Person, chat: Chat, wanted: Fields) -> str | None:
        """Return why a chat is not what a button asks for, None where it is."""
        held = self.standing(chat, person)
        if _contradicts(chat, person, wanted):
            return "it is of another kind"
        if not all(map(held.may, _named(wanted, "user_administrator_rights"))):
            return "the person lacks rights"
        if wanted.flag("bot_is_member") and not chat.has_bot:
            return "the bot is not in it"
        if self._lacking(chat, wanted) and not held.may("can_promote_members"):
            return "the bot lacks rights"
        return None

    def _lacking(self, chat: Chat, wanted: Fields) -> set[str]:
        return {right for right in _named(wanted, "bot_administrator_rights") if not self.bot_may(chat, right)}

    def _give_rights(self, person: Person, chat: Chat, rights: set[str]) -> None:
        if not all(self.bot_may(chat, right) for right in rights):
            held = self.standing(chat, self.bot).rights if chat.bot_status == "administrator" else frozenset[str]()
            self.arise(self.promotes(person, chat, self.bot, **dict.fromkeys(rights | held, True)))


def _asked(private: Chat, request_id: int) -> Fields:
    for row in private.keyboard:
        for key in row:
            wanted = Fields(key).inner("request_chat")
            if wanted and wanted.number("request_id") == request_id:
                return wanted
    raise LookupError(f"no button asks for a chat with the number {request_id}")


def _contradicts(chat: Chat, person: Person, wanted: Fields) -> bool:
    """Return whether something is asked of the chat itself that it is not."""
    facts = {
        "chat_is_channel": chat.type == "channel",
        "chat_is_forum": chat.is_forum,
        "chat_has_username": chat.username is not None,
    }
    unlike = any(name in wanted and wanted.flag(name) != fact for name, fact in facts.items())
    return unlike or (wanted.flag("chat_is_created") and chat.owner != person)


def _named(wanted: Fields, name: str) -> set[str]:
    """Return the rights that a button asks for; that somebody is anonymous is none."""
    rights = wanted.inner(name)
    return {right for right in rights.values if rights.flag(right) and right != "is_anonymous"} if rights else set()
