"""The project that `briefing new` starts: small, whole, and explained in its comments."""

from __future__ import annotations

from pathlib import Path

from briefing.errors import PublishError, UsageError

_PROJECT = Path(__file__).parent / "project"


def start(folder: Path | str) -> tuple[Path, ...]:
    """Write the project into `folder` and give the paths of its files.

    A file that stands there already is never changed: then nothing is written, and UsageError names it.
    """
    target = Path(folder)
    sources = sorted(path for path in _PROJECT.rglob("*") if path.is_file())
    paths = [target / path.relative_to(_PROJECT) for path in sources]
    kept = [path for path in paths if path.name == ".gitignore" and path.exists()]  # the repository's own serves
    sources = [one for one, path in zip(sources, paths, strict=True) if path not in kept]
    paths = [path for path in paths if path not in kept]
    for path in paths:
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} is there already; choose another folder")
    try:
        for source, path in zip(sources, paths, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(source.read_bytes())
    except OSError as error:
        raise PublishError(f"the project cannot be written to {target}: {error.strerror or error}") from error
    return tuple(paths)
