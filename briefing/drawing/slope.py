"""Slope charts: then and now, each thing's two figures on two upright scales, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from briefing.drawing.axes import Scale
from briefing.drawing.lettering import PLAIN, STRONG, widest, wrap
from briefing.drawing.limits import direction, scale_start
from briefing.drawing.placing import apart
from briefing.drawing.series import color_of, stated_number
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

MOST = 14
"""Lines that can be told apart and named at both ends."""
_LEADER = 16.0
"""Between a scale and the figures beside it."""
_SPACE = 5.0
"""Between a figure and its label."""
_PENS: dict[int, tuple[str, float, tuple[float, ...]]] = {
    1: ("series1", 1.6, ()),
    -1: ("series2", 1.6, (5, 2)),
    0: ("muted", 1.1, (1.2, 1.6)),
}
"""How a line looks that rises, that falls, and that does neither or where nobody can tell."""
_COLORED = 6
"""Things that have a colour each, so that lines which cross can be followed; of more, the colour says the way."""


def slope_chart(spec: ChartSpec) -> Sheet:
    """Two scales with the labels and figures outside them; a thing with one figure only is a lone mark."""
    parts = spec.parts or tuple(dict.fromkeys(row.part for row in spec.rows))
    if not spec.rows or len(parts) != 2:
        raise DrawError("a slope chart has figures of two dates or parts, no more and no fewer")
    sides = [[row for row in spec.rows if row.part == part] for part in parts]
    if (most := max(map(len, sides))) > MOST:
        raise DrawError(f"a slope chart has {most} lines, and {MOST} can be told apart: draw fewer, or a heat table")
    wide = spec.width * MM
    colors = _colors(spec)
    names = [[_name(row, wide, colors.get(row.label, "ink")) for row in side] for side in sides]
    margins = [
        _LEADER
        + max((name.figure_width for name in side), default=0)
        + _SPACE
        + max((n.label_width for n in side), default=0)
        for side in names
    ]
    left, right = margins[0], wide - margins[1]
    if right - left < 60:
        raise DrawError(f"a slope chart {spec.width:g} mm wide has no room for its lines: make it wider")

    numbers = [number for row in spec.rows for number in row.value.numbers]
    unit = wrap(spec.unit, wide, lines=2)
    heads = [wrap(part, (left + right) / 2 - 6, STRONG, lines=2) for part in parts]
    head = len(unit) * PLAIN.line + max(map(len, heads)) * PLAIN.line + 12
    tall = max(sum(name.height for name in side) for side in names)
    plot = max(spec.height * MM - head - 8 if spec.height else 0.3 * wide, tall, 60)
    bottom = head + plot
    low, high = float(scale_start(numbers)), float(max(*numbers, Decimal(0)))
    y = Scale(low, high if low < high else low + 1, bottom - 6, head + 6)

    sheet = Sheet(wide, bottom + 8)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    base = head - 8 - (max(map(len, heads)) - 1) * PLAIN.line
    sheet.text("part", (left, base), heads[0], STRONG, anchor="right")
    sheet.text("part", (right, base), heads[1], STRONG)
    sheet.stroke("axis", *([(x, head - 3), (x, bottom)] for x in (left, right)), color="muted")
    marks = [
        {row.label: (x, row) for row, x in zip(side, _beside(side, at, way), strict=True)}
        for side, at, way in zip(sides, (left, right), (1, -1), strict=True)
    ]
    for label in dict.fromkeys(row.label for row in spec.rows):
        _thing(sheet, [side.get(label) for side in marks], y, colors.get(label))
    for side, at, way in zip(names, (left, right), (-1, 1), strict=True):
        _names(sheet, side, at, way, y, (head - 2, bottom + 4))
    return sheet


def _colors(spec: ChartSpec) -> dict[str, str]:
    """The colour of each thing, where there are few enough."""
    labels = list(dict.fromkeys(row.label for row in spec.rows))
    return {label: color_of(n) for n, label in enumerate(labels)} if len(labels) <= _COLORED else {}


@dataclass(frozen=True, slots=True)
class _Name:
    """What stands beside an end: the figure next to the scale, the label outside it."""

    row: ChartRow
    label: list[str]
    figure: list[str]
    color: str

    @property
    def label_width(self) -> float:
        return widest(self.label)

    @property
    def figure_width(self) -> float:
        return widest(self.figure, STRONG)

    @property
    def height(self) -> float:
        return max(len(self.label), len(self.figure)) * PLAIN.line + 2


def _name(row: ChartRow, wide: float, color: str) -> _Name:
    return _Name(row, wrap(row.label, 0.2 * wide, lines=2), wrap(row.text, 0.14 * wide, STRONG, lines=4), color)


def _beside(rows: Sequence[ChartRow], at: float, way: int) -> list[float]:
    """Where across each mark of a side stands: on the scale, but ranges that would cover one another beside it."""
    taken: list[list[Value]] = []
    places = []
    for row in rows:
        if row.value.kind != "range":
            places.append(at)
            continue
        lane = next((lane for lane in taken if not any(_cover(row.value, other) for other in lane)), None)
        if lane is None:
            lane = []
            taken.append(lane)
        lane.append(row.value)
        places.append(at + 5 * way * next(n for n, one in enumerate(taken) if one is lane))
    return places


def _cover(one: Value, other: Value) -> bool:
    return one.numbers[0] <= other.numbers[-1] and other.numbers[0] <= one.numbers[-1]


def _thing(sheet: Sheet, ends: Sequence[tuple[float, ChartRow] | None], y: Scale, own: str | None) -> None:
    """The line of a thing and the marks at its ends; between ranges a band, as nobody stated a middle."""
    then, now = ends
    color, pen, dash = _PENS[0]
    if then is not None and now is not None:
        color, pen, dash = _PENS[direction(then[1].value, now[1].value)]
    color = own or color
    if then is not None and now is not None:
        stated = [(x, number) for x, row in (then, now) if (number := stated_number(row.value)) is not None]
        if len(stated) == 2:
            sheet.stroke("line", [(x, y(number)) for x, number in stated], color=color, width=pen, dash=dash)
        if "range" in {then[1].value.kind, now[1].value.kind}:
            highs, lows = ([(x, y(row.value.numbers[end])) for x, row in (then, now)] for end in (-1, 0))
            sheet.area("band", [*highs, *reversed(lows)], color, opacity=0.12)
            sheet.stroke("band-edge", highs, lows, color=color, width=0.6, dash=dash)
    for end in (then, now):
        if end is not None:
            _mark(sheet, *end, y, color if color != "muted" else "ink")


def _mark(sheet: Sheet, x: float, row: ChartRow, y: Scale, color: str) -> None:
    """A dot, an upright span for a range, an arrow for a bound; hollow for an approximation or an old figure."""
    value, hollow = row.value, row.value.about or row.stale
    if value.kind == "range":
        low, high = y(value.numbers[0]), y(value.numbers[-1])
        sheet.stroke("span", [(x, low), (x, high)], color=color, width=2.4)
        sheet.stroke("cap", *[[(x - 3.5, at), (x + 3.5, at)] for at in (low, high)], color=color, width=1.2)
        if value.best is not None:
            sheet.dots([(x, y(value.best))], color, 5.5, hollow=hollow)
        return
    at = y(value.numbers[0])
    if None in {value.low, value.high}:
        way = -1 if value.high is None else 1
        tip = at + 11 * way
        runs: list[list[Point]] = [[(x, at), (x, tip)], [(x - 2.6, tip - 3 * way), (x, tip), (x + 2.6, tip - 3 * way)]]
        sheet.stroke("bound", *runs, color=color, width=1.2)
    sheet.dots([(x, at)], color, 5.5, hollow=hollow)


def _names(sheet: Sheet, names: Sequence[_Name], at: float, way: int, y: Scale, room: tuple[float, float]) -> None:
    """The figures and labels of one side, moved apart, with leaders to those that had to move."""
    anchor = "left" if way > 0 else "right"
    levels = [(y(name.row.value.numbers[0]) + y(name.row.value.numbers[-1])) / 2 for name in names]
    figures = max((name.figure_width for name in names), default=0)
    for name, level, top in zip(names, levels, apart(levels, [name.height for name in names], *room), strict=True):
        middle = top + name.height / 2
        if abs(middle - level) > 1.5:
            leader = [
                (at + 4 * way, level),
                (at + 6 * way, level),
                (at + (_LEADER - 5) * way, middle),
                (at + (_LEADER - 2) * way, middle),
            ]
            sheet.stroke("leader", leader, color="muted", width=0.4)
        for role, lines, face, beyond in (
            ("figure", name.figure, STRONG, 0.0),
            ("label", name.label, PLAIN, figures + _SPACE),
        ):
            first = middle - len(lines) * PLAIN.line / 2 + PLAIN.size * 0.95
            place = at + (_LEADER + beyond) * way, first
            sheet.text(role, place, lines, face, color=name.color, anchor=anchor)
