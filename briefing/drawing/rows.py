"""Rows under one axis: labels at the left, round numbers along the top, and between them whatever is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from babel import Locale

from briefing.drawing.axes import Scale, extent, locale_of, measured, number_words, steps
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, Face, widest, width, wrap
from briefing.drawing.marks import color_of
from briefing.drawing.sheet import MM, TALLEST, Point, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError

GAP = 6.0
"""Between a mark and its figure."""
_MARGIN = 10.0
"""Between the labels and what is drawn."""
_HEADER = PLAIN.line + 9
"""The height of a group's header."""
_PADDING = 8.0
"""Above and below a row together; less where there are many."""
_SHORTEST = 30.0
"""The shortest axis on which anything can be told apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text with their place, as `Sheet.text` takes them."""

    role: str
    at: Point
    lines: list[str]
    face: Face = PLAIN
    color: str = "ink"
    anchor: str = "left"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        wide = widest(self.lines, self.face)
        left = self.at[0] - {"left": 0, "center": wide / 2, "right": wide}[self.anchor]
        top = self.at[1] - self.face.size
        return left, top, left + wide, top + len(self.lines) * self.face.line

    def write(self, sheet: Sheet) -> None:
        """Set the text."""
        sheet.text(self.role, self.at, self.lines, self.face, color=self.color, anchor=self.anchor)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many points a mark at this number needs on both sides of it, its words among them."""

    number: Decimal
    before: float = 0.0
    after: float = 0.0


class Body(Protocol):
    """What stands in a row beside its label."""

    def reaches(self) -> Iterable[Reach]:
        """The room that it needs along the axis."""

    def height(self, x: Scale) -> float:
        """How tall it is."""

    def words(self, x: Scale, middle: float, left: float) -> list[Words]:
        """Its words, where its middle is so far down the sheet and the labels end so far from the left."""

    def draw(self, sheet: Sheet, x: Scale, middle: float) -> None:
        """Its marks."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its words, broken into lines; `header` where a group begins, details each in a colour."""

    header: list[str]
    label: list[str]
    face: Face
    details: tuple[tuple[list[str], str], ...]
    body: Body

    @property
    def label_width(self) -> float:
        """In points."""
        return max(widest(self.label, self.face), *(widest(lines, SMALL) for lines, _ in self.details), 0)

    @property
    def label_height(self) -> float:
        """In points."""
        return len(self.label) * self.face.line + sum(len(lines) for lines, _ in self.details) * SMALL.line


def row_of(
    spec: ChartSpec, this: ChartRow, before: str, face: Face, details: Iterable[tuple[str, str]], body: Body
) -> Row:
    """A row with the label of a figure, after a row of the group `before`."""
    wide = spec.width * MM
    return Row(
        wrap(this.group, wide, STRONG) if this.group != before else [],
        wrap(this.label, 0.34 * wide, face, lines=3),
        face,
        tuple((wrap(text, 0.34 * wide, SMALL, lines=3), color) for text, color in details if text),
        body,
    )


def sets_of(spec: ChartSpec) -> list[list[ChartRow]]:
    """The figures that stand in one row: those of one label where labels have parts, else each alone."""
    sets: list[list[ChartRow]] = []
    for row in spec.rows:
        if spec.parts and sets and (sets[-1][0].group, sets[-1][0].label) == (row.group, row.label):
            sets[-1].append(row)
        else:
            sets.append([row])
    if not sets:
        raise DrawError("the chart has no values to draw")
    return sets


def befores(sets: Sequence[Sequence[ChartRow]]) -> list[str]:
    """For each row the group of the one before it."""
    return ["", *(one[0].group for one in sets[:-1])]


def scale_of(spec: ChartSpec, rows: Sequence[Row], indent: float = 0) -> Scale:
    """The longest scale on which every mark has its place with its words; `indent` is kept free before it."""
    wide = spec.width * MM
    low, high = extent(measured(spec))
    left = label_end(rows) + indent
    reaches = [reach for row in rows for reach in row.body.reaches()]
    starts = {(0.0, left)} | {((float(one.number) - low) / (high - low), left + one.before) for one in reaches}
    ends = {(1.0, wide - 1)} | {((float(one.number) - low) / (high - low), wide - one.after) for one in reaches}
    length = min((end - start) / (to - at) for at, start in starts for to, end in ends if to > at)
    if length < _SHORTEST or any(start > end for at, start in starts for to, end in ends if to == at):
        raise DrawError(f"a {spec.kind} chart {spec.width:g} mm wide has no room for marks: make it wider")
    begin = max(start - at * length for at, start in starts)
    return Scale(low, high, begin, begin + length)


def label_end(rows: Sequence[Row]) -> float:
    """Where the labels end, with a margin."""
    return max(row.label_width for row in rows) + _MARGIN


