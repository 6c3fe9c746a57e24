"""What is said of a chart over time: the remarks that a reader needs below it, and its alternative text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from briefing.compose.charts.course import Break, Course
from briefing.compose.charts.order import Order, opening
from briefing.drawing.runs import runs
from briefing.edition import ChartLine, ChartSpec, Line, Text
from briefing.facts import SeriesPoint
from briefing.formats import Formatter

_MOST_BREAKS = 4
"""Revisions that a remark names for a series."""
_MOST_FALLS = 3
"""Falls that a remark dates where there is one series."""
_MOST_DATES = 20
"""Falls that the description dates for a series."""
_LONGEST = 120
"""Characters of a remark on several series; the description says the rest."""
_MOST_LINES = 3
"""Series that alternative text tells of when there are more than this and one."""


def remarks(spec: ChartSpec, courses: Sequence[Course], order: Order) -> tuple[Line, ...]:
    """What a reader has to know to read the chart right, a line each."""
    words, formatter = order.writer.words, order.writer.formatter
    said = []
    if spec.start is not None:
        said.append(words["axis_begins"].format(formatter.number(spec.start)))
    if spec.kind == "multiples":
        said.append(words["one_scale"])
    if spec.setting("stacked") and spec.kind == "area":
        said.append(words["stacked_sum"])
    if order.block.per is not None:
        said.append(words["derived"])
        if left_out := sum(course.left_out for course in courses):
            said.append(words["days_left_out"].format(left_out))
    for line, course in zip(spec.lines, courses, strict=True):
        label = f"{line.label}: " if len(courses) > 1 else ""
        said += [label + text for text in _revised(course, order)]
    said += _fell(spec, courses, order)
    return tuple((Text(_ended_once(text)),) for text in said)


def _revised(course: Course, order: Order) -> Iterable[str]:
    """Where a line is broken because its count was revised, and why it was."""
    words, formatter = order.writer.words, order.writer.formatter
    found = [one for one in course.breaks if one.reason]
    told = [_break(one, formatter) for one in found[:_MOST_BREAKS]]
    if len(found) > len(told):
        told.append(words["and_more"].format(len(found) - len(told)))
    if told:
        yield words["count_revised"].format("; ".join(told)) + _refused(course, order)


def _fell(spec: ChartSpec, courses: Sequence[Course], order: Order) -> Iterable[str]:
    """That running totals fall and nobody says why: when, or which of several; one sentence."""
    words = order.writer.words
    fallen = [(line.label, days) for line, course in zip(spec.lines, courses, strict=True) if (days := _falls(course))]
    if not fallen:
        return
    if len(courses) == 1:
        told = _listed([order.writer.formatter.date(day) for day in fallen[0][1]], _MOST_FALLS, words)
        yield words["total_fell"].format(told) + _refused(courses[0], order)
        return
    names = [label for label, _ in fallen]
    sentences = (words["totals_fell"].format(_listed(names, most, words)) for most in range(len(names), 1, -1))
    short = next(
        (one for one in sentences if len(one) <= _LONGEST), words["totals_fell"].format(_listed(names, 1, words))
    )
    yield short + _refused(courses[0], order)


def fallen(spec: ChartSpec, courses: Sequence[Course], order: Order) -> Iterable[str]:
    """For the long description: on which days each running total falls without a stated reason."""
    words = order.writer.words
    for line, course in zip(spec.lines, courses, strict=True):
        if days := _falls(course):
            told = _listed([order.writer.formatter.date(day) for day in days], _MOST_DATES, words)
            yield _ended_once(f"{line.label}: {words['total_fell'].format(told)}")


def _falls(course: Course) -> list[date]:
    return [one.on for one in course.breaks if not one.reason]


def _refused(course: Course, order: Order) -> str:
    """That no daily figure is given across a break."""
    return f" {order.writer.words['no_daily']}" if course.per_day else ""


def _listed(names: Sequence[str], most: int, words: Mapping[str, str]) -> str:
    more = [words["and_more"].format(len(names) - most)] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def _ended_once(text: str) -> str:
    """The text without the second of two full stops: Ukrainian dates end in one of their own."""
    return text.replace("..", ".")


def _break(one: Break, formatter: Formatter) -> str:
    date = formatter.date(one.on)
    return f"{date}: {one.reason.rstrip(' .')}" if one.reason else date


def alternative(spec: ChartSpec, courses: Sequence[Course], order: Order) -> str:
    """The message of a chart from its data; of many series the three with the highest latest figure."""
    words = order.writer.words
    pieces = [opening(order)]
    if order.block.per is not None:
        pieces.append(words["derived_alt"])
    numbers = range(len(courses))
    told: Iterable[int] = numbers
    if len(courses) > _MOST_LINES + 1:
        highest = sorted(numbers, key=lambda n: courses[n].series.points[-1].value.numbers[-1], reverse=True)
        told = sorted(highest[:_MOST_LINES])
    for n in told:
        pieces += _told(spec.lines[n], courses[n], order)
    if len(courses) > _MOST_LINES + 1:
        pieces.append(words["and_more"].format(len(courses) - _MOST_LINES) + ".")
    return " ".join(map(_ended_once, pieces))


def _told(line: ChartLine, course: Course, order: Order) -> Iterable[str]:
    """The first, last, highest and lowest of a line, its gaps, its breaks."""
    words, formatter = order.writer.words, order.writer.formatter
    points = course.series.points
    yield told_course(words["line_alt"], points, formatter, line.label)
    ends = points[0], points[-1]
    peak = max(points, key=lambda point: point.value.numbers[-1])
    if peak.at not in {end.at for end in ends}:
        yield words["line_peak"].format(formatter.value(peak.value), formatter.date(peak.at.day))
    trough = min(points, key=lambda point: point.value.numbers[0])
    if trough.value.numbers[0] < min(end.value.numbers[0] for end in ends):
        yield words["line_low"].format(formatter.value(trough.value), formatter.date(trough.at.day))
    if line.stale:
        yield f"{line.detail[:1].upper()}{line.detail[1:]}."
    broken = {one.at for one in course.breaks}
    if broken:
        dates = [formatter.date(day) for day in sorted(broken)]
        more = [words["and_more"].format(len(dates) - 2)] if len(dates) > 2 else []
        yield words["line_broken"].format(", ".join([*dates[:2], *more]))
    days = [point.at.day for point in points]
    gaps = [(days[a.stop - 1], days[b.start]) for a, b in pairwise(runs(days, daily=course.per_day))]
    gaps = [(start, end) for start, end in gaps if not any(start < day <= end for day in broken)]
    if gaps:
        widest = max(gaps, key=lambda gap: gap[1] - gap[0])
        pattern = words["line_gap"] if len(gaps) == 1 else words["line_gaps"]
        number = [] if len(gaps) == 1 else [len(gaps)]
        yield pattern.format(*number, formatter.date(widest[0]), formatter.date(widest[1]))


def told_course(pattern: str, points: Sequence[SeriesPoint], formatter: Formatter, *label: str) -> str:
    """The first and the last of some points in a pattern."""
    first, last = points[0], points[-1]
    return pattern.format(
        *label,
        formatter.value(first.value),
        formatter.date(first.at.day),
        formatter.value(last.value),
        formatter.date(last.at.day),
    )
