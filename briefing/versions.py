"""A fact as one edition knew it, written down so that it can be kept and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from briefing.evidence import Evidence
from briefing.facts import (
    FACT,
    INDICATOR,
    SOURCE,
    Cited,
    Claim,
    Fact,
    Indicator,
    Marking,
    Measure,
    Series,
    SeriesPoint,
    Source,
    rank,
)
from briefing.fields import Moment, Period
from briefing.value import Value


@dataclass(frozen=True, slots=True)
class Version:
    """A fact with what its figure is measured by. `points` is a hash of all values of its series, or empty."""

    fact: Fact
    label: str = ""
    unit: str = ""
    measure: Measure | None = None
    since: date | None = None
    points: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """What one edition printed: its facts and the sources they rest on, each by its id."""

    facts: Mapping[str, Version]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class PastEdition:
    """An edition as the books have it."""

    day: date
    revision: int
    recorded: str
    printed: Printed
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What an edition has behind it. `base` is the edition that it is compared with: the one before it in time.

    `revisions` are the earlier issues for the same date, in order. `readable` is False when there are no books to ask;
    `reason` is why the next revision is made.
    """

    base: PastEdition | None = None
    revisions: tuple[PastEdition, ...] = ()
    readable: bool = True
    reason: str = ""


NO_PAST = Past()


def version_of(fact: Fact, evidence: Evidence) -> Version:
    """The fact of this edition with its measure."""
    series = evidence.series.get(fact.id)
    return _version(fact, evidence.indicators.get(fact.indicator or ""), _points(series.points) if series else "")


def printed(names: Iterable[str], cited: Iterable[str], evidence: Evidence) -> Printed:
    """What an edition prints, from the ids of its facts and of the sources that it cites."""
    facts = {name: version_of(evidence.facts[name], evidence) for name in names}
    return Printed(facts, {name: evidence.sources[name] for name in cited})


def as_closed(version: Version, marking: Marking | None) -> Version:
    """The fact with the higher of its own marking and that of the edition which printed it."""
    if marking is None or rank(version.fact.marking) >= rank(marking):
        return version
    return replace(version, fact=replace(version.fact, marking=marking))


def known_series(series: Series, indicator: Indicator | None) -> Version:
    """A whole series as its table has it on the day of reading, with its latest figure."""
    last = series.points[-1]
    return _version(_with_value(series.fact, last), indicator, _points(series.points))


def known_fact(fact: Fact, indicator: Indicator | None) -> Version:
    """A fact as its file has it."""
    return _version(fact, indicator, "")


def _with_value(fact: Fact, point: SeriesPoint) -> Fact:
    given = {field.name: getattr(fact, field.name) for field in fields(fact)}
    return Fact(**{**given, "value": point.value, "as_of": point.at})


def _version(fact: Fact, indicator: Indicator | None, points: str) -> Version:
    if indicator is None:
        return Version(fact, points=points)
    return Version(fact, indicator.label, indicator.unit or "", indicator.measure, indicator.since, points)


def _points(points: Iterable[SeriesPoint]) -> str:
    text = "\n".join(f"{point.at} {point.value}" for point in points)
    return hashlib.sha256(text.encode()).hexdigest()


# Writing and reading.

_READERS: dict[type, TypeAdapter[Any]] = {Fact: FACT, Source: SOURCE, Indicator: INDICATOR}


def written(one: Version | Source) -> str:
    """One line of JSON: the entry as a facts file would have it. Equal entries give equal texts."""
    if isinstance(one, Source):
        return _json(_entry(one))
    beside = {"label": one.label, "unit": one.unit, "measure": one.measure, "since": one.since, "points": one.points}
    return _json({"fact": _entry(one.fact), **{key: _field(value) for key, value in beside.items() if value}})


def read_version(name: str, text: str) -> Version:
    """The fact of this id from its line. Raises ValueError."""
    given = json.loads(text)
    since = given.get("since")
    return Version(
        _read(Fact, name, given["fact"]),
        given.get("label", ""),
        given.get("unit", ""),
        given.get("measure"),
        date.fromisoformat(since) if since else None,
        given.get("points", ""),
    )


def read_source(name: str, text: str) -> Source:
    """The source of this id from its line. Raises ValueError."""
    source: Source = _read(Source, name, json.loads(text))
    return source


def _read(kind: type, name: str, given: dict[str, Any]) -> Any:  # noqa: ANN401
    return _READERS[kind].validate_python({**given, "id": name, "file": ""})


def _json(given: dict[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _entry(one: Any) -> dict[str, Any]:  # noqa: ANN401
    """The fields that say something, in the syntax of a facts file. Its id and file stand elsewhere."""
    return {
        field.name: _field(value)
        for field in fields(one)
        if field.name not in {"id", "file"} and (value := getattr(one, field.name)) not in (None, ())
    }


def _field(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Value):
        if value.best is None:
            return str(value)
        return {"low": f"{value.low:f}", "high": f"{value.high:f}", "best": f"{value.best:f}"}
    if isinstance(value, Period):
        return value.written("..")
    if isinstance(value, (Moment, Claim)):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Cited):
        entry = _entry_of_citation(value)
        return entry["source"] if len(entry) == 1 else entry
    if isinstance(value, tuple):
        return [_field(one) for one in value]
    return value if isinstance(value, (str, int)) else _entry(value)


def _entry_of_citation(cited: Cited) -> dict[str, str]:
    given = {"source": cited.source, "locator": cited.locator, "quote": cited.quote}
    return {key: value for key, value in given.items() if value is not None}
