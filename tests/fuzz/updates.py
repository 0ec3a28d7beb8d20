"""Updates of every kind, from people who are there and from others, as nobody would send them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count

from telegram import (
    CallbackQuery,
    ChatJoinRequest,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram import Chat as ChatType
from telegram.constants import MessageEntityType

from bot.offline import BOT, JSON, Fields, JsonObject
from bot.offline.text import find_entities, units
from tests.fuzz.scene import PEOPLE, SETTINGS, Scene
from tests.fuzz.shapes import Shapes, is_wrong
from tests.fuzz.values import MARKUP, SIGNS, Values

COMMANDS = (
    "start", "help", "topics", "quote", "sources", "community", "publish", "language", "settings", "remove", "privacy",
    "forget", "about", "ask", "nothing", "x" * 64,
)  # fmt: skip
NAMES = ("", f"@{BOT.username}", f"@{BOT.username}", "@OFFLINE_BOT", "@other_bot", "@")
PAYLOADS = (
    "inline",
    "a_",
    "a_{entry}_{language}",
    "a_{entry}_xx",
    "a__",
    "A_{entry}_es",
    "a_{entry}_{language}\n",
    "-" * 65,
)
PRESSES = (
    "show:{entry}:{language}",
    "next:{entry}:{language}",
    "quote:{entry}:{language}:{digit}",
    "topic:{topic}:{language}",
    "topics:{language}",
    "none:{language}",
    "languages:{language}",
    "language:{language}",
    "rate:{entry}:{language}:{bit}",
    "editors:{number}",
    "everyone:{entry}:{language}",
    "remove",
    "set:{chat}:{language}",
    "set:{chat}:{language}:{setting}",
    "set:{chat}:{language}:{setting}:{value}",
    "channel:{language}:{channel}",
    "pick:{language}:{channel}",
    "pick:{language}:{channel}:{topic}",
    "view:{language}:{channel}:{entry}:{part}",
    "post:{language}:{channel}:{entry}:{part}",
    "join:{chat}",
)
"""The data of every kind of button."""
VALUES = (
    "on", "off", "own", "es", "all", "here", "0", "30", "9999", "commands", "questions", "replies", "yes", "daily", "1",
    "America/Bogota", "../../etc", "540", "1441", "-1", "٣",
)  # fmt: skip
NAMED = (
    "language", "speak", "topics", "budget", "repeat", "ephemeral", "welcome", "join", "quotes", "weekday", "time",
    "in", "zone", "leave", "close", "x",
)  # fmt: skip
DIGITS = ("0", "1", "9", "٣", "99999999999999999999")

MISTYPED = "other types"
"""The kind of updates in which some values have other types than Telegram's."""

Case = tuple[str, JsonObject]


