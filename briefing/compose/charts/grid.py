"""Charts of a grid, a figure for each label and part: then and now, or a table of shades."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from briefing.compose.charts.course import chosen_series
from briefing.compose.charts.lines import distinct
from briefing.compose.charts.order import Order, Parts, named, opening, units
from briefing.compose.charts.rows import chosen_facts
from briefing.diagnostics import KEY, shown
from briefing.drawing.limits import class_limits, direction, scale_start, shade_of
from briefing.edition import ChartRow, Column, Figure, Line, Row, Table, Text
from briefing.facts import Fact, Series, SeriesPoint
from briefing.value import Value
from briefing.weighing import days_in

MOST_LINES = 14
MOST_COLUMNS = 22
"""What a slope chart and a heat table hold at most."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure at its place; `line` is how the table of the data prints it."""

    label: str
    part: str
    value: Value
    line: Line
    text: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """Figures by label and part, with the order of both, and what has to be said of how they came to be."""

    labels: tuple[str, ...]
    parts: tuple[str, ...]
    cells: dict[tuple[str, str], _Cell]
    cited: tuple[Fact, ...]
    remarks: tuple[str, ...] = ()


def grid(order: Order) -> Parts | None:
    """A slope chart or heat table; None when what it needs is not there, which is then said."""
    _report_idle_keys(order)
    made = _of_series(order) if order.block.series else _of_facts(order)
    if made is None or not _fits(made, order):
        return None
    rows = tuple(
        ChartRow(label, cell.value, cell.text, part=part, stale=cell.stale)
        for label in made.labels
        for part in made.parts
        if (cell := made.cells.get((label, part)))
    )
    spec = order.spec(units(made.cited, order.writer), rows=rows, parts=made.parts)
    if order.block.kind == "slope":
        remarks, alt = _slope_remarks(rows, order), _slope_alternative(made, order)
    else:
        remarks, alt = _heat_remarks(made, order), _heat_alternative(rows, order)
    lines: tuple[Line, ...] = tuple((Text(remark),) for remark in (*made.remarks, *remarks))
    return Parts(spec, made.cited, alt, _table(made, order), lines)


_OF_SERIES = {"then": "split:", "every": "split:", "within": "within: of the selection"}
_OF_FACTS = {"by": "the series' own names", "split": "every:, or then:"}


def _report_idle_keys(order: Order) -> None:
    """A key for charts of facts means nothing to one of series, and the other way round; with what does its work."""
    block, writer = order.block, order.writer
    origin, idle = ("series", _OF_FACTS) if block.series else ("facts", _OF_SERIES)
    for key in sorted(block.model_fields_set & set(idle)):
        message = f"{key!r} means nothing to a {block.kind} chart of {origin}"
        writer.report("unknown-key", message, f"there it is {idle[key]}", order.where / key / KEY)


def _fits(made: _Grid, order: Order) -> bool:
    writer, kind, where = order.writer, order.block.kind, order.where
    if kind == "slope" and len(made.parts) != 2:
        message = f"a slope chart has two sides, and these figures have {len(made.parts)}: {', '.join(made.parts[:6])}"
        writer.report("bad-choice", message, "select figures of two dates or parts, or draw a heat table", where)
    elif kind == "slope" and len(made.labels) > MOST_LINES:
        message = f"a slope chart holds {MOST_LINES} lines, and here are {len(made.labels)}"
        writer.report("too-many", message, "select fewer, or draw a heat table", where)
    elif not made.cells:
        message = f"no {order.block.every} has an exact figure for every day"
        writer.report("empty-selection", message, "write every: day", where)
    elif len(made.parts) > MOST_COLUMNS:
        message = f"a heat table holds {MOST_COLUMNS} columns, and here are {len(made.parts)}"
        writer.report("too-many", message, "draw less with within:, or longer periods with every:", where)
    else:
        return True
    return False


# From facts.


