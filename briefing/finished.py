"""What in a finished page would reach out of it. The page is read so strictly that every browser reads it the same way.

Each `<` outside a style sheet must begin a whole tag, a comment without tags, or the doctype (HTML, 13.2.5): no element
whose content is read in another way is allowed, save `style` and `title`, and no attribute holds a `<`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from briefing.outward import line_of, reach_of_style

POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "font-src data:; img-src data:; base-uri 'none'; form-action 'none'\">"
)
"""The line by which a page forbids itself everything."""

_ELEMENTS = re.compile(
    "html|head|body|meta|title|style|a|abbr|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|"
    "col|colgroup|data|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hgroup|hr|i|img|ins|"
    "kbd|li|main|mark|menu|meter|nav|ol|p|pre|progress|q|rp|rt|ruby|s|samp|search|section|small|span|strong|sub|"
    "summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr|"
    "svg|g|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|textpath|defs|clippath|mask|pattern|"
    "lineargradient|radialgradient|stop|marker|symbol|use|desc"
)
_ACTING = re.compile(
    "on.*|action|archive|attributionsrc|autofocus|background|classid|code|codebase|data|dynsrc|form|formaction|"
    "imagesrcset|is|longdesc|lowsrc|manifest|nonce|object|part|ping|popover|poster|profile|shadowrootmode|slot|srcdoc|"
    "srcset|usemap"
)
_TEXTS = re.compile(r"(?:aria|data)-.*|alt|class|content|datetime|href|id|label|name|src|title|value|xlink:href")
_SPACE = r"[ \t\n\r\f]"
_VALUE = r"""(?:"(?P<twice>[^"<]*)"|'(?P<once>[^'<]*)'|(?P<bare>[\w.:\#/%+-]+))"""
_BARE_VALUE = re.sub(r"\?P<\w+>", "?:", _VALUE)
_NAME = r"[a-z_][a-z0-9_:.-]*+"
_START = re.compile(
    rf"<(?P<name>[a-z][a-z0-9-]*+)(?P<given>(?:{_SPACE}+{_NAME}(?:{_SPACE}*={_SPACE}*{_BARE_VALUE})?+)*+){_SPACE}*/?>",
    re.IGNORECASE | re.ASCII,
)
_END = re.compile(rf"</(?P<name>[a-z][a-z0-9-]*+){_SPACE}*>", re.IGNORECASE | re.ASCII)
_GIVEN = re.compile(rf"(?P<name>{_NAME})(?:{_SPACE}*={_SPACE}*{_VALUE})?+", re.IGNORECASE | re.ASCII)
_REMARK = re.compile(r"<!--(?!-?>)(?:(?!--)[^<>])*-->")
_DOCTYPE = re.compile(r"<!doctype html>", re.IGNORECASE)
_END_OF_STYLE = re.compile(r"</style", re.IGNORECASE)
_UNSURE = re.compile(r"&(?!#?\w+;)", re.ASCII)
_LINK = re.compile(r"https?:|mailto:|#", re.IGNORECASE)
_BESIDE = re.compile(r"[\w.%][^:\\\s]*", re.ASCII)
_PICTURE = re.compile(r"data:image/|asset:", re.IGNORECASE)
_HEAD = re.compile(
    rf"{_SPACE}*<!doctype html>{_SPACE}*<html[^<>]*>{_SPACE}*<head>{_SPACE}*"
    rf"(?:(?:<meta[^<>]*>|<title>[^<]*</title>|<!--[^<>]*-->){_SPACE}*)*?{re.escape(POLICY)}",
    re.IGNORECASE,
)


def reach_of_page(page: str, *, beside: bool = False) -> tuple[str, int] | None:
    """The first thing in HTML that reaches out or that browsers may read in several ways, and its line from 1.

    `beside`: links may lead to other files of the same site.
    """
    page = str(page)  # plain, for cutting Markup is slow
    at, drawn = page.find("<"), False
    while at >= 0:
        end = page.find(">", at) + 1
        name = _known(page[at:end], beside=beside)
        if name is None:
            name, end, wrong = _read(page, at, beside=beside)
            if wrong:
                return f"a page loads nothing and runs nothing, but here is {wrong}", line_of(page, at)
        drawn = drawn or name == "svg"
        following = page.find("<", end)
        if name == "style":
            closing = _END_OF_STYLE.search(page, end)
            following = closing.start() if closing else -1
            if drawn or following < 0:
                return _STYLE_AFTER, line_of(page, at)
            if (reach := reach_of_style(page[end:following])) is not None:
                return reach[0], line_of(page, end) + reach[1] - 1
        if name in {"title", "style"} and page[following : following + len(name) + 2].lower() != f"</{name}":
            return f"a page loads nothing and runs nothing, but here is <{name}> with more than text", line_of(page, at)
        at = following
    return None


_STYLE_AFTER = "a page has its style sheets before its drawings, each with its end: write the rules into style/own.css"


def without_policy(page: str) -> str | None:
    """Why a page does not forbid itself everything, or None where it does."""
    return None if _HEAD.match(page) else f"a page forbids itself everything; write this right after <head>: {POLICY}"


@lru_cache(maxsize=8192)
def _known(tag: str, *, beside: bool) -> str | None:
    """The name of a harmless tag without `>` in it, empty for an end; None for any other text. Most tags repeat."""
    if (start := _START.fullmatch(tag)) is not None:
        return start["name"].lower() if not _wrong(start, beside=beside) else None
    end = _END.fullmatch(tag)
    return "" if end is not None and _ELEMENTS.fullmatch(end["name"].lower()) else None


def _read(page: str, at: int, *, beside: bool) -> tuple[str, int, str]:
    """What begins here: its name, where it ends, and what is wrong with it."""
    if (start := _START.match(page, at)) is not None:
        return start["name"].lower(), start.end(), _wrong(start, beside=beside)
    other = _REMARK.match(page, at) or (None if page[:at].strip() else _DOCTYPE.match(page, at))
    if other is not None:
        return "", other.end(), ""
    return "", at, f"no plain tag: {page[at : at + 60]!r} (a < in a text is &lt;)"


def _wrong(start: re.Match[str], *, beside: bool) -> str:
    """What a start tag may not be or have, or nothing."""
    element = start["name"].lower()
    if _ELEMENTS.fullmatch(element) is None:
        return f"<{element}>"
    for one in _GIVEN.finditer(start["given"]):
        raw = one["twice"] or one["once"] or one["bare"] or ""
        if not _allowed(element, one["name"].lower(), raw, beside=beside):
            return f"{one[0][:60]!r} of <{element}>"
    return ""


def _allowed(element: str, name: str, raw: str, *, beside: bool) -> bool:
    """Whether an element may have an attribute, its value as it is written."""
    value = unescape(raw).strip()
    if _ACTING.fullmatch(name):
        return False
    if name == "src":
        return element == "img" and _PICTURE.match(value) is not None
    if name in {"href", "xlink:href"}:
        if element != "a":
            return value.startswith("#")
        return _LINK.match(value) is not None or (beside and _BESIDE.fullmatch(value) is not None)
    if name == "http-equiv":
        return value.lower() in {"content-security-policy", "x-ua-compatible"}
    if name == "rel":
        return "attachment" not in value.lower()
    if _TEXTS.fullmatch(name):
        return True
    return reach_of_style(value) is None and not (name == "style" and _UNSURE.search(raw))
