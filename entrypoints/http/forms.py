"""Reads a form field by field, so that all errors are told at once and what was typed is kept."""

from typing import Any, TypeAlias, TypeVar

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, HTTPException
from litestar.params import SkipValidation

from domain.aggregate import Refusal
from entrypoints.http.csrf import FIELD

S = TypeVar("S", bound=msgspec.Struct)

NUL = "\x00"
"""What no text holds: PostgreSQL cannot store it."""

MOST_FIELDS = 100
MOST_CHARACTERS = 10_000


class FormRefused(Exception):  # noqa: N818 - named after the fact
    """The form cannot be accepted as it is; `errors` says why by field, `typed` is kept."""

    def __init__(self, errors: dict[str, Refusal], typed: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors
        self.typed = typed


class FieldMissing(Refusal):
    """Nothing was entered where something is needed."""

    code = "field_missing"


class FieldUnreadable(Refusal):
    """What was entered does not have the form that is needed."""

    code = "field_unreadable"


class Form(msgspec.Struct, frozen=True):
    """What a browser sent: every field with its values, as typed."""

    fields: dict[str, list[str]]

    @property
    def typed(self) -> dict[str, str]:
        """Each field's first value, to fill the form again."""
        return {name: values[0] for name, values in self.fields.items()}

    def one(self, name: str) -> str:
        """Give a field's first value, or "" when it is absent."""
        return self.fields.get(name, [""])[0].strip()

    def bind(self, kind: type[S]) -> S:
        """Read the form into a Struct; raises FormRefused with every error.

        An empty field counts as absent; list fields take all values; unknown fields are refused.
        """
        known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        unknown = self.fields.keys() - known.keys() - {FIELD}
        if unknown:
            raise ClientException(f"unknown fields: {', '.join(sorted(unknown))}")
        values: dict[str, Any] = {}
        errors: dict[str, Refusal] = {}
        for name, field in known.items():
            given = [value.strip() for value in self.fields.get(name, []) if value.strip()]
            if not given:
                if field.required:
                    errors[name] = FieldMissing(field=name)
                continue
            raw = given if _is_list(field.type) else given[0]
            try:
                values[field.name] = msgspec.convert(raw, field.type, strict=False)
            except msgspec.ValidationError:
                errors[name] = FieldUnreadable(field=name)
        if errors:
            raise FormRefused(errors, self.typed)
        return kind(**values)

    def refuse(self, field: str, refusal: Refusal) -> FormRefused:
        """Say at one field what a rule refused."""
        return FormRefused({field: refusal}, self.typed)


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in {list, tuple, set, frozenset}


async def provide_form(request: Request[Any, Any, Any]) -> Form:
    """Litestar dependency `form`: the body of a POST, bounded in fields and length."""
    multi = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in multi.multi_items():
        if isinstance(value, str):
            if NUL in name or NUL in value:
                raise ClientException("a form holds text")
            fields.setdefault(name, []).append(value)
    if len(fields) > MOST_FIELDS or any(
        len(value) > MOST_CHARACTERS for values in fields.values() for value in values
    ):
        raise HTTPException(status_code=413, detail="the form is too long")
    return Form(fields)


Sent: TypeAlias = NamedDependency[SkipValidation[Form]]
"""What a handler's parameter `form` is annotated with."""
