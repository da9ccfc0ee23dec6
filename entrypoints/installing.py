"""Makes or completes a database: Alembic's tables, then the read models' own."""

from adapters.database import open_database, reading, recording, writing
from adapters.event_store.log import recorded_between
from adapters.event_store.mapper import EventMapper
from adapters.event_store.replay import head_of, recorded_of
from adapters.installation import make_tables, tables_must_fit
from adapters.person_keys import SqlPersonKeys
from read_models.access_as_of import ReadStreams
from read_models.in_step import must_be_in_step
from read_models.live import ReadLog
from read_models.projection import Recorded
from read_models.rebuilding import Rebuild
from read_models.registry import MODELS


def install(url: str, keys_url: str | None = None) -> None:
    """Bring the database at `url`, and the keys beside it, to this version's tables."""
    make_tables(url, keys_url or url)
    engine = open_database(url, pool_size=1)
    keys = SqlPersonKeys(engine, b"")
    rebuilding(engine, read_log(EventMapper(keys))).create_missing(MODELS)
    engine.dispose()


def must_belong_together(url: str, keys_url: str) -> None:
    """Refuse to run on tables, keys or read models that do not belong to the record.

    Raises TablesDiffer, KeysMissing, StoresDoNotMatch, ReadModelNew, ReadModelsBehind,
    ReadModelsAhead.
    """
    tables_must_fit(url, keys_url)
    engine = open_database(url, pool_size=1)
    try:
        with reading(engine) as connection:
            must_be_in_step(connection, MODELS, head_of(connection))
    finally:
        engine.dispose()


def is_begun(url: str) -> bool:
    """Whether the record at `url` has events."""
    engine = open_database(url, pool_size=1)
    try:
        with reading(engine) as connection:
            return head_of(connection) > 0
    finally:
        engine.dispose()


def read_log(mapper: EventMapper) -> ReadLog:
    """Give what live models and rebuilds read the log with."""
    return lambda connection, after, up_to, limit: [
        Recorded(*row) for row in recorded_between(mapper, connection, after, up_to, limit)
    ]


def read_streams(mapper: EventMapper) -> ReadStreams:
    """Give what auditors' questions about a moment read the log with."""
    return lambda connection, streams, topics, up_to: [
        Recorded(*row) for row in recorded_of(mapper, connection, streams, topics, up_to)
    ]


def rebuilding(engine: object, log: ReadLog) -> Rebuild:
    """Wire a rebuild to one database."""
    return Rebuild(
        reading=lambda: reading(engine),  # type: ignore[arg-type]
        writing=lambda: writing(engine),  # type: ignore[arg-type]
        recording=lambda: recording(engine),  # type: ignore[arg-type]
        read_log=log,
    )
