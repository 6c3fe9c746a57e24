"""What is delivered: the files of an edition or of the site, in the order in which they may appear."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from briefing.diagnostics import printable
from briefing.errors import DeliveryError
from briefing.facts import rank
from briefing.publish import LATEST, MANIFEST, NOT_UPDATED, editions, manifest_of
from briefing.regular import has_lone_surrogate, measured_below
from briefing.secrecy import among, highest, record_in
from briefing.sites import SITE, upload_order

_IN_EDITION = re.compile(rf"((?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{LATEST})(?:/revision-[0-9]+)?)/", re.ASCII)
"""How the name of a file in a site begins that belongs to an edition."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file to deliver: its name at the target, where it stands, its size and SHA-256."""

    name: str
    path: Path
    size: int
    sha256: str

    @property
    def unit(self) -> str:
        """What is exchanged in one step: the folder at the top that the file is in, or the file itself."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Cargo:
    """Files in the order in which they may appear."""

    items: tuple[Item, ...]
    whole: bool
    """Whether these are all files that are to be at the target: what else was delivered there goes."""

    @property
    def units(self) -> tuple[str, ...]:
        """The folders and files at the top, in order."""
        return tuple(dict.fromkeys(one.unit for one in self.items))

    def covers(self, name: str) -> bool:
        """Whether this delivery decides about a name at the target."""
        return self.whole or name.partition("/")[0] in self.units


def cargo(folder: Path, edition: Path, ceiling: str | None = None) -> Cargo:
    """The site of the briefing where there is one, which holds every edition; else one edition, and `latest`.

    `ceiling` is the highest marking that may go out. Raises DeliveryError where anything is above it, where the edition
    should be in the site and is not, for a file that cannot be read, and for what is no file: a link, a pipe, a device.
    """
    site = folder / SITE
    if site.is_symlink():
        raise DeliveryError(f"{site} is a link, so nothing is delivered; move it out of the way")
    if site.is_dir():
        goods = Cargo(_in_order_of_site(site), whole=True)
        inside = dict.fromkeys(match[1] for one in goods.items if (match := _IN_EDITION.match(one.name)))
        _keep_below(ceiling, {site / name: record_in(site / name).level for name in inside})
        if _lacks(goods, edition) and (ceiling is None or _level(folder, edition) <= rank(ceiling)):
            missing = f"the site does not have the edition of {edition.name} yet"
            raise DeliveryError(f"{missing}; `briefing archive` brings it up to date")
        return goods
    places = {edition.name: edition}
    if edition == next(iter(editions(folder)), None):
        places[LATEST] = _latest(folder, edition)
    _keep_below(ceiling, {place: _level(folder, place) for place in places.values()})
    items = [one for name, place in places.items() for one in _of_edition(place, f"{name}/")]
    return Cargo(tuple(sorted(items, key=_order)), whole=False)


def _keep_below(ceiling: str | None, levels: Mapping[Path, int]) -> None:
    """Let nothing out that is above the ceiling, be it in a site that was made before there was one."""
    above = [place for place, level in levels.items() if ceiling is not None and level > rank(ceiling)]
    if above:
        message = f"{above[0]} is above the ceiling of the archive, {ceiling}, so nothing is delivered"
        raise DeliveryError(f"{message}; `briefing archive` makes a site without it")


def _lacks(site: Cargo, edition: Path) -> bool:
    """Whether any file of an edition is not in the site as it is."""
    manifest = manifest_of(edition)
    there = {one.name: one.sha256 for one in site.items}
    outputs = manifest["outputs"] if manifest is not None else {}
    return any(there.get(f"{edition.name}/{name}") != digest for name, digest in outputs.items())


def _level(folder: Path, edition: Path) -> int:
    """How closed an edition is among all that stand in the folder."""
    record = record_in(edition)
    secrets = highest(record_in(one).marked for one in folder.glob("[0-9]*") if record.named)
    return among(record.level, record.named, secrets)


def _of_edition(edition: Path, before: str) -> Iterator[Item]:
    """The files that the manifest of an edition names, and the manifest: what else is in its folder is nobody's."""
    manifest = manifest_of(edition)
    if manifest is None:
        raise DeliveryError(f"{edition} is no whole edition, so nothing is delivered; `briefing build` mends it")
    for name in sorted((*manifest["outputs"], MANIFEST)):
        yield _item(edition, name, before)


def _in_order_of_site(site: Path) -> tuple[Item, ...]:
    """Every file of the site, in the order in which readers may find them."""
    found = {one.name: one for one in _files(site)}
    return tuple(found[name] for name in upload_order(found))


def _latest(folder: Path, newest: Path) -> Path:
    """What readers of `latest` are to find: the newest edition, or the one that says that it was not updated since."""
    link, marked = folder / LATEST, folder / NOT_UPDATED
    leads = os.readlink(link) if link.is_symlink() else ""  # noqa: PTH115  # as text
    return marked if leads == NOT_UPDATED and (marked / MANIFEST).is_file() else newest


def _order(one: Item) -> tuple[int, int, str]:
    """Content, then indexes, then `latest`; in a folder a page after what it may show, then the manifest of all."""
    folder, slash, _ = one.name.partition("/")
    place = 2 if folder == LATEST else 0 if slash else 1
    late = 2 if one.name.endswith(f"/{MANIFEST}") else 1 if one.name.endswith(".html") else 0
    return place, late, one.name


def _files(site: Path) -> Iterator[Item]:
    """Every file below a site; those whose names begin with a dot are somebody's work in progress."""
    for parent, folders, names in os.walk(site, onerror=_unreadable):
        for name in sorted(one for one in (*folders, *names) if not one.startswith(".")):
            path = Path(parent, name)
            if path.is_symlink():
                raise DeliveryError(f"{_shown(path)} is a link, so nothing is delivered; move it out of the way")
            if name in names:
                yield _item(site, path.relative_to(site).as_posix(), "")
        folders[:] = sorted(one for one in folders if not one.startswith("."))


def _item(folder: Path, name: str, before: str) -> Item:
    """A regular file below a folder, no link followed. Raises DeliveryError."""
    path = folder / name
    if has_lone_surrogate(name):  # bytes of a name that are no UTF-8
        raise DeliveryError(f"{_shown(path)} has a name that is no UTF-8, so nothing is delivered; rename it")
    try:
        return Item(f"{before}{name}", path, *measured_below(folder, name))
    except OSError as error:
        raise DeliveryError(f"{_shown(path)} cannot be read: {error.strerror or error}") from error


def _shown(path: Path) -> str:
    return printable(os.fsencode(path).decode(errors="replace"))


def _unreadable(error: OSError) -> Never:
    raise DeliveryError(f"{error.filename} cannot be read: {error.strerror or error}") from error
