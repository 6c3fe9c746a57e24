"""Markings from end to end: editions that were really built, behind a real server, before readers of several rights."""

import hashlib
import json
import os
import shutil
from datetime import date
from itertools import product

import pytest

from briefing.archiving import archive
from briefing.facts import RANK
from briefing.pipeline import build
from briefing.render.reread import edition_of
from briefing.secrecy import record_in
from briefing.serving.settings import Access, Reader
from briefing.serving.shelf import Shelf
from tests.builders import a_fact, a_feed, a_project, a_series, an_event
from tests.serving import running

SECRET = {"value": "4711", "said_by": "Quartzman", "place": "Qaratown", "note": "Zebranote", "marking": "TLP:AMBER"}
WORDS = ("4711", "4,711", "Quartzman", "Qaratown", "Zebranote", "buried-fact")
"""What only those may read who may see what is marked TLP:AMBER."""
AMBER, GREEN, ALL = "2022-04-09", "2022-04-07", "2022-04-11"
FORMATS = ["html", "fragment", "json"]
READERS = {
    "nobody": {},
    "green": {"authorization": "Bearer green"},
    "anna": {"x_remote_user": "anna"},
    "staff": {"x_remote_user": "ben", "x_remote_groups": "others, staff"},
    "red": {"authorization": "Bearer red"},
    "elsewhere": {"authorization": "Bearer elsewhere"},
}
MAY_SEE = {"nobody": {"08", "11"}, "green": {"07", "08", "11"}, "anna": {"07", "08", "09", "10", "11"}}
MAY_SEE |= {"staff": MAY_SEE["green"], "red": MAY_SEE["anna"], "elsewhere": MAY_SEE["nobody"]}
"""The days of April of which each of them may see the edition."""


def issued(folder, day, facts, *, marking=None, formats=FORMATS, reason=""):
    """A real edition of a briefing whose facts are these by then."""
    config = {"briefing": "ukraine", "publisher": "Desk", "formats": formats} | (
        {"marking": marking} if marking else {}
    )
    path = a_project(folder, facts=facts, config=config, blocks=[{"facts": {}}, {"changes": {}}])
    build(path, day=date.fromisoformat(day), out=folder / "out", reason=reason)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Five editions: for TLP:GREEN as a whole; open; with a fact for few; with the same fact superseded; open again."""
    folder = tmp_path_factory.mktemp("marked")
    known = {"open": a_fact(as_of="2022-04-07"), "told": an_event("All may know", at="2022-04-07")}
    issued(folder, GREEN, known, marking="TLP:GREEN")
    issued(folder, "2022-04-08", known, marking="TLP:CLEAR")
    buried = a_fact(subject="Army", as_of="2022-04-09", **SECRET)
    issued(folder, AMBER, known | {"buried-fact": buried}, formats=["pdf", *FORMATS])
    later = a_fact(subject="Army", as_of="2022-04-10", value="9000", supersedes="buried-fact")
    issued(folder, "2022-04-10", known | {"buried-fact": buried, "later": later})
    issued(folder, ALL, known | {"buried-fact": buried, "later": later})
    site = folder / "out" / "ukraine" / "site"
    (site / "search").mkdir(parents=True)
    for name in ("index.html", "feed.xml", "search/2022.json"):
        (site / name).write_text(" ".join(WORDS), encoding="utf-8")
    return folder / "out"


@pytest.fixture(scope="module")
def server(out):
    """A server with a reader for each kind of right."""
    names = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("green", "red", "elsewhere")}
    settings = out.parent / "serve.yaml"
    settings.write_text(
        f"""
anonymous: {{briefings: [ukraine]}}
tokens:
  - {{name: green, sha256: {names["green"]}, marking: TLP:GREEN}}
  - {{name: red, sha256: {names["red"]}, marking: TLP:RED}}
  - {{name: elsewhere, sha256: {names["elsewhere"]}, briefings: [cyber], marking: TLP:RED}}
proxy:
  from: [127.0.0.1]
  users: {{anna: {{marking: TLP:AMBER}}}}
  groups: {{staff: {{marking: TLP:GREEN}}, others: {{briefings: [cyber], marking: TLP:RED}}}}
