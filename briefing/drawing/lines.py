"""Line charts and sparklines: series over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

from briefing.drawing.axes import Scale, date_words, dates, locale_of, number_words, steps
from briefing.drawing.lettering import BOLD, LINE, SIZE, SMALL, widest, wrap
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.edition import ChartEvent, ChartLine, ChartPoint, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

_COLORS = 6
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2), (1.5, 1.5), (9, 2, 2, 2), (3, 2), (12, 3))
_ROW = SIZE * LINE


def line_chart(spec: ChartSpec) -> Sheet:
    """Series over time, each named at its end; events stand above, gaps in knowledge stay gaps."""
    days, numbers = _extent(spec)
    locale = locale_of(spec.language)
    ticks = steps(numbers, 5)
    figures = number_words(ticks, locale)
    width = spec.width * MM
    names = [_Name.of(line, n, 0.3 * width) for n, line in enumerate(spec.lines)]
    left = widest(figures) + 6
    right = width - max((name.width for name in names), default=0) - 9
    if right - left < 60:
        raise DrawError(f"a line chart {spec.width:g} mm wide has no room for its line: make it wider")
    x = Scale(min(days).toordinal(), max(days).toordinal(), left, right)
    if x.low == x.high:
        x = Scale(x.low - 1, x.high + 1, left, right)

    unit = wrap(spec.unit, width, lines=2)
    top = len(unit) * _ROW + 5
    events = _stack(spec.events, x, width)
    top += max((event.top for event in events), default=0) + 8
    tallest = sum(name.height for name in names)
    plot = max((spec.height or 0.45 * spec.width) * MM - top - 2 * _ROW - 6, tallest, 70)
    bottom = top + plot
    y = Scale(float(ticks[0]), float(ticks[-1]), bottom, top)

    sheet = Sheet(width, bottom + 2 * _ROW + 6)
    sheet.text("unit", 0, SIZE, unit, color="muted")
    for tick, figure in zip(ticks, figures, strict=True):
        sheet.stroke("grid" if tick else "axis", [(left, y(tick)), (right, y(tick))], color="grid" if tick else "ink")
        sheet.text("tick", left - 6, y(tick) + 0.33 * SIZE, [figure], color="muted", anchor="right")
    marked = dates(min(days), max(days), max(2, int((right - left) / 48)))
    for day, words in zip(marked, date_words(marked, locale), strict=True):
        at = x(day.toordinal())
        sheet.stroke("axis", [(at, bottom), (at, bottom + 3)], color="ink")
        sheet.text("tick", at, bottom + 3 + SIZE + 1, words, color="muted", anchor="center")
    for event in events:
        sheet.stroke("event", [(event.x, bottom), (event.x, top - 8 - event.top)], color="muted", dash=(2, 1.5))
        sheet.text("event-label", event.x + 3, top - 8 - event.top + SMALL, event.lines, size=SMALL)
    for n, line in enumerate(spec.lines):
        _series(sheet, line, x, y, n)
    _direct_labels(sheet, names, x, y)
    return sheet


def sparkline(spec: ChartSpec) -> Sheet:
    """The course of one or more series as small as a word: from zero, as a line chart."""
    days, numbers = _extent(spec)
    width, height = spec.width * MM, (spec.height or 8) * MM
    x = Scale(min(days).toordinal(), max(days).toordinal(), 3, width - 3)
    if x.low == x.high:
        x = Scale(x.low - 1, x.high + 1, 3, width - 3)
    low, high = float(min(0, *numbers, 0)), float(max(0, *numbers, 0))
    y = Scale(low, high if low < high else 1.0, height - 3, 3)
    sheet = Sheet(width, height)
    for n, line in enumerate(spec.lines):
        _series(sheet, line, x, y, n, pen=1.2, dot=4.0)
    return sheet


def _extent(spec: ChartSpec) -> tuple[list[date], list[Decimal]]:
    """Every date and every number that the chart must show."""
    points = [point for line in spec.lines for point in line.points]
    if not points:
        raise DrawError("the chart has no values to draw")
    days = [point.at for point in points] + [event.at for event in spec.events]
    return days, [number for point in points for number in point.value.numbers]


# Series


def _series(
    sheet: Sheet, line: ChartLine, x: Scale, y: Scale, number: int, pen: float = 1.8, dot: float = 5.0
) -> None:
    """The band, the line and the marks of a series."""
    if not line.points:
        return
    color = _color(number)
    runs = _runs(line.points)
    for run in runs:
        for ranged, group in groupby(run, key=lambda point: point.value.kind == "range"):
            if ranged:
                _band(sheet, list(group), x, y, color)
    drawn = [_thin([(x(point.at.toordinal()), y(mark)) for point, mark in run]) for run in _stated(runs)]
    if long := [run for run in drawn if len(run) > 1]:
        sheet.stroke("line", *long, color=color, width=pen, dash=_DASHES[(number + number // _COLORS) % _COLORS])
    last = line.points[-1]
    alone = [run[0] for run in _stated(runs) if len(run) == 1 and run[0][0] is not last]
    for about, points in groupby(alone, key=lambda pair: pair[0].value.about):
        at = _thin([(x(point.at.toordinal()), y(mark)) for point, mark in points])
        sheet.dots(at, color, dot - 1, hollow=about)
    bounds = [point for point in line.points if point.value.kind in _UP]
    _bounds(sheet, bounds, x, y, color)
    mark = _mark(last.value)
    if mark is not None:
        sheet.dots([(x(last.at.toordinal()), y(mark))], color, dot, hollow=last.value.kind != "exact")


_UP = {"at_least": -1, "more_than": -1, "at_most": 1, "less_than": 1}
"""Which way from a stated bound the truth lies, as y runs down the page."""


def _mark(value: Value) -> Decimal | None:
    """The one number that was stated, if one was: never the middle of a range."""
    if value.best is not None or value.kind != "range":
        return value.best if value.best is not None else value.numbers[0]
    return None


def _runs(points: Sequence[ChartPoint]) -> list[list[ChartPoint]]:
    """The points without gaps: a gap is well over the usual step, since months differ by some days."""
    apart = Counter(days for a, b in pairwise(points) if (days := (b.at - a.at).days) > 0)
    usual = min(apart, key=lambda days: (-apart[days], days), default=0)
    runs: list[list[ChartPoint]] = []
    for point in points:
        if runs and (point.at - runs[-1][-1].at).days <= 1.5 * usual:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _stated(runs: Sequence[Sequence[ChartPoint]]) -> list[list[tuple[ChartPoint, Decimal]]]:
    """The runs of points with a number of their own; a range without one ends a run."""
    stated = []
    for run in runs:
        for known, group in groupby(((point, _mark(point.value)) for point in run), key=lambda pair: pair[1] is not None):
            if known:
                stated.append([(point, mark) for point, mark in group if mark is not None])
    return stated


def _band(sheet: Sheet, points: Sequence[ChartPoint], x: Scale, y: Scale, color: str) -> None:
    """Ranges from low to high; one alone is a bar with ends."""
    highs = [(x(point.at.toordinal()), y(point.value.high)) for point in points if point.value.high is not None]
    lows = [(x(point.at.toordinal()), y(point.value.low)) for point in points if point.value.low is not None]
    highs, lows = _thin(highs), _thin(lows)
    if len(points) == 1:
        (at, high), (_, low) = highs[0], lows[0]
        highs, lows = [(at - 2, high), (at + 2, high)], [(at - 2, low), (at + 2, low)]
    sheet.area("band", [*highs, *reversed(lows)], color, opacity=0.22)
    sheet.stroke("band-edge", highs, lows, color=color, width=0.9)


def _bounds(sheet: Sheet, points: Sequence[ChartPoint], x: Scale, y: Scale, color: str) -> None:
    """Open arrows to where the truth lies, no closer together than the eye can tell."""
    runs: list[list[Point]] = []
    free = x.end + 1
    for point in reversed(points):
        at, mark = x(point.at.toordinal()), y(point.value.numbers[0])
        if at <= free:
            way = _UP[point.value.kind]
            tip = mark + 11 * way
            runs += [[(at, mark + 2 * way), (at, tip)], [(at - 2.2, tip - 3 * way), (at, tip), (at + 2.2, tip - 3 * way)]]
            free = at - 10
    if runs:
        sheet.stroke("bound", *runs, color=color, width=0.9)


def _thin(points: Sequence[Point]) -> list[Point]:
    """At most four points in each column of a point's width: its ends and its extremes."""
    thin: list[Point] = []
    for _, group in groupby(points, key=lambda point: int(point[0])):
        column = list(group)
        peak, trough = min(column, key=lambda p: p[1]), max(column, key=lambda p: p[1])
        thin += sorted({column[0], column[-1], peak, trough})
    return thin


