"""Lollipop charts for briefing: the half that draws, which is imported only when a chart is drawn."""

from briefing.drawing.axes import Scale, extent
from briefing.drawing.lettering import PLAIN, widest, wrap
from briefing.drawing.sheet import MM, Sheet
from briefing.edition import ChartSpec

STEP = 18.0
"""From one stem to the next, in points."""


def lollipop_chart(spec: ChartSpec) -> Sheet:
    """A row for each figure: its label, a stem from zero, a dot at each number stated, the figure in words."""
    wide = spec.width * MM
    labels = [wrap(row.label, 0.3 * wide)[:1] for row in spec.rows]
    room = max(widest(wrap(row.text, 0.25 * wide)) for row in spec.rows) + 10
    low, high = extent([number for row in spec.rows for number in row.value.numbers])
    x = Scale(low, high, max(map(widest, labels)) + 10, wide - room)
    size = 12.0 if spec.setting("dot") == "large" else 7.0

    sheet = Sheet(wide, STEP * (len(spec.rows) + 1))
    sheet.text("unit", (0, PLAIN.size), wrap(spec.unit, wide), color="muted")
    for number, row in enumerate(spec.rows, 1):
        y = STEP * (number + 0.5)
        numbers = row.value.numbers
        sheet.text("label", (0, y + PLAIN.size / 3), labels[number - 1])
        sheet.stroke("stem", [(x(0), y), (x(numbers[-1]), y)], color="muted")
        sheet.dots([(x(one), y) for one in numbers], "series1", size, hollow=row.value.kind != "exact")
        sheet.text("figure", (x(numbers[-1]) + 8, y + PLAIN.size / 3), wrap(row.text, 0.25 * wide))
    return sheet
