"""Where a series over time is whole and where it is broken; loads nothing that draws."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

_LATITUDE = 1.5
"""How many usual steps are no gap yet: months and years differ by some days."""


def runs(days: Sequence[date], breaks: Iterable[date] = (), *, daily: bool = False) -> list[range]:
    """The positions of the days in runs without a gap and without a break between them or on the later of them.

    `daily` figures have a gap wherever a day is missing; others, where more is missing than their usual step.
    """
    apart = [(b - a).days for a, b in pairwise(days)]
    counted = Counter(days for days in apart if days > 0)
    usual = 1 if daily else min(counted, key=lambda days: (-counted[days], days), default=0)
    broken = sorted(breaks)
    parted = [bisect_right(broken, day) for day in days]  # how many breaks lie before or on each day
    starts = [n for n, step in enumerate(apart, 1) if step > _LATITUDE * usual or parted[n - 1] < parted[n]]
    return [range(first, end) for first, end in pairwise([0, *starts, len(days)]) if first < end]
