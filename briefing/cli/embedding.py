"""Commands for what goes out of the house: embedding."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from briefing.cli.options import CONFIG, OUT, Date, config_at
from briefing.errors import InputError, UsageError

if TYPE_CHECKING:
    from briefing.embedding import Place, Way


@click.command()
@CONFIG
@click.option(
    "--date", "day", type=Date(), metavar="YYYY-MM-DD", help="One edition for good. By default always the newest."
)
@click.option(
    "--way",
    type=click.Choice(["iframe", "element", "fragment"]),
    default="iframe",
    show_default=True,
    help="A frame, an element with a script, or text that your server puts in.",
)
@click.option("--section", metavar="ID", help="Only this section.")
@click.option("--figure", metavar="FACT", help="Only this key figure.")
@click.option("--chart", metavar="ID", help="Only this chart.")
@click.option("--url", metavar="ADDRESS", help="Where the briefing is published. By default that of the config.")
@OUT
def embed(  # noqa: PLR0913  # click's way
    config: Path,
    day: date | None,
    way: str,
    section: str | None,
    figure: str | None,
    chart: str | None,
    url: str | None,
    out: Path | None,
) -> None:
    """Print what to copy into a page of yours to have an edition of CONFIG there.

    The frame is the safe way. The element shows one section, figure or chart alone; a frame begins there.
    """
    from briefing.embedding import snippet

    given = {"section": section, "figure": figure, "chart": chart}
    parts = [(name, value) for name, value in given.items() if value is not None]
    if len(parts) > 1:
        raise click.UsageError("only one of --section, --figure and --chart")
    part = parts[0] if parts else None
    click.echo(snippet(_place(config_at(config), out, day, url, part), cast("Way", way), part))


def _place(config: Path, out: Path | None, day: date | None, url: str | None, part: tuple[str, str] | None) -> Place:
    """The edition to embed, which has to stand in `out`, and hold the part that is asked for."""
    from briefing.embedding import Place, heights_of
    from briefing.load import load
    from briefing.publish import LATEST, editions

    loaded = load(config)
    if loaded.config is None:
        raise InputError(loaded.diagnostics)
    settings = loaded.config
    made = (out or config.parent / "out") / settings.id
    folder = made / day.isoformat() if day else next(iter(editions(made)), None)
    try:
        page = (folder / "embed.html").read_text(encoding="utf-8") if folder else ""
    except OSError:
        page = ""
    if not page:
        raise UsageError(f"there is no embed.html of {day or 'any edition'} in {made}; briefing build makes it")
    if part and not any(mark in page for mark in _marks(*part)):
        raise UsageError(f"the edition of {folder.name if folder else ''} has no {part[0]} {part[1]!r}")
    base = url or settings.url or f"/briefings/{settings.id}/"
    return Place(settings.title, f"{base.rstrip('/')}/", day.isoformat() if day else LATEST, heights_of(page))


def _marks(kind: str, name: str) -> tuple[str, ...]:
    """What stands in the page of an edition that holds this part."""
    return {
        "section": (f'id="section-{name}"',),
        "chart": (f'id="chart-of-{name}"',),
        "figure": (f'data-fact="{name}"',),
    }[kind]
