"""Measures a year of daily editions with 500 facts each, of which about 100 are others every day.

    python benchmarks/year.py [DAYS] [FACTS]

All editions are made in one process, as HTML and JSON, into one file of books. It prints the size of the books and how
long a run took after 1, 30 and all days; then what `check`, a build with nothing to do and `diff` take at the end, each
a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import briefing

FIRST = date(2025, 1, 1)
CONFIG = """
title: Year
language: en
formats: [html, json]
sections: [{title: Changes, blocks: [changes]}, {title: All, blocks: [facts]}]
"""


def facts(day: int, count: int) -> str:
    """The facts of a day: every fifth has a new figure."""
    head = "sources: {office: {title: Daily report, publisher: Office, published: 2025-01-01}}\n"
    head += "indicators: {people: {label: People reached, unit: people, measure: cumulative}}\nfacts:\n"
    return head + "".join(_fact(number, day - (day - number) % 5) for number in range(count))


def _fact(number: int, changed: int) -> str:
    seen = FIRST + timedelta(days=max(changed, 0))
    return (
        f"  place-{number}:\n    claim: Place {number} reported {{value}} {{unit}} reached\n    indicator: people\n"
        f"    subject: Place {number}\n    value: {1000 + number + 5 * max(changed, 0)}\n    as_of: {seen}\n"
        f"    said_by: Office {number % 20}\n    sources: [office]\n"
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def command(*words: str | Path) -> float:
    """How long a command takes, as a process of its own: the median of three."""
    whole = [sys.executable, "-m", "briefing", *map(str, words)]
    return median(seconds(lambda: subprocess.run(whole, check=True, capture_output=True)) for _ in range(3))


def main() -> None:
    """Make the year and print what it took."""
    days, count = (int(word) for word in (*sys.argv[1:], *("365", "500")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        config.write_text(CONFIG, encoding="utf-8")
        config.with_name("facts").mkdir()
        books = Path(folder, "out", "year", "books.sqlite")
        took: list[float] = []
        for day in range(days):
            config.with_name("facts").joinpath("all.yaml").write_text(facts(day, count), encoding="utf-8")
            took.append(seconds(lambda day=day: _build(config, day)))  # type: ignore[misc]
            if day + 1 in {1, 30, days}:
                near = median(took[-5:])
                print(f"{day + 1:4} days  books {books.stat().st_size / 2**20:5.1f} MB  a run {near:.2f} s", flush=True)
        last = FIRST + timedelta(days=days - 1)
        print(f"check           {command('check', config, '--date', str(last)):.2f} s")
        print(f"build unchanged {command('build', config, '--date', str(last)):.2f} s")
        print(f"diff            {command('diff', str(FIRST), str(last), config):.2f} s")
        config.with_name("facts").joinpath("all.yaml").write_text(facts(days, count), encoding="utf-8")
        more = ("build", config, "--date", str(last + timedelta(days=1)))
        print(f"build, new day  {seconds(lambda: _once(*more)):.2f} s")


def _build(config: Path, day: int) -> None:
    when = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC)
    briefing.build(config, day=when.date(), now=when)


def _once(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "briefing", *map(str, words)], check=True, capture_output=True)


if __name__ == "__main__":
    main()
