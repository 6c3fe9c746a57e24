"""The look: colours that all can read and tell apart, a publisher's own colours, letters and logo, and every script."""

from __future__ import annotations

import datetime as dt
import json
import re
import struct
import zlib
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from briefing.charts import drawings
from briefing.colours import MARK, TEXT, VIEWS, contrast, distance, with_contrast
from briefing.edition import ChartSpec, walk
from briefing.errors import InputError
from briefing.glyphs import family_for, missing
from briefing.look import COLOURS, Look
from briefing.pipeline import build
from briefing.render import charts_in
from briefing.render.svg import in_colours, on_screen
from briefing.render.theme import BUILT_IN
from tests.browser import axe_violations, nu_messages, offline_page
from tests.builders import (
    DAY,
    a_fact,
    a_feed,
    a_printer,
    a_project,
    a_series,
    a_source,
    an_event,
    an_indicator,
    composed,
    said,
)
from tests.reading import pages, plain, prose

OURS = Path(__file__).parent.parent / "briefing" / "fonts"
RED = "#b3122b"
SERIES = [name for name in COLOURS if name.startswith("series")]


# Colours.


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_our_own_colours_can_be_read(scheme):
    """Text and the names of series have 4.5:1 on the page, text also on shaded boxes; the rules of boxes have 3:1."""
    page, shade = COLOURS["page"][scheme], COLOURS["shade"][scheme]
    for token in ("ink", "muted", "accent"):
        assert min(contrast(COLOURS[token][scheme], ground) for ground in (page, shade)) >= TEXT, token
    assert min(contrast(COLOURS[token][scheme], page) for token in SERIES) >= TEXT
    assert min(contrast(COLOURS[token][scheme], page) for token in ("caution", "strong")) >= MARK


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_our_own_series_are_told_apart(view, scheme):
    """Any two series are apart by 0.09 in OKLab to every kind of colour-blind reader, and by 0.045 in grey."""
    least = min(distance(COLOURS[a][scheme], COLOURS[b][scheme], view) for a, b in combinations(SERIES, 2))
    assert least >= (0.045 if view == "in grey" else 0.089)


def test_a_colour_stands_in_one_place():
    """No style sheet has a colour of the palette typed in it: pages and charts cannot come to differ."""
    typed = {colour for pair in COLOURS.values() for colour in pair} - {"#ffffff"}
    for path in (BUILT_IN / "default" / "style").glob("*.css"):
        text = re.sub(r"@page \{.*?\n\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)  # knows no variables
        assert typed & set(re.findall("#[0-9a-f]{6}", text)) == set(), path.name


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)]
)
def test_contrast_is_that_of_the_standard(one, other, ratio):
    """The contrast of well-known pairs is what other tools give, whichever is the ground."""
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("in full colour", 0.324430),
        ("to protanopes", 0.236701),
        ("to deuteranopes", 0.291339),
        ("to tritanopes", 0.319867),
    ],
)
def test_distances_are_those_of_the_published_simulation(view, expected):
    """The distance of two colours is that which coloraide gives for Machado's simulation and deltaEOK."""
    assert distance("#0a5fb4", "#c83e11", view) == pytest.approx(expected, abs=1e-5)


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from([0, 1]), st.sampled_from([MARK, TEXT, 7]))
def test_a_near_colour_can_be_read(colour, scheme, least):
    """The colour that a hint names has the contrast that is wanted, whatever colour it is for."""
    page = COLOURS["page"][scheme]
    near = with_contrast(colour, page, least)
    assert contrast(near, page) >= least
    assert near == colour or contrast(near, page) < least + 0.25


# A look of one's own.


def a_logo(kind="PNG", size=(600, 150), **options):
    """A red picture."""
    made = BytesIO()
    Image.new("RGB", size, RED).save(made, kind, **options)
    return made.getvalue()


COURSE = "date,n\n" + "".join(f"2022-03-{day:02},{100 + day}\n" for day in range(1, 32))
BLOCKS = [
    {"text": "More [elsewhere](https://example.org)."},
    {"chart": {"kind": "line", "title": "Course", "series": ["losses"], "id": "course"}},
]
LOOK = {"accent": RED, "series": [RED, "#1b4f72"], "logo": {"file": "logo.png", "alt": "River desk"}}


