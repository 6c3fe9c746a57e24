"""The long description of a chart: everything that it shows, in words, from its specification alone."""

from __future__ import annotations

from collections.abc import Iterator

from briefing.edition import ChartEvent, ChartLine, ChartSpec, Line, Text
from briefing.formats import Formatter

MOST = 400
"""Sentences of a description; the table of the data goes on."""


def described(spec: ChartSpec, formatter: Formatter) -> tuple[Line, ...]:
    """A sentence for each mark: of a line its course and extremes, of a row, a place or an event what it says.

    The source of the rule: WCAG 2.2, 1.1.1, and its technique G92 for what a short text cannot hold.
    """
    sentences = [*_sentences(spec, formatter)]
    rest = len(sentences) - MOST
    if rest > 0:
        sentences[MOST:] = [formatter.words["and_more"].format(rest) + "."]
    return tuple((Text(one.replace("..", ".")),) for one in sentences)  # a date may end in a full stop of its own


def _sentences(spec: ChartSpec, formatter: Formatter) -> Iterator[str]:
    if spec.unit and not _unit_is_said(spec):
        yield f"{spec.unit[:1].upper()}{spec.unit[1:]}."
    for line in spec.lines:
        yield from _course(line, formatter)
    for row in spec.rows:
        yield _said((row.group, row.label, row.part), row.text, row.detail)
    for row in spec.totals:
        yield _said((row.group, row.label, formatter.words["total"]), row.text, row.detail)
    for mark in spec.map.marks if spec.map is not None else ():
        yield _said((mark.label,), mark.text, mark.detail)
    for event in spec.events:
        yield _said((event.group, _when(event, formatter)), event.label, "")


def _unit_is_said(spec: ChartSpec) -> bool:
    """Whether every line is named by what it counts: "Personnel losses" needs no "Personnel" before it."""
    return bool(spec.lines) and all(spec.unit.casefold() in line.label.casefold() for line in spec.lines)


def _said(names: tuple[str, ...], text: str, detail: str) -> str:
    named = ", ".join(name for name in names if name)
    said = ": ".join(part for part in (named, text) if part)
    return f"{said} ({detail})." if detail else f"{said}."


def _when(event: ChartEvent, formatter: Formatter) -> str:
    start = formatter.date(event.at)
    if event.open:
        return f"{start} –"
    return formatter.words["period"].format(start, formatter.date(event.end)) if event.end else start


def _course(line: ChartLine, formatter: Formatter) -> Iterator[str]:
    """The first and last, the highest and lowest figure of a line."""
    if not line.points:
        return
    words = formatter.words
    first, last = line.points[0], line.points[-1]
    ends = formatter.value(first.value), formatter.date(first.at), formatter.value(last.value), formatter.date(last.at)
    yield words["line_alt"].format(line.label, *ends)
    peak = max(line.points, key=lambda point: point.value.numbers[-1])
    low = min(line.points, key=lambda point: point.value.numbers[0])
    for key, point in (("line_peak", peak), ("line_low", low)):
        if point.at not in {first.at, last.at}:
            yield words[key].format(formatter.value(point.value), formatter.date(point.at))
