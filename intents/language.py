"""Which language a question is in: naive Bayes over words and their letters, learnt from the phrases themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

GRAM = 3
"""Letters in a run; three tell related languages apart well (Cavnar and Trenkle 1994 use one to five)."""
SMOOTHING = 0.3
"""Added to each count of a run of letters."""
TELLING = 0.5
"""Natural logarithm of the odds of the likeliest over the unlikeliest language below which nothing is told: an acronym,
a year and an emoji then count for the first language, whatever it is."""
SURE = 1.5
"""Natural logarithm of the odds over the next language from which the answer is given: about 4 to 1."""


class LanguageGuesser:
    """Learns from texts in known languages; guesses the language of a question's words."""

    def __init__(self, texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Take pairs of a language and the folded words of a text in it."""
        counts: dict[str, Counter[str]] = {}
        for language, words in texts:
            counts.setdefault(language, Counter()).update(words)
        self._languages = tuple(counts)
        self._vocabulary = {word for words in counts.values() for word in words}
        self._words = {language: _log_shares(words, 1.0) for language, words in counts.items()}
        self._grams = {language: _log_shares(_grams(words), SMOOTHING) for language, words in counts.items()}

    def guess(self, words: Sequence[str]) -> tuple[str, bool]:
        """Return the likeliest language of folded words, and whether it stands out from the next."""
        weights = {language: self._weigh(words, language) for language in self._languages}
        if not weights:
            return "", False
        if max(weights.values()) - min(weights.values()) < TELLING:
            return self._languages[0], len(weights) == 1
        ranked = sorted(self._languages, key=lambda language: -weights[language])
        return ranked[0], len(ranked) == 1 or weights[ranked[0]] - weights[ranked[1]] >= SURE

    def _weigh(self, words: Sequence[str], language: str) -> float:
        known, runs = self._words[language], self._grams[language]
        total = 0.0
        for word in words:
            if word in self._vocabulary:
                total += known.get(word, known[""])
            elif not word.isdigit():
                found = [runs.get(gram, runs[""]) for gram in _runs(word)]
                total += sum(found) / len(found)
        return total


def _runs(word: str) -> list[str]:
    edged = f" {word} "
    return [edged[start : start + GRAM] for start in range(len(edged) - GRAM + 1)]


def _grams(words: Mapping[str, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for gram in _runs(word):
            counts[gram] += count
    return counts


def _log_shares(counts: Mapping[str, int], smoothing: float) -> dict[str, float]:
    """Return the logarithm of each key's smoothed share; the empty key is for all that was never seen."""
    total = sum(counts.values()) + smoothing * (len(counts) + 1)
    return {"": log(smoothing / total)} | {key: log((count + smoothing) / total) for key, count in counts.items()}
