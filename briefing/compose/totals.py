"""The total of a table: the published one or else the sum, where that is true; otherwise what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefing.compose.sums import contained, differences, doubted, is_share, twice, vague
from briefing.compose.writer import Writer
from briefing.config.blocks import TableBlock
from briefing.diagnostics import Where, shown
from briefing.edition import Citation, Figure, Line, Row, Text
from briefing.facts import Fact
from briefing.value import Value

_SAME = {
    "indicator": ("counts", "select facts of one indicator"),
    "as_of": ("holds as of", "select facts of one date"),
    "said_by": ("is asserted by", "select facts of one asserter"),
}
"""What the facts of a total have in common, how a message says it, and how it is mended."""


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
    if wrong := doubted(facts):
        yield _Objection(f"{shown(wrong[0].id)} is {wrong[0].status}", "select facts of another status")
    yield from _differing(facts, writer)
    if is_share(unit := writer.unit(facts[0])):
        yield _Objection(f"figures in {unit} do not add up", "take total: away")
    if pair := twice(facts):
        about = ", ".join(part for part in (pair[0].subject, pair[0].place) if part) or "nothing in particular"
        message = f"{shown(pair[0].id)} and {shown(pair[1].id)} are both about {about}"
        yield _Objection(message, "select facts that differ in subject or place")
    elif message := vague(facts):
        yield _Objection(message, "select facts that differ in subject or place")
    if message := contained(facts, writer):
        yield _Objection(message, "select either the whole or its parts")


def _differing(facts: tuple[Fact, ...], writer: Writer) -> Iterator[_Objection]:
    """Facts that differ in what a total has in common, or do not say it."""
    for field, (verb, hint) in _SAME.items():
        if silent := next((fact for fact in facts if getattr(fact, field) is None), None):
            yield _Objection(f"{shown(silent.id)} says no {field}", hint)
            continue
        for one in differences(facts, [field], writer):
            said = [f"{shown(fact.id)} {verb} {getattr(fact, field)}" for fact in (one.first, one.other)]
            yield _Objection(", ".join(said), hint)


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
        if whole and fact.id not in evidence.superseded and not doubted([fact]):
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
