"""What a section is made of: selections of facts, and the blocks that show them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, Tag
from pydantic_core import CoreSchema

from briefing.config.fields import AxisStart, Ids, Model, Prose, Words, Yes, one_or_more
from briefing.diagnostics import near
from briefing.facts import Status
from briefing.fields import DayField, Id, Long, MaxAge, Short, SomeText, problem, text_of, whole
from briefing.kinds import kind_names


class Selection(Model):
    """Which facts a block shows. Several conditions all have to hold; a list means any of its words."""

    ids: Ids | None = Field(None, description="These facts, in this order.")
    indicator: Ids | None = Field(None, description="Facts of these indicators.")
    subject: Words | None = Field(None, description="Facts about these subjects.")
    said_by: Words | None = Field(None, description="Facts asserted by these.")
    place: Words | None = Field(None, description="Facts about these places.")
    tag: Words | None = Field(None, description="Facts with one of these tags.")
    status: Annotated[tuple[Status, ...], BeforeValidator(one_or_more)] | None = Field(
        None, description="Facts of these statuses. Retracted facts are left out unless asked for here."
    )
    sort: Annotated[str, Field(pattern="^-?(as_of|value|said_by|subject|place|indicator|id)$")] | None = Field(
        None,
        description="Order by as_of, value, said_by, subject, place, indicator or id; a minus in front turns it round.",
    )
    within: MaxAge | None = Field(
        None, description="Facts whose date (at, else as_of) is at most so long before the edition's, such as 7 days."
    )
    limit: Annotated[int, whole(1, 5000)] | None = Field(None, description="At most so many, after sorting.")
    if_empty: Long | None = Field(None, description="What to print when nothing fits. Without it that is an error.")


# Blocks.


class TextBlock(Model):
    """Markdown, filled in with value(), fact(), cite(), day and date."""

    block: Literal["text"]
    text: Prose = Field(description="The text.")


class FactsBlock(Selection):
    """Facts as a list of sentences, each with its notes."""

    block: Literal["facts"]


class KeyItem(Model):
    """One key figure with words of its own."""

    fact: Id = Field(description="The fact or series.")
    label: Short | None = Field(None, description="What is counted; the indicator's label by default.")
    sparkline: Yes | None = Field(None, description="Draw the recent course of its series.")


def _key_item(given: Any) -> Any:  # noqa: ANN401
    return {"fact": given} if isinstance(given, str) else given


class KeyFiguresBlock(Model):
    """A strip of figures, each with its label, asserter, date and note."""

    block: Literal["key_figures"]
    items: tuple[Annotated[KeyItem, BeforeValidator(_key_item, json_schema_input_type=str | KeyItem)], ...] = Field(
        (), description="Facts by id, in order."
    )
    facts: Selection | None = Field(None, description="Or facts by selection.")
    sparkline: Yes = Field(default=False, description="Draw the recent course of every figure that has a series.")


ColumnName = Literal[
    "claim",
    "subject",
    "indicator",
    "said_by",
    "value",
    "unit",
    "as_of",
    "at",
    "place",
    "status",
    "credibility",
    "sources",
    "note",
    "change",
]


class ColumnConfig(Model):
    """A column of a table with a head of its own."""

    name: ColumnName = Field(description="What to show.")
    head: Short | None = Field(None, description="Its head; the program's word by default.")


def _column(given: Any) -> Any:  # noqa: ANN401
    """`said_by`, or `{said_by: Vendor}` for a head of one's own."""
    if isinstance(given, str):
        return {"name": given}
    if isinstance(given, dict) and len(given) == 1 and not {"name", "head"} & set(given):
        name, head = next(iter(given.items()))
        return {"name": name, "head": head}
    return given


ColumnField = Annotated[
    ColumnConfig, BeforeValidator(_column, json_schema_input_type=ColumnName | dict[ColumnName, Short])
]


class ColumnGroup(Model):
    """Columns that stand side by side under a head of their own."""

    head: Short = Field(description="The head over them.")
    columns: Annotated[tuple[ColumnField, ...], Field(min_length=1)] = Field(description="The columns, left to right.")


