"""Proof that a quote stands in a document, without the document.

A source file keeps, for each paragraph, the hashes of all its runs of WINDOW words, in order. A quote of n words is
proved when its own n - WINDOW + 1 hashes stand there one after another. Words are what white space separates,
compared exactly after Unicode NFC: "to ratify" and "not to ratify" have no window in common that spans the place.
"""

import hashlib
import unicodedata
from collections.abc import Sequence

WINDOW = 6
"""Words in a window, and the fewest words of a quote that can be proved."""

HASH_DIGITS = 16
"""Hexadecimal digits kept of each SHA-256: 64 bits, beyond any chance collision among some thousand windows."""


def fold(text: str) -> str:
    """Return the text in Unicode NFC with every run of white space as one space, and none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def windows(text: str) -> tuple[str, ...]:
    """Return the hashes of all windows of a text in order; a text shorter than a window is one window."""
    words = fold(text).split()
    runs = range(max(1, len(words) - WINDOW + 1))
    return tuple(_hash(words[start : start + WINDOW]) for start in runs)


def stands_in(quote: str, paragraph: Sequence[str]) -> bool:
    """Tell whether a quote's words stand, in their order and without a gap, in a paragraph given by its windows."""
    wanted = windows(quote)
    return any(
        tuple(paragraph[start : start + len(wanted)]) == wanted
        for start, window in enumerate(paragraph)
        if window == wanted[0]
    )


def _hash(words: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:HASH_DIGITS]
