"""Slope charts, heat tables, timeline strips and waffle charts: what they are made from and what is drawn."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.audit.drawings import lost_figures, strange_texts
from briefing.audit.reading import read_drawing
from briefing.drawing import PALETTE, draw
from briefing.drawing.limits import MOST_CLASSES, class_limits, class_of, direction, scale_start, shade_of
from briefing.drawing.placing import apart
from briefing.edition import ChartEvent, ChartRow, ChartSetting, ChartSpec, printed_facts
from briefing.errors import DrawError
from briefing.fields import Moment, Period
from briefing.formats import Formatter
from briefing.pipeline import build
from briefing.value import parse
from tests.builders import (
    DAY,
    OLD,
    TODAY,
    a_fact,
    a_feed,
    a_project,
    a_series,
    an_event,
    an_indicator,
    composed,
    figures,
    line_text,
    said,
)
from tests.test_drawing import HOSTILE, START, SVG, box, drawn, marks, runs, size, touch, words, xs, ys

LABELS = [*HOSTILE, "Kyiv", "Senior official of the Ministry of Defence", "x" * 200, "وزارة الدفاع", "国防部发言人" * 9]
VALUES = st.one_of(
    st.integers(-9999, 99999).map(str),
    st.integers(0, 9999).map("~{}".format),
    st.integers(0, 9999).map(">={}".format),
    st.integers(0, 9999).map("<{}".format),
    st.tuples(st.integers(0, 999), st.integers(1000, 9999)).map("{0[0]}..{0[1]}".format),
)


def a_cell(label, part, value, *, stale=False):
    """A figure of a grid."""
    return ChartRow(label, parse(str(value)), str(value), part=part, stale=stale)


def a_grid(kind, cells, parts=None, **given):
    """A grid of figures by label and part."""
    rows = tuple(a_cell(label, part, value) for (label, part), value in cells.items())
    named = parts or tuple(dict.fromkeys(part for _, part in cells))
    return ChartSpec(**{"kind": kind, "language": "en", "unit": "people", "rows": rows, "parts": named} | given)


def a_strip(*events, width=170.0, **chosen):
    """A strip of events."""
    settings = tuple(ChartSetting(name, value) for name, value in chosen.items())
    return ChartSpec("strip", "en", "", events=events, width=width, settings=settings)


def a_waffle(*values, **chosen):
    """Shares with labels A, B, C."""
    rows = tuple(ChartRow(label, parse(value), f"{value} %") for label, value in zip("ABCDEFG", values, strict=False))
    return ChartSpec("waffle", "en", "", rows=rows, settings=tuple(ChartSetting(*one) for one in chosen.items()))


def in_order(root):
    """No text of a drawing touches another, and all lie within it."""
    wide, tall = size(root)
    boxes = [box(text) for text in root.iter(f"{SVG}text")]
    assert all(b[0] >= -0.01 and b[1] >= -0.01 and b[2] <= wide + 0.01 and b[3] <= tall + 0.01 for b in boxes)
    assert not any(touch(a, b) for a, b in itertools.combinations(boxes, 2))


def colour(mark):
    """The token of a mark's fill."""
    return next(token for token, (light, _) in PALETTE.items() if light == mark.get("fill"))


def area(mark):
    """The area of a filled outline."""
    (points,) = runs(mark)
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def a_chart_of(folder, block, **project):
    """The chart of a project of one block, with its edition."""
    made = composed(a_project(folder, blocks=[{"chart": {"title": "T", **block}}], **project))
    assert not [one for one in made.diagnostics if one.severity == "error"], made.diagnostics
    return made.blocks[0], made.edition


def remarks(chart):
    """What is said below a chart."""
    return " ".join(line_text(line) for line in chart.remarks)


TABLE = "date,n,m\n2022-04-04,1,5\n2022-04-05,2,\n2022-04-06,3,7..9\n2022-04-07,4,8\n2022-04-08,5,9\n2022-04-09,6,\n"
TWO = [a_feed(series=[a_series(), a_series(id="more", value={"column": "m"}, said_by="UN")])]

# Boxes and classes.


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(5, 30)), min_size=1, max_size=14), st.floats(0, 300))
def test_boxes_are_moved_apart_and_no_further(boxes, spare):
    """No box touches another or leaves its room, and one with space about it stands where it was wanted."""
    wanted, heights = [at for at, _ in boxes], [tall for _, tall in boxes]
    last = sum(heights) + spare
    tops = apart(wanted, heights, 0.0, last)
    spans = sorted((top, top + tall) for top, tall in zip(tops, heights, strict=True))
    assert all(a[1] <= b[0] + 1e-6 for a, b in itertools.pairwise(spans))
    assert spans[0][0] >= -1e-6
    assert spans[-1][1] <= last + 1e-6
    if len(boxes) == 1:
        assert tops[0] == pytest.approx(max(0, min(wanted[0] - heights[0] / 2, last - heights[0])))