def a_branded_project(folder, look=None, files=None, **config):
    """A project with a line chart and a look."""
    return a_project(
        folder,
        blocks=BLOCKS,
        feeds=[a_feed(series=[a_series(subject="Fill #0a5fb4")])],
        files={"t.csv": COURSE, "logo.png": a_logo(), **(files or {})},
        config={"publisher": "River County", "look": LOOK if look is None else look, **config},
    )


@pytest.fixture(scope="module")
def branded(tmp_path_factory):
    """An edition in a look of its own."""
    return build(a_branded_project(tmp_path_factory.mktemp("branded")), day=DAY, printer=a_printer()).folder


def test_a_look_reaches_every_output(branded):
    """Accent and series stand in the page, the fragment, the chart's file and the PDF, in place of the program's."""
    own, usual = RED, COLOURS["series1"][0]
    for name in ("briefing.html", "fragment.html"):
        text = (branded / name).read_text(encoding="utf-8")
        assert f"--bf-accent: {own}" in text
        assert f"var(--bf-chart-series1, {own})" in text
        assert f"var(--bf-chart-series1, {usual})" not in text
    chart = (branded / "charts" / "course.svg").read_text(encoding="utf-8")
    assert f'stroke="{own}"' in chart
    assert f'="{usual}"' not in chart
    with pikepdf.open(branded / "briefing.pdf") as pdf:
        inks = b"".join(stream_of(pdf)).decode("latin-1")
    red = " ".join(f"{int(own[at : at + 2], 16) / 255:.4f}"[:4] for at in (1, 3, 5))
    assert re.search(r"0\.70\d* 0\.07\d* 0\.16\d* (?:rg|RG)", inks), red


def stream_of(pdf):
    """Every stream of pages and drawings in a PDF."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image":
            try:
                yield one.read_bytes()
            except pikepdf.PdfError:
                continue


def test_only_colours_are_replaced_never_words():
    """A label that reads like a colour stays as it is when the drawing's colours are exchanged."""
    svg = '<svg width="1" height="1"><path fill="#0a5fb4"/><text fill="#59616b">fill="#0a5fb4" #0a5fb4</text></svg>'
    look = Look((("series1", (RED, "#ff5566")),))
    assert in_colours(svg, look) == svg.replace('<path fill="#0a5fb4"', f'<path fill="{RED}"')
    assert on_screen(svg, "x", look).count("#0a5fb4") == 2
    both = on_screen('<svg><path stroke="#59616b" fill="#0a5fb4"/><path fill="#123456"/></svg>', "x", look)
    assert both.count("style=") == 2  # one for each element
    assert f"stroke: var(--bf-chart-muted, #59616b); fill: var(--bf-chart-series1, {RED})" in both
    assert "#123456" in both


def test_a_new_colour_draws_nothing_anew(tmp_path):
    """Drawings are kept without colours of one's own: a change of look finds every one in the cache."""
    config = a_branded_project(tmp_path)
    build(config, day=DAY, formats=["html"])
    cache = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / ".cache" / "charts").iterdir()}
    config.write_text(config.read_text(encoding="utf-8").replace(RED, "#1a6b2f"), encoding="utf-8")
    built = build(config, day=DAY, formats=["html"])
    assert "#1a6b2f" in (built.folder / "charts" / "course.svg").read_text(encoding="utf-8")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / ".cache" / "charts").iterdir()} == cache


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_in_a_look_of_its_own_is_accessible(branded, chromium, width, scheme):
    """With colours and a logo of one's own a page has nothing against it, narrow or wide, light or dark."""
    with offline_page(chromium, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.goto((branded / "briefing.html").as_uri())
        assert axe_violations(page) == []
        logo = page.locator("img.bf-logo")
        box = logo.bounding_box() or {"width": 0.0, "height": 0.0}
        assert logo.get_attribute("alt") == "River desk"
        assert logo.evaluate("one => one.naturalWidth") == 600
        assert box["width"] <= 0.6 * width
        assert box["width"] / box["height"] == pytest.approx(4, rel=0.15)
        dark = page.evaluate("getComputedStyle(document.querySelector('.bf-text a')).color")
        assert (dark == "rgb(179, 18, 43)") == (scheme == "light")


def test_a_fragment_in_a_white_page_can_be_read_in_the_dark(branded, chromium):
    """A reader who asks for dark pages reads the fragment too where the page around it stays white."""
    host = (
        f"<!doctype html><html lang=en><title>Host</title><body>{(branded / 'fragment.html').read_text('utf-8')}</body>"
    )
    with offline_page(chromium, color_scheme="dark") as page:
        page.set_content(host)
        style = "getComputedStyle(document.querySelector('.bf-fragment'))"
        ink, ground = (page.evaluate(f"{style}.{name}") for name in ("color", "backgroundColor"))
    written = ["#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", one)[:3]) for one in (ink, ground)]
    assert "rgba" not in ground
    assert contrast(*written) >= 7


