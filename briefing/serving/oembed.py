"""What other sites need to show an edition (oembed.com): the frame of its embed.html."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from briefing import embedding
from briefing.serving.asked import Parameter, asked, number
from briefing.serving.bodies import Body
from briefing.serving.places import issue_at
from briefing.serving.settings import Reader
from briefing.serving.shelf import Issue, Shelf

_URL = Parameter("url", "The address of an edition, or of a briefing's latest.", ".{1,1000}", required=True)
_WIDTH = Parameter("maxwidth", "Pixels.", lowest=1, highest=10_000, default=768)
_HEIGHT = Parameter("maxheight", "Pixels.", lowest=1, highest=10_000, default=10_000)
_FORM = Parameter("format", "json alone.", "json|xml")
_MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: an address, and the most pixels that there is room for."""

    url: str
    width: int
    height: int
    is_xml: bool


def wish(query: bytes) -> Wish:
    """What a query asks for. Raises BadRequestError."""
    found = asked(query, (_URL, _WIDTH, _HEIGHT, _FORM))
    return Wish(found["url"], number(found, _WIDTH), number(found, _HEIGHT), found.get("format") == "xml")


def issue_of(url: str, base: str, shelf: Shelf, reader: Reader) -> Issue | None:
    """The edition that an address below `base` names, if this reader may see it."""
    try:
        parts, own = urlsplit(url), urlsplit(base)
    except ValueError:
        return None
    path = parts.path.removeprefix(own.path) if own.path else parts.path
    if (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc.lower()) or not path.startswith("/"):
        return None
    pieces = path.split("/")[1:]
    collection = shelf.collections.get(pieces[0])
    if collection is None:
        return None
    rest = pieces[1:] if pieces[1:] not in ([], [""]) else ["latest"]
    return issue_at(rest, collection, reader)[0]


@dataclass(frozen=True, slots=True)
class Heights:
    """How high editions are in a frame, read once from the embed.html of each."""

    _kept: dict[str, Mapping[int, int]] = field(default_factory=dict)

    def of(self, page: Body) -> Mapping[int, int]:
        """The heights in pixels that a page tells, by the width of a frame."""
        heights = self._kept.get(page.sha256)
        if heights is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            heights = self._kept[page.sha256] = embedding.heights_of(page.data.decode("utf-8", "replace"))
        return heights


def answered(issue: Issue, heights: Mapping[int, int], base: str, room: Wish) -> str:
    """The answer as JSON, by the one rule that there is for it."""
    name = issue.address.strip("/").partition("/")[2]
    place = embedding.Place(issue.title, f"{base}/{issue.briefing}/", name, heights)
    return embedding.oembed(place, issue.publisher or issue.title, room.width, room.height)
