"""Where people meet the bot: the accounts, the chats, who is in them and whom the bot may write to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from bot.offline.chats import BOT, OWNER, Chat, Person
from bot.offline.clock import Clock
from bot.offline.fields import JsonObject
from bot.offline.members import Standing, as_member, standing

_SUPERGROUPS = -1001000000000
_BASIC_GROUPS = -4000000000
_WINDOW = timedelta(minutes=5)
"""How long the bot may write to an applicant: Bot API, ChatJoinRequest.user_chat_id."""


class Places:
    """All accounts and chats around one bot; ids are the same in every run."""

    def __init__(self, bot: Person = BOT, clock: Callable[[], datetime] | Clock | None = None) -> None:
        self.bot = bot
        self.blocked: set[int] = set()
        """The people who blocked the bot."""
        self.crowded: set[int] = set()
        """The people who are in as many groups and channels as one can be, so that nobody can let them in."""
        self.accounts: dict[int, Person] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        """The time: `telegram.clock.pass_time(…)` moves it."""
        self.now = self.clock.now
        self._windows: dict[int, dict[int, datetime]] = {}
        """Until when the bot may write to somebody, by person and by the chat that they ask to join."""
        self._ids = count(1)

    # Chats

    def private(self, person: Person) -> Chat:
        """Return the private chat of a person with the bot, who has started it."""
        chat = self.unopened(person)
        chat.started = True
        return chat

    def unopened(self, person: Person) -> Chat:
        """Return the private chat of a person with the bot, as it is; who never wrote has not started it."""
        chat = Chat(person.id, "private", username=person.username, started=False)
        chat = self.chats.setdefault(person.id, chat)
        self.join(person, chat)
        return chat

    def group(
        self,
        title: str,
        *,
        forum: bool = False,
        bot_is_admin: bool = False,
        with_bot: bool = True,
        basic: bool = False,
        owner: Person = OWNER,
    ) -> Chat:
        """Make a group, by default a supergroup with the bot in it."""
        status = "administrator" if bot_is_admin else "member" if with_bot else "left"
        first, kind = (_BASIC_GROUPS, "group") if basic else (_SUPERGROUPS, "supergroup")
        return self.open(Chat(first - next(self._ids), kind, title, is_forum=forum, bot_status=status, owner=owner))

    def channel(
        self,
        title: str,
        *,
        bot_is_admin: bool = True,
        username: str | None = None,
        owner: Person = OWNER,
        discussed_in: Chat | None = None,
    ) -> Chat:
        """Make a channel, by default with the bot as an administrator, which is how bots are in channels.

        What is posted there is forwarded to the group that it is discussed in.
        """
        status, number = "administrator" if bot_is_admin else "left", _SUPERGROUPS - next(self._ids)
        chat = Chat(number, "channel", title, username=username, bot_status=status, owner=owner, linked=discussed_in)
        if discussed_in:
            discussed_in.linked = chat
        return self.open(chat)

    def supergroup_of(self, group: Chat) -> Chat:
        """Make the supergroup that a basic group becomes, with the same people and administrators."""
        made = Chat(_SUPERGROUPS - next(self._ids), "supergroup", group.title, owner=group.owner)
        made.bot_status, made.message_ids = group.bot_status, count(1)
        made.people, made.admins, made.rights = dict(group.people), set(group.admins), dict(group.rights)
        group.moved_to = made
        return self.open(made)

    def open(self, chat: Chat) -> Chat:
        """Let a chat be there, with its owner in it."""
        self.chats[chat.id] = chat
        self.join(chat.owner or OWNER, chat)
        return chat

    # Members

    def join(self, person: Person, chat: Chat) -> None:
        """Let a person be in a chat, without a word."""
        self.accounts[person.id] = chat.people[person.id] = person

    def members(self, chat: Chat) -> list[Person]:
        """Return who is in a chat, the bot last."""
        people = list(chat.people.values())
        return [*people, self.bot] if chat.type == "private" or chat.has_bot else people

    def standing(self, chat: Chat, person: Person) -> Standing:
        """Return what somebody is and may do in a chat."""
        return standing(chat, person, self.bot)

    def bot_may(self, chat: Chat, right: str) -> bool:
        """Return whether the bot is an administrator with this right."""
        return self.standing(chat, self.bot).may(right)

    def member(self, chat: Chat, person: Person) -> JsonObject:
        """Return the Bot API's ChatMember of anyone."""
        return as_member(chat, person, self.bot)

    # Who may be written to

    def ask_in(self, person: Person, chat: Chat) -> None:
        """Note a request to join: the bot may write to the applicant for five minutes."""
        chat.requests[person.id] = person
        self._windows.setdefault(person.id, {})[chat.id] = self.now() + _WINDOW

    def drop_request(self, person: Person, chat: Chat) -> None:
        """Forget a request that somebody decided, and with it that the bot may write to the applicant."""
        chat.requests.pop(person.id, None)
        self._windows.get(person.id, {}).pop(chat.id, None)

    def may_write_to(self, person: int) -> bool:
        """Return whether a person started the bot or asked to be let in less than five minutes ago.

        The five minutes end when somebody decides the request. A press of a button does not start the bot as a message
        does: tdlib/td #2932.
        """
        if self.chats[person].started:
            return True
        return any(self.now() < until for until in self._windows.get(person, {}).values())

    def next_link(self) -> int:
        """Return a number that no other invite link has."""
        return next(self._ids)
