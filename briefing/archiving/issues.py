"""What stands in the folder of a briefing: its editions and their earlier revisions, each read when it is new."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefing.embedding import heights_of
from briefing.facts import rank
from briefing.publish import ISSUE, LATEST, MANIFEST, NOT_UPDATED, is_date, manifest_of
from briefing.secrecy import Record, among, highest, record_of

_SUMMARY = 500
"""Characters of a summary in the feed."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition as it stands in its folder: the current revision of its date, or an earlier one."""

    folder: str
    """The name of its folder beside the others."""
    key: tuple[int, ...]
    """Changes when any of its files is another."""
    digest: str
    """The same for the same files."""
    date: str
    revision: int
    current: bool
    title: str
    summary: str
    day: str
    language: str
    publisher: str
    marking: str
    issued: str
    """When this revision was first published, as far as that is known."""
    reason: str
    level: int
    """The rank of the highest marking of anything that it prints."""
    marked: tuple[tuple[str, int], ...]
    """The ranks of facts that have a marking."""
    named: tuple[str, ...]
    """Facts that it names without printing them, such as those that it no longer carries."""
    facts: int
    files: tuple[str, ...]
    page: str
    """The SHA-256 of briefing.html, or nothing."""
    heights: tuple[tuple[int, int], ...]
    """Pixels by the width of a frame."""

    @property
    def place(self) -> str:
        """Its folder in the site."""
        return f"{self.date}/" if self.current else f"{self.date}/revision-{self.revision}/"

    @property
    def link(self) -> str:
        """The file of the site in which it is read: its page, or what it has instead of one.

        Pages link to it by name, so that they work where no server looks for index.html by itself.
        """
        if self.page:
            return f"{self.place}index.html"
        return self.place + next(one for one in ("briefing.pdf", "briefing.json", *self.files) if one in self.files)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in a briefing's folder. `damaged` are the names of folders that are no whole edition."""

    issues: tuple[Issue, ...]
    """By date, the earlier revisions of a date before its current one."""
    notice: Issue | None
    """What `latest` leads to when a later edition could not be made."""
    read: tuple[Issue, ...]
    """All of these by themselves, whatever others say of their facts."""
    damaged: tuple[str, ...]

    def below(self, ceiling: str | None) -> tuple[Issue, ...]:
        """The issues that a ceiling lets through. Without its current revision no earlier one of a date stands."""
        if ceiling is None:
            return self.issues
        fine = [one for one in self.issues if one.level <= rank(ceiling)]
        dates = {one.date for one in fine if one.current}
        return tuple(one for one in fine if one.date in dates)

    def latest_below(self, ceiling: str | None) -> Issue | None:
        """What the newest edition that a ceiling lets through is shown as: itself, or with a notice that it is old."""
        newest = next((one for one in reversed(self.below(ceiling)) if one.current), None)
        last = next((one for one in reversed(self.issues) if one.current), None)
        if newest is None or newest is not last or self.notice is None:
            return newest
        return self.notice if ceiling is None or self.notice.level <= rank(ceiling) else newest


def standing_in(folder: Path, briefing: str, known: Mapping[str, Issue]) -> Standing:
    """The issues of a briefing. Those that are `known` by their folder's name and have not changed are not read."""
    found: list[Issue] = []
    damaged: list[str] = []
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        match = ISSUE.fullmatch(entry.name)
        if match is None or not entry.is_dir(follow_symlinks=False):
            continue
        issue = _issue(folder / entry.name, briefing, match[1], int(match[2] or 0), known)
        if issue is None:
            damaged.append(entry.name)
        else:
            found.append(issue)
    current = {one.date: one.digest for one in found if one.current}
    dates = set(current)
    found = [one for one in found if one.current or one.digest != current.get(one.date)]  # kept, but not yet replaced
    issues = _with_named(one for one in found if one.date in dates)
    order = sorted(issues, key=lambda one: (one.date, one.current, one.revision))
    notice = _notice(folder, briefing, known)
    if notice is None:
        return Standing(tuple(order), None, tuple(found), tuple(damaged))
    return Standing(tuple(order), _with_named((*issues, notice))[-1], (*found, notice), tuple(damaged))


