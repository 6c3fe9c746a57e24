"""Bar charts and range charts: a bar for each figure, or each asserter's claim; bars of a group, pieces of a stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from briefing.drawing.axes import Scale
from briefing.drawing.columns import column_chart
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, Face, widest, width, wrap
from briefing.drawing.marks import ARROW, BAR, DOT, Pen, color_of, draw_bar, draw_claim
from briefing.drawing.rows import (
    GAP,
    Reach,
    Row,
    Words,
    befores,
    draw_rows,
    row_of,
    scale_of,
    sets_of,
    spread,
)
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value
from briefing.words import words

_NAMES = 0.2
"""The part of a chart's width that names beside the bars may take; longer ones stand in a key above."""
_BESIDE = 165.0
"""The widest figure and detail that stand in one line."""


def bar_chart(spec: ChartSpec) -> Sheet:
    """Bars from zero: hatched between low and high, broken for about, open for a bound. Series make columns."""
    if spec.lines:
        return column_chart(spec)
    if spec.setting("stacked"):
        return _stacked(spec)
    return _lanes(spec, bar=True)


def range_chart(spec: ChartSpec) -> Sheet:
    """Claims: a dot, or a span from low to high. What nobody stated is not drawn: a range has no middle."""
    return _lanes(spec, bar=False)


# A figure each.


