"""Record and keys know each other by one id, also where an earlier version made them without."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert

from adapters.database import open_database, reading, writing
from adapters.installation import KeysMissing, make_tables, tables_must_fit
from adapters.store_identity import (
    KEYS_IDENTITY,
    PORTAL_IDENTITY,
    StoresDoNotMatch,
    identity,
)
from tests.read_models.books import seller
from tests.wiring import wired


@pytest.fixture
def keys_url(database_url: str, tmp_path: Path) -> str:
    """A record with events, and its keys beside it."""
    with wired(database_url, tmp_path) as portal:
        portal.log().store.put(seller())  # type: ignore[arg-type]
        url: str = portal.settings().keys_url
    return url


@pytest.fixture
def keys(keys_url: str) -> Iterator[Engine]:
    engine = open_database(keys_url)
    yield engine
    engine.dispose()


def _ids(database: Engine, keys: Engine) -> set[UUID | None]:
    with reading(database) as record, reading(keys) as kept:
        return {identity(record, PORTAL_IDENTITY), identity(kept, KEYS_IDENTITY)}


def test_stores_of_an_earlier_version_are_given_one_id(
    database: Engine, database_url: str, keys: Engine, keys_url: str
) -> None:
    for engine, table in ((database, PORTAL_IDENTITY), (keys, KEYS_IDENTITY)):
        with writing(engine) as connection:
            connection.execute(table.delete())
    make_tables(database_url, keys_url)
    [one] = _ids(database, keys)
    assert one is not None
    tables_must_fit(database_url, keys_url)


def test_installing_again_keeps_the_id(
    database: Engine, database_url: str, keys: Engine, keys_url: str
) -> None:
    before = _ids(database, keys)
    make_tables(database_url, keys_url)
    assert _ids(database, keys) == before


def test_keys_of_another_record_are_neither_adopted_nor_started_on(
    database_url: str, keys: Engine, keys_url: str
) -> None:
    with writing(keys) as connection:
        connection.execute(KEYS_IDENTITY.delete())
        connection.execute(insert(KEYS_IDENTITY).values(store_id=UUID(int=1)))
    for look in (make_tables, tables_must_fit):
        with pytest.raises(StoresDoNotMatch):
            look(database_url, keys_url)


def test_a_record_with_events_gets_no_empty_store_of_keys(
    database_url: str, keys_url: str, tmp_path: Path
) -> None:
    nowhere = f"{keys_url}-nowhere"
    for look in (make_tables, tables_must_fit):
        with pytest.raises(KeysMissing):
            look(database_url, nowhere)
    assert (tmp_path / "keys.db").exists()
