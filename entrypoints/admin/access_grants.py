"""Grants of a bill group's portal: adding, replacing addresses by their domain, revoking."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.domains import canonical_domain, standing
from application.portal_access import (
    GrantAddress,
    GrantDomain,
    ReplaceAddressesByDomain,
    RevokeGrant,
    grant_address,
    grant_domain,
    replace_addresses_by_domain,
    revoke_grant,
)
from domain.aggregate import Refusal
from entrypoints.admin import access_page
from entrypoints.admin.access_page import opened, panel
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from read_models import access_panel

HERE = "/bill-groups/{bill_group_id:uuid}/access"
ONE = HERE + "/grants/{grant_id:uuid}/revoke"


class AddDomain(msgspec.Struct):
    """The form that grants a domain; `insist` is an admin's override."""

    domain: str = ""
    domain_reason: str = ""
    insist: str = ""


class AddAddress(msgspec.Struct):
    """The form that grants an address."""

    address: str = ""
    address_reason: str = ""
    invite: str = ""


class Replace(msgspec.Struct):
    """The form that replaces addresses by their domain."""

    domain: str
    domain_reason: str = ""
    insist: str = ""


class Revoke(msgspec.Struct):
    """The form that revokes; the rule says that it needs a reason."""

    reason: str = ""


REASONS = {"access_reason_invalid", "reason_missing"}
"""Refusals that are said at the reason, not at what was to be granted."""


@sends(f"{HERE}/domains", guards=[allow("billing")])
def add_domain(
    staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent
) -> Response[Any]:
    """Let everyone at a domain in."""
    here, asked = opened(portal, bill_group_id), form.bind(AddDomain)
    command = GrantDomain(
        bill_group_id,
        portal.ids().uuid7(),
        asked.domain,
        asked.domain_reason or None,
        override=bool(asked.insist) and staff.holds("admin"),
    )
    try:
        portal.bus().execute(grant_domain, command, staff.actor)
    except Refusal as refusal:
        refusals = {_field("domain", refusal): refusal}
        return panel(staff, portal, bill_group_id, typed=form.typed, refusals=refusals)
    return go(f"{here.url}?done=domain")


@sends(f"{HERE}/addresses", guards=[allow("billing")])
def add_address(
    staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent
) -> Response[Any]:
    """Let one address in, and write to it if that is wished."""
    here, asked = opened(portal, bill_group_id), form.bind(AddAddress)
    command = GrantAddress(
        bill_group_id,
        portal.ids().uuid7(),
        asked.address,
        asked.address_reason or None,
        invite=bool(asked.invite),
    )
    try:
        portal.bus().execute(grant_address, command, staff.actor)
    except Refusal as refusal:
        refusals = {_field("address", refusal): refusal}
        return panel(staff, portal, bill_group_id, typed=form.typed, refusals=refusals)
    return go(f"{here.url}?done={'invited' if asked.invite else 'address'}")


@page(f"{HERE}/replace", guards=[allow("billing")])
def ask_to_replace(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    domain: FromQuery[str | None] = None,
) -> Response[str]:
    """Name the addresses that their domain would replace, and ask."""
    return _ask_replace(staff, portal, bill_group_id, {"domain": domain or ""}, {})


@sends(f"{HERE}/replace", guards=[allow("billing")])
def replace(
    staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent
) -> Response[Any]:
    """Replace them in one step."""
    here = opened(portal, bill_group_id)
    try:
        asked = form.bind(Replace)
        command = ReplaceAddressesByDomain(
            bill_group_id,
            portal.ids().uuid7(),
            asked.domain,
            asked.domain_reason or None,
            override=bool(asked.insist) and staff.holds("admin"),
        )
        portal.bus().execute(replace_addresses_by_domain, command, staff.actor)
    except FormRefused as refused:
        return _ask_replace(staff, portal, bill_group_id, form.typed, refused.errors)
    except Refusal as refusal:
        refusals = {_field("domain", refusal): refusal}
        return _ask_replace(staff, portal, bill_group_id, form.typed, refusals)
    return go(f"{here.url}?done=replaced")


@page(ONE, guards=[allow("billing")])
def ask_to_revoke(
    staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], grant_id: FromPath[UUID]
) -> Response[str]:
    """Say whom it covers and how many are signed in now, and ask for the reason."""
    return _ask_revoke(staff, portal, bill_group_id, grant_id, {}, {})


@sends(ONE, guards=[allow("billing")])
def revoke(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    grant_id: FromPath[UUID],
    form: Sent,
) -> Response[Any]:
    """Take the grant back."""
    here, asked = opened(portal, bill_group_id), form.bind(Revoke)
    command = RevokeGrant(bill_group_id, grant_id, asked.reason)
    try:
        portal.bus().execute(revoke_grant, command, staff.actor)
    except Refusal as refusal:
        refusals = {"reason": refusal}
        return _ask_revoke(staff, portal, bill_group_id, grant_id, form.typed, refusals)
    return go(f"{here.url}?done=revoked")


def _field(named: str, refusal: Refusal) -> str:
    return f"{named}_reason" if refusal.code in REASONS else named


def _ask_replace(
    staff: StaffEntry,
    portal: Portal,
    bill_group_id: UUID,
    typed: dict[str, str],
    refusals: dict[str, Refusal],
) -> Response[str]:
    here = opened(portal, bill_group_id)
    try:
        domain = canonical_domain(typed.get("domain", ""))
    except Refusal as refusal:
        return panel(staff, portal, bill_group_id, typed=typed, refusals={"domain": refusal})
    with portal.reading() as connection:
        grants = access_panel.grants(connection, bill_group_id)
    addresses = [one for one in grants if one.kind == "address" and one.domain == domain]
    return show(
        "admin/access/replace.html",
        access_page.page_of(staff, here),
        422 if refusals else 200,
        **access_page.context(staff, portal, here),
        domain=domain,
        free_mail=standing(domain) == "free_mail",
        addresses=addresses,
        typed=typed,
        errors=access_page.said(refusals, here, staff),
    )


def _ask_revoke(  # noqa: PLR0913, PLR0917 - the page with or without what was typed
    staff: StaffEntry,
    portal: Portal,
    bill_group_id: UUID,
    grant_id: UUID,
    typed: dict[str, str],
    refusals: dict[str, Refusal],
) -> Response[str]:
    here = opened(portal, bill_group_id)
    with portal.reading() as connection:
        grant = access_panel.one_grant(connection, bill_group_id, grant_id)
        sessions = access_panel.live_sessions(connection, [grant.value] if grant else [], staff.now)
    if grant is None and refusals:
        return panel(staff, portal, bill_group_id, refusals={"": refusals["reason"]})
    if grant is None:
        raise NotFoundException
    return show(
        "admin/access/revoke.html",
        access_page.page_of(staff, here),
        422 if refusals else 200,
        **access_page.context(staff, portal, here),
        grant=grant,
        sessions=sessions,
        typed=typed,
        errors=access_page.said(refusals, here, staff),
    )


ROUTES = (add_domain, add_address, ask_to_replace, replace, ask_to_revoke, revoke)
