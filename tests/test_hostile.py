"""Hostile input is refused where it stands, or comes out as harmless text; nothing is fetched, nothing is damaged."""

from __future__ import annotations

import csv
import fcntl
import html
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import unicodedata
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from briefing.cli import main
from briefing.config import Config
from briefing.errors import InputError
from briefing.pipeline import build, check
from briefing.render.theme import BUILT_IN
from tests import hostile
from tests.browser import offline_page
from tests.builders import a_project, a_workbook
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


REACHING = {
    "archive/bar.html": '<meta http-equiv="&#114;efresh" content="0;url=https://evil.example">',
    "archive/list.html": '<img class="a"src="https://evil.example/x.png" alt="">',
    "fragment.html": '<a class="x"onclick="alert(1)">x</a>',
    "embed.html": "<p style=background:url(//evil.example/x)>x</p>",
    "mail.html": '<img class="a"src="https://evil.example/x.png" alt="">',
}


@pytest.mark.parametrize("name", REACHING)
def test_no_page_of_a_theme_reaches_out(name, tmp_path):
    """Whichever page of a theme reaches out in disguise, it is refused and not written."""
    source = (BUILT_IN / "default" / name).read_text(encoding="utf-8") + REACHING[name]
    files = {f"mine/{name}": source}
    options = {"briefing": "ukraine", "theme": "mine", "mail": {"from": "a@example.org"}, "archive": {}}
    config = a_project(tmp_path, config={**options, "formats": ["html", "fragment", "json"]}, files=files)
    said = ""
    for command in (("build", config), ("archive", config), ("mail", config)):
        said += briefing(*command)[1]
    assert f"mine/{name}" in said
    assert "a page loads nothing and runs nothing" in said
    for path in (tmp_path / "out").rglob("*.*ml"):
        assert "evil.example" not in path.read_text(encoding="utf-8"), path
        assert "alert" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("name", ["screen.html", "embed.html", "archive/list.html"])
def test_a_page_of_a_theme_forbids_itself_everything(name, tmp_path):
    """A page without its policy, or with it where browsers do not heed it, is refused."""
    source = (BUILT_IN / "default" / name).read_text(encoding="utf-8")
    source = source.replace("<head>", "<head><p>")
    options = {"briefing": "ukraine", "theme": "mine", "archive": {}, "formats": ["html", "fragment", "json"]}
    config = a_project(tmp_path, config=options, files={f"mine/{name}": source})
    said = briefing("build", config)[1] + briefing("archive", config)[1]
    assert f"mine/{name}" in said
    assert "right after <head>" in said


@pytest.mark.parametrize("name", GENERATED)
def test_a_template_cannot_go_on_for_ever(name, tmp_path):
    """A template that repeats, nests or grows without end is refused, in seconds and without much memory."""
    source, code = GENERATED[name]
    hostile.write(tmp_path, files={"own/blocks/fact-list.html": source}, theme="own")
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    assert said(output) == [("own/blocks/fact-list.html:1:", code)], output


