"""Make the reference of the docs from the code: every key, block, column, message, command and field of data.

    .venv/bin/python .ci/reference.py

writes `docs/reference/*.md` and `docs/schema/*.json`. A test fails when they are not what this makes.
"""

from __future__ import annotations

import inspect
import json
import os
import tempfile
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import click
import yaml
from pydantic import BaseModel, BeforeValidator, Tag, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from briefing import config, facts
from briefing import fields as kinds
from briefing.cli import main as command_line
from briefing.config import blocks, feeds, look, sending
from briefing.config import fields as plain
from briefing.diagnostics import CODES
from briefing.pipeline import check
from briefing.render.data import kind
from briefing.schemas import json_schema
from briefing.serving import settings as serving

ROOT = Path(__file__).parent.parent
MADE = "<!-- Made from the code by .ci/reference.py. Do not edit. -->"

# Types in words.

WORDS: tuple[tuple[Any, str], ...] = (
    (facts.ClaimField, f"text with [placeholders](../guide/facts.md#claims), {facts.MAX_CLAIM:,} characters"),
    (kinds.Id, "[id](config.md#ids)"),
    (kinds.Url, "http, https or mailto address"),
    (kinds.DayField, "date"),
    (kinds.MomentField, "date, or date and time"),
    (kinds.PeriodField, "date, date and time, or from..to"),
    (kinds.ValueField, "[value](../guide/facts.md#values)"),
    (kinds.Letter, "`A` · `B` · `C` · `D` · `E` · `F`"),
    (kinds.Language, "language tag (BCP 47)"),
    (kinds.MaxAge, "such as 36 hours, 7 days, 2 weeks, 3 months, 1 year"),
    (kinds.At, "time of day, HH:MM"),
    (kinds.Duration, "such as 90 seconds, 10 minutes, 1 hour"),
    (kinds.WebAddress, "http or https address"),
    (
        blocks.ColumnField,
        f"{' · '.join(f'`{name}`' for name in get_args(blocks.ColumnName))}; `{{name: head}}` for another head",
    ),
    (look.Hex, '`"#rrggbb"`'),
    (look.Colour, '`"#rrggbb"`, or [shades](config.md#two-shades)'),
    (look.Family, "name of a family"),
    (serving.Origin, "origin, such as https://intranet.example"),
    (serving.OriginOrAny, 'origin, such as https://intranet.example, or `"*"`'),
    (serving.Host, "name of a host"),
    (serving.Network, "address or network"),
    (serving.Sha256, "SHA-256, hexadecimal"),
    (serving.Header, "name of a header"),
    (plain.Yes, "`true` · `false`"),
    (plain.FilePath, "path beside the config"),
    (plain.Ids, "id, or list of ids"),
    (sending.Mailbox, "address of e-mail"),
    (sending.Mailboxes, "address of e-mail, or list of them"),
    (sending.DestinationField, "place, or [destination](config.md#a-destination)"),
    (plain.Words, "text, or list of texts"),
)
"""Types that are not told well enough by what they are made of."""

MODELS = {
    "Selection": ("selection", "blocks.md#selections"),
    "KeyItem": ("key figure", "blocks.md#one-key-figure"),
    "ColumnGroup": ("group of columns", "blocks.md#a-group-of-columns"),
    "DayCounter": ("day counter", "config.md#the-day-counter"),
    "Limits": ("limits", "config.md#limits"),
    "Look": ("look", "config.md#the-look"),
    "Shades": ("shades", "config.md#two-shades"),
    "Logo": ("logo", "config.md#the-logo"),
    "MapsConfig": ("what maps need", "config.md#maps"),
    "OutlinesConfig": ("outlines", "config.md#outlines-of-ones-own"),
    "Schedule": ("schedule", "config.md#the-schedule"),
    "Archive": ("archive", "config.md#the-archive"),
    "Mail": ("mail", "config.md#mail"),
    "MailList": ("list of readers", "config.md#a-list-of-readers"),
    "MailServer": ("server", "config.md#the-server-of-mail"),
    "Destination": ("destination", "config.md#a-destination"),
    "SectionConfig": ("section", "config.md#a-section"),
    "Feed": ("feed", "feeds.md"),
    "NumberFormat": ("number format", "feeds.md#numbers"),
    "SeriesFeed": ("series", "feeds.md#a-series"),
    "FactsFeed": ("facts of rows", "feeds.md#facts-row-by-row"),
    "FromColumn": ("column", "feeds.md#a-column"),
    "ValueColumn": ("column of values", "feeds.md#a-column-of-values"),
    "Archived": ("archived copy", "facts.md#an-archived-copy"),
    "Access": ("rights", "serve.md#rights"),
    "Token": ("token", "serve.md#a-token"),
    "Proxy": ("proxy", "serve.md#a-proxy"),
    "Cited": ("citation", "facts.md#a-citation"),
}
"""What a mapping inside another is called, and where its keys are told."""