def test_a_page_with_a_logo_is_valid(branded):
    """The Nu checker has nothing against a page with a look of its own."""
    told = nu_messages([branded / "briefing.html"])
    # It takes "img-src data:" for a ban of data: pictures; browsers show them, as is tested above.
    assert [one for one in told if "Content Security Policy" not in one] == []


def test_a_logo_stands_on_the_first_sheet(branded):
    """The PDF has the logo as a picture with its words, once."""
    with pikepdf.open(branded / "briefing.pdf") as pdf:
        pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        words = [
            str(one["/Alt"])
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Alt") is not None
        ]
    assert [(int(one["/Width"]), int(one["/Height"])) for one in pictures] == [(600, 150)]
    assert words.count("River desk") == 1


def test_a_logo_is_an_input_and_kept_in_the_books(tmp_path):
    """A past edition is made again with the logo and the colours that it had, byte for byte, when both are gone."""
    config = a_branded_project(tmp_path)
    moment = dt.datetime(2022, 4, 9, 6, tzinfo=dt.UTC)
    built = build(config, day=DAY, now=moment, printer=a_printer())
    manifest = json.loads((built.folder / "manifest.json").read_text(encoding="utf-8"))
    assert "logo.png" in manifest["inputs"]
    before = {path.name: path.read_bytes() for path in built.folder.rglob("*.*") if path.name != "manifest.json"}
    books = tmp_path / "out" / "ukraine" / "books.sqlite"
    (tmp_path / "logo.png").unlink()
    config.write_text("title: Gone\n", encoding="utf-8")
    again = build(config, day=DAY, known_at=moment, books=books, out=tmp_path / "again").folder
    assert {path.name: path.read_bytes() for path in again.rglob("*.*") if path.name != "manifest.json"} == before


def test_another_logo_makes_another_edition(tmp_path):
    """An edition whose logo alone has changed is not taken for unchanged."""
    config = a_branded_project(tmp_path)
    build(config, day=DAY, formats=["html"])
    assert build(config, day=DAY, formats=["html"]).unchanged
    (tmp_path / "logo.png").write_bytes(a_logo(size=(500, 100)))
    assert not build(config, day=DAY, formats=["html"]).unchanged


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_may_be_of_three_formats(tmp_path, kind):
    """PNG, JPEG and WebP are taken for what they are, whatever the file is called."""
    config = a_branded_project(tmp_path, files={"logo.png": a_logo(kind)})
    built = build(config, day=DAY, formats=["pdf", "html"], printer=a_printer())
    assert f"data:image/{kind.lower()};base64," in (built.folder / "briefing.html").read_text(encoding="utf-8")


