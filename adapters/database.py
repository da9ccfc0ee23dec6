"""Opens SQLite and PostgreSQL so that both keep the same promises.

SQLite: WAL, `synchronous=FULL`, `BEGIN IMMEDIATE` for writes and `BEGIN` for reads, through the
newest bundled library. PostgreSQL: psycopg 3, `lock_timeout` 2 s. Inside one process whoever stores
events, or writes to a SQLite file at all, waits on a lock of ours before taking a connection:
SQLite itself only polls, and connections are left for readers.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from application.ports.event_log import RecordUnavailable

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset corruption bug."""

COMMAND_DEADLINE_MS = 5_000

_MISSING_IN_SQLITE = ("no such table", "no such column", "has no column named")
_MISSING_IN_POSTGRESQL = {"42P01", "42703"}
"""`undefined_table` and `undefined_column`. Source: PostgreSQL's error codes."""

_turns: WeakKeyDictionary[Engine, threading.RLock] = WeakKeyDictionary()


class TablesDiffer(RecordUnavailable):
    """The tables are those of another version of the portal, or are not made yet."""


def sqlite_module() -> ModuleType:
    """Give the newest SQLite at hand: the bundled one, else Python's own."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415 - absent on some platforms
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def open_database(
    url: str, *, pool_size: int = 8, lock_timeout_ms: int = 2_000, throwaway: bool = False
) -> Engine:
    """Open `sqlite:///path`, `sqlite://` (in memory) or `postgresql://…`.

    A `throwaway` SQLite file (the demo's) does not wait for the disk: a power cut may break it.
    """
    if url.startswith("sqlite"):
        engine = _open_sqlite(url, pool_size, throwaway=throwaway)
    else:
        engine = _open_postgresql(url, pool_size, lock_timeout_ms)
    _turns[engine] = threading.RLock()
    return engine


def _open_postgresql(url: str, pool_size: int, lock_timeout_ms: int) -> Engine:
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=8,
        pool_pre_ping=False,
        pool_timeout=COMMAND_DEADLINE_MS / 1000,
        hide_parameters=True,  # a bug's trace goes to the log: no addresses, no hashes
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c lock_timeout={lock_timeout_ms} -c timezone=UTC",
        },
    )


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _open_sqlite(url: str, pool_size: int, *, throwaway: bool) -> Engine:
    in_memory = url in {"sqlite://", "sqlite:///:memory:"}
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if in_memory else {"pool_size": pool_size, "max_overflow": 8}
    )
    engine = create_engine(
        url,
        module=sqlite_module(),
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"check_same_thread": False, "timeout": COMMAND_DEADLINE_MS / 1000},
        **pool,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if throwaway:
        event.listen(engine, "connect", _do_not_wait)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased leaves nothing in free pages
    cursor.close()


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("portal_asks", False):
        writes = options.get("portal_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open one consistent read of the database. Raises RecordUnavailable when it is away.

    All questions see one moment, so that a total and its rows agree.
    """
    with _said(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Open a connection for one question, which needs no transaction around it.

    Raises RecordUnavailable when the database is away.
    """
    options: dict[str, Any] = (
        {"portal_asks": True}
        if engine.dialect.name == "sqlite"
        else {"isolation_level": "AUTOCOMMIT"}
    )
    with _said(), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that writes operational tables; commits when the block ends well.

    Raises RecordUnavailable when the database is away or full.
    """
    with _said(), _writing(engine) as connection:
        yield connection


@contextmanager
def recording(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction at a time that may store events (the writer lock).

    Whoever waits in this process holds no connection meanwhile: readers need them.
    """
    with _turn(engine), _writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE events IN EXCLUSIVE MODE")
        yield connection


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            yield connection
        return
    with _turn(engine), engine.connect() as opened:
        connection = opened.execution_options(portal_writes=True)
        with connection.begin():
            yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for this process's turn to write. Raises RecordUnavailable when it does not come."""
    lock = _turns[engine]
    if not lock.acquire(timeout=COMMAND_DEADLINE_MS / 1000):
        raise RecordUnavailable
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, ProgrammingError) as error:
        meant = meaning_of(error)
        if meant is None:
            raise
        raise meant from error


def meaning_of(error: Exception) -> RecordUnavailable | None:
    """Tell a database that is away or full from tables that differ; nothing for a bug of ours."""
    driver = error if isinstance(error, DBAPIError) else error.__cause__  # the event store's own
    if isinstance(driver, DBAPIError) and _misses_something(driver):
        return TablesDiffer()
    return None if isinstance(error, ProgrammingError) else RecordUnavailable()


def _misses_something(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _MISSING_IN_POSTGRESQL:
        return True
    return any(words in str(error.orig) for words in _MISSING_IN_SQLITE)