@given(st.lists(st.decimals(-(10**6), 10**9, places=2), min_size=1, max_size=40))
def test_classes_hold_every_figure_between_round_limits(numbers):
    """At most five equal classes hold all figures; the limits are multiples of their step, which is 1, 2, 2.5 or 5."""
    limits = class_limits(numbers)
    assert limits[0] <= min(numbers)
    assert max(numbers) <= limits[-1]
    assert len(limits) - 1 <= MOST_CLASSES
    (step,) = {b - a for a, b in itertools.pairwise(limits)}
    assert step.normalize().as_tuple().digits in {(1,), (2,), (2, 5), (5,)}
    assert limits[0] % step == 0
    assert all(limits[class_of(n, limits)] <= n <= limits[class_of(n, limits) + 1] for n in numbers)


@pytest.mark.parametrize(
    ("then", "now", "way"),
    [("1", "2", 1), ("2", "1", -1), ("2", "2", 0), ("1", "1..3", 0), ("1", "2..3", 1), ("5", "~9", 0), ("5", ">9", 1)],
)
def test_only_what_the_figures_say_rises_or_falls(then, now, way):
    """A figure rose only if the later one is higher whatever its range, and an approximation says nothing."""
    assert direction(parse(then), parse(now)) == way


# Slopes.


def test_both_ends_of_a_slope_stand_on_one_scale_from_zero():
    """As far as a figure is from zero, so far its mark is from the foot, on both sides alike."""
    root = drawn(a_grid("slope", {("A", "x"): 0, ("A", "y"): 40, ("B", "x"): 20, ("B", "y"): 10}))
    a0, a40, b20, b10 = (ys(dot)[0] for dot in marks(root, "dot"))
    assert (a0 - b20) / (a0 - a40) == pytest.approx(0.5, abs=0.01)
    assert (a0 - b10) / (a0 - a40) == pytest.approx(0.25, abs=0.01)
    assert len(marks(root, "line")) == 2


def test_figures_that_only_their_last_digit_parts_stand_on_one_level():
    """Two figures of 24 digits, nearer than a drawing can show, are drawn at one height."""
    numbers = {("A", "x"): 123456789012345678901234, ("A", "y"): 123456789012345678901235}
    heights = [ys(dot)[0] for dot in marks(drawn(a_grid("slope", numbers)), "dot")]
    assert len(heights) == 2
    assert heights[0] == heights[1]


def test_a_slope_that_falls_is_dashed():
    """What falls differs from what rises by more than its colour."""
    root = drawn(a_grid("slope", {("A", "x"): 1, ("A", "y"): 4, ("B", "x"): 2, ("B", "y"): 1}))
    rising, falling = marks(root, "line")
    assert "stroke-dasharray" not in rising.attrib
    assert falling.get("stroke-dasharray")
    assert rising.get("stroke") != falling.get("stroke")


def test_slopes_that_cross_have_colours_of_their_own():
    """Up to six things have a colour each, at the line and at both names; of more the colour says the way."""
    few = drawn(
        a_grid("slope", {(f"P{n}", part): 1 + (n if part == "x" else 6 - n) for n in range(6) for part in "xy"})
    )
    lines = [line.get("stroke") for line in marks(few, "line")]
    assert len(set(lines)) == 6
    named = {(text.text, text.get("fill")) for text in marks(few, "label")}
    assert named == {(f"P{n}", color) for n, color in enumerate(lines)}
    many = drawn(
        a_grid("slope", {(f"P{n}", part): 1 + (n if part == "y" else 0) for n in range(1, 8) for part in "xy"})
    )
    assert len({line.get("stroke") for line in marks(many, "line")}) == 1


def test_a_remark_on_dashes_is_printed_where_there_are_any(tmp_path):
    """What dashed and dotted lines say is told only beside such lines."""
    block = {"kind": "slope", "facts": {}, "by": "subject", "split": "as_of"}
    for n, (now, told) in enumerate([("2000", ""), ("1000", "Dashed: it fell."), ("~2000", "Dotted: it stayed,")]):
        facts = {"a": a_fact(value="1300", as_of=OLD), "b": a_fact(value=now)}
        chart, _ = a_chart_of(tmp_path / str(n), block, facts=facts)
        said = remarks(chart)
        assert told in said
        assert [mark for mark in ("Dashed", "Dotted") if mark in said] == ([told.split(":")[0]] if told else [])