def a_head_of(side):
    """A PNG that says it is a square of so many pixels, and breaks off."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\1IDAT"


def frames(kind):
    """A picture that moves."""
    made = BytesIO()
    first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
    first.save(made, kind, save_all=True, append_images=[second], duration=100)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no PNG, JPEG or WebP picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "is no PNG, JPEG or WebP picture"),
        (a_logo("GIF"), "is no PNG, JPEG or WebP picture"),
        (a_logo("TIFF"), "is no PNG, JPEG or WebP picture"),
        (a_logo()[:60], "is damaged"),
        (a_logo("JPEG", (900, 900))[:2000], "is damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "is damaged"),
        (a_head_of(12000), "has 12000 by 12000 pixels; at most 4 million are allowed"),
        (a_head_of(20000), "has too many pixels; at most 4 million are allowed"),
        (frames("PNG"), "moves, and a page of paper cannot"),
        (frames("WEBP"), "moves, and a page of paper cannot"),
        (a_logo() + b"x" * 500_000, "kB; a logo may have 500"),
    ],
    ids=["empty", "svg", "gif", "tiff", "cut", "cut-jpeg", "nothing", "bomb", "giant", "apng", "webp", "heavy"],
)
def test_a_logo_that_cannot_be_trusted_is_refused(tmp_path, data, message):
    """What is no still picture of a sensible size is a diagnostic at its place, before anything is made."""
    (told,) = said(a_branded_project(tmp_path, look={"logo": LOOK["logo"]}, files={"logo.png": data}))
    assert re.match(r"config\.yaml:5:11: error\[(bad-picture|file-too-large)\]: 'logo\.png' ", told)
    assert message in told


def test_a_logo_needs_words(tmp_path):
    """A logo is named by the publisher, or by words of its own; without either it is refused."""
    config = a_branded_project(tmp_path, look={"logo": "logo.png"})
    assert said(config) == []
    config.write_text(config.read_text(encoding="utf-8").replace("publisher: River County\n", ""), encoding="utf-8")
    (told,) = said(config)
    assert "error[missing-key]: the logo has no words for who cannot see it" in told


def test_a_yellow_that_nobody_can_read_is_refused(tmp_path):
    """A colour without contrast stops the build, with its ratio and a colour of its hue that would do."""
    config = a_branded_project(tmp_path, look={"accent": "#ffd500", "series": ["#ffd500"]})
    with pytest.raises(InputError) as refused:
        build(config, day=DAY)
    told = [str(one) for one in refused.value.diagnostics if one.code == "low-contrast"]
    assert len(told) == 2
    assert "#ffd500 has a contrast of 1.4:1 to the page (light); 4.5:1 is the least" in told[1]
    (near,) = re.findall("can be read is (#[0-9a-f]{6})", told[1])
    assert said(a_branded_project(tmp_path, look={"series": [near, "#1b1f24"]}))[:0] == []
    assert contrast(near, "#ffffff") >= TEXT


def test_a_dark_colour_is_held_to_the_dark_page(tmp_path):
    """A colour given for the dark page has to be read there; one that is not given is made so that it can be."""
    look = {"accent": {"light": RED, "dark": RED}}
    (told,) = said(a_branded_project(tmp_path, look=look))
    assert "low-contrast" in told
    assert "(dark)" in told
    assert said(a_branded_project(tmp_path, look={"accent": RED})) == []


def test_colours_that_a_reader_confuses_are_a_warning(tmp_path):
    """Red and green of one lightness are told of with the readers who take them for one; lines have names beside."""
    found = said(a_branded_project(tmp_path, look={"series": ["#b02418", "#567000"]}))
    assert any("warning[alike-colours]: #b02418 of series 1 and #567000 of series 2 look alike" in one for one in found)
    assert not any("error" in one for one in found)


# Letters of one's own.


def a_font(family, characters="", *, restricted=False):
    """One of our fonts under another name, with a character or two of other scripts."""
    font = TTFont(BytesIO((OURS / "SourceSans3-Regular.ttf").read_bytes()))
    for number in (1, 16):
        font["name"].setName(family, number, 3, 1, 0x409)
        font["name"].setName(family, number, 1, 0, 0)
    font["name"].setName(family.replace(" ", ""), 6, 3, 1, 0x409)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({ord(one): table.cmap[ord("a")] for one in characters if ord(one) < 0x10000})
    font["OS/2"].fsType = 2 if restricted else 0
    made = BytesIO()
    font.save(made)
    return made.getvalue()


def fonts_of(pdf):
    """The families of a PDF."""
    with pikepdf.open(pdf) as opened:
        return {
            str(one["/BaseFont"])
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }


def test_headings_and_text_take_families_of_ones_own(tmp_path, chromium):
    """A family of the config's fonts letters the headings in the PDF and, brought along, in the page."""
    look = {"headings": "House Sans", "text": "Source Sans 3"}
    files = {"house/House.ttf": a_font("House Sans")}
    built = build(a_branded_project(tmp_path, look=look, files=files, fonts=["house"]), day=DAY)
    families = fonts_of(built.folder / "briefing.pdf")
    assert any("House" in one for one in families)
    assert not any("Serif" in one for one in families)
    with offline_page(chromium) as page:
        page.goto((built.folder / "briefing.html").as_uri())
        page.evaluate("document.fonts.ready")
        loaded = page.evaluate("[...document.fonts].filter(one => one.status == 'loaded').map(one => one.family)")
        assert any("House Sans" in one for one in loaded)
        assert "House Sans" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert "Briefing Serif" not in page.evaluate("getComputedStyle(document.querySelector('p')).fontFamily")


