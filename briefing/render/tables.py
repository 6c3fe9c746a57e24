"""A table as rows of cells for a template: heads in one row or two, figures whose digits stand under one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol
from markupsafe import Markup, escape

from briefing.edition import Column, Edition, Figure, Line, Note, Row, Table, Text, plain
from briefing.formats import Formatter

SetLine = Callable[[Line], Markup]
SetFigure = Callable[[Figure, str], Markup]


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of a table's head. None covers several columns and several rows at once: PDF/UA has no words for that."""

    label: Markup
    unit: Markup
    numeric: bool
    scope: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's body. For a page too narrow for columns, `label` is its column's head in words.

    `group` is that of its group of columns, in the first cell of the group that is not empty.
    """

    content: Markup
    label: str
    numeric: bool
    group: str
    grouped: bool
    fact: str
    """The fact that its row is, if the row is one."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A table cell by cell."""

    heads: tuple[tuple[Head, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]


def laid(table: Table, edition: Edition, line: SetLine, figure: SetFigure) -> Laid:
    """A table cell by cell. `line` sets a line of an edition, `figure` a figure with decimals that it lacks."""
    body = (*table.rows, *((table.total,) if table.total else ()))
    fills = [_Fill(column, [row.cells[n] for row in body], edition, figure) for n, column in enumerate(table.columns)]
    groups = [n for n, one in enumerate(table.groups) for _ in range(one.size)]

    def cells(row: Row) -> tuple[Cell, ...]:
        told: set[int] = set()
        made = []
        for n, (cell, column, fill) in enumerate(zip(row.cells, table.columns, fills, strict=True)):
            number = groups[n] if groups else 0
            group = plain(table.groups[number].label) if groups else ""
            first = bool(cell) and number not in told
            told |= {number} if cell else set()
            content = fill.set(cell, line)
            name = group if first else ""
            made.append(Cell(content, _label(column), column.numeric, name, bool(group), row.fact or ""))
        return tuple(made)

    return Laid(
        tuple(_heads(table, fills, line)), tuple(map(cells, table.rows)), cells(table.total) if table.total else ()
    )


def _heads(table: Table, fills: list[_Fill], line: SetLine) -> Iterator[tuple[Head, ...]]:
    single = tuple(
        Head(line(one.label) + fill.head, escape(one.unit) + fill.head if one.unit else Markup(""), one.numeric, "col")
        for one, fill in zip(table.columns, fills, strict=True)
    )
    if not table.groups:
        yield single
        return
    above: list[Head] = []
    below: list[Head] = []
    waiting = iter(single)
    for group in table.groups:
        covered = [next(waiting) for _ in range(group.size)]
        if group.label:
            above.append(Head(line(group.label), Markup(""), numeric=False, scope="colgroup", columns=group.size))
            below += covered
        else:
            above += [Head(one.label, one.unit, one.numeric, "col", rows=2) for one in covered]
    yield tuple(above)
    yield tuple(below)


def _label(column: Column) -> str:
    label = plain(column.label)
    return f"{label} ({column.unit})" if column.unit else label


class _Fill:
    """What stands unseen in the cells of one column of figures, so that their digits stand under one another.

    Behind a figure, the decimals that others have; behind that, the numbers of notes that others have. A style sheet
    sets it from an attribute: it is no text, and cannot be read, heard or copied.
    """

    def __init__(self, column: Column, cells: Iterable[Line], edition: Edition, figure: SetFigure) -> None:
        self.edition, self.figure, self.used = edition, figure, column.numeric
        self.mark = get_decimal_symbol(Formatter(edition.language).locale)
        lines = [cell for cell in cells if self.used and _is_figure(cell)]
        of_one_unit = len({_unit(cell) for cell in lines}) < 2
        self.places = max((len(self.decimals(cell)) for cell in lines), default=0) if of_one_unit else 0
        called = [self.called(cell) for cell in lines]
        self.most = {sign: max((one[sign] for one in called), default=0) for sign in "[0,]"}

    def decimals(self, cell: Line) -> str:
        """The decimals of the last number of a figure."""
        numbers = re.findall(
            rf"\d+(?:{re.escape(self.mark)}(\d+))?", cell[0].text if isinstance(cell[0], Figure) else ""
        )
        return str(numbers[-1]) if numbers else ""

    def called(self, cell: Line) -> Counter[str]:
        """The signs of a cell's note calls: brackets, commas, and digits as so many 0."""
        signs: Counter[str] = Counter()
        for note in cell:
            if isinstance(note, Note) and (marks := self.edition.marks[note.key]):
                signs.update("[" + ",".join("0" * len(str(mark.number)) for mark in marks) + "]")
        return signs

    def set(self, cell: Line, line: SetLine) -> Markup:
        """A cell with what fills it up."""
        if not self.used or not _is_figure(cell):
            return line(cell)
        first, rest = cell[0], cell[1:]
        have = len(self.decimals(cell))
        lacks = ("" if have or not self.places else self.mark) + "0" * (self.places - have)
        text = self.figure(first, lacks) if isinstance(first, Figure) else Markup("")
        notes = len(rest) if any(isinstance(one, Note) for one in rest) else bool(_unit(cell))
        return text + line(rest[:notes]) + self._of_notes(self.called(cell)) + line(rest[notes:])

    @property
    def head(self) -> Markup:
        """What brings the head of the column over its figures."""
        return self._of_notes(Counter())

    def _of_notes(self, has: Counter[str]) -> Markup:
        """The calls that others have, beyond these."""
        lacks = {sign: most - has[sign] for sign, most in self.most.items()}
        calls = lacks[","] + lacks["["]
        digits = lacks["["] * "[" + lacks["0"] * "0" + lacks[","] * "," + lacks["]"] * "]"
        if not digits:
            return Markup("")
        return (
            Markup('<span class="bf-fill bf-fill-note" data-fill="{}"></span>').format(digits)
            + Markup('<span class="bf-fill-call"></span>') * calls
        )


def _unit(cell: Line) -> str:
    """The unit behind a figure, or nothing."""
    behind = cell[1] if len(cell) > 1 else None
    return behind.text if isinstance(behind, Text) and behind.text.startswith("\N{NO-BREAK SPACE}") else ""


def _is_figure(cell: Line) -> bool:
    """Whether a cell is one figure, perhaps with its unit, its notes and a waiver."""
    return bool(cell) and isinstance(cell[0], Figure) and not any(isinstance(one, Figure) for one in cell[1:])
