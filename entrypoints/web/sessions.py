"""One's own sessions: which browsers are signed in, ending one, ending all, signing out."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from application.customer_session import EndSession, ending
from application.ports.sessions import CustomersSession
from application.sign_in import hashed
from domain.actor import Actor
from domain.customer_session import SessionEndCause
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.web.cookies import session_jar
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Guarded, SignInNeeded, Wired


class SessionLine(msgspec.Struct, frozen=True):
    """One line of the list."""

    session: CustomersSession
    current: bool


@page("/sessions")
def own_sessions(entry: Entered, portal: Wired) -> Response[str]:
    """List the browsers that are signed in with this address."""
    lines = [SessionLine(one, one.session_id == entry.session_id) for one in _of(entry, portal)]
    return show("web/sessions/list.html", entry.page("sessions"), lines=lines)


@form_route("/sessions/{session_id:uuid}/end")
def end_one(entry: Entered, portal: Wired, session_id: FromPath[UUID]) -> Response[Any]:
    """End one of one's own sessions; an id that is not among them changes nothing."""
    for one in _of(entry, portal):
        if one.session_id == session_id:
            _end(portal, one, entry.actor, "ended_elsewhere")
    return go(f"{entry.root}/sessions")


@form_route("/sessions/end-all")
def end_everywhere(entry: Entered, portal: Wired) -> Response[Any]:
    """End every session of this address, this one too."""
    for one in _of(entry, portal):
        here = one.session_id == entry.session_id
        _end(portal, one, entry.actor, "signed_out" if here else "ended_elsewhere")
    return _leave(portal)


@form_route("/sign-out")
def sign_out(entry: Entered, portal: Wired) -> Response[Any]:
    """End this session."""
    for one in _of(entry, portal):
        if one.session_id == entry.session_id:
            _end(portal, one, entry.actor, "signed_out")
    return _leave(portal)


@page("/sessions")
def any_sessions(portal: Wired, request: Asking, guard: Guarded) -> Response[Any]:
    """Go to the list as the bill group shows it that was opened first and is open."""
    now = portal.clock().now()
    found = guard.session(request, None, now)
    return go(f"/b/{found.first(now).bill_group_id}/sessions")


@form_route("/sign-out")
def sign_out_anywhere(request: Asking, portal: Wired, guard: Guarded, form: Sent) -> Response[Any]:
    """End the session from a page without a bill group, also while its portal is closed."""
    secret, now = session_jar(portal).read(request), portal.clock().now()
    session = portal.sessions().of_browser(hashed(secret), now) if secret else None
    if session is None:
        raise SignInNeeded
    csrf.check(portal.csrf_key(), str(session.session_id), form.one(csrf.FIELD))
    _end(portal, session, guard.actor(session), "signed_out")
    return _leave(portal)


def _of(entry: Entry, portal: Portal) -> list[CustomersSession]:
    if entry.address is None:
        return []
    return portal.sessions().of_address(entry.address, entry.now)


def _end(portal: Portal, session: CustomersSession, actor: Actor, cause: SessionEndCause) -> None:
    command = EndSession(session.session_id, cause, session.last_used_at)
    portal.bus().execute(ending(portal.sessions()), command, actor)


def _leave(portal: Portal) -> Redirect:
    answer = go("/")
    answer.set_cookie(session_jar(portal).clear())
    return answer


ROUTES = (own_sessions, end_one, end_everywhere, sign_out)
GLOBAL_ROUTES = (any_sessions, sign_out_anywhere)
