"""Rules about the repository itself."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "briefing").rglob("*.py"))
LEFT_OUT = {".git", ".venv", "out", "build", "dist", "node_modules", "__pycache__", ".hypothesis"}


def texts():
    """Every text file of the repository with its text."""
    for path in sorted(ROOT.rglob("*")):
        place = path.relative_to(ROOT).parts
        if path.is_file() and not any(part in LEFT_OUT or part.endswith("_cache") for part in place):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:  # a font, a picture
                continue


def name(path):
    """The path as messages show it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "promised",
    [
        ".ci/run",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "config.yaml",
        "docs/architecture.md",
        "facts",
        "out/.gitignore",
        "pyproject.toml",
        "templates",
    ],
)
def test_promised_files_are_there(promised):
    """The repository holds the files that its readers expect."""
    assert (ROOT / promised).exists()


def test_the_changelog_knows_the_version():
    """The version of the program has its place in the changelog."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_room_imports_only_rooms_below_it():
    """The import rules of pyproject.toml hold."""
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_for(path):
    """Every module opens with a sentence."""
    opening = (ast.get_docstring(ast.parse(path.read_bytes())) or "").partition("\n")[0]
    assert re.fullmatch(r"[A-Z`].*[.:]", opening), f"{name(path)} opens with {opening!r}"


def test_every_library_is_asked_for():
    """Every library that the program imports stands in pyproject.toml, and no other."""
    trees = [ast.parse(path.read_bytes()) for path in MODULES]
    lines = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in lines if isinstance(node, ast.Import) for alias in node.names} | {
        str(node.module) for node in lines if isinstance(node, ast.ImportFrom)
    }
    libraries = {module.partition(".")[0] for module in imported} - sys.stdlib_module_names - {"briefing"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines_asked = [*project["dependencies"], *(one for name in ("mail", "s3", "serve", "sftp") for one in extras[name])]
    asked_for = {re.split(r"[>=\[]", line)[0] for line in lines_asked} - {"tzdata"}  # zoneinfo's
    by_module = packages_distributions()
    provided = {by_module[library][0].lower().replace("_", "-") for library in libraries}
    assert provided == asked_for


CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def clock_readings(code):
    """The lines of Python code that read the clock, by whatever name it is imported."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            called = f"{owner}.{node.attr}"
            if called in CLOCKS or node.attr in {"utcnow", "today"}:
                yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "now":
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if alias.name in {"time", "time_ns", "localtime"})


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now()",
        "datetime.datetime.now(zone)",
        "clock = datetime.now",
        "dt.date.today()",
        "day = a_date().__class__; day.today()",
        "time.time()",
        "from time import time as t",
        "d.now(UTC)",
    ],
)
def test_a_reading_of_the_clock_is_seen(code):
    """The ways to read the clock are known to the rule below."""
    assert list(clock_readings(code))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_command_line_reads_the_clock(path):
    """Whatever depends on the time gets it as an argument; the command line alone asks the clock."""
    readings = [f"{name(path)}:{line}" for line in clock_readings(path.read_bytes())]
    assert "cli" in path.parts or not readings


def test_templates_escape_everything():
    """No template and no module lets text through unescaped."""
    unescaped = re.compile(r"\|\s*safe\b|autoescape\s+false|autoescape\s*=\s*False")
    kinds = (".html", ".j2", ".jinja", ".css", ".svg", ".xml", ".py")
    shown = [
        f"{name(path)}: {found[0]}"
        for path, text in texts()
        if path.suffix in kinds and path != Path(__file__) and (found := unescaped.search(text))
    ]
    assert shown == []


def test_no_file_knows_a_machine():
    """No file holds a path of the machine it was written on."""
    machine = re.compile(r"(?<![\w.>])/(?:work|farm|root|Users|home/\w+|tmp/\w+)/")
    shown = [f"{name(path)}: {found[0]}" for path, text in texts() if (found := machine.search(text))]
    assert shown == []


@pytest.mark.parametrize("module", ["briefing", "briefing.cli"])
def test_importing_is_light(module):
    """Importing the program loads no heavy library: `briefing --help` answers at once."""
    command = [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert module in loaded
    assert {"matplotlib", "weasyprint", "pydantic", "babel", "numpy", "PIL"} & set(loaded) == set()
