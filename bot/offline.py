"""Telegram in memory: the people, the chats and the Bot API, without a network.

The tests and the terminal chat build the real `Application` over `OfflineTelegram`. What people do makes
the update that Telegram would deliver, or None where it would deliver nothing (privacy mode); what the bot
does is checked as Telegram checks it (see `bot.telegram_rules`) and lands in `OfflineTelegram.sent`.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram_rules import (
    JSON,
    Article,
    Fields,
    FormattedText,
    JsonObject,
    RefusedError,
    Rows,
    UnsupportedCallError,
    bad_request,
    check_commands,
    check_language,
    check_profile,
    check_results_button,
    find_entities,
    forbidden,
    read_article,
    read_articles,
    read_keyboard,
    read_text,
    units,
)

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "video_chat_started",
    "video_chat_ended",
}
_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


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
        optional = {"username": self.username, "language_code": self.language_code}
        return known | {name: value for name, value in optional.items() if value}


BOT = Person(7000000001, "Bot", is_bot=True, username="offline_bot")
OWNER = Person(1000, "Owner", "en", username="owner")


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
    people: dict[int, Person] = field(default_factory=dict)
    topics: dict[int, "Sent"] = field(default_factory=dict, repr=False)
    last_bot: int | None = None
    message_ids: "count[int]" = field(default_factory=lambda: count(2), repr=False)

    def as_json(self) -> JsonObject:
        """Return the Bot API's Chat."""
        chat: JsonObject = {"id": self.id, "type": self.type}
        if self.type == "private":
            return chat | {"first_name": self.people[self.id].first_name}
        optional = {"title": self.title, "username": self.username, "is_forum": self.is_forum}
        return chat | {name: value for name, value in optional.items() if value}


