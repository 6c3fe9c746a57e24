"""Bars in groups, stacks and columns, and dumbbells: what stands where, what is refused, what is never drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.drawing import PALETTE
from briefing.drawing.periods import marked_dates, places
from briefing.edition import Chart, ChartEvent, ChartLine, ChartPoint, ChartRow, ChartSetting, ChartSpec, plain
from briefing.errors import DrawError
from briefing.pipeline import build
from briefing.value import Value
from tests.builders import (
    OLD,
    TODAY,
    a_fact,
    a_feed,
    a_printer,
    a_project,
    a_series,
    a_source,
    an_indicator,
    composed,
    said,
)
from tests.test_drawing import (
    HOSTILE,
    START,
    SVG,
    a_chart,
    a_line,
    a_row,
    a_value,
    box,
    drawn,
    marks,
    size,
    touch,
    words,
    xs,
    ys,
)
from tests.test_drawing import places as ticks_at

STACKED = (ChartSetting("stacked", "true"),)


def a_part(part: str, value: object, label: str = "Kyiv", **fields: Any) -> ChartRow:
    """A figure of one part of a label."""
    return replace(a_row(value, label=label), part=part, **fields)


def a_set(*figures: tuple[Any, ...], parts: str = "AB", kind: str = "bar", **chosen: Any) -> ChartSpec:
    """A chart of labels, each with its figures in the order of the parts; None is none."""
    rows = [
        a_part(part, value, label)
        for label, *values in figures
        for part, value in zip(parts, values, strict=False)
        if value is not None
    ]
    return replace(a_chart(*rows, kind=kind, width=170.0), parts=tuple(parts), **chosen)


def stack(*figures: tuple[Any, ...], parts: str = "ABC", **chosen: Any) -> ChartSpec:
    """A chart of stacks with their totals."""
    totals = [(label, sum(map(Decimal, values), Decimal(0))) for label, *values in figures]
    rows = tuple(ChartRow(label, Value(total, total), f"{total:,}") for label, total in totals)
    return a_set(*figures, parts=parts, totals=rows, settings=STACKED, **chosen)


def stands_apart(spec: ChartSpec) -> None:
    """No text of a drawing touches another or leaves the sheet."""
    root = drawn(spec)
    right, bottom = size(root)
    texts = [text for text in root.iter(f"{SVG}text") if text.text]
    for text in texts:
        left, top, far, foot = box(text)
        assert left >= -0.01, text.text
        assert top >= -0.5, text.text
        assert far <= right + 0.01, text.text
        assert foot <= bottom, text.text
    for one, other in itertools.combinations(texts, 2):
        assert not touch(box(one), box(other)), (one.text, other.text)


# Groups.


def test_each_part_has_one_colour_in_the_whole_chart():
    """The bars of a part have its colour under every label, also where another part has no figure."""
    root = drawn(a_set(("Kyiv", "5", "7"), ("Odesa", None, "3"), ("Lviv", "2", "1")))
    colours = [bar.attrib["fill"] for bar in marks(root, "bar")]
    blue, red = PALETTE["series1"][0], PALETTE["series2"][0]
    assert colours == [blue, red, red, blue, red]
    names = {(text.text, text.attrib["fill"]) for text in marks(root, "part")}
    assert names == {("A", blue), ("B", red)}


def test_a_part_without_a_figure_is_no_zero():
    """Where a label has no figure for a part stand words that say so; a true zero has its figure."""
    root = drawn(a_set(("Kyiv", "5", None), ("Odesa", "0", "2")))
    assert words(root, "gap") == ["no figure"]
    assert words(root, "figure") == ["5", "0", "2"]
    assert words(drawn(replace(a_set(("Kyiv", "5", None)), language="fr")), "gap") == ["pas de chiffre"]


def test_long_names_of_parts_stand_in_a_key():
    """Names that have no room beside the bars stand above them, in the order of the bars."""
    names = ("General Staff of the Armed Forces of Ukraine", "Ministry of Defence of the Russian Federation")
    rows = [a_part(name, n + 1) for n, name in enumerate(names)]
    root = drawn(replace(a_chart(*rows, width=170.0), parts=names))
    assert words(root, "part") == list(names)
    assert len(marks(root, "key")) == 2
    assert max(ys(mark)[0] for mark in marks(root, "key")) < min(float(t.attrib["y"]) for t in marks(root, "tick"))
    assert not marks(drawn(a_set(("Kyiv", "5", "7"))), "key")


@pytest.mark.parametrize("value", ["9", "~9", ">9", "4..9"])
def test_a_stale_figure_is_lighter_with_an_outline(value):
    """A figure that is older than it may be is no full bar: an outline with a lighter filling, a hollow dot."""
    fresh, stale = (drawn(a_chart(replace(a_row(value), stale=one), a_row(10))) for one in (False, True))
    assert not marks(fresh, "stale")
    assert marks(stale, "stale")
    assert {bar.get("fill-opacity") for bar in marks(stale, "bar")} == {"0.25", None}
    dots = marks(drawn(a_chart(replace(a_row("9"), stale=True), kind="range")), "dot")
    assert [dot.attrib["stroke"] == PALETTE["page"][0] for dot in dots] == [False, True]


# Stacks.


def test_pieces_stand_one_upon_another():
    """Each piece begins where the one before it ends, and the total stands behind the last."""
    root = drawn(stack(("Kyiv", "300", "500", "200")))
    zero, most = ticks_at(root, "0", "1,000")
    starts = [min(xs(bar)) for bar in marks(root, "bar")]
    length = most - zero
    assert starts == pytest.approx([zero, zero + 0.3 * length, zero + 0.8 * length], abs=0.05)
    (total,) = marks(root, "total")
    assert total.text == "1,000"
    assert box(total)[0] > most


def test_the_figure_of_a_small_piece_stands_below_it():
    """A figure stands in its piece where it fits, else below with a line to it; none is left out."""
    root = drawn(stack(("Kyiv", "1200", "3", "2", "1"), parts="ABCD"))
    assert sorted(words(root, "figure")) == ["1", "1200", "2", "3"]
    assert len(marks(root, "leader")) == 3
    inside = [text for text in marks(root, "figure") if text.attrib["fill"] == PALETTE["page"][0]]
    assert [text.text for text in inside] == ["1200"]


# Columns.


def columns(*lines: ChartLine, **chosen: Any) -> ChartSpec:
    """Columns over time."""
    events = [chosen.pop("event")] if "event" in chosen else []
    return replace(a_chart(*lines, *events, kind="bar", width=170.0), **chosen)


def test_a_day_without_a_figure_is_hatched_and_a_zero_is_a_stroke():
    """A place without a figure is marked as such at the axis, otherwise than a zero; columns stand on their days."""
    root = drawn(columns(a_line(4, None, 0, 2)))
    first, last = marks(root, "bar")
    (gap,), (zero,) = marks(root, "gap"), marks(root, "zero")
    middles = [(min(xs(mark)) + max(xs(mark))) / 2 for mark in (first, gap, zero, last)]
    steps = [b - a for a, b in itertools.pairwise(middles)]
    assert steps == pytest.approx([steps[0]] * 3, abs=2.5)
    assert max(ys(first)) == pytest.approx(max(ys(last)), abs=0.01)


def test_columns_keep_ranges_bounds_and_approximations():
    """Upright as lying: a range is hatched from its low end, a bound has an arrow up, an approximation is broken."""
    assert marks(drawn(columns(a_line("2..5"))), "hatch")
    (arrow,) = marks(drawn(columns(a_line(">5"))), "bound")
    assert ys(arrow)[0] > ys(arrow)[1]
    assert len(marks(drawn(columns(a_line("~5"))), "bar")) == 5


def test_months_have_places_of_one_width():
    """Figures of months stand in months, whatever day they are dated; a month without one has its place."""
    ends = [date(2022, 1, 31), date(2022, 2, 28), date(2022, 4, 30)]
    root = drawn(columns(ChartLine("Cases", tuple(ChartPoint(day, a_value(3)) for day in ends), "3")))
    assert len(marks(root, "gap")) == 1
    assert [word for word in words(root, "tick") if word[:1].isalpha()] == ["Jan", "Feb", "Mar", "Apr"]


@given(st.dates(date(1600, 1, 1), date(2100, 1, 1)), st.lists(st.sampled_from([1, 2, 7, 14, 28, 31, 365]), max_size=8))
def test_every_date_has_exactly_one_place(first, gaps):
    """The places follow one another without a gap, and every date lies in one of them, every label in one as well."""
    days = list(itertools.accumulate(gaps, lambda day, gap: day + timedelta(gap), initial=first))
    slots = places(days)
    assert all(a.end == b.start for a, b in itertools.pairwise(slots))
    assert all(sum(slot.start <= day < slot.end for slot in slots) == 1 for day in days)
    labels = marked_dates(slots, 8)
    assert labels
    assert all(slots[0].start <= label < slots[-1].end for label in labels)


def test_stacked_columns_reach_to_their_sum():
    """Pieces of one date stand on one another; only the last sum is printed."""
    total = ChartRow("25 February", a_value("12"), "12")
    root = drawn(columns(a_line(1, 5, last="5"), a_line(2, 7, last="7"), settings=STACKED, totals=(total,)))
    assert words(root, "total") == ["12"]
    bars = marks(root, "bar")
    assert len(bars) == 4
    assert max(ys(bars[1])) == pytest.approx(min(ys(bars[0])), abs=0.6)


# Dumbbells.


def test_the_figures_of_a_dumbbell_are_tied():
    """Two figures of one label are dots in the colours of their parts, with a line between, named in the first row."""
    root = drawn(a_set(("Kyiv", "100", "900"), ("Odesa", "700", "300"), kind="dumbbell"))
    assert len(marks(root, "between")) == 2
    assert [dot.attrib["stroke"] for dot in marks(root, "dot")] == [
        PALETTE[token][0] for token in ("series1", "series2", "series2", "series1")
    ]
    assert words(root, "part") == ["A", "B"]
    assert not marks(root, "key")


@pytest.mark.parametrize("pair", [("100", "101"), ("100", "100"), ("50..200", "100"), (">90", "100")])
def test_marks_that_would_touch_stand_below_one_another(pair):
    """Figures too near for one line have a line each, and no line is drawn between them."""
    root = drawn(a_set(("Kyiv", *pair), ("Odesa", "0", "1000"), kind="dumbbell"))
    assert len(marks(root, "between")) == 1
    assert len(marks(root, "key")) == 2
    heights = {float(text.attrib["y"]) for text in marks(root, "figure")}
    assert len(heights) == 3


# All of them.

_VALUES = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(0, 10**4).map("~{}".format),
    st.integers(1, 10**5).map(">{}".format),
    st.integers(1, 10**5).map("<{}".format),
    st.tuples(st.integers(0, 10**4), st.integers(1, 10**6)).map(lambda ends: f"{ends[0]}..{ends[0] + ends[1]}"),
    st.none(),
)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["bar", "range", "dumbbell"]),
    st.lists(st.lists(_VALUES, min_size=3, max_size=3).filter(any), min_size=1, max_size=5),
)
def test_no_words_touch_in_a_divided_chart(kind, figures):
    """Whatever the figures are, their words stand clear of one another and on the sheet."""
    labels = ["Kyiv", "A place with a name that is longer than its column", "Odesa", "Lviv", "Kherson"]
    stands_apart(a_set(*((label, *row) for label, row in zip(labels, figures, strict=False)), parts="ABC", kind=kind))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10**6), min_size=6, max_size=6).filter(any), min_size=1, max_size=4))
def test_no_words_touch_in_a_stack(figures):
    """Figures in and below their pieces stand clear of one another, however small the pieces are."""
    stands_apart(stack(*((f"Row {n}", *map(str, row)) for n, row in enumerate(figures)), parts="ABCDEF"))


@pytest.mark.parametrize("width", [82.0, 170.0])
@pytest.mark.parametrize("kind", ["bar", "range", "dumbbell"])
def test_hostile_words_stand_clear(kind, width):
    """Labels and parts like markup, mathematics or other scripts are set as they are, on narrow sheets too."""
    for name in [*HOSTILE, "A name that is far too long for any column of any chart and goes on and on"]:
        rows = [a_part(part, value, name) for part, value in ((name, "700"), ("B", "5"))]
        stands_apart(replace(a_chart(*rows, kind=kind, width=width), parts=(name, "B")))


def test_columns_stand_clear_of_their_words():
    """45 days with an event, or three series by months, in any language: no words touch."""
    event = ChartEvent(START + timedelta(40), "A long event near the end of the chart")
    stands_apart(columns(a_line(*range(45), label="Ministry of Defence", last="44"), event=event))
    lines = [a_line(5, 6, 7, step=30, label=f"Series {n}", last="7") for n in range(3)]
    for language in ("en", "fr", "uk"):
        stands_apart(columns(*lines, language=language))


def test_forty_bars_fit_on_a_page():
    """Rows come closer where there are too many for a page, as far as their words allow."""
    _, tall = size(drawn(a_chart(*(a_row(n, label=f"Place {n}") for n in range(50)), width=170.0)))
    assert tall <= 240 / 25.4 * 72
    with pytest.raises(DrawError, match="a page holds 240 mm"):
        drawn(a_chart(*(a_row(n) for n in range(99)), width=170.0))


# From facts.

HOUSED = {
    "tents": a_fact(value="1200", place="North", subject="Tents"),
    "schools": a_fact(value="300", place="North", subject="Schools"),
    "tents-s": a_fact(value="800", place="South", subject="Tents"),
    "schools-s": a_fact(value="900", place="South", subject="Schools"),
}
DIVIDED = {"kind": "bar", "title": "T", "facts": {}, "by": "place", "split": "subject"}


def chart_of(folder, block, facts, **project):
    """The chart of a block over these facts, which is without faults."""
    made = composed(a_project(folder, facts=facts, blocks=[{"chart": block}], **project))
    assert made.diagnostics == ()
    (chart,) = made.blocks
    assert isinstance(chart, Chart)
    return chart


def test_bars_are_in_the_order_of_their_figures(tmp_path):
    """Without an order of the author's the highest stands first; with one it is kept, and so are ranges."""
    facts = {name: a_fact(value=value, said_by=name) for name, value in (("a", "5"), ("b", "9"), ("c", "7"))}
    for block, wanted in (
        ({"kind": "bar", "facts": {}}, "bca"),
        ({"kind": "bar", "facts": {"sort": "value"}}, "acb"),
        ({"kind": "bar", "facts": {"ids": ["c", "a", "b"]}}, "cab"),
        ({"kind": "range", "facts": {}}, "abc"),
    ):
        chart = chart_of(tmp_path, {"title": "T", **block}, facts)
        assert "".join(row.label for row in chart.spec.rows) == wanted


