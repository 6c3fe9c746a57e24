"""Every date has one moment at which its edition is due, whatever the clocks of its time zone do."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.config import Schedule
from briefing.running.due import due_dates, has_day, jumped_over, moment, next_due, to_make

UTC = dt.UTC
ZONES = (
    "Europe/Kyiv",
    "America/New_York",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Pacific/Pago_Pago",
    "UTC",
)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def day(text):
    """A date."""
    return dt.date.fromisoformat(text)


def at(text):
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


def newest(schedule, zone, now):
    """The newest date that is due."""
    return due_dates(schedule, ZoneInfo(zone), now, 1)


# The moment of one date.


@pytest.mark.parametrize(
    ("zone", "date", "clock", "moment_in_utc"),
    [
        ("Europe/Kyiv", "2026-03-28", "03:30", "2026-03-28T01:30"),
        ("Europe/Kyiv", "2026-03-29", "03:30", "2026-03-29T01:00"),  # 03:00 becomes 04:00
        ("Europe/Kyiv", "2026-10-25", "03:30", "2026-10-25T00:30"),  # 04:00 becomes 03:00: the first of two
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00"),  # 02:00 becomes 03:00
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # 02:00 becomes 01:00
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # 02:00 becomes 02:30
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),  # 02:00 becomes 01:30
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),  # the day begins at 01:00
        ("Pacific/Kiritimati", "2026-01-01", "06:00", "2025-12-31T16:00"),  # the first on earth
        ("Pacific/Pago_Pago", "2026-01-01", "06:00", "2026-01-01T17:00"),  # among the last
        ("America/Toronto", "1919-03-30", "23:45", "1919-03-31T04:30"),  # 23:30 became 00:30 of the next day
    ],
)
def test_an_edition_is_due_when_clocks_first_show_its_time(zone, date, clock, moment_in_utc):
    """A time in a gap is due at the first moment after it, a time that comes twice at its first."""
    assert moment(day(date), dt.time.fromisoformat(clock), ZoneInfo(zone)) == at(moment_in_utc)


@pytest.mark.parametrize(
    ("zone", "left_out"),
    [("Pacific/Apia", "2011-12-30"), ("Pacific/Kiritimati", "1994-12-31"), ("Pacific/Kwajalein", "1993-08-21")],
)
def test_a_date_that_a_zone_left_out_has_no_edition(zone, left_out):
    """Where the date line moved over a country, the date that nobody there had is never due."""
    gone = day(left_out)
    assert not has_day(ZoneInfo(zone), gone)
    assert has_day(ZoneInfo(zone), gone - DAY)
    assert has_day(ZoneInfo(zone), gone + DAY)
    days_later = dt.datetime.combine(gone + 2 * DAY, dt.time(12), ZoneInfo(zone))
    assert due_dates(Schedule(), ZoneInfo(zone), days_later, 3) == (gone - DAY, gone + DAY, gone + 2 * DAY)


# Every date once.


@pytest.mark.parametrize(("zone", "year"), [*((zone, 2026) for zone in ZONES), ("Pacific/Apia", 2011)])
@pytest.mark.parametrize("clock", ["00:00", "02:30", "06:00", "23:59"])
def test_every_date_of_a_year_is_due_once(zone, year, clock):
    """No date is skipped, none comes twice, and the moments are in the order of the dates."""
    area, time = ZoneInfo(zone), dt.time.fromisoformat(clock)
    dates = [dt.date(year, 1, 1) + n * DAY for n in range(365)]
    there = [one for one in dates if has_day(area, one)]
    assert len(there) == 365 - (year == 2011)
    moments = [moment(one, time, area) for one in there]
    assert all(b - a >= dt.timedelta(hours=22) for a, b in pairwise(moments))
    for one, when in zip(there, moments, strict=True):
        shown = when.astimezone(area)
        assert (shown.date(), shown.time()) >= (one, time)
        assert shown.date() == one


@settings(max_examples=300)
@given(
    zone=st.sampled_from(ZONES),
    clock=st.times().map(lambda time: f"{time:%H:%M}"),
    minute=st.integers(0, 366 * 24 * 60),
    year=st.sampled_from([2011, 2024, 2026]),
)
def test_at_any_minute_one_date_is_the_newest(zone, clock, minute, year):
    """At every minute the newest due date is the one whose moment came last; a minute on it is that or the next."""
    schedule, area = Schedule(at=clock), ZoneInfo(zone)
    now = dt.datetime(year, 1, 1, tzinfo=UTC) + minute * MINUTE
    around = [now.date() + n * DAY for n in range(-4, 4)]
    there = [one for one in around if has_day(area, one)]
    moments = [moment(one, dt.time.fromisoformat(clock), area) for one in there]
    n = bisect_right(moments, now) - 1
    assert newest(schedule, zone, now) == (there[n],)
    assert newest(schedule, zone, now + MINUTE) == (there[n + (moments[n + 1] <= now + MINUTE)],)
    assert next_due(schedule, area, now) == moments[n + 1]


def simulated(schedule, zone, begin, end, step):
    """The dates that runs at every step make, in order."""
    made: list[dt.date] = []
    now = begin
    while now < end:
        made += [one for one in to_make(schedule, zone, now, frozenset(made)) if one not in made]
        now += step
    return made


@pytest.mark.parametrize("zone", ZONES[:5])
def test_a_run_every_hour_makes_every_date_of_a_year(zone):
    """Over a year of runs, whatever their minute, each date is made once and in order."""
    begin, end = dt.datetime(2011, 1, 3, 0, 7, tzinfo=UTC), dt.datetime(2012, 1, 3, tzinfo=UTC)
    made = simulated(Schedule(at="02:30"), ZoneInfo(zone), begin, end, dt.timedelta(hours=1))
    first = made[0]
    expected = [first + n * DAY for n in range((made[-1] - first).days + 1)]
    if zone == "Pacific/Apia":
        expected.remove(day("2011-12-30"))
    assert made == expected
    assert len(made) >= 364


# Ends of months and leap days.


@pytest.mark.parametrize(
    ("now", "dates"),
    [
        ("2024-03-01T06:00", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("2026-03-01T06:00", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("2100-03-01T06:00", ["2100-02-27", "2100-02-28", "2100-03-01"]),
        ("2026-05-01T06:00", ["2026-04-29", "2026-04-30", "2026-05-01"]),
        ("2026-01-01T06:00", ["2025-12-30", "2025-12-31", "2026-01-01"]),
        ("2026-01-01T05:59", ["2025-12-29", "2025-12-30", "2025-12-31"]),
    ],
)
def test_months_and_years_end_as_the_calendar_has_it(now, dates):
    """The last day of a month, a leap day and New Year are dates like others."""
    assert due_dates(Schedule(), ZoneInfo("UTC"), at(now), 3) == tuple(map(day, dates))


def test_the_date_is_that_of_the_zone():
    """At one moment the newest edition is of three dates around the world."""
    now = at("2026-03-01T10:30")
    schedule = Schedule(at="00:00")
    assert newest(schedule, "Pacific/Kiritimati", now) == (day("2026-03-02"),)
    assert newest(schedule, "UTC", now) == (day("2026-03-01"),)
    assert newest(schedule, "Pacific/Pago_Pago", now) == (day("2026-02-28"),)


# What a run makes.


def made_by(now, made, keys, *, catch_up=False):
    """The dates that a run makes, in UTC."""
    dates = to_make(
        Schedule.model_validate(keys), ZoneInfo("UTC"), at(now), {day(one) for one in made}, catch_up=catch_up
    )
    return [str(one) for one in dates]


MONDAY_TO_FRIDAY = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("now", "made", "keys", "dates"),
    [
        ("2026-03-02T05:59", [], {}, []),  # the first run of all, before its time
        ("2026-03-02T06:00", [], {}, ["2026-03-02"]),
        ("2026-03-02T09:00", ["2026-03-02"], {}, ["2026-03-02"]),  # its input may have changed
        ("2026-03-03T05:59", ["2026-03-02"], {}, []),  # yesterday's is made and stays as it is
        ("2026-03-03T05:59", ["2026-03-01"], {}, ["2026-03-02"]),  # yesterday's is missing
        ("2026-03-05T06:00", ["2026-03-01"], {}, ["2026-03-05"]),  # earlier ones only when asked
        ("2026-03-07T12:00", ["2026-03-06"], {"days": MONDAY_TO_FRIDAY}, []),  # a Saturday
        ("2026-03-07T12:00", ["2026-03-05"], {"days": MONDAY_TO_FRIDAY}, ["2026-03-06"]),
        ("2026-03-02T12:00", [], {"first": "2026-03-05"}, []),
        ("2026-03-06T05:00", [], {"first": "2026-03-05"}, ["2026-03-05"]),
    ],
)
def test_a_run_makes_the_newest_edition(now, made, keys, dates):
    """A run makes today's edition from its time on, and else the newest one where that is missing."""
    assert made_by(now, made, keys) == dates


