"""Whether areas may stand one upon another: only where the upper edge is a true sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefing.compose.charts.course import Course
from briefing.compose.charts.order import Order
from briefing.diagnostics import shown

MOST = 6
"""Areas that can be told apart by their colours."""
_SHARES = {"%", "‰"}


def objections(courses: Sequence[Course], order: Order) -> Iterator[tuple[str, str]]:
    """What stands against a sum of the series, each with how to mend it."""
    first = courses[0].series
    days = [point.at for point in first.points]
    for course in courses:
        series = course.series
        wrong = next((p for p in series.points if p.value.kind != "exact" or p.value.numbers[0] < 0), None)
        if wrong is not None:
            message = f"{shown(series.id)} is {wrong.value} on {wrong.at}, which is no exact count"
            yield message, "draw lines, or small multiples"
        if [point.at for point in series.points] != days:
            yield f"{shown(first.id)} and {shown(series.id)} have other dates", "take series with the same dates"
    yield from _differing(courses, order)
    yield from _overlapping(courses)


def _differing(courses: Sequence[Course], order: Order) -> Iterator[tuple[str, str]]:
    """Series of different units, measures or asserters have no sum."""
    indicators = order.writer.evidence.indicators
    facts = [course.series.fact for course in courses]
    kinds = [indicators.get(fact.indicator or "") for fact in facts]
    for name, said in (
        ("unit", [one.unit if one else None for one in kinds]),
        ("measure", [one.measure if one else None for one in kinds]),
        ("start of counting (since)", [one.since if one else None for one in kinds]),
        ("asserter (said_by)", [fact.said_by for fact in facts]),
    ):
        other = next((n for n, one in enumerate(said) if one != said[0]), None)
        if other is not None:
            message = f"{shown(facts[0].id)} and {shown(facts[other].id)} have not the same {name}"
            yield message, "take series of one unit, one measure and one asserter"
    if kinds[0] is not None and kinds[0].unit in _SHARES:
        yield f"figures in {kinds[0].unit} do not add up", "draw lines, or small multiples"


def _overlapping(courses: Sequence[Course]) -> Iterator[tuple[str, str]]:
    """Two series about one thing, or one that names fewer of subject and place and so may hold the other."""
    seen: dict[tuple[str | None, ...], str] = {}
    for course in courses:
        fact = course.series.fact
        other = seen.setdefault((fact.indicator, fact.subject, fact.place), fact.id)
        if other != fact.id:
            message = f"{shown(other)} and {shown(fact.id)} are about the same"
            yield message, "take series that differ in subject or place"
    for field in ("subject", "place"):
        naming = [course.series.id for course in courses if getattr(course.series.fact, field)]
        silent = [course.series.id for course in courses if not getattr(course.series.fact, field)]
        if naming and silent:
            message = f"{shown(silent[0])} names no {field} and may hold {shown(naming[0])}, which does"
            yield message, f"name the {field} of every series"