PLAIN = {"str": "text", "int": "whole number", "Decimal": "number", "bool": "`true` · `false`"}
ONE_WILL_DO = {"one_or_more", "_listed"}
"""Checks that take one thing where a list is wanted."""


def type_words(annotation: Any) -> str:  # noqa: ANN401  # any annotation there is
    """A type in the words of somebody who writes YAML."""
    for known, words in WORDS:
        if annotation == known:
            return words
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(type_words(part) for part in parts if part is not type(None)))
    if origin is Annotated:
        return checked_words(*parts)
    if origin is Literal:
        return " · ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return "list of blocks" if parts[0] == blocks.Block else f"list of: {type_words(parts[0])}"
    if origin is dict:
        return f"mapping to: {type_words(parts[1])}"
    if annotation.__name__ in MODELS:
        name, place = MODELS[annotation.__name__]
        return f"[{name}]({place})"
    return PLAIN[annotation.__name__]


def checked_words(inner: Any, *checks: Any) -> str:  # noqa: ANN401
    """A type with checks of its own: the limits of a number or text, one thing in place of a list."""
    checks = tuple(one for one in checks if not isinstance(one, (FieldInfo, Tag)))
    for known, words in WORDS:
        if get_args(known) == (inner, *checks):
            return words
    words = type_words(inner)
    for one in checks:
        if isinstance(one, WithJsonSchema) and one.json_schema and "maxLength" in one.json_schema:
            words = f"{words}, {one.json_schema['maxLength']:,} characters"
        elif isinstance(one, kinds.Limited):
            words = f"{words}, {one.low:,} to {one.high:,}".replace(" -", " −")
        elif isinstance(one, BeforeValidator) and one.func.__name__ in ONE_WILL_DO and words.startswith("list of: "):
            words = f"one, or a {words}"
    return words


