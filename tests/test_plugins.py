"""Kinds of chart from other packages: found where they are installed, and served like our own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.reading import a_project, briefing, data, nodes

PLUGIN = Path(__file__).parent / "plugin"
FACTS = """
sources:
  count: {title: Street count, publisher: Town hall, published: 2026-03-01}
  paper: {title: The flood in figures, publisher: Gazette, published: 2026-03-02}
indicators: {homes: {label: Homes under water, unit: homes}}
facts:
  marsh: {indicator: homes, place: Lower Marsh, value: 1240, as_of: 2026-03-01, said_by: Town, sources: [count]}
  hill: {indicator: homes, place: <b>Hill</b> $5, value: 300..420, as_of: 2026-03-01, said_by: Town, sources: [paper]}
"""
CONFIG = """
title: Flood
date: 2026-03-02
facts: facts.yaml
sections:
  - title: Homes
    blocks:
      - chart:
          kind: lollipop
          title: Most homes under water are in Lower Marsh
          facts: {indicator: homes}
          by: place
          options: {dot: large}
"""


def installed(folder: Path) -> dict[str, str]:
    """The environment of a machine on which the example package is installed from its wheel."""
    source = folder / "source"
    shutil.copytree(PLUGIN, source, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = (source / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return {"PYTHONPATH": str(folder / "site")}


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A machine with the example package."""
    return installed(tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def made(machine, tmp_path_factory):
    """The folder of an edition with a chart of the package's kind."""
    config = a_project(tmp_path_factory.mktemp("flood"), CONFIG, FACTS)
    done = briefing("build", config, cwd=config.parent, env=machine)
    assert done.returncode == 0, done.stderr
    return config.parent / "out" / "flood" / "2026-03-02"


def test_a_kind_from_another_package_is_drawn(made):
    """Its own marks are in the page and in the file that stands alone, beside labels that stay text."""
    page = (made / "briefing.html").read_text()
    (alone,) = (made / "charts").glob("*.svg")
    for text, times in ((page, 2), (alone.read_text(), 1)):  # a page has a drawing for narrow screens too
        assert len(re.findall(r'class="bf-stem"', text)) == 2 * times
        assert "&lt;b&gt;Hill&lt;/b&gt; $5" in text


def test_it_gets_notes_words_and_data_for_nothing(made):
    """The source line cites every source once, the alternative text tells every figure, a table stands behind."""
    (chart,) = nodes(data(made), "chart")
    cited = [one["citations"][0]["source"] for one in nodes(chart["source"], "note")]
    assert cited == ["count", "paper"]
    assert chart["alt"].startswith("Lollipop chart. Lower Marsh: 1,240")
    assert "300 to 420" in chart["alt"]
    assert [row["fact"] for row in chart["table"]["rows"]] == ["marsh", "hill"]


def test_it_follows_the_page_into_the_dark(made):
    """Its colours are those of the theme, in a dark page too."""
    svg = (made / "briefing.html").read_text().split("<svg", 1)[1].split("</svg>")[0]
    assert "var(--bf-chart-series1" in svg
    assert "var(--bf-chart-muted" in svg


def test_its_drawings_are_kept(machine, made):
    """An edition made anew takes the drawing from the cache: neither matplotlib nor what draws it is loaded."""
    config = made.parents[2] / "config.yaml"
    config.write_text(config.read_text().replace("title: Flood", "title: Flood\nbriefing: flood\nsubtitle: Again"))
    run = (
        "import sys; from briefing.pipeline import build\n"
        f"built = build({str(config)!r}, out={str(made.parents[1])!r}, formats=['html'])\n"
        "print(built.unchanged, 'matplotlib' in sys.modules, 'briefing_lollipop.drawing' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], env=machine | {"PATH": ""}, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "False", "False"]


def test_the_manifest_names_the_package(made):
    """An edition is made from the package too, so that a new version of it makes the edition anew."""
    assert json.loads((made / "manifest.json").read_text())["plugins"] == {"briefing-lollipop": "1.2.0"}


def test_its_kind_is_in_the_schema_of_that_machine(machine):
    """An editor completes the kinds that are installed, and only those."""
    done = briefing("schema", "config", env=machine)
    assert '"lollipop"' in done.stdout
    assert '"lollipop"' not in briefing("schema", "config").stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("by: place", "group: place"),
            "error[unknown-key]: 'group' means nothing to a lollipop chart\n  hint: it takes by",
        ),
        (("{dot: large}", "{dto: large}"), "error[unknown-key]: 'dto' is no option of a lollipop chart"),
        (("facts: {indicator: homes}", "series: [homes]"), "error[missing-key]: a lollipop chart needs facts:"),
        (("lollipop", "lolipop"), "a kind of chart with a similar name is 'lollipop'"),
    ],
)
def test_what_is_wrong_in_its_block_is_said(machine, tmp_path, change, said):
    """Keys, options and names are checked as those of our own kinds are."""
    config = a_project(tmp_path, CONFIG.replace(*change), FACTS)
    done = briefing("check", config, env=machine)
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "__init__.py",
            "from briefing",
            "from nowhere",
            "the chart kind 'lollipop' of briefing-lollipop cannot be loaded",
        ),
        ("__init__.py", "LOLLIPOP = ChartKind(", "LOLLIPOP = dict(", "is no briefing.kinds.ChartKind"),
        ("drawing.py", "wide = spec.width * MM", "wide = spec.wide * MM", "briefing-lollipop 1.2.0 could not draw"),
        ("drawing.py", "return sheet", "return None", "gives NoneType and no Sheet"),
        ("drawing.py", "row.text, 0.25", "'77 homes', 0.25", "untraced-numeral"),
        (
            "../briefing_lollipop-1.2.0.dist-info/entry_points.txt",
            "lollipop = b",
            "line = b",
            "briefing-lollipop brings the chart kind 'line', which briefing has",
        ),
    ],
)
def test_a_package_that_fails_is_named(machine, tmp_path, file, old, new, said):
    """Whatever another package does wrong, the message says which package it was, and nothing is published."""
    site = shutil.copytree(machine["PYTHONPATH"], tmp_path / "site", ignore=shutil.ignore_patterns("__pycache__"))
    path = site / "briefing_lollipop" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    config = a_project(tmp_path / "flood", CONFIG, FACTS)
    done = briefing("build", config, cwd=config.parent, env={"PYTHONPATH": str(site)})
    assert done.returncode in {1, 3}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(config.parent.glob("out/flood/2026*"))
