"""The project's letters inside an HTML page, which asks nobody for anything: the scripts that the page uses."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from briefing.look import Look

_FOLDER = Path(__file__).parent.parent / "fonts" / "web"


def font_faces(text: str, wanted: Iterable[tuple[str, int, str]]) -> str:
    """`@font-face` rules for the (family, weight, style) wanted, in the scripts that `text` is written in."""
    faces = set(wanted)
    used = {ord(character) for character in set(text)}
    return "\n".join(
        f"@font-face{{font-family:'{entry['family']}';font-weight:{entry['weight']};font-style:{entry['style']};"
        f"font-display:swap;src:url(data:font/woff2;base64,{_encoded(entry['file'])}) format('woff2');"
        f"unicode-range:{entry['unicode_range']}}}"
        for entry in _index()
        if (entry["family"], entry["weight"], entry["style"]) in faces and _needed(entry, used)
    )


_FACES = ((400, False), (400, True), (600, False), (700, False))
"""The weights that a page uses, upright or slanted."""
_RESTRICTED = 0x0002
"""In a font's OS/2 fsType: it may not be embedded. It is then used by readers who have it."""


def own_faces(text: str, look: Look) -> str:
    """`@font-face` rules for the families that a look brings along, with the characters of `text` only."""
    return "\n".join(_face(family, path, text) for family, path in _chosen(look))


def _chosen(look: Look) -> Iterable[tuple[str, Path]]:
    """Of each family the files that come nearest to the weights that a page uses."""
    from fontTools.ttLib import TTFont

    told: dict[str, dict[Path, tuple[bool, int, int]]] = {}
    for family, path in look.letters:
        with TTFont(path, lazy=True) as font:
            about = font["OS/2"]
            if about.fsType & 0x000F != _RESTRICTED:
                slanted, narrow = bool(about.fsSelection & 1), abs(about.usWidthClass - 5)
                told.setdefault(family, {})[path] = (slanted, narrow, about.usWeightClass)
    for family, files in told.items():

        def far(path: Path, wanted: tuple[int, bool], of: dict[Path, tuple[bool, int, int]] = files) -> tuple[Any, ...]:
            slanted, narrow, weight = of[path]
            return slanted != wanted[1], narrow, abs(weight - wanted[0]), path

        for path in dict.fromkeys(min(files, key=lambda one: far(one, face)) for face in _FACES):
            yield family, path


def _face(family: str, path: Path, text: str) -> str:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(path, recalcTimestamp=False)  # no clock: same bytes on every run
    weight = str(font["OS/2"].usWeightClass)
    if "fvar" in font:
        weight = next(
            (f"{axis.minValue:g} {axis.maxValue:g}" for axis in font["fvar"].axes if axis.axisTag == "wght"), weight
        )
    style = "italic" if font["OS/2"].fsSelection & 1 else "normal"
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of tables that it leaves out
    subsetter = Subsetter(Options(layout_features=["*"], hinting=False, name_IDs=[0, 5, 13, 14], notdef_outline=True))
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff2"
    made = BytesIO()
    font.save(made)
    data = base64.b64encode(made.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};font-display:swap;"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


def _needed(entry: dict[str, Any], used: set[int]) -> bool:
    return entry["script"] == "latin" or any(low <= point <= high for low, high in entry["ranges"] for point in used)


@cache
def _index() -> tuple[dict[str, Any], ...]:
    entries = json.loads((_FOLDER / "index.json").read_text(encoding="utf-8"))
    for entry in entries:
        entry["ranges"] = [_range(part) for part in entry["unicode_range"].split(",")]
        if entry["script"] != "latin":  # combining marks stand in several scripts and tell nothing of the language
            entry["ranges"] = [(low, high) for low, high in entry["ranges"] if not 0x300 <= low <= 0x36F]
    return tuple(entries)


def _range(part: str) -> tuple[int, int]:
    low, _, high = part.strip().removeprefix("U+").partition("-")
    return int(low, 16), int(high or low, 16)


@cache
def _encoded(name: str) -> str:
    return base64.b64encode((_FOLDER / name).read_bytes()).decode("ascii")
