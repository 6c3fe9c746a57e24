"""Feeds: the rows of a table as a series or as facts; cells understood or refused, never guessed."""

import datetime as dt
import re
import shutil
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.config.feeds import NumberFormat
from briefing.validate.cells import BadCell, plain_date, plain_number
from briefing.value import ValueSyntaxError, parse
from tests.builders import (
    DATA,
    DAY,
    TODAY,
    a_fact,
    a_feed,
    a_project,
    a_series,
    a_source,
    a_workbook,
    composed,
    said,
)

A_CENTURY = dt.date(2100, 1, 1)


def points(folder, name="losses", day=A_CENTURY, **project):
    """The points of a series of a project without faults, as texts."""
    made = composed(a_project(folder, **project), day)
    assert made.diagnostics == ()
    return [(str(point.at), str(point.value)) for point in made.evidence.series[name].points]


def series_of(folder, text, **feed):
    """The points of the series `losses`, from the text of a table."""
    return points(folder, feeds=[a_feed(**feed)], files={"t.csv": text})


# Numbers.


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1300", "1300"),
        ("1 300", "1300"),
        ("1 300 000", "1300000"),
        ("1\N{NO-BREAK SPACE}300", "1300"),
        ("1\N{NARROW NO-BREAK SPACE}300", "1300"),
        ("1\N{THIN SPACE}300", "1300"),
        ("1.10", "1.10"),
        ("0.123", "0.123"),
        ("1234.567", "1234.567"),
        ("-5", "-5"),
        ("\N{MINUS SIGN}5", "-5"),
        ("~1300", "~1300"),
        ("> 50", ">50"),
        ("<=5", "<=5"),
        ("7000..15000", "7000..15000"),
        ("7 000 .. 15 000", "7000..15000"),
    ],
)
def test_a_cell_with_one_meaning_is_understood(tmp_path, cell, value):
    """Spaces between thousands, foreign minus signs and the syntax of values are read."""
    assert series_of(tmp_path, f'date,n\n{TODAY},"{cell}"\n') == [(TODAY, value)]


@pytest.mark.parametrize(
    ("cell", "code", "message"),
    [
        ("1,234", "ambiguous-number", "'1,234' can be read in two ways"),
        ("1.234", "ambiguous-number", "'1.234' can be read in two ways"),
        ("1,5", "ambiguous-number", "'1,5' can be read in two ways"),
        ("1'234", "ambiguous-number", "'1'234' can be read in two ways"),
        ("1.234.567", "ambiguous-number", "'1.234.567' can be read in two ways"),
        ("12,345,678", "ambiguous-number", "'12,345,678' can be read in two ways"),
        ("1,000..2,000", "ambiguous-number", "'1,000' can be read in two ways"),
        ("1300[a]", "bad-value", "'1300[a]' carries a footnote mark"),
        ("1 300 [12]", "bad-value", "'1 300 [12]' carries a footnote mark"),
        ("1300*", "bad-value", "'1300*' carries a footnote mark"),
        ("1300†", "bad-value", "'1300†' carries a footnote mark"),
        ("13 00", "bad-value", "'13 00' is not a number"),
        ("1 3000", "bad-value", "'1 3000' is not a number"),
        ("1300 men", "bad-value", "'1300 men' is not a value"),
        ("$5", "bad-value", "'$5' is not a value"),
        ("5%", "bad-value", "'5%' is not a value"),
        ("1e3", "bad-value", "'1e3' is not a value"),
        ("007", "bad-value", "'007' is not a value"),
        ("7000 - 15000", "bad-value", "'7000 - 15000' is not a value"),
        ("(5)", "bad-value", "'(5)' is not a value"),
        ("٣", "bad-value", "'٣' is not a value"),
        ("five", "bad-value", "'five' is not a value"),
    ],
)
def test_a_cell_with_two_meanings_or_none_is_refused(tmp_path, cell, code, message):
    """What could mean two things, or is no figure at all, is refused at its row and column."""
    config = a_project(tmp_path, feeds=[a_feed()], files={"t.csv": f'date,n\n2022-04-08,5\n{TODAY},"{cell}"\n'})
    (text,) = said(config)
    assert text.startswith(f"t.csv:3:2: error[{code}]: column 'n': {message}")


