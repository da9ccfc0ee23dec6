"""Entering further bill groups in a session, and ending sessions.

Beginning a session is `application.sign_in`. Each change of a session's row is written in the
transaction that records it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import Beside, EventLog
from application.ports.sessions import Sessions
from domain.customer_session import CustomerSession, SessionEndCause
from domain.event import Act


class EnterBillGroup(msgspec.Struct, frozen=True):
    """Note that a session opens a bill group for the first time, let in by this grant."""

    session_id: UUID
    bill_group_id: UUID
    grant_id: UUID


class EndSession(msgspec.Struct, frozen=True):
    """End one session; `last_used_at` as far as it was written."""

    session_id: UUID
    cause: SessionEndCause
    last_used_at: datetime


Enter: TypeAlias = Callable[[EnterBillGroup, Act, EventLog], None]
End: TypeAlias = Callable[[EndSession, Act, EventLog], None]


def entering(sessions: Sessions, covered: Beside) -> Enter:
    """Give the handler of EnterBillGroup. Raises SessionIsOver.

    `covered` refuses in the same transaction when the grant has been revoked since it was asked.
    """

    def enter(command: EnterBillGroup, act: Act, log: EventLog) -> None:
        session = log.get(CustomerSession, command.session_id)
        session.enter(command.bill_group_id, command.grant_id, by=act)
        noted = sessions.entering(command.session_id, command.bill_group_id, act.at)
        log.save(session, beside=[covered, noted])

    return enter


def ending(sessions: Sessions) -> End:
    """Give the handler of EndSession; a session that is over stays as it ended."""

    def end(command: EndSession, act: Act, log: EventLog) -> None:
        session = log.get(CustomerSession, command.session_id)
        session.end(command.cause, command.last_used_at, by=act)
        ended = sessions.ending(command.session_id, command.cause, act.at)
        log.save(session, beside=[ended])

    return end
