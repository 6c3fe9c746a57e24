"""Hostile input is refused where it stands, or comes out as harmless text; nothing is fetched, nothing is damaged."""

from __future__ import annotations

import fcntl
import html
import json
import os
import re
import subprocess
import time
import unicodedata
import xml.etree.ElementTree as ET

import pikepdf
import pytest
from click.testing import CliRunner

from briefing.cli import main
from tests import hostile
from tests.browser import offline_page
from tests.hostile.files import FACTS_FILES, TABLES
from tests.hostile.themes import EXPLODING, GENERATED
from tests.reading import inked

PATIENCE = 60
"""Seconds in which anything is over, on a busy machine."""


def briefing(*arguments):
    """Run the command line in this process: status and all that it says. Whatever it does not report is raised."""
    started = time.monotonic()
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    assert time.monotonic() - started < PATIENCE
    return result.exit_code, result.output


def cases(name):
    """The cases of a corpus file as parameters."""
    return [pytest.param(one, id=one["id"]) for one in hostile.corpus(name)]


def said(output):
    """What was said: (place, code) of each error."""
    return re.findall(r"^(\S[^\n]*?:[0-9]+:)(?:[0-9]+:)? error\[([a-z-]+)\]", output, re.MULTILINE)


# Refused.


@pytest.mark.parametrize("case", cases("refused.yaml"))
def test_what_a_file_may_not_hold_is_refused_at_its_line(case, tmp_path):
    """A wrong value, address, id, character, shape or template is refused with its code at its line."""
    part = next(key for key in case if key not in {"id", "codes", "line"})
    place = hostile.write(tmp_path, **{part: case[part]})
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    if case.get("line") == "any":
        assert {code for _, code in said(output)} == set(case["codes"]), output
    else:
        at = str(place.below(case.get("line", 1 if part == "text" else 0)))
        assert set(said(output)) == {(at, code) for code in case["codes"]}, output


@pytest.mark.parametrize("case", [pytest.param(one, id=one.id) for one in (*FACTS_FILES, *TABLES)])
def test_a_file_that_is_none_is_refused_at_its_place(case, tmp_path):
    """Bytes that are no text, shapes that explode and tables that lie are refused with a code, a file and a line."""
    changed = {"config": case.config} if case.config else {}
    hostile.write(tmp_path, files={case.name: case.content()}, **changed)
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    places = said(output)
    assert places, output
    assert {code for _, code in places} <= case.codes, output
    assert not case.at or places[0][0].startswith(case.at), output


@pytest.mark.parametrize("case", cases("themes.yaml"))
def test_a_theme_cannot_leave_its_sandbox_its_folder_or_its_page(case, tmp_path):
    """A template that reaches for what it was not handed, and a page that reaches out, are refused at their line."""
    name = case.get("file", "blocks/fact-list.html")
    claim = f"claim: {json.dumps(case['claim'])}" if "claim" in case else ""
    hostile.write(tmp_path, files={f"own/{name}": case["source"]}, theme="own", **({"fact": claim} if claim else {}))
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    if case.get("anywhere"):
        assert "error[template]" in output, output
    else:
        assert said(output) == [(f"own/{name}:{case.get('line', 1)}:", case.get("code", "template"))], output
    assert not (tmp_path / "out" / "good").exists()


@pytest.mark.parametrize("name", GENERATED)
def test_a_template_cannot_go_on_for_ever(name, tmp_path):
    """A template that repeats, nests or grows without end is refused, in seconds and without much memory."""
    source, code = GENERATED[name]
    hostile.write(tmp_path, files={"own/blocks/fact-list.html": source}, theme="own")
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    assert said(output) == [("own/blocks/fact-list.html:1:", code)], output


LIMITS = "limits: {seconds: 4, memory_mb: 600}"