@pytest.mark.parametrize("name", [b"a\n\x1b[31mb.yaml", b"\xff\xfe.yaml", "a\u202eb.yaml".encode()])
def test_a_file_whose_name_no_log_can_hold_is_refused(name, tmp_path):
    """A line break, an escape, an override or half a letter in the name of a file is refused, and told on one line."""
    hostile.write(tmp_path, config='facts: ["facts/*.yaml"]')
    (tmp_path / "facts").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "facts") + b"/" + name)).write_text("facts: {}", encoding="utf-8")
    status, output = briefing("build", tmp_path, "--format", "json")
    assert status == 1
    assert [code for _, code in said(output)] == ["bad-path"]
    assert output.count("\n") == 3
    assert "\x1b" not in output


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to itself", "link to nowhere", "link out"])
@pytest.mark.parametrize("name", ["facts.yaml", "own/blocks/fact-list.html"])
def test_what_is_no_file_is_not_read(kind, name, tmp_path):
    """A pipe, a folder or a link to nowhere in the place of a file ends in a sentence, and never in waiting."""
    hostile.write(tmp_path, theme="own", files={"own/x.txt": ""})
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"link to itself": path.name, "link to nowhere": "nowhere", "link out": "/dev/zero"}[kind])
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1
    assert {code for _, code in said(output)} == {"file-missing" if name == "facts.yaml" else "template"}, output


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"outputs": {}}',
        '{"outputs": {"../../../config.yaml": "x"}}',
        "\0",
        "<html>",
    ],
)
def test_a_manifest_that_is_none_makes_an_edition_anew(manifest, tmp_path):
    """Where the manifest of an earlier edition is damaged, the edition is made anew."""
    hostile.write(tmp_path)
    folder = tmp_path / "out" / "good" / "2022-04-09"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    assert briefing("build", tmp_path, "--format", "json")[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == ["briefing.json", "manifest.json"]


@pytest.mark.parametrize("change", [{"outputs": {}}, {"warnings": None}, {"formats": 5}, {"outputs": {"../x": "y"}}])
def test_a_manifest_that_was_changed_makes_an_edition_anew(change, tmp_path):
    """A manifest in which something was changed by hand is not taken for the edition's."""
    hostile.write(tmp_path)
    assert briefing("build", tmp_path, "--format", "json")[0] == 0
    path = tmp_path / "out" / "good" / "2022-04-09" / "manifest.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(good | change), encoding="utf-8")
    assert briefing("build", tmp_path, "--format", "json")[0] == 0
    assert json.loads(path.read_text(encoding="utf-8"))["outputs"] == good["outputs"]


def test_an_edition_does_not_follow_a_link(tmp_path):
    """Where a link stands in the place of an edition, the edition takes its place, and where it led stays as it is."""
    hostile.write(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x", encoding="utf-8")
    folder = tmp_path / "out" / "good" / "2022-04-09"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(elsewhere)
    assert briefing("build", tmp_path, "--format", "json")[0] == 0
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2022-04-09", "books.sqlite", "latest"]
    assert not folder.is_symlink()


@pytest.mark.parametrize("path", ["x" * 300, "/dev/zero", "/dev/null", "nowhere", "\udcff"])
def test_a_config_that_is_none_is_wrong_usage(path):
    """The path of a config that is no file is told in a sentence."""
    status, output = briefing("check", path)
    assert status == 2
    assert output.startswith("briefing: there is no file")


LIMITS = "limits: {seconds: 2, memory_mb: 600}"


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
    fact, figure = facts[f"c-{case.id}"], facts[f"v-{case.id}"]
    assert [fact[name] for name in ("claim", "subject", "said_by", "place", "note")] == [case.typed] * 5
    assert [figure[name] for name in ("label", "unit")] == [case.typed] * 2
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
    if number % 3 == 0:
        assert page["sources"][number // 3] == case.typed
        assert page["labels"][number // 3].startswith(case.typed)


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
    pieces = case.typed.split() if case.right_to_left else [case.seen]
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


def test_every_chart_is_in_the_pdf(edition):
    """No label makes its chart go missing: the PDF has as many figures as the edition has charts."""
    with pikepdf.open(edition / "briefing.pdf") as pdf:
        elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
    assert len(elements) == len(list((edition / "charts").glob("*.svg"))) > 10


def labels_of(svg):
    """The words of a drawing in order, without spaces: of texts, and of what is drawn as outlines."""
    texts = (one.text or "" for one in svg.iter() if one.tag.endswith(("}text", "}title")))
    return inked("".join(texts))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in hostile.texts() if case.chart])
def test_a_text_stands_in_its_chart_as_typed(case, edition):
    """A label of a bar or range chart is there letter for letter, whatever it would mean to matplotlib, SVG or CSS."""
    charted = [one for one in hostile.texts() if one.chart]
    number = charted.index(case) // 10
    drawing = ET.parse(edition / "charts" / f"chart-of-{number}.svg").getroot()  # noqa: S314  # drawn by us
    assert inked(unicodedata.normalize("NFC", case.seen)) in labels_of(drawing)
    page = (edition / "briefing.html").read_text(encoding="utf-8")
    figure = re.search(rf'<figure[^>]*id="chart-of-chart-of-{number}".*?</figure>', page, re.DOTALL)
    assert figure
    shown = re.sub(r"<[^>]+>", "", "".join(re.findall(r"<svg.*?</svg>", figure[0], re.DOTALL)))
    assert inked(unicodedata.normalize("NFC", case.seen)) in inked(html.unescape(shown))


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_is_a_title_as_typed(case, tmp_path):
    """Titles, publishers and authors, of an edition and of its sources, stand on the page letter for letter."""
    text = json.dumps(case.text, ensure_ascii=False)
    fields = f"title: {text}\nsubtitle: {text}\npublisher: {text}\nday: {{label: {text}, from: 2022-04-09}}"
    hostile.write(tmp_path, config=fields, source=f"title: {text}\npublisher: {text}\nauthor: {text}")
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 0, output
    page = (tmp_path / "out" / "good" / "2022-04-09" / "briefing.html").read_text(encoding="utf-8")
    head, _, body = page.partition("<body")
    assert f"<title>{html.escape(case.typed)}, 9 April 2022</title>" in _same_quotes(head)
    assert f'<meta name="author" content="{html.escape(case.typed)}">' in _same_quotes(head)
    for name, element, ending in (("bf-title", "h1", ""), ("bf-day", "span", " 1")):
        shown = re.search(rf'<{element} class="{name}">([^<]*)</{element}>', body)
        assert shown
        assert html.unescape(shown[1]) == case.typed + ending
    kicker = re.search(r'<p class="bf-kicker">(.*?)</p>', body)
    assert kicker
    assert html.unescape(re.sub(r"<[^>]+>", "", kicker[1])) == f"{case.typed} · {case.typed}"
    reference = re.search(r'<span class="bf-reference">(.*?), published', body)
    assert reference
    assert html.unescape(re.sub(r"<[^>]+>", "", reference[1])) == f"{case.typed}, {case.typed}, by {case.typed}"


def _same_quotes(page):
    """Quotes as `html.escape` writes them."""
    return page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


FEED = """feeds:
- file: t.{kind}
  facts:
  - id: "{{column:id}}"
    claim: "{{column:text}}"
    subject: {{column: text}}
    said_by: {{column: text}}
    place: {{column: text}}
    sources: [nato]"""
GAP = "{value} of {fact:good} said by {said_by}"


def _csv(rows, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([("id", "text"), *rows])
    return written.getvalue()


TABLE_OF = {
    "csv": lambda rows: _csv(rows, ","),
    "tsv": lambda rows: _csv(rows, "\t"),
    "json": lambda rows: json.dumps([{"id": name, "text": text} for name, text in rows]),
    "ndjson": lambda rows: "\n".join(json.dumps({"id": name, "text": text}) for name, text in rows),
    "xlsx": lambda rows: a_workbook([("id", "text"), *rows]),
}


@pytest.mark.parametrize("kind", TABLE_OF)
def test_a_cell_is_text_throughout(kind, tmp_path):
    """A cell of any kind of table comes out letter for letter; what looks like a placeholder in it is none."""
    rows = [*((case.id, case.text) for case in hostile.texts()), ("gap", GAP)]
    typed = {**{case.id: case.typed for case in hostile.texts()}, "gap": GAP}
    block = f"- facts: {{ids: [{', '.join(typed)}]}}"
    hostile.write(tmp_path, files={f"t.{kind}": TABLE_OF[kind](rows)}, config=FEED.format(kind=kind))
    config = tmp_path / "config.yaml"
    config.write_text(f"{config.read_text(encoding='utf-8')}      {block}\n", encoding="utf-8")
    status, output = briefing("build", tmp_path, "--format", "json", "--format", "html")
    assert status == 0, output
    folder = tmp_path / "out" / "good" / "2022-04-09"
    facts = {one["id"]: one for one in json.loads((folder / "briefing.json").read_text(encoding="utf-8"))["facts"]}
    for name in ("claim", "subject", "said_by", "place"):
        assert {one: facts[one][name] for one in typed} == typed
    assert f'<li id="fact-gap">{GAP}.' in (folder / "briefing.html").read_text(encoding="utf-8")


def test_the_name_of_a_line_stands_in_its_chart_as_typed(tmp_path):
    """A line of a line chart is there, and its name letter for letter."""
    charted = [case for case in hostile.texts() if case.chart][::4]
    rows = [(case.id, case.text, f"2022-04-0{day}", day * 100) for case in charted for day in (1, 2, 3)]
    written = io.StringIO()
    csv.writer(written).writerows([("id", "who", "date", "n"), *rows])
    made = "said_by: {column: who}, sources: [nato], as_of: {column: date}, value: {column: n}"
    series = [f"{{id: {case.id}, where: {{id: [{case.id}]}}, {made}}}" for case in charted]
    feed = "feeds:\n- file: t.csv\n  series:\n" + "\n".join(f"  - {one}" for one in series)
    hostile.write(tmp_path, files={"t.csv": written.getvalue()}, config=feed)
    groups = [charted[n : n + 4] for n in range(0, len(charted), 4)]
    charts = [
        f"      - chart: {{id: c{n}, kind: line, title: T, series: [{', '.join(case.id for case in group)}]}}"
        for n, group in enumerate(groups)
    ]
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "\n".join(charts) + "\n", encoding="utf-8")
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 0, output
    for n, group in enumerate(groups):
        path = tmp_path / "out" / "good" / "2022-04-09" / "charts" / f"c{n}.svg"
        drawing = ET.parse(path).getroot()  # noqa: S314  # drawn by us
        assert len(drawing.findall(".//{*}path[@class='bf-line']")) == len(group)
        labels = labels_of(drawing)
        assert all(inked(unicodedata.normalize("NFC", case.seen)) in labels for case in group)


PROSE = hostile.corpus("prose.yaml")


@pytest.fixture(scope="module")
def prose(tmp_path_factory, chromium):
    """What a browser shows of an edition with every piece of prose in a text, two titles of a chart and a caption."""
    folder = tmp_path_factory.mktemp("prose")
    blocks = []
    for one in PROSE:
        typed = json.dumps(one["typed"], ensure_ascii=False)
        blocks.append(f"- text: {typed}\n- callout: {{title: T, text: {typed}}}")
        blocks.append(f"- chart: {{kind: bar, title: {typed}, subtitle: {typed}, facts: {{ids: [good]}}}}")
        blocks.append(f"- table: {{title: {typed}, facts: {{ids: [good]}}}}")
    hostile.write(folder, block="\n".join(blocks))
    status, output = briefing("build", folder, "--format", "html")
    assert status == 0, output
    with offline_page(chromium) as page:
        page.goto((folder / "out" / "good" / "2022-04-09" / "briefing.html").as_uri())
        return page.evaluate("""() => {
          const all = (where) => [...document.querySelectorAll(where)].map((one) => one.textContent);
          return {
            text: all('.bf-section > p'), callout: all('.bf-callout p:not(.bf-callout-title)'),
            title: all('.bf-chart-title'), subtitle: all('.bf-chart-subtitle'),
            caption: all('.bf-section > div caption'),
            links: [...new Set([...document.querySelectorAll('a[href]')].map((one) => one.getAttribute('href')))]
              .filter((one) => !one.startsWith('#')),
          };
        }""")


@pytest.mark.parametrize("place", ["text", "callout", "title", "subtitle", "caption"])
def test_prose_means_what_markdown_and_templates_make_of_it_and_no_more(place, prose):
    """In an author's own text HTML, mathematics, braces and dangerous links are text, wherever prose may stand."""
    assert prose[place] == [one.get("seen", one["typed"]) for one in PROSE]
    assert prose["links"] == ["https://example.org/x.png"]


# Nothing is fetched, nothing is read.

_WATCHED = """
import sys
log = open(sys.argv.pop(1), "a", encoding="utf-8")
def watch(event, arguments):
    reading = event == "open" and "secret.txt" in str(arguments[0])
    if reading or event.startswith(("socket.", "urllib.", "http.", "ftplib.")):
        print(event, arguments, file=log, flush=True)
sys.addaudithook(watch)
from briefing.cli import main
main()
"""


@pytest.fixture
def listener():
    """A server that nobody is to call: the port it listens at, and a way to ask how often it was called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003  # the standard library's way

        def calls():
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return 0
            return 1

        yield server.getsockname()[1], calls


def test_an_address_is_printed_and_never_fetched_a_file_named_and_never_read(tmp_path, listener):
    """A build with addresses and paths in every place where one may stand asks no server and opens no file of them."""
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2-is-the-password", encoding="utf-8")
    web, file = f"http://127.0.0.1:{port}/x.png", secret.as_uri()
    project = tmp_path / "project"
    words = f"{web} {file} <img src={web}> url({web}) {{% include '../secret.txt' %}}"
    fields = {name: json.dumps(words) for name in ("subject", "said_by", "place", "note")}
    lines = "\n".join(f"{name}: {text}" for name, text in fields.items())
    hostile.write(project, fact=f"{lines}\nvalue: 5..7")
    facts = (project / "facts.yaml").read_text(encoding="utf-8")
    facts += f"  told: {{claim: {fields['note']}, sources: [nato]}}\n"
    link = f"    url: {web}\n    archived: {{url: {web}}}\n    author: {fields['note']}\n"
    (project / "facts.yaml").write_text(facts.replace("indicators:", f"{link}indicators:"), encoding="utf-8")
    title = json.dumps(f"{web} {file} url({web})")
    blocks = f"""
      - text: "[x]({web}) ![y]({web}) <img src={web}> {file} {{{{ cite('nato') }}}}"
      - chart: {{kind: range, title: {title}, facts: {{ids: [good]}}}}
      - table: {{facts: {{ids: [good, told]}}, columns: [claim, subject, said_by, place, note, sources]}}
"""
    config = (project / "config.yaml").read_text(encoding="utf-8").replace("title: Good", f"title: {title}")
    config = re.sub(r"(?m)^allow: .*$", f"allow: {json.dumps(re.findall('[0-9]+', words))}", config)
    (project / "config.yaml").write_text(config.rstrip() + blocks, encoding="utf-8")
    log = tmp_path / "log"
    command = [sys.executable, "-c", _WATCHED, log, "build", project]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert not calls()
    assert log.read_text(encoding="utf-8") == ""
    made = [path for path in (project / "out").rglob("*") if path.is_file()]
    assert {path.suffix for path in made} >= {".pdf", ".html", ".json", ".svg"}
    for path in made:
        content = path.read_bytes()
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                content += b"".join(one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
                assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert b"hunter2" not in content


@pytest.mark.parametrize(
    "source",
    [
        '<img alt="x" src="{web}">',
        '<link rel="stylesheet" href="{web}">',
        '<link rel="attachment" href="{file}">',
        '<p style="background: url({web})">x</p>',
        "<style>@import '{web}';</style>",
        '<{{{{ "i" }}}}mg alt="x" src="{web}">',
        '<svg><image href="{file}"/></svg>',
        "{{% include '{path}' %}}",
    ],
)
@pytest.mark.parametrize("output", ["html", "pdf"])
def test_a_theme_fetches_and_reads_nothing(source, output, tmp_path, listener):
    """A theme with an address or a path of its own is refused before anybody is asked or anything read."""
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2", encoding="utf-8")
    template = source.format(web=f"http://127.0.0.1:{port}/x", file=secret.as_uri(), path=secret)
    hostile.write(tmp_path / "project", files={"own/blocks/fact-list.html": template}, theme="own")
    status, _ = briefing("build", tmp_path / "project", "--format", output)
    assert status == 1
    assert not calls()
    assert not (tmp_path / "project" / "out" / "good").exists()


# Nothing is damaged.


def test_an_earlier_edition_stays_as_it_is(tmp_path):
    """Whatever is refused or stopped, the last good edition keeps every byte, and nothing is left beside it."""
    hostile.write(tmp_path)
    assert briefing("build", tmp_path)[0] == 0
    folder = tmp_path / "out" / "good"

    def bytes_of():
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    good = bytes_of()
    assert len(good) == 7  # six files and the books

    def changed(case):
        part = next(key for key in case if key not in {"id", "codes", "line"})
        return {part: case[part]}

    bad = [changed(case) for case in hostile.corpus("refused.yaml")[::12]]
    bad += [{"files": {case.name: case.content()}} for case in FACTS_FILES[::9] if case.name == "facts.yaml"]
    bad += [
        {"files": {"own/blocks/fact-list.html": case["source"]}, "theme": "own"}
        for case in hostile.corpus("themes.yaml")[::15]
    ]
    stopped = {"files": {"own/blocks/fact-list.html": EXPLODING["flex 14 deep"]}, "theme": "own", "config": LIMITS}
    unprintable = {"fact": 'claim: "\\uf8ff {value}"'}
    for one in (*bad, stopped, unprintable):
        hostile.write(tmp_path, **one)
        status, output = briefing("build", tmp_path)
        assert status in {1, 3}, output
        assert bytes_of() == good, output
        assert sorted(path.name for path in folder.iterdir()) == ["2022-04-09", "books.sqlite", "latest"]
    hostile.write(tmp_path)
    assert briefing("build", tmp_path)[0] == 0
    assert bytes_of().keys() == good.keys()


# Whatever comes.

SEEDS = [case.text for case in hostile.texts()] + [
    *" \t\n\"'{}<>&$*_[]()\\|`~#%@=;:/.,-0A\u202e\u200f\0\x7f\u2028\ufffe"
]
ANY_TEXT = st.lists(st.one_of(st.sampled_from(SEEDS), st.text(max_size=8)), max_size=6).map("".join)


def refused_letter(text):
    """The first letter that no file may hold: controls, surrogates, non-characters, overrides of direction."""
    for letter in text:
        number = ord(letter)
        control = unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r"
        no_character = 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE
        turning = letter in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        if control or no_character or turning:
            return letter
    return ""


AUDITED = {"untraced-numeral", "figure-lost", "figures-differ"}
"""Codes whose place may be an output, which has no lines that a reader could look up."""


def made(folder, *formats, **project):
    """The folder of an edition made by the Python API, or the codes of what is wrong. Anything else is raised."""
    hostile.write(folder, **project)
    try:
        return build(folder / "config.yaml", formats=formats, out=folder / "out").folder
    except InputError as error:
        found = error.diagnostics
    assert all(one.where.file and (one.where.line or one.code in AUDITED) for one in found), found
    return {one.code for one in found if one.severity == "error"}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
@example(text="\ud83d\udd25")
@example(text="a\r\nb\tc  d ")
@example(text="\u00a0")
def test_any_text_comes_out_as_typed_or_is_refused(text, tmp_path):
    """Whatever a text holds, it is on the page and in the data letter for letter, or the edition is refused."""
    typed = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    fields = dict.fromkeys(("claim", "subject", "said_by", "place", "note"), text)
    sources = {"nato": {"title": text, "published": "2022-04-09"}}
    facts = {"sources": sources, "facts": {"good": {**fields, "sources": ["nato"]}}}
    block = "- table: {facts: {}, columns: [claim, subject, said_by, place, note, sources]}"
    made_by_json = re.sub(r"\ud83d\udd25", "🔥", text)  # JSON joins a pair of halves
    files = {"facts.json": json.dumps(facts)}
    outcome = made(tmp_path, "html", "json", files=files, config="facts: [facts.json]", block=block)
    if letter := refused_letter(made_by_json):
        assert outcome == {"forbidden-character"}, letter
    elif isinstance(outcome, set):
        braces = {"no-value", "unknown-fact", "missing-key"} if "{" in text else set()
        glyphs = set() if text.isascii() else {"missing-glyph"}
        assert not typed.strip() or len(text) > 300 or outcome <= braces | glyphs, outcome
    else:
        data = json.loads((outcome / "briefing.json").read_text(encoding="utf-8"))
        typed = re.sub(r"\ud83d\udd25", "🔥", typed)
        fact = data["facts"][0]
        if not re.search(r"\{[a-z_]+\}", text):
            assert [fact[name] for name in fields] == [typed] * 5
        assert data["sources"][0]["title"] == typed
        page = (outcome / "briefing.html").read_text(encoding="utf-8")
        row = re.search(r"<tbody>.*?<tr>(.*?)</tr>", page, re.DOTALL)
        assert row
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row[1], re.DOTALL)[1:5]
        assert [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells] == [typed] * 4


PIECES = [
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "'",
        '"',
        "[",
        "]",
        "(",
        ")",
        "|",
        "~",
        ".",
        ",",
        " ",
        "\n",
        "\\",
        "*",
        "_",
        "`",
        "<",
    ),
    *(
        "value",
        "fact",
        "cite",
        "date_of",
        "day",
        "title",
        "('good')",
        "('nato')",
        "set a = ",
        "if a",
        "else",
        "endif",
        "a",
    ),
    *(
        "for x in a",
        "endfor",
        "x",
        "loop",
        "macro m(a)",
        "endmacro",
        "m(1)",
        "raw",
        "endraw",
        "upper",
        "join",
        "list",
        "[1:]",
    ),
    *(
        "1",
        "{'a': 1}",
        "[[1]]",
        "include 'x'",
        "block b",
        "endblock",
        "call m()",
        "endcall",
        "filter e",
        "endfilter",
        "in",
        "is",
    ),
    *(
        "none",
        "not",
        "==",
        ">",
        "first",
        "items",
        "length",
        "reverse",
        "__class__",
        "\\ufdd0",
        "# ",
        "- ",
        "1. ",
        "> ",
        "![",
        "](",
    ),
    *(
        "https://example.org",
        "javascript:x",
        "with a = 1",
        "endwith",
        "autoescape",
        "false",
        "continue",
        "recursive",
        "caller()",
    ),
]
TEMPLATE = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.one_of(TEMPLATE, TEMPLATE.map(lambda inside: f"{{{{ {inside} }}}}"), ANY_TEXT))
def test_any_template_in_a_text_is_taken_or_refused(source, tmp_path):
    """Whatever an author types into a text, an edition comes of it, or what is wrong at a line."""
    text = source.replace("\n", " ").encode("utf-8", "replace").decode()
    outcome = made(tmp_path, "json", block=f"- text: {json.dumps(text, ensure_ascii=False)}")
    assert outcome


@settings(max_examples=70, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.one_of(TEMPLATE, TEMPLATE.map(lambda inside: f"{{% {inside} %}}x{{% endfor %}}")))
def test_any_template_of_a_theme_is_taken_or_refused(source, tmp_path):
    """Whatever a theme holds, an edition comes of it, or what is wrong at a line."""
    assert made(tmp_path, "html", files={"own/blocks/fact-list.html": source}, theme="own")


WORDS = [
    "sources",
    "indicators",
    "facts",
    "good",
    "nato",
    "claim",
    "value",
    "as_of",
    "title",
    "low",
    "high",
    "id",
    "file",
    "{value}",
]
WORDS += [
    "sections",
    "blocks",
    "text",
    "chart",
    "table",
    "feeds",
    "series",
    "column",
    "limits",
    "seconds",
    "day",
    "kind",
    "2022-04-09",
]
LEAF = st.one_of(st.sampled_from(WORDS), st.text(max_size=5), st.integers(), st.booleans(), st.none(), st.floats())
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)),
    max_leaves=25,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREE, whole=st.booleans())
def test_any_shape_of_facts_is_taken_or_refused(tree, whole, tmp_path):
    """Whatever shape a facts file has, it is understood, or what is wrong is said."""
    given_tree = tree if whole else {"facts": {"good": tree}, "sources": {"nato": tree}}
    hostile.write(tmp_path, files={"facts.json": json.dumps(given_tree)}, config="facts: [facts.json]")
    assert check(tmp_path / "config.yaml")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tree=TREE, key=st.sampled_from(sorted(set(Config.model_fields) - {"theme"}))
)  # a theme that is not there is wrong usage
def test_any_shape_of_a_config_is_taken_or_refused(tree, key, tmp_path):
    """Whatever shape a config has, it is understood, or what is wrong is said."""
    good = {"title": "Good", "date": "2022-04-09", "facts": "facts.yaml", "sections": [{"title": "T", "blocks": []}]}
    hostile.write(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**good, key: tree}), encoding="utf-8")
    assert check(tmp_path / "config.json", now=datetime(2022, 4, 9, tzinfo=UTC))


BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b"id",
                b"text",
                b",",
                b"\n",
                b'"',
                b";",
                b"\t",
                b"{",
                b"}",
                b"[",
                b"]",
                b":",
                b" ",
                b"1",
                b"-",
                b"*",
                b"&a",
                b"\xff",
                b"\0",
                b"|",
                b"\xef\xbb\xbf",
            ]
        ),
        max_size=30,
    ).map(b"".join),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=BYTES, name=st.sampled_from(["facts.yaml", "facts.json", "t.csv", "t.tsv", "t.ndjson", "t.jsonl"]))
def test_any_bytes_are_taken_or_refused(content, name, tmp_path):
    """Whatever bytes a file holds, it is understood, or what is wrong is said."""
    config = f"facts: [{name}]" if name.startswith("facts") else FEED.replace("t.{kind}", name)
    hostile.write(tmp_path, files={name: content}, config=config.format() if "{{" in config else config)
    assert check(tmp_path / "config.yaml")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 3000), put=st.binary(max_size=4))
def test_a_damaged_workbook_is_taken_or_refused(cut, put, tmp_path):
    """Whatever has happened to a workbook, it is understood, or what is wrong is said."""
    good = a_workbook([("id", "text"), ("a", "So it is")])
    content = good[:cut] + put + good[cut + len(put) :]
    hostile.write(tmp_path, files={"t.xlsx": content}, config=FEED.format(kind="xlsx"))
    assert check(tmp_path / "config.yaml")
