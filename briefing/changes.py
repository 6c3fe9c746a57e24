"""What is different between two editions, and by how much where the two figures can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from briefing.edition import Difference
from briefing.facts import Fact
from briefing.formats import Formatter
from briefing.value import Value
from briefing.versions import Version

Kind = Literal["new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped"]
KINDS: tuple[Kind, ...] = ("new", "updated", "corrected", "confirmed", "amended", "withdrawn", "dropped")
_CERTAINTY = {"retracted": 0, "disputed": 1, "unverified": 2, "reported": 3, "corroborated": 4, "confirmed": 5}
MATERIAL = (
    "claim",
    "indicator",
    "subject",
    "value",
    "as_of",
    "at",
    "said_by",
    "sources",
    "status",
    "credibility",
    "place",
    "likelihood",
    "confidence",
    "waiver",
    "note",
)
"""The fields of a fact that a reader sees. Tags and limits of freshness are ours alone."""


_MEASURED = ("label", "unit", "measure", "since")
"""The fields of its indicator that say what a figure is."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `fact` is the id now, or the id then of what is gone.

    `delta` is the later figure less the earlier one, or None with the reason in `why_not`: one of approximate, open,
    indicator, subject, place, asserter, unit, measure, since, period, undated, backwards. `fields` names what else is
    different.
    """

    kind: Kind
    fact: str
    now: Version | None = None
    before: Version | None = None
    delta: Value | None = None
    why_not: str = ""
    fields: tuple[str, ...] = ()


def compare(
    before: Mapping[str, Version], now: Mapping[str, Version], *, around: Iterable[Fact] = (), same_day: bool = False
) -> tuple[Change, ...]:
    """Every difference between what an earlier edition printed and what a later one prints, the later's order first.

    `around` are all facts known now, printed or not: one that was retracted is withdrawn, not dropped. `same_day` says
    that the two are revisions for one date, so that earlier values of a series count as well.
    """
    known = {fact.id: fact for fact in around}
    pairs = paired(before, now, known)
    found = [change for name, one in now.items() if (change := _change(pairs.get(name), one, same_day=same_day))]
    carried = {then.fact.id for then in pairs.values()}
    for name, then in before.items():
        if name in carried:
            continue
        fact = known.get(name)
        retracted = fact is not None and fact.status == "retracted" and then.fact.status != "retracted"
        found.append(Change("withdrawn" if retracted else "dropped", name, before=then))
    return tuple(found)


def paired(
    before: Mapping[str, Version], now: Mapping[str, Version], known: Mapping[str, Fact] = MappingProxyType({})
) -> dict[str, Version]:
    """For each fact now, its version then: of the same id, or one that it supersedes, or the only one of its kind.

    `known` are all facts known now, through which it may supersede one. What is retracted is nobody's earlier version.
    """
    pairs = {name: before[name] for name in now if name in before}
    free = {name for name in before if name not in pairs and (name not in known or known[name].status != "retracted")}
    for name, one in now.items():
        older = _superseded(one.fact, free, known) if name not in pairs else None
        if older is not None:
            pairs[name] = before[older]
            free.discard(older)
    then = _alone(before)
    for key, one in _alone(now).items():
        if one.fact.id not in pairs and key in then and then[key].fact.id in free:
            pairs[one.fact.id] = then[key]
    return pairs


def _superseded(fact: Fact, free: Collection[str], known: Mapping[str, Fact]) -> str | None:
    """The first in the line of facts that it supersedes which an edition printed."""
    older, seen = fact.supersedes, set()
    while older is not None and older not in seen:
        if older in free:
            return older
        seen.add(older)
        older = known[older].supersedes if older in known else None
    return None


def change_of(before: Version | None, now: Version) -> Change | None:
    """What is different in one fact; None where nothing is."""
    return _change(before, now, same_day=False)


def _alone(versions: Mapping[str, Version]) -> dict[tuple[str | None, ...], Version]:
    """Figures by indicator, subject, place and asserter, where only one has these four."""
    found: dict[tuple[str | None, ...], list[Version]] = {}
    for one in versions.values():
        fact = one.fact
        if fact.indicator is not None and fact.value is not None and fact.said_by:
            found.setdefault((fact.indicator, fact.subject, fact.place, fact.said_by), []).append(one)
    return {key: several[0] for key, several in found.items() if len(several) == 1}


def _change(before: Version | None, now: Version, *, same_day: bool) -> Change | None:
    name = now.fact.id
    if before is None:
        return Change("new", name, now)
    then, fact = before.fact, now.fact
    fields = tuple(field for field in MATERIAL if getattr(then, field) != getattr(fact, field))
    fields += tuple(
        field for field in ("label", "unit", "measure", "since") if getattr(before, field) != getattr(now, field)
    )
    if same_day and before.points != now.points:
        fields = (*fields, "points")
    if not fields:
        return None
    if fact.status == "retracted" and then.status != "retracted":
        return Change("withdrawn", name, now, before, fields=fields)
    later = fact.as_of is not None and then.as_of is not None and fact.as_of > then.as_of
    if fact.value is not None and then.value is not None:
        delta, why_not = difference(before, now)
        if fact.value != then.value:
            kind: Kind = "corrected" if fact.as_of == then.as_of else "updated"
            return Change("amended" if why_not in _OTHER else kind, name, now, before, delta, why_not, fields)
        if why_not == "period":
            return Change("updated", name, now, before, None, why_not, fields)
    firmer = _CERTAINTY[fact.status] > max(3, _CERTAINTY[then.status])
    settled = set(fields) <= {"as_of", "status", "sources", "credibility", "at"}
    if settled and (firmer or (later and fact.value is not None and fact.status == then.status)):
        return Change("confirmed", name, now, before, fields=fields)
    return Change("amended", name, now, before, fields=fields)


_OTHER = {"indicator", "subject", "place", "asserter", "unit", "measure", "since"}
"""Reasons for which two figures are not of one thing, so that the one neither updates nor corrects the other."""


def difference(before: Version, now: Version) -> tuple[Value | None, str]:
    """The later figure less the earlier one; None and the reason where that would say what nobody knows."""
    then, fact = before.fact, now.fact
    if (reason := _unlike(before, now)) is not None:
        return None, reason
    if then.value is None or fact.value is None or then.as_of is None or fact.as_of is None:
        return None, "undated"
    if now.measure == "incident" and fact.as_of != then.as_of:
        return None, "period"
    if fact.as_of < then.as_of:
        return None, "backwards"
    if fact.value.about or then.value.about:
        return None, "approximate"
    if any(end is None for one in (fact.value, then.value) for end in (one.low, one.high)):
        return None, "open"
    return fact.value - then.value, ""


def _unlike(before: Version, now: Version) -> str | None:
    """Why two figures are not of one thing; None when they are."""
    then, fact = before.fact, now.fact
    if before.label != now.label or (fact.indicator is None and then.claim != fact.claim):
        return "indicator"
    named = {"indicator": "indicator", "subject": "subject", "place": "place", "said_by": "asserter"}
    unlike = [reason for field, reason in named.items() if getattr(then, field) != getattr(fact, field)]
    unlike += [field for field in ("unit", "measure", "since") if getattr(before, field) != getattr(now, field)]
    return unlike[0] if unlike else None


# In words.


def about(version: Version, formatter: Formatter) -> str:
    """What a figure is of: label, subject and place; or, of a fact that has no indicator, its claim in words."""
    fact = version.fact
    if fact.claim is None or fact.indicator is not None:
        return ", ".join(part for part in (version.label, fact.subject, fact.place) if part) or fact.id
    known = {
        "value": formatter.value(fact.value) if fact.value is not None else "",
        "unit": version.unit,
        "as_of": formatter.moment(fact.as_of) if fact.as_of else "",
        "subject": fact.subject or "",
        "place": fact.place or "",
        "said_by": fact.said_by or "",
    }
    return "".join(part if isinstance(part, str) else known.get(part.name, "…") for part in fact.claim.parts)


def by_how_much(change: Change, formatter: Formatter, *, short: bool = False) -> str:
    """The difference with its window, "+340 since 8 April 2022", or why there is none. Empty where none is due."""
    words = formatter.words
    if change.before is None or change.now is None:
        return ""
    then = change.before.fact.as_of
    if change.delta is None:
        return words["no_delta"].format(words[f"why_{change.why_not}"]) if change.why_not else ""
    text = formatter.signed(change.delta)
    return (
        words["since"].format(text, formatter.moment(then, short=short)) if change.kind == "updated" and then else text
    )


def what_else(change: Change, formatter: Formatter) -> str:
    """What is different beside the figure: "changed: claim, status"."""
    words = formatter.words
    names = [
        words["points"] if field == "points" else words[f"col_{_COLUMN.get(field, field)}"].lower()
        for field in change.fields
        if field == "points" or f"col_{_COLUMN.get(field, field)}" in words
    ]
    return words["changed"].format(", ".join(dict.fromkeys(names))) if names else ""


_COLUMN = {"label": "indicator", "measure": "indicator", "since": "indicator"}
"""Fields of an indicator, which has one column."""


def reason_of(change: Change, now: Fact | None = None) -> str:
    """Why a fact was corrected, if that is said anew: what explained an earlier change does not explain this one.

    `now` is the fact as the files have it, for one that is no longer printed.
    """
    fact = change.now.fact if change.now is not None else now
    if fact is None or not fact.correction:
        return ""
    return fact.correction if change.before is None or change.before.fact.correction != fact.correction else ""


def what_before(change: Change, formatter: Formatter) -> str:
    """The earlier side of a figure that was of another thing: "before: Killed, Russia (NATO): 100 people"."""
    if change.kind != "amended" or change.before is None or change.why_not not in _OTHER:
        return ""
    then = change.before
    said_by = then.fact.said_by or formatter.words["not_attributed"]
    value = formatter.value(then.fact.value) if then.fact.value is not None else ""
    figure = " ".join(part for part in (value, then.unit) if part)
    return formatter.words["was"].format(f"{about(then, formatter)} ({said_by}): {figure}")


def in_short(change: Change, formatter: Formatter) -> str:
    """A mark beside a figure: "new", "+340 since 8 Apr 2022", "unchanged since 8 Apr 2022", "now confirmed"."""
    if change.kind == "confirmed":
        return how_confirmed(change, formatter, short=True)
    if change.kind in {"updated", "corrected"} and change.delta is not None:
        return by_how_much(change, formatter, short=True)
    return formatter.words[f"kind_{change.kind}"].lower()


def how_confirmed(change: Change, formatter: Formatter, *, short: bool = False) -> str:
    """Whether the same figure is only stated again, or is better founded now. The first is no confirmation."""
    if change.before is None or change.now is None:
        return ""
    then, fact = change.before.fact, change.now.fact
    if then.status != fact.status:
        return formatter.words["now_status"].format(formatter.words[fact.status])
    return formatter.words["unchanged_since"].format(formatter.moment(then.as_of, short=short)) if then.as_of else ""


def difference_of(change: Change, formatter: Formatter) -> Difference:
    """The change as data."""
    one = change.now or change.before
    then, now = (side.fact if side else None for side in (change.before, change.now))
    return Difference(
        kind=change.kind,
        fact=change.fact,
        label=about(one, formatter) if one else "",
        said_by=one.fact.said_by if one else None,
        before=str(then.value) if then and then.value else None,
        before_as_of=str(then.as_of) if then and then.as_of else None,
        now=str(now.value) if now and now.value else None,
        now_as_of=str(now.as_of) if now and now.as_of else None,
        delta=str(change.delta) if change.delta else None,
        why_not=change.why_not,
        fields=change.fields,
        before_marking=then.marking if then else None,
    )
