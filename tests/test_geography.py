"""Outlines, projections and frames: where things lie, and how large a map shows them."""

import hashlib
import json
import math
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from briefing import geography
from briefing.edition import ChartMap, MapKey
from briefing.geography.atlas import regions, with_regions, world
from briefing.geography.ground import Ground, country_code
from briefing.geography.measure import class_breaks, class_of, dot_sizes, round_scale, scale_words, shade_of
from briefing.geography.names import (
    country_name,
    country_of,
    named_place,
    near_place,
    region_anywhere,
    region_name,
    region_of,
)
from briefing.geography.projection import RADIUS, EqualEarth, LambertAzimuthal
from briefing.geography.shapes import area_of, cut_line, cut_ring, thinned, within
from briefing.geography.view import TRUE, View, frame_around, main_parts, whole_world

HERE = Path(geography.__file__).parent
KEY = MapKey("", "", "")
UKRAINE = regions("UKR") or world()


def frame_of(*codes, ratio=None):
    """The frame of a map of areas."""
    return Ground(ChartMap(codes, (), KEY)).frame(ratio)


def distance(a, b):
    """Kilometres along the great circle between two points (haversine)."""
    (lon1, lat1), (lon2, lat2) = ([math.radians(part) for part in point] for point in (a, b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(half))


# Outlines.


def test_a_new_version_of_the_outlines_has_a_new_number():
    """The version stands for these very outlines: a cached drawing cannot outlive a change in them."""
    files = sorted(HERE.glob("*.json"))
    assert [path.name for path in files] == ["UKR.json", "world.json"]
    whole = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert {geography.VERSION: whole[:16]} == {1: "e37c324a8b4e2824"}


def test_the_outlines_say_where_they_are_from():
    """Each file of outlines stands in the README with its origin and licence; the licence is there in full."""
    told = (HERE / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in told for path in HERE.glob("*.json"))
    assert "public domain" in told
    licence = (HERE / "LICENSE-world-atlas.txt").read_text(encoding="utf-8")
    assert "Michael Bostock" in licence
    assert "Redistributions in binary form" in licence


@pytest.mark.parametrize(
    ("lon", "lat", "country", "region"),
    [
        (34.10, 44.95, "UKR", "UA-43"),  # Simferopol
        (33.53, 44.60, "UKR", "UA-40"),  # Sevastopol
        (36.35, 45.30, "UKR", "UA-43"),  # Kerch
        (37.80, 48.00, "UKR", "UA-14"),  # Donetsk
        (39.31, 48.57, "UKR", "UA-09"),  # Luhansk
        (30.52, 50.45, "UKR", "UA-30"),  # Kyiv
        (30.22, 50.55, "UKR", "UA-32"),  # Bucha
        (36.60, 50.60, "RUS", None),  # Belgorod
        (178.45, -18.10, "FJI", None),
        (175.00, 66.00, "RUS", None),  # Chukotka
        (-173.30, 64.60, "RUS", None),  # beyond the 180th meridian
        (100.00, 66.00, "RUS", None),
        (0.00, -90.00, "ATA", None),
        (27.50, -29.50, "LSO", None),  # inside of South Africa
        (28.20, -25.70, "ZAF", None),
        (21.10, 42.60, "XKX", None),
        (-13.00, 25.00, "ESH", None),
        (34.45, 31.50, "PSE", None),  # Gaza
        (-30.00, 40.00, None, None),  # the Atlantic
    ],
)
def test_a_point_lies_in_its_country(lon, lat, country, region):
    """Outlines say which country and region holds a point: Crimea, Sevastopol and Kerch are in Ukraine."""
    assert world().holder(lon, lat) == country
    assert UKRAINE.holder(lon, lat) == region


def test_regions_fill_their_country():
    """The regions of Ukraine have together the area of the country as the other set draws it, to one percent."""
    plane = LambertAzimuthal(31, 49)

    def size(atlas, area):
        return sum(area_of([plane.forward(*point) for point in atlas.ring(polygon[0])]) for polygon in area.polygons)

    parts = sum(size(UKRAINE, area) for area in UKRAINE.areas.values())
    assert parts == pytest.approx(size(world(), world().areas["UKR"]), rel=0.01)
    assert parts == pytest.approx(603_700, rel=0.01)  # square kilometres, State Statistics Service of Ukraine


def test_every_ring_is_closed():
    """Every ring of every outline ends where it begins, and has an inside."""
    for atlas in (world(), UKRAINE):
        for code, area in atlas.areas.items():
            for ring in (atlas.ring(ring) for polygon in area.polygons for ring in polygon):
                assert ring[0] == pytest.approx(ring[-1], abs=1e-9), code
                assert len(ring) > 3, code


def test_disputed_borders_are_between_those_who_dispute_them():
    """Every arc of an unsettled border is one that two areas share; none is Ukraine's."""
    owners: dict[int, set[str]] = {}
    for code, area in world().areas.items():
        for arc in area.arcs:
            owners.setdefault(arc, set()).add(code)
    pairs = {frozenset(owners[arc]) for arc in world().disputed}
    assert {len(pair) for pair in pairs} == {2}
    assert {frozenset(pair) for pair in (("SRB", "XKX"), ("MAR", "ESH"), ("IND", "PAK"), ("SDN", "SSD"))} <= pairs
    assert not any("UKR" in pair for pair in pairs)
    south = [arc for arc in world().disputed if owners[arc] == {"IND", "PAK"}]
    assert all(lat > 32 for arc in south for _, lat in world().arcs[arc])  # south of it the border is settled


def test_own_data_can_be_made_from_what_the_readme_names():
    """The regions keep their codes and the names that the script gives them."""
    told = json.loads((HERE / "UKR.json").read_text(encoding="utf-8"))["areas"]
    assert len(told) == 27
    assert told["UA-30"]["names"][0] == "Kyiv"
    assert told["UA-32"]["names"][0] == "Kyiv Oblast"


# Names.


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [
        ("Ukraine", "en", "UKR"),
        ("Україна", "uk", "UKR"),
        ("Україна", "en", "UKR"),
        ("Норвегія", "uk", "NOR"),
        ("Norvège", "fr", "NOR"),
        ("norvege", "fr", "NOR"),
        ("Norvège", "en", None),
        ("NO", "en", "NOR"),
        ("NOR", "en", "NOR"),
        ("no", "en", None),
        ("UA", "en", "UKR"),
        ("Korea, South", "en", "KOR"),
        ("The Gambia", "en", "GMB"),
        ("Côte d’Ivoire", "en", "CIV"),
        ("Cote d'Ivoire", "en", "CIV"),
        ("Curaçao", "en", "CUW"),
        ("Trinidad & Tobago", "en", "TTO"),
        ("Trinidad and Tobago", "en", "TTO"),
        ("Türkiye", "en", "TUR"),
        ("Turkey", "en", "TUR"),
        ("Kosovo", "en", "XKX"),
        ("Ruritania", "en", None),
        ("", "en", None),
    ],
)
def test_a_country_goes_by_many_names(name, language, code):
    """A country is found by codes in capitals, by CLDR's name in English or the edition's language, by common names."""
    assert country_of(name, language) == code


