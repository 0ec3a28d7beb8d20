"""What the bot says: from knowledge to text and buttons. Pure: nothing is sent from here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from bot.markup import Html, block_quote, bold, escape, isolated, italic, lines, link, paragraphs
from bot.preferences import Speak
from bot.sessions import Shown
from content import CommunityChat, Entry, Kind, Knowledge, Voice
from intents import words

RELATED = 3
"""Related entries offered under an answer."""
NEAREST = 3
"""Topics offered when nothing is known."""


@dataclass(frozen=True)
class Button:
    """A button under a message; it does one thing."""

    text: str
    data: str = ""
    """What the bot hears when it is pressed."""
    url: str = ""
    """The address that it opens."""
    copy: str = ""
    """The words that it copies."""
    share: str = ""
    """The inline query that it begins in a chat of the person's choice."""


Row: TypeAlias = tuple[Button, ...]


class Place(Enum):
    """Where a reply is read; a group gets fewer buttons, and they change the message instead of adding one."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True)
class Finding:
    """What a question was found to be, without the question."""

    outcome: str
    """The kind of the entry that answers it, else `clarify` or `unknown`."""
    language: str
    """That of the reply."""
    score: float
    """How sure the best match was, 0 to 100."""


@dataclass(frozen=True)
class Reply:
    """One message to send."""

    text: Html
    rows: tuple[Row, ...] = ()
    shown: Shown | None = None
    """The answer in it, if any: what "more" goes on from."""
    also: tuple[str, ...] = ()
    """The entries that it offers because they were asked for, too."""
    finding: Finding | None = field(default=None, compare=False)
    """For the reply to a question that was not about an earlier answer: what that was found to be."""


class Replies:
    """Writes every message of the bot, in any language of the knowledge."""

    def __init__(self, knowledge: Knowledge, version: str) -> None:
        self._knowledge = knowledge
        self._version = version

    def voice(self, language: str) -> Voice:
        """Return the bot's lines in a language."""
        return self._knowledge.voices[language]

    # Answers

    def answer(self, entry_id: str, language: str, place: Place, bot: str, also: Sequence[str] = ()) -> Reply:
        """Write an entry with its first quote, and offer those that were also asked for; `bot` is its user name."""
        entry = self._knowledge.entries[entry_id]
        text = escape(entry.texts[language].answer)
        if entry.kind == Kind.ANSWER:
            heading = bold(entry.texts[language].title)
            text = paragraphs(heading, text, self._quote(entry, 0, language))
        rows = self._answer_rows(entry, language, place, bot)
        if also:
            text = paragraphs(text, escape(self.voice(language).also_asked))
            others = self._entry_rows(also, language, "show" if place is Place.GROUP else "next")
            rows = (*others, *(row for row in rows if row not in others))
        shown = None if entry.kind == Kind.SMALLTALK else Shown(entry_id, language)
        return Reply(text, rows, shown, tuple(also))

    def answer_alone(self, entry_id: str, language: str, bot: str, also: Sequence[str]) -> Reply:
        """Write an entry for a chat where the bot has no buttons, with links to those that were also asked for."""
        reply = self.answer(entry_id, language, Place.GROUP, bot)
        if not also:
            return reply
        links = lines(escape(self.voice(language).also_asked), self._links(also, language, bot))
        return replace(reply, text=paragraphs(reply.text, links))

    def another_quote(self, shown: Shown) -> Reply:
        """Write the next quote of the answer shown, or say that there is none."""
        if shown.quote + 1 < len(self._knowledge.entries[shown.entry].quotes):
            return self.quote(shown.entry, shown.language, shown.quote + 1)
        return Reply(escape(self.voice(shown.language).no_more_quotes), (), shown)

    def quote(self, entry_id: str, language: str, index: int = 0) -> Reply:
        """Write one quote of an entry, with its source."""
        entry, voice = self._knowledge.entries[entry_id], self.voice(language)
        buttons = [Button(voice.buttons.copy_quote, copy=entry.quotes[index].text)]
        if index + 1 < len(entry.quotes):
            data = f"quote:{entry_id}:{language}:{index + 1}"
            buttons.append(Button(voice.buttons.another_quote, data=data))
        text = paragraphs(bold(entry.texts[language].title), self._quote(entry, index, language))
        rows = (self._entry_row(entry_id, language, "next"), tuple(buttons))
        return Reply(text, rows, Shown(entry_id, language, index))

    def more(self, shown: Shown) -> Reply:
        """Go on from the answer shown: its next quote, else what to read next."""
        entry = self._knowledge.entries[shown.entry]
        if shown.quote + 1 < len(entry.quotes) or not entry.related:
            return self.another_quote(shown)
        rows = self._entry_rows(entry.related, shown.language, "next")
        return Reply(escape(self.voice(shown.language).related), rows, shown)

    def source(self, shown: Shown) -> Reply:
        """Tell where the quote shown stands: document, section, date, paragraph and its words."""
        entry = self._knowledge.entries[shown.entry]
        if not entry.quotes:  # it says that the documents do not answer this
            return Reply(escape(self.voice(shown.language).no_quote), (), shown)
        quote = self._quote(entry, shown.quote, shown.language)
        number = escape(entry.quotes[shown.quote].paragraph)
        return Reply(paragraphs(quote, lines(number, self._link(entry, shown.quote, shown.language))), (), shown)

    def clarify(self, suggestions: Iterable[str], language: str) -> Reply:
        """Ask which of some entries is meant."""
        voice = self.voice(language)
        none = Button(voice.buttons.none_of_these, data=f"none:{language}")
        return Reply(escape(voice.clarify), (*self._entry_rows(suggestions, language, "show"), (none,)))

    def unknown(self, nearest: Iterable[str], language: str, place: Place) -> Reply:
        """Say that the answer is not known; in private, offer the topics of the nearest entries."""
        voice = self.voice(language)
        if place is Place.GROUP:
            return Reply(escape(voice.unknown_group))
        near = [self._knowledge.entries[entry].topic for entry in nearest]
        topics = [topic for topic in dict.fromkeys(near) if topic in voice.topics]
        rows = [self._topic_row(topic, language) for topic in (topics or list(voice.topics))[:NEAREST]]
        return Reply(escape(voice.unknown), (*rows, self._topics_row(language)))

    # Menus

    def for_editors(self, reply: Reply, language: str, question: int) -> Reply:
        """Offer to send a question that found no answer, by its message id, to the editors."""
        button = Button(self.voice(language).buttons.to_editors, data=f"editors:{question}")
        return replace(reply, rows=(*reply.rows, (button,)))

    def start(self, language: str) -> Reply:
        """Introduce the bot, with questions to press."""
        voice = self.voice(language)
        samples = [(Button(question, data=f"next:{entry}:{language}"),) for entry, question in voice.samples.items()]
        languages = Button(voice.buttons.language, data=f"languages:{language}")
        return Reply(escape(voice.start), (*samples, (*self._topics_row(language), languages)))

    def help(self, language: str, place: Place, bot: str) -> Reply:
        """Tell how to ask here."""
        voice = self.voice(language)
        if place is Place.GROUP:
            return Reply(escape(voice.help_group.format(bot=bot)))
        return Reply(escape(voice.help.format(bot=bot)), (self._topics_row(language),))

    def topics(self, language: str, note: str = "") -> Reply:
        """List the topics, below a note if there is one."""
        voice = self.voice(language)
        rows = tuple(self._topic_row(topic, language) for topic in voice.topics)
        return Reply(escape(note or voice.topics_menu), rows)

    def none_of_these(self, language: str) -> Reply:
        """Take it well that no suggestion was right."""
        return self.topics(language, self.voice(language).none_of_these)

    def menu_changed(self, language: str) -> Reply:
        """Answer a button that leads nowhere since the knowledge changed."""
        return self.topics(language, self.voice(language).menu_changed)

    def topic(self, topic: str, language: str, place: Place) -> Reply:
        """List the entries of one topic."""
        voice = self.voice(language)
        rows = self._entry_rows(self._answers_of(topic), language, "show" if place is Place.GROUP else "next")
        back = Button(voice.buttons.back, data=f"topics:{language}")
        return Reply(escape(voice.topic_menu.format(topic=voice.topics[topic])), (*rows, (back,)))

    def languages(self, language: str) -> Reply:
        """Offer the languages."""
        rows = tuple((Button(voice.name, data=f"language:{code}"),) for code, voice in self._knowledge.voices.items())
        return Reply(escape(self.voice(language).language_menu), rows)

    # Single lines

    def say(self, line: str) -> Reply:
        """Write a line of the voice that has nothing to fill in."""
        return Reply(escape(line))

    def language_named(self, said: str) -> str | None:
        """Return the language that somebody names, in any language, or None."""
        voices = self._knowledge.voices.items()
        return next((code for code, voice in voices if words(said) in map(words, (code, *voice.names))), None)

    def language_unknown(self, language: str) -> Reply:
        """Say which languages there are."""
        names = ", ".join(voice.name for voice in self._knowledge.voices.values())
        return Reply(escape(self.voice(language).language_unknown.format(languages=names)))

    def ask_usage(self, language: str, bot: str) -> Reply:
        """Tell how to use /ask."""
        return Reply(escape(self.voice(language).ask_usage.format(bot=bot)))

    def about(self, language: str) -> Reply:
        """Tell who speaks, and which edition."""
        text = self.voice(language).about.format(version=self._version, stamp=self._knowledge.stamp)
        return Reply(escape(text))

    def sources(self, language: str) -> Reply:
        """List the documents."""
        voice = self.voice(language)
        listed = [
            lines(
                bold(voice.sources[name].title),
                escape(f"{source.title}. {source.publisher}, {self._date(source.published, language)}"),
                link(source.link, source.link) if source.link else italic(voice.no_link),
            )
            for name, source in self._knowledge.sources.items()
        ]
        return Reply(paragraphs(escape(voice.sources_menu), *listed))

    # Inline mode

    def description(self, entry_id: str, language: str) -> str:
        """Return a line that tells an entry's date and how its answer begins."""
        entry, voice = self._knowledge.entries[entry_id], self.voice(language)
        said = f"{voice.as_of.format(date=self._date(entry.as_of, language))}. " if entry.as_of else ""
        return f"{said}{entry.texts[language].answer}"[:200]

    def topic_card(self, topic: str, language: str, bot: str) -> Reply:
        """Write a topic with links to each of its answers, for a chat where the bot has no buttons."""
        links = self._links(self._answers_of(topic), language, bot)
        return Reply(paragraphs(bold(self.voice(language).topics[topic]), links))

    def choices(self, suggestions: Iterable[str], language: str, bot: str) -> Reply:
        """Ask which of some entries is meant, with links instead of buttons."""
        return Reply(paragraphs(escape(self.voice(language).clarify), self._links(suggestions, language, bot)))

    def _links(self, ids: Iterable[str], language: str, bot: str) -> Html:
        return lines(*(link(self.title(entry, language), self.deep_link(entry, language, bot)) for entry in ids))

    def title(self, entry_id: str, language: str) -> str:
        """Return an entry's title."""
        return self._knowledge.entries[entry_id].texts[language].title

    def deep_link(self, entry_id: str, language: str, bot: str) -> str:
        """Return the address that opens an entry in the private chat."""
        return f"https://t.me/{bot}?start=a_{entry_id}_{language}"

    def private_row(self, entry_id: str, language: str, bot: str) -> Row:
        """Return the button that opens an entry in the private chat."""
        url = self.deep_link(entry_id, language, bot)
        return (Button(self.voice(language).buttons.private_chat, url=url),)

    def rating_row(self, entry_id: str, language: str) -> Row:
        """Return the buttons that tell whether an answer helped."""
        buttons = self.voice(language).buttons
        labels = {1: buttons.helpful, 0: buttons.not_helpful}
        return tuple(Button(label, data=f"rate:{entry_id}:{language}:{yes}") for yes, label in labels.items())

    # Groups

    def removable(self, reply: Reply, language: str) -> Reply:
        """Add the button that removes a reply, beside a last button that stands alone."""
        if not reply.rows:
            return reply
        remove, *others = Button(self.voice(language).buttons.remove, data="remove"), *reply.rows
        last = others.pop() if len(others[-1]) == 1 else ()
        return replace(reply, rows=(*others, (*last, remove)))

    def for_one(self, reply: Reply, bot: str) -> Reply:
        """Fit a group's reply to a message that only its reader sees, and offer to show its answer to everybody.

        Nothing can turn that message into another: what would do so goes, and entries to choose open in private.
        """
        rows = tuple(filter(None, (self._unturned(row, reply.shown, bot) for row in reply.rows)))
        if shown := reply.shown:
            label = self.voice(shown.language).buttons.show_to_all
            rows = (*rows, (Button(label, data=f"everyone:{shown.entry}:{shown.language}"),))
        return replace(reply, rows=rows)

    def _unturned(self, row: Row, shown: Shown | None, bot: str) -> Row:
        kept = []
        for button in row:
            verb, _, target = button.data.partition(":")
            entry, _, language = target.partition(":")
            if not button.data:
                kept.append(button)
            elif verb == "show" and not (shown and shown.entry == entry):
                kept.append(Button(button.text, url=self.deep_link(entry, language, bot)))
        return tuple(kept)

    def repeated(self, shown: Shown, url: str) -> Reply:
        """Write one line that leads to an answer given a little while ago."""
        title = self.title(shown.entry, shown.language)
        earlier = escape(self.voice(shown.language).repeated)
        return Reply(Html(f"{earlier} {link(title, url)}"))

    def last_for_now(self, reply: Reply, language: str, bot: str) -> Reply:
        """Add to the last answer of an hour that it is the last."""
        note = italic(self.voice(language).budget_spent.format(bot=bot))
        return replace(reply, text=paragraphs(reply.text, note))

    def added(self, language: str, bot: str, *, sees_all: bool) -> Reply:
        """Greet a group once: how to ask, and what the bot sees there."""
        voice = self.voice(language)
        sees = voice.sees_all if sees_all else voice.sees_addressed
        return Reply(paragraphs(escape(voice.added.format(bot=bot)), escape(sees)))

    def privacy(self, language: str, *, shares: bool) -> Reply:
        """Return what the bot sees in a private chat and keeps, and whether it passes on what it remembers."""
        voice = self.voice(language)
        return Reply(paragraphs(escape(voice.privacy), *([escape(voice.shares)] if shares else [])))

    def privacy_in_group(self, language: str, bot: str, speak: Speak, *, sees_all: bool, shares: bool) -> Reply:
        """Tell what the bot sees in a group, what it keeps, and how to check and to erase that."""
        voice = self.voice(language)
        everything = voice.sees_questions if speak is Speak.QUESTIONS else voice.sees_all
        sees = everything if sees_all else voice.sees_addressed
        kept = [voice.keeps_in_groups.format(bot=bot), *([voice.shares] if shares else [])]
        return Reply(paragraphs(escape(sees), *map(escape, kept)))

    def welcome(self, newcomers: int, language: str, bot: str) -> Reply:
        """Greet newcomers by their number."""
        lines_of = self.voice(language).welcome
        line = lines_of.one.format(bot=bot) if newcomers == 1 else lines_of.many.format(count=newcomers, bot=bot)
        return Reply(escape(line))

    # The door

    def community(self, language: str, bot: str) -> Reply:
        """List the groups and channels to join, those that speak the language first, and how to bring the bot along."""
        voice, chats = self.voice(language), self._knowledge.community.chats
        add = (Button(voice.buttons.add_to_group, url=f"https://t.me/{bot}?startgroup=new"),)
        if not chats:
            return Reply(escape(voice.join.no_chats), (add,))
        listed = sorted(chats, key=lambda chat: language not in chat.languages)
        told = [
            lines(bold(chat.texts[language].name), escape(chat.texts[language].description), self._spoken_in(chat))
            for chat in listed
        ]
        doors = [(Button(chat.texts[language].name, url=chat.link),) for chat in listed]
        return Reply(paragraphs(escape(voice.join.chats), *told), (*doors, add))

    def _spoken_in(self, chat: CommunityChat) -> Html:
        return italic(", ".join(self.voice(language).name for language in chat.languages))

    def rules(self, chat: int, title: str, rules: str, language: str) -> Reply:
        """Write a group's rules for an applicant, with the one button that agrees to them."""
        voice = self.voice(language).join
        text = paragraphs(escape(voice.asked.format(group=isolated(title))), block_quote(rules))
        return Reply(text, ((Button(voice.agree, data=f"join:{chat}"),),))

    def inside(self, title: str, url: str, language: str) -> Reply:
        """Tell an applicant that they are in, with the way there if there is a public one."""
        name = isolated(title)
        text = escape(self.voice(language).join.inside.format(group=name))
        return Reply(text, ((Button(name, url=url),),) if name and url else ())

    # Parts

    def _answer_rows(self, entry: Entry, language: str, place: Place, bot: str) -> tuple[Row, ...]:
        voice = self.voice(language)
        if entry.kind == Kind.SMALLTALK:
            return (self._topics_row(language),) if place is Place.PRIVATE else ()
        translate = tuple(
            Button(other.name, data=f"show:{entry.id}:{code}")
            for code, other in self._knowledge.voices.items()
            if code != language
        )
        copy = [Button(voice.buttons.copy_quote, copy=quote.text) for quote in entry.quotes[:1]]
        rating = self.rating_row(entry.id, language)
        if place is Place.GROUP:
            return (*((tuple(copy),) if copy else ()), translate, rating, self.private_row(entry.id, language, bot))
        if len(entry.quotes) > 1:
            data = f"quote:{entry.id}:{language}:1"
            copy.append(Button(voice.buttons.another_quote, data=data))
        share = Button(voice.buttons.share, share=entry.texts[language].title)
        rows = [
            *self._entry_rows(entry.related[:RELATED], language, "next"),
            tuple(copy),
            translate,
            rating,
            (share,),
        ]
        return tuple(row for row in rows if row)

    def _answers_of(self, topic: str) -> list[str]:
        return [entry.id for entry in self._knowledge.topic(topic) if entry.kind == Kind.ANSWER]

    def _entry_rows(self, ids: Iterable[str], language: str, verb: str) -> tuple[Row, ...]:
        return tuple(self._entry_row(entry, language, verb) for entry in ids)

    def _entry_row(self, entry_id: str, language: str, verb: str) -> Row:
        title = self.title(entry_id, language)
        return (Button(title, data=f"{verb}:{entry_id}:{language}"),)

    def _topic_row(self, topic: str, language: str) -> Row:
        title = self.voice(language).topics[topic]
        return (Button(title, data=f"topic:{topic}:{language}"),)

    def _topics_row(self, language: str) -> Row:
        button = self.voice(language).buttons.topics
        return (Button(button, data=f"topics:{language}"),)

    def _quote(self, entry: Entry, index: int, language: str) -> Html:
        """Write a quote: an unofficial translation first where there is one, the original always."""
        voice, original = self.voice(language), self._quoted(entry.quotes[index].text, language)
        translation = entry.translations[language][index]
        source = self._source_line(entry, index, language)
        if translation is None:
            return lines(block_quote(original), source)
        return lines(
            italic(voice.translation),
            block_quote(self._quoted(translation, language)),
            italic(voice.original),
            block_quote(original, expandable=True),
            source,
        )

    def _quoted(self, text: str, language: str) -> str:
        """Put quotation marks around, and […] where the quote begins or ends within a sentence."""
        before = "[…] " if text[0].islower() else ""
        after = "" if text.rstrip("”»\"')").endswith((".", "!", "?", ":", "…")) else " […]"
        return self.voice(language).quoted.format(text=f"{before}{text}{after}")

    def _source_line(self, entry: Entry, index: int, language: str) -> Html:
        name = entry.quotes[index].paragraph
        source, paragraph = self._knowledge.paragraph(name)
        voice = self.voice(language)
        names = voice.sources[name.partition(".")[0]]
        date = self._date(source.published, language)
        if not paragraph.section:
            return italic(voice.source_line.format(title=names.title, date=date))
        section = names.sections[paragraph.section]
        return italic(voice.source_line_with_section.format(title=names.title, section=section, date=date))

    def _link(self, entry: Entry, index: int, language: str) -> Html:
        source, _ = self._knowledge.paragraph(entry.quotes[index].paragraph)
        return link(source.title, source.link) if source.link else escape(source.title)

    def _date(self, date: str, language: str) -> str:
        year, _, month = date.partition("-")
        voice = self.voice(language)
        return voice.month_and_year.format(month=voice.months[int(month) - 1], year=year) if month else year


def first_known(languages: Sequence[str | None], known: Iterable[str]) -> str:
    """Return the first language of a list of wishes that is known, else the first known one."""
    choices = list(known)
    return next((language for language in languages if language in choices), choices[0])
