"""An edition inside the pages of others, in three ways, in Chromium and from a real web server."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, date, datetime
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from briefing import embedding
from briefing.embedding import SCRIPT, Place, discovery, heights_of, oembed, snippet
from briefing.errors import InputError
from briefing.pipeline import build
from briefing.render.scope import leaving, scoped
from tests.browser import axe_violations, computed, differences, nu_messages, offline_page
from tests.hosts import HOSTS, small_edition
from tests.reading import CASES, DEMO, a_project, called, data, edition, nodes, plain

DAY, NOON = date(2026, 1, 1), datetime(2026, 1, 1, 12, tzinfo=UTC)
CONFIGS = {"demo": DEMO, "crue": CASES / "crue" / "config.yaml", "cyber": CASES / "cyber-week" / "config.yaml"}
EVEN = """<style>
    html:not(#a#b#c), body:not(#a#b#c) { display: block !important; margin: 0 !important; padding: 0 !important;
        border: 0 !important; float: none !important; max-width: none !important; transform: none !important }
    main:not(#a#b#c), #place:not(#a#b#c), briefing-embed:not(#a#b#c) {
        all: unset !important; display: block !important; font-family: serif !important }
    head, body > :not(main):not(#a#b#c) { display: none !important } </style>"""
"""Puts an edition at the same place in every page; letters and colours of html and body stay those of the page."""


@pytest.fixture(scope="session", params=CONFIGS)
def folder(request, tmp_path_factory):
    """Each of the three editions."""
    return edition(CONFIGS[request.param], tmp_path_factory)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration's edition."""
    return edition(DEMO, tmp_path_factory)


# The fragment.


@pytest.fixture(scope="module")
def little(tmp_path_factory):
    """A small edition with every kind of block."""
    return small_edition(tmp_path_factory.mktemp("little") / "project")


UNZOOMED = [name for name, one in HOSTS.items() if name != "bare" and not one.zoomed]
PLACED = [
    *((name, way) for name in UNZOOMED for way in ("fragment", "element")),
    ("hostile", "frame"),
    ("dark page, light reader", "frame"),
]


@pytest.mark.parametrize("name", ["typographic", "hostile", "ours"])
def test_no_style_of_a_page_reaches_into_its_fragment(chromium, little, name):
    """Whatever a page says without !important, every computed style in the fragment is what it is in a bare page."""
    fragment = (little / "fragment.html").read_text(encoding="utf-8")
    seen = []
    for host in (HOSTS["bare"], HOSTS[name]):
        with offline_page(chromium, viewport={"width": 1000, "height": 800}) as page:
            page.set_content(host.page(fragment, EVEN))
            seen.append(computed(page, ".bf-fragment, .bf-fragment *"))
    assert len(seen[0]) > 500
    assert differences(*seen) == set()


@pytest.fixture(scope="module")
def pictured(chromium, web, little):
    """A picture of an edition in a page, by the page's name, the way, and what its reader prefers."""
    root, address = web
    (root / "little.html").write_bytes((little / "fragment.html").read_bytes())
    (root / "little-embed.html").write_bytes((little / "embed.html").read_bytes())
    ways = {
        "fragment": (little / "fragment.html").read_text(encoding="utf-8"),
        "element": '<briefing-embed theme="auto" src="little.html"></briefing-embed>',
        "frame": '<iframe src="little-embed.html" title="x" style="border: 0; display: block; width: 100%; '
        'height: 3800px"></iframe>',
    }

    @cache
    def picture(name, way, scheme):
        content = HOSTS[name].page(ways[way], f'{EVEN}<script src="briefing-embed.js" defer></script>')
        (root / "even.html").write_text(content, encoding="utf-8")
        context = chromium.new_context(viewport={"width": 768, "height": 3800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{address}even.html", wait_until="networkidle")
        if way == "element":
            shown(page)
        page.evaluate("document.fonts.ready")
        box = page.locator("iframe" if way == "frame" else ".bf-fragment").bounding_box()
        made = page.screenshot(clip=box | {"height": int(box["height"])})  # what is behind shines through half a row
        context.close()
        return made

    return picture


@pytest.mark.parametrize(("name", "way"), PLACED)
def test_an_edition_looks_the_same_in_every_page(pictured, name, way):
    """In each of the three ways an edition in a page of any styles is, point by point, that in a bare page."""
    assert len(pictured("bare", way, "light")) > 50_000
    assert pictured(name, way, HOSTS[name].scheme) == pictured("bare", way, HOSTS[name].scheme)


def test_a_page_that_is_larger_makes_an_edition_larger(chromium, little):
    """In a page with `zoom` all is larger alike, and nothing is wider than its column."""
    fragment = (little / "fragment.html").read_text(encoding="utf-8")
    with offline_page(chromium, viewport={"width": 540, "height": 800}) as page:
        page.set_content(HOSTS["zoomed"].page(fragment))
        box = "getComputedStyle(document.querySelector('.bf')).fontSize"
        assert page.evaluate(box) == "17px"  # of which each is one and a half on the screen
        assert page.evaluate("document.querySelector('.bf h1').getBoundingClientRect().height") > 50
        assert page.evaluate("document.documentElement.scrollWidth") == 540


@pytest.mark.parametrize("name", HOSTS)
def test_no_style_of_a_fragment_reaches_out(chromium, little, name):
    """Every element of the page around looks as it did before the fragment came."""
    fragment = (little / "fragment.html").read_text(encoding="utf-8")
    outside = "body > :not(main), body > :not(main) *"
    with offline_page(chromium, color_scheme=HOSTS[name].scheme) as page:
        page.set_content(HOSTS[name].page(""))
        before = computed(page, outside)
        page.evaluate("text => document.querySelector('#place').innerHTML = text", fragment)
        assert page.locator(".bf-chart").count() > 0
        assert differences(before, computed(page, outside)) == set()
        assert len(before) > 30


def test_the_styles_of_an_own_theme_stay_in_the_fragment():
    """Rules for bare elements, for the whole page and for its root are confined to the fragment or left out."""
    style = scoped("h1, .bf p { margin: 1rem } .bf-page { color: red } @keyframes x { to { top: 0 } }", "flood-edition")
    place = "#flood-edition:not(#bf#bf#bf#bf)"
    assert style == f"{place} h1, {place} p {{ margin: calc(1 * var(--bf-rem)) }}"
    assert scoped(".bf { top: 0 }", "2026-x-edition").startswith(r"#\32 026-x-edition:not(#bf#bf#bf#bf) {")


LEAVING = {
    "beside": (".bf-title { color: red }\n.bf ~ p { color: red }", "right after .bf"),
    "next to": ("p {}\n.bf:hover/**/+ p { color: red }", "right after .bf"),
    "beside from nothing": ("p {}\n~ p { color: red }", "right after .bf"),
    "beside on paper": ("p {}\n@media all { .bf-fragment~p { color: red } }", "right after .bf"),
    "rule in a rule": ("p {}\np { :root:has(&) h6 { color: red } }", "write each rule by itself"),
    "letters": ("p {}\n@font-face { font-family: Georgia; src: url(data:font/woff2;base64,AA) }", "'Briefing Georgia'"),
}


@pytest.mark.parametrize("name", LEAVING)
def test_a_style_of_a_theme_that_leaves_the_fragment_is_refused(name, tmp_path):
    """A rule that would hold in the page around is told with its line and what to write instead."""
    style, how = LEAVING[name]
    (tmp_path / "mine" / "style").mkdir(parents=True)
    (tmp_path / "mine" / "style" / "own.css").write_text(style, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        small_edition(tmp_path, "theme: mine\n")
    told = str(caught.value.diagnostics[0])
    assert told.startswith("mine/style/own.css:2:")
    assert how in told


def test_a_style_of_a_theme_may_say_much_inside_the_fragment():
    """Neighbours inside it, and letters under a name of its own, leave nothing."""
    style = "h2 + p, .bf p ~ p, .bf > p + p, .bf :is(a + b) {} @font-face { font-family: 'Briefing Own' }"
    assert leaving(style) is None


def test_a_table_in_a_narrow_column_becomes_cards(chromium, demo):
    """What is too wide for the column it stands in changes by the column, not by the window."""
    fragment = (demo / "fragment.html").read_text(encoding="utf-8")
    with offline_page(chromium, viewport={"width": 1440, "height": 800}) as page:
        page.set_content(HOSTS["bare"].page(f"<div style='width: 380px'>{fragment}</div>"))
        display = "getComputedStyle(document.querySelector('.bf-table')).display"
        assert page.evaluate(display) == "block"
        assert page.evaluate("document.documentElement.scrollWidth") == 1440
        page.evaluate("document.querySelector('#place > div').style.width = '900px'")
        assert page.evaluate(display) == "table"


WIDE = "<style>body { font-family: monospace !important }</style>"
"""Letters of a page that are wider than ours, on any machine."""
BROKEN = """() => [...document.querySelectorAll('.bf-number-line')].filter(line => {
    const walker = document.createTreeWalker(line.querySelector('.bf-big'), NodeFilter.SHOW_TEXT)
    const lines = []
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const number of node.data.matchAll(/[0-9][0-9.,]*/g)) {
            const range = document.createRange()
            range.setStart(node, number.index)
            range.setEnd(node, number.index + number[0].length)
            lines.push([...range.getClientRects()])
        }
    const note = line.querySelector('.bf-note').getBoundingClientRect()
    return lines.some(one => new Set(one.map(part => part.top)).size > 1) || note.top > lines.at(-1)[0].bottom
}).map(line => line.textContent)"""


@pytest.mark.parametrize("width", [360, 768, 1264])
def test_a_key_figure_in_wide_letters_does_not_break_inside_its_number(chromium, demo, width):
    """However wide the letters of the page: each number of a key figure is on one line, and its note with the last."""
    fragment = (demo / "fragment.html").read_text(encoding="utf-8")
    with offline_page(chromium, viewport={"width": width, "height": 800}) as page:
        page.set_content(HOSTS["bootstrap"].page(fragment, WIDE))
        assert page.locator(".bf-number-line").count() == 6
        assert page.evaluate(BROKEN) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_date_of_a_table_in_wide_letters_stays_on_one_line(chromium, demo):
    """However wide the letters of the page: no date of a table breaks, and the table is no wider than its column."""
    fragment = (demo / "fragment.html").read_text(encoding="utf-8")
    with offline_page(chromium, viewport={"width": 768, "height": 800}) as page:
        page.set_content(HOSTS["bootstrap"].page(fragment, WIDE))
        dates = page.locator(".bf-section > .bf-table-frame time")
        lines = dates.evaluate_all("all => all.map(one => new Set([...one.getClientRects()].map(box => box.top)).size)")
        assert set(lines) == {1}
        frames = page.locator(".bf-section > .bf-table-frame")
        assert frames.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


def test_in_a_wide_column_lines_stay_short_and_drawings_small(chromium, little):
    """At 1264 px no line is longer than 640 px, no letter of a chart larger than the text, and tiles fill the row."""
    fragment = (little / "fragment.html").read_text(encoding="utf-8")
    with offline_page(chromium, viewport={"width": 1264, "height": 800}) as page:
        page.set_content(HOSTS["bare"].page(fragment, EVEN))
        assert (
            max(page.locator(".bf-text p, .bf-summary").evaluate_all("all => all.map(one => one.clientWidth)")) <= 640
        )
        letters = """all => all.filter(one => one.checkVisibility()).map(one =>
            parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
        assert 12 < max(page.locator(".bf-chart svg text").evaluate_all(letters)) <= 17
        right = "all => all[0].getBoundingClientRect().right"
        last, row = (page.locator(one).evaluate_all(right) for one in (".bf-tile:last-child", ".bf-tiles"))
        assert last == pytest.approx(row, abs=1)


FACTS = """
sources:
  bad: {title: "<script>alert(`a`)</script>", publisher: '"><img src=x onerror=alert(2)>', published: 2026-01-01,
        url: "https://example.org/?a=%3Cscript%3E"}
facts:
  rain: {claim: '<img src=x onerror=alert(`c`)> {value} <svg onload=alert(`d`)>', value: 12, as_of: 2026-01-01,
         said_by: '</style><script>alert(5)</script>', sources: [bad]}
"""


def small(folder, name, accent="#0a5fb4"):
    """A small edition of hostile facts."""
    text = (
        f"title: '{name} <b>&amp;'\nbriefing: {name}\nfacts: facts.yaml\nformats: [fragment]\n"
        f"look: {{accent: '{accent}'}}\n"
        "sections:\n  - title: Rain\n    blocks: [{key_figures: [rain]}, {facts: {ids: [rain]}}]\n"
    )
    return build(a_project(folder / name, text, FACTS), day=DAY, now=NOON).folder


def test_two_fragments_in_one_page_do_not_clash(chromium, tmp_path):
    """Two briefings in one page keep their own colours and ids."""
    one, two = small(tmp_path, "one", "#8a1f3d"), small(tmp_path, "two", "#1f5f3a")
    both = "".join((each / "fragment.html").read_text(encoding="utf-8") for each in (one, two))
    with offline_page(chromium) as page:
        page.set_content(HOSTS["bare"].page(both))
        colours = page.evaluate("[...document.querySelectorAll('a.bf-call')].map(one => getComputedStyle(one).color)")
        assert list(dict.fromkeys(colours)) == ["rgb(138, 31, 61)", "rgb(31, 95, 58)"]
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids)) > 10


# The frame.


@pytest.mark.parametrize("width", embedding.WIDTHS)
def test_the_published_height_is_true(chromium, folder, width):
    """What embed.html says of its height is what Chromium needs, or up to 8 percent more, and never much too low."""
    heights = heights_of((folder / "embed.html").read_text(encoding="utf-8"))
    assert set(heights) == set(embedding.WIDTHS)
    with offline_page(chromium, viewport={"width": width, "height": 100}) as page:
        page.goto((folder / "embed.html").as_uri())
        page.evaluate("document.fonts.ready")
        real = page.evaluate("document.documentElement.scrollHeight")
        assert 0.98 < heights[width] / real < 1.08, (heights[width], real)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_page_of_a_frame_says_the_same(page, folder):
    """embed.html has every figure of the edition; its links to the web open tabs of their own, others do not."""
    page.goto((folder / "embed.html").as_uri())
    figures = page.evaluate("[...document.querySelectorAll('data')].map(one => [one.dataset.fact, one.textContent])")
    tree = data(folder)["edition"]
    wanted = [[one["fact"], plain(one["text"])] for one in nodes(tree, "figure")]
    assert [[fact, plain(text)] for fact, text in figures] == wanted
    targets = page.evaluate("[...document.querySelectorAll('a')].map(one => [one.getAttribute('href')[0], one.target])")
    assert {target for kind, target in targets if kind == "#"} == {""}
    assert {target for kind, target in targets if kind != "#"} == {"_blank"}


def test_a_frame_is_accessible(page, folder):
    """axe-core has nothing against embed.html."""
    page.goto((folder / "embed.html").as_uri())
    assert axe_violations(page) == []


def test_frames_are_valid(tmp_path_factory):
    """The Nu checker has nothing against embed.html of any of the editions."""
    folders = [edition(config, tmp_path_factory) for config in CONFIGS.values()]
    assert nu_messages([folder / "embed.html" for folder in folders]) == []


def test_the_page_of_a_frame_forbids_itself_everything(demo):
    """Its policy allows styles and what is in the page; there is no script in it."""
    text = (demo / "embed.html").read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'" in text
    assert "<script" not in text


# From a web server.


@pytest.fixture(scope="module")
def web(tmp_path_factory, demo):
    """A folder and the address under which it is served, with a strict policy, on loopback."""
    root = tmp_path_factory.mktemp("web")
    for name in ("fragment.html", "embed.html", "briefing.html"):
        (root / name).write_bytes((demo / name).read_bytes())
    (root / "briefing-embed.js").write_text(SCRIPT, encoding="utf-8")
    (root / "host.css").write_text("* { color: red !important; font-size: 40px !important; display: block !important }")

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            if not self.path.startswith(("/embed.html", "/little-embed.html", "/even.html")):
                policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'"
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, format, *args):  # noqa: A002  # its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield root, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(chromium, web):
    """Opens a page with this content from the web server; gives it, with all that it said to the console."""
    root, address = web
    contexts = []

    def opened(content, **options):
        (root / "host.html").write_text(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>Host</title><link rel=stylesheet "
            f"href=host.css><script src=briefing-embed.js defer></script></head><body><main><h1>I</h1>{content}</main>"
        )
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        said = []

        def put_away(dialog):
            said.append("dialog")
            dialog.dismiss()

        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", put_away)
        page.goto(address + "host.html")
        return page, said

    yield opened
    for context in contexts:
        context.close()


def element(given="", src="fragment.html"):
    """The element in a page."""
    return f'<briefing-embed src="{src}" {given}><a href="briefing.html">The briefing</a></briefing-embed>'


def shown(page):
    """Waits until the element shows the briefing; its root."""
    page.locator("briefing-embed .bf-fragment").first.wait_for()
    return page.locator("briefing-embed .bf-fragment").first


def test_the_element_shows_the_briefing_in_a_page_of_important_rules(visit):
    """Not even `* {… !important}` reaches in, under a policy without inline styles; the height fits; all is quiet."""
    page, said = visit(element())
    shown(page)
    ink = page.evaluate("""() => { const root = document.querySelector('briefing-embed').shadowRoot;
        const style = name => getComputedStyle(root.querySelector(name));
        return [style('.bf-text p').color, style('.bf-text p').fontSize, style('.bf-note').display,
            style('.bf-chart path.bf-line').stroke, root.querySelector('.bf-fragment').offsetHeight
                - document.querySelector('briefing-embed').offsetHeight] }""")
    assert ink == ["rgb(27, 31, 36)", "17px", "inline", "rgb(10, 95, 180)", 0]
    assert page.evaluate("document.fonts.check('12px \"Briefing Sans\"')")
    assert axe_violations(page) == []
    assert said == []


@pytest.mark.parametrize(
    ("given", "inside"),
    [
        ('section="humanitarian-situation"', ".bf-section .bf-chart"),
        ('figure="refugees-unhcr"', ".bf-tile .bf-big"),
        ('chart="chart-4"', ".bf-chart svg"),
    ],
)
def test_the_element_shows_one_part_with_its_sources(visit, given, inside):
    """A section, a figure or a chart comes alone, but with the marking, every source that it cites, and its date."""
    page, said = visit(element(given))
    root = shown(page)
    assert root.locator(inside).count() > 0
    assert root.locator(".bf-marking").count() == 1
    calls = set(root.locator("a.bf-call").evaluate_all("all => all.map(one => one.hash.slice(1))"))
    assert calls == set(root.locator(".bf-references > li").evaluate_all("all => all.map(one => one.id)"))
    assert calls
    assert "9 April 2022" in root.locator("a").last.inner_text()
    assert page.locator("briefing-embed .bf-title").count() == 0
    assert said == []


REVISED = """
sources:
  desk: {{title: Desk, publisher: Desk, published: 2026-01-01, url: "https://example.org/desk"}}
  post: {{title: Post, publisher: Post, published: 2026-01-01, url: "https://example.org/post"}}
indicators:
  gone: {{label: Gone, unit: people}}
  level: {{label: Level, unit: m}}
facts:
  people: {{indicator: gone, value: {people}, as_of: 2026-01-01, said_by: Desk, sources: [desk]}}
  level: {{indicator: level, value: 8, as_of: 2026-01-01, said_by: Post, sources: [post]}}
"""


@pytest.mark.parametrize(("fact", "told"), [("people", 1), ("level", 0)])
def test_a_figure_of_a_revised_edition_comes_with_its_own_changes_alone(visit, web, tmp_path, fact, told):
    """What a revision corrects is said above the figure that it corrects, with its source, and above no other."""
    root, _ = web
    text = (
        "title: Flood\nbriefing: flood\nmarking: TLP:AMBER\nfacts: facts.yaml\nformats: [fragment]\nsections:\n"
        "  - title: Now\n    blocks: [{key_figures: [people, level]}]\n"
    )
    for people in (12, 15):
        made = build(a_project(tmp_path / "project", text, REVISED.format(people=people)), day=DAY, now=NOON)
    (root / "revised.html").write_bytes((made.folder / "fragment.html").read_bytes())
    page, said = visit(element(f'figure="{fact}"', src="revised.html"))
    root_of_it = shown(page)
    assert root_of_it.locator(".bf-callout").count() == told
    assert root_of_it.locator(".bf-callout tbody tr").count() == told
    assert root_of_it.locator(".bf-references > li").count() == 1
    notes = root_of_it.locator(".bf-note").evaluate_all("all => all.map(one => one.querySelector('a.bf-call')?.text)")
    assert len(notes) == 1 + told
    assert None not in notes
    marking, tile = (
        root_of_it.locator(one).bounding_box() for one in (".bf-marking", ".bf-callout, .bf-tile >> nth=0")
    )
    assert marking["y"] + marking["height"] < tile["y"]
    row = root_of_it.locator(".bf-text").bounding_box()["width"]
    assert root_of_it.locator(".bf-tile").bounding_box()["width"] == row
    assert said == []


def test_a_note_of_the_element_leads_to_its_source_and_back(visit):
    """In a shadow root, too, a note's link leads to the reference, by the keyboard as well."""
    page, _ = visit(element('section="humanitarian-situation"'))
    call = shown(page).locator("a.bf-call").first
    call.focus()
    page.keyboard.press("Enter")
    focused = "document.querySelector('briefing-embed').shadowRoot.activeElement.id"
    assert page.evaluate(focused).endswith(call.get_attribute("href").rpartition("-")[2])
    assert page.evaluate("location.hash") == ""


@pytest.mark.parametrize(
    ("given", "scheme", "dark"),
    [
        ("", "dark", False),
        ('style="color-scheme: dark"', "light", False),  # the policy of this page forbids the attribute
        ('theme="dark"', "light", True),
        ('theme="light"', "dark", False),
        ('theme="auto"', "dark", True),
    ],
)
def test_the_element_is_dark_where_it_should_be(visit, given, scheme, dark):
    """The element is as dark as the page that says nothing of dark, or as its own attribute says."""
    page, _ = visit(element(given), color_scheme=scheme)
    ground = shown(page).evaluate("one => getComputedStyle(one).backgroundColor")
    assert ground == ("rgb(20, 23, 26)" if dark else "rgb(255, 255, 255)")


HOSTILE = {
    "script": "<p>x</p><script>alert(1)</script>",
    "handler": '<img src="data:image/png;base64,AA" onerror="alert(1)">',
    "address": '<a href="javascript:alert(1)">x</a>',
    "picture": '<img src="https://evil.example/x.png">',
    "frame": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "use": '<svg><use href="https://evil.example/x.svg#a"></use></svg>',
    "style": '<p style="background: url(https://evil.example/x)">x</p>',
    "template": "<template><script>alert(1)</script></template>",
    "told of a click": '<a href="https://example.org" attributionsrc="https://evil.example/">x</a>',
    "animation": '<svg><a><animate attributeName="href" to="javascript:alert(1)"/></a></svg>',
}


SHEETS = {
    "sheet": "@import 'https://evil.example/x.css';",
    "sheet in disguise": "p { background: image-s\\000065t('https://evil.example/x' 1x) }",
    "quoted sheet": "p { background: url( 'https://evil.example/x') }",
}


@pytest.mark.parametrize("name", [*HOSTILE, *SHEETS, "missing", "none"])
def test_the_element_refuses_what_is_no_fragment(visit, web, name):
    """A fragment that holds a script, a handler or an outside address is not shown; the link inside the element is."""
    root, _ = web
    sheet = SHEETS.get(name, "")
    text = f"<style>{sheet}</style><div class='bf bf-fragment' id='x-edition'>{HOSTILE.get(name, '')}</div>"
    (root / "bad.html").write_text("<p>nothing</p>" if name == "none" else text)
    page, said = visit(element(src="gone.html" if name == "missing" else "bad.html"))
    for _ in range(100):
        if not any("briefing-embed:" in one for one in said):
            page.wait_for_timeout(50)
    assert page.locator("briefing-embed .bf-fragment").count() == 0
    assert page.get_by_text("The briefing").is_visible()
    assert "dialog" not in said
    assert any("briefing-embed:" in one for one in said)
    assert not any("evil.example" in one and "refused" not in one for one in said)


@pytest.mark.parametrize(
    "style",
    [
        '.bf p { background: url("data:image/png;base64,AA==") }',
        ".bf p { fill: url( '#a' ) }",
        ".bf p::before { content: '\\4f60' }",
    ],
)
def test_the_element_shows_what_loads_nothing(visit, web, style):
    """Data and places of the fragment may be in quotes, and letters that no keyword has may be written as numbers."""
    root, _ = web
    text = f"<style>{style}</style><div class='bf bf-fragment' id='x-edition'><p>Fine</p></div>"
    (root / "fine.html").write_text(text)
    page, said = visit(element(src="fine.html"))
    assert shown(page).inner_text() == "Fine"
    assert not any("refused" in one for one in said)


def test_the_element_is_called_as_what_it_shows(visit, web):
    """With another briefing it has another name; a name that the page gives it stays."""
    root, _ = web
    for name in ("One", "Two"):
        (root / f"{name}.html").write_text(
            f"<div class='bf bf-fragment' id='x-edition'><h1 class='bf-title'>{name}</h1></div>"
        )
    page, _ = visit(element(src="One.html") + element('aria-label="Ours"', src="One.html"))
    for name in ("One", "Two"):
        page.evaluate(
            "name => document.querySelectorAll('briefing-embed').forEach(one => one.setAttribute('src', name))",
            f"{name}.html",
        )
        for number in (0, 1):
            page.locator("briefing-embed").nth(number).get_by_text(name).wait_for()
        names = page.eval_on_selector_all("briefing-embed", "all => all.map(one => one.ariaLabel)")
        assert names == [name, "Ours"]


def test_without_script_the_element_is_a_link(visit):
    """Where scripts do not run, a reader sees the link to the briefing."""
    page, _ = visit(element(), java_script_enabled=False)
    assert page.get_by_text("The briefing").is_visible()


def test_hostile_facts_stay_text_in_all_three_ways(visit, web, tmp_path):
    """Markup and handlers in facts never run: not in the fragment, not in the element, not in the frame."""
    root, _ = web
    folder = small(tmp_path, "evil")
    for name in ("fragment.html", "embed.html"):
        (root / f"evil-{name}").write_bytes((folder / name).read_bytes())
    fragment = (folder / "fragment.html").read_text(encoding="utf-8")
    frame = '<iframe src="evil-embed.html" title="x" sandbox="allow-popups"></iframe>'
    page, said = visit(element(src="evil-fragment.html") + frame + fragment)
    claim = shown(page).locator(".bf-facts")
    assert "<img src=x onerror=alert(`c`)>" in plain(claim.inner_text())
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
    assert all("inline style" in one for one in said), said  # of the fragment, which this strict page has to allow


def test_the_script_is_small():
    """The script weighs less than 7 kB and depends on nothing."""
    assert len(SCRIPT.encode()) < 7 * 1024
    assert not re.search(r"(?<!@)\bimport\b|\brequire\b|innerHTML|\beval\b|://", SCRIPT)


# What is copied.


PLACE = Place('A "briefing" <b>', "https://intranet.example/b/", "latest", {360: 900, 768: 600, 1440: 610})


def test_an_oembed_answer_is_what_the_standard_asks_for():
    """The answer is rich, with a sandboxed frame whose size it states; a narrower one is given when asked for."""
    answer = json.loads(oembed(PLACE, "Office"))
    assert answer["version"] == "1.0"
    assert answer["type"] == "rich"
    assert (answer["width"], answer["height"], answer["title"]) == (768, 600, 'A "briefing" <b>')
    assert answer["provider_name"] == "Office"
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in answer["html"]
    assert "allow-scripts" not in answer["html"]
    assert "<b>" not in answer["html"]
    narrow = json.loads(oembed(PLACE, "Office", 500))
    assert (narrow["width"], narrow["height"]) == (360, 900)


@pytest.mark.parametrize(
    ("room", "size"),
    [((200, 5000), (200, 900)), ((768, 300), (768, 300)), ((9999, 605), (1440, 605)), ((360, 900), (360, 900))],
)
def test_an_oembed_answer_keeps_to_the_room_there_is(room, size):
    """Neither width nor height are above what was asked for, and the frame itself has the same."""
    answer = json.loads(oembed(PLACE, "Office", *room))
    assert (answer["width"], answer["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in answer["html"]


def test_a_page_names_its_oembed_answer():
    """The line for a page's head names the answer, and no text gets out of its attribute."""
    assert discovery("https://x.example/a.json?a&b", '"><script>') == (
        '<link rel="alternate" type="application/json+oembed" href="https://x.example/a.json?a&amp;b" '
        'title="&quot;&gt;&lt;script&gt;">'
    )


@pytest.mark.parametrize("way", embedding.WAYS)
def test_a_snippet_can_be_pasted(way):
    """Each snippet names the edition under its address, and holds no title unescaped."""
    text = snippet(PLACE, way, ("section", "rain"))
    assert "https://intranet.example/b/latest/" in text or "/b/latest/fragment.html" in text
    assert "<b>" not in text


def test_the_command_prints_a_snippet_that_works(demo, visit, web):
    """`briefing embed` prints a frame for the newest edition; pasted into a page, it shows the edition."""
    _, address = web
    out = demo.parent.parent
    ran = called("embed", DEMO, "--out", out, "--url", address)
    assert ran.exit_code == 0, ran.stderr
    page, said = visit(ran.stdout.replace("/latest/", "/"))
    inner = page.frame_locator("iframe")
    assert inner.locator("h1").inner_text() == "Ukraine"
    assert said == []


def test_the_command_says_what_is_not_there(demo, tmp_path):
    """A part that the edition does not have, and an edition that was not made, are told in a sentence."""
    out = demo.parent.parent
    missing = called("embed", DEMO, "--out", out, "--section", "nope")
    said = "briefing: the edition of 2022-04-09 has no section 'nope'; it has: key-figures, highlights, overview, "
    assert (missing.exit_code, missing.stderr[: len(said)]) == (2, said)
    plain = called("embed", DEMO, "--out", out, "--figure", "mariupol-killed")
    assert (plain.exit_code, plain.stderr[:57]) == (2, "briefing: the edition of 2022-04-09 has no key figure 'ma")
    assert "briefing build makes it" in called("embed", DEMO, "--out", tmp_path).stderr


def test_a_chart_that_is_named_by_its_place_is_warned_of(demo):
    """Another chart may stand there tomorrow, so the command says to give it an id."""
    ran = called("embed", DEMO, "--out", demo.parent.parent, "--way", "element", "--chart", "chart-4")
    assert (ran.exit_code, 'chart="chart-4"' in ran.stdout) == (0, True)
    assert "give the chart an id" in ran.stderr
