"""Every page for everybody (WCAG 2.2, AA): by eye, by keyboard, enlarged, on paper, in colours of one's own."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from briefing.pipeline import build, mark_last_good
from tests.browser import axe_violations, offline_page
from tests.hosts import HOSTS, small_edition, small_project
from tests.reading import ROOT, inked
from tests.serving import an_edition, running

NOW = datetime(2026, 3, 14, 6, tzinfo=UTC)
ADDRESS = (
    "https://example.org/a-rather-long-address/of-a-page/that-does-not-fit-into-one-line/of-a-list/of-sources.html"
)
ARABIC = "language: ar\n"
OPENED = "document.querySelectorAll('details').forEach(one => one.open = true)"
FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const [x, y] = [(box.left + box.right) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
    const there = document.elementFromPoint(x, y);
    return one === document.body ? null : {
        name: `${one.localName}.${one.className}`,
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth),
        ours: !!one.closest(".bf, .bf-skip"),
        seen: !!there && !there.closest(".bf-tip") && (one.contains(there) || there.contains(one)),
    };
}"""
"""What has the focus: whether a ring is around it, and whether it is what one sees at its middle."""
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("body *")].filter(one =>
    one.checkVisibility() && !one.closest(".bf-table-frame, .bf-chart-frame, thead, svg")
    && (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1
        || (one.localName === "html" && one.scrollWidth > innerWidth))
).map(one => `${one.localName}.${one.className}`)"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }"""
"""What a reader may set (WCAG 2.2, 1.4.12)."""
CLIPPED = """() => [...document.querySelectorAll(".bf *")].filter(one =>
    one.checkVisibility() && !one.closest("svg, thead") && getComputedStyle(one).overflow.includes("hidden")
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)).map(one => one.className)"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small edition with every kind of block, and one source with a long address."""
    folder = tmp_path_factory.mktemp("small") / "project"
    config = small_project(folder)
    facts = folder / "facts" / "situation.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("https://example.org/bulletin/9", ADDRESS))
    return build(config, day=date(2026, 3, 14), now=NOW).folder


@pytest.fixture(scope="module")
def arabic(tmp_path_factory):
    """The same from right to left."""
    return small_edition(tmp_path_factory.mktemp("arabic") / "project", ARABIC)


@pytest.fixture(scope="module")
def pages(tmp_path_factory, small, arabic):
    """A page of each kind, by its name."""
    folder = tmp_path_factory.mktemp("pages")
    late = small_edition(folder / "late")
    marked = mark_last_good(late.parent / "books.sqlite", "small", late.parent.parent, date(2026, 3, 15))
    assert marked
    fragment = HOSTS["bootstrap"].page((small / "fragment.html").read_text(encoding="utf-8"))
    (folder / "host.html").write_text(fragment, encoding="utf-8")
    gallery = build(ROOT / "docs" / "gallery" / "config.yaml", now=NOW, out=folder / "out", formats=["html"]).folder
    return {
        "page": small / "briefing.html",
        "frame": small / "embed.html",
        "fragment in a page": folder / "host.html",
        "from right to left": arabic / "briefing.html",
        "draft": small_edition(folder / "draft", draft=True) / "briefing.html",
        "not updated": marked.folder / "briefing.html",
        "gallery": gallery / "briefing.html",
    }


KINDS = ["page", "frame", "fragment in a page", "from right to left", "draft", "not updated", "gallery"]


SIGHTS = ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark"))


def _faults(page, sights=SIGHTS):
    """What axe-core has against a page, light and dark, on a phone and on a desk."""
    found = []
    for width, scheme in sights:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} px, {scheme}: {one}" for one in axe_violations(page)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible(chromium, pages, kind):
    """axe-core has nothing against any kind of page, light or dark, narrow or wide, with every chart's data opened."""
    with offline_page(chromium) as page:
        page.goto(pages[kind].as_uri())
        page.evaluate(OPENED)
        assert _faults(page, SIGHTS[1:3] if kind == "gallery" else SIGHTS) == []


def test_the_server_s_own_pages_are_accessible(chromium, tmp_path):
    """Nor against the lists of briefings and of editions, and what is said when there is nothing."""
    out = tmp_path / "out"
    an_edition(out, "2022-04-08")
    an_edition(out, "2022-04-09", revision=2)
    an_edition(out, "2022-04-09", briefing="cyber")
    with running("serve", out, log=tmp_path / "log") as server:
        context = chromium.new_context()
        page = context.new_page()
        for place in ("", "ukraine/", "nothing/"):
            page.goto(f"http://127.0.0.1:{server.port}/{place}")
            assert page.locator("h1").count() == 1
            assert _faults(page) == []
            assert page.evaluate(TOO_WIDE) == []
        context.close()


def test_the_preview_is_accessible(chromium, tmp_path):
    """Nor against the preview with its list of what is wrong."""
    config = small_project(tmp_path / "project")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('value("evacuated-mayor")', 'value("evacuated-major")'), encoding="utf-8")
    with running("preview", config, "--date", "2026-03-14", log=tmp_path / "log") as server:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.locator("section[role=alert] li").first.wait_for()
        assert _faults(page) == []
        context.close()


