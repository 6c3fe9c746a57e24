"""The look of a briefing: colours, fonts, a logo."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from briefing.config.fields import FilePath, Model
from briefing.fields import Short, problem, text_of


def _colour(given: Any) -> Any:  # noqa: ANN401
    """`"#b3122b"`, or `{light: , dark: }`; without `dark` it is worked out."""
    return given if isinstance(given, dict) else {"light": given}


def _hex(given: Any) -> str:  # noqa: ANN401
    text = text_of(given).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        hint = 'write it as six hexadecimal digits behind a #, in quotes, such as "#0a5fb4": a bare # begins a comment'
        raise problem("bad-colour", f"{text[:30]!r} is not a colour", hint)
    return text


def _family(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    if not re.fullmatch(r"[^\W_][\w .-]{0,59}", text):
        hint = "write the family's name as it stands in the font, such as Source Sans 3"
        raise problem("bad-choice", f"{text[:60]!r} is not the name of a family of fonts", hint)
    return text


Hex = Annotated[str, BeforeValidator(_hex), WithJsonSchema({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"})]
Family = Annotated[str, BeforeValidator(_family), WithJsonSchema({"type": "string", "maxLength": 60})]


class Shades(Model):
    """A colour on the light page and on the dark one."""

    light: Hex = Field(description="On white: on paper and on a light screen.")
    dark: Hex | None = Field(None, description="On a dark screen. Made from the light one by default.")


Colour = Annotated[Shades, BeforeValidator(_colour, json_schema_input_type=Hex | Shades)]


def _logo(given: Any) -> Any:  # noqa: ANN401
    return given if isinstance(given, dict) else {"file": given}


class Logo(Model):
    """A picture at the head of the first page."""

    file: FilePath = Field(description="The picture, beside the config: PNG, JPEG or WebP.")
    alt: Short | None = Field(None, description="The logo in words, for who cannot see it; the publisher by default.")


class Look(Model):
    """What makes the briefing look like its publisher's own. A theme can change all else."""

    accent: Colour | None = Field(None, description="The colour of links, of the masthead's rule and of callouts.")
    series: Annotated[tuple[Colour, ...], Field(max_length=6)] = Field(
        (), description="The colours of charts, at most six; the program's own go on after them."
    )
    headings: Family | None = Field(
        None,
        description="The family of headings, tables and all that is small: one of `fonts`, or one of the program's.",
    )
    text: Family | None = Field(
        None, description="The family of running text: one of `fonts`, or one of the program's."
    )
    logo: Annotated[Logo, BeforeValidator(_logo, json_schema_input_type=FilePath | Logo)] | None = Field(
        None, description="A picture at the head of the first page."
    )
