"""Series over time: lines with their gaps and breaks, bands for ranges, arrows for bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from briefing.drawing.axes import Plane
from briefing.drawing.runs import runs
from briefing.drawing.sheet import Point, Sheet
from briefing.edition import ChartLine, ChartPoint
from briefing.value import Value

_COLORS = 6
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2), (1.5, 1.5), (9, 2, 2, 2), (3, 2), (12, 3))


def color_of(number: int) -> str:
    """The colour of the series with this number."""
    return f"series{number % _COLORS + 1}"


@dataclass(frozen=True, slots=True)
class Pen:
    """How heavily a series is drawn, in points: its line, its last dot; a light one has no marks but that dot."""

    line: float = 1.8
    dot: float = 5.0
    light: bool = False


PLAIN_PEN = Pen()
LIGHT_PEN = Pen(1.2, 4.0, light=True)


def draw_series(sheet: Sheet, line: ChartLine, plane: Plane, number: int, pen: Pen = PLAIN_PEN) -> None:
    """The bands, the line and the marks of a series."""
    color = color_of(number)
    whole = stretches(line, plane)
    for run in whole:
        for points in _ranges(run.points):
            _band(sheet, points, plane, color)
    _draw_stated(sheet, line, whole, plane, number, pen)
    if not pen.light:
        _bounds(sheet, [point for point in line.points if point.value.kind in _TOWARDS], plane, color)
        _draw_breaks(sheet, line, plane, color)
    last = line.points[-1]
    if (mark := stated_number(last.value)) is not None:
        hollow = line.stale or last.value.kind not in {"exact", "range"}
        sheet.dots([plane.at(last.at, mark)], color, pen.dot, hollow=hollow)


def _draw_stated(sheet: Sheet, line: ChartLine, whole: Sequence[Stretch], plane: Plane, number: int, pen: Pen) -> None:
    """The line through the figures that were stated, and a dot for each that stands alone."""
    paths: list[list[Point]] = []
    alone: dict[bool, list[Point]] = {False: [], True: []}
    for run in whole:
        for part in _stated(run.points):
            places = [plane.at(point.at, mark) for point, mark in part]
            if len(places) == 1 and run.thinned:  # what there is room for of a longer run: a dash, no dot
                ((at, level),) = places
                places = [(at - 0.5, level), (at + 0.5, level)]
            if len(places) > 1:
                paths.append(places)
            elif part[0][0] is not line.points[-1]:
                alone[part[0][0].value.about] += places
    if paths:
        sheet.stroke("line", *paths, color=color_of(number), width=pen.line, dash=_dash(number))
    for about, places in alone.items():
        if places:
            sheet.dots(places, color_of(number), pen.dot - 1, hollow=about)


def stated_number(value: Value) -> Decimal | None:
    """The one number that was stated, if one was: never the middle of a range."""
    return value.best if value.kind == "range" else value.numbers[0]


def _dash(number: int) -> tuple[float, ...]:
    """A pattern beside the colour, for print in grey; after six series the two go out of step."""
    return _DASHES[(number + number // _COLORS) % len(_DASHES)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Points without a gap or break among them; `thinned` says that there are more of them than there is room for."""

    points: tuple[ChartPoint, ...]
    thinned: bool


def stretches(line: ChartLine, plane: Plane, kept: Sequence[int] = ()) -> list[Stretch]:
    """The points to draw, in stretches without a gap or break.

    Of the points in one column of the sheet, a point wide, those are left that can be seen: the first, the last, the
    lowest and the highest. So a drawing has its size from its width, not from its series, and hides no peak.
    `kept` are the positions of the points to draw, where several lines have to keep the same.
    """
    points = line.points
    kept = kept or list(seen(points, plane))
    found, at = [], 0
    for run in runs([point.at for point in points], line.breaks, daily=line.daily):
        start = at
        while at < len(kept) and kept[at] < run.stop:
            at += 1
        if at > start:
            found.append(Stretch(tuple(points[n] for n in kept[start:at]), at - start < len(run)))
    return found


