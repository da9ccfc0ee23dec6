"""After a restore from a backup: what the restored record must not keep open is ended in it."""

from collections.abc import Sequence

import msgspec

from application.customer_session import EndSession, ending
from application.ports.sessions import ABSOLUTE, CustomersSession, Sessions
from application.ports.staff_sessions import KeptStaffSession
from application.preview import PreviewRoom, end_previews_of_ended_sessions
from application.staff_door import StaffDoor
from application.staff_session import end_session
from domain.actor import System

RESTORED = System("restore")
ALL = 1_000_000


class OpenSessions(msgspec.Struct, frozen=True):
    """The sessions that the restored record has open."""

    customers: Sequence[CustomersSession]
    staff: Sequence[KeptStaffSession]


class RestoredRooms(msgspec.Struct, frozen=True):
    """Where sessions and previews are kept and recorded."""

    sessions: Sessions
    door: StaffDoor
    previews: PreviewRoom


def open_sessions(rooms: RestoredRooms) -> OpenSessions:
    """Name every session that nobody has ended, run out or not."""
    now, staff = rooms.door.bus.clock.now(), rooms.door.sessions
    everybody = rooms.sessions.lapsed(now + 2 * ABSOLUTE, ALL)
    return OpenSessions(everybody, [*staff.live(now), *staff.lapsed(now)])


def record_their_end(rooms: RestoredRooms, opened: OpenSessions) -> int:
    """Record that the restore ended them, and the previews of staff; gives how many previews."""
    for session in opened.customers:
        command = EndSession(session.session_id, "restored", session.last_used_at)
        rooms.door.bus.execute(ending(rooms.sessions), command, RESTORED)
    end_session(opened.staff, "restored", RESTORED, rooms.door)
    previews = 0
    while ended := end_previews_of_ended_sessions(rooms.previews):
        previews += ended
    return previews
