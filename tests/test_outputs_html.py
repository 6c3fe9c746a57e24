"""The HTML of an edition, opened in Chromium: the page, and the fragment inside somebody else's."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from itertools import pairwise

import pytest
import tinycss2  # type: ignore[import-untyped]
from playwright.sync_api import expect

from briefing.pipeline import build
from tests.browser import computed, differences, offline_page
from tests.reading import CASES, DEMO, a_project, data, edition, marks, nodes, plain, words_of

FIGURES = "[...document.querySelectorAll('data')].map(one => [one.dataset.fact, one.value, one.textContent])"
CALLS = "[...document.querySelectorAll('a.bf-call')].map(one => [one.id, one.textContent])"
FORBIDDEN = r"<script|\son\w+\s*=|javascript:|<iframe|<object|<embed|<base\b|http-equiv=.refresh"
HIDDEN = "(name) => [...document.querySelectorAll(name)].every(one => !one.checkVisibility())"


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration's edition."""
    return edition(DEMO, tmp_path_factory)


@pytest.fixture(scope="session")
def letter(tmp_path_factory):
    """The French edition."""
    return edition(CASES / "crue" / "config.yaml", tmp_path_factory)


@pytest.fixture(params=["demo", "letter"])
def folder(request):
    """Each of the two editions."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def opened(page, folder):
    """The page of each edition, open."""
    page.goto((folder / "briefing.html").as_uri())
    return page


@pytest.fixture
def demo_page(page, demo):
    """The demonstration's page, open."""
    page.goto((demo / "briefing.html").as_uri())
    return page


# What is said.


def test_the_page_has_the_figures_of_the_data(opened, folder):
    """Each figure is a <data> with its fact and machine value, all in the order of briefing.json."""
    figures = [(fact, value, plain(text)) for fact, value, text in opened.evaluate(FIGURES)]
    wanted = [(one["fact"], one["value"], plain(one["text"])) for one in nodes(data(folder)["edition"], "figure")]
    assert len(figures) > 20
    assert figures == wanted


def test_the_page_has_the_numbers_of_the_data(opened, folder):
    """Each note call has the number and the anchor of briefing.json, in its order."""
    wanted = [[mark["anchor"], str(mark["number"])] for mark in marks(data(folder)["edition"])]
    assert opened.evaluate(CALLS) == wanted


def test_the_list_of_references_is_that_of_the_data(opened, folder):
    """The list holds every reference with its number, title, publisher, dates and address."""
    items = opened.locator(".bf-references > li")
    references = data(folder)["edition"]["references"]
    assert items.count() == len(references)
    for item, one in zip(items.all(), references, strict=True):
        told = plain(item.inner_text())
        assert item.get_attribute("value") == str(one["number"])
        for part in ("publisher", "title", "published", "retrieved", "archived"):
            assert plain(one["parts"][part]) in told, (one["number"], part)
        addresses = [link.get_attribute("href") for link in item.locator("a.bf-url").all()]
        assert addresses == [url for url in (one["parts"]["url"], one["parts"]["archived_url"]) if url]


def test_dates_can_be_read_by_machines(opened, folder):
    """Every <time> holds a date or a moment that HTML knows, and the first is the edition's."""
    given = opened.evaluate("[...document.querySelectorAll('time')].map(one => one.dateTime)")
    assert given[0] == data(folder)["edition"]["date"]
    for text in given:
        (datetime if "T" in text else date).fromisoformat(text)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", text)


def test_the_page_says_its_language(opened, folder):
    """The page is in the edition's language and says so, with a title of its own."""
    tree = data(folder)["edition"]
    assert opened.evaluate("document.documentElement.lang") == tree["language"]
    assert opened.title() == f"{tree['title']}, {tree['date_text']}"


def test_headings_go_down_step_by_step(opened, folder):
    """There is one heading of the first level, and none skips a level."""
    levels = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    titles = [plain(one) for one in opened.locator("h2").all_inner_texts()]
    given = [plain(section["title"]) for section in data(folder)["edition"]["sections"]]
    assert titles[: len(given)] == given


# How it behaves.


