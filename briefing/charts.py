"""Drawings by their specification: looked up in a cache by content, and drawn only when they are not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import cache as remembered
from importlib import metadata
from pathlib import Path

from briefing import geography
from briefing.drawing.palette import VERSION
from briefing.edition import ChartSpec
from briefing.errors import DrawError
from briefing.kinds import chart_kind, maker_of


def drawings(specs: Iterable[ChartSpec], cache: Path | None, fonts: tuple[Path, ...] = ()) -> dict[ChartSpec, str]:
    """The SVG of every specification. `cache` is a folder, or None to draw everything anew.

    `fonts` are folders of fonts for characters that the project's own lack.

    A cache that is damaged or cannot be written costs time and nothing else. Raises DrawError.
    """
    files = _files(fonts)
    return {spec: _drawing(spec, cache, files) for spec in specs}


def drawings_that_fit(
    specs: Iterable[ChartSpec], cache: Path | None, fonts: tuple[Path, ...] = ()
) -> dict[ChartSpec, str]:
    """As `drawings`, without those that have no room for what they hold. That they have none is kept as well."""
    made: dict[ChartSpec, str] = {}
    files = _files(fonts)
    for spec in specs:
        try:
            svg = _drawing(spec, cache, files)
        except DrawError:
            _keep(_place(spec, cache, files), svg := "")
        if svg:
            made[spec] = svg
    return made


def picture(
    spec: ChartSpec, cache: Path | None, fonts: tuple[Path, ...], pixels: int, colours: Mapping[str, str]
) -> bytes:
    """The PNG of a specification, so many pixels wide, in a look's own `colours` by token. Raises DrawError."""
    files = _files(fonts)
    path = None
    if cache is not None:
        key = hashlib.sha256(f"{chart_key(spec, files)} {pixels} {sorted(colours.items())}".encode()).hexdigest()
        path = cache / f"{key}.png"
    found = _bytes_found(path) if path is not None else None
    if found is None:
        from briefing.drawing import draw_pixels  # loads matplotlib

        found = draw_pixels(spec, files, pixels, colours)
        _keep_bytes(path, found)
    return found


def _files(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(path for folder in folders for path in sorted(folder.glob("*.[ot]tf")))


def _place(spec: ChartSpec, cache: Path | None, fonts: tuple[Path, ...]) -> Path | None:
    return cache / f"{chart_key(spec, fonts)}.svg" if cache is not None else None


def _drawing(spec: ChartSpec, cache: Path | None, fonts: tuple[Path, ...]) -> str:
    path = _place(spec, cache, fonts)
    svg = _found(path) if path is not None else None
    if svg is None:
        from briefing.drawing import draw  # loads matplotlib

        svg = draw(spec, fonts)
        _keep(path, svg)
    return svg


def chart_key(spec: ChartSpec, fonts: Iterable[Path] = ()) -> str:
    """A hash of all that a drawing depends on."""
    own_fonts = [f"{path.name}:{path.stat().st_size}" for path in fonts]
    maker = f"{maker_of(spec.kind)} {chart_kind(spec.kind).version}"
    ground = f"geography {geography.VERSION}" if spec.map is not None else ""
    parts = (str(VERSION), maker, ground, _matplotlib(), *own_fonts, repr(spec))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@remembered
def _matplotlib() -> str:
    return metadata.version("matplotlib")


def _found(path: Path) -> str | None:
    found = _bytes_found(path)
    return found.decode() if found is not None else None


def _bytes_found(path: Path) -> bytes | None:
    try:
        digest, _, drawing = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return drawing if hashlib.sha256(drawing).hexdigest().encode() == digest else None


def _keep(path: Path | None, svg: str) -> None:
    _keep_bytes(path, svg.encode())


def _keep_bytes(path: Path | None, drawing: bytes) -> None:
    if path is None:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(hashlib.sha256(drawing).hexdigest().encode() + b"\n" + drawing)
        beside.replace(path)
