"""What in a template or a style sheet would reach out: load a file, run a script, lead to no address of the web."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ELEMENTS = (
    "applet|audio|base|embed|feimage|form|frame|frameset|iframe|image|link|object|portal|script|source|track|video"
)
_LOADING = "action|background|data|formaction|manifest|ping|poster|src|srcdoc|srcset"
_ATTRIBUTE = r"""\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_HTML = re.compile(
    rf"""<(?:
        (?:{_ELEMENTS})(?![\w-])
        | [a-z][^\s/>]*+ (?:{_ATTRIBUTE})*? [\s/]+ (?:
            on[a-z]+\s*=
            | http-equiv\s*=\s*+["']?+\s*+refresh
            | (?:{_LOADING})\s*=\s*+["']?+\s*+(?!asset:|data:image/|\{{\{{)
            | (?:xlink:)?href\s*=\s*+["']?+\s*+(?!https?:|mailto:|\#|\{{\{{)
            | style\s*=\s*(?:"[^"]*url\((?!\#)|'[^']*url\((?!\#))
        )
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_CSS = re.compile(
    r"""(?P<data>url\(\s*+["']?+\s*+data:[\w/+.;=-]*+,[A-Za-z0-9+/=]*+(?=["')]))  # at once: fonts are long
    |url\(\s*+["']?+\s*+(?!asset:|data:|\#)|@import|image-set\(|\bimage\(|\bsrc\(
    # letters written so as not to be seen
    |\\(?:0000|0{0,3}(?=..(?![0-9a-f])))(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])|\\[g-z]""",
    re.IGNORECASE | re.VERBOSE,
)


def reach_of_template(page: str) -> tuple[str, int] | None:
    """The first thing in a template of HTML that plainly reaches out, and its line from 1.

    What it makes is judged once more, and strictly, when the page is finished.
    """
    found = [(match, match.start()) for match in [_HTML.search(page)] if match]
    for style in _STYLE.finditer(page):
        found += [(match, style.start(1) + match.start()) for match in _reaching(style[1])]
    return min(((_said(match), line_of(page, at)) for match, at in found), key=lambda pair: pair[1], default=None)


def reach_of_style(style: str) -> tuple[str, int] | None:
    """The first thing in a style sheet that reaches out, and its line from 1."""
    return next(((_said(match), line_of(style, match.start())) for match in _reaching(style)), None)


def _reaching(style: str) -> Iterator[re.Match[str]]:
    """What reaches out of a style sheet."""
    return (match for match in _CSS.finditer(style) if match["data"] is None)


def _said(match: re.Match[str]) -> str:
    text = match[0] if len(match[0]) < 60 else f"{match[0][:20]} … {match[0][-30:]}"
    return f"a page loads nothing and runs nothing, but here is {text!r}"


def line_of(text: str, at: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1
