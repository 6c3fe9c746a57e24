"""Maps from facts to paper: what is asked for, what is refused, what is drawn, what it says."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from briefing.audit.drawings import lost_figures, strange_texts
from briefing.charts import chart_key
from briefing.drawing import PALETTE, draw
from briefing.drawing.lettering import Face, width
from briefing.edition import Chart, ChartMap, ChartSpec, MapKey, MapMark, MapOutline, plain, walk
from briefing.errors import DrawError
from briefing.formats import Formatter
from briefing.geography.ground import Ground
from briefing.geography.measure import class_breaks
from briefing.geography.view import View
from briefing.pipeline import build
from briefing.value import parse
from tests.builders import (
    DAY,
    OLD,
    TODAY,
    a_fact,
    a_printer,
    a_project,
    a_source,
    an_event,
    an_indicator,
    composed,
    said,
)
from tests.reading import pages

DISCLAIMER = "The boundaries on this map are not those that anybody agreed upon."
MAPS = {"maps": {"disclaimer": DISCLAIMER}}
KEY = MapKey("no figure", "not exact", "not settled")
MM = 72 / 25.4

REGIONS = {
    "UA-63": "1200",
    "UA-14": "3400",
    "UA-32": "~480",
    "UA-30": "250",
    "UA-65": ">400",
    "UA-23": "600..900",
    "UA-12": "45",
    "UA-43": "5",
}
POINTS = {
    "Kharkiv": (49.99, 36.23, "1200"),
    "Mariupol": (47.10, 37.54, "5000..10000"),
    "Chernihiv": (51.50, 31.30, "~700"),
    "Mykolaiv": (46.97, 32.00, ">36"),
    "Irpin": (50.52, 30.25, "<300"),
    "Lviv": (49.84, 24.03, "300"),
    "Rivne": (50.62, 26.25, None),
}


def area(code, value, name="", **more):
    """A figure of an area."""
    return MapMark(name or code, parse(value), Formatter("en").value(parse(value)), area=code, **more)


def point(name, lat, lon, value, **more):
    """A figure, or an event, at a point."""
    given = parse(value) if value is not None else None
    text = Formatter("en").value(given) if given is not None else ""
    return MapMark(name, given, text, lat=Decimal(str(lat)), lon=Decimal(str(lon)), **more)


def a_map(*marks, around=("UKR",), language="en", unit="people", height=None, outlines=()):
    """The specification of a map."""
    numbers = [number for mark in marks if mark.area for number in mark.value.numbers]
    breaks = class_breaks(numbers) if numbers else ()
    return ChartSpec(
        "map", language, unit, height=height, map=ChartMap(tuple(around), marks, KEY, breaks, tuple(outlines))
    )


def of_regions(**more):
    """A map of Ukraine with shaded regions."""
    return a_map(*(area(code, value) for code, value in REGIONS.items()), **more)


def of_points(**more):
    """A map of Ukraine with dots."""
    return a_map(*(point(name, *given) for name, given in POINTS.items()), **more)


EVERY = {
    "regions": of_regions(),
    "points": of_points(),
    "world": a_map(area("USA", "103"), area("FJI", "5"), area("MLT", "7"), area("NGA", "12"), around=()),
    "europe": a_map(area("POL", "2500"), area("MDA", "400"), area("RUS", "~43"), around=("POL", "FRA", "ROU", "ITA")),
    "fiji": a_map(point("Suva", -18.12, 178.45, "12"), point("Taveuni", -16.9, -179.9, "3"), around=("FJI",)),
    "kashmir": a_map(area("PAK", "1700"), area("IND", "300"), around=("PAK", "IND")),
}
every_map = pytest.mark.parametrize("spec", EVERY.values(), ids=EVERY)


def marks_of(root, role):
    """The marks of a role."""
    return [mark for mark in root.iter() if mark.attrib.get("class") == f"bf-{role}"]


def texts(root, *roles):
    """The texts of some roles, in the order of drawing."""
    wanted = {f"bf-{role}" for role in roles}
    return [mark for mark in root.iter() if mark.tag.endswith("text") and mark.attrib["class"] in wanted]


@cache
def svg_of(spec):
    """The drawing of a specification, made once for all tests."""
    return draw(spec)


def drawn(spec):
    """The drawing of a specification as a tree."""
    return ET.fromstring(re.sub(r' xmlns="[^"]*"', "", svg_of(spec), count=1))  # noqa: S314  # our own


def words(root):
    """Every text of a drawing with its role, as the audit reads them."""
    return tuple((mark.attrib["class"], mark.text or "") for mark in root.iter() if mark.tag == "text")


def corners(mark):
    """The corners of a path that goes in steps."""
    found, x, y = [], 0.0, 0.0
    for letter, numbers in re.findall(r"([MLlz])([^MLlz]*)", mark.attrib["d"]):
        given = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        for n in range(0, len(given), 2):
            x, y = (x + given[n], y + given[n + 1]) if letter == "l" else (given[n], given[n + 1])
            found.append((x, y))
    return found


def box(text):
    """What a line of text covers: left, top, right, bottom."""
    size = float(text.attrib["font-size"])
    wide = width(text.text, Face(size, int(text.attrib.get("font-weight", 400))))
    left = (
        float(text.attrib["x"]) - wide * {"start": 0, "middle": 0.5, "end": 1}[text.attrib.get("text-anchor", "start")]
    )
    return left, float(text.attrib["y"]) - 0.72 * size, left + wide, float(text.attrib["y"]) + 0.05 * size


def view_of(spec, root):
    """How a drawing shows the earth: the view on the box that its frame has."""
    (frame,) = marks_of(root, "frame")
    xs, ys = zip(*corners(frame), strict=True)
    height = spec.height / spec.width if spec.height else None
    return View(Ground(spec.map).frame(height), (min(xs), min(ys), max(xs), max(ys)))


# What is drawn.


@every_map
def test_no_words_lie_upon_others(spec):
    """No two lines of text of a map touch, and none leaves the sheet."""
    root = drawn(spec)
    sheet = [float(n) for n in root.attrib["viewBox"].split()]
    lines = [(text.text, box(text)) for text in root.iter("text")]
    for name, (left, top, right, bottom) in lines:
        assert left >= -0.5, name
        assert top >= -0.5, name
        assert right <= sheet[2] + 0.5, name
        assert bottom <= sheet[3] + 0.5, name
    for (one, a), (other, b) in combinations(lines, 2):
        touch = a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        assert not touch, (one, other)


@every_map
def test_a_map_is_a_small_drawing(spec):
    """A map takes less than 60 kB, draws alike every time, and in colours of the palette only."""
    svg = draw(spec)
    assert len(svg) < 60_000
    assert svg == svg_of(spec)
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) <= {light for light, _ in PALETTE.values()}


@every_map
def test_every_figure_stands_on_the_map(spec):
    """Every figure is drawn in words, on the map or at its foot; no other numeral is but those of key and scale."""
    read = words(drawn(spec))
    assert list(lost_figures(read, spec)) == []
    assert list(strange_texts(read, spec)) == []
    assert list(strange_texts((*read, ("bf-tick", "777 km")), spec)) == ["777 km"]
    assert list(strange_texts((*read, ("bf-figure", "777")), spec)) == ["777"]
    assert list(lost_figures(tuple(one for one in read if one[0] != "bf-figure"), spec)) == [
        m.text for m in spec.map.marks if m.text
    ]


def test_dots_lie_where_they_are():
    """A dot lies at its coordinates, to a tenth of a point; its area is in proportion to its figure."""
    spec = of_points()
    root = drawn(spec)
    view = view_of(spec, root)
    dots: dict[tuple[float, float], list[float]] = {}
    for mark in marks_of(root, "dot"):
        if mark.attrib["stroke"] == PALETTE["series2"][0]:
            (x, y), *_ = corners(mark)
            dots.setdefault((x, y), []).append(float(mark.attrib["stroke-width"]))
    for name, (lat, lon, value) in POINTS.items():
        if value == "<300":
            continue
        x, y = view.at(lon, lat)
        (at,) = [spot for spot in dots if math.dist(spot, (x, y)) < 0.1]
        sizes = sorted(dots[at])
        numbers = [float(n) for n in parse(value).numbers] if value else []
        assert len(sizes) == max(1, len(numbers)), name
        for size, number in zip(sizes, numbers, strict=bool(numbers)) if numbers else ():
            assert size == pytest.approx(max(30 * math.sqrt(number / 10000), 3.4), abs=0.01), name


@pytest.mark.parametrize(
    ("value", "rings", "hollow", "broken"),
    [("900", 1, 0, 0), ("~900", 1, 1, 0), ("500..900", 2, 2, 0), (">900", 1, 0, 1), ("<900", 0, 0, 1)],
)
def test_a_dot_says_what_kind_of_figure_it_has(value, rings, hollow, broken):
    """An exact figure is a disc, about is a ring, a range two rings, a bound has a broken one."""
    root = drawn(a_map(point("Kharkiv", 49.99, 36.23, value)))
    strokes = [(m.attrib["stroke"], float(m.attrib["stroke-width"])) for m in marks_of(root, "dot")]
    colours = Counter(colour for colour, _ in strokes)
    assert colours[PALETTE["series2"][0]] == rings
    assert colours[PALETTE["page"][0]] == rings + hollow + (rings == 0)
    dashed = marks_of(root, "bound")
    assert len(dashed) == broken
    assert all("stroke-dasharray" in mark.attrib for mark in dashed)


def test_a_stale_figure_is_hollow_and_says_its_age():
    """A dot or area whose figure is older than it may be looks so, and its age stands beside it."""
    old = {"stale": True, "detail": "as of 24 March 2022, 16 days old"}
    root = drawn(a_map(point("Kharkiv", 49.99, 36.23, "900", **old)))
    assert [m.attrib["stroke"] for m in marks_of(root, "dot")][-1] == PALETTE["page"][0]
    assert "as of 24 March" in " ".join(text.text for text in texts(root, "detail"))
    root = drawn(a_map(area("UA-63", "900", **old)))
    assert marks_of(root, "hatch")
    assert "16 days old" in " ".join(text.text for text in texts(root, "detail"))


def test_areas_are_shaded_by_class():
    """Each area has the shade of its class, one hue from light to dark; what has no figure has none."""
    spec = of_regions()
    root = drawn(spec)
    assert spec.map.breaks == (1, 10, 100, 1000, 10000)
    fills = [mark.attrib["fill"] for mark in marks_of(root, "area")]
    shade = {1: 2, 2: 3, 3: 4, 4: 5}  # four classes leave the palest out
    classes = [shade[sum(parse(REGIONS[code]).numbers[0] >= b for b in (1, 10, 100, 1000))] for code in sorted(REGIONS)]
    assert fills == [PALETTE[f"shade{n}"][0] for n in classes]
    assert len(marks_of(root, "home")) == 27 - len(REGIONS)
    ticks = [text.text for text in texts(root, "tick")]
    assert ticks == ["1", "10", "100", "1,000", "10,000", "200 km"]
    assert [text.text for text in texts(root, "key")] == ["no figure", "not exact"]
    assert len(marks_of(root, "hatch")) == sum(parse(value).kind != "exact" for value in REGIONS.values())


def test_letters_are_legible_on_every_shade():
    """Ink on the first three shades and the page's colour on the others stand out by 4.5:1, by day and by night."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for mode in (0, 1):
        shades = [luminance(PALETTE[f"shade{n}"][mode]) for n in range(1, 6)]
        assert shades == sorted(shades, reverse=mode == 0)
        for token, grounds in {"ink": (1, 2, 3), "page": (4, 5)}.items():
            for n in grounds:
                low, high = sorted((luminance(PALETTE[token][mode]), shades[n - 1]))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (token, n, mode)
        for ground in ("land", "home"):
            low, high = sorted((luminance(PALETTE["ink"][mode]), luminance(PALETTE[ground][mode])))
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_unsettled_borders_are_dashed():
    """The line of control in Kashmir is dashed and the key says so; Ukraine has no such line, around Crimea neither."""
    root = drawn(EVERY["kashmir"])
    (dashed,) = marks_of(root, "unsettled")
    assert "stroke-dasharray" in dashed.attrib
    view = view_of(EVERY["kashmir"], root)
    spots = corners(dashed)
    assert min(math.dist(spot, view.at(74.0, 34.0)) for spot in spots) < 12
    assert min(math.dist(spot, view.at(70.0, 25.5)) for spot in spots) > 30  # the settled border in the south
    assert "not settled" in [text.text for text in texts(root, "key")]
    assert marks_of(drawn(of_regions()), "unsettled") == []