@pytest.mark.parametrize(
    ("numbers", "cell", "value"),
    [
        ({"thousands": ","}, "1,234", "1234"),
        ({"thousands": ","}, "12,345,678.90", "12345678.90"),
        ({"thousands": ","}, "1.234", "1.234"),
        ({"thousands": ",", "decimal": "."}, "999", "999"),
        ({"thousands": ".", "decimal": ","}, "1.234,5", "1234.5"),
        ({"thousands": ".", "decimal": ","}, "1.234", "1234"),
        ({"decimal": ","}, "1,5", "1.5"),
        ({"decimal": ","}, "1 234,5", None),
        ({"thousands": " ", "decimal": ","}, "1 234,5", "1234.5"),
        ({"thousands": "'"}, "1'234", "1234"),
        ({"thousands": "’"}, "1’234", "1234"),
        ({"thousands": ","}, "1,23", None),
        ({"thousands": ","}, "12,34,567", None),
        ({"thousands": ".", "decimal": ","}, "1,234.5", None),
        ({"decimal": ","}, "1.5", None),
    ],
)
def test_a_feed_says_how_its_table_writes_numbers(tmp_path, numbers, cell, value):
    """With its format told, a number has one meaning; one that does not fit the format is refused."""
    project: dict[str, Any] = {"feeds": [a_feed(numbers=numbers)], "files": {"t.csv": f'date,n\n{TODAY},"{cell}"\n'}}
    if value is None:
        (text,) = said(a_project(tmp_path, **project))
        assert "t.csv:2:2: error[bad-value]: column 'n':" in text
        assert "does not fit the numbers of the feed" in text
    else:
        assert points(tmp_path, **project) == [(TODAY, value)]


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", ".", " ", "'", "’"]))
def test_a_grouped_number_comes_back_as_itself(n, mark):
    """Any whole number in groups of three is read as that number once the mark between them is told."""
    style = NumberFormat(thousands=mark, decimal="," if mark == "." else ".")
    assert parse(plain_number(f"{n:,}".replace(",", mark), style)).low == n


@given(st.text(alphabet="0123456789.,' -~<>[]*a\N{NO-BREAK SPACE}", max_size=12))
def test_a_cell_is_never_guessed(cell):
    """Without a format told, nothing of a figure but the spaces between its thousands is dropped."""
    try:
        plain = plain_number(cell, None)
        parse(plain)
    except (BadCell, ValueSyntaxError):
        return
    assert "".join(plain.split()) == "".join(cell.split())
    assert not re.search(r"[0-9]\s[0-9]{1,2}(?![0-9])", cell)


@pytest.mark.parametrize("cell", ["", "n/a", "N/A", "NA", "-", "–", "—", "..", "null"])
def test_a_cell_that_holds_nothing_states_nothing(tmp_path, cell):
    """The usual marks of a missing value leave a gap, not a zero."""
    assert series_of(tmp_path, f"date,n\n2022-04-08,{cell}\n{TODAY},5\n") == [(TODAY, "5")]


def test_a_feed_may_have_marks_of_its_own_for_nothing(tmp_path):
    """`missing` replaces the usual marks; what is not among them is refused."""
    text = f"date,n\n2022-04-07,?\n{TODAY},5\n"
    assert series_of(tmp_path / "told", text, missing=["?"]) == [(TODAY, "5")]
    (one,) = said(a_project(tmp_path / "untold", feeds=[a_feed()], files={"t.csv": text}))
    assert one.startswith("t.csv:2:2: error[bad-value]: column 'n': '?' is not a value")


def test_footnote_marks_are_dropped_only_on_demand(tmp_path):
    """A feed may say that marks behind figures are only marks."""
    text = f"date,n\n2022-04-07,1 300[a]\n2022-04-08,1400*\n{TODAY},1500 †\n"
    assert [value for _, value in series_of(tmp_path, text, footnote_marks="drop")] == ["1300", "1400", "1500"]


def test_a_number_that_its_file_wrote_as_a_number_is_beyond_doubt(tmp_path):
    """`1.234` in JSON or a workbook is one and a bit, since the format itself says where the decimals begin."""
    in_json = points(
        tmp_path / "json", feeds=[a_feed("t.json")], files={"t.json": f'[{{"date": "{TODAY}", "n": 1.234}}]'}
    )
    in_xlsx = points(
        tmp_path / "xlsx", feeds=[a_feed("t.xlsx")], files={"t.xlsx": a_workbook([["date", "n"], [DAY, 1.234]])}
    )
    assert in_json == in_xlsx == [(TODAY, "1.234")]