def test_months_are_called_by_their_names(tmp_path):
    """Columns of a heat table that are last days of months have the month as their head, and a remark says so."""
    block = {"kind": "heat", "facts": {}, "by": "subject", "split": "as_of"}
    for name, days, heads in (
        ("a", ["2022-01-31", "2022-02-28", "2022-03-31"], ["Jan 2022", "Feb 2022", "Mar 2022"]),
        ("b", ["2022-01-31", "2022-02-28", "2022-03-30"], ["31 Jan 2022", "28 Feb 2022", "30 Mar 2022"]),
    ):
        facts = {f"f{n}": a_fact(as_of=day, subject="Russia") for n, day in enumerate(days)}
        chart, _ = a_chart_of(tmp_path / name, block, facts=facts)
        assert list(chart.spec.parts) == heads
        assert ("last day of its month" in remarks(chart)) == (name == "a")


def test_a_slope_draws_no_middle():
    """A range is a bar from low to high and a band, without a line through a number that nobody stated."""
    root = drawn(a_grid("slope", {("A", "x"): 10, ("A", "y"): "20..40", ("B", "x"): 40, ("B", "y"): "~20"}))
    assert len(marks(root, "line")) == 1
    (span,) = marks(root, "span")
    ends = [ys(dot)[0] for dot in marks(root, "dot")]
    assert sorted(ys(span)) == pytest.approx(sorted([ends[1], ends[2]]), abs=0.02)
    assert [dot.get("stroke") for dot in marks(root, "dot")].count(PALETTE["page"][0]) == 1
    assert len(marks(root, "band")) == 1


def test_a_thing_with_one_figure_is_a_lone_mark():
    """Nothing is joined to a figure that is not there."""
    root = drawn(a_grid("slope", {("A", "x"): 1, ("A", "y"): 2, ("B", "y"): 3}, parts=("x", "y")))
    assert len(marks(root, "line")) == 1
    assert sorted(words(root, "label")) == ["A", "A", "B"]
    assert len(marks(root, "dot")) == 3


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(LABELS), st.tuples(st.none() | VALUES, VALUES), min_size=1, max_size=14),
    st.sampled_from([110.0, 170.0]),
)
def test_names_of_slopes_never_touch(things, width):
    """However near the ends and hostile the names, every word is within the drawing and touches no other."""
    cells = {(label, part): value for label, pair in things.items() for part, value in zip("xy", pair, strict=True)}
    spec = a_grid("slope", {place: value for place, value in cells.items() if value}, parts=("x", "y"), width=width)
    svg = draw(spec)
    in_order(drawn(spec))
    assert list(lost_figures(read_drawing(svg), spec)) == []


def test_near_equal_ends_have_their_names_apart():
    """Fourteen lines that end at nearly one height are named one below another, with leaders."""
    root = drawn(a_grid("slope", {(f"Place {n}", part): 1000 + n if n else 1 for n in range(14) for part in "xy"}))
    in_order(root)
    assert len(words(root, "figure")) == 28
    assert len(marks(root, "leader")) > 20


def test_a_slope_chart_of_series_takes_the_dates_that_all_have(tmp_path):
    """By default the first and last date that all series have; `then` is another earlier one."""
    files = {"t.csv": TABLE}
    block = {"kind": "slope", "series": ["losses", "more"]}
    chart, _ = a_chart_of(tmp_path, block, feeds=TWO, files=files)
    assert [(row.label, row.part, row.text) for row in chart.spec.rows] == [
        ("Ukraine", "4 Apr 2022", "1"),
        ("Ukraine", "8 Apr 2022", "5"),
        ("UN", "4 Apr 2022", "5"),
        ("UN", "8 Apr 2022", "9"),
    ]
    assert "Largest rise: Ukraine." in chart.alt
    chart, _ = a_chart_of(tmp_path, {**block, "then": "2022-04-05"}, feeds=TWO, files=files)
    assert [row.part for row in chart.spec.rows] == ["5 Apr 2022", "8 Apr 2022", "8 Apr 2022"]


def test_a_scale_that_does_not_begin_at_zero_is_said(tmp_path):
    """Where all figures lie in the upper half, the scale begins at a round number below them, and a remark says so."""
    facts = {"a": a_fact(value="4100", as_of=OLD), "b": a_fact(value="4900")}
    chart, _ = a_chart_of(tmp_path, {"kind": "slope", "facts": {}, "split": "as_of"}, facts=facts)
    assert scale_start([Decimal(4100), Decimal(4900)]) == 4000
    assert "The scale begins at 4,000, not at zero." in remarks(chart)
    facts["b"] = a_fact(value="2000")
    chart, _ = a_chart_of(tmp_path, {"kind": "slope", "facts": {}, "split": "as_of"}, facts=facts)
    assert "begins" not in remarks(chart)


