"""Kinds of fields that a config has: texts, paths, numbers, lists, each read from YAML's text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from briefing.fields import Id, Short, decimal, problem, text_of

Format = Literal["pdf", "html", "fragment", "json"]
FORMATS: tuple[Format, ...] = ("pdf", "html", "fragment", "json")


class Model(BaseModel):
    """A mapping of the config; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _prose(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if len(text) > 20_000:
        raise problem("too-long", f"this text has {len(text)} characters; at most 20000 are allowed")
    return text


def zone_of(given: Any) -> str:  # noqa: ANN401
    """The name of a time zone."""
    text = text_of(given)
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "write a name of the tz database, such as Europe/Kyiv or UTC"
        raise problem("bad-choice", f"{text[:60]!r} is not a time zone", hint) from error
    return text


def _yes(given: Any) -> bool:  # noqa: ANN401
    if given is True or given is False:
        return bool(given)
    text = text_of(given)
    if text not in {"true", "false"}:
        raise problem("bad-choice", f"{text[:20]!r} is neither true nor false", "write true or false")
    return text == "true"


def _path(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not text or len(text) > 500 or text.startswith("\\\\") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:/", text):
        hint = "write a path beside the config, such as facts/war.yaml"
        raise problem("bad-path", f"{text[:60]!r} is not a path of a file here", hint)
    return text


def _address(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if len(text) > 500 or not re.match(r"postgresql(\+psycopg)?://\S+$", text):
        hint = "write it as postgresql://user@host/database; the password belongs in ~/.pgpass or PGPASSWORD"
        raise problem("bad-url", "this is not the address of a PostgreSQL database", hint)
    return text


def one_or_more(given: Any) -> Any:  # noqa: ANN401
    """A list, also where one thing alone is given."""
    return [given] if isinstance(given, str) else given


AxisStart = Annotated[Decimal, decimal(-(10**15), 10**15)]
Prose = Annotated[str, BeforeValidator(_prose), WithJsonSchema({"type": "string", "maxLength": 20000})]
Yes = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"type": "boolean"})]
FilePath = Annotated[str, BeforeValidator(_path), WithJsonSchema({"type": "string"})]
BooksAddress = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string"})]
Ids = Annotated[tuple[Id, ...], BeforeValidator(one_or_more)]
Words = Annotated[tuple[Short, ...], BeforeValidator(one_or_more)]