def test_a_text_in_a_workbook_is_doubted_like_any_other(tmp_path):
    """A cell that holds a number as text is read by the rules of texts."""
    config = a_project(
        tmp_path, feeds=[a_feed("t.xlsx")], files={"t.xlsx": a_workbook([["date", "n"], [DAY, "1,234"]])}
    )
    (text,) = said(config)
    assert text.startswith("t.xlsx:2:2: error[ambiguous-number]")


# Dates.


@pytest.mark.parametrize(
    ("style", "cell", "date"),
    [
        ("yyyy-mm-dd", "2022-02-24", "2022-02-24"),
        ("yyyy-mm-dd", "2022-02-24T00:00:00Z", "2022-02-24"),
        ("yyyy-mm-dd", "2022-02-24 00:00", "2022-02-24"),
        ("mmmm d, yyyy", "February 24, 2022", "2022-02-24"),
        ("mmmm d, yyyy", "february 4, 2022", "2022-02-04"),
        ("d mmm yyyy", "24 Feb 2022", "2022-02-24"),
        ("d mmm yyyy", "24 Feb. 2022", "2022-02-24"),
        ("dd.mm.yyyy", "24.02.2022", "2022-02-24"),
        ("m/d/yyyy", "2/24/2022", "2022-02-24"),
        ("d/m/yyyy", "4/3/2022", "2022-03-04"),
        ("yyyymmdd", "20220224", "2022-02-24"),
        ("epoch-ms", "1517966773840", "2018-02-07"),
        ("epoch-s", "1517966773", "2018-02-07"),
        ("epoch-ms", "-1", "1969-12-31"),
    ],
)
def test_a_feed_says_how_its_table_writes_dates(style, cell, date):
    """A pattern of year, month and day, or seconds since 1970, tells how to read a date."""
    assert str(plain_date(cell, style)) == date


@pytest.mark.parametrize(
    ("style", "cell", "message"),
    [
        ("yyyy-mm-dd", "24.02.2022", "'24.02.2022' is not written as 'yyyy-mm-dd'"),
        ("yyyy-mm-dd", "2022-02-30", "there is no '2022-02-30'"),
        ("yyyy-mm-dd", "2022-02-24T14:30:00Z", "is not written as 'yyyy-mm-dd'"),
        ("yyyy-mm-dd", "Total", "'Total' is not written as 'yyyy-mm-dd'"),
        ("d mmmm yyyy", "24 février 2022", "is not written as"),
        ("d mmmm yyyy", "24 Febtember 2022", "'Febtember' is no month"),
        ("m/d/yyyy", "24/2/2022", "there is no '24/2/2022'"),
        ("mm/yyyy", "02/2022", "'mm/yyyy' does not name a year, a month and a day"),
        ("d/d/yyyy", "1/2/2022", "'d/d/yyyy' is not a pattern of dates"),
        ("epoch-ms", "2022-02-24", "'2022-02-24' is not a number of ms since 1970"),
        ("epoch-s", "99999999999999", "is no moment of this or the last centuries"),
    ],
)
def test_a_date_that_is_not_written_so_is_refused(style, cell, message):
    """A date in another form, or on a day that never was, is not guessed at."""
    with pytest.raises(BadCell) as refused:
        plain_date(cell, style)
    assert refused.value.code == "bad-date"
    assert message in refused.value.message


def test_a_bad_date_is_refused_at_its_cell(tmp_path):
    """A date that cannot be read is told with row and column."""
    config = a_project(tmp_path, feeds=[a_feed()], files={"t.csv": f"n,date\n5,{TODAY}\n6,yesterday\n"})
    (text,) = said(config)
    assert text == (
        "t.csv:3:2: error[bad-date]: column 'date': 'yesterday' is not written as 'yyyy-mm-dd'\n"
        "  hint: say how the table writes dates, such as dates: d mmmm yyyy"
    )


def test_a_figure_without_a_date_is_refused(tmp_path):
    """A row with a figure and an empty date is not passed over in silence."""
    (text,) = said(a_project(tmp_path, feeds=[a_feed()], files={"t.csv": f"date,n\n{TODAY},5\n,6\n"}))
    assert text == (
        "t.csv:3:1: error[no-as-of]: column 'date': the figure 6 has no date\n  hint: write the date in this cell"
    )


# A series.


def test_a_series_stands_in_order_of_time(tmp_path):
    """Rows may stand in any order; a row that says the same twice is one point."""
    text = "date,n\n2022-04-03,7\n2022-04-01,5\n2022-04-02,6\n2022-04-01,5\n"
    assert series_of(tmp_path, text) == [("2022-04-01", "5"), ("2022-04-02", "6"), ("2022-04-03", "7")]


