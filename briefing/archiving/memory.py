"""What the last making of a site knew, so that the next one reads and writes only what is new.

It stands beside the editions and not in the site, for it names editions that are left out. Without it, all is read.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from briefing.archiving.issues import Issue
from briefing.publish import is_date
from briefing.regular import read_below

MEMORY = ".archive.json"
_FORM = 2
"""Raised when anything remembered would be read otherwise from the same edition."""
_TEXTS = (
    "folder",
    "date",
    "title",
    "summary",
    "day",
    "language",
    "publisher",
    "marking",
    "issued",
    "reason",
    "page",
    "digest",
)
_FIELDS = tuple(one.name for one in fields(Issue))
Mark = tuple[str, tuple[int, ...]]
"""What a page was made from, as a hash, and the file's number, time and size."""


@dataclass(slots=True)
class Memory:
    """Issues by their folders, pages by their names in the site, what shards hold: the key of every issue by date."""

    issues: dict[str, Issue] = field(default_factory=dict)
    pages: dict[str, Mark] = field(default_factory=dict)
    shards: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Every file of the site that was written."""


def remembered(folder: Path) -> Memory:
    """The memory in the folder of a briefing; an empty one where there is none that can be read."""
    try:
        known = json.loads(read_below(folder.resolve(strict=True), MEMORY)[0])
        if known["form"] != _FORM:
            return Memory()
        issues = {name: _issue(one) for name, one in known["issues"].items()}
        if not all(one.folder == name and _is_shaped(one) for name, one in issues.items()):
            return Memory()
        pages = {name: (str(key), tuple(status)) for name, (key, status) in known["pages"].items()}
        shards = {year: {date: tuple(key) for date, key in of.items()} for year, of in known["shards"].items()}
        names = frozenset(str(name) for name in known["names"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Memory()
    return Memory(issues, pages, shards, names)


def _issue(one: dict[str, Any]) -> Issue:
    tuples = {name: tuple(one[name]) for name in ("key", "named", "files")}
    pairs = {"marked": tuple((name, level) for name, level in one["marked"])}
    heights = {"heights": tuple((width, height) for width, height in one["heights"])}
    return Issue(**{**one, **tuples, **pairs, **heights})


def _is_shaped(one: Issue) -> bool:
    """Whether every field is of its kind, so that a memory that somebody has broken is an empty one."""
    numbers = [*one.key, one.revision, one.level, one.facts]
    texts = [getattr(one, name) for name in _TEXTS] + [*one.named, *one.files]
    pairs = [pair for width, height in one.heights for pair in (width, height)]
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(number) is int for number in [*numbers, *pairs, *(level for _, level in one.marked)])
        and all(isinstance(name, str) for name, _ in one.marked)
        and type(one.current) is bool
        and is_date(one.date)
        and bool(one.files)
    )


def remember(folder: Path, memory: Memory) -> None:
    """Write the memory down in one step. Raises OSError."""
    known = {
        "form": _FORM,
        "issues": {name: {key: getattr(one, key) for key in _FIELDS} for name, one in memory.issues.items()},
        "pages": memory.pages,
        "shards": memory.shards,
        "names": sorted(memory.names),
    }
    data = json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()
    place = folder / MEMORY
    if place.is_file() and not place.is_symlink() and place.read_bytes() == data:
        return
    new = folder / f".new{MEMORY}"
    new.unlink(missing_ok=True)
    with new.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
