"""The command line: the same verbs as the API, results on stdout, messages on stderr, and a status."""

import datetime as dt
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

import briefing
from briefing.cli import main
from tests.builders import DAY, LATER, OLD, TODAY, a_fact, a_project, an_event, said

VERBS = ("new", "check", "build", "run", "schedule", "schema")


def run(*arguments, env=None):
    """A run of the command line in this process."""
    return CliRunner(env=env).invoke(main, [str(one) for one in arguments])


def shell(*arguments, folder, env=None):
    """A run of the program as a user starts it."""
    command = [Path(sys.executable).with_name("briefing"), *arguments]
    environment = {**os.environ, **(env or {})}
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=environment)


# Help.


def test_help_begins_with_the_first_three_commands():
    """`briefing --help` shows how to begin, every verb, and what the exit statuses mean."""
    result = run("--help")
    assert result.exit_code == 0
    for verb in VERBS:
        assert re.search(rf"^  {verb} ", result.stdout, re.MULTILINE)
    for line in (
        "briefing new flood",
        "briefing check flood",
        "briefing build flood",
        "Exit status: 0 done; 1 the input",
    ):
        assert line in result.stdout


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_verb_explains_itself(verb, flag):
    """Each verb has a help with a sentence, its arguments and options, and needs no project for it."""
    result = run(verb, flag)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: main {verb} ")
    for option in main.commands[verb].params:
        if option.param_type_name == "option":
            assert option.opts[0] in result.stdout
            assert option.help
    assert str(main.commands[verb].help).strip().endswith(".")


def test_the_version_is_the_packages():
    """`--version` prints the version that is installed."""
    assert metadata.version("briefing") in run("--version").stdout


