"""Which folder an edition goes to, and what becomes of the one that stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefing.publish import is_marked, keep, kept_files, manifest_of, publish, unmark

if TYPE_CHECKING:
    from briefing.books.ledger import Ledger


def place(folder: Path, facts: Mapping[str, Any], ledger: Ledger, *, recorded: bool) -> Path:
    """The folder that an edition goes to. What stands there is kept beside it, unless this is the same revision of it.

    An edition of the past takes no other's place, nor that of one that never was.
    """
    if ledger.known_at is not None:
        free = not folder.exists() or standing(folder, facts) is not None
        return (
            folder if recorded and free else folder.with_name(f"{folder.name}-known-at-{ledger.known_at:%Y%m%dT%H%M%S}")
        )
    there, day = manifest_of(folder), date.fromisoformat(folder.name)
    if there is None or there.get("made_from", "") == facts["made_from"]:
        return folder
    kept = folder.with_name(f"{folder.name}-revision-{there.get('revision', 1)}")
    if not ledger.has(day, there.get("made_from", "")):  # these books do not know it: nobody else would have it
        if all(manifest_of(one) != there for one in folder.parent.glob(f"{folder.name}-*")):
            keep(folder, kept.name if there.get("recorded") and not kept.exists() else _free(folder))
    elif there.get("revision", 1) < facts["revision"]:
        stranger = manifest_of(kept)
        if stranger is not None and not ledger.has(day, stranger.get("made_from", "")):
            keep(kept, _free(folder))
        keep(folder, kept.name)
    return folder


def _free(folder: Path) -> str:
    """A name under which an edition can be kept that other books, or none, know."""
    number = 1
    while folder.with_name(f"{folder.name}-kept-{number}").exists():
        number += 1
    return f"{folder.name}-kept-{number}"


def put(files: dict[str, bytes], folder: Path, facts: dict[str, Any]) -> tuple[str, ...]:
    """Publish the files; those of other formats of the same edition stay beside them. The names of all."""
    before = standing(folder, facts)
    kept = kept_files(folder, before) if before is not None else None
    if before is not None and kept is not None:
        files = kept | files
        facts = {**facts, "formats": sorted({*before["formats"], *facts["formats"]})}
    publish(files, folder, facts)
    return tuple(sorted(files))


def standing(folder: Path, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest of the edition in the folder, if it is whole and made from the same."""
    there = manifest_of(folder)
    if there is None or there.get("made_from") != inputs["made_from"]:
        return None
    return there if inputs.get("revision") in {None, there.get("revision")} else None


def standing_of(briefing: Path) -> Callable[[date], str | None]:
    """Says of a date what the edition in its folder was made from."""

    def standing(day: date) -> str | None:
        there = manifest_of(briefing / day.isoformat())
        return there.get("made_from") if there is not None else None

    return standing


def settle(briefing: Path, ledger: Ledger) -> None:
    """What became of an edition whose run was killed while it recorded and published it."""
    if is_marked(briefing) and ledger.settled():
        unmark(briefing)
