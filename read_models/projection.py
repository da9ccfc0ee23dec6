"""The small machinery that all read models share: events become writes, writes become rows.

Handlers are pure: an event in, writes out. Writes of one batch that meet on a primary key are
merged before the database sees them, so that one event at a time (live) and a million (a rebuild)
run the same code and end in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Dialect, Table, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from domain.event import Event

Row: TypeAlias = Mapping[str, Any]


class Recorded(msgspec.Struct, frozen=True):
    """An event with its place in the log: position, and when it was stored (µs UTC)."""

    position: int
    recorded_at: int
    event: Event


class Put(msgspec.Struct, frozen=True):
    """Write the whole row, new or not."""

    table: Table
    row: Row

    def parameters(self) -> dict[str, Any]:
        """Give what the statement binds."""
        return dict(self.row)


class Change(msgspec.Struct, frozen=True):
    """Set columns of the rows that match; nothing happens where there is none."""

    table: Table
    key: Row
    values: Row

    def parameters(self) -> dict[str, Any]:
        """Give what the statement binds."""
        return _named("key", self.key) | _named("set", self.values)


class Add(msgspec.Struct, frozen=True):
    """Add to number columns of the rows that match."""

    table: Table
    key: Row
    deltas: Mapping[str, int]

    def parameters(self) -> dict[str, Any]:
        """Give what the statement binds."""
        return _named("key", self.key) | _named("by", self.deltas)


class Drop(msgspec.Struct, frozen=True):
    """Delete the rows that match."""

    table: Table
    key: Row

    def parameters(self) -> dict[str, Any]:
        """Give what the statement binds."""
        return _named("key", self.key)


def _named(prefix: str, values: Row) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in values.items()}


Write: TypeAlias = Put | Change | Add | Drop
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
    batch: Sequence[Recorded],
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
            key = tuple([write.row[name] for name in self.keys])
        elif write.key.keys() == self.whole_key:
            key = tuple([write.key[name] for name in self.keys])
        else:
            self.flush()
            self._run([write])
            return
        before = self.rows.get(key)
        merged = write if before is None else _merged(before, write)
        if merged is None:
            self.flush()
            merged = write
        self.rows[key] = merged

    def flush(self) -> None:
        shapes: dict[tuple[object, ...], list[Write]] = {}
        for write in self.rows.values():
            shapes.setdefault(_shape(write), []).append(write)
        self.rows = {}
        for writes in shapes.values():
            self._run(writes)

    def _run(self, writes: Sequence[Write]) -> None:
        """Hand the driver plain values: SQLAlchemy's own binding costs more than the database."""
        statement = _statement(self.connection.dialect, self.table, writes[0])
        rows = [statement.bound(write.parameters()) for write in writes]
        self.connection.exec_driver_sql(statement.text, rows)


def _merged(before: Write, after: Write) -> Write | None:
    """Put two writes on the same row together; nothing when they cannot be."""
    if isinstance(after, Put):
        same = isinstance(before, Put) and before.row.keys() == after.row.keys()
        return after if same else None
    if isinstance(after, Drop):
        return after
    if isinstance(before, Put) and isinstance(after, Change):
        return Put(before.table, {**before.row, **after.values})
    if isinstance(before, Put) and isinstance(after, Add):
        sums = {name: before.row[name] + delta for name, delta in after.deltas.items()}
        return Put(before.table, {**before.row, **sums})
    if isinstance(before, Change) and isinstance(after, Change):
        return Change(before.table, before.key, {**before.values, **after.values})
    return None


def _shape(write: Write) -> tuple[object, ...]:
    match write:
        case Put():
            return (Put, *write.row)
        case Change():
            return (Change, *write.values)
        case Add():
            return (Add, *write.deltas)
        case Drop():
            return (Drop,)


class _Statement(msgspec.Struct, frozen=True):
    """A compiled statement, with what makes each of its values fit the driver."""

    text: str
    names: tuple[str, ...]
    fits: tuple[tuple[str, Callable[[Any], Any]], ...]
    positional: bool

    def bound(self, values: dict[str, Any]) -> Any:
        """Give one row as the driver takes it."""
        for name, fit in self.fits:
            values[name] = fit(values[name])
        return tuple([values[name] for name in self.names]) if self.positional else values


_statements: dict[tuple[object, ...], _Statement] = {}


def _statement(dialect: Dialect, table: Table, write: Write) -> _Statement:
    kept = (dialect.name, table.name, *_shape(write), *getattr(write, "key", ()))
    known = _statements.get(kept)
    if known is None:
        known = _compiled(dialect, _clause(dialect, table, write))
        if "__" not in table.name:  # the tables of a rebuild come and go
            _statements[kept] = known
    return known


def _compiled(dialect: Dialect, clause: Any) -> _Statement:
    compiled = clause.compile(dialect=dialect)
    fits = []
    for name, bound in compiled.binds.items():
        fit = bound.type.dialect_impl(dialect).bind_processor(dialect)
        if fit is not None:
            fits.append((name, fit))
    names = tuple(compiled.positiontup or compiled.binds)
    return _Statement(str(compiled), names, tuple(fits), bool(compiled.positional))


def _clause(dialect: Dialect, table: Table, write: Write) -> Any:
    if isinstance(write, Put):
        return _put(dialect, table, tuple(write.row))
    matches = and_(*(table.c[name] == _bind("key", table, name) for name in write.key))
    match write:
        case Drop():
            return table.delete().where(matches)
        case Change():
            values: dict[str, Any] = {name: _bind("set", table, name) for name in write.values}
            return table.update().where(matches).values(values)
        case Add():
            sums = {name: table.c[name] + _bind("by", table, name) for name in write.deltas}
            return table.update().where(matches).values(sums)


def _bind(prefix: str, table: Table, name: str) -> Any:
    return bindparam(f"{prefix}_{name}", type_=table.c[name].type)


def _put(dialect: Dialect, table: Table, names: Sequence[str]) -> Any:
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(
        {name: bindparam(name, type_=table.c[name].type) for name in names}
    )
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    if not changed:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
