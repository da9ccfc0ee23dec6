"""What every test may ask for: a real database of both kinds, empty and its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.database import open_database
from entrypoints.container import Portal
from tests.databases import Databases, let_go
from tests.wiring import wired


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The database servers of this run; PostgreSQL starts when first asked for."""
    servers = Databases(tmp_path_factory.mktemp("databases"))
    yield servers
    servers.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    """The address of an empty, installed database: once SQLite, once PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """The same, opened."""
    engine = open_database(database_url, pool_size=16)
    yield engine
    let_go(engine)


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[Portal]:
    """The whole portal, wired, on an empty database: the clock is set, mails stay in memory."""
    with wired(database_url, tmp_path) as container:
        yield container
