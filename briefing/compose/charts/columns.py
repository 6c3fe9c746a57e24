"""Charts of series in columns: what lines have, where every date has a place and stacks are true sums."""

from __future__ import annotations

from dataclasses import replace

from briefing.compose.charts.course import courses
from briefing.compose.charts.lines import lines
from briefing.compose.charts.order import Order, Parts
from briefing.compose.charts.rows import MOST_PARTS
from briefing.compose.charts.stack import objections
from briefing.drawing.periods import MOST, places
from briefing.edition import ChartRow, Line, Text


def columns(order: Order) -> Parts | None:
    """Columns over time; None where they cannot be drawn so, which is then said."""
    parts = lines(order)
    if parts is None:
        return None
    writer, where, given = order.writer, order.where, parts.spec.lines
    if len(given) > MOST_PARTS:
        message = f"columns of {len(given)} series cannot be told apart; a chart holds {MOST_PARTS}"
        writer.report("too-many", message, "draw lines, or small multiples", where / "series")
        return None
    slots = places(point.at for line in given for point in line.points)
    if len(slots) * (1 if order.block.stacked else len(given)) > MOST:
        message = f"{len(slots)} dates of {len(given)} series are more columns than can be told apart ({MOST})"
        hint = "draw a line chart, or take within: for the latest of them"
        writer.report("too-many", message, hint, where / "series")
        return None
    spec, remarks = parts.spec, list(parts.remarks)
    if order.block.stacked:
        found = [*objections(courses(order), order)]
        for message, hint in found:
            writer.report("untrue-total", f"the stack would be no true sum: {message}", hint, where / "stacked")
        if found:
            return None
        values = [line.points[-1].value for line in given]
        total = sum(values[1:], start=values[0])
        day = writer.formatter.date(given[0].points[-1].at)
        spec = replace(spec, totals=(ChartRow(day, total, writer.formatter.value(total)),))
        remarks.append((Text(writer.words["totals_computed"]),))
    held = [{point.at for point in line.points} for line in given]
    if any(not any(slot.start <= day < slot.end for day in days) for slot in slots for days in held):
        gap: Line = (Text(writer.words["gaps_hatched"]),)
        remarks.append(gap)
    return replace(parts, spec=spec, remarks=tuple(remarks))
