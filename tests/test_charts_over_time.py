"""Charts over time: what is drawn of a series, and what a reader is told where it would mislead."""

from __future__ import annotations

import csv
import itertools
import json
import re
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal

import pytest

from briefing.drawing import PALETTE, draw
from briefing.drawing.axes import Plane, Scale
from briefing.drawing.frame import time_scale
from briefing.drawing.series import stretches
from briefing.edition import Chart, ChartEvent, ChartLine, ChartPoint, Figure, plain, walk
from briefing.pipeline import build
from briefing.value import parse
from briefing.words import WORDS
from tests.builders import (
    DATA,
    DAY,
    a_feed,
    a_printer,
    a_project,
    a_series,
    an_event,
    an_indicator,
    composed,
    line_text,
    said,
)
from tests.reading import nodes, prose, words_of
from tests.test_drawing import (
    STACKED,
    START,
    SVG,
    a_chart,
    a_line,
    box,
    drawn,
    marks,
    read,
    runs,
    size,
    touch,
    words,
    xs,
    ys,
)

TOTAL = {"killed": an_indicator(measure="cumulative")}
ALL_LANGUAGES = ("en", "fr", "uk")


def table(*cells, last=DAY, step=1):
    """A table of one figure a day up to a day; None is a day that it has no row for."""
    days = [last - timedelta(step * n) for n in reversed(range(len(cells)))]
    return "date,n\n" + "".join(f"{day},{cell}\n" for day, cell in zip(days, cells, strict=True) if cell is not None)


def project(folder, text, chart=None, *, revisions=None, indicators=None, config=None, **fields):
    """A project with a chart of one series, `losses`."""
    block = {"chart": {"kind": "line", "title": "T", "series": ["losses"], **(chart or {})}}
    feed = a_feed(series=[a_series(revisions=revisions, **fields)])
    indicators = TOTAL if indicators is None else indicators
    return a_project(
        folder, facts={}, blocks=[block], feeds=[feed], files={"t.csv": text}, indicators=indicators, config=config
    )


def charted(config, day=DAY):
    """The only chart of a project that has nothing wrong but warnings."""
    made = composed(config, day)
    assert [one for one in made.diagnostics if one.severity == "error"] == []
    (chart,) = [block for block in made.blocks if isinstance(block, Chart)]
    return chart


def remarks(chart):
    """What stands below a chart besides its sources."""
    return [line_text(remark) for remark in chart.remarks]


def values(line):
    """The points of a line by day of the month, as in a facts file."""
    return [(point.at.day, str(point.value)) for point in line.points]


# The window.


def test_a_window_counts_back_from_the_edition_s_date(tmp_path):
    """With `within`, the figures of so many days before the edition's date are drawn, told of and tabled."""
    chart = charted(project(tmp_path, table(1, 2, 3, 4, 5), {"within": "2 days"}))
    assert values(chart.spec.lines[0]) == [(7, "3"), (8, "4"), (9, "5")]
    assert len(chart.table.rows) == 3
    assert "from 3 on 7 April 2022" in chart.alt


def test_events_before_the_window_are_left_out(tmp_path):
    """A mark outside the part that is drawn would stretch the axis of time."""
    block = {"kind": "line", "title": "T", "series": ["losses"], "within": "2 days", "events": {"tag": "e"}}
    facts = {f"e{day}": an_event("E", at=f"2022-04-0{day}", tags=["e"]) for day in (5, 8)}
    config = a_project(
        tmp_path, facts=facts, blocks=[{"chart": block}], feeds=[a_feed()], files={"t.csv": table(1, 2, 3, 4, 5)}
    )
    assert [event.at.day for event in charted(config).spec.events] == [8]


def test_a_window_without_figures_is_an_error(tmp_path):
    """A series that ended before the window is named, with its place."""
    text = table(1, 2, last=DAY - timedelta(40))
    (found,) = [one for one in said(project(tmp_path, text, {"within": "30 days"})) if "error" in one]
    assert "error[empty-selection]: 'losses' has no figures within 30 days of the edition's date" in found


# The axis.


@pytest.mark.parametrize(
    ("language", "remark"),
    [
        ("en", "The axis begins at 12,000, not at zero."),
        ("fr", "L’axe commence à 12\u202f000 et non à zéro."),
        ("uk", "Вісь починається з 12\u00a0000, а не з нуля."),
    ],
)
def test_an_axis_that_begins_elsewhere_says_so(tmp_path, language, remark):
    """The chart has its beginning, and a remark says it in the edition's language."""
    config = project(tmp_path, table(12500, 13000), {"axis_from": "12000"}, config={"language": language})
    chart = charted(config)
    assert chart.spec.start == 12000
    assert remarks(chart) == [remark]


def test_an_axis_from_zero_is_nothing_special(tmp_path):
    """An author who writes zero gets the chart that everybody gets."""
    chart = charted(project(tmp_path, table(5, 7), {"axis_from": "0"}))
    assert chart.spec.start is None
    assert chart.remarks == ()


