"""Outlines as arcs that neighbours share: those that come with the program, and those of a user's file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from briefing.edition import MapOutline

Degrees = tuple[float, float]
"""Longitude and latitude, WGS 84."""
Ring = tuple[int, ...]
"""Numbers of arcs; ~n is arc n backwards."""
Polygon = tuple[Ring, ...]
"""An outer ring and its holes."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Area:
    """A country or region. `iso2` is empty where ISO 3166 has no code for it."""

    code: str
    names: tuple[str, ...]
    polygons: tuple[Polygon, ...]
    iso2: str = ""

    @property
    def arcs(self) -> frozenset[int]:
        """The numbers of its arcs."""
        return frozenset(arc if arc >= 0 else ~arc for polygon in self.polygons for ring in polygon for arc in ring)


@dataclass(frozen=True, eq=False)
class Atlas:
    """Areas and the arcs that they are made of. `disputed` are arcs of borders that are not settled.

    `joined` says that outlines run on across the 180th meridian; a user's are cut there (RFC 7946, 3.1.9).
    """

    arcs: tuple[tuple[Degrees, ...], ...]
    areas: dict[str, Area]
    disputed: frozenset[int] = frozenset()
    joined: bool = False

    def ring(self, ring: Ring) -> list[Degrees]:
        """The points of a ring; the first is the last. Past the 180th meridian longitudes go on to 181 or -181.

        A ring around a pole is closed at the pole.
        """
        points: list[Degrees] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            points += arc[1:] if points else arc
        if not self.joined or max(lon for lon, _ in points) - min(lon for lon, _ in points) < 180:
            return points
        unrolled = [points[0]]
        for lon, lat in points[1:]:
            before = unrolled[-1][0]
            unrolled.append((lon - 360 * round((lon - before) / 360), lat))
        (start, lat), (end, _) = unrolled[0], unrolled[-1]
        if abs(end - start) > 1:
            pole = 90.0 if lat > 0 else -90.0
            unrolled += [(end, pole), (start, pole), (start, lat)]
        return unrolled

    def holder(self, lon: float, lat: float) -> str | None:
        """The area that holds a point."""
        for code, area in self.areas.items():
            for polygon in area.polygons:
                rings = [self.ring(ring) for ring in polygon]
                for turn in (lon, lon + 360, lon - 360):
                    if inside((turn, lat), rings[:1]) and not inside((turn, lat), rings[1:]):
                        return code
        return None


@cache
def world() -> Atlas:
    """The countries of the world, from Natural Earth at 1:50m, by ISO 3166-1 alpha-3."""
    return _read(_HERE / "world.json")


@cache
def regions(country: str) -> Atlas | None:
    """The first-level regions of a country by ISO 3166-2, where the program has them."""
    path = _HERE / f"{country}.json"
    return _read(path) if country.isalpha() and len(country) == 3 and path.is_file() else None


def with_regions() -> tuple[str, ...]:
    """The countries of whose regions the program has outlines."""
    return tuple(sorted(path.stem for path in _HERE.glob("[A-Z][A-Z][A-Z].json")))


def of_rings(shapes: Iterable[tuple[str, Sequence[Sequence[Sequence[Degrees]]]]]) -> Atlas:
    """An atlas of named shapes, each of polygons of closed rings, by their names."""
    arcs: list[tuple[Degrees, ...]] = []
    areas: dict[str, Area] = {}
    for name, polygons in shapes:
        made = []
        for polygon in polygons:
            made.append(tuple((len(arcs) + n,) for n in range(len(polygon))))
            arcs += [tuple(ring) for ring in polygon]
        areas[name] = Area(name, (name,), tuple(made))
    return Atlas(tuple(arcs), areas)


def of_outlines(outlines: Iterable[MapOutline]) -> Atlas:
    """An atlas of a user's own outlines, by their names."""
    return of_rings((one.name, [[_degrees(ring) for ring in polygon] for polygon in one.polygons]) for one in outlines)


def _degrees(ring: tuple[int, ...]) -> list[Degrees]:
    return [(ring[n] / 10_000, ring[n + 1] / 10_000) for n in range(0, len(ring), 2)]


def inside(point: Degrees, rings: Iterable[Sequence[Degrees]]) -> bool:
    """Whether a point lies within an odd number of rings."""
    x, y = point
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in _sides(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd


def _sides(ring: Sequence[Degrees]) -> Iterator[tuple[Degrees, Degrees]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _read(path: Path) -> Atlas:
    """A file that .ci/geography.py made: arcs as a point and the steps from it, in thousandths of a degree."""
    given = json.loads(path.read_text(encoding="utf-8"))
    areas = {
        code: Area(
            code,
            tuple(told["names"]),
            tuple(tuple(tuple(ring) for ring in polygon) for polygon in told["polygons"]),
            told.get("iso2", ""),
        )
        for code, told in given["areas"].items()
    }
    return Atlas(tuple(_unpacked(steps) for steps in given["arcs"]), areas, frozenset(given["disputed"]), joined=True)


def _unpacked(steps: Sequence[int]) -> tuple[Degrees, ...]:
    x = y = 0
    points = []
    for n in range(0, len(steps), 2):
        x, y = x + steps[n], y + steps[n + 1]
        points.append((x / 1000, y / 1000))
    return tuple(points)
