"""From the tree to files: pages, data, charts and the PDF, each read back before it may appear."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from briefing.audit import Audit, once, shows_all
from briefing.charts import drawings_that_fit
from briefing.config import Config
from briefing.config.fields import Format
from briefing.edition import ChartSpec, Edition
from briefing.errors import InputError
from briefing.evidence import Evidence
from briefing.pdf import Limits, PrintedPDF, Printer, PrintJob
from briefing.render import (
    Drawings,
    PrintPage,
    Theme,
    chart_files,
    embed_page,
    fragment,
    half_charts_in,
    narrow_charts_in,
    paper_page,
    screen_page,
)
from briefing.render.data import edition_data
from briefing.render.sheets import sheets

CHARTS = Path(".cache", "charts")
"""Where drawings are kept, in the folder of all editions."""


@dataclass(frozen=True, slots=True)
class Means:
    """What rendering needs besides the edition."""

    theme: Theme
    pictures: Drawings
    printer: Printer | None
    cache: Path
    fonts: tuple[Path, ...]


def rendered(
    edition: Edition, evidence: Evidence, settings: Config, wanted: tuple[Format, ...], means: Means
) -> tuple[dict[str, bytes], int | None]:
    """The files of the edition by name, and how many pages the PDF has. The PDF is printed beside the others."""
    printing: Future[PrintedPDF] | None = None
    paper: PrintPage | None = None
    with ThreadPoolExecutor(1) as beside:
        pictures = {**means.pictures}
        if "pdf" in wanted and means.printer is not None:
            pictures |= narrow(half_charts_in(edition), means)
            paper = paper_page(edition, means.theme, pictures, settings.paper)
            limits = Limits(settings.limits.seconds, settings.limits.memory_mb)
            printing = beside.submit(means.printer.print, PrintJob(paper.html, paper.assets), limits)
        files = {f"charts/{name}": svg.encode() for name, svg in chart_files(edition, means.pictures, means.theme.look)}
        files |= {name: text.encode() for name, text in sheets(edition, evidence)}
        if {"html", "fragment"} & set(wanted):
            pictures |= narrow(narrow_charts_in(edition), means)
        if "html" in wanted:
            files["briefing.html"] = screen_page(edition, means.theme, pictures).encode()
        if "fragment" in wanted:
            files["fragment.html"] = fragment(edition, means.theme, pictures).encode()
            files["embed.html"] = embed_page(edition, means.theme, pictures).encode()
        if "json" in wanted:
            files["briefing.json"] = edition_data(edition, evidence).encode()
        audit = Audit(edition, evidence, pictures, settings.allow)
        found = audit.files(files)
        if paper is not None:
            found += audit.paper(paper.html, paper.assets)  # while it is printed
        printed = printing.result() if printing is not None else None
    if printed is not None:
        files["briefing.pdf"] = printed.data
        found += audit.pdf(printed.data)
    if found:
        raise InputError(once(found))
    return files, printed.pages if printed is not None else None


def narrow(specs: Iterable[ChartSpec], means: Means) -> dict[ChartSpec, str]:
    """The narrow drawings of charts in which all of them can be read."""
    fitting = drawings_that_fit(specs, means.cache, means.fonts)
    return {spec: svg for spec, svg in fitting.items() if shows_all(spec, svg)}
