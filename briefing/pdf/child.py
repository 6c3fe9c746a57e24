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
from typing import IO, Any

from briefing.pdf.wire import OUT_OF_MEMORY, receive, send

Inbox = queue.SimpleQueue[tuple[dict[str, Any], list[bytes]]]

_DEEPEST = 10_000  # Python frames; an element inside an element takes about seven
_STACK = 64 * 2**20  # bytes, enough for as many frames in C; only addresses until it is used


def main() -> None:
    """Print jobs until the parent closes our input, as its death does.

    The main thread only reads, so that it sees the end of the input in the middle of a job too. The jobs are
    done in a second thread, which can have a deeper stack.
    """
    jobs, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # a stray print, from Python or from C, must not get into a reply
    sys.setrecursionlimit(_DEEPEST)
    threading.stack_size(_STACK)
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_work, args=(inbox, replies), daemon=True).start()
    with contextlib.suppress(EOFError):
        while True:
            inbox.put(receive(jobs))
    os._exit(0)  # without waiting for the thread


def _work(inbox: Inbox, replies: IO[bytes]) -> None:
    gc.disable()  # hundreds of thousands of objects in hardly a cycle: to look for some took a fifth of the time
    try:
        from briefing.pdf import engine

        engine.warm_up()
        send(replies, {"ready": True})
        while True:
            header, (page, *assets) = inbox.get()
            _limit(header)
            printed = engine.print_page(page.decode(), dict(zip(header["assets"], assets, strict=True)))
            send(replies, printed.header(), printed.pdf)
            del page, assets, printed
            gc.collect()  # nobody waits
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:  # noqa: BLE001  (nobody else would tell the parent)
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _limit(job: dict[str, Any]) -> None:
    """Have the kernel hold this process to the job's limits. The clock is the parent's."""
    for kind, most in (
        (resource.RLIMIT_AS, job["memory_mb"] * 2**20),
        (resource.RLIMIT_CPU, math.ceil(time.process_time() + job["seconds"]) + 1),  # counts from our start
        (resource.RLIMIT_FSIZE, job["output_mb"] * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of memory
            resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main()
