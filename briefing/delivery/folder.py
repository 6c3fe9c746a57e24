"""A folder of this machine as a place to deliver to: whole folders are exchanged in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from briefing.delivery.cargo import Item
from briefing.errors import DeliveryError
from briefing.publish import exchange
from briefing.regular import read_below

_STAGED = ".new-"


class Folder:
    """A folder. What is begun stands under a name with a dot, which the next delivery removes."""

    exchanges = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def sizes(self) -> dict[str, int]:
        """Every file that stands there, with its size."""
        found = {}
        for parent, folders, names in os.walk(self._root):
            folders[:] = [one for one in folders if not one.startswith(".")]
            for name in names:
                path = Path(parent, name)
                if not path.is_symlink():
                    found[path.relative_to(self._root).as_posix()] = path.stat().st_size
        return found

    def read(self, name: str) -> bytes | None:
        """A file, or None."""
        try:
            return read_below(self._root.resolve(), name)[0]
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes, sha256: str) -> None:
        """Put one small file in its place at once."""
        self._root.mkdir(parents=True, exist_ok=True)
        new = self._root / f"{_STAGED}{Path(name).name}"
        _clear(new)
        _write(new, data, sha256)
        new.replace(self._root / name)

    def put(self, unit: str, items: tuple[Item, ...], same: set[str]) -> None:
        """Put a folder or a file at the top into its place; files that stand there already are linked, not copied."""
        for left in self._root.glob(f"{_STAGED}*"):
            _clear(left)
        if items[0].name == unit:
            self.write(unit, items[0].path.read_bytes(), items[0].sha256)
            return
        staged = Path(tempfile.mkdtemp(prefix=_STAGED, dir=self._root))
        try:
            for one in items:
                new = staged / one.name.partition("/")[2]
                new.parent.mkdir(parents=True, exist_ok=True)
                if one.name not in same or not _linked(self._root / one.name, new):
                    _write(new, one.path.read_bytes(), one.sha256)
            staged.chmod(0o755)
            exchange(staged, self._root / unit)
            _flush(self._root)
        finally:
            _clear(staged)

    def remove(self, names: tuple[str, ...]) -> None:
        """Remove files, and folders that have none left. What stands behind a link is none of ours."""
        for name in names:
            path = self._root / name
            if any(one.is_symlink() for one in path.parents if one.is_relative_to(self._root) and one != self._root):
                continue
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == self._root or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()


def _clear(place: Path) -> None:
    """Remove a folder with all that is in it, or a file; of a link only itself."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def _linked(given: Path, new: Path) -> bool:
    try:
        os.link(given, new)
    except OSError:
        return False
    return True


def _write(path: Path, data: bytes, sha256: str) -> None:
    """Write a file and read it back. Raises DeliveryError where it is not what was written."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise DeliveryError(f"{path} does not hold what was written")


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
