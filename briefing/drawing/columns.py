"""Columns over time: one for each date of a series, places without a figure marked as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from briefing.drawing.axes import Scale, date_words, locale_of, measured, number_words, steps
from briefing.drawing.labels import draw_events, stack
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, widest, wrap
from briefing.drawing.marks import ARROW, Pen, color_of, draw_bar
from briefing.drawing.periods import Place, marked_dates, places
from briefing.drawing.rows import Words
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartLine, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

_HEAD = ARROW + 3
"""Between the words above the plot and the plot: room for an arrow."""
_FOOT = 2 * PLAIN.line + 6
"""The height of the dates below the plot."""
_MARGIN = 9.0
"""Between the plot and the names of the series."""
_FILLED = 0.8
"""The part of a place that its columns take."""
_THICKEST, _THINNEST = 26.0, 0.8
_LAST_EVENT = 50.0
"""The least room to the right of the plot for the label of an event on its last day."""


def column_chart(spec: ChartSpec) -> Sheet:
    """Columns from zero, of several series side by side or one upon another, each series named at the right."""
    lines = [line for line in spec.lines if line.points]
    if not lines:
        raise DrawError("the chart has no values to draw")
    days = [point.at for line in lines for point in line.points]
    slots = places(days)
    stacked = bool(spec.setting("stacked"))
    ticks = steps(measured(spec), 5)
    locale = locale_of(spec.language)
    figures = number_words(ticks, locale)
    wide = spec.width * MM
    names = _names(spec, 0.3 * wide)
    margin = max(name.wide for name in names)
    left, right = widest(figures) + 6, wide - max(margin, _LAST_EVENT if spec.events else 0) - _MARGIN
    x = Scale(slots[0].start.toordinal(), slots[-1].end.toordinal(), left, right)
    each = (right - left) / len(slots) * _FILLED
    thick = min(each / (1 if stacked else len(lines)), _THICKEST)
    if right - left < 60 or thick < _THINNEST:
        raise DrawError(f"a bar chart {spec.width:g} mm wide has no room for {len(slots)} dates: make it wider")

    unit = wrap(spec.unit, wide, lines=2)
    events = stack([event for event in spec.events if slots[0].start <= event.at < slots[-1].end], x, wide)
    foot = len(unit) * PLAIN.line + 5 + max((label.rise for label in events), default=0)
    top = foot + _HEAD
    plot = spec.height * MM - top - _FOOT if spec.height else 0.34 * wide
    bottom = top + max(plot, 70, sum(name.height for name in names))
    y = Scale(float(ticks[0]), float(ticks[-1]), bottom, top)

    sheet = Sheet(wide, bottom + _FOOT)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    for tick, figure in zip(ticks, figures, strict=True):
        if tick:
            sheet.stroke("grid", [(left, y(tick)), (right, y(tick))], color="grid")
        sheet.text("tick", (left - 6, y(tick) + PLAIN.size / 3), [figure], color="muted", anchor="right")
    _dates(sheet, slots, x, bottom, spec.language)
    draw_events(sheet, events, foot, bottom)
    for slot in slots:
        held = [(_value(line, slot), line.stale and slot.start <= line.points[-1].at < slot.end) for line in lines]
        _draw_place(sheet, held, x(slot.middle), y, thick, stacked=stacked)
    for day in sorted({day for line in lines for day in line.breaks}):
        at = x(next((slot.start for slot in slots if slot.start <= day < slot.end), day).toordinal())
        sheet.stroke("break", [(at, bottom), (at, top)], color="muted", width=0.9, dash=(4, 2))
    sheet.stroke("axis", [(left, y(0)), (right, y(0))], color="ink")
    for one in _set(names, y, right + _MARGIN):
        one.write(sheet)
    return sheet


def _value(line: ChartLine, slot: Place) -> Value | None:
    """The value of a series in one place; the latest, where a place has two."""
    return next((point.value for point in reversed(line.points) if slot.start <= point.at < slot.end), None)


def _draw_place(
    sheet: Sheet, held: Sequence[tuple[Value | None, bool]], at: float, y: Scale, thick: float, *, stacked: bool
) -> None:
    """The columns of one date, each fresh or stale. A place without a figure is hatched, a zero is a stroke."""
    reached = Decimal(0)
    first = at - thick * (0 if stacked else (len(held) - 1) / 2)
    for n, (value, stale) in enumerate(held):
        pen = Pen(sheet, y, first + (0 if stacked else n * thick), color_of(n), max(thick - 0.4, 0.6 * thick), stale)
        if value is None:
            runs = [
                pen.points([(y(0), off - pen.thick / 2), (y(0) - 4, off - pen.thick / 2 + 2)])
                for off in _steps(pen.thick)
            ]
            sheet.stroke("gap", *runs, color="muted", width=0.5)
        elif stacked:
            start, reached = reached, reached + value.numbers[0]
            pen.solid(y(start), min(y(reached) + 0.5, y(start)))
        else:
            draw_bar(pen, value)
            if not any(value.numbers) and value.kind == "exact":
                pen.stroke("zero", pen.points([(y(0) - 0.8, -pen.thick / 2), (y(0) - 0.8, pen.thick / 2)]), width=1.6)


def _steps(thick: float) -> Iterator[float]:
    """Where the strokes of a hatch begin, in a place so wide."""
    count = max(1, int(thick // 3))
    yield from (n * thick / count for n in range(count))


def _dates(sheet: Sheet, slots: Sequence[Place], x: Scale, bottom: float, language: str) -> None:
    """The dates below their places."""
    shown = marked_dates(slots, max(2, int((x.end - x.start) / 48)))
    daily = (slots[0].end - slots[0].start).days <= 7
    for day, lines in zip(shown, date_words(shown, locale_of(language)), strict=True):
        at = x(day.toordinal() + 0.5 if daily else next(slot for slot in slots if slot.start == day).middle)
        half = widest(lines) / 2
        sheet.stroke("axis", [(at, bottom), (at, bottom + 3)], color="ink")
        at = min(max(at, half), sheet.width - half)
        sheet.text("tick", (at, bottom + 4 + PLAIN.size), lines, color="muted", anchor="center")


# The names at the right.


@dataclass(frozen=True, slots=True)
class _Name:
    """What stands at the right: a series' name and latest figure, or the total of the last date; where it belongs."""

    label: list[str]
    last: list[str]
    detail: list[str]
    role: str
    color: str
    level: Decimal

    @property
    def wide(self) -> float:
        last = widest(self.last, STRONG if self.role == "total" else PLAIN)
        return max(widest(self.label, STRONG), last, widest(self.detail, SMALL))

    @property
    def height(self) -> float:
        return (len(self.label) + len(self.last)) * PLAIN.line + len(self.detail) * SMALL.line + 3


