"""Loading: files as trees and tables of text, of which every piece knows its place."""

import datetime as dt
import json

import pytest

from briefing.diagnostics import located
from briefing.errors import UsageError
from briefing.inputs import NumberText
from briefing.load import load
from briefing.load.documents import document
from briefing.load.tables import table
from tests.builders import a_project, a_workbook, said


def tree(text, name="f.yaml"):
    """The tree of a file without faults."""
    parsed, found = document(text if isinstance(text, bytes) else text.encode(), name)
    assert not found
    return parsed.root


def refusals(text, name="f.yaml"):
    """What is said of a file that is refused."""
    parsed, found = document(text if isinstance(text, bytes) else text.encode(), name)
    assert parsed.root is None
    return [str(one) for one in located(found, {name: parsed})]


# YAML.


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "yes",
        "null",
        "1.10",
        "010",
        "12:30",
        "0x1F",
        "1e3",
        ".inf",
        "2022-04-09",
        "2001-12-14t21:59:43Z",
        "~5",
        "=",
    ],
)
def test_every_scalar_of_yaml_is_text(text):
    """No word of YAML turns into a truth, a number or a date."""
    assert tree(f"a: {text}\nb: [{text}]\n{text}: c\n") == {"a": text, "b": [text], text: "c"}


def test_the_styles_of_yaml_are_read():
    """Plain, quoted, literal and folded texts and flow collections all give plain text."""
    text = "a: |\n  one\n  two\nb: >\n  one\n  two\nc: 'it''s'\nd: \"tab\\there\"\ne: {f: [g, h]}\n"
    assert tree(text) == {"a": "one\ntwo\n", "b": "one two\n", "c": "it's", "d": "tab\there", "e": {"f": ["g", "h"]}}


def test_empty_values_are_left_out():
    """A key without a value is not there; an empty text in quotes is, and an empty item keeps its place."""
    assert tree("a:\nb: ''\nc:\n  - x\n  -\n  - y\n") == {"b": "", "c": ["x", "", "y"]}


@pytest.mark.parametrize("text", ["# only a comment\n", "---\n...\n"])
def test_a_file_of_comments_holds_nothing(text):
    """A file in which everything is commented out is no mistake."""
    assert tree(text) is None


def test_a_byte_order_mark_is_no_text():
    """The mark that some editors put at the front is passed over."""
    assert tree(b"\xef\xbb\xbfa: b\n") == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("a: &x b\n", "f.yaml:1:4: error[yaml-feature]: the anchor &x is not part of the facts format"),
        ("a: b\nc: *a\n", "f.yaml:2:4: error[yaml-feature]: the alias *a is not part of the facts format"),
        ("a:\n  <<: {b: c}\n", "f.yaml:2:3: error[yaml-feature]: the merge key << is not part of the facts format"),
        ("a: !!str 5\n", "f.yaml:1:4: error[yaml-feature]: the tag tag:yaml.org,2002:str is not part"),
        (
            "a: !!python/object/apply:os.system [x]\n",
            "f.yaml:1:4: error[yaml-feature]: the tag tag:yaml.org,2002:python",
        ),
        ("a: b\n---\nc: d\n", "f.yaml:2:1: error[yaml-feature]: a second document begins here"),
        ("? [a, b]\n: c\n", "f.yaml:1:3: error[syntax]: a key has to be a text"),
        ("a: b\n\tc: d\n", "f.yaml:2:1: error[syntax]: this is not well-formed YAML"),
        ("a: [b, c\n", "f.yaml:2:1: error[syntax]: this is not well-formed YAML"),
        ('a: "b\n', "f.yaml:2:1: error[syntax]: this is not well-formed YAML"),
        ("a: {{ value('x') }}\n", "f.yaml:1:5: error[syntax]: a key has to be a text"),
        ("a: @home\n", "f.yaml:1:4: error[syntax]: this is not well-formed YAML"),
        ('a: "\\x07"\n', "f.yaml:1:4: error[forbidden-character]: the character U+0007 is not allowed"),
        ('a: "\\u202e"\n', "f.yaml:1:4: error[forbidden-character]: the character U+202E is not allowed"),
        ('a: "\\ufdd0"\n', "f.yaml:1:4: error[forbidden-character]: the character U+FDD0 is not allowed"),
        (f"a: {'x' * 100_001}\n", "f.yaml:1:4: error[too-long]: this text has 100001 characters"),
        ("a: b\nc: d\x00\n", "f.yaml:2:5: error[forbidden-character]: the character U+0000 is not allowed"),
        ("a: b\u2028c: d\n", "f.yaml:1:5: error[forbidden-character]: the character U+2028 is not allowed"),
    ],
)
def test_yaml_beyond_plain_data_is_refused(text, said_of_it):
    """Anchors, tags, merges, hidden characters and broken syntax are refused at their place."""
    (one,) = refusals(text)
    assert one.startswith(said_of_it)
    assert "\n  hint: " in one or "too-long" in one