""",
        encoding="utf-8",
    )
    with running("serve", out, "--settings", settings, log=out.parent / "log") as started:
        yield started


def days_in(text):
    """The days of April whose editions a text names."""
    return {day for day in ("07", "08", "09", "10", "11") if f"/2022-04-{day}/" in text}


def files_of(out, day):
    """The names of all files of an edition, and the empty one of its page."""
    manifest = json.loads((out / "ukraine" / day / "manifest.json").read_text(encoding="utf-8"))
    return ["", *manifest["outputs"]]


DATA = (
    "/api/briefings",
    "/api/editions",
    "/api/editions?revisions=all&limit=500",
    "/api/facts",
    "/api/facts?from=2000-01-01&limit=500",
    "/api/facts?edition=2022-04-09",
    "/api/facts?edition=2022-04-10",
    "/api/facts?q=Quartzman&from=2000-01-01",
    "/api/facts?place=Qaratown&from=2000-01-01",
    "/api/facts?said_by=Quartzman&from=2000-01-01",
    "/api/facts?from=2000-01-01&cursor=2022-04-10~ukraine~0~0",
    "/api/openapi.json",
)
LISTS = ("/", "/ukraine/", "/ukraine/index.html", "/ukraine/feed.xml", "/ukraine/latest/", "/nothing/")
SEARCH = ("/ukraine/search/2022.json", "/ukraine/search/", "/ukraine/search/2022")
LATEST = tuple(f"/ukraine/latest/{name}" for name in ("briefing.json", "embed.html", "fragment.html"))


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_is_given_the_editions_that_they_may_see(server, out, reader):
    """Every file of every edition is there for those who may see all of it, and for nobody else."""
    for day in ("07", "08", "09", "10", "11"):
        for name in files_of(out, f"2022-04-{day}"):
            got = server.ask(f"/ukraine/2022-04-{day}/{name}", **READERS[reader])
            assert (got.status == 200) == (day in MAY_SEE[reader]), (day, name, got.status)
    for path in ("/ukraine/feed.xml", "/ukraine/", "/api/editions"):
        got = server.ask(path, **READERS[reader])
        if reader not in {"red", "anna"} or path.startswith("/api"):  # they get the archive's own
            assert days_in(got.body.decode()) == MAY_SEE[reader], path


@pytest.mark.parametrize("reader", ["nobody", "green", "staff", "elsewhere"])
def test_nothing_of_a_higher_marking_is_told(server, reader):
    """No page, list, feed, data, search, answer to oEmbed or error says anything of a fact above the reader."""
    base = f"http://127.0.0.1:{server.port}/ukraine"
    oembed = [
        f"/oembed?url={base}/{day}" for day in ("latest/", "", "2022-04-09/", "2022-04-10/", "2022-04-09/embed.html")
    ]
    allowed = [
        f"/ukraine/2022-04-{day}/{name}" for day in MAY_SEE[reader] for name in ("", "briefing.json", "fragment.html")
    ]
    for path in (*DATA, *LISTS, *SEARCH, *LATEST, *oembed, *allowed):
        for accept in ("text/html", "application/json"):
            got = server.ask(path, accept=accept, **READERS[reader])
            said = got.body.decode() + " ".join(got.headers.values())
            told = [word for word in WORDS if word in said]
            assert days_in(said) <= MAY_SEE[reader], path
            assert got.status < 500
            assert told == [], (path, told)
    assert b"4711" in server.ask("/ukraine/2022-04-09/briefing.json", **READERS["red"]).body
    assert b"4,711" in server.ask("/ukraine/2022-04-10/", **READERS["anna"]).body


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_hidden_edition_answers_like_one_that_never_was(server, out, method):
    """Status, headers and body are the same for both, whatever the request knows already."""
    for name in files_of(out, AMBER):
        known = server.ask(f"/ukraine/{AMBER}/{name}", **READERS["red"]).headers
        conditions: tuple[dict[str, str], ...] = (
            {},
            {"if_none_match": known["etag"]},
            {"if_none_match": "*"},
            {"if_modified_since": known["last-modified"]},
            {"range": "bytes=0-9", "if_range": known["etag"]},
            {"accept": "text/html", "accept_encoding": "br"},
        )
        for asked, reader in product(conditions, ("nobody", "green", "elsewhere")):
            hidden, never = (
                server.ask(f"/ukraine/{day}/{name}", method, **asked, **READERS[reader])
                for day in (AMBER, "2021-04-09")
            )
            for one in (hidden, never):
                one.headers.pop("date")
            assert hidden == never
            assert hidden.status == (204 if method == "OPTIONS" else 404)


def test_validators_of_lists_differ_by_what_is_seen(server):
    """A validator of one who sees more is no validator for one who sees less: 304 would say that nothing is missing."""
    for path in ("/", "/ukraine/", "/ukraine/feed.xml", "/api/editions", "/api/facts?from=2022-01-01"):
        much, little = (server.ask(path, **READERS[reader]) for reader in ("red", "nobody"))
        if much.body != little.body:
            assert much.headers["etag"] != little.headers["etag"]
            assert server.ask(path, if_none_match=much.headers["etag"]).status == 200
        assert "private" in little.headers["cache-control"]
        assert {"Authorization", "x-remote-user"} <= set(little.headers["vary"].split(", "))


# What makes an edition closed.

WAYS = {
    "a sentence": ({"text": 'There were {{ value("buried-fact") }}.'},),
    "a claim": ({"text": '{{ fact("buried-fact") }}'},),
    "a list": ({"facts": {"tag": "marked"}},),
    "a table": ({"table": {"facts": {"tag": "marked"}, "columns": ["subject", "value"]}},),
    "a tile": ({"key_figures": ["buried-fact"]},),
    "another claim": ({"facts": {"tag": "quoting"}},),
    "a chart": ({"chart": {"kind": "bar", "title": "Bars", "facts": {"tag": "marked"}, "by": "subject"}},),
    "a series": ({"chart": {"kind": "line", "title": "Line", "series": ["losses"]}},),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_edition_is_as_closed_as_what_it_prints(tmp_path, way):
    """However a marked fact comes to be printed, the edition needs the right to see it."""
    facts = {
        "buried-fact": a_fact(tags=["marked"], **SECRET | {"place": None}),
        "quoting": an_event("It is about {fact:buried-fact}", tags=["quoting"]),
    }
    feed = a_feed(series=[a_series(claim="{value} were killed", marking="TLP:AMBER")])
    files = {"t.csv": "date,n\n2022-04-07,5\n2022-04-08,4711\n"}
    config = {"briefing": "ukraine", "formats": ["json"]}
    path = a_project(tmp_path, facts=facts, feeds=[feed], files=files, config=config, blocks=WAYS[way])
    build(path, day=date(2022, 4, 9), out=tmp_path / "out")
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    assert [one.secrecy for one in shelf.collections["ukraine"].issues] == [RANK["TLP:AMBER"]]


THEN = {"open": a_fact(as_of="2022-04-08"), "buried-fact": a_fact(subject="Army", as_of="2022-04-08", **SECRET)}
NOW = {
    "dropped": {},
    "retracted": {"buried-fact": THEN["buried-fact"] | {"status": "retracted"}},
    "superseded": {
        "buried-fact": THEN["buried-fact"],
        "later": a_fact(subject="Army", value="9000", supersedes="buried-fact"),
    },
    "of another id": {"later": a_fact(**SECRET | {"value": "9000", "marking": None, "note": None}, subject="Army")},
    "no longer marked": {"buried-fact": a_fact(subject="Army", value="9000")},
}


@pytest.mark.parametrize("alone", [False, True], ids=["beside the earlier edition", "alone"])
@pytest.mark.parametrize("case", NOW)
def test_an_edition_is_as_closed_as_what_it_tells_of_earlier_ones(tmp_path, case, alone):
    """What is told of an earlier figure is as closed as that figure was, wherever the earlier edition is by now."""
    issued(tmp_path, "2022-04-08", THEN, formats=["json"])
    issued(tmp_path, "2022-04-09", {"open": a_fact(value="11")} | NOW[case], formats=["json"])
    place = tmp_path / "out" / "ukraine"
    if alone:
        (place / "2022-04-08").rename(tmp_path / "elsewhere")
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    newest = shelf.collections["ukraine"].issues[0]
    told = "4711" in (newest.folder / "briefing.json").read_text(encoding="utf-8")
    assert (newest.day, newest.secrecy) == ("2022-04-09", RANK["TLP:AMBER"] if told else 0)
    assert told
    assert "TLP:AMBER" in edition_of((newest.folder / "briefing.json").read_bytes())[1]


@pytest.mark.parametrize("marking", ["TLP:RED", "TLP:AMBER+STRICT", "TLP:CLEAR", None])
@pytest.mark.parametrize("day", ["2022-04-08", "2022-04-09"], ids=["corrected", "followed"])
def test_the_marking_of_an_edition_closes_what_is_told_of_it(tmp_path, day, marking):
    """A later edition or revision is as closed as the whole edition of which it tells, though no fact was marked."""
    open_fact = an_event("All may know", at="2022-04-07")
    issued(
        tmp_path,
        "2022-04-08",
        {"open": open_fact, "s": a_fact(value="4711", as_of="2022-04-07")},
        marking=marking,
        formats=["json"],
    )
    issued(tmp_path, day, {"open": open_fact}, formats=["json"], reason="It was wrong")
    folder = tmp_path / "out" / "ukraine" / day
    edition = json.loads((folder / "briefing.json").read_text(encoding="utf-8"))["edition"]
    told = edition["changes"] + edition["corrections"]
    assert [one["fact"] for one in told] == ["s"]
    assert record_in(folder).level == RANK[marking or ""]


def test_a_fact_more_closed_than_its_edition_stays_so(tmp_path):
    """Of the marking of a fact and that of the edition that printed it, the higher counts."""
    secret = a_fact(subject="Army", as_of="2022-04-07", **SECRET)
    open_fact = an_event("All may know", at="2022-04-07")
    issued(tmp_path, "2022-04-08", {"open": open_fact, "s": secret}, marking="TLP:GREEN", formats=["json"])
    issued(tmp_path, "2022-04-09", {"open": open_fact}, formats=["json"])
    assert record_in(tmp_path / "out" / "ukraine" / "2022-04-09").level == RANK["TLP:AMBER"]


# A site that is behind its editions.


def damage(_, place):
    """One file of it is no longer what its manifest says, and the folder is another."""
    (place / "briefing.json").unlink()
    (place / "briefing.json").write_text("{}", encoding="utf-8")
    (place / "manifest.json").touch()
    os.utime(place.parent)


def remove(_, place):
    """It is gone."""
    shutil.rmtree(place)


def open_up(folder, place):
    """It is made again without what was marked, in place of the one that the site has."""
    remove(folder, place)
    for books in place.parent.glob("*.sqlite*"):  # or it would tell what it corrects
        books.unlink()
    issued(folder, place.name, {"open": an_event("All may know", at="2022-04-07")})


@pytest.mark.parametrize("happens", [damage, remove, open_up])
def test_a_site_behind_its_editions_is_shut(tmp_path, happens):
    """What a site tells of an edition that is no longer the one beside it is only for those who may see anything."""
    open_fact = {"open": an_event("All may know", at="2022-04-07")}
    issued(tmp_path, "2022-04-07", open_fact)
    issued(tmp_path, "2022-04-08", open_fact | {"s": a_fact(subject="Army", as_of="2022-04-07", **SECRET)})
    archive(tmp_path / "config.yaml")
    nobody, staff, red = (
        Reader(marking, (Access(marking=marking),)) for marking in ("TLP:CLEAR", "TLP:AMBER", "TLP:RED")
    )
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    assert [shelf.collections["ukraine"].has_site_for(one) for one in (nobody, staff, red)] == [False, True, True]
    happens(tmp_path, tmp_path / "out" / "ukraine" / "2022-04-08")
    shelf = Shelf([tmp_path / "out"])
    shelf.read()
    assert [shelf.collections["ukraine"].has_site_for(one) for one in (nobody, staff, red)] == [False, False, True]
    archive(tmp_path / "config.yaml")
    shelf.read()
    assert [shelf.collections["ukraine"].has_site_for(one) for one in (nobody, staff, red)] == [True, True, True]
