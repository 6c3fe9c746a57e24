"""Facts, sources and indicators: what a facts file may say, field by field."""

import json
from decimal import Decimal

import pytest

from briefing.facts import FACT, INDICATOR, SOURCE, Placeholder, claim_parts
from briefing.fields import Moment, Period
from briefing.load import load
from briefing.validate import validate
from briefing.value import parse
from tests.builders import a_fact, a_facts_file, a_project, a_source, an_event, as_yaml, said

WHOLE = """\
sources:
  ap-nato:
    title: "NATO: 7,000 to 15,000 killed"
    publisher: Associated Press
    author: L. Cook
    url: https://example.org/nato?id=1&x=2
    published: 2022-03-24
    retrieved: 2022-04-09T08:30
    kind: news
    language: en-GB
    reliability: B
    origin: nato
    archived: {url: https://example.org/kept, at: 2022-04-09, sha256: SHA}
    note: An estimate.
indicators:
  killed:
    label: Soldiers killed
    unit: soldiers
    measure: cumulative
    since: 2022-02-24
    max_age: 7 days
    note: The killed alone.
facts:
  ru-killed:
    indicator: killed
    subject: Russia
    claim: "{said_by} puts {subject} {unit} killed near {place} at {value}, {as_of}; see {fact:old}"
    value: {low: 7000, high: 15000, best: 9000}
    as_of: 2022-03-24T14:30
    said_by: NATO
    sources: [ap-nato, {source: ap-nato, locator: para 2, quote: "between 7,000 and 15,000"}]
    status: corroborated
    credibility: 3
    place: Kyiv
    lat: 50.45
    lon: -30.5
    at: 2022-03-23..2022-03-24T12:00
    tags: [toll, war]
    marking: TLP:AMBER+STRICT
    note: A range.
    supersedes: old
    max_age: 30 days
    parts: [old]
    likelihood: very likely
    confidence: moderate
    correction: counted twice
  old:
    claim: An older one
    value: ">1.10"
    as_of: 2022-03-01
    waiver: heard on the phone
""".replace("SHA", "0123456789abcdef" * 4)


def taken(tmp_path, **project):
    """The facts of a project, which has nothing wrong with it."""
    loaded = load(a_project(tmp_path, **project))
    assert loaded.config is not None
    together, found = validate(loaded.config, "config.yaml", loaded.documents[1:], loaded.tables)
    assert not [*loaded.diagnostics, *found]
    return together


def test_every_field_of_a_facts_file_is_kept(tmp_path):
    """A source, an indicator and a fact keep every field that their format has."""
    together = taken(tmp_path, facts=WHOLE)
    source, indicator, fact = together.sources["ap-nato"], together.indicators["killed"], together.facts["ru-killed"]
    assert (source.title, source.publisher, source.author) == (
        "NATO: 7,000 to 15,000 killed",
        "Associated Press",
        "L. Cook",
    )
    assert (source.url, str(source.published), str(source.retrieved)) == (
        "https://example.org/nato?id=1&x=2",
        "2022-03-24",
        "2022-04-09T08:30",
    )
    assert (source.kind, source.language, source.reliability, source.origin) == ("news", "en-GB", "B", "nato")
    assert source.archived is not None
    assert (source.archived.url, str(source.archived.at)) == ("https://example.org/kept", "2022-04-09")
    assert source.archived.sha256 == "0123456789abcdef" * 4
    assert (indicator.label, indicator.unit, indicator.measure) == ("Soldiers killed", "soldiers", "cumulative")
    assert str(indicator.since) == "2022-02-24"
    assert (indicator.max_age, indicator.note) == ("7 days", "The killed alone.")
    assert (fact.indicator, fact.subject, fact.said_by, fact.place) == ("killed", "Russia", "NATO", "Kyiv")
    assert fact.value is not None
    assert (fact.value.low, fact.value.best, fact.value.high) == (7000, 9000, 15000)
    assert str(fact.as_of) == "2022-03-24T14:30"
    assert [(c.source, c.locator, c.quote) for c in fact.sources] == [
        ("ap-nato", None, None),
        ("ap-nato", "para 2", "between 7,000 and 15,000"),
    ]
    assert (fact.status, fact.credibility, fact.likelihood, fact.confidence) == (
        "corroborated",
        3,
        "very likely",
        "moderate",
    )
    assert (fact.lat, fact.lon) == (Decimal("50.45"), Decimal("-30.5"))
    assert fact.at == Period(Moment(parse_day("2022-03-23")), Moment(parse_day("2022-03-24"), "12:00"))
    assert (fact.tags, fact.marking, fact.note, fact.supersedes) == (
        ("toll", "war"),
        "TLP:AMBER+STRICT",
        "A range.",
        "old",
    )
    assert (fact.max_age, fact.parts, fact.correction) == ("30 days", ("old",), "counted twice")
    assert str(together.facts["old"].value) == ">1.10"
    assert together.facts["old"].waiver == "heard on the phone"


