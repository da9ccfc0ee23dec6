"""Stores events, read models and outbox rows in one transaction, one writer at a time.

Positions are drawn under the writer lock: they have no gaps and the order of commits, and
`recorded_at` never decreases. Held to the event library's own recorder contract tests.
"""

import time
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from sqlalchemy import Connection, Engine, Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import IntegrityError as DatabaseIntegrityError

from adapters.database import asking, reading, recording
from adapters.event_store.statements import run, run_many
from adapters.event_store.upserts import upsert
from adapters.schema import EVENTS, TRACKING


class WithTheEvents(Protocol):
    """What else is written in the transaction that stores events."""

    def __call__(self, connection: Connection, first: int, recorded_at: int) -> None:
        """Write it; `first` is the position of the first event of this transaction."""


class SqlRecorder(ProcessRecorder):
    """The recorder on SQLAlchemy Core, for SQLite and PostgreSQL alike."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store events; `tracking` and `also` (a WithTheEvents) join the transaction."""
        tracking: Tracking | None = kwargs.get("tracking")
        also: WithTheEvents | None = kwargs.get("also")
        try:
            with recording(self.engine) as connection:
                first, recorded_at = self._insert(connection, stored_events)
                if tracking is not None:
                    self._track(connection, tracking)
                if also is not None:
                    also(connection, first, recorded_at)
        except DatabaseIntegrityError as error:
            raise IntegrityError(error) from error
        except DBAPIError as error:
            raise OperationalError(error) from error
        return list(range(first, first + len(stored_events)))

    def _insert(self, connection: Connection, events: Sequence[StoredEvent]) -> tuple[int, int]:
        last = run(connection, _LAST).first()
        first = last.position + 1 if last else 1
        recorded_at = max(time.time_ns() // 1000, last.recorded_at if last else 0)
        if events:
            rows = [
                (
                    position,
                    recorded_at,
                    _hex(stored.originator_id),
                    stored.originator_version,
                    stored.topic,
                    stored.state,
                )
                for position, stored in enumerate(events, first)
            ]
            run_many(connection, _INSERT, rows)
        return first, recorded_at

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Read one stream, oldest first unless `desc`."""
        bounds = {"version > ?": gt, "version <= ?": lte}
        given = {bound: value for bound, value in bounds.items() if value is not None}
        where = " AND ".join(("stream_id = ?", *given))
        order = f"version {'DESC' if desc else 'ASC'} LIMIT ?"
        statement = f"{_STREAM} WHERE {where} ORDER BY {order}"
        with asking(self.engine) as connection:
            rows = run(
                connection,
                statement,
                _hex(originator_id),
                *given.values(),
                _ALL if limit is None else limit,
            )
            return [StoredEvent(originator_id, row.version, row.topic, row.state) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Read the log by position."""
        query = select(EVENTS.c.position, *_STORED)
        if start is not None:
            column = EVENTS.c.position
            query = query.where(column >= start if inclusive_of_start else column > start)
        if stop is not None:
            query = query.where(EVENTS.c.position <= stop)
        if topics:
            query = query.where(EVENTS.c.topic.in_(topics))
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(EVENTS.c.position).limit(limit))
            return [_notification(row) for row in rows]

    def max_notification_id(self) -> int | None:
        """Give the position of the newest event, or nothing for an empty log."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.max(EVENTS.c.position))).scalar()

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Refuse: read models are inline and workers poll; nothing here subscribes."""
        raise OperationalError(f"no subscriptions (asked from {gt} for {topics})")

    def insert_tracking(self, tracking: Tracking) -> None:
        """Note how far a follower has come."""
        try:
            with recording(self.engine) as connection:
                self._track(connection, tracking)
        except DatabaseIntegrityError as error:
            raise IntegrityError(error) from error

    def max_tracking_id(self, application_name: str) -> int | None:
        """Tell how far a follower has come."""
        with reading(self.engine) as connection:
            return connection.execute(_tracked(application_name)).scalar()

    def _track(self, connection: Connection, tracking: Tracking) -> None:
        known = connection.execute(_tracked(tracking.application_name)).scalar()
        if known is not None and known >= tracking.notification_id:
            raise IntegrityError(f"{tracking.application_name} is at {known} already")
        upsert(
            connection,
            TRACKING,
            {
                "application_name": tracking.application_name,
                "notification_id": tracking.notification_id,
            },
        )


_STORED = (EVENTS.c.stream_id, EVENTS.c.version, EVENTS.c.topic, EVENTS.c.state)
_ALL = 2**62
_STREAM = "SELECT version, topic, state FROM events"
_LAST = "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1"
_INSERT = """INSERT INTO events (position, recorded_at, stream_id, version, topic, state)
VALUES (?, ?, ?, ?, ?, ?)"""


def _hex(stream_id: UUID | str) -> str:
    return stream_id if isinstance(stream_id, str) else stream_id.hex


def _tracked(name: str) -> Select[int]:
    return select(TRACKING.c.notification_id).where(TRACKING.c.application_name == name)


def _notification(row: Any) -> Notification:
    return Notification(row.stream_id, row.version, row.topic, bytes(row.state), row.position)
