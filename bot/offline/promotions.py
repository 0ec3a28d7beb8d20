"""Who gives rights in a chat and takes them: to people, and to the bot."""

from bot.offline.chats import Chat, Person
from bot.offline.fields import JsonObject
from bot.offline.members import PERMISSIONS, given, rights_in
from bot.offline.world import World


class Promotions(World):
    """Deeds that change what somebody may do in a chat.

    Each returns `my_chat_member` where it is about the bot, and else `chat_member`, or None where the bot is no
    administrator. A real bot gets `chat_member` only if it names it in `allowed_updates`, as `deliver` minds.
    """

    def promotes(
        self, by: Person, chat: Chat, person: Person, *, is_anonymous: bool = False, **rights: bool
    ) -> JsonObject | None:
        """Make somebody an administrator, or change the rights of one.

        The rights that are named True are given, and no others; all but those named False where none is True.
        """
        named, before = given(rights, rights_in(chat)), self.member(chat, person)
        self._set_status(chat, person, "administrator")
        chat.rights[person.id] = named
        if is_anonymous:
            chat.anonymous.add(person.id)
        return self.changed(by, chat, person, before)

    def demotes(self, by: Person, chat: Chat, person: Person) -> JsonObject | None:
        """Make an administrator an ordinary member; in a channel, where bots are administrators, the bot has left."""
        before = self.member(chat, person)
        gone = person == self.bot and chat.type == "channel"
        self._set_status(chat, person, "left" if gone else "member")
        return self.changed(by, chat, person, before)

    def restricts(self, by: Person, chat: Chat, person: Person, **permissions: bool) -> JsonObject | None:
        """Withhold something from a member of a supergroup, such as `can_send_messages=False`.

        The permissions that are named True are left, and no others; all but those named False where none is True.
        """
        if chat.type != "supergroup":
            raise ValueError("members are restricted in supergroups only")
        left, before = given(permissions, PERMISSIONS), self.member(chat, person)
        self._set_status(chat, person, "restricted")
        chat.permitted[person.id] = left
        return self.changed(by, chat, person, before)

    def adds_bot(self, person: Person, chat: Chat, *, admin: bool = False) -> JsonObject:
        """Add the bot to a chat or promote it there, with all rights; in a private chat: unblock it."""
        self.blocked.discard(chat.id)
        return self._changes_bot(person, chat, "administrator" if admin else "member")

    def removes_bot(self, person: Person, chat: Chat) -> JsonObject:
        """Remove the bot from a chat; in a private chat: block it."""
        if chat.type == "private":
            self.blocked.add(chat.id)
        return self._changes_bot(person, chat, "kicked")

    def _changes_bot(self, person: Person, chat: Chat, status: str) -> JsonObject:
        if chat.bot_status == status:
            raise ValueError(f"the bot's status is {status} already")
        before = self.member(chat, self.bot)
        self._set_status(chat, self.bot, status)
        return self.updates.make("my_chat_member", self.change(person, chat, self.bot, before))

    def _set_status(self, chat: Chat, person: Person, status: str) -> None:
        for rights in (chat.rights, chat.permitted):
            rights.pop(person.id, None)
        for special in (chat.anonymous, chat.admins, chat.banned):
            special.discard(person.id)
        if person == self.bot:
            chat.bot_status = status
        elif status in {"left", "kicked"}:
            chat.people.pop(person.id, None)
            chat.banned |= {person.id} if status == "kicked" else set()
        else:
            self.join(person, chat)
            chat.admins |= {person.id} if status == "administrator" else set()
