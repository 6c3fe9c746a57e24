"""Validation: facts of all files together, and what is wrong between them."""

import gc

import pytest

from briefing.load import load
from briefing.validate import validate
from tests.builders import TODAY, a_fact, a_feed, a_project, a_series, a_source, an_event, said


def together(config):
    """The set of facts of a project, whatever is wrong with it."""
    loaded = load(config)
    assert loaded.config is not None
    return validate(loaded.config, "config.yaml", loaded.documents[1:], loaded.tables)[0]


def codes(config):
    """The codes of what is wrong."""
    return [text.partition("[")[2].partition("]")[0] for text in said(config)]


def test_files_are_one_set(tmp_path):
    """Facts, sources and indicators may stand in any file, and find one another."""
    config = a_project(
        tmp_path,
        facts="sources:\n  s: {title: T, retrieved: 2022-01-01}\n",
        files={
            "facts/a.yaml": f"facts:\n  f: {{indicator: i, value: 5, as_of: {TODAY}, sources: [s]}}\n",
            "facts/b.json": '{"indicators": {"i": {"label": "Killed"}}}',
        },
        config={"facts": ["facts/*"]},
    )
    assert said(config) == []
    facts = together(config)
    assert (list(facts.sources), list(facts.indicators), list(facts.facts)) == (["s"], ["i"], ["f"])


def test_facts_stand_in_the_order_of_the_files(tmp_path):
    """The order of files, and of facts in a file, is the order everywhere later."""
    config = a_project(
        tmp_path,
        facts={"z": an_event("x"), "a": an_event("y")},
        files={"facts/a.yaml": "facts:\n  m: {claim: x, waiver: w}\n"},
        feeds=[a_feed()],
    )
    (tmp_path / "t.csv").write_text(f"date,n\n{TODAY},5\n", encoding="utf-8")
    assert list(together(config).facts) == ["m", "z", "a"]


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("- a\n", "facts/war.yaml:1:1: error[wrong-type]: a facts file is a mapping"),
        ("just words\n", "facts/war.yaml:1:1: error[wrong-type]: a facts file is a mapping"),
        ("facts: [a]\n", "facts/war.yaml:1:8: error[wrong-type]: 'facts' is a mapping from ids to what they mean"),
        ("sources: x\n", "facts/war.yaml:1:10: error[wrong-type]: 'sources' is a mapping from ids to what they mean"),
        ("facts:\n  a: x\n", "facts/war.yaml:2:6: error[wrong-type]: 'a' needs a mapping of its fields"),
        ("indicatrs: {}\n", "facts/war.yaml:1:1: error[unknown-key]: 'indicatrs' is not a key of a facts file"),
        ("facts:\n  ../a: {claim: x}\n", "facts/war.yaml:2:9: error[bad-id]: '../a' is not an id"),
        (f"facts:\n  {'x' * 81}: {{claim: x}}\n", "facts/war.yaml:2:86: error[bad-id]"),
        ("facts:\n  київ: {claim: x}\n", "facts/war.yaml:2:9: error[bad-id]: 'київ' is not an id"),
    ],
)
def test_the_three_mappings_hold_records(tmp_path, text, said_of_it):
    """A facts file maps ids to records under three keys; anything else is told at its place."""
    (one,) = said(a_project(tmp_path, facts=text))
    assert one.startswith(said_of_it)


@pytest.mark.parametrize("mapping", ["sources", "indicators", "facts"])
def test_one_id_in_two_files_is_told_in_the_second(tmp_path, mapping):
    """An id is defined once; the later file is named with the earlier one."""
    record = {"sources": "title: T, published: 2022-01-01", "indicators": "label: L", "facts": "claim: x, waiver: w"}
    text = f"{mapping}:\n  one: {{{record[mapping]}}}\n"
    config = a_project(tmp_path, facts="facts: {}\n", files={"facts/a.yaml": text, "facts/b.yaml": text})
    (one,) = said(config)
    assert one.startswith(
        f"facts/b.yaml:2:8: error[duplicate-id]: the {mapping[:-1]} 'one' is defined in facts/a.yaml as well"
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"a": a_fact(sources=None)}, ["no-source"]),
        ({"a": a_fact(sources=[])}, ["no-source"]),
        ({"a": a_fact(sources=None, waiver="heard on the phone")}, []),
        ({"a": a_fact(sources=["nato", "nobody", "noone"])}, ["unknown-source", "unknown-source"]),
        ({"a": a_fact(sources=[{"source": "nobody", "locator": "p. 2"}])}, ["unknown-source"]),
        ({"a": a_fact(indicator="nothing")}, ["unknown-indicator"]),
        ({"a": a_fact(as_of=None)}, ["no-as-of"]),
        ({"a": a_fact(as_of=None, at=TODAY)}, ["no-as-of"]),
        ({"a": a_fact(claim=None)}, []),
        ({"a": a_fact(claim=None, indicator=None)}, ["nothing-said"]),
        ({"a": a_fact(claim=None, value=None)}, ["nothing-said"]),
        ({"a": a_fact(lat="50.45")}, ["missing-key"]),
        ({"a": a_fact(lat="50.45", lon="30.5")}, []),
        ({"a": a_fact(supersedes="nobody")}, ["unknown-fact"]),
        ({"a": a_fact(supersedes="b"), "b": a_fact()}, []),
        (
            {"a": a_fact(supersedes="b"), "b": a_fact(supersedes="c"), "c": a_fact(supersedes="a")},
            ["circular-claim"] * 3,
        ),
        ({"a": a_fact(supersedes="b"), "b": a_fact(supersedes="b")}, ["circular-claim"]),
    ],
)
def test_what_facts_have_to_be_together(tmp_path, facts, expected):
    """Every fact has a source or a reason, every figure a date, and every name somebody who bears it."""
    assert codes(a_project(tmp_path, facts=facts)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"published": "2022-01-01", "retrieved": None}, []),
        ({"published": None, "retrieved": "2022-01-01"}, []),
        ({"published": None, "retrieved": None}, ["undated-source"]),
    ],
)
def test_every_source_has_a_date(tmp_path, fields, expected):
    """No figure without a dated source: published, or at least retrieved."""
    assert codes(a_project(tmp_path, sources={"s": a_source(**fields)})) == expected


def test_a_fact_may_supersede_one_of_a_feed(tmp_path):
    """A correction by hand finds the row it corrects."""
    rows = a_feed(
        facts=[{"id": "row-{column:n}", "claim": "It happened", "sources": ["nato"], "at": {"column": "date"}}]
    )
    config = a_project(
        tmp_path,
        facts={"better": an_event("It did not happen", supersedes="row-5")},
        feeds=[rows],
        files={"t.csv": f"date,n\n{TODAY},5\n"},
    )
    assert said(config) == []


def test_a_claim_prints_the_latest_figure_of_a_series(tmp_path):
    """`{fact:ID}` may name a series as well."""
    config = a_project(
        tmp_path,
        facts={"a": an_event("Losses stand at {fact:losses}")},
        feeds=[a_feed(series=[a_series()])],
        files={"t.csv": f"date,n\n{TODAY},5\n"},
        blocks=[{"facts": {"ids": ["a"]}}],
    )
    assert said(config) == []


def test_checking_leaves_the_interpreter_as_it_was(tmp_path):
    """Checking may switch the garbage collector off for a while, and always puts it back."""
    config = a_project(tmp_path)
    assert gc.isenabled()
    together(config)
    assert gc.isenabled()