@pytest.mark.parametrize("language", ["en", "fr", "uk", "de", "ar"])
def test_every_country_has_a_name_that_finds_it(language):
    """What a map letters a country with leads back to it, in every language; no two are called alike."""
    names = {country_name(code, language): code for code in world().areas}
    assert len(names) == len(world().areas)
    assert {country_of(name, language) for name in names} == set(world().areas)


def test_a_region_goes_by_code_and_names():
    """A region of Ukraine is found by its code and its names in English and Ukrainian; Kyiv the city is no region."""
    for name in ("UA-63", "Kharkiv", "Kharkiv Oblast", "Харківська область", "Харківська"):
        assert region_of(name, "UKR") == region_anywhere(name) == "UA-63"
    assert region_of("Kyiv", "UKR") == region_of("Київ", "UKR") == "UA-30"
    assert region_of("Kyiv Oblast", "UKR") == region_of("Київська область", "UKR") == "UA-32"
    assert region_of("Crimea", "UKR") == region_of("Автономна Республіка Крим", "UKR") == "UA-43"
    assert region_name("UA-63", "en") == "Kharkiv"
    assert region_name("UA-63", "uk") == "Харківська"
    assert {country_code(code) for code in UKRAINE.areas} == {"UKR"}
    assert with_regions() == ("UKR",)
    assert regions("NOR") is None


