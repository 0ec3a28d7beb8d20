"""What is remembered of each chat while the bot runs, and no longer: bounded, in memory, no texts."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

CHATS = 10_000
"""Chats remembered; the one that was silent longest is forgotten first."""
REPLIES = 50
"""Replies remembered of a chat, so that an edited question edits its answer."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """A mapping of bounded size that forgets what was used longest ago."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: OrderedDict[_Key, _Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: _Key) -> _Value | None:
        """Return what is remembered of the key."""
        if key in self._items:
            self._items.move_to_end(key)
        return self._items.get(key)

    def put(self, key: _Key, value: _Value) -> None:
        """Remember, and forget the oldest if there is no room."""
        self._items[key] = value
        self._items.move_to_end(key)
        if len(self._items) > self._size:
            self._items.popitem(last=False)

    def get_or_put(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is remembered of the key, or make and remember it."""
        if (value := self.get(key)) is None:
            value = make()
            self.put(key, value)
        return value

    def forget(self, key: _Key) -> None:
        """Remember nothing of the key."""
        self._items.pop(key, None)


@dataclass(frozen=True)
class Shown:
    """An answer that a chat saw: what "more" and "another quote" go on from."""

    entry: str
    language: str
    quote: int = 0


@dataclass(frozen=True)
class Answered:
    """What became of a question: the bot's reply, and a mark that shows whether an edit changed the question."""

    reply: int
    """Its message id."""
    mark: int
    """Python's hash of the question, which is salted anew in each process: no words can be read from it."""


@dataclass
class Session:
    """What is remembered of one chat."""

    language: str | None = None
    """The language that a person chose."""
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
        return known is not None and known.mark != hash(text)


class Sessions:
    """The sessions of all chats, by chat id."""

    def __init__(self) -> None:
        self._sessions: Recent[int, Session] = Recent(CHATS)

    def of(self, chat_id: int) -> Session:
        """Return a chat's session, a new one if there is none."""
        return self._sessions.get_or_put(chat_id, Session)

    def forget(self, chat_id: int) -> None:
        """Forget a chat."""
        self._sessions.forget(chat_id)