def test_no_figure_falls_out_of_an_axis(tmp_path):
    """A beginning above the lowest figure, or above the low end of a range, is refused with what would do."""
    (found,) = said(project(tmp_path, table(12500, "11900..13000", 13000), {"axis_from": "12000"}))
    assert "error[bad-number]: the axis begins at 12000, but 'losses' is 11900..13000 on 2022-04-08" in found
    assert "hint: begin at 11900 or below" in found


def test_an_area_always_begins_at_zero(tmp_path):
    """The eye compares what is filled, so an area takes no other beginning."""
    (found,) = said(project(tmp_path, table(5, 7), {"kind": "area", "axis_from": "2"}))
    assert "error[unknown-key]: 'axis_from' means nothing to a area chart" in found


@pytest.mark.parametrize("kind", ["line", "multiples"])
def test_a_truncated_axis_is_torn(kind):
    """Its foot is a torn edge with the number where it begins, no solid line; the lowest figure stands on it."""
    root = drawn(a_chart(a_line(95, 100), a_line(99, 98), kind=kind, start=Decimal(95), width=170.0))
    torn = marks(root, "axis-break")
    assert len(torn) == (2 if kind == "multiples" else 1)
    assert all(len(set(ys(edge))) == 2 and len(xs(edge)) > 10 for edge in torn)
    assert words(root, "tick")[0] == "95"
    lowest = max(y for line in marks(root, "line") for y in ys(line))
    assert lowest == pytest.approx(min(ys(torn[0])), abs=0.05)
    assert not marks(drawn(a_chart(a_line(95, 100), kind=kind)), "axis-break")


@pytest.mark.parametrize(
    ("numbers", "start", "ticks"),
    [
        ((12000, 13000), "12000", ["12,000", "12,200", "12,400", "12,600", "12,800", "13,000"]),
        ((12100, 13000), "12090", ["12,090", "12,200", "12,400", "12,600", "12,800", "13,000"]),
        ((12100, 13000), "12190", ["12,190", "12,400", "12,600", "12,800", "13,000"]),
        ((7, 7), "7", ["7", "8"]),
    ],
)
def test_ticks_stand_clear_of_where_an_axis_begins(numbers, start, ticks):
    """The first tick is the beginning itself; then come round numbers at least half a step above it."""
    numbers = [max(number, int(start)) for number in numbers]
    found = words(drawn(a_chart(a_line(*numbers), start=Decimal(start), width=170.0)), "tick")
    assert found[: len(ticks)] == ticks


# Breaks.


def test_a_revision_breaks_the_line_and_gives_its_reason(tmp_path):
    """A date under `revisions:` is a break of the line, and the remark below has the feed's reason."""
    chart = charted(
        project(tmp_path, table(100, 200, 190, 210), revisions={"2022-04-08": "Double counting was removed."})
    )
    assert chart.spec.lines[0].breaks == (date(2022, 4, 8),)
    assert remarks(chart) == ["Count revised on 8 April 2022: Double counting was removed."]
    assert "Broken: 8 April 2022." in chart.alt


def test_a_revision_on_a_day_without_a_row_breaks_the_line_before_the_next(tmp_path):
    """The remark names the day of the revision, the line is broken before the first figure after it."""
    chart = charted(project(tmp_path, table(1, 2, None, 4), revisions={"2022-04-08": "why", "2022-01-01": "before"}))
    assert chart.spec.lines[0].breaks == (DAY,)
    assert remarks(chart) == ["Count revised on 8 April 2022: why."]


def test_many_revisions_are_cut(tmp_path):
    """Four are told, the others counted."""
    days = [DAY - timedelta(n) for n in range(6)]
    chart = charted(project(tmp_path, table(*range(1, 9)), revisions={str(day): f"why {day.day}" for day in days}))
    (remark,) = remarks(chart)
    assert remark.startswith("Count revised on 4 April 2022: why 4; 5 April 2022: why 5; 6 April 2022: why 6; ")
    assert remark.endswith("; 7 April 2022: why 7; and 2 more.")
    assert len(chart.spec.lines[0].breaks) == 6


def test_a_fall_without_a_reason_is_a_break(tmp_path):
    """A running total that falls is broken, and the remark says that nobody said why; a level may fall."""
    chart = charted(project(tmp_path / "a", table(300, 290, 310, 305)))
    assert [day.day for day in chart.spec.lines[0].breaks] == [7, 9]
    assert remarks(chart) == ["The running total falls without a stated reason on 7 April 2022, 9 April 2022."]
    level = {"killed": an_indicator(measure="stock")}
    assert charted(project(tmp_path / "b", table(300, 290, 310), indicators=level)).spec.lines[0].breaks == ()


@pytest.mark.parametrize(
    ("before", "after", "falls"), [("10..20", "15", False), ("<50", "40", False), (">50", "40", True)]
)
def test_a_total_falls_only_where_it_must_have(tmp_path, before, after, falls):
    """A figure inside the range before it, or below an upper bound, is no fall."""
    assert bool(charted(project(tmp_path, table(before, after))).spec.lines[0].breaks) == falls


def test_two_full_stops_are_one(tmp_path):
    """A Ukrainian date ends in a full stop, which ends the sentence too."""
    chart = charted(project(tmp_path, table(300, 290), config={"language": "uk"}))
    assert remarks(chart) == ["Накопичений підсумок зменшується без зазначеної причини: 9 квітня 2022\u202fр."]
    assert ".." not in chart.alt


