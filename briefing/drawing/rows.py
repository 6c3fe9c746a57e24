"""Bar charts and range charts: one row for each thing counted, or for each asserter's claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale

from briefing.drawing.axes import Scale, extent, locale_of, number_words, steps
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, Face, widest, width, wrap
from briefing.drawing.marks import ARROW, BAR, draw_bar, draw_claim, end_of
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

_GAP = 6.0
"""Between a mark and its figure."""
_HEADER = PLAIN.line + 9
"""The height of a group's header."""


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
    rows = _rows(spec, PLAIN if bar else STRONG)
    x = _scale(spec, rows)
    unit = wrap(spec.unit, wide, lines=2)
    head = (len(unit) + 1) * PLAIN.line + 7
    spans = _spans(rows, head, (spec.height or 0) * MM)
    ends = [end_of(row.value, x, bar=bar) for row in rows]

    sheet = Sheet(wide, spans[-1][1] + 2)
    sheet.text("unit", (0, PLAIN.size), unit, color="muted")
    numbers = [number for row in rows for number in row.value.numbers]
    for tick, words in _ticks(numbers, x, locale):
        half = width(words) / 2
        at = min(max(x(tick), half), wide - half)
        sheet.text("tick", (at, head - 4), [words], color="muted", anchor="center")
        free = [
            [(x(tick), top), (x(tick), bottom)]
            for (top, bottom), row, end in zip(spans, rows, ends, strict=True)
            if not -3 < x(tick) - end - _GAP < widest(row.figure) + 3  # no line runs through a figure
        ]
        if free:
            sheet.stroke("grid", *free, color="grid")
    for row, (top, bottom), end in zip(rows, spans, ends, strict=True):
        middle = (top + bottom) / 2
        _words(sheet, row, top, middle, ruled=not bar and top > head)
        (draw_bar if bar else draw_claim)(sheet, row.value, x, middle)
        first = middle - (len(row.figure) - 1) * PLAIN.line / 2 + PLAIN.size / 3
        sheet.text("figure", (end + _GAP, first), row.figure)
    if bar:
        sheet.stroke("axis", *([(x(0), top), (x(0), bottom)] for top, bottom in spans), color="ink", width=0.7)
    return sheet


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's value and its words, broken into lines; `header` where a group begins."""

    value: Value
    header: list[str]
    label: list[str]
    face: Face
    detail: list[str]
    figure: list[str]

    @property
    def label_width(self) -> float:
        return max(widest(self.label, self.face), widest(self.detail, SMALL))

    @property
    def label_height(self) -> float:
        return len(self.label) * self.face.line + len(self.detail) * SMALL.line

    @property
    def height(self) -> float:
        body = max(self.label_height, len(self.figure) * PLAIN.line, BAR) + 8
        return body + (_HEADER if self.header else 0)


def _rows(spec: ChartSpec, face: Face) -> list[_Row]:
    """The rows with their words broken to the chart's width."""
    wide = spec.width * MM

    def row(this: ChartRow, before: str) -> _Row:
        return _Row(
            this.value,
            wrap(this.group, wide, STRONG) if this.group != before else [],
            wrap(this.label, 0.34 * wide, face, lines=3),
            face,
            wrap(this.detail, 0.34 * wide, SMALL, lines=2),
            wrap(this.text, 0.26 * wide, lines=3),
        )

    groups = ["", *(row.group for row in spec.rows[:-1])]
    return [row(this, before) for this, before in zip(spec.rows, groups, strict=True)]


def _scale(spec: ChartSpec, rows: Sequence[_Row]) -> Scale:
    """The longest scale on which every figure still has its place to the right of its mark."""
    wide, bar = spec.width * MM, spec.kind == "bar"
    low, high = extent([number for row in rows for number in row.value.numbers])
    left = max(row.label_width for row in rows) + 10
    if any(row.value.low is None and not (bar and row.value.numbers[0] >= 0) for row in rows):
        left += ARROW  # room for arrows to the left
    lengths = []
    for row in rows:
        mark = Scale(low, high, 0, 1)(max(row.value.numbers[-1], Decimal(0)))
        beyond = end_of(row.value, Scale(low, high, 0, 0), bar=False) + _GAP + widest(row.figure) + 1
        lengths.append((wide - left - beyond) / (mark or 1))
    if min(lengths) < 30:
        raise DrawError(f"a {spec.kind} chart {spec.width:g} mm wide has no room for marks: make it wider")
    return Scale(low, high, left, left + min(lengths))


def _spans(rows: Sequence[_Row], head: float, height: float) -> list[tuple[float, float]]:
    """The top and bottom of each row below its header, spread out where the height is more than they need."""
    spare = max(0.0, height - head - sum(row.height for row in rows) - 2) / len(rows)
    spans: list[tuple[float, float]] = []
    bottom = head
    for row in rows:
        top = bottom + (_HEADER if row.header else 0)
        bottom += row.height + spare
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


def _words(sheet: Sheet, row: _Row, top: float, middle: float, *, ruled: bool) -> None:
    """The header above a row, its label and detail, and a rule that parts it from the row before."""
    if row.header:
        sheet.text("group", (0, top - 6), row.header, STRONG)
        sheet.stroke("rule", [(0, top - 1), (sheet.width, top - 1)], color="muted")
    elif ruled:
        sheet.stroke("rule", [(0, top), (sheet.width, top)], color="grid")
    first = middle - row.label_height / 2 + row.face.size
    sheet.text("label", (0, first), row.label, row.face)
    sheet.text("detail", (0, first + len(row.label) * row.face.line), row.detail, SMALL, color="muted")
