"""Charts of series: lines over time with their gaps and events, their words, their data."""

from __future__ import annotations

from dataclasses import replace

from briefing.compose.charts.order import Order, Parts, opening, units
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.diagnostics import near, shown
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

MAX_TABLE_ROWS = 400
"""Rows of a chart's data table on a page; briefing.json holds every point."""


def lines(order: Order) -> Parts | None:
    """A chart of series; None when one of them is not there, which is then said."""
    writer = order.writer
    series = chosen_series(order)
    if not series:
        return None
    events = _events(order)
    facts = [one.fact for one in series]
    spec = order.spec(
        units(facts, writer),
        lines=_lines(series, writer),
        events=tuple(ChartEvent(fact.at.start.day, writer.brief(fact, 46)) for fact in events if fact.at),
    )
    return Parts(spec, (*facts, *events), _alternative(spec, series, order), _table(series, writer))


def chosen_series(order: Order) -> tuple[Series, ...]:
    """The series that the block names; one that is not there is said."""
    writer, evidence = order.writer, order.writer.evidence
    found = []
    for n, name in enumerate(order.block.series):
        spot = order.where / "series" / n
        if name in evidence.series:
            found.append(evidence.series[name])
            writer.printed[name] = None
        elif name in evidence.later:
            writer.fact(name, spot)
        else:
            hint = near(name, evidence.series, "a series with a similar name")
            if not hint and name in evidence.facts:
                hint = "this is a fact; a chart over time draws series, which feeds make"
            writer.report("unknown-series", f"there is no series {shown(name)}", hint, spot)
    return tuple(found)


def _events(order: Order) -> tuple[Fact, ...]:
    selection, writer, where = order.block.events, order.writer, order.where / "events"
    if selection is None:
        return ()
    facts = select(selection, writer, where)
    for fact in facts:
        if fact.at is None:
            writer.report("no-as-of", f"{shown(fact.id)} has no date (at) to be marked at", "add at:", where)
    return tuple(sorted((fact for fact in facts if fact.at), key=lambda fact: fact.at.start if fact.at else fact.id))


def _lines(series: tuple[Series, ...], writer: Writer) -> tuple[ChartLine, ...]:
    facts = [one.fact for one in series]
    return tuple(
        ChartLine(
            label=distinct(one.fact, facts, writer),
            points=tuple(ChartPoint(point.at.day, point.value) for point in one.points),
            last=writer.formatter.value(one.points[-1].value),
        )
        for one in series
    )


def distinct(fact: Fact, among: list[Fact], writer: Writer) -> str:
    """What tells this series from the others of the chart: who says so, whom it is about, or what it counts."""
    for field in ("said_by", "subject", "place"):
        if len({getattr(one, field) for one in among}) == len(among) and getattr(fact, field):
            return str(getattr(fact, field))
    return writer.label(fact)


# Words for those who cannot see it.


def _alternative(spec: ChartSpec, series: tuple[Series, ...], order: Order) -> str:
    """The message of a chart from its data: the first, last and highest of each line."""
    writer = order.writer
    words, formatter = writer.words, writer.formatter
    pieces = [opening(order)]
    for line, one in zip(spec.lines, series, strict=True):
        pieces.append(_course(words["line_alt"], one, writer, line.label))
        peak = max(one.points, key=lambda point: point.value.numbers[-1])
        if peak.at not in {one.points[0].at, one.points[-1].at}:
            pieces.append(words["line_peak"].format(formatter.value(peak.value), formatter.date(peak.at.day)))
    return " ".join(pieces)


def _course(pattern: str, series: Series, writer: Writer, *label: str) -> str:
    first, last = series.points[0], series.points[-1]
    formatter = writer.formatter
    return pattern.format(
        *label,
        formatter.value(first.value),
        formatter.date(first.at.day),
        formatter.value(last.value),
        formatter.date(last.at.day),
    )


def sparkline(series: Series, writer: Writer) -> tuple[ChartSpec, str]:
    """The recent course of a series, small, and its words."""
    points = tuple(ChartPoint(point.at.day, point.value) for point in series.points[-60:])
    spec = ChartSpec("sparkline", writer.formatter.chart_language, "", (ChartLine("", points),), width=32.0, height=8.0)
    shown_part = replace(series, points=series.points[-60:])
    return spec, _course(writer.words["spark_alt"], shown_part, writer)


# The data behind it.


def _table(series: tuple[Series, ...], writer: Writer) -> Table:
    facts = [one.fact for one in series]
    columns = [Column("at", (Text(writer.words["date"]),))]
    columns += [Column(one.id, (Text(distinct(one.fact, facts, writer)),), numeric=True) for one in series]
    by_date: dict[str, dict[str, SeriesPoint]] = {}
    for one in series:
        for point in one.points:
            by_date.setdefault(str(point.at), {})[one.id] = point
    dates = sorted(by_date)
    caption: Line = (Text(writer.words["chart_table"]),)
    if len(dates) > MAX_TABLE_ROWS:
        caption = (*caption, Text(f" ({writer.words['series_cut'].format(MAX_TABLE_ROWS, len(dates))})"))
    rows = []
    for date in dates[-MAX_TABLE_ROWS:]:
        points = by_date[date]
        when = When(writer.formatter.moment(next(iter(points.values())).at, short=True), date)
        cells: list[Line] = [(when,)]
        for one in series:
            given = points.get(one.id)
            text = writer.formatter.value(given.value) if given else ""
            cells.append((Figure(text, one.id, str(given.value)),) if given else ())
        rows.append(Row(tuple(cells)))
    return Table(caption, tuple(columns), tuple(rows))
