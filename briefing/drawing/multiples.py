"""Small multiples: a panel for each series, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefing.drawing.axes import Plane, Scale, dated, locale_of
from briefing.drawing.frame import FOOT, draw_dates, draw_values, ticks_of, time_scale
from briefing.drawing.labels import draw_events, stack
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, widest, wrap
from briefing.drawing.series import Pen, draw_series
from briefing.drawing.sheet import MM, TALLEST, Sheet
from briefing.edition import ChartLine, ChartSpec
from briefing.errors import DrawError

_BETWEEN = 14.0
"""Between two panels side by side."""
_ABOVE = 4.0
"""Between the words of a panel and its plot, for the dot of a line that ends at the top."""
_BELOW = 12.0
"""Between a panel and the words of the next."""
_NARROWEST = 70.0
"""The least width of a plot that can be read."""
_LOWEST = 34.0
"""The least height of a plot."""
_PEN = Pen(1.5, 4.5)


@dataclass(frozen=True, slots=True)
class _Head:
    """The words above a plot: what the panel shows, its latest figure, as of when that is."""

    label: list[str]
    last: list[str]
    detail: list[str]

    @property
    def height(self) -> float:
        return (len(self.label) + len(self.last)) * PLAIN.line + len(self.detail) * SMALL.line + _ABOVE


def multiples(spec: ChartSpec) -> Sheet:
    """Panels in the order of the series; values are told at the left, dates below, events in the first panel."""
    locale = locale_of(spec.language)
    ticks = ticks_of(spec, 3, locale)
    wide = spec.width * MM
    left = widest(ticks.words) + 6
    room = wide - left - _PEN.dot / 2
    columns = _columns(len(spec.lines), room, spec)
    panel = (room + _BETWEEN) / columns - _BETWEEN
    starts = [left + n * (panel + _BETWEEN) for n in range(columns)]

    unit = wrap(spec.unit, wide, lines=2)
    heads = [_head(line, panel) for line in spec.lines]
    rows = [heads[first : first + columns] for first in range(0, len(heads), columns)]
    tallest = [max(head.height for head in row) for row in rows]
    labels = stack(spec.events, time_scale(dated(spec), left, left + panel), wide)
    rise = max((label.rise + _ABOVE for label in labels), default=0)
    top = len(unit) * PLAIN.line + (5 if unit else 0)
    spare = sum(tallest) + rise + top + FOOT + _BELOW * (len(rows) - 1)
    tall = (spec.height or TALLEST) * MM - spare
    plot = max(tall / len(rows) if spec.height else min(0.45 * panel, tall / len(rows)), _LOWEST)

    sheet = Sheet(wide, spare + plot * len(rows))
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    for r, row in enumerate(rows):
        head = tallest[r] + (rise if r == 0 else 0)
        bottom = top + head + plot
        for c, words in enumerate(row):
            n = r * columns + c
            x = time_scale(dated(spec), starts[c], starts[c] + panel)
            y = Scale(float(ticks.numbers[0]), float(ticks.numbers[-1]), bottom, top + head)
            plane = Plane(x, y)
            _draw_head(sheet, words, (starts[c], top + tallest[r] - words.height))
            draw_values(sheet, ticks, plane, worded=c == 0)
            if n + columns >= len(spec.lines):  # no panel below it
                draw_dates(sheet, dated(spec), plane, locale, (starts[c] - _BETWEEN / 2, starts[c] + panel + 2))
            if r == c == 0:
                draw_events(sheet, labels, top + head - _ABOVE, bottom)
            else:
                _draw_event_lines(sheet, spec, plane)
            if spec.lines[n].points:
                draw_series(sheet, spec.lines[n], plane, 0, _PEN)
        top = bottom + _BELOW
    return sheet


def _columns(panels: int, room: float, spec: ChartSpec) -> int:
    """Two to four columns, as many as the panels need and the width has room for; one panel has one."""
    wanted = panels if panels < 4 else 2 if panels == 4 else 3 if panels <= 9 else 4
    fit = int((room + _BETWEEN) / (_NARROWEST + _BETWEEN))
    if fit < min(panels, 2):
        raise DrawError(f"small multiples {spec.width:g} mm wide have no room for their panels: make them wider")
    return min(wanted, fit)


def _head(line: ChartLine, room: float) -> _Head:
    return _Head(
        wrap(line.label, room, STRONG, lines=2), wrap(line.last, room), wrap(line.detail, room, SMALL, lines=2)
    )


def _draw_head(sheet: Sheet, head: _Head, at: tuple[float, float]) -> None:
    left, base = at[0], at[1] + PLAIN.size
    sheet.text("label", (left, base), head.label, STRONG)
    base += len(head.label) * PLAIN.line
    sheet.text("last", (left, base), head.last, color="series1")
    base += len(head.last) * PLAIN.line
    sheet.text("detail", (left, base), head.detail, SMALL, color="muted")


def _draw_event_lines(sheet: Sheet, spec: ChartSpec, plane: Plane) -> None:
    """The events of a panel that is not the first, where their words stand once."""
    marks: Sequence[list[tuple[float, float]]] = [
        [(at, plane.y.start), (at, plane.y.end)] for at in (plane.x(event.at.toordinal()) for event in spec.events)
    ]
    for mark in marks:
        sheet.stroke("event", mark, color="muted", dash=(2, 1.5))
