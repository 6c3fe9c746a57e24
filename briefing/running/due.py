"""Which editions are due: calendar dates of the briefing's own time zone, whatever its clocks do.

The edition of a day is due from the schedule's time of day on. Where the clocks jump over that time, it is due at the
first moment after the jump; where they show it twice, at the first of the two. A date that a time zone left out, as
Samoa did with 30 December 2011, has no edition.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from briefing.config import WEEKDAYS, Schedule

_SECOND = timedelta(seconds=1)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which a clock of the zone first shows that time of that day or a later one."""
    wall = datetime.combine(day, at)
    late = wall.replace(tzinfo=zone).astimezone(UTC)  # fold=0: the first of two; in a gap, a moment after it
    if _shown(late, zone) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # a moment before the gap
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        if _shown(middle, zone) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def has_day(zone: ZoneInfo, day: date) -> bool:
    """Whether the calendar of the zone has that date."""
    return _shown(moment(day, time.min, zone), zone).date() == day


def jumped_over(schedule: Schedule, zone: ZoneInfo, now: datetime) -> date | None:
    """The next day within a year that has an edition, and on which the clocks jump over its time of day."""
    at, today = time.fromisoformat(schedule.at), _shown(now, zone).date()
    days = (day for ahead in range(366) if _planned(schedule, zone, day := today + timedelta(ahead)))
    return next((day for day in days if _shown(moment(day, at, zone), zone) != datetime.combine(day, at)), None)


def due_dates(schedule: Schedule, zone: ZoneInfo, now: datetime, most: int) -> tuple[date, ...]:
    """The newest dates, `most` of them, whose editions are due by `now`, oldest first, made or not."""
    at, today = time.fromisoformat(schedule.at), _shown(now, zone).date()
    back = (today - timedelta(days) for days in range(7 * most + 14))
    due = (day for day in back if _planned(schedule, zone, day) and moment(day, at, zone) <= now)
    return tuple(islice(due, most))[::-1]


def to_make(
    schedule: Schedule, zone: ZoneInfo, now: datetime, made: Collection[date], *, catch_up: bool = False
) -> tuple[date, ...]:
    """The editions that a run at `now` has to make, oldest first; `made` are the dates that have one.

    Today's is always among them once it is due, since its input may have changed. An earlier one is when it is missing:
    the newest, and with `catch_up` as many before it as the schedule says. Before the schedule's first date, or else
    before the oldest edition there is, nothing is missing.
    """
    today = _shown(now, zone).date()
    begin = schedule.first or min(made, default=today)
    due = due_dates(schedule, zone, now, 1 + schedule.catch_up if catch_up else 1)
    return tuple(day for day in due if day == today or (day >= begin and day not in made))


def next_due(schedule: Schedule, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The moment at which the next edition will be due, in the zone, if there is one."""
    at, yesterday = time.fromisoformat(schedule.at), _shown(now, zone).date() - timedelta(1)
    begin = max(yesterday, schedule.first or yesterday)
    ahead = (begin + timedelta(days) for days in range(14))
    moments = (moment(day, at, zone) for day in ahead if _planned(schedule, zone, day))
    return next((when.astimezone(zone) for when in moments if when > now), None)


def _planned(schedule: Schedule, zone: ZoneInfo, day: date) -> bool:
    """Whether the schedule has an edition of that day."""
    late_enough = schedule.first is None or day >= schedule.first
    return late_enough and WEEKDAYS[day.weekday()] in schedule.days and has_day(zone, day)


def _shown(when: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of the zone show."""
    return when.astimezone(zone).replace(tzinfo=None)
