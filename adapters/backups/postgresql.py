"""Copies a PostgreSQL database by `pg_dump`, and puts a copy back by `pg_restore`.

The dump and what is said of it are one exported snapshot; writers go on. What is replaced is kept
in a schema of its own. Source: PostgreSQL's documentation of pg_dump, pg_restore and
`pg_export_snapshot`.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Literal, TypeVar

from sqlalchemy import Connection, make_url, text

from adapters.backups.manifest import BackupUnusable
from adapters.database import open_database

F = TypeVar("F")


class PostgresqlStore:
    """One PostgreSQL database; `tools` is the folder of its programs, or empty for the PATH."""

    kind: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str, tools: str = "") -> None:
        self.url = url
        self.tools = tools

    def save(self, target: Path, facts: Callable[[Connection], F]) -> F:
        """Dump the database to a file that only its owner can read; give what stands in it."""
        part = target.with_name(f"{target.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)

        def dump(connection: Connection) -> F:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            plain = ("--format=custom", "--no-owner", "--no-privileges", "--schema=public")
            self._run("pg_dump", *plain, f"--snapshot={snapshot}", f"--file={part}")
            return facts(connection)

        said = self._in_transaction(dump)
        part.replace(target)
        return said

    def is_empty(self) -> bool:
        """Whether nothing is there yet."""
        count = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        tables: int = self._in_transaction(lambda asked: asked.execute(count).scalar_one())
        return tables == 0

    def set_aside(self, mark: str) -> str:
        """Move what is there out of the way; give where it is now. Raises BackupUnusable."""
        aside = f"replaced_{mark}"

        def move(connection: Connection) -> None:
            others = connection.execute(_OTHERS).scalar_one()
            if others:
                raise BackupUnusable(
                    f"{others} connections to the database are open. "
                    "Stop the portal first: web, admin and worker."
                )
            if not connection.execute(_MAY_MOVE).scalar_one():
                raise BackupUnusable(
                    "This role may not move what is there. Make a new, empty database, restore "
                    "into it, and set PORTAL_DATABASE_URL to it."
                )
            connection.execute(text(f"ALTER SCHEMA public RENAME TO {aside}"))
            connection.execute(text("CREATE SCHEMA public"))
            connection.execute(text("GRANT USAGE ON SCHEMA public TO PUBLIC"))

        self._in_transaction(move)
        return f"schema {aside}"

    def put_back(self, mark: str) -> None:
        """Undo `set_aside`."""

        def move(connection: Connection) -> None:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text(f"ALTER SCHEMA replaced_{mark} RENAME TO public"))

        self._in_transaction(move)

    def load(self, source: Path) -> None:
        """Put a copy into the empty database, all or nothing."""
        plain = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        self._run("pg_restore", *plain, "--schema=public", str(source))

    def _in_transaction(self, work: Callable[[Connection], F]) -> F:
        engine = open_database(self.url, pool_size=1)
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()

    def _run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs. Raises BackupUnusable with what it said.

        The password goes by the environment: arguments can be seen by everybody on the machine.
        """
        url = make_url(self.url)
        address = url.set(drivername="postgresql", password=None).render_as_string()
        secret = {"PGPASSWORD": url.password} if url.password else {}
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [self._found(program), f"--dbname={address}", *words],
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BackupUnusable(f"{program} ended with: {done.stderr.strip()}")

    def _found(self, program: str) -> str:
        path = which(program, path=self.tools or None)
        if path is None:
            raise BackupUnusable(
                f"{program} is not found. Install PostgreSQL's client programs, or set "
                "PORTAL_POSTGRESQL_TOOLS to their folder."
            )
        return path


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_MAY_MOVE = text(
    "SELECT pg_has_role(nspowner, 'USAGE') "
    "AND has_database_privilege(current_database(), 'CREATE') "
    "FROM pg_namespace WHERE nspname = 'public'"
)
