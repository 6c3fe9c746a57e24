"""What changed: every kind of difference, and a figure for it only where the two can be compared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.changes import by_how_much, compare, paired
from briefing.edition import Table, walk
from briefing.facts import FACT, SOURCE
from briefing.formats import Formatter
from briefing.value import parse
from briefing.versions import Past, PastEdition, Printed, Version
from tests.builders import DAY, a_fact, a_project, composed, said, written

EVE = dt.date(2022, 4, 8)
MEASURED = {"label": "Soldiers killed", "unit": "soldiers", "measure": "cumulative", "since": dt.date(2022, 2, 24)}


def version(name: str = "a", *, beside: dict[str, Any] | None = None, **fields: Any) -> Version:
    """A fact as an edition knew it."""
    entry = {"indicator": "killed", "subject": "Russia", "said_by": "NATO", "value": "1300", "as_of": "2022-04-08"}
    fact = FACT.validate_python({**entry, "id": name, "file": "", "sources": ["nato"], **fields})
    return Version(fact, **{**MEASURED, **(beside or {})})


def changed(before: Version | None, now: Version | None, **options: Any) -> Any:
    """The one change between two editions that print one fact."""
    then = {before.fact.id: before} if before else {}
    (found,) = compare(then, {now.fact.id: now} if now else {}, **options)
    return found


LATER: dict[str, Any] = {"as_of": "2022-04-09"}


@pytest.mark.parametrize(
    ("kind", "before", "now"),
    [
        ("new", None, {}),
        ("updated", {}, {"value": "1640", **LATER}),
        ("corrected", {}, {"value": "1640"}),
        ("confirmed", {}, LATER),
        ("confirmed", {}, {"status": "confirmed"}),
        ("confirmed", {"status": "unverified"}, {"status": "corroborated", **LATER}),
        ("amended", {"status": "confirmed"}, {"status": "disputed"}),
        ("amended", {"status": "confirmed"}, {"status": "disputed", **LATER}),
        ("amended", {"claim": "It rained"}, {"claim": "It snowed"}),
        ("amended", {}, {"said_by": "Kyiv"}),
        ("amended", {}, {"said_by": "Kyiv", "value": "1640"}),
        ("amended", {}, {"beside": {"label": "Soldiers wounded"}, "value": "1640", **LATER}),
        ("amended", {}, {"beside": {"since": dt.date(2014, 2, 20)}, **LATER}),
        ("amended", {"claim": "{value} left"}, {"claim": "{value} came back", **LATER}),
        ("amended", {}, {"note": "Excludes children"}),
        ("updated", {"beside": {"measure": "incident"}}, {"beside": {"measure": "incident"}, **LATER}),
        ("withdrawn", {}, {"status": "retracted"}),
        ("dropped", {}, None),
    ],
)
def test_each_kind_of_change(kind, before, now):
    """A difference is of one kind; a later restatement confirms, a doubt never does."""
    then = version(**before) if before is not None else None
    assert changed(then, version(**now) if now is not None else None).kind == kind


def test_what_a_reader_does_not_see_is_no_change():
    """Tags, limits of freshness and notes of our own make no news; neither does the same fact."""
    assert compare({"a": version()}, {"a": version()}) == ()
    assert compare({"a": version()}, {"a": version(tags=["x"], max_age="2 days", correction="why")}) == ()


def test_a_retracted_fact_is_withdrawn_although_it_is_not_printed():
    """A fact that the files now call retracted is withdrawn, not silently no longer carried."""
    gone = version(status="retracted")
    assert changed(version(), None, around=[gone.fact]).kind == "withdrawn"
    assert changed(version(), None, around=[version().fact]).kind == "dropped"


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        ("1300", "1640", "+340 since 8 April 2022"),
        ("1640", "1300", "−340 since 8 April 2022"),
        ("7000..15000", "8000..15000", "−7,000 to +8,000 since 8 April 2022"),
        ("1300", "1300..1400", "0 to +100 since 8 April 2022"),
        ("0.25", "1.5", "+1.25 since 8 April 2022"),
    ],
)
def test_a_difference_names_its_window(before, now, text):
    """Never a bare "+340": the moment of the earlier figure stands with it, and ranges stay ranges."""
    change = changed(version(value=before), version(value=now, **LATER))
    assert by_how_much(change, Formatter("en")) == text


@pytest.mark.parametrize(
    ("why", "before", "now"),
    [
        ("approximate", {"value": "~1300"}, {}),
        ("approximate", {}, {"value": "~1640"}),
        ("open", {"value": ">1300"}, {}),
        ("open", {}, {"value": "<=1640"}),
        ("indicator", {"indicator": "wounded"}, {}),
        ("subject", {"subject": "Ukraine"}, {}),
        ("place", {"place": "Kyiv"}, {}),
        ("asserter", {"said_by": "Kyiv"}, {}),
        ("unit", {"beside": {"unit": "people"}}, {}),
        ("measure", {"beside": {"measure": "stock"}}, {}),
        ("since", {"beside": {"since": dt.date(2014, 2, 20)}}, {}),
        ("undated", {"as_of": None}, {}),
        ("backwards", {"as_of": "2022-04-10"}, {}),
    ],
)
def test_what_cannot_be_compared_gets_no_difference(why, before, now):
    """Another asserter, measure, baseline or subject, a bound or an approximation: the reason stands there instead."""
    change = changed(version(**before), version(**{"value": "1640", **LATER, **now}))
    assert (change.delta, change.why_not) == (None, why)
    assert by_how_much(change, Formatter("en")).startswith("no difference is given: ")


def test_counts_of_two_periods_are_not_subtracted():
    """A count in a period is no running total."""
    change = changed(
        version(beside={"measure": "incident"}), version(value="9", beside={"measure": "incident"}, **LATER)
    )
    assert (change.delta, change.why_not) == (None, "period")


def test_a_figure_under_a_new_id_is_the_same_figure():
    """Authors who name a fact by its day still see it updated: by what it supersedes, or by being the only one."""
    before, now = version("day-8"), version("day-9", value="1640", **LATER)
    assert changed(before, now).kind == "updated"
    one, two = version("x", said_by="Kyiv"), version("y", said_by="AP", supersedes="x")
    assert paired({"x": one}, {"y": two}) == {"y": one}
    rivals = {"b": version("b"), "c": version("c", place=None)}
    assert paired({"a": before}, rivals) == {}  # either could be the one


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_the_difference_leads_from_the_one_to_the_other(then, now):
    """Before and difference give after, whatever the figures."""
    change = changed(version(value=str(then)), version(value=str(now), **LATER))
    if then == now:
        assert change.kind == "confirmed"
    else:
        assert parse(str(then)) + change.delta == parse(str(now))


# In an edition.


def past(*facts: Version, day: dt.date = EVE, revision: int = 1) -> PastEdition:
    """An edition of the day before."""
    source = SOURCE.validate_python({"id": "nato", "file": "", "title": "Old estimate", "published": "2022-03-24"})
    return PastEdition(day, revision, "", Printed({one.fact.id: one for one in facts}, {"nato": source}))


BLOCKS = [{"key_figures": ["a"]}, {"facts": {}}, {"changes": {}}]
KILLED = {"killed": {"label": "Soldiers killed", "unit": "soldiers", "measure": "cumulative", "since": "2022-02-24"}}
NOW = a_fact(indicator="killed", subject="Russia", said_by="NATO", value="1640", as_of="2022-04-09", claim=None)


def project(folder, fact=NOW, blocks=BLOCKS, **more):
    """A project that prints one figure of NATO's and what has changed."""
    return a_project(
        folder, facts={"a": {k: v for k, v in fact.items() if v}}, indicators=KILLED, blocks=blocks, **more
    )


