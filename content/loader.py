"""From a folder to the knowledge: reads everything, checks everything, reports every problem at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from content.checks import (
    Draft,
    community_problems,
    draft_problems,
    language_problems,
    link_problems,
    shown,
    thesaurus_problems,
    voice_problems,
)
from content.community import ChatFile, Community, CommunityChat, CommunityFile
from content.folder import COMMUNITY, Folder, digest
from content.model import ID_PATTERN, LANGUAGE_PATTERN, Entry, EntryFile, EntryText, Paragraph, Source, Thesaurus, Words
from content.problems import ContentError, Problem
from content.reader import Data, Document, Location, read
from content.voice import Voice

PACKAGED = Path(__file__).parent
MAX_PARTS = 500_000
"""Keys, values and lists of all files, which take about 400 bytes of memory each; the packaged ones have 48,000."""

_NAMES = {
    ID_PATTERN: "names of entries, topics and sources are 1-40 of a-z, 0-9 and _, a letter first",
    LANGUAGE_PATTERN: "the file's name must be a language code of two or three letters, like es.yaml",
}

_File = TypeVar("_File", bound=BaseModel)


@dataclass(frozen=True)
class Knowledge:
    """All that the bot knows and says, checked."""

    entries: Mapping[str, Entry]
    """By id, in the order of topics and file names."""
    sources: Mapping[str, Source]
    voices: Mapping[str, Voice]
    """By language; its keys are the languages of the knowledge."""
    words: Mapping[str, Words]
    """By language."""
    concepts: Mapping[str, Mapping[str, Sequence[str]]]
    """By language, then by the concept's name: the words and expressions for it."""
    community: Community
    digest: str
    """A hash of all files: that of `content.folder.Folder.digest`."""

    @property
    def stamp(self) -> str:
        """The beginning of the hash: which edition an answer came from."""
        return self.digest[:8]

    def paragraph(self, name: str) -> tuple[Source, Paragraph]:
        """Return the source and the paragraph that an id like `letter.09` names."""
        source, _, number = name.partition(".")
        return self.sources[source], self.sources[source].paragraphs[number]

    def topic(self, topic: str) -> tuple[Entry, ...]:
        """Return the entries of one topic."""
        return tuple(entry for entry in self.entries.values() if entry.topic == topic)


def load(folder: Path | None = None) -> Knowledge:
    """Read and check a content folder (the packaged one when none is given).

    Raises ContentError with every problem found; NotADirectoryError when there is no such folder.
    """
    folder = folder or PACKAGED
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no content folder {folder}")
    return _Loader(folder).load()


@dataclass(frozen=True)
class _Part(Generic[_File]):
    """A file of a voice, a source or words; `file` is None when there is a problem with it."""

    document: Document
    file: _File | None


