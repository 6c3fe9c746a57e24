"""The published JSON Schemas: editors complete and check the files by them."""

import datetime as dt
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types

from briefing.config import Config
from briefing.config.blocks import BLOCKS
from briefing.facts import MAPPINGS
from briefing.render.data import edition_data
from briefing.schemas import json_schema
from briefing.versions import Past, PastEdition, Printed
from tests.builders import DAY, OLD, TODAY, a_fact, a_feed, a_project, an_event, composed

ROOT = Path(__file__).parent.parent
KINDS = ("facts", "config", "edition", "editions")


def schema(what):
    """A schema as a tree."""
    return json.loads(json_schema(what))


def wrong(what, tree):
    """What the schema has against a tree: the way to each place that is wrong."""
    found = Draft202012Validator(schema(what)).iter_errors(tree)
    return sorted("/".join(map(str, one.absolute_path)) for one in found)


def read(text):
    """YAML as an editor reads it: with types, dates as text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("what", KINDS)
def test_a_schema_is_a_schema(what):
    """Each schema says which draft it follows, and follows it."""
    tree = schema(what)
    assert tree["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(tree)


@pytest.mark.parametrize("what", KINDS)
def test_every_reference_of_a_schema_is_there(what):
    """No part of a schema points to nothing, and nothing in it is left over."""
    tree = schema(what)
    used = {one for one in references(tree) if one.startswith("#/$defs/")}
    assert {one.removeprefix("#/$defs/") for one in used} == set(tree["$defs"])


def references(node):
    """Every $ref of a tree."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for one in node:
            yield from references(one)


def project_files():
    """The files of the demonstration and of the starter project."""
    for folder in (ROOT, ROOT / "briefing" / "starter" / "project"):
        yield "config", folder / "config.yaml"
        yield from (("facts", path) for path in sorted(folder.glob("facts/*.yaml")))


@pytest.mark.parametrize(
    ("what", "path"), list(project_files()), ids=[p.relative_to(ROOT).as_posix() for _, p in project_files()]
)
def test_our_own_files_are_valid(what, path):
    """The demonstration and the starter project have nothing wrong in an editor's eyes."""
    assert wrong(what, read(path.read_text(encoding="utf-8"))) == []


WHOLE = f"""
sources:
  s: {{title: T, publisher: P, author: A, url: "https://example.org", published: {OLD}, retrieved: {TODAY}T08:30,
      kind: news, language: en, reliability: B, origin: o, archived: {{url: "https://example.org/k", at: {TODAY}}}}}
indicators:
  i: {{label: L, unit: 1, measure: stock, max_age: 7 days, note: N}}
facts:
  a: {{indicator: i, subject: 2022, claim: "{{value}}", value: 1300, as_of: {TODAY}, said_by: no, sources: s}}
  b: {{claim: x, value: 1.10, sources: [s, {{source: s, locator: 2, quote: q}}], as_of: {TODAY}}}
  c: {{claim: x, value: "7000..15000", waiver: w, tags: x, lat: 50.45, lon: -30, credibility: 3}}
  d: {{claim: x, value: {{low: 5, high: 10, best: 7}}, waiver: w, tags: [x, 2], at: {OLD}..{TODAY}}}
"""


def test_all_that_a_facts_file_may_hold_is_valid():
    """Numbers, dates and truths that YAML makes of plain words trouble no editor: we read them as text."""
    assert wrong("facts", read(WHOLE)) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("facts: {a: {claim: x, waver: w}}", ["facts/a"]),
        ("facts: {a: {claim: [x]}}", ["facts/a/claim"]),
        ("facts: {a: {claim: x, status: reportd}}", ["facts/a/status"]),
        ("facts: {a: {claim: x, marking: SECRET}}", ["facts/a/marking"]),
        ("facts: {a: {claim: x, value: {low: 5}}}", ["facts/a/value"]),
        ("facts: {a: {claim: x, credibility: 7}}", ["facts/a/credibility"]),
        ("facts: {a: {claim: x, as_of: 9 April}}", ["facts/a/as_of"]),
        ("facts: {a: {claim: x, sources: [{locator: x}]}}", ["facts/a/sources/0"]),
        ("facts: {a b: {claim: x}}", ["facts"]),
        ("facts: {a: x}", ["facts/a"]),
        ("facts: [a]", ["facts"]),
        ("fact: {}", [""]),
        ("sources: {s: {publisher: P}}", ["sources/s"]),
        ("sources: {s: {title: T, reliability: G}}", ["sources/s/reliability"]),
        ("sources: {s: {title: T, kind: newspaper}}", ["sources/s/kind"]),
        ("indicators: {i: {unit: U}}", ["indicators/i"]),
        ("indicators: {i: {label: L, max_age: a week}}", ["indicators/i/max_age"]),
    ],
)
def test_a_mistake_in_a_facts_file_is_marked(text, places):
    """An editor underlines what `briefing check` would refuse."""
    assert wrong("facts", read(text)) == places


