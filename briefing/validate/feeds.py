"""Rows of a table as facts or as a series: columns and constants by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from briefing.config.feeds import FactsFeed, Feed, FromColumn, NumberFormat, SeriesFeed, ValueColumn
from briefing.diagnostics import KEY, Diagnostic, Where, near, shown
from briefing.facts import FACT, MAX_CLAIM, Cited, Claim, Fact, FactSet, Placeholder, Series, SeriesPoint, claim_parts
from briefing.fields import ID, Moment, Period, day, folded
from briefing.inputs import Table
from briefing.shape import checked
from briefing.validate.cells import BadCell, plain_date, plain_number
from briefing.validate.checks import MAX_SAID, check_names, check_wording
from briefing.value import Value, ValueSyntaxError, parse

_CELL = re.compile(r"\{column:([^{}]{1,200})\}")
_TEXTS = ("subject", "said_by", "place")
"""Fields that are filled from a column of text, or are a constant."""


def read_feed(feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """Add what the feed makes of the table to the set, and say what is wrong. `where` is the feed in the config."""
    if not feed.series and not feed.facts:
        message = f"the feed of {shown(feed.file)} makes nothing"
        yield Diagnostic(where, "missing-key", message, "add series: or facts:")
    places: list[tuple[Where, SeriesFeed | FactsFeed]] = [
        (where / "series" / n, one) for n, one in enumerate(feed.series)
    ]
    places += [(where / "facts" / n, one) for n, one in enumerate(feed.facts)]
    for spot, mapped in places:
        if problems := tuple(_unknown_columns(mapped, feed, table, spot)):
            together.refused.add(mapped.id)
            yield from problems
        elif isinstance(mapped, SeriesFeed):
            yield from _add_series(mapped, feed, table, spot, together)
        else:
            yield from _add_facts(mapped, feed, table, spot, together)


def _unknown_columns(mapped: SeriesFeed | FactsFeed, feed: Feed, table: Table, where: Where) -> Iterator[Diagnostic]:
    """Every column that is named but not there."""
    names: list[tuple[Where, str]] = []
    for field in type(mapped).model_fields:
        given = getattr(mapped, field)
        if isinstance(given, FromColumn):
            names.append((where / field / "column", given.column))
            if isinstance(given, ValueColumn) and given.qualifier:
                names.append((where / field / "qualifier" / "column", given.qualifier.column))
        elif field in {"claim", "id"} and isinstance(given, str):
            names += [(where / field, name) for name in _CELL.findall(given)]
    names += [(where / "where", name) for name in (*mapped.where, *feed.where)]
    for spot, name in names:
        if name not in table.columns:
            hint = near(name, table.columns, "a column with a similar name")
            hint = hint or f"its columns are {', '.join(list(table.columns)[:12])}"
            yield Diagnostic(spot, "unknown-column", f"{shown(table.name)} has no column {shown(name)}", hint)


class _Problems:
    """What is wrong in the rows of one table: the first of each code in full, the others as a count."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.found: list[Diagnostic] = []
        self.count: dict[str, int] = {}

    def add(self, row: int, column: str | None, error: BadCell) -> None:
        seen = self.count[error.code] = self.count.get(error.code, 0) + 1
        if seen <= MAX_SAID:
            message = f"column {shown(column)}: {error.message}" if column else error.message
            self.found.append(Diagnostic(self.table.at(row, column), error.code, message, error.hint))

    def all(self) -> Iterator[Diagnostic]:
        yield from self.found
        for code, seen in self.count.items():
            if seen > MAX_SAID:
                message = f"{seen - MAX_SAID} more rows of this table have the same problem"
                yield Diagnostic(Where(self.table.name, line=1), code, message)