def parse_day(text):
    """A date."""
    from briefing.fields import day

    return day(text)


def test_no_field_is_forgotten_above():
    """The file of the test above fills every field there is."""
    tree = load_yaml(WHOLE)
    for mapping, adapter in (("sources", SOURCE), ("indicators", INDICATOR), ("facts", FACT)):
        fields = set(adapter.json_schema()["properties"]) - {"id", "file"}
        assert {key for record in tree[mapping].values() for key in record} == fields


def load_yaml(text):
    """A tree of texts."""
    import yaml

    return yaml.load(text, yaml.BaseLoader)  # noqa: S506  # this loader makes texts and nothing else


def test_json_says_the_same_as_yaml(tmp_path):
    """A facts file may be JSON of the same shape, and means the same."""
    tree = load_yaml(WHOLE)
    tree["facts"]["ru-killed"] |= {"lat": 50.45, "credibility": 3, "note": None}
    in_yaml = taken(tmp_path / "yaml", facts=WHOLE.replace("    note: A range.\n", ""))
    in_json = taken(
        tmp_path / "json",
        config={"facts": ["facts/war.json"]},
        files={"facts/war.json": json.dumps(tree, indent=1)},
    )

    def contents(together):
        return [
            {**{name: getattr(one, name) for name in one.__dataclass_fields__}, "file": ""}
            for mapping in (together.sources, together.indicators, together.facts)
            for one in mapping.values()
        ]

    assert contents(in_json) == contents(in_yaml)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("1.10", "1.10"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("2022-04-09", "2022-04-09"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ('"  two\n    words "', "two words"),
    ],
)
def test_yaml_says_nothing_about_types(tmp_path, typed, read):
    """Every scalar is read as the text that was typed: Norway stays NO, and a clock stays a clock."""
    together = taken(tmp_path, facts=f"facts:\n  a:\n    claim: x\n    waiver: w\n    place: {typed}\n")
    assert together.facts["a"].place == read


def test_an_empty_field_is_a_field_left_out(tmp_path):
    """A key without a value says nothing."""
    together = taken(tmp_path, facts="facts:\n  a:\n    claim: x\n    waiver: w\n    place:\n    note:\n")
    assert together.facts["a"].place is None


