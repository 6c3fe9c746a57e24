"""What a person at a terminal sees while a briefing takes longer than a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER = 1.0
"""Seconds without a word."""


@contextmanager
def spinner() -> Iterator[Callable[[str], None]]:
    """A line on stderr with the step under way, from the first second on; it is gone at the end."""
    step = ["starting"]
    done = threading.Event()

    def wait() -> None:
        if done.wait(AFTER):
            return
        from rich.console import Console  # only for those who wait

        with Console(stderr=True).status(step[0]) as status:
            while not done.wait(0.1):
                status.update(step[0])

    def show(now: str) -> None:
        step[0] = now

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield show
    finally:
        done.set()
        thread.join()