def test_two_figures_for_one_date_are_refused(tmp_path):
    """Two rows that contradict each other are told, with both figures."""
    (text,) = said(a_project(tmp_path, feeds=[a_feed()], files={"t.csv": "date,n\n2022-04-01,5\n2022-04-01,6\n"}))
    assert text == (
        "t.csv:3:1: error[duplicate-id]: column 'date': 2022-04-01 stands here a second time with 6; row 2 has 5\n"
        "  hint: choose the rows with where:"
    )


def test_rows_are_chosen_by_their_cells(tmp_path):
    """`where` keeps the rows whose cells are one of the words, for a feed and for each of its series."""
    text = "date,n,country,kind\n2022-04-01,5,A,x\n2022-04-01,6,B,x\n2022-04-01,7,C,x\n2022-04-01,8,A,y\n"
    feed = a_feed(
        where={"kind": "x"},
        series=[a_series(id="a", where={"country": "A"}), a_series(id="b", where={"country": ["B"]})],
    )
    config = a_project(tmp_path, feeds=[feed], files={"t.csv": text})
    series = composed(config).evidence.series
    assert {name: [str(p.value) for p in one.points] for name, one in series.items()} == {"a": ["5"], "b": ["6"]}


def test_a_series_has_one_subject(tmp_path):
    """A constant may come from a column, as long as all rows agree on it."""
    mapped = a_series(subject={"column": "country"}, said_by={"column": "who", "words": {"mod": "Ministry of Defence"}})
    same = "date,n,country,who\n2022-04-01,5,A,mod\n2022-04-02,6,A,mod\n"
    config = a_project(tmp_path / "same", feeds=[a_feed(series=[mapped])], files={"t.csv": same})
    fact = composed(config).evidence.series["losses"].fact
    assert (fact.subject, fact.said_by) == ("A", "Ministry of Defence")
    differ = same.replace("6,A", "6,B")
    (text,) = said(a_project(tmp_path / "differ", feeds=[a_feed(series=[mapped])], files={"t.csv": differ}))
    assert text.startswith("t.csv:3:3: error[bad-row]: column 'country': a series has one subject, but here it is 'B'")


def test_a_word_that_is_not_translated_is_refused(tmp_path):
    """A feed that translates cells refuses one it has no word for."""
    mapped = a_series(said_by={"column": "who", "words": {"mod": "Ministry of Defence"}})
    text = "date,n,who\n2022-04-01,5,modd\n"
    (one,) = said(a_project(tmp_path, feeds=[a_feed(series=[mapped])], files={"t.csv": text}))
    assert one == (
        "t.csv:2:3: error[bad-choice]: column 'who': 'modd' is not among the words of the feed\n"
        "  hint: a similar name is 'mod'"
    )


def test_a_second_column_says_about_or_more(tmp_path):
    """A qualifier gives the figure its sign; one that is no sign has to be translated."""
    words = {"column": "q", "words": {"about": "~", "more": ">"}}
    text = "date,n,q\n2022-04-01,5,about\n2022-04-02,6,more\n2022-04-03,7,\n"
    mapped = a_series(value={"column": "n", "qualifier": words})
    assert [v for _, v in series_of(tmp_path / "told", text, series=[mapped])] == ["~5", ">6", "7"]
    bare = a_series(value={"column": "n", "qualifier": {"column": "q"}})
    found = said(a_project(tmp_path / "bare", feeds=[a_feed(series=[bare])], files={"t.csv": text}))
    assert found[0] == (
        "t.csv:2:3: error[bad-value]: column 'q': the qualifier 'about' is not ~, >, >=, < or <=\n"
        "  hint: translate it with words:"
    )


def test_every_column_that_is_not_there_is_named(tmp_path):
    """All misspelt columns are said at once, each at its place in the config."""
    mapped = a_series(as_of={"column": "dat"}, value={"column": "m", "qualifier": {"column": "q"}}, where={"x": "y"})
    found = said(a_project(tmp_path, feeds=[a_feed(series=[mapped])], files={"t.csv": "date,n\n2022-04-01,5\n"}))
    assert [text.partition(": ")[2] for text in found] == [
        "error[unknown-column]: 't.csv' has no column 'dat'\n  hint: a column with a similar name is 'date'",
        "error[unknown-column]: 't.csv' has no column 'm'\n  hint: its columns are date, n",
        "error[unknown-column]: 't.csv' has no column 'q'\n  hint: its columns are date, n",
        "error[unknown-column]: 't.csv' has no column 'x'\n  hint: its columns are date, n",
    ]
    assert len({text.partition(": ")[0] for text in found}) == 4


