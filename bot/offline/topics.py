"""The topics of a forum: opened, closed and deleted by its administrators."""

from bot.offline.chats import OWNER, Chat, Person
from bot.offline.fields import JsonObject
from bot.offline.targets import GENERAL
from bot.offline.text import FormattedText
from bot.offline.world import World


class Topics(World):
    """Deeds with the topics of a forum; None is General, where messages carry no thread."""

    def topic(self, chat: Chat, name: str, by: Person | None = None) -> int:
        """Open a topic in a forum and return its thread id."""
        if not chat.is_forum:
            raise ValueError(f"{chat.title} is no forum")
        created: JsonObject = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        sent = self.add_message(chat, by or chat.owner or OWNER, FormattedText(""), extra=created)
        sent.thread_id = sent.message_id
        chat.topics[sent.message_id] = sent
        return sent.message_id

    def closes(self, by: Person, chat: Chat, topic: int | None = None) -> JsonObject | None:
        """Close a topic: only administrators who manage topics write there now, and who opened it."""
        chat.closed_topics.add(topic or GENERAL)
        return self._say(by, chat, topic, "forum_topic_closed")

    def reopens(self, by: Person, chat: Chat, topic: int | None = None) -> JsonObject | None:
        """Open a closed topic again."""
        chat.closed_topics.discard(topic or GENERAL)
        return self._say(by, chat, topic, "forum_topic_reopened")

    def deletes_topic(self, chat: Chat, topic: int) -> None:
        """Delete a topic with all that was said in it: the bot learns nothing of it."""
        del chat.topics[topic]
        chat.closed_topics.discard(topic)
        for sent in self.sent:
            if sent.chat is chat and sent.thread_id == topic:
                sent.deleted = True

    def may_write_in(self, person: Person, chat: Chat, topic: int | None) -> bool:
        """Return whether a topic is open to somebody."""
        if not chat.is_forum or (topic or GENERAL) not in chat.closed_topics:
            return True
        opened = chat.topics.get(topic or GENERAL)
        return self.standing(chat, person).may("can_manage_topics") or (opened is not None and opened.sender == person)

    def _say(self, by: Person, chat: Chat, topic: int | None, service: str) -> JsonObject | None:
        return self.delivery(self.add_message(chat, by, FormattedText(""), thread=topic, extra={service: {}}))
