"""The audit: planted errors are found, each in its place, and what is right is left alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from babel import Locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.audit import Audit
from briefing.audit.drawings import lost_figures, strange_texts
from briefing.audit.reading import read_drawing
from briefing.charts import drawings
from briefing.edition import ChartRow, ChartSpec
from briefing.errors import InputError
from briefing.numerals import numerals, typed
from briefing.pdf import Printer, PrintJob
from briefing.pipeline import build, check
from briefing.render import Theme, chart_files, charts_in, fragment, paper_page, screen_page
from briefing.render.data import edition_data
from briefing.value import Value
from briefing.versions import NO_PAST, Past
from tests import test_changes as changes
from tests.builders import DAY, a_fact, a_feed, a_printer, a_project, a_series, a_source, an_event, composed, said

FACTS = {
    "killed": a_fact(value="7000..15000", as_of="2022-03-24"),
    "wounded": a_fact(value="~1300", subject="Russia", sources=["nato", "un"]),
    "nine": a_fact(value="9", claim="{value} planes were lost", indicator="planes"),
    "town": an_event("Resolution 2713 names 3 towns", at="2022-04-08"),
}
SOURCES = {"un": a_source(title="Update no. 12", published="2022-04-08", url="https://example.org/2022/04/08/12")}
TABLE = "date,n\n2022-04-01,150\n2022-04-02,275\n2022-04-08,305\n"
BLOCKS = [
    {"key_figures": ["killed", "wounded", "nine"]},
    {"text": 'On day {{ day }}, since 24 February, {{ value("killed", as_of=true) }} died{{ cite("un", "para 4") }}.'},
    {"text": "1. one\n2. two\n\n[A page](https://example.org/5)"},
    {"facts": {"ids": ["killed", "wounded", "town"]}},
    {"table": {"facts": {"ids": ["killed", "nine"]}}},
    {"timeline": {"ids": ["town"]}},
    {"chart": {"kind": "range", "title": "Losses", "facts": {"ids": ["killed", "wounded"]}}},
    {"chart": {"kind": "line", "title": "Course", "series": ["losses"], "events": {"ids": ["town"]}}},
]
CONFIG = {"title": "Ukraine", "day": {"label": "Day", "from": "2022-02-24"}, "marking": "TLP:CLEAR"}


@dataclass(frozen=True)
class Made:
    """An edition with its pages, not yet audited."""

    audit: Audit
    files: dict[str, bytes]
    paper: str
    pictures: dict[str, bytes]

    def found(self, name: str, old: str, new: str) -> list[str]:
        """What the audit says when `old` has become `new` in an output, once."""
        if name == "paper":
            assert old in self.paper
            return [str(one) for one in self.audit.paper(self.paper.replace(old, new, 1), self.pictures)]
        text = self.files[name].decode()
        assert old in text
        return [str(one) for one in self.audit.files({name: text.replace(old, new, 1).encode()})]


def rendered(config, past=NO_PAST):
    """The pages, data and charts of a briefing."""
    project = composed(config, past=past)
    assert [one for one in project.diagnostics if one.severity == "error"] == []
    edition, theme = project.edition, Theme()
    pictures = drawings(charts_in(edition), None)
    paper = paper_page(edition, theme, pictures, "A4")
    files = {f"charts/{name}": svg.encode() for name, svg in chart_files(edition, pictures)}
    files["briefing.html"] = screen_page(edition, theme, pictures).encode()
    files["fragment.html"] = fragment(edition, theme, pictures).encode()
    files["briefing.json"] = edition_data(edition, project.evidence).encode()
    return Made(Audit(edition, project.evidence, pictures), files, paper.html, paper.assets)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An edition with every kind of block."""
    folder = tmp_path_factory.mktemp("audit")
    config = a_project(
        folder,
        facts=FACTS,
        sources=SOURCES,
        indicators={"planes": {"label": "Planes lost"}},
        config=CONFIG,
        blocks=BLOCKS,
        feeds=[a_feed(series=[a_series(id="losses")])],
        files={"t.csv": TABLE},
    )
    return rendered(config)


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    """A printer for all tests."""
    with Printer(tmp_path_factory.mktemp("fonts")) as living:
        yield living


