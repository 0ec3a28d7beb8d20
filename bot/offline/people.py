"""What people do with a bot, or with one another where it can hear them."""

from bot.offline.chats import Chat, Person, Sent
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.privacy import is_delivered
from bot.offline.rules import read_article
from bot.offline.text import FormattedText, units
from bot.offline.world import World


class People(World):
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
        """Type a text; `extra` are further Message fields (`via_bot`, `sender_chat`…)."""
        if not 1 <= units(text) <= 4096 or not text.strip():
            raise ValueError("a person can send 1 to 4096 characters")
        return self._delivery(self._write(person, chat, text, reply_to, thread, extra))

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
        return self._delivery(self._write(person, chat, Fields(media).text("caption"), reply_to, thread, media))

    def edits(self, message: Sent, text: str) -> JsonObject | None:
        """Change what a person wrote."""
        message.content, message.edited = FormattedText.typed(text), True
        if "caption" in message.extra:
            message.extra["caption"] = text
        return self._delivery(message, "edited_")

    def presses(self, person: Person, message: Sent, label_or_data: str) -> JsonObject:
        """Press the button with this label (or callback data); a LookupError where there is none."""
        if message.deleted:
            raise LookupError("the message is deleted")
        query = self._query(person) | {"chat_instance": str(message.chat.id)}
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
        return self.updates.make("inline_query", self._query(person) | asked)

    def picks(self, person: Person, chat: Chat, result_id: str) -> JsonObject | None:
        """Send one of the inline results that the bot answered last; the chat then shows it via the bot."""
        results = (result for answer in reversed(self.answers) for result in Fields(answer).items("results"))
        for result in results:
            if result.text("id") == result_id:
                via: JsonObject = {"via_bot": self.bot.as_json()}
                return self._delivery(self.add_article(chat, person, read_article(result), via))
        raise LookupError(f"no inline result {result_id!r}")

    def asks_as_guest(self, person: Person, chat_title: str, text: str) -> JsonObject:
        """Mention the bot in a chat that it never joined (guest mode); a missing mention is added."""
        titles = {chat.title: chat for chat in self.chats.values() if chat.bot_status == "left"}
        chat = titles.get(chat_title) or self.group(chat_title, with_bot=False)
        mention = f"@{self.bot.username}"
        sent = self._write(person, chat, text if mention in text else f"{mention} {text}")
        query = self.open_query()
        self.guests[query] = sent
        return self.updates.make("guest_message", sent.as_json() | {"guest_query_id": query})

    def adds_bot(self, person: Person, chat: Chat, *, admin: bool = False) -> JsonObject:
        """Add the bot to a chat or promote it there; in a private chat: unblock it."""
        self.blocked.discard(chat.id)
        return self._changes_bot(person, chat, "administrator" if admin else "member")

    def removes_bot(self, person: Person, chat: Chat) -> JsonObject:
        """Remove the bot from a chat; in a private chat: block it."""
        if chat.type == "private":
            self.blocked.add(chat.id)
        return self._changes_bot(person, chat, "kicked")

    def _changes_bot(self, person: Person, chat: Chat, status: str) -> JsonObject:
        if chat.bot_status == status:
            raise ValueError(f"the bot's status is {status} already")
        changed: JsonObject = {
            "chat": chat.as_json(),
            "from": person.as_json(),
            "date": int(self.now().timestamp()),
            "old_chat_member": self.bot.as_member(chat.bot_status),
            "new_chat_member": self.bot.as_member(status),
        }
        chat.bot_status = status
        return self.updates.make("my_chat_member", changed)

    def _query(self, person: Person) -> JsonObject:
        return {"id": self.open_query(), "from": person.as_json()}

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
        self.join(person, chat)
        return self.add_message(chat, person, FormattedText.typed(text), reply_to=reply_to, thread=thread, extra=extra)

    def _delivery(self, sent: Sent, change: str = "") -> JsonObject | None:
        if sent.chat.id in self.blocked or not is_delivered(sent, self.bot, reads_everything=self.reads_everything):
            return None
        kind = "channel_post" if sent.chat.type == "channel" else "message"
        return self.updates.make(change + kind, sent.as_json())
