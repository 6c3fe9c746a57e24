"""An edition as a tree of blocks, from which every output is rendered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Literal

from briefing.value import Value

# Inline nodes: what stands inside a line.


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text; renderers escape it."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Text of strong importance."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be read letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link the author wrote; `url` is http, https or mailto."""

    url: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed, tied to its fact. `value` is in the syntax of the facts file.

    `role` is "before" for the figure of an earlier edition, "change" for the later less the earlier, "total" for a
    sum that the program made, which has no fact, and "computed" for a share, or the sum of a period, that the program
    made from stated figures, of which `fact` is the first.
    """

    text: str
    fact: str
    value: str
    unit: str = ""
    role: Literal["", "before", "change", "total", "computed"] = ""


@dataclass(frozen=True, slots=True)
class When:
    """A date or moment as printed; `iso` is its machine form."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Words about a fact, not of it: its status, "not attributed", a waiver, an as-of date."""

    text: str
    role: Literal["as_of", "status", "unattributed", "waiver", "detail", "stale", "change"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The tie from a place in the edition to a source, for a fact or for the author's own sentence."""

    source: str
    fact: str | None = None
    locator: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note call. `key` is unique in the edition; numbers are given by `number_references`."""

    key: int
    citations: tuple[Citation, ...]


Inline = Text | Emphasis | Strong | Code | Break | Link | Figure | When | Aside | Note
Line = tuple[Inline, ...]

# Blocks: what a section is made of.


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    children: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A bulleted or numbered list."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    """The first number, or None for bullets."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; `level` counts from 3, below the title and the section."""

    level: int
    children: Line


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation."""

    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class FactList:
    """Facts as sentences, each with its notes."""

    items: tuple[FactItem, ...]


@dataclass(frozen=True, slots=True)
class FactItem:
    """One fact as a sentence."""

    fact: str
    children: Line


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A strip of figures with their labels."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One key figure: the number, what it counts, who says so and when, its notes, its recent course."""

    fact: str
    figure: Line
    label: str
    details: Line
    note: Line
    spark: ChartSpec | None = None
    spark_alt: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `unit` is that of all its figures, which then stand without it."""

    id: str
    label: Line
    numeric: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """A head over `size` columns that stand side by side; without words over a column of no group."""

    label: Line
    size: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a cell per column; the first is its head. `fact` is set when the row is one fact."""

    cells: tuple[Line, ...]
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. `id` names its file; groups, if there are any, cover all columns."""

    caption: Line
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    groups: tuple[ColumnGroup, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it finds, its specification, its sources, its words for those who cannot see it."""

    id: str
    title: Line
    subtitle: Line
    spec: ChartSpec
    source: Line
    alt: str
    table: Table
    remarks: tuple[Line, ...] = ()
    """What a reader has to know to read it right: where an axis begins, what was computed, when a count was revised."""
    description: tuple[Line, ...] = ()
    """All that it shows, in sentences, for those who cannot see it and want more than `alt`."""
    half: bool = False
    """Whether it stands beside a neighbour of which this is true as well, on paper."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in order of time."""

    items: tuple[TimelineItem, ...]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event."""

    fact: str
    when: When
    children: Line


@dataclass(frozen=True, slots=True)
class Callout:
    """A boxed remark."""

    kind: Literal["note", "caution", "assessment"]
    title: Line
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class SourceList:
    """The place of the whole list of references, with the author's words on method before it."""

    children: tuple[Block, ...]


Block = Paragraph | Items | Heading | Quote | FactList | KeyFigures | Table | Chart | Timeline | Callout | SourceList

# Charts: specifications, drawn elsewhere.


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One dated value of a line."""

    at: dt.date
    value: Value


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A series in a chart over time, points in order of time. A gap in dates is a gap in knowledge."""

    label: str
    points: tuple[ChartPoint, ...]
    last: str = ""
    """The latest figure in words, for the label at the line's end."""
    detail: str = ""
    """What stands below it: as of when, where it is stale."""
    stale: bool = False
    """Whether its latest figure is older than it may be."""
    breaks: tuple[dt.date, ...] = ()
    """Dates before which the line is broken: the count was revised, or a running total fell."""
    daily: bool = False
    """Whether each figure is that of one day, so that a missing day is a gap, however many are missing."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One figure with its label: a bar, an asserter's claim, a cell. `text` is the figure in words, as everywhere else.

    Rows of one label differ in `part`: the columns of a grid, the bars of a group, the pieces of a stack.
    """

    label: str
    value: Value
    text: str
    detail: str = ""
    group: str = ""
    part: str = ""
    stale: bool = False
    """Whether it is older than it may be."""


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """A dated event in a chart; `end` is the last day of one that lasted, `group` the lane that it stands in.

    An `open` one goes on, or has an end that nobody knows.
    """

    at: dt.date
    label: str
    end: dt.date | None = None
    group: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class ChartSetting:
    """One thing that an author chose about the looks of a chart."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MapMark:
    """A figure on a map, or an event without one: of an area by its code, or at a point in degrees."""

    label: str
    value: Value | None
    text: str
    """The figure in words, or nothing."""
    detail: str = ""
    stale: bool = False
    area: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MapOutline:
    """An area of the user's own outlines: polygons of rings of longitudes and latitudes in turn, in 10,000ths of 1°."""

    name: str
    polygons: tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class MapKey:
    """Words of a map's key in the edition's language."""

    no_figure: str
    inexact: str
    unsettled: str


@dataclass(frozen=True, slots=True)
class ChartMap:
    """What a map shows. Areas go by ISO 3166 (UKR, UA-63), and by `own:` and their name from a user's outlines."""

    around: tuple[str, ...]
    """The areas that the frame is fitted to; nothing for the whole world."""
    marks: tuple[MapMark, ...]
    key: MapKey
    breaks: tuple[Decimal, ...] = ()
    """Where the classes of shaded areas begin and end, from low to high."""
    outlines: tuple[MapOutline, ...] = ()
    stretched: bool = False
    """Whether the frame is fitted to the points as well."""


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """What to draw, without how. Sizes in millimetres; `unit` is the axis title in words."""

    kind: str
    """The name of its entry point."""
    language: str
    unit: str
    lines: tuple[ChartLine, ...] = ()
    rows: tuple[ChartRow, ...] = ()
    events: tuple[ChartEvent, ...] = ()
    width: float = 170.0
    height: float | None = None
    settings: tuple[ChartSetting, ...] = ()
    """How its kind is to look, by the keys and options of the config."""
    start: Decimal | None = None
    """Where the value axis begins, if not at zero."""
    parts: tuple[str, ...] = ()
    """The parts of its rows in order: of a bar, the columns of a grid. A label may lack a figure for one of them."""
    totals: tuple[ChartRow, ...] = ()
    """Sums that the program made: of the pieces of a label, or of the last date."""
    map: ChartMap | None = None

    def setting(self, name: str) -> str:
        """What a setting says, or nothing."""
        return next((one.value for one in self.settings if one.name == name), "")


NARROW = 82.0
"""Millimetres of a chart on a narrow screen: at 320 to 400 px its letters are as large as those of the page."""


def narrowed(spec: ChartSpec, width: float = NARROW) -> ChartSpec:
    """The same chart for a narrow screen, or of another width; a map keeps the frame that it has."""
    height = spec.height * width / spec.width if spec.map is not None and spec.height else spec.height
    return replace(spec, width=width, height=height)


# The edition.


@dataclass(frozen=True, slots=True)
class Section:
    """A section: a title and its blocks."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source with its number in this edition."""

    number: int
    source: str
    parts: ReferenceText
    calls: tuple[str, ...]
    """Anchors of the places that cite it, in reading order."""


@dataclass(frozen=True, slots=True)
class ReferenceText:
    """A reference in words, part by part, so that every output sets it alike."""

    publisher: str
    title: str
    author: str
    published: str
    retrieved: str
    assessment: str
    """Reliability in words, or nothing."""
    url: str
    archived: str
    archived_url: str
    note: str
    """What a reader should know of the source."""
    figures_as_of: str
    """When the figures taken from it held, where that differs from the edition's date."""
    language: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of a note call, and the anchor of this very call."""

    number: int
    anchor: str
    first: bool
    passage: str = ""
    """Where in the source, and the words there: "paragraph 2: “…”"."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different in one fact since the edition compared with. Values are in the syntax of the facts file.

    `delta` is null where the two figures cannot be compared; `why_not` says why. `fields` names what else is different.
    `before_marking` is the higher TLP marking of the fact then and of the edition that printed it: what is told of it
    is as closed as it was.
    """

    kind: Literal["new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped"]
    fact: str
    label: str
    said_by: str | None
    before: str | None
    before_as_of: str | None
    now: str | None
    now_as_of: str | None
    delta: str | None
    why_not: str
    fields: tuple[str, ...]
    before_marking: str | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One dated issue of a briefing, complete and in reading order."""

    briefing: str
    title: str
    subtitle: str
    date: dt.date
    date_text: str
    day: str
    """The day counter in words ("Day 45"), or nothing."""
    language: str
    direction: Literal["ltr", "rtl"]
    publisher: str
    marking: str
    summary: Line
    sections: tuple[Section, ...]
    produced: dt.datetime
    """Given, or noon of the edition's date in its zone, which every zone has on every day; never the clock."""
    revision: int = 1
    revision_text: str = ""
    """The revision in words, from the second on."""
    notice: tuple[Block, ...] = ()
    """What stands before the sections: what was corrected since the last revision, and why."""
    compared_with: dt.date | None = None
    """The date of the edition whose differences `changes` holds."""
    changes: tuple[Difference, ...] = ()
    reason: str = ""
    """Why this revision was made, as its notice says."""
    corrections: tuple[Difference, ...] = ()
    """What this revision corrects in the one before, for the same date."""
    references: tuple[Reference, ...] = ()
    marks: tuple[tuple[Mark, ...], ...] = ()
    """By note key: the numbers of that call."""


def printed_facts(*nodes: object) -> tuple[str, ...]:
    """The ids of all facts that are printed below these nodes, in reading order."""
    printed: dict[str, None] = {}
    for node in walk(nodes):
        if isinstance(node, Figure):
            if node.role in {"", "computed"}:
                printed[node.fact] = None
        elif isinstance(node, Note):
            printed |= {citation.fact: None for citation in node.citations if citation.fact}
        elif (fact := getattr(node, "fact", None)) and not isinstance(node, Citation):
            printed[fact] = None
    return tuple(printed)


def charted_facts(chart: Chart) -> tuple[str, ...]:
    """The ids of the facts and series that a chart draws; of computed figures, the series they were computed from."""
    if chart.spec.lines:
        return tuple(column.id for column in chart.table.columns[1:])
    return printed_facts(chart.table)


def walk(node: object) -> Iterator[object]:
    """Every node below and including `node`, in reading order, which is the order of the fields.

    The points of a line are left out: they hold no words, and there may be a hundred thousand of them.
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, tuple):
            waiting += reversed(node)
        else:
            for name in _FIELDS[type(node)] or ():
                child = getattr(node, name)
                if isinstance(child, tuple) or _FIELDS[type(child)] is not None:
                    waiting.append(child)


class _Fields(dict[type, tuple[str, ...] | None]):
    """The names of a node's walked fields, the last first; None for what is no node. Looked up once for each kind."""

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        names = (field.name for field in reversed(fields(kind)) if field.name != "points") if is_dataclass(kind) else ()
        self[kind] = tuple(names) if is_dataclass(kind) else None
        return self[kind]


_FIELDS = _Fields()


def titled(edition: Edition) -> tuple[tuple[str, Callout | Section], ...]:
    """The parts of an edition that have a title, in reading order, each with it: notices and sections."""
    notices = tuple((plain(one.title), one) for one in edition.notice if isinstance(one, Callout))
    return (*notices, *((one.title, one) for one in edition.sections))


def plain(line: Line) -> str:
    """The text of a line without its notes."""
    pieces = []
    for node in line:
        if isinstance(node, (Emphasis, Strong, Link)):
            pieces.append(plain(node.children))
        elif isinstance(node, Break):
            pieces.append(" ")
        elif not isinstance(node, Note):
            pieces.append(node.text)
    return "".join(pieces)
