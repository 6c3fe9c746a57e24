"""Messages between the printer and its child: a length, a JSON header, then the blobs it measures."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

LONGEST_HEADER = 16_000_000
OUT_OF_MEMORY = 12
"""The exit status of a child that is: a message would need memory."""

_LENGTH = struct.Struct(">I")


class TooLongError(ValueError):
    """A message is longer than its reader allows."""


def send(pipe: BinaryIO, header: Mapping[str, object], *blobs: bytes) -> None:
    """Write one message."""
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    for part in (_LENGTH.pack(len(head)), head, *blobs):
        pipe.write(part)
    pipe.flush()


def receive(pipe: BinaryIO, most: float = float("inf")) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message whose blobs have at most `most` bytes.

    Raises EOFError when the pipe closes, TooLongError, and ValueError for anything that is no message.
    """
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > LONGEST_HEADER:
        raise ValueError("no message")
    header = json.loads(_exactly(pipe, length))
    if not isinstance(header, dict) or not isinstance(sizes := header.pop("sizes", None), list):
        raise ValueError("no message")  # noqa: TRY004  (the type of what came is not the caller's mistake)
    if sum(sizes) > most:
        raise TooLongError(sum(sizes))
    return header, [_exactly(pipe, size) for size in sizes]


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    read = pipe.read(size)
    if len(read) < size:
        raise EOFError
    return read