def _column_or_group(given: Any) -> str:  # noqa: ANN401
    grouped = "columns" in given if isinstance(given, dict) else isinstance(given, ColumnGroup)
    return "group" if grouped else "column"


ColumnOrGroup = Annotated[
    Annotated[ColumnField, Tag("column")] | Annotated[ColumnGroup, Tag("group")], Discriminator(_column_or_group)
]


class TableBlock(Model):
    """Facts as the rows of a table."""

    block: Literal["table"]
    facts: Selection = Field(description="Which facts.")
    title: Prose | None = Field(None, description="The caption.")
    columns: Annotated[tuple[ColumnOrGroup, ...], Field(min_length=1)] = Field(
        tuple(ColumnConfig(name=name) for name in ("subject", "said_by", "value", "as_of")),
        description="What to show of each fact, left to right; {head, columns} puts a head over several.",
    )
    total: Yes = Field(
        default=False, description="A last row with the sum of the values; refused where it is not true."
    )
    id: Id | None = Field(None, description="Name of the table's CSV file; made from its place by default.")


def _chart_kind(given: Any) -> str:  # noqa: ANN401
    text, names = text_of(given), _kinds_for_blocks()
    if text not in names:
        hint = near(text, names, "a kind of chart with a similar name") or f"the kinds are {', '.join(names)}"
        raise problem("bad-choice", f"{text[:40]!r} is not a kind of chart", hint)
    return text


def _kinds_for_blocks() -> tuple[str, ...]:
    """The kinds of chart that are installed, without the one that is no larger than a word."""
    return tuple(name for name in kind_names() if name != "sparkline")


class _InstalledKind:
    """Lists in the JSON Schema the kinds of chart that are installed where it is made."""

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(_kinds_for_blocks())}


KindOfChart = Annotated[str, BeforeValidator(_chart_kind), _InstalledKind()]


class ChartBlock(Model):
    """A chart of series or of facts."""

    block: Literal["chart"]
    kind: KindOfChart = Field(description="How it shows them: [the kinds](../guide/charts.md).")
    title: Prose = Field(description="A sentence that says what the chart finds.")
    subtitle: Prose | None = Field(None, description="What is measured, if the title leaves it open.")
    series: Ids = Field((), description="The series to draw.")
    facts: Selection | None = Field(None, description="Or the facts to draw.")
    by: Literal["said_by", "subject", "place", "indicator", "claim"] = Field(
        "said_by", description="What labels a row."
    )
    group: Literal["said_by", "subject", "place", "indicator"] | None = Field(None, description="What gathers rows.")
    split: Literal["said_by", "subject", "place", "indicator", "as_of"] | None = Field(
        None, description="What divides a row: the bars of a group, the pieces of a stack, the columns of a grid."
    )
    stacked: Yes = Field(default=False, description="Pieces one upon another, where their sum is true.")
    events: Selection | None = Field(None, description="Facts with a date (at), marked in a chart over time.")
    within: MaxAge | None = Field(
        None, description="Only so much of the series before the edition's date, such as 60 days."
    )
    per: Literal["day"] | None = Field(None, description="Draw the rise from day to day of a running total.")
    then: DayField | None = Field(
        None, description="The earlier date of a slope chart; the first that all series have by default."
    )
    every: Literal["day", "week", "month"] | None = Field(
        None, description="The columns of a heat table of series: days (the default), weeks or months."
    )
    of: Id | None = Field(None, description="The fact that is the whole, of which the facts are shares.")
    icons: Yes = Field(default=False, description="Ten people in place of a hundred squares.")
    axis_from: AxisStart | None = Field(
        None, description="Where the axis begins, if not at zero; the chart then says so."
    )
    area: Words | None = Field(
        None, description="The countries and regions that a map shows, or World; by default those that hold the facts."
    )
    unit: Short | None = Field(None, description="The axis title; the indicator's unit by default.")
    height: Annotated[int, whole(20, 220)] | None = Field(None, description="Height in millimetres.")
    half: Yes = Field(
        default=False, description="On paper two charts that follow each other and both say so stand side by side."
    )
    id: Id | None = Field(None, description="Name of the chart's file; made from its place by default.")
    options: dict[Id, Short] = Field(
        default_factory=dict, description="What a kind of chart from another package takes beside these keys."
    )


