"""The places of dates in a chart of columns: a day, week, month or year each, those without a figure among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from briefing.drawing.axes import dates

MOST = 120
"""The most columns that can be told apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of time that has a place of its own, its last day not in it."""

    start: date
    end: date

    @property
    def middle(self) -> float:
        """Its middle, in days as `date.toordinal` counts them."""
        return (self.start.toordinal() + self.end.toordinal()) / 2


def places(given: Iterable[date]) -> list[Place]:
    """The places from the first date to the last: months where the dates are months apart, weeks, years, else days."""
    days = sorted(set(given))
    apart = [(later - day).days for day, later in pairwise(days)]
    first, last = days[0], days[-1]
    if apart and min(apart) >= 365:
        return [Place(date(year, 1, 1), date(year + 1, 1, 1)) for year in range(first.year, last.year + 1)]
    if apart and min(apart) >= 28 and any(one % 7 for one in apart):
        months = range(_number(first), _number(last) + 1)
        return [Place(_month(month), _month(month + 1)) for month in months]
    step = 7 if apart and not any(one % 7 for one in apart) else 1
    around = timedelta(step // 2)
    return [
        Place(day - around, day - around + timedelta(step))
        for day in (first + timedelta(n) for n in range(0, (last - first).days + 1, step))
    ]


def _month(number: int) -> date:
    """The first day of a month, counted from the year 0."""
    return date(number // 12, number % 12 + 1, 1)


def marked_dates(slots: Sequence[Place], most: int) -> list[date]:
    """Dates to label below places, about `most` of them: of the calendar, or the first days of months and years."""
    first, last = slots[0], slots[-1]
    if (first.end - first.start).days <= 7:
        return dates(date.fromordinal(int(first.middle)), date.fromordinal(int(last.middle)), most)
    yearly = (first.end - first.start).days > 31
    for step in (1, 2, 5, 10, 20, 50, 100) if yearly else (1, 3, 6, 12, 24, 60, 120):
        found = [slot.start for slot in slots if (slot.start.year if yearly else _number(slot.start)) % step == 0]
        if len(found) <= most:
            break
    return found or [first.start]


def _number(day: date) -> int:
    """A month, counted from the year 0."""
    return day.year * 12 + day.month - 1
