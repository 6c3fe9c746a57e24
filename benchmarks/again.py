"""Builds one project again and again in one process, with other prose each time; prints how long each took."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import projects


def ours(folder: Path) -> Callable[[], object]:
    """`briefing` with a printer that lives on."""
    import briefing
    from briefing.pdf import Printer

    printer = Printer(folder / "out" / ".cache" / "fonts")
    return lambda: briefing.build(folder / "config.yaml", printer=printer)


def plain(folder: Path) -> Callable[[], object]:
    """The plain script."""
    from plain import build

    return lambda: build(folder, folder / "plain", html=True)


def main() -> None:
    """Build, change a sentence, build again."""
    what, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    book = (folder / "config.yaml").read_text(encoding="utf-8")
    build = ours(folder) if what == "briefing" else plain(folder)
    seconds = []
    for number in range(rounds + 1):
        changed = book.replace(projects.OVERVIEW, f"{projects.OVERVIEW} This is version {number} of {what}.")
        (folder / "config.yaml").write_text(changed, encoding="utf-8")
        begin = time.perf_counter()
        build()
        seconds.append(time.perf_counter() - begin)
    (folder / "config.yaml").write_text(book, encoding="utf-8")
    print(json.dumps(seconds[1:]))


if __name__ == "__main__":
    main()
