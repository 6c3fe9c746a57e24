"""briefing.json: the edition as data."""

from __future__ import annotations

import copy
import csv
import importlib
import json
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from tests.reading import CASES, DEMO, DEMO_DAY, ROOT, data, edition, marks, nodes

jsonschema: Any = importlib.import_module("jsonschema")  # it comes without types


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration's briefing.json."""
    return data(edition(DEMO, tmp_path_factory))


@pytest.fixture(scope="session")
def letter(tmp_path_factory):
    """The French edition's briefing.json."""
    return data(edition(CASES / "crue" / "config.yaml", tmp_path_factory))


@pytest.fixture(params=["demo", "letter"])
def told(request):
    """The briefing.json of each edition."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def schema():
    """The checker made of the schema that the program prints."""
    command = [sys.executable, "-m", "briefing", "schema", "edition"]
    printed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    return jsonschema.Draft202012Validator(printed)


def test_the_data_is_what_the_schema_says(told, schema):
    """briefing.json meets the schema that `briefing schema edition` prints."""
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(told)] == []


def test_the_schema_lets_nothing_else_through(demo, schema):
    """The schema refuses a key too many, a key too few, and a number where a text stands for a decimal."""
    whole = copy.deepcopy(demo)
    fact = next(one for one in whole["facts"] if one["value"])
    for change in ({"surplus": 1}, {"status": None}, {"value": 7}):
        assert not schema.is_valid({**whole, "facts": [{**fact, **change}]}), change
    for name in ("citations", "said_by", "type"):
        assert not schema.is_valid({**whole, "facts": [{key: fact[key] for key in fact if key != name}]}), name
    assert not schema.is_valid({**whole, "edition": {**whole["edition"], "sections": [{"type": "section"}]}})
    assert schema.is_valid({**whole, "facts": [fact]})


def test_every_figure_is_the_value_of_its_fact(told):
    """A figure in the tree is in machine form and in words what its fact holds, or it is a point of its series."""
    facts = {one["id"]: one for one in told["facts"]}
    points = {(one["fact"], point["value"]) for one in told["series"] for point in one["points"]}
    figures = list(nodes(told["edition"], "figure"))
    assert len(figures) > 20
    for figure in figures:
        value = facts[figure["fact"]]["value"]
        if figure["value"] == value["value"]:
            assert figure["text"].lower() == value["text"].lower()
        else:
            assert (figure["fact"], figure["value"]) in points


def test_every_fact_leads_to_its_sources(told):
    """Every fact that is printed is there with its citations, and each cited source is there under its number."""
    facts = {one["id"]: one for one in told["facts"]}
    sources = {one["id"]: one["number"] for one in told["sources"]}
    assert list(sources.values()) == list(range(1, len(sources) + 1))
    assert len(facts) == len(told["facts"])
    cited = list(nodes(told["edition"], "citation"))
    for citation in cited:
        assert citation["source"] in sources
        assert citation["fact"] is None or citation["fact"] in facts
    for fact in facts.values():
        assert bool(fact["citations"]) != bool(fact["waiver"]), fact["id"]
        for citation in fact["citations"]:
            assert citation["number"] == sources.get(citation["source"])
    for node in ("fact-item", "key-figure", "timeline-item"):
        assert {one["fact"] for one in nodes(told["edition"], node)} <= set(facts)


def test_the_numbers_of_a_call_are_those_of_its_sources(told):
    """A call has one number for each source it cites, the number of that source, and a mark on the very first."""
    tree = told["edition"]
    numbers = {one["source"]: one["number"] for one in tree["references"]}
    met: set[int] = set()
    for note in nodes(tree, "note"):
        given = tree["marks"][note["key"]]
        assert [mark["number"] for mark in given] == sorted({numbers[one["source"]] for one in note["citations"]})
        for mark in sorted(given, key=lambda one: one["number"]):
            assert mark["first"] == (mark["number"] not in met)
            met.add(mark["number"])
    assert met == set(numbers.values())
    anchors = [mark["anchor"] for mark in marks(tree)]
    assert len(anchors) == len(set(anchors))
    assert sorted(anchors) == sorted(call for one in tree["references"] for call in one["calls"])


def test_a_range_stays_a_range(demo):
    """NATO's estimate has its two ends and no middle; a bound has one end only."""
    facts = {one["id"]: one for one in demo["facts"]}
    value = facts["ru-killed-nato"]["value"]
    assert (value["kind"], value["low"], value["high"], value["best"]) == ("range", "7000", "15000", None)
    assert (value["value"], value["text"]) == ("7000..15000", "7,000 to 15,000")
    bound = facts["kramatorsk-killed"]["value"]
    assert (bound["low"], bound["high"], bound["text"]) == ("50", None, "at least 50")


def test_a_series_is_its_table_up_to_the_day(demo):
    """A series holds every row of its table up to the edition's date, with the very digits of the table."""
    (told,) = (one for one in demo["series"] if one["id"] == "refugees-unhcr")
    with (ROOT / "facts" / "data" / "refugees.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["Counted to the end of"], Decimal(row[column]))
            for row in csv.DictReader(file)
            for column in row
            if column.startswith("People")
        ]
    wanted = [row for row in rows if row[0] <= DEMO_DAY.isoformat()]
    assert len(wanted) > 20
    assert [(point["at"], Decimal(point["value"])) for point in told["points"]] == wanted


def test_what_a_file_said_is_kept_as_it_was_said(letter):
    """Digits after the point, names in any script, quotes, places in a source and waivers are kept as written."""
    facts = {one["id"]: one for one in letter["facts"]}
    assert facts["hauteur-50"]["value"]["value"] == "3.0"
    assert facts["alarme"]["waiver"] == "décidé dans la salle même"
    assert facts["digue"]["citations"][0]["quote"] == "douze à quinze digues"
    assert facts["rupture"]["said_by"] == "Українська правда"
    assert facts["cout"]["said_by"] is None
    assert facts["premier-bilan"]["status"] == "retracted"
    titles = {one["id"]: one["title"] for one in letter["sources"]}
    assert titles["jazeera"] == "فيضان نهر غارون"
    assert titles["xinhua"] == "加龙河洪水"
