"""The user's files as they were read: trees and tables of text, of which every piece knows its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from briefing.diagnostics import Key, Where

Tree = dict[str, Any] | list[Any] | str | None


@dataclass(frozen=True)
class Document:
    """One parsed file. `root` holds dicts, lists and texts only; an empty scalar is left out of its mapping."""

    name: str
    root: Tree
    find: Callable[[tuple[Key, ...]], tuple[int, int]] = field(repr=False)

    def locate(self, keys: tuple[Key, ...]) -> tuple[int, int]:
        """Line and column, from 1, of the value at `keys`, or of the nearest thing above it that there is."""
        return self.find(keys)


class NumberText(str):
    """A number that its file format wrote as a number, so that its point is a decimal point beyond doubt."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """A table of text. `rows` holds (row number, cells); an empty or absent cell is "". The head is a row too."""

    name: str
    columns: dict[str, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def at(self, row: int, column: str | None = None) -> Where:
        """The place of a cell, or of a whole row."""
        place = self.columns.get(column, -1) + 1 if column is not None else 0
        return Where(self.name, line=row, column=place)
