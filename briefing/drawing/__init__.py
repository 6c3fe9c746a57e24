"""Charts as SVG and PNG: the only door to matplotlib, which loads when the first chart is drawn."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from briefing.drawing.palette import PALETTE, VERSION
from briefing.edition import ChartSpec

__all__ = ["PALETTE", "VERSION", "draw", "draw_pixels"]

_ONE_AT_A_TIME = Lock()  # matplotlib's settings are global


def draw(spec: ChartSpec, fonts: tuple[Path, ...] = ()) -> str:
    """The chart as an SVG document, the same bytes for the same specification on every machine.

    `fonts` are font files for characters that ours lack.

    It has neither ids nor a style sheet, so that it may stand many times in one page. Text stays text, in the
    families of `briefing/fonts`, which the page provides; only what WeasyPrint would spoil (Arabic, Hebrew)
    is drawn as outlines, with its words as a title.

    Raises DrawError, in the user's words, for a chart that cannot be drawn.
    """
    with _ONE_AT_A_TIME:
        _load_matplotlib()
        from briefing.drawing.chart import chart

        return chart(spec, fonts)


def draw_pixels(
    spec: ChartSpec, fonts: tuple[Path, ...], pixels: int, margin: float, colours: Mapping[str, str]
) -> bytes:
    """The chart as a PNG so many pixels wide, for who cannot show SVG, with a margin in millimetres around it.

    `colours` are a look's own, by token.

    It is the same sheet as that of `draw`. Raises DrawError.
    """
    with _ONE_AT_A_TIME:
        _load_matplotlib()
        from briefing.drawing.chart import chart_in_pixels

        return chart_in_pixels(spec, fonts, pixels, margin, colours)


def _load_matplotlib() -> None:
    """Import matplotlib without a look at the system's fonts, the user's settings or the home folder.

    A program that has imported matplotlib before keeps what it has; the drawings are the same.
    """
    if "matplotlib.font_manager" in sys.modules:
        return
    with tempfile.TemporaryDirectory() as empty:
        ours = {"MPLCONFIGDIR": empty, "MPL_IGNORE_SYSTEM_FONTS": "1"}
        theirs = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            import matplotlib.font_manager  # noqa: F401  # which lists its fonts on import, and only then
        finally:
            for name, value in theirs.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
