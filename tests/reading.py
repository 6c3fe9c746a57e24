"""An edition made once for all tests, and its files read back by programs that know nothing of ours."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from click.testing import CliRunner, Result

from briefing.cli import main
from briefing.pipeline import build
from tests.builders import a_printer

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
DEMO = ROOT / "config.yaml"
DEMO_DAY = date(2022, 4, 9)
NOW = datetime(2022, 4, 9, 6, tzinfo=UTC)
POINTS = 72 / 25.4
"""Points in a millimetre."""


# Making.


def edition(config: Path, factory: Any) -> Path:  # pytest's tmp_path_factory
    """The folder of a config's edition, made once for all workers of this run. The demo's is that of its day."""
    base: Path = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return _edition(config, shared / f"edition-of-{config.parent.name}")


@cache
def _edition(config: Path, out: Path) -> Path:
    with out.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build(config, day=DEMO_DAY if config == DEMO else None, now=NOW, out=out, printer=a_printer()).folder


def a_project(folder: Path, config: str, facts: str = "", **files: str) -> Path:
    """A config beside its facts, and further files by name; the config."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"config.yaml": config, "facts.yaml": facts, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "config.yaml"


def briefing(*arguments: str | Path, env: Mapping[str, str] | None = None, **options: Any) -> Any:
    """Run the command line as a process of its own."""
    command = [sys.executable, "-m", "briefing", *map(str, arguments)]
    settings = {"check": False, "capture_output": True, "encoding": "utf-8", **options}
    return subprocess.run(command, env={**os.environ, **(env or {})}, **settings)  # noqa: PLW1510  # in settings


