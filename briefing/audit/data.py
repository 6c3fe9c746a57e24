"""The figures of briefing.json against those of the edition and of its facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from briefing.edition import Edition, Figure, walk
from briefing.evidence import Evidence


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
                waiting += reversed(node.values())
        elif isinstance(node, (list, tuple)):
            waiting += reversed(node)
