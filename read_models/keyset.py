"""Pages that go on from a row: every page costs what the first one does, however deep it lies."""

from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, Select, bindparam, tuple_

Value: TypeAlias = str | int | date
_LARGEST = 2**63 - 1
"""What a column of integers holds."""

Way: TypeAlias = Literal["after", "before"]


class Cursor(msgspec.Struct, frozen=True):
    """A place in a sorted list: a row's sorted value and its id."""

    value: Value
    row_id: UUID

    def __str__(self) -> str:
        """Write it for an address; `read` takes it back."""
        return f"{self.row_id.hex}.{self.value}"

    @classmethod
    def read(cls, written: str, kind: type[Value]) -> "Cursor | None":
        """Read a place whose values are of this kind, or None when nobody of ours wrote it."""
        head, _, tail = written.partition(".")
        try:
            value = msgspec.convert(tail, kind, strict=False)
            place = cls(value, UUID(hex=head))
        except (ValueError, OverflowError):
            return None
        return None if isinstance(value, int) and abs(value) > _LARGEST else place


def sorted_from(
    statement: Select[Any],
    by: tuple[ColumnElement[Any], Column[Any]],
    *,
    falling: bool,
    way: Way | None,
) -> Select[Any]:
    """Sort by a value and the id, and go on `after` a place, or up to it (`before`, reversed).

    The place is given to the statement as `at_value` and `at_id`.
    """
    falls = falling != (way == "before")
    if way is not None:
        here = tuple_(*by)
        place = tuple_(
            bindparam("at_value", type_=by[0].type), bindparam("at_id", type_=by[1].type)
        )
        statement = statement.where(here < place if falls else here > place)
    return statement.order_by(*(each.desc() if falls else each.asc() for each in by))