def test_a_figure_carries_its_change_beside_it_and_in_the_block(tmp_path):
    """Key figures, sentences and the block say the same: old and new figure, and the difference with its window."""
    text = written(composed(project(tmp_path), past=Past(past(version()))).edition)
    assert "NATO; +340 since 8 Apr 2022" in text
    assert "Soldiers killed, Russia: 1,640\N{NO-BREAK SPACE}soldiers.[1] (+340 since 8 Apr 2022)" in text
    assert "Compared with the edition of 8 April 2022." in text
    assert "1,300" in text


@pytest.mark.parametrize(("value", "right"), [("1300", True), ("~1300", False)])
def test_differences_stand_below_their_head_as_figures_do(tmp_path, value, right):
    """A column of differences alone is one of figures; where one says why there is none, it is one of words."""
    made = composed(project(tmp_path), past=Past(past(version(value=value)))).edition
    (table,) = (one for one in walk(made.sections) if isinstance(one, Table))
    assert {column.id: column.numeric for column in table.columns}["change"] is right


def test_without_marks_only_the_block_tells(tmp_path):
    """`marks: false` leaves figures and sentences as they are."""
    made = composed(project(tmp_path, config={"marks": "false"}), past=Past(past(version()))).edition
    assert written(made).count("+340 since 8 Apr 2022") == 1


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (Past(), "This is the first edition"),
        (Past(readable=False), "There is no comparison"),
        (
            Past(past(version(value="1640", as_of="2022-04-09"))),
            "Nothing has changed since the edition of 8 April 2022.",
        ),
    ],
)
def test_without_a_difference_the_block_says_so(tmp_path, before, words):
    """The first edition, unreadable books and a day without news each have their sentence."""
    config = project(tmp_path)
    assert said(config) == []
    assert words in written(composed(config, past=before).edition)


