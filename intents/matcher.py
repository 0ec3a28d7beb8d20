"""The engine: phrases in, then for each question an outcome."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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

ANSWER_SCORE = 77.0
"""From this score on an entry is the answer: at the border three in four prove right."""
ANSWER_LEAD = 5.0
"""By how much the answer's score must be above the next: nearer ones are asked about."""
SUGGEST_SCORE = 30.0
"""From this score on an entry is worth suggesting."""
SUGGESTIONS = 3
EXACT = 1.0
"""Added for a question that is one of an entry's phrases, word for word: who writes a phrase can rely on it."""
WHOLE_SHARE = 0.6
"""How much of a message an entry named `whole` must account for."""
REREAD = 8
"""Entries whose phrases are looked at again; the right one is hardly ever further down."""
PHRASE_SHARE = 0.3
"""What the likeness to an entry's nearest phrases counts, next to the classifier's score; flat from 0.2 to 0.5."""
TELLING_SHARE = 0.5
"""How much a sentence must say, next to the most telling one of its message, to be heard by itself."""

BIAS, SCORE_WEIGHT, LEAD_WEIGHT = -1.5, 7.8, 21.0
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
        whole: Collection[str] = (),
    ) -> None:
        """Learn from all phrases of all entries.

        `languages` adds what is known of each language's words; `scores` names entries that are the answer from
        another score on than ANSWER_SCORE; `whole` names those that must be what most of a message says, so that
        a greeting before a question is no more than that.
        """
        known, languages = list(phrases), languages or {}
        self._entries = tuple(dict.fromkeys(phrase.entry for phrase in known))
        numbers = {entry: number for number, entry in enumerate(self._entries)}
        known.sort(key=lambda phrase: numbers[phrase.entry])
        labels = [numbers[phrase.entry] for phrase in known]
        plain = words_of_each(phrase.text for phrase in known)
        self._guesser = LanguageGuesser(
            [(phrase.language, text) for phrase, text in zip(known, plain, strict=True)]
            + [(name, words(" ".join(spec.common))) for name, spec in languages.items()]
        )
        self._dictionaries = {name: Dictionary(spec) for name, spec in languages.items()}
        heard = [self._rewrite(text, phrase.language) for phrase, text in zip(known, plain, strict=True)]
        self._features = Features(heard)
        self._speller = Speller(self._features.vocabulary)
        vectors = self._features.vectors(heard)
        self._classifier = Classifier(vectors, labels, len(self._features))
        self._phrasebook = Phrasebook(vectors, labels, len(self._features))
        self._needed = scores or {}
        self._whole: dict[int, set[str]] = {numbers[entry]: set() for entry in whole if entry in numbers}
        self._exact: dict[tuple[str, ...], set[int]] = {}
        for text, label in zip(heard, labels, strict=True):
            self._exact.setdefault(text, set()).add(label)
            if label in self._whole:
                self._whole[label].update(text)

    def match(self, question: str) -> Outcome:
        """Decide what a question asks for; never raises, whatever the text."""
        plain = words(question)
        language, sure = self._guesser.guess(plain)
        parts = [self._heard(part, language) for part in (plain, *self._telling_parts(question))]
        scores = self._scores(self._features.vectors(parts))
        if len(parts) > 1:  # a longer message: half what it says as a whole, half its most fitting sentence
            scores = (scores[:1] + scores[1:].max(axis=0)) / 2
        for entry, known in self._whole.items():
            if self._share_said(parts[0], known) < WHOLE_SHARE:
                scores[0, entry] = 0
        for entry in self._exact.get(parts[0], ()) if parts[0] else ():
            scores[0, entry] += EXACT
        return self._decide(scores[0], language, sure)

    def _share_said(self, heard: Sequence[str], known: set[str]) -> float:
        """Return how much of what a message says, as far as it is understood, is said in known words."""
        said = [(self._features.rarity(word), word in known) for word in heard if word in self._features]
        return sum(weight for weight, is_known in said if is_known) / (sum(weight for weight, _ in said) or 1)

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
        if ranked and self._settles(*ranked[:2]):
            return Answer(language, sure, ranked)
        shown = sum(match.score >= SUGGEST_SCORE for match in ranked[:SUGGESTIONS])
        shown = min(max(shown, 2), len(ranked)) if shown else 0
        return Clarify(language, sure, ranked, shown) if shown else Unknown(language, sure, ranked)

    def _settles(self, best: Match, second: Match | None = None) -> bool:
        """Tell whether the best match is sure enough, and far enough ahead, to be the answer."""
        lead = best.score - second.score if second else best.score
        return best.score >= self._needed.get(best.entry, ANSWER_SCORE) and lead >= ANSWER_LEAD


def _sureness(score: float, rival: float) -> float:
    """Turn a score and the best other score into the share of such matches that prove right, 0 to 100."""
    return round(100 / (1 + exp(-(BIAS + SCORE_WEIGHT * score + LEAD_WEIGHT * (score - rival)))), 1)
