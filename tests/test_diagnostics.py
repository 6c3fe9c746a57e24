"""Diagnostics: each code is provoked once here, and its text is what a user reads."""

from __future__ import annotations

import ast
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import briefing
from briefing.diagnostics import CODES, KEY, Diagnostic, Where, failed, located, near, printable, shown
from briefing.load.documents import document
from tests.builders import DAY, LATER, OLD, a_fact, a_feed, a_project, a_series, an_event, an_indicator, said

NOTHING = [{"facts": {"if_empty": "Nothing."}}]


@dataclass(frozen=True)
class Case:
    """A slip of the pen in a project, and what is said of it."""

    code: str
    project: dict[str, Any]
    text: str
    sparse: dict[str, int] = field(default_factory=dict)
    """Files that are nothing but long."""


def fact(line: str) -> dict[str, Any]:
    """A project with one fact in three lines, of which the last is given."""
    return {"facts": f"facts:\n  a:\n    {line}\n"}


def table(text: str | bytes, **feed: Any) -> dict[str, Any]:
    """A project with a table of the series `losses`."""
    return {"files": {"t.csv": text}, "feeds": [a_feed(**feed)]}


ON_MAPS = {"maps": {"disclaimer": "Nobody is of this opinion."}}


def a_map(facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A project with a map of its facts."""
    block = {"chart": {"kind": "map", "title": "T", "facts": {}}}
    return {"config": ON_MAPS, "facts": facts, "blocks": [block], **more}


CASES = [
    # reading a file
    Case(
        "file-missing",
        {"config": {"facts": ["facts/war.yaml", "facts/more.yaml"]}},
        "config.yaml:4:3: error[file-missing]: 'facts/more.yaml' cannot be read: No such file or directory",
    ),
    Case(
        "file-too-large",
        {},
        "config.yaml:1:1: error[file-too-large]: 'facts/big.yaml' has 65 MB; at most 64 MB are read\n"
        "  hint: split it, or filter it before the feed",
        sparse={"facts/big.yaml": 65 * 2**20},
    ),
    Case("file-empty", {"facts": " \n\n"}, "facts/war.yaml:1:1: error[file-empty]: this file is empty"),
    Case(
        "encoding",
        {"files": {"facts/more.yaml": "facts:\n  a: {claim: café}\n".encode("latin-1")}},
        "facts/more.yaml:2:17: error[encoding]: byte 0xe9 is not UTF-8\n"
        "  hint: the file may be Latin-1 or Windows-1252: save it as UTF-8",
    ),
    Case(
        "forbidden-character",
        fact("claim: left \u202e right"),
        "facts/war.yaml:3:17: error[forbidden-character]: the character U+202E is not allowed: it is invisible and can "
        "change what a reader sees\n"
        "  hint: delete it; the program keeps figures in order in right-to-left text by itself",
    ),
    Case(
        "syntax",
        fact("claim: NATO: 300 killed"),
        "facts/war.yaml:3:16: error[syntax]: this is not well-formed YAML: mapping values are not allowed in this "
        "context\n"
        "  hint: put a text that holds a colon in quotes, and check the indentation",
    ),
    Case(
        "duplicate-key",
        {"facts": "facts:\n  a: {claim: x, waiver: w}\n  a: {claim: y, waiver: w}\n"},
        "facts/war.yaml:3:3: error[duplicate-key]: the key 'a' stands twice in this mapping\n"
        "  hint: keep one of the two",
    ),
    Case(
        "yaml-feature",
        {"facts": "facts:\n  a: &first {claim: x, waiver: w}\n"},
        "facts/war.yaml:2:6: error[yaml-feature]: the anchor &first is not part of the facts format\n"
        "  hint: remove it, or put the text in quotes if & belongs to it",
    ),
    Case(
        "too-deep",
        {"facts": f"facts: {'[' * 60}{']' * 60}\n"},
        "facts/war.yaml:1:47: error[too-deep]: more than 40 mappings and lists in one another",
    ),
    Case(
        "too-long",
        {"facts": f"facts:\n  a:\n    claim: x\n    waiver: {'x' * 301}\n"},
        "facts/war.yaml:4:13: error[too-long]: this text has 301 characters; at most 300 are allowed",
    ),
    Case(
        "too-many",
        {"config": {"limits": {"facts": 1}}, "facts": {"a": a_fact(), "b": a_fact()}},
        "config.yaml:5:1: error[too-many]: this edition prints 2 facts; 1 are allowed\n"
        "  hint: select fewer, add limit: to the block, or raise limits: {facts: }",
    ),
    # one field
    Case(
        "missing-key",
        {"config": "title: Ukraine\n"},
        "config.yaml:1:1: error[missing-key]: the key 'sections' is missing\n  hint: add sections:",
    ),
    Case(
        "unknown-key",
        {"facts": "facts:\n  a:\n    claim: x\n    waver: w\n"},
        "facts/war.yaml:4:5: error[unknown-key]: 'waver' is not a key here in 'a'\n  hint: a similar name is 'waiver'",
    ),
    Case(
        "wrong-type",
        fact("claim: [x]"),
        "facts/war.yaml:3:12: error[wrong-type]: a text is wanted here, not a list",
    ),
    Case(
        "bad-value",
        fact("value: 1,300"),
        "facts/war.yaml:3:12: error[bad-value]: '1,300' is not a value\n"
        "  hint: write the digits without separators: 1300",
    ),
    Case(
        "bad-date",
        fact("as_of: 2022-02-30"),
        "facts/war.yaml:3:12: error[bad-date]: there is no 2022-02-30: day is out of range for month\n"
        "  hint: write it as YYYY-MM-DD, such as 2022-04-09",
    ),
    Case(
        "bad-id",
        {"facts": "facts:\n  a b:\n    claim: x\n    waiver: w\n"},
        "facts/war.yaml:3:5: error[bad-id]: 'a b' is not an id\n"
        "  hint: use letters a-z and A-Z, digits, hyphens and underscores, 80 characters at most",
    ),
    Case(
        "bad-url",
        {"facts": "sources:\n  s: {title: T, published: 2022-01-01, url: 'javascript:alert(1)'}\n"},
        "facts/war.yaml:2:45: error[bad-url]: 'javascript:alert(1)' is not an http, https or mailto address\n"
        "  hint: write the whole address, such as https://example.org/report",
    ),
    Case(
        "bad-address",
        {"config": {"mail": {"from": "the situation room"}}},
        "config.yaml:3:9: error[bad-address]: 'the situation room' is not an address of e-mail\n"
        "  hint: write sitroom@example.org, or Situation Room <sitroom@example.org>; "
        "a name with a comma goes in quotes",
    ),
    Case(
        "bad-choice",
        fact("status: reportd"),
        "facts/war.yaml:3:13: error[bad-choice]: 'reportd' is not a choice for 'status'\n"
        "  hint: the choices are confirmed, corroborated, reported, unverified, disputed, retracted",
    ),
    Case("bad-number", fact("lat: 91"), "facts/war.yaml:3:10: error[bad-number]: 91 is outside -90 to 90"),
    Case(
        "bad-path",
        {"config": {"facts": ["https://example.org/war.yaml"]}},
        "config.yaml:3:3: error[bad-path]: 'https://example.org/war.yaml' is not a path of a file here\n"
        "  hint: write a path beside the config, such as facts/war.yaml",
    ),
    # the look
    Case(
        "bad-colour",
        {"config": {"look": {"accent": "red"}}},
        "config.yaml:3:11: error[bad-colour]: 'red' is not a colour\n"
        "  hint: write it as six hexadecimal digits behind a #, in quotes, such as "
        '"#0a5fb4": a bare # begins a comment',
    ),
    Case(
        "low-contrast",
        {"config": {"look": {"accent": {"light": "#ffd500", "dark": "#ffd500"}}}},
        "config.yaml:4:5: error[low-contrast]: #ffd500 has a contrast of 1.3:1 to shaded boxes (light); "
        "4.5:1 is the least\n  hint: the nearest of its hue that can be read is #856e00",
    ),
    Case(
        "alike-colours",
        {"config": {"look": {"series": ["#0a5fb4", "#0a62b0"]}}},
        "config.yaml:5:5: warning[alike-colours]: #0a5fb4 of series 1 and #0a62b0 of series 2 look alike in full "
        "colour (light)\n  hint: make one of them lighter or darker, or name all six; {light: , dark: } sets both",
    ),
    Case(
        "bad-picture",
        {"config": {"publisher": "P", "look": {"logo": "logo.svg"}}, "files": {"logo.svg": "<svg/>"}},
        "config.yaml:4:9: error[bad-picture]: 'logo.svg' is no PNG, JPEG or WebP picture\n"
        "  hint: save it as PNG; an SVG can hold scripts and addresses, and is not taken",
    ),
    Case(
        "unknown-font",
        {"config": {"look": {"headings": "Source Sans"}}},
        "config.yaml:3:13: error[unknown-font]: no font of the family 'Source Sans' is among fonts: of the config\n"
        "  hint: put its files into a folder, and name the folder under fonts:; the families now are Source Sans 3, "
        "Source Serif 4",
    ),
    # facts together
    Case(
        "duplicate-id",
        {"files": {"facts/more.yaml": "facts:\n  killed: {claim: x, waiver: w}\n"}},
        "facts/war.yaml:12:5: error[duplicate-id]: the fact 'killed' is defined in facts/more.yaml as well\n"
        "  hint: rename or remove one of the two",
    ),
    Case(
        "unknown-source",
        {
            "facts": "sources:\n  ons-2025: {title: T, published: 2022-01-01}\n"
            "facts:\n  gdp: {claim: x, sources: [ons-2024]}\n"
        },
        "facts/war.yaml:4:29: error[unknown-source]: fact 'gdp' cites 'ons-2024', which is not defined\n"
        "  hint: a source with a similar name is 'ons-2025'",
    ),
    Case(
        "unknown-indicator",
        {"facts": {"a": a_fact(indicator="kiled")}},
        "facts/war.yaml:12:16: error[unknown-indicator]: fact 'a' names the indicator 'kiled', which is not defined\n"
        "  hint: an indicator with a similar name is 'killed'",
    ),
    Case(
        "unknown-fact",
        {"blocks": [{"key_figures": ["kiled"]}]},
        "config.yaml:6:7: error[unknown-fact]: there is no fact or series 'kiled'\n"
        "  hint: a fact with a similar name is 'killed'",
    ),
    Case(
        "unknown-series",
        {"blocks": [{"chart": {"kind": "line", "title": "T", "series": ["killed"]}}]},
        "config.yaml:9:9: error[unknown-series]: there is no series 'killed'\n"
        "  hint: this is a fact; a chart over time draws series, which feeds make",
    ),
    Case(
        "no-source",
        {"facts": "facts:\n  a:\n    claim: x\n"},
        "facts/war.yaml:3:5: error[no-source]: fact 'a' has no source\n"
        "  hint: add sources: [...], or waiver: with the reason why it stands without one",
    ),
    Case(
        "undated-source",
        {"facts": "sources:\n  s:\n    title: T\n"},
        "facts/war.yaml:3:5: error[undated-source]: source 's' has no date\n"
        "  hint: add published: or, where that is unknown, retrieved:",
    ),
    Case(
        "no-as-of",
        {"facts": "facts:\n  a: {claim: '{value} killed', value: 5, waiver: w}\n"},
        "facts/war.yaml:2:6: error[no-as-of]: fact 'a' has a value but does not say when it held\n"
        "  hint: add as_of: with the date at which the figure held",
    ),
    Case(
        "nothing-said",
        {"facts": "facts:\n  a: {waiver: w}\n"},
        "facts/war.yaml:2:6: error[nothing-said]: fact 'a' says nothing\n"
        "  hint: add claim:, or both indicator: and value:",
    ),
    Case(
        "no-value",
        {"facts": "facts:\n  a: {claim: '{value} killed', waiver: w}\n"},
        "facts/war.yaml:2:14: error[no-value]: the claim of 'a' prints {value}, but it has none\n  hint: add value:",
    ),
    Case(
        "figure-typed",
        {"facts": "facts:\n  a: {claim: 1300 killed, value: 1300, as_of: 2022-04-09, waiver: w}\n"},
        "facts/war.yaml:2:14: error[figure-typed]: the figure '1300' is typed in the claim of 'a', "
        "beside its value 1300\n"
        "  hint: write {value} for the figure and {as_of} for its date",
    ),
    Case(
        "near-placeholder",
        {"facts": "facts:\n  a: {claim: '{valeu} killed', waiver: w}\n"},
        "facts/war.yaml:2:14: warning[near-placeholder]: '{valeu}' is no placeholder and is printed as it stands\n"
        "  hint: a similar name is 'value'",
    ),
    Case(
        "circular-claim",
        {"facts": "facts:\n  a: {claim: x, supersedes: a, waiver: w}\n"},
        "facts/war.yaml:2:29: error[circular-claim]: 'a' supersedes itself in the end\n"
        "  hint: remove one supersedes: of the circle",
    ),
    # feeds
    Case(
        "unknown-column",
        table("date,nn\n2022-04-01,5\n"),
        "config.yaml:14:15: error[unknown-column]: 't.csv' has no column 'n'\n"
        "  hint: a column with a similar name is 'nn'",
    ),
    Case(
        "bad-row",
        table("date,n\n2022-04-01,5\n2022-04-02,1,300\n"),
        "t.csv:3: error[bad-row]: this row has 3 cells; the head names 2 columns\n"
        "  hint: a mark inside a cell may lack its quotes",
    ),
    Case(
        "ambiguous-number",
        table('date,n\n2022-04-01,"1,234"\n'),
        "t.csv:2:2: error[ambiguous-number]: column 'n': '1,234' can be read in two ways\n"
        '  hint: say how the table writes numbers: numbers: {thousands: ",", decimal: "."}',
    ),
    Case(
        "no-rows",
        table("date,n\n2022-04-01,n/a\n"),
        "config.yaml:5:5: error[no-rows]: no row of 't.csv' is left for the series 'losses'\n"
        "  hint: check the conditions under where:, and missing:",
    ),
    # what cannot be
    Case(
        "total-falls",
        {**table("date,n\n2022-04-08,7\n2022-04-09,5\n"), "indicators": {"killed": an_indicator(measure="cumulative")}},
        "t.csv:3: warning[total-falls]: the running total 'losses' falls from 7 to 5 on 2022-04-09\n"
        "  hint: say why under revisions: of the feed, or check the row",
    ),
    Case(
        "series-jumps",
        table("date,n\n2022-04-08,130\n2022-04-09,1300\n"),
        "t.csv:3: warning[series-jumps]: 'losses' jumps from 130 to 1300 on 2022-04-09\n"
        "  hint: check the row for a digit too many",
    ),
    Case(
        "parts-total",
        {"facts": {"a": a_fact(value="3", parts=["b", "c"]), "b": a_fact(value="1"), "c": a_fact(value="1")}},
        "facts/war.yaml:20:5: warning[parts-total]: the parts of 'a' make 2, but it is 3\n"
        "  hint: correct a figure, or add the part that is not known as a fact of its own",
    ),
    Case(
        "over-hundred",
        {
            "facts": "indicators:\n  share: {label: Share, unit: '%'}\n"
            "facts:\n  a: {indicator: share, value: 101, as_of: 2022-04-09, waiver: w}\n"
        },
        "facts/war.yaml:4:32: warning[over-hundred]: 'a' is 101 %, more than the whole\n"
        "  hint: correct the figure, or name a unit such as 'per cent of last year'",
    ),
    Case(
        "as-of-after-published",
        {
            "facts": "sources:\n  s: {title: T, published: 2022-04-01}\n"
            "facts:\n  a: {claim: x, as_of: 2022-04-02, sources: [s]}\n"
        },
        "facts/war.yaml:4:24: warning[as-of-after-published]: 'a' holds as of 2022-04-02, after its source was "
        "published on 2022-04-01\n  hint: correct one of the two dates",
    ),
    Case(
        "date-in-future",
        {"sources": {"nato": {"title": "AP", "published": "2022-04-12"}}, "facts": {"a": a_fact()}},
        "facts/war.yaml:17:5: warning[date-in-future]: 'a' rests on 'nato', published on 2022-04-12, after 2022-04-09\n"
        "  hint: correct the date of publication, or leave the fact to a later edition",
    ),
    Case(
        "lone-confirmation",
        {
            "facts": "sources:\n  s: {title: T, published: 2022-04-01}\n"
            "facts:\n  a: {claim: x, credibility: 1, sources: [s]}\n"
        },
        "facts/war.yaml:4:30: warning[lone-confirmation]: 'a' has credibility 1, but its sources have one origin\n"
        "  hint: credibility 1 needs another, independent source; 2 is 'probably true'",
    ),
    Case(
        "strong-verb",
        {"facts": "facts:\n  a: {claim: It is confirmed, waiver: w}\n"},
        "facts/war.yaml:2:14: warning[strong-verb]: the claim of 'a' says 'confirmed', but its status is 'reported'\n"
        "  hint: write 'says' or 'reports', or set status: confirmed",
    ),
    Case(
        "likelihood-and-confidence",
        {"facts": "facts:\n  a: {claim: 'It is likely, with low confidence', waiver: w}\n"},
        "facts/war.yaml:2:14: warning[likelihood-and-confidence]: the claim of 'a' gives a likelihood and a confidence "
        "in one sentence\n  hint: ICD 203 keeps them apart: make two sentences",
    ),
    Case(
        "mixed-likelihood",
        {
            "facts": "facts:\n  a: {claim: x, likelihood: likely, waiver: w}\n"
            "  b: {claim: y, likelihood: probable, waiver: w}\n"
        },
        "facts/war.yaml:3:29: warning[mixed-likelihood]: 'b' is 'probable' and 'a' 'likely': two scales\n"
        "  hint: ICD 203 has two rows of terms; keep to one",
    ),
    Case(
        "untrue-total",
        {
            "facts": {"a": a_fact(subject="X"), "b": a_fact(subject="Y", value="5", as_of=OLD)},
            "blocks": [{"table": {"facts": {}, "total": "true"}}],
        },
        "config.yaml:7:14: error[untrue-total]: a total would not be true: 'a' holds as of 2022-04-09, "
        "'b' holds as of 2022-03-24\n  hint: select facts of one date",
    ),
    Case(
        "silent-choice",
        {
            "facts": {"a": a_fact(), "b": a_fact(value="5", said_by="Ukraine")},
            "blocks": [{"text": "{{ value('a') }} killed."}],
        },
        "config.yaml:5:11: warning[silent-choice]: 'a' is printed without its asserter 'NATO'; "
        "others differ: Ukraine (5)\n  hint: name who states the figure",
    ),
    Case(
        "stale",
        {"facts": {"a": a_fact(as_of=OLD, max_age="7 days")}},
        "facts/war.yaml:15:12: warning[stale]: 'a' is 16 days old in this edition, more than it may be\n"
        "  hint: find a newer figure, or raise max_age:",
    ),
    # maps
    Case(
        "no-disclaimer",
        a_map({"a": a_fact(place="Ukraine")}, config={}),
        "config.yaml:6:7: error[no-disclaimer]: a map needs a disclaimer on its boundaries\n"
        '  hint: add maps: {disclaimer: "..."} with a sentence that the publisher answers for, such as "The boundaries '
        'and names shown on this map do not imply any opinion of the publisher on the legal status of a territory."',
    ),
    Case(
        "unknown-place",
        a_map({"a": a_fact(place="Ukrain")}),
        "config.yaml:10:14: error[unknown-place]: there are no outlines of 'Ukrain', the place of 'a'\n"
        "  hint: a place with a similar name is 'Ukraine'",
    ),
    Case(
        "outside-map",
        a_map(
            {"a": a_fact(place="Fiji")},
            blocks=[{"chart": {"kind": "map", "title": "T", "area": "Ukraine", "facts": {}}}],
        ),
        "config.yaml:8:7: error[outside-map]: 'Fiji' lies outside of this map\n"
        "  hint: widen area:, or select fewer facts",
    ),
    Case(
        "one-place-twice",
        a_map({"a": a_fact(place="Fiji"), "b": a_fact(place="FJI", said_by="Russia")}),
        "config.yaml:10:14: error[one-place-twice]: two facts of this map are of 'Fiji'\n"
        "  hint: select one of them, for example by said_by:; a range chart shows what several asserters say",
    ),
    Case(
        "mixed-units",
        a_map(
            {"a": a_fact(place="Fiji"), "b": a_fact(place="Samoa", indicator="homes")},
            indicators={"homes": an_indicator(unit="homes")},
        ),
        "config.yaml:10:14: error[mixed-units]: this map would measure 'soldiers', 'homes' on one scale\n"
        "  hint: make a map of each",
    ),
    Case(
        "bad-outlines",
        a_map(
            {"a": a_fact(place="Fiji")},
            config={"maps": {"disclaimer": "Nobody is of this opinion.", "outlines": {"file": "o.json", "name": "n"}}},
            files={"o.json": "{}"},
        ),
        "o.json:1:1: error[bad-outlines]: this is no FeatureCollection with features\n"
        "  hint: save it as GeoJSON, in longitude and latitude (WGS 84)",
    ),
    # the edition
    Case(
        "not-markdown",
        {"blocks": [{"text": "![x](https://example.org/a.png)"}]},
        "config.yaml:5:11: warning[not-markdown]: a picture in a text is printed as typed\n"
        "  hint: pictures are not part of a text; a chart block draws from facts",
    ),
    Case(
        "missing-glyph",
        {"facts": "facts:\n  a: {claim: 'Linear B \U00010080', waiver: w}\n"},
        "facts/war.yaml:2:14: error[missing-glyph]: no font has the character \U00010080 "
        "(U+10080 LINEAR B IDEOGRAM B100 MAN)\n"
        "  hint: a font such as Noto Sans Linear B has it; put its file into a folder, "
        "and name the folder under fonts: in the config",
    ),
    Case(
        "template",
        {"blocks": [{"text": "One.\n\nTwo {{ valu('killed') }}."}]},
        "config.yaml:7: error[template]: 'valu' is undefined\n  hint: a similar name is 'value'",
    ),
    Case(
        "template-limit",
        {"blocks": [{"text": "One.\n{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}"}]},
        "config.yaml:6: error[template-limit]: it calls or includes itself without end, "
        "or is nested too deep to be read",
    ),
    Case(
        "empty-selection",
        {"blocks": [{"facts": {"tag": "diplomacy"}}]},
        "config.yaml:6:7: error[empty-selection]: no fact fits this selection\n"
        "  hint: correct the condition, or add if_empty: with a sentence to print instead",
    ),
    Case(
        "same-cell",
        {
            "facts": {"a": a_fact(), "b": a_fact(value="5")},
            "blocks": [{"chart": {"kind": "heat", "title": "T", "facts": {}, "split": "as_of"}}],
        },
        "config.yaml:8:14: error[same-cell]: 'a' and 'b' are both the figure of NATO, 9 Apr 2022\n"
        "  hint: select one of them, or another by: or split:",
    ),
    Case(
        "no-share",
        {"blocks": [{"chart": {"kind": "waffle", "title": "T", "facts": {}}}]},
        "config.yaml:8:14: error[no-share]: 'killed' is no percentage: its unit is 'soldiers'\n"
        "  hint: give figures in %, or name the whole with of:",
    ),
    Case(
        "after-edition",
        {"facts": {"a": a_fact(as_of=LATER)}, "blocks": [{"text": "One.\n\nTwo {{ value('a') }}."}]},
        "config.yaml:7: error[after-edition]: 'a' holds only after 9 April 2022, the edition's date",
    ),
    Case(
        "superseded-fact",
        {
            "facts": {"a": a_fact(), "b": a_fact(supersedes="a", value="1400")},
            "blocks": [{"key_figures": ["a"]}, {"facts": {}}],
        },
        "config.yaml:6:7: warning[superseded-fact]: the key figure 'a' is superseded by 'b'\n  hint: name 'b' here",
    ),
    Case(
        "retracted-fact",
        {"facts": {"a": a_fact(status="retracted")}, "blocks": [{"text": "{{ value('a') }} killed."}]},
        "config.yaml:5:11: warning[retracted-fact]: 'a' is retracted\n  hint: remove it, or say so in the text",
    ),
    # the audit of numerals
    Case(
        "untraced-numeral",
        {"blocks": [{"text": "About 300 died."}]},
        "config.yaml:5:11: error[untraced-numeral]: the figure '300' is typed here and has no source: "
        "'About 300 died.'\n"
        '  hint: write it as a fact and print it with value("id"), or put the phrase under allow: in the config',
    ),
    Case(
        "figure-lost",
        {
            "config": {"theme": "own"},
            "blocks": [{"text": '{{ value("killed") }} died.'}],
            "files": {"own/blocks/paragraph.html": "{% if medium == 'paper' %}{{ line(block.children) }}{% endif %}"},
        },
        "briefing.html: error[figure-lost]: does not show '1,300' of 'killed' with the words about it\n"
        "  hint: look into the theme's templates, if there are any; else make the edition again and report this",
    ),
    Case(
        "figures-differ",
        {
            "config": {"theme": "own"},
            "blocks": [{"text": '{{ value("killed") }} died.'}],
            "files": {
                "own/blocks/paragraph.html": "{{ line(block.children) }}"
                '<data value="1300" data-fact="killed">1301</data>'
            },
        },
        "briefing.html: error[figures-differ]: shows '1301' (1300) for 'killed' under 'Overview', which the edition "
        "does not have\n"
        "  hint: look into the theme's templates, if there are any; else make the edition again and report this",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_a_slip_is_said_in_a_sentence_with_its_place(tmp_path, case):
    """Each kind of mistake gives one diagnostic: file, line, column, code, sentence and mostly a hint."""
    config = a_project(tmp_path, **case.project)
    for name, size in case.sparse.items():
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    assert said(config) == [case.text]
    assert f"[{case.code}]: " in case.text


ONCE: dict[str, Any] = {"facts": {"a": a_fact(value="1300")}, "blocks": [{"facts": {}}]}
AGAIN: dict[str, Any] = {"facts": {"a": a_fact(value="1400")}, "blocks": [{"facts": {}}]}
IN_TIME = {
    "no-books": "books.sqlite: warning[no-books]: the books are damaged; they are kept as books.sqlite.damaged-1, "
    "and new ones are begun\n"
    "  hint: the edition is made all the same, without a comparison with earlier ones",
    "unexplained-correction": "config.yaml:1:1: warning[unexplained-correction]: revision 2 corrects 'a'; "
    "nothing says why\n"
    "  hint: add correction: with the reason to the fact, or give --reason",
}
"""What only a build says that has earlier ones behind it."""


@pytest.mark.parametrize("code", IN_TIME)
def test_what_is_wrong_with_the_past_is_said_by_a_build(tmp_path, code):
    """A build says what it could not ask of its books, and what it corrects without a reason."""
    folder = briefing.build(a_project(tmp_path, **ONCE), day=DAY, formats=["json"]).folder
    if code == "no-books":
        (folder.parent / "books.sqlite").write_bytes(b"no book" * 1000)
    config = a_project(tmp_path, **AGAIN)
    built = briefing.build(config, day=DAY, formats=["json"])
    assert built.warnings == (IN_TIME[code],)
    reason = briefing.build(a_project(tmp_path, **ONCE), day=DAY, formats=["json"], reason="miscounted")
    assert reason.warnings == ()


def test_every_documented_code_is_provoked_above():
    """No code is documented that nothing gives, and every one has its text in a test."""
    assert {case.code for case in CASES} | set(IN_TIME) == set(CODES)
    assert len(CASES) == len({case.code for case in CASES})


PLACE_OF_CODE = {
    "Diagnostic": 1,
    "problem": 0,
    "report": 0,
    "BadCell": 0,
    "TemplateProblem": 0,
    "_RecordError": 0,
    "_at": 1,
    "_refused": 2,
}


def emitted():
    """Every code that stands in a call which makes a diagnostic, with its place in the program."""
    for path in sorted(Path(briefing.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = PLACE_OF_CODE.get(name)
            if place is not None and len(node.args) > place:
                for constant in ast.walk(node.args[place]):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        yield constant.value, f"{path.name}:{node.lineno}"


def test_no_code_is_emitted_that_is_not_documented():
    """Whatever code the program gives stands in the table that documents them."""
    unknown = {f"{place} {code}" for code, place in emitted() if code not in CODES}
    assert unknown == set()
    assert len({code for code, _ in emitted()} & set(CODES)) > 30  # the search above still finds them


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_documented_in_a_sentence(code):
    """Every code is a few words in lower case, and is explained in a sentence."""
    assert code == "-".join(code.replace("-", " ").lower().split())
    assert CODES[code][0].isupper()
    assert CODES[code].endswith(".")


# All at once, in order.


def test_everything_wrong_is_said_at_once_in_the_order_of_the_files(tmp_path):
    """One run names every mistake: config first, then each facts file from top to bottom, then tables."""
    config = a_project(
        tmp_path,
        facts="sources:\n  s: {title: T}\n"
        "facts:\n  a: {claim: x, sources: [t], statu: x}\n  b: {claim: x}\n  c: {waiver: w}\n",
        files={
            "t.csv": 'date,n\n2022-04-01,x\n2022-04-02,"1,2"\n',
            "facts/zz.yaml": "facts:\n  z: {claim: '{value}', waiver: w}\nsorces: {}\n",
        },
        feeds=[a_feed(), a_feed("missing.csv", series=[a_series(id="more")])],
        blocks=[{"facts": {"limit": 3, "sort": "id"}}, {"timeline": {"ids": ["nobody"]}}, {"text": "{{ 1 + 1 }}"}],
    )
    places = [text.split(": ")[0] + " " + text.partition("[")[2].partition("]")[0] for text in said(config)]
    assert places == [
        "config.yaml:15:9 file-missing",
        "config.yaml:36:11 template",
        "facts/war.yaml:2:6 undated-source",
        "facts/war.yaml:4:31 unknown-key",
        "facts/war.yaml:5:6 no-source",
        "facts/war.yaml:6:6 nothing-said",
        "facts/zz.yaml:2:14 no-value",
        "facts/zz.yaml:3:1 unknown-key",
        "t.csv:2:2 bad-value",
        "t.csv:3:2 ambiguous-number",
    ]


def test_nothing_is_said_twice(tmp_path):
    """A diagnostic that several stages come upon is printed once."""
    texts = said(a_project(tmp_path, blocks=[{"facts": {"ids": ["nobody"]}}, {"facts": {"ids": ["nobody"]}}]))
    assert len(texts) == len(set(texts)) == 2


def test_what_is_missing_only_because_a_file_is_broken_is_not_said(tmp_path):
    """While a file cannot be read, blocks are not blamed for the facts in it."""
    config = a_project(tmp_path, facts="facts:\n  a: [\n", blocks=[{"facts": {"ids": ["a"]}}, {"key_figures": ["a"]}])
    (text,) = said(config)
    assert "error[syntax]" in text


def test_a_fact_that_was_refused_is_not_missed_a_second_time(tmp_path):
    """A source or fact with a mistake in it is named once, not again by everybody who cites it."""
    config = a_project(
        tmp_path,
        sources={"bad": {"title": "T", "published": "yesterday"}},
        facts={"a": a_fact(sources=["bad"], claim="{fact:b}"), "b": a_fact(status="maybe")},
        blocks=[{"facts": {"ids": ["a", "b"]}}],
    )
    assert [text.partition("[")[2].partition("]")[0] for text in said(config)] == ["bad-date", "bad-choice"]


# The value itself.


def test_a_place_is_found_by_its_keys():
    """A diagnostic knows the keys that lead to it, and gets line and column from the file, as near as there is one."""
    parsed, _ = document(b"a:\n  b:\n    - one\n    - two\n  text: |\n    first\n    second\n", "f.yaml")
    where = Where("f.yaml")

    def place(spot):
        (one,) = located([Diagnostic(spot, "template", "wrong")], {"f.yaml": parsed})
        return str(one).partition(": ")[0]

    assert place(where / "a" / "b" / 1) == "f.yaml:4:7"
    assert place(where / "a" / "b" / 7) == "f.yaml:3:5"
    assert place(where / "a" / "b" / KEY) == "f.yaml:2:3"
    assert place(where / "a" / "text") == "f.yaml:6:1"
    assert place(Where("f.yaml", ("a", "text"), below=1)) == "f.yaml:7"
    assert place(where / "nowhere") == "f.yaml:1:1"
    assert place(Where("other.yaml")) == "other.yaml"


def test_only_errors_fail():
    """Warnings alone do not make a project wrong."""
    warning = Diagnostic(Where("f"), "near-placeholder", "m", severity="warning")
    assert not failed([warning])
    assert failed([warning, Diagnostic(Where("f"), "syntax", "m")])


def test_a_message_stays_one_line_and_harmless():
    """Control, direction and surrogate characters of the input are written out, so that no log line can be forged."""
    text = str(Diagnostic(Where("f", line=1), "bad-id", "a\x1b[2J\nf:2: error[x]: \u202e\ud800", "\x07"))
    assert text == "f:1: error[bad-id]: a\\u001b[2J\\u000af:2: error[x]: \\u202e\\ud800\n  hint: \\u0007"
    assert printable("Київ — 7 000") == "Київ — 7 000"


def test_a_piece_of_input_is_cut():
    """What is quoted from the input is short enough for a line."""
    assert shown("x" * 100) == f"'{'x' * 60}…'"
    assert shown("short") == "'short'"


def test_a_near_name_is_suggested_or_none():
    """A hint names what was probably meant, and stays away when nothing is like it."""
    assert (
        near("ons-2024", ["imf", "ons-2025"], "a source with a similar name")
        == "a source with a similar name is 'ons-2025'"
    )
    assert near("zzz", ["imf", "ons-2025"]) == ""


def test_a_name_is_found_among_very_many(tmp_path):
    """With thousands of ids at hand, the near one is still found."""
    facts = {f"fact-number-{n}": an_event("x") for n in range(3000)}
    texts = said(a_project(tmp_path, facts=facts, blocks=[{"facts": {"ids": ["fact-numbr-1500"]}}]), DAY)
    assert texts[0].startswith("config.yaml:7:9: error[unknown-fact]: there is no fact or series 'fact-numbr-1500'")
    assert "a fact with a similar name is 'fact-number-" in texts[0]


def test_diagnostics_do_not_depend_on_the_day_of_the_run(tmp_path):
    """The same input on the same date gives the same words."""
    config = a_project(tmp_path, facts={"a": a_fact(status="maybe")})
    first = briefing.check(config, day=DAY, now=dt.datetime(2022, 4, 9, tzinfo=dt.UTC))
    again = briefing.check(config, day=DAY, now=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert first.diagnostics == again.diagnostics
