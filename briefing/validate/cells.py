"""A cell of a table as a number or a date: understood, or refused where it could mean two things. Never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pydantic_core import PydanticCustomError

from briefing.config.feeds import NumberFormat
from briefing.diagnostics import shown
from briefing.fields import Moment, day
from briefing.inputs import NumberText

_SPACES = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
_MARKS = re.compile(r"\s*(\[[A-Za-z0-9]{1,3}\]|\*+|†|‡)$")
_NUMBER = re.compile(rf"[0-9](?:[0-9,.'’{_SPACES}]*[0-9,.'’])?")
_SPACED = re.compile(rf"[0-9]{{1,3}}([{_SPACES}])[0-9]{{3}}(?:\1[0-9]{{3}})*")
MAX_CELL = 200
"""Characters in a cell that is read as a figure."""

_FORMAT_HINT = 'say how the table writes numbers: numbers: {thousands: ",", decimal: "."}'


class BadCell(Exception):
    """A cell that cannot be understood: the code, the sentence and the hint of its diagnostic."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def plain_number(cell: str, style: NumberFormat | None, *, drop_marks: bool = False) -> str:
    """A cell's number in the syntax of values. Raises BadCell where it could mean two things.

    >>> plain_number("1 300", None)
    '1300'
    """
    if isinstance(cell, NumberText):
        return str(cell)
    if len(cell) > MAX_CELL:
        raise BadCell("bad-value", f"{shown(cell)} is too long for a figure")
    if match := _MARKS.search(cell):
        if not drop_marks:
            hint = "add footnote_marks: drop to the feed, if these are only marks"
            raise BadCell("bad-value", f"{shown(cell)} carries a footnote mark", hint)
        cell = cell[: match.start()]
    spaced = re.sub(r"(?<=[0-9])\s*\.\.\s*(?=[0-9])", " \0 ", cell)  # the dots of a range are no decimal points
    plain = _NUMBER.sub(lambda match: _digits(match[0], style), spaced)
    return plain.replace("\0", "..").replace("\N{MINUS SIGN}", "-")


def _digits(text: str, style: NumberFormat | None) -> str:
    if _SPACED.fullmatch(text) and (style is None or not style.thousands):
        return re.sub(r"[^0-9]", "", text)
    if style is None:
        return _undeclared(text)
    whole, point, fraction = text.partition(style.decimal)
    if style.thousands:
        mark = re.escape(style.thousands)
        if re.fullmatch(rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})*|[0-9]+", whole):
            whole = whole.replace(style.thousands, "")
    if not whole.isdigit() or (point and not fraction.isdigit()):
        raise BadCell("bad-value", f"{shown(text)} does not fit the numbers of the feed", _FORMAT_HINT)
    return f"{whole}.{fraction}" if point else whole


def _undeclared(text: str) -> str:
    """A number in a table that does not say how it writes them: only what has one meaning everywhere."""
    if match := re.fullmatch(r"([0-9]+)(?:\.([0-9]+))?", text):
        whole, fraction = match[1], match[2] or ""
        if not (len(fraction) == 3 and len(whole) <= 3 and whole != "0"):
            return text
    if re.search(r"[,.'’]", text):
        raise BadCell("ambiguous-number", f"{shown(text)} can be read in two ways", _FORMAT_HINT)
    raise BadCell("bad-value", f"{shown(text)} is not a number")


_MONTHS = tuple("january february march april may june july august september october november december".split())  # noqa: SIM905  # one line
_TOKENS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "mmmm": r"(?P<name>[A-Za-z]{3,9})\.?",
    "mmm": r"(?P<name>[A-Za-z]{3})\.?",
    "mm": r"(?P<month>[0-9]{2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
}
_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?"


def plain_date(cell: str, style: str) -> Moment:
    """A date in the feed's style: its words are yyyy, mmmm, mmm, mm, m, dd, d; or epoch-ms, epoch-s in UTC.

    Raises BadCell.
    """
    if style in {"epoch-ms", "epoch-s"}:
        if not re.fullmatch(r"-?[0-9]{1,14}", cell):
            raise BadCell("bad-date", f"{shown(cell)} is not a number of {style[6:]} since 1970")
        try:
            return Moment(datetime.fromtimestamp(int(cell) / (1000 if style == "epoch-ms" else 1), UTC).date())
        except (ValueError, OverflowError, OSError) as error:
            raise BadCell("bad-date", f"{shown(cell)} is no moment of this or the last centuries") from error
    pattern = re.sub("|".join(_TOKENS), lambda match: _TOKENS[match[0]], re.escape(style.lower()))
    try:
        match = re.fullmatch(pattern + _MIDNIGHT, cell, re.IGNORECASE)
    except re.error as error:
        hint = "name each of year, month and day once"
        raise BadCell("bad-date", f"{shown(style)} is not a pattern of dates", hint) from error
    if not match:
        hint = "say how the table writes dates, such as dates: d mmmm yyyy"
        raise BadCell("bad-date", f"{shown(cell)} is not written as {shown(style)}", hint)
    parts = match.groupdict()
    month = _month(parts["name"]) if parts.get("name") else parts.get("month")
    if not month or not parts.get("year") or not parts.get("day"):
        raise BadCell("bad-date", f"{shown(style)} does not name a year, a month and a day")
    try:
        return Moment(day(f"{parts['year']}-{int(month):02}-{int(parts['day']):02}"))
    except PydanticCustomError as error:
        raise BadCell("bad-date", f"there is no {shown(cell)}") from error


def _month(name: str) -> str:
    for number, month in enumerate(_MONTHS, 1):
        if name.lower() in {month, month[:3]}:
            return str(number)
    raise BadCell("bad-date", f"{shown(name)} is no month", "months are read in English")
