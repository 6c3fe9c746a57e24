"""How a message looks: on a phone and on a desk, by day and by night, with its pictures and without."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from briefing.charts import drawings
from briefing.colours import contrast
from briefing.edition import NARROW, Chart, ChartRow, ChartSpec, Figure, KeyFigure, Table, plain, walk
from briefing.mailing import mail
from briefing.mailing.pictures import _is_readable
from briefing.numerals import inked
from briefing.pipeline import build
from briefing.render.behind import figures_behind
from briefing.render.reread import edition_of
from briefing.starter import start
from briefing.value import parse
from tests import reading
from tests.browser import axe_violations, offline_page
from tests.builders import DAY, a_fact, a_project

NOW = datetime(2022, 4, 9, 7, tzinfo=UTC)
LETTER = 8 / 72 * 25.4
"""Millimetres of a letter in a drawing: 8 points."""
OF_A_PAGE = ("region", "landmark-one-main")
"""Rules for a page of its own: a message stands inside the page of a program of mail, which has the landmarks."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo as a message with an address of its archive: its HTML as a file with its pictures, and its edition."""
    folder = reading.edition(reading.DEMO, tmp_path_factory)
    home = tmp_path_factory.mktemp("look")
    config = reading.DEMO.read_text(encoding="utf-8")
    more = "mail: {from: a@example.org}\narchive: {url: https://example.org/b/}"
    (home / "config.yaml").write_text(f"{config}\n{more}\n", encoding="utf-8")
    made = mail(home / "config.yaml", out=folder.parent.parent, write=home / "m.eml")
    message = message_from_bytes(made.files[0].read_bytes(), policy=policy.default)
    opened(message, home)
    edition = edition_of((folder / "briefing.json").read_bytes())[0]
    return home, edition, message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    """The HTML of the message of what `briefing new` starts with, beside its pictures."""
    home = tmp_path_factory.mktemp("starter")
    start(home / "flood")
    path = home / "flood" / "config.yaml"
    config = path.read_text(encoding="utf-8")
    path.write_text(f"{config}\nmail: {{from: a@example.org}}\n", encoding="utf-8")
    build(path, now=datetime(2026, 3, 14, 12, tzinfo=UTC), formats=("json",))
    return opened(message_from_bytes(mail(path).files[0].read_bytes(), policy=policy.default), home)


def opened(message, home):
    """The HTML of a message as a file beside its pictures."""
    html = message.get_body(("html",)).get_content()
    for part in message.walk():
        if part["Content-ID"]:
            (home / part.get_filename()).write_bytes(part.get_content())
            html = html.replace(f"cid:{part['Content-ID'].strip('<>')}", part.get_filename())
    (home / "m.html").write_text(html, encoding="utf-8")
    return home / "m.html"


def charts(edition):
    """The charts of an edition."""
    return [one for one in walk(edition.sections) if isinstance(one, Chart)]


@pytest.fixture
def shown(demo, chromium):
    """Opens the message in a window of a width and a scheme of colours; with `pictures` off they are not loaded."""
    home = demo[0]
    held_open = []

    def show(width, scheme="light", *, pictures=True):
        held = offline_page(chromium, viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = held.__enter__()
        held_open.append(held)
        name = "m.html"
        if not pictures:
            name = "blocked.html"
            bare = re.sub(r'src="[^"]*"', "", (home / "m.html").read_text(encoding="utf-8"))
            (home / name).write_text(bare, encoding="utf-8")
        page.goto((home / name).as_uri())
        return page

    yield show
    for held in held_open:
        held.__exit__(None, None, None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 600, 800])
