"""Composing: blocks filled with evidence, and references numbered by one walk in reading order."""

import datetime as dt
import json
import re
import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.edition import (
    Aside,
    Callout,
    Chart,
    Edition,
    FactList,
    KeyFigures,
    Note,
    Paragraph,
    SourceList,
    Table,
    Timeline,
    plain,
    walk,
)
from briefing.render import Theme, charts_in, paper_page, screen_page
from briefing.render.data import edition_data
from tests.builders import (
    LATER,
    OLD,
    TODAY,
    a_fact,
    a_feed,
    a_project,
    a_series,
    a_source,
    an_event,
    an_indicator,
    composed,
    figures,
    line_text,
    notes,
    numbers_of,
    said,
    written,
)

# Selection.

MANY = {
    "a": a_fact(value="30", said_by="NATO", subject="Russia", place="Kyiv", tags=["toll"], as_of="2022-04-03"),
    "b": a_fact(value="10..20", said_by="UN", subject="Ukraine", place="Lviv", tags=["toll", "un"], as_of="2022-04-01"),
    "c": a_fact(value=">25", said_by="UN", indicator="hurt", status="disputed", as_of="2022-04-02"),
    "d": an_event("It happened", said_by=None, at="2022-04-04", tags=["event"]),
    "gone": a_fact(value="99", status="retracted", tags=["toll"]),
    "older": a_fact(value="98", tags=["toll"], as_of="2022-03-01"),
    "newer": a_fact(value="97", tags=["other"], supersedes="older", place="Odesa"),
    "later": a_fact(value="96", as_of=LATER, tags=["toll"]),
}


def selected(folder, selection, **project):
    """The ids of the facts that a selection chooses, and the codes of what is wrong."""
    made = composed(
        a_project(
            folder,
            facts=project.pop("facts", MANY),
            indicators={"hurt": an_indicator(label="Hurt")},
            blocks=[{"facts": selection}],
            **project,
        )
    )
    ids = [item.fact for block in made.blocks if isinstance(block, FactList) for item in block.items]
    return ids, made.codes


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        ({}, ["a", "b", "c", "d", "newer"]),
        ({"ids": ["c", "a"]}, ["c", "a"]),
        ({"indicator": "hurt"}, ["c"]),
        ({"indicator": ["hurt", "killed"]}, ["a", "b", "c", "newer"]),
        ({"subject": "Russia"}, ["a"]),
        ({"said_by": "UN"}, ["b", "c"]),
        ({"place": ["Kyiv", "Odesa"]}, ["a", "newer"]),
        ({"tag": "toll"}, ["a", "b"]),
        ({"tag": ["un", "event"]}, ["b", "d"]),
        ({"said_by": "UN", "tag": "toll"}, ["b"]),
        ({"status": "disputed"}, ["c"]),
        ({"status": ["disputed", "retracted"]}, ["c", "gone"]),
        ({"sort": "as_of"}, ["b", "c", "a", "d", "newer"]),
        ({"sort": "-as_of"}, ["newer", "d", "a", "c", "b"]),
        ({"sort": "value"}, ["b", "c", "a", "newer", "d"]),
        ({"sort": "-value"}, ["newer", "a", "c", "b", "d"]),
        ({"sort": "said_by"}, ["a", "newer", "b", "c", "d"]),
        ({"sort": "subject"}, ["a", "b", "c", "d", "newer"]),
        ({"sort": "-place"}, ["newer", "b", "a", "c", "d"]),
        ({"sort": "indicator"}, ["c", "a", "b", "newer", "d"]),
        ({"sort": "-id"}, ["newer", "d", "c", "b", "a"]),
        ({"sort": "-as_of", "limit": 2}, ["newer", "d"]),
        ({"ids": ["c", "a", "b"], "limit": 2}, ["c", "a"]),
        ({"ids": ["a", "b", "c"], "said_by": "UN"}, ["b", "c"]),
        ({"within": "7 days"}, ["a", "c", "d", "newer"]),
        ({"within": "1 week", "sort": "as_of", "limit": 1}, ["c"]),
        ({"within": "1 month"}, ["a", "b", "c", "d", "newer"]),
    ],
)
def test_a_selection_chooses(tmp_path, selection, ids):
    """Conditions all hold, a list means any of its words; what is retracted, superseded or later is left out."""
    assert selected(tmp_path, selection) == (ids, [])


def test_facts_by_id_are_printed_though_superseded_or_retracted(tmp_path):
    """What an author names is printed; that it is retracted is pointed out."""
    ids, codes = selected(tmp_path, {"ids": ["older", "gone"]})
    assert ids == ["older", "gone"]
    assert codes == ["retracted-fact"]


def test_a_fact_after_the_edition_is_refused_by_name(tmp_path):
    """A named fact that holds only later is an error; a selection passes over it in silence."""
    (text,) = said(a_project(tmp_path, facts=MANY | {"c": a_fact()}, blocks=[{"facts": {"ids": ["a", "later"]}}]))
    assert "error[after-edition]: 'later' holds only after 9 April 2022, the edition's date" in text


