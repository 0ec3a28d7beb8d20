"""Telegram's HTML, made in this one place: whatever comes from outside is escaped and can never become markup."""

import re
from collections.abc import Iterator
from html import escape as _escape
from html import unescape
from typing import NewType
from unicodedata import category

Html = NewType("Html", str)
"""Text that is safe to send with parse mode HTML."""

MARKS = 3
"""Accents on one letter of a name that are shown: no writing needs more, and a hundred cover the lines around."""
_TAG = re.compile(r"</?[a-z][^>]*>")
_FILLERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Signs without a shape that Python takes for printable ones."""


def escape(text: str) -> Html:
    """Return a plain text as HTML that shows just that text."""
    return Html(_escape(text, quote=False))


def isolated(name: str) -> str:
    """Return a name from outside, in one line, so that no sign in it turns the writing around it (isolates, UAX 9)."""
    plain = " ".join("".join(_shown(_FILLERS.sub(" ", name))).split())
    return f"\u2068{plain}\u2069" if plain else plain


def _shown(name: str) -> Iterator[str]:
    """Yield the signs of a name that have a shape, and of the accents on one letter the first few."""
    marks = 0
    for sign in name:
        marks = marks + 1 if category(sign).startswith("M") else 0
        if marks <= MARKS and (sign.isprintable() or sign.isspace()):
            yield sign


def bold(text: str) -> Html:
    """Return a plain text in bold."""
    return Html(f"<b>{escape(text)}</b>")


def italic(text: str) -> Html:
    """Return a plain text in italics."""
    return Html(f"<i>{escape(text)}</i>")


def link(text: str, url: str) -> Html:
    """Return a plain text that leads to an address."""
    return Html(f'<a href="{_escape(url)}">{escape(text)}</a>')


def block_quote(text: str, *, expandable: bool = False) -> Html:
    """Return a plain text as a block quotation, folded to its first lines if expandable."""
    return Html(f"<blockquote{' expandable' if expandable else ''}>{escape(text)}</blockquote>")


def lines(*parts: Html) -> Html:
    """Join parts, each on a line of its own."""
    return Html("\n".join(parts))


def paragraphs(*parts: Html) -> Html:
    """Join parts with a blank line between them."""
    return Html("\n\n".join(parts))


def plain(html: Html) -> str:
    """Return what a person reads of a markup: its text."""
    return unescape(_TAG.sub("", html))
