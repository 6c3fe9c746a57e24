"""Which address is what: a file of an edition or a site, a page of the server's own, or a way to another address.

Every part of an address is looked up; none becomes a path.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from briefing.serving import pages
from briefing.serving.answers import ATOM, POLICIES, TYPES
from briefing.serving.settings import Reader
from briefing.serving.shelf import SITE, Collection, Issue, Shelf

_POLICY_OF = {"html": "page", "svg": "picture", "pdf": "paper"}


@dataclass(frozen=True, slots=True)
class File:
    """A file to answer with."""

    folder: Path
    name: str
    policy: str
    canonical: str = ""
    """The lasting address of what has a passing one."""
    sha256: str = ""
    """What the index says of its bytes; empty for a site's own pages."""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the server's own. The key holds all that it depends on: pages with one key are the same."""

    key: Hashable
    make: Callable[[], str]
    policy: str = pages.STYLED
    media: str = TYPES[".html"]


@dataclass(frozen=True, slots=True)
class View:
    """What a page depends on besides what there is: who asks, in which language, under which public address.

    The address has no slash at its end.
    """

    reader: Reader
    language: str
    base: str


def at(path: str, shelf: Shelf, view: View) -> File | Page | Response | None:
    """What stands at an address, for this reader."""
    parts = path.split("/")[1:]
    generation = shelf.generation
    if parts == [""]:
        return _briefings(shelf.collections, view, generation)
    collection = shelf.collections.get(parts[0])
    if collection is None or not collection.seen_by(view.reader):
        return None
    if len(parts) == 1:
        return RedirectResponse(f"/{collection.briefing}/", 308)
    issue, rest, passing = issue_at(parts[1:], collection, view.reader)
    site = collection.has_site_for(view.reader)
    if issue is not None:
        return in_issue(issue, rest, collection, passing=passing, site=site)
    name = "/".join(parts[1:])
    name = f"{name}index.html" if not name or name.endswith("/") else name
    if site and name in collection.site and not _is_dated(name):
        return File(collection.folder / SITE, name, "site" if name.endswith(".html") else "data")
    return _of_editions(name, collection, view, generation)


def _briefings(collections: Mapping[str, Collection], view: View, generation: int) -> Page:
    ceilings = tuple(view.reader.ceiling(one) for one in collections)
    return Page(
        ("/", generation, ceilings, view.language),
        lambda: pages.list_of_briefings(seen(collections.values(), view.reader), view.language),
    )


def _of_editions(name: str, collection: Collection, view: View, generation: int) -> Page | None:
    """A list of the editions, in the language of the newest, or a feed of them."""
    key = (name, collection.briefing, generation, view.reader.ceiling(collection.briefing))
    if name == "index.html":
        return Page(key, lambda: pages.list_of_editions(collection.seen_by(view.reader)))
    if name == "feed.xml":
        made = lambda: pages.feed(collection.seen_by(view.reader), view.base)  # noqa: E731
        return Page((*key, view.base), made, POLICIES["data"], ATOM)
    return None


def seen(collections: Iterable[Collection], reader: Reader) -> list[tuple[Collection, Issue]]:
    """The briefings of which a reader may see anything, each with its newest edition of those."""
    found = [(one, one.seen_by(reader)) for one in collections]
    return [(collection, issues[0]) for collection, issues in found if issues]


def issue_at(parts: list[str], collection: Collection, reader: Reader) -> tuple[Issue | None, str, bool]:
    """The edition that an address is in, the name of the file there, and whether the address is a passing one.

    The name is "/" where the address lacks the slash at its end.
    """
    if parts[0] == "latest":
        return collection.latest_for(reader), "/".join(parts[1:]) if len(parts) > 1 else "/", True
    for depth in (2, 1):
        issue = collection.at("/".join(parts[:depth]) + "/", reader)
        if issue is not None and len(parts) >= depth:
            return issue, "/".join(parts[depth:]) if len(parts) > depth else "/", False
    return None, "", False


def in_issue(issue: Issue, name: str, collection: Collection, *, passing: bool, site: bool) -> File | Response | None:
    """A file of an edition. "/" is the address without the slash at its end, which leads to the one with it."""
    here = issue.address if not passing else f"/{issue.briefing}/latest/"
    if name == "/":
        return RedirectResponse(here, 308)
    below = f"{issue.address.split('/', 2)[2]}{name or 'index.html'}"
    canonical = f"{issue.address}{name}" if passing else ""
    if name in {"", "index.html"} and site and not passing and below in collection.site:
        return File(collection.folder / SITE, below, "site")
    if name == "embed.html" and name not in issue.outputs and below in collection.site and issue in collection.issues:
        return File(collection.folder / SITE, below, "site", canonical)
    output = name if name not in {"", "index.html"} else "briefing.html"
    if output not in issue.outputs:
        return None
    policy = _POLICY_OF.get(output.rpartition(".")[2], "data")
    filename = f"{issue.briefing}-{issue.day}.pdf" if output == "briefing.pdf" else ""
    return File(issue.folder, output, policy, canonical, issue.outputs[output], filename)


def _is_dated(name: str) -> bool:
    """Whether a name in a site lies in the folder of an edition; whether there is one, the index of editions says."""
    return name.startswith("latest/") or name[4:5] == "-"
