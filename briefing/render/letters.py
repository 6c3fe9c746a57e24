"""Letters for one page alone: of a font, the characters that it uses and no more."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from briefing.look import Look

_FACES = ((400, False), (400, True), (600, False), (700, False))
"""The weights that a page uses, upright or slanted."""
_RESTRICTED = 0x0002
"""In a font's OS/2 fsType: it may not be embedded. It is then used by readers who have it."""


def own_faces(text: str, look: Look) -> str:
    """`@font-face` rules for the families that a look brings along, with the characters of `text`."""
    return "\n".join(_face(family, path, text) for family, path in _chosen(look))


def subset(path: Path, text: str) -> str:
    """A font with the characters of `text` only, as the base64 of a woff2 file; the same for the same text."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of tables that it leaves out
    subsetter = Subsetter(Options(hinting=False, name_IDs=[0, 5, 13, 14], notdef_outline=True))
    subsetter.populate(unicodes={ord(character) for character in text})
    with TTFont(path, recalcTimestamp=False) as font:  # no clock
        subsetter.subset(font)
        font.flavor = "woff2"
        made = BytesIO()
        font.save(made)
    return base64.b64encode(made.getvalue()).decode("ascii")


def _chosen(look: Look) -> Iterator[tuple[str, Path]]:
    """Of each family the files that come nearest to the weights that a page uses."""
    for family in dict.fromkeys(family for family, _ in look.letters):
        told = {path: about for name, path in look.letters if name == family and (about := _about(path)) is not None}

        def far(path: Path, face: tuple[int, bool], told: dict[Path, tuple[int, bool, int]] = told) -> tuple[Any, ...]:
            weight, slanted, narrow = told[path]
            return slanted != face[1], narrow, abs(weight - face[0]), path

        if told:
            nearest = [min(told, key=lambda path: far(path, face)) for face in _FACES]
            yield from ((family, path) for path in dict.fromkeys(nearest))


def _about(path: Path) -> tuple[int, bool, int] | None:
    """A font's weight, whether it is slanted, how far its width is from the usual; None if it may not be embedded."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        said = font["OS/2"]
        allowed = said.fsType & 0x000F != _RESTRICTED
        return (said.usWeightClass, bool(said.fsSelection & 1), abs(said.usWidthClass - 5)) if allowed else None


def _face(family: str, path: Path, text: str) -> str:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        axes = font["fvar"].axes if "fvar" in font else ()
        spans = [f"{axis.minValue:g} {axis.maxValue:g}" for axis in axes if axis.axisTag == "wght"]
        weight = spans[0] if spans else str(font["OS/2"].usWeightClass)
        style = "italic" if font["OS/2"].fsSelection & 1 else "normal"
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};font-display:swap;"
        f"src:url(data:font/woff2;base64,{subset(path, text)}) format('woff2')}}"
    )
