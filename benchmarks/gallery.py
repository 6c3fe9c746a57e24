"""What the drawings of the gallery cost, beside plain pyplot charts of the same data.

    .venv/bin/python benchmarks/gallery.py

CPU time of drawing to SVG, the least of five, matplotlib loaded before. pyplot has no map, so maps are told apart.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

from briefing.drawing import draw
from briefing.edition import ChartSpec
from briefing.load import load
from briefing.pipeline.composing import composed_of
from briefing.render import charts_in

CONFIG = Path(__file__).parent.parent / "docs" / "gallery" / "config.yaml"


def least(task: Callable[[], object]) -> float:
    """Milliseconds of CPU time, the least of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def plain(spec: ChartSpec) -> None:
    """The chart as somebody would write it down quickly: axes, marks, a legend, labels."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.7, 2.6))
    for line in spec.lines:
        days, numbers = [point.at for point in line.points], [float(point.value.numbers[0]) for point in line.points]
        (axes.bar if spec.kind == "bar" else axes.plot)(days, numbers, label=line.label)
    labels = list(dict.fromkeys(row.label for row in spec.rows))
    for part in dict.fromkeys(row.part for row in spec.rows):
        rows = [row for row in spec.rows if row.part == part]
        bars = axes.barh([labels.index(row.label) for row in rows], [float(row.value.numbers[-1]) for row in rows])
        axes.bar_label(bars, [row.text for row in rows])
    if labels:
        axes.set_yticks(range(len(labels)), labels)
    for n, event in enumerate(spec.events):
        axes.plot([event.at], [n], "o")
        axes.text(event.at, n, event.label)
    if any(line.label for line in spec.lines):
        axes.legend()
    axes.set_ylabel(spec.unit)
    figure.tight_layout()
    figure.savefig(io.BytesIO(), format="svg")
    plt.close(figure)


def main() -> None:
    """Draw everything and print a table."""
    loaded = load(CONFIG)
    if loaded.config is None or loaded.config.date is None:
        raise SystemExit("the gallery's config cannot be read")
    edition = composed_of(loaded, CONFIG.name, loaded.config.date, None).edition
    if edition is None:
        raise SystemExit("the gallery cannot be composed")
    specs = charts_in(edition)
    draw(specs[0])
    plain(specs[0])
    sums = [0.0, 0.0]
    for spec in specs:
        ours = least(lambda spec=spec: draw(spec))  # type: ignore[misc]
        if spec.map is not None:
            print(f"{spec.kind:10} {ours:8.1f}")
            continue
        theirs = least(lambda spec=spec: plain(spec))  # type: ignore[misc]
        sums = [sums[0] + ours, sums[1] + theirs]
        print(f"{spec.kind:10} {ours:8.1f} {theirs:8.1f}  {len(draw(spec)) / 1000:.1f} kB")
    print(f"{'all':10} {sums[0]:8.1f} {sums[1]:8.1f}")


if __name__ == "__main__":
    main()
