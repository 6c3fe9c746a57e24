"""The cache of drawings, and charts as files that stand alone."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest
from markupsafe import escape

from briefing.charts import chart_key, drawings, drawings_that_fit
from briefing.edition import ChartLine, ChartPoint, ChartRow, ChartSpec
from briefing.pipeline import build
from briefing.value import Value
from tests.reading import CASES, DEMO, ROOT, a_project, data, edition, inked, nodes, words_of


def exact(number):
    """An exact value."""
    return Value(Decimal(number), Decimal(number))


SPEC = ChartSpec("bar", "en", "people", rows=(ChartRow("A & B", exact(12), "12"), ChartRow("<C>", exact(7), "7")))

CONFIG = """
title: Small
date: 2026-01-03
facts: facts.yaml
feeds:
  - file: table.csv
    series:
      - {id: rain, indicator: rain, said_by: Office, sources: [office], value: {column: mm}, as_of: {column: day}}
sections:
  - title: Weather
    blocks:
      - chart: {kind: line, title: It rains, series: [rain]}
      - key_figures: [{fact: rain, sparkline: true}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}
indicators: {rain: {label: Rain, unit: mm}}
"""
TABLE = "day,mm\n2026-01-01,1\n2026-01-02,5\n2026-01-03,4\n"

LOADED = """
import sys
from briefing.pipeline import build
built = build(sys.argv[1], formats=["html"])
print("matplotlib" in sys.modules, built.unchanged)
"""


# The cache.


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "range"},
        {"language": "fr"},
        {"unit": "men"},
        {"width": 171.0},
        {"height": 50.0},
        {"rows": SPEC.rows[:1]},
        {"rows": (SPEC.rows[0], replace(SPEC.rows[1], value=exact(8)))},
        {"rows": (SPEC.rows[0], replace(SPEC.rows[1], value=Value(Decimal(7), None)))},
        {"rows": (SPEC.rows[0], replace(SPEC.rows[1], label="<D>"))},
        {"lines": (ChartLine("A", (ChartPoint(dt.date(2026, 1, 1), exact(1)),)),)},
    ],
)
def test_whatever_is_drawn_differs_has_a_key_of_its_own(change):
    """Charts share a drawing in the cache only when everything in them is the same."""
    assert chart_key(replace(SPEC, **change)) != chart_key(SPEC)
    assert chart_key(replace(SPEC)) == chart_key(SPEC)


def test_a_drawing_is_found_again(tmp_path):
    """What was drawn once is taken from the cache, byte for byte."""
    first = drawings([SPEC], tmp_path)
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    assert drawings([SPEC], tmp_path) == first == drawings([SPEC], None)
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("harm", ["cut short", "changed", "empty", "no text", "a folder"])
def test_a_damaged_drawing_is_drawn_anew(tmp_path, harm):
    """A file in the cache that is not what was put there is drawn again, and mended if it can be."""
    whole = drawings([SPEC], tmp_path)
    (kept,) = tmp_path.iterdir()
    good = kept.read_bytes()
    damaged = {
        "cut short": good[: len(good) // 2],
        "changed": good.replace(b"12", b"13"),
        "empty": b"",
        "no text": b"\xff\xfe\x00",
    }
    if harm == "a folder":
        kept.unlink()
        kept.mkdir()
    else:
        assert damaged[harm] != good
        kept.write_bytes(damaged[harm])
    assert drawings([SPEC], tmp_path) == whole
    if harm != "a folder":
        assert kept.read_bytes() == good
        assert [path.name for path in tmp_path.iterdir()] == [kept.name]


def test_without_a_place_for_the_cache_charts_are_drawn(tmp_path):
    """A cache that cannot be written costs time and nothing else."""
    (tmp_path / "file").write_text("in the way")
    assert drawings([SPEC], tmp_path / "file" / "charts") == drawings([SPEC], None)


def test_a_known_chart_does_not_load_matplotlib(tmp_path):
    """When the text changes and the charts do not, an edition is made anew without loading matplotlib."""
    config = a_project(tmp_path, CONFIG, FACTS, **{"table.csv": TABLE})

    def run():
        command = [sys.executable, "-c", LOADED, str(config)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert run() == ["True", "False"]
    config.write_text(CONFIG.replace("title: Weather", "title: The weather"), encoding="utf-8")
    assert run() == ["False", "False"]
    (tmp_path / "table.csv").write_text(TABLE.replace(",4", ",6"), encoding="utf-8")
    assert run() == ["True", "False"]


# Words for those who cannot see it.


def test_a_chart_is_described_at_length(folder, charts):
    """Behind each chart of a page stands, beside its data, a sentence for every figure that it shows."""
    page = (folder / "briefing.html").read_text(encoding="utf-8")
    for chart, _ in charts:
        told = [words_of(sentence) for sentence in chart["description"]]
        for row in nodes(chart["spec"], "chart-row"):
            assert any(row["label"] in one and row["text"] in one for one in told)
        for line in nodes(chart["spec"], "chart-line"):
            assert any(one.startswith(line["label"]) and line["last"] in one for one in told)
        assert all(str(escape(one)) in page for one in told if "\u00a0" not in one)


def test_the_pdf_tells_what_its_pictures_show(folder, charts):
    """Each chart is a Figure of the tagged PDF whose alternative text has its message and extremes."""
    with pikepdf.open(folder / "briefing.pdf") as pdf:
        figures = [
            str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    for chart, _ in charts:
        assert chart["alt"] in figures


# Narrow screens.

SEEN = """() => [...document.querySelectorAll('.bf-chart svg')]
    .filter(one => one.getClientRects().length)
    .map(one => ({width: one.getBoundingClientRect().width, size: Math.min(...[...one.querySelectorAll('text')]
        .map(text => text.getBoundingClientRect().height))}))"""


@pytest.mark.parametrize("width", [320, 360, 600, 1100])
def test_a_chart_fits_the_screen_that_shows_it(page, folder, width):
    """On a phone another drawing of the chart is shown: nothing is moved sideways and its letters can be read."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((folder / "briefing.html").as_uri())
    shown = page.evaluate(SEEN)
    assert len(shown) == page.locator(".bf-chart").count()
    assert all(one["width"] <= width - 32 and one["size"] >= 9 for one in shown), shown
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_fragment_in_a_narrow_column_shows_narrow_charts(page, folder, tmp_path):
    """What counts is the room of the chart, not that of the window."""
    fragment = (folder / "fragment.html").read_text(encoding="utf-8")
    host = tmp_path / "host.html"
    host.write_text(f'<!doctype html><title>Host</title><div style="width: 340px">{fragment}</div>', encoding="utf-8")
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(host.as_uri())
    shown = page.evaluate(SEEN)
    assert shown
    assert all(one["width"] <= 340 and one["size"] >= 9 for one in shown)


