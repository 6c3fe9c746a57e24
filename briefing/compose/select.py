"""Which facts a block shows: selection, order, limit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from briefing.compose.writer import Writer
from briefing.config.blocks import Selection
from briefing.diagnostics import Where, near, shown
from briefing.facts import Fact
from briefing.weighing import days_in


def select(selection: Selection, writer: Writer, where: Where) -> tuple[Fact, ...]:
    """The facts a selection asks for. Nothing left is a diagnostic, unless the author has words for it."""
    evidence = writer.evidence
    _check_words(selection, writer, where)
    if selection.ids is not None:
        known = [writer.fact(name, where / "ids" / n) for n, name in enumerate(selection.ids)]
        candidates = [fact for fact in known if fact is not None]
        if len(candidates) < len(known):
            return ()
    else:
        candidates = [fact for fact in evidence.facts.values() if fact.id not in evidence.superseded]
    tests = [
        (getter, frozenset(wanted))
        for getter, wanted in (
            (lambda f: (f.indicator,), selection.indicator),
            (lambda f: (f.subject,), selection.subject),
            (lambda f: (f.said_by,), selection.said_by),
            (lambda f: (f.place,), selection.place),
            (lambda f: f.tags, selection.tag),
            (lambda f: (f.status,), selection.status),
        )
        if wanted is not None
    ]
    chosen = [fact for fact in candidates if all(not wanted.isdisjoint(getter(fact)) for getter, wanted in tests)]
    if selection.within is not None:
        first = evidence.date - timedelta(days=days_in(selection.within))
        chosen = [fact for fact in chosen if (day := _day(fact)) is not None and day >= first]
    if selection.status is None and selection.ids is None:
        chosen = [fact for fact in chosen if fact.status != "retracted"]
    if selection.sort is not None:
        key = selection.sort.removeprefix("-")
        known_first = [fact for fact in chosen if _key(fact, key) is not None]
        unknown = [fact for fact in chosen if _key(fact, key) is None]
        known_first.sort(key=lambda fact: _key(fact, key), reverse=selection.sort.startswith("-"))
        chosen = known_first + unknown
    if selection.limit is not None:
        chosen = chosen[: selection.limit]
    if (
        not chosen
        and selection.if_empty is None
        and not (selection.ids is not None and len(candidates) < len(selection.ids))
    ):
        hint = "correct the condition, or add if_empty: with a sentence to print instead"
        writer.report("empty-selection", "no fact fits this selection", hint, where)
    for fact in chosen:
        writer.printed[fact.id] = None
    return tuple(chosen)


def _check_words(selection: Selection, writer: Writer, where: Where) -> None:
    """A condition that no fact at all can meet is most often a slip of the pen; say what was near."""
    facts = writer.evidence.facts.values()
    for name in ("indicator", "subject", "said_by", "place", "tag"):
        wanted = getattr(selection, name) or ()
        if not wanted:
            continue
        if name == "indicator":
            known = set(writer.evidence.indicators)
        elif name == "tag":
            known = {tag for fact in facts for tag in fact.tags}
        else:
            known = {getattr(fact, name) for fact in facts if getattr(fact, name)}
        for word in wanted:
            if word in known:
                continue
            hint = near(word, sorted(known))
            if name == "indicator":
                writer.report("unknown-indicator", f"there is no indicator {shown(word)}", hint, where / name)
            elif selection.if_empty is None and len(wanted) > 1:
                writer.report("empty-selection", f"no fact has the {name} {shown(word)}", hint, where / name, warn=True)


def _day(fact: Fact) -> date | None:
    """The day of a fact's event, or else of its figure."""
    if fact.at is not None:
        return date.max if fact.at.open else (fact.at.end or fact.at.start).day
    return fact.as_of.day if fact.as_of is not None else None


def _key(fact: Fact, key: str) -> Any:  # noqa: ANN401
    if key == "value":
        return _rank(fact)
    if key == "as_of":
        return fact.when
    return getattr(fact, key)


def _rank(fact: Fact) -> Decimal | None:
    """Where a value stands among others: by its lowest stated number."""
    return fact.value.numbers[0] if fact.value is not None else None