def test_the_page_has_no_script(folder):
    """Neither the page nor the fragment has a script or a handler."""
    for name in ("briefing.html", "fragment.html"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.search(FORBIDDEN, text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("width", "options"),
    [(320, {}), (640, {"device_scale_factor": 2}), (768, {}), (1440, {})],
    ids=["320 px", "1280 px at 200 %", "768 px", "1440 px"],
)
def test_the_page_never_scrolls_sideways(chromium, folder, width, options):
    """At 320 px, and at 200 % zoom, the page is as wide as the window, with every chart's data opened."""
    with offline_page(chromium, viewport={"width": width, "height": 800}, **options) as page:
        page.goto((folder / "briefing.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_text_twice_as_large_stays_in_the_window(demo_page):
    """With letters twice as large the page still does not scroll sideways."""
    demo_page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert demo_page.evaluate("getComputedStyle(document.querySelector('.bf')).fontSize") == "34px"
    assert demo_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


COLOURS = """() => {
    const style = name => getComputedStyle(document.querySelector(name));
    return {
        page: style('body').backgroundColor, text: style('.bf-text p').color, link: style('a.bf-call').color,
        line: style('.bf-chart .bf-line').stroke, label: style('.bf-chart text').fill,
        muted: style('.bf-details').color,
    };
}"""


def test_dark_mode_reaches_page_and_charts(chromium, demo):
    """Who prefers dark gets other colours for everything: page, text, links, lines and letters of charts."""
    seen = {}
    for scheme in ("light", "dark"):
        with offline_page(chromium, color_scheme=scheme) as page:
            page.goto((demo / "briefing.html").as_uri())
            seen[scheme] = page.evaluate(COLOURS)
    assert all(seen["light"][name] != seen["dark"][name] for name in seen["light"]), seen
    assert sum(map(int, re.findall(r"\d+", seen["light"]["page"]))) == 3 * 255
    assert sum(map(int, re.findall(r"\d+", seen["dark"]["page"]))) < 3 * 40


def test_a_note_opens_without_script(chromium, demo):
    """Pointed at or focused, a call shows its source at the foot of the window, and without script; then it goes."""
    with offline_page(chromium, java_script_enabled=False, viewport={"width": 900, "height": 700}) as page:
        page.goto((demo / "briefing.html").as_uri())
        call, tip = page.locator("#cite-2-1"), page.locator("#cite-2-1 + .bf-tip")
        source = data(demo)["edition"]["references"][1]["parts"]
        assert not tip.is_visible()
        call.hover()
        assert tip.is_visible()
        assert source["title"] in plain(tip.inner_text())
        box = tip.bounding_box()
        assert box
        assert box["y"] + box["height"] == pytest.approx(700, abs=1)
        tip.hover()  # whoever reads it may point at it (WCAG 2.2, 1.4.13)
        assert tip.is_visible()
        page.mouse.move(5, 5)
        expect(tip).to_be_hidden()
        page.locator("#cite-1-1").focus()
        page.keyboard.press("Tab")
        assert call.evaluate("one => one === document.activeElement")
        assert tip.is_visible()
        page.keyboard.press("Tab")
        expect(tip).to_be_hidden()


def test_links_lead_there_and_back(chromium, demo):
    """A call leads to its reference, and the reference back to each call; both stand in the window then."""
    with offline_page(chromium, reduced_motion="reduce") as page:
        page.goto((demo / "briefing.html").as_uri())
        back = page.locator("#ref-3 .bf-back a")
        assert back.count() > 3
        for n in (1, back.count()):
            page.locator(f"#cite-3-{n}").click()
            assert page.evaluate(IN_WINDOW) == "ref-3"
            back.nth(n - 1).click()
            assert page.evaluate(IN_WINDOW) == f"cite-3-{n}"


IN_WINDOW = """() => {
    const end = document.querySelector(':target'), box = end.getBoundingClientRect();
    return box.top >= -1 && box.bottom <= innerHeight + 1 ? end.id : `outside the window: ${end.id}`;
}"""


def test_every_link_inside_the_page_has_an_end(opened):
    """Each link to a place in the page finds it, and no id is given twice."""
    ends = opened.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.hash.slice(1))")
    ids = opened.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ends) > 50
    assert set(ends) <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_first_tab_skips_to_the_text(demo_page):
    """The first stop of the keyboard is a link to the text, seen while it is focused; from there one goes on in it."""
    demo_page.keyboard.press("Tab")
    skip = demo_page.locator(".bf-skip")
    assert skip.evaluate("one => one === document.activeElement")
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    demo_page.keyboard.press("Enter")
    demo_page.keyboard.press("Tab")
    assert demo_page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_data_of_a_chart_can_be_opened(opened, folder):
    """Below each chart its data opens as a table with every row of briefing.json."""
    charts = list(nodes(data(folder)["edition"]["sections"], "chart"))
    figures = opened.locator("figure.bf-chart")
    assert figures.count() == len(charts) > 0
    for figure, chart in zip(figures.all(), charts, strict=True):
        table = figure.locator("table")
        assert not table.is_visible()
        figure.locator("summary").click()
        assert table.is_visible()
        rows = table.evaluate(
            "one => [...one.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent))"
        )
        wanted = [[plain(words_of(cell)) for cell in row["cells"]] for row in chart["table"]["rows"]]
        assert [[plain(cell) for cell in row] for row in rows] == wanted


def test_a_chart_s_words_are_all_inside_it(opened):
    """No label of a chart is cut: every text stands inside its picture, in the page's own letters."""
    cut = opened.evaluate(CUT)
    assert cut == []
    fonts = opened.evaluate("[...document.querySelectorAll('svg text')].map(one => getComputedStyle(one).fontFamily)")
    assert len(fonts) > 5
    assert all("Briefing Sans" in font for font in fonts)
    assert opened.evaluate("document.fonts.check('12px \"Briefing Sans\"')")


CUT = """async () => {
    await document.fonts.ready;
    const cut = [];
    for (const text of document.querySelectorAll('svg text')) {
        const inner = text.getBoundingClientRect();
        const outer = text.ownerSVGElement.getBoundingClientRect();
        if (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 2
            || inner.bottom > outer.bottom + 2) cut.push(text.textContent);
    }
    return cut;
}"""


def test_on_paper_only_what_paper_can_show(opened):
    """Printed from the browser, the page leaves out its contents, previews, the charts' data and the skip link."""
    opened.emulate_media(media="print")
    for name in (".bf-contents", ".bf-tip", ".bf-chart-data", ".bf-skip"):
        assert opened.evaluate(HIDDEN, name), name
    assert opened.locator(".bf-marking").is_visible()
    assert opened.locator(".bf-references").is_visible()
    assert opened.locator("figure.bf-chart svg").first.is_visible()
    exact = "getComputedStyle(document.querySelector('.bf-marking')).printColorAdjust"
    assert opened.evaluate(exact) == "exact"  # or its white letters would be printed without their black ground


# The fragment.


@cache
def text_of(folder):
    """A fragment's text."""
    return (folder / "fragment.html").read_text(encoding="utf-8")


def test_the_fragment_has_no_head(folder):
    """The fragment is a style sheet and one element: no html, head, body or title, and no address in its style."""
    text = text_of(folder)
    assert not re.search(
        r"<!doctype|<html|<head\b|<body|<title>[^<]*</title>\s*<style|<meta|<link", text, re.IGNORECASE
    )
    assert re.fullmatch(r"<style [^>]*>.*?</style>\s*<div [^>]*>.*</div>\s*", text, re.DOTALL)
    assert "http" not in text.partition("</style>")[0]


def test_the_fragment_s_rules_are_its_own(folder):
    """Every rule of the fragment's style begins with its own id, and weighs more than it; only fonts stand beside."""
    style = text_of(folder).partition("</style>")[0].partition(">")[2]
    strangers = list(_foreign(tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)))
    assert strangers == []


