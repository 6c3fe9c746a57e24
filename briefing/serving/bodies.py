"""Files and pages as they go over the wire: with the hash of their bytes, compressed once, kept within a bound."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefing.regular import read_below

Coding = Literal["", "gzip", "br"]
_COMPRESSED = {".html", ".json", ".svg", ".xml", ".js", ".css", ".csv", ".txt"}
_WORTH_IT = 500
"""Bytes from which on compression gains more than its header costs."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of one representation. `sha256` is that of the file, whatever its coding."""

    data: bytes
    sha256: str
    modified: float
    coding: Coding = ""

    @property
    def etag(self) -> str:
        """A strong validator: each coding has its own."""
        return f'"{self.sha256[:32]}{f"-{self.coding}" if self.coding else ""}"'


class Bodies:
    """The files and pages that were asked for lately, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, Body] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._work = threading.Lock()

    def kept(self, folder: Path, name: str, coding: Coding) -> Body | None:
        """A file as it stands now, if it is kept. Raises OSError when it is gone."""
        return self.at(_key(folder, name, coding))

    def at(self, key: Hashable) -> Body | None:
        """What is kept under a key."""
        with self._lock:
            body = self._kept.get(key)
            if body is not None:
                self._kept.move_to_end(key)
            return body

    def made(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """What is kept under a key, or made now. It takes its time: not for the thread that answers."""
        with self._work:
            body = self.at(key)
            if body is None:
                body = make()
                self._keep(key, body)
            return body

    def read(self, folder: Path, name: str, coding: Coding) -> Body:
        """A file as it stands now. Raises OSError. It takes its time: not for the thread that answers."""
        with self._work:  # two that ask for the same wait for one
            if (body := self.kept(folder, name, coding)) is not None:
                return body
            data, status = read_below(folder, name)
            body = packed(data, hashlib.sha256(data).hexdigest(), status.st_mtime, coding)
            self._keep(_of(folder, name, coding, status), body)
            return body

    def _keep(self, key: Hashable, body: Body) -> None:
        if len(body.data) > self.most // 4:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._kept[key] = body
            self._size += len(body.data) - (len(old.data) if old is not None else 0)
            while self._size > self.most:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone.data)

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size


def _key(folder: Path, name: str, coding: Coding) -> Hashable:
    return _of(folder, name, coding, os.stat(f"{folder}/{name}", follow_symlinks=False))  # noqa: PTH116  # every request


def _of(folder: Path, name: str, coding: Coding, status: os.stat_result) -> Hashable:
    return str(folder), name, coding, status.st_ino, status.st_mtime_ns, status.st_size


def packed(data: bytes, sha256: str, modified: float, coding: Coding) -> Body:
    """Bytes in a coding."""
    if coding == "br":
        import brotli

        return Body(brotli.compress(data, quality=5), sha256, modified, coding)
    if coding == "gzip":
        import gzip

        return Body(gzip.compress(data, 6, mtime=0), sha256, modified, coding)
    return Body(data, sha256, modified)


def is_compressible(name: str, size: int = _WORTH_IT) -> bool:
    """Whether a file gets smaller: text does, PDF has been compressed already."""
    return os.path.splitext(name)[1] in _COMPRESSED and size >= _WORTH_IT  # noqa: PTH122  # every request


def coding_for(accepted: str) -> Coding:
    """The best coding that an Accept-Encoding header takes (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted[:300].lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
        except ValueError:
            weight = 0.0
        weights[name.strip()] = weight
    rest = weights.get("*", 0.0)
    brotli, gzip = weights.get("br", rest), weights.get("gzip", rest)
    if brotli > 0 and brotli >= gzip:
        return "br"
    return "gzip" if gzip > 0 else ""