def test_every_key_that_stands_twice_is_named():
    """Duplicate keys are all said, in any depth, where YAML would silently keep the last."""
    found = refusals("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n")
    assert [one.partition(": ")[0] for one in found] == ["f.yaml:4:3", "f.yaml:5:1"]


def test_a_chain_of_aliases_costs_nothing():
    """The file that grows into a billion texts is refused at its first anchor."""
    bomb = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{chr(ord(n) - 1)}, *{chr(ord(n) - 1)}]\n" for n in "bcdefgh")
    (one,) = refusals(bomb)
    assert one.startswith("f.yaml:1:4: error[yaml-feature]")


# JSON.


def test_json_numbers_stay_as_written():
    """JSON gives the same tree of texts: numbers to the last digit, truths in words, null left out."""
    text = '{"a": 1.10, "b": 1e3, "c": -0, "d": true, "e": null, "f": [1, null, "x"], "g": 12345678901234567890}'
    assert tree(text, "f.json") == {
        "a": "1.10",
        "b": "1e3",
        "c": "-0",
        "d": "true",
        "f": ["1", "", "x"],
        "g": "12345678901234567890",
    }


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ('{"a": }', "f.json:1:7: error[syntax]: this is not well-formed JSON"),
        ('{\n "a": {"b": 1,\n  "b": 2}}', "f.json:3:3: error[duplicate-key]: the key 'b' stands twice in this mapping"),
        ('{"a":\n "\\u0007"}', "f.json:2:2: error[forbidden-character]: the character U+0007"),
        ('{"a":\n "\\ud800"}', "f.json:2:2: error[forbidden-character]: the character U+D800"),
        (f'{{"a": {"[" * 60}{"]" * 60}}}', "f.json:1:45: error[too-deep]: more than 40 mappings and lists"),
        ("[" * 100_000, "f.json:1:1: error[too-deep]: more than 40 mappings and lists"),
    ],
)
def test_json_is_held_to_the_same_rules(text, said_of_it):
    """Duplicate keys, hidden characters, depth and syntax are refused in JSON too, at their place."""
    assert refusals(text, "f.json")[0].startswith(said_of_it)


def test_json_tells_all_keys_that_stand_twice():
    """Each duplicate key has its line."""
    found = refusals('{"a": 1,\n "a": 2,\n "b": {"c": 1,\n "c": 2}}', "f.json")
    assert [one.partition(": ")[0] for one in found] == ["f.json:2:2", "f.json:4:2"]