# Heat tables.


def luminance(hexadecimal):
    """The relative luminance of a colour (WCAG 2.2)."""
    parts = [int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", [0, 1], ids=["light", "dark"])
def test_shades_are_in_order_and_figures_stand_out(page):
    """The higher the figure, the darker its cell (on a dark page, the lighter), in grey too; words have 4.5:1 on it."""
    root = drawn(a_grid("heat", {("A", str(n)): 10 + 20 * n for n in range(5)}))
    cells, texts = marks(root, "cell"), marks(root, "figure")
    assert [text.text for text in texts] == ["10", "30", "50", "70", "90"]
    light = [luminance(PALETTE[colour(cell)][page]) for cell in cells]
    assert light == sorted(light, reverse=page == 0)
    assert all((max(pair) + 0.05) / (min(pair) + 0.05) > 1.25 for pair in itertools.pairwise(light))
    for cell, text in zip(light, texts, strict=True):
        low, high = sorted((cell, luminance(PALETTE[colour(text)][page])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, text.text


def test_a_missing_cell_is_a_dot_and_never_zero():
    """Where there is no figure there is no shade; a column without any keeps its place."""
    root = drawn(a_grid("heat", {("A", "x"): 0, ("A", "z"): 9, ("B", "x"): 3}, parts=("x", "y", "z")))
    assert len(marks(root, "cell")) == 3
    assert len(marks(root, "dot")) == 3
    assert words(root, "part") == ["x", "y", "z"]
    assert words(root, "figure") == ["0", "9", "3"]


def test_what_reaches_beyond_a_shade_is_hatched():
    """A range within one class has its shade; one across classes, or open at an end, is hatched with its words."""
    limits = (Decimal(0), Decimal(10), Decimal(20))
    cells = {("A", "x"): "2..4", ("A", "y"): "5..15", ("A", "z"): ">=12", ("A", "o"): "~12"}
    assert [shade_of(parse(value), limits) for value in cells.values()] == [1, None, None, 5]
    root = drawn(a_grid("heat", {**cells, ("B", "x"): 0, ("B", "y"): 50}))
    assert len(marks(root, "hatch")) == 4
    assert "5..15" in words(root, "figure")


def test_an_old_figure_stands_in_a_frame():
    """A stale cell has a dashed frame."""
    spec = a_grid("heat", {("A", "x"): 1, ("A", "y"): 2})
    assert not marks(drawn(spec), "stale")
    old = ChartSpec("heat", "en", "", rows=(*spec.rows, a_cell("B", "x", 3, stale=True)), parts=spec.parts)
    (frame,) = marks(drawn(old), "stale")
    assert frame.get("stroke-dasharray")


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(LABELS), min_size=1, max_size=12, unique=True),
    st.integers(1, 14),
    st.data(),
)
def test_words_of_a_heat_table_never_touch(labels, columns, data):
    """Whatever the labels and figures, all words lie within the drawing and none touches another."""
    parts = tuple(f"{n} Mar 2022" for n in range(1, columns + 1))
    places = list(itertools.product(labels, parts))
    cells = {place: data.draw(VALUES) for place in places[:: data.draw(st.integers(1, 3))]}
    spec = a_grid("heat", cells, parts=parts)
    in_order(drawn(spec))
    assert list(strange_texts(read_drawing(draw(spec)), spec)) == []


def test_the_limits_of_shades_are_audited():
    """A number in the legend that the figures do not give is found."""
    spec = a_grid("heat", {("A", "x"): 3, ("A", "y"): 97})
    drawing = read_drawing(draw(spec))
    assert [text for role, text in drawing if role == "bf-tick"] == ["0", "20", "40", "60", "80", "100"]
    assert list(strange_texts((*drawing, ("bf-tick", "90")), spec)) == ["90"]


def test_two_facts_for_one_cell_are_refused(tmp_path):
    """Conflicting figures are not put one upon the other: the message names both."""
    facts = {"a": a_fact(), "b": a_fact(value="5")}
    block = {"chart": {"kind": "heat", "title": "T", "facts": {}, "by": "said_by", "split": "as_of"}}
    (text,) = [one for one in said(a_project(tmp_path, facts=facts, blocks=[block])) if "error" in one]
    assert "error[same-cell]: 'a' and 'b' are both the figure of NATO, 9 Apr 2022" in text


def test_rows_stand_from_the_highest_down_unless_ordered(tmp_path):
    """Without an order of the author's, rows stand by their latest figure; with one, as it says."""
    facts = {
        f"{place}{day}": a_fact(place=place, as_of=day, value=value)
        for place, values in {"A": "92", "B": "15", "C": "23"}.items()
        for day, value in zip((OLD, TODAY), values, strict=True)
    }
    block = {"kind": "heat", "by": "place", "split": "as_of"}
    chart, _ = a_chart_of(tmp_path, {**block, "facts": {}}, facts=facts)
    assert list(dict.fromkeys(row.label for row in chart.spec.rows)) == ["B", "C", "A"]
    assert chart.spec.parts == ("24 Mar 2022", "9 Apr 2022")
    chart, _ = a_chart_of(tmp_path, {**block, "facts": {"sort": "place"}}, facts=facts)
    assert list(dict.fromkeys(row.label for row in chart.spec.rows)) == ["A", "B", "C"]
    assert "Highest 9 (A, 24 Mar 2022). Lowest 1 (B, 24 Mar 2022)." in chart.alt


@pytest.mark.parametrize("measure", ["cumulative", "stock", None])
def test_a_level_of_a_week_is_that_of_its_end(tmp_path, measure):
    """A running total or a level is not added up: a period has its last figure."""
    project = {"feeds": [a_feed()], "indicators": {"killed": an_indicator(measure=measure)}, "files": {"t.csv": TABLE}}
    chart, _ = a_chart_of(tmp_path, {"kind": "heat", "series": ["losses"], "every": "week"}, **project)
    assert [row.text for row in chart.spec.rows] == ["6"]


def test_counts_of_a_week_with_a_day_missing_are_not_added_up(tmp_path):
    """A sum of some days would be too low: there is none, and where no period is whole that is said."""
    indicators = {"killed": an_indicator(measure="incident")}
    block = {"chart": {"kind": "heat", "title": "T", "series": ["losses"], "every": "week"}}
    (text,) = said(a_project(tmp_path, blocks=[block], feeds=[a_feed()], files={"t.csv": TABLE}, indicators=indicators))
    assert "error[empty-selection]: no week has an exact figure for every day" in text


def test_counts_of_a_whole_week_are_added_up(tmp_path):
    """The sum of seven exact days is a figure of ours: it is marked as computed, and a remark says so."""
    rows = "".join(f"{date(2022, 3, 28) + timedelta(n)},{n + 1}\n" for n in range(12))
    block = {"kind": "heat", "series": ["losses"], "every": "week"}
    project = {"feeds": [a_feed()], "indicators": {"killed": an_indicator(measure="incident")}}
    chart, edition = a_chart_of(tmp_path, block, files={"t.csv": f"date,n\n{rows}"}, **project)
    assert [(row.part, row.text) for row in chart.spec.rows] == [("3 Apr", "28")]
    assert chart.spec.parts == ("3 Apr", "9 Apr")
    assert [one.role for one in figures(chart.table)] == ["computed"]
    assert "the sum, made here, of its days" in remarks(chart)
    assert "losses" in printed_facts(edition.sections)


# Strips.


def test_events_stand_at_their_dates():
    """A dot stands as far along the axis as its day; a bar runs from its first day to its last."""
    days = [START, START + timedelta(10), START + timedelta(40)]
    root = drawn(a_strip(*(ChartEvent(day, f"Event {n}") for n, day in enumerate(days))))
    first, second, third = (xs(dot)[0] for dot in marks(root, "dot"))
    assert (second - first) / (third - first) == pytest.approx(0.25, abs=0.001)
    root = drawn(a_strip(ChartEvent(days[0], "A"), ChartEvent(days[1], "B", end=days[2])))
    (dot,), (bar,) = marks(root, "dot"), marks(root, "period")
    wide, _ = size(root)
    assert min(xs(bar)) == pytest.approx(xs(dot)[0] + 0.25 * (max(xs(bar)) - xs(dot)[0]), abs=0.05)
    assert max(xs(bar)) < wide


def test_an_end_that_nobody_knows_is_open():
    """What goes on has an arrow to the right; what began before the time shown has one to the left."""
    plain = a_strip(ChartEvent(START, "A", end=START + timedelta(9)))
    going = a_strip(ChartEvent(START, "A", open=True), ChartEvent(START + timedelta(9), "B"))
    since = (START + timedelta(5)).isoformat()
    before = a_strip(ChartEvent(START, "A", end=START + timedelta(9)), **{"from": since})
    assert not marks(drawn(plain), "bound")
    (((_, tip), *_),) = [runs(mark) for mark in marks(drawn(going), "bound")]
    assert tip[0] == pytest.approx(size(drawn(going))[0] - 6, abs=0.1)
    (((_, tip), *_),) = [runs(mark) for mark in marks(drawn(before), "bound")]
    assert tip[0] == pytest.approx(6, abs=0.1)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.none() | st.integers(1, 30), st.sampled_from(LABELS), st.sampled_from("AB")),
        min_size=1,
        max_size=25,
    )
)
def test_labels_of_a_crowded_week_never_touch(events):
    """Twenty-five events in one week have their words apart and within the drawing, and no line runs through them."""
    spec = a_strip(
        *(
            ChartEvent(START + timedelta(day), label, START + timedelta(day + lasts) if lasts else None, group)
            for day, lasts, label, group in events
        ),
        marked=(START + timedelta(5)).isoformat(),
    )
    root = drawn(spec)
    in_order(root)
    assert list(strange_texts(read_drawing(draw(spec)), spec)) == []
    boxes = [box(text) for text in root.iter(f"{SVG}text") if text.get("class") != "bf-tick"]
    for line in (*marks(root, "grid"), *marks(root, "edition")):
        for (x, top), (_, bottom) in runs(line):
            assert not any(b[0] < x < b[2] and b[1] < bottom and top < b[3] for b in boxes)


