"""The server: pages over HTTP as they should be, nothing for those who may not see it, nothing for the hostile."""

import gzip
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from datetime import date
from itertools import chain
from urllib.parse import quote
from xml.etree import ElementTree as ET

import brotli
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # there are no stubs
from openapi_spec_validator import validate

from briefing.cli import main
from briefing.embedding import heights_of
from briefing.errors import InputError, UsageError
from briefing.facts import HIGHEST, RANK
from briefing.pipeline import build
from briefing.publish import LATEST, NOT_UPDATED
from briefing.serving.bodies import Bodies, coding_for
from briefing.serving.settings import check_door, read_settings
from briefing.serving.shelf import Shelf
from tests.builders import a_fact, a_project
from tests.serving import an_edition, parsed, running

SECRET = "s3cret-fact"  # noqa: S105  # the id of a fact
TOKEN = "a-token-of-a-dashboard"  # noqa: S105  # of a test


def settings_file(folder, text):
    """Settings of a server."""
    path = folder / "serve.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A real project, built once, with two editions."""
    folder = tmp_path_factory.mktemp("made")
    facts = {"killed": a_fact(), "event": a_fact(value=None, indicator=None, claim="<b>A bridge</b> fell", tags=["x"])}
    config = a_project(folder, facts=facts, config={"briefing": "ukraine", "publisher": "Desk"})
    for day in ("2022-04-09", "2022-04-10"):
        build(config, day=date.fromisoformat(day), out=folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def open_server(made, tmp_path_factory):
    """A server on loopback without settings: who starts it sees everything."""
    with running("serve", made, log=tmp_path_factory.mktemp("log") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with readers of several rights over editions of several markings."""
    folder = tmp_path_factory.mktemp("guarded")
    out = folder / "out"
    an_edition(out, "2022-04-08", facts=({"id": "open", "claim": "all know"},))
    an_edition(out, "2022-04-09", marking="TLP:GREEN", facts=({"id": "green", "claim": "some know"},))
    an_edition(out, "2022-04-10", facts=({"id": SECRET, "claim": "few know", "marking": "TLP:RED"}, {"id": "open"}))
    an_edition(out, "2022-04-11", named=(SECRET,), facts=({"id": "open"},))
    an_edition(out, "2022-04-12", data=False)
    an_edition(out, "2022-04-09", briefing="cyber", facts=({"id": "worm"},))
    site = out / "ukraine" / "site"
    (site / "2022-04-08").mkdir(parents=True)
    (site / "search").mkdir()
    for name in ("index.html", "feed.xml", "search/2022.json", "2022-04-08/index.html"):
        (site / name).write_text(f"the site names 2022-04-10 and {SECRET}", encoding="utf-8")
    (site / "2022-04-08" / "embed.html").write_text("the frame of 2022-04-08", encoding="utf-8")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    settings = settings_file(
        folder,
        f"""
url: https://briefings.example
hosts: [intern.example]
anonymous: {{briefings: [ukraine]}}
tokens:
  - {{name: dashboard, sha256: {digest}, briefings: [ukraine], marking: TLP:GREEN}}
  - {{name: all, sha256: {hashlib.sha256(b"all").hexdigest()}, marking: TLP:RED}}
proxy:
  from: [127.0.0.1]
  users: {{anna: {{marking: TLP:RED}}}}
  groups: {{cyber: {{briefings: [cyber]}}}}
cors: [https://intranet.example]
frame_ancestors: [https://intranet.example]
""",
    )
    with running("serve", out, "--settings", settings, log=folder / "log") as server:
        yield server


# Pages.


def test_a_page_is_what_was_published(open_server, made):
    """An edition's files come over the wire as they stand in its folder, each with its type."""
    folder = made / "ukraine" / "2022-04-09"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    types = {}
    for name in manifest["outputs"]:
        got = open_server.ask(f"/ukraine/2022-04-09/{name}")
        assert (got.status, got.body) == (200, (folder / name).read_bytes()), name
        types[name.rpartition(".")[2]] = got.headers["content-type"]
    assert types["pdf"] == "application/pdf"
    assert types["html"] == "text/html; charset=utf-8"
    assert open_server.ask("/ukraine/2022-04-09/").body == (folder / "briefing.html").read_bytes()


def test_latest_is_the_newest(open_server, made):
    """latest/ gives the newest edition, names its lasting address, and is asked for again each time."""
    got = open_server.ask("/ukraine/latest/")
    assert got.body == (made / "ukraine" / "2022-04-10" / "briefing.html").read_bytes()
    assert got.headers["link"] == '</ukraine/2022-04-10/>; rel="canonical"'
    assert "no-cache" in got.headers["cache-control"]
    assert open_server.ask("/ukraine/latest/briefing.pdf").status == 200


@pytest.mark.parametrize("path", ["/ukraine", "/ukraine/latest", "/ukraine/2022-04-09"])
def test_a_folder_without_its_slash_leads_to_it(open_server, path):
    """An address without the slash at its end leads to the one with it."""
    got = open_server.ask(path)
    assert (got.status, got.headers["location"]) == (308, f"{path}/")


def test_lists_name_what_there_is(open_server):
    """The root lists briefings, a briefing its editions, the newest first."""
    assert 'href="/ukraine/"' in open_server.ask("/").body.decode()
    listed = re.findall(r'href="(/ukraine/[0-9-]+/)"', open_server.ask("/ukraine/").body.decode())
    assert listed == ["/ukraine/2022-04-10/", "/ukraine/2022-04-09/"]


def test_the_feed_is_atom(open_server):
    """The feed has an entry for every edition, with absolute addresses."""
    got = open_server.ask("/ukraine/feed.xml")
    root = ET.fromstring(got.body)  # noqa: S314  # our own
    ids = [one.text for one in root.iter("{http://www.w3.org/2005/Atom}id")]
    base = f"http://127.0.0.1:{open_server.port}/ukraine/"
    assert ids == [base, f"{base}2022-04-10/", f"{base}2022-04-09/"]
    assert got.headers["content-type"].startswith("application/atom+xml")


def test_oembed_answers_for_our_addresses_alone(open_server):
    """An oEmbed answer is a sandboxed frame for an edition of ours, of the size asked for; others have none."""
    base = f"http://127.0.0.1:{open_server.port}"
    got = open_server.ask(f"/oembed?url={quote(base)}/ukraine/latest/&maxwidth=300").json
    assert (got["width"], got["provider_name"]) == (300, "Desk")
    assert f'src="{base}/ukraine/2022-04-10/embed.html"' in got["html"]
    assert "sandbox=" in got["html"]
    assert open_server.ask("/oembed?url=https://evil.example/ukraine/latest/").status == 404
    assert open_server.ask(f"/oembed?url={quote(base)}/ukraine/latest/&maxheight=100").json["height"] == 100
    assert open_server.ask("/oembed").status == 400
    assert open_server.ask(f"/oembed?url={quote(base)}/ukraine/&format=xml").status == 501


def test_oembed_tells_the_heights_that_the_page_tells(open_server, made):
    """Width and height are those that embed.html was published with; an edition that has none has no frame."""
    page = (made / "ukraine" / "2022-04-09" / "embed.html").read_text(encoding="utf-8")
    heights = heights_of(page)
    target = f"/oembed?url={quote(f'http://127.0.0.1:{open_server.port}/ukraine/2022-04-09/')}"
    for asked, width in (("", 768), ("&maxwidth=400", 360), ("&maxwidth=9999", 1440)):
        got = open_server.ask(f"{target}{asked}")
        assert (got.json["width"], got.json["height"]) == (width, heights[width])
        assert got.headers["content-type"] == "application/json; charset=utf-8"


def test_an_edition_without_a_frame_has_no_oembed(tmp_path):
    """An edition that was built without embed.html says how to have it."""
    an_edition(tmp_path)
    with running("serve", tmp_path, log=tmp_path / "log") as server:
        got = server.ask(f"/oembed?url=http://127.0.0.1:{server.port}/ukraine/latest/")
        assert (got.status, "--format fragment" in got.json["error"]["message"]) == (404, True)


def test_a_new_edition_is_found_at_once(tmp_path):
    """What is published, exchanged or taken away while the server runs is so in the next answer."""
    out = tmp_path / "out"
    an_edition(out, "2022-04-09")
    with running("serve", out, log=tmp_path / "log") as server:
        assert b"2022-04-09" in server.ask("/ukraine/latest/").body
        an_edition(out, "2022-04-10")
        assert b"2022-04-10" in server.ask("/ukraine/latest/").body
        before = server.ask("/ukraine/2022-04-10/").headers["etag"]
        an_edition(out, "2022-04-10", revision=2)
        got = server.ask("/ukraine/2022-04-10/", if_none_match=before)
        assert (got.status, b"revision 2" in got.body) == (200, True)


def test_an_earlier_revision_has_its_address(tmp_path):
    """A revision that was replaced stays at revision-1/; a failure notice is what latest shows."""
    out = tmp_path / "out"
    an_edition(out, folder="2022-04-09-revision-1")
    an_edition(out, revision=2)
    an_edition(out, folder=NOT_UPDATED, revision=7)
    an_edition(out, folder="draft", revision=9)
    with running("serve", out, log=tmp_path / "log") as server:
        assert b"revision 1" in server.ask("/ukraine/2022-04-09/revision-1/").body
        assert b"revision 2" in server.ask("/ukraine/latest/").body
        assert server.ask("/ukraine/draft/").status == 404
        (out / "ukraine" / LATEST).symlink_to(NOT_UPDATED)
        assert b"revision 7" in server.ask("/ukraine/latest/").body


def test_an_edition_that_was_changed_by_hand_is_not_served(tmp_path):
    """A file that is not what the manifest says is refused, not shown."""
    out = tmp_path / "out"
    place = an_edition(out)
    with running("serve", out, log=tmp_path / "log") as server:
        assert server.ask("/ukraine/2022-04-09/").status == 200
        (place / "briefing.html").write_text("other figures", encoding="utf-8")
        assert server.ask("/ukraine/2022-04-09/").status == 503


# HTTP.


def test_what_is_known_is_not_sent_again(open_server):
    """A validator that still holds gives 304 without a body, for pages, lists and data."""
    for path in ("/ukraine/2022-04-09/", "/ukraine/2022-04-09/briefing.pdf", "/ukraine/", "/api/facts"):
        first = open_server.ask(path)
        again = open_server.ask(path, if_none_match=f'"other", W/{first.headers["etag"]}')
        assert (again.status, again.body) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert open_server.ask(path, if_none_match='"other"').status == 200
    page = open_server.ask("/ukraine/2022-04-09/")
    assert open_server.ask("/ukraine/2022-04-09/", if_modified_since=page.headers["last-modified"]).status == 304
    assert open_server.ask("/ukraine/2022-04-09/", if_modified_since="Fri, 01 Apr 2022 00:00:00 GMT").status == 200


def test_text_is_compressed_as_asked(open_server):
    """Text comes in the coding that the reader prefers, each with a validator of its own; a PDF comes as it is."""
    plain = open_server.ask("/ukraine/2022-04-09/")
    tags = {plain.headers["etag"]}
    for coding, opened in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        got = open_server.ask("/ukraine/2022-04-09/", accept_encoding=coding)
        assert got.headers["content-encoding"] == coding
        assert "Accept-Encoding" in got.headers["vary"]
        assert opened(got.body) == plain.body
        assert len(got.body) < len(plain.body)
        tags.add(got.headers["etag"])
    assert len(tags) == 3
    assert "content-encoding" not in open_server.ask("/ukraine/latest/briefing.pdf", accept_encoding="br").headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("identity", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=x", ""),
    ],
)
def test_the_coding_follows_the_weights(accepted, coding):
    """Accept-Encoding is read with its weights."""
    assert coding_for(accepted) == coding


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=0-99999999999", 206, slice(None)),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-2", 200, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("pages=1", 200, slice(None)),
    ],
)
def test_a_part_of_a_pdf_can_be_asked_for(open_server, made, asked, status, part):
    """A range gives just those bytes; one that is not there is refused; what is no range gives all."""
    whole = (made / "ukraine" / "2022-04-09" / "briefing.pdf").read_bytes()
    got = open_server.ask("/ukraine/2022-04-09/briefing.pdf", range=asked)
    assert got.status == status
    if part is None:
        assert got.headers["content-range"] == f"bytes */{len(whole)}"
    else:
        assert got.body == whole[part]


def test_a_part_of_another_version_is_not_given(open_server):
    """If-Range with another validator gives the whole file; HEAD knows no parts."""
    path = "/ukraine/2022-04-09/briefing.pdf"
    etag = open_server.ask(path).headers["etag"]
    assert open_server.ask(path, range="bytes=0-1", if_range=etag).status == 206
    assert open_server.ask(path, range="bytes=0-1", if_range='"other"').status == 200
    assert open_server.ask(path, "HEAD", range="bytes=0-1").status == 200


def test_an_answer_does_not_wait_for_the_client(open_server):
    """Head and body of an answer go out at once: none waits for the client's word that it has the other (Nagle)."""
    request = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
    taken = []
    with socket.create_connection(("127.0.0.1", open_server.port), timeout=15) as line:
        for _ in range(60):
            begun, got = time.perf_counter(), b""
            line.sendall(request)
            while not got.endswith(b"}\n"):
                got += line.recv(1000)
            taken.append(time.perf_counter() - begun)
    assert min(taken[30:]) < 0.02  # a system waits 40 ms with its word, on a connection that is no longer new


def test_head_is_get_without_a_body(open_server):
    """HEAD has the headers of GET, its length among them, and nothing else."""
    got, head = open_server.ask("/ukraine/2022-04-09/"), open_server.ask("/ukraine/2022-04-09/", "HEAD")
    assert head.body == b""
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in got.headers.items() if k != "date"
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_nothing_can_be_changed(open_server, method):
    """The server is for reading: other methods are refused with those there are."""
    got = open_server.ask("/ukraine/latest/", method)
    assert (got.status, got.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_what_is_missing_says_what_is_there(open_server):
    """A page that is not there says so in the reader's language, and lists the briefings; programs get data."""
    page = open_server.ask("/ukraine/2021-01-01/", accept="text/html", accept_language="fr-CH, en").body.decode()
    assert "Introuvable" in page
    assert 'href="/ukraine/"' in page
    assert open_server.ask("/api/nothing").json["error"]["status"] == 404


# Who may see what.

OF_SITE = ("/ukraine/feed.xml", "/ukraine/", "/ukraine/search/2022.json", "/ukraine/2022-04-08/")


def test_what_is_marked_above_a_reader_is_not_there(guarded):
    """What a reader may not see is missing from pages, lists, the feed and data, as if it had never been."""
    hidden = ("2022-04-09", "2022-04-10", "2022-04-11", "2022-04-12")
    for day in hidden:
        etag = '"x"'
        for name in ("", "briefing.html", "briefing.pdf", "briefing.json", "charts/losses.svg"):
            assert guarded.ask(f"/ukraine/{day}/{name}", if_none_match=etag).status == 404
            assert guarded.ask(f"/ukraine/{day}/{name}", if_none_match="*").status == 404
        assert guarded.ask(f"/ukraine/{day}").status == 404
        assert guarded.ask(f"/oembed?url=https://briefings.example/ukraine/{day}/").status == 404
    seen = [*OF_SITE, "/", "/api/briefings", "/api/editions?revisions=all", "/api/facts?from=2000-01-01"]
    for path in (*seen, "/api/facts?q=know", "/ukraine/latest/"):
        text = guarded.ask(path).body.decode()
        assert not [one for one in (*hidden, SECRET, "cyber", "few") if one in text], path
    assert guarded.ask("/api/briefings").json["items"][0]["editions"] == 1
    assert b"2022-04-08" in guarded.ask("/ukraine/latest/").body
    assert guarded.ask("/cyber/").status == 404


def test_what_is_missing_and_what_is_hidden_look_alike(guarded):
    """The answer for a hidden edition is the answer for one that never was."""
    hidden, never = (guarded.ask(f"/ukraine/{day}/", accept="text/html") for day in ("2022-04-10", "2021-04-10"))
    assert (hidden.status, hidden.body) == (never.status, never.body)
    assert {*hidden.headers} == {*never.headers}


def test_a_token_shows_what_it_may(guarded):
    """A token opens its briefings up to its marking and no further."""
    auth = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.ask("/ukraine/2022-04-09/", **auth).status == 200
    assert guarded.ask("/ukraine/2022-04-10/", **auth).status == 404
    assert guarded.ask("/cyber/", **auth).status == 404
    facts = guarded.ask("/api/facts?from=2000-01-01", **auth).json["items"]
    assert [one["fact"]["id"] for one in facts] == ["green", "open"]
    assert "private" in guarded.ask("/ukraine/2022-04-09/", **auth).headers["cache-control"]
    assert "Authorization" in guarded.ask("/ukraine/2022-04-09/", **auth).headers["vary"]


def test_an_edition_is_as_closed_as_what_it_says_of_withdrawn_facts(guarded):
    """An edition that tells of a fact which only another prints is as closed as that fact; one without data, wholly."""
    everything = {"authorization": "Bearer all"}
    for day in ("2022-04-10", "2022-04-11", "2022-04-12"):
        assert guarded.ask(f"/ukraine/{day}/", **everything).status == 200
    assert [one["edition"] for one in guarded.ask("/api/editions?briefing=ukraine", **everything).json["items"]] == [
        f"2022-04-{day:02}" for day in (12, 11, 10, 9, 8)
    ]


def test_the_site_is_for_those_who_may_see_all_of_it(guarded):
    """Pages of the archive name editions all over: who may not see one of them gets plain ones instead."""
    for path in OF_SITE:
        assert SECRET in guarded.ask(path, authorization="Bearer all").body.decode(), path
        assert SECRET not in guarded.ask(path, authorization=f"Bearer {TOKEN}").body.decode(), path
    assert guarded.ask("/ukraine/2022-04-08/embed.html").body == b"the frame of 2022-04-08"


@pytest.mark.parametrize("shown", ["Bearer wrong", "Bearer", "Basic YTpi", f"Bearer  {TOKEN}x", "bearer \xff"])
def test_a_token_that_nobody_has_is_refused(guarded, shown):
    """A wrong token is refused everywhere alike, and does not fall back to what all may see."""
    got = guarded.ask("/ukraine/", authorization=shown)
    assert (got.status, got.headers["www-authenticate"]) == (401, 'Bearer realm="briefing"')


def test_a_proxy_names_its_users(guarded):
    """A believed proxy's header gives its user and groups their rights, and named twice, none."""
    assert guarded.ask("/ukraine/2022-04-10/", x_remote_user="anna").status == 200
    assert guarded.ask("/cyber/", x_remote_user="ben").status == 404
    assert guarded.ask("/cyber/", x_remote_user="ben", x_remote_groups="none, cyber").status == 200
    head = f"GET /ukraine/2022-04-10/ HTTP/1.1\r\nhost: 127.0.0.1:{guarded.port}\r\nconnection: close\r\n"
    twice = guarded.raw(f"{head}x-remote-user: anna\r\nx-remote-user: ben\r\n\r\n".encode())
    assert parsed(twice).status == 401


def test_a_header_from_elsewhere_is_not_believed(tmp_path):
    """Who is no trusted proxy cannot name a user; without rights for all, nothing is told before that."""
    out = tmp_path / "out"
    an_edition(out)
    text = "proxy:\n  from: [192.0.2.1]\n  users: {anna: {marking: TLP:RED}}\n"
    with running("serve", out, "--settings", settings_file(tmp_path, text), log=tmp_path / "log") as server:
        for path in ("/ukraine/latest/", "/nothing/", "/"):
            got = server.ask(path, x_remote_user="anna")
            assert (got.status, b"ukraine" in got.body) == (401, False)
        assert server.ask("/health").status == 200


def test_no_token_is_logged(guarded):
    """The log has a JSON line for each request, with the reader's name, without tokens and queries."""
    guarded.ask("/api/facts?q=needle", authorization=f"Bearer {TOKEN}")
    text = guarded.log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert ("dashboard", "/api/facts", 200) in [(one["reader"], one["path"], one["status"]) for one in lines]
    assert TOKEN not in text
    assert "needle" not in text


def test_a_new_token_is_shown_once():
    """--new-token prints a token and, for the settings, its hash."""
    run = CliRunner().invoke(main, ["serve", "--new-token", "dashboard"])
    token = run.stdout.strip()
    assert len(token) > 40
    assert hashlib.sha256(token.encode()).hexdigest() in run.stderr
    assert token not in run.stderr.splitlines()[2:]


def test_ranks_follow_tlp(tmp_path):
    """An unknown marking is as closed as can be."""
    assert max(RANK, key=lambda one: RANK[one]) == "TLP:RED"
    place = an_edition(tmp_path, marking="TLP:PURPLE")
    shelf = Shelf([tmp_path])
    shelf.read()
    (issue,) = shelf.collections[place.parent.name].issues
    assert issue.secrecy == HIGHEST


@pytest.mark.parametrize(
    ("host", "text", "refused"),
    [
        ("0.0.0.0", "", "what they may see"),  # noqa: S104  # it is refused
        ("0.0.0.0", "anonymous: {}\n", "names"),  # noqa: S104  # it is refused
        ("0.0.0.0", "anonymous: {}\nhosts: [a.example]\n", ""),  # noqa: S104  # it is not bound
        ("127.0.0.1", "", ""),
    ],
)
def test_a_door_to_others_needs_a_word(tmp_path, host, text, refused):
    """A server that others can reach does not start until somebody says what they may see and where they ask."""
    settings = read_settings(settings_file(tmp_path, text or "metrics: [127.0.0.1]\n"))
    if refused:
        with pytest.raises(UsageError, match=refused):
            check_door(settings, host)
    else:
        assert check_door(settings, host).anonymous is not None


def test_wrong_settings_are_told_with_their_lines(tmp_path):
    """What is wrong in the settings is said like what is wrong in a config: place, sentence, hint."""
    text = "hostz: [a]\ncors: [intranet]\ntokens:\n  - {name: a, sha256: abc}\nproxy: {from: [nowhere]}\n"
    with pytest.raises(InputError) as caught:
        read_settings(settings_file(tmp_path, text))
    told = [(one.where.line, one.code, one.hint) for one in caught.value.diagnostics]
    assert [(line, code) for line, code, _ in told] == [
        (1, "unknown-key"),
        (2, "bad-url"),
        (4, "bad-id"),
        (5, "bad-choice"),
    ]
    assert told[0][2] == "a similar name is 'hosts'"


# The interface.


def test_facts_come_page_by_page(tmp_path):
    """Pages of facts put together are all facts, each once, the newest edition first, in the order of the edition."""
    out = tmp_path / "out"
    days = [f"2022-04-{day:02}" for day in range(1, 8)]
    for day in days:
        for name in ("a", "b"):
            an_edition(out, day, briefing=name, facts=tuple({"id": f"f{n}", "claim": f"No. {n}"} for n in range(5)))
    with running("serve", out, log=tmp_path / "log") as server:
        whole = server.ask("/api/facts?from=2022-04-01&limit=500").json["items"]
        found: list[object] = []
        cursor: str | None = ""
        while cursor is not None:
            page = server.ask(f"/api/facts?from=2022-04-01&limit=3{cursor and '&cursor=' + quote(cursor)}").json
            found += page["items"]
            cursor = page["next"]
        assert found == whole
        assert [(one["edition"], one["briefing"], one["fact"]["id"]) for one in whole] == [
            (day, name, f"f{n}") for day in reversed(days) for name in ("a", "b") for n in range(5)
        ]
        editions: list[object] = []
        cursor = ""
        while cursor is not None:
            page = server.ask(f"/api/editions?limit=4{cursor and '&cursor=' + quote(cursor)}").json
            editions += [(one["edition"], one["briefing"]) for one in page["items"]]
            cursor = page["next"]
        assert editions == list(chain.from_iterable([(day, "a"), (day, "b")] for day in reversed(days)))
        assert {one["edition"] for one in server.ask("/api/facts").json["items"]} == {days[-1]}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("indicator=killed", ["killed"]),
        ("tag=x", ["event"]),
        ("said_by=NATO&q=bridge+fell", ["event"]),
        ("subject=nobody", []),
        ("edition=2022-04-09&briefing=ukraine", ["killed", "event"]),
        ("from=2022-04-10&to=2022-04-10", ["killed", "event"]),
        ("briefing=other", []),
    ],
)
def test_facts_are_filtered(open_server, query, ids):
    """Each filter leaves only the facts that fit, as briefing.json has them."""
    got = open_server.ask(f"/api/facts?{query}").json
    assert [one["fact"]["id"] for one in got["items"]] == ids


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "limit=0",
        "limit=501",
        "limit=1e3",
        "limit=1&limit=2",
        "from=yesterday",
        "from=2022-02-30",
        "edition=2022-04-09&from=2022-04-09",
        "cursor=..%2f..%2fx",
        "briefing=../x",
        "q=%ff",
        "q=" + "a" * 301,
        "token=abc",
        "&".join(f"a{n}=1" for n in range(40)),
        "q",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(open_server, query):
    """An unknown, repeated, wrong or endless parameter is refused with a sentence, never guessed."""
    got = open_server.ask(f"/api/facts?{query}")
    assert got.status == 400
    assert got.json["error"]["message"]


