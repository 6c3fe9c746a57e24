"""Whether areas may stand one upon another: only where the upper edge is a true sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefing.compose.charts.course import Course
from briefing.compose.charts.order import Order
from briefing.compose.sums import contained, differences, doubted, is_share, twice, vague
from briefing.diagnostics import shown

MOST = 6
"""Areas that can be told apart by their colours."""


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
    facts = [course.series.fact for course in courses]
    if denied := doubted(facts):
        yield f"{shown(denied[0].id)} is {denied[0].status}", "take series that nobody doubts"
    for one in differences(facts, ("unit", "measure", "since", "said_by"), order.writer):
        yield str(one), "take series of one unit, one measure and one asserter"
    if is_share(unit := order.writer.unit(facts[0])):
        yield f"figures in {unit} do not add up", "draw lines, or small multiples"
    if pair := twice(facts):
        message = f"{shown(pair[0].id)} and {shown(pair[1].id)} are about the same"
        yield message, "take series that differ in subject or place"
    if message := vague(facts):
        yield message, "name the subject and the place of every series, or of none"
    if message := contained(facts, order.writer):
        yield message, "take either the whole or its parts"