@dataclass(frozen=True, slots=True)
class _Lane:
    """A figure of a row with its words in lines; without one, the words that say so."""

    row: ChartRow | None
    name: list[str]
    color: str
    figure: list[str]
    detail: list[str]

    @property
    def beside(self) -> bool:
        """Whether figure and detail stand in one line."""
        return len(self.figure) == len(self.detail) == 1 and widest(self.figure) + widest(self.detail, SMALL) < _BESIDE

    @property
    def wide(self) -> float:
        """How wide its words are."""
        figure, detail = widest(self.figure), widest(self.detail, SMALL)
        return figure + 5 + detail if self.beside else max(figure, detail)

    @property
    def height(self) -> float:
        """With some space where there are words below one another."""
        return max(
            BAR + (2 if self.name or self.detail else 0), self.text_height + (3 if self.text_height > BAR else 0)
        )

    @property
    def text_height(self) -> float:
        """How tall its words are."""
        lines = max(len(self.figure), len(self.name)) * PLAIN.line
        return lines + (0 if self.beside else len(self.detail) * SMALL.line)


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The bars or claims of one row, one below the other."""

    lanes: tuple[_Lane, ...]
    bar: bool

    def reaches(self) -> Iterator[Reach]:
        for lane in self.lanes:
            after = GAP + lane.wide + 1
            if lane.row is None or self.bar:
                yield Reach(Decimal(0), after=after)
            if lane.row is not None:
                value = lane.row.value
                dot = 0 if self.bar else DOT / 2
                yield Reach(value.numbers[-1], after=(ARROW if value.high is None else dot) + after)
                inward = self.bar and value.numbers[0] >= 0
                yield Reach(value.numbers[0], before=ARROW if value.low is None and not inward else dot)

    def height(self, x: Scale) -> float:
        del x
        return sum(lane.height for lane in self.lanes)

    def words(self, x: Scale, middle: float, left: float) -> list[Words]:
        placed = []
        for lane, y in self._middles(middle):
            end = x(0) if lane.row is None else _end_of(lane.row.value, x, bar=self.bar)
            first = y + PLAIN.size / 3 - (0 if lane.name or lane.detail else (len(lane.figure) - 1) * PLAIN.line / 2)
            placed.append(Words("part", (left, first), lane.name, SMALL, lane.color))
            role, face, color = ("gap", SMALL, "muted") if lane.row is None else ("figure", PLAIN, "ink")
            placed.append(Words(role, (end + GAP, first), lane.figure, face, color))
            beside = (end + GAP + widest(lane.figure) + 5, first)
            below = (end + GAP, first + len(lane.figure) * PLAIN.line)
            placed.append(Words("detail", beside if lane.beside else below, lane.detail, SMALL, "muted"))
        return [one for one in placed if one.lines]

    def draw(self, sheet: Sheet, x: Scale, middle: float) -> None:
        for lane, y in self._middles(middle):
            if lane.row is not None:
                pen = Pen(sheet, x, y, lane.color, stale=lane.row.stale)
                (draw_bar if self.bar else draw_claim)(pen, lane.row.value)

    def _middles(self, middle: float) -> Iterator[tuple[_Lane, float]]:
        top = middle - sum(lane.height for lane in self.lanes) / 2
        for lane in self.lanes:
            first = bool(lane.name or lane.detail) and lane.text_height > BAR  # the bar is beside the first line
            yield lane, top + ((BAR + 2) / 2 if first else lane.height / 2)
            top += lane.height


def _end_of(value: Value, x: Scale, *, bar: bool) -> float:
    """Where a value's mark ends on the right; a bar's never before zero."""
    end = x(value.numbers[-1]) + (ARROW if value.high is None else 0 if bar else DOT / 2)
    return max(end, x(0)) if bar else end


def _lanes(spec: ChartSpec, *, bar: bool) -> Sheet:
    wide = spec.width * MM
    named = widest(list(spec.parts), SMALL) <= _NAMES * wide
    indent = widest(list(spec.parts), SMALL) + 6 if named and spec.parts else 0.0

    def lane(row: ChartRow, number: int) -> _Lane:
        name = [row.part] if named and row.part else []
        detail = wrap(row.detail, 0.32 * wide, SMALL, lines=2) if spec.parts else []
        return _Lane(row, name, color_of(number), wrap(row.text, 0.26 * wide, lines=3), detail)

    def lanes(given: Sequence[ChartRow]) -> Iterator[_Lane]:
        if not spec.parts:
            yield lane(given[0], 0)
        for n, part in enumerate(spec.parts):
            its = [row for row in given if row.part == part]
            yield from (lane(row, n) for row in its)
            if not its:
                yield _Lane(None, [part] if named else [], color_of(n), [words(spec.language)["no_figure"]], [])

    sets = sets_of(spec)
    face: Face = PLAIN if bar and not spec.parts else STRONG
    rows = [
        row_of(
            spec,
            given[0],
            before,
            face,
            () if spec.parts else ((given[0].detail, "muted"),),
            _Lanes(tuple(lanes(given)), bar),
        )
        for given, before in zip(sets, befores(sets), strict=True)
    ]
    x = scale_of(spec, rows, indent)
    key = () if named else spec.parts
    return draw_rows(spec, rows, x, ruled=not bar or bool(spec.parts), zero=bar, key=key)


# Pieces one upon another.


@dataclass(frozen=True, slots=True)
class _Stack:
    """Pieces in the order of the parts and, at their end, their sum; figures too long for their piece stand below."""

    pieces: tuple[tuple[ChartRow, str], ...]
    total: str
    room: float

    def reaches(self) -> Iterator[Reach]:
        whole = sum((number for row, _ in self.pieces for number in row.value.numbers), Decimal(0))
        yield Reach(whole, after=GAP + width(self.total, STRONG) + 1)

    def height(self, x: Scale) -> float:
        return _THICK + (PLAIN.line + 4 if self._outside(x) else 0)

    def words(self, x: Scale, middle: float, left: float) -> list[Words]:
        del left
        top = middle - self.height(x) / 2
        base = top + _THICK / 2 + PLAIN.size / 3
        placed, end = [], x(0)
        for row, color, start, end in self._placed(x):
            if self._fits(row, start, end):
                ink = color if row.stale else "page"
                placed.append(Words("figure", ((start + end) / 2, base), [row.text], PLAIN, ink, "center"))
        if self.total:
            placed.append(Words("total", (end + GAP, base), [self.total], STRONG))
        low = top + _THICK + PLAIN.size + 3
        for (row, color, _, _), at in self._below(x):
            placed.append(Words("figure", (at, low), [row.text], PLAIN, color, "center"))
        return placed

    def draw(self, sheet: Sheet, x: Scale, middle: float) -> None:
        top = middle - self.height(x) / 2
        for row, color, start, end in self._placed(x):
            Pen(sheet, x, top + _THICK / 2, color, _THICK, stale=row.stale).solid(start, max(start, end - 0.7))
        foot = top + _THICK
        for (_, color, start, end), at in self._below(x):
            sheet.stroke("leader", [((start + end) / 2, foot), (at, foot + 3.5)], color=color, width=0.6)

    def _placed(self, x: Scale) -> Iterator[tuple[ChartRow, str, float, float]]:
        """Each piece with its colour, its start and its end."""
        reached = Decimal(0)
        for row, color in self.pieces:
            start, reached = reached, reached + row.value.numbers[0]
            yield row, color, x(start), x(reached)

    @staticmethod
    def _fits(row: ChartRow, start: float, end: float) -> bool:
        return width(row.text) + 5 <= end - start

    def _outside(self, x: Scale) -> list[tuple[ChartRow, str, float, float]]:
        return [piece for piece in self._placed(x) if not self._fits(piece[0], *piece[2:])]

    def _below(self, x: Scale) -> list[tuple[tuple[ChartRow, str, float, float], float]]:
        outside = self._outside(x)
        widths = [width(piece[0].text) for piece in outside]
        middles = spread([(piece[2] + piece[3]) / 2 for piece in outside], widths, x.start, self.room)
        if middles is None:
            raise DrawError("the figures of a stack have no room below it: make the chart wider, or take stacked: out")
        return list(zip(outside, middles, strict=True))


_THICK = 14.0
"""How thick a stack is: figures stand inside."""


def _stacked(spec: ChartSpec) -> Sheet:
    sets = sets_of(spec)
    totals = {(row.group, row.label): row.text for row in spec.totals}
    rows: list[Row] = []
    for given, before in zip(sets, befores(sets), strict=True):
        pieces = sorted(given, key=lambda row: spec.parts.index(row.part))
        stack = _Stack(
            tuple((row, color_of(spec.parts.index(row.part))) for row in pieces),
            totals.get((given[0].group, given[0].label), ""),
            spec.width * MM,
        )
        rows.append(row_of(spec, given[0], before, PLAIN, (), stack))
    return draw_rows(spec, rows, scale_of(spec, rows), ruled=False, zero=True, key=spec.parts)