def test_what_a_series_names_has_to_be_there(tmp_path):
    """A series cites sources and an indicator that exist, under an id that nobody has."""
    mapped = a_series(id="killed", sources=["nat"], indicator="kild", claim="{valeu} killed, 5 of them {place}")
    config = a_project(
        tmp_path, feeds=[a_feed(series=[mapped, a_series()]), a_feed()], files={"t.csv": "date,n\n2022-04-01,5\n"}
    )
    codes = [text.partition("[")[2].partition("]")[0] for text in said(config)]
    assert codes == ["duplicate-id", "duplicate-id"]
    mapped["id"] = "other"
    config = a_project(tmp_path, feeds=[a_feed(series=[mapped])], files={"t.csv": "date,n\n2022-04-01,5\n"})
    assert [text.partition(": ")[2].partition("\n")[0] for text in said(config)] == [
        "error[unknown-indicator]: fact 'other' names the indicator 'kild', which is not defined",
        "error[unknown-source]: fact 'other' cites 'nat', which is not defined",
        "warning[near-placeholder]: '{valeu}' is no placeholder and is printed as it stands",
        "error[figure-typed]: the figure '5' is typed in the claim of 'other', beside its value 5",
        "error[missing-key]: the claim of 'other' prints {place}, but 'place' is missing",
    ]


def test_very_many_bad_rows_are_counted(tmp_path):
    """Twenty rows of a kind are spelt out, and the others are a number."""
    text = "date,n\n" + "2022-04-01,x\n" * 500
    found = said(a_project(tmp_path, feeds=[a_feed()], files={"t.csv": text}))
    assert len(found) == 21
    assert found[0] == "t.csv:1: error[bad-value]: 480 more rows of this table have the same problem"
    assert found[-1].startswith("t.csv:21:2: error[bad-value]")


# Facts.


def facts_feed(**fields):
    """A feed that makes a fact of each row."""
    mapped = {
        "id": "row-{column:id}",
        "indicator": "killed",
        "claim": "{value} killed in {place}: {column:note}",
        "place": {"column": "place"},
        "sources": ["nato"],
        "as_of": {"column": "date"},
        "value": {"column": "n"},
    }
    return a_feed(facts=[{name: given for name, given in {**mapped, **fields}.items() if given is not None}])


def test_each_row_becomes_a_fact(tmp_path):
    """Ids and claims are patterns; constants and columns fill the other fields."""
    feed = facts_feed(
        said_by="UN", tags=["war", "toll"], status="confirmed", note="N", marking="TLP:GREEN", at={"column": "date"}
    )
    text = f"id,place,date,n,note\n1,Kyiv,{TODAY},~5,first\n2,Lviv,2022-04-08,6..7,second\n3,Odesa,{TODAY},n/a,none\n"
    made = composed(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}))
    assert made.diagnostics == ()
    assert list(made.evidence.facts) == ["row-1", "row-2"]
    fact = made.evidence.facts["row-2"]
    assert (str(fact.value), str(fact.as_of), fact.place, fact.said_by) == ("6..7", "2022-04-08", "Lviv", "UN")
    assert (fact.tags, fact.status, fact.note, fact.marking) == (("war", "toll"), "confirmed", "N", "TLP:GREEN")
    assert fact.at is not None
    assert str(fact.at.start) == "2022-04-08"
    assert str(fact.claim) == "{value} killed in {place}: second"


def test_a_row_may_say_where_it_is_so(tmp_path):
    """Latitude and longitude are read as decimals, whose places are never taken for thousands."""
    feed = facts_feed(lat={"column": "north"}, lon={"column": "east"})
    text = f"id,place,date,n,note,north,east\n1,Kyiv,{TODAY},5,x,50.450,-30.5234\n2,Lviv,{TODAY},6,x,,\n"
    made = composed(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}))
    assert made.diagnostics == ()
    places = {name: (fact.lat, fact.lon) for name, fact in made.evidence.facts.items()}
    assert places == {"row-1": (Decimal("50.450"), Decimal("-30.5234")), "row-2": (None, None)}
    (text,) = said(a_project(tmp_path / "far", feeds=[feed], files={"t.csv": text.replace("50.450", "95")}, facts={}))
    assert "t.csv:2: error[bad-number]" in text
    assert "95 is outside -90 to 90" in text


