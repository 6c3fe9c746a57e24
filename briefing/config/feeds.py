"""Tables that become facts and series."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from briefing.config.fields import FilePath, Ids, Model, Words
from briefing.facts import Marking, Status
from briefing.fields import DayField, Id, Long, Short, whole


class FromColumn(Model):
    """A field that is filled from a column of the table."""

    column: Short = Field(description="The column's name; for JSON, keys joined by dots.")
    words: dict[str, Short] | None = Field(None, description="Translate cells: from this to that. Others are refused.")


class ValueColumn(FromColumn):
    """A value that is filled from a column, with a sign from another."""

    qualifier: FromColumn | None = Field(
        None, description="A column that says ~, >, >=, < or <=; empty cells say nothing."
    )


def _from_column(given: Any) -> Any:  # noqa: ANN401
    return given


Filled = FromColumn | Short


def _field(description: str) -> Any:  # noqa: ANN401
    return Field(None, description=description)


class _Mapped(Model):
    """What rows become, field by field: a constant, or {column: NAME}."""

    indicator: Id | None = _field("The indicator.")
    claim: Long | None = _field("The claim, with placeholders; {column:NAME} is the text of a cell.")
    subject: Filled | None = _field("The subject.")
    said_by: Filled | None = _field("Who asserts it.")
    place: Filled | None = _field("The place.")
    sources: Ids = Field(description="Where it was read: ids of sources.")
    status: Status = Field("reported", description="The status of all of it.")
    tags: Words = Field((), description="Tags for all of it.")
    note: Long | None = _field("A note for all of it.")
    marking: Marking | None = _field("TLP marking of all of it.")
    value: ValueColumn | None = _field("The column of the value.")
    as_of: FromColumn | DayField | None = _field("The column of the date, or one date.")


class SeriesFeed(_Mapped):
    """Rows that become one series."""

    id: Id = Field(description="The id of the series, and of the fact that is its latest figure.")
    value: ValueColumn = Field(description="The column of the value.")
    as_of: FromColumn = Field(description="The column of the date.")
    where: dict[str, Words] = Field(default_factory=dict, description="Only rows whose cells are one of these.")
    revisions: dict[str, Short] = Field(
        default_factory=dict, description="Dates on which the figure falls or jumps, each with the reason."
    )


class FactsFeed(_Mapped):
    """Rows that become facts, one each."""

    id: Short = Field(description="The pattern of the ids, such as kev-{column:cveID}.")
    at: FromColumn | None = Field(None, description="The column of the date of an event.")
    lat: FromColumn | None = Field(None, description="The column of the latitude in degrees, for maps.")
    lon: FromColumn | None = Field(None, description="The column of the longitude in degrees, for maps.")
    where: dict[str, Words] = Field(default_factory=dict, description="Only rows whose cells are one of these.")


class NumberFormat(Model):
    """How the table writes numbers."""

    thousands: Annotated[str, Field(pattern=r"^[,. '’]?$")] = Field("", description="The mark between thousands.")
    decimal: Annotated[str, Field(pattern=r"^[.,]$")] = Field(".", description="The mark before decimals.")


class Feed(Model):
    """A table whose rows become series or facts."""

    file: FilePath = Field(description="The table, beside the config.")
    format: Literal["csv", "tsv", "json", "ndjson", "xlsx"] | None = Field(
        None, description="Its format; taken from the ending by default."
    )
    rows: Short | None = Field(None, description="JSON: the keys that lead to the list, joined by dots.")
    sheet: Short | None = Field(None, description="XLSX: the name of the sheet; the first by default.")
    head: Annotated[int, whole(1, 1000)] = Field(1, description="CSV, TSV, XLSX: the row that names the columns.")
    dates: Short = Field("yyyy-mm-dd", description="How dates are written: yyyy, mmmm, mmm, mm, m, dd, d; or epoch-ms.")
    numbers: NumberFormat | None = Field(None, description="How numbers are written, where that can be doubted.")
    missing: Words = Field(
        ("", "n/a", "N/A", "NA", "-", "–", "—", "..", "null"), description="Cells that hold nothing."
    )
    footnote_marks: Literal["refuse", "drop"] = Field("refuse", description='What to do with "1300[a]" or "1300*".')
    where: dict[str, Words] = Field(default_factory=dict, description="Only rows whose cells are one of these.")
    series: tuple[SeriesFeed, ...] = Field((), description="The series it makes.")
    facts: tuple[FactsFeed, ...] = Field((), description="The facts it makes.")
