"""The desk at which blocks are composed: what all kinds of block need, and what they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from briefing.compose.changes import Comparison
from briefing.compose.prose import Prose
from briefing.compose.writer import Writer
from briefing.config import Config
from briefing.config.blocks import Selection
from briefing.diagnostics import Where, shown
from briefing.edition import Block, Paragraph, Text
from briefing.facts import Fact
from briefing.weighing import Rivals


class Desk:
    """What composing a block needs: the config, the writer, the prose, the past, rivals, and names for files."""

    def __init__(
        self, config: Config, writer: Writer, prose: Prose, comparison: Comparison, groups: dict[str, Rivals]
    ) -> None:
        self.config, self.writer, self.prose, self.comparison, self.rivals = config, writer, prose, comparison, groups
        self.late: dict[int, tuple[Block, Callable[[], tuple[Block, ...]]]] = {}
        self.taken: set[tuple[str, str]] = set()
        self.section = 0
        self.named = Counter[str]()

    def for_section(self, number: int) -> Desk:
        """The desk, counting anew for the section of this place."""
        self.section, self.named = number, Counter()
        return self

    def name(self, kind: Literal["chart", "table"], given: str | None, where: Where) -> str | None:
        """The name of the file of a chart or table: as given, else by its place. None if it is taken, which is said."""
        name = given
        if name is None:
            self.named[kind] += 1
            count = self.named[kind]
            name = f"{kind}-{self.section + 1}" if count == 1 else f"{kind}-{self.section + 1}-{count}"
        if (kind, name) in self.taken:  # one file would take the place of the other
            self.writer.report("duplicate-id", f"there is a {kind} {shown(name)} already", "choose another id", where)
            return None
        self.taken.add((kind, name))
        return name

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
