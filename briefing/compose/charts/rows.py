"""Charts of facts, a row each or a row for each label: their words, their data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from briefing.compose.charts.cells import Cell, arranged, gap, parts_of
from briefing.compose.charts.order import Order, Parts, named, opening, units
from briefing.compose.charts.pieces import objections
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.diagnostics import shown
from briefing.edition import ChartRow, ChartSpec, Column, Line, Row, Table, Text
from briefing.facts import Fact
from briefing.value import Value

MOST_PARTS = 6
"""Parts that can be told apart by their colours."""
_MOST_TOLD = 6
"""Figures that alternative text tells one by one; of more, the extremes."""


def rows(order: Order) -> Parts | None:
    """A chart of facts; None when there is none or they cannot be drawn so, which is then said."""
    writer, block = order.writer, order.block
    facts = chosen_facts(order)
    if not facts or not _sensible(order):
        return None
    parts = parts_of(facts, order)
    cells = arranged(facts, parts, order)
    if len(parts) > MOST_PARTS:
        message = f"{len(parts)} parts cannot be told apart by their colours; a chart holds {MOST_PARTS}"
        writer.report("too-many", message, "select fewer, or split by something else", order.where / "split")
        return None
    if block.stacked:
        found = [*objections(cells, parts, order)]
        for message in found:
            hint = "take stacked: out: grouped bars need no sum"
            writer.report("untrue-total", f"the stack would be no true sum: {message}", hint, order.where / "stacked")
        if found:
            return None
    common = _common_date(facts, order)
    spec = order.spec(
        units(facts, writer),
        rows=tuple(_row(cell, order, dated=not common) for cell in cells),
        parts=parts,
        totals=_totals(cells, writer) if block.stacked else (),
    )
    said = [f"{common[:1].upper()}{common[1:]}."] if common else []
    if spec.totals:
        said.append(writer.words["totals_computed"])
    remarks = tuple((Text(text),) for text in said)
    return Parts(spec, facts, _alternative(spec, order), _table(cells, spec, order), remarks)


def chosen_facts(order: Order) -> tuple[Fact, ...]:
    """The facts that the block selects; one without a value is said and left out."""
    selection, writer, where = order.block.facts, order.writer, order.where / "facts"
    facts = select(selection, writer, where) if selection is not None else ()
    for fact in facts:
        if fact.value is None:
            writer.report("no-value", f"{shown(fact.id)} has no value to draw", "select facts with a value", where)
    return tuple(fact for fact in facts if fact.value is not None)


def _sensible(order: Order) -> bool:
    """Whether the block says what divides its rows, where it has to."""
    block = order.block
    if block.split is None and (block.stacked or block.kind == "dumbbell"):
        what = "a stack" if block.stacked else "a dumbbell chart"
        hint = "say what divides a row: split: said_by, subject, place, indicator or as_of"
        order.writer.report("missing-key", f"{what} needs split:", hint, order.where)
        return False
    return True


# What is said of it.


def _row(cell: Cell, order: Order, *, dated: bool) -> ChartRow:
    fact, writer = cell.fact, order.writer
    return ChartRow(
        label=cell.label,
        value=cell.value,
        text=writer.formatter.value(cell.value),
        detail=", ".join(part for part in (cell.apart, _date(cell, order) if dated else "") if part),
        group=cell.group,
        part=cell.part,
        stale=bool(writer.aged(fact)),
    )


def _date(cell: Cell, order: Order) -> str:
    """The date of a figure where it has to be said."""
    block, writer, fact = order.block, order.writer, cell.fact
    if block.split is None:
        return writer.as_of(fact) if block.kind == "range" or writer.stale_from(fact) else ""
    if block.split == "as_of" or fact.as_of is None or not writer.stale_from(fact):
        return ""
    dated = writer.words["as_of"].format(writer.formatter.moment(fact.as_of, short=True))
    text = ", ".join(part for part in (dated, writer.aged(fact)) if part)
    return f"{cell.part}: {text}" if block.kind == "dumbbell" else text


def _common_date(facts: Sequence[Fact], order: Order) -> str:
    """The date of all figures, to be said once where one holds for all. A range chart dates each claim."""
    dates = {order.writer.as_of(fact) for fact in facts}
    alone = len(facts) == 1 or order.block.split == "as_of" or order.block.kind == "range"
    if alone or len(dates) > 1 or not order.writer.stale_from(facts[0]):
        return ""
    return dates.pop()


def _totals(cells: Sequence[Cell], writer: Writer) -> tuple[ChartRow, ...]:
    """The sums of the pieces, of which `objections` has said that they are true."""
    sums: dict[tuple[str, str], Value] = {}
    for cell in cells:
        key = cell.group, cell.label
        sums[key] = sums[key] + cell.value if key in sums else cell.value
    return tuple(
        ChartRow(label, value, writer.formatter.value(value), group=group) for (group, label), value in sums.items()
    )


def _alternative(spec: ChartSpec, order: Order) -> str:
    """The message of a chart from its data: a few figures one by one, else the extremes."""
    words = order.writer.words
    pieces = [opening(order)]
    if spec.totals:
        most = max(spec.totals, key=lambda row: row.value.numbers[-1])
        its = [row for row in spec.rows if (row.group, row.label) == (most.group, most.label)]
        piece = max(its, key=lambda row: row.value.numbers[-1])
        pieces.append(words["stack_alt"].format(_name(most), most.text, piece.part, piece.text))
    elif len(spec.rows) <= _MOST_TOLD:
        return " ".join([*pieces, *(f"{_name(row)}: {_told(row)}." for row in spec.rows)])
    if order.block.kind == "dumbbell":
        pieces += _widest_gap(spec, words)
    pieces.append(f"{words['coverage_figures'].format(len(spec.rows))}.")
    highest = max(spec.rows, key=lambda row: row.value.numbers[-1])
    lowest = min(spec.rows, key=lambda row: row.value.numbers[0])
    pieces.append(words["extremes_alt"].format(_name(highest), _told(highest), _name(lowest), _told(lowest)))
    return " ".join(pieces)


def _widest_gap(spec: ChartSpec, words: dict[str, str]) -> Iterable[str]:
    sets: dict[tuple[str, str], list[ChartRow]] = {}
    for row in spec.rows:
        sets.setdefault((row.group, row.label), []).append(row)
    widest = max(sets.values(), key=gap)
    if gap(widest):
        low = min(widest, key=lambda row: row.value.numbers[-1])
        high = max(widest, key=lambda row: row.value.numbers[0])
        label = ", ".join(part for part in (low.group, low.label) if part)
        yield words["gap_alt"].format(label, low.part, low.text, high.part, high.text)


def _name(row: ChartRow) -> str:
    return ", ".join(part for part in (row.group, row.label, row.part) if part)


def _told(row: ChartRow) -> str:
    return f"{row.text} ({row.detail})" if row.detail else row.text


# The data behind it.


def _table(cells: Sequence[Cell], spec: ChartSpec, order: Order) -> Table:
    writer, block = order.writer, order.block
    words = writer.words
    names = list(dict.fromkeys([*([block.group] if block.group else []), block.by]))
    columns = [Column(name, (Text(words[f"col_{name}"]),)) for name in names]
    caption: Line = (Text(words["chart_table"]),)
    if block.split is not None:
        return _divided(cells, spec, columns, caption, order)
    columns += [
        Column("value", (Text(words["col_value"]),), numeric=True),
        Column("as_of", (Text(words["col_as_of"]),)),
    ]
    rows = []
    for cell in cells:
        heads: list[Line] = [(Text(named(cell.fact, name, writer)),) for name in names]
        rows.append(Row((*heads, writer.figure(cell.fact), writer.when(cell.fact)), cell.fact.id))
    return Table(caption, tuple(columns), tuple(rows))


def _divided(cells: Sequence[Cell], spec: ChartSpec, heads: list[Column], caption: Line, order: Order) -> Table:
    """A row for each label and a column for each part; the total last, where there is one."""
    totals = {(row.group, row.label): row.text for row in spec.totals}
    columns = [*heads, *(Column(f"part-{n}", (Text(part),), numeric=True) for n, part in enumerate(spec.parts, 1))]
    if totals:
        columns.append(Column("total", (Text(order.writer.words["total_computed"]),), numeric=True))
    sets: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        sets.setdefault((cell.group, cell.label), []).append(cell)
    rows = []
    for (group, label), its in sets.items():
        line: list[Line] = [(Text(head),) for head in (group, label)[-len(heads) :]]
        line += [_figures([cell for cell in its if cell.part == part], order) for part in spec.parts]
        if totals:
            line.append((Text(totals[group, label]),))
        rows.append(Row(tuple(line)))
    return Table(caption, tuple(columns), tuple(rows))


def _figures(cells: Sequence[Cell], order: Order) -> Line:
    """The figures at one place, each with what has to be said of it."""
    line: Line = ()
    for cell in cells:
        told = ", ".join(part for part in (cell.apart, _date(cell, order).removeprefix(f"{cell.part}: ")) if part)
        between = (Text("; "),) if line else ()
        line = (*line, *between, *order.writer.figure(cell.fact), *((Text(f" ({told})"),) if told else ()))
    return line
