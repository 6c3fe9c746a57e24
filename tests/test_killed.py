"""A build may be killed at any step: what stood stays whole, the books stay sound, the next run mends the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.reading import ROOT, a_project
from tests.test_publish import CAN_MOUNT, WORLD

CONFIG = """
title: Small
language: en
facts: facts.yaml
sections: [{title: Weather, blocks: [changes, facts]}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}
indicators: {rain: {label: Rain, unit: mm}}
facts: {rain: {indicator: rain, value: 1, as_of: 2026-01-01, said_by: Office, sources: [office]}}
"""


@pytest.fixture
def config(tmp_path):
    """A small project."""
    return a_project(tmp_path / "project", CONFIG, FACTS)


def killed(config, books, formats, kills, how, seed=0):
    """Kill builds; how many did not come to their end."""
    words = [str(config), str(books), formats, str(kills), str(seed), how]
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing", *words], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_every_kind_of_step(config, seed):
    """Killed before any step of reading, recording, keeping or publishing: all is whole and the next run mends it."""
    books = config.parent / "out" / "small" / "books.sqlite"
    assert killed(config, books, "html,json", 30, "steps", seed) >= 25


def test_killed_at_any_moment(config):
    """The same at moments of chance, which also fall into what the database does by itself."""
    books = config.parent / "out" / "small" / "books.sqlite"
    assert killed(config, books, "html,json", 24, "moments") >= 4


def test_killed_with_books_in_a_database(config, database):
    """The same with books in PostgreSQL."""
    assert killed(config, database, "html,json", 20, "steps") >= 16


def test_killed_while_a_pdf_is_made(config):
    """The same with a PDF, which another process prints."""
    books = config.parent / "out" / "small" / "books.sqlite"
    assert killed(config, books, "pdf,json", 6, "moments") >= 3


def test_a_killed_command(config):
    """The same for the command line."""
    books = config.parent / "out" / "small" / "books.sqlite"
    assert killed(config, books, "html,json", 10, "command") >= 3


def test_a_killed_run(tmp_path):
    """The same for an unattended run: with it dies the child that makes the edition."""
    facts = FACTS.replace("said_by: Office", "said_by: Office, correction: late")
    config = a_project(tmp_path / "project", CONFIG, facts)
    books = config.parent / "out" / "small" / "books.sqlite"
    assert killed(config, books, "html,json", 14, "run") >= 4


# A disk that takes nothing.

ON_A_DISK = """
import subprocess, sys
from contextlib import suppress
from pathlib import Path
from tests.killing import Killer, date
from tests.reading import called

kind, config = sys.argv[1], Path(sys.argv[2])
out, day = config.parent / "out", date(2026, 1, 2)
out.mkdir()
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", out], check=True)
killer = Killer(config, out / "small" / "books.sqlite", ("html", "json"))
killer.state(1)
killer.build(day)
killer.state(2)
for left in range(0, 400_000, 20_000):
    if kind == "full":
        with suppress(OSError):
            (out / "fill").write_bytes(bytes(2**20))
        with (out / "fill").open("r+b") as file:
            file.truncate(max(0, (out / "fill").stat().st_size - left))
    else:
        subprocess.run(["mount", "-o", "remount,ro", out], check=True)
    done = called("build", config, "--date", str(day), "--format", "html", "--format", "json", "--reason", "late")
    assert done.exit_code in {0, 3}, done.output
    killer.look(day, {1} if done.exit_code else {1, 2})
    if kind != "full" or done.exit_code == 0:
        break
else:
    raise AssertionError("it never fitted")
if kind == "full":
    (out / "fill").unlink()
else:
    subprocess.run(["mount", "-o", "remount,rw", out], check=True)
killer.mended(day, 2, 2)
"""


@pytest.mark.parametrize("kind", ["full", "read-only"] if CAN_MOUNT else [])
def test_a_disk_that_takes_nothing_harms_no_books(config, kind):
    """However much room is left on a full disk, and on one that is read-only: books and editions stay whole."""
    command = [*WORLD, sys.executable, "-c", ON_A_DISK, kind, str(config)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