def test_a_strip_leaves_out_what_ended_before_its_window(tmp_path):
    """An event outside the window is left out, one that goes on stays, and the edition's date is marked and said."""
    facts = {
        "gone": an_event("Gone", at="2022-01-02..2022-01-09"),
        "war": an_event("War", at="2022-02-24..", place="Kyiv"),
        "raid": an_event("Raid", at="2022-04-01", place="Lviv"),
        "talks": an_event("Talks", at="2022-04-03T10:30"),
    }
    block = {"kind": "strip", "facts": {}, "group": "place", "within": "30 days"}
    chart, edition = a_chart_of(tmp_path, block, facts=facts)
    assert [(event.label, event.open) for event in chart.spec.events] == [
        ("Since 24 Feb: War", True),
        ("1 Apr: Raid", False),
        ("3 Apr at 10:30: Talks", False),
    ]
    assert chart.spec.setting("marked") == DAY.isoformat()
    assert "9 April 2022, the date of this edition" in remarks(chart)
    assert chart.alt.startswith("Timeline. 3 events. First: since 24 Feb 2022: War.")
    assert line_text(chart.source, edition) == "Source: NATO[1]"
    assert len(chart.table.rows) == 3


def test_an_event_without_a_date_has_no_place_on_a_strip(tmp_path):
    """A fact that has no date cannot be drawn in time, which is said."""
    block = {"chart": {"kind": "strip", "title": "T", "facts": {}}}
    texts = said(a_project(tmp_path, facts={"a": an_event("A"), "b": an_event("B", at=OLD)}, blocks=[block]))
    assert any("error[no-as-of]: 'a' has no date (at)" in text for text in texts)


