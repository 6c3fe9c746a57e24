"""The tree of an edition, read back from its briefing.json."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, cast, get_args, get_type_hints

from briefing import edition
from briefing.errors import OutputError
from briefing.render.data import VERSION, kind
from briefing.value import Value, parse

_NODES: dict[str, type] = {
    kind(name): node for name, node in vars(edition).items() if isinstance(node, type) and is_dataclass(node)
}
_READ: dict[type, Callable[[str], Any]] = {
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    Decimal: Decimal,
    Value: parse,
}
"""What JSON knows only as text."""


def edition_of(data: bytes) -> tuple[edition.Edition, tuple[str, ...]]:
    """The edition that a briefing.json holds, and the markings of all facts that it tells of. Raises OutputError.

    Those are the facts that it prints, and what was different in them in an earlier edition.
    """
    try:
        record = json.loads(data)
        form = record["format"]
        markings = tuple(one["marking"] for one in record["facts"] if one["marking"])
        made = cast("edition.Edition", _node(record["edition"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise OutputError(f"briefing.json is not that of an edition: {type(error).__name__}: {error}") from error
    if form != VERSION:
        raise OutputError(f"briefing.json has the format {form!r}, and this program reads {VERSION}")
    then = (one.before_marking for one in made.changes + made.corrections)
    return made, markings + tuple(one for one in then if one)


def _node(given: Any) -> Any:  # noqa: ANN401
    if isinstance(given, list):
        return tuple(_node(one) for one in given)
    if not isinstance(given, dict):
        return given
    node = _NODES[given["type"]]
    texts = _texts(node)
    return node(
        **{
            name: _read(texts[name], value) if name in texts else _node(value)
            for name, value in given.items()
            if name != "type"
        }
    )


@cache
def _texts(node: type) -> dict[str, Callable[[str], Any]]:
    """The fields of a node that have to be read from text."""
    hints = get_type_hints(node)
    kinds = {field.name: {hints[field.name], *get_args(hints[field.name])} for field in fields(node)}
    return {name: _READ[one] for name, all_of in kinds.items() for one in all_of if one in _READ}


def _read(reader: Callable[[str], Any], given: Any) -> Any:  # noqa: ANN401
    """What stands as text, or as a list of texts, or nothing."""
    if isinstance(given, list):
        return tuple(map(reader, given))
    return reader(given) if given is not None else None
