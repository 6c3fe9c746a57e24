"""Charts of series: what is drawn over time, its events, the data behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from briefing.compose.charts.course import Course, courses, window_start
from briefing.compose.charts.order import Order, Parts, named, units
from briefing.compose.charts.stack import MOST, objections
from briefing.compose.charts.told import alternative, fallen, remarks, told_course
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.diagnostics import shown
from briefing.edition import (
    ChartEvent,
    ChartLine,
    ChartPoint,
    ChartSpec,
    Column,
    Figure,
    Line,
    Row,
    Table,
    Text,
    When,
)
from briefing.facts import Fact, Series, SeriesPoint
from briefing.weighing import stale

MAX_TABLE_ROWS = 400
"""Rows of a chart's data table on a page; briefing.json holds every point."""
_MOST_SERIES = {"line": (12, "draw small multiples"), "multiples": (24, "make two charts")}


def lines(order: Order) -> Parts | None:
    """A chart of series; None when one of them is not there or cannot be drawn so, which is then said."""
    found = courses(order)
    if not found or not _fit(found, order):
        return None
    events = _events(order)
    facts = [course.series.fact for course in found]
    spec = order.spec(
        _unit(facts, order),
        lines=_lines(found, order.writer),
        events=tuple(ChartEvent(fact.at.start.day, order.writer.brief(fact, 46)) for fact in events if fact.at),
        start=order.block.axis_from or None,
    )
    return Parts(
        spec,
        (*facts, *events),
        alternative(spec, found, order),
        _table(found, order.writer),
        remarks(spec, found, order),
        tuple(fallen(spec, found, order)),
    )


def _fit(found: Sequence[Course], order: Order) -> bool:
    """Whether a kind of chart can hold these series; what it cannot is said."""
    writer, block, where = order.writer, order.block, order.where
    before = len(writer.found)
    most, way_out = _MOST_SERIES.get(block.kind, (len(found), ""))
    if len(found) > most:
        message = f"a {block.kind} chart of {len(found)} series cannot be read; it holds {most}"
        writer.report("too-many", message, way_out, where / "series")
    if block.axis_from is not None:
        _report_below(found, block.axis_from, order)
    if block.kind == "area" and len(found) > 1:
        if not block.stacked:
            message = "areas in front of one another hide what is behind them"
            hint = "add stacked: true where their sum is true, or draw lines"
            writer.report("bad-choice", message, hint, where / "series")
        elif len(found) > MOST:
            message = f"a stack of {len(found)} areas cannot be read; it holds {MOST}"
            writer.report("too-many", message, "draw small multiples", where / "series")
        else:
            for message, hint in objections(found, order):
                writer.report("untrue-total", f"the stack would be no true sum: {message}", hint, where / "stacked")
    return len(writer.found) == before


def _report_below(found: Sequence[Course], start: Decimal, order: Order) -> None:
    """A figure below the beginning of the axis would fall out of the chart."""
    for course in found:
        lowest = min(course.series.points, key=lambda point: point.value.numbers[0])
        if lowest.value.numbers[0] < start:
            message = f"the axis begins at {start:f}, but {shown(course.series.id)} is {lowest.value} on {lowest.at}"
            hint = f"begin at {lowest.value.numbers[0]:f} or below"
            order.writer.report("bad-number", message, hint, order.where / "axis_from")


def _events(order: Order) -> tuple[Fact, ...]:
    """The facts to be marked that lie in the window, in order of time."""
    selection, writer, where = order.block.events, order.writer, order.where / "events"
    if selection is None:
        return ()
    facts = select(selection, writer, where)
    for fact in facts:
        if fact.at is None:
            writer.report("no-as-of", f"{shown(fact.id)} has no date (at) to be marked at", "add at:", where)
    first = window_start(order)
    dated = [fact for fact in facts if fact.at and fact.at.start.day >= first]
    return tuple(sorted(dated, key=lambda fact: fact.at.start if fact.at else fact.id))


