"""What cannot be: totals that fall, parts that do not add up, dates out of order, words stronger than facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from briefing.diagnostics import Diagnostic, Where, shown
from briefing.facts import Fact, FactSet, Series
from briefing.validate.checks import capped
from briefing.value import Value

JUMP = 10
"""How many times larger or smaller than its neighbour a figure of a series may be before it looks like a slip."""

_ROW_A = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
_ROW_B = (
    "remote",
    "highly improbable",
    "improbable",
    "roughly even odds",
    "probable",
    "highly probable",
    "nearly certain",
)
"""The two rows of likelihood terms of ICD 203, D.6.e.(2)(a); they are not to be mixed."""

_LIKELIHOOD = re.compile(
    r"\b(?:almost no chance|remote chance|(?:very |highly )?(?:un)?likely|(?:highly )?(?:im)?probabl[ey]"
    r"|roughly even (?:chance|odds)|almost certain(?:ly)?|nearly certain)\b",
    re.IGNORECASE,
)
_CONFIDENCE = re.compile(r"\b(?:low|moderate|high)\s+confidence\b", re.IGNORECASE)
_STRONG = re.compile(r"\b(?:confirm(?:s|ed)?|verif(?:y|ies|ied)|prov(?:es|ed|en)|establish(?:es|ed))\b", re.IGNORECASE)


def check_plausible(together: FactSet, until: date | None = None) -> Iterator[Diagnostic]:
    """Everything that cannot be, in facts and in series up to the date `until`."""
    by_row: list[Diagnostic] = []
    for fact in together.facts.values():
        row = together.rows.get(fact.id)
        found = _fact(fact, row or Where(fact.file, ("facts", fact.id)), together, until)
        if row is None:
            yield from found
        else:
            by_row += found
    yield from _rows_mixed(together)
    for series in together.series.values():
        by_row += _series(series, together, until)
    yield from capped(by_row)


def _fact(fact: Fact, where: Where, together: FactSet, until: date | None) -> Iterator[Diagnostic]:
    yield from _over_hundred(fact, where, together)
    yield from _out_of_order(fact, where, together)
    yield from _in_future(fact, where, together, until)
    yield from _alone(fact, where, together)
    yield from _words(fact, where)
    yield from _parts(fact, where, together)


def _over_hundred(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    indicator = together.indicators.get(fact.indicator or "")
    if indicator is not None and indicator.unit == "%" and fact.value is not None and max(fact.value.numbers) > 100:
        message = f"{shown(fact.id)} is {fact.value} %, more than the whole"
        hint = "correct the figure, or name a unit such as 'per cent of last year'"
        yield Diagnostic(where / "value", "over-hundred", message, hint, "warning")


def _in_future(fact: Fact, where: Where, together: FactSet, until: date | None) -> Iterator[Diagnostic]:
    """A fact that holds on the edition's date, of which every source was published only later."""
    cited = [together.sources[one.source] for one in fact.sources if one.source in together.sources]
    days = [source.published.day for source in cited if source.published is not None]
    if until is None or not days or len(days) < len(cited) or min(days) <= until:
        return
    if fact.when is None or fact.when.day <= until:
        message = f"{shown(fact.id)} rests on {shown(cited[0].id)}, published on {min(days)}, after {until}"
        hint = "correct the date of publication, or leave the fact to a later edition"
        yield Diagnostic(where / "sources", "date-in-future", message, hint, "warning")


