"""Unattended runs: the real command, with real second processes, signals, and a watcher that listens."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from briefing.errors import InputError, LockedError, OutputError, StoppedError, UsageError
from briefing.publish import manifest_of
from briefing.running import FORMS, Log, run, schedule
from briefing.running.heartbeat import beat, failure_of
from briefing.running.lock import only_run
from tests.builders import a_fact, a_project, an_event
from tests.hostile.themes import EXPLODING
from tests.reading import briefing, called

NOW = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
QUICK = {"title": "Flood", "formats": ["html", "json"]}
PATIENCE = 30
"""Seconds in which anything is over, on a busy machine."""


def project(folder, *, facts=None, blocks=None, files=None, **config):
    """A small project, quick to make."""
    facts = facts or {"a": an_event("It rains")}
    return a_project(folder, facts=facts, blocks=blocks, files=files, config={**QUICK, **config})


def slow_project(folder, **config):
    """A project whose layout takes minutes."""
    theme = {"mine/blocks/fact-list.html": EXPLODING["flex 14 deep"]}
    return project(folder, files=theme, **{"theme": "mine", "formats": ["pdf"], **config})


def run_at(config, now=NOW, **options):
    """A run at a moment; what it came to, and its log."""
    log = Path(config).with_name("log")
    with log.open("w", encoding="utf-8") as stream:
        ran = run(config, now=now, log=Log(now, stream, "json"), **options)
    return ran, events(log.read_text(encoding="utf-8"))


def events(text):
    """The lines of a log."""
    return [json.loads(line) for line in text.splitlines()]


def kinds(log):
    """What happened, in order."""
    return [one["event"] for one in log]


def status_of(folder):
    """status.json."""
    return json.loads((folder / "status.json").read_text(encoding="utf-8"))


def figures(path):
    """The metrics: names with values."""
    found = re.findall(r"^(briefing_\w+)\{briefing=\"flood\"\} (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: float(value) for name, value in found}


def snapshot(folder):
    """Every file of the editions with its bytes."""
    return {path: path.read_bytes() for path in folder.glob("2*/**/*") if path.is_file()}


def spoil(config):
    """Make a fact wrong."""
    facts = config.parent / "facts" / "war.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("- nato", "- nato-2"), encoding="utf-8")


@contextlib.contextmanager
def started(config, *arguments, until="laying out pages"):
    """A run that goes on, and has said so much."""
    command = [sys.executable, "-m", "briefing", "run", str(config), "--log", "json", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as going:
        try:
            assert going.stderr is not None
            for line in going.stderr:
                if until in line:
                    break
            yield going
        finally:
            going.kill()


def family(pid):
    """All processes below one."""
    table = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}
    below = {child for child, parent in parents.items() if parent == pid}
    return below | {one for child in below for one in family(child)}


def gone(pids):
    """Whether processes end soon."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        table = subprocess.run(["ps", "-e", "-o", "pid=,stat="], check=True, capture_output=True, text=True).stdout
        alive = {int(pid) for pid, stat in (line.split() for line in table.splitlines()) if stat[0] != "Z"}
        if not alive & set(pids):
            return True
        time.sleep(0.05)
    return False


# A good run.


def test_a_run_makes_todays_edition_and_says_so(tmp_path):
    """Without a schedule a run makes today's edition; paths go to stdout, a line for each step to stderr."""
    config = project(tmp_path)
    done = briefing("run", config)
    assert done.returncode == 0
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == ["briefing.html", "briefing.json"]
    assert manifest_of(paths[0].parent) is not None
    log = events(done.stderr)
    assert kinds(log)[:3] == ["started", "due", "building"]
    assert kinds(log)[-2:] == ["published", "finished"]
    assert [one["step"] for one in log if one["event"] == "step"] == [
        "reading",
        "checking facts",
        "drawing charts",
        "laying out pages",
        "publishing",
    ]
    for one in log:
        assert dt.datetime.fromisoformat(one["time"]).tzinfo is not None
        assert (one["level"], one["briefing"]) == ("info", "flood")
    assert log[-2]["date"] == paths[0].parent.name
    assert log[-1]["status"] == 0


