"""Two more questions on pages of their own: who was staff, and which sessions revocations ended."""

from typing import Any

from litestar import Response

from entrypoints import auditing
from entrypoints.admin.audit import answered, handed_over, shared, url_of
from entrypoints.admin.audit_asked import Question
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Asking, Wired, allow
from entrypoints.admin.staff import role_names
from entrypoints.auditing_revocations import asked_which, every_revocation, revoked
from entrypoints.auditing_staff import asked_at, staff_at
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.forms import Form
from entrypoints.http.routes import page
from entrypoints.wording.audit_files import of_revocations, of_staff

A_PAGE = 25


@page("/audit/staff", guards=[allow("auditor")])
def staff_then(staff: Entered, portal: Wired, request: Asking) -> Response[Any]:
    """Tell who was staff at a moment, with which roles and which second factor."""
    return answered(staff, portal, request, "staff", _staff)


@page("/audit/revocations", guards=[allow("auditor")])
def revocations(staff: Entered, portal: Wired, request: Asking) -> Response[Any]:
    """Tell which sessions revocations ended, and when each was last used."""
    return answered(staff, portal, request, "revocations", _revocations)


def _staff(staff: StaffEntry, portal: Portal, form: Form, asked: Question) -> Response[Any]:
    answer = staff_at(portal, asked.at or staff.now)
    if asked.format:
        file = of_staff(answer, asked.format)
        return handed_over(staff, portal, "staff", asked_at(answer), file)
    auditing.record(portal, staff.actor, asked_at(answer))
    return show(
        "admin/audit/staff.html",
        staff.page("audit"),
        **shared(portal, "staff", form, asked, at=answer.at.isoformat()),
        answer=answer,
        role_names=role_names(),
    )


def _revocations(staff: StaffEntry, portal: Portal, form: Form, asked: Question) -> Response[Any]:
    if asked.format:
        with every_revocation(portal, asked.sought) as whole:
            file = of_revocations(whole, asked.format)
        return handed_over(staff, portal, "revocations", asked_which(whole), file)
    answer = revoked(portal, asked.sought, A_PAGE, asked.before)
    auditing.record(portal, staff.actor, asked_which(answer))
    older = answer.rows[-1].position if len(answer.rows) == A_PAGE else None
    return show(
        "admin/audit/revocations.html",
        staff.page("audit"),
        **shared(portal, "revocations", form, asked),
        answer=answer,
        older=url_of("revocations", form, before=str(older)) if older else None,
        newest=url_of("revocations", form, before="") if asked.before else None,
    )


ROUTES = (staff_then, revocations)