def _names(spec: ChartSpec, room: float) -> list[_Name]:
    """The names from the top down: as the columns stand from left to right, or as pieces stand on one another."""
    lines = [line for line in spec.lines if line.points]
    reached = Decimal(0)
    names = []
    for n, line in enumerate(lines):
        value = line.points[-1].value
        level = value.numbers[-1]
        if spec.setting("stacked"):
            level, reached = reached + level / 2, reached + level
        label, last = wrap(line.label, room, STRONG, lines=3), wrap(line.last, room, lines=2)
        detail = wrap(line.detail, room, SMALL, lines=2)
        names.append(_Name(label, last, detail, "last", color_of(n), level))
    if spec.setting("stacked"):
        names.reverse()
        for row in spec.totals:
            names.insert(0, _Name([], wrap(row.text, room, STRONG), [], "total", "ink", reached))
    elif len(names) > 1:
        most = max(name.level for name in names)
        names = [replace(name, level=most) for name in names]
    return names


def _set(names: Sequence[_Name], y: Scale, left: float) -> Iterator[Words]:
    """The names at their levels, pushed down where they would touch, and up again from the bottom."""
    tops: list[float] = []
    highest, lowest = y.end - PLAIN.line, y.start
    for name in names:
        tops.append(max(y(name.level) - name.height / 2, highest))
        highest = tops[-1] + name.height
    for n in reversed(range(len(names))):
        tops[n] = min(tops[n], lowest - names[n].height)
        lowest = tops[n]
    for name, top in zip(names, tops, strict=True):
        first = top + PLAIN.size
        yield Words("label", (left, first), name.label, STRONG, name.color)
        face = STRONG if name.role == "total" else PLAIN
        yield Words(name.role, (left, first + len(name.label) * PLAIN.line), name.last, face)
        below = first + (len(name.label) + len(name.last)) * PLAIN.line
        yield Words("detail", (left, below), name.detail, SMALL, "muted")
