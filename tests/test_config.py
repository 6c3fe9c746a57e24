"""The configuration: every key with its type and default, blocks as people write them, and the day counter."""

import datetime as dt

import pytest
from pydantic import BaseModel

from briefing.config import Config, DayCounter, edition_day
from briefing.config.blocks import BLOCKS
from briefing.config.fields import FORMATS
from briefing.load import load
from tests.builders import DAY, a_project, composed, said

SMALLEST = {"title": "Ukraine", "sections": [{"title": "S", "blocks": ["sources"]}]}


def config_of(folder, config):
    """The config of a project without faults."""
    loaded = load(a_project(folder, config=config))
    assert not loaded.diagnostics
    assert loaded.config is not None
    return loaded.config


def test_a_title_and_a_section_are_enough(tmp_path):
    """Everything but the title and the sections has a default."""
    config = config_of(tmp_path, SMALLEST)
    assert (config.id, config.language, config.timezone, config.paper) == ("ukraine", "en", "UTC", "A4")
    assert (config.formats, config.facts, config.theme) == (FORMATS, ("facts/*.yaml",), "default")
    assert (config.date, config.day, config.marking, config.feeds) == (None, None, None, ())


@pytest.mark.parametrize(
    ("title", "name"),
    [("Flood on the Wend!", "flood-on-the-wend"), ("Україна", "briefing"), ("a" * 80, "a" * 60), ("--", "briefing")],
)
def test_the_folder_is_named_by_the_title(tmp_path, title, name):
    """The id of a briefing is made from its title, and is a plain name in any case."""
    assert config_of(tmp_path, {**SMALLEST, "title": title}).id == name


def test_every_key_is_explained():
    """Each key of the config and of its blocks has a sentence, of which the reference is made."""
    models: list[type[BaseModel]] = [Config]
    seen: set[type[BaseModel]] = set()
    while models:
        model = models.pop()
        seen.add(model)
        assert model.__doc__
        for name, field in model.model_fields.items():
            if name != "block":
                assert field.description is not None, f"{model.__name__}.{name}"
                assert field.description.endswith((".", "?")), f"{model.__name__}.{name}"
            models += [one for one in models_in(field.annotation) if one not in seen]
    assert set(BLOCKS.values()) <= seen