def test_a_single_source_or_tag_needs_no_list(tmp_path):
    """One source, or one tag, may stand without brackets."""
    together = taken(tmp_path, facts={"a": a_fact(sources="nato", tags="war")})
    assert [one.source for one in together.facts["a"].sources] == ["nato"]
    assert together.facts["a"].tags == ("war",)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-04-09", "2022-04-09"),
        ("2022-04-09T14:30", "2022-04-09T14:30"),
        ("2022-04-09 14:30", "2022-04-09T14:30"),
        ("2022-04-09T14:30:59", "2022-04-09T14:30"),
        ("2022-04-08T24:00", "2022-04-08T24:00"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_moment_is_a_date_or_a_time(tmp_path, written, read):
    """A figure holds on a date, or at a time of it in the briefing's own zone."""
    assert str(taken(tmp_path, facts={"a": a_fact(as_of=written)}).facts["a"].as_of) == read


WRONG = [
    ("status: reportd", "bad-choice", "'reportd' is not a choice for 'status'", "the choices are confirmed,"),
    (
        "status: maybe",
        "bad-choice",
        "'maybe' is not a choice for 'status'",
        "the choices are confirmed, corroborated, reported, unverified, disputed, retracted",
    ),
    ("marking: TLP:PURPLE", "bad-choice", "'TLP:PURPLE' is not a choice for 'marking'", "the choices are TLP:RED,"),
    ("likelihood: certain", "bad-choice", "'certain' is not a choice for 'likelihood'", "nearly certain"),
    (
        "confidence: hight",
        "bad-choice",
        "'hight' is not a choice for 'confidence'",
        "the choices are low, moderate, high",
    ),
    ("credibility: 7", "bad-number", "7 is outside 1 to 6", ""),
    ("credibility: 2.5", "bad-number", "'2.5' is not a whole number", ""),
    ("credibility: 02", "bad-number", "'02' is not a whole number", ""),
    ("lat: 91", "bad-number", "91 is outside -90 to 90", ""),
    ("lon: 180.1", "bad-number", "180.1 is outside -180 to 180", ""),
    ("lat: 50,45", "bad-number", "'50,45' is not a number", ""),
    ("as_of: 2022-02-30", "bad-date", "there is no 2022-02-30", "write it as YYYY-MM-DD"),
    ("as_of: 9 April 2022", "bad-date", "'9 April 2022' is not a date or time", "write 2022-04-09"),
    ("as_of: 09.04.2022", "bad-date", "'09.04.2022' is not a date", "write it as YYYY-MM-DD"),
    ("as_of: 0022-04-09", "bad-date", "the year of '0022-04-09' is outside 1500 to 2200", "write it as YYYY-MM-DD"),
    ("as_of: 2022-04-09T25:00", "bad-date", "'2022-04-09T25:00' is not a date or time", "2022-04-09T14:30"),
    ("as_of: 2022-04-09T10:00Z", "bad-date", "is not a date or time", "carry no offset"),
    ("as_of: 2022-04-09T10:00+03:00", "bad-date", "is not a date or time", "carry no offset"),
    ("at: 2022-04-02..2022-04-01", "bad-date", "ends before it begins", "write 2022-04-01..2022-04-02"),
    ("value: {low: 5, high: 3}", "bad-value", "the low end 5 is above the high end 3", "write 3..5"),
    ("value: {low: 5}", "bad-value", "a value in parts needs both low and high", "write a bound as >=50 or <=50"),
    ("value: {low: 5, high: 6, mid: 5}", "unknown-key", "a value has no key 'mid'", "the keys are low, high and best"),
    ("value: [1, 2]", "wrong-type", "a value is a text such as ~1300, or {low: , high: , best: }", ""),
    ("value: 010", "bad-value", "'010' is not a value", "a leading zero is ambiguous; write 10"),
    ("value: 12:30", "bad-value", "'12:30' is not a value", "write 1300"),
    ("claim: [x]", "wrong-type", "a text is wanted here, not a list", ""),
    ("note: {a: b}", "wrong-type", "a text is wanted here, not a mapping", ""),
    ("tags: {a: b}", "wrong-type", "a list is wanted here, not a mapping", ""),
    ("indicator: two words", "bad-id", "'two words' is not an id", "use letters a-z and A-Z, digits"),
    ("sources: [{locator: p. 2}]", "missing-key", "the key 'source' is missing", "add source:"),
    ("sources: [{source: nato, page: 2}]", "unknown-key", "'page' is not a key here", ""),
    ("statu: reported", "unknown-key", "'statu' is not a key here in 'a'", "a similar name is 'status'"),
    ("id: b", "unknown-key", "'id' is not a key here in 'a'", ""),
    ("file: b", "unknown-key", "'file' is not a key here in 'a'", ""),
    (f"place: {'x' * 301}", "too-long", "this text has 301 characters; at most 300 are allowed", ""),
    (f"claim: {'x' * 2001}", "too-long", "this text has 2001 characters; at most 2000 are allowed", ""),
    (f"tags: [{', '.join('x' * 51)}]", "too-many", "'tags' needs at most 50, not 51", ""),
]


@pytest.mark.parametrize(("field", "code", "message", "hint"), WRONG, ids=[field[:30] for field, *_ in WRONG])
def test_a_field_that_is_wrong_is_named(tmp_path, field, code, message, hint):
    """What a field does not allow is said with its line, its code, the words that are wrong and a way out."""
    (text,) = said(a_project(tmp_path, facts=f"facts:\n  a:\n    waiver: w\n    {field}\n"))
    assert text.startswith("facts/war.yaml:4:")
    assert f"error[{code}]: " in text
    assert message in text
    assert hint in text.partition("\n  hint: ")[2]


@pytest.mark.parametrize(
    ("field", "code", "message"),
    [
        ("url: javascript:alert(1)", "bad-url", "is not an http, https or mailto address"),
        ("url: data:text/html,x", "bad-url", "is not an http, https or mailto address"),
        ("url: ftp://example.org/", "bad-url", "is not an http, https or mailto address"),
        ("url: //example.org/", "bad-url", "is not an http, https or mailto address"),
        ("url: www.example.org", "bad-url", "is not an http, https or mailto address"),
        ("url: HTTPS://example.org/", "bad-url", "is not an http, https or mailto address"),
        ("url: https://", "bad-url", "is not a whole address"),
        ("url: mailto:desk", "bad-url", "is not a whole address"),
        ("url: https://bank.example@evil.example/", "bad-url", "can pretend to be another site"),
        ("url: https://example.org/a b", "bad-url", "is not an address"),
        ("url: 'https://example.org/\"onload=x'", "bad-url", "is not an address"),
        ("url: https://[::1", "bad-url", "is not an address"),
        ("reliability: G", "bad-choice", "'G' is not a reliability"),
        ("kind: newspaper", "bad-choice", "'newspaper' is not a choice for 'kind'"),
        ("language: the english language", "bad-choice", "is not a language tag"),
        ("archived: {url: https://example.org/, sha256: abc}", "bad-choice", "'abc' does not fit 'sha256'"),
        ("archived: {at: 2022-01-01}", "missing-key", "the key 'url' is missing"),
    ],
)
def test_a_source_field_that_is_wrong_is_named(tmp_path, field, code, message):
    """Only http, https and mailto addresses of a source are taken, and only the letters and kinds there are."""
    facts = f"sources:\n  s:\n    title: T\n    published: 2022-01-01\n    {field}\nfacts: {{}}\n"
    (text,) = said(a_project(tmp_path, facts=facts))
    assert text.startswith("facts/war.yaml:5:")
    assert f"error[{code}]: " in text
    assert message in text


@pytest.mark.parametrize("url", ["http://example.org", "https://example.org/ä?q=1#x", "mailto:desk@example.org"])
def test_an_address_is_taken_as_given(tmp_path, url):
    """A whole http, https or mailto address is kept letter by letter."""
    assert taken(tmp_path, sources={"s": a_source(url=url)}).sources["s"].url == url


@pytest.mark.parametrize("age", ["36 hours", "1 day", "7 days", "2 weeks", "3 months", "1 year"])
def test_an_indicator_says_how_long_it_stays_fresh(tmp_path, age):
    """An age is a number and a unit of time in words."""
    indicators = {"x": {"label": "X", "max_age": age}}
    assert taken(tmp_path, indicators=indicators).indicators["x"].max_age == age


@pytest.mark.parametrize("age", ["7", "a week", "0 days", "-1 day", "7 fortnights"])
def test_an_age_that_is_none_is_refused(tmp_path, age):
    """An age without a unit, or with one nobody uses, is refused."""
    (text,) = said(a_project(tmp_path, indicators={"x": {"label": "X", "max_age": age}}))
    assert f"error[bad-value]: {age!r} is not an age" in text


# Claims.


def test_a_claim_knows_its_placeholders():
    """A claim is text with seven kinds of gaps; any other braces are text."""
    parts = claim_parts("{value} {unit} on {as_of}: {subject} {place} {said_by} {fact:a-1_b} {x} {{value}} {Value}")
    assert [p for p in parts if isinstance(p, Placeholder)] == [
        Placeholder("value"),
        Placeholder("unit"),
        Placeholder("as_of"),
        Placeholder("subject"),
        Placeholder("place"),
        Placeholder("said_by"),
        Placeholder("fact", "a-1_b"),
        Placeholder("value"),
    ]
    assert [p for p in parts if isinstance(p, str)][-2:] == [" {x} {", "} {Value}"]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("{valeu}", "a similar name is 'value'"),
        ("{Value}", "a similar name is 'value'"),
        ("{said by}", "a similar name is 'said_by'"),
        ("{asof}", "a similar name is 'as_of'"),
        ("{fact:two words}", "the id of a fact follows fact:"),
        ("{column:x}", "only the claim under facts: of a feed is filled from columns, row by row"),
    ],
)
def test_a_near_miss_of_a_placeholder_is_a_warning(tmp_path, typed, hint):
    """Braces that look like a misspelt placeholder are pointed out, and print as they stand."""
    (text,) = said(a_project(tmp_path, facts={"a": an_event(f"{typed} killed")}))
    assert f"warning[near-placeholder]: {typed!r} is no placeholder and is printed as it stands\n  hint: {hint}" in text


