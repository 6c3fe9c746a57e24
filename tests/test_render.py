"""The renderers over one tree: what any text may hold, and what a theme may change."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from briefing.charts import drawings
from briefing.edition import (
    Aside,
    Block,
    Break,
    Callout,
    Chart,
    ChartRow,
    ChartSpec,
    Citation,
    Code,
    Column,
    Edition,
    Emphasis,
    FactItem,
    FactList,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Link,
    Mark,
    Note,
    Paragraph,
    Quote,
    Reference,
    ReferenceText,
    Row,
    Section,
    SourceList,
    Strong,
    Table,
    Text,
    Timeline,
    TimelineItem,
    When,
)
from briefing.errors import InputError, UsageError
from briefing.pdf import Printer, PrintJob
from briefing.pipeline import build
from briefing.render import Theme, chart_files, charts_in, fragment, paper_page, screen_page
from briefing.value import Value
from tests.browser import axe_violations, nu_messages, offline_page
from tests.reading import POINTS, a_project, inked, pages, paper, prose

HOSTILE = """<script>alert(1)</script> <b>&amp; "x" 'y' {{ 7*7 }} {% if %} $x$ *a* _b_ [1] ]]> --> `c`"""
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenleiterinnenvertretung"
ADDRESS = f"https://example.org/{'a' * 200}"


def an_edition(words):
    """An edition with one of everything, in which every text is `words`."""
    note = Note(0, (Citation("s", "f"),))
    line, text, three, gap = (Text(words), note), (Text(words),), (Figure("3", "f", "3"),), Text(" ")
    spec = ChartSpec("bar", "en", words[:40], rows=(ChartRow(words[:60], Value(Decimal(3), Decimal(3)), "3"),))
    spark = ChartSpec("bar", "en", "", rows=(ChartRow("a", Value(Decimal(1), Decimal(1)), "1"),), width=32.0)
    table = Table(text, (Column("a", text), Column("b", text, numeric=True)), (Row((text, three)),))
    link = Link("https://example.org/?a=1&b='2'", text)
    blocks: tuple[Block, ...] = (
        KeyFigures((KeyFigure("f", three, words, text, (note,), spark, words),)),
        Paragraph((*line, gap, Emphasis(text), gap, Strong(text), gap, Code(words), Break(), link)),
        Heading(3, text),
        Items(((Paragraph(line),), (Paragraph(line),))),
        Items(((Paragraph(line),),), start=3),
        Quote((Paragraph(line),)),
        FactList((FactItem("f", (*line, gap, Aside(words, "status"))),)),
        table,
        Chart("c", text, text, spec, line, words, table),
        Timeline((TimelineItem("f", When("1 January 2026", "2026-01-01"), line),)),
        Callout("caution", text, (Paragraph(line),)),
        SourceList((Paragraph(line),)),
    )
    parts = replace(
        ReferenceText(**{field.name: words for field in fields(ReferenceText)}),
        url=ADDRESS,
        archived_url=f"{ADDRESS}?b",
    )
    return Edition(
        briefing="b",
        title=words,
        subtitle=words,
        date=dt.date(2026, 1, 1),
        date_text="1 January 2026",
        day=words,
        language="en",
        direction="ltr",
        publisher=words,
        marking="TLP:RED",
        summary=line,
        sections=(Section("one", words, blocks),),
        produced=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        references=(Reference(1, "s", parts, ("cite-1-1",)),),
        marks=((Mark(1, "cite-1-1", first=True),),),
    )


def a_bare_edition(*line, title="Only this"):
    """An edition of one paragraph, without all that may be left out."""
    section = Section("one", title, (Paragraph(line or (Text(title),)),))
    whole = replace(an_edition(title), subtitle="", day="", publisher="", marking="", summary=())
    return replace(whole, sections=(section,), references=(), marks=())


def drawn(edition):
    """The edition's drawings."""
    return drawings(charts_in(edition), None)


@pytest.fixture(scope="session")
def printer():
    """One printer for all of these tests."""
    with Printer() as running:
        yield running


@pytest.fixture
def printed(printer, tmp_path):
    """Prints an edition and gives the path of its PDF."""

    def print_it(edition):
        page = paper_page(edition, Theme(), drawn(edition), "A4")
        path = tmp_path / "printed.pdf"
        path.write_bytes(printer.print(PrintJob(page.html, page.assets)).data)
        return path

    return print_it


