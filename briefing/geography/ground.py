"""What the codes of a map stand for, and the frame that it has: the same for composing, drawing and auditing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from briefing.edition import ChartMap
from briefing.geography.atlas import Area, Atlas, Degrees, of_outlines, regions, world
from briefing.geography.names import country_name, region_name
from briefing.geography.view import Frame, frame_around, main_parts, whole_world

OWN = "own:"
"""Before the name of an area of a user's outlines."""


@dataclass(frozen=True)
class Ground:
    """A map with the outlines that it needs."""

    map: ChartMap

    @cached_property
    def own(self) -> Atlas | None:
        """The user's outlines."""
        return of_outlines(self.map.outlines) if self.map.outlines else None

    def find(self, code: str) -> tuple[Atlas, Area]:
        """The outlines of an area."""
        atlas = self._atlas(code)
        assert atlas is not None  # noqa: S101  # composing took only codes that are there
        return atlas, atlas.areas[code.removeprefix(OWN)]

    def _atlas(self, code: str) -> Atlas | None:
        if code.startswith(OWN):
            return self.own
        return regions(country_code(code)) if "-" in code else world()

    def name(self, code: str, language: str) -> str:
        """What an area is called."""
        if code.startswith(OWN):
            return code.removeprefix(OWN)
        return region_name(code, language) if "-" in code else country_name(code, language)

    def points(self) -> Iterator[Degrees]:
        """Where the marks at points are."""
        for mark in self.map.marks:
            if mark.lon is not None and mark.lat is not None:
                yield float(mark.lon), float(mark.lat)

    def frame(self, ratio: float | None) -> Frame:
        """The frame of the map. `ratio` is its height in widths, if that is given."""
        if not self.map.around and not self.map.stretched:
            return whole_world(ratio)
        rings = [ring for code in self.map.around for ring in main_parts(*self.find(code))]
        return frame_around(rings, list(self.points()) if self.map.stretched else [], ratio)

    @cached_property
    def divided(self) -> tuple[Atlas, ...]:
        """The regions that are shown in countries: those with figures, or those of the one country in the frame."""
        with_figures = {
            country_code(mark.area) for mark in self.map.marks if "-" in mark.area and not mark.area.startswith(OWN)
        }
        whole = {mark.area for mark in self.map.marks}
        alone = {country_code(code) for code in self.map.around if not code.startswith(OWN)}
        shown = with_figures | (alone - whole if len(alone) == 1 and self.own is None else set())
        found = [regions(country) for country in sorted(shown)]
        return tuple(atlas for atlas in (*found, self.own) if atlas is not None)


def country_code(code: str) -> str:
    """The country of a region's code, or the code itself."""
    if code.startswith(OWN) or "-" not in code:
        return code
    return _by_iso2()[code.partition("-")[0]]


def _by_iso2() -> dict[str, str]:
    return {area.iso2: code for code, area in world().areas.items() if area.iso2}