def test_remarks_of_several_series_name_theirs(tmp_path):
    """Where a chart has more than one line, a remark says which it is about."""
    block = {"chart": {"kind": "line", "title": "T", "series": ["losses", "other"]}}
    feed = a_feed(series=[a_series(), a_series(id="other", said_by="Russia", revisions={str(DAY): "why"})])
    config = a_project(tmp_path, facts={}, blocks=[block], feeds=[feed], files={"t.csv": table(1, 2)}, indicators=TOTAL)
    assert remarks(charted(config)) == ["Russia: Count revised on 9 April 2022: why."]


@pytest.mark.parametrize("language", ["en", "fr", "uk"])
def test_a_remark_on_falls_is_one_short_sentence(tmp_path, language):
    """Of several series a remark names those that fall, up to 120 characters; the description dates every fall."""
    names = ["Vinnytsia region", "Kharkiv region", "Zaporizhzhia region", "Dnipropetrovsk region", "Ternopil region"]
    series = [a_series(id=f"s{n}", subject=name) for n, name in enumerate(names)]
    block = {"chart": {"kind": "line", "title": "T", "series": [one["id"] for one in series]}}
    config = a_project(
        tmp_path,
        facts={},
        blocks=[block],
        feeds=[a_feed(series=series)],
        files={"t.csv": table(300, 290, 310, 305)},
        indicators=TOTAL,
        config={"language": language},
    )
    chart = charted(config)
    (remark,) = remarks(chart)
    assert len(remark) <= 120
    assert "Vinnytsia region, Kharkiv region" in remark
    said = " ".join(plain(line) for line in chart.description)
    assert said.count(f"Ternopil region: {WORDS[language]['total_fell'].split(' {}')[0]}") == 1


def test_no_word_of_a_remark_leaves_its_file(tmp_path):
    """A word that is longer than a line of a chart's own file goes on in the next; no letter of it is lost."""
    word = "/".join(["unterlagen"] * 6 + ["20220408"] * 3 + ["bestand"] * 12)
    config = project(tmp_path, table(100, 200, 190, 210), revisions={"2022-04-08": word}, config={"allow": [word]})
    made = build(config, day=DAY, out=tmp_path / "out", formats=["html"])
    (path,) = (made.folder / "charts").glob("*.svg")
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314  # ours
    texts = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    lines = [text for text in texts if "unterlagen" in text or "bestand" in text]
    assert len(lines) > 1
    assert word in "".join(lines)
    assert all(len(text) <= 140 for text in lines)


def test_one_series_is_called_by_what_it_counts(tmp_path):
    """A line alone has the name of its indicator; of several each has what tells it from the others."""
    chart = charted(project(tmp_path / "a", table(1, 2)))
    assert [line.label for line in chart.spec.lines] == ["Soldiers killed"]
    for key, labels in (("subject", ["Russia", "Ukraine"]), ("said_by", ["Russia", "Ukraine"])):
        series = [a_series(id=f"s{n}", **{key: name}) for n, name in enumerate(labels)]
        block = {"chart": {"kind": "line", "title": "T", "series": ["s0", "s1"]}}
        feeds, files = [a_feed(series=series)], {"t.csv": table(1, 2)}
        config = a_project(tmp_path / key, facts={}, blocks=[block], feeds=feeds, files=files, indicators=TOTAL)
        assert [line.label for line in charted(config).spec.lines] == labels


def test_real_resets_and_corrections_are_breaks(tmp_path):
    """The world's recovered of 2021 end in a drop to nothing; the chart breaks there and says that nobody said why."""
    series = a_series(value={"column": "Recovered"}, as_of={"column": "Date"})
    block = {"chart": {"kind": "line", "title": "T", "series": ["losses"]}}
    config = a_project(
        tmp_path,
        facts={},
        blocks=[block],
        feeds=[a_feed("world.csv", series=[series])],
        files={"world.csv": (DATA / "covid-world.csv").read_text(encoding="utf-8")},
        indicators=TOTAL,
    )
    chart = charted(config, date(2022, 4, 9))
    assert date(2021, 8, 5) in chart.spec.lines[0].breaks
    assert any("without a stated reason" in remark and "5 August 2021" in remark for remark in remarks(chart))
    root = drawn(chart.spec)
    (line,), before = marks(root, "line"), marks(root, "dot")[0]
    assert [len(run) for run in runs(line)] == [2]  # the two days of nothing; the day before stands alone
    assert xs(before)[0] < min(xs(line))
    assert ys(before)[0] < min(ys(line)) - 50


def test_no_stroke_crosses_a_break():
    """The line stops before a break and begins anew after it; a small peak at the foot marks the day."""
    line = a_line(1, 2, 3, 1, 2, 3)
    broken = ChartLine(line.label, line.points, line.last, breaks=(START + timedelta(3),))
    root = drawn(a_chart(broken))
    (stroke,), (peak,), (foot,) = marks(root, "line"), marks(root, "break"), marks(root, "axis")[:1]
    assert [len(run) for run in runs(stroke)] == [3, 3]
    middle = (min(xs(peak)) + max(xs(peak))) / 2
    assert middle == pytest.approx(runs(stroke)[1][0][0], abs=0.02)
    assert max(ys(peak)) == pytest.approx(ys(foot)[0], abs=0.02)
    assert not marks(drawn(a_chart(line)), "break")


