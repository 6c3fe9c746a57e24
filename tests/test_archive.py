"""The archive: a static site that holds all editions, follows them, and stands whatever is done to it."""

import datetime as dt
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types

from briefing import archiving
from briefing.archiving import SITE, archive, upload_order
from briefing.archiving.memory import MEMORY, remembered
from briefing.archiving.place import Place
from briefing.cli import main
from briefing.errors import InputError, PublishError, UsageError
from briefing.pipeline import build
from briefing.publish import LATEST, NOT_UPDATED
from briefing.running import Log, run
from briefing.schemas import json_schema
from briefing.serving.shelf import Shelf
from tests.browser import axe_violations, nu_messages, offline_page
from tests.builders import a_fact, a_project, a_series, an_event, said
from tests.serving import running

URL = "https://intranet.example/briefings/ukraine/"
HOSTILE = "<script>alert(1)</script> & ]]> \"x' fell on Ґудзів міст, Œuvre"
ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "a-secret-word"  # noqa: S105  # what no file may hold
DATES = ("2021-12-31", "2022-04-08", "2022-04-09", "2022-04-10")


def real_project(folder, figure="1300", **config):
    """A project that prints facts in every way there is."""
    facts = {
        "killed": a_fact(value=figure, as_of="2021-12-01"),
        "bridge": an_event(HOSTILE, at="2021-12-01", place="Київ"),
        "range": a_fact(subject="Kyiv", value="7000..15000", as_of="2021-12-01"),
        "charted": a_fact(subject="Kharkiv", value="~12", as_of="2021-12-02"),
        "row": a_fact(subject="Odesa", value="3", as_of="2021-12-03"),
        "talks": an_event("Talks go on", as_of="2021-12-01", tags=["talks"]),
    }
    blocks = [
        {"text": "Losses are {{ value('killed') }}, and talks go on{{ cite('nato') }}."},
        {"chart": {"kind": "range", "facts": {"ids": ["killed", "charted", "range"]}, "title": "How many"}},
        {"chart": {"kind": "line", "series": ["losses"], "title": "In time"}},
        {"key_figures": ["range"]},
        {"facts": {"ids": ["bridge", "killed"]}},
        {"table": {"facts": {"ids": ["row", "talks"]}, "columns": ["claim", "value", "sources"]}},
        {"timeline": {"ids": ["bridge"]}},
    ]
    settings = {
        "briefing": "ukraine",
        "publisher": "Desk",
        "formats": ["html", "fragment", "json"],
        "archive": {"url": URL},
        "day": {"from": "2021-02-24"},
    }
    feeds = [{"file": "t.csv", "series": [a_series()]}]
    table = "date,n\n2021-12-01,5\n2021-12-02,8\n2021-12-03,9\n"
    return a_project(
        folder, facts=facts, config={**settings, **config}, blocks=blocks, feeds=feeds, files={"t.csv": table}
    )


def dated(folder, day):
    """The folder of an edition in the project's output."""
    return folder / "out" / "ukraine" / day


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A real briefing with four editions, one of them corrected, and its site."""
    folder = tmp_path_factory.mktemp("archive")
    for number, day in enumerate(DATES):
        config = real_project(folder, str(1300 + number))
        build(config, day=dt.date.fromisoformat(day))
    config = real_project(folder, "1400")
    build(config, day=dt.date(2022, 4, 9), reason="<i>Miscounted</i>")
    return folder, archive(config)


@pytest.fixture(scope="module")
def site(made):
    """The folder of the site."""
    return made[1].folder


@contextmanager
def served(folder):
    """A plain web server for a folder, of which nothing is asked but files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def address(site):
    """Where the site is served."""
    with served(site) as url:
        yield url


@contextmanager
def opened(chromium, url, **options):
    """A page of the site; it fails the test when it says or asks anything that it should not."""
    context = chromium.new_context(**options)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url) if not ours(request.url, url) else None)
    page.goto(url)
    try:
        yield page
    finally:
        context.close()
    assert said == []


def ours(asked, url):
    """Whether a request goes to the server of a page, or nowhere."""
    return urlsplit(asked).netloc in {urlsplit(url).netloc, ""}


def searched(page, words, count):
    """Type into the search and wait for what it says."""
    page.evaluate("document.querySelector('[role=status]').textContent = 'what it said before'")
    page.fill("#search-words", words)
    page.wait_for_function("said => document.querySelector('[role=status]').textContent === said", arg=count)
    return page.locator("#found li").all_inner_texts()


class Links(HTMLParser):
    """The addresses in a page, those of its head by their rel, its ids and its text."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.heads, self.text = [], [], {}, ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Keep what leads somewhere."""
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "link":
            self.heads.setdefault(given["rel"], []).append(given["href"])
        self.links += [given[name] for name in ("href", "src") if name in given]

    def handle_data(self, data):
        """Keep what is read."""
        self.text += data


