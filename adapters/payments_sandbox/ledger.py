"""The sandbox's own SQLite file: what the bank keeps, changed in one transaction at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from adapters.payments_sandbox.records import Drawer, K, Kept

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS kept (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, "
    "key TEXT NOT NULL, record BLOB NOT NULL, UNIQUE (kind, key)) STRICT"
)


class Ledger(msgspec.Struct, frozen=True):
    """One file; any number of processes may share it."""

    path: Path

    @contextmanager
    def open(self) -> Iterator[Drawer]:
        """Give the drawer to one caller at a time; nothing is kept when the caller fails."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            file.execute(_SCHEMA)
            yield SqliteDrawer(file)
            file.execute("COMMIT")


class SqliteDrawer:
    """Keeps the bank's records as JSON, by kind and key, in the order in which they came."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def get(self, kind: type[K], key: str) -> K | None:
        """Give a record."""
        question = "SELECT record FROM kept WHERE kind = ? AND key = ?"
        row = self._file.execute(question, (kind.__name__, key)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=kind)

    def put(self, record: Kept) -> None:
        """Keep a record."""
        self._file.execute(
            "INSERT INTO kept (kind, key, record) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET record = excluded.record",
            (type(record).__name__, record.key, msgspec.json.encode(record)),
        )

    def drop(self, record: Kept) -> None:
        """Keep a record no longer."""
        named = (type(record).__name__, record.key)
        self._file.execute("DELETE FROM kept WHERE kind = ? AND key = ?", named)

    def all(self, kind: type[K]) -> Iterator[K]:
        """Give all of a kind."""
        question = "SELECT record FROM kept WHERE kind = ? ORDER BY place"
        rows = self._file.execute(question, (kind.__name__,)).fetchall()
        return (msgspec.json.decode(row[0], type=kind) for row in rows)