# Stale figures.


def test_a_stale_line_ends_hollow_and_says_as_of_when(tmp_path):
    """A latest figure older than its max_age is a hollow dot with its date; a fresh one is full without."""
    indicators = {"killed": an_indicator(measure="stock", max_age="7 days")}
    text = table(5, 7, last=DAY - timedelta(10))
    line = charted(project(tmp_path / "a", text, indicators=indicators)).spec.lines[0]
    assert (line.stale, line.detail) == (True, "as of 30 March 2022, 10 days old")
    root = drawn(a_chart(line))
    assert [dot.attrib["stroke"] for dot in marks(root, "dot")][-1] == PALETTE["page"][0]
    assert "".join(words(root, "detail")).replace(" ", "") == line.detail.replace(" ", "")
    line = charted(project(tmp_path / "b", table(5, 7), indicators=indicators)).spec.lines[0]
    assert (line.stale, line.detail) == (False, "")
    assert PALETTE["page"][0] not in [dot.attrib["stroke"] for dot in marks(drawn(a_chart(line)), "dot")]


# Daily figures.


def test_daily_figures_are_differences_of_totals(tmp_path):
    """Each is a day's total less that of the day before; the unit, a remark and the words say that it is computed."""
    chart = charted(project(tmp_path, table(100, 130, 130, 175), {"per": "day"}))
    assert values(chart.spec.lines[0]) == [(7, "30"), (8, "0"), (9, "45")]
    assert chart.spec.unit == "soldiers per day"
    assert chart.spec.lines[0].last == "45"
    assert remarks(chart) == [
        "Computed here as the difference between successive daily totals; the asserter did not state daily figures."
    ]
    assert chart.alt.startswith("Line chart. Daily figures computed from running totals.")
    figures = [node for node in walk(chart.table) if isinstance(node, Figure)]
    assert [(figure.value, figure.role) for figure in figures] == [("30", "change"), ("0", "change"), ("45", "change")]


def test_a_missing_day_has_no_daily_figure(tmp_path):
    """A rise over several days is not spread over them: the day after a gap has none, and the line has a gap."""
    chart = charted(project(tmp_path, table(10, 12, None, 30, 31, 33), {"per": "day"}))
    assert values(chart.spec.lines[0]) == [(5, "2"), (8, "1"), (9, "2")]
    assert len(marks(drawn(chart.spec), "dot")) == 2
    assert "No figures between 5 April 2022 and 8 April 2022." in chart.alt


@pytest.mark.parametrize("kind", ["line", "area", "multiples"])
def test_daily_figures_that_are_never_a_day_apart_are_not_joined(tmp_path, kind):
    """Where every other day is missing, no line runs across, and the words name the gap."""
    chart = charted(project(tmp_path, table(10, 12, None, 30, 31), {"per": "day", "kind": kind}))
    assert values(chart.spec.lines[0]) == [(6, "2"), (9, "1")]
    assert marks(drawn(chart.spec), "line") == []
    assert "No figures between 6 April 2022 and 9 April 2022." in chart.alt


@pytest.mark.parametrize("revisions", [{"2022-04-08": "why"}, None])
def test_no_daily_figure_crosses_a_break(tmp_path, revisions):
    """Across a revision or an unexplained fall nothing is subtracted, and the remark says so."""
    chart = charted(project(tmp_path, table(100, 110, 90, 95), {"per": "day"}, revisions=revisions))
    assert values(chart.spec.lines[0]) == [(7, "10"), (9, "5")]
    assert chart.spec.lines[0].breaks == (date(2022, 4, 8),)
    assert "No daily figures are given there." in remarks(chart)[-1]
    assert not any("-" in value for _, value in values(chart.spec.lines[0]))


def test_a_break_on_the_last_day_is_within_the_drawing(tmp_path):
    """The mark of a break is on the sheet even where no daily figure stands beside it, and the figure says its date."""
    spec = charted(project(tmp_path, table(100, 110, 115, 95), {"per": "day"})).spec
    assert spec.lines[0].detail == "as of 8 April 2022"
    root = drawn(spec)
    (peak,), (axis,) = marks(root, "break"), marks(root, "axis")[:1]
    assert max(xs(peak)) <= max(xs(axis)) + 3.01
    assert max(xs(peak)) > max(xs(axis))


def test_approximations_are_not_subtracted(tmp_path):
    """Days with an approximate total are left out and counted; where nothing is left the chart is refused."""
    chart = charted(project(tmp_path / "a", table(100, "~110", 120, 130), {"per": "day"}))
    assert values(chart.spec.lines[0]) == [(9, "10")]
    assert remarks(chart)[1] == "Days left out, because a total is an approximation or a bound: 2."
    (found,) = said(project(tmp_path / "b", table("~100", "~110"), {"per": "day"}))
    assert "error[no-value]: no daily figures can be had of 'losses': its totals are approximations or bounds" in found


