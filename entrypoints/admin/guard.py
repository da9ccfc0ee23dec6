"""Who may call a route: every route of the admin names it with one of these guards.

    @page("/accounts", guards=[allow("viewer", "auditor")])
    def accounts(staff: Entered, portal: Wired) -> Response[str]: ...

The guard checks session, roles and, for forms, the token; the handler gets the staff member.
"""

import asyncio
from typing import Any, TypeAlias, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation

from application.ports.staff_sessions import TOUCH, KeptStaffSession, StaffSessionUnknown
from domain.staff import Role
from entrypoints.admin.entry import StaffEntry
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.cookies import CookieJar
from entrypoints.http.forms import Form, provide_form
from entrypoints.http.languages import choose
from entrypoints.http.origin import SAFE
from read_models import staff_entry

Asking: TypeAlias = Request[Any, Any, Any]
Wired: TypeAlias = NamedDependency[SkipValidation[Portal]]
"""What a handler's parameter `portal` is annotated with: everything that is wired."""


class SignInNeeded(Exception):  # noqa: N818 - named after the fact
    """There is no live session of an active staff member."""


class SecondFactorNeeded(Exception):  # noqa: N818 - named after the fact
    """The code of the authenticator is asked for again; what was sent is kept."""

    def __init__(self, staff: StaffEntry, form: Form) -> None:
        super().__init__(staff.staff_id)
        self.staff = staff
        self.form = form


class Allow:
    """Lets staff in who hold one of the roles; `fresh` asks for a code younger than ten minutes.

    With `idle`, a session that was not used for a while may come in (to continue, or to end).
    """

    def __init__(self, roles: tuple[Role, ...], *, fresh: bool = False, idle: bool = False) -> None:
        self.roles = roles
        self.fresh = fresh
        self.idle = idle

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
    ) -> None:
        """Check, and leave the entry where the dependency finds it."""
        request = cast("Asking", connection)
        portal: Portal = connection.app.state.portal
        staff = await asyncio.to_thread(entry_of, portal, request)
        if not staff.holds(*self.roles):
            raise PermissionDeniedException("none of the roles held may open this")
        form = Form({}) if request.method in SAFE else await provide_form(request)
        if request.method not in SAFE:
            csrf.check(portal.csrf_key(), str(staff.session.session_id), form.one(csrf.FIELD))
        self._check_factor(staff, form, request)
        await asyncio.to_thread(_touch, portal, staff)
        connection.scope["state"]["staff"] = staff

    def _check_factor(self, staff: StaffEntry, form: Form, request: Asking) -> None:
        idle = staff.session.is_idle(staff.now) and not self.idle
        stale = self.fresh and request.method not in SAFE and not staff.session.is_fresh(staff.now)
        if idle or stale:
            raise SecondFactorNeeded(staff, form)


def allow(*roles: Role, fresh: bool = False) -> Allow:
    """Let in who holds one of these roles; sensitive forms say `fresh=True`."""
    return Allow(roles, fresh=fresh)


EVERYBODY: tuple[Role, ...] = ("viewer", "billing", "admin", "auditor")

everybody = Allow(EVERYBODY)
"""Lets every staff member in: one's own sessions, the start page."""

returning = Allow(EVERYBODY, idle=True)
"""Lets every staff member in, also after a pause: to continue, or to sign out."""


class Anyone:
    """Lets anyone in: signing in, and nothing else."""

    async def __call__(
        self, _connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
    ) -> None:
        """Check nothing."""


anyone = Anyone()


def entry_of(portal: Portal, request: Asking) -> StaffEntry:
    """Give the staff member of a request. Raises SignInNeeded."""
    now = portal.clock().now()
    try:
        session = portal.staff_sessions().by_secret(session_jar(portal).read(request), now)
    except StaffSessionUnknown as unknown:
        raise SignInNeeded from unknown
    with portal.reading() as connection:
        rows = staff_entry.active(connection, session.staff_id)
    for row in rows:
        return _entry(portal, request, session, row)
    raise SignInNeeded


def _entry(
    portal: Portal,
    request: Asking,
    session: KeptStaffSession,
    row: staff_entry.StaffEntryRow,
) -> StaffEntry:
    return StaffEntry(
        staff_id=row.staff_id,
        name=row.name,
        email=row.email,
        roles=row.roles,
        session=session,
        token=csrf.token(portal.csrf_key(), str(session.session_id)),
        now=portal.clock().now(),
        language=language_of(request),
        path=request.url.path,
    )


def _touch(portal: Portal, staff: StaffEntry) -> None:
    session = staff.session
    if not session.is_idle(staff.now) and staff.now - session.last_used_at >= TOUCH:
        portal.staff_sessions().touch(session.session_id, staff.now)


def session_jar(portal: Portal) -> CookieJar:
    """Give the cookie of staff sessions."""
    return CookieJar("staff", secure=portal.settings().admin_url.startswith("https://"))


def language_of(request: Asking) -> str:
    """Choose the reader's own language, else the browser's."""
    return choose(
        request.cookies.get("portal-language"), request.headers.get("accept-language"), None
    )
