"""The books keep what was known when and give every edition back; whatever is wrong with them, an edition is made."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from briefing.books import Books, Entry, opened, stamp
from briefing.books.chunks import MOST, pieces
from briefing.books.restore import restored
from briefing.books.tables import editions, form, known, metadata, printed, records, snapshots
from briefing.books.tables import pieces as pieces_table
from briefing.cli import main
from briefing.errors import BooksError, UsageError
from briefing.facts import FACT, SOURCE, Fact, Source
from briefing.pipeline import Built, build
from briefing.publish import manifest_of
from briefing.value import Value
from briefing.versions import Printed, Version, read_source, read_version, written
from tests.reading import a_project, at_once, data, nodes, words_of

NEW_YEAR = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONFIG = """
title: Small
language: en
facts: [facts.yaml, ../shared/*.yaml]
feeds:
  - file: ../shared/rain.csv
    series:
      - {id: daily, indicator: hail, said_by: Office, sources: [office], as_of: {column: day}, value: {column: mm}}
theme: mine
fonts: [../shared/fonts]
formats: [html, json]
sections:
  - {title: Changes, blocks: [changes]}
  - {title: Weather, blocks: [facts, {text: "It is wet: {{ value('rain') }}."}]}
"""
FACTS = """
indicators: {rain: {label: Rain, unit: mm}, snow: {label: Snow, unit: cm}, hail: {label: Hail, unit: mm}}
facts:
  rain: {indicator: rain, value: 12, as_of: 2026-01-01, said_by: Station, sources: [office]}
  snow: {indicator: snow, value: 3, as_of: 2026-01-01, said_by: Station, sources: [office]}
"""
SOURCES = "sources: {office: {title: Forecast, publisher: Office, published: 2026-01-01}}\n"
LINES = "day,mm\n" + "".join(f"{date(2020, 1, 1) + timedelta(days=n)},{n % 7}\n" for n in range(2000))


def at(hour: int) -> datetime:
    """A moment some hours after noon of New Year."""
    return NOON + timedelta(hours=hour)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request, tmp_path):
    """Where books may be begun: a file, or an empty database."""
    return request.getfixturevalue("database") if request.param == "PostgreSQL" else tmp_path / "books.sqlite"


@dataclass
class Project:
    """A small project with its books. Every build is at its own hour."""

    folder: Path
    books: Path | str
    out: Path = field(init=False)

    def __post_init__(self):
        """Write it."""
        self.out = self.folder / "out"
        a_project(self.folder / "wet", CONFIG, FACTS)
        shared = self.folder / "shared"
        (self.folder / "wet" / "mine" / "style").mkdir(parents=True)
        (self.folder / "wet" / "mine" / "style" / "screen.css").write_text(".bf { color: #010203; }", encoding="utf-8")
        (shared / "fonts").mkdir(parents=True)
        fonts = Path(__file__).parent.parent / "briefing" / "fonts"
        shutil.copy(next(fonts.glob("*.ttf")), shared / "fonts" / "Own.ttf")
        (shared / "sources.yaml").write_text(SOURCES, encoding="utf-8")
        (shared / "rain.csv").write_text(LINES, encoding="utf-8")

    @property
    def config(self):
        """Its config."""
        return self.folder / "wet" / "config.yaml"

    def change(self, name, old, new):
        """Change a text in one of its files."""
        path = self.folder / "wet" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def build(self, day=1, hour=0, **options: Any) -> Built:
        """Make the edition of a day in January at an hour after noon of New Year."""
        given = {"out": self.out, "books": self.books, **options}
        return build(self.config, day=date(2026, 1, day), now=at(hour), **given)

    def counts(self):
        """How many rows each table has."""
        return counts(self.books)


@pytest.fixture
def project(tmp_path, place):
    """A small project whose books are in either place."""
    return Project(tmp_path / "project", place)


@pytest.fixture
def filed(tmp_path):
    """A small project whose books are a file."""
    return Project(tmp_path / "project", tmp_path / "books.sqlite")


@pytest.fixture
def served(tmp_path, database):
    """A small project whose books are in PostgreSQL."""
    return Project(tmp_path / "project", database)


def rows(place, statement):
    """What a statement finds."""
    with opened(place, new=False) as books, books._engine.connect() as connection:
        return connection.execute(statement).all()


def counts(place):
    """How many rows each table has."""
    return {name: rows(place, select(func.count()).select_from(table))[0][0] for name, table in metadata.tables.items()}


def files(folder):
    """The bytes of every file of an edition."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def codes(built):
    """The warnings that are about the books."""
    return [one for one in built.warnings if "no-books" in one]


# What is stored.


def test_the_same_facts_make_nothing_new(project):
    """When nothing has changed, or only what no reader sees, no row is added and no revision made."""
    project.build()
    before = project.counts()
    assert project.build(hour=1).unchanged
    assert project.counts() == before
    project.change("facts.yaml", "indicators:", "# a remark\nindicators:")
    assert project.build(hour=2).revision == 1
    after = project.counts()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "pieces": 1,
        "snapshots": 1,
        "editions": 1,
        "printed": before["printed"],
    }


def test_one_new_line_of_a_long_table_is_a_piece_or_two(project):
    """One line more in a table of 2,000 lines adds a piece or two of it, one version, and nothing else."""
    project.build()
    before = project.counts()
    assert before["pieces"] > 40
    path = project.folder / "shared" / "rain.csv"
    path.write_text(LINES + "2026-01-01,5\n", encoding="utf-8")
    project.build(2, 24)
    after = project.counts()
    assert 1 <= after["pieces"] - before["pieces"] <= 2
    assert after["records"] - before["records"] <= 2
    assert after["snapshots"] == before["snapshots"] + 1


def test_a_version_is_known_from_when_it_was_read_until_it_was_gone(project):
    """Of every version of a fact the books say from which build to which the files held it."""
    project.build()
    project.change("facts.yaml", "value: 12", "value: 13")
    project.build(2, 24)
    project.change("facts.yaml", "value: 13", "value: 12")
    project.build(3, 48)
    (project.folder / "wet" / "facts.yaml").write_text(FACTS.replace("  snow: {", "  frost: {"), encoding="utf-8")
    project.build(4, 72)
    with opened(project.books) as books:
        rain = [(read_version("rain", row.body).fact.value, row.recorded, row.gone) for row in _known(books, "rain")]
        snow = [(row.recorded, row.gone) for row in _known(books, "snow")]
        office = [
            (row.recorded, row.gone) for row in books.versions("small", "source", "office") if row.recorded is not None
        ]
    twelve, thirteen = (Value(Decimal(n), Decimal(n)) for n in (12, 13))
    assert rain == [
        (twelve, stamp(at(0)), stamp(at(24))),
        (thirteen, stamp(at(24)), stamp(at(48))),
        (twelve, stamp(at(48)), None),
    ]
    assert snow == [(stamp(at(0)), stamp(at(72)))]
    assert office == [(stamp(at(0)), None)]


def _known(books, name):
    return [row for row in books.versions("small", "fact", name) if row.recorded is not None]


def test_a_revision_is_a_new_number_and_keeps_its_reason(project):
    """Other facts for one date are revisions 1, 2, 3; a reissue with the same facts keeps number and reason."""
    project.build()
    project.change("facts.yaml", "value: 12", "value: 13")
    assert project.build(hour=1, reason="a slip").revision == 2
    for hour, text in ((2, "really wet"), (3, "truly wet")):
        project.change("config.yaml", "It is wet" if hour == 2 else "really wet", text)
        built = project.build(hour=hour)
        assert (built.revision, built.unchanged) == (2, False)
        assert "a slip" in words_of(data(built.folder))
    project.change("facts.yaml", "value: 3,", "value: 4,")
    assert project.build(hour=4, reason="another").revision == 3
    with opened(project.books) as books:
        issues = [(one.revision, one.reason, one.published) for one in books.issues("small", NEW_YEAR)]
    assert issues == [
        (1, "", True),
        (2, "a slip", True),
        (2, "a slip", True),
        (2, "a slip", True),
        (3, "another", True),
    ]
    kept = project.out / "small" / "2026-01-01-revision-2"
    assert manifest_of(kept) is not None
    assert "truly wet" in (kept / "briefing.html").read_text(encoding="utf-8")


def test_the_books_never_go_back(project):
    """Where the clock was set back, an edition is recorded just after the last one, so that what was known stays so."""
    project.build(hour=5)
    project.change("facts.yaml", "value: 12", "value: 13")
    project.build(2, hour=1)
    with opened(project.books) as books:
        moments = [one.recorded for one in books.issues("small")]
        assert moments == [stamp(at(5)), stamp(at(5) + timedelta(microseconds=1))]
        for moment, value in zip(moments, (b"value: 12", b"value: 13"), strict=True):
            then = books.snapshot("small", datetime.fromisoformat(moment))
            assert then is not None
            assert value in then.files["facts.yaml"]


def test_an_earlier_day_built_or_corrected_later_changes_no_comparison(project):
    """A day is compared with the edition that was the latest before it when it was first made, and stays so."""

    def base(day):
        with opened(project.books) as books:
            past = books.past("small", date(2026, 1, day)).base
        return None if past is None else (past.day.day, past.revision, str(past.printed.facts["rain"].fact.value))

    project.build(1, 0)
    project.change("facts.yaml", "value: 12", "value: 13")
    project.build(3, 48)
    assert base(3) == (1, 1, "12")
    project.build(2, 49)
    project.change("facts.yaml", "value: 13", "value: 11")
    project.build(1, 50, reason="a slip")
    project.change("config.yaml", "It is wet", "It is so wet")
    again = project.build(3, 51)
    assert base(3) == (1, 1, "12")
    assert base(2) == (1, 1, "12")
    assert base(4) == (3, 2, "11")
    said = next(nodes(data(again.folder), "table"))
    assert "12" in words_of(said)
    assert "13" not in words_of(said)


# Made again from the books alone.

HISTORY: tuple[tuple[int, int, tuple[tuple[str, str, str], ...], str], ...] = (
    (1, 0, (), ""),
    (3, 48, (("facts.yaml", "value: 12", "value: 15"),), ""),
    (2, 49, (("mine/style/screen.css", "#010203", "#030201"),), ""),  # an earlier day, first made later
    (1, 50, (("facts.yaml", "value: 3,", "value: 4,"),), "a slip"),  # a corrected earlier day
    (3, 51, (("config.yaml", "It is wet", "It is so wet"), ("../shared/sources.yaml", "Forecast", "Outlook")), ""),
    (3, 52, (("facts.yaml", "value: 15", "value: 16"),), "another"),
    (1, 53, (("../shared/rain.csv", "2025-06-22,4", "2025-06-22,5"),), "a table was late"),
    (1, 54, (("config.yaml", "so wet", "very wet"),), ""),  # issued again with the same facts
)


def made(project, **options):
    """The history of a project: day, hour and files of every edition as it was made."""
    history = []
    for day, hour, changes, reason in HISTORY:
        for change in changes:
            project.change(*change)
        built = project.build(day, hour, reason=reason, **options)
        assert not built.unchanged
        assert codes(built) == []
        history.append((day, hour, built.revision, files(built.folder)))
    return history


@pytest.mark.parametrize("harm", ["changed", "deleted"])
def test_every_edition_is_made_again_byte_for_byte(project, tmp_path, harm):
    """From the books alone, every edition that ever stood in a folder is the same again, with every file."""
    history = made(project)
    assert [revision for _, _, revision, _ in history] == [1, 1, 1, 2, 2, 3, 3, 3]
    if harm == "deleted":
        shutil.rmtree(project.folder)
    else:
        project.change("config.yaml", "title: Weather", "title: Other")
        project.change("facts.yaml", "value: 16", "value: 1")
        project.change("mine/style/screen.css", "#030201", "#000000")
        for name in ("sources.yaml", "rain.csv", "fonts"):
            path = project.folder / "shared" / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    before = project.counts()
    for number, (day, hour, revision, whole) in enumerate(history):
        for minutes in (0, 30) if number in {0, 3} else (0,):  # the moment itself, or between it and the next
            out = tmp_path / f"again-{number}-{minutes}"
            moment = at(hour) + timedelta(minutes=minutes)
            again = build(project.config, day=date(2026, 1, day), known_at=moment, books=project.books, out=out)
            assert again.revision == revision
            assert files(again.folder) == whole, (number, minutes)
    assert project.counts() == before


def test_the_pdf_is_made_again_byte_for_byte(project, tmp_path):
    """With a theme and a font of the user's own, the PDF too is the same again, from the books alone."""
    whole = files(project.build(formats=["pdf", "html", "json"]).folder)
    assert "briefing.pdf" in whole
    shutil.rmtree(project.folder)
    options: dict[str, Any] = {"books": project.books, "out": tmp_path / "again", "formats": ["pdf", "html", "json"]}
    assert files(build(project.config, day=NEW_YEAR, known_at=at(0), **options).folder) == whole


def test_what_was_not_known_yet_is_not_in_it(project):
    """A moment before the first record has nothing to be made of; and making the past again records nothing."""
    project.build()
    with pytest.raises(UsageError, match="nothing of 'small' was recorded by 2026-01-01 11:59"):
        project.build(known_at=NOON - timedelta(minutes=1))


def test_an_edition_of_the_past_takes_no_others_place(project):
    """Where another edition of the date stands, one of the past goes beside it."""
    first = files(project.build().folder)
    project.change("facts.yaml", "value: 12", "value: 13")
    standing = project.build(hour=1, reason="a slip").folder
    now = files(standing)
    again = project.build(known_at=at(0))
    assert again.folder.name == "2026-01-01-known-at-20260101T120000"
    assert files(again.folder) == first
    assert files(standing) == now


# Tampered with.


def tampered(place, name, *, config="config.yaml"):
    """Books whose snapshot holds a file of a hostile name."""
    nothing = Printed({}, {})
    inputs = {"config.yaml": CONFIG.encode(), name: b"taken over"}
    entry = Entry("small", NEW_YEAR, 1, NOON, config, inputs, {}, {}, nothing, "0" * 64)
    with opened(place) as books:
        books.publish(books.record(entry))


@pytest.mark.parametrize(
    "name",
    [
        f"{'../' * 40}taken",
        "/tmp/taken-over",  # noqa: S108  # it shall not be written
        "a/../../../" + "../" * 30 + "taken",
        "..",
        ".",
        "",
        "config.yaml/below",
        "a\\..\\b",
        "nul\0byte",
        "x" * 300,
        "../" * 21 + "beside",
    ],
)
def test_no_name_leads_out_of_the_folder_for_restoring(place, name, tmp_path, monkeypatch):
    """A file that tampered books name is put back inside the folder made for it or refused in a sentence."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    tampered(place, name)
    before = {path for path in tmp_path.rglob("*") if "temporary" not in path.parts}
    with pytest.raises(UsageError), restored(place, "small", NOON):
        pass
    after = {path for path in tmp_path.rglob("*") if "temporary" not in path.parts}
    assert {path for path in after - before if not path.name.startswith("books.sqlite")} == set()
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not Path("/tmp/taken-over").exists()  # noqa: S108


@pytest.mark.parametrize("config", ["/etc/hostname", "../../../../etc/hostname", "facts.yaml", "sub/config.yaml"])
def test_the_config_of_tampered_books_is_one_of_their_files(place, config):
    """What books name as the config is a file beside the facts that they hold, not one of this machine."""
    tampered(place, "sub/config.yaml", config=config)
    with pytest.raises(UsageError, match="is no config that was recorded"), restored(place, "small", NOON):
        pass


def test_a_name_in_tampered_books_leads_to_no_folder(place, tmp_path):
    """The id of a briefing in books is looked up and never becomes a path."""
    entry = Entry(
        "../../evil", NEW_YEAR, 1, NOON, "config.yaml", {"config.yaml": CONFIG.encode()}, {}, {}, Printed({}, {}), ""
    )
    with opened(place) as books:
        books.publish(books.record(entry))
    with pytest.raises(Exception, match=r"(?s).*") as raised:  # its facts are not there
        build(tmp_path / "none" / "config.yaml", known_at=NOON, books=place, out=tmp_path / "out")
    assert type(raised.value).__module__ == "briefing.errors"
    assert not list(tmp_path.glob("**/evil*"))


def test_changed_pieces_and_lines_are_noticed(project):
    """What stands in the books is what was recorded: a changed piece or line is damage, not another past."""
    project.build()
    with opened(project.books) as books, books._engine.begin() as connection:
        body = connection.execute(select(records.c.body).where(records.c.name == "rain")).scalars().first()
        changed = records.update().where(records.c.body == body).values(body=str(body).replace("12", "99"))
        connection.execute(changed)
    with opened(project.books) as books, pytest.raises(BooksError, match="damaged"), _told(project.books):
        books.past("small", date(2026, 1, 2))
    with opened(project.books) as books, books._engine.begin() as connection:
        connection.execute(pieces_table.update().values(data=zlib.compress(b"others", 9)))
    with pytest.raises(BooksError, match="damaged"):
        project.build(known_at=at(0))


def _told(place):
    from briefing.books.engines import saying

    return saying(place)


@pytest.mark.parametrize("size", [MOST + 1, 2**24])
def test_a_piece_that_unpacks_to_more_than_a_piece_is_refused(project, size):
    """A piece that would unpack to more than any piece can be is not unpacked."""
    project.build()
    with opened(project.books) as books, books._engine.begin() as connection:
        connection.execute(pieces_table.update().values(data=zlib.compress(bytes(size), 9)))
    with pytest.raises(BooksError, match="a piece is not whole"):
        project.build(known_at=at(0))


# Damaged, missing, locked, of another form.


_NOISE = Random(1).randbytes  # noqa: S311  # nothing secret


def cut_short(path):
    """Half of it."""
    os.truncate(path, path.stat().st_size // 2)


def scribbled(path):
    """Nonsense over its middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 16)
        file.write(_NOISE(path.stat().st_size * 7 // 8))


def headless(path):
    """Nonsense over its first page."""
    with path.open("r+b") as file:
        file.write(_NOISE(4096))


def text(path):
    """No database at all."""
    path.write_text("Dear diary\n" * 500, encoding="utf-8")


@pytest.mark.parametrize("harm", [cut_short, scribbled, headless, text])
def test_damaged_books_are_set_aside_and_new_ones_begun(filed, harm):
    """Damaged books block no edition: they are kept for a person to look at, the run says so, new ones are begun."""
    filed.build()
    harm(filed.books)
    damaged = filed.books.read_bytes()
    filed.change("facts.yaml", "value: 12", "value: 13")
    built = filed.build(2, 24)
    assert manifest_of(built.folder) is not None
    assert len(codes(built)) == 1
    assert "kept as books.sqlite.damaged-1" in codes(built)[0]
    assert filed.books.with_name("books.sqlite.damaged-1").read_bytes() == damaged
    assert sqlite3.connect(filed.books).execute("pragma integrity_check").fetchall() == [("ok",)]
    assert codes(filed.build(3, 48)) == []
    harm(filed.books)
    assert "kept as books.sqlite.damaged-2" in codes(filed.build(4, 72))[0]


def test_random_damage_anywhere_blocks_nothing(filed):
    """Wherever some bytes of the file are others, editions are made and stand whole."""
    filed.build()
    filed.build(2, 24)
    whole, random = filed.books.read_bytes(), Random(2026)  # noqa: S311
    aside = 0
    for n in range(16):
        broken = bytearray(whole)
        start = random.randrange(len(broken) - 200)
        broken[start : start + 200] = random.randbytes(200)
        filed.books.write_bytes(broken)
        filed.change("config.yaml", f"It is wet{'!' * n}:", f"It is wet{'!' * (n + 1)}:")
        built = filed.build(2, 48 + n)
        assert manifest_of(built.folder) is not None
        aside += bool(codes(built))
    assert aside > 0


def test_the_journal_of_damaged_books_goes_with_them(filed):
    """What a killed run left beside damaged books is not taken for a part of the new ones."""
    filed.build()
    text(filed.books)
    journal = filed.books.with_name("books.sqlite-journal")
    journal.write_bytes(b"a journal")
    filed.build(2, 24)
    assert not journal.exists()
    assert codes(filed.build(3, 48)) == []


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_lost_books_are_begun_anew_and_missed(filed, left):
    """Where editions stand but their books are gone or empty, the run says so and speaks of no first edition."""
    filed = Project(filed.folder.with_name("other"), filed.folder.with_name("other") / "out" / "small" / "books.sqlite")
    filed.build()
    filed.books.unlink()
    if left == "an empty file":
        filed.books.touch()
    built = filed.build(2, 24)
    assert ["no books beside the editions" in one for one in codes(built)] == [True]
    assert "first edition" not in words_of(data(built.folder))
    assert codes(filed.build(3, 48)) == []


def test_a_folder_in_the_place_of_the_books_blocks_nothing(filed):
    """Where a folder stands in their place, editions are made without books, and the folder is left alone."""
    filed.books.mkdir()
    (filed.books / "mine.txt").write_text("mine", encoding="utf-8")
    assert len(codes(filed.build())) == 1
    assert (filed.books / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not filed.build().unchanged  # it is not recorded yet
    shutil.rmtree(filed.books)
    assert codes(filed.build()) == []
    assert filed.build().unchanged


def test_books_of_a_later_program_are_left_alone(project):
    """Books that a later version of the program began are not written to, and editions are made all the same."""
    project.build()
    with opened(project.books) as books, books._engine.begin() as connection:
        connection.execute(form.update().values(form=99))
    with contextlib.closing(_raw(project.books)) as raw:
        before = sorted(map(str, raw.execute("select * from editions").fetchall()))
    built = project.build(2, 24)
    assert ["a later version" in one for one in codes(built)] == [True]
    with contextlib.closing(_raw(project.books)) as raw:
        assert sorted(map(str, raw.execute("select * from editions").fetchall())) == before
    if isinstance(project.books, Path):
        assert [path.name for path in project.books.parent.glob("books.sqlite*")] == ["books.sqlite"]


def _raw(place) -> Any:
    """The books as their driver has them."""
    return sqlite3.connect(place) if isinstance(place, Path) else psycopg.connect(place)


def test_books_that_another_process_holds_block_nothing(project, monkeypatch):
    """Books that stay locked are given up after a while; the next run that finds them free records the edition."""
    project.build()
    monkeypatch.setattr("briefing.books.engines.PATIENCE", 1)
    with contextlib.closing(_raw(project.books)) as other:
        if isinstance(project.books, Path):
            other.execute("begin exclusive")
        else:
            other.execute("lock table editions, form, pieces in access exclusive mode")
        built = project.build(2, 24)
        assert ["lock" in one for one in codes(built)] == [True]
        assert manifest_of(built.folder) is not None
    assert codes(project.build(2, 25)) == []
    with opened(project.books) as books:
        assert [one.day.day for one in books.issues("small")] == [1, 2]


def test_a_database_without_its_tables_blocks_nothing(served):
    """When somebody has dropped a table, editions are made without books."""
    served.build()
    with contextlib.closing(_raw(served.books)) as raw:
        raw.execute("drop table printed")
        raw.commit()
    built = served.build(2, 24)
    assert len(codes(built)) == 1
    assert manifest_of(built.folder) is not None


def test_an_unreachable_database_blocks_nothing(filed):
    """When the database does not answer, editions are made without books, and the run says so once."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        port = nobody.getsockname()[1]
        built = filed.build(books=f"postgresql://me:hunter2@127.0.0.1:{port}/books")
    assert len(codes(built)) == 1
    assert "refused" in codes(built)[0]
    assert "hunter2" not in codes(built)[0]


@pytest.mark.parametrize("when", ["drawing charts", "publishing"])
def test_a_database_that_is_lost_in_the_middle_blocks_nothing(served, postgresql, when):
    """When the connection breaks while an edition is made, the edition is made; the next run has it recorded."""

    def meddle(step):
        if step == when:
            name = served.books.partition("@/")[2].partition("?")[0]
            with psycopg.connect(postgresql.format("postgres"), autocommit=True) as other:
                other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

    assert manifest_of(served.build(progress=meddle).folder) is not None
    assert codes(served.build(hour=1)) == []
    with opened(served.books) as books:
        assert [one.published for one in books.issues("small")] == [True]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@127.0.0.1:1/books",
        "postgresql://127.0.0.1:1/books?user=me&password=hunter2",
        "postgresql://me:hunter2@127.0.0.1:1/books?nonsense=1",
        "postgresql://me:hunter2@127.0.0.1:port/books",
        "postgresql://me:hunter2@127.0.0.1:99999999/books",
        "postgresql://me:hunter2@[::1/books",
        "postgresql+nonsense://me:hunter2@127.0.0.1/books",
        "mysql://me:hunter2@127.0.0.1/books",
        "://me:hunter2@",
    ],
)
def test_a_password_is_never_said(filed, address):
    """Whatever is wrong with the address of a database, no message and no manifest has its password."""
    where = [str(filed.config), "--books", address, "--out", str(filed.out)]
    for words in (["build", *where, "--date", "2026-01-01"], ["diff", "2026-01-01", "2026-01-02", *where]):
        said = CliRunner().invoke(main, words)
        assert isinstance(said.exception, SystemExit | None)
        assert "hunter2" not in said.output
        assert said.stderr
    for path in filed.out.rglob("manifest.json"):
        assert "hunter2" not in path.read_text(encoding="utf-8")


