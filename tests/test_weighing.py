"""What a figure weighs: its age, its origins, what stands against it, what cannot be."""

from __future__ import annotations

import pytest

from briefing.edition import plain
from briefing.weighing import origins, rivals, stale
from tests.builders import (
    DAY,
    OLD,
    TODAY,
    a_fact,
    a_feed,
    a_project,
    a_series,
    a_source,
    an_indicator,
    composed,
    said,
    written,
)

TEXT = {"text": 'NATO says {{ value("killed") }}.'}


def test_a_stale_figure_carries_its_age_in_words(tmp_path):
    """A figure older than its indicator allows is printed with its age wherever it stands."""
    blocks = [
        TEXT,
        {"facts": {"ids": "killed"}},
        {"key_figures": ["killed"]},
        {"table": {"facts": {"ids": "killed"}}},
        {"chart": {"kind": "bar", "title": "Losses", "facts": {"ids": "killed"}}},
    ]
    config = a_project(
        tmp_path,
        facts={"killed": a_fact(as_of=OLD)},
        indicators={"killed": an_indicator(max_age="7 days")},
        blocks=blocks,
    )
    made = composed(config)
    for block in made.blocks:
        assert "16 days old" in written_block(block), type(block).__name__


def written_block(block: object) -> str:
    """Everything a block says, its chart's labels among it."""
    return repr(block)


def test_a_figure_within_its_limit_is_not_stale(tmp_path):
    """A figure is fresh up to and including the last day it may have."""
    for limit, old in (("16 days", False), ("15 days", True), ("2 weeks", True), ("1 month", False)):
        config = a_project(
            tmp_path, facts={"killed": a_fact(as_of=OLD)}, indicators={"killed": an_indicator(max_age=limit)}
        )
        evidence = composed(config).evidence
        assert (stale(evidence.facts["killed"], evidence) is not None) is old, limit


def test_the_nearest_limit_counts(tmp_path):
    """A fact's own limit goes before its indicator's, and that before the briefing's."""
    facts = {"killed": a_fact(as_of=OLD), "own": a_fact(as_of=OLD, max_age="1 year"), "plain": a_fact(as_of=OLD)}
    facts["plain"]["indicator"] = "wounded"
    config = a_project(
        tmp_path,
        facts=facts,
        indicators={"killed": an_indicator(max_age="1 day"), "wounded": an_indicator()},
        config={"max_age": "2 days"},
    )
    evidence = composed(config).evidence
    assert stale(evidence.facts["killed"], evidence) == 16
    assert stale(evidence.facts["own"], evidence) is None
    assert stale(evidence.facts["plain"], evidence) == 16


def test_a_stale_figure_is_a_warning_that_strict_fails_on(tmp_path):
    """A stale figure that is printed is named with its age; one that is not printed is not."""
    config = a_project(
        tmp_path,
        facts={"killed": a_fact(as_of=OLD), "unused": a_fact(as_of=OLD)},
        indicators={"killed": an_indicator(max_age="7 days")},
        blocks=[TEXT],
    )
    found = [one for one in said(config) if "[stale]" in one]
    assert len(found) == 1
    assert "warning[stale]: 'killed' is 16 days old in this edition" in found[0]


def test_coverage_says_how_well_the_figures_are_founded(tmp_path):
    """The coverage block counts what the edition prints, wherever it stands itself."""
    facts = {
        "killed": a_fact(as_of=OLD),
        "two": a_fact(sources=["nato", "other"], said_by=None),
        "waived": a_fact(sources=None, waiver="told in the room"),
        "unused": a_fact(),
    }
    config = a_project(
        tmp_path,
        facts=facts,
        sources={"other": a_source(publisher="Reuters")},
        indicators={"killed": an_indicator(max_age="7 days")},
        blocks=["coverage", {"facts": {"ids": ["killed", "two", "waived"]}}],
    )
    text = written(composed(config).edition)
    assert (
        "3 figures; the oldest as of 24 March 2022; 1 older than they should be; 1 from a single origin; "
        "1 not attributed; 1 without a source." in text
    )


