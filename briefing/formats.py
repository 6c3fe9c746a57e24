"""Numbers, values and dates in words, by language: the one place that knows how they are written."""

from __future__ import annotations

import datetime as dt
from copy import copy
from decimal import Decimal
from functools import cache, cached_property

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_decimal

from briefing.fields import Moment, Period
from briefing.value import Value
from briefing.words import words


class Formatter:
    """Writes values and dates in one language.

    >>> Formatter("en").value(Value(Decimal(7000), Decimal(15000)))
    '7,000 to 15,000'
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = words(language)
        self._cache: dict[tuple[Value, bool], str] = {}

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale; English without a country follows the international order of dates."""
        tag = "en_GB" if self.language.lower() == "en" else self.language.replace("-", "_")
        for candidate in (tag, tag.split("_")[0], "en_GB"):
            try:
                return Locale.parse(candidate)
            except (UnknownLocaleError, ValueError):
                continue
        raise AssertionError  # en_GB is always there

    @property
    def chart_language(self) -> str:
        """The language for charts: the edition's own, or English where CLDR does not know it."""
        fallen_back = self.locale.language != self.language.replace("-", "_").split("_")[0].lower()
        return "en" if fallen_back else self.language

    def beside(self, unit: str) -> str:
        """A unit as it stands behind a figure: "20.9%" in English, "20,9 %" in French, as CLDR has it."""
        close = unit in {"%", "‰"} and str(self.locale.percent_formats[None].pattern).endswith("0%")
        return unit if close else f"\N{NO-BREAK SPACE}{unit}"

    def number(self, n: Decimal, *, digits: bool = False) -> str:
        """A number with its digits grouped; round millions and beyond in words, where nothing is lost by it.

        With `digits` they are not put into words.
        """
        text = "" if digits else self._round(n)
        if not text:
            pattern = copy(self.locale.decimal_formats[None])
            places = max(0, -int(n.as_tuple().exponent))
            pattern.frac_prec = (places, places)  # "1.10" keeps the precision it was stated with
            text = str(pattern.apply(n, self.locale))
        return text.replace("-", "\N{MINUS SIGN}", 1) if n < 0 else text

    def _round(self, n: Decimal) -> str:
        """A number of millions and beyond in words, "11.4 million", or nothing where that would lose digits of it."""
        forms = self.locale.compact_decimal_formats.get("long")  # Chinese, Japanese and Korean have only short ones
        if forms is None or not 10**6 <= abs(n) < 10**15 or int(n.as_tuple().exponent) < 0:
            return ""
        text, exact = (
            format_compact_decimal(n, format_type="long", locale=self.locale, fraction_digits=places)
            for places in (2, 12)
        )
        if text != exact:
            return ""
        if "1" in forms:
            # French has a word for exactly 1000, "mille"; Babel then takes one million for a plural, and this no more.
            beside = n + Decimal(1).copy_sign(n)
            return str(format_compact_decimal(beside, format_type="long", locale=self.locale, fraction_digits=2))
        return str(text)

    def value(self, value: Value, *, digits: bool = False) -> str:
        """A value in words: "7,000 to 15,000", "about 1,300", "more than 10 million".

        With `digits` millions are not put into words: "more than 10,000,000".
        """
        if (value, digits) not in self._cache:
            self._cache[value, digits] = self._value(value, digits=digits)
        return self._cache[value, digits]

    def _value(self, value: Value, *, digits: bool) -> str:
        numbers = [self.number(n, digits=digits) for n in (value.low, value.high, value.best) if n is not None]
        if value.kind == "range":
            return self.words["best" if value.best is not None else "range"].format(*numbers)
        return numbers[0] if value.kind == "exact" else self.words[value.kind].format(numbers[0])

    def signed(self, value: Value) -> str:
        """A difference: "+340", "−12", "+1,000 to +3,000"."""
        ends = [n for n in (value.low, value.high) if n is not None]
        texts = [f"+{self.number(n)}" if n > 0 else self.number(n) for n in dict.fromkeys(ends)]
        return texts[0] if len(texts) == 1 else self.words["range"].format(*texts)

    def date(self, when: dt.date) -> str:
        """A date with its year: "9 April 2022"."""
        return _date(when, "long", self.locale)

    def short_date(self, when: dt.date) -> str:
        """A date for a narrow column: "9 Apr 2022"."""
        return _date(when, "medium", self.locale)

    def part_of_date(self, when: dt.date, skeleton: str) -> str:
        """What of a date a skeleton of CLDR asks for: "MMMd" gives "9 Apr", "yMMM" gives "Apr 2022"."""
        return format_skeleton(skeleton, when, locale=self.locale)

    def moment(self, when: Moment, *, short: bool = False) -> str:
        """A date, with its time of day if it has one."""
        text = self.short_date(when.day) if short else self.date(when.day)
        return self.words["at"].format(text, when.clock) if when.clock else text

    def period(self, when: Period, *, short: bool = False) -> str:
        """A moment, or a stretch of time: "24–26 February 2022"."""
        start, end = when.start, when.end
        if when.open:
            return self.words["ongoing"].format(self.moment(start, short=short))
        if end is None:
            return self.moment(start, short=short)
        if not start.clock and not end.clock and start.day.replace(day=1) == end.day.replace(day=1):
            head, tail = (
                (self.short_date if short else self.date)(start.day),
                (self.short_date if short else self.date)(end.day),
            )
            first, last = str(start.day.day), str(end.day.day)
            if tail.startswith(f"{last} ") and head.startswith(f"{first} "):
                return self.words["span"].format(first, tail)
        return self.words["period"].format(self.moment(start, short=short), self.moment(end, short=short))

    def language_name(self, tag: str) -> str:
        """The name of another language in this one, or its tag."""
        return str(self.locale.languages.get(tag.split("-", maxsplit=1)[0].lower(), tag))

    @property
    def direction(self) -> str:
        """Ltr or rtl."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"


@cache
def _date(when: dt.date, style: str, locale: Locale) -> str:
    return format_date(when, style, locale=locale)