def _of_facts(order: Order) -> _Grid | None:
    block, writer = order.block, order.writer
    if block.split is None:
        hint = "write split: as_of, or what else divides the figures of one label"
        writer.report("missing-key", f"a {block.kind} chart of facts needs split:", hint, order.where)
        return None
    if block.split == block.by:
        writer.report("bad-choice", f"by and split are both {block.by}", "let them differ", order.where / "split")
        return None
    facts = chosen_facts(order)
    if not facts:
        return None
    monthly = _are_month_ends(facts, order)
    cells: dict[tuple[str, str], _Cell] = {}
    owners: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        place = named(fact, block.by, writer), _part(fact, order, monthly=monthly)
        if (other := owners.get(place)) is not None:
            message = f"{shown(other.id)} and {shown(fact.id)} are both the figure of {place[0]}, {place[1]}"
            writer.report("same-cell", message, "select one of them, or another by: or split:", order.where / "facts")
            return None
        owners[place] = fact
        cells[place] = _cell(place, fact, order)
    parts = list(dict.fromkeys(part for _, part in cells))
    if block.split == "as_of":
        moments = {_part(fact, order, monthly=monthly): fact.when for fact in facts}
        parts.sort(key=lambda part: str(moments[part]))
        latest = {label: max((part for own, part in cells if own == label), key=parts.index) for label, _ in cells}
        for place, cell in cells.items():  # that an earlier figure is old need not be said
            cells[place] = replace(cell, stale=cell.stale and place[1] == latest[place[0]])
    labels = list(dict.fromkeys(label for label, _ in cells))
    selection = block.facts
    if selection is not None and selection.sort is None and selection.ids is None:
        labels.sort(key=_height(cells, parts, by_last=block.split == "as_of"))
    return _Grid(tuple(labels), tuple(parts), cells, facts, (writer.words["heat_month_ends"],) if monthly else ())


def _are_month_ends(facts: Sequence[Fact], order: Order) -> bool:
    """Whether the columns of a heat table are last days of several months, and are then called by the month."""
    if order.block.kind != "heat" or order.block.split != "as_of":
        return False
    days = {fact.when.day for fact in facts if fact.when is not None}
    return len(days) > 2 and all((day + dt.timedelta(1)).day == 1 for day in days)


def _part(fact: Fact, order: Order, *, monthly: bool) -> str:
    if monthly and fact.when is not None:
        return order.writer.formatter.part_of_date(fact.when.day, "yMMM")
    if order.block.split == "as_of":
        return order.writer.formatter.moment(fact.as_of, short=True) if fact.as_of else ""
    return named(fact, str(order.block.split), order.writer)


def _cell(place: tuple[str, str], fact: Fact, order: Order) -> _Cell:
    assert fact.value is not None  # noqa: S101  # chosen_facts left no other
    writer = order.writer
    line = writer.figure(fact)
    if order.block.split != "as_of" and writer.stale_from(fact):
        line = (*line, Text(" ("), *writer.when(fact), Text(")"))
    text = writer.formatter.value(fact.value)
    return _Cell(*place, fact.value, line, text, bool(writer.aged(fact)))


def _height(cells: dict[tuple[str, str], _Cell], parts: list[str], *, by_last: bool) -> Callable[[str], Decimal]:
    """Labels from the highest down: by their figure in the last part, or by the highest that they have."""

    def height(label: str) -> Decimal:
        own = [cell.value.numbers[-1] for part in parts if (cell := cells.get((label, part)))]
        return -(own[-1] if by_last else max(own))

    return height


# From series.


def _of_series(order: Order) -> _Grid | None:
    series = tuple(one for _, one in chosen_series(order))
    if len(series) < len(order.block.series):
        return None
    facts = [one.fact for one in series]
    labels = tuple(distinct(one.fact, facts, order.writer) for one in series)
    if len(set(labels)) < len(labels):
        labels = tuple(f"{label} ({one.id})" for label, one in zip(labels, series, strict=True))
    windows = [_within(one, order) for one in series]
    if not any(windows):
        order.writer.report(
            "empty-selection", "no series has a value in this time", "widen within:", order.where / "within"
        )
        return None
    make = _then_and_now if order.block.kind == "slope" else _periods
    return make(order, series, labels, windows)


def _within(series: Series, order: Order) -> dict[dt.date, SeriesPoint]:
    """The last point of each day in the window."""
    within, date = order.block.within, order.writer.evidence.date
    first = date - dt.timedelta(days=days_in(within)) if within else dt.date.min
    return {point.at.day: point for point in series.points if point.at.day >= first}