def _unit(facts: Sequence[Fact], order: Order) -> str:
    """The units of the series, per day where that is what is drawn."""
    unit = units(facts, order.writer)
    return order.writer.words["per_day"].format(unit).strip() if order.block.per is not None else unit


def _lines(found: Sequence[Course], writer: Writer) -> tuple[ChartLine, ...]:
    facts = [course.series.fact for course in found]
    return tuple(
        ChartLine(
            label=distinct(course.series.fact, facts, writer),
            points=tuple(ChartPoint(point.at.day, point.value) for point in course.series.points),
            last=writer.formatter.value(course.series.points[-1].value),
            detail=_as_of(course, writer),
            stale=stale(course.series.fact, writer.evidence) is not None,
            breaks=tuple(dict.fromkeys(one.at for one in course.breaks)),
            daily=course.per_day,
        )
        for course in found
    )


def _as_of(course: Course, writer: Writer) -> str:
    """As of when the latest figure of a line is, where the chart would let it pass for newer than it is."""
    fact, last = course.series.fact, course.series.points[-1].at
    if stale(fact, writer.evidence) is not None:
        return writer.as_of(fact)
    if fact.as_of is not None and last.day != fact.as_of.day:  # a daily figure, and none for the last total
        return writer.words["as_of"].format(writer.formatter.date(last.day))
    return ""


def distinct(fact: Fact, among: list[Fact], writer: Writer) -> str:
    """What tells this series from the others of the chart: whom it is about, where, what it counts, or who says so.

    One that stands alone is called by what it counts.
    """
    if len(among) == 1 and not fact.indicator:
        return fact.subject or fact.place or fact.said_by or fact.id
    for field in ("subject", "place", "indicator", "said_by") if len(among) > 1 else ():
        given = {getattr(one, field) for one in among}
        if len(given) == len(among) and None not in given:
            return named(fact, field, writer)
    return writer.label(fact)


def sparkline(series: Series, writer: Writer) -> tuple[ChartSpec, str]:
    """The recent course of a series, small, and its words."""
    recent = series.points[-60:]
    points = tuple(ChartPoint(point.at.day, point.value) for point in recent)
    spec = ChartSpec("sparkline", writer.formatter.chart_language, "", (ChartLine("", points),), width=32.0, height=8.0)
    return spec, told_course(writer.words["spark_alt"], recent, writer.formatter)


# The data behind it.


def _table(found: Sequence[Course], writer: Writer) -> Table:
    facts = [course.series.fact for course in found]
    columns = [Column("at", (Text(writer.words["date"]),))]
    columns += [Column(one.id, (Text(distinct(one, facts, writer)),), numeric=True) for one in facts]
    by_date: dict[str, dict[str, SeriesPoint]] = {}
    for course in found:
        for point in course.series.points:
            by_date.setdefault(str(point.at), {})[course.series.id] = point
    dates = sorted(by_date)
    caption: Line = (Text(writer.words["chart_table"]),)
    if len(dates) > MAX_TABLE_ROWS:
        caption = (*caption, Text(f" ({writer.words['series_cut'].format(MAX_TABLE_ROWS, len(dates))})"))
    rows = []
    for date in dates[-MAX_TABLE_ROWS:]:
        points = by_date[date]
        when = When(writer.formatter.moment(next(iter(points.values())).at, short=True), date)
        cells: list[Line] = [(when,)]
        for course in found:
            given = points.get(course.series.id)
            cells.append((_figure(given, course, writer),) if given else ())
        rows.append(Row(tuple(cells)))
    return Table(caption, tuple(columns), tuple(rows))


def _figure(point: SeriesPoint, course: Course, writer: Writer) -> Figure:
    """A figure of the table; one that was computed is no statement of its fact's."""
    figure = Figure(writer.formatter.value(point.value), course.series.id, str(point.value))
    return replace(figure, role="change") if course.per_day else figure
