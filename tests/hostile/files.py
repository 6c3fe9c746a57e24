"""Whole files that are refused: bytes that are no text, shapes that explode, tables that lie."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests import hostile
from tests.builders import a_workbook

Content = str | bytes


@dataclass(frozen=True, slots=True)
class FileCase:
    """A file in the place of a good one, and what is said: the codes, and where the first of them begins to be said."""

    id: str
    content: Callable[[], Content]
    codes: frozenset[str]
    at: str = ""
    name: str = "facts.yaml"
    config: str = ""


# Facts files. FACTS is the good one, which is made worse.

FACTS = f"""sources:
  nato: {{title: A report, publisher: NATO, published: 2022-04-08}}
indicators:
  killed: {{label: Soldiers killed}}
facts:
  good: {{indicator: killed, claim: {hostile.FACT["claim"]}, value: 1300, as_of: 2022-04-09, sources: [nato]}}
"""
LAST = FACTS.count("\n") + 1


def _fact(name: str, **fields: str) -> str:
    """The good facts and one more."""
    written = ", ".join(
        f"{key}: {value}" for key, value in {"claim": "So it is", "sources": "[nato]", **fields}.items()
    )
    return f"{FACTS}  {name}: {{{written}}}\n"


def _bomb(levels: int, line: str) -> str:
    """A mapping in which each key holds the one before ten times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [line.format(this=n, before=f"*a{n - 1}") for n in range(1, levels)]
    return FACTS + "\n".join(lines) + "\n"


def _json(**fact: object) -> str:
    """The good facts as JSON with other fields."""
    good = {"indicator": "killed", "value": 1300, "as_of": "2022-04-09", "sources": ["nato"], **fact}
    tree = {
        "sources": {"nato": {"title": "A report", "published": "2022-04-08"}},
        "indicators": {"killed": {"label": "Soldiers killed"}},
        "facts": {"good": good},
    }
    return json.dumps(tree, indent=1)


def _unknown(many: int) -> str:
    sources = "".join(f"  source-{n}: {{title: T, published: 2022-04-08}}\n" for n in range(many))
    facts = "".join(f"  f{n}: {{claim: So it is, sources: [sourec-{n}]}}\n" for n in range(many))
    return f"sources:\n{sources}facts:\n{facts}  good: {{claim: So it is, sources: [source-1]}}\n"


def yaml_case(name: str, content: Callable[[], Content], *codes: str, at: str = "") -> FileCase:
    """A facts file in YAML."""
    return FileCase(name, content, frozenset(codes), f"facts.yaml:{at}" if at else "")


def json_case(name: str, content: Callable[[], Content], *codes: str, at: str = "") -> FileCase:
    """A facts file in JSON."""
    place = f"facts.json:{at}" if at else ""
    return FileCase(name, content, frozenset(codes), place, "facts.json", "facts: [facts.json]")


