"""The docs keep step with the product: commands run, examples hold, links lead somewhere, the reference is current."""

import re
import runpy
import shlex
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel

from briefing.cli import main
from briefing.config import CONFIG, Config
from briefing.config.blocks import BLOCKS
from briefing.config.feeds import Feed
from briefing.diagnostics import CODES, Where
from briefing.facts import MAPPINGS
from briefing.kinds import kind_names
from briefing.load.documents import document
from briefing.pipeline import build, check
from briefing.shape import checked

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
MADE = ROOT / "docs" / "reference"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/cases/*/README.md")])
CYBER_WEEK = ROOT / "tests" / "cases" / "cyber-week"


def name(path):
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else None


@cache
def tokens(path):
    """A page as Markdown's tokens."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Example:
    """A fenced block of a page: its language, its text, and the file that the paragraph before it names."""

    page: Path
    line: int
    language: str
    text: str
    file: str


def examples(path):
    """Every fenced block of a page."""
    paragraph = ""
    for token in tokens(path):
        if token.type == "inline":
            paragraph = token.content
        elif token.type == "fence":
            files = re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`", paragraph)
            yield Example(path, token.map[0] + 1, token.info, token.content, files[-1] if files else "")


# The tutorial.


def patched(text, diff):
    """The text after the edit that a reader makes by a diff: a minus goes, a plus comes, the rest says where."""
    lines = [line for line in diff.splitlines() if line]
    old = [line[1:] for line in lines if line[0] != "+"]
    new = [line[1:] for line in lines if line[0] != "-"]
    there = text.splitlines()
    places = [n for n in range(len(there)) if there[n : n + len(old)] == old]
    assert len(places) == 1, f"this stands {len(places)} times in the file:\n" + "\n".join(old)
    (place,) = places
    return "\n".join([*there[:place], *new, *there[place + len(old) :]]) + "\n"


def ten_minutes():
    """The blocks of the tutorial in the README."""
    text = README.read_text(encoding="utf-8")
    first, last = (text[: text.index(heading)].count("\n") for heading in ("\n## Ten minutes", "\n## Three ways"))
    return [one for one in examples(README) if first < one.line < last]


def test_the_tutorial_runs_as_written(tmp_path, monkeypatch):
    """Whoever follows the README's ten minutes to the letter sees what it says."""
    monkeypatch.chdir(tmp_path)
    runner, answer = CliRunner(), ""
    for step in ten_minutes():
        file = tmp_path / step.file
        if step.language == "sh":
            for command in step.text.splitlines():
                program, *arguments = shlex.split(command)
                assert program == "briefing"
                run = runner.invoke(main, arguments)
                answer = run.output
                assert run.exit_code == int("error" in answer), answer
        elif step.language == "text":
            assert answer == step.text
        elif step.language == "diff":
            file.write_text(patched(file.read_text(encoding="utf-8"), step.text), encoding="utf-8")
        else:
            assert not file.exists(), f"line {step.line} makes {step.file}, which is there"
            file.write_text(step.text, encoding="utf-8")
    made = tmp_path / "flood" / "out" / "flood" / "2026-03-14"
    told = {
        row.strip("`/") for row in re.findall(r"^\| (`[\w./]+`) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert told == {path.name for path in made.iterdir()}
    page = (made / "briefing.html").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    for figure in ("430", "about 1,300", "180 to 220", "1,204"):
        assert figure in page, figure
    assert 'value="412"' not in page


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^make (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)))
)
def test_make_knows_what_the_readme_says(target):
    """The README's make commands are targets of the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


# Examples.

YAML = [one for path in PAGES for one in examples(path) if one.language == "yaml"]


def as_config(tree):
    """A piece of YAML from the docs as a whole config: a list of blocks, sections or feeds, or some of the keys."""
    if isinstance(tree, list):
        first = tree[0]
        kind = "feeds" if "file" in first else "sections" if "blocks" in first else "blocks"
        tree = {"sections": [{"title": "A section", "blocks": tree}]} if kind == "blocks" else {kind: tree}
    filled = {"title": "A briefing", "sections": [{"title": "A section", "blocks": [{"text": "A text"}]}]}
    return {**filled, **tree}


def wrong_with(tree, where):
    """What the program has against a piece of YAML: facts by their models, anything else as a config."""
    if isinstance(tree, dict) and set(tree) <= set(MAPPINGS) and all(isinstance(v, dict) for v in tree.values()):
        for mapping, records in tree.items():
            for key, record in records.items():
                yield from checked(MAPPINGS[mapping], {**record, "id": key, "file": where.file}, where)[1]
    else:
        yield from checked(CONFIG, as_config(tree), where)[1]


@pytest.mark.parametrize("example", YAML, ids=lambda one: f"{name(one.page)}:{one.line}")
def test_every_example_of_yaml_holds(example):
    """What the docs show as YAML, the program takes."""
    where = Where(name(example.page), line=example.line)
    read, problems = document(example.text.encode(), where.file)
    assert [str(one) for one in (*problems, *wrong_with(read.root, where))] == []


def test_a_wrong_example_is_seen():
    """The test above would see a key that the program does not know."""
    assert [one.code for one in wrong_with({"facts": {"a": {"claim": "A", "sorces": "b"}}}, Where("x"))] == [
        "unknown-key"
    ]
    assert [one.code for one in wrong_with([{"timeline": {"tags": "event"}}], Where("x"))] == ["unknown-key"]


def test_the_cyber_week_is_sound(tmp_path):
    """The second example, a week of exploited vulnerabilities, checks without a word and builds in every format."""
    report = check(CYBER_WEEK / "config.yaml")
    assert [str(one) for one in report.diagnostics] == []
    built = build(CYBER_WEEK / "config.yaml", out=tmp_path, strict=True)
    assert {"briefing.pdf", "briefing.html", "fragment.html", "briefing.json"} < set(built.files)
    assert built.warnings == ()


# Links.


def slug(heading, taken):
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    number = taken[plain] = taken.get(plain, -1) + 1
    return f"{plain}-{number}" if number else plain


@cache
def anchors(path):
    """Every anchor of a page."""
    found: set[str] = set()
    taken: dict[str, int] = {}
    parsed = tokens(path)
    for token, inline in pairwise(parsed):
        if token.type == "heading_open":
            text = "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})
            found.add(slug(text, taken))
    return found


def targets(parsed: list[Token]):
    """Every address that a page links to or shows."""
    for token in parsed:
        for given in ("href", "src"):
            if given in token.attrs:
                yield str(token.attrs[given])
        if token.type in {"html_block", "html_inline"}:
            yield from re.findall(r'(?:href|src)="([^"]+)"', token.content)
        yield from targets(token.children or [])


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path):
    """A link inside the docs leads to a file that is there, and to a heading that is in it."""
    lost = []
    for target in targets(tokens(path)):
        if re.match(r"(https?|mailto):", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


def test_every_page_is_reached():
    """From the README every page of the docs can be reached by links."""
    reached, ahead = set(), [README]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        files = (target.partition("#")[0] for target in targets(tokens(page)) if ":" not in target)
        near = {(page.parent / file).resolve() for file in files if file.endswith(".md")}
        ahead += sorted(near - reached - set(ahead))
    assert [name(path) for path in PAGES if path not in reached and "docs" in path.parts] == []


# The reference.


@cache
def reference():
    """What `.ci/reference.py` makes."""
    return runpy.run_path(str(ROOT / ".ci" / "reference.py"))["reference"]()


@pytest.mark.parametrize("made", [f"{path.name}" for path in sorted([*MADE.glob("*.md"), *MADE.glob("../schema/*")])])
def test_the_reference_is_current(made):
    """The pages of the reference are what the code makes them; `.ci/reference.py` writes them anew."""
    fresh = {Path(path).name: (ROOT / path, text) for path, text in reference().items()}
    path, text = fresh[made]
    assert path.read_text(encoding="utf-8") == text, "run .ci/reference.py"


@cache
def gallery():
    """What `.ci/gallery.py` makes: the page, and its pictures by their names."""
    return runpy.run_path(str(ROOT / ".ci" / "gallery.py"))["gallery"]()


def test_the_gallery_shows_every_kind_of_chart():
    """The gallery is what the program draws today: its page to the letter, its pictures mark by mark."""
    page, pictures = gallery()
    assert (ROOT / "docs" / "gallery" / "README.md").read_text(encoding="utf-8") == page, "run .ci/gallery.py"
    shown = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "images" / "gallery").iterdir()}
    assert set(shown) == set(pictures)
    for picture, svg in pictures.items():
        assert marks_in(shown[picture]) == marks_in(svg), f"{picture}: run .ci/gallery.py"
    config = (ROOT / "docs" / "gallery" / "config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"kind: (\w+)", config)) == {*kind_names()} - {"sparkline"}
    assert "sparkline: true" in config


def marks_in(svg):
    """Every mark of a picture: what it is, its role, its words, its colours, its place to the point."""
    return [
        (
            *(one.tag, one.text, *(one.get(name) for name in ("class", "fill", "stroke"))),
            *(round(float(number)) for number in re.findall(r"-?\d+(?:\.\d+)?", one.get("d") or "")),
        )
        for one in ET.fromstring(svg).iter()  # noqa: S314  # our own
        if one.tag.rpartition("}")[2] in {"path", "text"}
    ]


def test_the_reference_is_whole():
    """Every page that the code makes is there."""
    assert [path for path in reference() if not (ROOT / path).exists()] == []


def test_every_diagnostic_has_its_heading():
    """A code in a message leads to a heading of the same name."""
    assert set(CODES) <= anchors(MADE / "diagnostics.md")


def test_every_key_has_a_sentence():
    """No key of the config or of a feed goes without a description."""
    models: tuple[type[BaseModel], ...] = (Config, Feed, *BLOCKS.values())
    bare = [f"{m.__name__}.{key}" for m in models for key, f in m.model_fields.items() if not f.description]
    assert [one for one in bare if not one.endswith(".block")] == []


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_every_command_is_told(verb):
    """Every command has its heading in the reference, and the guide or the README tells of it."""
    assert f"briefing-{verb}" in anchors(MADE / "cli.md")
    told = "".join(path.read_text(encoding="utf-8") for path in PAGES if MADE not in path.parents)
    assert f"briefing {verb}" in told


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_every_block_is_told(kind):
    """Every kind of block has a heading in the reference and an example in the guide."""
    assert kind in anchors(MADE / "blocks.md")
    told = "".join(one.text for one in YAML if one.page.parent.name == "guide")
    assert re.search(rf"^ *- {kind}(:|$)", told, re.MULTILINE), kind