@pytest.mark.parametrize("name", EXPLODING)
def test_a_layout_that_explodes_is_stopped(name, tmp_path):
    """A layout that would take minutes or all memory ends within the limits of the config, with a sentence."""
    files = {"own/blocks/fact-list.html": EXPLODING[name]}
    hostile.write(tmp_path, files=files, theme="own", config=LIMITS)
    started = time.monotonic()
    status, output = briefing("build", tmp_path, "--format", "pdf")
    assert status == 3, output
    assert re.match(r"briefing: The PDF .*\.$", output, re.DOTALL), output
    assert time.monotonic() - started < 20
    assert not (tmp_path / "out" / "good").exists()


def test_a_good_edition_keeps_to_the_limits_of_a_bad_one(tmp_path):
    """What stops an exploding layout leaves a good one alone."""
    hostile.write(tmp_path, config=LIMITS)
    assert briefing("build", tmp_path, "--format", "pdf")[0] == 0


# Harmless.


def made_once(factory, name, make):
    """A folder that one worker makes and all read."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            make(folder)
    return folder


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The edition in which every text stands in every field."""

    def make(folder):
        status, output = briefing("build", hostile.write_texts(folder))
        assert status == 0, output

    return made_once(tmp_path_factory, "texts", make) / "out" / "texts" / "2022-04-09"


@pytest.fixture(scope="module")
def plain_edition(tmp_path_factory):
    """The same edition with harmless texts of the same shapes."""

    def make(folder):
        hostile.write_texts(folder, plain=True)
        assert briefing("build", folder, "--format", "html")[0] == 0

    return made_once(tmp_path_factory, "plain-texts", make) / "out" / "texts" / "2022-04-09"


TEXTS = [
    pytest.param(case, id=one["id"]) for case, one in zip(hostile.texts(), hostile.corpus("texts.yaml"), strict=True)
]


