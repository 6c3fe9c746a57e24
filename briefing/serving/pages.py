"""The server's own pages: lists of briefings and editions, a feed, and what is said when there is nothing."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from briefing.formats import Formatter
from briefing.serving.answers import POLICIES
from briefing.serving.shelf import Collection, Issue
from briefing.words import WORDS, words

_STYLE = (
    ":root{color-scheme:light dark;--a:#0a5fb4;background:#fff;color:#1b1f24;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:44rem;margin:3rem auto;padding:0 1rem}h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}"
    "ul{list-style:none;padding:0;margin:1.5rem 0}li{padding:.6rem 0;border-top:1px solid #8886}"
    "a{color:var(--a);text-underline-offset:.2em}li a:first-child{font-weight:600}"
    "@media(prefers-color-scheme:dark){:root{--a:#7db8ff;background:#14171a;color:#eceff2}}"
    "b{display:inline-block;background:#000;color:#fff;white-space:nowrap;"
    "font-size:.75rem;padding:.1em .4em;margin-inline-start:.6em}"
    "small{display:block;font-size:.875rem;opacity:.8}"
)
STYLED = f"{POLICIES['data'].removesuffix('; sandbox')}; style-src 'sha256-{{}}'".format(
    base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
)
"""The policy of these pages: their one style sheet, and nothing else."""


def language_for(accepted: str) -> str:
    """The language of a page about no briefing: the first of the program's own that a reader asks for."""
    asked = (one.partition(";")[0].strip().lower()[:2] for one in accepted[:200].split(","))
    return next((one for one in asked if one in WORDS), "en")


def list_of_briefings(found: Sequence[tuple[Collection, Issue]], language: str) -> str:
    """All briefings, each with its newest edition."""
    own = words(language)
    items = [_item(issue, f"/{collection.briefing}/", issue.title, _about(issue)) for collection, issue in found]
    return _page(own["serve_briefings"], own["serve_nothing"] if not items else "", items, language)


def list_of_editions(issues: Sequence[Issue]) -> str:
    """The editions of one briefing, the newest first."""
    first = issues[0]
    items = [
        _item(
            one,
            one.address,
            Formatter(one.language).date(dt.date.fromisoformat(one.day)),
            " · ".join(filter(None, (_revision(one), one.reason))),
            one.outputs,
        )
        for one in issues
    ]
    return _page(first.title, first.publisher, items, first.language)


def problem_page(title: str, sentence: str, found: Iterable[tuple[Collection, Issue]], language: str) -> str:
    """What is wrong with a request, and what there is instead."""
    items = [_item(issue, f"/{collection.briefing}/", issue.title, "") for collection, issue in found]
    return _page(title, sentence, items, language)


def _page(title: str, below: str, items: Iterable[Markup], language: str) -> str:
    rows = Markup("\n").join(items)
    return Markup(
        '<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        "<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{below}{rows}</main>\n</body>\n</html>\n"
    ).format(
        language=language,
        direction=Formatter(language).direction,
        title=title,
        style=Markup(_STYLE),  # noqa: S704  # our own
        below=Markup("<p>{}</p>\n").format(below) if below else "",
        rows=Markup("<ul>\n{}\n</ul>\n").format(rows) if rows else "",
    )


def _item(issue: Issue, address: str, name: str, about: str, outputs: Iterable[str] = ()) -> Markup:
    more = Markup(' · <a href="{}briefing.pdf">PDF</a>').format(address) if "briefing.pdf" in outputs else ""
    badge = Markup(" <b>{}</b>").format(issue.marking) if issue.marking else ""
    return Markup('<li lang="{}"><a href="{}">{}</a>{}{}{}</li>').format(
        issue.language, address, name, more, badge, Markup("<small>{}</small>").format(about) if about else ""
    )


def _about(issue: Issue) -> str:
    date = Formatter(issue.language).date(dt.date.fromisoformat(issue.day))
    return " · ".join(filter(None, (date, _revision(issue), issue.publisher)))


def _revision(issue: Issue) -> str:
    return words(issue.language)["revision"].format(issue.revision) if issue.revision > 1 or not issue.current else ""


def feed(issues: Sequence[Issue], base: str) -> str:
    """The newest 50 editions as Atom (RFC 4287), with absolute addresses below `base`."""
    first = issues[0]
    home = f"{base}/{first.briefing}/"
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": first.language})
    SubElement(root, "id").text = home
    SubElement(root, "title").text = first.title
    SubElement(root, "updated").text = max((one.produced for one in issues), key=dt.datetime.fromisoformat)
    SubElement(SubElement(root, "author"), "name").text = first.publisher or first.title
    SubElement(root, "link", {"rel": "self", "href": f"{home}feed.xml", "type": "application/atom+xml"})
    SubElement(root, "link", {"href": home})
    for one in issues[:50]:
        entry = SubElement(root, "entry", {"xml:lang": one.language})
        date = Formatter(one.language).date(dt.date.fromisoformat(one.day))
        SubElement(entry, "id").text = f"{base}{one.address}"
        SubElement(entry, "title").text = ", ".join(filter(None, (one.title, date, _revision(one))))
        SubElement(entry, "updated").text = one.produced
        SubElement(entry, "link", {"href": f"{base}{one.address}"})
        SubElement(entry, "summary").text = one.reason or f"{one.title}, {date}"
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
