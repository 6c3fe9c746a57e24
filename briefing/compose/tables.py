"""Facts as the rows of a table: its heads with their units, its cells, its total."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from briefing.compose.desk import Desk, empty
from briefing.compose.select import select
from briefing.compose.totals import total_row
from briefing.compose.writer import Writer
from briefing.config.blocks import ColumnConfig, ColumnGroup, TableBlock
from briefing.diagnostics import Where
from briefing.edition import Aside, Block, Column, Line, Row, Table, Text, When
from briefing.edition import ColumnGroup as GroupHead
from briefing.facts import Fact
from briefing.formats import Formatter
from briefing.value import Value

_NUMERIC = {"value", "credibility"}
_TO_LAST_DIGIT = re.compile(r".*\d", re.DOTALL)


def table(block: TableBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    """The table of a block: a row for each fact, and a file beside it."""
    name = desk.name("table", block.id, where)
    facts = select(block.facts, desk.writer, where / "facts")
    if name is None:
        return ()
    if not facts:
        return empty(block.facts, where / "facts", desk)
    return (tabled(facts, block, where, desk, name),)


def tabled(facts: tuple[Fact, ...], block: TableBlock, where: Where, desk: Desk, name: str = "") -> Table:
    """Facts in the columns of a block."""
    writer = desk.writer
    configs = tuple(_each(block))
    names = [column.name for column in configs]
    noted = next((name for name in ("sources", "value", "claim") if name in names), names[-1])
    look = _look(facts, names, writer)
    total = total_row(facts, block, names, where, writer, digits=look.digits) if block.total else None
    return Table(
        desk.prose.line(block.title, where / "title") if block.title else (),
        tuple(_column(one, look, writer) for one in configs),
        tuple(
            Row(
                tuple(_cell(name, fact, look, desk) + (writer.note(fact) if name == noted else ()) for name in names),
                fact.id,
            )
            for fact in facts
        ),
        total,
        _groups(block),
        name,
    )


def _each(block: TableBlock) -> Iterator[ColumnConfig]:
    for one in block.columns:
        if isinstance(one, ColumnGroup):
            yield from one.columns
        else:
            yield one


def _groups(block: TableBlock) -> tuple[GroupHead, ...]:
    if not any(isinstance(one, ColumnGroup) for one in block.columns):
        return ()
    return tuple(
        GroupHead((Text(one.head),), len(one.columns)) if isinstance(one, ColumnGroup) else GroupHead(())
        for one in block.columns
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """How the figures of one column are written: the unit in the head, or in each cell; millions in digits."""

    head_unit: str
    units: bool
    digits: bool


def _look(facts: tuple[Fact, ...], names: Sequence[str], writer: Writer) -> _Look:
    units = {writer.unit(fact) for fact in facts if fact.value is not None}
    beside = "unit" in names
    one = next(iter(units)) if len(units) == 1 and not beside else ""
    values = [fact.value for fact in facts if fact.value is not None]
    return _Look(one, len(units) > 1 and not beside, not _in_words(values, writer.formatter))


def _in_words(values: list[Value], formatter: Formatter) -> bool:
    """Whether all numbers are written with one word such as "million": only then can they be compared in words."""
    texts = [formatter.number(number) for value in values for number in value.numbers]
    words = {_TO_LAST_DIGIT.sub("", text) for text in texts}
    return len(words) == 1 and words != {""}


def _column(one: ColumnConfig, look: _Look, writer: Writer) -> Column:
    head = one.head or writer.words[f"col_{one.name}"]
    said = look.head_unit.lower() in head.lower()  # "Soldiers killed" needs no "soldiers" below it
    unit = look.head_unit if one.name == "value" and not said else ""
    return Column(one.name, (Text(head),), one.name in _NUMERIC, unit)


def _cell(name: str, fact: Fact, look: _Look, desk: Desk) -> Line:
    writer = desk.writer
    filled: dict[str, Callable[[], Line]] = {
        "claim": lambda: writer.claim(fact)[0],
        "indicator": lambda: (Text(writer.label(fact)),) if fact.indicator else (),
        "said_by": lambda: writer.said_by(fact),
        "value": lambda: writer.figure(fact, unit=True, digits=look.digits)[: 2 if look.units else 1],
        "unit": lambda: (Text(writer.unit(fact)),),
        "as_of": lambda: writer.when(fact),
        "at": lambda: (When(writer.formatter.period(fact.at, short=True), str(fact.at.start)),) if fact.at else (),
        "status": lambda: (Aside(writer.words[fact.status], "status"),),
        "credibility": lambda: (Text(str(fact.credibility)),) if fact.credibility else (),
        "sources": lambda: _publishers(fact, writer),
        "change": lambda: (Aside(mark, "change"),) if (mark := desk.comparison.mark(fact.id)) else (),
    }
    if name in filled:
        return filled[name]()
    text = getattr(fact, name)
    return (Text(text),) if text else ()


def _publishers(fact: Fact, writer: Writer) -> Line:
    names = []
    for cited in fact.sources:
        source = writer.evidence.sources.get(cited.source)
        if source is not None:
            names.append(source.publisher or source.title)
    return (Text(", ".join(dict.fromkeys(names))),) if names else ()
