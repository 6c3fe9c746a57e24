"""From a chart's specification to its SVG."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context, rcdefaults

from briefing.drawing.lettering import use_fonts
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartSpec
from briefing.errors import BriefingError, PluginError
from briefing.kinds import OURS, chart_kind, maker_of


def chart(spec: ChartSpec, fonts: tuple[Path, ...] = ()) -> str:
    """Draw the chart under settings of our own, whatever the program or the user has set."""
    use_fonts(fonts)
    with rc_context():
        rcdefaults()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefing", "text.parse_math": False}):
            return _drawn(spec).svg()


def _drawn(spec: ChartSpec) -> Sheet:
    """What the chart's kind draws. Raises PluginError for whatever goes wrong in a package of somebody else's."""
    kind = chart_kind(spec.kind)
    maker, version = maker_of(spec.kind)
    try:
        sheet = kind.drawer()(spec)
    except BriefingError:
        raise
    except Exception as error:
        if maker == OURS:
            raise
        told = f"{type(error).__name__}: {error}"
        raise PluginError(f"{maker} {version} could not draw a chart of its kind {spec.kind!r}: {told}") from error
    if not isinstance(sheet, Sheet):
        raise PluginError(f"the chart kind {spec.kind!r} of {maker} gives {type(sheet).__name__} and no Sheet")
    return sheet