class _Loader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._on_disk = Folder(folder)
        self._found: list[Path] = []
        self._problems: list[Problem] = []
        self._hashes: dict[str, bytes] = {}
        self._parts_read = 0

    def load(self) -> Knowledge:
        self._found = self._on_disk.files()
        voices = self._parts("voice", Voice, LANGUAGE_PATTERN)
        sources = {name: part.file for name, part in self._parts("sources", Source, ID_PATTERN).items()}
        words = self._parts("words", Words, LANGUAGE_PATTERN)
        thesauri = self._parts("thesaurus", Thesaurus, ID_PATTERN)
        drafts = self._drafts(tuple(voices))
        for draft in drafts.values():
            self._problems += draft_problems(draft, sources)
        self._problems += link_problems(drafts)
        for voice in voices.values():
            if voice.file and drafts:
                self._problems += voice_problems(voice.document, voice.file, drafts, sources, set(voices))
        for name in set(words) - set(voices) if voices else ():
            self._report(words[name].document.path, f"the language {name} needs a file voice/{name}.yaml")
        self._problems += thesaurus_problems([part.document for part in thesauri.values()], voices)
        community = self._community(tuple(voices))
        if self._problems:
            raise ContentError(self._problems)
        proved = {name: source for name, source in sources.items() if source}
        return Knowledge(
            {draft.id: _entry(draft, proved) for draft in drafts.values()},
            proved,
            {name: part.file for name, part in voices.items() if part.file},
            {name: part.file for name, part in words.items() if part.file},
            {language: _concepts_in(language, thesauri.values()) for language in voices},
            community,
            digest=digest(self._hashes),
        )

    def _report(self, path: Path, text: str) -> None:
        self._problems.append(Problem(path, 1, text))

    def _files(self, name: str, pattern: str) -> list[Path]:
        """Return the files of one part of the folder; report those that nothing would read."""
        part = self._folder / name
        found = [path for path in self._found if path.is_relative_to(part)]
        levels = pattern.count("/") + 1
        files = [path for path in found if path.suffix == ".yaml" and len(path.relative_to(part).parts) == levels]
        for path in {*found} - {*files}:
            self._report(path, f"this file is not read: the files here are {name}/{pattern}")
        return files

    def _read(self, path: Path) -> Document:
        """Read a file; one that cannot be read is empty."""
        if self._on_disk.leads_out(path):
            self._report(path, "a symbolic link that leads out of the content folder is not followed")
            return Document(path)
        try:
            document = read(path)
        except ContentError as error:
            self._problems += error.problems
            return Document(path)
        self._problems += document.repeated
        self._hashes[self._on_disk.name(path)] = document.digest
        self._parts_read += len(document.lines)
        if self._parts_read > MAX_PARTS:
            self._report(self._folder, f"the files of the folder have more than {MAX_PARTS:,} parts together")
            raise ContentError(self._problems)
        return document

    def _parts(self, name: str, model: type[_File], names: re.Pattern[str]) -> dict[str, _Part[_File]]:
        parts = {}
        for path in self._files(name, "*.yaml"):
            document = self._read(path)
            file = self._validated(document, model, document.data) if document.data else None
            if names.fullmatch(path.stem):
                parts[path.stem] = _Part(document, file)
            else:
                self._report(path, _NAMES[names])
        if name == "voice" and not parts:
            self._report(self._folder / name, "no language: this folder needs a file like en.yaml")
        return parts

    def _validated(self, document: Document, model: type[_File], data: Data, at: Location = ()) -> _File | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self._problems += [_problem(document, at, details) for details in error.errors()]
            return None

    def _drafts(self, languages: tuple[str, ...]) -> dict[str, Draft]:
        drafts: dict[str, Draft] = {}
        for path in self._files("knowledge", "*/*.yaml"):
            if not (ID_PATTERN.fullmatch(path.stem) and ID_PATTERN.fullmatch(path.parent.name)):
                self._report(path, _NAMES[ID_PATTERN])
            elif path.stem in drafts:
                self._report(path, f"there is an entry {path.stem} in the topic {drafts[path.stem].topic} already")
            else:
                drafts[path.stem] = self._draft(path, languages)
        if not drafts:
            self._report(self._folder / "knowledge", "no entries: this folder needs files like topic/entry.yaml")
        return drafts

    def _draft(self, path: Path, languages: tuple[str, ...]) -> Draft:
        document = self._read(path)
        if not document.data:
            return Draft(document)
        if languages:
            self._problems += language_problems(document, languages, EntryFile.model_fields, document.data)
        head = {
            key: value
            for key, value in document.data.items()
            if key in EntryFile.model_fields and self._validated(document, EntryFile, {key: value})
        }
        texts = {
            language: self._validated(document, EntryText, document.data[language], (language,))
            for language in languages
            if language in document.data
        }
        return Draft(
            document,
            EntryFile.model_validate(head),
            {language: text for language, text in texts.items() if text},
        )

    def _community(self, languages: tuple[str, ...]) -> Community:
        path, misnamed = self._folder / COMMUNITY, self._folder / "community.yml"
        if misnamed in self._found:
            self._report(misnamed, f"this file is not read: its name must be {COMMUNITY}")
        document = self._read(path) if path in self._found else Document(path)
        if not document.data:
            return Community()
        listed = document.data.get("chats")
        parts = listed if isinstance(listed, list) else []
        file = self._validated(document, CommunityFile, document.data | {"chats": []} if parts else document.data)
        read = {index: self._chat(document, index, part, languages) for index, part in enumerate(parts)}
        chats = {index: chat for index, chat in read.items() if chat}
        time_zones = file.time_zones if file else ()
        if languages:
            self._problems += community_problems(document, time_zones, chats, languages)
        return Community(time_zones, tuple(chats.values()))

    def _chat(self, document: Document, index: int, data: Data, languages: tuple[str, ...]) -> CommunityChat | None:
        at: Location = ("chats", index)
        if isinstance(data, dict) and languages:
            self._problems += language_problems(document, languages, ChatFile.model_fields, data, at)
            data = {key: value for key, value in data.items() if key in {*languages, *ChatFile.model_fields}}
        file = self._validated(document, ChatFile, data, at)
        return CommunityChat(file.link, file.kind, file.languages, file.__pydantic_extra__) if file else None


def _entry(draft: Draft, sources: Mapping[str, Source]) -> Entry:
    head, translations = draft.head, {}
    for language, text in draft.texts.items():
        remaining = iter(text.quotes)
        translations[language] = tuple(
            None if sources[quote.paragraph.partition(".")[0]].language == language else next(remaining)
            for quote in head.quotes
        )
    return Entry(draft.id, draft.topic, head.kind, head.as_of, head.quotes, head.related, draft.texts, translations)


def _concepts_in(language: str, thesauri: Iterable[_Part[Thesaurus]]) -> dict[str, tuple[str, ...]]:
    files = [part.file.root for part in thesauri if part.file]
    return {concept: words[language] for concepts in files for concept, words in concepts.items() if language in words}


_PROBLEMS = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "unknown key `{key}`",
    "string_type": "`{key}` must be text",
    "tuple_type": "`{key}` must be a list",
    "dict_type": "`{key}` must be a mapping of keys to values",
    "model_type": "`{key}` must be a mapping of keys to values",
    "bool_parsing": "`{key}` must be true or false",
    "enum": "`{key}` must be {expected}",
    "string_pattern_mismatch": "`{key}` must be a year or a year and month, like 2024-08",
    "too_short": "`{key}` has {actual_length}, but needs at least {min_length}",
    "too_long": "`{key}` has {actual_length}, but may have at most {max_length}",
    "value_error": "`{key}` {error}",
}


def _problem(document: Document, at: Location, details: ErrorDetails) -> Problem:
    """Say in an editor's words what pydantic found."""
    location = (*at, *(part for part in details["loc"] if part != "[key]"))
    context: dict[str, Any] = details.get("ctx", {})
    template = _PROBLEMS.get(details["type"], details["msg"])
    return document.problem(location, template.format(key=shown(location), **context))
