"""The marks of a row: bars from zero, and dots and spans for claims."""

from __future__ import annotations

from briefing.drawing.axes import Scale
from briefing.drawing.sheet import Point, Sheet
from briefing.value import Value

BAR = 10.0
"""How thick a bar is."""
ARROW = 15.0
"""How far an open arrow reaches from the bound that was stated."""
_DOT = 6.5
_COLOR = "series1"


def end_of(value: Value, x: Scale, *, bar: bool) -> float:
    """Where a value's mark ends on the right; a bar's never before zero."""
    end = x(value.numbers[-1]) + (ARROW if value.high is None else 0 if bar else _DOT / 2)
    return max(end, x(0)) if bar else end


def draw_claim(sheet: Sheet, value: Value, x: Scale, y: float) -> None:
    """One asserter's figure: a span for a range, else a dot with an arrow where it is open."""
    start, end = x(value.numbers[0]), x(value.numbers[-1])
    if value.kind == "range":
        sheet.stroke("span", [(start, y), (end, y)], color=_COLOR, width=3)
        sheet.stroke("cap", *[[(at, y - 5), (at, y + 5)] for at in (start, end)], color=_COLOR, width=1.4)
        if value.best is not None:
            sheet.dots([(x(value.best), y)], _COLOR, _DOT)
        return
    if value.high is None:
        _arrow(sheet, start, start + ARROW, y)
    if value.low is None:
        _arrow(sheet, start, start - ARROW, y)
    sheet.dots([(start, y)], _COLOR, _DOT, hollow=value.about)


def draw_bar(sheet: Sheet, value: Value, x: Scale, y: float) -> None:
    """A bar from zero: hatched between low and high, broken at its end for about, open for a bound."""
    zero = x(0)
    near, far = sorted((x(value.numbers[0]), x(value.numbers[-1])), key=lambda at: abs(at - zero))
    if value.kind == "range":
        if (near - zero) * (far - zero) >= 0:
            _solid(sheet, zero, near, y)
        _hatched(sheet, min(near, far), max(near, far), y)
        if value.best is not None:
            at = x(value.best)
            sheet.stroke("best", [(at, y - BAR / 2 - 2), (at, y + BAR / 2 + 2)], color="ink", width=1.2)
    elif value.kind == "exact":
        _solid(sheet, zero, far, y)
    elif value.kind == "about":
        _broken(sheet, zero, far, y)
    elif (value.high is None) == (far >= zero):  # the truth is farther out than the bound
        _solid(sheet, zero, far, y)
        _arrow(sheet, far, far + (ARROW if value.high is None else -ARROW), y)
    else:  # between the bound and zero, or beyond zero
        outline = _box(zero, far, y)
        sheet.stroke("bar", [*outline, outline[0]], color=_COLOR, width=0.9, dash=(2, 1.5))
        _arrow(sheet, far, far + max(min(zero - far, ARROW), -ARROW), y)


def _box(start: float, end: float, y: float) -> list[Point]:
    top, bottom = y - BAR / 2, y + BAR / 2
    return [(start, top), (end, top), (end, bottom), (start, bottom)]


def _solid(sheet: Sheet, start: float, end: float, y: float) -> None:
    if start != end:
        sheet.area("bar", _box(start, end, y), _COLOR)


def _hatched(sheet: Sheet, left: float, right: float, y: float) -> None:
    """From low to high: so much, perhaps."""
    outline = _box(left, right, y)
    sheet.area("span", outline, _COLOR, opacity=0.15)
    hatch, foot = [], left - BAR + 2
    while foot < right:  # strokes at 45 degrees, cut off at the sides
        sides = max(foot, left), min(foot + BAR, right)
        hatch.append([(side, y + BAR / 2 - (side - foot)) for side in sides])
        foot += 3.5
    sheet.stroke("hatch", *hatch, color=_COLOR, width=0.6)
    sheet.stroke("span", [*outline, outline[0]], color=_COLOR, width=0.8)


def _broken(sheet: Sheet, start: float, end: float, y: float) -> None:
    """About so much: the end of the bar comes in slices that grow thin."""
    tail = max(min(end - start, 12.0), -12.0)
    _solid(sheet, start, end - tail, y)
    for begin, finish in ((0.08, 0.32), (0.44, 0.60), (0.74, 0.84), (0.94, 1.0)):
        _solid(sheet, end - tail * (1 - begin), end - tail * (1 - finish), y)


def _arrow(sheet: Sheet, start: float, tip: float, y: float) -> None:
    """An open arrow."""
    back = tip + max(min(start - tip, 3.2), -3.2)
    runs: list[list[Point]] = [[(start, y), (tip, y)], [(back, y - 3.2), (tip, y), (back, y + 3.2)]]
    sheet.stroke("bound", *runs, color=_COLOR, width=1.3)
