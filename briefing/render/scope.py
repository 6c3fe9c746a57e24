"""A style sheet made to hold in one place of somebody else's page, and to hold against what that page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2  # type: ignore[import-untyped]

_INNER = {"media", "supports", "container"}
_ROOT = re.compile(r"\.bf(?:-fragment)?(?![\w-])")
_PAGE = re.compile(r"\.bf-(?:page|root|skip)(?![\w-])")
_WIDTH = re.compile(r"\s*\((?:max|min)-width:[^()]*\)\s*")
_WEIGHT = ":not(#bf#bf#bf#bf)"
"""True of every element that has an id of its own, and as specific as four ids (Selectors, level 4, 17)."""
_OWN_LETTERS = "briefing "
"""How the names of letters begin that only a briefing uses."""
_ROOT_SIZE = 16
"""Pixels of a rem, where the page around says nothing."""


def scoped(style: str, name: str) -> str:
    """The style sheet with every selector below the element whose id is `name`.

    Each selector weighs as much as five ids, so that a rule of the page around wins only with more or `!important`.
    Lengths in rem, which follow the root of that page, are measured by `--bf-rem` of the element instead. A query for
    the width of the window becomes one for that of the element, the container `bf`. Rules for a whole page, and
    at-rules that hold in all of it such as `@keyframes`, are left out.
    """
    place = f"#{_escaped(name)}{_WEIGHT}"
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return "\n".join(_scoped(rules, place))


@lru_cache(maxsize=32)
def leaving(style: str) -> tuple[str, int] | None:
    """The first rule of a style sheet that would hold outside the fragment that it is written for, and its line from 1.

    What `scoped` puts below an element leaves it by a rule for the elements beside the root, by a rule inside a rule,
    whose selector may begin anywhere (CSS Nesting, 3.1), and by letters under a name that the page around may use too.
    """
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return next(_leaving(rules), None)


def _leaving(rules: list[Any]) -> Iterator[tuple[str, int]]:
    for rule in rules:
        if rule.type == "qualified-rule":
            said = tinycss2.serialize(rule.prelude).strip()
            if any(_beside(tokens) for tokens in _split(rule.prelude)):
                yield (
                    f"{said!r} is a rule for what stands beside a fragment: no + or ~ right after .bf",
                    rule.source_line,
                )
            if any(token.type == "{} block" for token in rule.content):
                yield f"{said!r} holds another rule: write each rule by itself", rule.source_line
        elif rule.type == "at-rule" and rule.lower_at_keyword in _INNER and rule.content is not None:
            yield from _leaving(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content is not None:
            for family in _families(rule.content):
                if not family.lower().startswith(_OWN_LETTERS):
                    how = f"call them '{_OWN_LETTERS.title()}{family}'"
                    yield (
                        f"letters called {family!r} hold for all of the page around a fragment: {how}",
                        rule.source_line,
                    )


def _families(content: list[Any]) -> Iterator[str]:
    """The names that a @font-face rule gives its letters."""
    for one in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and one.lower_name == "font-family":
            words = [token for token in one.value if token.type not in {"whitespace", "comment"}]
            yield " ".join(token.value if token.type in {"ident", "string"} else token.serialize() for token in words)


def _beside(tokens: list[Any]) -> bool:
    """Whether a selector, once it is below the root, is one for the elements beside it."""
    gap = False
    tokens = [token for token in tokens if token.type != "comment"]
    rooted = _ROOT.match("".join(token.serialize() for token in tokens).strip())
    for n, token in enumerate(tokens):
        if token.type == "whitespace":
            gap = n > 0
        elif token.type == "literal" and token.value in {"+", "~"}:
            return True
        elif gap or not rooted or (token.type == "literal" and token.value in {">", "|", "||"}):
            return False
    return False


def _scoped(rules: list[Any], place: str) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [_below(one, place) for one in _selectors(rule.prelude) if not _PAGE.search(one)]
            if selectors:
                yield f"{', '.join(selectors)} {{{_sized(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _INNER and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if held := "\n".join(_scoped(inner, place)):
                yield f"@{_condition(rule)}{{\n{held}\n}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "font-face":
            yield str(tinycss2.serialize([rule]))


def _condition(rule: Any) -> str:  # noqa: ANN401  # an at-rule of tinycss2
    """An at-rule's name and condition. In a container's, rem would be that of the page around."""
    condition = str(tinycss2.serialize(rule.prelude))
    if rule.lower_at_keyword == "media" and _WIDTH.fullmatch(condition):
        return f"container bf{_in_pixels(rule.prelude)}"
    if rule.lower_at_keyword == "container":
        condition = _in_pixels(rule.prelude)
    return f"{rule.lower_at_keyword}{condition}"


def _below(selector: str, place: str) -> str:
    """A selector below the place; one that begins with the root's class begins with the place."""
    root = _ROOT.match(selector)
    return place + selector[root.end() :] if root else f"{place} {selector}"


def _selectors(prelude: list[Any]) -> Iterator[str]:
    """A rule's selectors as text."""
    for tokens in _split(prelude):
        yield "".join(token.serialize() for token in tokens if token.type != "comment").strip()


def _split(prelude: list[Any]) -> Iterator[list[Any]]:
    """The tokens of a rule's selectors, split at the commas that stand in no bracket."""
    selector: list[Any] = []
    for part in prelude:
        if part == ",":
            yield selector
            selector = []
        else:
            selector.append(part)
    yield selector


def _sized(tokens: list[Any]) -> str:
    return "".join(_each(tokens, lambda value: f"calc({value:g} * var(--bf-rem))"))


def _in_pixels(tokens: list[Any]) -> str:
    return "".join(_each(tokens, lambda value: f"{value * _ROOT_SIZE:g}px"))


def _each(tokens: list[Any], sized: Any) -> Iterator[str]:  # noqa: ANN401  # a function from a number to CSS
    """The tokens as text, lengths in rem as `sized` writes them."""
    for token in tokens:
        if token.type == "dimension" and token.lower_unit == "rem":
            yield sized(token.value)
        elif token.type == "function":
            yield f"{token.name}({''.join(_each(token.arguments, sized))})"
        elif token.type == "() block":
            yield f"({''.join(_each(token.content, sized))})"
        elif token.type != "comment":
            yield token.serialize()


def _escaped(name: str) -> str:
    """An id as CSS writes it: it may not begin with a digit."""
    return f"\\{ord(name[0]):x} {name[1:]}" if name[:1].isdigit() else name
