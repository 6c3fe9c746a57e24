"""The total of a table: the published one or else the sum, where that is true; otherwise what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefing.compose.writer import Writer
from briefing.config import TableBlock
from briefing.diagnostics import Where, shown
from briefing.edition import Citation, Figure, Line, Row, Text
from briefing.facts import Fact
from briefing.value import Value

_SHARES = {"%", "‰", "per cent", "percent", "pour cent", "відсотки"}
"""Units of which a sum means nothing."""
_DOUBTED = {"disputed", "retracted"}


@dataclass(frozen=True, slots=True)
class _Objection:
    """Why a sum would not be true, and how to mend it."""

    message: str
    hint: str


def total_row(  # those of a table
    facts: tuple[Fact, ...], block: TableBlock, names: Sequence[str], where: Where, writer: Writer, *, digits: bool
) -> Row | None:
    """The last row of a table; None, with a diagnostic for each reason, where a total would not be true.

    One fact alone has no total, and says nothing: a selection may have more of them on another day.
    """
    place = where / "total"
    if "value" not in names[1:]:
        message = "a total needs the column value, after a column in which its name can stand"
        writer.report("bad-choice", message, "add value to columns:", place)
        return None
    if len(facts) < 2:
        return None
    objections = list(_objections(facts, block, writer))
    published = _published(facts, writer)
    values = [fact.value for fact in facts if fact.value is not None]
    if published is None and not objections:
        objections += _unsummable(facts)
    if published is not None and not objections:
        objections += _contradiction(published, values)
    for one in objections:
        writer.report("untrue-total", f"a total would not be true: {one.message}", one.hint, place)
    if objections:
        return None
    cells = _filled(published, names, writer, digits) if published else _added(facts, values, writer, digits)
    return Row(tuple(cells.get(name, ()) for name in ("label", *names[1:])), published.id if published else None)


def _filled(fact: Fact, names: Sequence[str], writer: Writer, digits: bool) -> dict[str, Line]:  # noqa: FBT001
    """A published total in the columns of its table."""
    writer.printed[fact.id] = None
    label: Line = (Text(writer.words["total"]),)
    if "said_by" not in names:
        label += (Text(", "), *writer.said_by(fact))
    return {
        "label": (*label, *writer.note(fact)),
        "value": writer.figure(fact, digits=digits)[:1],
        "as_of": writer.when(fact),
        "said_by": writer.said_by(fact),
        "unit": (Text(writer.unit(fact)),),
    }


def _added(
    facts: tuple[Fact, ...],
    values: list[Value],
    writer: Writer,
    digits: bool,  # noqa: FBT001
) -> dict[str, Line]:
    """The sum of all values in the columns of their table. The note is at its name: it may be long."""
    total, unit = sum(values[1:], start=values[0]), writer.unit(facts[0])
    figure = Figure(writer.formatter.value(total, digits=digits), "", str(total), unit, "total")
    citations = [Citation(c.source, fact.id, c.locator, c.quote) for fact in facts for c in fact.sources]
    notes: Line = (writer.note_of(citations),) if citations else ()
    return {
        "label": (Text(writer.words["total_computed"]), *notes),
        "value": (figure,),
        "as_of": writer.when(facts[0]),
        "unit": (Text(unit),),
    }


def _objections(facts: tuple[Fact, ...], block: TableBlock, writer: Writer) -> Iterator[_Objection]:
    """What stands against any total of these facts."""
    limit = block.facts.limit
    if limit is not None and len(facts) >= limit:
        yield _Objection(f"limit: {limit} may leave facts out", "take limit: away")
    if lacking := [fact for fact in facts if fact.value is None]:
        yield _Objection(f"{_named(lacking)} no value", "select facts that have one")
    if doubted := [fact for fact in facts if fact.status in _DOUBTED]:
        hint = "select facts of another status"
        yield _Objection(f"{shown(doubted[0].id)} is {doubted[0].status}", hint)
    same = (
        ("indicator", "counts", "select facts of one indicator"),
        ("as_of", "holds as of", "select facts of one date"),
        ("said_by", "is asserted by", "select facts of one asserter"),
    )
    for field, verb, hint in same:
        yield from _differing(facts, field, verb, hint)
    if (unit := writer.unit(facts[0])).lower() in _SHARES:
        yield _Objection(f"figures in {unit} do not add up", "take total: away")
    yield from _overlapping(facts)
    yield from _contained(facts, writer)


def _differing(facts: tuple[Fact, ...], field: str, verb: str, hint: str) -> Iterator[_Objection]:
    """Facts that differ in a field, or do not say it, cannot be added."""
    first = facts[0]
    for fact in facts:
        given, other = getattr(first, field), getattr(fact, field)
        if other is None:
            yield _Objection(f"{shown(fact.id)} says no {field}", hint)
            return
        if given != other:
            message = f"{shown(first.id)} {verb} {given}, {shown(fact.id)} {verb} {other}"
            yield _Objection(message, hint)
            return


def _overlapping(facts: tuple[Fact, ...]) -> Iterator[_Objection]:
    """Two facts about the same subject and place, or one that names fewer of the two and so may hold the other."""
    hint = "select facts that differ in subject or place"
    seen: dict[tuple[str | None, str | None], Fact] = {}
    for fact in facts:
        key = (fact.subject, fact.place)
        if key in seen:
            about = ", ".join(part for part in key if part) or "nothing in particular"
            yield _Objection(f"{shown(seen[key].id)} and {shown(fact.id)} are both about {about}", hint)
            return
        seen[key] = fact
    for field in ("subject", "place"):
        with_it = [fact for fact in facts if getattr(fact, field)]
        without = [fact for fact in facts if not getattr(fact, field)]
        if with_it and without:
            message = f"{shown(without[0].id)} names no {field} and may hold {shown(with_it[0].id)}, which does"
            yield _Objection(message, hint)
            return


def _contained(facts: tuple[Fact, ...], writer: Writer) -> Iterator[_Objection]:
    """A fact that is a part of another, or two that have a part in common."""
    holder: dict[str, Fact] = {fact.id: fact for fact in facts}
    for fact in facts:
        for part in dict.fromkeys(_parts(fact, writer)):
            other = holder.setdefault(part, fact)
            if other is not fact:
                message = (
                    f"{shown(part)} is a part of {shown(fact.id)}"
                    if other.id == part
                    else f"{shown(part)} is a part of both {shown(other.id)} and {shown(fact.id)}"
                )
                yield _Objection(message, "select either the whole or its parts")
                return


def _parts(fact: Fact, writer: Writer) -> Iterator[str]:
    """The parts of a fact, their parts, and so on."""
    waiting, seen = list(fact.parts), {fact.id}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            part = writer.evidence.facts.get(name)
            waiting += part.parts if part is not None else ()


def _unsummable(facts: tuple[Fact, ...]) -> Iterator[_Objection]:
    """Values that are neither exact nor a range: nobody stated how far they reach."""
    for fact in facts:
        if fact.value is not None and fact.value.kind not in {"exact", "range"}:
            message = f"{shown(fact.id)} is {fact.value}, and nobody stated how far that reaches"
            yield _Objection(
                message, "select exact figures and ranges, or add the published total as a fact with parts:"
            )
            return


def _published(facts: tuple[Fact, ...], writer: Writer) -> Fact | None:
    """The fact that has exactly these facts as its parts and counts the same on the same date, if one holds."""
    wanted, same = {fact.id for fact in facts}, (facts[0].indicator, facts[0].as_of)
    evidence = writer.evidence
    for fact in evidence.facts.values():
        whole = fact.value is not None and set(fact.parts) == wanted and (fact.indicator, fact.as_of) == same
        if whole and fact.id not in evidence.superseded and fact.status not in _DOUBTED:
            return fact
    return None


def _contradiction(published: Fact, values: list[Value]) -> Iterator[_Objection]:
    """A published total that its parts do not make."""
    try:
        made = sum(values[1:], start=values[0])
    except ArithmeticError:
        return
    if published.value is not None and not made.may_be(published.value):
        message = f"the rows make {made}, but the published total {shown(published.id)} is {published.value}"
        yield _Objection(message, "correct a figure, or add the part that is missing")


def _named(facts: list[Fact]) -> str:
    names = ", ".join(shown(fact.id) for fact in facts[:3])
    return f"{names}{' and others' if len(facts) > 3 else ''} {'has' if len(facts) == 1 else 'have'}"
