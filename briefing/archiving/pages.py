"""The pages that lead to the editions: the index with the newest, a page for each year."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from briefing.archiving.feed import About
from briefing.archiving.issues import Issue
from briefing.archiving.search import SCRIPT_NAME
from briefing.finished import reach_of_page
from briefing.formats import Formatter
from briefing.render import Theme
from briefing.templating import TemplateProblem
from briefing.words import words

STYLE_NAME = "archive.css"
MOST = 100
"""Editions on the index; whole months, at least one. Pages of years have the rest."""
_POLICY = Markup(
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_BEFORE_HEAD = re.compile(r"\s*<!doctype html>\s*<html[^<>]*>\s*<head>\s*", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
SCRIPT = _COMMENT.sub("", (Path(__file__).parent / SCRIPT_NAME).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Go:
    """A link: where it leads, what it says, and what it says to those who hear it alone."""

    href: str
    text: str
    label: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An edition in a list."""

    language: str
    date: str
    page: Go
    what: str
    """Its title, where that is another than the briefing's, and its day counter."""
    marking: str
    revision: str
    revised: str
    """That it is a correction, or nothing."""
    reason: str
    files: tuple[Go, ...]
    earlier: tuple[Go, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its editions, the newest first."""

    id: str
    title: str
    items: tuple[Item, ...]


class Lists:
    """Makes the lists of one site, in the language of the briefing."""

    def __init__(self, theme: Theme, about: About, issues: Sequence[Issue]) -> None:
        self.theme, self.about = theme, about
        self.words, self.said = words(about.language), Formatter(about.language)
        self.current = [one for one in reversed(issues) if one.current]
        self.earlier: dict[str, list[Issue]] = {}
        for one in reversed(issues):
            if not one.current:
                self.earlier.setdefault(one.date, []).append(one)
        self.years = tuple(dict.fromkeys(one.date[:4] for one in self.current))
        self.texts: set[str] = set("0123456789")
        """The letters of all pages made so far."""

    def index(self) -> bytes:
        """The page of the newest editions."""
        shown: list[Issue] = []
        for _, month in groupby(self.current, lambda one: one.date[:7]):
            held = list(month)
            if shown and len(shown) + len(held) > MOST:
                break
            shown += held
        return self._page(shown, len(self.current), self.about.title, "")

    def year(self, year: str) -> bytes:
        """The page of a year."""
        shown = [one for one in self.current if one.date[:4] == year]
        return self._page(shown, len(shown), f"{self.about.title}, {year}", year)

    def style(self) -> bytes:
        """The style sheet of all of them."""
        from briefing.render import site_style

        return (site_style(self.theme, "".join(sorted(self.texts))) + "\n").encode()

    def _page(self, shown: Sequence[Issue], count: int, title: str, year: str) -> bytes:
        up = "../" if year else ""
        head, search = self._head(up), self._search(up)
        script = Markup('<script src="{}{}" defer></script>').format(up, SCRIPT_NAME)
        values = {
            "words": self.words,
            "language": self.about.language,
            "direction": self.said.direction,
            "title": title,
            "publisher": self.about.publisher,
            "logo": self._logo(),
            "head": head,
            "search": search,
            "script": script,
            "count": self.words["archive_count"].format(self.said.number(Decimal(count))) if count else "",
            "latest": Go(f"{up}latest/index.html", self.words["archive_latest"]) if self.current else None,
            "feed": Go(f"{up}feed.xml", self.words["archive_feed"]),
            "years": tuple(self._years(up, year)),
            "months": tuple(self._months(shown, up)),
        }
        page = self.theme.sandbox.render("archive/list.html", values)
        self._judge(page, head, (script, search))
        self.texts.update(page)
        return page.encode()

    def _judge(self, page: str, head: str, own: Sequence[str]) -> None:
        """Raise TemplateProblem for a page that reaches out by itself, or whose head is not where it holds."""
        before, found, after = page.partition(head)
        if not found or not _BEFORE_HEAD.fullmatch(before):
            raise TemplateProblem("template", "a list needs {{ head }} right after <head>", "archive/list.html")
        for one in own:
            after = after.replace(one, "<wbr>")  # a tag still, so that nothing grows together over it
        if (reach := reach_of_page(f"{before}<wbr>{after}", beside=True)) is not None:
            raise TemplateProblem("template", reach[0], "archive/list.html")

    def _years(self, up: str, year: str) -> Iterator[Go]:
        yield Go(f"{up}index.html", self.words["archive_all"], current=not year)
        for one in self.years:
            yield Go(f"{up}{one}/index.html", one, current=one == year)

    def _months(self, shown: Iterable[Issue], up: str) -> Iterator[Month]:
        for month, held in groupby(shown, lambda one: one.date[:7]):
            title = self.said.part_of_date(dt.date.fromisoformat(f"{month}-01"), "yMMMM")
            yield Month(f"month-{month}", title, tuple(self._item(one, up) for one in held))

    def _item(self, one: Issue, up: str) -> Item:
        date = self.said.date(dt.date.fromisoformat(one.date))
        files = (("briefing.pdf", "PDF"), ("briefing.json", self.words["archive_data"]))
        own = "" if one.title == self.about.title else one.title
        return Item(
            language=one.language if one.language != self.about.language else "",
            date=one.date,
            page=Go(f"{up}{one.link}", date),
            what=" · ".join(filter(None, (own, one.day))),
            marking=one.marking,
            revision=self.words["revision"].format(one.revision) if one.revision > 1 else "",
            revised=self.words["archive_revised"] if one.revision > 1 else "",
            reason=one.reason,
            files=tuple(
                Go(f"{up}{one.place}{name}", text, f"{text}, {date}") for name, text in files if name in one.files
            ),
            earlier=tuple(
                Go(f"{up}{it.link}", text := self.words["revision"].format(it.revision), f"{text}, {date}")
                for it in self.earlier.get(one.date, ())
            ),
        )

    def _head(self, up: str) -> Markup:
        feed = Markup('<link rel="alternate" type="application/atom+xml" href="{}feed.xml" title="{}">\n')
        return (
            Markup('<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{}">\n').format(_POLICY)
            + Markup('<meta name="viewport" content="width=device-width, initial-scale=1">\n')
            + Markup('<meta name="color-scheme" content="light dark">\n')
            + Markup('<link rel="icon" href="data:,">\n')  # or browsers ask for a file that is not there
            + Markup('<link rel="stylesheet" href="{}{}">\n').format(up, STYLE_NAME)
            + feed.format(up, self.about.title)
            + Markup('<link rel="alternate" type="application/json" href="{}editions.json">').format(up)
        )

    def _search(self, up: str) -> Markup:
        """The form, which the script shows; the words that it says stand in it."""
        said = {
            "base": up,
            "years": " ".join(self.years),
            "counted": self.words["archive_found"],
            "first": self.words["archive_first"],
            "none": self.words["archive_nothing"],
            "busy": self.words["archive_busy"],
            "missing": self.words["archive_broken"],
            "since": self.words["ongoing"],
        }
        data = Markup("").join(Markup(' data-{}="{}"').format(name, text) for name, text in said.items())
        return Markup(
            '<form class="bf-search" id="search" role="search" hidden{}>\n<label for="search-words">{}</label>\n'
            '<input type="search" id="search-words" maxlength="200" autocomplete="off" spellcheck="false">\n'
            '<p class="bf-search-status" role="status"></p>\n</form>\n<ol class="bf-found" id="found"></ol>'
        ).format(data, self.words["archive_search"])

    def _logo(self) -> Markup:
        logo = self.theme.look.logo
        if logo is None:
            return Markup("")
        data = base64.b64encode(logo.data).decode("ascii")
        return Markup('<img class="bf-logo" src="data:image/{};base64,{}" alt="{}">').format(logo.kind, data, logo.alt)
