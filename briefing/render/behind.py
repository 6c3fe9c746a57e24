"""What stands behind a chart where it may not be seen, or its parts not be pointed at: its figures, in few lines."""

from __future__ import annotations

from dataclasses import dataclass

from briefing.edition import Chart, Edition, Figure, Line, Table, walk

_ROWS, _COLUMNS = 12, 4
"""Of a table that stands in a message whole."""
_SENTENCES = 48
"""What a chart says in so many sentences is told; a longer telling is left to the edition."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The figures of a chart: as a table, or in sentences, or neither.

    `whole`: no figure of the chart has to be looked up elsewhere.
    """

    table: Table | None = None
    sentences: tuple[Line, ...] = ()
    whole: bool = False


def figures_behind(chart: Chart, edition: Edition) -> Behind:
    """The table of a chart where it is short; else what it shows in sentences, of a line its course and its extremes.

    Nothing where a table of the edition has every one of its figures already.
    """
    table, shown = chart.table, (edition.notice, edition.sections)
    if figures := _figures(table):
        tables = {id(one.table) for one in walk(shown) if isinstance(one, Chart)}
        others = (one for one in walk(shown) if isinstance(one, Table) and id(one) not in tables)
        if figures <= set().union(*map(_figures, others)):
            return Behind(whole=True)
    if len(table.rows) <= _ROWS and len(table.columns) <= _COLUMNS:
        return Behind(table=table, whole=True)
    if len(chart.description) <= _SENTENCES:
        return Behind(sentences=chart.description, whole=not chart.spec.lines)
    return Behind()


def _figures(table: Table) -> set[tuple[str, str]]:
    """Each figure of a table as a fact and a value: a series has one fact and many values."""
    return {(one.fact, one.value) for one in walk(table) if isinstance(one, Figure)}
