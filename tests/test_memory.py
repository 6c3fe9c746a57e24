"""What one preview leaves to the next: it changes how long a page takes, and never the page."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest

from briefing.load import load
from briefing.pipeline import NO_MEMORY, preview
from tests.builders import DAY, a_fact, a_facts_file, a_feed, a_project

NOON = datetime(2022, 4, 9, 12, tzinfo=UTC)
BLOCKS = [
    {"text": 'First {{ value("killed") }} were counted.'},
    {"chart": {"kind": "line", "title": "Line", "series": ["losses"]}},
    {"chart": {"kind": "bar", "title": "Bars", "facts": {"indicator": "killed"}, "by": "subject"}},
]
TABLE = "date,n\n2022-04-07,5\n2022-04-08,7\n"


@pytest.fixture
def project(tmp_path):
    """A project with a table, charts and a theme of its own."""
    facts = {"killed": a_fact(subject="Army")}
    theme = {"mine/style/screen.css": "h1 { color: #123456 }"}
    config = {"theme": "mine"}
    return a_project(
        tmp_path, facts=facts, feeds=[a_feed()], blocks=BLOCKS, config=config, files={"t.csv": TABLE} | theme
    )


def made(project, cache, memory=NO_MEMORY):
    """A preview of it."""
    return preview(project, day=DAY, now=NOON, cache=cache, memory=memory)


EDITS = {
    "config.yaml": ("were counted", "were said to be counted"),
    "facts/war.yaml": ("'1300'", "'1400'"),
    "t.csv": ("04-08,7", "04-08,9"),
    "mine/style/screen.css": ("#123456", "#654321"),
}


def test_a_page_is_the_same_with_a_memory(project, tmp_path):
    """After every kind of edit, the page that rests on what was kept is the one that is made from nothing."""
    cache = tmp_path / "cache"
    memory = made(project, cache).memory
    pages = set()
    for name, (old, new) in EDITS.items():
        path = project.parent / name
        text = path.read_text(encoding="utf-8")
        assert old in text, text
        path.write_text(text.replace(old, new), encoding="utf-8")
        kept = made(project, cache, memory)
        assert (kept.page, kept.diagnostics) == ((fresh := made(project, None)).page, fresh.diagnostics)
        memory = kept.memory
        pages.add(kept.page)
    assert len(pages) == len(EDITS)
    assert None not in pages


def test_only_what_has_changed_is_parsed_and_drawn(project, tmp_path):
    """A change in prose takes files, drawings and the theme as they were; the config alone is parsed."""
    before = made(project, tmp_path / "cache").memory
    project.write_text(project.read_text(encoding="utf-8").replace("counted", "seen"), encoding="utf-8")
    after = made(project, tmp_path / "cache", before).memory
    same = [key[1] for key, parsed in after.parsed.files.items() if before.parsed.files.get(key) is parsed]
    assert same == ["facts/war.yaml", "t.csv"]
    assert len(after.parsed.files) == 3
    assert after.theme is before.theme
    assert [*map(id, after.wide.values())] == [*map(id, before.wide.values())]
    assert [*map(id, after.narrow.values())] == [*map(id, before.narrow.values())]
    assert len(after.wide) == 2


def test_what_is_wrong_with_a_file_is_said_again(project, tmp_path):
    """A file that is still as wrong as it was is told at its place each time; it is forgotten when it is gone."""
    facts = project.parent / "facts" / "war.yaml"
    facts.write_text("facts: {a: [}\n", encoding="utf-8")
    first = made(project, tmp_path / "cache")
    again = made(project, tmp_path / "cache", first.memory)
    assert [str(one) for one in again.diagnostics] == [str(one) for one in first.diagnostics]
    assert any("facts/war.yaml:1:" in str(one) for one in again.diagnostics)
    facts.write_text(a_facts_file(), encoding="utf-8")
    assert made(project, tmp_path / "cache", again.memory).page is not None


def test_what_was_parsed_stays_as_it_was(project, tmp_path):
    """Nothing that comes after parsing changes a tree or table of it."""
    loaded = load(project)
    trees = {key: deepcopy(getattr(one, "root", one)) for key, (one, _) in loaded.parsed.files.items()}
    memory = made(project, tmp_path / "cache").memory
    memory = made(project, tmp_path / "cache", memory).memory
    assert {key: getattr(one, "root", one) for key, (one, _) in memory.parsed.files.items()} == trees
