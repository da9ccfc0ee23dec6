"""What handlers ask for: rows put, changed, added to or dropped."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Table

Row: TypeAlias = Mapping[str, Any]


class Put(msgspec.Struct, frozen=True, gc=False):
    """Write the whole row, new or not."""

    table: Table
    row: Row

    def parameters(self) -> Row:
        """Give what the statement binds."""
        return self.row


class Change(msgspec.Struct, frozen=True, gc=False):
    """Set columns of the rows that match; nothing happens where there is none."""

    table: Table
    key: Row
    values: Row

    def parameters(self) -> Row:
        """Give what the statement binds."""
        return _named("key", self.key) | _named("set", self.values)


class Add(msgspec.Struct, frozen=True, gc=False):
    """Add to number columns of the rows that match."""

    table: Table
    key: Row
    deltas: Mapping[str, int]

    def parameters(self) -> Row:
        """Give what the statement binds."""
        return _named("key", self.key) | _named("by", self.deltas)


class Drop(msgspec.Struct, frozen=True, gc=False):
    """Delete the rows that match."""

    table: Table
    key: Row

    def parameters(self) -> Row:
        """Give what the statement binds."""
        return _named("key", self.key)


Write: TypeAlias = Put | Change | Add | Drop


def _named(prefix: str, values: Row) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in values.items()}


def shape(write: Write) -> tuple[object, ...]:
    """Say what writes have in common that one statement can do together."""
    match write:
        case Put(row=row):
            return (Put, *row)
        case Change(key=key, values=values):
            return (Change, *key, None, *values)
        case Add(key=key, deltas=deltas):
            return (Add, *key, None, *deltas)
        case Drop(key=key):
            return (Drop, *key)


def merged(before: Write, after: Write) -> Write | None:
    """Put two writes on the same row together; nothing when they cannot be."""
    if isinstance(after, Drop):
        return after
    if isinstance(before, Put):
        return _merged_put(before, after)
    if isinstance(before, Change) and isinstance(after, Change):
        return Change(before.table, before.key, {**before.values, **after.values})
    return None


def _merged_put(before: Put, after: Put | Change | Add) -> Put | None:
    if isinstance(after, Change):
        return Put(before.table, {**before.row, **after.values})
    if isinstance(after, Put):
        return after if before.row.keys() == after.row.keys() else None
    sums = {name: before.row[name] + delta for name, delta in after.deltas.items()}
    return Put(before.table, {**before.row, **sums})
