"""What a figure is worth: exact, a range, a bound or an approximation, in decimals and never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

MAX_DIGITS = 24
"""Digits in one number. More than any count on Earth needs; longer ones are a slip or an attack."""

_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_SIGNED = re.compile(rf"(~|>=|<=|>|<|)\s*({_NUMBER})")


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as its asserter stated it.

    `low` and `high` are the ends; an end that nobody stated is None. An exact figure has equal ends.
    `best` is the asserter's own best estimate inside a range, never a mid-point of ours.
    `about` marks an approximation, `strict` a bound that itself is excluded ("more than").
    """

    low: Decimal | None
    high: Decimal | None
    best: Decimal | None = None
    about: bool = False
    strict: bool = False

    @property
    def kind(self) -> str:
        """One of exact, about, range, more_than, at_least, less_than, at_most."""
        if self.low is None:
            return "less_than" if self.strict else "at_most"
        if self.high is None:
            return "more_than" if self.strict else "at_least"
        if self.low != self.high:
            return "range"
        return "about" if self.about else "exact"

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """Every number that was stated, lowest first."""
        stated = [n for n in (self.low, self.best, self.high) if n is not None]
        return tuple(dict.fromkeys(stated))

    def __str__(self) -> str:
        """The value in the syntax of the facts file, which `parse` reads back."""
        sign = {"more_than": ">", "at_least": ">=", "less_than": "<", "at_most": "<=", "about": "~"}
        if self.kind == "range":
            return f"{self.low:f}..{self.high:f}"
        number = self.high if self.low is None else self.low
        return f"{sign.get(self.kind, '')}{number:f}"

    def __add__(self, other: Value) -> Value:
        """The sum; ranges and bounds give ranges and bounds.

        Raises ArithmeticError for an approximation, whose error nobody stated, and for bounds that point apart.
        """
        if self.about or other.about:
            raise ArithmeticError("an approximation cannot be added: nobody stated how far off it is")
        with localcontext(prec=4 * MAX_DIGITS):  # nothing is rounded
            low = None if self.low is None or other.low is None else self.low + other.low
            high = None if self.high is None or other.high is None else self.high + other.high
        if low is None and high is None:
            raise ArithmeticError("a lower and an upper bound cannot be added: the sum has no bound")
        return Value(low, high, strict=(self.strict or other.strict) and (low is None or high is None))

    def __neg__(self) -> Value:
        """The value with its sign turned, ends changed over."""
        flip = [None if n is None else -n for n in (self.high, self.low, self.best)]
        return Value(flip[0], flip[1], flip[2], self.about, self.strict)

    def __sub__(self, other: Value) -> Value:
        """The difference, under the rules of addition."""
        return self + -other

    def may_be(self, other: Value) -> bool:
        """Whether both can be true of one thing. Nothing stands against an approximation."""
        too_low = self.high is not None and other.low is not None and self.high < other.low
        too_high = self.low is not None and other.high is not None and self.low > other.high
        return not (too_low or too_high) or other.about


class ValueSyntaxError(ValueError):
    """A text that is no value; its message says why and `hint` how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def number(text: str) -> Decimal:
    """A plain decimal number: digits, an optional `-`, an optional fraction after a point."""
    if len(text) > MAX_DIGITS + 2:
        raise ValueSyntaxError(f"a number of {len(text)} characters is too long (at most {MAX_DIGITS} digits)")
    if not re.fullmatch(_NUMBER, text, re.ASCII):
        raise ValueSyntaxError(f"{text!r} is not a number", _number_hint(text))
    return Decimal(text)


def parse(text: str) -> Value:
    """Read `1300`, `~1300`, `>50`, `>=50`, `<5`, `<=5` or `7000..15000`. Raises ValueSyntaxError."""
    text = text.strip()
    if match := _SIGNED.fullmatch(text):
        sign, digits = match.groups()
        n = number(digits)
        if sign == "":
            return Value(n, n)
        if sign == "~":
            return Value(n, n, about=True)
        strict = len(sign) == 1
        return Value(n, None, strict=strict) if sign[0] == ">" else Value(None, n, strict=strict)
    if match := _RANGE.fullmatch(text):
        return span(number(match[1]), number(match[2]))
    if len(text) > 80:
        raise ValueSyntaxError(f"a value of {len(text)} characters is too long")
    raise ValueSyntaxError(f"{text!r} is not a value", _number_hint(text))


def span(low: Decimal, high: Decimal, best: Decimal | None = None) -> Value:
    """A range from `low` to `high`. Raises ValueSyntaxError when they stand the wrong way round."""
    if low > high:
        raise ValueSyntaxError(f"the low end {low:f} is above the high end {high:f}", f"write {high:f}..{low:f}")
    if best is not None and not low <= best <= high:
        raise ValueSyntaxError(f"the best estimate {best:f} is outside {low:f}..{high:f}")
    return Value(low, high, best)


def _number_hint(text: str) -> str:
    bare = re.sub(r"[,\s_’'  ]", "", text)
    if re.fullmatch(r"-?[0-9]+,[0-9]{1,2}", text, re.ASCII):
        return f"write a decimal point: {text.replace(',', '.')}"
    if re.fullmatch(_NUMBER, bare, re.ASCII) and bare != text:
        return f"write the digits without separators: {bare}"
    if re.fullmatch(r"-?0[0-9]+", text, re.ASCII):
        return f"a leading zero is ambiguous; write {text.lstrip('0') or '0'}, or quote it in a text field"
    if re.fullmatch(rf"{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}", text, re.ASCII):
        return "write a range with two dots: 7000..15000"
    return "write 1300, ~1300, >50, >=50, <5, <=5 or 7000..15000"