@pytest.mark.parametrize(
    ("language", "printed"),
    [("en", "since 24 Feb 2022"), ("fr", "depuis le 24 févr. 2022"), ("uk", "від 24 лют. 2022")],
)
def test_an_open_period_is_said_in_words(language, printed):
    """A stretch of time without an end is told by its start, and written with two dots."""
    period = Period(Moment(date(2022, 2, 24)), open=True)
    assert Formatter(language).period(period, short=True).replace("\u202f", " ").startswith(printed)
    assert (period.written("/"), period.written("..")) == ("2022-02-24/..", "2022-02-24..")


# Shares.


@settings(max_examples=40, deadline=None)
@given(st.decimals("0.1", "99.9", places=1))
def test_a_share_fills_its_part_of_a_hundred_squares(share):
    """The filled area is the share of the whole to the tenth of a per cent: nothing is rounded to nothing or all."""
    root = drawn(a_waffle(str(share)))
    filled = [area(mark) for mark in marks(root, "unit-share")]
    squares = [area(mark) for mark in marks(root, "rest")] + [max(filled)] * int(share)
    square = max(squares)
    assert len(squares) == 100
    assert sum(filled) / square == pytest.approx(float(share), abs=0.06)
    assert len(filled) == ceil(share)


def test_whole_squares_can_be_counted():
    """Thirty-seven per cent are thirty-seven squares, from the bottom row up; all and nothing are all and nothing."""
    root = drawn(a_waffle("37"))
    assert len(marks(root, "unit-share")) == 37
    assert len(marks(root, "rest")) == 63
    assert min(min(ys(mark)) for mark in marks(root, "unit-share")) > min(min(ys(mark)) for mark in marks(root, "rest"))
    assert len(marks(drawn(a_waffle("100")), "unit-share")) == 100
    assert not marks(drawn(a_waffle("0")), "unit-share")
    assert len(marks(drawn(a_waffle("0.0001")), "unit-share")) == 1


