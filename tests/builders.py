"""Small projects, facts and tables for tests: each shows only what its test is about."""

from __future__ import annotations

import atexit
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from briefing.diagnostics import Diagnostic
from briefing.edition import Edition, Figure, Mark, Note, plain, walk
from briefing.evidence import Evidence
from briefing.load import load
from briefing.pdf import Printer
from briefing.pipeline import check
from briefing.pipeline.composing import composed_of
from briefing.versions import NO_PAST, Past

DAY = dt.date(2022, 4, 9)
"""The date of the editions that tests make, unless they say otherwise."""

TODAY, OLD, LATER = "2022-04-09", "2022-03-24", "2022-04-10"
DATA = Path(__file__).parent / "data"


@cache
def a_printer() -> Printer:
    """One that stays warm for all tests of this process: to start one takes longer than to print."""
    printer = Printer()
    atexit.register(printer.close)
    return printer


def a_source(**fields: Any) -> dict[str, Any]:
    """A source with a title, a publisher and a date; None takes a field away."""
    return _record({"title": "Estimate", "publisher": "NATO", "retrieved": TODAY}, fields)


def an_indicator(**fields: Any) -> dict[str, Any]:
    """An indicator that counts soldiers."""
    return _record({"label": "Soldiers killed", "unit": "soldiers"}, fields)


def a_fact(**fields: Any) -> dict[str, Any]:
    """A fact that lacks nothing; None takes a field away."""
    whole = {
        "indicator": "killed",
        "claim": "{value} soldiers were killed",
        "value": "1300",
        "as_of": TODAY,
        "said_by": "NATO",
        "sources": ["nato"],
    }
    return _record(whole, fields)


def an_event(claim: str, **fields: Any) -> dict[str, Any]:
    """A fact without a figure."""
    return _record({"claim": claim, "said_by": "NATO", "sources": ["nato"]}, fields)


def _record(whole: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in {**whole, **fields}.items() if given is not None}


def a_facts_file(
    facts: Mapping[str, Any] | None = None,
    sources: Mapping[str, Any] | None = None,
    indicators: Mapping[str, Any] | None = None,
) -> str:
    """The text of a facts file. The source `nato` and the indicator `killed` are always in it."""
    return as_yaml(
        {
            "sources": {"nato": a_source(), **(sources or {})},
            "indicators": {"killed": an_indicator(), **(indicators or {})},
            "facts": {"killed": a_fact()} if facts is None else dict(facts),
        }
    )


class _Dumper(yaml.SafeDumper):
    """Writes a record that stands in two places twice: aliases are not part of the facts format."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whatever it is."""
        del data
        return True


def as_yaml(tree: Any) -> str:
    """A tree as YAML text."""
    return str(yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000))