def test_crimea_is_drawn_in_ukraine():
    """Crimea has the ground of Ukraine, not that of its neighbours, on a map of countries as on one of regions."""
    regions = drawn(of_points())
    view = view_of(of_points(), regions)
    x, y = view.at(34.2, 45.2)
    homes = [corners(mark) for mark in marks_of(regions, "home")]
    assert any(
        min(a for a, _ in ring) < x < max(a for a, _ in ring) and min(b for _, b in ring) < y < max(b for _, b in ring)
        for ring in homes
    )
    spec = a_map(area("UKR", "5"), area("RUS", "7"), around=("UKR", "ROU"))
    assert Ground(spec.map).find("UKR")[0].holder(34.2, 45.2) == "UKR"


def test_the_scale_bar_is_as_long_as_it_says():
    """The bar's length on the sheet is its distance, to one percent."""
    for spec in (of_regions(), EVERY["fiji"], of_points(height=60.0)):
        root = drawn(spec)
        (bar,) = marks_of(root, "scale")
        xs = [x for x, _ in corners(bar)]
        (km,) = (float(number) for number in re.findall(r"(\d+) km", " ".join(t.text for t in texts(root, "tick"))))
        view = view_of(spec, root)
        assert (max(xs) - min(xs)) / view.points_per_km == pytest.approx(km, rel=0.01)


