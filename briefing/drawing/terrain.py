"""The ground of a map: neighbours, areas with their shades, borders that are not settled, and the globe in a corner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, hypot, pi, sin

from briefing.drawing.lettering import Face
from briefing.drawing.mapwords import Boxed, boxed
from briefing.drawing.sheet import Point, Sheet
from briefing.geography.atlas import world
from briefing.geography.ground import OWN, Ground, country_code
from briefing.geography.projection import RADIUS, LambertAzimuthal
from briefing.geography.shapes import Box, area_of, crossings, cut_convex, extent, overlap
from briefing.geography.view import Frame, View

Polygons = list[list[list[Point]]]

SPECK = 9.0
"""Square points: an area smaller than this is shown by a disc."""
_DUST = 0.7
"""Square points: islands smaller than this are left out beside larger ones."""
_HATCH = 3.2
_NAME, _REGION = Face(7.0, 600), Face(7.0, 400)
_GLOBE = 27.0
"""The radius of the globe in points; on a narrow map it is smaller."""


@dataclass
class Terrain:
    """What lies in a view. `marked` are the areas with a figure, `told` the names that stand at points."""

    ground: Ground
    view: View
    marked: set[str]
    told: frozenset[str] = frozenset()

    @cached_property
    def countries(self) -> dict[str, Polygons]:
        """Every country that can be seen."""
        seen = {code: self.view.rings(world(), area) for code, area in world().areas.items()}
        return {code: polygons for code, polygons in seen.items() if polygons}

    @cached_property
    def parts(self) -> dict[str, Polygons]:
        """The regions that are shown inside of countries."""
        own = self.ground.own
        found = {}
        for atlas in self.ground.divided:
            for code, area in atlas.areas.items():
                if polygons := self.view.rings(atlas, area):
                    found[f"{OWN}{code}" if atlas is own else code] = polygons
        return found

    @cached_property
    def shapes(self) -> dict[str, Polygons]:
        """Every country and region that can be seen."""
        return {**self.countries, **self.parts}

    @cached_property
    def framed(self) -> set[str]:
        """The countries that the map is of."""
        return {country_code(code) for code in (*self.ground.map.around, *self.marked) if not code.startswith(OWN)}

    @cached_property
    def home(self) -> list[str]:
        """What the map is of and has no figure; a country in regions is these."""
        return [code for code in self.bare if code in self.shapes]

    @cached_property
    def bare(self) -> list[str]:
        """The codes of that, whether it can be seen or not."""
        own = self.ground.own
        divided = {country_code(next(iter(atlas.areas))) for atlas in self.ground.divided if atlas is not own}
        codes = sorted(self.framed - divided)
        for atlas in self.ground.divided:
            codes += [f"{OWN}{code}" if atlas is own else code for code in atlas.areas]
        return [code for code in codes if code not in self.marked]

    @cached_property
    def unsettled(self) -> list[list[Point]]:
        """Borders that are not settled."""
        return self.view.lines(world(), world().disputed)

    @cached_property
    def outline(self) -> list[list[Point]]:
        """A line around countries that are shown in regions."""
        runs: list[list[Point]] = []
        for atlas in self.ground.divided:
            if atlas is not self.ground.own:
                used = Counter(arc for area in atlas.areas.values() for arc in area.arcs)
                runs += self.view.lines(atlas, [arc for arc, times in used.items() if times == 1])
        return runs

    def unsettled_boxes(self) -> list[Box]:
        """Where no words stand, so that the dashes can be seen."""
        return _boxes(self.unsettled)

    def outline_boxes(self) -> list[Box]:
        """Where words are harder to read."""
        return _boxes(self.outline)

    def size(self, code: str) -> float:
        """The area that can be seen of an area, in square points."""
        return sum(area_of(rings[0]) for rings in self.shapes.get(code, []))

    def middle(self, code: str) -> Point:
        """A point in the largest part of an area."""
        rings = max(self.shapes[code], key=lambda rings: area_of(rings[0]))
        left, top, right, bottom = extent(rings[0])
        best = ((left + right) / 2, (top + bottom) / 2)
        widest = 0.0
        for n in range(1, 10):
            y = top + (bottom - top) * n / 10
            level = crossings(rings, y)
            for start, end in zip(level[::2], level[1::2], strict=True):
                if end - start > widest:
                    widest, best = end - start, ((start + end) / 2, y)
        return best

    @cached_property
    def busy(self) -> Boxed:
        """The polygons of what the map is of: no words of other areas stand there."""
        codes = {*self.parts, *(self.framed & set(self.countries)), *self.marked}
        return boxed([rings for code in sorted(codes) for rings in self.shapes.get(code, [])])

    def names(self, language: str) -> Iterator[tuple[Polygons, str, Face, bool]]:
        """Names for what has no figure: regions as they are written, then countries in capitals, the large first."""
        divided = {country_code(code) for code in self.parts if not code.startswith(OWN)}
        for kind, face in ((self.parts, _REGION), (self.countries, _NAME)):
            for code in sorted(kind, key=self.size, reverse=True):
                name = self.ground.name(code, language)
                told = code in self.marked or code in divided or name in self.told
                if not told and self.size(code) > 60:
                    is_part = kind is self.parts
                    yield kind[code], name if is_part else capitals(name, language), face, is_part

    def draw(self, sheet: Sheet, shades: Mapping[str, int], hatched: set[str], cleared: Sequence[Box]) -> None:
        """Land in grey, then what the map is of, then what has a figure, then borders."""
        above = set(self.home) | self.marked
        quiet = [
            ring
            for code, polygons in self.countries.items()
            if code not in above
            for rings in polygons
            for ring in rings
            if area_of(ring) > _DUST
        ]
        if quiet:
            sheet.shape("land", quiet, "land", edge="page", width=0.7)
        for code in self.home:
            sheet.shape("home", _seen(self.shapes[code]), "home", edge="page", width=0.6)
        for code in sorted(self.marked, key=lambda code: (code in self.parts, code)):
            color = f"shade{shades[code]}" if code in shades else "home"
            rings = _seen(self.shapes.get(code, []))
            if not rings:
                continue
            sheet.shape("area", rings, color, edge="page", width=0.6)
            if code in hatched:
                self._hatch(sheet, code, shades.get(code, 1), cleared)
        if self.outline:
            sheet.stroke("outline", *self.outline, color="muted", width=0.6, coarse=True)
        if self.unsettled:
            sheet.stroke("unsettled-ground", *self.unsettled, color="land", width=1.2)
            sheet.stroke("unsettled", *self.unsettled, color="muted", width=0.8, dash=(2.4, 1.8))
        for code in sorted(self.marked):
            if code in shades and code in self.shapes and self.size(code) < SPECK:
                sheet.disc("speck", self.middle(code), 5.0, f"shade{shades[code]}", edge="muted")

    def draw_frame(self, sheet: Sheet) -> None:
        """The sides of the map."""
        left, top, right, bottom = self.view.box
        if not self.view.frame.whole:
            sides = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            sheet.stroke("frame", sides, color="grid", width=0.8)

    def _hatch(self, sheet: Sheet, code: str, shade: int, cleared: Sequence[Box]) -> None:
        """Slanting lines over an area whose figure is not exact, but not where letters stand."""
        color = "page" if shade > 1 else "muted"
        runs: list[list[Point]] = []
        for rings in self.shapes.get(code, []):
            turned = [[_turned(point) for point in ring] for ring in rings]
            _, top, _, bottom = extent(turned[0])
            y = (top // _HATCH + 1) * _HATCH
            while y < bottom:
                level = crossings(turned, y)
                for start, end in zip(level[::2], level[1::2], strict=True):
                    runs += _without([_back((start, y)), _back((end, y))], cleared)
                y += _HATCH
        if runs:
            sheet.stroke("hatch", *runs, color=color, width=0.7)


@dataclass(frozen=True)
class Locator:
    """A small globe, centred where the map is, with the map's frame on it."""

    ground: Ground
    view: View
    box: Box

    @classmethod
    def in_corner(cls, ground: Ground, view: View, terrain: Terrain, dots: Sequence[Box]) -> Locator:
        """The globe in that corner of the map where it hides least of what the map is of."""
        left, top, right, bottom = view.box
        size, gap = 2 * min(_GLOBE, (right - left) / 11) + 4, 5.0
        corners = [
            (x, y, x + size, y + size)
            for x in (right - gap - size, left + gap)
            for y in (top + gap, bottom - gap - size)
        ]
        mine = [rings for code in sorted(terrain.framed | terrain.marked) for rings in terrain.shapes.get(code, [])]
        mine += [rings for polygons in terrain.parts.values() for rings in polygons]

        def hidden(box: Box) -> float:
            across = 0.0
            for n in range(9):
                y = box[1] + (box[3] - box[1]) * (n + 0.5) / 9
                for rings in mine:
                    level = crossings(rings, y)
                    pairs = zip(level[::2], level[1::2], strict=True)
                    across += sum(max(0.0, min(end, box[2]) - max(start, box[0])) for start, end in pairs)
            return across + 500 * sum(overlap(box, dot) for dot in dots)

        return cls(ground, view, min(corners, key=hidden))

    def draw(self, sheet: Sheet) -> None:
        """Land on a disc; on it the frame, or a dot where that is too small to be seen."""
        x, y = (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2
        here = self.view.frame.projection
        assert isinstance(here, LambertAzimuthal)  # noqa: S101  # a map of the whole world has no locator
        radius = (self.box[2] - self.box[0]) / 2 - 2
        far = RADIUS * 2**0.5  # where a quarter of the way around the earth lies
        whole = View(Frame(here, (-far, -far, far, far)), (x - radius, y - radius, x + radius, y + radius), fine=0.5)
        rim = [(x + radius * cos(n * pi / 24), y + radius * sin(n * pi / 24)) for n in range(48)]
        sheet.disc("globe", (x, y), 2 * radius + 3, "page")
        coasts = [rings[0] for area in world().areas.values() for rings in whole.rings(world(), area)]
        land = [cut for ring in coasts if area_of(ring) > 2.0 and len(cut := cut_convex(ring, rim)) > 2]
        sheet.shape("globe-land", land, "grid")
        sheet.ring("globe", (x, y), 2 * radius, "muted", width=0.6)
        west, south, east, north = self.view.frame.box
        scale = whole.points_per_km
        corners = [
            (x + a * scale, y - b * scale) for a, b in ((west, north), (east, north), (east, south), (west, south))
        ]
        if hypot(east - west, north - south) * scale < 5:
            sheet.disc("here", (x, y), 4.0, "series2")
        else:
            sheet.stroke("here", [*corners, corners[0]], color="series2", width=1.2)


def _boxes(runs: Sequence[Sequence[Point]]) -> list[Box]:
    """A box around each piece of some lines."""
    pieces = (extent(pair) for run in runs for pair in pairwise(run))
    return [(left - 1, top - 1, right + 1, bottom + 1) for left, top, right, bottom in pieces]


def _seen(polygons: Polygons) -> list[list[Point]]:
    """The rings of polygons that are more than dust, or else all of them."""
    rings = [ring for rings in polygons for ring in rings]
    return [ring for ring in rings if area_of(ring) > _DUST] or rings


def capitals(name: str, language: str) -> str:
    """A name in capitals; the dotted i of Turkish and Azerbaijani keeps its dot."""
    if language.split("-", maxsplit=1)[0] in {"tr", "az"}:
        name = name.replace("i", "İ")
    return name.upper()


def _turned(point: Point) -> Point:
    """A point in axes turned by 45 degrees."""
    return (point[0] - point[1]) / 2**0.5, (point[0] + point[1]) / 2**0.5


def _back(point: Point) -> Point:
    return (point[0] + point[1]) / 2**0.5, (point[1] - point[0]) / 2**0.5


def _without(line: Sequence[Point], boxes: Sequence[Box]) -> list[list[Point]]:
    """A straight line without its parts in boxes."""
    runs = [list(line)]
    for box in boxes:
        cut: list[list[Point]] = []
        for a, b in runs:
            enter, leave = _parts_inside(a, b, box)
            if enter >= leave:
                cut.append([a, b])
                continue
            for start, end in ((0.0, enter), (leave, 1.0)):
                if end - start > 1e-6:
                    cut.append([_between(a, b, start), _between(a, b, end)])
        runs = cut
    return runs


def _parts_inside(a: Point, b: Point, box: Box) -> tuple[float, float]:
    """From where to where, as parts of a line, it runs inside a box."""
    enter, leave = 0.0, 1.0
    for axis in (0, 1):
        step = b[axis] - a[axis]
        low, high = box[axis] - a[axis], box[axis + 2] - a[axis]
        if abs(step) < 1e-9:
            if low > 0 or high < 0:
                return 1.0, 0.0
            continue
        first, last = sorted((low / step, high / step))
        enter, leave = max(enter, first), min(leave, last)
    return enter, leave


def _between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
