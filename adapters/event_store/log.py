"""The event log port on SQL: aggregates in, one transaction with read models and outbox out."""

import time
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import msgspec
import uuid_utils.compat as uuids
from eventsourcing.persistence import EventStore, IntegrityError, OperationalError
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DBAPIError

from adapters.database import meaning_of, reading
from adapters.event_store.mapper import EventMapper, Placed
from adapters.event_store.recorder import SqlRecorder
from adapters.event_store.sealing import persons_in
from adapters.event_store.statements import run_many, together
from adapters.person_keys import SqlPersonKeys
from adapters.schema import DONE_COMMANDS, EVENTS, OUTBOX
from application.ports.event_log import A, Beside, Conflict, Job, RecordUnavailable
from domain.aggregate import Aggregate
from domain.event import Event

Inline = Callable[[Connection, int, int, Sequence[Event]], Callable[[], None]]
"""Brings every read model up to the connection's first position; gives what applies the events.

Is given the connection, that position, recorded_at (µs) and the events.
"""

Reactions = Callable[[Sequence[Event]], Iterable[Job]]
"""Gives the jobs that follow from events that are being recorded together."""


class SqlEventLog:
    """Implements `EventLog` over the event library's store and our recorder."""

    def __init__(
        self,
        engine: Engine,
        keys: SqlPersonKeys,
        inline: Inline,
        reactions: Reactions = lambda _: (),
    ) -> None:
        self.engine = engine
        self.mapper = EventMapper(keys)
        self.recorder = SqlRecorder(engine)
        self.store: EventStore[UUID] = EventStore(self.mapper, self.recorder)
        self.keys = keys
        self.inline = inline
        self.reactions = reactions

    def get(self, kind: type[A], stream_id: UUID) -> A:
        """Load one aggregate."""
        try:
            return kind.replay(stream_id, self.store.get(stream_id))  # type: ignore[arg-type]
        except DBAPIError as error:
            raise meaning_of(error) or RecordUnavailable() from error

    def get_many(self, kind: type[A], stream_ids: Sequence[UUID]) -> dict[UUID, A]:
        """Load many aggregates with one question."""
        found = {stream_id: kind(stream_id) for stream_id in stream_ids}
        query = select(EVENTS.c.stream_id, EVENTS.c.topic, EVENTS.c.state)
        query = query.where(EVENTS.c.stream_id.in_(stream_ids))
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(EVENTS.c.stream_id, EVENTS.c.version))
            for row in rows:
                found[row.stream_id].take(self.mapper.decode(row.topic, bytes(row.state)))
        return found

    def save(
        self, *aggregates: Aggregate, jobs: Sequence[Job] = (), beside: Sequence[Beside] = ()
    ) -> int:
        """Store what is pending in one transaction, with the jobs that follow from it."""
        events = [event for aggregate in aggregates for event in aggregate.pending]
        jobs = [*jobs, *self.reactions(events)]
        if not events and not jobs and not beside:
            return self.recorder.max_notification_id() or 0
        commands = {event.command_id for event in events}

        def also(connection: Connection, first: int, recorded_at: int) -> None:
            for write in beside:
                write(connection)
            write_rows = self.inline(connection, first, recorded_at, events)
            with together(connection):
                write_rows()
                _note_commands(connection, commands, first, recorded_at)
                _enqueue(connection, jobs, recorded_at)

        self.keys.make_for({person for event in events for person in persons_in(event)})
        try:
            recordings = self.store.put(events, also=also)  # type: ignore[arg-type]
        except IntegrityError as error:
            if self._is_done(commands):
                return self._settled(aggregates)
            raise Conflict from error
        except OperationalError as error:
            if self._is_done(commands):
                return self._settled(aggregates)
            raise meaning_of(error) or RecordUnavailable() from error
        self._settled(aggregates)
        return recordings[-1].notification.id if recordings else 0

    def _settled(self, aggregates: Sequence[Aggregate]) -> int:
        for aggregate in aggregates:
            aggregate.pending.clear()
        return 0

    def _is_done(self, commands: set[UUID]) -> bool:
        """Whether a commit whose answer got lost is stored after all."""
        query = select(DONE_COMMANDS.c.command_id).where(DONE_COMMANDS.c.command_id.in_(commands))
        try:
            with reading(self.engine) as connection:
                return connection.execute(query).first() is not None
        except DBAPIError as error:
            raise RecordUnavailable from error


def _note_commands(
    connection: Connection, commands: set[UUID], first: int, recorded_at: int
) -> None:
    if commands:
        run_many(connection, _NOTE, [(each.hex, first, recorded_at) for each in commands])


_NOTE = "INSERT INTO done_commands (command_id, position, recorded_at) VALUES (?, ?, ?)"


def _enqueue(connection: Connection, jobs: Sequence[Job], recorded_at: int) -> None:
    if jobs:
        connection.execute(insert(OUTBOX), [job_row(job, recorded_at) for job in jobs])


def job_row(job: Job, at: int | None = None) -> dict[str, object]:
    """Give the outbox row of a job, due now."""
    now = time.time_ns() // 1000 if at is None else at
    return {
        "job_id": uuids.uuid7(),
        "kind": job.kind,
        "payload": msgspec.json.encode(job.payload),
        "bill_group_id": job.bill_group_id,
        "lane": job.lane,
        "status": "waiting",
        "attempts": 0,
        "created_at": now,
        "due_at": now,
        "leased_until": 0,
    }


def recorded_between(
    mapper: EventMapper, connection: Connection, after: int, up_to: int, limit: int
) -> list[Placed]:
    """Read the log by position: (position, recorded_at µs, event), at most `limit` of them."""
    query = select(EVENTS.c.position, EVENTS.c.recorded_at, EVENTS.c.topic, EVENTS.c.state)
    query = query.where(EVENTS.c.position > after, EVENTS.c.position <= up_to)
    rows = connection.execute(query.order_by(EVENTS.c.position).limit(limit))
    return mapper.decode_all(rows.all())
