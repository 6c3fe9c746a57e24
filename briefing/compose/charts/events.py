"""Charts of events: dated facts along a time axis, in lanes."""

from __future__ import annotations

import datetime as dt

from briefing.compose.charts.order import Order, Parts, named, opening
from briefing.compose.select import select
from briefing.diagnostics import shown
from briefing.edition import ChartEvent, ChartSetting, Column, Line, Row, Table, Text, When, plain
from briefing.facts import Fact
from briefing.fields import Moment
from briefing.weighing import days_in

MOST_EVENTS = 40
"""Events that one strip can hold legibly."""


def events(order: Order) -> Parts | None:
    """A timeline strip; None when no event is there, which is then said."""
    writer = order.writer
    facts = _chosen(order)
    if not facts:
        return None
    if len(facts) > MOST_EVENTS:
        message = f"a strip holds {MOST_EVENTS} events, and here are {len(facts)}"
        writer.report("too-many", message, "select fewer, with a tag or within:, or use a timeline block", order.where)
        return None
    date, first = writer.evidence.date, _first(order)
    spans = [(fact.at.start.day, date if fact.at.open else _last_day(fact)) for fact in facts if fact.at]
    marked = first is not None or min(start for start, _ in spans) <= date <= max(end for _, end in spans)
    cut = first is not None and min(start for start, _ in spans) < first
    settings = {"marked": date if marked else None, "from": first if cut else None}
    spec = order.spec(
        "",
        events=tuple(_event(fact, order) for fact in facts),
        further=tuple(ChartSetting(name, day.isoformat()) for name, day in settings.items() if day is not None),
    )
    words = writer.words
    remarks = [words["strip_today"].format(writer.formatter.date(date))] if marked else []
    remarks += [words["strip_before"]] if cut else []
    remarks += [words["strip_open"]] if any(fact.at.open for fact in facts if fact.at) else []
    lines: tuple[Line, ...] = tuple((Text(remark),) for remark in remarks)
    return Parts(spec, facts, _alternative(facts, order), _table(facts, order), lines)


def _chosen(order: Order) -> tuple[Fact, ...]:
    """The events in the window in order of time; lanes in the order of their first event."""
    writer, block, where = order.writer, order.block, order.where / "facts"
    facts = select(block.facts, writer, where) if block.facts is not None else ()
    for fact in facts:
        if fact.at is None:
            writer.report("no-as-of", f"{shown(fact.id)} has no date (at) to stand at", "add at:", where)
    dated = [fact for fact in facts if fact.at is not None]
    first = _first(order)
    if first is not None:
        inside = [fact for fact in dated if _last_day(fact) >= first]
        if dated and not inside:
            writer.report("empty-selection", "no event lies in this time", "widen within:", order.where / "within")
        dated = inside
    return tuple(sorted(dated, key=lambda fact: fact.at.start if fact.at else Moment(dt.date.max)))


def _first(order: Order) -> dt.date | None:
    within = order.block.within
    return order.writer.evidence.date - dt.timedelta(days=days_in(within)) if within else None


def _last_day(fact: Fact) -> dt.date:
    """The last day of an event; of one that goes on, the end of time."""
    assert fact.at is not None  # noqa: S101  # _chosen left no other
    return dt.date.max if fact.at.open else (fact.at.end or fact.at.start).day


def _event(fact: Fact, order: Order) -> ChartEvent:
    assert fact.at is not None  # noqa: S101  # _chosen left no other
    writer, group = order.writer, order.block.group
    start, end = fact.at.start, fact.at.end
    when = " – ".join(_short(moment, order) for moment in (start, end) if moment is not None)
    if fact.at.open:
        when = writer.words["ongoing"].format(when)
        when = when[:1].upper() + when[1:]
    return ChartEvent(
        start.day,
        f"{when}: {writer.brief(fact, 110)}",
        end.day if end is not None and end.day > start.day else None,
        named(fact, group, writer) if group else "",
        fact.at.open,
    )


def _short(moment: Moment, order: Order) -> str:
    """A date without its year, which the axis has: "24 Feb", "24 Feb at 05:00"."""
    formatter = order.writer.formatter
    text = formatter.part_of_date(moment.day, "MMMd")
    return formatter.words["at"].format(text, moment.clock) if moment.clock else text


def _alternative(facts: tuple[Fact, ...], order: Order) -> str:
    """How many events, the first and the last."""
    writer = order.writer
    first, last = (f"{_when(fact, order).text}: {writer.brief(fact, 200)}." for fact in (facts[0], facts[-1]))
    return f"{opening(order)} {writer.words['strip_alt'].format(len(facts), first, last)}"


def _when(fact: Fact, order: Order) -> When:
    assert fact.at is not None  # noqa: S101  # as above
    return When(order.writer.formatter.period(fact.at, short=True), fact.at.written("/"))


def _table(facts: tuple[Fact, ...], order: Order) -> Table:
    writer, group = order.writer, order.block.group
    words = writer.words
    columns = [Column("at", (Text(words["col_at"]),))]
    columns += [Column(group, (Text(words[f"col_{group}"]),))] if group else []
    columns.append(Column("claim", (Text(words["col_claim"]),)))
    rows = []
    for fact in facts:
        lanes: list[Line] = [(Text(named(fact, group, writer)),)] if group else []
        rows.append(Row(((_when(fact, order),), *lanes, (Text(plain(writer.claim(fact)[0])),)), fact.id))
    return Table((Text(words["chart_table"]),), tuple(columns), tuple(rows))
