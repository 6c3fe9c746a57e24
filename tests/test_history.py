"""A daily briefing on real figures, run day by day, and what its books know afterwards."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import briefing
from briefing.cli import main
from briefing.pipeline import Built, build
from tests.reading import ROOT, a_project

FIRST, LAST = dt.date(2022, 3, 7), dt.date(2022, 3, 14)
NOW = dt.datetime(2022, 3, 14, 9, tzinfo=dt.UTC)
CORRECTED = dt.date(2022, 3, 10)


def run(folder: Path, day: dt.date, **changed: int) -> Built:
    """The run of one morning: the tables hold what was known by then."""
    shutil.copytree(ROOT / "tests" / "history", folder, dirs_exist_ok=True)
    facts = (folder / "facts.yaml").read_text(encoding="utf-8")
    (folder / "facts.yaml").write_text(facts.replace("published: 2022-02-25", f"published: {day}"), encoding="utf-8")
    for name in ("personnel", "equipment"):
        rows = json.loads((ROOT / "facts" / "data" / f"losses-{name}.json").read_text(encoding="utf-8"))
        known = [row for row in rows if row["date"] <= day.isoformat()]
        known[-1].update({key: value for key, value in changed.items() if key in known[-1]})
        (folder / f"{name}.json").write_text(json.dumps(known), encoding="utf-8")
    return build(
        folder / "config.yaml", day=day, now=dt.datetime.combine(day, dt.time(5), dt.UTC), formats=["html", "json"]
    )


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """The folder of a briefing after eight days, of which one was issued a second time."""
    folder = tmp_path_factory.mktemp("week")
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + dt.timedelta(offset)
        run(folder, day)
        if day == CORRECTED:
            run(folder, day, tank=336)
    return folder


def told(folder, *command):
    """What a question to the books prints."""
    result = CliRunner().invoke(main, [*command, str(folder)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def edition(folder, day, name="briefing.json"):
    """A file of an edition."""
    return (folder / "out" / "losses" / str(day) / name).read_text(encoding="utf-8")


def test_every_day_is_compared_with_the_day_before(week):
    """The difference of each day is that of the two rows of the real table, with the date of the earlier one."""
    rows = {row["date"]: row for row in json.loads((week / "equipment.json").read_text(encoding="utf-8"))}
    rows["2022-03-10"]["tank"] = 336  # the correction
    for offset in range(1, (LAST - FIRST).days + 1):
        day = FIRST + dt.timedelta(offset)
        before = day - dt.timedelta(1)
        data = json.loads(edition(week, day))["edition"]
        assert data["compared_with"] == str(before)
        (tanks,) = (one for one in data["changes"] if one["fact"] == "tanks")
        then, now = (rows[str(one)]["tank"] for one in (before, day))
        assert (tanks["before"], tanks["now"]) == (str(then), str(now))
        if str(before) == str(CORRECTED):  # the table of this day has the figure of the first revision again
            assert "the earlier figure has been revised since" in edition(week, day, "briefing.html")
        elif then != now:
            assert f"{now - then:+} since {before.day} Mar 2022".replace("-", "−") in edition(
                week, day, "briefing.html"
            )


def test_the_corrected_day_has_both_revisions(week):
    """The second issue says what it corrects; the first stands beside it as it was."""
    assert json.loads(edition(week, CORRECTED))["edition"]["revision"] == 2
    assert "Revision 2" in edition(week, CORRECTED, "briefing.html")
    assert json.loads(edition(week, f"{CORRECTED}-revision-1"))["edition"]["revision"] == 1
    assert not list((week / "out" / "losses").glob("*-revision-2"))


def test_the_next_day_is_compared_with_the_corrected_one(week):
    """What readers had last is what the next edition is compared with."""
    text = edition(week, CORRECTED + dt.timedelta(1))
    (tanks,) = (one for one in json.loads(text)["edition"]["changes"] if one["fact"] == "tanks")
    assert tanks["before"] == "336"


def test_building_a_day_again_makes_nothing_new(week):
    """With the same files, the books and the folder stay as they are."""
    books = (week / "out" / "losses" / "books.sqlite").read_bytes()
    assert run(week, LAST).unchanged
    assert (week / "out" / "losses" / "books.sqlite").read_bytes() == books


def test_a_draft_is_marked_and_leaves_no_trace(week):
    """It goes to a folder of its own with the mark on it, with the comparison, and the books stay as they are."""
    folder = week / "out" / "losses"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "draft" not in path.parts}
    built = build(week / "config.yaml", day=LAST, now=NOW, formats=["html", "json"], draft=True)
    assert built.folder == folder / "draft"
    page = (built.folder / "briefing.html").read_text(encoding="utf-8")
    assert "Draft</span>" in page
    assert "Compared with the edition of 13 March 2022." in page
    assert {one: one.read_bytes() for one in folder.rglob("*") if one.is_file() and "draft" not in one.parts} == before
    assert (folder / "latest").readlink() == Path(str(LAST))


def test_diff_says_what_is_different_as_text_and_as_data(week):
    """Two dates, or two revisions of one."""
    assert "Tanks lost, Russia (Ministry of Defence of Ukraine): 335 → 336 (+1)" in told(
        week, "diff", f"{CORRECTED}@1", str(CORRECTED)
    )
    text = told(week, "diff", "2022-03-07", "2022-03-09")
    assert "+27 since 7 March 2022" in text
    data = json.loads(told(week, "diff", "--json", "2022-03-07", "2022-03-09"))
    assert data["before"] == {"date": "2022-03-07", "revision": 1}
    assert {one["fact"]: one["delta"] for one in data["changes"]}["tanks"] == "27"


def test_show_tells_the_story_of_a_fact(week):
    """Its versions with the time each was known, its sources, and every edition that printed it."""
    story = json.loads(told(week, "show", "--json", "tanks"))
    values = [one["entry"]["value"] for one in story["versions"]]
    assert values == ["290", "303", "317", "335", "336", "353", "362", "374", "389"]
    assert [one["gone"] for one in story["versions"]][:-1] == [one["recorded"] for one in story["versions"]][1:]
    assert story["versions"][-1]["gone"] is None
    assert [(one["date"], one["revision"]) for one in story["printed"] if one["date"] == str(CORRECTED)] == [
        (str(CORRECTED), 1),
        (str(CORRECTED), 2),
    ]
    assert "Petro Ivaniuk" in told(week, "show", "tanks")


def test_impact_tells_what_rests_on_a_source(week):
    """Every fact, and every edition that cites it."""
    found = json.loads(told(week, "impact", "--json", "daily"))
    assert {one["id"] for one in found["facts"]} == {"personnel", "tanks", "carriers", "aircraft", "helicopters"}
    assert all(one["alone"] for one in found["facts"])
    assert len(found["editions"]) == 9
    assert "no other source" in told(week, "impact", "daily")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ["diff", "2022-03-06", "2022-03-09"],
            "there is no edition 2022-03-06 of 'losses'; the nearest is of",
        ),
        (["diff", "yesterday", "2022-03-09"], "'yesterday' is no edition; write 2022-04-08, or 2022-04-08@1"),
        (["diff", "2022-03-09@2", "2022-03-09"], "there is no edition 2022-03-09@2 of 'losses'"),
        (["show", "tank"], "have no fact 'tank'; a fact with a similar name is 'tanks'"),
        (["impact", "dayly"], "have no source 'dayly'; a source with a similar name is 'daily'"),
    ],
)
def test_a_question_that_makes_no_sense_gets_an_answer_that_does(week, command, sentence):
    """What is not in the books is said, with what is near."""
    result = CliRunner().invoke(main, [*command, str(week)])
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr


def test_without_books_there_is_no_answer(tmp_path):
    """A briefing that was never built has no books; asking does not begin them."""
    shutil.copytree(ROOT / "tests" / "history", tmp_path / "p")
    result = CliRunner().invoke(main, ["show", "tanks", str(tmp_path / "p")])
    assert result.exit_code == 3
    assert "there are no books at" in result.stderr
    assert not (tmp_path / "p" / "out").exists()


# What must not be lost.

SMALL = """
title: Small
facts: facts.yaml
formats: [json]
sections: [{title: Weather, blocks: [facts]}]
"""


def made(folder, value, hour, **options):
    """An edition of a small project in which one value is what it is."""
    facts = f"""
