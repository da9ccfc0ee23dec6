"""Says which keys belong to which record: both stores carry the id of the record.

A record that is opened with another record's keys would read as if everybody had been erased.
"""

from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import Column, Connection, Table, Uuid, insert, select

from adapters import person_keys, schema

PORTAL_IDENTITY = Table(
    "store_identity",
    schema.metadata,
    Column("store_id", Uuid, primary_key=True),
)
KEYS_IDENTITY = Table(
    "keys_identity",
    person_keys.metadata,
    Column("store_id", Uuid, primary_key=True),
)
"""The id of the record whose keys these are."""


class StoresDoNotMatch(Exception):  # noqa: N818 - named after the fact
    """The keys are those of another record: nothing personal could be read."""


def identity(connection: Connection, table: Table) -> UUID | None:
    """Give the id that a store carries, if it was ever given one."""
    found: UUID | None = connection.execute(select(table.c.store_id)).scalar()
    return found


def identify_record(record: Connection) -> UUID:
    """Give the record's id, made now if it has none."""
    known = identity(record, PORTAL_IDENTITY)
    if known is None:
        known = uuids.uuid7()
        record.execute(insert(PORTAL_IDENTITY).values(store_id=known))
    return known


def identify_keys(keys: Connection, store_id: UUID) -> None:
    """Note whose keys these are, if it was never noted. Raises StoresDoNotMatch."""
    theirs = identity(keys, KEYS_IDENTITY)
    if theirs is None:
        keys.execute(insert(KEYS_IDENTITY).values(store_id=store_id))
    elif theirs != store_id:
        raise StoresDoNotMatch