def test_a_chart_without_room_on_a_phone_is_moved_sideways(page, tmp_path):
    """Where a narrow drawing would cut a figure or has no room for marks, the wide one stands in a frame that moves."""
    wordy = FACTS + "facts: {long: {indicator: rain, claim: It rains, as_of: 2026-01-01, said_by: " + "W" * 60
    wordy += (
        ", place: "
        + "M" * 40
        + ", value: {low: 1234567890123456789012, high: 7654321098765432109876}, sources: [office]}}\n"
    )
    block = "chart: {kind: bar, title: It rains, facts: {ids: [long]}, unit: mm}"
    config = CONFIG.replace("chart: {kind: line, title: It rains, series: [rain]}", block)
    built = build(a_project(tmp_path, config, wordy, **{"table.csv": TABLE}), formats=["html"])
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto((built.folder / "briefing.html").as_uri())
    assert page.locator(".bf-chart-narrow").count() == 0
    frame = page.locator(".bf-chart-frame")
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_that_a_chart_has_no_room_is_remembered(tmp_path):
    """A drawing that failed for want of room is not tried again, so that nothing loads matplotlib for it."""
    crowded = replace(SPEC, width=20.0)
    assert drawings_that_fit([crowded, SPEC], tmp_path) == drawings([SPEC], tmp_path)
    run = (
        "import sys; from pathlib import Path; from tests.test_charts import *\n"
        f"made = drawings_that_fit([replace(SPEC, width=20.0), SPEC], Path({str(tmp_path)!r}))\n"
        "print(len(made), 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", run], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["1", "False"]