FACTS_FILES = [
    # bytes
    yaml_case("Latin-1", lambda: FACTS.replace("A report", "Ein Überblick").encode("latin-1"), "encoding", at="2:"),
    yaml_case("Windows quotes", lambda: FACTS.replace("A report", "“R”").encode("cp1252"), "encoding", at="2:"),
    yaml_case("UTF-16", lambda: FACTS.encode("utf-16"), "encoding", at="1:"),
    yaml_case("UTF-16 the other way round", lambda: b"\xfe\xff" + FACTS.encode("utf-16-be"), "encoding", at="1:"),
    yaml_case("UTF-16 without a mark", lambda: FACTS.encode("utf-16-le"), "forbidden-character", at="1:"),
    yaml_case("UTF-32", lambda: FACTS.encode("utf-32"), "encoding", at="1:"),
    yaml_case("letter cut in half", lambda: FACTS.encode() + "# є".encode()[:-1], "encoding", at=f"{LAST}:"),
    yaml_case("letter written too long", lambda: FACTS.encode() + b"# \xc0\xaf", "encoding", at=f"{LAST}:"),
    yaml_case("half a pair in UTF-8", lambda: FACTS.encode() + b"# \xed\xa0\x80", "encoding", at=f"{LAST}:"),
    yaml_case("letter beyond Unicode", lambda: FACTS.encode() + b"# \xf5\x80\x80\x80", "encoding", at=f"{LAST}:"),
    yaml_case("picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "encoding", at="1:"),
    yaml_case("archive", lambda: b"PK\x03\x04" + bytes(99), "forbidden-character", at="1:"),
    yaml_case("empty file", lambda: b"", "file-empty", at="1:"),
    yaml_case("file of spaces", lambda: " \n \n", "file-empty", at="1:"),
    yaml_case("mark and nothing", lambda: b"\xef\xbb\xbf", "file-empty", at="1:"),
    yaml_case("nils", lambda: bytes(5000), "forbidden-character", at="1:"),
    yaml_case("error page", lambda: "<!DOCTYPE html>\n<title>502 Bad Gateway</title>", "syntax", at="1:"),
    yaml_case("error page in capitals", lambda: "\n <HTML><BODY>404", "syntax", at="1:"),
    yaml_case("page in XML", lambda: "<?xml version='1.0'?><html/>", "wrong-type", at="1:"),
    yaml_case("65 MB", lambda: b"#" * (65 * 2**20), "file-too-large"),
    # shapes
    yaml_case("list", lambda: "- a\n- b\n", "wrong-type", at="1:"),
    yaml_case("text", lambda: "just a text", "wrong-type", at="1:"),
    yaml_case("facts in a list", lambda: "facts:\n- {claim: x}\n", "wrong-type", at="2:"),
    yaml_case("sources in a text", lambda: f"{FACTS}\nsourcs: none\n", "unknown-key", at=f"{LAST + 1}:"),
    yaml_case("fact in a text", lambda: f"{FACTS}  f: x\n", "wrong-type", at=f"{LAST}:"),
    yaml_case("cut off in a quote", lambda: FACTS[: FACTS.index("were")], "syntax", at="6:"),
    yaml_case("cut off in a bracket", lambda: FACTS[:-3], "syntax"),
    yaml_case("two documents", lambda: f"{FACTS}---\n{FACTS}", "yaml-feature", at=f"{LAST}:"),
    yaml_case("3,000 lists in one another", lambda: f"{FACTS}x: {'[' * 3000}{']' * 3000}\n", "too-deep", at=f"{LAST}:"),
    yaml_case("3,000 lists that stay open", lambda: f"{FACTS}x: {'[' * 3000}\n", "too-deep", at=f"{LAST}:"),
    yaml_case("3,000 mappings in one another", lambda: f"{FACTS}x: {'{a: ' * 3000}", "too-deep", at=f"{LAST}:"),
    yaml_case("3,000 bullets in one another", lambda: f"{FACTS}x:\n  {'- ' * 3000}a\n", "too-deep", at=f"{LAST + 1}:"),
    yaml_case(
        "900 keys in one another",
        lambda: FACTS + "".join(f"{' ' * n}k:\n" for n in range(900)),
        "too-deep",
    ),
    yaml_case(
        "bomb of aliases", lambda: _bomb(12, "a{this}: &a{this} [{before}, {before}]"), "yaml-feature", at=f"{LAST}:"
    ),
    yaml_case("bomb of merges", lambda: _bomb(24, "a{this}: &a{this}\n  <<: [{before}, {before}]"), "yaml-feature"),
    yaml_case("list in itself", lambda: f"{FACTS}x: &a [*a]\n", "yaml-feature", at=f"{LAST}:"),
    yaml_case("four million lists", lambda: f"{FACTS}x: [{'[],' * 4_000_000}]\n", "too-many", at="1:"),
    json_case("four million lists in JSON", lambda: f'{{"x": [{"[]," * 4_000_000}[]]}}', "too-many", at="1:"),
    yaml_case("key twice", lambda: f"{FACTS}facts: {{}}\n", "duplicate-key", at=f"{LAST}:"),
    yaml_case(
        "id twice", lambda: f"{FACTS}  good: {{claim: Other, sources: [nato]}}\n", "duplicate-key", at=f"{LAST}:"
    ),
    yaml_case("field twice", lambda: _fact("f", note="a, note: b"), "duplicate-key", at=f"{LAST}:"),
    yaml_case("key of 2,000 letters", lambda: f"{FACTS}{'k' * 2000}: x\n", "syntax", at=f"{LAST}:"),
    # lengths
    yaml_case(
        "figure of 5,000 digits", lambda: _fact("f", value="9" * 5000, as_of="2022-04-09"), "bad-value", at=f"{LAST}:"
    ),
    yaml_case(
        "hexadecimal of 5,000 digits", lambda: _fact("f", value="0x" + "f" * 5000, as_of="2022-04-09"), "bad-value"
    ),
    yaml_case("claim of a megabyte", lambda: _fact("f", claim="word " * 200_000), "too-long", at=f"{LAST}:"),
    yaml_case("claim of 3,000 letters", lambda: _fact("f", claim="word " * 600), "too-long", at=f"{LAST}:"),
    yaml_case("word of 5,000 letters", lambda: _fact("f", claim="w" * 5000), "too-long", at=f"{LAST}:"),
    yaml_case("subject of 301 letters", lambda: _fact("f", subject="s" * 301), "too-long", at=f"{LAST}:"),
    yaml_case(
        "quote of 5,000 letters", lambda: _fact("f", sources=f"[{{source: nato, quote: {'q' * 5000}}}]"), "too-long"
    ),
    yaml_case("tags without end", lambda: _fact("f", tags=f"[{', '.join(f't{n}' for n in range(500))}]"), "too-many"),
    yaml_case("sources without end", lambda: _fact("f", sources=f"[{', '.join(['nato'] * 500)}]"), "too-many"),
    yaml_case("id of 300 bytes", lambda: _fact("i" * 300), "bad-id", at=f"{LAST}:"),
    yaml_case("id of 300 bytes in Ukrainian", lambda: _fact("ї" * 150), "bad-id", at=f"{LAST}:"),
    yaml_case("id that climbs", lambda: _fact("../../etc/passwd"), "bad-id", at=f"{LAST}:"),
    yaml_case("id that is a path", lambda: _fact("/etc/passwd"), "bad-id", at=f"{LAST}:"),
    yaml_case("id with backslashes", lambda: _fact("..\\x"), "bad-id", at=f"{LAST}:"),
    yaml_case("id of dots", lambda: _fact("'..'"), "bad-id", at=f"{LAST}:"),
    yaml_case("id with a quote", lambda: _fact('a"onclick'), "bad-id", at=f"{LAST}:"),
    yaml_case("id with a space", lambda: _fact("a b"), "bad-id", at=f"{LAST}:"),
    yaml_case("id that is nothing", lambda: _fact("''"), "bad-id", at=f"{LAST}:"),
    yaml_case("a thousand misspelt sources", lambda: _unknown(1000), "unknown-source", at="1003:"),
    # claims and references
    yaml_case("circle", lambda: _fact("f", supersedes="f"), "circular-claim", at=f"{LAST}:"),
    yaml_case(
        "figure typed beside a value",
        lambda: _fact("f", claim="Killed 1200", value="1300", as_of="2022-04-09"),
        "figure-typed",
    ),
    yaml_case("claim without a source", lambda: _fact("f", sources="[]"), "no-source", at=f"{LAST}:"),
    yaml_case(
        "value of a fact that is not there", lambda: _fact("f", claim="'{fact:nowhere}'"), "unknown-fact", at=f"{LAST}:"
    ),
    # JSON
    json_case("not a number in JSON", lambda: _json(value=float("nan")), "bad-value", at="16:"),
    json_case("infinity in JSON", lambda: _json(value=float("inf")), "bad-value", at="16:"),
    json_case("exponent beyond all in JSON", lambda: _json(value=5).replace("5,", "1e999,", 1), "bad-value", at="16:"),
    json_case("5,000 digits in JSON", lambda: _json(value=77).replace("77", "7" * 5000), "bad-value", at="16:"),
    json_case("truth in JSON", lambda: _json(value=True), "bad-value", at="16:"),
    json_case("half a pair in JSON", lambda: _json(subject="\ud800"), "forbidden-character", at="21:"),
    json_case("nil in JSON", lambda: _json(subject="a\0b"), "forbidden-character", at="21:"),
    json_case("override in JSON", lambda: _json(subject="a\u202eb"), "forbidden-character", at="21:"),
    json_case("key twice in JSON", lambda: '{"facts": {}, "facts": {}}', "duplicate-key", at="1:"),
    json_case("comma at the end of JSON", lambda: '{"facts": {},}', "syntax", at="1:"),
    json_case("JSON cut off", lambda: _json()[:-9], "syntax"),
    json_case("YAML in the place of JSON", lambda: FACTS, "syntax", at="1:"),
    json_case("100,000 lists in JSON", lambda: "[" * 100_000, "too-deep", at="1:"),
    json_case("60 lists in JSON", lambda: f'{{"facts": {"[" * 60}{"]" * 60}}}', "too-deep"),
    json_case("text in JSON", lambda: '"just a text"', "wrong-type", at="1:"),
    json_case("nothing in JSON", lambda: "null", "wrong-type", at="1:"),
    json_case("error page for JSON", lambda: "<html>", "syntax", at="1:"),
]

# Tables.

FEED = """feeds:
- file: {name}
  facts:
  - id: "row-{{column:id}}"
    claim: "{{column:text}}"
    indicator: killed
    value: {{column: n}}
    as_of: {{column: date}}
    said_by: {{column: who}}
    sources: [nato]"""
HEAD = ("id", "text", "n", "date", "who")
ROW = ("1", "So it is", "1300", "2022-04-08", "NATO")


def csv_of(**cells: str) -> str:
    """A table whose one row has other cells; what is given is written as it is."""
    row = {**dict(zip(HEAD, ROW, strict=True)), **cells}
    return f"{','.join(HEAD)}\n{','.join(row.values())}\n"


def rows_of(**cells: object) -> list[dict[str, object]]:
    """The same as objects."""
    return [{**dict(zip(HEAD, ROW, strict=True)), **cells}]


def table_case(name: str, content: Callable[[], Content], *codes: str, at: str = "", file: str = "t.csv") -> FileCase:
    """A table that a feed makes into facts."""
    return FileCase(name, content, frozenset(codes), f"{file}:{at}" if at else "", file, FEED.format(name=file))


def _workbook_with(sheet: str) -> bytes:
    """A workbook whose first sheet is replaced by other XML."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook([HEAD, ROW]))) as good,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else good.read(name))
    return made.getvalue()


def _many_keys() -> str:
    keys = ", ".join(f'"k{n}": 0' for n in range(200_000))
    return f'[{{{keys}, "k199999": 1}}]'


def _far() -> bytes:
    cell = '<c r="{0}" t="inlineStr"><is><t>x</t></is></c>'
    rows = "".join(f'<row r="{row}">{cell.format(place)}</row>' for row, place in ((1, "A1"), (1048576, "XFD1048576")))
    return _workbook_with(f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>')


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _workbook_with(
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><worksheet xmlns="{_MAIN}"><sheetData>&l9;</sheetData></worksheet>'
    )


def _swollen() -> bytes:
    text = "x" * 70_000_000
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    return _workbook_with(f'<worksheet xmlns="{_MAIN}"><sheetData>{row}</sheetData></worksheet>')


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

TABLES = [
    table_case("table in Latin-1", lambda: csv_of(text="Überblick").encode("latin-1"), "encoding", at="2:"),
    table_case("table in UTF-16", lambda: csv_of().encode("utf-16"), "encoding", at="1:"),
    table_case("empty table", lambda: "", "file-empty", at="1:"),
    table_case("table of a head", lambda: "id,text,n,date,who\n", "no-rows", at="1:"),
    table_case("error page for a table", lambda: "<html><body>502</body></html>", "syntax", at="1:"),
    table_case("open quote", lambda: csv_of(text='"open'), "syntax"),
    table_case("quote inside", lambda: csv_of(text='"a" b'), "syntax"),
    table_case("nil in a cell", lambda: csv_of(text="a\0b"), "forbidden-character", at="2:"),
    table_case("override in a cell", lambda: csv_of(who="a\u202eb"), "forbidden-character", at="2:"),
    table_case("cell of 200,000 letters", lambda: csv_of(text="x" * 200_000), "syntax"),
    table_case("claim of 5,000 letters in a cell", lambda: csv_of(text="x" * 5000), "too-long", at="2:"),
    table_case("asserter of 5,000 letters", lambda: csv_of(who="x" * 5000), "too-long", at="2:"),
    table_case(
        "600 columns", lambda: ",".join(f"c{n}" for n in range(600)) + "\n" + ",".join("x" * 600) + "\n", "too-many"
    ),
    table_case(
        "two columns of one name", lambda: "id,id,text,n,date,who\n1,1,x,1,2022-04-08,y\n", "duplicate-key", at="1:"
    ),
    table_case("cells without a column", lambda: csv_of(who="NATO,more,cells"), "bad-row", at="2:"),
    table_case("row cut off", lambda: csv_of() + "2\n", "bad-row", at="3:"),
    table_case("semicolons", lambda: csv_of().replace(",", ";"), "syntax", at="1:"),
    table_case("column that is not there", lambda: csv_of().replace("text", "txt"), "unknown-column"),
    table_case("id twice in a table", lambda: csv_of() + ",".join(ROW) + "\n", "duplicate-id", at="3:"),
    table_case("id that climbs in a cell", lambda: csv_of(id="../../x"), "bad-id", at="2:"),
    table_case("id of 300 bytes in a cell", lambda: csv_of(id="i" * 300), "bad-id", at="2:"),
    table_case("ambiguous thousands", lambda: csv_of(n='"1,234"'), "ambiguous-number", at="2:"),
    table_case("ambiguous point", lambda: csv_of(n="1.234"), "ambiguous-number", at="2:"),
    table_case("comma of decimals", lambda: csv_of(n='"1,5"'), "ambiguous-number", at="2:"),
    table_case("footnote mark", lambda: csv_of(n="1300[a]"), "bad-value", at="2:"),
    table_case("40,000 footnote marks", lambda: csv_of(n="*" * 40_000 + "x"), "bad-value", at="2:"),
    table_case("formula for a figure", lambda: csv_of(n="=1+1"), "bad-value", at="2:"),
    table_case("command for a figure", lambda: csv_of(n="=cmd|' /C calc'!A0"), "bad-value", at="2:"),
    table_case("not a number in a cell", lambda: csv_of(n="NaN"), "bad-value", at="2:"),
    table_case("infinity in a cell", lambda: csv_of(n="inf"), "bad-value", at="2:"),
    table_case("exponent in a cell", lambda: csv_of(n="1e999"), "bad-value", at="2:"),
    table_case("5,000 digits in a cell", lambda: csv_of(n="9" * 5000), "bad-value", at="2:"),
    table_case("octal in a cell", lambda: csv_of(n="010"), "bad-value", at="2:"),
    table_case("template in a cell", lambda: csv_of(n="{{ 7*7 }}"), "bad-value", at="2:"),
    table_case("30 February in a cell", lambda: csv_of(date="2022-02-30"), "bad-date", at="2:"),
    table_case("year 0 in a cell", lambda: csv_of(date="0000-01-01"), "bad-date", at="2:"),
    table_case("year 9999 in a cell", lambda: csv_of(date="9999-01-01"), "bad-date", at="2:"),
    table_case("date in words", lambda: csv_of(date="yesterday"), "bad-date", at="2:"),
    table_case("figure without a date", lambda: csv_of(date=""), "no-as-of", at="2:"),
    table_case(
        "date as a number of JSON", lambda: json.dumps(rows_of(date=20220408)), "bad-date", at="1:", file="t.json"
    ),
    table_case("object for rows", lambda: '{"rows": []}', "wrong-type", at="1:", file="t.json"),
    table_case("text for a row", lambda: '["a"]', "bad-row", at="1:", file="t.json"),
    table_case("no row in JSON", lambda: "[]", "no-rows", at="1:", file="t.json"),
    table_case("100,000 lists for rows", lambda: "[" * 100_000, "too-deep", at="1:", file="t.json"),
    table_case("rows cut off", lambda: json.dumps(rows_of())[:-5], "syntax", at="1:", file="t.json"),
    table_case("200,000 keys and one twice", _many_keys, "duplicate-key", at="1:", file="t.json"),
    table_case("eleven million rows", lambda: f"[{'{},' * 11_000_000}{{}}]", "too-many", at="1:", file="t.json"),
    table_case("one name in two ways", lambda: '[{"id.x": 1, "id": {"x": 2}}]', "duplicate-key", file="t.json"),
    table_case("key twice in a row", lambda: '[{"id": 1, "id": 2}]', "duplicate-key", at="1:", file="t.json"),
    table_case(
        "half a pair in a row", lambda: json.dumps(rows_of(who="\udfff")), "forbidden-character", at="1:", file="t.json"
    ),
    table_case("nil in a row", lambda: json.dumps(rows_of(who="a\0")), "forbidden-character", at="1:", file="t.json"),
    table_case(
        "not a number in a row", lambda: json.dumps(rows_of(n=float("nan"))), "bad-value", at="1:", file="t.json"
    ),
    table_case(
        "exponent in a row", lambda: json.dumps(rows_of(n=5)).replace("5", "1e999", 1), "bad-value", file="t.json"
    ),
    table_case(
        "marks without end in a row", lambda: json.dumps(rows_of(n="*" * 500_000 + "x")), "bad-value", file="t.json"
    ),
    table_case(
        "claim of a megabyte in a row", lambda: json.dumps(rows_of(text="x" * 10**6)), "too-long", file="t.json"
    ),
    table_case(
        "line of NDJSON cut off", lambda: json.dumps(rows_of()[0]) + '\n{"id": ', "syntax", at="2:", file="t.ndjson"
    ),
    table_case("lists in NDJSON", lambda: json.dumps(rows_of()[0]) + "\n[1]\n", "bad-row", at="2:", file="t.ndjson"),
    table_case("error page for a workbook", lambda: "<html>", "syntax", at="1:", file="t.xlsx"),
    table_case("workbook cut off", lambda: a_workbook([HEAD, ROW])[:400], "syntax", at="1:", file="t.xlsx"),
    table_case("archive that is no workbook", lambda: b"PK\x05\x06" + bytes(18), "syntax", at="1:", file="t.xlsx"),
    table_case("empty workbook", lambda: b"", "syntax", at="1:", file="t.xlsx"),
    table_case("17 thousand million cells", _far, "syntax", at="1:", file="t.xlsx"),
    table_case("70 MB in 70 kB", _swollen, "syntax", at="1:", file="t.xlsx"),
    table_case("entities in entities", _laughs, "no-rows", "syntax", at="1:", file="t.xlsx"),
    table_case(
        "not a number in a workbook",
        lambda: a_workbook([HEAD, (*ROW[:2], float("nan"), *ROW[3:])]),
        "bad-value",
        at="2:",
        file="t.xlsx",
    ),
    table_case(
        "infinity in a workbook",
        lambda: a_workbook([HEAD, (*ROW[:2], float("inf"), *ROW[3:])]),
        "bad-value",
        at="2:",
        file="t.xlsx",
    ),
    table_case(
        "huge figure in a workbook",
        lambda: a_workbook([HEAD, (*ROW[:2], 1e300, *ROW[3:])]),
        "bad-value",
        at="2:",
        file="t.xlsx",
    ),
    table_case(
        "override in a workbook",
        lambda: a_workbook([HEAD, (*ROW[:4], "a\u202eb")]),
        "forbidden-character",
        at="2:",
        file="t.xlsx",
    ),
    table_case("program for a table", lambda: "x", "bad-path", file="t.exe"),
]
