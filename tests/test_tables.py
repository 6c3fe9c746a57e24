"""Tables: digits under one another, units in heads, totals that are true, groups, cards, and the files beside them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import page as validator
import pypdfium2
import pytest

from briefing.audit import Audit
from briefing.edition import Figure, Table, printed_facts, walk
from briefing.errors import InputError
from briefing.pipeline import build
from briefing.render.sheets import sheets
from tests.browser import axe_violations, nu_messages, offline_page
from tests.builders import (
    DAY,
    OLD,
    a_fact,
    a_feed,
    a_printer,
    a_project,
    a_source,
    an_event,
    an_indicator,
    composed,
    line_text,
    notes,
    said,
)
from tests.reading import inked, pages

LEVELS = {"12": "12", "3.5": "3.5", "~4.25": "about 4.25", ">1300": "more than 1,300", "7.5..15.75": "7.5 to 15.75"}
APART = "select facts that differ in subject or place"
EXACT = "select exact figures and ranges, or add the published total as a fact with parts:"
GROUPED = ["place", {"head": "When and by whom", "columns": ["as_of", "said_by"]}, "value"]
ADDED = {"facts": {"indicator": "killed"}, "columns": ["subject", "said_by", "value"], "total": "true"}


def a_table(folder, facts, block=None, **project):
    """The table of a project that has no other block, and the edition it stands in."""
    made = composed(a_project(folder, facts=facts, blocks=[{"table": block or {"facts": {}}}], **project))
    assert made.diagnostics == ()
    [table] = made.blocks
    assert isinstance(table, Table)
    return table, made


def cells(table, name):
    """The texts of a column, without notes."""
    [n] = [n for n, column in enumerate(table.columns) if column.id == name]
    return [line_text(row.cells[n]) for row in table.rows]


def levels():
    """Facts with decimals, a range, a bound, and notes of one, two and three sources."""
    every = [["nato"], ["nato", "b"], ["b"], ["nato", "b", "c"], ["c"]]
    facts = {
        f"l{n}": a_fact(indicator="level", claim=None, place=f"Gauge {n}", value=value, sources=sources)
        for n, (value, sources) in enumerate(zip(LEVELS, every, strict=True))
    }
    return {
        **facts,
        "own": a_fact(indicator="level", claim=None, value="0.125", sources=None, waiver="our own reading"),
    }


def a_long_project(folder, rows=70):
    """A table over several pages with a group and a total, after one of levels."""
    facts = {
        f"h{n}": a_fact(place=f"District {n}", value=str(17 + 7 * n * n), claim=None, sources=["nato", "b"][n % 2 :])
        for n in range(rows)
    }
    return a_project(
        folder,
        config={"formats": ["pdf", "html", "json"]},
        facts={**levels(), **facts},
        indicators={"level": an_indicator(label="Level", unit="m")},
        sources={"b": a_source(publisher="B"), "c": a_source(publisher="C")},
        blocks=[
            {"table": {"facts": {"indicator": "level"}, "columns": ["place", "value", "as_of"], "title": "Levels"}},
            {"table": {"facts": {"indicator": "killed"}, "columns": GROUPED, "total": "true", "title": "Homes"}},
        ],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The long project's edition."""
    return build(a_long_project(tmp_path_factory.mktemp("tables")), day=DAY, printer=a_printer()).folder


# Figures in a column.

EDGES = """table => [...table.querySelectorAll('td.bf-numeric .bf-figure')].map(figure => {
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT), all = [];
    for (let node; (node = walker.nextNode());) for (let n = 0; n < node.data.length; n++) all.push([node, n]);
    const [node, n] = all[figure.textContent.match(/\\d(?=(\\.\\d+)?$)/).index], range = new Range();
    range.setStart(node, n); range.setEnd(node, n + 1);
    return range.getBoundingClientRect().right;
})"""


def test_units_stand_under_units_on_a_screen(chromium, folder):
    """Whatever decimals, words, ranges and notes figures have, their last whole digits stand under one another."""
    with offline_page(chromium, viewport={"width": 1200, "height": 900}) as page:
        page.goto((folder / "briefing.html").as_uri())
        for table in page.locator("table").all():
            edges = table.evaluate(EDGES)
            assert len(edges) >= 6
            assert max(edges) - min(edges) < 0.6


