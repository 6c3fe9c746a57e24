"""From all facts to the evidence of one edition: what holds on its date, the latest figure of every series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from briefing.facts import Fact, FactSet, Indicator, Series, Source


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one edition may print, each thing by its id."""

    date: date
    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    facts: dict[str, Fact]
    """Facts that hold on the date, the latest figure of each series among them."""
    series: dict[str, Series]
    """Series up to the date."""
    later: frozenset[str]
    """Facts and series that hold only after the date."""
    superseded: frozenset[str]
    """Facts that another fact of this edition replaces."""


def resolve(together: FactSet, when: date) -> Evidence:
    """The evidence for an edition of the date `when`. A fact holds from its as-of, or else from its event."""
    facts: dict[str, Fact] = {}
    later: set[str] = set()
    for fact in together.facts.values():
        if fact.when is not None and fact.when.day > when:
            later.add(fact.id)
        else:
            facts[fact.id] = fact
    series: dict[str, Series] = {}
    for one in together.series.values():
        points = tuple(point for point in one.points if point.at.day <= when)
        if not points:
            later.add(one.id)
            continue
        latest = replace(one.fact, value=points[-1].value, as_of=points[-1].at)
        series[one.id] = Series(one.id, latest, points)
        facts[one.id] = latest
    superseded = frozenset(fact.supersedes for fact in facts.values() if fact.supersedes)
    return Evidence(when, together.sources, together.indicators, facts, series, frozenset(later), superseded)
