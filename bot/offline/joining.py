"""Who comes into a chat and goes: with a link, added by others, or let in after asking."""

from bot.offline.chats import ANONYMOUS, Chat, Person
from bot.offline.fields import JsonObject
from bot.offline.promotions import Promotions


class Joining(Promotions):
    """Deeds about who is in a chat.

    Each returns the update of the service message that a group shows, or None where there is none (channels) or the
    bot does not get it. What administrators learn besides, `chat_member`, is among the `consequences`.
    Doubtful: very large groups show no service messages; here all do.
    """

    def joins(self, person: Person, chat: Chat, *others: Person, by: Person | None = None) -> JsonObject | None:
        """Come into a chat; with others, who are all added at once by one member (the owner unless named)."""
        people = (person, *others)
        actor = by or (person if not others else chat.owner or person)
        self.admit(actor, chat, *people)
        return self.announce(chat, actor, new_chat_members=[newcomer.as_json() for newcomer in people])

    def leaves(self, person: Person, chat: Chat, *, by: Person | None = None) -> JsonObject | None:
        """Leave a chat, or be removed by somebody and banned."""
        before = self.member(chat, person)
        self._set_status(chat, person, "kicked" if by else "left")
        self.arise(self.changed(by or person, chat, person, before))
        return self.announce(chat, by or person, left_chat_member=person.as_json())

    def requests_to_join(self, person: Person, chat: Chat) -> JsonObject | None:
        """Ask to be let in, which allows the bot to write for five minutes; a bot that cannot invite learns nothing.

        Doubtful: asking again while the first request waits is delivered once more.
        """
        if person.id in chat.people:
            raise ValueError(f"{person.first_name} is in {chat.title} already")
        if person.id in chat.banned:
            raise ValueError(f"{person.first_name} is banned from {chat.title}")
        self.accounts[person.id] = person
        if not self.bot_may(chat, "can_invite_users"):
            chat.requests[person.id] = person
            return None
        self.ask_in(person, chat)
        asked: JsonObject = {"chat": chat.as_json(), "from": person.as_json(), "user_chat_id": person.id}
        asked |= {"date": int(self.now().timestamp())}
        if self.guards(chat):
            query = self.open_query("join")
            self.asked[query] = (chat, person)
            asked["query_id"] = query
        return self.updates.make("chat_join_request", asked)

    def lets_in(self, admin: Person, person: Person, chat: Chat) -> JsonObject | None:
        """Approve somebody's request, as an administrator does by hand."""
        self._check_decides(admin, person, chat)
        self.admit(admin, chat, person, via_join_request=True)
        return self.announce(chat, person, new_chat_members=[person.as_json()])

    def turns_away(self, admin: Person, person: Person, chat: Chat) -> None:
        """Decline somebody's request, as an administrator does by hand: the bot learns nothing of it."""
        self._check_decides(admin, person, chat)
        self.drop_request(person, chat)

    def withdraws(self, person: Person, chat: Chat) -> None:
        """Take one's request back: the bot learns nothing of it."""
        self._check_waits(person, chat)
        self.drop_request(person, chat)

    def _check_decides(self, admin: Person, person: Person, chat: Chat) -> None:
        if not self.standing(chat, admin).may("can_invite_users"):
            raise ValueError(f"{admin.first_name} has no right to decide that")
        self._check_waits(person, chat)

    def _check_waits(self, person: Person, chat: Chat) -> None:
        if person.id not in chat.requests:
            raise LookupError(f"{person.first_name} does not ask to be let in to {chat.title}")

    def migrates(self, chat: Chat, by: Person | None = None) -> tuple[JsonObject | None, JsonObject | None]:
        """Turn a basic group into a supergroup, `chat.moved_to`; return the message in the old and in the new one.

        Doubtful: whether `my_chat_member` comes for either; here it does not.
        """
        if chat.type != "group" or chat.moved_to or not chat.has_bot:
            raise ValueError(f"{chat.title} is no basic group with the bot in it")
        supergroup = self.supergroup_of(chat)
        old = self.announce(chat, by or chat.owner or ANONYMOUS, migrate_to_chat_id=supergroup.id)
        origin: JsonObject = {"migrate_from_chat_id": chat.id, "sender_chat": supergroup.as_json()}
        return old, self.announce(supergroup, ANONYMOUS, **origin)