def test_units_stand_under_units_on_paper(folder):
    """In the PDF the last whole digits of a column stand under one another, too."""
    document = pypdfium2.PdfDocument(folder / "briefing.pdf")
    text = document[0].get_textpage()
    edges = []
    for words in (*LEVELS.values(), "0.125"):
        start, size = text.search(words, match_whole_word=True).get_next()
        digits = words.rpartition(" ")[2].partition(".")[0]
        last = start + size - len(words.rpartition(" ")[2]) + len(digits) - 1
        edges.append(text.get_charbox(last, loose=True)[2])
    document.close()
    assert max(edges) - min(edges) < 0.5


def test_what_aligns_figures_is_no_text(chromium, folder):
    """Room for missing decimals and notes can be neither copied nor heard."""
    with offline_page(chromium) as page:
        page.goto((folder / "briefing.html").as_uri())
        texts = page.locator("table").first.locator("td.bf-numeric .bf-figure").all_text_contents()
    assert [text.replace("\xa0", " ") for text in texts] == [*LEVELS.values(), "0.125"]
    assert "000" not in " ".join(line.text for line in pages(folder / "briefing.pdf")[0])


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["11400000", "2000000"], ["11.4 million", "2 million"]),
        (["11400000", "7000"], ["11,400,000", "7,000"]),
        ([">10000000", "2000000..7123456"], ["more than 10,000,000", "2,000,000 to 7,123,456"]),
    ],
)
def test_figures_of_a_column_are_of_one_form(tmp_path, values, texts):
    """Millions are in words where all figures of the column have that word, otherwise all are in digits."""
    facts = {f"f{n}": a_fact(value=value, subject=f"S{n}") for n, value in enumerate(values)}
    table, _ = a_table(tmp_path, facts)
    assert cells(table, "value") == texts


# Units.


def test_one_unit_is_said_in_the_head(tmp_path):
    """When all figures have one unit, the head has it and the cells have not, be it a word or a sign."""
    for unit in ("soldiers", "%"):
        kinds = {"killed": an_indicator(label="Dead", unit=unit)}
        table, _ = a_table(tmp_path, {"a": a_fact(claim=None, value="12")}, indicators=kinds)
        assert [column.unit for column in table.columns] == ["", "", unit, ""]
        assert cells(table, "value") == ["12"]


def test_units_that_differ_are_said_in_the_cells(tmp_path):
    """When units differ, each cell says its own, unless a column of units does."""
    facts = {"a": a_fact(), "b": a_fact(indicator="share", value="12.5", claim=None), "c": an_event("C")}
    kinds = {"share": an_indicator(label="Share", unit="%")}
    table, _ = a_table(tmp_path, facts, indicators=kinds)
    assert cells(table, "value") == ["1,300\xa0soldiers", "12.5%", ""]
    assert {column.unit for column in table.columns} == {""}
    table, _ = a_table(tmp_path, facts, {"facts": {}, "columns": ["subject", "value", "unit"]}, indicators=kinds)
    assert cells(table, "value") == ["1,300", "12.5", ""]
    assert cells(table, "unit") == ["soldiers", "%", ""]


def test_a_head_that_has_the_unit_does_not_say_it_twice(tmp_path):
    """Below the author's head "Soldiers killed" stands no "soldiers"."""
    block = {"facts": {}, "columns": ["subject", {"value": "Soldiers killed"}]}
    table, _ = a_table(tmp_path, {"a": a_fact()}, block)
    assert [column.unit for column in table.columns] == ["", ""]


# Totals.


def two(one=None, other=None):
    """Two facts that add up."""
    return {
        "x": a_fact(subject="X", **(one or {})),
        "y": a_fact(subject="Y", value="5", sources=["un"], **(other or {})),
    }


UN = {"un": a_source(title="Count", publisher="UN")}


