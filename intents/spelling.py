"""Typing errors: an unknown word becomes the known word that is one or two slips away."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters from which a word may be corrected: shorter ones are near to everything."""
LONG = 8
"""Letters from which two slips are forgiven instead of one."""


class Speller:
    """Corrects words against a vocabulary, by optimal string alignment (swapped letters are one slip)."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        known = tuple(vocabulary)
        self._known = set(known)
        by_length: dict[int, list[str]] = {}
        for word in known:
            by_length.setdefault(len(word), []).append(word)
        self._near = {
            size: [word for length in range(size - 2, size + 3) for word in by_length.get(length, ())]
            for size in range(SHORTEST, max(by_length, default=0) + 3)
        }

    def correct(self, word: str) -> str:
        """Return the nearest known word within reach, or the word itself."""
        if word in self._known or len(word) < SHORTEST or word.isdigit():
            return word
        slips = 2 if len(word) >= LONG else 1
        near = process.extractOne(word, self._near.get(len(word), ()), scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else word