@pytest.mark.parametrize(
    "block",
    [
        {"facts": {"tag": "nothing"}},
        {"table": {"facts": {"tag": "nothing"}}},
        {"timeline": {"tag": "nothing"}},
        {"key_figures": {"facts": {"tag": "nothing"}}},
        {"chart": {"kind": "bar", "title": "T", "facts": {"tag": "nothing"}}},
        {"chart": {"kind": "range", "title": "T", "facts": {"tag": "nothing"}}},
    ],
)
def test_an_empty_selection_is_an_error_or_the_authors_sentence(tmp_path, block):
    """No block comes out empty: it is an error, or prints the words that the author has for it."""
    (text,) = said(a_project(tmp_path / "bare", blocks=[block]))
    assert "error[empty-selection]: no fact fits this selection" in text
    (kind, body), *_ = block.items()
    inner = body if kind in {"facts", "timeline"} else body["facts"]
    inner["if_empty"] = 'No *news*, {{ value("killed") }} as before.'
    made = composed(a_project(tmp_path / "told", blocks=[block]))
    assert made.diagnostics == ()
    (paragraph,) = made.blocks
    assert isinstance(paragraph, Paragraph)
    assert line_text(paragraph.children, made.edition) == "No news, 1,300[1] as before."


def test_a_condition_that_nothing_meets_is_pointed_out(tmp_path):
    """Among several words, one that no fact has is most likely misspelt."""
    selection = {"said_by": ["UN", "NATTO"], "sort": "id"}
    config = a_project(tmp_path, facts={"a": a_fact(said_by="UN"), "b": a_fact()}, blocks=[{"facts": selection}])
    (text,) = said(config)
    assert text.endswith("warning[empty-selection]: no fact has the said_by 'NATTO'\n  hint: a similar name is 'NATO'")


@pytest.mark.parametrize(
    ("asserter", "text", "named"),
    [
        ("UN", "The UN counts {{ value('a') }}.", True),
        ("UN", "UNHCR counts {{ value('a') }}.", False),
        ("Ministry of Defence", "Ukraine’s Ministry counts {{ value('a') }}.", True),
        ("the mayor", "The mayor counts {{ value('a') }}.", True),
        ("the mayor", "Somebody counts {{ value('a') }}.", False),
        ("外交部", "外交部说{{ value('a') }}。", True),
    ],
)
def test_an_asserter_may_be_named_in_the_authors_words(tmp_path, asserter, text, named):
    """Where others contradict a figure, its block names who states it: in full, or by a word of the name."""
    facts = {"a": a_fact(said_by=asserter), "b": a_fact(value="5")}
    made = composed(a_project(tmp_path, facts=facts, blocks=[{"text": text}]))
    assert made.codes == ([] if named else ["silent-choice"])


def test_an_indicator_that_is_not_there_is_named(tmp_path):
    """A selection by an indicator that nobody defined is an error at that word."""
    found = said(a_project(tmp_path, blocks=[{"facts": {"indicator": "kild"}}]))
    assert any("error[unknown-indicator]: there is no indicator 'kild'" in text for text in found)


# Blocks.


def only_block(folder, block, kind, **project):
    """The one block of a project without faults, and its edition."""
    made = composed(a_project(folder, blocks=[block], **project))
    assert made.diagnostics == ()
    (one,) = made.blocks
    assert isinstance(one, kind)
    return one, made.edition


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "1,300 soldiers were killed.[1]"),
        ({"as_of": OLD}, "1,300 soldiers were killed (as of 24 March 2022).[1]"),
        ({"as_of": f"{TODAY}T08:00"}, "1,300 soldiers were killed (as of 9 April 2022 at 08:00).[1]"),
        ({"as_of": OLD, "claim": "On {as_of} {value} were dead"}, "On 24 March 2022 1,300 were dead.[1]"),
        ({"value": "~1300"}, "About 1,300 soldiers were killed.[1]"),
        ({"said_by": None}, "1,300 soldiers were killed (not attributed).[1]"),
        ({"status": "unverified"}, "1,300 soldiers were killed (unverified).[1]"),
        ({"status": "confirmed"}, "1,300 soldiers were killed.[1]"),
        ({"likelihood": "likely"}, "1,300 soldiers were killed (likelihood: likely).[1]"),
        ({"confidence": "low"}, "1,300 soldiers were killed.[1] Confidence: low."),
        (
            {"likelihood": "likely", "confidence": "high"},
            "1,300 soldiers were killed (likelihood: likely).[1] Confidence: high.",
        ),
        (
            {"as_of": OLD, "said_by": None, "status": "disputed"},
            "1,300 soldiers were killed (as of 24 March 2022; not attributed; disputed).[1]",
        ),
        ({"claim": "Were {value} killed?"}, "Were 1,300 killed?[1]"),
        ({"claim": "Were {value} killed?", "status": "disputed"}, "Were 1,300 killed (disputed)?[1]"),
        ({"claim": "They say {value}"}, "They say 1,300.[1]"),
        ({"claim": None, "subject": "Russia"}, "Soldiers killed, Russia: 1,300\N{NO-BREAK SPACE}soldiers.[1]"),
        (
            {"claim": "{value} {unit} of {subject} in {place}, says {said_by}", "subject": "X", "place": "Y"},
            "1,300 soldiers of X in Y, says NATO.[1]",
        ),
        ({"claim": "{value} after {fact:b}"}, "1,300 after 5[2].[1]"),
        (
            {"sources": None, "waiver": "heard on the phone"},
            "1,300 soldiers were killed. (no source: heard on the phone)",
        ),
    ],
)
def test_a_fact_is_a_sentence(tmp_path, fields, sentence):
    """A claim becomes a sentence with its figure, its date where that differs, its doubts and its notes."""
    facts = {"a": a_fact(**fields), "b": a_fact(value="5", sources=["un"])}
    block, edition = only_block(tmp_path, {"facts": {"ids": ["a"]}}, FactList, facts=facts, sources={"un": a_source()})
    text = line_text(block.items[0].children, edition)
    if "{fact:b}" in str(fields):  # the note of the other fact comes first
        sentence = "1,300 after 5[1].[2]"
    assert text == sentence


