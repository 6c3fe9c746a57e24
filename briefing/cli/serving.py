"""Commands that show editions to others: the web server and the preview."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from briefing.cli.options import CONFIG, DATE, config_at

_LOCAL = "127.0.0.1"


@click.command()
@click.argument("places", metavar="[OUT|CONFIG]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--host", default=_LOCAL, show_default=True, help="The address to listen on; by default this machine's.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for any.")
@click.option("--settings", type=click.Path(path_type=Path), metavar="FILE", help="Who may see what, and more: YAML.")
@click.option("--quiet", "-q", is_flag=True, help="Only warnings and errors in the log.")
@click.option("--new-token", "token_for", metavar="NAME", help="Print a new token and its lines of the settings.")
def serve(  # click's way
    places: tuple[Path, ...],
    host: str,
    port: int,
    settings: Path | None,
    quiet: bool,  # noqa: FBT001
    token_for: str | None,
) -> None:
    """Serve published editions over HTTP, for reading: pages, PDFs, feeds, a JSON interface.

    Each OUT is a folder of editions, or a CONFIG whose out/ is meant; without any, out/ here. Everything is found new
    as soon as it is published. The log is a JSON object a line, on standard error. It needs the extra
    serve.
    """
    from briefing.serving import new_token
    from briefing.serving import serve as run

    if token_for is not None:
        token, lines = new_token(token_for)
        click.echo(token)
        click.echo(f"This is the only time that the token is shown. Add its hash to the settings:\n\n{lines}", err=True)
        return
    from briefing.running import Log

    log = Log(datetime.now(UTC), sys.stderr, "json", quiet=quiet)
    run(
        [_out_of(place) for place in places] or [Path("out")],
        host=host,
        port=port,
        settings=settings,
        say=log.say,
        ready=lambda address: click.echo(f"serving on {address}"),
    )


def _out_of(place: Path) -> Path:
    """The folder of editions that is meant: itself, or out/ beside a config."""
    config = config_at(place)
    return config.parent / "out" if config.is_file() else place


@click.command()
@CONFIG
@DATE
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port; 0 for any.")
def preview(config: Path, day: date | None, port: int) -> None:
    """Show a draft of CONFIG in the browser while you write, made again on every save.

    The page stays where you were. What is wrong with the files stands in it, with file, line and column; below is the
    last page that was good. Nothing is recorded or published, and only this machine can see it. It needs the extra
    serve.
    """
    from briefing.running import Log
    from briefing.serving import preview as run

    log = Log(datetime.now(UTC), sys.stderr)
    run(
        config_at(config),
        day=day,
        port=port,
        clock=lambda: datetime.now(UTC),
        say=log.say,
        ready=lambda address: click.echo(f"open {address}"),
    )


COMMANDS = (serve, preview)
