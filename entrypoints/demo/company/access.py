"""How access was set up in the demo: portals switched on, grants given and taken back, links."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Literal, TypeAlias
from uuid import UUID

from application.bus import Bus
from application.portal_access import (
    GrantAddress,
    GrantDomain,
    ReplaceAddressesByDomain,
    RevokeGrant,
    RotatePortalLink,
    TurnPortalOff,
    TurnPortalOn,
    grant_address,
    grant_domain,
    replace_addresses_by_domain,
    revoke_grant,
    rotate_portal_link,
    turn_portal_off,
    turn_portal_on,
)
from domain.identity import imported_id, portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.demo.company.customers import FIRST, Customer
from entrypoints.demo.company.moments import Happening, at_work
from entrypoints.demo.company.people import people_of
from entrypoints.demo.company.plans import GroupPlan
from entrypoints.demo.company.sellers import ADMIN, BILLING
from entrypoints.demo.company.staff import SOURCE, member
from entrypoints.demo.company.telling import OPENED

AccessPlan: TypeAlias = Literal[
    "domain", "addresses", "replaced", "accountant", "switched_off", "not_set_up"
]

_PLANS: tuple[AccessPlan, ...] = (
    "domain",
    "addresses",
    "domain",
    "accountant",
    "replaced",
    "domain",
    "not_set_up",
    "switched_off",
)
ACCOUNTANT = "petra.lang@lang-steuerkanzlei.example"
"""Somebody from outside, let in for a while at several customers."""

LINK_BITS = 128


def plan_of(customer: Customer, plan: GroupPlan) -> AccessPlan:
    """Say how access to a bill group is set up."""
    return "domain" if customer.key == FIRST else _PLANS[plan.number % len(_PLANS)]


def set_up(customer: Customer, plan: GroupPlan, today: date) -> Iterator[Happening]:
    """Tell how access to a bill group was set up and changed since."""
    chosen = plan_of(customer, plan)
    if chosen == "not_set_up" or plan.closed:
        return
    setting = _Setting(customer, plan, today)
    yield setting.step(0, setting.turn_on)
    yield from setting.steps(chosen)
    if plan.number % 10 == 3:  # noqa: PLR2004 - one in ten
        yield setting.step(150, setting.rotate)


def opened_on(plan: GroupPlan, today: date) -> date:
    """Give the day on which a bill group's portal was switched on."""
    return today - OPENED + timedelta(days=4 + plan.number * 23 % 170)


class _Setting:
    """Sets up access to one bill group, step by step."""

    def __init__(self, customer: Customer, plan: GroupPlan, today: date) -> None:
        self.customer = customer
        self.plan = plan
        self.began = opened_on(plan, today)
        self.bill_group_id = imported_id(SOURCE, "bill_group", plan.key)
        self.by = member(ADMIN if plan.number % 4 == 1 else BILLING)

    def step(self, after: int, do: object) -> Happening:
        """Do something so many days after the beginning."""
        minute = timedelta(minutes=2) if after == 1 else timedelta()
        day = self.began if after == 1 else self.began + timedelta(days=after)
        return Happening(at_work(day, self.plan.key, 9) + minute, do)  # type: ignore[arg-type]

    def steps(self, chosen: AccessPlan) -> Iterator[Happening]:
        people = people_of(self.customer, 3)
        domain = partial(self.grant_domain, self.customer.domain)
        match chosen:
            case "domain":
                yield self.step(1, domain)
            case "addresses":
                yield self.step(1, partial(self.grant_address, people[0].email))
                yield self.step(30, partial(self.grant_address, people[1].email))
                yield self.step(60, partial(self.grant_address, people[2].email))
                yield self.step(140, partial(self.revoke, people[1].email, "Left the company"))
            case "replaced":
                yield self.step(1, partial(self.grant_address, people[0].email))
                yield self.step(25, partial(self.grant_address, people[1].email))
                yield self.step(70, self.replace)
            case "accountant":
                yield self.step(1, domain)
                yield self.step(20, partial(self.grant_address, ACCOUNTANT))
                yield self.step(190, partial(self.revoke, ACCOUNTANT, "Year-end audit is over"))
            case _:
                yield self.step(1, domain)
                yield self.step(200, self.turn_off)

    def turn_on(self, bus: Bus) -> None:
        command = TurnPortalOn(self.bill_group_id, bus.ids.secret(LINK_BITS))
        bus.execute(turn_portal_on, command, self.by)

    def turn_off(self, bus: Bus) -> None:
        command = TurnPortalOff(self.bill_group_id, "Asked for by the customer")
        bus.execute(turn_portal_off, command, self.by)

    def rotate(self, bus: Bus) -> None:
        command = RotatePortalLink(self.bill_group_id, bus.ids.secret(LINK_BITS))
        bus.execute(rotate_portal_link, command, self.by)

    def grant_domain(self, domain: str, bus: Bus) -> None:
        reason = "Signed order form" if self.plan.number % 2 else None
        command = GrantDomain(self.bill_group_id, bus.ids.uuid7(), domain, reason)
        bus.execute(grant_domain, command, self.by)

    def grant_address(self, address: str, bus: Bus) -> None:
        reason = "Asked for by the billing contact" if address == ACCOUNTANT else None
        command = GrantAddress(self.bill_group_id, bus.ids.uuid7(), address, reason)
        bus.execute(grant_address, command, self.by)

    def replace(self, bus: Bus) -> None:
        command = ReplaceAddressesByDomain(
            self.bill_group_id, bus.ids.uuid7(), self.customer.domain, "Whole finance team"
        )
        bus.execute(replace_addresses_by_domain, command, self.by)

    def revoke(self, address: str, reason: str, bus: Bus) -> None:
        grant_id = grant_covering(bus, self.bill_group_id, address)
        if grant_id is not None:
            bus.execute(revoke_grant, RevokeGrant(self.bill_group_id, grant_id, reason), self.by)


def grant_covering(bus: Bus, bill_group_id: UUID, address: str) -> UUID | None:
    """Give the grant that lets an address in at this moment of the past, if any."""
    access = bus.log.get(PortalAccess, portal_access_id(bill_group_id))
    grant = access.covering(address) if access.is_on else None
    return grant.grant_id if grant else None
