"""The web server for published editions, and the preview for those who write them. The door to Starlette and uvicorn.

They come with the extra `serve` and are loaded only when a server is started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.errors import UsageError
from briefing.serving.settings import check_door, new_token, read_settings

if TYPE_CHECKING:
    from briefing.serving.guard import Say


def serve(
    folders: Iterable[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    settings: Path | None = None,
    say: Say,
    ready: Callable[[str], None],
) -> None:
    """Serve the editions in the folders until a signal says to stop.

    `say` gets a line for each request; `ready` the address, when all has been read and the server listens. Port 0 is
    any that is free. Raises InputError for settings that are wrong, and UsageError.
    """
    given = check_door(read_settings(settings), host)
    _installed()
    from briefing.serving.app import application
    from briefing.serving.house import address_of, listen, run
    from briefing.serving.shelf import Shelf

    places = tuple(folders)
    for folder in places:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}; `briefing build` makes one")
    shelf = Shelf(places)
    listening = listen(host, port)
    shelf.read()
    ready(address_of(listening, host))
    run(application(shelf, given, say), listening, given.connections)


def preview(
    config: Path,
    *,
    day: date | None = None,
    port: int = 8001,
    clock: Callable[[], datetime],
    say: Say,
    ready: Callable[[str], None],
) -> None:
    """Show a draft of `config` on this machine, made again on every save, until a signal says to stop.

    Nothing is recorded or published. `clock` gives the moment of each build. Raises UsageError.
    """
    _installed()
    if not config.is_file():
        raise UsageError(f"there is no file {config}")
    from briefing.serving.preview import start

    start(config, day=day, port=port, clock=clock, say=say, ready=ready)


def _installed() -> None:
    try:
        import starlette
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"there is no {error.name}: the server needs pip install '.[serve]' in the checkout of briefing"
        ) from error
    del starlette


__all__ = ["new_token", "preview", "serve"]
