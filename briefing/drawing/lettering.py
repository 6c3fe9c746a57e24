"""Words in a drawing: which fonts have them, how wide they are, where they break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from matplotlib.font_manager import FontEntry, FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

from briefing.errors import DrawError


@dataclass(frozen=True, slots=True)
class Face:
    """A size of type in points, and its weight."""

    size: float
    weight: int

    @property
    def line(self) -> float:
        """From one baseline to the next, in points."""
        return 1.2 * self.size


PLAIN, STRONG, SMALL = Face(8.0, 400), Face(8.0, 600), Face(7.5, 400)

FAMILIES = "'Source Sans 3','Noto Sans Arabic','Noto Sans Hebrew','Droid Sans Fallback',sans-serif"
"""The families of a drawing's text as CSS, which are those measured here."""

_FONTS = Path(__file__).parents[1] / "fonts"
_REST = "DroidSansFallbackFull"
_FILES = {
    400: ("SourceSans3-Regular", "NotoSansArabic-Regular", "NotoSansHebrew-Regular", _REST),
    600: ("SourceSans3-Semibold", "NotoSansArabic-Bold", "NotoSansHebrew-Bold", _REST),
}
_faces: dict[int, tuple[Path, ...]] = {}  # by weight: our fonts, then the user's
_names: list[str] = []  # theirs in matplotlib: names that no font of the system has


def use_fonts(further: tuple[Path, ...] = ()) -> None:
    """Letter with our fonts, and with `further` font files where ours lack a character."""
    made = {weight: (*(_FONTS / f"{file}.ttf" for file in files), *further) for weight, files in _FILES.items()}
    if made == _faces:
        return
    _faces.update(made)
    _names[:] = [f"briefing {path.stem}" for path in made[400]]
    fontManager.ttflist[:] = [entry for entry in fontManager.ttflist if not entry.name.startswith("briefing ")] + [
        FontEntry(fname=str(path), name=name, weight=weight, size="scalable")
        for weight, paths in made.items()
        for name, path in zip(_names, paths, strict=True)
    ]
    _advance.cache_clear()
    _font.cache_clear()


_MOST = 1000  # characters of a label that are looked at: more than any drawing has room for
_SPACES = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")  # not the no-break spaces inside figures
_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f"[{_IDEOGRAPHS}] ?|[^ {_IDEOGRAPHS}]+ ?")


def properties(face: Face) -> FontProperties:
    """The face as matplotlib knows it, with its fallbacks."""
    return FontProperties(family=_names, size=face.size, weight=face.weight)


def needs_shaping(text: str) -> bool:
    """Whether setting the letters one by one, from left to right, would spoil the text.

    That is how WeasyPrint sets text in an SVG: Arabic would come out unjoined and backwards.
    """
    return any(
        (unicodedata.bidirectional(char) in {"R", "AL", "AN"} or unicodedata.category(char)[0] == "M")
        and not _invisible(char)
        for char in text
    )


def _invisible(char: str) -> bool:
    """Whether a character has no shape by definition: joiners, direction marks, selectors of variants."""
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or char == "\u034f"


def width(text: str, face: Face = PLAIN) -> float:
    """The width in points, without kerning. Raises DrawError for a character that no font of ours has."""
    ems = 0.0
    for char in text:
        advance = _advance(char, face.weight)
        if advance is None:
            name = unicodedata.name(char, "no letter")
            raise DrawError(f"the fonts of charts lack U+{ord(char):04X} ({name}), in the label {text[:60]!r}")
        ems += advance
    return ems * face.size


def wrap(text: str, room: float, face: Face = PLAIN, lines: int = 1) -> list[str]:
    """The text in at most so many lines of at most `room` points; what is left over becomes an ellipsis."""

    def fits(line: str) -> bool:
        return width(line.rstrip(" "), face) <= room

    text = _clean(text)
    if fits(text):
        return [text] if text else []
    wrapped = [""]
    for piece in _pieces(text, room, face):
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
    return [line.rstrip(" ") for line in wrapped]


def widest(lines: list[str], face: Face = PLAIN) -> float:
    """The width of the widest line in points."""
    return max((width(line, face) for line in lines), default=0.0)


def _clean(text: str) -> str:
    """The text in one line of composed characters."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text[:_MOST])).strip()
    if needs_shaping(text):
        return text
    return "".join(char for char in text if not _invisible(char))


def _pieces(text: str, room: float, face: Face) -> Iterator[str]:
    """The parts between which a line may break: words, ideographs, slices of a word wider than the room."""
    for piece in _PIECES.findall(text):
        if width(piece.rstrip(" "), face) <= room:
            yield piece
            continue
        start, reach = 0, 0.0
        for at, char in enumerate(piece):
            reach += width(char, face)
            if reach > room and at > start and unicodedata.category(char)[0] != "M":
                yield piece[start:at]
                start, reach = at, width(char, face)
        yield piece[start:]


@lru_cache(4096)
def _advance(char: str, weight: int) -> float | None:
    """How far a character moves the pen, in ems; None when no font has it."""
    if _invisible(char):
        return 0.0
    for number in range(len(_names)):
        font = _font(number, weight)
        if glyph := font.get_char_index(ord(char)):
            return font.load_glyph(glyph, LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM
    return None


@cache
def _font(number: int, weight: int) -> FT2Font:
    """One font, read when a character first needs it."""
    return get_font(str(_faces[weight][number]))