class TimelineBlock(Selection):
    """Facts with a date (at), in order of time."""

    block: Literal["timeline"]


class CoverageBlock(Model):
    """How well the figures of the edition are founded: how many, the oldest, how many stale, from one origin."""

    block: Literal["coverage"]


class ConflictsBlock(Model):
    """Figures of different asserters about one thing, side by side: each set as a range chart and a table."""

    block: Literal["conflicts"]
    indicator: Ids | None = Field(None, description="Only figures of these indicators.")
    if_empty: Long | None = Field(None, description="What to print when nobody contradicts anybody.")


ChangeKind = Literal["new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped"]


class ChangesBlock(Model):
    """What is different from the edition before: new, updated, corrected, confirmed, amended, withdrawn, dropped."""

    block: Literal["changes"]
    kinds: Annotated[tuple[ChangeKind, ...], BeforeValidator(one_or_more), Field(min_length=1)] = Field(
        get_args(ChangeKind), description="Which kinds of change to print."
    )


class CalloutBlock(Model):
    """A boxed remark."""

    block: Literal["callout"]
    kind: Literal["note", "caution", "assessment"] = Field("note", description="What kind of remark.")
    title: Short | None = Field(None, description="Its heading; the word for its kind by default.")
    text: Prose = Field(description="Markdown, as in a text block.")


class SourcesBlock(Model):
    """The numbered list of all references."""

    block: Literal["sources"]
    text: Prose | None = Field(None, description="Markdown before the list, on method.")


BLOCKS: dict[str, type[Model]] = {
    "text": TextBlock,
    "facts": FactsBlock,
    "key_figures": KeyFiguresBlock,
    "table": TableBlock,
    "chart": ChartBlock,
    "timeline": TimelineBlock,
    "coverage": CoverageBlock,
    "changes": ChangesBlock,
    "conflicts": ConflictsBlock,
    "callout": CalloutBlock,
    "sources": SourcesBlock,
}
"""The kinds of block by the key that opens them."""


def _mended_block(given: object) -> str:
    """How to write what is no block. Most often its keys stand beside its name, not below."""
    if not isinstance(given, dict) or not given:
        return "write '- text: |', '- chart:' and so on, with its keys indented below"
    first, *others = given
    if first in BLOCKS and set(others) <= set(BLOCKS[first].model_fields):
        return f"indent {', '.join(others)} below '{first}:' by two more spaces"
    return f"indent {', '.join(given)} below the name of their block by two more spaces"  # an empty name is not there


def _block(given: Any) -> Any:  # noqa: ANN401
    """Turn `{kind: body}` as people write it into the body with its kind inside."""
    if isinstance(given, str) and given in BLOCKS:
        given = {given: {}}
    if not isinstance(given, dict) or len(given) != 1:
        message = "a block is one key that names its kind, with its content below"
        raise problem("wrong-type", message, _mended_block(given))
    kind, body = next(iter(given.items()))
    if kind not in BLOCKS:
        raise problem("bad-choice", f"{kind[:40]!r} is not a kind of block", f"the kinds are {', '.join(BLOCKS)}")
    if kind == "text":
        body = {"text": body}
    elif kind == "key_figures" and isinstance(body, list):
        body = {"items": body}
    elif kind == "sources" and isinstance(body, str):
        body = {"text": body} if body else {}
    if not isinstance(body, dict):
        raise problem("wrong-type", f"the block '{kind}' needs a mapping of its keys")
    if "block" in body:
        raise problem("unknown-key", "a block has no key 'block'")
    return {"block": kind, **body}


Block = Annotated[
    TextBlock
    | FactsBlock
    | KeyFiguresBlock
    | TableBlock
    | ChartBlock
    | TimelineBlock
    | CoverageBlock
    | ChangesBlock
    | ConflictsBlock
    | CalloutBlock
    | SourcesBlock,
    Field(discriminator="block"),
    BeforeValidator(_block),
]


class SectionConfig(Model):
    """A section of the briefing."""

    title: SomeText = Field(description="Its heading.")
    blocks: tuple[Block, ...] = Field(description="What stands in it, in reading order.")
