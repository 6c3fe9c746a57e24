"""CSV, TSV, JSON, NDJSON and XLSX as rows of text, each cell knowing its row and column."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from briefing.diagnostics import Diagnostic, Where, near, shown
from briefing.inputs import FORBIDDEN, NumberText, Table, about_character
from briefing.load.files import crowded, decode
from briefing.load.workbook import WorkbookError, sheet_rows

MAX_ROWS = 500_000
MAX_COLUMNS = 500


Read = tuple[Table, tuple[Diagnostic, ...]]


def table(
    data: bytes, name: str, kind: str, *, head: int = 1, keys: str | None = None, sheet: str | None = None
) -> Read:
    """Read a table of the given kind: csv, tsv, json, ndjson or xlsx.

    `head` is the row that names the columns, `keys` the way to the list in JSON, `sheet` a sheet of a workbook.
    """
    if kind == "xlsx":
        return _xlsx(data, name, head, sheet)
    text, found = decode(data, name)
    if not text:
        return Table(name, {}, ()), found
    if kind in {"csv", "tsv"}:
        return _csv(text, name, head, "," if kind == "csv" else "\t")
    if found := crowded(text, name, MAX_ROWS * 20):
        return Table(name, {}, ()), found
    return _records(text, name, kind, keys)


def _csv(text: str, name: str, head: int, delimiter: str) -> Read:
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if cells and number >= head:
                lines.append((number, cells))
            if number > MAX_ROWS:
                return _refused(name, number, "too-many", f"more than {MAX_ROWS} rows")
    except csv.Error as error:
        hint = "a quote may be open, or the file cut off"
        return _refused(
            name,
            reader.line_num,
            "syntax",
            f"this is not well-formed {'CSV' if delimiter == ',' else 'TSV'}: {error}",
            hint,
        )
    first = lines[0][1] if lines else []
    if delimiter == "," and len(first) == 1 and ";" in first[0]:
        hint = "save it with commas; this looks like a table with semicolons"
        return _refused(name, head, "syntax", "the head of this table has only one column", hint)
    return _headed(lines, name)


def _headed(lines: list[tuple[int, list[str]]], name: str) -> Read:
    """A table from rows whose first names the columns."""
    if len(lines) < 2:
        return _refused(name, 1, "no-rows", "this table has no row below its head")
    top, names = lines[0]
    names = [one.strip() for one in names]
    while names and not names[-1]:
        names.pop()
    found: list[Diagnostic] = []
    columns: dict[str, int] = {}
    for number, one in enumerate(names):
        if one in columns and one:
            found.append(
                Diagnostic(
                    Where(name, line=top, column=number + 1),
                    "duplicate-key",
                    f"two columns are named {shown(one)}",
                )
            )
        columns.setdefault(one, number)
    if len(names) > MAX_COLUMNS:
        return _refused(name, top, "too-many", f"this table has {len(names)} columns; at most {MAX_COLUMNS} are read")
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            message = f"this row has {len(cells)} cells; the head names {len(names)} columns"
            found.append(
                Diagnostic(Where(name, line=number), "bad-row", message, "a mark inside a cell may lack its quotes")
            )
        elif len(cells) < len(names):
            message = f"this row has {len(cells)} cells; the head names {len(names)} columns"
            found.append(Diagnostic(Where(name, line=number), "bad-row", message, "the row may be cut off"))
        rows.append(
            (
                number,
                tuple(_stripped(cell) for cell in cells[: len(names)]) + ("",) * (len(names) - len(cells)),
            )
        )
    return Table(name, columns, tuple(rows)), tuple(found)


def _stripped(cell: str) -> str:
    return cell if isinstance(cell, NumberText) else cell.strip()


def _records(text: str, name: str, kind: str, keys: str | None) -> Read:
    """A table from a list of JSON objects, or from one object a line. Row 1 is the first object."""
    row = 1
    try:
        if kind == "json":
            records = _list_in(_parsed(text), keys)
        else:
            records = []
            for row, line in enumerate(text.split("\n"), 1):  # noqa: B007  # an error says in which row it arose
                records.append(_parsed(line) if line.strip() else None)
    except json.JSONDecodeError as error:
        place = Where(name, line=row if kind == "ndjson" else error.lineno, column=error.colno)
        message = f"this is not well-formed JSON: {error.msg}"
        return Table(name, {}, ()), (Diagnostic(place, "syntax", message),)
    except _RecordError as error:
        return _refused(name, row, *error.args)
    except RecursionError:
        return _refused(name, row, "too-deep", "lists and objects are nested too deep in this file")
    return _flat(records, name)


class _RecordError(Exception):
    """JSON that is no table: its arguments are the code, the sentence and the hint."""


def _parsed(text: str) -> Any:  # noqa: ANN401
    return json.loads(text, parse_int=NumberText, parse_float=NumberText, parse_constant=str, object_pairs_hook=_record)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _RecordError("duplicate-key", f"the key {shown(twice)} stands twice in one object", "keep one of the two")
    return record


def _list_in(tree: Any, keys: str | None) -> list[Any]:  # noqa: ANN401
    """The list that the feed's keys lead to."""
    for key in keys.split(".") if keys else ():
        if not isinstance(tree, dict) or key not in tree:
            hint = near(key, tree) if isinstance(tree, dict) else ""
            raise _RecordError("unknown-column", f"there is no key {shown(key)} on the way to the rows", hint)
        tree = tree[key]
    if isinstance(tree, list):
        return tree
    hint = "name the way to the list with 'rows:'"
    if isinstance(tree, dict) and (lists := [key for key, value in tree.items() if isinstance(value, list)]):
        hint += f", such as rows: {lists[0]}"
    raise _RecordError("wrong-type", "the rows are not a list", hint)


