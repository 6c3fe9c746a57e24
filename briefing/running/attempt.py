"""One edition, made in a child process that is stopped when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal, cast

from briefing.errors import OutputError, StoppedError
from briefing.running.log import Log

TIME_LIMIT = 124
"""The exit status of an edition that took too long, as timeout(1) has it."""

Child = subprocess.Popen[str]
Result = Literal["published", "unchanged", "failed", "timed-out", "stopped", "undelivered", "unarchived"]


@dataclass(frozen=True, slots=True)
class Job:
    """What to make: everything of an edition but its date."""

    config: Path
    out: Path
    now: datetime
    produced: datetime | None
    strict: bool
    seconds: int
    """How long it may take."""
    mark: dict[str, str] | None = None
    """Not to make the edition but to mark the last good one: the id of the briefing and its books."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an edition. `found` are the errors and warnings, as the child tells them."""

    day: date | None
    """None when the config is wrong, so that no date is known."""
    result: Result
    status: int
    seconds: float = 0
    folder: Path | None = None
    files: tuple[str, ...] = ()
    found: tuple[dict[str, Any], ...] = ()

    def messages(self, level: Literal["error", "warning"]) -> tuple[str, ...]:
        """The errors, or the warnings, as texts."""
        return tuple(one["message"] for one in self.found if one["level"] == level)


def attempt(job: Job, day: date, log: Log) -> Outcome:
    """Make one edition. What goes wrong is in the outcome; the last good edition stays as it is."""
    start = time.monotonic()
    late = threading.Event()
    told: dict[str, Any] | None = None
    words = ""
    try:
        with _child(job, day) as (child, errors):

            def stop() -> None:
                late.set()
                _kill(child)

            timer = threading.Timer(job.seconds, stop)
            timer.daemon = True
            timer.start()
            try:
                told = _heard(child, day, log)
            finally:
                timer.cancel()
                _kill(child)
                status = child.wait()
            words = errors.read_text("utf-8", "replace").strip()
        if told is None:
            told = _late(job) if late.is_set() else _broken(status, words)
    except StoppedError as error:
        told = {"result": "stopped", "status": error.status, "found": [_error(str(error))]}
    except OSError as error:
        told = {
            "result": "failed",
            "status": OutputError.status,
            "found": [_error(f"no process can be started: {error}")],
        }
    folder = Path(told["folder"]) if "folder" in told else None
    files = tuple(told.get("files", ()))
    seconds = round(time.monotonic() - start, 3)
    return Outcome(day, told["result"], told["status"], seconds, folder, files, tuple(told["found"]))


@contextlib.contextmanager
def _child(job: Job, day: date) -> Iterator[tuple[Child, Path]]:
    """The child and the file of what it writes to stderr. Its temporary files go with it, however it ends."""
    asked = {
        "config": str(job.config),
        "date": day.isoformat(),
        "now": job.now.isoformat(),
        "produced": job.produced.isoformat() if job.produced else None,
        "out": str(job.out),
        "strict": job.strict,
        "mark": job.mark,
    }
    path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
    with tempfile.TemporaryDirectory(prefix="briefing-run-", ignore_cleanup_errors=True) as home:
        errors = Path(home) / "errors"
        with errors.open("wb") as file:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "briefing.running.child", json.dumps(asked)],
                stdin=subprocess.PIPE,  # its end is our death
                stdout=subprocess.PIPE,
                stderr=file,
                env={**os.environ, "PYTHONPATH": path, "TMPDIR": home},
                start_new_session=True,  # a group of its own: killed whole, and deaf to our ^C
                encoding="utf-8",
            )
        with child:
            yield child, errors


def _heard(child: Child, day: date, log: Log) -> dict[str, Any] | None:
    """What the child says at the end, if it gets there. Its steps go into the log."""
    for line in cast("IO[str]", child.stdout):
        told: dict[str, Any] = json.loads(line)
        if "step" not in told:
            return told
        log.say("step", f"{day}: {told['step']}", date=day.isoformat(), step=told["step"])
    return None


def _kill(child: Child) -> None:
    """End the child and whatever it has started. Publishing stands it at any moment."""
    if child.returncode is None:  # not waited for yet, so that the number is still its own
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it went by itself just now
            os.killpg(child.pid, signal.SIGKILL)


def _late(job: Job) -> dict[str, Any]:
    limit = f"{job.seconds} s" if job.seconds < 120 else f"{job.seconds / 60:g} minutes"
    message = (
        f"the edition was not ready after {limit} and was given up; the config may allow more: schedule: time_limit:"
    )
    return {"result": "timed-out", "status": TIME_LIMIT, "found": [_error(message)]}


def _broken(status: int, words: str) -> dict[str, Any]:
    """The child ended without a word to us: it was killed, or there is a fault in the program."""
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    if status == -signal.SIGKILL:
        how += ", as when the system has no memory left"
    last = words.rpartition("\n")[2]
    message = f"the build ended in the middle of its work: {how}. {last}".strip()
    return {"result": "failed", "status": OutputError.status, "found": [{**_error(message), "traceback": words}]}


def _error(message: str) -> dict[str, Any]:
    return {"level": "error", "message": message}
