"""Compose an edition: the config's sections and blocks, filled with evidence, as one tree with numbered references."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from briefing.changes import difference_of
from briefing.compose import charts
from briefing.compose.changes import Comparison, changes_blocks, revision_notice
from briefing.compose.desk import Desk, empty
from briefing.compose.prose import Prose
from briefing.compose.select import select
from briefing.compose.tables import table, tabled
from briefing.compose.tiles import key_figures
from briefing.compose.typed import report_typed
from briefing.compose.weight import coverage_line, report_silent_choices
from briefing.compose.writer import Writer
from briefing.config import Config, edition_day
from briefing.config.blocks import (
    CalloutBlock,
    ChangesBlock,
    ChartBlock,
    ColumnConfig,
    ConflictsBlock,
    CoverageBlock,
    FactsBlock,
    KeyFiguresBlock,
    Selection,
    SourcesBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
)
from briefing.diagnostics import Diagnostic, Where, failed, shown
from briefing.edition import (
    Aside,
    Block,
    Callout,
    Chart,
    Edition,
    FactItem,
    FactList,
    Line,
    Paragraph,
    Section,
    SourceList,
    Text,
    Timeline,
    TimelineItem,
    When,
)
from briefing.evidence import Evidence
from briefing.facts import Fact
from briefing.fields import Moment
from briefing.formats import Formatter
from briefing.versions import NO_PAST, Past
from briefing.weighing import rivals
from briefing.words import spoken


def compose(
    config: Config,
    config_name: str,
    evidence: Evidence,
    produced: datetime | None = None,
    past: Past = NO_PAST,
) -> tuple[Edition, tuple[Diagnostic, ...]]:
    """The edition for the evidence's date, and everything that is wrong in its blocks.

    `produced` is the moment it is said to have been made; by default noon of its date in the briefing's zone. `past` is
    what earlier editions printed; it decides which revision this is.
    """
    edition, desk = _written(config, config_name, evidence, produced, past, None)
    if names := desk.comparison.misjudged():  # which earlier figure a fact goes on from rests on what is printed
        edition, desk = _written(config, config_name, evidence, produced, past, names)
    return edition, tuple(desk.writer.found)


def _written(  # those of compose
    config: Config,
    config_name: str,
    evidence: Evidence,
    produced: datetime | None,
    past: Past,
    names: tuple[str, ...] | None,
) -> tuple[Edition, Desk]:
    """The edition and the desk that it was written at. `names` are the facts that it prints, if that is known."""
    formatter = Formatter(config.language)
    writer = Writer(evidence, formatter, config_name)
    if not spoken(config.language):
        message = f"the program has no words of its own in {config.language!r}; headings and notes are in English"
        writer.report("bad-choice", message, "", Where(config_name) / "language", warn=True)
    day = edition_day(config.day, evidence.date)
    date_text = formatter.date(evidence.date)
    values = {"day": "" if day is None else str(day), "date": date_text, "title": config.title}
    prose = Prose(writer, values, config.allow)
    report_typed(config, Where(config_name), writer)
    groups = {fact.id: group for group in rivals(evidence) for fact in group.facts}
    desk = Desk(config, writer, prose, Comparison(past, writer, names), groups)
    summary = prose.line(config.summary, Where(config_name) / "summary") if config.summary else ()
    sections = tuple(
        _section(one, Where(config_name) / "sections" / n, desk.for_section(n)) for n, one in enumerate(config.sections)
    )
    desk.comparison.sections = (summary, sections)
    sections = _with_late_blocks(sections, desk)
    revision, corrections, reason = desk.comparison.since_revision()
    notice: tuple[Block, ...] = ()
    if corrections and evidence.whole and not failed(writer.found):  # a fact may seem changed because it is broken
        notice = revision_notice(corrections, revision, reason, desk.comparison, Where(config_name))
    _report_stale(writer)
    if len(writer.printed) > config.limits.facts:
        message = f"this edition prints {len(writer.printed)} facts; {config.limits.facts} are allowed"
        hint = "select fewer, add limit: to the block, or raise limits: {facts: }"
        writer.report("too-many", message, hint, Where(config_name) / "sections")
    edition = Edition(
        briefing=config.id,
        title=config.title,
        subtitle=config.subtitle or "",
        date=evidence.date,
        date_text=date_text,
        day=formatter.words["day"].format(config.day.label, day) if config.day and day is not None else "",
        language=config.language,
        direction=cast('Literal["ltr", "rtl"]', formatter.direction),
        publisher=config.publisher or "",
        marking=config.marking or "",
        summary=summary,
        sections=_distinct(sections),
        produced=produced or datetime.combine(evidence.date, time(12), ZoneInfo(config.timezone)),
        revision=revision,
        revision_text=writer.words["revision"].format(revision) if revision > 1 else "",
        notice=notice,
        compared_with=past.base.day if past.base is not None else None,
        changes=tuple(difference_of(one, formatter) for one in desk.comparison.since_base())
        if past.base is not None
        else (),
        reason=reason,
        corrections=tuple(difference_of(one, formatter) for one in corrections),
    )
    return edition, desk


def as_draft(edition: Edition) -> Edition:
    """The edition marked as a draft, where its revision would stand."""
    return replace(edition, revision_text=Formatter(edition.language).words["draft"])


def not_updated(edition: Edition, since: datetime, missing: date) -> Edition:
    """The edition with a notice before all else: since when it stands, and which one could not be made."""
    formatter = Formatter(edition.language)
    made = Moment(since.date(), f"{since:%H:%M}")
    title = _with_date(formatter.words["not_updated"], When(formatter.moment(made), str(made)))
    text = _with_date(formatter.words["not_updated_why"], When(formatter.date(missing), missing.isoformat()))
    return replace(edition, notice=(Callout("caution", title, (Paragraph(text),)), *edition.notice))


def _with_date(words: str, when: When) -> Line:
    before, _, after = words.partition("{}")
    return tuple(part for part in (Text(before), when, Text(after)) if not isinstance(part, Text) or part.text)


def _section(section: Any, where: Where, desk: Desk) -> Section:  # noqa: ANN401
    blocks: list[Block] = []
    for number, block in enumerate(section.blocks):
        spot = where / "blocks" / number / block.block
        desk.writer.where = spot
        made = _COMPOSERS[type(block)](block, spot, desk)
        report_silent_choices(made, desk.rivals, desk.writer, spot)
        blocks += made
    slug = re.sub(r"[^a-z0-9]+", "-", section.title.lower()).strip("-")[:60].strip("-")
    return Section(slug or "section", section.title, tuple(blocks))


def _distinct(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Sections of one title get anchors of their own."""
    taken: set[str] = set()
    made = []
    for section in sections:
        name, n = section.id, 2
        while name in taken:
            name, n = f"{section.id}-{n}", n + 1
        taken.add(name)
        made.append(Section(name, section.title, section.blocks))
    return tuple(made)


