"""Makes a row from a line of JSON or the fields of a CSV record, or says everything wrong with it.

The quick way decodes a line straight into its Struct. Only when that fails is the line read again,
field by field, so that every problem is named at once.
"""

import re
import types
from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args, get_origin

import msgspec

from application.card_numbers import holds_card_number
from application.importing.problems import Problem, RowRefused, refused
from application.importing.rows import KINDS, Row, RowBase
from application.importing.shapes import misshapen

_decode = msgspec.json.Decoder(Row).decode
_has_long_number = re.compile(rb"[0-9][0-9 -]{11,}[0-9]").search
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_IN_WORDS = frozenset({"name", "legal_name", "company", "description", "product", "note", "reason"})
"""Fields where a card number is never kept."""

LONGEST = 4_000_000
"""Bytes of one row; an invoice of 10,000 lines fits."""

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises where there is no JSON, or some that is nested without end."""


def read_line(line: bytes) -> Row:
    """Read one line of JSON; raises RowRefused with all that is wrong."""
    if len(line) > LONGEST:
        raise refused("", "row_too_long", longest=LONGEST)
    try:
        row = _decode(line)
    except NOT_JSON:
        row = _read_slowly(_parsed(line))
    if _has_long_number(line) or b"\\" in line:
        _refuse_unfit_text(_parsed(line))
    return cast("Row", row)


def read_fields(fields: Mapping[str, Any], *, strict: bool = False) -> Row:
    """Read one record whose values are text (CSV); raises RowRefused with all that is wrong."""
    try:
        row = msgspec.convert(fields, Row, strict=strict)
    except msgspec.ValidationError:
        row = _read_slowly(fields, strict=strict)
    _refuse_unfit_text(fields)
    return cast("Row", row)


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a row."""
    whole = msgspec.json.schema(Row)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of `portal import`",
        **whole,
    }


def _parsed(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except NOT_JSON as error:
        raise refused("", "not_json", why=why_not_json(error)) from error


def why_not_json(error: Exception) -> str:
    """Say what is wrong with what should be JSON."""
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _read_slowly(raw: Any, *, strict: bool = True) -> RowBase:
    if not isinstance(raw, Mapping):
        raise refused("", "not_an_object")
    kind = _kind_of(raw)
    problems = list(_problems(raw, kind, "", strict=strict))
    if problems:
        raise RowRefused(problems)
    return msgspec.convert(raw, kind, strict=strict)


def _kind_of(raw: Mapping[str, Any]) -> type[RowBase]:
    name = raw.get("kind")
    if name is None:
        raise refused("kind", "missing")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise refused("kind", "unknown_kind", value=str(name)[:40], kinds=tuple(KINDS))
    return kind


def _problems(
    raw: Mapping[str, Any], kind: type[msgspec.Struct], path: str, *, strict: bool
) -> Iterator[Problem]:
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in raw:
        if name not in known and not (name == "kind" and not path):
            yield Problem(path + str(name), "unknown_field", {"known": tuple(known)})
    for name, field in known.items():
        if name in raw:
            yield from _of_value(raw[name], field.type, path + name, strict=strict)
        elif field.required:
            yield Problem(path + name, "missing")


def _of_value(value: Any, kind: Any, path: str, *, strict: bool) -> Iterator[Problem]:
    part = _struct_in(kind)
    if part is not None and isinstance(value, Mapping):
        yield from _problems(value, part, f"{path}.", strict=strict)
        return
    inner = _element_of(kind)
    if inner is not None and isinstance(value, list):
        for number, element in enumerate(value, 1):
            yield from _of_value(element, inner, f"{path}.{number}", strict=strict)
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        if " - at " not in str(error):
            yield misshapen(path, kind, value, error)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    for part in (kind, *get_args(kind)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def _element_of(kind: Any) -> Any:
    """Give what a tuple holds, also under `Annotated`."""
    bare = getattr(kind, "__origin__", kind)
    candidates = (kind, bare, *(get_args(kind) if isinstance(kind, types.UnionType) else ()))
    for part in candidates:
        if get_origin(part) is tuple:
            return get_args(part)[0]
    return None


def _refuse_unfit_text(raw: Any) -> None:
    problems = list(_unfit(raw, "", ""))
    if problems:
        raise RowRefused(problems)


def _unfit(value: Any, path: str, name: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unfit(inner, f"{path}.{key}" if path else str(key), str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, 1):
            yield from _unfit(inner, f"{path}.{number}", name)
    elif isinstance(value, str):
        if _CONTROL.search(value):
            yield Problem(path, "control_characters")
        if name in _IN_WORDS and holds_card_number(value):
            yield Problem(path, "card_number")
