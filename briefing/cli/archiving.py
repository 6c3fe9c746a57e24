"""The command that makes the site of all editions."""

from __future__ import annotations

from pathlib import Path

import click

from briefing.cli.options import CONFIG, OUT, config_at


@click.command()
@CONFIG
@OUT
def archive(config: Path, out: Path | None) -> None:
    """Make the site of all editions of CONFIG, or bring it up to date.

    It stands in out/BRIEFING/site/ and needs no program to be served: an index by date with a search, a folder for each
    edition, latest/, a feed, a sitemap. Only what is new is written; the paths are printed, one a line. `briefing run`
    makes it by itself where CONFIG has archive:.
    """
    from briefing.archiving import archive as run

    made = run(config_at(config), out=out)
    for name in made.written:
        click.echo(made.folder / name)
    for name in made.damaged:
        click.echo(
            f"warning: {name} is no whole edition, so it is not in the site; `briefing build` mends it", err=True
        )
    if made.left_out:
        click.echo(f"left out, above the ceiling: {', '.join(made.left_out)}", err=True)
    gone = f", removed {len(made.removed)}" if made.removed else ""
    click.echo(f"written {len(made.written)}, unchanged {made.unchanged}{gone}", err=True)