def draw_rows(
    spec: ChartSpec, rows: Sequence[Row], x: Scale, *, ruled: bool, zero: bool, key: Sequence[str] = ()
) -> Sheet:
    """The chart: its unit and key above, rows parted by rules or not, a line at zero or not."""
    wide = spec.width * MM
    unit = wrap(spec.unit, wide, lines=2)
    keys, depth = key_words(key, wide, len(unit) * PLAIN.line)
    head = (len(unit) + 1) * PLAIN.line + depth + 7
    spans = _spans(rows, x, head, (spec.height or 0) * MM)
    left = label_end(rows)
    words = [row.body.words(x, (top + bottom) / 2, left) for row, (top, bottom) in zip(rows, spans, strict=True)]

    sheet = Sheet(wide, spans[-1][1] + 2)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    draw_key(sheet, keys)
    for tick, figure in _ticks(measured(spec), x, locale_of(spec.language)):
        half = width(figure) / 2
        at = min(max(x(tick), half), wide - half)
        sheet.text("tick", (at, head - 4), [figure], color="muted", anchor="center")
        free = [run for span, ones in zip(spans, words, strict=True) for run in _clear(x(tick), span, ones)]
        if free:
            sheet.stroke("grid", *free, color="grid")
    for row, (top, bottom), ones in zip(rows, spans, words, strict=True):
        _label(sheet, row, top, (top + bottom) / 2, ruled=ruled and top > head)
        row.body.draw(sheet, x, (top + bottom) / 2)
        for one in ones:
            one.write(sheet)
    if zero:
        sheet.stroke("axis", *([(x(0), top), (x(0), bottom)] for top, bottom in spans), color="ink", width=0.7)
    return sheet


def spread(middles: Sequence[float], widths: Sequence[float], first: float, last: float) -> list[float] | None:
    """Middles as near to the given ones as texts of these widths can stand side by side; None without room."""
    order = sorted(range(len(middles)), key=lambda n: middles[n])
    if sum(widths) + 4 * (len(widths) - 1) > last - first:
        return None
    placed = list(middles)
    for n in order:
        placed[n] = max(middles[n], first + widths[n] / 2)
        first = placed[n] + widths[n] / 2 + 4
    for n in reversed(order):
        placed[n] = min(placed[n], last - widths[n] / 2)
        last = placed[n] - widths[n] / 2 - 4
    return placed


# The key.


def key_words(names: Sequence[str], wide: float, top: float) -> tuple[list[Words], float]:
    """What the colours mean, from left to right in as few lines as hold it, and how deep that is."""
    placed = []
    at, line = 0.0, 0
    for n, name in enumerate(names):
        lines = wrap(name, 0.48 * wide - 12, STRONG) or [""]
        reach = 11 + widest(lines, STRONG)
        if at and at + reach > wide:
            at, line = 0.0, line + 1
        place = (at + 11, top + PLAIN.size + 2 + line * (PLAIN.line + 2))
        placed.append(Words("part", place, lines, STRONG, color_of(n)))
        at += reach + 14
    return placed, (line + 1) * (PLAIN.line + 2) + 2 if placed else 0


def draw_key(sheet: Sheet, keys: Sequence[Words]) -> None:
    """Each name with a patch of its colour before it."""
    for one in keys:
        x, y = one.at
        sheet.area("key", [(x - 11, y - 6.5), (x - 3.5, y - 6.5), (x - 3.5, y + 1), (x - 11, y + 1)], one.color)
        one.write(sheet)


# Where things stand.


def _spans(rows: Sequence[Row], x: Scale, head: float, height: float) -> list[tuple[float, float]]:
    """The top and bottom of each row below its header, spread out where the height is more than they need."""
    bare = [max(row.label_height, row.body.height(x)) for row in rows]
    fixed = head + sum(bare) + sum(_HEADER for row in rows if row.header) + 2
    most, least = (max(height, TALLEST * MM) - fixed - 0.1) / len(rows), _PADDING / 4
    padding = max(_PADDING, (height - fixed) / len(rows))
    if least <= most < padding:
        padding = most
    spans: list[tuple[float, float]] = []
    bottom = head
    for row, tall in zip(rows, bare, strict=True):
        top = bottom + (_HEADER if row.header else 0)
        bottom = top + tall + padding
        spans.append((top, bottom))
    return spans


def _ticks(numbers: Sequence[Decimal], x: Scale, locale: Locale) -> list[tuple[Decimal, str]]:
    """As many round numbers on the scale as stand apart, with their words."""
    for most in range(6, 0, -1):
        ticks = [tick for tick in steps(numbers, most) if x.low <= tick <= x.high]
        words = number_words(ticks, locale)
        if len(ticks) < 2 or x(ticks[1]) - x(ticks[0]) > widest(words) + 10:
            break
    return list(zip(ticks, words, strict=True))


def _clear(at: float, span: tuple[float, float], words: Sequence[Words]) -> list[list[Point]]:
    """A line down a row, left out wherever it would run through words."""
    runs = []
    start, foot = span
    for left, top, right, bottom in sorted((one.box for one in words if one.lines), key=lambda box: box[1]):
        if left - 3 < at < right + 3:
            runs.append([(at, start), (at, max(start, top - 1))])
            start = max(start, bottom + 1)
    runs.append([(at, start), (at, max(start, foot))])
    return [run for run in runs if run[1][1] - run[0][1] > 1]


def _label(sheet: Sheet, row: Row, top: float, middle: float, *, ruled: bool) -> None:
    """The header above a row, its label and details, and a rule that parts it from the row before."""
    if row.header:
        sheet.text("group", (0, top - 6), row.header, STRONG)
        sheet.stroke("rule", [(0, top - 1), (sheet.width, top - 1)], color="muted")
    elif ruled:
        sheet.stroke("rule", [(0, top), (sheet.width, top)], color="grid")
    y = middle - row.label_height / 2 + row.face.size
    sheet.text("label", (0, y), row.label, row.face)
    y += len(row.label) * row.face.line
    for lines, color in row.details:
        sheet.text("detail", (0, y), lines, SMALL, color=color)
        y += len(lines) * SMALL.line
