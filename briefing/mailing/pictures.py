"""The charts and sparklines of an edition as pictures for a message, in the width that a reader can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing.audit import shows_all
from briefing.charts import drawings_that_fit, picture
from briefing.edition import NARROW, Chart, ChartSpec, Edition, KeyFigure, narrowed, walk
from briefing.errors import DrawError, MailError

_MARGIN = 2.0
_MARGIN_OF_SPARK = 1.0
"""Millimetres of page around a drawing: where the message is dark, the picture is a light card."""
_DENSITY = 2
"""Pixels of a picture for each that it takes on a page."""
_WIDTHS = ((NARROW, 440), (100.0, 520), (125.0, 600))
"""Millimetres of a drawing and the pixels that it takes at most, the best first.

The narrow one has letters of 10 px on a phone and of 14 px on a desk. Where it has no room for what it holds, or stands
taller than a screen, it is the next one's turn, whose letters are smaller on a phone: of 8 px, of 7 px.
"""
_WIDEST = 600
_SPARK = 150
_TALLEST = 1.75
"""A screen's height for its width."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the pixels that it takes at most."""

    data: bytes
    width: int


def pictures_of(
    edition: Edition, cache: Path, fonts: tuple[Path, ...], colours: Mapping[str, str]
) -> dict[str, Picture]:
    """Every chart and sparkline of an edition by its name, drawn from its specification as its SVG was.

    `fonts` are folders of fonts for characters that the program's own lack; `colours` are those of the look by token.
    Raises MailError.
    """
    found = list(walk((edition.notice, edition.sections)))
    charts = {f"{one.id}.png": one.spec for one in found if isinstance(one, Chart)}
    sparks = {f"spark.{one.fact}.png": one.spark for one in found if isinstance(one, KeyFigure) and one.spark}
    chosen = {spec: (fitting, room, _MARGIN) for spec, fitting, room in _fitting(charts, cache, fonts)}
    chosen |= {spec: (spec, _SPARK, _MARGIN_OF_SPARK) for spec in sparks.values()}
    made = {}
    for name, spec in (charts | sparks).items():
        drawn, room, margin = chosen[spec]
        try:
            data = picture(drawn, cache, fonts, _DENSITY * room, margin, colours)
        except DrawError as error:
            raise MailError(f"the chart {name} cannot be drawn for a message: {error}") from error
        made[name] = Picture(data, room)
    return made


def _fitting(
    charts: Mapping[str, ChartSpec], cache: Path, fonts: tuple[Path, ...]
) -> Iterator[tuple[ChartSpec, ChartSpec, int]]:
    """Each specification with the one to draw in its place and the pixels that it takes at most."""
    waiting = dict.fromkeys(charts.values())
    for width, room in _WIDTHS:
        drawn = drawings_that_fit((narrowed(spec, width) for spec in waiting), cache, fonts)
        for spec in tuple(waiting):
            svg = drawn.get(narrower := narrowed(spec, width))
            if svg is not None and _is_readable(narrower, svg):
                del waiting[spec]
                yield spec, narrower, room
    yield from ((spec, spec, _WIDEST) for spec in waiting)


def _is_readable(spec: ChartSpec, svg: str) -> bool:
    """Whether a drawing is no taller than a screen, has every figure in full, and no words that are cut short."""
    size = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg)
    low = size is not None and float(size[2]) <= _TALLEST * float(size[1])
    return low and shows_all(spec, svg) and ("…" not in svg or "…" in repr(spec))