@pytest.mark.parametrize(
    "typed", ["<b>bold</b>", "$x$", "{{ x*y }}", "*stars*", "[x]", "# head", "{a}", "\\n", "&amp;", 'Ünïcode ‘q’ "q"']
)
def test_a_claim_comes_out_as_typed_in_every_block(tmp_path, typed):
    """Claims are data: in a list, a table, a timeline, a chart and key figures they are text."""
    facts = {"a": a_fact(claim=f"{typed} {{value}}", subject=typed, place=typed, note=typed, at=TODAY, said_by=typed)}
    blocks = [
        {"facts": {}},
        {"table": {"facts": {}, "columns": ["claim", "subject", "place", "note", "said_by"]}},
        {"timeline": {}},
        {"key_figures": ["a"]},
        {"chart": {"kind": "bar", "title": "T", "facts": {}, "by": "claim", "group": "subject"}},
    ]
    made = composed(a_project(tmp_path, facts=facts, blocks=blocks))
    assert made.diagnostics == ()
    facts_block, table, timeline, tiles, chart = made.blocks
    assert line_text(facts_block.items[0].children).startswith(f"{typed} 1,300")
    assert [line_text(cell) for cell in table.rows[0].cells] == [f"{typed} 1,300", *[typed] * 4]
    assert line_text(timeline.items[0].children).startswith(f"{typed} 1,300")
    assert tiles.items[0].label == f"Soldiers killed, {typed}"
    assert (chart.spec.rows[0].label, chart.spec.rows[0].group) == (f"{typed} 1,300", typed)


def test_key_figures_say_what_who_and_when(tmp_path):
    """A tile has the figure, its label, who says so, its date where it differs, its doubt and its note."""
    facts = {
        "a": a_fact(subject="Russia"),
        "b": a_fact(value="5..7", as_of=OLD, status="disputed", said_by=None),
    }
    block, edition = only_block(
        tmp_path, {"key_figures": ["b", {"fact": "a", "label": "The dead"}]}, KeyFigures, facts=facts
    )
    tiles = [
        (line_text(tile.figure), tile.label, line_text(tile.details), line_text(tile.note, edition))
        for tile in block.items
    ]
    assert tiles == [
        ("5 to 7", "Soldiers killed", "not attributed, as of 24 March 2022, disputed", "[1]"),
        ("1,300", "The dead", "NATO", "[1]"),
    ]


@pytest.mark.parametrize(
    ("differing", "labels", "details"),
    [
        ({"place": ["Kyiv", "Kharkiv"]}, ["Soldiers killed, Kyiv", "Soldiers killed, Kharkiv"], ["NATO", "NATO"]),
        (
            {"subject": ["Russia", "Ukraine"], "place": ["Kyiv", "Kyiv"]},
            ["Soldiers killed, Russia", "Soldiers killed, Ukraine"],
            ["NATO", "NATO"],
        ),
        (
            {"subject": ["Russia", "Russia"], "place": ["Kyiv", "Kharkiv"]},
            ["Soldiers killed, Russia, Kyiv", "Soldiers killed, Russia, Kharkiv"],
            ["NATO", "NATO"],
        ),
        ({"said_by": ["NATO", "Kyiv"]}, ["Soldiers killed", "Soldiers killed"], ["NATO", "Kyiv"]),
        (
            {"as_of": [str(TODAY), str(OLD)]},
            ["Soldiers killed", "Soldiers killed"],
            ["NATO, as of 9 April 2022", "NATO, as of 24 March 2022"],
        ),
    ],
)
def test_the_words_of_a_tile_tell_it_from_the_others(tmp_path, differing, labels, details):
    """A label names the subject, the place where that tells two apart, and no asserter or date, which stand below."""
    facts = {
        name: a_fact(**{"as_of": TODAY, **{key: given[n] for key, given in differing.items()}})
        for n, name in enumerate("ab")
    }
    block, _ = only_block(tmp_path, {"key_figures": ["a", "b"]}, KeyFigures, facts=facts)
    assert [tile.label for tile in block.items] == labels
    assert [line_text(tile.details) for tile in block.items] == details


def test_the_words_of_a_tile_say_nothing_twice(tmp_path):
    """A place that the label of the indicator names already is not named again."""
    fact = a_fact(place="Old Bridge")
    indicators = {"killed": an_indicator(label="Soldiers killed at Old Bridge")}
    block, _ = only_block(tmp_path, {"key_figures": ["a"]}, KeyFigures, facts={"a": fact}, indicators=indicators)
    assert [tile.label for tile in block.items] == ["Soldiers killed at Old Bridge"]


