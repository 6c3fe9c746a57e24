"""The tree of an edition as HTML: lines here, blocks by the theme's templates, for a screen or for paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from markupsafe import Markup, escape

from briefing.edition import (
    Aside,
    Block,
    Break,
    Chart,
    ChartSpec,
    Code,
    Edition,
    Emphasis,
    Figure,
    KeyFigure,
    Line,
    Link,
    Mark,
    Note,
    Reference,
    SourceList,
    Strong,
    Table,
    Text,
    When,
    narrowed,
    plain,
    titled,
    walk,
)
from briefing.render.behind import Behind, figures_behind
from briefing.render.places import Places
from briefing.render.svg import in_colours, on_screen
from briefing.render.tables import Laid, laid
from briefing.render.theme import Theme
from briefing.words import words

Medium = Literal["screen", "paper", "mail"]
SHORT = 24
"""Characters of a figure whose numbers keep to the word before them."""

_NO_DIGIT = re.compile(r"\D+$")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_NUMBER_GAP = re.compile(r" (?=[0-9])| (?=million|billion|мільйон|млн)")


@dataclass(frozen=True, slots=True)
class Mailed:
    """What a message has that no other page has: addresses of the edition elsewhere, and pictures made beforehand.

    `links` are `page` and `pdf`, each "" where there is none; `widths` are the pixels that each picture takes at most.
    """

    links: Mapping[str, str]
    widths: Mapping[str, int]


class Page:
    """Turns nodes of one edition into markup for one medium. `prefix` keeps the ids of two fragments apart."""

    def __init__(
        self,
        edition: Edition,
        theme: Theme,
        medium: Medium,
        drawings: Mapping[ChartSpec, str],
        prefix: str = "",
        mailed: Mailed | None = None,
    ) -> None:
        self.edition, self.theme, self.medium, self.words = edition, theme, medium, words(edition.language)
        self.drawings, self.prefix = drawings, prefix
        self.mailed = mailed or Mailed({}, {})
        self.assets: dict[str, bytes] = {}
        self._short: dict[int, Markup] = {}
        self._places = Places(edition) if medium == "screen" else None
        self._beside: set[str] = set()

    def render(self, template: str, **values: Any) -> Markup:  # noqa: ANN401
        """A template of the theme with this page's functions."""
        return Markup(self.theme.sandbox.render(template, {**self._functions, **values}))  # noqa: S704  # autoescaped

    @cached_property
    def _functions(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "words": self.words,
            "medium": self.medium,
            "prefix": self.prefix,
            "line": self.line,
            "blocks": self.blocks,
            "table": self.table,
            "anchor": self.anchor,
            "permalink": self.permalink,
            "permalinks": self.permalinks,
            "logo": self.logo,
            "drawing": self.drawing,
            "narrow_drawing": self.narrow_drawing,
            "spark": self.spark,
            "figures_behind": self.figures_behind,
            "links": self.mailed.links,
            "reference": self.reference,
            "backlinks": self.backlinks,
            "cited_in": self.cited_in,
            "word": self.word,
            "breakable": breakable,
            "text": plain,
            "capital": capital,
            "shown_url": self.shown_url,
            "produced": self.edition.produced.isoformat(),
            "has_source_list": any(
                isinstance(block, SourceList) for section in self.edition.sections for block in section.blocks
            ),
        }

    def word(self, name: str, *given: object) -> str:
        """One of the edition's own words, with what is to stand in it."""
        return self.words[name].format(*given)

    def anchor(self, name: str) -> str:
        """The id of a place on this page."""
        return f"{self.prefix}{name}"

    def permalink(self, fact: str) -> Markup:
        """The id of an element that shows a fact, as its attribute; nothing where the fact has its place elsewhere."""
        if not fact or self._places is None or not self._places.of_element(fact):
            return Markup("")
        return self._id_of(fact)

    def _id_of(self, fact: str) -> Markup:
        return Markup(' id="{}"').format(self.anchor(f"fact-{fact}"))

    def permalinks(self, chart: Chart) -> Markup:
        """Places for the facts that a page shows in this chart alone."""
        facts = self._places.of_chart(chart) if self._places is not None else ()
        return Markup("").join(Markup('<span class="bf-place"{}></span>').format(self._id_of(fact)) for fact in facts)

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Blocks one after another; on paper two charts that may stand side by side do."""
        if self._places is not None and blocks is self.edition.notice:
            with self._places.notice():
                return self._blocks(blocks)
        return self._blocks(blocks)

    def _blocks(self, blocks: Iterable[Block]) -> Markup:
        made: list[Markup] = []
        waiting = list(blocks)
        while waiting:
            pair = waiting[:2]
            if self.medium == "paper" and len(pair) == 2 and all(self._fits_beside(block) for block in pair):
                self._beside |= {block.id for block in pair if isinstance(block, Chart)}
                made.append(self.render("blocks/side-by-side.html", pair=pair))
            else:
                pair = waiting[:1]
                made.append(self.render(self._template(pair[0]), block=pair[0]))
            del waiting[: len(pair)]
        return Markup("\n").join(made)

    def _fits_beside(self, block: Block) -> bool:
        return isinstance(block, Chart) and block.half and narrowed(block.spec) in self.drawings

    def _template(self, block: Block) -> str:
        """The template of a block. Some look different in a message, because of what its readers' programs know."""
        name = f"{_kebab(type(block).__name__)}.html"
        of_mail = f"mail/{name}"
        return of_mail if self.medium == "mail" and self.theme.folders.find(of_mail) else f"blocks/{name}"

    def table(self, table: Table) -> Laid:
        """A table cell by cell."""
        with self._places.table(table) if self._places is not None else nullcontext(table) as rows:
            return laid(rows, self.edition, self.line, self.figure)

    # Lines.

    def line(self, line: Line) -> Markup:
        """A line as markup. All its text is escaped here."""
        amid_arabic = self.medium == "paper" and any(
            type(node) is Text and _RIGHT_TO_LEFT.search(node.text) for node in line
        )
        return Markup("").join(  # every part is Markup
            self.figure(node, amid_arabic=amid_arabic) if type(node) is Figure else self._inline(node) for node in line
        )

    def _inline(self, node: Any) -> Markup:  # noqa: ANN401
        kind = type(node)
        if kind is Text:
            return breakable(node.text)
        if kind is Note:
            return self._note(node)
        if kind is When:
            return Markup('<time datetime="{}">{}</time>').format(node.iso.removesuffix("T24:00"), node.text)
        if kind is Aside:
            return Markup('<span class="bf-aside bf-{}">{}</span>').format(node.role.replace("_", "-"), node.text)
        if kind is Emphasis:
            return Markup("<em>{}</em>").format(self.line(node.children))
        if kind is Strong:
            return Markup("<strong>{}</strong>").format(self.line(node.children))
        if kind is Code:
            return Markup("<code>{}</code>").format(node.text)
        if kind is Link:
            return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(node.url, self.line(node.children))
        assert kind is Break  # noqa: S101  # the tree knows no other node
        return Markup("<br>")

    def figure(self, node: Figure, lacks: str = "", *, amid_arabic: bool = False) -> Markup:
        """A figure; behind its last digit unseen room for decimals that it lacks and others of its column have."""
        plain = _NUMBER_GAP.sub("\N{NO-BREAK SPACE}", node.text) if len(node.text) <= SHORT else node.text
        text = escape(plain)
        if lacks:
            end = len(_NO_DIGIT.sub("", plain))
            gap = Markup('<span class="bf-fill" data-fill="{}"></span>').format(lacks)
            text = escape(plain[:end]) + gap + escape(plain[end:])
        if self.medium == "paper" and (amid_arabic or self.edition.direction == "rtl"):
            return _from_left(text)
        if self.medium == "paper":
            return text  # as in _paper_call: a box less
        place = self._places is not None and self._places.of_figure(node)
        return Markup('<data class="bf-figure"{} value="{}" data-fact="{}">{}</data>').format(
            self._id_of(node.fact) if place else "", node.value, node.fact, text
        )

    # Notes.

    @cached_property
    def _references(self) -> dict[int, Reference]:
        return {one.number: one for one in self.edition.references}

    def _note(self, note: Note) -> Markup:
        marks = self.edition.marks[note.key]
        if self.medium == "paper":
            calls = (self._paper_call(mark, n == 0, n + 1 == len(marks)) for n, mark in enumerate(marks))
            return Markup("\N{WORD JOINER}") + Markup("").join(calls)
        # Brackets, so that a number after a figure cannot be read or copied as part of it.
        inside = Markup('<span class="bf-comma">,</span>').join(self._screen_call(mark) for mark in marks)
        joined = "\N{WORD JOINER}" if self.medium == "mail" else ""  # which a style sheet puts before it on a screen
        fact = self._places.of_note(note) if self._places is not None else ""
        return joined + Markup(
            '<span class="bf-note"{}><span class="bf-bracket">[</span>{}<span class="bf-bracket">]</span></span>'
        ).format(self._id_of(fact) if fact else "", inside)

    def _screen_call(self, mark: Mark) -> Markup:
        if self.medium == "mail":
            return self._call(mark, "ref", str(mark.number))
        tip = Markup('<span class="bf-tip" aria-hidden="true"><b>{}</b> {}</span>').format(
            mark.number, self._told(mark)
        )
        return self._call(mark, "ref", str(mark.number)) + tip

    def _paper_call(self, mark: Mark, first: bool, last: bool) -> Markup:  # noqa: FBT001
        """On paper the brackets belong to the links: WeasyPrint takes time for every box, and every note had several.

        The number holds the note's anchor, for an element with an id shares its style with no other.
        """
        call = self._call(mark, "note", f"{'[' if first else ''}{mark.number}{']' if last else ','}")
        if mark.first:
            call += Markup('<span class="bf-footnote"><span class="bf-number" id="{}">{}</span> {}</span>').format(
                self.anchor(f"note-{mark.number}"), mark.number, self._told(mark)
            )
        return call

    def _call(self, mark: Mark, target: str, text: str) -> Markup:
        reference = self._references[mark.number]
        label = self.words["see_source"].format(mark.number)
        name = ", ".join(
            part for part in (reference.parts.publisher or reference.parts.title, reference.parts.published) if part
        )
        return Markup('<a class="bf-call" id="{}" href="#{}" aria-label="{}: {}">{}</a>').format(
            self.anchor(mark.anchor), self.anchor(f"{target}-{mark.number}"), label, name, text
        )

    def _told(self, mark: Mark) -> Markup:
        told = self._in_short(mark.number)
        return (
            told + Markup(' <span class="bf-passage">({})</span>').format(breakable(mark.passage))
            if mark.passage
            else told
        )

    def _in_short(self, number: int) -> Markup:
        """A reference for a preview or the foot of the page, set once and used at every call."""
        if number not in self._short:
            self._short[number] = self.reference(self._references[number], plain=True)
        return self._short[number]

    def reference(self, reference: Reference, *, plain: bool = False) -> Markup:
        """A reference in words; `plain` leaves out its links, for a preview or the foot of a page."""
        return self.render("reference.html", reference=reference, plain=plain).strip()

    def shown_url(self, url: str, medium: Medium = "screen") -> Markup:
        """An address as a reader wants to see it, from left to right in every script."""
        shown = shown_url(url, medium)
        if medium == "paper" and self.edition.direction == "rtl":
            return _from_left(shown.replace("<wbr>", "\N{ZERO WIDTH SPACE}"))
        return shown

    def backlinks(self, reference: Reference) -> tuple[tuple[str, str, int], ...]:
        """For each place that cites it: the anchor, a label, a running number."""
        return tuple(
            (self.anchor(call), self.words["back"].format(n, reference.number), n)
            for n, call in enumerate(reference.calls, 1)
        )

    def cited_in(self, reference: Reference) -> tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]:
        """For each section or notice that cites it, and for the summary: its title, its places as in `backlinks`."""
        found: dict[int, list[tuple[str, str, int]]] = {}
        for call, place in zip(reference.calls, self.backlinks(reference), strict=True):
            found.setdefault(self._parts_of_calls.get(call, -1), []).append(place)
        titles = dict(enumerate(title for title, _ in titled(self.edition)))
        return tuple((titles.get(n, self.edition.title), tuple(places)) for n, places in found.items())

    @cached_property
    def _parts_of_calls(self) -> dict[str, int]:
        """In which part that has a title each call of a note stands, counted from 0."""
        return {
            mark.anchor: n
            for n, (_, part) in enumerate(titled(self.edition))
            for node in walk(part)
            if isinstance(node, Note)
            for mark in self.edition.marks[node.key]
        }

    # Pictures.

    @cached_property
    def logo(self) -> Markup:
        """The publisher's logo, or nothing."""
        logo = self.theme.look.logo
        if logo is None:
            return Markup("")
        if self.medium != "screen":
            self.assets[f"logo.{logo.kind}"] = logo.data
            source = f"asset:logo.{logo.kind}"
        else:
            source = f"data:image/{logo.kind};base64,{base64.b64encode(logo.data).decode('ascii')}"
        return Markup('<img class="bf-logo" src="{}" alt="{}">').format(source, logo.alt)

    def drawing(self, chart: Chart) -> Markup:
        """A chart's picture: narrow where another stands beside it."""
        spec = narrowed(chart.spec) if chart.id in self._beside else chart.spec
        return self._picture(spec, chart.alt, chart.id)

    def narrow_drawing(self, chart: Chart) -> Markup:
        """A chart's picture for a narrow screen, or nothing where it would have no room."""
        spec = narrowed(chart.spec)
        return self._picture(spec, chart.alt, chart.id) if spec in self.drawings else Markup("")

    def spark(self, item: KeyFigure) -> Markup:
        """A key figure's course, or nothing."""
        return self._picture(item.spark, item.spark_alt, f"spark.{item.fact}") if item.spark else Markup("")

    def figures_behind(self, chart: Chart) -> Behind:
        """What tells the figures of a chart to a reader who cannot see it."""
        return figures_behind(chart, self.edition)

    def _picture(self, spec: ChartSpec, alt: str, name: str) -> Markup:
        if self.medium == "mail":  # whose pictures are PNG, and made by who makes the message
            width = self.mailed.widths[f"{name}.png"]
            return Markup(
                '<img class="bf-picture" src="asset:{}.png" width="{}" style="max-width:{}px" alt="{}">'
            ).format(name, width, width, alt)
        svg = self.drawings[spec]
        if self.medium == "paper":
            self.assets[f"{name}.svg"] = in_colours(svg, self.theme.look).encode()
            return Markup('<img class="bf-picture" src="asset:{}.svg" alt="{}">').format(name, alt)
        return on_screen(svg, alt, self.theme.look)


