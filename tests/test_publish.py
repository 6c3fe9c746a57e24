"""Files appear whole or not at all, whatever happens while they are written; the manifest knows what stands there."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from briefing.pipeline import build
from briefing.publish import alone, manifest_of, publish
from tests.reading import a_project, at_once, called, data

CONFIG = """
title: Small
date: 2026-01-02
language: en
facts: facts.yaml
formats: [html, json]
sections: [{title: Weather, blocks: [{text: "It rains {{ value('rain') }} mm. Text-0."}]}]
"""
FACTS = """
sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}
indicators: {rain: {label: Rain, unit: mm}}
facts: {rain: {indicator: rain, value: 12, as_of: 2026-01-01, said_by: Office, sources: [office]}}
"""
UNPRINTABLE = "\U0001f327"  # no font of the project has a cloud with rain


@pytest.fixture
def config(tmp_path):
    """A small project."""
    return a_project(tmp_path / "project", CONFIG, FACTS)


def rewrite(config, text):
    """Change what the edition says; what it said before stands in `CONFIG`."""
    config.write_text(CONFIG.replace("Text-0", text), encoding="utf-8")


def known(folder):
    """The manifest of an edition, which has to be whole."""
    manifest = manifest_of(folder)
    assert manifest is not None
    return manifest


def snapshot(folder):
    """Every file with its bytes and the moment at which it was written."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()}


def left_over(folder):
    """What unfinished runs have left beside an edition."""
    return sorted(path.name for path in folder.parent.glob(".tmp-*"))


# The manifest.


def test_the_manifest_knows_what_went_in_and_what_came_out(config):
    """manifest.json has the hash of every file that was read and of every file that was made, and the versions."""
    built = build(config)
    manifest = json.loads((built.folder / "manifest.json").read_text(encoding="utf-8"))

    def hashes(folder, names):
        return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}

    assert manifest["inputs"] == hashes(config.parent, ["config.yaml", "facts.yaml"])
    assert manifest["outputs"] == hashes(built.folder, ["briefing.html", "briefing.json"])
    assert manifest["date"] == "2026-01-02"
    assert {"babel", "jinja2", "matplotlib", "weasyprint"} <= set(manifest["libraries"])
    assert built.files == ("briefing.html", "briefing.json")


def test_what_is_unchanged_is_left_alone(config):
    """A second build of the same input writes nothing: no byte and no time of any file changes."""
    first = build(config)
    before = snapshot(config.parent / "out")
    again = build(config)
    assert (first.unchanged, again.unchanged) == (False, True)
    assert (again.folder, again.files, again.warnings) == (first.folder, first.files, first.warnings)
    assert snapshot(config.parent / "out") == before


@pytest.mark.parametrize("what", ["config.yaml", "facts.yaml", "a theme", "the moment"])
def test_what_is_changed_is_made_anew(config, what):
    """A change in the config, in the facts, in a theme or in SOURCE_DATE_EPOCH makes the edition anew."""
    style = config.parent / "mine" / "style" / "screen.css"
    style.parent.mkdir(parents=True)
    style.write_text(".bf { color: #000; }")
    config.write_text(f"{CONFIG}theme: mine\n", encoding="utf-8")
    build(config)
    assert build(config).unchanged
    if what == "a theme":
        style.write_text(".bf { color: #111; }")
    elif what != "the moment":
        path = config.parent / what
        path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    produced = datetime(2026, 1, 2, tzinfo=UTC) if what == "the moment" else None
    assert not build(config, produced=produced).unchanged
    assert build(config, produced=produced).unchanged


def test_another_format_comes_beside_the_others(config):
    """A format made later stands beside those of the same edition; of another edition, nothing is kept."""
    folder = build(config, formats=["json"]).folder
    kept = (folder / "briefing.json").read_bytes()
    assert set(build(config, formats=["fragment"]).files) == {"briefing.json", "embed.html", "fragment.html"}
    assert (folder / "briefing.json").read_bytes() == kept
    assert build(config, formats=["json"]).unchanged
    rewrite(config, "Text-1")
    assert build(config, formats=["json"]).files == ("briefing.json",)
    assert {path.name for path in folder.iterdir()} == {"briefing.json", "manifest.json"}
    known(folder)


