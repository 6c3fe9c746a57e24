"""Commands for what goes out of the house: embedding."""

from __future__ import annotations

import re
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
    if part and part[0] == "chart" and _BY_PLACE.fullmatch(part[1]):
        click.echo(
            f"warning: {part[1]} is named by its place; give the chart an id: or it may be another one", err=True
        )


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
    if part and part[1] not in (there := _parts(page, part[0])):
        kind = "key figure" if part[0] == "figure" else part[0]
        named = f"; it has: {', '.join(there)}" if there else ""
        raise UsageError(f"the edition of {folder.name if folder else ''} has no {kind} {part[1]!r}{named}")
    base = url or settings.url or f"/briefings/{settings.id}/"
    return Place(settings.title, f"{base.rstrip('/')}/", day.isoformat() if day else LATEST, heights_of(page))


_BY_PLACE = re.compile(r"chart-[0-9]+(-[0-9]+)?")
_PARTS = {
    "section": r' id="section-([^"]+)"',
    "chart": r' id="chart-of-([^"]+)"',
    "figure": r'<span class="bf-big"><data [^>]*data-fact="([^"]+)"',
}


def _parts(page: str, kind: str) -> tuple[str, ...]:
    """The ids of the parts of an edition that can stand alone."""
    return tuple(dict.fromkeys(re.findall(_PARTS[kind], page)))