def test_a_row_may_state_no_figure(tmp_path):
    """Rows can become events: a claim and a date, without a value."""
    feed = facts_feed(value=None, as_of=None, indicator=None, at={"column": "date"}, claim="{column:note}")
    made = composed(
        a_project(
            tmp_path, feeds=[feed], files={"t.csv": f"id,place,date,note\n1,Kyiv,{TODAY},It happened\n"}, facts={}
        )
    )
    assert made.diagnostics == ()
    assert str(made.evidence.facts["row-1"].claim) == "It happened"


@pytest.mark.parametrize(
    "cell", ["{value}", "{fact:killed}", "<b>x</b>", "{{ 7 }}", "*x*", "[1]", "$x$", "{valeu}", "12"]
)
def test_a_cell_is_text_throughout(tmp_path, cell):
    """Whatever a cell holds, it comes out as typed: only the pattern's own placeholders are filled."""
    feed = facts_feed(claim="{value} killed: {column:note}")
    text = f"id,place,date,n,note\n1,Kyiv,{TODAY},5,{cell}\n"
    made = composed(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}, blocks=[{"facts": {}}]))
    assert made.diagnostics == ()
    claim = made.evidence.facts["row-1"].claim
    assert claim is not None
    assert claim.parts[-1] == cell


def test_an_empty_cell_leaves_no_claim(tmp_path):
    """A row whose claim is empty says nothing, unless it has a figure of an indicator."""
    text = f"id,place,date,n,note\n1,Kyiv,{TODAY},5,\n"
    with_figure = a_project(
        tmp_path / "a",
        feeds=[facts_feed(claim="{column:note}")],
        files={"t.csv": text},
        facts={},
        blocks=[{"facts": {}}],
    )
    assert said(with_figure) == []
    feed = facts_feed(claim="{column:note}", indicator=None)
    (one,) = said(a_project(tmp_path / "b", feeds=[feed], files={"t.csv": text}, facts={}))
    assert one.startswith("t.csv:2: error[nothing-said]: fact 'row-1' says nothing")


def test_rows_that_make_no_fact_are_refused(tmp_path):
    """An id that is none, one that is taken, a figure without a date, and a gap in a claim are told with their rows."""
    text = (
        "id,place,date,n,note\n"
        f"1,Kyiv,{TODAY},5,x\n"
        f"1,Lviv,{TODAY},6,x\n"
        f"a b,Lviv,{TODAY},6,x\n"
        "4,Lviv,,6,x\n"
        f"5,,{TODAY},6,x\n"
        f"6,Lviv,{TODAY},many,x\n"
    )
    found = said(a_project(tmp_path, feeds=[facts_feed()], files={"t.csv": text}, facts={}))
    assert [one.partition("\n")[0] for one in found] == [
        "t.csv:3: error[duplicate-id]: the id 'row-1' is taken already",
        "t.csv:4: error[bad-id]: 'row-a b' is not an id",
        "t.csv:5: error[no-as-of]: fact 'row-4' has a value but does not say when it held",
        "t.csv:6: error[missing-key]: the claim of 'row-5' prints {place}, but 'place' is missing",
        "t.csv:7:4: error[bad-value]: column 'n': 'many' is not a value",
    ]


def test_a_slip_in_a_pattern_is_said_once(tmp_path):
    """What is wrong with a feed's own words is told at the feed, not at each of its rows."""
    feed = facts_feed(claim="{valeu} killed, 5 wounded, {column:note}", sources=["nat"], indicator="kild")
    text = "id,place,date,n,note\n" + "".join(f"{n},Kyiv,{TODAY},{n},x\n" for n in range(1, 9))
    found = said(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}))
    assert sorted(one.partition("[")[2].partition("]")[0] for one in found) == [
        "figure-typed",
        "near-placeholder",
        "unknown-indicator",
        "unknown-source",
    ]
    assert all(one.startswith("config.yaml:") for one in found)


def test_a_fault_of_every_row_is_counted(tmp_path):
    """What every row lacks is spelt out for twenty of them."""
    feed = facts_feed(as_of=None)
    text = "id,place,date,n,note\n" + "".join(f"{n},Kyiv,{TODAY},{n},x\n" for n in range(1, 501))
    found = said(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}))
    assert len(found) == 21
    assert "480 more rows of this table have the same problem" in found[0]