def test_what_is_right_is_left_alone(made, printer):
    """Not one numeral of an edition with every kind of block is doubted, in any of its outputs."""
    assert made.audit.files(made.files) == ()
    assert made.audit.paper(made.paper, made.pictures) == ()
    assert made.audit.pdf(printer.print(PrintJob(made.paper, made.pictures)).data) == ()


@pytest.mark.parametrize("name", ["briefing.html", "fragment.html", "paper"])
def test_a_changed_digit_is_found_wherever_it_stands(made, name):
    """Any digit that a reader sees may be changed into any other: the audit says so."""
    text = made.paper if name == "paper" else made.files[name].decode()
    start = text.index("</style>")
    spots = [
        start + at
        for match in re.finditer(r">([^<]*)", text[start:])
        for at in range(match.start(1), match.end(1))
        if text[start + at].isdigit()
    ]
    assert len(spots) > 150
    missed = []
    for number, at in enumerate(spots[:: max(1, len(spots) // 120)]):
        other = str((int(text[at]) + 1 + number % 9) % 10)
        changed = f"{text[:at]}{other}{text[at + 1 :]}"
        found = (
            made.audit.paper(changed, made.pictures) if name == "paper" else made.audit.files({name: changed.encode()})
        )
        if not found:
            missed.append((text[at - 50 : at + 20], other))
    assert missed == []


def test_a_numeral_that_nobody_gave_is_told_with_its_place(made):
    """The output, the heading above, the words around."""
    (text, *_) = made.found("briefing.html", "since 24 February", "Call 112, since 24 February")
    assert text.startswith("briefing.html: error[untraced-numeral]: the numeral '112' in '")
    assert "Call 112, since" in text
    assert "under 'Overview'" in text


def test_a_changed_figure_is_told_as_such(made):
    """A figure says which fact it prints, and so can be held against it."""
    (first, *_) = made.found("briefing.html", ">7,000 to", ">7,001 to")
    assert first.startswith("briefing.html: error[figures-differ]: shows '7,001")
    assert "for 'killed'" in first


def test_a_dropped_figure_is_told(made):
    """A page without one of the edition's figures is none of this edition."""
    for name in ("paper", "briefing.html"):
        found = made.found(name, "about\N{NO-BREAK SPACE}1,300", "some")
        assert "figure-lost" in {one.partition("[")[2].partition("]")[0] for one in found} or "figures-differ" in str(
            found
        )


def test_a_figure_that_differs_in_the_data_is_told(made):
    """The data have the same figures as the pages, and the facts' own values."""
    (text,) = made.found("briefing.json", '"text": "7,000 to 15,000"', '"text": "7,000 to 16,000"')
    assert "briefing.json: error[figures-differ]: has '7,000 to 16,000' (7000..15000) for 'killed'" in text
    data = json.loads(made.files["briefing.json"])
    data["facts"][0]["value"]["value"] = "1"
    (wrong,) = made.audit.files({"briefing.json": json.dumps(data).encode()})
    assert wrong.code == "figures-differ"


def test_a_changed_word_of_a_chart_is_told(made):
    """In the page, in the file that stands alone, and in a drawing from a cache."""
    (text,) = made.found("briefing.html", ">about 1,300</text>", ">about 1,400</text>")
    assert "error[figures-differ]: shows a chart" in text
    name = next(name for name in made.files if name.endswith(".svg") and b">about 1,300</text>" in made.files[name])
    (text,) = made.found(name, ">about 1,300</text>", ">about 1,400</text>")
    assert text.startswith(f"{name}: error[figures-differ]")
    spec = next(one for one in made.audit.drawings if one.kind == "range")
    tick = re.search(r'class="bf-tick"[^>]*>(5,000)<', made.audit.drawings[spec])
    assert tick is not None
    for old, new in ((">about 1,300<", ">about 1,400<"), (">5,000<", ">6,001<")):
        changed = made.audit.drawings[spec].replace(old, new)
        assert changed != made.audit.drawings[spec]
        again = Audit(made.audit.edition, made.audit.evidence, {**made.audit.drawings, spec: changed})
        assert "untraced-numeral" in {one.code for one in again.files({})}


def test_a_figure_cut_in_a_drawing_is_told():
    """A figure that a chart has no room for is not left out in silence."""
    row = ChartRow("NATO", Value(Decimal(5), Decimal(5)), "5")
    spec = ChartSpec("bar", "en", "", rows=(row,))
    drawing = read_drawing(drawings([spec], None)[spec])
    assert list(lost_figures(drawing, spec)) == []
    longer = replace(spec, rows=(replace(row, text="5 to 7"),))
    assert list(lost_figures(drawing, longer)) == ["5 to 7"]
    assert list(strange_texts((("bf-figure", "6"),), spec)) == ["6"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1,300", "1,800", "untraced-numeral"),
        ("Update no. 12", "Update no. 13", "untraced-numeral"),
        ("15,000", "many", "figures-differ"),
        ("<h2", "<p>Call 112</p><h2", "untraced-numeral"),
    ],
)
def test_what_the_pdf_has_otherwise_is_told(made, printer, old, new, code):
    """The PDF is read back from its bytes: what was changed on the way to paper is found."""
    assert made.audit.paper(made.paper, made.pictures) == ()
    assert old in made.paper
    altered = printer.print(PrintJob(made.paper.replace(old, new), made.pictures)).data
    found = made.audit.pdf(altered)
    assert code in {one.code for one in found}
    assert all(one.where.file == "briefing.pdf" for one in found)


# Editions in time.


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """A second revision with its notice, a comparison with the day before, and marks."""
    fact = {**changes.NOW, "correction": "NATO counted twice"}
    config = changes.project(tmp_path_factory.mktemp("revised"), fact)
    first = changes.past(changes.version(value="1650", as_of="2022-04-09"), day=DAY)
    return rendered(config, Past(changes.past(changes.version()), (first,)))


def test_corrections_and_changes_are_known(revised, printer):
    """Earlier figures, differences, marks, the notice and the number of the revision are the edition's own."""
    assert "Revision 2" in revised.paper
    assert "1,650" in revised.paper
    assert "+340" in revised.paper
    assert revised.audit.files(revised.files) == ()
    assert revised.audit.paper(revised.paper, revised.pictures) == ()
    assert revised.audit.pdf(printer.print(PrintJob(revised.paper, revised.pictures)).data) == ()


@pytest.mark.parametrize("name", ["briefing.html", "fragment.html", "paper"])
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1,650", "1,640", "error[figure"),  # on paper a figure does not say whose it is
        ("1,300", "1,350", "error[figure"),
        ("+340", "+350", "untraced-numeral"),
        ("\N{MINUS SIGN}10", "\N{MINUS SIGN}11", "untraced-numeral"),
        ("Revision 2", "Revision 3", "untraced-numeral"),
        ("since revision 1", "since revision 9", "untraced-numeral"),
    ],
)
def test_a_changed_correction_is_told(revised, name, old, new, code):
    """What an edition says of earlier ones is traced like all the rest."""
    assert code in "".join(revised.found(name, old, new))


# A theme of one's own.


def a_theme(folder, allow=(), **files):
    """A project with a theme that overrides blocks."""
    return a_project(
        folder,
        facts={"killed": a_fact()},
        config={"theme": "own", "allow": list(allow), "formats": ["html", "pdf"]},
        blocks=[{"text": 'It is {{ value("killed") }}.'}],
        files={f"own/{name}": text for name, text in files.items()},
    )


@pytest.mark.parametrize(
    "files",
    [
        {"blocks/paragraph.html": "<p>{{ line(block.children) }} Call 112</p>"},
        {"style/own.css": '.bf p::before { content: "Call 112. " }'},
        {"style/own.css": '.bf p::before { content: "Call \\31 12. " }'},
    ],
)
def test_a_theme_that_types_a_number_is_told_or_allowed(tmp_path, files):
    """A number in a template or a style sheet is nobody's figure, unless the config allows it. Nothing is published."""
    config = a_theme(tmp_path / "a", **files)
    texts = [one.partition("error")[0] + one.partition("[")[2].partition("]")[0] for one in said(config)]
    assert "briefing.html: untraced-numeral" in texts
    with pytest.raises(InputError) as caught:
        build(config, day=DAY, out=tmp_path / "out", printer=a_printer())
    assert {one.code for one in caught.value.diagnostics} == {"untraced-numeral"}
    assert not (tmp_path / "out" / "ukraine").exists()
    allowed = a_theme(tmp_path / "b", allow=["Call 112"], **files)
    assert check(allowed, day=DAY).ok
    assert build(allowed, day=DAY, out=tmp_path / "out", printer=a_printer()).pages == 1


def test_a_theme_that_prints_another_figure_is_told(tmp_path):
    """What stands in the PDF is held against the facts as well."""
    own = "<p>{% if medium == 'paper' %}It is 1,301.{% else %}{{ line(block.children) }}{% endif %}</p>"
    config = a_theme(tmp_path, **{"blocks/paragraph.html": own})
    codes = {(one.where.file, one.code) for one in check(config, day=DAY).diagnostics}
    assert codes == {("briefing.pdf", "untraced-numeral"), ("briefing.pdf", "figure-lost")}


# What an author types.


PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "title": ({"config": {"title": "About 300 dead"}}, "config.yaml:1:8"),
    "subtitle": ({"config": {"subtitle": "About 300 dead"}}, "config.yaml:2:11"),
    "summary": ({"config": {"summary": "About 300 dead"}}, "config.yaml:2:10"),
    "day": ({"config": {"day": {"label": "About 300 dead", "from": "2022-02-24"}}}, "config.yaml:3:10"),
    "section": ({"config": {"sections": [{"title": "About 300 dead", "blocks": []}]}}, "config.yaml:3:10"),
    "text": ({"blocks": [{"text": "About 300 dead"}]}, "config.yaml:5:11"),
    "if_empty": ({"blocks": [{"facts": {"tag": "no", "if_empty": "About 300 dead"}}]}, "config.yaml:7:19"),
    "callout": ({"blocks": [{"callout": {"text": "About 300 dead"}}]}, "config.yaml:6:15"),
    "callout title": ({"blocks": [{"callout": {"title": "About 300 dead", "text": "x"}}]}, "config.yaml:6:16"),
    "key figure": ({"blocks": [{"key_figures": [{"fact": "killed", "label": "About 300 dead"}]}]}, "config.yaml:7:18"),
    "caption": ({"blocks": [{"table": {"title": "About 300 dead", "facts": {"ids": "killed"}}}]}, "config.yaml:6:16"),
    "head": (
        {"blocks": [{"table": {"facts": {"ids": "killed"}, "columns": [{"value": "About 300 dead"}]}}]},
        "config.yaml:9",
    ),
    "sources": ({"blocks": [{"sources": "About 300 dead"}]}, "config.yaml:5"),
    "expression": ({"blocks": [{"text": "{{ 'About 300 dead' }}"}]}, "config.yaml:5"),
}