def test_a_code_is_lettered_as_a_name():
    """A fact that says UA-63 or POL is lettered with the name; one that says a name keeps its own."""
    assert named_place("UA-63", "UA-63", "en") == "Kharkiv"
    assert named_place("POL", "POL", "fr") == "Pologne"
    assert named_place("Korea, South", "KOR", "en") == "Korea, South"


def test_a_near_place_is_suggested():
    """A place that is misspelt is met with the one that was meant: a region, a country, an area of the user's own."""
    assert near_place("Kharkov", "en", ["UKR"]) == "a place with a similar name is 'Kharkiv'"
    assert near_place("Ukrane", "en") == "a place with a similar name is 'Ukraine'"
    assert near_place("Lower Mrsh", "en", (), ["Lower Marsh"]) == "a place with a similar name is 'Lower Marsh'"
    assert near_place("qqqq", "en") == ""


# Projections.


def test_lambert_azimuthal_as_published():
    """The example that Snyder works out on pages 332 and 333 of Professional Paper 1395 comes out to seven digits."""
    plane = LambertAzimuthal(-100, 40, radius=3)
    x, y = plane.forward(100, -20)
    assert [x, y] == pytest.approx([-4.2339303, 4.0257775], abs=1e-7)
    assert list(plane.inverse(x, y)) == pytest.approx([100, -20], abs=1e-6)


def test_equal_earth_as_published():
    """The corners of EPSG:8857 are those of the register, in kilometres."""
    earth = EqualEarth()
    assert earth.forward(180, 0)[0] == pytest.approx(17243.959, abs=0.05)
    assert earth.forward(0, 90)[1] == pytest.approx(8392.928, abs=0.05)
    assert list(earth.forward(-180, 90)) == pytest.approx([-10216.475, 8392.928], abs=0.05)


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-89, 89),
    centre=st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
)
def test_projections_turn_back(lon, lat, centre):
    """From degrees to kilometres and back is the same point, anywhere but on the far side of the earth."""
    for plane in (LambertAzimuthal(*centre), EqualEarth()):
        if isinstance(plane, LambertAzimuthal) and distance(centre, (lon, lat)) > 0.7 * math.pi * RADIUS:
            continue
        assert distance(plane.inverse(*plane.forward(lon, lat)), (lon, lat)) < 0.01


@pytest.mark.parametrize("plane", [LambertAzimuthal(31, 49), EqualEarth()], ids=["lambert", "equal-earth"])
def test_areas_are_true(plane):
    """A square degree has its area on the map wherever it is, so that shades are weighed rightly."""
    for lon, lat in [(31, 49), (10, 60), (50, 20), (0, 0)]:
        edge = [(lon + a / 50, lat) for a in range(51)] + [(lon + 1, lat + a / 50) for a in range(51)]
        edge += [(lon + 1 - a / 50, lat + 1) for a in range(51)] + [(lon, lat + 1 - a / 50) for a in range(51)]
        true = RADIUS**2 * math.radians(1) * (math.sin(math.radians(lat + 1)) - math.sin(math.radians(lat)))
        assert area_of([plane.forward(*point) for point in edge]) == pytest.approx(true, rel=2e-4)


# Frames.