def test_what_looks_wrong_in_every_row_is_counted_too(tmp_path):
    """Warnings of rows are as few as errors, and stay warnings."""
    feed = facts_feed(claim="{value} killed: {column:note}")
    text = "id,place,date,n,note\n" + "".join(f"{n},Kyiv,{TODAY},{n},confirmed\n" for n in range(1, 501))
    made = composed(a_project(tmp_path, feeds=[feed], files={"t.csv": text}, facts={}))
    assert len(made.diagnostics) == 21
    assert str(made.diagnostics[0]) == (
        "t.csv:1: warning[strong-verb]: 480 more rows of this table have the same problem"
    )


def test_a_feed_that_makes_nothing_is_asked_about(tmp_path):
    """A table that is named and not used is most likely unfinished."""
    (text,) = said(a_project(tmp_path, feeds=[{"file": "t.csv"}], files={"t.csv": "a\n1\n"}))
    assert text == (
        "config.yaml:3:3: error[missing-key]: the feed of 't.csv' makes nothing\n  hint: add series: or facts:"
    )


def test_all_kinds_of_tables_give_the_same_series(tmp_path):
    """CSV, TSV, JSON, NDJSON and XLSX of one table are one series."""
    rows = [("2022-04-01", 5), ("2022-04-02", 1300)]
    tables: dict[str, str | bytes] = {
        "t.csv": "date,n\n" + "".join(f"{d},{n}\n" for d, n in rows),
        "t.tsv": "date\tn\n" + "".join(f"{d}\t{n}\n" for d, n in rows),
        "t.json": "[" + ",".join(f'{{"date": "{d}", "n": {n}}}' for d, n in rows) + "]",
        "t.ndjson": "".join(f'{{"date": "{d}", "n": {n}}}\n' for d, n in rows),
        "t.xlsx": a_workbook([["date", "n"], *((dt.date.fromisoformat(d), n) for d, n in rows)]),
    }
    feeds = [a_feed(name, series=[a_series(id=name.partition(".")[2])]) for name in tables]
    made = composed(a_project(tmp_path, feeds=feeds, files=tables))
    assert made.diagnostics == ()
    assert set(made.evidence.series) == {"csv", "tsv", "json", "ndjson", "xlsx"}
    assert {tuple((str(p.at), str(p.value)) for p in one.points) for one in made.evidence.series.values()} == {
        (("2022-04-01", "5"), ("2022-04-02", "1300"))
    }


# Real tables. Their origins and licences are in tests/data/README.md.


def real(folder, *feeds, day=A_CENTURY):
    """The evidence of a project with real tables, and what is wrong."""
    config = a_project(folder, facts={}, feeds=list(feeds), sources={"s": a_source()})
    for feed in feeds:
        shutil.copy(DATA / feed["file"], folder / feed["file"])
    made = composed(config, day)
    return made.evidence, [str(one) for one in made.diagnostics]


def test_losses_are_about_or_more(tmp_path):
    """Ukraine's count of Russian losses says in a second column whether a figure is about or more than."""
    qualifier = {"column": "personnel*", "words": {"about": "~", "more": ">"}}
    feed = a_feed("losses-personnel.json", series=[a_series(value={"column": "personnel", "qualifier": qualifier})])
    evidence, found = real(tmp_path, feed, day=DAY)
    assert found == []
    assert [(str(p.at), str(p.value)) for p in evidence.series["losses"].points] == [
        ("2022-02-25", "~2800"),
        ("2022-03-07", ">11000"),
        ("2022-04-08", "~19000"),
        ("2022-04-09", "~19100"),
    ]
    assert str(evidence.facts["losses"].value) == "~19100"


def test_a_column_that_stops_ends_its_series(tmp_path):
    """Columns that end and begin in the middle of a table give series that end and begin there; falls are kept."""
    feed = a_feed(
        "losses-equipment.json",
        series=[
            a_series(id=column.replace(" ", "-"), value={"column": column})
            for column in ("military auto", "vehicles and fuel tanks", "tank")
        ],
    )
    evidence, found = real(tmp_path, feed)
    assert found == []
    assert [str(p.at) for p in evidence.series["military-auto"].points] == ["2022-04-30"]
    assert [str(p.at) for p in evidence.series["vehicles-and-fuel-tanks"].points][:2] == ["2022-05-01", "2022-05-02"]
    assert [str(p.value) for p in evidence.series["tank"].points][-2:] == ["3799", "3797"]