def test_a_map_says_where_on_earth_it_is():
    """A globe with the frame on it stands in a corner; a map of the world needs none, and has no scale."""
    root = drawn(of_regions())
    assert len(marks_of(root, "globe-land")) == len(marks_of(root, "here")) == 1
    world = drawn(EVERY["world"])
    assert marks_of(world, "globe-land") == marks_of(world, "here") == marks_of(world, "scale") == []


def test_what_is_too_small_is_a_disc():
    """A country that cannot be seen at the map's size has a disc in its shade, and its name and figure."""
    root = drawn(EVERY["world"])
    assert len(marks_of(root, "speck")) == 2  # Malta and Fiji
    assert {"MLT", "FJI"} <= {text.text for text in texts(root, "label")}


def test_figures_without_room_stand_at_the_foot():
    """In a crowd, what finds no place on the map is listed below it with its name."""
    crowd = a_map(*(point(f"Village {n}", 49 + n % 8 / 100, 31 + n // 8 / 100, str(n + 1)) for n in range(64)))
    root = drawn(crowd)
    bottom = max(y for _, y in corners(marks_of(root, "frame")[0]))
    below = [text.text for text in texts(root, "label") if float(text.attrib["y"]) > bottom]
    assert below
    assert len(texts(root, "label")) == 64
    assert list(lost_figures(words(root), crowd)) == []


def test_a_number_ties_what_is_listed_to_its_place():
    """What stands in the list has a number, in its dot or area or beside it; dots upon one another share a label."""
    villages = {n: (49 + n % 5 / 2, 31 + n // 5 / 2) for n in range(40)}
    spec = a_map(*(point(f"Village {n} of the east", *at, str(n + 1)) for n, at in villages.items()))
    root = drawn(spec)
    frame = corners(marks_of(root, "frame")[0])
    bottom, view = max(y for _, y in frame), view_of(spec, root)
    rows = [(text.text, float(text.attrib["x"]), float(text.attrib["y"])) for text in root.iter("text")]
    listed = {}
    for number in (text for text in texts(root, "number") if float(text.attrib["y"]) > bottom):
        x, y = float(number.attrib["x"]), float(number.attrib["y"])
        (name,) = [words for words, left, at in rows if at == y and 0 < left - x < 6]
        listed[number.text] = villages[int(name.split()[1])]
    assert list(listed) == [str(n + 1) for n in range(len(listed))]
    assert len(listed) > 10
    on_map = {text.text: box(text) for text in texts(root, "number") if float(text.attrib["y"]) < bottom}
    assert set(on_map) == set(listed)
    for number, (left, top, right, low) in on_map.items():
        lat, lon = listed[number]
        assert math.dist(view.at(lon, lat), ((left + right) / 2, (top + low) / 2)) < 45, number
    near = [point(f"Village {n}", 49, 31 + n / 1000, "5") for n in range(30)]
    shared = [text.text for text in texts(drawn(a_map(*near)), "number") if "–" in text.text]
    assert shared == ["1–30"]


def test_numbers_of_a_map_count_its_figures():
    """A number of the list that is higher than there are figures on the map is strange."""
    spec = of_points()
    read = words(drawn(spec))
    assert list(strange_texts((*read, ("bf-number", f"1–{len(POINTS)}")), spec)) == []
    assert list(strange_texts((*read, ("bf-number", f"{len(POINTS) + 1}")), spec)) == [f"{len(POINTS) + 1}"]


def test_names_are_lettered_in_the_language_of_the_edition():
    """Neighbours have their names in capitals, regions as they are written, all in the edition's language."""
    names = {text.text for text in texts(drawn(of_points(language="uk")), "place")}
    assert {"ПОЛЬЩА", "БІЛОРУСЬ", "Полтавська"} <= names
    assert {"POLAND", "BELARUS", "Poltava"} <= {text.text for text in texts(drawn(of_points()), "place")}
    assert "200 км" in {text.text for text in texts(drawn(of_points(language="uk")), "tick")}


def test_right_to_left_words_are_drawn_as_outlines():
    """A map in Arabic letters its names as shapes, which no reader of SVG turns round, with the words as titles."""
    root = drawn(of_points(language="ar"))
    titles = [title.text for title in root.iter("title")]
    assert "بولندا" in titles


def test_a_map_is_as_high_as_asked():
    """A height in millimetres is that of the map between key and foot."""
    root = drawn(of_regions(height=60.0))
    ys = [y for _, y in corners(marks_of(root, "frame")[0])]
    assert max(ys) - min(ys) == pytest.approx(60 * MM, abs=1)


def test_new_outlines_make_a_new_drawing(monkeypatch):
    """The key of a map in the cache holds the version of the outlines; that of a bar chart does not."""
    bar = ChartSpec("bar", "en", "people")
    before = chart_key(of_regions()), chart_key(bar)
    monkeypatch.setattr("briefing.geography.VERSION", 999)
    assert chart_key(of_regions()) != before[0]
    assert chart_key(bar) == before[1]


# What is asked for.

SQUARES: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"NAME": f"District {n}", "n": n},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 48], [x + 1, 48], [x + 1, 49], [x, 49], [x, 48]]],
            },
        }
        for n, x in ((1, 10), (2, 11), (3, 12))
    ],
}
OWN: dict[str, Any] = {"maps": {"disclaimer": DISCLAIMER, "outlines": {"file": "own.geojson", "name": "NAME"}}}