def _color(number: int) -> str:
    return f"series{number % _COLORS + 1}"


# Words


@dataclass(frozen=True, slots=True)
class _Event:
    """An event's label, in points: where its line stands and how high above the plot its text begins."""

    x: float
    lines: list[str]
    width: float
    top: float


def _stack(events: Sequence[ChartEvent], x: Scale, width: float) -> list[_Event]:
    """Labels to the right of their lines, from the last to the first, each above those it would touch.

    So no line crosses a label: the lines of the labels above stand to the left of the labels below.
    """
    placed: list[_Event] = []
    for event in sorted(events, key=lambda event: event.at, reverse=True):
        at = x(event.at.toordinal())
        lines = wrap(event.label, min(width - at - 3, 92), SMALL, lines=3)
        reach = widest(lines, SMALL) + 8
        below = max((other.top for other in placed if other.x < at + reach), default=0)
        placed.append(_Event(at, lines, reach, below + len(lines) * SMALL * LINE + 2))
    return placed


@dataclass(frozen=True, slots=True)
class _Name:
    """What stands at the end of a line."""

    label: list[str]
    last: list[str]
    color: str
    point: ChartPoint | None
    width: float

    @classmethod
    def of(cls, line: ChartLine, number: int, room: float) -> _Name:
        label = wrap(line.label, room, weight=BOLD, lines=3)
        last = wrap(line.last, room, lines=2)
        end = line.points[-1] if line.points else None
        return cls(label, last, _color(number), end, max(widest(label, weight=BOLD), widest(last)))

    @property
    def height(self) -> float:
        return (len(self.label) + len(self.last)) * _ROW + 3