def _out_of_order(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """An as-of after every publication that could have told it."""
    published = [
        source.published
        for cited in fact.sources
        if (source := together.sources.get(cited.source)) is not None and source.published is not None
    ]
    if fact.as_of is not None and published and fact.as_of.day > max(published).day:
        message = f"{shown(fact.id)} holds as of {fact.as_of}, after its source was published on {max(published)}"
        yield Diagnostic(where / "as_of", "as-of-after-published", message, "correct one of the two dates", "warning")


def _alone(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """Credibility 1 means confirmed by other independent sources (NATO AJP-2.1)."""
    found = [together.sources[cited.source] for cited in fact.sources if cited.source in together.sources]
    if fact.credibility == 1 and len({source.origin or source.publisher or source.id for source in found}) < 2:
        message = f"{shown(fact.id)} has credibility 1, but its sources have one origin"
        hint = "credibility 1 needs another, independent source; 2 is 'probably true'"
        yield Diagnostic(where / "credibility", "lone-confirmation", message, hint, "warning")


def _words(fact: Fact, where: Where) -> Iterator[Diagnostic]:
    claim = "".join(part for part in fact.claim.parts if isinstance(part, str)) if fact.claim else ""
    if fact.status != "confirmed" and (match := _STRONG.search(claim)):
        message = f"the claim of {shown(fact.id)} says {match[0]!r}, but its status is '{fact.status}'"
        hint = "write 'says' or 'reports', or set status: confirmed"
        yield Diagnostic(where / "claim", "strong-verb", message, hint, "warning")
    for sentence in re.split(r"(?<=[.!?])\s", claim) if "confidence" in claim.lower() else ():
        if _LIKELIHOOD.search(sentence) and _CONFIDENCE.search(sentence):
            message = f"the claim of {shown(fact.id)} gives a likelihood and a confidence in one sentence"
            hint = "ICD 203 keeps them apart: make two sentences"
            yield Diagnostic(where / "claim", "likelihood-and-confidence", message, hint, "warning")


def _rows_mixed(together: FactSet) -> Iterator[Diagnostic]:
    rated = [fact for fact in together.facts.values() if fact.likelihood is not None]
    first = {row: next((fact for fact in rated if fact.likelihood in row), None) for row in (_ROW_A, _ROW_B)}
    if (one := first[_ROW_A]) is not None and (other := first[_ROW_B]) is not None:
        message = f"{shown(other.id)} is '{other.likelihood}' and {shown(one.id)} '{one.likelihood}': two scales"
        where = Where(other.file, ("facts", other.id, "likelihood"))
        yield Diagnostic(where, "mixed-likelihood", message, "ICD 203 has two rows of terms; keep to one", "warning")


def _parts(fact: Fact, where: Where, together: FactSet) -> Iterator[Diagnostic]:
    """A total and its parts; parts that are not known leave the total at least their sum."""
    if not fact.parts or fact.value is None:
        return
    found = [together.facts.get(name) for name in fact.parts]
    for name, part in zip(fact.parts, found, strict=True):
        if part is None and name not in together.refused:
            message = f"{shown(fact.id)} has the part {shown(name)}, which is not defined"
            yield Diagnostic(where / "parts", "unknown-fact", message, "define it, or remove it from parts:")
    values = [part.value for part in found if part is not None and part.value is not None]
    if len(values) < len(fact.parts):
        return
    try:
        total = sum(values[1:], start=values[0])
    except ArithmeticError:
        return  # an approximation among them: nobody stated how far off it is
    if not total.may_be(fact.value):
        message = f"the parts of {shown(fact.id)} make {total}, but it is {fact.value}"
        hint = "correct a figure, or add the part that is not known as a fact of its own"
        yield Diagnostic(where / "parts", "parts-total", message, hint, "warning")


def _series(series: Series, together: FactSet, until: date | None) -> Iterator[Diagnostic]:
    indicator = together.indicators.get(series.fact.indicator or "")
    cumulative = indicator is not None and indicator.measure == "cumulative"
    for before, after in pairwise(series.points):
        if after.at.day in series.revised or (until is not None and after.at.day > until):
            continue
        where = Where(series.fact.file, line=after.row)
        low, high = before.value.numbers[0], after.value.numbers[-1]
        if cumulative and high < low:
            message = f"the running total {shown(series.id)} falls from {before.value} to {after.value} on {after.at}"
            hint = "say why under revisions: of the feed, or check the row"
            yield Diagnostic(where, "total-falls", message, hint, "warning")
        elif _jumps(before.value, after.value):
            message = f"{shown(series.id)} jumps from {before.value} to {after.value} on {after.at}"
            yield Diagnostic(where, "series-jumps", message, "check the row for a digit too many", "warning")


def _jumps(before: Value, after: Value) -> bool:
    small, large = sorted((max(before.numbers), max(after.numbers)))
    return small >= 100 and large >= JUMP * small