def _then_and_now(
    order: Order, series: Sequence[Series], labels: tuple[str, ...], windows: Sequence[dict[dt.date, SeriesPoint]]
) -> _Grid | None:
    """The figures of two dates, by default the first and the last that all series have."""
    writer = order.writer
    common = sorted(set.intersection(*map(set, windows)))
    now = common[-1] if common else max(day for days in windows for day in days)
    then = order.block.then or (common[0] if common else now)
    if then >= now or not any(then in days for days in windows):
        message = f"no series has a figure on {then} before the latest, of {now}"
        if order.block.then is None:
            message = "the series have no two dates in common"
        writer.report("bad-choice", message, "write then: with a date that they have", order.where / "then")
        return None
    parts = tuple(writer.formatter.short_date(day) for day in (then, now))
    cells = {}
    for one, label, days in zip(series, labels, windows, strict=True):
        for day, part in zip((then, now), parts, strict=True):
            if (point := days.get(day)) is not None:
                cells[label, part] = _point_cell((label, part), one, point, order)
    return _Grid(labels, parts, cells, tuple(one.fact for one in series))


def _point_cell(place: tuple[str, str], series: Series, point: SeriesPoint, order: Order) -> _Cell:
    writer = order.writer
    latest = writer.evidence.facts.get(series.id)
    stale = latest is not None and latest.as_of == point.at and bool(writer.aged(latest))
    text = writer.formatter.value(point.value)
    return _Cell(*place, point.value, (Figure(text, series.id, str(point.value)),), text, stale)


def _periods(
    order: Order, series: Sequence[Series], labels: tuple[str, ...], windows: Sequence[dict[dt.date, SeriesPoint]]
) -> _Grid | None:
    """A column for each day, week or month from the first figure to the last, the empty ones too."""
    writer, every = order.writer, order.block.every or "day"
    days = [day for points in windows for day in points]
    first, last = min(days), max(days)
    periods: list[tuple[dt.date, dt.date]] = []
    start = _start(first, every)
    while start <= last:
        end = _next(start, every)
        periods.append((start, min(end - dt.timedelta(1), writer.evidence.date)))
        start = end
    skeleton = "yMMM" if every == "month" else "MMMd" if (last - first).days < 360 else "yMMMd"
    parts = tuple(writer.formatter.part_of_date(end, skeleton) for _, end in periods)
    cells, remarks = {}, ["heat_week"] if every == "week" else []
    for one, label, points in zip(series, labels, windows, strict=True):
        indicator = writer.evidence.indicators.get(one.fact.indicator or "")
        incident = indicator is not None and indicator.measure == "incident"
        if every != "day":
            remarks.append("heat_sums" if incident else "heat_ends")
        for (begin, end), part in zip(periods, parts, strict=True):
            inside = [point for day, point in points.items() if begin <= day <= end]
            full = (_next(begin, every) - begin).days
            if incident and every != "day":
                cell = _summed((label, part), one, inside, full, order)
            else:
                cell = _point_cell((label, part), one, inside[-1], order) if inside else None
            if cell is not None:
                cells[label, part] = cell
    said = tuple(writer.words[name] for name in dict.fromkeys(remarks))
    return _Grid(labels, parts, cells, tuple(one.fact for one in series), said)


def _start(day: dt.date, every: str) -> dt.date:
    """The first day of the period that a day lies in; weeks begin on Monday (ISO 8601)."""
    if every == "month":
        return day.replace(day=1)
    return day - dt.timedelta(day.weekday()) if every == "week" else day


def _next(start: dt.date, every: str) -> dt.date:
    """The first day of the period after."""
    if every == "month":
        return (start + dt.timedelta(31)).replace(day=1)
    return start + dt.timedelta(7 if every == "week" else 1)


