"""What a reader sees of a page of HTML: its text in pieces, its figures, its drawings."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

Kind = Literal["text", "running", "note", "footnote", "beside"]
"""Text beside the page is that of its window, of pictures and links read aloud, of its style sheet."""

_HIDDEN = {"script", "style", "template", "noscript"}
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_IN_LINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "i", "mark", "q", "s", "small", "span"} | {
    "strong", "sub", "sup", "time", "u", "wbr",
}  # fmt: skip
_MOST_COUNTED = 10_000
_SPOKEN = ("alt", "aria-label", "data-group", "data-label", "title")
_SEAM = "\N{ZERO WIDTH SPACE}"
"""Between elements that may stand apart: digits on its two sides are two numerals."""


@dataclass(slots=True)
class Chunk:
    """Text that stands together: a paragraph, a cell, a note. `place` is the heading above it."""

    kind: Kind
    place: str
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    """Where a piece begins that is part of a figure ("data", its fact) or of a link ("link", its address)."""
    size: int = 0
    number: int = 0
    """Of a note: the number it has to show. Of other text: the number of the source that it tells of."""

    def put(self, piece: str) -> None:
        """Add a piece of text."""
        self.starts.append(self.size)
        self.pieces.append(piece)
        self.size += len(piece)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    def alone(self, start: int, end: int, beside: str = " ") -> bool:
        """Whether nothing but the numeral at this place, spaces and these signs stand in its element."""
        number = bisect_right(self.starts, start) - 1
        at, piece = self.starts[number], self.pieces[number]
        return at + len(piece) >= end and not (piece[: start - at] + piece[end - at :]).strip(
            f"{beside}\n\t\N{NO-BREAK SPACE}"
        )

    def mark(self, start: int) -> tuple[str, str]:
        """What the piece at this place is part of."""
        number = bisect_right(self.marks, start, key=lambda mark: mark[0]) - 1
        return self.marks[number][1:] if number >= 0 else ("", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it: the fact and the value it is said to be, its words."""

    fact: str
    value: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as a page shows it, and its machine form."""

    iso: str
    text: str
    place: str


Drawing = tuple[tuple[str, str], ...]
"""The texts of a drawing, each with its role."""


@dataclass(slots=True)
class Page:
    """A page as read."""

    chunks: list[Chunk] = field(default_factory=list)
    figures: list[Shown] = field(default_factory=list)
    moments: list[Dated] = field(default_factory=list)
    drawings: list[tuple[str, Drawing]] = field(default_factory=list)
    """Each with the heading above it."""
    pictures: list[str] = field(default_factory=list)
    """The names of the drawings of a page for paper."""
    outlined: list[str] = field(default_factory=list)
    """Texts of drawings whose letters are drawn as shapes: a PDF does not have them as text."""
    paged: int = 0
    """Links that a style sheet follows with the number of the page that they lead to."""
    counted: int = 0
    """The items of its longest numbered list, of which a browser writes the numbers."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.heading = ""
        self.headings = 0
        self.open: list[tuple[str, str]] = []  # the element, and what it opened
        self.chunks = [Chunk("text", "")]
        self.hidden = 0
        self.drawing: list[tuple[str, str]] | None = None
        self.role = ""
        self.shown: tuple[str, str, int] | None = None
        self.dated: tuple[str, int] | None = None
        self.items: list[int] = []
        self.reference = 0
        self.called = 0

    # Chunks.

    def begin(self, kind: Kind, number: int = 0) -> None:
        self.chunks.append(Chunk(kind, "", number=number))

    def finish(self) -> None:
        chunk = self.chunks.pop()
        if chunk.size:
            chunk.place = self.heading
            self.page.chunks.append(chunk)

    def part(self) -> None:
        """What follows is another paragraph of the same kind."""
        if self.chunks[-1].size:
            kind, number = self.chunks[-1].kind, self.chunks[-1].number
            self.finish()
            self.begin(kind, number or self.reference)

    # The parser's events.

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks for lines, and to count them takes time."""
        del i
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.drawing is not None:
            if tag not in {"title", "desc"}:
                self.role = given.get("class", "")
            self.open.append((tag, ""))
            return
        self.speak(given)
        if tag == "img" and given.get("src", "").startswith("asset:"):
            self.page.pictures.append(given["src"].removeprefix("asset:"))
        if tag not in _IN_LINE:
            self.part()
        if tag in _VOID:
            return
        self.open.append((tag, self.opened(tag, given)))

    def opened(self, tag: str, given: dict[str, str]) -> str:
        """What an element opens, by its name."""
        if tag in _HIDDEN or "hidden" in given:
            self.hidden += 1
            return "hidden"
        if tag == "svg":
            self.drawing = []
            return "drawing"
        if tag == "title":
            return self.apart("beside")
        if tag in {"h1", "h2", "h3"}:
            self.heading = ""
            self.headings += 1
            return "heading"
        if tag in {"ol", "li"}:
            return self.listed(tag, given)
        return self.set_apart(given) or self.marked(tag, given)

    def listed(self, tag: str, given: dict[str, str]) -> str:
        """A list whose numbers a browser writes, one of its items, or a source in the list of references."""
        if tag == "ol":
            start = given.get("start", "")
            self.items.append(int(start) - 1 if start.isdecimal() and len(start) < 10 else 0)
            return "list"
        if given.get("value", "").isdecimal():
            self.reference = self.chunks[-1].number = _number(given["value"])
            return "reference"
        if self.items:
            self.items[-1] += 1
            self.page.counted = max(self.page.counted, min(self.items[-1], _MOST_COUNTED))
        return ""

    def set_apart(self, given: dict[str, str]) -> str:
        """Notes and running heads, which are no part of the text about them; or nothing."""
        classes = given.get("class", "").split()
        target = given.get("href", "")
        if "bf-number" in classes:
            return self.apart("note", _number(given.get("id", "")) or self.reference)
        if "bf-paged" in classes:  # the title of a section, as it stands above that
            self.page.paged += 1
            self.chunks[-1].put(_SEAM)
            return "seam"
        if "bf-citing" in classes:
            self.chunks[-1].put(_SEAM)
            return "seam"
        if target.startswith("#"):
            self.called = _number(target)
            return self.apart("note", self.called)
        if "bf-note" in classes:
            return self.apart("note")
        if "bf-footnote" in classes or "bf-tip" in classes:
            return self.apart("footnote", self.called)
        if any(one.startswith("bf-running") for one in classes):
            return self.apart("running")
        return ""

    def apart(self, kind: Kind, number: int = 0) -> str:
        self.begin(kind, number)
        return "chunk"

    def marked(self, tag: str, given: dict[str, str]) -> str:
        chunk = self.chunks[-1]
        if tag == "a":
            chunk.put(_SEAM)
            chunk.marks.append((chunk.size, "link", given.get("href", "")))
            return "link"
        if tag == "data" and "data-fact" in given:
            chunk.marks.append((chunk.size, "data", given["data-fact"]))
            self.shown = (given["data-fact"], given.get("value", ""), len(chunk.pieces))
            return "figure"
        if tag == "time" and "datetime" in given:
            chunk.put(_SEAM)
            self.dated = given["datetime"], len(chunk.pieces)
            return "date"
        if tag in {"span", "time", "cite"} and given.get("class") != "bf-long":
            chunk.put(_SEAM)
            return "seam"
        return ""

    def handle_endtag(self, tag: str) -> None:
        if self.open and (self.open[-1][0] == tag or any(name == tag for name, _ in self.open)):
            name = ""
            while name != tag:
                name, what = self.open.pop()
                if what:
                    self.closed(what)
        if self.drawing is None and tag not in _IN_LINE:
            self.part()

    def closed(self, what: str) -> None:
        chunk = self.chunks[-1]
        if what == "hidden":
            self.hidden -= 1
        elif what == "drawing":
            self.page.drawings.append((self.heading, tuple(self.drawing or ())))
            self.drawing = None
        elif what == "list":
            self.items.pop()
        elif what == "heading":
            self.headings -= 1
        elif what == "chunk":
            self.finish()
        elif what == "reference":
            self.reference = 0
            self.part()
            self.chunks[-1].number = 0
        else:
            self.ended(what, chunk)

    def ended(self, what: str, chunk: Chunk) -> None:
        """The end of a figure, a date or a link inside a text."""
        if what == "figure" and self.shown is not None:
            fact, value, first = self.shown
            self.page.figures.append(Shown(fact, value, "".join(chunk.pieces[first:]), self.heading))
            self.shown = None
        elif what == "date" and self.dated is not None:
            iso, first = self.dated
            self.page.moments.append(Dated(iso, "".join(chunk.pieces[first:]), self.heading))
        if what in {"figure", "link"}:
            chunk.marks.append((chunk.size, "", ""))
        if what != "figure":
            chunk.put(_SEAM)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            if self.open[-1][0] == "style":
                self.beside(_written_by(data))
            return
        if self.drawing is not None:
            if self.open[-1][0] in {"text", "title"}:
                self.drawing.append((self.role, data))
                if self.open[-1][0] == "title":
                    self.page.outlined.append(data)
            return
        if self.headings:
            self.heading += data
        if data.strip() or self.chunks[-1].size:
            self.chunks[-1].put(data)

    def speak(self, given: dict[str, str]) -> None:
        for name in _SPOKEN:
            if text := given.get(name):
                self.beside(text)

    def beside(self, text: str) -> None:
        if text:
            self.page.chunks.append(Chunk("beside", self.heading, [text], [0], size=len(text)))


def _number(name: str) -> int:
    """The number at the end of an anchor: of "note-3" 3, of "cite-3-1", its first call, 1."""
    digits = name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 0


_CONTENT = re.compile(r"(?<![\w-])content\s*:([^;{}]*)")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")


def _written_by(style: str) -> str:
    """The words that a style sheet puts into a page."""
    quoted = (one[0] or one[1] for given in _CONTENT.findall(style) for one in _QUOTED.findall(given))
    return "\n".join(_ESCAPED.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), one) for one in quoted)


def read_page(html: str) -> Page:
    """Read a page or fragment of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    while reader.chunks:
        reader.finish()
    return reader.page


def read_drawing(svg: str) -> Drawing:
    """The texts of a drawing. One that stands alone has texts without a role: its title and its sources."""
    [(_, drawing)] = read_page(svg).drawings
    return drawing
