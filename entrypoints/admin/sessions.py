"""One's own sessions: where one is signed in, ending them, and recovery codes."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromQuery

from application.ports.second_factors import RECOVERY_CODES
from application.ports.staff_sessions import StaffSessionUnknown
from application.staff_session import end_own_session, end_session
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import EVERYBODY, Allow, Wired, everybody, returning, session_jar
from entrypoints.admin.second_factor import in_halves
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import phrase
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page

DONE = {
    "ended": phrase("The session was ended."),
    "others": phrase("All other sessions were ended."),
}


class Ending(msgspec.Struct):
    """Which session to end."""

    session_id: UUID


@page("/sessions", guards=[everybody])
def sessions(staff: Entered, portal: Wired, done: FromQuery[str | None] = None) -> Response[str]:
    """List where one is signed in."""
    door = portal.staff_door()
    return show(
        "admin/sessions/list.html",
        staff.page(),
        sessions=door.sessions.of_staff(staff.staff_id, staff.now),
        here=staff.session.session_id,
        codes_left=door.second_factors.recovery_codes_left(staff.staff_id),
        done=DONE.get(done or ""),
    )


@sends("/sessions/end", guards=[everybody])
def end(staff: Entered, form: Sent, portal: Wired) -> Response[Any]:
    """End one of one's own sessions elsewhere."""
    try:
        end_own_session(staff.session, form.bind(Ending).session_id, portal.staff_door())
    except StaffSessionUnknown:
        return go("/sessions")
    return go("/sessions?done=ended")


@sends("/sessions/end-others", guards=[everybody])
def end_others(staff: Entered, portal: Wired) -> Response[Any]:
    """End all of one's own sessions but this one."""
    door = portal.staff_door()
    theirs = door.sessions.of_staff(staff.staff_id, staff.now)
    others = [kept for kept in theirs if kept.session_id != staff.session.session_id]
    end_session(others, "ended_elsewhere", staff.actor, door)
    return go("/sessions?done=others")


@sends("/sessions/recovery-codes", guards=[Allow(EVERYBODY, fresh=True)])
def recovery_codes(staff: Entered, portal: Wired) -> Response[str]:
    """Make new recovery codes, and show them this one time."""
    codes = [portal.ids().code() for _ in range(RECOVERY_CODES)]
    portal.second_factors().replace_recovery_codes(staff.staff_id, codes)
    template = "admin/second_factor/recovery_codes.html"
    return show(template, staff.bare_page(), codes=in_halves(codes), next="/sessions")


@sends("/sign-out", guards=[returning])
def sign_out(staff: Entered, portal: Wired) -> Response[Any]:
    """End this session."""
    end_session([staff.session], "signed_out", staff.actor, portal.staff_door())
    answer = go("/sign-in")
    answer.set_cookie(session_jar(portal).clear())
    return answer


ROUTES = (sessions, end, end_others, recovery_codes, sign_out)
