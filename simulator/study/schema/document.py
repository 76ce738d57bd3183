"""The JSON Schema of a study's TOML files: what editors check and complete them by.

It is made of the models that the reader itself uses. What ties parts of a study together (that a name exists,
that a unit fits, that dates are in order) it cannot say: a file that it takes may still have faults.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from simulator.families import FAMILIES, Family
from simulator.study.domain import TableKind
from simulator.study.patterns import NAME_PART
from simulator.study.schema import settings
from simulator.study.schema.prior import MARGINALS, PRIOR
from simulator.study.schema.tables import merging

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: A name of a topic or of a prior, which may have several parts.
NAMES: JsonSchemaValue = {"pattern": rf"^{NAME_PART[1:-1]}(\.{NAME_PART[1:-1]})*$"}

#: What a prior in a file has to have, whatever its family.
PROVENANCE: JsonSchemaValue = {
    "required": ["unit", "basis", "as_of"],
    "properties": {"weight": False},
    "if": {"properties": {"basis": {"const": "judgement"}}},
    "then": {
        "anyOf": [
            {"required": ["note"], "properties": {"note": {"minLength": 1}}},
            {"required": ["sources"], "properties": {"sources": {"minItems": 1}}},
        ]
    },
    "else": {"required": ["sources"], "properties": {"sources": {"minItems": 1}}},
}

#: What a component of a mixture may not have, since the whole prior does.
COMPONENT: JsonSchemaValue = {
    "required": ["weight"],
    "properties": dict.fromkeys(("size", "unit", "basis", "sources", "as_of", "note", "spare"), False),
}

#: A table is a prior if it has one of these keys, and else a topic that holds priors.
BELIEF: JsonSchemaValue = {
    "type": "object",
    "if": {"anyOf": [{"required": [key]} for key in ("family", "value", "quantiles")]},
    "then": {"$ref": "#/$defs/prior"},
    "else": {"$ref": "#/$defs/topic"},
}


class _Written(GenerateJsonSchema):
    """TOML has no null: what may be left out is left out."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {key: value for key, value in found.items() if (key, value) != ("default", None)}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of one TOML file of a study."""
    read: dict[str, TypeAdapter[Any]] = {
        "marginal": PRIOR,
        "study": TypeAdapter(settings.study_table()),
        "source": TypeAdapter(settings.SourceTable),
        "group": TypeAdapter(settings.GroupTable),
        "rule": settings.VERDICT,
        "pair": settings.PAIR,
        **{kind.name: TypeAdapter(model) for kind, model in merging().items()},
    }
    asked = [(name, "validation", adapter) for name, adapter in read.items()]
    found, shared = TypeAdapter.json_schemas(asked, schema_generator=_Written)  # pyright: ignore[reportArgumentType]
    part = {name: schema for (name, _), schema in found.items()}
    models: dict[str, Any] = shared["$defs"]
    for family, model in MARGINALS.items():
        models[model.__name__].update(_ways(FAMILIES[family]))
    components = models["mixture"]["properties"]["components"]
    components["items"] = {"allOf": [{"$ref": "#/$defs/marginal"}, COMPONENT]}
    models["LimitsTable"]["minProperties"] = 1
    for kind, model in merging().items():
        models[model.__name__]["required"] = [kind.identity] if kind.identity else []
    belief = {"$ref": "#/$defs/belief"}
    return {
        "$schema": DIALECT,
        "title": "A file of a Strandline study",
        "type": "object",
        "properties": {
            "extends": {
                "type": "string",
                "minLength": 1,
                "description": "what the study is laid over: a prior set's name, or a path from this file",
            },
            "study": part["study"],
            **{kind.name: _entries(kind, part[kind.name]) for kind in merging()},
            "verdict": {"type": "object", "additionalProperties": part["rule"]},
            "sources": {"type": "object", "additionalProperties": part["source"]},
            "dependence": {
                "type": "object",
                "properties": {
                    "spearman": {"type": "array", "items": part["pair"]},
                    "groups": {"type": "array", "items": part["group"]},
                },
                "additionalProperties": belief,
            },
            "priors": {"$ref": "#/$defs/topic"},
        },
        "additionalProperties": belief,
        "propertyNames": NAMES,
        "$defs": {
            "belief": BELIEF,
            "topic": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": NAMES,
                "additionalProperties": belief,
            },
            "prior": {"allOf": [{"$ref": "#/$defs/marginal"}, PROVENANCE]},
            "marginal": part["marginal"],
            **models,
        },
    }


def schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(document_schema(), indent=2, ensure_ascii=False) + "\n"


def _entries(kind: TableKind, one: JsonSchemaValue) -> JsonSchemaValue:
    """Return entries of a kind: a list of those that have their names in them, else a table by name."""
    if kind.identity:
        return {"type": "array", "items": one}
    return {"type": "object", "propertyNames": {"pattern": NAME_PART}, "additionalProperties": one}


def _ways(family: Family) -> JsonSchemaValue:
    """Return that a family is given in one of its ways: by one set of parameters, or by quantiles."""
    ways = family.all_ways
    every = {name for way in ways for name in way}
    return {
        "oneOf": [
            {"required": [*way], "properties": {name: False for name in sorted(every.difference(way))}}
            for way in ways
        ]
    }