def test_the_difference_of_ranges_is_a_range(tmp_path):
    """Both ends are kept as wide as they may be."""
    chart = charted(project(tmp_path, table("10..12", "20..30", 40), {"per": "day"}))
    assert values(chart.spec.lines[0]) == [(8, "8..20"), (9, "10..20")]


@pytest.mark.parametrize(("measure", "named"), [("stock", "stock"), ("incident", "incident"), (None, "nothing that")])
def test_only_a_running_total_has_daily_figures(tmp_path, measure, named):
    """A level or a count of a period cannot be drawn per day."""
    indicators = {"killed": an_indicator(measure=measure)}
    (found,) = said(project(tmp_path, table(1, 2), {"per": "day"}, indicators=indicators))
    assert f"error[bad-choice]: 'losses' measures {named}" in found
    assert "only a running total rises from day to day" in found


def test_totals_that_are_never_a_day_apart_have_no_daily_figures(tmp_path):
    """A weekly total is refused."""
    (found,) = said(project(tmp_path, table(1, 2, 3, step=7), {"per": "day"}))
    assert "error[no-value]: no daily figures can be had of 'losses': no two totals are a day apart" in found


# Areas.


def stack(folder, text, *series, chart=None, indicators=None):
    """A project with a stack of the columns a and b."""
    block = {"kind": "area", "title": "T", "series": ["a", "b"], "stacked": "true", **(chart or {})}
    given = series or ({}, {})
    made = [
        a_series(**{"id": name, "subject": name.upper(), "value": {"column": name}, **fields})
        for name, fields in zip("ab", given, strict=True)
    ]
    indicators = {
        "killed": an_indicator(measure="stock"),
        "wounded": an_indicator(measure="stock"),
        **(indicators or {}),
    }
    files = {"t.csv": text}
    return a_project(
        folder, facts={}, blocks=[{"chart": block}], feeds=[a_feed(series=made)], files=files, indicators=indicators
    )


TWO = "date,a,b\n2022-04-08,1,5\n2022-04-09,2,6\n"


def test_a_true_sum_may_be_stacked(tmp_path):
    """Parts of one count by one asserter stand one upon another, and a remark says what the upper edge is."""
    chart = charted(stack(tmp_path, TWO))
    assert chart.spec.setting("stacked") == "true"
    assert remarks(chart) == ["The areas stand one upon another; the upper edge is their sum."]


@pytest.mark.parametrize(
    ("text", "series", "why"),
    [
        ("date,a,b\n2022-04-08,1,\n2022-04-09,2,6\n", (), "'a' and 'b' have other dates"),
        (TWO.replace(",6", ",6..7"), (), "'b' is 6..7 on 2022-04-09, which is no exact count"),
        (TWO.replace(",6", ",~6"), (), "'b' is ~6 on 2022-04-09, which is no exact count"),
        (TWO.replace(",6", ",-6"), (), "'b' is -6 on 2022-04-09, which is no exact count"),
        (TWO, ({}, {"said_by": "Russia"}), "'a' and 'b' have not the same asserter (said_by)"),
        (TWO, ({}, {"indicator": "tanks"}), "'a' and 'b' have not the same unit"),
        (TWO, ({}, {"indicator": "total"}), "'a' and 'b' have not the same measure"),
        (TWO, ({}, {"subject": "A"}), "'a' and 'b' are about the same"),
        (TWO, ({}, {"subject": None}), "'b' names no subject and may hold 'a', which does"),
        (TWO, ({"indicator": "share"}, {"indicator": "share"}), "figures in % do not add up"),
        (TWO, ({"indicator": "percent"}, {"indicator": "percent"}), "figures in Per cent do not add up"),
        (TWO, ({}, {"status": "disputed"}), "'b' is disputed"),
    ],
)
def test_what_is_no_true_sum_is_not_stacked(tmp_path, text, series, why):
    """A stack whose upper edge would be a false figure is refused, with the reason."""
    more = {
        "tanks": an_indicator(unit="tanks", measure="stock"),
        "total": an_indicator(measure="cumulative"),
        "share": an_indicator(unit="%", measure="stock"),
        "percent": an_indicator(unit="Per cent", measure="stock"),
    }
    found = [one for one in said(stack(tmp_path, text, *series, indicators=more)) if "error" in one]
    assert any(f"error[untrue-total]: the stack would be no true sum: {why}" in one for one in found), found


def test_areas_do_not_hide_one_another(tmp_path):
    """Several series need `stacked: true`; one in front of another would hide it."""
    (found,) = said(stack(tmp_path, TWO, chart={"stacked": "false"}))
    assert "error[bad-choice]: areas in front of one another hide what is behind them" in found


def test_an_area_is_filled_from_zero():
    """The filled part begins at zero, ends at the figures, and has the gaps of its line."""
    root = drawn(a_chart(a_line(3, 4, None, None, 5, 6), kind="area"))
    zero, two = (float(tick.attrib["y"]) for tick in marks(root, "tick") if tick.text in {"0", "2"})
    first, second = marks(root, "area")
    for area, top in ((first, 4), (second, 6)):
        assert max(ys(area)) - min(ys(area)) == pytest.approx((zero - two) / 2 * top, abs=0.05)
    assert max(xs(first)) < min(xs(second))


