"""The wheel: what is installed where there is no checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as a user installs it, built from a copy."""
    copy = tmp_path_factory.mktemp("copy") / "briefing"
    for part in ("briefing", "templates", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        take = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy.mkdir(exist_ok=True)
        take(ROOT / part, copy / part)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=copy, check=True, capture_output=True
    )
    (built,) = (copy / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_everything(wheel):
    """The wheel holds the package, its data and the templates, and stays below 15 MB."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "briefing").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } | {f"briefing/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert wanted - inside == set()
    assert wheel.stat().st_size < 15_000_000


def test_the_wheel_works_alone(wheel, tmp_path):
    """From the wheel alone, without the checkout, a new project is laid out and built."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    run = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from briefing.cli import main; main()"
    for arguments, folder in (
        (["new", "project"], tmp_path),
        (["build"], tmp_path / "project"),
    ):
        command = [sys.executable, "-c", run, *arguments]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "project" / "out").rglob("*") if path.is_file()}
    assert {"briefing.pdf", "briefing.html", "fragment.html", "briefing.json", "manifest.json"} <= made
