"""Make the gallery of the docs: every kind of chart, drawn by the program from real data, with the YAML that makes it.

    .venv/bin/python .ci/gallery.py

writes `docs/gallery/README.md` and `docs/images/gallery/*.svg`. A test fails when they do not show what this makes.
"""

from __future__ import annotations

import json
import re
import tempfile
import textwrap
from pathlib import Path

from briefing.kinds import chart_kind
from briefing.pipeline import build

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "docs" / "gallery" / "config.yaml"
PAGE = ROOT / "docs" / "gallery" / "README.md"
PICTURES = ROOT / "docs" / "images" / "gallery"
HEAD = """<!-- Made from config.yaml beside it by .ci/gallery.py. Do not edit. -->

# Gallery

Every kind of chart, drawn by `briefing` from [real data](data/README.md). The pictures are the files that an edition
has in `charts/`; the YAML is that of [config.yaml](config.yaml). What each kind takes, and how it stays honest, is told
in the [guide](../guide/charts.md).
"""


def gallery() -> tuple[str, dict[str, str]]:
    """The page, and its pictures by their names."""
    with tempfile.TemporaryDirectory() as out:
        made = build(CONFIG, out=Path(out), formats=["html", "json"])
        pictures = {
            path.name: path.read_text(encoding="utf-8") for path in sorted((made.folder / "charts").glob("*.svg"))
        }
        edition = json.loads((made.folder / "briefing.json").read_text(encoding="utf-8"))["edition"]
        page = (made.folder / "briefing.html").read_text(encoding="utf-8")
    parts = [HEAD]
    for section in edition["sections"]:
        charts = [block for block in section["blocks"] if block["type"] == "chart"]
        if charts:
            parts.append(f"## {section['title']}\n")
        for chart in charts:
            kind = chart_kind(chart["spec"]["kind"])
            title = "".join(node.get("text", "") for node in chart["title"])
            form = chart["id"].removeprefix(chart["spec"]["kind"]).strip("-").replace("-", " ")
            parts += [f"### {kind.title}{f', {form}' if form else ''}\n", f"{kind.summary}\n"]
            parts += [f"![{title}](../images/gallery/{chart['id']}.svg)\n", _yaml(chart["id"])]
    pictures["sparkline.svg"] = _spark(page)
    parts += [
        "## In a word’s space\n",
        f"### {chart_kind('sparkline').title}\n",
        f"{chart_kind('sparkline').summary}\n",
    ]
    parts += ["![The course of a series](../images/gallery/sparkline.svg)\n", _lines_of("key_figures")]
    return "\n".join(parts), pictures


def _yaml(name: str) -> str:
    """The block of the chart of this id, as it stands in the config."""
    text = CONFIG.read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=      - )", text)
    (block,) = (one for one in blocks if re.search(rf"(?m)^          id: {name}$", one))
    return _fenced(re.sub(r"(?m)^          id: .*\n", "", block))


def _lines_of(kind: str) -> str:
    """The first block of a kind, as it stands in the config."""
    text = CONFIG.read_text(encoding="utf-8")
    (block,) = (one for one in re.split(r"(?m)^(?=      - )", text) if one.startswith(f"      - {kind}:"))
    return _fenced(block)


def _fenced(block: str) -> str:
    block = re.split(r"(?m)^  - title:", block)[0]
    return f"```yaml\n{textwrap.dedent(block).strip()}\n```\n"


def _spark(page: str) -> str:
    """The first sparkline of the page, to stand alone: without the page's colours it has its own."""
    (svg,) = re.findall(r"<svg[^>]*>.*?</svg>", page.partition('class="bf-spark"')[2], re.DOTALL)[:1]
    return re.sub(r"var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)", r"\1", svg) + "\n"


def main() -> None:
    """Write the page and its pictures; what is no longer shown goes."""
    page, pictures = gallery()
    PAGE.write_text(page, encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in PICTURES.glob("*.svg"):
        if path.name not in pictures:
            path.unlink()
    for name, svg in pictures.items():
        (PICTURES / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