def _foreign(rules):
    """The selectors that reach further than the fragment."""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in {"media", "container"}:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _foreign(inner)
        elif rule.type == "qualified-rule":
            yield from (
                one for one in _selectors(rule.prelude) if not re.match(r"#[\w-]+-edition:not\(#bf#bf#bf#bf\)", one)
            )
        elif not (rule.type == "at-rule" and rule.lower_at_keyword == "font-face"):
            yield tinycss2.serialize([rule])[:80]


def _selectors(prelude):
    """A rule's selectors, split at the commas that stand in no bracket."""
    selector = ""
    for part in prelude:
        if part == ",":
            yield selector.strip()
            selector = ""
        else:
            selector += part.serialize()
    yield selector.strip()


def test_the_fragment_says_the_same(page, folder):
    """The fragment has the figures and numbers of the page, under ids that begin with briefing and date."""
    tree = data(folder)["edition"]
    page.set_content(f"<!doctype html><html lang=en><title>Host</title>{text_of(folder)}")
    prefix = f"{tree['briefing']}-{tree['date']}-"
    wanted = [[one["fact"], one["value"], plain(one["text"])] for one in nodes(tree, "figure")]
    assert [[fact, value, plain(text)] for fact, value, text in page.evaluate(FIGURES)] == wanted
    assert page.evaluate(CALLS) == [[prefix + mark["anchor"], str(mark["number"])] for mark in marks(tree)]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert [one for one in ids if not one.startswith(prefix)] == []
    ends = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.hash.slice(1))")
    assert set(ends) <= set(ids)


