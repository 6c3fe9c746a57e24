"""The configuration of one briefing: every key with its type, its default and a sentence."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from email.headerregistry import Address
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

from briefing.diagnostics import near
from briefing.facts import Marking, Status
from briefing.fields import (
    At,
    DayField,
    Duration,
    Id,
    Language,
    Long,
    MaxAge,
    Short,
    SomeText,
    Url,
    WebAddress,
    decimal,
    one_line,
    problem,
    text_of,
    whole,
)
from briefing.kinds import kind_names

Format = Literal["pdf", "html", "fragment", "json"]
FORMATS: tuple[Format, ...] = ("pdf", "html", "fragment", "json")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _prose(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if len(text) > 20_000:
        raise problem("too-long", f"this text has {len(text)} characters; at most 20000 are allowed")
    return text


def _zone(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "write a name of the tz database, such as Europe/Kyiv or UTC"
        raise problem("bad-choice", f"{text[:60]!r} is not a time zone", hint) from error
    return text


def _yes(given: Any) -> bool:  # noqa: ANN401
    if given is True or given is False:
        return bool(given)
    text = text_of(given)
    if text not in {"true", "false"}:
        raise problem("bad-choice", f"{text[:20]!r} is neither true nor false", "write true or false")
    return text == "true"


def _path(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not text or len(text) > 500 or text.startswith("\\\\") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:/", text):
        hint = "write a path beside the config, such as facts/war.yaml"
        raise problem("bad-path", f"{text[:60]!r} is not a path of a file here", hint)
    return text


def _address(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if len(text) > 500 or not re.match(r"postgresql(\+psycopg)?://\S+$", text):
        hint = "write it as postgresql://user@host/database; the password belongs in ~/.pgpass or PGPASSWORD"
        raise problem("bad-url", "this is not the address of a PostgreSQL database", hint)
    return text


def _one_or_more(given: Any) -> Any:  # noqa: ANN401
    return [given] if isinstance(given, str) else given


AxisStart = Annotated[Decimal, decimal(-(10**15), 10**15)]
Prose = Annotated[str, BeforeValidator(_prose), WithJsonSchema({"type": "string", "maxLength": 20000})]
Yes = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"type": "boolean"})]
FilePath = Annotated[str, BeforeValidator(_path), WithJsonSchema({"type": "string"})]
BooksAddress = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string"})]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)]
Words = Annotated[tuple[Short, ...], BeforeValidator(_one_or_more)]


class DayCounter(_Model):
    """Counts calendar days in the briefing's time zone, such as "Day 45"."""

    label: Short = Field("Day", description="The word before the number.")
    start: DayField = Field(alias="from", description="The date of the first day.")
    first: Annotated[int, whole(0, 1)] = Field(1, description="The number of that first day: 1, or 0.")


class Limits(_Model):
    """What one edition may cost; beyond it the build stops and the last good edition stays."""

    seconds: Annotated[int, whole(1, 3600)] = Field(120, description="Seconds for printing the PDF.")
    memory_mb: Annotated[int, whole(256, 65536)] = Field(2000, description="Memory for printing the PDF, in MB.")
    facts: Annotated[int, whole(1, 100_000)] = Field(5000, description="Facts that one edition may print.")


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Schedule(_Model):
    """When editions are due, for `briefing run` and `briefing schedule`."""

    at: At = Field("06:00", description="The time of day from which the day's edition is due, in `timezone`.")
    days: Annotated[tuple[Weekday, ...], BeforeValidator(_one_or_more), Field(min_length=1)] = Field(
        WEEKDAYS, description="The days of the week that have an edition."
    )
    first: DayField | None = Field(None, description="The date of the first edition; nothing is due before it.")
    catch_up: Annotated[int, whole(1, 366)] = Field(
        7, description="How many editions back `--catch-up` looks for missing ones."
    )
    time_limit: Duration = Field("10 minutes", description="How long one edition may take, such as 90 seconds.")
    mark_failures: Yes = Field(
        default=False,
        description="When an edition cannot be made, `latest` leads to the last good one with a notice that says so.",
    )
    heartbeat: WebAddress | None = Field(
        None, description="An address to ask after each run; with /fail behind it when the run failed."
    )
    metrics: FilePath | None = Field(
        None, description="A folder for the metrics file, such as that of node_exporter's textfile collector."
    )