@pytest.mark.parametrize(
    "block",
    [
        "sources",
        "coverage",
        "facts",
        {"sources": "Words."},
        {"sources": {"text": "Words."}},
        {"text": "Words"},
        {"text": 2022},
        {"facts": {}},
        {"facts": {"tag": "x", "status": ["reported"], "limit": 3, "sort": "-as_of"}},
        {"key_figures": ["a", {"fact": "b", "label": "L", "sparkline": True}]},
        {"key_figures": {"items": ["a"], "sparkline": True}},
        {"table": {"facts": {"ids": "a"}, "columns": ["value"]}},
        {"chart": {"kind": "line", "title": "T", "series": ["s"], "height": 50}},
        {"timeline": {"tag": "x"}},
        {"callout": {"text": "x", "kind": "caution"}},
    ],
)
def test_every_way_to_write_a_block_is_valid(block):
    """What the program takes as a block an editor takes too."""
    assert wrong("config", {"title": "T", "sections": [{"title": "S", "blocks": [block]}]}) == []


@pytest.mark.parametrize(
    "config",
    [
        {"title": "T"},
        {"titel": "T"},
        {"paper": "A5"},
        {"formats": ["doc"]},
        {"sections": []},
        {"day": {"label": "Day"}},
        {"day": {"from": TODAY, "first": 2}},
        {"date": "tomorrow"},
        {"feeds": [{"series": []}]},
        {"feeds": [{"file": "t.csv", "format": "xls"}]},
        {"sections": [{"title": "S", "blocks": [{"tabel": {}}]}]},
        {"sections": [{"title": "S", "blocks": [{"text": "x", "title": "y"}]}]},
        {"sections": [{"title": "S", "blocks": [{"chart": {"kind": "pie", "title": "T"}}]}]},
        {"sections": [{"title": "S", "blocks": [{"facts": {"tagg": "x"}}]}]},
        {"sections": [{"blocks": []}]},
    ],
)
def test_a_mistake_in_a_config_is_marked(config):
    """An editor underlines what is wrong in a config."""
    whole = {"title": "T", "sections": [{"title": "S", "blocks": ["sources"]}], **config}
    if config == {"title": "T"}:
        whole.pop("sections")
    assert wrong("config", whole) != []


def test_every_key_is_described():
    """Each key that an editor completes has its sentence."""
    facts, config = schema("facts"), schema("config")
    assert set(facts["properties"]) == set(MAPPINGS)
    for name in ("Source", "Indicator", "Fact"):
        assert all(one["description"] for one in facts["$defs"][name]["properties"].values())
    names = {field.alias or name for name, field in Config.model_fields.items()}
    assert set(config["properties"]) == names
    assert all("description" in one for one in config["properties"].values())
    kinds = config["$defs"]["SectionConfig"]["properties"]["blocks"]["items"]["anyOf"]
    assert {key for kind in kinds for key in kind.get("properties", {})} == set(BLOCKS)


