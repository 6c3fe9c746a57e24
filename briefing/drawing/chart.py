"""From a chart's specification to its SVG."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context, rcdefaults

from briefing.drawing.lettering import use_fonts
from briefing.drawing.lines import line_chart, sparkline
from briefing.drawing.rows import row_chart
from briefing.edition import ChartSpec

_KINDS = {"line": line_chart, "sparkline": sparkline, "bar": row_chart, "range": row_chart}


def chart(spec: ChartSpec, fonts: tuple[Path, ...] = ()) -> str:
    """Draw the chart under settings of our own, whatever the program or the user has set."""
    use_fonts(fonts)
    with rc_context():
        rcdefaults()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefing", "text.parse_math": False}):
            return _KINDS[spec.kind](spec).svg()
