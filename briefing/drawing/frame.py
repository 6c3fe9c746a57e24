"""The frame of a chart over time: its unit, the ticks of values and of dates, its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale

from briefing.drawing.axes import Plane, Scale, date_words, dated, dates, locale_of, measured, number_words, steps
from briefing.drawing.labels import MARGIN, Name, draw_events, names_of, stack
from briefing.drawing.lettering import PLAIN, widest, wrap
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartSpec
from briefing.errors import DrawError

FOOT = 2 * PLAIN.line + 6
"""The height of the dates below a plot."""
_HEAD = 8.0
"""Between the words above the plot and the plot."""
_LAST_EVENT = 50.0
"""The least room to the right of the plot for the label of an event on its last day."""
_TOOTH = 5.0
"""How wide a tooth of a torn axis is."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """The numbers at an axis with their words."""

    numbers: list[Decimal]
    words: list[str]
    torn: bool
    """Whether the axis begins elsewhere than at zero, which its foot shows."""


def ticks_of(spec: ChartSpec, most: int, locale: Locale) -> Ticks:
    """At about `most` steps all that the chart has to hold. Raises DrawError where there is nothing to draw."""
    numbers = measured(spec)
    if not numbers:
        raise DrawError("the chart has no values to draw")
    marked = steps(numbers, most, spec.start)
    return Ticks(marked, number_words(marked, locale), spec.start is not None)


def time_scale(days: Sequence[date], start: float, end: float) -> Scale:
    """A scale from the first day to the last; a single day stands in its middle."""
    first, last = min(days).toordinal(), max(days).toordinal()
    return Scale(first, last, start, end) if first < last else Scale(first - 1, last + 1, start, end)


def framed(spec: ChartSpec, levels: Sequence[float] = ()) -> tuple[Sheet, Plane, list[Name]]:
    """A sheet with all but the series, where they are to be drawn, and their names; `levels` as for `names_of`."""
    locale = locale_of(spec.language)
    ticks = ticks_of(spec, 5, locale)
    wide = spec.width * MM
    names, margin = names_of(spec.lines, 0.3 * wide, levels)
    if spec.events:
        margin = max(margin, _LAST_EVENT)
    left, right = widest(ticks.words) + 6, wide - margin - MARGIN
    if right - left < 60:
        raise DrawError(f"a chart {spec.width:g} mm wide has no room for its lines: make it wider")
    x = time_scale(dated(spec), left, right)

    unit = wrap(spec.unit, wide, lines=2)
    labels = stack(spec.events, x, wide)
    foot = len(unit) * PLAIN.line + 5 + max((label.rise for label in labels), default=0)
    top = foot + _HEAD
    plot = spec.height * MM - top - FOOT if spec.height else 0.34 * wide
    bottom = top + max(plot, 70, sum(name.height for name in names))
    plane = Plane(x, Scale(float(ticks.numbers[0]), float(ticks.numbers[-1]), bottom, top))

    sheet = Sheet(wide, bottom + FOOT)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    draw_values(sheet, ticks, plane, worded=True)
    draw_dates(sheet, dated(spec), plane, locale, (0, wide))
    draw_events(sheet, labels, foot, bottom)
    return sheet, plane, names


def draw_values(sheet: Sheet, ticks: Ticks, plane: Plane, *, worded: bool) -> None:
    """A line across the plot at each tick; the foot of an axis that does not begin at zero is torn."""
    x, y = plane.x, plane.y
    for n, (tick, words) in enumerate(zip(ticks.numbers, ticks.words, strict=True)):
        if ticks.torn and n == 0:
            teeth = round((x.end - x.start) / _TOOTH)
            edge = [(x.start + k * (x.end - x.start) / teeth, y(tick) + (2 if k % 2 else 0)) for k in range(teeth + 1)]
            sheet.stroke("axis-break", edge, color="ink")
        else:
            role, color = ("grid", "grid") if tick else ("axis", "ink")
            sheet.stroke(role, [(x.start, y(tick)), (x.end, y(tick))], color=color)
        if worded:
            sheet.text("tick", (x.start - 6, y(tick) + PLAIN.size / 3), [words], color="muted", anchor="right")


def draw_dates(sheet: Sheet, days: Sequence[date], plane: Plane, locale: Locale, room: tuple[float, float]) -> None:
    """The dates below a plot, as many as stand apart, between the left and the right of `room`."""
    x, bottom = plane.x, plane.y.start
    marked = dates(min(days), max(days), max(2, int((x.end - x.start) / 48)))
    for day, words in zip(marked, date_words(marked, locale), strict=True):
        at, half = x(day.toordinal()), widest(words) / 2
        sheet.stroke("axis", [(at, bottom), (at, bottom + 3)], color="ink")
        at = min(max(at, room[0] + half), room[1] - half)
        sheet.text("tick", (at, bottom + 4 + PLAIN.size), words, color="muted", anchor="center")
