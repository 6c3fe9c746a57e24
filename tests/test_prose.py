"""The author's text: filled by templates, formed by Markdown, every figure with its note."""

import pytest

from briefing.edition import Code, Emphasis, Figure, Heading, Items, Link, Note, Paragraph, Quote, Strong, Text, walk
from tests.builders import (
    LATER,
    OLD,
    a_fact,
    a_project,
    a_source,
    an_event,
    an_indicator,
    composed,
    figures,
    line_text,
    notes,
    numbers_of,
    said,
)


def blocks_of(folder, text, **project):
    """The blocks of a text that has nothing wrong with it."""
    made = composed(a_project(folder, blocks=[{"text": text}], **project))
    assert made.diagnostics == ()
    return made.blocks


def printed(folder, text, **project):
    """The plain text of one paragraph, notes as [n]."""
    made = composed(a_project(folder, blocks=[{"text": text}], **project))
    assert made.diagnostics == ()
    (block,) = made.blocks
    assert isinstance(block, Paragraph)
    return line_text(block.children, made.edition)


# Figures and their notes.


def test_a_figure_brings_its_note(tmp_path):
    """`value()` prints the figure of a fact, tied to it and with its source."""
    (block,) = blocks_of(tmp_path, 'NATO counts {{ value("killed") }} dead.')
    text, figure, note, rest = block.children
    assert (text, rest) == (Text("NATO counts "), Text(" dead."))
    assert figure == Figure("1,300", "killed", "1300", "soldiers")
    assert isinstance(note, Note)
    assert [(c.source, c.fact) for c in note.citations] == [("nato", "killed")]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ('value("killed")', "1,300[1]"),
        ('value("killed", unit=true)', "1,300\N{NO-BREAK SPACE}soldiers[1]"),
        ('value("killed", as_of=true)', "1,300 (as of 24 March 2022)[1]"),
        ('fact("killed")', "1,300 soldiers were killed (as of 24 March 2022).[1]"),
        ('value("old")', "1,300 (39 days old)[1]"),
        ('value("old", as_of=true)', "1,300 (as of 1 March 2022, 39 days old)[1]"),
        ('cite("nato")', "[1]"),
        ('date_of("killed")', "24 March 2022"),
        ('date_of("raid")', "1–3 April 2022"),
        ("day", "45"),
        ("date", "9 April 2022"),
        ("title", "Ukraine"),
    ],
)
def test_a_text_may_ask_for(tmp_path, call, text):
    """Figures, claims, notes, dates, the day, the edition's date and its title can be printed."""
    facts = {
        "killed": a_fact(as_of=OLD),
        "raid": an_event("A raid", at="2022-04-01..2022-04-03"),
        "old": a_fact(as_of="2022-03-01", max_age="30 days"),
    }
    config = {"day": {"label": "Day", "from": "2022-02-24"}}
    made = composed(a_project(tmp_path, blocks=[{"text": f"{{{{ {call} }}}}"}], facts=facts, config=config))
    assert made.codes == (["stale"] if "old" in call else [])
    assert line_text(made.blocks[0].children, made.edition) == text


def test_a_citation_may_say_where(tmp_path):
    """`cite()` ties the author's own sentence to a place in a source."""
    (block,) = blocks_of(tmp_path, 'So it was{{ cite("nato", "para 2") }}.')
    (note,) = notes(block)
    assert [(c.source, c.fact, c.locator) for c in note.citations] == [("nato", None, "para 2")]


@pytest.mark.parametrize(
    "expression",
    [
        'value("killed") | upper',
        'value("killed") | lower | capitalize',
        'value("killed") | trim',
        'value("killed") | e',
        'value("killed") | escape',
        'value("killed") | default("x")',
        'value("killed") ~ ""',
        '"" ~ value("killed")',
        '[value("killed")] | join(", ")',
        '[value("killed")] | first',
        '[value("killed")] | list | last',
    ],
)
def test_no_filter_strips_a_note(tmp_path, expression):
    """Whatever a template does to a figure, the figure and its note come out together."""
    assert printed(tmp_path, f"{{{{ {expression} }}}}") == "1,300[1]"


@pytest.mark.parametrize(
    "text",
    [
        '{{ (value("killed") ~ "") | first }}',
        '{{ (value("killed") ~ "") | last }}',
        '{{ (value("killed") ~ "") | reverse | join }}',
        '{{ (value("killed") ~ "")[1:] }}',
        '{{ (value("killed") ~ "")[:-1] }}',
        '{{ value("killed") | list }}',
        '{{ value("killed") | reverse }}',
        '{{ value("killed").token }}x{{ value("killed").token[1:] }}',
        '{% filter reverse %}{{ value("killed") }}{% endfilter %}',
        '{% filter first %}{{ value("killed") }}{% endfilter %}',
        '{% set x %}{{ value("killed") }}{% endset %}{{ x | last }}',
    ],
)
def test_a_figure_cannot_be_taken_apart(tmp_path, text):
    """A figure that is cut up would come apart from its note: that is an error, not a page with half a figure."""
    (message,) = said(a_project(tmp_path, blocks=[{"text": text}]))
    assert "error[template]: " in message


