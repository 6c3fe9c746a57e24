"""Resolving: what holds on the date of an edition, and the latest figure of every series."""

import datetime as dt

import pytest

from briefing.evidence import Evidence
from briefing.facts import Fact, FactSet, Series, SeriesPoint
from briefing.fields import Moment, Period
from briefing.resolve import resolve
from briefing.value import parse

DAY = dt.date(2022, 4, 9)


def moment(text, clock=""):
    """A moment."""
    return Moment(dt.date.fromisoformat(text), clock)


def a_fact(name, **fields):
    """A fact in a file."""
    return Fact(id=name, file="facts/war.yaml", **fields)


def a_series(*dated):
    """A series with a value for each date."""
    points = tuple(SeriesPoint(moment(day), parse(value)) for day, value in dated)
    shared = a_fact("losses", indicator="killed", value=points[-1].value, as_of=points[-1].at)
    return Series("losses", shared, points)


def evidence(*facts, series=(), day=DAY) -> Evidence:
    """What an edition of the day may print."""
    return resolve(FactSet(facts={one.id: one for one in facts}, series={one.id: one for one in series}), day)


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({}, True),
        ({"as_of": moment("2022-04-09")}, True),
        ({"as_of": moment("2022-04-09", "23:59")}, True),
        ({"as_of": moment("2022-04-10")}, False),
        ({"at": Period(moment("2022-04-09"), moment("2022-04-12"))}, True),
        ({"at": Period(moment("2022-04-10"))}, False),
        ({"as_of": moment("2022-04-09"), "at": Period(moment("2022-04-20"))}, True),
        ({"as_of": moment("2022-04-10"), "at": Period(moment("2022-04-01"))}, False),
    ],
)
def test_a_fact_holds_from_its_as_of_or_else_from_its_event(fields, holds):
    """What holds only after the edition's date is set aside and remembered."""
    made = evidence(a_fact("a", **fields))
    assert ("a" in made.facts, "a" in made.later) == (holds, not holds)


def test_a_series_ends_on_the_date_of_the_edition():
    """Later points are not there, and the latest one before is a fact under the id of the series."""
    series = a_series(("2022-04-07", "5"), ("2022-04-08", ">7"), ("2022-04-11", "9"))
    made = evidence(series=[series])
    assert [str(point.at) for point in made.series["losses"].points] == ["2022-04-07", "2022-04-08"]
    fact = made.facts["losses"]
    assert (str(fact.value), str(fact.as_of), fact.indicator) == (">7", "2022-04-08", "killed")
    assert made.series["losses"].fact == fact


@pytest.mark.parametrize(("day", "value"), [("2022-04-07", "5"), ("2022-04-10", "7"), ("2022-04-11", "9")])
def test_a_past_edition_knows_what_was_known_then(day, value):
    """The same facts give each date its own latest figure."""
    series = a_series(("2022-04-07", "5"), ("2022-04-08", "7"), ("2022-04-11", "9"))
    assert str(evidence(series=[series], day=dt.date.fromisoformat(day)).facts["losses"].value) == value


def test_a_series_that_begins_later_is_not_there_yet():
    """Before its first point a series is later, as a fact would be."""
    made = evidence(series=[a_series(("2022-04-10", "5"))])
    assert not made.series
    assert not made.facts
    assert made.later == {"losses"}


def test_a_fact_is_superseded_once_its_successor_holds():
    """A correction counts from its own date on; an edition before it still prints the earlier fact."""
    old = a_fact("old", as_of=moment("2022-04-01"))
    new = a_fact("new", as_of=moment("2022-04-08"), supersedes="old")
    assert evidence(old, new).superseded == {"old"}
    assert evidence(old, new, day=dt.date(2022, 4, 7)).superseded == frozenset()


def test_nothing_is_taken_away_from_what_was_read():
    """Resolving changes no fact and no series: another date can be asked for afterwards."""
    series = a_series(("2022-04-07", "5"), ("2022-04-11", "9"))
    together = FactSet(facts={"a": a_fact("a", as_of=moment("2022-04-10"))}, series={"losses": series})
    resolve(together, DAY)
    later = resolve(together, dt.date(2022, 5, 1))
    assert set(later.facts) == {"a", "losses"}
    assert len(later.series["losses"].points) == 2


def test_evidence_knows_whether_it_is_whole():
    """Where a file or a record could not be taken, a fact may be missing through no fault of a block's."""
    assert resolve(FactSet(), DAY).whole
    assert not resolve(FactSet(), DAY, whole=False).whole
    assert not resolve(FactSet(refused={"a"}), DAY).whole