def test_the_interface_is_as_described(open_server):
    """The OpenAPI description is valid, and real answers have the form that it gives them."""
    described = open_server.ask("/api/openapi.json").json
    validate(described)
    root = {"$defs": described["components"]["schemas"]}
    text = json.dumps(root).replace("#/components/schemas/", "#/$defs/")
    for path, verbs in described["paths"].items():
        schema = verbs["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**json.loads(json.dumps(schema).replace("#/components/schemas/", "#/$defs/")), **json.loads(text)}
        got = open_server.ask(path).json
        assert got["items"]
        assert [one.message for one in Draft202012Validator(whole).iter_errors(got)] == [], path


def test_health_and_metrics(open_server):
    """/health answers to any name; /metrics counts requests in Prometheus' format and tells of no briefing."""
    assert open_server.ask("/health", host="10.1.2.3:8000").json == {"status": "ok"}
    got = open_server.ask("/metrics")
    assert got.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in got.body.decode().splitlines() if not line.startswith("#")]
    assert all(
        re.fullmatch(r"briefing_[a-z_]+(\{[a-z]+=\"[a-z0-9]+\"(,[a-z]+=\"[0-9]+\")?\})? [0-9.]+", x) for x in lines
    )
    assert "ukraine" not in got.body.decode()


# Safety.