def test_a_second_run_changes_nothing(tmp_path):
    """What is unchanged is said to be, its paths are printed all the same, and no byte changes."""
    config = project(tmp_path)
    first, _ = run_at(config)
    before = snapshot(tmp_path / "out" / "flood")
    second, log = run_at(config)
    assert second.files == first.files
    assert snapshot(tmp_path / "out" / "flood") == before
    assert kinds(log)[-2:] == ["unchanged", "finished"]
    assert status_of(tmp_path / "out" / "flood")["result"] == "unchanged"


def test_what_happened_stands_in_the_status(tmp_path):
    """status.json tells of the last run, the last good edition and the next one; the metrics tell the same."""
    config = project(tmp_path, timezone="Europe/Kyiv", schedule={"at": "07:30"})
    run_at(config)
    folder = tmp_path / "out" / "flood"
    status = status_of(folder)
    assert (status["briefing"], status["config"], status["result"], status["status"]) == (
        "flood",
        "config.yaml",
        "published",
        0,
    )
    assert status["started"] == "2026-03-05T09:00:00+00:00"
    assert status["next_due"] == "2026-03-06T07:30+02:00"
    assert (status["last_good"]["date"], status["last_good"]["folder"]) == ("2026-03-05", "2026-03-05")
    assert status["last_success"] == status["finished"] >= status["started"]
    assert (status["errors"], status["warnings"], status["consecutive_failures"]) == ([], [], 0)
    told = figures(folder / "metrics.prom")
    assert told["briefing_edition_date_timestamp_seconds"] == dt.datetime(2026, 3, 4, 22, tzinfo=dt.UTC).timestamp()
    assert told["briefing_next_due_timestamp_seconds"] == dt.datetime(2026, 3, 6, 5, 30, tzinfo=dt.UTC).timestamp()
    assert 0 <= told["briefing_last_run_timestamp_seconds"] - NOW.timestamp() < PATIENCE
    assert told["briefing_last_success_timestamp_seconds"] == told["briefing_last_run_timestamp_seconds"]
    assert told["briefing_run_status"] == told["briefing_consecutive_failures"] == told["briefing_warnings"] == 0
    assert 0 < told["briefing_run_duration_seconds"] < PATIENCE


def test_the_metrics_are_in_the_format_of_prometheus(tmp_path):
    """Each metric has its help and type before its one sample, and the file ends with a line's end."""
    run_at(project(tmp_path, schedule={"metrics": "collected"}, files={"collected/.keep": ""}))
    text = (tmp_path / "collected" / "briefing-flood.prom").read_text(encoding="utf-8")
    assert not (tmp_path / "out" / "flood" / "metrics.prom").exists()
    one = r'# HELP (briefing_\w+) [^\n\\]+\n# TYPE \1 gauge\n\1\{briefing="flood"\} [0-9.e+-]+\n'
    assert re.fullmatch(f"({one})+".replace(r"\1", r"\2"), text)
    assert text.count("# TYPE") == 8


def test_before_its_time_nothing_is_due(tmp_path):
    """A run before the time of day makes nothing, says when there will be something, and ends well."""
    config = project(tmp_path, timezone="America/New_York", schedule={"at": "06:00"})
    ran, log = run_at(config)
    assert (ran.status, ran.files) == (0, ())
    assert kinds(log) == ["started", "nothing-due", "finished"]
    assert log[1]["message"] == "nothing is due before 2026-03-05T06:00-05:00"
    status = status_of(tmp_path / "out" / "flood")
    assert (status["result"], status["last_good"]) == ("nothing-due", None)


def test_a_config_with_a_date_has_one_edition(tmp_path):
    """Where the config names the date, that edition is due and no other, early or late."""
    config = project(tmp_path, date="2022-04-09", schedule={"at": "23:59"})
    ran, _ = run_at(config, catch_up=True)
    assert [str(one.day) for one in ran.outcomes] == ["2022-04-09"]
    assert status_of(tmp_path / "out" / "flood")["next_due"] is None


