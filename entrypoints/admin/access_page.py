"""The Customer Portal panel as a page: gathered once, shown with or without errors."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec.structs import replace

from domain.aggregate import Refusal
from entrypoints.admin.actors import Naming, naming
from entrypoints.admin.entry import StaffEntry
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.formats import as_datetime, day
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.names import readable, reasoned, unerased
from entrypoints.http.page import AdminPage
from entrypoints.wording.refusals import sentence
from read_models import access_panel, bill_group_page, entry, staff_list
from read_models.access_panel import GrantRow
from read_models.entry import BillGroupPortal

HISTORY = 12
LATELY = 8

DONE = {
    "on": phrase("The portal is on. Those who are listed can sign in."),
    "off": phrase("The portal is off. Nobody can enter."),
    "domain": phrase("Everyone at this domain can sign in now."),
    "address": phrase("This address can sign in now."),
    "invited": phrase("This address can sign in now. An invitation is on its way."),
    "replaced": phrase("The domain has replaced its single addresses."),
    "revoked": phrase("The grant is revoked. Whoever it covered is out with the next click."),
    "rotated": phrase("There is a new portal link. The old one leads nowhere now."),
}
"""What a form says after it was done, by the word in the address."""


class Opened(msgspec.Struct, frozen=True):
    """A bill group's portal as staff opened it: its names, zone and account."""

    portal: BillGroupPortal
    account_id: UUID
    by: Naming

    @property
    def url(self) -> str:
        """Where its panel is."""
        return f"/bill-groups/{self.portal.bill_group_id}/access"

    def on(self, at: int | datetime) -> date:
        """Give the day of a moment where the entity is."""
        return as_datetime(at).astimezone(ZoneInfo(self.portal.time_zone)).date()


class Why(msgspec.Struct, frozen=True):
    """Why an address can enter: the grant that covers it, or none."""

    address: str
    grant: GrantRow | None


def opened(portal: Portal, bill_group_id: UUID) -> Opened:
    """Open a bill group; unknown ones are not found."""
    with portal.reading() as connection:
        here = entry.portal_of_bill_group(connection, bill_group_id)
        origin = bill_group_page.origin(connection, bill_group_id)
        names = staff_list.names(connection)
    if here is None or origin is None:
        raise NotFoundException
    return Opened(here, origin.account_id, naming(names))


def panel(  # noqa: PLR0913 - what the page may keep and say
    staff: StaffEntry,
    portal: Portal,
    bill_group_id: UUID,
    *,
    typed: dict[str, str] | None = None,
    refusals: dict[str, Refusal] | None = None,
    why: Why | None = None,
    done: str | None = None,
    before: int | None = None,
) -> Response[str]:
    """Show the panel; with refusals it is a 422 and keeps what was typed."""
    here = opened(portal, bill_group_id)
    refused = refusals or {}
    with portal.reading() as connection:
        known = {
            "access": access_panel.of_bill_group(connection, bill_group_id),
            "grants": access_panel.grants(connection, bill_group_id),
            "lately": access_panel.lately(connection, bill_group_id, LATELY),
            "history": access_panel.history(connection, bill_group_id, HISTORY + 1, before),
        }
    return show(
        "admin/access/panel.html",
        page_of(staff, here, done),
        422 if refused else 200,
        **known,
        **context(staff, portal, here),
        shown=HISTORY,
        typed=typed or {},
        errors=said(refused, here, staff),
        codes={name: refusal.code for name, refusal in refused.items()},
        why=why,
    )


def page_of(staff: StaffEntry, here: Opened, done: str | None = None) -> AdminPage:
    """Give the page in the entity's zone, so that its moments are those of the customer."""
    page = staff.page("accounts")
    words = DONE.get(done or "")
    with speaking(staff.language):
        notice = gettext(words) if words else None
    return replace(page, zone=here.portal.time_zone, notice=notice)


def context(staff: StaffEntry, portal: Portal, here: Opened) -> dict[str, Any]:
    """Give what every page of the panel needs."""
    base = portal.settings().web_url.rstrip("/")
    return {
        "here": here.portal,
        "account_id": here.account_id,
        "url": here.url,
        "by": here.by,
        "on": here.on,
        "reasoned": reasoned,
        "unerased": unerased,
        "available": here.portal.has_contract(staff.now),
        "may_change": staff.holds("billing"),
        "may_insist": staff.holds("admin"),
        "may_preview": staff.holds("viewer"),
        "audit": f"/audit/history?bill_group={here.portal.bill_group_id}"
        if staff.holds("auditor")
        else None,
        "link": f"{base}/p/{here.portal.link}" if here.portal.link else None,
    }


def said(refusals: dict[str, Refusal], here: Opened, staff: StaffEntry) -> dict[str, str]:
    """Say at each field what stands in the way, with names and dates for people."""
    with speaking(staff.language):
        return {
            name: sentence(type(refusal)(**_facts(refusal, here, staff.language)))
            for name, refusal in refusals.items()
        }


def _facts(refusal: Refusal, here: Opened, language: str) -> dict[str, Any]:
    facts = dict(refusal.facts)
    if "by" in facts:
        facts["by"] = here.by(facts["by"])
    if "granted_at" in facts:
        facts["granted_at"] = day(here.on(facts["granted_at"]), language)
    for name in facts.keys() & {"domain", "address"}:
        facts[name] = readable(str(facts[name]))
    return facts
