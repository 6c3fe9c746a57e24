"""The PDF of an edition, read back with pikepdf and poppler."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from briefing.pipeline import build
from tests.reading import (
    CASES,
    DEMO,
    NOW,
    POINTS,
    a_project,
    data,
    edition,
    inked,
    links,
    marks,
    nodes,
    pages,
    paper,
    places,
    plain,
    prose,
    words_of,
)

TOP, BOTTOM, SIDE = 22 * POINTS, 20 * POINTS, 20 * POINTS
"""The margins of the default theme."""

WORD = ("Pegel", "Deich", "Brücke", "Ufer", "Wehr", "Damm", "Strom", "Regen", "Lage", "Karte")
PARAGRAPHS = 24


def long_config():
    """A long edition: paragraphs of numbered words, many headings, a table, sixty sources."""
    sections = []
    for n in range(PARAGRAPHS):
        many = 9 * (3 + n * 7 % 11)
        text = " ".join(f"p{n}w{k}{WORD[(n + k) % 10]}" for k in range(many))
        notes = "".join(f'{{{{ cite("s{(n * 3 + k) % 60}") }}}} Und. ' for k in range(3))
        head = f"### Unterabschnitt {n} mit einem Titel\n\n" if n % 3 else ""
        block = f"- text: |\n{_indented(f'{head}{text}.{notes}', 10)}"
        sections.append(f"  - title: Abschnitt Nummer {n}\n    blocks:\n      {block}")
    short = "\n\n".join(f"### Kurz gesagt, Nummer {n}\n\n{WORD[n % 10]}." for n in range(90))
    sections.append(f"  - title: Kurzes\n    blocks:\n      - text: |\n{_indented(short, 10)}")
    table = "facts: {tag: row}, columns: [subject, value, claim, sources], title: Eine lange Tabelle"
    sections.append(f"  - title: Tabelle\n    blocks:\n      - table: {{{table}}}")
    return "title: Lang\nlanguage: en\npublisher: Test\nday: {label: Tag, from: 2022-04-01}\nfacts: facts.yaml\n" + (
        "formats: [pdf, json]\nmarking: TLP:GREEN\nsections:\n" + "\n".join(sections) + "\n"
    )


def long_facts():
    """Sixty sources and sixty facts for the table of the long edition."""
    sources = "".join(
        f"  s{n}: {{title: Report {n} of the gauge office on the river and its dikes, publisher: Office {n}, "
        f"published: 2022-04-0{n % 8 + 1}, url: 'https://example.org/{n}'}}\n"
        for n in range(60)
    )
    facts = "".join(
        f"  row{n}: {{subject: Place {n}, value: {n + 1000}, as_of: 2022-04-09, said_by: Office, tags: [row], "
        f"claim: 'The {{value}} of row {n} is told in words that take more than one line of a column that is narrow', "
        f"sources: [s{n % 60}]}}\n"
        for n in range(60)
    )
    return f"sources:\n{sources}facts:\n{facts}"


def _indented(text, by):
    return "\n".join(" " * by + line for line in text.splitlines())


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration's edition."""
    return edition(DEMO, tmp_path_factory)


@pytest.fixture(scope="session")
def letter(tmp_path_factory):
    """The French edition on Letter paper."""
    return edition(CASES / "crue" / "config.yaml", tmp_path_factory)


@pytest.fixture(scope="session")
def long(tmp_path_factory):
    """The long edition."""
    shared = tmp_path_factory.mktemp("long") / "long"
    return edition(a_project(shared, long_config(), long_facts()), tmp_path_factory)