def test_warnings_are_told_and_fail_when_asked(tmp_path):
    """A warning is in the log and in the status; with --strict it fails the run."""
    config = project(tmp_path, facts={"a": an_event("It {rians}"), "b": an_event("{valeu}")})
    ran, log = run_at(config)
    assert ran.status == 0
    (warning,) = [one for one in log if one["level"] == "warning"]
    assert "warning[near-placeholder]" in warning["message"]
    status = status_of(tmp_path / "out" / "flood")
    assert status["warnings"] == [warning["message"]]
    ran, _ = run_at(config, strict=True)
    assert ran.status == InputError.status


def test_a_log_for_people_is_sentences(tmp_path):
    """--log text writes sentences; --quiet leaves out what is no trouble."""
    config = project(tmp_path)
    done = called("run", config, "--log", "text")
    assert re.match(r"briefing: run of .*\n(briefing: .*\n)+briefing: done with status 0\n$", done.stderr)
    assert called("run", config, "--log", "text", "--quiet").stderr == ""
    spoil(config)
    assert "error[unknown-source]" in called("run", config, "--log", "text", "--quiet").stderr


def test_a_log_that_is_closed_loses_no_edition(tmp_path):
    """A log on a full disk is no reason to lose an edition."""
    config = project(tmp_path)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = run(config, now=NOW, log=Log(NOW, full))
        assert ran.status == 0
        with contextlib.suppress(OSError):
            full.close()
    assert ran.files[0].exists()


# A run that fails.


def test_a_failure_leaves_the_last_good_edition(tmp_path):
    """When a fact is wrong, the last good edition stays, latest leads to it, and everybody is told."""
    config = project(tmp_path)
    run_at(config, NOW - dt.timedelta(days=1))
    folder = tmp_path / "out" / "flood"
    before = snapshot(folder)
    spoil(config)
    for failures in (1, 2):
        ran, log = run_at(config)
        assert (ran.status, ran.files) == (InputError.status, ())
        assert snapshot(folder) == before
        assert (folder / "latest").readlink() == Path("2026-03-04")
        status = status_of(folder)
        assert (status["status"], status["result"], status["consecutive_failures"]) == (1, "failed", failures)
        assert status["last_good"]["date"] == "2026-03-04"
        assert status["last_success"] < "2026-03-05"
        (error,) = [one for one in log if one["event"] == "error"]
        assert error["message"] == status["errors"][0]
        assert (error["code"], error["file"], error["line"]) == ("unknown-source", "facts/war.yaml", 15)
        assert "hint: " in error["message"]
        assert kinds(log)[-3:] == ["failed", "kept", "finished"]
        assert log[-2]["date"] == "2026-03-04"
    assert figures(folder / "metrics.prom")["briefing_consecutive_failures"] == 2
    facts = config.parent / "facts" / "war.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("nato-2", "nato"), encoding="utf-8")
    assert run_at(config)[0].status == 0
    assert status_of(folder)["consecutive_failures"] == 0


@pytest.mark.parametrize("what", ["a fact", "the config"])
def test_a_failure_is_marked_for_readers_of_latest(tmp_path, what):
    """`latest` leads to the last good edition with a notice; that stays, and a good run heals it."""
    keys = {"schedule": {"mark_failures": "true"}, "timezone": "Europe/Kyiv"}
    config = project(tmp_path, **keys)
    assert run_at(config)[0].status == 0
    folder = tmp_path / "out" / "flood"
    good = snapshot(folder)
    if what == "a fact":
        spoil(config)
    else:
        config.write_text("titel: Flood\n", encoding="utf-8")
    ran, log = run_at(config, NOW + dt.timedelta(1))
    assert ran.status == 1
    assert "marked" in kinds(log)
    assert snapshot(folder) == good
    page = (folder / "latest" / "briefing.html").read_text(encoding="utf-8")
    assert (folder / "latest").readlink() == Path("not-updated")
    assert "Not updated since <time" in page
    assert "5 March 2026 at 11:00" in page
    assert "6 March 2026" in page
    assert "It rains" in page
    project(tmp_path, **keys)
    assert run_at(config, NOW + dt.timedelta(1))[0].status == 0
    assert (folder / "latest").readlink() == Path("2026-03-06")
    assert "Not updated" not in (folder / "latest" / "briefing.html").read_text(encoding="utf-8")


