"""Where a series over time is whole and where it is broken; loads nothing that draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

_LATITUDE = 1.5
"""How many usual steps are no gap yet: months and years differ by some days."""


def runs(days: Sequence[date], breaks: Iterable[date] = ()) -> list[range]:
    """The positions of the days in runs without a gap between them and without a break before one of them."""
    apart = [(b - a).days for a, b in pairwise(days)]
    counted = Counter(days for days in apart if days > 0)
    usual = min(counted, key=lambda days: (-counted[days], days), default=0)
    broken = frozenset(breaks)
    starts = [n for n, step in enumerate(apart, 1) if step > _LATITUDE * usual or (step > 0 and days[n] in broken)]
    return [range(first, end) for first, end in pairwise([0, *starts, len(days)]) if first < end]
