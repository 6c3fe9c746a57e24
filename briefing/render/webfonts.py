"""The project's letters inside an HTML page, which asks nobody for anything: the scripts that the page uses."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from briefing.render.letters import subset

_FOLDER = Path(__file__).parent.parent / "fonts" / "web"


def font_faces(text: str, wanted: Iterable[tuple[str, int, str]]) -> str:
    """`@font-face` rules for the (family, weight, style) wanted, in the scripts that `text` is written in."""
    return "\n".join(_rule(entry, _encoded(entry["file"])) for entry in _entries(text, wanted))


def few_letters(text: str, wanted: Iterable[tuple[str, int, str]]) -> str:
    """The same with no other characters than those of `text`: it takes time, and a fifth of the room."""
    return "\n".join(_rule(entry, subset(_FOLDER / entry["file"], text)) for entry in _entries(text, wanted))


def _entries(text: str, wanted: Iterable[tuple[str, int, str]]) -> Iterable[dict[str, Any]]:
    faces = set(wanted)
    used = {ord(character) for character in set(text)}
    return (
        entry
        for entry in _index()
        if (entry["family"], entry["weight"], entry["style"]) in faces and _needed(entry, used)
    )


def _rule(entry: dict[str, Any], data: str) -> str:
    return (
        f"@font-face{{font-family:'{entry['family']}';font-weight:{entry['weight']};font-style:{entry['style']};"
        f"font-display:swap;src:url(data:font/woff2;base64,{data}) format('woff2');"
        f"unicode-range:{entry['unicode_range']}}}"
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
