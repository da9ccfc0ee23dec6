"""Work that waits for the worker: each row is done at least once, by one worker at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import Beside, Job

Ending: TypeAlias = Literal["done", "failed", "bounced", "expired"]


class ClaimedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that this worker alone does until the lease runs out; `attempts` counts this one."""

    job_id: UUID
    kind: str
    payload: bytes
    bill_group_id: UUID | None
    attempts: int


class Share(msgspec.Struct, frozen=True):
    """Which jobs a claimer takes: those of one lane, or all but those of some lanes."""

    lane: str | None = None
    others: tuple[str, ...] = ()


EVERYTHING = Share()


class Outbox(Protocol):
    """What the outbox promises.

    1. `adding` stores a job in the transaction of what made it; new jobs are due at once.
    2. `claim` gives due jobs, the oldest first, each to one claimer until its lease runs out; no
       lock is held meanwhile. `is_waiting` tells whether there are any. Both look at the
       claimer's share only.
    3. `finish`, `postpone` and `give_back` count only for the holder of the newest claim.
    4. `give_back` leaves a job as it was before it was claimed, due at a later moment.
    5. `finish` ends a job as done, failed, bounced or expired; `problem` is a sentence for staff,
       `message_id` the mail that was handed over, by which a bounce is reported later.
    6. `forget` deletes what ended before a moment.
    """

    def adding(self, job: Job, at: datetime) -> Beside:
        """Store a job beside something else."""

    def is_waiting(self, at: datetime, share: Share = EVERYTHING) -> bool:
        """Tell cheaply whether a claim would find something."""

    def claim(
        self, at: datetime, lease: timedelta, limit: int, share: Share = EVERYTHING
    ) -> Sequence[ClaimedJob]:
        """Take due jobs."""

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

    def postpone(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Try it again later."""

    def give_back(self, job: ClaimedJob, until: datetime, problem: str) -> None:
        """Leave it to a later claim; this one was no try."""

    def forget(self, before: datetime) -> int:
        """Delete what ended long ago; gives how many."""
