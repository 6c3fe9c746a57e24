"""The script that anyone would write with the same four libraries, for the projects of `projects.py`.

    python plain.py FOLDER OUT [--html] [--tagged]

It reads the same facts and prints the same sentences, table, key figures and charts. In the PDF every citation is a
native footnote of WeasyPrint, with the whole reference. Nothing is checked.
"""

import csv
import sys
from datetime import date
from pathlib import Path

import jinja2
import matplotlib as mpl
import yaml
from weasyprint import HTML

mpl.use("svg")
from matplotlib import pyplot as plt  # noqa: E402  # after the choice of its backend

HERE = Path(__file__).parent


def read(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def day(when):
    return f"{when.day} {when:%B %Y}"


def figure(value):
    text = str(value)
    if ".." in text:
        low, high = text.split("..")
        return f"{int(low):,} to {int(high):,}"
    return f"about {int(text[1:]):,}" if text.startswith("~") else f"{int(text):,}"


def line_chart(table, path):
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    drawing, axes = plt.subplots(figsize=(6.7, 2.4))
    axes.plot([date.fromisoformat(row["day"]) for row in rows], [int(row["level"]) for row in rows])
    save(drawing, path)


def range_chart(facts, path):
    drawing, axes = plt.subplots(figsize=(6.7, 2.8))
    ends = [[int(end) for end in fact["value"].split("..")] for fact in facts]
    axes.barh([fact["subject"] for fact in facts], [high - low for low, high in ends], left=[low for low, _ in ends])
    save(drawing, path)


def save(drawing, path):
    drawing.tight_layout()
    drawing.savefig(path)
    plt.close(drawing)


def build(folder, out, *, html=False, tagged=False):
    out.mkdir(parents=True, exist_ok=True)
    config = read(folder / "config.yaml")
    sources = read(folder / "facts/sources.yaml")["sources"]
    book = read(folder / "facts/facts.yaml")
    facts = book["facts"]

    def with_tag(tag):
        return [fact for fact in facts.values() if tag in fact["tags"]]

    line_chart(folder / "level.csv", out / "line.svg")
    range_chart(with_tag("drawn"), out / "range.svg")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("plain.html")
    numbers = {name: number for number, name in enumerate(sources, 1)}
    content = {
        "config": config,
        "facts": facts,
        "indicators": book["indicators"],
        "sources": sources,
        "numbers": numbers,
    }
    content |= {"day": day, "figure": figure, "with_tag": with_tag}
    page = template.render(content, paper=True)
    HTML(string=page, base_url=f"{out}/").write_pdf(out / "plain.pdf", pdf_variant="pdf/ua-1" if tagged else None)
    if html:
        (out / "plain.html").write_text(template.render(content, paper=False), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), html="--html" in sys.argv, tagged="--tagged" in sys.argv)