def test_key_figures_may_be_selected(tmp_path):
    """A strip of figures may be a selection, after the ones that are named."""
    facts = {"a": a_fact(), "b": a_fact(tags=["big"]), "c": a_fact(tags=["big"])}
    block, _ = only_block(tmp_path, {"key_figures": {"items": ["a"], "facts": {"tag": "big"}}}, KeyFigures, facts=facts)
    assert [tile.fact for tile in block.items] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"key_figures": []}, "error[empty-selection]: this block names no figure"),
        ({"key_figures": ["event"]}, "error[no-value]: 'event' has no value to show as a key figure"),
        ({"key_figures": ["nobody"]}, "error[unknown-fact]: there is no fact or series 'nobody'"),
        ({"timeline": {"ids": ["killed"]}}, "error[no-as-of]: 'killed' has no date of its event"),
        ({"chart": {"kind": "line", "title": "T"}}, "error[missing-key]: a line chart needs series:"),
        ({"chart": {"kind": "bar", "title": "T"}}, "error[missing-key]: a bar chart needs series or facts:"),
        ({"chart": {"kind": "range", "title": "T"}}, "error[missing-key]: a range chart needs facts:"),
        (
            {"chart": {"kind": "bar", "title": "T", "facts": {"ids": ["event"]}}},
            "error[no-value]: 'event' has no value to draw",
        ),
        (
            {"chart": {"kind": "line", "title": "T", "series": ["nobody"]}},
            "error[unknown-series]: there is no series 'nobody'",
        ),
        (
            {"chart": {"kind": "line", "title": "T", "series": ["losses"], "events": {"ids": ["killed"]}}},
            "error[no-as-of]: 'killed' has no date (at) to be marked at",
        ),
    ],
)
def test_a_block_that_lacks_what_it_needs_is_told(tmp_path, block, message):
    """A block that cannot show what it is asked for says what is missing."""
    facts = {"killed": a_fact(), "event": an_event("It happened")}
    (text,) = said(
        a_project(tmp_path, facts=facts, blocks=[block], feeds=[a_feed()], files={"t.csv": f"date,n\n{TODAY},5\n"})
    )
    assert text.startswith("config.yaml:")
    assert message in text


def test_a_table_has_a_row_for_each_fact(tmp_path):
    """Columns show what they are named for, and each row carries its notes once."""
    columns = ["claim", "subject", "indicator", "said_by", "value", "unit", "as_of", "at", "place"]
    columns += ["status", "credibility", "sources", "note"]
    facts = {
        "a": a_fact(
            subject="Russia", place="Kyiv", credibility="3", note="N", at="2022-04-01..2022-04-03", status="disputed"
        ),
        "b": an_event("It happened", said_by=None, sources=["nato", "un"]),
    }
    block, edition = only_block(
        tmp_path,
        {"table": {"facts": {}, "columns": columns, "title": "The *dead*"}},
        Table,
        facts=facts,
        sources={"un": a_source(publisher=None, title="Count")},
    )
    assert line_text(block.caption) == "The dead"
    assert [line_text(column.label) for column in block.columns][:4] == [
        "Claim",
        "Subject",
        "Indicator",
        "According to",
    ]
    assert [column.id for column in block.columns if column.numeric] == ["value", "credibility"]
    assert [[line_text(cell, edition) for cell in row.cells] for row in block.rows] == [
        [
            "1,300 soldiers were killed", "Russia", "Soldiers killed", "NATO", "1,300", "soldiers", "9 Apr 2022",
            "1–3 Apr 2022", "Kyiv", "disputed", "3", "NATO[1]", "N",
        ],
        ["It happened", "", "", "not attributed", "", "", "", "", "", "reported", "", "NATO, Count[1,2]", ""],
    ]  # fmt: skip


def test_a_column_may_have_a_head_of_its_own(tmp_path):
    """`{said_by: Vendor}` is the column with another word above it."""
    columns = ["subject", {"said_by": "Vendor"}, {"name": "value", "head": "Dead"}]
    block, _ = only_block(tmp_path, {"table": {"facts": {}, "columns": columns}}, Table)
    assert [(column.id, line_text(column.label)) for column in block.columns] == [
        ("subject", "Subject"),
        ("said_by", "Vendor"),
        ("value", "Dead"),
    ]


def test_the_coverage_counts_what_is_printed(tmp_path):
    """The block of coverage says how many figures the edition prints and how well they are founded."""
    blocks = ["coverage", {"facts": {"ids": ["a", "b"]}}]
    facts = {"a": a_fact(as_of=OLD), "b": a_fact(sources=None, waiver="w", said_by=None), "c": a_fact()}
    made = composed(a_project(tmp_path, facts=facts, blocks=blocks))
    assert line_text(made.blocks[0].children) == (
        "2 figures; the oldest as of 24 March 2022; 1 from a single origin; 1 not attributed; 1 without a source."
    )


@pytest.mark.parametrize(
    ("columns", "noted"),
    [(["subject", "value", "as_of"], 1), (["claim", "as_of"], 0), (["subject", "place"], 1), (["value", "sources"], 1)],
)
def test_every_row_of_a_table_is_cited_in_any_columns(tmp_path, columns, noted):
    """Whichever columns an author chooses, each row has its note, in the column where it belongs."""
    block, _ = only_block(
        tmp_path, {"table": {"facts": {}, "columns": columns}}, Table, facts={"a": a_fact(subject="X", place="Y")}
    )
    assert [bool(notes(cell)) for cell in block.rows[0].cells] == [n == noted for n in range(len(columns))]


def test_a_timeline_is_in_order_of_time(tmp_path):
    """Events stand in order of their dates, times and beginnings, unless the author sorts them otherwise."""
    facts = {
        "b": an_event("B", at="2022-04-02"),
        "c": an_event("C", at="2022-04-02T10:00"),
        "a": an_event("A", at="2022-03-30..2022-04-05"),
    }
    block, edition = only_block(tmp_path / "time", {"timeline": {}}, Timeline, facts=facts)
    assert [(item.when.text, item.when.iso, line_text(item.children, edition)) for item in block.items] == [
        ("30 March 2022 to 5 April 2022", "2022-03-30", "A.[1]"),
        ("2 April 2022", "2022-04-02", "B.[1]"),
        ("2 April 2022 at 10:00", "2022-04-02T10:00", "C.[1]"),
    ]
    block, _ = only_block(tmp_path / "id", {"timeline": {"sort": "-id"}}, Timeline, facts=facts)
    assert [item.fact for item in block.items] == ["c", "b", "a"]


