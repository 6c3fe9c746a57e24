"""Key figures: large numbers, each with the words that say what it counts and what tells it from its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from briefing.compose import charts
from briefing.compose.desk import Desk, empty
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.config.blocks import KeyFiguresBlock, KeyItem
from briefing.diagnostics import Where, shown
from briefing.edition import Aside, Block, Inline, KeyFigure, KeyFigures, Text
from briefing.facts import Fact
from briefing.fields import Moment


def key_figures(block: KeyFiguresBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    """A strip of the figures that are named, and of those selected."""
    writer = desk.writer
    chosen: list[tuple[KeyItem, Fact]] = []
    for n, item in enumerate(block.items):
        fact = writer.fact(item.fact, where / n if isinstance(n, int) else where)
        if fact is not None:
            chosen.append((item, fact))
            _report_superseded(fact, writer, where / n if isinstance(n, int) else where)
    if block.facts is not None:
        chosen += [(KeyItem(fact=fact.id), fact) for fact in select(block.facts, writer, where / "facts")]
    if not chosen:
        if block.facts is not None and block.facts.if_empty:
            return empty(block.facts, where / "facts", desk)
        if not block.items and block.facts is None:
            writer.report("empty-selection", "this block names no figure", "list facts by id", where)
        return ()
    for _, fact in chosen:
        if fact.value is None:
            writer.report("no-value", f"'{fact.id}' has no value to show as a key figure", "add value: to the fact")
    valued = [(item, fact) for item, fact in chosen if fact.value is not None]
    return (KeyFigures(tuple(_tiles(valued, block, desk))),)


def _tiles(valued: Sequence[tuple[KeyItem, Fact]], block: KeyFiguresBlock, desk: Desk) -> Iterator[KeyFigure]:
    """A tile for each figure. Where two would be called the same, their dates are said if they differ."""
    names = [label or item.label for label, (item, _) in zip(_labels(valued, desk.writer), valued, strict=True)]
    moments: dict[tuple[str | None, str | None], set[Moment | None]] = defaultdict(set)
    for name, (_, fact) in zip(names, valued, strict=True):
        moments[name, fact.said_by].add(fact.as_of)
    for name, (item, fact) in zip(names, valued, strict=True):
        spark = block.sparkline if item.sparkline is None else item.sparkline
        dated = desk.writer.stale_from(fact) or len(moments[name, fact.said_by]) > 1
        yield _key_figure(fact, name or "", desk, sparkline=spark, dated=dated)


def _labels(chosen: Sequence[tuple[KeyItem, Fact]], writer: Writer) -> list[str | None]:
    """What each figure counts, and of whom or where; None for a tile that the author has named.

    The place stands where there is no subject, and where it alone tells two figures apart. Who says so and when the
    figure held stand below the label.
    """
    labels = [writer.titled(fact) for _, fact in chosen]
    places: dict[str, set[str | None]] = defaultdict(set)
    for label, (_, fact) in zip(labels, chosen, strict=True):
        places[label].add(fact.place)
    return [
        None if item.label else f"{label}, {fact.place}" if len(places[label]) > 1 and fact.place else label
        for label, (item, fact) in zip(labels, chosen, strict=True)
    ]


def _report_superseded(fact: Fact, writer: Writer, where: Where) -> None:
    """A key figure is the figure of today: one that another fact supersedes was forgotten here."""
    newer = [one.id for one in writer.evidence.facts.values() if one.supersedes == fact.id]
    if newer:
        message = f"the key figure {shown(fact.id)} is superseded by {shown(newer[-1])}"
        writer.report("superseded-fact", message, f"name {shown(newer[-1])} here", where, warn=True)


def _key_figure(fact: Fact, label: str, desk: Desk, *, sparkline: bool, dated: bool) -> KeyFigure:
    writer = desk.writer
    details: list[Inline] = list(writer.said_by(fact))
    if dated and fact.as_of is not None:
        details += [Text(", "), Aside(writer.as_of(fact), "as_of")]
    if fact.status in {"unverified", "disputed", "retracted"}:
        details += [Text(", "), Aside(writer.words[fact.status], "status")]
    if mark := desk.mark(fact):
        details += [Text("; "), Aside(mark, "change")]
    series = writer.evidence.series.get(fact.id) if sparkline else None
    spark, alt = charts.sparkline(series, writer) if series is not None and len(series.points) > 1 else (None, "")
    return KeyFigure(fact.id, writer.figure(fact), label, tuple(details), writer.note(fact), spark, alt)
