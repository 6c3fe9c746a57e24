"""Maps: land, shaded areas and dots, their figures and names, a key, a scale, and where on earth it all is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from math import sqrt

from babel import Locale

from briefing.drawing.axes import locale_of
from briefing.drawing.lettering import PLAIN, SMALL, STRONG, Face, wrap
from briefing.drawing.mapkey import Key, Shown
from briefing.drawing.mapnumbers import Foot, Listed, Spot, number_area, number_dots, together
from briefing.drawing.mapwords import Label, Placing, Words, boxed
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.drawing.terrain import Locator, Terrain
from briefing.edition import ChartSpec, MapMark
from briefing.errors import DrawError
from briefing.geography.atlas import world
from briefing.geography.ground import Ground
from briefing.geography.measure import class_of, scale_words, shade_of
from briefing.geography.shapes import Box
from briefing.geography.view import TRUE, View
from briefing.value import Value

LARGEST = 30.0
"""Points across the largest dot, where there are few."""
_FULL = 0.06
"""How much of a map dots may cover, if all were as large as the largest."""
SMALLEST = 3.4
_EVENT = 6.0
"""Points across the dot of an event without a figure."""
_COLOR = "series2"
_TINY, _TINY_STRONG = Face(6.6, 400), Face(6.6, 600)
"""For areas that are too narrow for more."""
_HEAP = 4
"""More dots than this that hide one another are listed, under one label."""


def map_chart(spec: ChartSpec) -> Sheet:
    """A map under its key, with its scale; figures that find no place on it have a number there and a list below."""
    if spec.map is None:
        raise DrawError("the chart has no places to draw")
    plan = _Plan(spec, Ground(spec.map), locale_of(spec.language))
    plan.place()
    sheet = Sheet(plan.wide, plan.foot.bottom)
    plan.terrain.draw(sheet, plan.shades, plan.hatched, plan.cleared())
    for dot in plan.dots:
        dot.draw(sheet)
    plan.placing.draw(sheet)
    if plan.locator is not None:
        plan.locator.draw(sheet)
    plan.terrain.draw_frame(sheet)
    plan.key.draw(sheet)
    plan.draw_foot(sheet)
    return sheet


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at a point: as large as its figure, hollow where that is no exact and fresh number."""

    at: Point
    mark: MapMark
    sizes: tuple[float, ...]

    @property
    def reach(self) -> float:
        """Its radius."""
        return max(self.sizes) / 2

    @property
    def box(self) -> Box:
        """What it covers."""
        (x, y), r = self.at, self.reach
        return x - r, y - r, x + r, y + r

    @property
    def solid(self) -> bool:
        """Whether it is one filled disc."""
        value = self.mark.value
        return not self.mark.stale and (value is None or value.kind in {"exact", "at_least", "more_than"})

    def draw(self, sheet: Sheet) -> None:
        """A disc; a ring for about; two rings for a range; a broken ring where the truth may lie beyond or within."""
        value = self.mark.value
        hollow = not self.solid
        if value is not None and value.kind in {"at_most", "less_than"}:
            sheet.dots([self.at], "page", self.sizes[-1])
            sheet.ring("bound", self.at, self.sizes[-1], _COLOR, dash=(2, 1.5))
            return
        for size in sorted(self.sizes, reverse=True):
            sheet.dots([self.at], "page", size + 1.2)
            sheet.dots([self.at], _COLOR, size, hollow=hollow)
        if value is not None and value.kind in {"at_least", "more_than"}:
            sheet.ring("bound", self.at, self.sizes[-1] + 5, _COLOR, dash=(2, 1.5))


