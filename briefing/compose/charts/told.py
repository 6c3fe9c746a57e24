"""What is said of a chart over time: the remarks that a reader needs below it, and its alternative text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from briefing.compose.charts.course import Break, Course
from briefing.compose.charts.order import Order, opening
from briefing.drawing.runs import runs
from briefing.edition import ChartLine, ChartSpec, Line, Text
from briefing.facts import SeriesPoint
from briefing.formats import Formatter

_MOST_BREAKS = 4
"""Breaks of one kind that a remark names for a series."""
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
        said += [label + text for text in _breaks(course, order)]
    return tuple((Text(_ended_once(text)),) for text in said)


def _breaks(course: Course, order: Order) -> Iterable[str]:
    """Where and why a line is broken."""
    words, formatter = order.writer.words, order.writer.formatter
    for key, stated in (("count_revised", True), ("total_fell", False)):
        found = [one for one in course.breaks if bool(one.reason) == stated]
        told = [_break(one, formatter) for one in found[:_MOST_BREAKS]]
        if len(found) > len(told):
            told.append(words["and_more"].format(len(found) - len(told)))
        if told:
            refused = f" {words['no_daily']}" if course.per_day else ""
            yield words[key].format(("; " if stated else ", ").join(told)) + refused


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
