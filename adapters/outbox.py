"""The outbox in the database: claimed with a lease, no lock held while the work is done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.event_store.log import job_row
from adapters.moments import micros
from adapters.schema import OUTBOX
from application.ports.event_log import Beside, Job
from application.ports.outbox import EVERYTHING, ClaimedJob, Ending, Share

_JOB = OUTBOX.c


class SqlOutbox:
    """Implements `Outbox` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def adding(self, job: Job, at: datetime) -> Beside:
        """Store a job beside something else."""
        row = job_row(job, micros(at))

        def write(connection: Connection) -> None:
            connection.execute(insert(OUTBOX).values(row))

        return write

    def claim(
        self, at: datetime, lease: timedelta, limit: int, share: Share = EVERYTHING
    ) -> Sequence[ClaimedJob]:
        """Take due jobs; those that another claimer is just taking are skipped."""
        due = select(_JOB.job_id).where(_is_due(at), _is_of(share))
        due = due.order_by(_JOB.due_at, _JOB.job_id)
        due = due.limit(limit).with_for_update(skip_locked=True)
        taken = (
            update(OUTBOX)
            .where(_JOB.job_id.in_(due))
            .values(attempts=_JOB.attempts + 1, leased_until=micros(at + lease))
            .returning(_JOB.job_id, _JOB.kind, _JOB.payload, _JOB.bill_group_id, _JOB.attempts)
        )
        with writing(self.engine) as connection:
            jobs = [_claimed(row) for row in connection.execute(taken)]
        return sorted(jobs, key=lambda job: job.job_id)

    def is_waiting(self, at: datetime, share: Share = EVERYTHING) -> bool:
        """Whether a claim would find something: a read that holds up no writer."""
        with reading(self.engine) as connection:
            query = select(_JOB.job_id).where(_is_due(at), _is_of(share)).limit(1)
            return connection.execute(query).first() is not None

    def finish(
        self,
        job: ClaimedJob,
        ending: Ending,
        at: datetime,
        problem: str | None = None,
        *,
        message_id: str | None = None,
    ) -> None:
        """End a job."""
        ended = {"finished_at": micros(at), "problem": problem, "message_id": message_id}
        self._change(job, status=ending, **ended)

    def postpone(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Try it again later."""
        self._change(job, due_at=micros(until), leased_until=0, problem=problem)

    def give_back(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Leave it to a later claim."""
        before = job.attempts - 1
        self._change(
            job, attempts=before, due_at=micros(until), leased_until=micros(until), problem=problem
        )

    def forget(self, before: datetime) -> int:
        """Delete what ended long ago."""
        old = and_(_JOB.status != "waiting", _JOB.finished_at < micros(before))
        with writing(self.engine) as connection:
            return connection.execute(delete(OUTBOX).where(old)).rowcount

    def _change(self, job: ClaimedJob, **values: Any) -> None:
        mine = and_(
            _JOB.job_id == job.job_id,
            _JOB.attempts == job.attempts,
            _JOB.status == "waiting",
        )
        with writing(self.engine) as connection:
            connection.execute(update(OUTBOX).where(mine).values(values))


def _is_due(at: datetime) -> ColumnElement[bool]:
    """What is new is due at once, whatever the clock of its writer said."""
    due = or_(_JOB.attempts == 0, _JOB.due_at <= micros(at))
    return and_(_JOB.status == "waiting", due, _JOB.leased_until <= micros(at))


def _is_of(share: Share) -> ColumnElement[bool]:
    return _JOB.lane.not_in(share.others) if share.lane is None else _JOB.lane == share.lane


def _claimed(row: Any) -> ClaimedJob:
    return ClaimedJob(
        job_id=row.job_id,
        kind=row.kind,
        payload=bytes(row.payload),
        bill_group_id=row.bill_group_id,
        attempts=row.attempts,
    )