def test_what_goes_wrong_in_a_build_is_not_blamed_on_the_books(served, monkeypatch):
    """An error of the program's own while books in a database are held stays what it is."""

    def fail(*_, **__):
        raise KeyError("a slip of ours")

    monkeypatch.setattr("briefing.pipeline.drawings", fail)
    with pytest.raises(KeyError, match="a slip of ours"):
        served.build()


@pytest.mark.parametrize("command", ["diff", "show", "impact"])
def test_asking_books_that_are_not_there_makes_none(filed, command):
    """Questions to books that do not exist end in a sentence and begin no books."""
    words = {"diff": ["2026-01-01", "2026-01-02"], "show": ["rain"], "impact": ["office"]}[command]
    done = CliRunner().invoke(main, [command, *words, str(filed.config), "--books", str(filed.books)])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "there are no books at" in done.stderr
    assert not filed.books.exists()


# Several at the same time.


def test_several_days_at_the_same_time(project):
    """Builds of several dates at once, in new books, all succeed and are all recorded, once each."""
    days = range(1, 5)
    options = ["--books", project.books, "--out", project.out, "--quiet"]
    said = at_once(["build", project.config, "--date", f"2026-01-{day:02}", *options] for day in days)
    assert said == [("", 0)] * len(days)
    with opened(project.books) as books:
        issues = books.issues("small")
    assert sorted(one.day.day for one in issues) == list(days)
    assert {one.published for one in issues} == {True}
    held = rows(project.books, select(records.c.name).join(known).where(known.c.gone.is_(None)))
    assert sorted(row.name for row in held) == ["daily", "office", "rain", "snow"]


