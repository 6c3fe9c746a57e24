"""The starter project: small, whole, and never in anybody's way."""

import datetime as dt
import re
from pathlib import Path

import pytest

import briefing
from briefing.errors import PublishError, UsageError
from briefing.starter import _PROJECT, start
from tests.builders import composed, written

FILES = [".gitignore", "config.yaml", "facts/situation.yaml", "facts/water-level.csv"]


def contents(folder):
    """Every file of a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_has_nothing_wrong_with_it(tmp_path):
    """What `briefing new` writes is taken without a word; on a later date its figures are told to be old."""
    paths = start(tmp_path / "flood")
    assert [path.relative_to(tmp_path / "flood").as_posix() for path in paths] == FILES
    config = tmp_path / "flood" / "config.yaml"
    now = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
    report = briefing.check(config, now=now)
    assert report.diagnostics == ()
    assert (report.ok, report.facts, report.sources) == (True, 9, 3)
    for day in (dt.date(2026, 3, 20), dt.date(2030, 1, 1)):
        assert {one.code for one in briefing.check(config, day=day).diagnostics} == {"stale"}


def test_a_new_project_builds(tmp_path):
    """The project builds at once, for the date that its config gives."""
    config = start(tmp_path / "flood")[1]
    built = briefing.build(config, formats=["html", "json"])
    assert built.folder == tmp_path / "flood" / "out" / "flood" / "2026-03-14"
    assert (built.warnings, built.unchanged) == ((), False)
    drawn = {f"charts/chart-{n}.{kind}" for n in (2, 3) for kind in ("csv", "svg")}
    assert set(built.files) == {"briefing.html", "briefing.json", *drawn, "tables/table-3.csv"}


def test_a_new_project_shows_what_there_is(tmp_path):
    """Every kind of block and every kind of value stands in the project, explained in its comments."""
    config = start(tmp_path / "flood")[1]
    edition = composed(config, dt.date(2026, 3, 14)).edition
    kinds = {type(block).__name__ for section in edition.sections for block in section.blocks}
    assert kinds >= {"Paragraph", "KeyFigures", "Table", "Chart", "Timeline", "Callout", "SourceList"}
    text = written(edition)
    for figure in ("412", "500 to 600", "about 1,300", "at most 3", "487"):
        assert figure.lower() in text.lower()
    assert "not attributed" in text
    for name in FILES[1:3]:
        lines = (tmp_path / "flood" / name).read_text(encoding="utf-8").splitlines()
        assert sum("#" in line for line in lines) > len(lines) / 10


def test_a_new_project_names_no_real_place():
    """Its flood is invented, and says so; its addresses lead nowhere."""
    text = "\n".join(data.decode() for data in contents(_PROJECT).values())
    assert "invented" in text
    assert set(re.findall(r"https?://([^/\s]+)", text)) == {"example.org"}


@pytest.mark.parametrize("name", FILES[1:])
def test_a_file_that_is_there_is_never_overwritten(tmp_path, name):
    """Where any file of the project is there already, nothing at all is written."""
    folder = tmp_path / "flood"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(f"{folder / name} is there already; choose another folder")):
        start(folder)
    assert contents(folder) == {name: b"mine"}


def test_a_link_to_nowhere_is_not_written_through(tmp_path):
    """A link that stands in the way counts as a file, even when it leads to nothing."""
    folder = tmp_path / "flood"
    folder.mkdir()
    (folder / "config.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is there already"):
        start(folder)
    assert not (tmp_path / "elsewhere").exists()


def test_other_files_do_not_mind(tmp_path):
    """A project may be started in a folder that holds other things, such as a repository, which stay as they are."""
    for name in ("README.md", ".gitignore"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert [path.name for path in start(tmp_path)] == [Path(name).name for name in FILES[1:]]
    assert set(contents(tmp_path)) == {"README.md", *FILES}
    for name in ("README.md", ".gitignore"):
        assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    """Where the project cannot be written, one sentence says why."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PublishError, match="cannot be written to"):
        start(tmp_path / "file" / "flood")
