"""Typing errors: an unknown word becomes the known word that is one or two slips away."""

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters from which a word may be corrected: shorter ones are near to everything."""
LONG = 8
"""Letters from which two slips are forgiven instead of one."""
REACH = 2
"""The most slips forgiven, and so the most by which a word and its correction differ in length."""


class Speller:
    """Corrects words against a vocabulary, by optimal string alignment (swapped letters are one slip).

    Two slips leave at least one third of a word as it was (a swap across two thirds aside), so only known words that
    share a third with the unknown one are compared with it: the idea of Navarro (2001), "partitioning into exact
    search".
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._thirds: dict[tuple[int, int, str], list[str]] = {}
        """By length of a known word, number of a third, and its letters."""
        self._known = {word: rank for rank, word in enumerate(dict.fromkeys(vocabulary))}
        for word in self._known:
            if len(word) >= SHORTEST - 1:
                for number, (start, end) in enumerate(_thirds(len(word))):
                    self._thirds.setdefault((len(word), number, word[start:end]), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def correct(self, word: str) -> str:
        """Return the nearest known word within reach (the first known of equally near ones), or the word itself."""
        if word in self._known or len(word) < SHORTEST or word.isdigit():
            return word
        slips = REACH if len(word) >= LONG else 1
        candidates = sorted({*self._candidates(word, slips)}, key=lambda near: (near[0] != word[0], self._known[near]))
        near = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else word

    def _candidates(self, word: str, slips: int) -> Iterator[str]:
        """Find the known words that have a third in common with a word, at about the same place."""
        for length in range(len(word) - slips, len(word) + slips + 1):
            for number, (start, end) in enumerate(_thirds(length)):
                for shift in range(-slips, slips + 1):
                    if start + shift >= 0:
                        yield from self._thirds.get((length, number, word[start + shift : end + shift]), ())


def _thirds(length: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    first, second = length // 3, 2 * length // 3
    return (0, first), (first, second), (second, length)
