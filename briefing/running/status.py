"""What the last run came to, for those who watch: status.json for programs and people, metrics for Prometheus."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from briefing.publish import MANIFEST, editions, manifest_of
from briefing.running.due import moment

STATUS = "status.json"
METRICS = "metrics.prom"


def last_good(folder: Path) -> dict[str, Any] | None:
    """The newest edition that is whole: its date, folder, when it was made, and its revision where it has one."""
    for one in editions(folder):
        manifest = manifest_of(one)
        if manifest is not None:
            made = datetime.fromtimestamp((one / MANIFEST).stat().st_mtime, UTC)
            revision = {"revision": manifest["revision"]} if "revision" in manifest else {}
            return {"date": one.name, **revision, "made": made.isoformat(timespec="seconds"), "folder": one.name}
    return None


def before(folder: Path) -> dict[str, Any]:
    """The status that the run before left; empty when there is none that can be read."""
    try:
        known = json.loads((folder / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def of_config(out: Path, config: str) -> str | None:
    """The briefing that the config last described, for when it describes none: the newest status that names it."""
    found = [
        (path.stat().st_mtime, path.parent.name)
        for path in out.glob(f"*/{STATUS}")
        if before(path.parent).get("config") == config
    ]
    return max(found)[1] if found else None


def counted_failures(known: Mapping[str, Any], status: int) -> int:
    """How many runs have failed in a row, this one included."""
    failures = known.get("consecutive_failures")
    return 0 if status == 0 else 1 + (failures if type(failures) is int else 0)


def metrics(status: Mapping[str, Any], zone: ZoneInfo) -> str:
    """The status in the text format of Prometheus. What never was is 0, so that a rule on its age fires."""
    good = status["last_good"]
    edition = moment(date.fromisoformat(good["date"]), time.min, zone).timestamp() if good else 0
    figures = (
        ("last_run_timestamp_seconds", "When the last run ended.", _seconds(status["finished"])),
        (
            "last_success_timestamp_seconds",
            "When the last run without an error ended.",
            _seconds(status["last_success"]),
        ),
        ("edition_date_timestamp_seconds", "The first moment of the date of the newest good edition.", edition),
        ("next_due_timestamp_seconds", "When the next edition is due.", _seconds(status["next_due"])),
        ("run_duration_seconds", "How long the last run took.", status["seconds"]),
        ("run_status", "The exit status of the last run.", status["status"]),
        ("consecutive_failures", "How many runs have failed in a row.", status["consecutive_failures"]),
        ("warnings", "How many warnings the last run had.", len(status["warnings"])),
    )
    label = f'{{briefing="{status["briefing"]}"}}'  # an id, in which nothing needs escaping
    return "".join(
        f"# HELP briefing_{name} {sentence}\n# TYPE briefing_{name} gauge\nbriefing_{name}{label} {value:.15g}\n"
        for name, sentence, value in figures
    )


def _seconds(when: str | None) -> float:
    return datetime.fromisoformat(when).timestamp() if when else 0


def as_json(status: Mapping[str, Any]) -> str:
    """The status as it stands in its file."""
    return json.dumps(status, indent=2) + "\n"


def put(path: Path, text: str) -> str:
    """Write a file in one step. Gives what went wrong, or nothing."""
    new = path.with_name(f".new-{path.name}")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        return f"{path} cannot be written: {error.strerror or error}"
    return ""
