"""Voids what must not live on in a restored database: sessions, sign-ins, waiting mails.

A mail that waited when the backup was made may have been sent since. Nobody can know, so it is held
for staff, who look and send it again if it is due; a sign-in mail is never sent late. Other jobs
are looked up by their own id before they do anything, and go on.
"""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, update

from adapters.previews import PREVIEWS
from adapters.schema import OUTBOX
from adapters.sessions import SESSIONS
from adapters.sign_in_requests import REQUESTS
from adapters.staff_sessions import STAFF_SESSIONS
from adapters.staff_sign_ins import STAFF_SIGN_INS
from application.ports.mail_queue import MAILS, SIGN_INS

HELD = "It waited when the backup was made, and may have been sent since."
GONE = "The record was restored from a backup."


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each there were."""

    sessions: int
    staff_sessions: int
    sign_ins: int
    sign_in_mails: int
    held_mails: int


def void(connection: Connection, at: int) -> Voided:
    """Void everything in one transaction; `at` in microseconds since 1970, UTC.

    Previews end with the staff sessions that opened them; their tickets are spent.
    """
    job = OUTBOX.c
    waits = job.status == "waiting"
    mails = waits & job.kind.in_(MAILS) & job.kind.not_in(SIGN_INS)
    ended = {"ended_at": at, "cause": "restored"}
    done = {"finished_at": at}
    _set(connection, PREVIEWS, PREVIEWS.c.opened_at.is_(None), asked_at=0)
    return Voided(
        sessions=_set(connection, SESSIONS, SESSIONS.c.ended_at.is_(None), **ended),
        staff_sessions=_set(
            connection, STAFF_SESSIONS, STAFF_SESSIONS.c.ended_at.is_(None), **ended
        ),
        sign_ins=_set(connection, REQUESTS, REQUESTS.c.closed_at.is_(None), closed_at=at)
        + _set(connection, STAFF_SIGN_INS, STAFF_SIGN_INS.c.over.is_(False), over=True),
        held_mails=_set(connection, OUTBOX, mails, status="held", problem=HELD, **done),
        sign_in_mails=_set(
            connection,
            OUTBOX,
            waits & job.kind.in_(SIGN_INS),
            status="expired",
            problem=GONE,
            **done,
        ),
    )


def _set(connection: Connection, table: Table, which: ColumnElement[bool], **values: Any) -> int:
    return connection.execute(update(table).where(which).values(values)).rowcount