@pytest.mark.parametrize(
    ("data", "said_of_it"),
    [
        (b"", "f.yaml:1:1: error[file-empty]: this file is empty"),
        ("a: b".encode("utf-16"), "f.yaml:1:1: error[encoding]: this file is UTF-16\n  hint: save it as UTF-8"),
        (b"a: b\nc: caf\xe9\n", "f.yaml:2:7: error[encoding]: byte 0xe9 is not UTF-8"),
        (b"\n<!DOCTYPE html><html></html>", "f.yaml:1:1: error[syntax]: this is a web page, not a data file"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data, said_of_it):
    """An empty file, another encoding and a server's error page are told apart."""
    assert refusals(data)[0].startswith(said_of_it)


# Files.


def test_facts_come_from_every_file_that_fits(tmp_path):
    """Patterns are read from the folder of the config, in the order of names, each file once."""
    config = a_project(
        tmp_path,
        config={"facts": ["facts/z.yaml", "facts/*.yaml", "facts/deep/**/*.json"]},
        files={
            "facts/z.yaml": "facts: {}\n",
            "facts/b.yaml": "facts: {}\n",
            "facts/deep/er/c.json": "{}",
            "facts/d.txt": "no",
        },
    )
    loaded = load(config)
    assert list(loaded.files) == [
        "config.yaml",
        "facts/z.yaml",
        "facts/b.yaml",
        "facts/war.yaml",
        "facts/deep/er/c.json",
    ]
    assert not loaded.diagnostics


def test_every_input_has_its_hash(tmp_path):
    """The SHA-256 of each file that was read goes into the manifest, tables and broken files included."""
    config = a_project(
        tmp_path,
        feeds=[{"file": "t.csv", "series": []}],
        files={"t.csv": "a,b\n1,2\n", "facts/bad.yaml": "a: [\n"},
    )
    contents = load(config).contents
    assert set(contents) == {"config.yaml", "facts/war.yaml", "facts/bad.yaml", "t.csv"}
    assert contents["t.csv"] == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("facts", "said_of_it"),
    [
        (["nothing/*.yaml"], "error[file-missing]: no file fits 'nothing/*.yaml'"),
        (["facts"], "error[file-missing]: 'facts' is not a regular file"),
        (["facts/war.yaml/x"], "error[file-missing]: 'facts/war.yaml/x' cannot be read: Not a directory"),
        (["/dev/zero"], "error[file-missing]: '/dev/zero' is not a regular file"),
        (["\\\\server\\war.yaml"], "error[bad-path]: '\\\\\\\\server\\\\war.yaml' is not a path of a file here"),
        (["file:///etc/passwd"], "error[bad-path]: 'file:///etc/passwd' is not a path of a file here"),
    ],
)
def test_what_is_no_file_here_is_named_at_its_line(tmp_path, facts, said_of_it):
    """A missing file, a folder, a device and an address are told at the line of the config that names them."""
    (text,) = said(a_project(tmp_path, config={"facts": facts}))
    assert text.startswith(f"config.yaml:3:3: {said_of_it}")


def test_without_a_config_there_is_nothing_to_load(tmp_path):
    """A config that is not there is a wrong use of the command, not a mistake in a file."""
    with pytest.raises(UsageError, match="there is no file"):
        load(tmp_path / "config.yaml")


def test_a_broken_config_stops_before_the_facts(tmp_path):
    """With a config that cannot be read, its own mistakes are all there is to say."""
    loaded = load(a_project(tmp_path, config="title: [\n"))
    assert loaded.config is None
    assert [one.code for one in loaded.diagnostics] == ["syntax"]


# Tables.


def cells(data, kind, **options):
    """The head and rows of a table without faults."""
    made, found = table(data if isinstance(data, bytes) else data.encode(), f"t.{kind}", kind, **options)
    assert not found
    return list(made.columns), made.rows


def faults(data, kind, **options):
    """What is said of a table."""
    _, found = table(data if isinstance(data, bytes) else data.encode(), f"t.{kind}", kind, **options)
    return [str(one) for one in found]


ROWS = ((2, ("2022-04-01", "1300", "Korea, South")), (3, ("2022-04-02", "1.10", 'the "nobody" user')))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("csv", 'date,n,place\n2022-04-01,1300,"Korea, South"\n2022-04-02,1.10,"the ""nobody"" user"\n'),
        (
            "csv",
            '\ufeffdate,n,place\r\n2022-04-01, 1300 ,"Korea, South"\r\n2022-04-02,1.10,"the ""nobody"" user"\r\n\r\n',
        ),
        ("tsv", 'date\tn\tplace\n2022-04-01\t1300\tKorea, South\n2022-04-02\t1.10\t"the ""nobody"" user"\n'),
        (
            "xlsx",
            a_workbook(
                [
                    ["date", "n", "place"],
                    [dt.date(2022, 4, 1), 1300, "Korea, South"],
                    [dt.date(2022, 4, 2), "1.10", 'the "nobody" user'],
                ]
            ),
        ),
    ],
    ids=["csv", "csv-from-a-spreadsheet", "tsv", "xlsx"],
)
def test_tables_of_every_kind_are_rows_of_text(kind, data):
    """CSV, TSV and XLSX of the same table give the same texts, and rows count as a spreadsheet counts them."""
    assert cells(data, kind) == (["date", "n", "place"], ROWS)


