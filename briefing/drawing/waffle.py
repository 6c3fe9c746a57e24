"""Waffle charts: shares of a whole as squares of a hundred, or as people of ten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import cos, pi, sin

from briefing.drawing.lettering import PLAIN, SMALL, STRONG, Face, width, wrap
from briefing.drawing.series import color_of
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value

MOST = 6
"""Shares side by side, or parts of one whole."""
_SQUARE, _STEP = 7.0, 9.0
"""The side of a square, and from one to the next: whole points, so that gaps look alike."""
_GRID = 9 * _STEP + _SQUARE
_PERSON, _STRIDE, _TALL = 10.0, 13.0, 24.0
"""The width of a person, from one to the next, and the height."""
_PEOPLE = 9 * _STRIDE + _PERSON
_LEAST = Decimal("0.06")
"""How much of a square or person is drawn at least of a share that is not nothing, and left of one that is not all."""
_FIGURE = Face(12.0, 600)


def waffle_chart(spec: ChartSpec) -> Sheet:
    """Each share beside its words, or all shares in one whole; a part of a square is drawn as a part."""
    if not spec.rows:
        raise DrawError("the chart has no values to draw")
    if len(spec.rows) > MOST:
        raise DrawError(f"a waffle chart has {len(spec.rows)} shares, and {MOST} can be read side by side: draw fewer")
    icons = spec.setting("icons") == "true"
    grid = _PEOPLE if icons else _GRID
    tall = _TALL if icons else _GRID
    if spec.width * MM < grid + 60:
        raise DrawError(f"a waffle chart {spec.width:g} mm wide has no room for its words: make it wider")
    return (_whole if spec.setting("stacked") == "true" else _several)(spec, grid, tall, icons=icons)


def _several(spec: ChartSpec, grid: float, tall: float, *, icons: bool) -> Sheet:
    """Shares side by side, each with its words to its right."""
    wide = spec.width * MM
    most = max(1, int(wide // (grid + 70)))
    columns = 1 if icons else min(len(spec.rows), most if len(spec.rows) != 4 else min(2, most))
    pitch = wide / columns
    room = pitch - grid - 18
    words = [_words(row, room) for row in spec.rows]
    bands = [range(n, min(n + columns, len(spec.rows))) for n in range(0, len(spec.rows), columns)]
    heights = [
        max(tall, *(sum(len(lines) * face.line for _, lines, face in words[n]) for n in band)) + 10 for band in bands
    ]
    sheet = Sheet(wide, sum(heights) - 6)
    top = 1.0
    for band, height in zip(bands, heights, strict=True):
        for n in band:
            left = (n - band.start) * pitch
            _units(sheet, (left, top), [(spec.rows[n], Decimal(0), "series1")], icons=icons)
            y = top
            for role, lines, face in words[n]:
                sheet.text(
                    role,
                    (left + grid + 9, y + face.size * 0.95),
                    lines,
                    face,
                    color="muted" if role == "detail" else "ink",
                )
                y += len(lines) * face.line
        top += height
    return sheet


def _words(row: ChartRow, room: float) -> list[tuple[str, list[str], Face]]:
    face = _FIGURE if all(width(word, _FIGURE) <= room for word in row.text.split(" ")) else STRONG
    return [
        ("figure", wrap(row.text, room, face, lines=4), face),
        ("label", wrap(row.label, room, STRONG, lines=3), STRONG),
        ("detail", wrap(row.detail, room, SMALL, lines=3), SMALL),
    ]


def _whole(spec: ChartSpec, grid: float, tall: float, *, icons: bool) -> Sheet:
    """Parts of one whole in one grid, with a swatch for each beside it."""
    wide = spec.width * MM
    room = wide - grid - 30
    words = [
        [
            ("label", wrap(row.label, room, STRONG, lines=2), STRONG),
            ("figure", wrap(row.text, room, lines=2), PLAIN),
            ("detail", wrap(row.detail, room, SMALL, lines=2), SMALL),
        ]
        for row in spec.rows
    ]
    heights = [sum(len(lines) * face.line for _, lines, face in each) + 4 for each in words]
    sheet = Sheet(wide, max(tall, sum(heights)) + 3)
    parts, below = [], Decimal(0)
    for n, row in enumerate(spec.rows):
        parts.append((row, below, color_of(n)))
        below += row.value.numbers[-1]
    _units(sheet, (0, 1), parts, icons=icons)
    y = 1.0
    for n, ((_, _, color), each, height) in enumerate(zip(parts, words, heights, strict=True)):
        swatch = _box(grid + 10, y + 1, grid + 10 + _SQUARE, y + 1 + _SQUARE)
        sheet.area("swatch", swatch, color)
        _pattern(sheet, n, [_centre([swatch])])
        at = y
        for role, lines, face in each:
            sheet.text(
                role, (grid + 22, at + face.size * 0.95), lines, face, color="muted" if role == "detail" else "ink"
            )
            at += len(lines) * face.line
        y += height
    return sheet


# Squares and people.


def _units(sheet: Sheet, corner: Point, parts: Sequence[tuple[ChartRow, Decimal, str]], *, icons: bool) -> None:
    """All units of a whole, pale, and on them what each part fills from where it begins."""
    total = 10 if icons else 100
    shapes = [list(_unit(corner, n, icons=icons)) for n in range(total)]
    reaches = [_reach(row.value, start, total) for row, start, _ in parts]
    for n, shape in enumerate(shapes):
        if not any(begin <= n and n + 1 <= sure for begin, sure, _ in reaches):
            for outline in shape:
                sheet.area("rest", outline, "grid")
        for (row, _, color), (begin, sure, end) in zip(parts, reaches, strict=True):
            for outline in shape:
                last = row.value.about and n < sure <= n + 1
                _fill(sheet, shape=outline, span=_part(n, begin, sure), color=color, hollow=last, frame=shape)
                _possible(sheet, outline, _part(n, sure, end), color, frame=shape)
    for number, (begin, sure, _) in enumerate(reaches):
        _pattern(sheet, number, [_centre(shape) for n, shape in enumerate(shapes) if begin <= n and n + 1 <= sure])


def _reach(value: Value, start: Decimal, total: int) -> tuple[Decimal, Decimal, Decimal]:
    """In units: where a share begins, how far it surely reaches, and how far perhaps."""
    low = Decimal(0) if value.low is None else value.low
    high = Decimal(100) if value.high is None else value.high
    begin, sure, end = (_units_of(share, total) for share in (start, start + low, start + high))
    return begin, sure, end


def _pattern(sheet: Sheet, number: int, centres: Sequence[Point]) -> None:
    """Holes beside the colour, for print in grey: none, small ones, large ones."""
    if number % 3 and centres:
        sheet.dots(centres, "page", 2.0 if number % 3 == 1 else 4.2)


def _centre(shape: Sequence[Sequence[Point]]) -> Point:
    """The middle of a square, or of the chest of a person."""
    xs, ys = zip(*shape[-1], strict=True)
    return (min(xs) + max(xs)) / 2, min(ys) + _SQUARE / 2


def _units_of(share: Decimal, total: int) -> Decimal:
    """A share in units; never none of them and never all for one that is neither."""
    units = share * total / 100
    if 0 < share < 100:
        return min(max(units, _LEAST), total - _LEAST)
    return units


def _part(unit: int, begin: Decimal, end: Decimal) -> tuple[float, float]:
    """Which part of a unit lies between two numbers of units, from 0 at its left to 1."""
    return float(min(max(begin - unit, Decimal(0)), Decimal(1))), float(min(max(end - unit, Decimal(0)), Decimal(1)))


def _unit(corner: Point, n: int, *, icons: bool) -> Iterator[list[Point]]:
    """The outlines of a unit: a square of ten rows filled from the bottom, or a person with a head."""
    left, top = corner
    if not icons:
        x, y = left + n % 10 * _STEP, top + (9 - n // 10) * _STEP
        yield _box(x, y, x + _SQUARE, y + _SQUARE)
        return
    x = left + n * _STRIDE
    middle = x + _PERSON / 2
    yield [(middle + 3.1 * cos(a * pi / 12), top + 3.4 + 3.1 * sin(a * pi / 12)) for a in range(24)]
    y = top + 7.4
    yield [  # shoulders, arms to the hips, legs
        (x + 2, y), (x + 8, y), (x + 10, y + 2), (x + 10, y + 8.5), (x + 8, y + 8.5), (x + 8, y + 16.4),
        (x + 2, y + 16.4), (x + 2, y + 8.5), (x, y + 8.5), (x, y + 2),
    ]  # fmt: skip


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _fill(
    sheet: Sheet, shape: list[Point], span: tuple[float, float], color: str, *, hollow: bool, frame: list[list[Point]]
) -> None:
    """The part of an outline that is filled; hollow where an approximation ends."""
    outline = _clipped(shape, span, frame)
    if outline and hollow:
        sheet.area("rest", outline, "page")
        sheet.stroke("about", [*outline, outline[0]], color=color, width=0.9)
    elif outline:
        sheet.area("unit-share", outline, color)


def _possible(
    sheet: Sheet, shape: list[Point], span: tuple[float, float], color: str, frame: list[list[Point]]
) -> None:
    """The part of an outline that may be filled: pale in a frame."""
    outline = _clipped(shape, span, frame)
    if outline:
        sheet.area("possible", outline, color, opacity=0.25)
        sheet.stroke("possible", [*outline, outline[0]], color=color, width=0.5)


def _clipped(shape: list[Point], span: tuple[float, float], frame: list[list[Point]]) -> list[Point]:
    """The outline between two uprights, which stand at these parts of the width of its whole unit."""
    if span[0] >= span[1]:
        return []
    if span == (0.0, 1.0):
        return shape
    xs = [x for outline in frame for x, _ in outline]
    wide = max(xs) - min(xs)
    kept = _cut(shape, min(xs) + span[0] * wide, 1)
    return _cut(kept, min(xs) + span[1] * wide, -1)


def _cut(shape: list[Point], at: float, side: int) -> list[Point]:
    """What of an outline lies to the right (1) or left (-1) of an upright line (Sutherland and Hodgman)."""
    kept: list[Point] = []
    for (x0, y0), (x1, y1) in zip(shape, [*shape[1:], *shape[:1]], strict=True):
        inside = (x0 - at) * side >= 0
        if inside:
            kept.append((x0, y0))
        if inside != ((x1 - at) * side >= 0):
            kept.append((at, y0 + (at - x0) / (x1 - x0) * (y1 - y0)))
    return kept
