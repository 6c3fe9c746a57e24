"""Charts of facts, a row each: their words, their data."""

from __future__ import annotations

from briefing.compose.charts.order import Order, Parts, named, opening, units
from briefing.compose.select import select
from briefing.config import ChartBlock
from briefing.diagnostics import shown
from briefing.edition import ChartRow, Column, Line, Row, Table, Text
from briefing.facts import Fact


def rows(order: Order) -> Parts | None:
    """A chart of facts; None when there is none, which is then said."""
    writer, block = order.writer, order.block
    facts = chosen_facts(order)
    if not facts:
        return None
    spec = order.spec(
        units(facts, writer),
        rows=tuple(_row(fact, order) for fact in _gathered(facts, block)),
    )
    return Parts(spec, facts, _alternative(spec.rows, order), _table(facts, order))


def chosen_facts(order: Order) -> tuple[Fact, ...]:
    """The facts that the block selects; one without a value is said and left out."""
    selection, writer, where = order.block.facts, order.writer, order.where / "facts"
    facts = select(selection, writer, where) if selection is not None else ()
    for fact in facts:
        if fact.value is None:
            writer.report("no-value", f"{shown(fact.id)} has no value to draw", "select facts with a value", where)
    return tuple(fact for fact in facts if fact.value is not None)


def _gathered(facts: tuple[Fact, ...], block: ChartBlock) -> list[Fact]:
    """Facts of one group stand together, groups in the order in which they first appear."""
    if block.group is None:
        return list(facts)
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(str(getattr(fact, block.group) or ""), []).append(fact)
    return [fact for group in groups.values() for fact in group]


def _row(fact: Fact, order: Order) -> ChartRow:
    assert fact.value is not None  # noqa: S101  # chosen_facts left no other
    block, writer = order.block, order.writer
    detail = writer.as_of(fact) if block.kind == "range" or writer.stale_from(fact) else ""
    return ChartRow(
        label=named(fact, block.by, writer),
        value=fact.value,
        text=writer.formatter.value(fact.value),
        detail=detail,
        group=named(fact, block.group, writer) if block.group else "",
        stale=bool(writer.aged(fact)),
    )


def _alternative(rows: tuple[ChartRow, ...], order: Order) -> str:
    """Every bar and range in words, as far as anybody listens."""
    words = order.writer.words
    pieces = [opening(order)]
    for row in rows[:20]:
        group = f"{row.group}, " if row.group else ""
        pieces.append(f"{group}{row.label}: {row.text}{f' ({row.detail})' if row.detail else ''}.")
    if len(rows) > 20:
        pieces.append(words["and_more"].format(len(rows) - 20) + ".")
    return " ".join(pieces)


def _table(facts: tuple[Fact, ...], order: Order) -> Table:
    writer, block = order.writer, order.block
    words = writer.words
    names = list(dict.fromkeys([*([block.group] if block.group else []), block.by]))
    columns = [Column(name, (Text(words[f"col_{name}"]),)) for name in names]
    columns += [
        Column("value", (Text(words["col_value"]),), numeric=True),
        Column("as_of", (Text(words["col_as_of"]),)),
    ]
    rows = []
    for fact in _gathered(facts, block):
        cells: list[Line] = [(Text(named(fact, name, writer)),) for name in names]
        rows.append(Row((*cells, writer.figure(fact), writer.when(fact)), fact.id))
    return Table((Text(words["chart_table"]),), tuple(columns), tuple(rows))
