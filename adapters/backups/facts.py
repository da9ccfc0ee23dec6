"""What a store says of itself: which record it is, how far it goes, and how its tables are made."""

from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select, text

from adapters.installation import migration_of
from adapters.person_keys import PERSON_KEYS
from adapters.schema import EVENTS
from adapters.store_identity import KEYS_IDENTITY, PORTAL_IDENTITY, identity


class RecordFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a record; `last_recorded_at` in microseconds since 1970, UTC."""

    store_id: UUID | None
    migration: str | None
    position: int
    events: int
    last_recorded_at: int
    read_models: dict[str, int]


class KeysFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a store of keys."""

    store_id: UUID | None
    migration: str | None
    keys: int


def of_record(connection: Connection) -> RecordFacts:
    """Read what a record says of itself."""
    summary = select(
        func.coalesce(func.max(EVENTS.c.position), 0),
        func.count(),
        func.coalesce(func.max(EVENTS.c.recorded_at), 0),
    )
    position, events, at = connection.execute(summary.select_from(EVENTS)).one()
    models = connection.execute(text("SELECT model, position FROM read_models ORDER BY model"))
    return RecordFacts(
        store_id=identity(connection, PORTAL_IDENTITY),
        migration=migration_of(connection, "portal"),
        position=position,
        events=events,
        last_recorded_at=at,
        read_models={row.model: row.position for row in models},
    )


def of_keys(connection: Connection) -> KeysFacts:
    """Read what a store of keys says of itself."""
    keys: int = connection.execute(select(func.count()).select_from(PERSON_KEYS)).scalar_one()
    return KeysFacts(
        store_id=identity(connection, KEYS_IDENTITY),
        migration=migration_of(connection, "keys"),
        keys=keys,
    )
