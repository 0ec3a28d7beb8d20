"""What must hold in a content folder beyond the shape of each file: every check yields each problem that it finds."""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from content.community import ChatText, CommunityChat, link_target
from content.fingerprints import stands_in
from content.model import (
    ANSWER_RANGE,
    COPY_LIMIT,
    LANGUAGE_PATTERN,
    MESSAGE_LIMIT,
    SHORT_ANSWER_RANGE,
    EntryFile,
    EntryText,
    Kind,
    Source,
    utf16_units,
)
from content.problems import Problem
from content.reader import Data, Document, Location
from content.voice import Voice

MARKUP_RESERVE = 500
"""UTF-16 units kept free of each message for markup, headings and the source line."""
CHAT_RESERVE = 80
"""The same for each chat of the community: a line for its kind and languages, and breaks of lines."""
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class Draft:
    """An entry's file as far as it could be read: what is wrong with one part of it hides nothing of the others."""

    document: Document
    head: EntryFile = field(default_factory=EntryFile)
    texts: Mapping[str, EntryText] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The entry's id: the name of its file."""
        return self.document.path.stem

    @property
    def topic(self) -> str:
        """The entry's topic: the name of its folder."""
        return self.document.path.parent.name

    @property
    def is_answer(self) -> bool:
        """Whether it says that it is an answer; a file that cannot be read says nothing."""
        return bool(self.document.data) and self.document.data.get("kind", Kind.ANSWER) == Kind.ANSWER


def language_problems(
    document: Document, languages: tuple[str, ...], keys: Container[str], part: Mapping[str, Data], at: Location = ()
) -> Iterator[Problem]:
    """Every language of the folder is in a part of a file, and no key that is neither a language nor one of `keys`."""
    where = f"`{shown(at)}`: " if at else ""
    for name in languages:
        if name not in part:
            yield document.problem(at, f"{where}the language {name} is missing")
    for name in part:
        if name not in languages and name not in keys:
            hint = f" (a language needs a file voice/{name}.yaml)" if LANGUAGE_PATTERN.fullmatch(name) else ""
            yield document.problem((*at, name), f"unknown key `{shown((*at, name))}`{hint}")


def draft_problems(draft: Draft, sources: Mapping[str, Source | None]) -> Iterator[Problem]:
    """An entry by itself: what its kind needs, its quotes, their translations, the lengths of its texts."""
    for language, text in draft.texts.items():
        yield from _text_problems(draft, language, text)
    if draft.document.data:
        yield from _kind_problems(draft)
        yield from _quote_problems(draft.document, draft.head, sources)
        yield from _translation_problems(draft, sources)


def _kind_problems(draft: Draft) -> Iterator[Problem]:
    document = draft.document
    if draft.is_answer:
        if not document.data.get("quotes"):
            yield document.problem((), "an answer needs a quote: add `quotes`")
        if "as_of" not in document.data:
            yield document.problem((), "an answer needs a date: add `as_of`")
    elif draft.head.kind != Kind.ANSWER:
        for key in ("quotes", "as_of"):
            if key in document.data:
                yield document.problem((key,), f"`{key}` belongs to answers, not to an entry of kind {draft.head.kind}")


def _quote_problems(document: Document, head: EntryFile, sources: Mapping[str, Source | None]) -> Iterator[Problem]:
    for index, quote in enumerate(head.quotes):
        name, _, number = quote.paragraph.partition(".")
        at: Location = ("quotes", index)
        source = sources.get(name)
        if name in sources and source is None:
            continue  # what is wrong with the source is reported there
        if source is None or number not in source.paragraphs:
            yield document.problem((*at, "paragraph"), f"there is no paragraph {quote.paragraph} in the sources")
        elif not stands_in(quote.text, source.paragraphs[number].windows):
            elsewhere = ", ".join(_paragraphs_with(quote.text, sources))
            hint = f", but those of {elsewhere}" if elsewhere else ""
            yield document.problem((*at, "text"), f"these are not the exact words and signs of {quote.paragraph}{hint}")


def _paragraphs_with(text: str, sources: Mapping[str, Source | None]) -> Iterator[str]:
    for name, source in sources.items():
        for number, paragraph in source.paragraphs.items() if source else ():
            if stands_in(text, paragraph.windows):
                yield f"{name}.{number}"


def _translation_problems(draft: Draft, sources: Mapping[str, Source | None]) -> Iterator[Problem]:
    quoted = [sources.get(quote.paragraph.partition(".")[0]) for quote in draft.head.quotes]
    if None in quoted or len(quoted) != len(draft.document.data.get("quotes", ())):
        return  # what is wrong with the quotes comes first
    for language, text in draft.texts.items():
        wanted = sum(source.language != language for source in quoted if source)
        if len(text.quotes) != wanted:
            problem = f"translations of quotes in another language: {wanted} wanted, {len(text.quotes)} given"
            yield draft.document.problem((language, "quotes"), problem)


def _text_problems(draft: Draft, language: str, text: EntryText) -> Iterator[Problem]:
    low, high = ANSWER_RANGE if draft.is_answer else SHORT_ANSWER_RANGE
    if not low <= len(text.answer) <= high:
        problem = f"the answer has {len(text.answer)} characters: write {low} to {high}"
        yield draft.document.problem((language, "answer"), problem)
    longest = max((utf16_units(quote) for quote in text.quotes), default=0)
    rendered = utf16_units(text.title) + utf16_units(text.answer) + COPY_LIMIT + longest + MARKUP_RESERVE
    if rendered > MESSAGE_LIMIT:
        problem = f"answer and quote together do not fit one message of {MESSAGE_LIMIT} characters"
        yield draft.document.problem((language,), problem)