def seen(points: Sequence[ChartPoint], plane: Plane) -> Iterable[int]:
    """The positions of those points that are left of each column."""
    columns = groupby(range(len(points)), key=lambda n: int(plane.x(points[n].at.toordinal())))
    for _, group in columns:
        column = list(group)
        if len(column) <= 4:
            yield from column
            continue
        stated = [n for n in column if stated_number(points[n].value) is not None]
        kept = {column[0], column[-1]}
        kept.add(min(column, key=lambda n: points[n].value.numbers[0]))
        kept.add(max(column, key=lambda n: points[n].value.numbers[-1]))
        if len(stated) < len(column) and stated:  # a best estimate among ranges has extremes of its own
            kept.add(min(stated, key=lambda n: _number(points[n])))
            kept.add(max(stated, key=lambda n: _number(points[n])))
        yield from sorted(kept)


def _number(point: ChartPoint) -> Decimal:
    return stated_number(point.value) or Decimal(0)


def _draw_breaks(sheet: Sheet, line: ChartLine, plane: Plane, color: str) -> None:
    """A small peak at the foot of the plot wherever a line is broken, as many as stand apart."""
    foot, free = plane.y.start, float("-inf")
    for day in line.breaks:
        at = plane.x(day.toordinal())
        if at >= free:
            sheet.area("break", [(at - 3, foot), (at, foot - 6), (at + 3, foot)], color)
            free = at + 6


def _stated(run: Sequence[ChartPoint]) -> list[list[tuple[ChartPoint, Decimal]]]:
    """The parts of a run with numbers to draw a line through; a range without one ends a part."""
    parts: list[list[tuple[ChartPoint, Decimal]]] = [[]]
    for point in run:
        if (number := stated_number(point.value)) is not None:
            parts[-1].append((point, number))
        else:
            parts.append([])
    return [part for part in parts if part]


def _ranges(run: Sequence[ChartPoint]) -> list[list[ChartPoint]]:
    """The ranges in a run, each stretch with the figures beside it, to which its band narrows."""
    stretches = []
    after = 0
    for ranged, group in groupby(run, key=lambda point: point.value.kind == "range"):
        before, after = after, after + len(list(group))
        if ranged:
            sides = run[max(before - 1, 0) : before], run[after : after + 1]
            left, right = ([point for point in side if point.value.low == point.value.high] for side in sides)
            stretches.append([*left, *run[before:after], *right])
    return stretches


def _band(sheet: Sheet, points: Sequence[ChartPoint], plane: Plane, color: str) -> None:
    """Ranges from low to high; one alone is a narrow bar."""
    highs = [plane.at(point.at, point.value.numbers[-1]) for point in points]
    lows = [plane.at(point.at, point.value.numbers[0]) for point in points]
    if len(points) == 1:
        highs, lows = ([(at + side, end) for side in (-2, 2)] for ((at, end),) in (highs, lows))
    outline = [*highs, *reversed(lows)]
    edges = [[*outline, outline[0]]] if len(points) == 1 else [highs, lows]
    sheet.area("band", outline, color, opacity=0.22)
    sheet.stroke("band-edge", *edges, color=color, width=0.9)


_TOWARDS = {"at_least": -1, "more_than": -1, "at_most": 1, "less_than": 1}
"""Which way from a stated bound the truth lies, as y runs down the page."""


def _bounds(sheet: Sheet, points: Sequence[ChartPoint], plane: Plane, color: str) -> None:
    """Open arrows from the bounds: the last, and as many before it as the eye can tell apart."""
    runs: list[list[Point]] = []
    free = plane.x.end
    for point in reversed(points):
        at, bound = plane.at(point.at, point.value.numbers[0])
        if at <= free:
            way = _TOWARDS[point.value.kind]
            tip, back = bound + 11 * way, bound + 8 * way
            runs += [[(at, bound + 2 * way), (at, tip)], [(at - 2.2, back), (at, tip), (at + 2.2, back)]]
            free = at - 10
    if runs:
        sheet.stroke("bound", *runs, color=color, width=0.9)
