"""What people do with a bot, or with one another where it can hear them."""

from bot.offline.chats import ANONYMOUS, Chat, Person, Sent
from bot.offline.ephemeral import Ephemerals
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.rules import read_article
from bot.offline.sharing import Sharing
from bot.offline.text import FormattedText, units
from bot.offline.topics import Topics


class People(Sharing, Topics, Ephemerals):
    """Everybody but the bot: each deed returns the update for it, or None where Telegram delivers nothing."""

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
        """Type a text; `extra` are further Message fields (`via_bot`, `sender_chat`…).

        Nothing is delivered of what somebody types who blocked the bot: Telegram offers them to restart it instead, see
        `restarts`. In a channel anybody may post here, as if they were an administrator.
        """
        if not 1 <= units(text) <= 4096 or not text.strip():
            raise ValueError("a person can send 1 to 4096 characters")
        return self.delivery(self._write(person, chat, text, reply_to, thread, extra))

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
        return self.delivery(self._write(person, chat, Fields(media).text("caption"), reply_to, thread, media))

    def edits(self, message: Sent, text: str) -> JsonObject | None:
        """Change what a person wrote."""
        message.content, message.edited = FormattedText.typed(text), True
        if "caption" in message.extra:
            message.extra["caption"] = text
        return self.delivery(message, "edited_")

    def presses(self, person: Person, message: Sent, label_or_data: str) -> JsonObject:
        """Press the button with this label (or callback data); a LookupError where there is none.

        Who presses is named even where an anonymous administrator does. Doubtful: that a press reaches a bot which
        the person blocked.
        """
        if message.deleted:
            raise LookupError("the message is deleted")
        if message.seen_by not in (None, person.id):
            raise LookupError(f"{person.first_name} does not see that message")
        query = self._query(person, "callback") | {"chat_instance": str(message.chat.id)}
        query["data"] = message.data_behind(label_or_data)
        if message.inline_message_id:
            query["inline_message_id"] = message.inline_message_id
        else:
            query["message"] = message.as_json()
        return self.updates.make("callback_query", query)

    def asks_inline(self, person: Person, query: str, *, chat_type: str = "sender", offset: str = "") -> JsonObject:
        """Type `@bot query` in some chat."""
        if units(query) > 256:
            raise ValueError("an inline query has at most 256 characters")
        asked: JsonObject = {"query": query, "offset": offset, "chat_type": chat_type}
        return self.updates.make("inline_query", self._query(person, "inline") | asked)

    def picks(self, person: Person, chat: Chat, result_id: str) -> JsonObject | None:
        """Send one of the inline results that the bot answered last; the chat then shows it via the bot."""
        results = (result for answer in reversed(self.answers) for result in Fields(answer).items("results"))
        for result in results:
            if result.text("id") == result_id:
                via: JsonObject = {"via_bot": self.bot.as_json()}
                return self.delivery(self.add_article(chat, person, read_article(result), via))
        raise LookupError(f"no inline result {result_id!r}")

    def asks_as_guest(self, person: Person, chat_title: str, text: str) -> JsonObject:
        """Mention the bot in a chat that it never joined (guest mode); a missing mention is added."""
        titles = {chat.title: chat for chat in self.chats.values() if chat.bot_status == "left"}
        chat = titles.get(chat_title) or self.group(chat_title, with_bot=False)
        mention = f"@{self.bot.username}"
        sent = self._write(person, chat, text if mention in text else f"{mention} {text}")
        query = self.open_query("guest")
        self.guests[query] = sent
        return self.updates.make("guest_message", sent.as_json() | {"guest_query_id": query})

    def restarts(self, person: Person) -> tuple[JsonObject, JsonObject | None]:
        """Unblock the bot by the button that Telegram shows then; return the unblocking and the /start that follows."""
        chat = self.private(person)
        return self.adds_bot(person, chat), self.says(person, chat, "/start")

    def _query(self, person: Person, kind: str) -> JsonObject:
        return {"id": self.open_query(kind), "from": person.as_json()}

    def _write(
        self,
        person: Person,
        chat: Chat,
        text: str,
        reply_to: Sent | None = None,
        thread: int | None = None,
        extra: JsonObject | None = None,
    ) -> Sent:
        if thread is not None and thread not in chat.topics:
            raise ValueError(f"{chat.title} has no topic {thread}")
        topic = thread or (reply_to.thread_id if reply_to else None)
        if self._is_silenced(person, chat) or not self.may_write_in(person, chat, topic):
            raise ValueError(f"{person.first_name} may not write in {chat.title}")
        self.join(person, chat)
        chat.started = True
        author, extra = self._author(person, chat, extra or {})
        return self.add_message(chat, author, FormattedText.typed(text), reply_to=reply_to, thread=thread, extra=extra)

    def _is_silenced(self, person: Person, chat: Chat) -> bool:
        held = self.standing(chat, person)
        return held.status == "kicked" or (held.status == "restricted" and "can_send_messages" not in held.rights)

    def _author(self, person: Person, chat: Chat, extra: JsonObject) -> tuple[Person, JsonObject]:
        """Return in whose name somebody writes: an anonymous administrator in that of the group."""
        if person.id in chat.anonymous:
            return ANONYMOUS, {"sender_chat": chat.as_json(), **extra}
        return person, extra
