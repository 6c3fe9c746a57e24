"""Whether facts may be drawn as pieces one upon another: only where the whole bar is a true sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefing.compose.charts.cells import Cell
from briefing.compose.charts.order import Order
from briefing.compose.sums import NAMES, contained, differences, doubted, is_share
from briefing.diagnostics import shown
from briefing.facts import Fact


def objections(cells: Sequence[Cell], parts: Sequence[str], order: Order) -> Iterator[str]:
    """What stands against the sum of the cells of each label, naming the facts; at most one of a kind."""
    facts = [cell.fact for cell in cells]
    inexact = [cell.fact for cell in cells if cell.value.kind != "exact"]
    if inexact:
        yield f"{_names(inexact)} no exact figure"
    below = [cell.fact for cell in cells if cell.value.numbers[0] < 0]
    if below:
        yield f"{_names(below)} below zero"
    if wrong := doubted(facts):
        yield f"{_names(wrong)} disputed or retracted"
    yield from map(str, differences(facts, tuple(NAMES), order.writer))
    if is_share(unit := order.writer.unit(facts[0])):
        yield f"figures in {unit} do not add up"
    yield from _places(cells, parts)
    if message := contained(facts, order.writer):
        yield message


def _names(facts: Sequence[Fact]) -> str:
    """The facts as the subject of a sentence, with its verb."""
    if len(facts) == 1:
        return f"{shown(facts[0].id)} is"
    if len(facts) == 2:
        return f"{shown(facts[0].id)} and {shown(facts[1].id)} are"
    return f"{shown(facts[0].id)}, {shown(facts[1].id)} and others are"


def _places(cells: Sequence[Cell], parts: Sequence[str]) -> Iterator[str]:
    """Two figures for one piece, or none."""
    sets: dict[tuple[str, str], dict[str, Fact]] = {}
    for cell in cells:
        row = sets.setdefault((cell.group, cell.label), {})
        other = row.setdefault(cell.part, cell.fact)
        if other is not cell.fact:
            yield f"{shown(other.id)} and {shown(cell.fact.id)} are the same piece"
            return
    for (_, label), row in sets.items():
        for part in parts:
            if part not in row:
                yield f"{shown(label)} has no figure for {shown(part)}"
                return
