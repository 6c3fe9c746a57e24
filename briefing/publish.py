"""Put an edition's files in their place, whole or not at all, and know what stands there."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from briefing.errors import PublishError, UsageError
from briefing.regular import has_lone_surrogate, read_below, sha256_below

MANIFEST = "manifest.json"
LATEST = "latest"
DRAFT = "draft"
"""Where an edition that is not issued yet goes."""
NOT_UPDATED = "not-updated"
"""Where the last good edition stands once more, with a notice, when a later one could not be made."""
ISSUE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:-revision-([1-9][0-9]{0,3}))?", re.ASCII)
"""The name of the folder of an edition, or of an earlier revision of it that is kept."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_OUTPUT = re.compile(r"(charts/|tables/)?[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)


def publish(files: Mapping[str, bytes], folder: Path, facts: Mapping[str, Any]) -> None:
    """Replace the edition in `folder` by `files`, with a manifest of `facts` and of every file's hash.

    Called inside `alone`. The files are written beside the folder, flushed to the disk, and exchanged with it in one
    step, so that a run that is killed or a disk that is full leaves the last good edition. Raises PublishError.
    """
    outputs = {name: _sha256(data) for name, data in sorted(files.items())}
    manifest = json.dumps({**facts, "outputs": outputs}, indent=2, ensure_ascii=False) + "\n"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _workplace(folder.parent) as workplace:
            for name, data in (*files.items(), (MANIFEST, manifest.encode())):
                _write(workplace / name, data)
            for place in (*(path for path in workplace.rglob("*") if path.is_dir()), workplace):
                _flush(place)
            workplace.chmod(0o777 & ~_umask())  # mkdtemp made it for us alone
            exchange(workplace, folder)
            _flush(folder.parent)
    except OSError as error:
        raise PublishError(f"the edition cannot be written to {folder}: {error.strerror or error}") from error


def keep(folder: Path, name: str) -> None:
    """Keep the edition in `folder` under another name beside it. Called inside `alone`; raises PublishError.

    The files are the same ones (hard links) where the file system has such.
    """
    kept = folder.with_name(name)
    try:
        if (there := manifest_of(kept)) is None or there != manifest_of(folder):  # else a killed run has kept it
            with _workplace(folder.parent) as workplace:
                shutil.copytree(folder, workplace, copy_function=_link, dirs_exist_ok=True)
                _flush(workplace)
                exchange(workplace, kept)
                _flush(folder.parent)
    except OSError as error:
        raise PublishError(f"the edition in {folder} cannot be kept as {name}: {error.strerror or error}") from error


def _link(given: str, copy: str) -> None:
    try:
        os.link(given, copy)
    except OSError:
        shutil.copy2(given, copy)


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of the edition in `folder`, if it is there and every file is as it says."""
    try:
        place = folder.resolve(strict=True)
        text = read_below(place, MANIFEST)[0].decode()
        manifest = {"formats": [], "warnings": [], **json.loads(text)}
        outputs = manifest["outputs"]
        shaped = _is_shaped(manifest)
        whole = shaped and all(
            _OUTPUT.fullmatch(name) and sha256_below(place, name) == digest for name, digest in outputs.items()
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError, OverflowError):
        return None
    return manifest if outputs and whole else None


def _is_shaped(manifest: Mapping[str, Any]) -> bool:
    """Whether what others take from a manifest is of its kind. Raises ValueError or OverflowError for no moment."""
    texts = [manifest.get(name) or "" for name in ("briefing", "date", "produced", "reason", "made_from")]
    lists = [manifest["formats"], manifest["warnings"]]
    revision = manifest.get("revision") or 1
    if not all(isinstance(one, str) and not has_lone_surrogate(one) for one in texts):
        return False
    if manifest.get("date") and not is_date(manifest["date"]):
        return False
    if manifest.get("produced"):
        datetime.fromisoformat(manifest["produced"]).astimezone(UTC)
    return (
        all(isinstance(one, list) for one in lists)
        and all(isinstance(one, str) for one in manifest["formats"])
        and type(revision) is int
        and 0 < revision < 10_000
    )


def kept_files(folder: Path, manifest: Mapping[str, Any]) -> dict[str, bytes] | None:
    """The files of an edition as its manifest has them; None when another run has changed one since."""
    try:
        files = {name: read_below(folder.resolve(strict=True), name)[0] for name in manifest["outputs"]}
    except OSError:
        return None
    return files if all(_sha256(data) == manifest["outputs"][name] for name, data in files.items()) else None


def editions(folder: Path) -> tuple[Path, ...]:
    """The editions of the briefing in `folder`, the newest first."""
    try:
        dated = sorted((path for path in folder.iterdir() if _DATE.fullmatch(path.name)), reverse=True)
    except OSError:
        return ()
    return tuple(path for path in dated if is_date(path.name) and (path / MANIFEST).is_file())


def is_date(name: str) -> bool:
    """Whether there is such a day: 2022-02-31 is none."""
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def standing(folder: Path, day: date | None = None) -> tuple[Path, dict[str, Any]]:
    """The edition of a date, or the newest, in the briefing's folder, with its manifest. Raises UsageError."""
    there = folder / day.isoformat() if day is not None else next(iter(editions(folder)), None)
    manifest = manifest_of(there) if there is not None else None
    if there is None or manifest is None:
        whose = f"of {day}" if day is not None else "yet"
        raise UsageError(f"there is no whole edition {whose} in {folder}; `briefing build` makes one")
    return there, manifest


