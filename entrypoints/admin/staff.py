"""Staff and their roles, for admins: the list, and adding somebody."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromQuery

from application.staff import AddStaffMember, add_staff_member
from domain.aggregate import Refusal
from domain.staff import Role
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Form, FormRefused, Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from read_models import staff_list
from read_models.columns import moment
from read_models.staff_list import Sought

A_PAGE = 50
EVERYBODY = 100_000

ROLES: tuple[tuple[Role, str, str], ...] = (
    ("viewer", phrase("Viewer"), phrase("Looks at accounts, bill groups and documents.")),
    (
        "billing",
        phrase("Billing"),
        phrase("Also grants access, brands the portal, loads data, watches mails and payments."),
    ),
    (
        "admin",
        phrase("Admin"),
        phrase("Also manages staff and API keys, overrides with a reason, and erases."),
    ),
    (
        "auditor",
        phrase("Auditor"),
        phrase("Replays who had access. Sees names and access of accounts, no invoices."),
    ),
)
"""Each role with its name and what it may do."""

FIELDS = {
    "member_already_added": "email",
    "roles_missing": "roles",
    "staff_name_invalid": "name",
}
"""At which field a refusal stands; any other is about the address."""


class Adding(msgspec.Struct):
    """The form for a new staff member."""

    name: str
    email: str
    roles: list[Role] = []


@page("/staff", guards=[allow("admin")])
def staff_members(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    role: FromQuery[str | None] = None,
    standing: FromQuery[str | None] = None,
    at: FromQuery[int] = 1,
    added: FromQuery[UUID | None] = None,
) -> Response[str]:
    """List the staff."""
    sought = _sought(q, role, standing)
    at = min(max(at, 1), EVERYBODY)
    first = (at - 1) * A_PAGE
    with portal.reading() as connection:
        rows = staff_list.found(connection, sought, first, A_PAGE)
        total = staff_list.count(connection, sought)
        fresh = staff_list.one(connection, added) if added else []
    return show(
        "admin/staff/list.html",
        staff.page("staff"),
        rows=rows,
        first=first + 1,
        total=total,
        at=at,
        sought={"q": q or "", "role": role or "", "standing": standing or ""},
        roles=ROLES,
        role_names=role_names(),
        added=fresh[0].name if fresh else None,
        sign_in=f"{portal.settings().admin_url.rstrip('/')}/sign-in",
    )


@page("/staff.csv", guards=[allow("admin")])
def staff_file(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    role: FromQuery[str | None] = None,
    standing: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    with portal.reading() as connection:
        rows = staff_list.found(connection, _sought(q, role, standing), 0, EVERYBODY)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
    return csv_file("staff.csv", header, (_line(row) for row in rows))


@page("/staff/add", guards=[allow("admin")])
def adding(staff: Entered) -> Response[str]:
    """Show the form for a new staff member."""
    return _adding(staff, {}, ["viewer"], {})


@sends("/staff/add", guards=[allow("admin", fresh=True)])
def add(staff: Entered, form: Sent, portal: Wired) -> Response[Any]:
    """Add somebody."""
    try:
        staff_id = _added(staff, form, portal)
    except FormRefused as refused:
        chosen = form.fields.get("roles", [])
        return _adding(staff, form.typed, chosen, said(refused, staff.language), 422)
    return go(f"/staff?added={staff_id}")


def role_names() -> dict[str, str]:
    """Give each role's name, to be translated where it is shown."""
    return {role: name for role, name, _ in ROLES}


def refused_at_a_field(form: Form, refusal: Refusal, otherwise: str) -> FormRefused:
    """Say a rule's refusal at the field that it is about."""
    return form.refuse(FIELDS.get(refusal.code, otherwise), refusal)


def _added(staff: StaffEntry, form: Form, portal: Portal) -> UUID:
    given = form.bind(Adding)
    roles = tuple(given.roles)
    command = AddStaffMember(portal.ids().uuid7(), given.name, given.email, roles)
    try:
        return portal.bus().execute(add_staff_member, command, staff.actor)
    except Refusal as refusal:
        raise refused_at_a_field(form, refusal, "email") from refusal


def _adding(
    staff: StaffEntry,
    typed: dict[str, str],
    chosen: list[str],
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    return show(
        "admin/staff/add.html",
        staff.page("staff"),
        status,
        typed=typed,
        chosen=chosen,
        errors=errors,
        roles=ROLES,
    )


def _sought(q: str | None, role: str | None, standing: str | None) -> Sought:
    known = next((name for name, _, _ in ROLES if name == role), None)
    return Sought(q or "", known, {"active": True, "deactivated": False}.get(standing or ""))


_COLUMNS = (
    phrase("Name"),
    phrase("Email"),
    phrase("Roles"),
    phrase("Active"),
    phrase("Second factor"),
    phrase("Added (UTC)"),
    phrase("Last sign-in (UTC)"),
)


def _line(row: staff_list.StaffRow) -> list[object]:
    signed_in = moment(row.signed_in_at).isoformat() if row.signed_in_at else None
    return [
        row.name,
        row.email,
        " ".join(row.roles),
        "yes" if row.is_active else "no",
        "yes" if row.has_second_factor else "no",
        moment(row.added_at).isoformat(),
        signed_in,
    ]


ROUTES = (staff_members, staff_file, adding, add)
