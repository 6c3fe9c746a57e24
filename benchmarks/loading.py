"""Measures how long 20,000 facts take to load, and what they weigh in memory.

    python benchmarks/loading.py [FACTS] [ROUNDS]

The yardstick is `yaml.compose` with PyYAML's C loader on the same files, which makes nodes of them and checks nothing.
Each measurement is a process of its own; they take turns.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median
from typing import Any

import projects

PAGE = os.sysconf("SC_PAGE_SIZE")


def compose(folder: Path) -> Any:  # noqa: ANN401
    """Nodes of all files, by PyYAML alone."""
    import yaml

    files = (folder / "config.yaml", folder / "facts/sources.yaml", folder / "facts/facts.yaml")
    return [yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for path in files]


def load(folder: Path) -> Any:  # noqa: ANN401
    """The files as `briefing` reads them: trees of text."""
    from briefing.load import load as stage

    return stage(folder / "config.yaml")


def validate(folder: Path) -> Any:  # noqa: ANN401
    """Loaded, and made into checked facts; the trees of text are let go."""
    from briefing.validate import validate as stage

    loaded = load(folder)
    facts, problems = stage(loaded.config, "config.yaml", loaded.documents[1:], loaded.tables)
    if problems:
        raise RuntimeError(problems[0])
    return facts


WHAT = {"compose": compose, "load": load, "validate": validate}


def measure(what: str, folder: Path, *, traced: bool) -> dict[str, float]:
    """Seconds on the clock and of the processor, and bytes that are held afterwards: resident, and Python's own."""
    WHAT[what](_small(folder))  # all that is imported, compiled and cached belongs to no fact
    gc.collect()
    before = _resident()
    if traced:
        tracemalloc.start()
    wall, cpu = time.perf_counter(), time.process_time()
    held = WHAT[what](folder)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    gc.collect()
    taken |= {"resident": _resident() - before, "python": tracemalloc.get_traced_memory()[0] if traced else 0}
    del held
    return taken


def _small(folder: Path) -> Path:
    projects.write(folder / "small", 60)
    return folder / "small"


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


def main() -> None:
    """Without a command from ourselves: write the facts, measure all in turn, print the table."""
    if len(sys.argv) > 3:
        what, folder, collecting, traced = sys.argv[1:]
        if collecting == "no":
            gc.disable()
        print(json.dumps(measure(what, Path(folder), traced=traced == "yes")))
        return
    count, rounds = (int(given) for given in [*sys.argv[1:], "20000", "7"][:2]) if len(sys.argv) > 1 else (20_000, 7)
    with tempfile.TemporaryDirectory() as place:
        projects.write(Path(place), count)
        table(Path(place), count, rounds)


def table(folder: Path, count: int, rounds: int) -> None:
    """Measure, and print a row for each."""
    size = sum(path.stat().st_size for path in (folder / "facts").iterdir())
    print(f"{count:,} facts, {size / 1e6:.1f} MB of YAML, medians of {rounds} rounds.\n")
    print("| | wall, s | CPU, s | of compose | resident, bytes a fact | Python's own |\n|---|---:|---:|---:|---:|---:|")
    rows = [
        (f"`{what}`{', no garbage collection' if collecting == 'no' else ''}", what, collecting)
        for collecting in ("yes", "no")
        for what in WHAT
    ]
    taken: dict[str, list[dict[str, float]]] = {name: [] for name, _, _ in rows}
    for number in range(rounds + 1):
        for name, what, collecting in rows:
            command = [sys.executable, __file__, what, str(folder), collecting, "yes" if number == rounds else "no"]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            taken[name].append(json.loads(done.stdout))
    for name, _, collecting in rows:
        *untraced, traced = taken[name]
        wall, cpu, resident = (median(one[key] for one in untraced) for key in ("wall", "cpu", "resident"))
        yard = rows[0][0] if collecting == "yes" else rows[3][0]
        part = cpu / median(one["cpu"] for one in taken[yard][:-1])
        print(
            f"| {name} | {wall:.2f} | {cpu:.2f} | {part:.2f} "
            f"| {resident / count:.0f} | {traced['python'] / count:.0f} |"
        )


if __name__ == "__main__":
    main()
