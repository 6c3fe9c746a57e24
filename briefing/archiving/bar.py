"""The bar of the archive in the page of an edition: where it stands among the others, and whether it was corrected."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from briefing.archiving.feed import About
from briefing.archiving.issues import Issue
from briefing.embedding import discovery
from briefing.errors import PublishError
from briefing.finished import reach_of_page
from briefing.formats import Formatter
from briefing.publish import LATEST
from briefing.render import Theme
from briefing.templating import TemplateProblem
from briefing.words import words

_ATTRIBUTES = r"""(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*"""
_PAGE = re.compile(
    rf"(?P<before>.*?)(?P<between></head\s*>\s*<body{_ATTRIBUTES}\s*>"
    rf"""(?:\s*<a\s(?:[^<>]*\s)?class="bf-skip"[^<>]*>[^<]*</a>)?)(?P<after>.*)""",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A link of the bar: where it leads and what it says."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The editions around an issue: those of the dates before and after, and the revisions of its own date."""

    previous: Issue | None
    next: Issue | None
    current: Issue
    later: Issue | None
    """The revision that corrects it, if it is an earlier one."""
    earlier: tuple[Issue, ...]
    """The revisions that it corrects, the newest first."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What the archive puts into a page: the end of its head, and what stands before its text."""

    head: str
    body: str

    def key(self, page: str) -> str:
        """Changes when the page with the bar changes; `page` is the hash of the page without."""
        return hashlib.sha256(f"{page}\0{self.head}\0{self.body}".encode()).hexdigest()

    def put_into(self, page: str, name: str) -> str:
        """The page with the bar. Raises PublishError for one that has no place for it; `name` says which it is."""
        match = _PAGE.fullmatch(page)
        if match is None:
            raise PublishError(
                f"the archive finds no place for its bar in {name}: screen.html of the theme needs </head> and <body>, "
                "one right after the other"
            )
        return f"{match['before']}{self.head}{match['between']}{self.body}{match['after']}"


class Bars:
    """Makes the bars of one site."""

    def __init__(self, theme: Theme, about: About, timezone: str) -> None:
        self.theme, self.about, self.zone = theme, about, ZoneInfo(timezone)
        self._style = theme.style("bar")

    def bar(self, issue: Issue, near: Neighbours, *, latest: bool = False) -> Bar:
        """The bar of an issue at its own place, or at that of the newest edition."""
        up = "../" if issue.current or latest else "../../"
        own = words(issue.language)
        said = Formatter(issue.language)
        here = said.date(dt.date.fromisoformat(issue.date))
        banner, reason = self._banner(issue, near, said)
        values = {
            "words": own,
            "home": f"{up}index.html",
            "here": here,
            "previous": _step(near.previous, up, said),
            "next": _step(near.next, up, said),
            "latest": None if latest else Step(f"{up}{LATEST}/index.html", own["archive_latest"]),
            "earlier": tuple(Step(f"{up}{one.link}", own["revision"].format(one.revision)) for one in near.earlier),
            "banner": banner,
            "reason": reason,
            "current": Step(f"{up}{near.current.link}", own["archive_see_current"]),
        }
        body = self.theme.sandbox.render("archive/bar.html", values)
        if (reach := reach_of_page(body, beside=True)) is not None:
            raise TemplateProblem("template", reach[0], "archive/bar.html")
        return Bar(str(Markup("").join(self._head(issue, near, up, latest=latest))), f"\n{body}\n")

    def _banner(self, issue: Issue, near: Neighbours, said: Formatter) -> tuple[str, str]:
        """What a corrected issue says at its head: when it was corrected, and why."""
        if near.later is None:
            return "", ""
        when = dt.datetime.fromisoformat(near.later.issued).astimezone(self.zone).date()
        own = words(issue.language)
        reason = near.later.reason
        return own["archive_corrected"].format(said.date(when)), own["reason"].format(reason) if reason else ""

    def _head(self, issue: Issue, near: Neighbours, up: str, *, latest: bool) -> Iterator[Markup]:
        yield Markup("<style>\n{}\n</style>\n").format(Markup(self._style))  # noqa: S704  # checked by style()
        yield Markup('<link rel="icon" href="data:,">\n')  # or browsers ask for a file that is not there
        canonical = self.about.address(issue.place) if self.about.url else f"{up}{issue.place}"
        yield _link("canonical", canonical)
        yield _link("up", f"{up}index.html")
        for rel, one in (("prev", near.previous), ("next", near.next)):
            if one is not None:
                yield _link(rel, f"{up}{one.link}")
        yield _link("latest-version", f"{up}{LATEST}/index.html")
        if near.later is not None:
            yield _link("successor-version", f"{up}{near.later.link}")
            yield Markup('<meta name="robots" content="noindex">\n')
        if near.earlier:
            yield _link("predecessor-version", f"{up}{near.earlier[0].link}")
        yield _link("alternate", f"{up}feed.xml", "application/atom+xml")
        for name, kind in (("briefing.json", "application/json"), ("briefing.pdf", "application/pdf")):
            if name in issue.files:
                yield _link("alternate", name, kind)
        if self.about.url and "embed.html" in issue.files:
            place = f"{LATEST}/" if latest else issue.place
            yield Markup(discovery(self.about.address(f"{place}oembed.json"), issue.title) + "\n")  # noqa: S704  # escapes


def _link(rel: str, href: str, kind: str = "") -> Markup:
    return Markup('<link rel="{}" href="{}"{}>\n').format(rel, href, Markup(' type="{}"').format(kind) if kind else "")


def _step(issue: Issue | None, up: str, said: Formatter) -> Step | None:
    if issue is None:
        return None
    return Step(f"{up}{issue.link}", said.short_date(dt.date.fromisoformat(issue.date)))


def neighbours(issues: Sequence[Issue]) -> dict[str, Neighbours]:
    """The neighbours of every issue, by the name of its folder."""
    current = [one for one in issues if one.current]
    places = {one.date: number for number, one in enumerate(current)}
    of_date: dict[str, list[Issue]] = {}
    for one in issues:
        of_date.setdefault(one.date, []).append(one)
    found = {}
    for date, revisions in of_date.items():
        number = places[date]
        previous = current[number - 1] if number else None
        following = current[number + 1] if number + 1 < len(current) else None
        for n, one in enumerate(revisions):
            later = revisions[n + 1] if n + 1 < len(revisions) else None
            found[one.folder] = Neighbours(previous, following, current[number], later, tuple(revisions[:n][::-1]))
    return found