def test_nothing_asked_is_answered_with_help():
    """Without a verb the help is shown, as wrong usage."""
    result = run()
    assert result.exit_code == 2
    assert "Usage:" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "No such command 'chekc'"),
        (["build", "--format", "doc"], "'doc' is not one of 'pdf', 'html', 'fragment', 'json'"),
        (["build", "--date", "today"], "'today' is not a date; write it as YYYY-MM-DD"),
        (["check", "--date", "2022-02-30"], "there is no 2022-02-30: day is out of range for month; write it as"),
        (["check", "--date", "9999-01-01"], "the year of '9999-01-01' is outside 1500 to 2200"),
        (["check", "--what"], "No such option"),
        (["new"], "Missing argument 'DIR'"),
        (["schema", "page"], "'page' is not one of 'facts', 'config', 'edition'"),
        (["check", "nowhere"], "briefing: there is no file nowhere"),
        (["build", "nowhere/config.yaml"], "briefing: there is no file nowhere/config.yaml"),
    ],
)
def test_wrong_usage_is_status_2(tmp_path, monkeypatch, arguments, message):
    """A verb, option, date or file that makes no sense ends with 2 and a sentence on stderr."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_without_a_config_the_one_here_is_meant(tmp_path, monkeypatch):
    """CONFIG is config.yaml here, a folder that holds one, or a file."""
    config = a_project(tmp_path / "war")
    monkeypatch.chdir(tmp_path)
    assert run("check").exit_code == 2
    assert "there is no file config.yaml" in run("check").stderr
    assert run("check", "war").exit_code == run("check", config).exit_code == 0
    config.rename(tmp_path / "war" / "other.yaml")
    assert run("check", "war/other.yaml").exit_code == 0
    assert "there is no file war/config.yaml" in run("check", "war").stderr
    monkeypatch.chdir(tmp_path / "war")
    (tmp_path / "war" / "other.yaml").rename("config.yaml")
    assert run("check").exit_code == 0


# check


def test_check_says_that_nothing_is_wrong(tmp_path):
    """A sound project gives a count on stdout, nothing on stderr, and status 0; --quiet gives nothing at all."""
    config = a_project(tmp_path)
    result = run("check", config, "--date", TODAY)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 fact, 1 source: nothing is wrong\n", "")
    quiet = run("check", config, "--date", TODAY, "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_check_says_everything_that_is_wrong(tmp_path):
    """Errors go to stderr as the API has them, with a count, and the status is 1."""
    config = a_project(tmp_path, facts={"a": a_fact(as_of=None), "b": an_event("{valeu}"), "c": a_fact(sources=None)})
    result = run("check", config, "--date", TODAY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "\n".join(said(config)) + "\n3 facts, 1 source: 2 errors, 1 warning\n"


def test_warnings_fail_only_when_asked(tmp_path):
    """Warnings are said with status 0; --strict makes them count, --quiet leaves them unsaid."""
    config = a_project(tmp_path, facts={"a": an_event("{valeu} killed")})
    result = run("check", config, "--date", TODAY)
    assert result.exit_code == 0
    assert "warning[near-placeholder]" in result.stderr
    assert result.stdout == "1 fact, 1 source: 1 warning\n"
    assert run("check", config, "--date", TODAY, "--strict").exit_code == 1
    quiet = run("check", config, "--date", TODAY, "-q")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_check_asks_for_the_date(tmp_path):
    """The date decides what holds: of --date, else of the config, else today in the zone of the briefing."""
    blocks = [{"facts": {"ids": ["a"]}}]
    config = a_project(tmp_path / "a", facts={"a": a_fact(as_of=TODAY)}, blocks=blocks)
    assert run("check", config).exit_code == 0
    assert run("check", config, "--date", OLD).exit_code == 1
    dated = a_project(tmp_path / "b", facts={"a": a_fact(as_of=TODAY)}, blocks=blocks, config={"date": OLD})
    assert run("check", dated).exit_code == 1
    assert run("check", dated, "--date", TODAY).exit_code == 0


def test_check_makes_nothing(tmp_path):
    """Checking leaves no file behind."""
    config = a_project(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    run("check", config)
    assert sorted(tmp_path.rglob("*")) == before


# build


def test_build_prints_the_paths_of_what_it_made(tmp_path):
    """Results are paths, one a line, on stdout, the folder first; without a terminal nothing else is said."""
    config = a_project(tmp_path, blocks=[{"chart": {"kind": "bar", "title": "T", "facts": {}}}])
    result = run("build", config, "--date", TODAY, "--format", "json", "--format", "fragment")
    assert result.exit_code == 0
    folder = tmp_path / "out" / "ukraine" / TODAY
    main = [str(folder), *(str(folder / name) for name in ("briefing.json", "embed.html", "fragment.html"))]
    assert result.stdout.splitlines() == main
    assert result.stderr == ""
    there = {"briefing.json", "charts", "embed.html", "fragment.html", "manifest.json"}
    assert {path.name for path in folder.iterdir()} == there
    told = run("build", config, "--date", TODAY, "--format", "json", "--format", "fragment", "--verbose").stdout
    assert set(told.splitlines()) == {*main, *(str(folder / f"charts/chart-1.{kind}") for kind in ("csv", "svg"))}


def test_out_says_where_editions_go(tmp_path):
    """--out is the folder of all editions."""
    config = a_project(tmp_path / "war")
    result = run("build", config, "--date", TODAY, "--format", "json", "--out", tmp_path / "there")
    folder = tmp_path / "there" / "ukraine" / TODAY
    assert result.stdout == f"{folder}\n{folder / 'briefing.json'}\n"
    assert not (tmp_path / "war" / "out").exists()


def test_the_command_line_makes_what_the_api_makes(tmp_path):
    """A verb of the command line and the function of that name give the same bytes."""
    config = a_project(tmp_path / "war", blocks=[{"chart": {"kind": "bar", "title": "T", "facts": {}}}])
    result = run(
        "build", config, "--date", TODAY, "--format", "html", "--format", "json", "--out", tmp_path / "cli", "-v"
    )
    built = briefing.build(config, day=DAY, formats=["html", "json"], out=tmp_path / "api")
    folder, *paths = result.stdout.split()
    names = [Path(line).relative_to(folder).as_posix() for line in paths]
    assert tuple(names) == built.files == ("briefing.html", "briefing.json", "charts/chart-1.csv", "charts/chart-1.svg")
    for name in (*names, "manifest.json"):
        made = (tmp_path / "cli" / "ukraine" / TODAY / name).read_bytes()
        assert made == (built.folder / name).read_bytes()


def test_build_says_what_is_wrong_and_makes_nothing(tmp_path):
    """An input with errors ends with 1, all diagnostics and a count, and no folder of the edition."""
    config = a_project(tmp_path, facts={"a": a_fact(as_of=None), "b": a_fact(status="maybe")})
    result = run("build", config, "--date", TODAY, "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "\n".join(said(config)) + "\n2 errors\n"
    assert not (tmp_path / "out" / "ukraine").exists()


def test_build_warns_and_strict_refuses(tmp_path):
    """Warnings are said beside what was made, and again when it stands there already; --strict makes nothing."""
    config = a_project(tmp_path, facts={"a": an_event("{valeu} killed")})
    arguments = ("build", config, "--date", TODAY, "--format", "json")
    strict = run(*arguments, "--strict")
    assert (strict.exit_code, strict.stdout) == (1, "")
    for _ in range(2):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "warning[near-placeholder]" in result.stderr
        assert result.stdout.endswith("briefing.json\n")
    assert run(*arguments, "--quiet").stderr == ""
    assert run(*arguments, "--strict").exit_code == 1


def test_verbose_tells_the_steps(tmp_path):
    """--verbose says on stderr what is done, and whether it was needed."""
    arguments = ("build", a_project(tmp_path), "--date", TODAY, "--format", "json", "-v")
    reading, checking, *steps, publishing, outcome = run(*arguments).stderr.splitlines()
    assert (reading, checking) == ("briefing: reading", "briefing: checking facts")
    assert all(step.startswith("briefing: ") for step in steps)
    assert (publishing, outcome) == ("briefing: publishing", "made anew")
    assert run(*arguments).stderr.splitlines() == ["briefing: reading", "unchanged since the last build"]


def test_what_cannot_be_written_is_status_3(tmp_path):
    """An output that cannot be put in its place ends with 3 and a sentence."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = run("build", a_project(tmp_path), "--date", TODAY, "--format", "json", "--out", tmp_path / "file")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("briefing: the edition cannot be written to ")
    assert "Traceback" not in result.stderr


