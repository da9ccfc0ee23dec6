"""The Customer Portal panel: on and off, the portal link, and why an address can enter."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery

from application.addresses import canonical_address
from application.portal_access import (
    LINK_BITS,
    RotatePortalLink,
    TurnPortalOff,
    TurnPortalOn,
    rotate_portal_link,
    turn_portal_off,
    turn_portal_on,
)
from domain.aggregate import Refusal
from entrypoints.admin import access_page
from entrypoints.admin.access_page import Why, opened, panel
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.places import place
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from read_models import access_panel

HERE = "/bill-groups/{bill_group_id:uuid}/access"


@page(HERE, guards=[allow("viewer", "auditor")])
def portal_access(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    done: FromQuery[str | None] = None,
    before: FromQuery[int | None] = None,
) -> Response[str]:
    """Show who can enter, and everything that staff may do about it."""
    return panel(staff, portal, bill_group_id, done=done, before=place(before))


@sends(f"{HERE}/on", guards=[allow("billing")])
def turn_on(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID]) -> Response[Any]:
    """Switch the portal on; the first time it gets its link."""
    here = opened(portal, bill_group_id)
    command = TurnPortalOn(bill_group_id, portal.ids().secret(LINK_BITS))
    portal.bus().execute(turn_portal_on, command, staff.actor)
    return go(f"{here.url}?done=on")


@page(f"{HERE}/off", guards=[allow("billing")])
def ask_to_turn_off(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID]) -> Response[str]:
    """Ask before nobody can enter any more."""
    return _ask_off(staff, portal, bill_group_id, {}, {})


@sends(f"{HERE}/off", guards=[allow("billing")])
def turn_off(
    staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent
) -> Response[Any]:
    """Switch the portal off."""
    here = opened(portal, bill_group_id)
    command = TurnPortalOff(bill_group_id, form.one("reason") or None)
    try:
        portal.bus().execute(turn_portal_off, command, staff.actor)
    except Refusal as refusal:
        return _ask_off(staff, portal, bill_group_id, form.typed, {"reason": refusal})
    return go(f"{here.url}?done=off")


@page(f"{HERE}/rotate", guards=[allow("billing")])
def ask_to_rotate(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID]) -> Response[str]:
    """Ask before the old link leads nowhere."""
    here = opened(portal, bill_group_id)
    page_ = access_page.page_of(staff, here)
    return show("admin/access/rotate.html", page_, **access_page.context(staff, portal, here))


@sends(f"{HERE}/rotate", guards=[allow("billing")])
def rotate(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID]) -> Response[Any]:
    """Make a new link."""
    here = opened(portal, bill_group_id)
    command = RotatePortalLink(bill_group_id, portal.ids().secret(LINK_BITS))
    portal.bus().execute(rotate_portal_link, command, staff.actor)
    return go(f"{here.url}?done=rotated")


@sends(f"{HERE}/why", guards=[allow("viewer", "auditor")])
def why(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent) -> Response[str]:
    """Answer why an address can enter; the address stays out of the page's own address."""
    try:
        address = canonical_address(form.one("asked"))
    except Refusal as refusal:
        refusals = {"asked": refusal}
        return panel(staff, portal, bill_group_id, typed=form.typed, refusals=refusals)
    with portal.reading() as connection:
        grant = access_panel.covering(connection, bill_group_id, address)
    answer = Why(address, grant)
    return panel(staff, portal, bill_group_id, typed=form.typed, why=answer)


def _ask_off(
    staff: Entered,
    portal: Wired,
    bill_group_id: UUID,
    typed: dict[str, str],
    refusals: dict[str, Refusal],
) -> Response[str]:
    here = opened(portal, bill_group_id)
    with portal.reading() as connection:
        values = [grant.value for grant in access_panel.grants(connection, bill_group_id)]
        sessions = access_panel.live_sessions(connection, values, staff.now)
    return show(
        "admin/access/off.html",
        access_page.page_of(staff, here),
        422 if refusals else 200,
        **access_page.context(staff, portal, here),
        sessions=sessions,
        typed=typed,
        errors=access_page.said(refusals, here, staff),
    )


ROUTES = (portal_access, turn_on, ask_to_turn_off, turn_off, ask_to_rotate, rotate, why)
