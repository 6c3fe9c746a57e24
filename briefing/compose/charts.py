"""Charts as specifications, with their sources, their words and their data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from briefing.compose.prose import Prose
from briefing.compose.select import select
from briefing.compose.writer import Writer, cut
from briefing.config import ChartBlock
from briefing.diagnostics import Where, near, shown
from briefing.edition import (
    Aside,
    Chart,
    ChartEvent,
    ChartLine,
    ChartPoint,
    ChartRow,
    ChartSpec,
    Citation,
    Column,
    Figure,
    Inline,
    Line,
    Row,
    Table,
    Text,
    When,
    plain,
)
from briefing.facts import Fact, Series, SeriesPoint

MAX_TABLE_ROWS = 400
"""Rows of a chart's data table on a page; briefing.json holds every point."""

WIDTHS = {"A4": 170.0, "Letter": 176.0}
"""Millimetres of text width by paper."""


def chart(block: ChartBlock, name: str, paper: str, writer: Writer, prose: Prose, where: Where) -> Chart | None:
    """The chart of a block; None when what it needs is not there, which is then said."""
    series = _series(block, writer, where)
    facts = select(block.facts, writer, where / "facts") if block.facts is not None else ()
    facts = _with_value(facts, writer, where)
    if block.kind == "line" and not series:
        if not block.series:
            writer.report("missing-key", "a line chart needs series:", "name the series that a feed makes", where)
        return None
    if block.kind != "line" and not facts:
        if block.facts is None:
            writer.report("missing-key", f"a {block.kind} chart needs facts:", "select the facts to draw", where)
        return None
    events = _events(block, writer, where) if block.kind == "line" else ()
    spec = ChartSpec(
        kind=block.kind,
        language=writer.formatter.chart_language,
        unit=block.unit or _units([one.fact for one in series] or list(facts), writer),
        lines=_lines(series, writer),
        rows=tuple(_row(fact, block, writer) for fact in _gathered(facts, block)) if block.kind != "line" else (),
        events=tuple(ChartEvent(fact.at.start.day, writer.brief(fact, 46)) for fact in events if fact.at),
        width=WIDTHS[paper],
        height=float(block.height) if block.height else None,
    )
    cited = [one.fact for one in series] + list(facts) + list(events)
    return Chart(
        id=name,
        title=prose.line(block.title, where / "title"),
        subtitle=prose.line(block.subtitle, where / "subtitle") if block.subtitle else (),
        spec=spec,
        source=source_line(cited, writer),
        alt=alternative_text(spec, series, writer),
        table=_series_table(series, writer) if series else _facts_table(facts, block, writer),
    )


def _series(block: ChartBlock, writer: Writer, where: Where) -> tuple[Series, ...]:
    found = []
    evidence = writer.evidence
    for n, name in enumerate(block.series):
        spot = where / "series" / n
        if name in evidence.series:
            found.append(evidence.series[name])
            writer.printed[name] = None
        elif name in evidence.later:
            writer.fact(name, spot)
        else:
            hint = near(name, evidence.series, "a series with a similar name")
            if not hint and name in evidence.facts:
                hint = "this is a fact; a line chart draws series, which feeds make"
            writer.report("unknown-series", f"there is no series {shown(name)}", hint, spot)
    return tuple(found)


def _with_value(facts: tuple[Fact, ...], writer: Writer, where: Where) -> tuple[Fact, ...]:
    for fact in facts:
        if fact.value is None:
            writer.report(
                "no-value",
                f"{shown(fact.id)} has no value to draw",
                "select facts with a value",
                where / "facts",
            )
    return tuple(fact for fact in facts if fact.value is not None)


def _events(block: ChartBlock, writer: Writer, where: Where) -> tuple[Fact, ...]:
    if block.events is None:
        return ()
    facts = select(block.events, writer, where / "events")
    for fact in facts:
        if fact.at is None:
            writer.report("no-as-of", f"{shown(fact.id)} has no date (at) to be marked at", "add at:", where / "events")
    return tuple(sorted((fact for fact in facts if fact.at), key=lambda fact: fact.at.start if fact.at else fact.id))


def _units(facts: list[Fact], writer: Writer) -> str:
    return ", ".join(dict.fromkeys(unit for fact in facts if (unit := writer.unit(fact))))


def _lines(series: tuple[Series, ...], writer: Writer) -> tuple[ChartLine, ...]:
    facts = [one.fact for one in series]
    return tuple(
        ChartLine(
            label=_distinct(one.fact, facts, writer),
            points=tuple(ChartPoint(point.at.day, point.value) for point in one.points),
            last=writer.formatter.value(one.points[-1].value),
        )
        for one in series
    )