def test_a_missing_day_of_the_past_does_not_mark_the_newest(tmp_path):
    """Where an older edition cannot be made up, `latest` leads to the newest one and nobody calls it old."""
    keys = {"mark_failures": "true", "first": "2026-03-04"}
    today = {"a": a_fact(value="5", as_of="2026-03-05")}
    source = {"nato": {"title": "Report", "published": "2026-03-05"}}
    config = a_project(
        tmp_path, facts=today, sources=source, blocks=[{"text": '{{ value("a") }}'}], config={**QUICK, "schedule": keys}
    )
    ran, log = run_at(config, catch_up=True)
    assert (ran.status, "marked" in kinds(log)) == (1, False)
    assert (tmp_path / "out" / "flood" / "latest").readlink() == Path("2026-03-05")
    assert status_of(tmp_path / "out" / "flood")["result"] == "failed"


def test_a_config_that_is_none_is_told_where_the_last_run_was(tmp_path):
    """When the config itself breaks, the status of the briefing it described says so."""
    config = project(tmp_path, timezone="Asia/Tokyo", schedule={"metrics": "."})
    run_at(config)
    folder = tmp_path / "out" / "flood"
    before = figures(tmp_path / "briefing-flood.prom")
    config.write_text("title: [", encoding="utf-8")
    ran, log = run_at(config)
    assert ran.status == InputError.status
    assert log[0]["briefing"] == "flood"
    assert "error[syntax]" in status_of(folder)["errors"][0]
    after = figures(tmp_path / "briefing-flood.prom")
    assert after["briefing_run_status"] == 1
    edition = "briefing_edition_date_timestamp_seconds"
    assert after[edition] == before[edition]


def test_a_config_that_never_was_one_is_told_in_the_log(tmp_path):
    """A first run of a broken config says what is wrong and writes nothing."""
    config = a_project(tmp_path, config="title: [")
    ran, log = run_at(config)
    assert ran.status == InputError.status
    assert [one["code"] for one in log if one["event"] == "error"] == ["syntax"]
    assert not (tmp_path / "out").exists()
    assert run(tmp_path / "nowhere.yaml", now=NOW).status == UsageError.status


def test_a_status_that_cannot_be_written_loses_no_edition(tmp_path):
    """Where status.json or the metrics cannot be written, the run says so and ends as it would."""
    config = project(tmp_path, schedule={"at": "00:00", "metrics": "nowhere"})
    (tmp_path / "out" / "flood" / "status.json").mkdir(parents=True)
    ran, log = run_at(config)
    assert ran.status == 0
    assert all(path.exists() for path in ran.files)
    told = [one["message"] for one in log if one["level"] == "warning"]
    assert told == [
        f"{tmp_path / 'out' / 'flood' / 'status.json'} cannot be written: Is a directory",
        f"{tmp_path / 'nowhere' / 'briefing-flood.prom'} cannot be written: No such file or directory",
    ]
    assert not list((tmp_path / "out" / "flood").glob(".new-*"))


def test_a_status_that_is_damaged_is_begun_anew(tmp_path):
    """What stands in a damaged status.json does not keep a run from its work."""
    config = project(tmp_path)
    run_at(config)
    folder = tmp_path / "out" / "flood"
    for damaged in ("", "[]", '{"consecutive_failures": "many"}', "[" * 100_000, '{"briefing": "fl'):
        (folder / "status.json").write_text(damaged, encoding="utf-8")
        spoil(config)
        assert run_at(config)[0].status == InputError.status
        assert status_of(folder)["consecutive_failures"] == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """Where out/ cannot be written the run ends with the status of an output that could not be made."""
    config = project(tmp_path)
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    ran, log = run_at(config)
    assert ran.status == OutputError.status
    assert log[-1]["message"] == f"{tmp_path / 'out' / 'flood' / 'run.lock'} cannot be written: Not a directory"


