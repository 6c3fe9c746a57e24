"""Where boxes stand that must not touch."""

from __future__ import annotations

from collections.abc import Sequence


def apart(wanted: Sequence[float], heights: Sequence[float], first: float, last: float) -> list[float]:
    """The tops of boxes one below another: each middle as near as can be to where it is wanted, none touching.

    All lie between `first` and `last`, which are at least as far apart as the boxes are tall together.
    """
    clusters: list[tuple[float, list[int]]] = []  # the top of those that touch, and who they are
    for number in sorted(range(len(wanted)), key=lambda n: wanted[n]):
        members = [number]
        top = _top(members, wanted, heights, first, last)
        while clusters and clusters[-1][0] + sum(heights[n] for n in clusters[-1][1]) > top:
            members = clusters.pop()[1] + members
            top = _top(members, wanted, heights, first, last)
        clusters.append((top, members))
    tops = [0.0] * len(wanted)
    for top, members in clusters:
        for number in members:
            tops[number] = top
            top += heights[number]  # noqa: PLW2901  # the pen moves down
    return tops


def _top(members: Sequence[int], wanted: Sequence[float], heights: Sequence[float], first: float, last: float) -> float:
    """The top of boxes that touch, from which their middles are least far from where they are wanted."""
    below, tops = 0.0, []
    for number in members:
        tops.append(wanted[number] - heights[number] / 2 - below)
        below += heights[number]
    return max(first, min(sum(tops) / len(tops), last - below))
