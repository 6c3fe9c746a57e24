"""From a save to the new page: how long an author waits for a change in prose, in a real browser.

    python benchmarks/preview.py [CONFIG]

needs Playwright and Debian's `chromium`. Without CONFIG it is the demonstration. A copy is changed, not the files.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
ROUNDS = 10
PAINTED = """() => new Promise((done) => {
    const words = document.querySelector("main, body").textContent.split("Briefly.").length - 1;
    requestAnimationFrame(() => requestAnimationFrame(() => done(words)));
})"""
"""How many of the words that were added stood in the page when it was painted."""


def main() -> None:
    """Save ten times, each when the page before has been shown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("config", nargs="?", type=Path, default=ROOT / "config.yaml")
    parser.add_argument("--date", default="2022-04-09")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        shutil.copytree(given.config.parent / "facts", project / "facts")
        config = Path(shutil.copy(given.config, project / "config.yaml"))
        log = Path(folder, "log")
        with previewed(config, given.date, log) as address, browser() as page:
            page.goto(address)
            shown(page, 0)
            taken = [saved(page, config) for _ in range(ROUNDS + 2)][2:]  # the first two find nothing in memory
        made = [float(one) for one in re.findall(r"made in ([0-9.]+) s", log.read_text(encoding="utf-8"))][-ROUNDS:]
    print(f"from a save to the page, {ROUNDS} rounds: median {statistics.median(taken):.2f} s", end="")
    print(f", {min(taken):.2f} to {max(taken):.2f}; of which making it {statistics.median(made):.2f} s")


def saved(page: Page, config: Path) -> float:
    """Seconds from a save, of one word more in the summary, until the page with it is painted."""
    text = re.sub(r"(?m)^summary: ", "summary: Briefly. ", config.read_text(encoding="utf-8"), count=1)
    begun = time.perf_counter()
    config.write_text(text, encoding="utf-8")
    shown(page, text.count("Briefly."))
    return time.perf_counter() - begun


def shown(page: Page, words: int) -> None:
    """Wait until a page with so many of the words has been painted."""
    for _ in range(2000):
        if page.evaluate(PAINTED) == words:
            return
    raise TimeoutError


@contextmanager
def previewed(config: Path, day: str, log: Path) -> Iterator[str]:
    """`briefing preview` as a process, by its address."""
    command = [sys.executable, "-m", "briefing", "preview", str(config), "--date", day, "--port", "0"]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101  # it is a pipe
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


@contextmanager
def browser() -> Iterator[Page]:
    """A page of Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("there is no Chromium; Debian's package is chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium.new_page(viewport={"width": 1440, "height": 900})
        chromium.close()


if __name__ == "__main__":
    main()