def called(*arguments: str | Path) -> Result:
    """Run the command line in this process, which is ten times as quick; what it does not report is raised."""
    done = CliRunner().invoke(main, [*map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


_AT_ONCE = """
import json, os, sys, tempfile
from briefing import pipeline
from briefing.books import ledger
from briefing.cli import main

runs = []
for words in json.loads(sys.argv[1]):
    said = tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(said.fileno(), 2)
        main(words)
    runs.append((child, said))
told = []
for child, said in runs:
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said.seek(0)
    told.append((said.read().decode(), status))
print(json.dumps(told))
"""


def at_once(commands: Iterable[Iterable[Any]]) -> list[tuple[str, int]]:
    """Run commands at the same time, each in a process of its own; what each said on stderr, and its status.

    The processes are forks of one that has the program loaded: so they meet, instead of importing one after the other.
    """
    words = json.dumps([[str(one) for one in command] for command in commands])
    done = subprocess.run([sys.executable, "-c", _AT_ONCE, words], check=True, capture_output=True, text=True)
    return [(said, status) for said, status in json.loads(done.stdout)]


# briefing.json.


def data(folder: Path) -> Any:
    """An edition's briefing.json."""
    return json.loads((folder / "briefing.json").read_text(encoding="utf-8"))


def nodes(tree: Any, kind: str, *, without: str = "") -> Iterator[Any]:
    """Every node of a type in the tree of briefing.json, in reading order; nothing below the field `without`."""
    if isinstance(tree, dict):
        if tree.get("type") == kind:
            yield tree
        for name, child in tree.items():
            if name != without:
                yield from nodes(child, kind, without=without)
    elif isinstance(tree, list):
        for child in tree:
            yield from nodes(child, kind, without=without)


def marks(tree: Any) -> list[Any]:
    """The numbers of every note call of an edition, in reading order."""
    return [mark for note in nodes(tree, "note") for mark in tree["marks"][note["key"]]]


def words_of(tree: Any) -> str:
    """The text below a node of briefing.json, without its notes."""
    if isinstance(tree, dict):
        if tree.get("type") == "note":
            return ""
        if "text" in tree and isinstance(tree["text"], str):
            return str(tree["text"])
        return "".join(words_of(child) for child in tree.values())
    return "".join(words_of(child) for child in tree) if isinstance(tree, list) else ""


# Text.

_NO_INK = re.compile(r"[\s\u00ad\u200b\u200e\u200f\u2010\u2011\u202a-\u202e\u2060-\u2069-]+")


def inked(text: str) -> str:
    """A text without spaces, hyphens and marks that nobody sees: lines may be broken as they like."""
    return _NO_INK.sub("", text)


def plain(text: str) -> str:
    """A text with one plain space wherever it has any, and without marks that nobody sees."""
    return " ".join(re.sub("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]", "", text).split())


def in_reading_order(line: str) -> str:
    """A line whose Arabic and Hebrew poppler gave as it stands on paper, from left to right."""
    return re.sub("[\u0590-\u08ff](?:[\u0590-\u08ff ]*[\u0590-\u08ff])?", lambda run: run[0][::-1], line)


# The PDF.


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page; points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """How far down its middle stands."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line, as poppler sees them."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with a space between."""
        return in_reading_order(" ".join(word.text for word in self.words))

    @property
    def top(self) -> float:
        """Where its tallest word begins."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Where its deepest word ends."""
        return max(word.bottom for word in self.words)

    @property
    def left(self) -> float:
        """Where its first word begins."""
        return min(word.left for word in self.words)


@dataclass(frozen=True, slots=True)
class PDFLink:
    """A link annotation: where it stands, in points from the top left, and where it leads."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    place: str
    """The named place it leads to, or nothing."""
    url: str
    words: str

    def covers(self, word: Word) -> bool:
        """Whether the middle of a word stands in it."""
        return self.left <= (word.left + word.right) / 2 <= self.right and self.top <= word.middle <= self.bottom


@dataclass(frozen=True, slots=True)
class Place:
    """A named place: its page, counted from 0, and how far down and in it stands."""

    page: int
    top: float
    left: float


_XHTML = "{http://www.w3.org/1999/xhtml}"


@cache
def pages(path: Path) -> tuple[tuple[Line, ...], ...]:
    """The lines of each page, in the order in which poppler would read them."""
    run = subprocess.run(["pdftotext", "-bbox-layout", path, "-"], check=True, capture_output=True)
    return tuple(
        tuple(_line(line) for line in page.iter(f"{_XHTML}line"))
        for page in ET.fromstring(run.stdout).iter(f"{_XHTML}page")  # noqa: S314  # written by poppler just now
    )


def _line(line: ET.Element) -> Line:
    return Line(
        tuple(
            Word(word.text or "", *(float(word.attrib[at]) for at in ("xMin", "yMin", "xMax", "yMax")))
            for word in line.iter(f"{_XHTML}word")
        )
    )


@cache
def links(path: Path) -> tuple[PDFLink, ...]:
    """Every link annotation, page by page in the file's order."""
    found = []
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            height = float(page.mediabox[3])
            for one in page.get("/Annots", []):
                x, y, x2, y2 = (float(at) for at in one.Rect)
                found.append(
                    PDFLink(
                        number,
                        *(min(x, x2), height - max(y, y2), max(x, x2), height - min(y, y2)),
                        place=str(one.get("/Dest", "")),
                        url=str(one.A.URI) if "/A" in one else "",
                        words=str(one.get("/Contents", "")),
                    )
                )
    return tuple(found)


@cache
def paper(path: Path) -> tuple[float, float]:
    """The width and height of the first page, in points."""
    with pikepdf.open(path) as pdf:
        _, _, width, height = pdf.pages[0].mediabox
        return float(width), float(height)


@cache
def places(path: Path) -> dict[str, Place]:
    """Every named place."""
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        heights = [float(page.mediabox[3]) for page in pdf.pages]
        found = {}
        names: list[Any] = list(pdf.Root.Names.Dests.Names)
        for name, (page, _, left, bottom, _) in zip(names[::2], names[1::2], strict=True):
            number = numbers[page.objgen]
            found[str(name)] = Place(number, heights[number] - float(bottom), float(left))
        return found


@cache
def prose(path: Path) -> str:
    """All that a PDF says, without the numbers of its note calls."""
    calls = [link for link in links(path) if link.place.startswith("note-")]
    text = [
        in_reading_order(" ".join(word.text for word in line.words if not _is_call(word, number, calls)))
        for number, page in enumerate(pages(path))
        for line in page
    ]
    return plain(" ".join(text))


def _is_call(word: Word, page: int, calls: list[PDFLink]) -> bool:
    return word.text == "," or any(call.page == page and call.covers(word) for call in calls)
