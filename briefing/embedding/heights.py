"""How high a page is in a frame, told from its markup: no browser is there when an edition is made.

What is told is an estimate, from the letters' usual widths and the sizes of the default theme. Tests hold it against a
real browser. A frame that is too low scrolls.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeVar

_Sizes = TypeVar("_Sizes")

WIDTHS = (360, 768, 1440)
"""The widths of a frame, in pixels, for which its height is published: a phone, a tablet, a desk."""

_WIDEST, _SIDES, _ENDS = 736, 4, 20
"""The page's own limits in pixels: its text, the room on each side, that above and below."""
_CARDS, _NARROW_CHART, _ONE_COLUMN = 640, 544, 576
"""Below these widths in pixels tables become cards, charts are drawn narrow, a timeline stands in one column."""
_VOID = {"br", "hr", "img", "wbr", "input", "meta", "link", "col"}
_BLOCKS = {
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "section",
    "header",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "main",
    "blockquote",
    "details",
    "summary",
    "svg",
    "img",
}
_UNSEEN = {"bf-tip", "bf-fill", "bf-cut"}
_VIEW = re.compile(r"[\d.]+")


@dataclass(slots=True)
class _Element:
    """An element of the page, with the texts and elements in it."""

    tag: str
    classes: frozenset[str]
    attributes: dict[str, str]
    inside: list[_Element | str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.classes

    def elements(self) -> list[_Element]:
        return [one for one in self.inside if isinstance(one, _Element)]

    def all(self, tag: str) -> list[_Element]:
        return [found for one in self.elements() for found in ([one] if one.tag == tag else []) + one.all(tag)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("body", frozenset(), {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        one = _Element(tag, frozenset(given.get("class", "").split()), given)
        self._open[-1].inside.append(one)
        if tag not in _VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def height_at(width: int, body: str) -> int:
    """The height in pixels, rounded up to ten, that the body of a page needs where a frame is `width` pixels wide."""
    reader = _Reader()
    reader.feed(body)
    room = min(width, _WIDEST + 2 * _SIDES) - 2 * _SIDES
    return math.ceil((_stack(reader.root, room, _Type(17, 1.6, 0.435)) + _ENDS) / 10) * 10


@dataclass(frozen=True, slots=True)
class _Type:
    """Letters: their size in pixels, the height of a line and the usual width of a letter as parts of that."""

    size: float
    line: float
    letter: float

    def lines(self, text: str, room: float) -> float:
        """The height of a text in a column; a break costs half a word on average."""
        letters = len(" ".join(text.split()))
        if not letters:
            return 0
        per_line = max(room / (self.size * self.letter), 1)
        count = 1 if letters <= per_line else math.ceil(letters / max(per_line - 3, 1))
        return count * self.size * self.line


_SANS = 0.45
_TYPES = {  # by class or tag: size, line height, letters; None leaves what is around
    "bf-title": (36, 1.05, 0.5),
    "h2": (23, 1.2, 0.5),
    "h3": (18, 1.25, 0.5),
    "bf-kicker": (15, 1.6, _SANS),
    "bf-dateline": (19, 1.6, _SANS),
    "bf-contents": (15, 1.6, _SANS),
    "bf-number-line": (30, 1.12, 0.5),
    "bf-label": (16, 1.25, 0.5),
    "bf-details": (15, 1.3, _SANS),
    "bf-table": (15, 1.32, 0.47),
    "caption": (17, 1.32, 0.5),
    "bf-chart-title": (19, 1.25, 0.5),
    "bf-chart-subtitle": (15, 1.3, _SANS),
    "bf-chart-source": (14, 1.6, _SANS),
    "bf-chart-remark": (14, 1.6, _SANS),
    "summary": (15, 1.6, _SANS),
    "bf-references": (15, 1.45, 0.45),
    "bf-back": (14, 1.72, 0.75),
    "bf-callout-title": (17, 1.6, 0.5),
}
_SPACES = {  # by class or tag: what stands above and below, in pixels
    "bf-masthead": (13, 28),
    "bf-title": (4, 6),
    "bf-summary": (8, 0),
    "bf-contents": (0, 32),
    "bf-section": (0, 44),
    "h2": (11, 14),
    "h3": (24, 6),
    "bf-items": (0, 16),
    "bf-tiles": (8, 20),
    "bf-label": (4, 0),
    "bf-spark": (8, 0),
    "bf-table-frame": (20, 28),
    "caption": (0, 8),
    "bf-chart": (37, 28),
    "figcaption": (0, 10),
    "bf-chart-source": (6, 0),
    "bf-chart-remark": (6, 0),
    "bf-chart-data": (6, 0),
    "summary": (4, 4),
    "bf-timeline": (4, 16),
    "bf-callout": (36, 28),
    "bf-callout-title": (0, 6),
    "bf-references": (20, 0),
    "p": (0, 14.4),
}
_MARGINS = {  # by class or tag: as much of what stands above as falls together with what stands below the block before
    "h3": 24,
    "bf-tiles": 8,
    "bf-table-frame": 20,
    "bf-chart": 24,
    "bf-timeline": 4,
    "bf-callout": 20,
    "bf-references": 20,
}
_TIGHT = {
    "bf-kicker",
    "bf-dateline",
    "bf-number-line",
    "bf-details",
    "bf-summary",
    "bf-masthead-marking",
    "bf-chart-title",
}


def _stack(one: _Element, room: float, letters: _Type, *, tight: bool = False) -> float:
    """The height of what stands in an element, block upon block."""
    height, text, below = 0.0, "", 0.0
    for part in one.inside:
        if isinstance(part, _Element) and _is_block(part):
            height += letters.lines(text, room) + _block(part, room, letters, tight=tight)
            height -= min(below, _named(part, _MARGINS) or 0)
            text, below = "", _below(part, tight=tight)
        else:
            text += _text(part)
    if one.has("bf-section"):
        height -= below  # which falls together with that of the section
    return height + letters.lines(text, room)


def _is_block(one: _Element) -> bool:
    return one.tag in _BLOCKS or bool(one.classes & {"bf-back", "bf-chart-title", "bf-chart-subtitle"})


def _text(part: _Element | str) -> str:
    """What can be read, without what is not seen; a note's number is small."""
    if isinstance(part, str):
        return part
    if part.classes & _UNSEEN:
        return ""
    text = "\n" * 40 if part.tag == "br" else "".join(_text(inner) for inner in part.inside)
    return text[: max(len(text) * 2 // 3, 1)] if part.has("bf-note") else text


def _named(one: _Element, table: Mapping[str, _Sizes]) -> _Sizes | None:
    return next((table[name] for name in (*sorted(one.classes), one.tag) if name in table), None)


def _block(one: _Element, room: float, letters: _Type, *, tight: bool) -> float:
    """The height of a block with the room above and below it."""
    if one.has("bf-masthead-marking") or one.has("bf-logo"):
        return 0 if one.has("bf-masthead-marking") else 76
    kind = _named(one, _TYPES)
    letters = _Type(*kind) if kind else letters
    above, _ = _named(one, _SPACES) or (0, 0)
    return above + _inner(one, room, letters, tight=tight) + _below(one, tight=tight)


def _below(one: _Element, *, tight: bool) -> float:
    """The room below a block."""
    _, below = _named(one, _SPACES) or (0, 0)
    return 0 if one.tag == "p" and (tight or one.classes & _TIGHT) else below


def _inner(one: _Element, room: float, letters: _Type, *, tight: bool) -> float:  # noqa: C901  # a case for each kind
    if one.tag == "svg":
        return _picture(one, 144 if "bf-spark" in one.classes else room)
    if one.has("bf-spark"):
        return sum(_picture(svg, 144) for svg in one.all("svg"))
    if one.has("bf-contents"):
        return _contents(one, room, letters)
    if one.has("bf-tiles"):
        return _tiles(one, room, letters)
    if one.has("bf-drawing"):
        return _drawing(one, room)
    if one.tag == "details":
        return sum(_block(part, room, letters, tight=tight) for part in one.elements() if part.tag == "summary")
    if one.tag == "table":
        return _table(one, room, letters)
    if one.has("bf-timeline"):
        return sum(_event(item, room, letters) for item in one.elements())
    if one.has("bf-references"):
        return sum(_stack(item.elements()[-1], room - 38, letters) + 14 for item in one.elements()) - 14
    if one.has("bf-items"):
        return sum(_stack(item, room - 19, letters, tight=True) + 8 for item in one.elements())
    if one.has("bf-callout"):
        return _stack(one, room - 42, letters)
    return _stack(one, room, letters, tight=tight)


def _picture(svg: _Element, width: float) -> float:
    """A drawing as wide as its place."""
    box = [float(number) for number in _VIEW.findall(svg.attributes.get("viewbox", ""))]
    return width * box[3] / box[2] if len(box) == 4 and box[2] else 0


def _drawing(one: _Element, room: float) -> float:
    """A chart: the wide drawing, or the narrow one where there is one and little room."""
    wide, *narrow = one.all("svg")
    if room > _NARROW_CHART:
        return _picture(wide, room)
    return _picture(narrow[0], min(room, 480)) if narrow else _picture(wide, _NARROW_CHART)


def _contents(one: _Element, room: float, letters: _Type) -> float:
    """The contents: words side by side, as many in a line as there is room for."""
    lines, taken = 1, 0.0
    for item in one.all("li"):
        wide = len(_text(item).strip()) * letters.size * letters.letter
        lines, taken = (lines + 1, wide + 18) if taken and taken + wide > room else (lines, taken + wide + 18)
    return lines * (letters.size * letters.line + 8) + (lines - 1) * 2


def _tiles(one: _Element, room: float, letters: _Type) -> float:
    """Key figures in rows, each as high as its highest."""
    across = max(int((room + 24) // 224), 1)
    heights = [_stack(item, (room - 24 * (across - 1)) / across, letters, tight=True) + 10 for item in one.elements()]
    rows = [max(heights[n : n + across]) for n in range(0, len(heights), across)]
    return sum(rows) + 24 * (len(rows) - 1)


def _event(one: _Element, room: float, letters: _Type) -> float:
    """A line of a timeline: when beside what, or above it."""
    when, what = (_text(part) for part in one.elements()[:2])
    if room + 2 * _SIDES <= _ONE_COLUMN:
        return letters.lines(when, room) + letters.lines(what, room) + 15
    return max(letters.lines(when, 152), letters.lines(what, room - 168)) + 15


def _table(one: _Element, room: float, letters: _Type) -> float:
    """A table row by row; on a narrow page each row is a card."""
    caption = sum(_block(part, room, letters, tight=True) for part in one.elements() if part.tag == "caption")
    rows = [row for body in one.all("tbody") for row in body.all("tr")]
    if room + 2 * _SIDES <= _CARDS:
        return caption + sum(_card(row, room, letters) for row in rows)
    cells = [[_text(cell).strip() for cell in row.elements()] for row in rows]
    heads = [[_text(cell).strip() for cell in row.elements()] for head in one.all("thead") for row in head.all("tr")]
    widths = _columns(cells, room, letters)
    height = sum(
        max((letters.lines(text, wide) for text, wide in zip(row, widths, strict=False)), default=0) + 13
        for row in cells
    )
    return caption + height + sum(2 * letters.size * 1.2 + 12 for _ in heads)


def _columns(cells: list[list[str]], room: float, letters: _Type) -> list[float]:
    """How a browser shares the room: each column between its longest word and its longest cell, by what it holds."""
    if not cells:
        return []
    count = max(map(len, cells))
    gap = 14.0
    whole = [
        max((len(row[n]) for row in cells if n < len(row)), default=1) * letters.size * letters.letter
        for n in range(count)
    ]
    least = [
        max((len(word) for row in cells if n < len(row) for word in row[n].split()), default=1)
        * letters.size
        * letters.letter
        for n in range(count)
    ]
    free = room - gap * count - sum(least)
    wanted = sum(whole) - sum(least)
    share = min(max(free, 0) / wanted, 1) if wanted > 0 else 0
    return [low + (high - low) * share for low, high in zip(least, whole, strict=True)]


def _card(row: _Element, room: float, letters: _Type) -> float:
    height = 17.0
    for cell in row.elements():
        label, text = cell.attributes.get("data-label", ""), _text(cell).strip()
        if cell.tag == "th":
            height += letters.lines(text, room) + 4
        elif text:
            height += max(letters.lines(text, room - 132), letters.lines(label, 120)) + 4
            height += letters.size * letters.line + 4 if cell.attributes.get("data-group") else 0
    return height


_TOLD = re.compile(r' data-height-([0-9]+)="([0-9]+)"')


def heights_of(page: str) -> dict[int, int]:
    """What `embed.html` says of its height in pixels, by the width of a frame."""
    opening = page.partition("<head>")[0]
    return {int(width): int(height) for width, height in _TOLD.findall(opening)}