@pytest.fixture(scope="module")
def data(edition):
    """briefing.json of the edition."""
    return json.loads((edition / "briefing.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_stands_in_the_data_as_typed(case, data):
    """briefing.json has each text in each field letter for letter."""
    facts = {one["id"]: one for one in data["facts"]}
    sources = {one["id"]: one for one in data["sources"]}
    fact, figure, source = facts[f"c-{case.id}"], facts[f"v-{case.id}"], sources[f"s-{case.id}"]
    assert [fact[name] for name in ("claim", "subject", "said_by", "place", "note")] == [case.typed] * 5
    assert [figure[name] for name in ("label", "unit")] == [case.typed] * 2
    assert [source[name] for name in ("title", "author")] == [case.typed] * 2
    assert [fact["citations"][0][name] for name in ("locator", "quote")] == [case.typed] * 2


# What Chromium makes of a page, as one list: the rows of the table, the labels of figures, the titles of sections,
# the references; then all elements with the names of their attributes, and where every link leads.
_READ = """() => {
  const words = (one) => one.textContent.trim();
  const all = (where, root = document) => [...root.querySelectorAll(where)];
  return {
    rows: all('.bf-table').filter((one) => !one.closest('details'))[0]
      ? all('tbody tr', all('.bf-table').filter((one) => !one.closest('details'))[0])
        .map((row) => [...row.children].slice(0, 5).map((cell) => cell.textContent))
      : [],
    labels: all('.bf-tile .bf-label').map(words),
    titles: all('.bf-section h2').map((one) => one.textContent),
    sources: all('.bf-references cite').map((one) => one.textContent),
    heading: all('h1').map((one) => one.textContent),
    elements: all('*').filter((one) => !one.closest('svg'))
      .map((one) => [one.localName, ...one.getAttributeNames().sort()].join(' ')),
    drawn: [...new Set(all('svg *').map((one) => one.localName))].sort(),
    attributes: [...new Set(all('*').flatMap((one) => one.getAttributeNames()))].sort(),
    links: [...new Set(all('[href]').map((one) => one.getAttribute('href').replace(/^#.*/, '#')))],
    title: document.title,
  };
}"""


@pytest.fixture(scope="module")
def pages(edition, plain_edition, chromium):
    """What Chromium, which may ask nobody for anything, sees: texts, harmless texts, texts in a fragment."""
    read = {}
    fragment = (edition / "fragment.html").read_text(encoding="utf-8")
    host = edition.parent / f"host-{os.getpid()}.html"
    host.write_text(f"<!doctype html><meta charset=utf-8><title>Host</title>{fragment}", encoding="utf-8")
    pages = {"page": edition / "briefing.html", "plain": plain_edition / "briefing.html", "fragment": host}
    for name, path in pages.items():
        with offline_page(chromium) as page:
            page.goto(path.as_uri())
            read[name] = page.evaluate(_READ)
    return read


@pytest.mark.parametrize("name", ["page", "fragment"])
@pytest.mark.parametrize("case", TEXTS)
def test_a_text_stands_in_a_page_as_typed(case, name, pages):
    """A browser shows each text letter for letter: in a table, in a title, in a reference, under a figure."""
    page, number = pages[name], hostile.texts().index(case)
    assert page["rows"][number] == [case.typed] * 5
    assert page["titles"][3 + number] == case.typed
    assert page["sources"].count(case.typed) == 1
    assert number % 3 or page["labels"][number // 3].startswith(case.typed)


def test_no_text_brings_an_element_or_attribute_into_a_page(pages):
    """A page of hostile texts has the elements, attributes and links that one of harmless texts has, and no other."""
    page, plain = pages["page"], pages["plain"]
    assert page["elements"] == plain["elements"]
    assert page["attributes"] == plain["attributes"]
    assert page["links"] == plain["links"] == ["#"]
    assert set(page["drawn"]) <= {"g", "path", "text", "title"}
    assert page["heading"] == [hostile.TITLE]
    assert page["title"] == f"{hostile.TITLE}, 9 April 2022"


@pytest.fixture(scope="module")
def printed(edition):
    """All that the PDF says, as poppler reads it, without spaces and hyphens."""
    command = ["pdftotext", "-raw", edition / "briefing.pdf", "-"]
    return inked(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_stands_in_the_pdf_as_typed(case, printed):
    """The PDF says each text letter for letter; poppler gives the words of Arabic from left to right."""
    pieces = case.typed.split() if case.right_to_left else [re.sub("[\u200c\u200d]", "", case.typed)]
    assert all(inked(piece) in printed for piece in pieces)


def test_the_pdf_leads_nowhere_and_holds_nothing_else(edition):
    """No text becomes a link, a script, a form or an attachment of the PDF; its title is the text."""
    with pikepdf.open(edition / "briefing.pdf") as pdf:
        assert not {"/AcroForm", "/AA", "/OpenAction"} & set(pdf.Root.keys())
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        actions = [link.A for page in pdf.pages for link in page.get("/Annots", []) if "/A" in link]
        assert not actions
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == f"{hostile.TITLE}, 9 April 2022"


def labels_of(svg):
    """The words of a drawing in order, without spaces: of texts, and of what is drawn as outlines."""
    texts = (one.text or "" for one in svg.iter() if one.tag.endswith(("}text", "}title")))
    return inked("".join(texts))


@pytest.mark.parametrize("case", [param for param in TEXTS if param.values[0].chart])
def test_a_text_stands_in_its_chart_as_typed(case, edition):
    """A label of a bar or range chart is there letter for letter, whatever it would mean to matplotlib, SVG or CSS."""
    charted = [one for one in hostile.texts() if one.chart]
    number = charted.index(case) // 10
    drawing = ET.parse(edition / "charts" / f"chart-of-{number}.svg").getroot()  # noqa: S314  # drawn by us
    assert inked(unicodedata.normalize("NFC", case.typed)) in labels_of(drawing)
    page = (edition / "briefing.html").read_text(encoding="utf-8")
    figure = re.search(rf'<figure[^>]*id="chart-of-chart-of-{number}".*?</figure>', page, re.DOTALL)
    assert figure
    shown = re.sub(r"<[^>]+>", "", re.search(r"<svg.*?</svg>", figure[0], re.DOTALL)[0])
    assert inked(unicodedata.normalize("NFC", case.typed)) in inked(html.unescape(shown))
