"""What is remembered of each chat while the bot runs, and no longer: bounded, in memory, no texts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from zlib import crc32

from bot.preferences import Settings

CHATS = 5_000
"""Chats remembered; the one that was silent longest is forgotten first."""
REPLIES = 25
"""Replies remembered of a chat, so that an edited question edits its answer."""
APPLICATIONS = 100
"""Requests to join remembered of a chat; more than it takes to tell a raid."""
HOUR = timedelta(hours=1)

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """A mapping of bounded size that forgets what was used longest ago."""

    __slots__ = ("_items", "_size")

    def __init__(self, size: int, items: Iterable[tuple[_Key, _Value]] = ()) -> None:
        self._size = size
        # In the order of use; no OrderedDict, since many of these are empty, and that takes thrice as much
        self._items = dict(items)

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: _Key) -> _Value | None:
        """Return what is remembered of the key."""
        if key not in self._items:
            return None
        value = self._items[key] = self._items.pop(key)
        return value

    def put(self, key: _Key, value: _Value) -> None:
        """Remember, and forget the oldest if there is no room."""
        self._items.pop(key, None)
        self._items[key] = value
        if len(self._items) > self._size:
            del self._items[next(iter(self._items))]

    def get_or_put(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is remembered of the key, or make and remember it."""
        if (value := self.get(key)) is None:
            value = make()
            self.put(key, value)
        return value

    def items(self) -> list[tuple[_Key, _Value]]:
        """Return all that is remembered, what was used longest ago first."""
        return list(self._items.items())

    def forget(self, key: _Key) -> None:
        """Remember nothing of the key."""
        self._items.pop(key, None)

    def drop(self, is_unwanted: Callable[[_Value], bool]) -> None:
        """Forget all that is unwanted."""
        for key in [key for key, value in self._items.items() if is_unwanted(value)]:
            self.forget(key)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that a chat saw: what "more" and "another quote" go on from."""

    entry: str
    language: str
    quote: int = 0


def mark_of(text: str) -> int:
    """Return what tells a text from another one: 32 bits, too few to tell what it said, the same in every process."""
    return crc32(text.encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question: the bot's reply, and a mark that shows whether an edit changed the question."""

    reply: int
    """Its message id."""
    mark: int
    """What `mark_of` makes of the question."""


@dataclass(frozen=True, slots=True)
class Given:
    """Where and when a group was given an answer."""

    message: int
    topic: int | None
    at: datetime


@dataclass(slots=True)
class Session:
    """What is remembered of one chat."""

    language: str | None = None
    """The language that a person, or the admins of a group, chose: the database has it, this is the last look."""
    settings: Settings = field(default_factory=Settings)
    """What the admins of a group chose: the last look at the database."""
    spoken: str | None = None
    """The language of the last question that left no doubt."""
    last: Shown | None = None
    """The answer that the chat saw last."""
    shown: Recent[int, Shown] = field(default_factory=lambda: Recent(REPLIES))
    """By message id of the bot's: the answer in it."""
    answered: Recent[int, Answered] = field(default_factory=lambda: Recent(REPLIES))
    """By message id of a question."""
    album: str | None = None
    """The last group of photos, so that it gets one reply and not ten."""
    given: Recent[tuple[str, str], Given] = field(default_factory=lambda: Recent(REPLIES))
    """By entry and language: the last time that a group was given this answer."""
    askers: Recent[int, str] = field(default_factory=lambda: Recent(REPLIES))
    """By message id of the bot's: the mark of the person who asked for it, who may remove it."""
    authors: Recent[int, str] = field(default_factory=lambda: Recent(REPLIES))
    """By message id of the bot's: the mark of the person whose message it answers, who may remove it too."""
    applied: list[datetime] = field(default_factory=list)
    """When people asked to join lately, however their requests ended: the last of them."""
    spent: list[datetime] = field(default_factory=list)
    """When each answer of the last hour was given."""

    def note(self, message_id: int, shown: Shown | None) -> None:
        """Remember which answer one of the bot's messages shows now, if it shows one."""
        self.shown.forget(message_id)
        if shown:
            self.last = shown
            self.shown.put(message_id, shown)

    def meant(self, replied: int | None) -> Shown | None:
        """Return the answer that a follow-up is about: that in the bot's message it replies to, else the last."""
        return self.last if replied is None else self.shown.get(replied)

    def reasks(self, message_id: int, text: str) -> bool:
        """Tell whether an edited message was answered and is another one now: Telegram also reports edits of none."""
        known = self.answered.get(message_id)
        return known is not None and known.mark != mark_of(text)

    def earlier(self, shown: Shown, now: datetime) -> Given | None:
        """Return where this answer stands already, if it was given so recently that a link to it is enough.

        A message that a button or an edited question turned into another answer is no longer where it stands.
        """
        given = self.given.get((shown.entry, shown.language))
        if given is None or now - given.at >= self.settings.repeat_hours * HOUR:
            return None
        stands = self.shown.get(given.message)
        return given if stands and (stands.entry, stands.language) == (shown.entry, shown.language) else None

    def note_application(self, now: datetime) -> None:
        """Remember that somebody asked to join."""
        self.applied[:] = [*self.applied[1 - APPLICATIONS :], now]

    def answers_left(self, now: datetime) -> float:
        """Return how many answers the admins' budget leaves for this hour."""
        self.spent[:] = [at for at in self.spent if now - at < HOUR]
        return self.settings.budget - len(self.spent) if self.settings.budget else float("inf")

    def forget_person(self, mark: str) -> None:
        """Forget which messages were sent for somebody."""
        self.askers.drop(lambda asker: asker == mark)
        self.authors.drop(lambda author: author == mark)

    def take_back(self, message_id: int) -> None:
        """Forget one of the bot's messages, which is removed: no follow-up, link or edited question brings it back."""
        self.shown.forget(message_id)
        self.askers.forget(message_id)
        self.authors.forget(message_id)
        self.answered.drop(lambda answered: answered.reply == message_id)


class Sessions:
    """The sessions of all chats, by chat id."""

    def __init__(self) -> None:
        self._sessions: Recent[int, Session] = Recent(CHATS)

    def of(self, chat_id: int) -> Session:
        """Return a chat's session, a new one if there is none."""
        return self._sessions.get_or_put(chat_id, Session)

    def forget(self, chat_id: int) -> None:
        """Forget a chat, but for the times that its hourly budget counts: nobody is to get round that."""
        if (session := self._sessions.get(chat_id)) is not None:
            self._sessions.forget(chat_id)
            if session.spent:
                self._sessions.put(chat_id, Session(spent=session.spent))

    def move(self, old: int, new: int) -> None:
        """Remember a group under the id that it has as a supergroup; its messages have other numbers there."""
        if (session := self._sessions.get(old)) is not None:
            self._sessions.put(new, Session(session.language, session.settings, spent=session.spent))
            self._sessions.forget(old)
