"""Outlines of a user's own areas: a GeoJSON file of polygons (RFC 7946), checked before anything is made of it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from briefing.diagnostics import Diagnostic, Where, shown
from briefing.edition import MapOutline
from briefing.inputs import FORBIDDEN, about_character
from briefing.load.files import crowded, decode

MAX_AREAS = 2000
MAX_POINTS = 300_000
_FINE = 10_000
"""Parts of a degree that are kept: some ten metres."""

_Ring = tuple[int, ...]
_Polygons = tuple[tuple[_Ring, ...], ...]


def outlines(data: bytes, name: str, key: str) -> tuple[tuple[MapOutline, ...], tuple[Diagnostic, ...]]:
    """The areas of a GeoJSON file. `key` is the property that holds their names."""
    text, found = decode(data, name)
    if text:
        found = crowded(text, name, MAX_POINTS * 3)
    if found or not text:
        return (), found
    try:
        return tuple(_areas(json.loads(text), key)), ()
    except (_Wrong, ValueError, RecursionError) as error:
        message = str(error) if isinstance(error, _Wrong) else "this is not well-formed JSON"
        hint = error.hint if isinstance(error, _Wrong) else "save it as GeoJSON, in longitude and latitude (WGS 84)"
        return (), (Diagnostic(Where(name, line=1, column=1), "bad-outlines", message, hint),)


class _Wrong(Exception):  # ends in a diagnostic
    """What is wrong with a file of outlines."""

    def __init__(self, message: str, hint: str = "save it as GeoJSON, in longitude and latitude (WGS 84)") -> None:
        super().__init__(message)
        self.hint = hint


def _areas(tree: Any, key: str) -> Iterator[MapOutline]:  # noqa: ANN401
    features = tree.get("features") if isinstance(tree, dict) and tree.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise _Wrong("this is no FeatureCollection with features")
    if len(features) > MAX_AREAS:
        raise _Wrong(
            f"this file has {len(features)} areas; at most {MAX_AREAS} are read", "leave out what no map shows"
        )
    seen: set[str] = set()
    for number, feature in enumerate(features, 1):
        told = feature.get("properties") if isinstance(feature, dict) else None
        name = told.get(key) if isinstance(told, dict) else None
        if not isinstance(name, str) or not any(map(str.isalnum, name)) or len(name) > 200:
            known = ", ".join(shown(one, 30) for one in list(told)[:8]) if isinstance(told, dict) else ""
            hint = f"its properties are {known}" if known else "give every feature its name as a property"
            raise _Wrong(f"area {number} has no name under {shown(key)}", hint)
        if hidden := FORBIDDEN.search(name):
            raise _Wrong(
                f"in the name of area {number}, {about_character(hidden[0])[0]}", about_character(hidden[0])[1]
            )
        name = " ".join(name.split())
        if name.casefold() in seen:
            raise _Wrong(f"two areas are named {shown(name)}", "make one area of them, or choose another property")
        seen.add(name.casefold())
        yield MapOutline(name, _polygons(feature.get("geometry"), name))


def _polygons(shape: Any, name: str) -> _Polygons:  # noqa: ANN401
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise _Wrong(f"{shown(name)} is {shown(kind)} and no Polygon or MultiPolygon", "keep areas only")
    given = shape.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise _Wrong(f"{shown(name)} has no coordinates")
    made = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise _Wrong(f"{shown(name)} has a polygon without rings")
        made.append(tuple(_ring(ring, name) for ring in polygon))
    if all(_is_flat(rings[0]) for rings in made):
        raise _Wrong(f"the outline of {shown(name)} encloses no area", "leave it out, or give its facts lat: and lon:")
    return tuple(made)


def _is_flat(ring: _Ring) -> bool:
    """Whether all points of a ring lie on one line."""
    (x, y), *others = dict.fromkeys(zip(ring[::2], ring[1::2], strict=True))
    ways = [(lon - x, lat - y) for lon, lat in others]
    return all(ways[0][0] * lat == ways[0][1] * lon for lon, lat in ways)


def _ring(ring: Any, name: str) -> _Ring:  # noqa: ANN401
    if not isinstance(ring, list) or len(ring) < 4:
        raise _Wrong(f"{shown(name)} has a ring of fewer than four points")
    flat: list[int] = []
    for point in ring:
        if not isinstance(point, list) or len(point) < 2 or not all(_is_number(number) for number in point[:2]):
            raise _Wrong(f"{shown(name)} has a point that is no pair of numbers")
        lon, lat = point[:2]
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            message = f"{shown(name)} has a point at {lon:g}, {lat:g}, which is no longitude and latitude"
            raise _Wrong(message, "convert the file to WGS 84 (EPSG:4326)")
        flat += [round(lon * _FINE), round(lat * _FINE)]
    if flat[:2] != flat[-2:]:
        raise _Wrong(f"{shown(name)} has a ring that does not end where it begins")
    return tuple(flat)


def _is_number(given: Any) -> bool:  # noqa: ANN401
    return isinstance(given, (int, float)) and not isinstance(given, bool) and math.isfinite(given)
