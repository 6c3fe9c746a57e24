"""The stages together: what a check and an unchanged build cost, and what decides that nothing has changed."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

import briefing
from briefing.errors import BriefingError, InputError, OutputError, UsageError
from tests.builders import DAY, TODAY, a_fact, a_feed, a_project

HEAVY = {"matplotlib", "weasyprint", "sqlalchemy", "numpy", "PIL", "pydyf", "pypdfium2", "fontTools", "rich"}
CHART = {"chart": {"kind": "bar", "title": "T", "facts": {}}}


def build(config, **options):
    """One edition as data and page, which needs no printer."""
    return briefing.build(config, **{"day": DAY, "formats": ["html", "json"], **options})


RECORD = """
import atexit, os, sys
import subprocess
class Recorded(subprocess.Popen):
    def __init__(self, *a, **k):
        started.append(str(a[0] if a else k.get("args")))
        super().__init__(*a, **k)
started = []
subprocess.Popen = Recorded
for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp"):
    if hasattr(os, name):
        def wrapped(*a, _call=getattr(os, name), _name=name, **k):
            started.append(_name)
            return _call(*a, **k)
        setattr(os, name, wrapped)
@atexit.register
def tell():
    names = {name.partition(".")[0] for name in sys.modules}
    with open(os.environ["RECORD_TO"], "w") as file:
        print(*sorted(names), file=file)
        print(*started, sep="\\n", file=file)
"""


def recorded(folder, *arguments):
    """What a run of the program imported, and which children it started, told by Python itself."""
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "sitecustomize.py").write_text(RECORD, encoding="utf-8")
    told = folder / "site" / "told"
    environment = {
        "PYTHONPATH": str(folder / "site"),
        "RECORD_TO": str(told),
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
    }
    command = [sys.executable, "-m", "briefing", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    names, *started = told.read_text(encoding="utf-8").splitlines()
    return set(names.split()), [one for one in started if one]


def test_checking_is_light(tmp_path):
    """`briefing check` of a project with charts loads neither matplotlib nor WeasyPrint, and starts no child."""
    config = a_project(tmp_path, blocks=[CHART], feeds=[a_feed()], files={"t.csv": f"date,n\n{TODAY},5\n"})
    imported, started = recorded(tmp_path, "check", config, "--date", TODAY)
    assert imported & HEAVY == set()
    assert {"briefing", "pydantic", "yaml"} <= imported
    assert started == []


def test_an_unchanged_build_is_light(tmp_path):
    """When nothing has changed, `briefing build` of all formats draws nothing, prints nothing and starts no child."""
    config = a_project(tmp_path, blocks=[CHART])
    arguments = ("build", config, "--date", TODAY)
    imported, started = recorded(tmp_path, *arguments)
    assert {"matplotlib", "pypdfium2"} <= imported
    assert started != []  # so a child is seen when there is one
    imported, started = recorded(tmp_path, *arguments)
    assert imported & HEAVY == set()
    assert started == []


def test_a_chart_that_was_drawn_before_is_not_drawn_again(tmp_path):
    """A chart found in the cache does not load matplotlib, although the edition is made anew."""
    config = a_project(tmp_path, blocks=[CHART])
    arguments = ("build", config, "--date", TODAY, "--format", "html")
    assert "matplotlib" in recorded(tmp_path, *arguments)[0]
    a_project(tmp_path, blocks=[CHART, {"text": "More words."}])
    imported, _ = recorded(tmp_path, *arguments)
    assert "More words." in (tmp_path / "out" / "ukraine" / TODAY / "briefing.html").read_text(encoding="utf-8")
    assert "matplotlib" not in imported


def test_importing_the_package_is_free():
    """`import briefing` loads nothing but itself, and its verbs load what they need when they are used."""
    code = (
        "import sys; before = set(sys.modules); import briefing; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before}); "
        "print(callable(briefing.check), 'briefing.pipeline' in sys.modules)"
    )
    first, second = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert set(first.split()) - set(sys.stdlib_module_names) == {"briefing"}
    assert second == "True True"


def test_the_package_has_the_verbs_of_the_command_line():
    """The API is the verbs of the command line, and nothing else."""
    from briefing.cli import main

    for path in Path(briefing.__file__).parent.iterdir():  # a room named like a verb would take its place
        assert path.stem not in briefing.__all__
    assert sorted(briefing.__all__) == sorted(main.commands)
    assert all(callable(getattr(briefing, verb)) for verb in briefing.__all__)
    with pytest.raises(AttributeError, match="module 'briefing' has no attribute 'bild'"):
        _ = briefing.bild


def test_a_broken_theme_is_seen_by_the_check(tmp_path):
    """Checking fills the pages of a user's own theme, so that its mistakes are known before anything is made."""
    config = a_project(
        tmp_path,
        config={"theme": "mine"},
        blocks=[CHART],
        files={"mine/blocks/chart.html": "<figure>\n{{ blok.id }}</figure>\n"},
    )
    (one,) = briefing.check(config, day=DAY).diagnostics
    assert str(one).startswith("mine/blocks/chart.html:2: error[template]: 'blok' is undefined")


def test_facts_are_checked_beside_a_wrong_config(tmp_path):
    """A config with a mistake does not hide what is wrong with the facts."""
    config = a_project(tmp_path, config={"paper": "A5"}, facts={"a": a_fact(status="maybe")})
    assert [one.code for one in briefing.check(config, day=DAY).diagnostics] == ["bad-choice", "bad-choice"]
    with pytest.raises(InputError) as error:
        build(config)
    assert len(error.value.diagnostics) == 2


# What decides that nothing has changed.