@pytest.mark.parametrize(
    ("one", "other", "total", "text"),
    [
        ("1300", "5", "1305", "1,305"),
        ("7000..15000", "5", "7005..15005", "7,005 to 15,005"),
        ("-5", "0.50", "-4.50", "−4.50"),
        ("600000", "400000", "1000000", "1,000,000"),
    ],
)
def test_a_total_is_the_sum_of_its_rows(tmp_path, one, other, total, text):
    """The last row has the sum, exact or a range, says that it is computed, and has the notes of all its rows."""
    table, made = a_table(tmp_path, two({"value": one}) | {"y": two()["y"] | {"value": other}}, ADDED, sources=UN)
    assert line_text(table.total.cells[0], made.edition) == "Total, computed[1,2]"
    [figure] = [node for node in walk(table.total) if isinstance(node, Figure)]
    assert (figure.value, figure.text, figure.fact, figure.role) == (total, text, "", "total")
    assert line_text(table.total.cells[1]) == ""  # nobody asserts it
    assert set(printed_facts(table)) == {"x", "y"}


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ({"as_of": OLD}, "'x' holds as of 2022-04-09, 'y' holds as of 2022-03-24", "select facts of one date"),
        ({"said_by": "UN"}, "'x' is asserted by NATO, 'y' is asserted by UN", "select facts of one asserter"),
        ({"said_by": None}, "'y' says no said_by", "select facts of one asserter"),
        ({"indicator": "hurt"}, "'x' counts killed, 'y' counts hurt", "select facts of one indicator"),
        ({"status": "disputed"}, "'y' is disputed", "select facts of another status"),
        ({"subject": "X"}, "'x' and 'y' are both about X", APART),
        ({"subject": "X", "place": "P"}, "'x' names no place and may hold 'y', which does", APART),
        ({"value": None, "claim": "Y"}, "'y' has no value", "select facts that have one"),
        ({"parts": ["x"]}, "'x' is a part of 'y'", "select either the whole or its parts"),
        ({"value": "~5"}, "'y' is ~5, and nobody stated how far that reaches", EXACT),
        ({"value": ">5"}, "'y' is >5, and nobody stated how far that reaches", EXACT),
    ],
)  # fmt: skip
def test_a_total_that_would_not_be_true_is_refused(tmp_path, change, message, hint):
    """Facts that cannot be added are an error that names them and says how to mend it."""
    block = {**ADDED, "facts": {"ids": ["x", "y"]}}
    facts = two() | {"y": {name: given for name, given in (two()["y"] | change).items() if given is not None}}
    kinds = {"hurt": an_indicator(label="Hurt")}
    found = said(a_project(tmp_path, facts=facts, blocks=[{"table": block}], sources=UN, indicators=kinds))
    wanted = f"error[untrue-total]: a total would not be true: {message}\n  hint: {hint}"
    assert [one.partition(": ")[2] for one in found if "untrue-total" in one] == [wanted]


def test_wholes_with_a_part_in_common_have_no_total(tmp_path):
    """A part of a part counts: what two rows both hold cannot be added twice."""
    facts = {
        **two({"parts": ["m"], "value": "9"}, {"parts": ["p"]}),
        "m": a_fact(subject="M", value="9", parts=["p"], tags=["part"]),
        "p": a_fact(subject="P", value="9", tags=["part"]),
    }
    block = {**ADDED, "facts": {"ids": ["x", "y"]}}
    found = said(a_project(tmp_path, facts=facts, blocks=[{"table": block}], sources=UN))
    assert [one for one in found if "untrue-total" in one and "'p' is a part of both 'x' and 'y'" in one]


def test_percentages_and_lists_that_are_cut_have_no_total(tmp_path):
    """A sum of percentages means nothing, and one of the first rows is not the total."""
    block = {**ADDED, "facts": {"indicator": "killed", "limit": 2}}
    project = {"facts": two(), "blocks": [{"table": block}], "sources": UN}
    found = said(a_project(tmp_path, **project, indicators={"killed": an_indicator(unit="%")}))
    assert any("figures in % do not add up" in one for one in found)
    assert any("limit: 2 may leave facts out" in one for one in found)


def test_one_row_has_no_total_and_is_no_error(tmp_path):
    """On a day when one fact fits there is nothing to add."""
    table, _ = a_table(tmp_path, {"x": a_fact(subject="X")}, ADDED)
    assert table.total is None


@pytest.mark.parametrize("columns", [["subject", "said_by"], ["value", "subject"]])
def test_a_total_needs_a_column_of_values_and_one_for_its_name(tmp_path, columns):
    """Without a column of values, or one before it, there is no place for a total."""
    block = {**ADDED, "columns": columns}
    found = said(a_project(tmp_path, facts=two(), blocks=[{"table": block}], sources=UN))
    assert [one for one in found if "error[bad-choice]: a total needs the column value" in one]