def default_words(default: Any) -> str:  # noqa: ANN401
    """A default as it would be written in YAML, or nothing."""
    if default is None or default in ((), {}) or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        names = [one if isinstance(one, str) else one.name for one in default]
        return "`[" + ", ".join(one if one[:1].isalnum() and len(one) > 1 else f'"{one}"' for one in names) + "]`"
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`" if default else "none"


def keys_of(model: Any, hidden: Iterable[str] = ()) -> str:  # noqa: ANN401
    """The keys of a model as a table, in the order in which the code gives them."""
    hints = get_type_hints(model, include_extras=True)
    lines = ["| key | type | default | what it says |", "|---|---|---|---|"]
    for name, info in _fields(model, hints).items():
        if name not in hidden:
            default = (
                "**required**" if info.is_required() else default_words(info.get_default(call_default_factory=True))
            )
            sentence = info.description or ""
            lines.append(f"| `{info.alias or name}` | {type_words(hints[name])} | {default} | {sentence} |")
    return "\n".join(lines)


def _fields(model: Any, hints: Mapping[str, Any]) -> dict[str, FieldInfo]:  # noqa: ANN401
    """The fields of a pydantic model or dataclass with their descriptions and defaults."""
    if issubclass(model, BaseModel):
        own: dict[str, FieldInfo] = model.model_fields
        return own
    found = {}
    for one in fields(model):
        told = next((part for part in get_args(hints[one.name])[1:] if isinstance(part, FieldInfo)), FieldInfo())
        default = PydanticUndefined if one.default is MISSING else one.default
        found[one.name] = FieldInfo(default=default, description=told.description)
    return found


def sentence(model: Any) -> str:  # noqa: ANN401
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(model) or "").partition("\n\n")[0].split())


def told(heading: str, model: Any, hidden: Iterable[str] = ()) -> str:  # noqa: ANN401
    """A heading, what the model is, and its keys."""
    return f"{heading}\n\n{sentence(model)}\n\n{keys_of(model, hidden)}"


def page(title: str, *parts: str) -> str:
    """One page of the reference. Each part is a paragraph, a table or a block of its own."""
    return "\n\n".join([f"{MADE}\n\n# {title}", *(part for part in parts if part)]) + "\n"


def fenced(text: str, language: str = "text") -> str:
    """Text as it stands."""
    return f"```{language}\n{text.rstrip()}\n```"


OPENINGS = {
    "facts": """\
A facts file is YAML, or JSON of the same shape. It has up to three mappings from ids to what they mean: `sources`,
`indicators` and `facts`. All files of a briefing share their ids.""",
    "blocks": """\
A section holds blocks. A block is one key that names its kind, with its content below. What each is good for is told
in [the briefing](../guide/briefing.md).""",
    "feeds": """\
`feeds:` in the config is a list. Each feed is a table and what its rows become. How to write one, and how numbers and
dates are read, is told in [tables](../guide/tables.md).""",
    "data": """\
One edition as data: the facts, series and sources that it prints, and under `edition` the tree of sections and blocks
that the PDF and the page show. An object says what it is in `type`. Every field is always there; what is unknown is
`null`. Values are texts in the [syntax of the facts file](../guide/facts.md#values), so that no program rounds them.
`format` is the number of this form; it rises when a reader of the old form could misread the new.""",
    "diagnostics": """\
What `briefing check` and `briefing build` say about the input. A message names file, line and column, then a code, then
what is wrong, and on a line of its own how to mend it. An `error` keeps the edition from being made; a `warning` does
so only with `--strict`. In a table, the line is the number of the row and the column that of the cell.""",
    "examples": """\
Each code stands here with a file that earns it and with what the program then says. A fact stands by a `waiver` where
its source is not the point. Where only one of two files is shown, the other is this `config.yaml`:""",
}
"""The first words of the pages."""

# The server.


def serve_page() -> str:
    """The settings of `briefing serve`."""
    return page(
        "Settings of the server",
        "A file that `briefing serve --settings` names. What it is good for is told in "
        "[the server](../guide/serving.md#who-may-see-what).",
        keys_of(serving.ServeSettings),
        told("## Rights", serving.Access),
        told("## A token", serving.Token),
        told("## A proxy", serving.Proxy),
    )


# The config.

IDS = """\
An id has letters a-z and A-Z, digits, hyphens and underscores; capitals count. It begins with a letter or digit and has
80 characters at most. It becomes an anchor in the page and part of a file's name."""


def config_page() -> str:
    """config.yaml."""
    return page(
        "config.yaml",
        "One file describes one briefing. Paths are read from its own folder. A key that is not listed is an error.",
        keys_of(config.Config),
        "[Blocks](blocks.md) and [feeds](feeds.md) have pages of their own.",
        told("## A section", blocks.SectionConfig),
        told("## The day counter", config.DayCounter),
        told("## Limits", config.Limits),
        told("## The look", look.Look),
        told("## Two shades", look.Shades),
        told("## The logo", look.Logo),
        told("## Maps", config.MapsConfig),
        told("### Outlines of one's own", config.OutlinesConfig),
        told("## The schedule", config.Schedule),
        told("## The archive", sending.Archive),
        told("## Mail", sending.Mail),
        told("### A list of readers", sending.MailList),
        told("### The server of mail", sending.MailServer),
        told("## A destination", sending.Destination),
        f"## Ids\n\n{IDS}",
    )


def facts_page() -> str:
    """Facts files."""
    return page(
        "Facts files",
        OPENINGS["facts"],
        told("## A source", facts.Source, ("id", "file")),
        told("### An archived copy", facts.Archived),
        told("## An indicator", facts.Indicator, ("id", "file")),
        told("## A fact", facts.Fact, ("id", "file")),
        told("### A citation", facts.Cited),
    )


# Blocks and feeds.

BLOCK_EXAMPLES = {
    "text": """\
- text: |
    The council counts {{ value("evacuated-county") }} people. **The water is falling**{{ cite("gauge") }}.""",
    "facts": """\
- facts: {tag: people, sort: -as_of, limit: 5}""",
    "key_figures": """\
- key_figures:
    - evacuated-county
    - {fact: level-at-the-bridge, label: "Water level at Old Bridge, cm", sparkline: true}""",
    "table": """\
- table:
    title: Figures on people and homes
    facts: {tag: people}
    columns: [indicator, place, said_by, value, as_of, sources]""",
    "chart": """\
- chart:
    kind: range
    title: County and mayor count differently
    facts: {indicator: evacuated}
    by: said_by
    group: place""",
    "timeline": """\
- timeline: {tag: event}""",
    "coverage": """\
- coverage""",
    "changes": """\
- changes: {kinds: [new, updated, withdrawn]}""",
    "conflicts": """\
- conflicts: {indicator: evacuated}""",
    "callout": """\
- callout:
    kind: caution
    title: One report names no source
    text: |
      {{ fact("missing-persons") }}""",
    "sources": """\
- sources: |
    Every figure names who states it, when it held and where it was read.""",
}
BLOCK_FORMS = {
    "text": "The key holds the text itself.",
    "facts": "The keys are those of a [selection](#selections).",
    "key_figures": "The key holds a list of ids and [key figures](#one-key-figure), or a mapping:",
    "timeline": "The keys are those of a [selection](#selections). Without `sort`, events go by their dates.",
    "coverage": "It has no keys: it counts what the whole edition prints, wherever it stands.",
    "conflicts": "It stands as `- conflicts` for all of them, or with its keys:",
    "changes": "It stands as `- changes` for every kind of change, or with its key:",
    "sources": "The key holds the text itself, or nothing, or a mapping:",
}


def blocks_page() -> str:
    """The kinds of block."""
    parts = []
    for name, model in blocks.BLOCKS.items():
        parts += [f"## {name}", sentence(model), fenced(BLOCK_EXAMPLES[name], "yaml"), BLOCK_FORMS.get(name, "")]
        if name not in {"text", "facts", "timeline", "coverage"}:
            parts.append(keys_of(model, ("block",)))
        if name == "key_figures":
            parts.append(told("### One key figure", blocks.KeyItem))
        if name == "table":
            parts.append(told("### A group of columns", blocks.ColumnGroup))
    return page(
        "Blocks",
        OPENINGS["blocks"],
        *parts,
        told("## Selections", blocks.Selection),
    )


FEED_EXAMPLE = """\
feeds:
  - file: facts/water-level.csv
    series:
      - id: level-at-the-bridge
        indicator: water-level
        said_by: Water Authority
        sources: [gauge]
        claim: "The river stands at {value} {unit}"
        as_of: {column: Date}
        value: {column: Level in cm}"""


def feeds_page() -> str:
    """Feeds."""
    return page(
        "Feeds",
        OPENINGS["feeds"],
        fenced(FEED_EXAMPLE, "yaml"),
        keys_of(feeds.Feed),
        told("## Numbers", feeds.NumberFormat),
        told("## A series", feeds.SeriesFeed),
        told("## Facts row by row", feeds.FactsFeed),
        told("## A column", feeds.FromColumn),
        told("## A column of values", feeds.ValueColumn),
    )


# Commands.

STATUSES = """\
| status | means |
|---|---|
| 0 | done |
| 1 | the input is wrong; the messages say where |
| 2 | the command makes no sense: a missing config, a bad date, an unknown option |
| 3 | an output could not be made or written |
| 75 | `run`: another run of the briefing is going on |
| 124 | `run`: an edition took longer than its `time_limit` |
| 128 and more | `run`: stopped by a signal: 130 by SIGINT, 143 by SIGTERM |"""


def cli_page() -> str:
    """The commands in their own words."""
    parts = []
    for name, command in (("briefing", command_line), *sorted(command_line.commands.items())):
        full = name if command is command_line else f"briefing {name}"
        context = click.Context(command, info_name=full, terminal_width=100, help_option_names=["-h", "--help"])
        parts += [f"## {full}", fenced(command.get_help(context))]
    return page(
        "Commands",
        "Paths of files that were made go to standard output, everything else to standard error.",
        *parts,
        f"## Exit statuses\n\n{STATUSES}",
    )


# The data.


def data_page() -> str:
    """briefing.json, from its schema."""
    schema = json.loads(json_schema("edition"))
    definitions: dict[str, Any] = schema["$defs"]
    anchors: dict[str, str] = {}
    parts = []
    for name in sorted(definitions, key=lambda name: (not name.endswith("Record"), name)):
        heading = kind(name)
        # A heading that stands twice on a page has a number in its second anchor.
        anchors[name] = heading if heading not in anchors.values() else f"{heading}-1"
    for name in anchors:
        one = definitions[name]
        about = " ".join((one.get("description") or "").split())
        parts += [f"## {kind(name)}", about, fields_of(one, anchors)]
    return page(
        "briefing.json",
        OPENINGS["data"],
        "The JSON Schema is [edition.schema.json](../schema/edition.schema.json).",
        fields_of(schema, anchors),
        *parts,
    )


def fields_of(one: dict[str, Any], anchors: Mapping[str, str]) -> str:
    """The fields of an object of JSON as a table; `anchors` are the places of the other objects."""
    rows = [f"| `{name}` | {json_words(form, anchors)} |" for name, form in one["properties"].items()]
    return "\n".join(["| field | type |", "|---|---|", *rows])


def json_words(form: dict[str, Any], anchors: Mapping[str, str]) -> str:
    """A type of JSON Schema in words."""
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return f"[{kind(name)}](#{anchors[name]})"
    if "const" in form:
        return f'`"{form["const"]}"`'
    if "enum" in form:
        return " · ".join(f'`"{one}"`' for one in form["enum"])
    for several in ("anyOf", "oneOf"):
        if several in form:
            return " or ".join(dict.fromkeys(json_words(one, anchors) for one in form[several]))
    if form.get("type") == "array":
        return f"list of: {json_words(form['items'], anchors)}"
    words: str = form["type"]
    return f"{words} ({form['format'].replace('-', ' and ')})" if "format" in form else words


# Diagnostics, each with an input that earns it and what the program says. The inputs stand beside the page.

INPUTS: dict[str, Any] = yaml.safe_load((ROOT / "docs/reference/diagnostics.yaml").read_text(encoding="utf-8"))
BYTES = {
    "file-empty": b"",
    "encoding": "facts:\n  castle: {claim: The château is dry}\n".encode("windows-1252"),
    "forbidden-character": "facts:\n  castle: {claim: The castle is \u202edry}\n".encode(),
    "too-deep": b"facts: " + b"[" * 50,
    "too-long": b"facts:\n  mayor:\n    claim: " + b"x" * 2001 + b"\n    waiver: an example\n",
}
"""Files that cannot be shown: what stands in the page only tells of them."""


def answer(code: str, example: dict[str, Any]) -> str:
    """What the program says of an example: its first diagnostic of that code."""
    project: dict[str, str] = {**INPUTS["project"], example["file"]: example["text"]}
    if example["file"] == "levels.csv":
        project["config.yaml"] = INPUTS["feed"]
    files = {name: text.encode() for name, text in {**project, **example.get("beside", {})}.items()}
    files[example["file"]] = BYTES.get(code, files[example["file"]])
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_bytes(data)
        if code == "file-too-large":
            os.truncate(Path(folder) / example["file"], 80 * 2**20)
        found = check(Path(folder) / "config.yaml", now=datetime(2026, 3, 14, tzinfo=UTC)).diagnostics
    answers = [str(one) for one in found if one.code == code]
    if not answers:
        raise SystemExit(f"the example of {code} in docs/reference/diagnostics.yaml gives {[*map(str, found)]}")
    return answers[0]


def diagnostics_page() -> str:
    """Every code with its sentence, an input that earns it, and the answer."""
    parts = []
    for code, meaning in CODES.items():
        parts += [f"## {code}", meaning]
        if (one := INPUTS["examples"].get(code)) is not None:
            parts += [f"`{one['file']}`:", fenced(one["text"]), fenced(answer(code, one))]
    project = INPUTS["project"]
    return page(
        "Diagnostics",
        OPENINGS["diagnostics"],
        OPENINGS["examples"],
        fenced(project["config.yaml"], "yaml"),
        "or this `facts.yaml`:",
        fenced(project["facts.yaml"], "yaml"),
        "The examples with a table, `levels.csv`, have this `config.yaml`:",
        fenced(INPUTS["feed"], "yaml"),
        *parts,
    )


# All of it.

PAGES = {
    "blocks": blocks_page,
    "cli": cli_page,
    "config": config_page,
    "data": data_page,
    "diagnostics": diagnostics_page,
    "facts": facts_page,
    "feeds": feeds_page,
    "serve": serve_page,
}


def reference() -> dict[str, str]:
    """The text of every made file by its path in the repository."""
    pages = {f"docs/reference/{name}.md": write() for name, write in PAGES.items()}
    schemas = {
        f"docs/schema/{what}.schema.json": json_schema(what) + "\n"
        for what in ("facts", "config", "edition", "editions")
    }
    return pages | schemas


def main() -> None:
    """Write them all."""
    for name, text in reference().items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
