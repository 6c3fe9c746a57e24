"""Whether facts may be drawn as pieces one upon another: only where the whole bar is a true sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefing.compose.charts.cells import Cell
from briefing.compose.charts.order import Order
from briefing.diagnostics import shown
from briefing.facts import Fact

_SHARES = {"%", "‰"}
_DOUBTED = {"disputed", "retracted"}


def objections(cells: Sequence[Cell], parts: Sequence[str], order: Order) -> Iterator[str]:
    """What stands against the sum of the cells of each label, naming the facts; at most one of a kind."""
    facts = [cell.fact for cell in cells]
    inexact = [cell.fact for cell in cells if cell.value.kind != "exact"]
    if inexact:
        yield f"{_names(inexact)} no exact figure"
    below = [cell.fact for cell in cells if cell.value.numbers[0] < 0]
    if below:
        yield f"{_names(below)} below zero"
    if doubted := [fact for fact in facts if fact.status in _DOUBTED]:
        yield f"{_names(doubted)} disputed or retracted"
    yield from _differing(facts, order)
    yield from _places(cells, parts)
    yield from _wholes(cells, order)


def _names(facts: Sequence[Fact]) -> str:
    """The facts as the subject of a sentence, with its verb."""
    if len(facts) == 1:
        return f"{shown(facts[0].id)} is"
    if len(facts) == 2:
        return f"{shown(facts[0].id)} and {shown(facts[1].id)} are"
    return f"{shown(facts[0].id)}, {shown(facts[1].id)} and others are"


def _differing(facts: Sequence[Fact], order: Order) -> Iterator[str]:
    """Facts of different units, measures, moments or asserters have no sum."""
    indicators = order.writer.evidence.indicators
    kinds = [indicators.get(fact.indicator or "") for fact in facts]
    for name, given in (
        ("unit", [one.unit if one else None for one in kinds]),
        ("measure", [one.measure if one else None for one in kinds]),
        ("start of counting (since)", [one.since if one else None for one in kinds]),
        ("date (as_of)", [fact.as_of for fact in facts]),
        ("asserter (said_by)", [fact.said_by for fact in facts]),
    ):
        other = next((n for n, one in enumerate(given) if one != given[0]), None)
        if other is not None:
            yield f"{shown(facts[0].id)} and {shown(facts[other].id)} have not the same {name}"
    if kinds[0] is not None and kinds[0].unit in _SHARES:
        yield f"figures in {kinds[0].unit} do not add up"


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


def _wholes(cells: Sequence[Cell], order: Order) -> Iterator[str]:
    """A piece that is a whole of another."""
    ids = {cell.fact.id for cell in cells}
    for cell in cells:
        waiting, seen = list(cell.fact.parts), {cell.fact.id}
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in ids:
                yield f"{shown(name)} is a part of {shown(cell.fact.id)}"
                return
            part = order.writer.evidence.facts.get(name)
            waiting += part.parts if part is not None else ()
