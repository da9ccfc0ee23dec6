"""Brings a database to this version's tables."""

from adapters import (
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

OPERATIONAL = (
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


def make_tables(url: str, keys_url: str) -> None:
    """Make the event, operational and key tables that are not there yet."""
    for address, metadata in ((url, schema.metadata), (keys_url, person_keys.metadata)):
        engine = open_database(address, pool_size=1)
        with writing(engine) as connection:
            metadata.create_all(connection)
        engine.dispose()
