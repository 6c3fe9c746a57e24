"""Bar charts and range charts: one row for each thing counted, or for each asserter's claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefing.drawing.axes import Scale, extent, locale_of, number_words, steps
from briefing.drawing.lettering import BOLD, LINE, REGULAR, SIZE, SMALL, widest, width, wrap
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

_LINE = SIZE * LINE
_BAR = 10.0
_DOT = 6.5
_ARROW = 15.0
"""How far an open arrow reaches from the bound that was stated."""
_GAP = 6.0
"""Between a mark and its figure."""
_COLOR = "series1"


def row_chart(spec: ChartSpec) -> Sheet:
    """Rows under one axis at the top: label, mark, and the figure in words beside the mark.

    A bar runs from zero; in a range chart a claim is a dot, or a span from low to high. What nobody stated is
    not drawn: a bound is open on its side, an approximation is broken or hollow, a range has no middle.
    """
    if not spec.rows:
        raise DrawError("the chart has no values to draw")
    locale = locale_of(spec.language)
    wide = spec.width * MM
    bar = spec.kind == "bar"
    rows = [_Row.of(row, wide, REGULAR if bar else BOLD) for row in spec.rows]
    values = [row.value for row in rows]
    numbers = [number for value in values for number in value.numbers]
    low, high = extent(numbers)
    left = max(row.label_width for row in rows) + 10
    if any(value.low is None and not (bar and value.numbers[0] >= 0) for value in values):
        left += _ARROW
    room = min(_room(row, low, high, wide - left) for row in rows)
    if room < 30:
        raise DrawError(f"a {spec.kind} chart {spec.width:g} mm wide has no room for marks: make it wider")
    x = Scale(low, high, left, left + room)

    unit = wrap(spec.unit, wide, lines=2)
    head = len(unit) * _LINE + _LINE + 7
    opens = [bool(row.group) and (not n or row.group != rows[n - 1].group) for n, row in enumerate(rows)]
    heights = [row.height + (_HEADER if opened else 0) for row, opened in zip(rows, opens, strict=True)]
    spare = max(0.0, (spec.height or 0) * MM - head - sum(heights) - 2) / len(rows)
    edges = [head]
    for height in heights:
        edges.append(edges[-1] + height + spare)
    sheet = Sheet(wide, edges[-1] + 2)

    ends = [_end(value, x, bar) for value in values]
    ticks = steps(numbers, max(2, int((wide - left) / 75)))
    sheet.text("unit", 0, SIZE, unit, color="muted")
    for tick, words in zip(ticks, number_words(ticks, locale), strict=True):
        if low <= tick <= high:
            half = width(words) / 2
            at = min(max(x(tick), half), wide - half)
            sheet.text("tick", at, head - 4, [words], color="muted", anchor="center")
            _gridline(sheet, x(tick), edges, rows, ends)
    for n, row in enumerate(rows):
        top, bottom = edges[n], edges[n + 1]
        if opens[n]:
            top += _HEADER
            sheet.text("group", 0, top - 6, wrap(row.group, wide, weight=BOLD), weight=BOLD)
            sheet.stroke("rule", [(0, top - 1), (wide, top - 1)], color="muted")
        elif n and not bar:
            sheet.stroke("rule", [(0, top), (wide, top)], color="grid")
        middle = (top + bottom) / 2
        _label(sheet, row, middle)
        (_bar if bar else _claim)(sheet, row.value, x, middle)
        first = middle - (len(row.figure) - 1) * _LINE / 2 + 0.33 * SIZE
        sheet.text("figure", ends[n] + _GAP, first, row.figure)
    if bar:
        sheet.stroke("axis", [(x(0), edges[0]), (x(0), edges[-1])], color="ink", width=0.7)
    return sheet


_HEADER = _LINE + 9
"""The height of a group's header."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's words, broken into lines."""

    group: str
    value: Value
    label: list[str]
    detail: list[str]
    figure: list[str]
    weight: int
    label_width: float
    height: float

    @classmethod
    def of(cls, row: ChartRow, wide: float, weight: int) -> _Row:
        """The row of a chart so wide."""
        label = wrap(row.label, 0.34 * wide, weight=weight, lines=3)
        detail = wrap(row.detail, 0.34 * wide, SMALL, lines=2)
        figure = wrap(row.text, 0.26 * wide, lines=3)
        tall = max(len(label) * _LINE + len(detail) * SMALL * LINE, len(figure) * _LINE, _BAR)
        label_width = max(widest(label, weight=weight), widest(detail, SMALL))
        return cls(row.group, row.value, label, detail, figure, weight, label_width, tall + 8)


def _label(sheet: Sheet, row: _Row, middle: float) -> None:
    """The label and its detail, centred on the row."""
    tall = len(row.label) * _LINE + len(row.detail) * SMALL * LINE
    first = middle - tall / 2 + SIZE
    sheet.text("label", 0, first, row.label, weight=row.weight)
    sheet.text("detail", 0, first + len(row.label) * _LINE, row.detail, color="muted", size=SMALL)


def _gridline(
    sheet: Sheet, at: float, edges: Sequence[float], rows: Sequence[_Row], ends: Sequence[float]
) -> None:
    """A line down the rows that leaves out the figures in its way."""
    free = [
        [(at, top), (at, bottom)]
        for (top, bottom), row, end in zip(pairwise(edges), rows, ends, strict=True)
        if not -3 < at - end - _GAP < widest(row.figure) + 3
    ]
    if free:
        sheet.stroke("grid", *free, color="grid")


def _end(value: Value, x: Scale, bar: bool) -> float:
    """Where a value's mark ends on the right."""
    end = x(value.numbers[-1]) + (_ARROW if value.high is None else 0 if bar else _DOT / 2)
    return max(end, x(0)) if bar else end


