"""What one bot's Telegram keeps in memory: all that was said, and what has yet to be answered or delivered."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from bot.offline.chats import BOT, TELEGRAM, Chat, Person, Sent
from bot.offline.clock import Clock
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.flood import Flood
from bot.offline.menus import Menus
from bot.offline.places import Places
from bot.offline.privacy import is_delivered
from bot.offline.queries import Queries
from bot.offline.rules import Article
from bot.offline.text import FormattedText
from bot.offline.updates import Updates
from bot.offline.versions import is_at_least

Method: TypeAlias = "Callable[[World, Fields], JSON]"
"""A method of the Bot API: what a call does to the world, and what it is answered."""


class World(Places):
    """Telegram around one bot; ids and, by default, dates are the same in every run."""

    def __init__(
        self,
        bot: Person = BOT,
        *,
        reads_everything: bool = False,
        clock: Callable[[], datetime] | Clock | None = None,
        limits: bool = False,
        version: str = "10.0",
    ) -> None:
        super().__init__(bot, clock)
        self.version = version
        """The version of the Bot API that the server speaks."""
        self.can_guard = False
        """Whether the bot's owner lets it guard groups: be asked about each request to join (Bot API 10.1)."""
        self.asked: dict[str, tuple[Chat, Person]] = {}
        """Who asks to be let in where, by the query that a guard is asked with."""
        self.reads_everything = reads_everything
        """Whether privacy mode is off."""
        self.sent: list[Sent] = []
        """Every message of anyone, in order, deleted ones too."""
        self.answers: list[JsonObject] = []
        """What the bot answered to presses and to inline and guest queries, as received."""
        self.inline: dict[str, Sent] = {}
        """The messages that the bot can change by their inline id only."""
        self.guests: dict[str, Sent] = {}
        """What was asked in chats that the bot is not in, by guest query."""
        self.webhook = ""
        """Where updates are said to be delivered, if anywhere."""
        self.updates = Updates()
        self.menus = Menus()
        self.queries = Queries(self.now)
        self.flood = Flood(self.now) if limits else None
        self._arisen: list[JsonObject] = []

    def knows(self, version: str) -> bool:
        """Return whether the server knows what came with a version of the Bot API."""
        return is_at_least(self.version, version)

    @property
    def from_bot(self) -> list[Sent]:
        """The bot's own messages, in order, deleted ones too."""
        return [sent for sent in self.sent if sent.sender == self.bot]

    def menu(self, person: Person, chat: Chat) -> dict[str, str]:
        """Return the commands that a person sees in a chat: descriptions by command, in order."""
        return self.menus.shown(person, chat, is_admin=self.standing(chat, person).is_admin)

    # Messages

    def add_message(
        self,
        chat: Chat,
        sender: Person,
        text: FormattedText,
        *,
        reply_to: Sent | None = None,
        thread: int | None = None,
        extra: JsonObject | None = None,
    ) -> Sent:
        """Let a message stand in a chat; a reply stays in the topic of what it replies to."""
        sent = Sent(next(chat.message_ids), chat, sender, self.now(), text, reply_to=reply_to, extra=extra or {})
        sent.thread_id = thread or (reply_to.thread_id if reply_to else None)
        if sent.by_bot:
            chat.last_bot = sender.id
        self.sent.append(sent)
        if chat.type == "channel" and chat.linked:
            self._discuss(sent, chat.linked)
        return sent

    def count_send(self, chat: Chat) -> None:
        """Count a message of the bot where limits are kept; refuse one too many."""
        if self.flood:
            self.flood.count(chat)

    def add_article(self, chat: Chat, sender: Person, article: Article, extra: JsonObject) -> Sent:
        """Let an inline result stand in a chat."""
        sent = self.add_message(chat, sender, article.text, extra=extra)
        sent.buttons = article.rows
        sent.inline_message_id = f"inline-{len(self.inline) + 1}"
        self.inline[sent.inline_message_id] = sent
        return sent

    def find(self, chat: Chat, message_id: int | None) -> Sent | None:
        """Return a message of a chat, None where there is none or it is deleted."""
        alive = (sent for sent in self.sent if sent.chat is chat and not sent.deleted and sent.seen_by is None)
        return next((sent for sent in alive if sent.message_id == message_id), None)

    def open_query(self, kind: str = "callback") -> str:
        """Make a query (`callback`, `inline`, `guest` or `join`) that waits for the bot's answer; return its id."""
        return self.queries.open(kind)

    def forward_of(self, post: Sent) -> Sent:
        """Return what Telegram forwarded to the discussion group of a channel; a LookupError where there is none."""
        origin = self._origin(post)
        for sent in self.sent:
            if sent.extra.get("forward_origin") == origin and sent.chat is post.chat.linked:
                return sent
        raise LookupError(f"{post.chat.title} is not discussed in a group")

    def _discuss(self, post: Sent, group: Chat) -> None:
        """Forward a post to the discussion group. Simpler than Telegram: without buttons, and never changed later."""
        automatic: JsonObject = {"sender_chat": post.chat.as_json(), "is_automatic_forward": True}
        extra = post.extra | automatic | {"forward_origin": self._origin(post)}
        forward = self.add_message(group, TELEGRAM, post.content, extra=extra)
        self.arise(self.delivery(forward))

    def _origin(self, post: Sent) -> JsonObject:
        date, chat = int(post.date.timestamp()), post.chat.as_json()
        return {"type": "channel", "date": date, "chat": chat, "message_id": post.message_id}

    # Updates

    def delivery(self, sent: Sent, change: str = "") -> JsonObject | None:
        """Return the update for a message, None where Telegram does not deliver it to the bot."""
        if sent.chat.id in self.blocked or not is_delivered(sent, self.bot, reads_everything=self.reads_everything):
            return None
        kind = "channel_post" if sent.chat.type == "channel" else "message"
        return self.updates.make(change + kind, sent.as_json())

    def arise(self, update: JsonObject | None) -> None:
        """Keep an update that is nobody's own deed for `consequences`; None (nothing to deliver) is ignored."""
        if update is not None:
            self._arisen.append(update)

    def consequences(self) -> list[JsonObject]:
        """Return the updates for what came of earlier deeds and of the bot's calls, each once.

        So does what Telegram does by itself reach a test: `chat_member` when people come and go, the automatic
        forwards of a channel's posts, the service message when the bot lets an applicant in. Doubtful: the order
        among them, and that an administrator bot gets `chat_member` for what it did itself.
        """
        arisen, self._arisen = self._arisen, []
        return arisen

    def changed(self, by: Person, chat: Chat, person: Person, before: JsonObject, **more: bool) -> JsonObject | None:
        """Return the update for a member's new standing, None where it is not the bot's and the bot is no admin."""
        kind = "my_chat_member" if person == self.bot else "chat_member"
        if kind == "chat_member" and chat.bot_status != "administrator":
            return None
        return self.updates.make(kind, self.change(by, chat, person, before) | more)

    def change(self, by: Person, chat: Chat, person: Person, before: JsonObject) -> JsonObject:
        """Return the Bot API's ChatMemberUpdated of somebody who was a different ChatMember before."""
        change: JsonObject = {"chat": chat.as_json(), "from": by.as_json(), "date": int(self.now().timestamp())}
        return change | {"old_chat_member": before, "new_chat_member": self.member(chat, person)}

    def guards(self, chat: Chat) -> bool:
        """Return whether the bot is asked about each request to join a chat."""
        return chat.is_guarded and self.can_guard and self.knows("10.1")

    def admit(self, by: Person, chat: Chat, *people: Person, **more: bool) -> None:
        """Let people be in a chat; administrators learn of each by `chat_member`, with `more` of its fields."""
        for person in people:
            before = self.member(chat, person)
            self.drop_request(person, chat)
            chat.banned.discard(person.id)
            self.join(person, chat)
            self.arise(self.changed(by, chat, person, before, **more))

    def announce(self, chat: Chat, author: Person, **service: JSON) -> JsonObject | None:
        """Let a service message stand in a group; return its update. Channels have none for members."""
        if chat.type == "channel":
            return None
        return self.delivery(self.add_message(chat, author, FormattedText(""), extra=service))
