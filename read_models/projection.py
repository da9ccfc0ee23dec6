"""The small machinery that all read models share: events become writes, writes become rows.

Handlers are pure: an event in, writes out. Writes of one batch that meet on a primary key are
merged before the database sees them, so that one event at a time (live) and a million (a rebuild)
run the same code and end in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table

from domain.event import Event
from read_models.statements import run
from read_models.writes import Add, Change, Drop, Put, Row, Write, merged, shape

__all__ = ["Add", "Change", "Drop", "Handler", "Put", "ReadModel", "Recorded", "Write", "apply"]


class Recorded(msgspec.Struct, frozen=True):
    """An event with its place in the log: position, and when it was stored (µs UTC)."""

    position: int
    recorded_at: int
    event: Event


Handler: TypeAlias = Callable[[Any], Iterable[Write]]


class ReadModel(msgspec.Struct, frozen=True):
    """One screen's tables and how events change them. A new shape is a new `version`.

    Handlers are given the `Event`; those in `placed` are given the `Recorded` with its position.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    handlers: Mapping[type[Event], Handler]
    placed: Mapping[type[Event], Handler] = {}

    @property
    def key(self) -> str:
        """The name under which its position is kept."""
        return f"{self.name}@{self.version}"

    def __hash__(self) -> int:
        return hash(self.key)


def apply(
    connection: Connection,
    models: Sequence[ReadModel],
    batch: Iterable[Recorded],
    into: Mapping[Table, Table] | None = None,
) -> None:
    """Apply events in order; `into` names other tables of the same shape (a rebuild)."""
    routes = _routes(tuple(models))
    pending: dict[Table, _Pending] = {}
    for recorded in batch:
        for handler, placed in routes.get(type(recorded.event), ()):
            for write in handler(recorded if placed else recorded.event):
                held = pending.get(write.table)
                if held is None:
                    target = into[write.table] if into else write.table
                    held = pending[write.table] = _Pending(connection, target)
                held.take(write)
    for held in pending.values():
        held.flush()


@cache
def _routes(models: tuple[ReadModel, ...]) -> dict[type[Event], list[tuple[Handler, bool]]]:
    """Say which handlers an event reaches, in the order of the models, and which want its place."""
    routes: dict[type[Event], list[tuple[Handler, bool]]] = {}
    for model in models:
        for handlers, placed in ((model.handlers, False), (model.placed, True)):
            for kind, handler in handlers.items():
                routes.setdefault(kind, []).append((handler, placed))
    return routes


class _Pending:
    """The merged writes of one table that the database has not seen yet."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.connection = connection
        self.table = table
        self.keys = tuple(column.name for column in table.primary_key)
        self.whole_key = frozenset(self.keys)
        self.rows: dict[tuple[Any, ...], Write] = {}

    def take(self, write: Write) -> None:
        if isinstance(write, Put):
            key = self._identity(write.row)
        elif write.key.keys() == self.whole_key:
            key = self._identity(write.key)
        else:
            self.flush()
            run(self.connection, self.table, [write])
            return
        before = self.rows.get(key)
        both = write if before is None else merged(before, write)
        if both is None:
            self.flush()
            both = write
        self.rows[key] = both

    def _identity(self, row: Row) -> tuple[Any, ...]:
        """Give the primary key; an id as its number, whose hash needs no Python code."""
        values = [row[name] for name in self.keys]
        return tuple([value.int if type(value) is UUID else value for value in values])

    def flush(self) -> None:
        shapes: dict[tuple[object, ...], list[Write]] = {}
        for write in self.rows.values():
            shapes.setdefault(shape(write), []).append(write)
        self.rows = {}
        for writes in shapes.values():
            run(self.connection, self.table, writes)