def test_a_stack_is_in_order_of_size_and_reaches_its_sum():
    """The largest latest figure is at the foot, each piece stands on the one below, the top is the sum of both."""
    root = drawn(a_chart(a_line(1, 2, label="Small"), a_line(3, 6, label="Large"), kind="area", settings=STACKED))
    small, large = marks(root, "area")
    zero, eight = (float(tick.attrib["y"]) for tick in marks(root, "tick") if tick.text in {"0", "8"})
    assert max(ys(large)) == pytest.approx(zero - 8 / 3, abs=0.05)
    assert min(ys(large)) - min(ys(small)) == pytest.approx((zero - eight) / 8 * 2, abs=0.05)
    assert min(ys(small)) == pytest.approx(eight - 8 / 3, abs=0.05)
    upper, lower = (
        next(box(text)[1] for text in marks(root, "label") if text.text == name) for name in ("Small", "Large")
    )
    assert upper < lower


# Small multiples.


def panels(count, *events, wide=170.0, **fields):
    """Small multiples of so many series."""
    lines = [a_line(n, n + 2, n + 1, label=f"Place {n}", last=f"{n + 1}", **fields) for n in range(1, count + 1)]
    return drawn(a_chart(*lines, *events, kind="multiples", width=wide))


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (9, 3), (10, 4), (24, 4)])
def test_panels_stand_in_columns(count, columns):
    """Up to four columns hold the panels in the author's order, from left to right and then down."""
    root = panels(count)
    places = [(float(text.attrib["x"]), float(text.attrib["y"])) for text in marks(root, "label")]
    assert words(root, "label") == [f"Place {n}" for n in range(1, count + 1)]
    assert len({x for x, _ in places}) == columns
    assert places == sorted(places, key=lambda place: (place[1], place[0]))
    assert words(root, "last") == [str(n + 1) for n in range(1, count + 1)]