def test_a_divided_chart_has_a_table_of_labels_by_parts(tmp_path):
    """Rows are divided by a field of the facts, largest label first; the data behind it has a column for each part."""
    chart = chart_of(tmp_path, DIVIDED, {**HOUSED, "schools": a_fact(value="1..9", place="East", subject="Schools")})
    assert chart.spec.parts == ("Tents", "Schools")
    assert [(row.label, row.part, row.text) for row in chart.spec.rows] == [
        ("North", "Tents", "1,200"),
        ("South", "Tents", "800"),
        ("South", "Schools", "900"),
        ("East", "Schools", "1 to 9"),
    ]
    assert [[plain(cell) for cell in row.cells] for row in chart.table.rows] == [
        ["North", "1,200", ""],
        ["South", "800", "900"],
        ["East", "", "1 to 9"],
    ]


def test_dates_are_parts_in_the_order_of_time(tmp_path):
    """Divided by date, the bars of a label follow one another in time, in whatever order the facts are."""
    facts = {
        "new": a_fact(value="9", place="North", as_of=TODAY),
        "old": a_fact(value="5", place="North", as_of=OLD),
    }
    chart = chart_of(tmp_path, {**DIVIDED, "split": "as_of"}, facts)
    assert chart.spec.parts == ("24 Mar 2022", "9 Apr 2022")
    assert [row.text for row in chart.spec.rows] == ["5", "9"]


