"""Timeline strips: events along a time axis, dots for moments and bars for stretches of time, in lanes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from briefing.drawing.axes import Scale, date_words, dates, locale_of
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, widest, wrap
from briefing.drawing.limits import days_shown
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartEvent, ChartSpec
from briefing.errors import DrawError

_SIDE = 6.0
"""Left and right of the time axis."""
_HEADER = PLAIN.line + 7
"""The height of a lane's header."""
_WIDEST = 150.0
"""The widest label of an event."""
_BAR = 6.0
_TIP = 7.0
"""How far an arrow reaches from its bar."""
_DOT = 6.0


def timeline_strip(spec: ChartSpec) -> Sheet:
    """The axis above, the lanes below; each label beside its dot or under its bar, on a row where it has room."""
    if not spec.events:
        raise DrawError("the chart has no events to draw")
    wide = spec.width * MM
    first, last = days_shown(spec)
    x = Scale(first.toordinal(), max(last.toordinal(), first.toordinal() + 1), _SIDE, wide - _SIDE)
    lanes: dict[str, list[_Mark]] = {}
    for event in spec.events:
        lanes.setdefault(event.group, []).append(_mark(event, x, wide, (first, last)))
    rows = {group: _rows(sorted(marks, key=lambda mark: mark.start)) for group, marks in lanes.items()}

    head = 2 * PLAIN.line + 8
    bottom = head
    placed: list[tuple[_Mark, float]] = []
    headers: list[tuple[str, float]] = []
    for group, stacked in rows.items():
        if group:
            headers.append((group, bottom))
            bottom += _HEADER
        for row in stacked:
            placed += [(mark, bottom + 3) for mark in row]
            bottom += max(mark.height for mark in row) + 5
        bottom += 3

    sheet = Sheet(wide, max(bottom, (spec.height or 0) * MM))
    _axis(sheet, x, (first, last), head, spec)
    boxes = [mark.box(top) for mark, top in placed]
    for day in dates(first, last, max(2, int(wide / 60))):
        _upright(
            sheet,
            "grid",
            x(day.toordinal()),
            (head, sheet.height),
            [*boxes, *((0, top, wide, top + _HEADER) for _, top in headers)],
        )
    if spec.setting("marked"):
        at = x(date.fromisoformat(spec.setting("marked")).toordinal())
        _upright(
            sheet,
            "edition",
            at,
            (head, sheet.height),
            [*boxes, *((0, top + 2, wide, top + _HEADER) for _, top in headers)],
        )
    for group, top in headers:
        sheet.stroke("rule", [(0, top), (wide, top)], color="grid")
        sheet.text("group", (0, top + 4 + PLAIN.size), wrap(group, wide, STRONG), STRONG)
    for mark, top in placed:
        _draw(sheet, mark, top)
    return sheet


@dataclass(frozen=True, slots=True)
class _Mark:
    """An event with its label broken into lines, and how far it reaches from left to right."""

    event: ChartEvent
    start: float
    end: float
    cut: bool
    """Whether it began before the time shown."""
    label: list[str]
    left: float
    """Where the label begins."""

    @property
    def lasting(self) -> bool:
        return self.event.end is not None or self.event.open

    @property
    def height(self) -> float:
        return len(self.label) * SMALL.line + (_BAR + 2 if self.lasting else 0)

    @property
    def reach(self) -> tuple[float, float]:
        """From left to right, with some space."""
        own = (self.start, self.end) if self.lasting else (self.start - _DOT / 2, self.start + _DOT / 2)
        return min(own[0], self.left) - 4, max(own[1], self.left + widest(self.label, SMALL)) + 4

    def box(self, top: float) -> tuple[float, float, float, float]:
        """What the words cover."""
        head = top + (_BAR + 1 if self.lasting else -1)
        return self.left - 2, head, self.left + widest(self.label, SMALL) + 2, top + self.height + 2


