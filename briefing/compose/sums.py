"""When a sum of figures is true: the one rule for totals of tables, stacks of series and bars in pieces.

What is added has to be of one unit, measure, start of counting and asserter, stated by facts that nobody doubts, of
different things, none of which holds another. Each room adds what is its own, such as one date, in its own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from briefing.compose.writer import Writer
from briefing.diagnostics import shown
from briefing.facts import Fact

SHARES = frozenset({"%", "‰", "per cent", "percent", "pour cent", "відсотки"})
"""Units of which a sum means nothing."""
_DOUBTED = frozenset({"disputed", "retracted"})
NAMES = {
    "unit": "unit",
    "measure": "measure",
    "since": "start of counting (since)",
    "as_of": "date (as_of)",
    "said_by": "asserter (said_by)",
}
"""What has to be the same, in the words of messages."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two facts that differ in what they have to share: a field of theirs, or of their indicators."""

    field: str
    first: Fact
    other: Fact

    def __str__(self) -> str:
        return f"{shown(self.first.id)} and {shown(self.other.id)} have not the same {NAMES[self.field]}"


def is_share(unit: str) -> bool:
    """Whether figures of this unit are parts of wholes, and do not add up."""
    return unit.lower() in SHARES


def doubted(facts: Sequence[Fact]) -> list[Fact]:
    """Those that somebody disputes or has taken back."""
    return [fact for fact in facts if fact.status in _DOUBTED]


def differences(facts: Sequence[Fact], fields: Sequence[str], writer: Writer) -> Iterator[Difference]:
    """For each field the first fact that differs from the first of all."""
    indicators = writer.evidence.indicators
    for field in fields:
        given = [
            getattr(
                fact if field in {"indicator", "as_of", "said_by"} else indicators.get(fact.indicator or ""),
                field,
                None,
            )
            for fact in facts
        ]
        other = next((n for n, one in enumerate(given) if one != given[0]), None)
        if other is not None:
            yield Difference(field, facts[0], facts[other])


def twice(facts: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """Two facts that count the same about the same subject and place, if there are any."""
    seen: dict[tuple[str | None, ...], Fact] = {}
    for fact in facts:
        other = seen.setdefault((fact.indicator, fact.subject, fact.place), fact)
        if other is not fact:
            return other, fact
    return None


def vague(facts: Sequence[Fact]) -> str:
    """A fact that names fewer of subject and place than another, and so may hold it; or nothing."""
    for field in ("subject", "place"):
        naming = [fact for fact in facts if getattr(fact, field)]
        silent = [fact for fact in facts if not getattr(fact, field)]
        if naming and silent:
            return f"{shown(silent[0].id)} names no {field} and may hold {shown(naming[0].id)}, which does"
    return ""


def contained(facts: Sequence[Fact], writer: Writer) -> str:
    """A fact that is a part of another, or two that have a part in common; or nothing."""
    holder: dict[str, Fact] = {fact.id: fact for fact in facts}
    for part, fact in chain.from_iterable(((part, fact) for part in parts(fact, writer)) for fact in facts):
        other = holder.setdefault(part, fact)
        if other is not fact:
            whole = f"{shown(part)} is a part of {shown(fact.id)}"
            both = f"{shown(part)} is a part of both {shown(other.id)} and {shown(fact.id)}"
            return whole if other.id == part else both
    return ""


def parts(fact: Fact, writer: Writer) -> Iterator[str]:
    """The parts of a fact, their parts, and so on, each once."""
    waiting, seen = list(fact.parts), {fact.id}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            part = writer.evidence.facts.get(name)
            waiting += part.parts if part is not None else ()
