"""From a tree of text to a checked value: pydantic's errors as diagnostics in the user's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from briefing.diagnostics import CODES, KEY, Diagnostic, Key, Where, near, shown

T = TypeVar("T")


def checked(
    adapter: TypeAdapter[T], tree: object, where: Where, model: type | None = None
) -> tuple[T, tuple[()]] | tuple[None, tuple[Diagnostic, ...]]:
    """Check `tree` against a model; the value, or None and everything that is wrong with it.

    `model` is the adapter's, where it is neither of the facts nor of the config.
    """
    try:
        return adapter.validate_python(tree), ()
    except ValidationError as error:
        return None, tuple(_diagnostics(error, tree, where, model))


def _diagnostics(error: ValidationError, tree: object, where: Where, model: type | None) -> Iterable[Diagnostic]:
    errors = error.errors(include_url=False)
    places = [one["loc"] for one in errors]
    for one in errors:
        loc = one["loc"]
        if one["type"] == "too_short" and any(other[: len(loc)] == loc != other for other in places):
            continue  # the items are there, and what is wrong with them is said already
        keys = _real(loc, tree)
        spot = Where(where.file, (*where.keys, *keys))
        given = one["input"]
        context = one.get("ctx", {})
        kind = one["type"]
        if kind in CODES:
            yield Diagnostic(spot, kind, context["message"], context["hint"])
        elif kind == "missing":
            yield Diagnostic(
                spot,
                "missing-key",
                f"the key '{loc[-1]}' is missing{_inside(keys, where)}",
                f"add {loc[-1]}:",
            )
        elif kind in {"extra_forbidden", "unexpected_keyword_argument"}:
            names = _fields(error.title, loc, model)
            message = f"{shown(loc[-1])} is not a key here{_inside(keys[:-1], where)}"
            yield Diagnostic(spot / KEY, "unknown-key", message, near(str(loc[-1]), names))
        elif kind in {"literal_error", "enum"}:
            choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            hint = f"the choices are {', '.join(choices)}"
            if len(choices) > 8:
                hint = near(str(given), choices) or hint
            yield Diagnostic(spot, "bad-choice", f"{shown(given)} is not a choice for '{loc[-1]}'", hint)
        elif kind == "string_pattern_mismatch":
            yield Diagnostic(spot, "bad-choice", f"{shown(given)} does not fit '{loc[-1]}'", _choices(context))
        elif kind in {"too_long", "too_short"}:
            limit = context.get("max_length", context.get("min_length"))
            code, word = ("too-many", "at most") if kind == "too_long" else ("missing-key", "at least")
            yield Diagnostic(spot, code, f"'{loc[-1]}' needs {word} {limit}, not {context.get('actual_length')}")
        else:
            yield Diagnostic(spot, "wrong-type", f"{_wanted(kind)} is wanted here, not {_kind(given)}")


def _choices(context: dict[str, Any]) -> str:
    words = re.search(r"\(([a-z_|]+)\)", str(context.get("pattern", "")))
    return f"the choices are {words[1].replace('|', ', ')}" if words else ""


def _real(loc: tuple[Key, ...], tree: object) -> tuple[Key, ...]:
    """The keys that a reader can follow in the file: names of union members and such are left out."""
    keys: list[Key] = []
    node: Any = tree
    for n, key in enumerate(loc):
        inside = key in node if isinstance(node, dict) else isinstance(key, int) and isinstance(node, (list, tuple))
        if inside:
            node = node[key]
            keys.append(key)
        elif n + 1 == len(loc):
            break
    return tuple(keys)


def _inside(keys: tuple[Key, ...], where: Where) -> str:
    names = [str(key) for key in (*where.keys, *keys) if isinstance(key, str)]
    return f" in '{names[-1]}'" if names else ""


def _kind(given: object) -> str:
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, (list, tuple)):
        return "a list"
    return f"the text {shown(given)}" if isinstance(given, str) and given else "nothing"


def _wanted(kind: str) -> str:
    if "tuple" in kind or "list" in kind:
        return "a list"
    if "dict" in kind or "model" in kind or "dataclass" in kind or "mapping" in kind:
        return "a mapping of keys"
    return "a text"


def _fields(title: str, loc: tuple[Key, ...], given: type | None) -> tuple[str, ...]:
    """The keys that a model knows at a place, for a near name."""
    from briefing import config, facts
    from briefing.config import sending
    from briefing.config.blocks import BLOCKS

    parent = loc[:-1]
    model: Any = given or next((vars(room)[title] for room in (facts, config, sending) if title in vars(room)), None)
    for key in parent:
        if isinstance(key, str) and key in BLOCKS:
            model = BLOCKS[key]
            continue
        model = _below(model, key)
        if model is None:
            return ()
    hidden = {"id", "file", "block"} if model in {facts.Source, facts.Indicator, facts.Fact} else {"block"}
    names: dict[str, Any] = getattr(model, "__pydantic_fields__", {})
    return tuple(field.alias or name for name, field in names.items() if name not in hidden)


def _below(model: Any, key: Key) -> Any:  # noqa: ANN401
    """The model that stands under `key` of a model, looked up through its annotations."""
    if isinstance(key, int):
        return model
    for name, field in getattr(model, "__pydantic_fields__", {}).items():
        if key in {name, field.alias}:
            return _model_in(field.annotation)
    return None


def _model_in(annotation: Any) -> Any:  # noqa: ANN401
    if hasattr(annotation, "__pydantic_fields__"):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if (found := _model_in(part)) is not None:
            return found
    return None
