"""Phrases that speak for another entry than their own: which entries are easily taken for each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intents.classifier import train
from intents.features import Features
from intents.hearing import Hearing, LanguageWords
from intents.matcher import Phrase, Rules, fellows_of

FOLDS = 5
"""Each fifth of the phrases is judged by the four others."""


@dataclass(frozen=True)
class Confusion:
    """A phrase that would be answered with another entry if it were not there itself."""

    phrase: Phrase
    taken_for: str
    lead: float
    """By how much the other entry is ahead, where 1 is how far a phrase's own entry usually is from a stranger."""


def confusions(
    phrases: Sequence[Phrase], languages: Mapping[str, LanguageWords], rules: Mapping[str, Rules]
) -> list[Confusion]:
    """Judge each phrase by the others alone (cross-validation); return those that a rival wins, the clearest first."""
    entries = list(dict.fromkeys(phrase.entry for phrase in phrases))
    numbers = {entry: number for number, entry in enumerate(entries)}
    labels = [numbers[phrase.entry] for phrase in phrases]
    fellows = fellows_of([rules.get(entry, Rules()) for entry in entries])
    heard = Hearing(languages).learn([(phrase.language, phrase.text) for phrase in phrases])
    features = Features(heard)
    found = []
    for fold in range(FOLDS):
        known = [row for row in range(len(phrases)) if row % FOLDS != fold]
        asked = range(fold, len(phrases), FOLDS)
        vectors = features.vectors([heard[row] for row in known])
        classifier = train(vectors, [labels[row] for row in known], len(features), len(entries))
        scores = classifier.scores(features.vectors([heard[row] for row in asked]))
        for row, of_phrase in zip(asked, scores, strict=True):
            own = float(of_phrase[labels[row]])
            of_phrase[fellows[labels[row]]] = -np.inf
            rival = int(of_phrase.argmax())
            lead = (float(of_phrase[rival]) - own) / classifier.scale.unit
            if lead > 0:
                found.append(Confusion(phrases[row], entries[rival], round(lead, 2)))
    return sorted(found, key=lambda confusion: -confusion.lead)
