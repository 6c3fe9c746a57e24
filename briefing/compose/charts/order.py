"""What a chart is made from, and what making it gives: one order, one set of parts, for every shape of data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefing.compose.writer import Writer, cut
from briefing.config.blocks import ChartBlock
from briefing.diagnostics import Where
from briefing.edition import Aside, ChartSetting, ChartSpec, Citation, Inline, Line, Table, Text, plain
from briefing.facts import Fact
from briefing.kinds import ChartKind


@dataclass(frozen=True, slots=True)
class Order:
    """A chart block with all that composing it needs. `width` is that of the text in millimetres."""

    block: ChartBlock
    kind: ChartKind
    width: float
    writer: Writer
    where: Where
    disclaimer: str = ""
    """What the config says of the boundaries on maps."""

    def spec(self, unit: str, further: tuple[ChartSetting, ...] = (), **parts: object) -> ChartSpec:
        """A specification with what all charts have; `unit` gives way to the author's. `further` settings come last."""
        block = self.block
        chosen = {**({"stacked": "true"} if block.stacked else {}), **block.options}
        return ChartSpec(
            kind=block.kind,
            language=self.writer.formatter.chart_language,
            unit=block.unit or unit,
            width=self.width,
            height=float(block.height) if block.height else None,
            settings=(*(ChartSetting(name, value) for name, value in chosen.items()), *further),
            **parts,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What a chart has besides its title. `cited` are the facts that its source line names."""

    spec: ChartSpec
    cited: tuple[Fact, ...]
    alt: str
    table: Table
    remarks: tuple[Line, ...] = ()
    told: tuple[str, ...] = ()
    """Sentences that its long description has besides what the specification says."""


def units(facts: Iterable[Fact], writer: Writer) -> str:
    """The units of the facts, each once."""
    return ", ".join(dict.fromkeys(unit for fact in facts if (unit := writer.unit(fact))))


def named(fact: Fact, field: str, writer: Writer) -> str:
    """What a row is called by one of the fields of its fact."""
    if field == "indicator":
        return writer.label(fact)
    if field == "claim":
        return cut(plain(writer.claim(fact)[0]), 120)
    if field == "said_by" and not fact.said_by:
        return writer.words["not_attributed"]
    return str(getattr(fact, field) or writer.label(fact))


def opening(order: Order) -> str:
    """How alternative text begins: "Line chart." in the edition's language where the program has the words."""
    return order.writer.words.get(f"{order.block.kind}_chart", f"{order.kind.title}.")


def source_line(facts: Iterable[Fact], writer: Writer) -> Line:
    """The line below a chart: each publisher once, with its notes."""
    by_publisher: dict[str, list[Citation]] = {}
    waived: list[Inline] = []
    for fact in facts:
        for cited in fact.sources:
            source = writer.evidence.sources.get(cited.source)
            if source is not None:
                name = source.publisher or source.title
                by_publisher.setdefault(name, []).append(Citation(cited.source, fact.id, cited.locator, cited.quote))
        if not fact.sources:
            waived += [Text("; "), Aside(writer.words["waiver"].format(fact.waiver), "waiver")]
    line: list[Inline] = []
    for name, citations in by_publisher.items():
        line += [
            Text("; " if line else writer.words["chart_sources"].format("")),
            Text(name),
            writer.note_of(citations),
        ]
    return (*line, *(waived if line else waived[1:]))