@pytest.mark.parametrize(
    ("kind", "data", "options"),
    [
        ("json", '[{"date": "2022-04-01", "n": 1300}, {"n": 1.10, "date": "2022-04-02"}]', {}),
        (
            "json",
            '{"meta": 1, "rows": {"all": [{"date": "2022-04-01", "n": 1300}, {"date": "2022-04-02", "n": 1.10}]}}',
            {"keys": "rows.all"},
        ),
        ("ndjson", '{"date": "2022-04-01", "n": 1300}\n{"date": "2022-04-02", "n": 1.10}\n', {}),
    ],
    ids=["json", "json-inside", "ndjson"],
)
def test_objects_are_rows(kind, data, options):
    """A list of objects, or one object a line, is a table; its numbers keep their digits."""
    columns, rows = cells(data, kind, **options)
    assert columns == ["date", "n"]
    assert rows == ((1, ("2022-04-01", "1300")), (2, ("2022-04-02", "1.10")))
    assert isinstance(rows[1][1][1], NumberText)


def test_nested_objects_are_columns_joined_by_dots():
    """A value inside an object has the way to it as its name; lists are left out, null and absence are empty."""
    columns, rows = cells('[{"a": {"b": 1, "c": {"d": true}}, "e": [1]}, {"a": {"b": null}}]', "json")
    assert columns == ["a.b", "a.c.d"]
    assert rows == ((1, ("1", "true")), (2, ("", "")))


def test_a_workbook_names_its_sheet():
    """The first sheet is read unless another is named; numbers come as the shortest text that means the same."""
    data = a_workbook([["a"], [1]], Second=[["b", "c", "d"], [0.1, 1300.0, True], [None, -5, "n/a"]])
    assert cells(data, "xlsx") == (["a"], ((2, ("1",)),))
    assert cells(data, "xlsx", sheet="Second") == (
        ["b", "c", "d"],
        ((2, ("0.1", "1300", "true")), (3, ("", "-5", "n/a"))),
    )
    assert faults(data, "xlsx", sheet="Secnd") == [
        "t.xlsx:1: error[unknown-column]: there is no sheet 'Secnd'\n  hint: a similar name is 'Second'"
    ]


def test_a_table_may_begin_further_down():
    """`head` is the row that names the columns; what stands above it is passed over."""
    rows = ["A title,,", "", "date,n", "2022-04-01,5"]
    assert cells("\n".join(rows), "csv", head=3) == (["date", "n"], ((4, ("2022-04-01", "5")),))
    data = a_workbook([["A title"], [None], ["date", "n"], ["2022-04-01", 5]])
    assert cells(data, "xlsx", head=3) == (["date", "n"], ((4, ("2022-04-01", "5")),))


def test_empty_rows_and_empty_ends_are_nothing():
    """Rows without text, columns without a name at the end and cells beyond the head that are empty do not count."""
    assert cells("a,b,,\n1,2,,\n,,,\n3,,,\n", "csv") == (["a", "b"], ((2, ("1", "2")), (4, ("3", ""))))


