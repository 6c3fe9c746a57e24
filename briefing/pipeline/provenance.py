"""What an edition is made from: inputs, theme, fonts, program and libraries, by hash and version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from briefing.config import Config
from briefing.config.blocks import ChartBlock
from briefing.errors import UsageError
from briefing.kinds import OURS, maker_of
from briefing.load import Loaded
from briefing.render import Theme

_PACKAGE = Path(__file__).parent.parent


_LIBRARIES = ("babel", "jinja2", "markdown-it-py", "matplotlib", "pydyf", "weasyprint")


def made_of(
    loaded: Loaded,
    name: str,
    edition_date: date,
    theme: Theme,
    produced: datetime | None,
) -> dict[str, Any]:
    """What an edition is made from, by hash and version; `made_from` stands for all of it."""
    known: dict[str, Any] = {
        "briefing": loaded.config.id if loaded.config else "",
        "date": edition_date.isoformat(),
        "config": name,
        "produced": produced.isoformat() if produced else None,
        "inputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(loaded.contents.items())},
        "theme": theme.fingerprint,
        "fonts": {f"{n}/{path.name}": path.stat().st_size for n, path in font_files(loaded)},
        "program": {"version": _version("briefing"), "sha256": _program()},
        "libraries": {library: _version(library) for library in _LIBRARIES},
        "plugins": dict(sorted(_plugins(loaded.config))),
    }
    return {"made_from": _digest(known), **known}


def font_files(loaded: Loaded) -> Iterator[tuple[int, Path]]:
    """The user's own font files. Raises UsageError for a folder that is not there."""
    for number, name in enumerate(loaded.config.fonts if loaded.config else ()):
        folder = loaded.folder / name
        if not folder.is_dir():
            raise UsageError(f"the folder of fonts {folder} is not there")
        for path in sorted(folder.glob("*.[ot]tf")):
            yield number, path


def _plugins(config: Config | None) -> set[tuple[str, str]]:
    """The packages of others that this briefing draws with, each with its version."""
    blocks = (block for section in (config.sections if config is not None else ()) for block in section.blocks)
    makers = {maker_of(block.kind) for block in blocks if isinstance(block, ChartBlock)}
    return {maker for maker in makers if maker[0] != OURS}


@cache
def _version(package: str) -> str:
    return metadata.version(package)


@cache
def _program() -> str:
    """A hash of the program itself as this process first saw it, so that a change in it makes editions anew."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for path in sorted([*(_PACKAGE / "fonts").rglob("*.[tw]*f*"), *(_PACKAGE / "geography").glob("*.json")]):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()


def _digest(known: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
