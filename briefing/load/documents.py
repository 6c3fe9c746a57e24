"""YAML and JSON as plain trees in which every scalar is text, and the line of anything in them."""

from __future__ import annotations

import contextlib
import json
import re
from functools import cached_property
from typing import Any, Never

import yaml

from briefing.diagnostics import KEY, Diagnostic, Key, Where, shown
from briefing.inputs import Document, Tree
from briefing.load.files import FORBIDDEN, about_character, decode

try:
    from yaml.cyaml import CParser as _Parser
except ImportError:  # PyYAML without libyaml: the same events, ten times slower
    from yaml import Loader as _Parser  # type: ignore[assignment]

MAX_DEPTH = 40
"""Mappings and lists inside one another. A facts file needs five."""

MAX_SCALAR = 100_000
"""Characters in one scalar; a field's own limit is lower."""


class _Places:
    """Where things stand in a file. It is read a second time, and only when something is wrong with it: to keep the
    places of all scalars would double the memory.
    """

    def __init__(self, text: str, name: str, *, is_json: bool) -> None:
        self.text, self.name, self.is_json = text, name, is_json

    @cached_property
    def places(self) -> dict[tuple[Key, ...], tuple[int, int]]:
        text = re.sub(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", r"\\u0020", self.text) if self.is_json else self.text
        places: dict[tuple[Key, ...], tuple[int, int]] = {}
        with contextlib.suppress(_RefusedError):
            _read(text, self.name, places)
        return places

    def __call__(self, keys: tuple[Key, ...]) -> tuple[int, int]:
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, (1, 1))


def _nowhere(_: tuple[Key, ...]) -> tuple[int, int]:
    return 1, 1


