"""Numbers on a map for figures that find no place there: the list below it says what each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist

from briefing.drawing.lettering import SMALL, STRONG, Face, width
from briefing.drawing.mapwords import Boxed, Label, Placing, Polygons, Words
from briefing.drawing.sheet import Point, Sheet

_INSIDE = Face(6.6, 600)
_FACE = Face(SMALL.size, 600)
_NEAR = (2.0, 9.0, 18.0, 30.0)
"""Points from a dot to its number; from the second on a line leads to it."""
_COLUMN_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list below a map says of a mark, and its number; none where not even that has room on the map."""

    label: Label
    number: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A dot that wants a number: `open` says whether letters can stand in it, `above` are the dots drawn upon it."""

    at: Point
    reach: float
    open: bool
    above: Sequence[tuple[Point, float]] = ()


def number_dots(spots: Sequence[Spot], first: int, placing: Placing, *, plate: bool) -> list[str]:
    """A number for each dot, in or beside it. Dots that lie upon one another share a label, as "3–5".

    The numbers of what shares a label follow one another; without room there is none.
    """
    given = [""] * len(spots)
    for group in together(spots):
        numbers = [str(first + n) for n in range(len(group))]
        text = numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        if not (len(group) == 1 and _inside(text, spots[group[0]], placing)) and not _beside(
            text, [spots[n] for n in group], placing, plate=plate
        ):
            continue
        first += len(group)
        for n, number in zip(group, numbers, strict=True):
            given[n] = number
    return given


def number_area(number: int, rings: Polygons, middle: Point, shaded: Boxed, placing: Placing, *, ink: str) -> str:
    """The number of an area: in it, out at the end of a line, or upon it; nothing where it has no room."""
    text = str(number)
    put = (
        placing.into(Label((Words("number", [text], _INSIDE, ink),)), rings, middle=True)
        or placing.out(Label((Words("number", [text], _FACE, "ink"),)), middle, shaded)
        or placing.upon(Label((Words("number", [text], _INSIDE, "ink"),)), middle)
    )
    return text if put else ""


def together(spots: Sequence[Spot]) -> list[list[int]]:
    """Dots that hide one another: where one covers the middle of another they are of one group; by their places."""
    groups: list[list[int]] = []
    for n, spot in enumerate(spots):
        near = [g for g in groups if any(_hides(spot, spots[other]) for other in g)]
        groups = [g for g in groups if g not in near]
        groups.append(sorted([n, *(other for g in near for other in g)]))
    return sorted(groups)


def _hides(one: Spot, other: Spot) -> bool:
    return dist(one.at, other.at) < max(one.reach, other.reach)


def _inside(text: str, spot: Spot, placing: Placing) -> bool:
    """Put a number into its dot, unless the dot is too small or others lie upon it."""
    half, tall = width(text, _INSIDE) / 2, 0.35 * _INSIDE.size
    (x, y), corner = spot.at, (half**2 + tall**2) ** 0.5
    covered = any(dist(spot.at, at) < reach + corner for at, reach in spot.above)
    if not spot.open or covered or corner + 0.2 > spot.reach:
        return False
    label = Label((Words("number", [text], _INSIDE, "page"),))
    put = label.at(x - label.wide / 2, y + tall - _INSIDE.size)
    placing.placed.append(put)
    return True


def _beside(text: str, spots: Sequence[Spot], placing: Placing, *, plate: bool) -> bool:
    """Put a number beside one of the dots that it is of."""
    label = Label((Words("number", [text], _FACE, "ink"),))
    return any(placing.beside(label, spot.at, spot.reach, plate=plate, far=_NEAR) for spot in spots)


class Foot:
    """The list below a map, in columns."""

    def __init__(self, listed: Sequence[Listed], wide: float, top: float) -> None:
        self.listed = listed
        longest = max((width(one.number, STRONG) for one in listed), default=0.0)
        self.indent = longest + 4 if longest else 0.0
        self.across = max((one.label.wide for one in listed), default=0.0) + self.indent + _COLUMN_GAP
        self.columns = max(1, int((wide + _COLUMN_GAP) // self.across))
        self.across = wide / self.columns
        rows = [listed[n : n + self.columns] for n in range(0, len(listed), self.columns)]
        self.tops = [top + 4 if listed else top]
        for row in rows:
            self.tops.append(self.tops[-1] + max(one.label.tall for one in row) + 4)

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.tops[-1]

    def draw(self, sheet: Sheet) -> None:
        """Each figure with its name, behind its number."""
        for row, (top, _) in enumerate(pairwise(self.tops)):
            for column, one in enumerate(self.listed[row * self.columns : (row + 1) * self.columns]):
                x = column * self.across
                if one.number:
                    place = (x + self.indent - 4, top + STRONG.size)
                    sheet.text("number", place, [one.number], STRONG, color="muted", anchor="right")
                one.label.at(x + self.indent, top).draw(sheet)