def point_to_latest(folder: Path, name: str | None = None) -> str:
    """Let `latest` in a briefing's folder lead to its newest edition, or to `name`. Gives what is in the way.

    The link is exchanged in one step. It is made by itself, after an edition is published and when one is found
    unchanged, so that a run which was killed in between is made good by the next.
    """
    link = folder / LATEST
    target = name or _newest(folder)
    if target is None or (link.is_symlink() and os.readlink(link) == target):  # noqa: PTH115  # as text
        return ""
    if os.path.lexists(link) and not link.is_symlink():
        return f"{link} is no link, so it does not lead to the newest edition; move it out of the way"
    try:
        with alone(folder):
            made = folder / f".tmp-{LATEST}"
            made.unlink(missing_ok=True)
            made.symlink_to(name or _newest(folder) or target, target_is_directory=True)
            made.replace(link)
            _flush(folder)
    except (OSError, PublishError) as error:
        return f"{link} cannot be made to lead to the newest edition: {getattr(error, 'strerror', None) or error}"
    return ""


def _newest(folder: Path) -> str | None:
    return next((one.name for one in editions(folder)), None)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make the folder of a briefing and have it to ourselves: wait until no other run works there, keep others out.

    The lock dies with its process. When nothing came to stand in the folder, it goes again. Raises PublishError.
    """
    try:
        lock = _locked(folder)
    except OSError as error:
        raise PublishError(f"the edition cannot be written to {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()
        os.close(lock)


def _locked(folder: Path) -> int:
    """The handle of the folder, locked. If another run removed it while we waited, we lock the new one."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), folder.stat()):
                return handle
        os.close(handle)


_MARK = ".recording"


@contextlib.contextmanager
def recording(folder: Path, settled: Callable[[], bool]) -> Iterator[None]:
    """Mark the folder of the briefing while an edition is recorded and published, and longer unless that is `settled`.

    A run that is killed leaves the mark, so that the next one looks at what became of it. Raises PublishError.
    """
    mark = folder.parent / _MARK
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise PublishError(f"the edition cannot be written to {folder}: {error.strerror or error}") from error
    yield
    if settled():
        unmark(folder.parent)


def is_marked(briefing: Path) -> bool:
    """Whether a run that recorded an edition of this briefing has not come to its end."""
    return (briefing / _MARK).exists()


def unmark(briefing: Path) -> None:
    """The books and the folder of a briefing are at one; what a killed run left goes."""
    with contextlib.suppress(OSError):
        _sweep(briefing)
        (briefing / _MARK).unlink(missing_ok=True)


@contextlib.contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A new folder, gone afterwards; what killed runs left goes first."""
    _sweep(beside)
    place = Path(tempfile.mkdtemp(prefix=".tmp-", dir=beside))
    try:
        yield place
    finally:
        _remove(place)


def _sweep(beside: Path) -> None:
    for left in beside.glob(".tmp-*"):
        _bring_back(left, beside)
        _remove(left)


def _remove(place: Path) -> None:
    """Remove a folder, or the link that stood where the edition is now."""
    if place.is_symlink():
        place.unlink()
    else:
        shutil.rmtree(place, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    """The permissions that new files shall not have; the system tells them only in exchange for others."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD


def exchange(new: Path, folder: Path) -> None:
    """Let `new` take the place of `folder`; what stood there is in `new` afterwards."""
    if not folder.exists():
        new.rename(folder)
        return
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        renameat2 = None
    if renameat2 is None or renameat2(_HERE, os.fsencode(new), _HERE, os.fsencode(folder), _EXCHANGE) != 0:
        # A system or file system without an exchange: two steps, of which `_bring_back` mends the gap between.
        aside = new.with_name(f"{new.name}-{folder.name}.old")
        folder.rename(aside)
        new.rename(folder)
        aside.rename(new)


def _bring_back(place: Path, parent: Path) -> None:
    """After a run that was killed between the two steps of an exchange: the last good edition returns."""
    name, _, ending = place.name.rpartition(".")
    target = parent / name[5:].partition("-")[2]
    if ending == "old" and target != parent and not target.exists():
        place.rename(target)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
