"""Kinds of field: texts, ids, addresses, moments and values, each checked once, where a file is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from briefing.value import Value, ValueSyntaxError, number, parse, span


def problem(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """An error under one of our own codes, for a field's check to raise."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def text_of(given: Any) -> str:  # noqa: ANN401  # whatever a file holds
    """The text of a scalar. Raises for a list or mapping."""
    if not isinstance(given, str):
        kind = "a list" if isinstance(given, (list, tuple)) else "a mapping" if isinstance(given, dict) else "nothing"
        raise problem("wrong-type", f"a text is wanted here, not {kind}")
    return given


# Kinds of text.


_SPACES = re.compile(r"[ \t\r\n]+")


def one_line(given: Any, limit: int) -> str:  # noqa: ANN401
    """A text of at most `limit` characters; line breaks and runs of spaces become one space."""
    text = text_of(given)
    if len(text) > limit:
        raise problem("too-long", f"this text has {len(text)} characters; at most {limit} are allowed")
    return folded(text)


def folded(text: str) -> str:
    """The text on one line: breaks, tabs and runs of spaces are one space. Spaces of typography stay."""
    tidy = text[:1] != " " != text[-1:] and not ("  " in text or "\n" in text or "\t" in text or "\r" in text)
    return text if tidy else _SPACES.sub(" ", text).strip(" ")


def _up_to(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda given: one_line(given, limit))


def _some_text(given: Any) -> str:  # noqa: ANN401
    text = one_line(given, 300)
    if not text.strip():
        raise problem("missing-key", "this text is empty")
    return text


ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
"""An id: it becomes an anchor and part of a file's name."""


