"""What facts have to be together: sources that exist and are dated, figures that say when they held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from briefing.diagnostics import Diagnostic, Severity, Where, near, shown
from briefing.facts import PLACEHOLDERS, Fact, FactSet, Placeholder

MAX_SAID = 20
"""Problems of one kind in a table that are spelt out; the rest are counted."""


def check_together(together: FactSet) -> Iterator[Diagnostic]:
    """Everything that is wrong between facts, sources and indicators."""
    for source in together.sources.values():
        if source.published is None and source.retrieved is None:
            message = f"source {shown(source.id)} has no date"
            hint = "add published: or, where that is unknown, retrieved:"
            yield Diagnostic(Where(source.file, ("sources", source.id)), "undated-source", message, hint)
    by_row: list[Diagnostic] = []
    for fact in together.facts.values():
        row = together.rows.get(fact.id)
        if row is not None:  # what a feed says of all its facts is checked once, at the feed
            by_row += _check_fact(fact, row, together)
            by_row += _check_placeholders(fact, row, together)
            continue
        where = Where(fact.file, ("facts", fact.id))
        yield from check_names(fact, where, together)
        yield from _check_fact(fact, where, together)
        yield from check_wording(fact, fact.claim.parts if fact.claim is not None else (), where / "claim")
        yield from _check_placeholders(fact, where / "claim", together)
    for series in together.series.values():
        yield from _check_placeholders(series.fact, together.rows[series.id] / "claim", together)
    yield from capped(by_row)
    yield from _circles(together)


def capped(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What is wrong in the rows of tables: the first of each code in full, the others as a count."""
    count: Counter[tuple[str, str, Severity]] = Counter()
    for one in found:
        kind = (one.where.file, one.code, one.severity)
        count[kind] += 1
        if count[kind] <= MAX_SAID:
            yield one
    for (file, code, severity), seen in count.items():
        if seen > MAX_SAID:
            message = f"{seen - MAX_SAID} more rows of this table have the same problem"
            yield Diagnostic(Where(file, line=1), code, message, severity=severity)


