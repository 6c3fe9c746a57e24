"""What a whole process takes, its children included: time on the clock, time of the processors, memory at its peak."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of the processors, and bytes at the peak."""

    wall: float
    cpu: float
    peak: int


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end. Raises when it fails, with what it said."""
    with log.open("wb") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        ended = threading.Event()
        peaks: list[int] = []
        watcher = threading.Thread(target=_watch, args=(process.pid, ended, peaks))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)  # the usage of its children is in it once they have been waited for
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, max(peaks, default=0))


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.cpu for cost in costs),
        int(median(cost.peak for cost in costs)),
    )


def _watch(pid: int, ended: threading.Event, peaks: list[int]) -> None:
    """Add up every 20 ms what a process and all below it hold in memory. Pages that they share count for each."""
    while not ended.wait(0.02):
        peaks[:] = [max(sum(_resident(one) for one in _tree(pid)), *peaks)] if peaks else [_resident(pid)]


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:  # it grows while we walk
        try:
            found += [
                int(child)
                for task in Path(f"/proc/{one}/task").iterdir()
                for child in (task / "children").read_text().split()
            ]
        except OSError:  # it has ended
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
