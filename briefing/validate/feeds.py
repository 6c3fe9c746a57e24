"""Rows of a table as facts or as a series: columns and constants by name, values understood or refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic_core import PydanticCustomError

from briefing.config import FactsFeed, Feed, FromColumn, NumberFormat, SeriesFeed, ValueColumn
from briefing.diagnostics import Diagnostic, Where, near, shown
from briefing.facts import FACT, Claim, Cited, Fact, FactSet, Moment, Period, Series, SeriesPoint, claim_parts, day
from briefing.inputs import NumberText, Table
from briefing.schema import checked
from briefing.value import Value, ValueSyntaxError, parse

MAX_SAID = 20
"""Problems of one kind of row that are spelt out; the rest are counted."""


def read_feed(feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """Add what the feed makes of the table to the set, and say what is wrong. `where` is the feed in the config."""
    for number, series in enumerate(feed.series):
        yield from _add_series(series, feed, table, where / "series" / number, together)
    for number, facts in enumerate(feed.facts):
        yield from _add_facts(facts, feed, table, where / "facts" / number, together)
    if not feed.series and not feed.facts:
        yield Diagnostic(where, "missing-key", f"the feed of {shown(feed.file)} makes nothing", "add series: or facts:")


class _BadCell(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def _columns(mapped: SeriesFeed | FactsFeed, feed: Feed, table: Table, where: Where) -> Iterator[Diagnostic]:
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
    names += [(where / "where", name) for name in mapped.where]
    names += [(where, name) for name in feed.where]
    for spot, name in names:
        if name not in table.columns:
            hint = near(name, table.columns, "a column with a similar name")
            if not hint:
                hint = f"its columns are {', '.join(list(table.columns)[:12])}"
            yield Diagnostic(spot, "unknown-column", f"{shown(table.name)} has no column {shown(name)}", hint)


def _rows(mapped: SeriesFeed | FactsFeed, feed: Feed, table: Table) -> list[tuple[int, tuple[str, ...]]]:
    wanted = {**feed.where, **mapped.where}
    tests = [(table.columns[name], frozenset(words)) for name, words in wanted.items()]
    return [row for row in table.rows if all(row[1][column] in words for column, words in tests)]


class _Reporter:
    """Collects the problems of rows: the first of each code in full, the others as a count."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.found: list[Diagnostic] = []
        self.count: dict[str, int] = {}

    def add(self, row: int, column: str, error: _BadCell) -> None:
        seen = self.count[error.code] = self.count.get(error.code, 0) + 1
        if seen <= MAX_SAID:
            message = f"column {shown(column)}: {error.message}"
            self.found.append(Diagnostic(self.table.at(row, column), error.code, message, error.hint))

    def all(self) -> Iterator[Diagnostic]:
        yield from self.found
        for code, seen in self.count.items():
            if seen > MAX_SAID:
                message = f"{seen - MAX_SAID} more rows of this table have the same problem"
                yield Diagnostic(Where(self.table.name, line=1), code, message)


