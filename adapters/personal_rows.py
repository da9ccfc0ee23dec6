"""Finds and purges what rows of operational state say of a person: sessions, mails, reports."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, select, update

from adapters.schema import DOCUMENTS, DONE_COMMANDS, EVENTS, TRACKING, metadata
from adapters.trace_search import naming

DELETED = {"outbox", "import_refusals"}
"""A row here goes when it names a person, and so does one whose `address` is theirs, with what
hangs on it; in other rows only the words go."""

GONE = "erased"

_LOG = (EVENTS, DONE_COMMANDS, TRACKING, DOCUMENTS)
_ADDRESS = re.compile(r"[^\s\"'<>,;:()\[\]\\]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


def rows_naming(
    connection: Connection, words: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each row that holds one of the words, with the name of its table."""
    for table in _operational():
        for row in _naming(connection, table, words):
            yield str(table.name), {str(name): value for name, value in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's public name


def addresses_in_rows(connection: Connection) -> set[str]:
    """Give every address that stands in any row, in lower case."""
    texts = (str(text) for table in _operational() for text in _texts(connection, table))
    return set(_ADDRESS.findall("\n".join(texts).lower()))


def purge_rows(
    connection: Connection, words: Sequence[str], staff: Sequence[UUID]
) -> dict[str, int]:
    """Delete or rewrite what names one of the words or is of this staff; counts by table."""
    counts = {
        str(table.name): _purge(connection, table, words) + _purge_staff(connection, table, staff)
        for table in _operational()
    }
    return {name: count for name, count in counts.items() if count}


def _operational() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table not in _LOG)


def _naming(connection: Connection, table: Table, words: Sequence[str]) -> Sequence[Row[Any]]:
    here = naming(connection, table.columns, words) if words else None
    return [] if here is None else connection.execute(select(table).where(here)).all()


def _texts(connection: Connection, table: Table) -> Iterator[str]:
    for row in connection.execute(select(table)):
        for value in row:
            if isinstance(value, bytes):
                yield value.decode("utf-8", "replace")
            elif isinstance(value, str):
                yield value


def _purge(connection: Connection, table: Table, words: Sequence[str]) -> int:
    rows = _naming(connection, table, words)
    theirs = {word.lower() for word in words}
    for row in rows:
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
        if table.name in DELETED or str(values.get("address")).lower() in theirs:
            _drop(connection, table, values)
        else:
            said = {name: _without(value, words) for name, value in values.items()}
            connection.execute(update(table).where(*_this(table, values)).values(said))
    return len(rows)


def _drop(connection: Connection, table: Table, values: Mapping[Any, Any]) -> None:
    """Delete a row, and the rows of other tables that name it by its id."""
    names = [column.name for column in table.primary_key]
    if len(names) == 1:
        for below in _operational():
            if below is not table and names[0] in below.c:
                connection.execute(delete(below).where(below.c[names[0]] == values[names[0]]))
    connection.execute(delete(table).where(*_this(table, values)))


def _this(table: Table, values: Mapping[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == values[column.name] for column in table.primary_key]


def _purge_staff(connection: Connection, table: Table, staff: Sequence[UUID]) -> int:
    if not staff or "staff_id" not in table.c:
        return 0
    return connection.execute(delete(table).where(table.c.staff_id.in_(staff))).rowcount


def _without(value: Any, words: Sequence[str]) -> Any:
    """Take the words out of a text, or out of bytes that are text."""
    if isinstance(value, bytes):
        try:
            return _without(value.decode(), words).encode()
        except UnicodeDecodeError:
            return value
    if not isinstance(value, str):
        return value
    for word in words:
        value = re.sub(re.escape(word), GONE, value, flags=re.IGNORECASE)
    return value
