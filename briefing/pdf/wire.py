"""Messages between the printer and its child: a length, a JSON header, then the blobs it measures."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

OUT_OF_MEMORY = 12
"""The exit status of a child that ran out of it: a message would need memory."""

_LENGTH = struct.Struct(">I")
_LONGEST_HEADER = 16_000_000


class TooLongError(ValueError):
    """A message is longer than its reader allows."""


def send(pipe: IO[bytes], header: Mapping[str, object], *blobs: bytes) -> None:
    """Write one message."""
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    pipe.writelines((_LENGTH.pack(len(head)), head, *blobs))
    pipe.flush()


def receive(pipe: IO[bytes], most: float = float("inf")) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message whose blobs have at most `most` bytes.

    Raises EOFError when the pipe closes, TooLongError, and any other error for what is no message.
    """
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > _LONGEST_HEADER:
        raise ValueError(f"no header has {length} bytes")
    header: dict[str, Any] = json.loads(_exactly(pipe, length))
    sizes: list[int] = header.pop("sizes")
    if sum(sizes) > most:
        raise TooLongError
    return header, [_exactly(pipe, size) for size in sizes]


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    read = pipe.read(size)
    if len(read) < size:
        raise EOFError
    return read