def test_rival_figures_stand_side_by_side(tmp_path):
    """Two figures at one place are two bars, each with what tells it from the other; none is dropped or merged."""
    facts = {
        "a": a_fact(value="5", place="North", subject="Tents", said_by="NATO"),
        "b": a_fact(value="9", place="North", subject="Tents", said_by="Ukraine"),
    }
    chart = chart_of(tmp_path, DIVIDED, facts)
    assert [(row.text, row.detail) for row in chart.spec.rows] == [("5", "NATO"), ("9", "Ukraine")]
    assert [plain(cell) for cell in chart.table.rows[0].cells] == ["North", "5 (NATO); 9 (Ukraine)"]
    dumbbell = chart_of(tmp_path, {**DIVIDED, "kind": "dumbbell"}, facts)
    assert {row.label for row in dumbbell.spec.rows} == {"North, NATO", "North, Ukraine"}


def test_a_date_that_all_figures_share_is_said_once(tmp_path):
    """One date for all figures is a remark below the chart; different dates stand at the figures, with their age."""
    old = {name: {**fact, "as_of": OLD} for name, fact in HOUSED.items()}
    chart = chart_of(tmp_path, DIVIDED, old)
    assert [plain(line) for line in chart.remarks] == ["As of 24 March 2022."]
    assert {row.detail for row in chart.spec.rows} == {""}
    chart = chart_of(tmp_path, DIVIDED, {**old, "tents": HOUSED["tents"]})
    assert chart.remarks == ()
    assert {row.detail for row in chart.spec.rows} == {"", "as of 24 Mar 2022"}