def test_several_briefings_share_books(project):
    """Different briefings that begin and use the same books at the same time do not meet: all are recorded."""
    configs = []
    for n in range(4):
        config = project.config.with_name(f"{n}.yaml")
        config.write_text(CONFIG.replace("Small", f"Small-{n}"), encoding="utf-8")
        configs.append(config)
    options = ["--date", "2026-01-01", "--books", project.books, "--out", project.out, "--quiet"]
    assert at_once(["build", config, *options] for config in configs) == [("", 0)] * 4
    with opened(project.books) as books:
        assert books.briefings() == tuple(f"small-{n}" for n in range(4))
    assert project.counts()["editions"] == 4


def test_many_writers_bring_the_same_pieces(place):
    """However many briefings record the same files in the same moment, each piece is kept once and nothing fails."""
    ready = threading.Barrier(6)

    def record(n):
        inputs = {"config.yaml": b"".join(b"%d\n" % line for line in range(3000))}
        entry = Entry(f"b-{n}", NEW_YEAR, 1, NOON, "config.yaml", inputs, {}, {}, Printed({}, {}), "")
        ready.wait(20)
        with opened(place) as books:
            for _ in range(3):
                books.publish(books.record(entry))

    with ThreadPoolExecutor(6) as several:
        for done in [several.submit(record, n) for n in range(6)]:
            done.result(60)
    assert rows(place, select(func.count()).select_from(editions))[0][0] == 18
    hashes = [bytes(row.sha256) for row in rows(place, select(pieces_table.c.sha256))]
    assert len(hashes) == len(set(hashes)) > 30
    assert counts(place)["snapshots"] == 6
    assert {snapshots.name, printed.name} <= set(counts(place))


