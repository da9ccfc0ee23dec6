"""Stored events cannot be changed, and on PostgreSQL the portal's own role cannot lift that."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters import append_only
from adapters.database import open_database, reading, writing
from entrypoints.cli import main
from entrypoints.installing import install
from tests.databases import Databases
from tests.read_models.access_stories import Story
from tests.wiring import SECRET, wired

CHANGES = {
    "UPDATE": "UPDATE events SET state = state",
    "DELETE": "DELETE FROM events WHERE position = 1",
}
SQLITE_CHANGES = {
    "such an event": "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 1",
    "such an event already": "INSERT OR REPLACE INTO events SELECT 99, recorded_at, stream_id, "
    "version, topic, state FROM events WHERE position = 1",
}
POSTGRESQL_CHANGES = {"TRUNCATE": "TRUNCATE events"}


def _tell(url: str, folder: Path) -> None:
    """Do, through the whole portal, what writes to every kind of table."""
    with wired(url, folder) as portal:
        told = Story(portal)
        told.seller()
        told.bill_group()
        told.turn()
        told.revoke(told.grant("acme.example", reason="kick-off"), "over")


def _refused(engine: Engine, statement: str) -> str:
    with pytest.raises(DBAPIError) as refused, writing(engine) as connection:
        connection.execute(text(statement))
    return str(refused.value.orig)


def test_every_change_of_a_stored_event_is_refused(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    _tell(database_url, tmp_path)
    more = SQLITE_CHANGES if database.dialect.name == "sqlite" else POSTGRESQL_CHANGES
    for words, statement in {**CHANGES, **more}.items():
        said = _refused(database, statement)
        assert "append-only" in said
        assert words in said


def test_the_doctor_names_a_trigger_that_is_gone(database: Engine) -> None:
    with writing(database) as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        trigger = "events_not_deleted" if on_sqlite else "events_append_only ON events"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
    with reading(database) as connection:
        good, words = next(append_only.checks(connection))
    assert not good
    assert ("events_not_deleted" if on_sqlite else "its trigger is missing") in words


@pytest.fixture
def restricted(databases: Databases, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A PostgreSQL set up as the doctor says: the superuser's URL, and the portal's."""
    role = f"portal_{uuid4().hex}"
    with databases.fresh("postgresql", tmp_path) as first:
        name = first.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(first, autocommit=True) as superuser:
            superuser.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'portal'")
            superuser.execute(f"CREATE DATABASE of_{role} OWNER {role}")
        url = first.replace(f"/{name}", f"/of_{role}", 1)
        portals = _as_role(url, role)
        install(portals, f"sqlite:///{tmp_path / 'keys.db'}")
        engine = open_database(portals)
        with reading(engine) as connection:
            before = list(append_only.checks(connection))
            statements = append_only.set_up_sql(connection)
        engine.dispose()
        assert not any(good for good, _ in before)
        assert all("owns" in words for _, words in before)
        with psycopg.connect(url, autocommit=True) as superuser:
            superuser.execute(statements)
            superuser.execute(statements)
        yield url, portals
        with psycopg.connect(first, autocommit=True) as again:
            again.execute(f"DROP DATABASE of_{role} WITH (FORCE)")
            again.execute(f"DROP ROLE {role}")


def _as_role(url: str, role: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{role}:portal@{rest.partition('@')[2] or rest}"


def test_the_whole_portal_works_as_the_role_that_cannot_change_events(
    restricted: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tell(restricted[1], tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": restricted[1], "SECRET": SECRET}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    monkeypatch.setenv("PORTAL_KEYS_URL", f"sqlite:///{tmp_path / 'keys.db'}")
    rebuilt = CliRunner().invoke(main, ["rebuild"])
    assert rebuilt.exit_code == 0, rebuilt.output
    seen = CliRunner().invoke(main, ["doctor"]).output
    assert "ok    events is append-only for the portal's role." in seen
    assert CliRunner().invoke(main, ["doctor", "--set-up-sql"]).output.startswith("BEGIN;")


LIFTED = (
    "TRUNCATE events",
    "DROP TABLE events",
    "DROP SCHEMA public CASCADE",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "ALTER TABLE events ADD COLUMN also text",
    "DROP TRIGGER events_append_only ON events",
    "DROP FUNCTION refuse_change() CASCADE",
    "ALTER FUNCTION refuse_change() RENAME TO allow_change",
    "SET session_replication_role = replica",
    "SET ROLE portal_record",
)


def test_the_portals_role_cannot_change_events_nor_lift_what_refuses_it(
    restricted: tuple[str, str], tmp_path: Path
) -> None:
    _tell(restricted[1], tmp_path)
    engine = open_database(restricted[1])
    for statement in (*CHANGES.values(), *LIFTED):
        assert _refused(engine, statement)
    with reading(engine) as connection:
        assert all(good for good, _ in append_only.checks(connection))
    engine.dispose()


def test_on_sqlite_there_are_no_roles_to_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET", SECRET)
    install(f"sqlite:///{tmp_path / 'portal.db'}", f"sqlite:///{tmp_path / 'portal-keys.db'}")
    said = CliRunner().invoke(main, ["doctor", "--set-up-sql"])
    assert said.exit_code == 1
    assert "append-only by triggers" in said.output


def test_a_record_that_cannot_be_changed_is_restored_to_a_database_of_its_own(
    restricted: tuple[str, str],
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _tell(restricted[1], tmp_path)
    for name in ("record", "keys"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    keys = f"sqlite:///{tmp_path / 'keys.db'}"
    tools = databases.tools
    given = {"DATABASE_URL": restricted[1], "SECRET": SECRET, "KEYS_URL": keys}
    for name, value in {**given, "POSTGRESQL_TOOLS": tools}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    assert CliRunner().invoke(main, ["backup", "record", "--keys", "keys"]).exit_code == 0
    record, kept = next(Path("record").glob("*.dump")), next(Path("keys").iterdir())
    restore = ["restore", str(record), "--keys", str(kept)]
    refused = CliRunner().invoke(main, [*restore, "--replace"])
    assert refused.exit_code == 1
    assert "Make a new, empty database" in refused.output
    with psycopg.connect(restricted[0], autocommit=True) as superuser:
        role = psycopg.conninfo.conninfo_to_dict(restricted[1])["user"]
        superuser.execute(f"CREATE DATABASE new_{role} OWNER {role}")
    monkeypatch.setenv("PORTAL_DATABASE_URL", restricted[1].replace(f"of_{role}", f"new_{role}"))
    monkeypatch.setenv("PORTAL_KEYS_URL", f"sqlite:///{tmp_path / 'new-keys.db'}")
    done = CliRunner().invoke(main, restore)
    assert done.exit_code == 0, done.output
    assert "MEND" not in done.output
    with psycopg.connect(restricted[0], autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE new_{role} WITH (FORCE)")
