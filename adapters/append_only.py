"""Keeps the record append-only: the SQL that an operator runs once, and whether it holds.

SQLite has no roles: its triggers refuse what the application might do by mistake, and whoever can
write the file can remove them. On PostgreSQL a role that nobody signs in as owns the tables and
their triggers, so the application can neither change an event nor lift what refuses it. It keeps
TRUNCATE, which the triggers refuse, because `LOCK TABLE … IN EXCLUSIVE MODE` asks for it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from adapters.health import Check

TABLES = ("events", "checkpoints")
"""What nothing is ever taken out of."""

OWNER = "portal_record"


def set_up_sql(connection: Connection) -> str:
    """Give the statements that a superuser of PostgreSQL runs after the first start.

    They are for the role and the database of this connection, and may be run again. The role goes
    on owning every other table.
    """
    role, database = connection.execute(text("SELECT current_user, current_database()")).one()
    portal = _quoted(role)
    make = f"CREATE ROLE {OWNER} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL"
    lines = [
        f"DO $$ BEGIN {make}; END $$;",
        f"ALTER DATABASE {_quoted(database)} OWNER TO {OWNER};",
        f"ALTER SCHEMA public OWNER TO {OWNER};",
        f"GRANT CREATE, USAGE ON SCHEMA public TO {portal};",
        f"ALTER FUNCTION refuse_change() OWNER TO {OWNER};",
    ]
    for table in TABLES:
        lines += [
            f"ALTER TABLE {table} OWNER TO {OWNER};",
            f"REVOKE ALL ON {table} FROM PUBLIC, {portal};",
            f"GRANT SELECT, INSERT, TRUNCATE ON {table} TO {portal};",
        ]
    return "\n".join(["BEGIN;", *lines, "COMMIT;"])


def checks(connection: Connection) -> Iterator[Check]:
    """Say whether this database keeps the record append-only."""
    look = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    for table in TABLES:
        yield look(connection, table)


def _on_sqlite(connection: Connection, table: str) -> Check:
    wanted = [f"{table}_not_{done}" for done in ("updated", "deleted", "replaced")]
    query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    missing = set(wanted) - set(connection.execute(query, {"table": table}).scalars())
    if missing:
        return False, f"{table} can be changed: {_listed(sorted(missing))} missing. Restore it."
    return True, f"{table} is append-only: triggers refuse every change."


def _on_postgresql(connection: Connection, table: str) -> Check:
    ways = [
        name for name, query in _WAYS.items() if connection.execute(query, {"t": table}).scalar()
    ]
    if ways:
        advice = "Let a superuser run what `portal doctor --set-up-sql` prints."
        return False, f"{table} can be changed: {_listed(ways)}. {advice}"
    return True, f"{table} is append-only for the portal's role."


_UNGUARDED = """
    SELECT NOT EXISTS (
        SELECT 1 FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass)
        AND tgname = :t || '_append_only' AND tgenabled IN ('O', 'A') AND tgtype & 58 = 58)
"""
"""58: BEFORE (2), DELETE (8), UPDATE (16), TRUNCATE (32); PostgreSQL's pg_trigger.h."""

_WAYS = {
    "its trigger is missing or off": text(_UNGUARDED),
    "the role is a superuser": text(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user AND :t = :t"
    ),
    "the role may update": text("SELECT has_table_privilege(:t, 'UPDATE')"),
    "the role may delete": text("SELECT has_table_privilege(:t, 'DELETE')"),
    "the role owns the table": text(
        "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = CAST(:t AS regclass)"
    ),
    "the role owns its schema": text(
        "SELECT pg_has_role(nspowner, 'MEMBER') FROM pg_namespace n JOIN pg_class c "
        "ON c.relnamespace = n.oid WHERE c.oid = CAST(:t AS regclass)"
    ),
}


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) if len(words) < 3 else ", ".join(words)  # noqa: PLR2004


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
