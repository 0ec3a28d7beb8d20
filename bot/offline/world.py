"""What one bot's Telegram keeps in memory: the accounts, the chats, all messages and the queries not yet answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.offline.chats import BOT, OWNER, Chat, Person, Sent
from bot.offline.fields import JsonObject
from bot.offline.rules import Article
from bot.offline.text import FormattedText
from bot.offline.updates import Updates

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_SUPERGROUPS = -1001000000000
_BASIC_GROUPS = -4000000000


class World:
    """Telegram around one bot; ids and, by default, dates are the same in every run."""

    def __init__(
        self,
        bot: Person = BOT,
        *,
        reads_everything: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.bot = bot
        self.reads_everything = reads_everything
        """Whether privacy mode is off."""
        self.sent: list[Sent] = []
        """Every message of anyone, in order, deleted ones too."""
        self.answers: list[JsonObject] = []
        """What the bot answered to presses and to inline and guest queries, as received."""
        self.blocked: set[int] = set()
        """The people who blocked the bot."""
        self.accounts: dict[int, Person] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.inline: dict[str, Sent] = {}
        """The messages that the bot can change by their inline id only."""
        self.guests: dict[str, Sent] = {}
        """What was asked in chats that the bot is not in, by guest query."""
        self.open_queries: set[str] = set()
        self.updates = Updates()
        ticks = count()
        self.now = clock or (lambda: _START + timedelta(seconds=next(ticks)))
        self._ids = count(1)

    @property
    def from_bot(self) -> list[Sent]:
        """The bot's own messages, in order, deleted ones too."""
        return [sent for sent in self.sent if sent.sender == self.bot]

    def private(self, person: Person) -> Chat:
        """Return the private chat of a person with the bot."""
        chat = self.chats.setdefault(person.id, Chat(person.id, "private", username=person.username))
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
        return self._open(Chat(first - next(self._ids), kind, title, is_forum=forum, bot_status=status, owner=owner))

    def channel(self, title: str, *, bot_is_admin: bool = True, username: str | None = None) -> Chat:
        """Make a channel, by default with the bot as an administrator, which is how bots are in channels."""
        status = "administrator" if bot_is_admin else "left"
        number = _SUPERGROUPS - next(self._ids)
        return self._open(Chat(number, "channel", title, username=username, bot_status=status, owner=OWNER))

    def topic(self, chat: Chat, name: str, by: Person | None = None) -> int:
        """Open a topic in a forum and return its thread id."""
        if not chat.is_forum:
            raise ValueError(f"{chat.title} is no forum")
        created: JsonObject = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        sent = self.add_message(chat, by or chat.owner or OWNER, FormattedText(""), extra=created)
        sent.thread_id = sent.message_id
        chat.topics[sent.message_id] = sent
        return sent.message_id

    def join(self, person: Person, chat: Chat) -> None:
        """Let a person be in a chat."""
        self.accounts[person.id] = chat.people[person.id] = person

    def _open(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.join(chat.owner or OWNER, chat)
        return chat

    def members(self, chat: Chat) -> list[Person]:
        """Return who is in a chat, the bot last."""
        people = list(chat.people.values())
        return [*people, self.bot] if chat.type == "private" or chat.has_bot else people

    def member(self, chat: Chat, person: Person) -> JsonObject:
        """Return the Bot API's ChatMember of anyone."""
        return person.as_member(self._status(chat, person))

    def _status(self, chat: Chat, person: Person) -> str:
        if person == self.bot:
            return chat.bot_status
        if person == chat.owner:
            return "creator"
        if person.id in chat.admins:
            return "administrator"
        return "member" if person.id in chat.people else "left"

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
        return sent

    def add_article(self, chat: Chat, sender: Person, article: Article, extra: JsonObject) -> Sent:
        """Let an inline result stand in a chat."""
        sent = self.add_message(chat, sender, article.text, extra=extra)
        sent.buttons = article.rows
        sent.inline_message_id = f"inline-{len(self.inline) + 1}"
        self.inline[sent.inline_message_id] = sent
        return sent

    def find(self, chat: Chat, message_id: int | None) -> Sent | None:
        """Return a message of a chat, None where there is none or it is deleted."""
        alive = (sent for sent in self.sent if sent.chat is chat and not sent.deleted)
        return next((sent for sent in alive if sent.message_id == message_id), None)

    def open_query(self) -> str:
        """Make a query that waits for the bot's answer; return its id."""
        query = f"query-{next(self._ids)}"
        self.open_queries.add(query)
        return query
