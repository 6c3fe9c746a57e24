"""One run at a time for each briefing: a lock of the kernel, which dies with its holder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from briefing.errors import LockedError, OutputError

LOCK = "run.lock"


@contextlib.contextmanager
def only_run(folder: Path, since: datetime) -> Iterator[None]:
    """Keep other runs of the briefing in `folder` out. Raises LockedError, which names the holder, or OutputError.

    The file stays when the lock is gone: to remove it would let two runs lock two files of the same name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise OutputError(f"{folder / LOCK} cannot be written: {error.strerror or error}") from error
    try:
        _take(lock, folder)
        holder = {"pid": os.getpid(), "host": os.uname().nodename, "since": since.isoformat(timespec="seconds")}
        with contextlib.suppress(OSError):  # a full disk: the lock holds without a name
            os.ftruncate(lock, 0)
            os.pwrite(lock, json.dumps(holder).encode() + b"\n", 0)
        yield
    finally:
        os.close(lock)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LockedError(f"another run of '{folder.name}' {_holder(lock)}") from error
    except OSError as error:
        raise OutputError(f"{folder / LOCK} cannot be locked: {error.strerror or error}") from error


def _holder(lock: int) -> str:
    """Who has held the lock since when, as far as it is known."""
    try:
        holder = json.loads(os.pread(lock, 1000, 0))
        return f"has been going on since {holder['since']} (process {holder['pid']} on {holder['host']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "is going on"
