"""The site of a briefing as it stands in its folder: its files, and whether its editions are those beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from briefing.publish import MANIFEST
from briefing.regular import sha256_below

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_IN_EDITION = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}/(?:revision-[0-9]+/)?)", re.ASCII)
_RECORD = "briefing.json"


class Digests:
    """The SHA-256 of files, each read once for as long as it is the same."""

    def __init__(self) -> None:
        self._before: dict[tuple[Path, object], str] = {}
        self._known: dict[tuple[Path, object], str] = {}

    def renew(self) -> None:
        """Begin another round of asking. What nobody asked for in the last one is forgotten."""
        self._before, self._known = self._known, {}

    def of(self, path: Path) -> str:
        """That of a file; empty where it cannot be read."""
        key = (path, changed(path))
        if key not in self._known:
            self._known[key] = self._before[key] if key in self._before else _sha256(path)
        return self._known[key]


def _sha256(path: Path) -> str:
    try:
        return sha256_below(path.parent, path.name)
    except OSError:
        return ""


def names_in(place: Path) -> frozenset[str]:
    """The names of all files of a site, links left out."""
    names = set()
    if place.is_symlink():
        return frozenset()
    for here, folders, files in os.walk(place):
        folders[:] = [one for one in folders if _FILE.fullmatch(one)]
        inside = Path(here).relative_to(place).as_posix()
        for name in files:
            if _FILE.fullmatch(name) and name != MANIFEST and not Path(here, name).is_symlink():
                names.add(name if inside == "." else f"{inside}/{name}")
    return frozenset(names)


def is_of(place: Path, names: Iterable[str], editions: Mapping[str, Mapping[str, str]], digests: Digests) -> bool:
    """Whether every edition in a site is one of these, each the outputs with their hashes by its place in the site.

    An edition is what its briefing.json says. Without one it is for those who may see anything, whatever a site holds.
    """
    inside = {match[1] for name in names if (match := _IN_EDITION.match(name))}
    return all(
        one in editions
        and (_RECORD not in editions[one] or digests.of(place / one / _RECORD) == editions[one][_RECORD])
        for one in inside
    )


def changed(path: Path | str) -> object:
    """Is another value whenever a file has become another one; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116  # asked for every request
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
