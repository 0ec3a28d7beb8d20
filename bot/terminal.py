"""The chat in the terminal: the same application and handlers, with Telegram in memory behind them."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text
from telegram import Update

from bot.app import App
from bot.offline import Chat, Fields, JsonObject, OfflineTelegram, Person, Sent
from bot.store import Store

HELP = """\
Write a question. A number presses the button with that number. Ctrl-D leaves.
/as NAME [LANGUAGE]  be somebody else, like: /as Ana pt
/group [TITLE]       go to a group, where the bot hears commands like /ask@{bot} and replies to it
/channel [TITLE]     make a channel of yours where the bot may post, for /publish in the private chat
/private             go back to the private chat
/reply TEXT          reply to the bot's last message
/edit TEXT           edit your last message
/inline WORDS        what @{bot} WORDS finds in any chat
/?                   these lines again"""


@dataclass(frozen=True)
class _Key:
    """Something to press: a button under a message, or a key of the keyboard that the bot asks for a chat with."""

    button: Fields
    chosen: Chat | None = None
    """The chat that the person chooses with it."""

    @property
    def label(self) -> str:
        """What stands on it."""
        label = self.button.text("text")
        return f"{label}: {self.chosen.title}" if self.chosen else label


class Terminal:
    """One person at a keyboard, who can play everybody but the bot."""

    def __init__(self, app: App, store: Store, telegram: OfflineTelegram, console: Console, language: str) -> None:
        self._app = app
        self._store = store
        self._telegram = telegram
        self._console = console
        self._people = {"you": Person(1001, "You", language)}
        self._groups: dict[str, Chat] = {}
        self._channels: dict[str, Chat] = {}
        self._person = self._people["you"]
        self._chat = telegram.private(self._person)
        self._written: Sent | None = None
        """The person's last message."""
        self._shown: dict[int, Sent] = {}
        """By chat: the bot's last message, the one whose buttons are pressed by number."""
        self._used: list[list[JsonObject]] | None = None
        """The keyboard that was used: Telegram's apps put it away then."""
        self._commands: dict[str, Callable[[str], JsonObject | None]] = {
            "/as": self._as,
            "/group": self._group,
            "/channel": self._channel,
            "/private": self._private,
            "/reply": self._reply,
            "/edit": self._edit,
            "/inline": self._inline,
            "/?": self._help,
        }

    def run(self, lines: Iterator[str]) -> None:
        """Talk until the lines end; they may come from a keyboard or a file."""
        with asyncio.Runner() as runner:
            runner.run(self._store.migrate())
            runner.run(self._app.initialize())
            try:
                self._help("")
                runner.run(self._hear(self._says("/start")))
                for line in lines:
                    if line.strip():
                        runner.run(self._hear(self._update(line.strip())))
            finally:
                runner.run(self._app.shutdown())
                runner.run(self._store.close())

    @property
    def prompt(self) -> str:
        """Who speaks where."""
        where = f" in {self._chat.title}" if self._chat.title else ""
        return f"{self._person.first_name}{where}> "

    def _update(self, line: str) -> JsonObject | None:
        """Turn a typed line into what Telegram would deliver; None for nothing."""
        command, _, rest = line.partition(" ")
        shown = self._shown.get(self._chat.id)
        keys = {str(number): key for number, key in enumerate(self._keys(shown), 1)} if shown else {}
        try:
            if command in self._commands:
                return self._commands[command](rest.strip())
            if shown and line in keys:
                return self._press(shown, keys[line])
            return self._says(line)
        except ValueError as error:  # what Telegram would not let anyone send
            self._note(str(error))
            return None

    def _says(self, text: str, reply_to: Sent | None = None) -> JsonObject | None:
        update = self._telegram.says(self._person, self._chat, text, reply_to=reply_to)
        self._written = self._telegram.sent[-1]
        if update is None:
            self._note("(Telegram does not deliver this to the bot)")
        return update

    async def _hear(self, update: JsonObject | None) -> None:
        """Let the bot handle an update, then show every message that it sent or changed."""
        before = {id(sent): _state(sent) for sent in self._telegram.from_bot}
        answers = len(self._telegram.answers)
        if update is not None:
            await self._app.process_update(Update.de_json(update, self._app.bot))
        for answer in map(Fields, self._telegram.answers[answers:]):
            if notice := answer.text("text"):
                self._note(notice)
            for result in answer.items("results"):
                self._console.print(Text(f"  · {result.text('title')}", style="bold"))
        changed = [sent for sent in self._telegram.from_bot if before.get(id(sent)) != _state(sent)]
        for sent in sorted(changed, key=lambda sent: sent.chat is self._chat):  # last those whose buttons have numbers
            self._show(sent)

    def _show(self, sent: Sent) -> None:
        if sent.deleted:
            self._note("(the bot deleted its message)")
            if self._shown.get(sent.chat.id) is sent:
                del self._shown[sent.chat.id]
            return
        self._shown[sent.chat.id] = sent
        is_here = sent.chat is self._chat
        if not is_here:
            self._note(f"(in {sent.chat.title or 'another private chat'})")
        labels = [f"{number}. {key.label}" if is_here else key.label for number, key in enumerate(self._keys(sent), 1)]
        buttons = [Text(label, style="cyan") for label in labels]
        parts = [to_text(sent.text), *([Text(), *buttons] if buttons else [])]
        if self._console.is_terminal:
            title = "edited" if sent.edited else None
            self._console.print(Panel(Group(*parts), title=title, title_align="left", width=90))
        else:
            for part in (*parts, Text()):
                self._console.print(part, soft_wrap=True)

    def _keys(self, sent: Sent) -> list[_Key]:
        """Return what can be pressed: the buttons under a message, else the keys of the keyboard that the bot shows."""
        keyboard = [] if sent.chat.keyboard is self._used else sent.chat.keyboard
        buttons = [Fields(button) for row in sent.buttons or keyboard for button in row]
        return [_Key(button, chat) for button in buttons for chat in self._choices(button)]

    def _choices(self, button: Fields) -> list[Chat | None]:
        """Return the person's own chats that a button asks to choose from; None alone where it asks for none."""
        wanted = button.inner("request_chat")
        if wanted is None:
            return [None]
        owned = [chat for chat in self._telegram.chats.values() if chat.owner and chat.owner.id == self._person.id]
        return [chat for chat in owned if (chat.type == "channel") is wanted.flag("chat_is_channel")] or [None]

    def _press(self, sent: Sent, key: _Key) -> JsonObject | None:
        button = key.button
        if wanted := button.inner("request_chat"):
            return self._share(wanted, key.chosen)
        if "callback_data" in button:
            return self._telegram.presses(self._person, sent, button.text("callback_data"))
        if "copy_text" in button and (copied := button.inner("copy_text")):
            self._note(f"copied: {copied.text('text')}")
        elif "url" in button:
            self._note(f"opens {button.text('url')}")
        elif chosen := button.inner("switch_inline_query_chosen_chat"):
            return self._inline(chosen.text("query"))
        return None

    def _share(self, wanted: Fields, chat: Chat | None) -> JsonObject | None:
        if chat is None:
            self._note("You have nothing to choose from: make a channel with /channel.")
            return None
        self._used = self._chat.keyboard
        return self._telegram.shares_chat(self._person, chat, wanted.number("request_id") or 0)

    def _as(self, rest: str) -> None:
        name, _, language = rest.partition(" ")
        key = name.casefold() or "you"
        if key not in self._people or language:
            number = 1001 + len(self._people)
            known = self._people.get(key, Person(number, name))
            self._people[key] = Person(known.id, known.first_name, language or known.language_code)
        self._person = self._people[key]
        if self._chat.type == "private":
            self._chat = self._telegram.private(self._person)

    def _group(self, title: str) -> JsonObject | None:
        title = title or "Group"
        if title in self._groups:
            self._chat = self._groups[title]
            return None
        self._chat = self._groups[title] = self._telegram.group(title, with_bot=False, owner=self._person)
        return self._telegram.adds_bot(self._person, self._chat)

    def _channel(self, title: str) -> JsonObject | None:
        title = title or "Channel"
        self._private("")  # nobody but the bot speaks in the channel; what it posts there is shown anywhere
        if title in self._channels:
            self._note(f"{title} is there already.")
            return None
        channel = self._telegram.channel(title, bot_is_admin=False, owner=self._person)
        self._channels[title] = channel
        self._note(f"{title} is there, and the bot may post in it: /publish")
        return self._telegram.adds_bot(self._person, channel, admin=True)

    def _private(self, _: str) -> None:
        self._chat = self._telegram.private(self._person)

    def _reply(self, text: str) -> JsonObject | None:
        shown = self._shown.get(self._chat.id)
        if not text or shown is None:
            self._note("There is no message of the bot here to reply to.")
            return None
        return self._says(text, shown)

    def _edit(self, text: str) -> JsonObject | None:
        if not text or self._written is None or self._written.sender.id != self._person.id:
            self._note("There is no message of yours to edit.")
            return None
        return self._telegram.edits(self._written, text)

    def _inline(self, words: str) -> JsonObject | None:
        return self._telegram.asks_inline(self._person, words)

    def _help(self, _: str) -> None:
        self._note(HELP.format(bot=self._telegram.bot.username))

    def _note(self, text: str) -> None:
        self._console.print(Text(text, style="dim"), soft_wrap=True)


def _state(sent: Sent) -> tuple[str, list[str], bool]:
    """Return what the bot can change of its message."""
    return sent.text, sent.labels, sent.deleted


def to_text(html: str) -> Text:
    """Turn Telegram's HTML into text for the terminal: bold, italics, links, quotations behind a bar."""
    parser = _ToText()
    parser.feed(html)
    parser.close()
    return parser.text


_STYLES = {"b": "bold", "i": "italic dim", "a": "underline"}


class _ToText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = Text()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "blockquote" in self._open:
            data = "┃ " + data.replace("\n", "\n┃ ")
        self.text.append(data, " ".join(_STYLES[tag] for tag in self._open if tag in _STYLES))