def _room(row: _Row, low: float, high: float, room: float) -> float:
    """How long the scale may be so that the row's figure still has its place beside the mark."""
    words = _GAP + widest(row.figure) + 1
    share = (max(0.0, float(row.value.numbers[-1])) - low) / (high - low)
    room -= words + (_ARROW if row.value.high is None else _DOT / 2)
    return room / share if share else room


# Marks


def _claim(sheet: Sheet, value: Value, x: Scale, y: float) -> None:
    """One asserter's figure as a dot or a span."""
    start, end = x(value.numbers[0]), x(value.numbers[-1])
    if value.kind == "range":
        sheet.stroke("span", [(start, y), (end, y)], color=_COLOR, width=3)
        sheet.stroke("cap", *[[(at, y - 5), (at, y + 5)] for at in (start, end)], color=_COLOR, width=1.4)
        if value.best is not None:
            sheet.dots([(x(value.best), y)], _COLOR, _DOT)
        return
    if value.high is None:
        _arrow(sheet, start, start + _ARROW, y)
    if value.low is None:
        _arrow(sheet, start, start - _ARROW, y)
    sheet.dots([(start, y)], _COLOR, _DOT, hollow=value.about)


def _bar(sheet: Sheet, value: Value, x: Scale, y: float) -> None:
    """A bar from zero."""
    zero = x(0)
    near, far = sorted((x(value.numbers[0]), x(value.numbers[-1])), key=lambda at: abs(at - zero))
    if value.kind == "range":
        if (near - zero) * (far - zero) >= 0:
            _solid(sheet, zero, near, y)
        _hatched(sheet, min(near, far), max(near, far), y)
        if value.best is not None:
            at = x(value.best)
            sheet.stroke("best", [(at, y - _BAR / 2 - 2), (at, y + _BAR / 2 + 2)], color="ink", width=1.2)
    elif value.kind == "exact":
        _solid(sheet, zero, far, y)
    elif value.kind == "about":
        _broken(sheet, zero, far, y)
    elif (value.high is None) == (far >= zero):  # the truth is farther out than the bound
        _solid(sheet, zero, far, y)
        _arrow(sheet, far, far + (_ARROW if value.high is None else -_ARROW), y)
    else:  # between the bound and zero, or beyond zero
        outline = _box(zero, far, y)
        sheet.stroke("bar", [*outline, outline[0]], color=_COLOR, width=0.9, dash=(2, 1.5))
        _arrow(sheet, far, far + max(min(zero - far, _ARROW), -_ARROW), y)


def _box(start: float, end: float, y: float) -> list[Point]:
    top, bottom = y - _BAR / 2, y + _BAR / 2
    return [(start, top), (end, top), (end, bottom), (start, bottom)]


def _solid(sheet: Sheet, start: float, end: float, y: float) -> None:
    if start != end:
        sheet.area("bar", _box(start, end, y), _COLOR)


def _hatched(sheet: Sheet, left: float, right: float, y: float) -> None:
    """From low to high: so much, perhaps."""
    outline = _box(left, right, y)
    sheet.area("span", outline, _COLOR, opacity=0.15)
    hatch, foot = [], left - _BAR + 2
    while foot < right:  # strokes at 45 degrees, cut off at the sides
        sides = max(foot, left), min(foot + _BAR, right)
        hatch.append([(side, y + _BAR / 2 - (side - foot)) for side in sides])
        foot += 3.5
    sheet.stroke("hatch", *hatch, color=_COLOR, width=0.6)
    sheet.stroke("span", [*outline, outline[0]], color=_COLOR, width=0.8)


def _broken(sheet: Sheet, start: float, end: float, y: float) -> None:
    """About so much: the end of the bar comes in slices that grow thin."""
    tail = max(min(end - start, 12.0), -12.0)
    _solid(sheet, start, end - tail, y)
    for begin, finish in ((0.08, 0.32), (0.44, 0.60), (0.74, 0.84), (0.94, 1.0)):
        _solid(sheet, end - tail * (1 - begin), end - tail * (1 - finish), y)


def _arrow(sheet: Sheet, start: float, tip: float, y: float) -> None:
    """An open arrow."""
    back = tip + max(min(start - tip, 3.2), -3.2)
    sheet.stroke(
        "bound", [(start, y), (tip, y)], [(back, y - 3.2), (tip, y), (back, y + 3.2)], color=_COLOR, width=1.3
    )