def test_a_figure_kept_for_later_is_cited_each_time(tmp_path):
    """A figure that a template stores and prints twice has two note calls, each with a place of its own."""
    made = composed(
        a_project(tmp_path, blocks=[{"text": '{% set n = value("killed") %}{{ n }} and {{ n }} and {{ n ~ "!" }}'}])
    )
    assert line_text(made.blocks[0].children, made.edition) == "1,300[1] and 1,300[1] and 1,300[1]!"
    keys = [note.key for note in notes(made.blocks)]
    assert len(set(keys)) == 3
    assert made.edition.references[0].calls == ("cite-1-1", "cite-1-2", "cite-1-3")


def test_a_loop_prints_figures_with_notes(tmp_path):
    """Ids may come from a list in the template."""
    facts = {"a": a_fact(), "b": a_fact(value="5..7", sources=["un"])}
    text = '{% for id in ["a", "b"] %}{{ value(id) }}{% if not loop.last %}, {% endif %}{% endfor %}'
    assert printed(tmp_path, text, facts=facts, sources={"un": a_source()}) == "1,300[1], 5 to 7[2]"


def test_a_figure_in_the_summary_has_its_note_too(tmp_path):
    """The line below the title is text like any other, and the first place to be read: its source is number 1."""
    config = a_project(
        tmp_path,
        config={"summary": '**{{ value("b") }}** dead'},
        facts={"a": a_fact(), "b": a_fact(value="5", sources=["un"])},
        sources={"un": a_source()},
        blocks=[{"facts": {"ids": ["a"]}}],
    )
    edition = composed(config).edition
    assert line_text(edition.summary, edition) == "5[1] dead"
    assert [reference.source for reference in edition.references] == ["un", "nato"]


def test_a_figure_may_stand_in_titles(tmp_path):
    """Titles of tables and charts are filled like text, notes included."""
    blocks = [
        {"table": {"title": 'Of {{ value("killed") }}', "facts": {}}},
        {"chart": {"kind": "bar", "title": '*{{ value("killed") }}*', "subtitle": "{{ date }}", "facts": {}}},
    ]
    made = composed(a_project(tmp_path, blocks=blocks))
    table, chart = made.blocks
    assert line_text(table.caption, made.edition) == "Of 1,300[1]"
    assert line_text(chart.title, made.edition) == "1,300[1]"
    assert line_text(chart.subtitle) == "9 April 2022"


# Facts come out as typed.

