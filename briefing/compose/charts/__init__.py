"""Charts as specifications, with their sources, their words and their data."""

from __future__ import annotations

from collections.abc import Callable

from briefing.compose.charts.columns import columns
from briefing.compose.charts.described import described
from briefing.compose.charts.events import events
from briefing.compose.charts.grid import grid
from briefing.compose.charts.lines import lines, sparkline
from briefing.compose.charts.order import Order, Parts, source_line
from briefing.compose.charts.places import places
from briefing.compose.charts.rows import rows
from briefing.compose.charts.shares import shares
from briefing.compose.prose import Prose
from briefing.compose.writer import Writer
from briefing.config import Config
from briefing.config.blocks import ChartBlock
from briefing.diagnostics import KEY, Where, near
from briefing.edition import Chart, Text
from briefing.kinds import ChartKind, Shape, chart_kind

__all__ = ["chart", "sparkline"]

WIDTHS = {"A4": 170.0, "Letter": 176.0}
"""Millimetres of text width by paper."""

_ALL_TAKE = {"block", "kind", "title", "subtitle", "series", "facts", "unit", "height", "half", "id", "options"}

_OF_SERIES = {"events", "within", "per", "axis_from"}
_OF_FACTS = {"by", "group", "split"}
"""Keys that mean something only to charts of one of the two, for kinds that are made from both."""

_SHAPES: dict[Shape, Callable[[Order], Parts | None]] = {
    "lines": lines,
    "columns": columns,
    "rows": rows,
    "grid": grid,
    "events": events,
    "shares": shares,
    "places": places,
}


def chart(block: ChartBlock, name: str, config: Config, prose: Prose, where: Where) -> Chart | None:
    """The chart of a block; None when what it needs is not there, which is then said."""
    writer = prose.writer
    kind = chart_kind(block.kind)
    shape = _shape(block, kind, writer, where)
    _report_idle_keys(block, kind, writer, where)
    if shape is None:
        return None
    parts = _SHAPES[shape](
        Order(block, kind, WIDTHS[config.paper], writer, where, config.maps.disclaimer if config.maps else "")
    )
    if parts is None:
        return None
    return Chart(
        id=name,
        title=prose.line(block.title, where / "title"),
        subtitle=prose.line(block.subtitle, where / "subtitle") if block.subtitle else (),
        spec=parts.spec,
        source=source_line(parts.cited, writer),
        alt=parts.alt,
        table=parts.table,
        remarks=parts.remarks,
        half=block.half,
        description=(*described(parts.spec, writer.formatter), *((Text(one),) for one in parts.told)),
    )


def _shape(block: ChartBlock, kind: ChartKind, writer: Writer, where: Where) -> Shape | None:
    """What the specification is to hold, by whether the block names series or facts; None when neither will do."""
    if block.series and block.facts is not None:
        message = "a chart is made from series or from facts, not from both"
        writer.report("bad-choice", message, "keep one of series: and facts:", where)
        return None
    if block.series and kind.series is not None:
        return kind.series
    if block.facts is not None and kind.facts is not None:
        return kind.facts
    wanted = " or ".join(key for key in ("series", "facts") if getattr(kind, key) is not None)
    hint = {"series": "name the series that a feed makes", "facts": "select the facts to draw"}
    writer.report("missing-key", f"a {block.kind} chart needs {wanted}:", hint.get(wanted, "name one of them"), where)
    return None


def _report_idle_keys(block: ChartBlock, kind: ChartKind, writer: Writer, where: Where) -> None:
    """A key that means nothing to this kind of chart was meant for another, or as something else."""
    for key in sorted(block.model_fields_set - _ALL_TAKE - set(kind.keys)):
        takes = ", ".join(kind.keys) or "no keys of its own"
        message = f"{key!r} means nothing to a {block.kind} chart"
        writer.report("unknown-key", message, f"it takes {takes}", where / key / KEY)
    made_of, idle = ("series", _OF_FACTS) if block.series else ("facts", _OF_SERIES)
    from_both = kind.series is not None and kind.facts is not None
    for key in sorted(block.model_fields_set & idle & set(kind.keys)) if from_both else ():
        message = f"{key!r} means nothing to a {block.kind} chart of {made_of}"
        writer.report("unknown-key", message, "take it away", where / key / KEY)
    for option in sorted(set(block.options) - set(kind.options)):
        message = f"{option!r} is no option of a {block.kind} chart"
        hint = near(option, kind.options) or f"its options are {', '.join(kind.options)}" if kind.options else ""
        writer.report("unknown-key", message, hint, where / "options" / option / KEY)
