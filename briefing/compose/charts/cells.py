"""Where each fact of a chart stands: its group, label and part, in which order, and what tells it from its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from briefing.compose.charts.order import Order, named
from briefing.edition import ChartRow
from briefing.facts import Fact
from briefing.value import Value

_DISTINCT = ("said_by", "subject", "place", "indicator")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with its place in a chart. `apart` says what tells it from others at the same place."""

    fact: Fact
    value: Value
    group: str
    label: str
    part: str
    apart: str = ""


def arranged(facts: Sequence[Fact], parts: Sequence[str], order: Order) -> list[Cell]:
    """The facts at their places, in the order in which they are drawn."""
    return _sorted(_told_apart([_cell(fact, order) for fact in facts], order), parts, order)


def _cell(fact: Fact, order: Order) -> Cell:
    assert fact.value is not None  # noqa: S101  # chosen_facts left no other
    block, writer = order.block, order.writer
    return Cell(
        fact,
        fact.value,
        named(fact, block.group, writer) if block.group else "",
        named(fact, block.by, writer),
        _part(fact, order),
    )


def _part(fact: Fact, order: Order) -> str:
    """Which part of its row a fact is."""
    split, writer = order.block.split, order.writer
    if split == "as_of":
        return writer.formatter.moment(fact.as_of, short=True) if fact.as_of else ""
    return named(fact, split, writer) if split else ""


def parts_of(facts: Sequence[Fact], order: Order) -> tuple[str, ...]:
    """The parts in the order in which they first appear; dates in the order of time."""
    if order.block.split is None:
        return ()
    if order.block.split == "as_of":
        facts = sorted(facts, key=lambda fact: (fact.as_of.day, fact.as_of.clock) if fact.as_of else (date.min, ""))
    return tuple(dict.fromkeys(_part(fact, order) for fact in facts))


def _told_apart(cells: Sequence[Cell], order: Order) -> list[Cell]:
    """The cells, those at one place with what tells them apart.

    In a dumbbell that becomes a part of the label, so that every account has a line of its own.
    """
    places: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        places.setdefault((cell.group, cell.label, cell.part), []).append(cell)
    if order.block.kind != "dumbbell":
        crowds = {key: [one.fact for one in here] for key, here in places.items() if len(here) > 1}
        return [
            replace(cell, apart=_apart(cell.fact, crowds[key], order, dated=False))
            if (key := (cell.group, cell.label, cell.part)) in crowds
            else cell
            for cell in cells
        ]
    rivals: dict[tuple[str, ...], list[Fact]] = {}
    for key, here in places.items():  # by group and label
        if len(here) > 1:
            rivals.setdefault(key[:2], []).extend(one.fact for one in here)
    found = []
    for cell in cells:
        among = rivals.get((cell.group, cell.label))
        apart = _apart(cell.fact, among, order, dated=True) if among else ""
        found.append(replace(cell, label=f"{cell.label}, {apart}") if apart else cell)
    return found


def _apart(fact: Fact, among: Sequence[Fact], order: Order, *, dated: bool) -> str:
    """What tells a fact from others: who says so, whom, where or what it is about; its date where that is asked."""
    block, writer = order.block, order.writer
    free = [field for field in (*_DISTINCT, "as_of") if field not in {block.by, block.split, block.group}]
    differing = [field for field in free if len({getattr(one, field) for one in among}) > 1]
    told = [
        writer.formatter.moment(fact.as_of, short=True)
        if field == "as_of" and fact.as_of
        else named(fact, field, writer)
        for field in differing
        if (getattr(fact, field) or field == "said_by") and (dated or field != "as_of")
    ]
    return ", ".join(told) if differing else writer.brief(fact)


def _sorted(cells: Sequence[Cell], parts: Sequence[str], order: Order) -> list[Cell]:
    """The cells by group, label and part: labels as the author ordered them, or else the largest first.

    Dumbbells have the widest gap first. Ranges, which nobody can put into an order, stay as they are.
    """
    block = order.block
    groups: dict[str, dict[str | int, list[Cell]]] = {}
    for n, cell in enumerate(cells):
        groups.setdefault(cell.group, {}).setdefault(cell.label if block.split else n, []).append(cell)
    sets = [list(group.values()) for group in groups.values()]
    if parts:
        sets = [[sorted(row, key=lambda cell: parts.index(cell.part)) for row in group] for group in sets]
    given = block.facts is not None and (block.facts.sort is not None or block.facts.ids is not None)
    if not given and block.kind != "range":
        measure = gap if block.kind == "dumbbell" else _total if block.stacked else _largest
        sets = [sorted(group, key=measure, reverse=True) for group in sets]
        sets.sort(key=lambda group: measure(group[0]), reverse=True)
    return [cell for group in sets for row in group for cell in row]


def _largest(row: Sequence[Cell]) -> Decimal:
    return max(cell.value.numbers[-1] for cell in row)


def _total(row: Sequence[Cell]) -> Decimal:
    return sum((cell.value.numbers[-1] for cell in row), Decimal(0))


def gap(row: Sequence[Cell | ChartRow]) -> Decimal:
    """How far the figures of one label are apart at least: what lies between the nearest of their numbers."""
    highest_low = max(one.value.numbers[0] for one in row)
    lowest_high = min(one.value.numbers[-1] for one in row)
    return max(highest_low - lowest_high, Decimal(0))