def test_a_stack_says_that_its_totals_are_computed(tmp_path):
    """A stack of true sums has a total for each label, which a remark calls computed, and the data as well."""
    chart = chart_of(tmp_path, {**DIVIDED, "stacked": "true"}, HOUSED)
    assert [(row.label, row.text) for row in chart.spec.totals] == [("South", "1,700"), ("North", "1,500")]
    assert [plain(line) for line in chart.remarks] == ["Totals, in bold, are computed from the pieces."]
    assert [plain(column.label) for column in chart.table.columns][-1] == "Total, computed"
    assert plain(chart.table.rows[0].cells[-1]) == "1,700"
    assert "South: 1,700 in all, computed; the largest piece is Schools, 900." in chart.alt


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"value": "~1200"}, "'tents' is no exact figure"),
        ({"value": "1100..1200"}, "'tents' is no exact figure"),
        ({"value": ">1200"}, "'tents' is no exact figure"),
        ({"value": "-5"}, "'tents' is below zero"),
        ({"as_of": OLD}, "have not the same date (as_of)"),
        ({"said_by": "Ukraine"}, "have not the same asserter (said_by)"),
        ({"indicator": "level"}, "have not the same measure"),
        ({"indicator": "metres"}, "have not the same unit"),
        ({"status": "disputed"}, "'tents' is disputed or retracted"),
        ({"place": "South"}, "'tents' and 'tents-s' are the same piece"),
        ({"place": "East"}, "'East' has no figure for 'Schools'"),
        ({"parts": ["schools"]}, "'schools' is a part of 'tents'"),
    ],
)
def test_what_is_no_true_sum_is_not_stacked(tmp_path, change, why):
    """Pieces are stacked only where their sum is true; what stands against it is said with the facts' names."""
    config = a_project(
        tmp_path,
        facts={**HOUSED, "tents": {**HOUSED["tents"], **change}},
        indicators={"level": an_indicator(measure="stock"), "metres": an_indicator(unit="m")},
        blocks=[{"chart": {**DIVIDED, "stacked": "true"}}],
    )
    texts = [text for text in said(config) if "error[" in text]
    assert any("error[untrue-total]: the stack would be no true sum: " in text and why in text for text in texts), texts
    assert all("'tents'" in text for text in texts if "have not" in text)
    assert all("hint: take stacked: out: grouped bars need no sum" in text for text in texts if "untrue" in text)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"kind": "bar", "facts": {}, "stacked": "true"}, "error[missing-key]: a stack needs split:"),
        ({"kind": "dumbbell", "facts": {}}, "error[missing-key]: a dumbbell chart needs split:"),
        ({"kind": "bar", "facts": {}, "split": "place"}, "error[too-many]: 8 parts cannot be told apart"),
        ({"kind": "bar", "facts": {}, "within": "9 days"}, "'within' means nothing to a bar chart of facts"),
        ({"kind": "bar", "series": ["losses"], "split": "place"}, "'split' means nothing to a bar chart of series"),
        ({"kind": "bar", "series": ["losses"]}, "error[too-many]: 200 dates of 1 series are more columns"),
    ],
)
def test_what_makes_no_chart_is_said(tmp_path, block, message):
    """A chart that cannot be read is not drawn, and a key that means nothing is not ignored."""
    facts = {f"f{n}": a_fact(place=f"Place {n}", subject="X", value=str(n)) for n in range(7)}
    table = "date,n\n" + "".join(f"{date(2021, 6, 1) + timedelta(n)},{n}\n" for n in range(200))
    config = a_project(
        tmp_path, facts=facts, blocks=[{"chart": {"title": "T", **block}}], feeds=[a_feed()], files={"t.csv": table}
    )
    assert any(message in text for text in said(config))


