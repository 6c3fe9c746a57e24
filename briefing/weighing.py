"""What a figure weighs: how old it is, how many origins it has, what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefing.evidence import Evidence
from briefing.facts import Fact

_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class Rivals:
    """Figures of different asserters about one thing: the latest of each, in the order of the files."""

    indicator: str
    subject: str
    place: str
    facts: tuple[Fact, ...]


def age(fact: Fact, evidence: Evidence) -> int | None:
    """The age of a figure on the edition's date, in whole calendar days; None for what has no moment."""
    return (evidence.date - fact.as_of.day).days if fact.as_of is not None else None


def stale(fact: Fact, evidence: Evidence) -> int | None:
    """The age in days of a figure older than it may be; None for one that is fresh or has no limit.

    The limit is the fact's own, else its indicator's, else the briefing's.
    """
    indicator = evidence.indicators.get(fact.indicator or "")
    limit = fact.max_age or (indicator.max_age if indicator else None) or evidence.max_age
    days = age(fact, evidence)
    if limit is None or days is None or fact.value is None:
        return None
    return days if days > days_in(limit) else None


def days_in(stretch: str) -> float:
    """A stretch of time such as "2 weeks" in days. A month counts as 30, a year as 365."""
    number, unit = stretch.split()
    return int(number) * _DAYS[unit.removesuffix("s")]


def origins(fact: Fact, evidence: Evidence) -> frozenset[str]:
    """Who first observed what a fact says. Two sources with one origin are one; without an origin, each is its own."""
    found = (evidence.sources.get(cited.source) for cited in fact.sources)
    return frozenset(source.origin or source.publisher or source.id for source in found if source is not None)


def rivals(evidence: Evidence) -> Iterator[Rivals]:
    """Every set of current figures by two or more asserters about the same indicator, subject and place.

    A retracted or superseded figure stands against nothing. Of one asserter only the latest counts.
    """
    groups: dict[tuple[str, str, str], dict[str, Fact]] = {}
    for fact in _current(evidence):
        if fact.indicator is None or fact.value is None or not fact.said_by:
            continue
        latest = groups.setdefault((fact.indicator, fact.subject or "", fact.place or ""), {})
        other = latest.get(fact.said_by)
        if other is None or _moment(other) <= _moment(fact):
            latest[fact.said_by] = fact
    for (indicator, subject, place), latest in groups.items():
        if len(latest) > 1 and len({str(fact.value) for fact in latest.values()}) > 1:
            yield Rivals(indicator, subject, place, tuple(latest.values()))


def _current(evidence: Evidence) -> Iterable[Fact]:
    return (
        fact for fact in evidence.facts.values() if fact.id not in evidence.superseded and fact.status != "retracted"
    )


def _moment(fact: Fact) -> tuple[str, str]:
    return (fact.as_of.day.isoformat(), fact.as_of.clock) if fact.as_of else ("", "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well an edition's figures are founded."""

    figures: int
    oldest: Fact | None
    stale: tuple[Fact, ...]
    single: tuple[Fact, ...]
    unattributed: tuple[Fact, ...]
    waived: tuple[Fact, ...]


def coverage(facts: Iterable[Fact], evidence: Evidence) -> Coverage:
    """The foundation of those facts that have a figure."""
    figures = tuple(fact for fact in facts if fact.value is not None)
    dated = [fact for fact in figures if fact.as_of is not None]
    return Coverage(
        figures=len(figures),
        oldest=min(dated, key=_moment, default=None),
        stale=tuple(fact for fact in figures if stale(fact, evidence) is not None),
        single=tuple(fact for fact in figures if len(origins(fact, evidence)) == 1),
        unattributed=tuple(fact for fact in figures if not fact.said_by),
        waived=tuple(fact for fact in figures if not fact.sources),
    )