def document(data: bytes, name: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Parse a facts or config file: JSON when its name ends so, else YAML."""
    text, found = decode(data, name)
    if not text:
        return Document(name, None, _nowhere), found
    is_json = name.lower().endswith(".json")
    places = _Places(text, name, is_json=is_json)
    try:
        root = _json(text, name) if is_json else _read(text, name, None)
    except _RefusedError as refusal:
        return Document(name, None, places), refusal.found
    return Document(name, root, places), ()


class _RefusedError(Exception):
    """The file cannot be read further."""

    def __init__(self, *found: Diagnostic) -> None:
        super().__init__()
        self.found = found


# YAML.

_ABSENT: Any = object()


def _read(text: str, name: str, places: dict[tuple[Key, ...], tuple[int, int]] | None) -> Tree:
    """Build the tree from the parser's events, without recursion. Fills `places` when it is given.

    Duplicate keys and empty scalars are found here; every other question is the schema's.
    """
    parser = _Parser(text)
    escapes = "\\" in text
    found: list[Diagnostic] = []
    # Each open container: the thing, and for a mapping the key that waits for its value.
    stack: list[tuple[Any, str | None, tuple[Key, ...]]] = []
    thing: Any = _ABSENT  # the container being filled
    key: str | None = None
    path: tuple[Key, ...] = ()
    root: Any = None
    done = False
    kinds = (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)
    scalar_kind, mapping_kind = kinds[:2]
    ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
    try:
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is scalar_kind:
                node: Any = event.value
                if event.anchor is not None or event.tag is not None:
                    _refuse_feature(event, name)
                if not node and not event.style:
                    node = None
                elif len(node) > MAX_SCALAR:
                    found.append(_at(event, name, "too-long", f"this text has {len(node)} characters"))
                elif escapes and (match := FORBIDDEN.search(node)):
                    found.append(_at(event, name, "forbidden-character", *about_character(match[0])))
            elif kind in kinds:
                if event.anchor is not None or event.tag is not None:
                    _refuse_feature(event, name)
                if len(stack) >= MAX_DEPTH:
                    raise _RefusedError(_at(event, name, "too-deep", f"more than {MAX_DEPTH} mappings and lists in one another"))
                node = {} if kind is mapping_kind else []
            elif kind in ends:
                if kind is ends[0] and None in thing.values():
                    for absent in [k for k, v in thing.items() if v is None]:
                        del thing[absent]
                thing, key, path = stack.pop()
                continue
            elif kind is yaml.AliasEvent:
                _refuse_feature(event, name)
            elif kind is yaml.DocumentStartEvent:
                if done:
                    hint = "put everything in one document; remove the line with ---"
                    raise _RefusedError(_at(event, name, "yaml-feature", "a second document begins here", hint))
                done = True
                continue
            elif kind is yaml.StreamEndEvent:
                break
            else:
                continue

            # `node` is a finished scalar or a container just opened: put it where it belongs.
            if thing is _ABSENT:
                root = node
                here: tuple[Key, ...] = ()
            elif thing.__class__ is list:
                here = (*path, len(thing)) if places is not None else ()
                thing.append("" if node is None else node)
            elif key is None:
                key = _key(event, node, thing, name, found)
                if places is not None:
                    mark = event.start_mark
                    places[(*path, key, KEY)] = (mark.line + 1, mark.column + 1)
                    places.setdefault((*path, key), (mark.line + 1, mark.column + 1))
                continue
            else:
                here = (*path, key) if places is not None else ()
                if node is not None:
                    thing[key] = node
                key = None
            if places is not None and (node is not None or not here):
                mark = event.start_mark
                block = kind is scalar_kind and event.style in {"|", ">"}  # its text begins on the line below
                places[here] = (mark.line + 2, 1) if block else (mark.line + 1, mark.column + 1)
            if kind is not scalar_kind:
                stack.append((thing, key, path))
                thing, key, path = node, None, here
    except yaml.YAMLError as error:
        found.append(_syntax(error, name, text))
    if found:
        raise _RefusedError(*found)
    return root if isinstance(root, (dict, list, str)) else None


def _key(event: Any, node: Any, thing: dict[str, Any], name: str, found: list[Diagnostic]) -> str:  # noqa: ANN401
    if not isinstance(node, str):
        raise _RefusedError(_at(event, name, "syntax", "a key has to be a text", "a dash, a word or a quote may be missing"))
    if node == "<<":
        _refuse_feature(event, name)
    if node in thing:
        hint = "keep one of the two"
        found.append(_at(event, name, "duplicate-key", f"the key {shown(node)} stands twice in this mapping", hint))
    thing.setdefault(node, None)
    return node


def _at(event: Any, name: str, code: str, message: str, hint: str = "") -> Diagnostic:  # noqa: ANN401
    mark = event.start_mark
    return Diagnostic(Where(name, line=mark.line + 1, column=mark.column + 1), code, message, hint)


def _refuse_feature(event: Any, name: str) -> Never:  # noqa: ANN401
    if isinstance(event, yaml.AliasEvent):
        what, hint = f"the alias *{event.anchor[:40]}", "write the text out, or put it in quotes if * belongs to it"
    elif getattr(event, "value", None) == "<<":
        what, hint = "the merge key <<", "write the fields out"
    elif event.anchor is not None:
        what, hint = f"the anchor &{event.anchor[:40]}", "remove it, or put the text in quotes if & belongs to it"
    else:
        what, hint = f"the tag {event.tag[:40]}", "remove it, or put the text in quotes if ! belongs to it"
    raise _RefusedError(_at(event, name, "yaml-feature", f"{what} is not part of the facts format", hint))


def _syntax(error: yaml.YAMLError, name: str, text: str) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text cannot be read"
    line = mark.line + 1 if mark else 1
    column = mark.column + 1 if mark else 1
    lines = text.splitlines()
    content = lines[line - 1] if line <= len(lines) else ""
    hint = ""
    if "nesting depth" in problem:
        message = f"more than {MAX_DEPTH} mappings and lists in one another"
        return Diagnostic(Where(name, line=line, column=column), "too-deep", message)
    if "\t" in content[: len(content) - len(content.lstrip())]:
        hint = "indent with spaces: YAML does not allow tabs there"
    elif "{{" in content or re.match(r"\s*[\w-]+:\s*[{\[@`%*&!|>]", content):
        hint = "put the text in quotes"
    elif "mapping values" in problem:
        hint = "put a text that holds a colon in quotes, and check the indentation"
    elif line >= len(lines) or "end" in problem:
        hint = "the file may have been cut off; check that every quote and bracket is closed"
    return Diagnostic(Where(name, line=line, column=column), "syntax", f"this is not well-formed YAML: {problem}", hint)


# JSON.


def _json(text: str, name: str) -> Tree:
    """Parse JSON into the same tree: numbers stay as written, null leaves its key out, duplicate keys are refused."""
    try:
        return _plain(
            json.loads(
                text,
                parse_int=str,
                parse_float=str,
                parse_constant=str,
                object_pairs_hook=lambda pairs: _pairs(pairs, name),
            ),
            name,
        )
    except json.JSONDecodeError as error:
        place = Where(name, line=error.lineno, column=error.colno)
        raise _RefusedError(Diagnostic(place, "syntax", f"this is not well-formed JSON: {error.msg}")) from error
    except RecursionError as error:
        message = f"more than {MAX_DEPTH} mappings and lists in one another"
        raise _RefusedError(Diagnostic(Where(name, line=1, column=1), "too-deep", message)) from error


def _pairs(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            message = f"the key {shown(key)} stands twice in this mapping"
            raise _RefusedError(Diagnostic(Where(name, (key,)), "duplicate-key", message, "keep one of the two"))
        found[key] = value
    return found


def _plain(node: Any, name: str, keys: tuple[Key, ...] = ()) -> Any:  # noqa: ANN401
    if len(keys) > MAX_DEPTH:
        message = f"more than {MAX_DEPTH} mappings and lists in one another"
        raise _RefusedError(Diagnostic(Where(name, keys), "too-deep", message))
    if isinstance(node, dict):
        return {
            _text(k, name, keys): _plain(v, name, (*keys, k)) for k, v in node.items() if v is not None
        }
    if isinstance(node, list):
        return ["" if v is None else _plain(v, name, (*keys, n)) for n, v in enumerate(node)]
    return _text(node if isinstance(node, str) else str(node).lower() if node is not None else "", name, keys)


def _text(text: str, name: str, keys: tuple[Key, ...]) -> str:
    if match := FORBIDDEN.search(text):
        raise _RefusedError(Diagnostic(Where(name, keys), "forbidden-character", *about_character(match[0])))
    if len(text) > MAX_SCALAR:
        raise _RefusedError(Diagnostic(Where(name, keys), "too-long", f"this text has {len(text)} characters"))
    return text
