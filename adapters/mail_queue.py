"""The mails of the outbox table, read for staff; their secrets were never in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, func, select, update

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import OUTBOX
from application.ports.event_log import Beside
from application.ports.mail_queue import (
    MAILS,
    SIGN_INS,
    MailStatus,
    MailStillWaiting,
    MailUnknown,
    QueuedMail,
    SignInNotSentAgain,
    Wanted,
)

_JOB = OUTBOX.c
_STATUS: dict[str, MailStatus] = {
    "waiting": "waiting",
    "held": "held",
    "done": "sent",
    "bounced": "bounced",
    "failed": "failed",
    "expired": "expired",
}
_STORED = {status: stored for stored, status in _STATUS.items()}


class _Subject(msgspec.Struct, frozen=True):
    """Whom a payload is about, as far as it says so."""

    grant_id: UUID | None = None
    address: str | None = None


class SqlMailQueue:
    """Implements `MailQueue` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def page(
        self, wanted: Wanted, size: int, *, below: UUID | None = None, above: UUID | None = None
    ) -> Sequence[QueuedMail]:
        """Give some mails; the ids of jobs sort by time."""
        query = select(OUTBOX).where(_matches(wanted)).limit(size)
        if above is not None:
            rising = query.where(_JOB.job_id > above).order_by(_JOB.job_id)
            return self._mails(rising)[::-1]
        if below is not None:
            query = query.where(_JOB.job_id < below)
        return self._mails(query.order_by(_JOB.job_id.desc()))

    def counts(self, wanted: Wanted) -> dict[MailStatus, int]:
        """Count them by status."""
        everything = msgspec.structs.replace(wanted, status=None)
        query = select(_JOB.status, func.count().label("many")).where(_matches(everything))
        with reading(self.engine) as connection:
            rows = connection.execute(query.group_by(_JOB.status)).all()
        return {_STATUS[row.status]: row.many for row in rows}

    def mail(self, job_id: UUID) -> QueuedMail:
        """Give one mail."""
        found = self._mails(select(OUTBOX).where(_JOB.job_id == job_id, _JOB.kind.in_(MAILS)))
        if not found:
            raise MailUnknown
        return found[0]

    def sending_again(self, job_id: UUID, at: datetime) -> Beside:
        """Let the worker try once more."""
        again = {
            "status": "waiting",
            "attempts": 0,
            "due_at": micros(at),
            "leased_until": 0,
            "finished_at": None,
            "problem": None,
            "message_id": None,
        }
        ended = and_(_JOB.job_id == job_id, _JOB.status != "waiting")

        def write(connection: Connection) -> None:
            query = select(_JOB.kind).where(_JOB.job_id == job_id, _JOB.kind.in_(MAILS))
            kind = connection.execute(query).scalar()
            if kind is None:
                raise MailUnknown
            if kind in SIGN_INS:
                raise SignInNotSentAgain
            if connection.execute(update(OUTBOX).where(ended).values(again)).rowcount != 1:
                raise MailStillWaiting

        return write

    def note_bounced(self, message_id: str, why: str) -> bool:
        """Note that a mail came back."""
        sent = _JOB.message_id == message_id, _JOB.status.in_(("done", "bounced"))
        came_back = update(OUTBOX).where(*sent).values(status="bounced", problem=why)
        with writing(self.engine) as connection:
            return connection.execute(came_back).rowcount > 0

    def _mails(self, query: Any) -> list[QueuedMail]:
        with reading(self.engine) as connection:
            return [_mail(row) for row in connection.execute(query)]


def _matches(wanted: Wanted) -> ColumnElement[bool]:
    which: list[ColumnElement[bool]] = [_JOB.kind.in_(MAILS)]
    if wanted.kind is not None:
        which.append(_JOB.kind == wanted.kind)
    if wanted.status is not None:
        which.append(_JOB.status == _STORED[wanted.status])
    if wanted.bill_group_ids is not None:
        which.append(_JOB.bill_group_id.in_(wanted.bill_group_ids))
    return and_(*which)


def _mail(row: Row[Any]) -> QueuedMail:
    subject = msgspec.json.decode(bytes(row.payload), type=_Subject)
    return QueuedMail(
        job_id=row.job_id,
        kind=row.kind,
        status=_STATUS[row.status],
        bill_group_id=row.bill_group_id,
        grant_id=subject.grant_id,
        address=subject.address,
        attempts=row.attempts,
        created_at=moment(row.created_at),
        due_at=moment(row.due_at),
        finished_at=None if row.finished_at is None else moment(row.finished_at),
        problem=row.problem,
    )
