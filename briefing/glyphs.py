"""Which characters the project's fonts have, known without opening one."""

from __future__ import annotations

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
