"""From a chart's specification to its SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from matplotlib import rc_context, rcdefaults

from briefing.drawing.lettering import use_fonts
from briefing.drawing.sheet import Sheet
from briefing.edition import ChartSpec
from briefing.errors import BriefingError, PluginError
from briefing.kinds import OURS, chart_kind, maker_of

Form = TypeVar("Form", str, bytes)


def chart(spec: ChartSpec, fonts: tuple[Path, ...] = ()) -> str:
    """Draw the chart as SVG."""
    return _made(spec, fonts, Sheet.svg)


def chart_in_pixels(
    spec: ChartSpec, fonts: tuple[Path, ...], pixels: int, margin: float, colours: Mapping[str, str]
) -> bytes:
    """Draw the chart as PNG."""
    return _made(spec, fonts, lambda sheet: sheet.png(pixels, margin, colours))


def _made(spec: ChartSpec, fonts: tuple[Path, ...], form: Callable[[Sheet], Form]) -> Form:
    """Draw under settings of our own, whatever the program or the user has set."""
    use_fonts(fonts)
    with rc_context():
        rcdefaults()
        with rc_context(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "briefing",
                "text.hinting": "no_hinting",
                "text.parse_math": False,
            }
        ):
            return form(_drawn(spec))


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
