"""Facts as the rows of a table."""

from __future__ import annotations

from collections.abc import Callable

from briefing.compose.desk import Desk, empty
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.config import TableBlock
from briefing.diagnostics import Where
from briefing.edition import Aside, Block, Column, Line, Row, Table, Text, When
from briefing.facts import Fact

_NUMERIC = {"value", "credibility"}


def table(block: TableBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    """The table of a block: a row for each fact."""
    writer = desk.writer
    facts = select(block.facts, writer, where / "facts")
    if not facts:
        return empty(block.facts, where / "facts", desk)
    names = [column.name for column in block.columns]
    noted = next((name for name in ("sources", "value", "claim") if name in names), names[-1])
    columns = tuple(
        Column(one.name, (Text(one.head or writer.words[f"col_{one.name}"]),), one.name in _NUMERIC)
        for one in block.columns
    )
    rows = tuple(
        Row(tuple(_cell(name, fact, desk) + (writer.note(fact) if name == noted else ()) for name in names), fact.id)
        for fact in facts
    )
    return (Table(desk.prose.line(block.title, where / "title") if block.title else (), columns, rows),)


def _cell(name: str, fact: Fact, desk: Desk) -> Line:
    writer = desk.writer
    filled: dict[str, Callable[[], Line]] = {
        "claim": lambda: writer.claim(fact)[0],
        "indicator": lambda: (Text(writer.label(fact)),) if fact.indicator else (),
        "said_by": lambda: writer.said_by(fact),
        "value": lambda: writer.figure(fact),
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
