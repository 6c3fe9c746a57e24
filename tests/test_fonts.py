"""The fonts that come with the program: what they hold, their licences, and the small ones for web pages."""

import json
import runpy
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "briefing" / "fonts"
SUBSETTER = Path(__file__).parent.parent / ".ci" / "subset_fonts.py"


def a_font(path):
    """The font in a file, which is closed again."""
    return TTFont(BytesIO(path.read_bytes()), lazy=True)


def file_name(path):
    """The name of a file, as tests are told apart by it."""
    return path.name


FONT_ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (FONTS / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and ".ttf" in line
]


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.?tf")), ids=file_name)
def test_a_font_comes_with_its_licence(path):
    """The fonts' README names every font, its version as the file has it, and its licence, there in full."""
    (row,) = [row for row in FONT_ROWS if fnmatch(path.name, row[1].split("`")[1])]
    family, _, version, _, licence, _ = row
    names = a_font(path)["name"]
    assert family in str(names.getBestFamilyName())
    assert f"Version {version}" in names.getDebugName(5)
    full = (FONTS / licence.rpartition("(")[2].rstrip(")")).read_text(encoding="utf-8")
    assert family in full
    assert "PERMISSION & CONDITIONS" in full or "TERMS AND CONDITIONS" in full


@pytest.mark.parametrize("path", sorted(FONTS.glob("Source*.?tf")), ids=file_name)
@pytest.mark.parametrize(
    "letters",
    [
        "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])),
        "".join(map(chr, [*range(0x100, 0x12C), *range(0x12E, 0x132), *range(0x134, 0x166), *range(0x168, 0x180)])),
        "".join(map(chr, range(0x400, 0x460))) + "Ґґ",
        "".join(map(chr, [*range(0x388, 0x38B), 0x38C, *range(0x38E, 0x3A2), *range(0x3A3, 0x3CF)])),
        "–—‘’“”„«»…−≈≥≤×±→←↑↓€£₴₽№\u2009\u202f\u00a0⁰¹²³⁴⁵⁶⁷⁸⁹",
    ],
    ids=["Latin-1", "Latin Extended-A", "Cyrillic", "Greek", "signs"],
)
def test_the_text_fonts_hold(path, letters):
    """The text fonts hold Latin, Cyrillic with the Ukrainian letters, Greek, and the signs of figures."""
    cmap = a_font(path).getBestCmap()
    assert [letter for letter in letters if ord(letter) not in cmap] == []


WEB = json.loads((FONTS / "web" / "index.json").read_text(encoding="utf-8"))


def test_the_index_names_every_web_font():
    """The index of the web fonts names every file there, and nothing else."""
    assert sorted(font["file"] for font in WEB) == sorted(path.name for path in (FONTS / "web").glob("*.woff2"))


@pytest.mark.parametrize("font", WEB, ids=lambda font: font["file"])
def test_a_web_font_is_small_and_has_a_name_of_its_own(font):
    """A web font is small, holds what the index says, and does not bear the name its licence reserves."""
    path = FONTS / "web" / font["file"]
    inside = a_font(path)
    said = {
        point
        for part in font["unicode_range"].removeprefix("U+").split(", U+")
        for low, _, high in [part.partition("-")]
        for point in range(int(low, 16), int(high or low, 16) + 1)
    }
    assert path.stat().st_size < 30_000
    assert set(inside.getBestCmap()) == said
    assert {inside["name"].getBestFamilyName()} == {font["family"]}
    assert not [one for number in (1, 3, 4, 6, 16) if "Source" in (one := str(inside["name"].getDebugName(number)))]


def test_the_web_fonts_can_be_made_again():
    """The script that makes the web fonts makes the same bytes again."""
    script = runpy.run_path(str(SUBSETTER))
    greek = script["unicodes"](script["SCRIPTS"]["greek"])
    made = BytesIO()
    script["subset"]("SourceSerif4-It", "Briefing Serif", "Italic", greek).save(made)
    assert made.getvalue() == (FONTS / "web" / "BriefingSerif-Italic.greek.woff2").read_bytes()
