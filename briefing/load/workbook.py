"""Read a sheet of an XLSX file in a child process: a few kilobytes of it can unpack into more than any memory."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from datetime import date, datetime
from typing import Any

SECONDS = 60
MEMORY = 2 * 2**30
MAX_TEXT = 64 * 2**20
"""Characters in all cells of a sheet together."""

Cell = tuple[str, bool]
"""The text of a cell, and whether the workbook wrote it as a number."""


class WorkbookError(Exception):
    """A workbook that cannot be read; `sheets` are its sheets where the one asked for is not among them."""

    def __init__(self, message: str, sheets: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.sheets = sheets


def sheet_rows(data: bytes, sheet: str | None, most: tuple[int, int]) -> list[list[Cell]]:
    """The cells of a sheet, the first by default, with at most so many rows and columns. Raises WorkbookError."""
    command = [sys.executable, "-P", __file__, json.dumps([sheet, *most])]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise WorkbookError(f"it is not read after {SECONDS} s") from error
    if run.returncode != 0:  # the reader is not Python: want of memory ends it
        raise WorkbookError("it unpacks into more than a table may hold, or is damaged")
    answer: dict[str, Any] = json.loads(run.stdout)
    if "rows" not in answer:
        raise WorkbookError(answer["error"], tuple(answer.get("sheets", ())))
    return [[(text, number) for text, number in row] for row in answer["rows"]]


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(sys.stdin.buffer.read(), *json.loads(sys.argv[1])), sys.stdout)


def _answer(data: bytes, sheet: str | None, most_rows: int, most_columns: int) -> dict[str, Any]:
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        if sheet is not None and sheet not in book.sheet_names:
            return {"error": "", "sheets": book.sheet_names}
        page = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
        if page.height > most_rows or page.width > most_columns:
            return {"error": f"it has {page.height} rows and {page.width} columns"}
        rows = [[_cell(value) for value in row] for row in page.to_python(skip_empty_area=False)]
    except Exception as error:  # noqa: BLE001  # the reader's errors share no base
        return {"error": str(error)}
    if sum(len(text) for row in rows for text, _ in row) > MAX_TEXT:
        return {"error": "it unpacks into more than a table may hold"}
    return {"rows": rows}


def _cell(value: Any) -> Cell:  # noqa: ANN401
    """A cell as text. Its numbers are binary fractions: the shortest text that means the same is taken."""
    if isinstance(value, bool):
        return str(value).lower(), False
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value), True
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute) == (0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes"), False
    return value.isoformat() if isinstance(value, date) else str(value), False


if __name__ == "__main__":
    _main()
