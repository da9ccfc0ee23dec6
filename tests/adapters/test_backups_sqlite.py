"""What is put back is the copy, whatever a file that is gone has left beside its place."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.backups.sqlite import SqliteStore
from adapters.database import sqlite_module


def write(connection: Any, words: str) -> None:
    connection.execute("CREATE TABLE said (words TEXT)")
    connection.executemany("INSERT INTO said VALUES (?)", [(words,)] * 500)
    connection.commit()


def written(path: Path, words: str) -> None:
    with closing(sqlite_module().connect(path)) as connection:
        write(connection, words)


def said(path: Path) -> set[str]:
    with closing(sqlite_module().connect(path)) as connection:
        return {words for (words,) in connection.execute("SELECT words FROM said")}


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """The log of a file that was in use when its machine stopped, and was deleted since."""
    stopped, place = tmp_path / "stopped.db", tmp_path / "portal.db"
    with closing(sqlite_module().connect(stopped)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        write(connection, "before")
        (tmp_path / "portal.db-wal").write_bytes((tmp_path / "stopped.db-wal").read_bytes())
    return SqliteStore(f"sqlite:///{place}")


def test_a_left_log_is_not_written_into_what_is_restored(
    store: SqliteStore, tmp_path: Path
) -> None:
    written(tmp_path / "copy.db", "backed up")
    assert store.is_empty()
    store.load(tmp_path / "copy.db")
    assert said(store.path) == {"backed up"}


def test_a_left_log_is_not_written_into_what_comes_back_after_a_failure(
    store: SqliteStore, tmp_path: Path
) -> None:
    log = tmp_path / "portal.db-wal"
    left = log.read_bytes()
    log.unlink()
    written(store.path, "as it was")
    store.set_aside("then")
    log.write_bytes(left)
    store.put_back("then")
    assert said(store.path) == {"as it was"}
