"""An outbox that stays in this process."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from application.ports.event_log import Beside, Job
from application.ports.outbox import EVERYTHING, ClaimedJob, Ending, Share


class KeptJob(msgspec.Struct):
    """A job as it stands."""

    job: ClaimedJob
    lane: str
    due_at: datetime
    leased_until: datetime
    ending: Ending | None = None
    finished_at: datetime | None = None
    problem: str | None = None
    message_id: str | None = None


class MemoryOutbox:
    """Keeps jobs in the order in which they came."""

    def __init__(self) -> None:
        self.kept: dict[UUID, KeptJob] = {}
        self._lock = Lock()

    def adding(self, job: Job, at: datetime) -> Beside:
        """Store a job beside something else."""
        job_id = uuid7()
        new = ClaimedJob(
            job_id=job_id,
            kind=job.kind,
            payload=msgspec.json.encode(job.payload),
            bill_group_id=job.bill_group_id,
            attempts=0,
        )

        def write(_: object) -> None:
            self.kept[job_id] = KeptJob(new, job.lane, at, at)

        return write

    def is_waiting(self, at: datetime, share: Share = EVERYTHING) -> bool:
        """Whether a claim would find something."""
        return any(_is_due(one, at) and _is_of(one, share) for one in self.kept.values())

    def claim(
        self, at: datetime, lease: timedelta, limit: int, share: Share = EVERYTHING
    ) -> Sequence[ClaimedJob]:
        """Take due jobs."""
        with self._lock:
            kept = self.kept.values()
            due = [one for one in kept if _is_due(one, at) and _is_of(one, share)][:limit]
            for one in due:
                one.job = msgspec.structs.replace(one.job, attempts=one.job.attempts + 1)
                one.leased_until = at + lease
            return [one.job for one in due]

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
        kept = self.kept[job.job_id]
        if kept.job == job and kept.ending is None:
            kept.ending, kept.finished_at, kept.problem = ending, at, problem
            kept.message_id = message_id

    def postpone(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Try it again later."""
        kept = self.kept[job.job_id]
        if kept.job == job and kept.ending is None:
            kept.due_at = kept.leased_until = until
            kept.problem = problem

    def give_back(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Leave it to a later claim."""
        self.postpone(job, until, problem)
        kept = self.kept[job.job_id]
        if kept.job == job:
            kept.job = msgspec.structs.replace(job, attempts=job.attempts - 1)

    def forget(self, before: datetime) -> int:
        """Delete what ended long ago; gives how many."""
        old = [
            job_id
            for job_id, one in self.kept.items()
            if one.finished_at is not None and one.finished_at < before
        ]
        for job_id in old:
            del self.kept[job_id]
        return len(old)


def _is_due(one: KeptJob, at: datetime) -> bool:
    due = one.job.attempts == 0 or one.due_at <= at
    return one.ending is None and due and one.leased_until <= at


def _is_of(one: KeptJob, share: Share) -> bool:
    return one.lane not in share.others if share.lane is None else one.lane == share.lane
