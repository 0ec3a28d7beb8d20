"""Typing errors: an unknown word becomes the known word that is one or two slips away."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

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

    Of a word with one slip one half is left as it was, of one with two slips one third, so only known words that share
    such a piece are compared with it: the idea of Navarro (2001), "partitioning into exact search". Two swapped letters
    may belong to two pieces: in short words they are tried out, in long ones they are missed beside another slip.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Take known words, the likeliest first."""
        self._pieces: dict[tuple[int, int, str], list[str]] = {}
        """By length of a known word, where a piece of it begins, and its letters."""
        self._known = {word: rank for rank, word in enumerate(dict.fromkeys(vocabulary))}
        for word in self._known:
            if len(word) >= SHORTEST - 1:
                for start, end in {*_cut(len(word), 2), *_cut(len(word), 3)}:
                    self._pieces.setdefault((len(word), start, word[start:end]), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def correct(self, word: str) -> str:
        """Return the nearest known word within reach, or the word itself.

        Of equally near ones, one with the same first letter is preferred, then the likeliest.
        """
        if word in self._known or len(word) < SHORTEST or word.isdigit():
            return word
        slips = REACH if len(word) >= LONG else 1
        near = process.extract(
            word, {*self._candidates(word, slips)}, scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        found = [(distance, known[0] != word[0], self._known[known], known) for known, distance, _ in near]
        return min(found)[-1] if found else word

    def _candidates(self, word: str, slips: int) -> Iterator[str]:
        """Find the known words that have a piece in common with a word, at about the same place."""
        for length in range(len(word) - slips, len(word) + slips + 1):
            longer = len(word) - length
            for start, end in _cut(length, slips + 1):
                for shift in range(-min(slips, start), slips + 1):
                    if abs(shift) + abs(longer - shift) <= slips:  # slips before the piece, and after it
                        yield from self._pieces.get((length, start, word[start + shift : end + shift]), ())
        if slips == 1:
            swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
            yield from (known for known in swapped if known in self._known)


def _cut(length: int, pieces: int) -> list[tuple[int, int]]:
    """Return where the pieces of a word begin and end."""
    cuts = [length * piece // pieces for piece in range(pieces + 1)]
    return list(pairwise(cuts))