def test_earthquakes_are_told_from_blasts(tmp_path):
    """GeoJSON with nested properties, epoch milliseconds, nulls and negative numbers becomes facts."""
    feed = a_feed(
        "earthquakes.geojson",
        rows="features",
        dates="epoch-ms",
        where={"properties.type": "earthquake"},
        facts=[
            {
                "id": "quake-{column:id}",
                "indicator": "killed",
                "claim": "Magnitude {value}: {column:properties.place}",
                "said_by": "USGS",
                "sources": ["s"],
                "value": {"column": "properties.mag"},
                "as_of": {"column": "properties.time"},
                "at": {"column": "properties.time"},
            }
        ],
    )
    evidence, found = real(tmp_path, feed)
    assert found == []
    quakes = {name: fact for name, fact in evidence.facts.items() if name.startswith("quake-")}
    assert {name: (str(f.value), str(f.as_of)) for name, f in quakes.items()} == {
        "quake-us1000chl5": ("5.6", "2018-02-06"),
        "quake-us1000chhc": ("6.4", "2018-02-06"),
        "quake-ci38101128": ("0.63", "2018-02-06"),
    }
    assert str(quakes["quake-us1000chhc"].claim) == "Magnitude {value}: 22km NNE of Hualian, Taiwan"


def test_countries_are_matched_by_their_whole_name(tmp_path):
    """A comma inside a quoted cell and an asterisk in a name are part of the name."""
    feed = a_feed(
        "covid-countries.csv",
        series=[
            a_series(
                id=name,
                subject={"column": "Country"},
                as_of={"column": "Date"},
                value={"column": "Confirmed"},
                where={"Country": country},
            )
            for name, country in (("korea", "Korea, South"), ("taiwan", "Taiwan*"))
        ],
    )
    evidence, found = real(tmp_path, feed)
    assert found == []
    assert [str(p.value) for p in evidence.series["korea"].points] == ["329925", "331519", "332816"]
    assert evidence.facts["taiwan"].subject == "Taiwan*"


def test_a_count_that_falls_to_nothing_is_kept_as_published(tmp_path):
    """The recovered fall from 130 million to 0 because nobody counts them any more: the program does not smooth it."""
    feed = a_feed("covid-world.csv", series=[a_series(as_of={"column": "Date"}, value={"column": "Recovered"})])
    evidence, found = real(tmp_path, feed)
    assert found == []
    assert [str(p.value) for p in evidence.series["losses"].points] == ["130899061", "0", "0"]


def test_rows_in_no_order_of_time_are_put_in_order(tmp_path):
    """A list inside an object, in any order, is a series in order of time; names keep their letters."""
    feed = a_feed(
        "mpox.json",
        rows="value",
        series=[
            a_series(
                subject={"column": "COUNTRY"},
                as_of={"column": "DATE"},
                value={"column": "TOTAL_CONF_CASES"},
                where={"ISO3": "CUW"},
            )
        ],
    )
    evidence, found = real(tmp_path, feed)
    assert found == []
    assert evidence.facts["losses"].subject == "Curaçao"
    assert [str(p.at) for p in evidence.series["losses"].points] == ["2022-11-24", "2022-12-16", "2022-12-17"]


def test_vulnerabilities_become_events(tmp_path):
    """Long quoted cells with commas, curly quotes and semicolons become claims letter by letter."""
    feed = a_feed(
        "kev.csv",
        facts=[
            {
                "id": "kev-{column:cveID}",
                "claim": "{column:cveID}: {column:shortDescription}",
                "said_by": "CISA",
                "subject": {"column": "vendorProject"},
                "sources": ["s"],
                "at": {"column": "dateAdded"},
            }
        ],
    )
    evidence, found = real(tmp_path, feed)
    assert found == []
    fact = evidence.facts["kev-CVE-2024-39717"]
    assert fact.subject == "Versa"
    assert "The “Change Favicon” (Favorite Icon) enables" in str(fact.claim)
    assert fact.at is not None
    assert str(fact.at.start) == "2024-08-23"


def test_dates_in_words_are_read(tmp_path):
    """A table that writes "February 24, 2022" says so once."""
    text = 'date,n\n"February 24, 2022",79982\n"February 25, 2022",180950\n'
    assert series_of(tmp_path, text, dates="mmmm d, yyyy") == [("2022-02-24", "79982"), ("2022-02-25", "180950")]


def test_a_series_and_a_fact_cannot_share_an_id(tmp_path):
    """The latest figure of a series is a fact under the same id, so that id is taken."""
    (text,) = said(
        a_project(tmp_path, facts={"losses": a_fact()}, feeds=[a_feed()], files={"t.csv": f"date,n\n{TODAY},5\n"})
    )
    assert "error[duplicate-id]: 'losses' is defined already" in text