# One function for each kind of block.


def _text(block: TextBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    return desk.prose.blocks(block.text, where)


def _facts(block: FactsBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    facts = select(block, desk.writer, where)
    if not facts:
        return empty(block, where, desk)
    return (FactList(tuple(FactItem(fact.id, _marked(fact, desk.writer.sentence(fact), desk)) for fact in facts)),)


def _marked(fact: Fact, sentence: Line, desk: Desk) -> Line:
    """A sentence with its mark: "New: ..." before it, "(+340 since 8 Apr 2022)" behind it."""
    change = desk.comparison.change(fact.id) if desk.config.marks else None
    if change is None:
        return sentence
    mark, kind = desk.comparison.mark(fact.id), desk.writer.words[f"kind_{change.kind}"]
    if mark == kind.lower():
        return (Aside(f"{kind}:", "change"), Text(" "), *sentence)
    return (*sentence, Text(" "), Aside(f"({mark})", "change"))


def _chart(block: ChartBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    name = desk.name("chart", block.id, where)
    if name is None:
        return ()
    made = charts.chart(block, name, desk.config, desk.prose, where)
    if made is None and block.facts is not None and block.facts.if_empty:
        return empty(block.facts, where / "facts", desk)
    return (made,) if made is not None else ()


def _timeline(block: TimelineBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    writer = desk.writer
    facts = select(block, writer, where)
    if not facts:
        return empty(block, where, desk)
    dated = [(fact, fact.at) for fact in facts if fact.at is not None]
    for fact in facts:
        if fact.at is None:
            writer.report("no-as-of", f"'{fact.id}' has no date of its event", "add at: to the fact", where)
    if block.sort is None:
        dated.sort(key=lambda pair: pair[1].start)
    items = tuple(
        TimelineItem(
            fact.id,
            When(writer.formatter.period(at), str(at.start)),
            _marked(fact, writer.sentence(fact, dated=True), desk),
        )
        for fact, at in dated
    )
    return (Timeline(items),)


def _conflicts(block: ConflictsBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    """Every set of rival figures, side by side and never averaged."""
    writer = desk.writer
    sets = {id(one): one for one in desk.rivals.values() if block.indicator is None or one.indicator in block.indicator}
    made: list[Block] = []
    for one in sets.values():
        facts = Selection(ids=tuple(fact.id for fact in one.facts))
        label = ", ".join(part for part in (writer.label(one.facts[0]), one.subject, one.place) if part)
        columns = tuple(ColumnConfig(name=name) for name in ("said_by", "value", "as_of", "status", "sources"))
        title = writer.words["conflict"].format(label)
        chart = ChartBlock(block="chart", kind="range", title="", facts=facts, by="said_by")
        drawn = _chart(chart, where, desk)
        made += [replace(each, title=(Text(title),)) if isinstance(each, Chart) else each for each in drawn]
        made.append(tabled(one.facts, TableBlock(block="table", facts=facts, columns=columns), where, desk))
    if not made:
        sentence = block.if_empty
        if sentence is None:
            message = "no two asserters contradict each other here"
            hint = "take the block out, or add if_empty: with a sentence to print instead"
            writer.report("empty-selection", message, hint, where)
        return (Paragraph(desk.prose.line(sentence, where / "if_empty")),) if sentence else ()
    return tuple(made)


def _callout(block: CalloutBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    title: Line = (Text(block.title or desk.writer.words[block.kind]),)
    return (Callout(block.kind, title, desk.prose.blocks(block.text, where / "text")),)


def _coverage(block: CoverageBlock, where: Where, desk: Desk) -> tuple[Block, ...]:  # noqa: ARG001
    return desk.later(lambda: (Paragraph(coverage_line(desk.writer)),))


def _changes(block: ChangesBlock, where: Where, desk: Desk) -> tuple[Block, ...]:  # noqa: ARG001
    return desk.later(lambda: changes_blocks(block, desk.comparison))


def _with_late_blocks(sections: tuple[Section, ...], desk: Desk) -> tuple[Section, ...]:
    """The sections with the blocks that rest on all others: the coverage, the changes."""
    return tuple(
        Section(
            one.id,
            one.title,
            tuple(
                made
                for block in one.blocks
                for made in (desk.late[id(block)][1]() if id(block) in desk.late else (block,))
            ),
        )
        for one in sections
    )


def _report_stale(writer: Writer) -> None:
    for name in writer.printed:
        fact = writer.evidence.facts.get(name)
        if fact is not None and (aged := writer.aged(fact)):
            message = f"{shown(name)} is {aged} in this edition, more than it may be"
            series = writer.evidence.series.get(name)
            where = Where(fact.file, ("facts", name, "as_of"), line=series.points[-1].row if series else 0)
            writer.report("stale", message, "find a newer figure, or raise max_age:", where, warn=True)


def _sources(block: SourcesBlock, where: Where, desk: Desk) -> tuple[Block, ...]:
    return (SourceList(desk.prose.blocks(block.text, where / "text") if block.text else ()),)


_COMPOSERS: dict[type, Callable[..., tuple[Block, ...]]] = {
    TextBlock: _text,
    FactsBlock: _facts,
    KeyFiguresBlock: key_figures,
    TableBlock: table,
    ChartBlock: _chart,
    TimelineBlock: _timeline,
    CoverageBlock: _coverage,
    ChangesBlock: _changes,
    ConflictsBlock: _conflicts,
    CalloutBlock: _callout,
    SourcesBlock: _sources,
}
