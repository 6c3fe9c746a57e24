"""Kills builds, one after the other, at steps or moments of its choice, and looks at what each left.

python -m tests.killing CONFIG BOOKS FORMATS KILLS SEED HOW

HOW is `steps`: before a file is opened, written, moved or flushed, or a statement or commit goes to the database; or
`moments`: whenever it may be, so that it also falls into what the database does by itself; or `command`: the same for
the command line; or `run`: the same for an unattended run, whose build is in a child of its own. Every kill is of a
first edition or of a revision in turn. It ends with an error when what a kill left is not whole, or when the next run
does not mend it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from sqlalchemy import Engine, event

from briefing.books import opened
from briefing.config.fields import Format
from briefing.pipeline import Built, build
from briefing.publish import MANIFEST, manifest_of
from tests import disk

_STEPS = {"os", "shutil", "tempfile", "fcntl", "ctypes", "sqlite3", "subprocess"}
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Killer:
    """A project whose builds are killed."""

    config: Path
    books: Path | str
    formats: tuple[Format, ...]
    reason: str = "late"
    moment: int = 0
    """Counts builds: each has its own."""

    def build(self, day: date) -> Built:
        """Make an edition to the end."""
        now = _NOW + timedelta(minutes=self.moment)
        return build(self.config, day=day, now=now, formats=self.formats, books=self.books, reason=self.reason)

    def folder(self, day: date) -> Path:
        """Where an edition stands."""
        return self.config.parent / "out" / "small" / day.isoformat()

    def state(self, number: int) -> None:
        """Let the facts say this number."""
        facts = self.config.with_name("facts.yaml")
        text = facts.read_text(encoding="utf-8")
        text = re.sub(r"correction: \w+", f"correction: late{number}", text)
        facts.write_text(re.sub(r"value: \d+", f"value: {number}", text), encoding="utf-8")
        self.moment += 1

    # What has to be so.

    def look(self, day: date, allowed: set[int | None]) -> None:
        """After a kill: what stands is whole and of an allowed number, and the books are sound."""
        folder = self.folder(day)
        stands = self._number(folder) if folder.exists() else None
        expect(stands in allowed, f"{stands} stands there, not one of {allowed}")
        for kept in folder.parent.glob("*-revision-*"):
            expect(manifest_of(kept) is not None, f"{kept.name} is not whole")
        if folder.with_name("latest").exists():
            expect(manifest_of(folder.with_name("latest")) is not None, "latest leads to nothing whole")
        if isinstance(self.books, Path) and self.books.exists():
            copy = sqlite3.connect(self.books)
            sound = copy.execute("pragma integrity_check").fetchall()
            copy.close()
            expect(sound == [("ok",)], f"the books are damaged: {sound}")

    def mended(self, day: date, number: int, revision: int) -> None:
        """The next run succeeds, and afterwards nothing is left over and no number of a revision is missing."""
        built = self.build(day)
        folder = self.folder(day)
        expect(not built.warnings, f"it warns: {built.warnings}")
        expect((self._number(folder), built.revision) == (number, revision), f"revision {built.revision}")
        expect(self.build(day).unchanged, "the next run makes it once more")
        kept = {f"{folder.name}-revision-{n}" for n in range(1, revision)}
        expect({path.name for path in folder.parent.glob(f"{folder.name}-*")} == kept, "kept revisions")
        expect(not list(folder.parent.glob(".[!c]*")), "something is left over")
        with opened(self.books, new=False) as books:
            expect(not books.unpublished("small"), "the books hold what never was published")
            issues = [one.revision for one in books.issues("small", day)]
            expect(issues == list(range(1, revision + 1)), f"the books have revisions {issues}")

    def _number(self, folder: Path) -> int:
        manifest = manifest_of(folder)
        expect(manifest is not None, f"{folder.name} is not whole")
        facts = json.loads((folder / "briefing.json").read_bytes())["facts"]
        inside = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        expect(inside == {*(manifest or {})["outputs"], MANIFEST}, "a file is missing or too many")
        return int(facts[0]["value"]["low"])


def expect(so: object, otherwise: str) -> None:
    """Raise where it is not so."""
    if not so:
        raise AssertionError(otherwise)


# Killing.


def _forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def _ended(child: int) -> bool:
    """Whether it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _watch(step: Callable[[], None]) -> None:
    """Call `step` before everything that another process can see."""

    def audit(name: str, _: object) -> None:
        if name == "open" or name.partition(".")[0] in _STEPS:
            step()

    sys.addaudithook(audit)
    event.listen(Engine, "before_cursor_execute", lambda *_: step())
    event.listen(Engine, "commit", lambda *_: step())


