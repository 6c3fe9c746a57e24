"""What a map shows: the frame around areas and points, and everything in it, in points of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import atan2, cos, degrees, hypot, radians, sin

from briefing.geography.atlas import Area, Atlas, Degrees, Polygon, inside
from briefing.geography.measure import round_scale
from briefing.geography.projection import EqualEarth, LambertAzimuthal, Projection
from briefing.geography.shapes import Box, Point, area_of, cut_line, cut_ring, extent, overlap, thinned, within

FINE = 0.4
"""Points: what lies nearer to a line cannot be seen."""
WHOLE = 72.0
"""Degrees from the centre beyond which a map shows the whole world."""
TRUE = 36.0
"""Degrees from the centre to the corner up to which one scale holds within five percent, and is printed."""
_PADDING = 0.05
_LOW, _HIGH = 0.45, 0.82
"""The height of a frame in widths, at least and at most, where none is asked for."""
_EARTH = (-180.0, -90.0, 180.0, 90.0)
_SMALL = 2.0
"""Degrees: an outline larger than this can be seen on any map."""
_SMALLEST = 40.0
"""Kilometres across the smallest frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A box of a projection, in kilometres: west, south, east, north."""

    projection: Projection
    box: Box

    @property
    def ratio(self) -> float:
        """Its height in widths."""
        return (self.box[3] - self.box[1]) / (self.box[2] - self.box[0])

    @property
    def whole(self) -> bool:
        """Whether it is the whole world."""
        return isinstance(self.projection, EqualEarth)

    @property
    def scale(self) -> int:
        """A round number of kilometres, up to a fifth of its width; 0 where no one scale holds in all of it."""
        return round_scale((self.box[2] - self.box[0]) / 5) if self.reach <= TRUE else 0

    @property
    def reach(self) -> float:
        """Degrees from the centre to the farthest corner."""
        if not isinstance(self.projection, LambertAzimuthal):
            return 180.0
        corners = [(x, y) for x in self.box[::2] for y in self.box[1::2]]
        return max(self.projection.distance(*self.projection.inverse(*corner)) for corner in corners)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies in it."""
        return within(self.projection.forward(lon, lat), self.box)


def frame_around(parts: Sequence[Sequence[Degrees]], points: Sequence[Degrees], ratio: float | None) -> Frame:
    """The frame around rings and points. `ratio` is its height in widths; without it what fits, within limits."""
    given = [point for ring in parts for point in ring] + list(points)
    centre = LambertAzimuthal(*_middle(given))
    west, south, east, north = extent([centre.forward(*point) for point in given])
    if max(abs(west), abs(south), abs(east), abs(north)) < 8000:
        centre = LambertAzimuthal(*centre.inverse((west + east) / 2, (south + north) / 2))
    if max(centre.distance(*point) for point in given) > WHOLE:
        return whole_world(ratio)
    west, south, east, north = extent([centre.forward(*point) for point in given])
    wide, high = (max(side, _SMALLEST) * (1 + 2 * _PADDING) for side in (east - west, north - south))
    ratio = ratio or min(max(high / wide, _LOW), _HIGH)
    wide, high = max(wide, high / ratio), max(high, wide * ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return Frame(centre, (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))


def whole_world(ratio: float | None = None) -> Frame:
    """The frame of the whole world without the Antarctic, which has nobody to report."""
    earth = EqualEarth()
    east = earth.forward(180, 0)[0]
    north, south = earth.forward(0, 84)[1], earth.forward(0, -57)[1]
    high = max(north - south, 2 * east * (ratio or 0))
    middle = (north + south) / 2
    east = max(east, high / 2 / ratio) if ratio else east
    return Frame(earth, (-east, middle - high / 2, east, middle + high / 2))


def _middle(points: Sequence[Degrees]) -> Degrees:
    """The direction of the middle of points on the sphere, which no meridian cuts."""
    x = y = z = 0.0
    for lon, lat in points:
        across = cos(radians(lat))
        x, y, z = x + across * cos(radians(lon)), y + across * sin(radians(lon)), z + sin(radians(lat))
    return degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))


def main_parts(atlas: Atlas, area: Area) -> list[list[Degrees]]:
    """The outer rings of an area without what lies far from its mainland: France without Guiana.

    A part belongs to the rest when it has a fifth of the largest part's area, or lies near: within 200 km or a
    sixteenth of what is taken already.
    """
    rings = sorted((atlas.ring(polygon[0]) for polygon in area.polygons), key=_land, reverse=True)
    plane = LambertAzimuthal(*_middle(rings[0]))
    outlines = [(_land(ring), [plane.forward(*point) for point in ring], ring) for ring in rings]
    taken = [outlines[0]]
    left = outlines[1:]
    while left:
        box = extent([point for _, outline, _ in taken for point in outline])
        near = max(200.0, hypot(box[2] - box[0], box[3] - box[1]) / 16)
        more = [one for one in left if one[0] > outlines[0][0] / 5 or any(_gap(point, box) < near for point in one[1])]
        if not more:
            break
        taken += more
        left = [one for one in left if one not in more]
    return [ring for _, _, ring in taken]


