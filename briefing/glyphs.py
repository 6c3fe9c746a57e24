"""Which characters the project's fonts have, known without opening one."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

_COVERAGE = Path(__file__).parent / "fonts" / "web" / "coverage.txt"


def missing(text: str) -> tuple[str, ...]:
    """The characters of a text that no font of the project can show, each once."""
    return tuple(character for character in dict.fromkeys(text) if not _has(character))


def named(character: str) -> str:
    """A character for people: "ก (U+0E01 THAI CHARACTER KO KAI)"."""
    return f"{character} (U+{ord(character):04X} {unicodedata.name(character, 'without a name')})"


@cache
def _has(character: str) -> bool:
    if unicodedata.category(character) in {"Cf", "Zs", "Zl", "Zp", "Cc"} or "\ufe00" <= character <= "\ufe0f":
        return True  # invisible by definition
    starts, ends = _ranges()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [part.strip().removeprefix("U+").partition("-") for part in _COVERAGE.read_text("ascii").split(",")]
    return [int(low, 16) for low, _, _ in pairs], [int(high or low, 16) for low, _, high in pairs]


_KINDS = (
    "CAPITAL|SMALL|LETTER|CHARACTER|SYLLABLE|VOWEL|CONSONANT|SIGN|DIGIT|NUMBER|NUMERIC|IDEOGRAM|MARK|TONE|SUBJOINED"
)
_SCRIPT = re.compile(rf"(?:COMBINING )?([A-Z -]+?) (?:{_KINDS}|SYLLABICS)\b")
_NOTO = {
    "Canadian": "Noto Sans Canadian Aboriginal",
    "Cuneiform": "Noto Sans Cuneiform",
    "Egyptian": "Noto Sans Egyptian Hieroglyphs",
    "Latin": "Noto Sans",
    "Cyrillic": "Noto Sans",
    "Greek": "Noto Sans",
    "Myanmar": "Noto Sans Myanmar",
    "Nko": "Noto Sans NKo",
    "Tibetan": "Noto Serif Tibetan",
}
"""Families of Noto that are not called as the script is in Unicode's names."""


def family_for(character: str) -> str:
    """A family of fonts, from Google's Noto, that has a character: "Noto Sans Thai"; nothing where none is known."""
    name, category = unicodedata.name(character, ""), unicodedata.category(character)
    if not name:
        return ""
    if name.startswith("CJK "):
        return "Noto Sans CJK"
    if category[0] == "S" or "\u2000" <= character <= "\u2bff" or "\u2e00" <= character <= "\u2e7f":
        return "Noto Emoji" if ord(character) >= 0x1F000 else "Noto Sans Symbols or Noto Sans Symbols 2"
    if name.startswith("MATHEMATICAL "):
        return "Noto Sans Math"
    script = _SCRIPT.match(name)
    called = script[1].title() if script else name.split(" ", 1)[0].title()
    return _NOTO.get(called, f"Noto Sans {called}")