def _mark(event: ChartEvent, x: Scale, wide: float, days: tuple[date, date]) -> _Mark:
    """A label stands under the start of a bar, or to the right of a dot and else to its left."""
    first, last = days
    start = x(max(event.at, first).toordinal())
    end = x((last if event.open else event.end or event.at).toordinal())
    label = wrap(event.label, min(_WIDEST, wide / 2 - 12), SMALL, lines=5)
    own = widest(label, SMALL)
    if event.end is not None or event.open:
        left = min(start, wide - own)
    else:
        left = start + _DOT / 2 + 3
        if left + own > wide:
            left = start - _DOT / 2 - 3 - own
    return _Mark(event, start, max(end, start + 3), event.at < first, label, left)


def _rows(marks: Sequence[_Mark]) -> list[list[_Mark]]:
    """Each mark on the highest row where it touches no other."""
    rows: list[list[_Mark]] = []
    for mark in marks:
        low, high = mark.reach
        for row in rows:
            if all(high <= other.reach[0] or other.reach[1] <= low for other in row):
                row.append(mark)
                break
        else:
            rows.append([mark])
    return rows


def _axis(sheet: Sheet, x: Scale, days: tuple[date, date], head: float, spec: ChartSpec) -> None:
    """The dates above the lanes."""
    marked = dates(*days, max(2, int(sheet.width / 60)))
    sheet.stroke("axis", [(0, head - 4), (sheet.width, head - 4)], color="ink")
    for day, words in zip(marked, date_words(marked, locale_of(spec.language)), strict=True):
        at, half = x(day.toordinal()), widest(words) / 2
        sheet.stroke("axis", [(at, head - 7), (at, head - 4)], color="ink")
        sheet.text("tick", (min(max(at, half), sheet.width - half), PLAIN.size), words, color="muted", anchor="center")


def _upright(
    sheet: Sheet, role: str, at: float, ends: tuple[float, float], boxes: Sequence[tuple[float, float, float, float]]
) -> None:
    """An upright line that leaves out the words it would cross."""
    runs, top = [], ends[0]
    for box in sorted((box for box in boxes if box[0] < at < box[2]), key=lambda box: box[1]):
        if box[1] > top:
            runs.append([(at, top), (at, box[1])])
        top = max(top, box[3])
    if top < ends[1]:
        runs.append([(at, top), (at, ends[1])])
    if runs:
        edition = role == "edition"
        sheet.stroke(
            role,
            *runs,
            color="ink" if edition else "grid",
            width=0.7 if edition else 0.5,
            dash=(3, 2) if edition else (),
        )


def _draw(sheet: Sheet, mark: _Mark, top: float) -> None:
    """A dot or a bar and its words; a bar has an arrow where it began before the time shown, or where it goes on."""
    if not mark.lasting:
        sheet.dots([(mark.start, top + SMALL.size * 0.7)], "series1", _DOT)
        sheet.text("event-label", (mark.left, top + SMALL.size), mark.label, SMALL)
        return
    start, end = mark.start, mark.end
    if mark.cut:
        _arrow(sheet, start, min(start + _TIP, end), top)
        start += _TIP
    if mark.event.open:
        _arrow(sheet, end, max(end - _TIP, start), top)
        end -= _TIP
    if start < end:
        sheet.area("period", [(start, top), (end, top), (end, top + _BAR), (start, top + _BAR)], "series1")
    sheet.text("event-label", (mark.left, top + _BAR + SMALL.size + 1), mark.label, SMALL)


def _arrow(sheet: Sheet, tip: float, back: float, top: float) -> None:
    """An open end, from the bar to the tip."""
    middle, barb = top + _BAR / 2, tip + (3 if back > tip else -3)
    runs = [[(back, middle), (tip, middle)], [(barb, top), (tip, middle), (barb, top + _BAR)]]
    sheet.stroke("bound", *runs, color="series1", width=1.2)
