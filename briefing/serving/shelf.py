"""What there is to serve: an index of the editions that stand in folders, and of the files of their sites.

Addresses are looked up in it; none is ever made into a path.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from briefing.facts import HIGHEST
from briefing.fields import ID
from briefing.publish import ISSUE, LATEST, NOT_UPDATED, is_date, manifest_of
from briefing.secrecy import among, highest, record_of
from briefing.serving.settings import Reader
from briefing.serving.sites import Digests, changed, is_of, names_in
from briefing.sites import SITE


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition as it stands in its folder: the current one of its date, or an earlier revision."""

    briefing: str
    day: str
    folder: Path
    current: bool
    revision: int
    outputs: Mapping[str, str]
    """The SHA-256 of every file, by its name."""
    title: str
    language: str
    publisher: str
    produced: str
    reason: str
    marking: str
    secrecy: int
    """The rank of the highest marking of anything that it prints."""
    facts: int
    marked: Mapping[str, int] = field(repr=False)
    """The rank of each fact that has a marking."""
    named: frozenset[str] = field(repr=False)
    """Facts that it names without printing them, such as those that it no longer carries."""

    @property
    def address(self) -> str:
        """Its path on the server."""
        return f"/{self.briefing}/{self.day}/" + ("" if self.current else f"revision-{self.revision}/")


@dataclass(frozen=True, slots=True)
class Collection:
    """All editions of one briefing, the newest first, each before its earlier revisions."""

    briefing: str
    folder: Path
    issues: tuple[Issue, ...]
    notice: Issue | None
    """What `latest` leads to when a later edition could not be made."""
    site: frozenset[str]
    """The names of the files of its site."""
    site_is_known: bool
    """Whether every edition in the site is one of these."""
    secrecy: int
    """The rank that one needs to see all of it."""
    dated: Mapping[str, Issue] = field(repr=False)
    """The editions by their addresses below that of the briefing."""

    def seen_by(self, reader: Reader) -> tuple[Issue, ...]:
        """What a reader may see."""
        ceiling = reader.ceiling(self.briefing)
        return self.issues if ceiling >= self.secrecy else tuple(one for one in self.issues if one.secrecy <= ceiling)

    def at(self, address: str, reader: Reader) -> Issue | None:
        """The edition at an address below that of the briefing, if a reader may see it."""
        issue = self.dated.get(address)
        return issue if issue is not None and issue.secrecy <= reader.ceiling(self.briefing) else None

    def latest_for(self, reader: Reader) -> Issue | None:
        """The newest edition that a reader may see, or the one before it with its notice."""
        seen = next(iter(self.seen_by(reader)), None)
        if self.notice is not None and seen is self.issues[0] and self.notice.secrecy <= reader.ceiling(self.briefing):
            return self.notice
        return seen

    def has_site_for(self, reader: Reader) -> bool:
        """Whether a reader may see the site's own pages: they name editions all over, so only who may see all may.

        What a site tells of editions that are gone, damaged or other ones by now, is for those who may see anything.
        """
        return bool(self.site) and reader.ceiling(self.briefing) >= (self.secrecy if self.site_is_known else HIGHEST)