def tree(folder):
    """Every file of a site with the hash of its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def dangling(folder):
    """Links between pages of a site that lead nowhere."""
    pages = {path: Links(path) for path in folder.rglob("index.html")}
    for path, page in pages.items():
        for href in page.links:
            target, anchor = urldefrag(urljoin(path.as_uri(), href))
            if not target.startswith("file:"):
                continue
            there = Path(unquote(urlsplit(target).path))
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file():
                yield f"{path.relative_to(folder)}: {href}"
            elif anchor and there in pages and unquote(anchor) not in pages[there].ids:
                yield f"{path.relative_to(folder)}: {href} has no such place"


# The site of a real briefing.


def test_a_site_holds_every_edition(made, site):
    """Each date has its folder with its page and the files that were published, which are the same on the disk."""
    folder, done = made
    assert [one.name for one in sorted(site.iterdir()) if one.name[:1].isdigit()] == [
        "2021",
        *DATES[:1],
        "2022",
        *DATES[1:],
    ]
    for name in ("briefing.html", "embed.html", "fragment.html", "briefing.json", "charts/chart-1.svg"):
        for place, day in (
            (DATES[0], DATES[0]),
            ("2022-04-09/revision-1", "2022-04-09-revision-1"),
            (LATEST, DATES[-1]),
        ):
            assert (site / place / name).samefile(dated(folder, day) / name)
    assert not [one for one in done.written if one.endswith("manifest.json")]
    assert (site / "briefing-embed.js").is_file()
    assert list(dangling(site)) == []


def test_each_page_knows_its_neighbours(site):
    """A page links to the editions before and after it, to the newest one, the index, the feed, its data."""
    middle, first, last = (Links(site / day / "index.html") for day in ("2022-04-09", "2021-12-31", "2022-04-10"))
    assert middle.heads["prev"] == ["../2022-04-08/index.html"]
    assert middle.heads["next"] == ["../2022-04-10/index.html"]
    assert middle.heads["up"] == ["../index.html"]
    assert middle.heads["latest-version"] == ["../latest/index.html"]
    assert middle.heads["canonical"] == [f"{URL}2022-04-09/"]
    assert middle.heads["alternate"] == ["../feed.xml", "briefing.json", f"{URL}2022-04-09/oembed.json"]
    assert "prev" not in first.heads
    assert "next" not in last.heads
    newest = Links(site / LATEST / "index.html")
    assert newest.heads["canonical"] == [f"{URL}2022-04-10/"]
    assert newest.heads["prev"] == ["../2022-04-09/index.html"]


def test_what_was_corrected_says_so(site):
    """The first revision stays with a banner: when it was corrected, why, and where; the second leads back to it."""
    first = Links(site / "2022-04-09" / "revision-1" / "index.html")
    assert re.search(r"Corrected on \d+ \w+ 20\d\d\. Reason: <i>Miscounted</i> Go to the corrected", first.text)
    assert "../../2022-04-09/index.html" in first.links
    assert first.heads["successor-version"] == ["../../2022-04-09/index.html"]
    second = Links(site / "2022-04-09" / "index.html")
    assert "Corrected on" not in second.text
    assert "../2022-04-09/revision-1/index.html" in second.links
    assert "Revision 2, corrected" in Links(site / "index.html").text


def test_every_fact_of_the_data_has_a_permalink(site):
    """Each fact of briefing.json has one place in the page, in the frame and in the fragment."""
    for place in (DATES[0], "2022-04-09"):
        facts = [one["id"] for one in json.loads((site / place / "briefing.json").read_bytes())["facts"]]
        assert {"killed", "bridge", "range", "charted", "row", "talks", "losses"} <= set(facts)
        prefix = f"ukraine-{place}-"
        for name, before in (("index.html", ""), ("briefing.html", ""), ("embed.html", ""), ("fragment.html", prefix)):
            ids = Links(site / place / name).ids
            assert [ids.count(f"{before}fact-{one}") for one in facts] == [1] * len(facts), name
            assert len(ids) == len(set(ids))


def test_a_permalink_leads_to_where_the_fact_is_seen(chromium, address):
    """A fact that stands in the text lies there; one that only a chart shows lies in the chart, not in folded data."""
    inside = "id => document.getElementById(id).closest('section, figure, li, tr').textContent"
    for fact, text in (("bridge", "Ґудзів"), ("charted", "How many"), ("row", "3"), ("range", "7,000")):
        with opened(
            chromium, f"{address}2022-04-08/index.html#fact-{fact}", viewport={"width": 800, "height": 300}
        ) as page:
            seen = "id => { const { top, bottom } = %s; return top < 300 && bottom >= 0 }"
            seen %= "document.getElementById(id).getBoundingClientRect()"
            page.wait_for_function(seen, arg=f"fact-{fact}")
            assert text in page.evaluate(inside, f"fact-{fact}")
            assert not page.evaluate("id => document.getElementById(id).closest('details')", f"fact-{fact}")


def test_a_build_says_that_the_site_does_not_have_it_yet(tmp_path):
    """Whoever builds an edition beside a site is told to bring it up to date; a draft and an old one say nothing."""
    config = small_project(tmp_path)

    def said(*given):
        return CliRunner().invoke(main, ["build", str(config), "--format", "json", *given]).stderr

    assert "briefing archive" not in said("--date", "2022-04-08")
    archive(config)
    assert "`briefing archive` brings it up to date" in said("--date", "2022-04-09")
    assert "briefing archive" not in said("--date", "2022-04-09") + said("--date", "2022-04-10", "--draft")


def test_the_search_finds_facts_and_leads_to_them(chromium, address):
    """Words of any case, with or without accents, lead to the newest edition that prints the fact; text stays text."""
    with opened(chromium, address) as page:
        found = searched(page, "SCRIPT œuvre ґудзів", "Found: 2")
        assert [one.partition("\n")[0] for one in found] == [HOSTILE, HOSTILE]
        assert found[0].endswith("10 April 2022, since 8 April 2022 · Київ · NATO")
        assert page.locator("#found script").count() == 0
        assert not page.is_visible("#editions")
        assert searched(page, "киів", "Found: 2")
        assert searched(page, "1,300 soldiers", "Found: 1")[0].startswith("1,300 soldiers were killed")
        assert searched(page, "1300 SOLDIERS", "Found: 1")[0].startswith("1,300 soldiers were killed")
        assert searched(page, "1,302", "Nothing found") == []  # it was corrected
        assert len(searched(page, "day 311", "Found: 1")) == 1
        searched(page, "bridge fell x", "Nothing found")
        searched(page, "]]>", "Found: 2")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/2022-04-10/index.html#fact-bridge")
        page.go_back()
        page.wait_for_selector("#found li")
        searched(page, "", "")
        assert page.is_visible("#editions")


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("ΣΕΙΣ", "σεισμός"),
        ("احمد", "أحمد"),
        ("محمد", "مُحَمَّد"),
        ("lodz", "Łódź"),
        ("STRASSE", "Straße"),
        ("7000", "7\u202f000"),
        ("-5", "−5"),
        ("t-72", "T‑72"),
        ("diyarbakir", "Diyarbakır"),
    ],
)
def test_the_search_finds_letters_that_are_written_otherwise(chromium, asked, there):
    """What a reader types without marks, in other capitals or from a plain keyboard, is found all the same."""
    script = (Path(archiving.__file__).parent / "search.js").read_text("utf-8")
    (folded,) = re.findall(r"const ALIKE.*?ALIKE\[one\]\);", script, re.DOTALL)
    with offline_page(chromium) as page:
        assert page.evaluate(f"([one, all]) => {{ {folded} return folded(all).includes(folded(one)) }}", [asked, there])


def test_the_page_of_a_year_searches_all_years(chromium, address):
    """The search of a year's page finds what stands in others, and an address can hold what is searched."""
    with opened(chromium, f"{address}2021/index.html#search=soldiers") as page:
        page.wait_for_selector("text=Found: ")
        hrefs = page.eval_on_selector_all("#found a", "all => all.map(one => one.getAttribute('href'))")
    assert hrefs[0].startswith("../2022-04-10/index.html#fact-")
    assert any(one.startswith("../2021-12-31/") for one in hrefs)


