"""Bar charts and range charts: one row for each thing, or for each asserter's claim."""

from __future__ import annotations
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartSpec


def row_chart(spec: ChartSpec) -> Sheet:
    raise NotImplementedError
