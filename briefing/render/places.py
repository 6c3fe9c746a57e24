"""Where on a page each fact has its permalink: the element with the id `fact-` and the id of the fact.

It is the first place that prints the fact for all to see: not the folded data of a chart, nor the notice of a
correction, unless there is no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Literal

from briefing.edition import (
    Chart,
    ChartSpec,
    Edition,
    FactItem,
    Figure,
    KeyFigure,
    Note,
    Row,
    Table,
    TimelineItem,
    charted_facts,
    printed_facts,
    walk,
)

Kind = Literal["text", "row", "chart", "note", "notice"]


class Places:
    """Gives each fact its place once, while the page is set in reading order."""

    def __init__(self, edition: Edition) -> None:
        shown = tuple(_shown((edition.summary, edition.sections)))
        charts = [one for one in shown if isinstance(one, Chart)]
        self._kinds: dict[str, Kind] = {}
        self._kinds |= dict.fromkeys(_told(shown), "row")
        self._kinds |= dict.fromkeys(_printed(shown), "text")
        self._folded = {id(one.table) for one in charts}
        self._of_charts: dict[str, list[str]] = {}
        self._inside: Literal["text", "notice", "folded"] = "text"
        self._given: set[str] = set()
        for chart in charts:
            for fact in (*charted_facts(chart), *printed_facts(chart.table)):
                if self._kinds.setdefault(fact, "chart") == "chart":
                    self._of_charts.setdefault(chart.id, []).append(fact)
        for node in shown:
            for fact in _cited(node):
                self._kinds.setdefault(fact, "note")
        for fact in printed_facts(edition.notice):
            self._kinds.setdefault(fact, "notice")

    def of_element(self, fact: str) -> bool:
        """Whether an element that shows a fact, and perhaps more, is its place."""
        return self._take(fact, ("text", "row"))

    def of_figure(self, figure: Figure) -> bool:
        """Whether a figure is the place of its fact."""
        return _states(figure) and self._take(figure.fact, ("text",))

    def of_note(self, note: Note) -> str:
        """The fact whose place is this note, or nothing."""
        return next((fact for fact in _cited(note) if self._take(fact, ("note",))), "")

    def of_chart(self, chart: Chart) -> tuple[str, ...]:
        """The facts whose place is this chart."""
        return tuple(fact for fact in self._of_charts.get(chart.id, ()) if self._take(fact, ("chart",)))

    @contextmanager
    def notice(self) -> Iterator[None]:
        """While the notice of a correction is set."""
        self._inside = "notice"
        yield
        self._inside = "text"

    @contextmanager
    def table(self, table: Table) -> Iterator[Table]:
        """While the cells of a table are set. The data of a chart are folded away: no row of theirs is a place."""
        if id(table) not in self._folded:
            yield table
            return
        before, self._inside = self._inside, "folded"
        yield replace(table, rows=tuple(Row(one.cells) for one in table.rows))
        self._inside = before

    def _take(self, fact: str, kinds: tuple[Kind, ...]) -> bool:
        kind = self._kinds.get(fact)
        here = kind == "notice" if self._inside == "notice" else self._inside == "text" and kind in kinds
        if not here or fact in self._given:
            return False
        self._given.add(fact)
        return True


def _states(figure: Figure) -> bool:
    """Whether a figure is that of its fact, and not an earlier one, a change or a sum."""
    return figure.role in {"", "computed"}


def _printed(shown: tuple[object, ...]) -> Iterator[str]:
    """Facts with an element of their own, and those of figures."""
    for node in shown:
        if isinstance(node, (FactItem, KeyFigure, TimelineItem)) or (isinstance(node, Figure) and _states(node)):
            yield node.fact


def _told(shown: tuple[object, ...]) -> Iterator[str]:
    """Facts that are a row of a table."""
    return (node.fact for node in shown if isinstance(node, Row) and node.fact)


def _cited(node: object) -> tuple[str, ...]:
    return tuple(one.fact for one in node.citations if one.fact) if isinstance(node, Note) else ()


def _shown(node: object) -> Iterator[object]:
    """Every node in reading order without what is folded away: the data and the description of charts."""
    if isinstance(node, tuple):
        for one in node:
            yield from _shown(one)
    elif isinstance(node, Chart):
        yield node
        yield from walk((node.title, node.subtitle, node.remarks, node.source))
    elif is_dataclass(node) and not isinstance(node, (ChartSpec, type)):
        yield node
        for field in fields(node):
            yield from _shown(getattr(node, field.name))
