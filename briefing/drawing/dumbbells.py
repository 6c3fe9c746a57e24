"""Dumbbell charts: the figures of one label on one line, so that what is between them can be seen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefing.drawing.axes import Scale
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, widest, width, wrap
from briefing.drawing.marks import ARROW, DOT, Pen, color_of, draw_claim
from briefing.drawing.rows import GAP, Reach, Row, Words, befores, draw_rows, row_of, scale_of, sets_of, spread
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.words import words

_LINE = 14.0
"""The height of a line of marks: a dot with its figure beside it."""


@dataclass(frozen=True, slots=True)
class _Dot:
    """One part's figure, its words broken into lines."""

    row: ChartRow
    name: list[str]
    text: list[str]
    color: str

    def reach(self, x: Scale) -> tuple[float, float]:
        """From where to where its mark is."""
        value = self.row.value
        before, after = self.sides
        return x(value.numbers[0]) - before, x(value.numbers[-1]) + after

    @property
    def sides(self) -> tuple[float, float]:
        """How far its mark stands out from its numbers."""
        value = self.row.value
        return ARROW if value.low is None else DOT / 2, ARROW if value.high is None else DOT / 2


@dataclass(frozen=True, slots=True)
class _Dumbbell:
    """The figures of one label, from the lowest to the highest. Marks that would touch stand below one another.

    `gaps` are the names of parts without a figure, which `missing` says. A `named` one has names above its dots.
    """

    dots: tuple[_Dot, ...]
    gaps: tuple[tuple[list[str], str], ...]
    missing: str
    wide: float
    named: bool = False

    def reaches(self) -> Iterator[Reach]:
        # Room for the words of every mark on both sides: which side they stand on is known only with the scale.
        for dot in self.dots:
            before, after = dot.sides
            words = GAP + widest(dot.text) + 1
            yield Reach(dot.row.value.numbers[0], before=before + (words if dot is self.dots[0] else 0))
            yield Reach(dot.row.value.numbers[-1], after=after + words)
            yield Reach(dot.row.value.numbers[0], after=self._gap_width - before + 1)

    def height(self, x: Scale) -> float:
        gaps = len(self.gaps) * SMALL.line
        if self._apart(x):
            return self._line + self._above + PLAIN.line * self.named + gaps
        return self._line * len(self.dots) + gaps

    @property
    def _line(self) -> float:
        """The height of a line of marks with words beside them."""
        return max(_LINE, *(len(dot.text) * PLAIN.line + 3 for dot in self.dots))

    @property
    def _above(self) -> float:
        """The height of the figures above their dots."""
        return max((len(dot.text) * PLAIN.line + 1 for dot in self.dots[1:-1]), default=0)

    @property
    def _gap_width(self) -> float:
        return max((widest(name, SMALL) + 4 + width(self.missing, SMALL) for name, _ in self.gaps), default=0)

    def words(self, x: Scale, middle: float, left: float) -> list[Words]:
        del left
        placed = []
        bottom = middle + self.height(x) / 2 - len(self.gaps) * SMALL.line
        if not self._apart(x):
            placed += [_beside(dot, dot.reach(x)[1] + GAP, y, "left") for dot, y in self._lines(x, middle)]
        else:
            y = bottom - self._line / 2
            if len(self.dots) > 1:
                placed.append(_beside(self.dots[0], self.dots[0].reach(x)[0] - GAP, y, "right"))
            placed.append(_beside(self.dots[-1], self.dots[-1].reach(x)[1] + GAP, y, "left"))
            for dot, at in zip(self.dots[1:-1], self._between(x) or (), strict=True):
                first = y - DOT - (len(dot.text) - 1) * PLAIN.line
                placed.append(Words("figure", (at, first), dot.text, PLAIN, dot.color, "center"))
            for dot, at in zip(self.dots, self.name_places(x) or (), strict=False) if self.named else ():
                placed.append(Words("part", (at, y - DOT - self._above), dot.name, STRONG, dot.color, "center"))
        at = max(dot.reach(x)[0] for dot in self.dots)
        for n, (name, color) in enumerate(self.gaps):
            first = bottom + (n + 0.8) * SMALL.line
            placed.append(Words("part", (at, first), name, SMALL, color))
            placed.append(Words("gap", (at + widest(name, SMALL) + 4, first), [self.missing], SMALL, "muted"))
        return placed

    def draw(self, sheet: Sheet, x: Scale, middle: float) -> None:
        if not self._apart(x):
            for dot, y in self._lines(x, middle):
                draw_claim(Pen(sheet, x, y, dot.color, stale=dot.row.stale), dot.row.value)
            return
        y = middle + self.height(x) / 2 - len(self.gaps) * SMALL.line - self._line / 2
        for one, other in itertools.pairwise(self.dots):
            sheet.stroke("between", [(one.reach(x)[1], y), (other.reach(x)[0], y)], color="muted", width=1)
        for dot in self.dots:
            draw_claim(Pen(sheet, x, y, dot.color, stale=dot.row.stale), dot.row.value)

    def name_places(self, x: Scale) -> list[float] | None:
        """Where the parts' names stand, each above its own dot; None where they have no room there."""
        if not self._apart(x) or self.gaps:
            return None
        middles = [sum(dot.reach(x)) / 2 for dot in self.dots]
        widths = [widest(dot.name, STRONG) for dot in self.dots]
        places = spread(middles, widths, 0, self.wide)
        near = places and all(abs(a - b) < half / 2 + 2 for a, b, half in zip(places, middles, widths, strict=True))
        return places if near else None

    def _apart(self, x: Scale) -> bool:
        """Whether all marks can stand on one line, figures that stand above them with them."""
        reaches = [dot.reach(x) for dot in self.dots]
        return all(one[1] + 2 <= other[0] for one, other in itertools.pairwise(reaches)) and (
            self._between(x) is not None
        )

    def _between(self, x: Scale) -> list[float] | None:
        """Where the figures of all but the first and last stand, above their dots; None without room."""
        inner = self.dots[1:-1]
        middles = [sum(dot.reach(x)) / 2 for dot in inner]
        widths = [widest(dot.text) for dot in inner]
        places = spread(middles, widths, x.start, self.wide)
        if places is None or any(abs(a - b) > 12 for a, b in zip(places, middles, strict=True)):
            return None
        return places

    def _lines(self, x: Scale, middle: float) -> Iterator[tuple[_Dot, float]]:
        """Each figure on a line of its own."""
        top = middle - self.height(x) / 2
        for n, dot in enumerate(self.dots):
            yield dot, top + (n + 0.5) * self._line


