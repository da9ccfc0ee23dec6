"""Rewrites the live read models after an erasure, by their own handlers.

Each event that a destroyed key had sealed is told to the handlers twice: as it was, and as it reads
without the key. Where the two writes differ, the row gets what the second one says, so that it
equals what a rebuild makes of it. There is no second account of what is personal where.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_

from read_models.projection import Drop, Put, ReadModel, Recorded, Write


class Reread(msgspec.Struct, frozen=True):
    """An event as it was, and as it reads now that a key is gone."""

    before: Recorded
    after: Recorded


def rewrite(
    connection: Connection, models: Sequence[ReadModel], events: Iterable[Reread]
) -> dict[str, int]:
    """Rewrite what the events had written; gives how many rows of which table changed."""
    counts: dict[str, int] = {}
    for event in events:
        for model in models:
            writes = zip(_told(model, event.before), _told(model, event.after), strict=True)
            for before, after in writes:
                changed = _rewritten(connection, before, after)
                if changed:
                    name = str(before.table.name)
                    counts[name] = counts.get(name, 0) + changed
    return counts


def _told(model: ReadModel, recorded: Recorded) -> Iterator[Write]:
    kind = type(recorded.event)
    if kind in model.handlers:
        yield from model.handlers[kind](recorded.event)
    if kind in model.placed:
        yield from model.placed[kind](recorded)


def _rewritten(connection: Connection, before: Write, after: Write) -> int:
    old, new = _key(before), _key(after)
    renamed = _change(connection, before.table, old, new) if old != new else 0
    if isinstance(before, Drop):
        return renamed
    was, now = _values(before), _values(after)
    stands = {name: now.get(name, value) for name, value in new.items()}
    changed = 0
    for name, value in was.items():
        if name not in new and now[name] != value:
            here = {**stands, name: value}
            changed = max(changed, _change(connection, before.table, here, {name: now[name]}))
    return max(renamed, changed)


def _key(write: Write) -> dict[str, Any]:
    if isinstance(write, Put):
        names = [column.name for column in write.table.primary_key]
        return {name: write.row[name] for name in names}
    return dict(write.key)


def _values(write: Write) -> dict[str, Any]:
    """Give the columns that a write sets; sums are never personal."""
    if isinstance(write, Put):
        return dict(write.row)
    return dict(getattr(write, "values", {}))


def _change(
    connection: Connection, table: Table, where: dict[str, Any], values: dict[str, Any]
) -> int:
    matches = and_(*(table.c[name] == value for name, value in where.items()))
    return connection.execute(table.update().where(matches).values(values)).rowcount
