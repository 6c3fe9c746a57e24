"""The marks of a figure: bars and columns from zero, and dots and spans for claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefing.drawing.axes import Scale
from briefing.drawing.sheet import Point, Sheet
from briefing.value import Value

BAR = 10.0
"""How thick a bar is."""
ARROW = 15.0
"""How far an open arrow reaches from the bound that was stated."""
DOT = 6.5
"""How wide a claim's dot is."""
_COLORS = 6


def color_of(number: int) -> str:
    """The colour of the part with this number."""
    return f"series{number % _COLORS + 1}"


@dataclass(frozen=True, slots=True)
class Pen:
    """Where and how a figure is drawn: along its scale, `across` from the other edge, so thick, in a colour.

    A scale that rises up the page makes columns. What is stale is drawn lighter, with an outline.
    """

    sheet: Sheet
    scale: Scale
    across: float
    color: str = "series1"
    thick: float = BAR
    stale: bool = False

    @property
    def way(self) -> int:
        """Whether larger values have larger places on the sheet (1), or smaller ones (-1)."""
        return 1 if self.scale.end > self.scale.start else -1

    def points(self, along: Iterable[tuple[float, float]]) -> list[Point]:
        """Points of the sheet from places along the scale and offsets across it."""
        at = self.across
        return [(place, at + off) if self.way > 0 else (at + off, place) for place, off in along]

    def box(self, start: float, end: float) -> list[Point]:
        """The corners of a bar between two places."""
        half = self.thick / 2
        return self.points([(start, -half), (end, -half), (end, half), (start, half)])

    def stroke(self, role: str, *runs: list[Point], width: float, dash: tuple[float, ...] = ()) -> None:
        """Lines in the pen's colour."""
        self.sheet.stroke(role, *runs, color=self.color, width=width, dash=dash)

    def solid(self, start: float, end: float) -> None:
        """What is certain."""
        if start == end:
            return
        outline = self.box(start, end)
        self.sheet.area("bar", outline, self.color, opacity=0.25 if self.stale else 1)
        if self.stale:
            self.stroke("stale", [*outline, outline[0]], width=0.9)

    def dot(self, place: float, *, hollow: bool) -> None:
        """A stated number; hollow where it is approximate or stale."""
        self.sheet.dots(self.points([(place, 0)]), self.color, DOT, hollow=hollow or self.stale)

    def arrow(self, start: float, tip: float) -> None:
        """An open arrow."""
        back = tip + max(min(start - tip, 3.2), -3.2)
        head = self.points([(back, -3.2), (tip, 0), (back, 3.2)])
        self.stroke("bound", self.points([(start, 0), (tip, 0)]), head, width=1.3)


def draw_claim(pen: Pen, value: Value) -> None:
    """One asserter's figure: a span for a range, else a dot with an arrow where it is open."""
    start, end = pen.scale(value.numbers[0]), pen.scale(value.numbers[-1])
    if value.kind == "range":
        pen.stroke("span", pen.points([(start, 0), (end, 0)]), width=1.2 if pen.stale else 3)
        caps = [pen.points([(at, -pen.thick / 2), (at, pen.thick / 2)]) for at in (start, end)]
        pen.stroke("cap", *caps, width=1.4)
        if value.best is not None:
            pen.dot(pen.scale(value.best), hollow=False)
        return
    if value.high is None:
        pen.arrow(start, start + ARROW * pen.way)
    if value.low is None:
        pen.arrow(start, start - ARROW * pen.way)
    pen.dot(start, hollow=value.about)


def draw_bar(pen: Pen, value: Value) -> None:
    """A bar from zero: hatched between low and high, broken at its end for about, open for a bound."""
    x, zero = pen.scale, pen.scale(0)
    near, far = sorted((x(value.numbers[0]), x(value.numbers[-1])), key=lambda at: abs(at - zero))
    towards = ARROW * pen.way if value.high is None else -ARROW * pen.way
    if value.kind == "range":
        if (near - zero) * (far - zero) >= 0:
            pen.solid(zero, near)
        _hatched(pen, min(near, far), max(near, far))
        if value.best is not None:
            reach = pen.thick / 2 + 2
            at = x(value.best)
            pen.sheet.stroke("best", pen.points([(at, -reach), (at, reach)]), color="ink", width=1.2)
    elif value.kind == "exact":
        pen.solid(zero, far)
    elif value.kind == "about":
        _broken(pen, zero, far)
    elif (far - zero) * towards >= 0:  # the truth is farther out than the bound
        pen.solid(zero, far)
        pen.arrow(far, far + towards)
    else:  # between the bound and zero, or beyond zero
        outline = pen.box(zero, far)
        pen.stroke("bar", [*outline, outline[0]], width=0.9, dash=(2, 1.5))
        pen.arrow(far, far + max(min(zero - far, ARROW), -ARROW))


def _hatched(pen: Pen, low: float, high: float) -> None:
    """From low to high: so much, perhaps."""
    outline = pen.box(low, high)
    pen.sheet.area("span", outline, pen.color, opacity=0.15)
    hatch, foot = [], low - pen.thick + 2
    while foot < high:  # strokes at 45 degrees, cut off at the sides
        sides = max(foot, low), min(foot + pen.thick, high)
        hatch.append(pen.points([(side, pen.thick / 2 - (side - foot)) for side in sides]))
        foot += 3.5
    if hatch:
        pen.stroke("hatch", *hatch, width=0.6)
    pen.stroke("span", [*outline, outline[0]], width=0.8, dash=(2, 1.5) if pen.stale else ())


def _broken(pen: Pen, start: float, end: float) -> None:
    """About so much: the end of the bar comes in slices that grow thin."""
    tail = max(min(end - start, 12.0), -12.0)
    pen.solid(start, end - tail)
    for begin, finish in ((0.08, 0.32), (0.44, 0.60), (0.74, 0.84), (0.94, 1.0)):
        pen.solid(end - tail * (1 - begin), end - tail * (1 - finish))
