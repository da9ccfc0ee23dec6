"""The JSON Schema of an export's lines: every event ever released, sealed as stored."""

from typing import Any

import msgspec

import domain.catalogue  # noqa: F401 - importing it fills both registers
from domain.event import EARLIER, TOPICS

_SEALED: dict[str, Any] = {
    "title": "Sealed",
    "description": "A personal value, sealed with a key that can be destroyed. The commitment is "
    "SHA-256(32 random bytes and the value).",
    "type": "object",
    "properties": {
        "key": {"type": "string"},
        "commitment": {"type": "string"},
        "sealed": {"type": "string"},
    },
    "required": ["key", "commitment", "sealed"],
    "additionalProperties": False,
}


def event_schema() -> dict[str, Any]:
    """Give the schema of one line (JSON Schema 2020-12)."""
    kinds = dict(sorted({**TOPICS, **EARLIER}.items()))
    schemas, parts = msgspec.json.schema_components(kinds.values(), ref_template="#/$defs/{name}")
    lines = [_line(topic, schema) for topic, schema in zip(kinds, schemas, strict=True)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of events.jsonl",
        "oneOf": lines,
        "$defs": {**_as_stored(parts), "Sealed": _SEALED},
    }


def _line(topic: str, state: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "position": {"type": "integer", "description": "Counts from 1, without gaps."},
        "recorded_at": {"type": "integer", "description": "Microseconds since 1970, UTC."},
        "stream": {"type": "string", "format": "uuid"},
        "version": {"type": "integer", "description": "Counts from 1 within the stream."},
        "topic": {"const": topic},
        "state": state,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _as_stored(schema: Any) -> Any:
    """Put what is stored, a sealed value, in the place of what is personal."""
    if isinstance(schema, list):
        return [_as_stored(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("title") == "Personal":
        return {"$ref": "#/$defs/Sealed"}
    return {name: _as_stored(part) for name, part in schema.items()}