@pytest.mark.parametrize("typed", ["{}", "{a}", "{ not a placeholder }", "{{ 7*7 }}", "{1}", "$x$", "<b>", "[1]", "*"])
def test_other_braces_are_text(tmp_path, typed):
    """Braces that resemble nothing of ours are text like any other, and no reason to warn."""
    assert said(a_project(tmp_path, facts={"a": an_event(f"{typed} killed")})) == []


@pytest.mark.parametrize(
    ("claim", "typed"),
    [
        ("1300 soldiers were killed", "1300"),
        ("About 1,300 soldiers were killed", "1,300"),
        ("1 300 soldiers were killed", "1 300"),
        ("Some soldiers were killed (5).", "5"),
        ("Losses rose by 4.5%", "4.5"),
    ],
)
def test_a_figure_typed_beside_a_value_is_an_error(tmp_path, claim, typed):
    """A claim of a fact with a value cannot state a figure of its own: the two could come to disagree."""
    (text,) = said(a_project(tmp_path, facts={"a": a_fact(claim=claim)}))
    assert f"error[figure-typed]: the figure '{typed}' is typed in the claim of 'a', beside its value 1300" in text
    assert text.endswith("hint: write {value} for the figure and {as_of} for its date")


def test_a_figure_typed_beside_the_placeholder_is_a_warning(tmp_path):
    """Where the claim prints its value, a second figure may be a date, so it is only pointed out."""
    (text,) = said(a_project(tmp_path, facts={"a": a_fact(claim="{value} were killed on 24 February")}))
    assert "warning[figure-typed]: the figure '24' is typed" in text
    assert "{fact:ID} for another figure" in text