def test_what_is_possible_is_not_filled():
    """A range is full to its low end and pale to its high; a bound is pale to the end; an approximation ends hollow."""
    root = drawn(a_waffle("20..35"))
    assert len(marks(root, "unit-share")) == 20
    assert len(marks(root, "possible")) == 30  # ground and frame of fifteen
    assert len(marks(drawn(a_waffle(">=90")), "possible")) == 20
    assert len(marks(drawn(a_waffle("~40")), "unit-share")) == 39
    assert len(marks(drawn(a_waffle("~40")), "about")) == 1


def test_parts_of_a_whole_differ_by_more_than_colour():
    """Parts in one grid follow one another, and have holes of their own size beside their colour."""
    root = drawn(a_waffle("50", "30", "20", stacked="true"))
    filled = [colour(mark) for mark in marks(root, "unit-share")]
    assert [filled.count(token) for token in ("series1", "series2", "series3")] == [50, 30, 20]
    assert {float(mark.attrib["stroke-width"]) for mark in marks(root, "dot")} == {2.0, 4.2}


def test_ten_people_stand_for_a_whole():
    """With icons there are ten people, each with a head, of which a share fills as many as its tenths."""
    root = drawn(a_waffle("40", icons="true"))
    assert len(marks(root, "unit-share")) == 8
    assert len(marks(root, "rest")) == 12


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("chosen", [{}, {"icons": "true"}, {"stacked": "true"}])
@pytest.mark.parametrize("label", ["Kyiv", *LABELS[-4:], LABELS[0]])
def test_words_of_a_waffle_never_touch(count, chosen, label):
    """All words lie within the drawing and none touches another, from one share to six."""
    rows = tuple(ChartRow(label, parse("7"), "щонайменше 55 %", label) for _ in range(count))
    chosen = tuple(ChartSetting(*one) for one in chosen.items())
    in_order(drawn(ChartSpec("waffle", "uk", "", rows=rows, settings=chosen)))


def test_a_share_of_a_whole_is_computed_and_says_so(tmp_path):
    """A share of two figures is neither's: it is marked as computed, with the notes of both and the figures beside."""
    facts = {"part": a_fact(value="1", subject="Children", sources=["un"]), "all": a_fact(value="3000")}
    block = {"kind": "waffle", "facts": {"ids": ["part"]}, "of": "all", "by": "subject"}
    chart, edition = a_chart_of(tmp_path, block, facts=facts, sources={"un": {"title": "B", "retrieved": TODAY}})
    (row,) = chart.spec.rows
    assert (row.label, row.text, row.detail) == ("Children", "0.03%", "1 of 3,000")
    assert [(one.fact, one.value, one.role) for one in figures(chart.table)] == [
        ("part", "1", ""),
        ("all", "3000", ""),
        ("part", "0.03", "computed"),
    ]
    assert line_text(chart.source, edition) == "Source: B[1]; NATO[2]"
    assert "computed here" in remarks(chart)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"value": "~5"}, "'part' is ~5, and a share is computed from exact figures only"),
        ({"value": "1..5"}, "'part' is 1..5, and a share is computed from exact figures only"),
        ({"value": "5", "as_of": OLD}, "'part' and 'all' differ in their as_of"),
        ({"value": "5", "said_by": "UN"}, "'part' and 'all' differ in their said_by"),
        ({"value": "5", "indicator": "homes"}, "'part' and 'all' differ in their unit"),
        ({"value": "50"}, "'part' (50) is no part of 'all' (10)"),
    ],
)
def test_a_share_that_nobody_can_compute_is_refused(tmp_path, part, message):
    """Only exact figures of one unit, date and asserter make a share."""
    facts = {"part": a_fact(subject="X", claim=None, **part), "all": a_fact(value="10", subject="Y", claim=None)}
    block = {"chart": {"kind": "waffle", "title": "T", "facts": {"ids": ["part"]}, "of": "all"}}
    texts = said(a_project(tmp_path, facts=facts, blocks=[block], indicators={"homes": an_indicator(unit="homes")}))
    assert any(f"error[no-share]: {message}" in text for text in texts), texts


def test_parts_that_are_more_than_the_whole_are_refused(tmp_path):
    """Parts in one grid have to be true parts: their sum is at most the whole."""
    facts = {name: a_fact(indicator="share", value="60", subject=name, claim=None) for name in "AB"}
    block = {"chart": {"kind": "waffle", "title": "T", "facts": {}, "by": "subject", "stacked": "true"}}
    texts = said(a_project(tmp_path, facts=facts, blocks=[block], indicators={"share": an_indicator(unit="%")}))
    assert any("error[no-share]: the parts add up to 120, more than the whole of 100" in text for text in texts)


