"""The child process: reads jobs, prints them one after another, and ends with its parent."""

from __future__ import annotations

import contextlib
import gc
import math
import os
import queue
import resource
import sys
import threading
import time
from typing import Any, BinaryIO

from briefing.pdf.wire import OUT_OF_MEMORY, receive, send

_DEEPEST = 20_000  # Python frames; a nested element takes about seven
_STACK = 256 * 2**20  # bytes, enough for as many frames; reserved, used only when needed


def main() -> None:
    """Print jobs until the parent closes our input, which its death does too.

    The main thread only reads, so it sees the end of the input while a job is running. Printing has a
    thread of its own for a deeper stack.
    """
    jobs = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # a stray print, in Python or in C, must not get into a reply
    inbox: queue.SimpleQueue[tuple[dict[str, Any], list[bytes]]] = queue.SimpleQueue()
    sys.setrecursionlimit(_DEEPEST)
    threading.stack_size(_STACK)
    threading.Thread(target=_work, args=(inbox, replies), daemon=True).start()
    with contextlib.suppress(EOFError):
        while True:
            inbox.put(receive(jobs))
    os._exit(0)


def _work(inbox: queue.SimpleQueue[tuple[dict[str, Any], list[bytes]]], replies: BinaryIO) -> None:
    try:
        from briefing.pdf import engine

        engine.warm_up()
        gc.disable()  # a page is one large web of cycles, alive to the end: collecting finds nothing
        gc.collect()
        gc.freeze()
        send(replies, {"ready": True})
        while True:
            header, (page, *assets) = inbox.get()
            _limit(header)
            printed = engine.print_page(page.decode(), dict(zip(header["assets"], assets, strict=True)))
            send(replies, printed.header(), printed.pdf)
            del page, assets, printed
            gc.collect()  # between the jobs, where nobody waits
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _limit(header: dict[str, Any]) -> None:
    """Have the kernel hold this process to the job's limits. The clock is the parent's."""
    cpu = math.ceil(time.process_time() + header["seconds"]) + 1
    for kind, soft in (
        (resource.RLIMIT_AS, header["memory_mb"] * 2**20),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, header["output_mb"] * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    main()
