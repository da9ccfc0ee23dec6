"""Brings a database to this version's tables, by Alembic's history."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, MetaData, column, inspect, select, text

from adapters import (
    backup_log,
    billing_emails,
    checkpoint_copies,
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
    webhook_inbox,
)
from adapters.database import open_database, writing
from adapters.event_proof import checkpoints
from adapters.migrations import VERSION_TABLES
from adapters.store_identity import identify_keys, identify_record

OPERATIONAL = (
    backup_log,
    billing_emails,
    checkpoint_copies,
    checkpoints,
    import_runs,
    previews,
    rate_limits,
    second_factors,
    sessions,
    sign_in_requests,
    staff_sessions,
    staff_sign_ins,
    webhook_inbox,
)
"""The adapters that keep tables of their own beside the event log."""

STORES: dict[str, MetaData] = {"portal": schema.metadata, "keys": person_keys.metadata}
"""Every store with the tables that its migrations must end in (a test holds them equal)."""

HEAD = {"portal": "webhook_inbox", "keys": "keys_identity"}
"""The newest migration of each store."""


class StoreNewer(Exception):  # noqa: N818 - named after the fact
    """A newer version of the portal made the tables; the message is its migration."""


def make_tables(url: str, keys_url: str) -> None:
    """Make or complete the event, operational and key tables.

    Raises StoreNewer, and StoresDoNotMatch when the keys are those of another record.
    """
    with _completed("portal", url) as record:
        store_id = identify_record(record)
    with _completed("keys", keys_url) as keys:
        identify_keys(keys, store_id)


@contextmanager
def _completed(store: str, url: str) -> Iterator[Connection]:
    engine = open_database(url, pool_size=1)
    try:
        with writing(engine) as connection:
            if migration_of(connection, store) != HEAD[store]:
                _upgrade(connection, store)
            yield connection
    finally:
        engine.dispose()


def migration_of(connection: Connection, store: str) -> str | None:
    """Tell which migration a store is at, without loading Alembic."""
    table = VERSION_TABLES[store]
    if not inspect(connection).has_table(table):
        return None
    version: str | None = connection.execute(
        select(column("version_num")).select_from(text(table))
    ).scalar()
    return version


def _upgrade(connection: Connection, store: str) -> None:
    from alembic import command  # noqa: PLC0415 - takes a second, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415 - the same
    from alembic.util import CommandError  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations" / store))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as unknown:
        raise StoreNewer(migration_of(connection, store)) from unknown
