"""How closed an edition is: the highest marking of anything that it prints, or tells of what other editions print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefing.facts import HIGHEST, rank

_NAMED = re.compile(r'"fact":\s*"([A-Za-z0-9_-]+)"')


@dataclass(frozen=True, slots=True)
class Record:
    """The `briefing.json` of an edition. `data` is empty where it is not of the form that `briefing build` writes."""

    data: Mapping[str, Any]
    named: frozenset[str] = field(repr=False)
    """Facts that it names without printing them, such as those that it no longer carries."""

    @property
    def edition(self) -> Mapping[str, Any]:
        """The edition's own fields."""
        edition: Mapping[str, Any] = self.data.get("edition", {})
        return edition

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The facts that it prints."""
        facts: list[dict[str, Any]] = self.data.get("facts", [])
        return facts

    @property
    def marked(self) -> dict[str, int]:
        """The rank of each fact that has a marking."""
        return {str(one.get("id")): rank(one.get("marking")) for one in self.facts if one.get("marking")}

    @property
    def level(self) -> int:
        """The rank of the highest marking. What nobody can look into is only for those who may see all."""
        own = rank(str(self.edition.get("marking") or "")) if self.data else HIGHEST
        return max([own, *self.marked.values(), *_told(self.edition)])


NO_RECORD = Record({}, frozenset())


def record_in(folder: Path) -> Record:
    """The record of the edition in a folder."""
    try:
        text = (folder / "briefing.json").read_text(encoding="utf-8")
        data = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return NO_RECORD
    whole = isinstance(data, dict) and isinstance(data.get("edition"), dict) and isinstance(data.get("facts"), list)
    if not whole or not all(isinstance(one, dict) for one in data["facts"]):
        return NO_RECORD
    return Record(data, frozenset(_NAMED.findall(text)) - {str(one.get("id")) for one in data["facts"]})


def _told(edition: Mapping[str, Any]) -> Iterator[int]:
    """The ranks that facts had when an earlier edition printed what is told of them here."""
    for name in ("changes", "corrections"):
        told = edition.get(name) or []
        for one in told if isinstance(told, list) else [told]:
            yield rank(one.get("before_marking")) if isinstance(one, dict) else HIGHEST


def highest(marked: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The highest rank that any edition gives each fact."""
    found: dict[str, int] = {}
    for one in marked:
        for fact, level in one.items():
            found[fact] = max(level, found.get(fact, 0))
    return found


def among(level: int, named: Iterable[str], secrets: Mapping[str, int]) -> int:
    """The level of an edition among others: as closed as what it says of facts that only they print."""
    return max([level, *(secrets.get(one, 0) for one in named)])
