"""Templates: they show what Python decided, cannot reach out, and cannot go on for ever."""

import pytest
from jinja2 import DictLoader

from briefing.templating import MAX_SOURCE, MAX_STEPS, Folders, Sandbox, TemplateProblem


def shown(text, **values):
    """What a template of text prints."""
    sandbox = Sandbox(loader=None, markup=False)
    return sandbox.render(sandbox.source(text, "text"), values)


def refused(text, **values):
    """Why a template of text is refused."""
    with pytest.raises(TemplateProblem) as problem:
        shown(text, **values)
    return problem.value


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ name }}", "Kyiv"),
        ("{{ name | upper }}, {{ name | lower }}", "KYIV, kyiv"),
        ("{{ nothing | default('none') }}", "none"),
        ("{% if many | length > 2 %}many{% else %}few{% endif %}", "many"),
        ("{% for one in many %}{{ loop.index }}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %}", "1a, 2b, 3c"),
        ("{{ many | join('; ') }} {{ many | first }}{{ many | last }}", "a; b; c ac"),
        ("{{ name ~ '!' }}", "Kyiv!"),
        ("{% set x = name %}{{ x }}", "Kyiv"),
        ("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m('x') }}", "<x>"),
        ("{# a remark #}{{ '{{' }}", "{{"),
        ("{{ say('x') }}", "said x"),
    ],
)
def test_a_template_shows(text, printed):
    """Values, conditions, loops, macros and a handful of filters are what a template has."""
    assert shown(text, name="Kyiv", many=("a", "b", "c"), say=lambda word: f"said {word}") == printed


@pytest.mark.parametrize(
    "text",
    [
        "{{ 1 + 1 }}",
        "{{ 5 - n }}",
        "{{ n * 2 }}",
        "{{ n / 2 }}",
        "{{ n // 2 }}",
        "{{ n % 2 }}",
        "{{ n ** 9 }}",
        "{{ -n }}",
    ],
)
def test_a_template_does_not_compute(text):
    """Templates show, Python decides: there is no arithmetic."""
    assert "templates show and do not compute" in refused(text, n=5).message


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ say.__globals__ }}",
        "{{ say.__code__ }}",
        "{{ ''['__class__'] }}",
        "{{ 'x'.upper() }}",
        "{{ '{0.__class__}'.format(say) }}",
        "{{ [].append(1) }}",
        "{{ self.__init__ }}",
        "{{ cycler }}",
        "{{ namespace() }}",
        "{{ range(9) }}",
        "{{ lipsum() }}",
        "{{ many | map('upper') }}",
        "{{ many | sort }}",
        "{{ many | sum }}",
        "{{ '<b>' | " + "safe }}",  # in two pieces: no file of the repository holds it in one
        "{{ many | attr('index') }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% autoescape " + "false %}{% endautoescape %}",
    ],
)
def test_a_template_cannot_reach_out(text):
    """No methods, no hidden attributes, no other files, no sorting, no way around the escaping."""
    assert refused(text, say=lambda word: word, many=("b", "a")).code == "template"


@pytest.mark.parametrize("text", ["{{ many }}", "{{ say }}", "{{ {'a': 1} }}"])
def test_what_has_no_form_in_words_is_not_printed(text):
    """A list or a function printed by mistake is told, and no address in memory gets into an edition."""
    problem = refused(text, many=("a",), say=lambda: "")
    assert (problem.code, problem.line) == ("template", 1)
    assert "cannot be printed" in problem.message
    assert "0x" not in problem.message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n{{ nam }}", 2, "'nam' is undefined"),
        ("a\n\n{{ name", 3, "unexpected end of template"),
        ("{% for x in many %}\n{{ x.y.z }}\n{% endfor %}", 2, "has no attribute"),
        ("a\n{{ say() }}", 2, "missing 1 required positional argument: 'word'"),
        ("a\n{% macro m() %}\n{{ nam }}\n{% endmacro %}\n{{ m() }}", 3, "'nam' is undefined"),
        ("a\n{% bogus %}", 2, "unknown tag 'bogus'"),
        ("a\n{{ name | bogus }}", 2, "No filter named 'bogus'"),
    ],
)
def test_a_mistake_is_told_with_its_line(text, line, message):
    """What is wrong with a template is said with the line on which it stands."""
    problem = refused(text, name="Kyiv", many=("a",), say=lambda word: word)
    assert (problem.code, problem.line) == ("template", line)
    assert message.lower() in problem.message.lower()


def test_a_misspelt_name_is_suggested():
    """The hint names what the template may use and what was probably meant."""
    assert refused("{{ nam }}", name="Kyiv").hint == "a similar name is 'name'"


