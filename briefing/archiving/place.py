"""The folder of a site while it is made: files appear whole, the same is not written, no link is followed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from briefing.archiving.memory import Mark
from briefing.errors import PublishError

_NEW = ".new-"
"""Begins the name of a file that is being written; a dot keeps it out of what is served and delivered."""
_OUR_NEW = re.compile(r"\.new-[0-9a-f]{16}", re.ASCII)


class Place:
    """Writes the files of one site and keeps count of them. `marks` are what the pages were made from the last time."""

    def __init__(self, folder: Path, marks: dict[str, Mark]) -> None:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise PublishError(f"{folder} is no folder of its own, so no site is made there; move it out of the way")
        self.folder = folder
        self.marks: dict[str, Mark] = {}
        self.names: set[str] = set()
        self.written: list[str] = []
        self.removed: list[str] = []
        self._before = marks
        self._folders: set[str] = set()

    def put(self, name: str, data: bytes) -> None:
        """Let a file have this content."""
        path = self._path(name)
        self.names.add(name)
        if not _holds(path, data):
            new = self._new(name)
            new.write_bytes(data)
            self._exchange(new, name)

    def page(self, name: str, key: str, make: Callable[[], bytes]) -> None:
        """Let a file have the content that `make` gives, which is asked only when `key` is new or the file is."""
        path = self._path(name)
        mark = self._before.get(name)
        if mark is None or mark[0] != key or mark[1] != _status(path):
            self.put(name, make())
        self.names.add(name)
        self.marks[name] = key, _status(path)

    def is_as_it_was(self, name: str) -> bool:
        """Whether a file is the one that was written the last time."""
        mark = self._before.get(name)
        return mark is not None and mark[1] == _status(self.folder / name)

    def link(self, name: str, source: Path) -> None:
        """Let a file be the same one as `source`, or a copy of it where the file system has no hard links."""
        path = self._path(name)
        self.names.add(name)
        there = os.lstat(source)
        if not stat.S_ISREG(there.st_mode):
            raise PublishError(f"{source} is no regular file, so no site is made of it")
        here = _lstat(path)
        if here is not None and (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
            return
        new = self._new(name)
        try:
            os.link(source, new, follow_symlinks=False)
        except OSError:
            if here is not None and _is_copy(here, there):
                return
            shutil.copy2(source, new, follow_symlinks=False)
        self._exchange(new, name)

    def clear(self, is_ours: Callable[[str], bool]) -> None:
        """Remove what the site had and has no longer: files of our making, and the folders that have none left."""
        emptied: set[str] = set()
        for here, folders, files in os.walk(self.folder, topdown=False):
            inside = os.path.relpath(here, self.folder)
            before = "" if inside == "." else f"{inside}/"
            links = [one for one in folders if Path(here, one).is_symlink()]
            for one in sorted((*files, *links)):
                name = f"{before}{one}"
                begun = not before and _OUR_NEW.fullmatch(one) is not None
                if name not in self.names and (begun or is_ours(name)):
                    Path(here, one).unlink()
                    self.removed += [] if begun else [name]
                    emptied.add(here)
            if before and here in emptied:
                with contextlib.suppress(OSError):  # somebody's own file is in it
                    Path(here).rmdir()
                    emptied.add(str(Path(here).parent))

    def _path(self, name: str) -> Path:
        """Where a file stands; the folders on the way are made, and are folders."""
        parent = ""
        for part in ("", *name.split("/")[:-1]):
            parent = f"{parent}/{part}" if parent else part
            if parent in self._folders:
                continue
            place = self.folder / parent
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                place.unlink()
            place.mkdir(exist_ok=True)
            self._folders.add(parent)
        return self.folder / name

    def _new(self, name: str) -> Path:
        """Where a file is written before it takes its place; what a killed run left there goes."""
        new = self.folder / f"{_NEW}{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        new.unlink(missing_ok=True)
        return new

    def _exchange(self, new: Path, name: str) -> None:
        path = self.folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        new.replace(path)
        self.written.append(name)


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _status(path: Path) -> tuple[int, ...]:
    """What changes when a file is another; nothing where there is no regular file."""
    there = _lstat(path)
    return (there.st_ino, there.st_mtime_ns, there.st_size) if there and stat.S_ISREG(there.st_mode) else ()


def _holds(path: Path, data: bytes) -> bool:
    there = _lstat(path)
    if there is None or not stat.S_ISREG(there.st_mode) or there.st_size != len(data):
        return False
    return path.read_bytes() == data


def _is_copy(here: os.stat_result, there: os.stat_result) -> bool:
    """Whether one is the copy of the other, with its time."""
    return stat.S_ISREG(here.st_mode) and (here.st_size, here.st_mtime_ns) == (there.st_size, there.st_mtime_ns)
