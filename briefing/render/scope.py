"""A style sheet made to hold in one place of somebody else's page, and to hold against what that page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2  # type: ignore[import-untyped]

_INNER = {"media", "supports", "container"}
_ROOT = re.compile(r"\.bf(?:-fragment)?(?![\w-])")
_PAGE = re.compile(r"\.bf-(?:page|root|skip)(?![\w-])")
_WIDTH = re.compile(r"\s*\((?:max|min)-width:[^()]*\)\s*")
_WEIGHT = ":not(#bf#bf#bf#bf)"
"""True of every element that has an id of its own, and as specific as four ids (Selectors, level 4, 17)."""
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
    """A rule's selectors, split at the commas that stand in no bracket."""
    selector = ""
    for part in prelude:
        if part == ",":
            yield selector.strip()
            selector = ""
        elif part.type != "comment":
            selector += part.serialize()
    yield selector.strip()


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