# The look.


def _colour(given: Any) -> Any:  # noqa: ANN401
    """`"#b3122b"`, or `{light: , dark: }`; without `dark` it is worked out."""
    return given if isinstance(given, dict) else {"light": given}


def _hex(given: Any) -> str:  # noqa: ANN401
    text = text_of(given).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        hint = 'write it as six hexadecimal digits behind a #, in quotes, such as "#0a5fb4": a bare # begins a comment'
        raise problem("bad-colour", f"{text[:30]!r} is not a colour", hint)
    return text


def _family(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not re.fullmatch(r"[^\W_][\w .-]{0,59}", text):
        hint = "write the family's name as it stands in the font, such as Source Sans 3"
        raise problem("bad-choice", f"{text[:60]!r} is not the name of a family of fonts", hint)
    return text


Hex = Annotated[str, BeforeValidator(_hex), WithJsonSchema({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"})]
Family = Annotated[str, BeforeValidator(_family), WithJsonSchema({"type": "string", "maxLength": 60})]


class Shades(_Model):
    """A colour on the light page and on the dark one."""

    light: Hex = Field(description="On white: on paper and on a light screen.")
    dark: Hex | None = Field(None, description="On a dark screen. Made from the light one by default.")


Colour = Annotated[Shades, BeforeValidator(_colour, json_schema_input_type=Hex | Shades)]


def _logo(given: Any) -> Any:  # noqa: ANN401
    return given if isinstance(given, dict) else {"file": given}


class Logo(_Model):
    """A picture at the head of the first page."""

    file: FilePath = Field(description="The picture, beside the config: PNG, JPEG or WebP.")
    alt: Short | None = Field(None, description="The logo in words, for who cannot see it; the publisher by default.")


class Look(_Model):
    """What makes the briefing look like its publisher's own. A theme can change all else."""

    accent: Colour | None = Field(None, description="The colour of links, of the masthead's rule and of callouts.")
    series: Annotated[tuple[Colour, ...], Field(max_length=6)] = Field(
        (), description="The colours of charts, at most six; the program's own go on after them."
    )
    headings: Family | None = Field(
        None,
        description="The family of headings, tables and all that is small: one of `fonts`, or one of the program's.",
    )
    text: Family | None = Field(
        None, description="The family of running text: one of `fonts`, or one of the program's."
    )
    logo: Annotated[Logo, BeforeValidator(_logo, json_schema_input_type=FilePath | Logo)] | None = Field(
        None, description="A picture at the head of the first page."
    )


# Where editions go.


class Archive(_Model):
    """The site of all editions. Where a config has it, `briefing run` keeps the site as new as its editions."""

    url: WebAddress | None = Field(
        None, description="Where the site is read, such as https://intranet.example/briefings/ukraine/."
    )
    ceiling: Marking | None = Field(
        None, description="The highest marking in it; an edition that prints anything above it is left out."
    )


def _mailbox(given: Any) -> str:  # noqa: ANN401
    """One address with or without a name (RFC 5322, 3.4), in a form that no header can be broken with."""
    text = one_line(given, 300)
    found = getaddresses([text])
    name, address = found[0] if len(found) == 1 else ("", "")
    if not _ADDRESS.fullmatch(address) or address not in text or re.search(r"[\x00-\x1f\x7f]", text):
        hint = "write sitroom@example.org, or Situation Room <sitroom@example.org>; a name with a comma goes in quotes"
        raise problem("bad-address", f"{text[:60]!r} is not an address of e-mail", hint)
    return str(Address(name, addr_spec=address))


_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
)
Mailbox = Annotated[str, BeforeValidator(_mailbox), WithJsonSchema({"type": "string", "maxLength": 300})]
Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(_one_or_more)]


class MailList(_Model):
    """Readers who get one message together."""

    to: Annotated[Mailboxes, Field(min_length=1)] = Field(description="Who it is addressed to.")
    cc: Mailboxes = Field((), description="Who gets a copy, for all to see.")
    bcc: Mailboxes = Field((), description="Who gets a copy that nobody else sees.")
    ceiling: Marking | None = Field(
        None, description="The highest marking that goes to them; an edition above it is not sent to this list."
    )
    unsubscribe: Annotated[Url, Field(max_length=900)] | None = Field(
        None, description="Where readers leave the list: a mailto or https address."
    )


class MailServer(_Model):
    """The server that takes messages for sending. The password stands in BRIEFING_SMTP_PASSWORD or in a file."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")] = Field(description="Its name or address.")
    port: Annotated[int, whole(1, 65535)] | None = Field(
        None, description="Its port; 587 for starttls, 465 for tls and 25 for none by default."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is encrypted; `none` is for a server on this machine, without user."
    )
    user: Short | None = Field(None, description="The user to log in as.")
    password_file: FilePath | None = Field(None, description="A file that holds the password and nothing else.")
    ca: FilePath | None = Field(None, description="Certificates (PEM) to trust instead of the system's.")
    timeout: Duration = Field("30 seconds", description="How long the server may take for an answer.")


class Mail(_Model):
    """What `briefing mail` writes or sends."""

    sender: Mailbox = Field(alias="from", description="Who it is from.")
    reply_to: Mailboxes = Field((), description="Where answers go, if not to the sender.")
    lists: tuple[MailList, ...] = Field((), description="Who it goes to.")
    server: MailServer | None = Field(None, description="The server that sends it.")
    when: Literal["asked", "new"] = Field(
        "asked", description="`new`: `briefing run` mails the newest edition to whoever has not had it."
    )
    attach_mb: Annotated[int, whole(0, 50)] = Field(
        8, description="The largest PDF that is attached, in MB; above it, a link stands where `archive` has a `url`."
    )


def _target(given: Any) -> str:  # noqa: ANN401
    """Where to deliver: a folder, an S3 bucket or an SFTP server. No secret can be in it."""
    text = text_of(given)
    hint = "write a folder such as /srv/www/briefings, s3://bucket/prefix, or sftp://user@host/folder"
    scheme, mark, rest = text.partition("://")
    if not text or len(text) > 500 or re.search(r"[\x00-\x1f\x7f]", text):
        raise problem("bad-url", "this is not a place to deliver to", hint)
    if not mark:
        return text
    if scheme not in {"s3", "sftp", "file"}:
        raise problem("bad-url", f"{scheme[:20]!r} is not a way to deliver", hint)
    login, at, _ = rest.partition("/")[0].rpartition("@")
    if at and (":" in login or scheme != "sftp"):
        message = "a password or key does not belong in the config"
        raise problem("bad-url", message, "SFTP takes keys of ~/.ssh or its agent, S3 those of AWS's own settings")
    try:
        host = urlsplit(f"//{rest}").netloc.rpartition("@")[2]
        urlsplit(f"//{rest}").port  # noqa: B018  # refuses what is none
    except ValueError:
        host = ""
    if (scheme == "file") == bool(host) or re.search("[?#]", host):
        raise problem("bad-url", "this is not a whole address to deliver to", hint)
    return text


class Destination(_Model):
    """A place that editions are delivered to."""

    to: Annotated[str, BeforeValidator(_target), WithJsonSchema({"type": "string"})] = Field(
        description="A folder, s3://BUCKET/PREFIX or sftp://USER@HOST/FOLDER; the briefing's own folder is made in it."
    )
    known_hosts: FilePath | None = Field(
        None, description="SFTP: a file with the server's key, in the form of ~/.ssh/known_hosts, to use instead of it."
    )


def _destination(given: Any) -> Any:  # noqa: ANN401
    return {"to": given} if isinstance(given, str) else given


DestinationField = Annotated[
    Destination, BeforeValidator(_destination, json_schema_input_type=Annotated[str, Field()] | Destination)
]


# Selection.


class Selection(_Model):
    """Which facts a block shows. Several conditions all have to hold; a list means any of its words."""

    ids: Ids | None = Field(None, description="These facts, in this order.")
    indicator: Ids | None = Field(None, description="Facts of these indicators.")
    subject: Words | None = Field(None, description="Facts about these subjects.")
    said_by: Words | None = Field(None, description="Facts asserted by these.")
    place: Words | None = Field(None, description="Facts about these places.")
    tag: Words | None = Field(None, description="Facts with one of these tags.")
    status: Annotated[tuple[Status, ...], BeforeValidator(_one_or_more)] | None = Field(
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


class TextBlock(_Model):
    """Markdown, filled in with value(), fact(), cite(), day and date."""

    block: Literal["text"]
    text: Prose = Field(description="The text.")


class FactsBlock(Selection):
    """Facts as a list of sentences, each with its notes."""

    block: Literal["facts"]


class KeyItem(_Model):
    """One key figure with words of its own."""

    fact: Id = Field(description="The fact or series.")
    label: Short | None = Field(None, description="What is counted; the indicator's label by default.")
    sparkline: Yes | None = Field(None, description="Draw the recent course of its series.")


def _key_item(given: Any) -> Any:  # noqa: ANN401
    return {"fact": given} if isinstance(given, str) else given


class KeyFiguresBlock(_Model):
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


class ColumnConfig(_Model):
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


class ColumnGroup(_Model):
    """Columns that stand side by side under a head of their own."""

    head: Short = Field(description="The head over them.")
    columns: Annotated[tuple[ColumnField, ...], Field(min_length=1)] = Field(description="The columns, left to right.")


def _column_or_group(given: Any) -> str:  # noqa: ANN401
    grouped = "columns" in given if isinstance(given, dict) else isinstance(given, ColumnGroup)
    return "group" if grouped else "column"


ColumnOrGroup = Annotated[
    Annotated[ColumnField, Tag("column")] | Annotated[ColumnGroup, Tag("group")], Discriminator(_column_or_group)
]


class TableBlock(_Model):
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


class ChartBlock(_Model):
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


class CoverageBlock(_Model):
    """How well the figures of the edition are founded: how many, the oldest, how many stale, from one origin."""

    block: Literal["coverage"]


class ConflictsBlock(_Model):
    """Figures of different asserters about one thing, side by side: each set as a range chart and a table."""

    block: Literal["conflicts"]
    indicator: Ids | None = Field(None, description="Only figures of these indicators.")
    if_empty: Long | None = Field(None, description="What to print when nobody contradicts anybody.")


ChangeKind = Literal["new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped"]


class ChangesBlock(_Model):
    """What is different from the edition before: new, updated, corrected, confirmed, amended, withdrawn, dropped."""

    block: Literal["changes"]
    kinds: Annotated[tuple[ChangeKind, ...], BeforeValidator(_one_or_more), Field(min_length=1)] = Field(
        get_args(ChangeKind), description="Which kinds of change to print."
    )


class CalloutBlock(_Model):
    """A boxed remark."""

    block: Literal["callout"]
    kind: Literal["note", "caution", "assessment"] = Field("note", description="What kind of remark.")
    title: Short | None = Field(None, description="Its heading; the word for its kind by default.")
    text: Prose = Field(description="Markdown, as in a text block.")


class SourcesBlock(_Model):
    """The numbered list of all references."""

    block: Literal["sources"]
    text: Prose | None = Field(None, description="Markdown before the list, on method.")


BLOCKS: dict[str, type[_Model]] = {
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


class SectionConfig(_Model):
    """A section of the briefing."""

    title: SomeText = Field(description="Its heading.")
    blocks: tuple[Block, ...] = Field(description="What stands in it, in reading order.")


# Feeds.


class FromColumn(_Model):
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


class _Mapped(_Model):
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


class NumberFormat(_Model):
    """How the table writes numbers."""

    thousands: Annotated[str, Field(pattern=r"^[,. '’]?$")] = Field("", description="The mark between thousands.")
    decimal: Annotated[str, Field(pattern=r"^[.,]$")] = Field(".", description="The mark before decimals.")


class Feed(_Model):
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


# Maps.


class OutlinesConfig(_Model):
    """Areas of the user's own for maps: a GeoJSON file of polygons."""

    file: FilePath = Field(description="The GeoJSON file, beside the config.")
    name: Short = Field(description="The property that holds the name of an area.")


class MapsConfig(_Model):
    """What all maps of the briefing need."""

    disclaimer: SomeText = Field(
        description="A sentence printed under every map: what its boundaries and names do not mean."
    )
    outlines: OutlinesConfig | None = Field(None, description="Areas of one's own beside those of the program.")


# The whole.


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "briefing"


class Config(_Model):
    """One briefing."""

    title: SomeText = Field(description="The title.")
    subtitle: Short | None = Field(None, description="A line below the title.")
    briefing: Id | None = Field(
        None, description="The id: the name of its folder in out/. Made from the title by default."
    )
    date: DayField | None = Field(
        None, description="The edition's date, for a one-off; --date goes before it, today is the default."
    )
    language: Language = Field("en", description="The language of the edition, a BCP 47 tag.")
    timezone: Annotated[str, BeforeValidator(_zone)] = Field("UTC", description="The time zone in which days begin.")
    publisher: Short | None = Field(None, description="Who issues it.")
    marking: Marking | None = Field(None, description="TLP 2.0 marking, on every page.")
    day: DayCounter | None = Field(None, description="A day counter.")
    summary: Prose | None = Field(None, description="A sentence or two below the title.")
    paper: Literal["A4", "Letter"] = Field("A4", description="The paper of the PDF.")
    theme: FilePath = Field(
        "default", description="The theme's name, or a folder that overrides files of the default theme."
    )
    fonts: Annotated[tuple[FilePath, ...], BeforeValidator(_one_or_more)] = Field(
        (),
        description="Folders of further fonts (TTF, OTF): for `look`, and for characters that ours lack.",
    )
    look: Look = Field(Look(), description="Colours, fonts and a logo of your own.")
    formats: Annotated[tuple[Format, ...], BeforeValidator(_one_or_more)] = Field(FORMATS, description="What to make.")
    facts: Annotated[tuple[FilePath, ...], BeforeValidator(_one_or_more)] = Field(
        ("facts/*.yaml",), description="Facts files, or patterns such as facts/*.yaml."
    )
    feeds: tuple[Feed, ...] = Field((), description="Tables that become facts and series.")
    maps: MapsConfig | None = Field(None, description="What maps need: a disclaimer, perhaps outlines of one's own.")
    sections: Annotated[tuple[SectionConfig, ...], Field(min_length=1)] = Field(
        description="The sections in reading order."
    )
    max_age: MaxAge | None = Field(None, description="How long figures stay fresh unless they say otherwise.")
    marks: Yes = Field(
        default=True,
        description="Mark what is new or different since the edition before, beside figures and sentences.",
    )
    books: BooksAddress | None = Field(
        None,
        description="Where editions are recorded: the URL of a PostgreSQL database. By default a file beside them.",
    )
    allow: Words = Field((), description='Phrases with digits that need no source, such as "24/7", "Resolution 2713".')
    limits: Limits = Field(Limits(), description="What one edition may cost.")
    schedule: Schedule | None = Field(
        None, description="When editions are due. Without it `briefing run` makes today's whenever it is called."
    )

    archive: Archive | None = Field(
        None, description="The site of all editions, which `briefing run` and `briefing archive` make."
    )
    mail: Mail | None = Field(None, description="Who the editions are mailed to, and how.")
    deliver: Annotated[tuple[DestinationField, ...], BeforeValidator(_one_or_more)] = Field(
        (), description="Where `briefing run` and `briefing deliver` put the editions."
    )

    @property
    def id(self) -> str:
        """The id of the briefing: given, or made from the title."""
        return self.briefing or _slug(self.title)

    @property
    def url(self) -> str:
        """The address of the site of all editions without a slash at its end, or nothing."""
        return (self.archive.url or "").rstrip("/") if self.archive is not None else ""

    def books_in(self, out: Path) -> Path | str:
        """Where editions in the folder `out` are recorded: the file, or the URL of a database."""
        return self.books or out / self.id / "books.sqlite"


CONFIG = TypeAdapter(Config)


def edition_day(counter: DayCounter | None, when: date) -> int | None:
    """The number of the day: calendar dates, never elapsed seconds. None before the counter begins."""
    if counter is None or when < counter.start:
        return None
    return (when - counter.start).days + counter.first
