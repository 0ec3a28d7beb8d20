"""The engine: phrases in, then for each question an outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from intents.classifier import train
from intents.features import Features, Floats, Vectors
from intents.hearing import Heard, Hearing, LanguageWords, Part, Utterance
from intents.outcomes import Answer, Clarify, Explanation, Match, Outcome, Share, Unknown

RANKED = 5
EXPLAINED = 6
"""Parts of a question that an explanation names."""

ANSWER_SCORE = 70.0
"""From this score on an entry is the answer."""
SUGGEST_SCORE = 40.0
"""From this score on an entry is worth suggesting."""
SUGGESTIONS = 3
EXACT = 1.0
"""Added for a question that is one of an entry's phrases, word for word: who writes a phrase can rely on it."""
STRANGER_SURE = 50.0
"""A match that scores no better than a stranger's usually does may be no surer than this, whatever its lead."""
WHOLE_SHARE = 0.6
"""How much of a message an entry that is `whole` must account for."""
QUESTION_SHARE = 0.4
"""How much a question must say, next to the most telling sentence of its message, to be one of several."""
SENTENCES = 8
"""The most sentences of a message that are heard by themselves: the most telling ones."""


@dataclass(frozen=True)
class Phrase:
    """One way to ask for an entry, in one language."""

    text: str
    entry: str
    language: str


@dataclass(frozen=True)
class Rules:
    """What holds for an entry besides its phrases."""

    score: float = ANSWER_SCORE
    """From which score on it is the answer."""
    whole: bool = False
    """Whether it must be what most of a message says, so that a greeting before a question is no more than that."""
    subjects: frozenset[str] = frozenset()
    """What it speaks of; entries that have a subject in common are no rivals: either is a fair answer."""


@dataclass(frozen=True)
class Calibration:
    """Turns a match's score and lead, both on the scale of the collection, into how often such matches are right.

    The weights of a logistic regression (Platt 1999) of "the best match is right". These are for a collection of which
    nothing is known, where most wrong answers are to questions about something else; whoever has questions with known
    answers measures better ones.
    """

    bias: float = -2.5
    score: float = 5.0
    lead: float = 1.0

    def sureness(self, score: float, lead: float) -> float:
        """Return the expected share of right matches, 0 to 100."""
        logit = self.bias + self.score * score + self.lead * lead
        return round(100 / (1 + exp(-max(-60.0, min(60.0, logit)))), 1)