def of(folder, facts, config=MAPS, files=None, indicators=None, **chart):
    """A project with one map of all its facts."""
    block = {"chart": {"kind": "map", "title": "T", "facts": {}, **chart}}
    return a_project(folder, config=config, facts=facts, blocks=[block], files=files or {}, indicators=indicators)


def at(place, value="1300", **fields):
    """A fact of a place."""
    return a_fact(place=place, value=value, **fields)


def the_map(folder, facts, **more):
    """The map of a project in which nothing is wrong."""
    made = composed(of(folder, facts, **more))
    assert [str(one) for one in made.diagnostics] == []
    (found,) = [node for node in walk(made.edition) if isinstance(node, Chart)]
    return found


def test_a_fact_with_a_place_shades_it_and_one_with_coordinates_is_a_dot(tmp_path):
    """Places go by name or code, in the edition's language too; coordinates go before the place."""
    facts = {"a": at("Kharkiv"), "b": at("UA-14", "~3"), "c": at("Kyiv", "5", lat="50.45", lon="30.52")}
    chart = the_map(tmp_path, facts)
    marks = [(mark.label, mark.area, mark.text, mark.lat) for mark in chart.spec.map.marks]
    assert marks == [
        ("Kharkiv", "UA-63", "1,300", None),
        ("Donetsk", "UA-14", "about 3", None),
        ("Kyiv", "", "5", Decimal("50.45")),
    ]
    assert chart.spec.map.around == ("UKR",)
    assert chart.spec.map.stretched


