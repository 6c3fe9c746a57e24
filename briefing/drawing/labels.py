"""Labels of a line chart: events above it, the names of the series at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from briefing.drawing.axes import Plane, Scale
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, widest, wrap
from briefing.drawing.series import color_of, stated_number
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartEvent, ChartLine
from briefing.value import Value

MARGIN = 9.0
"""Between the plot and the names of its lines."""
_SPACE = 4.0
"""Between a name and the figure beside it."""
_EVENT = 92.0
"""The widest label of an event."""


@dataclass(frozen=True, slots=True)
class EventLabel:
    """An event's label: where its line stands, how far its words reach, how high they begin."""

    x: float
    lines: list[str]
    reach: float
    rise: float


def stack(events: Sequence[ChartEvent], x: Scale, wide: float) -> list[EventLabel]:
    """Labels to the right of their lines, from the last to the first, each above those it would touch.

    So no line crosses a label: whatever stands above begins to the left of what is below.
    """
    placed: list[EventLabel] = []
    for event in sorted(events, key=lambda event: event.at, reverse=True):
        at = x(event.at.toordinal())
        lines = wrap(event.label, min(wide - at - 3, _EVENT), SMALL, lines=3)
        reach = at + widest(lines, SMALL) + 8
        below = max((label.rise for label in placed if label.x < reach), default=0)
        placed.append(EventLabel(at, lines, reach, below + len(lines) * SMALL.line + 2))
    return placed


def draw_events(sheet: Sheet, labels: Sequence[EventLabel], foot: float, bottom: float) -> None:
    """The labels above their foot, with their lines down to the bottom of the plot."""
    for label in labels:
        top = foot - label.rise
        sheet.stroke("event", [(label.x, bottom), (label.x, top)], color="muted", dash=(2, 1.5))
        sheet.text("event-label", (label.x + 3, top + SMALL.size), label.lines, SMALL)


@dataclass(frozen=True, slots=True)
class Name:
    """What stands at the end of a line: the series' label, and its latest figure below or beside it."""

    label: list[str]
    last: list[str]
    detail: list[str]
    color: str
    end: date
    level: float
    beside: bool

    @property
    def height(self) -> float:
        """In points, with some space below."""
        plain = len(self.label) + (0 if self.beside else len(self.last))
        return plain * PLAIN.line + len(self.detail) * SMALL.line + 3


def names_of(lines: Sequence[ChartLine], room: float, levels: Sequence[float] = ()) -> tuple[list[Name], float]:
    """The names of the series that have points, and how wide they are together.

    `levels` are the values beside which they belong, if not the last of each line.
    """
    words = [
        (
            wrap(line.label, room, STRONG, lines=3 if len(lines) > 1 else 6),
            wrap(line.last, room, lines=2),
            wrap(line.detail, room, SMALL, lines=3),
        )
        for line in lines
    ]
    wide = max(max(widest(label, STRONG), widest(last), widest(detail, SMALL)) for label, last, detail in words)
    names = []
    for n, (line, (label, last, detail)) in enumerate(zip(lines, words, strict=True)):
        both = widest(label, STRONG) + _SPACE + widest(last)
        beside = len(label) == len(last) == 1 and both <= wide
        if line.points:
            end = line.points[-1]
            level = levels[n] if levels else _level(end.value)
            names.append(Name(label, last, detail, color_of(n), end.at, level, beside))
    return names, wide


def draw_names(sheet: Sheet, names: Sequence[Name], plane: Plane) -> None:
    """Each name beside the end of its line, moved up or down where two would touch."""
    x, y = plane.x, plane.y
    ends = sorted(((y(name.level), name) for name in names), key=lambda end: end[0])
    left = x.end + MARGIN
    half = PLAIN.line / 2
    for (at, name), top in zip(ends, _apart(ends, y.end - half, y.start + half), strict=True):
        start, middle = x(name.end.toordinal()), top + half
        if abs(middle - at) > 3 or x.end - start > 3:
            leader = [(start + 4, at), (x.end + 3, at), (left - 2, middle)]
            sheet.stroke("leader", leader, color="muted", dash=(1, 1))
        first = top + PLAIN.size
        sheet.text("label", (left, first), name.label, STRONG, color=name.color)
        if name.beside:
            sheet.text("last", (left + widest(name.label, STRONG) + _SPACE, first), name.last)
        else:
            sheet.text("last", (left, first + len(name.label) * PLAIN.line), name.last)
        below = first + (len(name.label) + (0 if name.beside else len(name.last))) * PLAIN.line
        sheet.text("detail", (left, below), name.detail, SMALL, color="muted")


def _apart(ends: Sequence[tuple[float, Name]], highest: float, lowest: float) -> list[float]:
    """The tops of the names: pushed down where they would touch, and up again from the bottom."""
    tops: list[float] = []
    for at, name in ends:
        tops.append(max(at - PLAIN.line / 2, highest))
        highest = tops[-1] + name.height
    for n in reversed(range(len(ends))):
        tops[n] = min(tops[n], lowest - ends[n][1].height)
        lowest = tops[n]
    return tops


def _level(value: Value) -> float:
    """Where a name belongs: at the number that was stated, or halfway up a band."""
    number = stated_number(value)
    return float(sum(value.numbers) / 2 if number is None else number)
