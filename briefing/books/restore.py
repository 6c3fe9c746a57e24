"""The inputs of a past edition, out of the books and onto the disk for as long as it takes to make it again."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from briefing.books import Books, opened
from briefing.errors import UsageError

_ABOVE = 20
"""Folders above the config, for inputs whose names lead up with `..`."""


@contextlib.contextmanager
def restored(place: Path | str, briefing: str | None, known_at: datetime) -> Iterator[Path]:
    """A config with all that it read, as recorded last by a moment. `briefing` may be None where books have only one.

    Raises UsageError when there is nothing to restore, BooksError when the books cannot be read.
    """
    with opened(place, new=False) as books:
        name = briefing or _only(books)
        snapshot = books.snapshot(name, known_at)
        first = next((one.recorded for one in books.issues(name)), None)
    if snapshot is None:
        begun = f"; its books begin on {first[:10]} at {first[11:19]} UTC" if first else ""
        raise UsageError(f"nothing of '{name}' was recorded by {known_at:%Y-%m-%d %H:%M:%S %Z}{begun}")
    with tempfile.TemporaryDirectory(prefix="briefing-restored-") as top:
        folder = Path(top, *(["in"] * _ABOVE))
        for file, data in snapshot.files.items():
            _put_back(_inside(folder, file, Path(top)), file, data)
        if snapshot.config not in snapshot.files or Path(snapshot.config).name != snapshot.config:
            raise UsageError(f"{snapshot.config[:200]!r} is no config that was recorded with the facts")
        yield folder / snapshot.config


def last_issue(place: Path | str, briefing: str) -> tuple[date, datetime, datetime | None] | None:
    """The newest edition that was published: its date, when it was recorded, and the moment it was given."""
    with opened(place, new=False) as books:
        issues = [one for one in books.issues(briefing) if one.published]
    if not issues:
        return None
    last = max(issues, key=lambda one: (one.day, one.id))
    produced = datetime.fromisoformat(last.produced) if last.produced else None
    return last.day, datetime.fromisoformat(last.recorded), produced


def produced_then(place: Path | str, briefing: str, day: date, known_at: datetime) -> datetime | None:
    """The moment that was written into the last issue of a date by then, if it was given one."""
    with opened(place, new=False) as books:
        issues = [one for one in books.issues(briefing, day, known_at=known_at) if one.published]
    return datetime.fromisoformat(issues[-1].produced) if issues and issues[-1].produced else None


def _only(books: Books) -> str:
    names = books.briefings()
    if len(names) != 1:
        what = f"these books have {len(names)} briefings" if names else "there is no edition in these books"
        raise UsageError(f"{what}; give the config of the one that is meant")
    return names[0]


def _put_back(target: Path, name: str, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name[:200]!r} cannot be put back: {reason}") from error


def _inside(folder: Path, name: str, top: Path) -> Path:
    """Where a file is restored: never outside the folder made for it, whatever the books say."""
    parts: list[str] = list(folder.relative_to(top).parts)
    pure = PurePosixPath(name)
    if pure.is_absolute() or "\\" in name or "\0" in name:
        raise UsageError(f"{name[:200]!r} stood outside the folder of the config and cannot be put back")
    for part in pure.parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise UsageError(f"{name[:200]!r} stood too far above the config to be put back")
    return Path(top, *parts)