# Written down and read back.

_LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])
_TEXT = (
    st.text(_LETTERS, min_size=1, max_size=30).filter(str.strip).map(lambda text: " ".join(text.split(" ")).strip(" "))
)
_SOME = _TEXT.filter(str.strip)
_ID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
_DAYS = st.dates(date(1500, 1, 1), date(2200, 12, 31)).map(str)
_MOMENTS = st.one_of(_DAYS, st.builds("{}T{:02}:{:02}".format, _DAYS, st.integers(0, 23), st.integers(0, 59)))
_NUMBERS = st.decimals(-(10**12), 10**12, places=3, allow_nan=False).map(lambda n: f"{n:f}")


@st.composite
def _values(draw):
    low, best, high = sorted((draw(_NUMBERS) for _ in range(3)), key=Decimal)
    return draw(
        st.sampled_from(
            [
                *(low, f"~{low}", f">{low}", f">={low}", f"<{low}", f"<={low}", f"{low}..{high}"),
                {"low": low, "high": high, "best": best},
                {"low": low, "high": high},
                {"low": low, "high": low, "best": low},
            ]
        )
    )


@st.composite
def _periods(draw):
    ends = sorted(draw(st.lists(_MOMENTS, min_size=1, max_size=2)))
    return "..".join(ends)