TYPED = [
    "<b>bold</b> &amp; &lt;",
    "$x$ and $$y$$",
    "{{ 7 * 7 }} {% if x %} {# y #}",
    "*stars* **two** _under_ __two__",
    "[1] [a](https://evil.example) ![a](b.png) <https://evil.example>",
    "# no heading",
    "- no list",
    "1. no list",
    "> no quote",
    "`no code` ~~~ ```",
    "back\\slash \\* \\[",
    "\"straight\" 'quotes' -- and ... dashes (c)",
    "https://example.org/auto",
    "| a | b |",
    "Київ — Ünïcode ‘curly’ مرحبا",
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_claim_in_a_text_comes_out_as_typed(tmp_path, typed):
    """Nothing in a claim is markup or code when it meets Markdown, at the beginning of a line or within."""
    facts = {"a": an_event(typed)}
    text = '{{ fact("a") }} Then.\n\nSo: *{{ fact("a") }}*\n\n- {{ fact("a") }}'
    first, second, third = blocks_of(tmp_path, text, facts=facts)
    claim = typed.rstrip()
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert line_text(first.children).startswith(claim)
    assert claim in line_text(second.children)
    assert isinstance(third, Items)
    (paragraph,) = third.items[0]
    assert isinstance(paragraph, Paragraph)
    assert claim in line_text(paragraph.children)
    assert not [node for node in walk((first, second, third)) if isinstance(node, (Link, Strong, Heading, Code, Quote))]
    assert len([node for node in walk((first, second, third)) if isinstance(node, Emphasis)]) == 1


@pytest.mark.parametrize("typed", TYPED)
def test_a_unit_or_title_comes_out_as_typed(tmp_path, typed):
    """Units and titles are data as well."""
    indicators = {"killed": an_indicator(unit=f"%{typed}")}
    text = '{{ value("killed", unit=true) }} {{ title }}'
    (block,) = blocks_of(tmp_path, text, indicators=indicators, config={"title": f"T {typed}", "allow": [typed]})
    assert line_text(block.children) == f"1,300\N{NO-BREAK SPACE}%{typed} T {typed}"


def test_a_figure_in_code_stays_a_figure(tmp_path):
    """Even inside code a figure is a figure with a note, and the words around it are code."""
    (block,) = blocks_of(tmp_path, '`n = {{ value("killed") }};`')
    assert [type(node) for node in block.children] == [Code, Figure, Note, Code]


# Markdown.


def test_markdown_gives_form(tmp_path):
    """Paragraphs, headings, lists, quotations, emphasis, code and links are what a text can have."""
    text = "One *two* **three** `four`\nfive\\\nsix\n\n# Seven\n\n1. a\n2. b\n\n- c\n  - d\n\n> e\n\n[f](https://example.org)"
    paragraph, heading, numbered, bullets, quote, link = blocks_of(tmp_path, text)
    assert line_text(paragraph.children) == "One two three four five six"
    assert {type(node) for node in paragraph.children} >= {Text, Emphasis, Strong, Code}
    assert isinstance(heading, Heading)
    assert heading.level == 3
    assert (numbered.start, len(numbered.items)) == (1, 2)
    assert bullets.start is None
    assert isinstance(bullets.items[0][1], Items)
    assert isinstance(quote, Quote)
    assert link == Paragraph((Link("https://example.org", (Text("f"),)),))


@pytest.mark.parametrize(
    "typed",
    [
        "<b>x</b>",
        "<script>alert(1)</script>",
        "<!-- x -->",
        "<p>\nx\n</p>",
        "&amp; &copy; &#60;",
        "<img src=x onerror=y>",
    ],
)
def test_html_is_text(tmp_path, typed):
    """HTML in an author's text is shown, never obeyed."""
    assert printed(tmp_path, typed, config={"allow": ["alert(1)", "&#60;"]}) == " ".join(typed.split("\n"))


def test_quotes_are_set_by_language(tmp_path):
    """Straight quotes in an author's text become those of the language; in a fact they stay."""
    facts = {"a": an_event('He said "no"')}
    assert printed(tmp_path / "en", '"Yes" {{ fact("a") }}', facts=facts) == '“Yes” He said "no".[1]'
    assert printed(tmp_path / "uk", '"Так"', config={"language": "uk"}) == "«Так»"


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a?b=c#d", "http://example.org", "mailto:desk@example.org"],
)
def test_a_link_leads_to_the_web_or_to_mail(tmp_path, url):
    """http, https and mailto addresses become links."""
    (block,) = blocks_of(tmp_path, f"[here]({url})")
    assert block.children == (Link(url, (Text("here"),)),)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org",
        "page.html",
        "/etc/passwd",
        "#top",
        "//example.org",
        "https://a@b.example",
    ],
)
def test_no_other_address_becomes_a_link(tmp_path, url):
    """Any other address is an error at its text."""
    (text, *_) = said(a_project(tmp_path, blocks=[{"text": f"[here]({url})"}]))
    assert text.startswith("config.yaml:5:11: error[bad-url]: ")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]
)
def test_a_script_is_no_address(tmp_path, url):
    """What a browser would run, or open on a disk, is no link at all, and comes out as typed."""
    made = composed(a_project(tmp_path, blocks=[{"text": f"[here]({url})"}]))
    assert not [node for node in walk(made.edition) if isinstance(node, Link)]
    assert line_text(made.blocks[0].children) == f"[here]({url})"


@pytest.mark.parametrize("inside", ["{{ date }}", '{{ value("killed") }}', '{{ cite("nato") }}'])
def test_an_address_is_not_filled_in(tmp_path, inside):
    """A link whose address comes from a template would lead nowhere and hide a note, so it is refused."""
    (text,) = said(a_project(tmp_path, blocks=[{"text": f"[here](https://example.org/{inside})"}]))
    assert "error[bad-url]: a template cannot fill in an address" in text


def test_images_are_not_taken(tmp_path):
    """An author's text holds no pictures and no tables: they are printed as typed, and pointed out with their line."""
    config = (
        "title: T\nsections:\n  - title: S\n    blocks:\n      - text: |\n"
        "          One.\n\n          ![alt](https://example.org/a.png)\n\n          | a | b |\n          | - | - |\n"
    )
    made = composed(a_project(tmp_path, config=config))
    assert line_text(made.blocks[1].children) == "!alt"
    assert [str(one).partition("\n")[0] for one in made.diagnostics] == [
        "config.yaml:8: warning[not-markdown]: a picture in a text is printed as typed",
        "config.yaml:10: warning[not-markdown]: a table in a text is printed as typed",
    ]


