"""Lines and rings in a plane: thinned to what can be seen, cut off at the sides of a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom; or west, south, east, north: two corners, the lower numbers first."""


def thinned(line: Sequence[Point], tolerance: float) -> list[Point]:
    """The line without points that lie nearer than `tolerance` to it (Douglas and Peucker 1973); the ends stay."""
    if len(line) < 3:
        return list(line)
    middle = len(line) // 2
    closed = line[0] == line[-1]
    keep = {0, middle, len(line) - 1} if closed else {0, len(line) - 1}
    waiting = [(0, middle), (middle, len(line) - 1)] if closed else [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        farthest, where = tolerance * tolerance, 0
        for n in range(first + 1, last):
            x, y = line[n][0] - ax, line[n][1] - ay
            along = x * dx + y * dy
            if along > 0:
                part = 1.0 if along >= square else along / square
                x, y = x - part * dx, y - part * dy
            away = x * x + y * y
            if away > farthest:
                farthest, where = away, n
        if where:
            keep.add(where)
            waiting += [(first, where), (where, last)]
    return [line[n] for n in sorted(keep)]


def area_of(ring: Sequence[Point]) -> float:
    """The area of a ring, by the shoelace formula, never negative."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True))) / 2


def extent(points: Sequence[Point]) -> Box:
    """The box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have a point within both."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(point: Point, box: Box) -> bool:
    """Whether a point lies in a box or on its side."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def cut_ring(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a ring in a box, side by side (Sutherland and Hodgman 1974); nothing when none is."""
    points = list(ring)
    for axis, side, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        if not points:
            break
        points = _cut_side(points, lambda p, a=axis, s=side, g=sign: (p[a] - s) * g)  # type: ignore[misc]
    return points


def cut_convex(ring: Sequence[Point], around: Sequence[Point]) -> list[Point]:
    """The part of a ring in a convex one whose corners run clockwise as y runs down."""
    points = list(ring)
    for (ax, ay), (bx, by) in zip(around, (*around[1:], around[0]), strict=True):
        if not points:
            break
        points = _cut_side(points, lambda p, x=ax, y=ay, dx=bx - ax, dy=by - ay: dx * (p[1] - y) - dy * (p[0] - x))  # type: ignore[misc]
    return points


def _cut_side(points: Sequence[Point], height: Callable[[Point], float]) -> list[Point]:
    """The part of a ring that is not below a line, which is where the height is nothing."""
    kept: list[Point] = []
    before = points[-1]
    low = height(before)
    for point in points:
        high = height(point)
        if (low < 0) != (high < 0):
            part = low / (low - high)
            kept.append((before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])))
        if high >= 0:
            kept.append(point)
        before, low = point, high
    return kept


def cut_line(line: Sequence[Point], box: Box) -> list[list[Point]]:
    """The parts of a line in a box (Liang and Barsky 1984)."""
    runs: list[list[Point]] = []
    for start, end in pairwise(line):
        part = _cut_segment(start, end, box)
        if part is None:
            continue
        if runs and runs[-1][-1] == part[0]:
            runs[-1].append(part[1])
        else:
            runs.append([*part])
    return runs


def _cut_segment(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    (ax, ay), (bx, by) = start, end
    dx, dy = bx - ax, by - ay
    enter, leave = 0.0, 1.0
    for step, room in ((-dx, ax - box[0]), (dx, box[2] - ax), (-dy, ay - box[1]), (dy, box[3] - ay)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enter = max(enter, room / step)
        else:
            leave = min(leave, room / step)
    if enter > leave:
        return None
    first = start if enter == 0 else (ax + enter * dx, ay + enter * dy)
    last = end if leave == 1 else (ax + leave * dx, ay + leave * dy)
    return first, last


def crossings(rings: Sequence[Sequence[Point]], y: float) -> list[float]:
    """Where a level line crosses rings, from left to right; between the 1st and 2nd, 3rd and 4th it is inside."""
    found = []
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (ay > y) != (by > y):
                found.append(ax + (bx - ax) * (y - ay) / (by - ay))
    return sorted(found)
