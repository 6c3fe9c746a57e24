"""What an edition says of the edition before it, and of its own earlier revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from briefing.changes import (
    Change,
    Kind,
    about,
    by_how_much,
    change_of,
    compare,
    how_confirmed,
    in_short,
    paired,
    reason_of,
    what_before,
    what_else,
)
from briefing.compose.writer import Writer
from briefing.config.blocks import ChangesBlock
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

    def __init__(self, past: Past, writer: Writer, printed_now: Iterable[str] | None = None) -> None:
        """`printed_now` are the facts that the edition prints, where that is known already; else all that it could."""
        self.past, self.writer = past, writer
        self._before = past.base.printed.facts if past.base is not None else {}
        self.sections: tuple[object, ...] = ()
        """What is printed by now."""
        facts = writer.evidence.facts
        names = (
            [name for name in facts if name not in writer.evidence.superseded] if printed_now is None else printed_now
        )
        self._pairs = self._paired(names) if self._before else {}

    def _paired(self, names: Iterable[str]) -> dict[str, Version]:
        evidence = self.writer.evidence
        return paired(
            self._before, {name: version_of(evidence.facts[name], evidence) for name in names}, evidence.facts
        )

    def misjudged(self) -> tuple[str, ...]:
        """What is printed, if a fact's earlier version is another now that this is known; otherwise nothing."""
        names = printed_facts(*self.sections)
        pairs = self._paired(names) if self._before else {}
        return names if any(pairs.get(name) is not self._pairs.get(name) for name in names) else ()

    def mark(self, name: str) -> str:
        """How a fact differs from the edition before, in short; empty where it does not or where there is none."""
        change = self.change(name)
        return in_short(change, self.writer.formatter) if change is not None else ""

    def change(self, name: str) -> Change | None:
        """How a fact differs from the edition before; None where it does not or where there is none."""
        fact = self.writer.evidence.facts.get(name)
        if self.past.base is None or fact is None:
            return None
        change = change_of(self._pairs.get(name), version_of(fact, self.writer.evidence))
        return self._with_series(change) if change is not None else None

    def since_base(self) -> tuple[Change, ...]:
        """Everything that is different from the edition before in what is printed by now."""
        found = compare(self._before, self._now().facts, around=self.writer.evidence.facts.values())
        return tuple(self._with_series(one) for one in found)

    def _with_series(self, change: Change) -> Change:
        """A difference from a figure that its own series no longer holds is none."""
        series = self.writer.evidence.series.get(change.fact)
        if change.kind != "updated" or change.before is None or series is None:
            return change
        then = change.before.fact
        held = next((point.value for point in series.points if point.at == then.as_of), None)
        return change if held == then.value else replace(change, delta=None, why_not="revised")

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
        return revisions[-1].revision, older, self.past.reason or revisions[-1].reason

    def _now(self) -> Printed:
        return printed(printed_facts(*self.sections), (), self.writer.evidence)


def changes_blocks(block: ChangesBlock, comparison: Comparison) -> tuple[Block, ...]:
    """The block "changes": what is different from the edition before, kind by kind."""
    past, writer = comparison.past, comparison.writer
    words = writer.words
    if past.base is None:
        return (Paragraph((Text(words["changes_first" if past.readable else "changes_unreadable"]),)),)
    every = comparison.since_base()
    found = [one for one in every if one.kind in block.kinds]
    day = writer.formatter.date(past.base.day)
    if not found:
        return (Paragraph((Text(words["changes_none_such" if every else "changes_none"].format(day)),)),)
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
    unexplained = [one for one in changes if not _explains_itself(one, writer)]
    why = words["reason"].format(reason) if reason else words["no_reason"] if unexplained else ""
    if unexplained and not reason:
        names = ", ".join(shown(one.fact) for one in unexplained[:3])
        message = f"revision {revision} corrects {names}{' and more' if len(unexplained) > 3 else ''}; nothing says why"
        hint = "add correction: with the reason to the fact, or give --reason"
        writer.report("unexplained-correction", message, hint, where, warn=True)
    title: Line = (Text(words["corrected_since"].format(revision - 1)),)
    said = (Paragraph((Text(why),)),) if why else ()
    return (Callout("caution", title, (*_told(changes, sources, writer, headed=False), *said)),)


def _explains_itself(change: Change, writer: Writer) -> bool:
    """What is only added needs no reason; what is corrected has to have one of its own."""
    return change.kind in {"new", "confirmed"} or bool(reason_of(change, writer.evidence.facts.get(change.fact)))


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
    short = not any(one.delta is None or reason_of(one) for one in changes)  # words begin on the left
    heads = (("col_indicator", False), ("col_before", True), ("col_now", True), ("col_change", short))
    columns = tuple(Column(name.removeprefix("col_"), (Text(words[name]),), number) for name, number in heads)
    rows = []
    for one in changes:
        if one.before is None or one.now is None:
            continue
        fact = writer.evidence.facts[one.fact]
        said_by = fact.said_by or words["not_attributed"]
        rest = [by_how_much(one, writer.formatter, short=True)]
        if why := reason_of(one):
            rest.append(words["reason"].format(why))
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
        why = reason_of(change, writer.evidence.facts.get(change.fact))
        aside = (Text(" "), Aside(f"({words['reason'].format(why)})", "change")) if why else ()
        return (*_said_then(change.before, writer), *_note_then(change, sources, writer), *aside)
    fact = writer.evidence.facts[change.fact]
    line = writer.sentence(fact)
    rest = []
    if change.kind == "confirmed":
        rest.append(how_confirmed(change, formatter))
    elif change.kind == "amended":
        parts = (what_else(change, formatter), what_before(change, formatter), by_how_much(change, formatter))
        rest += [part for part in parts if part]
    if why := reason_of(change):
        rest.append(words["reason"].format(why))
    return (*line, Text(" "), Aside(f"({'; '.join(rest)})", "change")) if rest else line