def _id(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not ID.fullmatch(text):
        raise problem(
            "bad-id",
            f"{text[:60]!r} is not an id",
            "use letters a-z and A-Z, digits, hyphens and underscores, 80 characters at most",
        )
    return text


def check_url(given: Any) -> str:  # noqa: ANN401
    """An http, https or mailto address as given. It is printed and linked, never fetched."""
    text = text_of(given)
    hint = "write the whole address, such as https://example.org/report"
    if len(text) > 2000 or re.search(r"[\s\\<>\"`{}|^]", text):
        raise problem("bad-url", f"{text[:60]!r} is not an address", hint)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError as error:
        raise problem("bad-url", f"{text[:60]!r} is not an address: {error}", hint) from error
    if parts.scheme not in {"http", "https", "mailto"} or text.partition(":")[0] != parts.scheme:
        raise problem("bad-url", f"{text[:60]!r} is not an http, https or mailto address", hint)
    if (parts.scheme == "mailto") == bool(host) or (parts.scheme == "mailto" and "@" not in parts.path):
        raise problem("bad-url", f"{text[:60]!r} is not a whole address", hint)
    if parts.username is not None:
        raise problem("bad-url", "an address with a user name in it can pretend to be another site", hint)
    return text


Short = Annotated[str, _up_to(300), WithJsonSchema({"type": "string", "maxLength": 300})]
SomeText = Annotated[
    str, BeforeValidator(_some_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 300})
]
Long = Annotated[str, _up_to(4000), WithJsonSchema({"type": "string", "maxLength": 4000})]
Id = Annotated[str, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": f"^{ID.pattern}$"})]
Url = Annotated[str, BeforeValidator(check_url), WithJsonSchema({"type": "string", "format": "uri"})]

# Moments.

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?|24:00")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A date, or a date and a time of day in the briefing's own zone. `clock` is "HH:MM" or empty."""

    day: date
    clock: str = ""

    def __str__(self) -> str:
        """ISO 8601."""
        return f"{self.day.isoformat()}T{self.clock}" if self.clock else self.day.isoformat()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """When something happened: from `start` to `end`, which is None for a single moment.

    An `open` one began at its start and has no end yet, or none that is known.
    """

    start: Moment
    end: Moment | None = None
    open: bool = False

    def written(self, between: str) -> str:
        """Its moments in ISO 8601 with this between them; two dots for an open end."""
        if self.open and between != "..":
            return f"{self.start}{between}.."
        return f"{self.start}{between}" if self.open else str(self.start) + (f"{between}{self.end}" if self.end else "")


@cache
def day(text: str) -> date:
    """A calendar date written YYYY-MM-DD, in the years 1500 to 2200."""
    match = _DAY.fullmatch(text)
    hint = "write it as YYYY-MM-DD, such as 2022-04-09"
    if not match:
        raise problem("bad-date", f"{text[:40]!r} is not a date", hint)
    year, month, monthday = (int(part) for part in match.groups())
    if not 1500 <= year <= 2200:
        raise problem("bad-date", f"the year of {text!r} is outside 1500 to 2200", hint)
    try:
        return date(year, month, monthday)
    except ValueError as error:
        raise problem("bad-date", f"there is no {text}: {error}", hint) from error


def _day(given: Any) -> date:  # noqa: ANN401
    return given if isinstance(given, date) else day(text_of(given))


def _moment(given: Any) -> Moment:  # noqa: ANN401
    if isinstance(given, Moment):
        return given
    text = text_of(given)
    if len(text) == 10:
        return Moment(day(text))
    clock = text[11:]
    if text[10:11] not in {"T", " "} or not _CLOCK.fullmatch(clock):
        hint = "write 2022-04-09 or 2022-04-09T14:30"
        if re.search(r"(Z|[+-][0-9]{2}:?[0-9]{2})$", text):
            hint += "; times are in the briefing's own time zone and carry no offset"
        raise problem("bad-date", f"{text[:40]!r} is not a date or time", hint)
    return Moment(day(text[:10]), clock[:5])


def _period(given: Any) -> Period:  # noqa: ANN401
    if isinstance(given, Period):
        return given
    start, dots, end = text_of(given).partition("..")
    if dots and not end.strip():
        return Period(_moment(start.strip()), open=True)
    period = Period(_moment(start.strip()), _moment(end.strip()) if dots else None)
    if period.end is not None and period.end < period.start:
        raise problem("bad-date", f"{given!r} ends before it begins", f"write {end.strip()}..{start.strip()}")
    return period


_DATE_SCHEMA = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2})?$"}
_DAY_SCHEMA = {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
DayField = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
MomentField = Annotated[Moment, BeforeValidator(_moment), WithJsonSchema(_DATE_SCHEMA)]
PeriodField = Annotated[Period, BeforeValidator(_period), WithJsonSchema({"type": "string"})]

# Values.


def _value(given: Any) -> Value:  # noqa: ANN401
    try:
        if isinstance(given, str):
            return parse(given)
        if isinstance(given, Value):
            return given
        if isinstance(given, dict):
            return _value_of_mapping(given)
    except ValueSyntaxError as error:
        raise problem("bad-value", str(error), error.hint) from error
    raise problem("wrong-type", "a value is a text such as ~1300, or {low: , high: , best: }")


def _value_of_mapping(given: dict[str, Any]) -> Value:
    if unknown := set(given) - {"low", "high", "best"}:
        raise problem(
            "unknown-key",
            f"a value has no key {min(unknown)[:40]!r}",
            "the keys are low, high and best",
        )
    ends = {key: number(text_of(text).strip()) for key, text in given.items()}
    if "low" not in ends or "high" not in ends:
        raise problem("bad-value", "a value in parts needs both low and high", "write a bound as >=50 or <=50")
    return span(ends["low"], ends["high"], ends.get("best"))


ValueField = Annotated[
    Value,
    BeforeValidator(_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "examples": ["1300", "~1300", ">50", ">=50", "<5", "<=5", "7000..15000"]},
                {"type": "number"},
                {
                    "type": "object",
                    "properties": {key: {"type": ["string", "number"]} for key in ("low", "high", "best")},
                    "required": ["low", "high"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class Limited:
    """The check of a number within limits, which its JSON Schema names too."""

    def __init__(self, kind: str, low: int, high: int, check: Callable[[Any], Any]) -> None:
        self.kind, self.low, self.high, self.check = kind, low, high, check

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Pydantic's own protocol."""
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Pydantic's own protocol."""
        del handler
        return {"type": [self.kind, "string"], "minimum": self.low, "maximum": self.high}


def decimal(low: int, high: int) -> Limited:
    """The check of a decimal number from `low` to `high`."""

    def check(given: Any) -> Decimal | None:  # noqa: ANN401
        if given is None or isinstance(given, Decimal):
            return given
        try:
            n = number(text_of(given))
        except ValueSyntaxError as error:
            raise problem("bad-number", str(error)) from error
        if not low <= n <= high:
            raise problem("bad-number", f"{n:f} is outside {low} to {high}")
        return n

    return Limited("number", low, high, check)


def whole(low: int, high: int) -> Limited:
    """The check of a whole number from `low` to `high`, written without sign tricks or leading zeros."""

    def check(given: Any) -> int | None:  # noqa: ANN401
        if given is None:
            return None
        text = given if isinstance(given, str) else str(given) if type(given) is int else text_of(given)
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,8}", text, re.ASCII):
            raise problem("bad-number", f"{text[:40]!r} is not a whole number")
        if not low <= int(text) <= high:
            raise problem("bad-number", f"{text} is outside {low} to {high}")
        return int(text)

    return Limited("integer", low, high, check)


# Words of a scale.


def _letter(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if text not in tuple("ABCDEF"):
        raise problem("bad-choice", f"{text[:20]!r} is not a reliability", "the Admiralty letters are A to F")
    return text


def _language(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if len(text) > 35 or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):  # 35: RFC 5646, 4.4.1
        raise problem("bad-choice", f"{text[:20]!r} is not a language tag", "write it as in BCP 47: en, uk, pt-BR")
    return text


_MAX_AGE = re.compile(r"([1-9][0-9]{0,3}) (hour|day|week|month|year)s?")


def _max_age(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not _MAX_AGE.fullmatch(text):
        raise problem(
            "bad-value", f"{text[:40]!r} is not an age", "write 36 hours, 7 days, 2 weeks, 3 months or 1 year"
        )
    return text


_AT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _at(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not _AT.fullmatch(text):
        raise problem("bad-value", f"{text[:40]!r} is not a time of day", "write 06:00 or 17:30")
    return text


_DURATION = re.compile(r"([1-9][0-9]{0,3}) (second|minute|hour)s?")


def _duration(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not _DURATION.fullmatch(text):
        raise problem("bad-value", f"{text[:40]!r} is not a length of time", "write 90 seconds, 10 minutes or 1 hour")
    return text


def seconds_of(duration: str) -> int:
    """The seconds of a length of time such as "10 minutes"."""
    number, unit = duration.rstrip("s").split(" ")
    return int(number) * {"second": 1, "minute": 60, "hour": 3600}[unit]


def web_address(given: Any) -> str:  # noqa: ANN401
    """An http or https address as given."""
    text = check_url(given)
    if text.startswith("mailto:"):
        raise problem("bad-url", f"{text[:60]!r} is not an http or https address", "write https://...")
    return text


Letter = Annotated[str, BeforeValidator(_letter), WithJsonSchema({"enum": list("ABCDEF")})]
Language = Annotated[str, BeforeValidator(_language), WithJsonSchema({"type": "string"})]
MaxAge = Annotated[
    str, BeforeValidator(_max_age), WithJsonSchema({"type": "string", "pattern": f"^{_MAX_AGE.pattern}$"})
]
At = Annotated[str, BeforeValidator(_at), WithJsonSchema({"type": "string", "pattern": f"^({_AT.pattern})$"})]
Duration = Annotated[
    str, BeforeValidator(_duration), WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$"})
]
WebAddress = Annotated[
    str, BeforeValidator(web_address), WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?:"})
]
