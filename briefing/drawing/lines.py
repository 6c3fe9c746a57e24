"""Line charts and sparklines."""

from __future__ import annotations

from briefing.drawing.axes import Plane, Scale, dated, extent, measured
from briefing.drawing.frame import framed, time_scale
from briefing.drawing.labels import draw_names
from briefing.drawing.series import LIGHT_PEN, draw_series
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartSpec
from briefing.errors import DrawError


def line_chart(spec: ChartSpec) -> Sheet:
    """Series over time from zero, each named at its end; events stand above, gaps in knowledge stay gaps."""
    sheet, plane, names = framed(spec)
    for n, line in enumerate(spec.lines):
        if line.points:
            draw_series(sheet, line, plane, n)
    draw_names(sheet, names, plane)
    return sheet


def sparkline(spec: ChartSpec) -> Sheet:
    """The course of a series no larger than a word, from zero as in a line chart, without words."""
    numbers = measured(spec)
    if not numbers:
        raise DrawError("the chart has no values to draw")
    wide, tall = spec.width * MM, (spec.height or 8) * MM
    plane = Plane(time_scale(dated(spec), 3, wide - 3), Scale(*extent(numbers), tall - 3, 3))
    sheet = Sheet(wide, tall)
    for n, line in enumerate(spec.lines):
        if line.points:
            draw_series(sheet, line, plane, n, LIGHT_PEN)
    return sheet
