"""What is searched: for each year a shard, with every fact once and the editions that print it alike."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from briefing.archiving.issues import Issue
from briefing.fields import ID
from briefing.formats import Formatter
from briefing.secrecy import record_in

SCRIPT_NAME = "search.js"
VERSION = 1
"""Of the form of a shard."""
_PLACEHOLDER = re.compile(r"\{(value|unit|as_of|subject|place|said_by|fact:([A-Za-z0-9_-]+))\}")
Told = tuple[str, str, str]
"""A fact: its id, what it says, and further words by which it is found."""


def shard(issues: Sequence[Issue], folder: Path, old: bytes | None, held: Mapping[str, tuple[int, ...]]) -> bytes:
    """The shard of a year, from its current issues by date.

    `old` is the shard as it was, and `held` the key of each issue in it by date: those are not read again.
    """
    kept = _dates_by_fact(old) if old is not None else None
    same = {one.date for one in issues if kept is not None and held.get(one.date) == one.key}
    dates: dict[Told, set[str]] = {}
    for told, all_dates in (kept or {}).items():
        if still := all_dates & same:
            dates[told] = still
    for one in issues:
        if one.date not in same:
            for told in told_in(record_in(folder / one.folder).data, one.language):
                dates.setdefault(told, set()).add(one.date)
    numbers = {one.date: number for number, one in enumerate(issues)}
    facts = [[*told, _runs(sorted(numbers[date] for date in of))] for told, of in sorted(dates.items())]
    editions = [[one.date, _date(one), one.title, one.day, one.link] for one in issues]
    made = {"format": VERSION, "editions": editions, "facts": facts}
    return (json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _date(issue: Issue) -> str:
    return Formatter(issue.language).date(dt.date.fromisoformat(issue.date))


def _runs(numbers: Iterable[int]) -> list[int]:
    """Numbers as stretches, the first and the last of each in turn: 1, 2, 3, 7 are [1, 3, 7, 7]."""
    runs: list[int] = []
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        stretch = [number for _, number in run]
        runs += [stretch[0], stretch[-1]]
    return runs


def _dates_by_fact(old: bytes) -> dict[Told, set[str]] | None:
    """What a shard holds; None for one of another form."""
    known = json.loads(old)
    if known["format"] != VERSION:
        return None
    dates = [one[0] for one in known["editions"]]
    return {
        (name, text, more): {
            dates[number] for n in range(0, len(runs), 2) for number in range(runs[n], runs[n + 1] + 1)
        }
        for name, text, more, runs in known["facts"]
    }


def told_in(record: Mapping[str, Any], language: str) -> Iterator[Told]:
    """Every fact of an edition's data with the words by which it is found."""
    facts = {str(one.get("id")): one for one in record.get("facts", ())}
    publishers = {str(one.get("id")): str(one.get("publisher") or "") for one in record.get("sources", ())}
    formatter = Formatter(language)
    for name, fact in facts.items():
        if ID.fullmatch(name):
            text = _said(fact, facts, formatter)
            cited = [publishers.get(str(one.get("source")), "") for one in fact.get("citations") or ()]
            words = [str(fact.get(key) or "") for key in ("label", "subject", "place", "said_by")]
            more = dict.fromkeys(one for one in (*words, *cited) if one and one not in text)
            yield name, text, " · ".join(more)


def _said(fact: Mapping[str, Any], facts: Mapping[str, Any], formatter: Formatter) -> str:
    """The claim with its placeholders filled; without a claim the label, the subject and the figure."""
    if not fact.get("claim"):
        what = ", ".join(dict.fromkeys(str(fact[name]) for name in ("label", "subject", "place") if fact.get(name)))
        figure = " ".join(filter(None, (_value(fact), str(fact.get("unit") or ""))))
        return ": ".join(filter(None, (what or str(fact.get("id")), figure)))

    def filled(match: re.Match[str]) -> str:
        if match[2]:
            return _value(facts.get(match[2], {})) or "…"
        if match[1] == "value":
            return _value(fact)
        if match[1] == "as_of":
            return _day(str(fact.get("as_of") or ""), formatter)
        return str(fact.get(match[1]) or "")

    return _PLACEHOLDER.sub(filled, str(fact["claim"]))


def _value(fact: Mapping[str, Any]) -> str:
    value = fact.get("value")
    return str(value.get("text") or "") if isinstance(value, dict) else ""


def _day(written: str, formatter: Formatter) -> str:
    try:
        return formatter.date(dt.date.fromisoformat(written[:10]))
    except ValueError:
        return written