def test_without_script_there_is_the_list(chromium, address):
    """A reader without script sees all editions and no form that does nothing."""
    with opened(chromium, address, java_script_enabled=False) as page:
        assert page.locator(".bf-edition").count() == len(DATES)
        assert not page.is_visible("#search")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible(chromium, address, scheme):
    """axe-core has nothing against the index, a year, a corrected edition and what a search finds, light and dark."""
    for name in ("index.html", "2022/index.html", "2022-04-09/revision-1/index.html", "index.html#search=soldiers"):
        with opened(chromium, f"{address}{name}", color_scheme=scheme, bypass_csp=True) as page:
            if "#" in name:
                page.wait_for_selector("text=Found: ")
            assert axe_violations(page) == [], name


def test_its_pages_are_valid_and_fit(chromium, address, site):
    """The Nu checker has nothing against them, and nothing is wider than a phone."""
    names = ("index.html", "2022/index.html", "2022-04-09/revision-1/index.html", "latest/index.html")
    said = nu_messages([site / name for name in names])
    assert [one for one in said if "Content Security Policy" not in one] == []  # for it, a file has no origin
    for name in names:
        with opened(chromium, f"{address}{name}", viewport={"width": 320, "height": 600}) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_lists_load_nothing_from_elsewhere(site):
    """Each page of ours says which of its own files it may load, and has neither script nor style inside."""
    for name in ("index.html", "2021/index.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'" in text
        assert not re.search(r"<script(?! src=\"[./]*search\.js\" defer></script>)|<style|\son\w+=|\sstyle=", text)


# Lists for programs.


def feed_of(folder):
    """The feed of a site, held to what RFC 4287 asks of it."""
    root = ET.fromstring((folder / "feed.xml").read_bytes())  # noqa: S314  # ours
    assert root.tag == f"{ATOM}feed"
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    for node in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1
        assert moment.fullmatch(node.findtext(f"{ATOM}updated") or "")
        assert urlsplit(node.findtext(f"{ATOM}id")).scheme
        kinds = [(one.get("rel"), one.get("type"), one.get("hreflang")) for one in node.findall(f"{ATOM}link")]
        assert len(kinds) == len(set(kinds))
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Desk"
    assert [one.get("rel") for one in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    ids = [one.findtext(f"{ATOM}id") for one in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) <= 50
    times = [one.findtext(f"{ATOM}updated") or "" for one in root.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert not times or root.findtext(f"{ATOM}updated") == times[0]
    return root


def test_a_correction_is_an_entry_of_its_own(site):
    """The feed has an entry for each edition and one more for the correction, with its reason."""
    root = feed_of(site)
    entries = {one.findtext(f"{ATOM}id"): one for one in root.findall(f"{ATOM}entry")}
    assert set(entries) == {
        *(f"tag:intranet.example,{day}:ukraine/{day}" for day in DATES),
        "tag:intranet.example,2022-04-09:ukraine/2022-04-09/revision-2",
    }
    correction = entries["tag:intranet.example,2022-04-09:ukraine/2022-04-09/revision-2"]
    assert correction.findtext(f"{ATOM}title") == "Corrected: Ukraine, 9 April 2022"
    assert correction.findtext(f"{ATOM}summary") == "Reason: <i>Miscounted</i>"
    assert correction.find(f"{ATOM}link").get("href") == f"{URL}2022-04-09/"


def test_editions_as_data_are_as_the_schema_says(site):
    """editions.json holds every edition by the published schema, and where its earlier revisions are."""
    known = json.loads((site / "editions.json").read_bytes())
    assert list(Draft202012Validator(json.loads(json_schema("editions"))).iter_errors(known)) == []
    assert [one["date"] for one in known["editions"]] == list(reversed(DATES))
    corrected = known["editions"][1]
    assert (corrected["revision"], corrected["reason"], corrected["page"]) == (2, "<i>Miscounted</i>", "2022-04-09/")
    assert [one["page"] for one in corrected["revisions"]] == ["2022-04-09/revision-1/"]


def test_the_sitemap_names_what_stands_now(site):
    """The sitemap has the lists and the current editions, by whole addresses."""
    places = [one.text for one in ET.fromstring((site / "sitemap.xml").read_bytes()).iter() if one.tag.endswith("loc")]  # noqa: S314  # ours
    assert places == [f"{URL}{name}" for name in ("2021/", "2022/", "", *(f"{day}/" for day in DATES))]


def test_an_edition_answers_to_oembed(site):
    """Where the site has an address, systems that know oEmbed find the frame of an edition and its height."""
    known = json.loads((site / "2022-04-09" / "oembed.json").read_bytes())
    assert f'src="{URL}2022-04-09/embed.html"' in known["html"]
    assert known["height"] > 300
    assert f'src="{URL}latest/embed.html"' in json.loads((site / LATEST / "oembed.json").read_bytes())["html"]


def test_a_server_of_ours_serves_the_site(made, tmp_path):
    """`briefing serve` gives the pages of the site to those who may see all, under the same addresses."""
    folder, _ = made
    with running("serve", folder / "out", log=tmp_path / "log") as server:
        for target, word in (
            ("/ukraine/", b"bf-lists"),
            ("/ukraine/2022/", b"bf-lists"),
            ("/ukraine/2022-04-09/", b"bf-bar"),
            ("/ukraine/2022-04-09/revision-1/", b"bf-superseded"),
            ("/ukraine/latest/", b"bf-bar"),
            ("/ukraine/latest/index.html", b"bf-bar"),
            ("/ukraine/search/2022.json", b'"facts"'),
            ("/ukraine/editions.json", b'"editions"'),
            ("/ukraine/search.js", b"use strict"),
            ("/ukraine/archive.css", b"bf-editions"),
            ("/ukraine/feed.xml", b"Corrected: "),
            ("/ukraine/2022-04-09/oembed.json", b"iframe"),
        ):
            answer = server.ask(target)
            assert (answer.status, word in answer.body) == (200, True), target


# Small editions, written by hand: what changes when one comes, goes or is secret.


def small(folder, day, *, text="a fact", marking=None, title="Ukraine", words="", place=None, revision=1, files=()):
    """An edition as `briefing build` leaves it, as small as can be."""
    fact = {"id": "one", "claim": text, "marking": marking, "value": None, "citations": []}
    record = {"edition": {"title": title, "language": "en", "publisher": "Desk"}, "facts": [fact], "sources": []}
    page = (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>{day}</title></head>\n<body class="bf-page">'
        f'<a class="bf-skip" href="#text">Skip</a><main id="text"><p id="fact-one">{text} {words}</p></main>'
        "</body></html>"
    )
    contents = {
        "briefing.html": page,
        "briefing.pdf": f"%PDF {day} {revision}",
        "embed.html": '<html data-height-768="900"><head>',
        "charts/a.svg": f"<svg>{day}</svg>",
        "briefing.json": json.dumps(record),
        **dict(files),
    }
    where = dated(folder, place or day)
    outputs = {}
    for name, content in contents.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(content, encoding="utf-8")
        outputs[name] = hashlib.sha256(content.encode()).hexdigest()
    manifest = {"briefing": "ukraine", "date": day, "revision": revision, "reason": "", "outputs": outputs}
    (where / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return where


def small_project(folder, **config):
    """A config whose editions are written by hand."""
    return a_project(folder, config={"briefing": "ukraine", "publisher": "Desk", "archive": {"url": URL}, **config})


def day_after(number):
    """One of the dates from 2020 on."""
    return (dt.date(2020, 1, 1) + dt.timedelta(days=number)).isoformat()


def test_a_new_edition_changes_a_handful_of_files(tmp_path):
    """With 400 editions, one more writes its own folder, the page before it, `latest`, and the lists; nothing else."""
    config = small_project(tmp_path)
    for number in range(400):
        small(tmp_path, day_after(number), text=f"fact {number // 10}")
    first = archive(config)
    assert first.unchanged == 0
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in first.folder.rglob("*") if path.is_file()}
    again = archive(config)
    assert (again.written, again.unchanged) == ((), len(first.written))
    small(tmp_path, day_after(400))
    done = archive(config)
    lists = {"index.html", "2021/index.html", "search/2021.json", "editions.json", "feed.xml", "sitemap.xml"}
    lists |= {f"{day_after(399)}/index.html"}
    own = {one for one in done.written if not one.startswith((day_after(400), LATEST))}
    assert own == lists
    touched = {path for path, was in before.items() if was != (path.stat().st_ino, path.stat().st_mtime_ns)}
    assert {path.relative_to(first.folder).as_posix() for path in touched} <= set(done.written)
    index = Links(done.folder / "index.html")
    assert sum(one.endswith("briefing.pdf") for one in index.links) <= 100
    assert {"2020/index.html", "2021/index.html"} <= set(index.links)
    assert list(dangling(done.folder)) == []
    shard = json.loads((done.folder / "search" / "2020.json").read_bytes())
    assert ["one", "fact 3", "", [30, 39]] in shard["facts"]


def test_what_is_remembered_is_what_would_be_read(tmp_path):
    """Without its memory, or with a broken one, the archive reads all and makes the same site."""
    config = small_project(tmp_path)
    for number in range(4):
        small(tmp_path, day_after(number), text=f"fact {number // 2}")
        made_so_far = tree(archive(config).folder)
    for broken in ("", "{", '{"form": 1, "issues": []}'):
        (tmp_path / "out" / "ukraine" / MEMORY).write_text(broken, encoding="utf-8")
        assert archive(config).written == ()
    shutil.rmtree(tmp_path / "out" / "ukraine" / SITE)
    assert tree(archive(config).folder) == made_so_far


def test_what_somebody_changed_in_the_site_is_mended(tmp_path):
    """A page that is not what was written, or gone, is written again; files of the user's own stay."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09")
    folder = archive(config).folder
    whole = tree(folder)
    (folder / "2022-04-09" / "index.html").write_text("something else", encoding="utf-8")
    (folder / "search" / "2022.json").unlink()
    (folder / "2022-04-09" / "briefing.pdf").unlink()
    (folder / "2022-04-09" / "left.txt").write_text("left", encoding="utf-8")
    (folder / "robots.txt").write_text("User-agent: *", encoding="utf-8")
    done = archive(config)
    assert set(done.written) == {"2022-04-09/index.html", "search/2022.json", "2022-04-09/briefing.pdf"}
    assert done.removed == ()
    own = {name: tree(folder)[name] for name in ("robots.txt", "2022-04-09/left.txt")}
    assert tree(folder) == {**whole, **own}


def test_an_edition_that_is_gone_goes_from_the_site(tmp_path):
    """Its folder goes, its neighbours know one another, no list and no search names it."""
    config = small_project(tmp_path)
    for day, text in (("2022-04-08", "x"), ("2022-04-09", SECRET), ("2022-04-10", "y"), ("2023-01-01", "z")):
        small(tmp_path, day, text=text)
    folder = archive(config).folder
    for day in ("2022-04-09", "2023-01-01"):
        shutil.rmtree(dated(tmp_path, day))
    done = archive(config)
    assert not (folder / "2022-04-09").exists()
    assert not (folder / "2023").exists()
    assert "search/2023.json" in done.removed
    assert Links(folder / "2022-04-08" / "index.html").heads["next"] == ["../2022-04-10/index.html"]
    assert Links(folder / LATEST / "index.html").heads["canonical"] == [f"{URL}2022-04-10/"]
    assert all(SECRET not in path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    assert list(dangling(folder)) == []


def test_nothing_above_the_ceiling_is_in_the_site(tmp_path):
    """An edition that prints or names a fact above the ceiling is not in the site, nor is its date or word."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-08", text="known to all")
    small(tmp_path, "2022-04-09", text=SECRET, marking="TLP:RED")
    old = json.dumps({"edition": {"title": "U", "changes": [{"fact": "one", "before": SECRET}]}, "facts": []})
    small(tmp_path, "2022-04-10", text="names it", files={"briefing.json": old})
    bare = small(tmp_path, "2022-04-11", text="no data")
    outputs = json.loads((bare / "manifest.json").read_bytes())["outputs"]
    (bare / "briefing.json").unlink()
    rewritten(bare, outputs={name: digest for name, digest in outputs.items() if name != "briefing.json"})
    folder = archive(config).folder
    assert (folder / "2022-04-09").is_dir()
    done = archive(small_project(tmp_path, archive={"url": URL, "ceiling": "TLP:GREEN"}))
    assert done.left_out == ("2022-04-09", "2022-04-10", "2022-04-11")
    for path in (one for one in folder.rglob("*") if one.is_file()):
        assert not re.search(f"{SECRET}|2022-04-(09|1[01])", path.read_text("utf-8")), path
    assert Links(folder / LATEST / "index.html").heads["canonical"] == [f"{URL}2022-04-08/"]
    assert "2022-04-08/index.html" in Links(folder / "index.html").links


def test_a_site_of_nothing_is_empty(tmp_path):
    """When all its editions are gone the site says so; before there was one there is none to make."""
    config = small_project(tmp_path)
    with pytest.raises(UsageError, match="`briefing build` makes one"):
        archive(config)
    shutil.rmtree(small(tmp_path, "2022-04-09").parent / "2022-04-09" / "charts")
    with pytest.raises(UsageError, match="no whole edition"):
        archive(config)
    small(tmp_path, "2022-04-09")
    folder = archive(config).folder
    shutil.rmtree(dated(tmp_path, "2022-04-09"))
    archive(config)
    assert sorted(one.name for one in folder.iterdir()) == [
        "archive.css",
        "briefing-embed.js",
        "editions.json",
        "feed.xml",
        "index.html",
        "search.js",
        "sitemap.xml",
    ]
    assert "There is no edition here yet." in Links(folder / "index.html").text
    assert feed_of(folder).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_without_an_address_links_are_relative(tmp_path):
    """The feed and the pages work where nobody said under which address; what needs one is not there."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09")
    folder = archive(config).folder
    assert (folder / "sitemap.xml").is_file()
    archive(small_project(tmp_path, archive={}))
    assert not (folder / "sitemap.xml").exists()
    assert not (folder / "2022-04-09" / "oembed.json").exists()
    entry = feed_of(folder).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == "2022-04-09/"
    assert entry.findtext(f"{ATOM}id").startswith("urn:uuid:")
    assert Links(folder / LATEST / "index.html").heads["canonical"] == ["../2022-04-09/"]
    assert list(dangling(folder)) == []


def test_names_of_entries_stay_when_the_site_moves(tmp_path):
    """Readers are not told of old editions again because the site has moved within its host, or is made anew."""
    small(tmp_path, "2022-04-09")

    def ids(url):
        folder = archive(small_project(tmp_path, archive={"url": url})).folder
        return [one.findtext(f"{ATOM}id") for one in feed_of(folder).findall(f"{ATOM}entry")]

    assert ids("https://intranet.example/a") == ids("https://intranet.example/b/c/")


def test_the_notice_of_a_failure_stands_in_latest(tmp_path):
    """Where `latest` leads to the last good edition with its notice, that of the site shows it too."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09", words="as it was")
    small(tmp_path, "2022-04-09", words="Not updated since", place=NOT_UPDATED)
    (tmp_path / "out" / "ukraine" / LATEST).symlink_to(NOT_UPDATED)
    folder = archive(config).folder
    assert "Not updated since" in Links(folder / LATEST / "index.html").text
    assert "Not updated since" in (folder / LATEST / "briefing.html").read_text("utf-8")
    assert "as it was" in Links(folder / "2022-04-09" / "index.html").text
    dated(tmp_path, LATEST).unlink()
    archive(config)
    assert "as it was" in Links(folder / LATEST / "index.html").text
    assert (folder / LATEST / "briefing.html").samefile(dated(tmp_path, "2022-04-09") / "briefing.html")


# Harm.

KILLED = """
import os, sys
from pathlib import Path
from briefing import archive
left = int(sys.argv[2])
replace = Path.replace
def until(self, target):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    return replace(self, target)
Path.replace = until
archive(sys.argv[1])
"""


@pytest.mark.parametrize("steps", [0, 3, 7, 9, 12, 15, 18, 20])
def test_a_kill_leaves_links_that_lead_somewhere(tmp_path, steps):
    """Wherever the making of a site is cut off, no list leads to what is not there; the next run mends the rest."""
    config = small_project(tmp_path)
    for day in ("2022-04-08", "2022-04-09"):
        small(tmp_path, day)
    folder = archive(config).folder
    small(tmp_path, "2022-04-10")
    run = subprocess.run([sys.executable, "-c", KILLED, str(config), str(steps)], check=False)
    assert run.returncode == 9
    assert list(dangling(folder)) == []
    archive(config)
    mended = tree(folder)
    shutil.rmtree(folder)
    (folder.parent / MEMORY).unlink()
    archive(config)
    assert tree(folder) == mended


def test_no_link_is_followed(tmp_path):
    """Nothing is written through a link, and nothing is taken from behind one."""
    config = small_project(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text(SECRET, encoding="utf-8")
    small(tmp_path, "2022-04-09")
    folder = archive(config).folder
    shutil.rmtree(folder / "2022-04-09")
    (folder / "2022-04-09").symlink_to(outside)
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(outside / "index.html")
    archive(config)
    assert [one.name for one in outside.iterdir()] == ["secret"]
    assert not (folder / "2022-04-09").is_symlink()
    dated(tmp_path, "2022-04-11").symlink_to(small(tmp_path, "2022-04-10"))
    page = small(tmp_path, "2022-04-08") / "briefing.pdf"
    page.rename(outside / "paper")
    page.symlink_to(outside / "paper")
    done = archive(config)
    assert done.damaged == ("2022-04-08",)
    assert not (folder / "2022-04-11").exists()
    assert not (folder / "2022-04-08").exists()
    shutil.rmtree(folder)
    folder.symlink_to(outside)
    with pytest.raises(PublishError, match="is no folder of its own"):
        archive(config)


def test_a_theme_without_a_place_for_the_bar_is_told(tmp_path):
    """A page in which the archive finds neither head nor body is named, with what is to be done."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09", files={"briefing.html": "<p>no head</p>"})
    with pytest.raises(PublishError, match=r"2022-04-09/briefing.html: screen.html of the theme needs </head>"):
        archive(config)


def test_a_theme_shows_the_archive_its_own_way(tmp_path):
    """A theme overrides the templates of the archive; what is wrong in one is told with its file and line."""
    small(tmp_path, "2022-04-09")
    own = {"mine/archive/bar.html": "<nav>{{ here }} is ours</nav>\n"}
    config = a_project(tmp_path, config={"briefing": "ukraine", "theme": "mine"}, files=own)
    folder = archive(config).folder
    assert "9 April 2022 is ours" in Links(folder / "2022-04-09" / "index.html").text
    (tmp_path / "mine" / "archive" / "bar.html").write_text("<nav>\n{{ nothing }}</nav>", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        archive(config)
    assert str(caught.value.diagnostics[0]).startswith("mine/archive/bar.html:2:")


def test_the_language_of_the_briefing_is_that_of_its_lists(tmp_path):
    """Lists speak the language of the config, bars that of their edition."""
    small(tmp_path, "2022-04-09")
    folder = archive(small_project(tmp_path, language="uk", title="Україна")).folder
    text = (folder / "index.html").read_text("utf-8")
    assert '<html class="bf-root" lang="uk"' in text
    assert "квітень 2022" in text
    assert "Шукати в назвах і фактах" in text
    assert "All editions" in (folder / "2022-04-09" / "index.html").read_text("utf-8")


# The command, and the unattended run.


def test_the_command_prints_what_it_wrote(tmp_path):
    """Paths on standard output, one a line; how many, what was left out and what is broken on standard error."""
    config = small_project(tmp_path, archive={"ceiling": "TLP:AMBER"})
    small(tmp_path, "2022-04-09")
    small(tmp_path, "2022-04-10", marking="TLP:RED")
    (small(tmp_path, "2022-04-11") / "briefing.pdf").write_text("changed", encoding="utf-8")
    first = CliRunner().invoke(main, ["archive", str(config)])
    assert first.exit_code == 0
    paths = first.stdout.splitlines()
    assert all(Path(one).is_file() for one in paths)
    assert first.stderr.splitlines() == [
        "warning: 2022-04-11 is no whole edition, so it is not in the site; `briefing build` mends it",
        "left out, above the ceiling: 2022-04-10",
        f"written {len(paths)}, unchanged 0",
    ]
    again = CliRunner().invoke(main, ["archive", str(tmp_path), "--out", str(tmp_path / "out")])
    assert again.stdout == ""
    assert again.stderr.endswith(f"written 0, unchanged {len(paths)}\n")


def test_a_run_keeps_the_site_up_to_date(tmp_path):
    """`briefing run` makes the site where the config has archive:; when that fails, it warns and the edition stands."""
    now = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
    options = {"title": "Ukraine", "briefing": "ukraine", "formats": ["html", "json"], "archive": {}, "theme": "mine"}
    files = {"mine/style/own.css": ""}
    config = a_project(tmp_path, facts={"a": an_event("It rains")}, config=options, files=files)
    ran = run(config, now=now, log=Log(now))
    assert ran.status == 0
    assert "It rains" in Links(dated(tmp_path, SITE) / "2026-03-05" / "index.html").text
    (tmp_path / "mine" / "archive").mkdir()
    (tmp_path / "mine" / "archive" / "list.html").write_text("{{ nothing }}", encoding="utf-8")
    ran = run(config, now=now + dt.timedelta(days=1), log=Log(now))
    assert ran.status == 0
    assert (dated(tmp_path, "2026-03-06") / "briefing.html").is_file()
    status = json.loads((dated(tmp_path, "status.json")).read_bytes())
    assert status["last_good"]["date"] == "2026-03-06"
    assert [one.partition(":")[0] for one in status["warnings"]] == ["the site could not be made"]
    (tmp_path / "mine" / "archive" / "list.html").unlink()
    run(config, now=now + dt.timedelta(days=1), log=Log(now))
    assert (dated(tmp_path, SITE) / "2026-03-06" / "index.html").is_file()


def test_files_are_sent_in_an_order_without_dead_links():
    """Editions before the lists that name them, the newest first, pages after what they show, `latest` at the end."""
    names = ["latest/index.html", "index.html", "2022/index.html", "search/2022.json", "2022-04-08/index.html"]
    names += ["2022-04-09/index.html", "2022-04-09/briefing.pdf", "latest/briefing.pdf", "archive.css", "feed.xml"]
    assert upload_order(reversed(names)) == (
        "archive.css",
        "2022-04-09/briefing.pdf",
        "2022-04-09/index.html",
        "2022-04-08/index.html",
        "search/2022.json",
        "2022/index.html",
        "feed.xml",
        "index.html",
        "latest/briefing.pdf",
        "latest/index.html",
    )


# Folders that somebody has put a hand to.


def rewritten(folder, **changes):
    """An edition whose manifest says something else."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")


def with_edition(folder, day, **changes):
    """A whole edition whose data say something else of it."""
    record = {"edition": {"title": "U", "language": "en", **changes}, "facts": [], "sources": []}
    return small(folder, day, files={"briefing.json": json.dumps(record)})


DAMAGED = {
    "revision": lambda f: rewritten(small(f, "2022-04-08"), revision="two"),
    "produced": lambda f: rewritten(small(f, "2022-04-08"), produced="x"),
    "no such moment": lambda f: rewritten(small(f, "2022-04-08"), produced="0001-01-01T00:00:00+23:00"),
    "summary": lambda f: with_edition(f, "2022-04-08", summary=5),
    "title": lambda f: with_edition(f, "2022-04-08", title="\ud800"),
    "language": lambda f: with_edition(f, "2022-04-08", language="../x"),
    "page": lambda f: piped(small(f, "2022-04-08") / "briefing.html"),
    "manifest": lambda f: piped(small(f, "2022-04-08") / "manifest.json"),
    "data": lambda f: piped(small(f, "2022-04-08") / "briefing.json"),
    "huge": lambda f: os.truncate(small(f, "2022-04-08") / "manifest.json", 2**40),
}


def piped(path):
    """A pipe that nobody writes to, in place of a file."""
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_edition_is_left_out_and_named(tmp_path, kind):
    """An edition whose files are not of the form that is written stops neither the archive nor the server."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09")
    DAMAGED[kind](tmp_path)
    small(tmp_path, "2022-02-31")
    done = archive(config)
    assert set(done.damaged) == {"2022-02-31", "2022-04-08"}
    assert [one["date"] for one in json.loads((done.folder / "editions.json").read_bytes())["editions"]] == [
        "2022-04-09"
    ]
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    assert [one.day for one in shelf.collections["ukraine"].issues] == ["2022-04-09"]


def test_no_fault_in_the_site_ends_a_run(tmp_path, monkeypatch):
    """The editions stand and are told of, whatever comes of the site."""

    def broken(*_, **__):
        raise ZeroDivisionError

    config = small_project(tmp_path, date="2022-04-09", formats=["html"])
    monkeypatch.setattr("briefing.archiving.archive", broken)
    ran = run(config, now=dt.datetime(2022, 4, 9, 7, tzinfo=dt.UTC))
    assert ran.status == 0
    assert ran.outcomes[-1].result == "unarchived"
    assert "ZeroDivisionError" in ran.outcomes[-1].messages("warning")[0]


@pytest.mark.parametrize("change", [{"date": "2022-02-31"}, {"title": 5}, {"key": ["x"]}, {"heights": [["a", 1]]}])
def test_a_broken_memory_is_an_empty_one(tmp_path, change):
    """A memory whose fields are not of their kind is not believed."""
    config = small_project(tmp_path)
    small(tmp_path, "2022-04-09")
    whole = tree(archive(config).folder)
    memory = tmp_path / "out" / "ukraine" / MEMORY
    known = json.loads(memory.read_bytes())
    known["issues"]["2022-04-09"] |= change
    memory.write_text(json.dumps(known), encoding="utf-8")
    assert remembered(memory.parent).issues == {}
    assert tree(archive(config).folder) == whole


OWN = (
    ".newsletter.html",
    ".new-s",
    "logo/.newer",
    "1999/scan.pdf",
    "2022/notes.txt",
    "latest/logo.png",
    "search/o.html",
)


def test_somebodys_own_files_stay_in_the_site(tmp_path):
    """Only what the archive wrote is removed, and what a killed one has begun."""
    config = small_project(tmp_path)
    for day in ("2022-04-09", "2023-01-01"):
        small(tmp_path, day)
    folder = archive(config).folder
    for name in OWN:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine", encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / ".new-0123456789abcdef").write_text("begun", encoding="utf-8")
    shutil.rmtree(dated(tmp_path, "2023-01-01"))
    done = archive(config)
    assert all((folder / name).read_text("utf-8") == "mine" for name in OWN)
    assert (folder / "empty").is_dir()
    assert not (folder / ".new-0123456789abcdef").exists()
    assert not (folder / "2023").exists()
    assert {"2023/index.html", "2023-01-01/index.html", "search/2023.json"} <= set(done.removed)


def test_a_lost_memory_leaves_no_edition_in_the_site(tmp_path):
    """An edition that is gone goes from the site, even where nobody remembers that it was there."""
    config = small_project(tmp_path)
    for day in ("2022-04-08", "2022-04-09"):
        small(tmp_path, day, text=SECRET if day == "2022-04-08" else "x")
    folder = archive(config).folder
    (folder.parent / MEMORY).unlink()
    shutil.rmtree(dated(tmp_path, "2022-04-08"))
    archive(config)
    assert not (folder / "2022-04-08").exists()


@pytest.mark.parametrize("name", ["briefing.pdf", "charts/a.svg", "briefing.json"])
@pytest.mark.parametrize("change", ["gone", "another"])
def test_an_edition_that_is_damaged_later_goes_from_the_site(tmp_path, name, change):
    """What becomes of a file after the first making is seen; the others stand."""
    config = small_project(tmp_path)
    for day in ("2022-04-08", "2022-04-09"):
        small(tmp_path, day)
    folder = archive(config).folder
    path = dated(tmp_path, "2022-04-08") / name
    data = path.read_bytes()
    path.unlink()
    if change == "another":
        path.write_bytes(data.swapcase())
    done = archive(config)
    assert done.damaged == ("2022-04-08",)
    assert not (folder / "2022-04-08").exists()
    assert (folder / "2022-04-09" / "index.html").is_file()
    assert list(dangling(folder)) == []


def test_an_edition_that_is_damaged_meanwhile_is_left_out(tmp_path, monkeypatch):
    """A file that goes while the site is made does not end the making."""
    config = small_project(tmp_path)
    for day in ("2022-04-08", "2022-04-09"):
        small(tmp_path, day)
    link = Place.link

    def late(self, name, source):
        (dated(tmp_path, "2022-04-08") / "briefing.pdf").unlink(missing_ok=True)
        link(self, name, source)

    monkeypatch.setattr(Place, "link", late)
    done = archive(config)
    assert done.damaged == ("2022-04-08",)
    assert not (done.folder / "2022-04-08").exists()


def test_what_was_kept_but_not_replaced_is_no_correction(tmp_path):
    """After a kill between the two, the edition stands twice and is shown once; there is no revision 0."""
    config = small_project(tmp_path)
    for place in ("2022-04-09", "2022-04-09-revision-1", "2022-04-09-revision-0"):
        small(tmp_path, "2022-04-09", place=place)
    done = archive(config)
    (entry,) = json.loads((done.folder / "editions.json").read_bytes())["editions"]
    assert entry["revisions"] == []
    assert not (done.folder / "2022-04-09" / "revision-1").exists()
    assert done.damaged == ()
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    assert [one.current for one in shelf.collections["ukraine"].issues] == [True]


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://bücher.example/x/", "tag:xn--bcher-kva.example,2022-04-09:"),
        ("https://[2001:db8::1]/x/", "urn:uuid:"),
        ("https://h.example:8443/x/", "tag:h.example,2022-04-09:"),
    ],
)
def test_names_of_entries_are_of_their_form(tmp_path, url, begins):
    """A tag has an ASCII name of a host (RFC 4151, 2.1); where there is none, the name is a UUID."""
    config = small_project(tmp_path, archive={"url": url})
    small(tmp_path, "2022-04-09")
    text = (archive(config).folder / "feed.xml").read_text(encoding="utf-8")
    assert f"<id>{begins}" in text.partition("<entry")[2]


@pytest.mark.parametrize("more", ["?a=1", "#f", "?", "#"])
def test_an_address_that_no_name_can_follow_is_refused(tmp_path, more):
    """The address of the site is that of a folder."""
    (told,) = said(small_project(tmp_path, archive={"url": f"https://h.example/x/{more}"}))
    assert "bad-url" in told
    assert "write https://h.example/x/" in told