def test_a_callout_is_text_with_a_heading(tmp_path):
    """A remark has the word for its kind as its heading, or the author's own."""
    block, edition = only_block(
        tmp_path, {"callout": {"kind": "caution", "text": "*Mind* {{ value('killed') }}"}}, Callout
    )
    assert (block.kind, line_text(block.title)) == ("caution", "Caution")
    assert line_text(block.children[0].children, edition) == "Mind 1,300[1]"
    block, _ = only_block(tmp_path, {"callout": {"title": "Own", "text": "x"}}, Callout)
    assert (block.kind, line_text(block.title)) == ("note", "Own")


def test_the_list_of_sources_may_begin_with_words(tmp_path):
    """The block of sources marks the place of the list, with the author's words on method."""
    block, _ = only_block(tmp_path, {"sources": "How we work."}, SourceList)
    assert line_text(block.children[0].children) == "How we work."


def test_sections_of_one_title_have_anchors_of_their_own(tmp_path):
    """Anchors are made from titles, and no two are the same."""
    sections = [
        {"title": title, "blocks": ["sources"]} for title in ("Key figures", "Key figures", "Україна", "Key Figures")
    ]
    made = composed(a_project(tmp_path, config={"sections": sections}))
    assert [section.id for section in made.edition.sections] == [
        "key-figures",
        "key-figures-2",
        "section",
        "key-figures-3",
    ]


# Charts.


def test_a_line_chart_draws_series_up_to_the_date(tmp_path):
    """A line has every point up to the edition's date, its events, its source line and its table."""
    table = "date,n,m\n2022-04-07,5,50\n2022-04-08,8..9,\n2022-04-09,7,70\n2022-04-10,9,90\n"
    chart, edition = only_block(
        tmp_path,
        {"chart": {"kind": "line", "title": "T", "series": ["losses", "more"], "events": {"tag": "event"}}},
        Chart,
        facts={"raid": an_event("A raid", at="2022-04-08", tags=["event"], sources=["un"])},
        sources={"un": a_source(publisher="UN")},
        feeds=[a_feed(series=[a_series(), a_series(id="more", value={"column": "m"}, said_by="UN", subject=None)])],
        files={"t.csv": table},
    )
    first, second = chart.spec.lines
    assert [(p.at.day, str(p.value)) for p in first.points] == [(7, "5"), (8, "8..9"), (9, "7")]
    assert [(p.at.day, str(p.value)) for p in second.points] == [(7, "50"), (9, "70")]
    assert (first.label, second.label, first.last) == ("Ukraine", "UN", "7")
    assert [(event.at.day, event.label) for event in chart.spec.events] == [(8, "A raid")]
    assert chart.spec.unit == "soldiers"
    assert line_text(chart.source, edition) == "Source: NATO[1]; UN[2]"
    assert [[line_text(cell) for cell in row.cells] for row in chart.table.rows] == [
        ["7 Apr 2022", "5", "50"],
        ["8 Apr 2022", "8 to 9", ""],
        ["9 Apr 2022", "7", "70"],
    ]
    assert chart.alt == (
        "Line chart. Ukraine: from 5 on 7 April 2022 to 7 on 9 April 2022. Highest 8 to 9 on 8 April 2022. "
        "UN: from 50 on 7 April 2022 to 70 on 9 April 2022."
    )


def test_a_range_chart_keeps_ranges_and_bounds(tmp_path):
    """A range is drawn from its low to its high, a bound without an end: no mid-point appears anywhere."""
    facts = {
        "a": a_fact(value="7000..15000", said_by="NATO", subject="Russia"),
        "b": a_fact(value=">=50", said_by="UN", subject="Ukraine", as_of=OLD),
        "c": a_fact(value="~1300", said_by=None, subject="Russia"),
    }
    chart, _ = only_block(
        tmp_path,
        {"chart": {"kind": "range", "title": "T", "facts": {}, "by": "said_by", "group": "subject"}},
        Chart,
        facts=facts,
    )
    rows = [(row.group, row.label, str(row.value), row.text, row.detail) for row in chart.spec.rows]
    assert rows == [
        ("Russia", "NATO", "7000..15000", "7,000 to 15,000", "as of 9 April 2022"),
        ("Russia", "not attributed", "~1300", "about 1,300", "as of 9 April 2022"),
        ("Ukraine", "UN", ">=50", "at least 50", "as of 24 March 2022"),
    ]
    assert "11,000" not in repr(chart)
    assert chart.alt.startswith("Range chart. Russia, NATO: 7,000 to 15,000 (as of 9 April 2022).")


def test_a_sparkline_shows_the_course_of_its_series(tmp_path):
    """A tile of a series may draw its recent course, with words for it; a single point is no course."""
    block = {"key_figures": {"items": ["losses", {"fact": "single", "label": "S"}, "killed"], "sparkline": "true"}}
    tiles, _ = only_block(
        tmp_path,
        block,
        KeyFigures,
        feeds=[a_feed(), a_feed("u.csv", series=[a_series(id="single")])],
        files={"t.csv": "date,n\n2022-04-08,5\n2022-04-09,7\n", "u.csv": f"date,n\n{TODAY},5\n"},
    )
    drawn, single, plain_fact = tiles.items
    assert drawn.spark is not None
    assert [str(point.value) for point in drawn.spark.lines[0].points] == ["5", "7"]
    assert drawn.spark_alt == "Course from 5 on 8 April 2022 to 7 on 9 April 2022."
    assert (single.spark, plain_fact.spark) == (None, None)


