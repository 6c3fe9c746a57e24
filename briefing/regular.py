"""Regular files of a sensible size, read with no link followed: a pipe or a device is never waited for."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

LONGEST = 64 * 2**20
"""Bytes of a file that is read whole."""
_LONGEST_OUTPUT = 512 * 2**20
"""Bytes of a file that is looked at in pieces."""


@contextmanager
def _opened(folder: Path, name: str, most: int) -> Iterator[tuple[BufferedReader, os.stat_result]]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        *folders, last = name.split("/")
        for part in folders:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        with open(os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle), "rb") as file:  # noqa: PTH123
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                raise OSError(f"{name} is no regular file of a sensible size")
            yield file, status
    finally:
        os.close(handle)


def read_below(folder: Path, name: str) -> tuple[bytes, os.stat_result]:
    """A file, with no link followed from `folder` on. Raises OSError, also for one of more than 64 MiB."""
    with _opened(folder, name, LONGEST) as (file, status):
        return file.read(LONGEST + 1), status


def sha256_below(folder: Path, name: str) -> str:
    """The SHA-256 of a file, with no link followed from `folder` on. Raises OSError, also above 512 MiB."""
    return measured_below(folder, name)[1]


def measured_below(folder: Path, name: str) -> tuple[int, str]:
    """The size and SHA-256 of a file, with no link followed from `folder` on. Raises OSError, also above 512 MiB."""
    with _opened(folder, name, _LONGEST_OUTPUT) as (file, _):
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def has_lone_surrogate(text: str) -> bool:
    """Whether a text has half a character, which JSON can say and no file or page can hold."""
    return any("\ud800" <= one <= "\udfff" for one in text)
