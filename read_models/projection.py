"""The small machinery that all read models share: events become writes, writes become rows.

Handlers are pure: an event in, writes out. Writes of one batch that meet on a primary key are
merged before the database sees them, so that one event at a time (live) and a million (a rebuild)
run the same code and end in the same rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam
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

    def writes(self, recorded: Recorded) -> Iterator[Write]:
        """Say what one event changes."""
        kind = type(recorded.event)
        if kind in self.handlers:
            yield from self.handlers[kind](recorded.event)
        if kind in self.placed:
            yield from self.placed[kind](recorded)


def apply(
    connection: Connection,
    models: Sequence[ReadModel],
    batch: Sequence[Recorded],
    into: Mapping[Table, Table] | None = None,
) -> None:
    """Apply events in order; `into` names other tables of the same shape (a rebuild)."""
    pending: dict[Table, _Pending] = {}
    for recorded in batch:
        for model in models:
            for write in model.writes(recorded):
                held = pending.get(write.table)
                if held is None:
                    target = into[write.table] if into else write.table
                    held = pending[write.table] = _Pending(connection, target)
                held.take(write)
    for held in pending.values():
        held.flush()


class _Pending:
    """The merged writes of one table that the database has not seen yet."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.connection = connection
        self.table = table
        self.keys = tuple(column.name for column in table.primary_key)
        self.rows: dict[tuple[Any, ...], Write] = {}

    def take(self, write: Write) -> None:
        source = write.row if isinstance(write, Put) else write.key
        if not isinstance(write, Put) and source.keys() != set(self.keys):
            self.flush()
            self._run([write])
            return
        key = tuple(source[name] for name in self.keys)
        before = self.rows.get(key)
        merged = _merged(before, write) if before is not None else write
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
        statement = _statement(self.connection, self.table, self.keys, writes[0])
        self.connection.execute(statement, [write.parameters() for write in writes])


def _merged(before: Write, after: Write) -> Write | None:
    """Put two writes on the same row together; nothing when they cannot be."""
    if isinstance(after, Put):
        same = isinstance(before, Put) and before.row.keys() == after.row.keys()
        return after if same else None
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


def _statement(connection: Connection, table: Table, keys: Sequence[str], write: Write) -> Any:
    if isinstance(write, Put):
        return _put(connection, table, keys, tuple(write.row))
    matches = and_(*(table.c[name] == bindparam(f"key_{name}") for name in write.key))
    match write:
        case Drop():
            return table.delete().where(matches)
        case Change():
            values: dict[str, Any] = {name: bindparam(f"set_{name}") for name in write.values}
            return table.update().where(matches).values(values)
        case Add():
            sums = {name: table.c[name] + bindparam(f"by_{name}") for name in write.deltas}
            return table.update().where(matches).values(sums)


_puts: dict[tuple[object, ...], Any] = {}


def _put(connection: Connection, table: Table, keys: Sequence[str], names: Sequence[str]) -> Any:
    cached = _puts.get((table, connection.dialect.name, *names))
    if cached is not None:
        return cached
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    whole = (
        statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        if changed
        else statement.on_conflict_do_nothing()
    )
    if not table.name.count("__"):
        _puts[table, connection.dialect.name, *names] = whole
    return whole