def test_a_published_total_goes_before_a_sum(tmp_path):
    """A fact whose parts are the rows is the total, with its own figure and note, even where they cannot be added."""
    facts = {**two({"value": "~1300"}), "all": a_fact(value="~1310", said_by="UN", parts=["x", "y"], tags=["whole"])}
    block = {**ADDED, "facts": {"ids": ["x", "y"]}}
    table, made = a_table(tmp_path, facts, block, sources=UN)
    assert [line_text(cell, made.edition) for cell in table.total.cells] == ["Total[1]", "UN", "about 1,310"]
    assert table.total.fact == "all"
    assert "all" in printed_facts(made.edition.sections)


def test_a_published_total_of_another_day_is_none(tmp_path):
    """A whole that held on another date says nothing of these rows; they are added."""
    facts = {**two(), "all": a_fact(value="1305", as_of=OLD, parts=["x", "y"], tags=["whole"])}
    table, made = a_table(tmp_path, facts, {**ADDED, "facts": {"ids": ["x", "y"]}}, sources=UN)
    assert line_text(table.total.cells[0], made.edition) == "Total, computed[1,2]"


def test_a_published_total_has_to_agree_with_the_rows(tmp_path):
    """A published total that its parts do not make is an error of the table."""
    facts = {**two(), "all": a_fact(value="1400", parts=["x", "y"])}
    block = {**ADDED, "facts": {"ids": ["x", "y"]}}
    found = said(a_project(tmp_path, facts=facts, blocks=[{"table": block}], sources=UN))
    assert [one for one in found if "error[untrue-total]" in one and "the rows make 1305, but the published" in one]


def test_a_total_is_in_every_output(folder):
    """The computed total of the long table stands in PDF, page and data, and the audit knows where it comes from."""
    total = sum(17 + 7 * n * n for n in range(70))
    tree = json.loads((folder / "briefing.json").read_text(encoding="utf-8"))
    rows = [block["total"] for block in tree["edition"]["sections"][0]["blocks"]]
    assert rows[0] is None
    assert rows[1]["cells"][-1][0]["value"] == str(total)
    assert f"{total:,}" in (folder / "briefing.html").read_text(encoding="utf-8")
    assert any(f"{total:,}" in line.text for page in pages(folder / "briefing.pdf") for line in page)


# Heads.


def test_columns_stand_in_groups(chromium, folder):
    """A group's head covers its columns; other heads reach down both rows; none does both."""
    with offline_page(chromium) as page:
        page.goto((folder / "briefing.html").as_uri())
        heads = (
            page.locator("table")
            .nth(1)
            .evaluate(
                "table => [...table.tHead.rows].map(row => [...row.cells].map(one =>"
                " [one.textContent.trim(), one.colSpan, one.rowSpan, one.scope]))"
            )
        )
        assert heads == [
            [["Place", 1, 2, "col"], ["When and by whom", 2, 1, "colgroup"], ["Figure soldiers", 1, 2, "col"]],
            [["As of", 1, 1, "col"], ["According to", 1, 1, "col"]],
        ]


def test_heads_stand_on_every_page(folder):
    """A table that goes over pages repeats both rows of its head, and leaves no row alone on a page."""
    found = []
    for page in pages(folder / "briefing.pdf"):
        rows = [line for line in page if inked(line.text).startswith("District")]
        if rows:
            above = " ".join(line.text for line in page if line.top < min(row.top for row in rows))
            assert "When and by whom" in above
            assert "According to" in above
            found.append(len(rows))
    assert len(found) >= 2
    assert min(found) >= 2
    assert sum(found) == 70


@pytest.mark.parametrize("rows", range(38, 44))
def test_a_total_does_not_stand_alone_on_a_page(tmp_path, rows):
    """However many rows a page holds, the total has a row above it."""
    folder = build(a_long_project(tmp_path, rows), day=DAY, formats=["pdf"], printer=a_printer()).folder
    for page in pages(folder / "briefing.pdf"):
        if any(inked(line.text).startswith("Total") for line in page):
            assert any(inked(line.text).startswith("District") for line in page)


