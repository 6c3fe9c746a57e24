"""What the server keeps: its own pages, for as long as they would come out the same, and no longer."""

import pytest

from briefing.serving import app as served
from briefing.serving import pages
from briefing.serving.settings import Access, ServeSettings
from briefing.serving.shelf import Shelf
from tests.serving import an_edition, asked_here, running

OWN = ("list_of_briefings", "list_of_editions", "feed")
PATHS = ("/", "/ukraine/", "/ukraine/feed.xml")


class Broken(Shelf):
    """A shelf with a bug."""

    def is_fresh(self):
        """Fall."""
        raise ZeroDivisionError("it fell")


def silent(event, message, level, **more):
    """No log."""


@pytest.fixture
def made(monkeypatch):
    """How often each of the server's own pages was made; they are made as ever."""
    counts = dict.fromkeys(OWN, 0)

    def counted(name, make):
        def making(*given):
            counts[name] += 1
            return make(*given)

        return making

    for name in OWN:
        monkeypatch.setattr(pages, name, counted(name, getattr(pages, name)))
    return counts


@pytest.fixture
def out(tmp_path):
    """Two editions, one of them for few."""
    an_edition(tmp_path, "2022-04-08")
    an_edition(tmp_path, "2022-04-09", marking="TLP:AMBER")
    return tmp_path


def an_application(out, marking="TLP:RED", shelf=None):
    """The server's application, whose readers see what has this marking."""
    access = Access(marking=marking)
    return served.application(shelf or Shelf([out]), ServeSettings(anonymous=access), silent)


def test_a_page_of_its_own_is_made_once(out, made):
    """A list or feed is made once and comes from memory from then on, until an edition comes."""
    app = an_application(out)
    first = [asked_here(app, path) for path in PATHS]
    assert [asked_here(app, path) for path in PATHS for _ in range(5)][::5] == first
    assert made == dict.fromkeys(OWN, 1)
    an_edition(out, "2022-04-10")
    after = [asked_here(app, path) for path in PATHS]
    assert made == dict.fromkeys(OWN, 2)
    assert all(b"2022-04-10" in one.body or b"10 April 2022" in one.body for one in after)
    assert {one.headers["etag"] for one in after}.isdisjoint(one.headers["etag"] for one in first)


def test_what_is_kept_is_not_for_others(out, made):
    """A page that was kept for one who sees more is not given to one who sees less, on the same memory."""
    settings = ServeSettings.model_validate(
        {
            "anonymous": {},
            "proxy": {"from": ["127.0.0.1"], "users": {"anna": {"marking": "TLP:RED"}}},
        }
    )
    app = served.application(Shelf([out]), settings, silent)
    for path in PATHS[1:]:
        for _ in range(2):
            assert b"2022-04-09" in asked_here(app, path, x_remote_user="anna").body
            assert b"2022-04-09" not in asked_here(app, path).body
    assert made == {"list_of_briefings": 0, "list_of_editions": 2, "feed": 2}


def test_languages_codings_and_addresses_have_pages_of_their_own(out, made):
    """The list of briefings is made for each language and coding, a feed for each name of the server."""
    app = an_application(out)
    assert b"Briefings" in asked_here(app, "/").body
    assert "Брифінги" in asked_here(app, "/", accept_language="uk").body.decode()
    assert asked_here(app, "/", accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in asked_here(app, "/").headers
    assert made["list_of_briefings"] == 3
    assert b"http://localhost/ukraine/" in asked_here(app, "/ukraine/feed.xml").body
    assert b"http://127.0.0.1/ukraine/" in asked_here(app, "/ukraine/feed.xml", host="127.0.0.1").body


def test_a_failure_of_the_program_is_told_to_the_log_alone(out):
    """A bug is a 500 with the headers of every answer; what went wrong stands in the log and not in the answer."""
    lines = []
    app = served.application(
        Broken([out]), ServeSettings(anonymous=Access()), lambda *said, **more: lines.append((*said, more))
    )
    got = asked_here(app, "/ukraine/")
    assert (got.status, got.headers["x-content-type-options"]) == (500, "nosniff")
    assert b"fell" not in got.body
    (event, told, level, _), (_, _, _, request) = lines
    assert (event, level, "ZeroDivisionError: it fell" in told) == ("failure", "error", True)
    assert request["status"] == 500


def test_a_query_after_the_address_of_a_page_changes_nothing(out, tmp_path):
    """What newsletters and searches add to an address is the page's own business."""
    with running("serve", out, log=tmp_path / "log") as server:
        plain = server.ask("/ukraine/2022-04-08/")
        for query in ("utm_source=letter", "q=a&q=b", "%ff", "=", "&&"):
            got = server.ask(f"/ukraine/2022-04-08/?{query}")
            assert (got.status, got.body) == (200, plain.body)