def test_a_map_has_what_every_chart_has(tmp_path):
    """A map has its sources with notes, its data as a table, words for those who cannot see it, and the disclaimer."""
    facts = {"a": at("Poland", "2500"), "b": at("Romania", "600..700"), "c": at("Moldova", "~400", as_of=OLD)}
    chart = the_map(tmp_path, facts)
    assert plain(chart.source) == "Source: NATO"
    assert chart.alt == "Map. Poland: 2,500. Romania: 600 to 700. Moldova: about 400."
    assert [[plain(cell) for cell in row.cells] for row in chart.table.rows] == [
        ["Poland", "2,500", "9 Apr 2022"],
        ["Romania", "600 to 700", "9 Apr 2022"],
        ["Moldova", "about 400", "24 Mar 2022"],
    ]
    assert [plain(line) for line in chart.remarks] == [DISCLAIMER]
    assert chart.spec.unit == "soldiers"


def test_events_are_dots_with_their_claims_as_data(tmp_path):
    """Facts without a figure, at coordinates, are dots; the table says what happened there."""
    chart = the_map(tmp_path, {"a": an_event("A bridge fell", place="Irpin", lat="50.52", lon="30.25", at=TODAY)})
    assert chart.spec.map.marks[0].value is None
    assert [[plain(cell) for cell in row.cells] for row in chart.table.rows] == [["Irpin", "A bridge fell", ""]]


@pytest.mark.parametrize(("unit", "said"), [("people", "people"), (None, "Soldiers killed")])
def test_the_key_says_what_is_measured(tmp_path, unit, said):
    """The key of dots names the unit, or what is counted where the indicator has none."""
    fact = at("Kyiv", "5", lat="50.45", lon="30.52")
    chart = the_map(tmp_path, {"a": fact}, indicators={"killed": an_indicator(unit=unit)})
    assert chart.spec.unit == said
    assert [text.text for text in texts(drawn(chart.spec), "unit")] == [said]


def test_the_area_is_that_of_the_facts_unless_it_is_given(tmp_path):
    """By default a map shows the countries that hold its facts; else what area: names, or the world."""
    facts = {"a": at("Poland"), "b": at("Suva", lat="-18.12", lon="178.45")}
    assert the_map(tmp_path / "1", facts).spec.map.around == ("POL", "FJI")
    one = {"a": at("Poland")}
    for given, around in (
        ("Poland", ("POL",)),
        (["Poland", "UA", "UA-63"], ("POL", "UKR", "UA-63")),
        ("World", ()),
        ("world", ()),
    ):
        pictured = the_map(tmp_path / str(given), one, area=given).spec.map
        assert (pictured.around, pictured.stretched) == (around, False)


def test_a_point_at_sea_has_a_map(tmp_path):
    """A fact that no country holds is shown with the sea around it."""
    chart = the_map(tmp_path, {"a": at("Buoy", lat="40", lon="-30")})
    assert chart.spec.map.around == ()
    assert not Ground(chart.spec.map).frame(None).whole
    assert len(marks_of(drawn(chart.spec), "dot")) == 2


