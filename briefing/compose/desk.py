"""The desk at which blocks are composed: what all kinds of block need, and what they share."""

from __future__ import annotations

from collections.abc import Callable

from briefing.compose.changes import Comparison
from briefing.compose.prose import Prose
from briefing.compose.writer import Writer
from briefing.config import Config, Selection
from briefing.diagnostics import Where
from briefing.edition import Block, Paragraph, Text
from briefing.facts import Fact
from briefing.weighing import Rivals


class Desk:
    """What composing a block needs: the config, the writer, the prose, the past, rivals, and names for charts."""

    def __init__(
        self, config: Config, writer: Writer, prose: Prose, comparison: Comparison, groups: dict[str, Rivals]
    ) -> None:
        self.config, self.writer, self.prose, self.comparison, self.rivals = config, writer, prose, comparison, groups
        self.late: dict[int, tuple[Block, Callable[[], tuple[Block, ...]]]] = {}
        self.taken: set[str] = set()
        self.chart_name, self.charts = "", 0

    def for_section(self, number: int) -> Desk:
        """The desk, counting anew for the section of this place."""
        self.chart_name, self.charts = f"chart-{number + 1}", 0
        return self

    def next_chart(self) -> str:
        """The name of the next chart of the section, by its place."""
        self.charts += 1
        return self.chart_name if self.charts == 1 else f"{self.chart_name}-{self.charts}"

    def later(self, make: Callable[[], tuple[Block, ...]]) -> tuple[Block, ...]:
        """A block that stands for what can be made only when it is known what the edition prints."""
        place = Paragraph((Text(f"late {len(self.late)}"),))
        self.late[id(place)] = (place, make)
        return (place,)

    def mark(self, fact: Fact) -> str:
        """How a fact differs from the edition before, where the briefing marks it."""
        return self.comparison.mark(fact.id) if self.config.marks else ""


def empty(selection: Selection, where: Where, desk: Desk) -> tuple[Block, ...]:
    """The author's sentence for a selection that nothing fits."""
    return (Paragraph(desk.prose.line(selection.if_empty, where / "if_empty")),) if selection.if_empty else ()
