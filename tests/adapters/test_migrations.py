"""The migration history ends in exactly the tables that the adapters use, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from adapters.database import open_database, reading
from adapters.installation import HEAD, STORES, make_tables
from adapters.migrations import VERSION_TABLES
from tests.databases import Databases


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


@pytest.mark.parametrize("store", STORES)
def test_the_history_ends_in_the_tables_that_are_used(made: Engine, store: str) -> None:
    names = set(STORES[store].tables)
    with reading(made) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _, name, kind, *__: kind != "table" or name in names},
        )
        assert compare_metadata(context, STORES[store]) == []
        version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLES[store]}")
        assert version.scalar() == HEAD[store]


def test_installing_again_changes_nothing(made: Engine) -> None:
    url = made.url.render_as_string(hide_password=False).replace("+psycopg", "")
    before = set(inspect(made).get_table_names())
    make_tables(url, url)
    assert set(inspect(made).get_table_names()) == before
