"""Reads parts of the log again, and gives an empty database to read them into."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from adapters.database import open_database, writing
from adapters.event_store.mapper import EventMapper, Placed
from adapters.schema import EVENTS
from domain.event import EARLIER, TOPICS

AT_ONCE = 500
"""So many streams are asked for with one question."""


def recorded_of(
    mapper: EventMapper,
    connection: Connection,
    streams: Sequence[UUID],
    topics: Collection[str],
    up_to: int,
) -> list[Placed]:
    """Read streams up to a position, by position: (position, recorded_at µs, event).

    Raises RecordNewer when there is an event in them that this version does not know.
    """
    query = select(EVENTS.c.position, EVENTS.c.recorded_at, EVENTS.c.topic, EVENTS.c.state)
    known = or_(EVENTS.c.topic.in_(topics), EVENTS.c.topic.not_in((*TOPICS, *EARLIER)))
    query = query.where(EVENTS.c.position <= up_to, known)
    rows = [
        row
        for first in range(0, len(streams), AT_ONCE)
        for row in connection.execute(
            query.where(EVENTS.c.stream_id.in_(streams[first : first + AT_ONCE]))
        )
    ]
    rows.sort(key=lambda row: row.position)
    return mapper.decode_all(map(tuple, rows))


def head_of(connection: Connection) -> int:
    """Give the position of the newest event, 0 for an empty record."""
    head: int = connection.execute(
        select(func.coalesce(func.max(EVENTS.c.position), 0))
    ).scalar_one()
    return head


@contextmanager
def empty_database() -> Iterator[Connection]:
    """Give a database in memory that is gone afterwards."""
    engine = open_database("sqlite://")
    try:
        with writing(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def scratch_database() -> Iterator[Connection]:
    """Give a database in a file that is gone afterwards: for what may not fit into memory."""
    with TemporaryDirectory(prefix="portal-") as folder:
        engine = open_database(f"sqlite:///{folder}/scratch.db", throwaway=True)
        try:
            with writing(engine) as connection:
                yield connection
        finally:
            engine.dispose()
