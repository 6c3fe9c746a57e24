"""What a chart draws of a series: the part in its window, where it breaks, its rise from day to day."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from briefing.compose.charts.order import Order
from briefing.diagnostics import near, shown
from briefing.facts import Series, SeriesPoint
from briefing.fields import Moment
from briefing.value import Value
from briefing.weighing import days_in


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a line is broken.

    `at` is the day of the first figure after it, `on` the day that is named for it. Without a reason a running total
    fell and nobody said why.
    """

    at: date
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A series with those points that are drawn. `left_out` counts the days for which no daily figure can be had."""

    series: Series
    breaks: tuple[Break, ...] = ()
    per_day: bool = False
    left_out: int = 0


def courses(order: Order) -> tuple[Course, ...]:
    """What is drawn of each series that the block names; nothing where one of them cannot be, which is then said."""
    chosen = chosen_series(order)
    found = [course for n, series in chosen if (course := _course(series, n, order)) is not None]
    return tuple(found) if len(found) == len(order.block.series) else ()


def chosen_series(order: Order) -> list[tuple[int, Series]]:
    """The series that the block names, each with its place; one that is not there is said."""
    writer, evidence = order.writer, order.writer.evidence
    found = []
    for n, name in enumerate(order.block.series):
        spot = order.where / "series" / n
        if name in evidence.series:
            found.append((n, evidence.series[name]))
            writer.printed[name] = None
        elif name in evidence.later:
            writer.fact(name, spot)
        else:
            hint = near(name, evidence.series, "a series with a similar name")
            if not hint and name in evidence.facts:
                hint = "this is a fact; a chart over time draws series, which feeds make"
            writer.report("unknown-series", f"there is no series {shown(name)}", hint, spot)
    return found


def _course(series: Series, number: int, order: Order) -> Course | None:
    """What is drawn of one series; None where nothing is left, which is then said."""
    indicator = order.writer.evidence.indicators.get(series.fact.indicator or "")
    cumulative = indicator is not None and indicator.measure == "cumulative"
    course = Course(series, tuple(_breaks(series, cumulative=cumulative)))
    if order.block.per is not None:
        if not cumulative:
            measure = indicator.measure if indicator and indicator.measure else "nothing that its indicator names"
            message = f"{shown(series.id)} measures {measure}; only a running total rises from day to day"
            hint = "take per: away, or set measure: cumulative on its indicator if it is one"
            order.writer.report("bad-choice", message, hint, order.where / "per")
            return None
        course = _daily(course)
        if not course.series.points:
            why = "its totals are approximations or bounds" if course.left_out else "no two totals are a day apart"
            message = f"no daily figures can be had of {shown(series.id)}: {why}"
            order.writer.report("no-value", message, "take per: away to draw the running total", order.where / "per")
            return None
    return _windowed(course, number, order)


def _breaks(series: Series, *, cumulative: bool) -> Iterator[Break]:
    """Where the count was revised, and where a running total falls without a stated reason."""
    revised = deque(series.revised.items())
    for before, after in pairwise(series.points):
        told = False
        while revised and revised[0][0] <= after.at.day:
            on, reason = revised.popleft()
            if on > before.at.day:
                told = True
                yield Break(after.at.day, on, reason)
        if cumulative and not told and falls(before.value, after.value):
            yield Break(after.at.day, after.at.day)


def falls(before: Value, after: Value) -> bool:
    """Whether the later value is below the earlier, wherever in their ranges they are."""
    return after.high is not None and before.low is not None and after.high < before.low


def _daily(course: Course) -> Course:
    """Each day's total less that of the day before: none after a gap, across a break, or of an approximation."""
    ends = list({point.at.day: point for point in course.series.points}.values())  # the last total of each day
    broken = {one.at for one in course.breaks}
    points, left_out = [], 0
    for before, after in pairwise(ends):
        day = after.at.day
        if (day - before.at.day).days != 1 or day in broken:
            continue
        try:
            points.append(SeriesPoint(Moment(day), after.value - before.value, after.row))
        except ArithmeticError:
            left_out += 1
    return Course(replace(course.series, points=tuple(points)), course.breaks, per_day=True, left_out=left_out)


def _windowed(course: Course, number: int, order: Order) -> Course | None:
    """The part of a course that lies in the block's window, with the breaks in it."""
    points, within = course.series.points, order.block.within
    if within is not None:
        first = window_start(order)
        points = tuple(point for point in points if point.at.day >= first)
        if not points:
            message = f"{shown(course.series.id)} has no figures within {within} of the edition's date"
            hint = "make within: longer, or take it away"
            order.writer.report("empty-selection", message, hint, order.where / "series" / number)
            return None
    breaks = tuple(one for one in course.breaks if one.at > points[0].at.day)
    return replace(course, series=replace(course.series, points=points), breaks=breaks)


def window_start(order: Order) -> date:
    """The first day that is drawn."""
    within = order.block.within
    return order.writer.evidence.date - timedelta(days=days_in(within)) if within else date.min
