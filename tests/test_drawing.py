"""Charts as SVG: what is drawn, what is never drawn, and what happens to hostile words."""

from __future__ import annotations

import itertools
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
import weasyprint
from playwright.sync_api import Page

from briefing import drawing
from briefing.drawing import PALETTE, draw
from briefing.drawing.lettering import Face, width
from briefing.edition import ChartEvent, ChartLine, ChartPoint, ChartRow, ChartSetting, ChartSpec
from briefing.errors import DrawError
from briefing.value import Value, parse, span

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(drawing.__file__).parents[1] / "fonts"
START = date(2022, 2, 24)
HOSTILE = [
    "$5 to $9",
    r"$\foo$ \$ a $x_{$ b",
    "_secret",
    "<b>bold</b> & &amp; ]]> <!-- -->",
    "{value} {{ 7*7 }}",
    "Міністерство оборони України",
    "国防部发言人",
    "4\u202f437\u00a0007",
    "“quoted” – isn't “it”",
]


def a_line(*values: object, label: str = "Losses", last: str = "", step: int = 1) -> ChartLine:
    """A series of values written as in a facts file, a step of days apart; None is a day nothing is known of."""
    days = itertools.count(0, step)
    points = [(START + timedelta(day), value) for day, value in zip(days, values, strict=False)]
    return ChartLine(label, tuple(ChartPoint(at, a_value(v)) for at, v in points if v is not None), last)


def a_value(value: object) -> Value:
    """A value as it stands, or as a facts file has it."""
    return value if isinstance(value, Value) else parse(str(value))


def a_row(
    value: object, text: str = "", label: str = "Ministry of Defence", detail: str = "", group: str = ""
) -> ChartRow:
    """A row whose figure in words is its value unless given."""
    return ChartRow(label, a_value(value), text or str(value), detail, group)


def a_chart(*parts: object, kind: str = "", **settings: object) -> ChartSpec:
    """A chart of lines, rows and events; its kind is "line" or "bar" unless given."""
    lines = tuple(part for part in parts if isinstance(part, ChartLine))
    rows = tuple(part for part in parts if isinstance(part, ChartRow))
    events = tuple(part for part in parts if isinstance(part, ChartEvent))
    chosen: dict[str, Any] = {"language": "en", "unit": "soldiers", "width": 120.0} | settings
    chosen["kind"] = kind or ("line" if lines else "bar")
    return ChartSpec(lines=lines, rows=rows, events=events, **chosen)


STACKED = (ChartSetting("stacked", "true"),)
EVERY_KIND = [
    a_chart(a_line(1, "2..4", "~5", None, ">6"), a_line(3, 2, 1, 4), ChartEvent(START, "Invasion")),
    a_chart(*map(a_row, ("7", "~7", ">7", "<7", "3..7", "-3", "0"))),
    a_chart(*map(a_row, ("7", "~7", ">7", "<7", "3..7", "-3", "0")), kind="range"),
    a_chart(a_line(1, 2, None, 4), kind="sparkline", width=30.0, height=8.0),
    a_chart(a_line(1, "2..4", "~5", None, ">6"), ChartEvent(START, "Invasion"), kind="area"),
    a_chart(a_line(1, 2, 5), a_line(3, 2, 1), kind="area", settings=STACKED),
    a_chart(a_line(3, 5, 4), a_line(7, 2, None, 9), ChartEvent(START, "Invasion"), kind="multiples", start=Decimal(2)),
]
every_kind = pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda spec: spec.kind)


def read(svg: str) -> ET.Element:
    """A drawing as a tree."""
    return ET.fromstring(svg)  # noqa: S314  # our own


def drawn(spec: ChartSpec) -> ET.Element:
    """The drawing of a specification as a tree."""
    return read(draw(spec))


def marks(root: ET.Element, role: str) -> list[ET.Element]:
    """The marks of a role."""
    return [mark for mark in root if mark.get("class") == f"bf-{role}"]


def runs(mark: ET.Element) -> list[list[tuple[float, float]]]:
    """The points of each run of a path."""
    found = []
    for run in mark.attrib["d"].split("M")[1:]:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", run)]
        found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def xs(mark: ET.Element) -> list[float]:
    """Where across the sheet the points of a path are."""
    return [x for run in runs(mark) for x, _ in run]


