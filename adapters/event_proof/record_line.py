"""The one line that an event is in an export: its exact bytes are what the tree proves.

`{"position":…,"recorded_at":…,"stream":"…","version":…,"topic":"…","state":{…}}`, without spaces,
`recorded_at` in microseconds since 1970 UTC, `state` as it is stored. A golden file fixes it.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from adapters.schema import EVENTS

AT_ONCE = 1_000


def record_line(  # noqa: PLR0913, PLR0917 - the columns of an event
    position: int, recorded_at: int, stream_id: UUID, version: int, topic: str, state: bytes
) -> bytes:
    """Write an event's line, without the newline."""
    return b'{"position":%d,"recorded_at":%d,"stream":"%b","version":%d,"topic":%b,"state":%b}' % (
        position,
        recorded_at,
        str(stream_id).encode(),
        version,
        msgspec.json.encode(topic),
        state,
    )


def stored_lines(
    connection: Connection, after: int = 0, up_to: int | None = None
) -> Iterator[bytes]:
    """Read the lines of stored events by position, a part at a time."""
    query = select(EVENTS).where(EVENTS.c.position > after).order_by(EVENTS.c.position)
    if up_to is not None:
        query = query.where(EVENTS.c.position <= up_to)
    with connection.execution_options(yield_per=AT_ONCE).execute(query) as rows:
        for position, recorded_at, stream_id, version, topic, state in rows:
            # SQLite keeps text in this column too, if somebody puts it there.
            stored = state.encode() if isinstance(state, str) else state
            yield record_line(position, recorded_at, stream_id, version, topic, stored)