def test_panels_share_one_scale():
    """A figure stands as high above the foot in one panel as in another, and each panel has the same dates."""
    root = panels(4)
    lines = marks(root, "line")
    feet = sorted({ys(axis)[0] for axis in marks(root, "axis") if xs(axis)[0] != xs(axis)[1]})
    assert len(feet) == 2
    heights = [feet[n // 2] - ys(line)[0] for n, line in enumerate(lines)]
    assert heights == pytest.approx([heights[0] * n for n in range(1, 5)], abs=0.1)
    assert len({round(max(xs(line)) - min(xs(line)), 1) for line in lines}) == 1


def test_ticks_have_words_at_the_outer_panels_only():
    """Numbers stand at the left of each row, dates below the last panel of each column."""
    ticks = words(panels(5), "tick")
    assert ticks.count("0") == 2
    assert ticks.count("24 Feb") == 3


def test_events_have_their_words_once():
    """A thin line stands in every panel, the words above the first, and no text touches another."""
    root = panels(6, ChartEvent(START, "Invasion begins"), ChartEvent(START + timedelta(1), "The second day of it"))
    assert len(marks(root, "event")) == 12
    assert sorted(" ".join(words(root, "event-label")).split()) == sorted(
        ["Invasion", "begins", "The", "second", "day", "of", "it"]
    )
    boxes = [box(text) for text in root.iter(f"{SVG}text")]
    assert not any(touch(a, b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("wide", [90.0, 120.0, 170.0])
@pytest.mark.parametrize("label", ["7", "Senior official of the Ministry of Defence", "x" * 300])
def test_no_word_of_a_panel_leaves_the_sheet(label, wide):
    """Whatever the labels, texts lie within the drawing and none touches another; so do the last dots."""
    lines = [
        ChartLine(label, a_line(1, 2, 3).points, label, detail=label, stale=True)
        for _ in range(7)
    ]  # fmt: skip
    root = drawn(a_chart(*lines, kind="multiples", width=wide))
    right, bottom = size(root)
    boxes = [box(text) for text in root.iter(f"{SVG}text")]
    assert all(b[0] >= -0.01 and b[1] >= -0.01 and b[2] <= right + 0.01 and b[3] <= bottom for b in boxes)
    assert not any(touch(a, b) for a, b in itertools.combinations(boxes, 2))
    assert all(x + 2.2 <= right for dot in marks(root, "dot") for x in xs(dot))


@pytest.mark.parametrize(("kind", "most"), [("line", 12), ("multiples", 24)])
def test_more_series_than_can_be_read_are_refused(tmp_path, kind, most):
    """The most that a kind holds is drawn; one more is an error that says what would do."""
    for count, wrong in ((most, False), (most + 1, True)):
        names = [f"s{n}" for n in range(count)]
        feed = a_feed(series=[a_series(id=name, subject=name) for name in names])
        block = {"chart": {"kind": kind, "title": "T", "series": names}}
        config = a_project(tmp_path / str(count), facts={}, blocks=[block], feeds=[feed], files={"t.csv": table(1, 2)})
        found = said(config)
        assert bool(found) == wrong
        if wrong:
            assert f"error[too-many]: a {kind} chart of {count} series cannot be read; it holds {most}" in found[0]
        else:
            assert len(marks(drawn(charted(config).spec), "line")) == most


def test_twenty_four_panels_fit_on_a_page():
    """Panels with two lines of title, a date and two events are no taller than the tallest chart."""
    points = a_line(1, 2, 3).points
    name = "Office for the Coordination of Humanitarian Affairs"
    lines = [ChartLine(f"{name} {n}", points, "1,000 to 2,000", "as of 30 March 2022, 10 days old") for n in range(24)]
    events = [ChartEvent(START + timedelta(n), "Something happened on this day") for n in range(2)]
    _, tall = size(drawn(a_chart(*lines, *events, kind="multiples", width=170.0)))
    assert tall / 72 * 25.4 <= 240


# Long series.


def noise(count, peak=None):
    """A series of so many days that goes up and down, the same on every run."""
    level, state, points = 5000, 7, []
    for n in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        level = max(0, level + state % 121 - 60)
        number = Decimal(19999 if n == peak else level)
        points.append(ChartPoint(date(1749, 1, 1) + timedelta(n), parse(str(number))))
    return points


def test_a_hundred_thousand_figures_hide_no_extreme():
    """In every column of the drawing the first, last, lowest and highest figure are drawn, and it stays small."""
    line = ChartLine("Long", tuple(noise(100_000, peak=54_321)), "5")
    plane = Plane(time_scale([point.at for point in line.points], 27, 456), Scale(0, 20_000, 200, 0))
    (whole,) = stretches(line, plane)
    assert len(whole.points) <= 4 * 431
    given: dict[int, list[ChartPoint]] = {}
    kept: dict[int, list[ChartPoint]] = {}
    for drawn_points, columns in ((line.points, given), (whole.points, kept)):
        for point in drawn_points:
            columns.setdefault(int(plane.x(point.at.toordinal())), []).append(point)
    assert set(kept) == set(given)
    for column, points in given.items():
        levels = [point.value.numbers[0] for point in points]
        assert (min(levels), max(levels)) == (
            min(point.value.numbers[0] for point in kept[column]),
            max(point.value.numbers[0] for point in kept[column]),
        )
        assert (kept[column][0], kept[column][-1]) == (points[0], points[-1])
    svg = draw(a_chart(line, width=170.0))
    assert len(svg) < 60_000
    (stroke,), top = marks(read(svg), "line"), min(y for grid in marks(read(svg), "grid") for y in ys(grid))
    assert min(ys(stroke)) == pytest.approx(top, abs=0.05)  # the one peak, of 19,999


def test_gaps_and_breaks_of_a_long_series_are_kept():
    """No stroke crosses a gap wider than a column, nor any break, however many figures are thinned away."""
    points = [point for n, point in enumerate(noise(20_000)) if not 8000 <= n < 8400]
    day = points[15_000].at
    svg = drawn(a_chart(ChartLine("Long", tuple(points), "5", breaks=(day,)), width=170.0))
    (line,) = marks(svg, "line")
    found = runs(line)
    assert len(found) == 3
    gap = found[1][0][0] - found[0][-1][0]
    assert gap == pytest.approx(401 / 19_999 * (max(xs(line)) - min(xs(line))), abs=0.1)
    (peak,) = marks(svg, "break")
    assert found[2][0][0] == pytest.approx((min(xs(peak)) + max(xs(peak))) / 2, abs=1)


@pytest.mark.parametrize("every", [2, 3, 7])
def test_a_series_with_countless_gaps_stays_small(every):
    """Where every other day is missing for a century and kinds of figures alternate, the drawing is still small."""
    kinds = ("{}", "~{}", "{}..99999", ">{}")
    points = [
        ChartPoint(point.at, parse(kinds[n % 4].format(point.value.numbers[0])))
        for n, point in enumerate(noise(30_000))
        if n % every
    ]
    assert len(draw(a_chart(ChartLine("Long", tuple(points), "5"), width=170.0))) < 1_000_000


def test_a_long_stack_with_countless_gaps_is_whole():
    """The edges of a stack keep the same figures, so that each piece stands on the one below it."""
    one, other = (
        ChartLine(name, tuple(point for n, point in enumerate(points) if n % 7 and n % 11), "5")
        for name, points in (
            ("One", noise(20_000)),
            ("Other", [ChartPoint(p.at, parse("4000")) for p in noise(20_000)]),
        )
    )
    root = drawn(a_chart(one, other, kind="area", settings=STACKED, width=170.0))
    areas = marks(root, "area")
    assert len(areas) % 2 == 0
    assert [xs(upper)[0] for upper in areas[: len(areas) // 2]] == [xs(lower)[0] for lower in areas[len(areas) // 2 :]]


def calls(count):
    """How many calls of functions drawing so many points takes."""
    spec = a_chart(ChartLine("Long", tuple(noise(count)), "5"), width=170.0)
    seen = 0

    def count_one(*told):
        nonlocal seen
        _, event, _ = told
        seen += event in {"call", "c_call"}

    sys.setprofile(count_one)
    try:
        draw(spec)
    finally:
        sys.setprofile(None)
    return seen


def test_the_work_of_drawing_grows_with_the_points():
    """Twice as many further points take twice as much further work."""
    draw(a_chart(a_line(1, 2)))  # so that all that is loaded once is loaded
    few, more, most = calls(10_000), calls(20_000), calls(40_000)
    assert (most - more) == pytest.approx(2 * (more - few), rel=0.1)


# In words, and in whole editions.


def test_alternative_text_names_the_extremes_and_the_gaps(tmp_path):
    """First, last, highest, lowest and gaps are told; of many series the three highest."""
    level = {"killed": an_indicator(measure="stock")}
    chart = charted(project(tmp_path, table(50, 90, 20, None, None, 60), indicators=level))
    assert chart.alt == (
        "Line chart. Soldiers killed: from 50 on 4 April 2022 to 60 on 9 April 2022. Highest 90 on 5 April 2022. "
        "Lowest 20 on 6 April 2022. No figures between 6 April 2022 and 9 April 2022."
    ).replace("Soldiers killed", chart.spec.lines[0].label)


def test_alternative_text_of_many_series_is_short(tmp_path):
    """The three series with the highest latest figure are told, the others counted."""
    names = "abcdef"
    rows = "".join(f"2022-04-0{day}," + ",".join(str(n * day) for n in (3, 9, 1, 7, 5, 2)) + "\n" for day in (8, 9))
    feed = a_feed(series=[a_series(id=name, said_by=name.upper(), value={"column": name}) for name in names])
    block = {"chart": {"kind": "multiples", "title": "T", "series": list(names)}}
    config = a_project(
        tmp_path, facts={}, blocks=[block], feeds=[feed], files={"t.csv": f"date,{','.join(names)}\n{rows}"}
    )
    alt = charted(config).alt
    assert re.findall(r"([A-F]): from", alt) == ["B", "D", "E"]
    assert alt.endswith("and 3 more.")


@pytest.fixture(scope="module", params=ALL_LANGUAGES)
def folder(request, tmp_path_factory):
    """An edition with every chart over time, in one language, past the audit of its numerals."""
    where = tmp_path_factory.mktemp(request.param)
    rows = [f"2022-{3 + n // 31:02}-{n % 31 + 1:02}" for n in range(30)]
    text = "date,a,b,c\n" + "".join(
        f"{day},{1000 + 17 * n},{(2000 if n < 20 else 1500) + 31 * n},{'' if 9 < n < 14 else 12500 + 40 * n}\n"
        for n, day in enumerate(rows)
    )
    series = [
        a_series(id=name, subject=name.upper(), value={"column": name}, revisions={"2022-03-21": "counted anew"})
        for name in "abc"
    ]
    several: list[dict[str, object]] = [
        {"kind": "line", "series": ["a", "b", "c"], "events": {"tag": "e"}},
        {"kind": "line", "series": ["c"], "axis_from": "12000", "within": "30 days"},
        {"kind": "line", "series": ["a", "b"], "per": "day"},
        {"kind": "area", "series": ["c"]},
        {"kind": "area", "series": ["a", "b"], "stacked": "true"},
        {"kind": "multiples", "series": ["a", "b", "c"], "events": {"tag": "e"}},
        {"kind": "multiples", "series": ["a", "b"], "per": "day", "within": "2 weeks"},
    ]
    config = a_project(
        where,
        config={"language": request.param},
        facts={"e": an_event("The dam is breached", at="2022-03-10", tags=["e"])},
        blocks=[{"chart": {"title": "T", **one}} for one in several],
        feeds=[a_feed(series=series)],
        files={"t.csv": text},
        indicators={"killed": an_indicator(measure="cumulative", max_age="5 days")},
    )
    return build(config, day=DAY, out=where / "out", printer=a_printer()).folder


def test_every_chart_over_time_passes_the_audit(folder):
    """Paper, page and data are made in every language of the program, and each remark stands on paper and screen."""
    tree = json.loads((folder / "briefing.json").read_text(encoding="utf-8"))["edition"]
    charts = list(nodes(tree, "chart"))
    assert len(charts) == 7
    page = re.sub(r"\s", "", (folder / "briefing.html").read_text(encoding="utf-8").replace("&#39;", "'"))
    paper = re.sub(r"\s", "", prose(folder / "briefing.pdf"))
    told = [words_of(remark) for chart in charts for remark in chart["remarks"]]
    assert len(told) >= 10
    for remark in told:
        assert re.sub(r"\s", "", remark) in page
        assert re.sub(r"\s", "", remark) in paper
    daily = (folder / "charts" / f"{charts[2]['id']}.csv").read_text(encoding="utf-8")
    assert {row["fact"] for row in csv.DictReader(daily.removeprefix("\ufeff").splitlines())} == {"a", "b"}
    for chart in charts:
        alone = ET.parse(folder / "charts" / f"{chart['id']}.svg").getroot()  # noqa: S314  # our own
        text = re.sub(r"\s", "", "".join("".join(one.itertext()) for one in alone.iter(f"{SVG}text")))
        for remark in chart["remarks"]:
            assert re.sub(r"\s", "", words_of(remark)) in text