@pytest.fixture(params=["demo", "letter", "long"])
def folder(request):
    """Each of the three editions."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def pdf(folder):
    """Its PDF."""
    return folder / "briefing.pdf"


@cache
def foot_of_text(pdf, page):
    """Where the text of a page ends and its notes begin."""
    notes = [place.top for name, place in places(pdf).items() if place.page == page and name.startswith("note-")]
    return min([*notes, foot_of_page(pdf)])


def foot_of_page(pdf):
    """Where its margin at the foot begins."""
    return paper(pdf)[1] - BOTTOM


@cache
def body(pdf, page):
    """The lines of a page between its head and its notes, from the top."""
    foot = foot_of_text(pdf, page)
    lines = [line for line in pages(pdf)[page] if line.top > TOP - 1 and line.bottom < foot + 2]
    return sorted(lines, key=lambda line: (line.top, line.left))


# Paper, document.


@pytest.mark.parametrize(("name", "size"), [("demo", (595.28, 841.89)), ("letter", (612, 792))])
def test_the_paper_is_the_one_asked_for(request, name, size):
    """Every page has the size of the paper in the config: A4 or Letter."""
    with pikepdf.open(request.getfixturevalue(name) / "briefing.pdf") as pdf:
        for page in pdf.pages:
            assert [float(at) for at in page.mediabox] == pytest.approx([0, 0, *size], abs=0.01)


def test_the_demo_is_short(demo):
    """The demonstration fills four to six pages."""
    assert 4 <= len(pages(demo / "briefing.pdf")) <= 6


def test_the_bookmarks_are_the_contents(folder, pdf):
    """The bookmarks are the title and below it the sections, in order, each leading to its page."""
    tree = data(folder)["edition"]
    with pikepdf.open(pdf) as opened, opened.open_outline() as outline:
        (root,) = outline.root
        titles = [item.title for item in root.children]
        targets: list[Any] = [item.destination for item in root.children]
        pages_of = [opened.pages.index(pikepdf.Page(target[0])) for target in targets]
    assert root.title == tree["title"]
    given = [section["title"] for section in tree["sections"]]
    own_list = any(True for _ in nodes(tree, "source-list"))
    assert titles == (given if own_list else [*given, "Sources"])
    assert pages_of == sorted(pages_of)
    for title, page in zip(titles, pages_of, strict=True):
        assert any(inked(line.text) == inked(title) for line in pages(pdf)[page]), title


def test_the_document_says_what_it_is(folder, pdf):
    """Title, author, language and the edition's dates stand in the PDF, twice alike; readers show the title."""
    tree = data(folder)["edition"]
    with pikepdf.open(pdf) as opened:
        info, xmp = opened.docinfo, opened.open_metadata()
        assert str(opened.Root.Lang) == tree["language"]
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert str(info.Title) == xmp["dc:title"] == f"{tree['title']}, {tree['date_text']}"
        assert [str(info.Author)] == xmp["dc:creator"] == [tree["publisher"]]
        assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == tree["produced"]
        digits = re.sub(r"\D", "", tree["produced"])
        assert re.sub(r"\D", "", str(info.CreationDate)) == re.sub(r"\D", "", str(info.ModDate)) == digits


def test_only_the_project_s_fonts_are_in_it(pdf):
    """Every font is embedded, and is one that comes with the project."""
    own = ("Source-Sans-3", "Source-Serif-4", "Noto-Sans-Arabic", "Noto-Sans-Hebrew", "Droid-Sans-Fallback")
    found = {}
    with pikepdf.open(pdf) as opened:
        for page in opened.pages:
            for font in page.Resources.Font.values():
                whole = font.DescendantFonts[0].FontDescriptor
                found[str(font.BaseFont)] = any(key in whole for key in ("/FontFile2", "/FontFile3"))
    assert found
    assert all(found.values())
    strangers = [name for name in found if not re.sub(r"^/[A-Z]{6}\+", "", name).startswith(own)]
    assert strangers == []


def test_every_page_says_what_it_belongs_to(folder, pdf):
    """On every page stand the title, the date and the day, the marking above and below, and its number of how many."""
    tree = data(folder)["edition"]
    for number, page in enumerate(pages(pdf), 1):
        head = " ".join(line.text for line in page if line.bottom < TOP)
        foot = " ".join(line.text for line in page if line.top > foot_of_page(pdf))
        named = head if number > 1 else " ".join(line.text for line in page)
        for word in (tree["title"], tree["date_text"], tree["day"]):
            assert inked(word) in inked(named), number
        assert tree["marking"] in head
        assert tree["marking"] in foot
        assert f"{number}/{len(pages(pdf))}" in inked(foot)
        assert inked(tree["publisher"]) in inked(foot)


