"""Names what is wrong with the shape of a value, from what msgspec says of it."""

import re
from typing import Any, Literal, get_args, get_origin

import msgspec

from application.importing.problems import Problem

_WHAT_IS_WRONG = (
    (re.compile(r"Invalid RFC3339 encoded date"), "not_a_date"),
    (re.compile(r"Invalid enum value"), "not_a_choice"),
    (re.compile(r"of length >= (?P<least>\d+)"), "too_short"),
    (re.compile(r"of length <= (?P<most>\d+)"), "too_long"),
    (re.compile(r"matching regex"), "wrong_form"),
    (re.compile(r"`int` >= (?P<least>-?\d+)"), "too_small"),
    (re.compile(r"`int` <= (?P<most>-?\d+)"), "too_large"),
    (re.compile(r"Expected `(?:int \| float \| str|float \| int \| str|decimal)"), "not_an_amount"),
    (re.compile(r"Expected `date"), "not_a_date"),
    (re.compile(r"Expected `int"), "not_a_whole_number"),
    (re.compile(r"Expected `bool"), "not_yes_or_no"),
    (re.compile(r"Expected `str"), "not_text"),
    (re.compile(r"Expected `object"), "not_an_object"),
    (re.compile(r"Expected `array"), "not_a_list"),
)


def misshapen(field: str, kind: Any, value: Any, error: msgspec.ValidationError) -> Problem:
    """Say in one code what the value is not; `form` describes what is expected."""
    for pattern, code in _WHAT_IS_WRONG:
        found = pattern.search(str(error))
        if found is not None:
            facts = {"value": str(value)[:60], "form": _form(kind), **found.groupdict()}
            return Problem(field, code, facts)
    return Problem(field, "unreadable", {"value": str(value)[:60], "why": str(error)})


def _form(kind: Any) -> str:
    """Describe the expected form: the choices, or the description beside the type."""
    for part in _parts(kind):
        if get_origin(part) is Literal:
            return ", ".join(str(choice) for choice in get_args(part))
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and meta.description:
                return meta.description
    return ""


def _parts(kind: Any) -> tuple[Any, ...]:
    return (kind, *get_args(kind))
