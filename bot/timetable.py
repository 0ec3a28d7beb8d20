"""When a post is due: wall clocks of the IANA zones, whose hours daylight saving leaves out or repeats. No clock here.

A post is named by the local date that it is for: whoever remembers the last date posted cannot post twice for one.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

GRACE = timedelta(hours=2)
"""How late a post may be. After a longer pause it is left out, rather than posted at an hour that nobody chose."""
ZONE_LIMIT = 32
"""Characters of a zone's name, so that it fits a button beside a command (64 bytes, Bot API): the longest has 32."""
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_WEEK = 7
_BLANKS = re.compile(r"[\s_-]+(?=[a-z])")
_ACCENTS = re.compile("[\u0300-\u036f]")


def instant(day: date, minute: int, zone: str) -> datetime:
    """Return when, in UTC, a zone's clocks first show a minute of a day (0-1439), or one after it if they leap over it.

    Raises ValueError for another minute, ZoneInfoNotFoundError for a zone that there is not.
    """
    clock = ZoneInfo(zone)
    wall = datetime.combine(day, time(*divmod(minute, 60)), clock)
    shown = wall.astimezone(UTC)
    if shown.astimezone(clock).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return shown
    return _leap(wall.replace(fold=1).astimezone(UTC), shown, clock)


def _leap(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """Return the first minute after the leap of a zone's clocks between two instants (PEP 495 gives them by `fold`)."""
    offset = after.astimezone(clock).utcoffset()
    minutes = range((after - before) // _MINUTE)
    return before + _MINUTE * bisect_left(
        minutes, True, key=lambda minute: (before + _MINUTE * minute).astimezone(clock).utcoffset() == offset
    )


def due(now: datetime, minute: int, weekday: int | None, zone: str, last: date | None) -> date | None:
    """Return the local date whose post is due and not done yet, or None.

    `now` is aware; `minute` is of the local day (0-1439); `weekday` is 0 for Monday, None for every day; `last` is the
    date that was posted last. Of several dates the latest is due alone. Raises what `instant` raises.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today + _DAY, today, today - _DAY):  # where clocks go back over midnight, tomorrow has begun before
        if _wanted(day, weekday, last) and timedelta(0) <= now - instant(day, minute, zone) <= GRACE:
            return day
    return None


def next_post(now: datetime, minute: int, weekday: int | None, zone: str, last: date | None) -> datetime:
    """Return when, after `now`, the next post comes, in the zone's own time; one that is due already is not the next.

    The parameters and errors are those of `due`.
    """
    clock = ZoneInfo(zone)
    today = now.astimezone(clock).date()
    begin = today if last is None else max(today, last + _DAY)
    instants = (instant(day, minute, zone) for day in _days(begin) if _wanted(day, weekday, last))
    return next(at for at in instants if at > now).astimezone(clock)


def _days(begin: date) -> Iterator[date]:
    for number in range(2 * _WEEK):  # any weekday comes twice: one of the two is not over yet
        yield begin + number * _DAY


def _wanted(day: date, weekday: int | None, last: date | None) -> bool:
    return weekday in (None, day.weekday()) and (last is None or last < day)


def known_zone(name: str) -> str | None:
    """Return the IANA name that somebody meant: `america/bogota`, `Mexico City` and `são paulo` are understood.

    None if there is no such zone, or for a name like EST or Cuba that the zone database keeps for old programs only.
    """
    return _names().get(_spelling(name)) if len(name) <= 2 * ZONE_LIMIT else None


@cache  # the zone database is read once, and not before somebody names a zone
def _names() -> Mapping[str, str]:
    """Return IANA names by their spelling; those of zone.tab, made for people to choose from, by their city too."""
    names = [name for name in available_timezones() if len(name) <= ZONE_LIMIT and ("/" in name or name == "UTC")]
    cities = {_spelling(end): name for name in _places() for end in _ends(name)}
    return cities | {_spelling(name): name for name in names}


def _places() -> Iterator[str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            yield line.split("\t")[2]  # after the country's code and the coordinates


def _ends(name: str) -> Iterator[str]:
    parts = name.split("/")
    for begin in range(1, len(parts)):
        yield "/".join(parts[begin:])


def _spelling(name: str) -> str:
    """Return what two names have in common that differ in case, accents, or the sign between words."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", name.strip().casefold()))
    return _BLANKS.sub("_", plain)
