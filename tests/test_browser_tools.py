"""The checkers of HTML find what they are there to find."""

import pytest

from tests.browser import axe_violations, nu_messages, offline_page

PLAIN = '<!doctype html><html lang="en"><title>A page</title><main><h1>News</h1><p>Words.</p></main></html>'


def test_a_plain_page_passes_every_check(page, tmp_path):
    """A plain page is accessible, valid and silent."""
    path = tmp_path / "plain.html"
    path.write_text(PLAIN, encoding="utf-8")
    page.goto(path.as_uri())
    assert axe_violations(page) == []
    assert nu_messages([path]) == []


def test_faint_text_is_found(page):
    """Text too faint to read is found, though the page's own policy forbids every script."""
    csp = "default-src 'none'; style-src 'unsafe-inline'"
    policy = f'<meta http-equiv="Content-Security-Policy" content="{csp}">'
    page.set_content(PLAIN.replace("<title>", f"{policy}<title>").replace("<p>", '<p style="color: #bbb">'))
    (violation,) = axe_violations(page)
    assert violation.startswith("color-contrast: ['p']")


def test_invalid_html_is_found_in_each_file(tmp_path):
    """Invalid HTML is named with file and line, for many files at once."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.html").write_text(PLAIN.replace("<p>", "\n<p colour>"), encoding="utf-8")
    messages = nu_messages(sorted(tmp_path.iterdir()))
    assert [message.split(": ")[:2] for message in messages] == [
        ["one.html:2", "error"],
        ["two.html:2", "error"],
    ]


@pytest.mark.parametrize(
    "address",
    ["https://example.org/pixel.png", "http://127.0.0.1:9/pixel.png", "no-such-file.png"],
)
def test_a_request_fails_the_test(chromium, tmp_path, address):
    """A page that asks for something outside, or for a file that is not there, fails its test."""
    path = tmp_path / "page.html"
    path.write_text(PLAIN.replace("Words.", f'<img src="{address}" alt="">'), encoding="utf-8")
    with pytest.raises(AssertionError, match=address), offline_page(chromium) as page:
        page.goto(path.as_uri())


def test_what_a_page_carries_is_no_request(page):
    """A picture inside the page is no request."""
    picture = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="">'
    page.set_content(PLAIN.replace("Words.", picture))