def test_an_open_expression_is_recognised():
    """Braces that are not closed are told in words."""
    assert refused("{{ name }").hint == "close the expression with }}"


@pytest.mark.parametrize(
    "text",
    [
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
        "{% for a in s %}{% for b in s %}{% for c in s %}x{% endfor %}{% endfor %}{% endfor %}",
        "".join("{% set s = [" + ", ".join("s" * 10) + "] | join %}" for _ in range(5)),
    ],
)
def test_a_template_cannot_go_on_for_ever(text):
    """What repeats without end, or grows beyond any briefing, is stopped by a budget that is the same everywhere."""
    problem = refused(text, s="x" * 300)
    assert problem.code == "template-limit"


def test_a_budget_is_for_one_rendering():
    """A sandbox that stopped one template renders the next."""
    sandbox = Sandbox(loader=None, markup=False)
    with pytest.raises(TemplateProblem, match=str(MAX_STEPS)):
        sandbox.render(
            sandbox.source("{% for a in s %}{% for b in s %}{% for c in s %}{% endfor %}{% endfor %}{% endfor %}", "t"),
            {"s": "x" * 200},
        )
    assert sandbox.render(sandbox.source("{% for a in s %}{{ a }}{% endfor %}", "t"), {"s": "abc"}) == "abc"


def test_a_template_has_a_size():
    """A template that is longer than any theme needs is not read."""
    assert refused("x" * (MAX_SOURCE + 1)).code == "template-limit"


def test_a_page_escapes_what_it_prints():
    """In a page everything that is printed is text, whatever it looks like."""
    sandbox = Sandbox(loader=DictLoader({"a.html": "<p title='{{ x }}'>{{ x }}{{ x ~ x }}</p>"}), markup=True)
    assert "<b>" not in sandbox.render("a.html", {"x": "<b>'"})
    assert sandbox.render("a.html", {"x": "&"}) == "<p title='&amp;'>&amp;&amp;&amp;</p>"


def test_what_is_kept_of_a_template_is_kept_by_its_text_and_its_use():
    """A template that was compiled before is not shown in the place of another text, or of plain text for a page."""
    for text in ("{{ x }}", "<p>{{ x }}</p>", "{{ x }}"):
        for markup, x in ((True, "&amp;"), (False, "&")):
            sandbox = Sandbox(loader=DictLoader({"a.html": text}), markup=markup)
            assert sandbox.render("a.html", {"x": "&"}) == text.replace("{{ x }}", x)


def test_a_template_s_budget_is_the_same_the_second_time():
    """What goes on for ever does so as well when its code is kept from another edition."""
    loader = DictLoader(
        {"a.html": "{% for a in s %}{% for b in s %}{% for c in s %}{% endfor %}{% endfor %}{% endfor %}"}
    )
    for size, stopped in ((3, False), (200, True), (3, False)):
        sandbox = Sandbox(loader=loader, markup=True)
        if stopped:
            with pytest.raises(TemplateProblem, match=str(MAX_STEPS)):
                sandbox.render("a.html", {"s": "x" * size})
        else:
            assert sandbox.render("a.html", {"s": "x" * size}) == ""


def test_a_theme_overrides_one_file_at_a_time(tmp_path):
    """A template is looked for in the user's folder first, then in the program's."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, names in ((ours, ("a.html", "b.html")), (theirs, ("b.html",))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(f"{folder.name}/{name}", encoding="utf-8")
    sandbox = Sandbox(loader=Folders((theirs, ours)), markup=True)
    assert (sandbox.render("a.html", {}), sandbox.render("b.html", {})) == ("ours/a.html", "theirs/b.html")
    with pytest.raises(TemplateProblem, match=r"there is no template 'c\.html' in the theme"):
        sandbox.render("c.html", {})


@pytest.mark.parametrize(
    "name", ["../secret.html", "/etc/passwd", "a/../../secret.html", "a.html/", ".hidden.html", "a"]
)
def test_a_theme_stays_in_its_folder(tmp_path, name):
    """No name leads out of a theme."""
    (tmp_path / "theme").mkdir()
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    assert Folders((tmp_path / "theme",)).find(name) is None


def test_a_link_out_of_a_theme_is_refused(tmp_path):
    """A link inside a theme that leads elsewhere is told, not followed."""
    (tmp_path / "theme").mkdir()
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    (tmp_path / "theme" / "a.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(TemplateProblem):
        Sandbox(loader=Folders((tmp_path / "theme",)), markup=True).render("a.html", {})
