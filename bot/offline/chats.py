"""Who talks, where, and what was said: people, chats and messages, as the Bot API shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.offline.fields import Fields, JsonObject, Rows
from bot.offline.text import FormattedText


@dataclass(frozen=True)
class Person:
    """Somebody with a Telegram account, or a bot."""

    id: int
    first_name: str
    language_code: str | None = None
    is_bot: bool = False
    username: str | None = None

    def as_json(self) -> JsonObject:
        """Return the Bot API's User."""
        known: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return known | _present({"username": self.username, "language_code": self.language_code})


BOT = Person(7000000001, "Bot", is_bot=True, username="offline_bot")
OWNER = Person(1000, "Owner", "en", username="owner")
ANONYMOUS = Person(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
"""Whom Telegram names as the author of what an anonymous administrator writes; the real one is `sender_chat`."""
TELEGRAM = Person(777000, "Telegram")
"""Whom Telegram names as the author of the automatic forwards from a channel; the real one is `sender_chat`."""


@dataclass(eq=False)
class Chat:
    """A conversation, and who is in it."""

    id: int
    type: str
    title: str | None = None
    is_forum: bool = False
    username: str | None = None
    bot_status: str = "member"
    owner: Person | None = None
    admins: set[int] = field(default_factory=set)
    rights: dict[int, frozenset[str]] = field(default_factory=dict)
    """The rights of administrators, the bot too; who is missing here has all."""
    anonymous: set[int] = field(default_factory=set)
    """The administrators whose messages are in the name of the group."""
    permitted: dict[int, frozenset[str]] = field(default_factory=dict)
    """What the restricted members, the bot too, may still do."""
    banned: set[int] = field(default_factory=set)
    people: dict[int, Person] = field(default_factory=dict)
    requests: dict[int, Person] = field(default_factory=dict)
    """Who asks to be let in."""
    is_guarded: bool = False
    """Whether its administrators made the bot its guard, who is asked about each request to join (Bot API 10.1)."""
    topics: dict[int, "Sent"] = field(default_factory=dict, repr=False)
    closed_topics: set[int] = field(default_factory=set)
    """The closed topics; 1 is General."""
    linked: "Chat | None" = field(default=None, repr=False)
    """The discussion group of a channel, or the channel of a discussion group."""
    moved_to: "Chat | None" = field(default=None, repr=False)
    """The supergroup that a basic group became."""
    started: bool = True
    """Whether a person wrote to the bot, so that it may write to them."""
    keyboard: Rows = field(default_factory=list, repr=False)
    """The keyboard that stands in place of the person's own, until it is removed."""
    last_bot: int | None = None
    """The bot that spoke last: a command that names no bot is for this one."""
    message_ids: "count[int]" = field(default_factory=lambda: count(2), repr=False)

    @property
    def has_bot(self) -> bool:
        """Whether the bot is in it."""
        return self.bot_status in {"member", "administrator", "restricted"}

    def as_json(self) -> JsonObject:
        """Return the Bot API's Chat."""
        chat: JsonObject = {"id": self.id, "type": self.type}
        if self.type == "private":
            return chat | {"first_name": self.people[self.id].first_name}
        return chat | _present({"title": self.title, "username": self.username, "is_forum": self.is_forum})


@dataclass(eq=False)
class Sent:
    """One visible message of anyone."""

    message_id: int
    chat: Chat
    sender: Person
    date: datetime
    content: FormattedText
    buttons: Rows = field(default_factory=list)
    reply_to: "Sent | None" = field(default=None, repr=False)
    thread_id: int | None = None
    edited: bool = False
    deleted: bool = False
    inline_message_id: str | None = None
    reactions: list[str] = field(default_factory=list)
    extra: JsonObject = field(default_factory=dict, repr=False)
    """Further fields of the Bot API's Message."""

    @property
    def text(self) -> str:
        """The text as it was written."""
        return self.content.source

    @property
    def plain(self) -> str:
        """The text as a person sees it."""
        return self.content.plain

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons, in reading order."""
        return [Fields(button).text("text") for row in self.buttons for button in row]

    @property
    def by_bot(self) -> bool:
        """Whether a bot wrote it; an anonymous admin or a channel writes under a bot's name, but is none."""
        return self.sender.is_bot and "sender_chat" not in self.extra

    @property
    def seen_by(self) -> int | None:
        """The only person or bot that sees it besides who wrote it; None where everybody in the chat does."""
        return Fields(receiver).number("id") if isinstance(receiver := self.extra.get("receiver_user"), dict) else None

    @property
    def root(self) -> "Sent":
        """The message that began this chain of replies."""
        return self.reply_to.root if self.reply_to else self

    def data_behind(self, label_or_data: str) -> str:
        """Return the callback data of the button with this label, or with this data."""
        buttons = [Fields(button) for row in self.buttons for button in row]
        for name in ("text", "callback_data"):
            for button in buttons:
                if button.text(name) == label_or_data and "callback_data" in button:
                    return button.text("callback_data")
        raise LookupError(f"no button {label_or_data!r} that tells the bot; there are {self.labels}")

    def as_json(self, *, with_reply: bool = True) -> JsonObject:
        """Return the Bot API's Message."""
        date = int(self.date.timestamp())
        message: JsonObject = {"message_id": self.message_id, "date": date, "chat": self.chat.as_json()}
        message |= self._author() | self._content() | self._thread()
        if self.edited:
            message["edit_date"] = date + 1
        if self.buttons:
            message["reply_markup"] = {"inline_keyboard": [list(row) for row in self.buttons]}
        answered = self.reply_to or self.chat.topics.get(self.thread_id or 0)
        if with_reply and answered and answered is not self:
            message["reply_to_message"] = answered.as_json(with_reply=False)
        return message | self.extra

    def _author(self) -> JsonObject:
        return {"sender_chat": self.chat.as_json()} if self.chat.type == "channel" else {"from": self.sender.as_json()}

    def _content(self) -> JsonObject:
        text, entities = ("caption", "caption_entities") if "caption" in self.extra else ("text", "entities")
        return _present({text: self.plain, entities: list(self.content.entities)})

    def _thread(self) -> JsonObject:
        if self.thread_id:
            return {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.chat.type == "supergroup" and self.reply_to and self.seen_by is None:
            return {"message_thread_id": self.reply_to.root.message_id}
        return {}


def _present(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value}