def _land(ring: Sequence[Degrees]) -> float:
    """The size of a ring in square kilometres."""
    plane = LambertAzimuthal(*_middle(ring))
    return area_of([plane.forward(*point) for point in ring])


def _gap(point: Point, box: Box) -> float:
    x, y = point
    return hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3]))


def _along(ring: Sequence[Point], box: Box) -> bool:
    """Whether a ring has no width and lies on the sides of a box: what cutting leaves of one that runs around it."""
    sides = (
        abs(x - box[0]) < 1e-6 or abs(x - box[2]) < 1e-6 or abs(y - box[1]) < 1e-6 or abs(y - box[3]) < 1e-6
        for x, y in ring
    )
    return area_of(ring) < 1e-3 and all(sides)


@dataclass
class View:
    """A frame laid on a box of a sheet, y running down. Outlines are projected once and kept."""

    frame: Frame
    box: Box
    fine: float = FINE
    _arcs: dict[tuple[int, int], list[Point]] = field(default_factory=dict)

    @property
    def points_per_km(self) -> float:
        """Points of the sheet for one kilometre at the centre of the projection."""
        return (self.box[2] - self.box[0]) / (self.frame.box[2] - self.frame.box[0])

    def at(self, lon: float, lat: float) -> Point:
        """Where a place lies on the sheet."""
        x, y = self.frame.projection.forward(lon, lat)
        scale = self.points_per_km
        return self.box[0] + (x - self.frame.box[0]) * scale, self.box[1] + (self.frame.box[3] - y) * scale

    def rings(self, atlas: Atlas, area: Area) -> list[list[list[Point]]]:
        """The polygons of an area that can be seen, each of its rings, cut off at the box."""
        if self.frame.whole:
            return self._on_the_world(atlas, area)
        seen = []
        for polygon in area.polygons:
            if not self._near(atlas, polygon):
                continue
            outer = cut_ring(self._ring(atlas, polygon, 0), self.box)
            if len(outer) < 3 or _along(outer, self.box):
                seen += self._speck(atlas, polygon)
                continue
            holes = [cut_ring(self._ring(atlas, polygon, n), self.box) for n in range(1, len(polygon))]
            seen.append([outer, *(hole for hole in holes if len(hole) > 2)])
        return seen

    def lines(self, atlas: Atlas, arcs: Iterable[int]) -> list[list[Point]]:
        """The arcs that can be seen, cut off at the box."""
        return [run for number in sorted(arcs) for run in cut_line(self._arc(atlas, number), self.box)]

    def _on_the_world(self, atlas: Atlas, area: Area) -> list[list[list[Point]]]:
        """The polygons of an area on a map that ends at the 180th meridian; the other side takes what lies beyond."""
        seen = []
        for polygon in area.polygons:
            rings = [atlas.ring(ring) for ring in polygon]
            for turn in (0, 360, -360) if max(abs(lon) for lon, _ in rings[0]) > 180 else (0,):
                parts = [cut_ring([(lon + turn, lat) for lon, lat in ring], _EARTH) for ring in rings]
                drawn = [thinned([self.at(*point) for point in part], self.fine) for part in parts if len(part) > 2]
                drawn = [cut for ring in drawn if len(cut := cut_ring(ring, self.box)) > 2]
                if drawn and not _along(drawn[0], self.box):
                    seen.append(drawn)
            seen += self._speck(atlas, polygon)
        return seen

    def _speck(self, atlas: Atlas, polygon: Polygon) -> list[list[list[Point]]]:
        """An outline too small to have a shape, as a square where it is; nothing for one that has a shape."""
        ring = atlas.ring(polygon[0])
        west, south, east, north = extent(ring)
        if max(east - west, north - south) > _SMALL:
            return []
        whole = [self.at(*point) for point in ring]
        x, y = whole[0]
        left, top, right, bottom = extent(whole)
        if max(right - left, bottom - top) > 1 or not within((x, y), self.box):
            return []
        return [[[(x, y), (x + 0.5, y), (x + 0.5, y + 0.5), (x, y + 0.5)]]]

    def _ring(self, atlas: Atlas, polygon: Polygon, number: int) -> list[Point]:
        points: list[Point] = []
        for arc in polygon[number]:
            line = self._arc(atlas, arc if arc >= 0 else ~arc)
            line = line if arc >= 0 else line[::-1]
            points += line[1:] if points else line
        return points

    def _arc(self, atlas: Atlas, number: int) -> list[Point]:
        key = id(atlas), number
        if key not in self._arcs:
            self._arcs[key] = thinned([self.at(*point) for point in atlas.arcs[number]], self.fine)
        return self._arcs[key]

    def _near(self, atlas: Atlas, polygon: Polygon) -> bool:
        """Whether an outline can reach the box: not from the other side of the earth, which lies inside out."""
        plane = self.frame.projection
        assert isinstance(plane, LambertAzimuthal)  # noqa: S101  # the whole world has a way of its own
        ring = atlas.ring(polygon[0])
        box = extent(ring)
        for turn in (0, 360, -360):
            opposite = (plane.lon + 180 + turn, -plane.lat)
            if within(opposite, box) and inside(opposite, [ring]):
                return False
        return overlap(extent(self._ring(atlas, polygon, 0)), self.box)