def test_a_build_that_dies_is_told(tmp_path, monkeypatch):
    """When the process of the build dies without a word, the run says how, and the last good edition stays."""
    config = project(tmp_path)
    run_at(config, NOW - dt.timedelta(days=1))
    before = snapshot(tmp_path / "out" / "flood")
    broken = tmp_path / "sitecustomize"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'briefing.running.child' in sys.orig_argv:\n"
        "    os.write(2, b'Fatal: out of luck')\n"
        "    os.kill(os.getpid(), 9)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(broken))
    ran, log = run_at(config)
    assert ran.status == OutputError.status
    (error,) = [one for one in log if one["event"] == "error"]
    assert error["message"] == (
        "the build ended in the middle of its work: SIGKILL, as when the system has no memory left. Fatal: out of luck"
    )
    assert snapshot(tmp_path / "out" / "flood") == before


# Catching up.


def test_missed_days_are_made_up(tmp_path):
    """--catch-up makes what was missed, oldest first, and leaves what is there alone."""
    config = project(tmp_path)
    run_at(config, NOW - dt.timedelta(days=3))
    first = snapshot(tmp_path / "out" / "flood")
    config.write_text(config.read_text(encoding="utf-8").replace("Overview", "Now"), encoding="utf-8")
    ran, log = run_at(config, catch_up=True)
    assert ran.status == 0
    assert [str(one.day) for one in ran.outcomes] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert log[1]["dates"] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    folder = tmp_path / "out" / "flood"
    assert first.items() <= snapshot(folder).items()
    assert (folder / "latest").readlink() == Path("2026-03-05")


def test_a_day_that_cannot_be_made_up_does_not_stop_the_next(tmp_path):
    """Each date that fails is told; later ones are made, and the status is that of the worst."""
    facts = {"a": a_fact(as_of="2026-03-01"), "b": a_fact(as_of="2026-03-05")}
    config = project(tmp_path, facts=facts, blocks=[{"facts": {"ids": ["b"]}}], schedule={"first": "2026-03-03"})
    ran, log = run_at(config, catch_up=True)
    assert ran.status == InputError.status
    assert [(str(one.day), one.result) for one in ran.outcomes] == [
        ("2026-03-03", "failed"),
        ("2026-03-04", "failed"),
        ("2026-03-05", "published"),
    ]
    assert [one["date"] for one in log if one["event"] == "failed"] == ["2026-03-03", "2026-03-04"]
    assert status_of(tmp_path / "out" / "flood")["last_good"]["date"] == "2026-03-05"


def test_an_edition_that_is_broken_is_missing(tmp_path):
    """An edition of an earlier day whose files are not as its manifest says is made anew when catching up."""
    config = project(tmp_path)
    for days in (2, 1):
        run_at(config, NOW - dt.timedelta(days=days))
    (tmp_path / "out" / "flood" / "2026-03-04" / "briefing.html").write_text("cut", encoding="utf-8")
    ran, _ = run_at(config, catch_up=True)
    assert [str(one.day) for one in ran.outcomes] == ["2026-03-04", "2026-03-05"]


# One at a time.


def test_a_second_run_says_who_is_at_it(tmp_path):
    """A second run of a briefing names the holder of the lock and ends with 75; another briefing is not held up."""
    config = slow_project(tmp_path)
    other = project(tmp_path / "other", title="Storm")
    with started(config) as first:
        second = briefing("run", config)
        (line,) = [one for one in events(second.stderr) if one["event"] == "locked"]
        host = os.uname().nodename
        said = rf"another run of 'flood' has been going on since \S+ \(process {first.pid} on {re.escape(host)}\)"
        assert re.fullmatch(said, line["message"])
        assert (second.returncode, second.stdout) == (LockedError.status, "")
        assert LockedError.status == 75
        assert briefing("run", other).returncode == 0
        assert not (tmp_path / "out" / "flood" / "status.json").exists()  # the first will write it
        first.kill()
        first.wait()
        with only_run(tmp_path / "out" / "flood", NOW):  # free at once
            pass


def test_of_many_runs_one_goes_on(tmp_path):
    """Of many that start together one has the lock, and the others know it."""
    folder, begin = tmp_path / "flood", threading.Barrier(20)
    got, lost = [], []

    def attempt():
        begin.wait()
        try:
            with only_run(folder, NOW):
                got.append(1)
                begin.wait()
        except LockedError as error:
            lost.append(str(error))
            begin.wait()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(got), len(lost)) == (1, 19)


# Ending it.