def test_forty_known_charts_do_not_load_matplotlib(tmp_path):
    """However many charts an edition has, wide and narrow: what was drawn once is not drawn again."""
    charts = [
        f"{{chart: {{kind: bar, title: Rain, facts: {{ids: [rain]}}, unit: mm in gauge {n}}}}}" for n in range(40)
    ]
    blocks = "".join(f"      - {chart}\n" for chart in charts)
    allowed = ", ".join(f"gauge {n}" for n in range(40))
    config = CONFIG.split("    blocks:", maxsplit=1)[0] + f"    blocks:\n{blocks}allow: [{allowed}]\n"
    path = a_project(tmp_path, config, FACTS, **{"table.csv": TABLE})

    def run():
        done = subprocess.run([sys.executable, "-c", LOADED, str(path)], check=True, capture_output=True, text=True)
        return done.stdout.split()

    assert run() == ["True", "False"]
    path.write_text(config.replace("title: Weather", "title: The weather"), encoding="utf-8")
    assert run() == ["False", "False"]
    assert len(list((tmp_path / "out" / "small" / "2026-01-03" / "charts").glob("*.svg"))) == 40


# Files that stand alone.


@pytest.fixture(params=[DEMO, CASES / "crue" / "config.yaml"], ids=["demo", "crue"])
def folder(request, tmp_path_factory):
    """An edition with charts."""
    return edition(request.param, tmp_path_factory)


@pytest.fixture
def charts(folder):
    """Each of its charts with its file."""
    found = [(chart, folder / "charts" / f"{chart['id']}.svg") for chart in nodes(data(folder)["edition"], "chart")]
    assert found
    assert {path for _, path in found} == set((folder / "charts").glob("*.svg"))
    return found


def test_a_chart_s_file_says_where_its_figures_come_from(folder, charts):
    """In a chart's file stand its title, its words for who cannot see it, its figures, its sources and its edition."""
    tree = data(folder)["edition"]
    for chart, path in charts:
        root = ET.parse(path).getroot()  # noqa: S314  # our own
        told = inked("".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")))
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text == words_of(chart["title"])
        told_whole = " ".join((chart["alt"], *map(words_of, chart["description"])))
        assert root.findtext("{http://www.w3.org/2000/svg}desc") == told_whole
        assert root.attrib["role"] == "img"
        assert inked(words_of(chart["title"])) in told
        assert inked(words_of(chart["subtitle"])) in told
        for note in nodes(chart["source"], "note"):
            for mark in tree["marks"][note["key"]]:
                parts = tree["references"][mark["number"] - 1]["parts"]
                assert inked(parts["title"]) in told
                assert inked(parts["published"]) in told
        assert inked(f"{tree['title']}, {tree['date_text']}.") in told
        for row in nodes(chart["spec"], "chart-row"):
            assert inked(row["text"]) in told
        for line in nodes(chart["spec"], "chart-line"):
            assert inked(line["last"]) in told


def test_a_chart_s_file_asks_nobody(charts):
    """A chart's file names no address but that of the language it is written in, and has no script and no id."""
    for _, path in charts:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\w+://[^\s\"']+", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert not re.search(r"<script|<image|<use|href=|\sid=|\son\w+=", text)
        assert set(re.findall(r"url\((.{5})", text)) == {"data:"}


INSIDE = """async () => {
    await document.fonts.ready;
    const whole = document.documentElement.getBoundingClientRect();
    return [...document.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < whole.left || box.right > whole.right || box.top < whole.top || box.bottom > whole.bottom;
    }).map(text => text.textContent);
}"""


def test_a_chart_s_file_can_be_seen_whole(page, charts):
    """In a browser nothing of a chart is cut, and its letters are the project's own, which it brings along."""
    for _, path in charts:
        page.goto(path.as_uri())
        assert page.evaluate(INSIDE) == []
        assert page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').length") >= 1
        family = "[...new Set([...document.querySelectorAll('text')].map(one => getComputedStyle(one).fontFamily))]"
        assert all("Briefing Sans" in one for one in page.evaluate(family))


def test_a_chart_s_file_is_a_picture(page, charts):
    """A chart's file can be the picture of another page, dark on light whatever stands behind it."""
    for chart, path in charts:
        page.goto(path.as_uri())
        page.set_viewport_size({"width": 700, "height": 500})
        sizes = page.evaluate(
            "[document.documentElement.width.baseVal.value, document.documentElement.height.baseVal.value]"
        )
        assert sizes[0] == pytest.approx((chart["spec"]["width"] + 8) * 96 / 25.4, abs=1)
        assert sizes[1] > 100
        ground = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        assert ground == "rgb(255, 255, 255)"
