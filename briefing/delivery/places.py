"""The kinds of place that files are delivered to, by their address; the only door to fsspec."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from briefing.config.sending import Destination
from briefing.delivery.cargo import Item
from briefing.diagnostics import printable
from briefing.errors import DeliveryError


class Place(Protocol):
    """Where one briefing's files go. Names are relative and have slashes between their parts."""

    exchanges: bool
    """Whether a folder is exchanged whole, so that what is not put is gone with it."""

    def sizes(self) -> dict[str, int]:
        """Every file that stands there, with its size."""

    def read(self, name: str) -> bytes | None:
        """A file, or None."""

    def write(self, name: str, data: bytes, sha256: str) -> None:
        """Put one small file in its place at once."""

    def put(self, unit: str, items: tuple[Item, ...], same: set[str]) -> None:
        """Put a folder or a file at the top into its place. What is in `same` stands there already."""

    def remove(self, names: tuple[str, ...]) -> None:
        """Remove files, and folders that have none left."""


def shown_place(address: str) -> str:
    """An address as it is printed."""
    return printable(address)


@contextlib.contextmanager
def opened(destination: Destination, briefing: str, beside: Path) -> Iterator[Place]:
    """The place of a briefing at an address. Raises DeliveryError for whatever goes wrong there."""
    address = destination.to
    scheme = address.partition("://")[0] if "://" in address else "file"
    try:
        if scheme == "file":
            from briefing.delivery.folder import Folder

            path = Path(unquote(urlsplit(address).path) if "://" in address else address)
            yield Folder((path if path.is_absolute() else beside / path) / briefing)
        elif scheme == "s3":
            from briefing.delivery.bucket import bucket

            with bucket(address.partition("://")[2], briefing) as place:
                yield place
        else:
            from briefing.delivery.server import server

            known_hosts = beside / destination.known_hosts if destination.known_hosts else None
            with server(address, briefing, known_hosts) as there:
                yield there
    except DeliveryError:
        raise
    except OSError as error:
        raise DeliveryError(_said(error)) from error


def _said(error: OSError) -> str:
    """What went wrong at a place, in a line: its words, or its kind where it has none."""
    return printable(" ".join(str(error.strerror or error).split())[:300] or type(error).__name__)
