"""Axes: where the ticks are, and what they say in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_scientific

from briefing.edition import ChartSpec
from briefing.errors import DrawError


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from values to points. Values too near for a float to tell apart stand at one point."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float | Decimal) -> float:
        """Where the value stands."""
        span = self.high - self.low or 1.0
        return self.start + (float(value) - self.low) / span * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Plane:
    """Time from left to right, values from the bottom up."""

    x: Scale
    y: Scale

    def at(self, day: date, number: Decimal) -> tuple[float, float]:
        """Where the number of a day stands."""
        return self.x(day.toordinal()), self.y(number)


def locale_of(language: str) -> Locale:
    """The locale of a language tag. Plain English is that of the world: 24 Feb. Raises DrawError."""
    try:
        return Locale.parse("en_001" if language == "en" else language, sep="_" if language == "en" else "-")
    except (ValueError, UnknownLocaleError) as error:
        raise DrawError(f"the chart's language {language!r} is not known") from error


def extent(numbers: Sequence[Decimal]) -> tuple[float, float]:
    """From zero, or the lowest below it, to the highest; never nothing."""
    low, high = float(min(Decimal(0), *numbers)), float(max(Decimal(0), *numbers))
    return (low, high) if low < high else (0.0, 1.0)


def measured(spec: ChartSpec) -> list[Decimal]:
    """Every number that the value axis has to hold: of rows, of points, and the sums of what is stacked."""
    points = [point for line in spec.lines for point in line.points]
    values = [row.value for row in (*spec.rows, *spec.totals)] + [point.value for point in points]
    numbers = [number for value in values for number in value.numbers]
    if spec.lines and spec.setting("stacked"):
        sums: dict[date, Decimal] = {}
        for point in points:
            sums[point.at] = sums.get(point.at, Decimal(0)) + point.value.numbers[0]
        numbers += sums.values()
    return numbers


def dated(spec: ChartSpec) -> list[date]:
    """Every date that the axis of time has to hold: those of points, breaks and events."""
    days = [point.at for line in spec.lines for point in line.points]
    days += [day for line in spec.lines for day in line.breaks]
    return days + [event.at for event in spec.events]


def steps(numbers: Sequence[Decimal], most: int, start: Decimal | None = None) -> list[Decimal]:
    """Round numbers at about `most` equal steps, zero and all the given numbers between their ends.

    Whole numbers where the given ones are whole. An axis that begins elsewhere has `start` for its first tick, and then
    the round numbers that stand clear of it.
    """
    zero = Decimal(0) if start is None else start
    low, high = min(zero, *numbers), max(zero, *numbers)
    rough = (high - low) / most or Decimal(1)
    whole = all(number == number.to_integral_value() for number in numbers)
    power = Decimal(1).scaleb(max(rough.adjusted(), 0) if whole else rough.adjusted())
    factors = (1, 2, 5, 10) if whole and power == 1 else (1, 2, Decimal("2.5"), 5, 10)
    step = next(factor * power for factor in factors if factor * power >= rough)
    first = (low / step).to_integral_value("ROUND_FLOOR")
    last = max((high / step).to_integral_value("ROUND_CEILING"), first + 1)
    ticks = [n * step for n in range(int(first), int(last) + 1)]
    return ticks if start is None else [start, *(tick for tick in ticks if tick >= start + step / 2)]


def number_words(numbers: Sequence[Decimal], locale: Locale) -> list[str]:
    """The numbers as tick labels: 20,000 but 5 million, and 1E23 beyond all words."""
    largest = max(map(abs, numbers))
    smallest = min((abs(n) for n in numbers if n), default=Decimal(1))
    if largest >= Decimal(10) ** 15 or smallest < Decimal(10) ** -6:
        return [format_scientific(n, locale=locale) if n else "0" for n in numbers]
    return [_number(n, locale) for n in numbers]


def _number(number: Decimal, locale: Locale) -> str:
    if abs(number) < 1_000_000:
        return format_decimal(number.normalize(), locale=locale, decimal_quantization=False)
    if locale.language == "en":
        return format_compact_decimal(number, format_type="long", locale=locale, fraction_digits=2)
    return format_compact_decimal(number, locale=locale, fraction_digits=2)  # 5 млн, 5 Mio., 500万


def dates(first: date, last: date, most: int) -> list[date]:
    """Dates to label between two others: days, the 1st and 15th, months, years; about `most` of them."""
    for days in _calendar(first, last):
        if len(days) <= most:
            return list(days) if len(days) > 1 else sorted({first, last})
    return [first, last]


def date_words(days: Sequence[date], locale: Locale) -> list[list[str]]:
    """The dates as tick labels in lines: "24 Feb" or "Feb", and "2022" below where the year is new."""
    starts = len(days) > 1 and all(day.day == 1 for day in days)
    if starts and all(day.month == 1 for day in days):
        return [[format_skeleton("y", day, locale=locale)] for day in days]
    words = []
    year = None
    for day in days:
        lines = [format_skeleton("MMM" if starts else "MMMd", day, locale=locale)]
        if day.year != year:
            lines.append(format_skeleton("y", day, locale=locale))
        words.append(lines)
        year = day.year
    return words


def _calendar(first: date, last: date) -> Iterator[Sequence[date]]:
    """Ever fewer dates of the calendar between two of them."""
    if (last - first).days <= 62:
        every = [first + timedelta(days) for days in range((last - first).days + 1)]
        yield every
        yield every[::2]
        yield [day for day in every if day.day in {1, 8, 15, 22}]
        yield [day for day in every if day.day in {1, 15}]
    start = first.year * 12 + first.month - (first.day == 1)  # in months since year 0
    end = last.year * 12 + last.month
    for step in (1, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000))):
        months = range(-(-start // step) * step, end, step)
        if len(months) < 100:
            yield [date(month // 12, month % 12 + 1, 1) for month in months]