def test_a_font_that_may_not_be_embedded_is_not(tmp_path):
    """A font whose maker forbids it does not travel in a web page, which names it for readers who have it."""
    files = {"house/House.ttf": a_font("House Sans", restricted=True)}
    config = a_branded_project(tmp_path, look={"headings": "House Sans"}, files=files, fonts=["house"])
    text = (build(config, day=DAY, formats=["html"]).folder / "briefing.html").read_text(encoding="utf-8")
    assert '--bf-sans: "House Sans", ' in text
    assert "font-family:'House Sans'" not in text


@pytest.mark.parametrize("name", ['x"; } * { color: red', "</style><script>", "url(http://example.org)", "a\\62"])
def test_a_family_is_a_name_and_nothing_else(tmp_path, name):
    """What is no name of a family never reaches a style sheet."""
    (told,) = said(a_branded_project(tmp_path, look={"headings": name}))
    assert "error[bad-choice]" in told


# Scripts.

WORDS = {"uk": "Міністерство оборони", "ar": "وزارة الدفاع", "he": "משרד הביטחון", "zh": "外交部 发言人"}
IN_FOUR_SCRIPTS = {
    name: a_fact(said_by=words, value="7000..15000", claim=words.replace(" ", " {value} "), subject=words)
    for name, words in WORDS.items()
}
SCRIPT_BLOCKS = [
    {"facts": {"ids": list(WORDS)}},
    {"chart": {"kind": "range", "title": "Who", "facts": {"ids": list(WORDS)}, "id": "who"}},
]


@pytest.fixture(scope="module")
def four_scripts(tmp_path_factory):
    """An edition in Ukrainian, Arabic, Hebrew and Chinese."""
    return build(
        a_project(tmp_path_factory.mktemp("scripts"), facts=IN_FOUR_SCRIPTS, blocks=SCRIPT_BLOCKS),
        day=DAY,
        printer=a_printer(),
    ).folder


def test_four_scripts_come_out_whole(four_scripts):
    """Claims and labels of charts in Cyrillic, Arabic, Hebrew and Chinese stand in the PDF, each figure whole."""
    text = plain(prose(four_scripts / "briefing.pdf"))
    assert text.count("7,000 to 15,000") >= 2 * len(WORDS)
    for words in (WORDS["uk"], WORDS["zh"]):
        assert words in text


@pytest.mark.parametrize("name", ["ar", "he"])
def test_a_figure_amid_letters_from_right_to_left_keeps_its_order(four_scripts, page, name):
    """On paper as on screen the sentence runs from right to left around a figure that runs from left to right."""
    first, second = WORDS[name].split()
    (line,) = (
        {word.text.strip("."): word.left for word in line.words}
        for line in pages(four_scripts / "briefing.pdf")[0]
        if "7,000" in line.text and (first in line.text or first[::-1] in line.text)
    )
    at = [line.get(word) or line[word[::-1]] for word in (second, "7,000", "15,000", first)]
    assert at == sorted(at)
    page.goto((four_scripts / "briefing.html").as_uri())
    places = page.evaluate(
        """([first, second]) => {
        const item = [...document.querySelectorAll('li')].find(one => one.textContent.includes(first));
        const left = (node, text) => { const range = document.createRange(), start = node.data.indexOf(text);
            range.setStart(node, start); range.setEnd(node, start + text.length);
            return range.getBoundingClientRect().left };
        const figure = item.querySelector('.bf-figure'), inside = figure.firstChild;
        return [left(figure.nextSibling, second), left(inside, '7,000'), left(inside, '15,000'),
            left(figure.previousSibling, first)] }""",
        [first, second],
    )
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("character", "family"),
    [
        ("ก", "Noto Sans Thai"),
        ("क", "Noto Sans Devanagari"),
        ("አ", "Noto Sans Ethiopic"),
        ("ཀ", "Noto Serif Tibetan"),
        ("ა", "Noto Sans Georgian"),
        ("ᐁ", "Noto Sans Canadian Aboriginal"),
        ("😀", "Noto Emoji"),
        ("𝔸", "Noto Sans Math"),
        ("\ue000", ""),
    ],
)
def test_a_font_is_named_for_a_character_that_ours_lack(character, family):
    """The hint names the family of Noto for the script; none for a character that no standard defines."""
    assert missing(character) == (character,)
    assert family_for(character) == family