@pytest.mark.parametrize("claim", ["{value} in the G7", "{value} with COVID-19", "{value} were 19-year-olds"])
def test_digits_inside_a_name_are_no_figure(tmp_path, claim):
    """Digits that belong to a word do not count as a typed figure."""
    assert said(a_project(tmp_path, facts={"a": a_fact(claim=claim)})) == []


def test_a_claim_without_a_value_may_name_numbers(tmp_path):
    """Where no value can be contradicted, digits are words like others."""
    assert said(a_project(tmp_path, facts={"a": an_event("The 24th brigade took 3 villages")})) == []


@pytest.mark.parametrize(
    ("placeholder", "fields", "message", "hint"),
    [
        ("{value}", {"value": None}, "prints {value}, but it has none", "add value:"),
        ("{unit}", {"indicator": None}, "prints {unit}, but 'indicator' is missing", "add indicator:"),
        ("{as_of}", {"as_of": None, "value": None}, "prints {as_of}, but 'as_of' is missing", "add as_of:"),
        ("{subject}", {}, "prints {subject}, but 'subject' is missing", "add subject:"),
        ("{place}", {}, "prints {place}, but 'place' is missing", "add place:"),
        ("{said_by}", {"said_by": None}, "prints {said_by}, but 'said_by' is missing", "add said_by:"),
        ("{fact:b}", {}, "prints the value of 'b', which is not defined", ""),
        ("{fact:killd}", {}, "prints the value of 'killd', which is not defined", "a similar name is 'killed'"),
        ("{fact:event}", {}, "'event' has no value to print in the claim of 'a'", "name a fact with a value"),
    ],
)
def test_a_placeholder_without_its_field_is_named(tmp_path, placeholder, fields, message, hint):
    """A claim cannot print what its fact does not say."""
    facts = {
        "a": a_fact(claim=f"{placeholder} were killed", **fields),
        "killed": a_fact(),
        "event": an_event("It happened"),
    }
    (text,) = said(a_project(tmp_path, facts=facts))
    assert message in text
    assert hint in text


def test_the_builders_make_a_project_without_faults(tmp_path):
    """A fact that lacks nothing is taken without a word."""
    assert said(a_project(tmp_path)) == []
    assert as_yaml(load_yaml(a_facts_file())) == a_facts_file()
    assert parse("1300") == taken(tmp_path).facts["killed"].value