def _perhaps(strategy):
    return st.one_of(st.none(), strategy)


_CLAIMS = st.lists(
    st.one_of(
        _SOME, st.sampled_from(["{value}", "{unit}", "{as_of}", "{fact:other-1}", "{nonsense}", "{", "}", '"', "\\"])
    ),
    min_size=1,
    max_size=6,
).map(" ".join)
_FACT_FIELDS: dict[str, Any] = {
    "claim": _perhaps(_CLAIMS),
    "indicator": _perhaps(_ID),
    "subject": _perhaps(st.one_of(_TEXT, st.just(""))),
    "value": _perhaps(_values()),
    "as_of": _perhaps(_MOMENTS),
    "said_by": _perhaps(_TEXT),
    "sources": st.lists(
        st.one_of(
            _ID,
            st.fixed_dictionaries({"source": _ID, "locator": _perhaps(_TEXT), "quote": _perhaps(_TEXT)}),
        ),
        max_size=4,
    ),
    "status": st.sampled_from(["confirmed", "corroborated", "reported", "unverified", "disputed", "retracted"]),
    "credibility": _perhaps(st.integers(1, 6)),
    "place": _perhaps(_TEXT),
    "lat": _perhaps(st.decimals(-90, 90, places=6).map(lambda n: f"{n:f}")),
    "lon": _perhaps(st.decimals(-180, 180, places=6).map(lambda n: f"{n:f}")),
    "at": _perhaps(_periods()),
    "tags": st.lists(_TEXT, max_size=3),
    "marking": _perhaps(st.sampled_from(["TLP:RED", "TLP:CLEAR"])),
    "note": _perhaps(_TEXT),
    "supersedes": _perhaps(_ID),
    "likelihood": _perhaps(st.sampled_from(["likely", "remote"])),
    "confidence": _perhaps(st.sampled_from(["low", "high"])),
    "waiver": _perhaps(_SOME),
    "max_age": _perhaps(st.sampled_from(["36 hours", "1 year"])),
    "parts": st.lists(_ID, max_size=3),
    "correction": _perhaps(_TEXT),
}
_FACTS = st.fixed_dictionaries(_FACT_FIELDS)
_SOURCE_FIELDS: dict[str, Any] = {
    "title": _SOME,
    "publisher": _perhaps(_TEXT),
    "author": _perhaps(_TEXT),
    "url": _perhaps(st.sampled_from(["https://example.org/a?b=c#d", "mailto:me@example.org"])),
    "published": _perhaps(_MOMENTS),
    "retrieved": _perhaps(_MOMENTS),
    "kind": _perhaps(st.sampled_from(["news", "web"])),
    "language": _perhaps(st.sampled_from(["en", "pt-BR"])),
    "reliability": _perhaps(st.sampled_from("ABCDEF")),
    "origin": _perhaps(_TEXT),
    "archived": _perhaps(
        st.fixed_dictionaries(
            {
                "url": st.just("https://example.org"),
                "at": _perhaps(_MOMENTS),
                "sha256": _perhaps(st.just("0a" * 32)),
            }
        )
    ),
    "note": _perhaps(_TEXT),
}
_SOURCES = st.fixed_dictionaries(_SOURCE_FIELDS)