def _add_series(mapped: SeriesFeed, feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    if problems := tuple(_columns(mapped, feed, table, where)):
        together.refused.add(mapped.id)
        yield from problems
        return
    report = _Reporter(table)
    points: dict[Moment, SeriesPoint] = {}
    rows = _rows(mapped, feed, table)
    constants: dict[str, str] = {}
    for row, cells in rows:
        try:
            at = _date(mapped.as_of, table, row, cells, feed, report)
            value = _value(mapped.value, table, row, cells, feed, report)
            for field in ("subject", "said_by", "place"):
                text = _text(getattr(mapped, field), table, row, cells, report)
                if text and constants.setdefault(field, text) != text:
                    message = f"a series has one {field}, but here it is {shown(text)} and before it was {shown(constants[field])}"
                    hint = "choose the rows with where:"
                    report.add(row, getattr(mapped, field).column, _BadCell("bad-row", message, hint))
        except _Skip:
            continue
        if at is None or value is None:
            continue
        if at in points and points[at].value != value:
            message = f"{at} stands here a second time with {value}; row {points[at].row} has {points[at].value}"
            report.add(row, mapped.as_of.column, _BadCell("duplicate-id", message, "choose the rows with where:"))
        points.setdefault(at, SeriesPoint(at, value, row))
    yield from report.all()
    if not points:
        together.refused.add(mapped.id)
        if not report.found:
            yield Diagnostic(where, "no-rows", f"no row of {shown(table.name)} is left for the series {shown(mapped.id)}")
        return
    if mapped.id in together.series or mapped.id in together.facts:
        yield Diagnostic(where / "id", "duplicate-id", f"{shown(mapped.id)} is defined already", "choose another id")
        return
    ordered = tuple(points[at] for at in sorted(points))
    fields = {**_constants(mapped), **constants, "value": ordered[-1].value, "as_of": ordered[-1].at}
    fact, wrong = _fact(mapped.id, fields, table.name, where, Where(table.name, line=ordered[-1].row))
    yield from wrong
    if fact is None:
        together.refused.add(mapped.id)
    else:
        yield from _unknown(fact, where, together)
        if fact.claim is not None:
            fact = replace(fact, claim=Claim(claim_parts(str(mapped.claim))))
        together.series[mapped.id] = Series(mapped.id, fact, ordered)


def _add_facts(mapped: FactsFeed, feed: Feed, table: Table, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    if problems := tuple(_columns(mapped, feed, table, where)):
        together.refused.add(mapped.id)
        yield from problems
        return
    report = _Reporter(table)
    common = _constants(mapped)
    for row, cells in _rows(mapped, feed, table):
        name = _CELL.sub(lambda m: cells[table.columns[m[1]]], mapped.id)  # noqa: B023  # used at once
        fields: dict[str, Any] = dict(common)
        try:
            if mapped.value is not None:
                fields["value"] = _value(mapped.value, table, row, cells, feed, report)
            if isinstance(mapped.as_of, FromColumn):
                fields["as_of"] = _date(mapped.as_of, table, row, cells, feed, report)
            elif mapped.as_of is not None:
                fields["as_of"] = Moment(mapped.as_of)
            if mapped.at is not None and (start := _date(mapped.at, table, row, cells, feed, report)):
                fields["at"] = Period(start)
            for field in ("subject", "said_by", "place"):
                if text := _text(getattr(mapped, field), table, row, cells, report):
                    fields[field] = text
        except _Skip:
            continue
        if fields.get("value", ...) is None:
            continue
        fact, wrong = _fact(name, fields, table.name, where, Where(table.name, line=row))
        if fact is None:
            for one in wrong:
                report.add(row, "", _BadCell(one.code, one.message, one.hint))
            continue
        if mapped.claim is not None:
            fact = replace(fact, claim=_claim(mapped.claim, table, cells))
        if name in together.facts or name in together.series:
            report.add(row, "", _BadCell("duplicate-id", f"the id {shown(name)} is taken already", "name a column that tells rows apart"))
            continue
        yield from _unknown(fact, where, together)
        together.facts[name] = fact
    yield from report.all()


def _constants(mapped: SeriesFeed | FactsFeed) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: getattr(mapped, name)
        for name in ("indicator", "subject", "said_by", "place", "status", "note", "marking", "claim")
        if getattr(mapped, name) is not None and not isinstance(getattr(mapped, name), FromColumn)
    }
    return {**fields, "tags": tuple(mapped.tags), "sources": tuple(Cited(one) for one in mapped.sources)}


def _fact(name: str, fields: dict[str, Any], file: str, where: Where, spot: Where) -> tuple[Fact | None, tuple[Diagnostic, ...]]:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        hint = "an id has letters a-z, digits, hyphens and underscores only: name another column"
        return None, (Diagnostic(spot, "bad-id", f"{shown(name)} is not an id", hint),)
    fact, problems = checked(FACT, {**fields, "id": name, "file": file}, where)
    return fact, tuple(replace(one, where=spot) for one in problems)


def _unknown(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    for number, cited in enumerate(fact.sources):
        if cited.source not in together.sources:
            message = f"the feed cites {shown(cited.source)}, which is not defined"
            hint = near(cited.source, together.sources, "a source with a similar name")
            yield Diagnostic(where / "sources" / number, "unknown-source", message, hint)
    if fact.indicator is not None and fact.indicator not in together.indicators:
        message = f"the feed names the indicator {shown(fact.indicator)}, which is not defined"
        hint = near(fact.indicator, together.indicators, "an indicator with a similar name")
        yield Diagnostic(where / "indicator", "unknown-indicator", message, hint)


# Cells.

_CELL = re.compile(r"\{column:([^{}]{1,200})\}")


class _Skip(Exception):  # noqa: N818  # no error: the row holds nothing
    """The row has a cell that could not be read; it is reported already."""


def _claim(pattern: str, table: Table, cells: tuple[str, ...]) -> Claim:
    """The claim of a row. What comes from a cell is text, whatever braces it holds."""
    parts: list[Any] = []
    for number, piece in enumerate(_CELL.split(pattern)):
        if number % 2:
            parts.append(" ".join(cells[table.columns[piece]].split())[:2000])
        elif piece:
            parts += claim_parts(piece)
    return Claim(tuple(part for part in parts if part != ""))


def _text(given: FromColumn | str | None, table: Table, row: int, cells: tuple[str, ...], report: _Reporter) -> str:
    if not isinstance(given, FromColumn):
        return given or ""
    cell = cells[table.columns[given.column]]
    if given.words is None:
        return cell
    if cell in given.words:
        return given.words[cell]
    if not cell:
        return ""
    hint = near(cell, given.words) or "add it to words:"
    report.add(row, given.column, _BadCell("bad-choice", f"{shown(cell)} is not among the words of the feed", hint))
    raise _Skip


def _value(given: ValueColumn, table: Table, row: int, cells: tuple[str, ...], feed: Feed, report: _Reporter) -> Value | None:
    cell = cells[table.columns[given.column]]
    if given.words is not None:
        cell = _text(given, table, row, cells, report)
    if cell in feed.missing:
        return None
    try:
        plain = understood(cell, feed.numbers, feed.footnote_marks == "drop")
        if given.qualifier is not None:
            sign = _text(given.qualifier, table, row, cells, report)
            if sign not in {"", "~", ">", ">=", "<", "<="}:
                message = f"the qualifier {shown(sign)} is not ~, >, >=, < or <="
                report.add(row, given.qualifier.column, _BadCell("bad-value", message, "translate it with words:"))
                raise _Skip
            plain = sign + plain
        return parse(plain)
    except ValueSyntaxError as error:
        report.add(row, given.column, _BadCell("bad-value", str(error), error.hint))
    except _BadCell as error:
        report.add(row, given.column, error)
    raise _Skip


_MARKS = re.compile(r"\s*(\[[A-Za-z0-9]{1,3}\]|\*+|†|‡)$")
_SPACES = "    "


def understood(cell: str, style: NumberFormat | None, drop_marks: bool) -> str:
    """A cell's number in the syntax of values. Raises _BadCell where it could mean two things.

    >>> understood("1 300", None, False)
    '1300'
    """
    if isinstance(cell, NumberText):
        return str(cell)
    if match := _MARKS.search(cell):
        if not drop_marks:
            hint = "add footnote_marks: drop to the feed, if these are only marks"
            raise _BadCell("bad-value", f"{shown(cell)} carries a footnote mark", hint)
        cell = cell[: match.start()]
    number = re.compile(r"[0-9][0-9,.'’" + _SPACES + r"]*")

    def plain(match: re.Match[str]) -> str:
        return _digits(match[0].rstrip(_SPACES), style)

    spaced = re.sub(r"(?<=[0-9])\s*\.\.\s*(?=[0-9])", " \0 ", cell)
    return number.sub(plain, spaced).replace("\0", "..").replace("−", "-")


def _digits(text: str, style: NumberFormat | None) -> str:
    grouped = re.fullmatch(rf"[0-9]{{1,3}}([{_SPACES}])[0-9]{{3}}(?:\1[0-9]{{3}})*", text)
    if grouped and style is None:
        return re.sub(r"[^0-9]", "", text)
    if style is None:
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
            whole, _, fraction = text.partition(".")
            if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":
                raise _BadCell("ambiguous-number", f"{shown(text)} can be read in two ways", _FORMAT_HINT)
            return text
        if re.search(r"[,.'’]", text):
            raise _BadCell("ambiguous-number", f"{shown(text)} can be read in two ways", _FORMAT_HINT)
        raise _BadCell("bad-value", f"{shown(text)} is not a number", "")
    whole, point, fraction = text.partition(style.decimal)
    if style.thousands:
        mark = re.escape(style.thousands)
        if not re.fullmatch(rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})*|[0-9]+", whole):
            raise _BadCell("bad-value", f"{shown(text)} does not fit the numbers of the feed", _FORMAT_HINT)
        whole = whole.replace(style.thousands, "")
    elif grouped:
        return re.sub(r"[^0-9]", "", text)
    if not whole.isdigit() or (point and not fraction.isdigit()):
        raise _BadCell("bad-value", f"{shown(text)} does not fit the numbers of the feed", _FORMAT_HINT)
    return f"{whole}.{fraction}" if point else whole


_FORMAT_HINT = 'say how the table writes numbers: numbers: {thousands: ",", decimal: "."}'

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_TOKENS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "mmmm": r"(?P<name>[A-Za-z]{3,9})\.?",
    "mmm": r"(?P<name>[A-Za-z]{3})\.?",
    "mm": r"(?P<month>[0-9]{2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
}