class _SkipRow(Exception):  # no error of its own
    """The row has a cell that could not be read, which is reported already."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its cells by the names of the columns, read in the feed's way."""

    number: int
    cells: tuple[str, ...]
    table: Table
    feed: Feed
    problems: _Problems

    def cell(self, column: str) -> str:
        return self.cells[self.table.columns[column]]

    def refuse(self, column: str | None, error: BadCell) -> None:
        """Report a cell and give the row up."""
        self.problems.add(self.number, column, error)
        raise _SkipRow

    def text(self, given: FromColumn | str | None) -> str:
        """A constant, or a cell, translated by the feed's words if it has some."""
        if not isinstance(given, FromColumn):
            return given or ""
        cell = self.cell(given.column)
        if given.words is None or not cell:
            return cell
        if cell not in given.words:
            hint = near(cell, given.words) or "add it to words:"
            self.refuse(given.column, BadCell("bad-choice", f"{shown(cell)} is not among the words of the feed", hint))
        return given.words[cell]

    def value(self, given: ValueColumn) -> Value | None:
        """The value of a cell with the sign of its qualifier; None where the cell holds nothing."""
        cell = self.text(given) if given.words else self.cell(given.column)
        if cell in self.feed.missing:
            return None
        sign = self.text(given.qualifier) if given.qualifier is not None else ""
        if given.qualifier is not None and sign not in {"", "~", ">", ">=", "<", "<="}:
            message = f"the qualifier {shown(sign)} is not ~, >, >=, < or <="
            self.refuse(given.qualifier.column, BadCell("bad-value", message, "translate it with words:"))
        try:
            return parse(sign + plain_number(cell, self.feed.numbers, drop_marks=self.feed.footnote_marks == "drop"))
        except ValueSyntaxError as error:
            self.refuse(given.column, BadCell("bad-value", str(error), error.hint))
        except BadCell as error:
            self.refuse(given.column, error)
        return None

    def degrees(self, given: FromColumn) -> str | None:
        """The degrees of a cell; None where it holds nothing. Its decimals are no thousands, however many they are."""
        cell = self.cell(given.column)
        if cell in self.feed.missing:
            return None
        try:
            return plain_number(cell, self.feed.numbers or NumberFormat())
        except BadCell as error:
            self.refuse(given.column, error)
        return None

    def date(self, given: FromColumn) -> Moment | None:
        """The date of a cell; None where it holds nothing."""
        cell = self.text(given) if given.words else self.cell(given.column)
        if cell in self.feed.missing:
            return None
        try:
            return plain_date(cell, self.feed.dates)
        except BadCell as error:
            self.refuse(given.column, error)
        return None

    def filled(self, pattern: str) -> str:
        """A pattern with its {column:NAME} replaced by cells."""
        return _CELL.sub(lambda match: self.cell(match[1]), pattern)

    def claim(self, pattern: str) -> Claim | None:
        """The claim of this row, None where its cells leave nothing. What comes from a cell is text throughout."""
        parts: list[Any] = []
        for number, piece in enumerate(_CELL.split(pattern)):
            if number % 2:
                parts.append(folded(self.cell(piece)))
            elif piece:
                parts += claim_parts(piece)
        if (length := sum(len(part) for part in parts if isinstance(part, str))) > MAX_CLAIM:
            message = f"the claim of this row has {length} characters; at most {MAX_CLAIM} are allowed"
            self.refuse(None, BadCell("too-long", message))
        filled = tuple(part for part in parts if part != "")
        return Claim(filled) if filled else None


def _rows(mapped: SeriesFeed | FactsFeed, feed: Feed, table: Table, problems: _Problems) -> Iterator[_Row]:
    tests = [(table.columns[name], frozenset(words)) for name, words in {**feed.where, **mapped.where}.items()]
    for number, cells in table.rows:
        if all(cells[column] in words for column, words in tests):
            yield _Row(number, cells, table, feed, problems)


