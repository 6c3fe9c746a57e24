"""The figures of briefing.json and of the CSV files against those of the edition and of its facts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from briefing.edition import Chart, Edition, Figure, Table, charted_facts, walk
from briefing.evidence import Evidence
from briefing.formats import Formatter
from briefing.value import Value


def wrong_figures(text: str, edition: Edition, evidence: Evidence) -> Iterator[str]:
    """What is wrong with the figures of the data, a sentence each."""
    data = json.loads(text)
    parts = (edition.summary, edition.sections, edition.notice)
    here = [(one.fact, one.value, one.text) for one in walk(parts) if type(one) is Figure]
    there = list(_figures([data["edition"][name] for name in ("summary", "sections", "notice")]))
    for ours, theirs in zip(here, there, strict=False):
        if ours != theirs:
            yield f"has {theirs[2]!r} ({theirs[1]}) for {theirs[0]!r}, where the edition has {ours[2]!r} ({ours[1]})"
            break
    else:
        if len(here) != len(there):
            yield f"has {len(there)} figures, where the edition has {len(here)}"
    for record in data["facts"]:
        fact = evidence.facts[record["id"]]
        value = None if record["value"] is None else record["value"]["value"]
        if value != (None if fact.value is None else str(fact.value)):
            yield f"has the value {value} for {fact.id!r}, which is {fact.value}"


def _figures(tree: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401
    """The figures of a tree of data in reading order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("type") == "figure":
                yield node["fact"], node["value"], node["text"]
            else:
                waiting += [node[name] for name in reversed(node) if name != "spec"]  # it has many points, no figures
        elif isinstance(node, (list, tuple)):
            waiting += reversed(node)


def wrong_rows(name: str, text: str, edition: Edition, evidence: Evidence) -> Iterator[str]:
    """What is wrong with the CSV file of a table or chart, a sentence each."""
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), newline="")))
    there, here = tuple(dict.fromkeys(row["fact"] for row in rows)), _facts_of(name, edition)
    if there != here:
        yield f"has the facts {there}, where the edition has {here}"
        return
    formatter, known = Formatter(edition.language), {name: _values(name, evidence) for name in here}
    for row in rows:
        values = known[row["fact"]]
        value = values.get(row["as_of"])
        ends = () if value is None else (value.low, value.high, value.best)
        stated = ["" if one is None else f"{one:f}" for one in ends] or [""] * 3
        words = {""} if value is None else {formatter.value(value), formatter.value(value, digits=True)}
        if row["as_of"] not in values or [row[end] for end in ("low", "high", "best")] != stated:
            yield f"has {row['low']} to {row['high']} for {row['fact']!r} as of {row['as_of']}, which is {value}"
        elif row["printed"].lower() not in {one.lower() for one in words}:  # "About 300 ..." begins a sentence
            yield f"has {row['printed']!r} for {row['fact']!r}, which is {value}"


def _facts_of(name: str, edition: Edition) -> tuple[str, ...]:
    """The facts of the table or chart that has a file of this name."""
    folder, _, rest = name.partition("/")
    for node in walk(edition.sections):
        if folder == "tables" and isinstance(node, Table) and f"{node.id}.csv" == rest:
            return tuple(dict.fromkeys(row.fact for row in node.rows if row.fact is not None))
        if folder == "charts" and isinstance(node, Chart) and f"{node.id}.csv" == rest:
            return charted_facts(node)
    return ()


def _values(name: str, evidence: Evidence) -> dict[str, Value | None]:
    """The values of a fact or series by their dates."""
    fact = evidence.facts[name]
    series = evidence.series.get(name)
    earlier = {str(point.at): point.value for point in series.points} if series is not None else {}
    return {**earlier, str(fact.as_of or ""): fact.value}