def test_every_answer_is_kept_in_its_place(guarded):
    """Every answer, a refusal too, has a policy without foreign scripts, and only the sites named may frame it."""
    for path in ("/", "/ukraine/2022-04-08/", "/ukraine/2022-04-08/briefing.pdf", "/api/facts", "/nothing", "/%00"):
        got = guarded.ask(path)
        policy = got.headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self' https://intranet.example"), path
        assert "unsafe-eval" not in policy
        assert not re.search(r"script-src[^;]*(unsafe-inline|\*|http)", policy)
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "no-referrer"
        assert "permissions-policy" in got.headers
        assert "server" not in got.headers


def test_without_a_word_nobody_may_frame(open_server):
    """By default only the server's own pages may show a page in a frame, and no other site's script may read it."""
    got = open_server.ask("/ukraine/latest/", origin="https://evil.example")
    assert got.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert got.headers["x-frame-options"] == "SAMEORIGIN"
    assert not [name for name in got.headers if name.startswith("access-control")]
    assert got.headers["cross-origin-resource-policy"] == "same-origin"


def test_only_the_sites_named_may_read(guarded):
    """CORS names the origin that was configured and no other, asks for no credentials, and varies by it."""
    got = guarded.ask("/ukraine/2022-04-08/", origin="https://intranet.example")
    assert got.headers["access-control-allow-origin"] == "https://intranet.example"
    assert "Origin" in got.headers["vary"]
    asked = {"origin": "https://intranet.example", "access_control_request_method": "GET"}
    preflight = guarded.ask("/ukraine/2022-04-08/", "OPTIONS", **asked)
    assert (preflight.status, preflight.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS")
    for origin in ("https://evil.example", "null", "https://intranet.example.evil.example"):
        refused = guarded.ask("/ukraine/2022-04-08/", origin=origin)
        assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-credentials" not in got.headers | preflight.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a b", "127.0.0.1:80:80", "", "[::1"])
