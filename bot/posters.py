"""What stands in channels, and what their admins see on the way there. Pure: nothing is sent from here."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.chat_ids import number_of
from bot.markup import escape, isolated, italic, paragraphs
from bot.replies import Button, Place, Replies, Reply, Row
from content import Kind, Knowledge, PublishLines

ANSWER = "a"
"""The part of an entry that is its whole answer; other parts are the indexes of its quotes."""


@dataclass(frozen=True)
class Channel:
    """A channel to post in."""

    id: int
    title: str

    @property
    def number(self) -> str:
        """Its number among Telegram's channels, shorter than its id: buttons have little room."""
        return str(number_of(self.id))


class Posters:
    """Writes posts, previews and menus in any language of the knowledge."""

    def __init__(self, knowledge: Knowledge, replies: Replies) -> None:
        self._knowledge = knowledge
        self._replies = replies

    def post(self, entry: str, language: str, part: str, bot: str) -> Reply:
        """Write what a channel shows: an answer or a quote, and the way to ask more."""
        if part == ANSWER:
            text = self._replies.answer(entry, language, Place.GROUP, bot).text
        else:
            text = self._replies.quote(entry, language, int(part)).text
        return Reply(text, (self._replies.private_row(entry, language, bot),))

    def knows(self, entry: str, part: str) -> bool:
        """Tell whether there is such a part of such an entry: buttons may be older than the content, or forged."""
        known = self._knowledge.entries.get(entry)
        return known is not None and known.kind == Kind.ANSWER and (part == ANSWER or int(part) < len(known.quotes))

    def menu(self, channel: Channel, language: str) -> Reply:
        """Offer to post something, or to schedule quotes."""
        lines, settings = self._lines(language), self._replies.voice(language).settings
        schedule = Button(settings.names.quotes.name, data=f"set:{channel.id}:{language}:quotes")
        rows = ((_button(lines.pick, "pick", channel, language),), (schedule,))
        return Reply(escape(lines.menu.format(channel=isolated(channel.title))), rows)

    def topics(self, channel: Channel, language: str) -> Reply:
        """Offer the topics."""
        titles = self._replies.voice(language).topics
        rows = [(_button(title, "pick", channel, language, topic),) for topic, title in titles.items()]
        text = escape(self._lines(language).topics.format(channel=isolated(channel.title)))
        return Reply(text, (*rows, self._back("channel", channel, language)))

    def entries(self, channel: Channel, language: str, topic: str) -> Reply:
        """Offer the answers of a topic."""
        ids = [entry.id for entry in self._knowledge.topic(topic) if entry.kind == Kind.ANSWER]
        rows = [
            (_button(self._replies.title(entry, language), "view", channel, language, entry, ANSWER),) for entry in ids
        ]
        text = escape(self._lines(language).topics.format(channel=isolated(channel.title)))
        return Reply(text, (*rows, self._back("pick", channel, language)))

    def preview(self, channel: Channel, language: str, entry: str, part: str) -> Reply:
        """Show a post as it will look, with buttons for the other parts and languages."""
        lines = self._lines(language)
        note = italic(lines.preview.format(channel=isolated(channel.title)))
        parts = {ANSWER: lines.answer} | {
            str(index): lines.quote.format(number=index + 1)
            for index in range(len(self._knowledge.entries[entry].quotes))
        }
        others = (
            _button(label, "view", channel, language, entry, name) for name, label in parts.items() if name != part
        )
        spoken = (
            _button(voice.name, "view", channel, code, entry, part)
            for code, voice in self._knowledge.voices.items()
            if code != language
        )
        post = _button(lines.post, "post", channel, language, entry, part)
        rows = (tuple(others), tuple(spoken), (post,), self._back("pick", channel, language))
        return Reply(paragraphs(note, self.post(entry, language, part, "").text), tuple(row for row in rows if row))

    def posted(self, channel: Channel, language: str, url: str) -> Reply:
        """Say that it is done, and lead there."""
        title = isolated(channel.title)
        link: tuple[Row, ...] = ((Button(title, url=url),),) if url and title else ()
        text = escape(self._lines(language).posted.format(channel=isolated(channel.title)))
        return Reply(text, (*link, self._back("channel", channel, language)))

    def failed(self, channel: Channel, language: str) -> Reply:
        """Say that Telegram did not let the bot post."""
        text = escape(self._lines(language).failed.format(channel=isolated(channel.title)))
        return Reply(text, (self._back("channel", channel, language),))

    def add(self, problem: str, language: str, bot: str) -> Reply:
        """Say why a channel cannot be opened, with the button that adds the bot to one."""
        url = f"https://t.me/{bot}?startchannel&admin=post_messages"
        return Reply(escape(problem), ((Button(self._lines(language).add_button, url=url),),))

    def quotes(self) -> list[tuple[str, str]]:
        """Return every quote that can be posted on schedule: entry and part."""
        entries: Iterable[tuple[str, int]] = (
            (entry.id, index)
            for entry in self._knowledge.entries.values()
            if entry.kind == Kind.ANSWER
            for index in range(len(entry.quotes))
        )
        return [(entry, str(index)) for entry, index in entries]

    def _back(self, verb: str, channel: Channel, language: str) -> Row:
        return (_button(self._replies.voice(language).settings.back, verb, channel, language),)

    def _lines(self, language: str) -> PublishLines:
        return self._replies.voice(language).publish


def _button(label: str, verb: str, channel: Channel, language: str, *path: str) -> Button:
    return Button(label, data=":".join((verb, language, channel.number, *path)))
