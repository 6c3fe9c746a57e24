"""Round numbers of a map: classes of shaded areas, sizes of dots, the length of the scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from babel import Locale
from babel.units import format_unit

CLASSES = 5
"""The most classes that an eye tells apart in one hue."""
_LADDERS = ((1, 2, 5), (1, 3), (1,))
"""Steps within a power of ten: ever fewer."""
_SKEWED = 20
"""From this many times the lowest on, equal steps would put most areas into one class."""


def class_breaks(numbers: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Where classes begin and end: round numbers, at most six, that hold all the given ones.

    A class holds its lower end and not its upper, save the last. Steps are equal; where the highest number is twenty
    times the lowest or more, they grow: 1, 2, 5 and 10, or 1, 3 and 10, or powers of ten.
    """
    low, high = min(numbers), max(numbers)
    above = [number for number in numbers if number > 0]
    if low >= 0 and above and high >= _SKEWED * min(above):
        return _growing(low, min(above), high)
    return _equal(low, high)


def _growing(low: Decimal, first: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    powers = range(first.adjusted(), high.adjusted() + 2)
    room = CLASSES - (low < first)
    for every in (1, 2, 3, 6, 12, 24):
        for ladder in _LADDERS if every == 1 else ((1,),):
            rungs = [Decimal(factor).scaleb(n) for n in powers for factor in ladder]
            rungs = rungs[::every] if every > 1 else rungs
            below = max((n for n in range(len(rungs)) if rungs[n] <= first), default=0)
            above = next((n for n in range(len(rungs)) if rungs[n] >= high), len(rungs) - 1)
            if above - below <= room and rungs[above] >= high:
                return (*((Decimal(0),) if low < first else ()), *rungs[below : above + 1])
    return (low, high)


def _equal(low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    rough = (high - low) / CLASSES or abs(high) / CLASSES or Decimal(1)
    power = Decimal(1).scaleb(rough.adjusted())
    for factor in (1, 2, Decimal("2.5"), 5, 10, 20, 25, 50):
        step = factor * power
        if low == low.to_integral_value() and high == high.to_integral_value() and step != step.to_integral_value():
            continue
        first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
        last = max(last, first + 1)
        if last - first <= CLASSES:
            return tuple(n * step for n in range(int(first), int(last) + 1))
    return (low, high)


def class_of(number: Decimal, breaks: Sequence[Decimal]) -> int:
    """The class that holds a number, from 0."""
    return max(0, sum(number >= one for one in breaks[:-1]) - 1)


def shade_of(number: int, breaks: Sequence[Decimal]) -> int:
    """The shade of a class, from 1 to 5: few classes lie far apart, and leave the palest out."""
    classes = len(breaks) - 1
    return {1: (3,), 2: (2, 4), 3: (2, 3, 5), 4: (2, 3, 4, 5), 5: (1, 2, 3, 4, 5)}[classes][number]


def dot_sizes(highest: Decimal) -> tuple[Decimal, ...]:
    """The round numbers that the key of dots shows, the largest first: up to the highest, and a fifth of it or so."""
    if highest <= 0:
        return ()
    power = Decimal(1).scaleb(highest.adjusted())
    large = max(factor * power for factor in (1, 2, 5) if factor * power <= highest)
    return (large, large / 5) if large / 5 >= 1 or highest < 1 else (large,)


def round_scale(km: float) -> int:
    """The longest round distance, 1, 2 or 5 with noughts, up to so many kilometres; at least 1."""
    power = 1
    while power * 10 <= km:
        power *= 10
    return max(factor * power for factor in (1, 2, 5) if factor * power <= max(km, 1))


def scale_words(km: int, locale: Locale) -> str:
    """A distance as the scale bar has it: "200 km"."""
    return str(format_unit(km, "length-kilometer", "short", locale=locale))
