"""The edition as data: every fact, value, citation and reference, and the tree that every other output shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from briefing.edition import Edition, printed_facts
from briefing.evidence import Evidence
from briefing.facts import Fact, Series, Source
from briefing.fields import Period
from briefing.formats import Formatter
from briefing.value import Value

VERSION = 1
"""Of the form of briefing.json; raised when a reader of the old form could misread the new."""


@dataclass(frozen=True, slots=True)
class ValueRecord:
    """A value: as written, as printed, and its parts as decimal texts. An end that nobody stated is null."""

    value: str
    text: str
    kind: str
    low: str | None
    high: str | None
    best: str | None


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """A source cited for a fact, with its number in this edition."""

    source: str
    number: int | None
    locator: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact that this edition prints."""

    id: str
    claim: str | None
    indicator: str | None
    label: str | None
    unit: str | None
    measure: str | None
    subject: str | None
    value: ValueRecord | None
    as_of: str | None
    at: str | None
    said_by: str | None
    status: str
    credibility: int | None
    place: str | None
    lat: str | None
    lon: str | None
    tags: tuple[str, ...]
    marking: str | None
    note: str | None
    likelihood: str | None
    confidence: str | None
    waiver: str | None
    citations: tuple[CitationRecord, ...]


@dataclass(frozen=True, slots=True)
class PointRecord:
    """One dated value of a series."""

    at: str
    value: str


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """A series that this edition draws, up to its date."""

    id: str
    fact: str
    points: tuple[PointRecord, ...]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A reference: a source with its number, and all that is known of it."""

    number: int
    id: str
    title: str
    publisher: str | None
    author: str | None
    url: str | None
    published: str | None
    retrieved: str | None
    kind: str | None
    language: str | None
    reliability: str | None
    origin: str | None
    archived_url: str | None
    archived_at: str | None
    archived_sha256: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """briefing.json."""

    format: int
    edition: Edition
    facts: tuple[FactRecord, ...]
    series: tuple[SeriesRecord, ...]
    sources: tuple[SourceRecord, ...]


def edition_data(edition: Edition, evidence: Evidence) -> str:
    """The text of briefing.json."""
    return json.dumps(_plain(edition_record(edition, evidence)), ensure_ascii=False, indent=1) + "\n"


def edition_record(edition: Edition, evidence: Evidence) -> EditionRecord:
    """The edition with the facts, series and sources that it prints."""
    numbers = {one.source: one.number for one in edition.references}
    printed = printed_facts(edition.summary, edition.notice, edition.sections)
    formatter = Formatter(edition.language)
    facts = tuple(_fact(evidence.facts[name], evidence, numbers, formatter) for name in printed)
    series = tuple(_series(evidence.series[name]) for name in printed if name in evidence.series)
    sources = tuple(_source(evidence.sources[one.source], one.number) for one in edition.references)
    return EditionRecord(VERSION, edition, facts, series, sources)


def _fact(fact: Fact, evidence: Evidence, numbers: dict[str, int], formatter: Formatter) -> FactRecord:
    indicator = evidence.indicators.get(fact.indicator or "")
    return FactRecord(
        id=fact.id,
        claim=str(fact.claim) if fact.claim else None,
        indicator=fact.indicator,
        label=indicator.label if indicator else None,
        unit=indicator.unit if indicator else None,
        measure=indicator.measure if indicator else None,
        subject=fact.subject,
        value=_value(fact.value, formatter) if fact.value is not None else None,
        as_of=written(fact.as_of),
        at=written(fact.at),
        said_by=fact.said_by,
        status=fact.status,
        credibility=fact.credibility,
        place=fact.place,
        lat=written(fact.lat),
        lon=written(fact.lon),
        tags=fact.tags,
        marking=fact.marking,
        note=fact.note,
        likelihood=fact.likelihood,
        confidence=fact.confidence,
        waiver=fact.waiver,
        citations=tuple(CitationRecord(c.source, numbers.get(c.source), c.locator, c.quote) for c in fact.sources),
    )


def _value(value: Value, formatter: Formatter) -> ValueRecord:
    return ValueRecord(
        str(value), formatter.value(value), value.kind, written(value.low), written(value.high), written(value.best)
    )


def _series(series: Series) -> SeriesRecord:
    points = tuple(PointRecord(str(point.at), str(point.value)) for point in series.points)
    return SeriesRecord(series.id, series.fact.id, points)


def _source(source: Source, number: int) -> SourceRecord:
    archived = source.archived
    return SourceRecord(
        number=number,
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        author=source.author,
        url=source.url,
        published=written(source.published),
        retrieved=written(source.retrieved),
        kind=source.kind,
        language=source.language,
        reliability=source.reliability,
        origin=source.origin,
        archived_url=archived.url if archived else None,
        archived_at=written(archived.at) if archived else None,
        archived_sha256=archived.sha256 if archived else None,
        note=source.note,
    )


def written(given: object) -> str | None:
    """The written form of a date, moment, period or decimal."""
    if given is None:
        return None
    if isinstance(given, Decimal):
        return f"{given:f}"
    if isinstance(given, Period):
        return given.written("/")
    return str(given)


def _plain(node: Any) -> Any:  # noqa: ANN401
    """Dataclasses as objects with their kind, everything else as JSON knows it."""
    if isinstance(node, Value):
        return str(node)
    if is_dataclass(node):
        return {"type": kind(type(node).__name__)} | {f.name: _plain(getattr(node, f.name)) for f in fields(node)}
    if isinstance(node, (tuple, list)):
        return [_plain(one) for one in node]
    if isinstance(node, (date, datetime)):
        return node.isoformat()
    return f"{node:f}" if isinstance(node, Decimal) else node


def kind(name: str) -> str:
    """The `type` of an object in briefing.json: the name of the node or record, in lower case with hyphens."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