@pytest.mark.parametrize("place", PLACES)
def test_typed_digits_are_told_at_their_place(tmp_path, place):
    """In every text of the author's own: the line, the figure, the words around it."""
    project, at = PLACES[place]
    (text,) = said(a_project(tmp_path, **project))
    assert text.startswith(":".join(at.split(":")[:2]))
    assert "error[untraced-numeral]: the figure '300' is typed here and has no source: 'About 300 dead'" in text


def test_a_line_far_down_a_text_is_named(tmp_path):
    """The line of the figure, not of its text."""
    config = "title: T\nfacts: []\nsections:\n  - title: T\n    blocks:\n"
    config += "      - text: |\n          One.\n\n          And 5.\n"
    (text,) = said(a_project(tmp_path, config=config))
    assert text.startswith("config.yaml:9: error[untraced-numeral]: the figure '5'")


ENGLISH = Locale.parse("en_GB")


def figures(text, language=ENGLISH, allow=()):
    """The numerals of a text that count as typed figures."""
    return [one.plain for one in typed(text, language, tuple(allow))]


@pytest.mark.parametrize(
    "text",
    [
        "24 February 2022, 24 February, February 2022, Feb 24, 2022-04-09, 24/02/2022",
        "from 12 to 27 March; on 17 and 20 March; 24–26 February 2022",
        "at 06:30, at 6 p.m., in 2014–2022, in 2021/22, mid-2022",
        "G7, T-72, COVID-19, Su-27, A4, H5N1, MH17, CVE-2025-48384, DCS-2530L, A/RES/68/262, 4G",
        "the 25th of the month, the 1990s",
        "Section 3.2, Article 5, § 12, no. 9",
        "1. one\n2) two\n> 3. three",
        "https://example.org/2022/5?id=7",
    ],
)
def test_dates_names_and_references_are_no_figures(text):
    """What people write with digits every day and what counts nothing."""
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 km, 5km, 300m, 7bn, £5m, EUR5, 5M, 5-year", ["5", "5", "300", "7", "5", "5", "5", "5"]),
        ("3,000 killed, 2,000 hurt, $2000, 2000 %", ["3,000", "2,000", "2000", "2000"]),
        ("killed 5 on 12 March", ["5"]),
        ("on March 8, 300 people", ["300"]),
        ("May 5000 people", ["5000"]),
        ("½ of it, 1.5, ٣٠٠", ["½", "1.5", "300"]),
        ("- 3 dead", ["3"]),
    ],
)
def test_figures_beside_them_are_seen(text, expected):
    """What counts or measures is a figure, however it is written."""
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Le 5 novembre 2024, 1er mai, 12 à 15 nov., 6h30, n° 12, 40 personnes", ["40"]),
        ("uk", "24 лютого 2022 року, 8 квітня, у лютому 2022, 300 осіб", ["300"]),
        ("de", "am 24. Februar 2022, 24. Feb., 300 Tote", ["300"]),
        ("es", "24 de febrero de 2022, 300 muertos", ["300"]),
        ("ar", "٢٤ فبراير ٢٠٢٢، ٣٠٠ شخص", ["300"]),
        ("zh", "2022年2月24日 300人", ["300"]),
    ],
)
def test_dates_are_known_in_the_language_of_the_edition(language, text, expected):
    """Months by their names, as the language writes dates."""
    assert figures(text, Locale.parse(language)) == expected


