"""The script that anyone would write with the same four libraries, for the projects of `projects.py`.

    python benchmarks/plain.py FOLDER OUT [--html] [--tagged]

It reads the same facts and prints the same sentences, table, key figures and charts. In the PDF every citation is a
native footnote of WeasyPrint, with its whole reference. Nothing is checked.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import yaml
from matplotlib import pyplot as plt
from weasyprint import HTML

HERE = Path(__file__).parent


def read(path: Path) -> Any:  # noqa: ANN401  # whatever a file holds
    """What a YAML file holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def day(when: date) -> str:
    """A date in words."""
    return f"{when.day} {when:%B %Y}"


def figure(value: str | int) -> str:
    """A value in words."""
    text = str(value)
    if ".." in text:
        low, high = text.split("..")
        return f"{int(low):,} to {int(high):,}"
    return f"about {int(text[1:]):,}" if text.startswith("~") else f"{int(text):,}"


def line_chart(table: Path, path: Path) -> None:
    """Draw a series."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    drawing, axes = plt.subplots(figsize=(6.7, 2.4), layout="tight")
    axes.plot([date.fromisoformat(row["day"]) for row in rows], [int(row["level"]) for row in rows])
    drawing.savefig(path)
    plt.close(drawing)


def range_chart(facts: list[dict[str, Any]], path: Path) -> None:
    """Draw ranges."""
    ends = [[int(end) for end in fact["value"].split("..")] for fact in facts]
    drawing, axes = plt.subplots(figsize=(6.7, 2.8), layout="tight")
    axes.barh([fact["subject"] for fact in facts], [high - low for low, high in ends], left=[low for low, _ in ends])
    drawing.savefig(path)
    plt.close(drawing)


def build(folder: Path, out: Path, *, html: bool = False, tagged: bool = False) -> None:
    """Make the PDF, as PDF/UA if it is to be tagged, and the HTML."""
    out.mkdir(parents=True, exist_ok=True)
    config, book = read(folder / "config.yaml"), read(folder / "facts/facts.yaml")
    facts, sources = book["facts"], read(folder / "facts/sources.yaml")["sources"]

    def with_tag(tag: str) -> list[dict[str, Any]]:
        return [fact for fact in facts.values() if tag in fact["tags"]]

    line_chart(folder / "level.csv", out / "line.svg")
    range_chart(with_tag("drawn"), out / "range.svg")
    loader = jinja2.FileSystemLoader(HERE)
    template = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("plain.html")
    numbers = {name: number for number, name in enumerate(sources, 1)}
    content = {
        "config": config,
        "facts": facts,
        "indicators": book["indicators"],
        "sources": sources,
        "numbers": numbers,
    }
    content |= {"day": day, "figure": figure, "with_tag": with_tag}
    page = HTML(string=template.render(content, paper=True), base_url=f"{out}/")
    page.write_pdf(out / "plain.pdf", pdf_variant="pdf/ua-1" if tagged else None)
    if html:
        (out / "plain.html").write_text(template.render(content, paper=False), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), html="--html" in sys.argv, tagged="--tagged" in sys.argv)
