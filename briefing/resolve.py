"""From all facts to the evidence of one edition: what holds on its date, the latest figure of every series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from briefing.edition import MapOutline
from briefing.evidence import Evidence
from briefing.facts import Fact, FactSet, Series


def resolve(
    together: FactSet,
    when: date,
    *,
    max_age: str | None = None,
    whole: bool = True,
    outlines: tuple[MapOutline, ...] = (),
) -> Evidence:
    """The evidence for an edition of the date `when`. A fact holds from its as-of, or else from its event.

    `max_age` is the briefing's own limit of freshness. `whole` is False when some file could not be read, so that what
    it holds is missing. `outlines` are the user's own, for maps.
    """
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
        series[one.id] = replace(one, fact=latest, points=points)
        facts[one.id] = latest
    superseded = frozenset(fact.supersedes for fact in facts.values() if fact.supersedes)
    return Evidence(
        when,
        together.sources,
        together.indicators,
        facts,
        series,
        frozenset(later),
        superseded,
        frozenset(together.refused),
        max_age,
        whole and not together.refused,
        outlines,
    )
