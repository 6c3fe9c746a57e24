"""Series over time: lines with their gaps, bands for ranges, arrows for bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from briefing.drawing.axes import Plane
from briefing.drawing.sheet import Point, Sheet
from briefing.edition import ChartLine, ChartPoint
from briefing.value import Value

_COLORS = 6
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2), (1.5, 1.5), (9, 2, 2, 2), (3, 2), (12, 3))
_LATITUDE = 1.5
"""How many usual steps are no gap yet: months and years differ by some days."""


def color_of(number: int) -> str:
    """The colour of the series with this number."""
    return f"series{number % _COLORS + 1}"


def draw_series(sheet: Sheet, line: ChartLine, plane: Plane, number: int, *, small: bool = False) -> None:
    """The bands, the line and the marks of a series; a small one has no marks but the last."""
    pen, dot = (1.2, 4.0) if small else (1.8, 5.0)
    color = color_of(number)
    runs = _runs(line.points)
    for run in runs:
        for points in _ranges(run):
            _band(sheet, points, plane, color)
    stated = [part for run in runs for part in _stated(run)]
    paths = [_thin([plane.at(point.at, mark) for point, mark in part]) for part in stated if len(part) > 1]
    if paths:
        sheet.stroke("line", *paths, color=color, width=pen, dash=_dash(number))
    last = line.points[-1]
    alone = [part[0] for part in stated if len(part) == 1 and part[0][0] is not last]
    for about, pairs in groupby(alone, key=lambda pair: pair[0].value.about):
        places = _thin([plane.at(point.at, mark) for point, mark in pairs])
        sheet.dots(places, color, dot - 1, hollow=about)
    if not small:
        _bounds(sheet, [point for point in line.points if point.value.kind in _TOWARDS], plane, color)
    if (mark := stated_number(last.value)) is not None:
        hollow = last.value.kind not in {"exact", "range"}
        sheet.dots([plane.at(last.at, mark)], color, dot, hollow=hollow)


def stated_number(value: Value) -> Decimal | None:
    """The one number that was stated, if one was: never the middle of a range."""
    return value.best if value.kind == "range" else value.numbers[0]


def _dash(number: int) -> tuple[float, ...]:
    """A pattern beside the colour, for print in grey; after six series the two go out of step."""
    return _DASHES[(number + number // _COLORS) % len(_DASHES)]


def _runs(points: Sequence[ChartPoint]) -> list[list[ChartPoint]]:
    """The points in runs without gaps in their dates."""
    apart = Counter(days for a, b in pairwise(points) if (days := (b.at - a.at).days) > 0)
    usual = min(apart, key=lambda days: (-apart[days], days), default=0)
    runs: list[list[ChartPoint]] = []
    for point in points:
        if runs and (point.at - runs[-1][-1].at).days <= _LATITUDE * usual:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


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
    highs = _thin([plane.at(point.at, point.value.numbers[-1]) for point in points])
    lows = _thin([plane.at(point.at, point.value.numbers[0]) for point in points])
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


def _thin(points: Sequence[Point]) -> list[Point]:
    """At most four points in each column a point wide: its ends and its extremes."""
    thin: list[Point] = []
    for _, group in groupby(points, key=lambda point: int(point[0])):
        column = list(group)
        ends = column[0], column[-1]
        thin += sorted({*ends, min(column, key=lambda p: p[1]), max(column, key=lambda p: p[1])})
    return thin
