"""The same input gives the same bytes, wherever, whenever and by whomever it is built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pikepdf
import pytest

from briefing.pipeline import build
from tests.reading import CASES, ROOT, a_project, called, data, edition

WORLDS = {
    "here": (0o022, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    "elsewhere, with another name": (
        0o077,
        {
            "TZ": "America/Anchorage",
            "LANG": "tr_TR.UTF-8",
            "PYTHONHASHSEED": "4242",
            "PYTHONUTF8": "1",
            "MPLBACKEND": "svg",
        },
    ),
}
"""The umask and the environment of two machines."""


def started(folder, world, *arguments):
    """A build in a folder, in a world of its own, whose home is not there."""
    umask, settings = WORLDS[world]
    command = [sys.executable, "-m", "briefing", "build", *arguments]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **settings}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=env, umask=umask, stdout=pipe, stderr=pipe, text=True)


def contents(folder):
    """The bytes of every file below a folder by its name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_of_the_demo_are_the_same_in_every_byte(tmp_path):
    """Time zone, locale, home, folder, umask, hash seed and an empty cache leave no trace in any file."""
    runs = []
    for number, world in enumerate(WORLDS):
        folder = tmp_path / world
        shutil.copytree(ROOT / "facts", folder / "project" / "facts")
        shutil.copy(ROOT / "config.yaml", folder / "project")
        config = ["project", "../elsewhere, with another name/project/config.yaml"][number]
        runs.append(started(folder, world, config, "--date", "2022-04-09", "--out", "out", "--quiet"))
    for run in runs:
        _, said = run.communicate()
        assert (run.returncode, said) == (0, "")
    one, other = (contents(tmp_path / world / "out" / "ukraine") for world in WORLDS)
    assert {"2022-04-09/briefing.pdf", "2022-04-09/manifest.json", "2022-04-09/charts/chart-4.svg"} <= set(one)
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name] and name != "books.sqlite"] == []  # it knows when


def test_a_warm_cache_changes_nothing(tmp_path, tmp_path_factory):
    """With charts and fonts from the cache an edition comes out as it did without."""
    config = CASES / "crue" / "config.yaml"
    first = edition(config, tmp_path_factory)
    cache = first.parent.parent / ".cache"
    assert len(list((cache / "charts").iterdir())) >= 2
    shutil.copytree(cache, tmp_path / ".cache")
    again = build(config, out=tmp_path)
    assert not again.unchanged
    assert contents(again.folder) == contents(first)


CONFIG = """
title: Small
timezone: Europe/Kyiv
date: 2022-04-09
facts: facts.yaml
sections: [{title: Weather, blocks: [{facts: {ids: [rain]}}]}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2022-04-09}}
facts: {rain: {claim: It rains, as_of: 2022-04-09, said_by: Office, sources: [office]}}
"""


def test_source_date_epoch_is_the_moment_it_was_made(tmp_path, monkeypatch):
    """SOURCE_DATE_EPOCH is the moment in PDF and data; without it, noon of the edition's date in its zone."""
    config = a_project(tmp_path, CONFIG, FACTS)
    folder = tmp_path / "out" / "small" / "2022-04-09"

    def made(moment):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
        done = called("build", config)
        assert done.exit_code == 0, done.stderr
        with pikepdf.open(folder / "briefing.pdf") as pdf:
            return str(pdf.docinfo.CreationDate), data(folder)["edition"]["produced"]

    assert made("") == ("D:20220409120000+03'00", "2022-04-09T12:00:00+03:00")
    printed, told = made("1700000000")
    assert re.sub(r"\D", "", printed).startswith("20231114221320")
    assert told == "2023-11-14T22:13:20+00:00"
    before = contents(folder)
    assert made("1700000000") == (printed, told)
    assert contents(folder) == before


@pytest.mark.parametrize("wrong", ["yesterday", "1e9", "99999999999999999999"])
def test_a_source_date_epoch_that_is_none_is_refused(tmp_path, monkeypatch, wrong):
    """A SOURCE_DATE_EPOCH that is no number of seconds is wrong usage."""
    config = a_project(tmp_path, CONFIG, FACTS)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    done = called("build", config)
    assert done.exit_code == 2
    assert f"SOURCE_DATE_EPOCH='{wrong}' is not a number of seconds since 1970" in done.stderr
    assert not (tmp_path / "out").exists()