sources: {{office: {{title: Forecast, publisher: Office, published: 2026-01-02}}}}
indicators: {{rain: {{label: Rain, unit: mm}}}}
facts: {{rain: {{indicator: rain, value: {value}, as_of: 2026-01-02, said_by: Office, sources: [office]}}}}
"""
    config = a_project(folder, SMALL, facts)
    now = dt.datetime(2026, 1, 2, hour, tzinfo=dt.UTC)
    return build(config, day=dt.date(2026, 1, 2), now=now, **options)


def values(folder):
    """What each folder of the briefing says it rains."""
    found = {}
    for path in (folder / "out" / "small").glob("2026*/briefing.json"):
        found[path.parent.name] = json.loads(path.read_text(encoding="utf-8"))["facts"][0]["value"]["value"]
    return found


def test_a_figure_that_comes_back_is_a_revision_of_its_own(tmp_path):
    """12, 13, 12 again: the past of the first is made again as it was, and the third stays where it stands."""
    for hour, value in ((6, 12), (7, 13), (8, 12)):
        made(tmp_path, value, hour)
    good = {"2026-01-02": "12", "2026-01-02-revision-1": "12", "2026-01-02-revision-2": "13"}
    assert values(tmp_path) == good
    again = made(tmp_path, 12, 9, known_at=dt.datetime(2026, 1, 2, 6, 30, tzinfo=dt.UTC), formats=["html", "json"])
    assert (again.revision, again.folder.name) == (1, "2026-01-02-known-at-20260102T063000")
    assert made(tmp_path, 12, 10).revision == 3
    first = tmp_path / "out" / "small" / "2026-01-02-revision-1" / "briefing.json"
    assert (again.folder / "briefing.json").read_bytes() == first.read_bytes()


@pytest.mark.parametrize("harm", ["damaged", "deleted"])
def test_an_edition_that_lost_its_books_is_kept(tmp_path, harm):
    """When new books begin, what the old ones recorded is replaced by nothing that the new ones make."""
    made(tmp_path, 12, 6)
    made(tmp_path, 13, 7)
    books = tmp_path / "out" / "small" / "books.sqlite"
    books.write_bytes(b"x" * 9000) if harm == "damaged" else books.unlink()
    made(tmp_path, 14, 8)
    made(tmp_path, 15, 9)
    assert sorted(values(tmp_path).values()) == ["12", "13", "14", "15"]


def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path):
    """A wrong name given for the books costs nobody a file."""
    notes = tmp_path / "notes.txt"
    notes.write_text("Ring the mayor.", encoding="utf-8")
    built = made(tmp_path / "project", 12, 6, books=notes)
    assert "is no file of books; it is left alone" in built.warnings[0]
    assert notes.read_text(encoding="utf-8") == "Ring the mayor."


def test_a_past_that_never_was_an_edition_is_no_edition(tmp_path):
    """What is made for a date that was never issued stands apart and moves no `latest`."""
    made(tmp_path, 12, 6)
    config = tmp_path / "config.yaml"
    moment = dt.datetime(2026, 1, 2, 7, tzinfo=dt.UTC)
    built = build(config, day=dt.date(2026, 1, 5), now=moment, known_at=moment)
    assert built.folder.name == "2026-01-05-known-at-20260102T070000"
    assert (tmp_path / "out" / "small" / "latest").readlink() == Path("2026-01-02")


def test_a_retracted_fact_is_withdrawn_in_a_diff_as_well(tmp_path):
    """A question to the books says what the edition says."""
    config = a_project(tmp_path, SMALL, "")
    made(tmp_path, 12, 6)
    text = (tmp_path / "facts.yaml").read_text(encoding="utf-8")
    snow = "rain: {indicator: rain, status: retracted,"
    snow = text.replace("rain: {indicator: rain,", snow).replace("2026-01-02, said", "2026-01-03, said")
    beside = "snow: {claim: It snowed, as_of: 2026-01-03, said_by: Office, sources: [office]}, rain: {indicator"
    (tmp_path / "facts.yaml").write_text(snow.replace("rain: {indicator", beside, 1), encoding="utf-8")
    build(config, day=dt.date(2026, 1, 3), now=dt.datetime(2026, 1, 3, 6, tzinfo=dt.UTC))
    found = briefing.diff(config, "2026-01-02", "2026-01-03")
    assert [one.kind for one in found.changes] == ["new", "withdrawn"]


def test_a_reason_can_be_given_afterwards(tmp_path):
    """A run made the revision before anybody could say why: the same facts with a reason print it, once."""
    made(tmp_path, 12, 6)
    assert "nothing says why" in made(tmp_path, 13, 7).warnings[0]
    told = made(tmp_path, 13, 8, reason="The gauge was read twice")
    assert (told.revision, told.warnings) == (2, ())
    assert "Reason: The gauge was read twice" in (told.folder / "briefing.json").read_text(encoding="utf-8")
    assert made(tmp_path, 13, 9, reason="The gauge was read twice").unchanged
    assert made(tmp_path, 13, 10).unchanged


def test_the_moment_that_was_written_into_an_edition_is_in_the_books(tmp_path):
    """An edition that was given a moment of its own has the same when it is made again."""
    folder = made(tmp_path, 12, 6, produced=dt.datetime(2026, 1, 2, 5, tzinfo=dt.UTC)).folder
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    elsewhere = {"out": tmp_path / "again", "books": folder.parent / "books.sqlite"}
    again = made(tmp_path, 13, 9, known_at=dt.datetime(2026, 1, 2, 7, tzinfo=dt.UTC), **elsewhere).folder
    assert {path.name: path.read_bytes() for path in again.iterdir()} == first