@pytest.mark.parametrize("code", ["UKR", "FRA", "NOR", "FJI", "NZL", "CHL", "JPN", "ISL", "SGP"])
def test_the_scale_is_true(code):
    """At the middle of a map a distance is what the scale bar says, to one percent."""
    frame = frame_of(code)
    view = View(frame, (0.0, 0.0, 480.0, 480.0 * frame.ratio))
    middle = 240.0, 240.0 * frame.ratio
    assert 0 < frame.scale <= (frame.box[2] - frame.box[0]) / 5
    half = frame.scale * view.points_per_km / 2
    west, east = (
        frame.projection.inverse(frame.box[0] + x / view.points_per_km, frame.box[3] - middle[1] / view.points_per_km)
        for x in (middle[0] - half, middle[0] + half)
    )
    assert distance(west, east) == pytest.approx(frame.scale, rel=0.01)


@pytest.mark.parametrize("code", ["UKR", "RUS", "FJI", "NZL", "ATA", "USA", "CAN", "KIR", "IDN", "GRL"])
def test_a_country_fits_its_frame(code):
    """All main parts of a country lie in its frame, and fill it: across the 180th meridian and around the pole too."""
    frame = frame_of(code)
    rings = main_parts(world(), world().areas[code])
    points = [point for ring in rings for point in ring]
    assert all(frame.holds(*point) for point in points)
    spread = [frame.projection.forward(*point) for point in points]
    wide, high = (max(part) - min(part) for part in zip(*spread, strict=True))
    box = frame.box[2] - frame.box[0], frame.box[3] - frame.box[1]
    assert max(wide / box[0], high / box[1]) > 0.85
    assert 0.44 < frame.ratio < 0.83


@pytest.mark.parametrize(
    ("code", "inside", "outside"),
    [
        ("FRA", (9.1, 42.1), (-53.0, 4.0)),  # Corsica, not Guiana
        ("NOR", (25.0, 70.5), (16.0, 78.5)),  # Finnmark, not Svalbard
        ("ESP", (2.9, 39.6), (-16.5, 28.2)),  # Majorca, not Tenerife
        ("USA", (-80.5, 25.5), (-155.5, 19.6)),  # Florida, not Hawaii
        ("MYS", (102.0, 4.0), None),  # both parts
        ("NZL", (170.0, -44.0), None),  # both islands
        ("FJI", (-179.95, -16.8), None),  # Taveuni, beyond the 180th meridian
    ],
)
def test_a_frame_holds_the_main_parts(code, inside, outside):
    """A map of a country shows its mainland and what lies near, not what lies an ocean away."""
    frame = frame_of(code)
    assert frame.holds(*inside)
    assert outside is None or not frame.holds(*outside)


def test_a_frame_is_as_high_as_asked():
    """With a height given, the frame has that shape and still holds its country."""
    for ratio in (0.3, 0.6, 1.2):
        frame = frame_of("UKR", ratio=ratio)
        assert frame.ratio == pytest.approx(ratio)
        assert all(frame.holds(*point) for ring in main_parts(world(), world().areas["UKR"]) for point in ring)


def test_what_spreads_too_far_is_the_whole_world():
    """Areas on opposite sides of the earth are shown on a map of the world, which has no one scale."""
    assert frame_of("USA", "AUS", "ZAF").whole
    assert frame_of().whole
    assert frame_of().scale == 0
    assert not frame_of("UKR", "FRA").whole
    assert whole_world(0.8).ratio == pytest.approx(0.8)
    assert whole_world(0.3).ratio == pytest.approx(0.3)


def test_a_lone_point_has_a_frame():
    """A point at sea is shown with forty kilometres around it."""
    frame = frame_around([], [(-30.0, 40.0)], None)
    assert frame.holds(-30, 40)
    assert 40 <= frame.box[2] - frame.box[0] < 120
    assert frame.reach < TRUE


@pytest.mark.parametrize("code", ["UKR", "NZL", "CHL"])
def test_nothing_is_turned_inside_out(code):
    """What lies on the other side of the earth, and encloses the opposite point, does not flood a map."""
    frame = frame_of(code)
    view = View(frame, (0.0, 0.0, 480.0, 480.0 * frame.ratio))
    shown = sum(area_of(rings[0]) for area in world().areas.values() for rings in view.rings(world(), area))
    assert shown < 480.0 * 480.0 * frame.ratio * 1.001
    if code == "NZL":
        assert shown < 0.3 * 480.0 * 480.0 * frame.ratio  # it is mostly sea
        assert view.rings(world(), world().areas["ESP"]) == []