def ys(mark: ET.Element) -> list[float]:
    """Where down the sheet the points of a path are."""
    return [y for run in runs(mark) for _, y in run]


def words(root: ET.Element, role: str) -> list[str]:
    """Text of a role, line by line, whether it stands as text or as outlines with a title."""
    return [mark.text or mark.findtext(f"{SVG}title") or "" for mark in marks(root, role)]


def box(text: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line of text."""
    look = text.attrib
    size = float(look["font-size"])
    wide = width(text.text or "", Face(size, int(look.get("font-weight", 400))))
    left = float(text.attrib["x"]) - {"start": 0, "middle": wide / 2, "end": wide}[look.get("text-anchor", "start")]
    base = float(text.attrib["y"])
    return left, base - 0.75 * size, left + wide, base + 0.2 * size


def touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Whether two boxes overlap."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def size(root: ET.Element) -> tuple[float, float]:
    """The width and height of a drawing in its own units."""
    _, _, wide, tall = map(float, root.attrib["viewBox"].split())
    return wide, tall


# The document


@every_kind
def test_a_drawing_is_at_home_in_any_page(spec):
    """A drawing has no prolog, ids, references, style sheet, metadata, or address but that of SVG."""
    svg = draw(spec)
    root = read(svg)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert {mark.tag for mark in root.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "path", "text", "title")}
    assert not re.search(r"\sid=|href|url\(|@import|<!", svg)
    assert svg.count("http") == 1


@every_kind
def test_a_drawing_is_sized_in_millimetres(spec):
    """The width in millimetres is the specification's, and the view box has the same proportions in points."""
    root = drawn(spec)
    wide, tall = size(root)
    assert root.get("role") == "img"
    assert root.get("width") == f"{spec.width:g}mm"
    assert float(root.attrib["height"].removesuffix("mm")) == pytest.approx(tall / 72 * 25.4, abs=0.02)
    assert wide == pytest.approx(spec.width / 25.4 * 72, abs=0.01)


@pytest.mark.parametrize("spec", [EVERY_KIND[0], EVERY_KIND[1], EVERY_KIND[2]], ids=["line", "bar", "range"])
def test_a_height_that_is_given_is_kept(spec):
    """A chart is as tall as the specification says."""
    taller = ChartSpec(spec.kind, "en", "soldiers", spec.lines, spec.rows, spec.events, 120.0, 150.0)
    assert draw(taller).startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340.16 425.2"')


@every_kind
def test_colours_come_from_the_palette(spec):
    """Every colour is a light one of the palette, so that a page can put the dark ones in their place."""
    colours = set(re.findall(r"#[0-9a-f]{6}", draw(spec)))
    assert colours <= {light for light, _ in PALETTE.values()}
    assert colours


def test_the_palette_is_legible():
    """Text and series stand out by 4.5:1 from the white page and from the dark one; no colour occurs twice."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for token, pair in PALETTE.items():
        for colour, page in zip(pair, PALETTE["page"], strict=True):
            low, high = sorted((luminance(colour), luminance(page)))
            backs = token in {"page", "grid", "land", "home"} or token.startswith("shade")  # what words stand on
            assert backs or (high + 0.05) / (low + 0.05) >= 4.5, token
    assert len({light for light, _ in PALETTE.values()}) == len(PALETTE)


def in_a_process_of_its_own(code: str, cwd: Path, **environment: str) -> str:
    """What a program prints that starts with nothing in its environment, not even a home."""
    clean = {"PYTHONPATH": os.pathsep.join(map(str, [FONTS.parents[1], *sys.path])), **environment}
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.stdout


DRAW_ALL = "from tests.test_drawing import EVERY_KIND, draw; print([draw(spec) for spec in EVERY_KIND], end='')"


def test_the_same_specification_gives_the_same_bytes(tmp_path):
    """Neither process, hash seed, home, working folder nor the user's settings of matplotlib change a drawing."""
    (tmp_path / "matplotlibrc").write_text("svg.fonttype: path\nlines.linewidth: 9\npath.sketch: 9, 9, 9\n")
    here = str([draw(spec) for spec in EVERY_KIND])
    for seed in "12":
        assert in_a_process_of_its_own(DRAW_ALL, tmp_path, PYTHONHASHSEED=seed) == here


def test_the_fonts_of_the_system_are_not_asked_for(tmp_path):
    """The first drawing does not list the system's fonts, and leaves the environment as it was."""
    spy = tmp_path / "fc-list"
    spy.write_text(f"#!/bin/sh\n: > {tmp_path}/asked\n")
    spy.chmod(0o755)
    code = (
        "import os; before = dict(os.environ); from briefing.drawing import draw; from briefing.edition import *\n"
        "from briefing.value import parse\n"
        "draw(ChartSpec('bar', 'en', 'u', rows=(ChartRow('a', parse('1'), '1'),))); print(before == dict(os.environ))"
    )
    assert in_a_process_of_its_own(code, tmp_path, PATH=str(tmp_path)) == "True\n"
    assert not (tmp_path / "asked").exists()


def test_matplotlib_loads_with_the_first_drawing(tmp_path):
    """The drawing room and its palette can be imported without matplotlib."""
    code = "import sys, briefing.drawing, briefing.drawing.palette; print('matplotlib' in sys.modules)"
    assert in_a_process_of_its_own(code, tmp_path) == "False\n"


def test_settings_of_the_program_are_left_alone():
    """A program's own settings of matplotlib change no drawing and are the same afterwards."""
    plain = draw(EVERY_KIND[0])
    with mpl.rc_context({"svg.fonttype": "path", "text.usetex": True, "lines.linewidth": 9, "figure.dpi": 300}):
        assert draw(EVERY_KIND[0]) == plain
        assert mpl.rcParams["text.usetex"]


# Words


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_comes_out_as_typed(label):
    """No label is read as mathematics, markup, a template or a name to hide."""
    event = ChartEvent(START, label)
    line = drawn(a_chart(a_line(1, 2, label=label, last=label), event, unit=label, width=180.0))
    rows = drawn(a_chart(a_row(5, label, label, label, label), kind="range", unit=label, width=180.0))
    spoken = [(line, role) for role in ("unit", "label", "last", "event-label")]
    spoken += [(rows, role) for role in ("unit", "label", "figure", "detail", "group")]
    for root, role in spoken:
        assert "".join(words(root, role)).replace(" ", "") == label.replace(" ", ""), role


def test_newlines_and_invisible_letters_are_no_part_of_a_label():
    """Line breaks and tabs become spaces; direction marks in a text without need of them go."""
    root = drawn(a_chart(a_row(5, "5", "a\r\n\tb\u2028c \u202ed\u202c\u200b")))
    assert words(root, "label") == ["a b c d"]


@pytest.mark.parametrize("label", ["وزارة الدفاع", "משרד הביטחון (12)", "Ministry وزارة 7"])
def test_right_to_left_text_is_drawn_as_outlines(label):
    """Arabic and Hebrew, which WeasyPrint would set letter by letter from the left, are outlines with a title."""
    (mark,) = marks(drawn(a_chart(a_row(5, "5", label))), "label")
    assert mark.tag == f"{SVG}path"
    assert mark.findtext(f"{SVG}title") == label


@pytest.mark.parametrize("label", ["x" * 5000, "word " * 400, "国防部" * 500, "ثلاثة " * 300])
def test_a_label_too_long_is_shortened(label):
    """What does not fit ends in an ellipsis."""
    root = drawn(a_chart(a_row(5, label, label, label, label), kind="range", unit=label))
    for role in ("unit", "label", "figure", "detail", "group"):
        *whole, last = words(root, role)
        assert last.endswith("…")
        assert not any(line.endswith("…") for line in whole)


@pytest.mark.parametrize("wide", [80.0, 120.0, 180.0])
@pytest.mark.parametrize("label", ["7", "Senior official of the Ministry of Defence", "x" * 300, "国防部发言人" * 9])
def test_no_word_leaves_the_sheet(label, wide):
    """Whatever the labels, all text lies within the drawing, and none touches another."""
    events = [ChartEvent(START + timedelta(day), label) for day in (0, 1, 3, 8, 9)]
    line = a_chart(*(a_line(*range(n, n + 10), label=label, last=label) for n in (1, 1, 2)), *events, width=wide)
    rows = [a_row(value, label, label, label) for value in ("7", ">9", "<3", "2..12")]
    for spec in (line, a_chart(*rows, width=wide), a_chart(*rows, kind="range", width=wide)):
        root = drawn(spec)
        right, bottom = size(root)
        boxes = [box(text) for text in root.iter(f"{SVG}text")]
        assert all(b[0] >= -0.01 and b[1] >= -0.01 and b[2] <= right + 0.01 and b[3] <= bottom for b in boxes)
        assert not any(touch(a, b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize(
    ("letter", "name"),
    [("ก", "U+0E01 (THAI CHARACTER KO KAI)"), ("🙂", "U+1F642"), ("\x01", "U+0001"), ("\ud800", "U+D800")],
)
def test_a_letter_that_no_font_has_is_an_error(letter, name):
    """A missing glyph is an error that names the character and its label, never an empty box."""
    with pytest.raises(DrawError, match=re.escape(name)) as caught:
        draw(a_chart(a_row(5, "5", f"Label {letter}")))
    assert "in the label 'Label " in str(caught.value)


def test_words_are_as_wide_in_a_browser_as_here(page: Page, tmp_path: Path):
    """The widths that the layout counts on are those of a real browser with the fonts of the page."""
    faces = [("Source Sans 3", 400, "SourceSans3-Regular"), ("Source Sans 3", 600, "SourceSans3-Semibold")]
    faces += [("Droid Sans Fallback", 400, "DroidSansFallbackFull")]
    css = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};src:url({(FONTS / file).as_uri()}.ttf)}}"
        for family, weight, file in faces
    )
    labels = ["Ukraine, Ministry of Defence", "Міністерство оборони", "国防部", "AVATAR Tokyo"]
    rows = [a_row("7000..15000", "7,000 to 15,000", label, "as of 23 March 2022") for label in labels]
    svg = draw(a_chart(*rows, kind="range", width=180.0))
    (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8><style>{css}</style>{svg}", "utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate("document.fonts.ready")
    seen = page.evaluate("[...document.querySelectorAll('text')].map(text => text.getComputedTextLength())")
    for text, length in zip(read(svg).iter(f"{SVG}text"), seen, strict=True):
        left, _, right, _ = box(text)
        assert length <= right - left + 0.1
        assert length >= 0.93 * (right - left), text.text


@every_kind
def test_weasyprint_prints_a_drawing_without_complaint(spec, caplog):
    """The printer reads every drawing without a warning."""
    with caplog.at_level(logging.WARNING):
        weasyprint.HTML(string=f"<html lang=en><title>A drawing</title>{draw(spec)}").write_pdf()
    assert [record for record in caplog.records if "font" not in record.getMessage()] == []


# Lines


def test_a_gap_in_the_dates_is_a_gap_in_the_line():
    """Nothing is drawn across days on which nothing is known; a figure alone among them is a dot."""
    root = drawn(a_chart(a_line(1, 2, 3, None, None, 4, None, 5, 6)))
    (line,) = marks(root, "line")
    assert [len(run) for run in runs(line)] == [3, 2]
    alone, last = marks(root, "dot")
    assert runs(line)[0][-1][0] < xs(alone)[0] < runs(line)[1][0][0]
    assert xs(last)[0] == runs(line)[1][-1][0]


def test_a_break_between_two_figures_parts_them():
    """A line is broken also where no figure stands on the day of the break itself."""
    line = a_line(1, 2, 3, 4, step=7)
    between = line.points[2].at - timedelta(3)
    (stroke,) = marks(drawn(a_chart(replace(line, breaks=(between,)))), "line")
    assert [len(run) for run in runs(stroke)] == [2, 2]


def test_months_of_different_length_are_no_gap():
    """A monthly series is one line, though its steps have 28 to 31 days; a missing month is a gap."""
    months = [date(2022, month, 1) for month in range(1, 13)]
    points = tuple(ChartPoint(day, parse("5")) for day in months)
    (line,) = marks(drawn(a_chart(ChartLine("Monthly", points))), "line")
    assert [len(run) for run in runs(line)] == [12]
    (line,) = marks(drawn(a_chart(ChartLine("Monthly", points[:5] + points[6:]))), "line")
    assert [len(run) for run in runs(line)] == [5, 6]


def test_a_range_is_a_band_without_a_middle():
    """Between low and high nobody stated a figure, so neither a line nor a dot is drawn there."""
    root = drawn(a_chart(a_line("2..4", "3..7", "5..9")))
    (band,), (edges,) = marks(root, "band"), marks(root, "band-edge")
    assert not marks(root, "line")
    assert not marks(root, "dot")
    assert set(ys(band)) == set(ys(edges))
    highs, lows = runs(edges)
    zero, ten = (float(tick.attrib["y"]) for tick in marks(root, "tick") if tick.text in {"0", "10"})
    heights = [low[1] - high[1] for high, low in zip(highs, lows, strict=True)]
    assert heights == pytest.approx([(zero - ten) / 10 * n for n in (2, 4, 4)], abs=0.05)


def test_the_best_estimate_of_a_range_is_a_line():
    """An asserter's own best estimate is drawn where it was stated."""
    estimates = [span(Decimal(low), Decimal(low + 4), Decimal(low + 1)) for low in (2, 3)]
    root = drawn(a_chart(a_line(*estimates)))
    (line,), (edges,) = marks(root, "line"), marks(root, "band-edge")
    highs, lows = runs(edges)
    for (_, best), (_, high), (_, low) in zip(runs(line)[0], highs, lows, strict=True):
        assert (low - best) / (low - high) == pytest.approx(0.25, abs=0.01)


def test_the_band_of_a_range_narrows_to_the_figures_beside_it():
    """Days with a range and days with a figure are one series without a gap."""
    root = drawn(a_chart(a_line(3, "2..6", 5, 6)))
    (edges,), (line,) = marks(root, "band-edge"), marks(root, "line")
    highs, lows = runs(edges)
    assert highs[0] == lows[0]
    assert highs[2] == lows[2] == runs(line)[0][0]
    assert highs[1] != lows[1]


@pytest.mark.parametrize(("value", "way"), [(">9", -1), (">=9", -1), ("<9", 1), ("<=9", 1)])
def test_a_bound_points_to_where_the_truth_lies(value, way):
    """A lower bound has an arrow up from the stated figure, an upper bound an arrow down."""
    (arrow,) = marks(drawn(a_chart(a_line(8, value))), "bound")
    (_, start), (_, tip) = runs(arrow)[0]
    assert (tip - start) * way > 0


@pytest.mark.parametrize(("value", "hollow"), [("9", False), ("~9", True), (">9", True)])
def test_only_an_exact_figure_ends_in_a_full_dot(value, hollow):
    """The last figure of a line is a dot, hollow unless it is exact."""
    dots = marks(drawn(a_chart(a_line(8, value))), "dot")
    assert [dot.attrib["stroke"] for dot in dots][1:] == [PALETTE["page"][0]] * hollow


def test_the_axis_begins_at_zero():
    """Values are measured from zero, and from the lowest round number where some are negative."""
    assert words(drawn(a_chart(a_line(95, 100))), "tick")[:2] == ["0", "20"]
    assert words(drawn(a_chart(a_line(-95, 100))), "tick")[:3] == ["-100", "-50", "0"]


@pytest.mark.parametrize(
    ("language", "ticks"),
    [
        ("en", ["0", "1 million", "2 million", "3 million", "24 Feb", "2022", "25 Feb"]),
        ("en-US", ["0", "1 million", "2 million", "3 million", "Feb 24", "2022", "Feb 25"]),
        ("uk", ["0", "1\u00a0млн", "2\u00a0млн", "3\u00a0млн", "24 лют.", "2022", "25 лют."]),
        ("zh-Hans", ["0", "100万", "200万", "300万", "2月24日", "2022年", "2月25日"]),
    ],
)
def test_ticks_speak_the_language_of_the_chart(language, ticks):
    """Numbers and dates on the axes are written as the language writes them, large numbers in words."""
    assert words(drawn(a_chart(a_line(1_000_000, 3_000_000), language=language)), "tick") == ticks


@pytest.mark.parametrize(
    "number", ["0", "0.000000000003", "0.25", "1000000000000000", "123456789012345678901234", "-7"]
)
@pytest.mark.parametrize("count", [1, 2])
def test_any_number_can_be_drawn(number, count):
    """One point or two equal ones, nothing or more than there are stars: the chart has its axis and its dot."""
    root = drawn(a_chart(a_line(*[number] * count)))
    _, bottom = size(root)
    assert len(marks(root, "grid") + marks(root, "axis")) >= 2
    assert all(0 < y < bottom for dot in marks(root, "dot") for y in ys(dot))


def test_thousands_of_points_keep_their_extremes():
    """A long series is thinned to what can be seen; its one peak and its one trough are seen."""
    values: list[object] = [500] * 5000
    values[1234], values[4321] = 1000, 0
    svg = draw(a_chart(a_line(*values), width=180.0))
    root = read(svg)
    (line,) = marks(root, "line")
    zero, thousand = (float(tick.attrib["y"]) for tick in marks(root, "tick") if tick.text in {"0", "1,000"})
    assert max(ys(line)) - min(ys(line)) == pytest.approx(zero - thousand, abs=0.05)
    assert len(svg) < 25_000


def test_series_differ_in_more_than_colour():
    """Six series have six colours and six patterns, for print in grey."""
    lines = marks(drawn(a_chart(*(a_line(n, n + 1, label=str(n)) for n in range(6)))), "line")
    assert len({line.attrib["stroke"] for line in lines}) == 6
    assert len({line.get("stroke-dasharray") for line in lines}) == 6


def test_no_event_line_runs_through_a_label():
    """Labels of events that are close stand in steps: no label touches another, or another's line."""
    root = drawn(
        a_chart(
            a_line(*range(30)), *(ChartEvent(START + timedelta(day), f"Event of day {day}") for day in range(12, 30, 2))
        )
    )
    lines, labels = marks(root, "event"), [box(text) for text in marks(root, "event-label")]
    assert len(lines) == 9
    for line in lines:
        at = (xs(line)[0], min(ys(line)), xs(line)[0], max(ys(line)))
        assert not any(touch(at, label) for label in labels)


def test_a_plain_chart_is_small():
    """A line of 44 days with four events is an SVG of less than 10 kB."""
    events = [ChartEvent(START + timedelta(day), f"What happened on day {day}") for day in (6, 29, 37, 43)]
    assert len(draw(a_chart(a_line(*range(2800, 19100, 370), last="about 19,100"), *events, width=170.0))) < 10_000


def test_a_sparkline_has_no_words():
    """A sparkline is a line with its gaps, and a dot at its end."""
    root = drawn(a_chart(a_line(1, 2, None, 4, ">5"), kind="sparkline", width=30.0))
    assert {mark.get("class") for mark in root} == {"bf-line", "bf-dot"}
    assert [len(run) for run in runs(marks(root, "line")[0])] == [2, 2]
    assert root.get("height") == "8mm"


# Rows


def places(root: ET.Element, *ticks: str) -> list[float]:
    """Where the words of the axis stand."""
    return [next(float(t.attrib["x"]) for t in marks(root, "tick") if t.text == tick) for tick in ticks]


def test_a_claimed_range_is_a_span_with_ends():
    """A range claim runs from its low to its high end, and nothing marks its middle."""
    root = drawn(a_chart(a_row("5000..15000"), a_row("20000"), kind="range", width=170.0))
    (span_,), (caps,), (dot,) = marks(root, "span"), marks(root, "cap"), marks(root, "dot")
    low, high, most = places(root, "5,000", "15,000", "20,000")
    assert xs(span_) == pytest.approx([low, high], abs=0.02)
    assert sorted(set(xs(caps))) == pytest.approx([low, high], abs=0.02)
    assert xs(dot) == pytest.approx([most, most], abs=0.02)


@pytest.mark.parametrize(("value", "way"), [(">10", 1), (">=10", 1), ("<10", -1), ("<=10", -1)])
def test_a_claimed_bound_is_open_on_its_side(value, way):
    """A lower bound has an arrow to the right of the stated figure, an upper bound to the left."""
    root = drawn(a_chart(a_row(value), a_row(20), kind="range"))
    (arrow,), (at,) = marks(root, "bound"), places(root, "10")
    (start, _), (tip, _) = runs(arrow)[0]
    assert start == pytest.approx(at, abs=0.02)
    assert (tip - start) * way > 0


def test_a_claim_about_a_figure_is_hollow():
    """An approximation is a ring, an exact figure a full dot."""
    root = drawn(a_chart(a_row("~10"), a_row("20"), kind="range"))
    assert [dot.attrib["stroke"] == PALETTE["page"][0] for dot in marks(root, "dot")] == [False, True, False]


@pytest.mark.parametrize("kind", ["bar", "range"])
def test_a_figure_stands_clear_of_marks_and_grid(kind):
    """The figure in words is beside its mark, and neither a mark nor a line of the grid runs through it."""
    values = ["19100", "~19000", "7000..15000", ">12000", "<4900", "1351", "0", "-3000", "-4000..-2000", ">-100"]
    root = drawn(a_chart(*(a_row(value, f"figure {value}", detail="as of 9 April") for value in values), kind=kind))
    figures = [box(text) for text in marks(root, "figure")]
    assert len(figures) == len(values)
    for role in ("grid", "bar", "span", "cap", "bound", "dot", "hatch"):
        for run in (run for mark in marks(root, role) for run in runs(mark)):
            across, down = zip(*run, strict=True)
            extent = (min(across) - 0.1, min(down), max(across) + 0.1, max(down))
            assert not any(touch(extent, figure) for figure in figures), role


def test_a_bar_runs_from_zero():
    """Bars begin at zero and are as long as their values; nothing is drawn for nothing."""
    root = drawn(a_chart(a_row(20), a_row(10), a_row(0), a_row(-10)))
    zero, ten, twenty = places(root, "0", "10", "20")
    long, short, below = (sorted(set(xs(bar))) for bar in marks(root, "bar"))
    assert long == pytest.approx([zero, twenty], abs=0.02)
    assert short == pytest.approx([zero, ten], abs=0.02)
    assert below == pytest.approx([zero - (ten - zero), zero], abs=0.02)
    assert len(words(root, "figure")) == 4


def test_a_bar_is_solid_to_the_low_end_of_a_range():
    """What is certain is solid, what is possible is hatched."""
    root = drawn(a_chart(a_row("10..20")))
    zero, ten, twenty = places(root, "0", "10", "20")
    (bar,), (hatch,) = marks(root, "bar"), marks(root, "hatch")
    assert sorted(set(xs(bar))) == pytest.approx([zero, ten], abs=0.02)
    assert min(xs(hatch)) == pytest.approx(ten, abs=0.02)
    assert max(xs(hatch)) == pytest.approx(twenty, abs=0.02)


def test_a_bar_of_an_approximation_is_broken():
    """A bar about so long comes to its end in slices."""
    assert len(marks(drawn(a_chart(a_row("~20"))), "bar")) > len(marks(drawn(a_chart(a_row("20"))), "bar"))


def test_groups_have_headers():
    """Rows of one group stand under its name, which is written once."""
    rows = [
        a_row(n, group=group) for n, group in enumerate(("Russian losses", "Russian losses", "Ukrainian losses"), 1)
    ]
    assert words(drawn(a_chart(*rows, kind="range")), "group") == ["Russian losses", "Ukrainian losses"]


# What cannot be drawn


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (a_chart(kind="line"), "the chart has no values to draw"),
        (a_chart(a_line(), kind="sparkline"), "the chart has no values to draw"),
        (a_chart(kind="range"), "the chart has no values to draw"),
        (a_chart(a_line(1, 2), width=30.0), "a chart 30 mm wide has no room for its lines: make it wider"),
        (a_chart(a_row(1), width=20.0), "a bar chart 20 mm wide has no room for marks: make it wider"),
        (a_chart(a_line(1, 2), width=30.0, kind="area"), "a chart 30 mm wide has no room for its lines"),
        (a_chart(a_line(1, 2), a_line(1, 2), width=30.0, kind="multiples"), "small multiples 30 mm wide have no room"),
        (a_chart(kind="area"), "the chart has no values to draw"),
        (a_chart(kind="multiples"), "the chart has no values to draw"),
        (a_chart(a_line(1, 2), language="../x"), "the chart's language '../x' is not known"),
        (a_chart(*[a_row(1)] * 99), r"the chart would be 6.. mm tall, and a page holds 240 mm"),
    ],
)
def test_what_cannot_be_drawn_is_an_error_in_the_users_words(spec, message):
    """A chart that cannot be drawn says what is wrong with it."""
    with pytest.raises(DrawError, match=message):
        draw(spec)
