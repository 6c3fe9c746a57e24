"""What marks are measured against, without matplotlib: compose says it in words, and the audit computes it again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from briefing.edition import ChartSpec
from briefing.value import Value

MOST_CLASSES = 5
"""Shades of one hue that can be told apart."""
_FACTORS = (1, 2, Decimal("2.5"), 5, 10)


def class_limits(numbers: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The round limits of at most five equal classes that hold all the numbers, lowest first.

    A number on a limit belongs to the class above it; the highest limit to the class below.
    """
    low, high = min(numbers), max(numbers)
    rough = (high - low) / MOST_CLASSES
    whole = all(number == number.to_integral_value() for number in numbers)
    power = Decimal(1).scaleb(max(rough.adjusted(), 0) if whole else rough.adjusted() if rough else 0)
    for step in (factor * power * scale for scale in (1, 10) for factor in _FACTORS):
        if whole and step != step.to_integral_value():
            continue
        first = int((low / step).to_integral_value("ROUND_FLOOR"))
        last = max(int((high / step).to_integral_value("ROUND_CEILING")), first + 1)
        if last - first <= MOST_CLASSES:
            break
    return tuple(n * step for n in range(first, last + 1))


def class_of(number: Decimal, limits: Sequence[Decimal]) -> int:
    """The class of a number, counted from 0."""
    return min(bisect_right(limits, number) - 1, len(limits) - 2)


def shade_of(value: Value, limits: Sequence[Decimal]) -> int | None:
    """The shade of a value from 1 to 5; None where its ends lie in several classes, or one of them is open."""
    if value.low is None or value.high is None:
        return None
    first, last = class_of(value.low, limits), class_of(value.high, limits)
    return shade(first, len(limits) - 1) if first == last else None


def shade(number: int, classes: int) -> int:
    """Fewer classes than shades take shades that are far apart."""
    return 3 if classes == 1 else 1 + round(number * (MOST_CLASSES - 1) / (classes - 1))


def direction(then: Value, now: Value) -> int:
    """1 for a figure that rose, -1 for one that fell, 0 where it stayed or where the two do not say."""
    if then.about or now.about:
        return 0
    if now.low is not None and then.high is not None and now.low > then.high:
        return 1
    return -1 if now.high is not None and then.low is not None and now.high < then.low else 0


def scale_start(numbers: Sequence[Decimal]) -> Decimal:
    """Where the scale of a slope chart begins: at zero, unless all figures lie in the upper half above it."""
    low, high = min(numbers), max(numbers)
    return class_limits(numbers)[0] if low > high / 2 > 0 else min(low, Decimal(0))


def days_shown(spec: ChartSpec) -> tuple[date, date]:
    """The first and last day of a strip: of its events, from the start of its window, with the edition's if marked."""
    days = [day for event in spec.events for day in (event.at, event.end or event.at)]
    days += [date.fromisoformat(day) for day in [spec.setting("marked")] if day]
    start = spec.setting("from")
    first = date.fromisoformat(start) if start else min(days)
    return max(first, min(days)), max(days)
