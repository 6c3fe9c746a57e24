"""The demonstration and every folder of tests/cases: made whole, and put before the checkers of PDF and HTML.

A case is a folder with a config (which gives its date) and its facts. What must come out stands in its `expected.txt`:
each line is a text that both the PDF and the page have to hold, wherever their lines break.
"""

from __future__ import annotations

import page as page_validation
import pytest

from briefing.publish import manifest_of
from tests.browser import axe_violations, nu_messages, offline_page
from tests.reading import CASES, DEMO, data, edition, inked, prose

CONFIGS = [DEMO, *sorted(CASES.glob("*/config.yaml"))]
EXPECTED = sorted(CASES.glob("*/expected.txt"))


@pytest.fixture(params=CONFIGS, ids=lambda config: config.parent.name if config != DEMO else "demo")
def folder(request, tmp_path_factory):
    """The edition of each config."""
    return edition(request.param, tmp_path_factory)


def test_every_case_says_what_comes_out():
    """Each folder of tests/cases has a config and says what must come out of it."""
    assert len(EXPECTED) >= 2
    assert {path.parent for path in EXPECTED} == {config.parent for config in CONFIGS[1:]}


def test_every_file_is_there_as_its_manifest_says(folder):
    """An edition has its PDF, page, fragment, data and charts, each with the hash that the manifest gives."""
    manifest = manifest_of(folder)
    assert manifest is not None
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*manifest["outputs"], "manifest.json"}
    assert {"briefing.pdf", "briefing.html", "fragment.html", "briefing.json"} <= there


def test_the_pdf_can_be_read_by_everybody(folder):
    """The PDF breaks no rule of PDF/UA-1, the standard of accessible PDF."""
    report = page_validation.validate_pdf(folder / "briefing.pdf", profile="ua1")
    assert [(one.rule_id, one.message) for one in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 100


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_read_by_everybody(chromium, folder, width, scheme):
    """axe-core finds nothing against the page, narrow or wide, light or dark, with every chart's data opened."""
    with offline_page(chromium, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.goto((folder / "briefing.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert axe_violations(page) == []


def test_the_html_is_valid(tmp_path_factory, tmp_path):
    """The Nu checker has neither an error nor a warning against any page, nor against a page that holds a fragment."""
    files = []
    for number, config in enumerate(CONFIGS):
        folder = edition(config, tmp_path_factory)
        host = tmp_path / f"{config.parent.name}-{number}.html"
        fragment = (folder / "fragment.html").read_text(encoding="utf-8")
        language = data(folder)["edition"]["language"]
        style, _, rest = fragment.partition("</style>")
        head = f'<!doctype html><html lang="{language}"><head><title>Host</title>{style}</style></head>'
        host.write_text(f"{head}<body><main>{rest}</main></body></html>", encoding="utf-8")
        files += [folder / "briefing.html", host]
    assert nu_messages(files) == []


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.parent.name)
def test_what_must_come_out_comes_out(page, tmp_path_factory, expected):
    """Every line of a case's expected.txt stands in its PDF and in its page."""
    folder = edition(expected.parent / "config.yaml", tmp_path_factory)
    page.goto((folder / "briefing.html").as_uri())
    page.evaluate("document.querySelectorAll('.bf-note').forEach(one => one.remove())")
    on_paper, on_screen = inked(prose(folder / "briefing.pdf")), inked(page.evaluate("document.body.textContent"))
    lines = [line for line in expected.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) >= 5
    assert [line for line in lines if inked(line) not in on_screen] == []
    assert [line for line in lines if inked(line) not in on_paper] == []
