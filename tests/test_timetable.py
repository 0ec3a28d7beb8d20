"""When posts are due: on ordinary days, where clocks leap or go back, after downtime, and by which names of zones."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.timetable import GRACE, ZONE_LIMIT, due, instant, known_zone, next_post

BOGOTA, LIMA, SANTIAGO, HAVANA = "America/Bogota", "America/Lima", "America/Santiago", "America/Havana"
NUUK, SAO_PAULO, AUCKLAND, KIRITIMATI = "America/Nuuk", "America/Sao_Paulo", "Pacific/Auckland", "Pacific/Kiritimati"
ST_JOHNS, ASUNCION, MEXICO_CITY = "America/St_Johns", "America/Asuncion", "America/Mexico_City"
CARACAS = "America/Caracas"
AMERICA = sorted(name for name in available_timezones() if name.startswith("America/"))
YEARS = [(2016, 2018), (2026, 2027)]
"""The first still had daylight saving in Brazil, Mexico and parts of Chile, and changes of law in Venezuela."""
Ask: TypeAlias = Callable[[datetime, int, int | None, str, date | None], date | datetime | None]
MINUTE, SOON, HOUR, DAY = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
QUIET = settings(deadline=None, derandomize=True, database=None)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def optional_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def clock_minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute


# instants


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        pytest.param("2026-03-02", "09:00", BOGOTA, "2026-03-02 14:00", id="west of UTC"),
        pytest.param("2026-03-02", "23:59", BOGOTA, "2026-03-03 04:59", id="the last minute, tomorrow in UTC"),
        pytest.param("2026-03-02", "00:00", AUCKLAND, "2026-03-01 11:00", id="east of UTC, yesterday there"),
        pytest.param("2026-03-02", "00:00", KIRITIMATI, "2026-03-01 10:00", id="fourteen hours east"),
        pytest.param("2028-02-29", "12:00", LIMA, "2028-02-29 17:00", id="a leap day"),
        pytest.param("2026-12-31", "23:59", "UTC", "2026-12-31 23:59", id="the last minute of a year"),
        pytest.param("2026-09-05", "23:59", SANTIAGO, "2026-09-06 03:59", id="Chile, before clocks leap at midnight"),
        pytest.param("2026-09-06", "00:00", SANTIAGO, "2026-09-06 04:00", id="Chile, the midnight that there is not"),
        pytest.param("2026-09-06", "00:59", SANTIAGO, "2026-09-06 04:00", id="Chile, the last minute leapt over"),
        pytest.param("2026-09-06", "01:00", SANTIAGO, "2026-09-06 04:00", id="Chile, the first minute after"),
        pytest.param("2026-09-06", "01:01", SANTIAGO, "2026-09-06 04:01", id="Chile, the second minute after"),
        pytest.param("2026-04-04", "22:59", SANTIAGO, "2026-04-05 01:59", id="Chile, before the hour that comes twice"),
        pytest.param("2026-04-04", "23:30", SANTIAGO, "2026-04-05 02:30", id="Chile, the first of two"),
        pytest.param("2026-04-05", "00:00", SANTIAGO, "2026-04-05 04:00", id="Chile, midnight after both"),
        pytest.param("2026-03-08", "00:30", HAVANA, "2026-03-08 05:00", id="Cuba, leapt over"),
        pytest.param("2026-11-01", "00:00", HAVANA, "2026-11-01 04:00", id="Cuba, the first of two midnights"),
        pytest.param("2016-05-01", "02:45", CARACAS, "2016-05-01 07:00", id="Venezuela, a leap of 30 minutes"),
        pytest.param("2026-03-28", "23:30", NUUK, "2026-03-29 01:00", id="Greenland leaps into the next day"),
        pytest.param("2011-12-30", "12:00", "Pacific/Apia", "2011-12-30 10:00", id="Samoa, a day that there was not"),
        pytest.param("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03 15:30", id="a leap of half an hour"),
    ],
)
def test_the_instant_of_a_local_time(day: str, clock: str, zone: str, expected: str) -> None:
    found = instant(date.fromisoformat(day), minutes(clock), zone)
    assert (found, found.tzinfo) == (moment(expected), UTC)


@pytest.mark.parametrize("minute", [-1, 1440])
def test_a_day_has_no_such_minute(minute: int) -> None:
    with pytest.raises(ValueError, match="hour must be in 0"):
        instant(date(2026, 3, 2), minute, LIMA)


@pytest.mark.parametrize("ask", [pytest.param(due, id="due"), pytest.param(next_post, id="the next post")])
def test_a_zone_that_there_is_not(ask: Ask) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        ask(moment("2026-03-02 12:00"), 0, None, "America/Macondo", None)


# due, case by case


@pytest.mark.parametrize(
    ("now", "clock", "zone", "last", "expected"),
    [
        pytest.param("2026-03-02 13:59", "09:00", BOGOTA, None, None, id="a minute before"),
        pytest.param("2026-03-02 14:00", "09:00", BOGOTA, None, "2026-03-02", id="on the minute"),
        pytest.param("2026-03-02 16:00", "09:00", BOGOTA, None, "2026-03-02", id="two hours late"),
        pytest.param("2026-03-02 16:01", "09:00", BOGOTA, None, None, id="later than that"),
        pytest.param("2026-03-02 14:01", "09:00", BOGOTA, "2026-03-02", None, id="done already"),
        pytest.param("2026-03-02 14:00", "09:00", BOGOTA, "2026-03-01", "2026-03-02", id="done yesterday"),
        pytest.param("2026-03-02 14:00", "09:00", BOGOTA, "2026-02-20", "2026-03-02", id="one alone after ten days"),
        pytest.param("2026-03-02 14:00", "09:00", BOGOTA, "2026-03-03", None, id="done for a later date"),
        pytest.param("2026-03-03 04:59", "23:59", BOGOTA, None, "2026-03-02", id="the last minute of the day"),
        pytest.param("2026-03-03 06:00", "23:59", BOGOTA, None, "2026-03-02", id="late, after the local midnight"),
        pytest.param("2026-03-03 05:00", "00:00", BOGOTA, "2026-03-02", "2026-03-03", id="at midnight"),
        pytest.param("2026-03-01 20:00", "09:00", AUCKLAND, None, "2026-03-02", id="tomorrow, in the east"),
        pytest.param("2028-02-29 14:00", "09:00", LIMA, "2028-02-28", "2028-02-29", id="a leap day"),
        pytest.param("2028-03-01 14:00", "09:00", LIMA, "2028-02-29", "2028-03-01", id="after a leap day"),
        pytest.param("2027-01-01 14:00", "09:00", LIMA, "2026-12-31", "2027-01-01", id="a new year"),
        pytest.param("2026-09-06 03:59", "00:30", SANTIAGO, "2026-09-05", None, id="Chile, before the leap"),
        pytest.param("2026-09-06 04:00", "00:30", SANTIAGO, "2026-09-05", "2026-09-06", id="Chile, after the leap"),
        pytest.param("2026-09-06 04:30", "00:30", SANTIAGO, "2026-09-06", None, id="Chile, not again after the leap"),
        pytest.param("2026-04-05 02:30", "23:30", SANTIAGO, None, "2026-04-04", id="Chile, the first 23:30"),
        pytest.param("2026-04-05 03:30", "23:30", SANTIAGO, "2026-04-04", None, id="Chile, the second 23:30"),
        pytest.param("2026-04-05 03:30", "23:30", SANTIAGO, "2026-04-03", "2026-04-04", id="Chile, an hour late"),
        pytest.param("2026-04-05 04:31", "23:30", SANTIAGO, "2026-04-03", None, id="Chile, two hours late by the sun"),
        pytest.param(
            "2026-03-29 01:00", "23:30", NUUK, "2026-03-27", "2026-03-28", id="Greenland, leapt over midnight"
        ),
        pytest.param("2010-11-07 02:40", "00:00", ST_JOHNS, "2010-11-06", "2010-11-07", id="back over midnight, late"),
        pytest.param("2010-11-07 03:30", "00:00", ST_JOHNS, "2010-11-07", None, id="back over midnight, not twice"),
    ],
)
def test_due(now: str, clock: str, zone: str, last: str | None, expected: str | None) -> None:
    assert due(moment(now), minutes(clock), None, zone, optional_day(last)) == optional_day(expected)


@pytest.mark.parametrize(
    ("now", "weekday", "last", "expected"),
    [
        pytest.param("2026-03-02 14:00", 0, None, "2026-03-02", id="a Monday"),
        pytest.param("2026-03-02 14:00", 1, None, None, id="no Tuesday"),
        pytest.param("2026-03-02 14:00", 0, "2026-02-23", "2026-03-02", id="the Monday after the last one"),
        pytest.param("2026-03-02 14:00", 0, "2026-03-02", None, id="done this Monday"),
        pytest.param("2026-03-02 16:01", 0, "2026-02-23", None, id="this Monday's hour is over"),
        pytest.param("2026-03-08 14:00", 6, "2026-03-01", "2026-03-08", id="a Sunday"),
        pytest.param("2026-03-02 14:00", 0, "2026-03-01", "2026-03-02", id="the day was changed from Sunday to Monday"),
    ],
)
def test_due_once_a_week(now: str, weekday: int, last: str | None, expected: str | None) -> None:
    assert due(moment(now), minutes("09:00"), weekday, BOGOTA, optional_day(last)) == optional_day(expected)


@pytest.mark.parametrize(
    ("now", "weekday", "expected"),
    [
        pytest.param("2026-03-03 04:59", 0, "2026-03-02", id="23:59 of Monday is Tuesday in UTC"),
        pytest.param("2026-03-03 05:30", 0, "2026-03-02", id="late on Tuesday"),
        pytest.param("2026-03-03 05:30", 1, None, id="Tuesday's is to come"),
    ],
)
def test_a_weekday_is_that_of_the_zone(now: str, weekday: int, expected: str | None) -> None:
    assert due(moment(now), minutes("23:59"), weekday, BOGOTA, None) == optional_day(expected)


def test_now_may_come_in_any_zone() -> None:
    now = datetime(2026, 4, 4, 23, 30, tzinfo=ZoneInfo(SANTIAGO))
    assert due(now, minutes("23:30"), None, SANTIAGO, None) == date(2026, 4, 4)
    assert due(now.replace(fold=1), minutes("00:00"), None, SANTIAGO, None) is None


# the next post


@pytest.mark.parametrize(
    ("now", "clock", "weekday", "zone", "last", "expected"),
    [
        pytest.param("2026-03-02 13:59", "09:00", None, BOGOTA, None, "2026-03-02T09:00:00-05:00", id="today"),
        pytest.param("2026-03-02 14:00", "09:00", None, BOGOTA, None, "2026-03-03T09:00:00-05:00", id="due now"),
        pytest.param(
            "2026-03-02 13:00", "09:00", None, BOGOTA, "2026-03-02", "2026-03-03T09:00:00-05:00", id="done today"
        ),
        pytest.param(
            "2026-03-02 13:00", "09:00", None, BOGOTA, "2026-03-04", "2026-03-05T09:00:00-05:00", id="done in advance"
        ),
        pytest.param(
            "2026-03-02 13:00", "09:00", 0, BOGOTA, "2027-03-02", "2027-03-08T09:00:00-05:00", id="done for a year"
        ),
        pytest.param("2026-03-02 14:00", "09:00", 0, BOGOTA, None, "2026-03-09T09:00:00-05:00", id="in a week"),
        pytest.param("2026-03-02 14:00", "09:00", 6, BOGOTA, None, "2026-03-08T09:00:00-05:00", id="on Sunday"),
        pytest.param("2028-02-28 14:00", "09:00", None, LIMA, None, "2028-02-29T09:00:00-05:00", id="a leap day"),
        pytest.param(
            "2026-09-05 12:00", "00:30", None, SANTIAGO, None, "2026-09-06T01:00:00-03:00", id="Chile, leapt over"
        ),
        pytest.param(
            "2026-04-05 02:29", "23:30", None, SANTIAGO, None, "2026-04-04T23:30:00-03:00", id="Chile, first 23:30"
        ),
        pytest.param(
            "2026-04-05 02:30", "23:30", None, SANTIAGO, None, "2026-04-05T23:30:00-04:00", id="Chile, second 23:30"
        ),
        pytest.param("2026-03-28 12:00", "23:30", 5, NUUK, None, "2026-03-29T00:00:00-01:00", id="Greenland's leap"),
        pytest.param("2026-03-01 19:00", "09:00", 0, AUCKLAND, None, "2026-03-02T09:00:00+13:00", id="in the east"),
    ],
)
def test_the_next_post(now: str, clock: str, weekday: int | None, zone: str, last: str | None, expected: str) -> None:
    assert next_post(moment(now), minutes(clock), weekday, zone, optional_day(last)).isoformat() == expected


# every change of clocks in America


@dataclass(frozen=True)
class Change:
    """When a zone's clocks changed, in UTC, and how far they were ahead of UTC before and after."""

    at: datetime
    before: timedelta
    after: timedelta

    def walls(self) -> list[datetime]:
        """Return every minute that clocks show, or leap over, within an hour of the change."""
        begin, end = sorted(self.at.replace(tzinfo=None) + offset for offset in (self.before, self.after))
        return [begin - HOUR + number * MINUTE for number in range((end - begin + 2 * HOUR) // MINUTE)]

    def first(self, wall: datetime) -> datetime:
        """Return the first minute, in UTC, at which clocks show a time or, having leapt over it, a later one."""
        shown = wall.replace(tzinfo=UTC) - self.before
        return shown if shown < self.at else max(self.at, wall.replace(tzinfo=UTC) - self.after)


@cache
def changes(zone: str, years: tuple[int, int]) -> tuple[Change, ...]:
    """Find them by looking at the clocks each day, and each minute of a day on which they changed."""
    begin, clock = datetime(years[0], 1, 1, tzinfo=UTC), ZoneInfo(zone)

    def offset(minute: int) -> timedelta:
        return (begin + minute * MINUTE).astimezone(clock).utcoffset() or timedelta(0)

    def change(day: int, after: timedelta) -> Change:
        minute = bisect_left(range(day, day + 1440), True, key=lambda minute: offset(minute) == after) + day
        return Change(begin + minute * MINUTE, offset(day), after)

    end = datetime(years[1] + 1, 1, 1, tzinfo=UTC)
    days = [(day, offset(day)) for day in range(0, (end - begin) // MINUTE + 1440, 1440)]
    return tuple(change(day, after) for (day, before), (_, after) in pairwise(days) if before != after)


CHANGING = [(zone, years) for years in YEARS for zone in AMERICA if changes(zone, years)]
KINDS = {
    ((change.at + change.before).time(), change.after - change.before): (zone, change)
    for zone, years in CHANGING
    for change in changes(zone, years)
}
"""One change of each kind: those at the same hour of the clock, by the same step, differ in nothing else."""


def posts(zone: str, minute: int, begin: datetime, end: datetime) -> list[tuple[date, datetime]]:
    """Ask each minute what is due, and post it; return the dates posted and when each was."""
    last: date | None = None
    done = []
    for number in range((end - begin) // MINUTE):
        now = begin + number * MINUTE
        if day := due(now, minute, None, zone, last):
            done.append((day, now))
            last = day
    return done


def test_some_zones_change_their_clocks() -> None:
    assert {SANTIAGO, HAVANA, NUUK} < {zone for zone, years in CHANGING if years == (2026, 2027)}
    assert {SAO_PAULO, ASUNCION, MEXICO_CITY, CARACAS} < {zone for zone, years in CHANGING if years == (2016, 2018)}


@pytest.mark.parametrize(("zone", "years"), CHANGING)
def test_the_first_minute_that_shows_a_local_time_around_each_change(zone: str, years: tuple[int, int]) -> None:
    walls = [(change, wall) for change in changes(zone, years) for wall in change.walls()]
    wrong = [wall for change, wall in walls if instant(wall.date(), clock_minute(wall), zone) != change.first(wall)]
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "change"),
    [pytest.param(zone, change, id=f"{zone} {change.at:%Y-%m-%d}") for zone, change in KINDS.values()],
)
def test_one_post_a_day_around_a_change_whatever_its_minute(zone: str, change: Change) -> None:
    wanted = {wall: change.first(wall) for wall in change.walls()}
    found = {wall: posts(zone, clock_minute(wall), at - SOON, at + GRACE + SOON) for wall, at in wanted.items()}
    assert found == {wall: [(wall.date(), at)] for wall, at in wanted.items()}


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("zone", [SANTIAGO, HAVANA, NUUK, SAO_PAULO, ASUNCION, MEXICO_CITY, CARACAS])
@pytest.mark.parametrize("clock", ["00:30", "02:45", "23:30"])
def test_each_date_has_its_post_in_order(zone: str, years: tuple[int, int], clock: str) -> None:
    now, done = datetime(years[0], 1, 2, tzinfo=UTC), [date(years[0], 1, 1)]
    while now.year <= years[1]:
        now = next_post(now, minutes(clock), None, zone, done[-1])
        if day := due(now, minutes(clock), None, zone, done[-1]):
            done.append(day)
    assert done == [done[0] + number * DAY for number in range((now.date() - done[0]).days + 1)]


# whatever happens


zones = st.sampled_from([BOGOTA, SANTIAGO, HAVANA, NUUK, SAO_PAULO, ASUNCION, AUCKLAND, KIRITIMATI, "UTC"])
moments = st.datetimes(datetime(2016, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
weekdays = st.none() | st.integers(0, 6)
clocks = st.integers(0, 1439)
pauses = st.lists(st.timedeltas(timedelta(0), 3 * DAY) | st.timedeltas(timedelta(0), GRACE), max_size=40)


def asked(
    begin: datetime, waits: list[timedelta], minute: int, weekday: int | None, zone: str
) -> list[tuple[date, datetime]]:
    """Ask after each wait, and post what is due; return the dates posted and when each was."""
    now, last, done = begin, None, []
    for wait in waits:
        now += wait
        if day := due(now, minute, weekday, zone, last):
            done.append((day, now))
            last = day
    return done


@given(moments, pauses, clocks, weekdays, zones)
@QUIET
def test_whatever_the_pauses_there_is_one_post_a_date_and_none_is_late(
    begin: datetime, waits: list[timedelta], minute: int, weekday: int | None, zone: str
) -> None:
    done = asked(begin, waits, minute, weekday, zone)
    days = [day for day, _ in done]
    assert days == sorted(set(days))
    assert [at for day, at in done if not timedelta(0) <= at - instant(day, minute, zone) <= GRACE] == []
    assert {day.weekday() for day in days} <= ({weekday} if weekday is not None else set(range(7)))


@given(moments, st.lists(st.timedeltas(MINUTE, GRACE), min_size=1, max_size=60), clocks, zones)
@QUIET
def test_without_long_pauses_no_date_is_left_out(
    begin: datetime, waits: list[timedelta], minute: int, zone: str
) -> None:
    days = [day for day, _ in asked(begin, [timedelta(0), *waits], minute, None, zone)]
    dates = [begin.date() + number * DAY for number in range(-2, 10)]
    assert set(days) >= {day for day in dates if begin <= instant(day, minute, zone) <= begin + sum(waits, DAY) - DAY}


@given(moments, clocks, weekdays, zones, st.integers(-400, 400))
@QUIET
def test_only_dates_after_the_last_are_due_whatever_it_is(
    now: datetime, minute: int, weekday: int | None, zone: str, distance: int
) -> None:
    last = now.date() + distance * DAY
    day = due(now, minute, weekday, zone, last)
    assert day is None or day > last
    assert due(now, minute, weekday, zone, day or last) is None


@given(moments, clocks, weekdays, zones, st.floats(0, 0.999))
@QUIET
def test_nothing_is_due_before_the_next_post_which_is(
    now: datetime, minute: int, weekday: int | None, zone: str, part: float
) -> None:
    last = due(now, minute, weekday, zone, None)
    at = next_post(now, minute, weekday, zone, last)
    assert due(now + (at - now) * part, minute, weekday, zone, last) is None
    assert due(at, minute, weekday, zone, last) is not None


# names of zones


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("America/Bogota", "America/Bogota", id="the name itself"),
        pytest.param("america/bogota", "America/Bogota", id="small letters"),
        pytest.param("AMERICA/BOGOTA", "America/Bogota", id="capitals"),
        pytest.param("America/Mexico City", "America/Mexico_City", id="a space"),
        pytest.param(" America/Mexico  City\n", "America/Mexico_City", id="many spaces"),
        pytest.param("America/Port au Prince", "America/Port-au-Prince", id="spaces for hyphens"),
        pytest.param("bogota", "America/Bogota", id="a city"),
        pytest.param("Bogotá", "America/Bogota", id="a city with its accent"),
        pytest.param("sao paulo", "America/Sao_Paulo", id="a city of two words"),
        pytest.param("São Paulo", "America/Sao_Paulo", id="a city as it is written"),
        pytest.param("Sa\u0303o Paulo", "America/Sao_Paulo", id="an accent by itself"),
        pytest.param("buenos aires", "America/Argentina/Buenos_Aires", id="a city with an old name too"),
        pytest.param("Argentina/Cordoba", "America/Argentina/Cordoba", id="a province and its city"),
        pytest.param("america/buenos_aires", "America/Buenos_Aires", id="the old name, in full"),
        pytest.param("port-au-prince", "America/Port-au-Prince", id="hyphens"),
        pytest.param("utc", "UTC", id="UTC"),
        pytest.param("etc/gmt+3", "Etc/GMT+3", id="a sign"),
        pytest.param("america/argentina/comodrivadavia", "America/Argentina/ComodRivadavia", id="the longest"),
        pytest.param("Atlantis", None, id="no city"),
        pytest.param("America", None, id="a continent"),
        pytest.param("Argentina", None, id="a country"),
        pytest.param("EST", None, id="a name for old programs"),
        pytest.param("GMT-3", None, id="a sign that means the opposite there"),
        pytest.param("etc/gmt 3", None, id="a space in place of a sign"),
        pytest.param("localtime", None, id="the machine's own zone"),
        pytest.param("posixrules", None, id="no zone at all"),
        pytest.param("", None, id="nothing"),
        pytest.param(" ", None, id="a space alone"),
        pytest.param("/", None, id="a slash"),
        pytest.param("../../etc/passwd", None, id="a way out"),
        pytest.param("America/../America/Bogota", None, id="a way round"),
        pytest.param("/usr/share/zoneinfo/America/Bogota", None, id="a file's name"),
        pytest.param("America/Bogota\0", None, id="NUL"),
        pytest.param("\ud800", None, id="half of a character"),
        pytest.param("a" * 10_000, None, id="10,000 letters"),
        pytest.param("bogota" + " " * 10_000, None, id="10,000 spaces"),
        pytest.param("posix/America/Bogota", None, id="a copy in another folder"),
        pytest.param("zone.tab", None, id="a table beside the zones"),
    ],
)
def test_the_zone_that_somebody_meant(name: str, expected: str | None) -> None:
    assert known_zone(name) == expected


def test_every_zone_of_an_area_is_known_by_its_own_name() -> None:
    names = [name for name in available_timezones() if "/" in name]
    assert len(names) > 400
    assert [name for name in names if known_zone(name) != name] == []


@given(st.text() | st.text("abcdehinorstuzAMPY/_-. \0", max_size=70))
@QUIET
def test_whatever_is_typed_a_zone_that_is_known_can_be_used(name: str) -> None:
    found = known_zone(name)
    assert found is None or (len(found) <= ZONE_LIMIT and ZoneInfo(found).key == found)