# Any text.


def test_whatever_a_text_holds_is_shown_as_typed(page, printed):
    """Tags, entities, template and Markdown signs in any text of an edition come out as typed, in all three forms."""
    edition = an_edition(HOSTILE)
    pictures = drawn(edition)
    for text in (screen_page(edition, Theme(), pictures), fragment(edition, Theme(), pictures)):
        page.set_content(text)
        assert page.locator("script, b:not(.bf-tip > b)").count() == 0
        assert page.evaluate("document.body.textContent").count(HOSTILE) > 35
        assert page.locator("svg[role=img]").first.get_attribute("aria-label") == HOSTILE
        assert page.locator("a[href*='?a=1']").get_attribute("href") == "https://example.org/?a=1&b='2'"
    assert "<script" not in paper_page(edition, Theme(), pictures, "A4").html
    assert prose(printed(edition)).count("<script>alert(1)</script> <b>&amp;") > 20


def test_a_word_wider_than_the_window_is_broken(chromium, printed):
    """A word or an address of any length breaks where it must: no page scrolls sideways, no margin is written in."""
    edition = an_edition(LONG)
    with offline_page(chromium, viewport={"width": 320, "height": 800}) as page:
        page.set_content(screen_page(edition, Theme(), drawn(edition)))
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    pdf = printed(edition)
    width, _ = paper(pdf)
    words = [word for lines in pages(pdf) for line in lines for word in line.words]
    assert [word.text for word in words if word.right > width - 19 * POINTS] == []


def test_what_is_left_out_leaves_no_trace(page, printed, tmp_path):
    """An edition without publisher, subtitle, day, marking, summary and sources is whole; nothing in it is empty."""
    edition = a_bare_edition()
    path = tmp_path / "bare.html"
    path.write_text(screen_page(edition, Theme(), {}), encoding="utf-8")
    page.goto(path.as_uri())
    assert nu_messages([path]) == []
    assert axe_violations(page) == []
    empty = "[...document.querySelectorAll('.bf *')].filter(one => !one.textContent.trim()).map(one => one.outerHTML)"
    assert page.evaluate(empty) == []
    assert page.locator("h2").all_inner_texts() == ["Only this"]
    assert inked(prose(printed(edition))) == "Onlythis1January2026OnlythisOnlythis1/1"


def test_a_number_keeps_to_the_word_before_it(page):
    """In a short figure no line begins with a number; a long figure may be broken between any words."""
    short, long = "7,000 to 15,000", "between 7,000 and 15,000, best estimate 12,000"
    line = (Figure(short, "f", "7000..15000"), Text(" and "), Figure(long, "g", "{low: 7000, high: 15000}"))
    page.set_viewport_size({"width": 320, "height": 400})
    page.set_content(screen_page(a_bare_edition(*line), Theme(), {}))
    assert page.locator("data").first.text_content() == "7,000 to\N{NO-BREAK SPACE}15,000"
    assert page.locator("data").last.text_content() == long


def test_the_end_of_a_day_is_a_date_that_html_knows():
    """24:00, which HTML does not know, is given to machines as its date alone."""
    text = screen_page(a_bare_edition(When("8 April 2022 at 24:00", "2022-04-08T24:00")), Theme(), {})
    assert '<time datetime="2022-04-08">8 April 2022 at 24:00</time>' in text


def test_an_edition_reads_from_its_own_side():
    """An edition in Arabic reads from right to left, on the screen, in a fragment and on paper."""
    edition = replace(a_bare_edition(title="فيضان"), language="ar", direction="rtl")
    paper_text = paper_page(edition, Theme(), {}, "A4").html
    for text in (screen_page(edition, Theme(), {}), fragment(edition, Theme(), {}), paper_text):
        assert 'lang="ar" dir="rtl"' in text