def link_problems(drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    """The entries together: what they refer to, and titles and phrases that two of them share."""
    phrases: dict[tuple[str, str], str] = {}
    titles: dict[tuple[str, str], str] = {}
    for draft in drafts.values():
        yield from _related_problems(draft, drafts)
        for language, text in draft.texts.items():
            if (other := titles.setdefault((language, _spelling(text.title)), draft.id)) != draft.id:
                yield draft.document.problem((language, "title"), f"the entry {other} has the same title")
            for index, phrase in enumerate(text.phrases):
                at: Location = (language, "phrases", index)
                spelling = _spelling(phrase)
                if not spelling:
                    yield draft.document.problem(at, "this phrase has no words")
                elif (first := phrases.get((language, spelling))) is not None:
                    where = "twice in this entry" if first == draft.id else f"in the entry {first} too"
                    yield draft.document.problem(at, f'the phrase "{phrase}" stands {where}')
                phrases[language, spelling] = draft.id


def _related_problems(draft: Draft, drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    for index, name in enumerate(draft.head.related):
        at: Location = ("related", index)
        if name == draft.id:
            yield draft.document.problem(at, f"related: {name} is this entry itself")
        elif name not in drafts:
            yield draft.document.problem(at, f"related: {name} is no entry")
        elif name in draft.head.related[:index]:
            yield draft.document.problem(at, f"related: {name} stands twice")


def voice_problems(
    document: Document,
    voice: Voice,
    drafts: Mapping[str, Draft],
    sources: Mapping[str, Source | None],
    languages: Set[str],
) -> Iterator[Problem]:
    """A voice names every topic, source, section and language that there is, and nothing else."""
    for name in voice.samples:
        if name not in drafts:
            yield document.problem(("samples", name), f"samples: {name} is no entry")
    answered = {draft.topic for draft in drafts.values() if draft.is_answer}
    unread = {draft.topic for draft in drafts.values() if not draft.document.data}
    yield from _matrix(document, ("topics",), voice.topics, answered, unread)
    yield from _matrix(document, ("sources",), voice.sources, set(sources))
    yield from _matrix(document, ("followups", "in_language"), voice.followups.in_language, languages)
    for name, names in voice.sources.items():
        if source := sources.get(name):
            sections = {paragraph.section for paragraph in source.paragraphs.values() if paragraph.section}
            yield from _matrix(document, ("sources", name, "sections"), names.sections, sections)


def thesaurus_problems(documents: Iterable[Document], languages: Container[str]) -> Iterator[Problem]:
    """A concept stands in one file, and is written in languages that there are."""
    files: dict[str, str] = {}
    for document in documents:
        for concept, words in document.data.items():
            if (first := files.setdefault(concept, document.path.name)) != document.path.name:
                yield document.problem((concept,), f"the concept {concept} stands in {first} too")
            for language in words if isinstance(words, dict) else ():
                if language not in languages:
                    problem = f"`{concept} {language}`: the language {language} needs a file voice/{language}.yaml"
                    yield document.problem((concept, language), problem)


def community_problems(
    document: Document, time_zones: Sequence[str], chats: Mapping[int, CommunityChat], languages: Collection[str]
) -> Iterator[Problem]:
    """Nothing stands twice in the community, its chats speak languages that there are, and one message holds them."""
    for index, zone in enumerate(time_zones):
        if zone in time_zones[:index]:
            yield document.problem(("time_zones", index), f"`time_zones {index + 1}` {zone} stands twice")
    targets: dict[str | None, int] = {}
    for index, chat in chats.items():
        if (first := targets.setdefault(link_target(chat.link), index)) != index:
            at: Location = ("chats", index, "link")
            yield document.problem(at, f"`{shown(at)}` leads to the same chat as `{shown(('chats', first, 'link'))}`")
        yield from _spoken_problems(document, ("chats", index, "languages"), chat.languages, languages)
    for language in languages:
        texts = [chat.texts[language] for chat in chats.values() if language in chat.texts]
        if sum(map(_units, texts)) + MARKUP_RESERVE > MESSAGE_LIMIT:
            problem = f"the chats' names and descriptions in {language} do not fit one message"
            yield document.problem(("chats",), f"{problem} of {MESSAGE_LIMIT} characters")


def _units(text: ChatText) -> int:
    return utf16_units(text.name) + utf16_units(text.description) + CHAT_RESERVE


def _spoken_problems(
    document: Document, at: Location, spoken: Sequence[str], languages: Container[str]
) -> Iterator[Problem]:
    for index, language in enumerate(spoken):
        where = (*at, index)
        if language not in languages:
            problem = f"`{shown(where)}`: the language {language} needs a file voice/{language}.yaml"
            yield document.problem(where, problem)
        elif language in spoken[:index]:
            yield document.problem(where, f"`{shown(where)}` {language} stands twice")


def shown(at: Location) -> str:
    """Write the way to a part of a file as an editor reads it, counted from 1."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in at)


def _matrix(
    document: Document,
    at: tuple[str, ...],
    found: Mapping[str, object],
    wanted: Set[str],
    perhaps: Set[str] = frozenset(),
) -> Iterator[Problem]:
    for name in wanted - set(found):
        yield document.problem(at, f"`{' '.join((*at, name))}` is missing")
    for name in set(found) - wanted - perhaps:
        yield document.problem((*at, name), f"unknown key `{' '.join((*at, name))}`")


def _spelling(text: str) -> str:
    """Return what two phrases have in common that differ in case, accents or punctuation alone: words, or emoji."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return " ".join(re.findall(r"\w+", plain)) or "".join(sign for sign in plain if unicodedata.category(sign) == "So")