def test_an_allowed_phrase_is_allowed_as_a_whole():
    """The phrase, and neither its digits elsewhere nor a longer number that holds them."""
    assert figures("open 24/7, 24 dead, 124/7", allow=["24/7"]) == ["24", "124", "7"]
    assert figures("Resolution\n2713", allow=["Resolution 2713"]) == []


def test_numerals_of_other_scripts_are_read():
    """Native digits, and the spaces that group digits."""
    assert [one.plain for one in numerals("٢٬٤٠٠ 2\u202f240 2 240 1.5")] == ["2٬400", "2240", "2", "240", "1.5"]


# No false alarm.

NUMBERS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 10**5, places=2, allow_nan=False).map(lambda n: f"{n:f}"),
)
VALUES = st.one_of(
    NUMBERS,
    NUMBERS.map(lambda n: f"~{n}"),
    NUMBERS.map(lambda n: f">{n}"),
    st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)).map(lambda pair: f"{pair[0]}..{sum(pair)}"),
)


LANGUAGES = ["en", "fr", "uk", "de", "ar"]


def an_edition(folder, values, language, as_of=DAY, *, chart=False):
    """An edition that prints these values everywhere."""
    facts = {
        f"f{n}": a_fact(value=value, as_of=as_of.isoformat(), max_age="1000 years") for n, value in enumerate(values)
    }
    chosen = {"facts": {"ids": list(facts)}}
    blocks = [{"key_figures": list(facts)}, chosen, {"table": chosen}]
    blocks += [{"chart": {"kind": "range", "title": "T", **chosen}}] if chart else []
    return rendered(a_project(folder, facts=facts, config={"language": language}, blocks=blocks))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(VALUES, min_size=1, max_size=4), language=st.sampled_from(LANGUAGES), days=st.integers(0, 400))
def test_no_figure_of_any_language_is_a_false_alarm(values, language, days, tmp_path):
    """Whatever the facts hold, an edition that prints them is right in every page and in its data."""
    made = an_edition(tmp_path, values, language, DAY - dt.timedelta(days))
    assert made.audit.files(made.files) == ()
    assert made.audit.paper(made.paper, made.pictures) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_of_any_language_is_a_false_alarm_on_paper(language, tmp_path, printer):
    """Large and small, exact and open: a PDF of them is right, charts and all."""
    values = ["1234567", "7000..15000", "~1300", "0.25", ">1000000000", "12..13", "0", "98765.43"]
    made = an_edition(tmp_path, values, language, chart=True)
    assert made.audit.files(made.files) == ()
    assert made.audit.paper(made.paper, made.pictures) == ()
    assert made.audit.pdf(printer.print(PrintJob(made.paper, made.pictures)).data) == ()