def _date(given: FromColumn, table: Table, row: int, cells: tuple[str, ...], feed: Feed, report: _Reporter) -> Moment | None:
    cell = cells[table.columns[given.column]]
    if cell in feed.missing:
        return None
    try:
        return read_date(cell, feed.dates)
    except _BadCell as error:
        report.add(row, given.column, error)
        raise _Skip from error


def read_date(cell: str, style: str) -> Moment:
    """A date in the feed's style: words of the pattern are yyyy, mmmm, mmm, mm, m, dd, d. Raises _BadCell."""
    if style in {"epoch-ms", "epoch-s"}:
        if not re.fullmatch(r"-?[0-9]{1,14}", cell):
            raise _BadCell("bad-date", f"{shown(cell)} is not a number of {style[6:]} since 1970")
        seconds = int(cell) / (1000 if style == "epoch-ms" else 1)
        return Moment(datetime.fromtimestamp(seconds, UTC).date())
    pattern = re.sub(r"yyyy|mmmm|mmm|mm|m|dd|d", lambda m: _TOKENS[m[0]], re.escape(style.lower()).replace(r"\-", "-"))
    try:
        match = re.fullmatch(pattern + r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?", cell, re.IGNORECASE)
    except re.error as error:
        raise _BadCell("bad-date", f"{shown(style)} is not a pattern of dates", "use each of year, month and day once") from error
    if not match:
        hint = "say how the table writes dates, such as dates: d mmmm yyyy"
        raise _BadCell("bad-date", f"{shown(cell)} is not written as {shown(style)}", hint)
    parts = match.groupdict()
    month = parts.get("month")
    if name := parts.get("name"):
        months = [n for n, long in enumerate(_MONTHS, 1) if long == name.lower() or long[:3] == name.lower()]
        if not months:
            raise _BadCell("bad-date", f"{shown(name)} is no month", "months are read in English")
        month = str(months[0])
    if not month or not parts.get("year") or not parts.get("day"):
        raise _BadCell("bad-date", f"{shown(style)} does not name a year, a month and a day")
    try:
        return Moment(day(f"{parts['year']}-{int(month):02}-{int(parts['day']):02}"))
    except PydanticCustomError as error:
        raise _BadCell("bad-date", f"there is no {shown(cell)}") from error