def test_nothing_leaves_the_page(pdf):
    """No word stands in the margins at the sides."""
    width, _ = paper(pdf)
    for number, page in enumerate(pages(pdf)):
        for line in page:
            for word in line.words:
                assert word.left > SIDE - 1, (number, word)
                assert word.right < width - SIDE + 1, (number, word)


def test_text_and_notes_do_not_meet(pdf):
    """The text of a page ends above its notes, and its notes above the foot."""
    for number, page in enumerate(pages(pdf)):
        foot = foot_of_text(pdf, number)
        for line in page:
            crossing = line.top < foot - 2 < line.bottom - 3
            assert not crossing, (number, line.text)


# Page breaks.


def headings_of(tree):
    """Everything that stands above something else."""
    for section in tree["sections"]:
        yield section["title"]
    for kind, field in (("heading", "children"), ("table", "caption"), ("callout", "title"), ("chart", "title")):
        for node in nodes(tree["sections"], kind):
            yield words_of(node[field])


def test_no_heading_ends_a_page(folder, pdf):
    """What follows a heading, a caption or a chart's title begins on the same page."""
    headings = [inked(text) for text in headings_of(data(folder)["edition"])]
    for number in range(len(pages(pdf))):
        last = inked(body(pdf, number)[-1].text)
        assert not any(heading.endswith(last) for heading in headings if len(last) > 4), (number, last)


def test_no_line_of_a_paragraph_is_left_alone(long):
    """A paragraph that goes on overleaf leaves three lines at least on each page."""
    pdf = long / "briefing.pdf"
    split = 0
    for n in range(PARAGRAPHS):
        parts = [
            sum(any(re.match(rf"p{n}w\d", word.text) for word in line.words) for line in body(pdf, number))
            for number in range(len(pages(pdf)))
        ]
        parts = [lines for lines in parts if lines]
        split += len(parts) > 1
        # The last line of a paragraph may hold nothing but what follows its numbered words.
        assert len(parts) == 1 or min(parts) >= 2, (n, parts)
        assert len(parts) == 1 or parts[0] >= 3, (n, parts)
    assert split >= 2  # or the test would be about nothing


@pytest.mark.parametrize("name", ["long", "letter"])
def test_a_table_s_head_stands_on_each_of_its_pages(request, name):
    """Where a table goes on overleaf its head stands again, above at least two of its rows."""
    pdf = request.getfixturevalue(name) / "briefing.pdf"
    tree = data(pdf.parent)["edition"]
    table = max(nodes(tree["sections"], "table"), key=lambda one: len(one["rows"]))
    head, *_ = (words_of(column["label"]) for column in table["columns"])
    firsts = [inked(words_of(row["cells"][0])) for row in table["rows"]]
    rows_on = []
    for number in range(len(pages(pdf))):
        column = [line for line in body(pdf, number) if line.left < SIDE + 1]
        begun = [line for line in column if inked(line.text) in firsts]
        if begun:
            assert head in [line.text for line in column if line.top < begun[0].top], number
            rows_on.append(len(begun))
    assert len(rows_on) >= 2
    assert min(rows_on) >= 2
    assert sum(rows_on) == len(firsts)


# Notes.


def test_every_call_is_a_link_to_its_note(folder, pdf):
    """Each note call is a link whose words name the source, in the order and with the numbers of briefing.json."""
    tree = data(folder)["edition"]
    wanted = [mark["number"] for mark in marks(tree)]
    calls = [link for link in links(pdf) if link.place.startswith("note-")]
    assert [int(call.place.removeprefix("note-")) for call in calls] == wanted
    for call in calls:
        number = call.place.removeprefix("note-")
        assert call.place in places(pdf)
        assert call.right - call.left > 2
        assert call.bottom - call.top > 4
        inside = [word.text for line in pages(pdf)[call.page] for word in line.words if call.covers(word)]
        assert [word.strip("[],") for word in inside] == [number], call
        reference = tree["references"][int(number) - 1]["parts"]
        assert inked(reference["publisher"] or reference["title"]) in inked(call.words)


