"""Lollipop charts for briefing: the light half, which is read whenever a config is checked."""

from briefing.kinds import ChartKind

LOLLIPOP = ChartKind(
    title="Lollipop chart",
    summary="Figures as dots on stems from zero.",
    draw="briefing_lollipop.drawing:lollipop_chart",
    facts="rows",
    keys=("by",),
    options=("dot",),
)