def everything(folder):
    """A project with every kind of block and node."""
    maps = {"maps": {"disclaimer": "D", "outlines": {"file": "own.json", "name": "n"}}}
    ring = [[10, 48], [11, 48], [11, 49], [10, 48]]
    own = {"properties": {"n": "Own"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return a_project(
        folder,
        config={
            "day": {"from": "2022-02-24"},
            "summary": "{{ value('a') }}",
            "subtitle": "S",
            "marking": "TLP:CLEAR",
            **maps,
        },
        facts={
            "a": a_fact(value="7000..15000", as_of=OLD, status="disputed", at=TODAY, subject="X"),
            "b": an_event("B", sources=None, waiver="w", said_by=None, at=TODAY, tags=["event"]),
            "c": a_fact(value=">50", sources=[{"source": "nato", "locator": "p. 2", "quote": "q"}]),
            "d": a_fact(value="1", subject="D"),
            "e": a_fact(value="2", subject="E"),
            "siege": an_event("A siege", at=f"{OLD}..", tags=["event"]),
            "f": a_fact(value="5", place="North", subject="Y", tags=["piece"]),
            "g": a_fact(value="6", place="South", subject="Y", tags=["piece"]),
            "own": a_fact(place="Own", subject="O"),
            "point": a_fact(place="Point", lat="48.5", lon="10.5", subject="Y"),
        },
        blocks=[
            {"text": "# H\n\n*e* **s** `c`\\\n[l](https://example.org)\n\n- a\n- b\n\n1. c\n\n> q {{ fact('a') }}"},
            {"facts": {}},
            {"key_figures": ["a", {"fact": "losses", "sparkline": "true"}]},
            {"table": {"facts": {}, "title": "T"}},
            {
                "table": {
                    "facts": {"ids": ["d", "e"]},
                    "columns": ["subject", {"head": "H", "columns": ["value", "said_by"]}],
                    "total": "true",
                }
            },
            {"chart": {"kind": "line", "title": "T", "series": ["losses"], "events": {"tag": "event"}}},
            {"chart": {"kind": "range", "title": "T", "facts": {"ids": ["a", "c"]}, "group": "subject"}},
            {"chart": {"kind": "slope", "title": "T", "series": ["losses"], "then": "2022-04-08"}},
            {"chart": {"kind": "heat", "title": "T", "facts": {"ids": ["a", "c"]}, "by": "subject", "split": "as_of"}},
            {"chart": {"kind": "strip", "title": "T", "facts": {"tag": "event"}, "group": "place"}},
            {"chart": {"kind": "waffle", "title": "T", "facts": {"ids": ["losses"]}, "of": "losses", "icons": "true"}},
            {"chart": {"kind": "area", "title": "T", "series": ["losses"], "stacked": "true"}},
            {
                "chart": {
                    "kind": "bar",
                    "title": "T",
                    "facts": {"tag": "piece"},
                    "by": "subject",
                    "split": "place",
                    "stacked": "true",
                }
            },
            {"chart": {"kind": "map", "title": "T", "facts": {"ids": ["own", "point"]}}},
            {"timeline": {"ids": ["a", "b"]}},
            {"callout": {"text": "x"}},
            {"sources": "Words."},
        ],
        feeds=[a_feed()],
        files={
            "t.csv": f"date,n\n2022-04-08,5\n{TODAY},7\n",
            "own.json": json.dumps({"type": "FeatureCollection", "features": [own]}),
        },
    )


def test_an_edition_as_data_follows_its_schema(tmp_path):
    """briefing.json of an edition with every kind of block is valid, and one with a strange key is not."""
    eve = PastEdition(DAY - dt.timedelta(1), 1, "", Printed({}, {}))  # so that everything is new
    made = composed(everything(tmp_path), past=Past(eve))
    assert made.diagnostics == ()
    tree = json.loads(edition_data(made.edition, made.evidence))
    assert wrong("edition", tree) == []
    kinds = {node["type"] for node in nodes(tree)}
    defined = {one["properties"]["type"]["const"] for one in schema("edition")["$defs"].values()}
    assert defined <= kinds
    tree["facts"][0]["strange"] = 1
    del tree["sources"][0]["number"]
    assert wrong("edition", tree) == ["facts/0", "sources/0"]


def nodes(tree):
    """Every object of a tree that says what it is."""
    if isinstance(tree, dict):
        if "type" in tree:
            yield tree
        for one in tree.values():
            yield from nodes(one)
    elif isinstance(tree, list):
        for one in tree:
            yield from nodes(one)
