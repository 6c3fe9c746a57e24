"""Facts, sources and indicators: what a facts file says, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from briefing.diagnostics import Where
from briefing.value import Value, ValueSyntaxError, number, parse, span

MAX_CLAIM = 2000
"""Characters in a claim: two long paragraphs."""


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
_UNTIDY = re.compile(r"[\t\r\n]|  |^ | $")


def one_line(given: Any, limit: int) -> str:  # noqa: ANN401
    """A text of at most `limit` characters; line breaks and runs of spaces become one space."""
    text = text_of(given)
    if len(text) > limit:
        raise problem("too-long", f"this text has {len(text)} characters; at most {limit} are allowed")
    return folded(text)


def folded(text: str) -> str:
    """The text on one line: breaks, tabs and runs of spaces are one space. Spaces of typography stay."""
    return _SPACES.sub(" ", text).strip(" ") if _UNTIDY.search(text) else text


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
            "use letters a-z, digits, hyphens and underscores, 80 characters at most",
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
    """When something happened: from `start` to `end`, which is None for a single moment."""

    start: Moment
    end: Moment | None = None


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


def _decimal(low: int, high: int) -> Limited:
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


# Claims.

PLACEHOLDERS = ("value", "unit", "as_of", "subject", "place", "said_by")
_PLACEHOLDER = re.compile(r"\{(?:(value|unit|as_of|subject|place|said_by)|fact:([A-Za-z0-9][A-Za-z0-9_-]{0,79}))\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a claim: one of PLACEHOLDERS, or `fact` with the id of the fact whose value is meant."""

    name: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a fact says: plain text and placeholders. Nothing else in it means anything."""

    parts: tuple[str | Placeholder, ...]

    def __str__(self) -> str:
        """The claim as written."""
        return "".join(
            part if isinstance(part, str) else f"{{{f'fact:{part.fact}' if part.fact else part.name}}}"
            for part in self.parts
        )


def claim_parts(text: str) -> tuple[str | Placeholder, ...]:
    """The placeholders in a claim and the text between them."""
    if "{" not in text:
        return (text,)
    parts: list[str | Placeholder] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(Placeholder(match[1]) if match[1] else Placeholder("fact", match[2]))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


def _claim(given: Any) -> Claim:  # noqa: ANN401
    if isinstance(given, Claim):
        return given
    text = one_line(given, MAX_CLAIM)
    if not text.strip():
        raise problem("nothing-said", "this claim is empty")
    return Claim(claim_parts(text))


ClaimField = Annotated[Claim, BeforeValidator(_claim), WithJsonSchema({"type": "string", "maxLength": MAX_CLAIM})]

# The three mappings.

_CLOSED = ConfigDict(extra="forbid")
Measure = Literal["cumulative", "incident", "stock"]
Status = Literal["confirmed", "corroborated", "reported", "unverified", "disputed", "retracted"]
SourceKind = Literal["news", "report", "statement", "dataset", "social", "interview", "document", "web"]
Marking = Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
Likelihood = Literal[
    "almost no chance",
    "remote",
    "very unlikely",
    "highly improbable",
    "unlikely",
    "improbable",
    "roughly even chance",
    "roughly even odds",
    "likely",
    "probable",
    "very likely",
    "highly probable",
    "almost certain",
    "nearly certain",
]
Confidence = Literal["low", "moderate", "high"]
STATUSES: tuple[str, ...] = get_args(Status)


def _letter(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if text not in tuple("ABCDEF"):
        raise problem("bad-choice", f"{text[:20]!r} is not a reliability", "the Admiralty letters are A to F")
    return text


def _language(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
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


Letter = Annotated[str, BeforeValidator(_letter), WithJsonSchema({"enum": list("ABCDEF")})]
Language = Annotated[str, BeforeValidator(_language), WithJsonSchema({"type": "string"})]
MaxAge = Annotated[
    str, BeforeValidator(_max_age), WithJsonSchema({"type": "string", "pattern": f"^{_MAX_AGE.pattern}$"})
]


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Archived:
    """A kept copy of a source."""

    url: Url
    at: MomentField | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Source:
    """Something that can be cited: a publication, a statement, a record."""

    id: str
    file: str
    title: Annotated[SomeText, Field(description="Its title, as printed.")]
    publisher: Annotated[Short | None, Field(description="Who published it.")] = None
    author: Annotated[Short | None, Field(description="Who wrote or spoke it.")] = None
    url: Annotated[Url | None, Field(description="Where it stands. Printed and linked, never fetched.")] = None
    published: Annotated[MomentField | None, Field(description="When the source said it.")] = None
    retrieved: Annotated[MomentField | None, Field(description="When we read it.")] = None
    kind: Annotated[SourceKind | None, Field(description="What it is.")] = None
    language: Annotated[Language | None, Field(description="Its language, a BCP 47 tag.")] = None
    reliability: Annotated[Letter | None, Field(description="Admiralty letter A to F (NATO AJP-2.1).")] = None
    origin: Annotated[
        Short | None, Field(description="Who observed it first: two sources with one origin are one.")
    ] = None
    archived: Annotated[Archived | None, Field(description="A kept copy: url, at, sha256.")] = None
    note: Annotated[Long | None, Field(description="What a reader should know of it.")] = None


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Indicator:
    """What a figure measures."""

    id: str
    file: str
    label: Annotated[SomeText, Field(description="What is counted, as printed under a figure.")]
    unit: Annotated[Short | None, Field(description="The unit, as printed behind a figure and on an axis.")] = None
    measure: Annotated[Measure | None, Field(description="A running total, a count in a period, or a level.")] = None
    max_age: Annotated[MaxAge | None, Field(description="How long a figure stays fresh.")] = None
    note: Annotated[Long | None, Field(description="A standing caveat.")] = None


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Cited:
    """A source cited for a fact, with the place in it and the words that were read there."""

    source: Id
    locator: Short | None = None
    quote: Long | None = None


def _cited(given: Any) -> Any:  # noqa: ANN401
    return {"source": given} if isinstance(given, str) else given


def _listed(given: Any) -> Any:  # noqa: ANN401
    return [given] if isinstance(given, str) else given


CitedField = Annotated[
    Cited,
    BeforeValidator(_cited, json_schema_input_type=str | Cited),
]


@dataclass(frozen=True, slots=True, config=_CLOSED)
class Fact:
    """One claim that holds at one moment, asserted by someone, read in at least one source."""

    id: str
    file: str
    claim: Annotated[
        ClaimField | None, Field(description="What is claimed: plain text with placeholders such as {value}.")
    ] = None
    indicator: Annotated[Id | None, Field(description="What the figure measures.")] = None
    subject: Annotated[Short | None, Field(description="Whom or what it is about.")] = None
    value: Annotated[
        ValueField | None, Field(description="The figure: 1300, ~1300, >50, >=50, <5, <=5, 7000..15000.")
    ] = None
    as_of: Annotated[MomentField | None, Field(description="The moment the figure holds.")] = None
    said_by: Annotated[
        Short | None, Field(description="Who asserts it. Left out, it is printed as not attributed.")
    ] = None
    sources: Annotated[
        tuple[CitedField, ...],
        BeforeValidator(_listed),
        Field(description="Where we read it: ids, or {source, locator, quote}.", max_length=50),
    ] = ()
    status: Annotated[Status, Field(description="How far it is verified.")] = "reported"
    credibility: Annotated[int | None, whole(1, 6), Field(description="Admiralty digit 1 to 6 (NATO AJP-2.1).")] = None
    place: Annotated[Short | None, Field(description="Where it is so.")] = None
    lat: Annotated[Decimal | None, _decimal(-90, 90), Field(description="Latitude in degrees, WGS 84.")] = None
    lon: Annotated[Decimal | None, _decimal(-180, 180), Field(description="Longitude in degrees, WGS 84.")] = None
    at: Annotated[PeriodField | None, Field(description="When an event happened: a date, a time or from..to.")] = None
    tags: Annotated[
        tuple[Short, ...], BeforeValidator(_listed), Field(description="Words to select by.", max_length=50)
    ] = ()
    marking: Annotated[Marking | None, Field(description="TLP 2.0 marking (FIRST).")] = None
    note: Annotated[Long | None, Field(description="What a reader should know with it.")] = None
    supersedes: Annotated[Id | None, Field(description="The fact that this one replaces.")] = None
    likelihood: Annotated[Likelihood | None, Field(description="For an assessment: ICD 203 likelihood.")] = None
    confidence: Annotated[Confidence | None, Field(description="For an assessment: ICD 203 confidence.")] = None
    waiver: Annotated[SomeText | None, Field(description="Why it stands without a source; printed as such.")] = None
    max_age: Annotated[MaxAge | None, Field(description="How long this figure stays fresh.")] = None
    parts: Annotated[
        tuple[Id, ...],
        BeforeValidator(_listed),
        Field(description="The facts whose values this total is the sum of.", max_length=200),
    ] = ()

    @property
    def when(self) -> Moment | None:
        """The moment it holds: its as-of, or else the moment of its event."""
        return self.as_of or (self.at.start if self.at else None)


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One dated value of a series; `row` is where it stands in its table, the head being row 1."""

    at: Moment
    value: Value
    row: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """Dated values of one indicator from one asserter, in order of time. `fact` holds what they share."""

    id: str
    fact: Fact
    points: tuple[SeriesPoint, ...]
    revised: frozenset[date] = frozenset()
    """Dates on which a fall or jump has a reason, which the feed states."""


@dataclass(frozen=True, slots=True)
class FactSet:
    """All that the facts files and feeds hold, each thing by its id, in the order of the files."""

    sources: dict[str, Source] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    rows: dict[str, Where] = field(default_factory=dict)
    """The rows of those facts that come from a table."""
    refused: set[str] = field(default_factory=set)
    """Ids of what was there but could not be taken; that they are missing is not to be said a second time."""


SOURCE = TypeAdapter(Source)
INDICATOR = TypeAdapter(Indicator)
FACT = TypeAdapter(Fact)
MAPPINGS: dict[str, TypeAdapter[Any]] = {"sources": SOURCE, "indicators": INDICATOR, "facts": FACT}
"""The three mappings of a facts file and what stands in each."""