def test_grouped_tables_are_accessible_in_print(folder):
    """A PDF with groups, totals and repeated heads passes every rule of PDF/UA-1."""
    report = validator.validate_pdf(folder / "briefing.pdf", profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


# Narrow screens.


@pytest.mark.parametrize("width", [320, 360, 640])
def test_rows_are_cards_on_a_narrow_screen(chromium, folder, width):
    """Each row is a card, with heads and units beside its cells, and nothing is moved sideways."""
    with offline_page(chromium, viewport={"width": width, "height": 800}) as page:
        page.goto((folder / "briefing.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for frame in page.locator(".bf-table-frame").all():
            assert frame.evaluate("one => one.scrollWidth <= one.clientWidth")
        row = page.locator("table").nth(1).locator("tbody tr").first
        tops = row.evaluate("row => [...row.cells].map(one => one.getBoundingClientRect().top)")
        assert all(upper < lower for upper, lower in pairwise(tops))
        beside = "getComputedStyle(one, '::before').content, getComputedStyle(one, '::after').content"
        (_, *labels) = row.evaluate(f"row => [...row.cells].map(one => [{beside}])")
        assert labels == [
            ['"As of"', '"When and by whom"'], ['"According to"', "none"], ['"Figure (soldiers)"', "none"]
        ]  # fmt: skip
        last = page.locator("table").nth(1).locator("tr.bf-total")
        assert last.evaluate("row => getComputedStyle(row).display") == "block"


def test_cards_are_still_a_table_for_those_who_listen(chromium, folder):
    """On a narrow screen the browser tells of a table with its rows, heads and cells, and axe agrees."""
    with offline_page(chromium, viewport={"width": 320, "height": 800}) as page:
        page.goto((folder / "briefing.html").as_uri())
        table = page.get_by_role("table", name="Homes")
        assert table.get_by_role("row").count() == 2 + 70 + 1
        assert table.get_by_role("columnheader").count() == 5
        assert table.get_by_role("rowheader").count() == 71
        assert axe_violations(page) == []
    assert nu_messages([folder / "briefing.html"]) == []


# Files.


def rows_of(text):
    """The rows of a CSV file by their heads."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_table_and_chart_has_a_file(tmp_path):
    """Files are named by their place or id, stand in the manifest, and hold a row for each fact or date."""
    config = a_project(
        tmp_path,
        config={"formats": ["html"]},
        facts={**two(), "r": a_fact(value="7000..15000", subject="R", said_by="UN")},
        sources=UN,
        feeds=[a_feed()],
        files={"t.csv": f"date,n\n2022-04-08,5\n{DAY},~7\n"},
        blocks=[
            {"table": {"facts": {"ids": ["x", "y"]}}},
            {"table": {"facts": {"ids": ["r", "y"]}}},
            {"table": {"facts": {"ids": ["x"]}, "id": "named"}},
            {"chart": {"kind": "line", "title": "T", "series": ["losses"]}},
            {"chart": {"kind": "range", "title": "T", "facts": {"ids": ["r", "x"]}}},
        ],
    )
    folder = build(config, day=DAY, printer=a_printer()).folder
    names = [
        "charts/chart-1-2.csv",
        "charts/chart-1.csv",
        "tables/named.csv",
        "tables/table-1-2.csv",
        "tables/table-1.csv",
    ]
    assert sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*.csv")) == names
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(names) <= set(manifest["outputs"])
    data = (folder / "tables/table-1-2.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffact,")
    assert data.count(b"\r\n") == 3
    [first, second] = rows_of(data.decode("utf-8-sig"))
    assert (first["fact"], first["low"], first["high"], first["best"], first["kind"], first["printed"]) == (
        "r", "7000", "15000", "", "range", "7,000 to 15,000"
    )  # fmt: skip
    assert (second["unit"], second["as_of"], second["said_by"], second["status"]) == (
        "soldiers", "2022-04-09", "NATO", "reported"
    )  # fmt: skip
    assert (second["source_publisher"], second["source_title"]) == ("UN", "Count")
    series = rows_of((folder / "charts/chart-1.csv").read_text(encoding="utf-8-sig"))
    assert [(row["fact"], row["as_of"], row["low"], row["kind"]) for row in series] == [
        ("losses", "2022-04-08", "5", "exact"), ("losses", "2022-04-09", "7", "about")
    ]  # fmt: skip


def test_a_table_s_name_is_its_own(tmp_path):
    """Two tables of one id would be one file: that is an error."""
    blocks = [{"table": {"facts": {}, "id": "t"}}, {"table": {"facts": {}, "id": "t"}}]
    [found] = said(a_project(tmp_path, blocks=blocks))
    assert "error[duplicate-id]: there is a table 't' already\n  hint: choose another id" in found


@pytest.mark.parametrize(
    "start",
    [
        *("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}"),
        *("\N{NO-BREAK SPACE}=", "\N{IDEOGRAPHIC SPACE}=", "\N{NARROW NO-BREAK SPACE}+", "\N{ZERO WIDTH SPACE}="),
        "\N{WORD JOINER}\N{NO-BREAK SPACE}@",
    ],
)
def test_no_cell_of_a_fact_is_a_formula(tmp_path, start):
    """A text that begins like a formula is text for every spreadsheet; a number stays one, also below zero."""
    hostile = f"{start}HYPERLINK(1)"
    fact = a_fact(subject=hostile, place=hostile, said_by=hostile, claim=None, value="-5", sources=["x"])
    sources = {"x": a_source(title=hostile, publisher=hostile)}
    _, made = a_table(tmp_path, {"a": fact}, sources=sources)
    [(_, text)] = sheets(made.edition, made.evidence)
    [row] = rows_of(text.removeprefix("\ufeff"))
    for name in ("subject", "place", "said_by", "source_title", "source_publisher"):
        assert row[name] == f"'{hostile}"
    assert row["low"] == "-5"
    numbers = {"low", "high", "best"}
    assert not any(cell.startswith(tuple("=+-@\t\r")) for name, cell in row.items() if name not in numbers)


def test_a_file_with_another_figure_is_found(tmp_path):
    """The audit refuses a CSV file whose figure, date or facts are not those of the edition."""
    _, made = a_table(tmp_path, two(), sources=UN)
    [(name, text)] = sheets(made.edition, made.evidence)
    audit = Audit(made.edition, made.evidence, {})
    assert audit.files({name: text.encode()}) == ()
    for was, now in (
        (",1300,1300,", ",1301,1300,"),
        ('"1,300"', '"1,301"'),
        ("2022-04-09,", "2022-04-08,"),
        ("\ny,", "\nz,"),
    ):
        assert was in text
        [found] = audit.files({name: text.replace(was, now, 1).encode()})
        assert found.code == "figures-differ"


def test_a_changed_total_is_found(tmp_path):
    """The audit refuses a page with another total than the edition's."""
    _, made = a_table(tmp_path, two(), ADDED, sources=UN)
    [table] = made.blocks
    other = replace(table.total, cells=(*table.total.cells[:-1], (Figure("1,306", "", "1306", "soldiers", "total"),)))
    section = replace(made.edition.sections[0], blocks=(replace(table, total=other),))
    wrong = replace(made.edition, sections=(section,))
    from briefing.render import Theme, screen_page

    page = screen_page(wrong, Theme(None), {}).encode()
    assert {one.code for one in Audit(made.edition, made.evidence, {}).files({"briefing.html": page})} >= {
        "figures-differ"
    }


def test_files_are_the_same_every_time(tmp_path):
    """The same facts give the same bytes of every file."""
    made = [build(a_long_project(tmp_path), day=DAY, out=tmp_path / n, formats=["html"]).folder for n in ("a", "b")]
    first, second = ({one.name: one.read_bytes() for one in sorted(folder.rglob("*.csv"))} for folder in made)
    assert first == second
    assert set(first) == {"table-1.csv", "table-1-2.csv"}
    assert build(tmp_path / "config.yaml", day=DAY, out=tmp_path / "a", formats=["html"]).unchanged


def test_the_file_of_a_table_goes_with_it(tmp_path):
    """When a table is taken out, its file is no longer in the folder of the edition."""
    tables: list[Any] = [{"table": {"facts": {}, "id": name}} for name in ("one", "two")]
    config = {"formats": ["html"]}
    folder = build(a_project(tmp_path, config=config, blocks=tables), day=DAY, printer=a_printer()).folder
    assert len(list(folder.glob("tables/*"))) == 2
    folder = build(a_project(tmp_path, config=config, blocks=tables[:1]), day=DAY, printer=a_printer()).folder
    assert [one.name for one in folder.glob("tables/*")] == ["one.csv"]


def test_an_untrue_total_stops_the_build(tmp_path):
    """No edition is made with a total that is not true."""
    config = a_project(tmp_path, facts=two(other={"as_of": OLD}), blocks=[{"table": ADDED}], sources=UN)
    with pytest.raises(InputError):
        build(config, day=DAY)
    assert notes(composed(config).blocks)  # the rest of the table is there
