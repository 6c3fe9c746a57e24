"""An edition as plain text, written from its tree: lines of 72 letters, notes as numbers of references."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from briefing.edition import (
    Block,
    Break,
    Callout,
    Chart,
    Column,
    Edition,
    Emphasis,
    FactList,
    Heading,
    Items,
    KeyFigures,
    Line,
    Link,
    Note,
    Paragraph,
    Quote,
    Reference,
    Row,
    SourceList,
    Strong,
    Table,
    Timeline,
    walk,
)
from briefing.render.behind import figures_behind
from briefing.words import words

WIDTH = 72


def head_of(edition: Edition) -> str:
    """The title, the date and the summary."""
    kicker = " · ".join(one for one in (edition.publisher, edition.subtitle) if one)
    dateline = " · ".join(one for one in (edition.date_text, edition.day, edition.revision_text) if one)
    summary = _wrapped(_line(edition.summary, edition), WIDTH) if edition.summary else ()
    parts = [_wrapped(kicker, WIDTH), [*_underlined(edition.title, "="), *_wrapped(dateline, WIDTH)], [*summary]]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def body_of(edition: Edition) -> str:
    """The notice and the sections."""
    parts = ["\n".join(lines) for lines in _blocks(edition.notice, edition)]
    for section in edition.sections:
        parts.append("\n" + "\n".join(_underlined(section.title, "-")))
        parts += ["\n".join(lines) for lines in _blocks(section.blocks, edition)]
    return "\n\n".join(parts).strip("\n")


def references_of(edition: Edition) -> str:
    """The whole list of references with its heading, unless the edition has a place of its own for it."""
    if not edition.references or any(isinstance(node, SourceList) for node in walk(edition.sections)):
        return ""
    return "\n\n".join(
        ["\n".join(_underlined(words(edition.language)["sources"], "-")), "\n".join(_references(edition))]
    )


def _blocks(blocks: Iterable[Block], edition: Edition, room: int = WIDTH) -> Iterator[list[str]]:
    for block in blocks:
        lines = list(_WRITERS[type(block)](block, edition, room))
        if lines:
            yield lines


# Lines.


def _line(line: Line, edition: Edition) -> str:
    pieces = []
    for node in line:
        if isinstance(node, Note):
            pieces.append(f"[{','.join(str(mark.number) for mark in edition.marks[node.key])}]")
        elif isinstance(node, Link):
            said = _line(node.children, edition)
            address = node.url.removeprefix("mailto:")
            pieces.append(said if address in {said, f"https://{said}"} else f"{said} <{address}>")
        elif isinstance(node, (Emphasis, Strong)):
            pieces.append(_line(node.children, edition))
        else:
            pieces.append("\n" if isinstance(node, Break) else node.text)
    return "".join(pieces)


def _wrapped(text: str, room: int, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines of at most so many letters, with a sign before the first and before the rest.

    An address is never cut.
    """
    rest = first if rest is None else rest
    lines: list[str] = []
    for part in text.split("\n") if text else ():
        lines += textwrap.wrap(
            part,
            room,
            initial_indent=rest if lines else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def _underlined(title: str, sign: str) -> list[str]:
    lines = _wrapped(title, WIDTH)
    return [*lines, sign * max(map(len, lines), default=0)]


def _indented(lines: Iterable[str], first: str, rest: str) -> Iterator[str]:
    for n, line in enumerate(lines):
        yield f"{rest if n else first}{line}".rstrip()


# Blocks.


def _paragraph(block: Paragraph, edition: Edition, room: int) -> Iterable[str]:
    return _wrapped(_line(block.children, edition), room)


def _heading(block: Heading, edition: Edition, room: int) -> Iterable[str]:
    return _wrapped(_line(block.children, edition), room, "### ")


def _items(block: Items, edition: Edition, room: int) -> Iterator[str]:
    for n, item in enumerate(block.items):
        sign = "* " if block.start is None else f"{block.start + n}. "
        lines = [line for lines in _blocks(item, edition, room - len(sign)) for line in lines]
        yield from _indented(lines, sign, " " * len(sign))


def _quote(block: Quote, edition: Edition, room: int) -> Iterator[str]:
    for n, lines in enumerate(_blocks(block.children, edition, room - 2)):
        yield from ([">"] if n else [])
        yield from _indented(lines, "> ", "> ")


def _fact_list(block: FactList, edition: Edition, room: int) -> Iterator[str]:
    for item in block.items:
        yield from _wrapped(_line(item.children, edition), room, "* ", "  ")


def _key_figures(block: KeyFigures, edition: Edition, room: int) -> Iterator[str]:
    for item in block.items:
        yield from _wrapped(f"{_line(item.figure, edition)}{_line(item.note, edition)}  {item.label}", room, "* ", "  ")
        yield from _wrapped(_line(item.details, edition), room, "  ")


def _timeline(block: Timeline, edition: Edition, room: int) -> Iterator[str]:
    for item in block.items:
        yield from _wrapped(f"{item.when.text}: {_line(item.children, edition)}", room, "* ", "  ")


def _callout(block: Callout, edition: Edition, room: int) -> Iterator[str]:
    yield from _wrapped(_line(block.title, edition), room, "| ")
    for lines in _blocks(block.children, edition, room - 2):
        yield "|"
        yield from _indented(lines, "| ", "| ")


def _chart(block: Chart, edition: Edition, room: int) -> Iterator[str]:
    for line in (block.title, block.subtitle):
        yield from _wrapped(_line(line, edition), room)
    yield ""
    behind = figures_behind(block, edition)
    if behind.table is not None:
        yield from _indented(_table(replace(behind.table, caption=()), edition, room - 2), "  ", "  ")
        yield ""
    elif behind.sentences:
        yield from _wrapped(" ".join(_line(one, edition) for one in behind.sentences), room, "  ")
    else:
        yield from _wrapped(block.alt, room, "  ")
    for line in (*block.remarks, block.source):
        yield from _wrapped(_line(line, edition), room, "  ")


def _source_list(block: SourceList, edition: Edition, room: int) -> Iterator[str]:
    for lines in _blocks(block.children, edition, room):
        yield from lines
        yield ""
    yield from _references(edition)


def _table(block: Table, edition: Edition, room: int) -> Iterator[str]:
    """Columns side by side where they have room; else a row after the other, each cell with its head."""
    if block.caption:
        yield from _wrapped(_line(block.caption, edition), room)
        yield ""
    body = (*block.rows, *((block.total,) if block.total else ()))
    heads = [_head(column, edition) for column in block.columns]
    cells = [[_line(cell, edition).replace("\n", " ") for cell in row.cells] for row in body]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    if sum(widths) + 2 * len(widths) - 2 <= room:
        rule = ["-" * width for width in widths]
        for row in (heads, rule, *cells):
            sides = zip(row, block.columns, widths, strict=True)
            yield "  ".join(f"{one:>{n}}" if column.numeric else f"{one:<{n}}" for one, column, n in sides).rstrip()
        return
    for row, texts in zip(body, cells, strict=True):
        yield from _record(row, texts, heads, room)


def _record(row: Row, texts: list[str], heads: list[str], room: int) -> Iterator[str]:
    sign = "* "
    for cell, text, head in zip(row.cells, texts, heads, strict=True):
        if cell:
            yield from _wrapped(f"{head}: {text}" if head else text, room, sign, "    ")
            sign = "  "


def _head(column: Column, edition: Edition) -> str:
    label = _line(column.label, edition)
    return f"{label}, {column.unit}" if label and column.unit else label or column.unit


def _references(edition: Edition) -> Iterator[str]:
    for one in edition.references:
        sign = f"[{one.number}] "
        yield from _wrapped(_reference(one), WIDTH, sign, " " * len(sign))
        for address in (one.parts.url, one.parts.archived_url):
            if address:
                yield " " * len(sign) + address


def _reference(one: Reference) -> str:
    p = one.parts
    told = ", ".join(
        x for x in (p.publisher, p.title, p.author, p.published, p.retrieved, p.language, p.assessment) if x
    )
    more = [f"{x[:1].upper()}{x[1:].rstrip('.')}." for x in (p.figures_as_of, p.note, p.archived) if x]
    return " ".join([f"{told}.", *more])


_WRITERS: dict[type, Callable[[Any, Edition, int], Iterable[str]]] = {
    Paragraph: _paragraph,
    Items: _items,
    Heading: _heading,
    Quote: _quote,
    FactList: _fact_list,
    KeyFigures: _key_figures,
    Table: _table,
    Chart: _chart,
    Timeline: _timeline,
    Callout: _callout,
    SourceList: _source_list,
}
