"""YAML and JSON as plain trees in which every scalar is text, and the line of anything in them."""

from __future__ import annotations

import contextlib
import json
import re
from functools import cached_property
from typing import Any, Never

import yaml

from briefing.diagnostics import KEY, Diagnostic, Key, Where, shown
from briefing.inputs import FORBIDDEN, Document, Tree, about_character
from briefing.load.files import crowded, decode

# PyYAML without libyaml has the same events, ten times slower.
_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Places = dict[tuple[Key, ...], tuple[int, int]]

MAX_ENTRIES = 3_000_000
"""Lines, list items and mappings in one file. A fact has about ten."""

MAX_DEPTH = 40
"""Mappings and lists inside one another. A facts file needs five."""

MAX_SCALAR = 100_000
"""Characters in one scalar; a field's own limit is lower."""


class _Places:
    """Where things stand in a file.

    It is read a second time for this, and only when something is wrong: to keep all places would double the memory.
    """

    def __init__(self, text: str, name: str, *, is_json: bool) -> None:
        self.text, self.name, self.is_json = text, name, is_json

    @cached_property
    def places(self) -> Places:
        text = _as_yaml(self.text) if self.is_json else self.text
        places: Places = {}
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
    if found := crowded(text, name, MAX_ENTRIES):
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


def _read(text: str, name: str, places: Places | None) -> Tree:
    """The tree of a YAML text. Fills `places` when it is given. Raises _RefusedError."""
    return _Builder(text, name, places).tree()


class _Builder:
    """Builds the tree from the parser's events, without recursion.

    Duplicate keys, empty scalars and what YAML has beyond plain data are dealt with here; every other question is the
    schema's. Lines and columns of events count from 0.
    """

    def __init__(self, text: str, name: str, places: Places | None) -> None:
        self.text, self.name, self.places = text, name, places
        self.escapes = "\\" in text
        self.found: list[Diagnostic] = []
        self.root: Any = None
        self.thing: Any = None  # the container being filled
        self.key: str | None = None  # of a mapping: the key that waits for its value
        self.path: tuple[Key, ...] = ()
        self.stack: list[tuple[Any, str | None, tuple[Key, ...]]] = []

    def tree(self) -> Tree:
        try:
            self._documents()
        except yaml.YAMLError as error:
            self.found.append(_syntax(error, self.name, self.text))
        if self.found:
            raise _RefusedError(*self.found)
        return self.root if isinstance(self.root, (dict, list, str)) else None

    def _documents(self) -> None:
        parser: Any = _Parser(self.text)
        begun = False
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                self._put(event, self._scalar(event))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.AliasEvent:
                self._refuse_feature(event)
            elif kind is yaml.DocumentStartEvent:
                if begun:
                    hint = "put everything in one document; remove the line with ---"
                    raise _RefusedError(self._at(event, "yaml-feature", "a second document begins here", hint))
                begun = True
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: Any) -> str | None:  # noqa: ANN401  # PyYAML's events are untyped
        if event.anchor is not None or event.tag is not None:
            self._refuse_feature(event)
        text: str = event.value
        if not text and not event.style:
            return None
        if len(text) > MAX_SCALAR:
            self.found.append(self._at(event, "too-long", f"this text has {len(text)} characters"))
        elif self.escapes and (match := FORBIDDEN.search(text)):
            self.found.append(self._at(event, "forbidden-character", *about_character(match[0])))
        return text

    def _open(self, event: Any, thing: Any) -> None:  # noqa: ANN401
        if event.anchor is not None or event.tag is not None:
            self._refuse_feature(event)
        if len(self.stack) >= MAX_DEPTH:
            message = f"more than {MAX_DEPTH} mappings and lists in one another"
            raise _RefusedError(self._at(event, "too-deep", message))
        place = self._put(event, thing)
        self.stack.append((self.thing, self.key, self.path))
        self.thing, self.key, self.path = thing, None, place

    def _close(self) -> None:
        if self.thing.__class__ is dict and None in self.thing.values():
            for absent in [key for key, value in self.thing.items() if value is None]:
                del self.thing[absent]
        self.thing, self.key, self.path = self.stack.pop()

    def _put(self, event: Any, node: Any) -> tuple[Key, ...]:  # noqa: ANN401
        """Put a scalar, or a container just opened, where it belongs; the keys of that place, if places are wanted."""
        thing, key, path = self.thing, self.key, self.path
        if thing is None:
            self.root = node
            place: tuple[Key, ...] = ()
        elif thing.__class__ is list:
            thing.append("" if node is None else node)
            place = path if self.places is None else (*path, len(thing) - 1)
        elif key is None:
            self.key = key = self._new_key(event, node)
            if self.places is not None:
                self._mark(event, (*path, key))
                self._mark(event, (*path, key, KEY))
            return path
        else:
            self.key = None
            if node is None:
                return path
            thing[key] = node
            place = path if self.places is None else (*path, key)
        return place if self.places is None else self._mark(event, place)

    def _mark(self, event: Any, keys: tuple[Key, ...]) -> tuple[Key, ...]:  # noqa: ANN401
        if self.places is not None:
            line, column = event.start_mark.line, event.start_mark.column
            below = event.__class__ is yaml.ScalarEvent and event.style in {
                "|",
                ">",
            }  # its text begins on the next line
            self.places[keys] = (line + 2, 1) if below else (line + 1, column + 1)
        return keys

    def _new_key(self, event: Any, node: Any) -> str:  # noqa: ANN401
        if not isinstance(node, str):
            hint = "a dash, a word or a quote may be missing"
            raise _RefusedError(self._at(event, "syntax", "a key has to be a text", hint))
        if node == "<<":
            self._refuse_feature(event)
        if node in self.thing:
            message = f"the key {shown(node)} stands twice in this mapping"
            self.found.append(self._at(event, "duplicate-key", message, "keep one of the two"))
        self.thing.setdefault(node, None)
        return node

    def _at(self, event: Any, code: str, message: str, hint: str = "") -> Diagnostic:  # noqa: ANN401
        mark = event.start_mark
        return Diagnostic(Where(self.name, line=mark.line + 1, column=mark.column + 1), code, message, hint)

    def _refuse_feature(self, event: Any) -> Never:  # noqa: ANN401
        if isinstance(event, yaml.AliasEvent):
            what, hint = (
                f"the alias *{event.anchor}",
                "write the text out, or put it in quotes if * belongs to it",
            )
        elif getattr(event, "value", None) == "<<":
            what, hint = "the merge key <<", "write the fields out"
        elif event.anchor is not None:
            what, hint = (
                f"the anchor &{event.anchor}",
                "remove it, or put the text in quotes if & belongs to it",
            )
        else:
            what, hint = f"the tag {event.tag}", "remove it, or put the text in quotes if ! belongs to it"
        raise _RefusedError(self._at(event, "yaml-feature", f"{what[:60]} is not part of the facts format", hint))


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
        parsed = json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=lambda pairs: _pairs(pairs, text, name),
        )
        tree: Tree = _plain(parsed, name)
    except json.JSONDecodeError as error:
        place = Where(name, line=error.lineno, column=error.colno)
        message = f"this is not well-formed JSON: {error.msg}"
        raise _RefusedError(Diagnostic(place, "syntax", message)) from error
    except RecursionError as error:
        message = f"more than {MAX_DEPTH} mappings and lists in one another"
        raise _RefusedError(Diagnostic(Where(name, line=1, column=1), "too-deep", message)) from error
    return tree