def test_two_sources_of_one_origin_do_not_count_as_two(tmp_path):
    """Sources with one origin are one, whoever published them."""
    config = a_project(
        tmp_path,
        facts={"killed": a_fact(sources=["a", "b"], credibility="1")},
        sources={"a": a_source(publisher="AP", origin="nato"), "b": a_source(publisher="AFP", origin="nato")},
    )
    made = composed(config)
    assert origins(made.evidence.facts["killed"], made.evidence) == {"nato"}
    assert any("lone-confirmation" in one for one in said(config))


def test_rival_figures_form_a_set_of_the_latest_of_each_asserter(tmp_path):
    """Figures of one thing by different asserters stand together; older ones of the same asserter do not."""
    facts = {
        "nato": a_fact(subject="Russia"),
        "kyiv-old": a_fact(subject="Russia", said_by="Kyiv", value="9", as_of=OLD),
        "kyiv": a_fact(subject="Russia", said_by="Kyiv", value="19100"),
        "gone": a_fact(subject="Russia", said_by="Tabloid", value="3", status="retracted"),
        "other": a_fact(subject="Ukraine", said_by="Moscow", value="7"),
    }
    evidence = composed(a_project(tmp_path, facts=facts)).evidence
    assert [[fact.id for fact in group.facts] for group in rivals(evidence)] == [["nato", "kyiv"]]


def test_figures_that_agree_are_no_rivals(tmp_path):
    """Two asserters with one figure do not conflict."""
    facts = {"nato": a_fact(), "kyiv": a_fact(said_by="Kyiv")}
    assert list(rivals(composed(a_project(tmp_path, facts=facts)).evidence)) == []


def test_a_contradicted_figure_is_not_picked_in_silence(tmp_path):
    """A figure that others contradict needs its asserter beside it in the same block."""
    facts = {"killed": a_fact(), "kyiv": a_fact(said_by="Kyiv", value="19100")}
    silent = a_project(tmp_path / "a", facts=facts, blocks=[{"text": 'Losses are {{ value("killed") }}.'}])
    assert any(
        "warning[silent-choice]: 'killed' is printed without its asserter 'NATO'; others differ: Kyiv (19100)" in one
        for one in said(silent)
    )
    named = a_project(tmp_path / "b", facts=facts, blocks=[TEXT, {"key_figures": ["killed"]}])
    assert not any("silent-choice" in one for one in said(named))


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"claim": "It is confirmed that {value} died", "status": "reported"}, "strong-verb"),
        ({"claim": "With moderate confidence it is likely that {value} died"}, "likelihood-and-confidence"),
        ({"as_of": "2022-04-09", "sources": ["early"]}, "as-of-after-published"),
        ({"indicator": "share", "value": "101"}, "over-hundred"),
        ({"value": "10", "parts": ["one", "two"]}, "parts-total"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, fact, code):
    """Each thing that cannot be has a code of its own."""
    facts = {"killed": a_fact(**fact), "one": a_fact(value="4"), "two": a_fact(value="5")}
    config = a_project(
        tmp_path,
        facts=facts,
        sources={"early": a_source(published=OLD)},
        indicators={"share": an_indicator(unit="%")},
    )
    assert any(f"warning[{code}]" in one and "killed" in one for one in said(config))


@pytest.mark.parametrize(
    "fact",
    [
        {"claim": "It is confirmed that {value} died", "status": "confirmed"},
        {"claim": "It is likely that {value} died. We say so with moderate confidence"},
        {"as_of": OLD},
        {"indicator": "share", "value": "100"},
        {"value": "8..10", "parts": ["one", "two"]},
        {"value": "~12", "parts": ["one", "two"]},
        {"claim": "An unlikely improvement, provincial and unproductive, took {value}"},
    ],
)
def test_what_can_be_is_not_called_wrong(tmp_path, fact):
    """Look-alikes of what cannot be pass without a word."""
    facts = {"killed": a_fact(**fact), "one": a_fact(value="4"), "two": a_fact(value="5")}
    config = a_project(tmp_path, facts=facts, indicators={"share": an_indicator(unit="%")})
    assert said(config) == []


def test_the_two_rows_of_likelihood_are_not_mixed(tmp_path):
    """ICD 203 has two rows of terms; a briefing keeps to one."""
    facts = {"a": a_fact(likelihood="likely"), "b": a_fact(likelihood="probable")}
    assert any("mixed-likelihood" in one for one in said(a_project(tmp_path, facts=facts)))
    facts["b"]["likelihood"] = "very likely"
    assert said(a_project(tmp_path, facts=facts)) == []


