"""The preview: a real browser sees a page made again on every save, and stays where it was."""

import re
import time

import pytest

from tests.builders import a_fact, a_project
from tests.serving import running

PARAGRAPHS = "\n\n".join(f"Paragraph {word} of the text." for word in "abcdefghijklmnopqrstuvwxyz" * 3)


@pytest.fixture
def project(tmp_path):
    """A project with a long text."""
    return a_project(
        tmp_path / "project",
        facts={"killed": a_fact()},
        config={"date": "2022-04-09"},
        blocks=[
            {"text": 'First {{ value("killed") }} were counted.'},
            {"text": PARAGRAPHS},
            {"key_figures": ["killed"]},
        ],
    )


@pytest.fixture
def server(project, tmp_path):
    """Its preview."""
    with running("preview", project, log=tmp_path / "log") as started:
        yield started


@pytest.fixture
def page(chromium, server):
    """The preview in a browser; an error of our script fails the test."""
    context = chromium.new_context(viewport={"width": 900, "height": 600})
    opened, errors = context.new_page(), []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"http://127.0.0.1:{server.port}/")
    until(lambda: shown(opened) > 0)
    yield opened
    context.close()
    assert errors == []


def shown(page):
    """The number of the preview that the page shows."""
    return int(page.evaluate("document.documentElement.dataset.preview ?? 0"))


def until(holds):
    """Wait for something; the page's own policy lets Playwright wait for no script of its."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError


def saved(page, path, old, new):
    """An author's edit, until the page shows it."""
    before = shown(page)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    until(lambda: shown(page) > before)


def overlay(page):
    """What the page says is wrong with the files."""
    return page.locator("section[role]").all_inner_texts()


def test_a_save_is_shown_at_the_same_place(page, project):
    """A change in prose is shown without a reload, and what was at the top of the window stays there."""
    page.evaluate("window.kept = true; scrollTo(0, 1800)")
    line = page.get_by_text("Paragraph m of the text.").nth(1)
    before = line.bounding_box()["y"]
    saved(page, project, "Paragraph z of", "Paragraph zebra of")
    assert page.get_by_text("zebra").count() == 1
    assert page.evaluate("window.kept")
    assert page.evaluate("scrollY") == 1800
    assert line.bounding_box()["y"] == before


def test_a_selection_stays(page, project):
    """What the author has selected is still selected after a save elsewhere in the text."""
    page.get_by_text("Paragraph c of the text.").first.select_text()
    chosen = page.evaluate("String(getSelection())")
    assert chosen
    saved(page, project, "First {{", "At first {{")
    assert page.evaluate("String(getSelection())") == chosen


def test_styles_are_exchanged_when_they_are_others(page, project, server):
    """A save in other letters brings their fonts; a save in the same letters leaves the styles where they are."""
    styles = "[...document.head.querySelectorAll('style')].map((one) => one.textContent).join('')"
    page.evaluate("document.head.querySelector('style').dataset.kept = 'yes'")
    saved(page, project, "First {{", "First, first {{")
    assert page.locator("style[data-kept]").count() == 1
    saved(page, project, "title: Ukraine", "title: Україна")
    assert page.locator("style[data-kept]").count() == 0
    sent = "".join(re.findall(r"<style[^>]*>(.*?)</style>", server.ask("/").body.decode(), re.DOTALL))
    assert page.evaluate(styles) == sent


def test_a_fact_is_watched_too(page, project):
    """A change in a facts file is shown like one in the config."""
    saved(page, project.parent / "facts" / "war.yaml", "1300", "1400")
    assert "1,400" in page.locator("body").inner_text()


def test_what_is_wrong_is_shown_over_the_last_good_page(page, project):
    """An error is named in the page with file, line, column and hint; the last good page stays below, and it goes."""
    assert overlay(page) == []
    saved(page, project, "title: Ukraine", "titel: <img src=x>")
    (told,) = overlay(page)
    assert re.search(r"config\.yaml:1:1: error\[unknown-key\]: '<?titel", told)
    assert "a similar name is 'title'" in told
    assert "Paragraph a of the text." in page.locator("body").inner_text()
    saved(page, project, "titel: <img src=x>", "title: Ukraine anew")
    assert overlay(page) == []
    assert "Ukraine anew" in page.title()


def test_a_page_that_was_wrong_from_the_start_gets_well(chromium, tmp_path):
    """A project that cannot be made at first shows why, and then its page."""
    config = a_project(tmp_path / "project", config="titel: none\n")
    with running("preview", config, "--date", "2022-04-09", log=tmp_path / "log") as server:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/")
        until(lambda: shown(page) > 0)
        assert "missing-key" in overlay(page)[0]
        before = shown(page)
        a_project(tmp_path / "project", config={"title": "At last"})
        until(lambda: shown(page) > before and "At last" in page.title())
        context.close()


def test_nothing_is_left_behind(page, project):
    """A preview publishes nothing, records nothing, and says that it is a draft."""
    assert "Draft" in page.locator("body").inner_text()
    assert sorted(path.name for path in project.parent.iterdir()) == ["config.yaml", "facts"]


def test_only_this_machine_sees_it(server):
    """A name that is not this machine's is refused, so that no page elsewhere can read a draft."""
    assert server.ask("/", host=f"evil.example:{server.port}").status == 421
    got = server.ask("/", origin="https://evil.example")
    assert "access-control-allow-origin" not in got.headers
    assert "script-src 'self'" in got.headers["content-security-policy"]
    assert b"http-equiv" not in got.body
    assert server.ask("/-/seen", "POST").status == 405
