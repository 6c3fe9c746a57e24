"""Make the web fonts: one small woff2 file per face and script, to be put inside an HTML page.

`coverage.txt` beside them says which characters any font of the project has.

    .venv/bin/python .ci/subset_fonts.py [FOLDER]

writes FOLDER, or else `briefing/fonts/web`: the same bytes on every run of the same fontTools and brotli.

The OFL reserves the name "Source" to Adobe's originals, hence "Briefing Sans" and "Briefing Serif" here.
Left out to keep the files small: hinting (half as much again) and small capitals (a quarter more).
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "briefing" / "fonts"

FACES = (  # the original, the subset's family, its style's name, and its weight and style in CSS
    ("SourceSans3-Regular", "Briefing Sans", "Regular", 400, "normal"),
    ("SourceSans3-It", "Briefing Sans", "Italic", 400, "italic"),
    ("SourceSans3-Semibold", "Briefing Sans", "Semibold", 600, "normal"),
    ("SourceSans3-Bold", "Briefing Sans", "Bold", 700, "normal"),
    ("SourceSerif4-Regular", "Briefing Serif", "Regular", 400, "normal"),
    ("SourceSerif4-It", "Briefing Serif", "Italic", 400, "italic"),
    ("SourceSerif4-Semibold", "Briefing Serif", "Semibold", 600, "normal"),
    ("SourceSerif4-Bold", "Briefing Serif", "Bold", 700, "normal"),
)
SCRIPTS = {  # what a font has of these characters goes into the file
    # Basic Latin, Latin-1, punctuation, spaces, raised and lowered digits, currencies, arrows, shapes
    "latin": "0020-007E 00A0-00FF 0131 0152-0153 02C6 02DA 02DC 2000-200D 2010-2015 2018-201A 201C-201E"
    " 2020-2022 2026 202F-2030 2032-2033 2039-203A 2044 2070 2074-2079 2080-2089 20A0-20C0 2116 2122"
    " 2190-2199 2206 2212 2215 221E 2248 2260 2264-2265 25A0-25A1 25B2-25B3 25B6-25B7 25BC-25BD 25C6"
    " 25CA-25CB 25CF 2713 2717",
    # Latin Extended-A, -B, Additional (Vietnamese), -C, -D, and combining marks
    "latin-ext": "0100-0130 0132-0151 0154-024F 0259 02BB-02BC 02C7 02D8-02D9 02DB 02DD 0300-036F 1E00-1EFF"
    " 2C60-2C7F A720-A7FF FB01-FB02",
    # Cyrillic and its supplement, with the marks that show stress
    "cyrillic": "0300-0301 0306 0308 0400-052F",
    "greek": "0370-03FF 1F00-1FFF",
}
FEATURES = ("ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "onum", "pnum", "sups", "tnum")
KEPT_NAMES = (0, 5, 14)  # copyright, version, where the licence is: the OFL asks for the first


def unicodes(ranges: str) -> set[int]:
    """Every code point of ranges written as "0020-007E 00A0"."""
    pairs = (part.partition("-") for part in ranges.split())
    return {point for low, _, high in pairs for point in range(int(low, 16), int(high or low, 16) + 1)}


def unicode_range(points: list[int]) -> str:
    """Sorted code points as CSS writes them: "U+20-7E, U+A0"."""
    runs = ([point for _, point in run] for _, run in groupby(enumerate(points), key=lambda place: place[1] - place[0]))
    return ", ".join(f"U+{run[0]:X}-{run[-1]:X}" if run[1:] else f"U+{run[0]:X}" for run in runs)


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the font its own names; name 1 knows four styles, so "Semibold" is a family of its own there."""
    basic = style in {"Regular", "Italic", "Bold"}
    names = {
        1: family if basic else f"{family} {style}",
        2: style if basic else "Regular",
        3: f"{family} {style}",
        4: f"{family} {style}",
        6: f"{family}-{style}".replace(" ", ""),
    } | ({} if basic else {16: family, 17: style})
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)


def subset(face: str, family: str, style: str, points: set[int]) -> TTFont:
    """One face with the glyphs of some characters only."""
    original = BytesIO((FONTS / f"{face}.ttf").read_bytes())
    font = TTFont(original, recalcTimestamp=False)  # no clock: same bytes on every run
    options = Options(
        layout_features=list(FEATURES),
        name_IDs=list(KEPT_NAMES),
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    rename(font, family, style)
    font.flavor = "woff2"
    return font


def main(folder: Path) -> None:
    """Write every subset and `index.json`, which says what each one is for."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for face, family, style, weight, css_style in FACES:
        for script, ranges in SCRIPTS.items():
            file = f"{family.replace(' ', '')}-{style}.{script}.woff2"
            font = subset(face, family, style, unicodes(ranges))
            font.save(folder / file)
            index.append(
                {
                    "file": file,
                    "family": family,
                    "weight": weight,
                    "style": css_style,
                    "script": script,
                    "unicode_range": unicode_range(sorted(font.getBestCmap())),
                }
            )
    covered: set[int] = set()
    for path in FONTS.glob("*.ttf"):
        covered |= set(TTFont(BytesIO(path.read_bytes()), lazy=True).getBestCmap())
    (folder / "coverage.txt").write_text(unicode_range(sorted(covered)) + "\n", encoding="ascii")
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FONTS / "web")