@pytest.mark.parametrize(
    ("facts", "chart", "message"),
    [
        (
            {"a": at("Kharkov")},
            {},
            (
                "error[unknown-place]: there are no outlines of 'Kharkov', the place of 'a'\n"
                "  hint: a place with a similar name is 'Kharkiv'"
            ),
        ),
        (
            {"a": at("Qqqq")},
            {},
            (
                "error[unknown-place]: there are no outlines of 'Qqqq', the place of 'a'\n"
                "  hint: give the fact lat: and lon:, or outlines under maps:"
            ),
        ),
        (
            {"a": at("Vatican")},
            {},
            (
                "error[unknown-place]: there are no outlines of 'Vatican', the place of 'a'\n"
                "  hint: give the fact lat: and lon:, or outlines under maps:"
            ),
        ),
        (
            {"a": at(None)},
            {},
            "error[unknown-place]: 'a' does not say where it is\n  hint: give the fact a place:, or lat: and lon:",
        ),
        (
            {"a": at("Ukraine")},
            {"area": "Ukrane"},
            "error[unknown-place]: there are no outlines of 'Ukrane'\n  hint: a place with a similar name is 'Ukraine'",
        ),
        (
            {"a": at("Kharkiv"), "b": at("UA-63", said_by="Russia")},
            {},
            (
                "error[one-place-twice]: two facts of this map are of 'Kharkiv'\n"
                "  hint: select one of them, for example by said_by:; a range chart shows what several asserters say"
            ),
        ),
        (
            {"a": at("X", lat="50", lon="30"), "b": at("X", lat="50.0", lon="30.0", said_by="Russia")},
            {},
            (
                "error[one-place-twice]: two facts of this map are of 'X'\n"
                "  hint: select one of them, for example by said_by:; a range chart shows what several asserters say"
            ),
        ),
        (
            {"a": at("Kharkiv"), "b": at("Ukraine", subject="x")},
            {},
            (
                "error[one-place-twice]: this map has figures of 'Kharkiv' and of the country that it is in\n"
                "  hint: select either regions or the country"
            ),
        ),
        (
            {"a": at("Suva", lat="-18.12", lon="178.45")},
            {"area": "Ukraine"},
            "error[outside-map]: 'Suva' lies outside of this map\n  hint: widen area:, or select fewer facts",
        ),
        (
            {"a": at("Fiji")},
            {"area": "Ukraine"},
            "error[outside-map]: 'Fiji' lies outside of this map\n  hint: widen area:, or select fewer facts",
        ),
        (
            {"a": at("x", "-5", lat="50", lon="30")},
            {},
            (
                "error[bad-number]: 'a' is -5, and no dot is smaller than nothing\n  hint: shade areas, draw bars, "
                "or select figures from zero up"
            ),
        ),
        (
            {"a": an_event("x", place="Ukraine")},
            {},
            "error[no-value]: 'a' has no value to shade its place by\n  hint: give it lat: and lon:",
        ),
    ],
)
def test_what_cannot_be_on_a_map_is_said(tmp_path, facts, chart, message):
    """A place unknown, outside, or with two figures is an error with its place in the config; nothing is averaged."""
    found = said(of(tmp_path, facts, **chart))
    assert [re.sub(r"^config.yaml:\d+:\d+: ", "", one) for one in found] == [message]


def test_a_figure_of_another_country_is_told(tmp_path):
    """Where `area` names countries, a figure that lies in another one is a warning, as of Crimea on a map of Russia."""
    facts = {"a": at("Moscow", "5", lat="55.75", lon="37.62"), "b": at("Crimea", "7", lat="45.2", lon="34.2")}
    (found,) = said(of(tmp_path / "a", facts, area=["Russia"]))
    assert "warning[outside-map]: 'Crimea' lies in Ukraine, which area: does not name" in found
    assert "add Ukraine to area:" in found
    assert said(of(tmp_path / "b", facts, area=["Russia", "Ukraine"])) == []
    assert said(of(tmp_path / "c", facts, area=["world"])) == []


def test_a_chart_that_cannot_be_drawn_is_named(tmp_path):
    """The message of a chart with too much in it says which chart that is."""
    facts = {
        f"f{n}": at(f"Place {n} of {n}", lat=f"{46 + n % 50 / 100}", lon=f"{30 + n // 50 / 100}") for n in range(400)
    }
    config = of(tmp_path, facts, id="crowd", title="Where they are")
    with pytest.raises(DrawError, match=r"^the chart 'crowd' \(Where they are\): the chart would be \d+ mm tall"):
        build(config, day=DAY, out=tmp_path / "out", formats=["html"])


def test_two_units_have_no_common_scale(tmp_path):
    """Shades measure one thing; areas and dots may each have their own."""
    indicators = {"homes": an_indicator(label="Homes lost", unit="homes")}
    facts = {"a": at("Kharkiv"), "b": at("Sumy", indicator="homes")}
    (found,) = said(of(tmp_path / "1", facts, indicators=indicators))
    assert "error[mixed-units]: this map would measure 'soldiers', 'homes' on one scale" in found
    apart = {"a": at("Kharkiv"), "b": at("Sumy", indicator="homes", lat="50.9", lon="34.8")}
    assert said(of(tmp_path / "2", apart, indicators=indicators)) == []


