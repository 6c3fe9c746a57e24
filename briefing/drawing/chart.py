"""From a chart's specification to its SVG."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context, rcdefaults

from briefing.drawing.lettering import use_fonts
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartSpec
from briefing.errors import DrawError
from briefing.kinds import chart_kind


def chart(spec: ChartSpec, fonts: tuple[Path, ...] = ()) -> str:
    """Draw the chart under settings of our own, whatever the program or the user has set."""
    use_fonts(fonts)
    with rc_context():
        rcdefaults()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefing", "text.parse_math": False}):
            sheet = chart_kind(spec.kind).drawer()(spec)
            if not isinstance(sheet, Sheet):
                raise DrawError(f"the chart kind {spec.kind!r} gives {type(sheet).__name__} and no Sheet")
            return sheet.svg()
