"""Real checkers for HTML: Chromium, axe-core for accessibility, the Nu checker for the standard.

    def test_the_page_is_accessible(page):
        page.goto(path.as_uri())
        assert axe_violations(page) == []
        assert nu_messages([path]) == []

axe-core 4.14.1 and the Nu checker 26.9.27 come from npm (`tests/package.json`, with the Bootstrap of `tests/hosts.py`),
Chromium and Java from the system.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

MODULES = Path(__file__).parent / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window and without a way out of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"none of {', '.join(names)} is on the PATH; `make test` installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],  # root has no sandbox
        )
        yield browser
        browser.close()


@contextmanager
def offline_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of its own; asking for anything but what lies in a file or in the page fails the test.

    A file that is not there fails it too. `options` are Playwright's: `viewport`, `color_scheme`, ...
    """
    asked: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).scheme not in {"file", "data"} or request.failure:
            asked.append(request.url)

    context = browser.new_context(offline=True, **options)
    context.on("request", note)
    context.on("requestfailed", note)
    page = context.new_page()
    try:
        yield page
    finally:
        context.close()
    assert not asked, f"the page asked for {', '.join(dict.fromkeys(asked))}"


def axe_violations(page: Page) -> list[str]:
    """What axe-core has against the page, one line for each place; no line when it is accessible.

    Targets have to be of 24 pixels, too, or stand apart, or in a sentence (WCAG 2.2, 2.5.8).
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_ASK_AXE)
    return [f"{rule['id']}: {node['target']}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


_ASK_AXE = """async () => (await axe.run(document, {resultTypes: ['violations'],
    rules: {'target-size': {enabled: true}}})).violations"""

YOUNGER_CSS = (
    "CSS: “container”: Property “container”",
    "CSS: Unrecognized at-rule “@container”",
    "CSS: “transition”: “allow-discrete”",
    "CSS: “--bf-big”: Parse Error",
)
"""Container queries with their units (CSS Conditional Rules, level 5) and delays of what has no steps between (CSS
Transitions, level 2), which every browser knows and the Nu checker does not yet."""


def nu_messages(paths: Iterable[Path]) -> list[str]:
    """What the Nu checker has against the files, errors and warnings. Hand it many at once: Java is slow."""
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it ends before better code would pay
    java = ("java", "-Xss4m", *quick, "-jar", str(NU))
    options = ("--format", "json", "--stdout", "--exit-zero-always")
    command = (*java, *options, *map(str, paths))
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return [
        f"{Path(one.get('url', '')).name}:{one.get('lastLine', 1)}: {one.get('subType', one['type'])}: {one['message']}"
        for one in json.loads(run.stdout)["messages"]
        if (one["type"] != "info" or one.get("subType"))  # an info without a kind is advice on style
        and not one["message"].startswith(YOUNGER_CSS)
    ]


_COMPUTED = """(where) => {
    const names = [...getComputedStyle(document.body)];
    const told = one => { const style = getComputedStyle(one); return names.map(name => style.getPropertyValue(name)) };
    const all = [...document.querySelectorAll(where)].map(one => [one.tagName, ...told(one)].join('\\n'));
    return [['', ...names].join('\\n'), ...all];
}"""


def computed(page: Page, where: str) -> list[str]:
    """Every computed style of these elements: the names of all properties, then the values of each element.

    A line for each, because a browser takes minutes to hand over as many objects.
    """
    told: list[str] = page.evaluate(_COMPUTED, where)
    return told


def differences(before: list[str], after: list[str]) -> set[tuple[str, ...]]:
    """What is not the same in two lists of `computed`: the tag, the property, both values."""
    names = before[0].split("\n")
    pairs = ((a.split("\n"), b.split("\n")) for a, b in zip(before, after, strict=True) if a != b)
    return {(a[0], *told) for a, b in pairs for told in zip(names, a, b, strict=True) if told[1] != told[2]}
