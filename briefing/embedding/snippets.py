"""What somebody copies into a page of theirs to have an edition there, and the same for systems that know oEmbed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal, get_args

from briefing.embedding.script import SCRIPT_NAME

Way = Literal["iframe", "element", "fragment"]
WAYS: tuple[Way, ...] = get_args(Way)
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_CACHED = 3600
"""Seconds for which a system may keep an answer to oEmbed: an edition may be corrected."""


@dataclass(frozen=True, slots=True)
class Place:
    """An edition as others see it: its title, where it is, how high it is in a frame.

    `base` is the address of the site and ends with a slash, `name` the edition's folder in it: a date, or `latest`.
    `heights` are pixels by the width of a frame.
    """

    title: str
    base: str
    name: str
    heights: Mapping[int, int]

    def address(self, file: str) -> str:
        """Where a file of the edition is."""
        return f"{self.base}{self.name}/{file}"


def _frame(place: Place, width: str, height: int, anchor: str = "") -> str:
    return (
        f'<iframe src="{escape(place.address("embed.html"))}{escape(anchor)}" title="{escape(place.title)}"\n'
        f'        sandbox="{_SANDBOX}" loading="lazy" referrerpolicy="no-referrer"\n'
        f'        width="{width}" height="{height}" frameborder="0"></iframe>'
    )


def snippet(place: Place, way: Way, part: tuple[str, str] | None = None) -> str:
    """The markup to copy, with what is to be known of it as comments.

    `part` is one of section, figure and chart, and its id; only the element shows it alone.
    """
    return {"iframe": _of_frame, "element": _of_element, "fragment": _of_fragment}[way](place, part)


def _of_frame(place: Place, part: tuple[str, str] | None) -> str:
    told = ", ".join(f"{place.heights[width]} at {width}" for width in sorted(place.heights))
    anchors = {"section": "#section-", "chart": "#chart-of-", "figure": "#fact-"}
    anchor = f"{anchors[part[0]]}{part[1]}" if part else ""
    height = 600 if part else place.heights.get(768, 600)
    return f"""\
<!-- A frame. Nothing in it can run a script, or reach this page. It is the way for systems into which you can put HTML
     and no more: SharePoint (web part Embed; an administrator allows the address under HTML Field Security),
     Confluence (macro iframe or HTML), a static site.
     The edition is about this many pixels high, by the width of the frame: {told or "not told"}.
     Where the frame is lower, its content scrolls. -->
{_frame(place, "100%", height, anchor)}"""


def _of_element(place: Place, part: tuple[str, str] | None) -> str:
    chosen = f' {part[0]}="{escape(part[1])}"' if part else ""
    return f"""\
<!-- An element with a script of ours. Its height fits; its styles and those of this page stay apart. The script stands
     once in a page, the element as often as you like. When it comes from another host, that one has to send
     Access-Control-Allow-Origin. A policy of this page needs script-src and connect-src for the address.
     Attributes: section="ID", figure="FACT" or chart="ID"; theme="light", "dark" or "auto". -->
<script src="{escape(place.base)}{SCRIPT_NAME}" defer></script>
<briefing-embed src="{escape(place.address("fragment.html"))}"{chosen}>
  <a href="{escape(place.address("briefing.html"))}">{escape(place.title)}</a>
</briefing-embed>"""


def _of_fragment(place: Place, part: tuple[str, str] | None) -> str:
    whole = "\n     Here it is whole; one part alone needs the way element." if part else ""
    return f"""\
<!-- The text itself, put in by your server. It becomes a part of this page: take it only from people whom you trust
     with the page. style="--bf-size: 1rem" of an element around it makes its letters follow yours.{whole}
     PHP:              readfile('FOLDER/fragment.html');
     Jinja, Hugo, ...: include fragment.html as it is, unescaped
     nginx, Apache:    the line below, a server-side include -->
<!--#include virtual="{escape(_path(place.address("fragment.html")))}" -->"""


def _path(address: str) -> str:
    """An address without its scheme and host, as an include wants it."""
    rest = address.partition("://")[2]
    return f"/{rest.partition('/')[2]}" if rest else address


def oembed(place: Place, provider: str, max_width: int = 768, max_height: int | None = None) -> str:
    """The answer to oEmbed (oembed.com, version 1.0) for an edition, as JSON of type "rich".

    The width is the widest of those whose height is known that is not above `max_width`; where that is narrower than
    all of them, it is `max_width` itself. Neither pixels of width nor of height are more than was asked for: a frame
    that is too low scrolls.
    """
    known = sorted(place.heights)
    fitting = [width for width in known if width <= max_width]
    width = fitting[-1] if fitting else min(max_width, 768)
    height = place.heights[fitting[-1] if fitting else known[0]] if known else 600
    height = min(height, max_height) if max_height is not None else height
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": place.title,
        "provider_name": provider,
        "provider_url": place.base,
        "cache_age": _CACHED,
        "width": width,
        "height": height,
        "html": _frame(place, str(width), height),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def discovery(address: str, title: str) -> str:
    """The line in a page's head by which a system finds the answer to oEmbed at `address`."""
    return f'<link rel="alternate" type="application/json+oembed" href="{escape(address)}" title="{escape(title)}">'
