"""Brings a database to this version's tables, by Alembic's history."""

from pathlib import Path

from sqlalchemy import Connection, MetaData, column, inspect, select, text

from adapters import (
    billing_emails,
    import_runs,
    person_keys,
    previews,
    rate_limits,
    schema,
    second_factors,
    sessions,
    sign_in_requests,
    staff_sessions,
    staff_sign_ins,
)
from adapters.database import open_database, writing
from adapters.migrations import VERSION_TABLES

OPERATIONAL = (
    billing_emails,
    import_runs,
    previews,
    rate_limits,
    second_factors,
    sessions,
    sign_in_requests,
    staff_sessions,
    staff_sign_ins,
)
"""The adapters that keep tables of their own beside the event log."""

STORES: dict[str, MetaData] = {"portal": schema.metadata, "keys": person_keys.metadata}
"""Every store with the tables that its migrations must end in (a test holds them equal)."""

HEAD = {"portal": "billing_emails", "keys": "erasures"}
"""The newest migration of each store."""


def make_tables(url: str, keys_url: str) -> None:
    """Make or complete the event, operational and key tables."""
    for store, address in (("portal", url), ("keys", keys_url)):
        engine = open_database(address, pool_size=1)
        with writing(engine) as connection:
            if _version(connection, VERSION_TABLES[store]) != HEAD[store]:
                _upgrade(connection, store)
        engine.dispose()


def _version(connection: Connection, table: str) -> str | None:
    """Tell which migration a store is at, without loading Alembic."""
    if not inspect(connection).has_table(table):
        return None
    version: str | None = connection.execute(
        select(column("version_num")).select_from(text(table))
    ).scalar()
    return version


def _upgrade(connection: Connection, store: str) -> None:
    from alembic import command  # noqa: PLC0415 - takes a second, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations" / store))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
