"""The parameters of an address: declared once, for reading them, for refusing others, and for OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from briefing.diagnostics import near, shown

MAX_PARAMETERS = 30
MAX_QUERY = 4000
"""Bytes of a query; more are refused with 414."""


class BadRequestError(Exception):
    """A request that makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query. `pattern` is of the whole text; a number has limits instead."""

    name: str
    sentence: str
    pattern: str = ".{1,300}"
    lowest: int = 0
    highest: int = 0
    default: int = 0
    required: bool = False
    is_date: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        if self.highest:
            return {"type": "integer", "minimum": self.lowest, "maximum": self.highest, "default": self.default}
        form = {"format": "date"} if self.is_date else {"pattern": f"^(?:{self.pattern})$"}
        return {"type": "string", **form}

    @property
    def as_openapi(self) -> dict[str, Any]:
        """What OpenAPI says of it."""
        return {
            "name": self.name,
            "in": "query",
            "description": self.sentence,
            "required": self.required,
            "schema": self.schema,
        }


def asked(query: bytes, known: Iterable[Parameter]) -> Mapping[str, str]:
    """The parameters of a query by name, each checked. Raises BadRequestError."""
    declared = {one.name: one for one in known}
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError as error:
        raise BadRequestError("the query is not of the form name=text&name=text, in UTF-8") from error
    found: dict[str, str] = {}
    for name, text in pairs:
        if name not in declared:
            hint = near(name, declared) or f"there are {', '.join(declared) or 'none'}"
            raise BadRequestError(f"{shown(name)} is not a parameter here; {hint}")
        if name in found:
            raise BadRequestError(f"{name} is given twice")
        _check(declared[name], text)
        found[name] = text
    missing = [one.name for one in declared.values() if one.required and one.name not in found]
    if missing:
        raise BadRequestError(f"the parameter {missing[0]} is missing")
    return found


def _check(parameter: Parameter, text: str) -> None:
    if parameter.highest:
        fits = bool(re.fullmatch("[0-9]{1,9}", text)) and parameter.lowest <= int(text) <= parameter.highest
        wanted = f"a whole number from {parameter.lowest} to {parameter.highest}"
    elif parameter.is_date:
        fits, wanted = _is_date(text), "a date such as 2022-04-09"
    else:
        fits, wanted = bool(re.fullmatch(parameter.pattern, text)), f"of the form {parameter.pattern}"
    if not fits:
        raise BadRequestError(f"{shown(text)} cannot be {parameter.name}, which is {wanted}")


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def number(found: Mapping[str, str], parameter: Parameter) -> int:
    """The number that was given, or its default."""
    return int(found.get(parameter.name, parameter.default))
