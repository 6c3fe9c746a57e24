"""The lists of a site for programs: the Atom feed (RFC 4287), the sitemap (sitemaps.org), the index as JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from briefing.archiving.issues import Issue
from briefing.formats import Formatter
from briefing.sites import VERSION, EditionEntry, EditionsIndex, RevisionEntry
from briefing.words import words

MOST = 50
"""Entries of a feed."""
_HOST = re.compile(r"[A-Za-z0-9.-]+", re.ASCII)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_EPOCH = "1970-01-01T00:00:00Z"
"""When a feed without entries was last changed: it has to say a moment."""


@dataclass(frozen=True, slots=True)
class About:
    """What is the same for the whole site. `url` has no slash at its end, or is empty."""

    briefing: str
    title: str
    publisher: str
    language: str
    url: str

    def address(self, name: str) -> str:
        """Where a file of the site is: absolute where the address of the site is known."""
        return f"{self.url}/{name}" if self.url else name


def feed(about: About, issues: Sequence[Issue]) -> bytes:
    """The newest editions and corrections as Atom; a correction is an entry of its own."""
    entries = sorted(_entries(issues), key=lambda one: (one.updated, one.issue.date), reverse=True)[:MOST]
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": about.language})
    SubElement(root, "id").text = about.address("feed.xml") if about.url else _name(about, "")
    SubElement(root, "title").text = about.title
    SubElement(root, "updated").text = entries[0].updated if entries else _EPOCH
    SubElement(SubElement(root, "author"), "name").text = about.publisher or about.title
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": about.address("feed.xml")})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": about.address("") or "index.html"})
    for one in entries:
        root.append(one.element(about))
    return (_HEAD + tostring(root, encoding="unicode") + "\n").encode()


@dataclass(frozen=True, slots=True)
class _Entry:
    issue: Issue
    correction: bool
    updated: str

    def element(self, about: About) -> Element:
        """The entry as Atom has it."""
        issue, own = self.issue, words(self.issue.language)
        date = Formatter(issue.language).date(dt.date.fromisoformat(issue.date))
        title = f"{issue.title}, {date}"
        entry = Element("entry", {"xml:lang": issue.language})
        SubElement(entry, "id").text = _name(about, issue.date, issue.revision if self.correction else 1)
        SubElement(entry, "title").text = own["corrected"].format(title) if self.correction else title
        SubElement(entry, "updated").text = self.updated
        where = {"rel": "alternate", "href": about.address(issue.place if issue.page else issue.link)}
        SubElement(entry, "link", where | ({"type": "text/html"} if issue.page else {}))
        if "briefing.pdf" in issue.files:
            paper = {"rel": "related", "type": "application/pdf", "href": about.address(f"{issue.place}briefing.pdf")}
            SubElement(entry, "link", paper)
        told = (own["reason"].format(issue.reason) if issue.reason else own["no_reason"]) if self.correction else ""
        SubElement(entry, "summary").text = told or issue.summary or title
        return entry


def _entries(issues: Sequence[Issue]) -> Iterator[_Entry]:
    """An entry for each date, from the time of its first issue, and one for each correction."""
    current = {one.date: one for one in issues if one.current}
    first: dict[str, str] = {}
    for one in issues:
        first[one.date] = min(first.get(one.date, one.issued), one.issued)
    for date, one in current.items():
        yield _Entry(one, correction=False, updated=first[date])
    for one in issues:
        if one.revision > 1:
            yield _Entry(one, correction=True, updated=one.issued)


def _name(about: About, date: str, revision: int = 1) -> str:
    """A name for good (RFC 4287, 4.2.6): a tag (RFC 4151) of the site's host, else a UUID of the briefing's id."""
    what = "/".join((about.briefing, *filter(None, (date, f"revision-{revision}" if revision > 1 else ""))))
    host = _host(about.url) if about.url else ""
    return f"tag:{host},{date}:{what}" if host else uuid.uuid5(uuid.NAMESPACE_URL, f"briefing:{what}").urn


def _host(url: str) -> str:
    """The name of a site's host as a tag can have it: letters as IDNA writes them. Nothing for an IPv6 address."""
    host = urlsplit(url).hostname or ""
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return ""
    return name if _HOST.fullmatch(name) else ""


def sitemap(about: About, issues: Iterable[Issue], lists: Iterable[str]) -> bytes:
    """The addresses of the current editions and of the lists, for search engines."""
    root = Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for name in lists:
        SubElement(SubElement(root, "url"), "loc").text = about.address(name.removesuffix("index.html"))
    for one in issues:
        if one.current and one.page:
            url = SubElement(root, "url")
            SubElement(url, "loc").text = about.address(one.place)
            SubElement(url, "lastmod").text = one.issued
    return (_HEAD + tostring(root, encoding="unicode") + "\n").encode()


def index(about: About, issues: Sequence[Issue]) -> bytes:
    """editions.json."""
    current = [one for one in reversed(issues) if one.current]
    earlier: dict[str, list[Issue]] = {}
    for one in reversed(issues):
        if not one.current:
            earlier.setdefault(one.date, []).append(one)
    made = EditionsIndex(
        format=VERSION,
        briefing=about.briefing,
        title=about.title,
        language=about.language,
        url=f"{about.url}/" if about.url else None,
        latest=current[0].date if current else None,
        editions=tuple(_listed(one, earlier.get(one.date, ())) for one in current),
    )
    return (json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n").encode()


def _listed(one: Issue, earlier: Sequence[Issue]) -> EditionEntry:
    return EditionEntry(
        date=one.date,
        title=one.title,
        day=one.day,
        language=one.language,
        marking=one.marking,
        revision=one.revision,
        issued=one.issued,
        reason=one.reason,
        facts=one.facts,
        page=one.place if one.page else None,
        pdf=f"{one.place}briefing.pdf" if "briefing.pdf" in one.files else None,
        data=f"{one.place}briefing.json" if "briefing.json" in one.files else None,
        revisions=tuple(
            RevisionEntry(it.revision, it.issued, it.reason, it.place if it.page else None) for it in earlier
        ),
    )