_LONG = re.compile(r"(\S{36,})")


def breakable(text: str) -> Markup:
    """Text in which a word too long for any column may be broken anywhere."""
    if len(text) < 36 or not _LONG.search(text):
        return escape(text)
    pieces = enumerate(_LONG.split(text))
    return Markup("").join(
        Markup('<span class="bf-long">{}</span>').format(one) if n % 2 else escape(one) for n, one in pieces
    )


def capital(text: str) -> str:
    """The text with its first letter raised, the rest left alone."""
    return text[:1].upper() + text[1:]


_URL_BREAKS = re.compile(r"(?<=[/_=&?])|(?<=[a-z]-)")


def shown_url(url: str, medium: Medium = "screen") -> Markup:
    """An address as a reader wants to see it: without the scheme; on a screen without its middle when long.

    It breaks behind a slash or hyphen rather than within a name. A page that is printed shows the middle.
    """
    text = (url.partition("://")[2] or url.removeprefix("mailto:")).rstrip("/")
    if len(text) > 72 and medium == "screen":
        cut = Markup('<span class="bf-ellipsis">…</span><span class="bf-cut">{}</span>').format(_pieces(text[48:-20]))
        return _pieces(text[:48]) + cut + _pieces(text[-20:])
    return _pieces(text)


def _from_left(text: Markup) -> Markup:
    """What runs from left to right. WeasyPrint knows no unicode-bidi, and sets an element apart: hence letters."""
    return Markup("\N{LEFT-TO-RIGHT ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}").format(text)


def _pieces(text: str) -> Markup:
    return Markup("<wbr>").join(breakable(piece) for piece in _URL_BREAKS.split(text))


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