def test_columns_say_what_their_marks_mean(tmp_path):
    """Columns of series say that hatching is no figure, and a stack of them that its total is computed."""
    feed = a_feed(series=[a_series(place="N"), a_series(id="more", value={"column": "m"}, place="S")])
    block = {"kind": "bar", "title": "T", "series": ["losses", "more"]}
    gappy = {"t.csv": f"date,n,m\n2022-04-07,5,50\n{TODAY},7,\n"}
    chart = chart_of(tmp_path, block, {}, feeds=[feed], files=gappy)
    assert [plain(line) for line in chart.remarks] == ["Hatching at the axis marks dates without a figure."]
    config = a_project(tmp_path, facts={}, blocks=[{"chart": {**block, "stacked": "true"}}], feeds=[feed], files=gappy)
    assert any("error[untrue-total]" in text for text in said(config))
    whole = {"t.csv": f"date,n,m\n2022-04-08,5,50\n{TODAY},7,70\n"}
    chart = chart_of(tmp_path, {**block, "stacked": "true"}, {}, feeds=[feed], files=whole)
    assert [row.text for row in chart.spec.totals] == ["77"]
    assert [plain(line) for line in chart.remarks] == ["Totals, in bold, are computed from the pieces."]


def test_the_words_of_a_dumbbell_name_its_widest_gap(tmp_path):
    """The alternative text of a dumbbell chart names the label whose figures are farthest apart; it stands first."""
    sources = {"other": a_source(publisher="UN")}
    facts = {
        f"{place}-{who}": a_fact(place=place, said_by=who, value=value, sources=["other"])
        for place, pair in {"A": (1, 5), "B": (2, 90), "C": (3, 4), "D": (7, 8)}.items()
        for who, value in zip(("NATO", "UN"), map(str, pair), strict=True)
    }
    chart = chart_of(
        tmp_path,
        {"kind": "dumbbell", "title": "T", "facts": {}, "by": "place", "split": "said_by"},
        facts,
        sources=sources,
    )
    assert chart.spec.rows[0].label == "B"
    assert chart.alt.startswith("Dumbbell chart. The widest gap, B: NATO, 2; UN, 90. 8 figures.")


