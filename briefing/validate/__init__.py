"""Check what was read, and make of it one set of facts. Past this stage nobody checks them again."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from briefing.config import Config
from briefing.diagnostics import KEY, Diagnostic, Where, near, shown
from briefing.facts import MAPPINGS, Fact, FactSet, Indicator, Source
from briefing.fields import ID
from briefing.inputs import Document, Table
from briefing.look import doubtful_colours
from briefing.shape import checked
from briefing.validate.checks import check_together
from briefing.validate.feeds import read_feed
from briefing.validate.plausible import check_plausible

Checked = tuple[FactSet, tuple[Diagnostic, ...]]


def validate(
    config: Config | None,
    config_name: str,
    documents: Iterable[Document],
    tables: Iterable[Table | None],
    until: date | None = None,
) -> Checked:
    """The facts of all files and feeds together, and everything that is wrong with them.

    Without a config, which is wrong itself, the feeds are unknown, and what is not defined may come from one. What a
    series says after `until`, the edition's date, is not that edition's concern.
    """
    found: list[Diagnostic] = []
    if config is not None:
        found += doubtful_colours(config.look, Where(config_name) / "look")
    together = FactSet()
    with _without_garbage_collection():
        for document in documents:
            found += _add_document(document, together)
    for number, (feed, table) in enumerate(zip(config.feeds if config is not None else (), tables, strict=True)):
        if table is not None:
            where = Where(config_name) / "feeds" / number
            found += read_feed(feed, table, where, together)
        else:
            together.refused.update(one.id for one in feed.series)
            together.refused.update(one.id for one in feed.facts)
    whole = config is not None
    found += (one for one in check_together(together) if whole or one.code != "unknown-fact")
    found += check_plausible(together, until)
    return together, tuple(found)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Facts hold no cycles; looking for some among hundreds of thousands of new objects takes most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _add_document(document: Document, together: FactSet) -> Iterator[Diagnostic]:
    root, top = document.root, Where(document.name)
    if not isinstance(root, dict):
        if root is not None:
            hint = "its top level has the keys sources, indicators and facts"
            yield Diagnostic(top, "wrong-type", "a facts file is a mapping", hint)
            together.refused.add(document.name)  # whatever facts it was to hold are missing
        return
    for key, records in root.items():
        where = top / key
        if key not in MAPPINGS:
            message = f"{shown(key)} is not a key of a facts file"
            yield Diagnostic(where / KEY, "unknown-key", message, near(key, MAPPINGS))
        elif isinstance(records, dict):
            for name, record in records.items():
                yield from _add(key, name, record, where / name, together)
        elif records:
            message = f"'{key}' is a mapping from ids to what they mean"
            yield Diagnostic(where, "wrong-type", message, "indent each id below it")
            together.refused.add(document.name)


def _add(mapping: str, name: str, record: object, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """Add a source, indicator or fact; what cannot be taken is remembered as refused."""
    one, problems = _record(MAPPINGS[mapping], name, record, where)
    yield from problems
    place: dict[str, Any] = getattr(together, mapping)
    if one is None:
        together.refused.add(name)
    elif name in place:
        message = f"the {mapping[:-1]} {shown(name)} is defined in {place[name].file} as well"
        yield Diagnostic(where, "duplicate-id", message, "rename or remove one of the two")
    else:
        place[name] = one


def _record(
    adapter: TypeAdapter[Any], name: str, record: object, where: Where
) -> tuple[Source | Indicator | Fact | None, tuple[Diagnostic, ...]]:
    if not ID.fullmatch(name):
        hint = "use letters a-z and A-Z, digits, hyphens and underscores, 80 characters at most"
        return None, (Diagnostic(where, "bad-id", f"{shown(name)} is not an id", hint),)
    if not isinstance(record, dict):
        message = f"{shown(name)} needs a mapping of its fields"
        return None, (Diagnostic(where, "wrong-type", message, "indent its fields below it"),)
    own = tuple(
        Diagnostic(where / key / KEY, "unknown-key", f"{shown(key)} is not a key here in {shown(name)}")
        for key in ("id", "file")
        if key in record
    )
    one, problems = checked(adapter, {**record, "id": name, "file": where.file}, where)
    return (None if own else one), own + problems