@pytest.mark.parametrize(
    ("now", "made", "keys", "dates"),
    [
        ("2026-03-05T06:00", [], {}, ["2026-03-05"]),  # nothing was missed before the first edition
        ("2026-03-05T06:00", ["2026-03-02"], {}, ["2026-03-03", "2026-03-04", "2026-03-05"]),
        ("2026-03-05T06:00", ["2026-03-02", "2026-03-04"], {}, ["2026-03-03", "2026-03-05"]),  # a hole
        ("2026-03-05T06:00", ["2026-01-02"], {"catch_up": "2"}, ["2026-03-03", "2026-03-04", "2026-03-05"]),
        ("2026-03-05T05:00", ["2026-03-02"], {}, ["2026-03-03", "2026-03-04"]),
        ("2026-03-03T06:00", [], {"first": "2026-03-01"}, ["2026-03-01", "2026-03-02", "2026-03-03"]),
        ("2026-03-03T06:00", ["2026-02-20"], {"first": "2026-03-02"}, ["2026-03-02", "2026-03-03"]),
        ("2026-03-09T06:00", ["2026-03-05"], {"days": MONDAY_TO_FRIDAY}, ["2026-03-06", "2026-03-09"]),
        ("2026-03-22T06:00", ["2026-03-01"], {"days": ("sun",)}, ["2026-03-08", "2026-03-15", "2026-03-22"]),
    ],
)
def test_catching_up_makes_what_is_missing(now, made, keys, dates):
    """With catch-up the missing ones of the last so many editions are made, oldest first, and no other."""
    assert made_by(now, made, keys, catch_up=True) == dates