def test_nothing_sticks_out(shown, width, scheme):
    """On a phone and on a desk, by day and by night, the message is as wide as its window and no wider."""
    page = shown(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(one => one.naturalWidth >= 2 * one.width && one.alt)")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


def test_figures_and_dates_are_not_broken(shown):
    """On a desk a figure and a date of a table stand on one line; claims and sources give way."""
    lines = shown(800).evaluate(
        "[...document.querySelectorAll('.bf-cell .bf-figure, .bf-cell time')].map(one => one.getClientRects().length)"
    )
    assert len(lines) > 12
    assert set(lines) == {1}


@pytest.mark.parametrize("width", [320, 600, 639, 640, 768, 1440])
def test_a_table_of_seven_columns_is_no_wider_than_its_column(starter, chromium, width):
    """The table of the starter, with seven columns, keeps to the column of the message."""
    with offline_page(chromium, viewport={"width": width, "height": 900}) as page:
        page.goto(starter.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        widths = page.evaluate(
            """[...document.querySelectorAll(".bf-table")].map(one => {
              const inside = one.closest(".bf-inside"), style = getComputedStyle(inside);
              const room = inside.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
              return [one.caption.textContent, one.offsetWidth, room];
            })"""
        )
        assert "Figures on people and homes" in [name for name, _, _ in widths]
        assert all(wide <= room for _, wide, room in widths), widths


def test_a_word_without_end_is_broken(tmp_path, chromium):
    """A word longer than a phone is wide does not make the message wider: in text, tiles, tables and behind charts."""
    facts = {
        name: a_fact(subject=name * 60, value=value, claim=f"{name * 60} counts {{value}}")
        for name, value in (("w", "1300"), ("x", "1400"))
    }
    blocks = [
        {"facts": {"ids": ["w"]}},
        {"key_figures": ["w"]},
        {"chart": {"kind": "bar", "title": "y" * 60, "facts": {"ids": ["w", "x"]}}},
        {"table": {"facts": {"ids": ["w"]}, "title": "z" * 60}},
    ]
    path = a_project(
        tmp_path, facts=facts, blocks=blocks, config={"formats": ["json"], "mail": {"from": "a@example.org"}}
    )
    build(path, day=DAY, now=NOW)
    message = message_from_bytes(mail(path).files[0].read_bytes(), policy=policy.default)
    for width in (320, 600):
        with offline_page(chromium, viewport={"width": width, "height": 900}) as page:
            page.goto(opened(message, tmp_path).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800])
def test_the_message_is_accessible(shown, width, scheme):
    """axe-core has nothing against a message, its contrasts among it, by day and by night."""
    found = axe_violations(shown(width, scheme))
    assert [one for one in found if not one.startswith(OF_A_PAGE)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_the_place_of_a_picture_can_be_read(shown, scheme):
    """Where pictures are not loaded, their words stand on the ground of the card, whatever the scheme."""
    said = shown(360, scheme, pictures=False).evaluate(
        "[...document.querySelectorAll('.bf-picture')].map(one => getComputedStyle(one))"
        ".map(one => [one.color, one.backgroundColor])"
    )
    assert said
    for pair in said:
        ink, ground = ("#" + "".join(f"{int(n):02x}" for n in re.findall(r"\d+", one)[:3]) for one in pair)
        assert contrast(ink, ground) >= 4.5


def test_letters_of_charts_can_be_read_on_a_phone(shown):
    """A chart takes the width of a phone, and its letters have 9 px and more; on a desk they are those of the text."""
    for width, least, most in ((320, 9, 12), (360, 10, 12), (600, 12, 16), (800, 12, 16)):
        drawn = shown(width).evaluate("[...document.querySelectorAll('.bf-chart .bf-picture')].map(one => one.width)")
        assert len(drawn) == 4
        for pixels in drawn:
            assert least <= LETTER * pixels / (NARROW + 4) <= most


def test_pictures_are_light_cards(demo):
    """A picture is of the light page, also at its edge: on a dark screen it is a card, whatever the program does."""
    home, _, _ = demo
    names = sorted(home.glob("*.png"))
    assert len(names) == 6
    for name in names:
        with Image.open(name) as picture:
            whole = picture.convert("RGB")
        wide, high = whole.size
        assert whole.getpixel((0, 0)) == (255, 255, 255)
        for side in ((0, 0, wide, 6), (0, high - 6, wide, high), (0, 0, 6, high), (wide - 6, 0, wide, high)):
            assert whole.crop(side).getcolors() == [(whole.crop(side).width * whole.crop(side).height, (255, 255, 255))]


def test_pictures_are_light_to_send(demo):
    """A picture has a palette, and takes a few kilobytes."""
    home, _, _ = demo
    for name in home.glob("*.png"):
        data = name.read_bytes()
        with Image.open(BytesIO(data)) as picture:
            assert picture.mode == "P"
        assert len(data) < 60_000


def test_a_sparkline_stands_beside_its_figure(demo):
    """A key figure's course is a picture in its row, with its words."""
    home, edition, _ = demo
    html = (home / "m.html").read_text(encoding="utf-8")
    sparks = [one for one in walk(edition.sections) if isinstance(one, KeyFigure) and one.spark]
    assert len(sparks) == 2
    rows = re.findall(r'<tr class="bf-tile">.*?</tr>', html, re.DOTALL)
    for one in sparks:
        (row,) = (row for row in rows if f'src="spark.{one.fact}.png"' in row)
        assert f'alt="{one.spark_alt}"' in row
        assert inked(plain(one.figure)) in inked(unescape(re.sub("<[^>]+>", "", row)))


def test_who_sees_no_picture_has_the_figures(demo):
    """A short table stands behind its chart; of a series there is the course, and a link to where the table is."""
    home, edition, text = demo
    html = (home / "m.html").read_text(encoding="utf-8")
    blocks = dict(zip((one.id for one in charts(edition)), html.split('<div class="bf-chart"')[1:], strict=True))
    kinds = {}
    for one in charts(edition):
        behind, block = figures_behind(one, edition), blocks[one.id].partition('"bf-chart-source"')[0]
        words = inked(unescape(re.sub("<[^>]+>", "", block)))
        kinds[one.id] = "table" if behind.table else "sentences" if behind.sentences else ""
        assert ("<table" in block) == (behind.table is not None)
        if behind.table:
            figures = [node.text for node in walk(one.table) if isinstance(node, Figure)]
            assert figures
            assert all(inked(figure) in words for figure in figures)
        for sentence in behind.sentences:
            assert inked(plain(sentence)) in words
            assert inked(plain(sentence)) in inked(text)
        link = f'href="https://example.org/b/{edition.date}/#chart-of-{one.id}"'
        assert (link in block) == (one.spec.kind == "line")
    assert kinds == {"chart-4": "", "chart-4-2": "sentences", "chart-4-3": "table", "chart-5": "sentences"}


def test_what_is_counted_is_said_once(demo):
    """What a line counts is said before its course, but where the name of the line says it already."""
    said = {one.id: plain(one.description[0]) for one in charts(demo[1])}
    assert said["chart-5"] == "People."
    assert said["chart-4-2"].startswith("Personnel losses (")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_is_told_in_the_letters_of_its_source(shown, scheme):
    """The sentences behind a chart have the size and the colour of the line that names its sources."""
    told, source = shown(600, scheme).evaluate(
        "['p.bf-chart-figures', '.bf-chart-source'].map(name => getComputedStyle(document.querySelector(name)))"
        ".map(one => [one.fontSize, one.color])"
    )
    assert told == source


def test_no_table_stands_twice(demo):
    """A chart whose every figure stands in a table of the edition has none behind it."""
    _, edition, _ = demo
    (chart,) = (one for one in charts(edition) if one.id == "chart-4")
    others = [one for one in walk(edition.sections) if isinstance(one, Table)]
    assert figures_behind(chart, edition).table is None
    sections = tuple(
        type(one)(one.id, one.title, tuple(block for block in one.blocks if not isinstance(block, Table)))
        for one in edition.sections
    )
    assert len(others) > 1
    assert figures_behind(chart, type(edition)(**fields_of(edition) | {"sections": sections})).table == chart.table


def fields_of(node):
    """The fields of a node by their names."""
    return {name: getattr(node, name) for name in node.__dataclass_fields__}


def test_a_drawing_that_cuts_its_words_is_not_taken():
    """Where the narrow drawing has to cut a label short, a wider one is sent."""
    rows = tuple(
        ChartRow("Microsoft", parse(str(n)), str(n), part=part)
        for n, part in ((99, "Known to be used in ransomware campaigns"), (241, "Not known to be used in campaigns"))
    )
    wide = ChartSpec("bar", "en", "entries", rows=rows, parts=tuple(one.part for one in rows))
    narrow = ChartSpec(**fields_of(wide) | {"width": NARROW})
    drawn = drawings((wide, narrow), None)
    assert "…" in drawn[narrow]
    assert not _is_readable(narrow, drawn[narrow])
    assert _is_readable(wide, drawn[wide])