@dataclass
class _Plan:
    """Where everything goes, before anything is drawn: the sheet is as tall as what stands on it."""

    spec: ChartSpec
    ground: Ground
    locale: Locale
    dots: list[Dot] = field(default_factory=list)
    shades: dict[str, int] = field(default_factory=dict)
    rest: list[tuple[MapMark, Label]] = field(default_factory=list)
    locator: Locator | None = None

    def __post_init__(self) -> None:
        shown = self.ground.map
        self.wide = self.spec.width * MM
        frame = self.ground.frame(self.spec.height / self.spec.width if self.spec.height else None)
        inside = View(frame, (0.5, 0, self.wide - 0.5, self.wide * frame.ratio))  # moved down below the key
        self.marked = {mark.area: mark for mark in shown.marks if mark.area}
        numbers = [mark.value.numbers[-1] for mark in shown.marks if mark.value is not None and not mark.area]
        self.highest = max(numbers, default=None)
        room = _FULL * self.wide * self.wide * frame.ratio
        self.largest = min(LARGEST, sqrt(room / max(len(numbers), 1)))
        for code, mark in self.marked.items():
            if mark.value is not None and len(shown.breaks) > 1:
                self.shades[code] = shade_of(class_of(mark.value.numbers[0], shown.breaks), shown.breaks)
        self.hatched = {code for code, mark in self.marked.items() if mark.stale or _inexact(mark.value)}
        ahead = Terrain(self.ground, inside, set(self.marked))
        unsettled = any(frame.holds(*point) for arc in world().disputed for point in world().arcs[arc])
        explained = Shown(self.highest, self.largest, bool(self.shades and ahead.bare), bool(self.hatched), unsettled)
        self.key = Key(self.spec, self.locale, self.wide, explained)
        top = self.key.height
        self.view = View(frame, (0.5, top, self.wide - 0.5, top + self.wide * frame.ratio))
        told = frozenset(mark.label for mark in shown.marks if not mark.area)
        self.terrain = Terrain(self.ground, self.view, set(self.marked), told)
        self.placing = Placing(self.view.box, lines=self.terrain.outline_boxes())

    def size(self, number: float) -> float:
        """How wide a dot is: its area is in proportion to its number."""
        return max(self.largest * sqrt(max(number, 0) / float(self.highest or 1)), SMALLEST)

    def place(self) -> None:
        """Dots first, then the figures of areas, those of dots, the locator, and names where there is room."""
        self._place_dots()
        self._place_locator()
        self.placing.taken += self.terrain.unsettled_boxes()
        for code, mark in sorted(self.marked.items(), key=self._rank):
            self._place_area(code, mark)
        groups = together([self._spot(dot.mark) for dot in self.dots])
        crowded = {id(self.dots[n].mark) for group in groups if len(group) > _HEAP for n in group}
        for dot in sorted(self.dots, key=lambda dot: (-dot.reach, dot.at)):
            label = Label(_words(dot.mark, "ink"))
            if id(dot.mark) in crowded or not self.placing.beside(label, dot.at, dot.reach, plate=bool(self.shades)):
                self.rest.append((dot.mark, label))
        listed = self._numbered()
        parts = boxed([rings for polygons in self.terrain.parts.values() for rings in polygons])
        for rings, name, face, is_part in self.terrain.names(self.spec.language):
            label = Label((Words("place", wrap(name, 90, face), face, "muted"),))
            self.placing.into(label, rings, beside=() if is_part else parts)
        self.foot = Foot(listed, self.wide, self.view.box[3] + (16 if self.view.frame.scale else 3))

    def _rank(self, one: tuple[str, MapMark]) -> tuple[Decimal, float]:
        """The highest figure has the first choice of a place, then the smallest area."""
        code, mark = one
        highest = max(mark.value.numbers) if mark.value is not None else Decimal(0)
        return -highest, self.terrain.size(code)

    def _numbered(self) -> list[Listed]:
        """What the list below the map says, in the order of the figures: a number ties each to its place."""
        order = {id(mark): n for n, mark in enumerate(self.ground.map.marks)}
        rest = sorted(self.rest, key=lambda one: (not one[0].area, order[id(one[0])]))
        listed, number = [], 1
        for mark, label in rest:
            if mark.area:
                ink = "ink" if self.shades.get(mark.area, 1) < 4 else "page"
                rings, middle = self.terrain.shapes.get(mark.area, []), self.terrain.middle(mark.area)
                given = number_area(number, rings, middle, self.terrain.busy, self.placing, ink=ink)
                number += bool(given)
                listed.append(Listed(label, given))
        dots = [label for mark, label in rest if not mark.area]
        spots = [self._spot(mark) for mark, _ in rest if not mark.area]
        numbers = number_dots(spots, number, self.placing, plate=bool(self.shades))
        found = [Listed(label, number) for label, number in zip(dots, numbers, strict=True)]
        return [*listed, *sorted(found, key=lambda one: (not one.number, int(one.number or 0)))]

    def _spot(self, mark: MapMark) -> Spot:
        """The dot of a mark as its number sees it."""
        number, dot = next((n, dot) for n, dot in enumerate(self.dots) if dot.mark is mark)
        return Spot(dot.at, dot.reach, dot.solid, [(one.at, one.reach) for one in self.dots[number + 1 :]])

    def _place_dots(self) -> None:
        for mark in self.ground.map.marks:
            if mark.area or mark.lon is None or mark.lat is None:
                continue
            numbers = mark.value.numbers if mark.value is not None else ()
            sizes = tuple(self.size(float(number)) for number in dict.fromkeys(numbers)) or (_EVENT,)
            self.dots.append(Dot(self.view.at(float(mark.lon), float(mark.lat)), mark, sizes))
        self.dots.sort(key=lambda dot: (-dot.reach, dot.at))  # the small ones upon the large
        self.placing.taken += [dot.box for dot in self.dots]

    def _place_locator(self) -> None:
        if self.view.frame.reach > TRUE:
            return
        self.locator = Locator.in_corner(self.ground, self.view, self.terrain, [dot.box for dot in self.dots])
        self.placing.taken.append(self.locator.box)

    def _place_area(self, code: str, mark: MapMark) -> None:
        """Name and figure inside, in small type if need be; or beside, on the line; or in the list below the map."""
        rings = self.terrain.shapes.get(code, [])
        color = "ink" if self.shades.get(code, 1) < 4 else "page"
        named = Label(_words(mark, color))
        small = Label(_words(mark, color, _TINY_STRONG, _TINY))
        for label in (named, small):
            if self.placing.into(label, rings, middle=True):
                return
        outside = Label(_words(mark, "ink"))
        if rings and self.placing.out(outside, self.terrain.middle(code), self.terrain.busy):
            return
        self.rest.append((mark, outside))  # a figure without its name would be anybody's

    def cleared(self) -> list[Box]:
        """Where no hatching goes: letters stand there."""
        return [label.box for label in self.placing.placed]

    def draw_foot(self, sheet: Sheet) -> None:
        """The scale bar and the rest."""
        if km := self.view.frame.scale:
            y, left = self.view.box[3] + 7, self.view.box[0]
            right = left + km * self.view.points_per_km
            runs: list[list[Point]] = [[(left, y - 3), (left, y), (right, y), (right, y - 3)]]
            sheet.stroke("scale", *runs, color="ink", width=0.8)
            sheet.text("tick", (right + 5, y + 1.5), [scale_words(km, self.locale)], SMALL, color="muted")
        self.foot.draw(sheet)


def _inexact(value: Value | None) -> bool:
    return value is not None and value.kind != "exact"


def _words(mark: MapMark, color: str, strong: Face = STRONG, plain: Face = PLAIN) -> tuple[Words, ...]:
    """What stands at a mark: its place, its figure, how old that is."""
    muted = "muted" if color == "ink" else color
    small = min(plain, SMALL, key=lambda face: face.size)
    words = [Words("label", wrap(mark.label, 96, strong, lines=2), strong, color)]
    if mark.text:
        words.append(Words("figure", wrap(mark.text, 96, plain, lines=3), plain, color))
    if mark.detail:
        words.append(Words("detail", wrap(mark.detail, 72, small, lines=3), small, muted))
    return tuple(words)
