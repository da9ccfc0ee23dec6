"""Copies a SQLite file by SQLite's own backup API, and puts a copy in its place.

The copy is taken in one step: in WAL mode it is the moment at which it began, and writers go on.
Source: SQLite, "Using the SQLite Online Backup API".
"""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeVar

from sqlalchemy import Connection

from adapters.backups.manifest import BackupUnusable
from adapters.database import open_database, reading, sqlite_module

F = TypeVar("F")


class SqliteStore:
    """One SQLite file that is backed up or restored."""

    kind: Literal["sqlite"] = "sqlite"

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = Path(url.removeprefix("sqlite:///"))

    def save(self, target: Path, facts: Callable[[Connection], F]) -> F:
        """Copy the store to a file that only its owner can read; give what stands in the copy."""
        part = target.with_name(f"{target.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        connect = sqlite_module().connect
        with closing(connect(self.path)) as live, closing(connect(part)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        said = _asked(part, facts)
        _settle(part, target)
        return said

    def is_empty(self) -> bool:
        """Whether nothing is there yet."""
        return not self.path.exists() or self.path.stat().st_size == 0

    def set_aside(self, mark: str) -> str:
        """Move what is there out of the way; give where it is now. Raises BackupUnusable."""
        self._be_alone()
        aside = self._aside(mark)
        self.path.rename(aside)
        return str(aside)

    def put_back(self, mark: str) -> None:
        """Undo `set_aside`."""
        self.path.unlink(missing_ok=True)
        self._forget_logs()
        self._aside(mark).rename(self.path)

    def load(self, source: Path) -> None:
        """Put a copy in the store's empty place."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{self.path.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        connect = sqlite_module().connect
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(connect(address, uri=True)) as copy, closing(connect(part)) as made:
            copy.backup(made)
        self._forget_logs()
        _settle(part, self.path)

    def _forget_logs(self) -> None:
        """Delete what a file that is gone left beside it: SQLite would write it into the next."""
        for ending in ("-wal", "-shm", "-journal"):
            self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)

    def _aside(self, mark: str) -> Path:
        return self.path.with_name(f"{self.path.name}.replaced-{mark}")

    def _be_alone(self) -> None:
        """Leave WAL mode, which SQLite allows to the only user of a file, and makes it one file."""
        with closing(sqlite_module().connect(self.path, timeout=1)) as connection:
            try:
                connection.execute("PRAGMA journal_mode=DELETE")
            except sqlite_module().OperationalError as in_use:
                raise BackupUnusable(
                    f"{self.path} is in use. Stop the portal first: web, admin and worker."
                ) from in_use


def _asked(path: Path, facts: Callable[[Connection], F]) -> F:
    engine = open_database(f"sqlite:///{path}", pool_size=1)
    try:
        with reading(engine) as connection:
            return facts(connection)
    finally:
        engine.dispose()
        with closing(sqlite_module().connect(path)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")


def _settle(part: Path, target: Path) -> None:
    """Let the file appear under its name only when the disk has all of it."""
    _sync(part)
    part.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
