"""Brings a database to this version's tables, by Alembic's history."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, MetaData, column, inspect, select, text

from adapters import (
    backup_log,
    billing_emails,
    bounces,
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
from adapters.database import TablesDiffer, open_database, reading, writing
from adapters.event_proof import checkpoints
from adapters.migrations import VERSION_TABLES
from adapters.store_identity import (
    KEYS_IDENTITY,
    PORTAL_IDENTITY,
    StoresDoNotMatch,
    identify_keys,
    identify_record,
    identity,
)

OPERATIONAL = (
    backup_log,
    billing_emails,
    bounces,
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

HEAD = {"portal": "staff_language", "keys": "keys_identity"}
"""The newest migration of each store."""


class StoreNewer(Exception):  # noqa: N818 - named after the fact
    """A newer version of the portal made the tables; the message is its migration."""


class TablesMissing(TablesDiffer):
    """No portal was begun here yet; the message is where."""


class KeysMissing(Exception):  # noqa: N818 - named after the fact
    """There is a record, and no store of keys: everything personal in it would read as erased."""


def make_tables(url: str, keys_url: str) -> None:
    """Make or complete the event, operational and key tables.

    Raises StoreNewer, KeysMissing, and StoresDoNotMatch when the keys are another record's.
    """
    store_id, is_begun = make_record_tables(url)
    with _completed("keys", keys_url, must_be_there=is_begun) as keys:
        identify_keys(keys, store_id)


def make_record_tables(url: str) -> tuple[UUID, bool]:
    """Make or complete the event and operational tables; give the record's id, and if it is begun.

    Raises StoreNewer.
    """
    with _completed("portal", url) as record:
        begun = record.execute(select(schema.EVENTS.c.position).limit(1)).first() is not None
        return identify_record(record), begun


def tables_must_fit(url: str, keys_url: str) -> None:
    """Look at both stores without changing them.

    Raises TablesMissing, TablesDiffer, KeysMissing, and StoresDoNotMatch when the keys are another
    record's.
    """
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():  # a look makes none
        raise TablesMissing(file)
    record, keys = open_database(url, pool_size=1), open_database(keys_url, pool_size=1)
    try:
        with reading(record) as rows, reading(keys) as kept:
            made = migration_of(rows, "portal")
            if made is None:
                raise TablesMissing("in this database")
            if made != HEAD["portal"]:
                raise TablesDiffer
            at = migration_of(kept, "keys")
            if at is None:
                raise KeysMissing
            if at != HEAD["keys"]:
                raise TablesDiffer
            if identity(rows, PORTAL_IDENTITY) != identity(kept, KEYS_IDENTITY):
                raise StoresDoNotMatch
    finally:
        record.dispose()
        keys.dispose()


@contextmanager
def _completed(store: str, url: str, *, must_be_there: bool = False) -> Iterator[Connection]:
    engine = open_database(url, pool_size=1)
    try:
        with writing(engine) as connection:
            at = migration_of(connection, store)
            if at is None and must_be_there:
                raise KeysMissing
            if at != HEAD[store]:
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