def test_a_call_keeps_to_the_word_before_it(pdf):
    """No line begins with a note call: what it belongs to stands right before it."""
    calls = [link for link in links(pdf) if link.place.startswith("note-")]
    assert len(calls) > 20
    for call in calls:
        words = [word for line in pages(pdf)[call.page] for word in line.words if word.text.strip("[")]
        beside = [word for word in words if word.top < call.bottom < word.bottom + 8]
        assert any(call.left - 9 < word.right < call.left + 1 for word in beside), call


def test_the_note_stands_where_the_source_is_first_cited(folder, pdf):
    """The full note of a source stands once, at the foot of the page that cites it first; its number begins it."""
    tree = data(folder)["edition"]
    calls = [link for link in links(pdf) if link.place.startswith("note-")]
    for reference in tree["references"]:
        first = next(call for call in calls if call.place == f"note-{reference['number']}")
        note = places(pdf)[first.place]
        assert note.page == first.page, reference["number"]
        assert note.top > body(pdf, note.page)[-1].bottom - 4
        lines = [line for line in pages(pdf)[note.page] if note.top - 4 <= line.top < foot_of_page(pdf)]
        (number,) = (line for line in lines if line.words[0].text == str(reference["number"]) and line.left < SIDE + 1)
        assert number.top == pytest.approx(note.top, abs=4)
        told = inked(" ".join(line.text for line in lines)).lower()
        parts = reference["parts"]
        for part in ("publisher", "title", "published", "retrieved", "figures_as_of"):
            assert inked(parts[part]).lower() in told, (reference["number"], part)


def test_numbers_rise_as_one_reads(pdf):
    """Sources are numbered in the order in which a reader meets them on paper: down the page, then across."""
    calls = [link for link in links(pdf) if link.place.startswith("note-")]
    seen = []
    for call in sorted(calls, key=lambda one: (one.page, round(one.bottom / 6), one.left)):
        if call.place not in seen:
            seen.append(call.place)
    assert seen == [f"note-{number}" for number in range(1, len(seen) + 1)]


def test_the_list_says_on_which_pages_a_source_is_cited(folder, pdf):
    """In the list each reference names the sections that cite it, with the page of the first call, and leads there."""
    tree = data(folder)["edition"]
    calls = [link for link in links(pdf) if link.place.startswith("note-")]
    back = [link for link in links(pdf) if link.place.startswith("cite-")]
    for mark, call in zip(marks(tree), calls, strict=True):
        place = places(pdf)[mark["anchor"]]
        assert place.page == call.page
        assert place.left == pytest.approx(call.left, abs=1)
        assert place.top == pytest.approx(call.top, abs=3)
    sections = {
        tree["marks"][note["key"]][n]["anchor"]: section["title"]
        for section in tree["sections"]
        for note in nodes(section, "note")
        for n in range(len(tree["marks"][note["key"]]))
    }
    told = " ".join(word.text for page in pages(pdf) for line in page for word in line.words)
    expected = []
    for reference in tree["references"]:
        first: dict[str, str] = {}
        for call in reference["calls"]:
            first.setdefault(sections.get(call, tree["title"]), call)
        expected += list(first.values())
        said = ", ".join(f"{title} ({places(pdf)[call].page + 1})" for title, call in first.items())
        assert inked(said) in inked(told), said
    assert list(dict.fromkeys(link.place for link in back)) == expected
    for reference, following in pairwise([*tree["references"], None]):
        own = [link for link in back if link.place.startswith(f"cite-{reference['number']}-")]
        start = places(pdf)[f"ref-{reference['number']}"]
        assert (own[0].page, own[0].top) >= (start.page, start.top - 3)
        if following:
            end = places(pdf)[f"ref-{following['number']}"]
            assert (own[-1].page, own[-1].top) < (end.page, end.top)


def test_the_only_addresses_are_those_of_the_sources(folder, pdf):
    """A link out of the PDF leads to the address of a reference or to its archived copy, and none is missing."""
    tree = data(folder)["edition"]
    wanted = {one["parts"][part] for one in tree["references"] for part in ("url", "archived_url")} - {""}
    assert wanted
    assert {link.url for link in links(pdf) if link.url} == wanted


