"""What an edition says of the edition before it, and of its own earlier revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from briefing.changes import Change, Kind, about, by_how_much, compare, how_confirmed, in_short, paired, what_else
from briefing.compose.writer import Writer
from briefing.config import ChangesBlock
from briefing.diagnostics import Where, shown
from briefing.edition import (
    Aside,
    Block,
    Callout,
    Citation,
    Column,
    Figure,
    Heading,
    Inline,
    Items,
    Line,
    Paragraph,
    Row,
    Table,
    Text,
    When,
    printed_facts,
)
from briefing.evidence import Evidence
from briefing.facts import Source
from briefing.versions import Past, PastEdition, Printed, Version, printed, version_of

_ORDER: tuple[Kind, ...] = ("new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped")


class Comparison:
    """What is known of the past while an edition is written."""

    def __init__(self, past: Past, writer: Writer) -> None:
        self.past, self.writer = past, writer
        evidence = writer.evidence
        self._before = past.base.printed.facts if past.base is not None else {}
        self.sections: tuple[object, ...] = ()
        """What is printed by now."""
        current = {name: version_of(fact, evidence) for name, fact in evidence.facts.items() if self._before}
        self._pairs = paired(self._before, current)

    def mark(self, name: str) -> str:
        """How a fact differs from the edition before, in short; empty where it does not or where there is none."""
        change = self.change(name)
        return in_short(change, self.writer.formatter) if change is not None else ""

    def change(self, name: str) -> Change | None:
        """How a fact differs from the edition before; None where it does not or where there is none."""
        fact = self.writer.evidence.facts.get(name)
        if self.past.base is None or fact is None:
            return None
        before = {then.fact.id: then for then in (self._pairs.get(name),) if then is not None}
        changes = compare(before, {name: version_of(fact, self.writer.evidence)})
        return changes[0] if changes else None

    def since_base(self) -> tuple[Change, ...]:
        """Everything that is different from the edition before in what is printed by now."""
        return compare(self._before, self._now().facts, around=self.writer.evidence.facts.values())

    def since_revision(self) -> tuple[int, tuple[Change, ...], str]:
        """The number of this revision, what it corrects in the one before, and why; for the first, nothing."""
        revisions, around = self.past.revisions, self.writer.evidence.facts.values()
        now = self._now().facts
        if not revisions:
            return 1, (), ""
        fresh = compare(revisions[-1].printed.facts, now, around=around, same_day=True)
        if fresh:
            return revisions[-1].revision + 1, fresh, self.past.reason
        if len(revisions) == 1:
            return revisions[0].revision, (), ""
        older = compare(revisions[-2].printed.facts, now, around=around, same_day=True)
        return revisions[-1].revision, older, revisions[-1].reason

    def _now(self) -> Printed:
        return printed(printed_facts(*self.sections), (), self.writer.evidence)


def changes_blocks(block: ChangesBlock, comparison: Comparison) -> tuple[Block, ...]:
    """The block "changes": what is different from the edition before, kind by kind."""
    past, writer = comparison.past, comparison.writer
    words = writer.words
    if past.base is None:
        return (Paragraph((Text(words["changes_first" if past.readable else "changes_unreadable"]),)),)
    found = [one for one in comparison.since_base() if one.kind in block.kinds]
    day = writer.formatter.date(past.base.day)
    if not found:
        return (Paragraph((Text(words["changes_none"].format(day)),)),)
    sources = _sources_then(past.base, writer)
    return (Paragraph((Text(words["changes_since"].format(day)),)), *_told(found, sources, writer))


def revision_notice(
    changes: tuple[Change, ...], revision: int, reason: str, comparison: Comparison, where: Where
) -> tuple[Block, ...]:
    """What a revision corrects, and why: the reason of each fact, and that of the whole."""
    writer = comparison.writer
    words = writer.words
    base = next(one for one in comparison.past.revisions if one.revision == revision - 1)
    sources = _sources_then(base, writer)
    explained = all(one.now is not None and one.now.fact.correction for one in changes)
    why = words["reason"].format(reason) if reason else "" if explained else words["no_reason"]
    if not reason and not explained:
        names = ", ".join(shown(one.fact) for one in changes[:3])
        message = f"revision {revision} corrects {names}{' and more' if len(changes) > 3 else ''}; nothing says why"
        hint = "add correction: with the reason to the fact, or give --reason"
        writer.report("unexplained-correction", message, hint, where, warn=True)
    title: Line = (Text(words["corrected_since"].format(revision - 1)),)
    said = (Paragraph((Text(why),)),) if why else ()
    return (Callout("caution", title, (*_told(changes, sources, writer, headed=False), *said)),)


def recalled(evidence: Evidence, past: Past) -> Evidence:
    """The evidence with the sources of the editions that it is compared with, where they are gone or others now."""
    sources = dict(evidence.sources)
    for edition in (past.base, *past.revisions[-2:]):
        if edition is not None:
            for source in edition.printed.sources.values():
                sources.setdefault(_name_now(edition, source, evidence), source)
    return replace(evidence, sources=sources)


def _name_now(then: PastEdition, source: Source, evidence: Evidence) -> str:
    """The id under which a source of an earlier edition is cited now: another one, when its id means another source."""
    now = evidence.sources.get(source.id)
    return source.id if now is None or _same(now, source) else f"{source.id}--{then.day}"


def _sources_then(then: PastEdition, writer: Writer) -> dict[str, str]:
    return {name: _name_now(then, source, writer.evidence) for name, source in then.printed.sources.items()}


def _same(one: Source, other: Source) -> bool:
    return (one.title, one.publisher, one.url) == (other.title, other.publisher, other.url)


def _told(
    changes: Iterable[Change], sources: Mapping[str, str], writer: Writer, *, headed: bool = True
) -> Iterator[Block]:
    found = tuple(changes)
    for kind in _ORDER:
        several = [one for one in found if one.kind == kind]
        if not several:
            continue
        if headed:
            yield Heading(3, (Text(writer.words[f"kind_{kind}"]),))
        figures = [one for one in several if _has_figures(one)]
        if figures:
            yield _table(figures, sources, writer)
        others = [one for one in several if not _has_figures(one)]
        if others:
            lead = () if headed else (Text(f"{writer.words[f'kind_{kind}']}: "),)
            yield Items(tuple((Paragraph((*lead, *_line(one, sources, writer))),) for one in others))


def _has_figures(change: Change) -> bool:
    return change.kind in {"updated", "corrected"} and change.now is not None and change.before is not None


def _table(changes: list[Change], sources: Mapping[str, str], writer: Writer) -> Table:
    words = writer.words
    heads = (("col_indicator", False), ("col_before", True), ("col_now", True), ("col_change", False))
    columns = tuple(Column(name.removeprefix("col_"), (Text(words[name]),), number) for name, number in heads)
    rows = []
    for one in changes:
        if one.before is None or one.now is None:
            continue
        fact = writer.evidence.facts[one.fact]
        said_by = fact.said_by or words["not_attributed"]
        rest = [by_how_much(one, writer.formatter, short=True)]
        if fact.correction and one.kind == "corrected":
            rest.append(words["reason"].format(fact.correction))
        rows.append(
            Row(
                (
                    (Text(f"{about(one.now, writer.formatter)} "), Aside(f"({said_by})", "detail")),
                    (*_then(one.before, writer, dated=one.delta is None), *_note_then(one, sources, writer)),
                    (*writer.figure(fact), *writer.note(fact)),
                    (Text("; ".join(part for part in rest if part)),),
                ),
                one.fact,
            )
        )
    return Table((), columns, tuple(rows))


def _then(version: Version, writer: Writer, *, dated: bool = False) -> Line:
    """The figure of an earlier edition, with its date where that is asked for."""
    fact = version.fact
    if fact.value is None:
        return ()
    text = writer.formatter.value(fact.value)
    line: list[Inline] = [Figure(text, fact.id, str(fact.value), version.unit, "before")]
    if dated and fact.as_of is not None:
        line += [Text(", "), When(writer.formatter.moment(fact.as_of, short=True), str(fact.as_of))]
    return tuple(line)


def _said_then(version: Version, writer: Writer) -> Line:
    """What an earlier edition said of what is gone: its claim or its label, its figure, the date."""
    fact = version.fact
    text = about(version, writer.formatter)
    figure = _then(version, writer)
    if not figure:
        return (Text(text),)
    dated = _then(version, writer, dated=True)
    before, filled, after = text.partition(writer.formatter.value(fact.value)) if fact.value is not None else ("",) * 3
    if fact.indicator is None and filled:
        return (*(Text(part) for part in (before,) if part), *figure, Text(after), *dated[1:])
    return (Text(f"{text}: "), *dated)


def _note_then(change: Change, sources: Mapping[str, str], writer: Writer) -> Line:
    """The note of an earlier figure, where it rests on other sources than the figure now."""
    if change.before is None:
        return ()
    now = {cited.source for cited in change.now.fact.sources} if change.now is not None else set()
    then = [cited for cited in change.before.fact.sources if cited.source in sources]
    if {sources[cited.source] for cited in then} <= now:
        return ()
    return (writer.note_of(Citation(sources[one.source], None, one.locator, one.quote) for one in then),)


def _line(change: Change, sources: Mapping[str, str], writer: Writer) -> Line:
    """One change as a line of a list."""
    words, formatter = writer.words, writer.formatter
    if change.now is None and change.before is not None:
        return (*_said_then(change.before, writer), *_note_then(change, sources, writer))
    fact = writer.evidence.facts[change.fact]
    line = writer.sentence(fact)
    rest = []
    if change.kind == "confirmed":
        rest.append(how_confirmed(change, formatter))
    elif change.kind == "amended":
        rest.append(what_else(change, formatter))
    if fact.correction:
        rest.append(words["reason"].format(fact.correction))
    return (*line, Text(" "), Aside(f"({'; '.join(rest)})", "change")) if rest else line
