"""Finds and purges what rows of operational state say of a person: sessions, mails, reports."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    select,
    update,
)

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
            yield str(table.name), {str(name): value for name, value in row.items()}


def addresses_in_rows(connection: Connection) -> set[str]:
    """Give every address that stands in any row, in lower case."""
    texts = (str(text) for table in _operational() for text in _texts(connection, table))
    return set(_ADDRESS.findall("\n".join(texts).lower()))


def purge_rows(connection: Connection, words: Sequence[str], staff: Sequence[UUID]) -> None:
    """Delete or rewrite what names one of the words or is of this staff."""
    for table in _operational():
        for values in _naming(connection, table, words):
            if _is_deleted(table, values, words):
                for below, here in _hanging_on(table, values):
                    connection.execute(delete(below).where(here))
                connection.execute(delete(table).where(*_this(table, values)))
            else:
                said = _without_words(values, words)
                connection.execute(update(table).where(*_this(table, values)).values(said))
        if staff and "staff_id" in table.c:
            connection.execute(delete(table).where(table.c.staff_id.in_(staff)))


def rows_going(
    connection: Connection, words: Sequence[str], staff: Sequence[UUID]
) -> dict[str, int]:
    """Tell how many rows of which table `purge_rows` would delete or rewrite, by reading alone."""
    going: dict[str, set[tuple[Any, ...]]] = {}

    def goes(table: Table, here: ColumnElement[bool]) -> None:
        keys = connection.execute(select(*table.primary_key).where(here))
        going.setdefault(str(table.name), set()).update(map(tuple, keys))

    for table in _operational():
        for values in _naming(connection, table, words):
            if _is_deleted(table, values, words):
                goes(table, and_(*_this(table, values)))
                for below, here in _hanging_on(table, values):
                    goes(below, here)
            elif _without_words(values, words) != dict(values):
                goes(table, and_(*_this(table, values)))
        if staff and "staff_id" in table.c:
            goes(table, table.c.staff_id.in_(staff))
    return {name: len(keys) for name, keys in going.items() if keys}


def _operational() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table not in _LOG)


def _naming(connection: Connection, table: Table, words: Sequence[str]) -> Sequence[RowMapping]:
    here = naming(connection, table.columns, words) if words else None
    return [] if here is None else connection.execute(select(table).where(here)).mappings().all()


def _texts(connection: Connection, table: Table) -> Iterator[str]:
    for row in connection.execute(select(table)):
        for value in row:
            if isinstance(value, bytes):
                yield value.decode("utf-8", "replace")
            elif isinstance(value, str):
                yield value


def _is_deleted(table: Table, values: RowMapping, words: Sequence[str]) -> bool:
    theirs = {word.lower() for word in words}
    return table.name in DELETED or str(values.get("address")).lower() in theirs


def _hanging_on(table: Table, values: RowMapping) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Name the rows of other tables that name a row by its id."""
    names = [column.name for column in table.primary_key]
    if len(names) == 1:
        for below in _operational():
            if below is not table and names[0] in below.c:
                yield below, below.c[names[0]] == values[names[0]]


def _this(table: Table, values: RowMapping) -> list[ColumnElement[bool]]:
    return [column == values[column.name] for column in table.primary_key]


def _without_words(values: RowMapping, words: Sequence[str]) -> dict[str, Any]:
    return {str(name): _without(value, words) for name, value in values.items()}


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