class Shelf:
    """The collections in some folders, as they stand now. Safe to use from several threads."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folder.resolve() for folder in folders)
        self.collections: Mapping[str, Collection] = {}
        self.generation = 0
        """Another number whenever anything that can be seen has changed."""
        self._watched: tuple[str, ...] = ()
        self._stamp: tuple[object, ...] = ()
        self._settled = False
        self._read_at = 0.0
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, object], Issue | None] = {}
        self._digests = Digests()

    def is_fresh(self) -> bool:
        """Whether nothing has changed since it was read. What changed a moment ago can change again unseen."""
        settled = self._settled or time.monotonic() - self._read_at < 0.1
        return settled and self._stamp == self._now()

    def read(self) -> None:
        """Read the folders again where they have changed."""
        with self._lock:
            if self.is_fresh():
                return
            stamp = self._now()
            known: dict[tuple[Path, object], Issue | None] = {}
            self._digests.renew()
            found: dict[str, Collection] = {}
            for folder in self._briefings():
                made = self._collection(folder, known)
                if made is not None:
                    found.setdefault(made.briefing, made)
            changed = found != self.collections
            self.collections, self._known = dict(sorted(found.items())), known
            self.generation += (
                changed  # after what it numbers: who reads it first can have something newer, never older
            )
            self._watched = (*map(str, self.folders), *(str(one.folder) for one in self.collections.values()))
            self._watched += tuple(str(one.folder / SITE) for one in self.collections.values())
            self._settled = stamp == self._stamp
            self._stamp, self._read_at = stamp, time.monotonic()

    def _now(self) -> tuple[object, ...]:
        """Changes whenever an edition appears, goes or is exchanged, and when a site is made again."""
        return (self._watched, *map(changed, self._watched))

    def _briefings(self) -> Iterator[Path]:
        for folder in self.folders:
            with contextlib.suppress(OSError):
                for entry in sorted(os.scandir(folder), key=lambda one: one.name):
                    if ID.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                        yield folder / entry.name

    def _collection(self, folder: Path, known: dict[tuple[Path, object], Issue | None]) -> Collection | None:
        issues = []
        try:
            entries = list(os.scandir(folder))
        except OSError:  # it went while we looked
            return None
        for entry in entries:
            match = ISSUE.fullmatch(entry.name)
            if match and entry.is_dir(follow_symlinks=False):
                issue = self._issue(folder / entry.name, match[1], int(match[2] or 0), known)
                if issue is not None and issue.briefing == folder.name:
                    issues.append(issue)
        current = {one.day: one.outputs for one in issues if one.current}
        issues = [one for one in issues if one.current or one.outputs != current.get(one.day)]
        if not issues:
            return None
        secrets = highest(one.marked for one in issues)
        issues = [_among(one, secrets) for one in issues]
        issues.sort(key=lambda one: (one.day, one.current, one.revision), reverse=True)
        site, dated = names_in(folder / SITE), {one.address.split("/", 2)[2]: one for one in issues}
        return Collection(
            folder.name,
            folder,
            tuple(issues),
            self._notice(folder, secrets, known),
            site,
            is_of(folder / SITE, site, {place: one.outputs for place, one in dated.items()}, self._digests),
            max(one.secrecy for one in issues),
            dated,
        )

    def _notice(
        self, folder: Path, secrets: Mapping[str, int], known: dict[tuple[Path, object], Issue | None]
    ) -> Issue | None:
        try:
            leads = os.readlink(folder / LATEST)  # noqa: PTH115  # as text
        except OSError:
            return None
        if leads != NOT_UPDATED or (folder / NOT_UPDATED).is_symlink():
            return None
        issue = self._issue(folder / NOT_UPDATED, "", 0, known)
        return _among(issue, secrets) if issue is not None else None

    def _issue(
        self, folder: Path, day: str, revision: int, known: dict[tuple[Path, object], Issue | None]
    ) -> Issue | None:
        """The edition in a folder, if it is whole. Read once for as long as its manifest is the same file."""
        key = (folder, changed(folder / "manifest.json"))
        if key not in known:
            known[key] = self._known[key] if key in self._known else _issue_in(folder, day, revision)
        return known[key]


def _issue_in(folder: Path, day: str, revision: int) -> Issue | None:
    manifest = manifest_of(folder)
    if manifest is None:
        return None
    outputs: dict[str, str] = manifest["outputs"]
    record = record_of(folder, outputs)
    if record is None or not is_date(day or str(manifest.get("date", ""))):
        return None
    edition = record.edition
    text = {name: str(edition.get(name) or "") for name in ("title", "language", "publisher", "produced", "marking")}
    return Issue(
        briefing=str(manifest.get("briefing", "")),
        day=day or str(manifest.get("date", "")),
        folder=folder,
        current=not revision,
        revision=revision or int(manifest.get("revision") or 1),
        outputs=outputs,
        title=text["title"] or str(manifest.get("briefing", "")),
        language=text["language"] or "en",
        publisher=text["publisher"],
        produced=text["produced"] or f"{day or manifest.get('date')}T12:00:00Z",
        reason=str(manifest.get("reason") or ""),
        marking=text["marking"],
        secrecy=record.level,
        facts=len(record.facts),
        marked=record.marked,
        named=record.named,
    )


def _among(issue: Issue, secrets: Mapping[str, int]) -> Issue:
    level = among(issue.secrecy, issue.named, secrets)
    return issue if level == issue.secrecy else replace(issue, secrecy=level)
