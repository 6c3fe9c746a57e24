"""What an edition may print: its texts, by the numerals in them and the words about those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass

from briefing.edition import (
    Aside,
    Break,
    Chart,
    ChartSpec,
    Code,
    Difference,
    Edition,
    Emphasis,
    Figure,
    Line,
    Link,
    Note,
    Strong,
    Text,
    When,
    plain,
    titled,
    walk,
)
from briefing.numerals import Numeral, inked, numerals
from briefing.words import words

_INLINE = (Text, Figure, When, Emphasis, Strong, Link, Note)
_BEGIN_LINES = (*_INLINE, Aside, Break, Code)
_NOT_PRINTED = {"id", "fact", "source", "url", "archived_url", "iso", "value", "anchor", "kind", "role"}
_REACH = 8
"""Letters on either side of a numeral that have to be the edition's too, where its text has as many."""
_WINDOW = 4 * _REACH

Context = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A line with figures that every output has to hold; `inked` is its text without spaces and notes."""

    inked: str
    figures: tuple[Figure, ...]


@dataclass(slots=True)
class Texts:
    """The numerals of texts, each with what stands about it."""

    contexts: dict[str, set[Context]] = field(default_factory=lambda: defaultdict(set))

    def add(self, text: str) -> None:
        """Learn a text that may be printed."""
        for numeral in numerals(text):
            self.contexts[numeral.plain].add(context(text, numeral))

    def has(self, numeral: Numeral, text: str, *, alone: bool) -> bool:
        """Whether the numeral is theirs, with these words about it. `alone`: no other text is in its element."""
        contexts = self.contexts.get(numeral.plain)
        if not contexts:
            return False
        left, right = context(text, numeral)
        return (left, right) in contexts or any(
            left.endswith(before) and right.startswith(after) for before, after in contexts if before or after or alone
        )


@dataclass(slots=True)
class Known:
    """What an edition may print."""

    texts: Texts = field(default_factory=Texts)
    references: dict[int, Texts] = field(default_factory=dict)
    """What is said of each source, by its number."""
    figures: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """By fact: values in the syntax of the facts file, with the ink of their words."""
    moments: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By machine form: the ink of their words."""
    lines: dict[FigureLine, None] = field(default_factory=dict)
    said: str = ""
    """The ink of all these lines, as often as they stand in the edition."""
    addresses: set[str] = field(default_factory=set)
    calls: int = 0
    """The highest number that a note or a way back from a source has."""


def context(text: str, numeral: Numeral) -> Context:
    """The letters before and after a numeral, as far as they count."""
    before = inked(text[max(0, numeral.start - _WINDOW) : numeral.start])
    return before[-_REACH:], inked(text[numeral.end : numeral.end + _WINDOW])[:_REACH]


def known(edition: Edition) -> Known:
    """Everything that an edition may print."""
    found = Known()
    learn = found.texts.add
    for node in walk(edition):
        if isinstance(node, tuple):
            if node and isinstance(node[0], _BEGIN_LINES):
                learn(plain(node))
        elif isinstance(node, Figure):
            found.figures[node.fact].add((node.value, inked(node.text)))
        elif isinstance(node, Link):
            found.addresses.add(node.url)
        elif isinstance(node, When) or not isinstance(node, (*_INLINE, Difference)):  # a difference is for machines
            for text in _texts(node):
                learn(text)
            if isinstance(node, When):
                found.moments[node.iso.removesuffix("T24:00")].add(inked(node.text))
    learn(edition.date.isoformat())
    found.moments[edition.date.isoformat()].add(inked(edition.date_text))
    lines = list(_figure_lines(edition))
    found.said = "\n".join(inked(plain(line)) for line in lines)
    for line in lines:
        figures = tuple(one for one in walk(line) if isinstance(one, Figure))
        found.lines.setdefault(FigureLine(inked(plain(line)), figures))
    _learn_references(edition, found)
    return found


def _texts(node: object) -> Iterator[str]:
    """The printed texts among the fields of a node."""
    if is_dataclass(node):
        for one in fields(node):
            text = getattr(node, one.name)
            if isinstance(text, str) and one.name not in _NOT_PRINTED:
                yield text


def _figure_lines(edition: Edition) -> Iterator[Line]:
    """The lines that hold figures. The data behind a chart need not be shown: the chart has them."""
    tables = {id(node.table) for node in walk((edition.notice, edition.sections)) if isinstance(node, Chart)}
    waiting: list[object] = [edition.summary, edition.notice, *edition.sections]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            if any(isinstance(one, Figure) for one in node):
                yield node
            waiting += node
        elif is_dataclass(node) and id(node) not in tables and not isinstance(node, (ChartSpec, Figure)):
            waiting += [given for one in fields(node) if not isinstance(given := getattr(node, one.name), str)]


def _learn_references(edition: Edition, found: Known) -> None:
    """What is said of each source, where it is shown and to those who listen."""
    own = words(edition.language)
    for one in edition.references:
        texts = found.references[one.number] = Texts()
        for text in (*_texts(one.parts), *(title for title, _ in titled(edition)), edition.title):  # that cite it
            texts.add(text)
        found.calls = max(found.calls, one.number, len(one.calls))
        found.addresses |= {one.parts.url, one.parts.archived_url} - {""}
        found.texts.add(own["see_source"].format(one.number))
        for n in range(1, len(one.calls) + 1):
            found.texts.add(own["back"].format(n, one.number))
    for mark in (mark for marks in edition.marks for mark in marks if mark.passage):
        found.references[mark.number].add(mark.passage)