def _summed(
    place: tuple[str, str], series: Series, points: Sequence[SeriesPoint], days: int, order: Order
) -> _Cell | None:
    """The sum of a period in which every day has an exact count, or the one figure of a series as slow as it."""
    steps = Counter((b.at.day - a.at.day).days for a, b in pairwise(series.points))
    usual = min(steps, key=lambda step: (-steps[step], step), default=1)
    if usual >= min(days, 28) and len(points) == 1:
        return _point_cell(place, series, points[0], order)
    if usual > 1 or len(points) < days or any(point.value.kind != "exact" for point in points):
        return None
    total = sum((point.value for point in points[1:]), points[0].value)
    text = order.writer.formatter.value(total)
    return _Cell(*place, total, (Figure(text, series.id, str(total), role="computed"),), text)


# Words and data.


def _slope_remarks(rows: Sequence[ChartRow], order: Order) -> list[str]:
    writer, words = order.writer, order.writer.words
    remarks = []
    start = scale_start([number for row in rows for number in row.value.numbers])
    if start > 0:
        remarks.append(words["scale_from"].format(writer.formatter.number(start)))
    ways = {direction(then, now) for then, now in _pairs(rows).values()}
    remarks += [words[name] for name, way in (("slope_falling", -1), ("slope_unclear", 0)) if way in ways]
    if any(row.stale or row.value.about for row in rows):
        remarks.append(words["slope_hollow"])
    return remarks


def _pairs(rows: Iterable[ChartRow]) -> dict[str, tuple[Value, Value]]:
    """The two figures of each label that has both."""
    found: dict[str, list[Value]] = {}
    for row in rows:
        found.setdefault(row.label, []).append(row.value)
    return {label: (values[0], values[1]) for label, values in found.items() if len(values) == 2}


def _slope_alternative(made: _Grid, order: Order) -> str:
    """Every line in words, and which rose and fell most, of those whose figures are exact."""
    words, pieces = order.writer.words, [opening(order)]
    for label in made.labels:
        ends = [f"{cell.text} ({part})" for part in made.parts if (cell := made.cells.get((label, part)))]
        pieces.append(f"{label}: {', '.join(ends)}.")
    changes: dict[str, Decimal] = {}
    for label in made.labels:
        ends_of = [made.cells[label, part].value for part in made.parts if (label, part) in made.cells]
        if len(ends_of) == 2 and {value.kind for value in ends_of} == {"exact"}:
            changes[label] = ends_of[1].numbers[0] - ends_of[0].numbers[0]
    rise, fall = max(changes, key=changes.__getitem__, default=""), min(changes, key=changes.__getitem__, default="")
    if rise and changes[rise] > 0:
        pieces.append(words["slope_rise"].format(rise))
    if fall and changes[fall] < 0:
        pieces.append(words["slope_fall"].format(fall))
    return " ".join(pieces)


def _heat_remarks(made: _Grid, order: Order) -> list[str]:
    words, cells = order.writer.words, made.cells.values()
    limits = class_limits([number for cell in cells for number in cell.value.numbers])
    remarks = {
        "heat_missing": len(made.cells) < len(made.labels) * len(made.parts),
        "heat_hatched": any(shade_of(cell.value, limits) is None for cell in cells),
        "heat_stale": any(cell.stale for cell in cells),
    }
    return [words[name] for name, applies in remarks.items() if applies]


def _heat_alternative(rows: Sequence[ChartRow], order: Order) -> str:
    """The highest and the lowest cell."""
    words = order.writer.words
    high = max(rows, key=lambda row: row.value.numbers[-1])
    low = min(rows, key=lambda row: row.value.numbers[0])
    pieces = [
        words[name].format(row.text, row.label, row.part) for name, row in (("heat_high", high), ("heat_low", low))
    ]
    return " ".join([opening(order), *pieces])


def _table(made: _Grid, order: Order) -> Table:
    words = order.writer.words
    head = words["col_subject"] if order.block.series else words[f"col_{order.block.by}"]
    columns = [Column("label", (Text(head),))]
    columns += [Column(f"part-{n}", (Text(part),), numeric=True) for n, part in enumerate(made.parts, 1)]
    rows = []
    for label in made.labels:
        cells = [made.cells[label, part].line if (label, part) in made.cells else () for part in made.parts]
        rows.append(Row(((Text(label),), *cells)))
    return Table((Text(words["chart_table"]),), tuple(columns), tuple(rows))