# What cannot be made.


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (a_grid("slope", {("A", "x"): 1}), "a slope chart has figures of two dates or parts"),
        (a_grid("slope", {(f"{n}", part): n for n in range(15) for part in "xy"}), "has 15 lines, and 14 can be told"),
        (a_grid("slope", {("A", "x"): 1, ("A", "y"): 1}, width=40.0), "40 mm wide has no room for its lines"),
        (a_grid("heat", {}), "the chart has no values to draw"),
        (a_grid("heat", {("A", str(n)): n for n in range(60)}), "a heat table of 60 columns has no room for them"),
        (
            a_grid("heat", {("A", f"{n}"): 4000 + n for n in range(12)}, width=82.0),
            "of 12 columns has no room for them",
        ),
        (a_strip(), "the chart has no events to draw"),
        (a_waffle(), "the chart has no values to draw"),
        (a_waffle(*"1234567"), "has 7 shares, and 6 can be read side by side"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_the_users_words(spec, message):
    """A chart that cannot be drawn says what is wrong with it."""
    with pytest.raises(DrawError, match=message):
        draw(spec)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"kind": "slope", "facts": {}}, "error[missing-key]: a slope chart of facts needs split:"),
        ({"kind": "heat", "facts": {}, "split": "said_by"}, "error[bad-choice]: by and split are both said_by"),
        ({"kind": "slope", "facts": {}, "split": "as_of"}, "error[bad-choice]: a slope chart has two sides"),
        ({"kind": "strip", "series": ["x"]}, "error[missing-key]: a strip chart needs facts:"),
        ({"kind": "waffle", "facts": {"tag": "none"}}, "error[empty-selection]"),
        ({"kind": "waffle", "facts": {}, "of": "nobody"}, "error[unknown-fact]: there is no fact or series 'nobody'"),
        ({"kind": "heat", "facts": {}, "split": "as_of", "icons": "true"}, "'icons' means nothing to a heat chart"),
        (
            {"kind": "heat", "facts": {}, "split": "as_of", "within": "9 days"},
            "'within' means nothing to a heat chart of",
        ),
        ({"kind": "slope", "series": ["x"], "split": "as_of"}, "'split' means nothing to a slope chart of series"),
    ],
)
def test_what_cannot_be_composed_is_a_diagnostic(tmp_path, block, text):
    """A chart that lacks something says what, at its place in the config."""
    texts = said(a_project(tmp_path, blocks=[{"chart": {"title": "T", **block}}]))
    assert any(text in one for one in texts), texts


# In every output.


@pytest.mark.parametrize("language", ["en", "fr", "uk"])
def test_an_edition_with_every_grid_passes_the_audit(tmp_path, page, language):
    """Pages and charts hold no numeral that nobody gave, no word of a chart is cut, its facts are in its CSV file."""
    facts = {
        f"f{n}{day}": a_fact(place=f"Place {n}", as_of=day, value=value, tags=["grid"])
        for n, values in enumerate(
            [("1200", "43000"), ("41000..43000", "~2984"), ("1984", ">=42000"), ("4300", "3198"), ("4003", "3004")]
        )
        for day, value in zip((OLD, TODAY), values, strict=True)
    }
    facts |= {"all": a_fact(value="3290", subject="All"), "part": a_fact(value="1204", subject="Part")}
    facts |= {"war": an_event("War in the year 2022", at="2022-02-24..", tags=["event"])}
    blocks = [
        {"kind": "slope", "facts": {"tag": "grid"}, "by": "place", "split": "as_of"},
        {"kind": "heat", "facts": {"tag": "grid"}, "by": "place", "split": "as_of"},
        {"kind": "strip", "facts": {"tag": "event"}},
        {"kind": "waffle", "facts": {"ids": ["part"]}, "of": "all", "by": "subject"},
    ]
    charts = [{"chart": {"title": "T", **block}} for block in blocks]
    config = a_project(tmp_path, facts=facts, blocks=charts, config={"language": language, "date": TODAY})
    built = build(config)
    beside = (built.folder / "charts" / "chart-1-4.csv").read_text("utf-8").splitlines()
    assert [line.partition(",")[0] for line in beside[1:]] == ["part", "all"]
    assert len((built.folder / "charts" / "chart-1.csv").read_text("utf-8").splitlines()) == 11
    page.goto((built.folder / "briefing.html").as_uri())
    cut = page.evaluate(
        """async () => {
            await document.fonts.ready;
            return [...document.querySelectorAll('.bf-picture')].flatMap(svg => {
            const whole = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < whole.left - 1 || box.right > whole.right + 1;
            }).map(text => text.textContent);
        })}"""
    )
    assert cut == []
