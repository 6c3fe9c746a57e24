"""What was parsed before, so that a file which has not changed since is not parsed again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from briefing.diagnostics import Diagnostic

_Made = TypeVar("_Made")
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Parsed files by name, bytes and the way of parsing. Nobody changes what is in it."""

    files: Mapping[Key, tuple[Any, tuple[Diagnostic, ...]]] = field(default_factory=dict)


NOTHING_PARSED = Parsed()


@dataclass(slots=True)
class Parsing:
    """Parses files, or takes them from what was parsed before. `now` is all of this time, and no more."""

    before: Parsed
    now: dict[Key, tuple[Any, tuple[Diagnostic, ...]]] = field(default_factory=dict)

    def of(
        self,
        parse: Callable[..., tuple[_Made, tuple[Diagnostic, ...]]],
        data: bytes,
        name: str,
        *form: Hashable,
        **how: Hashable,
    ) -> tuple[_Made, tuple[Diagnostic, ...]]:
        """What `parse(data, name, *form, **how)` gives, and what it finds wrong."""
        key = (parse.__name__, name, sha256(data).digest(), form, tuple(how.items()))
        made = self.before.files.get(key) or parse(data, name, *form, **how)
        self.now[key] = made
        return made