@pytest.mark.parametrize("language", ["en", "fr", "uk"])
def test_divided_charts_pass_the_audit(tmp_path, language):
    """Every figure, total, tick and date of these charts is traced in the finished PDF and pages."""
    facts = {
        f"{name}-{n}": {**fact, "as_of": day} for name, fact in HOUSED.items() for n, day in enumerate((OLD, TODAY))
    }
    table = "date,n\n" + "".join(f"2021-{month:02}-28,{month * 999}\n" for month in range(3, 13))
    blocks = [
        {**DIVIDED, "split": "as_of", "by": "subject", "group": "place"},
        {**DIVIDED, "stacked": "true", "facts": {"tag": "now"}},
        {**DIVIDED, "kind": "dumbbell"},
        {"kind": "bar", "title": "T", "series": ["losses"]},
    ]
    for name, fact in HOUSED.items():
        facts[f"{name}-now"] = {**fact, "tags": ["now"], "said_by": "UN"}
    config = a_project(
        tmp_path,
        facts=facts,
        config={"language": language},
        blocks=[{"chart": block} for block in blocks],
        feeds=[a_feed()],
        files={"t.csv": table},
    )
    made = build(config, day=date(2022, 4, 9), out=tmp_path / "out", formats=["pdf", "html"], printer=a_printer())
    assert {"briefing.pdf", "briefing.html"} <= set(made.files)  # the audit refuses an edition by raising