def test_the_figure_of_before_keeps_its_source(tmp_path):
    """An earlier figure that rests on another source is cited to it, although the facts file no longer has it."""
    gone = version("gone", indicator=None, claim="{value} tanks were seen", said_by="AP", value="7")
    made = composed(
        project(tmp_path, sources={"nato": {"title": "New", "published": "2022-04-09"}}), past=Past(past(gone))
    )
    text = written(made.edition)
    assert "No longer carried" in text
    assert "7 tanks were seen, 8 Apr 2022[2]" in text
    assert [one.source for one in made.edition.references] == ["nato", "nato--2022-04-08"]


def test_a_revision_says_what_it_corrects_and_why(tmp_path):
    """The notice stands before the first section: old figure, new figure, the reason; the dateline has the number."""
    fact = {**NOW, "correction": "NATO counted twice"}
    first = past(version(value="1650", as_of="2022-04-09"), day=DAY)
    made = composed(project(tmp_path, fact), past=Past(None, (first,)))
    assert (made.edition.revision, made.edition.revision_text) == (2, "Revision 2")
    assert made.diagnostics == ()
    (notice,) = made.edition.notice
    assert "What has changed since revision 1" in str(notice)
    assert "Reason: NATO counted twice" in str(notice)
    assert [(one.before, one.now, one.delta) for one in made.edition.corrections] == [("1650", "1640", "-10")]


def test_the_same_facts_are_no_revision(tmp_path):
    """A text that reads differently does not make a revision; neither does building once more."""
    same = past(version(value="1640", as_of="2022-04-09"), day=DAY)
    assert composed(project(tmp_path), past=Past(None, (same,))).edition.revision == 1


def test_a_mark_and_the_block_judge_alike(tmp_path):
    """An old fact that stays in the file, superseded or not, is the earlier version of the one that is printed."""
    for number, beside in enumerate(({"supersedes": "day-8"}, {})):
        facts = {
            "day-8": {k: v for k, v in NOW.items() if v} | {"value": "1300", "as_of": "2022-04-08"},
            "day-9": {k: v for k, v in NOW.items() if v} | beside,
        }
        blocks = [{"key_figures": ["day-9"]}, {"changes": {}}]
        config = a_project(tmp_path / str(number), facts=facts, indicators=KILLED, blocks=blocks)
        made = composed(config, past=Past(past(version("day-8"))))
        assert "NATO; +340 since 8 Apr 2022" in written(made.edition)
        assert [one.kind for one in made.edition.changes] == ["updated"]


def test_kinds_that_are_not_asked_for_are_not_denied(tmp_path):
    """A block of new facts alone does not say that nothing has changed when something else has."""
    made = composed(
        project(tmp_path, blocks=[{"facts": {}}, {"changes": {"kinds": "new"}}]), past=Past(past(version()))
    )
    assert "Nothing of this kind has changed" in written(made.edition)
    assert "Nothing has changed" not in written(made.edition)


def test_a_reason_counts_once(tmp_path):
    """What explained an earlier correction stays in the file and does not explain the next one."""
    first = past(version(value="1650", as_of="2022-04-09", correction="NATO counted twice"), day=DAY)
    made = composed(project(tmp_path, {**NOW, "correction": "NATO counted twice"}), past=Past(None, (first,)))
    assert [one.code for one in made.diagnostics] == ["unexplained-correction"]
    assert "No reason was given." in str(made.edition.notice)
    assert "counted twice" not in str(made.edition.notice)


def test_what_is_added_needs_no_reason(tmp_path):
    """A revision that only adds facts corrects nothing."""
    first = past(version("b", subject="Ukraine", value="5", as_of="2022-04-09", said_by="AP"), day=DAY)
    other = NOW | {"subject": "Ukraine", "value": "5", "said_by": "AP"}
    facts = {name: {k: v for k, v in one.items() if v} for name, one in (("a", NOW), ("b", other))}
    config = a_project(tmp_path, facts=facts, indicators=KILLED, blocks=[{"facts": {}}])
    made = composed(config, past=Past(None, (first,)))
    assert (made.edition.revision, made.diagnostics) == (2, ())
    assert "No reason" not in str(made.edition.notice)


def test_a_withdrawal_has_its_reason(tmp_path):
    """A fact that is withdrawn says why, although it is no longer printed."""
    gone = {k: v for k, v in NOW.items() if v} | {"status": "retracted", "correction": "It was a rumour"}
    config = a_project(
        tmp_path,
        facts={"a": gone, "b": a_fact(claim="It rained", value=None, indicator=None)},
        indicators=KILLED,
        blocks=[{"facts": {}}],
    )
    now = composed(config).evidence.facts["b"]
    first = past(version(value="1640", as_of="2022-04-09"), Version(now, "", "", None, None), day=DAY)
    made = composed(config, past=Past(None, (first,)))
    assert made.diagnostics == ()
    assert "It was a rumour" in str(made.edition.notice)