def _notice(folder: Path, briefing: str, known: Mapping[str, Issue]) -> Issue | None:
    """The last good edition with its notice, where `latest` leads to it."""
    try:
        leads = os.readlink(folder / LATEST)  # noqa: PTH115  # as text
        is_folder = stat.S_ISDIR(os.lstat(folder / NOT_UPDATED).st_mode)
    except OSError:
        return None
    return _issue(folder / NOT_UPDATED, briefing, "", 0, known) if leads == NOT_UPDATED and is_folder else None


def _issue(folder: Path, briefing: str, date: str, revision: int, known: Mapping[str, Issue]) -> Issue | None:
    try:
        key = _key(folder)
    except OSError:
        return None
    before = known.get(folder.name)
    if before is not None and before.key == key:
        return before
    manifest = manifest_of(folder)
    if manifest is None or manifest.get("briefing") != briefing:
        return None
    record = record_of(folder, manifest["outputs"])
    date = date or str(manifest.get("date", ""))
    if record is None or not is_date(date):
        return None
    try:
        issue = _read(folder, manifest, record, date, revision, key)
    except (OSError, ValueError):  # a page that is no text, or that has gone while we looked
        return None
    told = [one.issued for one in known.values() if (one.date, one.revision) == (issue.date, issue.revision)]
    return replace(issue, issued=min((issue.issued, *told)))


def _key(folder: Path) -> tuple[int, ...]:
    """The manifest's time in nanoseconds, and what changes when any file is another. Raises OSError."""
    told = [os.lstat(folder / MANIFEST).st_mtime_ns]
    files = sorted(_stated(os.fspath(folder)))
    return (*told, int.from_bytes(hashlib.sha256(repr(files).encode()).digest()[:7]))


def _stated(folder: str) -> Iterator[tuple[str, int, int, int, int]]:
    for one in os.scandir(folder):
        status = one.stat(follow_symlinks=False)
        if one.is_dir(follow_symlinks=False):
            yield from _stated(one.path)
        else:
            yield one.path, status.st_mode, status.st_ino, status.st_mtime_ns, status.st_size


def _read(  # what an issue is made of
    folder: Path, manifest: Mapping[str, Any], record: Record, date: str, revision: int, key: tuple[int, ...]
) -> Issue:
    outputs: Mapping[str, str] = manifest["outputs"]
    edition = record.edition
    text = {name: str(edition.get(name) or "") for name in ("title", "day", "language", "publisher", "marking")}
    produced = manifest.get("produced")
    issued = datetime.fromisoformat(produced) if produced else datetime.fromtimestamp(key[0] // 10**9, UTC)
    embed = (folder / "embed.html").read_text(encoding="utf-8") if "embed.html" in outputs else ""
    return Issue(
        folder=folder.name,
        key=key,
        digest=hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest(),
        date=date,
        revision=revision or int(manifest.get("revision") or 1),
        current=not revision,
        title=text["title"] or str(manifest.get("briefing")),
        summary=_plain(edition.get("summary") or [])[:_SUMMARY],
        day=text["day"],
        language=text["language"] or "en",
        publisher=text["publisher"],
        marking=text["marking"],
        issued=issued.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        reason=str(manifest.get("reason") or ""),
        level=record.level,
        marked=tuple(record.marked.items()),
        named=tuple(sorted(record.named)),
        facts=len(record.facts),
        files=tuple(outputs),
        page=outputs.get("briefing.html", ""),
        heights=tuple(sorted(heights_of(embed).items())),
    )


def _plain(nodes: Iterable[Any]) -> str:
    """The text of a line of the edition without its notes."""
    pieces = []
    for node in nodes:
        if isinstance(node, dict) and node.get("type") != "note":
            inner = node.get("children")
            pieces.append(_plain(inner) if isinstance(inner, list) else str(node.get("text") or ""))
    return "".join(pieces)


def _with_named(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Each issue, as closed as what it says of facts that only others print: what is new, changed or gone."""
    issues = tuple(issues)
    secrets = highest(dict(one.marked) for one in issues)
    return tuple(replace(one, level=among(one.level, one.named, secrets)) if one.named else one for one in issues)