def _distinct(fact: Fact, among: list[Fact], writer: Writer) -> str:
    """What tells this series from the others of the chart: who says so, whom it is about, or what it counts."""
    for field in ("said_by", "subject", "place"):
        if len({getattr(one, field) for one in among}) == len(among) and getattr(fact, field):
            return str(getattr(fact, field))
    return writer.label(fact)


def _gathered(facts: tuple[Fact, ...], block: ChartBlock) -> list[Fact]:
    """Facts of one group stand together, groups in the order in which they first appear."""
    if block.group is None:
        return list(facts)
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(str(getattr(fact, block.group) or ""), []).append(fact)
    return [fact for group in groups.values() for fact in group]


def _row(fact: Fact, block: ChartBlock, writer: Writer) -> ChartRow:
    assert fact.value is not None  # noqa: S101  # _with_value left no other
    detail = writer.as_of(fact) if block.kind == "range" or writer.stale_from(fact) else ""
    return ChartRow(
        label=_named(fact, block.by, writer),
        value=fact.value,
        text=writer.formatter.value(fact.value),
        detail=detail,
        group=_named(fact, block.group, writer) if block.group else "",
    )


def _named(fact: Fact, field: str, writer: Writer) -> str:
    if field == "indicator":
        return writer.label(fact)
    if field == "claim":
        return cut(plain(writer.claim(fact)[0]), 120)
    if field == "said_by" and not fact.said_by:
        return writer.words["not_attributed"]
    return str(getattr(fact, field) or writer.label(fact))


def source_line(facts: Iterable[Fact], writer: Writer) -> Line:
    """The line below a chart: each publisher once, with its notes."""
    by_publisher: dict[str, list[Citation]] = {}
    waived: list[Inline] = []
    for fact in facts:
        for cited in fact.sources:
            source = writer.evidence.sources.get(cited.source)
            if source is not None:
                name = source.publisher or source.title
                by_publisher.setdefault(name, []).append(Citation(cited.source, fact.id, cited.locator, cited.quote))
        if not fact.sources:
            waived += [Text("; "), Aside(writer.words["waiver"].format(fact.waiver), "waiver")]
    line: list[Inline] = []
    for name, citations in by_publisher.items():
        line += [
            Text("; " if line else writer.words["chart_sources"].format("")),
            Text(name),
            writer.note_of(citations),
        ]
    return (*line, *(waived if line else waived[1:]))


# Words for those who cannot see it.


def alternative_text(spec: ChartSpec, series: tuple[Series, ...], writer: Writer) -> str:
    """The message of a chart from its data: the first, last and highest of a line; every bar and range."""
    words = writer.words
    if spec.kind == "line":
        pieces = [words["line_chart"]]
        for line, one in zip(spec.lines, series, strict=True):
            pieces.append(_course(words["line_alt"], one, writer, line.label))
            peak = max(one.points, key=lambda point: point.value.numbers[-1])
            if peak.at not in {one.points[0].at, one.points[-1].at}:
                pieces.append(
                    words["line_peak"].format(writer.formatter.value(peak.value), writer.formatter.date(peak.at.day))
                )
        return " ".join(pieces)
    pieces = [words["bar_chart" if spec.kind == "bar" else "range_chart"]]
    for row in spec.rows[:20]:
        group = f"{row.group}, " if row.group else ""
        pieces.append(f"{group}{row.label}: {row.text}{f' ({row.detail})' if row.detail else ''}.")
    if len(spec.rows) > 20:
        pieces.append(words["and_more"].format(len(spec.rows) - 20) + ".")
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


def _series_table(series: tuple[Series, ...], writer: Writer) -> Table:
    facts = [one.fact for one in series]
    columns = [Column("at", (Text(writer.words["date"]),))]
    columns += [Column(one.id, (Text(_distinct(one.fact, facts, writer)),), numeric=True) for one in series]
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


def _facts_table(facts: tuple[Fact, ...], block: ChartBlock, writer: Writer) -> Table:
    words = writer.words
    names = list(dict.fromkeys([*([block.group] if block.group else []), block.by]))
    columns = [Column(name, (Text(words[f"col_{name}"]),)) for name in names]
    columns += [
        Column("value", (Text(words["col_value"]),), numeric=True),
        Column("as_of", (Text(words["col_as_of"]),)),
    ]
    rows = []
    for fact in _gathered(facts, block):
        cells: list[Line] = [(Text(_named(fact, name, writer)),) for name in names]
        rows.append(Row((*cells, writer.figure(fact), writer.when(fact)), fact.id))
    return Table((Text(words["chart_table"]),), tuple(columns), tuple(rows))
