"""A look as custom properties of CSS, which come before a theme's own rules."""

from __future__ import annotations

import re
from typing import Literal

from briefing.drawing.palette import PALETTE
from briefing.look import OWN_FAMILIES, Look

_FOREIGN = '"Noto Sans Arabic", "Noto Sans Hebrew"'
_SANS = f'"Briefing Sans", "Source Sans 3", {_FOREIGN}, system-ui, sans-serif'
_SERIF = f'"Briefing Serif", "Source Serif 4", {_FOREIGN}, Georgia, serif'
_PROPERTY = re.compile(r"--bf-[a-z-]+(?=:)")
_PAGE = ("page", "shade", "ink", "muted", "accent", "caution")
_LINES = {"line": "grid", "strong-line": "strong"}


def tokens(look: Look, medium: Literal["screen", "paper"]) -> str:
    """The style sheet of a look: its light colours, its letters and, on a screen, its dark colours."""
    light = [
        *_colours(look, 0),
        f"--bf-masthead-line: var({'--bf-accent' if 'accent' in dict(look.own) else '--bf-strong-line'})",
        f"--bf-sans: {_letters(look.headings, _SANS)}",
        f"--bf-serif: {_letters(look.text, _SERIF)}",
    ]
    style = f".bf, .bf-page {{ {'; '.join(light)} }}"
    if medium == "paper":
        return style
    dark = [*_colours(look, 1), *(f"--bf-chart-{token}: {look.colours[token][1]}" for token in PALETTE)]
    return f"{style}\n@media screen and (prefers-color-scheme: dark) {{ .bf, .bf-page {{ {'; '.join(dark)} }} }}"


def sealed(style: str) -> str:
    """A rule for inside a fragment: what the page around says of our properties, on any element, does not hold in it.

    `style` is the sheet that sets them. The colours of charts have no value of their own where the page is light.
    """
    names = dict.fromkeys(_PROPERTY.findall(style))
    charts = "; ".join(f"{name}: initial" for name in names if name.startswith("--bf-chart-"))
    inner = "; ".join(f"{name}: inherit" for name in (*names, "--bf-rem"))
    return f".bf {{ {charts} }}\n.bf :where(*) {{ {inner} }}"


def _colours(look: Look, scheme: int) -> list[str]:
    names = {token: token for token in _PAGE} | _LINES
    return [f"--bf-{name}: {look.colours[token][scheme]}" for name, token in names.items()]


def _letters(family: str, usual: str) -> str:
    """The families to ask in turn; those of the program for what another lacks."""
    if family in OWN_FAMILIES:
        return _SANS if family == "Source Sans 3" else _SERIF
    return f'"{family}", {usual}' if family else usual
