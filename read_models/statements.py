"""Hands writes of one shape to the database: compiled once, every value bound once.

SQLAlchemy's own execution costs more than the database does. PostgreSQL is given many rows as one
statement over one JSON value, SQLite as many rows of one prepared statement.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from read_models.writes import Add, Change, Drop, Put, Write, shape

Fit: TypeAlias = Callable[[Any], Any]
Values: TypeAlias = Mapping[str, ColumnElement[Any]]


@contextmanager
def driver(connection: Connection) -> Iterator[Any]:
    """Open the driver's own cursor. Raises SQLAlchemy's errors."""
    dialect = connection.dialect
    errors: type[Exception] = dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(
            "", None, error, errors, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()


def run(cursor: Any, dialect: Dialect, table: Table, writes: Sequence[Write]) -> None:
    """Do writes of one shape on rows that all differ."""
    make = _all_at_once if dialect.name == "postgresql" and len(writes) > 1 else _one_by_one
    known = _statements.setdefault(table, {})
    named = (dialect.name, make, *shape(writes[0]))
    if named not in known:
        known[named] = make(dialect, table, writes[0])
    statement = known[named]
    rows = statement.bound(writes)
    if len(rows) == 1:
        cursor.execute(statement.text, rows[0])
    else:
        cursor.executemany(statement.text, rows)


class _Statement(msgspec.Struct, frozen=True):
    """A compiled statement: its parameters in order, and what makes their values fit the driver."""

    text: str
    fits: tuple[tuple[str, Fit | None], ...]

    def bound(self, writes: Sequence[Write]) -> list[tuple[Any, ...]]:
        """Give the rows as the driver takes them."""
        return list(zip(*self.columns(writes), strict=True))

    def columns(self, writes: Sequence[Write]) -> list[list[Any]]:
        """Give the values that fit, parameter by parameter."""
        rows = [write.parameters() for write in writes]
        return [
            [fit(row[name]) for row in rows] if fit else [row[name] for row in rows]
            for name, fit in self.fits
        ]


class _OverJson(_Statement, frozen=True):
    """One that takes all rows as one JSON value."""

    def bound(self, writes: Sequence[Write]) -> list[tuple[Any, ...]]:
        names = [name for name, _ in self.fits]
        rows = [dict(zip(names, row, strict=True)) for row in super().bound(writes)]
        return [(msgspec.json.encode(rows).decode(),)]


_statements: WeakKeyDictionary[Table, dict[tuple[object, ...], _Statement]] = WeakKeyDictionary()
"""By table: those of a rebuild come and go."""


def _one_by_one(dialect: Dialect, table: Table, write: Write) -> _Statement:
    places = _places(table, write)
    values = {name: bindparam(name, type_=place.type) for name, place in places.items()}
    compiled = _clause(dialect, table, write, values).compile(dialect=_positional(dialect))
    order = compiled.positiontup or ()
    return _Statement(str(compiled), tuple((name, _fit(dialect, places[name])) for name in order))


def _all_at_once(dialect: Dialect, table: Table, write: Write) -> _Statement:
    places = _places(table, write)
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON)).table_valued(
        *(column(name, place.type) for name, place in places.items()), name="given"
    )
    given = rows.render_derived(with_types=True).c
    compiled = _clause(dialect, table, write, dict(given)).compile(dialect=_positional(dialect))
    fits = tuple((name, _fit(dialect, place)) for name, place in places.items())
    return _OverJson(str(compiled), fits)


@cache
def _positional(dialect: Dialect) -> Dialect:
    """Give a dialect to compile with whose parameters have places instead of names."""
    if dialect.positional:
        return dialect
    kind: Callable[..., Dialect] = type(dialect)
    return kind(paramstyle="format")


def _places(table: Table, write: Write) -> dict[str, Any]:
    """Say which column each parameter of a write is for."""
    if isinstance(write, Put):
        return {name: table.c[name] for name in write.row}
    return {name: table.c[name.partition("_")[2]] for name in write.parameters()}


def _clause(dialect: Dialect, table: Table, write: Write, values: Values) -> Any:
    if isinstance(write, Put):
        return _put(dialect, table, values)
    matches = and_(*(table.c[name] == values[f"key_{name}"] for name in write.key))
    match write:
        case Drop():
            return table.delete().where(matches)
        case Change():
            changed = {name: values[f"set_{name}"] for name in write.values}
            return table.update().where(matches).values(changed)
        case Add():
            sums = {name: table.c[name] + values[f"by_{name}"] for name in write.deltas}
            return table.update().where(matches).values(sums)


def _put(dialect: Dialect, table: Table, values: Values) -> Any:
    statement = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    if any(isinstance(value, BindParameter) for value in values.values()):
        statement = statement.values(values)
    else:
        statement = statement.from_select(list(values), select(*values.values()))
    keys = [each.name for each in table.primary_key]
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    if not changed:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _fit(dialect: Dialect, place: Any) -> Fit | None:
    """Give what makes a value fit: SQLAlchemy's own, but faster for SQLite's ids and days."""
    if dialect.name == "sqlite" and isinstance(place.type, Uuid):
        return lambda value: value and f"{value.int:032x}"
    if dialect.name == "sqlite" and isinstance(place.type, Date):
        return lambda value: value and value.isoformat()
    made: Fit | None = place.type.dialect_impl(dialect).bind_processor(dialect)
    return made