@pytest.mark.parametrize(
    ("kind", "data", "said_of_it"),
    [
        ("csv", "a,b\n", "t.csv:1: error[no-rows]: this table has no row below its head"),
        ("csv", "a,a\n1,2\n", "t.csv:1:2: error[duplicate-key]: two columns are named 'a'"),
        ("csv", "a,b\n1,2,3\n", "t.csv:2: error[bad-row]: this row has 3 cells; the head names 2 columns"),
        ("csv", "a,b,c,d\n1,2,3,4\n5\n", "t.csv:3: error[bad-row]: this row has 1 cells; the head names 4 columns"),
        ("csv", 'a,b\n1,"2\n3,4\n', "t.csv:3: error[syntax]: this is not well-formed CSV"),
        ("csv", 'a,b\n1,"2"3\n', "t.csv:2: error[syntax]: this is not well-formed CSV"),
        ("csv", "a;b\n1;2\n", "t.csv:1: error[syntax]: the head of this table has only one column"),
        ("csv", "a,b\n1,\x07\n", "t.csv:2:3: error[forbidden-character]: the character U+0007"),
        (
            "csv",
            f"{','.join(f'c{n}' for n in range(501))}\n1\n",
            "t.csv:1: error[too-many]: this table has 501 columns",
        ),
        ("json", "[", "t.json:1:2: error[syntax]: this is not well-formed JSON"),
        ("json", "[]", "t.json:1: error[no-rows]: this table has no rows"),
        ("json", '{"a": []}', "t.json:1: error[wrong-type]: the rows are not a list"),
        ("json", "[1]", "t.json:1: error[bad-row]: this row is not an object with named values"),
        ("json", '[{"a": 1, "a": 2}]', "t.json:1: error[duplicate-key]: the key 'a' stands twice in one object"),
        ("json", '[{"a": "\\u202e"}]', "t.json:1:1: error[forbidden-character]: the character U+202E"),
        ("json", "[" * 100_000, "t.json:1: error[too-deep]: lists and objects are nested too deep"),
        ("ndjson", '{"a": 1}\n{"a": \n', "t.ndjson:2:7: error[syntax]: this is not well-formed JSON"),
        ("xlsx", b"PK\x03\x04 no workbook", "t.xlsx:1: error[syntax]: this workbook cannot be read"),
        (
            "xlsx",
            a_workbook([["a", "b"], ["x", "\u202e"]]),
            "t.xlsx:2:2: error[forbidden-character]: the character U+202E",
        ),
        ("xlsx", a_workbook([["a", "b"]]), "t.xlsx:1: error[no-rows]: this table has no row below its head"),
    ],
)
def test_a_table_that_is_none_is_refused_at_its_row(kind, data, said_of_it):
    """What is wrong with a table is told with its row, and its column where there is one."""
    assert faults(data, kind)[0].startswith(said_of_it)


def test_the_way_to_the_rows_is_suggested():
    """Where the rows stand inside an object, the hint names the list that is there."""
    assert faults('{"type": "x", "features": []}', "json")[0].endswith("rows:', such as rows: features")
    assert "a similar name is 'features'" in faults('{"features": []}', "json", keys="feature")[0]


def test_a_table_of_half_a_million_rows_is_the_most():
    """A table has an end, and its limit is said."""
    assert faults("a\n" + "1\n" * 500_001, "csv") == ["t.csv:500001: error[too-many]: more than 500000 rows"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("t.csv", "csv"),
        ("t.CSV", "csv"),
        ("t.tsv", "tsv"),
        ("t.geojson", "json"),
        ("t.jsonl", "ndjson"),
        ("t.data", "csv"),
    ],
)
def test_the_ending_of_a_file_tells_its_format(tmp_path, name, kind):
    """A feed's format is read from its file's name, or given where that says nothing."""
    contents = {
        "csv": "date,n\n2022-04-01,5\n",
        "tsv": "date\tn\n2022-04-01\t5\n",
        "json": json.dumps([{"date": "2022-04-01", "n": 5}]),
        "ndjson": '{"date": "2022-04-01", "n": 5}\n',
    }
    feed = {"file": name, "series": []} | ({"format": "csv"} if name == "t.data" else {})
    loaded = load(a_project(tmp_path, feeds=[feed], files={name: contents[kind]}))
    assert not loaded.diagnostics
    (read,) = loaded.tables
    assert read is not None
    assert list(read.columns) == ["date", "n"]


def test_a_file_of_no_known_format_is_asked_about(tmp_path):
    """An ending that says nothing is a question to the author, with the formats to choose from."""
    (text, *_) = said(a_project(tmp_path, feeds=[{"file": "t.data", "series": []}], files={"t.data": "x"}))
    assert text == (
        "config.yaml:3:9: error[bad-path]: the ending of 't.data' does not tell its format\n"
        "  hint: add format: csv, tsv, json, ndjson or xlsx"
    )
