"""JSON Schemas of the files, so that editors complete and check them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from briefing import facts
from briefing.config import Config
from briefing.config.blocks import BLOCKS

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(what: str) -> str:
    """The schema of `facts` files, the `config`, an `edition` (briefing.json) or all `editions` (editions.json)."""
    made: dict[str, Callable[[], dict[str, Any]]] = {
        "facts": _facts,
        "config": _config,
        "edition": _edition,
        "editions": _editions,
    }
    return json.dumps({"$schema": _DRAFT, **made[what]()}, indent=2, ensure_ascii=False)


def _facts() -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for mapping, adapter in facts.MAPPINGS.items():
        schema = adapter.json_schema(ref_template="#/$defs/{model}", mode="validation")
        definitions |= schema.pop("$defs", {})
        name = schema["title"]
        for hidden in ("id", "file"):
            schema["properties"].pop(hidden)
        schema["required"] = [key for key in schema.get("required", []) if key not in {"id", "file"}]
        definitions[name] = schema
        properties[mapping] = {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$"},
            "additionalProperties": {"$ref": f"#/$defs/{name}"},
        }
    return {
        "title": "A facts file of briefing",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": _loosened(definitions),
    }


def _config() -> dict[str, Any]:
    schema = Config.model_json_schema(ref_template="#/$defs/{model}", by_alias=True)
    definitions = schema["$defs"]
    kinds = []
    for kind, model in BLOCKS.items():
        body = definitions[model.__name__]
        body["properties"].pop("block", None)
        body["required"] = [key for key in body.get("required", []) if key != "block"]
        forms: list[dict[str, Any]] = [{"$ref": f"#/$defs/{model.__name__}"}]
        if kind == "text":
            forms = [{"type": "string"}]
        elif kind == "sources":
            forms.append({"type": "string"})
        elif kind == "key_figures":
            forms.append(body["properties"]["items"])
        kinds.append(
            {
                "type": "object",
                "properties": {kind: forms[0] if len(forms) == 1 else {"anyOf": forms}},
                "required": [kind],
                "additionalProperties": False,
                "description": model.__doc__,
            }
        )
    alone = [kind for kind, model in BLOCKS.items() if not definitions[model.__name__]["required"]]
    kinds.append({"enum": alone})
    definitions.pop(BLOCKS["text"].__name__)  # a text stands without keys
    definitions["SectionConfig"]["properties"]["blocks"]["items"] = {"anyOf": kinds}
    schema["title"] = "The config.yaml of a briefing"
    schema["$defs"] = _loosened(definitions)
    schema["properties"] = _loosened(schema["properties"])
    return schema


def _edition() -> dict[str, Any]:
    from briefing.render.data import EditionRecord, kind

    schema = TypeAdapter(EditionRecord).json_schema(ref_template="#/$defs/{model}", mode="serialization")
    definitions = schema.get("$defs", {})
    definitions.pop("Value", None)
    for name, definition in definitions.items():
        _typed(name, definition, kind)
    _typed("EditionRecord", schema, kind)
    made: dict[str, Any] = _with_texts_for_values(schema)
    return {**made, "title": "briefing.json: one edition as data"}


def _editions() -> dict[str, Any]:
    from briefing.sites import EditionsIndex

    schema = TypeAdapter(EditionsIndex).json_schema(ref_template="#/$defs/{model}", mode="serialization")
    for definition in (schema, *schema["$defs"].values()):
        definition["required"] = list(definition["properties"])
        definition["additionalProperties"] = False
    return {**schema, "title": "editions.json: every edition of a site"}


def _typed(name: str, definition: dict[str, Any], kind: Callable[[str], str]) -> None:
    """A node says its kind; every field is always there."""
    definition["properties"] = {"type": {"const": kind(name)}} | definition.get("properties", {})
    definition["required"] = list(definition["properties"])
    definition["additionalProperties"] = False


def _with_texts_for_values(node: Any) -> Any:  # noqa: ANN401
    """Values inside the tree are written in the syntax of the facts file."""
    if isinstance(node, dict):
        if node.get("$ref") == "#/$defs/Value":
            return {"type": "string"}
        return {key: _with_texts_for_values(value) for key, value in node.items()}
    return [_with_texts_for_values(one) for one in node] if isinstance(node, list) else node


def _loosened(node: Any) -> Any:  # noqa: ANN401
    """YAML's own reading of a scalar must not trouble an editor: what we read as text it may take for a number."""
    if isinstance(node, dict):
        made = {key: _loosened(value) for key, value in node.items() if key != "default" or value is not None}
        if made.get("type") == "string" and "enum" not in made and "const" not in made:
            made["type"] = ["string", "number", "boolean"]
        elif made.get("type") == "array" and "items" in made:
            made["type"] = ["array", "string"]
        if "anyOf" in made:
            made["anyOf"] = [one for one in made["anyOf"] if one != {"type": "null"}]
            if len(made["anyOf"]) == 1:
                made |= made.pop("anyOf")[0]
        return made
    return [_loosened(one) for one in node] if isinstance(node, list) else node
