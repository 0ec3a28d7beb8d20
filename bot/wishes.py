"""What admins type after /settings, in any language of the knowledge: a setting, and what it is to be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from bot.timetable import known_zone
from content import Knowledge
from intents import words

BUDGET_LIMIT = 1000
HOURS_LIMIT = 7 * 24
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(?:hs?|([ap])m)?", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """What was typed of when to post quotes; None where nothing was said."""

    often: str | None = None
    """`off`, `daily` or `weekly`."""
    weekday: int | None = None
    """0 is Monday."""
    minute: int | None = None
    """Of the local day."""
    zone: str | None = None
    language: str | None = None


class UnknownZoneError(ValueError):
    """Something that looks like a time zone and is none."""


class Wishes:
    """Reads what admins type."""

    def __init__(self, knowledge: Knowledge) -> None:
        voices = knowledge.voices
        lines = [voice.settings for voice in voices.values()]
        names = lines[0].names
        self._settings = _said(
            (getattr(line.names, name).typed, name) for line in lines for name in type(names).model_fields
        )
        self._rules = {words(typed) for line in lines for typed in line.rules_typed}
        choices = {
            name: [typed for line in lines for typed in getattr(line.choices, name).typed]
            for name in type(lines[0].choices).model_fields
        }
        self._languages = _said((voice.names, code) for code, voice in voices.items())
        switch = _said([(choices["on"], "on"), (choices["off"], "off")])
        self._values: Mapping[str, Mapping[tuple[str, ...], str]] = {
            "language": self._languages | _said([(choices["own"], "own"), *(((code,), code) for code in voices)]),
            "speak": _said((choices[name], name) for name in ("commands", "replies", "questions")),
            "topics": _said([(choices["everywhere"], "all"), (choices["here"], "here")]),
            "budget": _said([(choices["unlimited"], "0")]),
            "repeat": _said([(choices["off"], "0")]),
            "ephemeral": switch,
            "welcome": switch,
            "join": switch,
        }
        self._often = _said((choices[name], name) for name in ("off", "daily", "weekly"))
        self._weekdays = _said(((day,), str(number)) for line in lines for number, day in enumerate(line.weekdays))

    def named(self, text: str) -> tuple[str, str] | None:
        """Return the setting that a text begins with, `rules` among them, and the rest; None if it names none."""
        for name, rest in _beginnings(text):
            if name in self._rules:
                return "rules", rest
            if name in self._settings:
                return self._settings[name], rest
        return None

    def value(self, name: str, text: str) -> str | None:
        """Return the value of a setting that was typed, as its buttons would send it; None if it is none."""
        limit = {"budget": BUDGET_LIMIT, "repeat": HOURS_LIMIT}.get(name)
        if limit and re.fullmatch(r"[0-9]{1,4}", text):
            return text if int(text) <= limit else None
        return self._values.get(name, {}).get(words(text))

    def language(self, text: str) -> tuple[str, str] | None:
        """Return the language that a text begins with, and the rest as it was written.

        Codes don't count here: `es` and `en` are words that a text in Spanish may begin with.
        """
        found = [(name, rest) for name, rest in _beginnings(text) if name in self._languages]
        # Signs and emoji are no words: those after the name belong to the text
        return next(((self._languages[name], rest) for name, rest in reversed(found) if name == found[0][0]), None)

    def plan(self, text: str) -> Plan | None:
        """Read a schedule like `weekly monday 18:30 America/Bogota`; None if a part of it is not understood.

        Raises UnknownZoneError for a name like America/Atlantis.
        """
        plan = Plan()
        while text:
            parts = (self._part(plan, name, text, rest) for name, rest in _beginnings(text))
            read = next((part for part in parts if part), None)
            if read is None:
                return None
            plan, text = read
        return plan

    def _part(self, plan: Plan, name: tuple[str, ...], text: str, rest: str) -> tuple[Plan, str] | None:
        """Add one part of a schedule to what was read before it."""
        if name in self._often:
            return replace(plan, often=self._often[name]), rest
        written = text.removesuffix(rest).strip().rstrip(",;.")
        day = name if len(written.split()) > 1 else name[:1]  # `segunda-feira` is one word for people
        if day in self._weekdays:
            return replace(plan, often="weekly", weekday=int(self._weekdays[day])), rest
        if name in self._languages:
            return replace(plan, language=self._languages[name]), rest
        if (minute := minute_of(written)) is not None:
            return replace(plan, minute=minute), rest
        if zone := known_zone(written):
            return replace(plan, zone=zone), rest
        if "/" in written and " " not in written:
            raise UnknownZoneError(written)
        return None


def minute_of(text: str) -> int | None:
    """Return the minute of the day that a time like 18:30, 18h30, 6 pm or 9 names; None for anything else."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _said(meanings: Iterable[tuple[Iterable[str], str]]) -> dict[tuple[str, ...], str]:
    return {words(typed): meaning for texts, meaning in meanings for typed in texts}


def _beginnings(text: str, longest: int = 4) -> Iterable[tuple[tuple[str, ...], str]]:
    """Yield the words that a text begins with and what comes after them, as it was written; the longest first."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), longest)]
    for end in reversed(ends):
        yield words(text[:end]), text[end:].strip()
