"""How closed an edition is: the highest marking of anything that it prints, or tells of what other editions print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from briefing.facts import HIGHEST, rank
from briefing.regular import has_lone_surrogate, read_below

_TEXTS = ("title", "day", "language", "publisher", "marking", "produced")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,8}", re.ASCII)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half a character."""
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
    """The record of the edition in a folder; NO_RECORD where there is none of the form that is written."""
    try:
        text = read_below(folder.resolve(strict=True), "briefing.json")[0].decode()
        data = json.loads(text)
        if not _is_shaped(data) or (_HALF.search(text) and has_lone_surrogate(json.dumps(data, ensure_ascii=False))):
            return NO_RECORD
    except (OSError, ValueError, RecursionError):
        return NO_RECORD
    return Record(data, frozenset(_NAMED.findall(text)) - {str(one.get("id")) for one in data["facts"]})


def record_of(folder: Path, outputs: Mapping[str, str]) -> Record | None:
    """The record of an edition with these files: NO_RECORD where it was made without one, None where it is damaged."""
    if "briefing.json" not in outputs:
        return NO_RECORD
    record = record_in(folder)
    return None if record is NO_RECORD else record


def _is_shaped(data: Any) -> bool:  # noqa: ANN401
    """Whether what others take from a record is of its kind. Raises ValueError for a moment that is none."""
    if not isinstance(data, dict) or not isinstance(data.get("edition"), dict):
        return False
    edition, lists = data["edition"], [data.get("facts"), data.get("sources", [])]
    if not all(isinstance(one, list) and all(isinstance(item, dict) for item in one) for one in lists):
        return False
    if edition.get("produced") and isinstance(edition["produced"], str):
        datetime.fromisoformat(edition["produced"])
    return (
        all(isinstance(edition.get(name) or "", str) for name in _TEXTS)
        and bool(_LANGUAGE.fullmatch(edition.get("language") or "en"))
        and isinstance(edition.get("summary") or [], list)
        and all(isinstance(one.get("id") or "", str) for one in data["facts"])
        and all(_are_objects(one.get("citations")) for one in data["facts"])
    )


def _are_objects(given: Any) -> bool:  # noqa: ANN401
    return given is None or (isinstance(given, list) and all(isinstance(one, dict) for one in given))


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