def test_a_foreign_name_is_refused(guarded, host):
    """A name that is not ours is refused: a page elsewhere cannot reach the server by a name of its own."""
    assert guarded.ask("/ukraine/", host=host).status in {400, 421}


def test_its_own_names_are_answered(guarded):
    """The names of the settings, and those of this machine, are answered."""
    for host in ("briefings.example", "intern.example:8080", "localhost", "[::1]:80"):
        assert guarded.ask("/ukraine/", host=host).status == 200


@pytest.mark.parametrize(
    "target",
    [
        "/../../etc/passwd",
        "/ukraine/../../etc/passwd",
        "/ukraine/2022-04-09/../books.sqlite",
        "/ukraine/%2e%2e/%2e%2e/etc/passwd",
        "/ukraine/%252e%252e/books.sqlite",
        "/ukraine/..%2f..%2fetc/passwd",
        "/ukraine/..%5c..%5cetc",
        "/ukraine/..\\..\\etc",
        "/ukraine/2022-04-09/briefing.html%00.pdf",
        "/ukraine/%0d%0aset-cookie:a=b",
        "//etc/passwd",
        "/ukraine//2022-04-09/",
        "/ukraine/books.sqlite",
        "/ukraine/.recording",
        "/ukraine/2022-04-09/manifest.json",
        "/ukraine/2022-04-09/./briefing.html",
        "/ukraine/site/index.html",
        "/ukraine/２０２２-04-09/".encode().decode("latin-1"),
        "/%c0%ae%c0%ae/",
        "http://127.0.0.1/ukraine/",
        "*",
    ],
)
def test_no_way_leads_out(open_server, target):
    """An address is looked up, not walked: whatever it spells, nothing outside the published files comes back."""
    got = parsed(
        open_server.raw(f"GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode("latin-1"))
    )
    assert got.status in {400, 404}
    assert b"root:" not in got.body
    assert b"SQLite" not in got.body
    assert "set-cookie" not in got.headers


def test_a_link_out_is_not_followed(tmp_path):
    """A link in the folder of editions leads nowhere: neither a briefing, an edition, a site nor a file of one."""
    out, secret = tmp_path / "out", tmp_path / "secret"
    an_edition(secret, "2022-04-09", briefing="hidden")
    an_edition(out, "2022-04-09")
    (out / "hidden").symlink_to(secret / "hidden")
    (out / "ukraine" / "2022-04-10").symlink_to(secret / "hidden" / "2022-04-09")
    site = out / "ukraine" / "site"
    site.mkdir()
    (site / "robots.txt").symlink_to("/etc/passwd")
    (site / "charts").symlink_to("/etc")
    place = an_edition(out, "2022-04-08")
    svg = place / "charts" / "losses.svg"
    (tmp_path / "same.svg").write_bytes(svg.read_bytes())
    svg.unlink()
    svg.symlink_to(tmp_path / "same.svg")
    with running("serve", out, log=tmp_path / "log") as server:
        assert server.ask("/ukraine/2022-04-09/").status == 200
        for path in ("/hidden/", "/ukraine/2022-04-10/", "/ukraine/robots.txt", "/ukraine/charts/passwd"):
            assert server.ask(path).status == 404, path
        assert server.ask("/ukraine/2022-04-08/charts/losses.svg").status == 404


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        (b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\nhost: localhost\r\n", {414}),
        (b"GET /?" + b"a" * 6000 + b" HTTP/1.1\r\nhost: localhost\r\n", {414}),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: localhost\r\n", {400, 414}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 70_000 + b"\r\n", {400, 431}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\n" + b"x: y\r\n" * 9000, {400, 431}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n", {400, 421}),
        (b"GET / HTTP/1.1\r\n", {400, 421}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n", {413}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n", {413}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n", {400, 413}),
        (b"GET / HTTP/one\r\nhost: localhost\r\n", {400}),
        (b"\x16\x03\x01\x02\x00", {400}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\nx: a\x00b\r\n", {400}),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\n folded: a\r\n", {400, 421}),
    ],
    ids=range(14),
)
def test_a_hostile_request_is_refused(open_server, head, statuses):
    """A request that is too long, ambiguous or no HTTP at all is refused, and the server goes on."""
    try:
        got = parsed(open_server.raw(head + b"connection: close\r\n\r\n"))
    except ConnectionResetError:  # it was refused before we had said all
        got = None
    assert got is None or got.status in statuses
    assert open_server.ask("/health").status == 200


def test_a_client_that_says_nothing_is_let_go(open_server):
    """A connection on which no request arrives is closed after some seconds, and others are served meanwhile."""
    assert open_server.raw(b"GET / HTTP/1.1\r\nhost: loc", seconds=25) == b""


def test_hostile_facts_stay_text(open_server):
    """Markup in a fact comes out of the interface as data, under a policy that runs nothing."""
    got = open_server.ask("/api/facts?q=bridge")
    assert got.json["items"][0]["fact"]["claim"] == "<b>A bridge</b> fell"
    assert got.headers["content-type"].startswith("application/json")
    assert "sandbox" in got.headers["content-security-policy"]


def test_a_title_is_no_markup(tmp_path):
    """A briefing's title is escaped in lists and feeds."""
    out = tmp_path / "out"
    place = an_edition(out)
    text = (place / "briefing.json").read_text(encoding="utf-8").replace('"Ukraine"', '"<script>alert(1)</script>"')
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    (place / "briefing.json").write_text(text, encoding="utf-8")
    manifest["outputs"]["briefing.json"] = hashlib.sha256(text.encode()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with running("serve", out, log=tmp_path / "log") as server:
        for path in ("/", "/ukraine/", "/ukraine/feed.xml", "/nothing"):
            assert b"<script" not in server.ask(path, accept="text/html").body


def test_memory_for_files_is_bounded(tmp_path):
    """What was asked for longest ago goes when the kept files come to more than the limit."""
    kept = Bodies(10_000)
    for n in range(20):
        (tmp_path / f"{n}.pdf").write_bytes(os.urandom(2000))
        kept.read(tmp_path, f"{n}.pdf", "")
        assert kept.size <= 10_000
    assert kept.kept(tmp_path, "0.pdf", "") is None
    assert kept.kept(tmp_path, "19.pdf", "") is not None
    (tmp_path / "huge.pdf").write_bytes(bytes(9000))
    assert len(kept.read(tmp_path, "huge.pdf", "").data) == 9000
    assert kept.kept(tmp_path, "huge.pdf", "") is None


# The program.


def test_check_does_not_load_the_server(tmp_path):
    """`briefing check` imports neither Starlette nor uvicorn."""
    config = a_project(tmp_path)
    code = f"import sys; from briefing.cli import main; main(['check', {str(config)!r}], standalone_mode=False)"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"], check=True, capture_output=True, text=True
    )
    assert {"starlette", "uvicorn", "brotli"} & set(run.stdout.split()) == set()


def test_without_the_extra_it_says_what_to_install(tmp_path):
    """Where Starlette is not installed, `briefing serve` says how to get it."""
    code = "import sys; sys.modules['starlette'] = None; from briefing.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", code, "serve", str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "pip install '.[serve]'" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_that_is_taken_is_told(open_server, made):
    """A port that another server has, and a folder that is not there, are a sentence each."""
    for arguments, told in (
        ([str(made), "--port", str(open_server.port)], "no server can listen"),
        ([str(made / "none")], "there is no folder"),
    ):
        run = CliRunner().invoke(main, ["serve", *arguments])
        assert (run.exit_code, told in run.output) == (2, True)
