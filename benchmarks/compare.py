"""Measures `briefing` against the plain script of `plain.py`, on the same facts, in turn.

    python benchmarks/compare.py                     60, 600 and 3,000 facts, five rounds: some 40 minutes
    python benchmarks/compare.py --facts 600         one size
    python benchmarks/compare.py --own-sources       every fact has a source of its own

Prints a table in Markdown. Linux only, for it reads /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import projects
from measure import Cost, middle, run

HERE = Path(__file__).parent
BRIEFING = [sys.executable, "-m", "briefing"]
LIBRARIES = ("weasyprint", "matplotlib", "jinja2", "pyyaml", "pydantic", "babel")


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure: its name, its command, and what has to be done before, which is not measured."""

    name: str
    command: list[str]
    before: Callable[[], object] = lambda: None


def cases(folder: Path, chromium: str | None) -> list[Case]:
    """All that is measured on one project, in the order of the table."""
    config, out, plain_out = str(folder / "config.yaml"), folder / "out", str(folder / "plain")
    plain = [sys.executable, str(HERE / "plain.py"), str(folder), plain_out]
    page = out / "measured" / projects.DAY.isoformat() / "briefing.html"

    def afresh() -> None:
        shutil.rmtree(out, ignore_errors=True)  # the caches of fonts and charts are in it

    def built() -> None:
        if not page.exists():
            run([*BRIEFING, "build", config], os.environ, folder / "log")

    listed = [
        Case("plain script: PDF", plain),
        Case("plain script: PDF/UA", [*plain, "--tagged"]),
        Case("plain script: PDF and HTML", [*plain, "--html"]),
        Case("`briefing build --format pdf`", [*BRIEFING, "build", config, "--format", "pdf"], afresh),
        Case("`briefing build`: PDF, HTML, fragment, JSON", [*BRIEFING, "build", config], afresh),
        Case("`briefing build`, nothing changed", [*BRIEFING, "build", config], built),
        Case("`briefing check`", [*BRIEFING, "check", config]),
    ]
    if chromium:
        profile = f"--user-data-dir={folder / 'chromium'}"
        printed = f"--print-to-pdf={folder / 'chromium.pdf'}"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", profile, printed]
        listed.append(Case("Chromium prints our HTML", [chromium, *options, page.absolute().as_uri()], built))
    return listed


def again(folder: Path, environment: dict[str, str], rounds: int) -> dict[str, float]:
    """Seconds for one more build in a process that has built before, with other prose: ours and the plain script's."""
    taken: dict[str, list[float]] = {}
    for _ in range(2):  # two processes each, in turn
        for what in ("plain", "briefing"):
            log = folder / "log"
            run([sys.executable, str(HERE / "again.py"), what, str(folder), str(-(-rounds // 2))], environment, log)
            taken.setdefault(what, []).extend(json.loads(log.read_text().splitlines()[-1]))
    return {what: statistics.median(seconds) for what, seconds in taken.items()}


def environment(place: Path) -> dict[str, str]:
    """Ours, with the same fonts for the plain script as `briefing` uses, and a warm cache of them."""
    import briefing

    fonts = Path(briefing.__file__).parent / "fonts"
    aliases = "".join(
        f"<alias binding='same'><family>{generic}</family><prefer><family>{family}</family></prefer></alias>"
        for generic, family in (("serif", "Source Serif 4"), ("sans-serif", "Source Sans 3"))
    )
    settings = place / "fonts.conf"
    reject = f"<selectfont><rejectfont><glob>{fonts / 'web'}</glob></rejectfont></selectfont>"
    cache = f"<cachedir>{place / 'fontconfig'}</cachedir>"
    settings.write_text(f"<fontconfig><dir>{fonts}</dir>{reject}{cache}{aliases}</fontconfig>", encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(settings), "MPLCONFIGDIR": str(place / "matplotlib")}


def compare(facts: int, place: Path, *, rounds: int, own_sources: bool, with_chromium: bool) -> None:
    """Measure one size, and print its table."""
    folder = place / f"{facts}{'-own' if own_sources else ''}"
    projects.write(folder, facts, own_sources=own_sources)
    surroundings = environment(place)
    chromium = shutil.which("chromium") if with_chromium else None
    listed = cases(folder, chromium)
    costs: dict[str, list[Cost]] = {case.name: [] for case in listed}
    for number in range(-1, rounds):  # the first round only warms the disk and the plain script's caches
        for case in listed:
            case.before()
            cost = run(case.command, surroundings, folder / "log")
            if number >= 0:
                costs[case.name].append(cost)
            print(f"{facts} facts, round {number + 1}, {case.name}: {cost.wall:.2f} s", file=sys.stderr)
    print(f"\n### {facts:,} facts, {'each with a source of its own' if own_sources else 'a source for every five'}\n")
    print("| | wall, s | range | CPU, s | peak, MB |\n|---|---:|---:|---:|---:|")
    for name, taken in costs.items():
        cost, walls = middle(taken), [one.wall for one in taken]
        print(
            f"| {name} | {cost.wall:.2f} | {min(walls):.2f}–{max(walls):.2f} | {cost.cpu:.2f} | {cost.peak / 1e6:.0f} |"
        )
    warm = again(folder, surroundings, rounds)
    print(f"| plain script once more in the same process: PDF and HTML | {warm['plain']:.2f} | | | |")
    print(f"| `briefing.build` once more in the same process, all formats | {warm['briefing']:.2f} | | | |", flush=True)


def main() -> None:
    """Read the arguments, and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, nargs="+", default=[60, 600, 3000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--own-sources", action="store_true")
    parser.add_argument("--chromium", action="store_true", help="measure as well how Chromium prints our HTML")
    options = parser.parse_args()
    versions = ", ".join(f"{library} {metadata.version(library)}" for library in LIBRARIES)
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}. Medians of {options.rounds} rounds."
    )
    with tempfile.TemporaryDirectory() as place:
        for facts in options.facts:
            compare(
                facts,
                Path(place),
                rounds=options.rounds,
                own_sources=options.own_sources,
                with_chromium=options.chromium,
            )


if __name__ == "__main__":
    main()
