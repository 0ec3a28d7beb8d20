"""From what people type to plain words: case, accents, Unicode tricks and elongations removed."""

import re
import unicodedata
from collections.abc import Iterable

TEXT_LIMIT = 4096
"""Characters read of a question: one Telegram message."""
WORD_LIMIT = 200
"""Words kept of a question: the first and the last hundred, since a long message asks at its ends."""
LETTER_LIMIT = 30
"""Letters kept of a word; longer ones are addresses and noise."""

_APOSTROPHES = "'’‘ʼ`"
_WORD = re.compile(r"[^\W_]+")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]")
"""Pictures, without the tones of skin; they are words only where nothing else is said."""
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_SENTENCE = re.compile(r"(?<=[.?!…;])\s+|[¿¡]+")
_ADDRESS = re.compile(r"[^\W_]://[^\W_]|\bwww\.[^\W_]|[^\W_]@[\w-]+\.[^\W_]")
_INVISIBLE = ("Mn", "Me", "Cf", "Cs")
"""Unicode categories of accents, of characters without a shape, and of halves of characters."""
_LOOKALIKES = str.maketrans("аеорсухкмнтвіѕјԁαοντι", "aeopcyxkmhtbisjdaovti")
"""Cyrillic and Greek letters that pass for Latin ones, by their looks (Unicode's confusables, lower case)."""


def fold(text: str) -> str:
    """Return the text in lower-case letters without accents, compatibility forms and invisible characters."""
    text = text[:TEXT_LIMIT].translate(_QUICK)
    # A letter with accents falls into up to four signs; one sign of some scripts stands for eighteen letters.
    return (text.lower() if text.isascii() else _fold_any(text, 4 * TEXT_LIMIT))[:TEXT_LIMIT]


def _fold_any(text: str, limit: int | None = None) -> str:
    letters = unicodedata.normalize("NFKD", text)[:limit]
    plain = "".join(char for char in letters if char.isascii() or unicodedata.category(char) not in _INVISIBLE)
    return plain.casefold().translate(_LOOKALIKES)


_QUICK = {ord(char): folded for char in map(chr, range(0xA0, 0x180)) if (folded := _fold_any(char)).isascii()}
"""The Latin letters with accents, folded one by one: nearly all that people type needs no more."""
_QUICK |= {ord(char): " " for char in "¡¿«»“”…–—"} | {ord("´"): "'"}


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; addresses are left out, `don't` is `dont`, `siiii` is `si`.

    Where there are none, the different emoji are the words.
    """
    found = _words_of(_spelt_out(fold(text)))
    if len(found) > WORD_LIMIT:
        found = found[: WORD_LIMIT // 2] + found[-WORD_LIMIT // 2 :]
    return tuple(found)


def words_of_each(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the words of many short texts: the same, in bulk and faster."""
    lines = [" ".join(text.split()) for text in texts]
    if not lines:
        return []
    plain = "\n".join(lines).translate(_QUICK)
    plain = _spelt_out(plain.lower() if plain.isascii() else _fold_any(plain))
    return [tuple(_words_of(line)) for line in plain.split("\n")]


def _words_of(plain: str) -> list[str]:
    return [word[:LETTER_LIMIT] for word in _WORD.findall(plain)] or list(dict.fromkeys(_EMOJI.findall(plain)))


def _spelt_out(plain: str) -> str:
    """Return folded lines without addresses, apostrophes and elongations."""
    if "@" in plain or "://" in plain or "www." in plain:
        plain = "\n".join(
            " ".join(token for token in line.split() if not _ADDRESS.search(token)) for line in plain.split("\n")
        )
    for sign in _APOSTROPHES:
        plain = plain.replace(sign, "")
    return _ELONGATION.sub(r"\1", plain)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text that hold a word, as typed, with the sign that ends them."""
    return tuple(part for part in _SENTENCE.split(text[:TEXT_LIMIT]) if _WORD.search(part))
