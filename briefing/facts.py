"""Facts, sources and indicators: what a facts file says, checked field by field."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema
from pydantic.dataclasses import dataclass

from briefing.diagnostics import Where
from briefing.fields import (
    DayField,
    Id,
    Language,
    Letter,
    Long,
    MaxAge,
    Moment,
    MomentField,
    PeriodField,
    Short,
    SomeText,
    Url,
    ValueField,
    decimal,
    one_line,
    problem,
    whole,
)
from briefing.value import Value

MAX_CLAIM = 2000
"""Characters in a claim: two long paragraphs."""

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
RANK: dict[str, int] = {"": 0, "TLP:CLEAR": 0, "TLP:GREEN": 1, "TLP:AMBER": 2, "TLP:AMBER+STRICT": 3, "TLP:RED": 4}
"""The markings of TLP 2.0 from open to closed. What has none is as open as TLP:CLEAR."""
HIGHEST = max(RANK.values())


def rank(marking: object) -> int:
    """The place of a marking; one that is not known is the highest."""
    return RANK.get(marking or "", HIGHEST) if isinstance(marking, (str, type(None))) else HIGHEST


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
    since: Annotated[
        DayField | None, Field(description="The day from which a running total counts; totals of two starts differ.")
    ] = None
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
    lat: Annotated[Decimal | None, decimal(-90, 90), Field(description="Latitude in degrees, WGS 84.")] = None
    lon: Annotated[Decimal | None, decimal(-180, 180), Field(description="Longitude in degrees, WGS 84.")] = None
    at: Annotated[
        PeriodField | None,
        Field(description="When an event happened: a date, a time, from..to, or from.. while it lasts."),
    ] = None
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
    correction: Annotated[
        Long | None, Field(description="Why it was corrected; printed when the edition of a date is issued again.")
    ] = None

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
    revised: dict[date, str] = field(default_factory=dict)
    """The dates on which the count was revised, in order, each with the reason that the feed states."""


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