def models_in(annotation):
    """The models that stand in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from models_in(part)


@pytest.mark.parametrize(
    ("line", "said_of_it"),
    [
        (
            "titel: x",
            "config.yaml:1:1: error[unknown-key]: 'titel' is not a key here\n  hint: a similar name is 'title'",
        ),
        ("language: english", "config.yaml:1:11: error[bad-choice]: 'english' is not a language tag"),
        ("timezone: Kyiv", "config.yaml:1:11: error[bad-choice]: 'Kyiv' is not a time zone\n  hint: write a name of"),
        ("timezone: ../../etc/passwd", "config.yaml:1:11: error[bad-choice]"),
        ("date: 2022-13-01", "config.yaml:1:7: error[bad-date]: there is no 2022-13-01"),
        ("date: today", "config.yaml:1:7: error[bad-date]: 'today' is not a date"),
        (
            "day: {label: Day}",
            "config.yaml:1:6: error[missing-key]: the key 'from' is missing in 'day'\n  hint: add from:",
        ),
        ("day: {from: 2022-02-24, first: 2}", "config.yaml:1:32: error[bad-number]: 2 is outside 0 to 1"),
        ("formats: [pdf, doc]", "config.yaml:1:16: error[bad-choice]: 'doc' is not a choice"),
        (
            "paper: A5",
            "config.yaml:1:8: error[bad-choice]: 'A5' is not a choice for 'paper'\n  hint: the choices are A4,",
        ),
        ("marking: SECRET", "config.yaml:1:10: error[bad-choice]: 'SECRET' is not a choice for 'marking'"),
        ("limits: {seconds: 0}", "config.yaml:1:19: error[bad-number]: 0 is outside 1 to 3600"),
        ("limits: {memory: 5}", "config.yaml:1:10: error[unknown-key]: 'memory' is not a key here in 'limits'"),
        ("briefing: ../up", "config.yaml:1:11: error[bad-id]: '../up' is not an id"),
        ("fonts: ['']", "config.yaml:1:9: error[bad-path]: '' is not a path of a file here"),
        ("facts: {a: b}", "config.yaml:1:8: error[wrong-type]: a list is wanted here, not a mapping"),
        ("feeds: [{series: []}]", "config.yaml:1:9: error[missing-key]: the key 'file' is missing"),
        (
            "feeds: [{file: t.csv, format: xls}]",
            "config.yaml:1:31: error[bad-choice]: 'xls' is not a choice for 'format'",
        ),
        ("feeds: [{file: t.csv, numbers: {decimal: ;}}]", "config.yaml:1:42: error[bad-choice]: ';' does not fit"),
        ("feeds: [{file: t.csv, footnote_marks: keep}]", "config.yaml:1:39: error[bad-choice]: 'keep' is not a choice"),
    ],
)
def test_a_key_that_is_wrong_is_named(tmp_path, line, said_of_it):
    """What a key does not allow is said with its place and the choices there are."""
    config = f"{line}\ntitle: T\nsections: [{{title: S, blocks: [sources]}}]\n"
    (text,) = said(a_project(tmp_path, config=config))
    assert text.startswith(said_of_it)


@pytest.mark.parametrize(
    ("block", "said_of_it"),
    [
        (
            "{tabel: {}}",
            "error[bad-choice]: 'tabel' is not a kind of block\n  hint: the kinds are text, facts, key_figures,",
        ),
        ("{text: x, title: y}", "error[wrong-type]: a block is one key that names its kind"),
        ("text", "error[wrong-type]: a text is wanted here, not a mapping"),
        ("[x]", "error[wrong-type]: a block is one key that names its kind"),
        ("{timeline: x}", "error[wrong-type]: the block 'timeline' needs a mapping of its keys"),
        ("{facts: {block: text}}", "error[unknown-key]: a block has no key 'block'"),
        (
            "{facts: {tagg: x}}",
            "error[unknown-key]: 'tagg' is not a key here in 'facts'\n  hint: a similar name is 'tag'",
        ),
        (
            "{facts: {sort: colour}}",
            "error[bad-choice]: 'colour' does not fit 'sort'\n  hint: the choices are as_of, value,",
        ),
        ("{facts: {limit: 0}}", "error[bad-number]: 0 is outside 1 to 5000"),
        ("{facts: {status: maybe}}", "error[bad-choice]: 'maybe' is not a choice"),
        ("{table: {facts: {}, columns: [valu]}}", "error[bad-choice]: 'valu' is not a choice"),
        ("{table: {facts: {}, columns: []}}", "error[missing-key]: 'columns' needs at least 1, not 0"),
        ("{table: {columns: [value]}}", "error[missing-key]: the key 'facts' is missing in 'table'"),
        (
            "{chart: {kind: pie, title: t}}",
            "error[bad-choice]: 'pie' is not a kind of chart\n  hint: the kinds are area, bar,",
        ),
        ("{chart: {kind: bar}}", "error[missing-key]: the key 'title' is missing in 'chart'"),
        ("{chart: {kind: bar, title: t, height: 5}}", "error[bad-number]: 5 is outside 20 to 220"),
        ("{callout: {text: x, kind: warning}}", "error[bad-choice]: 'warning' is not a choice for 'kind'"),
        ("{key_figures: [{fact: killed, lable: x}]}", "error[unknown-key]: 'lable' is not a key here"),
        ("{key_figures: {items: [killed], sparkline: yes}}", "error[bad-choice]: 'yes' is neither true nor false"),
        ("{sources: {text: x, foo: y}}", "error[unknown-key]: 'foo' is not a key here in 'sources'"),
    ],
)
def test_a_block_that_is_wrong_is_named(tmp_path, block, said_of_it):
    """A block of no kind, with keys beside it or with a wrong body, is said in terms of what the author wrote."""
    config = f"title: T\nsections:\n  - title: S\n    blocks:\n      - {block}\n"
    (text,) = said(a_project(tmp_path, config=config))
    assert text.startswith("config.yaml:5:")
    assert said_of_it in text


@pytest.mark.parametrize(
    ("block", "hint"),
    [
        ("chart:\n    kind: bar\n    title: t", "indent kind, title below the name of their block by two more spaces"),
        ("table:\n    facts: {}\n    title: t", "indent facts, title below the name of their block by two more spaces"),
        ("facts: {}\n    sort: id", "indent sort below 'facts:' by two more spaces"),
    ],
)
def test_keys_beside_a_block_are_told_to_move(tmp_path, block, hint):
    """The most common slip in YAML, keys one level too far out, is recognised."""
    config = f"title: T\nsections:\n- title: S\n  blocks:\n  - {block}\n"
    (text,) = said(a_project(tmp_path, config=config))
    assert text.endswith(f"hint: {hint}")


def test_blocks_are_written_as_people_write_them(tmp_path):
    """`- sources`, `- sources: words`, a list of key figures and a plain text are blocks."""
    blocks = ["sources", {"sources": "Words."}, {"key_figures": ["killed"]}, {"text": "Text."}, {"facts": {}}]
    config = config_of(tmp_path, {"title": "T", "sections": [{"title": "S", "blocks": blocks}]})
    assert [block.block for block in config.sections[0].blocks] == [
        "sources",
        "sources",
        "key_figures",
        "text",
        "facts",
    ]


def test_a_section_has_at_least_its_list(tmp_path):
    """A briefing without sections has nothing to say."""
    (text,) = said(a_project(tmp_path, config="title: T\nsections: []\n"))
    assert text.startswith("config.yaml:2:11: error[missing-key]: 'sections' needs at least 1, not 0")


def test_all_mistakes_of_a_config_are_said_at_once(tmp_path):
    """One run names every wrong key of a config, in the order of its lines."""
    config = "title: T\npaper: A5\nlanguage: english\nsections:\n  - titel: S\n    blocks: [{tabel: {}}, {text: []}]\n"
    places = [text.partition("]")[0] for text in said(a_project(tmp_path, config=config))]
    assert places == [
        "config.yaml:2:8: error[bad-choice",
        "config.yaml:3:11: error[bad-choice",
        "config.yaml:5:5: error[missing-key",
        "config.yaml:5:5: error[unknown-key",
        "config.yaml:6:14: error[bad-choice",
        "config.yaml:6:34: error[wrong-type",
    ]


def test_a_checked_value_is_frozen(tmp_path):
    """Nobody changes the config once it is read."""
    config = config_of(tmp_path, SMALLEST)
    with pytest.raises(ValueError, match="frozen"):
        config.title = "other"


# Days.


@pytest.mark.parametrize(
    ("first", "when", "number"),
    [
        (1, "2022-02-24", 1),
        (1, "2022-04-09", 45),
        (0, "2022-02-24", 0),
        (0, "2022-04-09", 44),
        (1, "2022-02-23", None),
        (1, "2024-02-29", 736),
    ],
)
def test_days_are_counted_by_the_calendar(first, when, number):
    """Day 1 is the first date itself, or day 0 where the briefing counts the days gone by."""
    counter = DayCounter.model_validate({"from": "2022-02-24", "first": first})
    assert edition_day(counter, dt.date.fromisoformat(when)) == number
    assert edition_day(None, dt.date.fromisoformat(when)) is None


@pytest.mark.parametrize("change", ["2022-03-27", "2022-10-30"])
def test_a_day_of_another_length_counts_as_one(tmp_path, change):
    """When the clocks change, the next day is still the next number."""
    config = a_project(tmp_path, config={"timezone": "Europe/Kyiv", "day": {"label": "Day", "from": "2022-02-24"}})
    day = dt.date.fromisoformat(change)
    numbers = [int(composed(config, day + dt.timedelta(days=n)).edition.day.removeprefix("Day ")) for n in (-1, 0, 1)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_the_day_is_written_with_its_word(tmp_path):
    """The counter has the author's word, and is silent before it begins."""
    config = a_project(tmp_path, config={"day": {"label": "Tag", "from": "2022-02-24"}})
    assert composed(config, DAY).edition.day == "Tag 45"
    assert composed(config, dt.date(2022, 2, 23)).edition.day == ""