def test_an_edition_that_takes_too_long_is_given_up(tmp_path):
    """At the time limit the build and all it has started are killed, the last good edition stays, the status is 124."""
    config = project(tmp_path, files={"mine/.keep": ""})
    run_at(config, NOW - dt.timedelta(days=1))
    before = snapshot(tmp_path / "out" / "flood")
    slow_project(tmp_path, schedule={"time_limit": "3 seconds", "first": "2026-03-05", "at": "00:00"})
    begun = time.monotonic()
    own = family(os.getpid())
    ran, log = run_at(config)
    assert 3 <= time.monotonic() - begun < PATIENCE
    assert ran.status == 124
    assert gone(family(os.getpid()) - own)
    assert [one["event"] for one in log if one["level"] == "error"] == ["error", "timed-out", "finished"]
    assert "was not ready after 3 s" in status_of(tmp_path / "out" / "flood")["errors"][0]
    assert snapshot(tmp_path / "out" / "flood") == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_ends_in_good_order(tmp_path, number):
    """A run that gets a signal kills what it has started, tells of it, and ends with 128 and the signal's number."""
    config = slow_project(tmp_path)
    with started(config) as going:
        below = family(going.pid)
        assert len(below) >= 2  # the build, the printer, what that starts for a moment
        going.send_signal(number)
        _, said = going.communicate(timeout=PATIENCE)
    assert going.returncode == 128 + number == StoppedError(number).status
    assert kinds(events(said))[-3:] == ["killed", "kept", "finished"]
    assert gone(below)
    status = status_of(tmp_path / "out" / "flood")
    assert (status["result"], status["status"]) == ("stopped", 128 + number)
    assert status["errors"] == [f"stopped by {number.name}"]


def test_a_run_that_is_killed_leaves_nobody_behind(tmp_path):
    """When the run itself is killed at once, the build and the printer end with it."""
    with started(slow_project(tmp_path)) as going:
        below = family(going.pid)
        assert len(below) >= 2
        going.kill()
        going.wait()
        assert gone(below)


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    """However an edition ends, its temporary files go with it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    config = slow_project(tmp_path, schedule={"time_limit": "2 seconds", "at": "00:00"})
    assert run_at(config)[0].status == 124
    assert list((tmp_path / "tmp").iterdir()) == []


# The watcher.


@contextlib.contextmanager
def watcher(answer=None):
    """A server that remembers what it was asked; `answer` does something else than to be content."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if answer is not None:
                answer(self)
            else:
                self.send_response(200)
                self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_watcher_hears_of_every_run(tmp_path):
    """A good run asks the address of the heartbeat, one that fails asks it with /fail behind it."""
    with watcher() as (url, asked):
        config = project(tmp_path, schedule={"heartbeat": url, "at": "00:00"})
        run_at(config)
        spoil(config)
        ran, log = run_at(config)
    assert ran.status == InputError.status
    assert asked == ["/ping/1", "/ping/1/fail"]
    assert [one["level"] for one in log if one["event"] == "heartbeat"] == ["info"]


def test_a_watcher_that_does_not_answer_changes_nothing(tmp_path):
    """A heartbeat that is not heard is a warning in the log."""
    with watcher(lambda handler: handler.send_error(503)) as (url, _):
        ran, log = run_at(project(tmp_path, schedule={"heartbeat": url, "at": "00:00"}))
    assert ran.status == 0
    (said,) = [one for one in log if one["event"] == "heartbeat"]
    assert (said["level"], said["message"]) == ("warning", "the heartbeat was not heard: 503 Service Unavailable")


def test_the_heartbeat_follows_no_strange_way():
    """A redirect to a file, or to no http at all, is not followed; one to another path is."""

    def to(place):
        def answer(handler):
            handler.send_response(302 if handler.path == "/ping/1" else 200)
            handler.send_header("Location", place)
            handler.end_headers()

        return answer

    for place in ("file:///etc/passwd", "ftp://127.0.0.1/", "data:,x"):
        with watcher(to(place)) as (url, asked):
            assert beat(url, good=True) != ""
            assert asked == ["/ping/1"]
    with watcher(to("/elsewhere")) as (url, asked):
        assert beat(url, good=True) == ""
        assert asked == ["/ping/1", "/elsewhere"]
    assert beat("file:///etc/passwd", good=True) != ""