def test_an_unchanged_build_makes_nothing(tmp_path):
    """A second build of the same input leaves every file untouched, and says what the first one said."""
    config = a_project(tmp_path, facts={"a": a_fact(claim="{value} killed {valeu}")}, blocks=[{"facts": {}}])
    first = build(config)
    stamps = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    second = build(config)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert (second.folder, second.files, second.warnings) == (first.folder, first.files, first.warnings)
    assert len(first.warnings) == 1
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == stamps


def the_config(folder):
    """Change the config in a blank only."""
    with (folder / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("# more\n")


def the_facts(folder):
    """Change a figure."""
    path = folder / "facts" / "war.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("1300", "1301"), encoding="utf-8")


def another_file(folder):
    """Add a facts file."""
    (folder / "facts" / "more.yaml").write_text("facts: {}\n", encoding="utf-8")


def the_table(folder):
    """Add a row that no edition of this date shows."""
    with (folder / "t.csv").open("a", encoding="utf-8") as file:
        file.write("2030-01-01,9\n")


def the_theme(folder):
    """Change a style."""
    (folder / "mine" / "style" / "base.css").write_text(".x {}\n", encoding="utf-8")


def an_output(folder):
    """Damage what was made."""
    path = folder / "out" / "ukraine" / TODAY / "briefing.json"
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")


def a_lost_output(folder):
    """Lose what was made."""
    (folder / "out" / "ukraine" / TODAY / "briefing.html").unlink()


@pytest.mark.parametrize(
    "change", [the_config, the_facts, another_file, the_table, the_theme, an_output, a_lost_output]
)
def test_whatever_an_edition_is_made_from_makes_it_anew(tmp_path, change):
    """A change in any input, or in what stands there, makes the edition anew, and whole."""
    config = a_project(
        tmp_path,
        config={"theme": "mine"},
        feeds=[a_feed()],
        files={"t.csv": f"date,n\n{TODAY},5\n", "mine/style/base.css": "\n"},
    )
    build(config)
    assert build(config).unchanged
    change(tmp_path)
    built = build(config)
    assert not built.unchanged
    manifest = json.loads((built.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {path.name for path in built.folder.iterdir()} == {*manifest["outputs"], "manifest.json"}
    assert build(config).unchanged


def test_formats_of_one_edition_stand_together(tmp_path):
    """A format that is there is not made again, and one that is added leaves the others."""
    config = a_project(tmp_path)
    assert build(config, formats=["json"]).files == ("briefing.json",)
    both = build(config, formats=["fragment"])
    assert (both.unchanged, both.files) == (False, ("briefing.json", "embed.html", "fragment.html"))
    assert build(config, formats=["json"]).unchanged
    the_facts(tmp_path)
    assert build(config, formats=["json"]).files == ("briefing.json",)
    assert {path.name for path in both.folder.iterdir()} == {"briefing.json", "manifest.json"}


def test_the_moment_of_making_counts_as_input(tmp_path):
    """An edition that is to say another moment of its making is made anew."""
    config = a_project(tmp_path)
    build(config)
    assert not build(config, produced=dt.datetime(2022, 4, 9, tzinfo=dt.UTC)).unchanged


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """Two builds in two places have the same files, bit by bit."""
    made = []
    for name in ("one", "two"):
        config = a_project(tmp_path / name, blocks=[CHART, {"facts": {}}])
        folder = build(config).folder
        made.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")})
    assert made[0] == made[1]
    assert len(made[0]) == 5


def test_each_date_has_its_edition(tmp_path):
    """Editions of two dates stand side by side, each as it was known then."""
    table = "date,n\n2022-04-08,5\n2022-04-09,7\n2022-04-10,9\n"
    config = a_project(tmp_path, feeds=[a_feed()], files={"t.csv": table}, blocks=[{"key_figures": ["losses"]}])
    for day, figure in ((8, "5"), (10, "9"), (9, "7")):
        folder = build(config, day=dt.date(2022, 4, day)).folder
        (fact,) = json.loads((folder / "briefing.json").read_text(encoding="utf-8"))["facts"]
        assert (fact["value"]["value"], fact["as_of"]) == (figure, f"2022-04-{day:02}")
    assert len(list((tmp_path / "out" / "ukraine").glob("2022-*"))) == 3


def test_a_failed_build_leaves_the_last_good_edition(tmp_path):
    """Facts that turn out wrong take nothing away from what was made before."""
    config = a_project(tmp_path)
    folder = build(config).folder
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    a_project(tmp_path, facts={"a": a_fact(status="maybe")})
    with pytest.raises(InputError) as error:
        build(config)
    assert [one.code for one in error.value.diagnostics] == ["bad-choice"]
    assert str(error.value) == "1 error in the input"
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_the_exceptions_are_a_small_tree():
    """Everything that the command line reports in a sentence is one kind of exception, with its status."""
    assert {kind: kind.status for kind in (InputError, UsageError, OutputError)} == {
        InputError: 1,
        UsageError: 2,
        OutputError: 3,
    }
    assert all(issubclass(kind, BriefingError) for kind in (InputError, UsageError, OutputError))


def test_a_date_has_to_come_from_somewhere(tmp_path):
    """The API reads no clock: without a date, a config with one, or the present moment, there is no edition."""
    config = a_project(tmp_path)
    with pytest.raises(UsageError, match="no date is given"):
        briefing.check(config)
    assert briefing.check(config, now=dt.datetime(2022, 4, 9, tzinfo=dt.UTC)).ok


def test_the_steps_are_told_as_they_begin(tmp_path):
    """Whoever calls `build` may listen to its steps."""
    steps: list[str] = []
    build(a_project(tmp_path), progress=steps.append)
    assert steps[:2] == ["reading", "checking facts"]
    assert steps[-1] == "publishing"