def _direct_labels(sheet: Sheet, names: Sequence[_Name], x: Scale, y: Scale) -> None:
    """Each series' name beside its end, moved up or down where two would touch."""
    ends = []
    for name in names:
        if name.point is not None:
            value = name.point.value
            mark = _mark(value)
            ends.append((y(mark if mark is not None else sum(value.numbers) / 2), name))
    ends.sort(key=lambda end: end[0])
    tops = []
    floor = y.end - _ROW
    for at, name in ends:
        tops.append(max(at - _ROW / 2, floor))
        floor = tops[-1] + name.height
    ceiling = y.start + _ROW
    for n in reversed(range(len(ends))):
        tops[n] = min(tops[n], ceiling - ends[n][1].height)
        ceiling = tops[n]
    for (at, name), top in zip(ends, tops, strict=True):
        if name.point is None:
            continue
        start = x(name.point.at.toordinal())
        middle = top + _ROW / 2
        if abs(middle - at) > 3 or x.end - start > 3:
            sheet.stroke("leader", [(start + 4, at), (x.end + 3, at), (x.end + 7, middle)], color="muted", dash=(1, 1))
        sheet.text("label", x.end + 9, top + SIZE, name.label, color=name.color, weight=BOLD)
        sheet.text("last", x.end + 9, top + SIZE + len(name.label) * _ROW, name.last)