def test_the_world_ends_at_its_side():
    """On a map of the world Russia and Fiji go on at the other side; no outline runs across the map."""
    frame = whole_world()
    view = View(frame, (0.0, 0.0, 480.0, 480.0 * frame.ratio))
    for code in ("RUS", "FJI"):
        rings = [rings[0] for rings in view.rings(world(), world().areas[code])]
        assert min(x for ring in rings for x, _ in ring) < 120
        assert max(x for ring in rings for x, _ in ring) > 360
        assert all(math.dist(a, b) < 120 for ring in rings for a, b in pairwise(ring))


# Shapes.

COORDINATE = st.floats(-300, 300)
LINE = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=40)
BOX = (-100.0, -60.0, 100.0, 60.0)


@given(LINE)
def test_a_thinned_line_stays_near(line):
    """A line without its needless points keeps its ends, and none of its points was farther away than allowed."""
    thin = thinned(line, 5)
    assert thin[0] == line[0]
    assert thin[-1] == line[-1]
    for point in line:
        assert min(to_segment(point, a, b) for a, b in pairwise(thin)) <= 5.001


def to_segment(point, a, b):
    """The distance of a point from a piece of a line."""
    (x, y), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    part = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0
    return math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay))


@given(LINE)
def test_what_is_cut_lies_in_the_box(line):
    """Of lines and rings, only what lies in a box is kept, and all of what lies wholly in it."""
    grown = (BOX[0] - 1e-6, BOX[1] - 1e-6, BOX[2] + 1e-6, BOX[3] + 1e-6)
    assert all(within(point, grown) for run in cut_line(line, BOX) for point in run)
    assert all(within(point, grown) for point in cut_ring(line, BOX))
    if all(within(point, BOX) for point in line):
        assert cut_line(line, BOX) == [line]
        assert area_of(cut_ring(line, BOX)) == pytest.approx(area_of(line))


# Measures.


@pytest.mark.parametrize(
    ("numbers", "breaks"),
    [
        ([3, 3400], [1, 10, 100, 1000, 10000]),
        ([0, 3, 3400], [0, 1, 10, 100, 1000, 10000]),
        ([4000, 2514504], [1000, 10000, 100000, 1000000, 10000000]),
        ([300, 1700], [0, 500, 1000, 1500, 2000]),
        ([12, 15], [12, 13, 14, 15]),
        ([50], [50, 60]),
        ([0], [0, 1]),
        (["-5", "5"], [-5, 0, 5]),
        (["0.4", "0.9"], ["0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
    ],
)
def test_classes_begin_at_round_numbers(numbers, breaks):
    """Classes hold all figures, are five at most, and grow where the figures do."""
    assert class_breaks([Decimal(n) for n in numbers]) == tuple(Decimal(n) for n in breaks)


@given(st.lists(st.decimals(0, 10**9, places=1), min_size=1, max_size=30))
def test_every_figure_has_a_class(numbers):
    """Whatever the figures, each lies in the class that is given it, and no class lies outside of the shades."""
    breaks = class_breaks(numbers)
    assert 2 <= len(breaks) <= 6
    assert list(breaks) == sorted(set(breaks)) or len(set(numbers)) == 1
    for number in numbers:
        own = class_of(number, breaks)
        assert breaks[own] <= number <= breaks[own + 1]
        assert shade_of(own, breaks) in range(1, 6)


def test_measures_in_the_key_are_round():
    """Sizes of dots and the distance at the scale bar are round numbers not above what there is."""
    assert list(dot_sizes(Decimal(1234))) == [1000, 200]
    assert list(dot_sizes(Decimal(3))) == [2]
    assert dot_sizes(Decimal(0)) == ()
    assert [round_scale(km) for km in (0.3, 1, 4.9, 5, 99, 260, 7000)] == [1, 1, 2, 5, 50, 200, 5000]
    assert scale_words(200, Locale("en")) == "200 km"
    assert scale_words(200, Locale("uk")) == "200 км"