def test_catching_up_is_done_once():
    """What has been caught up is not made again, and a second run does not go further back."""
    first = made_by("2026-03-20T06:00", ["2026-03-01"], {}, catch_up=True)
    assert len(first) == 8
    assert made_by("2026-03-20T06:00", ["2026-03-01", *first], {}, catch_up=True) == ["2026-03-20"]


@pytest.mark.parametrize(
    ("zone", "clock", "days", "jump"),
    [
        ("Europe/Kyiv", "03:30", {}, "2027-03-28"),
        ("Europe/Kyiv", "06:00", {}, None),
        ("Europe/Kyiv", "03:30", {"days": ("mon",)}, None),
        ("UTC", "03:30", {}, None),
    ],
)
def test_a_time_that_clocks_jump_over_is_known(zone, clock, days, jump):
    """The day of the coming year on which a schedule's time does not exist is found, if it has an edition."""
    found = jumped_over(Schedule(at=clock, **days), ZoneInfo(zone), at("2026-11-24T12:00"))
    assert found == (day(jump) if jump else None)


def test_when_the_next_is_due():
    """The next edition is due at its time in the briefing's zone; before the first date it is the first."""
    kyiv = ZoneInfo("Europe/Kyiv")
    assert str(next_due(Schedule(), kyiv, at("2026-03-28T12:00"))) == "2026-03-29 06:00:00+03:00"
    assert str(next_due(Schedule(), kyiv, at("2026-03-28T04:00"))) == "2026-03-29 06:00:00+03:00"
    assert str(next_due(Schedule(), kyiv, at("2026-03-28T03:59"))) == "2026-03-28 06:00:00+02:00"
    later = Schedule(first="2026-07-01", days=("wed",))
    assert str(next_due(later, kyiv, at("2026-03-28T12:00"))) == "2026-07-01 06:00:00+03:00"
