"""The user's files as they were read: trees and tables of text, of which every piece knows its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from briefing.diagnostics import Key, Where

Tree = dict[str, Any] | list[Any] | str | None

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
"""Control characters, line breaks that YAML sees and people do not, direction overrides, surrogates, non-characters."""


def about_character(character: str) -> tuple[str, str]:
    """What to say of a forbidden character, and the hint."""
    return (
        f"the character U+{ord(character):04X} is not allowed: it is invisible and can change what a reader sees",
        "delete it; the program keeps figures in order in right-to-left text by itself",
    )


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