def test_a_map_needs_a_disclaimer(tmp_path):
    """Without the publisher's own words on boundaries there is no map, and the error has an example of them."""
    (found,) = said(of(tmp_path, {"a": at("Ukraine")}, config={}))
    assert re.match(r"config.yaml:\d+:\d+: error\[no-disclaimer\]: a map needs a disclaimer on its boundaries\n", found)
    assert 'add maps: {disclaimer: "..."} with a sentence that the publisher answers for' in found


def test_a_figure_in_the_disclaimer_has_no_source(tmp_path):
    """The disclaimer is the author's own text: a figure typed in it is met as one in a title."""
    (found,) = said(of(tmp_path, {"a": at("Ukraine")}, config={"maps": {"disclaimer": "Some 4000 km are in doubt."}}))
    assert "error[untraced-numeral]: the figure '4000' is typed here" in found


def test_the_disclaimer_is_under_every_map(tmp_path):
    """PDF, page, fragment and the drawing that stands alone all print the disclaimer, and every figure of the map."""
    source = {"nato": a_source(url="https://example.org/a")}
    facts = {"a": at("Kharkiv", "1200"), "b": at("Donetsk", "600..900"), "c": at("X", "57", lat="48.7", lon="37.6")}
    block = {"chart": {"kind": "map", "title": "T", "facts": {}, "id": "map", "area": "Ukraine"}}
    config = a_project(
        tmp_path, config={**MAPS, "language": "uk"}, facts=facts, sources=source, blocks=[block, "sources"]
    )
    built = build(config, day=DAY, printer=a_printer())
    printed = " ".join(
        word.text for page in pages(built.folder / "briefing.pdf") for line in page for word in line.words
    )
    assert DISCLAIMER in printed
    for name in ("briefing.html", "fragment.html", "charts/map.svg"):
        text = (built.folder / name).read_text(encoding="utf-8")
        shown = " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|desc)>.*?</\1>", "", text, flags=re.DOTALL)).split())
        assert DISCLAIMER in shown, name
        assert "57" in shown, name
    assert "200 км" in printed
    data = json.loads((built.folder / "briefing.json").read_text(encoding="utf-8"))
    assert DISCLAIMER in json.dumps(data)


def test_the_same_map_again_has_the_same_bytes(tmp_path):
    """A map is the same bytes in every file of an edition that is made again, with the cache and without."""
    config = of(tmp_path, {"a": at("Kharkiv"), "b": at("X", lat="48", lon="31")})
    first = build(config, day=DAY, out=tmp_path / "one", printer=a_printer()).folder
    again = build(config, day=DAY, out=tmp_path / "two", printer=a_printer()).folder
    for name in ("briefing.pdf", "briefing.html", "charts/chart-1.svg"):
        assert (first / name).read_bytes() == (again / name).read_bytes()


# Outlines of one's own.


def test_areas_of_one_s_own_are_shaded(tmp_path):
    """A GeoJSON file beside the config gives areas by name; it is an input of the edition, recorded like a table."""
    files = {"own.geojson": json.dumps(SQUARES)}
    config = of(tmp_path, {"a": at("District 1"), "b": at("district 3", "7")}, config=OWN, files=files)
    assert said(config) == []
    built = build(config, day=DAY, printer=a_printer())
    manifest = json.loads((built.folder / "manifest.json").read_text(encoding="utf-8"))
    assert "own.geojson" in json.dumps(manifest)
    svg = (built.folder / "charts" / "chart-1.svg").read_text(encoding="utf-8")
    assert "District 2" in svg  # which has no figure, and is named all the same
    assert svg.count('class="bf-area"') == 2
    (tmp_path / "own.geojson").write_text(json.dumps(SQUARES).replace("49", "49.5"), encoding="utf-8")
    assert not build(config, day=DAY, printer=a_printer()).unchanged


def changed(**fields):
    """The first area of the squares with other fields."""
    first = {**SQUARES["features"][0], **fields}
    return json.dumps({"type": "FeatureCollection", "features": [first]})