def test_the_heartbeat_does_not_wait_for_ever():
    """A watcher that gives its answer a byte at a time is given up."""
    over = threading.Event()

    def drip(handler):
        with contextlib.suppress(OSError):
            while not over.wait(0.1):
                handler.wfile.write(b"H")

    with watcher(drip) as (url, _):
        begun = time.monotonic()
        assert beat(url, good=True, patience=0.5) == "no answer after 0.5 s"
        assert time.monotonic() - begun < 5
        over.set()


def test_a_failure_has_an_address_of_its_own():
    """/fail stands behind the path, before a query."""
    assert failure_of("https://example.org/ping/1") == "https://example.org/ping/1/fail"
    assert failure_of("https://example.org/ping/1/?a=b") == "https://example.org/ping/1/fail?a=b"


def test_without_a_heartbeat_no_network_is_loaded(tmp_path):
    """A run of a config without a heartbeat does not even load what could reach the network."""
    config = project(tmp_path)
    code = (
        "import sys, datetime; from briefing.running import run; "
        f"print(run({str(config)!r}, now=datetime.datetime.now(datetime.UTC)).status); "
        "print('http.client' in sys.modules, 'ssl' in sys.modules, 'briefing.running.heartbeat' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.splitlines() == ["0", "False False False"]


# Schedulers.

ODD = {"schedule": {"at": "07:05", "days": ["mon", "sun"]}, "timezone": "Europe/Kyiv"}
PROGRAM = ("/opt/a b/100%/$x/briefing",)


@pytest.fixture
def odd(tmp_path):
    """A config in a folder whose name means something to every scheduler."""
    return project(tmp_path / "50% of 'it' \"is\" $HOME", **ODD)


def scheduled(config, form, **options):
    """The text for a scheduler."""
    return schedule(config, form, now=NOW, program=PROGRAM, user="root", **options)


def units(text):
    """The service and the timer."""
    service, timer = re.split(r"^# Save this part as .*\.timer\n", text, flags=re.MULTILINE)
    return service, timer


needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")


@needs_systemd
def test_systemd_takes_the_units(odd, tmp_path):
    """Systemd finds no fault in the service and the timer, and knows when the next run is."""
    program = tmp_path / "100% $x" / "briefing"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    text = schedule(odd, now=NOW, program=(str(program),), user="root", catch_up=True)
    for name, unit in zip(("service", "timer"), units(text), strict=True):
        (tmp_path / f"briefing-flood.{name}").write_text(unit, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", tmp_path / "briefing-flood.service"]
    verified = subprocess.run(
        [*command, tmp_path / "briefing-flood.timer"], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", text, re.MULTILINE)
    command = ["systemd-analyze", "calendar", "--base-time", "2026-03-05 09:00:00 UTC", "--iterations=2", calendar]
    asked = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"})
    assert re.findall(r"2026-03-\d\d \d\d:\d\d:\d\d", asked.stdout) == ["2026-03-08 05:05:00", "2026-03-09 05:05:00"]


def test_the_units_say_what_a_run_needs(tmp_path):
    """The service may write where the run writes, has the network only for a heartbeat, and time for what it makes."""
    config = project(tmp_path, schedule={"time_limit": "2 minutes", "catch_up": "3", "metrics": "/var/lib/node"})
    text = scheduled(config, "systemd")
    assert f"ReadWritePaths={tmp_path / 'out'} /var/lib/node\n" in text
    assert "PrivateNetwork=yes\n" in text
    assert "TimeoutStartSec=180\n" in text
    assert "OnCalendar=*-*-* 06:00:00 UTC\n" in text
    assert "TimeoutStartSec=540\n" in scheduled(config, "systemd", catch_up=True)
    assert f"--strict --out {tmp_path / 'else'} --log json\n" in scheduled(
        config, "systemd", strict=True, out=tmp_path / "else"
    )
    heart = project(tmp_path / "heart", schedule={"heartbeat": "https://example.org/1"})
    assert "PrivateNetwork" not in scheduled(heart, "systemd")
    books = project(tmp_path / "books", books="postgresql://user@host/name")
    assert "PrivateNetwork" not in scheduled(books, "systemd")


def test_cron_gets_one_line_in_the_right_zone(odd):
    """The crontab names the zone; its command comes through cron and the shell as it is meant."""
    lines = [line for line in scheduled(odd, "cron").splitlines() if not line.startswith("#")]
    zone, line = lines
    assert zone == "CRON_TZ=Europe/Kyiv"
    times, command = line.split("  ", 1)
    assert times == "5 7 * * 0,1"
    assert not re.search(r"(?<!\\)%", command)
    spoken = command.replace("\\%", "%").removesuffix(" >/dev/null")
    heard = subprocess.run(["sh", "-c", f"printf '%s\\n' {spoken}"], capture_output=True, text=True, check=True).stdout
    assert heard.splitlines() == [*PROGRAM, "run", str(odd), "--quiet", "--log", "text"]
    assert shlex.split(spoken) == heard.splitlines()


def test_kubernetes_gets_a_job_in_the_right_zone(odd):
    """The CronJob is YAML that says the command, the time and the zone."""
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load(scheduled(odd, "kubernetes"))
    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("5 7 * * 0,1", "Europe/Kyiv")
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == [*PROGRAM, "run", str(odd), "--log", "json"]


@pytest.mark.parametrize("form", FORMS)
def test_an_hour_that_clocks_jump_over_is_pointed_out(tmp_path, form):
    """A schedule at an hour that a day of the coming year lacks says so; another does not."""
    config = project(tmp_path, timezone="Europe/Kyiv", schedule={"at": "03:30"})
    assert "# On 2026-03-29 the clocks jump over 03:30." in scheduled(config, form)
    config = project(tmp_path, timezone="Europe/Kyiv", schedule={"at": "06:00"})
    assert "clocks jump" not in scheduled(config, form)


@pytest.mark.parametrize("form", FORMS)
def test_a_date_that_never_changes_is_pointed_out(tmp_path, form):
    """A schedule for a config with a date of its own would make the same edition for ever; the text says so."""
    config = project(tmp_path, date="2026-03-05")
    assert "# The config has date: 2026-03-05, so every run makes that one edition." in schedule(config, form, now=NOW)


def test_the_command_prints_the_schedule(tmp_path):
    """`briefing schedule` prints the text for a scheduler; a config that is wrong is told as always."""
    config = project(tmp_path)
    done = briefing("schedule", config, "--format", "cron", "--catch-up")
    assert done.returncode == 0
    assert f" run {config} --catch-up --quiet --log text >/dev/null\n" in done.stdout
    config.write_text("title: [", encoding="utf-8")
    done = called("schedule", config)
    assert (done.exit_code, done.stdout) == (InputError.status, "")
    assert "error[syntax]" in done.stderr


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"at": "6am"}, "error[bad-value]: '6am' is not a time of day\n  hint: write 06:00 or 17:30"),
        ({"at": "24:00"}, "error[bad-value]: '24:00' is not a time of day"),
        (
            {"days": ["monday"]},
            "error[bad-choice]: 'monday' is not a choice for '0'\n  hint: the choices are mon, tue,",
        ),
        ({"days": []}, "error[missing-key]: 'days' needs at least 1, not 0"),
        ({"time_limit": "10"}, "error[bad-value]: '10' is not a length of time\n  hint: write 90 seconds, 10 minutes"),
        ({"heartbeat": "mailto:a@b.c"}, "error[bad-url]: 'mailto:a@b.c' is not an http or https address"),
        ({"heartbeat": "file:///etc/passwd"}, "error[bad-url]: "),
        ({"first": "2026-02-30"}, "error[bad-date]: there is no 2026-02-30"),
        ({"catch_up": "0"}, "error[bad-number]: 0 is outside 1 to 366"),
        ({"hour": "6"}, "error[unknown-key]: 'hour' is not a key here"),
    ],
)
def test_a_schedule_that_is_wrong_is_told(tmp_path, keys, message):
    """Each key of `schedule:` says what is wrong with it."""
    done = called("check", project(tmp_path, schedule=keys))
    assert done.exit_code == InputError.status
    assert message in done.stderr