class Matcher:
    """Finds the entry that a question asks for, and says how surely."""

    def __init__(
        self,
        phrases: Iterable[Phrase],
        languages: Mapping[str, LanguageWords] | None = None,
        rules: Mapping[str, Rules] | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """Learn from all phrases of all entries; entries that have no rules follow the common ones."""
        known = list(phrases)
        self._entries = tuple(dict.fromkeys(phrase.entry for phrase in known))
        self._numbers = {entry: number for number, entry in enumerate(self._entries)}
        known.sort(key=lambda phrase: self._numbers[phrase.entry])
        labels = [self._numbers[phrase.entry] for phrase in known]
        self._rules = [(rules or {}).get(entry, Rules()) for entry in self._entries]
        self._fellows = fellows_of(self._rules)
        self._calibration = calibration or Calibration()
        self._hearing = Hearing(languages or {})
        heard = self._hearing.learn([(phrase.language, phrase.text) for phrase in known])
        self._features = Features(heard)
        self._classifier = train(self._features.vectors(heard), labels, len(self._features), len(self._entries))
        self._exact: dict[str, tuple[int, ...]] = {}
        """By a phrase's words in one: its entries."""
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._whole: dict[int, set[str]] = {number: set() for number, rule in enumerate(self._rules) if rule.whole}
        for text, label in zip(heard, labels, strict=True):
            said = " ".join(text.words)
            entries = tuple(dict.fromkeys((*self._exact.get(said, ()), label)))
            self._exact[said] = same.setdefault(entries, entries)
            if label in self._whole:
                self._whole[label].update(text.words)
        self._courteous = frozenset(word for known in self._whole.values() for word in known)

    def match(self, question: str) -> Outcome:
        """Decide what a question asks for; never raises, whatever the text."""
        heard = self._without_courtesies(self._hearing.hear(question))
        parts, much = self._telling(heard.parts)
        scores = self._classifier.scores(self._features.vectors([heard.whole, *parts]))
        asking = [place for place, part in enumerate(parts) if part.asks and much[place] >= QUESTION_SHARE * max(much)]
        asked = [
            found
            for place in (asking if len(asking) > 1 else ())
            if self._settles(found := self._ranked(self._heeded(scores[place + 1], parts[place])))
            if not self._is_courtesy(found)
        ]
        if len(parts) > 1:  # half what the message says as a whole, half its most fitting sentence
            scores[0] = (scores[0] + scores[1:].max(axis=0)) / 2
        return self._decide(heard, self._ranked(self._heeded(scores[0], heard.whole)), asked)

    def _without_courtesies(self, heard: Utterance) -> Utterance:
        """Return a message without the greetings and thanks around what it says; of nothing else, the longest one."""
        short = [part for part in heard.parts if part.words and self._courteous.issuperset(part.words)][:SENTENCES]
        if not short:
            return heard
        scores = self._classifier.scores(self._features.vectors(short))
        courtesies = [
            part
            for part, row in zip(short, scores, strict=True)
            if self._settles(found := self._ranked(self._heeded(row, part))) and self._is_courtesy(found)
        ]
        rest = [part for part in heard.parts if part.words and part not in courtesies]
        if courtesies and not rest:
            rest = [max(courtesies, key=self._features.much)]
        words = tuple(word for part in rest for word in part.words)
        concepts = tuple(concept for part in rest for concept in part.concepts)
        return replace(heard, whole=Heard(words, concepts), parts=tuple(rest) if len(rest) > 1 else ())

    def _is_courtesy(self, ranked: Sequence[Match]) -> bool:
        return self._rules[self._numbers[ranked[0].entry]].whole

    def explain(self, question: str, phrases: Mapping[str, Mapping[str, Sequence[str]]]) -> Explanation:
        """Tell, for some entries with their phrases by language, what of a question speaks for and against them."""
        heard = self._hearing.hear(question)
        vectors = self._features.vectors([heard.whole])
        features, _ = vectors[0]
        shares = {}
        for entry in phrases:
            weights = self._classifier.shares(vectors, 0, self._numbers[entry])
            heaviest = np.argsort(-np.abs(weights), kind="stable")[:EXPLAINED].tolist()
            shares[entry] = tuple(
                Share(self._features.label(int(features[place])), round(float(weights[place]), 3)) for place in heaviest
            )
        found = {entry: self._likest(vectors, spoken.get(heard.language, ())) for entry, spoken in phrases.items()}
        likest = {entry: phrase for entry, phrase in found.items() if phrase is not None}
        return Explanation(heard.whole.words, heard.whole.concepts, shares, likest)

    def _likest(self, question: Vectors, phrases: Sequence[str]) -> str | None:
        """Return the phrase with the highest cosine, if any has something in common."""
        features, weights = question[0]
        laid_out = np.zeros(len(self._features), np.float32)
        laid_out[features] = weights
        vectors = self._features.vectors([self._hearing.hear(phrase).whole for phrase in phrases])
        likeness = np.bincount(vectors.rows, vectors.weights * laid_out[vectors.features], minlength=len(phrases))
        return phrases[int(likeness.argmax())] if likeness.max(initial=0) > 0 else None

    def _telling(self, parts: Sequence[Part]) -> tuple[list[Part], list[float]]:
        """Return the sentences of a longer message that say the most, in their order, and how much each says."""
        much = [self._features.much(part) for part in parts]
        most = sorted(sorted(range(len(parts)), key=lambda part: -much[part])[:SENTENCES])
        return [parts[part] for part in most], [much[part] for part in most]

    def _heeded(self, scores: Floats, text: Heard) -> Floats:
        """Return the scores with what only the words themselves can tell."""
        scores = scores.copy()
        said = self._features.said(text)
        enough = WHOLE_SHARE * sum(rarity for _, rarity in said)
        courteous = [(word, rarity) for word, rarity in said if word in self._courteous]
        for entry, known in self._whole.items():
            if sum(rarity for word, rarity in courteous if word in known) < enough:
                scores[entry] = 0
        for entry in self._exact.get(" ".join(text.words), ()) if text.words else ():
            scores[entry] += EXACT
        return scores

    def _ranked(self, scores: Floats) -> tuple[Match, ...]:
        """Return the best entries: the first one's lead is over its best rival, the others' over the first."""
        best = np.argsort(-scores, kind="stable")[:RANKED].tolist()
        if not best:
            return ()
        rivals = scores.copy()
        rivals[self._fellows[best[0]]] = -np.inf
        rival = float(rivals.max()) if np.isfinite(rivals).any() else 0.0
        top = float(scores[best[0]])
        return tuple(
            Match(self._entries[entry], self._sureness(float(scores[entry]), top if place else rival))
            for place, entry in enumerate(best)
        )

    def _sureness(self, score: float, rival: float) -> float:
        """Return how surely an entry is right: not at all if nothing speaks for it, hardly if little does."""
        scale = self._classifier.scale
        measure = scale.measure(score)
        sureness = self._calibration.sureness(measure, (score - rival) / scale.unit) if score > 0 else 0.0
        return sureness if measure >= 0 else min(sureness, STRANGER_SURE)

    def _decide(self, heard: Utterance, ranked: tuple[Match, ...], asked: Sequence[tuple[Match, ...]]) -> Outcome:
        language, sure = heard.language, heard.language_sure
        asked = sorted(asked, key=lambda found: -found[0].score)
        best = next((found for found in asked if ranked and self._are_fellows(found[0].entry, ranked[0].entry)), None)
        best = best or (asked[0] if asked else ())
        others = [found[0].entry for found in asked if not self._are_fellows(found[0].entry, best[0].entry)]
        if others:
            return Answer(language, sure, best, tuple(dict.fromkeys(others)))
        if self._settles(ranked):
            return Answer(language, sure, ranked)
        if not ranked or ranked[0].score < SUGGEST_SCORE:
            return Unknown(language, sure, ranked)
        return Clarify(language, sure, ranked, min(SUGGESTIONS, len(ranked)))

    def _settles(self, ranked: Sequence[Match]) -> bool:
        """Tell whether the best match is sure enough to be the answer."""
        return bool(ranked) and ranked[0].score >= self._rules[self._numbers[ranked[0].entry]].score

    def _are_fellows(self, one: str, other: str) -> bool:
        return self._numbers[other] in self._fellows[self._numbers[one]]


def fellows_of(rules: Sequence[Rules]) -> list[list[int]]:
    """Return, for each entry, itself and those that have a subject in common with it."""
    return [
        [other for other, its in enumerate(rules) if other == entry or rule.subjects & its.subjects]
        for entry, rule in enumerate(rules)
    ]