def a_project(  # each part of a project may be what a test is about
    folder: Path,
    *,
    facts: Mapping[str, Any] | str | None = None,
    sources: Mapping[str, Any] | None = None,
    indicators: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | str | None = None,
    blocks: Iterable[Any] | None = None,
    feeds: Iterable[Any] | None = None,
    files: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write a project and give the path of its config. What is given as text is written as it is."""
    text = facts if isinstance(facts, str) else a_facts_file(facts, sources, indicators)
    if not isinstance(config, str):
        blocks = [{"facts": {"if_empty": "Nothing."}}] if blocks is None else list(blocks)
        tree: dict[str, Any] = {"title": "Ukraine", **(config or {})}
        if feeds is not None:
            tree["feeds"] = list(feeds)
        tree.setdefault("sections", [{"title": "Overview", "blocks": blocks}])
        config = as_yaml(tree)
    for name, content in {"config.yaml": config, "facts/war.yaml": text, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "config.yaml"


def a_feed(table: str = "t.csv", **fields: Any) -> dict[str, Any]:
    """A feed that makes the series `losses` of the columns `date` and `n`, or what is given."""
    makes = {} if "facts" in fields or "series" in fields else {"series": [a_series()]}
    return {"file": table, **makes, **fields}


def a_series(**fields: Any) -> dict[str, Any]:
    """A series of a feed."""
    whole = {
        "id": "losses",
        "indicator": "killed",
        "subject": "Russia",
        "said_by": "Ukraine",
        "sources": ["nato"],
        "as_of": {"column": "date"},
        "value": {"column": "n"},
    }
    return _record(whole, fields)


def said(config: Path, day: dt.date = DAY) -> list[str]:
    """What `briefing check` says, one text for each diagnostic."""
    return [str(one) for one in check(config, day=day).diagnostics]


@dataclass(frozen=True)
class Composed:
    """An edition with what it rests on and what is wrong with it."""

    edition: Edition
    evidence: Evidence
    diagnostics: tuple[Diagnostic, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of what is wrong, in order."""
        return [one.code for one in self.diagnostics]

    @property
    def blocks(self) -> tuple[Any, ...]:
        """The blocks of the first section."""
        return self.edition.sections[0].blocks


def composed(config: Path, day: dt.date = DAY, past: Past = NO_PAST) -> Composed:
    """The edition of a project as a tree with its numbers."""
    made = composed_of(load(config), config.name, day, None, past)
    assert made.edition is not None, made.found
    assert made.evidence is not None
    return Composed(made.edition, made.evidence, made.found)


def written(edition: Edition) -> str:
    """All text of an edition in reading order, each note as [n]; what stands in one line stays in one line."""
    lines: list[str] = []
    _write(edition.sections, edition, lines)
    return "\n".join(line for line in lines if line)


def _write(node: Any, edition: Edition, lines: list[str]) -> None:
    if isinstance(node, tuple):
        if node and all(type(one).__name__ in _INLINE for one in node):
            lines.append(line_text(node, edition))
        else:
            for one in node:
                _write(one, edition, lines)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            _write(getattr(node, name), edition, lines)


_INLINE = {"Text", "Emphasis", "Strong", "Code", "Break", "Link", "Figure", "When", "Aside", "Note"}


def line_text(line: tuple[Any, ...], edition: Edition | None = None) -> str:
    """The text of a line; with the edition, each note as [n]."""
    pieces = []
    for node in line:
        if isinstance(node, Note):
            marks = edition.marks[node.key] if edition is not None else ()
            pieces.append(f"[{','.join(str(mark.number) for mark in marks)}]" if marks else "")
        elif hasattr(node, "children"):
            pieces.append(line_text(node.children, edition))
        else:
            pieces.append(plain((node,)))
    return "".join(pieces)


def notes(node: object) -> list[Note]:
    """Every note call of a tree, in reading order."""
    return [one for one in walk(node) if isinstance(one, Note)]


def figures(node: object) -> list[Figure]:
    """Every figure of a tree, in reading order."""
    return [one for one in walk(node) if isinstance(one, Figure)]


def numbers_of(edition: Edition) -> list[int]:
    """The numbers of all note calls, in reading order."""
    marks: list[Mark] = [
        mark for note in notes((edition.summary, edition.sections)) for mark in edition.marks[note.key]
    ]
    return [mark.number for mark in marks]


# A workbook, written by hand: a dozen lines of XML are lighter than a library.

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def a_workbook(rows: Iterable[Iterable[Any]], sheet: str = "Sheet1", **more: Iterable[Iterable[Any]]) -> bytes:
    """An XLSX file: texts, numbers, dates, truths; None is an empty cell. Further sheets by their names."""
    sheets = {sheet: rows, **more}
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relationships((f"{_OFFICE}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(
            *((f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
            (f"{_OFFICE}/styles", "styles.xml"),
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>'
            + "".join(_row(number, cells) for number, cells in enumerate(table, 1))
            + "</sheetData></worksheet>"
            for n, table in zip(numbers, sheets.values(), strict=True)
        },
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, _HEAD + text)
    return file.getvalue()


def _relationships(*targets: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _row(number: int, cells: Iterable[Any]) -> str:
    inside = "".join(
        _cell(f"{chr(ord('A') + n)}{number}", content) for n, content in enumerate(cells) if content is not None
    )
    return f'<row r="{number}">{inside}</row>'


def _cell(place: str, content: Any) -> str:
    if isinstance(content, bool):
        return f'<c r="{place}" t="b"><v>{int(content)}</v></c>'
    if isinstance(content, (int, float)):
        return f'<c r="{place}"><v>{content}</v></c>'
    if isinstance(content, dt.date):
        return f'<c r="{place}" s="1"><v>{(content - dt.date(1899, 12, 30)).days}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
