"""Check what was read, and make of it one set of facts. Past this stage nobody checks them again."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from briefing.config import Config
from briefing.diagnostics import KEY, Diagnostic, Where, near, shown
from briefing.facts import FACT, MAPPINGS, PLACEHOLDERS, Fact, FactSet, Placeholder, Source
from briefing.inputs import Document, Table
from briefing.schema import checked
from briefing.validate.feeds import read_feed

Checked = tuple[FactSet, tuple[Diagnostic, ...]]


def validate(config: Config, config_name: str, documents: Iterable[Document], tables: Iterable[Table | None]) -> Checked:
    """The facts of all files and feeds together, and everything that is wrong with them."""
    found: list[Diagnostic] = []
    together = FactSet()
    with _without_garbage_collection():
        for document in documents:
            found += _add_document(document, together)
    for number, (feed, table) in enumerate(zip(config.feeds, tables, strict=True)):
        if table is not None:
            where = Where(config_name) / "feeds" / number
            found += read_feed(feed, table, where, together)
        else:
            together.refused.update(one.id for one in (*feed.series, *feed.facts))
    found += _check_sources(together.sources.values())
    found += _check_facts(together)
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
        return
    for key in root:
        if key not in MAPPINGS:
            yield Diagnostic(top / key / KEY, "unknown-key", f"{shown(key)} is not a key of a facts file", near(key, MAPPINGS))
    for mapping, adapter in MAPPINGS.items():
        records = root.get(mapping, {})
        where = top / mapping
        if not isinstance(records, dict):
            if records:
                yield Diagnostic(where, "wrong-type", f"'{mapping}' is a mapping from ids to what they mean", "indent each id below it")
            continue
        place: dict[str, Any] = getattr(together, mapping)
        for name, record in records.items():
            one, problems = _record(adapter, name, record, document.name, where)
            yield from problems
            if one is None:
                together.refused.add(name)
            elif name in place:
                message = f"the {mapping[:-1]} {shown(name)} is defined in {place[name].file} as well"
                yield Diagnostic(where / name, "duplicate-id", message, "rename or remove one of the two")
            else:
                place[name] = one


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def _record(adapter: Any, name: str, record: Any, file: str, where: Where) -> tuple[Any, tuple[Diagnostic, ...]]:  # noqa: ANN401
    spot = where / name
    if not _ID.fullmatch(name):
        hint = "use letters a-z, digits, hyphens and underscores, 80 characters at most"
        return None, (Diagnostic(spot, "bad-id", f"{shown(name)} is not an id", hint),)
    if not isinstance(record, dict):
        return None, (Diagnostic(spot, "wrong-type", f"{shown(name)} needs a mapping of its fields", "indent its fields below it"),)
    own = tuple(
        Diagnostic(spot / key / KEY, "unknown-key", f"{shown(key)} is not a key here in {shown(name)}")
        for key in ("id", "file")
        if key in record
    )
    one, problems = checked(adapter, {**record, "id": name, "file": file}, spot)
    return (None if own else one), own + problems


def _check_sources(sources: Iterable[Source]) -> Iterator[Diagnostic]:
    for source in sources:
        if source.published is None and source.retrieved is None:
            message = f"source {shown(source.id)} has no date"
            hint = "add published: or, where that is unknown, retrieved:"
            yield Diagnostic(Where(source.file, ("sources", source.id)), "undated-source", message, hint)


def _check_facts(together: FactSet) -> Iterator[Diagnostic]:
    facts, sources, indicators = together.facts, together.sources, together.indicators
    for fact in facts.values():
        if fact.claim is not None and len(fact.claim.parts) + ("{" in str(fact.claim.parts[0])) > 1 or fact.value is not None:
            yield from _check_claim(fact, together)
        if not fact.sources and fact.waiver is None:
            hint = "add sources: [...], or waiver: with the reason why it stands without one"
            yield Diagnostic(_where(fact), "no-source", f"fact {shown(fact.id)} has no source", hint)
        for number, cited in enumerate(fact.sources):
            if cited.source not in sources and cited.source not in together.refused:
                message = f"fact {shown(fact.id)} cites {shown(cited.source)}, which is not defined"
                hint = near(cited.source, sources, "a source with a similar name")
                yield Diagnostic(_where(fact, "sources", number), "unknown-source", message, hint or "define it under sources:")
        if fact.indicator is not None and fact.indicator not in indicators and fact.indicator not in together.refused:
            message = f"fact {shown(fact.id)} names the indicator {shown(fact.indicator)}, which is not defined"
            hint = near(fact.indicator, indicators, "an indicator with a similar name")
            yield Diagnostic(_where(fact, "indicator"), "unknown-indicator", message, hint or "define it under indicators:")
        if fact.value is not None and fact.as_of is None:
            message = f"fact {shown(fact.id)} has a value but does not say when it held"
            yield Diagnostic(_where(fact), "no-as-of", message, "add as_of: with the date at which the figure held")
        if fact.claim is None and (fact.value is None or fact.indicator is None):
            hint = "add claim:, or both indicator: and value:"
            yield Diagnostic(_where(fact), "nothing-said", f"fact {shown(fact.id)} says nothing", hint)
        if (fact.lat is None) != (fact.lon is None):
            yield Diagnostic(_where(fact), "missing-key", f"fact {shown(fact.id)} has only one of lat and lon", "add the other")
        if fact.supersedes is not None and fact.supersedes not in facts and fact.supersedes not in together.refused:
            message = f"fact {shown(fact.id)} supersedes {shown(fact.supersedes)}, which is not defined"
            yield Diagnostic(_where(fact, "supersedes"), "unknown-fact", message, near(fact.supersedes, facts))
    yield from _circles(facts)


def _where(fact: Fact, *keys: str | int) -> Where:
    return Where(fact.file, ("facts", fact.id, *keys))


_TYPED = re.compile(r"(?<![\w.,-])[0-9][0-9.,   ]*(?![\w-])")
_BRACES = re.compile(r"\{([A-Za-z_ ]{2,20}|fact:[^{}\n]{1,90})\}")
_NEEDS = {"unit": "indicator", "as_of": "as_of", "subject": "subject", "place": "place", "said_by": "said_by"}


def _check_claim(fact: Fact, together: FactSet) -> Iterator[Diagnostic]:
    if fact.claim is None:
        return
    where = _where(fact, "claim")
    placeholders = [part for part in fact.claim.parts if isinstance(part, Placeholder)]
    for part in fact.claim.parts:
        if isinstance(part, Placeholder):
            yield from _check_placeholder(fact, part, together, where)
        elif "{" in part:
            for match in _BRACES.finditer(part):
                word = match[1].replace(" ", "_")
                close = near(word, PLACEHOLDERS) if not word.startswith("fact:") else "the id of a fact follows fact:"
                if close:
                    message = f"{match[0]!r} is no placeholder and is printed as it stands"
                    yield Diagnostic(where, "near-placeholder", message, close, "warning")
    if fact.value is None:
        return
    uses = any(p.name == "value" for p in placeholders)
    for part in fact.claim.parts:
        for match in _TYPED.finditer(part) if isinstance(part, str) else ():
            typed = match[0].strip(" .,  ")
            message = f"the figure {shown(typed)} is typed in the claim of {shown(fact.id)}, beside its value {fact.value}"
            hint = "write {value} for the figure and {as_of} for its date" if not uses else "use {as_of} or {fact:ID}, or words"
            yield Diagnostic(where, "figure-typed", message, hint, "warning" if uses else "error")


def _check_placeholder(fact: Fact, part: Placeholder, together: FactSet, where: Where) -> Iterator[Diagnostic]:
    if part.name == "value":
        if fact.value is None:
            yield Diagnostic(where, "no-value", f"the claim of {shown(fact.id)} prints {{value}}, but it has none", "add value:")
    elif part.name == "fact":
        other = together.facts.get(part.fact)
        series = together.series.get(part.fact)
        if other is None and series is None and part.fact not in together.refused:
            message = f"the claim of {shown(fact.id)} prints the value of {shown(part.fact)}, which is not defined"
            yield Diagnostic(where, "unknown-fact", message, near(part.fact, [*together.facts, *together.series]))
        elif other is not None and other.value is None:
            yield Diagnostic(where, "no-value", f"{shown(part.fact)} has no value to print in the claim of {shown(fact.id)}")
    elif getattr(fact, _NEEDS[part.name]) is None:
        key = _NEEDS[part.name]
        message = f"the claim of {shown(fact.id)} prints {{{part.name}}}, but '{key}' is missing"
        yield Diagnostic(where, "missing-key", message, f"add {key}:")


def _circles(facts: dict[str, Fact]) -> Iterator[Diagnostic]:
    """Facts that supersede one another in a circle. Values of other facts cannot: a value holds no placeholder."""
    for fact in facts.values():
        seen, other = {fact.id}, fact.supersedes
        while other in facts and other not in seen:
            seen.add(other)
            other = facts[other].supersedes
        if other == fact.id:
            yield Diagnostic(_where(fact, "supersedes"), "circular-claim", f"{shown(fact.id)} supersedes itself in the end")


__all__ = ["FACT", "validate"]
