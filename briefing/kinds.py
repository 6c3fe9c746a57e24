"""The kinds of chart, found by entry point: what each is made from, which keys it takes, who draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from briefing.errors import PluginError

GROUP = "briefing.charts"
"""The group of entry points: the name is that of the kind, the object a ChartKind."""
OURS = "briefing"

Shape = Literal["lines", "columns", "rows", "grid", "events", "shares", "places"]
"""What a specification holds.

Lines: dated values, in `ChartSpec.lines`, and events. Columns: the same, each date at a place of its own. Rows: a value
for each label, or for each part of a label. Grid: rows in which every label has the same parts. Events: dated facts.
Shares: parts of a whole. Places: a map's.
"""


@dataclass(frozen=True, slots=True)
class ChartKind:
    """One kind of chart.

    `series` and `facts` say what the specification holds when a chart is made from series, or from facts; None where
    it cannot be. `keys` are those keys of a chart block that mean something to it, beside title, subtitle, unit,
    height and id, which mean something to all, and `options` the names that its `options:` may hold. `draw` is the
    function that draws it, as `module:function`; it takes a ChartSpec and gives a `briefing.drawing.Sheet`, and its
    module is imported only when a chart is drawn. `title` begins the alternative text. A new `version` draws anew what
    is in the cache; so does a new version of the package. `complete` says that every figure stands in the drawing,
    which is then checked.
    """

    title: str
    summary: str
    draw: str
    series: Shape | None = None
    facts: Shape | None = None
    keys: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    version: int = 1
    complete: bool = True

    def drawer(self) -> Callable[[Any], Any]:
        """The function that draws it, from a ChartSpec to a Sheet."""
        module, _, name = self.draw.partition(":")
        found: Callable[[Any], Any] = getattr(import_module(module), name)
        return found


_TIME = ("events", "within", "per")
_ROW = ("by", "group")

LINE = ChartKind(
    "Line chart",
    "Series over time, each named at its end.",
    "briefing.drawing.lines:line_chart",
    series="lines",
    keys=(*_TIME, "axis_from"),
)
AREA = ChartKind(
    "Area chart",
    "A series over time as a filled area, or several one upon another where their sum is true.",
    "briefing.drawing.area:area_chart",
    series="lines",
    keys=(*_TIME, "stacked"),
)
MULTIPLES = ChartKind(
    "Small multiples",
    "A panel for each series, all on the same scale.",
    "briefing.drawing.multiples:multiples",
    series="lines",
    keys=(*_TIME, "axis_from"),
)
BAR = ChartKind(
    "Bar chart",
    "Figures by their length: a bar for each fact, or a column for each date of a series.",
    "briefing.drawing.bars:bar_chart",
    series="columns",
    facts="rows",
    keys=(*_ROW, "split", "stacked", *_TIME),
    version=2,
)
RANGE = ChartKind(
    "Range chart",
    "What each asserter states: dots, ranges from low to high, bounds as open ends.",
    "briefing.drawing.bars:range_chart",
    facts="rows",
    keys=(*_ROW, "split"),
    version=2,
)
DUMBBELL = ChartKind(
    "Dumbbell chart",
    "Two or more figures of each label on one line: two accounts, or two dates, and how far they are apart.",
    "briefing.drawing.dumbbells:dumbbell_chart",
    facts="rows",
    keys=(*_ROW, "split"),
)
SLOPE = ChartKind(
    "Slope chart",
    "Then and now: each thing's two figures, joined.",
    "briefing.drawing.slope:slope_chart",
    series="grid",
    facts="grid",
    keys=("by", "split", "then", "within"),
)
HEAT = ChartKind(
    "Heat table",
    "A figure for each thing and each date or place, shaded by how large it is.",
    "briefing.drawing.heat:heat_table",
    series="grid",
    facts="grid",
    keys=("by", "split", "every", "within"),
    complete=False,  # a figure too long for its cell stands in the table of the data
)
STRIP = ChartKind(
    "Timeline",
    "Events along a time axis: dots for moments, bars for stretches of time.",
    "briefing.drawing.strip:timeline_strip",
    facts="events",
    keys=("group", "within"),
)
WAFFLE = ChartKind(
    "Waffle chart",
    "Shares of a whole as squares of a hundred, or as people of ten.",
    "briefing.drawing.waffle:waffle_chart",
    facts="shares",
    keys=("by", "of", "icons", "stacked"),
)
MAP = ChartKind(
    "Map",
    "Facts where they are: areas shaded by their figure, dots at points.",
    "briefing.drawing.maps:map_chart",
    facts="places",
    keys=("area",),
    version=2,
)
SPARKLINE = ChartKind(
    "Sparkline",
    "The course of a series no larger than a word, beside a key figure.",
    "briefing.drawing.lines:sparkline",
)


def kind_names() -> tuple[str, ...]:
    """The names of all kinds that are installed, ours first."""
    return tuple(_entries())


@cache
def chart_kind(name: str) -> ChartKind:
    """The kind of this name, one of `kind_names()`. Raises PluginError where its package cannot be used."""
    entry = _entries()[name]
    try:
        kind = entry.load()
    except Exception as error:  # a package of somebody else's: whatever it raises
        raise PluginError(f"the chart kind {name!r} of {_of(entry)} cannot be loaded: {error}") from error
    if not isinstance(kind, ChartKind):
        raise PluginError(f"the chart kind {name!r} of {_of(entry)} is no briefing.kinds.ChartKind")
    return kind


@cache
def maker_of(name: str) -> tuple[str, str]:
    """The package that brings a kind, and its version."""
    distribution = _entries()[name].dist
    return (distribution.name, distribution.version) if distribution is not None else ("", "")


@cache
def _entries() -> dict[str, EntryPoint]:
    """Every kind's entry point. Nobody takes the name of one of ours, nor two the same."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (_of(entry) != OURS, _of(entry))):
        other = found.setdefault(entry.name, entry)
        if other.value != entry.value:
            raise PluginError(f"{_of(entry)} brings the chart kind {entry.name!r}, which {_of(other)} has already")
    return found


def _of(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else ""
