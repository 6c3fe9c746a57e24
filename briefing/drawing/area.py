"""Areas over time: one series from zero, or several one upon another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from briefing.drawing.axes import Plane
from briefing.drawing.frame import framed
from briefing.drawing.labels import draw_names
from briefing.drawing.series import Stretch, color_of, draw_series, seen, stretches
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartLine, ChartPoint, ChartSpec
from briefing.value import Value


def area_chart(spec: ChartSpec) -> Sheet:
    """A series filled from zero, or a stack with the largest latest figure at its foot and each name beside its own."""
    if not spec.setting("stacked") or len(spec.lines) < 2:
        sheet, plane, names = framed(spec)
        for n, line in enumerate(spec.lines):
            if line.points:
                _fill(sheet, line, plane, n)
                draw_series(sheet, line, plane, n)
        draw_names(sheet, names, plane)
        return sheet
    edges = _edges(spec)
    levels = [float(upper.points[-1].value.numbers[0] + _foot(lower)) / 2 for upper, lower in edges]
    sheet, plane, names = framed(spec, levels)
    kept = sorted({n for upper, _ in edges for n in seen(upper.points, plane)})
    for n, (upper, lower) in enumerate(edges):
        _between(
            sheet, stretches(upper, plane, kept), stretches(lower, plane, kept) if lower else [], plane, color_of(n)
        )
    draw_names(sheet, names, plane)
    return sheet


def _fill(sheet: Sheet, line: ChartLine, plane: Plane, number: int) -> None:
    """The area below a line: below its low end where a range was stated, whose band stands on it."""
    for run in stretches(line, plane):
        lows = [plane.at(point.at, point.value.numbers[0]) for point in run.points]
        if len(lows) == 1:
            lows = [(lows[0][0] + side, lows[0][1]) for side in (-0.5, 0.5)]
        zero = plane.y(0)
        sheet.area("area", [(lows[0][0], zero), *lows, (lows[-1][0], zero)], color_of(number), opacity=0.22)


def _edges(spec: ChartSpec) -> list[tuple[ChartLine, ChartLine | None]]:
    """The upper edge of each line's area, and the lower, which is the upper edge of the one below it.

    All are broken where any is: a sum does not hold across the break of a part.
    """
    breaks = tuple(sorted({day for line in spec.lines for day in line.breaks}))
    edges: dict[int, tuple[ChartLine, ChartLine | None]] = {}
    below: ChartLine | None = None
    by_size = sorted(range(len(spec.lines)), key=lambda n: spec.lines[n].points[-1].value.numbers[0], reverse=True)
    for n in by_size:
        line = spec.lines[n]
        feet = [point.value.numbers[0] for point in below.points] if below else [Decimal(0)] * len(line.points)
        points = tuple(
            ChartPoint(point.at, _exact(point.value.numbers[0] + foot))
            for point, foot in zip(line.points, feet, strict=True)
        )
        upper = replace(line, points=points, breaks=breaks)
        edges[n] = upper, below
        below = upper
    return [edges[n] for n in range(len(spec.lines))]


def _between(sheet: Sheet, upper: Sequence[Stretch], feet: Sequence[Stretch], plane: Plane, color: str) -> None:
    """The area between two edges, with a thin line of the page's colour on top to part it from the next."""
    for n, run in enumerate(upper):
        tops = [plane.at(point.at, point.value.numbers[0]) for point in run.points]
        ground = [plane.at(point.at, point.value.numbers[0]) for point in feet[n].points] if feet else []
        ground = ground or [(at, plane.y(0)) for at, _ in (tops[0], tops[-1])]
        if len(tops) == 1:
            tops, ground = ([(edge[0][0] + side, edge[0][1]) for side in (-0.5, 0.5)] for edge in (tops, ground))
        sheet.area("area", [*tops, *reversed(ground)], color, opacity=0.8)
        sheet.stroke("edge", tops, color="page", width=0.8)


def _foot(lower: ChartLine | None) -> Decimal:
    return lower.points[-1].value.numbers[0] if lower is not None else Decimal(0)


def _exact(number: Decimal) -> Value:
    return Value(number, number)