# Larger, and with more room between letters.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 640])
def test_an_enlarged_page_loses_nothing(chromium, pages, kind, width):
    """At 200 and at 400 percent of a window of 1280 px nothing is beside it or cut, with wide spaces set too."""
    with offline_page(chromium, viewport={"width": width, "height": width // 5 * 4}) as page:
        page.goto(pages[kind].as_uri())
        page.evaluate(OPENED)
        for style in (" ", SPACED):
            page.add_style_tag(content=style)
            assert page.evaluate(TOO_WIDE) == []
            assert page.evaluate(CLIPPED) == []


# By keyboard.


@pytest.mark.parametrize("kind", ["page", "frame", "fragment in a page", "from right to left"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_focus_can_be_seen_everywhere(chromium, pages, kind, width):
    """Every stop of the keyboard has a ring and is covered by nothing, not even by its own note (WCAG 2.2, 2.4.11)."""
    stops = []
    with offline_page(chromium, viewport={"width": width, "height": 700}, reduced_motion="reduce") as page:
        page.goto(pages[kind].as_uri())
        for _ in range(200):
            page.keyboard.press("Tab")
            if (stop := page.evaluate(FOCUSED)) is None:
                break
            stops.append(stop)
        assert len(stops) > 40
        assert [one for one in stops if one["ours"] and not (one["ring"] and one["seen"])] == []
        links = page.locator("a:visible, summary:visible, [tabindex='0']:visible, button:visible").count()
        assert len(stops) == links


def test_the_skip_link_stands_in_the_window_when_it_is_focused(chromium, arabic, small):
    """Until then it is out of sight, and makes no page wider, in either direction of writing."""
    for folder in (small, arabic):
        with offline_page(chromium, viewport={"width": 900, "height": 700}) as page:
            page.goto((folder / "briefing.html").as_uri())
            skip = page.locator(".bf-skip")
            hidden = skip.bounding_box()
            assert hidden
            assert hidden["y"] + hidden["height"] <= 0
            assert page.evaluate("document.documentElement.scrollWidth") == 900
            page.keyboard.press("Tab")
            box = skip.bounding_box()
            assert box
            assert box["y"] >= 0
            assert box["x"] < 300 if folder is small else box["x"] > 600


def test_a_note_can_be_pointed_at(chromium, small):
    """In the page, in a frame and on a wide screen the pointer gets to a note before that goes (WCAG 2.2, 1.4.13)."""
    for name, width in (("briefing.html", 800), ("briefing.html", 1440), ("embed.html", 800)):
        with offline_page(chromium, viewport={"width": width, "height": 800}) as page:
            page.goto((small / name).as_uri())
            page.locator("#cite-1-2").hover()
            tip = page.locator("#cite-1-2 + .bf-tip")
            tip.hover()
            page.wait_for_timeout(700)  # longer than it would stay by itself
            assert tip.is_visible()
            page.mouse.move(1, 1)
            expect(tip).to_be_hidden()


def test_on_a_wide_screen_a_note_covers_no_text(chromium, small):
    """There it stands in the margin, below the contents: nothing has to be dismissed."""
    with offline_page(chromium, viewport={"width": 1440, "height": 800}) as page:
        page.goto((small / "briefing.html").as_uri())
        page.locator("#cite-1-2").hover()
        tip, text = (page.locator(one).bounding_box() for one in ("#cite-1-2 + .bf-tip", ".bf-text"))
        contents = page.locator(".bf-contents").bounding_box()
        assert tip
        assert text
        assert contents
        assert tip["x"] + tip["width"] <= text["x"]
        assert contents["y"] + contents["height"] <= tip["y"]


# As the reader has set the system.


def test_nothing_moves_for_who_does_not_want_it(chromium, small):
    """With reduced motion the page jumps to a place instead of gliding there, and nothing is animated."""
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    for motion, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        with offline_page(chromium, reduced_motion=motion) as page:
            page.goto((small / "briefing.html").as_uri())
            assert page.evaluate(smooth) == behaviour
            page.locator("#cite-1-2").hover()
            moving = "document.getAnimations().filter(one => one.transitionProperty !== 'display').length"
            assert page.evaluate(moving) == 0


def test_bullets_and_markings_stay_in_colours_of_one_s_own(chromium, small):
    """Where the system sets all colours, bullets are still seen, and the marking keeps its black ground."""
    with offline_page(chromium, forced_colors="active", color_scheme="dark") as page:
        page.goto((small / "briefing.html").as_uri())
        style = "(name, part) => getComputedStyle(document.querySelector(name), part).backgroundColor"
        bullet = page.evaluate(f"({style})('.bf-items > li', '::before')")
        assert bullet != page.evaluate(f"({style})('body')")
        assert page.evaluate(f"({style})('.bf-marking')") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.querySelector('.bf-marking')).color") == "rgb(255, 192, 0)"


def test_who_wants_more_contrast_gets_it(chromium, small):
    """Grey letters are as dark as the others then."""
    with offline_page(chromium, contrast="more") as page:
        page.goto((small / "briefing.html").as_uri())
        colour = "name => getComputedStyle(document.querySelector(name)).color"
        assert page.evaluate(f"({colour})('.bf-details')") == page.evaluate(f"({colour})('.bf-text p')")


# On paper.


def test_a_printed_page_has_whole_addresses(chromium, small, tmp_path):
    """Printed from the browser the page has margins, no bars, and every address of a link in full."""
    with offline_page(chromium) as page:
        page.goto((small / "briefing.html").as_uri())
        page.pdf(path=tmp_path / "printed.pdf", format="A4", prefer_css_page_size=True)
        shown = inked(page.locator(".bf-references").inner_text())
    text, address = _text_of(tmp_path / "printed.pdf"), inked(ADDRESS.removeprefix("https://"))
    assert address in text
    assert address not in shown
    assert "(https://example.org/gauges)" in text
    assert "Skip" not in text
    assert "Thedataofthischart" not in text
    assert "…" not in text


def _text_of(path: Path) -> str:
    """All that a PDF says, without spaces and hyphens."""
    run = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, encoding="utf-8")
    return inked(run.stdout)