# Figures.


def test_every_figure_of_the_data_is_printed(folder, pdf):
    """Each figure that briefing.json has in a text, table or key figure stands in the PDF, as often, as written."""
    tree = data(folder)["edition"]
    told = prose(pdf)
    figures = [plain(node["text"]) for node in nodes(tree, "figure")]
    for chart in nodes(tree["sections"], "chart"):
        for node in nodes(chart["table"], "figure"):  # which is not printed
            figures.remove(plain(node["text"]))
    assert len(figures) > 10
    for figure in set(figures):
        found = re.findall(rf"(?<!\d){re.escape(figure)}(?!\d)", told)
        assert len(found) >= figures.count(figure), figure


HALVES = """\
title: Halves
language: en
facts: facts.yaml
formats: [pdf]
sections:
  - title: Charts
    blocks:
      - chart: {kind: bar, title: First, facts: {tag: row, limit: 3}, by: subject, half: true}
      - chart: {kind: bar, title: Second, facts: {tag: row, limit: 4}, by: subject, half: true}
      - chart: {kind: bar, title: Third, facts: {tag: row, limit: 3}, by: subject, half: true}
      - chart: {kind: bar, title: Fourth, facts: {tag: row, limit: 3}, by: subject}
"""


def test_two_halves_stand_side_by_side(tmp_path_factory):
    """Of charts that say `half` two that follow each other stand on one height; one that is left over is whole."""
    shared = tmp_path_factory.mktemp("halves") / "halves"
    folder = edition(a_project(shared, HALVES, long_facts()), tmp_path_factory)
    found = {
        word.text: (page, word.top, word.left)
        for page, lines in enumerate(pages(folder / "briefing.pdf"))
        for line in lines
        for word in line.words
        if word.text in {"First", "Second", "Third", "Fourth"}
    }
    first, second, third, fourth = (found[name] for name in ("First", "Second", "Third", "Fourth"))
    assert first[:2] == second[:2]
    assert second[2] - first[2] == pytest.approx(88 * POINTS, abs=1)
    assert third[1] > first[1] + 60
    assert fourth[1] > third[1] + 60 or fourth[0] > third[0]
    assert third[2] == fourth[2] == first[2]


def test_every_bar_and_range_has_its_figure_beside_it(demo):
    """The figures of a chart are printed in words in the chart."""
    told = inked(prose(demo / "briefing.pdf"))
    rows = list(nodes(data(demo)["edition"]["sections"], "chart-row"))
    assert len(rows) > 5
    for row in rows:
        assert inked(row["text"]) in told
        assert inked(row["label"]) in told


ARABIC = """
title: فيضان
briefing: arabic
language: ar
date: 2022-04-09
facts: facts.yaml
formats: [pdf]
sections: [{title: نظرة, blocks: [{key_figures: [one, two]}]}]
"""
ARABIC_FACTS = """
sources: {office: {title: تقرير, publisher: المكتب, published: 2022-04-09, url: "https://example.org/one/two-three"}}
facts:
  one: {claim: "سقط {value}", value: 111, as_of: 2022-04-09, said_by: المكتب, sources: [office]}
  two: {claim: "سقط {value}", value: 222, as_of: 2022-04-09, said_by: المكتب, sources: [office]}
"""


def test_from_right_to_left_the_first_figure_is_on_the_right(tmp_path):
    """An Arabic edition has its key figures from right to left, but an address from left to right."""
    folder = build(a_project(tmp_path, ARABIC, ARABIC_FACTS), now=NOW).folder
    words = [word for page in pages(folder / "briefing.pdf") for line in page for word in line.words]
    large = [word for word in words if word.bottom - word.top > 15]
    first, second = (next(word for word in large if number in word.text) for number in ("111", "222"))
    assert first.left > second.right
    pieces = sorted((one for one in words if "example" in one.text or "three" in one.text), key=lambda one: one.left)
    assert "example.org/one/two-three" in "".join(one.text for one in pieces).replace("\u200b", "")
