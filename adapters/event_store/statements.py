"""Runs the statements of every command as they are: compiling them anew costs more than they do.

Values are given as both drivers take them: ids by their hexadecimal digits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError


def run(connection: Connection, statement: str, *values: Any) -> CursorResult[Any]:
    """Run one statement; a `?` stands for each value."""
    return connection.exec_driver_sql(_placed(connection, statement), values)


def run_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run one statement for each row."""
    connection.exec_driver_sql(_placed(connection, statement), list(rows))


def _placed(connection: Connection, statement: str) -> str:
    if connection.dialect.name == "sqlite":
        return statement
    return statement.replace("?", "%s")


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send to PostgreSQL what the block writes without waiting for each answer; it must not read.

    Raises SQLAlchemy's errors, at the latest at the end of the block.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except errors as error:
        raise DBAPIError.instance(
            "", None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from error
