"""Telegram's HTML, made in this one place: whatever comes from outside is escaped and can never become markup."""

import re
from html import escape as _escape
from html import unescape
from typing import NewType

Html = NewType("Html", str)
"""Text that is safe to send with parse mode HTML."""

_TAG = re.compile(r"</?[a-z][^>]*>")


def escape(text: str) -> Html:
    """Return a plain text as HTML that shows just that text."""
    return Html(_escape(text, quote=False))


def isolated(name: str) -> str:
    """Return a name from outside, in one line, so that no sign in it turns the writing around it (isolates, UAX 9)."""
    plain = " ".join("".join(sign for sign in name if sign.isprintable() or sign.isspace()).split())
    return f"\u2068{plain}\u2069" if plain else plain


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