def test_a_chart_cannot_take_the_place_of_another(tmp_path):
    """Two charts of one name would be one file, so the second is refused."""
    chart = {"chart": {"kind": "bar", "title": "T", "facts": {}, "id": "own"}}
    (text,) = said(a_project(tmp_path, blocks=[chart, chart]))
    assert "error[duplicate-id]: there is a chart 'own' already" in text


def test_a_series_that_begins_later_is_refused_by_name(tmp_path):
    """A line chart of a series without a point up to the date is an error, as a later fact would be."""
    chart = {"chart": {"kind": "line", "title": "T", "series": ["losses"]}}
    config = a_project(tmp_path, blocks=[chart], feeds=[a_feed()], files={"t.csv": f"date,n\n{LATER},5\n"})
    (text,) = said(config)
    assert "error[after-edition]: 'losses' holds only after 9 April 2022, the edition's date" in text


def test_a_claim_cannot_print_what_holds_later(tmp_path):
    """`{fact:ID}` of a fact after the edition is an error at the block that prints it."""
    facts = {"a": an_event("See {fact:later}"), "later": a_fact(as_of=LATER)}
    (text,) = said(a_project(tmp_path, facts=facts, blocks=[{"facts": {"ids": ["a"]}}]))
    assert text.startswith("config.yaml:6:7: error[after-edition]: 'later' holds only after 9 April 2022")


def test_a_long_chart_shows_its_latest_values(tmp_path):
    """The table below a chart has the latest 400 dates, and says so; the data file has them all."""
    start = dt.date(2021, 1, 1)
    days = [start + dt.timedelta(days=n) for n in range(420)]
    chart, _ = only_block(
        tmp_path,
        {"chart": {"kind": "line", "title": "T", "series": ["losses"]}},
        Chart,
        feeds=[a_feed()],
        files={"t.csv": "date,n\n" + "".join(f"{day},{n + 1000}\n" for n, day in enumerate(days))},
    )
    assert line_text(chart.table.caption) == "The data of this chart (the latest 400 of 420 values)"
    assert len(chart.table.rows) == 400
    assert line_text(chart.table.rows[-1].cells[1]) == "1,419"
    assert len(chart.spec.lines[0].points) == 420


def test_charts_have_names_of_their_own(tmp_path):
    """Each chart's file has a name, given or made from its place."""
    chart = {"chart": {"kind": "bar", "title": "T", "facts": {}}}
    named = {"chart": {"kind": "bar", "title": "T", "facts": {}, "id": "own"}}
    sections = [{"title": "A", "blocks": [chart, named, chart]}, {"title": "B", "blocks": [chart]}]
    made = composed(a_project(tmp_path, config={"sections": sections}))
    assert [node.id for node in walk(made.edition) if isinstance(node, Chart)] == [
        "chart-1",
        "own",
        "chart-1-2",
        "chart-2",
    ]


# Language.


@pytest.mark.parametrize(
    ("language", "sentence", "date"),
    [
        ("en", "More than 50 dead (as of 24 March 2022; unverified).[1]", "9 April 2022"),
        ("en-US", "More than 50 dead (as of March 24, 2022; unverified).[1]", "April 9, 2022"),
        ("fr", "Plus de 50 dead (au 24 mars 2022; non vérifié).[1]", "9 avril 2022"),
        ("uk", "Понад 50 dead (станом на 24 березня 2022\N{NARROW NO-BREAK SPACE}р.; не перевірено).[1]", None),
    ],
)
def test_an_edition_speaks_its_language(tmp_path, language, sentence, date):
    """Figures, dates and the words around them follow the language of the briefing."""
    facts = {"a": a_fact(claim="{value} dead", value=">50", as_of=OLD, status="unverified")}
    block, edition = only_block(tmp_path, {"facts": {}}, FactList, facts=facts, config={"language": language})
    assert line_text(block.items[0].children, edition) == sentence
    assert date is None or edition.date_text == date


def test_a_language_without_words_is_told(tmp_path):
    """An edition in a language that the program does not speak is made, in English words, with a warning."""
    made = composed(a_project(tmp_path, config={"language": "ar"}))
    assert made.edition.direction == "rtl"
    (warning,) = made.diagnostics
    assert str(warning) == (
        "config.yaml:2:11: warning[bad-choice]: the program has no words of its own in 'ar'; "
        "headings and notes are in English"
    )


# References.


def test_a_source_cited_twice_keeps_one_number(tmp_path):
    """One source, one number, in order of first appearance over text, lists, tables, figures, charts and timeline."""
    sources = {name: a_source(title=name, publisher=name.upper()) for name in "abcdefgh"}
    facts = {name: a_fact(sources=[name], subject=name, tags=[name], at=TODAY) for name in "abcdefgh"} | {
        "g": a_fact(sources=["g", "a"], tags=["g"], at=TODAY)
    }
    blocks = [
        {"text": "{{ value('c') }} and {{ cite('a') }}"},
        {"facts": {"tag": ["a", "b"]}},
        {"key_figures": ["d", "c"]},
        {"table": {"facts": {"ids": ["e", "a"]}, "title": "T {{ cite('h') }}"}},
        {"chart": {"kind": "bar", "title": "T", "facts": {"ids": ["f", "d"]}}},
        {"timeline": {"ids": ["g", "c"]}},
    ]
    made = composed(a_project(tmp_path, sources=sources, facts=facts, blocks=blocks))
    assert made.diagnostics == ()
    assert [one.source for one in made.edition.references] == ["c", "a", "b", "d", "h", "e", "f", "g"]
    assert [one.number for one in made.edition.references] == list(range(1, 9))
    assert numbers_of(made.edition) == [1, 2, 2, 3, 4, 1, 5, 6, 2, 7, 4, 2, 8, 1]
    calls = {one.source: one.calls for one in made.edition.references}
    assert calls["a"] == ("cite-2-1", "cite-2-2", "cite-2-3", "cite-2-4")