def ring(*points):
    """A file with one ring."""
    return changed(geometry={"type": "Polygon", "coordinates": [list(points)]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "this is no FeatureCollection with features"),
        ('{"type": "FeatureCollection", "features": []}', "this is no FeatureCollection with features"),
        ("{", "this is not well-formed JSON"),
        ("[" * 100_000, "this is not well-formed JSON"),
        (changed(geometry=None), "'District 1' is 'None' and no Polygon or MultiPolygon"),
        (changed(geometry={"type": "LineString"}), "'District 1' is 'LineString' and no Polygon or MultiPolygon"),
        (changed(geometry={"type": "Polygon"}), "'District 1' has a polygon without rings"),
        (changed(geometry={"type": "MultiPolygon", "coordinates": [[]]}), "'District 1' has a polygon without rings"),
        (changed(properties={"name": "x"}), "area 1 has no name under 'NAME'"),
        (changed(properties={"NAME": 5}), "area 1 has no name under 'NAME'"),
        (changed(properties={"NAME": "a\u202eb"}), "in the name of area 1, the character U+202E is not allowed"),
        (changed(properties=None), "area 1 has no name under 'NAME'"),
        (json.dumps({**SQUARES, "features": SQUARES["features"] * 2}), "two areas are named 'District 1'"),
        (changed(properties={"NAME": "\u200b - "}), "area 1 has no name under 'NAME'"),
        (ring([5, 5], [5, 5], [5, 5], [5, 5]), "the outline of 'District 1' encloses no area"),
        (ring([5, 5], [6, 6], [8, 8], [5, 5]), "the outline of 'District 1' encloses no area"),
        (ring([0, 0], [1, 1], [0, 0]), "'District 1' has a ring of fewer than four points"),
        (ring([0, 0], [1, 0], [1, 1], [0, 1]), "'District 1' has a ring that does not end where it begins"),
        (ring([0, 0], [1, 0], [1, "1"], [0, 0]), "'District 1' has a point that is no pair of numbers"),
        (ring([0, 0], [1, 0], [True, 1], [0, 0]), "'District 1' has a point that is no pair of numbers"),
        (ring([0, 0], [1, 0], [math.nan, 1], [0, 0]), "'District 1' has a point that is no pair of numbers"),
        (ring([0, 0], [1, 0], [math.inf, 1], [0, 0]), "'District 1' has a point that is no pair of numbers"),
        (ring([0, 0], [1, 0], [500000, 1], [0, 0]), "'District 1' has a point at 500000, 1, which is no longitude"),
    ],
)
def test_outlines_are_checked_before_they_are_used(tmp_path, text, message):
    """A file that is no GeoJSON of closed polygons in degrees, each with a name of its own, is refused in words."""
    config = of(tmp_path, {"a": at("District 1")}, config=OWN, files={"own.geojson": text})
    (found,) = said(config)
    assert found.startswith(f"own.geojson:1:1: error[bad-outlines]: {message}")


def test_outlines_are_thinned_to_what_can_be_seen(tmp_path):
    """Of a line with thousands of points, a map keeps what its size can show; one that stays too fine is refused."""
    circle = [[10 + math.cos(n * math.pi / 9000), 48 + math.sin(n * math.pi / 9000)] for n in range(18_000)]
    rough = [[10 + n % 2 / 2 + n / 50_000, 48 + n % 3 / 3] for n in range(24_000)]
    files = {
        name: json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"properties": {"NAME": "X"}, "geometry": {"type": "Polygon", "coordinates": [[*line, line[0]]]}}
                ],
            }
        )
        for name, line in {"own.geojson": circle, "rough.geojson": rough}.items()
    }
    chart = the_map(tmp_path / "1", {"a": at("X")}, config=OWN, files=files)
    ((ring,),) = chart.spec.map.outlines[0].polygons
    assert 1000 < len(ring) // 2 < 9000
    rougher = {"maps": {**OWN["maps"], "outlines": {"file": "rough.geojson", "name": "NAME"}}}
    (found,) = said(of(tmp_path / "2", {"a": at("X")}, config=rougher, files=files))
    assert "error[too-many]: the outlines have 24001 points that a map could show; at most 20000 are drawn" in found


def test_outlines_of_a_strange_shape_are_drawn(tmp_path):
    """Outlines that cross themselves or lie within others make a map, not a crash."""
    odd = [
        [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]],
        [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]],
        [[170, 1], [180, 1], [180, 2], [170, 2], [170, 1]],
    ]
    features = [
        {"properties": {"NAME": f"<b>{n}</b>"}, "geometry": {"type": "Polygon", "coordinates": [one]}}
        for n, one in enumerate(odd)
    ]
    files = {"own.geojson": json.dumps({"type": "FeatureCollection", "features": features})}
    for n in range(len(odd)):
        config = of(tmp_path / str(n), {"a": at(f"<b>{n}</b>")}, config=OWN, files=files)
        built = build(config, day=DAY, formats=["html"])
        assert "&lt;b&gt;" in (built.folder / "briefing.html").read_text(encoding="utf-8")


def test_own_outlines_go_before_those_of_the_program():
    """An area of one's own that is called as a country is meant when that name is used."""
    outline = MapOutline("Ukraine", (((300000, 480000, 310000, 480000, 310000, 490000, 300000, 480000),),))
    spec = a_map(MapMark("Ukraine", parse("5"), "5", area="own:Ukraine"), around=("own:Ukraine",), outlines=(outline,))
    frame = Ground(spec.map).frame(None)
    assert frame.holds(30.5, 48.3)
    assert not frame.holds(36.2, 50.0)
