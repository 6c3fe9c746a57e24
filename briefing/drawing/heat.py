"""Heat tables: a figure in each cell of a grid, shaded in steps of one hue by how large it is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from briefing.drawing.axes import locale_of, number_words
from briefing.drawing.lettering import PLAIN, SMALL, widest, width, wrap
from briefing.drawing.limits import MOST_CLASSES, class_limits, shade, shade_of
from briefing.drawing.sheet import MM, Point, Sheet
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import DrawError

_GAP = 1.2
"""Between cells."""
_NARROWEST = 16.5
"""The least width of a cell."""
_PAGE = 120.0
"""Millimetres below which a table prints all its figures or has no room: a page can show it wider, and be scrolled."""
_INKS = ("ink", "ink", "ink", "page", "page")
"""The colour of a figure on each shade."""
_SWATCH = 26.0


def heat_table(spec: ChartSpec) -> Sheet:
    """Labels on the left, columns under their heads; a dot where there is no figure, hatching across shades."""
    if not spec.rows:
        raise DrawError("the chart has no values to draw")
    wide = spec.width * MM
    parts = spec.parts or tuple(dict.fromkeys(row.part for row in spec.rows))
    room = (0.26 if len(parts) <= 12 else 0.18) * wide
    labels = {row.label: wrap(row.label, room, lines=3) for row in spec.rows}
    left = max(widest(lines) for lines in labels.values()) + 8
    cell = (wide - left) / len(parts)
    figures = {(row.label, row.part): _figure(row.text, cell - _GAP - 3) for row in spec.rows}
    if cell < _NARROWEST or (spec.width < _PAGE and not all(figures.values())):
        message = f"a heat table of {len(parts)} columns has no room for them: make it wider, or draw fewer"
        raise DrawError(message)
    limits = class_limits([number for row in spec.rows for number in row.value.numbers])
    cells = {(row.label, row.part): row for row in spec.rows}
    legend = _legend_lines(spec, wide)
    heads = [wrap(part, cell - 2, SMALL, lines=4) for part in parts]
    head = legend * PLAIN.line + 16 + max(map(len, heads)) * SMALL.line + 5
    tops = [head]
    spare = max(0.0, (spec.height or 0) * MM - head - 2) / len(labels)
    for label, lines in labels.items():
        tall = max(len(lines) * PLAIN.line, *(len(figures.get((label, part), ())) * SMALL.line for part in parts)) + 7
        tops.append(tops[-1] + max(tall, spare))

    sheet = Sheet(wide, tops[-1] + 2)
    _legend(sheet, spec, limits)
    for n, lines in enumerate(heads):
        middle = left + (n + 0.5) * cell - _GAP / 2
        sheet.text(
            "part", (middle, head - 5 - (len(lines) - 1) * SMALL.line), lines, SMALL, color="muted", anchor="center"
        )
    for (label, lines), top, bottom in zip(labels.items(), tops[:-1], tops[1:], strict=True):
        first = (top + bottom - _GAP) / 2 - len(lines) * PLAIN.line / 2 + PLAIN.size * 0.95
        sheet.text("label", (0, first), lines)
        for n, part in enumerate(parts):
            box = (left + n * cell, top, left + (n + 1) * cell - _GAP, bottom - _GAP)
            _cell(sheet, box, cells.get((label, part)), figures.get((label, part), []), limits)
    return sheet


def _figure(text: str, room: float) -> list[str]:
    """The figure in lines that fit into its cell; nothing when a word of it is wider."""
    lines = wrap(text, room, SMALL, lines=4)
    whole = "".join(lines).replace(" ", "") == text.replace(" ", "") and all(
        width(word, SMALL) <= room for word in text.split(" ")
    )
    return lines if whole else []


def _cell(
    sheet: Sheet,
    box: tuple[float, float, float, float],
    row: ChartRow | None,
    figure: list[str],
    limits: Sequence[Decimal],
) -> None:
    """A cell: shaded, hatched, or a dot for want of a figure; in a dashed frame when the figure is old."""
    left, top, right, bottom = box
    middle = (left + right) / 2, (top + bottom) / 2
    if row is None:
        sheet.dots([middle], "muted", 1.6)
        return
    shade = shade_of(row.value, limits)
    if shade is None:
        _hatched(sheet, box)
    else:
        sheet.area("cell", _outline(*box), f"shade{shade}")
    ink = "ink" if shade is None else _INKS[shade - 1]
    if row.stale:
        frame = _outline(left + 1.2, top + 1.2, right - 1.2, bottom - 1.2)
        sheet.stroke("stale", [*frame, frame[0]], color=ink, width=0.8, dash=(2, 1.5))
    if shade is None and figure:
        wide, tall = widest(figure, SMALL) / 2 + 1.5, len(figure) * SMALL.line / 2 + 0.5
        ground = (middle[0] - wide, middle[1] - tall, middle[0] + wide, middle[1] + tall)
        sheet.area("ground", _outline(*ground), "page")
    first = middle[1] - len(figure) * SMALL.line / 2 + SMALL.size * 0.95
    sheet.text("figure", (middle[0], first), figure, SMALL, color=ink, anchor="center")


def _outline(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _hatched(sheet: Sheet, box: tuple[float, float, float, float]) -> None:
    """Pale strokes at 45 degrees in a frame: the figure stands on them."""
    left, top, right, bottom = box
    tall, hatch, foot = bottom - top, [], left - (bottom - top)
    while foot < right:
        sides = max(foot, left), min(foot + tall, right)
        hatch.append([(side, bottom - (side - foot)) for side in sides])
        foot += 4.5
    outline = _outline(*box)
    sheet.stroke("hatch", *hatch, color="shade3", width=0.7)
    sheet.stroke("hatch", [*outline, outline[0]], color="shade3", width=0.7)


def _legend_lines(spec: ChartSpec, wide: float) -> int:
    return max(1, len(wrap(spec.unit, wide - (MOST_CLASSES + 1) * _SWATCH, lines=2)))


def _legend(sheet: Sheet, spec: ChartSpec, limits: Sequence[Decimal]) -> None:
    """The unit, and beside it the shades with their limits between them."""
    words = number_words(limits, locale_of(spec.language))
    swatch = max(_SWATCH, widest(words, SMALL) + 6)
    classes = len(limits) - 1
    start = sheet.width - classes * swatch - width(words[-1], SMALL) / 2
    sheet.text("unit", (0, PLAIN.size), wrap(spec.unit, start - width(words[0], SMALL) / 2 - 8, lines=2), color="muted")
    for n in range(classes):
        box = (start + n * swatch, 1, start + (n + 1) * swatch, 8)
        sheet.area("shade", _outline(*box), f"shade{shade(n, classes)}")
    for n, word in enumerate(words):
        sheet.text("tick", (start + n * swatch, 9 + SMALL.size), [word], SMALL, color="muted", anchor="center")