def test_a_reference_says_what_a_reader_needs(tmp_path):
    """Publisher, title, author, dates, language, reliability, archived copy, and as-of where it differs."""
    sources = {
        "s": a_source(
            title="Втрати", publisher="AP", author="L. Cook", url="https://example.org/a", published="2022-03-24",
            retrieved=TODAY, language="uk", reliability="B", archived={"url": "https://example.org/kept", "at": TODAY},
        ),
        "t": a_source(title="T", publisher=None, retrieved=None, published="2022-04-10"),
    }  # fmt: skip
    facts = {
        "a": a_fact(sources=["s"], as_of=OLD),
        "b": a_fact(sources=["s"], as_of="2022-04-01"),
        "c": a_fact(sources=["t"]),
    }
    made = composed(a_project(tmp_path, sources=sources, facts=facts, blocks=[{"facts": {}}]))
    first, second = (one.parts for one in made.edition.references)
    assert (first.publisher, first.title, first.author, first.url) == (
        "AP",
        "Втрати",
        "by L. Cook",
        "https://example.org/a",
    )
    assert (first.published, first.retrieved) == ("published 24 Mar 2022", "retrieved 9 Apr 2022")
    assert (first.language, first.assessment) == ("in Ukrainian", "reliability B")
    assert (first.archived, first.archived_url) == ("archived copy of 9 April 2022", "https://example.org/kept")
    assert first.figures_as_of == "figures as of 24 Mar 2022 to 1 Apr 2022"
    assert (second.publisher, second.retrieved, second.figures_as_of, second.language) == ("", "", "", "")


def test_a_waiver_stands_where_the_number_would(tmp_path):
    """What stands without a source is printed as such in every block, and takes no number."""
    facts = {"a": a_fact(sources=None, waiver="heard on the phone", at=TODAY, subject="X"), "b": a_fact()}
    blocks = [
        {"text": "{{ value('a') }}"},
        {"facts": {"ids": ["a"]}},
        {"table": {"facts": {"ids": ["a"]}}},
        {"key_figures": ["a"]},
        {"timeline": {"ids": ["a"]}},
        {"chart": {"kind": "bar", "title": "T", "facts": {"ids": ["a", "b"]}}},
        {"chart": {"kind": "bar", "title": "T", "facts": {"ids": ["a"]}}},
    ]
    made = composed(a_project(tmp_path, facts=facts, blocks=blocks))
    assert made.diagnostics == ()
    for block in made.blocks:
        waivers = [node.text for node in walk(block) if isinstance(node, Aside) and node.role == "waiver"]
        assert [text.strip("()") for text in waivers] == ["no source: heard on the phone"]
    assert numbers_of(made.edition) == [1]
    assert line_text(made.blocks[5].source, made.edition) == "Source: NATO[1]; no source: heard on the phone"


# The promise, on any selection.

SOURCES = [f"s{n}" for n in range(7)]


@st.composite
def editions(draw):
    """Facts with one to three sources each, in blocks of every kind."""
    cited = draw(
        st.lists(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True), min_size=1, max_size=7)
    )
    names = [f"f{n}" for n in range(len(cited))]
    some = st.lists(st.sampled_from(names), min_size=1, max_size=4)
    kinds = draw(
        st.lists(
            st.sampled_from(["text", "facts", "key_figures", "table", "chart", "timeline", "callout"]),
            min_size=1,
            max_size=6,
        )
    )
    return dict(zip(names, cited, strict=True)), [(kind, draw(some)) for kind in kinds], draw(st.sampled_from(SOURCES))


def blocks_of(plan):
    """The blocks of a plan: kinds with the ids they show."""
    for kind, ids in plan:
        text = " ".join(f"{{{{ value('{one}') }}}}" for one in ids)
        yield {
            "text": {"text": text},
            "facts": {"facts": {"ids": ids}},
            "key_figures": {"key_figures": ids},
            "table": {"table": {"facts": {"ids": ids}, "title": text}},
            "chart": {"chart": {"kind": "bar", "title": text, "facts": {"ids": ids}}},
            "timeline": {"timeline": {"ids": ids}},
            "callout": {"callout": {"text": text}},
        }[kind]