def test_the_random_entries_have_every_field():
    """A field that comes to facts or sources later has to come to these tests as well."""
    for kind, fields in ((Fact, set(_FACT_FIELDS)), (Source, set(_SOURCE_FIELDS))):
        assert fields == set(kind.__dataclass_fields__) - {"id", "file"}


@given(
    _FACTS,
    st.text(_LETTERS, max_size=20),
    st.sampled_from(["", "mm", "people"]),
    st.sampled_from([None, "cumulative", "incident", "stock"]),
    _perhaps(st.dates(date(1500, 1, 1), date(2200, 1, 1))),
    st.sampled_from(["", "0f" * 32]),
)
def test_a_fact_is_read_back_as_it_was(fields, label, unit, measure, since, points):
    """Whatever a fact says, in all its fields, is the same after it was written into the books and read back."""
    fact = FACT.validate_python({**fields, "id": "one", "file": ""})
    version = Version(fact, label, unit, measure, since, points)
    line = written(version)
    assert read_version("one", line) == version
    assert written(read_version("one", line)) == line
    assert "\n" not in line


@given(_SOURCES)
def test_a_source_is_read_back_as_it_was(fields):
    """Whatever a source says, in all its fields, is the same after it was written into the books and read back."""
    source = SOURCE.validate_python({**fields, "id": "one", "file": ""})
    assert read_source("one", written(source)) == source