@pytest.mark.parametrize("formats", [["html"], ["pdf"]])
def test_a_character_without_a_letter_is_told_with_its_place(tmp_path, formats):
    """A label of a chart that no font can letter is told of at its line, also where only a web page is made."""
    facts = {"a": a_fact(said_by="กขค")}
    blocks = [{"chart": {"kind": "bar", "title": "Who", "facts": {"ids": ["a"]}}}]
    found = said(a_project(tmp_path, facts=facts, blocks=blocks, config={"formats": formats}))
    assert [one.split(" (U+")[0] for one in found] == [
        f"facts/war.yaml:16:14: error[missing-glyph]: no font has the character {letter}" for letter in "กขค"
    ]
    assert "a font such as Noto Sans Thai has it" in found[0]


def test_a_web_page_alone_may_use_its_readers_letters(tmp_path):
    """Without a PDF and outside charts a character needs no font of ours: a browser has others."""
    project = a_project(tmp_path, facts={"a": a_fact(said_by="กขค")}, blocks=[{"facts": {"ids": ["a"]}}])
    project.write_text("formats: [html]\n" + project.read_text(encoding="utf-8"), encoding="utf-8")
    assert said(project) == []


def test_a_font_of_ones_own_letters_what_ours_lack(tmp_path):
    """A character that a font of the config has is printed, in text and charts; the next one is still told of."""
    blocks = [{"chart": {"kind": "bar", "title": "Who", "facts": {"ids": ["a"]}}}]
    font = {"more/thai.ttf": a_font("Some Thai", characters="ก")}
    whole = a_project(tmp_path, facts={"a": a_fact(said_by="กก")}, blocks=blocks, files=font, config={"fonts": "more"})
    assert said(whole) == []
    assert build(whole, day=DAY, formats=["pdf"]).pages == 1
    lacking = a_project(
        tmp_path, facts={"a": a_fact(said_by="กข")}, blocks=blocks, files=font, config={"fonts": "more"}
    )
    assert [one.split(" (U+")[0] for one in said(lacking)] == [
        "facts/war.yaml:16:14: error[missing-glyph]: no font has the character ข"
    ]


@pytest.mark.parametrize(
    ("project", "place"),
    [
        ({"sources": {"nato": a_source(title="ก")}}, "facts/war.yaml:3:12"),
        ({"indicators": {"killed": an_indicator(unit="ก")}, "blocks": "chart"}, "facts/war.yaml:9:11"),
        ({"blocks": [{"text": "One.\n\nก"}]}, "config.yaml:5:"),
    ],
    ids=["source", "indicator", "text"],
)
def test_a_character_is_found_wherever_it_was_written(tmp_path, project, place):
    """The place is that of the source, the indicator or the text of the config."""
    if project.get("blocks") == "chart":
        project = {**project, "blocks": [{"chart": {"kind": "bar", "title": "W", "facts": {"ids": ["killed"]}}}]}
    else:
        project = {"blocks": [{"facts": {}}], **project}
    (told,) = said(a_project(tmp_path, **project))
    assert told.startswith(place)


# Size.


def test_a_plain_line_chart_is_small(tmp_path):
    """A line of 45 days with three events is below 25 kB, as a drawing and as a file with its letters."""
    days = [dt.date(2022, 2, 24) + dt.timedelta(n) for n in range(45)]
    table = "date,n\n" + "".join(f"{day},{n * 431 + (n * 7919) % 97}\n" for n, day in enumerate(days))
    events = {
        f"e{n}": an_event(f"Something of note happens in town {'abc'[n]}", at=str(days[n * 15 + 3])) for n in range(3)
    }
    block = {"kind": "line", "title": "Losses have risen on every day", "series": ["losses"], "id": "c"}
    config = a_project(
        tmp_path,
        facts=events,
        blocks=[{"chart": {**block, "events": {"ids": list(events)}}}],
        feeds=[a_feed()],
        files={"t.csv": table},
    )
    edition = composed(config).edition
    (spec,) = charts_in(edition)
    assert len(drawings([spec], None)[spec]) < 25_000 / 3
    assert len([one for one in walk(edition.sections) if isinstance(one, ChartSpec)]) == 1
    assert (build(config, day=DAY, formats=["html"]).folder / "charts" / "c.svg").stat().st_size < 25_000