def test_what_comes_beside_is_never_of_another_edition(config):
    """Another run that wants to publish in between waits, and no file of one edition gets into the other."""
    others = []

    def meddle(step):
        if step == "publishing":
            rewrite(config, "Text-1")
            command = [sys.executable, "-m", "briefing", "build", "--quiet", str(config), "--format", "html"]
            others.append(subprocess.Popen(command))
            with pytest.raises(subprocess.TimeoutExpired):
                others[0].wait(1)

    build(config, formats=["html"])
    folder = build(config, formats=["json"], progress=meddle).folder
    assert others[0].wait(30) == 0
    assert set(known(folder)["outputs"]) == {"briefing.html"}
    assert "Text-1" in (folder / "briefing.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("harm", ["deleted", "changed", "cut short", "manifest deleted", "manifest is no manifest"])
def test_a_harmed_edition_is_made_anew(config, harm):
    """An edition of which a file is missing or is not as it was made is made again, the same as before."""
    folder = build(config).folder
    whole = {path: content for path, (content, _) in snapshot(folder).items()}
    victim = folder / ("manifest.json" if harm.startswith("manifest") else "briefing.html")
    if harm.endswith("deleted"):
        victim.unlink()
    elif harm == "manifest is no manifest":
        victim.write_text('{"outputs": []}')
    else:
        good = victim.read_bytes()
        victim.write_bytes(good[:-9] if harm == "cut short" else good.replace(b"12", b"13"))
    assert manifest_of(folder) is None
    assert not build(config).unchanged
    assert {path: content for path, (content, _) in snapshot(folder).items()} == whole


def test_each_day_has_a_folder(config):
    """Editions of other dates stand beside one another and do not touch one another."""
    first = build(config)
    before = snapshot(first.folder)
    second = build(config, day=date(2026, 1, 3))
    assert second.folder == first.folder.with_name("2026-01-03")
    assert snapshot(first.folder) == before


# Permissions.


@pytest.mark.parametrize(("umask", "files", "folders"), [(0o022, 0o644, 0o755), (0o027, 0o640, 0o750)])
def test_others_may_read_what_the_umask_lets_them(config, umask, files, folders):
    """What is published has the permissions of any other new file: those of the umask."""
    text = CONFIG.replace(
        "sections: [", "sections: [{title: A, blocks: [{chart: {kind: bar, title: B, facts: {ids: [rain]}}}]}, "
    )
    config.write_text(text, encoding="utf-8")
    before = os.umask(umask)
    build(config)
    os.umask(before)
    folder = config.parent / "out" / "small" / "2026-01-02"
    modes = {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert modes == {
        ".": folders,
        "charts": folders,
        **dict.fromkeys(
            ["briefing.html", "briefing.json", "charts/chart-1.csv", "charts/chart-1.svg", "manifest.json"], files
        ),
    }


# Killed.

STEPS = """
import ctypes, os, signal, sys
from pathlib import Path
from briefing.publish import alone, manifest_of, publish

folder, exchange, earlier = Path(sys.argv[1]), sys.argv[2] == "exchange", sys.argv[3] == "earlier"
if not exchange:
    def refuse(*_, **__):
        raise OSError("this system cannot exchange folders")
    ctypes.CDLL = refuse

REST = {"formats": ["html"], "warnings": []}

def files(n):
    return {name: (f"{n} {name} " * 5000).encode() for name in ("briefing.html", "briefing.json", "charts/a.svg")}

def kill_at(step):
    def watch(event, _):
        nonlocal step
        if event == "open" or event.partition(".")[0] in {"os", "shutil", "tempfile", "fcntl", "ctypes"}:
            step -= 1
            if step == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)

seen, kills, gaps, standing = set(), 0, 0, None
if earlier:
    publish(files(0), folder, {"n": 0, **REST})
    standing = 0
for n in range(1, 1000):
    child = os.fork()
    if child == 0:
        kill_at(n)
        publish(files(n), folder, {"n": n, **REST})
        os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    kills += killed
    now = manifest_of(folder)
    if now is None:
        assert not folder.exists(), f"step {n}: what stands there is not whole"
        assert killed
        assert standing is None or not exchange, f"step {n}: the earlier edition is gone"
        gaps += standing is not None
    else:
        assert now["n"] in {standing, n}, f"step {n}: {now['n']} stands there, not {standing} or {n}"
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == {*files(n), "manifest.json"}
        seen.add("new" if now["n"] == n else "old")
        standing = now["n"]
    if not earlier:
        publish(files(0), folder.with_name("other"), {"n": 0, **REST})
        assert not list(folder.parent.glob(".tmp-*")), f"step {n}: not swept"
        if standing is not None:
            import shutil
            shutil.rmtree(folder)
            standing = None
    if not killed:
        break
left = sorted(path.name for path in folder.parent.glob(".tmp-*"))
print(kills, gaps, "new" in seen, "old" in seen, left)
"""


@pytest.mark.parametrize("way", ["exchange", "two steps"])
@pytest.mark.parametrize("before", ["earlier", "nothing"])
def test_a_run_may_be_killed_at_every_step(tmp_path, way, before):
    """Killed before any of the steps of publishing, a run leaves the earlier edition whole, or the new one, or nothing.

    Only where a system cannot exchange two folders is there a gap between two steps; the next run mends it.
    """
    command = [sys.executable, "-c", STEPS, str(tmp_path / "out" / "2026-01-02"), way, before]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kills, gaps, new, old, *left = done.stdout.split(maxsplit=4)
    assert int(kills) > 20
    assert int(gaps) == (1 if (way, before) == ("two steps", "earlier") else 0)
    assert new == "True"
    assert old == str(before == "earlier")
    assert left == ["[]\n"]


def test_the_rest_of_a_killed_run_is_swept(tmp_path):
    """What a killed run left is removed by the next."""
    folder = tmp_path / "small" / "2026-01-02"
    (folder.parent / ".tmp-dead").mkdir(parents=True)
    (folder.parent / ".tmp-dead" / "briefing.html").write_text("half")
    publish({"briefing.html": b"whole"}, folder, {})
    assert left_over(folder) == []
    assert (folder / "briefing.html").read_bytes() == b"whole"


def published(files, folder, facts):
    """Publish as the pipeline does, with the folder of the briefing to oneself."""
    with alone(folder.parent):
        publish(files, folder, facts)


def test_what_another_run_is_writing_is_waited_for(tmp_path):
    """A run that publishes has the folder to itself: the next touches nothing until it is done or dead."""
    folder = tmp_path / "small" / "2026-01-02"
    (folder.parent / ".tmp-alive").mkdir(parents=True)
    other = os.open(folder.parent, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(published, {"briefing.html": b"whole"}, folder, {})
        time.sleep(0.3)
        assert left_over(folder) == [".tmp-alive"]
        assert not folder.exists()
        os.close(other)
        waiting.result(10)
    assert left_over(folder) == []
    assert (folder / "briefing.html").read_bytes() == b"whole"


@pytest.mark.parametrize("exchange", ["in one step", "in two"])
def test_many_writers_of_one_edition_wait_for_one_another(tmp_path, monkeypatch, exchange):
    """Also where the system has no exchange of two folders, no writer meets the gap that another leaves."""
    if exchange == "in two":
        monkeypatch.setattr("briefing.publish.ctypes.CDLL", lambda *_, **__: object())
    folder = tmp_path / "small" / "2026-01-02"
    with ThreadPoolExecutor(8) as several:
        for done in [several.submit(published, {"a": str(n).encode()}, folder, {"n": n}) for n in range(80)]:
            done.result()
    assert (folder / "a").read_text() == str(known(folder)["n"])
    assert left_over(folder) == []


def test_runs_at_the_same_time_do_not_mix(config):
    """Several builds of one edition at once all succeed, and one of them stands there whole."""
    configs = [config.with_name(f"{n}.yaml") for n in range(4)]
    for n, one in enumerate(configs):
        one.write_text(CONFIG.replace("Text-0", f"Text-{n}"), encoding="utf-8")
    assert at_once(["build", "--quiet", one] for one in configs) == [("", 0)] * 4
    folder = config.parent / "out" / "small" / "2026-01-02"
    last = known(folder)["config"].removesuffix(".yaml")
    assert f"Text-{last}." in (folder / "briefing.html").read_text(encoding="utf-8")
    assert left_over(folder) == []


# The newest edition.


def test_latest_leads_to_the_newest_edition(config):
    """`latest` leads to the edition of the newest date, whatever is made after it."""
    latest = config.parent / "out" / "small" / "latest"
    for day, newest in ((2, 2), (3, 3), (1, 3)):
        built = build(config, day=date(2026, 1, day))
        assert built.warnings == ()
        assert latest.readlink() == Path(f"2026-01-0{newest}")
    assert (latest / "briefing.html").read_bytes() == (latest.parent / "2026-01-03" / "briefing.html").read_bytes()


def test_latest_is_mended_by_a_build_that_makes_nothing(config):
    """A run that was killed before it turned the link, or an edition that was deleted, is made good by the next."""
    folder = build(config).folder
    latest = folder.with_name("latest")
    for lost in (None, "2026-01-05", "../elsewhere"):
        latest.unlink()
        if lost:
            latest.symlink_to(lost)
        assert build(config).unchanged
        assert latest.readlink() == Path("2026-01-02")


def test_latest_leads_somewhere_at_every_moment(config):
    """While the link is turned from one edition to the next, a reader always finds a whole one."""
    folder = build(config).folder
    latest, over, seen = folder.with_name("latest"), threading.Event(), set()

    def read():
        while not over.is_set():
            seen.add(json.loads((latest / "manifest.json").read_text(encoding="utf-8"))["date"])

    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read)
        for day in range(3, 13):
            build(config, day=date(2026, 1, day))
        over.set()
        reading.result()
    assert len(seen) > 2


def test_what_stands_in_the_way_of_latest_is_named(config):
    """A file or folder called latest is left alone, with a warning; the edition is published all the same."""
    latest = config.parent / "out" / "small" / "latest"
    latest.mkdir(parents=True)
    (latest / "mine").write_text("mine", encoding="utf-8")
    done = called("build", config)
    assert done.exit_code == 0
    assert done.stderr == (
        f"warning: {latest} is no link, so it does not lead to the newest edition; move it out of the way\n"
    )
    assert (latest / "mine").read_text(encoding="utf-8") == "mine"
    known(latest.with_name("2026-01-02"))
    assert build(config).warnings != ()


def test_where_links_cannot_be_made_the_edition_stands(config, monkeypatch):
    """On a disk without links the edition is published, with a warning."""

    def refuse(*_, **__):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "symlink", refuse)
    built = build(config)
    assert [one.rpartition(": ")[2] for one in built.warnings] == ["Operation not permitted"]
    known(built.folder)


# What cannot be written.

WORLD = ("unshare", "--mount", "--map-root-user")
CAN_MOUNT = shutil.which("unshare") is not None and not subprocess.call(
    [*WORLD, "mount", "-t", "tmpfs", "none", "/mnt"], stderr=subprocess.DEVNULL
)
"""Whether this system lets us have disks of our own, in a world that ends with the command."""

IN_A_WORLD = """
import json, os, subprocess, sys
from pathlib import Path
from tests.test_publish import called, manifest_of, rewrite, snapshot, left_over, CONFIG

kind, config, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", out], check=True)
first = called("build", config, "--out", out)
assert first.exit_code == 0, first.stderr
folder = out / "small" / "2026-01-02"
before = snapshot(folder)
if kind == "full":
    try:
        (out / "fill").write_bytes(bytes(2**20))
    except OSError:
        pass
else:
    subprocess.run(["mount", "-o", "remount,ro", out], check=True)
rewrite(config, "Text-1")
again = called("build", config, "--out", out)
same = snapshot(folder) == before and manifest_of(folder) is not None
print(json.dumps([again.exit_code, again.stdout, again.stderr, same, left_over(folder)]))
"""


def test_a_file_that_cannot_be_written_whole_is_not_written(config):
    """When a file outgrows what it may hold, the run says so, ends with status 3 and leaves the earlier edition."""
    folder = build(config).folder
    before = snapshot(folder)
    rewrite(config, "Text-1")
    command = ["sh", "-c", 'ulimit -f 20; exec "$@"', "sh", sys.executable, "-m", "briefing", "build", str(config)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"briefing: the edition cannot be written to {folder}: File too large\n"
    assert snapshot(folder) == before
    assert left_over(folder) == []


@pytest.mark.parametrize(
    ("kind", "why"), [("full", "No space left on device"), ("read-only", "Read-only file system")] if CAN_MOUNT else []
)
def test_a_disk_that_takes_nothing_leaves_the_earlier_edition(config, tmp_path, kind, why):
    """On a full disk, or one that is read-only, the run says so, ends with status 3 and leaves the earlier edition."""
    out = tmp_path / "disk"
    out.mkdir()
    command = [*WORLD, sys.executable, "-c", IN_A_WORLD, kind, str(config), str(out)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    status, printed, said, same, left = json.loads(done.stdout)
    assert (status, printed) == (3, "")
    assert said == f"briefing: the edition cannot be written to {out / 'small' / '2026-01-02'}: {why}\n"
    assert same
    assert left == []


def test_a_folder_that_is_none_is_named(config, tmp_path):
    """Where something else stands in the way of the folder, the run says so and ends with status 3."""
    (tmp_path / "out").write_text("a file")
    done = called("build", config, "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert done.stderr.startswith("briefing: the edition cannot be written to ")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_pdf_that_cannot_be_printed_leaves_the_earlier_edition(config):
    """When the PDF fails nothing is published: the earlier edition stays, page and data too."""
    folder = build(config, formats=("pdf", "html", "json")).folder
    before = snapshot(folder)
    assert folder / "briefing.pdf" in before
    rewrite(config, f"Text {UNPRINTABLE}")
    done = called("build", config, "--format", "pdf", "--format", "html", "--format", "json")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "U+1F327" in done.stderr
    assert snapshot(folder) == before
    assert left_over(folder) == []


def test_wrong_input_leaves_the_earlier_edition(config):
    """When a fact is wrong nothing is published: the earlier edition stays."""
    folder = build(config).folder
    before = snapshot(folder)
    facts = config.parent / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("[office]", "[offic]"), encoding="utf-8")
    assert called("build", config).exit_code == 1
    assert snapshot(folder) == before
    assert data(folder)["facts"][0]["id"] == "rain"