# Pieces.


@given(st.one_of(st.binary(max_size=5000), st.lists(st.binary(max_size=40), max_size=200).map(b"\n".join)))
@example(b"")
@example(b"\n" * 1000)
@example(b"x" * (3 * MOST + 5))
@example(b"\r\n" * 50_000)
def test_pieces_are_the_file(content):
    """The pieces of a file are the file, in order, and none is empty or longer than a piece may be."""
    cut = list(pieces(content))
    assert b"".join(cut) == content
    assert all(0 < len(one) <= MOST for one in cut)


@given(st.integers(0, 10**9), st.integers(0, 2000), st.binary(min_size=1, max_size=60))
def test_a_line_put_in_changes_a_piece_or_two(seed, number, line):
    """A line put into a long file, wherever, makes two new pieces at most: it falls into one, or ends it."""
    lines = [b"%d,%d\n" % (n, seed + n * n) for n in range(2000)]
    before = set(pieces(b"".join(lines)))
    lines.insert(number, line.replace(b"\n", b"").replace(b"\r", b"") + b"\n")
    assert len(set(pieces(b"".join(lines))) - before) <= 2
    assert len(before) > 30


def test_books_are_begun_when_they_are_opened(place):
    """Opening begins the books; opening them again finds them as they are."""
    with opened(place) as books:
        assert isinstance(books, Books)
        assert books.briefings() == ()
    with opened(place, new=False) as books:
        assert books.latest("small", NEW_YEAR) is None
    assert [row.form for row in rows(place, select(form))] == [1]
