"""A portal whose operator types `portal backup` and `portal restore` in tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import select

from adapters.schema import EVENTS
from entrypoints.cli import main
from entrypoints.container import Portal
from tests.databases import Databases, let_go
from tests.wiring import SECRET


class Operator:
    """Whoever has the machine, and stops the portal before restoring."""

    def __init__(self, portal: Portal, databases: Databases, folder: Path) -> None:
        self.portal = portal
        self.folder = folder
        settings = portal.settings()
        self.environment = {
            "PORTAL_DATA": str(settings.data),
            "PORTAL_DATABASE_URL": settings.database_url,
            "PORTAL_KEYS_URL": settings.keys_url,
            "PORTAL_SECRET": SECRET,
            "PORTAL_POSTGRESQL_TOOLS": databases.tools,
            "PORTAL_SMTP_PORT": "1",
        }
        (folder / "record").mkdir()
        (folder / "keys").mkdir()

    def types(self, *words: str | Path, code: int = 0, **elsewhere: str) -> str:
        """Type a command; gives what it says."""
        before = dict(os.environ)
        os.environ.update({**self.environment, **elsewhere})
        try:
            done: Result = CliRunner().invoke(main, [str(word) for word in words])
        finally:
            os.environ.clear()
            os.environ.update(before)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    def backs_up(self) -> tuple[Path, Path]:
        """Make a backup; gives the record's file and the keys' file."""
        self.types("backup", self.folder / "record", "--keys", self.folder / "keys")
        record = max(path for path in (self.folder / "record").iterdir() if path.suffix != ".json")
        return record, max((self.folder / "keys").iterdir())

    def restores(self, files: tuple[Path, Path], *more: str, **elsewhere: Any) -> str:
        """Stop the portal and put a backup back; gives what is said."""
        self.stops()
        record, keys = files
        return self.types("restore", record, "--keys", keys, *more, **elsewhere)

    def stops(self) -> None:
        """Nobody uses the databases any more."""
        let_go(self.portal.engine(), self.portal.keys_engine())


@contextmanager
def elsewhere(databases: Databases, kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """An empty place for record and keys, as settings."""
    new = folder / "elsewhere"
    new.mkdir()
    with databases.empty(kind, new) as url:
        yield {
            "PORTAL_DATA": str(new),
            "PORTAL_DATABASE_URL": url,
            "PORTAL_KEYS_URL": f"sqlite:///{new / 'keys.db'}",
        }


def stored(portal: Portal) -> list[dict[str, Any]]:
    """Every event as it stands in the record."""
    with portal.reading() as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.position)).mappings()
        return [{**row, "state": bytes(row["state"])} for row in rows]
