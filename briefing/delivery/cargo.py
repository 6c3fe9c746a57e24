"""What is delivered: the files of an edition or of the site, in the order in which they may appear."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from briefing.errors import DeliveryError
from briefing.facts import rank
from briefing.publish import LATEST, MANIFEST, NOT_UPDATED, editions
from briefing.secrecy import record_in
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
    """Files in the order in which they may appear. `keeps` says of a name at the target whether it is none of ours."""

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

    Raises DeliveryError for a file that cannot be read or that leads out of its folder, and where anything of it is
    above the ceiling.
    """
    site = folder / SITE
    if site.is_dir():
        found = _in_order_of_site(site)
        inside = dict.fromkeys(match[1] for one in found if (match := _IN_EDITION.match(one.name)))
        _keep_below(ceiling, (site / name for name in inside))
        return Cargo(found, whole=True)
    places = {edition.name: edition}
    if edition == next(iter(editions(folder)), None):
        places[LATEST] = _latest(folder, edition)
    _keep_below(ceiling, places.values())
    items = [one for name, place in places.items() for one in _files(place, f"{name}/")]
    return Cargo(tuple(sorted(items, key=_order)), whole=False)


def _keep_below(ceiling: str | None, places: Iterable[Path]) -> None:
    """Let nothing out that is above the ceiling, be it in a site that was made before there was one."""
    above = [one for one in places if ceiling is not None and record_in(one).level > rank(ceiling)]
    if above:
        message = f"{above[0]} is above the ceiling of the archive, {ceiling}, so nothing is delivered"
        raise DeliveryError(f"{message}; `briefing archive` makes a site without it")


def _in_order_of_site(site: Path) -> tuple[Item, ...]:
    """Every file of the site, in the order in which readers may find them."""
    found = {one.name: one for one in _files(site, "")}
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


def _files(place: Path, before: str) -> Iterator[Item]:
    """Every file below a folder; those whose names begin with a dot are somebody's work in progress."""
    root = place.resolve()
    try:
        for parent, folders, names in os.walk(root):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            for name in sorted(one for one in names if not one.startswith(".")):
                path = Path(parent, name)
                if not path.resolve(strict=True).is_relative_to(root):
                    raise DeliveryError(f"{path} leads out of {place}, so nothing is delivered")
                data = path.read_bytes()
                relative = path.relative_to(root).as_posix()
                yield Item(f"{before}{relative}", path, len(data), hashlib.sha256(data).hexdigest())
    except OSError as error:
        raise DeliveryError(f"{error.filename or place} cannot be read: {error.strerror or error}") from error