def dumbbell_chart(spec: ChartSpec) -> Sheet:
    """A row for each label, a dot or span for each of its parts, and between them a thin line."""
    sets = sets_of(spec)
    first = _rows(spec, sets, named=False)
    x = scale_of(spec, first)
    top = first[0].body
    named = isinstance(top, _Dumbbell) and len(top.dots) == len(spec.parts) and top.name_places(x) is not None
    rows = _rows(spec, sets, named=named)
    return draw_rows(spec, rows, x, ruled=True, zero=False, key=() if named else spec.parts)


def _rows(spec: ChartSpec, sets: Sequence[Sequence[ChartRow]], *, named: bool) -> list[Row]:
    wide = spec.width * MM
    missing = words(spec.language)["no_figure"]

    def dumbbell(given: Sequence[ChartRow], number: int) -> _Dumbbell:
        dots = [
            _Dot(
                row,
                wrap(row.part, 0.3 * wide, STRONG),
                wrap(row.text, 0.26 * wide, lines=3),
                color_of(spec.parts.index(row.part)),
            )
            for row in sorted(given, key=lambda row: row.value.numbers[0] + row.value.numbers[-1])
        ]
        there = {row.part for row in given}
        gaps = [(wrap(part, 0.2 * wide, SMALL), color_of(n)) for n, part in enumerate(spec.parts) if part not in there]
        return _Dumbbell(tuple(dots), tuple(gaps), missing, wide, named and number == 0)

    return [
        row_of(
            spec,
            given[0],
            before,
            STRONG,
            [(row.detail, color_of(spec.parts.index(row.part))) for row in given],
            dumbbell(given, n),
        )
        for n, (given, before) in enumerate(zip(sets, befores(sets), strict=True))
    ]


def _beside(dot: _Dot, at: float, y: float, anchor: str) -> Words:
    first = y + PLAIN.size / 3 - (len(dot.text) - 1) * PLAIN.line / 2
    return Words("figure", (at, first), dot.text, PLAIN, dot.color, anchor)
