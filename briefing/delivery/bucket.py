"""Storage that speaks S3 as a place to deliver to: each object appears at once, in the order of the goods."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from briefing.delivery.cargo import Item
from briefing.errors import DeliveryError

_TYPES = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
_CACHE = "no-cache"
"""Kept by browsers, but asked after before it is shown (RFC 9111, 5.2.2.4): an edition may be corrected at any time."""


class Bucket:
    """A bucket and a prefix in it."""

    exchanges = False

    def __init__(self, files: Any, root: str) -> None:  # noqa: ANN401  # s3fs has no types
        self._files, self._root = files, root

    def sizes(self) -> dict[str, int]:
        """Every object below the prefix, with its size."""
        found: dict[str, dict[str, Any]] = self._files.find(self._root, detail=True)
        return {name.removeprefix(f"{self._root}/"): int(one["size"]) for name, one in found.items()}

    def read(self, name: str) -> bytes | None:
        """An object, or None."""
        try:
            data: bytes = self._files.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        return data

    def write(self, name: str, data: bytes, sha256: str) -> None:
        """Put one object. The storage computes its SHA-256, too, and refuses what has changed on the way."""
        self._files.pipe_file(
            f"{self._root}/{name}",
            data,
            ContentType=content_type(name),
            CacheControl=_CACHE,
            ChecksumSHA256=_base64(sha256),
        )

    def put(self, unit: str, items: tuple[Item, ...], same: set[str]) -> None:
        """Put the objects of a unit that are not there yet, in their order."""
        del unit
        for one in items:
            if one.name not in same:
                self.write(one.name, one.path.read_bytes(), one.sha256)

    def remove(self, names: tuple[str, ...]) -> None:
        """Remove objects."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                self._files.rm_file(f"{self._root}/{name}")


def content_type(name: str) -> str:
    """The media type of a file by its name."""
    if name.rpartition("/")[2] == "feed.xml":
        return "application/atom+xml"
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _base64(sha256: str) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


@contextlib.contextmanager
def bucket(address: str, briefing: str) -> Iterator[Bucket]:
    """The place of a briefing in `BUCKET/PREFIX`, with the keys and the endpoint of AWS's own settings."""
    try:
        import s3fs
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise DeliveryError(
            'delivery by S3 needs other packages: pip install ".[s3]" in the checkout of briefing'
        ) from error
    settings = {"connect_timeout": 20, "read_timeout": 60, "retries": {"max_attempts": 3}}
    files = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False, config_kwargs=settings)
    try:
        yield Bucket(files, f"{address.strip('/')}/{briefing}")
    except ClientError as error:
        told = error.response.get("Error", {})
        raise DeliveryError(f"the storage refuses: {told.get('Code', '')} {told.get('Message', '')}".strip()) from error
    except BotoCoreError as error:
        raise DeliveryError(f"the storage cannot be used: {error}") from error