def test_a_running_total_does_not_fall_without_a_reason(tmp_path):
    """A fall in a cumulative series is named with its row, unless the feed gives the reason."""
    files = {"t.csv": "date,n\n2022-04-07,300\n2022-04-08,290\n2022-04-09,310\n"}
    indicators = {"killed": an_indicator(measure="cumulative")}
    config = a_project(tmp_path / "a", feeds=[a_feed()], files=files, indicators=indicators, facts={})
    assert any(
        "t.csv:3: warning[total-falls]: the running total 'losses' falls from 300 to 290 on 2022-04-08" in one
        for one in said(config)
    )
    feed = a_feed(series=[a_series(revisions={"2022-04-08": "double counting removed"})])
    config = a_project(tmp_path / "b", feeds=[feed], files=files, indicators=indicators, facts={})
    assert said(config) == []


def test_a_level_may_fall(tmp_path):
    """A stock goes up and down."""
    files = {"t.csv": "date,n\n2022-04-07,300\n2022-04-08,290\n"}
    config = a_project(
        tmp_path, feeds=[a_feed()], files=files, facts={}, indicators={"killed": an_indicator(measure="stock")}
    )
    assert said(config) == []


def test_a_digit_too_many_is_seen(tmp_path):
    """A figure ten times its neighbour is named with its row; small counts may do what they like."""
    files = {"t.csv": "date,n\n2022-04-07,1300\n2022-04-08,13100\n", "u.csv": "date,n\n2022-04-07,2\n2022-04-08,40\n"}
    config = a_project(
        tmp_path, feeds=[a_feed(), a_feed("u.csv", series=[a_series(id="small")])], files=files, facts={}
    )
    assert [one.partition(" jumps")[0] for one in said(config)] == ["t.csv:3: warning[series-jumps]: 'losses'"]


def test_a_reason_needs_a_real_date(tmp_path):
    """A date under revisions that is none is refused with its place."""
    files = {"t.csv": f"date,n\n{TODAY},300\n"}
    feed = a_feed(series=[a_series(revisions={"2022-02-30": "why"})])
    assert any("error[bad-date]" in one for one in said(a_project(tmp_path, feeds=[feed], files=files), DAY))


# Side by side.


def conflicting(folder, *facts, **block):
    """A project with figures of one indicator and the block that shows those that contradict each other."""
    made = {
        f"f{n}": a_fact(indicator="killed", subject="Russia", said_by=who, value=value) for n, (who, value) in facts
    }
    return a_project(folder, facts=made, indicators=KILLED, blocks=[{"conflicts": block}])


KILLED = {"killed": {"label": "Soldiers killed", "unit": "soldiers"}}


def test_figures_that_contradict_each_other_stand_side_by_side(tmp_path):
    """A range chart and a table hold every account with its asserter and its note, and no figure that nobody gave."""
    accounts = enumerate((("NATO", "7000..15000"), ("Russia", "1351"), ("Ukraine", "~19000")))
    made = composed(conflicting(tmp_path, *accounts))
    assert made.codes == []
    chart, table = made.blocks
    assert [(row.label, row.text) for row in chart.spec.rows] == [
        ("NATO", "7,000 to 15,000"),
        ("Russia", "1,351"),
        ("Ukraine", "about 19,000"),
    ]
    assert plain(chart.title) == "Soldiers killed, Russia: the accounts differ"
    assert [plain(row.cells[0]) for row in table.rows] == ["NATO", "Russia", "Ukraine"]
    assert "11,000" not in written(made.edition)


def test_where_nobody_contradicts_there_is_a_sentence_or_a_diagnostic(tmp_path):
    """Two that say the same are no conflict; the author has words for that, or is told."""
    agreed = tuple(enumerate((("NATO", "7000"), ("Russia", "7000"))))
    (sentence,) = said(conflicting(tmp_path / "a", *agreed))
    assert sentence.endswith(
        ": error[empty-selection]: no two asserters contradict each other here\n"
        "  hint: take the block out, or add if_empty: with a sentence to print instead"
    )
    assert written(composed(conflicting(tmp_path / "b", *agreed, if_empty="All agree.")).edition) == "All agree."
