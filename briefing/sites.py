"""The site of a briefing: where it stands, in which order its files may appear, the form of its index as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SITE = "site"
"""The folder beside the editions that `briefing archive` makes."""
VERSION = 1
"""Of the form of editions.json; raised when a reader of the old form could misread the new."""
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_LATEST = "latest"
_INDEX = "index.html"
_LISTS = ("index.html", "editions.json", "feed.xml", "sitemap.xml")


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """An earlier revision that a later one corrects."""

    revision: int
    issued: str
    """When it was published."""
    reason: str
    page: str | None


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """An edition of the site. Addresses are relative to that of editions.json; null where there is no such file."""

    date: str
    title: str
    day: str
    """The day counter in words, or nothing."""
    language: str
    marking: str
    revision: int
    issued: str
    """When this revision was published."""
    reason: str
    """Why this revision was made."""
    facts: int
    page: str | None
    pdf: str | None
    data: str | None
    revisions: tuple[RevisionEntry, ...]
    """The earlier ones, the newest first."""


@dataclass(frozen=True, slots=True)
class EditionsIndex:
    """editions.json: every edition of the site, the newest first."""

    format: int
    briefing: str
    title: str
    language: str
    url: str | None
    """Where the site is read, if the config says so."""
    latest: str | None
    """The date of the newest edition."""
    editions: tuple[EditionEntry, ...]


def upload_order(names: Iterable[str]) -> tuple[str, ...]:
    """The files of a site in an order in which they can appear without a link to one that is not there.

    What all pages use; the editions, the newest first, since one leads to the one before it; what is searched, the
    pages of years, the lists; `latest` at the end. Files of one folder stand together, its page after what it shows.

    >>> upload_order(["index.html", "latest/index.html", "2022-04-09/index.html", "2022-04-09/briefing.pdf"])
    ('2022-04-09/briefing.pdf', '2022-04-09/index.html', 'index.html', 'latest/index.html')
    """
    return tuple(sorted(names, key=_place))


def _place(name: str) -> tuple[int, int, bool, str]:
    folder, inside, _ = name.partition("/")
    if folder == _LATEST:
        return 5, 0, name.endswith(_INDEX), name
    if not inside:
        return (4 if name in _LISTS else 0), 0, name == _INDEX, name
    if _DATED.fullmatch(folder):
        return 1, -int(folder.replace("-", "")), name.endswith(_INDEX), name
    return (3 if _YEAR.fullmatch(folder) else 2), 0, False, name