def _add_series(mapped: SeriesFeed, feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    problems = _Problems(table)
    points: dict[Moment, SeriesPoint] = {}
    shared: dict[str, str] = {}
    for row in _rows(mapped, feed, table, problems):
        try:
            at, value = row.date(mapped.as_of), row.value(mapped.value)
            _share(mapped, row, shared)
        except _SkipRow:
            continue
        if value is None:
            continue  # an empty cell states no figure
        if at is None:
            error = BadCell("no-as-of", f"the figure {value} has no date", "write the date in this cell")
            problems.add(row.number, mapped.as_of.column, error)
            continue
        point = points.setdefault(at, SeriesPoint(at, value, row.number))
        if point.value != value:
            message = f"{at} stands here a second time with {value}; row {point.row} has {point.value}"
            problems.add(
                row.number,
                mapped.as_of.column,
                BadCell("duplicate-id", message, "choose the rows with where:"),
            )
    yield from problems.all()
    together.refused.add(mapped.id)  # until it is made
    if not points:
        if not problems.found:
            message = f"no row of {shown(table.name)} is left for the series {shown(mapped.id)}"
            yield Diagnostic(where, "no-rows", message, "check the conditions under where:, and missing:")
        return
    if mapped.id in together.series or mapped.id in together.facts:
        yield Diagnostic(where / "id", "duplicate-id", f"{shown(mapped.id)} is defined already", "choose another id")
        return
    ordered = tuple(points[at] for at in sorted(points))
    latest = ordered[-1]
    fields = {**_constants(mapped), **shared, "value": latest.value, "as_of": latest.at}
    fact, wrong = _fact(mapped.id, fields, where, Where(table.name, line=latest.row))
    revised, unread = _revisions(mapped, where)
    yield from unread
    yield from wrong
    if fact is not None:
        yield from check_names(fact, where, together)
        yield from check_wording(fact, fact.claim.parts if fact.claim is not None else (), where / "claim")
        together.rows[mapped.id] = where
        together.series[mapped.id] = Series(mapped.id, fact, ordered, revised)
        together.refused.discard(mapped.id)


def _revisions(mapped: SeriesFeed, where: Where) -> tuple[dict[date, str], tuple[Diagnostic, ...]]:
    """The dates for whose falls and jumps the feed gives a reason, in order, and the reasons."""
    reasons, found = {}, []
    for text, reason in mapped.revisions.items():
        try:
            reasons[day(text)] = reason
        except PydanticCustomError as error:
            spot = where / "revisions" / text / KEY
            found.append(Diagnostic(spot, "bad-date", error.message(), "write it as YYYY-MM-DD"))
    return dict(sorted(reasons.items())), tuple(found)


def _share(mapped: SeriesFeed, row: _Row, shared: dict[str, str]) -> None:
    """What all rows of a series have in common, taken from columns; a row that differs is refused."""
    for field in _TEXTS:
        given = getattr(mapped, field)
        text = row.text(given)
        if text and shared.setdefault(field, text) != text:
            message = f"a series has one {field}, but here it is {shown(text)} and before it was {shown(shared[field])}"
            row.refuse(given.column, BadCell("bad-row", message, "choose the rows with where:"))


def _add_facts(mapped: FactsFeed, feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    problems = _Problems(table)
    common = _constants(mapped)
    made = 0
    for row in _rows(mapped, feed, table, problems):
        name = row.filled(mapped.id)
        try:
            fields = {**common, **_fields(mapped, row)}
            claim = row.claim(mapped.claim) if mapped.claim is not None else None
        except _SkipRow:
            continue
        if mapped.value is not None and "value" not in fields:
            continue  # an empty cell states no figure
        fact, wrong = _fact(name, fields, where, Where(table.name, line=row.number))
        for one in wrong:
            problems.add(row.number, None, BadCell(one.code, one.message, one.hint))
        if fact is None:
            continue
        if name in together.facts or name in together.series:
            hint = "name a column that tells rows apart"
            problems.add(row.number, None, BadCell("duplicate-id", f"the id {shown(name)} is taken already", hint))
            continue
        if not made:
            yield from check_names(fact, where, together)
            yield from check_wording(fact, _wording(mapped.claim or ""), where / "claim")
        made += 1
        together.rows[name] = Where(table.name, line=row.number)
        together.facts[name] = replace(fact, claim=claim)
    yield from problems.all()


def _wording(pattern: str) -> list[str | Placeholder]:
    """What the author typed in a pattern, without the cells that go into it."""
    return [part for piece in _CELL.split(pattern)[::2] for part in claim_parts(piece)]


def _fields(mapped: FactsFeed, row: _Row) -> dict[str, Any]:
    """The fields of a fact that differ from row to row; those whose cells are empty are left out."""
    fields: dict[str, Any] = {field: row.text(getattr(mapped, field)) or None for field in _TEXTS}
    if mapped.value is not None:
        fields["value"] = row.value(mapped.value)
    if mapped.as_of is not None:
        fields["as_of"] = row.date(mapped.as_of) if isinstance(mapped.as_of, FromColumn) else Moment(mapped.as_of)
    for name in ("lat", "lon"):
        if (given := getattr(mapped, name)) is not None:
            fields[name] = row.degrees(given)
    if mapped.at is not None and (start := row.date(mapped.at)) is not None:
        fields["at"] = Period(start)
    return {name: given for name, given in fields.items() if given is not None}


def _constants(mapped: SeriesFeed | FactsFeed) -> dict[str, Any]:
    names = ("indicator", "status", "note", "marking", "claim")
    fields = {name: getattr(mapped, name) for name in names if getattr(mapped, name) is not None}
    return {**fields, "tags": tuple(mapped.tags), "sources": tuple(Cited(one) for one in mapped.sources)}


def _fact(name: str, fields: dict[str, Any], where: Where, spot: Where) -> tuple[Fact | None, tuple[Diagnostic, ...]]:
    if not ID.fullmatch(name):
        hint = "an id has letters a-z and A-Z, digits, hyphens and underscores only: name another column"
        return None, (Diagnostic(spot, "bad-id", f"{shown(name)} is not an id", hint),)
    fact, problems = checked(FACT, {**fields, "id": name, "file": spot.file}, where)
    return fact, tuple(replace(one, where=spot) for one in problems)
