"""One staff member, for admins: roles, keeping out and letting in again, the second factor."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.staff import (
    ChangeRoles,
    DeactivateStaffMember,
    ReactivateStaffMember,
    ResetSecondFactor,
    change_roles,
    deactivate_staff_member,
    reactivate_staff_member,
    reset_second_factor,
)
from domain.aggregate import Refusal
from domain.staff import MemberUnknown, Role
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said, said_of
from entrypoints.admin.staff import ROLES, role_names
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import phrase
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from read_models import staff_list
from read_models.staff_list import StaffRow

DONE = {
    "roles": phrase("The roles were changed. They hold from the next page on."),
    "deactivated": phrase("Deactivated. All sessions have ended."),
    "reactivated": phrase("Reactivated. Signing in works again."),
    "reset": phrase("The second factor was reset. The next sign-in sets up a new one."),
}


class Roles(msgspec.Struct):
    """The roles that were chosen."""

    roles: list[Role] = []


class Reset(msgspec.Struct):
    """Why a second factor is reset."""

    reason: str | None = None


@page("/staff/{staff_id:uuid}", guards=[allow("admin")])
def member(
    staff: Entered,
    portal: Wired,
    staff_id: FromPath[UUID],
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """Show somebody's roles and what can be done."""
    return _shown(staff, portal, _row(portal, staff_id), notice=DONE.get(done or ""))


@sends("/staff/{staff_id:uuid}/roles", guards=[allow("admin", fresh=True)])
def roles(staff: Entered, portal: Wired, form: Sent, staff_id: FromPath[UUID]) -> Response[Any]:
    """Change somebody's roles."""
    row = _row(portal, staff_id)
    try:
        chosen = tuple(form.bind(Roles).roles)
        portal.bus().execute(change_roles, ChangeRoles(staff_id, chosen), staff.actor)
    except FormRefused as refused:
        return _shown(staff, portal, row, said(refused, staff.language), form.fields.get("roles"))
    except MemberUnknown as unknown:
        raise NotFoundException from unknown
    except Refusal as refusal:
        errors = said_of("roles", refusal, staff.language)
        return _shown(staff, portal, row, errors, form.fields.get("roles", []))
    return go(f"/staff/{staff_id}?done=roles")


@page("/staff/{staff_id:uuid}/deactivate", guards=[allow("admin")])
def deactivating(staff: Entered, portal: Wired, staff_id: FromPath[UUID]) -> Response[str]:
    """Ask before keeping somebody out."""
    return _asked(staff, _row(portal, staff_id), "deactivate", {})


@sends("/staff/{staff_id:uuid}/deactivate", guards=[allow("admin", fresh=True)])
def deactivate(staff: Entered, portal: Wired, staff_id: FromPath[UUID]) -> Response[Any]:
    """Keep somebody out; all their sessions end at once."""
    row = _row(portal, staff_id)
    try:
        command = DeactivateStaffMember(staff_id)
        deactivate_staff_member(command, staff.actor, portal.staff_door())
    except Refusal as refusal:
        return _asked(staff, row, "deactivate", said_of("", refusal, staff.language), 422)
    return go(f"/staff/{staff_id}?done=deactivated")


@sends("/staff/{staff_id:uuid}/reactivate", guards=[allow("admin", fresh=True)])
def reactivate(staff: Entered, portal: Wired, staff_id: FromPath[UUID]) -> Response[Any]:
    """Let somebody in again."""
    _row(portal, staff_id)
    portal.bus().execute(reactivate_staff_member, ReactivateStaffMember(staff_id), staff.actor)
    return go(f"/staff/{staff_id}?done=reactivated")


@page("/staff/{staff_id:uuid}/second-factor", guards=[allow("admin")])
def resetting(staff: Entered, portal: Wired, staff_id: FromPath[UUID]) -> Response[str]:
    """Ask before taking somebody's second factor away."""
    return _asked(staff, _row(portal, staff_id), "reset", {})


@sends("/staff/{staff_id:uuid}/second-factor", guards=[allow("admin", fresh=True)])
def reset(staff: Entered, portal: Wired, form: Sent, staff_id: FromPath[UUID]) -> Response[Any]:
    """Take somebody's second factor away."""
    row = _row(portal, staff_id)
    try:
        command = ResetSecondFactor(staff_id, form.bind(Reset).reason)
        reset_second_factor(command, staff.actor, portal.staff_door())
    except FormRefused as refused:
        return _asked(staff, row, "reset", said(refused, staff.language), 422, form.typed)
    except Refusal as refusal:
        errors = said_of("reason", refusal, staff.language)
        return _asked(staff, row, "reset", errors, 422, form.typed)
    return go(f"/staff/{staff_id}?done=reset")


def _row(portal: Portal, staff_id: UUID) -> StaffRow:
    with portal.reading() as connection:
        rows = staff_list.one(connection, staff_id)
    for row in rows:
        return row
    raise NotFoundException


def _shown(  # noqa: PLR0913, PLR0917 - the page, and what was typed into it
    staff: StaffEntry,
    portal: Portal,
    row: StaffRow,
    errors: dict[str, str] | None = None,
    chosen: list[str] | None = None,
    notice: str | None = None,
) -> Response[str]:
    sessions = portal.staff_sessions().of_staff(row.staff_id, staff.now)
    return show(
        "admin/staff/one.html",
        staff.page("staff"),
        422 if errors else 200,
        row=row,
        errors=errors or {},
        chosen=row.roles if chosen is None else chosen,
        done=notice,
        roles=ROLES,
        role_names=role_names(),
        sessions=len(sessions),
        oneself=row.staff_id == staff.staff_id,
    )


def _asked(  # noqa: PLR0913, PLR0917 - the page, and what was typed into it
    staff: StaffEntry,
    row: StaffRow,
    what: str,
    errors: dict[str, str],
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    template = f"admin/staff/{what}.html"
    return show(template, staff.page("staff"), status, row=row, errors=errors, typed=typed or {})


ROUTES = (member, roles, deactivating, deactivate, reactivate, resetting, reset)
