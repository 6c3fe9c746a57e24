"""References numbered by one walk over the finished tree, in reading order: one source, one number."""

from __future__ import annotations

from dataclasses import replace

from briefing.edition import Citation, Edition, Mark, Note, Reference, ReferenceText, walk
from briefing.evidence import Evidence
from briefing.facts import Fact, Source
from briefing.fields import Moment
from briefing.formats import Formatter


def number_references(edition: Edition, evidence: Evidence, formatter: Formatter) -> Edition:
    """The edition with its references and the numbers of every note call."""
    numbers: dict[str, int] = {}
    calls: dict[str, list[str]] = {}
    cited: dict[str, dict[str, Fact]] = {}
    marks: dict[int, tuple[Mark, ...]] = {}
    for node in walk((edition.summary, edition.notice, edition.sections)):
        if not isinstance(node, Note):
            continue
        here = []
        for citation in node.citations:
            number = numbers.setdefault(citation.source, len(numbers) + 1)
            anchors = calls.setdefault(citation.source, [])
            anchor = f"cite-{number}-{len(anchors) + 1}"
            anchors.append(anchor)
            here.append(Mark(number, anchor, len(anchors) == 1, _passage(citation, formatter)))
            _remember(citation, cited, evidence)
        marks[node.key] = tuple(sorted(here, key=lambda mark: mark.number))
    references = tuple(
        Reference(
            number,
            name,
            _parts(evidence.sources[name], tuple(cited.get(name, {}).values()), evidence, formatter),
            tuple(calls[name]),
        )
        for name, number in numbers.items()
    )
    ordered = tuple(marks.get(key, ()) for key in range(max(marks, default=-1) + 1))
    return replace(edition, references=references, marks=ordered)


def _passage(citation: Citation, formatter: Formatter) -> str:
    """Where in the source a citation points, and the words that stand there."""
    quotes = formatter.words["quotes"]
    quote = f"{quotes[0]}{citation.quote}{quotes[1]}" if citation.quote else ""
    return ": ".join(part for part in (citation.locator, quote) if part)


def _remember(citation: Citation, cited: dict[str, dict[str, Fact]], evidence: Evidence) -> None:
    if citation.fact is not None:
        cited.setdefault(citation.source, {})[citation.fact] = evidence.facts[citation.fact]


def _parts(source: Source, facts: tuple[Fact, ...], evidence: Evidence, formatter: Formatter) -> ReferenceText:
    words = formatter.words
    own_language = source.language is None or source.language.split("-")[0] == formatter.language.split("-")[0]
    archived = source.archived
    return ReferenceText(
        publisher=source.publisher or "",
        title=source.title,
        author=words["by"].format(source.author) if source.author else "",
        published=words["published"].format(formatter.moment(source.published, short=True)) if source.published else "",
        retrieved=words["retrieved"].format(formatter.moment(source.retrieved, short=True)) if source.retrieved else "",
        assessment=words["reliability"].format(source.reliability) if source.reliability else "",
        note=source.note or "",
        url=source.url or "",
        archived=_archived(archived.at if archived else None, formatter) if archived else "",
        archived_url=archived.url if archived else "",
        figures_as_of=_figures_as_of(facts, evidence, formatter),
        language=""
        if own_language or source.language is None
        else words["in_language"].format(formatter.language_name(source.language)),
    )


def _archived(at: Moment | None, formatter: Formatter) -> str:
    return formatter.words["archived_at"].format(formatter.moment(at)) if at else formatter.words["archived"]


def _figures_as_of(facts: tuple[Fact, ...], evidence: Evidence, formatter: Formatter) -> str:
    """When the figures read in a source held, unless all held on the edition's own date."""
    moments = sorted({fact.as_of for fact in facts if fact.as_of is not None and fact.value is not None})
    if not moments or all(moment == Moment(evidence.date) for moment in moments):
        return ""
    if len(moments) == 1:
        return formatter.words["figures_as_of"].format(formatter.moment(moments[0], short=True))
    return formatter.words["figures_span"].format(
        formatter.moment(moments[0], short=True), formatter.moment(moments[-1], short=True)
    )
