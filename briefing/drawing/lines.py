"""Line charts and sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from briefing.drawing.axes import Plane, Scale, date_words, dates, extent, locale_of, number_words, steps
from briefing.drawing.labels import MARGIN, draw_events, draw_names, names_of, stack
from briefing.drawing.lettering import PLAIN, widest, wrap
from briefing.drawing.series import draw_series
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartSpec
from briefing.errors import DrawError

_HEAD = 8.0
"""Between the words above the plot and the plot."""
_FOOT = 2 * PLAIN.line + 6
"""The height of the dates below the plot."""
_LAST_EVENT = 50.0
"""The least room to the right of the plot for the label of an event on its last day."""


def line_chart(spec: ChartSpec) -> Sheet:
    """Series over time from zero, each named at its end; events stand above, gaps in knowledge stay gaps."""
    days, numbers = _stated(spec)
    locale = locale_of(spec.language)
    ticks = steps(numbers, 5)
    figures = number_words(ticks, locale)
    wide = spec.width * MM
    names, margin = names_of(spec.lines, 0.3 * wide)
    if spec.events:
        margin = max(margin, _LAST_EVENT)
    left, right = widest(figures) + 6, wide - margin - MARGIN
    if right - left < 60:
        raise DrawError(f"a line chart {spec.width:g} mm wide has no room for its lines: make it wider")
    x = _time(days, left, right)

    unit = wrap(spec.unit, wide, lines=2)
    labels = stack(spec.events, x, wide)
    foot = len(unit) * PLAIN.line + 5 + max((label.rise for label in labels), default=0)
    top = foot + _HEAD
    plot = spec.height * MM - top - _FOOT if spec.height else 0.34 * wide
    bottom = top + max(plot, 70, sum(name.height for name in names))
    y = Scale(float(ticks[0]), float(ticks[-1]), bottom, top)

    sheet = Sheet(wide, bottom + _FOOT)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    for tick, figure in zip(ticks, figures, strict=True):
        role, color = ("grid", "grid") if tick else ("axis", "ink")
        sheet.stroke(role, [(left, y(tick)), (right, y(tick))], color=color)
        sheet.text("tick", (left - 6, y(tick) + PLAIN.size / 3), [figure], color="muted", anchor="right")
    marked = dates(min(days), max(days), max(2, int((right - left) / 48)))
    for day, words in zip(marked, date_words(marked, locale), strict=True):
        at, half = x(day.toordinal()), widest(words) / 2
        sheet.stroke("axis", [(at, bottom), (at, bottom + 3)], color="ink")
        at = min(max(at, half), wide - half)
        sheet.text("tick", (at, bottom + 4 + PLAIN.size), words, color="muted", anchor="center")
    draw_events(sheet, labels, foot, bottom)
    for n, line in enumerate(spec.lines):
        if line.points:
            draw_series(sheet, line, Plane(x, y), n)
    draw_names(sheet, names, Plane(x, y))
    return sheet


def sparkline(spec: ChartSpec) -> Sheet:
    """The course of a series no larger than a word, from zero as in a line chart, without words."""
    days, numbers = _stated(spec)
    wide, tall = spec.width * MM, (spec.height or 8) * MM
    plane = Plane(_time(days, 3, wide - 3), Scale(*extent(numbers), tall - 3, 3))
    sheet = Sheet(wide, tall)
    for n, line in enumerate(spec.lines):
        if line.points:
            draw_series(sheet, line, plane, n, small=True)
    return sheet


def _stated(spec: ChartSpec) -> tuple[list[date], list[Decimal]]:
    """Every date and every number that has to be shown."""
    points = [point for line in spec.lines for point in line.points]
    if not points:
        raise DrawError("the chart has no values to draw")
    days = [point.at for point in points] + [event.at for event in spec.events]
    return days, [number for point in points for number in point.value.numbers]


def _time(days: Sequence[date], start: float, end: float) -> Scale:
    """A scale from the first day to the last; a single day stands in its middle."""
    first, last = min(days).toordinal(), max(days).toordinal()
    return Scale(first, last, start, end) if first < last else Scale(first - 1, last + 1, start, end)
