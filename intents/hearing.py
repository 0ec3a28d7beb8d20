"""From a text to what is weighed of it: its language, its words spelt right, and the concepts behind them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from intents.dictionary import Dictionary
from intents.language import LanguageGuesser
from intents.spelling import Speller
from intents.text import sentences, words, words_of_each
from intents.thesaurus import Thesaurus

CORRECTIONS = 24
"""Unknown words of one text that are corrected; a text with more of them is in another language, or noise."""
ADDRESS = 3
"""The most words of a greeting or a name before a comma."""


@dataclass(frozen=True)
class LanguageWords:
    """What is known of a language's words, once for all phrases."""

    abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Chat spellings, and what they stand for."""
    synonyms: Iterable[Sequence[str]] = ()
    """Groups of words, or of names of several words, that mean the same; the first stands for all."""
    common: Sequence[str] = ()
    """Words that tell nothing about the subject, but much about the language."""
    concepts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Words and expressions that mean nearly alike, by the name of the concept; languages share the names."""
    questions: Sequence[str] = ()
    """Words, alone or two together, that begin a question."""
    joiners: Sequence[str] = ()
    """Words that join one question to another."""


@dataclass(frozen=True)
class Heard:
    """What is weighed of a text."""

    words: tuple[str, ...]
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part(Heard):
    """What is weighed of a sentence, or of one of two questions in it."""

    asks: bool = False
    """Whether it is put as a question."""


@dataclass(frozen=True)
class Utterance:
    """A message, heard."""

    language: str
    """The likeliest; "" when none is known."""
    language_sure: bool
    """Whether that language stands out from the next."""
    whole: Heard
    parts: tuple[Part, ...]
    """Its sentences and joined questions; none when there is but one."""


class _Listener:
    """Knows one language."""

    def __init__(self, spec: LanguageWords) -> None:
        self.dictionary = Dictionary(spec.abbreviations, spec.synonyms)
        self.thesaurus = Thesaurus(spec.concepts)

    def understand(self, written: Sequence[str]) -> Heard:
        return Heard(self.dictionary.unify(written), self.thesaurus.concepts(written))


class _Splitter:
    """Finds the questions of a message, in whatever mixture of languages."""

    def __init__(self, languages: Iterable[LanguageWords]) -> None:
        known = list(languages)
        self._questions = frozenset(words(text) for spec in known for text in spec.questions)
        self._joiners = frozenset(word for spec in known for text in spec.joiners for word in words(text))

    def questions(self, sentence: str) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Split a sentence after a short address ("hola,"), and where a word like "and" joins a question to the rest.

        Gives the words of each part, and whether it is put as a question.
        """
        plain, address = words(sentence), len(words(sentence.partition(",")[0]))
        starts = [
            at
            for at in range(1, len(plain))
            if at == address <= ADDRESS or (plain[at] in self._joiners and self._asks(plain[at + 1 :]))
        ]
        for start, end in zip([0, *starts], [*starts, len(plain)], strict=True):
            part = plain[start:end]
            ends = end == len(plain) and "?" in sentence
            if part:
                yield part, ends or self._asks(part[1:] if part[0] in self._joiners else part)

    def _asks(self, plain: tuple[str, ...]) -> bool:
        """Tell whether some words begin as a question does: "who", "por qué"."""
        return plain[:1] in self._questions or plain[:2] in self._questions


class Hearing:
    """Hears texts as the phrases were heard."""

    def __init__(self, languages: Mapping[str, LanguageWords]) -> None:
        """Take what is known of each language's words."""
        self._listeners = {name: _Listener(spec) for name, spec in languages.items()}
        self._stranger = _Listener(LanguageWords())
        self._splitter = _Splitter(languages.values())
        self._common = [(name, words(" ".join(spec.common))) for name, spec in languages.items()]

    def learn(self, phrases: Sequence[tuple[str, str]]) -> list[Heard]:
        """Take the language and the text of every phrase, to know the words in them; return what is heard of each."""
        spoken = [language for language, _ in phrases]
        plain = words_of_each(text for _, text in phrases)
        self._guesser = LanguageGuesser([*zip(spoken, plain, strict=True), *self._common])
        listeners = [self._listeners.get(language, self._stranger) for language in spoken]
        written = [who.dictionary.write_out(text) for who, text in zip(listeners, plain, strict=True)]
        names = (listener.dictionary.vocabulary for listener in self._listeners.values())
        thesauri = (listener.thesaurus.vocabulary for listener in self._listeners.values())
        often = Counter(chain.from_iterable(chain(written, names, thesauri)))
        self._speller = Speller(word for word, _ in often.most_common())
        for listener in dict.fromkeys(listeners):
            said = (text for who, text in zip(listeners, written, strict=True) if who is listener)
            listener.thesaurus.keep_at_hand({*chain.from_iterable(said)})
        return [who.understand(text) for who, text in zip(listeners, written, strict=True)]

    def hear(self, text: str) -> Utterance:
        """Return what is heard of a text: in which language, as a whole, and sentence by sentence."""
        plain = words(text)
        language, sure = self._guesser.guess(plain)
        listener = self._listeners.get(language, self._stranger)
        said = [part for sentence in sentences(text) for part in self._splitter.questions(sentence)]
        written = [listener.dictionary.write_out(part) for part in (plain, *(part for part, _ in said))]
        meant = self._corrections(dict.fromkeys(chain.from_iterable(written)), listener.thesaurus)
        whole, *parts = [listener.understand([meant.get(word, word) for word in part]) for part in written]
        asks = [asks for _, asks in said]
        heard = [Part(part.words, part.concepts, asks) for part, asks in zip(parts, asks, strict=True)]
        return Utterance(language, sure, whole, tuple(heard) if len(heard) > 1 else ())

    def _corrections(self, said: Iterable[str], thesaurus: Thesaurus) -> dict[str, str]:
        """Return what the first unknown words were meant to be; a word with a known stem is none."""
        unknown = [word for word in said if word not in self._speller and not thesaurus.concepts_of(word)]
        return {word: self._speller.correct(word) for word in unknown[:CORRECTIONS]}
