"""Rewrites the live read models after an erasure, by their own handlers.

Each event that a destroyed key had sealed is told to the handlers twice: as it was, and as it reads
without the key. Where the two writes differ, the row gets what the second one says, so that it
equals what a rebuild makes of it. There is no second account of what is personal where.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, select

from read_models.projection import Drop, Put, ReadModel, Recorded, Write


class Reread(msgspec.Struct, frozen=True):
    """An event as it was, and as it reads now that a key is gone."""

    before: Recorded
    after: Recorded


class Difference(msgspec.Struct, frozen=True):
    """What a row gets, and where it is found: `was` before anything is rewritten, `here` meanwhile.

    A row that is found by what is rewritten itself has another key then.
    """

    table: Table
    was: dict[str, Any]
    here: dict[str, Any]
    values: dict[str, Any]


def rewrite(connection: Connection, models: Sequence[ReadModel], events: Iterable[Reread]) -> None:
    """Rewrite what the events had written."""
    for each in _all_differences(models, events):
        statement = each.table.update().where(_matches(each.table, each.here))
        connection.execute(statement.values(each.values))


def would_rewrite(
    connection: Connection, models: Sequence[ReadModel], events: Iterable[Reread]
) -> dict[str, int]:
    """Tell how many rows of which table `rewrite` would change, by reading alone."""
    rows: dict[str, set[tuple[Any, ...]]] = {}
    for each in _all_differences(models, events):
        keys = select(*each.table.primary_key).where(_matches(each.table, each.was))
        found = rows.setdefault(str(each.table.name), set())
        found.update(map(tuple, connection.execute(keys)))
    return {name: len(found) for name, found in rows.items() if found}


def _all_differences(models: Sequence[ReadModel], events: Iterable[Reread]) -> Iterator[Difference]:
    for event in events:
        for model in models:
            writes = zip(_told(model, event.before), _told(model, event.after), strict=True)
            for before, after in writes:
                yield from _differences(before, after)


def _told(model: ReadModel, recorded: Recorded) -> Iterator[Write]:
    kind = type(recorded.event)
    if kind in model.handlers:
        yield from model.handlers[kind](recorded.event)
    if kind in model.placed:
        yield from model.placed[kind](recorded)


def _differences(before: Write, after: Write) -> Iterator[Difference]:
    old, new = _key(before), _key(after)
    if old != new:
        yield Difference(before.table, old, old, new)
    if isinstance(before, Drop):
        return
    was, now = _values(before), _values(after)
    stood = {name: was.get(name, value) for name, value in old.items()}
    stands = {name: now.get(name, value) for name, value in new.items()}
    for name, value in was.items():
        if name not in new and now[name] != value:
            here = {**stands, name: value}
            yield Difference(before.table, {**stood, name: value}, here, {name: now[name]})


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


def _matches(table: Table, where: dict[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in where.items()))