@pytest.mark.parametrize(
    ("words", "scripts"),
    [("Rain", "A"), ("Łódź", "AŁ"), ("Дощ", "AД"), ("Βροχή", "AΒ")],
    ids=["Latin", "Polish", "Ukrainian", "Greek"],
)
def test_a_page_carries_the_letters_that_it_uses(words, scripts):
    """Of the project's fonts a page brings along those parts whose scripts it is written in, and no other."""
    faces = re.findall(r"unicode-range:([^}]+)}", screen_page(a_bare_edition(title=words), Theme(), {}))
    ends = [re.findall(r"U\+(\w+)(?:-(\w+))?", face) for face in faces]
    ranges = [range(int(low, 16), int(high or low, 16) + 1) for face in ends for low, high in face]
    assert {letter for letter in "AŁДΒ" if any(ord(letter) in one for one in ranges)} == set(scripts)


def test_a_section_may_have_any_title(page):
    """No title of a section takes an id that the page needs itself."""
    edition = an_edition("Rain")
    (section,) = edition.sections
    blocks = section.blocks[1:2]  # with notes, and without the author's own place for the list
    names = ("references", "text", "edition", "heading", "ref-1", "cite-1-1", "rain")
    page.set_content(
        screen_page(replace(edition, sections=tuple(Section(name, name, blocks) for name in names)), Theme(), {})
    )
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert page.locator(".bf-references").count() == 1
    assert sorted(one for one in set(ids) if ids.count(one) > 1 and one != "cite-1-1") == []


# Themes.


def test_a_theme_replaces_one_file_at_a_time(tmp_path):
    """A user's theme holds only what it changes; every other file is the default theme's."""
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "paragraph.html").write_text('<p class="mine">{{ line(block.children) }}</p>\n')
    (tmp_path / "style").mkdir()
    (tmp_path / "style" / "fragment.css").write_text(".bf-fragment { color: #123456; }")
    edition, mine = a_bare_edition(Text("<Rain>")), Theme(tmp_path)
    text, usual = screen_page(edition, mine, {}), screen_page(edition, Theme(), {})
    assert text == usual.replace("<p>&lt;Rain&gt;</p>", '<p class="mine">&lt;Rain&gt;</p>') != usual
    assert "#123456" in fragment(edition, mine, {})
    assert mine.fingerprint != Theme().fingerprint


CONFIG = """
title: Small
date: 2026-01-02
theme: mine
facts: facts.yaml
formats: [html]
sections: [{title: Weather, blocks: [{text: It rains.}]}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}
facts: {rain: {claim: It rains, as_of: 2026-01-01, said_by: Office, sources: [office]}}
"""


@pytest.mark.parametrize(
    ("name", "text", "where", "what"),
    [
        ("blocks/paragraph.html", "<p>\n{{ line(block.chidlren) }}</p>", "mine/blocks/paragraph.html:2", "chidlren"),
        ("blocks/paragraph.html", "<p>\n\n{% if %}</p>", "mine/blocks/paragraph.html:3", "error[template]"),
        ("style/screen.css", "</style><script>", "mine/style/screen.css", "a style sheet cannot hold </style or <!--"),
        ("style/screen.css", b"\xff", "mine/style/screen.css", "this style sheet is not UTF-8"),
    ],
    ids=["unknown name", "no condition", "end of style", "bytes"],
)
def test_a_broken_theme_is_named_with_file_and_line(tmp_path, name, text, where, what):
    """What is wrong in a user's theme is told like what is wrong in facts, and the edition is not made."""
    config = a_project(tmp_path, CONFIG, FACTS)
    (tmp_path / "mine" / name).parent.mkdir(parents=True)
    (tmp_path / "mine" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        build(config)
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic).startswith(where)
    assert what in str(diagnostic)
    assert not (tmp_path / "out" / "small").exists()


def test_a_theme_that_is_not_there_is_wrong_usage(tmp_path):
    """A config that names a theme for which there is no folder makes no sense."""
    with pytest.raises(UsageError, match="mine is not a folder"):
        build(a_project(tmp_path, CONFIG, FACTS))


# Charts.


def test_every_chart_has_a_file_of_its_own_name():
    """Two charts of one edition have two files, though they draw the same and are drawn once."""
    edition = an_edition("Rain")
    (section,) = edition.sections
    (chart,) = (block for block in section.blocks if isinstance(block, Chart))
    twice = replace(edition, sections=(replace(section, blocks=(*section.blocks, replace(chart, id="d"))),))
    assert charts_in(twice) == charts_in(edition)
    assert [name for name, _ in chart_files(twice, drawn(twice))] == ["c.svg", "d.svg"]
