"""Words in a drawing: which fonts have them, how wide they are, where they break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from matplotlib.font_manager import FontEntry, FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

from briefing.errors import DrawError

SIZE, SMALL = 8.0, 7.5
"""Points of type, at the width the chart is meant for."""
LINE = 1.2
"""Line height in ems."""
REGULAR, BOLD = 400, 600

FAMILIES = "'Source Sans 3','Noto Sans Arabic','Noto Sans Hebrew','Droid Sans Fallback',sans-serif"
"""The families of a drawing's text as CSS, which are those measured here."""

_FONTS = Path(__file__).parents[1] / "fonts"
_REST = "DroidSansFallbackFull"
_FILES = {
    REGULAR: ("SourceSans3-Regular", "NotoSansArabic-Regular", "NotoSansHebrew-Regular", _REST),
    BOLD: ("SourceSans3-Semibold", "NotoSansArabic-Bold", "NotoSansHebrew-Bold", _REST),
}
_OWN = [f"briefing {n}" for n in range(4)]  # names that no font of the system has
fontManager.ttflist += [
    FontEntry(fname=str(_FONTS / f"{file}.ttf"), name=name, weight=weight, size="scalable")
    for weight, files in _FILES.items()
    for name, file in zip(_OWN, files, strict=True)
]

_MOST = 1000  # characters of a label that are looked at: more than any drawing has room for
_SPACES = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")  # not the no-break spaces inside figures
_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f"[{_IDEOGRAPHS}] ?|[^ {_IDEOGRAPHS}]+ ?")


def font(size: float, weight: int) -> FontProperties:
    """Our fonts as matplotlib knows them, with their fallbacks."""
    return FontProperties(family=_OWN, size=size, weight=weight)


def clean(text: str) -> str:
    """The text in one line of composed characters."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text[:_MOST])).strip()
    if needs_shaping(text):
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf")  # joiners, direction marks


def needs_shaping(text: str) -> bool:
    """Whether setting the letters one by one, from left to right, would spoil the text.

    That is how WeasyPrint sets text in an SVG: Arabic would come out unjoined and backwards.
    """
    return any(
        unicodedata.bidirectional(char) in {"R", "AL", "AN"} or unicodedata.category(char)[0] == "M"
        for char in text
    )


def width(text: str, size: float = SIZE, weight: int = REGULAR) -> float:
    """The width in points, without kerning. Raises DrawError for a character that no font of ours has."""
    ems = 0.0
    for char in text:
        advance = _advance(char, weight)
        if advance is None:
            name = unicodedata.name(char, "no character")
            label = text if len(text) <= 40 else text[:40] + "…"
            raise DrawError(
                f"the chart's fonts have no glyph for U+{ord(char):04X} ({name}), in the label {label!r}"
            )
        ems += advance
    return ems * size


def wrap(text: str, room: float, size: float = SIZE, weight: int = REGULAR, lines: int = 1) -> list[str]:
    """The text in at most so many lines of at most `room` points; what is left over becomes an ellipsis."""

    def fits(line: str) -> bool:
        return width(line.rstrip(" "), size, weight) <= room

    wrapped = [""]
    for piece in _pieces(clean(text), room, size, weight):
        if fits(wrapped[-1] + piece) or not wrapped[-1]:
            wrapped[-1] += piece
        elif len(wrapped) < lines:
            wrapped.append(piece)
        else:
            cut = wrapped[-1] + piece
            while cut and not fits(cut.rstrip(" ") + "…"):
                cut = cut[:-1]
            wrapped[-1] = cut.rstrip(" ") + "…"
            break
    return [line.rstrip(" ") for line in wrapped if line]


def widest(lines: list[str], size: float = SIZE, weight: int = REGULAR) -> float:
    """The width of the widest line in points."""
    return max((width(line, size, weight) for line in lines), default=0.0)


def _pieces(text: str, room: float, size: float, weight: int) -> Iterator[str]:
    """The parts between which a line may break: words, ideographs, slices of a word wider than the room."""
    for piece in _PIECES.findall(text):
        if width(piece.rstrip(" "), size, weight) <= room:
            yield piece
            continue
        start, ems = 0, 0.0
        for at, char in enumerate(piece):
            ems += width(char, size, weight)
            if ems > room and at > start and unicodedata.category(char)[0] != "M":
                yield piece[start:at]
                start, ems = at, width(char, size, weight)
        yield piece[start:]


@lru_cache(4096)
def _advance(char: str, weight: int) -> float | None:
    """How far a character moves the pen, in ems; None when no font has it."""
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return 0.0  # invisible by definition
    for number in range(len(_OWN)):
        face = _face(number, weight)
        if glyph := face.get_char_index(ord(char)):
            return face.load_glyph(glyph, LoadFlags.NO_SCALE).horiAdvance / face.units_per_EM
    return None


@cache
def _face(number: int, weight: int) -> FT2Font:
    """One font, read when a character first needs it."""
    return get_font(str(_FONTS / f"{_FILES[weight][number]}.ttf"))
