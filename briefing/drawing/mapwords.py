"""Places for words on a map: inside an area, beside a dot, or out at the end of a line, never over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import cos, pi, sin

from briefing.drawing.lettering import Face, widest
from briefing.drawing.sheet import Point, Sheet
from briefing.geography.shapes import Box, area_of, crossings, extent, overlap

Polygons = Sequence[Sequence[Sequence[Point]]]
Boxed = Sequence[tuple[Box, Sequence[Sequence[Point]]]]
"""Polygons, each with the box around it."""

_AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
"""Right, left, above, below, and the corners between."""
_FAR = (3.0, 9.0, 18.0)
"""Points from a dot to its words; from the second on a line leads to them. Words that lie farther off crowd the map."""
_APART = 3.0
"""Points that the words of dots keep between them."""
_OUT = (12.0, 17.0, 22.0, 28.0, 35.0, 43.0)
"""Points from the middle of an area to words outside of it."""
_LEVELS = 15
"""How many heights are tried inside an area."""


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of one role and face."""

    role: str
    lines: Sequence[str]
    face: Face
    color: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words one below the other, in a box whose left top is at `corner`."""

    words: tuple[Words, ...]
    corner: Point = (0.0, 0.0)
    anchor: str = "left"
    lead: tuple[Point, ...] = ()
    plate: bool = False

    size: Point = (0.0, 0.0)
    """Width and height in points, measured once: a label is tried in hundreds of places."""

    def __post_init__(self) -> None:
        if not self.size[1]:
            wide = max((widest(list(one.lines), one.face) for one in self.words), default=0.0)
            object.__setattr__(self, "size", (wide, sum(len(one.lines) * one.face.line for one in self.words)))

    @property
    def wide(self) -> float:
        """In points."""
        return self.size[0]

    @property
    def tall(self) -> float:
        """In points."""
        return self.size[1]

    @property
    def box(self) -> Box:
        """What it covers."""
        x, y = self.corner
        return x, y, x + self.wide, y + self.tall

    def at(self, x: float, y: float) -> Label:
        """The label there."""
        return replace(self, corner=(x, y))

    def draw(self, sheet: Sheet) -> None:
        """The words, with the line that leads to them."""
        left, y, right, bottom = self.box
        if self.plate:
            sheet.area("plate", [(left - 1, y), (right + 1, y), (right + 1, bottom), (left - 1, bottom)], "page", 0.7)
        if self.lead:
            sheet.stroke("leader", list(self.lead), color="ink", width=0.5)
        x = {"left": left, "center": (left + right) / 2, "right": right}[self.anchor]
        for one in self.words:
            sheet.text(one.role, (x, y + one.face.size), one.lines, one.face, color=one.color, anchor=self.anchor)
            y += len(one.lines) * one.face.line


@dataclass
class Placing:
    """The places that are taken, and the labels that have one."""

    box: Box
    taken: list[Box] = field(default_factory=list)
    lines: Sequence[Box] = ()
    """Along coasts and borders, where words are harder to read."""
    placed: list[Label] = field(default_factory=list)

    def beside(self, label: Label, at: Point, reach: float, *, plate: bool, far: Sequence[float] = _FAR) -> bool:
        """Put a label beside a dot, near or at the end of a line. Whether there was room."""
        tries: list[tuple[float, Sequence[Box]]] = [(far[0], self.lines), *((one, ()) for one in far)]
        for (off, lines), (dx, dy) in product(tries, _AROUND):
            gap = reach + off
            slant = 0.72 if dx and dy else 1.0
            tip = at[0] + dx * gap * slant, at[1] + dy * gap * slant
            start = at[0] + dx * reach * slant, at[1] + dy * reach * slant
            lead = (start, tip) if off > far[0] else ()
            hung = replace(_hung(label, tip, dx, dy), lead=lead, plate=plate)
            if not any(overlap(hung.box, line) for line in lines) and self._put(hung, margin=_APART):
                return True
        return False

    def out(self, label: Label, at: Point, shaded: Boxed) -> bool:
        """Put the label of a small area where nothing is shaded, at the end of a line. Whether there was room."""
        for far, turn in product(_OUT, range(16)):
            x, y = cos(turn * pi / 8), sin(turn * pi / 8)
            tip = at[0] + x * far, at[1] + y * far
            hung = replace(_hung(label, tip, _side(x), _side(y)), lead=(at, tip))
            if not any(
                overlap(around, hung.box) and _covers(rings, hung.box) for around, rings in shaded
            ) and self._put(hung):
                return True
        return False

    def upon(self, label: Label, at: Point) -> bool:
        """Put the label of an area that is smaller than it upon its middle, on a plate. Whether there was room."""
        put = label.at(at[0] - label.wide / 2, at[1] - label.tall / 2)
        return self._put(replace(put, anchor="center", plate=True), margin=0.5)

    def into(self, label: Label, polygons: Polygons, *, middle: bool = False, beside: Boxed = ()) -> bool:
        """Put a label inside the largest of some polygons where it fits, and not on others. Whether it does."""
        for rings in sorted(polygons, key=lambda rings: -area_of(rings[0]))[:3]:
            for x, y in _rooms(rings, label.wide + 3, label.tall + 1):
                put = replace(label.at(x - label.wide / 2, y - label.tall / 2), anchor="center")
                if any(overlap(around, put.box) and _covers(others, put.box) for around, others in beside):
                    continue
                if self._put(put, margin=1.0 if middle else 3.0):
                    return True
        return False

    def draw(self, sheet: Sheet) -> None:
        """All labels, lines first."""
        for label in self.placed:
            label.draw(sheet)

    def _put(self, label: Label, margin: float = 1.5) -> bool:
        left, top, right, bottom = label.box
        whole = self.box[0] + 2 <= left and self.box[1] + 2 <= top and right <= self.box[2] - 2
        if not whole or bottom > self.box[3] - 2:
            return False
        grown = left - margin, top - margin / 2, right + margin, bottom + margin / 2
        if any(overlap(grown, other) for other in self.taken):
            return False
        if label.lead and any(_meets(label.lead, one.box) or _cross(label.lead, one.lead) for one in self.placed):
            return False
        if any(one.lead and _meets(one.lead, label.box) for one in self.placed):
            return False
        self.taken.append(label.box)
        self.placed.append(label)
        return True


def boxed(polygons: Polygons) -> Boxed:
    """Polygons with their boxes, which are looked at first."""
    return [(extent(rings[0]), rings) for rings in polygons]


def _side(part: float) -> int:
    """Which of three sides a direction takes: before, at or behind the middle."""
    return 0 if abs(part) < 0.5 else 1 if part > 0 else -1


def _hung(label: Label, tip: Point, dx: int, dy: int) -> Label:
    """A label with its side or corner at a point, on the side that the direction says."""
    x = tip[0] + {1: 2.5, -1: -2.5 - label.wide, 0: -label.wide / 2}[dx]
    y = tip[1] + ({1: 0.0, -1: -label.tall, 0: -label.tall / 2}[dy])
    return replace(label.at(x, y), anchor={1: "left", -1: "right", 0: "center"}[dx])


def _rooms(rings: Sequence[Sequence[Point]], wide: float, tall: float) -> Iterator[Point]:
    """The middles of places in a polygon for a box of this size, the one nearest to its middle first."""
    left, top, right, bottom = extent(rings[0])
    if right - left < wide or bottom - top < tall:
        return
    found = []
    for n in range(_LEVELS):
        y = top + tall / 2 + (bottom - top - tall) * (n + 0.5) / _LEVELS
        levels = [crossings(rings, y + part * tall / 2) for part in (-0.98, -0.4, 0.4, 0.98)]
        for start, end in _common(levels):
            if end - start >= wide:
                slack = min((end - start - wide) / 2, 30.0)
                aside = abs((start + end - left - right) / 2) / 3 + abs(y - (top + bottom) / 2)
                middle = (start + end) / 2
                found += [(aside - slack, middle, y)]
                found += [(aside - slack + 20, x, y) for x in (start + wide / 2, end - wide / 2) if slack > 8]
    for _, x, y in sorted(found):
        yield x, y


def _common(levels: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The stretches that lie inside at every one of some levels."""
    spans = list(zip(levels[0][::2], levels[0][1::2], strict=True))
    for level in levels[1:]:
        others = list(zip(level[::2], level[1::2], strict=True))
        spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in others if max(a, c) < min(b, d)]
    return spans


def _covers(rings: Sequence[Sequence[Point]], box: Box) -> bool:
    """Whether a polygon has part in a box, as far as a few lines through it tell."""
    left, top, right, bottom = box
    for part in (0.05, 0.35, 0.65, 0.95):
        level = crossings(rings, top + part * (bottom - top))
        if any(start < right and left < end for start, end in zip(level[::2], level[1::2], strict=True)):
            return True
    return False


def _cross(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two straight lines cross."""
    if not other:
        return False
    (a, b), (c, d) = one, other

    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def _meets(line: Sequence[Point], box: Box) -> bool:
    """Whether a line of two points crosses a box."""
    (ax, ay), (bx, by) = line[0], line[-1]
    steps = 12
    return any(
        box[0] < ax + (bx - ax) * n / steps < box[2] and box[1] < ay + (by - ay) * n / steps < box[3]
        for n in range(steps + 1)
    )