class Deliveries:
    """Makes updates, each of some kind."""

    def __init__(self, scene: Scene, values: Values, numbers: "count[int]") -> None:
        self._scene = scene
        self._telegram = scene.telegram
        self._values = values
        self._random = values.random
        self._numbers = numbers
        self._shapes = Shapes(values, {User: self._user, ChatType: self._chat, MessageEntity: lambda _: None})
        knowledge = scene.talk.knowledge
        self._entries, self._languages = [*knowledge.entries], [*knowledge.voices]
        self._topics = sorted({entry.topic for entry in knowledge.entries.values()})

    def next(self) -> Case:
        """Return the kind of an update, and the update."""
        self._telegram.clock.pass_time(timedelta(seconds=self._random.choice((0, 1, 20, 60, 600))))
        self._values.is_beyond = self._values.chance(0.05)
        kind = self._random.choice([*KINDS])
        made: JSON = KINDS[kind](self)
        if self._values.chance(0.06):
            kind, made = MISTYPED, is_wrong(self._values, made, self._random.choice((0.005, 0.02, 0.1)))
        fields = made if isinstance(made, dict) else {}
        return kind, {**fields, "update_id": next(self._numbers)}

    # Parts

    def _user(self, _: int) -> JsonObject | None:
        return self._random.choice((*PEOPLE, BOT)).as_json() if self._values.chance(0.7) else None

    def _chat(self, _: int) -> JsonObject | None:
        return self._random.choice(self._scene.chats).as_json() if self._values.chance(0.7) else None

    def _person(self) -> JsonObject:
        return self._random.choice(PEOPLE).as_json() if self._values.chance(0.85) else self._shapes.of(User)

    def _place(self, *types: str) -> JsonObject:
        """Return a chat of one of some types, mostly one that there is."""
        there = [chat for chat in self._scene.chats if chat.type in types]
        if self._values.chance(0.9):
            return self._random.choice(there).as_json()
        return self._shapes.of(ChatType) | {"type": self._random.choice(types)}

    def _date(self) -> int:
        return int(self._scene.now.timestamp()) if self._values.chance(0.97) else self._values.date()

    def _message(self, chat: JsonObject, text: str | None) -> JsonObject:
        """Make a message in a chat, with this text if any, and now and then anything else that a message can have."""
        person = chat if chat.get("type") == "private" and self._values.chance(0.9) else self._person()
        known = next((one.as_json() for one in PEOPLE if one.id == person.get("id")), self._person())
        made = self._shapes.of(Message, 1, self._random.choice((0, 0, 0, 0.01, 0.05, 0.3)))
        made |= {"message_id": self._message_id(chat), "date": self._date(), "chat": chat, "from": known}
        if self._values.chance(0.3):
            made |= self._reply(chat)
        if text is not None:
            made |= self._written(text)
        return made

    def _message_id(self, chat: JsonObject) -> int:
        if self._values.chance(0.2):
            return self._values.number()
        return self._random.choice([sent.message_id for sent in self._telegram.sent[-60:]])

    def _reply(self, chat: JsonObject) -> JsonObject:
        there = [sent for sent in self._telegram.sent if sent.chat.id == chat.get("id")] or self._telegram.sent
        return {"reply_to_message": self._random.choice(there).as_json(with_reply=False)}

    def _written(self, text: str) -> JsonObject:
        name, marks = self._random.choice((("text", "entities"), ("text", "entities"), ("caption", "caption_entities")))
        if self._values.chance(0.6):
            found = list[JSON](find_entities(text))
        else:
            found = [self._entity(text) for _ in range(self._random.randrange(6))]
        return {name: text, marks: found} if found or self._values.chance(0.1) else {name: text}

    def _entity(self, text: str) -> JSON:
        """Make an entity that may begin and end anywhere: in a text, in half a character, beyond, or before it."""
        length = units(text)
        begin = self._random.choice((0, 0, 1, self._random.randrange(-2, length + 3)))
        end = self._random.choice((length, length + 1, begin, self._random.randrange(0, length + 5), 2**31))
        made = self._shapes.of(MessageEntity, 1, 0.3)
        kinds = (MessageEntityType.BOT_COMMAND, MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION)
        kind = self._random.choice((*kinds, *MessageEntityType))
        return made | {"type": str(kind.value), "offset": begin, "length": end - begin}

    def _said(self) -> str:
        """Make what somebody writes: a command, a question or anything."""
        if self._values.chance(0.4):
            return self._command()
        return self._values.text() or "?"

    def _command(self) -> str:
        name = f"/{self._random.choice(COMMANDS)}{self._random.choice(NAMES)}"
        if name.startswith("/settings") and self._values.chance(0.7):
            return f"{name} {self._random.choice(SETTINGS)}{self._random.choice((' ', *SIGNS))}"
        if name.startswith("/start") and self._values.chance(0.7):
            return f"{name} {self.filled(self._random.choice(PAYLOADS))}"
        return f"{name}{self._random.choice((' ', ' ', chr(10), '', ': '))}{self._values.text(3000)}"

    def filled(self, template: str) -> str:
        """Fill the gaps of what a button or a link tells the bot, mostly with what there is."""
        chat = self._random.choice(self._scene.chats).id
        channel = -(10**12) - self._random.choice([chat.id for chat in self._scene.chats if chat.type == "channel"])
        choices: Mapping[str, Sequence[str | int]] = {
            "entry": self._entries,
            "language": self._languages,
            "topic": self._topics,
            "digit": ("0", "1", "2"),
            "bit": ("0", "1"),
            "number": [sent.message_id for sent in self._telegram.sent[-40:]],
            "chat": (chat, chat, -1, -9_999_999_999_999_999),
            "channel": (channel, channel, 0, 9_999_999_999_999),
            "setting": NAMED,
            "value": VALUES,
            "part": ("a", "0", "1", "9", "z"),
        }
        forged = [*DIGITS, "", "x", "x" * 40, "ñ", "_", ":", "a:b", *SIGNS[:8], MARKUP[0]]
        return template.format_map({name: self._either(known, forged) for name, known in choices.items()})

    def _either(self, known: Sequence[str | int], forged: Sequence[str]) -> str | int:
        return self._random.choice(known if self._values.chance(0.93) else forged)

    # Kinds

    def _private(self) -> JsonObject:
        return {"message": self._message(self._place("private"), self._said())}

    def _media(self) -> JsonObject:
        return {"message": self._message(self._place("private", "group", "supergroup"), None)}

    def _group(self) -> JsonObject:
        return {"message": self._message(self._place("group", "supergroup"), self._said())}

    def _link(self) -> JsonObject:
        payload = self.filled(self._random.choice(PAYLOADS)) if self._values.chance(0.6) else self._values.text(70)
        return {"message": self._message(self._place("private"), f"/start {payload}")}

    def _commands(self) -> JsonObject:
        return {"message": self._message(self._place("private", "group", "supergroup"), self._command())}

    def _edited(self) -> JsonObject:
        made = self._message(self._place("private", "group", "supergroup"), self._said())
        return {"edited_message": made | {"edit_date": self._date()}}

    def _topic(self) -> JsonObject:
        forum = next(chat for chat in self._scene.chats if chat.is_forum)
        thread = self._random.choice((*forum.topics, 1, self._values.number()))
        where: JsonObject = {"message_thread_id": thread, "is_topic_message": self._values.chance(0.8)}
        return {"message": self._message(forum.as_json(), self._said()) | where}

    def _post(self) -> JsonObject:
        kind = self._random.choice(("channel_post", "edited_channel_post", "message"))
        chat = self._place("channel")
        return {kind: self._message(chat, self._said()) | {"sender_chat": chat}}

    def _guest(self) -> JsonObject:
        sent = self._telegram.sent[-1]
        query = str(self._values.number())
        if self._values.chance(0.8):
            query = self._telegram.open_query("guest")
            self._telegram.guests[query] = sent
        text = f"@{BOT.username} {self._values.text()}" if self._values.chance(0.8) else self._values.text()
        return {"guest_message": self._message(self._place("group", "supergroup"), text) | {"guest_query_id": query}}

    def _business(self) -> JsonObject:
        kind = self._random.choice(("business_message", "edited_business_message"))
        made = self._message(self._place("private"), self._said())
        return {kind: made | {"business_connection_id": self._values.line(30)}}

    def _unseen(self) -> JsonObject:
        receiver = BOT.as_json() if self._values.chance(0.8) else self._person()
        hidden: JsonObject = {"message_id": 0, "ephemeral_message_id": self._values.number(), "receiver_user": receiver}
        text = f"/ask@{BOT.username} {self._values.text(300)}" if self._values.chance(0.8) else self._said()
        return {"message": self._message(self._place("group", "supergroup"), text) | hidden}

    def _press(self) -> JsonObject:
        made = self._shapes.of(CallbackQuery, 1, self._random.choice((0, 0.2)))
        made |= {"id": self._query("callback"), "from": self._person()}
        shown = self._random.choice([*self._telegram.from_bot, *self._telegram.sent[-40:]])
        data = [Fields(button).text("callback_data") for row in shown.buttons for button in row]
        made |= {"data": self._random.choice([known for known in data if known] or [self._data()])}
        if self._values.chance(0.6):
            made |= {"data": self._data()}
        if self._values.chance(0.2):
            made |= {"inline_message_id": self._random.choice(("x", *self._telegram.inline))}
        elif self._values.chance(0.85):
            made |= {"message": shown.as_json()}
        return {"callback_query": made}

    def _data(self) -> str:
        if self._values.chance(0.15):
            return self._values.text(self._random.choice((64, 64, 5000)))
        return press(self.filled, self._values)

    def _query(self, kind: str) -> str:
        return self._telegram.open_query(kind) if self._values.chance(0.9) else str(self._values.number())

    def _inline(self) -> JsonObject:
        made = self._shapes.of(InlineQuery, 1, self._random.choice((0, 0.3)))
        asked = self._values.text(self._random.choice((256, 256, 5000)))
        return {"inline_query": made | {"id": self._query("inline"), "from": self._person(), "query": asked}}

    def _request(self) -> JsonObject:
        made = self._shapes.of(ChatJoinRequest, 1, self._random.choice((0, 0.5)))
        person, chat = self._person(), self._place("group", "supergroup", "channel")
        where: JSON = person.get("id") if self._values.chance(0.9) else self._values.number()
        made |= {"chat": chat, "from": person, "user_chat_id": where, "date": self._date()}
        return {"chat_join_request": made | ({"query_id": self._query("join")} if self._values.chance(0.3) else {})}

    def _members(self) -> JsonObject:
        kind = self._random.choice(("my_chat_member", "chat_member"))
        made = self._shapes.of(ChatMemberUpdated, 1, self._random.choice((0, 0.5)))
        made |= {"chat": self._place("private", "group", "supergroup", "channel"), "from": self._person()}
        return {kind: made}

    def _service(self) -> JsonObject:
        made = self._message(self._place("private", "group", "supergroup"), None)
        ids: JSON = self._random.choice([chat.id for chat in self._scene.chats])
        people: list[JSON] = [self._person() for _ in range(self._random.randrange(4))]
        news: tuple[JsonObject, ...] = (
            {"new_chat_members": people},
            {"migrate_to_chat_id": ids if self._values.chance(0.5) else self._values.number()},
            {"migrate_from_chat_id": ids if self._values.chance(0.5) else self._values.number()},
            {"chat_shared": {"request_id": self._random.choice((0, 1, 2, 3)), "chat_id": ids}},
            {"left_chat_member": self._person()},
        )
        return {"message": made | self._random.choice(news)}

    def _anything(self) -> JsonObject:
        return self._shapes.of(Update, 0, self._random.choice((0.05, 0.2, 0.5)))


KINDS: Mapping[str, Callable[[Deliveries], JsonObject]] = {
    "private text": Deliveries._private,
    "group text": Deliveries._group,
    "command": Deliveries._commands,
    "start link": Deliveries._link,
    "media": Deliveries._media,
    "edited message": Deliveries._edited,
    "forum topic": Deliveries._topic,
    "channel post": Deliveries._post,
    "guest message": Deliveries._guest,
    "business message": Deliveries._business,
    "message for the bot alone": Deliveries._unseen,
    "press": Deliveries._press,
    "inline query": Deliveries._inline,
    "join request": Deliveries._request,
    "member": Deliveries._members,
    "service message": Deliveries._service,
    "anything": Deliveries._anything,
}
"""What there is to be delivered, and how it is made."""


def press(fill: Callable[[str], str], values: Values) -> str:
    """Make the data of a button, its parts forged, and now and then with something before or after it."""
    data = fill(values.random.choice(PRESSES))
    return data + values.random.choice(("\n", ":", ":x", "\0", "x" * 64)) if values.chance(0.05) else data
