"""The small machinery that all read models share: events become writes, writes become rows.

Handlers are pure: an event in, writes out. Writes of one batch that meet on a primary key are
merged before the database sees them, so that one event at a time (live) and a million (a rebuild)
run the same code and end in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, Uuid

from domain.event import Event
from read_models.statements import driver, run
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
        return hash(self.name)


def apply(
    connection: Connection,
    models: Sequence[ReadModel],
    batch: Iterable[Recorded],
    into: Mapping[Table, Table] | None = None,
) -> None:
    """Apply events in order; `into` names other tables of the same shape (a rebuild)."""
    write(connection, projected(models, batch), into)


Together: TypeAlias = tuple[Table, list[Write]]
"""Writes of one shape on rows of a table that all differ."""


def projected(models: Sequence[ReadModel], batch: Iterable[Recorded]) -> list[Together]:
    """Say what events come to, in order; needs no database."""
    routes = _routes(tuple(models))
    steps: list[Together] = []
    pending: dict[Table, _Pending] = {}
    for recorded in batch:
        for handler, placed in routes.get(type(recorded.event), ()):
            for asked in handler(recorded if placed else recorded.event):
                held = pending.get(asked.table)
                if held is None:
                    held = pending[asked.table] = _Pending(asked.table, steps)
                held.take(asked)
    for held in pending.values():
        held.flush()
    return steps


def write(
    connection: Connection, steps: Iterable[Together], into: Mapping[Table, Table] | None = None
) -> None:
    """Hand to the database what events came to."""
    with driver(connection) as cursor:
        for table, writes in steps:
            run(cursor, connection.dialect, into[table] if into else table, writes)


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
    """The merged writes of one table, by primary key."""

    def __init__(self, table: Table, steps: list[Together]) -> None:
        self.table = table
        self.steps = steps
        self.whole_key = frozenset(column.name for column in table.primary_key)
        self.key_in = _key_in(table)
        self.rows: dict[Any, Write] = {}

    def take(self, asked: Write) -> None:
        if isinstance(asked, Put):
            key = self.key_in(asked.row)
        elif asked.key.keys() == self.whole_key:
            key = self.key_in(asked.key)
        else:
            self.flush()
            self.steps.append((self.table, [asked]))
            return
        before = self.rows.get(key)
        both = asked if before is None else merged(before, asked)
        if both is None:
            self.flush()
            both = asked
        self.rows[key] = both

    def flush(self) -> None:
        """Pass on what is held, by shape, in the order of the index."""
        shapes: dict[tuple[object, ...], list[Write]] = {}
        for _, held in sorted(self.rows.items(), key=itemgetter(0)):
            shapes.setdefault(shape(held), []).append(held)
        self.rows = {}
        self.steps.extend((self.table, writes) for writes in shapes.values())


@cache
def _key_in(table: Table) -> Callable[[Row], Any]:
    """Give what reads the primary key; an id as its number, whose hash needs no Python code."""
    parts = [(each.name, isinstance(each.type, Uuid)) for each in table.primary_key]
    if len(parts) > 1:
        return lambda row: tuple([row[name].int if is_id else row[name] for name, is_id in parts])
    ((only, is_id),) = parts
    return (lambda row: row[only].int) if is_id else itemgetter(only)