def _flat(records: list[Any], name: str) -> Read:
    """Rows from objects; a nested object's keys are joined by dots."""
    columns: dict[str, int] = {}
    found: list[Diagnostic] = []
    flat: list[tuple[int, dict[str, str]]] = []
    for row, record in enumerate(records[: MAX_ROWS + 1], 1):
        if record is None:
            continue
        if not isinstance(record, dict):
            found.append(Diagnostic(Where(name, line=row), "bad-row", "this row is not an object with named values"))
            continue
        cells: dict[str, str] = {}
        for key, value in _leaves(record):
            column = columns.setdefault(key, len(columns))
            if key in cells:
                place = Where(name, line=row, column=column + 1)
                found.append(
                    Diagnostic(place, "duplicate-key", f"this row has {shown(key)} twice", "keep one of the two")
                )
            cells[key] = value
            if match := FORBIDDEN.search(value):
                place = Where(name, line=row, column=column + 1)
                found.append(Diagnostic(place, "forbidden-character", *about_character(match[0])))
        flat.append((row, cells))
    if len(records) > MAX_ROWS:
        return _refused(name, MAX_ROWS, "too-many", f"more than {MAX_ROWS} rows")
    if len(columns) > MAX_COLUMNS:
        return _refused(name, 1, "too-many", f"this table has {len(columns)} columns; at most {MAX_COLUMNS} are read")
    rows = tuple((row, tuple(cells.get(column, "") for column in columns)) for row, cells in flat)
    if not rows and not found:
        return _refused(name, 1, "no-rows", "this table has no rows")
    return Table(name, columns, rows), tuple(found)


def _leaves(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterable[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, dict) and depth < 5:
            yield from _leaves(value, f"{prefix}{key}.", depth + 1)
        elif not isinstance(value, (dict, list)):
            text = value if isinstance(value, str) else "" if value is None else str(value).lower()
            yield f"{prefix}{key}", _stripped(text)


def _xlsx(data: bytes, name: str, head: int, sheet: str | None) -> Read:
    try:
        cells = sheet_rows(data, sheet, (MAX_ROWS, MAX_COLUMNS))
    except WorkbookError as error:
        if error.sheets:
            hint = near(str(sheet), error.sheets) or f"its sheets are {', '.join(error.sheets)}"
            return _refused(name, 1, "unknown-column", f"there is no sheet {shown(sheet)}", hint)
        hint = "open it in a spreadsheet and save it as .xlsx"
        return _refused(name, 1, "syntax", f"this workbook cannot be read: {error}", hint)
    lines = [
        (row, [NumberText(text) if number else text for text, number in texts])
        for row, texts in enumerate(cells, 1)
        if row >= head
    ]
    found = [
        Diagnostic(Where(name, line=row, column=column), "forbidden-character", *about_character(match[0]))
        for row, texts in lines
        for column, text in enumerate(texts, 1)
        if (match := FORBIDDEN.search(text))
    ]
    made, more = _headed(lines, name)
    return made, (*found, *more)


def _refused(name: str, row: int, code: str, message: str, hint: str = "") -> Read:
    return Table(name, {}, ()), (Diagnostic(Where(name, line=row), code, message, hint),)