@dataclass(eq=False)
class Sent:
    """One visible message of anyone: as it was written (`text`) and as a person sees it (`plain`)."""

    message_id: int
    chat: Chat
    sender: Person
    text: str
    plain: str
    date: datetime
    entities: tuple[JsonObject, ...] = ()
    buttons: Rows = field(default_factory=list)
    reply_to: "Sent | None" = field(default=None, repr=False)
    thread_id: int | None = None
    edited: bool = False
    deleted: bool = False
    inline_message_id: str | None = None
    reactions: list[str] = field(default_factory=list)
    extra: JsonObject = field(default_factory=dict, repr=False)

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons, in reading order."""
        return [Fields(button).text("text") for row in self.buttons for button in row]

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
        message: JsonObject = {"message_id": self.message_id, "date": int(self.date.timestamp())}
        message["chat"] = self.chat.as_json()
        message |= self._author() | self._content() | self._thread()
        if self.edited:
            message["edit_date"] = int(self.date.timestamp()) + 1
        if self.buttons:
            message["reply_markup"] = {"inline_keyboard": [list(row) for row in self.buttons]}
        answered = self.reply_to or self.chat.topics.get(self.thread_id or 0)
        if with_reply and answered and answered is not self:
            message["reply_to_message"] = answered.as_json(with_reply=False)
        return message | self.extra

    def _author(self) -> JsonObject:
        return {"sender_chat": self.chat.as_json()} if self.chat.type == "channel" else {"from": self.sender.as_json()}

    def _content(self) -> JsonObject:
        if not self.plain:
            return {}
        text, entities = ("caption", "caption_entities") if "caption" in self.extra else ("text", "entities")
        content: JsonObject = {text: self.plain}
        return content | ({entities: list(self.entities)} if self.entities else {})

    def _thread(self) -> JsonObject:
        if self.thread_id:
            return {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.chat.type == "supergroup" and self.reply_to:
            return {"message_thread_id": self.reply_to.root.message_id}
        return {}

    @property
    def root(self) -> "Sent":
        """The message that began this chain of replies."""
        return self.reply_to.root if self.reply_to else self


@dataclass(frozen=True)
class _Fault:
    error: RefusedError | NetworkError
    after: bool = False


class OfflineTelegram(BaseRequest):
    """Telegram for one bot: hand it to `Application.builder()` as `request` and `get_updates_request`."""

    def __init__(
        self,
        bot: Person = BOT,
        *,
        reads_everything: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.bot = bot
        self.reads_everything = reads_everything
        self.sent: list[Sent] = []
        self.answers: list[JsonObject] = []
        self.calls: list[tuple[str, JsonObject]] = []
        self.blocked: set[int] = set()
        self._ticks = count()
        self._clock = clock or (lambda: _START + timedelta(seconds=next(self._ticks)))
        self._ids = count(1)
        self._update_ids = count(1)
        self._chats: dict[int, Chat] = {}
        self._people: dict[int, Person] = {bot.id: bot}
        self._open_queries: set[str] = set()
        self._guests: dict[str, Sent] = {}
        self._inline: dict[str, Sent] = {}
        self._faults: dict[str, list[_Fault]] = {}
        self._queue: dict[int, JsonObject] = {}
        self._arrived = asyncio.Event()
        self._allowed: set[str] = set()
        self._methods = self._method_table()

    # The places.

    def private(self, person: Person) -> Chat:
        """Return the private chat of a person with the bot."""
        self._people[person.id] = person
        chat = self._chats.setdefault(person.id, Chat(person.id, "private", username=person.username))
        chat.people[person.id] = person
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
        first = -4000000000 if basic else -1001000000000
        kind = "group" if basic else "supergroup"
        chat = Chat(first - next(self._ids), kind, title, is_forum=forum, bot_status=status, owner=owner)
        return self._opened(chat, owner)

    def channel(self, title: str, *, bot_is_admin: bool = True, username: str | None = None) -> Chat:
        """Make a channel, by default with the bot as an administrator, which is how bots are in channels."""
        status = "administrator" if bot_is_admin else "left"
        number = -1001000000000 - next(self._ids)
        chat = Chat(number, "channel", title, username=username, bot_status=status, owner=OWNER)
        return self._opened(chat, OWNER)

    def topic(self, chat: Chat, name: str, by: Person | None = None) -> int:
        """Open a topic in a forum and return its thread id."""
        if not chat.is_forum:
            raise ValueError(f"{chat.title} is no forum")
        created: JsonObject = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        sent = self._post(chat, by or chat.owner or OWNER, FormattedText(""), extra=created)
        sent.thread_id = sent.message_id
        chat.topics[sent.message_id] = sent
        return sent.message_id

    @property
    def from_bot(self) -> list[Sent]:
        """The bot's own messages, in order, deleted ones too."""
        return [sent for sent in self.sent if sent.sender == self.bot]

    # What people do. Each returns the update for the bot, or None where Telegram delivers nothing.

    def says(
        self,
        person: Person,
        chat: Chat,
        text: str,
        *,
        reply_to: Sent | None = None,
        thread: int | None = None,
        **extra: JSON,
    ) -> JsonObject | None:
        """Type a text; `extra` are further Message fields (`via_bot`, `sender_chat`…)."""
        if not 1 <= units(text) <= 4096 or not text.strip():
            raise ValueError("a person can send 1 to 4096 characters")
        written = FormattedText(text, find_entities(text))
        return self._delivery(self._write(person, chat, written, reply_to, thread, extra))

    def sends(
        self,
        person: Person,
        chat: Chat,
        *,
        reply_to: Sent | None = None,
        thread: int | None = None,
        **media: JSON,
    ) -> JsonObject | None:
        """Send anything else: photo, voice, poll, caption, new_chat_members… as Message fields."""
        caption = Fields(media).text("caption")
        written = FormattedText(caption, find_entities(caption))
        return self._delivery(self._write(person, chat, written, reply_to, thread, media))

    def edits(self, message: Sent, text: str) -> JsonObject | None:
        """Change what a person wrote."""
        message.text = message.plain = text
        message.entities, message.edited = find_entities(text), True
        if "caption" in message.extra:
            message.extra["caption"] = text
        return self._delivery(message, "edited_")

    def presses(self, person: Person, message: Sent, label_or_data: str) -> JsonObject:
        """Press the button with this label (or callback data); a LookupError where there is none."""
        if message.deleted:
            raise LookupError("the message is deleted")
        query: JsonObject = {"id": self._query_id(), "from": person.as_json()}
        query |= {"chat_instance": str(message.chat.id), "data": message.data_behind(label_or_data)}
        if message.inline_message_id:
            return self._update("callback_query", query | {"inline_message_id": message.inline_message_id})
        return self._update("callback_query", query | {"message": message.as_json()})

    def asks_inline(self, person: Person, query: str, *, chat_type: str = "sender", offset: str = "") -> JsonObject:
        """Type `@bot query` in some chat."""
        if units(query) > 256:
            raise ValueError("an inline query has at most 256 characters")
        asked: JsonObject = {"id": self._query_id(), "from": person.as_json(), "query": query}
        return self._update("inline_query", asked | {"offset": offset, "chat_type": chat_type})

    def picks(self, person: Person, chat: Chat, result_id: str) -> JsonObject | None:
        """Send one of the inline results that the bot answered last; the chat then shows it via the bot."""
        for answer in reversed(self.answers):
            for result in Fields(answer).items("results"):
                if result.text("id") == result_id:
                    return self._delivery(self._post_article(chat, person, read_article(result), "via_bot", self.bot))
        raise LookupError(f"no inline result {result_id!r}")

    def asks_as_guest(self, person: Person, chat_title: str, text: str) -> JsonObject:
        """Mention the bot in a chat that it never joined (guest mode); a missing mention is added."""
        titles = {chat.title: chat for chat in self._chats.values() if chat.bot_status == "left"}
        chat = titles.get(chat_title) or self.group(chat_title, with_bot=False)
        mention = f"@{self.bot.username}"
        typed = text if mention in text else f"{mention} {text}"
        sent = self._write(person, chat, FormattedText(typed, find_entities(typed)), None, None, {})
        query = self._query_id()
        self._guests[query] = sent
        return self._update("guest_message", sent.as_json() | {"guest_query_id": query})

    def adds_bot(self, person: Person, chat: Chat, *, admin: bool = False) -> JsonObject:
        """Add the bot to a chat or promote it there; in a private chat: unblock it."""
        self.blocked.discard(chat.id)
        return self._changes_bot(person, chat, "administrator" if admin else "member")

    def removes_bot(self, person: Person, chat: Chat) -> JsonObject:
        """Remove the bot from a chat; in a private chat: block it."""
        if chat.type == "private":
            self.blocked.add(chat.id)
        return self._changes_bot(person, chat, "kicked")

    # What a test or a terminal does.

    def deliver(self, update: JsonObject | None) -> None:
        """Put an update in the queue of `getUpdates`; None (nothing to deliver) is ignored."""
        if update is None or (self._allowed and not self._allowed & update.keys()):
            return
        self._queue[Fields(update).number("update_id") or 0] = update
        self._arrived.set()

    def fail_next(
        self,
        method: str,
        description: str = "Internal Server Error",
        code: int = 500,
        *,
        retry_after: int | None = None,
    ) -> None:
        """Let the next call of a method be refused, without any effect."""
        fault = _Fault(RefusedError(code, description, retry_after=retry_after))
        self._faults.setdefault(method, []).append(fault)

    def cut_next(self, method: str, *, after: bool = False) -> None:
        """Cut the connection at the next call of a method: before it has an effect, or after it."""
        error = TimedOut("the answer was lost") if after else NetworkError("connection refused")
        self._faults.setdefault(method, []).append(_Fault(error, after))

    # The transport.

    @property
    def read_timeout(self) -> float:
        """How long python-telegram-bot would wait for an answer."""
        return 1.0

    async def initialize(self) -> None:
        """Do nothing: there is no connection to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is no connection to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        """Answer one call of the Bot API as Telegram would."""
        name = url.rpartition("/")[2]
        parameters: JsonObject = json.loads(json.dumps(request_data.parameters if request_data else {}))
        self.calls.append((name, parameters))
        try:
            answer: JsonObject = {"ok": True, "result": await self._answer(name, Fields(parameters))}
        except RefusedError as refused:
            return refused.code, json.dumps(refused.as_json()).encode()
        return 200, json.dumps(answer).encode()

    async def _answer(self, name: str, call: Fields) -> JSON:
        if name not in self._methods and name != "getUpdates":
            raise UnsupportedCallError(f"the offline Telegram has no method {name!r}")
        fault = self._faults[name].pop(0) if self._faults.get(name) else None
        if fault and not fault.after:
            raise fault.error
        result = await self._get_updates(call) if name == "getUpdates" else self._methods[name](call)
        if fault:
            raise fault.error
        return result

    def _method_table(self) -> dict[str, Callable[[Fields], JSON]]:
        return {
            "getMe": self._get_me,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": _accepting(check_commands),
            "deleteMyCommands": _accepting(check_language),
            "setMyName": _accepting(partial(check_profile, name="name", longest=64)),
            "setMyDescription": _accepting(partial(check_profile, name="description", longest=512)),
            "setMyShortDescription": _accepting(partial(check_profile, name="short_description", longest=120)),
            "getChat": self._get_chat,
            "getChatMember": self._get_chat_member,
            "getChatMemberCount": lambda call: len(self._members(self._reachable(call))),
            "getChatAdministrators": self._get_chat_administrators,
            "leaveChat": self._leave_chat,
            "sendMessage": self._send_message,
            "editMessageText": self._edit_message_text,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "deleteMessage": self._delete_message,
            "sendChatAction": self._send_chat_action,
            "setMessageReaction": self._set_message_reaction,
            "answerCallbackQuery": self._answer_callback_query,
            "answerInlineQuery": self._answer_inline_query,
            "answerGuestQuery": self._answer_guest_query,
        }

    # Methods of the Bot API: updates and the bot itself.

    async def _get_updates(self, call: Fields) -> JSON:
        if "allowed_updates" in call:
            allowed = call.values["allowed_updates"]
            self._allowed = {str(name) for name in allowed} if isinstance(allowed, list) else set()
        offset = call.number("offset") or 0
        self._queue = {number: update for number, update in self._queue.items() if number >= offset}
        if not self._queue:
            self._arrived.clear()
            await asyncio.sleep(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), call.number("timeout") or 0)
        return list[JSON](self._queue.values())[: call.number("limit") or 100]

    def _delete_webhook(self, call: Fields) -> JSON:
        if call.flag("drop_pending_updates"):
            self._queue.clear()
        return True

    def _get_me(self, _: Fields) -> JSON:
        return self.bot.as_json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_everything,
            "supports_inline_queries": True,
            "supports_guest_queries": True,
        }

    # Methods of the Bot API: chats.

    def _get_chat(self, call: Fields) -> JSON:
        gifts: JsonObject = dict.fromkeys(_GIFTS, False)
        full: JsonObject = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        return self._reachable(call).as_json() | full

    def _get_chat_member(self, call: Fields) -> JSON:
        chat, person = self._reachable(call), self._people.get(call.number("user_id") or 0)
        if person is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return _member(person, self._status(chat, person))

    def _get_chat_administrators(self, call: Fields) -> JSON:
        chat = self._reachable(call)
        if chat.type == "private":
            raise bad_request("there are no administrators in the private chat")
        members = (_member(person, self._status(chat, person)) for person in self._members(chat))
        return [member for member in members if member["status"] in {"creator", "administrator"}]

    def _leave_chat(self, call: Fields) -> JSON:
        chat = self._reachable(call)
        if chat.type == "private":
            raise bad_request("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        return True

    # Methods of the Bot API: messages.

    def _send_message(self, call: Fields) -> JSON:
        chat = self._writable(call)
        text, rows = read_text(call), read_keyboard(call.inner("reply_markup"))
        answered = self._answered(chat, call.inner("reply_parameters"))
        thread = self._thread(chat, call)
        sent = self._post(chat, self.bot, text, call.text("text"), answered, thread)
        sent.buttons = rows
        return sent.as_json()

    def _edit_message_text(self, call: Fields) -> JSON:
        sent = self._own(call)
        text, rows = read_text(call), read_keyboard(call.inner("reply_markup"))
        if (text.plain, text.entities, rows) == (sent.plain, sent.entities, sent.buttons):
            raise bad_request(_NOT_MODIFIED)
        sent.text, sent.plain, sent.entities = call.text("text"), text.plain, text.entities
        sent.buttons, sent.edited = rows, True
        return True if sent.inline_message_id else sent.as_json()

    def _edit_message_reply_markup(self, call: Fields) -> JSON:
        sent, rows = self._own(call), read_keyboard(call.inner("reply_markup"))
        if rows == sent.buttons:
            raise bad_request(_NOT_MODIFIED)
        sent.buttons = rows
        return True if sent.inline_message_id else sent.as_json()

    def _delete_message(self, call: Fields) -> JSON:
        chat = self._reachable(call)
        sent = self._existing(chat, call, "message to delete not found")
        others = chat.type != "private" and chat.bot_status != "administrator"
        if sent.sender != self.bot and others:
            raise bad_request("message can't be deleted")
        sent.deleted = True
        return True

    def _send_chat_action(self, call: Fields) -> JSON:
        self._thread(self._writable(call), call)
        if call.text("action") not in set(ChatAction):
            raise bad_request("wrong parameter action in request")
        return True

    def _set_message_reaction(self, call: Fields) -> JSON:
        sent = self._existing(self._reachable(call), call, "message to react not found")
        emojis = [reaction.text("emoji") for reaction in call.items("reaction")]
        if len(emojis) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        if not set(emojis) <= set(ReactionEmoji):
            raise bad_request("REACTION_INVALID")
        sent.reactions = emojis
        return True

    # Methods of the Bot API: answers to queries.

    def _answer_callback_query(self, call: Fields) -> JSON:
        self.answers.append(call.values)
        if units(call.text("text")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        return self._closes_query(call.text("callback_query_id"))

    def _answer_inline_query(self, call: Fields) -> JSON:
        self.answers.append(call.values)
        read_articles(call.items("results"))
        check_results_button(call.inner("button"))
        return self._closes_query(call.text("inline_query_id"))

    def _answer_guest_query(self, call: Fields) -> JSON:
        self.answers.append(call.values)
        article = read_article(call.inner("result") or Fields({}))
        query = call.text("guest_query_id")
        self._closes_query(query)
        asked = self._guests.pop(query)
        sent = self._post_article(asked.chat, self.bot, article, "guest_bot_caller_user", asked.sender)
        return {"inline_message_id": sent.inline_message_id}

    def _closes_query(self, query: str) -> bool:
        if query not in self._open_queries:
            raise bad_request(_TOO_OLD)
        self._open_queries.remove(query)
        return True

    # Checks that need to know the chats.

    def _reachable(self, call: Fields) -> Chat:
        chat = self._named(call.text("chat_id"))
        place = f"{chat.type} chat"
        if chat.bot_status == "kicked" and chat.type != "private":
            raise forbidden(f"bot was kicked from the {place}")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {place}")
        return chat

    def _named(self, name: str) -> Chat:
        if not name:
            raise bad_request("chat_id is empty")
        for chat in self._chats.values():
            public = chat.type != "private" and chat.username is not None
            if name == str(chat.id) or (public and name == f"@{chat.username}"):
                return chat
        raise bad_request("chat not found")

    def _writable(self, call: Fields) -> Chat:
        chat = self._reachable(call)
        if chat.id in self.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.type == "channel" and chat.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def _thread(self, chat: Chat, call: Fields) -> int | None:
        thread = call.number("message_thread_id")
        if thread is not None and thread not in chat.topics:
            raise bad_request("message thread not found")
        return thread

    def _answered(self, chat: Chat, reply: Fields | None) -> Sent | None:
        found = self._find(chat, reply.number("message_id")) if reply else None
        if reply and found is None and not reply.flag("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return found

    def _own(self, call: Fields) -> Sent:
        if "inline_message_id" in call:
            sent = self._inline.get(call.text("inline_message_id"))
            if sent is None or sent.deleted:
                raise bad_request("MESSAGE_ID_INVALID")
            return sent
        sent = self._existing(self._writable(call), call, "message to edit not found")
        if sent.sender != self.bot:
            raise bad_request("message can't be edited")
        return sent

    def _existing(self, chat: Chat, call: Fields, problem: str) -> Sent:
        sent = self._find(chat, call.number("message_id"))
        if sent is None:
            raise bad_request(problem)
        return sent

    def _find(self, chat: Chat, message_id: int | None) -> Sent | None:
        alive = (sent for sent in self.sent if sent.chat is chat and not sent.deleted)
        return next((sent for sent in alive if sent.message_id == message_id), None)

    def _members(self, chat: Chat) -> list[Person]:
        inside = chat.type == "private" or chat.bot_status in {"member", "administrator"}
        return [*chat.people.values(), self.bot] if inside else list(chat.people.values())

    def _status(self, chat: Chat, person: Person) -> str:
        if person == self.bot:
            return chat.bot_status
        if person == chat.owner:
            return "creator"
        if person.id in chat.admins:
            return "administrator"
        return "member" if person.id in chat.people else "left"

    # Making messages and updates.

    def _opened(self, chat: Chat, owner: Person) -> Chat:
        self._chats[chat.id] = chat
        self._people[owner.id] = chat.people[owner.id] = owner
        return chat

    def _write(
        self,
        person: Person,
        chat: Chat,
        text: FormattedText,
        reply_to: Sent | None,
        thread: int | None,
        extra: JsonObject,
    ) -> Sent:
        if thread is not None and thread not in chat.topics:
            raise ValueError(f"{chat.title} has no topic {thread}")
        self._people[person.id] = chat.people[person.id] = person
        return self._post(chat, person, text, text.plain, reply_to, thread, extra)

    def _post(
        self,
        chat: Chat,
        sender: Person,
        text: FormattedText,
        source: str = "",
        reply_to: Sent | None = None,
        thread: int | None = None,
        extra: JsonObject | None = None,
    ) -> Sent:
        thread = thread or (reply_to.thread_id if reply_to else None)
        sent = Sent(next(chat.message_ids), chat, sender, source, text.plain, self._clock(), text.entities)
        sent.reply_to, sent.thread_id, sent.extra = reply_to, thread, extra or {}
        if sender.is_bot and "sender_chat" not in sent.extra:
            chat.last_bot = sender.id
        self.sent.append(sent)
        return sent

    def _post_article(self, chat: Chat, sender: Person, article: Article, role: str, person: Person) -> Sent:
        sent = self._post(chat, sender, article.text, article.source, extra={role: person.as_json()})
        sent.buttons = article.rows
        sent.inline_message_id = f"inline-{len(self._inline) + 1}"
        self._inline[sent.inline_message_id] = sent
        return sent

    def _delivery(self, sent: Sent, change: str = "") -> JsonObject | None:
        kind = "channel_post" if sent.chat.type == "channel" else "message"
        return self._update(change + kind, sent.as_json()) if self._delivers(sent) else None

    def _delivers(self, sent: Sent) -> bool:
        chat = sent.chat
        if chat.type == "private":
            return chat.id not in self.blocked
        if chat.bot_status not in {"member", "administrator"}:
            return False
        if sent.sender.is_bot and "sender_chat" not in sent.extra:
            return False
        return chat.bot_status == "administrator" or self.reads_everything or self._is_for_bot(sent)

    def _is_for_bot(self, sent: Sent) -> bool:
        if _SERVICE & sent.extra.keys():
            return True
        addressees = _addressees(sent)
        if any(addressees):
            return (self.bot.username or "").lower() in addressees
        if addressees and sent.chat.last_bot == self.bot.id:
            return True
        via_bot = sent.extra.get("via_bot") == self.bot.as_json()
        return via_bot or (sent.reply_to is not None and sent.reply_to.sender == self.bot)

    def _changes_bot(self, person: Person, chat: Chat, status: str) -> JsonObject:
        if chat.bot_status == status:
            raise ValueError(f"the bot's status is {status} already")
        changed: JsonObject = {"chat": chat.as_json(), "from": person.as_json()}
        changed["date"] = int(self._clock().timestamp())
        changed["old_chat_member"] = _member(self.bot, chat.bot_status)
        changed["new_chat_member"] = _member(self.bot, status)
        chat.bot_status = status
        return self._update("my_chat_member", changed)

    def _update(self, kind: str, content: JsonObject) -> JsonObject:
        return {"update_id": next(self._update_ids), kind: content}

    def _query_id(self) -> str:
        query = f"query-{next(self._ids)}"
        self._open_queries.add(query)
        return query


def _accepting(check: Callable[[Fields], None]) -> Callable[[Fields], JSON]:
    def answer(call: Fields) -> JSON:
        check(call)
        return True

    return answer


def _addressees(sent: Sent) -> list[str]:
    """Return for each command in a message the bot that it names, empty where it names none."""
    encoded = sent.plain.encode("utf-16-le")
    commands = [Fields(entity) for entity in sent.entities if entity["type"] == "bot_command"]
    starts = [2 * (command.number("offset") or 0) for command in commands]
    ends = [start + 2 * (command.number("length") or 0) for start, command in zip(starts, commands, strict=True)]
    typed = [encoded[start:end].decode("utf-16-le") for start, end in zip(starts, ends, strict=True)]
    return [command.partition("@")[2].lower() for command in typed]


def _member(person: Person, status: str) -> JsonObject:
    member: JsonObject = {"user": person.as_json(), "status": status}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        return member | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_ADMIN_RIGHTS, True)
    return member | ({"until_date": 0} if status == "kicked" else {})