HOST = """<!doctype html><html lang="en"><head><title>Intranet</title><style>
body { font: 15px/1.3 Georgia; color: rgb(20, 60, 20); background: rgb(250, 250, 240); margin: 24px }
h1 { color: rgb(0, 100, 0); font-size: 30px; text-transform: uppercase } h2 { border-left: 4px solid red }
p, li { text-indent: 12px } a { color: rgb(150, 0, 150); text-decoration: overline }
table { border: 3px double black } td, th { background: rgb(255, 240, 200); padding: 7px }
ul { list-style: square } figure { margin: 33px } data, time { font-weight: 900 } summary { color: red }
section, aside, header, nav { outline: 1px dotted green } svg { border: 1px solid }
</style></head><body><header><h1>Intranet</h1><nav><ol><li><a href="#x">One</a></li></ol></nav></header>
<main><h2>News</h2><h3>Small</h3><p id="x">Text <a href="#x">link</a> <em>a</em> <strong>b</strong> <code>c</code>
<cite>d</cite> <data value="1">1</data> <time datetime="2026-01-01">t</time></p>
<ul><li>item</li></ul><blockquote><p>q</p></blockquote>
<table><caption>T</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<figure><svg viewBox="0 0 1 1" width="9"><text>x</text></svg><figcaption>f</figcaption></figure>
<details><summary>s</summary>d</details><aside><section>s</section></aside></main>
<div id="place"></div></body></html>"""


def test_the_host_keeps_its_looks(page, demo):
    """A page that takes in the fragment looks as before: every computed style of its own elements stays."""
    page.set_content(HOST)
    own = "*:not(#place, #place *, :has(#place))"
    before = computed(page, own)
    page.evaluate("text => document.querySelector('#place').innerHTML = text", text_of(demo))
    assert page.locator("#place .bf-chart").count() > 0
    assert len(before) > 30
    assert differences(before, computed(page, own)) == set()


LOOKS = """() => [...document.querySelectorAll('.bf-fragment *')].map(one => {
    const style = getComputedStyle(one);
    return [one.tagName, one.className.baseVal ?? one.className, style.color, style.backgroundColor, style.fontWeight,
        style.fontSize, style.fontStyle, style.textIndent, style.textTransform, style.textDecorationLine,
        style.listStyleType, style.margin, style.padding, style.borderWidth, style.outlineStyle];
})"""


def test_the_fragment_keeps_its_looks(page, demo):
    """What a page says of bare elements (h1, p, td, a, ...) does not reach into the fragment."""
    looks = []
    for host in ("<!doctype html><html lang=en><title>Bare</title><div id=place></div>", HOST):
        page.set_content(host)
        page.evaluate("text => document.querySelector('#place').innerHTML = text", text_of(demo))
        looks.append(page.evaluate(LOOKS))
    alone, there = looks
    assert len(alone) > 500
    assert {
        (a[0], b, c) for a, t in zip(alone, there, strict=True) for b, c in zip(a, t, strict=True) if b != c
    } == set()


SMALL = """
title: Small
facts: facts.yaml
formats: [fragment]
sections: [{title: Weather, blocks: [{facts: {ids: [rain]}}]}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}
facts: {rain: {claim: It rains, as_of: 2026-01-01, said_by: Office, sources: [office]}}
"""


def test_fragments_of_two_editions_stand_side_by_side(page, tmp_path):
    """Two editions of one briefing can stand in one page: no id is given twice, and links stay in their own."""
    texts = []
    for day in ("2026-01-01", "2026-01-02"):
        place = a_project(tmp_path / day, f"date: {day}\n{SMALL}", FACTS)
        texts.append(text_of(build(place).folder))
    page.set_content(f"<!doctype html><html lang=en><title>Host</title>{''.join(texts)}")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids)) > 6
    away = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(one =>"
        " one.closest('.bf-fragment') !== document.getElementById(one.hash.slice(1))?.closest('.bf-fragment')).length"
    )
    assert away == 0
