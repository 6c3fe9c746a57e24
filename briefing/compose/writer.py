"""Writes facts into lines: the figure, who says so, when it held, and the note that ties it to its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from briefing.diagnostics import Diagnostic, Where, near, shown
from briefing.edition import Aside, Citation, Figure, Inline, Line, Note, Text, When, plain
from briefing.evidence import Evidence
from briefing.facts import Fact, Placeholder
from briefing.formats import Formatter
from briefing.weighing import stale

_DOUBTFUL = {"unverified", "disputed", "retracted"}


class Writer:
    """State of one composition: the notes given so far, the problems found, where in the config it stands."""

    def __init__(self, evidence: Evidence, formatter: Formatter, config_name: str) -> None:
        self.evidence = evidence
        self.formatter = formatter
        self.words = formatter.words
        self.where = Where(config_name)
        self.found: list[Diagnostic] = []
        self.notes = 0
        self.printed: dict[str, None] = {}
        """Facts whose figure or claim stands in the edition, in order of first appearance."""

    def report(
        self, code: str, message: str, hint: str = "", where: Where | None = None, *, warn: bool = False
    ) -> None:
        """Add a diagnostic at the place being composed.

        What may be missing only because a file is broken is left out: the file's own diagnostic says it.
        """
        if not self.evidence.whole and code in {
            "unknown-fact",
            "unknown-series",
            "unknown-source",
            "unknown-indicator",
            "empty-selection",
            "unknown-place",
        }:
            return
        self.found.append(Diagnostic(where or self.where, code, message, hint, "warning" if warn else "error"))

    # Finding.

    def fact(self, name: str, where: Where | None = None) -> Fact | None:
        """The fact of this id, or None with a diagnostic."""
        evidence = self.evidence
        if name in evidence.facts:
            fact = evidence.facts[name]
            if fact.status == "retracted":
                self.report(
                    "retracted-fact",
                    f"{shown(name)} is retracted",
                    "remove it, or say so in the text",
                    where,
                    warn=True,
                )
            self.printed[name] = None
            return fact
        if name in evidence.later:
            day = self.formatter.date(evidence.date)
            self.report("after-edition", f"{shown(name)} holds only after {day}, the edition's date", "", where)
        else:
            hint = near(name, evidence.facts, "a fact with a similar name")
            self.report("unknown-fact", f"there is no fact or series {shown(name)}", hint, where)
        return None

    # Lines.

    def note(self, fact: Fact) -> Line:
        """The note call of a fact; for one that stands by a waiver, the waiver in words."""
        if not fact.sources:
            return (Text(" "), Aside(f"({self.words['waiver'].format(fact.waiver)})", "waiver"))
        return (self.note_of(Citation(c.source, fact.id, c.locator, c.quote) for c in fact.sources),)

    def note_of(self, citations: Iterable[Citation]) -> Note:
        """A new note call; a source that is given twice is called once."""
        unique: dict[str, Citation] = {}
        for citation in citations:
            unique.setdefault(citation.source, citation)
        self.notes += 1
        return Note(self.notes - 1, tuple(unique.values()))

    def figure(self, fact: Fact, *, unit: bool = False, digits: bool = False) -> Line:
        """The figure of a fact in words, without its note. Without a value, nothing.

        A sign such as % stands with it; with `unit` words do, too. With `digits` millions are not put into words.
        """
        if fact.value is None:
            return ()
        name = self.unit(fact)
        text = self.formatter.value(fact.value, digits=digits)
        line: list[Inline] = [Figure(text, fact.id, str(fact.value), name)]
        if name and (unit or not name[0].isalpha()):
            line.append(Text(self.formatter.beside(name)))
        return tuple(line)

    def unit(self, fact: Fact) -> str:
        """The unit of a fact's indicator, or nothing."""
        indicator = self.evidence.indicators.get(fact.indicator or "")
        return (indicator.unit or "") if indicator else ""

    def label(self, fact: Fact) -> str:
        """What a fact's figure counts, in the words of its indicator."""
        indicator = self.evidence.indicators.get(fact.indicator or "")
        return indicator.label if indicator else (fact.subject or fact.id)

    def titled(self, fact: Fact) -> str:
        """What a figure counts and of whom, or else where; nothing twice. Without an indicator, its claim, cut."""
        if not fact.indicator:
            return self.brief(fact, 90) if fact.claim is not None else fact.subject or fact.place or fact.id
        label, about = self.label(fact), fact.subject or fact.place
        return label if about is None or about.casefold() in label.casefold() else f"{label}, {about}"

    def when(self, fact: Fact) -> Line:
        """The as-of date of a fact with the age of a stale figure, or nothing."""
        if fact.as_of is None:
            return ()
        when = When(self.formatter.moment(fact.as_of, short=True), str(fact.as_of))
        aged = self.aged(fact)
        return (when, Text(", "), Aside(aged, "stale")) if aged else (when,)

    def stale_from(self, fact: Fact) -> bool:
        """Whether the fact's moment is another than the edition's date and so has to be said."""
        return fact.as_of is not None and (fact.as_of.day != self.evidence.date or bool(fact.as_of.clock))

    def as_of(self, fact: Fact) -> str:
        """The as-of date in words: "as of 24 March 2022", and the age of a figure that is older than it may be."""
        dated = self.words["as_of"].format(self.formatter.moment(fact.as_of)) if fact.as_of else ""
        return ", ".join(part for part in (dated, self.aged(fact)) if part)

    def aged(self, fact: Fact) -> str:
        """The age of a stale figure in words: "17 days old"; nothing for a fresh one."""
        days = stale(fact, self.evidence)
        if days is None:
            return ""
        return self.words["one_day_old"] if days == 1 else self.words["days_old"].format(days)

    def said_by(self, fact: Fact) -> Line:
        """Who asserts the fact; "not attributed" where the sources name nobody."""
        return (Text(fact.said_by),) if fact.said_by else (Aside(self.words["not_attributed"], "unattributed"),)

    def sentence(self, fact: Fact, *, dated: bool = False) -> Line:
        """The claim as a sentence, its date, its doubts, its note.

        `dated` says that the date of its event stands beside it.
        """
        line, used = self.claim(fact)
        asides: list[Aside] = []
        said = dated and fact.at is not None and fact.as_of is not None and fact.at.start.day == fact.as_of.day
        if "as_of" not in used and fact.value is not None and self.stale_from(fact) and not said:
            asides.append(Aside(self.as_of(fact), "as_of"))
        elif (aged := self.aged(fact)) and not said:
            asides.append(Aside(aged, "stale"))
        if not fact.said_by:
            asides.append(Aside(self.words["not_attributed"], "unattributed"))
        if fact.status in _DOUBTFUL:
            asides.append(Aside(self.words[fact.status], "status"))
        if fact.likelihood:
            asides.append(Aside(self.words["likelihood"].format(fact.likelihood), "detail"))
        last = line[-1] if line else None
        stop = "." if not (isinstance(last, Text) and last.text.rstrip()[-1:] in ".!?…。؟") else ""
        if asides:
            if isinstance(last, Text):
                stripped = last.text.rstrip()
                stop = stop or stripped[-1:]
                line = (*line[:-1], Text(stripped[:-1] if stripped[-1:] == stop else stripped))
            line = (*line, Text(" ("), *joined(asides, "; "), Text(")"))
        line = (*line, Text(stop), *self.note(fact))
        if fact.confidence:  # a sentence of its own: ICD 203 keeps it apart from the likelihood
            confidence = self.words["confidence"].format(fact.confidence)
            line = (*line, Text(" "), Aside(f"{confidence[:1].upper()}{confidence[1:]}.", "detail"))
        return line

    def claim(self, fact: Fact) -> tuple[Line, set[str]]:
        """The claim with its placeholders filled, and which of them it uses. Without a claim: label and figure."""
        if fact.claim is None:
            return (Text(f"{self.titled(fact)}: "), *self.figure(fact, unit=True)), {"value"}
        line: list[Inline] = []
        for part in fact.claim.parts:
            if isinstance(part, str):
                line.append(Text(part))
            else:
                line += self._filled(part, fact)
        if line and isinstance(line[0], Figure):  # "about 300 ..." begins a sentence
            line[0] = replace(line[0], text=line[0].text[:1].upper() + line[0].text[1:])
        return tuple(line), {part.name for part in fact.claim.parts if isinstance(part, Placeholder)}

    def _filled(self, part: Placeholder, fact: Fact) -> Line:
        if part.name == "value":
            return self.figure(fact)
        if part.name == "fact":
            other = self.evidence.facts.get(part.fact)
            if other is None:
                if part.fact in self.evidence.later:  # that it is not defined is said where it is written
                    self.fact(part.fact)
                return ()
            self.printed[other.id] = None
            return (*self.figure(other), *self.note(other))
        if part.name == "as_of":
            return (When(self.formatter.moment(fact.as_of), str(fact.as_of)),) if fact.as_of else ()
        if part.name == "unit":
            unit = self.unit(fact)
            beside = fact.claim is not None and Placeholder("value") in fact.claim.parts
            return (Text(unit),) if not beside or unit[:1].isalpha() else ()  # a sign such as % is with the figure
        return (Text(getattr(fact, part.name) or ""),)

    def brief(self, fact: Fact, limit: int = 60) -> str:
        """The claim as plain text, cut between words, for a mark in a chart."""
        return cut(plain(self.claim(fact)[0]), limit)


def joined(nodes: Iterable[Inline], between: str) -> Line:
    """Nodes with a text between them."""
    line: list[Inline] = []
    for node in nodes:
        if line:
            line.append(Text(between))
        line.append(node)
    return tuple(line)


def cut(text: str, limit: int) -> str:
    """The text, or as many whole words of it as fit, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return f"{head[: head.rfind(' ')] if ' ' in head[limit // 2 :] else head}…"
