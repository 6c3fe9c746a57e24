"""Files cut into pieces at places that their content decides, so that a file with one new line is one new piece."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

MOST = 2**16
"""Bytes in the longest piece."""

_ONE_IN = 32


def pieces(data: bytes) -> Iterator[bytes]:
    """The file in order, in pieces of some 32 lines, none longer than 64 kB.

    A piece ends behind a line whose checksum says so, and not at a count of lines: what is put in or taken out changes
    the piece it stands in and no other (content-defined chunking, as in LBFS, Muthitacharoen et al. 2001).
    """
    start = end = 0
    for line in data.splitlines(keepends=True):
        end += len(line)
        if end - start >= MOST or zlib.crc32(line) % _ONE_IN == 0:
            yield from _bounded(data[start:end])
            start = end
    if start < len(data):
        yield from _bounded(data[start:])


def _bounded(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), MOST):
        yield piece[start : start + MOST]