def counted(work: Callable[[], object], into: Path) -> int:
    """How many steps it takes."""

    def count() -> None:
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        _watch(step)
        work()
        into.write_text(str(steps), encoding="utf-8")

    _ended(_forked(count))
    return int(into.read_text(encoding="utf-8"))


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Kill it before a step; whether it came so far."""

    def run() -> None:
        left = number

        def step() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        _watch(step)
        work()

    return _ended(_forked(run))


def _killed_after(seconds: float, work: Callable[[], object]) -> bool:
    child = _forked(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)  # it is ours to wait for, so its number is no other's yet
    return _ended(child)


def _command_killed_after(seconds: float, killer: Killer, day: date) -> bool:
    formats = [word for one in killer.formats for word in ("--format", one)]
    command = [sys.executable, "-m", "briefing", "build", str(killer.config), "--date", str(day), "--reason", "late"]
    with subprocess.Popen(
        [*command, *formats, "--books", str(killer.books), "--quiet"], stdout=subprocess.DEVNULL
    ) as run:
        time.sleep(seconds)
        run.kill()
    return run.returncode == -signal.SIGKILL


def _run_killed_after(seconds: float, killer: Killer, day: date) -> bool:
    text = re.sub(r"(?m)^(date|formats): .*\n", "", killer.config.read_text(encoding="utf-8"))
    dated = f"date: {day}\nformats: [{', '.join(killer.formats)}]\n{text.lstrip()}"
    killer.config.write_text(dated, encoding="utf-8")
    command = [sys.executable, "-m", "briefing", "run", str(killer.config), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        time.sleep(seconds)
        run.kill()
    return run.returncode == -signal.SIGKILL


def main() -> None:
    """Kill as often as asked; how many were killed and in how many the new edition stood already."""
    config, books, formats, kills, seed, how = sys.argv[1:]
    killer = Killer(
        Path(config), books if "://" in books else Path(books), cast("tuple[Format, ...]", tuple(formats.split(",")))
    )

    if how == "run":
        killer.reason = ""  # a run has none to give; the facts do

    def build_it() -> Built:
        return killer.build(day)

    day = first = date(2026, 1, 2)
    random, killed = Random(int(seed)), 0  # noqa: S311
    killer.state(1)
    killer.build(first)
    killer.state(2)
    begun = time.monotonic()
    steps = {True: counted(build_it, killer.config.with_name("steps"))}
    whole = time.monotonic() - begun
    killer.state(3)
    day += timedelta(days=1)
    steps[False] = counted(build_it, killer.config.with_name("steps"))  # of a first issue, which keeps no other
    whole += {"command": 0.4, "run": 0.9}.get(how, 0)
    for n in range(int(kills)):
        day, revising = first + timedelta(days=2 + n // 2), n % 2 == 1
        number = 10 + n
        killer.state(number)
        share = (n + random.random()) / int(kills)
        if how == "steps":
            # Two of three in the second half: there the books and the folder are written.
            at = 1 + int(steps[revising] * (share if n % 3 == 0 else 0.5 + share * 0.55))
            killed += killed_at(at, build_it)
        elif how == "moments":
            killed += _killed_after(whole * (0.3 + share), build_it)
        elif how == "run":
            killed += _run_killed_after(whole * (0.1 + share * 0.9), killer, day)
        else:
            killed += _command_killed_after(whole * (0.3 + share), killer, day)
        killer.look(day, {number, number - 1 if revising else None})
        killer.mended(day, number, 2 if revising else 1)
    print(killed, *steps.values())  # noqa: T201  # for the test


if __name__ == "__main__":
    with disk.not_waited_for():
        main()