def check_names(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """Whether the sources and the indicator that a fact names are there, and whether it has a source at all."""
    sources, indicators, refused = together.sources, together.indicators, together.refused
    if not fact.sources and fact.waiver is None:
        hint = "add sources: [...], or waiver: with the reason why it stands without one"
        yield Diagnostic(where, "no-source", f"fact {shown(fact.id)} has no source", hint)
    for number, cited in enumerate(fact.sources):
        if cited.source not in sources and cited.source not in refused:
            message = f"fact {shown(fact.id)} cites {shown(cited.source)}, which is not defined"
            hint = near(cited.source, sources, "a source with a similar name") or "define it under sources:"
            yield Diagnostic(where / "sources" / number, "unknown-source", message, hint)
    name = fact.indicator
    if name is not None and name not in indicators and name not in refused:
        message = f"fact {shown(fact.id)} names the indicator {shown(name)}, which is not defined"
        hint = near(name, indicators, "an indicator with a similar name") or "define it under indicators:"
        yield Diagnostic(where / "indicator", "unknown-indicator", message, hint)


def _check_fact(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    if fact.value is not None and fact.as_of is None:
        message = f"fact {shown(fact.id)} has a value but does not say when it held"
        yield Diagnostic(where, "no-as-of", message, "add as_of: with the date at which the figure held")
    if fact.claim is None and (fact.value is None or fact.indicator is None):
        hint = "add claim:, or both indicator: and value:"
        yield Diagnostic(where, "nothing-said", f"fact {shown(fact.id)} says nothing", hint)
    if (fact.lat is None) != (fact.lon is None):
        message = f"fact {shown(fact.id)} has only one of lat and lon"
        yield Diagnostic(where, "missing-key", message, "add the other")
    older = fact.supersedes
    if older is not None and older not in together.facts and older not in together.refused:
        message = f"fact {shown(fact.id)} supersedes {shown(older)}, which is not defined"
        yield Diagnostic(where / "supersedes", "unknown-fact", message, near(older, together.facts))


_SPACES = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
_TYPED = re.compile(rf"(?<![\w.,-])[0-9](?:[0-9.,{_SPACES}]*[0-9])?(?![\w-])")
_BRACES = re.compile(r"\{([A-Za-z_ ]{2,20}|(?:fact|column):[^{}\n]{1,90})\}")
_NEEDS = {"unit": "indicator", "as_of": "as_of", "subject": "subject", "place": "place", "said_by": "said_by"}


def check_wording(fact: Fact, parts: Iterable[str | Placeholder], where: Where) -> Iterator[Diagnostic]:
    """What an author typed in a claim: braces that miss a placeholder, figures that stand beside the value."""
    parts = tuple(parts)
    prints_value = any(isinstance(part, Placeholder) and part.name == "value" for part in parts)
    for part in parts:
        if isinstance(part, Placeholder):
            continue
        if "{" in part:
            yield from _check_braces(part, where)
        if fact.value is None:
            continue
        for match in _TYPED.finditer(part):
            message = f"the figure {shown(match[0])} is typed in the claim of {shown(fact.id)}"
            message += f", beside its value {fact.value}"
            hint = "write {value} for the figure and {as_of} for its date"
            if prints_value:
                hint = "write {as_of} for a date, {fact:ID} for another figure, or put it in words"
            yield Diagnostic(where, "figure-typed", message, hint, "warning" if prints_value else "error")


def _check_braces(text: str, where: Where) -> Iterator[Diagnostic]:
    for match in _BRACES.finditer(text):
        word = match[1].replace(" ", "_")
        hint = near(word, PLACEHOLDERS)
        if word.startswith("fact:"):
            hint = "the id of a fact follows fact:"
        elif word.startswith("column:"):
            hint = "only the claim under facts: of a feed is filled from columns, row by row"
        if hint:
            message = f"{match[0]!r} is no placeholder and is printed as it stands"
            yield Diagnostic(where, "near-placeholder", message, hint, "warning")


def _check_placeholders(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    for part in fact.claim.parts if fact.claim is not None else ():
        if isinstance(part, Placeholder):
            yield from _check_placeholder(fact, part, where, together)


def _check_placeholder(fact: Fact, part: Placeholder, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    if part.name == "value":
        if fact.value is None:
            message = f"the claim of {shown(fact.id)} prints {{value}}, but it has none"
            yield Diagnostic(where, "no-value", message, "add value:")
    elif part.name == "fact":
        other = together.facts.get(part.fact)
        if other is None and part.fact not in together.series and part.fact not in together.refused:
            message = f"the claim of {shown(fact.id)} prints the value of {shown(part.fact)}, which is not defined"
            hint = near(part.fact, [*together.facts, *together.series])
            yield Diagnostic(where, "unknown-fact", message, hint)
        elif other is not None and other.value is None:
            message = f"{shown(part.fact)} has no value to print in the claim of {shown(fact.id)}"
            yield Diagnostic(where, "no-value", message, "name a fact with a value")
    elif getattr(fact, _NEEDS[part.name]) is None:
        key = _NEEDS[part.name]
        message = f"the claim of {shown(fact.id)} prints {{{part.name}}}, but '{key}' is missing"
        yield Diagnostic(where, "missing-key", message, f"add {key}:")


def _circles(together: FactSet) -> Iterator[Diagnostic]:
    """Facts that supersede one another in a circle. Values of other facts cannot: a value holds no placeholder."""
    facts = together.facts
    for fact in facts.values():
        seen, older = {fact.id}, fact.supersedes
        while older in facts and older not in seen:
            seen.add(older)
            older = facts[older].supersedes
        if older == fact.id:
            where = Where(fact.file, ("facts", fact.id, "supersedes"))
            message = f"{shown(fact.id)} supersedes itself in the end"
            yield Diagnostic(where, "circular-claim", message, "remove one supersedes: of the circle")
