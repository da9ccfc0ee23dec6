"""Showing staff what the customer sees: asking, opening once, looking, ending."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.bus import Bus
from application.ports.event_log import EventLog
from application.ports.previews import KeptPreview, PreviewIsOver, Previews
from application.ports.staff_sessions import TOUCH, KeptStaffSession, StaffSessions
from domain.actor import Actor, Staff, System
from domain.event import Act
from domain.preview import Preview, PreviewEndCause
from domain.staff_session import StaffSession, StaffSessionEndCause

SECRET_BITS = 256
AT_ONCE = 100


class PreviewRoom(msgspec.Struct, frozen=True):
    """What previewing needs: where previews and staff sessions are kept, and the bus."""

    bus: Bus
    previews: Previews
    sessions: StaffSessions


class AskForPreview(msgspec.Struct, frozen=True):
    """A staff session wants to see a bill group's portal."""

    bill_group_id: UUID
    staff_id: UUID
    staff_session_id: UUID


def ask_for_preview(command: AskForPreview, room: PreviewRoom) -> str:
    """Make a ticket, good once and for thirty seconds; nothing is opened yet."""
    ticket = room.bus.ids.secret(SECRET_BITS)
    preview = KeptPreview(
        preview_id=room.bus.ids.uuid7(),
        bill_group_id=command.bill_group_id,
        staff_id=command.staff_id,
        staff_session_id=command.staff_session_id,
        asked_at=room.bus.clock.now(),
    )
    room.previews.keep(preview, ticket)
    return ticket


class OpenPreview(msgspec.Struct, frozen=True):
    """Use a ticket."""

    ticket: str


class OpenedPreview(msgspec.Struct, frozen=True):
    """An open preview; `secret` goes into the browser's cookie and nowhere else."""

    preview: KeptPreview
    secret: str


def open_preview(command: OpenPreview, room: PreviewRoom) -> OpenedPreview:
    """Open a preview, and record who looks. Raises PreviewTicketSpent, PreviewIsOver."""
    preview = room.previews.by_ticket(command.ticket, room.bus.clock.now())
    _live_session(preview, room)
    secret = room.bus.ids.secret(SECRET_BITS)

    def handler(_command: OpenPreview, act: Act, log: EventLog) -> None:
        opening = log.get(Preview, preview.preview_id)
        opening.open(preview.bill_group_id, preview.staff_id, by=act)
        redeemed = room.previews.redeeming(preview.preview_id, secret, act.at)
        log.save(opening, beside=[redeemed])

    room.bus.execute(handler, command, Staff(preview.staff_id))
    return OpenedPreview(preview, secret)


def look(preview_id: UUID, secret: str, room: PreviewRoom) -> KeptPreview:
    """Give an open preview, which lives as long as the staff session. Raises PreviewIsOver.

    Looking is a use of the staff session; one that was idle too long needs its code again.
    """
    preview = room.previews.by_secret(preview_id, secret)
    session, now = _live_session(preview, room), room.bus.clock.now()
    if now - session.last_used_at >= TOUCH:
        room.sessions.touch(session.session_id, now)
    return preview


def _live_session(preview: KeptPreview, room: PreviewRoom) -> KeptStaffSession:
    now = room.bus.clock.now()
    for session in room.sessions.of_staff(preview.staff_id, now):
        if session.session_id == preview.staff_session_id and not session.is_idle(now):
            return session
    raise PreviewIsOver


class EndPreview(msgspec.Struct, frozen=True):
    """End a preview."""

    preview_id: UUID
    cause: PreviewEndCause


End: TypeAlias = Callable[[EndPreview, Act, EventLog], None]


def ending_preview(previews: Previews) -> End:
    """Give the handler of EndPreview; a preview that is over stays as it ended."""

    def end(command: EndPreview, act: Act, log: EventLog) -> None:
        preview = log.get(Preview, command.preview_id)
        preview.end(command.cause, by=act)
        log.save(preview, beside=[previews.ending(command.preview_id, command.cause, act.at)])

    return end


def end_preview(preview: KeptPreview, cause: PreviewEndCause, by: Actor, room: PreviewRoom) -> None:
    """End one preview for somebody."""
    room.bus.execute(ending_preview(room.previews), EndPreview(preview.preview_id, cause), by)


def end_previews_of_ended_sessions(room: PreviewRoom) -> int:
    """Record the end of previews whose staff session is over; they were refused at once."""
    ended = 0
    for preview in room.previews.opened(AT_ONCE):
        session = room.bus.log.get(StaffSession, preview.staff_session_id)
        now = room.bus.clock.now()
        live = {one.session_id for one in room.sessions.of_staff(preview.staff_id, now)}
        if preview.staff_session_id not in live:
            end_preview(preview, _CAUSES[session.cause or "expired"], System("worker"), room)
            ended += 1
    return ended


_CAUSES: dict[StaffSessionEndCause, PreviewEndCause] = {
    "signed_out": "signed_out",
    "ended_elsewhere": "signed_out",
    "expired": "expired",
    "deactivated": "deactivated",
    "restored": "restored",
}
