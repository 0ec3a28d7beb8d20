"""The engine: phrases in, then for each question an outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from intents.classifier import Classifier
from intents.dictionary import Dictionary, LanguageWords
from intents.features import Features, Floats, Vectors
from intents.language import LanguageGuesser
from intents.outcomes import Answer, Clarify, Match, Outcome, Unknown
from intents.phrasebook import Phrasebook
from intents.spelling import Speller
from intents.text import sentences, words, words_of_each

RANKED = 5

ANSWER_SCORE = 84.0
"""From this score on an entry is the answer: at the border four in five prove right."""
SUGGEST_SCORE = 30.0
"""From this score on an entry is worth suggesting."""
SUGGESTIONS = 3
REREAD = 8
"""Entries whose phrases are looked at again; the right one is hardly ever further down."""
PHRASE_SHARE = 0.3
"""What the likeness to an entry's nearest phrases counts, next to the classifier's score; flat from 0.2 to 0.5."""
TELLING_SHARE = 0.5
"""How much a sentence must say, next to the most telling one of its message, to be heard by itself."""

BIAS, SCORE_WEIGHT, LEAD_WEIGHT = -1.5, 6.5, 22.0
"""Logistic regression of "the best match is right" on its score and its lead, over questions that were not used as
phrases (`tests/questions/tuning.jsonl` among them)."""


@dataclass(frozen=True)
class Phrase:
    """One way to ask for an entry, in one language."""

    text: str
    entry: str
    language: str


class Matcher:
    """Finds the entry that a question asks for, and says how surely."""

    def __init__(
        self,
        phrases: Iterable[Phrase],
        languages: Mapping[str, LanguageWords] | None = None,
        scores: Mapping[str, float] | None = None,
    ) -> None:
        """Learn from all phrases of all entries.

        `languages` adds what is known of each language's words; `scores` names entries that are the answer from
        another score on than ANSWER_SCORE.
        """
        known = tuple(phrases)
        languages = languages or {}
        self._needed = scores or {}
        self._entries = tuple(dict.fromkeys(phrase.entry for phrase in known))
        self._dictionaries = {name: Dictionary(spec) for name, spec in languages.items()}
        plain = words_of_each(phrase.text for phrase in known)
        self._guesser = LanguageGuesser(
            [(phrase.language, text) for phrase, text in zip(known, plain, strict=True)]
            + [(name, words(" ".join(spec.common))) for name, spec in languages.items()]
        )
        heard = [self._rewrite(text, phrase.language) for phrase, text in zip(known, plain, strict=True)]
        self._features = Features(heard)
        self._speller = Speller(self._features.vocabulary)
        numbers = {entry: number for number, entry in enumerate(self._entries)}
        labels = [numbers[phrase.entry] for phrase in known]
        vectors = self._features.vectors(heard)
        self._classifier = Classifier(vectors, labels, len(self._features))
        self._phrasebook = Phrasebook(vectors, labels, len(self._features))

    def match(self, question: str) -> Outcome:
        """Decide what a question asks for; never raises, whatever the text."""
        plain = words(question)
        language, sure = self._guesser.guess(plain)
        parts = [self._heard(part, language) for part in (plain, *self._telling_parts(question))]
        scores = self._scores(self._features.vectors(parts))
        if len(parts) > 1:  # a longer message: half what it says as a whole, half its most fitting sentence
            scores = (scores[:1] + scores[1:].max(axis=0)) / 2
        return self._decide(scores[0], language, sure)

    def _scores(self, vectors: Vectors) -> Floats:
        """Score every entry for each vector: by the classifier, and the best of them by their phrases, too."""
        scores = self._classifier.scores(vectors)
        for row, best in enumerate(np.argsort(-scores, axis=1, kind="stable")[:, :REREAD].tolist()):
            scores[row, best] += PHRASE_SHARE * np.array(self._phrasebook.similarities(vectors, row, best), np.float32)
        return scores

    def _rewrite(self, plain: Sequence[str], language: str) -> tuple[str, ...]:
        dictionary = self._dictionaries.get(language)
        return dictionary.rewrite(plain) if dictionary else tuple(plain)

    def _telling_parts(self, question: str) -> list[tuple[str, ...]]:
        """Return the sentences of a longer message that say about as much as its most telling one."""
        parts = [words(part) for part in sentences(question)]
        if len(parts) < 2:
            return []
        said = [sum(self._features.rarity(word) for word in part) for part in parts]
        return [part for part, much in zip(parts, said, strict=True) if much >= TELLING_SHARE * max(said)]

    def _heard(self, plain: Sequence[str], language: str) -> tuple[str, ...]:
        spelt = [self._speller.correct(word) for word in self._rewrite(plain, language)]
        return self._rewrite(spelt, language)

    def _decide(self, scores: Floats, language: str, sure: bool) -> Outcome:
        best = np.argsort(-scores, kind="stable")[:RANKED].tolist()
        rivals = [float(scores[best[0 if place else 1]]) if len(best) > 1 else 0.0 for place in range(len(best))]
        ranked = tuple(
            Match(self._entries[index], _sureness(float(scores[index]), rival))
            for index, rival in zip(best, rivals, strict=True)
        )
        if ranked and ranked[0].score >= self._needed.get(ranked[0].entry, ANSWER_SCORE):
            return Answer(language, sure, ranked)
        shown = sum(match.score >= SUGGEST_SCORE for match in ranked[:SUGGESTIONS])
        return Clarify(language, sure, ranked, shown) if shown else Unknown(language, sure, ranked)


def _sureness(score: float, rival: float) -> float:
    """Turn a score and the best other score into the share of such matches that prove right, 0 to 100."""
    return round(100 / (1 + exp(-(BIAS + SCORE_WEIGHT * score + LEAD_WEIGHT * (score - rival)))), 1)
