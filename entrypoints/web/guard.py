"""Lets a request to a bill group's page through, or says what stands in the way.

A foreign bill group and an unknown one get the same 404. The session and its grant are asked for
in one question of the primary database, at every request.
"""

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation

from application.customer_session import EnterBillGroup, entering
from application.ports.sessions import TOUCH, CustomersSession
from application.ports.sign_in_requests import EntryRefused
from application.sign_in import hashed
from domain.actor import Customer
from domain.customer_session import SessionIsOver
from entrypoints.container import Portal, still_covered
from entrypoints.http import csrf
from entrypoints.http.formats import as_datetime
from entrypoints.http.forms import Form
from entrypoints.http.languages import choose
from entrypoints.http.origin import SAFE
from entrypoints.web.cookies import session_jar
from entrypoints.web.entry import Entry, choice_of
from read_models import entry as entries
from read_models.entry import BillGroupPortal, SessionScope

Entered: TypeAlias = NamedDependency[SkipValidation[Entry]]
"""What a handler's parameter `entry` is annotated with: only who is let in gets there."""

Wired: TypeAlias = NamedDependency[SkipValidation[Portal]]
"""What a handler's parameter `portal` is annotated with: everything that is wired."""

Asking: TypeAlias = Request[Any, Any, Any]


class SignInNeeded(Exception):  # noqa: N818 - named after the fact
    """There is no live session with a grant."""


class PortalClosed(Exception):  # noqa: N818 - named after the fact
    """A grant covers the address, but the portal is not available now."""

    def __init__(self, portal: BillGroupPortal, found: SessionScope) -> None:
        super().__init__(portal.bill_group_id)
        self.portal = portal
        self.found = found


class Guard(msgspec.Struct, frozen=True):
    """Decides for every page of a bill group."""

    portal: Portal

    def entry(self, request: Asking, form: Form) -> Entry:
        """Litestar dependency `entry` of a customer's pages; `form` is what a POST sends."""
        bill_group_id: UUID = request.path_params["bill_group_id"]
        now = self.portal.clock().now()
        found = self.session(request, bill_group_id, now)
        here = found.portal(bill_group_id)
        if here is None:
            raise NotFoundException
        if not here.is_open(now):
            raise PortalClosed(here, found)
        token = self.token(found.session_id)
        if request.method not in SAFE:
            csrf.check(self.portal.csrf_key(), str(found.session_id), form.one(csrf.FIELD))
        try:
            self._record(found, here, now)
        except EntryRefused:  # the grant was revoked meanwhile: ask anew what covers the address
            return self.entry(request, form)
        return Entry(
            scope=here.scope(now),
            portal=here,
            now=now,
            language=language_of(request, here),
            path=request.url.path,
            root=f"/b/{bill_group_id}",
            token=token,
            address=found.address,
            session_id=found.session_id,
            signed_in_at=as_datetime(found.signed_in_at),
            choices=tuple(
                choice_of(one, current=one is here) for one in found.portals if one.is_open(now)
            ),
        )

    def session(self, request: Asking, bill_group_id: UUID | None, now: datetime) -> SessionScope:
        """Give the browser's live session with what it covers. Raises SignInNeeded."""
        secret = session_jar(self.portal).read(request)
        if not secret:
            raise SignInNeeded
        with self.portal.asking() as connection:
            found = entries.session_scope(connection, hashed(secret), bill_group_id, now)
        if found is None:
            raise SignInNeeded
        return found

    def token(self, session_id: UUID) -> str:
        """Give the token for forms of a session."""
        return csrf.token(self.portal.csrf_key(), str(session_id))

    def actor(self, session: CustomersSession) -> Customer:
        """Say who acts on a page without a bill group."""
        return Customer(session.address, session.bill_group_id, session.session_id)

    def _record(self, found: SessionScope, here: BillGroupPortal, now: datetime) -> None:
        """Record the first opening of a bill group, and note the use of the session."""
        sessions = self.portal.sessions()
        if not here.entered and here.grant_id is not None:
            command = EnterBillGroup(found.session_id, here.bill_group_id, here.grant_id)
            actor = Customer(found.address, here.bill_group_id, found.session_id)
            covered = still_covered(here.bill_group_id, found.address, here.grant_id)
            try:
                self.portal.bus().execute(entering(sessions, covered), command, actor)
            except SessionIsOver as over:
                raise SignInNeeded from over
        if now - as_datetime(found.last_used_at) >= TOUCH:
            sessions.touch(found.session_id, now)


Guarded: TypeAlias = NamedDependency[SkipValidation[Guard]]
"""What a handler without a bill group asks for the session."""


def language_of(request: Asking, portal: BillGroupPortal | None) -> str:
    """Choose the reader's language, else the bill group's, else the entity's."""
    fallback = (portal.bill_group_language or portal.language) if portal else None
    chosen = request.cookies.get("portal-language")
    return choose(chosen, request.headers.get("accept-language"), fallback)