def _pairs(pairs: list[tuple[str, Any]], text: str, name: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _read(_as_yaml(text), name, None)  # knows the place of every key that stands twice, and refuses them all
        raise _RefusedError(Diagnostic(Where(name), "duplicate-key", "a key stands twice", "keep one of the two"))
    return found


def _as_yaml(text: str) -> str:
    """JSON as YAML reads it: the same at the same places, without the halves of surrogate pairs."""
    return re.sub(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", r"\\u0020", text)


def _plain(node: Any, name: str, keys: tuple[Key, ...] = ()) -> Any:  # noqa: ANN401
    if len(keys) > MAX_DEPTH:
        message = f"more than {MAX_DEPTH} mappings and lists in one another"
        raise _RefusedError(Diagnostic(Where(name, keys), "too-deep", message))
    if isinstance(node, dict):
        return {_text(k, name, keys): _plain(v, name, (*keys, k)) for k, v in node.items() if v is not None}
    if isinstance(node, list):
        return ["" if v is None else _plain(v, name, (*keys, n)) for n, v in enumerate(node)]
    return _text(node if isinstance(node, str) else str(node).lower() if node is not None else "", name, keys)


def _text(text: str, name: str, keys: tuple[Key, ...]) -> str:
    if match := FORBIDDEN.search(text):
        raise _RefusedError(Diagnostic(Where(name, keys), "forbidden-character", *about_character(match[0])))
    if len(text) > MAX_SCALAR:
        raise _RefusedError(Diagnostic(Where(name, keys), "too-long", f"this text has {len(text)} characters"))
    return text
