"""Sessions of staff: beginning, continuing after a pause, and ending, each in the record."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.ports.event_log import Beside, EventLog
from application.ports.staff_sessions import (
    ABSOLUTE,
    KeptStaffSession,
    StaffSessions,
    StaffSessionUnknown,
)
from application.staff_door import StaffDoor
from domain import actor
from domain.aggregate import Aggregate
from domain.event import Act
from domain.staff_session import Factor, StaffSession, StaffSessionEndCause

SECRET_BITS = 256


class LetIn(msgspec.Struct, frozen=True, kw_only=True):
    """Begin a session of somebody whose factors were checked (or, in the demo, of anybody)."""

    session_id: UUID
    secret: str
    staff_id: UUID
    factor: Factor
    browser: str | None = None
    network: str | None = None
    language: str | None = None


def let_in(
    command: LetIn,
    act: Act,
    log: EventLog,
    sessions: StaffSessions,
    *also: Aggregate,
    beside: Sequence[Beside] = (),
) -> None:
    """Record the sign-in and begin the session, all in one, with what led to it."""
    session = StaffSession(command.session_id)
    session.sign_in(
        command.staff_id, command.factor, browser=command.browser, network=command.network, by=act
    )
    kept = KeptStaffSession(
        session_id=command.session_id,
        staff_id=command.staff_id,
        started_at=act.at,
        last_used_at=act.at,
        ends_at=act.at + ABSOLUTE,
        factor_at=act.at,
        browser=command.browser,
        network=command.network,
        language=command.language,
    )
    log.save(*also, session, beside=(*beside, sessions.begin(kept, command.secret)))


def open_demo_door(staff_id: UUID, door: StaffDoor) -> str:
    """Begin a session without any factor: for the demo command alone, and recorded as such.

    Gives the secret that the browser keeps.
    """
    command = LetIn(
        session_id=door.bus.ids.uuid7(),
        secret=door.bus.ids.secret(SECRET_BITS),
        staff_id=staff_id,
        factor="demo",
    )

    def handler(command: LetIn, act: Act, log: EventLog) -> None:
        let_in(command, act, log, door.sessions)

    door.bus.execute(handler, command, actor.Staff(staff_id))
    return command.secret


def continue_session(session: KeptStaffSession, code: str, door: StaffDoor) -> str:
    """Go on after a pause, or before a sensitive change, by the authenticator's code alone.

    Gives the session's new secret; raises SecondFactorWrong, -Used, -Waits or -Missing.
    """
    now = door.bus.clock.now()
    door.second_factors.check(session.staff_id, code, now)
    secret = door.bus.ids.secret(SECRET_BITS)
    door.sessions.renew(session.session_id, secret, now)
    return secret


class EndStaffSessions(msgspec.Struct, frozen=True):
    """End sessions, for one cause."""

    sessions: tuple[KeptStaffSession, ...]
    cause: StaffSessionEndCause


def end_staff_sessions(
    command: EndStaffSessions,
    act: Act,
    log: EventLog,
    sessions: StaffSessions,
    *also: Aggregate,
    beside: Sequence[Beside] = (),
) -> None:
    """End them at once and record each, all in one, with what led to it."""
    ids = [session.session_id for session in command.sessions]
    ending = log.get_many(StaffSession, ids)
    for session in command.sessions:
        ending[session.session_id].end(command.cause, session.last_used_at, by=act)
    log.save(*also, *ending.values(), beside=(*beside, sessions.end(ids, command.cause, act.at)))


def end_session(
    sessions: Sequence[KeptStaffSession],
    cause: StaffSessionEndCause,
    by: actor.Actor,
    door: StaffDoor,
) -> None:
    """End some sessions for somebody."""

    def handler(command: EndStaffSessions, act: Act, log: EventLog) -> None:
        end_staff_sessions(command, act, log, door.sessions)

    door.bus.execute(handler, EndStaffSessions(tuple(sessions), cause), by)


def end_own_session(own: KeptStaffSession, session_id: UUID, door: StaffDoor) -> None:
    """End another session of the same person; raises StaffSessionUnknown for anybody else's."""
    theirs = door.sessions.of_staff(own.staff_id, door.bus.clock.now())
    chosen = [session for session in theirs if session.session_id == session_id]
    if not chosen:
        raise StaffSessionUnknown
    end_session(chosen, "ended_elsewhere", actor.Staff(own.staff_id), door)


def end_lapsed_sessions(door: StaffDoor) -> int:
    """Record the sessions whose eight hours are over; the worker asks now and then."""
    lapsed = door.sessions.lapsed(door.bus.clock.now())
    for session in lapsed:
        end_session([session], "expired", actor.System("worker"), door)
    return len(lapsed)
