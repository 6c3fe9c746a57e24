"""The child process of a run: makes one edition and tells its parent what comes of it, a JSON object a line."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

from briefing.diagnostics import Diagnostic
from briefing.errors import BriefingError, InputError, OutputError
from briefing.pipeline import Built, build, mark_last_good
from briefing.publish import NOT_UPDATED, point_to_latest


def main(job: dict[str, Any]) -> None:
    """Make the edition of `job`: config, date, now, produced, out, strict; or mark the last good one for it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    parent = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a stray print must not get into what the parent reads

    def tell(**fields: Any) -> None:  # noqa: ANN401
        print(json.dumps(fields), file=parent, flush=True)

    try:
        built = (
            _marked(job)
            if job["mark"]
            else build(
                Path(job["config"]),
                day=date.fromisoformat(job["date"]),
                now=datetime.fromisoformat(job["now"]),
                produced=datetime.fromisoformat(job["produced"]) if job["produced"] else None,
                out=Path(job["out"]),
                strict=job["strict"],
                progress=lambda step: tell(step=step),
            )
        )
    except InputError as error:
        tell(result="failed", status=error.status, found=[_told(one) for one in error.diagnostics])
    except BriefingError as error:
        tell(result="failed", status=error.status, found=[{"level": "error", "message": str(error)}])
    else:
        tell(
            result="unchanged" if built.unchanged else "published",
            status=0,
            folder=str(built.folder),
            files=built.files,
            found=[{"level": "warning", "message": one} for one in built.warnings],
        )


def _marked(job: dict[str, Any]) -> Built:
    """The last good edition with its notice, to which `latest` leads from now on."""
    books, out = job["mark"]["books"], Path(job["out"])
    place = books if "://" in books else Path(books)
    built = mark_last_good(place, job["mark"]["briefing"], out, date.fromisoformat(job["date"]))
    if built is None:
        raise OutputError("the books have no edition that could be marked")
    if trouble := point_to_latest(built.folder.parent, NOT_UPDATED):
        raise OutputError(trouble)
    return built


def _told(one: Diagnostic) -> dict[str, Any]:
    where = one.where
    place = {"file": where.file, "line": where.line, "column": where.column}
    return {"level": one.severity, "message": str(one), "code": one.code, **place}


def _end_with_parent() -> None:
    """Wait until our input ends, as it does when the parent is killed; then end with our whole group."""
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