def check_tree(edition: Edition, evidence):
    """Every number of an edition leads to the source that it stands for, in the tree and in the data."""
    source_of = {one.number: one.source for one in edition.references}
    assert sorted(source_of) == list(range(1, len(source_of) + 1))
    assert len(set(source_of.values())) == len(source_of)

    seen: dict[int, None] = {}
    anchors: dict[str, list[str]] = {}
    for note in notes((edition.summary, edition.sections)):
        marks = edition.marks[note.key]
        assert {source_of[mark.number] for mark in marks} == {citation.source for citation in note.citations}
        for citation in note.citations:
            (mark,) = [mark for mark in marks if source_of[mark.number] == citation.source]
            assert mark.first == (mark.number not in seen)
            seen[mark.number] = None
            anchors.setdefault(citation.source, []).append(mark.anchor)
            if citation.fact is not None:
                assert citation.source in {one.source for one in evidence.facts[citation.fact].sources}
    assert list(seen) == list(range(1, len(source_of) + 1))  # in order of first appearance
    assert {one.source: list(one.calls) for one in edition.references} == anchors
    every = [anchor for some in anchors.values() for anchor in some]
    assert len(every) == len(set(every))

    data = json.loads(edition_data(edition, evidence))
    assert {one["number"]: one["id"] for one in data["sources"]} == source_of
    for fact in data["facts"]:
        assert all(source_of[one["number"]] == one["source"] for one in fact["citations"])


THEME = Theme()


def check_pages(edition: Edition):
    """Every number leads to its source on the screen and on paper, at the foot of the page and in the list."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"></svg>'
    drawings = dict.fromkeys(charts_in(edition), drawing)
    title_of = {one.number: f"Title of {one.source}" for one in edition.references}
    screen = screen_page(edition, THEME, drawings)
    paper = paper_page(edition, THEME, drawings, "A4").html
    for page, target in ((screen, "ref"), (paper, "note")):
        calls = re.findall(rf'<a class="bf-call" id="([^"]+)" href="#{target}-(\d+)"[^>]*>\[?(\d+)[\],]?</a>', page)
        assert [(anchor, int(number)) for anchor, number, _ in calls] == [
            (mark.anchor, mark.number) for note in notes(edition.sections) for mark in edition.marks[note.key]
        ]
        assert all(to == shown for _, to, shown in calls)
    for number, title in title_of.items():
        for page in (screen, paper):
            (item,) = re.findall(r"<li[^>]*>(?:(?!</li>).)*", page[page.index(f'id="ref-{number}"') - 60 :], re.DOTALL)[
                :1
            ]
            assert f'id="ref-{number}"' in item
            assert title in item
        foot = re.search(
            rf'<span class="bf-footnote"><span class="bf-number" id="note-{number}">{number}</span> ([^<]*)', paper
        )
        assert foot is not None
        assert foot[1].startswith(title)


def whole_and_without(plan):
    """The edition of a plan, and the one in which a source is taken out of the middle."""
    cited, blocks, removed = plan
    left = {name: [one for one in some if one != removed] for name, some in cited.items()}
    for sources_of in (cited, left):
        kept = {name: some for name, some in sources_of.items() if some}
        shown = [(kind, [one for one in ids if one in kept]) for kind, ids in blocks]
        shown = [(kind, ids) for kind, ids in shown if ids]
        if not shown:
            continue
        with tempfile.TemporaryDirectory() as folder:
            made = composed(
                a_project(
                    Path(folder),
                    sources={name: a_source(title=f"Title of {name}", publisher=None) for name in SOURCES},
                    facts={name: a_fact(sources=some, at=TODAY) for name, some in kept.items()},
                    blocks=list(blocks_of(shown)),
                )
            )
        assert made.diagnostics == ()
        yield made


@settings(max_examples=60)
@given(editions())
def test_a_number_leads_to_its_source_wherever_it_stands(plan):
    """Over any facts in any blocks, a number means one source in text, lists, tables, figures, charts and data.

    And when a source is taken out of the middle, every number that is left still leads to the right one.
    """
    for made in whole_and_without(plan):
        check_tree(made.edition, made.evidence)


@settings(max_examples=15)
@given(editions())
def test_a_number_leads_to_its_source_on_every_page(plan):
    """The same on the screen and on paper."""
    for made in whole_and_without(plan):
        check_pages(made.edition)


def test_a_figure_is_the_same_everywhere(tmp_path):
    """The sentence, the table, the tile, the chart, its words and the data file print one and the same figure."""
    blocks = [
        {"text": "{{ value('a') }}"},
        {"facts": {}},
        {"table": {"facts": {}}},
        {"key_figures": ["a"]},
        {"chart": {"kind": "range", "title": "T", "facts": {}}},
        {"timeline": {}},
    ]
    facts = {"a": a_fact(value="7000..15000", at=TODAY)}
    made = composed(a_project(tmp_path, facts=facts, blocks=blocks))
    assert made.diagnostics == ()
    assert {figure.text for figure in figures(made.edition.sections)} == {"7,000 to 15,000"}
    assert len(figures(made.edition.sections)) == 6
    chart = made.blocks[4]
    assert chart.spec.rows[0].text == "7,000 to 15,000"
    assert "7,000 to 15,000" in chart.alt
    (fact,) = json.loads(edition_data(made.edition, made.evidence))["facts"]
    assert fact["value"] == {
        "type": "value-record",
        "value": "7000..15000",
        "text": "7,000 to 15,000",
        "kind": "range",
        "low": "7000",
        "high": "15000",
        "best": None,
    }


def test_the_tree_has_no_note_twice(tmp_path):
    """Each note call of an edition has a key of its own."""
    made = composed(
        a_project(tmp_path, blocks=[{"facts": {}}, {"table": {"facts": {}}}, {"text": "{{ fact('killed') }}"}])
    )
    keys = [note.key for note in notes(made.edition.sections)]
    assert sorted(keys) == list(range(3))
    assert next(key for key in count() if key not in keys) == len(made.edition.marks)
    assert "1,300 soldiers were killed.[1]" in written(made.edition)
    assert plain((Note(0, ()),)) == ""