# What is wrong, and where.


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('value("nobody")', "error[unknown-fact]: there is no fact or series 'nobody'"),
        ('fact("kiled")', "error[unknown-fact]: there is no fact or series 'kiled'"),
        ('cite("natoo")', "error[unknown-source]: there is no source 'natoo'"),
        ('value("raid")', "error[no-value]: 'raid' has no value to print"),
        ('date_of("raid")', "error[no-as-of]: 'raid' has no date to print"),
        ('value("later")', "error[after-edition]: 'later' holds only after 9 April 2022, the edition's date"),
        ('value("gone")', "warning[retracted-fact]: 'gone' is retracted"),
        ("value(killed)", "error[template]: 'killed' is undefined"),
        ("valeu('killed')", "error[template]: 'valeu' is undefined"),
        ("value", "error[template]: value stands here without what it is to print"),
        ("value()", "error[template]: value() missing 1 required positional argument: 'name'"),
        ('value("killed", units=true)', "error[template]: value() got an unexpected keyword argument 'units'"),
        ('["killed"]', "error[template]: a list cannot be printed"),
        ("1 + 1", "error[template]: templates show and do not compute"),
    ],
)
def test_a_mistake_in_a_text_is_told_with_its_line(tmp_path, call, message):
    """What goes wrong inside `text: |` is told at the line of the file on which it stands."""
    config = (
        "title: T\nsections:\n  - title: S\n    blocks:\n      - text: |\n          One.\n\n"
        f"          Two,\n          three {{{{ {call} }}}}.\n"
    )
    facts = {
        "killed": a_fact(),
        "raid": an_event("A raid"),
        "later": a_fact(as_of=LATER),
        "gone": a_fact(status="retracted"),
    }
    (text,) = said(a_project(tmp_path, config=config, facts=facts))
    assert text.startswith(f"config.yaml:9: {message}")


def test_every_call_in_a_text_is_checked(tmp_path):
    """One run tells every unknown fact of a text, each with its line."""
    config = (
        "title: T\nsections:\n  - title: S\n    blocks:\n      - text: |\n"
        "          One {{ value('a') }}\n\n"
        "          {% if value('b') %}{{ cite('c') }}{% endif %}\n"
        "          {% for x in 'de' %}{{ fact(x) }}{% endfor %}\n"
    )
    found = said(a_project(tmp_path, config=config))
    assert [one.partition(": ")[0] + " " + one.partition("'")[2][:1] for one in found] == [
        "config.yaml:6:1 a",
        "config.yaml:8 b",
        "config.yaml:8 c",
        "config.yaml:9 d",
        "config.yaml:9 e",
    ]


def test_a_text_without_templates_is_left_alone(tmp_path):
    """Single braces and per cent signs are text."""
    text = "50 % of {this} and {that}"
    assert printed(tmp_path, text, config={"allow": ["50 %"]}) == text


def test_a_fact_by_a_waiver_says_so(tmp_path):
    """A figure without a source prints the reason where the note would stand."""
    facts = {"a": a_fact(sources=None, waiver="heard on the phone")}
    assert printed(tmp_path, '{{ value("a") }} dead', facts=facts) == "1,300 (no source: heard on the phone) dead"


def test_a_fact_with_two_sources_has_both_numbers(tmp_path):
    """One call shows the numbers of all sources of a fact, in their order."""
    facts = {"a": a_fact(sources=["un"]), "b": a_fact(value="5", sources=["nato", "un", "nato"])}
    text = '{{ value("a") }} {{ value("b") }}'
    assert printed(tmp_path, text, facts=facts, sources={"un": a_source()}) == "1,300[1] 5[1,2]"


def test_the_figures_of_a_text_are_numbered_as_they_are_read(tmp_path):
    """Figures in emphasis, lists and quotations count in reading order."""
    facts = {name: a_fact(value=str(n), sources=[name]) for n, name in enumerate("abcd", 1)}
    sources = {name: a_source(title=name) for name in "abcd"}
    text = '> {{ value("d") }}\n\n- **{{ value("b") }}**\n- {{ value("a") }}\n\n`{{ value("c") }}` {{ value("d") }}'
    made = composed(a_project(tmp_path, facts=facts, sources=sources, blocks=[{"text": text}]))
    assert [figure.fact for figure in figures(made.blocks)] == ["d", "b", "a", "c", "d"]
    assert numbers_of(made.edition) == [1, 2, 3, 4, 1]
    assert [reference.source for reference in made.edition.references] == ["d", "b", "a", "c"]
    assert made.diagnostics == ()
