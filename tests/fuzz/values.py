"""Texts, names, numbers and dates as hostile as they come, and as plain as people send them."""

from collections.abc import Sequence
from random import Random

OUTSIDE = "zqx"
"""A word in all markup from outside: where it shows, the markup before it must show, too."""
MARKUP = (
    f"<b>{OUTSIDE}b</b>",
    f'<a href="https://example.org/{OUTSIDE}">{OUTSIDE}a</a>',
    f'<a href="tg://user?id=101">{OUTSIDE}u</a>',
    f"<tg-spoiler>{OUTSIDE}s",
    f"</b></i></blockquote><code>{OUTSIDE}c",
    f"&lt;i&gt;{OUTSIDE}e&lt;/i&gt;",
    "<",
    "&",
    "&#0;&#xD800;&#1114112;",
    "<b",
    '"><b>',
    "{chat} {0} {bot.token} %s %n",
)
SIGNS = (
    "\ud83d",  # halves of a character
    "\ude00",
    "\0",
    "\u202e",  # what follows runs from right to left
    "\u202d\u2066\u2067\u2068\u2069",
    "\u200b\u2060\ufeff",
    "\u3164\u2800\u00ad",  # letters that show nothing
    "\u2028\u2029\x85\r\n",
    "\x1b[31m",
    "a" + "\u0301" * 60,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e7\U0001f1f7",
    "\ufdfa",  # one sign that becomes eighteen
    "\U000e0041\U0010ffff\ufffe",
    "\u05d0\u0627",
    "@offline_bot",
    "/ask",
    "/start@offline_bot a_what_is_alsur_es",
    "https://t.me/offline_bot?start=" + "x" * 65,
    "'; DROP TABLE chats; --",
    "../../etc/passwd",
)
WORDS = ("treaty", "tratado", "convenção", "AlSur", "¿qué es?", "espiar", "more", "fuente?", "in English", "hi", "?")
NUMBERS = (0, 1, -1, 2, 101, 777000, 1087968824, 2**31 - 1, 2**31, 7_000_000_000, 2**52 - 1, 2**52)
BEYOND = (2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30)
"""Numbers that Telegram does not send: they may be unreadable."""
DATES = (0, 1, 1_767_268_800, 2**31, 2**35)


class Values:
    """Chooses, always the same for the same random numbers."""

    def __init__(self, random: Random, words: Sequence[str] = WORDS) -> None:
        """Take, besides, what people really say."""
        self.random = random
        self.is_beyond = False
        """Whether numbers may be larger than Telegram sends them."""
        self._words = words

    def chance(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.random.random() < share

    def text(self, longest: int = 4096) -> str:
        """Return a text of at most so many characters: what people say, hostile signs, both, or nothing."""
        kind = self.random.randrange(20)
        if kind < 8:
            return self.random.choice(self._words)[:longest]
        if kind < 10:
            return (self._part() * self.random.randrange(1, 4097))[:longest]
        if kind == 10:
            return ""
        if kind == 11:
            return "".join(chr(self.random.randrange(0x110000)) for _ in range(self.random.randrange(60)))[:longest]
        parts = (self._part() for _ in range(self.random.randrange(1, 12)))
        return self.random.choice((" ", "", "\n")).join(parts)[:longest]

    def _part(self) -> str:
        return self.random.choice(self.random.choice((self._words, MARKUP, SIGNS)))

    def line(self, longest: int = 128) -> str:
        """Return a name or a title."""
        return self.text(longest)

    def number(self) -> int:
        """Return a number or an id, of either sign."""
        if self.is_beyond and self.chance(0.1):
            return self.random.choice(BEYOND) * self.random.choice((1, -1))
        chosen = self.random.choice(NUMBERS) if self.chance(0.5) else self.random.getrandbits(self.random.randrange(53))
        return -chosen if self.chance(0.3) else chosen

    def duration(self) -> int:
        """Return a number of seconds."""
        return self.number() if self.is_beyond else self.random.randrange(100_000)

    def date(self) -> int:
        """Return seconds since 1970."""
        return self.number() if self.is_beyond and self.chance(0.1) else self.random.choice(DATES)