def test_a_bad_epoch_is_wrong_usage(tmp_path):
    """SOURCE_DATE_EPOCH is a number of seconds, or the run makes no sense."""
    arguments = ("build", a_project(tmp_path), "--date", TODAY, "--format", "json")
    result = run(*arguments, env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH='yesterday' is not a number of seconds since 1970" in result.stderr
    assert run(*arguments, env={"SOURCE_DATE_EPOCH": "1650000000"}).exit_code == 0


def test_a_template_of_a_theme_is_told_with_its_line(tmp_path):
    """A mistake in a user's theme is a diagnostic of that file."""
    config = a_project(
        tmp_path, config={"theme": "mine"}, files={"mine/blocks/paragraph.html": "<p>\n{{ blok.children }}</p>\n"},
        blocks=[{"text": "x"}],
    )  # fmt: skip
    result = run("build", config, "--date", TODAY, "--format", "html")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("mine/blocks/paragraph.html:2: error[template]: 'blok' is undefined")


def test_a_theme_that_is_not_there_is_wrong_usage(tmp_path):
    """A theme is a folder beside the config, or the default one."""
    result = run("build", a_project(tmp_path, config={"theme": "nope"}), "--date", TODAY, "--format", "json")
    assert result.exit_code == 2
    assert "is not a folder" in result.stderr


# new and schema


def test_new_prints_what_it_wrote(tmp_path):
    """The files go to stdout, what to do next to stderr; a second time is refused with 2."""
    result = run("new", tmp_path / "flood")
    assert result.exit_code == 0
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert all(path.is_file() for path in paths)
    assert tmp_path / "flood" / "config.yaml" in paths
    assert result.stderr == f"\nNext:  briefing build {tmp_path / 'flood'}\n"
    before = {path: path.read_bytes() for path in paths}
    again = run("new", tmp_path / "flood")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "is there already; choose another folder" in again.stderr
    assert {path: path.read_bytes() for path in paths} == before


@pytest.mark.parametrize("what", ["facts", "config", "edition"])
def test_schema_prints_what_the_api_gives(what):
    """`briefing schema` prints the JSON Schema of a kind of file; of facts, when nothing is said."""
    assert run("schema", what).stdout == briefing.schema(what) + "\n"
    assert run("schema").stdout == briefing.schema("facts") + "\n"


# As a user starts it.


def test_the_program_runs_from_a_shell(tmp_path):
    """`briefing` and `python -m briefing` are one program; a pipe gets the results and nothing else."""
    a_project(tmp_path)
    for command in (["briefing"], [sys.executable, "-m", "briefing"]):
        path = Path(sys.executable).with_name(command[0]) if command == ["briefing"] else Path(command[0])
        result = subprocess.run(
            [path, *command[1:], "build", "--date", TODAY, "--format", "json"],
            cwd=tmp_path, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == f"out/ukraine/{TODAY}\nout/ukraine/{TODAY}/briefing.json\n"


def test_a_bug_shows_its_traceback(tmp_path):
    """Only the program's own exceptions become sentences: anything else is a bug and is shown whole."""
    config = a_project(tmp_path)
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import os.path\nos.path.isfile = lambda path: 1 / 0\n", encoding="utf-8")
    result = shell("check", str(config), folder=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback" in result.stderr


def test_messages_cannot_forge_a_terminal(tmp_path):
    """Control characters in the name of a file come out written, not obeyed."""
    result = run("check", tmp_path / "a\x1b[2Jb")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "\\u001b[2Jb" in result.stderr


@pytest.mark.parametrize(("now", "day"), [("2022-04-08T22:30", "2022-04-09"), ("2022-04-08T20:30", "2022-04-08")])
def test_today_is_the_day_of_the_briefing(tmp_path, now, day):
    """Half past midnight in Kyiv is a new day, although it is still yesterday in UTC."""
    config = a_project(tmp_path, config={"timezone": "Europe/Kyiv"})
    built = briefing.build(config, now=dt.datetime.fromisoformat(f"{now}+00:00"), formats=["json"])
    assert built.folder.name == day


def test_the_command_line_takes_today_from_the_clock(tmp_path):
    """Without a date anywhere, the edition is of today."""
    config = a_project(tmp_path, facts={"a": a_fact(as_of=LATER)}, config={"timezone": "Pacific/Kiritimati"})
    before = dt.datetime.now(dt.UTC)
    result = run("build", config, "--format", "json")
    after = dt.datetime.now(dt.UTC)
    ahead = dt.timedelta(hours=14)
    assert Path(result.stdout.strip()).parent.name in {(one + ahead).date().isoformat() for one in (before, after)}
